"""A submission is written as ODK tools do and read again; what does not fit is told."""

import pytest

from habitat_desktop.xforms.engine import FormInstance
from habitat_desktop.xforms.problems import NotASubmissionError, WrongTypeError
from tests.xforms.conftest import MakeForm, fixed_environment, value

_VISIT = """
    | survey  |                       |        |          |              |          |              |
    |         | type                  | name   | label    | relevant     | required | calculation  |
    |         | integer               | rooms  | Rooms    |              | yes      |              |
    |         | select_multiple roofs | roof   | Roof     |              |          |              |
    |         | begin group           | where  | Where    |              |          |              |
    |         | text                  | street | Street   |              |          |              |
    |         | end group             |        |          |              |          |              |
    |         | begin repeat          | person | People   | ${rooms} > 0 |          |              |
    |         | text                  | name   | Name     |              |          |              |
    |         | end repeat            |        |          |              |          |              |
    |         | calculate             | double |          |              |          | ${rooms} * 2 |
    | choices |                       |        |          |              |          |              |
    |         | list_name             | name   | label    |              |          |              |
    |         | roofs                 | tin    | Tin      |              |          |              |
    |         | roofs                 | tile   | Tile     |              |          |              |
"""


def _read(form: MakeForm, xml: str | bytes) -> FormInstance:
    return FormInstance.from_submission(form(_VISIT), fixed_environment(), xml)


def _filled(form: MakeForm) -> FormInstance:
    instance = FormInstance(form(_VISIT), fixed_environment())
    instance.answer("/data/rooms", "3")
    instance.answer("/data/roof", ["tile", "tin"])
    instance.answer("/data/where/street", '5 <Hill> & "Lake"\nRoad')
    instance.answer("/data/person[1]/name", "Amina")
    instance.answer(f"{instance.add('/data/person')}/name", "أمينة")
    return instance


def test_a_submission_is_read_as_it_was_written(form: MakeForm) -> None:
    instance = _filled(form)
    again = _read(form, instance.submission_xml())
    assert again.answers(relevant_only=False) == instance.answers(relevant_only=False)
    assert again.submission_xml() == instance.submission_xml()
    assert again.unread == ()
    assert value(again, "double") == "6"


def test_a_repeat_left_out_as_irrelevant_starts_as_in_a_new_instance(form: MakeForm) -> None:
    instance = FormInstance(form(_VISIT), fixed_environment())
    assert "<person>" not in instance.submission_xml()
    again = _read(form, instance.submission_xml())
    again.answer("/data/rooms", "1")
    assert again.instances("/data/person") == ["/data/person[1]"]


def test_an_answer_left_out_as_irrelevant_starts_with_its_default(form: MakeForm) -> None:
    made = form("""
        | survey |         |       |       |              |         |
        |        | type    | name  | label | relevant     | default |
        |        | integer | many  | Many  |              | 1       |
        |        | text    | name  | Name  | ${many} > 0  | nobody  |
        |        | text    | other | Other |              | nothing |
    """)
    instance = FormInstance(made, fixed_environment())
    instance.answer("/data/many", "0")
    instance.answer("/data/other", "")
    again = FormInstance.from_submission(made, fixed_environment(), instance.submission_xml())
    assert value(again, "other") == "", "blank in the submission, not left out"
    again.answer("/data/many", "1")
    assert value(again, "name") == "nobody"


def test_what_the_form_has_not_is_told_and_the_rest_is_read(form: MakeForm) -> None:
    again = _read(
        form,
        """<data id="form" mood="good"><rooms>4<x/></rooms><colour>red</colour><rooms>5</rooms>
        <where><street>Hill</street> stray</where><meta><instanceID>uuid:7</instanceID></meta></data>""",
    )
    assert again.unread == (
        "/data/@mood",
        "/data/rooms/x",
        "/data/colour",
        "/data/rooms",
        "/data/where/text()",
    )
    assert value(again, "rooms") == "4"
    assert value(again, "meta/instanceID") == "uuid:7"


def test_a_meta_group_with_another_prefix_is_known(form: MakeForm) -> None:
    again = _read(
        form,
        """<data id="form" xmlns:orx="http://openrosa.org/xforms"><rooms>4</rooms>
        <orx:meta><orx:instanceID>uuid:7</orx:instanceID><orx:deprecatedID>uuid:6</orx:deprecatedID></orx:meta>
        </data>""",
    )
    assert again.unread == ()
    assert value(again, "meta/instanceID") == "uuid:7"


@pytest.mark.parametrize(
    "xml",
    [
        "", "rooms: 4", "<data id='form'>", "<data id='other'/>", "<house id='form'/>",
        b"\xff\xfe\x00", "<data id='form'>" + "<a>" * 5000 + "</a>" * 5000 + "</data>",
    ],
)  # fmt: skip
def test_what_is_no_submission_of_the_form_is_refused(form: MakeForm, xml: str | bytes) -> None:
    with pytest.raises(NotASubmissionError):
        _read(form, xml)


def test_entities_of_xml_are_not_opened(form: MakeForm) -> None:
    xml = (
        '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
        '<data id="form"><where><street>&a;</street></where></data>'
    )
    assert value(_read(form, xml), "where/street") == ""


def test_a_value_of_the_wrong_type_is_refused(form: MakeForm) -> None:
    with pytest.raises(WrongTypeError) as caught:
        _read(form, '<data id="form"><rooms>many</rooms></data>')
    assert caught.value.context["ref"] == "/data/rooms"


def test_not_available_stands_in_the_submission_and_comes_back(form: MakeForm) -> None:
    instance = FormInstance(form(_VISIT), fixed_environment())
    instance.mark_unavailable("/data/rooms", "coming_later", 'census "2027"')
    xml = instance.submission_xml()
    assert 'xmlns:habitat="urn:habitat-desktop:xforms"' in xml
    assert '<rooms habitat:unavailable="coming_later" habitat:remark="census &quot;2027&quot;"/>' in xml
    again = _read(form, xml)
    assert again.state("/data/rooms").unavailable == ("coming_later", 'census "2027"')
    assert value(again, "double") == ""
    assert again.problems() == []
    assert again.submission_xml() == xml


def test_a_reason_nobody_knows_is_refused(form: MakeForm) -> None:
    with pytest.raises(WrongTypeError):
        _read(
            form, '<data id="form" xmlns:h="urn:habitat-desktop:xforms"><rooms h:unavailable="lazy"/></data>'
        )

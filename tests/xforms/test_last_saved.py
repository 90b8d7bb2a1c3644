"""jr://instance/last-saved: what was answered in the newest submission of the same form."""

from dataclasses import replace

from habitat_desktop.xforms.engine import FormInstance
from tests.xforms.conftest import MakeForm, fixed_environment, value

_FORM = """
    | survey |         |        |        |                       |                             |
    |        | type    | name   | label  | default               | calculation                 |
    |        | text    | street | Street | ${last-saved#street}  |                             |
    |        | integer | number | Number |                       |                             |
    |        | calculate | before |      |                       | ${last-saved#number} + 1    |
"""


def test_answers_begin_with_those_of_the_newest_submission(form: MakeForm) -> None:
    made = form(_FORM)
    first = FormInstance(made, fixed_environment())
    assert value(first, "street") == ""
    first.answer("/data/street", "Hill Road")
    first.answer("/data/number", "7")
    xml = first.submission_xml()
    second = FormInstance(made, replace(fixed_environment(), last_saved=lambda: xml))
    assert value(second, "street") == "Hill Road"
    assert value(second, "before") == "8"
    third = FormInstance(made, replace(fixed_environment(), last_saved=second.submission_xml))
    assert value(third, "before") == ""


def test_the_newest_submission_is_no_file_beside_the_form(form: MakeForm) -> None:
    made = form(_FORM)
    assert made.last_saved == "__last-saved"
    assert made.missing_files == ()


def test_forms_that_do_not_ask_for_it_never_have_it_read(form: MakeForm) -> None:
    def last_saved() -> str:
        raise AssertionError("read for nothing")

    made = form("""
        | survey |      |        |        |
        |        | type | name   | label  |
        |        | text | street | Street |
    """)
    assert made.last_saved == ""
    FormInstance(made, replace(fixed_environment(), last_saved=last_saved))


def test_a_newest_submission_that_is_no_xml_counts_as_none(form: MakeForm) -> None:
    broken = FormInstance(form(_FORM), replace(fixed_environment(), last_saved=lambda: "<data>"))
    assert value(broken, "street") == ""

"""Every column of the sheet `settings`: what it does to the form and to its submissions."""

import pytest

from habitat_desktop.xforms.problems import FormError
from tests.xforms.conftest import Fill, MakeForm


def _with(**settings: str) -> str:
    """A form of two questions with `settings`."""
    names, values = " | ".join(settings), " | ".join(settings.values())
    return f"""
        | survey   |      |       |       |
        |          | type | name  | label |
        |          | text | first | First   name |
        |          | text | last  | Last name |
        | settings |
        |          | {names} |
        |          | {values} |
    """


def test_title_id_and_version_name_the_form(form: MakeForm, fill: Fill) -> None:
    table = _with(form_title="House visits", form_id="visits", version="2026a")
    made = form(table)
    assert (made.title("en"), made.form_id, made.version) == ("House visits", "visits", "2026a")
    assert fill(table).submission_xml().startswith('<data id="visits" version="2026a">')


def test_without_settings_the_file_names_the_form(form: MakeForm) -> None:
    made = form("""
        | survey |      |       |       |
        |        | type | name  | label |
        |        | text | first | First |
    """)
    assert (made.title("en"), made.form_id, made.version, made.style) == ("form", "form", "", "")


def test_old_names_of_settings_are_understood(form: MakeForm) -> None:
    made = form(_with(title="Visits", id_string="visits"))
    assert (made.title("en"), made.form_id) == ("Visits", "visits")


def test_headers_of_settings_may_have_spaces_and_capitals(form: MakeForm) -> None:
    made = form(
        _with(**{"Form ID": "visits", "form title": "Visits", " Version ": "3", "Habitat Subject": "last"})
    )
    assert (made.title("en"), made.form_id, made.version) == ("Visits", "visits", "3")
    assert made.subject == ("/data/last",)


def test_settings_given_twice_under_two_headers_are_refused(form: MakeForm) -> None:
    with pytest.raises(FormError, match="form id"):
        form(_with(**{"form_id": "a", "form id": "b"}))


def test_instance_name_is_worked_out_and_submitted(fill: Fill) -> None:
    instance = fill(_with(instance_name="concat(${last}, ', ', ${first})"))
    instance.answer("/data/first", "Amina")
    instance.answer("/data/last", "Odhiambo")
    assert "<instanceName>Odhiambo, Amina</instanceName>" in instance.submission_xml()


def test_name_is_that_of_the_root(fill: Fill) -> None:
    instance = fill(_with(name="household"))
    instance.answer("/household/first", "Amina")
    assert "<first>Amina</first>" in instance.submission_xml()
    assert instance.submission_xml().startswith("<household ")


def test_style_is_the_class_of_the_body(form: MakeForm) -> None:
    assert form(_with(style="pages theme-grid")).style == "pages theme-grid"


def test_sending_is_left_to_those_who_send(form: MakeForm) -> None:
    made = form(
        _with(
            submission_url="https://example.org/in",
            public_key="MIIB",
            auto_send="true",
            auto_delete="false",
            client_editable="yes",
        )
    )
    assert made.submission == {
        "action": "https://example.org/in",
        "method": "post",
        "base64RsaPublicKey": "MIIB",
        "orx:auto-send": "true",
        "orx:auto-delete": "false",
        "odk:client-editable": "true",
    }
    assert [name for name, _ in made.beyond] == ["base64RsaPublicKey", "orx:auto-send", "orx:auto-delete"]


def test_prefix_delimiter_and_tags_of_short_messages_are_kept_and_told(form: MakeForm, fill: Fill) -> None:
    table = """
        | survey   |      |       |       |             |
        |          | type | name  | label | compact_tag |
        |          | text | first | First | fn          |
        | settings |
        |          | prefix | delimiter |
        |          | hh     | +         |
    """
    instance = fill(table)
    instance.answer("/data/first", "Amina")
    assert form(table).beyond == (("sms", "/data"), ("sms", "/data/first"))
    xml = instance.submission_xml()
    assert 'odk:prefix="hh" odk:delimiter="+"' in xml
    assert '<first odk:tag="fn">Amina</first>' in xml


@pytest.mark.parametrize(("cleaned", "label"), [("yes", "First name"), ("no", "First   name")])
def test_spaces_in_texts_are_cleaned_unless_told_otherwise(fill: Fill, cleaned: str, label: str) -> None:
    assert fill(_with(clean_text_values=cleaned)).state("/data/first").label == label


def test_the_default_language_comes_first_and_fills_gaps(form: MakeForm, fill: Fill) -> None:
    table = """
        | survey   |      |       |                     |                      |                    |
        |          | type | name  | label::English (en) | label::Français (fr) | hint::Français (fr) |
        |          | text | first | First name          | Prénom               | Comme au registre  |
        | settings |
        |          | default_language |
        |          | Français (fr)    |
    """
    assert form(table).languages == ("fr", "en")
    state = fill(table, language="en").state("/data/first")
    assert (state.label, state.hint) == ("First name", "-")
    assert fill(table, language="es").state("/data/first").label == "Prénom"


def test_texts_without_a_language_are_of_the_default_language(form: MakeForm) -> None:
    made = form("""
        | survey   |      |       |            |                      |
        |          | type | name  | label      | label::Français (fr) |
        |          | text | first | First name | Prénom               |
        | settings |
        |          | default_language |
        |          | English (en)     |
    """)
    assert made.languages == ("en", "fr")
    assert made.element("/data/first").label("en") == "First name"


_TWICE = """
    | survey   |                  |      |       |
    |          | type             | name | label |
    |          | select_one roofs | roof | Roof  |
    | choices  |                  |      |       |
    |          | list_name        | name | label |
    |          | roofs            | tin  | Tin   |
    |          | roofs            | tin  | Zinc  |
    | settings |
    |          | allow_choice_duplicates |
    |          | {allowed} |
"""


def test_choices_stand_twice_only_where_that_is_allowed(form: MakeForm, fill: Fill) -> None:
    choices = fill(_TWICE.format(allowed="yes")).state("/data/roof").choices
    assert [(choice.value, choice.label) for choice in choices] == [("tin", "Tin"), ("tin", "Zinc")]
    with pytest.raises(FormError):
        form(_TWICE.format(allowed="no"))


def test_attributes_and_namespaces_reach_the_submission(fill: Fill) -> None:
    xml = fill("""
        | survey   |      |       |       |                      |               |
        |          | type | name  | label | bind::esri:fieldLength | instance::hxl |
        |          | text | first | First | 50                   | #name         |
        | settings |
        |          | namespaces                     | attribute::xyz | attribute::esri:layer |
        |          | esri="http://esri.com/xforms"  | 1234           | 9                     |
    """).submission_xml()
    assert 'xmlns:esri="http://esri.com/xforms"' in xml
    assert 'xyz="1234"' in xml and 'esri:layer="9"' in xml
    assert '<first hxl="#name"/>' in xml


def test_a_form_that_leaves_out_its_instance_id_gets_one_all_the_same(fill: Fill) -> None:
    xml = fill(_with(omit_instanceID="yes")).submission_xml()
    assert "instanceID>uuid:00000000-0000-4000-8000-000000000001<" in xml


def test_settings_only_old_servers_read_change_nothing(form: MakeForm) -> None:
    plain = form(_with(form_id="visits"))
    old = form(_with(form_id="visits", sms_keyword="visit", sms_separator="+", sms_allow_media="no"))
    assert old.hash == plain.hash

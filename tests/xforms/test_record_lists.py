# ruff: noqa: E501 - forms are written as tables
"""`bind::habitat:records`: a list whose rows are records, as the form sees it."""

from dataclasses import replace

import pytest

from habitat_desktop.xforms.engine import FormInstance
from habitat_desktop.xforms.record_lists import RecordList, read_record_list
from tests.xforms.conftest import MakeForm, fixed_environment, value

_FORM = """
| survey |                                   |         |         |                       |                    |
|        | type                              | name    | label   | bind::habitat:records | choice_filter      |
|        | text                              | land    | Country |                       |                    |
|        | select_one_from_file projects.csv | project | Project | project code title    | country = ${land}  |
|        | select_one_from_file projects.csv | second  | Other   |                       |                    |
| settings |         |         |
|          | form_id | version | habitat_key | habitat_from | habitat_subject |
|          | visit   | 1       | project land | 2026-H1     | project         |
"""
_HEADER = {"projects.csv": "name,label,record,country,period"}
_ROWS = {
    "projects": [
        ("P1", "Slums", "r1", "KEN", "2026-H1"),
        ("P1", "Slums, old", "r0", "UGA", "2025-H2"),
        ("P2", "Water", "r2", "KEN", "2026-H1"),
    ]
}


def _values(made: FormInstance, ref: str) -> list[str]:
    return [choice.value for choice in made.state(ref).choices]


def test_without_a_workspace_the_list_is_empty(form: MakeForm) -> None:
    made = FormInstance(form(_FORM, _HEADER), fixed_environment())
    assert _values(made, "/data/second") == []


def test_rows_are_filtered_and_a_value_stands_once(form: MakeForm) -> None:
    made = FormInstance(form(_FORM, _HEADER), replace(fixed_environment(), record_rows=_ROWS))
    assert _values(made, "/data/second") == ["P1", "P2"]
    assert _values(made, "/data/project") == []
    made.answer("/data/land", "UGA")
    assert _values(made, "/data/project") == ["P1"]


def test_an_answer_the_filter_no_longer_gives_is_kept_and_told(form: MakeForm) -> None:
    made = FormInstance(form(_FORM, _HEADER), replace(fixed_environment(), record_rows=_ROWS))
    made.answer("/data/land", "KEN")
    made.answer("/data/project", "P2")
    assert made.warnings() == [] and made.told_gone("/data/project") == ""
    made.answer("/data/land", "UGA")
    assert value(made, "project") == "P2"
    assert [one.ref for one in made.warnings()] == ["/data/project"]
    assert "P2" in made.told_gone("/data/project")


def test_a_file_with_rows_of_its_own_keeps_them(form: MakeForm) -> None:
    made_form = form(_FORM, {"projects.csv": "name,label,record,country,period\nZ1,Shipped,,,"})
    made = FormInstance(made_form, replace(fixed_environment(), record_rows=_ROWS))
    assert _values(made, "/data/second") == ["Z1"]


def test_key_and_first_period_are_read(form: MakeForm) -> None:
    made = form(_FORM, _HEADER)
    assert made.key == ("/data/project", "/data/land")
    assert made.from_period == "2026-H1"
    plain = form(_FORM.replace("habitat_key", "habitat_xey").replace("habitat_from", "habitat_xrom"), _HEADER)
    assert (plain.key, plain.from_period) == (plain.subject, "")


def test_which_records_are_meant_is_part_of_the_definition(form: MakeForm) -> None:
    one, other = form(_FORM, _HEADER).hash, form(_FORM.replace("code title", "code named"), _HEADER).hash
    assert one != other


@pytest.mark.parametrize(
    "text", ["", "project code", "project code title more", "a/b code title", "p c ${t}"]
)
def test_what_does_not_name_records_is_none(text: str) -> None:
    assert read_record_list(text) is None


def test_questions_may_be_named_by_their_place() -> None:
    assert read_record_list("project about/code  title") == RecordList("project", "about/code", "title")

"""`habitat form check` as a form designer uses it: lines to read, JSON for scripts, an exit code."""

from pathlib import Path

import openpyxl
import pytest

from tests.flow.conftest import Habitat

SURVEY = [
    ["type", "name", "label", "relevant", "appearance"],
    ["integer", "rooms", "Rooms", "", ""],
    ["integer", "windows", "Windows", "${roms} > 0", ""],
    ["date", "built", "Built", "", "ethiopian"],
]


@pytest.fixture
def form(tmp_path: Path) -> Path:
    path = tmp_path / "houses.xlsx"
    book = openpyxl.Workbook()
    survey = book.active
    survey.title = "survey"
    for row in SURVEY:
        survey.append(row)
    settings = book.create_sheet("settings")
    settings.append(["form_id", "version"])
    settings.append(["houses", "1"])
    book.save(path)
    return path


def test_the_check_reads_line_by_line_and_ends_with_a_summary(habitat: Habitat, form: Path) -> None:
    said = habitat(None, "form", "check", form)
    assert said.code == 1
    assert said.err.splitlines() == [
        "survey D3 relevant: error: There is no question “roms”. Did you mean “rooms”? [REFERENCE_UNKNOWN]",
        "survey E4 appearance: warning: The appearance “ethiopian” is not shown in "
        "ODK Web Forms, Enketo: the question looks plain there. [TRAVEL_APPEARANCE]",
    ]
    assert said.out == "houses.xlsx: 1 error, 1 warning.\n"


def test_the_json_keeps_its_shape(habitat: Habitat, form: Path) -> None:
    said = habitat(None, "form", "check", form, "--json")
    assert said.code == 1 and said.json["ok"] is False
    assert said.json["problems"][0] == {
        "code": "REFERENCE_UNKNOWN",
        "severity": "error",
        "sheet": "survey",
        "row": 3,
        "column": "relevant",
        "cell": "D3",
        "path": "",
        "message": "There is no question “roms”.",
        "hint": "Did you mean “rooms”?",
        "tools": [],
    }
    assert said.json["problems"][1]["tools"] == ["webforms", "enketo"]


def test_warnings_alone_do_not_fail(habitat: Habitat, form: Path) -> None:
    book = openpyxl.load_workbook(form)
    book["survey"]["D3"] = "${rooms} > 0"
    book.save(form)
    said = habitat(None, "form", "check", form)
    assert said.code == 0 and said.out == "houses.xlsx: 0 errors, 1 warning.\n"
    assert habitat(None, "form", "check", form, "--json").json["ok"] is True

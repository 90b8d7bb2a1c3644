"""Own workbooks by command: what is proposed, a preview that keeps nothing, drafts, a saved mapping."""

import json
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from click.testing import CliRunner

from habitat_desktop.cli.context import Context
from habitat_desktop.cli.main import habitat
from habitat_desktop.errors import HabitatError
from habitat_desktop.settings import Settings
from habitat_desktop.workspace import create_workspace


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create_workspace(tmp_path / "ke", Settings("office", "KE", "Kenya office", ("KEN",))).close()
    return tmp_path / "ke"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "ours.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Projects")
        for row, cells in enumerate(
            [["Project code", "Name", "Money"], ["A-1", "Kibera", 5], ["A-2", "x", "?"]]
        ):
            sheet.write_row(row, 0, cells)
    return path


def run(folder: Path, *words: str) -> Any:
    context = Context(open_window=lambda *_: 0, take_screenshots=lambda *_: [])
    result = CliRunner().invoke(habitat, ["--workspace", str(folder), *words], obj=context)
    context.close()
    if isinstance(result.exception, HabitatError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def test_a_sheet_becomes_drafts_with_a_mapping_that_is_kept(folder: Path, file: Path) -> None:
    said = json.loads(
        run(
            folder, "workbook", "propose", str(file), "--form", "project_status", "--repeat", "-", "--json"
        ).stdout
    )
    assert (said["sheet"], said["header_row"]) == ("Projects", 1)
    assert {"column": "A", "heading": "Project code", "path": said["columns"][0]["path"]} in said["columns"]
    load = ("workbook", "load", str(file), "--form", "project_status", "--repeat", "-", "--period", "2026-H1")
    maps = ("--map", "B=title_en", "--map", "C=budget_usd", "--save", "Our list")
    seen = json.loads(run(folder, *load, *maps, "--preview", "--json").stdout)
    assert len(seen["records"]) == 2
    assert json.loads(run(folder, "record", "list", "--json").stdout) == []
    made = run(folder, "workbook", "load", str(file), "--mapping", "our list", "--period", "2026-H1")
    assert "2 drafts were made" in made.stdout
    assert "C3" in made.stderr
    records = json.loads(run(folder, "record", "list", "--json").stdout)
    assert {record["state"] for record in records} == {"draft"}
    (kept,) = json.loads(run(folder, "workbook", "list", "--json").stdout)
    assert kept["name"] == "Our list"
    again = run(folder, "workbook", "load", str(file), "--mapping", "Our list", "--period", "2026-H1")
    assert "is there already" in again.stderr


def test_what_is_not_said_is_asked_for(folder: Path, file: Path) -> None:
    with pytest.raises(HabitatError) as which:
        run(folder, "workbook", "load", str(file))
    assert which.value.code == "WHICH_FORM"
    with pytest.raises(HabitatError) as word:
        run(folder, "workbook", "load", str(file), "--form", "project_status", "--map", "ZZ=title_en")
    assert word.value.code == "MAPPING_WORD"
    with pytest.raises(HabitatError) as period:
        run(folder, "workbook", "load", str(file), "--form", "project_status", "--repeat", "-")
    assert period.value.code == "NO_PERIOD_TO_LOAD"

"""A report in every format, at the command line."""

import subprocess
import sys
from pathlib import Path

import pytest
from docx import Document as read_word
from openpyxl import load_workbook

from habitat_desktop.workspace import open_workspace
from tests.flow.conftest import Habitat
from tests.reports.making import Headquarters


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Headquarters with an invented project of Kenya."""
    from habitat_desktop.cli import run

    folder = tmp_path_factory.mktemp("reports") / "hq"
    words = ["init", str(folder), "--office", "HQ", "--name", "Nairobi", "--role", "headquarters"]
    words += ["--person", "A. Diallo"]
    assert run(words, open_window=lambda folder: 0, take_screenshots=lambda *parts: []) == 0
    workspace = open_workspace(folder)
    answers = {"project_code": "K1", "title_en": "Kibera", "activity_status": "2"}
    comments = {"comments": "Demonstration data. Invented: all of it."}
    Headquarters(workspace.database, workspace.library).take("project_status", answers | comments)
    workspace.close()
    return folder


def test_reports_are_listed_with_the_forms_they_read(habitat: Habitat, desk: Path) -> None:
    found = {one["name"]: one for one in habitat(desk, "report", "list", "--json").json}
    assert found["portfolio"]["forms"] == ["project_status"]
    assert "S01" in found["portfolio"]["seeds"]


def test_a_report_is_written_in_every_format_and_language(
    habitat: Habitat, desk: Path, tmp_path: Path
) -> None:
    command = ("report", "portfolio", "--period", "2026-H1", "--basis", "received")
    said = habitat(desk, *command, "--json").json
    assert said["demonstration"] and said["records"]
    sheet, word, page = (tmp_path / f"portfolio.{ending}" for ending in ("xlsx", "docx", "html"))
    for path, language in ((sheet, "ar"), (word, "zh"), (page, "fr")):
        assert habitat(desk, *command, "--language", language, "--output", path).code == 0
    assert load_workbook(sheet).worksheets[0].sheet_view.rightToLeft
    assert read_word(str(word)).paragraphs
    assert 'lang="fr"' in page.read_text(encoding="utf-8")


def test_a_pdf_is_printed_in_a_process_of_its_own(desk: Path, tmp_path: Path) -> None:
    path = tmp_path / "portfolio.pdf"
    words = ["report", "portfolio", "--period", "2026-H1", "--basis", "received", "--language", "ar"]
    program = [sys.executable, "-m", "habitat_desktop", "--workspace", str(desk)]
    subprocess.run([*program, *words, "--output", str(path)], check=True, capture_output=True)
    assert path.read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("portfolio", "--period", "2026-H3"), "REPORT_PERIOD"),
        (("portfolio", "--period", "2026-H1", "--country", "Kenya"), "UNKNOWN_COUNTRY"),
        (("portfolio", "--period", "2026-H1", "--office", "XX"), "REPORT_OFFICE"),
        (("portfolio", "--period", "2026-H1", "--output", "report.odt"), "REPORT_FORMAT"),
        (("portfolio", "--period", "2026-H1", "--output", "nowhere/report.xlsx"), "NO_SUCH_FOLDER"),
        (("portfolio", "--period", "2026-H1", "--output", "report.pdf"), "NO_PRINTING"),
    ],
)
def test_what_cannot_be_made_is_told(habitat: Habitat, desk: Path, words: tuple[str, ...], code: str) -> None:
    said = habitat(desk, "report", *words, "--json")
    assert said.code == 1 and said.json["code"] == code


def test_codes_of_offices_and_countries_may_be_written_small(habitat: Habitat, desk: Path) -> None:
    words = ("--period", "2026-H1", "--basis", "received", "--office", "ke", "--country", "ken", "--json")
    said = habitat(desk, "report", "portfolio", *words)
    assert said.json["records"] and not said.err


def test_a_period_without_a_record_is_told_and_the_file_written(
    habitat: Habitat, desk: Path, tmp_path: Path
) -> None:
    path = tmp_path / "portfolio.html"
    words = ("--period", "2026", "--period", "2062-H1", "--basis", "received", "--output", path)
    said = habitat(desk, "report", "portfolio", *words)
    assert said.code == 0 and path.exists()
    assert said.err == "First half 2062: no record of this period is in the report.\n"


def test_a_file_that_cannot_be_written_is_called_as_it_was_asked_for(
    habitat: Habitat, desk: Path, tmp_path: Path
) -> None:
    (tmp_path / "report.html.part").mkdir()  # nothing can be written there
    words = ("--period", "2026-H1", "--basis", "received", "--output", tmp_path / "report.html")
    said = habitat(desk, "report", "portfolio", *words)
    assert said.code == 1
    assert f"“{tmp_path / 'report.html'}”" in said.err and ".part" not in said.err


def test_on_a_terminal_notes_stand_below_tables_and_no_sign_is_invisible(
    habitat: Habitat, desk: Path
) -> None:
    words = ("resolutions", "--period", "2026-H1", "--basis", "received")
    said = habitat(desk, "report", *words).out
    assert "the last row adds up all of them" in said and "of Nairobi" in said
    assert not {"\u2066", "\u2068", "\u2069"} & set(said)
    assert "\u2068Nairobi\u2069" in habitat(desk, "report", *words, "--language", "ar").out

"""An office's own workbook: columns are found, cells understood or told, loaded whole or not at all."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from habitat_desktop.packages.own_workbooks import loading, mapping, proposing, reading
from habitat_desktop.packages.own_workbooks.mapping import COUNTRY, Column, Mapping
from habitat_desktop.packages.reader import Reader, Workbook
from habitat_desktop.progress import Cancelled, Progress
from habitat_desktop.records import comparisons, repository
from habitat_desktop.records.record import Heading
from habitat_desktop.resources import data_dir
from habitat_desktop.settings import Person, Settings
from habitat_desktop.workspace import Workspace, create_workspace
from habitat_desktop.xforms.choices import listed_choices
from habitat_desktop.xforms.library import Library

ROOT = "/data"
FORM = "project_status"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return Library([data_dir("forms")], tmp_path_factory.mktemp("cache"))


@pytest.fixture
def workspace(tmp_path: Path, library: Library) -> Iterator[Workspace]:
    person = Person("M. Njeri")
    made = create_workspace(
        tmp_path / "ke",
        Settings("office", "KE", "Kenya office", ("KEN",), persons=(person,), person="M. Njeri"),
    )
    made.__dict__["library"] = library
    yield made
    made.close()


def book(path: Path, rows: list[list[Any]], sheet: str = "Projets", above: int = 2) -> Path:
    """Write a sheet with a title and an empty row above its headings, as people do."""
    with xlsxwriter.Workbook(path) as made:
        page = made.add_worksheet(sheet)
        if above:
            page.write(0, 0, "Suivi des projets")
        day = made.add_format({"num_format": "dd/mm/yyyy"})
        for row, cells in enumerate(rows, start=above):
            for column, cell in enumerate(cells):
                if isinstance(cell, datetime):
                    page.write_datetime(row, column, cell, day)
                else:
                    page.write(row, column, cell)
        made.add_worksheet("Notes").write(0, 0, "rien")
    return path


def projects(form: Any, language: str = "fr") -> list[list[Any]]:
    label = {t.question.name: t.label(language) for t in proposing.targets(form)}
    return [
        [
            "Pays",
            label["project_code"],
            label["title_en"],
            label["planned_start"],
            label["budget_usd"],
            "Remarque",
        ],
        ["Kenya", "KE-001", "Kibera", datetime(2024, 3, 1), 1250000, "x"],
        ["Ouganda", "UG-002", "Kampala", "15/04/2025", "1.250,5", ""],
        ["Nulle part", "KE-003", "Mathare", "32/13/2025", "beaucoup", ""],
        ["", "", "", "", "", ""],
    ]


def opened(path: Path, reader: Reader) -> Workbook:
    return reader.read(path)


def test_sheet_header_row_and_columns_are_found_by_labels_in_any_language(
    tmp_path: Path, reader: Reader, library: Library
) -> None:
    form = library.form(FORM)
    for language in ("fr", "ar", "zh"):
        path = book(tmp_path / f"{language}.xlsx", projects(form, language))
        found = proposing.propose(opened(path, reader), form, "en")
        assert found.language == language
        assert (found.sheet, found.header_row, found.repeat) == ("Projets", 3, "")
        names = [column.path.rpartition("/")[2] for column in found.columns]
        assert names == ["$country", "project_code", "title_en", "planned_start", "budget_usd"]


def test_cells_are_understood_and_what_is_not_is_told_by_its_address(
    tmp_path: Path, reader: Reader, library: Library
) -> None:
    form = library.form(FORM)
    workbook = opened(book(tmp_path / "a.xlsx", projects(form)), reader)
    found = proposing.propose(workbook, form, "fr")
    sheet = reading.read_sheet(workbook, found, form)
    values = [{path.rpartition("/")[2]: value for path, value in row.answers.items()} for row in sheet.rows]
    assert values[0]["planned_start"] == "2024-03-01"
    assert values[0]["budget_usd"] == "1250000"
    assert (values[1]["planned_start"], values[1]["budget_usd"]) == ("2025-04-15", "1250.5")
    assert [row.country for row in sheet.rows] == ["KEN", "UGA", ""]
    assert [(one.cell, one.text) for one in sheet.troubles] == [
        ("A6", "Nulle part"), ("D6", "32/13/2025"), ("E6", "beaucoup"),
    ]  # fmt: skip
    assert sheet.left_out == ("Remarque",)
    assert "E6" in reading.said_trouble(sheet.troubles[-1], "Budget")


def test_a_choice_is_mapped_once_for_all_its_cells(tmp_path: Path, reader: Reader, library: Library) -> None:
    form = library.form(FORM)
    target = next(t for t in proposing.targets(form) if t.question.name == "project_type")
    first = listed_choices(form, target.question, "en")[0].value
    rows = [[target.question.name], ["our own word"], ["OUR OWN WORD "], [first]]
    workbook = opened(book(tmp_path / "a.xlsx", rows, above=0), reader)
    found = Mapping(FORM, "Projets", 1, (Column(0, target.question.name, target.path),))
    assert [t.cell for t in reading.read_sheet(workbook, found, form).troubles] == ["A2", "A3"]
    found = found.with_word(target.path, "our own word", first)
    sheet = reading.read_sheet(workbook, found, form)
    assert not sheet.troubles
    assert [row.answers[target.path] for row in sheet.rows] == [first] * 3


def test_a_mapping_is_kept_and_found_again_where_columns_moved(
    tmp_path: Path, reader: Reader, library: Library
) -> None:
    form = library.form(FORM)
    rows = projects(form)
    found = proposing.propose(opened(book(tmp_path / "a.xlsx", rows), reader), form, "fr")
    kept = mapping.Mapping(**{**vars(found), "name": "Suivi / projets", "country": "KEN"})
    mapping.save(tmp_path / "mappings", kept)
    (tmp_path / "mappings" / "broken.json").write_text("{")
    (again,) = mapping.saved(tmp_path / "mappings")
    assert again == kept
    assert mapping.named(tmp_path / "mappings", "suivi / PROJETS") == kept
    moved = [[row[4], *row[:4], "neu"] for row in rows]
    other = opened(book(tmp_path / "b.xlsx", moved, sheet="2026", above=5), reader)
    fitting = proposing.fitting(other, [again])
    assert fitting is not None
    assert (fitting.sheet, fitting.header_row) == ("2026", 6)
    assert {c.path.rpartition("/")[2]: c.index for c in fitting.columns}["budget_usd"] == 0
    unlike = opened(book(tmp_path / "c.xlsx", [["a", "b"], [1, 2]]), reader)
    assert proposing.fitting(unlike, [again]) is None
    with pytest.raises(mapping.MappingUnknownError):
        mapping.named(tmp_path / "mappings", "no such")
    with pytest.raises(mapping.MappingNameError):
        mapping.save(tmp_path / "mappings", found)


@pytest.fixture
def sheet(tmp_path: Path, reader: Reader, library: Library) -> tuple[reading.Sheet, Mapping]:
    form = library.form(FORM)
    workbook = opened(book(tmp_path / "a.xlsx", projects(form)[:3]), reader)
    found = proposing.propose(workbook, form, "fr")
    found = mapping.Mapping(**{**vars(found), "period": "2026-H1"})
    return reading.read_sheet(workbook, found, form), found


def test_rows_become_drafts_once_and_a_preview_keeps_nothing(
    workspace: Workspace, sheet: tuple[reading.Sheet, Mapping]
) -> None:
    rows, found = sheet
    seen = loading.preview(workspace, rows, found, Progress())
    assert seen.made == 2
    with workspace.read() as session:
        assert repository.list_records(session) == []
    made = loading.load_drafts(workspace, rows, found, Progress())
    assert made.made == 2
    with workspace.read() as session:
        records = repository.list_records(session)
    assert {record.country for record in records} == {"KEN", "UGA"}
    assert {record.period for record in records} == {"2026-H1"}
    assert all(record.state == "draft" for record in records)
    again = loading.load_drafts(workspace, rows, found, Progress())
    assert again.made == 0
    assert {one.label for one in again.records} == {record.label for record in records}


def test_what_cannot_be_loaded_leaves_nothing(
    workspace: Workspace, sheet: tuple[reading.Sheet, Mapping]
) -> None:
    rows, found = sheet

    class Stopping(Progress):
        def step(self, done: int, total: int) -> None:
            if done:
                self.cancel()
            super().step(done, total)

    with pytest.raises(Cancelled):
        loading.load_drafts(workspace, rows, found, Stopping())
    nowhere = reading.Sheet((*rows.rows[:1], reading.Row(9, "", "2026-H1", rows.rows[1].answers)), ())
    with pytest.raises(loading.NoPeriodError, match="9"):
        loading.load_drafts(workspace, nowhere, found, Progress())
    with pytest.raises(loading.NothingToLoadError):
        loading.load_drafts(workspace, reading.Sheet((), ()), found, Progress())
    with workspace.read() as session:
        assert repository.list_records(session) == []


def test_a_past_period_is_compared_with_and_is_no_record(
    workspace: Workspace, sheet: tuple[reading.Sheet, Mapping]
) -> None:
    rows, found = sheet
    outcome = loading.load_comparison(workspace, rows, found, "a.xlsx", Progress())
    assert outcome.made == 2
    with workspace.read() as session:
        assert repository.list_records(session) == []
    subject = outcome.records[0].subject
    heading = Heading(FORM, "2", "", "KEN", "2026-H2", subject)
    compared = comparisons.before(workspace.folder, heading)
    assert compared is not None
    assert "1250000" in str(compared.answers)
    assert comparisons.before(workspace.folder, Heading(FORM, "2", "", "KEN", "2027-H1", subject)) is None
    assert comparisons.before(workspace.folder, Heading(FORM, "2", "", "KEN", "", subject)) is None


def test_rows_may_be_entries_of_one_return(
    tmp_path: Path, workspace: Workspace, reader: Reader, library: Library
) -> None:
    form = library.form("slum_upgrading")
    (repeat,) = [one.path for one in proposing.repeats(form) if one.name == "settlement"]
    label = {t.question.name: t.label("es") for t in proposing.targets(form, repeat)}
    rows: list[list[Any]] = [
        [label["st_name"], label["st_code"], label["st_pop_total"], label["st_pop_female"]],
        ["Kibera", "KIB", 185000, 94100],
        ["Mathare", "MAT", "68.900", "-5"],
    ]
    workbook = opened(book(tmp_path / "s.xlsx", rows, above=0), reader)
    found = proposing.propose(workbook, form, "es")
    assert found.repeat == repeat
    found = mapping.Mapping(**{**vars(found), "country": "KEN", "period": "2026-H1"})
    outcome = loading.load_drafts(workspace, reading.read_sheet(workbook, found, form), found, Progress())
    assert outcome.made == 1
    assert ("D3", "-5") in {(one.cell, one.text) for one in outcome.troubles}
    with workspace.read() as session:
        draft = repository.find_draft(session, outcome.records[0].record_id)
    assert draft is not None
    assert [entry["st_name"] for entry in draft.answers["settlement"]] == ["Kibera", "Mathare"]


@pytest.mark.parametrize(
    ("text", "key"),
    [("2026-H1", "2026-H1"), ("H2 2025", "2025-H2"), ("2026/S1", "2026-H1"), ("2026", "2026"), ("soon", ""),
     ("2026 H3", ""), ("1/2/2026", "")],
)  # fmt: skip
def test_periods_are_read_as_people_write_them(text: str, key: str) -> None:
    assert reading.read_period(text) == key


def test_countries_are_read_in_any_language_and_by_code() -> None:
    texts = ("kenya", "КЕНИЯ", "肯尼亚", "KEN", "كينيا", "Atlantis")
    assert [reading.read_country(text) for text in texts] == ["KEN"] * 5 + [""]
    assert COUNTRY.startswith("$")

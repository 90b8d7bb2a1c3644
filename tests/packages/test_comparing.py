"""What somebody changed in Excel is found to the cell; what programs change by saving is not."""

import random
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from habitat_desktop.i18n.catalogues import speaking
from habitat_desktop.packages.comparing import Finding, compare, compare_all
from habitat_desktop.packages.reader import Reader, open_package
from tests.packages.offices import NASTY, find_form, full_answers, package_of, revision_of, write

Edit = Callable[[Any], None]


def _package_file(folder: Path, records: int = 6) -> Path:
    return write(folder / "package.xlsx", package_of([revision_of(n) for n in range(1, records + 1)]))


def _findings(path: Path, reader: Reader) -> list[Finding]:
    opened = open_package(path, reader)
    return compare(opened.package, opened.workbook, find_form)


def _edited(path: Path, edit: Edit) -> Path:
    book = openpyxl.load_workbook(path)
    edit(book)
    book.save(path)
    return path


def _nasty_file(folder: Path) -> Path:
    numbers = ("0", "-1", "0.1", "123456789012345", "0.000001", "99999999.99", "1234.50", "007", "1e5")
    dates = ("1900-02-28", "1900-03-01", "2026-12-31", "9999-12-31", "0001-01-01")
    revisions = []
    for number, text in enumerate(NASTY, 1):
        answers = full_answers(text)
        answers["totals"] = {
            "residents": numbers[number % len(numbers)],
            "share": numbers[-number % len(numbers)],
        }
        answers["surveyed"] = dates[number % len(dates)]
        answers["settlement"][0]["st_name"] = text
        answers["settlement"][1]["st_homes"] = {"$unavailable": {"reason": "refused", "remark": text}}
        revisions.append(revision_of(number, answers))
    return write(folder / "nasty.xlsx", package_of(revisions))


def test_an_untouched_package_has_no_finding(tmp_path: Path, reader: Reader) -> None:
    assert _findings(_nasty_file(tmp_path), reader) == []


def test_saving_it_with_openpyxl_gives_no_finding(tmp_path: Path, reader: Reader) -> None:
    assert _findings(_edited(_nasty_file(tmp_path), lambda book: None), reader) == []


@pytest.mark.parametrize("seed", range(6))
def test_as_many_findings_as_edits_each_at_its_cell(tmp_path: Path, reader: Reader, seed: int) -> None:
    path = _package_file(tmp_path)
    choose = random.Random(seed)
    book = openpyxl.load_workbook(path)
    cells = [
        cell
        for name in ("settlements", "settlement", "visit")
        for row in book[name].iter_rows(min_row=3)
        for cell in row
        if cell.value is not None
    ]
    edited = choose.sample(cells, choose.randrange(1, 12))
    for cell in edited:
        cell.value = f"edited {choose.random()}"
    book.save(path)
    found = _findings(path, reader)
    assert sorted((f.sheet, f.cell) for f in found) == sorted((c.parent.title, c.coordinate) for c in edited)
    assert {f.code for f in found} == {"CELL_EDITED"}
    assert {f.new for f in found} == {cell.value for cell in edited}


def test_a_finding_says_record_question_old_and_new(tmp_path: Path, reader: Reader) -> None:
    def edit(book: Any) -> None:
        book["settlement"]["C4"] = 9

    (finding,) = _findings(_edited(_package_file(tmp_path), edit), reader)
    assert (finding.sheet, finding.cell, finding.record_id) == ("settlement", "C4", revision_of(1).record_id)
    assert (finding.question, finding.old, finding.new) == ("settlement/st_homes", "007", "9")
    assert finding.ref == "/data/settlement[2]/st_homes"
    for said in ("settlement", "C4", "KE-7F3K-0001", "Homes", "007", "9"):
        assert said in finding.message
    assert set(finding.json()) == {
        "code", "sheet", "cell", "record_id", "question", "old", "new", "message",
    }  # fmt: skip


def test_sorting_rows_and_moving_columns_gives_no_finding(tmp_path: Path, reader: Reader) -> None:
    def edit(book: Any) -> None:
        sheet = book["settlements"]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        for number, row in enumerate([*rows[:2], *reversed(rows[2:])], 1):
            for column, value in enumerate([*row[5:], *row[:5]], 1):
                cell = sheet.cell(number, column)
                cell.value = value
                if isinstance(value, str):
                    cell.data_type = "s"
                cell.number_format = "General" if not hasattr(value, "year") else "dd/mm/yyyy"

    assert _findings(_edited(_package_file(tmp_path), edit), reader) == []


def _delete_row(book: Any) -> None:
    book["settlements"].delete_rows(4)


def _add_row(book: Any) -> None:
    book["settlements"].append(["Total", None, None, None, None, 12])


def _repeat_row(book: Any) -> None:
    sheet = book["settlements"]
    sheet.append([cell.value for cell in sheet[3]])


def _delete_column(book: Any) -> None:
    book["settlements"].delete_cols(5)


def _rename_column(book: Any) -> None:
    book["settlements"]["E1"] = "town"


def _type_beside(book: Any) -> None:
    book["settlements"]["Z3"] = "look at this"


def _delete_sheet(book: Any) -> None:
    del book["visit"]


def _add_sheet(book: Any) -> None:
    book.create_sheet("Pivot")["A1"] = 1


def _replace_by_formula(book: Any) -> None:
    book["settlements"]["F3"] = "=1+1"


@pytest.mark.parametrize(
    ("edit", "code", "cell"),
    [
        (_delete_row, "ROW_REMOVED", ""),
        (_add_row, "ROW_ADDED", "A9"),
        (_repeat_row, "ROW_TWICE", "A9"),
        (_delete_column, "COLUMN_REMOVED", ""),
        (_rename_column, "HEADER_EDITED", "E1"),
        (_delete_sheet, "SHEET_REMOVED", ""),
        (_replace_by_formula, "CELL_EDITED", "F3"),
    ],
)
def test_other_changes_are_found_once(
    tmp_path: Path, reader: Reader, edit: Edit, code: str, cell: str
) -> None:
    found = _findings(_edited(_package_file(tmp_path), edit), reader)
    assert [(finding.code, finding.cell) for finding in found] == [(code, cell)]
    assert found[0].message


@pytest.mark.parametrize(
    ("edit", "code", "cell"), [(_type_beside, "COLUMN_ADDED", "Z3"), (_add_sheet, "SHEET_ADDED", "")]
)
def test_what_is_put_beside_the_tables_is_told_but_is_no_finding(
    tmp_path: Path, reader: Reader, edit: Edit, code: str, cell: str
) -> None:
    opened = open_package(_edited(_package_file(tmp_path), edit), reader)
    found = compare_all(opened.package, opened.workbook, find_form)
    assert found.findings == []
    assert [(one.code, one.cell) for one in found.additions] == [(code, cell)]


def test_an_edited_record_id_is_one_finding_at_its_cell(tmp_path: Path, reader: Reader) -> None:
    def edit(book: Any) -> None:
        book["settlements"]["T4"] = "somebody else"

    (finding,) = _findings(_edited(_package_file(tmp_path), edit), reader)
    assert (finding.code, finding.cell, finding.question) == ("CELL_EDITED", "T4", "_uuid")


def test_a_package_compares_without_its_form(tmp_path: Path, reader: Reader) -> None:
    def edit(book: Any) -> None:
        book["settlements"]["E3"] = "Elsewhere"

    opened = open_package(_edited(_package_file(tmp_path), edit), reader)
    (finding,) = compare(opened.package, opened.workbook)
    assert "city" in finding.message


def test_libreoffice_is_here_where_the_program_is_checked() -> None:
    assert shutil.which("libreoffice"), "the re-save tests need LibreOffice"


def test_a_finding_speaks_the_language_of_its_reader(tmp_path: Path, reader: Reader) -> None:
    def edit(book: Any) -> None:
        sheet = book["settlements"]
        sheet["F3"], sheet["H3"], sheet["I3"], sheet["K3"], sheet["E3"] = (
            4397,
            date(2026, 4, 1),
            "owner",
            0,
            None,
        )
        sheet.title = "Nairobi 2026"

    opened = open_package(_edited(_package_file(tmp_path), edit), reader)
    with speaking("fr"):
        said = {f.question: f.message for f in compare(opened.package, opened.workbook, find_form)}
    assert all("Nairobi 2026" in message for message in said.values())  # the name the sheet has now
    assert "4\u202f397\u202f073" in said["totals/residents"] and "4\u202f397." in said["totals/residents"]
    assert "31 mars 2026" in said["surveyed"] and "1 avr. 2026" in said["surveyed"]
    assert "Tenant" in said["tenure"] and "Owner" in said["tenure"]
    assert "Risks\u00a0: Flood" in said["risks/flood"]
    with speaking("ar"):
        (city,) = [f for f in compare(opened.package, opened.workbook, find_form) if f.question == "city"]
        assert "\u2066E3\u2069" in city.message and "\u2066KE-7F3K-0001\u2069" in city.message
        assert "\u2068City\u2069" in city.message

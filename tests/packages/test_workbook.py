"""The workbook as a person opens it."""

import re
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from habitat_desktop.packages import payload
from habitat_desktop.packages.answer_sheet import AnswerSheet, ColumnStyle
from habitat_desktop.packages.layout import Cell, unique_name
from habitat_desktop.packages.reader import Reader, open_package
from habitat_desktop.packages.texts import Formats
from habitat_desktop.packages.workbook import OPTIONS, build_workbook
from habitat_desktop.progress import Progress
from habitat_desktop.records.record import Heading
from tests.packages.offices import NASTY, find_form, full_answers, package_of, revision_of, write

_NUMBERS = {"residents": "F3", "share": "G3", "density": "O3"}
_PARTS = ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml")


def _rows(path: Path, sheet: str) -> list[dict[str, object]]:
    """The rows of a sheet by technical name."""
    rows = list(openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True))
    return [dict(zip(map(str, rows[0]), row, strict=True)) for row in rows[2:]]


def test_the_same_content_gives_the_same_file() -> None:
    package = package_of([revision_of(1), revision_of(2)])
    first, second = (
        build_workbook(package, payload.encode(package), {}, find_form, Progress()) for _ in range(2)
    )
    assert first == second


def test_rows_of_answers_are_written_as_xlsxwriter_writes_them(tmp_path: Path) -> None:
    cells: list[Cell] = [
        *NASTY,
        0,
        -1,
        0.1,
        1e-7,
        123456789012345,
        99999999.99,
        ["1900-03-01"],
        ["9999-12-31"],
        "",
    ]
    seen = []
    for name, kind in (("own", AnswerSheet), ("theirs", Worksheet)):
        book = Workbook(tmp_path / name, OPTIONS)
        sheet = book.add_worksheet("a", kind)
        formats = Formats(book)
        for style in (formats.header, formats.text, formats.several_lines, formats.number, formats.date):
            style._get_xf_index()  # styles are numbered as they are first used
        for style in formats.grouped:
            style._get_xf_index()
        sheet.write_string(0, 0, "heading", formats.header)
        if kind is AnswerSheet:
            sheet.put_rows(1, [cells, cells[::-1]], formats, [ColumnStyle(999, False)] * len(cells))
        for y, row in enumerate((cells, cells[::-1]) if kind is Worksheet else (), 1):
            for x, cell in enumerate(row):
                if isinstance(cell, str):
                    style = formats.several_lines if "\n" in cell else formats.text
                    sheet.write_string(y, x, cell, style) if cell else None
                elif isinstance(cell, list):
                    sheet.write_datetime(y, x, date.fromisoformat(cell[0]), formats.date)
                else:
                    sheet.write_number(y, x, cell, formats.number)
        book.close()
        with zipfile.ZipFile(tmp_path / name) as parts:
            seen.append(
                [re.sub(rb' (spans|ht|customHeight)="[0-9:]+"', b"", parts.read(part)) for part in _PARTS]
            )
    assert seen[0] == seen[1]


def test_numbers_and_dates_are_real_and_codes_stay_text(tmp_path: Path) -> None:
    answers = full_answers() | {"totals": {"residents": "1234567890123456", "share": "56.25"}}
    path = write(tmp_path / "a.xlsx", package_of([revision_of(1, answers)]))
    row = _rows(path, "settlements")[0]
    assert row["totals/share"] == 56.25
    assert row["totals/residents"] == "1234567890123456"  # past 15 digits Excel would change it
    assert str(row["surveyed"]) == "2026-03-31 00:00:00"
    assert (row["tenure"], row["density"], row["_index"]) == ("tenant", 6310.5, 1)
    cell = openpyxl.load_workbook(path)["settlements"]["H3"]
    assert (cell.is_date, "h" in cell.number_format) == (True, False)
    assert _rows(path, "settlement")[1]["settlement/st_homes"] == "007"


def test_quantities_are_grouped_with_their_own_decimals_and_years_are_not(tmp_path: Path) -> None:
    answers = full_answers() | {"totals": {"residents": "17100000", "share": "56.25"}, "density": "2026"}
    sheet = openpyxl.load_workbook(write(tmp_path / "a.xlsx", package_of([revision_of(1, answers)])))
    formats = {name: sheet["settlements"][cell].number_format for name, cell in _NUMBERS.items()}
    assert formats == {"residents": "#,##0_)", "share": "#,##0.00_)", "density": "General_)"}


def test_long_and_several_lines_are_wrapped_and_their_row_is_high_enough(tmp_path: Path) -> None:
    texts = ["short", "two\nlines", "word " * 20, "word " * 600]
    package = package_of([revision_of(n, full_answers(text)) for n, text in enumerate(texts, 1)])
    sheet = openpyxl.load_workbook(write(tmp_path / "a.xlsx", package))["settlements"]
    assert [bool(sheet.cell(row, 5).alignment.wrap_text) for row in range(3, 7)] == [False, True, True, False]
    heights = [sheet.row_dimensions[row].height for row in range(3, 7)]
    assert heights == [None, 30, 45, None]


def test_choices_are_joined_and_split(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", package_of([revision_of(1), revision_of(2, {"city": "Lamu"})]))
    first, second = _rows(path, "settlements")
    assert first["risks"] == "flood fire"
    assert [first[f"risks/{name}"] for name in ("flood", "fire", "slide")] == [1, 1, 0]
    assert [second[f"risks/{name}"] for name in ("flood", "fire", "slide")] == [None, None, None]


def test_repeats_point_to_the_row_they_belong_to(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", package_of([revision_of(1), revision_of(2)]))
    visits = _rows(path, "visit")
    assert [visit["_parent_index"] for visit in visits] == [1, 1, 2, 3, 3, 4]
    assert {visit["_parent_table_name"] for visit in visits} == {"settlement"}
    assert [row["_parent_index"] for row in _rows(path, "settlement")] == [1, 1, 2, 2]
    assert visits[3]["_submission__uuid"] == revision_of(2).record_id


def test_text_that_looks_like_something_else_stays_text(tmp_path: Path) -> None:
    revisions = [revision_of(number, {"city": text}) for number, text in enumerate(NASTY, 1)]
    book = openpyxl.load_workbook(write(tmp_path / "a.xlsx", package_of(revisions)))
    cells = [row[4] for row in book["settlements"].iter_rows(min_row=3)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.number_format for cell in cells} == {"@"}


def test_an_answer_that_is_not_available_is_words_not_zero(tmp_path: Path) -> None:
    answers = {
        "totals": {
            "residents": {"$unavailable": {"reason": "no_survey", "remark": ""}},
            "share": {"$unavailable": {"reason": "coming_later", "remark": "2027-01-01"}},
        }
    }
    row = _rows(write(tmp_path / "a.xlsx", package_of([revision_of(1, answers)])), "settlements")[0]
    assert row["totals/residents"] == "Not available: no survey"
    assert row["totals/share"] == "Not available: coming later: 2027-01-01"


def test_names_stand_in_row_1_and_labels_with_filters_in_row_2(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(write(tmp_path / "a.xlsx", package_of([revision_of()])))["settlements"]
    assert (sheet["F1"].value, sheet["F2"].value) == ("totals/residents", "Residents (persons)")
    assert sheet.freeze_panes == "B3"
    assert str(sheet.auto_filter.ref) == "A2:V3"


def test_the_payload_is_hidden_but_a_person_can_show_it(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write(tmp_path / "a.xlsx", package_of([revision_of()])))
    assert book["_package"].sheet_state == "hidden"
    assert book.worksheets[0].title == "Cover"


def test_sheets_run_from_right_to_left_in_arabic_only(tmp_path: Path) -> None:
    for language, expected in (("ar", True), ("en", False)):
        book = openpyxl.load_workbook(
            write(tmp_path / f"{language}.xlsx", package_of([revision_of()], language))
        )
        visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        assert {bool(sheet.sheet_view.rightToLeft) for sheet in visible} == {expected}


def test_records_of_unknown_forms_are_listed_and_travel_whole(tmp_path: Path, reader: Reader) -> None:
    unknown = revision_of(2, heading=Heading("census", "9", "x", "SOM", "2026", "Puntland"))
    package = package_of([revision_of(1), unknown])
    path = write(tmp_path / "a.xlsx", package)
    assert _rows(path, "Other records")[0]["_form"] == "census 9"
    assert len(_rows(path, "settlements")) == 1
    assert open_package(path, reader).package == package


def test_only_the_newest_version_of_a_record_has_a_row(tmp_path: Path) -> None:
    first = revision_of(1)
    second = replace(first, number=2, parents=(first.revision_id,), answers={"city": "New"}, revision_id="")
    rows = _rows(write(tmp_path / "a.xlsx", package_of([first, second])), "settlements")
    assert [row["city"] for row in rows] == ["New"]


def test_the_codebook_explains_every_question_and_code(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write(tmp_path / "a.xlsx", package_of([revision_of()])))
    rows = [tuple(row) for row in book["Codebook"].iter_rows(values_only=True)]
    assert ("settlements", "totals/residents", "Residents", "Whole number", "persons", None, None) in rows
    assert ("settlements", "tenure", "Main tenure", None, None, "owner", "Owner") in rows
    named = {row[1] for row in rows[1:]}
    columns = {c.header for s in package_of([revision_of()]).layouts[0].sheets for c in s.columns if c.path}
    assert {name for name in columns if not name.startswith("risks/")} <= named


def test_a_text_longer_than_a_cell_is_cut_there_and_whole_in_the_payload(
    tmp_path: Path, reader: Reader
) -> None:
    package = package_of([revision_of(1, {"city": "🏠" * 40_000})])
    path = write(tmp_path / "a.xlsx", package)
    assert str(_rows(path, "settlements")[0]["city"]).endswith("…")
    assert open_package(path, reader).package == package


def test_sheet_names_are_unique_in_any_case_and_short_enough() -> None:
    taken: set[str] = set()
    names = [
        unique_name(name, taken)
        for name in ("a" * 40, "A" * 40, "a/b", "a:b", "History", "'x'", "_package", "")
    ]
    assert len({name.casefold() for name in names}) == len(names)
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in names)
    assert "history" not in taken and "_package" not in taken


def test_nothing_in_the_file_tells_when_or_where_it_was_written(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", package_of([revision_of()]))
    with zipfile.ZipFile(path) as book:
        assert {entry.date_time for entry in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2026-07-09T12:00:00Z" in book.read("docProps/core.xml")


@pytest.mark.parametrize("language", ["ar", "en", "es", "fr", "ru", "zh"])
def test_a_package_in_every_language_is_read_without_a_finding(
    tmp_path: Path, reader: Reader, language: str
) -> None:
    from habitat_desktop.packages.comparing import compare

    package = package_of([revision_of(1), revision_of(2)], language)
    opened = open_package(write(tmp_path / "a.xlsx", package), reader)
    assert opened.package == package
    assert compare(opened.package, opened.workbook, find_form) == []

"""Workbooks that other programs wrote: every sound one is read as it is, every broken one has its code.

Most of them lie outside the repository; where they are absent, NOT RUN and their number is said. openpyxl
reads each of them too, and where it gives a value, ours must be the same.
"""

import os
import shutil
import subprocess
import tomllib
import warnings
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from habitat_desktop.incoming import errors
from habitat_desktop.incoming.container import read_file
from habitat_desktop.incoming.workbook import read_all
from tests.packages.hostile_workbooks import packed, parts, sheet
from tests.xforms.conformance.material import shared

COUNTS = {"XlsxWriter": 602, "poi": 166}
CODES: dict[str, dict[str, str]] = tomllib.loads(
    (Path(__file__).parent / "poi_codes.toml").read_text("utf-8")
)


def _workbooks(origin: str) -> list[Path]:
    folder = shared() / "conformance" / "workbooks" / origin
    if not folder.is_dir():
        pytest.skip(f"NOT RUN: {COUNTS[origin]} workbooks of {origin} (no such folder; set HABITAT_SHARED)")
    found = sorted(folder.glob("*.xlsx"))
    assert len(found) == COUNTS[origin]
    return found


@pytest.mark.parametrize("origin", COUNTS)
def test_workbooks_of_other_programs_are_read_right_or_refused_as_written_down(origin: str) -> None:
    wrong = {}
    compared = 0
    for path in _workbooks(origin):
        code = CODES["poi"][path.name] if origin == "poi" else "read"
        try:
            sheets, _notices = read_all(read_file(path), path.name)
        except errors.IncomingError as error:
            if error.code != code:
                wrong[path.name] = error.code
            continue
        if code != "read":
            wrong[path.name] = "read"
        elif path.name not in CODES["openpyxl_reads_otherwise"]:
            compared += 1
            found = list(_differences(path, dict(sheets)))
            if found:
                wrong[path.name] = "; ".join(found[:3])
    assert wrong == {}
    print(f"{origin}: {compared} workbooks read as openpyxl reads them")
    assert compared > COUNTS[origin] * 0.9


def test_the_table_names_workbooks_that_are_there() -> None:
    assert list(CODES["poi"]) == [path.name for path in _workbooks("poi")]
    everything = {path.name for origin in COUNTS for path in _workbooks(origin)}
    assert set(CODES["openpyxl_reads_otherwise"]) <= everything
    assert set(CODES["poi"].values()) <= {"read", *(error.code for error in errors.kinds())}


def _differences(path: Path, sheets: dict[str, list[list[Any]]]) -> Iterator[str]:
    """Yield each cell that openpyxl reads otherwise."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(path, data_only=True)
    for theirs in book.worksheets:
        rows = sheets[theirs.title]
        for row in theirs.iter_rows():
            for cell in row:
                if cell.value is None:
                    continue
                inside = cell.row <= len(rows) and cell.column <= len(rows[cell.row - 1])
                ours = rows[cell.row - 1][cell.column - 1] if inside else ""
                if not _is_same(cell.value, ours):
                    yield f"{theirs.title}!{cell.coordinate}: {cell.value!r}, ours {ours!r}"


def _is_same(theirs: Any, ours: Any) -> bool:
    if isinstance(theirs, datetime | date | time):
        if not isinstance(ours, list):
            return False
        return abs(_moment(theirs) - _moment(ours[0])) < timedelta(seconds=1)
    if isinstance(theirs, timedelta):  # a length of time stays the number of days it is
        return isinstance(ours, float) and abs(theirs.total_seconds() / 86_400 - ours) < 1e-5
    if isinstance(theirs, bool) or isinstance(ours, bool):
        return theirs is ours
    if isinstance(theirs, int | float):
        return bool(theirs == ours) or (isinstance(ours, str) and float(ours) == theirs)
    return bool(str(theirs) == ours)


def _moment(value: Any) -> datetime:
    text = value if isinstance(value, str) else value.isoformat()
    return datetime.fromisoformat(text if "-" in text else f"1900-01-01T{text}")


# -- programs whose workbooks are made here --------------------------------------------------------------

ROWS: list[list[Any]] = [["name", "homes", "day"], ["Kibera <&>", 52000.5, ["2026-03-31"]], ["007", "", ""]]


def _fill(book: Any) -> None:
    sheet = book.active
    sheet.append(["name", "homes", "day"])
    sheet.append(["Kibera <&>", 52000.5, date(2026, 3, 31)])
    sheet.append(["007"])


def _by_openpyxl(path: Path) -> None:
    book = openpyxl.Workbook()
    _fill(book)
    book.save(path)


def _by_openpyxl_in_one_go(path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["name", "homes", "day"])
    sheet.append(["Kibera <&>", 52000.5, date(2026, 3, 31)])
    sheet.append(["007"])
    book.save(path)


def _by_xlsxwriter(path: Path, **options: bool) -> None:
    book = xlsxwriter.Workbook(str(path), {**options, "strings_to_numbers": False})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["name", "homes", "day"])
    sheet.write_row(1, 0, ["Kibera <&>", 52000.5])
    sheet.write_datetime(1, 2, date(2026, 3, 31), book.add_format({"num_format": "d mmm yyyy"}))
    sheet.write_string(2, 0, "007")
    book.close()


def _by_xlsxwriter_without_table_of_texts(path: Path) -> None:
    _by_xlsxwriter(path, constant_memory=True)


def _by_libreoffice(path: Path) -> None:
    source = path.with_name("source.xlsx")
    _by_openpyxl(source)
    subprocess.run(
        ["libreoffice", f"-env:UserInstallation={(path.parent / 'profile').as_uri()}", "--headless",
         "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(path.parent / "saved"), str(source)],
        check=True, capture_output=True, timeout=200,
    )  # fmt: skip
    (path.parent / "saved" / "source.xlsx").rename(path)


def _by_gnumeric(path: Path) -> None:
    if shutil.which("ssconvert") is None and not os.environ.get("CI"):
        pytest.skip("NOT RUN: a workbook saved by Gnumeric (ssconvert is not here)")
    source = path.with_name("source.xlsx")
    _by_openpyxl(source)
    subprocess.run(
        ["ssconvert", "--export-type=Gnumeric_Excel:xlsx2", str(source), str(path)],
        check=True, capture_output=True, timeout=100,
    )  # fmt: skip


def _in_the_shape_of_sheetjs(path: Path) -> None:
    """Write as SheetJS does: macros as a default content type, texts in the cells, no table of texts."""
    rows = (
        '<row r="1"><c r="A1" t="str"><v>name</v></c><c r="B1" t="str"><v>homes</v></c>'
        '<c r="C1" t="str"><v>day</v></c></row>'
        '<row r="2"><c r="A2" t="str"><v>Kibera &lt;&amp;&gt;</v></c><c r="B2"><v>52000.5</v></c>'
        '<c r="C2" s="1"><v>46112</v></c></row><row r="3"><c r="A3" t="str"><v>007</v></c></row>'
    )
    types = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Types '
        'xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>'
        "</Types>"
    )
    book = '<workbookPr codeName="ThisWorkbook"/>'
    styles = '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs>'
    made = parts(sheet(rows, before='<dimension ref="A1:C3"/>'), book=book, styles=styles)
    path.write_bytes(packed(made | {"[Content_Types].xml": types}))


@pytest.mark.parametrize(
    "save",
    [_by_openpyxl, _by_openpyxl_in_one_go, _by_xlsxwriter, _by_xlsxwriter_without_table_of_texts,
     _by_libreoffice, _by_gnumeric, _in_the_shape_of_sheetjs],
    ids=lambda save: save.__name__.strip("_"),
)  # fmt: skip
def test_every_program_is_read_alike(tmp_path: Path, save: Callable[[Path], None]) -> None:
    path = tmp_path / "made.xlsx"
    save(path)
    sheets, noticed = read_all(read_file(path), path.name)
    assert sheets[0][1] == ROWS
    assert noticed == []

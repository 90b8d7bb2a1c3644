"""The letters of a workbook's columns, read from the first row of each sheet. Runs in the child as well."""

import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def header_letters(path: Path) -> tuple[dict[str, dict[str, str]], list[tuple[str, str, str]]]:
    """Return the letter of each header by sheet (in small letters), and the headers that stand twice.

    The latter are (sheet, header, letter of the second).
    """
    letters: dict[str, dict[str, str]] = {}
    twice: list[tuple[str, str, str]] = []
    try:
        for sheet, place, header in list(_headers(path)):
            text = " ".join(header.split())
            known = letters.setdefault(sheet.lower(), {})
            if text in known:
                twice.append((sheet.lower(), text, _letter(place)))
            elif text:
                known[text] = _letter(place)
    except (zipfile.BadZipFile, OSError, ValueError, KeyError, TypeError, AttributeError, SyntaxError):
        return {}, []  # reading the workbook itself tells what is wrong with it
    return letters, twice


def _headers(path: Path) -> Iterator[tuple[str, int, str]]:
    suffix = path.suffix.lower()
    if suffix in (".xlsx", ".xlsm"):
        yield from _of_xlsx(path)
    elif suffix == ".xls":
        yield from _of_xls(path)


def _of_xlsx(path: Path) -> Iterator[tuple[str, int, str]]:
    from openpyxl import load_workbook

    with warnings.catch_warnings(action="ignore"):  # of what a workbook has beyond cells
        workbook = load_workbook(path, read_only=True, data_only=True)
    try:
        for sheet in workbook.worksheets:
            for row in sheet.iter_rows(min_row=1, max_row=1, values_only=True):
                for place, value in enumerate(row):
                    if value is not None:
                        yield sheet.title, place, str(value)
    finally:
        workbook.close()


def _of_xls(path: Path) -> Iterator[tuple[str, int, str]]:
    import xlrd  # type: ignore[import-untyped]

    workbook: Any = xlrd.open_workbook(path, on_demand=True)
    try:
        for sheet in workbook.sheets():
            for place, value in enumerate(sheet.row_values(0) if sheet.nrows else ()):
                if value != "":
                    yield sheet.name, place, str(value)
    finally:
        workbook.release_resources()


def _letter(place: int) -> str:
    """Return the name Excel gives the column at `place`, counted from 0."""
    name = ""
    place += 1
    while place:
        place, digit = divmod(place - 1, 26)
        name = chr(ord("A") + digit) + name
    return name

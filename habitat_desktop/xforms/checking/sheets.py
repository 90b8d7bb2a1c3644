"""The sheets of a workbook as a check sees them: cells with their place and what their column means."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from habitat_desktop.xforms.checking.findings import Finding, Findings
from habitat_desktop.xforms.xlsform_words import ColumnName, column_names

SHEETS = ("survey", "choices", "settings", "external_choices", "entities", "osm")
_STRAIGHT = str.maketrans("‘’“”\u00a0", "''\"\" ")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its header as written, its letter in Excel, what it means."""

    header: str
    letter: str
    name: str
    language: str
    known: bool
    other: bool


@dataclass(slots=True)
class Row:
    """One row: `number` as Excel counts. The cells that are not blank, by header."""

    number: int
    cells: dict[str, str]
    sheet: "Sheet" = field(repr=False)

    def __getitem__(self, name: str) -> str:
        """Return the text of the column that means `name`, in whichever language; "" where it is blank."""
        return next((text for _, text in self.texts(name)), "")

    def texts(self, name: str) -> Iterator[tuple[Column, str]]:
        """Yield the cells that are not blank of the columns that mean `name`."""
        for column in self.sheet.meaning.get(name, ()):
            text = self.cells.get(column.header)
            if text:
                yield column, text

    def word(self, name: str) -> str:
        """Return the text of the column `name` with single spaces, as names and types are read."""
        return " ".join(self[name].split())


@dataclass(slots=True)
class Sheet:
    name: str
    columns: dict[str, Column] = field(default_factory=dict)
    meaning: dict[str, list[Column]] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)

    def has(self, name: str) -> bool:
        """Whether a column means `name`."""
        return name in self.meaning


class Book:
    """All sheets of one workbook and what was found in them."""

    def __init__(
        self, workbook: Mapping[str, Any], path: Path, letters: Mapping[str, Mapping[str, str]]
    ) -> None:
        self.path = path
        self.findings = Findings()
        self.sheet_names: list[str] = list(workbook.get("sheet_names") or ())
        self.sheets = {name: _sheet(name, workbook, letters.get(name, {})) for name in SHEETS}
        self.survey, self.choices = self.sheets["survey"], self.sheets["choices"]

    def setting(self, name: str) -> str:
        """Return the setting `name`, "" where there is none."""
        rows = self.sheets["settings"].rows
        return rows[0].word(name) if rows else ""

    def near(self, code: str, word: str, known: Iterable[str], alike: float = 0.6) -> str:
        """Return which of `known` was probably meant by the `word` a finding `code` is about."""
        return "" if self.findings.many(code) else nearest(word, known, alike)

    def add(
        self,
        code: str,
        sheet: str,
        row: int,
        column: str | Column = "",
        *,
        nearest: str = "",
        tools: Iterable[str] = (),
        **context: Any,
    ) -> None:
        """Note a finding at a cell; `column` is the column itself or what it means."""
        if isinstance(column, str):
            meant = self.sheets[sheet].meaning.get(column) if sheet in self.sheets else None
            written, letter = (meant[0].header, meant[0].letter) if meant else (column, "")
        else:
            written, letter = column.header, column.letter
        cell = f"{letter}{row}" if letter and row else ""
        self.findings.add(Finding(code, sheet, row, written, context, nearest, tuple(tools), cell))


def _sheet(name: str, workbook: Mapping[str, Any], letters: Mapping[str, str]) -> Sheet:
    sheet = Sheet(name)
    header_row = workbook.get(f"{name}_header") or [{}]
    headers = [str(header) for header in header_row[0] if header is not None]
    for header, meant in zip(headers, column_names(name, headers), strict=True):
        column = _column(header, meant, letters)
        sheet.columns[header] = column
        sheet.meaning.setdefault(column.name, []).append(column)
    for number, cells in enumerate(workbook.get(name) or (), 2):
        texts = {str(header): str(text) for header, text in cells.items() if text not in (None, "")}
        sheet.rows.append(Row(number, texts, sheet))
    return sheet


def _column(header: str, meant: ColumnName, letters: Mapping[str, str]) -> Column:
    return Column(header, letters.get(header, ""), meant.name, meant.language, meant.known, meant.other)


def straight(text: str) -> str:
    """Return `text` as the converter reads expressions: with straight quotes, character for character."""
    return text.translate(_STRAIGHT)


def nearest(word: str, known: Iterable[str], alike: float = 0.72) -> str:
    """Return which of `known` is most like `word`, whatever the capitals; "" where none is like it."""
    by_lower = {name.lower(): name for name in known}
    found = difflib.get_close_matches(word.lower(), by_lower, 1, alike)
    return by_lower[found[0]] if found else ""

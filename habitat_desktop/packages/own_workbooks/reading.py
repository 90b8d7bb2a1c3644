"""Reads the rows of a mapped sheet into answers, and tells every cell that is none, by its address."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from habitat_desktop.i18n.catalogues import LANGUAGES, _
from habitat_desktop.i18n.names import countries, country_name
from habitat_desktop.i18n.periods import period_bounds
from habitat_desktop.i18n.text import fold, iso
from habitat_desktop.incoming.values import Cell
from habitat_desktop.packages.cells import address
from habitat_desktop.packages.own_workbooks.mapping import COUNTRY, PERIOD, Column, Mapping
from habitat_desktop.packages.reader import Workbook
from habitat_desktop.records.cell_texts import NUMBERS, Habits, Offered, learn, read_cell
from habitat_desktop.records.cell_words import ChoiceWords
from habitat_desktop.xforms.choices import listed_choices
from habitat_desktop.xforms.definition import Form, Question
from habitat_desktop.xforms.itemsets import Choice

ROWS_LIMIT = 20_000
_BLANKS = frozenset(("", "-", "–", "—", "n/a", "na", "..", "…"))


@dataclass(frozen=True)
class Trouble:
    """A cell that is no answer: where it stands, what is in it, why not, and what it may stand for."""

    cell: str
    row: int  # of the sheet, from 1
    path: str
    text: str
    why: str
    offers: tuple[Offered, ...] = ()


@dataclass(frozen=True)
class Row:
    """One row: its number in the sheet from 1, what it is about, and its answers by path."""

    number: int
    country: str
    period: str
    answers: dict[str, str | list[str]]
    texts: dict[str, str] = field(default_factory=dict)  # what stood in the cells, by path


@dataclass(frozen=True)
class Sheet:
    """The rows of a sheet as answers. `left_out` counts columns nothing was mapped to that hold something."""

    rows: tuple[Row, ...]
    troubles: tuple[Trouble, ...]
    left_out: tuple[str, ...] = ()
    cut: int = 0  # rows beyond the limit

    @property
    def cells(self) -> int:
        """How many cells are answers."""
        return sum(len(row.answers) for row in self.rows)


def read_sheet(workbook: Workbook, mapping: Mapping, form: Form) -> Sheet:
    """Return the rows below the header row; rows without any mapped answer are passed over."""
    sheet = workbook.sheet(mapping.sheet)
    rows = sheet.rows if sheet is not None else []
    body = rows[mapping.header_row :]
    return _Reading(mapping, form, body[:ROWS_LIMIT]).read(
        rows[mapping.header_row - 1] if len(rows) >= mapping.header_row else [],
        max(0, len(body) - ROWS_LIMIT),
    )


def nested(answers: dict[str, str | list[str]], root: str) -> dict[str, Any]:
    """Return answers by path as the object that mirrors the instance below `root`."""
    found: dict[str, Any] = {}
    for path, value in answers.items():
        *groups, name = path.removeprefix(root).strip("/").split("/")
        place = found
        for group in groups:
            place = place.setdefault(group, {})
        place[name] = value
    return found


class _Reading:
    def __init__(self, mapping: Mapping, form: Form, rows: Sequence[list[Cell]]) -> None:
        self._mapping, self._form, self._rows = mapping, form, rows
        self._habits = Habits(month_first=1 if mapping.month_first else 0)
        self._words: dict[str, tuple[ChoiceWords, tuple[Choice, ...]]] = {}
        self._troubles: list[Trouble] = []
        self._questions = {
            column.path: element
            for column in mapping.columns
            if isinstance(element := _element(form, column.path), Question)
        }

    def read(self, headings: Sequence[Cell], cut: int) -> Sheet:
        for column in self._mapping.columns:
            question = self._questions.get(column.path)
            if question is not None:
                learn(self._habits, question, (c for c in self._cells(column.index) if isinstance(c, str)))
        rows = [row for row in map(self._row, range(len(self._rows))) if row is not None]
        return Sheet(tuple(rows), tuple(self._troubles), tuple(self._left_out(headings)), cut)

    def _cells(self, index: int) -> Iterator[Cell]:
        return (row[index] for row in self._rows if index < len(row))

    def _left_out(self, headings: Sequence[Cell]) -> Iterator[str]:
        used = {column.index for column in self._mapping.columns}
        for index, heading in enumerate(headings):
            if index not in used and isinstance(heading, str) and heading.strip():
                yield " ".join(heading.split())

    def _row(self, position: int) -> Row | None:
        cells, number = self._rows[position], self._mapping.header_row + position + 1
        answers: dict[str, str | list[str]] = {}
        texts: dict[str, str] = {}
        about = {COUNTRY: self._mapping.country, PERIOD: self._mapping.period}
        before = len(self._troubles)
        for column in self._mapping.columns:
            cell = cells[column.index] if column.index < len(cells) else ""
            text = cell_text(cell)
            if text.strip().casefold() in _BLANKS:
                continue
            texts[column.path] = text
            value = self._value(column, cell, text, number)
            if value is None:
                continue
            if column.path in about:
                about[column.path] = str(value)
            else:
                answers[column.path] = value
        if not answers and len(self._troubles) == before:
            return None
        return Row(number, about[COUNTRY], about[PERIOD], answers, texts)

    def _value(self, column: Column, cell: Cell, text: str, number: int) -> str | list[str] | None:
        if column.path == COUNTRY:
            return self._about(column, text, number, read_country(text), _("This is no country."))
        if column.path == PERIOD:
            return self._about(column, text, number, read_period(text), _("This is no period."))
        question = self._questions.get(column.path)
        if question is None:
            return None
        known = self._mapping.words.get(column.path, {}).get(fold(text))
        if known is not None:
            return _listed(question, known)
        if isinstance(cell, int | float) and not isinstance(cell, bool) and question.type in NUMBERS:
            text = _decimal(cell, question)
            reading = read_cell(question, text, "en")  # a number of Excel has no separators to doubt
        else:
            words, choices = self._choices(column.path, question)
            reading = read_cell(question, text, self._mapping.language, words, choices, self._habits)
        if reading.value is None:
            place = address(number - 1, column.index)
            self._troubles.append(Trouble(place, number, column.path, text, reading.why, reading.offers))
            return None
        return _listed(question, reading.value)

    def _about(self, column: Column, text: str, number: int, value: str, why: str) -> str | None:
        if not value:
            place = address(number - 1, column.index)
            self._troubles.append(Trouble(place, number, column.path, text, why))
        return value or None

    def _choices(self, path: str, question: Question) -> tuple[ChoiceWords | None, tuple[Choice, ...]]:
        if not question.is_select:
            return None, ()
        if path not in self._words:
            language = self._mapping.language
            listed = listed_choices(self._form, question, language)
            self._words[path] = (ChoiceWords(self._form, question, language), listed)
        return self._words[path]


def cell_text(cell: Cell) -> str:
    """Return what a cell says as text: dates as ISO, numbers without groups."""
    if isinstance(cell, list):
        return cell[0] if cell else ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return f"{cell:.15g}"
    return str(cell)


def read_country(text: str) -> str:
    """Return the alpha-3 code of a country named in any language or by its code, "" for none."""
    return _countries().get(fold(text), "")


@cache
def _countries() -> dict[str, str]:
    """Return the countries by code and by name in every language, folded."""
    found = {fold(country_name(code, spoken)): code for code in countries() for spoken in LANGUAGES}
    return found | {fold(code): code for code in countries()}


def read_period(text: str) -> str:
    """Return the key of a period written as "2026-H1", "2026 H1", "H1 2026" or "2026"; "" for none."""
    signs = fold(text).replace("/", " ").replace("-", " ").replace("_", " ").upper().split()
    year = next((sign for sign in signs if sign.isdigit() and len(sign) == 4), "")
    rest = [sign for sign in signs if sign != year]
    half = {"H1": "-H1", "S1": "-H1", "1": "-H1", "H2": "-H2", "S2": "-H2", "2": "-H2"}
    if not year or len(rest) > 1 or (rest and rest[0] not in half):
        return ""
    key = f"{year}{half[rest[0]] if rest else ''}"
    try:
        period_bounds(key)
    except ValueError:
        return ""
    return key


def said_trouble(trouble: Trouble, question: str) -> str:
    """Return the sentence a command prints for a cell."""
    return _("{cell}, {question}: “{text}”. {why}").format(
        cell=trouble.cell, question=iso(question), text=iso(trouble.text[:80]), why=trouble.why
    )


def _listed(question: Question, value: str) -> str | list[str]:
    return value.split() if question.type in ("select_multiple", "rank") else value


def _decimal(cell: float, question: Question) -> str:
    """Return a number of Excel as people would type it: 15 digits, and no ".0" that nobody wrote."""
    text = f"{cell:.15g}" if isinstance(cell, float) else str(cell)
    if "e" in text or "E" in text:
        text = f"{float(text):f}".rstrip("0").rstrip(".")
    return text


def _element(form: Form, path: str) -> object:
    try:
        return form.element(path)
    except KeyError:
        return None

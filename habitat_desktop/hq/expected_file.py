"""Reads expected returns from a table: CSV in any usual encoding, or the first sheet of a workbook."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path

from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n.catalogues import language
from habitat_desktop.i18n.dates import parse_date
from habitat_desktop.i18n.text import fold
from habitat_desktop.incoming.container import read_file
from habitat_desktop.incoming.values import CELL_LENGTH, Cell
from habitat_desktop.records import expected_errors as errors
from habitat_desktop.records.expected import Terms
from habitat_desktop.records.expected_acts import Known, checked
from habitat_desktop.xforms.problems import Reason

COLUMNS = ("office", "form_id", "country", "period", "subject", "due", "note")
NEEDED = ("office", "form_id", "period", "due")
ENCODINGS = ("utf-8", "utf-16", *(f"windows-{number}" for number in range(1250, 1259)), "gb18030")
ROWS_LIMIT = 100_000
_NAMES = {"form": "form_id", "due date": "due", "due_date": "due"}
_DAY_OR_MONTH = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ]\d{4}")
_EXCEL = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


class ExpectedFileError(HabitatError):
    code = "EXPECTED_FILE"


class NotATableError(ExpectedFileError):
    code = "EXPECTED_NO_TABLE"
    message = N_(
        "“{file}” has no first row with the columns office, form_id, period and due; missing: {missing}. "
        "Nothing was taken in. Optional are country, subject and note."
    )


class ColumnTwiceError(ExpectedFileError):
    code = "EXPECTED_COLUMN_TWICE"
    message = N_("“{file}” has the column “{column}” twice. Nothing was taken in. Keep one of them.")


class EncodingUnknownError(ExpectedFileError):
    code = "EXPECTED_ENCODING"
    message = N_(
        "“{file}” is text in no encoding this program knows. Nothing was taken in. Save it again as "
        "“CSV UTF-8” or as an Excel workbook (.xlsx)."
    )


class BadCsvError(ExpectedFileError):
    code = "EXPECTED_CSV"
    message = N_(
        "“{file}” is no CSV table that can be read ({detail}). Nothing was taken in. Save it again as "
        "“CSV UTF-8” or as an Excel workbook (.xlsx)."
    )


class TooManyRowsError(ExpectedFileError):
    code = "EXPECTED_ROWS"
    message = N_("“{file}” has more than {limit} rows. Nothing was taken in. Split it.")


@dataclass(frozen=True)
class RowProblem:
    """One row that was not taken: `row` as the sheet counts, from 1; `column` a name of `COLUMNS` or ""."""

    row: int
    column: str
    error: HabitatError


@dataclass(frozen=True)
class ExpectedFile:
    """What a file says: `encoding` is "xlsx", "utf-8", "utf-16" or "windows-1252"; `ignored` columns."""

    file: str
    encoding: str
    terms: tuple[Terms, ...]
    problems: tuple[RowProblem, ...]
    ignored: tuple[str, ...]


def read_expected(path: Path, known: Known, encoding: str = "") -> ExpectedFile:
    """Return the good rows of the table at `path` and what is wrong with the others.

    `encoding` is one of `ENCODINGS`, "" to find it out.

    Raises:
        ExpectedFileError: it is no such table. IncomingError, PackageError: it cannot be read.
    """
    content = read_file(path)
    if content.startswith(_EXCEL):
        encoding, rows = "xlsx", _sheet(path)
    else:
        encoding, text = _decoded(content, path.name, encoding)
        rows = _csv_rows(text, path.name)
    numbered = ((number, row) for number, row in enumerate(rows, 1) if any(cell.strip() for cell in row))
    first = next(numbered, (0, []))[1]
    places, ignored = _places(first, path.name)
    terms, problems = [], []
    for count, (number, row) in enumerate(numbered):
        if count >= ROWS_LIMIT:
            raise TooManyRowsError(file=path.name, limit=ROWS_LIMIT)
        values = {name: row[at] if at < len(row) else "" for name, at in places.items()}
        try:
            terms.append(_terms(values, known))
        except errors.ExpectedError as error:
            problems.append(RowProblem(number, error.column, error))
    return ExpectedFile(path.name, encoding, tuple(terms), tuple(problems), ignored)


def _terms(values: dict[str, str], known: Known) -> Terms:
    given = Terms(**{name: values.get(name, "") for name in COLUMNS})
    return checked(given._replace(due=_day(given.due)), known)


def _day(typed: str) -> str:
    """Return the ISO text of a date; one whose day and month may be swapped is not guessed."""
    typed = typed.strip()
    try:
        day = parse_date(typed, language())
    except ValueError:
        return typed  # told as no date
    parts = _DAY_OR_MONTH.fullmatch(typed)
    if parts and int(parts[1]) <= 12 and int(parts[2]) <= 12 and parts[1] != parts[2]:
        raise errors.DateNotSureError(due=typed)
    return day


def _places(row: Sequence[str], file: str) -> tuple[dict[str, int], tuple[str, ...]]:
    places: dict[str, int] = {}
    ignored = []
    for at, title in enumerate(row):
        name = fold(title.replace("\ufeff", "")).strip()
        name = _NAMES.get(name, name)
        if name in places:
            raise ColumnTwiceError(file=file, column=name)
        if name in COLUMNS:
            places[name] = at
        elif name:
            ignored.append(title.strip())
    missing = [name for name in NEEDED if name not in places]
    if missing:
        raise NotATableError(file=file, missing=", ".join(missing))
    return places, tuple(ignored)


def _sheet(path: Path) -> Iterator[list[str]]:
    from habitat_desktop.packages.reader import read_workbook

    sheets = read_workbook(path).sheets
    filled = next((sheet for sheet in sheets if any(any(map(_plain, row)) for row in sheet.rows)), None)
    return ([_plain(cell) for cell in row] for row in (filled.rows if filled else ()))


def _plain(cell: Cell) -> str:
    if isinstance(cell, list):  # a date, or a moment whose day counts
        return str(date.fromisoformat(cell[0][:10])) if len(cell[0]) >= 10 else cell[0]
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _decoded(content: bytes, file: str, said: str) -> tuple[str, str]:
    """Return the encoding and the text; one that fits no better one is told as Windows-1252."""
    if said in ENCODINGS:
        tries: Iterable[tuple[str, str]] = [(said, said)]
    elif content.startswith((b"\xff\xfe", b"\xfe\xff")):
        tries = [("utf-16", "utf-16")]
    elif b"\0" in content[:1000]:
        order = "utf-16-be" if content[:1] == b"\0" else "utf-16-le"
        tries = [("utf-16", order)]
    else:
        tries = [("utf-8", "utf-8-sig"), ("windows-1252", "cp1252")]
    for name, codec in tries:
        try:
            text = content.decode(codec)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return name, text
    raise EncodingUnknownError(file=file)


def _csv_rows(text: str, file: str) -> Iterator[list[str]]:
    first, _end, rest = text.partition("\n")
    said = re.fullmatch(r'"?sep=(.)"?\s*', first)  # what Excel writes for itself
    if said:
        text, first = rest, rest.partition("\n")[0]
    delimiter = said[1] if said else max(",;\t", key=first.count)
    if said:
        yield []
    try:
        for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter):
            if max(map(len, row), default=0) > CELL_LENGTH:  # most likely a quote that is never closed
                raise BadCsvError(file=file, detail=Reason(N_("a cell is longer than a sheet holds")))
            yield row
    except csv.Error as error:
        raise BadCsvError(file=file, detail=str(error)) from error

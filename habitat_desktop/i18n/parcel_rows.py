"""Reads the rows of a parcel that comes back, from the cells of its sheets; nothing is judged here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n.parcel_book import (
    ENGLISH,
    HEAD,
    NUMBERS,
    PLACE,
    REMARK,
    TEXT,
    TITLES,
    VERDICT,
    WHERE,
)
from habitat_desktop.i18n.parcels import Kind
from habitat_desktop.i18n.workshop import TARGETS

TEXT_LIMIT = 20_000  # characters of one cell
ROWS_LIMIT = 50_000  # the program has a tenth of that
_KEY = "key"
_NEEDED = (_KEY, WHERE, ENGLISH, TEXT)


class NoParcelError(HabitatError):
    code = "NO_PARCEL"
    message = N_(
        "“{file}” is no file of texts to translate, or its hidden first row was removed. Nothing was taken "
        "in. Ask for a new file with “habitat i18n export-xlsx”, and copy the finished texts into it."
    )


class MixedParcelError(HabitatError):
    code = "MIXED_PARCEL"
    message = N_(
        "The sheets of “{file}” are for different languages or purposes. Nothing was taken in. Keep one of "
        "them in each file and try again."
    )


@dataclass(frozen=True)
class Row:
    """What one row says, and where it stands in the file."""

    sheet: str
    number: int  # as the spreadsheet counts
    key: str
    where: str
    place: str
    numbers: str
    english: str
    text: str
    verdict: str
    remark: str
    is_date: bool = False  # the spreadsheet has made a date of the text

    @property
    def is_blank(self) -> bool:
        """Whether nobody wrote anything into it."""
        return not (self.text or self.verdict or self.is_date)


@dataclass(frozen=True)
class ReturnedParcel:
    """A parcel that came back."""

    file: str
    language: str
    kind: Kind
    rows: tuple[Row, ...]


def read_parcel(file: str, sheets: Iterable[tuple[str, Sequence[Sequence[Any]]]]) -> ReturnedParcel:
    """Read a parcel from (name, rows of cells) of each sheet; sheets without texts are passed over.

    Raises:
        NoParcelError: no sheet has the hidden row of a parcel.
        MixedParcelError: two sheets are of different parcels.
    """
    kinds: set[tuple[str, Kind]] = set()
    rows: list[Row] = []
    for name, cells in sheets:
        found = _head(cells)
        if found is None:
            continue
        place, language, kind, columns = found
        kinds.add((language, kind))
        everything = (_row(name, number, row, columns) for number, row in enumerate(cells, 1))
        read = [row for row in everything if row.key or row.english][: ROWS_LIMIT + 1]
        if len(read) > ROWS_LIMIT:
            raise NoParcelError(file=file)
        titles = {row.where for row in read if row.key == TITLES}
        rows += [
            row for row in read if row.number - 1 != place and f"{row.english}\n{row.text}" not in titles
        ]
    if not kinds:
        raise NoParcelError(file=file)
    if len(kinds) > 1:
        raise MixedParcelError(file=file)
    language, kind = kinds.pop()
    return ReturnedParcel(file, language, kind, tuple(rows))


def _head(cells: Sequence[Sequence[Any]]) -> tuple[int, str, Kind, dict[str, int]] | None:
    """Find the row of names, wherever sorting has put it: its place, language, kind and columns."""
    for place, row in enumerate(cells):
        for column, cell in enumerate(row):
            if isinstance(cell, str) and cell.startswith(f"{HEAD} "):
                said = cell.removeprefix(HEAD).split()
                names = {str(other): at for at, other in enumerate(row) if other != ""} | {_KEY: column}
                kind = next((one for one in get_args(Kind) if one == said[-1]), None)
                if len(said) == 2 and said[0] in TARGETS and kind and all(one in names for one in _NEEDED):
                    return place, said[0], kind, names
    return None


def _row(sheet: str, number: int, row: Sequence[Any], columns: dict[str, int]) -> Row:
    def cell(name: str) -> Any:
        place = columns.get(name, len(row))
        return row[place] if place < len(row) else ""

    return Row(
        sheet,
        number,
        _text(cell(_KEY)).strip(),
        _text(cell(WHERE)),
        _text(cell(PLACE)),
        _text(cell(NUMBERS)),
        _text(cell(ENGLISH)),
        _text(cell(TEXT)),
        _text(cell(VERDICT)).strip(),
        _text(cell(REMARK)).strip(),
        is_date=isinstance(cell(TEXT), list),
    )


def _text(cell: Any) -> str:
    """Return a cell as the text somebody typed, as far as the spreadsheet has left it."""
    if isinstance(cell, str):
        return cell.replace("\r\n", "\n").replace("\r", "\n")
    if isinstance(cell, list):
        return str(cell[0])
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell)

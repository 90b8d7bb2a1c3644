"""What is found in a filled workbook: what was written for each question, and what a person should know."""

import re
from dataclasses import dataclass, field

from habitat_desktop.errors import HabitatError
from habitat_desktop.i18n.catalogues import _
from habitat_desktop.i18n.text import visible
from habitat_desktop.incoming import notices
from habitat_desktop.packages.cells import address, text_of
from habitat_desktop.packages.layout import Cell
from habitat_desktop.packages.questionnaires.manifest import Entry, Item
from habitat_desktop.packages.reader import Workbook

_RANGE = re.compile(r"([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)")
_MOST_MERGED = 100_000  # cells of one range


@dataclass(frozen=True)
class Place:
    """One cell: the name of its sheet as it is now, row and column from 0."""

    sheet: str
    row: int
    column: int

    @property
    def cell(self) -> str:
        """Its name, such as "C7"."""
        return address(self.row, self.column)


@dataclass
class Filled:
    """What was written for one question of one entry: `answer` and, by number, `parts` (choices or cells)."""

    item: Item
    entry: Entry | None
    place: Place
    answer: Cell = ""
    parts: dict[int, Cell] = field(default_factory=dict)
    why: Cell = ""
    remark: Cell = ""
    in_table: bool = False
    fault: Place | None = None  # the cell that could not be read
    places: dict[str, Place] = field(default_factory=dict)  # of "why", "remark" and the parts

    @property
    def said(self) -> tuple[object, ...]:
        """Everything that was written, to be compared."""
        parts = sorted((number, text_of(cell)) for number, cell in self.parts.items() if cell != "")
        return text_of(self.answer), tuple(parts), text_of(self.why), text_of(self.remark)

    @property
    def is_blank(self) -> bool:
        """Whether nothing is written."""
        return not any(self.said)


@dataclass(frozen=True)
class Unread:
    """A row with something written in it that belongs to no question for sure."""

    place: Place
    text: str
    error: HabitatError


@dataclass(frozen=True)
class Remark:
    """Something about the workbook a person should know: a stable code, and a sentence with its place."""

    code: str
    message: str
    context: tuple[tuple[str, object], ...] = ()

    @property
    def sentence(self) -> str:
        """It in the language spoken now."""
        return _(self.message).format(**{name: visible(str(value)) for name, value in self.context})

    def json(self) -> dict[str, str]:
        """Return it for machines."""
        return {"code": self.code, "message": self.sentence}


@dataclass
class Found:
    """Everything that was found in a workbook."""

    filled: list[Filled] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    added: dict[str, Entry] = field(default_factory=dict)  # by key: entries people made room for
    filled_in_by: dict[str, Cell] = field(default_factory=dict)
    rows_seen: set[tuple[str, str]] = field(default_factory=set)  # (item key, entry key)
    entries_seen: set[str] = field(default_factory=set)

    def remark(self, code: str, message: str, **context: object) -> None:
        """Note something; `message` is marked text with fields."""
        self.remarks.append(Remark(code, message, tuple(context.items())))


def merged_over(workbook: Workbook) -> dict[tuple[str, str], str]:
    """Return the cells that another one covers: (sheet, cell) -> the range they were merged to."""
    found: dict[tuple[str, str], str] = {}
    for notice in workbook.notices:
        area = _RANGE.fullmatch(notice.detail) if notice.code == notices.MERGED else None
        if area is None:
            continue
        left, right = _column(area[1]), _column(area[3])
        top, bottom = int(area[2]) - 1, int(area[4]) - 1
        if (bottom - top + 1) * (right - left + 1) > _MOST_MERGED:
            continue
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                if (row, column) != (top, left):
                    found[notice.sheet, address(row, column)] = notice.detail
    return found


def formulas(workbook: Workbook) -> set[tuple[str, str]]:
    """Return the cells with a formula: (sheet, cell)."""
    return {(one.sheet, one.cell) for one in workbook.notices if one.code == notices.FORMULA}


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1

"""Compares the visible sheets of a package with its payload: what somebody changed in Excel, to the cell.

Rows are found by record and row number, columns by their technical name, so sorting, filtering and moving
columns change nothing. Cells are first compared as they are; only where they differ are both brought to
what re-saving programs leave intact: 15 significant digits, dates as dates, text without its white space.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from habitat_desktop.errors import N_
from habitat_desktop.i18n.catalogues import _, language
from habitat_desktop.i18n.text import clean
from habitat_desktop.packages import payload
from habitat_desktop.packages.layout import HEADER_ROWS, KEY_HEADERS, Cell, Column, Row, Sheet, sheets
from habitat_desktop.packages.package import Package
from habitat_desktop.packages.reader import SheetCells, Workbook
from habitat_desktop.packages.workbook import FormFinder
from habitat_desktop.xforms.definition import Question

EDITED, HEADER_EDITED = "CELL_EDITED", "HEADER_EDITED"
ROW_REMOVED, ROW_ADDED, ROW_TWICE = "ROW_REMOVED", "ROW_ADDED", "ROW_TWICE"
COLUMN_REMOVED, COLUMN_ADDED, SHEET_REMOVED, SHEET_ADDED = (
    "COLUMN_REMOVED", "COLUMN_ADDED", "SHEET_REMOVED", "SHEET_ADDED",
)  # fmt: skip

_SENTENCES = {
    EDITED: N_("Sheet “{sheet}”, cell {cell}, record {label}, “{question}”: “{old}” was changed to “{new}”."),
    HEADER_EDITED: N_("Sheet “{sheet}”, cell {cell}: the column name “{old}” was changed to “{new}”."),
    ROW_REMOVED: N_("Sheet “{sheet}”: the row of record {label} was removed."),
    ROW_ADDED: N_("Sheet “{sheet}”, row {row}: a row was added. It was not read."),
    ROW_TWICE: N_("Sheet “{sheet}”, row {row}: the row of record {label} stands there a second time."),
    COLUMN_REMOVED: N_("Sheet “{sheet}”: the column “{question}” was removed."),
    COLUMN_ADDED: N_("Sheet “{sheet}”, cell {cell}: “{new}” was added. It was not read."),
    SHEET_REMOVED: N_("The sheet “{sheet}” was removed."),
    SHEET_ADDED: N_("The sheet “{sheet}” was added. It was not read."),
}
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_FIRST_DAY = date(1899, 12, 30)  # serial 0 from March 1900 on


@dataclass(frozen=True)
class Finding:
    """One change somebody made in the visible sheets."""

    code: str
    sheet: str
    cell: str  # "C7"; empty where it is not about a cell
    record_id: str
    label: str  # of the record
    question: str  # technical name, as in row 1
    old: str
    new: str
    ref: str = ""  # of the answer in the instance, "/data/settlement[2]/st_name"
    title: str = ""  # the question's label, where the form is known

    @property
    def message(self) -> str:
        """The finding as a sentence in the language spoken now."""
        row = re.sub("[A-Z]", "", self.cell)
        return _(_SENTENCES[self.code]).format(
            sheet=self.sheet, cell=self.cell, row=row, label=self.label, question=self.title or self.question,
            old=self.old, new=self.new,
        )  # fmt: skip

    def json(self) -> dict[str, str]:
        """Return the finding in the shape of `package inspect --json`."""
        names = ("code", "sheet", "cell", "record_id", "question", "old", "new", "message")
        return {name: getattr(self, name) for name in names}


def compare(package: Package, workbook: Workbook, find_form: FormFinder | None = None) -> list[Finding]:
    """Return every difference between the visible sheets and the payload, in the order of the sheets."""
    findings: list[Finding] = []
    expected = sheets(package.heads, package.layouts, package.words)
    for sheet in expected:
        seen = workbook.sheet(sheet.layout.name)
        if seen is None:
            findings.append(_about_sheet(SHEET_REMOVED, sheet.layout.name))
        else:
            findings += _compare_sheet(sheet, seen, _titles(sheet, find_form))
    names = {sheet.layout.name.casefold() for sheet in expected} | {payload.SHEET, payload.FILES_SHEET}
    added = [sheet.name for sheet in workbook.sheets if sheet.name.casefold() not in names]
    # the cover stands first and the codebook after the forms; both are explanations, in any language
    findings += [_about_sheet(SHEET_ADDED, name) for name in added if name not in package.explanations]
    return findings


def _about_sheet(code: str, name: str) -> Finding:
    return Finding(code, name, "", "", "", "", "", "")


def _titles(sheet: Sheet, find_form: FormFinder | None) -> Callable[[str], str]:
    form = find_form(sheet.form.form_id, sheet.form.version) if find_form is not None else None

    def title(header: str) -> str:
        element = form.elements.get(f"/data/{header}") if form is not None else None
        return element.label(language()) if isinstance(element, Question) else ""

    return title


# -- one sheet -------------------------------------------------------------------------------------------


def _compare_sheet(sheet: Sheet, seen: SheetCells, title: Callable[[str], str]) -> Iterator[Finding]:
    columns = sheet.layout.columns
    if _is_untouched(sheet, seen):
        return
    places, findings = _match_columns(sheet, seen)
    yield from findings
    keys = [position for position, column in enumerate(columns) if _is_key(column, sheet)]
    rows, findings = _match_rows(sheet, seen, places, keys)
    yield from findings
    for row, number in rows:
        cells = seen.rows[number]
        for position, column in enumerate(columns):
            place = places[position]
            if place is None:
                continue
            new = cells[place] if place < len(cells) else ""
            old = row.cells[position]
            if new != old and not _is_same(old, new):
                yield _finding(
                    sheet, EDITED, row, column, _address(number, place), _shown(old), _shown(new), title
                )
    yield from _stray_cells(sheet, seen, places, [number for _row, number in rows])


def _is_untouched(sheet: Sheet, seen: SheetCells) -> bool:
    """Whether every row stands where it was written with the cells it was written with: the usual case."""
    width = len(sheet.layout.columns)
    if len(seen.rows) != HEADER_ROWS + len(sheet.rows) or len(seen.rows[0]) != width:
        return False
    if seen.rows[0] != [column.header for column in sheet.layout.columns]:
        return False
    return all(row.cells == cells for row, cells in zip(sheet.rows, seen.rows[HEADER_ROWS:], strict=True))


def _is_key(column: Column, sheet: Sheet) -> bool:
    return column.header in KEY_HEADERS or (column.header == "_index" and bool(sheet.layout.parent))


def _match_columns(sheet: Sheet, seen: SheetCells) -> tuple[list[int | None], list[Finding]]:
    """Return where each expected column stands now, and what became of the headers.

    A header that is gone while an unknown one stands in its place was edited, not moved.
    """
    header = [_text(cell) for cell in seen.rows[0]] if seen.rows else []
    places: list[int | None] = []
    free = dict(enumerate(header))
    for column in sheet.layout.columns:
        wanted = _text(column.header)
        place = next((place for place, text in free.items() if text == wanted), None)
        places.append(place)
        free.pop(place, None) if place is not None else None
    findings = []
    for position, column in enumerate(sheet.layout.columns):
        if places[position] is None and free.get(position):
            places[position] = position
            new = free.pop(position)
            findings.append(_header_finding(HEADER_EDITED, sheet, position, column.header, new))
        elif places[position] is None:
            findings.append(_header_finding(COLUMN_REMOVED, sheet, None, column.header, ""))
    findings += [
        _header_finding(COLUMN_ADDED, sheet, place, "", text) for place, text in free.items() if text
    ]
    return places, findings


def _header_finding(code: str, sheet: Sheet, place: int | None, old: str, new: str) -> Finding:
    cell = "" if place is None else _address(0, place)
    return Finding(code, sheet.layout.name, cell, "", "", old, old, new)


def _match_rows(
    sheet: Sheet, seen: SheetCells, places: Sequence[int | None], keys: Sequence[int]
) -> tuple[list[tuple[Row, int]], list[Finding]]:
    """Pair expected rows with the rows that carry their key; a row whose key was edited keeps its place."""

    def key_of(cells: Sequence[Cell]) -> tuple[str, ...]:
        found = (places[position] for position in keys)
        return tuple(_text(cells[p]) if p is not None and p < len(cells) else "" for p in found)

    waiting: dict[tuple[str, ...], int] = {}
    findings = []
    spare = []
    wanted = {tuple(_text(row.cells[position]) for position in keys): row for row in sheet.rows}
    for number in range(HEADER_ROWS, len(seen.rows)):
        key = key_of(seen.rows[number])
        if key in wanted and key not in waiting:
            waiting[key] = number
        elif key in wanted:
            row = wanted[key]
            findings.append(_row_finding(ROW_TWICE, sheet, row, number))
        elif any(_text(cell) for cell in seen.rows[number]):
            spare.append(number)
    pairs = []
    for position, (key, row) in enumerate(wanted.items(), HEADER_ROWS):
        if key in waiting:
            pairs.append((row, waiting[key]))
        elif position in spare and _is_alike(row, seen.rows[position], places):
            spare.remove(position)
            pairs.append((row, position))
        else:
            findings.append(_row_finding(ROW_REMOVED, sheet, row, None))
    findings += [_row_finding(ROW_ADDED, sheet, None, number) for number in spare]
    return pairs, findings


def _is_alike(row: Row, cells: Sequence[Cell], places: Sequence[int | None]) -> bool:
    """Whether most cells of a row agree, so that only its key was edited."""
    filled = [(position, old) for position, old in enumerate(row.cells) if old != ""]
    same = 0
    for position, old in filled:
        place = places[position]
        same += place is not None and place < len(cells) and _is_same(old, cells[place])
    return 2 * same > len(filled)


def _row_finding(code: str, sheet: Sheet, row: Row | None, number: int | None) -> Finding:
    cell = "" if number is None else _address(number, 0)
    record_id = row.revision.record_id if row is not None else ""
    label = row.revision.label if row is not None else ""
    return Finding(
        code, sheet.layout.name, cell, record_id, label, "", "", "", row.ref if row is not None else ""
    )


def _stray_cells(
    sheet: Sheet, seen: SheetCells, places: Sequence[int | None], numbers: Sequence[int]
) -> Iterator[Finding]:
    """Find what was typed beside the table: cells of known rows in columns without a header."""
    header = seen.rows[0] if seen.rows else []
    used = {place for place in places if place is not None}
    beside = [
        place
        for place in range(max((len(row) for row in seen.rows), default=0))
        if place not in used and not (place < len(header) and _text(header[place]))
    ]
    for number in numbers if beside else ():
        for place in beside:
            text = _text(seen.rows[number][place]) if place < len(seen.rows[number]) else ""
            if text:
                yield Finding(COLUMN_ADDED, sheet.layout.name, _address(number, place), "", "", "", "", text)


def _finding(
    sheet: Sheet,
    code: str,
    row: Row,
    column: Column,
    cell: str,
    old: str,
    new: str,
    title: Callable[[str], str],
) -> Finding:
    ref = "/".join((row.ref, *column.path)) if column.path else ""
    revision = row.revision
    name = sheet.layout.name
    return Finding(code, name, cell, revision.record_id, revision.label, column.header, old, new, ref,
                   title(column.header) if column.path else "")  # fmt: skip


# -- cells -----------------------------------------------------------------------------------------------


def _is_same(old: Cell, new: Cell) -> bool:
    """Whether `new` is `old` after a program that knows nothing of us has saved the workbook."""
    if isinstance(old, list):
        return _day(new) == old[0]
    if isinstance(old, str):
        return _text(old) == _text(new)
    return _number(new) == format(old, ".15g")


def _text(cell: Cell) -> str:
    if isinstance(cell, str):
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), cell)
        return " ".join(clean(text).split())
    return _shown(cell)


def _number(cell: Cell) -> str:
    """Return a cell as a number of 15 digits; some programs save numbers as text."""
    if isinstance(cell, list | bool):
        return ""
    try:
        return format(float(cell), ".15g")
    except ValueError:
        return ""


def _day(cell: Cell) -> str:
    """Return a cell as an ISO date: a date, a date with the time 0:00, its text, or its serial number."""
    if isinstance(cell, list):
        return cell[0].removesuffix("T00:00:00") if cell else ""
    if isinstance(cell, str):
        return cell.strip()
    if (
        isinstance(cell, int | float)
        and not isinstance(cell, bool)
        and cell == int(cell)
        and 0 < cell < 3_000_000
    ):
        return (_FIRST_DAY + timedelta(days=int(cell))).isoformat()
    return ""


def _shown(cell: Cell) -> str:
    """Return a cell as a person reads it."""
    if isinstance(cell, list):
        return _day(cell)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    return cell if isinstance(cell, str) else format(cell, ".15g")


def _address(row: int, column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"

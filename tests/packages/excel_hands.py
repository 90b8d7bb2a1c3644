"""What people and programs do to a package: a workbook as grids of cells, edited at random and saved again.

Every edit says what it must be found as; harmless changes say nothing.
"""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from copy import copy
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell import Cell
from openpyxl.utils.datetime import CALENDAR_MAC_1904, to_excel

from habitat_desktop.packages.finding import Finding
from habitat_desktop.packages.layout import KEY_HEADERS, sheets
from habitat_desktop.packages.package import Package

Grid = list[list[Cell | None]]
Expected = tuple[str, str, str, str]  # code, sheet as written, record id, ref or column

EDITS = (
    "change", "delete", "to number", "to text", "formula", "remove row", "add row", "copy row", "edit header",
    "remove sheet",
)  # fmt: skip
HARMLESS = (
    "sort", "move columns", "rename", "reorder", "filter and freeze", "hide rows", "helper column", "total",
    "pivot", "title above", "note beside",
)  # fmt: skip


class Book:
    """A package opened by somebody; `sheets` are those of answers, by the names they were written with."""

    def __init__(self, path: Path, package: Package) -> None:
        self._book = openpyxl.load_workbook(path)
        self.expected: Counter[Expected] = Counter()
        self.sheets = {s.layout.name: s for s in sheets(package.heads, package.layouts, package.words)}
        self.grids: dict[str, Grid] = {
            sheet.title: [list(row) for row in sheet.iter_rows()] for sheet in self._book.worksheets
        }
        self.names = {name: name for name in self.grids}  # as written -> now
        self._free = {name: list(range(len(self.sheets[name].rows))) for name in self.sheets}
        self._edited_columns: set[tuple[str, int]] = set()
        self._rows = {name: self.grids[name][2:] for name in self.sheets}  # as written, to find rows again
        self._after: list[Callable[[], None]] = []
        self._totals: set[str] = set()
        self.hidden: set[str] = {s.title for s in self._book.worksheets if s.sheet_state != "visible"}

    # -- edits: each touches rows and columns no other one touches ------------------------------------

    def edit(self, kind: str, choose: random.Random) -> None:
        """Make one edit, if there is still a place for it, and note what must be found."""
        name = choose.choice([name for name in self.sheets if name in self.grids])
        sheet, grid = self.sheets[name], self.grids[name]
        if kind == "remove sheet":
            if len(self._free[name]) == len(sheet.rows) and len(self.grids) > 4 and not self._touched(name):
                del self.grids[name]
                self.expected["SHEET_REMOVED", name, "", ""] += 1
            return
        if kind == "edit header":
            self._edit_header(name, choose)
            return
        if len(self._free[name]) < 5:
            return
        number = self._free[name].pop(choose.randrange(len(self._free[name])))
        cells, row = self._rows[name][number], sheet.rows[number]
        if kind == "remove row":
            grid.remove(cells)
            self.expected["ROW_REMOVED", name, row.revision.record_id, row.ref] += 1
        elif kind == "copy row":
            again = [self._new(name, old.value, old) for old in cells if old]
            grid.insert(choose.randrange(2, len(grid) + 1), again)
            self.expected["ROW_TWICE", name, row.revision.record_id, row.ref] += 1
        elif kind == "add row":
            grid.append([self._new(name, f"added {position}") for position in range(4)])
            self._free[name].append(number)
            self.expected["ROW_ADDED", name, "", ""] += 1
        else:
            self._edit_cell(kind, name, cells, number, choose)

    def _edit_cell(
        self, kind: str, name: str, cells: Sequence[Any], number: int, choose: random.Random
    ) -> None:
        columns, row = self.sheets[name].layout.columns, self.sheets[name].rows[number]
        filled = [
            n for n, cell in enumerate(cells)
            if row.cells[n] != "" and cell is not None and (name, n) not in self._edited_columns
            and not (columns[n].header in (*KEY_HEADERS, "_index") and name in self._edited_headers())
        ]  # fmt: skip
        column = choose.choice(filled)
        cells[column].value = _other(kind, cells[column].value, choose)
        ref = "/".join((row.ref, *columns[column].path)) if columns[column].path else columns[column].header
        self.expected["CELL_EDITED", name, row.revision.record_id, ref] += 1
        self._edited_columns.add((name, column))

    def _edit_header(self, name: str, choose: random.Random) -> None:
        columns = self.sheets[name].layout.columns
        free = [n for n in range(len(columns)) if (name, n) not in self._edited_columns]
        column = choose.choice(free)
        if self._touched(name) and columns[column].header in (*KEY_HEADERS, "_index"):
            return
        self._edited_columns.add((name, column))
        header = self.grids[name][0][column]
        assert header is not None
        self.expected["HEADER_EDITED", name, "", str(header.value)] += 1
        header.value = f"new name {choose.random()}"

    def _edited_headers(self) -> set[str]:
        return {name for code, name, _record, _ref in self.expected if code == "HEADER_EDITED"}

    def _touched(self, name: str) -> bool:
        return any(where == name for _code, where, _record, _ref in self.expected)

    def _new(self, name: str, value: object, like: Cell | None = None) -> Cell:
        cell = self._book[name].cell(2000, 200)
        new = Cell(cell.parent, row=1, column=1)
        new.value = value
        if like is not None:
            new.data_type, new.number_format = like.data_type, like.number_format
        return new

    # -- what changes nothing -------------------------------------------------------------------------

    def harmless(self, kind: str, choose: random.Random) -> None:
        """Change what people change without changing an answer; carried out after the edits."""
        name = choose.choice(list(self.sheets))
        if kind == "rename":
            self.names[name] = f"{choose.choice('АبCd')} renamed {len(name)}"[:31]
        elif kind == "pivot":
            self._after.append(lambda: self.grids.setdefault("Pivot", [[self._new(name, 1)]]) and None)
        elif kind == "reorder":
            self._after.append(lambda: self._reorder(choose))
        else:
            self._after.append(lambda: self._change(kind, name, choose))

    def _reorder(self, choose: random.Random) -> None:
        names = list(self.grids)
        choose.shuffle(names)
        self.grids = {name: self.grids[name] for name in names}

    def _change(self, kind: str, name: str, choose: random.Random) -> None:
        grid = self.grids.get(name, [])
        if not grid or len(grid) < 4:
            return
        top = next(number for number, row in enumerate(grid) if len(row) > 2)
        if kind == "sort" and not self._is_added(name):
            table = grid[top + 2 :]
            choose.shuffle(table)
            grid[top + 2 :] = table
        elif kind == "move columns":
            width = max(map(len, grid))
            order = choose.sample(range(width), width)
            for number, row in enumerate(grid):
                full = [*row, *[None] * (width - len(row))]
                grid[number] = [full[place] for place in order]
        elif kind in ("helper column", "note beside"):
            place = choose.randrange(len(grid[top]) + 1) if kind == "helper column" else len(grid[top]) + 2
            for number, row in enumerate(grid[top:]):
                text = f"helper {number}" if kind == "helper column" or number == 3 else None
                row[len(row) :] = [None] * (place - len(row))
                row.insert(place, self._new(name, text) if text else None)
        elif kind == "total" and not self._is_added(name) and name not in self._totals:
            table = grid[top + 2 :]
            width = len(grid[top])
            grid.append([self._total(name, [row[n] for row in table if n < len(row)]) for n in range(width)])
            self._totals.add(name)
        elif kind == "title above":
            grid.insert(0, [self._new(name, "Our list")])

    def _is_added(self, name: str) -> bool:
        return any(code in ("ROW_ADDED",) and where == name for code, where, _r, _f in self.expected)

    def _total(self, name: str, cells: Sequence[Cell | None]) -> Cell | None:
        figures = [c.value for c in cells if c is not None and isinstance(c.value, int | float)]
        return self._new(name, sum(figures)) if figures and len(figures) == len(cells) else None

    # -- saving ---------------------------------------------------------------------------------------

    def save(self, path: Path, *, plain: bool = False, mac: bool = False) -> Path:
        """Save it; `plain` without formats, as programs that know values only, `mac` counting from 1904."""
        for change in self._after:
            change()
        book = openpyxl.Workbook()
        book.remove(book.active)
        if mac:
            book.epoch = CALENDAR_MAC_1904
        for name, grid in self.grids.items():
            sheet = book.create_sheet(self.names.get(name, name))
            for y, row in enumerate(grid, 1):
                for x, cell in enumerate(row, 1):
                    if cell is not None and cell.value is not None:
                        _put(sheet.cell(y, x), cell, plain)
            sheet.freeze_panes = "C4"
            sheet.auto_filter.ref = f"A1:{openpyxl.utils.get_column_letter(max(map(len, grid), default=1))}9"
            sheet.row_dimensions[5].hidden = True
            if name in self.hidden and not plain:
                sheet.sheet_state = "hidden"
        book.save(path)
        return path


def found(findings: Sequence[Finding], names: dict[str, str]) -> Counter[Expected]:
    """Return findings as `Book.expected` has them."""
    written = {now: name for name, now in names.items()}
    return Counter((f.code, written.get(f.sheet, f.sheet), f.record_id, _place(f)) for f in findings)


def _place(finding: Finding) -> str:
    if finding.code == "HEADER_EDITED":
        return finding.old
    return finding.ref or finding.question


def _put(target: Cell, cell: Cell, plain: bool) -> None:
    value = cell.value
    if plain and isinstance(value, date):
        value = to_excel(value)
    target.value = value
    target.data_type = "n" if plain and isinstance(cell.value, date) else cell.data_type
    if not plain:
        target.number_format = copy(cell.number_format)


def _other(kind: str, value: Any, choose: random.Random) -> Any:
    if kind == "delete":
        return None
    if kind == "formula":
        return "=1+41"
    if kind == "to number":
        return choose.randrange(3_000_000, 9_000_000)
    if kind == "change" and isinstance(value, int | float) and not isinstance(value, bool):
        return value + choose.choice((1, -0.5, 1000))
    if kind == "change" and isinstance(value, datetime):
        return value + timedelta(days=choose.choice((-1, -30, -365)))
    return f"{value} edited {choose.randrange(100)}"

"""A filled workbook -> the cells of each question, wherever they are now.

Sheets are known by the mark in their first cell, else by name; rows and columns by their hidden ids, which
must agree with the numbers people see. What agrees with nothing is told and not read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from habitat_desktop.errors import N_
from habitat_desktop.i18n.catalogues import speaking
from habitat_desktop.incoming import notices
from habitat_desktop.incoming.notices import SENTENCES
from habitat_desktop.packages.cells import plain, text_of
from habitat_desktop.packages.layout import Cell
from habitat_desktop.packages.questionnaires.errors import ParentUnclearError, RowUnclearError
from habitat_desktop.packages.questionnaires.found import Filled, Found, Place, Unread
from habitat_desktop.packages.questionnaires.manifest import (
    COVER,
    LISTS_SHEET,
    SHEET,
    Entry,
    Item,
    Manifest,
    Shown,
    read_mark,
)
from habitat_desktop.packages.questionnaires.question_sheet import headings
from habitat_desktop.packages.reader import SheetCells, Workbook

_ROW_ID = re.compile(r"(q[0-9]+)(?:\.([0-9]+))?")


def locate(workbook: Workbook, manifest: Manifest) -> Found:
    """Find the cells of every question in `workbook`."""
    return _Locator(workbook, manifest).locate()


def marks(workbook: Workbook) -> set[str]:
    """Return the ids of the questionnaires whose sheets stand in `workbook`."""
    found = set()
    for sheet in workbook.sheets:
        corner = _corner(sheet)
        if corner is not None:
            found.add(corner[2])
    return found


def _corner(sheet: SheetCells) -> tuple[int, int, str, str] | None:
    """Return where the mark of a sheet stands, the questionnaire and the key of the sheet it names."""
    for row, cells in enumerate(sheet.rows):
        for column, cell in enumerate(cells):
            if isinstance(cell, str) and cell.startswith("habitat-"):
                mark = read_mark(cell)
                if mark is not None:
                    return row, column, *mark
    return None


@dataclass(frozen=True)
class _Grid:
    """One sheet with what its hidden cells say: the column of row ids, and columns by what they hold."""

    sheet: SheetCells
    top: int
    ids: int
    columns: dict[str, int]

    def rows(self) -> Iterator[tuple[int, list[Cell]]]:
        for number, cells in enumerate(self.sheet.rows):
            if number > self.top:
                yield number, cells

    def cell(self, cells: list[Cell], name: str) -> Cell:
        column = self.columns.get(name)
        return cells[column] if column is not None and column < len(cells) else ""

    def place(self, row: int, name: str) -> Place:
        return Place(self.sheet.name, row, self.columns.get(name, self.ids))


class _Locator:
    def __init__(self, workbook: Workbook, manifest: Manifest) -> None:
        self._workbook = workbook
        self._manifest = manifest
        self._found = Found()
        self._by_number = {item.number: item for item in manifest.questions}
        self._sheet_of: dict[str, str] = {}  # key of a sheet -> its name now
        self._parents: dict[str, dict[str, Entry]] = {}  # by number and name, by repeat
        self._copies = 0

    def locate(self) -> Found:
        shown = {one.key: one for one in self._manifest.sheets}
        hidden = {SHEET.casefold(), LISTS_SHEET.casefold()}
        named = {one.name.casefold(): one for one in self._manifest.sheets}
        for sheet in self._workbook.sheets:
            if sheet.name.casefold() in hidden:
                continue
            corner = _corner(sheet)
            if corner is None:
                self._unmarked(sheet, named.get(sheet.name.casefold()))
                continue
            top, ids, questionnaire_id, key = corner
            if questionnaire_id != self._manifest.questionnaire_id or key not in shown:
                self._found.remark(
                    "SHEET_OTHER", N_("Sheet “{sheet}” belongs to another questionnaire. It was not read."),
                    sheet=sheet.name,
                )  # fmt: skip
                continue
            heads = sheet.rows[top]
            columns = {
                str(cell): n for n, cell in enumerate(heads) if isinstance(cell, str) and cell and n != ids
            }
            self._read(shown[key], _Grid(sheet, top, ids, columns))
        self._tell_missing()
        self._tell_notices()
        return self._found

    def _read(self, shown: Shown, grid: _Grid) -> None:
        name = grid.sheet.name
        if name != shown.name and shown.key not in self._sheet_of:
            self._found.remark(
                "SHEET_RENAMED", N_("The sheet “{old}” is now called “{sheet}”. It was read all the same."),
                old=shown.name, sheet=name,
            )  # fmt: skip
        is_copy = shown.key in self._sheet_of
        self._sheet_of.setdefault(shown.key, name)
        if shown.kind == COVER:
            self._cover(grid)
        elif shown.kind == "table":
            self._table(shown, grid)
        else:
            entry = self._manifest.entry_by_key.get(shown.of) if shown.kind == "entry" else None
            self._questions(shown, grid, entry, is_copy=is_copy)

    # -- sheets without a mark -----------------------------------------------------------------------

    def _unmarked(self, sheet: SheetCells, shown: Shown | None) -> None:
        """Read a sheet that lost its hidden cells by the numbers people see, or say that it is not read."""
        grid = _grid_by_numbers(sheet, self._manifest) if shown is not None else None
        if shown is not None and shown.kind in ("questions", "entry") and grid is not None:
            self._found.remark(
                "IDS_MISSING",
                N_("Sheet “{sheet}” has lost its hidden cells. It was read by the numbers of the questions."),
                sheet=sheet.name,
            )
            self._read(shown, grid)
        elif any(cell != "" for row in sheet.rows for cell in row):
            self._found.remark(
                "SHEET_UNKNOWN", N_("Sheet “{sheet}” is not part of the questionnaire. It was not read."),
                sheet=sheet.name,
            )  # fmt: skip

    # -- the first sheet -----------------------------------------------------------------------------

    def _cover(self, grid: _Grid) -> None:
        for _row, cells in grid.rows():
            name = cells[grid.ids] if grid.ids < len(cells) else ""
            if isinstance(name, str) and name in ("name", "organization", "date"):
                self._found.filled_in_by[name] = grid.cell(cells, "answer")

    # -- questions, one below the other --------------------------------------------------------------

    def _questions(self, shown: Shown, grid: _Grid, entry: Entry | None, *, is_copy: bool) -> None:
        if "answer" not in grid.columns:
            self._found.remark(
                "COLUMN_MISSING",
                N_("Sheet “{sheet}”: the column of the answers is missing. The sheet was not read."),
                sheet=grid.sheet.name,
            )
            return
        filled: dict[str, Filled] = {}
        for row, cells in grid.rows():
            self._question_row(grid, row, cells, entry, filled)
        if entry is not None:
            self._found.entries_seen.add(entry.key)
        if is_copy and entry is not None and entry.is_new:
            filled = self._as_copy(entry, filled)
        self._found.rows_seen.update((key, entry.key if entry else "") for key in filled)
        self._found.filled += filled.values()

    def _question_row(
        self, grid: _Grid, row: int, cells: list[Cell], entry: Entry | None, filled: dict[str, Filled]
    ) -> None:
        row_id = cells[grid.ids] if grid.ids < len(cells) else ""
        answer, why, remark = (grid.cell(cells, name) for name in ("answer", "why", "remark"))
        written = [cell for cell in (answer, why, remark) if cell != ""]
        known = self._row(
            row_id, plain(grid.cell(cells, "no")).strip(), text_of(grid.cell(cells, "question"))
        )
        if known is None:
            if written and row_id != "-":
                place = grid.place(row, "answer" if answer != "" else "why" if why != "" else "remark")
                self._found.unread.append(Unread(place, plain(written[0]), RowUnclearError()))
            return
        item, part = known
        one = filled.get(item.key)
        again = one is not None and (str(part) in one.places or (part == 0 and "answer" in one.places))
        if one is None or again:
            one = Filled(item, entry, grid.place(row, "answer"))
            if again:  # the same row twice: both are kept, to be compared
                self._found.filled.append(one)
            else:
                filled[item.key] = one
        if part and not (part == 1 and item.mode == "cell"):
            one.parts[part] = answer
            one.places[str(part)] = grid.place(row, "answer")
        else:
            one.place = grid.place(row, "answer")
            one.places["answer"] = one.place
            one.answer = answer
        for name, cell in (("why", why), ("remark", remark)):
            if cell != "":
                setattr(one, name, cell)
                one.places[name] = grid.place(row, name)

    def _row(self, row_id: Cell, number: str, label: str) -> tuple[Item, int] | None:
        """Return the question of a row and which part of it, 0 for the whole; None where that is unclear."""
        by_id = self._part(str(row_id)) if isinstance(row_id, str) else None
        by_number = self._part(f"q{number}") if number else None
        if row_id == "-":  # a heading, unless sorting has left the hidden column behind
            return by_number if by_number is not None and self._is_label(by_number, label) else None
        if by_id is None or by_number is None or by_id == by_number:
            # a row a person added may repeat a number, and has no id
            return by_id or by_number
        for known in (by_number, by_id):  # sorted without the hidden column: what is seen goes together
            if self._is_label(known, label):
                return known
        return None

    def _part(self, key: str) -> tuple[Item, int] | None:
        found = _ROW_ID.fullmatch(key)
        item = self._manifest.by_key.get(found[1]) if found else None
        if found is None or item is None:
            return None
        part = int(found[2] or 0)
        return (item, part) if part <= max(item.slots, 0) else None

    def _is_label(self, known: tuple[Item, int], label: str) -> bool:
        item, part = known
        wanted = item.label
        if part and item.mode == "rows":
            choices = self._manifest.lists.get(item.choices, ())
            wanted = choices[part - 1][1] if part <= len(choices) else ""
            return text_of(wanted) == label
        if part:
            return label == ""
        return bool(label) and label.startswith(text_of(wanted))

    def _as_copy(self, entry: Entry, filled: dict[str, Filled]) -> dict[str, Filled]:
        """Return what stands on a copy of an empty sheet as one more entry."""
        self._copies += 1
        if all(one.is_blank for one in filled.values()):
            return {}
        first = next((one for one in self._found.filled if one.entry is entry), None)
        before = {one.item.key: one.said for one in self._found.filled if one.entry is entry}
        if first is not None and all(before.get(key) == one.said for key, one in filled.items()):
            return {}  # copied, and left as it was
        added = self._added_entry(entry.repeat, entry.parent, f"{entry.key}/copy{self._copies}")
        for one in filled.values():
            one.entry = added
        return filled

    def _added_entry(self, repeat: str, parent: str, what: str) -> Entry:
        entry = Entry(
            f"a{len(self._found.added) + 1}", repeat, parent, "+", self._manifest.new_entry_id(what), True
        )
        self._found.added[entry.key] = entry
        return entry

    # -- tables --------------------------------------------------------------------------------------

    def _table(self, shown: Shown, grid: _Grid) -> None:
        entries = {entry.number: entry for entry in self._manifest.entries if entry.repeat == shown.of}
        by_key = {entry.key: entry for entry in entries.values()}
        columns = [(name, *known) for name in grid.columns if (known := self._part(name)) is not None]
        repeat_of = self._manifest.repeat_of
        asked = {item.number for item in self._manifest.questions if repeat_of[item.path] == shown.of}
        missing = sorted(asked - {item.number for _name, item, _part in columns}, key=int)
        if missing:
            self._found.remark(
                "COLUMN_MISSING",
                N_("Sheet “{sheet}”: the columns of these questions are missing: {numbers}."),
                sheet=grid.sheet.name, numbers=", ".join(missing),
            )  # fmt: skip
        rows = [
            (row, cells) for row, cells in grid.rows()
            if (cells[grid.ids] if grid.ids < len(cells) else "") != "-"
        ]  # fmt: skip
        trusted = self._numbers_agree(grid, rows, entries, by_key)
        added = 0
        for row, cells in rows:
            row_id = cells[grid.ids] if grid.ids < len(cells) else ""
            number = plain(grid.cell(cells, "no")).strip()
            entry = entries.get(number) if trusted else by_key.get(str(row_id))
            written = [name for name, _item, _part in columns if grid.cell(cells, name) != ""]
            entry = entry or by_key.get(str(row_id)) or entries.get(number)
            if entry is None and not written:
                continue
            if entry is None:
                added += 1
                what = self._naming_text(grid, cells, columns) or f"row{added}"
                entry = self._added_entry(shown.of, "", f"{shown.key}/{what}")
            self._found.entries_seen.add(entry.key)
            if not written and entry.is_new:
                continue
            placed = self._with_parent(entry, grid, row, cells, bool(written))
            if placed is not None:
                self._entry_row(grid, row, cells, placed, columns)

    def _numbers_agree(
        self,
        grid: _Grid,
        rows: list[tuple[int, list[Cell]]],
        entries: dict[str, Entry],
        by_key: dict[str, Entry],
    ) -> bool:
        """Whether rows are told by the numbers people see: sorting may have left the hidden column behind."""
        numbers = [plain(grid.cell(cells, "no")).strip() for _row, cells in rows]
        known = [number for number in numbers if number in entries]
        ids = [str(cells[grid.ids]) if grid.ids < len(cells) else "" for _row, cells in rows]
        disagree = any(
            number in entries and one in by_key and entries[number] is not by_key[one]
            for number, one in zip(numbers, ids, strict=True)
        )
        return disagree and len(set(known)) == len(known)

    def _naming_text(self, grid: _Grid, cells: list[Cell], columns: list[tuple[str, Item, int]]) -> str:
        for name, item, _part in columns:
            if item.mode == "cell":
                return text_of(grid.cell(cells, name)).casefold()
        return ""

    def _with_parent(
        self, entry: Entry, grid: _Grid, row: int, cells: list[Cell], is_written: bool
    ) -> Entry | None:
        """Return the entry with what it belongs to; None where that is needed and not said."""
        if "parent" not in grid.columns or not entry.is_new:
            return entry
        around = self._manifest.outer_repeat.get(entry.repeat, "")
        text = text_of(grid.cell(cells, "parent"))
        parent = self._parent(around, text)
        if parent is not None:
            made = replace(entry, parent=parent.key)
            self._found.added[entry.key] = made
            return made
        if is_written:
            self._found.unread.append(Unread(grid.place(row, "parent"), text, ParentUnclearError()))
        return None

    def _parent(self, repeat: str, text: str) -> Entry | None:
        """Return the entry a person names by its number or its name; of one entry nothing need be said."""
        if repeat not in self._parents:
            entries = [one for one in self._manifest.entries if one.repeat == repeat]
            named: dict[str, list[Entry]] = {}
            for one in entries:
                named.setdefault(text_of(one.name).casefold(), []).append(one)
            only = {"": entries[0]} if len(entries) == 1 else {}
            unique = {name: found[0] for name, found in named.items() if name and len(found) == 1}
            self._parents[repeat] = unique | only | {one.number: one for one in entries}
        known = self._parents[repeat]
        return known.get(text.partition(" ")[0]) or known.get(text.casefold())

    def _entry_row(
        self, grid: _Grid, row: int, cells: list[Cell], entry: Entry, columns: list[tuple[str, Item, int]]
    ) -> None:
        filled: dict[str, Filled] = {}
        for name, item, part in columns:
            place = grid.place(row, name)
            one = filled.setdefault(item.key, Filled(item, entry, place, in_table=True))
            cell = grid.cell(cells, name)
            if part and item.mode != "cell":
                if item.mode == "slots" and part == 1:
                    one.answer, one.places["answer"] = cell, place
                else:
                    one.parts[part] = cell
                one.places[str(part)] = place
            else:
                one.answer, one.places["answer"] = cell, place
        self._found.rows_seen.update((key, entry.key) for key in filled)
        self._found.filled += filled.values()

    # -- what is missing or strange ------------------------------------------------------------------

    def _tell_missing(self) -> None:
        for shown in self._manifest.sheets:
            if shown.key not in self._sheet_of and shown.kind != COVER:
                self._found.remark(
                    "SHEET_MISSING",
                    N_("The sheet “{sheet}” is missing. The answers it asks for were left as they are."),
                    sheet=shown.name,
                )
        for shown in self._manifest.sheets:
            if shown.kind not in ("questions", "entry") or shown.key not in self._sheet_of:
                continue
            of = shown.of if shown.kind == "entry" else ""
            gone = [
                item.number for item in self._asked_on(shown) if (item.key, of) not in self._found.rows_seen
            ]
            if gone:
                self._found.remark(
                    "ROWS_MISSING",
                    N_(
                        "Sheet “{sheet}”: the rows of these questions are missing: {numbers}. "
                        "Their answers stay."
                    ),
                    sheet=self._sheet_of[shown.key], numbers=", ".join(gone),
                )  # fmt: skip
        tables = {one.of: one for one in self._manifest.sheets if one.kind == "table"}
        for entry in self._manifest.entries:
            table = tables.get(entry.repeat)
            if entry.is_new or table is None or table.key not in self._sheet_of:
                continue
            if entry.key not in self._found.entries_seen:
                self._found.remark(
                    "ROW_MISSING",
                    N_(
                        "Sheet “{sheet}”: row {number} ({name}) is missing. The entry stays; "
                        "remove it in the form."
                    ),
                    sheet=self._sheet_of[table.key], number=entry.number, name=entry.name,
                )  # fmt: skip

    def _asked_on(self, shown: Shown) -> list[Item]:
        here = self._manifest.entry_by_key[shown.of].repeat if shown.kind == "entry" else ""
        return [item for item in self._manifest.questions if self._manifest.repeat_of[item.path] == here]

    def _tell_notices(self) -> None:
        for notice in self._workbook.notices:
            if notice.code in (notices.HIDDEN_SHEET, notices.HIDDEN_COLUMNS, notices.MERGED, notices.FORMULA):
                continue  # ours, or told with the cells they are about
            if notice.code == notices.HIDDEN_ROWS and notice.detail == "1":
                continue
            about = {"sheet": notice.sheet, "cell": notice.cell, "detail": notice.detail}
            self._found.remark(notice.code, SENTENCES[notice.code], **about)


def _grid_by_numbers(sheet: SheetCells, manifest: Manifest) -> _Grid | None:
    """Return how a sheet without hidden cells is read: by the row of headings people see."""
    with speaking(manifest.language):
        texts = headings("")
    wanted = {texts[name]: name for name in ("no", "question", "answer", "why", "remark")}
    for row, cells in enumerate(sheet.rows[:30]):
        columns = {wanted[str(cell)]: n for n, cell in enumerate(cells) if str(cell) in wanted}
        if {"no", "question", "answer"} <= columns.keys():
            return _Grid(sheet, row, len(cells) + 1, columns)
    return None

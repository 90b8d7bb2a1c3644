"""Finds the sheets, columns and rows of a package again, wherever somebody has moved them.

Sheets are known by the technical names in their first row, wherever that row now stands, and by the records
in their rows; columns by their technical name, or by their content where the name was edited; rows by their
keys, or by most of their cells where the key was edited.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from habitat_desktop.packages import payload
from habitat_desktop.packages.cells import is_same, text_of
from habitat_desktop.packages.layout import HEADER_ROWS, KEY_HEADERS, Cell, Column, Row, Sheet
from habitat_desktop.packages.reader import SheetCells

_Key = tuple[str, ...]
_Item = TypeVar("_Item")

_HEADER_SEARCH = 25  # rows from the top in which the technical names are looked for
_PAIRS_LIMIT = 20_000  # comparisons of rows with edited keys; beyond it only the same place counts


@dataclass
class Match:
    """Where an expected sheet stands now.

    `places` gives for each expected column where it is now, or None. `renamed` are columns whose header was
    edited; `rows` pairs rows with row numbers from 0; `twice` and `spare` are rows that are there too many.
    """

    sheet: Sheet
    seen: SheetCells
    header: int  # number of the row of technical names, -1 where somebody removed it
    places: list[int | None] = field(default_factory=list)
    renamed: list[int] = field(default_factory=list)
    rows: list[tuple[Row, int]] = field(default_factory=list)
    missing: list[Row] = field(default_factory=list)
    twice: list[tuple[Row, int]] = field(default_factory=list)
    spare: list[int] = field(default_factory=list)

    def cell(self, number: int, position: int) -> Cell:
        """Return what now stands in the expected column `position` of row `number`."""
        place = self.places[position]
        cells = self.seen.rows[number]
        return cells[place] if place is not None and place < len(cells) else ""


def is_untouched(sheet: Sheet, seen: SheetCells) -> bool:
    """Whether every row stands where it was written with the cells it was written with: the usual case."""
    columns = sheet.layout.columns
    if len(seen.rows) != HEADER_ROWS + len(sheet.rows) or len(seen.rows[0]) != len(columns):
        return False
    if seen.rows[0] != [column.header for column in columns]:
        return False
    return all(row.cells == cells for row, cells in zip(sheet.rows, seen.rows[HEADER_ROWS:], strict=True))


# -- sheets ----------------------------------------------------------------------------------------------


def match_sheets(
    sheets: Sequence[Sheet], there: Iterable[SheetCells]
) -> tuple[list[Match | None], list[SheetCells]]:
    """Return for each expected sheet where it stands, or None, and the sheets that are none of them."""
    hidden = {payload.SHEET, payload.FILES_SHEET}
    free = [seen for seen in there if seen.name.casefold() not in hidden]
    found: list[Match | None] = [None] * len(sheets)
    likely = []
    for number, sheet in enumerate(sheets):
        for rank, seen in enumerate(free):
            score, header = _likeness(sheet, seen)
            if score is not None:
                likely.append((score, -number, -rank, header))
    taken = set()
    for _score, number, rank, header in sorted(likely, reverse=True):
        if found[-number] is None and rank not in taken:
            taken.add(rank)
            found[-number] = Match(sheets[-number], free[-rank], header)
    return found, [seen for rank, seen in enumerate(free) if -rank not in taken]


def _likeness(sheet: Sheet, seen: SheetCells) -> tuple[tuple[float, float, bool] | None, int]:
    """Return how much `seen` looks like `sheet`, None for not at all, and where its technical names stand."""
    named = seen.name.casefold() == sheet.layout.name.casefold()
    everything = {text_of(column.header) for column in sheet.layout.columns}
    asked = {text_of(column.header) for column in sheet.layout.columns if column.path} or everything
    best, header = set[str](), 0
    for number, row in enumerate(seen.rows[:_HEADER_SEARCH]):
        texts = {cell for cell in map(text_of, row) if cell in everything}
        if len(texts) > len(best):
            best, header = texts, number
    share = len(best & asked) / len(asked)
    if (share >= 0.5 and 3 * len(best) >= len(everything)) or (named and 2 * len(best) >= len(everything)):
        return (_common_rows(sheet, seen), share, named), header
    if named and 2 * _common_rows(sheet, seen) > 1:
        return (1.0, 0.0, True), -1
    return None, 0


def _common_rows(sheet: Sheet, seen: SheetCells) -> float:
    """Return the share of the rows of `sheet` whose revision stands somewhere in `seen`."""
    position = next(n for n, column in enumerate(sheet.layout.columns) if column.header == "_revision")
    wanted = {row.cells[position] for row in sheet.rows}
    if not wanted:
        return 0.0
    there = {cell for row in seen.rows for cell in row if isinstance(cell, str) and cell in wanted}
    return len(there) / len(wanted)


# -- columns ---------------------------------------------------------------------------------------------


def match_table(match: Match) -> None:
    """Find the columns and rows of one sheet."""
    columns = match.sheet.layout.columns
    if match.header < 0:
        match.places = list(range(len(columns)))
    else:
        match.places = _places(columns, match.seen.rows[match.header])
    _match_rows(match)
    gone = [position for position, place in enumerate(match.places) if place is None]
    if gone and _find_by_content(match, gone):
        _match_rows(match)


def _places(columns: Sequence[Column], header: Sequence[Cell]) -> list[int | None]:
    """Return where each column stands by its name; where a name stands twice, the column keeps its place."""
    by_name: dict[str, list[int]] = defaultdict(list)
    for place, cell in enumerate(header):
        by_name[text_of(cell)].append(place)
    places: list[int | None] = []
    for position, column in enumerate(columns):
        found = by_name.get(text_of(column.header), [])
        places.append(found.pop(found.index(position) if position in found else 0) if found else None)
    return places


def _find_by_content(match: Match, gone: Sequence[int]) -> bool:
    """Find the columns whose header was edited: an unknown one holds what most of their rows hold."""
    width = max((len(row) for row in match.seen.rows), default=0)
    used = {place for place in match.places if place is not None}
    free = [place for place in range(width) if place not in used]
    for position in gone:
        near = sorted(free, key=lambda place: place != position)  # its own place first
        place = next((place for place in near if _holds(match, position, place)), None)
        if place is not None:
            free.remove(place)
            match.places[position] = place
            match.renamed.append(position)
    return bool(match.renamed)


def _holds(match: Match, position: int, place: int) -> bool:
    header = match.seen.rows[match.header]
    named = place < len(header) and text_of(header[place]) != ""
    same = filled = 0
    for row, number in match.rows:
        cells = match.seen.rows[number]
        new = cells[place] if place < len(cells) else ""
        agrees = is_same(row.cells[position], new)
        same += agrees
        filled += agrees and new != ""
    if not filled:  # an empty column is the one in its place
        return named and place == position and same == len(match.rows)
    return 2 * same > len(match.rows)


# -- rows ------------------------------------------------------------------------------------------------


def _match_rows(match: Match) -> None:
    """Pair expected rows with the rows that carry their key; of several the one most alike."""
    match.rows, match.missing, match.twice, match.spare = [], [], [], []
    keys = _keys(match)
    wanted = _grouped(match.sheet.rows, lambda row: tuple(text_of(row.cells[key]) for key in keys))
    labels = _label_row(match, keys, wanted)
    numbers = [
        number
        for number in range(match.header + 1, len(match.seen.rows))
        if number != labels and any(text_of(cell) for cell in match.seen.rows[number])
    ]
    there = _grouped(numbers, lambda number: tuple(text_of(match.cell(number, key)) for key in keys))
    for key, rows in wanted.items():
        _pair(match, rows, there.get(key, []))
    match.spare = [number for key, numbers in there.items() if key not in wanted for number in numbers]
    _pair_alike(match)
    match.rows.sort(key=lambda pair: pair[1])
    match.spare.sort()


def _keys(match: Match) -> list[int]:
    """Return the columns rows are known by: those that are left of the keys, else the record's label."""
    columns = match.sheet.layout.columns
    is_repeat = bool(match.sheet.layout.parent)
    keys = [n for n, c in enumerate(columns) if c.header in KEY_HEADERS and match.places[n] is not None]
    if not keys:
        keys = [n for n, c in enumerate(columns) if c.header == "_label" and match.places[n] is not None]
    index = next(n for n, column in enumerate(columns) if column.header == "_index")
    if match.places[index] is not None and (is_repeat or not keys):
        keys.append(index)
    return keys


def _grouped(items: Iterable[_Item], key: Callable[[_Item], _Key]) -> dict[_Key, list[_Item]]:
    groups: dict[_Key, list[_Item]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups


def _label_row(match: Match, keys: Sequence[int], wanted: dict[_Key, list[Row]]) -> int:
    """Return the row of labels: below the names, unless somebody has sorted it in among the others."""
    first = match.header + 1
    if first >= len(match.seen.rows):
        return first
    if tuple(text_of(match.cell(first, key)) for key in keys) not in wanted:
        return first
    columns = match.sheet.layout.columns
    numbers = [n for n, column in enumerate(columns) if column.header == "_index"]
    for number in range(first, len(match.seen.rows)):
        texts = [text_of(match.cell(number, n)) for n in (*keys, *numbers) if match.places[n] is not None]
        # every heading is a text, and no key is one with a space or without a figure in it
        if all(text and not any(sign.isdigit() for sign in text) for text in texts):
            return number
    return -1


def _pair(match: Match, rows: list[Row], numbers: list[int]) -> None:
    if len(rows) == 1 and len(numbers) == 1:
        match.rows.append((rows[0], numbers[0]))
        return
    left = list(numbers)
    for row in rows:
        best = max(left, key=lambda number: _alike(match, row, number), default=None)
        if best is None:
            match.missing.append(row)
            continue
        left.remove(best)
        match.rows.append((row, best))
    match.twice += [(rows[0], number) for number in left]


def _pair_alike(match: Match) -> None:
    """Pair what is left by its cells: rows of which only the key was edited.

    A row that now has the key of another one must agree in all its other cells; else it is a copy.
    """
    doubles = {number for _row, number in match.twice}
    left = [*match.spare, *doubles]
    if len(match.missing) * len(left) > _PAIRS_LIMIT:
        return
    likely = []
    for order, row in enumerate(match.missing):
        filled = sum(cell != "" for cell in row.cells)
        for number in left:
            share = _alike(match, row, number)
            if share * filled >= filled - 1 if number in doubles else share > 0.5:
                likely.append((share, -order, -number))
    paired: dict[int, int] = {}
    for _share, order, number in sorted(likely, reverse=True):
        if -order not in paired and -number not in paired.values():
            paired[-order] = -number
    found = set(paired.values())
    match.rows += [(match.missing[order], number) for order, number in paired.items()]
    match.missing = [row for order, row in enumerate(match.missing) if order not in paired]
    match.spare = [number for number in match.spare if number not in found]
    match.twice = [(row, number) for row, number in match.twice if number not in found]


def _alike(match: Match, row: Row, number: int) -> float:
    """Return the share of the filled cells of a row that agree."""
    filled = [position for position, old in enumerate(row.cells) if old != ""]
    same = sum(is_same(row.cells[position], match.cell(number, position)) for position in filled)
    return same / len(filled) if filled else 0.0

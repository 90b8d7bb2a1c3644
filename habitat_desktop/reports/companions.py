"""Columns that stand beside others: of how many, in which language, and room for a translation.

A text in another language than the report stays as it was written; beside it is room where headquarters
writes its translation.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from unicodedata import east_asian_width

from habitat_desktop.i18n.catalogues import _, language
from habitat_desktop.packages.texts import text_width
from habitat_desktop.reports.document import Cell, Column, Figure, Quote, Room, Table, Text
from habitat_desktop.reports.wording import cell_words, language_name, n_of_n

_KNOWN_WIDTH, _LANGUAGE_WIDTH = 12, 12
_WIDTH_OF = {"number": 12, "date": 12}  # in letters, where a column says nothing
_MEASURED, _LONGEST_WORD = 200, 24
_LETTERS = 150  # on a line of a page that lies on its side


@dataclass(frozen=True)
class _Added:
    """What stands behind a column."""

    known: bool = False
    language: bool = False
    room: bool = False


def with_companions(table: Table, *, spread: bool) -> Table:
    """Return the table with room for translations; `spread` with n of N and languages in columns as well.

    Where they have no column of their own they stand in the cell itself.
    """
    added = [_added(table, position, spread) for position in range(len(table.columns))]
    if not any(one.known or one.language or one.room for one in added):
        return table
    return replace(
        table,
        columns=[new for old, one in zip(table.columns, added, strict=True) for new in _columns(old, one)],
        rows=[_row(row, added) for row in table.rows],
        total=_row(table.total, added) if table.total else (),
    )


def is_foreign(cell: Cell) -> bool:
    """Whether a cell holds a text in another language than the one spoken now."""
    return isinstance(cell, Quote) and cell.language not in ("", language())


def _added(table: Table, position: int, spread: bool) -> _Added:
    cells = [row[position] for row in (*table.rows, *((table.total,) if table.total else ()))]
    foreign = any(is_foreign(cell) for cell in cells)
    is_quoted = table.columns[position].kind == "quote"
    partial = any(isinstance(cell, Figure) and cell.is_partial for cell in cells)
    return _Added(spread and partial, spread and foreign, foreign and is_quoted)


def _columns(column: Column, added: _Added) -> list[Column]:
    found = [column]
    if added.known:
        # Translators: head of the column that says "3 of 5": how many records gave the figure before it.
        found.append(Column(_("Given by"), "text", width=_KNOWN_WIDTH))
    if added.language:
        found.append(Column(_("Language of the text"), "text", width=_LANGUAGE_WIDTH))
    if added.room:
        found.append(Column(_("Translation by headquarters"), "translation", width=column.width))
    return found


def _row(row: Sequence[Cell], added: Sequence[_Added]) -> list[Cell]:
    found: list[Cell] = []
    for cell, one in zip(row, added, strict=True):
        found.append(cell)
        if one.known:
            partial = isinstance(cell, Figure) and cell.is_partial
            found.append(Text(n_of_n(cell) if partial and isinstance(cell, Figure) else ""))
        if one.language:
            quote = isinstance(cell, Quote) and cell.language
            found.append(Text(language_name(cell.language) if quote and isinstance(cell, Quote) else ""))
        if one.room:
            found.append(Room() if isinstance(cell, Quote) else Text(""))
    return found


def shares(table: Table, whole: int = 100) -> list[int]:
    """Share `whole` among the columns as their letters say; first each gets what its longest word needs."""
    wanted, needed = [], []
    for position, column in enumerate(table.columns):
        cells = [row[position] for row in table.rows[:_MEASURED]] + (
            [table.total[position]] if table.total else []
        )
        texts = (column.title, *map(cell_words, cells))
        longest = min(max(map(_longest_word, texts), default=0), _LONGEST_WORD) + 2
        needed.append(longest)
        wanted.append(max(column.width or _WIDTH_OF.get(column.kind, 20), longest))
    spare = max(_LETTERS - sum(needed), 0)
    more = max(sum(wanted) - sum(needed), 1)
    letters = [least + spare * (most - least) / more for most, least in zip(wanted, needed, strict=True)]
    found = [int(whole * one / sum(letters)) for one in letters]
    found[found.index(max(found))] += whole - sum(found)
    return found


def _longest_word(text: str) -> int:
    """Return how wide the longest part is that is not broken: Chinese is broken between any two signs."""
    apart = "".join(f" {sign} " if east_asian_width(sign) in "WF" else sign for sign in text)
    return max(map(text_width, apart.split()), default=0)

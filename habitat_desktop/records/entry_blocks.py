"""Many answers of a repeat as one change of the draft: pasted, filled down, rows removed or moved."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from habitat_desktop.records.entry import Entry
from habitat_desktop.xforms.entry_table import EntryTable
from habitat_desktop.xforms.problems import AnswerError


@dataclass(frozen=True)
class CellValue:
    """A stored value for one cell: `row` from 0, `path` of the question."""

    row: int
    path: str
    value: str


@dataclass(frozen=True)
class BlockOutcome:
    """What became of a block: the refs whose state is new, and the cells that were not taken."""

    changed: frozenset[str]
    answered: int
    refused: tuple[CellValue, ...]


def put_block(entry: Entry, repeat: str, cells: Sequence[CellValue], *, added: int = 0) -> BlockOutcome:
    """Add `added` entries to `repeat` and answer `cells`, all as one change; "" clears.

    Rules run after each column, so that a later column sees what an earlier one brought. Cells nobody may
    answer, and values their question refuses, are left as they are and named.

    Raises:
        NotARepeatError, FormError: the form cannot work with it; nothing is changed.
    """
    table = EntryTable(entry.instance, repeat)
    with entry.together():
        changed, taken, refused = fill_table(table, cells, added)
        entry.wrote_all(taken)
    return BlockOutcome(frozenset(changed), len(taken), tuple(refused))


def fill_table(
    table: EntryTable, cells: Sequence[CellValue], added: int
) -> tuple[set[str], list[str], list[CellValue]]:
    """Do what `put_block` says inside a change; return changed refs, refs answered anew, refused cells."""
    changed: set[str] = set()
    taken: list[str] = []
    refused: list[CellValue] = []
    if added:
        table.add(added)
        changed |= table.run()
    by_path: dict[str, list[CellValue]] = {}
    for cell in cells:
        by_path.setdefault(cell.path, []).append(cell)
    for path, column in by_path.items():
        for cell in column:
            try:
                if table.put(cell.row, path, cell.value):
                    taken.append(table.ref(cell.row, path))
            except AnswerError:
                refused.append(cell)
        changed |= table.run()
    return changed, taken, refused


def remove_rows(entry: Entry, repeat: str, rows: Iterable[int]) -> None:
    """Remove the entries at `rows` (from 0) as one change.

    Raises:
        NotARepeatError, FormError: as `put_block`.
    """
    table = EntryTable(entry.instance, repeat)
    gone = set(rows)
    left = [row for row in range(table.rows) if row not in gone]
    with entry.together():
        table.remove(gone)
        table.run()
        entry.renumber(repeat, {old + 1: new + 1 for new, old in enumerate(left)})


def reorder_rows(entry: Entry, repeat: str, order: Sequence[int]) -> None:
    """Bring the entries into the `order` of the rows (from 0) they stand in now, as one change.

    Raises:
        NotARepeatError, FormError: as `put_block`.
    """
    table = EntryTable(entry.instance, repeat)
    if sorted(order) != list(range(table.rows)):
        raise ValueError(order)
    with entry.together():
        table.reorder(order)
        table.run()
        entry.renumber(repeat, {old + 1: new + 1 for new, old in enumerate(order)})

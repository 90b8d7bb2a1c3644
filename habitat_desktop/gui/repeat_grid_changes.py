"""What is done to many cells of a table at once, each as one change of the draft; copying."""

import json
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from habitat_desktop.gui.question_base import Unread
from habitat_desktop.gui.repeat_grid_model import GridModel
from habitat_desktop.records.cell_texts import NUMBERS, read_cell
from habitat_desktop.records.clipboard_text import harmless, read_block, write_block
from habitat_desktop.records.entry_blocks import BlockOutcome, CellValue, put_block, remove_rows, reorder_rows
from habitat_desktop.records.pasting import (
    PastedCell,
    PastePlan,
    PasteTarget,
    Remedy,
    apply_paste,
    plain_block,
    plan_paste,
    spread,
)
from habitat_desktop.xforms.question_types import ATTACHMENTS

MIME = "application/x-habitat-cells+json"
_MOST_TEXT = 5_000_000  # signs: more is no block of cells somebody copied

Range = tuple[range, range]


class GridChanges:
    """Changes the draft of a sitting through the table of `model`."""

    def __init__(self, model: GridModel) -> None:
        self._model = model

    # one cell

    def take(self, row: int, column: int, text: str) -> None:
        """Read what was typed into a cell; what is no answer yet stays there and is told."""
        model = self._model
        if model.is_new(row):
            self._take_new(column, text)
            return
        shown = model.columns[column]
        question = shown.question
        if question is None:
            return
        ref = model.ref(row, column)
        if not text.strip():
            model.sitting.answer(ref, None)
            return
        reading = read_cell(question, text, model.language, model.words(shown), model.choices(row, shown))
        if reading.value is not None:
            model.sitting.answer(ref, reading.value)
        else:
            model.sitting.set_unread(ref, Unread(text, reading.why))

    def offers(self, row: int, column: int) -> list[tuple[str, str]]:
        """Return the values, and how they are shown, that an unread text in this cell may stand for."""
        model = self._model
        shown = model.columns[column]
        if model.is_new(row) or shown.question is None:
            return []
        unread = model.sitting.unread(model.ref(row, column))
        if unread is None:
            return []
        words = model.words(shown)
        reading = read_cell(shown.question, unread.text, model.language, words, model.choices(row, shown))
        return [(one.value, one.shown) for one in reading.offers]

    def _take_new(self, column: int, text: str) -> None:
        model = self._model
        if not text.strip():
            return
        target = PasteTarget(model.repeat, (), model.columns[column : column + 1])
        plan = self.plan(target, [[PastedCell(text)]])
        if plan.outcome is not None:
            return
        outcome = put_block(model.sitting.entry, model.repeat, (), added=1)
        model.sitting.follow(outcome.changed, reshaped=True)
        self.take(model.entries - 1, column, text)

    # blocks

    def plan(self, target: PasteTarget, block: Sequence[Sequence[PastedCell]]) -> PastePlan:
        """Return what pasting would do; where all fits it is pasted already.

        Raises:
            HabitatError: nothing was changed.
        """
        sitting = self._model.sitting
        plan = plan_paste(sitting.entry, target, block, self._model.language, keep_if_fits=True)
        if plan.outcome is not None:
            sitting.follow(plan.outcome.changed, reshaped=bool(plan.added))
        return plan

    def paste(self, plan: PastePlan, chosen: Sequence[Remedy]) -> BlockOutcome:
        """Carry out a plan; without `chosen` what does not fit is left as it is."""
        outcome = apply_paste(self._model.sitting.entry, plan, chosen)
        self._model.sitting.follow(outcome.changed, reshaped=bool(plan.added))
        return outcome

    def target(self, cells: Range) -> PasteTarget:
        """Return where a block goes whose first cell is the first of `cells`."""
        model = self._model
        rows, columns = cells
        return PasteTarget(
            model.repeat, tuple(model.order[rows[0] :]), model.columns[columns[0] :], columns[0] + 1
        )

    def put(self, cells: Iterable[CellValue]) -> BlockOutcome:
        """Answer cells with stored values."""
        outcome = put_block(self._model.sitting.entry, self._model.repeat, list(cells))
        self._model.sitting.follow(outcome.changed)
        return outcome

    def clear(self, cells: Range) -> BlockOutcome:
        """Clear the cells a person may answer."""
        values = list(self._cells(cells, lambda row, column: ""))
        refs = {self._model.table.ref(cell.row, cell.path) for cell in values}
        outcome = self.put(values)
        self._model.sitting.follow({ref for ref in refs if self._model.sitting.unread(ref) is not None})
        return outcome

    def fill(self, cells: Range, source: Range) -> BlockOutcome:
        """Fill `cells` with the rows of `source`, one after the other and from the first again."""
        first, _columns = source
        high = len(first)

        def value(row: int, column: int) -> str:
            return self._model.value(first[(row - first[0]) % high], column)

        below = range(first[-1] + 1, cells[0][-1] + 1)
        return self.put(self._cells((below, cells[1]), value))

    def fill_down(self, cells: Range) -> BlockOutcome:
        """Fill the first row of `cells` down; where it is one row, take the row above it."""
        rows, columns = cells
        first = rows[0] if len(rows) > 1 else rows[0] - 1
        if first < 0:
            return BlockOutcome(frozenset(), 0, ())
        return self.fill((range(first, rows[-1] + 1), columns), (range(first, first + 1), columns))

    def _cells(self, cells: Range, value: "object") -> Iterable[CellValue]:
        model = self._model
        assert callable(value)
        for column in cells[1]:
            shown = model.columns[column]
            if shown.question is None or shown.is_calculated or shown.question.type in ATTACHMENTS:
                continue
            for row in cells[0]:
                if not model.is_new(row) and model.may_edit(model.index(row, column)):
                    yield CellValue(model.order[row], shown.path, value(row, column))

    # rows

    def remove(self, rows: Iterable[int]) -> int:
        """Remove the entries shown at `rows`; return how many."""
        model = self._model
        gone = {model.order[row] for row in rows if not model.is_new(row)}
        if not gone or not model.may_add:
            return 0
        left = [row for row in range(model.table.rows) if row not in gone]
        remove_rows(model.sitting.entry, model.repeat, gone)
        places = {old: new for new, old in enumerate(left)}
        model.keep_order([places[row] for row in model.order if row in places])
        model.sitting.renumber(model.repeat, {old + 1: new + 1 for old, new in places.items()})
        model.sitting.follow((), reshaped=True)
        return len(gone)

    def keep_order(self) -> None:
        """Bring the entries of the draft into the order shown."""
        model = self._model
        order = list(model.order)
        reorder_rows(model.sitting.entry, model.repeat, order)
        model.sitting.renumber(model.repeat, {old + 1: new + 1 for new, old in enumerate(order)})
        model.keep_order(list(range(len(order))))
        model.sitting.follow((), reshaped=True)

    # the clipboard

    def copy(self, cells: Range) -> None:
        """Put cells into the clipboard: words as shown, numbers and dates as every Excel reads them."""
        model = self._model
        rows = [row for row in cells[0] if not model.is_new(row)]
        texts, values = [], []
        for row in rows:
            texts.append([self._copied(row, column) for column in cells[1]])
            values.append([self._given(row, column) for column in cells[1]])
        data = QMimeData()
        data.setText(write_block(texts))
        data.setData(MIME, json.dumps(values).encode())
        QGuiApplication.clipboard().setMimeData(data)

    def copied_block(self) -> list[list[PastedCell]]:
        """Return the cells in the clipboard.

        Raises:
            BlockTooLargeError: too many.
        """
        data = QGuiApplication.clipboard().mimeData()
        if data is None or not data.hasText():
            return []
        block = plain_block(read_block(data.text()[:_MOST_TEXT]))
        if data.hasFormat(MIME):
            return _with_values(block, bytes(data.data(MIME).data()))
        return block

    def _copied(self, row: int, column: int) -> str:
        text = self._model.edit_text(row, column)
        question = self._model.columns[column].question
        is_number = question is not None and question.type in NUMBERS
        unread = is_number and self._model.sitting.unread(self._model.ref(row, column)) is not None
        return text if is_number and not unread else harmless(text)

    def _given(self, row: int, column: int) -> list[str] | None:
        question = self._model.columns[column].question
        if question is None or self._model.sitting.unread(self._model.ref(row, column)) is not None:
            return None
        return [question.type, self._model.value(row, column)]


def spread_over(block: list[list[PastedCell]], cells: Range) -> Sequence[Sequence[PastedCell]]:
    """Return `block` as often as it fits into the range."""
    return spread(block, len(cells[0]), len(cells[1]))


def _with_values(block: list[list[PastedCell]], data: bytes) -> list[list[PastedCell]]:
    """Return `block` with the stored values that were copied with it; what does not match is left out."""
    try:
        values = json.loads(data)
        return [
            [
                PastedCell(cell.text, (str(value[0]), str(value[1])) if value else None)
                for cell, value in zip(row, given, strict=True)
            ]
            for row, given in zip(block, values, strict=True)
        ]
    except (ValueError, TypeError, IndexError, KeyError):
        return block

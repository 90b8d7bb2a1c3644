"""The line under a table: rows, sum and mean of what is chosen, the message of the cell, the keys."""

from decimal import Decimal, InvalidOperation

from PySide6.QtWidgets import QWidget

from habitat_desktop.gui import kit
from habitat_desktop.gui.repeat_grid_model import GridModel
from habitat_desktop.gui.repeat_grid_view import GridView
from habitat_desktop.i18n.catalogues import _, ngettext
from habitat_desktop.i18n.numbers import format_number
from habitat_desktop.i18n.text import ltr

_MOST_CELLS = 100_000  # that are added up
_DECIMALS = 2  # of a mean


class GridStatus(QWidget):
    """One line; what is wrong with the current cell takes the place of the keys."""

    def __init__(self) -> None:
        super().__init__()
        self.rows = kit.Label("", "caption", "muted", strong=True)
        self.chosen = kit.Label("", "caption", "muted")
        self.sign = kit.IconLabel("error_circle", "error", 16, filled=True)
        self.warning_sign = kit.IconLabel("warning", "warning", 16, filled=True)
        self.message = kit.ElidedLabel("", "caption")
        self.keys = kit.Label("", "caption", "faint")
        self._is_narrow = False
        self._has_message = False
        self.setLayout(
            kit.row(
                self.rows, self.chosen, 8, self.sign, self.warning_sign, (self.message, 1), self.keys, space=8
            )
        )
        self.sign.hide()
        self.warning_sign.hide()

    def retranslate(self) -> None:
        self.keys.setText(_("Enter: down · Tab: next · F2: edit · Ctrl+D: fill down · Ctrl+Enter: new row"))

    def set_narrow(self, on: bool) -> None:
        self._is_narrow = on
        self._show_keys()

    def show_range(self, model: GridModel, view: GridView) -> None:
        """Show what is chosen in `view`."""
        words = ngettext("{count} row", "{count} rows", model.entries)
        self.rows.setText(words.format(count=ltr(format_number(str(model.entries), model.language))))
        self.chosen.setText(_range_words(model, *view.chosen()))
        index = view.currentIndex()
        cell = None
        if index.isValid() and not model.is_new(index.row()):
            cell = model.cell(index.row(), index.column())
        message = cell.message if cell is not None else ""
        if cell is not None and not message and not cell.asked:
            message = _("Not asked in this row")
        self.sign.setVisible(cell is not None and cell.sign == "error")
        self.warning_sign.setVisible(cell is not None and cell.sign == "warning")
        self.message.setText(" ".join(message.split()))
        self._has_message = bool(message)
        self._show_keys()

    def _show_keys(self) -> None:
        self.keys.setVisible(not self._is_narrow and not self._has_message)


def _range_words(model: GridModel, rows: range, columns: range) -> str:
    """Return size, sum and mean of a range of more than one cell."""
    if len(rows) * len(columns) < 2:
        return ""
    # Translators: how many rows and columns of a table are chosen: "Selected 3 × 2".
    size = _("Selected {rows} × {columns}").format(rows=ltr(str(len(rows))), columns=ltr(str(len(columns))))
    if len(rows) * len(columns) > _MOST_CELLS:
        return size
    numbers = []
    for column in columns:
        question = model.columns[column].question
        if question is None or not model.columns[column].is_number:
            continue
        for row in rows:
            value = model.value(row, column)
            if value and (model.is_new(row) or model.table.is_relevant(model.order[row], question.path)):
                try:
                    numbers.append(Decimal(value))
                except InvalidOperation:
                    continue
    if not numbers:
        return size
    total = sum(numbers, Decimal(0))
    mean = total / len(numbers)
    spoken = model.language
    mean_text = format_number(mean, spoken, None if mean == mean.to_integral_value() else _DECIMALS)
    if mean == mean.to_integral_value():
        mean_text = format_number(mean.to_integral_value(), spoken)
    parts = (
        size,
        _("Sum {number}").format(number=ltr(format_number(total, spoken))),
        _("Mean {number}").format(number=ltr(mean_text)),
    )
    return "    ".join(parts)

"""The rows of a repeat in the order of a column: numbers by size, words as people look them up."""

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCollator, QLocale

from habitat_desktop.i18n.languages import languages

if TYPE_CHECKING:
    from habitat_desktop.gui.repeat_grid_model import GridModel


def sorted_rows(model: "GridModel", column: int, descending: bool) -> list[int]:
    """Return the rows of the table by what they have in `column`; blank ones stand last either way."""
    shown = model.columns[column]
    collator = QCollator(QLocale(languages()[model.language].qt_locale))
    collator.setNumericMode(True)
    keys: dict[int, Any] = {}
    blank: list[int] = []
    words, question = model.words(shown), shown.question
    for row in range(model.table.rows):
        if question is None:
            keys[row] = model.table.count(row, shown.path)
            continue
        value = model.table.value(row, shown.path)
        if not value:
            blank.append(row)
        elif shown.is_number:
            keys[row] = _number(value)
        elif question.type == "date" or words is None:
            keys[row] = value if question.type == "date" else collator.sortKey(value)
        else:
            choices = model.table.choices(row, shown.path)
            keys[row] = collator.sortKey(words.shown(value.split(), choices))
    order = sorted(keys, key=lambda row: keys[row], reverse=descending)
    return [*order, *blank]


def _number(value: str) -> Decimal:
    try:
        return Decimal(value)
    except InvalidOperation:
        return Decimal(0)

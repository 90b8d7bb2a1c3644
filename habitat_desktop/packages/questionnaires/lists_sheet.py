"""The hidden sheet with what drop-down lists offer: one list a column."""

from collections.abc import Sequence
from typing import Any

from habitat_desktop.i18n.catalogues import _, language
from habitat_desktop.packages.cells import address
from habitat_desktop.packages.layout import text_cell
from habitat_desktop.packages.questionnaires.cells import REASONS, yes_no
from habitat_desktop.packages.questionnaires.manifest import LISTS_SHEET

YES_NO, YES, WHY = "yes_no", "yes", "why"


class Lists:
    """Collects lists while sheets are written, and writes them at the end."""

    def __init__(self) -> None:
        self._columns: list[tuple[str, tuple[str, ...]]] = []
        self._known: dict[tuple[str, ...], str] = {}
        self.range(YES_NO, yes_no(language()))
        self.range(YES, yes_no(language())[:1])
        self.range(WHY, self.reasons())

    @staticmethod
    def reasons() -> tuple[str, ...]:
        """Return why there may be no answer, in the language spoken now."""
        return tuple(_(word) for word in REASONS.values())

    def range(self, name: str, items: Sequence[str]) -> str:
        """Return where a list stands, as a formula; the same list stands only once."""
        labels = tuple(text_cell(item) for item in items if item)
        if not labels:
            return ""
        if labels not in self._known:
            column = len(self._columns)
            self._columns.append((name, labels))
            first, last = address(1, column), address(len(labels), column)
            letters = first.rstrip("0123456789")
            self._known[labels] = f"='{LISTS_SHEET}'!${letters}$2:${letters}${last[len(letters) :]}"
        return self._known[labels]

    def write(self, workbook: Any) -> None:
        """Write the hidden sheet."""
        sheet = workbook.add_worksheet(LISTS_SHEET)
        text = workbook.add_format({"num_format": "@"})
        for column, (name, labels) in enumerate(self._columns):
            sheet.write_string(0, column, name, text)
            for row, label in enumerate(labels, 1):
                sheet.write_string(row, column, label, text)
        sheet.hide()

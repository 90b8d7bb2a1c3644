"""Lists in the order in which people look things up, and boxes that are searched as people spell."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from PySide6.QtCore import QCollator, QLocale, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QComboBox, QCompleter

from habitat_desktop.i18n.catalogues import language
from habitat_desktop.i18n.languages import languages
from habitat_desktop.i18n.text import fold

T = TypeVar("T")
_FOLDED = int(Qt.ItemDataRole.UserRole) + 7


def in_order(things: Iterable[T], words: Callable[[T], str]) -> list[T]:
    """Return `things` sorted by their words, as the language of the window sorts."""
    collator = QCollator(QLocale(languages()[language()].qt_locale))

    def key(thing: T) -> Any:  # the stubs do not say that keys can be compared
        return collator.sortKey(words(thing))

    return sorted(things, key=key)


class FoldingCompleter(QCompleter):
    """Offers the lines of a box that hold what is typed, whatever its accents, digits, marks and case."""

    def __init__(self, box: QComboBox) -> None:
        super().__init__(box.model(), box)
        self._box = box
        self.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setCompletionRole(_FOLDED)
        self.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.learn()

    def learn(self) -> None:
        """Take in the lines of the box; again after they changed."""
        for row in range(self._box.count()):
            self._box.setItemData(row, fold(self._box.itemText(row)), _FOLDED)

    def splitPath(self, path: str) -> list[str]:
        return [fold(path)]

    def pathFromIndex(self, index: QModelIndex | QPersistentModelIndex) -> str:
        return str(index.data() or "")

"""The commands of the page of languages, for its menu and its shortcuts."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence

from habitat_desktop.i18n.catalogues import _

if TYPE_CHECKING:
    from habitat_desktop.gui.languages_page import LanguagesPage


def actions_of(page: "LanguagesPage") -> list[tuple[QAction, Callable[[], str]]]:
    """Return the commands of the page with their shortcuts."""
    table: list[tuple[str, Callable[[], str], Callable[[], object]]] = [
        ("Ctrl+S", lambda: _("Save as translated"), lambda: page.save(False)),
        ("Ctrl+Return", lambda: _("Reviewed, next"), lambda: page.save(True)),
        ("Alt+Down", lambda: _("Next text"), lambda: page.step(1)),
        ("Alt+Up", lambda: _("Previous text"), lambda: page.step(-1)),
        ("Ctrl+B", lambda: _("Copy the English"), page.panel.copy_source),
        ("Ctrl+Z", lambda: _("Undo what was saved last"), page.undo),
    ]
    found = []
    for keys, words, does in table:
        action = QAction(page)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(_calling(does))
        page.addAction(action)
        found.append((action, words))
    return found


def _calling(does: Callable[[], object]) -> Callable[..., object]:
    return lambda *_: does()

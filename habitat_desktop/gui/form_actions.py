"""The commands of the form page with their shortcuts; the window shows them in its menus."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication

from habitat_desktop.i18n.catalogues import _, pgettext

if TYPE_CHECKING:
    from habitat_desktop.gui.form_page import FormPage


@dataclass(frozen=True)
class FormCommand:
    """One command: its keys, its words, what it does."""

    keys: str
    text: Callable[[], str]
    does: Callable[[], object]
    menu: Literal["record", "edit"] = "record"


def commands_of(page: "FormPage") -> tuple[FormCommand, ...]:
    """Return what can be done on the form page by key."""
    return (
        FormCommand("Ctrl+PgDown", lambda: _("Next section"), lambda: page.step(1)),
        FormCommand("Ctrl+PgUp", lambda: _("Previous section"), lambda: page.step(-1)),
        FormCommand("F8", lambda: pgettext("button", "Next problem"), lambda: page.go_to_problem(1)),
        FormCommand("Shift+F8", lambda: _("Previous problem"), lambda: page.go_to_problem(-1)),
        FormCommand("Ctrl+R", lambda: _("Reply to the query at this question"), page.queries.reply_here),
        FormCommand("Ctrl+Shift+G", lambda: _("Table or pages"), page.table.toggle),
        FormCommand("Ctrl+P", lambda: pgettext("button", "Print…"), page.print),
        FormCommand("Ctrl+Shift+D", lambda: _("Two languages side by side"), page.two_languages.toggle),
        FormCommand("Ctrl+Z", lambda: _("Undo"), page.entries.undo, "edit"),
        FormCommand("Ctrl+Y", lambda: _("Redo"), page.entries.redo, "edit"),
        FormCommand("Ctrl+F", lambda: _("Find in this form"), page.find_bar.open, "edit"),
        FormCommand("F3", lambda: _("Next hit"), lambda: page.find_bar.step(1), "edit"),
        FormCommand("Shift+F3", lambda: _("Previous hit"), lambda: page.find_bar.step(-1), "edit"),
        FormCommand("Ctrl+Shift+X", lambda: _("Write from the other side"), _turn_side, "edit"),
    )


class FormActions:
    """The commands of one form page as actions."""

    def __init__(self, page: "FormPage") -> None:
        self._made: list[tuple[QAction, FormCommand]] = []
        for command in commands_of(page):
            action = QAction(command.text(), page)
            action.setShortcut(QKeySequence(command.keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(_calling(command.does))
            page.addAction(action)
            self._made.append((action, command))
        again = QShortcut(QKeySequence("Ctrl+Shift+Z"), page)
        again.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        again.activated.connect(page.entries.redo)

    def of_menu(self, menu: str) -> list[QAction]:
        """Return the commands that stand in the menu "record" or "edit"."""
        return [action for action, command in self._made if command.menu == menu]

    def retranslate(self) -> None:
        for action, command in self._made:
            action.setText(command.text())


def _turn_side() -> None:
    """Let the paragraph with the cursor be read from the other side."""
    field = QApplication.focusWidget()
    turn = getattr(field, "turn_side", None)
    if turn is not None:
        turn()


def _calling(does: Callable[[], object]) -> Callable[..., None]:
    def call(*_checked: object) -> None:
        does()

    return call

"""What every way to choose is and does; the question puts one of them into its row."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from habitat_desktop.gui.question_base import NO_PICTURES
from habitat_desktop.i18n.catalogues import _
from habitat_desktop.i18n.text import iso
from habitat_desktop.xforms.itemsets import Choice

Choices = tuple[Choice, ...]


class ChoiceControl(QWidget):
    """Shows choices and which of them are chosen. `chosen` has the values chosen now, none for no answer."""

    chosen = Signal(object)  # list of values
    unread = Signal(object)  # an `Unread`
    left_blank = Signal()
    entered = Signal()
    several = False
    is_fixed = False  # nobody may choose here

    def show_values(self, values: Sequence[str]) -> None:
        """Show what is chosen; a value that is not in the list any more is shown and told."""
        raise NotImplementedError

    def field(self) -> QWidget:
        """Return the widget that takes the keyboard first."""
        raise NotImplementedError

    def set_name(self, name: str, description: str) -> None:
        """Tell screen readers what is asked here."""
        self.field().setAccessibleName(name)
        self.field().setAccessibleDescription(description)

    def set_error(self, on: bool) -> None:
        """Show the sign of an error; the row and its message say it too."""

    def set_fixed(self, on: bool) -> None:
        """Let nobody choose."""
        self.is_fixed = on
        self.setEnabled(not on)

    def commit(self) -> None:
        """Take what was typed so far; nothing to do where every press is an answer."""

    def half_typed(self) -> str | None:
        return None

    def type_again(self, text: str) -> None:
        """Put back what `half_typed` gave."""


Pictures = Mapping[str, Path]
NONE: Pictures = NO_PICTURES
Made = Callable[[Choices, Pictures], ChoiceControl]


def is_enter(event: QKeyEvent) -> bool:
    return event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def is_rubber(event: QKeyEvent) -> bool:
    """Whether the key takes an answer back where nothing is typed."""
    return event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


def gone_words(value: str) -> str:
    """Return what is shown of a value that is no longer in the list."""
    # Translators: an answer whose choice was taken out of the list; {choice} is its code.
    return _("{choice} (no longer in the list)").format(choice=iso(value))


def spoken(question: str, choice: str) -> str:
    """Return the name of a choice for screen readers."""
    # Translators: read aloud: a question and one of its choices: "Is the breakdown known? Yes".
    return _("{question}: {choice}").format(question=question, choice=choice)

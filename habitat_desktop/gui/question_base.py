"""What every widget that takes an answer is and does, and the answers written in one line."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget

from habitat_desktop.gui import kit, theme
from habitat_desktop.i18n.catalogues import _, language
from habitat_desktop.i18n.numbers import format_number
from habitat_desktop.i18n.text import clean, ltr, reads_from_right
from habitat_desktop.xforms.definition import Question
from habitat_desktop.xforms.engine import NodeState

Span = Literal["answer", "both", "below"]
UNIT_WIDTH, UNIT_GAP = 76, 8
Shown = tuple[tuple[str, Path], ...]  # kind of medium and its file
Pictures = Mapping[str, Path]  # by the value of the choice
NO_PICTURES: Pictures = MappingProxyType({})
PHYSICAL_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter

PHYSICAL_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter

# a menu is open or another window in front: the person is still at this field
NOT_LEFT = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)


@dataclass(frozen=True)
class Unread:
    """A text in a field that is no answer yet: what was typed, why not, and the readings to choose from.

    `is_kept`: it was being typed when the program ended, and waits in its field to be taken.
    """

    text: str
    problem: str
    readings: tuple[Decimal, ...] = ()
    is_kept: bool = False


class QuestionWidget(QWidget):
    """Takes the answer to one question: shows a `NodeState`, emits what the person did.

    `span` is the room it needs: the answer column, the column of the last period as well, or the whole
    width below the question.
    """

    answered = Signal(object)  # the value in canonical form: text, a list of texts, or None
    unread = Signal(object)  # an `Unread`
    left_blank = Signal()
    entered = Signal()  # Enter: go to the next answer
    refused = Signal(str)  # why something pasted was not taken; what stood there stays
    span: Span = "answer"
    pictures: Pictures = NO_PICTURES  # of the choices, by their value
    media: Shown = ()  # pictures, sounds and films that go with the words of the question
    takes_media = False  # the picture of the question is shown by this widget
    looking = False  # nobody may answer here now; not because the form says so

    def __init__(self, question: Question) -> None:
        super().__init__()
        self.question = question

    def show_state(self, state: NodeState, unread: Unread | None) -> None:
        """Show the answer; a text that is being typed now stays."""
        raise NotImplementedError

    def field(self) -> QWidget:
        """Return the widget that takes the keyboard first."""
        raise NotImplementedError

    def set_name(self, name: str, description: str) -> None:
        """Tell screen readers what is asked here."""
        self.field().setAccessibleName(name)
        self.field().setAccessibleDescription(description)

    def set_error(self, on: bool) -> None:
        """Show or hide the sign of an error at the field."""
        theme.set_property(self.field(), "state", "error" if on else None)

    def is_dashed(self, state: NodeState) -> bool:
        """Whether the field is drawn as one the form fills in."""
        return state.calculated or (state.readonly and not self.looking)

    def commit(self) -> None:
        """Take what was typed so far; nothing to do where every click is an answer."""

    def half_typed(self) -> str | None:
        """Return a text that was typed and not yet taken, None if there is none."""
        return None

    def type_again(self, text: str) -> None:
        """Put back what `half_typed` gave, after the texts of the page were said in another language."""


class Line(QLineEdit):
    """One line. While its text is as it was shown, undo and redo belong to the whole draft."""

    focused = Signal(bool)
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.shown = ""  # the text the program put here
        self._fitting = ""  # the text before anything too long was pasted
        self.textChanged.connect(self._note_fitting)
        self.inputRejected.connect(self._refuse)

    @property
    def is_dirty(self) -> bool:
        return self.text() != self.shown

    def follow_text(self) -> None:
        """Read from the side of what is written: a code or a name in Latin letters from the left."""
        self.textChanged.connect(self._turn)
        self._turn(self.text())

    def _turn(self, text: str) -> None:
        look = theme.current()
        from_right = reads_from_right(text)
        from_right = look.rtl if from_right is None else from_right
        way = Qt.LayoutDirection.RightToLeft if from_right else Qt.LayoutDirection.LeftToRight
        if way != self.layoutDirection():
            self.setLayoutDirection(way)
        self.setAlignment(PHYSICAL_RIGHT if look.rtl else PHYSICAL_LEFT)  # all answers begin at one side

    def turn_side(self) -> None:
        """Let the line be read from the other side, and stay so."""
        if not self.isReadOnly():
            from_right = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
            self.setText(turned_text(self.text(), from_right))

    def _note_fitting(self, text: str) -> None:
        if len(text) < self.maxLength():
            self._fitting = text

    def _refuse(self) -> None:
        """Take back what Qt cut off: half of a text is none."""
        before = self._fitting
        QTimer.singleShot(0, self, lambda: self.setText(before))
        self.refused.emit(too_long(0, self.maxLength()))

    def show_text(self, text: str) -> None:
        self.shown = text
        if len(text) > self.maxLength():
            self.setMaxLength(len(text))
        if self.text() != text:
            self.setText(text)
            self.setCursorPosition(0)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.focused.emit(True)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in NOT_LEFT:
            self.focused.emit(False)


_MARKS = "\u200e\u200f\u061c"  # they say the direction of the text that follows


def is_blank(text: str) -> bool:
    """Whether there is nothing to read in `text`; marks of direction alone are nothing."""
    return not text.strip(_MARKS + " \n\t\u00a0")


def turned_text(text: str, from_right: bool) -> str:
    """Return a paragraph so that it reads from the other side than now: by a mark at its beginning, or none.

    The mark is kept with the text, so that it reads the same in a spreadsheet and on paper.
    """
    words = text.lstrip(_MARKS)
    own = reads_from_right(words)
    if own is not None and own != from_right:
        return words
    return ("\u200e" if from_right else "\u200f") + words


def too_long(length: int, limit: int) -> str:
    """Return why a text was not taken; `length` 0 where it is not known."""
    most = format_number(str(limit), language())
    if not length:
        return _("The text is too long for this field: {limit} characters fit. Nothing was changed.").format(
            limit=ltr(most)
        )
    text = _("The text has {count} characters; {limit} fit. Nothing was changed.")
    return text.format(count=ltr(format_number(str(length), language())), limit=ltr(most))


class UndoForDraft(QObject):
    """Watches the field with the focus: what has nothing of its own to undo lets Ctrl+Z and Ctrl+Y pass."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        undo = event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo)
        is_dirty = getattr(watched, "is_dirty", False)
        if not undo or is_dirty:
            return False
        event.ignore()
        return True


class FieldWatch(UndoForDraft):
    """Tells as well that something may have been typed in the field with the focus."""

    touched = Signal()
    _TOUCHES = (
        QEvent.Type.KeyPress,
        QEvent.Type.InputMethod,
        QEvent.Type.Drop,
        QEvent.Type.FocusIn,  # back from a menu that pasted something
        QEvent.Type.MouseButtonRelease,
    )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in self._TOUCHES:
            self.touched.emit()
        return super().eventFilter(watched, event)


def set_shown(widget: QWidget, on: bool) -> None:
    """Show or hide `widget`; one that will be shown with its parent anyway is left alone, which is faster."""
    if on and not widget.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide):
        return
    if widget.isHidden() == on:
        widget.setVisible(on)


class LineQuestion(QuestionWidget):
    """An answer in one line, with its unit; subclasses say how a value is shown and how a text is read."""

    numeric = False

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        look = theme.current()
        self.line = Line()
        self.unit = kit.Label("", "caption", "muted", wrap=True)
        self._state: NodeState | None = None
        self._is_unread = False
        if self.numeric:
            self.line.setAlignment(PHYSICAL_RIGHT)
            self.line.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        if self.span == "answer":
            unit = round(UNIT_WIDTH * look.scale)
            self.line.setFixedWidth(look.size("answer_column") - unit - UNIT_GAP)
            self.unit.setFixedWidth(unit)
            self.setLayout(kit.row(self.line, self.unit, None, space=UNIT_GAP))
        else:
            self.setLayout(kit.row((self.line, 1), self.unit))
        self.line.editingFinished.connect(self.commit)
        self.line.returnPressed.connect(self._enter)
        self.line.focused.connect(self._focus_changed)
        self.line.refused.connect(self.refused)

    def field(self) -> QWidget:
        return self.line

    def show_value(self, value: str) -> str:
        """Return the text that stands for a stored value."""
        return value

    def edit_value(self, value: str) -> str:
        """Return the text of a stored value while it is being changed."""
        return self.show_value(value)

    def take(self, text: str) -> None:
        """Read `text` and emit `answered` or `unread`."""
        self.answered.emit(text)

    def show_state(self, state: NodeState, unread: Unread | None) -> None:
        fixed = state.readonly or state.calculated
        self._state, self._is_unread = state, unread is not None
        self.line.setReadOnly(fixed)
        # fixed values are no stop on the way from answer to answer
        self.line.setFocusPolicy(Qt.FocusPolicy.ClickFocus if fixed else Qt.FocusPolicy.StrongFocus)
        theme.set_property(self.line, "calculated", "true" if self.is_dashed(state) else None)
        self._show_unit(state)
        if self.line.hasFocus() and (self.line.is_dirty or clean(self.line.text()) == state.value):
            return  # setting the text would move the cursor
        if unread is not None:
            self.line.show_text(unread.text)
        elif self.line.hasFocus() and not fixed:
            self.line.show_text(self.edit_value(state.value))
        else:
            self.line.show_text(self.show_value(state.value))

    def commit(self) -> None:
        if self._state is None or self.line.isReadOnly():
            return
        text = self.line.text()
        if self.line.is_dirty:
            self.line.shown = text
            if not is_blank(text):
                self.take(text)
            else:
                self.answered.emit(None)

    def half_typed(self) -> str | None:
        return self.line.text() if self.line.is_dirty else None

    def type_again(self, text: str) -> None:
        self.line.setText(text)

    def _enter(self) -> None:
        self.commit()
        if not self._is_unread:
            self.entered.emit()

    def _focus_changed(self, is_in: bool) -> None:
        """Show the number without groups while it is changed, and the way it was read afterwards."""
        if self._state is None or self.line.isReadOnly():
            return
        if not is_in:
            self.commit()  # Qt says nothing of a text that was put here by `type_again`
            if is_blank(self.line.text()):
                self.left_blank.emit()
        if self._is_unread or self.line.is_dirty:
            return
        shown = self.edit_value(self._state.value) if is_in else self.show_value(self._state.value)
        if shown != self.line.text():
            self.line.show_text(shown)

    def _show_unit(self, state: NodeState) -> None:
        # Translators: stands beside a value that the form works out by itself.
        word = _("calculated")
        if state.calculated and state.unit:
            # Translators: a unit and the word "calculated": "%, calculated".
            word = _("{unit}, {word}").format(unit=state.unit, word=word)
        self.unit.setText(word if state.calculated else state.unit)
        if self.span != "answer":
            set_shown(self.unit, bool(self.unit.text()))


def now_language() -> str:
    """Return the language numbers and dates are shown in."""
    return language()

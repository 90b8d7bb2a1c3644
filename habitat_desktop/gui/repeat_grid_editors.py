"""The editors of the cells of a table: text, number, date, choices with typing."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QWidget,
)

from habitat_desktop.gui import theme
from habitat_desktop.gui.collation import FoldingCompleter
from habitat_desktop.gui.form_parts import leading
from habitat_desktop.gui.markup import plain
from habitat_desktop.gui.question_base import PHYSICAL_RIGHT
from habitat_desktop.gui.written_text import written
from habitat_desktop.i18n.text import fold
from habitat_desktop.records.repeat_columns import RepeatColumn
from habitat_desktop.xforms.itemsets import Choice

_MOST_LINES = 8
_MULTILINE_LINES = 4


class TextEditor(QLineEdit):
    """One line; numbers, dates and codes from the left."""

    def __init__(self, parent: QWidget, *, number: bool = False, from_left: bool = False) -> None:
        super().__init__(parent)
        self.setFrame(False)
        self.setProperty("grid", True)
        if number:
            self.setAlignment(PHYSICAL_RIGHT)
        else:
            self.setAlignment(leading())
        if number or from_left:
            self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)

    @property
    def is_dirty(self) -> bool:
        """Whether Ctrl+Z belongs to the text and not to the draft."""
        return True

    def begin(self, text: str, typed: str | None) -> None:
        """Show `text` to be changed, or `typed` in its place."""
        self.setText(text if typed is None else typed)
        if typed is None:
            self.selectAll()

    def given(self) -> str:
        return self.text()


class LongTextEditor(QPlainTextEdit):
    """Several lines over the cells below; Alt+Enter begins a new one."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("grid", True)
        self.setTabChangesFocus(True)

    def begin(self, text: str, typed: str | None) -> None:
        self.setPlainText(text if typed is None else typed)
        self.moveCursor(self.textCursor().MoveOperation.End)

    def given(self) -> str:
        return written(self)

    def lines_wanted(self) -> int:
        return _MULTILINE_LINES


class ChoiceEditor(QComboBox):
    """One choice: typing finds it by any part of its label."""

    done = Signal()

    def __init__(self, parent: QWidget, choices: tuple[Choice, ...], current: str) -> None:
        super().__init__(parent)
        self.setFrame(False)
        self.setProperty("grid", True)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.addItem("", "")
        for choice in choices:
            self.addItem(plain(choice.label) or choice.value, choice.value)
        self._completer = FoldingCompleter(self)
        self.setCompleter(self._completer)
        self.setMaxVisibleItems(_MOST_LINES)
        self.setCurrentIndex(max(0, self.findData(current)))
        self.activated.connect(lambda _index: self.done.emit())
        line = self.lineEdit()
        assert line is not None
        line.setProperty("grid", True)
        line.setAlignment(leading())
        line.returnPressed.connect(self.done.emit)

    def begin(self, text: str, typed: str | None) -> None:
        line = self.lineEdit()
        assert line is not None
        if typed is None:
            line.selectAll()
            self.showPopup()
            return
        line.setText(typed)
        line.textEdited.emit(typed)

    def given(self) -> str:
        """Return the code of the line chosen, or what was typed where it names none, or several."""
        text = self.currentText()
        index = self.currentIndex()
        if self.itemText(index) == text:
            return str(self.itemData(index) or "")
        wanted = fold(text)
        if not wanted:
            return ""
        found = [i for i in range(self.count()) if wanted in fold(self.itemText(i))]
        exact = [i for i in found if fold(self.itemText(i)) == wanted]
        if len(exact or found) == 1:
            return str(self.itemData((exact or found)[0]) or "")
        return text


class SeveralEditor(QListWidget):
    """Several choices with ticks; Space ticks, letters find."""

    def __init__(self, parent: QWidget, choices: tuple[Choice, ...], current: str) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.Box)
        self.setProperty("grid", True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        chosen = current.split()
        for choice in choices:
            item = QListWidgetItem(plain(choice.label) or choice.value, self)
            item.setData(Qt.ItemDataRole.UserRole, choice.value)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            on = choice.value in chosen
            item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
        if self.count():
            first = next((i for i in range(self.count()) if self._is_on(i)), 0)
            self.setCurrentRow(first)

    def begin(self, text: str, typed: str | None) -> None:
        if typed:
            self.keyboardSearch(typed)

    def given(self) -> str:
        codes = [
            str(self.item(i).data(Qt.ItemDataRole.UserRole)) for i in range(self.count()) if self._is_on(i)
        ]
        return " ".join(codes)

    def lines_wanted(self) -> int:
        return min(max(self.count(), 2), _MOST_LINES)

    def _is_on(self, row: int) -> bool:
        return self.item(row).checkState() == Qt.CheckState.Checked


CellEditor = TextEditor | LongTextEditor | ChoiceEditor | SeveralEditor


def make_editor(
    column: RepeatColumn, parent: QWidget, choices: tuple[Choice, ...], value: str, name: str
) -> CellEditor:
    """Return the editor for a cell of `column` that holds `value`."""
    question = column.question
    assert question is not None
    editor: CellEditor
    if question.type == "select_one":
        editor = ChoiceEditor(parent, choices, value)
    elif question.type == "select_multiple":
        editor = SeveralEditor(parent, choices, value)
    elif question.type == "text" and ("multiline" in question.appearance or "\n" in value):
        editor = LongTextEditor(parent)
    else:
        is_text = question.type in ("text", "rank", "acknowledge")
        editor = TextEditor(parent, number=column.is_number, from_left=not is_text)
    editor.setAccessibleName(name)
    editor.setFont(theme.current().font("body"))
    return editor


class EditorKeys(QObject):
    """Watches an editor for the keys that end it, as in Excel."""

    ended = Signal(int, int)  # commit and go so many rows and columns
    given_up = Signal()

    def __init__(self, editor: CellEditor, *, typed_over: bool) -> None:
        super().__init__(editor)
        self._typed_over = typed_over
        self._editor = editor
        editor.installEventFilter(self)
        if isinstance(editor, ChoiceEditor):
            editor.done.connect(lambda: self.ended.emit(1, 0))
            line = editor.lineEdit()
            if line is not None:
                line.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                event.accept()
            return False
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        key, shift = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if key == Qt.Key.Key_Escape:
            self.given_up.emit()
            return True
        if key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self.ended.emit(0, -1 if shift or key == Qt.Key.Key_Backtab else 1)
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return self._enter(watched, shift=shift, alt=alt)
        if self._typed_over and isinstance(self._editor, TextEditor):
            step = {Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}.get(Qt.Key(key))
            if step is not None:
                self.ended.emit(*step)
                return True
        return False

    def _enter(self, watched: QObject, *, shift: bool, alt: bool) -> bool:
        if isinstance(self._editor, LongTextEditor) and alt:
            self._editor.insertPlainText("\n")
            return True
        if isinstance(self._editor, ChoiceEditor) and watched is not self._editor:
            return False  # the line says so itself, also from its list
        self.ended.emit(-1 if shift else 1, 0)
        return True

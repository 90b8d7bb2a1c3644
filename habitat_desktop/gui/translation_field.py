"""A field for a translation: each paragraph in the direction of its first strong letter."""

from PySide6.QtCore import QEvent, QMimeData, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QTextOption
from PySide6.QtWidgets import QPlainTextEdit

from habitat_desktop.gui import theme
from habitat_desktop.gui.written_text import written
from habitat_desktop.i18n.check_words import TEXT_LIMIT
from habitat_desktop.i18n.languages import languages
from habitat_desktop.i18n.text import reads_from_right

_MOST_LINES = 8


class TranslationField(QPlainTextEdit):
    """Takes one text; Ctrl+Enter is handed on, Tab goes to the next field, and too much is not taken."""

    typed = Signal()
    refused = Signal(int)  # characters of what somebody tried to paste
    wanted_next = Signal()

    def __init__(self, language: str, lines: int = 3) -> None:
        super().__init__()
        self._least = lines
        self._shown = ""
        self._from_right = languages()[language].direction == "rtl"
        font = self.font()
        font.setFamilies(theme.families(language))
        self.setFont(font)
        self.setTabChangesFocus(True)
        way = Qt.LayoutDirection.RightToLeft if self._from_right else Qt.LayoutDirection.LeftToRight
        self.setLayoutDirection(way)
        self.textChanged.connect(self._changed)
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self.fit())
        self._turn()

    @property
    def is_dirty(self) -> bool:
        """Whether there is something of this field to undo; otherwise Ctrl+Z takes back what was saved."""
        return self.document().isUndoAvailable()

    def show_text(self, text: str) -> None:
        """Show a text as the program puts it here: nothing of it can be undone by Ctrl+Z."""
        self._shown = text
        if written(self) != text:
            blocked = self.blockSignals(True)
            self.setPlainText(text)
            self.blockSignals(blocked)
        self.document().clearUndoRedoStacks()
        self._turn()
        self.fit()

    def put(self, text: str) -> None:
        """Replace the text as if it were typed, so that it can be undone."""
        cursor = self.textCursor()
        cursor.select(cursor.SelectionType.Document)
        cursor.insertText(text)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def fit(self) -> None:
        wanted = int(self.document().size().height())
        lines = max(self._least, min(_MOST_LINES, wanted))
        frame = 2 * self.frameWidth() + 2 * int(self.document().documentMargin()) + 10
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + frame)

    def event(self, event: QEvent) -> bool:
        is_asked = event.type() == QEvent.Type.ShortcutOverride and not self.is_dirty
        if is_asked and isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Undo):
            event.ignore()  # the page takes back what was saved last
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def insertFromMimeData(self, source: QMimeData) -> None:
        text = source.text()
        if len(text) + len(written(self)) > TEXT_LIMIT:
            self.refused.emit(len(text))
            return
        self.insertPlainText(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.wanted_next.emit()
            return
        super().keyPressEvent(event)

    def _changed(self) -> None:
        self._turn()
        self.fit()
        self.typed.emit()

    def _turn(self) -> None:
        """Let each paragraph follow its letters; what has none yet follows the language."""
        option = self.document().defaultTextOption()
        from_right = reads_from_right(written(self))
        way = self.layoutDirection() if from_right is None else Qt.LayoutDirection.LayoutDirectionAuto
        from_right = self._from_right if from_right is None else from_right
        side = Qt.AlignmentFlag.AlignRight if from_right else Qt.AlignmentFlag.AlignLeft
        align = side | Qt.AlignmentFlag.AlignAbsolute
        if option.textDirection() != way or option.alignment() != align:
            option.setTextDirection(way)
            option.setAlignment(align)
            option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
            blocked = self.blockSignals(True)
            self.document().setDefaultTextOption(option)
            self.blockSignals(blocked)

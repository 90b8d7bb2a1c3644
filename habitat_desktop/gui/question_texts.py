"""Answers in words: a line, a long text, an address, digits, and what nobody else shall read."""

import re

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QFocusEvent, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from habitat_desktop.gui import kit, theme
from habitat_desktop.gui.question_base import (
    LineQuestion,
    QuestionWidget,
    Span,
    Unread,
    is_blank,
    too_long,
    turned_text,
)
from habitat_desktop.gui.written_text import written
from habitat_desktop.i18n.catalogues import _
from habitat_desktop.i18n.text import clean, iso, latin_digits, ltr
from habitat_desktop.xforms.definition import Question
from habitat_desktop.xforms.engine import NodeState

LONGEST_TEXT = 100_000  # characters that are typed or pasted; what is stored may be longer
_NUMBERS = re.compile(r"[-+0-9.,:;/#*()\s]*")


class TextQuestion(LineQuestion):
    """A line of text."""

    span: Span = "both"

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self._follow_text()

    def _follow_text(self) -> None:
        self.line.follow_text()


class CodeQuestion(TextQuestion):
    """A code or a list of coordinates: read from the left in every language."""

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.line.setProperty("mono", True)

    def _follow_text(self) -> None:
        self.line.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


class DigitsQuestion(CodeQuestion):
    """A text of digits, such as a telephone number (appearance "numbers"), typed in any digits."""

    def take(self, text: str) -> None:
        digits = latin_digits(text)
        if _NUMBERS.fullmatch(clean(digits)) is None:
            problem = _("Only digits are asked here: “{text}” has other signs.")
            self.unread.emit(Unread(text, problem.format(text=iso(text.strip()[:80]))))
            return
        self.answered.emit(digits)


class MaskedQuestion(TextQuestion):
    """A text whose letters are hidden until they are asked for (appearance "masked")."""

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.show_button = kit.IconButton("eye", "", self._turn_over)
        self.show_button.setCheckable(True)
        layout = self.layout()
        assert layout is not None
        layout.addWidget(self.show_button)
        self._show_letters(on=False)

    def _turn_over(self) -> None:
        self._show_letters(on=self.line.echoMode() != QLineEdit.EchoMode.Normal)

    def _show_letters(self, *, on: bool) -> None:
        self.line.setEchoMode(QLineEdit.EchoMode.Normal if on else QLineEdit.EchoMode.Password)
        self.show_button.setChecked(on)
        self.show_button.name(_("Hide what is written") if on else _("Show what is written"))


class AddressQuestion(CodeQuestion):
    """An address of the web, with a button that opens it (appearance "url"); no other kind is opened."""

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.open_button = kit.IconButton("open", _("Open in the browser"), self._open)
        layout = self.layout()
        assert layout is not None
        layout.addWidget(self.open_button)
        self.line.textChanged.connect(lambda _text: self._follow_address())
        self._follow_address()

    def address(self) -> str:
        """Return what is opened: an address of the web with a host, else ""."""
        url = QUrl(self.line.text().strip(), QUrl.ParsingMode.StrictMode)
        is_web = url.isValid() and url.scheme().lower() in ("http", "https") and bool(url.host())
        return url.toString(QUrl.ComponentFormattingOption.FullyEncoded) if is_web else ""

    def _follow_address(self) -> None:
        address = self.address()
        self.open_button.setEnabled(bool(address))
        words = _("Open in the browser: {address}").format(address=ltr(address[:200]))
        self.open_button.name(words if address else _("Open in the browser"))

    def _open(self) -> None:
        address = self.address()
        if address:
            QDesktopServices.openUrl(QUrl(address))


class _Page(QPlainTextEdit):
    """A text that grows with its lines."""

    def __init__(self, owner: "MultilineQuestion") -> None:
        super().__init__()
        self._owner = owner
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self.fit())

    def fit(self) -> None:
        lines = max(2, min(12, int(self.document().size().height())))
        frame = 2 * self.frameWidth() + 2 * int(self.document().documentMargin()) + 10
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + frame)

    @property
    def is_dirty(self) -> bool:
        return self._owner.half_typed() is not None

    def turn_side(self) -> None:
        """Let the paragraph with the cursor be read from the other side, and stay so."""
        if self.isReadOnly():
            return
        cursor = self.textCursor()
        block = cursor.block()
        from_right = block.textDirection() == Qt.LayoutDirection.RightToLeft
        text, place = block.text(), cursor.positionInBlock()
        turned = turned_text(text, from_right)
        edit = QTextCursor(block)
        edit.beginEditBlock()  # one step to take back
        edit.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        edit.insertText(turned)
        edit.endEditBlock()
        cursor = self.textCursor()
        cursor.setPosition(block.position() + max(0, place + len(turned) - len(text)))
        self.setTextCursor(cursor)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste, unless the text would be longer than an answer may be."""
        if source.hasText():
            kept = self.document().characterCount() - len(self.textCursor().selectedText())
            length = kept + len(source.text())
            if length > LONGEST_TEXT:
                self._owner.refused.emit(too_long(length, LONGEST_TEXT))
                return
        super().insertFromMimeData(source)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._owner.commit()
            self._owner.entered.emit()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._owner.leave()


class MultilineQuestion(QuestionWidget):
    """A text of several lines below its question; Ctrl+Enter goes to the next answer."""

    span: Span = "below"

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.page = _Page(self)
        self._shown: str | None = None
        self.setLayout(kit.row((self.page, 1)))

    def field(self) -> QWidget:
        return self.page

    def show_state(self, state: NodeState, unread: Unread | None) -> None:
        fixed = state.readonly or state.calculated
        self.page.setReadOnly(fixed)
        theme.set_property(self.page, "calculated", "true" if self.is_dashed(state) else None)
        text = unread.text if unread is not None else state.value
        typed = written(self.page)
        if self.page.hasFocus() and (self.half_typed() is not None or clean(typed) == text):
            return  # setting the text would move the cursor
        self._shown = text
        if text != typed:
            self.page.setPlainText(text)
        self.page.fit()

    def commit(self) -> None:
        text = written(self.page)
        if self._shown is None or self.page.isReadOnly() or text == self._shown:
            return
        self._shown = text
        self.answered.emit(None if is_blank(text) else text)

    def leave(self) -> None:
        """Take the text when the field is left."""
        self.commit()
        if is_blank(written(self.page)):
            self.left_blank.emit()

    def half_typed(self) -> str | None:
        text = written(self.page)
        return text if self._shown is not None and text != self._shown else None

    def type_again(self, text: str) -> None:
        self.page.setPlainText(text)


def text_widget(question: Question, state: NodeState) -> QuestionWidget:
    """Return the widget of a text question, by its appearance and by how long its answer is."""
    words = question.appearance.split()
    if "multiline" in words or "\n" in state.value or len(state.value) > QLineEdit().maxLength():
        return MultilineQuestion(question)
    if "masked" in words:
        return MaskedQuestion(question)
    if "url" in words:
        return AddressQuestion(question)
    if "numbers" in words:
        return DigitsQuestion(question)
    return TextQuestion(question)

"""Labels: text in a type role and tone, numbers, elided text, icons, keys."""

from typing import Literal

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from habitat_desktop.gui import icons, theme
from habitat_desktop.i18n.text import ltr

Role = Literal["body", "caption", "subtitle", "title", "figure"]
Tone = Literal["text", "muted", "faint", "accent", "error", "warning", "ok"]

_ISOLATES = ("\u2066", "\u2067", "\u2068")
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter


class Label(QLabel):
    """Plain text in a role and a tone of the style sheet."""

    def __init__(
        self,
        text: str = "",
        role: Role = "body",
        tone: Tone = "text",
        *,
        strong: bool = False,
        wrap: bool = False,
        mono: bool = False,
        select: bool = False,
    ) -> None:
        super().__init__()
        self.setText(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        if role != "body":
            self.setProperty("role", role)
        if tone != "text":
            self.setProperty("tone", tone)
        if strong:
            self.setProperty("strong", True)
        if mono:
            self.setProperty("mono", True)
        self.setWordWrap(wrap)
        self._follows_reading = True
        self._align()
        if select:
            self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def setText(self, text: str) -> None:
        """Show `text`; where nothing but isolated values would give its direction, the window's own does."""
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        super().setText(f"\u200f{text}" if rtl and text[:1] in _ISOLATES else text)

    def setAlignment(self, alignment: Qt.AlignmentFlag) -> None:
        self._follows_reading = False
        super().setAlignment(alignment)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange and self._follows_reading:
            self._align()

    def _align(self) -> None:
        """Stand at the side where reading starts; left alone, Qt would go by the direction of the text."""
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        side = Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft
        middle = Qt.AlignmentFlag.AlignVCenter
        super().setAlignment(side | Qt.AlignmentFlag.AlignAbsolute | middle)

    def set_tone(self, tone: Tone) -> None:
        theme.set_property(self, "tone", tone)


def field_label(text: str, field: QWidget) -> Label:
    """Return the label of a form field; the field is named by it for screen readers."""
    label = Label(text)
    label.setBuddy(field)
    field.setAccessibleName(text)
    return label


class NumberLabel(Label):
    """A number: physical right in both directions and isolated, so units stand under each other."""

    def __init__(
        self, text: str = "", role: Role = "body", tone: Tone = "text", *, strong: bool = False
    ) -> None:
        super().__init__(ltr(text), role, tone, strong=strong)
        self.setAlignment(_RIGHT)

    def set_number(self, text: str) -> None:
        self.setText(ltr(text))


class ElidedLabel(Label):
    """One line that may be shorter than its text; the whole text is in the tooltip then."""

    def __init__(
        self, text: str = "", role: Role = "body", tone: Tone = "text", *, strong: bool = False
    ) -> None:
        super().__init__(text, role, tone, strong=strong)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 6, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = self.contentsRect()
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, box.width())
        self.style().drawItemText(
            painter, box, int(self.alignment()), self.palette(), self.isEnabled(), text, self.foregroundRole()
        )

    def setText(self, text: str) -> None:
        super().setText(text)
        self._tell()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell()

    def _tell(self) -> None:
        is_whole = self.fontMetrics().horizontalAdvance(self.text()) <= self.contentsRect().width()
        self.setToolTip("" if is_whole else self.text())


class IconLabel(QWidget):
    """An icon that follows theme and direction. Decoration, unless it is given a name."""

    def __init__(
        self, name: str, token: str = "text_muted", size: int = 20, *, filled: bool = False, spoken: str = ""
    ) -> None:
        super().__init__()
        self._icon = (name, token, size, filled)
        self.setFixedSize(size, size)
        if spoken:
            self.setAccessibleName(spoken)
            self.setToolTip(spoken)

    def show_icon(self, name: str, token: str = "text_muted", *, filled: bool = False) -> None:
        self._icon = (name, token, self._icon[2], filled)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).drawPixmap(0, 0, icons.pixmap(*self._icon))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.LayoutDirectionChange):
            self.update()


class KeyLabel(QLabel):
    """A keyboard shortcut, drawn as a key; shortcuts are not translated."""

    def __init__(self, keys: str) -> None:
        super().__init__(ltr(keys))
        self.setProperty("part", "key")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

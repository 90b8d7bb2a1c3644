"""Parts of a row of the ledger: its measures, last period's cell, messages."""

from typing import Literal

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QStyle, QWidget

from habitat_desktop.gui import kit, theme
from habitat_desktop.gui.form_rows import MISSING, RowView
from habitat_desktop.gui.markup import has_markup, plain, rich
from habitat_desktop.gui.question_base import PHYSICAL_RIGHT
from habitat_desktop.i18n.text import reads_from_right

Mode = Literal["wide", "medium", "narrow"]

COLUMN_GAP = 16
CHANGE_WIDTH = 84  # inside the column of the last period
SIDE = 16
TOOL = 32  # room for the button "Not available" before the field
EDGE = 3  # px of colour at the start of a row with an error or a warning


def both_columns() -> int:
    look = theme.current()
    return look.size("answer_column") + COLUMN_GAP + look.size("previous_column")


def leading() -> Qt.AlignmentFlag:
    """Return the side reading starts from; Qt aligns a label by the script of its text instead."""
    side = Qt.AlignmentFlag.AlignRight if theme.current().rtl else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter


def show_words(label: QLabel, text: str, mark: str = "") -> None:
    """Show a text of the form in `label` with its markup; `mark` is HTML that follows it."""
    if mark or has_markup(text):
        label.setTextFormat(Qt.TextFormat.RichText)
        label.setOpenExternalLinks(True)
        text = rich(text) + mark
    else:
        label.setTextFormat(Qt.TextFormat.PlainText)
    if label.text() != text:
        label.setText(text)


def second_label(text: str) -> kit.Label:
    """Return a text of the form in the second language: in its own direction, at the side of the first."""
    label = kit.Label("", tone="muted", wrap=True)
    from_right = reads_from_right(plain(text))
    label.setLayoutDirection(Qt.LayoutDirection.RightToLeft if from_right else Qt.LayoutDirection.LeftToRight)
    label.setAlignment(leading())
    show_words(label, text)
    return label


class PreviousCell(QWidget):
    """Last period's answer and the change, painted; screen readers find both in the name of the field."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(theme.current().size("previous_column"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.previous = self.change = ""
        self._is_big = self._is_number = False

    def show_view(self, view: RowView) -> None:
        """Show what `view` says of the last period."""
        number = view.state.type in ("integer", "decimal", "range")
        previous = view.previous or (MISSING if number and view.has_previous else "")
        now = (previous, view.change, view.is_big_change, number)
        if now != (self.previous, self.change, self._is_big, self._is_number):
            self.previous, self.change, self._is_big, self._is_number = now
            self.setToolTip("" if number else self.previous)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.previous:
            return
        look = theme.current()
        painter = QPainter(self)
        change = round(CHANGE_WIDTH * look.scale)
        right = PHYSICAL_RIGHT  # numbers in both directions, so that units stand under each other
        whole = self.rect()
        if self._is_number:
            value = QRect(0, 0, whole.width() - change, whole.height())
            painter.setPen(look.colour("text_muted"))
            painter.drawText(QStyle.visualRect(look.direction, whole, value), right, self.previous)
            painter.setFont(look.font("caption", strong=self._is_big))
            painter.setPen(look.colour("warning" if self._is_big else "text_muted"))
            place = QRect(whole.width() - change, 0, change, whole.height())
            painter.drawText(QStyle.visualRect(look.direction, whole, place), right, self.change)
            return
        painter.setPen(look.colour("text_muted"))
        text = painter.fontMetrics().elidedText(self.previous, Qt.TextElideMode.ElideRight, whole.width())
        trailing = QStyle.visualAlignment(
            look.direction, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        )
        painter.drawText(whole, trailing, text)


class Message(QFrame):
    """An error or a note under a row: sign, sentence, buttons to settle it."""

    def __init__(self, sign: str, tone: kit.labels.Tone, text: str, *, filled: bool = True) -> None:
        super().__init__()
        self.label = kit.Label(text, tone=tone, strong=tone != "muted", wrap=True)
        self.label.setAlignment(leading())
        self.beside = kit.row(space=8)
        self.below = kit.column(space=4)
        icon = kit.IconLabel(sign, tone if tone != "muted" else "text_muted", 16, filled=filled)
        words = kit.row((self.label, 1), self.beside)
        words.setAlignment(self.label, Qt.AlignmentFlag.AlignTop)
        layout = kit.row(space=6)
        layout.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(kit.column(words, self.below, space=4), 1)
        self.setLayout(layout)

"""Choices along a line: a Likert scale, and a line of a grid whose labels stand at its head."""

import itertools
from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QWidget

from habitat_desktop.gui import kit, theme
from habitat_desktop.gui.choice_boxes import RoundBox, TickBox
from habitat_desktop.gui.choice_control import ChoiceControl, gone_words, is_enter, is_rubber, spoken
from habitat_desktop.gui.form_media import Offer

Labels = Literal["none", "above", "below"]
_LEAST_CELL = 44  # px
_SIGN = 24  # px of a box without words
_AIR = 8  # px beside a word in its cell


def widest_word(choices: Sequence[Offer]) -> int:
    """Return the px the widest word of the labels needs in a cell."""
    metrics = theme.current().metrics("caption")
    words = (word for choice in choices for word in choice.words.split() or [choice.name])
    widest = max((min(metrics.horizontalAdvance(word), 160) for word in words), default=0)
    pictures = max((choice.size.width() for choice in choices), default=0)
    return max(_LEAST_CELL, widest + _AIR, pictures + _AIR)


def cell_label(choice: Offer) -> kit.Label:
    """Return the label of a choice for a cell: centred, broken into lines, or its picture."""
    label = kit.Label(choice.words, "caption", wrap=True)
    if not choice.icon.isNull():
        label.setPixmap(choice.icon.pixmap(choice.size))
        label.setToolTip(choice.name)
    label.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)
    return label


class Scale(ChoiceControl):
    """One choice a cell, all cells equally wide. Left and Right go along it, Up and Down to the next line."""

    def __init__(
        self, choices: Sequence[Offer], *, several: bool, labels: Labels, is_joined: bool = False
    ) -> None:
        super().__init__()
        self.several = several
        self._labels, self._is_joined = labels, is_joined
        self._choices = list(choices)
        self._gone: tuple[str, ...] = ()
        self._name = ("", "")
        self.boxes: list[TickBox | RoundBox] = []
        self._words: dict[QObject, TickBox | RoundBox] = {}
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(0)
        self._grid.setVerticalSpacing(2)
        self.setLayout(self._grid)
        self._fill(self._choices)

    def field(self) -> QWidget:
        if not self.boxes:
            return self
        return next((box for box in self.boxes if box.isChecked()), self.boxes[0])

    def set_name(self, name: str, description: str) -> None:
        self._name = (name, description)
        for box in self.boxes:
            box.setAccessibleName(spoken(name, box.name))
            box.setAccessibleDescription(description)

    def show_values(self, values: Sequence[str]) -> None:
        known = {choice.value for choice in self._choices}
        gone = tuple(value for value in values if value not in known)
        if gone != self._gone:
            self._gone = gone
            told = [Offer(value, gone_words(value), gone_words(value)) for value in gone]
            self._fill([*self._choices, *told])
        for box in self.boxes:
            box.setChecked(box.value in values)
        self._set_stops()
        self.update()

    def set_fixed(self, on: bool) -> None:
        self.is_fixed = on
        for box in self.boxes:
            box.setEnabled(not on)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._is_joined or len(self.boxes) < 2:
            return
        first, last = self.boxes[0].geometry().center(), self.boxes[-1].geometry().center()
        painter = QPainter(self)
        painter.setPen(QPen(theme.current().colour("border_strong"), 2))
        ends = sorted(one.geometry().center().x() for one in self.boxes)
        for left, right in itertools.pairwise(ends):
            painter.drawLine(left + 12, first.y(), right - 12, last.y())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._press(watched, event)
        if event.type() == QEvent.Type.MouseButtonRelease and isinstance(event, QMouseEvent):
            box = self._words.get(watched)
            if box is not None and box.isEnabled() and event.button() == Qt.MouseButton.LeftButton:
                box.setFocus(Qt.FocusReason.MouseFocusReason)
                box.click()
        if event.type() == QEvent.Type.FocusOut and watched in self.boxes:
            nobody = not any(box.hasFocus() or box.isChecked() for box in self.boxes)
            if nobody:
                self.left_blank.emit()
        return super().eventFilter(watched, event)

    def _fill(self, choices: Sequence[Offer]) -> None:
        kit.clear(self._grid)
        self.boxes, self._words = [], {}
        for column, choice in enumerate(choices):
            bare = Offer(choice.value, "", choice.name)
            box = TickBox(bare) if self.several else RoundBox(bare)
            box.setEnabled(not self.is_fixed)
            box.setToolTip(choice.name)
            box.setFixedWidth(_SIGN)  # no words: the sign stands in the middle of its cell
            box.clicked.connect(lambda _on=False, box=box: self._clicked(box))
            box.installEventFilter(self)
            self.boxes.append(box)
            self._grid.addWidget(box, 1, column, Qt.AlignmentFlag.AlignHCenter)
            self._grid.setColumnStretch(column, 1)
            self._grid.setColumnMinimumWidth(column, _LEAST_CELL)
            if self._labels != "none":
                label = cell_label(choice)
                middle, top = Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignTop
                label.setAlignment(
                    middle | (top if self._labels == "below" else Qt.AlignmentFlag.AlignBottom)
                )
                label.installEventFilter(self)
                self._words[label] = box
                self._grid.addWidget(label, 0 if self._labels == "above" else 2, column)
        self.set_name(*self._name)

    def _clicked(self, box: TickBox | RoundBox) -> None:
        if self.several:
            self.chosen.emit([one.value for one in self.boxes if one.isChecked()])
        else:
            self.chosen.emit([box.value] if box.isChecked() else [])

    def _press(self, watched: QObject, event: QKeyEvent) -> bool:
        here = next((n for n, box in enumerate(self.boxes) if box is watched), -1)
        if here < 0:
            return False
        if is_enter(event):
            self.entered.emit()
            return True
        if is_rubber(event) and any(box.isChecked() for box in self.boxes) and not self.is_fixed:
            self.chosen.emit([])
            return True
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
            step = 1 if (event.key() == Qt.Key.Key_Right) != rtl else -1
            to = max(0, min(len(self.boxes) - 1, here + step))
            self.boxes[to].setFocus(Qt.FocusReason.TabFocusReason)
            return True
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._go_to_line(1 if event.key() == Qt.Key.Key_Down else -1, here)
            return True
        return False

    def _go_to_line(self, step: int, column: int) -> None:
        """Go to the same column of the next or previous line of the grid."""
        lines = [one for one in self._lines() if len(one.boxes) == len(self.boxes)]
        at = next((n for n, one in enumerate(lines) if one is self), 0) + step
        if 0 <= at < len(lines):
            lines[at].boxes[column].setFocus(Qt.FocusReason.TabFocusReason)

    def _lines(self) -> list["Scale"]:
        """Return the lines in sight of the page this one stands in, from top to bottom."""
        page: QWidget = self.window()
        found = [one for one in page.findChildren(Scale) if one.isVisible() and not one.is_fixed]
        return sorted(found, key=lambda one: one.mapTo(page, one.rect().topLeft()).y())

    def _set_stops(self) -> None:
        if self.several:
            return
        focused = any(box.hasFocus() for box in self.boxes)
        stop = self.field()
        for box in self.boxes:
            wanted = Qt.FocusPolicy.StrongFocus if box is stop else Qt.FocusPolicy.ClickFocus
            if box.focusPolicy() != wanted:
                box.setFocusPolicy(wanted)
        if focused and not stop.hasFocus() and any(box.isChecked() for box in self.boxes):
            stop.setFocus()


class ScaleHead(QWidget):
    """The labels over the lines of a grid, in the same cells."""

    def __init__(self, choices: Sequence[Offer]) -> None:
        super().__init__()
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        for column, choice in enumerate(choices):
            grid.addWidget(cell_label(choice), 0, column)
            grid.setColumnStretch(column, 1)
            grid.setColumnMinimumWidth(column, _LEAST_CELL)
        self.setLayout(grid)

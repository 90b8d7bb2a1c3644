"""Choices that are all in sight: round buttons, ticks or plain buttons in columns, or packed."""

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFontMetrics, QIcon, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QGridLayout, QRadioButton, QWidget

from habitat_desktop.gui import icons, kit, theme
from habitat_desktop.gui.choice_control import ChoiceControl, gone_words, is_enter, is_rubber, spoken
from habitat_desktop.gui.form_media import Offer

Layout = Literal["columns", "pack", "row"]
_MARK = 44  # px beside the text of a box
_MOST_COLUMNS = 3  # unless the form asks for more


def wrapped(text: str, metrics: QFontMetrics, width: int) -> str:
    """Return `text` with line breaks at spaces, or anywhere in scripts without spaces."""
    lines, now = [], ""
    for word in text.split(" "):
        trial = f"{now} {word}" if now else word
        if now and metrics.horizontalAdvance(trial) > width:
            lines.append(now)
            trial = word
        while metrics.horizontalAdvance(trial) > width and len(trial) > 1:
            cut = next(
                (n for n in range(len(trial) - 1, 0, -1) if metrics.horizontalAdvance(trial[:n]) <= width), 1
            )
            lines.append(trial[:cut])
            trial = trial[cut:]
        now = trial
    return "\n".join([*lines, now])


class Box:
    """What round buttons, ticks and plain buttons of a choice have in common: a text broken into lines."""

    def dress(self, choice: Offer) -> None:
        """Take words and picture of `choice`."""
        assert isinstance(self, QAbstractButton)
        self.value, self.words, self.name = choice.value, choice.words, choice.name
        self.mark = _MARK + choice.size.width()
        self.picture = choice.icon
        if not choice.icon.isNull():
            self.setIcon(choice.icon)
            self.setIconSize(choice.size)
        self.set_room(0)

    def set_room(self, width: int) -> None:
        """Break the text so that it fits into `width` px; 0 leaves it in one line."""
        assert isinstance(self, QAbstractButton)
        text = self.words if width <= 0 else wrapped(self.words, self.fontMetrics(), width - self.mark)
        if self.text() != text.replace("&", "&&"):
            self.setText(text.replace("&", "&&"))

    def natural_width(self) -> int:
        assert isinstance(self, QAbstractButton)
        return self.fontMetrics().horizontalAdvance(self.words) + self.mark


class TickBox(Box, QCheckBox):
    """One of several choices."""

    def __init__(self, choice: Offer) -> None:
        QCheckBox.__init__(self)
        self.dress(choice)


class RoundBox(Box, QRadioButton):
    """One choice of which only one holds; a press on the chosen one takes it back."""

    def __init__(self, choice: Offer) -> None:
        QRadioButton.__init__(self)
        self.setAutoExclusive(False)
        self.dress(choice)


class PlainBox(Box, kit.Button):
    """A choice without a sign before it, as pictures are chosen: it is tinted and ticked when chosen."""

    def __init__(self, choice: Offer) -> None:
        kit.Button.__init__(self, "", "segment")
        self.dress(choice)
        if not choice.icon.isNull():
            self.setProperty("big", True)
        self.toggled.connect(self._show_tick)

    def set_room(self, width: int) -> None:
        text = self.words
        if width > 0:
            text = self.fontMetrics().elidedText(self.words, Qt.TextElideMode.ElideRight, width - self.mark)
            self.setToolTip("" if text == self.words else self.words)
        self.setText(text.replace("&", "&&"))

    def _show_tick(self, on: bool) -> None:
        if self.picture.isNull():
            self.setIcon(icons.icon("checkmark", "accent", 16) if on else QIcon())


class Boxes(ChoiceControl):
    """All choices in sight. Arrows go from one to the next as they stand, Space chooses."""

    def __init__(
        self,
        choices: Sequence[Offer],
        *,
        several: bool,
        layout: Layout = "columns",
        columns: int = 0,
        plain: bool = False,
    ) -> None:
        super().__init__()
        self.several = several
        self._layout, self._wanted = layout, columns
        self._kind = PlainBox if plain else TickBox if several else RoundBox
        self._name = ("", "")
        self._columns = 0
        self._gone: tuple[str, ...] = ()
        self.boxes: list[TickBox | RoundBox | PlainBox] = []
        self._choices = list(choices)
        self._grid: QGridLayout | kit.FlowLayout
        if layout == "columns":
            self._grid = QGridLayout()
            self._grid.setContentsMargins(0, 0, 0, 0)
            self._grid.setHorizontalSpacing(16)
            self._grid.setVerticalSpacing(2 if not plain else 6)
        else:
            self._grid = kit.FlowLayout(12)
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

    def set_fixed(self, on: bool) -> None:
        self.is_fixed = on
        for box in self.boxes:
            box.setEnabled(not on)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._press(watched, event)
        if event.type() == QEvent.Type.FocusOut and watched in self.boxes:
            self._left(watched)
        return super().eventFilter(watched, event)

    # building

    def _fill(self, choices: Sequence[Offer]) -> None:
        kit.clear(self._grid)
        self.boxes = []
        for choice in choices:
            box = self._kind(choice)
            box.clicked.connect(lambda _on=False, box=box: self._clicked(box))
            box.installEventFilter(self)
            box.setEnabled(not self.is_fixed)
            self.boxes.append(box)
            if isinstance(self._grid, kit.FlowLayout):
                self._grid.addWidget(box)
        self._columns = 0
        self._place()
        self.set_name(*self._name)

    def _place(self) -> None:
        if not self.boxes:
            return
        if not isinstance(self._grid, QGridLayout):
            for box in self.boxes:
                box.set_room(max(self.width(), 200) if box.natural_width() > self.width() > 0 else 0)
            return
        gap = self._grid.horizontalSpacing()
        room = max(self.width(), 200)
        columns = self._fitting(room, gap)
        each = (room - gap * (columns - 1)) // columns
        for box in self.boxes:
            box.set_room(each)
        if columns == self._columns:
            return
        for column in range(max(self._columns, columns)):
            self._grid.setColumnStretch(column, int(column < columns))
        self._columns = columns
        rows = -(-len(self.boxes) // columns)
        by_row = self._wanted > 0  # a form that counts columns counts along the row
        for number, box in enumerate(self.boxes):
            if by_row:
                self._grid.addWidget(box, number // columns, number % columns)
            else:  # column by column, as lists are read
                self._grid.addWidget(box, number % rows, number // rows)

    def _fitting(self, room: int, gap: int) -> int:
        """Return how many columns there are: those the form wants, no more than leave a word its room."""
        if self._wanted:
            least = round(72 * theme.current().scale) + max(box.mark for box in self.boxes) - _MARK
            return max(1, min(self._wanted, (room + gap) // (least + gap)))
        widest = max(box.natural_width() for box in self.boxes)
        return max(1, min(_MOST_COLUMNS, (room + gap) // (widest + gap), len(self.boxes)))

    # what the person does

    def _clicked(self, box: TickBox | RoundBox | PlainBox) -> None:
        if self.several:
            self.chosen.emit([one.value for one in self.boxes if one.isChecked()])
        else:
            self.chosen.emit([box.value] if box.isChecked() else [])

    def _press(self, watched: QObject, event: QKeyEvent) -> bool:
        if is_enter(event):
            self.entered.emit()
            return True
        if is_rubber(event) and any(box.isChecked() for box in self.boxes) and not self.is_fixed:
            self.chosen.emit([])
            return True
        box = next((one for one in self.boxes if one is watched), None)
        to = self._neighbour(box, Qt.Key(event.key())) if box is not None else None
        plain_keys = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if to is None or plain_keys != Qt.KeyboardModifier.NoModifier:
            return False
        to.setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def _neighbour(self, box: QWidget, key: Qt.Key) -> QWidget | None:
        """Return the box beside `box` in the direction of the arrow `key`, as they stand on the screen."""
        if key not in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down):
            return None
        here = box.geometry().center()
        across = key in (Qt.Key.Key_Left, Qt.Key.Key_Right)
        sign = 1 if key in (Qt.Key.Key_Right, Qt.Key.Key_Down) else -1
        best: tuple[int, QWidget] | None = None
        for other in self.boxes:
            there = other.geometry().center()
            along = (there.x() - here.x() if across else there.y() - here.y()) * sign
            aside = abs(there.y() - here.y() if across else there.x() - here.x())
            if other is box or along <= 0 or (across and aside > other.height() // 2 + 4):
                continue
            far = along + 4 * aside
            if best is None or far < best[0]:
                best = (far, other)
        return best[1] if best is not None else box

    def _set_stops(self) -> None:
        """Let Tab stop once where one is chosen, as with round buttons everywhere."""
        if self.several:
            return
        focused = any(box.hasFocus() for box in self.boxes)
        stop = self.field()
        for box in self.boxes:
            wanted = Qt.FocusPolicy.StrongFocus if box is stop else Qt.FocusPolicy.ClickFocus
            if box.focusPolicy() != wanted:
                box.setFocusPolicy(wanted)
        if focused and stop in self.boxes and not stop.hasFocus() and any(b.isChecked() for b in self.boxes):
            stop.setFocus()

    def _left(self, watched: QObject) -> None:
        if any(box.isChecked() for box in self.boxes):
            return
        if self.several and watched is not self.boxes[-1]:
            return
        if not any(box.hasFocus() for box in self.boxes):
            self.left_blank.emit()

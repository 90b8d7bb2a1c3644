"""Few short choices as buttons, and a list to open for some more."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QFocusEvent, QFontMetrics, QIcon, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QWidget

from habitat_desktop.gui import icons, kit, theme
from habitat_desktop.gui.choice_control import ChoiceControl, gone_words, is_enter, is_rubber, spoken
from habitat_desktop.gui.form_media import Offer
from habitat_desktop.i18n.catalogues import _

_MORE_ROOM = 44  # px beside the answer column for buttons with pictures
MOST_SEGMENTS = 3
SEARCH_FROM = 12  # longer lists can be searched by typing


def fit_in_a_row(choices: Sequence[Offer]) -> bool:
    """Whether the choices have room as buttons in the answer column."""
    metrics = theme.current().metrics()
    width = sum(metrics.horizontalAdvance(choice.words) + _beside_words(choice) + 8 for choice in choices)
    room = theme.current().size("answer_column") + (_MORE_ROOM if have_pictures(choices) else 8)
    return 0 < len(choices) <= MOST_SEGMENTS and width <= room


def have_pictures(choices: Sequence[Offer]) -> bool:
    return any(choice.size.width() for choice in choices)


def _beside_words(choice: Offer) -> int:
    """Return the px a button has beside its words; one with a picture alone needs less."""
    if not choice.size.width():
        return 52
    return choice.size.width() + (40 if choice.words else 24)


class Segments(ChoiceControl):
    """Two or three buttons; the chosen one has a tick. Pressing it again takes the answer back."""

    def __init__(self, choices: Sequence[Offer]) -> None:
        super().__init__()
        self._names = [choice.name for choice in choices]
        self._pictures = [choice.icon for choice in choices]
        self.buttons: list[kit.Button] = []
        self.values = [choice.value for choice in choices]
        for number, choice in enumerate(choices):
            button = kit.Button(choice.words.replace("&", "&&"), "segment")
            width = button.fontMetrics().horizontalAdvance(choice.words)
            button.setFixedWidth(width + _beside_words(choice))
            if not choice.icon.isNull():
                button.setText(f" {button.text()}" if choice.words else "")  # Qt leaves no gap there
                button.setIcon(choice.icon)
                button.setIconSize(choice.size)
                button.setProperty("big", True)
            button.clicked.connect(lambda _on, number=number: self._pressed(number))
            button.installEventFilter(self)
            self.buttons.append(button)
        self.setLayout(kit.row(*self.buttons, None, space=6))

    def field(self) -> QWidget:
        return next((button for button in self.buttons if button.isChecked()), self.buttons[0])

    def set_name(self, name: str, description: str) -> None:
        for button, choice in zip(self.buttons, self._names, strict=True):
            button.setAccessibleName(spoken(name, choice))
            button.setAccessibleDescription(description)

    def show_values(self, values: Sequence[str]) -> None:
        focused = any(button.hasFocus() for button in self.buttons)
        for button, one, shown in zip(self.buttons, self.values, self._pictures, strict=True):
            on = one in values
            button.setChecked(on)
            if shown.isNull():
                button.setIcon(icons.icon("checkmark", "accent", 16) if on else QIcon())
            # one stop for the whole row, as with radio buttons
            button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        stop = self.field()
        stop.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if focused and not stop.hasFocus() and values:
            stop.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and watched in self.buttons:
            here = [button is watched for button in self.buttons].index(True)
            rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
            forward = Qt.Key.Key_Left if rtl else Qt.Key.Key_Right
            backward = Qt.Key.Key_Right if rtl else Qt.Key.Key_Left
            if event.key() in (forward, backward):
                to = here + (1 if event.key() == forward else -1)
                if 0 <= to < len(self.buttons):
                    self.buttons[to].setFocus(Qt.FocusReason.TabFocusReason)
                return True
            if is_enter(event):
                self.entered.emit()
                return True
            if is_rubber(event) and any(button.isChecked() for button in self.buttons):
                self.chosen.emit([])
                return True
        if event.type() == QEvent.Type.FocusOut and not any(button.isChecked() for button in self.buttons):
            self.left_blank.emit()
        return super().eventFilter(watched, event)

    def _pressed(self, number: int) -> None:
        on = self.buttons[number].isChecked()
        self.chosen.emit([self.values[number]] if on else [])


class _Box(QComboBox):
    """A closed list: the wheel passes over it, Enter goes on, Delete takes the answer back."""

    def __init__(self, owner: "ChoiceList") -> None:
        super().__init__()
        self._owner = owner

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the page scrolls; an answer is never changed by passing over it

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if is_enter(event):
            self._owner.entered.emit()
        elif is_rubber(event):
            self._owner.choose("")
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._owner.leave()


class ChoiceList(ChoiceControl):
    """A list to open; its first line is empty and takes the answer back."""

    def __init__(self, choices: Sequence[Offer]) -> None:
        super().__init__()
        self._value = ""
        self.box = _Box(self)
        self.box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.box.addItem("", "")
        self.box.setItemData(0, _("Clear the answer"), Qt.ItemDataRole.AccessibleTextRole)
        for choice in choices:
            self._offer(choice)
        metrics = QFontMetrics(self.box.font())
        longest = max((metrics.horizontalAdvance(choice.words) for choice in choices), default=0)
        wide = max((choice.size.width() for choice in choices), default=0)
        high = max((choice.size.height() for choice in choices), default=0)
        if wide:
            self.box.setIconSize(QSize(wide, high))
        self.box.view().setMinimumWidth(min(longest + wide + 32, 760))
        self.box.setMaxVisibleItems(SEARCH_FROM + 1)
        self.box.activated.connect(lambda index: self.choose(self.box.itemData(index) or ""))
        self.setLayout(kit.row((self.box, 1)))

    def field(self) -> QWidget:
        return self.box

    def set_error(self, on: bool) -> None:
        theme.set_property(self.box, "state", "error" if on else None)

    def show_values(self, values: Sequence[str]) -> None:
        self._value = next(iter(values), "")
        index = max(0, self.box.findData(self._value))
        if index == 0 and self._value:  # a choice the list does not offer any more stays to be seen
            self.box.addItem(gone_words(self._value), self._value)
            index = self.box.count() - 1
        self.box.setCurrentIndex(index)
        self.box.setToolTip(self.box.itemText(index))

    def choose(self, value: str) -> None:
        if value != self._value:
            self.chosen.emit([value] if value else [])

    def leave(self) -> None:
        if not self._value:
            self.left_blank.emit()

    def _offer(self, choice: Offer) -> None:
        self.box.addItem(choice.words, choice.value)
        place = self.box.count() - 1
        self.box.setItemData(place, choice.words, Qt.ItemDataRole.ToolTipRole)
        if not choice.icon.isNull():
            self.box.setItemIcon(place, choice.icon)
            self.box.setItemData(place, choice.name, Qt.ItemDataRole.AccessibleTextRole)

"""Answers that are chosen: one of few, one of many, or several."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QFocusEvent, QFontMetrics, QIcon, QKeyEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QWidget

from habitat_desktop.gui import icons, kit, theme
from habitat_desktop.gui.collation import FoldingCompleter, in_order
from habitat_desktop.gui.form_media import PICTURE_OF_CHOICE, Offer, offers
from habitat_desktop.gui.question_base import QuestionWidget, Span, Unread
from habitat_desktop.i18n.catalogues import _
from habitat_desktop.i18n.names import country
from habitat_desktop.i18n.text import fold, iso
from habitat_desktop.xforms.definition import Question
from habitat_desktop.xforms.engine import NodeState
from habitat_desktop.xforms.itemsets import Choice

MOST_SEGMENTS = 3
SEARCH_FROM = 12  # longer lists can be searched by typing
IN_ROW = 4  # so many check boxes still stand in the row
_MORE_ROOM = 44  # px beside the answer column for buttons with pictures
_CHECK_MARK = 44  # px beside the text of a check box


class ChooseOne(QuestionWidget):
    """One of several choices: buttons for few short ones, else a list to open.

    Which of the two it is follows the choices, which may depend on other answers.
    """

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self._shape: tuple[object, ...] = ()
        self._inner: Segments | ChoiceList | None = None
        self._name = ("", "")
        self._error = False
        self.setLayout(kit.row())

    def span_for(self, choices: Sequence[Choice]) -> Span:
        """Return the room the choices need; long labels are not cut."""
        offered = offers(choices, self, PICTURE_OF_CHOICE)
        if not _fits_segments(offered):
            room = theme.current().size("answer_column") - 48
            longest = max((self.fontMetrics().horizontalAdvance(o.words) for o in offered), default=0)
            return "both" if longest > room else "answer"
        return "both" if _has_pictures(offered) else "answer"

    def show_state(self, state: NodeState, unread: Unread | None) -> None:
        choices = tuple(state.choices or ())
        shape = (_shape(choices, self), state.readonly or state.calculated)
        if self._inner is None or shape != self._shape:
            self._build(choices, self._inner is not None and self._inner.field().hasFocus())
            self._shape = shape
        assert self._inner is not None
        self._inner.show_value(state.value)
        self._inner.setEnabled(not (state.readonly or state.calculated))

    def field(self) -> QWidget:
        assert self._inner is not None
        return self._inner.field()

    def set_name(self, name: str, description: str) -> None:
        self._name = (name, description)
        if self._inner is not None:
            self._inner.set_name(name, description)

    def set_error(self, on: bool) -> None:
        self._error = on
        if self._inner is not None:
            self._inner.set_error(on)

    def commit(self) -> None:
        if self._inner is not None:
            self._inner.commit()

    def _build(self, choices: tuple[Choice, ...], keep_focus: bool) -> None:
        layout = self.layout()
        assert layout is not None
        kit.clear(layout)
        inner: Segments | ChoiceList
        offered = offers(choices, self, PICTURE_OF_CHOICE)
        inner = Segments(self, offered) if _fits_segments(offered) else ChoiceList(self, offered)
        self._inner = inner
        layout.addWidget(inner)
        inner.set_name(*self._name)
        inner.set_error(self._error)
        if keep_focus:
            inner.field().setFocus()


def is_enter(event: QKeyEvent) -> bool:
    return event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def _shape(choices: Sequence[Choice], owner: QuestionWidget) -> tuple[tuple[str, str, Path | None], ...]:
    return tuple((c.value, c.label, owner.pictures.get(c.value)) for c in choices)


def _fits_segments(choices: Sequence[Offer]) -> bool:
    metrics = theme.current().metrics()
    width = sum(metrics.horizontalAdvance(choice.words) + _beside_words(choice) + 8 for choice in choices)
    room = theme.current().size("answer_column") + (_MORE_ROOM if _has_pictures(choices) else 8)
    return 0 < len(choices) <= MOST_SEGMENTS and width <= room


def _has_pictures(choices: Sequence[Offer]) -> bool:
    return any(choice.size.width() for choice in choices)


def _beside_words(choice: Offer) -> int:
    """Return the px a button has beside its words; one with a picture alone needs less."""
    if not choice.size.width():
        return 52
    return choice.size.width() + (40 if choice.words else 24)


def _as_looked_up(choices: Sequence[Offer]) -> Sequence[Offer]:
    """Return countries by their names in the language now; any other list has the order of its form."""
    if len(choices) > SEARCH_FROM and all(country(choice.value) is not None for choice in choices):
        return in_order(choices, lambda choice: choice.words)
    return choices


class Segments(QWidget):
    """Two or three buttons; the chosen one has a tick. Pressing it again takes the answer back."""

    def __init__(self, owner: ChooseOne, choices: Sequence[Offer]) -> None:
        super().__init__()
        self._owner = owner
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
            # Translators: read aloud: a question and one of its choices: "Is the breakdown known? Yes".
            button.setAccessibleName(_("{question}: {choice}").format(question=name, choice=choice))
            button.setAccessibleDescription(description)

    def set_error(self, on: bool) -> None:
        pass  # a row of buttons has no frame of its own; the row and its message say it

    def commit(self) -> None:
        pass

    def show_value(self, value: str) -> None:
        focused = any(button.hasFocus() for button in self.buttons)
        for button, one, shown in zip(self.buttons, self.values, self._pictures, strict=True):
            on = bool(value) and one == value
            button.setChecked(on)
            if shown.isNull():
                button.setIcon(icons.icon("checkmark", "accent", 16) if on else QIcon())
            # one stop for the whole row, as with radio buttons
            button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        stop = self.field()
        stop.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if focused and not stop.hasFocus() and value:
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
                self._owner.entered.emit()
                return True
        if event.type() == QEvent.Type.FocusOut and not any(button.isChecked() for button in self.buttons):
            self._owner.left_blank.emit()
        return super().eventFilter(watched, event)

    def _pressed(self, number: int) -> None:
        on = self.buttons[number].isChecked()
        self._owner.answered.emit(self.values[number] if on else None)


class ChoiceList(QComboBox):
    """A list to open; its first line is empty and takes the answer back. Long lists are searched."""

    def __init__(self, owner: ChooseOne, choices: Sequence[Offer]) -> None:
        super().__init__()
        self._owner = owner
        self._value = ""
        self._is_searched = len(choices) > SEARCH_FROM
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.addItem("", "")
        for choice in _as_looked_up(choices):
            self._offer(choice)
        metrics = QFontMetrics(self.font())
        longest = max((metrics.horizontalAdvance(choice.words) for choice in choices), default=0)
        wide = max((choice.size.width() for choice in choices), default=0)
        high = max((choice.size.height() for choice in choices), default=0)
        if wide:
            self.setIconSize(QSize(wide, high))
        self.view().setMinimumWidth(min(longest + wide + 32, 760))
        self.setMaxVisibleItems(SEARCH_FROM)
        if self._is_searched:
            self._let_search()
        self.activated.connect(self._choose)

    def _offer(self, choice: Offer) -> None:
        # a list that is searched by typing can only give what has words
        words = choice.name if self._is_searched else choice.words
        self.addItem(words, choice.value)
        place = self.count() - 1
        self.setItemData(place, words, Qt.ItemDataRole.ToolTipRole)
        if not choice.icon.isNull():
            self.setItemIcon(place, choice.icon)
            self.setItemData(place, choice.name, Qt.ItemDataRole.AccessibleTextRole)

    def field(self) -> QWidget:
        return self

    def set_name(self, name: str, description: str) -> None:
        self.setAccessibleName(name)
        self.setAccessibleDescription(description)

    def set_error(self, on: bool) -> None:
        theme.set_property(self, "state", "error" if on else None)

    def show_value(self, value: str) -> None:
        self._value = value
        index = max(0, self.findData(value))
        if index == 0 and value:  # a choice the list does not offer any more stays to be seen
            self.addItem(value, value)
            index = self.count() - 1
        self.setCurrentIndex(index)
        self.setToolTip(self.itemText(index))
        line = self.lineEdit()
        if line is not None and not line.hasFocus():
            line.setCursorPosition(0)  # a long label is read from its beginning

    def commit(self) -> None:
        if not self._is_searched:
            return
        typed = fold(self.currentText())
        fitting = [i for i in range(self.count()) if fold(self.itemText(i)) == typed]
        if not typed:
            if self._value:
                self._owner.answered.emit(None)
        elif fitting:
            if self.itemData(fitting[0]) != self._value:
                self._owner.answered.emit(self.itemData(fitting[0]))
        else:
            text = self.currentText()
            problem = _("“{text}” is not in the list. Choose one of its lines.")
            self._owner.unread.emit(Unread(text, problem.format(text=iso(text))))

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the page scrolls; an answer is never changed by passing over it

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if is_enter(event):
            self.commit()
            self._owner.entered.emit()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() == Qt.FocusReason.PopupFocusReason:
            return
        self.commit()
        if not self._value:
            self._owner.left_blank.emit()

    def _choose(self, index: int) -> None:
        value = self.itemData(index) or None
        if (value or "") != self._value:
            self._owner.answered.emit(value)

    def _let_search(self) -> None:
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setCompleter(FoldingCompleter(self))
        line = self.lineEdit()
        assert line is not None
        line.setPlaceholderText(_("Type to search"))


class WrappedCheckBox(QCheckBox):
    """A check box whose text is broken into lines, because Qt's own is cut."""

    def __init__(self, choice: Offer) -> None:
        super().__init__()
        self.words, self.name = choice.words, choice.name
        self._mark = _CHECK_MARK + choice.size.width()
        if not choice.icon.isNull():
            self.setIcon(choice.icon)
            self.setIconSize(choice.size)
        self.set_room(0)

    def set_room(self, width: int) -> None:
        """Break the text so that it fits into `width` px; 0 leaves it in one line."""
        text = self.words if width <= 0 else wrapped(self.words, self.fontMetrics(), width - self._mark)
        self.setText(text.replace("&", "&&"))

    def natural_width(self) -> int:
        return self.fontMetrics().horizontalAdvance(self.words) + self._mark


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


class ChooseSeveral(QuestionWidget):
    """Check boxes in as many columns as there is room for."""

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.boxes: list[WrappedCheckBox] = []
        self.values: list[str] = []
        self._shape: tuple[object, ...] = ()
        self._name = ("", "")
        self._columns = 0
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(2)
        self.setLayout(self._grid)

    def span_for(self, choices: Sequence[Choice]) -> Span:
        return "both" if len(choices) <= IN_ROW else "below"

    def field(self) -> QWidget:
        return self.boxes[0] if self.boxes else self

    def show_state(self, state: NodeState, unread: Unread | None) -> None:
        choices = tuple(state.choices or ())
        shape = _shape(choices, self)
        if shape != self._shape:
            self._shape = shape
            self._build(choices)
        chosen = state.value.split()
        for box, value in zip(self.boxes, self.values, strict=True):
            box.setChecked(value in chosen)
            box.setEnabled(not (state.readonly or state.calculated))

    def set_name(self, name: str, description: str) -> None:
        self._name = (name, description)
        for box in self.boxes:
            box.setAccessibleName(_("{question}: {choice}").format(question=name, choice=box.name))
            box.setAccessibleDescription(description)

    def set_error(self, on: bool) -> None:
        pass  # the row and its message say it

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and is_enter(event):
            self.entered.emit()
            return True
        is_left = event.type() == QEvent.Type.FocusOut and watched is self.boxes[-1]
        if is_left and not any(box.isChecked() or box.hasFocus() for box in self.boxes):
            self.left_blank.emit()
        return super().eventFilter(watched, event)

    def _build(self, choices: Sequence[Choice]) -> None:
        kit.clear(self._grid)
        self.values = [choice.value for choice in choices]
        self.boxes = []
        for choice in offers(choices, self, PICTURE_OF_CHOICE):
            box = WrappedCheckBox(choice)
            box.clicked.connect(lambda _on: self._clicked())
            box.installEventFilter(self)
            self.boxes.append(box)
        self._columns = 0
        self._place()
        self.set_name(*self._name)

    def _place(self) -> None:
        if not self.boxes:
            return
        gap = self._grid.horizontalSpacing()
        room = max(self.width(), 200)
        widest = max(box.natural_width() for box in self.boxes)
        columns = max(1, min(3, (room + gap) // (widest + gap), len(self.boxes)))
        each = (room - gap * (columns - 1)) // columns
        for box in self.boxes:
            box.set_room(each)
        if columns == self._columns:
            return
        self._columns = columns
        rows = -(-len(self.boxes) // columns)
        for number, box in enumerate(self.boxes):  # column by column, as lists are read
            self._grid.addWidget(box, number % rows, number // rows)
        for column in range(3):
            self._grid.setColumnStretch(column, int(column < columns))

    def _clicked(self) -> None:
        chosen = [value for box, value in zip(self.boxes, self.values, strict=True) if box.isChecked()]
        self.answered.emit(chosen or None)

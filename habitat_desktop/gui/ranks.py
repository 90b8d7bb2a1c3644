"""Choices put in an order: by keys, by dragging, by buttons. Each move is one answer and can be undone."""

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QListWidgetItem, QWidget

from habitat_desktop.gui import kit, theme
from habitat_desktop.gui.choice_control import is_enter, is_rubber
from habitat_desktop.gui.form_media import PICTURE_OF_CHOICE, Offer, offers
from habitat_desktop.gui.question_base import QuestionWidget, Span, Unread, set_shown
from habitat_desktop.i18n.catalogues import _
from habitat_desktop.i18n.text import ltr
from habitat_desktop.xforms.definition import Question
from habitat_desktop.xforms.engine import NodeState

_WIDEST = 640  # px at scale 1
_LINE = 30  # px at scale 1
_GOALS = frozenset((Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End))
_VALUE = int(Qt.ItemDataRole.UserRole)


def _has_alt(event: QKeyEvent) -> bool:
    return bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)


class OrderList(kit.List):
    """The lines in their order. Alt+Up and Alt+Down move the line, Home and End with Alt to the ends."""

    moved = Signal(int, int)  # from, to
    entered = Signal()
    rubbed = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.is_fixed = False
        self._dragged = self._from = -1
        self._pressed_at = QPoint()

    def event(self, event: QEvent) -> bool:
        is_asked = event.type() == QEvent.Type.ShortcutOverride
        if is_asked and isinstance(event, QKeyEvent) and event.key() in _GOALS and _has_alt(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = _has_alt(event)
        here, last = self.currentRow(), self.count() - 1
        goals = {
            Qt.Key.Key_Up: here - 1,
            Qt.Key.Key_Down: here + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        if alt and event.key() in goals:
            to = goals[Qt.Key(event.key())]
            if here >= 0 and 0 <= to <= last and to != here and not self.is_fixed:
                self.moved.emit(here, to)
        elif is_enter(event):
            self.entered.emit()
        elif is_rubber(event):
            self.rubbed.emit()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self._pressed_at = event.position().toPoint()
        row = self.indexAt(self._pressed_at).row()
        self._dragged = self._from = row if event.button() == Qt.MouseButton.LeftButton else -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Take the line along under the pointer; it is an answer when it is let go."""
        at = event.position().toPoint()
        if self._dragged < 0 or self.is_fixed or abs(at.y() - self._pressed_at.y()) < 4:
            return
        over = self.indexAt(QPoint(4, max(1, min(at.y(), self.viewport().height() - 8)))).row()
        if over >= 0 and over != self._dragged:
            item = self.takeItem(self._dragged)
            self.insertItem(over, item)
            self.setCurrentRow(over)
            self._dragged = over

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        start, end, self._dragged = self._from, self._dragged, -1
        if start >= 0 and start != end:
            self.moved.emit(start, end)

    def wheelEvent(self, event: object) -> None:
        event.ignore()  # type: ignore[attr-defined]  # the page scrolls

    def focusOutEvent(self, event: object) -> None:
        super().focusOutEvent(event)  # type: ignore[arg-type]
        self.left.emit()


class Rank(QuestionWidget):
    """Choices in an order. Until a line is moved or the order is kept, there is no answer."""

    span: Span = "below"

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.list = OrderList()
        self._values: list[str] = []
        self._has_answer = False
        self._line = _LINE
        up = kit.Button(_("Move up"), icon="chevron_up", does=lambda: self._step(-1), tip="Alt+↑")
        down = kit.Button(_("Move down"), icon="chevron_down", does=lambda: self._step(1), tip="Alt+↓")
        keep = kit.Button(
            _("Keep this order"), icon="checkmark", does=lambda: self.answered.emit(self._values)
        )
        self.clear = kit.LinkButton(_("Clear the answer"), lambda: self.answered.emit(None))
        self.keep = keep
        self._buttons = (up, down, keep, self.clear)
        self.told = kit.Label(_("Not in order yet: move a line, or keep this order."), "caption", "muted")
        self.list.moved.connect(self._move)
        self.list.entered.connect(self.entered)
        self.list.rubbed.connect(lambda: self.answered.emit(None) if self._has_answer else None)
        self.list.left.connect(lambda: None if self._has_answer else self.left_blank.emit())
        self.list.setMaximumWidth(round(_WIDEST * theme.current().scale))
        beside = kit.column(up, down, keep, self.clear, None, space=4)
        self.setLayout(kit.column(kit.row((self.list, 10), beside, None), self.told, space=4))

    def field(self) -> QWidget:
        return self.list

    def set_name(self, name: str, description: str) -> None:
        self.list.setAccessibleName(name)
        self.list.setAccessibleDescription(" ".join(part for part in (description, "Alt+↑ Alt+↓") if part))
        for button in self._buttons:
            button.setAccessibleName(f"{name}. {button.text()}")

    def show_state(self, state: NodeState, unread: Unread | None) -> None:
        offered = {one.value: one for one in offers(state.choices, self, PICTURE_OF_CHOICE)}
        order = [value for value in state.value.split() if value in offered]
        self._has_answer = bool(order)
        order += [value for value in offered if value not in order]
        self._show(order, offered)
        fixed = state.readonly or state.calculated
        self.list.is_fixed = fixed
        for button in self._buttons:
            button.setEnabled(not fixed)
        set_shown(self.keep, not self._has_answer)
        set_shown(self.clear, self._has_answer and not fixed)
        set_shown(self.told, not self._has_answer and not fixed)

    def _show(self, order: list[str], offered: dict[str, Offer]) -> None:
        here = self._at()
        now = [self.list.item(i).data(_VALUE) for i in range(self.list.count())]
        if now != order or self._values != order:
            self.list.clear()
            for number, value in enumerate(order, start=1):
                one = offered[value]
                item = QListWidgetItem(one.icon, f"{ltr(f'{number}.')}  {one.name}")
                item.setData(_VALUE, value)
                self.list.addItem(item)
            high = max((one.size.height() for one in offered.values()), default=0)
            self.list.setIconSize(QSize(PICTURE_OF_CHOICE.width() if high else 0, high))
            self._line = max(round(_LINE * theme.current().scale), high + 8)
            for row in range(self.list.count()):
                self.list.item(row).setSizeHint(QSize(80, self._line))
            self.list.setCurrentRow(order.index(here) if here in order else 0)
        self._values = order
        self.list.setFixedHeight(max(1, len(order)) * self._line + 6)

    def _at(self) -> str:
        item = self.list.currentItem()
        return str(item.data(_VALUE)) if item is not None else ""

    def _step(self, step: int) -> None:
        here = self.list.currentRow()
        if here >= 0 and 0 <= here + step < len(self._values):
            self._move(here, here + step)

    def _move(self, start: int, to: int) -> None:
        order = list(self._values)
        order.insert(to, order.pop(start))
        self._values = []  # the lines and their numbers are shown anew
        self.list.setCurrentRow(to if self.list.item(to).data(_VALUE) == order[to] else start)
        self.answered.emit(order)

"""Choices put in an order, a tick."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QCheckBox, QListWidget, QListWidgetItem, QWidget

from habitat_desktop.gui import kit
from habitat_desktop.gui.form_media import PICTURE_OF_CHOICE, offers
from habitat_desktop.gui.question_base import QuestionWidget, Span, Unread
from habitat_desktop.i18n.catalogues import _
from habitat_desktop.xforms.definition import Question
from habitat_desktop.xforms.engine import NodeState


class Acknowledge(QuestionWidget):
    """One tick; stored as "OK"."""

    span: Span = "both"

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.box = QCheckBox(_("Yes, I have read this"))
        self.box.clicked.connect(lambda on: self.answered.emit("OK" if on else None))
        self.setLayout(kit.row(self.box, None))

    def field(self) -> QWidget:
        return self.box

    def show_state(self, state: NodeState, unread: Unread | None) -> None:
        self.box.setChecked(bool(state.value))
        self.box.setEnabled(not state.readonly)

    def set_error(self, on: bool) -> None:
        pass  # the row and its message say it


class Rank(QuestionWidget):
    """Choices in an order: the chosen line is moved up and down."""

    span: Span = "below"

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.list = QListWidget()
        self.list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._values: list[str] = []
        self._line = 28  # px
        up = kit.Button(_("Move up"), icon="chevron_up", does=lambda: self._move(-1))
        down = kit.Button(_("Move down"), icon="chevron_down", does=lambda: self._move(1))
        keep = kit.Button(
            _("Keep this order"), icon="checkmark", does=lambda: self.answered.emit(self._values)
        )
        self._buttons = (up, down, keep)
        self.setLayout(kit.row((self.list, 1), kit.column(up, down, keep, None)))

    def field(self) -> QWidget:
        return self.list

    def show_state(self, state: NodeState, unread: Unread | None) -> None:
        offered = {one.value: one for one in offers(state.choices, self, PICTURE_OF_CHOICE)}
        labels = {value: one.name for value, one in offered.items()}
        order = [value for value in state.value.split() if value in labels]
        order += [value for value in labels if value not in order]
        row = self.list.currentRow()
        if [self.list.item(i).text() for i in range(self.list.count())] != [labels[v] for v in order]:
            self.list.clear()
            for value in order:
                self.list.addItem(QListWidgetItem(offered[value].icon, labels[value]))
            high = max((one.size.height() for one in offered.values()), default=0)
            self.list.setIconSize(QSize(PICTURE_OF_CHOICE.width() if high else 0, high))
            self._line = max(28, high + 8)
            self.list.setCurrentRow(max(0, row))
        self._values = order
        self.list.setFixedHeight(max(1, len(order)) * self._line + 6)
        for button in self._buttons:
            button.setEnabled(not state.readonly)

    def _move(self, step: int) -> None:
        here = self.list.currentRow()
        to = here + step
        if here < 0 or not 0 <= to < len(self._values):
            return
        order = list(self._values)
        order.insert(to, order.pop(here))
        self.list.setCurrentRow(to)
        self.answered.emit(order)

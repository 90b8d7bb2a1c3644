"""A tick."""

from PySide6.QtWidgets import QCheckBox, QWidget

from habitat_desktop.gui import kit
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

"""The head of a grid of choices in the ledger: the labels once, over the lines that are answered below it."""

from typing import cast

from PySide6.QtWidgets import QFrame, QWidget

from habitat_desktop.gui import kit, theme
from habitat_desktop.gui.choice_scale import ScaleHead
from habitat_desktop.gui.form_media import PICTURE_OF_CHOICE, offers
from habitat_desktop.gui.form_parts import SIDE, Mode, both_columns, leading, show_words
from habitat_desktop.gui.question_base import NO_PICTURES, Pictures, QuestionWidget, set_shown
from habitat_desktop.gui.question_choices import scale_span
from habitat_desktop.xforms.engine import NodeState
from habitat_desktop.xforms.itemsets import Choice


class GridHead(QFrame):
    """Shows the labels of the choices in the cells of the lines below; nothing here is answered."""

    def __init__(self, parent: QWidget, mode: Mode) -> None:
        super().__init__(parent)
        self.setProperty("part", "row")
        self.pictures: Pictures = NO_PICTURES
        self._mode = mode
        self._choices: tuple[Choice, ...] = ()
        self.head: ScaleHead | None = None
        self._box = kit.column(margins=(SIDE, 4, SIDE, 4))
        self.setLayout(self._box)
        self.label = kit.Label("", "caption", "muted", wrap=True)
        self.label.setAlignment(leading())

    def show_state(self, state: NodeState, pictures: Pictures = NO_PICTURES) -> None:
        """Show the choices of the head as they are now."""
        set_shown(self, state.relevant and bool(state.choices))
        show_words(self.label, state.label.strip())
        if state.choices == self._choices and self.head is not None:
            return
        self._choices, self.pictures = state.choices, pictures
        if self.head is not None:
            self.label.setParent(None)
        kit.clear(self._box)
        offered = offers(state.choices, cast(QuestionWidget, self), PICTURE_OF_CHOICE)
        self.head = ScaleHead(offered)
        if self._mode == "narrow" or scale_span(offered) == "below":
            self._box.addWidget(self.label)
            self._box.addWidget(self.head)
            self.label.setVisible(bool(self.label.text()))
            return
        wide = both_columns() if self._mode == "wide" else theme.current().size("answer_column") + 44
        self.head.setFixedWidth(wide)
        self._box.addLayout(kit.row((self.label, 1), self.head))

"""Questions whose answer is chosen: the control follows the appearance and, without one, the choices."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from habitat_desktop.gui import kit, theme
from habitat_desktop.gui.appearances import (
    ChoiceKind,
    choice_kind,
    columns_of,
    is_quick,
    words_of,
)
from habitat_desktop.gui.choice_boxes import Boxes
from habitat_desktop.gui.choice_buttons import (
    SEARCH_FROM,
    ChoiceList,
    Segments,
    fit_in_a_row,
    have_pictures,
)
from habitat_desktop.gui.choice_control import ChoiceControl, Choices
from habitat_desktop.gui.choice_scale import Scale, widest_word
from habitat_desktop.gui.choice_search import SearchOne, SearchSeveral, as_looked_up
from habitat_desktop.gui.form_media import PICTURE_OF_CHOICE, Offer, offers
from habitat_desktop.gui.markup import plain
from habitat_desktop.gui.question_base import QuestionWidget, Span, Unread
from habitat_desktop.xforms.definition import Question
from habitat_desktop.xforms.engine import NodeState
from habitat_desktop.xforms.itemsets import Choice

if TYPE_CHECKING:
    from habitat_desktop.gui.choice_map import Drawing

IN_ROW = 4  # so many boxes still stand beside the question
MOST_TICKS = 24  # more are searched by typing
MOST_BOXES = 100  # so many at the most are all in sight, whatever the form asks for


class ChoiceQuestion(QuestionWidget):
    """Holds the control; makes another one when the choices, which may depend on other answers, need it."""

    several = False

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.control: ChoiceControl | None = None
        self._choices: Choices = ()
        self._made_of: tuple[object, ...] = ()
        self._name = ("", "")
        self._error = False
        self._words = words_of(question.appearance)
        self._is_quick = is_quick(self._words) and not self.several
        self.setLayout(kit.row())

    def kind_for(self, choices: Sequence[Choice]) -> ChoiceKind:
        """Return how these choices are shown."""
        kind = choice_kind(self.question.type, self.question.appearance)
        if len(choices) > MOST_BOXES:
            return "search"
        if kind == "map":
            self.takes_media = self._map() is not None and self._drawing(choices) is not None
            return "map" if self.takes_media else "boxes"
        if kind == "list":
            return "search" if self.several or len(choices) > SEARCH_FROM else "list"
        if kind is not None:
            return kind
        if self.several:
            return "search" if len(choices) > MOST_TICKS else "boxes"
        if len(choices) > SEARCH_FROM:
            return "search"
        return "buttons" if fit_in_a_row(self._offers(choices)) else "list"

    def span_for(self, choices: Sequence[Choice]) -> Span:
        """Return the room the choices need; long labels are not cut."""
        kind = self.kind_for(choices)
        if kind == "search":
            return "below" if self.several else self._span_of_list(choices)
        if kind == "list":
            return self._span_of_list(choices)
        offered = self._offers(choices)
        if kind == "buttons":
            return "both" if have_pictures(offered) else "answer"
        if kind in ("grid", "likert"):
            return scale_span(offered)
        if kind == "map":
            return "below"
        return "both" if len(choices) <= IN_ROW and not columns_of(self._words) else "below"

    def show_state(self, state: NodeState, unread: Unread | None) -> None:
        fixed = state.readonly or state.calculated
        made_of = (tuple(sorted(self.pictures.items())), self._map())
        if self.control is None or state.choices != self._choices or made_of != self._made_of:
            self._choices, self._made_of = state.choices, made_of
            self._build(state.choices)
        assert self.control is not None
        if self.control.is_fixed != fixed:
            self.control.set_fixed(fixed)
        self.control.show_values(self.values_of(state))

    def values_of(self, state: NodeState) -> list[str]:
        """Return the values chosen."""
        return [state.value] if state.value else []

    def field(self) -> QWidget:
        return self.control.field() if self.control is not None else self

    def set_name(self, name: str, description: str) -> None:
        self._name = (name, description)
        if self.control is not None:
            self.control.set_name(name, description)

    def set_error(self, on: bool) -> None:
        self._error = on
        if self.control is not None:
            self.control.set_error(on)

    def commit(self) -> None:
        if self.control is not None:
            self.control.commit()

    def half_typed(self) -> str | None:
        return self.control.half_typed() if self.control is not None else None

    def type_again(self, text: str) -> None:
        if self.control is not None:
            self.control.type_again(text)

    def _map(self) -> Path | None:
        """Return the drawing whose regions are chosen, if the question has one."""
        if "image-map" not in self._words:
            return None
        drawings = (path for kind, path in self.media if kind == "image" and path.suffix.lower() == ".svg")
        return next(drawings, None)

    def _drawing(self, choices: Sequence[Choice]) -> "Drawing | None":
        from habitat_desktop.gui.choice_map import drawing_of

        path = self._map()
        return drawing_of(path, [choice.value for choice in choices]) if path is not None else None

    def _offers(self, choices: Sequence[Choice]) -> list[Offer]:
        return offers(choices, self, PICTURE_OF_CHOICE)

    def _span_of_list(self, choices: Sequence[Choice]) -> Span:
        room = theme.current().size("answer_column") - 48
        longest = sorted((plain(choice.label) for choice in choices[:2000]), key=len)[-3:]
        width = max((self.fontMetrics().horizontalAdvance(words) for words in longest), default=0)
        return "both" if width > room else "answer"

    def _build(self, choices: Choices) -> None:
        keep_focus = self.control is not None and self.control.isAncestorOf(self.focusWidget() or self)
        keep_focus = keep_focus and self.control is not None and self.control.field().hasFocus()
        layout = self.layout()
        assert layout is not None
        kit.clear(layout)
        control = self.make(self.kind_for(choices), choices)
        self.control = control
        layout.addWidget(control)
        control.chosen.connect(self._answer)
        control.unread.connect(self.unread)
        control.left_blank.connect(self.left_blank)
        control.entered.connect(self.entered)
        control.set_name(*self._name)
        control.set_error(self._error)
        if keep_focus:
            control.field().setFocus()

    def make(self, kind: ChoiceKind, choices: Choices) -> ChoiceControl:
        """Return the control of this kind."""
        if kind == "search":
            made = SearchSeveral if self.several else SearchOne
            return made(choices, self.pictures)
        if kind == "list":
            return ChoiceList(self._offers(as_looked_up(choices)))
        offered = self._offers(choices)
        if kind == "buttons":
            return Segments(offered)
        if kind == "grid":
            has_head = "list-nolabel" in self._words
            return Scale(offered, several=self.several, labels="none" if has_head else "above")
        if kind == "likert":
            return Scale(offered, several=False, labels="below", is_joined=True)
        if kind == "map":
            from habitat_desktop.gui.choice_map import ImageMap

            drawing = self._drawing(choices)
            assert drawing is not None
            return ImageMap(drawing, offered, several=self.several)
        return Boxes(
            offered,
            several=self.several,
            layout="pack" if kind == "pack" else "columns",
            columns=columns_of(self._words) if kind == "columns" else 0,
            plain="no-buttons" in self._words or self._is_compact(),
        )

    def _is_compact(self) -> bool:
        return any(word.startswith(("compact", "quickcompact")) for word in self._words)

    def _answer(self, values: list[str]) -> None:
        self.answered.emit(values[0] if values else None)
        if self._is_quick and values:
            self.entered.emit()


class ChooseOne(ChoiceQuestion):
    """One of several choices."""


class ChooseSeveral(ChoiceQuestion):
    """Several choices."""

    several = True

    def values_of(self, state: NodeState) -> list[str]:
        return state.value.split()

    def _answer(self, values: list[str]) -> None:
        self.answered.emit(values or None)


def scale_span(offered: Sequence[Offer]) -> Span:
    """Return the room for a scale or a line of a grid; all lines of one grid have the same."""
    look = theme.current()
    room = look.size("answer_column") + 16 + look.size("previous_column")
    return "both" if len(offered) * widest_word(offered) <= room else "below"

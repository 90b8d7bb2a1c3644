"""One widget for each type of question. To add a type: write its widget and add its line here."""

from collections.abc import Mapping
from pathlib import Path

from habitat_desktop.gui.appearances import words_of
from habitat_desktop.gui.question_base import NO_PICTURES, QuestionWidget, Shown, Span, Unread
from habitat_desktop.gui.question_choices import ChoiceQuestion, ChooseOne, ChooseSeveral
from habitat_desktop.gui.question_dates import DateQuestion, DateTimeQuestion, date_widget
from habitat_desktop.gui.question_files import FileQuestion
from habitat_desktop.gui.question_files_drawn import DrawnQuestion
from habitat_desktop.gui.question_lines import (
    IntegerQuestion,
    NumberQuestion,
    TimeQuestion,
)
from habitat_desktop.gui.question_other import Acknowledge
from habitat_desktop.gui.question_places import GeopointQuestion
from habitat_desktop.gui.question_places_list import PlacesQuestion
from habitat_desktop.gui.question_texts import CodeQuestion, TextQuestion, text_widget
from habitat_desktop.gui.ranges import CounterQuestion, RangeQuestion, range_widget
from habitat_desktop.gui.ranks import Rank
from habitat_desktop.xforms.definition import Question
from habitat_desktop.xforms.engine import NodeState

__all__ = ["QUESTION_WIDGETS", "FileQuestion", "QuestionWidget", "Span", "Unread", "make_widget"]

QUESTION_WIDGETS: dict[str, type[QuestionWidget]] = {
    "text": TextQuestion,
    "integer": IntegerQuestion,
    "decimal": NumberQuestion,
    "range": RangeQuestion,
    "date": DateQuestion,
    "time": TimeQuestion,
    "dateTime": DateTimeQuestion,
    "select_one": ChooseOne,
    "select_multiple": ChooseSeveral,
    "rank": Rank,
    "acknowledge": Acknowledge,
    "geopoint": GeopointQuestion,
    "geotrace": PlacesQuestion,
    "geoshape": PlacesQuestion,
    "barcode": CodeQuestion,
    "image": FileQuestion,
    "audio": FileQuestion,
    "video": FileQuestion,
    "file": FileQuestion,
}

DRAWN = frozenset(("signature", "draw", "annotate"))


def make_widget(
    question: Question, state: NodeState, pictures: Mapping[str, Path] = NO_PICTURES, media: Shown = ()
) -> QuestionWidget:
    """Return the widget for a question, with the room it needs in `span`; `media` go with its words."""
    kind = QUESTION_WIDGETS[question.type]
    if kind is DateQuestion:
        return date_widget(question)
    if kind is RangeQuestion:
        return range_widget(question)
    if kind is TextQuestion:
        return text_widget(question, state)
    if kind is IntegerQuestion and "counter" in words_of(question.appearance):
        kind = CounterQuestion
    if question.type == "image" and DRAWN & set(question.appearance.split()):
        kind = DrawnQuestion
    widget = kind(question)
    widget.pictures, widget.media = pictures, media
    if isinstance(widget, ChoiceQuestion):
        widget.span = widget.span_for(state.choices)
    return widget

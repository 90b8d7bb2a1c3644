"""Answers as people read them on paper, and the room that each type of question needs."""

from datetime import date

from habitat_desktop.i18n.calendars import GREGORIAN, show
from habitat_desktop.i18n.catalogues import _, gettext_in, listed
from habitat_desktop.i18n.dates import format_date, format_datetime
from habitat_desktop.i18n.numbers import edit_number, format_number
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.packages.texts import unit_name
from habitat_desktop.paper.document import NO_WORDS, Body, Boxes, Choice, Measure, Room, Words
from habitat_desktop.paper.tongues import Tongues
from habitat_desktop.xforms.choices import listed_choices
from habitat_desktop.xforms.definition import Form, Question
from habitat_desktop.xforms.question_types import ATTACHMENTS, date_appearance

NUMERIC = frozenset(("integer", "decimal", "range"))
_MOST_BOXES = 24  # more choices are written, not ticked
_DRAWN = frozenset(("signature", "draw", "annotate"))
_MEASURES: dict[str, Measure] = {
    "integer": "number", "decimal": "number", "range": "number", "time": "time", "dateTime": "moment",
    "geopoint": "place", "geotrace": "long", "geoshape": "long",
}  # fmt: skip


def number_words(value: str, unit: str, appearance: str, language: str) -> str:
    """Return a number in groups where it counts something, as it was typed where it is a year."""
    counts = unit or "thousands-sep" in appearance.split()
    return format_number(value, language) if counts else edit_number(value, language)


def date_words(value: str, appearance: str, language: str) -> str:
    """Return a day; in another calendar with ours after it."""
    ours = format_date(value, language, "medium")
    calendar, precision = date_appearance(appearance)
    if precision == "year":
        ours = value[:4]
    if calendar == GREGORIAN:
        return ours
    try:
        shown = show(date.fromisoformat(value[:10]), calendar, language)
    except ValueError:
        return ours
    return gettext_in(language, "{date} ({gregorian})").format(date=iso(shown), gregorian=iso(ours))


def moment_words(value: str, language: str) -> str:
    """Return a day with its time, as it was given: in no other zone."""
    return format_datetime(value[:19], language, "medium")


def place_words(value: str) -> str:
    """Return the latitude and longitude of each point of a place, a line or an area, one on a line."""
    points = (one.split() for one in value.split(";"))
    return "\n".join(ltr(listed(point[:2])) for point in points if point)


def unit_words(question: Question, tongues: Tongues) -> Words:
    """Return the name of the unit of a question."""
    return tongues.own(lambda: unit_name(question.unit)) if question.unit else NO_WORDS


def room_for(form: Form, question: Question, tongues: Tongues) -> Body:
    """Return the boxes to tick or the room to write an answer by hand."""
    if question.type == "acknowledge":
        return Boxes([Choice(tongues.own(lambda: _("Yes, read")))], is_several=True)
    if question.is_select:
        return _choices(form, question, tongues)
    unit = unit_words(question, tongues)
    if question.type in ATTACHMENTS:
        drawn = question.type == "image" and _DRAWN & set(question.appearance.split())
        if drawn:
            return Room("drawing")
        note = tongues.own(lambda: _("Write the name of the file and hand it over with this form."))
        return Room("short", note=note)
    if question.type == "date":
        _calendar, precision = date_appearance(question.appearance)
        by_precision: dict[str, Measure] = {"day": "date", "month": "month", "year": "year"}
        return Room(by_precision[precision])
    if question.type == "text":
        is_long = "multiline" in question.appearance.split() or "rows" in question.parameters
        return Room("long" if is_long else "short", unit)
    return Room(_MEASURES.get(question.type, "short"), unit, _range_note(question, tongues))


def _range_note(question: Question, tongues: Tongues) -> Words:
    start, end = question.parameters.get("start"), question.parameters.get("end")
    if question.type != "range" or not start or not end:
        return NO_WORDS

    def say(language: str) -> str:
        text = _("From {low} to {high}.")
        return text.format(low=edit_number(start, language), high=edit_number(end, language))

    return tongues.words(say)


def _choices(form: Form, question: Question, tongues: Tongues) -> Body:
    offered = listed_choices(form, question, tongues.language)
    if not 0 < len(offered) <= _MOST_BOXES:
        return Room("short", note=_list_note(len(offered), tongues))
    also: dict[str, str] = {}
    if tongues.is_double:
        also = {one.value: one.label for one in listed_choices(form, question, tongues.also)}
    boxes = [Choice(both(one.label or one.value, also.get(one.value, ""))) for one in offered]
    return Boxes(boxes, question.type == "select_multiple", question.type == "rank")


def _list_note(count: int, tongues: Tongues) -> Words:
    if not count:
        return tongues.own(lambda: _("What can be chosen here depends on other answers."))

    def say(language: str) -> str:
        text = _("One of the {count} entries of the list in the program.")
        return text.format(count=format_number(str(count), language))

    return tongues.words(say)


def both(text: str, also: str) -> Words:
    """Return a text in both languages, once where they are the same."""
    return Words(text, also if also != text else "")

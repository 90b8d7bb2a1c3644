"""What one row of the ledger shows: this period, last period, the change, errors and warnings. No Qt."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from habitat_desktop.errors import N_
from habitat_desktop.gui.form_sections import Item
from habitat_desktop.gui.markup import plain
from habitat_desktop.gui.question_base import NO_PICTURES, Shown, Unread
from habitat_desktop.gui.question_places_texts import shown_places
from habitat_desktop.gui.sitting import Sitting
from habitat_desktop.i18n.calendars import GREGORIAN, show
from habitat_desktop.i18n.catalogues import _, gettext_in, language, listed
from habitat_desktop.i18n.languages import languages
from habitat_desktop.i18n.numbers import edit_number, format_date, format_number
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.xforms.definition import Form, Question
from habitat_desktop.xforms.engine import NodeState
from habitat_desktop.xforms.itemsets import Choice
from habitat_desktop.xforms.itext import Media
from habitat_desktop.xforms.question_types import date_appearance

MISSING = "—"  # of a number, or of what cannot be compared
BIG_CHANGE = Decimal(25)  # per cent; worth a second look, but no warning
NUMERIC = frozenset(("integer", "decimal", "range"))

_PICTURES = frozenset((".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".svg"))
_SOUNDS = frozenset((".mp3", ".m4a", ".aac", ".wav", ".ogg", ".oga", ".opus", ".amr", ".flac"))
_VIDEOS = frozenset((".mp4", ".m4v", ".webm", ".ogv", ".3gp", ".mov", ".mkv", ".avi", ".mpg", ".mpeg"))
_SUFFIXES = {"image": _PICTURES, "big-image": _PICTURES, "audio": _SOUNDS, "video": _VIDEOS}
_MOST_PICTURES = 100  # of choices

# in the order they are offered
UNAVAILABLE_REASONS = (
    ("no_survey", N_("No survey or register has it")),
    ("not_applicable", N_("Does not apply here")),
    ("refused", N_("Refused by those who have it")),
    ("coming_later", N_("Comes later")),
)


@dataclass(frozen=True)
class WarningView:
    """A soft check that shows, and what was written to justify it."""

    ref: str
    message: str
    justification: str
    typed: str = ""  # of a justification that is not taken yet


@dataclass(frozen=True)
class RowView:
    """One question as it stands."""

    state: NodeState
    unread: Unread | None
    error: str  # the message under the row, "" while there is none to show
    previous: str
    change: str
    is_big_change: bool
    warnings: tuple[WarningView, ...]
    may_be_unavailable: bool
    file_name: str
    pictures: Mapping[str, Path]  # by the value of the choice
    media: Shown = ()
    is_carried: bool = False  # the answer came along from last period and is to be confirmed
    has_previous: bool = False  # there is a return of last period
    is_asked: bool = False  # headquarters waits for an answer about it
    second: str = ""  # the question in the second language
    typed_remark: str = ""  # on an answer that is not available, not taken yet


def row_view(sitting: Sitting, item: Item, file_name: Callable[[str], str]) -> RowView:
    """Return what the row of `item` shows now."""
    state = sitting.node(item.ref)
    if sitting.readonly:
        state = replace(state, readonly=True)
    question = sitting.question(item.ref)
    unread = sitting.unread(item.ref)
    error = ""
    if sitting.has_shown_error(state):
        error = unread.problem if unread is not None else plain(state.message) or _("This must be corrected.")
    before = sitting.opened.previous.value(sitting.entry.instance, item.ref)
    change, is_big = (
        change_text(state.value, before, state.unit, sitting.language)
        if _is_numeric(state) and state.unit
        else ("", False)
    )
    return RowView(
        state=state,
        unread=unread,
        error=error,
        previous=shown_value(state, before, sitting.language),
        change=change,
        is_big_change=is_big,
        warnings=_warnings(sitting, item),
        may_be_unavailable=may_be_unavailable(state, question) and not sitting.readonly,
        file_name=file_name(state.value) if question.type in ("image", "audio", "video", "file") else "",
        media=media_beside(sitting.entry.form, state.media) if state.media else (),
        pictures=pictures_of_choices(sitting.entry.form, state.choices),
        is_carried=not sitting.readonly and sitting.entry.is_carried(item.ref),
        has_previous=bool(sitting.opened.previous),
        is_asked=item.ref in sitting.asked,
        second=sitting.second_label(item.ref),
        typed_remark=sitting.typed(remark_key(item.ref)),
    )


def why_key(ref: str) -> str:
    """Return the name under which a draft remembers a justification that is being typed."""
    return f"{ref}#why"


def remark_key(ref: str) -> str:
    """Return the name under which a draft remembers a remark that is being typed."""
    return f"{ref}#remark"


def _warnings(sitting: Sitting, item: Item) -> tuple[WarningView, ...]:
    """Return the soft checks under a question, and that its answer is a record no list has any more."""
    found = [
        WarningView(
            ref, plain(sitting.node(ref).label), sitting.justification(ref), sitting.typed(why_key(ref))
        )
        for ref in item.warnings
        if sitting.node(ref).relevant
    ]
    gone = sitting.entry.instance.told_gone(item.ref)
    if gone:
        typed = sitting.typed(why_key(item.ref))
        found.append(WarningView(item.ref, gone, sitting.justification(item.ref), typed))
    return tuple(found)


def media_beside(form: Form, media: tuple[Media, ...]) -> Shown:
    """Return those of `media` whose file is there and of a kind that is shown or played."""
    found = []
    for medium in media:
        path = form.beside(medium.file)
        if path is not None and path.suffix.lower() in _SUFFIXES[medium.kind]:
            found.append((medium.kind, path))
    return tuple(found)


def pictures_of_choices(form: Form, choices: tuple[Choice, ...]) -> Mapping[str, Path]:
    """Return the files of the pictures of choices, of no more than can be shown without waiting."""
    found: dict[str, Path] = {}
    for choice in choices:
        if choice.media and len(found) < _MOST_PICTURES:
            for kind, path in media_beside(form, choice.media):
                if kind == "image":
                    found[choice.value] = path
    return found or NO_PICTURES


def may_be_unavailable(state: NodeState, question: Question) -> bool:
    """Whether "not available" is an answer here: only where an answer is required and not strictly so."""
    return state.required and not question.strict and not state.calculated and not state.readonly


def shown_value(state: NodeState, value: str, spoken: str) -> str:
    """Return a stored value of the question of `state` as people read it."""
    if not value:
        return ""
    if "masked" in state.appearance.split():
        return "•" * 6  # no letter, and not how many
    if state.choices:
        parts = value.split() if state.type in ("select_multiple", "rank") else [value]
        chosen = (choice for choice in state.choices if choice.value in parts)
        labels = {choice.value: plain(choice.label) or choice.value for choice in chosen}
        return listed(labels.get(part, part) for part in parts)
    if _is_numeric(state):
        return quantity_text(value, state.unit, state.appearance, spoken)
    if state.type in ("date", "dateTime"):
        return date_text(value, state.appearance, spoken)
    if state.type in ("geopoint", "geotrace", "geoshape"):
        return shown_places(value, state.type)
    return "" if state.type in ("image", "audio", "video", "file") else value


def date_text(value: str, appearance: str, spoken: str) -> str:
    """Return a date as people read it; in another calendar with ours after it, as in ODK Collect."""
    ours = format_date(value, spoken, "medium")
    calendar, _precision = date_appearance(appearance)
    if calendar == GREGORIAN:
        return ours
    try:
        shown = show(date.fromisoformat(value[:10]), calendar, spoken)
    except ValueError:
        return ours
    # Translators: a day in another calendar and in ours: "1 Meskerem 2018 (11 Sep 2025)".
    pattern = gettext_in(spoken, "{date} ({gregorian})")
    return pattern.format(date=iso(shown), gregorian=iso(ours))


def quantity_text(value: str, unit: str, appearance: str, spoken: str) -> str:
    """Return a number as people read it: in groups where it counts something, not where it is a year."""
    counts = unit or "thousands-sep" in appearance.split()
    return format_number(value, spoken) if counts else edit_number(value, spoken)


def change_text(now: str, before: str, unit: str, spoken: str) -> tuple[str, bool]:
    """Return the change since last period and whether it is big: "+6,800" and below it "+3.8 %".

    Of percentages it is in points. Where one of the two is missing it is "—".
    """
    if not now or not before:
        return (MISSING if now or before else ""), False
    try:
        new, old = Decimal(now), Decimal(before)
    except InvalidOperation:
        return "", False
    difference = new - old
    if "%" in unit:
        number = _signed(difference, spoken, 1)
        # Translators: the difference of two percentages; {change} is such as "+3.0".
        return _("{change} points").format(change=ltr(number)), abs(difference) > BIG_CHANGE
    amount = ltr(_signed(difference, spoken))
    if old == 0:
        percent = ltr(_("{percent} %").format(percent="±0")) if new == 0 else MISSING
        return f"{amount}\n{percent}", False
    part = difference / abs(old) * 100
    percent = ltr(_("{percent} %").format(percent=_signed(part, spoken, 1)))
    return f"{amount}\n{percent}", abs(part) > BIG_CHANGE


def change_line(change: str) -> str:
    """Return the change in one line."""
    return listed(change.split("\n")) if change else ""


def _signed(number: Decimal, spoken: str, decimals: int | None = None) -> str:
    shown = format_number(abs(number), spoken, decimals)
    if shown == format_number("0", spoken, decimals):
        return "±0"
    return f"{'+' if number > 0 else '−'}{shown}"


def _is_numeric(state: NodeState) -> bool:
    return state.type in NUMERIC


def required_name(state: NodeState) -> str:
    """Return the name of the field for screen readers: the question, whether it is required, its unit."""
    name = plain(state.label)
    if state.required and not state.calculated:
        # Translators: read aloud by screen readers: a question that must be answered.
        name = _("{question}, required").format(question=name)
    if state.unit:
        name = _("{question}, {unit}").format(question=name, unit=state.unit)
    return name


def spoken_description(view: RowView, period: str) -> str:
    """Return what screen readers add to the name: hint, last period, error."""
    parts = [plain(view.state.hint), view.error]
    if view.is_asked:
        parts.insert(0, _("Headquarters asks about this answer; Ctrl+R replies."))
    if view.previous:
        last = _("{period}: {value}").format(period=period, value=view.previous)
        parts.append(f"{last} {change_line(view.change)}".strip())
    parts += [warning.message for warning in view.warnings]
    parts.append(plain(view.state.guidance))
    return " ".join(part for part in parts if part)


def previous_line(view: RowView, period: str) -> str:
    """Return last period's answer as a line under the question, where it has no column."""
    line = _("{period}: {value}").format(period=iso(period), value=iso(view.previous))
    return directed(f"{line}  {change_line(view.change)}" if view.change else line)


def directed(text: str) -> str:
    """Return a line made of isolated parts so that the parts follow each other in the reading direction."""
    mark = "\u200f" if languages()[language()].direction == "rtl" else "\u200e"
    return f"{mark}{text}"

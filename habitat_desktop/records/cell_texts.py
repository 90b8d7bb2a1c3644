"""What a text in a cell answers, by the type of the question; what can be read in two ways is asked back."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from habitat_desktop.i18n.catalogues import _
from habitat_desktop.i18n.coordinates import AmbiguousPlace, parse_place, parse_places
from habitat_desktop.i18n.dates import format_date, parse_date
from habitat_desktop.i18n.languages import languages
from habitat_desktop.i18n.numbers import AmbiguousNumber, edit_number, format_number, parse_number
from habitat_desktop.i18n.text import fold, iso, latin_digits, ltr
from habitat_desktop.records.cell_words import ChoiceWords, joined
from habitat_desktop.xforms.definition import Question
from habitat_desktop.xforms.itemsets import Choice
from habitat_desktop.xforms.question_types import ATTACHMENTS, date_appearance, value_problem

NUMBERS = frozenset(("integer", "decimal", "range"))
PLACES = frozenset(("geopoint", "geotrace", "geoshape"))
_PERCENT = re.compile(r"\s*[%٪％﹪]\Z")
_ACCOUNTING = re.compile(r"\(\s*([^()\-−]+?)\s*\)\Z")
_MIDNIGHT = re.compile(r"[T ]+0{1,2}:00(?::00(?:\.0+)?)?(?: ?AM)?\Z", re.IGNORECASE)
_SHORT_YEAR = re.compile(r"(.*[-/. ])(\d{2})\Z")
_TWO_PARTS = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})\Z")
_MONTH = re.compile(r"(?:(\d{4})[-/.](\d{1,2})|(\d{1,2})[-/.](\d{4}))\Z")
_TIME = re.compile(r"(\d{1,2})[:.h ](\d{2})(?:[:.](\d{2}))?(?: ?([AP])\.?M\.?)?\Z", re.IGNORECASE)
_FIRST_DAY = date(1899, 12, 30)  # serial 0 of Excel, from March 1900 on
_SERIALS = range(20_000, 80_000)  # 1954 to 2119: other numbers are no days
_CENTURY_AT = 30  # two digits below are of this century, as in Excel
_YES = frozenset(("1", "x", "✓", "✔", "ok", "true", "yes", "oui", "si", "да", "نعم", "是", "vrai", "истина"))
_NO = frozenset(("0", "false", "no", "non", "нет", "لا", "否", "faux", "ложь"))


@dataclass(frozen=True, slots=True)
class Offered:
    """A value a text may stand for, and how it is shown to the person who chooses."""

    value: str
    shown: str


@dataclass(frozen=True, slots=True)
class CellReading:
    """`value` is the answer as it is stored, None where the text says none for certain: then `why`."""

    value: str | None
    why: str = ""
    offers: tuple[Offered, ...] = ()  # the likeliest first


@dataclass
class Habits:
    """How the numbers and dates of one block are written, as far as some of them leave no doubt.

    `groups` and `decimals` count what separators surely do, `likely` what they do in whole numbers.
    """

    groups: Counter[str] = field(default_factory=Counter)
    decimals: Counter[str] = field(default_factory=Counter)
    likely: Counter[str] = field(default_factory=Counter)
    month_first: int = 0

    def learn_number(self, text: str, *, whole: bool) -> None:
        typed = latin_digits(_bare(text))
        marks = re.findall("[.,]", typed)
        if not marks:
            return
        try:
            number = parse_number(typed, "en")
        except AmbiguousNumber:
            self.likely[marks[-1]] += whole
            return
        except ValueError:
            return
        if marks.count(marks[-1]) > 1:
            self.groups[marks[-1]] += 1
            return
        if len(set(marks)) > 1:
            self.groups[marks[0]] += 1
        if number != number.to_integral_value() or not whole:
            self.decimals[marks[-1]] += 1

    def learn_date(self, text: str) -> None:
        found = _TWO_PARTS.match(latin_digits(text.strip()))
        if found and int(found[1]) <= 12 < int(found[2]) <= 31:
            self.month_first += 1

    def settles(self, mark: str, *, whole: bool) -> int | None:
        """Return which reading (0 a thousand, 1 a decimal number) of "1,234" is meant, None in doubt."""
        other = "," if mark == "." else "."
        is_group = bool(self.groups[mark]) or (bool(self.decimals[other]) and not self.decimals[mark])
        is_decimal = bool(self.decimals[mark]) or bool(self.groups[other])
        if is_group != is_decimal:
            return 0 if is_group or not whole else None
        if whole and not is_decimal and self.likely[mark] > self.likely[other]:
            return 0
        return None


def read_cell(
    question: Question,
    text: str,
    language: str,
    words: ChoiceWords | None = None,
    choices: tuple[Choice, ...] = (),
    habits: Habits | None = None,
) -> CellReading:
    """Return what `text` answers to `question`; blank text clears the answer.

    `words` and `choices` belong to a question with choices, `habits` to the block the text stands in.
    """
    typed = text.strip()
    if not typed:
        return CellReading("")
    kind = question.type
    if kind in NUMBERS:
        return _number(question, typed, language, habits or Habits())
    if kind == "date":
        return _date(question, typed, language, habits)
    if kind == "dateTime":
        return _moment(typed, language)
    if kind == "time":
        time = read_time(typed)
        return CellReading(time) if time else CellReading(None, _no_time())
    if question.is_select and words is not None:
        return _choice(question, typed, words, choices)
    if kind == "acknowledge":
        said = fold(typed)
        if said in _YES or said in _NO:
            return CellReading("OK" if said in _YES else "")
        return CellReading(None, _("Write yes or leave it blank."), (Offered("OK", _("yes")),))
    if kind in PLACES:
        return _places(kind, typed)
    if kind in ATTACHMENTS:
        return CellReading(None, _("A file cannot be pasted here. Attach it on the page of its entry."))
    return CellReading(text)


def read_time(text: str) -> str:
    """Return a typed time as it is stored, "14:30:00.000", "" if it is none."""
    found = _TIME.match(latin_digits(text.strip()))
    if found is None:
        return ""
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    if found[4]:
        if not 1 <= hour <= 12:
            return ""
        hour = hour % 12 + (12 if found[4].upper() == "P" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return ""
    return f"{hour:02}:{minute:02}:{second:02}.000"


def _bare(text: str) -> str:
    """Return a number without a percent sign and the brackets of accountants."""
    text = _PERCENT.sub("", text.strip())
    found = _ACCOUNTING.match(text)
    return f"-{found[1]}" if found else text


def _number(question: Question, typed: str, language: str, habits: Habits) -> CellReading:
    whole = question.type == "integer" or (question.type == "range" and question.bind.data_type == "int")
    if _PERCENT.search(typed) and "%" not in question.unit:
        return CellReading(None, _not_a_number(typed, language, whole))
    bare = _bare(typed)
    try:
        number = parse_number(bare, language)
    except AmbiguousNumber as two:
        marks = re.findall("[.,]", latin_digits(bare))
        mark = marks[-1] if marks else "."
        meant = habits.settles(mark, whole=whole)
        both = tuple(Offered(_stored(one), format_number(one.normalize(), language)) for one in two.readings)
        no_sign_against = not (habits.groups or habits.decimals or habits.likely)
        if meant is None and whole and no_sign_against:
            meant = 0  # a whole number has no decimals: only one reading is left
        if meant is not None:
            return CellReading(both[meant].value)
        if not whole and languages()[language].decimal == mark:
            both = both[::-1]
        first, second = (ltr(one.shown) for one in both)
        why = _("Could be {one} or {other}").format(one=first, other=second)
        return CellReading(None, why, both[:1] if whole else both)
    except ValueError:
        return CellReading(None, _not_a_number(typed, language, whole))
    if whole and number != number.to_integral_value():
        shown = iso(format_number(number, language))
        return CellReading(
            None, _("A whole number is asked here: {number} has decimals.").format(number=shown)
        )
    return CellReading(_stored(number.to_integral_value() if whole else number))


def _stored(number: Decimal) -> str:
    return f"{number:f}"


def _not_a_number(typed: str, language: str, whole: bool) -> str:
    example = format_number("1250", language) if whole else edit_number("12.5", language)
    sentence = _("“{text}” is not a number. Write digits, such as {example}.")
    return sentence.format(text=iso(_short(typed)), example=iso(example))


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"


def _no_time() -> str:
    return _("This is no time of day. Write it as {example}.").format(example="14:30")


def _no_date(text: str, language: str) -> str:
    example = format_date("2026-03-31", language, "short")
    sentence = _("“{text}” is not a date. Write day, month and year, such as {example}.")
    return sentence.format(text=iso(_short(text)), example=iso(example))


def _date(question: Question, typed: str, language: str, habits: Habits | None) -> CellReading:
    text = _MIDNIGHT.sub("", latin_digits(typed))
    precision = date_appearance(question.appearance)[1]
    if precision != "day":
        coarse = _coarse(text, precision)
        if coarse:
            return CellReading(coarse)
    with_month = _TWO_PARTS.match(text)
    if with_month:
        return _two_parts(with_month, language, habits)
    try:
        return CellReading(parse_date(text, language))
    except ValueError:
        pass
    found = _SHORT_YEAR.match(text)
    if found is not None:
        century = 2000 if int(found[2]) < _CENTURY_AT else 1900
        full = f"{found[1]}{century + int(found[2])}"
        both = _TWO_PARTS.match(full)
        reading = _two_parts(both, language, habits) if both else _plain_date(full, language)
        offers = reading.offers or ((_day(reading.value, language),) if reading.value else ())
        if offers:
            return CellReading(None, _("The year has two digits."), offers)
    if text.isdigit() and int(text[:9]) in _SERIALS and len(text) == 5:
        day = (_FIRST_DAY + timedelta(days=int(text))).isoformat()
        return CellReading(None, _("The number of a day in Excel"), (_day(day, language),))
    return CellReading(None, _no_date(typed, language))


def _plain_date(text: str, language: str) -> CellReading:
    try:
        return CellReading(parse_date(text, language))
    except ValueError:
        return CellReading(None)


def _day(day: str, language: str) -> Offered:
    return Offered(day, format_date(day, language))


def _two_parts(found: "re.Match[str]", language: str, habits: Habits | None) -> CellReading:
    """Read "3/4/2026": the day first, unless the block has dates that begin with the month."""
    one, other, year = int(found[1]), int(found[2]), int(found[3])
    days = []
    for day, month in ((one, other), (other, one)):
        try:
            days.append(date(year, month, day).isoformat())
        except ValueError:
            days.append("")
    if days[0] and (days[0] == days[1] or not days[1] or habits is None or not habits.month_first):
        return CellReading(days[0])
    offers = tuple(_day(day, language) for day in dict.fromkeys(reversed(days)) if day)
    if not offers:
        return CellReading(None, _no_date(found[0], language))
    if len(offers) == 1:
        return CellReading(None, _("The month stands before the day."), offers)
    shown = [iso(one.shown) for one in offers]
    return CellReading(None, _("Could be {one} or {other}").format(one=shown[0], other=shown[1]), offers)


def _coarse(text: str, precision: str) -> str:
    """Return the first day of the month or year that `text` names alone, "" where it names none."""
    if precision == "year" and re.fullmatch(r"\d{4}", text):
        return f"{text}-01-01"
    found = _MONTH.match(text)
    if found is None:
        return ""
    year, month = int(found[1] or found[4]), int(found[2] or found[3])
    return f"{year:04}-{month:02}-01" if 1 <= month <= 12 and year else ""


def _moment(typed: str, language: str) -> CellReading:
    text = latin_digits(typed)
    if not value_problem(text, "dateTime", "dateTime"):
        return CellReading(text)
    found = re.match(r"(.*?)[T ]+(\d{1,2}[:.h]\d{2}.*)\Z", text)
    day, clock = (found[1], read_time(found[2])) if found else (text, "00:00:00.000")
    try:
        value = f"{parse_date(day, language)}T{clock}"
    except ValueError:
        return CellReading(None, _no_date(typed, language))
    return CellReading(value) if clock else CellReading(None, _no_time())


def _choice(question: Question, typed: str, words: ChoiceWords, choices: tuple[Choice, ...]) -> CellReading:
    if question.type == "select_one":
        codes = words.codes(typed, choices)
        if len(codes) == 1:
            return CellReading(codes[0])
        if codes:
            offers = tuple(Offered(code, words.shown([code], choices)) for code in codes)
            return CellReading(None, _("Several choices are called so."), offers)
        near = words.nearest(typed, choices)
        offers = tuple(Offered(code, words.shown([code], choices)) for code in near)
        return CellReading(None, _("Not among the choices"), offers)
    known, unknown = words.several(typed, choices)
    if question.type == "rank" and not unknown and len(known) < len(choices):
        return CellReading(None, _("All choices are to be named, the first one first."))
    if not unknown:
        return CellReading(joined(known))
    guessed = list(known)
    for part in unknown:
        guessed += [code for code in words.nearest(part, choices)[:1] if code not in guessed]
    sets = [tuple(one) for one in dict.fromkeys((tuple(guessed), tuple(known))) if one]
    offers = tuple(Offered(joined(one), words.shown(one, choices)) for one in sets)
    shown = "; ".join(iso(_short(part)) for part in unknown[:3])
    why = _("Not among the choices: {texts}").format(texts=shown)
    return CellReading(None, why, () if question.type == "rank" else offers)


def _places(kind: str, typed: str) -> CellReading:
    if not value_problem(latin_digits(typed), kind, kind):
        return CellReading(latin_digits(typed))  # as it is stored
    if kind == "geopoint":
        try:
            return CellReading(parse_place(typed).stored)
        except AmbiguousPlace as several:
            offers = tuple(Offered(one.stored, one.stored) for one in several.readings)
            return CellReading(None, _("This place can be read in several ways."), offers)
        except ValueError:
            return CellReading(None, _no_place())
    read = parse_places(typed)
    value = "; ".join(place.stored for place in read.places)
    if read.problems or not value or value_problem(value, kind, kind):
        return CellReading(None, _no_place())
    return CellReading(value)


def _no_place() -> str:
    why = _("This is no place. Write latitude and longitude, such as {example}.")
    return why.format(example=ltr("-1.286 36.817"))


def shown_cell(
    question: Question,
    value: str,
    language: str,
    words: ChoiceWords | None = None,
    choices: tuple[Choice, ...] = (),
) -> str:
    """Return a stored value as it stands in a cell; `read_cell` reads it again."""
    if not value:
        return ""
    if question.is_select and words is not None:
        several = question.type != "select_one"
        return words.shown(value.split() if several else [value], choices)
    if question.type in NUMBERS:
        counts = question.unit or "thousands-sep" in question.appearance.split()
        return format_number(value, language) if counts else edit_number(value, language)
    if question.type == "date":
        return format_date(value, language)
    if question.type == "dateTime":
        return f"{format_date(value, language)} {value[11:16]}".strip()
    if question.type == "time":
        return value[:5]
    if question.type == "acknowledge":
        return "✓"
    if question.type == "geopoint":
        return " ".join(value.split()[:2])
    return value


def edited_cell(
    question: Question,
    value: str,
    language: str,
    words: ChoiceWords | None = None,
    choices: tuple[Choice, ...] = (),
) -> str:
    """Return a stored value as it is typed and copied: no groups in numbers, ISO dates."""
    if question.type in NUMBERS:
        return edit_number(value, language)
    if question.type == "date":
        return value[:10]
    if question.type == "dateTime":
        return f"{value[:10]} {value[11:16]}".strip()
    if question.type in PLACES or question.type in ATTACHMENTS:
        return value
    return shown_cell(question, value, language, words, choices)


def learn(habits: Habits, question: Question, texts: Iterable[str]) -> None:
    """Let `habits` learn from the texts of one column."""
    if question.type in NUMBERS:
        whole = question.type == "integer"
        for text in texts:
            habits.learn_number(text, whole=whole)
    elif question.type == "date":
        for text in texts:
            habits.learn_date(text)

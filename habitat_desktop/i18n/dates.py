"""Dates as people type and read them; stored dates are ISO text."""

import re
from contextlib import suppress
from datetime import date, datetime, timedelta, tzinfo
from functools import cache
from typing import Literal, NamedTuple

from habitat_desktop.i18n.catalogues import pgettext_in
from habitat_desktop.i18n.languages import Language, languages
from habitat_desktop.i18n.text import fold, latin_digits

Style = Literal["short", "medium", "long"]

_YEAR_FIRST = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")
_NAMED = re.compile(
    r"(\d{1,2})(?:er|st|nd|rd|th|º)?[ .-]+(?:de )?(\D+?)[ ,.-]+(?:del? )?(\d{4})(?: ?(?:г\.?|года))?"
)
_NAME_FIRST = re.compile(r"(\D+?)[ .-]+(\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")


def format_date(iso: str, language: str, style: Style = "medium") -> str:
    """Return a stored date as `language` writes it; text that is no date is returned as it is."""
    try:
        day = date.fromisoformat(iso[:10])
    except ValueError:
        return iso
    row = languages()[language]
    pattern = {"short": row.date_short, "medium": row.date_medium, "long": row.date_long}[style]
    return _fill(row, pattern, day, long=style == "long")


def format_datetime(
    at: str | datetime, language: str, style: Style = "medium", zone: tzinfo | None = None
) -> str:
    """Return date and time in `zone` (the computer's, if not given); text that is no date stays as it is."""
    try:
        moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    except ValueError:
        return str(at)
    if moment.tzinfo is not None:
        with suppress(OverflowError):  # the last day there is, said by somebody far away
            moment = moment.astimezone(zone)
    day = format_date(moment.date().isoformat(), language, style)
    # Translators: a date and a time of day, such as "31 Jul 2026, 09:41".
    return pgettext_in(language, "date and time", "{date}, {time}").format(date=day, time=f"{moment:%H:%M}")


def relative_time(at: datetime, now: datetime, language: str) -> str:
    """Return "today 09:41", "yesterday", else the day, seen from `now` and its time zone."""
    if at.tzinfo is not None and now.tzinfo is not None:
        with suppress(OverflowError):
            at = at.astimezone(now.tzinfo)
    if at.date() == now.date():
        # Translators: when something happened; {time} is such as 09:41.
        return pgettext_in(language, "when", "today {time}").format(time=f"{at:%H:%M}")
    if at.date() == now.date() - timedelta(days=1):
        return pgettext_in(language, "when", "yesterday")
    row = languages()[language]
    pattern = row.day_month if at.year == now.year else row.date_medium
    return _fill(row, pattern, at.date(), long=False)


def parse_date(text: str, language: str) -> str:
    """Return the ISO text of a date a person typed: ISO, day/month/year, or with a month's name.

    The year has four digits; day and month are never swapped; names of months in any of the languages.

    Raises:
        ValueError: no date.
    """
    languages()[language]
    typed = " ".join(latin_digits(text).replace("／", "/").replace("．", ".").split())
    typed = re.sub("[\u061c\u200e\u200f\u2066-\u2069]", "", typed)
    if found := _YEAR_FIRST.fullmatch(typed.replace(" ", "")):
        year, month, day = (int(part) for part in found.groups())
    elif found := _DAY_FIRST.fullmatch(typed):
        day, month, year = (int(part) for part in found.groups())
    elif found := _NAMED.fullmatch(typed):
        day, month, year = int(found[1]), _month(found[2], text), int(found[3])
    elif found := _NAME_FIRST.fullmatch(typed):
        day, month, year = int(found[2]), _month(found[1], text), int(found[3])
    else:
        raise ValueError(text)
    return date(year, month, day).isoformat()


def _fill(row: Language, pattern: str, day: date, *, long: bool) -> str:
    return pattern.format(
        d=row.first_day if long and day.day == 1 else day.day,
        dd=f"{day.day:02}",
        m=day.month,
        mm=f"{day.month:02}",
        y=f"{day.year:04}",
        month=row.months_in_date[day.month - 1],
        mon=row.months_short[day.month - 1],
    )


def _month(name: str, text: str) -> int:
    number = _month_names().get(fold(name).strip(" ."))
    if number is None:
        raise ValueError(text)
    return number


@cache
def _month_names() -> dict[str, int]:
    """The months by name in all languages, folded, without dots; also the halves of Arabic double names."""
    numbers: dict[str, int] = {}
    for row in languages().values():
        for names in (row.months, row.months_in_date, row.months_short):
            for number, name in enumerate(names, 1):
                for spelled in (name, *name.split("/")):
                    numbers[fold(spelled).strip(" .")] = number
    return numbers


class ShortNames(NamedTuple):
    """The short names of the months and, from Monday on, of the days of the week."""

    months: tuple[str, ...]
    days: tuple[str, ...]


_ENGLISH = ShortNames(
    ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
)


@cache
def short_names(language: str) -> ShortNames:
    """Return the short names in any language, not only ours; English ones where it is not known."""
    if language.replace("_", "-").partition("-")[0] in ("", "en"):
        return _ENGLISH
    from babel import Locale, UnknownLocaleError

    try:
        locale = Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return _ENGLISH
    months, days = locale.months["format"]["abbreviated"], locale.days["format"]["abbreviated"]
    return ShortNames(tuple(months[i] for i in range(1, 13)), tuple(days[i] for i in range(7)))

"""Calendars other than ours, in which a form may ask for a date. What is stored stays an ISO date.

Each calendar is described by the months of one year; everything else follows from them. They give the same
days as ODK Collect: Islamic is the arithmetic one (leap year 16, epoch 16 July 622), not the observed one.
The arithmetic of three stands here: convertdate, the one kept-up library that has it, needs PyMeeus, which
is LGPL and comes without a wheel.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from habitat_desktop.errors import N_
from habitat_desktop.i18n import myanmar
from habitat_desktop.i18n.catalogues import gettext_in, pgettext_in
from habitat_desktop.i18n.languages import languages

GREGORIAN = "gregorian"
_COPTIC_BEGINNING = date(284, 8, 29).toordinal()  # 29 August 284 in both calendars of the West
_ETHIOPIAN_YEARS = 276  # by which Ethiopia counts more than the Copts do
_ISLAMIC_BEGINNING = date(622, 7, 19).toordinal()  # 16 July 622 in the Julian calendar
_BIKRAM_YEARS = range(1975, 2100)  # those whose every day nepali_datetime knows


class CalendarDate(NamedTuple):
    """A day as a calendar counts it; `month` is its place in the year, from 1."""

    year: int
    month: int
    day: int


class Month(NamedTuple):
    """A month of one year. Its first day has a number above 1 where the year begins within the month."""

    number: int  # which of the names it has
    begins: date
    days: int
    first_day: int = 1


@dataclass(frozen=True)
class Calendar:
    """A way to count years, months and days."""

    name: str
    month_names: str  # divided by |; "" for those of ours
    year_near: Callable[[date], int]  # at most one year off
    months: Callable[[int], Sequence[Month]]


def to_calendar(day: date, calendar: str) -> CalendarDate:
    """Return a day as `calendar` counts it.

    Raises:
        ValueError: nothing is known about that year; only for Bikram Sambat (known: 1918 to April 2043),
            Myanmar (1858 to 2138) and the times before a calendar begins.
    """
    near = CALENDARS[calendar].year_near(day)
    for year in (near, near - 1, near + 1):
        for place, month in enumerate(months_of(calendar, year), 1):
            past = (day - month.begins).days
            if 0 <= past < month.days:
                return CalendarDate(year, place, month.first_day + past)
    raise ValueError(f"{day} is not known in the calendar {calendar}")


def from_calendar(year: int, month: int, day: int, calendar: str) -> date:
    """Return the day that `calendar` counts so; `month` is the place in the year, from 1.

    Raises:
        ValueError: there is no such day, or nothing is known about it.
    """
    months = months_of(calendar, year)
    if not 0 < month <= len(months):
        raise ValueError(f"no month {month} in {year} of the calendar {calendar}")
    found = months[month - 1]
    past = day - found.first_day
    if not 0 <= past < found.days:
        raise ValueError(f"no day {day} in month {month} of {year} of the calendar {calendar}")
    return found.begins + timedelta(past)


@lru_cache(256)
def months_of(calendar: str, year: int) -> tuple[Month, ...]:
    """Return the months of a year in their order, () where nothing is known about it."""
    if not 0 < year < 11_000:
        return ()
    try:
        return tuple(CALENDARS[calendar].months(year))
    except (ValueError, OverflowError):  # outside what `date` can hold
        return ()


def month_names(calendar: str, language: str, *, in_date: bool = False) -> Sequence[str]:
    """Return the names of the months, by their number less one; `in_date` as they stand beside a day."""
    names = CALENDARS[calendar].month_names
    if not names:
        row = languages()[language]
        return row.months_in_date if in_date else row.months
    own = [name.strip() for name in names.split("|")]
    found = [name.strip() for name in gettext_in(language, names).split("|")]
    return found if len(found) == len(own) else own


def show(day: date, calendar: str, language: str) -> str:
    """Return a day in the words of `calendar`.

    Raises:
        ValueError: as for `to_calendar`.
    """
    counted = to_calendar(day, calendar)
    number = months_of(calendar, counted.year)[counted.month - 1].number
    name = month_names(calendar, language, in_date=True)[number - 1]
    # Translators: a day in an Ethiopian, Islamic or other calendar: "1 Meskerem 2018".
    pattern = pgettext_in(language, "date in another calendar", "{day} {month} {year}")
    return pattern.format(day=counted.day, month=name, year=counted.year)


def calendar_name(calendar: str, language: str) -> str:
    """Return what a calendar is called."""
    return gettext_in(language, CALENDARS[calendar].name)


def _in_order(begins: int, lengths: Sequence[int]) -> list[Month]:
    """Return months that follow one another from the day `begins` on."""
    days = accumulate(lengths, initial=begins)
    return [
        Month(number, date.fromordinal(first), length)
        for number, (first, length) in enumerate(zip(days, lengths, strict=False), 1)
    ]


def _from_days(first_days: Sequence[date]) -> list[Month]:
    """Return the months that begin on these days; the last one is the new year after."""
    ends = first_days[1:]
    return [
        Month(n, day, (end - day).days) for n, (day, end) in enumerate(zip(first_days, ends, strict=False), 1)
    ]


def _gregorian(year: int) -> list[Month]:
    return _from_days([*(date(year, month, 1) for month in range(1, 13)), date(year + 1, 1, 1)])


def _buddhist(year: int) -> list[Month]:
    return _gregorian(year - 543)


def _coptic(year: int) -> list[Month]:
    begins = _COPTIC_BEGINNING + 365 * (year - 1) + year // 4
    return _in_order(begins, [*[30] * 12, 6 if year % 4 == 3 else 5])


def _ethiopian(year: int) -> list[Month]:
    return _coptic(year - _ETHIOPIAN_YEARS)


def _islamic(year: int) -> list[Month]:
    begins = _ISLAMIC_BEGINNING + 354 * (year - 1) + (3 + 11 * year) // 30
    last = 30 if (14 + 11 * year) % 30 < 11 else 29
    return _in_order(begins, [*[30, 29] * 5, 30, last])


def _islamic_year(day: date) -> int:
    return (30 * (day.toordinal() - _ISLAMIC_BEGINNING) + 10646) // 10631


def _persian(year: int) -> list[Month]:
    from persiantools.jdatetime import JalaliDate

    firsts = [JalaliDate(year, month, 1) for month in range(1, 13)]
    return _from_days([day.to_gregorian() for day in [*firsts, JalaliDate(year + 1, 1, 1)]])


def _bikram_sambat(year: int) -> list[Month]:
    if year not in _BIKRAM_YEARS:
        return []
    from nepali_datetime import date as NepaliDate

    firsts = [NepaliDate(year, month, 1) for month in range(1, 13)]
    return _from_days([day.to_datetime_date() for day in [*firsts, NepaliDate(year + 1, 1, 1)]])


def _myanmar(year: int) -> list[Month]:
    if not myanmar.FIRST_YEAR <= year <= myanmar.LAST_YEAR:
        return []
    return [Month(*month) for month in myanmar.months(year)]


def _years_ahead(years: int) -> Callable[[date], int]:
    return lambda day: day.year + years


CALENDARS: dict[str, Calendar] = {
    GREGORIAN: Calendar(N_("Gregorian calendar"), "", _years_ahead(0), _gregorian),
    "ethiopian": Calendar(
        N_("Ethiopian calendar"),
        # Translators: the months of the Ethiopian calendar, spelled as in Unicode CLDR. Keep | and order.
        N_(
            "Meskerem | Tekemt | Hedar | Tahsas | Ter | Yekatit | Megabit | Miazia | Genbot | Sene | Hamle "
            "| Nehasse | Pagumen"
        ),
        _years_ahead(-8),
        _ethiopian,
    ),
    "coptic": Calendar(
        N_("Coptic calendar"),
        # Translators: the months of the Coptic calendar, spelled as in Unicode CLDR. Keep | and order.
        N_(
            "Tout | Baba | Hator | Kiahk | Toba | Amshir | Baramhat | Baramouda | Bashans | Paona | Epep "
            "| Mesra | Nasie"
        ),
        _years_ahead(-284),
        _coptic,
    ),
    "islamic": Calendar(
        N_("Islamic calendar"),
        # Translators: the months of the Islamic calendar, spelled as in Unicode CLDR. Keep | and order.
        N_(
            "Muharram | Safar | Rabiʻ I | Rabiʻ II | Jumada I | Jumada II | Rajab | Shaʻban | Ramadan "
            "| Shawwal | Dhuʻl-Qiʻdah | Dhuʻl-Hijjah"
        ),
        _islamic_year,
        _islamic,
    ),
    "persian": Calendar(
        N_("Persian calendar"),
        # Translators: the months of the Persian calendar, spelled as in Unicode CLDR. Keep | and order.
        N_(
            "Farvardin | Ordibehesht | Khordad | Tir | Mordad | Shahrivar | Mehr | Aban | Azar | Dey "
            "| Bahman | Esfand"
        ),
        _years_ahead(-622),
        _persian,
    ),
    "bikram-sambat": Calendar(
        N_("Bikram Sambat calendar"),
        # Translators: the months of the calendar of Nepal. Keep | and the order.
        N_(
            "Baishakh | Jestha | Asar | Shrawan | Bhadra | Ashwin | Kartik | Mangsir | Poush | Magh | Falgun "
            "| Chaitra"
        ),
        _years_ahead(57),
        _bikram_sambat,
    ),
    "myanmar": Calendar(
        N_("Myanmar calendar"),
        # Translators: the months of the calendar of Myanmar. Keep | and the order.
        N_(
            "Tagu | Kason | Nayon | First Waso | Waso | Second Waso | Wagaung | Tawthalin | Thadingyut "
            "| Tazaungmon | Nadaw | Pyatho | Tabodwe | Tabaung | Late Tagu | Late Kason"
        ),
        _years_ahead(-638),
        _myanmar,
    ),
    "buddhist": Calendar(N_("Buddhist calendar"), "", _years_ahead(543), _buddhist),
}

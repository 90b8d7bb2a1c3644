from datetime import date, timedelta

import pytest

from habitat_desktop.i18n.calendars import (
    CALENDARS,
    GREGORIAN,
    calendar_name,
    from_calendar,
    month_names,
    months_of,
    show,
    to_calendar,
)
from habitat_desktop.i18n.languages import LANGUAGES, languages

FIRST, LAST = date(1900, 1, 1), date(2100, 12, 31)
KNOWN = {"bikram-sambat": (date(1918, 4, 13), date(2043, 4, 13))}  # as far as its tables go


@pytest.mark.parametrize("calendar", CALENDARS)
def test_every_day_of_two_centuries_is_counted_and_found_again(calendar):
    day, last = KNOWN.get(calendar, (FIRST, LAST))
    before = None
    while day <= last:
        counted = to_calendar(day, calendar)
        assert from_calendar(*counted, calendar) == day
        assert before is None or counted > before, "a later day has a later date"
        before = counted
        day += timedelta(1)


# Reingold and Dershowitz, Calendrical Calculations, appendix with sample dates
@pytest.mark.parametrize(
    ("day", "coptic", "ethiopian", "islamic", "persian"),
    [
        ("1903-04-19", (1619, 8, 11), (1895, 8, 11), (1321, 1, 21), (1282, 1, 29)),
        ("1945-11-12", (1662, 3, 3), (1938, 3, 3), (1364, 12, 6), (1324, 8, 21)),
        ("1996-02-25", (1712, 6, 17), (1988, 6, 17), (1416, 10, 5), (1374, 12, 6)),
        ("2038-11-10", (1755, 3, 1), (2031, 3, 1), (1460, 10, 12), (1417, 8, 19)),
    ],
)
def test_the_sample_dates_of_calendrical_calculations(day, coptic, ethiopian, islamic, persian):
    found = [to_calendar(date.fromisoformat(day), c) for c in ("coptic", "ethiopian", "islamic", "persian")]
    assert found == [coptic, ethiopian, islamic, persian]


# days that history books, governments and news give in both calendars
@pytest.mark.parametrize(
    ("calendar", "counted", "day"),
    [
        ("ethiopian", (1888, 6, 23), "1896-03-01"),  # battle of Adwa
        ("ethiopian", (2000, 1, 1), "2007-09-12"),  # the Ethiopian millennium
        ("ethiopian", (2015, 13, 6), "2023-09-11"),  # the sixth day of Pagumen, before a leap day of ours
        ("ethiopian", (2016, 1, 1), "2023-09-12"),
        ("ethiopian", (2018, 1, 1), "2025-09-11"),
        ("coptic", (1741, 4, 29), "2025-01-07"),  # Christmas
        ("coptic", (1742, 1, 1), "2025-09-11"),
        ("persian", (1357, 11, 22), "1979-02-11"),
        ("persian", (1399, 12, 30), "2021-03-20"),  # the last day of a leap year
        ("persian", (1403, 1, 1), "2024-03-20"),
        ("persian", (1403, 12, 30), "2025-03-20"),  # where the 2820-year rule is wrong
        ("persian", (1404, 1, 1), "2025-03-21"),
        ("bikram-sambat", (1990, 10, 2), "1934-01-15"),  # earthquake
        ("bikram-sambat", (2072, 1, 12), "2015-04-25"),  # earthquake
        ("bikram-sambat", (2072, 6, 3), "2015-09-20"),  # constitution
        ("bikram-sambat", (2081, 1, 1), "2024-04-13"),
        ("bikram-sambat", (2082, 1, 1), "2025-04-14"),
        ("buddhist", (2568, 9, 11), "2025-09-11"),
        ("buddhist", (2567, 2, 29), "2024-02-29"),
    ],
)
def test_days_known_in_both_calendars(calendar, counted, day):
    assert to_calendar(date.fromisoformat(day), calendar) == counted
    assert from_calendar(*counted, calendar).isoformat() == day


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        ("1948-01-04", "24 Pyatho 1309"),  # independence, on the 9th waning day
        ("2023-08-01", "15 Second Waso 1385"),  # full moon, beginning of Buddhist Lent
        ("2024-04-16", "8 Late Tagu 1385"),
        ("2024-04-17", "9 Tagu 1386"),  # New Year's Day, proclaimed
        ("2024-11-15", "15 Tazaungmon 1386"),  # festival of lights
        # the dates that ODK Collect's tests took from the author's own site
        ("1900-01-28", "29 Pyatho 1261"),
        ("1912-02-15", "28 Tabodwe 1273"),
        ("1938-04-10", "11 Late Tagu 1299"),
        ("1944-05-29", "8 Nayon 1306"),
        ("1972-08-16", "7 Wagaung 1334"),
        ("2000-11-25", "30 Tazaungmon 1362"),
        ("2048-03-15", "2 Late Tagu 1409"),
        ("2097-08-22", "15 Wagaung 1459"),
    ],
)
def test_days_known_in_the_myanmar_calendar(day, shown):
    assert show(date.fromisoformat(day), "myanmar", "en") == shown


def test_a_myanmar_year_begins_within_a_month_and_may_have_two_waso():
    first = months_of("myanmar", 1386)[0]
    assert (first.number, first.first_day) == (1, 9)
    with pytest.raises(ValueError):
        from_calendar(1386, 1, 8, "myanmar")  # that day still belonged to the year before
    names = month_names("myanmar", "en")
    assert [names[m.number - 1] for m in months_of("myanmar", 1385)][3:6] == [
        "First Waso",
        "Second Waso",
        "Wagaung",
    ]
    assert [names[m.number - 1] for m in months_of("myanmar", 1386)][3:5] == ["Waso", "Wagaung"]


# the leap years of a cycle of thirty, as the type with year 16 has them
def test_islamic_years_are_the_arithmetic_ones():
    leap = [year for year in range(1, 31) if sum(m.days for m in months_of("islamic", 1440 + year)) == 355]
    assert leap == [2, 5, 7, 10, 13, 16, 18, 21, 24, 26, 29]


@pytest.mark.parametrize(
    ("counted", "calendar"),
    [
        ((2018, 14, 1), "ethiopian"),
        ((2018, 0, 1), "ethiopian"),
        ((2018, 13, 6), "ethiopian"),
        ((2018, 1, 0), "ethiopian"),
        ((0, 1, 1), "coptic"),
        ((1960, 1, 1), "bikram-sambat"),
        ((2100, 1, 1), "bikram-sambat"),
        ((1000, 1, 1), "myanmar"),
        ((10_999, 1, 1), "buddhist"),
        ((2025, 2, 29), GREGORIAN),
    ],
)
def test_what_is_no_day_is_refused(counted, calendar):
    with pytest.raises(ValueError):
        from_calendar(*counted, calendar)


@pytest.mark.parametrize("day", [date(1900, 1, 1), date(2100, 1, 1)])
def test_a_day_no_table_knows_is_refused(day):
    with pytest.raises(ValueError):
        to_calendar(day, "bikram-sambat")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("calendar", CALENDARS)
def test_every_month_has_a_name_of_its_own_in_every_language(calendar, language):
    names = month_names(calendar, language)
    assert len(set(names)) == len(names) == len(month_names(calendar, "en"))
    assert all(names)
    assert {m.number for year in range(1, 3000) for m in months_of(calendar, year)} == set(
        range(1, len(names) + 1)
    )
    assert calendar_name(calendar, language)


def test_dates_are_shown_in_words():
    day = date(2025, 9, 11)
    assert show(day, "ethiopian", "en") == "1 Meskerem 2018"
    assert show(day, "islamic", "en") == "18 Rabiʻ I 1447"
    assert show(day, "buddhist", "fr") == f"11 {languages()['fr'].months[8]} 2568"


def test_a_month_beside_a_day_stands_in_the_case_of_a_date() -> None:
    assert show(date(2025, 9, 11), "buddhist", "ru").startswith("11 сентября 2568")

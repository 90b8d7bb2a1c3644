"""Appearances of date questions: the calendar, and whether a day, a month or a year is asked."""

import pytest

from habitat_desktop.i18n.calendars import CALENDARS as COUNTED
from habitat_desktop.i18n.calendars import GREGORIAN
from habitat_desktop.xforms.question_types import CALENDARS, date_appearance
from tests.xforms.conftest import Fill, value

TABLE = """
    | survey |          |       |       |                      |
    |        | type     | name  | label | appearance           |
    |        | date     | a     | A     | ethiopian            |
    |        | date     | b     | B     | coptic               |
    |        | date     | c     | C     | islamic              |
    |        | date     | d     | D     | persian              |
    |        | date     | e     | E     | bikram-sambat        |
    |        | date     | f     | F     | myanmar              |
    |        | date     | g     | G     | buddhist             |
    |        | date     | h     | H     | month-year           |
    |        | date     | i     | I     | year                 |
    |        | date     | j     | J     | no-calendar          |
    |        | dateTime | k     | K     | ethiopian month-year |
"""


def test_appearances_of_dates_reach_whoever_shows_them(fill: Fill) -> None:
    instance = fill(TABLE)
    asked = [date_appearance(instance.state(f"/data/{name}").appearance) for name in "abcdefghijk"]
    assert asked == [
        *((calendar, "day") for calendar in CALENDARS),
        (GREGORIAN, "month"),
        (GREGORIAN, "year"),
        (GREGORIAN, "day"),
        ("ethiopian", "month"),
    ]


@pytest.mark.parametrize("name", list("abcdefghij"))
def test_what_is_stored_is_a_date_of_ours_in_any_calendar(fill: Fill, name: str) -> None:
    instance = fill(TABLE)
    instance.answer(f"/data/{name}", "2025-09-11")
    assert value(instance, name) == "2025-09-11"
    assert instance.state(f"/data/{name}").valid


@pytest.mark.parametrize(
    ("appearance", "asked"),
    [
        ("", (GREGORIAN, "day")),
        ("w1 Bikram-Sambat YEAR", ("bikram-sambat", "year")),
        ("yearly", (GREGORIAN, "day")),
    ],
)
def test_words_of_an_appearance_stand_in_any_order_and_case(appearance: str, asked: tuple[str, str]) -> None:
    assert date_appearance(appearance) == asked


def test_every_calendar_a_form_may_name_can_be_counted_in() -> None:
    assert {*CALENDARS, GREGORIAN} == set(COUNTED)

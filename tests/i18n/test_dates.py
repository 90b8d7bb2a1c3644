from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habitat_desktop.i18n.languages import LANGUAGES
from habitat_desktop.i18n.numbers import format_date, format_datetime, parse_date, relative_time

NAIROBI = timezone(timedelta(hours=3))
STYLES = ("short", "medium", "long")


@given(st.dates(date(1000, 1, 1)), st.sampled_from(LANGUAGES), st.sampled_from(STYLES))
def test_what_is_written_is_read_back(day, language, style):
    assert parse_date(format_date(day.isoformat(), language, style), language) == day.isoformat()


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("ar", ["31/07/2026", "31 تموز/يوليه 2026", "31 تموز/يوليه 2026"]),
        ("en", ["31/07/2026", "31 Jul 2026", "31 July 2026"]),
        ("es", ["31/07/2026", "31 jul 2026", "31 de julio de 2026"]),
        ("fr", ["31/07/2026", "31 juil. 2026", "31 juillet 2026"]),
        ("ru", ["31.07.2026", "31 июля 2026\u00a0г.", "31 июля 2026\u00a0года"]),
        ("zh", ["2026/07/31", "2026年7月31日", "2026年7月31日"]),
    ],
)
def test_dates_in_six_languages(language, shown):
    assert [format_date("2026-07-31", language, style) for style in STYLES] == shown


def test_the_first_of_the_month_in_french():
    assert format_date("2026-05-01", "fr", "long") == "1er mai 2026"
    assert format_date("2026-05-01", "fr", "medium") == "1 mai 2026"


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01", "2026-02-30"])
def test_what_is_no_date_stays_visible(text):
    assert format_date(text, "ru") == text
    assert format_datetime(text, "ru") == text


@pytest.mark.parametrize(
    "text",
    [
        "2026-07-09", "2026/7/9", "9/7/2026", "09.07.2026", "9-7-2026", "9 7 2026", "٩/٧/٢٠٢٦",
        "９／７／２０２６", "9 July 2026", "9 jul 2026", "July 9, 2026", "9th July 2026",
        "9 juillet 2026", "9 juil. 2026",
        "9 de julio de 2026", "9 de julio del 2026", "9 июля 2026 года", "9 июля 2026 г.", "9 تموز 2026",
        "9 يوليه 2026", "9 تموز/يوليه 2026", "2026年7月9日", "2026 年 7 月 9 日", " 9  july  2026 ",
        "9 JULY 2026", "\u20689/7/2026\u2069",
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", LANGUAGES)
def test_typed_dates_are_read_alike_in_every_language(text, language):
    assert parse_date(text, language) == "2026-07-09"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "today",
        "31/2/2026",
        "07/31/2026",
        "9/7/26",
        "July 2026",
        "2026",
        "9 Jly 2026",
        "2026-07-09T10:00",
        "0/0/0",
    ],
)
def test_what_is_no_whole_date_is_refused(text):
    with pytest.raises(ValueError, match=r"\A"):
        parse_date(text, "en")


def test_an_instant_is_shown_in_the_time_zone_of_the_reader():
    at = datetime(2026, 7, 9, 21, 41, tzinfo=UTC)
    assert format_datetime(at, "en", zone=NAIROBI) == "10 Jul 2026, 00:41"
    assert format_datetime(at.isoformat(), "en", "short", zone=NAIROBI) == "10/07/2026, 00:41"
    assert format_datetime("2026-07-09T21:41:00", "en") == "9 Jul 2026, 21:41"


def test_times_near_now_are_said_in_words():
    now = datetime(2026, 7, 10, 9, 50, tzinfo=NAIROBI)

    def said(**ago: int) -> str:
        return relative_time((now - timedelta(**ago)).astimezone(UTC), now, "en")

    assert said(minutes=9) == "today 09:41"
    assert said(hours=9, minutes=51) == "yesterday"
    assert said(days=1) == "yesterday"
    assert said(days=2) == "8 Jul"
    assert said(days=200) == "22 Dec 2025"
    assert relative_time(now - timedelta(days=2), now, "zh") == "7月8日"
    assert relative_time(now - timedelta(days=2), now, "ar") == "8 تموز/يوليه"

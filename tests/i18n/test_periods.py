from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habitat_desktop.i18n.periods import (
    PERIODICITIES,
    current_period,
    period_bounds,
    period_name,
    previous_period,
)


@pytest.mark.parametrize(
    ("key", "first", "last", "before"),
    [
        ("2026-H1", date(2026, 1, 1), date(2026, 6, 30), "2025-H2"),
        ("2026-H2", date(2026, 7, 1), date(2026, 12, 31), "2026-H1"),
        ("2026", date(2026, 1, 1), date(2026, 12, 31), "2025"),
        ("2026-2027", date(2026, 1, 1), date(2027, 12, 31), "2024-2025"),
        ("2026-adhoc", date(2026, 1, 1), date(2026, 12, 31), None),
    ],
)
def test_bounds_and_order(key, first, last, before):
    assert period_bounds(key) == (first, last)
    assert previous_period(key) == before


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.sampled_from(PERIODICITIES[:3]))
def test_the_period_due_has_ended_and_the_next_one_has_not(today, periodicity):
    key = current_period(today, periodicity)
    first, last = period_bounds(key)
    assert last < today
    assert current_period(last, periodicity) == previous_period(key)
    # the next period, at most three days longer than this one, has not ended
    assert today <= last + timedelta(days=(last - first).days + 4)


def test_what_is_due_on_a_day():
    day = date(2026, 7, 19)
    due = {periodicity: current_period(day, periodicity) for periodicity in (*PERIODICITIES, "")}
    assert due == {
        "half-year": "2026-H1",
        "year": "2025",
        "biennium": "2024-2025",
        "ad hoc": "2026-adhoc",
        "": "2026-adhoc",
    }


@pytest.mark.parametrize("key", ["", "26-H1", "2026-H3", "2026-2028", "2026-2025", "0000", "2026-H1 ", "h1"])
def test_other_keys_are_no_periods(key):
    with pytest.raises(ValueError, match="no period"):
        period_bounds(key)
    with pytest.raises(ValueError, match="no period"):
        previous_period(key)
    assert period_name(key, "en") == key


def test_an_unknown_periodicity_is_refused():
    with pytest.raises(ValueError, match="weekly"):
        current_period(date(2026, 1, 1), "weekly")


def test_names_in_english():
    keys = ("2026-H1", "2026-H2", "2026", "2026-2027", "2026-adhoc")
    assert [period_name(key, "en") for key in keys] == [
        "First half 2026",
        "Second half 2026",
        "Year 2026",
        "Biennium 2026–2027",
        "2026, as needed",
    ]

"""Which records a report rests on, and what it says of those that are missing."""

from datetime import date
from decimal import Decimal

import pytest

from habitat_desktop.records import expected_acts
from habitat_desktop.records.expected_register import register
from habitat_desktop.reports.as_page import as_page
from habitat_desktop.reports.counting import Count, Sum, difference, ratio, rounded
from habitat_desktop.reports.errors import ReportTooLongError
from habitat_desktop.reports.evidence import overlapping
from tests.records.making import hand
from tests.reports.making import Headquarters, fact, row, table

PROJECT = {"project_code": "K1", "title_en": "Kibera", "activity_status": "2"}


@pytest.mark.parametrize(
    ("period", "periodicity", "found"),
    [
        ("2026-H1", "half-year", ["2026-H1"]),
        ("2026-H1", "year", ["2026"]),
        ("2026-H2", "biennium", ["2026-2027"]),
        ("2027-H1", "biennium", ["2026-2027"]),
        ("2026-2027", "half-year", ["2026-H1", "2026-H2", "2027-H1", "2027-H2"]),
        ("2026", "ad hoc", ["2026-adhoc"]),
        ("2026-adhoc", "year", ["2026"]),
    ],
)
def test_periods_overlap_where_they_share_a_day(period: str, periodicity: str, found: list[str]) -> None:
    assert overlapping(period, periodicity) == found


def test_nil_and_excused_returns_are_not_missing(headquarters: Headquarters) -> None:
    for office in ("KE", "UG", "RW", "TZ"):
        headquarters.expect(office, "project_status")
    headquarters.take("project_status", PROJECT)
    with headquarters.database.begin() as session:
        found = {one.terms.office: one for one in register(session).returns}
        expected_acts.give_nil(session, hand("office", "UG"), found["UG"], "no project")
        expected_acts.excuse(session, hand("headquarters", "HQ"), found["RW"], "closed office")
    document = headquarters.report("portfolio")
    assert fact(document, "Expected returns") == (
        "2 of 3 expected returns are in this report. Nil returns among them: 1. Not come: 1. Excused: 1."
    )
    assert fact(document, "Offices with missing returns") == "TZ"


def test_of_two_heads_one_counts_and_that_is_told(headquarters: Headquarters) -> None:
    first = headquarters.take("project_status", PROJECT, record="record-1")
    for budget in (1, 2):
        headquarters.take(
            "project_status",
            PROJECT | {"budget_usd": budget},
            record="record-1",
            parents=(first.revision_id,),
        )
    document = headquarters.report("portfolio")
    assert len(document.records) == 1
    assert "two newest versions" in fact(document, "Left out")


def test_units_without_a_country_are_told_apart_by_their_office(headquarters: Headquarters) -> None:
    for office, amount in (("AA", 3), ("BB", 4)):
        headquarters.take(
            "resolution_implementation",
            {"resolution": "1/1", "rf_window": amount},
            office=office,
            country="",
        )
    window = table(headquarters.report("income"), "City action funding window by resolution")
    assert row(window, "All") == [7]


def test_a_report_is_of_one_state_and_says_when_and_where_it_was_made(headquarters: Headquarters) -> None:
    document = headquarters.report("portfolio", language="en")
    assert document.made_on == date(2026, 7, 21).isoformat()
    assert (
        fact(document, "Made on")
        == "21 July 2026, from the database 7f3k of \u2068Headquarters, Nairobi\u2069"
    )
    assert fact(document, "Expected returns").startswith("No expected returns are entered")


def test_what_is_too_long_to_print_is_told(
    headquarters: Headquarters, monkeypatch: pytest.MonkeyPatch
) -> None:
    headquarters.take("project_status", PROJECT)
    document = headquarters.report("portfolio")
    assert as_page(document, for_print=True)
    monkeypatch.setattr("habitat_desktop.reports.as_page.PRINTED_ROWS", 3)
    assert as_page(document)
    with pytest.raises(ReportTooLongError):
        as_page(document, for_print=True)


def test_sums_are_exact_and_halves_are_rounded_away_from_zero() -> None:
    money = Sum()
    for _time in range(10):
        money.add(Decimal("0.1"), "r1")
    assert money.figure().value == 1
    assert [rounded(Decimal(text), 0) for text in ("0.5", "1.5", "-0.5")] == [1, 2, -1]


def test_what_is_unknown_stays_unknown() -> None:
    nothing, something = Sum(), Sum()
    nothing.add(None, "r1")
    something.add(Decimal(5), "r2")
    assert ratio(nothing.money(), something.money()).value is None
    assert ratio(something.money(), nothing.money()).value is None
    assert difference(something.money(), nothing.money()).value is None
    count = Count()
    count.put(None, "r1")
    assert count.figure().value is None
    count.put(False, "r2")
    assert (count.figure().value, count.figure().known, count.figure().total) == (0, 1, 2)

"""Cities: the weighted mean by hand, weights only of cities with a value, newest data of a city."""

from typing import Any

import pytest

from habitat_desktop.reports.document import Table
from tests.reports.making import Headquarters, row, section, table

UNKNOWN: dict[str, Any] = {"$unavailable": {"reason": "no_survey", "remark": ""}}


def city(code: str, weight: Any, **answers: Any) -> dict[str, Any]:
    return {
        "ui_city": f"City {code}",
        "ui_city_code": code,
        "ui_data_year": 2024,
        "ui_in_sample": "yes",
        "ui_stratum": "large",
        "ui_weight": weight,
        "ui_sample_size": 4,
        "a_known": "yes",
        **answers,
    }


@pytest.fixture
def filled(headquarters: Headquarters) -> Headquarters:
    """Three of four cities of Colombia's sample reported, one without a value; one city outside."""
    for answers in (
        city(
            "A",
            2,
            a_sish_pct=10,
            ui_pop_total=1000,
            a_sish=100,
            ui_observatory="yes",
            ui_guidelines="partial",
        ),
        city("B", 6, a_sish_pct=30, ui_pop_total=500, a_sish=150, ui_observatory="no"),
        city("C", 4, a_sish_pct=UNKNOWN, ui_pop_total=700),
        {**city("D", "", a_sish_pct=90, ui_pop_total=100, a_sish=90), "ui_in_sample": "no"},
    ):
        headquarters.take("urban_indicators", answers, office="CO", country="COL", period="2026")
    return headquarters


def test_the_national_value_is_the_mean_weighted_over_cities_with_a_value(filled: Headquarters) -> None:
    found = table(filled.report("cities"), "National samples of cities")
    # (2 * 10 + 6 * 30) / (2 + 6); the weight 4 of the city without a value is left out
    label = "People in slums and informal settlements (11.1.1)"
    assert row(found, "Colombia", label) == [(25, 2, 4)]
    assert row(found, "Colombia", "People in inadequate housing (11.1.1)")[0] == (None, 0, 4)


def test_a_city_without_a_weight_is_not_in_the_mean(filled: Headquarters) -> None:
    more = city("E", UNKNOWN, a_sish_pct=80)
    filled.take("urban_indicators", more, office="CO", country="COL", period="2026")
    found = table(filled.report("cities"), "National samples of cities")
    assert row(found, "Colombia", "People in slums and informal settlements (11.1.1)")[0] == (25, 2, 4)


def test_of_a_city_the_newest_data_count(filled: Headquarters) -> None:
    newer = city("A", 2, a_sish_pct=50, ui_data_year=2025)
    filled.take("urban_indicators", newer, office="CO", country="COL", period="2026")
    found = table(filled.report("cities"), "National samples of cities")
    assert row(found, "Colombia", "People in slums and informal settlements (11.1.1)")[0] == (35, 2, 4)


def test_samples_that_disagree_on_their_size_are_told(filled: Headquarters) -> None:
    other = {**city("F", 1), "ui_sample_size": 9}
    filled.take("urban_indicators", other, office="CO", country="COL", period="2026")
    found = table(filled.report("cities"), "National samples of cities")
    assert "disagree" in found.notes[0].text
    assert row(found, "Colombia")[-1][-1] == 9


def test_over_all_cities_people_are_added_up_where_both_numbers_are_known(filled: Headquarters) -> None:
    found = table(filled.report("cities"), "Goal 11 over all cities")
    assert row(found, "People in slums and informal settlements (11.1.1)") == [
        (340, 3, 4), (1600, 3, 4), (21.3, 3, 4),
    ]  # fmt: skip


def test_cities_outside_the_sample_stand_apart(filled: Headquarters) -> None:
    document = filled.report("cities")
    outside = table(document, "Cities outside the samples")
    assert [row(outside, "CO-TEST-0004")[0]] == ["Colombia"]
    assert len(outside.rows) == 1


def test_observatories_are_counted_with_what_is_not_known(filled: Headquarters) -> None:
    blocks = section(filled.report("cities"), "Urban observatories").blocks
    there = blocks[0].values["there"]  # type: ignore[union-attr]
    assert (there.value, there.known, there.total) == (1, 2, 4)  # type: ignore[union-attr]
    assert isinstance(blocks[1], Table) and row(blocks[1], "Partially") == [1, 100]

"""Slum upgrading: shares only of places that know both numbers, people reached once, evictions, surveys."""

from typing import Any

import pytest

from habitat_desktop.reports.wording import filled as filled_words
from tests.reports.making import Headquarters, row, section, table

NO_SURVEY = {"$unavailable": {"reason": "no_survey", "remark": ""}}
KIBERA = {
    "st_name": "Kibera",
    "st_pop_total": 1000,
    "st_households": 250,
    "dep_n": 200,
    "dep_water": 80,
    "dep_any": 120,
    "dep_one": 50,
    "dep_three": 30,
    "up_stage": "4",
    "up_components": "water climate",
    "up_climate_actions": "Drains along the river",
    "up_hh_water": 60,
    "re_households": 40,
    "re_total": NO_SURVEY,
    "ev_event": "both",
    "ev_hh": 30,
    "ev_hh_forced": 10,
    "ev_safeguards": "notice consult",
}
MATHARE = {"st_name": "Mathare", "st_pop_total": 500, "dep_n": NO_SURVEY, "up_stage": "1", "ev_event": "none"}
KIREKA = {
    "st_name": "Kireka",
    "st_pop_total": 300,
    "dep_n": 100,
    "dep_water": 10,
    "dep_any": 25,
    "up_stage": "5",
    "up_components": "water",
    "re_total": 70,
    "re_female": 40,
    "re_male": 30,
    "ev_event": "forced",
    "ev_hh": 5,
    "ev_safeguards": "eia notice",
}


@pytest.fixture
def filled(headquarters: Headquarters) -> Headquarters:
    """Nairobi with two settlements, one of them without a survey; Kampala, whose slum figure is missing."""
    nairobi: dict[str, Any] = {"city": "Nairobi", "city_population": 4000, "urban_slum_pop": 1500}
    nairobi |= {"psup_phase": "P3", "citywide_strategy": "ongoing", "technical_support_requested": "yes"}
    headquarters.take("slum_upgrading", {**nairobi, "settlement": [KIBERA, MATHARE]})
    kampala = {"city": "Kampala", "city_population": 1600, "psup_phase": "P1", "settlement": [KIREKA]}
    headquarters.take("slum_upgrading", kampala, office="UG", country="UGA")
    return headquarters


def test_residents_of_slums_are_a_share_of_cities_that_gave_both_figures(filled: Headquarters) -> None:
    found = table(filled.report("slums"), "People living in slums (SDG 11.1.1)")
    # both cities gave their population and it is shown whole; the share is of Nairobi alone, and that is told
    assert row(found, "All")[2:5] == [5600, (1500, 1, 2), (37.5, 1, 2)]
    assert filled_words(found.notes[0]).startswith(
        "In the cities that gave both figures, 1,500 of 4,000 residents live in slums"
    )


def test_slum_dwellers_of_a_settlement_are_its_share_of_households_times_its_population(
    filled: Headquarters,
) -> None:
    persons = section(filled.report("slums"), "People living in slums (SDG 11.1.1)").blocks[1]
    # Kibera 120 / 200 of 1,000 and Kireka 25 / 100 of 300; Mathare has no survey and is not zero
    assert row(persons, "All") == [3, (675, 2, 3)]  # type: ignore[arg-type]
    assert row(persons, "Not known") == [1, None]  # type: ignore[arg-type]


def test_deprivations_are_of_the_households_counted(filled: Headquarters) -> None:
    households = section(filled.report("slums"), "Households by deprivation").blocks
    assert row(households[0], "Without an improved water source") == [(90, 2, 3), (300, 2, 3), (30, 2, 3)]  # type: ignore[arg-type]
    assert row(households[1], "With exactly two deprivations") == [(40, 1, 3), (200, 1, 3), (20, 1, 3)]  # type: ignore[arg-type]


def test_a_settlement_without_a_survey_is_named_with_its_reason(filled: Headquarters) -> None:
    found = table(filled.report("slums"), "Settlements without a survey")
    assert [row(found, "KE-TEST-0001")[2:4]] == [["Mathare", 500]]
    assert len(found.rows) == 1


def test_people_reached_are_counted_or_estimated_from_households(filled: Headquarters) -> None:
    found = table(filled.report("slums"), "People reached")
    # Kibera: 40 households times 1,000 / 250 persons
    assert row(found, "Kenya") == [1, 40, 160, (None, 0, 1), (None, 0, 1), (None, 0, 1)]
    assert row(found, "All")[2:4] == [230, (40, 1, 2)]


def test_what_was_reached_adds_up_over_periods_and_what_lasts_does_not(filled: Headquarters) -> None:
    earlier = {"city": "Kampala", "psup_phase": "P1", "settlement": [{**KIREKA, "re_total": 20}]}
    filled.take("slum_upgrading", earlier, office="UG", country="UGA", period="2025-H2")
    document = filled.report("slums", "2025-H2", "2026-H1")
    assert row(table(document, "People reached"), "Uganda")[2] == 90
    assert row(table(document, "Stage of upgrading"), "All")[0] == 3


def test_evictions_by_force_and_their_safeguards(filled: Headquarters) -> None:
    blocks = section(filled.report("slums"), "Evictions and relocation").blocks
    figures = blocks[0].values  # type: ignore[union-attr]
    assert (figures["households"].value, figures["unassessed"].value) == (15, 1)  # type: ignore[union-attr]
    notice = row(blocks[2], "Adequate and reasonable written notice")  # type: ignore[arg-type]
    assert notice == [2, 100]


def test_households_chosen_in_another_way_are_shown_and_not_added_up(filled: Headquarters) -> None:
    one = {"hs_settlement_name": "Kibera", "hs_settlement_code": "K", "hs_method": "random", "hs_agreed": 20}
    one |= {"hs_slum_persons": 30, "hs_judged_persons": 80}
    filled.take("slum_household_survey", one, period="2026-adhoc")
    two = {**one, "hs_settlement_code": "M", "hs_settlement_name": "Mathare", "hs_method": "other"}
    filled.take("slum_household_survey", two, period="2026-adhoc")
    found = table(filled.report("slums"), "Enumerations of households")
    assert len(found.rows) == 2
    assert row(found, "All visited or at random")[-3:] == [80, 30, 37.5]


def test_without_returns_nothing_is_zero_that_is_not_known(headquarters: Headquarters) -> None:
    document = headquarters.report("slums")
    assert section(document, "Summary").blocks[1].values["share"].value is None  # type: ignore[union-attr]

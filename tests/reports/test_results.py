"""The results framework: 34 indicators, from records or returns, and “no data” that is not zero."""

from typing import Any

import pytest

from habitat_desktop.reports.document import Missing
from habitat_desktop.reports.results_derived import DERIVED
from tests.reports.making import Headquarters, row, section, table


def indicator(document: Any, code: str) -> list[Any]:
    """Return baseline, target, value, progress of an indicator."""
    for _depth, block in document.walk():
        if block.__class__.__name__ == "Table" and len(block.columns) == 8:
            try:
                return row(block, code)[2:6]
            except AssertionError:
                continue
    raise AssertionError(code)


def entry(code: str, *numbers: Any, **answers: Any) -> dict[str, Any]:
    base, target, actual = numbers
    return {"ri_ind": code, "ri_base": base, "ri_target": target, "ri_actual": actual, **answers}


@pytest.fixture
def filled(headquarters: Headquarters) -> Headquarters:
    take = headquarters.take
    kenya = [entry("1c.i", 3, 11, 7), entry("4a.ii", 48, 75, 60), entry("1b.i", 0, 10, 6, ri_partial=4)]
    own = {"ri_ind_text": "Permits", "ri_smart": "specific measurable", "ro_base": 10, "ro_target": 30}
    take(
        "results_indicators",
        {
            "ri_framework": "wp2012",
            "ri_crisis": "yes",
            "ri": [*kenya, {"ri_ind": "3b.i", "ri_extent": "partial"}],
            "ro": [{**own, "ro_actual": 15}],
        },
    )
    uganda = [entry("1c.i", 1, 3, 2), entry("4a.ii", 40, "", 50), {"ri_ind": "3b.i"}]
    take("results_indicators", {"ri_framework": "wp2012", "ri": uganda}, office="UG", country="UGA")
    law = {"in_type": "law", "in_stage": 8, "in_evictions": "yes", "in_extent_principles": "partial"}
    policy = {"in_type": "policy", "in_stage": 5, "in_extent_principles": "full", "in_risk_measures": "yes"}
    take("housing_policy", {"instrument": [law, policy]})
    take(
        "housing_policy",
        {"instrument": [{"in_type": "slum_policy", "in_stage": 4, "in_households": 5}]},
        office="UG",
        country="UGA",
    )
    settlement = {
        "st_name": "Kibera",
        "st_pop_total": 1000,
        "st_households": 250,
        "up_components": "water housing",
    }
    settlement |= {
        "up_stage": "4",
        "re_households": 60,
        "re_female": 130,
        "up_hh_housing": 30,
        "up_price_change": -4,
    }
    take("slum_upgrading", {"city": "Nairobi", "national_policy_stage": 9, "settlement": [settlement]})
    return headquarters


def test_all_indicators_of_the_framework_stand_with_their_accomplishments(filled: Headquarters) -> None:
    document = filled.report("results")
    assert row(table(document, "Summary"), "All") == [34]
    titles = [one.title for one in section(document, "Accomplishments and indicators").blocks]
    assert titles == [f"Subprogramme {number}" for number in (1, 2, 3, 4)]
    tables = [t for one in section(document, "Accomplishments and indicators").blocks for t in one.blocks]  # type: ignore[union-attr]
    assert (len(tables), sum(len(one.rows) for one in tables)) == (4, 17 + 34)


def test_what_is_reported_adds_up_and_progress_is_of_the_same_returns(filled: Headquarters) -> None:
    document = filled.report("results")
    # (7 - 3 + 2 - 1) of (11 - 3 + 3 - 1)
    assert indicator(document, "1c.i") == [4, 14, 9, 50]
    # means of 48 and 40, of 60 and 50; progress only of Kenya: 12 of 27
    assert indicator(document, "4a.ii") == [44, (75, 1, 2), 55, (44, 1, 2)]


def test_countries_are_counted_by_extent_with_what_is_not_known(filled: Headquarters) -> None:
    document = filled.report("results")
    assert indicator(document, "3b.i")[2] == (1, 1, 2)
    parts = table(document, "Indicators by extent, stage and kind")
    assert row(parts, "1b.i")[-2:] == ["Partially", 4]


def test_values_are_derived_from_the_records_of_other_forms(filled: Headquarters) -> None:
    document = filled.report("results")
    assert indicator(document, "1a.i")[2] == (1, 1, 2)  # Kenya fully; of Uganda it is not known
    assert indicator(document, "1a.ii")[2] == (1, 1, 2)
    assert indicator(document, "1d.i")[2] == 1  # Uganda has no such instrument
    assert indicator(document, "1d.ii")[2] == 1
    assert indicator(document, "1e.i")[2] == 1  # Kenya at 9, Uganda at 4
    assert indicator(document, "3d.i")[2] == 240  # 60 households of 4 persons
    assert indicator(document, "4b.ii")[2] == -4
    # an implemented law of Kenya does not say how many; the policy of Uganda is not implemented
    assert indicator(document, "4c.iii")[2] == (30, 1, 2)


def test_what_is_in_no_return_is_no_data_and_never_zero(filled: Headquarters) -> None:
    document = filled.report("results")
    for code in ("2a.i", "2c.i", "2d.i", "2d.ii", "3a.i", "3a.ii", "4d.i"):
        assert indicator(document, code)[2] is None
    cells = [cell for cell in document.cells() if isinstance(cell, Missing) and cell.reason == "no data"]
    derived = sum(
        code in DERIVED for code in ("1a.i", "1a.ii", "1d.i", "1d.ii", "1e.i", "3d.i", "4b.ii", "4c.iii")
    )
    assert len(cells) == 34 - derived - 4
    assert row(table(document, "Summary"), "No data") == [22]


def test_own_indicators_are_checked_against_the_criteria(filled: Headquarters) -> None:
    document = filled.report("results")
    own = section(document, "SMART check of own indicators").blocks[1]
    assert row(own, "KE-TEST-0001")[3] == 2  # type: ignore[arg-type]
    unmet = row(own, "KE-TEST-0001")[4]  # type: ignore[arg-type]
    assert unmet.startswith("Achievable with the means at hand, Relevant to the result, Time-bound")
    assert row(own, "KE-TEST-0001")[-1] == 25  # type: ignore[arg-type]


def test_a_target_that_cannot_be_measured_is_named(filled: Headquarters) -> None:
    found = table(filled.report("results"), "Targets that cannot be measured yet")
    assert row(found, "UG-TEST-0002", "Uganda", "4a.ii")[-1] == "no target"
    assert len(found.rows) == 1


def test_what_other_returns_say_is_counted_too(filled: Headquarters) -> None:
    filled.take("national_habitat_committee", {"nc_name": "Committee", "na_extent": "full"}, period="2026")
    plans = [
        {"pl_type": "ndp", "pl_urban": "full"},
        {"pl_type": "cca", "pl_urban": "none"},
        {"pl_type": "nup"},
    ]
    filled.take("country_programme", {"cp_start": 2024, "planlink": plans})
    filled.take(
        "urban_indicators",
        {"ui_city_code": "KEN-1", "ui_observatory": "yes", "ui_guidelines": "full"},
        period="2026",
    )
    filled.take("project_status", {"project_code": "P", "title_en": "P", "mk_gender": "2"})
    request = {"rq_type": "finance", "rq_from_name": "City", "rq_date": "2026-02-03"}
    filled.take("assistance_request", request, period="2026-adhoc")
    filled.take("assistance_request", {**request, "rq_date": "2026-09-03"}, period="2026-adhoc")
    asked = {"ix_item": "dataset", "ix_request": "yes"}
    items: list[dict[str, Any]] = [
        {**asked, "ix_direction": "hq_to_country"},
        {**asked, "ix_direction": "country_to_hq"},
    ]
    items += [
        {
            "ix_direction": "hq_to_country",
            "ix_request": "no",
            "ix_item": "flagship",
            "ix_copies": 120,
            "ix_used": "research",
            "ix_org": "University",
        }
    ]
    filled.take("information_exchange", {"ix": items})
    document = filled.report("results")
    found = {
        code: indicator(document, code)[2]
        for code in ("3a.i", "3a.ii", "2c.ii", "2b.iii", "2d.i", "2d.ii", "2a.i", "2a.ii")
    }
    assert found == {
        "3a.i": 1,
        "3a.ii": (1, 2, 3),
        "2c.ii": 1,
        "2b.iii": 1,
        "2d.i": 1,
        "2d.ii": 1,
        "2a.i": 120,
        "2a.ii": 1,
    }
    # of the observatory it is not known whether it helped
    assert indicator(document, "2c.i")[2] is None

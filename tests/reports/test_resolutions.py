"""Resolutions: a requirement once, funds of all units together, a gap only where everything is known."""

from datetime import timedelta
from typing import Any

import pytest

from tests.reports.making import NOW, Headquarters, row, section, table

HOUSING = "2/7 – Adequate housing for all"
SDGS = "2/6 – Localization of the Sustainable Development Goals"


def unit(resolution: str, name: str, *money: Any, lead: bool = False, **answers: Any) -> dict[str, Any]:
    core, earmarked, window = money
    return {
        "resolution": resolution,
        "res_unit": name,
        "res_lead": "yes" if lead else "no",
        "res_prog_status": "under_implementation",
        "rf_core": core,
        "rf_earmarked": earmarked,
        "rf_window": window,
        **answers,
    }


@pytest.fixture
def filled(headquarters: Headquarters) -> Headquarters:
    """2/7 by a lead and another unit; 2/6 by a unit that does not lead."""
    lead = unit(
        "2/7", "Housing", 100, 200, 0, lead=True, rf_required=1000, rf_class_final="severely_constrained"
    )
    headquarters.take(
        "resolution_implementation",
        {**lead, "op": [{"op_no": "10", "op_pct": 40}, {"op_no": "2", "op_pct": 80}]},
    )
    other = unit("2/7", "Kenya", 10, 40, 50, rf_required_unit=300, rf_inkind=7, res_prog_status="stalled")
    headquarters.take("resolution_implementation", {**other, "op": [{"op_no": "2"}]})
    headquarters.take("resolution_implementation", unit("2/6", "Kenya", 5, "", 1))
    return headquarters


def test_requirement_once_funds_of_all_units(filled: Headquarters) -> None:
    tracker = table(filled.report("resolutions"), "Resolutions: status and funding")
    # 300 of the lead and 100 of the other unit; what the other requires for its part is in the 1,000
    money: list[Any] = [1000, 400, 600, 60]
    assert row(tracker, HOUSING) == [
        "Under implementation",
        *money,
        "Severely constrained by lack of funds",
        2,
    ]
    assert row(tracker, "All")[1:5] == [(1000, 1, 2), (406, 8, 9), (600, 1, 2), (60, 1, 2)]


def test_without_a_lead_or_an_amount_nothing_is_a_gap(filled: Headquarters) -> None:
    tracker = table(filled.report("resolutions"), "Resolutions: status and funding")
    assert row(tracker, SDGS)[1:5] == [None, (6, 2, 3), None, None]
    notes = section(filled.report("resolutions"), "Resolutions: status and funding").blocks[1:]
    assert any("no unit that leads" in note.text for note in notes)  # type: ignore[union-attr]
    assert any("different statuses" in note.text for note in notes)  # type: ignore[union-attr]


def test_every_resolution_is_listed_and_one_without_a_return_is_no_zero(filled: Headquarters) -> None:
    tracker = table(filled.report("resolutions"), "Resolutions: status and funding")
    assert len(tracker.rows) == 15
    assert row(tracker, "2/3 – World Cleanup Day")[1:5] == [None, None, None, None]


def test_two_leads_that_disagree_are_told_and_the_last_signed_counts(filled: Headquarters) -> None:
    second = unit("2/7", "Land", 0, 0, 0, lead=True, rf_required=2000)
    filled.take("resolution_implementation", second, at=NOW + timedelta(days=1))
    document = filled.report("resolutions")
    assert row(table(document, "Resolutions: status and funding"), HOUSING)[1] == 2000
    notes = section(document, "Resolutions: status and funding").blocks[1:]
    assert any("different requirements" in note.text for note in notes)  # type: ignore[union-attr]


def test_of_a_unit_only_the_newest_return_counts(filled: Headquarters) -> None:
    earlier = unit("2/7", "Kenya", 999, 999, 999)
    filled.take("resolution_implementation", earlier, period="2025-H2")
    tracker = table(filled.report("resolutions", "2025-H2", "2026-H1"), "Resolutions: status and funding")
    assert row(tracker, HOUSING)[2] == 400


def test_money_by_source_and_the_city_action_funding_window(filled: Headquarters) -> None:
    found = table(filled.report("resolutions"), "Funds mobilized by source")
    assert row(found, HOUSING) == [110, 240, 50, (7, 1, 2)]
    assert row(found, "All")[2] == 51


def test_elements_of_the_plan_have_their_links_and_their_money(filled: Headquarters) -> None:
    found = table(filled.report("resolutions"), "Elements of the strategic plan")
    assert row(
        found,
        "Means: participatory multilevel governance and localization of the Sustainable Development Goals",
    )[:2] == [1, 2]
    # 24 links in the list: 8 direct, 16 further
    direct, further = row(found, "All")[:2]
    assert (direct, further) == (8, 16)
    assert row(found, "All")[2] == (1000, 1, 2)


def test_operative_paragraphs_in_order_with_their_mean(filled: Headquarters) -> None:
    found = table(filled.report("resolutions"), HOUSING)
    assert row(found, "2")[2] == 80
    assert row(found, "Mean")[2] == (60, 2, 3)

"""The portfolio: who counts, what adds up, and what is said of what is missing."""

from datetime import timedelta
from typing import Any

import pytest

from habitat_desktop.reports.document import Figure
from tests.reports.making import NOW, Headquarters, fact, row, table


def project(code: str, status: str = "2", **answers: Any) -> dict[str, Any]:
    return {
        "project_code": code,
        "title_en": f"Project {code}",
        "activity_status": status,
        "project_type": "operational",
        **answers,
    }


@pytest.fixture
def filled(headquarters: Headquarters) -> Headquarters:
    """Five projects of three offices: two in Kenya, one in Uganda (LDC), two in Colombia."""
    take = headquarters.take
    take("project_status", project("K1", budget_usd="1000000.50"))
    take("project_status", project("K2", "1", pipeline_stage="review", project_type="both"))
    take("project_status", project("U1", budget_usd="2000000.25"), office="UG", country="UGA")
    take("project_status", project("C1", budget_usd="0"), office="CO", country="COL")
    take(
        "project_status",
        project("C2", "4", project_type="normative", budget_usd={"$unavailable": {"reason": "coming_later"}}),
        office="CO",
        country="COL",
    )
    return headquarters


def test_projects_are_counted_by_region_with_the_budget_of_those_that_gave_one(filled: Headquarters) -> None:
    regions = table(filled.report("portfolio"), "Regional balance")
    africa = "Regional Office for Africa and the Arab States"
    latin = "Regional Office for Latin America and the Caribbean"
    # 1,000,000.50 + 2,000,000.25 = 3,000,000.75 of 2 of 3 projects; zero is an answer, a blank is none
    assert row(regions, africa) == [3, 2, 1, (3000000.75, 2, 3), (100, 3, 5)]
    assert row(regions, latin) == [2, 1, 0, (0, 1, 2), (0, 3, 5)]
    assert row(regions, "All") == [5, 3, 1, (3000000.75, 3, 5), (100, 3, 5)]


def test_a_region_without_projects_is_a_zero_that_is_known(filled: Headquarters) -> None:
    regions = table(filled.report("portfolio"), "Regional balance")
    assert row(regions, "Regional Office for Asia and the Pacific")[:3] == [0, 0, 0]


def test_least_developed_countries_stand_apart(filled: Headquarters) -> None:
    development = table(filled.report("portfolio"), "Least developed countries")
    assert row(development, "Least developed countries")[0] == 1
    assert row(development, "Other countries")[0] == 4


def test_the_stages_of_the_pipeline_count_only_projects_in_it(filled: Headquarters) -> None:
    stages = table(filled.report("portfolio"), "Stages of the pipeline")
    assert row(stages, "In joint project review") == [1, 100]
    assert row(stages, "All") == [1, 100]


def test_every_figure_names_its_records(filled: Headquarters) -> None:
    document = filled.report("portfolio")
    kinds = table(document, "Normative and operational work")
    both = next(cells for cells in kinds.rows if cells[0].text == "Both normative and operational")
    assert both[1].records == ("record-2",)
    for cell in document.cells():
        if isinstance(cell, Figure) and cell.value:
            assert cell.records and cell.known <= cell.total


def test_a_project_reported_in_two_periods_counts_once_with_the_newest(headquarters: Headquarters) -> None:
    headquarters.take("project_status", project("K1", "1"), period="2025-H2")
    headquarters.take("project_status", project("K1", "2"), period="2026-H1")
    status = table(headquarters.report("portfolio", "2025-H2", "2026-H1"), "Summary")
    assert row(status, "Implementation") == [1, 100]
    assert row(status, "Pipeline or identification") == [0, 0]


def test_two_records_of_one_project_and_period_are_told_and_counted_once(headquarters: Headquarters) -> None:
    headquarters.take("project_status", project("K1", budget_usd=1), at=NOW - timedelta(days=1))
    headquarters.take("project_status", project("K1", budget_usd=5))
    document = headquarters.report("portfolio")
    assert row(table(document, "Regional balance"), "All")[3] == 5
    assert "not counted twice" in fact(document, "Left out")
    assert row(table(document, "Records that are not counted twice"), "KE-TEST-0001")[0] == "KE-TEST-0002"


def test_accepted_counts_what_was_accepted_though_a_newer_revision_has_come(
    headquarters: Headquarters,
) -> None:
    first = headquarters.take("project_status", project("K1", budget_usd=10), record="record-1")
    headquarters.accept(first)
    headquarters.take("project_status", project("K2", budget_usd=70))
    headquarters.take(
        "project_status", project("K1", budget_usd=20), record="record-1", parents=(first.revision_id,)
    )
    accepted = headquarters.report("portfolio", basis="accepted")
    received = headquarters.report("portfolio", basis="received")
    assert row(table(accepted, "Regional balance"), "All")[3] == 10
    assert row(table(received, "Regional balance"), "All")[3] == 90
    assert "newer version does not count yet" in fact(accepted, "Left out")
    assert [line.state for line in accepted.records] == ["accepted"]


def test_withdrawn_records_and_those_headquarters_does_not_have_are_left_out(
    headquarters: Headquarters,
) -> None:
    first = headquarters.take("project_status", project("K1"), record="record-1")
    headquarters.take(
        "project_status", project("K1"), record="record-1", parents=(first.revision_id,), kind="withdraw"
    )
    headquarters.take("project_status", project("K2"), received=False)
    document = headquarters.report("portfolio")
    assert not document.records
    assert fact(document, "Left out").startswith("1 record is withdrawn. 1 record here has no version")


def test_missing_offices_stand_on_the_first_page(filled: Headquarters) -> None:
    for office in ("KE", "TZ", "RW"):
        filled.expect(office, "project_status")
    document = filled.report("portfolio")
    assert fact(document, "Expected returns").startswith(
        "1 of 3 expected returns are in this report. Not come: 2."
    )
    assert fact(document, "Offices with missing returns") == "RW, TZ"
    assert "never counted as zero" in fact(document, "What is missing")
    assert len(table(document, "Returns that are missing").rows) == 2


def test_what_came_but_is_not_accepted_is_missing_on_that_basis(filled: Headquarters) -> None:
    filled.expect("KE", "project_status")
    document = filled.report("portfolio", basis="accepted")
    assert "not accepted yet and not in it: 1" in fact(document, "Expected returns")
    assert fact(document, "Offices with missing returns") == "KE"


def test_one_country_or_office_alone(filled: Headquarters) -> None:
    assert {line.country for line in filled.report("portfolio", countries=("COL",)).records} == {"COL"}
    assert {line.office for line in filled.report("portfolio", offices=("UG",)).records} == {"UG"}


def test_demonstration_data_is_flagged_first(headquarters: Headquarters) -> None:
    headquarters.take("project_status", project("K1", comments="Demonstration data. Invented: all of it."))
    assert "invented" in fact(headquarters.report("portfolio"), "Attention")
    assert headquarters.report("portfolio").basis[0].title == "Attention"

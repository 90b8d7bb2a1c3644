"""Stages of the pipeline, weighted budgets, and what was reviewed, scored and screened."""

from typing import Any

from tests.reports.making import Headquarters, row, table

MARKERS = {"mk_gender": "2", "mk_climate": "1", "mk_youth": "0", "mk_human_rights": "3"}


def project(code: str, status: str, **answers: Any) -> dict[str, Any]:
    return {"project_code": code, "title_en": f"Project {code}", "activity_status": status, **answers}


def test_the_budget_is_weighted_by_likelihood_where_both_are_known(headquarters: Headquarters) -> None:
    take = headquarters.take
    take("project_status", project("K1", "1", pipeline_stage="concept", budget_usd=1000, likelihood=60))
    take("project_status", project("K2", "1", pipeline_stage="concept", budget_usd=500))
    take("project_status", project("K3", "1", pipeline_stage="review", budget_usd=200, likelihood=25))
    take("project_status", project("K4", "2", budget_usd=9999))
    stages = table(headquarters.report("pipeline"), "Stages of the pipeline")
    assert row(stages, "Concept note") == [2, 1500, (600, 1, 2)]  # 1000 x 60 %
    assert row(stages, "In joint project review") == [1, 200, 50]  # 200 x 25 %
    assert row(stages, "All") == [3, 1700, (650, 2, 3)]


def test_reviews_markers_and_safeguards_of_projects_that_are_not_over(headquarters: Headquarters) -> None:
    take = headquarters.take
    done = {"mk_review_date": "2026-02-01", "ess_screened": "yes", "gender_analysis": "yes", **MARKERS}
    take("project_status", project("K1", "2", **done))
    take("project_status", project("K2", "2", ess_screened="no", mk_gender="1"))
    take("project_status", project("K3", "1"))
    take("project_status", project("K4", "4"))
    document = headquarters.report("pipeline")
    checks = table(document, "Reviews, markers and safeguards")
    # of K1 and K2: reviewed, scored, screened are known; gender analysis is not said of K2
    assert row(checks, "Implementation") == [2, 1, 1, 1, (1, 1, 2)]
    assert row(checks, "All") == [3, 1, 1, (1, 2, 3), (1, 1, 3)]  # screened: K1 yes, K2 no, K3 not said
    to_do = {cells[2].text: cells[4].text for cells in table(document, "What is still to be reviewed").rows}
    assert to_do.keys() == {"K2", "K3"}
    assert to_do["K2"].startswith("no joint review, not scored: Climate change marker")
    assert to_do["K2"].endswith("not screened") and to_do["K3"].endswith("screening not stated")

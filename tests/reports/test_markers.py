"""Scores, screening, complaints and gender money of projects."""

from typing import Any

from tests.reports.making import Headquarters, parts, plain_value, row, table


def project(code: str, status: str = "2", **answers: Any) -> dict[str, Any]:
    return {"project_code": code, "title_en": f"Project {code}", "activity_status": status, **answers}


def test_scores_and_projects_that_are_not_scored_or_screened(headquarters: Headquarters) -> None:
    all_scored = {"mk_gender": "2", "mk_climate": "0", "mk_youth": "2", "mk_human_rights": "3"}
    headquarters.take("project_status", project("K1", **all_scored, ess_screened="yes", ess_risk="low"))
    headquarters.take("project_status", project("K2", mk_gender="1", ess_screened="no"))
    headquarters.take("project_status", project("K3", "5", mk_gender="1"))  # cancelled
    document = headquarters.report("markers")
    scores = table(document, "Scores of the four markers")
    assert row(scores, "Gender equality marker") == [0, 1, 1, 0, 0, 2]
    assert row(scores, "Climate change marker") == [1, 0, 0, 0, 1, 2]
    (undone,) = table(document, "Not scored or not screened").rows
    assert plain_value(undone[2]) == "K2"
    assert str(plain_value(undone[4])).endswith("not screened")
    assert [plain_value(cells[2]) for cells in table(document, "Low scores and what is planned").rows] == [
        "K1",
        "K2",
    ]


def test_complaints_and_gender_money_where_both_amounts_are_known(headquarters: Headquarters) -> None:
    screened = {"ess_screened": "yes", "ess_risk": "high", "ess_triggers": ["resettlement"]}
    headquarters.take(
        "project_status",
        project("K1", **screened, ess_plan="yes", ess_displaced_hh=12, griev_received=8, griev_resolved=6,
                gender_analysis="yes", exp_gender_usd=50, exp_cum_usd=200),
    )  # fmt: skip
    headquarters.take(
        "project_status",
        project("K2", **screened, griev_received=0, gender_analysis="no", exp_cum_usd=100),
    )
    headquarters.take("project_status", project("K3", "1"))  # spends nothing yet
    document = headquarters.report("markers")
    by_country = table(document, "Gender analysis and money for gender equality by country")
    assert row(by_country, "Kenya") == [3, (1, 2, 3), (50, 1, 2), 300, (25, 1, 2)]
    safeguards = parts(document, "Environmental and social safeguards")
    assert row(safeguards[1], "High") == [2, (1, 1, 2)]
    values = safeguards[3].values
    assert [plain_value(values[name]) for name in ("received", "resolved", "share", "displaced")] == [
        8, 6, 75, (12, 1, 2),
    ]  # fmt: skip

"""What went to and fro, who answered, and mean scores of the data."""

from typing import Any

from tests.reports.making import Headquarters, parts, plain_value, row, table


def item(direction: str, **answers: Any) -> dict[str, Any]:
    return {"ix_title": "T", "ix_date": "2026-03-01", "ix_direction": direction, "ix_item": "dataset",
            "ix_channel": "email", "ix_request": "no", **answers}  # fmt: skip


def test_both_directions_by_item_and_requests_answered(headquarters: Headquarters) -> None:
    items = [
        item("hq_to_country", ix_copies=120, ix_used=["policy"], ix_feedback="Utile."),
        item("ro_to_country", ix_item="declaration"),
        item("hq_to_country", ix_request="yes", ix_answered="2026-04-01"),
        item("hq_to_country", ix_request="yes"),
        item("country_to_hq"),
        item("country_to_hq", ix_date="2026-08-01"),  # not of this half-year
    ]
    headquarters.take("information_exchange", {"ix": items}, language="fr")
    document = headquarters.report("information")
    found = parts(document, "What went to countries and what came back")
    values = found[0].values
    assert [plain_value(values[name]) for name in ("asked", "answered", "share")] == [2, 1, 50]
    flow = table(document, "What went to countries and what came back")
    assert row(flow, "Data set or questionnaire") == [3, 1, 0.3, (120, 1, 2)]
    assert row(flow, "All") == [4, 1, 0.3, (120, 1, 3)]
    (said,) = table(document, "What users said").rows
    assert said[-1].language == "fr"


def test_mean_scores_by_subject_leave_out_what_is_not_given(headquarters: Headquarters) -> None:
    def data(domain: str, adequate: str, useful: str = "") -> dict[str, str]:
        found = {"ds_name": "N", "ds_domain": domain, "ds_adequate": adequate, "ds_sexdis": "yes"}
        return {**found, "ds_useful": useful} if useful else found

    sets = [data("housing", "4", "5"), data("housing", "1"), data("slum", "2", "2")]
    flow = {"fl_received": 9, "fl_sent": 4, "fl_requests": 5, "fl_answered": 3, "fl_effective": "3"}
    answers = {"dq_org": "Statistics", "dq_partner": "national_gov", "dc_done": "yes", "dc_meetings": 2}
    headquarters.take("data_quality_return", {**answers, **flow, "ds": sets}, period="2026")
    document = headquarters.report("information")
    scores = table(document, "Adequacy and usefulness of the data")
    assert row(scores, "Housing stock, need and affordability")[:3] == [2, 2.5, (5, 1, 2)]
    assert row(scores, "All")[:3] == [3, 2.3, (3.5, 2, 3)]
    values = parts(document, "What governments and partners say of the flow")[0].values
    assert [plain_value(values[name]) for name in ("received", "sent", "share", "score")] == [9, 4, 60, 3]

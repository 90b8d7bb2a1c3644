"""Country programmes, committees, events and requests: gaps, shares, days, and no event twice."""

from typing import Any

from tests.reports.making import Headquarters, parts, row, table


def priority(title: str, needed: Any, mobilized: Any) -> dict[str, Any]:
    return {"pr_title": title, "pr_budget_usd": needed, "pr_mobilized_usd": mobilized}


UNKNOWN = {"$unavailable": {"reason": "coming_later", "remark": ""}}


def test_the_gap_counts_only_priorities_with_both_amounts(headquarters: Headquarters) -> None:
    headquarters.take(
        "country_programme",
        {
            "cp_status": "implementing", "cp_title": "Kenya 2023–2027", "cp_start": "2023", "cp_dao": "yes",
            "of_cost_usd": 640, "of_pay_projects_usd": 470, "of_pay_host_usd": 60, "of_pay_kind_usd": 100,
            "planlink": [
                {"pl_name": "Framework", "pl_type": "undaf", "pl_urban": "full"},
                {"pl_name": "Plan", "pl_type": "ndp", "pl_urban": "none"},
                {"pl_name": "Analysis", "pl_type": "cca"},
            ],
            "priority": [priority("Slums", 1000, 700), priority("Plans", 500, UNKNOWN)],
        },
    )  # fmt: skip
    document = headquarters.report("countries")
    priorities = table(document, "Priorities and resources")
    assert row(priorities, "All")[3:] == [1500, (700, 1, 2), (300, 1, 2)]  # 1000 - 700
    plans = table(document, "National and United Nations plans")
    assert row(plans, "All") == [3, 1, 0, 1, 50]  # 1 of the 2 that are known
    costs = table(document, "Cost of the offices and who pays it")
    assert row(costs, "All")[3:] == [640, 470, 60, 100, (None, 0, 1)]
    assert costs.notes[0].values["share"].value == 25  # 160 of 640


def test_members_by_group_with_the_share_of_women_where_both_are_known(headquarters: Headquarters) -> None:
    members = [
        {"nm_name": "Ministries", "nm_type": "national_gov", "nm_count": 8, "nm_women": 3},
        {"nm_name": "Cities", "nm_type": "local_auth", "nm_count": 2, "nm_women": 1},
        {"nm_name": "Youth", "nm_type": "youth", "nm_count": 5, "nm_women": UNKNOWN},
    ]
    answers = {"nc_status": "active", "nc_name": "Committee", "nc_legal": "yes", "nm": members}
    headquarters.take("national_habitat_committee", answers, period="2026")
    headquarters.take(
        "national_habitat_committee", {"nc_status": "none"}, office="UG", country="UGA", period="2026"
    )
    found = parts(headquarters.report("countries"), "National Habitat committees")
    groups = found[4]
    assert row(groups, "All") == [15, (40, 2, 3)]  # 4 of 10
    assert row(groups, "Youth organizations") == [5, (None, 0, 1)]


def test_a_forum_with_an_event_return_counts_once_and_in_its_period(headquarters: Headquarters) -> None:
    forum = {"nf_type": "nuf", "nf_date": "2026-05-04", "nf_reported": "yes", "nf_total": 300, "nf_women": 90}
    forums = [
        {"nf_title": "National urban forum", **forum},
        {**forum, "nf_title": "Forum of the coast", "nf_date": "2026-06-20"},  # its event return has not come
        {**forum, "nf_title": "Dialogue", "nf_type": "consultation", "nf_reported": "no", "nf_total": 40,
         "nf_women": UNKNOWN},
        {**forum, "nf_title": "Late forum", "nf_date": "2026-11-02", "nf_reported": "no"},
    ]  # fmt: skip
    committee = {"nc_status": "active", "nc_name": "Committee", "nf": forums}
    headquarters.take("national_habitat_committee", committee, period="2026")
    event = {
        "ev_title": "National Urban Forum",
        "ev_type": "nuf",
        "ev_start": "2026-05-04",
        "ev_end": "2026-05-06",
    }
    counted = {"ev_part_total": 312, "ev_part_female": 156}
    headquarters.take("event_return", {**event, **counted}, period="2026-adhoc")
    events = table(headquarters.report("countries"), "Forums and events")
    assert row(events, "National urban forum") == [2, 612, 246, 40]  # 312 + 300; 156 + 90; 40.2 %
    assert row(events, "All") == [3, 652, (246, 2, 3), (40, 2, 3)]


def test_days_to_the_answer_and_requests_that_wait(headquarters: Headquarters) -> None:
    def ask(title: str, status: str, asked: str, answered: str = "") -> None:
        answers = {"rq_title": title, "rq_status": status, "rq_type": "psup", "rq_date": asked}
        if answered:
            answers["rq_answered"] = answered
        headquarters.take("assistance_request", answers, period="2026-adhoc")

    ask("A", "accepted", "2026-01-10", "2026-01-20")
    ask("B", "declined", "2026-02-01", "2026-03-01")
    ask("C", "review", "2026-05-01")
    ask("D", "ongoing", "2026-05-02")
    ask("E", "accepted", "2026-08-01", "2026-08-03")  # not of this half-year
    found = parts(headquarters.report("countries"), "Requests for assistance")
    sentence, statuses = found[0], found[1]
    mean = sentence.values["mean"]
    assert (mean.value, mean.known, mean.total) == (19, 2, 3)  # (10 + 28) / 2; D has no date
    assert sentence.values["waiting"].value == 1
    assert row(statuses, "All") == [4, 100]

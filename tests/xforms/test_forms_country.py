"""Worked examples of the forms on the country: its programme, its committee, events and requests."""

import pytest

from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.engine import FormInstance
from habitat_desktop.xforms.library import load_form
from tests.xforms.conftest import fixed_environment
from tests.xforms.shipped_workbooks import FORMS, read_workbook
from tests.xforms.test_formula_vectors import ref_of

FORM_IDS = ("assistance_request", "country_programme", "event_return", "national_habitat_committee")


class Filled:
    """A form with answers, which are given and read by the names of the questions."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.instance = FormInstance(form, fixed_environment())

    def answer(self, **answers: object) -> "Filled":
        for name, answer in answers.items():
            self.instance.answer(ref_of(self.form, name), answer if isinstance(answer, list) else str(answer))
        return self

    def entry(self, repeat: str, number: int, **answers: object) -> "Filled":
        """Answer in one entry of a repeat, which is added if it is not there."""
        while len(self.instance.instances(f"/data/{repeat}")) < number:
            self.instance.add(f"/data/{repeat}")
        for name, answer in answers.items():
            ref = ref_of(self.form, name).replace(f"/{repeat}[1]", f"/{repeat}[{number}]")
            self.instance.answer(ref, answer if isinstance(answer, list) else str(answer))
        return self

    def value(self, name: str) -> str:
        return self.instance.state(ref_of(self.form, name)).value or ""

    def shows(self, name: str) -> bool:
        return self.instance.state(ref_of(self.form, name)).relevant

    def refuses(self, name: str) -> bool:
        return self.instance.state(ref_of(self.form, name)).error == "constraint"


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Form]:
    cache = tmp_path_factory.mktemp("cache")
    return {name: load_form(FORMS / f"{name}.xlsx", foreign=False, cache=cache) for name in FORM_IDS}


@pytest.fixture
def request_for_help(forms: dict[str, Form]) -> Filled:
    return Filled(forms["assistance_request"])


@pytest.fixture
def event(forms: dict[str, Form]) -> Filled:
    return Filled(forms["event_return"])


@pytest.fixture
def programme(forms: dict[str, Form]) -> Filled:
    return Filled(forms["country_programme"]).answer(cp_status="implementing", cp_start=2022, cp_end=2026)


@pytest.fixture
def committee(forms: dict[str, Form]) -> Filled:
    return Filled(forms["national_habitat_committee"]).answer(nc_status="active")


def test_the_gap_of_a_programme_is_that_of_the_resolution_tracker(programme: Filled) -> None:
    # unhabitat.org/unhabitat-resolutions: requirement 46,057K, mobilized 20,018K, gap 26,039K, 57 %
    programme.entry("priority", 1, pr_budget_usd=40_000_000, pr_mobilized_usd=20_000_000)
    programme.entry("priority", 2, pr_budget_usd=6_057_000, pr_mobilized_usd=18_000)
    totals = {name: programme.value(name) for name in ("cp_need", "cp_mob", "cp_gap", "cp_gap_pct")}
    assert totals == {
        "cp_need": "46057000", "cp_mob": "20018000", "cp_gap": "26039000", "cp_gap_pct": "57"
    }  # fmt: skip
    assert not programme.shows("cp_money_note")


def test_a_programme_with_an_unknown_amount_has_no_gap(programme: Filled) -> None:
    programme.entry("priority", 1, pr_budget_usd=500, pr_mobilized_usd=200)
    programme.entry("priority", 2, pr_budget_usd=300)
    assert (programme.value("cp_need"), programme.value("cp_mob")) == ("800", "200")
    assert (programme.value("cp_n_need"), programme.value("cp_n_mob")) == ("2", "1")
    assert (programme.value("cp_gap"), programme.value("cp_gap_pct")) == ("", "")
    assert programme.shows("cp_money_note")
    programme.entry("priority", 2, pr_mobilized_usd=0)
    assert (programme.value("cp_gap"), programme.value("cp_gap_pct")) == ("600", "75")


def test_more_mobilized_than_needed_is_told_and_no_need_has_no_share(programme: Filled) -> None:
    programme.entry("priority", 1, pr_budget_usd=0, pr_mobilized_usd=200)
    assert (programme.value("cp_gap"), programme.value("cp_gap_pct")) == ("-200", "")
    assert programme.shows("warn_cp_gap")


def test_plans_with_urban_issues_count_partially_and_fully_alike(programme: Filled) -> None:
    assert (programme.value("pl_known"), programme.value("pl_count")) == ("0", "")
    for number, extent in enumerate(("none", "partial", "full", ""), 1):
        programme.entry("planlink", number, pl_name=f"Plan {number}", pl_urban=extent)
    assert (programme.value("pl_known"), programme.value("pl_count")) == ("3", "2")


def test_a_priority_belongs_to_the_plans_of_its_years(programme: Filled) -> None:
    programme.entry("priority", 1, pr_title="Housing")
    plans = ("pr_sp2026", "pr_domain2020", "pr_sp2014")
    assert [programme.shows(name) for name in plans] == [True, True, False]
    programme.answer(cp_start=2016, cp_end=2019)
    assert [programme.shows(name) for name in plans] == [False, False, True]
    programme.answer(cp_start=2026, cp_end=2030)
    assert [programme.shows(name) for name in plans] == [True, False, False]


def test_without_a_document_there_is_nothing_to_say_about_it(programme: Filled) -> None:
    programme.answer(cp_status="none")
    for name in ("cp_title", "cp_start", "cp_partners", "priority", "cp_gap"):
        assert not programme.shows(name), name
    assert programme.answer(cp_status="concept").shows("cp_title")
    assert not programme.shows("cp_partners")


def test_a_programme_past_its_last_year_is_told(programme: Filled) -> None:
    assert not programme.answer(reporting_year=2026).shows("warn_cp_expired")
    assert programme.answer(cp_end=2025).shows("warn_cp_expired")
    assert not programme.answer(cp_status="revising").shows("warn_cp_expired")
    assert programme.answer(cp_end=2021).refuses("cp_end")
    assert programme.answer(cp_end=2033).refuses("cp_end")


def test_the_payers_of_an_office_add_up_as_far_as_they_are_known(programme: Filled) -> None:
    programme.answer(of_cost_usd=200_000, of_pay_projects_usd=120_000, of_pay_host_usd=30_000)
    assert (programme.value("of_pay_known"), programme.value("of_paid_usd")) == ("2", "150000")
    assert programme.value("of_host_pct") == ""
    assert not programme.shows("warn_of_paid")
    programme.answer(of_pay_kind_usd=20_000, of_pay_unh_usd=0)
    assert (programme.value("of_pay_known"), programme.value("of_host_pct")) == ("4", "25")
    assert programme.shows("warn_of_paid")
    assert not programme.answer(of_pay_unh_usd=30_000).shows("warn_of_paid")


def test_the_share_of_women_speaks_of_the_entries_where_both_are_known(committee: Filled) -> None:
    assert committee.value("nb_members") == committee.value("nb_women_pct") == ""
    committee.entry("nm", 1, nm_type="national_gov", nm_count=8, nm_women=3)
    committee.entry("nm", 2, nm_type="local_auth", nm_count=10)
    committee.entry("nm", 3, nm_type="ngo", nm_count=4, nm_women=3)
    assert (committee.value("nb_entries"), committee.value("nb_members")) == ("3", "22")
    assert (committee.value("nb_both"), committee.value("nb_women")) == ("2", "6")
    assert committee.value("nb_women_pct") == "50"  # 6 of 12, not of 22
    assert committee.entry("nm", 2, nm_women=0).value("nb_women_pct") == "27"  # 6 of 22
    assert committee.value("nb_youth") == ""


def test_a_group_counts_once_however_many_entries_it_has(committee: Filled) -> None:
    assert committee.value("nb_groups") == committee.value("nb_local") == ""
    assert not committee.shows("warn_nb")
    for number, group in enumerate(("national_gov", "national_gov", "ngo", "un"), 1):
        committee.entry("nm", number, nm_type=group)
    assert (committee.value("nb_groups"), committee.value("nb_local")) == ("3", "no")
    assert committee.shows("warn_nb")
    committee.entry("nm", 4, nm_type="un").entry("nm", 5, nm_type="local_auth")
    assert (committee.value("nb_groups"), committee.value("nb_local")) == ("4", "yes")
    assert not committee.shows("warn_nb")


def test_an_institutionalized_committee_has_a_legal_basis_a_secretariat_and_a_budget(
    committee: Filled,
) -> None:
    committee.answer(nc_status="institutional", nc_legal="yes", nc_secretariat="yes")
    assert not committee.shows("warn_nc")  # a budget that is not known is no contradiction
    assert committee.answer(nc_budget_usd=0).shows("warn_nc")
    assert committee.answer(nc_budget_usd=10, nc_secretariat="no").shows("warn_nc")


def test_plans_and_forums_are_asked_for_without_a_committee_too(committee: Filled) -> None:
    committee.answer(nc_status="none")
    assert [committee.shows(name) for name in ("nc_name", "nm", "na_meetings", "nbroad")] == [False] * 4
    assert [committee.shows(name) for name in ("nc_steps", "na_extent", "na_plan", "nf")] == [True] * 4


def test_the_days_to_an_answer_are_calendar_days(request_for_help: Filled) -> None:
    request_for_help.answer(rq_date="2025-12-20")
    assert request_for_help.value("rq_days") == ""
    assert request_for_help.answer(rq_answered="2026-01-10").value("rq_days") == "21"
    assert request_for_help.answer(rq_answered="2025-12-20").value("rq_days") == "0"
    assert request_for_help.answer(rq_answered="2025-12-19").refuses("rq_answered")


def test_a_request_that_waits_is_told_after_sixty_days(request_for_help: Filled) -> None:
    request_for_help.answer(rq_status="received", rq_date="2025-11-16")  # sixty days before 15 January
    assert not request_for_help.shows("warn_rq_open")
    assert request_for_help.answer(rq_date="2025-11-15").shows("warn_rq_open")
    assert not request_for_help.answer(rq_answered="2026-01-05").shows("warn_rq_open")


def test_a_decided_request_without_an_answer_is_told(request_for_help: Filled) -> None:
    request_for_help.answer(rq_status="accepted", rq_date="2025-12-01")
    assert request_for_help.shows("warn_rq_status")
    assert request_for_help.shows("rq_project")
    assert not request_for_help.answer(rq_status="withdrawn").shows("warn_rq_status")
    assert not request_for_help.shows("rq_project")


def test_the_first_and_the_last_day_of_an_event_count(event: Filled) -> None:
    event.answer(ev_start="2017-05-15", ev_end="2017-05-18")  # the conference of A/72/311, paragraph 33
    assert event.value("ev_days") == "4"
    assert event.answer(ev_end="2017-05-15").value("ev_days") == "1"
    assert event.answer(ev_end="").value("ev_days") == ""


def test_an_event_outside_the_period_is_told(event: Filled) -> None:
    event.answer(reporting_year=2025, reporting_period="h2", ev_start="2025-06-30", ev_end="2025-07-01")
    assert not event.shows("warn_ev_period")
    assert event.answer(ev_end="2025-06-30").shows("warn_ev_period")


def test_the_share_of_women_needs_both_figures(event: Filled) -> None:
    event.answer(ev_part_total=350)
    assert event.value("ev_part_pct_female") == ""
    assert event.shows("warn_ev_sex")
    assert event.answer(ev_part_female=140).value("ev_part_pct_female") == "40"
    assert not event.shows("warn_ev_sex")
    assert event.answer(ev_part_female=0).value("ev_part_pct_female") == "0"
    assert event.answer(ev_part_total=0).value("ev_part_pct_female") == ""


@pytest.mark.parametrize(
    ("male", "unstated", "refused"),
    [("210", "0", False), ("209", "0", True), ("200", "10", False), ("", "10", False)],
)
def test_the_sexes_add_up_to_the_total_where_both_are_known(
    event: Filled, male: str, unstated: str, refused: bool
) -> None:
    event.answer(ev_part_total=350, ev_part_female=140, ev_part_male=male, ev_part_sexns=unstated)
    assert event.refuses("ev_part_sexns") is refused


def test_the_age_groups_add_up_to_the_total(event: Filled) -> None:
    event.answer(ev_part_total=100, ev_part_age_known="yes", ev_part_age_0_14=0, ev_part_age_15_24=30)
    assert event.answer(ev_part_age_25_59=60, ev_part_age_60p=9).refuses("ev_part_age_60p")
    assert not event.answer(ev_part_age_60p=10).refuses("ev_part_age_60p")
    assert not event.answer(ev_part_age_25_59="", ev_part_age_60p=9).refuses("ev_part_age_60p")


def test_numbers_are_asked_of_the_groups_that_took_part_and_may_stay_below_the_total(event: Filled) -> None:
    # World Urban Forum 2002, A/57/271, paragraph 9: about 1,200 participants, rounded figures by group
    event.answer(ev_part_total=1200, ev_groups=["national_gov", "local_auth", "ngo", "slum_dwellers"])
    assert not event.shows("ev_n_ngo")
    event.answer(ev_group_known="yes")
    assert event.shows("ev_n_ngo")
    assert not event.shows("ev_n_women")
    assert (event.value("ev_n_known"), event.value("ev_n_sum")) == ("0", "")
    event.answer(ev_n_national_gov=400, ev_n_local_auth=100, ev_n_ngo=350)
    assert (event.value("ev_n_known"), event.value("ev_n_sum")) == ("3", "850")
    assert not event.shows("warn_ev_groups")
    assert event.answer(ev_n_slum_dwellers=351).shows("warn_ev_groups")
    assert event.answer(ev_groups=["ngo"]).value("ev_n_sum") == "350"


def test_every_group_of_the_list_has_its_number_in_an_event() -> None:
    form = read_workbook("event_return")
    asked = {name.removeprefix("ev_n_") for name in form.names if name.startswith("ev_n_")}
    assert asked - {"known", "sum"} == set(form.choices["partner_type"])


def test_every_group_of_the_list_counts_in_a_committee(committee: Filled) -> None:
    groups = list(read_workbook("national_habitat_committee").choices["partner_type"])
    for number, group in enumerate(groups, 1):
        committee.entry("nm", number, nm_type=group)
    assert committee.value("nb_groups") == str(len(groups)) == "17"

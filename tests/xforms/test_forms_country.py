"""Worked examples of the forms on the country: its programme, its committee, events and requests."""

import pytest

from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.engine import FormInstance
from habitat_desktop.xforms.library import load_form
from tests.xforms.conftest import fixed_environment
from tests.xforms.shipped_workbooks import FORMS
from tests.xforms.test_formula_vectors import ref_of

FORM_IDS = ("assistance_request", "event_return")


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

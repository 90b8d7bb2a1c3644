"""Worked examples of the returns on resolutions, results, data quality and information exchange.

Figures were worked out by hand; the tracker snapshots are those of unhabitat.org/unhabitat-resolutions.
"""

import csv
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.engine import FormInstance
from habitat_desktop.xforms.library import load_form
from tests.xforms.conftest import fixed_environment
from tests.xforms.shipped_workbooks import FORM_IDS, FORMS, read_workbook

OURS = ("resolution_implementation", "results_indicators", "data_quality_return", "information_exchange")
SCORES = ("ds_adequate", "ds_useful", "ds_accuracy", "ds_timely", "ds_comparable", "ds_access")


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Form]:
    cache = tmp_path_factory.mktemp("cache")
    return {name: load_form(FORMS / f"{name}.xlsx", foreign=False, cache=cache) for name in OURS}


class Sitting:
    """A form being filled; questions go by name, with the number of the entry where there are several."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.instance = FormInstance(form, fixed_environment())

    def ref(self, name: str, entry: int = 1) -> str:
        at: Any = next(element for element in self.form.walk() if element.name == name)
        steps = []
        while at.parent is not None:
            steps.append(at.name + (f"[{entry}]" if type(at).__name__ == "Repeat" else ""))
            at = at.parent
        return "/data/" + "/".join(reversed(steps))

    def fill(self, entry: int = 1, **answers: Any) -> "Sitting":
        for name, answer in answers.items():
            self.instance.answer(self.ref(name, entry), str(answer))
        return self

    def __getitem__(self, name: str) -> str:
        return self.instance.state(self.ref(name)).value

    def asks(self, name: str) -> bool:
        return self.instance.state(self.ref(name)).relevant

    def refuses(self, name: str) -> bool:
        return self.instance.state(self.ref(name)).error == "constraint"

    def choices(self, name: str) -> list[str]:
        return [choice.value for choice in self.instance.state(self.ref(name)).choices]


def money(required: Any, core: Any, earmarked: Any, window: Any) -> dict[str, Any]:
    return {"rf_required": required, "rf_core": core, "rf_earmarked": earmarked, "rf_window": window}


@pytest.mark.parametrize(
    ("given", "mobilized", "gap", "gap_pct", "suggested"),
    [
        (money(1858, 0, 429, 0), "429", "1429", "77", "severely_constrained"),  # resolution 2/1, tracker
        (money(1085, 0, 384, 0), "384", "701", "65", "partly_earmarked"),  # the same, later
        (money(50217, 0, 23966, 0), "23966", "26251", "52", "partly_earmarked"),  # all resolutions
        (money(100, 20, 0, 0), "20", "80", "80", "core_only"),
        (money(100, 10, 70, 0), "80", "20", "20", "mobilized_major"),
        (money(100, 0, 60, 0), "60", "40", "40", "mobilized_major"),  # the limit belongs to the class
        (money(100, 0, 0, 25), "25", "75", "75", "severely_constrained"),
        (money(0, 0, 0, 0), "0", "0", "", "not_stated"),  # no share of nothing
        (money(100, 0, 150, 0), "150", "0", "0", "mobilized_major"),  # never below zero
        (money(100, "", 30, 0), "30", "", "", ""),  # a missing amount is not zero
        (money("", 5, 5, 0), "10", "", "", ""),
        (money(100, "", "", ""), "", "", "", ""),
    ],
)
def test_the_gap_of_a_resolution(
    forms: dict[str, Form],
    given: dict[str, Any],
    mobilized: str,
    gap: str,
    gap_pct: str,
    suggested: str,
) -> None:
    sitting = Sitting(forms["resolution_implementation"]).fill(res_lead="yes", **given)
    worked = [sitting[name] for name in ("rf_mobilized", "rf_gap", "rf_gap_pct", "rf_class")]
    assert worked == [mobilized, gap, gap_pct, suggested]


def test_only_the_lead_states_the_requirement_of_the_resolution(forms: dict[str, Form]) -> None:
    sitting = Sitting(forms["resolution_implementation"]).fill(res_lead="no", resolution="2/4")
    assert not sitting.asks("rf_required") and not sitting.asks("rf_class_final")
    sitting.fill(rf_required_unit=80, rf_core=0, rf_earmarked=20, rf_window=0)
    assert (sitting["rf_gap"], sitting["rf_gap_pct"]) == ("60", "75")
    assert sitting["res_outcomes"] == "F0 M1 M3"  # HSP/OECPR.2025/4, paragraphs 4, 8 and 16
    sitting.fill(res_lead="yes")
    assert sitting.asks("rf_required") and not sitting.asks("rf_required_unit")
    assert sitting["rf_gap"] == ""


def test_the_mean_progress_of_paragraphs_leaves_out_what_is_not_known(forms: dict[str, Form]) -> None:
    sitting = Sitting(forms["resolution_implementation"])
    while len(sitting.instance.instances("/data/op")) < 3:
        sitting.instance.add("/data/op")
    assert sitting["op_mean_pct"] == ""
    sitting.fill(1, op_no="3", op_pct=0).fill(2, op_no="3 (b)", op_pct=75).fill(3, op_no="10")
    assert [sitting[name] for name in ("op_n", "op_known", "op_mean_pct")] == ["3", "2", "38"]
    assert not sitting.refuses("op_no")
    sitting.fill(1, op_no="3 and 4")
    assert sitting.refuses("op_no"), "a report groups by this number"


@pytest.mark.parametrize(
    ("base", "target", "actual", "before", "progress", "change"),
    [
        (10, 50, 30, "", "50", ""),
        (0, -20, -5, -8, "25", "3"),  # a lower value is the aim
        (0, 200, 250, 180, "125", "70"),
        ("", 50, 30, 20, "", "10"),  # without a baseline nothing is known of the distance
        (0, 50, 0, 0, "0", "0"),
        (50, 50, 60, "", "", ""),  # no distance to cover
        (10, 50, "", 20, "", ""),
    ],
)
def test_progress_towards_a_target(
    forms: dict[str, Form], base: Any, target: Any, actual: Any, before: Any, progress: str, change: str
) -> None:
    sitting = Sitting(forms["results_indicators"]).fill(ri_framework="wp2012", ri_ind="1c.i")
    sitting.fill(ri_base=base, ri_target=target, ri_actual=actual, ri_prev=before)
    assert (sitting["ri_pct"], sitting["ri_delta"]) == (progress, change)
    assert sitting["ri_mean"] == progress


def test_what_can_be_derived_is_not_asked(forms: dict[str, Form]) -> None:
    sitting = Sitting(forms["results_indicators"]).fill(ri_framework="wp2012")
    derived = {row["name"] for row in read_list("results_indicator") if row["derived_from"]}
    asked = sitting.choices("ri_ind")
    assert len(derived) + len(asked) == 34 and not derived & set(asked)
    assert not sitting.instance.state("/data/ro").relevant
    sitting.fill(ri_framework="sp2026")
    assert not sitting.instance.state("/data/ri").relevant
    assert sitting.instance.state("/data/ro").relevant
    assert sitting["ri_n"] == "1"


def test_an_indicator_asks_for_the_breakdown_its_list_names(forms: dict[str, Form]) -> None:
    sitting = Sitting(forms["results_indicators"]).fill(ri_framework="wp2012", ri_ind="4a.i", ri_actual=900)
    assert [sitting[name] for name in ("ri_ea", "ri_subprogramme", "ri_unit")] == ["4a", "S4", "persons"]
    sitting.fill(ri_women=500, ri_men=380)
    assert sitting["ri_sexns"] == "20"
    sitting.fill(ri_men=401)
    assert sitting.refuses("ri_men")
    sitting.fill(ri_ind="1b.i", ri_actual=7, ri_partial=4)
    assert sitting["ri_full"] == "3" and sitting.asks("ri_items") and not sitting.asks("ri_women")
    sitting.fill(ri_ind="3b.i")
    assert sitting.asks("ri_extent") and not sitting.asks("ri_actual") and not sitting.asks("ri_partial")
    sitting.fill(ri_ind="4a.ii")
    assert sitting.asks("ri_pct_women") and not sitting.asks("ri_women") and not sitting.asks("ri_items")
    sitting.fill(ri_ind="4c.i", ri_actual=100, ri_loans=60, ri_grants=50)
    assert sitting.asks("warn_ri_sources")
    sitting.fill(ri_ind="4d.ii")
    assert sitting.asks("ri_connections") and not sitting.asks("ri_loans")


@pytest.mark.parametrize(
    ("scores", "known", "mean"),
    [
        ([4, 5, 3, 2, 3, 4], "6", "3.5"),
        ([4, "", 3, "", "", 4], "3", "3.67"),
        ([1, "", "", "", "", ""], "1", "1"),
        ([""] * 6, "0", ""),
    ],
)
def test_the_score_of_a_data_set(forms: dict[str, Form], scores: list[Any], known: str, mean: str) -> None:
    sitting = Sitting(forms["data_quality_return"]).fill(**dict(zip(SCORES, scores, strict=True)))
    assert (sitting["ds_known"], sitting["ds_score"], sitting["ds_mean"]) == (known, mean, mean)
    assert sitting.asks("ds_gaps") is (scores[0] == 1)


@pytest.mark.parametrize(
    ("received", "sent", "requests", "answered", "balance", "rate"),
    [(20, 5, 8, 6, "0.25", "75"), (0, 5, 0, "", "", ""), ("", 5, "", "", "", ""), (3, 1, 3, "", "0.33", "")],
)
def test_the_flow_of_information_as_a_partner_sees_it(
    forms: dict[str, Form], received: Any, sent: Any, requests: Any, answered: Any, balance: str, rate: str
) -> None:
    sitting = Sitting(forms["data_quality_return"])
    sitting.fill(fl_received=received, fl_sent=sent, fl_requests=requests)
    if answered != "":
        sitting.fill(fl_answered=answered)
    assert (sitting["fl_balance"], sitting["fl_answer_rate"]) == (balance, rate)
    sitting.fill(fl_channels="hpm web email")
    assert sitting.choices("fl_best") == ["hpm", "email", "web"]


def test_the_log_counts_both_ways(forms: dict[str, Form]) -> None:
    sitting = Sitting(forms["information_exchange"])
    while len(sitting.instance.instances("/data/ix")) < 4:
        sitting.instance.add("/data/ix")
    sitting.fill(1, ix_direction="hq_to_country", ix_request="yes", ix_answered="2025-12-01")
    sitting.fill(2, ix_direction="ro_to_country", ix_request="yes", ix_due="2025-12-20")
    sitting.fill(3, ix_direction="country_to_hq", ix_request="no")
    names = ("ix_n", "ix_to_n", "ix_from_n", "ix_balance", "ix_requests_n", "ix_answered_n", "ix_answer_rate")
    assert [sitting[name] for name in names] == ["4", "2", "1", "0.5", "2", "1", "50"]


def read_list(name: str) -> list[dict[str, str]]:
    path: Path = FORMS / "lists" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_framework_of_2012_is_whole() -> None:
    """17 expected accomplishments and 34 indicators of achievement in A/65/6 (Prog. 12)."""
    frameworks = {row["name"] for row in read_list("results_framework")}
    accomplishments = {row["name"]: row for row in read_list("results_accomplishment")}
    indicators = [row for row in read_list("results_indicator") if row["framework"] == "wp2012"]
    assert len(indicators) == 34
    assert Counter(
        row["subprogramme"] for row in accomplishments.values() if row["framework"] == "wp2012"
    ) == {
        "S1": 5,
        "S2": 4,
        "S3": 4,
        "S4": 4,
    }
    assert {row["accomplishment"] for row in indicators} == set(accomplishments)
    units = {row["name"] for row in read_list("result_unit")}
    for row in read_list("results_indicator"):
        assert row["framework"] in frameworks and row["unit"] in units, row["name"]
        assert row["measure"] in ("count", "extent", "country", "stage", "percent", "amount"), row["name"]
        assert row["direction"] in ("up", "down"), row["name"]


def test_an_indicator_is_derived_from_questions_that_are_asked() -> None:
    for row in read_list("results_indicator"):
        for form_id, name in (place.split(".") for place in row["derived_from"].split()):
            assert form_id not in FORM_IDS or name in read_workbook(form_id).names, (
                row["name"],
                form_id,
                name,
            )


def test_resolutions_carry_the_elements_their_map_names() -> None:
    mapped = read_list("resolution_outcome_map")
    elements = {row["name"] for row in read_list("sp2026_focus")}
    classes = {row["name"] for row in read_list("resolution_funding")}
    for row in read_list("assembly_resolution"):
        wanted = [link["element"] for link in mapped if link["resolution"] == row["name"]]
        assert row["elements"].split() == wanted and set(wanted) <= elements, row["name"]
        assert row["funding_2025"] in classes, row["name"]
    assert {link["resolution"] for link in mapped} <= {
        row["name"] for row in read_list("assembly_resolution")
    }

"""The worked examples of the domain hold in the shipped forms."""

import json
from pathlib import Path
from typing import Any

import pytest

from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.engine import FormInstance
from habitat_desktop.xforms.library import load_form
from tests.xforms.conftest import fixed_environment

VECTORS = json.loads((Path(__file__).parent / "formula_vectors.json").read_text(encoding="utf-8"))
# what else must be answered for the questions of an example to be relevant
GATES: dict[str, dict[str, str]] = {
    "project_status": {"activity_status": "2"},
    "urban_indicators": {"a_known": "yes", "b_known": "yes", "c_known": "yes", "d_known": "yes"},
    "slum_household_survey": {"hh_consent": "yes"},
    "st_pop_age_60p": {"st_pop_age_known": "yes"},
    # 60 of 100 days have passed and 15 of 100 dollars are spent
    "warn_slow": {
        "planned_start": "2025-01-01",
        "actual_start": "2025-01-01",
        "planned_end": "2025-04-11",
        "period_end": "2025-03-02",
        "budget_usd": "100",
        "exp_cum_usd": "15",
    },
}


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Form]:
    from habitat_desktop.resources import data_dir

    cache = tmp_path_factory.mktemp("cache")
    ids = {vector["form"] for vector in VECTORS}
    return {name: load_form(data_dir("forms") / f"{name}.xlsx", foreign=False, cache=cache) for name in ids}


def ref_of(form: Form, name: str) -> str:
    """The ref of a question by its name, in the first instance of every repeat."""
    element = next(element for element in form.walk() if element.name == name)
    steps = []
    at = element
    while at.parent is not None:
        steps.append(at.name + ("[1]" if type(at).__name__ == "Repeat" else ""))
        at = at.parent
    return "/data/" + "/".join(reversed(steps))


def text(number: Any) -> str:
    return str(int(number)) if isinstance(number, float) and number == int(number) else str(number)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: f"{v['form']}-{v['kind']}-{v.get('question', '')}")
def test_a_worked_example_holds(shipped: dict[str, Form], vector: dict[str, Any]) -> None:
    form = shipped[vector["form"]]
    instance = FormInstance(form, fixed_environment())
    asked = vector.get("question", "")
    for name, answer in {**GATES.get(vector["form"], {}), **GATES.get(asked, {}), **vector["inputs"]}.items():
        if not instance.state(ref_of(form, name)).calculated:
            instance.answer(ref_of(form, name), text(answer))
    if vector["kind"] == "calculate":
        for name, expected in vector["expected"].items():
            found = instance.state(ref_of(form, name)).value
            assert (found if isinstance(expected, str) else float(found)) == expected, name
    elif vector["kind"] == "constraint":
        state = instance.state(ref_of(form, asked))
        assert state.relevant, "else the constraint is not looked at"
        assert (state.error != "constraint") is vector["expected"]
    else:
        assert instance.state(ref_of(form, asked)).relevant is vector["expected"]

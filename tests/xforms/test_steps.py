"""`form run`: steps in, nodes and submission out."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from habitat_desktop.resources import data_dir
from habitat_desktop.xforms.problems import FormError
from habitat_desktop.xforms.steps import OPERATIONS, StepError, run_batch, run_form
from habitat_desktop.xforms.xlsform import convert_workbook
from tests.xforms.test_bad_forms import workbook

NOW = datetime.fromisoformat("2026-01-15T10:00:00+03:00")


@pytest.fixture
def people(tmp_path: Path) -> Path:
    return workbook(
        tmp_path / "people.xlsx",
        [
            ["type", "name", "label::English (en)", "label::Français (fr)", "constraint", "required"],
            ["begin repeat", "person", "Person", "Personne", "", ""],
            ["integer", "age", "Age", "Âge", ". < 120", "yes"],
            ["select_multiple yn", "house", "House", "Maison", "", ""],
            ["end repeat", "", "", "", "", ""],
            ["today", "day", "", "", "", ""],
        ],
        choices=[
            ["list_name", "name", "label::English (en)", "label::Français (fr)"],
            ["yn", "y", "Yes", "Oui"],
        ],
        settings=[["form_id", "version"], ["people", "7"]],
    )


def test_the_output_has_the_shape_of_the_design(people: Path) -> None:
    steps = [
        {"op": "answer", "ref": "/data/person[1]/age", "value": 130},
        {"op": "add", "ref": "/data/person"},
        {"op": "answer", "ref": "/data/person[2]/house", "value": "y"},
        {"op": "unavailable", "ref": "/data/person[2]/age", "reason": "refused", "remark": "asked twice"},
        {"op": "language", "value": "fr"},
    ]
    output = run_form(people, steps, now=NOW)
    assert (output["form_id"], output["version"], output["languages"]) == ("people", "7", ["en", "fr"])
    nodes = {node["ref"]: node for node in output["nodes"]}
    first = nodes["/data/person[1]/age"]
    assert first["type"] == "integer"
    assert (first["value"], first["valid"], first["error"], first["label"]) == (
        "130",
        False,
        "constraint",
        "Âge",
    )
    assert first["message"]
    assert nodes["/data/person[2]/house"]["choices"] == [{"value": "y", "label": "Oui"}]
    assert nodes["/data/person[2]/age"]["unavailable"] == {"reason": "refused", "remark": "asked twice"}
    assert [(p["ref"], p["kind"]) for p in output["problems"]] == [("/data/person[1]/age", "constraint")]
    assert "<age>130</age>" in output["xml"]
    assert "<day>2026-01-15</day>" in output["xml"]
    json.dumps(output)


def test_removing_renumbers_in_the_output(people: Path) -> None:
    steps = [
        {"op": "add", "ref": "/data/person"},
        {"op": "answer", "ref": "/data/person[2]/age", "value": "2"},
        {"op": "remove", "ref": "/data/person[1]"},
    ]
    nodes = {node["ref"]: node["value"] for node in run_form(people, steps)["nodes"]}
    assert nodes["/data/person[1]/age"] == "2"
    assert "/data/person[2]" not in nodes


@pytest.mark.parametrize(
    "step",
    [
        {"op": "answer", "ref": "/data/nobody", "value": "1"},
        {"op": "answer", "ref": "/data/person[9]/age", "value": "1"},
        {"op": "answer", "ref": "/data/person[1]/age", "value": "old"},
        {"op": "remove", "ref": "/data/person"},
        {"op": "dance", "ref": "/data/person"},
        {"op": "unavailable", "ref": "/data/person[1]/age", "reason": "bored"},
        "answer",
    ],
)
def test_a_step_that_cannot_be_applied_is_named(people: Path, step: object) -> None:
    with pytest.raises(StepError) as failed:
        run_form(people, [{"op": "add", "ref": "/data/person"}, step])
    assert failed.value.context["number"] == 2
    assert failed.value.exit_code == 2
    assert failed.value.context["ref"] == (step["ref"] if isinstance(step, dict) else "")


def test_steps_that_are_no_list_are_refused(people: Path) -> None:
    with pytest.raises(StepError):
        run_form(people, {"op": "add"})


def test_a_form_that_is_refused_raises_its_problem(tmp_path: Path) -> None:
    with pytest.raises(FormError):
        run_form(tmp_path / "none.xlsx", [])


def test_a_batch_answers_line_by_line(people: Path, tmp_path: Path) -> None:
    text = convert_workbook(people, translate=False).xml
    cases = [
        {"id": "file", "form": "people.xlsx", "steps": [], "now": NOW.isoformat(), "tz": "Asia/Tokyo"},
        {"id": "text", "form": text, "steps": [{"op": "remove", "ref": "/data/person[1]"}], "language": "fr"},
        {"id": "step", "form": text, "steps": [{"op": "dance"}]},
        {"id": "form", "form": "<data/>", "steps": []},
        {"id": "zone", "form": text, "steps": [], "tz": "Nowhere/Land"},
        {"id": "clock", "form": text, "steps": [], "now": "soon"},
        {"id": "none"},
        {"id": "nul", "form": "a\0b"},
        {"id": "shape", "form": text, "steps": [{"op": "answer", "ref": "/data/day", "value": {"a": 1}}]},
    ]
    lines = [json.dumps(case) for case in cases] + ["", "no json"]
    results = list(run_batch(lines, base=tmp_path))
    assert [(r["id"], r["exit"]) for r in results] == [
        ("file", 0),
        ("text", 0),
        ("step", 2),
        ("form", 1),
        ("zone", 1),
        ("clock", 1),
        ("none", 1),
        ("nul", 1),
        ("shape", 2),
        (None, 1),
    ]
    assert results[0]["output"]["form_id"] == "people"
    assert results[1]["output"]["nodes"][0]["ref"] == "/data/person"
    assert all(result["message"] for result in results[2:])


def test_a_time_without_an_offset_is_one_of_the_zone_of_its_case(people: Path, tmp_path: Path) -> None:
    text = convert_workbook(people, translate=False).xml
    cases = [
        {"id": zone, "form": text, "now": "2026-01-15T23:30:00", "tz": zone} for zone in ("Asia/Tokyo", "UTC")
    ]
    results = run_batch([json.dumps(case) for case in cases], base=tmp_path)
    assert all("<day>2026-01-15</day>" in result["output"]["xml"] for result in results)


def test_the_text_of_a_form_may_name_the_encoding_of_the_file_it_came_from(
    people: Path, tmp_path: Path
) -> None:
    text = convert_workbook(people, translate=False).xml.replace("Personne", "École").partition("?>")[2]
    case = {"id": 1, "form": f"\ufeff<?xml version='1.0' encoding='ISO-8859-1'?>{text}", "language": "fr"}
    (result,) = run_batch([json.dumps(case)], base=tmp_path)
    assert result["output"]["nodes"][0]["label"] == "École"


def test_a_shipped_form_speaks_its_languages() -> None:
    output = run_form(data_dir("forms") / "housing_policy.xlsx", [{"op": "language", "value": "fr"}])
    assert output["languages"] == ["en", "ar", "es", "fr", "ru", "zh"]
    assert output["nodes"][0]["label"] == "Données du rapport"


def test_an_unknown_operation_is_told_which_there_are(people: Path) -> None:
    with pytest.raises(StepError, match="“dance”, only answer, add, remove, language, unavailable"):
        run_form(people, [{"op": "dance", "ref": "/data/person"}])


def test_what_is_no_list_of_steps_is_told_what_is(people: Path) -> None:
    with pytest.raises(StepError, match=r'must be a list, such as: .{"op": "answer"'):
        run_form(people, {"op": "answer"})


def test_the_examples_of_steps_show_every_operation_once() -> None:
    from habitat_desktop.cli.forms import _STEPS

    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    start = readme.index('    [{"op"')
    for text in (_STEPS, readme[start : readme.index("}]", start) + 2]):
        assert sorted(step["op"] for step in json.loads(text)) == sorted(OPERATIONS)

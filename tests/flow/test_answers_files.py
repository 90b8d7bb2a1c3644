"""Answers files of every shape, and what a record says of itself afterwards."""

from pathlib import Path
from typing import Any

import pytest

from tests.flow.conftest import Desk, Habitat, Said, answers_file, demo_return

FORMS = ("project_status", "slum_upgrading", "housing_policy")
HEADER = {"country": "KEN", "reporter_name": "A. Wanjiru", "reporting_year": 2025, "reporting_period": "h2"}


def add(habitat: Habitat, desk: Desk, folder: Path, form_id: str, answers: object, *more: str) -> Said:
    path = answers_file(folder, answers, "given.json")
    return habitat(desk.office, "record", "add", "--form", form_id, "--answers", path, "--json", *more)


@pytest.mark.parametrize("form_id", FORMS)
def test_what_a_record_shows_makes_the_same_record_again(
    form_id: str, habitat: Habitat, desk: Desk, tmp_path: Path
) -> None:
    answers = demo_return(form_id)
    answers["hdr"] = answers.get("hdr", {}) | HEADER
    first = add(habitat, desk, tmp_path, form_id, answers, "--finalize")
    assert (first.code, first.json["problems"]) == (0, []), first.err
    shown = habitat(desk.office, "record", "show", first.json["label"], "--json").json
    assert (shown["period"], shown["country"]) == ("2025-H2", "KEN")
    assert shown["answers"]["hdr"]["reporter_name"] == "A. Wanjiru"

    again = add(habitat, desk, tmp_path, form_id, shown["answers"], "--finalize")
    assert again.code == 0, again.err
    copy = habitat(desk.office, "record", "show", again.json["label"], "--json").json
    assert copy["answers"]["hdr"].pop("record_id") != shown["answers"]["hdr"].pop("record_id")
    assert copy["answers"] == shown["answers"]


def test_a_second_record_about_the_same_is_warned_of_and_kept(
    habitat: Habitat, desk: Desk, tmp_path: Path
) -> None:
    first = add(habitat, desk, tmp_path, "housing_policy", demo_return("housing_policy"))
    second = add(habitat, desk, tmp_path, "housing_policy", demo_return("housing_policy"))
    assert second.code == 0 and first.json["label"] in second.err
    assert [(p["severity"], p["label"]) for p in second.json["problems"]] == [
        ("warning", first.json["label"])
    ]
    assert len(habitat(desk.office, "record", "list", "--json").json) == 2


def test_what_the_command_says_of_country_and_period_agrees_with_the_answers(
    habitat: Habitat, desk: Desk, tmp_path: Path
) -> None:
    for more, word in (
        (("--period", "2026-H1"), "2025-H2"),
        (("--country", "UGA"), "KEN"),
    ):
        said = add(habitat, desk, tmp_path, "housing_policy", {"hdr": HEADER}, *more)
        assert said.code == 1 and word in said.err and more[1] in said.err
    for more in (("--period", "2026H1"), ("--period", "0000-H1"), ("--country", "KENYA")):
        said = add(habitat, desk, tmp_path, "housing_policy", {}, *more)
        assert said.code == 1 and more[1] in said.err
    assert habitat(desk.office, "record", "list", "--json").json == []


def test_answers_come_as_numbers_texts_lists_and_nothing(
    habitat: Habitat, desk: Desk, tmp_path: Path
) -> None:
    answers: dict[str, Any] = {
        "ctx": {
            "urban_pop": 15000000,
            "slum_pct": "12.50",
            "deficit_quant": 2.0,
            "lead_ministry": 7,
            "annual_need": None,
            "deficit_qual": {"$unavailable": {"reason": "no_survey", "remark": "مسح"}},
        },
        "instrument": [{"in_adequacy": ["habitability", "location"]}, {"in_adequacy": "location"}],
        "narrative": None,
        "meta": {"instanceID": "uuid:elsewhere"},
    }
    said = add(habitat, desk, tmp_path, "housing_policy", answers)
    assert said.code == 0, said.err
    shown = habitat(desk.office, "record", "show", said.json["label"], "--json").json["answers"]
    assert shown["ctx"]["urban_pop"] == "15000000"
    assert shown["ctx"]["slum_pct"] == "12.50"
    assert shown["ctx"]["deficit_quant"] == "2"
    assert shown["ctx"]["lead_ministry"] == "7"
    assert "annual_need" not in shown["ctx"]
    assert shown["ctx"]["deficit_qual"] == {"$unavailable": {"reason": "no_survey", "remark": "مسح"}}
    assert [one["in_adequacy"] for one in shown["instrument"]] == [["habitability", "location"], ["location"]]


@pytest.mark.parametrize(
    ("answers", "ref", "word"),
    [
        ([], "/data", "an object"),
        ({"ctx": 5}, "/data/ctx", "an object"),
        ({"instrument": {"in_title": "x"}}, "/data/instrument", "a list of objects"),
        ({"instrument": ["x"]}, "/data/instrument[1]", "an object"),
        ({"ctx": {"urban_pop": True}}, "/data/ctx/urban_pop", "a text or a number"),
        ({"ctx": {"urban_pop": "12,5"}}, "/data/ctx/urban_pop", "a whole number"),
        ({"ctx": {"lead_ministry": ["a", "b"]}}, "/data/ctx/lead_ministry", "one value"),
        ({"ctx": {"nup_stage": {"x": 1}}}, "/data/ctx/nup_stage", "one value"),
        ({"ctx": {"nup_stage": "soon"}}, "/data/ctx/nup_stage", "among the choices"),
        ({"ctx": {"urban_pop": {"$unavailable": {"reason": "lazy"}}}}, "/data/ctx/urban_pop", "no_survey"),
        ({"ftr": {"supporting_document": "none.pdf"}}, "/data/ftr/supporting_document", "none.pdf"),
        ({"ftr": {"supporting_document": "."}}, "/data/ftr/supporting_document", "directory"),
    ],
)
def test_an_answer_of_the_wrong_shape_is_named_for_people_and_machines(
    answers: object, ref: str, word: str, habitat: Habitat, desk: Desk, tmp_path: Path
) -> None:
    said = add(habitat, desk, tmp_path, "housing_policy", answers)
    assert said.code == 1
    (problem,) = said.json["problems"]
    assert (problem["ref"], problem["severity"], said.json["record_id"]) == (ref, "error", None)
    assert word in problem["message"] and word in said.err and "given.json" in said.err
    assert habitat(desk.office, "record", "list", "--json").json == []


def test_an_attached_file_goes_along_and_stays_when_the_answers_come_back(
    habitat: Habitat, desk: Desk, tmp_path: Path
) -> None:
    (tmp_path / "plan الخطة.pdf").write_bytes(b"%PDF-1.4 the plan")
    answers = {"ftr": {"supporting_document": "plan الخطة.pdf"}}
    first = add(habitat, desk, tmp_path, "housing_policy", answers)
    assert first.code == 0, first.err
    shown = habitat(desk.office, "record", "show", first.json["label"], "--json").json["answers"]
    again = add(habitat, desk, tmp_path, "housing_policy", {"ftr": shown["ftr"]})
    assert again.code == 0, again.err
    copy = habitat(desk.office, "record", "show", again.json["label"], "--json").json["answers"]
    assert copy["ftr"] == shown["ftr"]


def test_finalizing_twice_makes_one_revision(habitat: Habitat, desk: Desk, tmp_path: Path) -> None:
    first = add(habitat, desk, tmp_path, "housing_policy", demo_return("housing_policy"), "--finalize").json
    again = habitat(desk.office, "record", "finalize", first["label"], "--json")
    assert again.code == 0
    assert (again.json["revision_id"], again.json["state"]) == (first["revision_id"], "final")
    assert len(habitat(desk.office, "record", "history", first["label"], "--json").json) == 1


def test_entries_that_name_themselves_are_changed_wherever_they_stand(
    habitat: Habitat, desk: Desk, tmp_path: Path
) -> None:
    added = add(habitat, desk, tmp_path, "slum_upgrading", demo_return("slum_upgrading"), "--finalize")
    label = added.json["label"]
    plain = habitat(desk.office, "record", "show", label, "--json").json["answers"]
    named = habitat(desk.office, "record", "show", label, "--ids", "--json").json["answers"]
    assert "$id" not in str(plain)
    path, entries = next(_repeats(named))
    changed = [*entries[1:]]
    for step in reversed(path):
        changed = {step: changed}  # type: ignore[assignment]
    file = answers_file(tmp_path, changed, "change.json")
    edited = habitat(desk.office, "record", "edit", label, "--answers", file, "--finalize")
    assert edited.code == 0, edited.err
    after = habitat(desk.office, "record", "show", label, "--ids", "--json").json["answers"]
    assert [one["$id"] for one in next(_repeats(after))[1]] == [one["$id"] for one in entries[1:]]


def _repeats(answers: dict[str, Any], path: tuple[str, ...] = ()) -> Any:
    for name, value in answers.items():
        if isinstance(value, dict):
            yield from _repeats(value, (*path, name))
        elif isinstance(value, list) and len(value) > 1 and isinstance(value[0], dict):
            yield (*path, name), value


def test_a_wrong_choice_names_its_question_once_and_says_what_there_is(
    habitat: Habitat, desk: Desk, tmp_path: Path
) -> None:
    answers = {"ctx": {"nup_stage": "soon"}, "instrument": [{"in_title": "x", "in_resolutions": ["none"]}]}
    said = add(habitat, desk, tmp_path, "housing_policy", answers)
    few, many = said.err.splitlines()[:2]
    stage = "Phase of the national urban policy"
    assert few.startswith(f"“{stage} (/data/ctx/nup_stage)”: “soon” is not among the choices.")
    assert few.count("/data/ctx/nup_stage") == 1 and few.count(stage) == 1
    rows = habitat(desk.office, "form", "show", "housing_policy", "--json").json["rows"]
    values = {row["ref"]: [one["value"] for one in row.get("choices", ())] for row in rows}
    assert few.endswith(f"{', '.join(values['/data/ctx/nup_stage'])}.")
    assert f"{len(values['/data/instrument/in_resolutions'])} choices" in many
    assert many.endswith("habitat form show housing_policy --json")
    assert said.json["problems"][0]["label"] == stage


def test_a_list_of_the_offices_own_records_is_shown_with_its_rows(
    habitat: Habitat, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = demo_return("project_status")
    assert add(habitat, desk, tmp_path, "project_status", given).code == 0

    def projects(said: Said) -> list[dict[str, str]]:
        assert said.code == 0, said.err
        (row,) = [row for row in said.json["rows"] if row["name"] == "in_project"]
        return list(row["choices"])

    (one,) = projects(habitat(desk.office, "form", "show", "housing_policy", "--json"))
    assert one["value"] and one["value"] in str(given) and one["label"] in str(given)
    monkeypatch.chdir(tmp_path)
    assert projects(habitat(None, "form", "show", "housing_policy", "--json")) == []

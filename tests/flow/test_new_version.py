"""An office updates the program: its forms have a new version, and half of its work is on the old one.

`update` stands for the day of the update: before it a workspace is opened with the forms of the program of
then, after it with those of now.
"""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from habitat_desktop import workspace as workspace_module
from habitat_desktop.resources import data_dir
from habitat_desktop.xforms import library as library_module
from habitat_desktop.xforms.definition import EARLIER, Question
from habitat_desktop.xforms.library import load_form
from tests.flow.conftest import Desk, Habitat, answers_file, demo_return

FORMS = ("project_status", "slum_upgrading", "housing_policy")

Switch = Callable[[bool], None]


@pytest.fixture(scope="module")
def forms_of_then(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of forms as the program before had it: the first versions, and no others."""
    folder = tmp_path_factory.mktemp("then") / "forms"
    shutil.copytree(data_dir("forms") / "lists", folder / "lists")
    for form_id in FORMS:
        shutil.copy(data_dir("forms") / EARLIER / f"{form_id}-1.xlsx", folder / f"{form_id}.xlsx")
    return folder


@pytest.fixture
def updated(forms_of_then: Path, monkeypatch: pytest.MonkeyPatch) -> Switch:
    """`updated(False)`: the program of then; `updated(True)`: that of now."""

    def switch(is_now: bool) -> None:
        def folder_of(name: str) -> Path:
            return forms_of_then if name == "forms" and not is_now else data_dir(name)

        for module in (workspace_module, library_module):
            monkeypatch.setattr(module, "data_dir", folder_of)

    return switch


def first_answers(form_id: str) -> dict[str, Any]:
    """Return the demonstration answers, without what version 1 does not ask, with what it alone requires."""
    form = load_form(data_dir("forms") / EARLIER / f"{form_id}-1.xlsx", foreign=False)
    known = {element.path for element in form.walk() if isinstance(element, Question)}
    groups = {path.rpartition("/")[0] for path in known}

    def kept(answers: Any, path: str) -> Any:
        if isinstance(answers, list) and path in groups:
            return [kept(one, path) for one in answers]
        if not isinstance(answers, dict) or "$unavailable" in answers:
            return answers
        below = {name: (value, f"{path}/{name}") for name, value in answers.items()}
        return {
            name: kept(value, inside)
            for name, (value, inside) in below.items()
            if inside in known or any(group.startswith(inside) for group in groups)
        }

    answers: dict[str, Any] = kept(demo_return(form_id), "/data")
    for settlement in answers.get("settlement", ()):
        settlement["depr"].setdefault("dep_source", "estimate")
    return answers


def add(habitat: Habitat, place: Path, folder: Path, form_id: str, *more: str) -> dict[str, Any]:
    answers = answers_file(folder, first_answers(form_id), f"{form_id}.json")
    said = habitat(place, "record", "add", "--form", form_id, "--answers", answers, *more, "--json")
    assert said.code == 0, said.err
    found: dict[str, Any] = said.json
    return found


@pytest.mark.parametrize("form_id", FORMS)
def test_a_return_of_the_old_version_is_kept_until_a_person_moves_it(
    form_id: str, habitat: Habitat, desk: Desk, updated: Switch, tmp_path: Path
) -> None:
    office = desk.office
    updated(False)
    label = add(habitat, office, tmp_path, form_id, "--finalize")["label"]
    before = habitat(office, "record", "show", label, "--json").json
    updated(True)
    now = habitat(office, "record", "show", label, "--json").json
    assert now == before and now["form_version"] == "1"
    for look in (("record", "list"), ("record", "check", label), ("verify",)):
        assert habitat(office, *look).code == 0, look

    told = habitat(office, "record", "upgrade", label, "--preview", "--json").json
    assert {one["how"] for one in told["changes"]} <= {"worked_out"}
    assert habitat(office, "record", "show", label, "--json").json == before
    assert habitat(office, "record", "upgrade", label).code == 0
    moved = habitat(office, "record", "show", label, "--json").json
    assert moved["form_version"] == "2"
    assert lost(form_id, before["answers"], moved["answers"]) == []
    refused = habitat(office, "record", "finalize", label, "--json")
    assert refused.code == 1 and habitat(office, "record", "discard", label).code == 0
    assert habitat(office, "record", "show", label, "--json").json == before

    habitat(office, "record", "upgrade", label)
    whole = answers_file(tmp_path, demo_return(form_id))
    done = habitat(office, "record", "edit", label, "--answers", whole, "--finalize", "--json")
    assert done.code == 0, done.err
    assert habitat(office, "record", "check", label).code == habitat(office, "verify").code == 0
    story = habitat(office, "record", "history", label, "--json").json
    assert len(story) == 2


def lost(form_id: str, before: Any, after: Any) -> list[str]:
    """Return the paths of the answers given before that are not there any more."""
    form = load_form(data_dir("forms") / f"{form_id}.xlsx", foreign=False)

    def gone(before: Any, after: Any, path: str) -> list[str]:
        if isinstance(before, dict) and "$unavailable" not in before:
            after = after if isinstance(after, dict) else {}
            return [one for name in before for one in gone(before[name], after.get(name), f"{path}/{name}")]
        if isinstance(before, list) and before and isinstance(before[0], dict):
            pairs = zip(before, after or [None] * len(before), strict=True)
            return [one for pair in pairs for one in gone(*pair, path)]
        element = form.elements.get(path)
        is_asked = isinstance(element, Question) and element.is_asked and not element.bind.calculate
        return [path] if is_asked and before != after else []

    return gone(before, after, "/data")


def test_a_draft_in_the_middle_is_finished_on_the_version_it_was_begun_with(
    habitat: Habitat, desk: Desk, updated: Switch, tmp_path: Path
) -> None:
    updated(False)
    label = add(habitat, desk.office, tmp_path, "housing_policy")["label"]
    updated(True)
    change = answers_file(tmp_path, {"ctx": {"lead_ministry": "Ministry of Lands"}})
    done = habitat(desk.office, "record", "edit", label, "--answers", change, "--finalize", "--json")
    assert done.code == 0, done.err
    shown = habitat(desk.office, "record", "show", label, "--json").json
    assert (shown["form_version"], shown["state"]) == ("1", "final")
    assert shown["answers"]["ctx"]["lead_ministry"] == "Ministry of Lands"
    new = answers_file(tmp_path, demo_return("housing_policy"), "new.json")
    added = habitat(
        desk.office,
        "record",
        "add",
        "--form",
        "housing_policy",
        "--answers",
        new,
        "--period",
        "2026-H2",
        "--json",
    )
    assert habitat(desk.office, "record", "show", added.json["label"], "--json").json["form_version"] == "2"


def test_a_draft_may_be_moved_and_the_next_period_begins_on_the_new_version(
    habitat: Habitat, desk: Desk, updated: Switch, tmp_path: Path
) -> None:
    updated(False)
    draft = add(habitat, desk.office, tmp_path, "housing_policy")["label"]
    final = add(habitat, desk.office, tmp_path, "housing_policy", "--finalize", "--period", "2025-H2")[
        "label"
    ]
    updated(True)
    assert habitat(desk.office, "record", "upgrade", draft).code == 0
    shown = habitat(desk.office, "record", "show", draft, "--json").json
    assert (shown["form_version"], shown["state"]) == ("2", "draft")
    next_one = habitat(desk.office, "record", "rollover", final, "--period", "2026-H2", "--anyway", "--json")
    assert next_one.code == 0, next_one.err
    assert "/data/ctx/lead_ministry" in next_one.json["to_confirm"]
    shown = habitat(desk.office, "record", "show", next_one.json["label"], "--json").json
    assert shown["form_version"] == "2"


def sent(habitat: Habitat, desk: Desk) -> str:
    made = habitat(desk.office, "package", "create", "--output", desk.folder, "--json")
    assert made.code == 0, made.err
    return str(made.json["path"])


def test_headquarters_with_the_new_version_takes_in_the_old_one(
    habitat: Habitat, desk: Desk, updated: Switch, tmp_path: Path
) -> None:
    updated(False)
    labels = [add(habitat, desk.office, tmp_path, form_id, "--finalize")["label"] for form_id in FORMS]
    here = {label: habitat(desk.office, "record", "show", label, "--json").json for label in labels}
    package = sent(habitat, desk)
    updated(True)
    (taken,) = habitat(desk.headquarters, "import", package, "--json").json
    assert (taken["status"], taken["new_revisions"], taken["findings"]) == ("imported", 3, [])
    for label in labels:
        away = habitat(desk.headquarters, "record", "show", label, "--json").json
        assert away["answers"] == here[label]["answers"] and away["form_version"] == "1"
        assert habitat(desk.headquarters, "record", "check", label).code == 0
    assert habitat(desk.headquarters, "verify").code == 0


def test_a_program_without_the_new_version_keeps_what_it_cannot_show(
    habitat: Habitat, desk: Desk, updated: Switch, tmp_path: Path
) -> None:
    answers = answers_file(tmp_path, demo_return("slum_upgrading"))
    made = habitat(
        desk.office, "record", "add", "--form", "slum_upgrading", "--answers", answers, "--finalize", "--json"
    )
    label = made.json["label"]
    here = habitat(desk.office, "record", "show", label, "--json").json["answers"]
    package = sent(habitat, desk)
    updated(False)
    taken = habitat(desk.headquarters, "import", package, "--json")
    assert taken.json[0]["status"] == "imported" and taken.json[0]["new_revisions"] == 1
    assert habitat(desk.headquarters, "record", "show", label, "--json").json["answers"] == here
    checked = habitat(desk.headquarters, "record", "check", label)
    assert checked.code == 1 and "2" in checked.out and "slum_upgrading" in checked.out
    assert habitat(desk.headquarters, "verify").code == 0
    updated(True)
    assert habitat(desk.headquarters, "record", "check", label).code == 0
    assert habitat(desk.headquarters, "record", "show", label, "--json").json["answers"] == here

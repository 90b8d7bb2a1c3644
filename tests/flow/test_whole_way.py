"""Form, record, package, headquarters, receipt: the whole way with real files only."""

import shutil
from pathlib import Path

import pytest

from habitat_desktop.cli import demo
from tests.flow.conftest import Demonstration, Desk, Habitat, answers_file, demo_return

FORMS = ("project_status", "slum_upgrading", "housing_policy")


@pytest.mark.parametrize("form_id", FORMS)
def test_a_return_goes_to_headquarters_and_its_receipt_comes_back(
    form_id: str, habitat: Habitat, desk: Desk, tmp_path: Path
) -> None:
    answers = answers_file(tmp_path, demo_return(form_id))
    added = habitat(
        desk.office, "record", "add", "--form", form_id, "--answers", answers, "--finalize", "--json"
    )
    assert added.code == 0, added.err
    assert added.json["state"] == "final"

    made = habitat(desk.office, "package", "create", "--output", desk.folder, "--json")
    assert made.code == 0, made.err
    assert (made.json["records"], made.json["revisions"], made.json["to"]) == (1, 1, "HQ")
    (sent,) = habitat(desk.office, "record", "list", "--json").json
    assert sent["state"] == "package"

    taken = habitat(desk.headquarters, "import", made.json["path"], "--json")
    assert taken.code == 0, taken.err
    assert [(r["status"], r["new_revisions"], r["findings"]) for r in taken.json] == [("imported", 1, [])]
    (there,) = habitat(desk.headquarters, "record", "list", "--json").json
    assert (there["record_id"], there["office"], there["heads"]) == (sent["record_id"], "KE", sent["heads"])
    here, away = (
        habitat(place, "record", "show", sent["record_id"], "--json").json["answers"]
        for place in (desk.office, desk.headquarters)
    )
    assert here == away

    receipt = habitat(desk.headquarters, "package", "create", "--to", "KE", "--output", desk.folder, "--json")
    assert receipt.code == 0, receipt.err
    assert habitat(desk.office, "import", receipt.json["path"], "--json").code == 0
    (received,) = habitat(desk.office, "record", "list", "--json").json
    assert received["state"] == "received"


def test_an_edit_after_the_receipt_is_a_second_revision_with_the_first_as_parent(
    habitat: Habitat, desk: Desk, tmp_path: Path
) -> None:
    answers = demo_return("housing_policy")
    first = habitat(
        desk.office, "record", "add", "--form", "housing_policy",
        "--answers", answers_file(tmp_path, answers), "--finalize", "--json",
    ).json  # fmt: skip
    assert habitat(desk.office, "package", "create", "--output", desk.folder, "--json").code == 0
    change = answers_file(tmp_path, {"ctx": {"lead_ministry": "State Department for Housing"}}, "change.json")
    second = habitat(
        desk.office, "record", "edit", first["label"], "--answers", change, "--finalize", "--json"
    )
    assert second.code == 0, second.err
    made = habitat(desk.office, "package", "create", "--output", desk.folder, "--json").json
    assert made["revisions"] == 2  # no receipt yet: the package carries everything again
    assert habitat(desk.headquarters, "import", made["path"], "--json").json[0]["new_revisions"] == 2
    story = habitat(desk.headquarters, "record", "history", first["record_id"], "--json").json
    assert [revision["parents"] for revision in story] == [[], [first["revision_id"]]]
    (record,) = habitat(desk.headquarters, "record", "list", "--json").json
    assert record["heads"] == [second.json["revision_id"]]


def test_packages_may_come_late_twice_and_in_any_order(habitat: Habitat, desk: Desk, tmp_path: Path) -> None:
    paths = []
    for form_id in FORMS:
        answers = answers_file(tmp_path, demo_return(form_id))
        habitat(desk.office, "record", "add", "--form", form_id, "--answers", answers, "--finalize")
        paths.append(
            habitat(desk.office, "package", "create", "--output", desk.folder, "--json").json["path"]
        )
    taken = habitat(desk.headquarters, "import", paths[2], paths[0], paths[1], paths[2], "--json").json
    assert [result["status"] for result in taken] == ["imported", "imported", "imported", "duplicate"]
    assert [result["new_revisions"] for result in taken] == [3, 0, 0, 0]
    assert habitat(desk.headquarters, "status", "--json").json["revisions"] == 3


def test_sync_over_a_folder_needs_no_second_round(habitat: Habitat, desk: Desk, tmp_path: Path) -> None:
    for place in (desk.office, desk.headquarters):
        assert habitat(place, "transport", "add", "share", desk.folder).code == 0
    answers = answers_file(tmp_path, demo_return("housing_policy"))
    habitat(desk.office, "record", "add", "--form", "housing_policy", "--answers", answers, "--finalize")
    for place in (desk.office, desk.headquarters, desk.office):
        said = habitat(place, "sync", "--json")
        assert said.code == 0, said.err
    assert habitat(desk.office, "status", "--json").json["received"] == 1
    before = sorted(path.name for path in desk.folder.iterdir())
    for place in (desk.headquarters, desk.office, desk.headquarters):
        assert habitat(place, "sync", "--json").json[0]["sent"] == []
    assert sorted(path.name for path in desk.folder.iterdir()) == before


def test_sync_reaches_headquarters_after_the_stick_was_lost(
    habitat: Habitat, desk: Desk, tmp_path: Path
) -> None:
    for place in (desk.office, desk.headquarters):
        habitat(place, "transport", "add", "stick", desk.folder)
    answers = answers_file(tmp_path, demo_return("housing_policy"))
    habitat(desk.office, "record", "add", "--form", "housing_policy", "--answers", answers, "--finalize")
    assert len(habitat(desk.office, "sync", "--json").json[0]["sent"]) == 1
    shutil.rmtree(desk.folder)
    lost = habitat(desk.office, "sync", "--json")
    assert lost.code != 0
    assert str(desk.folder) in lost.err
    desk.folder.mkdir()
    assert len(habitat(desk.office, "sync", "--json").json[0]["sent"]) == 1
    assert habitat(desk.headquarters, "sync", "--json").json[0]["received"][0]["status"] == "imported"


@pytest.mark.xdist_group("demonstration")
def test_the_demonstration_tells_the_whole_story(
    habitat: Habitat, demonstration: Demonstration, tmp_path: Path
) -> None:
    assert demonstration.said.count("\n") > 20 and not {"\u2066", "\u2069"} & set(demonstration.said)
    figures = habitat(demonstration.folder / "kenya", "status", "--json").json
    assert figures["received"] >= 3 and figures["drafts"] >= 1
    copy = tmp_path / "demo"
    shutil.copytree(demonstration.folder, copy)
    story = demo._begin(copy)  # what it made before it makes anew
    story.office.close()
    story.headquarters.close()
    assert sorted(path.name for path in copy.iterdir()) == [
        ".habitat-demo",
        "exchange",
        "headquarters",
        "kenya",
    ]


def test_the_demonstration_leaves_a_folder_of_somebody_else_alone(habitat: Habitat, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    said = habitat(None, "demo", tmp_path, "--no-window", "--no-screenshots", "--no-reports")
    assert said.code == 1 and str(tmp_path) in said.err
    assert [path.name for path in tmp_path.iterdir() if path.name == "mine.txt"] == ["mine.txt"]


def test_the_same_answers_again_are_no_change(habitat: Habitat, desk: Desk, tmp_path: Path) -> None:
    path = answers_file(tmp_path, demo_return("housing_policy"))
    added = habitat(
        desk.office, "record", "add", "--form", "housing_policy", "--answers", path, "--finalize", "--json"
    ).json
    for options in ((), ("--finalize",)):
        said = habitat(desk.office, "record", "edit", added["label"], "--answers", path, *options, "--json")
        assert (said.code, said.json["state"], said.json["revision_id"]) == (0, "final", added["revision_id"])
    assert len(habitat(desk.office, "record", "history", added["label"], "--json").json) == 1


def test_the_code_of_headquarters_makes_a_workspace_of_headquarters(habitat: Habitat, tmp_path: Path) -> None:
    habitat(None, "init", tmp_path / "hq", "--office", "HQ", "--name", "Headquarters")
    assert habitat(tmp_path / "hq", "status", "--json").json["role"] == "headquarters"

"""Withdrawing, discarding, correcting: each has a reason, a person, and nothing is lost by it."""

from pathlib import Path
from typing import Any

from tests.flow.conftest import Desk, Habitat, answers_file, demo_return


def _added(habitat: Habitat, workspace: Path, folder: Path, form_id: str = "housing_policy") -> str:
    answers = answers_file(folder, demo_return(form_id), f"{form_id}.json")
    return str(
        habitat(
            workspace, "record", "add", "--form", form_id, "--answers", answers, "--finalize", "--json"
        ).json["label"]
    )


def _send(habitat: Habitat, sender: Path, folder: Path, receiver: Path, *to: str) -> None:
    made = habitat(sender, "package", "create", "--output", folder, "--json", *to)
    assert habitat(receiver, "import", made.json["path"], "--json").code == 0


def _history(habitat: Habitat, workspace: Path, label: str) -> list[Any]:
    return list(habitat(workspace, "record", "history", label, "--json").json)


def test_a_withdrawn_record_is_kept_everywhere_and_comes_back_by_an_edit(
    habitat: Habitat, desk: Desk, tmp_path: Path
) -> None:
    label = _added(habitat, desk.office, tmp_path)
    _send(habitat, desk.office, desk.folder, desk.headquarters)
    change = answers_file(tmp_path, {"ctx": {"urban_pop": 1}}, "change.json")
    habitat(desk.office, "record", "edit", label, "--answers", change)
    gone = ("record", "withdraw", label, "--reason")
    for refused, code in (((*gone, " "), "draft"), ((*gone, "twice"), "draft")):
        said = habitat(desk.office, *refused)
        assert said.code == 1 and code in said.err
    assert habitat(desk.office, "record", "discard", label, "--json").json["state"] == "package"
    assert habitat(desk.office, "record", "discard", label).code == 1
    assert habitat(desk.office, *gone, " ").code == 1
    assert habitat(desk.headquarters, *gone, "twice").code == 1
    assert habitat(desk.office, *gone, "entered twice", "--json").json["state"] == "withdrawn"
    assert habitat(desk.office, *gone, "again").code == 1
    _send(habitat, desk.office, desk.folder, desk.headquarters)
    there = habitat(desk.headquarters, "record", "show", label, "--json").json
    assert there["state"] == "withdrawn" and there["answers"]["ctx"]
    assert _history(habitat, desk.headquarters, label)[-1]["reason"] == "entered twice"
    assert habitat(desk.office, "record", "edit", label, "--answers", change, "--finalize").code == 0
    _send(habitat, desk.office, desk.folder, desk.headquarters)
    back = habitat(desk.headquarters, "record", "show", label, "--json").json
    assert back["state"] != "withdrawn" and back["answers"]["ctx"]["urban_pop"] == "1"


def test_discarding_a_draft_that_was_never_final_leaves_nothing(
    habitat: Habitat, desk: Desk, tmp_path: Path
) -> None:
    answers = answers_file(tmp_path, demo_return("housing_policy"))
    made = habitat(
        desk.office, "record", "add", "--form", "housing_policy", "--answers", answers, "--json"
    ).json
    assert habitat(desk.office, "record", "withdraw", made["label"], "--reason", "x").code == 1
    said = habitat(desk.office, "record", "discard", made["label"])
    assert said.code == 0 and made["label"] in said.out
    assert habitat(desk.office, "record", "list", "--json").json == []


def test_headquarters_corrects_with_a_reason_and_the_office_goes_on_from_there(
    habitat: Habitat, desk: Desk, tmp_path: Path
) -> None:
    label = _added(habitat, desk.office, tmp_path)
    _send(habitat, desk.office, desk.folder, desk.headquarters)
    before = habitat(desk.office, "record", "show", label, "--json").json["answers"]
    change = answers_file(tmp_path, {"ctx": {"urban_pop": 16000000}}, "change.json")
    edit = ("record", "edit", label, "--answers", change, "--finalize")
    why = ("--reason", "confirmed by telephone")
    assert habitat(desk.headquarters, *edit, *why).code == 1  # nobody answers for it
    assert habitat(desk.office, *edit, *why, "--person", "A. Njeri").code == 1  # only headquarters
    made = habitat(desk.headquarters, *edit, *why, "--person", "W. Mwangi", "--json")
    assert made.code == 0 and made.json["revision_id"], made.err
    last = _history(habitat, desk.headquarters, label)[-1]
    assert (last["kind"], last["author"], last["reason"]) == (
        "correction", "W. Mwangi", "confirmed by telephone"
    )  # fmt: skip
    assert {"ref": "ctx/urban_pop", "value": before["ctx"]["urban_pop"]}.items() <= next(
        one for one in last["set_aside"] if one["ref"] == "ctx/urban_pop"
    ).items()
    assert not habitat(desk.headquarters, *edit, *why, "--person", "W. Mwangi").err  # the same again
    assert len(_history(habitat, desk.headquarters, label)) == 2
    show = ("record", "show", label, "--json")
    assert habitat(desk.headquarters, *show).json["state"] == "received"  # it is at headquarters
    accepted = habitat(desk.headquarters, "review", "accept", label, "--person", "W. Mwangi")
    assert accepted.code == 0, accepted.err
    assert habitat(desk.headquarters, *show).json["state"] == "accepted"

    _send(habitat, desk.headquarters, desk.folder, desk.office, "--to", "KE")
    further = answers_file(tmp_path, {"ctx": {"lead_ministry": "Ministry of Lands"}}, "more.json")
    habitat(desk.office, "record", "edit", label, "--answers", further, "--finalize")
    _send(habitat, desk.office, desk.folder, desk.headquarters)
    there = habitat(desk.headquarters, "record", "show", label, "--json").json
    assert len(there["heads"]) == 1 and there["answers"]["ctx"]["urban_pop"] == "16000000"


_FORM = """
| survey   |         |         |         |                   |
|          | type    | name    | label   | bind::habitat:was |
|          | integer | {name}  | People  | {was}             |
|          | text    | {other} | Remark  |                   |
| settings |         |         |         |                   |
|          | form_id | version |         |                   |
|          | visit   | {version} |       |                   |
"""


def test_a_record_moves_to_a_newer_version_of_its_form_when_a_person_says_so(
    habitat: Habitat, desk: Desk, tmp_path: Path
) -> None:
    def install(version: int, **words: str) -> None:
        path = tmp_path / f"visit{version}.md"
        path.write_text(_FORM.format(version=version, **words).strip() + "\n", encoding="utf-8")
        added = habitat(desk.office, "form", "add", path)
        assert added.code == 0, added.err

    install(1, name="people", was="", other="remark")
    answers = answers_file(tmp_path, {"people": 12, "remark": "by boat"})
    added = habitat(
        desk.office, "record", "add", "--form", "visit", "--answers", answers, "--finalize", "--json"
    )
    label = added.json["label"]
    upgrade = ("record", "upgrade", label, "--json")
    assert habitat(desk.office, *upgrade).code == 1  # there is no newer version
    install(2, name="residents", was="people", other="access")
    told = habitat(desk.office, *upgrade, "--preview").json
    assert (told["from"], told["to"], told["added"]) == ("1", "2", ["/data/access"])
    assert [(one["how"], one["value"]) for one in told["changes"]] == [
        ("renamed", "12"), ("dropped", "by boat")
    ]  # fmt: skip
    assert "by boat" in habitat(desk.office, "record", "upgrade", label, "--preview").out
    assert habitat(desk.office, "record", "show", label, "--json").json["form_version"] == "1"
    assert habitat(desk.office, *upgrade).json == told
    assert habitat(desk.office, "record", "finalize", label).code == 0
    shown = habitat(desk.office, "record", "show", label, "--json").json
    assert (shown["form_version"], shown["answers"]["residents"]) == ("2", "12")
    assert shown["answers"]["$former"] == {"1": {"/data/remark": "by boat"}}
    assert [
        one["label"] for one in habitat(desk.office, "record", "list", "--text", "boat", "--json").json
    ] == [label]
    assert "by boat" in habitat(desk.office, "record", "show", label).out

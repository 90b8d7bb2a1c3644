"""Two laptops of one office change the same return: nobody's answers are lost without a word."""

from pathlib import Path

from tests.flow.conftest import Desk, Habitat, answers_file, demo_return


def _add(habitat: Habitat, workspace: Path, folder: Path, form_id: str) -> str:
    answers = answers_file(folder, demo_return(form_id), f"{form_id}.json")
    added = habitat(
        workspace, "record", "add", "--form", form_id, "--answers", answers, "--finalize", "--json"
    )
    assert added.code == 0, added.err
    return str(added.json["label"])


def _send(habitat: Habitat, sender: Path, folder: Path, receiver: Path, *to: str) -> None:
    made = habitat(sender, "package", "create", "--output", folder, "--json", *to)
    assert made.code == 0, made.err
    taken = habitat(receiver, "import", made.json["path"], "--json")
    assert taken.code == 0, taken.err


def test_a_record_changed_on_two_laptops_can_be_looked_at_but_not_changed(
    habitat: Habitat, desk: Desk, second_laptop: Path, tmp_path: Path
) -> None:
    label = _add(habitat, desk.office, tmp_path, "housing_policy")
    _send(habitat, desk.office, desk.folder, desk.headquarters)
    _add(habitat, second_laptop, tmp_path, "project_status")  # headquarters answers those who write
    _send(habitat, second_laptop, desk.folder, desk.headquarters)
    _send(habitat, desk.headquarters, desk.folder, second_laptop, "--to", "KE")
    changes = {desk.office: {"lead_ministry": "Ministry of Lands"}, second_laptop: {"urban_pop": 16000000}}
    for laptop, change in changes.items():
        answers = answers_file(tmp_path, {"ctx": change}, "change.json")
        edited = habitat(laptop, "record", "edit", label, "--answers", answers, "--finalize")
        assert edited.code == 0, edited.err
        _send(habitat, laptop, desk.folder, desk.headquarters)
    (there,) = habitat(desk.headquarters, "record", "list", "--form", "housing_policy", "--json").json
    assert there["state"] == "conflict" and len(there["heads"]) == 2
    _send(habitat, desk.headquarters, desk.folder, second_laptop, "--to", "KE")

    before = habitat(second_laptop, "record", "show", label, "--json").json
    assert before["state"] == "conflict" and len(before["heads"]) == 2
    for command in (("edit", label, "--answers", tmp_path / "change.json"), ("finalize", label)):
        refused = habitat(second_laptop, "record", *command)
        assert refused.code == 1 and label in refused.err and "two places" in refused.err
    assert habitat(second_laptop, "record", "show", label, "--json").json == before
    assert len(habitat(second_laptop, "record", "history", label, "--json").json) == 3


def test_a_draft_on_a_record_that_got_a_second_head_meanwhile_is_kept_but_not_finalized(
    habitat: Habitat, desk: Desk, second_laptop: Path, tmp_path: Path
) -> None:
    label = _add(habitat, desk.office, tmp_path, "housing_policy")
    _send(habitat, desk.office, desk.folder, desk.headquarters)
    _add(habitat, second_laptop, tmp_path, "project_status")
    _send(habitat, second_laptop, desk.folder, desk.headquarters)
    _send(habitat, desk.headquarters, desk.folder, second_laptop, "--to", "KE")
    change = answers_file(tmp_path, {"ctx": {"urban_pop": 16000000}}, "change.json")
    for laptop in (desk.office, second_laptop):
        habitat(laptop, "record", "edit", label, "--answers", change, "--finalize")
    assert habitat(second_laptop, "record", "edit", label, "--answers", change).code == 0  # a draft again
    _send(habitat, desk.office, desk.folder, desk.headquarters)
    _send(habitat, second_laptop, desk.folder, desk.headquarters)
    _send(habitat, desk.headquarters, desk.folder, second_laptop, "--to", "KE")
    refused = habitat(second_laptop, "record", "finalize", label)
    assert refused.code == 1 and "two places" in refused.err
    shown = habitat(second_laptop, "record", "show", label, "--json").json
    assert shown["answers"]["ctx"]["urban_pop"] == "16000000"


def test_headquarters_does_not_change_the_answers_of_an_office(
    habitat: Habitat, desk: Desk, tmp_path: Path
) -> None:
    label = _add(habitat, desk.office, tmp_path, "housing_policy")
    _send(habitat, desk.office, desk.folder, desk.headquarters)
    change = answers_file(tmp_path, {"ctx": {"urban_pop": 1}}, "change.json")
    refused = habitat(desk.headquarters, "record", "edit", label, "--answers", change, "--finalize")
    assert refused.code == 1 and "KE" in refused.err
    assert len(habitat(desk.headquarters, "record", "history", label, "--json").json) == 1


def _conflict(habitat: Habitat, desk: Desk, second_laptop: Path, tmp_path: Path) -> str:
    """Two laptops change one record in the same and in different questions; headquarters has both."""
    label = _add(habitat, desk.office, tmp_path, "housing_policy")
    _send(habitat, desk.office, desk.folder, desk.headquarters)
    _add(habitat, second_laptop, tmp_path, "project_status")
    _send(habitat, second_laptop, desk.folder, desk.headquarters)
    _send(habitat, desk.headquarters, desk.folder, second_laptop, "--to", "KE")
    changes = {
        desk.office: {"lead_ministry": "Ministry of Lands", "urban_pop": 15000000},
        second_laptop: {"urban_pop": 16000000},
    }
    for laptop, change in changes.items():
        answers = answers_file(tmp_path, {"ctx": change}, "change.json")
        habitat(laptop, "record", "edit", label, "--answers", answers, "--finalize")
        _send(habitat, laptop, desk.folder, desk.headquarters)
    return label


def test_headquarters_merges_and_the_office_goes_on_from_there(
    habitat: Habitat, desk: Desk, second_laptop: Path, tmp_path: Path
) -> None:
    label = _conflict(habitat, desk, second_laptop, tmp_path)
    (listed,) = habitat(desk.headquarters, "merge", "list", "--json").json
    assert (listed["label"], len(listed["heads"])) == (label, 2)
    shown = habitat(desk.headquarters, "merge", "show", label, "--json").json
    open_rows = [row for row in shown["rows"] if row["open"]]
    assert [row["ref"] for row in open_rows] == ["/data/ctx/urban_pop"]
    assert "please choose" in habitat(desk.headquarters, "merge", "show", label).out
    side = next(one for one, value in open_rows[0]["sides"].items() if value == "16000000")
    decide = ("merge", "take", label, "--ref", open_rows[0]["ref"], "--side", side, "--person", "W. Mwangi")
    assert habitat(desk.headquarters, *decide, "--json").json["can_be_finished"]
    person = ("--person", "W. Mwangi")
    refused = habitat(desk.headquarters, "merge", "finish", label, *person)
    assert refused.code == 1 and "--reason" in refused.err
    done = habitat(
        desk.headquarters, "merge", "finish", label, *person, "--reason", "asked both", "--json"
    ).json
    assert len(done["parents"]) == 2

    for laptop in (desk.office, second_laptop):
        _add(habitat, laptop, tmp_path, "project_status")  # headquarters answers the one that wrote last
        _send(habitat, laptop, desk.folder, desk.headquarters)
        _send(habitat, desk.headquarters, desk.folder, laptop, "--to", "KE")
        there = habitat(laptop, "record", "show", label, "--json").json
        assert there["heads"] == [done["revision_id"]]
        assert there["answers"]["ctx"]["urban_pop"] == "16000000"
        assert there["answers"]["ctx"]["lead_ministry"] == "Ministry of Lands"
    answers = answers_file(tmp_path, {"ctx": {"urban_pop": 17000000}}, "change.json")
    assert habitat(second_laptop, "record", "edit", label, "--answers", answers, "--finalize").code == 0
    _send(habitat, second_laptop, desk.folder, desk.headquarters)
    assert len(habitat(desk.headquarters, "record", "show", label, "--json").json["heads"]) == 1
    last = habitat(desk.headquarters, "record", "history", label, "--json").json
    assert [one["kind"] for one in last] == ["edit", "edit", "edit", "merge", "edit"]
    merged = last[3]
    assert merged["reason"] == "asked both"
    assert [(one["ref"], one["value"]) for one in merged["set_aside"]] == [
        ("ctx/slum_persons", "6075000"),  # worked out from it: 40.5 per cent
        ("ctx/urban_pop", "15000000"),
    ]

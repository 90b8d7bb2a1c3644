"""What was done at headquarters stands in its journal: who, when, about what, why."""

import uuid
from pathlib import Path

import pytest

from habitat_desktop.records import journal
from habitat_desktop.records.act import Act
from habitat_desktop.workspace import open_workspace
from tests.flow.conftest import Desk, Habitat, answers_file, demo_return

WHO = ("--person", "W. Mwangi")


def _acts(folder: Path) -> list[Act]:
    workspace = open_workspace(folder)
    try:
        with workspace.read() as session:
            return journal.acts(session)
    finally:
        workspace.close()


def _received(habitat: Habitat, desk: Desk, tmp_path: Path) -> str:
    """Finalize a return in the office and take it in at headquarters; return its label."""
    path = answers_file(tmp_path, demo_return("housing_policy"))
    added = habitat(desk.office, "record", "add", "--form", "housing_policy", "--answers", path, "--finalize",
                    "--country", "KEN", "--period", "2026-H1", "--json")  # fmt: skip
    assert added.code == 0, added.err
    made = habitat(desk.office, "package", "create", "--output", desk.folder, "--json").json
    assert habitat(desk.headquarters, "import", made["path"]).code == 0
    return str(added.json["label"])


def test_a_correction_is_an_act_of_headquarters(habitat: Habitat, desk: Desk, tmp_path: Path) -> None:
    label = _received(habitat, desk, tmp_path)
    change = answers_file(tmp_path, {"ctx": {"urban_pop": 1}}, "change.json")
    said = habitat(desk.headquarters, "record", "edit", label, "--answers", change, "--finalize",
                   "--reason", "Telephoned the office", *WHO, "--json")  # fmt: skip
    assert said.code == 0, said.err
    (act,) = [act for act in _acts(desk.headquarters) if act.kind == "correct"]
    assert (act.office, act.person, act.reason) == ("KE", "W. Mwangi", "Telephoned the office")
    assert (act.record_id, act.revision_id) == (said.json["record_id"], said.json["revision_id"])


def test_trusting_revoking_and_changing_keys_and_restoring_are_acts(habitat: Habitat, desk: Desk) -> None:
    office, headquarters = desk.office, desk.headquarters
    assert habitat(headquarters, "backup").code == 0
    refused = habitat(headquarters, "keys", "revoke", "KE", "--reason", "stolen")
    assert refused.code == 1 and "KE" not in refused.out
    assert habitat(headquarters, "keys", "revoke", "KE", "--reason", "stolen", *WHO).code == 0
    assert habitat(headquarters, "keys", "rotate", *WHO).code == 0
    assert habitat(headquarters, "keys", "rotate", "--forgotten", *WHO).code == 0
    said = habitat(headquarters, "restore", "--yes", "--reason", "tried it out", *WHO)
    assert said.code == 0, said.err
    told = [(act.kind, act.person, act.reason) for act in _acts(headquarters) if act.kind != "trust"]
    assert told == [
        ("revoke", "W. Mwangi", "stolen"),
        ("rotate", "W. Mwangi", ""),
        ("rotate", "W. Mwangi", ""),
        ("restore", "W. Mwangi", "tried it out"),
    ]
    assert [act.kind for act in _acts(office)] == ["trust"]


@pytest.mark.parametrize("locked", [True, False])
def test_what_a_locked_key_cannot_note_is_not_done(
    habitat: Habitat, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, locked: bool
) -> None:
    label = _received(habitat, desk, tmp_path)
    assert habitat(desk.headquarters, "backup").code == 0
    request = tmp_path / f"{uuid.uuid4()}.xlsx"
    assert habitat(desk.office, "keys", "rotate").code == 0
    assert habitat(desk.office, "keys", "request", request).code == 0
    monkeypatch.setenv("HABITAT_NEW_PASSPHRASE", "seven geese")
    assert habitat(desk.headquarters, "keys", "passphrase").code == 0
    monkeypatch.setenv("HABITAT_PASSPHRASE", "" if locked else "seven geese")
    change = answers_file(tmp_path, {"ctx": {"urban_pop": 1}}, "change.json")
    for words in (
        ("record", "edit", label, "--answers", change, "--finalize", "--reason", "Telephoned", *WHO),
        ("keys", "trust", request, *WHO),
        ("keys", "revoke", "KE", "--all", "--reason", "stolen", *WHO),
        ("keys", "rotate", *WHO),
        ("restore", "--yes", *WHO),
    ):
        before = _acts(desk.headquarters)
        said = habitat(desk.headquarters, *words)
        assert (said.code == 0) != locked, (words, said.err)
        assert (len(_acts(desk.headquarters)) == len(before)) == locked
        assert not locked or "HABITAT_PASSPHRASE" in said.err

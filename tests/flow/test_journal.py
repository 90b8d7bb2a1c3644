"""What was done at headquarters stands in its journal: who, when, about what, why."""

import base64
import hashlib
import json
import sqlite3
import uuid
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from habitat_desktop.records import act_log, journal, roles
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


def test_a_file_let_in_or_taken_off_the_list_is_an_act(habitat: Habitat, desk: Desk, tmp_path: Path) -> None:
    office, headquarters = desk.office, desk.headquarters
    assert habitat(office, "keys", "rotate", "--forgotten").code == 0
    path = answers_file(tmp_path, demo_return("housing_policy"))
    assert (
        habitat(office, "record", "add", "--form", "housing_policy", "--answers", path, "--finalize").code
        == 0
    )
    made = Path(habitat(office, "package", "create", "--output", desk.folder, "--json").json["path"])
    bad = tmp_path / "list.xlsx"
    bad.write_bytes(b"no workbook")
    assert habitat(headquarters, "import", made, bad).code == 1
    listed = habitat(headquarters, "quarantine", "list", "--json").json
    assert {one["file"]: one["code"] for one in listed} == {made.name: "UNKNOWN_KEY", bad.name: "NOT_XLSX"}
    print(habitat(headquarters, "quarantine", "list").out)
    before = _acts(headquarters)
    assert habitat(headquarters, "quarantine", "retry", made.name).code == 1  # nobody answers for it
    again = habitat(headquarters, "quarantine", "retry", made.name, *WHO)
    assert again.code == 1 and "UNKNOWN_KEY" not in again.out and _acts(headquarters) == before
    request = tmp_path / "request.xlsx"
    spoken = habitat(office, "keys", "request", request, "--json").json["fingerprint"]
    assert habitat(headquarters, "keys", "trust", request, "--fingerprint", spoken, *WHO).code == 0
    let_in = habitat(headquarters, "quarantine", "retry", listed[0]["sha256"][:8], *WHO, "--json")
    if listed[0]["file"] == bad.name:
        let_in = habitat(headquarters, "quarantine", "retry", listed[1]["sha256"][:8], *WHO, "--json")
    assert let_in.code == 0 and let_in.json["status"] == "imported"
    assert habitat(headquarters, "quarantine", "remove", bad.name, "--reason", " ", *WHO).code == 1
    assert habitat(headquarters, "quarantine", "remove", bad.name, "--reason", "no package", *WHO).code == 0
    assert habitat(headquarters, "quarantine", "remove", bad.name, "--reason", "twice", *WHO).code == 1
    assert habitat(headquarters, "quarantine", "retry", "nothing.xlsx", *WHO).code == 1
    told = [(act.kind, act.content.get("file"), act.person, act.reason) for act in _acts(headquarters)[-2:]]
    assert told == [("let_in", made.name, "W. Mwangi", ""), ("remove", bad.name, "W. Mwangi", "no package")]
    assert habitat(headquarters, "quarantine", "list", "--json").json == []
    whole = habitat(headquarters, "quarantine", "list", "--all", "--json").json
    assert {one["file"]: one["outcome"] for one in whole} == {made.name: "let_in", bad.name: "removed"}


def _check_alone(path: Path, fingerprints: set[str]) -> int:
    """Check an exported journal as an auditor does, with nothing of this program."""
    before: dict[tuple[str, str], tuple[int, str]] = {}
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for line in lines:
        content, public = line["text"].encode(), base64.b64decode(line["public_key"])
        key_id = hashlib.sha256(public).hexdigest()
        assert hashlib.sha256(content).hexdigest() == line["act_id"]
        signed = line["domain"].encode() + b"\0" + content
        Ed25519PublicKey.from_public_bytes(public).verify(base64.b64decode(line["signature"]), signed)
        said = json.loads(content)
        assert said["key_id"] == key_id and f"{int(key_id, 16) % 10**24:024}" in fingerprints
        chain = (said["office"], said["installation"])
        assert (said["number"] - 1, said["previous"]) == before.get(chain, (0, ""))
        before[chain] = said["number"], line["act_id"]
        assert said["person"]
    return len(lines)


def test_an_auditor_checks_the_exported_journal_alone(habitat: Habitat, desk: Desk, tmp_path: Path) -> None:
    headquarters = desk.headquarters
    label = _received(habitat, desk, tmp_path)
    change = answers_file(tmp_path, {"ctx": {"urban_pop": 1}}, "change.json")
    spoken = {habitat(headquarters, "keys", "show", "--json").json["fingerprint"].replace(" ", "")}
    assert habitat(headquarters, "keys", "rotate", *WHO).code == 0
    assert habitat(headquarters, "record", "edit", label, "--answers", change, "--finalize",
                   "--reason", "Telephoned", *WHO).code == 0  # fmt: skip
    spoken |= {habitat(headquarters, "keys", "show", "--json").json["fingerprint"].replace(" ", "")}
    file = tmp_path / "journal.jsonl"
    assert habitat(headquarters, "journal", "export", file, "--json").json["entries"] == 3
    assert _check_alone(file, spoken) == 3
    for old, new in (("Telephoned", "Telefoned"), ('"text": "', '"text": " ')):
        spoilt = tmp_path / "spoilt.jsonl"
        spoilt.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        with pytest.raises(AssertionError):
            _check_alone(spoilt, spoken)
    lines = file.read_text(encoding="utf-8").splitlines()
    spoilt.write_text("\n".join(lines[1:]), encoding="utf-8")
    with pytest.raises(AssertionError):
        _check_alone(spoilt, spoken)
    again = habitat(headquarters, "journal", "export", file, "--office", "KE")
    assert again.code == 1 and "journal.jsonl" in again.err  # what lies there is never written over


def test_the_journal_is_listed_filtered_and_shown(habitat: Habitat, desk: Desk, tmp_path: Path) -> None:
    headquarters = desk.headquarters
    label = _received(habitat, desk, tmp_path)
    change = answers_file(tmp_path, {"ctx": {"urban_pop": 1}}, "change.json")
    habitat(headquarters, "record", "edit", label, "--answers", change, "--finalize",
            "--reason", "Telephoned", *WHO)  # fmt: skip
    print(habitat(headquarters, "journal", "list").out)

    def kinds(*options: str) -> list[str]:
        found = habitat(headquarters, "journal", "list", *options, "--json").json
        return [act["kind"] for act in found]

    assert kinds() == ["trust", "correct"]
    assert kinds("--office", "ke") == kinds("--record", label) == kinds("--kind", "correct") == ["correct"]
    assert kinds("--office", "-") == ["trust"] and kinds("--office", "UG") == []
    assert kinds("--since", "2020-01-01") == ["trust", "correct"] and kinds("--since", "2999-01-01") == []
    assert habitat(headquarters, "journal", "list", "--record", "KE-NONE-0001").code == 1
    assert habitat(headquarters, "journal", "list", "--since", "yesterday").code == 2
    (act,) = habitat(headquarters, "journal", "list", "--office", "KE", "--json").json
    assert (act["label"], act["signature"], act["what"]) == (
        label, "good", "corrected the return of the office",
    )  # fmt: skip
    shown = habitat(headquarters, "journal", "show", act["act_id"][:8])
    for word in (act["act_id"], label, "W. Mwangi", "Telephoned", act["fingerprint"]):
        assert word in shown.out, shown.out
    assert habitat(headquarters, "journal", "show", act["act_id"], "--json").json == act
    for name in ("0" * 64, "abc", "%%%%"):
        assert "journal" in habitat(headquarters, "journal", "show", name).err


def test_one_flipped_byte_is_a_sentence_with_its_place(habitat: Habitat, desk: Desk) -> None:
    connection = sqlite3.connect(desk.headquarters / "records.sqlite")
    (content,) = connection.execute("SELECT CAST(document AS BLOB) FROM acts").fetchone()
    spoilt = bytes([content[0] ^ 128]) + content[1:]
    connection.execute("UPDATE acts SET document = CAST(? AS TEXT)", [spoilt])
    connection.commit()
    connection.close()
    said = habitat(desk.headquarters, "verify", "--json")
    (problem,) = said.json["problems"]
    assert said.code == 1 and (problem["code"], problem["number"]) == ("ACT_HASH", 1)
    assert problem["label"] in problem["message"]  # which chain
    for words in (("journal", "list"), ("journal", "export", desk.folder / "journal.jsonl")):
        said = habitat(desk.headquarters, *words)
        assert said.code == 1 and "habitat verify" in said.err


def test_every_kind_of_act_has_words() -> None:
    assert act_log.WORDS.keys() == roles.WRITES.keys() | roles.NOTES.keys()


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

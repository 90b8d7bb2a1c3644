"""`habitat verify` finds each thing that was changed behind the program's back, and says where it is."""

import hashlib
import json
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from habitat_desktop.packages import keys
from habitat_desktop.packages.act_keys import ActKeys
from habitat_desktop.packages.verification import mend_workspace, verify_workspace
from habitat_desktop.progress import Cancelled, Progress
from habitat_desktop.records import journal, repository
from habitat_desktop.records.act import DOMAIN, Act
from habitat_desktop.records.act_checks import SQLITE_QUERY, ActCheck
from habitat_desktop.records.database import Database
from habitat_desktop.records.mending import DERIVED, NothingMendedError
from habitat_desktop.records.record import Revision, canonical_json, utc_text
from habitat_desktop.settings import Settings
from tests.flow.conftest import Desk as Workspaces
from tests.flow.conftest import Habitat, answers_file, demo_return
from tests.packages.offices import Desk, close, enrol, full_answers, open_desk
from tests.records.making import draft, revision

Damage = Callable[[Desk], object]


def _sql(statement: str) -> Damage:
    def run(desk: Desk) -> None:
        connection = sqlite3.connect(desk.folder / "records.sqlite")
        connection.execute("PRAGMA foreign_keys = OFF")
        assert connection.execute(statement).rowcount > 0, statement
        connection.commit()
        connection.close()

    return run


def _file(pattern: str, content: bytes | None) -> Damage:
    def run(desk: Desk) -> None:
        (path,) = desk.folder.glob(pattern)
        path.unlink() if content is None else path.write_bytes(content)

    return run


def _resealed(change: Callable[[Act], dict[str, Any]]) -> Damage:
    """Write another act in the place of the third of Kenya, with the right checksum and signature."""

    def run(desk: Desk) -> None:
        with desk.database.read() as session:
            act = journal.acts(session, office="KE", kinds=["nil_return"])[2]
        content = canonical_json(change(act))
        signature = keys.to_text(desk.keyring.sign(DOMAIN, content))
        connection = sqlite3.connect(desk.folder / "records.sqlite")
        connection.execute(
            "UPDATE acts SET document = ?, act_id = ?, signature = ?, kind = ? WHERE act_id = ?",
            (
                content.decode(),
                hashlib.sha256(content).hexdigest(),
                signature,
                json.loads(content)["kind"],
                act.act_id,
            ),
        )
        connection.commit()
        connection.close()

    return run


def _another_package(desk: Desk) -> None:
    (first,) = desk.outgoing.glob("*.xlsx")
    desk.counter = 100  # the desk was opened anew
    desk.finalize()
    first.write_bytes(desk.make().path.read_bytes())


DAMAGES: list[tuple[str, Damage]] = [
    ("HASH", _sql("UPDATE revisions SET document = replace(document, 'Kibera', 'Kibira') WHERE number = 1")),
    ("UNREADABLE", _sql("UPDATE revisions SET document = substr(document, 1, 99) WHERE number = 3")),
    ("COLUMNS", _sql("UPDATE revisions SET installation = 'other' WHERE number = 3")),
    ("COLUMNS", _sql("UPDATE revisions SET kind = 'correction' WHERE number = 3")),
    ("PARENT", _sql("DELETE FROM revisions WHERE number = 1")),
    ("GENERATION", _sql("UPDATE revisions SET generation = 7 WHERE number = 2")),
    ("NUMBER", _sql("DELETE FROM revisions WHERE number = 3")),
    ("COUNTER", _sql("UPDATE counters SET value = 2 WHERE name LIKE 'revision-%'")),
    ("SUMMARY", _sql("UPDATE records SET heads = '[]' WHERE revisions = 2")),
    ("SUMMARY", _sql("UPDATE records SET state = 'received' WHERE revisions = 2")),
    ("SUMMARY", _sql("UPDATE records SET search = 'x' WHERE has_draft")),
    ("SUMMARY_GONE", _sql("DELETE FROM records WHERE revisions = 2")),
    ("SUMMARY_LEFT", _sql("DELETE FROM drafts")),
    ("DRAFT", _sql("UPDATE drafts SET document = '{}'")),
    ("WAITING", _sql("UPDATE waiting_revisions SET document = json_set(document, '$.parents', json('[]'))")),
    ("SUMMARY", _sql("UPDATE records SET state = 'package' WHERE state = 'query'")),
    ("HELD", _sql("UPDATE held SET ranges = '[[1, 9]]'")),
    ("ACT_HASH", _sql("UPDATE acts SET document = replace(document, 'drought', 'draught') WHERE number = 2")),
    ("ACT_HASH", _sql("UPDATE acts SET document = substr(document, 1, 99) WHERE number = 3")),
    ("ACT_UNREADABLE", _resealed(lambda act: act.document() | {"number": 0})),
    ("ACT_COLUMNS", _sql("UPDATE acts SET installation = 'other' WHERE number = 3")),
    ("ACT_COLUMNS", _sql("UPDATE acts SET number = 9 WHERE number = 3")),
    ("ACT_COLUMNS", _sql("UPDATE acts SET kind = 'accept' WHERE kind = 'query'")),
    ("ACT_COLUMNS", _sql("UPDATE acts SET after = '[\"x\"]' WHERE number = 3")),
    ("ACT_LINK", _resealed(lambda act: act.document() | {"previous": "0" * 64})),
    ("ACT_GONE", _sql("DELETE FROM acts WHERE number = 2")),
    ("ACT_TAIL", _sql("DELETE FROM acts WHERE number = 3")),
    ("ACT_SIGNATURE", _sql("UPDATE acts SET signature = (SELECT min(signature) FROM acts)")),
    ("ACT_SIGNATURE", _sql("UPDATE acts SET signature = ''")),
    ("ACT_KEY", _resealed(lambda act: act.document() | {"key_id": "0" * 64})),
    ("ACT_ROLE", _resealed(lambda act: act.document() | {"kind": "accept"})),
    ("ACT_NOBODY", _resealed(lambda act: act.document() | {"person": " "})),
    ("ACT_WHY", _resealed(lambda act: act.document() | {"reason": ""})),
    ("ATTACHMENT_GONE", _file("attachments/*", None)),
    ("ATTACHMENT_CHANGED", _file("attachments/*", b"another picture")),
    ("ATTACHMENT_UNKNOWN", _sql("DELETE FROM attachments")),
    ("PACKAGE_CHANGED", _another_package),
    ("PACKAGE_DAMAGED", _file("outgoing/*.xlsx", b"PK nothing")),
]  # fmt: skip


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office with two revisions of one record, an attached file, a draft, one that waits, a package."""
    folder = tmp_path_factory.mktemp("filled") / "office"
    desk = open_desk(folder, "KE")
    first = desk.finalize(full_answers("Kibera"))
    desk.finalize(full_answers("Mathare"), record=first)
    desk.finalize({**full_answers(), "city": desk.attach("map.png", b"picture")})
    with desk.database.begin() as session:
        repository.create_draft(session, draft("draft"))
        repository.add_revisions(session, [revision(9, ("gone",), record_id="waits")])
    desk.make()
    _converse(desk, first)
    close([desk])
    return folder


def _converse(desk: Desk, about: Revision) -> None:
    """Write three acts of Kenya, a local one, and one of headquarters; it has heard the three."""
    there = open_desk(desk.folder.parent / "there", "HQ")
    enrol(desk, there)
    with there.database.begin() as session:
        query = journal.write(
            session, there.hand("W. Mwangi"), "query", office="KE", record_id=about.record_id, reason="Why?"
        )
    close([there])
    with desk.database.begin() as session:
        journal.add_acts(session, [query])
        for reason in ("no programme", "a drought", "a strike"):
            journal.write(session, desk.hand(), "nil_return", office="KE", reason=reason)
        journal.write(session, desk.hand(), "trust", ref="0" * 64)
        have = json.dumps(journal.have_acts(session))
        values = {"at": utc_text(desk.now), "have": have}
        session.execute(
            text("INSERT INTO peers VALUES ('HQ', 'there', 1, 1, :at, '{}', :have, '{}')"), values
        )


@pytest.fixture
def desk(filled: Path, tmp_path: Path) -> Iterator[Desk]:
    folder = shutil.copytree(filled, tmp_path / "office")
    settings = Settings("office", "KE", "Office KE", person="Amina")
    desk = Desk(folder, settings, Database.open(folder / "records.sqlite"))
    yield desk
    close([desk])


def test_what_was_only_written_by_the_program_is_sound(desk: Desk) -> None:
    seen: list[tuple[int, int]] = []
    result = verify_workspace(desk, Progress(lambda done, total: seen.append((done, total))))
    assert [problem.text for problem in result.problems] == []
    assert result.checked == {
        "revisions": 3, "waiting": 1, "drafts": 1, "records": 4, "attachments": 1, "packages": 1,
        "acts": 5, "acts_of_unknown_keys": 0,
    }  # fmt: skip
    assert seen[-1][0] == seen[-1][1] > 0


@pytest.mark.parametrize(("code", "damage"), DAMAGES, ids=[f"{n}-{d[0]}" for n, d in enumerate(DAMAGES)])
def test_every_damage_is_found_and_placed(desk: Desk, code: str, damage: Damage) -> None:
    damage(desk)
    result = verify_workspace(desk)
    found = [problem for problem in result.problems if problem.code == code]
    assert found, [problem.text for problem in result.problems]
    assert found[0].sentence == found[0].text
    assert found[0].label or found[0].number or found[0].detail


def test_every_byte_of_a_stored_act_is_watched(desk: Desk) -> None:
    chance = random.Random(5)
    with desk.database.read() as session:
        judge = ActKeys(session, desk.keyring).judge
        (act,) = [one for one in journal.acts(session, kinds=["nil_return"]) if one.number == 2]
    connection = sqlite3.connect(desk.folder / "records.sqlite", isolation_level=None)
    assert not list(ActCheck(judge, act.installation).problems(connection.execute(SQLITE_QUERY)))
    flips = 0
    for column in ("document", "signature", "act_id", "kind", "after", "office", "installation"):
        whole = connection.execute(
            f"SELECT CAST({column} AS BLOB) FROM acts WHERE act_id = ?", [act.act_id]
        ).fetchone()[0]
        for place in range(0, len(whole), 1 + len(whole) // 120):
            flipped = bytearray(whole)
            flipped[place] ^= 1 << chance.randrange(8)
            connection.execute("BEGIN")
            change = f"UPDATE acts SET {column} = CAST(? AS TEXT) WHERE act_id = ?"
            connection.execute(change, [bytes(flipped), act.act_id])
            found = list(ActCheck(judge, act.installation).problems(connection.execute(SQLITE_QUERY)))
            connection.execute("ROLLBACK")
            assert any(problem.number == 2 for problem in found), (column, place, found)
            assert all(problem.sentence for problem in found)
            flips += 1
    connection.close()
    assert flips > 300


def test_an_act_that_a_stored_package_tells_of_is_missed(desk: Desk, tmp_path: Path) -> None:
    _sql("DELETE FROM peers")(desk)  # nobody has heard anything yet
    there = open_desk(tmp_path / "there", "HQ")
    enrol(desk, there)
    assert there.take(desk.make().path)[0].status == "imported"  # and passes over what another one signed
    for side in (desk, there):
        assert not verify_workspace(side).problems
        _sql("DELETE FROM acts WHERE number = 3")(side)
        (problem,) = verify_workspace(side).problems
        assert (problem.code, problem.number) == ("ACT_LOST", 3) and problem.file.endswith(".xlsx")
        assert problem.label == f"KE/{desk.database.installation}"
    close([there])


@pytest.mark.parametrize(
    ("code", "damage"), [pair for pair in DAMAGES if pair[0] in DERIVED and pair[0] != "SUMMARY_LEFT"]
)
def test_what_is_derived_is_written_anew_and_nothing_else(desk: Desk, code: str, damage: Damage) -> None:
    before = desk.dump()
    damage(desk)
    assert [problem.code for problem in mend_workspace(desk)] == [code]
    assert not verify_workspace(desk).problems and sorted(desk.dump()) == sorted(before)
    assert mend_workspace(desk) == []


def test_nothing_is_mended_from_what_is_damaged_itself(desk: Desk) -> None:
    _sql("UPDATE records SET state = 'received' WHERE revisions = 2")(desk)
    _sql("DELETE FROM acts WHERE number = 2")(desk)
    before = desk.dump()
    with pytest.raises(NothingMendedError) as said:
        mend_workspace(desk)
    assert "2" in str(said.value) and desk.dump() == before


def test_a_check_can_be_stopped(desk: Desk) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        verify_workspace(desk, progress)


def test_the_command_tells_and_ends_with_one(habitat: Habitat, workspaces: Path) -> None:
    assert habitat(workspaces, "verify").code == 0
    connection = sqlite3.connect(workspaces / "records.sqlite")
    connection.execute("INSERT INTO counters VALUES ('', 'revision-other laptop', 1)")
    connection.commit()
    connection.close()
    said = habitat(workspaces, "verify", "--json")
    assert (said.code, said.json["ok"]) == (1, False)
    (problem,) = said.json["problems"]
    assert (problem["code"], problem["number"]) == ("NUMBER", 1) and "other laptop" in problem["message"]
    assert "other laptop" in habitat(workspaces, "verify").err


def test_the_command_mends_lists_and_says_so(habitat: Habitat, workspaces: Path, tmp_path: Path) -> None:
    answers = answers_file(tmp_path, demo_return("housing_policy"))
    added = habitat(workspaces, "record", "add", "--form", "housing_policy", "--answers", answers, "--json")
    for statement in ("UPDATE records SET subject = 'x'", "UPDATE acts SET signature = ''"):
        connection = sqlite3.connect(workspaces / "records.sqlite")
        connection.execute(statement)
        connection.commit()
        connection.close()
        wrong = habitat(workspaces, "verify", "--json")
        assert (wrong.code, wrong.json["mended"]) == (1, [])
        mended = habitat(workspaces, "verify", "--mend")
        if "acts" in statement:
            assert mended.code == 1 and "Nothing was mended" in mended.err and "signature" in mended.err
        else:
            assert mended.code == 0 and added.json["label"] in mended.out
            assert habitat(workspaces, "verify", "--mend", "--json").json["mended"] == []


@pytest.fixture
def workspaces(fresh_desk: Workspaces, tmp_path: Path) -> Path:
    return shutil.copytree(fresh_desk.office, tmp_path / "workspace")

"""What each side has, and what a receipt proves."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from habitat_desktop.records import exchange_state, repository
from habitat_desktop.records.database import Database
from habitat_desktop.records.record import PackageEntry, Receipt, RecordState, Revision, utc_text
from tests.records.making import NOW, draft, dump, package, revision

HQ = "HQ"


def _finalize(database: Database, *record_ids: str) -> list[Revision]:
    with database.begin() as session:
        return [repository.finalize(session, draft(name), author="A", at=NOW) for name in record_ids]


def _send(database: Database, number: int = 1) -> tuple[PackageEntry, list[Revision]]:
    """Note a package to headquarters with all that waits."""
    entry = package("out", HQ, database.installation, number)
    with database.begin() as session:
        waiting = exchange_state.waiting_for(session, HQ)
        assert exchange_state.next_number(session, HQ) == number
        exchange_state.note_package(session, entry, [item.revision_id for item in waiting])
    return entry, waiting


def _receipt(entry: PackageEntry, status: str = "imported", **changes: object) -> Receipt:
    values = (entry.payload_sha256, entry.number, entry.installation, status, utc_text(NOW))
    return replace(Receipt(*values), **changes)  # type: ignore[arg-type]


def _state(database: Database, record_id: str = "r1") -> tuple[RecordState, int | None]:
    with database.read() as session:
        summary = repository.find_record(session, record_id)
    assert summary is not None
    return summary.state, summary.package_number


def _waiting(database: Database, peer: str = HQ) -> list[str]:
    with database.read() as session:
        return [item.record_id for item in exchange_state.waiting_for(session, peer)]


# -- have ------------------------------------------------------------------------------------------------


def test_have_counts_in_ranges_what_is_really_here(database: Database) -> None:
    with database.begin() as session:
        assert exchange_state.have(session) == {}
        numbers = [revision(n, record_id=f"r{n}") for n in (1, 2, 3, 5, 9, 10)]
        waits = revision(6, ("not here",), record_id="w")
        other = revision(4, record_id="o", office="UG", installation="uganda")
        repository.add_revisions(session, [*numbers, waits, other])
        assert exchange_state.have(session) == {"laptop": [[1, 3], [5, 5], [9, 10]], "uganda": [[4, 4]]}
        assert exchange_state.have(session, ["UG"]) == {"uganda": [[4, 4]]}


def test_an_office_is_sent_only_its_own_revisions_that_it_lacks(database: Database) -> None:
    root = revision(1)
    child = revision(2, (root.revision_id,))
    second = revision(1, record_id="r2", installation="second laptop")
    foreign = revision(1, record_id="r3", office="UG", installation="uganda")
    with database.begin() as session:
        repository.add_revisions(session, [child, root, second, foreign])
        assert exchange_state.waiting_for(session, "KE") == [root, second, child]
        exchange_state.note_receipt(session, "KE", {"laptop": [[1, 2]]}, [], NOW)
        assert exchange_state.waiting_for(session, "KE") == [second]
        assert exchange_state.waiting_for(session, "KE", "UG") == [foreign]
        assert exchange_state.waiting_for(session, "KE", ["UG", "KE"]) == [second, foreign]


def test_an_older_message_of_an_office_does_not_outweigh_a_newer_one(database: Database) -> None:
    with database.begin() as session:
        repository.add_revisions(session, [revision(1), revision(2, record_id="r2")])
        for number, have in ((3, [[1, 2]]), (2, [[1, 1]])):
            exchange_state.note_receipt(
                session, "KE", {"laptop": have}, [], NOW, peer_installation="laptop", number=number
            )
        assert exchange_state.waiting_for(session, "KE") == []
        # another computer of the office, or this one restored: what it has counts now
        exchange_state.note_receipt(session, "KE", {}, [], NOW, peer_installation="new laptop", number=1)
        assert len(exchange_state.waiting_for(session, "KE")) == 2


# -- packages --------------------------------------------------------------------------------------------


def test_a_record_is_in_the_last_package_that_carries_it(database: Database) -> None:
    _finalize(database, "r1")
    assert _state(database) == (RecordState.FINAL, None)
    _send(database, 1)
    assert _state(database) == (RecordState.PACKAGE, 1)
    _finalize(database, "r2")
    _entry, sent = _send(database, 2)
    assert [item.record_id for item in sent] == ["r1", "r2"], "packages are cumulative until receipted"
    assert _state(database) == _state(database, "r2") == (RecordState.PACKAGE, 2)
    with database.begin() as session:
        parent = repository.find_record(session, "r1")
        assert parent is not None
        repository.save_draft(session, draft(parents=parent.heads))
        assert repository.find_record(session, "r1").state == RecordState.DRAFT  # type: ignore[union-attr]
        repository.finalize(session, draft(parents=parent.heads), author="A", at=NOW)
    assert _state(database) == (RecordState.FINAL, None)


def test_packages_are_numbered_for_each_receiver(database: Database) -> None:
    with database.begin() as session:
        exchange_state.note_package(session, package("out", HQ, database.installation), [])
        exchange_state.note_package(session, package("out", HQ, "an older life", 7), [])
        exchange_state.note_package(session, package("in", HQ, database.installation, 9), [])
        assert exchange_state.next_number(session, HQ) == 2
        assert exchange_state.next_number(session, "UG") == 1


def test_packages_are_found_by_payload_and_listed(database: Database) -> None:
    later = package("out", HQ, database.installation, made_at=utc_text("2026-02-01T00:00:00Z"))
    entry = package("in", "KE", "laptop", 3, note="late", file_name="Kenya (1).xlsx")
    with database.begin() as session:
        exchange_state.note_package(session, entry, [])
        exchange_state.note_package(session, later, [])
        assert exchange_state.find_package(session, entry.payload_sha256) == entry
        assert exchange_state.find_package(session, entry.payload_sha256, "out") is None
        assert exchange_state.packages(session) == [later, entry]
        assert exchange_state.packages(session, direction="in") == [entry]
        assert exchange_state.packages(session, peer=HQ, limit=5) == [later]
        assert exchange_state.packages(session, limit=1) == [later]


def test_the_same_number_with_another_payload_is_an_alarm(database: Database) -> None:
    entry = package("in", "KE", "laptop", 3)
    with database.begin() as session:
        exchange_state.note_package(session, entry, [])

        def other(payload: str, **changes: object) -> PackageEntry | None:
            asked = {"peer": "KE", "installation_id": "laptop", "number": 3, "payload_sha256": payload}
            return exchange_state.find_other_content(session, **asked | changes)  # type: ignore[arg-type]

        assert other(entry.payload_sha256) is None
        assert other("forged") == entry
        assert other("next", number=4) is None
        assert other("forged", installation_id="second laptop") is None


def test_a_quarantined_package_is_noted_and_moves_nothing(database: Database) -> None:
    with database.begin() as session:
        repository.add_revision(session, revision(1))
        entry = package("in", "KE", "laptop", status="quarantined")
        exchange_state.note_package(session, entry, [revision(1).revision_id])
        assert exchange_state.receipts_due(session, "KE") == []
        assert exchange_state.packages(session) == [entry]
    assert _state(database) == (RecordState.FINAL, None)


# -- at headquarters -------------------------------------------------------------------------------------


def _take_in(database: Database, entry: PackageEntry, revisions: Sequence[Revision]) -> None:
    with database.begin() as session:
        repository.add_revisions(session, revisions)
        exchange_state.note_package(session, entry, [item.revision_id for item in revisions])


def test_what_headquarters_takes_in_is_received_there(path: Path, database: Database) -> None:
    first = revision(1)
    _take_in(database, package("in", "KE", "laptop", 4), [first])
    assert _state(database) == (RecordState.RECEIVED, 4)
    before = dump(path)
    _take_in(database, package("in", "KE", "laptop", 4), [first])
    assert dump(path) == before, "taking a package in again changes nothing"
    _take_in(database, package("in", "KE", "laptop", 5), [first])
    assert _state(database) == (RecordState.RECEIVED, 4), "the package that first brought it"


def test_marks_given_while_adding_are_those_of_the_package(tmp_path: Path) -> None:
    waits = revision(2, (revision(1).revision_id,))
    dumps = []
    for at_once in (True, False):
        path = tmp_path / f"{at_once}.sqlite"
        database = Database.open(path)
        for number, items in ((1, [waits]), (2, [revision(1)])):
            entry = package("in", "KE", "laptop", number)
            marks = {"package_number": number, "received_at": entry.made_at} if at_once else {}
            with database.begin() as session:
                repository.add_revisions(session, items, **marks)  # type: ignore[arg-type]
                exchange_state.note_package(session, entry, [item.revision_id for item in items])
        database.close()
        dumps.append([line for line in dump(path) if not line.startswith('INSERT INTO "installation"')])
    assert dumps[0] == dumps[1]
    assert sum("RECEIVED".lower() in line for line in dumps[0]) >= 1


def test_a_revision_that_waited_keeps_what_its_package_said(database: Database) -> None:
    first = revision(1)
    second = revision(2, (first.revision_id,))
    _take_in(database, package("in", "KE", "laptop", 2, status="waiting"), [second])
    with database.read() as session:
        (due,) = exchange_state.receipts_due(session, "KE")
    assert (due.status, due.revisions) == ("waiting", ())
    assert _state(database) == (RecordState.WAITING, None)
    with database.begin() as session:
        exchange_state.note_package(session, package("out", "KE", database.installation), [])
        assert exchange_state.receipts_due(session, "KE") == []
    _take_in(database, package("in", "KE", "laptop", 1), [first])
    assert _state(database) == (RecordState.RECEIVED, 2)
    with database.read() as session:
        due_now = exchange_state.receipts_due(session, "KE")
    assert [(receipt.number, receipt.status) for receipt in due_now] == [(1, "imported"), (2, "imported")]
    assert due_now[1].revisions == (second.revision_id,)


def test_a_receipt_is_owed_until_a_package_carries_it(database: Database) -> None:
    first, second = revision(1), revision(2, record_id="r2")
    entries = [package("in", "KE", "laptop", number) for number in (1, 2)]
    for entry, item in zip(entries, (first, second), strict=True):
        _take_in(database, entry, [item])
    with database.begin() as session:
        due = exchange_state.receipts_due(session, "KE")
        assert due == [
            _receipt(entries[0], revisions=(first.revision_id,)),
            _receipt(entries[1], revisions=(second.revision_id,)),
        ]
        assert exchange_state.receipts_due(session, "UG") == []
        here = database.installation
        exchange_state.note_package(session, package("out", "UG", here), [])
        assert exchange_state.receipts_due(session, "KE") == due
        exchange_state.note_package(session, package("out", "KE", here, 1), [], receipts=due[:1])
        assert exchange_state.receipts_due(session, "KE") == due[1:]
        exchange_state.note_package(session, package("out", "KE", here, 2), [])
        assert exchange_state.receipts_due(session, "KE") == []


# -- in the office ---------------------------------------------------------------------------------------


def test_a_receipt_of_headquarters_makes_received(path: Path, database: Database) -> None:
    _finalize(database, "r1", "r2")
    entry, _ = _send(database)
    have = {database.installation: [[1, 1]]}
    with database.begin() as session:
        answered = exchange_state.note_receipt(session, HQ, have, [_receipt(entry)], NOW)
        assert answered == [replace(entry, status="receipted", receipt_at=utc_text(NOW))]
        assert exchange_state.packages(session) == answered
    assert _state(database) == (RecordState.RECEIVED, 1)
    assert _state(database, "r2") == (RecordState.PACKAGE, 1), "headquarters does not say it has the second"
    assert _waiting(database) == ["r2"]
    before = _without_peers(path)
    with database.begin() as session:
        exchange_state.note_receipt(session, HQ, have, [_receipt(entry)], NOW)
    assert _without_peers(path) == before


def _without_peers(path: Path) -> list[str]:
    """Return the dump without the count of messages heard, which every message moves on."""
    return [line for line in dump(path) if not line.startswith('INSERT INTO "peers"')]


@pytest.mark.parametrize(
    "wrong",
    [
        {"installation": "this database before it was restored"},
        {"payload_sha256": "another payload"},
        {"number": 2},
    ],
)
def test_a_receipt_for_something_else_is_passed_over(
    path: Path, database: Database, wrong: dict[str, object]
) -> None:
    _finalize(database, "r1")
    entry, sent = _send(database)
    before = dump(path)
    receipt = _receipt(entry, revisions=(sent[0].revision_id,), **wrong)
    with database.begin() as session:
        assert (
            exchange_state.note_receipt(session, HQ, {database.installation: [[1, 1]]}, [receipt], NOW) == []
        )
    assert dump(path) == before


def test_nothing_is_received_without_a_receipt_of_headquarters(database: Database) -> None:
    _finalize(database, "r1")
    entry, sent = _send(database)
    have = {database.installation: [[1, 1]]}
    with database.begin() as session:
        assert exchange_state.note_receipt(session, HQ, have, [], NOW) == []
        exchange_state.note_receipt(session, "REGION", have, [_receipt(entry)], NOW)
        to_region = package("out", "REGION", database.installation)
        exchange_state.note_package(session, to_region, [sent[0].revision_id])
        (answered,) = exchange_state.note_receipt(session, "REGION", have, [_receipt(to_region)], NOW)
        assert answered.status == "receipted"
    assert _state(database) == (RecordState.PACKAGE, 1)
    assert _waiting(database) == ["r1"] and _waiting(database, "REGION") == []


def test_a_receipt_for_a_package_that_waits_is_shown_as_that(database: Database) -> None:
    _finalize(database, "r1")
    entry, _ = _send(database)
    with database.begin() as session:
        (answered,) = exchange_state.note_receipt(session, HQ, {}, [_receipt(entry, "waiting")], NOW)
    assert answered.status == "waiting"
    assert _state(database) == (RecordState.PACKAGE, 1)


def test_what_comes_from_headquarters_is_known_to_be_there(database: Database) -> None:
    second_laptop = revision(1, installation="second laptop")
    _take_in(database, package("in", HQ, "hq"), [second_laptop])
    assert _state(database) == (RecordState.RECEIVED, None)
    assert _waiting(database) == []


def test_what_headquarters_lost_is_sent_again(database: Database) -> None:
    _finalize(database, "r1", "r2")
    entry, _ = _send(database)

    def say(installation: str, number: int, have: list[list[int]]) -> None:
        with database.begin() as session:
            exchange_state.note_receipt(
                session,
                HQ,
                {database.installation: have},
                [_receipt(entry)],
                NOW,
                peer_installation=installation,
                number=number,
            )

    say("hq", 5, [[1, 2]])
    assert _waiting(database) == []
    say("hq", 4, [[1, 1]])
    assert _waiting(database) == [], "an older message takes nothing back"
    say("hq restored", 1, [[1, 1]])
    assert _waiting(database) == ["r2"] and _state(database, "r2") == (RecordState.PACKAGE, 1)
    say("hq", 6, [[1, 2]])
    assert _waiting(database) == ["r2"], "a message from before the restore proves nothing"
    say("hq restored", 2, [[1, 2]])
    assert _waiting(database) == []


def test_office_and_headquarters_come_to_agree_over_lost_and_late_packages(tmp_path: Path) -> None:
    office, headquarters = Database.open(tmp_path / "office.sqlite"), Database.open(tmp_path / "hq.sqlite")
    _finalize(office, "r1")
    lost, _ = _send(office, 1)
    _finalize(office, "r2")
    arrived, carried = _send(office, 2)
    _take_in(headquarters, replace(arrived, direction="in", peer="KE", status="imported"), carried)
    with headquarters.begin() as session:
        due, have = exchange_state.receipts_due(session, "KE"), exchange_state.have(session)
    with office.begin() as session:
        exchange_state.note_receipt(session, HQ, have, due, NOW)
        assert [entry.status for entry in exchange_state.packages(session, direction="out")] == [
            "receipted",
            "made",
        ]
    assert _waiting(office) == []
    assert lost.number == 1 and _state(office)[0] == _state(office, "r2")[0] == RecordState.RECEIVED
    for database in (office, headquarters):
        database.close()

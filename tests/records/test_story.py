"""The story of a record: what happened to it, the newest first, each thing once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from habitat_desktop.packages.keys import ActSigner, Keyring
from habitat_desktop.records import exchange_state, journal, repository
from habitat_desktop.records.act import Act, Actor
from habitat_desktop.records.database import Database
from habitat_desktop.records.record import Draft, Heading, PackageEntry, Receipt, Revision, utc_text
from habitat_desktop.records.story import record_story

START = datetime(2026, 7, 1, 8, 0, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    found = Database.open(tmp_path / "records.sqlite", backups=tmp_path / "backups")
    yield found
    found.close()


def draft(at: datetime, answers: dict[str, object], parents: tuple[str, ...] = ()) -> Draft:
    return Draft(
        record_id="one",
        office="KE",
        label="KE-0000-0001",
        heading=Heading("housing_policy", "1", "0" * 64, "KEN", "2026-H1", "Kenya"),
        parents=parents,
        answers=dict(answers),
        authors={},
        justifications={},
        language="en",
        answered=1,
        missing=0,
        problems=0,
        saved_at=at,
        saved_by="M. Njeri",
    )


def finalize(
    database: Database, at: datetime, answers: dict[str, object], parent: Revision | None = None
) -> Revision:
    made = draft(at, answers, (parent.revision_id,) if parent else ())
    with database.begin() as session:
        repository.create_draft(session, made)
        return repository.finalize(session, made, author="M. Njeri", at=at)


def note_sent(database: Database, number: int, at: datetime, *revisions: Revision) -> PackageEntry:
    entry = PackageEntry(
        direction="out",
        peer="HQ",
        installation=database.installation,
        number=number,
        payload_sha256=f"payload-{number}",
        file_name=f"KE-HQ-{number}.xlsx",
        made_at=utc_text(at),
        records=len({revision.record_id for revision in revisions}),
        revisions=len(revisions),
        status="made",
    )
    with database.begin() as session:
        exchange_state.note_package(session, entry, [revision.revision_id for revision in revisions])
    return entry


def story(database: Database) -> list[tuple[str, int, int]]:
    with database.read() as session:
        return [(event.kind, event.number, event.count) for event in record_story(session, "one")]


def test_a_record_nobody_knows_has_no_story(database: Database) -> None:
    assert story(database) == []


def test_a_second_revision_says_how_many_answers_changed(database: Database) -> None:
    first = finalize(database, START, {"a": "1", "b": {"c": "2"}, "r": [{"x": "1"}]})
    changed = {"a": "1", "b": {"c": "3"}, "r": [{"x": "1"}, {"x": "2"}]}
    finalize(database, START + timedelta(days=1), changed, first)
    assert story(database) == [("revision", 2, 2), ("revision", 1, 0)]


def test_a_draft_on_top_comes_first(database: Database) -> None:
    first = finalize(database, START, {"a": "1"})
    with database.begin() as session:
        repository.create_draft(session, draft(START + timedelta(days=1), {"a": "2"}, (first.revision_id,)))
    assert [kind for kind, _number, _count in story(database)] == ["draft", "revision"]


def test_packages_that_repeat_a_revision_are_told_once_and_the_receipt_by_its_package(
    database: Database,
) -> None:
    first = finalize(database, START, {"a": "1"})
    for number in (1, 2, 3):  # the first was lost, the third only repeats
        last = note_sent(database, number, START + timedelta(days=number), first)
        if number == 2:
            second = last
    receipt = Receipt(second.payload_sha256, 2, database.installation, "imported", second.made_at)
    have = {database.installation: [[1, 1]]}
    with database.begin() as session:
        at = START + timedelta(days=4)
        exchange_state.note_receipt(session, "HQ", have, [receipt], at)
    assert story(database) == [("receipt", 2, 0), ("sent", 2, 1), ("sent", 1, 1), ("revision", 1, 0)]


def test_headquarters_tells_from_whom_and_in_which_package_a_record_came(
    database: Database, tmp_path: Path
) -> None:
    office = Database.open(tmp_path / "office.sqlite", backups=tmp_path / "backups")
    first = finalize(office, START, {"a": "1"})
    office.close()
    came = PackageEntry(
        direction="in",
        peer="KE",
        installation=first.installation,
        number=7,
        payload_sha256="payload",
        file_name="KE-HQ-7.xlsx",
        made_at=utc_text(START + timedelta(days=1)),
        records=4,
        revisions=5,
        status="imported",
    )
    with database.begin() as session:
        repository.add_revision(session, first)
        exchange_state.note_package(session, came, [first.revision_id])
    with database.read() as session:
        newest, oldest = record_story(session, "one")
    assert (newest.kind, newest.peer, newest.number, newest.count) == ("came", "KE", 7, 4)
    assert (oldest.kind, oldest.person) == ("revision", "M. Njeri")


def test_what_was_said_stands_in_the_story(database: Database, tmp_path: Path) -> None:
    finalize(database, START, {"a": "1"})
    signer = ActSigner(Keyring(tmp_path / "keys"))
    with database.begin() as session:

        def say(minute: int, role: str, sender: str, kind: str, about: str = "", reason: str = "") -> Act:
            actor = Actor(role, sender, f"{sender} person", "en", signer, START + timedelta(minutes=minute))
            said = {"record_id": "one", "about": about, "reason": reason}
            content = {"number": 1} if kind in ("query", "return") else {}
            return journal.write(session, actor, kind, office="KE", content=content, **said)

        asked = say(1, "headquarters", "HQ", "query", reason="Why?")
        say(2, "office", "KE", "reply", asked.act_id, "Because")
        say(3, "headquarters", "HQ", "return", reason="No")
        say(4, "headquarters", "HQ", "correct", reason="not told here: its revision is")
    with database.read() as session:
        events = record_story(session, "one")
    assert [(one.kind, one.person, one.name, one.reason) for one in events] == [
        ("return", "HQ person", "KE-0000-0001/R1", "No"),
        ("reply", "KE person", "KE-0000-0001/Q1", "Because"),
        ("query", "HQ person", "KE-0000-0001/Q1", "Why?"),
        ("revision", "M. Njeri", "", ""),
    ]

"""What headquarters counts per office: from records and packages only."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from habitat_desktop.hq.inbox import inbox
from habitat_desktop.hq.offices import SILENT_AFTER, board
from habitat_desktop.records import exchange_state, repository
from habitat_desktop.records.database import Database
from habitat_desktop.records.record import Heading, PackageEntry, RecordState, Revision

NOW = datetime(2026, 8, 1, tzinfo=UTC)


def revision(office: str, number: int, form_id: str = "housing_policy", period: str = "2026-H1") -> Revision:
    return Revision(
        record_id=f"{office}-{number}",
        office=office,
        label=f"{office}-0000-{number:04}",
        installation=f"laptop-{office}",
        number=number,
        parents=(),
        heading=Heading(form_id, "1", "0" * 64, "KEN", period, "Nairobi"),
        kind="edit",
        reason="",
        author="M. Njeri",
        language="en",
        answers={"a": "1"},
        authors={},
        justifications={},
        made_at="2026-07-01T08:00:00.000000Z",
        instance_id=f"uuid:{office}-{number}",
        deprecated_id="",
    )


def take_in(database: Database, office: str, number: int, *revisions: Revision, at: datetime = NOW) -> None:
    """Note a package as importing does."""
    with database.begin() as session:
        for found in revisions:
            repository.add_revision(session, found)
        entry = PackageEntry(
            direction="in",
            peer=office,
            installation=f"laptop-{office}",
            number=number,
            payload_sha256=f"{office}-{number}",
            file_name=f"{office}-HQ-{number}.xlsx",
            made_at=at.isoformat(),
            records=len(revisions),
            revisions=len(revisions),
            status="imported",
        )
        exchange_state.note_package(session, entry, [found.revision_id for found in revisions])


@pytest.fixture
def database(tmp_path: Path):  # type: ignore[no-untyped-def]
    found = Database.open(tmp_path / "records.sqlite", backups=tmp_path / "backups")
    yield found
    found.close()


def test_a_board_without_packages_is_empty(database: Database) -> None:
    with database.read() as session:
        found = board(session)
    assert (found.period, found.periods, found.forms, found.offices) == ("", (), (), ())


def test_offices_are_counted_by_form_in_the_newest_period(database: Database) -> None:
    old = revision("KE", 1, period="2025-H2")
    take_in(database, "KE", 1, old, revision("KE", 2), revision("KE", 3), revision("KE", 4, "slum_upgrading"))
    take_in(database, "GH", 1, revision("GH", 1, "slum_upgrading"))
    with database.read() as session:
        found = board(session, forms=("project_status",))
    assert (found.period, found.periods) == ("2026-H1", ("2026-H1", "2025-H2"))
    assert found.forms == ("project_status", "housing_policy", "slum_upgrading")
    ghana, kenya = found.offices
    counts = {form: cell.count for form, cell in kenya.forms.items()}
    assert counts == {"housing_policy": 2, "slum_upgrading": 1}
    assert kenya.forms["housing_policy"].state is RecordState.RECEIVED
    assert (kenya.records, ghana.records, found.received) == (4, 1, 4)


def test_another_period_is_counted_when_asked_for(database: Database) -> None:
    take_in(database, "KE", 1, revision("KE", 1, period="2025-H2"), revision("KE", 2))
    with database.read() as session:
        found = board(session, "2025-H2")
    assert found.received == 1


def test_an_office_is_silent_when_no_package_came_for_thirty_days(database: Database) -> None:
    take_in(database, "KE", 1, revision("KE", 1), at=NOW)
    with database.read() as session:
        (kenya,) = board(session).offices
    assert not kenya.is_silent(NOW + SILENT_AFTER)
    assert kenya.is_silent(NOW + SILENT_AFTER + timedelta(seconds=1))
    assert kenya.last_package is not None and kenya.last_package.number == 1


def test_a_receipt_is_due_until_a_package_carried_it(database: Database) -> None:
    take_in(database, "KE", 1, revision("KE", 1))
    with database.read() as session:
        assert board(session).offices[0].receipts_due == 1
    with database.begin() as session:
        sent = PackageEntry("out", "KE", "hq", 1, "sent", "HQ-KE-1.xlsx", NOW.isoformat(), 0, 0, "made")
        exchange_state.note_package(session, sent, [])
    with database.read() as session:
        assert board(session).offices[0].receipts_due == 0


def test_the_inbox_names_the_packages_that_never_came(database: Database, tmp_path: Path) -> None:
    take_in(database, "KE", 2, revision("KE", 1), at=NOW)
    take_in(database, "KE", 5, revision("KE", 2), at=NOW + timedelta(hours=1))
    with database.read() as session:
        newest, oldest = inbox(session, tmp_path / "incoming", tmp_path / "quarantine")
    assert (newest.missing, oldest.missing) == ((1, 3, 4), (1,))


def test_a_journal_line_cut_by_a_crash_is_passed_over(database: Database, tmp_path: Path) -> None:
    quarantine = tmp_path / "quarantine"
    quarantine.mkdir()
    said = {"at": "2026-08-01T00:00:00.000000Z", "file": "a.xlsx", "kept_as": "1-a.xlsx"}
    lines = [json.dumps(said | {"sha256": code, "code": code}) for code in ("ZIP_BAD", "NUMBER_TWICE")]
    journal = "\n".join([*lines, '{"at": "2026-08-0'])
    (quarantine / "journal.jsonl").write_text(journal, encoding="utf-8")
    with database.read() as session:
        found = inbox(session, tmp_path / "incoming", quarantine)
    assert [arrival.kind for arrival in found] == ["quarantined", "quarantined"]
    assert {arrival.problem.code for arrival in found if arrival.problem} == {"ZIP_BAD", "KEPT_OUT"}
    assert all("a.xlsx" in str(arrival.problem) for arrival in found)

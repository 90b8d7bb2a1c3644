"""Rotation, the second folder, and what restoring would bring."""

import dataclasses
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from habitat_desktop.records import repository
from habitat_desktop.records.backup import DAILY, PACKAGE, list_backups, make_backup, newest_good
from habitat_desktop.records.contents import preview_restore
from habitat_desktop.records.database import Database
from habitat_desktop.records.exchange_state import note_package
from habitat_desktop.records.safekeeping import (
    BackupFolderMissing,
    all_backups,
    back_up,
    back_up_after_package,
    back_up_daily,
    bring_files_back,
)
from habitat_desktop.settings import Settings
from tests.records.making import NOW, draft, package


@dataclasses.dataclass
class Office:
    folder: Path
    settings: Settings

    @property
    def database_path(self) -> Path:
        return self.folder / "records.sqlite"

    @property
    def backups(self) -> Path:
        return self.folder / "backups"


@pytest.fixture
def office(path: Path, database: Database) -> Office:
    return Office(path.parent, Settings("office", "KE", "Kenya office"))


def _finalize(database: Database, record_id: str, parents: tuple[str, ...] = ()) -> str:
    with database.begin() as session:
        made = draft(record_id, {"place": f"{record_id} {parents}"}, parents=parents)
        return repository.finalize(session, made, author="A", at=NOW).revision_id


# -- rotation --------------------------------------------------------------------------------------------


def test_ten_days_and_eight_weeks_are_kept(path: Path, database: Database) -> None:
    backups = path.parent / "backups"
    by_hand = make_backup(path, backups, "by-hand", at=NOW - timedelta(days=300))
    days = [NOW + timedelta(days=n) for n in range(90)]
    for at in days:
        make_backup(path, backups, DAILY, at=at)
        make_backup(path, backups, PACKAGE, at=at + timedelta(hours=2))
    kept = [found.name[:10] for found in list_backups(backups)]
    assert kept[:10] == [f"{at:%Y-%m-%d}" for at in reversed(days[-10:])]
    weeks = [datetime.fromisoformat(day).isocalendar()[:2] for day in kept[:-1]]
    assert len(set(weeks)) == 8, "the newest ten days lie in two of the eight weeks"
    assert all(datetime.fromisoformat(day).isoweekday() == 7 for day in kept[10:-1])
    assert list_backups(backups)[-1] == by_hand, "what a person asked for is never removed"


def test_a_clock_that_stood_wrong_costs_no_backup_and_does_not_decide(path: Path, database: Database) -> None:
    backups = path.parent / "backups"
    for n in range(12):
        make_backup(path, backups, DAILY, at=NOW + timedelta(days=30_000 + n))
    _finalize(database, "r1")
    newest = make_backup(path, backups, DAILY, at=NOW - timedelta(days=9000))
    assert newest in list_backups(backups), "the one just made is never removed"
    assert newest_good(list_backups(backups)) == newest, "it holds one revision more"
    newest.write_bytes(newest.read_bytes()[:5000])
    assert newest_good(list_backups(backups)) not in (newest, None)
    assert newest_good([path.parent / "none.sqlite"]) is None


def test_once_a_day_and_after_every_package(office: Office) -> None:
    assert back_up_daily(office, at=NOW) is not None
    assert back_up_daily(office, at=NOW + timedelta(hours=3)) is None
    assert back_up_after_package(office, at=NOW + timedelta(hours=4)) is None
    assert [found.reason for found in all_backups(office)] == [PACKAGE], "the newest of the day"
    office.settings = dataclasses.replace(office.settings, role="headquarters", office="HQ")
    back_up_after_package(office, at=NOW + timedelta(hours=4, minutes=59))
    assert len(all_backups(office)) == 1
    assert [found.made_at for found in all_backups(office)] == [NOW + timedelta(hours=4)]
    back_up_after_package(office, at=NOW + timedelta(hours=5))
    assert [found.made_at for found in all_backups(office)] == [NOW + timedelta(hours=5)]


# -- the second folder -----------------------------------------------------------------------------------


def test_a_stick_holds_all_that_another_computer_needs_and_no_key(office: Office, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    sha256 = "a4e40eed5a7b1d1a9b1d1a52a3da7c1cd7d9bd10e1cb97e5d5bfdd0b0d6d1a8b"
    for name in (f"attachments/{sha256}", "forms/mine/mine.xlsx", "keys/signing.key"):
        (office.folder / name).parent.mkdir(parents=True)
        (office.folder / name).write_bytes(b"content")
    office.settings = dataclasses.replace(office.settings, backup_folder=str(stick))
    made = back_up(office, DAILY, at=NOW)
    assert made.second is not None and made.problem is None
    names = {str(found.relative_to(made.second.parent)) for found in stick.rglob("*") if found.is_file()}
    assert names == {f"attachments/{sha256}", "forms/mine/mine.xlsx", made.path.name}
    assert {found.path for found in all_backups(office)} == {made.path, made.second}

    new = Office(tmp_path / "new laptop", office.settings)
    assert bring_files_back(made.second, new) == 1, "the attached file is not what its name says"
    assert (new.folder / "forms/mine/mine.xlsx").read_bytes() == b"content"
    assert bring_files_back(made.second, new) == 0


def test_a_missing_stick_is_told_and_the_backup_is_made(office: Office, tmp_path: Path) -> None:
    office.settings = dataclasses.replace(office.settings, backup_folder=str(tmp_path / "gone"))
    made = back_up(office, DAILY, at=NOW)
    assert made.path.is_file() and made.second is None
    assert isinstance(made.problem, BackupFolderMissing)
    assert isinstance(back_up_after_package(office, at=NOW), BackupFolderMissing)


# -- the preview -----------------------------------------------------------------------------------------


def test_a_preview_names_what_would_be_lost_and_what_would_come_back(
    path: Path, database: Database, tmp_path: Path
) -> None:
    first = _finalize(database, "both")
    with database.begin() as session:
        repository.create_draft(session, draft("draft"))
        repository.create_draft(session, draft("gone draft"))
    backup = make_backup(path, tmp_path / "backups", DAILY, at=NOW)
    same = preview_restore(backup, path)
    assert (same.is_harmless, same.records, same.packages_lost) == (True, (), ())

    _finalize(database, "both", (first,))
    _finalize(database, "new")
    with database.begin() as session:
        repository.discard_draft(session, "KE", "gone draft")
        repository.create_draft(session, draft("new draft"))
        changed = draft("draft", {"place": "Mathare"}, saved_at=NOW + timedelta(days=1))
        repository.save_draft(session, changed)
        note_package(session, package("out", "HQ", database.installation, 7), [])
    seen = preview_restore(backup, path)
    assert {change.record_id: (change.revisions_lost, change.draft) for change in seen.records} == {
        "both": (1, ""),
        "draft": (0, "older"),
        "gone draft": (0, "back"),
        "new": (1, ""),
        "new draft": (0, "lost"),
    }
    assert not seen.is_harmless
    assert (seen.revisions_lost, seen.revisions_back) == (2, 0)
    assert [(change.direction, change.number) for change in seen.packages_lost] == [("out", 7)]
    assert seen.now is not None and (seen.now.revisions, seen.then.revisions) == (3, 1)
    assert (seen.then.changed_at, seen.now.changed_at) == tuple(
        f"2026-01-{day}T09:41:07.123456Z" for day in (15, 16)
    )
    other_way = preview_restore(path, backup)
    assert (other_way.revisions_back, other_way.packages_back) == (2, seen.packages_lost)


def test_a_preview_needs_no_database_that_can_be_read(path: Path, database: Database, tmp_path: Path) -> None:
    backup = make_backup(path, tmp_path / "backups", DAILY, at=NOW)
    for content in (b"", b"broken" * 2000):
        broken = tmp_path / "broken.sqlite"
        broken.write_bytes(content)
        assert preview_restore(backup, broken).now is None
        assert broken.read_bytes() == content
    assert not preview_restore(backup, tmp_path / "none").is_harmless

"""Backups that are opened again before they count, and a restored one that is a new installation."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from habitat_desktop.records import exchange_state, repository
from habitat_desktop.records.backup import DAILY, DAYS_KEPT, list_backups, make_backup
from habitat_desktop.records.database import Database, DatabaseLocked
from habitat_desktop.records.errors import BackupFailed
from habitat_desktop.records.restoring import restore_backup
from habitat_desktop.records.verify import check_backup
from tests.records.making import NOW, draft, dump


def _finalize(database: Database, record_id: str) -> int:
    with database.begin() as session:
        return repository.finalize(session, draft(record_id), author="A", at=NOW).number


def test_a_backup_of_a_database_in_use_is_that_database(path: Path, database: Database) -> None:
    _finalize(database, "r1")
    backup = make_backup(path, path.parent / "backups", "after package 3: sent", at=NOW)
    assert dump(backup) == dump(path)
    assert backup.name == "2026-01-15T094107.123456Z-after-package-3-sent.sqlite"
    assert check_backup(backup) == []
    assert list_backups(path.parent / "backups") == [backup]
    assert list_backups(path.parent / "none") == []


def test_a_backup_with_a_changed_revision_does_not_count(path: Path, database: Database) -> None:
    _finalize(database, "r1")
    connection = sqlite3.connect(path)
    connection.execute("UPDATE revisions SET document = replace(document, 'Kibera', 'Kibira')")
    connection.commit()
    connection.close()
    with pytest.raises(BackupFailed):
        make_backup(path, path.parent / "backups", DAILY, at=NOW)
    assert list((path.parent / "backups").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_named(path: Path, database: Database) -> None:
    blocked = path.parent / "backups"
    blocked.write_text("a file stands where the folder should be")
    with pytest.raises(BackupFailed) as caught:
        make_backup(path, blocked, DAILY, at=NOW)
    assert caught.value.context["path"].parent == blocked


def test_the_newest_daily_backups_are_kept_and_all_others(path: Path, database: Database) -> None:
    backups = path.parent / "backups"
    kept = [make_backup(path, backups, "before-migration", at=NOW - timedelta(days=100))]
    daily = [make_backup(path, backups, DAILY, at=NOW + timedelta(days=n)) for n in range(DAYS_KEPT + 2)]
    assert list_backups(backups) == [*reversed(daily[2:]), *kept]


def test_a_restored_database_is_a_new_installation(path: Path) -> None:
    database = Database.open(path)
    _finalize(database, "r1")
    before = database.installation
    backup = make_backup(path, path.parent / "backups", DAILY, at=NOW)
    assert _finalize(database, "lost") == 2
    with pytest.raises(DatabaseLocked):
        restore_backup(backup, path, at=NOW)
    database.close()
    replaced = dump(path)

    aside = restore_backup(backup, path, at=NOW)
    assert aside is not None and dump(aside) == replaced
    restored = Database.open(path)
    assert restored.installation != before
    with restored.begin() as session:
        assert [record.record_id for record in repository.list_records(session)] == ["r1"]
        label = repository.new_label(session, "KE")
    assert _finalize(restored, "new") == 1
    with restored.read() as session:
        assert exchange_state.have(session) == {before: [[1, 1]], restored.installation: [[1, 1]]}
    assert label.endswith("-0001")
    restored.close()
    assert sorted(item.name for item in path.parent.iterdir() if item.suffix in (".new", ".part")) == []


def test_an_unsound_backup_is_not_put_in_place(path: Path) -> None:
    Database.open(path).close()
    backup = make_backup(path, path.parent / "backups", DAILY, at=NOW)
    with backup.open("rb+") as file:
        file.seek(4096)
        file.write(b"\xff" * 4096)
    before = path.read_bytes()
    with pytest.raises(BackupFailed):
        restore_backup(backup, path, at=NOW)
    other = path.parent / "backups" / "other.sqlite"
    other.write_bytes(b"not a database, but long enough to be read as one" * 20)
    with pytest.raises(BackupFailed):
        restore_backup(other, path, at=NOW)
    assert path.read_bytes() == before


def test_a_backup_is_restored_where_the_database_is_gone_or_broken(path: Path) -> None:
    Database.open(path).close()
    backup = make_backup(path, path.parent / "backups", DAILY, at=NOW)
    path.write_bytes(b"broken")
    journal = path.with_name(path.name + "-journal")
    journal.write_bytes(b"of the broken file")
    aside = restore_backup(backup, path, at=NOW)
    assert aside is not None and aside.read_bytes() == b"broken"
    Database.open(path).close()
    path.unlink()
    assert restore_backup(backup, path, at=NOW) is None
    Database.open(path).close()

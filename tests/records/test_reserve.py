"""The reserve for a full disk, and refusing to begin what would not fit."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from habitat_desktop.records import repository, reserve, sqlite_file
from habitat_desktop.records.backup import DAILY, make_backup
from habitat_desktop.records.database import Database, DatabaseFull, DatabaseFullReserve
from habitat_desktop.records.errors import BackupFailed
from tests.records.making import NOW, draft


def test_the_reserve_is_made_of_real_bytes_and_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reserve, "SIZE", 3 << 20)
    assert reserve.keep(tmp_path)
    path = tmp_path / reserve.FILE_NAME
    assert path.stat().st_size == 3 << 20
    assert path.stat().st_blocks * 512 >= 3 << 20, "not sparse"
    made = path.stat().st_mtime_ns
    assert reserve.keep(tmp_path) and path.stat().st_mtime_ns == made
    assert reserve.release(tmp_path) and not reserve.release(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_no_reserve_is_made_where_it_would_fill_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reserve, "SIZE", reserve.free_bytes(tmp_path))
    assert not reserve.keep(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_gets_the_reserve_and_the_step_can_be_repeated(path: Path) -> None:
    limit = 60

    def small(file: Path) -> sqlite3.Connection:
        connection = sqlite_file.connect(file)
        connection.execute(f"PRAGMA max_page_count = {limit}")
        return connection

    Database.open(path).close()
    with closing(sqlite3.connect(path)) as connection:
        limit = connection.execute("PRAGMA page_count").fetchone()[0]
    database = Database.open(path, creator=small)
    reserve.keep(path.parent)
    long = draft("r1", {"place": "x" * 200_000})
    with pytest.raises(DatabaseFullReserve), database.begin() as session:
        repository.create_draft(session, long)
    assert not (path.parent / reserve.FILE_NAME).exists()
    with pytest.raises(DatabaseFull) as caught, database.begin() as session:
        repository.create_draft(session, long)
    assert not isinstance(caught.value, DatabaseFullReserve), "it can be given only once"
    database.close()
    database = Database.open(path)
    with database.begin() as session:
        repository.create_draft(session, long)
    database.close()


def test_what_would_not_fit_is_not_begun(tmp_path: Path, path: Path, database: Database) -> None:
    with pytest.raises(reserve.DiskAlmostFull) as caught:
        reserve.check_room(tmp_path / "not there yet" / "folder", 1 << 60)
    assert "1099511627776 MB" in str(caught.value)
    reserve.check_room(tmp_path, 1)


def test_a_backup_that_would_not_fit_leaves_nothing(
    path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("habitat_desktop.records.backup._SPARE", 1 << 60)
    with pytest.raises(BackupFailed) as caught:
        make_backup(path, path.parent / "backups", DAILY, at=NOW)
    assert "MB are free" in str(caught.value)
    assert not (path.parent / "backups").exists()

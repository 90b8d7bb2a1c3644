"""Puts a backup in the place of the database, as a new installation."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from habitat_desktop.disk import copy_whole, move, remove, sync_folder
from habitat_desktop.records.backup import copy_database
from habitat_desktop.records.database import Database, begin_installation
from habitat_desktop.records.errors import BackupFailed, RestoreFailed
from habitat_desktop.records.lock import InstanceLock
from habitat_desktop.records.verify import check_backup


def restore_backup(backup: Path, database: Path, *, at: datetime) -> Path | None:
    """Replace `database` by `backup`; return where the file that stood there was put, if there was one.

    The restored database takes a new installation id: its numbers must never be those the old one gave after
    the backup was made.

    Raises:
        DatabaseLocked: the database is open somewhere.
        BackupFailed: the backup is not sound; nothing was changed.
        RestoreFailed: the disk failed; what was there is kept.
    """
    return put_in_place(backup, database, at=at)


def put_in_place(
    backup: Path | None, database: Path, *, at: datetime, fill: Callable[[Database], None] | None = None
) -> Path | None:
    """Do what `restore_backup` does; without a backup an empty database takes the place.

    `fill` adds to the new database before it takes the place, so that a crash leaves the old one or all.
    """
    lock = InstanceLock(database)
    part = database.with_name(database.name + ".new")
    try:
        with _disk_explained(database):
            return _put(backup, database, part, at, fill)
    finally:
        _remove(part)
        lock.release()


def _put(
    backup: Path | None, database: Path, part: Path, at: datetime, fill: Callable[[Database], None] | None
) -> Path | None:
    _remove(part)
    if backup is not None:
        _check_and_copy(backup, part)
    made = Database.open(part)
    try:
        if backup is not None:
            with made.begin() as session:
                begin_installation(session.connection(), "restored", at)
        made = _reopened(made, part)
        if fill is not None:
            fill(made)
    finally:
        made.close()
    aside = _put_aside(database, at)
    move(part, database)
    return aside


@contextmanager
def _disk_explained(database: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        problem = (error.strerror if isinstance(error, OSError) else None) or error
        raise RestoreFailed(path=database, problem=f"{problem}.") from error


def _check_and_copy(backup: Path, part: Path) -> None:
    problems = check_backup(backup)
    if problems:
        raise BackupFailed(path=backup, problem=problems[0].text)
    copy_database(backup, part)


def _reopened(database: Database, path: Path) -> Database:
    """Return the database opened again: it knows its new installation only then."""
    database.close()
    return Database.open(path)


def _remove(part: Path) -> None:
    for left in (part, *(part.with_name(part.name + end) for end in ("-journal", ".lock"))):
        remove(left)


def _put_aside(database: Path, at: datetime) -> Path | None:
    """Copy the file that is to be replaced, however damaged, with the journal that belongs to it."""
    if not database.exists():
        return None
    aside = database.with_name(f"{database.stem}-replaced-{at.astimezone(UTC):%Y-%m-%dT%H%M%SZ}.sqlite")
    copy_whole(database, aside)
    journal = database.with_name(database.name + "-journal")
    if journal.exists():
        copy_whole(journal, aside.with_name(aside.name + "-journal"))
        journal.unlink()  # it belongs to the old file and would be rolled back into the new one,
        sync_folder(database.parent)  # also where the power goes before the new one is in its place
    return aside

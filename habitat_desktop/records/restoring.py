"""Puts a backup in the place of the database, as a new installation."""

from datetime import UTC, datetime
from pathlib import Path

from habitat_desktop.disk import copy_whole, move, sync_folder
from habitat_desktop.records.backup import copy_database
from habitat_desktop.records.database import Database, begin_installation
from habitat_desktop.records.errors import BackupFailed
from habitat_desktop.records.lock import InstanceLock
from habitat_desktop.records.verify import check_backup


def restore_backup(backup: Path, database: Path, *, at: datetime) -> Path | None:
    """Replace `database` by `backup`; return where the file that stood there was put, if there was one.

    The restored database takes a new installation id: its numbers must never be those the old one gave after
    the backup was made.

    Raises:
        DatabaseLocked: the database is open somewhere.
        BackupFailed: the backup is not sound; nothing was changed.
    """
    return put_in_place(backup, database, at=at)


def put_in_place(backup: Path | None, database: Path, *, at: datetime) -> Path | None:
    """Do what `restore_backup` does; without a backup an empty database takes the place."""
    lock = InstanceLock(database)
    part = database.with_name(database.name + ".new")
    try:
        if backup is None:
            part.unlink(missing_ok=True)
            Database.open(part).close()
        else:
            _prepare(backup, part, at)
        aside = _put_aside(database, at)
        move(part, database)
        return aside
    finally:
        for left in (part, *(part.with_name(part.name + end) for end in ("-journal", ".lock"))):
            left.unlink(missing_ok=True)
        lock.release()


def _prepare(backup: Path, part: Path, at: datetime) -> None:
    """Write a checked copy of `backup`, brought up to date and begun anew, to `part`."""
    problems = check_backup(backup)
    if problems:
        raise BackupFailed(path=backup, problem=problems[0].text)
    copy_database(backup, part)
    restored = Database.open(part)
    try:
        with restored.begin() as session:
            begin_installation(session.connection(), "restored", at)
    finally:
        restored.close()


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

"""Copies of the database file, each opened again and checked before it counts. Standard library only."""

import os
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from habitat_desktop.records import sqlite_file, verify
from habitat_desktop.records.errors import BackupFailed

DAILY = "daily"
DAILY_KEPT = 10
_UNSAFE = re.compile(r"[^A-Za-z0-9.]+")


def make_backup(database: Path, backups: Path, reason: str, *, at: datetime) -> Path:
    """Copy a database, also one in use, to `backups`/<date>-<reason>.sqlite and return that path.

    The copy is made through SQLite, so that it is one state of the database, then opened again: the file is
    checked and the hash of every revision worked out anew. Of the daily ones the newest ten are kept.

    Raises:
        BackupFailed: there is no sound copy; nothing else was changed.
    """
    target = backups / f"{at.astimezone(UTC):%Y-%m-%dT%H%M%S.%fZ}-{_UNSAFE.sub('-', reason)}.sqlite"
    part = target.with_suffix(".part")
    try:
        backups.mkdir(parents=True, exist_ok=True)
        try:
            copy_database(database, part)
            problems = verify.check_backup(part)
            if problems:
                raise BackupFailed(path=target, problem=problems[0].text)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except (OSError, sqlite3.Error) as error:
        raise BackupFailed(path=target, problem=f"{error}.") from error
    if reason == DAILY:
        _rotate(backups)
    return target


def list_backups(backups: Path) -> list[Path]:
    """Return the backups, the newest first."""
    return sorted(backups.glob("*.sqlite"), reverse=True) if backups.is_dir() else []


def copy_database(database: Path, part: Path) -> None:
    """Write one state of `database` to `part`, durably."""
    part.unlink(missing_ok=True)
    with (
        closing(sqlite_file.connect_readonly(database)) as source,
        closing(sqlite3.connect(part, isolation_level=None)) as target,
    ):
        source.backup(target)
    with part.open("rb+") as file:
        os.fsync(file.fileno())


def _rotate(backups: Path) -> None:
    daily = [path for path in list_backups(backups) if path.stem.endswith(f"-{DAILY}")]
    for path in daily[DAILY_KEPT:]:
        path.unlink()

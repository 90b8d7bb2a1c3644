"""Copies of the database file, each opened again and checked before it counts. Standard library only."""

import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from habitat_desktop.disk import make_folder, move, sync_file
from habitat_desktop.records import reserve, sqlite_file, verify
from habitat_desktop.records.contents import Contents, age_order, contents
from habitat_desktop.records.errors import BackupFailed, DatabaseUnsound

DAILY = "daily"
PACKAGE = "package"
_ROTATED = (DAILY, PACKAGE)  # what the program makes by itself; copies a person asked for are never removed
DAYS_KEPT, WEEKS_KEPT = 10, 8
_SPARE = 1 << 20  # bytes that must stay free
_UNSAFE = re.compile(r"[^A-Za-z0-9.]+")
_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{6}\.\d{6})Z-(.+)\.sqlite")


@dataclass(frozen=True)
class Backup:
    """One file of a backup folder, as its name tells; `made_at` is None where the name is not ours."""

    path: Path
    made_at: datetime | None
    reason: str


def make_backup(database: Path, backups: Path, reason: str, *, at: datetime) -> Path:
    """Copy a database, also one in use, to `backups`/<date>-<reason>.sqlite and return that path.

    The copy is made through SQLite, so that it is one state of the database, then opened again: the file is
    checked and the hash of every revision worked out anew. Of those the program makes by itself the newest
    of each of ten days and of each of eight weeks are kept.

    Raises:
        BackupFailed: there is no sound copy; nothing else was changed.
    """
    target = backups / f"{at.astimezone(UTC):%Y-%m-%dT%H%M%S.%fZ}-{_UNSAFE.sub('-', reason)}.sqlite"
    part = target.with_suffix(".part")
    try:
        reserve.check_room(backups, database.stat().st_size + _SPARE)
        make_folder(backups)
        try:
            copy_database(database, part)
            problems = verify.check_backup(part)
            if problems:
                raise DatabaseUnsound(path=target, problem=problems[0].text)
            move(part, target)
        finally:
            part.unlink(missing_ok=True)
    except reserve.DiskAlmostFull as error:
        raise BackupFailed(path=target, problem=error) from error
    except (OSError, sqlite3.Error) as error:
        raise BackupFailed(path=target, problem=f"{error}.") from error
    _rotate(backups, target)
    return target


def list_backups(backups: Path) -> list[Path]:
    """Return the backups, the newest first."""
    return sorted(backups.glob("*.sqlite"), reverse=True) if backups.is_dir() else []


def describe(path: Path) -> Backup:
    """Return what the name of a backup says of it."""
    found = _NAME.fullmatch(path.name)
    if found is None:
        return Backup(path, None, path.stem)
    try:
        made_at = datetime.strptime(f"{found[1]}T{found[2]}", "%Y-%m-%dT%H%M%S.%f").replace(tzinfo=UTC)
    except ValueError:
        return Backup(path, None, path.stem)
    return Backup(path, made_at, found[3])


def newest_good(paths: Iterable[Path]) -> Path | None:
    """Return the sound backup that holds most; told by what is inside, not by clocks."""
    readable: list[tuple[Path, Contents]] = []
    for path in paths:
        try:
            readable.append((path, contents(path)))
        except (sqlite3.Error, OSError, ValueError, TypeError):
            continue
    readable.sort(key=lambda item: age_order(*item), reverse=True)
    return next((path for path, _found in readable if not verify.check_backup(path)), None)


def copy_database(database: Path, part: Path) -> None:
    """Write one state of `database` to `part`, durably."""
    part.unlink(missing_ok=True)
    with (
        closing(sqlite_file.connect_readonly(database)) as source,
        closing(sqlite3.connect(part, isolation_level=None)) as target,
    ):
        sqlite_file.begin_reading(source)
        source.backup(target)
    sync_file(part)


def _rotate(backups: Path, just_made: Path) -> None:
    """Remove what is neither the newest of one of ten days nor of one of eight weeks."""
    newest_of_day: dict[date, Path] = {}
    newest_of_week: dict[tuple[int, int], Path] = {}
    ours = [found for found in map(describe, list_backups(backups)) if _is_rotated(found)]
    for found in ours:
        assert found.made_at is not None
        newest_of_day.setdefault(found.made_at.date(), found.path)
        newest_of_week.setdefault(found.made_at.isocalendar()[:2], found.path)
    kept = {
        just_made,  # also where the clock stands wrong
        *list(newest_of_day.values())[:DAYS_KEPT],
        *list(newest_of_week.values())[:WEEKS_KEPT],
    }
    for found in ours:
        if found.path not in kept:
            found.path.unlink(missing_ok=True)


def _is_rotated(found: Backup) -> bool:
    return found.made_at is not None and found.reason in _ROTATED

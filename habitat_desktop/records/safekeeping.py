"""When backups are made, and where: in the workspace, and in a second folder such as a stick.

What lies in the second folder is enough to begin anew on another computer: the database, the attached files
and the forms that were installed. Keys are never among it.
"""

import filecmp
import hashlib
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from habitat_desktop.disk import make_folder, move, sync_file
from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.records import backup, reserve, sqlite_file
from habitat_desktop.records.errors import BackupFailed
from habitat_desktop.settings import Settings

_ATTACHMENTS = "attachments"
_MIRRORED = (_ATTACHMENTS, "forms", "translations")
_PAUSE_AT_HEADQUARTERS = timedelta(hours=1)  # many packages come in a row, and each is kept as it came


class BackupFolderMissing(HabitatError):
    code = "BACKUP_FOLDER_MISSING"
    message = N_(
        "The second backup folder “{path}” is not there; perhaps the stick is not plugged in. The backup in "
        "the workspace was made. Plug the stick in, or choose another folder."
    )


class BackupFolderFailed(HabitatError):
    code = "BACKUP_FOLDER_FAILED"
    message = N_(
        "The backup could not be copied to the second folder “{path}”: {problem} The backup in the workspace "
        "was made. Check the stick or choose another folder."
    )


class Place(Protocol):
    """What a backup needs of a workspace."""

    @property
    def folder(self) -> Path: ...
    @property
    def settings(self) -> Settings: ...
    @property
    def database_path(self) -> Path: ...
    @property
    def backups(self) -> Path: ...


@dataclass(frozen=True)
class BackupMade:
    """One backup: where it lies, and its copy in the second folder or why there is none."""

    path: Path
    second: Path | None = None
    problem: HabitatError | None = None


def back_up(place: Place, reason: str, *, at: datetime) -> BackupMade:
    """Make a backup, and a copy of it in the second folder if one is chosen.

    Raises:
        BackupFailed: there is no sound backup in the workspace.
    """
    made = backup.make_backup(place.database_path, place.backups, reason, at=at)
    if not place.settings.backup_folder:
        return BackupMade(made)
    folder = Path(place.settings.backup_folder)
    try:
        return BackupMade(made, save_copy(place, folder, reason, at=at))
    except HabitatError as error:
        return BackupMade(made, problem=error)


def back_up_daily(place: Place, *, at: datetime) -> BackupMade | None:
    """Make the backup of today, unless there is one, and the reserve for a full disk."""
    reserve.keep(place.folder)
    if place.settings.database:
        return None  # backups are in the hands of whoever runs the server
    today = at.astimezone(UTC).date()
    made = [found.made_at for found in map(backup.describe, backup.list_backups(place.backups))]
    if any(when is not None and when.date() == today for when in made):
        return None
    return back_up(place, backup.DAILY, at=at)


def back_up_after_package(place: Place, *, at: datetime) -> HabitatError | None:
    """Make the backup that follows a package; return what went wrong, which undoes nothing of the package."""
    if place.settings.database or not place.database_path.is_file():
        return None
    reserve.keep(place.folder)
    if place.settings.role == "headquarters" and _is_recent(place, at):
        return None
    try:
        return back_up(place, backup.PACKAGE, at=at).problem
    except BackupFailed as error:
        return error


def _is_recent(place: Place, at: datetime) -> bool:
    made = [found.made_at for found in map(backup.describe, backup.list_backups(place.backups))]
    return any(when is not None and timedelta(0) <= at - when < _PAUSE_AT_HEADQUARTERS for when in made)


def save_copy(place: Place, folder: Path, reason: str, *, at: datetime) -> Path:
    """Save a verified copy of the database, the attached files and the installed forms below `folder`.

    Raises:
        BackupFolderMissing, BackupFolderFailed: there is no copy.
    """
    if not folder.is_dir():
        raise BackupFolderMissing(path=folder)
    target = folder / _folder_name(place)
    try:
        for name in _MIRRORED:
            _mirror(place.folder / name, target / name)
        return backup.make_backup(place.database_path, target, reason, at=at)
    except BackupFailed as error:
        raise BackupFolderFailed(path=folder, problem=error.context["problem"]) from error
    except (OSError, sqlite3.Error) as error:
        raise BackupFolderFailed(path=folder, problem=f"{error}.") from error


def all_backups(place: Place) -> list[backup.Backup]:
    """Return the backups in the workspace and in the second folder, the newest first by their names."""
    found = backup.list_backups(place.backups)
    if place.settings.backup_folder:
        # any folder of this office counts: the stick may come from the laptop that is gone
        second = Path(place.settings.backup_folder)
        for folder in sorted(second.glob(f"habitat-{place.settings.office}-*")) if second.is_dir() else ():
            found += backup.list_backups(folder)
    return [backup.describe(path) for path in sorted(found, key=lambda path: path.name, reverse=True)]


def bring_files_back(found: Path, place: Place) -> int:
    """Copy what lies beside a backup and is missing in the workspace; return how many files came.

    Nothing in the workspace is replaced, and an attached file that is not what its name says stays out.
    """
    copied = 0
    for name in _MIRRORED:
        source, target = found.parent / name, place.folder / name
        for path in _files(source):
            to = target / path.relative_to(source)
            if to.exists() or (name == _ATTACHMENTS and _sha256(path) != path.name):
                continue
            _copy(path, to)
            copied += 1
    return copied


def _folder_name(place: Place) -> str:
    """Name the folder after the first life of the database, so that two laptops may share one stick."""
    with closing(sqlite_file.connect_readonly(place.database_path)) as connection:
        row = connection.execute("SELECT installation FROM installation ORDER BY ordinal LIMIT 1").fetchone()
    return f"habitat-{place.settings.office}-{row[0][:8] if row else 'new'}"


def _mirror(source: Path, target: Path) -> None:
    """Copy the files below `source` that `target` lacks or has differently."""
    for path in _files(source):
        to = target / path.relative_to(source)
        # an attached file has one content for ever; comparing the few small forms costs nothing
        if not to.is_file() or not filecmp.cmp(path, to, shallow=source.name == _ATTACHMENTS):
            _copy(path, to)


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.is_file() and path.suffix != ".part":
            yield path


def _copy(path: Path, to: Path) -> None:
    make_folder(to.parent)
    part = to.with_name(to.name + ".part")
    shutil.copy2(path, part)  # with its time: that is what tells later that it is there already
    sync_file(part)
    move(part, to)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

"""Removes what a crash left half-written in a workspace: parts of files that nobody finishes any more."""

import os
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from habitat_desktop.disk import PART, remove

_AGE = timedelta(days=1)  # a part that somebody writes now is younger, also where two programs write
_WRITER = r"(\.\d+-\d+)"  # process and thread, see `files.write_new`
_STORED = re.compile(rf"[0-9a-f]{{64}}(\.xlsx)?{_WRITER}?\.part")
_BACKUP = re.compile(r"\d{4}-\d\d-\d\dT\d{6}\.\d{6}Z-.+\.part")
_KEPT_OUT = re.compile(rf"[0-9a-f]{{12}}-.*{_WRITER}\.part")


class Place(Protocol):
    """What clearing up needs of a workspace."""

    @property
    def incoming(self) -> Path: ...
    @property
    def attachments(self) -> Path: ...
    @property
    def backups(self) -> Path: ...
    @property
    def quarantine(self) -> Path: ...


def clear_up(place: Place, *, at: datetime) -> list[Path]:
    """Remove parts that were last written a day before `at`; return them.

    Only for whoever holds the lock of the workspace. Files with other names than the program's own parts
    stay, and so does a file in quarantine that came with such a name.
    """
    before = (at - _AGE).timestamp()
    found = [
        *_old(place.incoming, _STORED, before),
        *_old(place.attachments, _STORED, before),
        *_old(place.backups, _BACKUP, before),
    ]
    kept_out = list(_old(place.quarantine, _KEPT_OUT, before))
    if kept_out:
        from habitat_desktop.packages import quarantine

        noted = {kept.stored for kept in quarantine.kept_out(place.quarantine)}
        found += [path for path in kept_out if path not in noted]
    for path in found:
        remove(path)
    return found


def _old(folder: Path, names: re.Pattern[str], before: float) -> Iterator[Path]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if not entry.name.endswith(PART) or not names.fullmatch(entry.name):
                    continue
                if entry.is_file(follow_symlinks=False) and entry.stat().st_mtime < before:
                    yield Path(entry.path)
    except OSError:  # it is not there, or not to be read: then it stays as it is
        return

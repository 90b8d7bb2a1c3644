"""Keeps the files that were not let in: untouched, named by their hash, with one line each in a journal."""

import hashlib
import json
import os
from datetime import datetime
from pathlib import Path

from habitat_desktop.errors import HabitatError
from habitat_desktop.incoming.errors import plain
from habitat_desktop.packages import files
from habitat_desktop.packages.gate import FILE_LIMIT
from habitat_desktop.records.record import utc_text

JOURNAL = "journal.jsonl"
_NAME_LENGTH = 120  # characters of the original name that are kept


def keep(folder: Path, path: Path, error: HabitatError, at: datetime) -> bool:
    """Copy `path` into quarantine; False where it cannot be read or is too large to be worth it.

    A file that is there already is neither copied nor noted again.
    """
    try:
        if path.stat().st_size > FILE_LIMIT:
            return False
        content = path.read_bytes()
    except OSError:
        return False
    sha256 = hashlib.sha256(content).hexdigest()
    kept_as = f"{sha256[:12]}-{path.name[-_NAME_LENGTH:]}"
    if sha256 in hashes(folder):
        return True
    folder.mkdir(parents=True, exist_ok=True)
    files.write_new(folder / kept_as, content)
    line = {
        "at": utc_text(at),
        "file": path.name,
        "sha256": sha256,
        "code": error.code,
        "message": str(error),  # English: the journal is read by whoever looks into the case
        "context": plain(error.context.items()),  # the sentence can be said again in any language
        "kept_as": kept_as,
    }
    with (folder / JOURNAL).open("a", encoding="utf-8") as journal:
        journal.write(json.dumps(line, ensure_ascii=False) + "\n")
        journal.flush()
        os.fsync(journal.fileno())
    return True


def hashes(folder: Path) -> set[str]:
    """Return the SHA-256 of every file in quarantine."""
    try:
        lines = (folder / JOURNAL).read_text(encoding="utf-8").splitlines()
    except OSError:
        return set()
    found = set()
    for line in lines:
        try:
            found.add(str(json.loads(line)["sha256"]))
        except (ValueError, KeyError, TypeError):
            continue  # a line cut by a crash; its file is kept a second time at worst
    return found

"""Recomputes what must hold of every revision: the real check, where SQLite's own sees only the pages."""

import hashlib
import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from habitat_desktop.records import sqlite_file
from habitat_desktop.records.record import canonical_json

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_QUERY = "SELECT office, revision_id, installation, number, parents, document FROM revisions"
_COUNT = "SELECT name, value FROM counters WHERE name LIKE 'revision-%'"


@dataclass(frozen=True)
class StoreProblem:
    """Something that does not hold; `text` is English, for logs and for whoever mends it."""

    code: str
    office: str
    revision_id: str
    text: str


def verify(session: "Session") -> list[StoreProblem]:
    """Recompute the hash of every revision, and check parents and numbers."""
    from sqlalchemy import text

    rows = (tuple(row) for row in session.execute(text(_QUERY)))
    counters = {row[0]: row[1] for row in session.execute(text(_COUNT))}
    return list(_problems(rows, counters))


def check_backup(path: Path) -> list[StoreProblem]:
    """Check a database file that nobody uses, pages and revisions."""
    with closing(sqlite_file.connect_readonly(path)) as connection:
        try:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if found != "ok":
                return [StoreProblem("PAGES", "", "", f"the file is damaged: {found}.")]
            counters = dict(connection.execute(_COUNT).fetchall())
            return list(_problems(connection.execute(_QUERY), counters))
        except sqlite3.DatabaseError as error:
            return [StoreProblem("TABLES", "", "", f"{error}.")]


def _problems(rows: Iterable[tuple[Any, ...]], counters: dict[str, int]) -> Iterator[StoreProblem]:
    here: set[tuple[str, str]] = set()
    parents_of: dict[tuple[str, str], list[str]] = {}
    numbers: defaultdict[str, set[int]] = defaultdict(set)
    for office, revision_id, installation, number, parents, document in rows:
        here.add((office, revision_id))
        parents_of[office, revision_id] = json.loads(parents) if isinstance(parents, str) else parents
        numbers[installation].add(number)
        if _hash(document) != revision_id:
            yield StoreProblem("HASH", office, revision_id, f"revision {revision_id} has changed.")
    for (office, revision_id), parents in parents_of.items():
        for parent in parents:
            if (office, parent) not in here:
                text = f"revision {revision_id} lacks its parent {parent}."
                yield StoreProblem("PARENT", office, revision_id, text)
    for name, last in counters.items():
        installation = name.removeprefix("revision-")
        for number in sorted(set(range(1, last + 1)) - numbers[installation]):
            yield StoreProblem("NUMBER", "", "", f"revision {number} of this installation is gone.")


def _hash(document: Any) -> str:
    """Return the hash of a stored document; SQLite keeps it as the very text that was hashed."""
    content = document.encode("utf-8") if isinstance(document, str) else canonical_json(document)
    return hashlib.sha256(content).hexdigest()

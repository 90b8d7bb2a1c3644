"""Recomputes what must hold of every revision: the real check, where SQLite's own sees only the pages."""

import hashlib
import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from habitat_desktop.records import act_checks, sqlite_file
from habitat_desktop.records.record import canonical_json
from habitat_desktop.records.store_problem import StoreProblem

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

QUERY = (
    "SELECT office, revision_id, record_id, installation, number, generation, parents, kind, document "
    "FROM revisions ORDER BY generation"
)
COUNTERS = "SELECT name, value FROM counters WHERE name LIKE 'revision-%'"
HAS_ACTS = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'acts'"  # older ones have none
LIFE = "SELECT installation FROM installation ORDER BY ordinal DESC LIMIT 1"


def verify(session: "Session") -> list[StoreProblem]:
    """Check the revisions alone, on any database; `verification.StoreCheck` checks the rest too."""
    from sqlalchemy import text

    rows = (tuple(row) for row in session.execute(text(QUERY)))
    counters = {row[0]: row[1] for row in session.execute(text(COUNTERS))}
    return list(chain_problems(rows, counters, session.scalar(text(LIFE)) or ""))


def check_backup(path: Path) -> list[StoreProblem]:
    """Check a database file that nobody uses: pages, revisions and the chains of acts."""
    try:
        with closing(sqlite_file.connect_readonly(path)) as connection:
            # not quick_check: an index that took another's pages passes it, and lookups then find nothing
            pages = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if pages != "ok":
                return [StoreProblem("PAGES", detail=sqlite_file.detail_of(pages))]
            counters = dict(connection.execute(COUNTERS).fetchall())
            life = (connection.execute(LIFE).fetchone() or ("",))[0]
            found = list(chain_problems(connection.execute(QUERY), counters, life))
            if connection.execute(HAS_ACTS).fetchone():
                rows = connection.execute(act_checks.SQLITE_QUERY)
                told = act_checks.ActCheck().problems(rows)
                found += [problem for problem in told if problem.code in act_checks.DAMAGE]
            return found
    except (sqlite3.DatabaseError, ValueError, TypeError) as error:  # damage changes types as well
        return [StoreProblem("TABLES", detail=sqlite_file.detail_of(error))]


def chain_problems(
    rows: Iterable[Sequence[Any]], counters: dict[str, int], life: str
) -> Iterator[StoreProblem]:
    """Yield what does not hold of the rows of `QUERY`: hashes, columns, parents, generations and numbers.

    `life` is the installation that still gives numbers; of earlier ones packages may have brought back more
    than the counters of a restored backup know.
    """
    generations: dict[tuple[str, str], tuple[str, int]] = {}
    numbers: defaultdict[str, set[int]] = defaultdict(set)
    late: list[tuple[tuple[str, str], list[str], str, int]] = []
    for row in rows:
        office, revision_id, record_id, installation, number, generation, parents, _kind, _document = row
        parents = json.loads(parents) if isinstance(parents, str) else parents
        numbers[installation].add(number)
        generations[office, revision_id] = (record_id, generation)
        label, found = content_problem(row, parents)
        if found is not None:
            yield found
        if parents or generation != 1:
            late.append(((office, revision_id), parents, label, number))
        if installation == life and number > counters.get(f"revision-{life}", 0):
            yield StoreProblem("COUNTER", label, number, revision_id, detail=installation)
    for key, parents, label, number in late:  # parents may stand behind their children
        yield from _line_problems(key, parents, generations, label, number)
    for name, last in counters.items():
        installation = name.removeprefix("revision-")
        for number in sorted(set(range(1, last + 1)) - numbers[installation]):
            yield StoreProblem("NUMBER", number=number, detail=installation)


def content_problem(row: Sequence[Any], parents: list[str]) -> tuple[str, StoreProblem | None]:
    """Return the label a revision bears, and what is wrong with its content."""
    office, revision_id, record_id, installation, number, _generation, _parents, kind, document = row
    content = document.encode("utf-8") if isinstance(document, str) else canonical_json(document)
    try:
        said = json.loads(content)
        label = str(said["label"])
    except (ValueError, KeyError, TypeError):
        return record_id, StoreProblem("UNREADABLE", record_id, number, revision_id)
    if hashlib.sha256(content).hexdigest() != revision_id:
        return label, StoreProblem("HASH", label, number, revision_id)
    columns = {
        "office": office,
        "record_id": record_id,
        "installation": installation,
        "number": number,
        "parents": parents,
        "kind": kind,
    }
    for name, value in columns.items():
        if said.get(name) != value:
            return label, StoreProblem("COLUMNS", label, number, revision_id, detail=name)
    return label, None


def _line_problems(
    key: tuple[str, str],
    parents: list[str],
    generations: dict[tuple[str, str], tuple[str, int]],
    label: str,
    number: int,
) -> Iterator[StoreProblem]:
    office, revision_id = key
    record_id, generation = generations[key]
    highest = 0
    for parent in parents:
        found = generations.get((office, parent))
        if found is None:
            yield StoreProblem("PARENT", label, number, revision_id, detail=parent)
            return
        if found[0] != record_id:
            yield StoreProblem("OTHER_RECORD", label, number, revision_id, detail=parent)
        highest = max(highest, found[1])
    if generation != highest + 1:
        yield StoreProblem("GENERATION", label, number, revision_id, detail=str(generation))

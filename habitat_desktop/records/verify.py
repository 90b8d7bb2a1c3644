"""Recomputes what must hold of every revision: the real check, where SQLite's own sees only the pages."""

import hashlib
import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from habitat_desktop.errors import N_
from habitat_desktop.i18n.catalogues import _
from habitat_desktop.records import sqlite_file
from habitat_desktop.records.record import canonical_json

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

QUERY = (
    "SELECT office, revision_id, record_id, installation, number, generation, parents, kind, document "
    "FROM revisions ORDER BY generation"
)
COUNTERS = "SELECT name, value FROM counters WHERE name LIKE 'revision-%'"
LIFE = "SELECT installation FROM installation ORDER BY ordinal DESC LIMIT 1"

TEXTS = {
    "PAGES": N_("The file of the database is damaged: its pages do not fit together ({detail})."),
    "TABLES": N_("A part of the database cannot be read, and what stands there was not checked ({detail})."),
    "HASH": N_("Revision {number} of {label} is not what its checksum says."),
    "UNREADABLE": N_("Revision {number} of {label} cannot be read."),
    "COLUMNS": N_("Revision {number} of {label}: “{detail}” in the table is not what the revision says."),
    "PARENT": N_("Revision {number} of {label} lacks its parent {detail}."),
    "OTHER_RECORD": N_("Revision {number} of {label} stands on a revision of another record: {detail}."),
    "GENERATION": N_("Revision {number} of {label} is counted in a wrong place: {detail}."),
    "NUMBER": N_("Revision {number} of the installation {detail} is gone."),
    "COUNTER": N_("Revision {number} of {label} has a number that was never given: {detail}."),
    "SUMMARY": N_("The list shows {label} wrongly: “{detail}”."),
    "SUMMARY_GONE": N_("The record of revision {number} of {label} is missing in the list."),
    "SUMMARY_LEFT": N_("The list shows {label}, of which there is neither a revision nor a draft."),
    "HELD": N_("What is noted as being here of the installation {detail} is not what is here."),
    "WAITING": N_("Revision {number} of {label} waits although nothing is missing: {detail}."),
    "DRAFT": N_("The draft of {label} cannot be read."),
    "DRAFT_PARENT": N_("The draft of {label} stands on a revision that is not here: {detail}."),
    "ATTACHMENT_GONE": N_("The file “{detail}”, attached to {label}, is gone: {file}"),
    "ATTACHMENT_CHANGED": N_(
        "The file “{detail}”, attached to {label}, is not what its checksum says: {file}"
    ),
    "ATTACHMENT_UNKNOWN": N_("A file attached to {label} is not noted: {detail}."),
    "PACKAGE_GONE": N_("The stored package {detail} is gone: {file}"),
    "PACKAGE_CLOSED": N_(
        "The stored package {label} is encrypted and no key here opens it ({detail}): {file}"
    ),
    "PACKAGE_DAMAGED": N_("The stored package {label} cannot be read ({detail}): {file}"),
    "PACKAGE_CHANGED": N_("The stored package {label} has other contents than were noted: {file}"),
    "RELEASE_DAMAGED": N_(
        "“{detail}”, which headquarters released, was changed since and is passed over: {file} "
        "To install it again: habitat release install"
    ),
}


@dataclass(frozen=True)
class StoreProblem:
    """Something that does not hold, and where; `number` is that of a revision, `file` a path or ""."""

    code: str
    label: str = ""
    number: int = 0
    revision_id: str = ""
    file: str = ""
    detail: str = ""

    @property
    def text(self) -> str:
        """The sentence in English, for logs."""
        return TEXTS[self.code].format(**vars(self))

    @property
    def sentence(self) -> str:
        """The sentence in the language spoken now."""
        return _(TEXTS[self.code]).format(**vars(self))


def verify(session: "Session") -> list[StoreProblem]:
    """Check the revisions alone, on any database; `verification.StoreCheck` checks the rest too."""
    from sqlalchemy import text

    rows = (tuple(row) for row in session.execute(text(QUERY)))
    counters = {row[0]: row[1] for row in session.execute(text(COUNTERS))}
    return list(chain_problems(rows, counters, session.scalar(text(LIFE)) or ""))


def check_backup(path: Path) -> list[StoreProblem]:
    """Check a database file that nobody uses, pages and revisions."""
    try:
        with closing(sqlite_file.connect_readonly(path)) as connection:
            # not quick_check: an index that took another's pages passes it, and lookups then find nothing
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if found != "ok":
                return [StoreProblem("PAGES", detail=sqlite_file.detail_of(found))]
            counters = dict(connection.execute(COUNTERS).fetchall())
            life = (connection.execute(LIFE).fetchone() or ("",))[0]
            return list(chain_problems(connection.execute(QUERY), counters, life))
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

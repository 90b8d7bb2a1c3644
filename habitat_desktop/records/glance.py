"""What home shows before the store is loaded: read with the standard library, from the file alone."""

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from habitat_desktop.records import sqlite_file
from habitat_desktop.records.record import PackageEntry, RecordState, RecordSummary, utc_time
from habitat_desktop.records.verdicts import ANSWERS, ASKING

_PATIENCE_MS = 300  # home is not held up by whoever is writing just now
_SUMMARY = ", ".join(f.name for f in fields(RecordSummary))
_PACKAGE = "office, " + ", ".join(f.name for f in fields(PackageEntry) if f.name != "peer")
_ASKS, _SETTLES = (", ".join(f"'{kind}'" for kind in kinds) for kinds in (ASKING, (*ANSWERS, "close")))
# records in whose state a query shows, and those whose draft or conflict hides it
ASKED = f"""
    SELECT count(*) FROM records WHERE state = '{RecordState.QUERY}'
    OR state <> '{RecordState.WITHDRAWN}' AND (office, record_id) IN (
        SELECT a.office, a.record_id FROM acts a WHERE a.kind IN ({_ASKS}) AND NOT EXISTS (
            SELECT 1 FROM acts b WHERE b.office = a.office AND b.record_id = a.record_id
            AND b.about = a.act_id AND b.kind IN ({_SETTLES})))
"""


# what waits for an answer: queries nobody answered or closed; returns of what the record still shows
_WAITING = f"""
    SELECT a.document, a.act_id, {", ".join(f"r.{f.name}" for f in fields(RecordSummary))}
    FROM acts a JOIN records r ON r.office = a.office AND r.record_id = a.record_id
    WHERE (a.kind IN ({_ASKS}) OR a.kind = 'return' AND r.heads LIKE '%"' || a.revision_id || '"%'
           AND NOT EXISTS (SELECT 1 FROM acts d WHERE d.office = a.office AND d.record_id = a.record_id
                           AND d.kind IN ('accept', 'return') AND d.after LIKE '%' || a.act_id || '%'))
    AND NOT EXISTS (
        SELECT 1 FROM acts b WHERE b.office = a.office AND b.record_id = a.record_id
        AND b.about = a.act_id AND b.kind IN ({_SETTLES}))
"""


@dataclass(frozen=True)
class Ask:
    """One thing headquarters waits for an answer to, without the words of the form.

    `kind` is "query", "proposal" or "return"; `ref` is the place in the revision asked about, "" for all.
    """

    act_id: str
    kind: str
    record: RecordSummary
    ref: str
    reason: str
    person: str
    at: str


@dataclass(frozen=True)
class Glance:
    """The newest of everything. `readable` is false when there is a file that cannot be read.

    `asked` counts the records about which headquarters waits for an answer, also those being changed now.
    """

    counts: dict[RecordState, int] = field(default_factory=lambda: dict.fromkeys(RecordState, 0))
    recent: tuple[RecordSummary, ...] = ()
    drafts: tuple[RecordSummary, ...] = ()
    packages: tuple[PackageEntry, ...] = ()
    installation: str = ""
    readable: bool = True
    asked: int = 0
    asks: tuple[Ask, ...] = ()  # the newest first

    @property
    def records(self) -> int:
        """How many records there are."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class Enrolment:
    """Whether this office and headquarters know each other's keys.

    `is_known`: headquarters confirmed a package that was signed here, which nobody else can prove.
    """

    trusts_headquarters: bool
    is_known: bool

    @property
    def is_complete(self) -> bool:
        return self.trusts_headquarters and self.is_known


def enrolment(path: Path) -> Enrolment:
    """Return how far the enrolment of an office is; complete where that cannot be read just now."""
    try:
        with closing(_connect(path)) as connection:
            trusted = "SELECT 1 FROM trusted_keys WHERE role = 'headquarters' AND state = 'trusted' LIMIT 1"
            known = (
                "SELECT 1 FROM packages WHERE direction = 'out' AND key_id <> '' AND receipt_at <> '' LIMIT 1"
            )
            found = [connection.execute(query).fetchone() is not None for query in (trusted, known)]
    except sqlite3.Error:  # also a database from before there were keys: opening it brings it up to date
        return Enrolment(True, True)
    return Enrolment(*found)


def glance(path: Path, limit: int = 50) -> Glance:
    """Return the counts by state and the newest records, drafts and packages; empty without a file."""
    if not path.is_file():
        return Glance()
    try:
        return _read(path, limit)
    except (sqlite3.Error, ValueError, TypeError):  # opening the store will say what is wrong with it
        return Glance(readable=False)


def _read(path: Path, limit: int) -> Glance:
    with closing(_connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        counts = dict.fromkeys(RecordState, 0)
        for state, count in connection.execute("SELECT state, count(*) FROM records GROUP BY state"):
            counts[RecordState(state)] = count
        newest = "ORDER BY updated_at DESC, record_id LIMIT ?"
        recent = connection.execute(f"SELECT {_SUMMARY} FROM records {newest}", (limit,)).fetchall()
        with_draft = "SELECT office, record_id FROM drafts"
        drafts = connection.execute(
            f"SELECT {_SUMMARY} FROM records WHERE (office, record_id) IN ({with_draft}) {newest}", (limit,)
        ).fetchall()
        packages = connection.execute(
            f"SELECT {_PACKAGE} FROM packages ORDER BY made_at DESC, number DESC LIMIT ?", (limit,)
        ).fetchall()
        life = connection.execute(
            "SELECT installation FROM installation ORDER BY ordinal DESC LIMIT 1"
        ).fetchone()
        return Glance(
            counts=counts,
            recent=tuple(_summary(row) for row in recent),
            drafts=tuple(_summary(row) for row in drafts),
            packages=tuple(_package(row) for row in packages),
            installation=life[0] if life else "",
            asked=_asked(connection, counts),
            asks=_asks(connection),
        )


def _asks(connection: sqlite3.Connection) -> tuple[Ask, ...]:
    try:
        rows = connection.execute(_WAITING).fetchall()
    except sqlite3.OperationalError:  # as below
        return ()
    found = []
    for row in rows:
        values = dict(row)
        act = json.loads(values.pop("document"))
        act_id = values.pop("act_id")
        refs = act["content"].get("refs")
        ref = act["ref"] or (str(refs[0]) if isinstance(refs, list) and refs else "")
        record = _summary(values)
        texts = (str(act[name]) for name in ("reason", "person", "made_at"))
        found.append(Ask(act_id, act["kind"], record, ref, *texts))
    return tuple(sorted(found, key=lambda one: (one.at, one.act_id), reverse=True))


def _asked(connection: sqlite3.Connection, counts: dict[RecordState, int]) -> int:
    try:
        return int(connection.execute(ASKED).fetchone()[0])
    except sqlite3.OperationalError:  # from before there were acts: opening it brings it up to date
        return counts[RecordState.QUERY]


def _connect(path: Path) -> sqlite3.Connection:
    """Begin to read one state; after a crash SQLite must first roll the file back, which a reader may not do.

    Raises:
        sqlite3.OperationalError: also where somebody writes for longer than we wait.
    """
    connection = sqlite_file.connect_readonly(path)
    try:
        return _begun(connection)
    except sqlite3.OperationalError as error:
        if sqlite_file.error_name(error).startswith("SQLITE_BUSY"):
            raise
    return _begun(sqlite_file.connect(path, _PATIENCE_MS))


def _begun(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Take the lock of a reader at once: what is asked after that waits for nobody."""
    try:
        connection.execute(f"PRAGMA busy_timeout = {_PATIENCE_MS}")
        connection.execute("BEGIN")
        connection.execute("SELECT 1 FROM records LIMIT 1").fetchall()
    except BaseException:
        connection.close()
        raise
    return connection


def _summary(row: sqlite3.Row | dict[str, Any]) -> RecordSummary:
    values: dict[str, Any] = dict(row)
    values["state"] = RecordState(values["state"])
    values["heads"] = tuple(json.loads(values["heads"]))
    values["has_draft"] = bool(values["has_draft"])
    values["updated_at"] = utc_time(values["updated_at"])
    return RecordSummary(**values)


def _package(row: sqlite3.Row) -> PackageEntry:
    values: dict[str, Any] = dict(row)
    return PackageEntry(peer=values.pop("office"), **values)

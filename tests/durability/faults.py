"""Lets the disk below SQLite fail at its n-th call, and looks at what an operation made of it."""

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import apsw

from habitat_desktop.errors import HabitatError
from habitat_desktop.records.sqlite_file import Connect
from tests.durability.apsw_connection import connector
from tests.durability.recording_vfs import RecordingVfs

Operation = Callable[[Path, Connect], None]  # opens the database of a folder, and works in it
DATABASE = "records.sqlite"
WRITES = ("write",)
EVERYTHING = ("open", "read", "write", "truncate", "sync", "delete", "size")
_IOERR = {
    "open": apsw.SQLITE_CANTOPEN,
    "read": apsw.SQLITE_IOERR_READ,
    "write": apsw.SQLITE_IOERR_WRITE,
    "truncate": apsw.SQLITE_IOERR_TRUNCATE,
    "sync": apsw.SQLITE_IOERR_FSYNC,
    "delete": apsw.SQLITE_IOERR_DELETE,
    "size": apsw.SQLITE_IOERR_FSTAT,
}


@dataclass
class Fault:
    """The disk is full from the n-th write on until room is made, or fails once at its n-th call."""

    full: bool
    at: int = 0  # 0: never
    calls: int = field(default=0)
    hit: bool = field(default=False)

    def __call__(self, call: str) -> None:
        if call not in (WRITES if self.full else EVERYTHING):
            return
        self.calls += 1
        if self.at and (self.calls == self.at or (self.full and self.calls > self.at)):
            self.hit = True
            raise _error(call, full=self.full)


def _error(call: str, *, full: bool) -> apsw.Error:
    error: apsw.Error
    if full:
        error = apsw.FullError("database or disk is full")
        error.extendedresult = apsw.SQLITE_FULL
    else:
        error = apsw.CantOpenError("cannot open") if call == "open" else apsw.IOError("disk I/O error")
        error.extendedresult = _IOERR[call]
    return error


@dataclass(frozen=True)
class Outcome:
    """What an operation made of one fault: the code it ended with, and what is wrong, if anything."""

    at: int
    code: str
    wrong: str


def try_faults(
    prepared: Path, operation: Operation, place: Path, *, full: bool, most: int, chance: random.Random
) -> tuple[int, list[Outcome]]:
    """Run `operation` with a fault at each of its calls, or at `most` of them chosen by chance.

    Each time in a fresh copy of the folder `prepared`. Returns how many calls there are and what came of
    each fault: the operation must be done or not done at all, must say so with a sentence of ours, and must
    succeed when it is tried again.
    """
    fault = Fault(full)
    with _office(prepared, place / "whole", fault) as (folder, connect):
        before = _state(folder)
        operation(folder, connect)
        calls, after = fault.calls, _state(folder)
    assert before != after, "the operation does nothing that can be seen"
    points = range(1, calls + 1)
    chosen = sorted(chance.sample(points, most)) if calls > most else points
    return calls, [_try(prepared, operation, place, Fault(full, at), (before, after)) for at in chosen]


def _try(
    prepared: Path, operation: Operation, place: Path, fault: Fault, states: tuple[object, object]
) -> Outcome:
    at, failed = fault.at, ""

    def outcome(wrong: str) -> Outcome:
        return Outcome(at, failed, wrong)

    with _office(prepared, place / "faulty", fault) as (folder, connect):
        try:
            operation(folder, connect)
        except HabitatError as error:
            failed = error.code
        except Exception as error:
            return outcome(f"{type(error).__name__} is no sentence for a person: {error}")
        fault.at = 0
        if not fault.hit:
            return outcome("")  # fewer calls this time
        found = _state(folder)
        if found not in states or (not failed and found == states[0]):
            return outcome(f"{failed or 'no error'}, and it is neither as before nor as after: {found}")
        if found == states[0]:
            operation(folder, connect)
            found = _state(folder)
        return outcome("" if found == states[1] else f"trying again after {failed} leads to {found}")


@contextmanager
def _office(prepared: Path, folder: Path, fault: Fault) -> Iterator[tuple[Path, Connect]]:
    shutil.copytree(prepared, folder)
    vfs = RecordingVfs(f"faulty-{folder}", folder, [])
    vfs.before = fault
    try:
        yield folder, connector(vfs.name)
    finally:
        vfs.unregister()
        shutil.rmtree(folder)


def _state(folder: Path) -> object:
    """Return how many rows there are in every table, and which steps the answers come from."""
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = {t: connection.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in sorted(tables)}
        steps = connection.execute("SELECT json_extract(document, '$.answers.city') FROM drafts").fetchall()
        return rows, sorted(steps), connection.execute("PRAGMA integrity_check").fetchone()[0]

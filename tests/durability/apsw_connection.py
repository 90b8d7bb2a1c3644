"""A connection over apsw that looks like one of sqlite3, as far as SQLAlchemy and the store use one."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw

from habitat_desktop.records import sqlite_file

_OPERATIONAL = (
    apsw.BusyError, apsw.LockedError, apsw.FullError, apsw.IOError, apsw.CantOpenError, apsw.ReadOnlyError,
    apsw.SQLError, apsw.InterruptError, apsw.ProtocolError, apsw.AuthError,
)  # fmt: skip


def connector(vfs: str, **pragmas: str) -> sqlite_file.Connect:
    """Return what opens connections through `vfs`; `pragmas` spoil those of the store on purpose."""

    def connect(path: Path) -> Any:
        connection = sqlite_file.prepare(ApswConnection(path, vfs))  # type: ignore[arg-type]
        for name, value in pragmas.items():
            connection.execute(f"PRAGMA {name} = {value}")
        return connection

    return connect


class ApswConnection:
    """The methods of sqlite3.Connection with isolation_level=None."""

    def __init__(self, path: Path, vfs: str) -> None:
        with _as_sqlite3():
            self._connection = apsw.Connection(str(path), vfs=vfs, statementcachesize=256)

    @property
    def in_transaction(self) -> bool:
        return self._connection.in_transaction

    def cursor(self) -> "ApswCursor":
        return ApswCursor(self._connection)

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> "ApswCursor":
        return self.cursor().execute(sql, parameters)

    def commit(self) -> None:
        if self.in_transaction:
            self.execute("COMMIT")

    def rollback(self) -> None:
        if self.in_transaction:
            self.execute("ROLLBACK")

    def create_function(
        self, name: str, narg: int, function: Callable[..., Any], *, deterministic: bool = False
    ) -> None:
        self._connection.create_scalar_function(name, function, narg, deterministic=deterministic)

    def close(self) -> None:
        with _as_sqlite3():
            self._connection.close(True)


class ApswCursor:
    """The methods of sqlite3.Cursor. Rows are read at once, so that nothing stays open."""

    arraysize = 1

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self.description: tuple[tuple[Any, ...], ...] | None = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self._rows: Iterator[tuple[Any, ...]] = iter(())

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> "ApswCursor":
        return self.executemany(sql, [parameters])

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> "ApswCursor":
        self.description = None
        changes, found, writes = 0, [], False
        with _as_sqlite3():
            for parameters in rows:
                cursor = self._connection.cursor()
                cursor.exec_trace = self._note_columns
                found += list(cursor.execute(sql, tuple(parameters)))
                changes += self._connection.changes()
        writes = sql.lstrip()[:7].upper().startswith(("INSERT", "UPDATE", "DELETE", "REPLACE"))
        self.rowcount = changes if writes else -1
        self.lastrowid = self._connection.last_insert_rowid()
        self._rows = iter(found)
        return self

    def _note_columns(self, cursor: apsw.Cursor, sql: str, bindings: object) -> bool:
        columns = cursor.get_description()
        self.description = tuple((c[0], *[None] * 6) for c in columns) or None
        return True

    def fetchone(self) -> tuple[Any, ...] | None:
        return next(self._rows, None)

    def fetchmany(self, size: int = 1) -> list[tuple[Any, ...]]:
        return [row for _, row in zip(range(size), self._rows, strict=False)]

    def fetchall(self) -> list[tuple[Any, ...]]:
        return list(self._rows)

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return self._rows

    def close(self) -> None:
        self._rows = iter(())


@contextmanager
def _as_sqlite3() -> Iterator[None]:
    """Raise what sqlite3 would raise, under the names of SQLite's own codes."""
    try:
        yield
    except apsw.Error as error:
        kind: type[sqlite3.Error] = sqlite3.DatabaseError
        if isinstance(error, apsw.ConstraintError):
            kind = sqlite3.IntegrityError
        elif isinstance(error, _OPERATIONAL):
            kind = sqlite3.OperationalError
        raised = kind(str(error))
        extended = getattr(error, "extendedresult", None) or getattr(error, "result", 1)
        names = {**apsw.mapping_result_codes, **apsw.mapping_extended_result_codes}
        raised.sqlite_errorcode = extended
        raised.sqlite_errorname = str(names.get(extended, names.get(extended & 0xFF, "SQLITE_ERROR")))
        raise raised from error

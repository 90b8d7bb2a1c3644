"""The SQLite file below the store: how it is opened, checked and told apart. Standard library only."""

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path, PurePath

from habitat_desktop.errors import N_
from habitat_desktop.records.errors import DatabaseDamaged, DatabaseOtherJournal, DatabaseUnfinished
from habitat_desktop.xforms.problems import Reason, shortened

APPLICATION_ID = 0x48424454  # "HBDT": what `file` and we read in the header
BUSY_TIMEOUT_MS = 10_000

_TEMPORARY = ("SQLITE_BUSY", "SQLITE_CANTOPEN", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY")
_UNFINISHED = "SQLITE_READONLY_ROLLBACK"  # a journal with changes to take back, which writes
_LOOKS, _PAUSE_S = 10, 0.03  # how often a reader looks whether a journal is one that was left
_WAL = b"\x02\x02"  # bytes 18 and 19 of a file that other programs switched to a write-ahead log

Connect = Callable[[Path], sqlite3.Connection]

# TRUNCATE: the journal is emptied and synced at each commit, on every system alike, and the file alone is
# the whole database, so a copy on a stick is complete (with WAL it is not). FULL and EXTRA cost the same:
# 500 syncs for 100 commits of one row, counted with strace. EXTRA adds a sync of the folder where the journal
# is deleted, and TRUNCATE never deletes it; FULL says what happens. Neither lost anything in 2,000 simulated
# power cuts. fullfsync makes macOS really write.
_PRAGMAS = (
    "PRAGMA journal_mode = TRUNCATE",
    "PRAGMA synchronous = FULL",
    "PRAGMA fullfsync = 1",
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
)


def connect(path: Path, patience_ms: int = BUSY_TIMEOUT_MS) -> sqlite3.Connection:
    """Open the file for writing; each step waits `patience_ms` for whoever writes just now.

    Transactions begin when we say so, never by themselves.
    """
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=256)
    return prepare(connection, patience_ms)


def connect_readonly(path: Path) -> sqlite3.Connection:
    """Open an existing file for reading; neither it nor anything beside it is made or changed.

    Raises:
        sqlite3.OperationalError: also where that cannot be, see `has_other_journal`.
    """
    place = path.resolve()
    if has_other_journal(place):
        raise sqlite3.OperationalError("it has a write-ahead log")
    # of a file with a log SQLite makes two more beside it, unless it is told that nobody writes
    mode = "mode=ro&immutable=1" if _is_logged(place) else "mode=ro"
    connection = sqlite3.connect(
        f"{uri_of(place)}?{mode}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
    )
    try:
        for pragma in (f"busy_timeout = {BUSY_TIMEOUT_MS}", "query_only = 1", "trusted_schema = OFF"):
            connection.execute(f"PRAGMA {pragma}").fetchall()
    except (sqlite3.Error, UnicodeDecodeError):
        connection.close()
        raise
    return connection


def has_other_journal(path: Path) -> bool:
    """Whether another program left changes beside the file in a log, which reading alone would touch."""
    log = path.with_name(path.name + "-wal")
    return log.is_file() and log.stat().st_size > 0 and _is_logged(path)


def _is_logged(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(20)[18:] == _WAL
    except OSError:  # SQLite says it better
        return False


def uri_of(path: PurePath) -> str:
    """Return an absolute path as SQLite takes it, also one on a share of Windows: a host it refuses."""
    uri = path.as_uri()
    return uri if uri.startswith("file:///") else uri.replace("file://", "file:////", 1)


def begin_reading(connection: sqlite3.Connection) -> None:
    """Begin to read one state of the file, now and not at the first question; who writes is waited for.

    A reader that comes just when somebody begins to write takes the fresh journal for one that a crash
    left, and says so; one that was left is still there at the next look.
    """
    for look in range(1, _LOOKS + 1):
        connection.execute("BEGIN")
        try:
            connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchall()
            return
        except (sqlite3.Error, UnicodeDecodeError) as error:
            connection.rollback()
            if look == _LOOKS or not is_unfinished(error):
                raise
        time.sleep(_PAUSE_S)


def copy_aside(source: sqlite3.Connection) -> sqlite3.Connection:
    """Return a copy of one state in memory, or in a nameless file of the system where it is large.

    Raises:
        sqlite3.Error: it cannot be read, or there is no room.
    """
    copy = sqlite3.connect("", isolation_level=None, check_same_thread=False, cached_statements=256)
    try:
        begin_reading(source)
        try:
            source.backup(copy)
        finally:
            source.rollback()
        copy.execute("PRAGMA query_only = 1")
    except BaseException:
        copy.close()
        raise
    return copy


def prepare(connection: sqlite3.Connection, patience_ms: int = BUSY_TIMEOUT_MS) -> sqlite3.Connection:
    """Set what every writing connection needs; close it if that fails."""
    try:
        for pragma in (f"PRAGMA busy_timeout = {patience_ms}", *_PRAGMAS):
            connection.execute(pragma).fetchall()
    except (sqlite3.Error, UnicodeDecodeError):  # the latter where a damaged schema is quoted
        connection.close()
        raise
    return connection


def check_file(path: Path, connect: Connect, backups: Path | None) -> str:
    """Check that `path` is a sound database of ours and return the version of its schema.

    Raises:
        DatabaseDamaged: it is not; the file is left as it is.
    """
    where = backups or path.parent
    if path.stat().st_size == 0:  # to SQLite a file cut to nothing is a new database; to us it is a loss
        raise DatabaseDamaged(path=path, problem=Reason(N_("the file is empty.")), backups=where)
    connection: sqlite3.Connection | None = None
    try:
        connection = connect(path)
        found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            problem = Reason(N_("its pages do not fit together ({detail})."), detail=detail_of(found))
            raise DatabaseDamaged(path=path, problem=problem, backups=where)
        if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            not_ours = Reason(N_("it is not a database of this program."))
            raise DatabaseDamaged(path=path, problem=not_ours, backups=where)
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    except (sqlite3.DatabaseError, TypeError, UnicodeDecodeError) as error:
        if is_temporary(error):
            raise
        raise DatabaseDamaged(path=path, problem=unreadable(error), backups=where) from error
    finally:
        if connection is not None:
            connection.close()


def check_for_reading(path: Path, backups: Path | None) -> str:
    """Do the same without changing a byte of the file or beside it.

    Raises:
        DatabaseDamaged: as `check_file`.
        DatabaseUnfinished, DatabaseOtherJournal: it must be written before it can be read.
    """
    if has_other_journal(path.resolve()):
        raise DatabaseOtherJournal(path=path)

    def connect(path: Path) -> sqlite3.Connection:
        connection = connect_readonly(path)
        try:
            begin_reading(connection)
        except (sqlite3.Error, UnicodeDecodeError) as error:
            connection.close()
            if is_unfinished(error):
                raise DatabaseUnfinished(path=path) from error
            raise
        return connection

    return check_file(path, connect, backups)


def unreadable(error: Exception) -> Reason:
    """Return what is wrong with a file that SQLite cannot read, for a sentence."""
    return Reason(N_("it cannot be read as a database ({detail})."), detail=detail_of(error))


def trouble(error: object) -> Reason:
    """Return why the disk or the system does not let SQLite work, for a sentence."""
    name = error_name(error)
    if name.startswith("SQLITE_CANTOPEN"):
        return Reason(N_("it or something beside it cannot be opened ({detail})."), detail=detail_of(error))
    if name.startswith("SQLITE_READONLY"):
        return Reason(N_("it can only be read ({detail})."), detail=detail_of(error))
    return Reason(N_("the disk reports an error ({detail})."), detail=detail_of(error))


def detail_of(said: object) -> str:
    """Return SQLite's own words in one line, for the brackets behind ours."""
    said = getattr(said, "orig", None) or said  # SQLAlchemy adds the whole statement
    words = str(said).replace("*** in database main ***", "").split()
    return shortened(" ".join(words).rstrip("."))


def error_name(error: object) -> str:
    """Return the name SQLite has for an error, such as SQLITE_BUSY; "" where it is none of its own."""
    return getattr(error, "sqlite_errorname", None) or ""


def is_unfinished(error: object) -> bool:
    """Whether a crash left the file in the middle of a step, which only a writer can take back."""
    return error_name(error) == _UNFINISHED


def is_temporary(error: Exception) -> bool:
    """Say whether `error` is about the disk or another program, not about what the file holds."""
    return error_name(error).startswith(_TEMPORARY)

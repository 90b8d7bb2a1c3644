"""Opens the database: lock, checks, backup before a migration, transactions."""

import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, QueuePool, StaticPool, create_engine, event, insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from habitat_desktop import __version__
from habitat_desktop.disk import move
from habitat_desktop.records import reserve, schema, server, sqlite_file
from habitat_desktop.records.errors import (
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseError,
    DatabaseFull,
    DatabaseFullReserve,
    DatabaseLocked,
    DatabaseReadOnly,
    DatabaseServerEmpty,
    DatabaseServerTooOld,
    DatabaseTooNew,
    DatabaseTooOld,
    DatabaseUnavailable,
    DatabaseUnfinished,
    DatabaseUnreadable,
)
from habitat_desktop.records.lock import InstanceLock
from habitat_desktop.records.numbering import installation
from habitat_desktop.records.places import check_folder
from habitat_desktop.records.record import utc_text
from habitat_desktop.records.sqlite_file import Connect
from habitat_desktop.records.tables import HERE, InstallationRow, json_text


class Database:
    """One open database. Sessions live for one action; everything in them is kept or none of it."""

    def __init__(
        self,
        engine: Engine,
        path: Path | str,
        lock: InstanceLock | None,
        backups: Path | None,
        *,
        readonly: bool = False,
    ) -> None:
        self.path = path
        self.readonly = readonly
        self._engine = engine
        self._lock = lock
        self._backups = backups
        self._reading = sessionmaker(engine.execution_options(reading=True))
        with self.read() as session:
            self.installation = installation(session)

    @classmethod
    def open(
        cls,
        place: Path | str,
        *,
        creator: Connect | None = None,
        backups: Path | None = None,
        readonly: bool = False,
    ) -> "Database":
        """Open a database file, made if it is not there, or a database at an address (postgresql+psycopg://...).

        The file is copied to `backups` before it is migrated. `creator` opens the connections instead of
        `sqlite_file.connect`; that is how a disk that fails is put below.

        `readonly` changes no byte: it takes no lock, brings nothing up to date and makes no file, and works
        while another program writes, from any folder and from a medium that cannot be written.

        Raises:
            DatabaseLocked, DatabaseTooNew, DatabaseDamaged, DatabaseUnavailable.
            DatabaseTooOld, DatabaseUnfinished, DatabaseOtherJournal, DatabaseServerEmpty: it cannot be read
                without writing first.
            NetworkFolderError, SyncedFolderError: the folder may not hold a live database.
        """
        if server.is_address(place):
            return cls._open_address(str(place), readonly=readonly)
        path = Path(place)
        if readonly:
            return cls._open_to_read(path, backups)
        check_folder(path.parent)
        lock = InstanceLock(path)
        connect = creator or sqlite_file.connect
        try:
            if not path.exists():
                with _explained(path, backups), _disk_explained(path):
                    _create(path, connect)
            return cls._open_file(path, connect, lock, backups)
        except BaseException:
            lock.release()
            raise

    @classmethod
    def _open_file(cls, path: Path, connect: Connect, lock: InstanceLock, backups: Path | None) -> "Database":
        with _explained(path, backups), _disk_explained(path):
            version = sqlite_file.check_file(path, connect, backups)
            if version not in (schema.CURRENT, *schema.OLDER):
                raise DatabaseTooNew(path=path, version=version)
            engine = _engine(path, connect)
            if version != schema.CURRENT:
                _migrate(engine, path, backups or path.parent / "backups", version)
        return cls(engine, path, lock, backups)

    @classmethod
    def _open_to_read(cls, path: Path, backups: Path | None) -> "Database":
        with _explained(path, backups, readonly=True), _disk_explained(path, readonly=True):
            version = sqlite_file.check_for_reading(path, backups)
        if version in schema.OLDER:
            raise DatabaseTooOld(path=path, version=version)
        if version != schema.CURRENT:
            raise DatabaseTooNew(path=path, version=version)
        engine = create_engine(
            "sqlite://", creator=lambda: sqlite_file.connect_readonly(path), poolclass=QueuePool
        )
        event.listen(engine, "begin", _begin_reading)
        return cls(engine, path, None, backups, readonly=True)

    @classmethod
    def _open_address(cls, address: str, *, readonly: bool) -> "Database":
        engine = server.connect(address)
        place = engine.url.render_as_string()
        try:
            with server.explained(engine.url):
                _check_server(engine, place) if readonly else _prepare_server(engine, place)
            return cls(engine, place, None, None, readonly=readonly)
        except BaseException:
            engine.dispose()
            raise

    @contextmanager
    def begin(self, office: str | None = None) -> Iterator[Session]:
        """Open one writing transaction: it commits whole, or rolls back whole when anything is raised.

        Nobody else writes meanwhile. On a server, others may write what is of another office than `office`.

        Raises:
            DatabaseBusy, DatabaseFull, DatabaseUnavailable, DatabaseDamaged: nothing of it was saved.
            DatabaseServerGone: the server did not confirm it; what it did confirm before is there.
            DatabaseReadOnly: it was opened only to look at it.
        """
        if self.readonly:
            raise DatabaseReadOnly(path=self.path)
        engine = self._engine if office is None else self._engine.execution_options(office=office)
        with self._told(), Session(engine) as session, session.begin():
            session.connection()  # waits for its turn here, not at the first statement
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open one reading session, which sees one state of the database and cannot write."""
        with self._told(), self._reading() as session:
            yield session

    @contextmanager
    def aside(self) -> Iterator["Database"]:
        """Copy one state of a file aside, to be read at leisure: whoever writes to a file waits for readers.

        What is on a server, and what there is no room to copy, is read where it is.
        """
        copy = None if self.is_shared else self._copied()
        if copy is None:
            yield self
            return
        engine = create_engine("sqlite://", creator=lambda: copy, poolclass=StaticPool)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
        database = Database(engine, self.path, None, self._backups, readonly=True)
        try:
            yield database
        finally:
            database.close()
            copy.close()

    def _copied(self) -> sqlite3.Connection | None:
        with self._told(), self._engine.connect() as connection:
            source = connection.connection.driver_connection
            if not isinstance(source, sqlite3.Connection):
                return None
            try:
                return sqlite_file.copy_aside(source)
            except sqlite3.OperationalError as error:
                if sqlite_file.error_name(error).startswith(("SQLITE_FULL", "SQLITE_IOERR")):
                    return None
                raise

    @property
    def is_shared(self) -> bool:
        """Whether other programs may write to it at the same time, as to one on a server."""
        return self._engine.dialect.name != "sqlite"

    @contextmanager
    def claimed(self, file_sha256: str) -> Iterator[bool]:
        """Claim an incoming file while the block lasts; False where another worker has it at this moment.

        A file has one program that writes to it, which needs no claims.
        """
        if not self.is_shared:
            yield True
            return
        with server.claimed(self._engine, file_sha256) as got:
            yield got

    def _told(self) -> AbstractContextManager[None]:
        if not self.is_shared:
            return _explained(self.path, self._backups, readonly=self.readonly)
        return server.explained(self._engine.url)

    def close(self) -> None:
        """Close every connection and let others in."""
        self._engine.dispose()
        if self._lock is not None:
            self._lock.release()


def begin_installation(connection: Connection, reason: str, at: datetime) -> None:
    """Begin a new life of this database: "new", or "restored" from a backup."""
    lives = connection.execute(select(InstallationRow.ordinal)).scalars().all()
    connection.execute(
        insert(InstallationRow).values(
            office=HERE,
            installation=str(uuid.uuid4()),
            ordinal=max(lives, default=0) + 1,
            made_at=utc_text(at),
            reason=reason,
            program=__version__,
        )
    )


def _engine(path: Path, connect: Connect) -> Engine:
    engine = create_engine(
        "sqlite://", creator=lambda: connect(path), poolclass=QueuePool, json_serializer=json_text
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # IMMEDIATE: with SQLite's default two writers read the same state and the second overwrites the first
        reading = bool(connection.get_execution_options().get("reading"))
        connection.exec_driver_sql(f"PRAGMA query_only = {int(reading)}")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _prepare_server(engine: Engine, place: str) -> None:
    """Make the tables of a database on a server, or bring them up to date."""
    with engine.begin() as connection:
        found = server.version(connection)
        if found is not None and found not in (schema.CURRENT, *schema.OLDER):
            raise DatabaseTooNew(path=place, version=found)
        if found != schema.CURRENT:
            schema.upgrade(connection)
        if found is None:
            begin_installation(connection, "new", datetime.now(UTC))


def _check_server(engine: Engine, place: str) -> None:
    """Refuse a database on a server whose tables cannot be read as they are."""
    with engine.execution_options(reading=True).connect() as connection:
        found = server.version(connection)
    if found is None:
        raise DatabaseServerEmpty(path=place)
    if found in schema.OLDER:
        raise DatabaseServerTooOld(path=place, version=found)
    if found != schema.CURRENT:
        raise DatabaseTooNew(path=place, version=found)


def _begin_reading(connection: Connection) -> None:
    source = connection.connection.driver_connection
    assert isinstance(source, sqlite3.Connection)
    sqlite_file.begin_reading(source)


def _create(path: Path, connect: Connect) -> None:
    """Make a new database beside `path` and move it there whole, so that there is never half a database."""
    part = path.with_name(path.name + ".new")
    part.unlink(missing_ok=True)
    engine = _engine(part, connect)
    try:
        with engine.begin() as connection:
            schema.upgrade(connection)
            begin_installation(connection, "new", datetime.now(UTC))
        with engine.connect() as connection:
            connection.exec_driver_sql(f"PRAGMA application_id = {sqlite_file.APPLICATION_ID}")
            connection.commit()
    finally:
        engine.dispose()  # also when the disk is full: what is left of it can then be removed
    part.with_name(part.name + "-journal").unlink(missing_ok=True)
    move(part, path)


def _migrate(engine: Engine, path: Path, backups: Path, version: str) -> None:
    from habitat_desktop.records.backup import make_backup

    make_backup(path, backups, f"before-migration-of-{version}", at=datetime.now(UTC))
    with engine.begin() as connection:
        schema.upgrade(connection)


@contextmanager
def _explained(path: Path | str, backups: Path | None, *, readonly: bool = False) -> Iterator[None]:
    """Turn what SQLite says about the disk or the file into a sentence a person can act on."""
    try:
        yield
    except (DBAPIError, sqlite3.Error, UnicodeDecodeError) as error:
        origin = error.orig if isinstance(error, DBAPIError) else error
        name = sqlite_file.error_name(origin)
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            raise DatabaseBusy(path=path) from error
        if sqlite_file.is_unfinished(origin) and readonly:
            raise DatabaseUnfinished(path=path) from error
        if name == "SQLITE_FULL":
            raise (DatabaseFull(path=path) if readonly else _full(path)) from error
        not_text = isinstance(error, UnicodeDecodeError) or "Could not decode to UTF-8" in str(origin)
        if not_text or name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
            where = backups or Path(path).parent
            damage = sqlite_file.unreadable(origin or error)
            raise DatabaseDamaged(path=path, problem=damage, backups=where) from error
        if name.startswith(("SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY")):
            unavailable = DatabaseUnreadable if readonly else DatabaseUnavailable
            raise unavailable(path=path, problem=sqlite_file.trouble(origin)) from error
        raise


def _full(path: Path | str) -> DatabaseFull:
    """Give the reserve back, if there is one, so that the person can finish."""
    if isinstance(path, Path) and reserve.release(path.parent):
        return DatabaseFullReserve(path=path, megabytes=reserve.SIZE >> 20)
    return DatabaseFull(path=path)


@contextmanager
def _disk_explained(path: Path, *, readonly: bool = False) -> Iterator[None]:
    """Do the same for what the system says; only while opening, where no other files are in play."""
    try:
        yield
    except OSError as error:
        unavailable = DatabaseUnreadable if readonly else DatabaseUnavailable
        raise unavailable(path=path, problem=f"{error.strerror}.") from error


__all__ = [
    "Database",
    "DatabaseBusy",
    "DatabaseDamaged",
    "DatabaseError",
    "DatabaseFull",
    "DatabaseLocked",
    "DatabaseReadOnly",
    "DatabaseTooNew",
    "DatabaseTooOld",
    "DatabaseUnavailable",
    "DatabaseUnfinished",
    "Session",
]

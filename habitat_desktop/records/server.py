"""A database on a PostgreSQL server: its connections, who may write at a time, what it says when it cannot.

A writing transaction has the database for itself, as on SQLite, unless it says which office it is about:
then other offices are written at the same time. That is what several import workers need, and no reader ever
waits. Backups are in the hands of whoever runs the server.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING
from zlib import crc32

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from habitat_desktop.records.errors import (
    DatabaseAddressBad,
    DatabaseBusy,
    DatabaseFull,
    DatabaseServerGone,
    DatabaseUnavailable,
)

if TYPE_CHECKING:
    from habitat_desktop.records.database import Database
    from habitat_desktop.records.glance import Glance

_PATIENCE_S = 30  # how long a writer waits for the others
_OURS = 0x48424954  # our advisory locks, so that they are not those of another program
_WHOLE = 0


def is_address(place: object) -> bool:
    """Whether this is the address of a database on a server, not the path of a file."""
    return isinstance(place, str) and "://" in place


def url_of(address: str) -> URL:
    """Return an address as SQLAlchemy takes it; only PostgreSQL through psycopg is known.

    Raises:
        DatabaseAddressBad: it is another kind of address.
    """
    try:
        url = make_url(address)
    except ArgumentError as error:
        raise DatabaseAddressBad(address=address.split("@")[-1]) from error
    if url.drivername not in ("postgresql", "postgres", "postgresql+psycopg"):
        raise DatabaseAddressBad(address=url.render_as_string())
    return url.set(drivername="postgresql+psycopg")


def connect(address: str) -> Engine:
    """Return the engine for the database at `address`; nothing is connected yet."""
    try:
        engine = create_engine(
            url_of(address),
            json_serializer=lambda value: json.dumps(value, separators=(",", ":"), ensure_ascii=False),
            pool_pre_ping=True,
            connect_args={
                "connect_timeout": 10,
                "options": f"-c lock_timeout={_PATIENCE_S}s",
                "application_name": "habitat",
            },
        )
    except (ImportError, NoSuchModuleError) as error:
        raise DatabaseAddressBad(address=url_of(address).render_as_string()) from error

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get("reading"):
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            return
        office = options.get("office")
        if office is None:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_OURS}, {_WHOLE})")
            return
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock_shared({_OURS}, {_WHOLE})")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_OURS}, {_number(office)})")

    return engine


def _number(office: str) -> int:
    """Return the number an office is locked by; two offices that share one only wait for each other."""
    return (crc32(office.encode("utf-8")) & 0x7FFFFFFF) or 1


def version(connection: Connection) -> str | None:
    """Return the version of the schema, None in an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return None if found is None else str(found)


@contextmanager
def claimed(engine: Engine, file_sha256: str) -> Iterator[bool]:
    """Claim a file for as long as the block lasts, among all workers; False where another one has it.

    The claim is the connection's: it ends with the worker, however that ends.
    """
    key = int.from_bytes(sha256(file_sha256.encode("ascii")).digest()[:8], "big", signed=True)
    alone = engine.execution_options(reading=True)  # no transaction of ours, which would wait for the writers
    with explained(engine.url), alone.connect() as connection:
        got = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}))
        connection.commit()
        try:
            yield got
        finally:
            if got:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": key})


@contextmanager
def explained(url: URL) -> Iterator[None]:
    """Turn what the server says into a sentence a person can act on."""
    try:
        yield
    except Exception as error:
        origin = error.orig if isinstance(error, DBAPIError) else error
        if not type(origin).__module__.startswith("psycopg"):
            raise
        state = getattr(origin, "sqlstate", None) or ""
        place, problem = url.render_as_string(), _first_line(origin)
        if state == "53100":
            raise DatabaseFull(path=place) from error
        if state in ("55P03", "40001", "40P01", "57014", "53300"):
            raise DatabaseBusy(path=place) from error
        if state in ("25006", "42501"):
            raise DatabaseUnavailable(path=place, problem=problem) from error
        if not state or state.startswith(("08", "28", "3D", "57P", "58")):
            raise DatabaseServerGone(path=place, problem=problem) from error
        raise


def _first_line(error: object) -> str:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].removesuffix(".") + "."


def glance(database: "Database", limit: int = 50) -> "Glance":
    """Return what home shows; see `records.glance`, which reads it from a file."""
    from habitat_desktop.records import exchange_state, listing
    from habitat_desktop.records.glance import ASKED, Glance
    from habitat_desktop.records.record import RecordState

    with database.read() as session:
        return Glance(
            counts=listing.count_by_state(session),
            recent=tuple(listing.list_records(session, limit=limit)),
            drafts=tuple(listing.list_records(session, state=RecordState.DRAFT, limit=limit)),
            packages=tuple(exchange_state.packages(session, limit=limit)),
            installation=database.installation,
            asked=session.scalar(text(ASKED)) or 0,
        )

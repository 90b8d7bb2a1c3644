"""The mapped tables; private to `records`.

Every primary key begins with the office, so that the tables can be distributed by it. Rows about this
database itself have the office `HERE`. Instants are ISO text in UTC of one width (`record.utc_text`): they
sort as they are, read the same in every database and travel unchanged. Content is kept as JSON documents,
not a row an answer.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    JSON,
    BindParameter,
    ColumnElement,
    Connection,
    Dialect,
    Executable,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    insert,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

HERE = ""  # the office of rows about this database itself

Document = dict[str, Any]
_Json = JSON().with_variant(postgresql.JSONB(), "postgresql")


class Content(TypeDecorator[bytes]):
    """The canonical JSON of a revision: the very text that was hashed, or JSONB where it is queried.

    JSONB gives the same document back with other spaces and another order; `Revision.content` is canonical.
    """

    impl = Text
    cache_ok = True

    def bind_expression(self, bindparam: BindParameter[Any]) -> ColumnElement[Any]:
        return _JsonText(bindparam)

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> Any:
        return None if value is None else value.decode("utf-8")

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        return _TextOfJson(column)

    def process_result_value(self, value: Any, dialect: Dialect) -> bytes | None:
        return None if value is None else value.encode("utf-8")


class _JsonText(FunctionElement[Any]):
    """A text parameter as what the column keeps."""

    inherit_cache = True
    type = Text()


class _TextOfJson(_JsonText):
    """What the column keeps, as text."""

    inherit_cache = True


@compiles(_JsonText)
def _as_it_is(element: _JsonText, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(_JsonText, "postgresql")
def _to_jsonb(element: _JsonText, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **options)} AS JSONB)"


@compiles(_TextOfJson, "postgresql")
def _to_text(element: _TextOfJson, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **options)} AS TEXT)"


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(referred_table_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        }
    )
    type_annotation_map = {
        str: Text(),
        Document: _Json,
        list[str]: _Json,
        list[list[int]]: _Json,
        dict[str, list[list[int]]]: _Json,
    }


def _of_record() -> ForeignKeyConstraint:
    """Draft and revisions belong to a record; checked at commit, so that the summary may be written last."""
    return ForeignKeyConstraint(
        ["office", "record_id"],
        ["records.office", "records.record_id"],
        deferrable=True,
        initially="DEFERRED",
    )


class InstallationRow(Base):
    """The lives of this database: the newest one counts; a restored backup begins a new one."""

    __tablename__ = "installation"
    office: Mapped[str] = mapped_column(primary_key=True)
    installation: Mapped[str] = mapped_column(primary_key=True)
    ordinal: Mapped[int]
    made_at: Mapped[str]
    reason: Mapped[str]  # "new" or "restored"
    program: Mapped[str]  # the version of the program that began this life


class CounterRow(Base):
    """Running numbers without holes: a number given in a transaction that fails is given again."""

    __tablename__ = "counters"
    office: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]


class RecordRow(Base):
    """One record as lists show it; derived from its revisions and draft in the same transaction."""

    __tablename__ = "records"
    office: Mapped[str] = mapped_column(primary_key=True)
    record_id: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str]
    form_id: Mapped[str]
    form_version: Mapped[str]
    country: Mapped[str]
    period: Mapped[str]
    subject: Mapped[str]
    state: Mapped[str]
    package_number: Mapped[int | None]
    heads: Mapped[list[str]]
    has_draft: Mapped[bool]
    revisions: Mapped[int]
    answered: Mapped[int]
    missing: Mapped[int]
    problems: Mapped[int]
    updated_at: Mapped[str]
    updated_by: Mapped[str]
    search: Mapped[str]  # folded label, subject and answers; last, because long: lists never read it

    __table_args__ = (
        Index(None, "record_id"),
        Index(None, "label"),
        Index(None, "state"),
        Index(None, "updated_at"),
        Index(None, "office", "form_id", "country", "period"),
    )


class DraftRow(Base):
    """A record being filled; the whole draft is one document, so that saving it is one UPDATE."""

    __tablename__ = "drafts"
    office: Mapped[str] = mapped_column(primary_key=True)
    record_id: Mapped[str] = mapped_column(primary_key=True)
    saved_at: Mapped[str]
    saved_by: Mapped[str]
    document: Mapped[Document]

    __table_args__ = (_of_record(),)


class RevisionRow(Base):
    """One revision; `document` is what its id is the hash of and is never changed.

    `generation` is 1 without parents, else one more than the highest parent's: an order that every computer
    finds alike, without clocks. `received_at` is when this database learnt that headquarters holds the
    revision; `package_number` the package that last carried it out, or first carried it in.
    """

    __tablename__ = "revisions"
    office: Mapped[str] = mapped_column(primary_key=True)
    revision_id: Mapped[str] = mapped_column(primary_key=True)
    record_id: Mapped[str]
    installation: Mapped[str]
    number: Mapped[int]
    generation: Mapped[int]
    parents: Mapped[list[str]]
    kind: Mapped[str]
    package_number: Mapped[int | None]
    received_at: Mapped[str | None]
    document: Mapped[bytes] = mapped_column(Content())

    __table_args__ = (
        _of_record(),
        UniqueConstraint("office", "installation", "number"),
        Index(  # what headquarters has not confirmed is few, and nothing at headquarters itself
            "ix_revisions_unconfirmed",
            "office",
            sqlite_where=text("received_at IS NULL"),
            postgresql_where=text("received_at IS NULL"),
        ),
        Index(None, "revision_id"),
        Index(None, "office", "record_id"),
    )


class WaitingRow(Base):
    """The waiting room: revisions whose parents have not come yet, and which parents those are."""

    __tablename__ = "waiting_revisions"
    office: Mapped[str] = mapped_column(primary_key=True)
    revision_id: Mapped[str] = mapped_column(primary_key=True)
    record_id: Mapped[str]
    installation: Mapped[str]
    number: Mapped[int]
    missing: Mapped[list[str]]
    package_number: Mapped[int | None]
    received_at: Mapped[str | None]
    document: Mapped[bytes] = mapped_column(Content())

    __table_args__ = (Index(None, "office", "record_id"),)


class HeldRow(Base):
    """Which revisions of an installation are here, as ranges of their numbers; derived from `revisions`."""

    __tablename__ = "held"
    office: Mapped[str] = mapped_column(primary_key=True)
    installation: Mapped[str] = mapped_column(primary_key=True)
    ranges: Mapped[list[list[int]]]


class PackageRow(Base):
    """A package made or taken in; `office` is the office at the other end."""

    __tablename__ = "packages"
    office: Mapped[str] = mapped_column(primary_key=True)
    direction: Mapped[str] = mapped_column(primary_key=True)
    installation: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    payload_sha256: Mapped[str] = mapped_column(primary_key=True)
    file_name: Mapped[str]
    made_at: Mapped[str]
    records: Mapped[int]
    revisions: Mapped[int]
    status: Mapped[str]
    receipt_at: Mapped[str]
    note: Mapped[str]
    key_id: Mapped[str] = mapped_column(server_default="")
    findings: Mapped[int] = mapped_column(server_default="0")
    acts: Mapped[int] = mapped_column(server_default="0")

    __table_args__ = (
        Index(None, "payload_sha256"),
        Index(None, "made_at"),
        Index(None, "office", "direction", "status", "receipt_at"),
    )


class PackageRevisionRow(Base):
    """Which revision travelled in which package; `office` is that of the record."""

    __tablename__ = "package_revisions"
    office: Mapped[str] = mapped_column(primary_key=True)
    revision_id: Mapped[str] = mapped_column(primary_key=True)
    payload_sha256: Mapped[str] = mapped_column(primary_key=True)

    __table_args__ = (Index(None, "payload_sha256"), {"sqlite_with_rowid": False})


class PeerRow(Base):
    """What an installation at the other end last said it has; the highest ordinal was heard last.

    `have` are revisions, `have_acts` acts, `taken` the numbers of packages, each by installation.

    The ordinal 0 is that of an installation whose life is over: its database was restored and goes on as
    another one.
    """

    __tablename__ = "peers"
    office: Mapped[str] = mapped_column(primary_key=True)
    installation: Mapped[str] = mapped_column(primary_key=True)
    ordinal: Mapped[int]
    number: Mapped[int]  # of the package that said so
    noted_at: Mapped[str]
    have: Mapped[dict[str, list[list[int]]]]
    have_acts: Mapped[dict[str, list[list[int]]]] = mapped_column(server_default="{}")
    taken: Mapped[dict[str, list[list[int]]]] = mapped_column(server_default="{}")


class ActRow(Base):
    """One act of the conversation, or of the journal of this database (office `HERE`); never changed.

    `document` is what its id is the hash of and `signature` is over; the other columns repeat parts of it.
    """

    __tablename__ = "acts"
    office: Mapped[str] = mapped_column(primary_key=True)
    installation: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    act_id: Mapped[str]
    kind: Mapped[str]
    record_id: Mapped[str]
    revision_id: Mapped[str]
    about: Mapped[str]
    after: Mapped[list[str]]
    signature: Mapped[str]
    document: Mapped[bytes] = mapped_column(Content())

    __table_args__ = (
        Index(None, "act_id"),
        Index(None, "kind"),
        Index(None, "office", "record_id"),
    )


class TrustedKeyRow(Base):
    """A public key of somebody else's installation and what is thought of it.

    `state` is "trusted", "replaced" by a newer one, or "revoked"; `list_number` is that of headquarters' key
    list that said so. `covered` tells, per installation, the last package number that still counts.
    """

    __tablename__ = "trusted_keys"
    office: Mapped[str] = mapped_column(primary_key=True)
    key_id: Mapped[str] = mapped_column(primary_key=True)
    public_key: Mapped[str]
    recipient: Mapped[str]  # for encryption (age), or ""
    role: Mapped[str]
    installation: Mapped[str]  # the one that asked
    name: Mapped[str]
    state: Mapped[str]
    changed_at: Mapped[str]
    changed_by: Mapped[str]
    reason: Mapped[str]
    list_number: Mapped[int]
    covered: Mapped[Document]

    __table_args__ = (Index(None, "key_id"),)


class KeyListRow(Base):
    """A key list of headquarters, made here or taken in; their numbers only go up."""

    __tablename__ = "key_lists"
    office: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sha256: Mapped[str]
    signed_by: Mapped[str]
    signature: Mapped[str]
    made_at: Mapped[str]
    document: Mapped[Document]


class FindingRow(Base):
    """One thing somebody changed in Excel in one file of a package; `office` is that of the records.

    A re-saved file has the payload of the first one and other findings: hence the hash of the file in the
    key. `handled` is "" until somebody has done something about it.
    """

    __tablename__ = "findings"
    office: Mapped[str] = mapped_column(primary_key=True)
    file_sha256: Mapped[str] = mapped_column(primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    payload_sha256: Mapped[str]
    record_id: Mapped[str]
    code: Mapped[str]
    noted_at: Mapped[str]
    handled: Mapped[str]
    document: Mapped[Document]

    __table_args__ = (Index(None, "payload_sha256"),)


class MergeRow(Base):
    """A merge under way: the heads it is about and what a person has decided so far."""

    __tablename__ = "merges"
    office: Mapped[str] = mapped_column(primary_key=True)
    record_id: Mapped[str] = mapped_column(primary_key=True)
    changed_at: Mapped[str]
    changed_by: Mapped[str]
    document: Mapped[Document]


class AttachmentRow(Base):
    """A file attached to an answer; its bytes lie outside, named by their hash."""

    __tablename__ = "attachments"
    office: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]


def table(row: type[Base]) -> Table:
    """Return the table of a mapped class, for statements over many rows."""
    found = row.__table__
    assert isinstance(found, Table)
    return found


_MANY = 20  # rows; below that COPY costs more than it saves


def insert_many(session: Session, row: type[Base], values: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that are not there yet."""
    connection = session.connection()
    if len(values) < _MANY:
        if values:
            connection.execute(_insert(row), values)
    elif connection.dialect.name == "postgresql":
        _copy(connection, row, values)
    else:
        names = tuple(values[0])
        connection.exec_driver_sql(_insert_text(row, names), list(_written(row, values)))


def _copy(connection: Connection, row: type[Base], values: Sequence[Mapping[str, Any]]) -> None:
    """Insert many rows the way a server takes them fastest."""
    names = ", ".join(values[0])
    with (
        connection.connection.cursor() as cursor,  # type: ignore[attr-defined]
        cursor.copy(f"COPY {row.__tablename__} ({names}) FROM STDIN") as copy,
    ):
        for cells in _written(row, values):
            copy.write_row(cells)


json_text = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode  # json.dumps makes a new one


def _written(row: type[Base], values: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Any, ...]]:
    """Return the rows as drivers take them; all name the same columns in the same order."""
    columns: list[Iterable[Any]] = list(zip(*(value.values() for value in values), strict=True))
    for place, write in _writers(row, tuple(values[0])):
        columns[place] = map(write, columns[place])
    return zip(*columns, strict=True)


@cache
def _writers(row: type[Base], names: tuple[str, ...]) -> list[tuple[int, Callable[[Any], Any]]]:
    """Return what writes the values of those columns that drivers do not take as they are."""
    kinds = [table(row).c[name].type for name in names]
    found: list[tuple[int, Callable[[Any], Any]]] = []
    for place, kind in enumerate(kinds):
        if isinstance(kind, JSON):
            found.append((place, json_text))
        elif isinstance(kind, Content):
            found.append((place, _decoded))
    return found


def _decoded(content: bytes) -> str:
    return content.decode("utf-8")


@cache
def _insert_text(row: type[Base], names: tuple[str, ...]) -> str:
    places = ", ".join("?" * len(names))
    return f"INSERT INTO {row.__tablename__} ({', '.join(names)}) VALUES ({places})"


def upsert(
    session: Session, row: type[Base], values: Sequence[Mapping[str, Any]], *, keep: bool = False
) -> None:
    """Insert rows; where the key is taken, update the row, or `keep` it as it is."""
    if values:
        connection = session.connection()
        statement = _upsert(row, connection.dialect.name, tuple(values[0]), keep)
        connection.execute(statement, values)


@cache
def _insert(row: type[Base]) -> Executable:
    return insert(table(row))


@cache
def _upsert(row: type[Base], dialect: str, names: tuple[str, ...], keep: bool) -> Executable:
    into = table(row)
    statement = (postgresql if dialect == "postgresql" else sqlite).insert(into)
    key = [column.name for column in into.primary_key]
    changed = {name: statement.excluded[name] for name in names if name not in key}
    if keep or not changed:
        return cast(Executable, statement.on_conflict_do_nothing(index_elements=key))
    return cast(Executable, statement.on_conflict_do_update(index_elements=key, set_=changed))

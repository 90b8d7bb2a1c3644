"""Opening the file: lock, damage, versions, transactions."""

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from habitat_desktop.records import repository, schema, sqlite_file
from habitat_desktop.records.database import (
    Database,
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseError,
    DatabaseFull,
    DatabaseLocked,
    DatabaseReadOnly,
    DatabaseTooNew,
    DatabaseTooOld,
    DatabaseUnavailable,
    DatabaseUnfinished,
)
from habitat_desktop.records.glance import glance
from habitat_desktop.records.tables import Base
from tests.records.making import NOW, draft, dump


def _sql(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_new_database_has_an_installation_and_keeps_it(path: Path) -> None:
    first = Database.open(path)
    first.close()
    second = Database.open(path)
    second.close()
    assert first.installation == second.installation and len(first.installation) == 36
    assert [p.name for p in sorted(path.parent.iterdir()) if p.name != path.name + "-journal"] == [
        "records.sqlite",
        "records.sqlite.lock",
    ]


def test_the_migrations_make_the_tables_that_are_mapped(database: Database) -> None:
    with database.read() as session:
        context = MigrationContext.configure(session.connection())
        assert compare_metadata(context, Base.metadata) == []


def test_the_newest_migration_is_the_version_the_program_knows() -> None:
    folder = Path(schema.__file__).parent / "migrations"
    known = [script.revision for script in ScriptDirectory(str(folder)).walk_revisions()]
    assert known == [schema.CURRENT, *reversed(schema.OLDER)]


def test_every_primary_key_begins_with_the_office() -> None:
    assert {
        name: next(iter(table.primary_key.columns)).name for name, table in Base.metadata.tables.items()
    } == dict.fromkeys(Base.metadata.tables, "office")


def test_the_pragmas_are_set_on_every_connection(path: Path) -> None:
    Database.open(path).close()
    connection = sqlite_file.connect(path)
    names = ("journal_mode", "synchronous", "fullfsync", "foreign_keys")
    assert [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names] == ["truncate", 2, 1, 1]
    connection.close()


# -- transactions ----------------------------------------------------------------------------------------


def test_what_is_raised_inside_rolls_everything_back(path: Path, database: Database) -> None:
    before = dump(path)
    with pytest.raises(ZeroDivisionError), database.begin() as session:
        repository.create_draft(session, draft())
        repository.new_label(session, "KE")
        raise ZeroDivisionError
    assert dump(path) == before


def test_a_process_that_dies_in_the_middle_leaves_nothing(path: Path) -> None:
    Database.open(path).close()
    before = dump(path)
    program = (
        "import os, pathlib, sys\n"
        "from habitat_desktop.records import repository\n"
        "from habitat_desktop.records.database import Database\n"
        "from tests.records.making import NOW, draft\n"
        "database = Database.open(pathlib.Path(sys.argv[1]))\n"
        "with database.begin() as session:\n"
        "    session.connection().exec_driver_sql('PRAGMA cache_size = 1')\n"  # pages go to the file at once
        "    for n in range(50):\n"
        "        repository.finalize(session, draft(f'r{n}', {'a': 'x' * 9000}), author='A', at=NOW)\n"
        "    os._exit(9)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, str(path)], cwd=Path(__file__).parents[2], check=False
    )
    assert result.returncode == 9
    assert path.with_name(path.name + "-journal").stat().st_size > 0, (
        "the crash came too early to mean anything"
    )
    seen = glance(path)
    assert (seen.readable, seen.records) == (True, 0), "home is shown before the store is opened"
    database = Database.open(path)
    database.close()
    assert dump(path) == before


def test_two_writers_never_lose_an_update(path: Path) -> None:
    Database.open(path).close()
    writers = [Database(_engine(path), path, None, None) for _ in range(2)]
    labels: list[str] = []

    def write(database: Database) -> None:
        for _ in range(20):
            with database.begin() as session:
                labels.append(repository.new_label(session, "KE"))

    threads = [threading.Thread(target=write, args=(writer,)) for writer in writers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for writer in writers:
        writer.close()
    assert sorted(label[-4:] for label in labels) == [f"{n:04}" for n in range(1, 41)]


def _engine(path: Path) -> object:
    from habitat_desktop.records import database

    return database._engine(path, sqlite_file.connect)


def test_a_second_writer_waits_and_then_says_that_the_database_is_busy(path: Path) -> None:
    def impatient(file: Path) -> sqlite3.Connection:
        connection = sqlite_file.connect(file)
        connection.execute("PRAGMA busy_timeout = 20")
        return connection

    database = Database.open(path, creator=impatient)
    other = sqlite_file.connect(path)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseBusy), database.begin() as session:
        repository.new_label(session, "KE")
    other.execute("ROLLBACK")
    other.close()
    with database.begin() as session:
        assert repository.new_label(session, "KE").endswith("-0001")
    database.close()


def test_a_reading_session_cannot_write(database: Database) -> None:
    with pytest.raises(DatabaseUnavailable), database.read() as session:
        repository.new_label(session, "KE")
    with database.begin() as session:
        assert repository.new_label(session, "KE").endswith("-0001")


def test_a_reading_session_sees_one_state(database: Database) -> None:
    with database.read() as session:
        assert repository.count_by_state(session)["draft"] == 0
        assert session.execute(text("PRAGMA query_only")).scalar() == 1
        assert session.connection().connection.dbapi_connection.in_transaction


def test_a_full_disk_is_said_to_be_full_and_loses_nothing(path: Path) -> None:
    def small(file: Path) -> sqlite3.Connection:
        connection = sqlite_file.connect(file)
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {max(pages, 60)}")
        return connection

    database = Database.open(path, creator=small)
    saved = 0
    with pytest.raises(DatabaseFull):
        for n in range(200):
            with database.begin() as session:
                repository.create_draft(session, draft(f"r{n}", {"a": "x" * 5000}))
            saved += 1
    with database.read() as session:
        assert repository.count_by_state(session)["draft"] == saved > 0
    database.close()


# -- the lock --------------------------------------------------------------------------------------------


def test_a_second_opening_is_refused_until_the_first_is_closed(path: Path) -> None:
    first = Database.open(path)
    with pytest.raises(DatabaseLocked):
        Database.open(path)
    first.close()
    Database.open(path).close()


def test_another_process_that_has_it_open_keeps_us_out(path: Path) -> None:
    program = (
        "import pathlib, sys\n"
        "from habitat_desktop.records.database import Database\n"
        "database = Database.open(pathlib.Path(sys.argv[1]))\n"
        "print('open', flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(DatabaseLocked):
            Database.open(path)
        reading = Database.open(path, readonly=True)
        with reading.read() as session:
            assert repository.list_records(session) == []
        reading.close()
        other.kill()
    Database.open(path).close()


def test_a_database_opened_for_reading_is_not_changed(path: Path) -> None:
    Database.open(path).close()
    before = path.read_bytes()
    reading = Database.open(path, readonly=True)
    with pytest.raises(DatabaseReadOnly), reading.begin() as session:
        repository.new_label(session, "KE")
    with pytest.raises(DatabaseUnavailable), reading.read() as session:
        repository.new_label(session, "KE")
    reading.close()
    assert path.read_bytes() == before


def test_a_journal_that_is_gone_at_the_next_look_was_no_crash(path: Path) -> None:
    Database.open(path).close()
    journal = path.with_name(path.name + "-journal")
    journal.write_bytes(b"somebody has just begun to write")
    looks: list[str] = []

    def finish(statement: str) -> None:
        looks.append(statement)
        if looks.count("BEGIN") == 2:
            journal.write_bytes(b"")

    connection = sqlite_file.connect_readonly(path)
    connection.set_trace_callback(finish)
    sqlite_file.begin_reading(connection)
    assert connection.in_transaction and looks.count("BEGIN") == 2
    connection.close()
    journal.write_bytes(b"this one was left")
    with pytest.raises(DatabaseUnfinished):
        Database.open(path, readonly=True)
    assert journal.read_bytes() == b"this one was left"


_WRITE_PAIRS = """
import pathlib, sys, time
from habitat_desktop.records import sqlite_file
connection = sqlite_file.connect(pathlib.Path(sys.argv[1]))
for number in range(1, 20_000):
    connection.execute("BEGIN IMMEDIATE")
    for name in ("one", "two"):
        connection.execute("INSERT OR REPLACE INTO counters VALUES ('', ?, ?)", (name, number))
    connection.execute("COMMIT")
    if number == 1:
        print("ready", flush=True)
    time.sleep(0.005)  # a person's program is not at it without a pause; readers would wait for seconds
"""


def test_while_somebody_writes_every_reader_sees_one_state(path: Path) -> None:
    Database.open(path).close()
    with subprocess.Popen(
        [sys.executable, "-c", _WRITE_PAIRS, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as writer:
        assert writer.stdout is not None
        try:
            assert writer.stdout.readline() == "ready\n"
            seen = [_pair(path) for _ in range(40)]
        finally:
            writer.kill()
    assert all(one == two for one, two in seen)
    assert seen == sorted(seen) and seen[-1] > seen[0], "it did write meanwhile"


def _pair(path: Path) -> tuple[int, ...]:
    reading = Database.open(path, readonly=True)
    try:
        with reading.read() as session:
            return tuple(session.scalars(text("SELECT value FROM counters ORDER BY name")))
    finally:
        reading.close()


def test_who_writes_waits_for_a_reader_but_not_for_one_who_reads_a_copy(path: Path) -> None:
    Database.open(path).close()
    writer = sqlite_file.connect(path)
    writer.execute("PRAGMA busy_timeout = 0")

    def write(number: int) -> None:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO counters VALUES ('', ?, 1)", (f"{number}",))
        writer.execute("COMMIT")

    reading = Database.open(path, readonly=True)
    count = text("SELECT count(*) FROM counters")
    with reading.read() as session:
        assert session.scalar(count) == 0
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            write(1)
        writer.execute("ROLLBACK")
    with reading.aside() as copy:
        for number in (2, 3):
            with copy.read() as session:
                write(number)
                assert session.scalar(count) == 0, "one state, however often it is read"
        with pytest.raises(DatabaseReadOnly), copy.begin():
            pass
        assert copy.installation == reading.installation
    with reading.read() as session:
        assert session.scalar(count) == 2
    reading.close()
    writer.close()


def test_what_there_is_no_room_to_copy_is_read_where_it_is(
    path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: sqlite3.Connection) -> sqlite3.Connection:
        small = sqlite3.connect(":memory:")
        small.execute("PRAGMA max_page_count = 1")
        small.execute("CREATE TABLE a (b)")
        raise AssertionError("there was room")

    monkeypatch.setattr(sqlite_file, "copy_aside", full)
    with database.aside() as copy:
        assert copy is database


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        (PurePosixPath("/home/a b/x?.sqlite"), "file:///home/a%20b/x%3F.sqlite"),
        (PureWindowsPath(r"C:\Users\a\x.sqlite"), "file:///C:/Users/a/x.sqlite"),
        (PureWindowsPath(r"\\server\share\x.sqlite"), "file:////server/share/x.sqlite"),
    ],
)
def test_any_path_can_be_opened_for_reading(path: PurePath, uri: str) -> None:
    assert sqlite_file.uri_of(path) == uri


def test_reading_what_is_not_there_makes_nothing(path: Path) -> None:
    with pytest.raises(DatabaseUnavailable):
        Database.open(path, readonly=True)
    assert not path.exists()


def test_a_failed_opening_gives_the_lock_back(path: Path) -> None:
    path.write_bytes(b"no database at all, just some text that is long enough" * 40)
    for _ in range(2):
        with pytest.raises(DatabaseDamaged):
            Database.open(path)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable) as caught:
        Database.open(tmp_path / "gone" / "records.sqlite")
    assert "gone" in str(caught.value)


# -- damage and versions ---------------------------------------------------------------------------------


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _empty(path: Path) -> None:
    os.truncate(path, 0)


def _overwrite(path: Path) -> None:
    with path.open("rb+") as file:
        file.seek(4096)
        file.write(b"\xff" * 8192)


def _foreign(path: Path) -> None:
    path.unlink()
    _sql(path, "CREATE TABLE other (a)")


def _without_version(path: Path) -> None:
    _sql(path, "DELETE FROM alembic_version")


@pytest.mark.parametrize("damage", [_cut, _empty, _overwrite, _foreign, _without_version])
def test_a_damaged_file_is_refused_with_what_to_do_and_left_as_it_is(
    path: Path, damage: Callable[[Path], None]
) -> None:
    database = Database.open(path)
    with database.begin() as session:
        for n in range(40):
            repository.finalize(session, draft(f"r{n}", {"a": "x" * 500}), author="A", at=NOW)
    database.close()
    damage(path)
    before = path.read_bytes()
    with pytest.raises(DatabaseDamaged) as caught:
        Database.open(path, backups=path.parent / "backups")
    assert caught.value.context["backups"] == path.parent / "backups"
    assert path.read_bytes() == before


def test_a_newer_database_is_refused(path: Path) -> None:
    Database.open(path).close()
    _sql(path, "UPDATE alembic_version SET version_num = '9999'")
    before = path.read_bytes()
    with pytest.raises(DatabaseTooNew) as caught:
        Database.open(path)
    assert caught.value.context["version"] == "9999"
    assert path.read_bytes() == before


def test_a_file_is_copied_before_it_is_migrated(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database.open(path)
    with database.begin() as session:
        repository.finalize(session, draft(), author="A", at=NOW)
    database.close()
    _sql(path, "UPDATE alembic_version SET version_num = '0000'")
    before = dump(path)
    copied: list[list[str]] = []

    def upgrade(connection: object) -> None:
        copied.extend(dump(backup) for backup in (path.parent / "backups").iterdir())
        raise sqlite3.OperationalError("the migration fails")

    monkeypatch.setattr(schema, "OLDER", ("0000",))
    monkeypatch.setattr(schema, "upgrade", upgrade)
    with pytest.raises(sqlite3.OperationalError):
        Database.open(path, backups=path.parent / "backups")
    assert copied == [before]
    assert dump(path) == before, "a migration that fails leaves the database as it was"


def test_an_older_database_is_migrated_only_where_that_may_be_written(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Database.open(path).close()
    _sql(path, "UPDATE alembic_version SET version_num = '0000'")
    monkeypatch.setattr(schema, "OLDER", ("0000",))
    with pytest.raises(DatabaseTooOld):
        Database.open(path, readonly=True)


def test_opening_a_current_database_does_not_import_alembic(path: Path) -> None:
    Database.open(path).close()
    program = (
        "import pathlib, sys\n"
        "from habitat_desktop.records.database import Database\n"
        "Database.open(pathlib.Path(sys.argv[1])).close()\n"
        "print('alembic' in sys.modules)"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "False"


def test_every_error_of_the_store_says_what_was_kept_and_what_to_do() -> None:
    from habitat_desktop.records import errors

    found = [
        value
        for value in vars(errors).values()
        if isinstance(value, type) and value.__module__ == errors.__name__
    ]
    codes = [error.code for error in found]
    assert len(set(codes)) == len(codes) >= 10
    for error in found:
        if error is not DatabaseError:
            assert len(error.message.split(". ")) >= 2, error

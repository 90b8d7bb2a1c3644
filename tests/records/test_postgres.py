"""The store on a real PostgreSQL: what must be the same as on SQLite, and what only a server can do."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from habitat_desktop.cli import run
from habitat_desktop.packages.act_trust import is_signed
from habitat_desktop.packages.keys import ActSigner, Keyring
from habitat_desktop.progress import Progress
from habitat_desktop.records import exchange_state, journal, repository, schema
from habitat_desktop.records.act import Actor
from habitat_desktop.records.database import Database
from habitat_desktop.records.errors import (
    DatabaseAddressBad,
    DatabaseError,
    DatabaseOnServer,
    DatabaseReadOnly,
    DatabaseServerEmpty,
    DatabaseServerGone,
    DatabaseServerTooOld,
    DatabaseTooNew,
    DatabaseUnavailable,
)
from habitat_desktop.records.numbering import next_revision_number
from habitat_desktop.records.verification import StoreCheck
from habitat_desktop.workspace import open_workspace
from tests.postgres import Server, running
from tests.records.making import NOW, draft, revision


def _problems(session: Session) -> list[str]:
    return [problem.code for problem in StoreCheck(session, Path("none"), Progress()).problems()]


@pytest.fixture
def database(postgres: str) -> Iterator[Database]:
    database = Database.open(postgres)
    yield database
    database.close()


def test_looking_at_a_server_makes_and_changes_no_table(postgres: str) -> None:
    plain = postgres.replace("+psycopg", "")

    def tables() -> list[tuple[str, ...]]:
        with psycopg.connect(plain) as connection:
            found = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
            return sorted(connection.execute(found).fetchall())

    with pytest.raises(DatabaseServerEmpty):
        Database.open(postgres, readonly=True)
    assert tables() == []
    database = Database.open(postgres)
    with database.begin() as session:
        made = repository.finalize(session, draft(), author="A", at=NOW)
        looking = Database.open(postgres, readonly=True)  # it waits for nobody
        with looking.read() as before:
            assert repository.count_revisions(before) == 0
    with looking.read() as after, looking.aside() as aside:
        assert repository.history(after, made.record_id) == [made] and aside is looking
    with pytest.raises(DatabaseReadOnly), looking.begin():
        pass
    with pytest.raises(DatabaseUnavailable), looking.read() as session:
        session.execute(text("DELETE FROM records"))
    looking.close()
    database.close()
    for version, expected in ((schema.OLDER[-1], DatabaseServerTooOld), ("9999", DatabaseTooNew)):
        with psycopg.connect(plain) as connection:
            connection.execute("UPDATE alembic_version SET version_num = %s", (version,))
        before_looking = tables()
        with pytest.raises(expected):
            Database.open(postgres, readonly=True)
        assert tables() == before_looking
        with psycopg.connect(plain) as connection:
            assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (version,)


def test_a_revision_comes_back_as_it_was_whatever_jsonb_does_to_it(database: Database) -> None:
    answers = {
        "long name": "1",
        "b": "\\u0000 as a person typed it",
        "a": {"z": "مرحبا", "ä": "\U0001f3e0"},
        "list": ["2", "1"],
        "empty": "",
        "number": 10**40,
        "nothing": None,
        "yes": True,
    }
    made = revision(1, answers=answers)
    with database.begin() as session:
        assert repository.add_revisions(session, [made]) == ["added"]
        assert repository.add_revisions(session, [made]) == ["known"]
    with database.read() as session:
        found = repository.revision(session, made.revision_id)
        assert found == made and found.content == made.content
        assert _problems(session) == []


def test_two_writers_lose_no_update_and_the_same_number_is_never_given_twice(database: Database) -> None:
    given: list[int] = []

    def give(times: int) -> None:
        for _ in range(times):
            with database.begin() as session:
                given.append(next_revision_number(session, database.installation))

    workers = [threading.Thread(target=give, args=(10,)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert sorted(given) == list(range(1, 31))


def test_offices_are_written_at_the_same_time_and_one_office_by_one_at_a_time(database: Database) -> None:
    done: list[str] = []

    def write(office: str) -> None:
        with database.begin(office=office) as session:
            repository.add_revision(session, revision(1, office=office, record_id=office))
        done.append(office)

    with database.begin(office="KE"):
        other = threading.Thread(target=write, args=("UG",))
        same = threading.Thread(target=write, args=("KE",))
        same.start()
        other.start()
        other.join(30)
        assert done == ["UG"]
    same.join(30)
    assert done == ["UG", "KE"]


def test_a_file_is_claimed_by_one_worker_and_free_again_after_it(postgres: str) -> None:
    one, two = Database.open(postgres), Database.open(postgres)
    with one.claimed("a" * 64) as first, two.claimed("a" * 64) as second, two.claimed("b" * 64) as another:
        assert (first, second, another) == (True, False, True)
    with two.claimed("a" * 64) as after:
        assert after
    one.close()
    two.close()


def test_who_reads_sees_one_state_and_cannot_write(database: Database) -> None:
    with database.read() as reading:
        assert repository.list_records(reading) == []
        with database.begin() as session:
            repository.add_revision(session, revision(1))
        assert repository.list_records(reading) == []
    with pytest.raises(DatabaseError), database.read() as session:
        repository.create_draft(session, draft())


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.begin() as session:
        repository.add_revision(session, revision(1))
        raise ZeroDivisionError
    with database.read() as session:
        assert exchange_state.have(session) == {}


def test_an_older_schema_is_brought_up_to_date_and_a_newer_one_refused(postgres: str) -> None:
    database = Database.open(postgres)
    with database.begin() as session:
        repository.add_revisions(session, [revision(n, record_id=f"r{n}") for n in (1, 2, 4)])
    with database.begin() as session:
        for table in ("held", "trusted_keys", "key_lists", "findings", "merges", "acts"):
            session.execute(text(f"DROP TABLE {table}"))
        session.execute(
            text("ALTER TABLE packages DROP COLUMN key_id, DROP COLUMN findings, DROP COLUMN acts")
        )
        session.execute(text("ALTER TABLE peers DROP COLUMN have_acts, DROP COLUMN taken"))
        session.execute(text("DROP INDEX ix_packages_office_direction_status_receipt_at"))
        session.execute(text("DROP INDEX ix_revisions_unconfirmed"))
        session.execute(text(f"UPDATE alembic_version SET version_num = '{schema.OLDER[0]}'"))
    installation = database.installation
    database.close()
    database = Database.open(postgres)
    assert database.installation == installation
    with database.begin() as session:
        assert exchange_state.have(session) == {"laptop": [[1, 2], [4, 4]]}
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    with pytest.raises(DatabaseTooNew):
        Database.open(postgres)


def test_a_server_that_is_gone_or_refuses_is_told_in_a_sentence_without_the_password(
    postgres_server: Server, postgres: str
) -> None:
    wrong = postgres.replace(postgres.split(":")[2].split("@")[0], "no-such-password")
    for address in (wrong, postgres.replace(f":{postgres_server.port}/", ":1/"), postgres + "_not_there"):
        with pytest.raises(DatabaseServerGone) as caught:
            Database.open(address)
        assert "no-such-password" not in str(caught.value)
    for address in ("mysql://a@b/c", "http://somewhere"):
        with pytest.raises(DatabaseAddressBad):
            Database.open(address)


def test_what_was_saved_before_the_server_stopped_is_there_when_it_is_back() -> None:
    with running() as server, server.database() as name:
        database = Database.open(server.address(name))
        with database.begin() as session:
            repository.add_revision(session, revision(1))
        with pytest.raises(DatabaseServerGone), database.begin() as session:
            repository.add_revision(session, revision(2, record_id="r2"))
            server.stop()
        server.start()
        with database.read() as session:
            assert exchange_state.have(session) == {"laptop": [[1, 1]]}
        database.close()


def test_a_headquarters_works_on_a_server(postgres: str, tmp_path: Path) -> None:
    folder = tmp_path / "hq"
    address = postgres.replace("postgresql+psycopg", "postgresql")

    def habitat(*words: str) -> int:
        return run([*words], open_window=lambda folder: 0, take_screenshots=lambda *parts: [])

    assert (
        habitat("init", str(folder), "--office", "HQ", "--name", "Headquarters", "--database", address) == 0
    )
    for command in (["status"], ["record", "list"], ["verify"]):
        assert habitat("--workspace", str(folder), *command) == 0
    assert habitat("--workspace", str(folder), "backup") != 0
    workspace = open_workspace(folder)
    assert workspace.glance().readable and workspace.glance().records == 0
    assert (folder / "settings.json").stat().st_mode & 0o077 == 0
    with pytest.raises(DatabaseOnServer):
        _ = workspace.database_path
    workspace.close()
    with psycopg.connect(address) as connection:
        assert connection.execute("SELECT count(*) FROM installation").fetchone() == (1,)


def test_finalizing_on_a_server_is_what_it_is_on_a_file(place: Path | str) -> None:
    database = Database.open(place)
    with database.begin() as session:
        repository.create_draft(session, draft())
    with database.begin() as session:
        made = repository.finalize(session, draft(), author="A", at=NOW)
    with database.read() as session:
        (found,) = repository.list_records(session, text="KIBERA")
        assert found.heads == (made.revision_id,)
        assert repository.history(session, "r1") == [made]
    database.close()
    again = Database.open(place)
    assert again.installation == database.installation
    again.close()


def test_many_at_once_are_stored_as_one_by_one(database: Database) -> None:
    many = [revision(n, record_id=f"r{n}", answers={"place": f"tab\there \\N {n}"}) for n in range(1, 41)]
    children = [
        revision(n + 40, (one.revision_id,), record_id=one.record_id) for n, one in enumerate(many, 1)
    ]
    with database.begin() as session:
        assert repository.add_revisions(session, children) == ["waiting"] * 40
        assert repository.add_revisions(session, many) == ["added"] * 40
    with database.read() as session:
        assert repository.history(session, "r7") == [many[6], children[6]]
        assert _problems(session) == []
        assert exchange_state.have(session) == {"laptop": [[1, 80]]}


def test_acts_are_the_same_on_a_server(postgres: str, tmp_path: Path) -> None:
    """JSONB gives documents back in another order: ids, chains and signatures must not mind."""
    keyring = Keyring(tmp_path / "keys")
    signer = ActSigner(keyring)
    actor = Actor("headquarters", "HQ", "A. Reviewer", "ar", signer, datetime(2026, 11, 21, tzinfo=UTC))
    database = Database.open(postgres)
    content = {"value": {"$unavailable": {"reason": "no_survey", "remark": "لا مسح"}}, "a": ["b", 1]}
    with database.begin() as session:
        made = [
            journal.write(session, actor, "query", office="KE", record_id="r", reason="Ça?", content=content)
            for _number in range(30)
        ]
    here = Database.open(tmp_path / "records.sqlite")
    with database.read() as session, here.begin() as other:
        found = journal.acts_beyond(session, {})
        assert found == made and [act.bytes for act in found] == [act.bytes for act in made]
        assert all(is_signed(act, keyring.public.public) for act in found)
        assert journal.add_acts(other, found) == ["added"] * 30
        assert journal.have_acts(session) == journal.have_acts(other)
        assert [act.act_id for act in journal.find_acts(session, made[3].act_id[:10])] == [made[3].act_id]
    with database.begin() as session:
        assert journal.add_acts(session, made) == ["known"] * 30
    here.close()
    database.close()

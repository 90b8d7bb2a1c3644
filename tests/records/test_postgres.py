"""The store on a real PostgreSQL: what must be the same as on SQLite, and what only a server can do."""

import pytest

from habitat_desktop.records import repository
from habitat_desktop.records.database import Database
from tests.records.making import revision


@pytest.fixture
def server_database(postgres: str):
    database = Database.open(postgres)
    yield database
    database.close()


def test_a_revision_comes_back_as_it_was(server_database: Database) -> None:
    answers = {"b": "1", "a": {"z": "مرحبا", "ä": "\U0001f3e0"}, "list": ["2", "1"], "empty": ""}
    made = revision(1, answers=answers)
    with server_database.begin() as session:
        repository.add_revision(session, made)
    with server_database.read() as session:
        assert repository.revision(session, made.revision_id) == made

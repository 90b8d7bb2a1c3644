"""A database of every version ever released opens for ever, and nothing of it is lost."""

import gzip
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from habitat_desktop.records import repository, schema, verify
from habitat_desktop.records.database import Database

RELEASED = Path(__file__).parent / "released"
CONTENT = ("SELECT revision_id, document FROM revisions ORDER BY revision_id", "SELECT document FROM drafts")


def _content(path: Path) -> list[list[tuple[str, ...]]]:
    with closing(sqlite3.connect(path)) as connection:
        return [sorted(connection.execute(query).fetchall()) for query in CONTENT]


@pytest.fixture(params=sorted(RELEASED.glob("*.sqlite.gz")), ids=lambda path: path.name.split(".")[0])
def released(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "records.sqlite"
    path.write_bytes(gzip.decompress(request.param.read_bytes()))
    yield path


def test_every_older_version_is_kept_here() -> None:
    assert {path.name.split(".")[0] for path in RELEASED.glob("*.sqlite.gz")} >= set(schema.OLDER)


def test_a_released_database_opens_with_all_it_held(released: Path) -> None:
    before = _content(released)
    database = Database.open(released, backups=released.parent / "backups")
    try:
        with database.read() as session:
            assert verify.verify(session) == []
            assert len(repository.list_records(session)) == 11
            assert sum(
                len(repository.history(session, r.record_id)) for r in repository.list_records(session)
            )
    finally:
        database.close()
    assert _content(released) == before
    assert len(list((released.parent / "backups").glob("*before-migration-of-*.sqlite"))) == 1

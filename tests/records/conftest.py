"""A real database in a temporary folder, fixed clocks, and short ways to write drafts and revisions."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from habitat_desktop.records.database import Database


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "records.sqlite"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    database = Database.open(path, backups=path.parent / "backups")
    yield database
    database.close()

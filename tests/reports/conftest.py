"""Headquarters with a real database and the shipped forms."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from habitat_desktop.records.database import Database
from habitat_desktop.resources import data_dir
from habitat_desktop.xforms.library import Library
from tests.reports.making import Headquarters


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The shipped forms, converted once."""
    place = tmp_path_factory.mktemp("library")
    return Library([data_dir("forms"), place / "forms"], place / "cache")


@pytest.fixture
def headquarters(tmp_path: Path, library: Library) -> Iterator[Headquarters]:
    database = Database.open(tmp_path / "records.sqlite")
    yield Headquarters(database, library)
    database.close()

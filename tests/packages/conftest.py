"""Desks that are closed again."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from habitat_desktop.packages.reader import Reader
from tests.packages.offices import Desk, close, enrol, open_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Callable[[str], Desk]]:
    """Open the desk of an office: desk("KE"); every call is another installation; all trust each other."""
    opened: list[Desk] = []

    def open_one(office: str) -> Desk:
        opened.append(open_desk(tmp_path / f"{office}-{len(opened)}", office))
        enrol(*opened)
        return opened[-1]

    yield open_one
    close(opened)


@pytest.fixture(scope="session")
def reader() -> Iterator[Reader]:
    """One child process for all tests that only read."""
    with Reader() as shared:
        yield shared

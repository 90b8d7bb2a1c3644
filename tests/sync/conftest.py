"""Desks that are closed again, and a folder packages travel in."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

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


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """A USB stick."""
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder

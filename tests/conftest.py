"""What every test stands on: no screen, no real home folder, English unless a test says otherwise."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from habitat_desktop.records import reserve
from tests.postgres import place, postgres, postgres_server

__all__ = ["place", "postgres", "postgres_server"]  # fixtures for every room

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
reserve.SIZE = 1 << 16  # bytes: hundreds of workspaces are made and copied


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give every test a home of its own and leave the language as it was."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    monkeypatch.delenv("HABITAT_WORKSPACE", raising=False)
    monkeypatch.delenv("HABITAT_LANGUAGE", raising=False)
    yield
    from habitat_desktop.i18n.catalogues import read_also, set_language

    set_language("en")
    read_also(None)


@pytest.fixture
def forms_folder() -> Path:
    """The shipped forms."""
    from habitat_desktop.resources import data_dir

    return data_dir("forms")


def pytest_collection_finish() -> None:
    """Leave what is imported by now out of every later collection: the window's tests collect after each."""
    gc.collect()
    gc.freeze()

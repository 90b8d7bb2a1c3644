"""Desks nobody has used yet, made once, and one reader for all stories."""

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from habitat_desktop.packages import exporting, importing, verification
from habitat_desktop.packages.reader import Reader
from tests.model.world import make_templates


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_templates(tmp_path_factory.mktemp("templates"))


@pytest.fixture(scope="session", autouse=True)
def one_reader() -> Iterator[None]:
    with Reader() as reader, pytest.MonkeyPatch.context() as patch:
        for module in (exporting, importing, verification):
            patch.setattr(module, "Reader", lambda: nullcontext(reader))
        yield

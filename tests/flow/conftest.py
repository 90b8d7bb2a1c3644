"""A person at the command line: every call is a real run of the program's own commands."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from habitat_desktop.cli import run
from habitat_desktop.resources import data_dir


@dataclass
class Said:
    """What one command printed, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Habitat = Callable[..., Said]


@pytest.fixture
def habitat(capfd: pytest.CaptureFixture[str]) -> Habitat:
    """Run one command: `habitat(workspace, "record", "list", "--json")`."""

    def call(workspace: Path | None, *arguments: object) -> Said:
        place = ["--workspace", str(workspace)] if workspace else []
        capfd.readouterr()
        code = run(
            [*place, *map(str, arguments)],
            open_window=lambda folder: 0,
            take_screenshots=lambda *parts: [],
        )
        out, err = capfd.readouterr()
        return Said(code, out, err)

    return call


@dataclass
class Desk:
    """An office, headquarters, and a folder both can reach."""

    office: Path
    headquarters: Path
    folder: Path


@pytest.fixture
def desk(habitat: Habitat, tmp_path: Path) -> Desk:
    office, headquarters, folder = tmp_path / "office", tmp_path / "hq", tmp_path / "stick"
    folder.mkdir()
    assert (
        habitat(None, "init", office, "--office", "KE", "--name", "Kenya office", "--person", "M. Njeri").code
        == 0
    )
    assert (
        habitat(
            None, "init", headquarters, "--office", "HQ", "--name", "Headquarters", "--role", "headquarters"
        ).code
        == 0
    )
    return Desk(office, headquarters, folder)


def demo_return(form_id: str, *, finalize: bool = True) -> dict[str, Any]:
    """Return the answers of one demonstration return of a form."""
    for path in sorted(data_dir("demo").glob("*.json"), reverse=True):
        item = json.loads(path.read_text(encoding="utf-8"))
        if item["form"] == form_id and item["finalize"] == finalize:
            return dict(item["answers"])
    raise LookupError(form_id)


def answers_file(folder: Path, answers: object, name: str = "answers.json") -> Path:
    path = folder / name
    path.write_text(json.dumps(answers, ensure_ascii=False), encoding="utf-8")
    return path

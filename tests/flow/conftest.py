"""A person at the command line: every call is a real run of the program's own commands."""

import json
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from habitat_desktop.cli import run
from habitat_desktop.packages.enrolment import read_request
from habitat_desktop.packages.reader import Reader
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


def _call(workspace: Path | None, *arguments: object) -> int:
    place = ["--workspace", str(workspace)] if workspace else []
    return run(
        [*place, *map(str, arguments)],
        open_window=lambda folder: 0,
        take_screenshots=lambda *parts: [],
    )


@pytest.fixture
def habitat(capfd: pytest.CaptureFixture[str]) -> Habitat:
    """Run one command: `habitat(workspace, "record", "list", "--json")`."""

    def call(workspace: Path | None, *arguments: object) -> Said:
        capfd.readouterr()
        code = _call(workspace, *arguments)
        out, err = capfd.readouterr()
        return Said(code, out, err)

    return call


@dataclass(frozen=True)
class Demonstration:
    """What `habitat demo` left, and what it printed."""

    folder: Path
    said: str


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Demonstration:
    """Play the demonstration once; tests that use it stand in the group "demonstration" and look only."""
    folder = tmp_path_factory.mktemp("demonstration") / "demo"
    words = [sys.executable, "-m", "habitat_desktop", "demo", str(folder)]
    options = ["--no-window", "--no-screenshots", "--no-reports"]
    done = subprocess.run([*words, *options], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return Demonstration(folder, done.stdout)


@dataclass
class Desk:
    """An office, headquarters, and a folder both can reach."""

    office: Path
    headquarters: Path
    folder: Path


def enrol(office: Path, headquarters: Path, folder: Path) -> None:
    """Exchange requests and compare fingerprints."""
    for asking, trusting in ((office, headquarters), (headquarters, office)):
        file = folder / f"request-{uuid.uuid4()}.xlsx"
        assert _call(asking, "keys", "request", file) == 0
        with Reader() as reader:
            spoken = read_request(file, reader).key.fingerprint
        assert _call(trusting, "keys", "trust", file, "--fingerprint", spoken) == 0


@pytest.fixture(scope="session")
def fresh_desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Two new workspaces that have read the forms once; tests work on copies."""
    place = tmp_path_factory.mktemp("desk")
    desk = Desk(place / "office", place / "hq", place / "stick")
    desk.folder.mkdir()
    office = ("--office", "KE", "--name", "Kenya office", "--person", "M. Njeri")
    headquarters = ("--office", "HQ", "--name", "Headquarters", "--role", "headquarters")
    assert _call(None, "init", desk.office, *office) == 0
    assert _call(None, "init", desk.headquarters, *headquarters) == 0
    for workspace in (desk.office, desk.headquarters):
        assert _call(workspace, "form", "list") == 0
    enrol(desk.office, desk.headquarters, place)
    return desk


@pytest.fixture
def desk(fresh_desk: Desk, tmp_path: Path) -> Desk:
    made = Desk(tmp_path / "office", tmp_path / "hq", tmp_path / "stick")
    shutil.copytree(fresh_desk.office, made.office)
    shutil.copytree(fresh_desk.headquarters, made.headquarters)
    made.folder.mkdir()
    return made


@pytest.fixture
def second_laptop(habitat: Habitat, fresh_desk: Desk, desk: Desk, tmp_path: Path) -> Path:
    """Another installation of the same office, enrolled at headquarters like the first."""
    folder = tmp_path / "second laptop"
    made = habitat(None, "init", folder, "--office", "KE", "--name", "Kenya office", "--person", "J. Otieno")
    assert made.code == 0
    shutil.copytree(fresh_desk.office / "cache", folder / "cache", dirs_exist_ok=True)
    enrol(folder, desk.headquarters, tmp_path)
    return folder


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

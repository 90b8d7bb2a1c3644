"""Two real processes at one workspace: one writes, the other is told so; and one is killed in the middle."""

import json
import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from habitat_desktop.records import exchange_state, sqlite_file
from habitat_desktop.records.database import Database
from tests.durability.file_work import NOW, prepare, wrong
from tests.durability.office import Fact
from tests.durability.traced import ROOT
from tests.packages.offices import open_desk

SEED = random.randrange(1 << 32)


def _start(body: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", body, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )


@pytest.fixture
def office(tmp_path: Path) -> tuple[Path, list[Fact]]:
    facts: list[Fact] = []
    prepare(tmp_path / "made", facts.append)
    return tmp_path / "made" / "KE", facts


EXPORT = """
import pathlib, sys
from habitat_desktop.errors import HabitatError
from tests.packages.offices import open_desk
print("ready", flush=True)
sys.stdin.readline()
while True:
    try:
        desk = open_desk(pathlib.Path(sys.argv[1]), "KE")
        break
    except HabitatError as error:
        print(error.code, flush=True)
        sys.stdin.readline()
made = desk.make()
desk.database.close()
print(made.path.name, flush=True)
"""


def test_two_exports_at_the_same_time_make_two_packages_one_after_the_other(
    office: tuple[Path, list[Fact]],
) -> None:
    folder, facts = office
    with _start(EXPORT, folder) as one, _start(EXPORT, folder) as two:
        for process in (one, two):
            assert process.stdout is not None and process.stdout.readline() == "ready\n"
        said = []
        for process in (one, two):
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        for process in (one, two):
            assert process.stdout is not None and process.stdin is not None
            while not (line := process.stdout.readline().strip()).endswith(".xlsx"):
                assert line == "DATABASE_LOCKED", line or process.communicate()[1]
                time.sleep(0.1)
                process.stdin.write("again\n")
                process.stdin.flush()
            said.append(line)
    assert len(set(said)) == 2, (
        "the second exported what the first had just exported, under a number of its own"
    )
    assert all(zipfile.is_zipfile(folder / "outgoing" / name) for name in said)
    desk = open_desk(folder, "KE")
    with desk.database.read() as session:
        noted = [item.file_name for item in exchange_state.packages(session, direction="out")]
    desk.database.close()
    assert set(said) < set(noted) and len(noted) == 3
    assert wrong(folder, facts) == []


WRITE = """
import json, pathlib, random, sys
from tests.durability.office import Officer
from tests.packages.offices import open_desk
desk = open_desk(pathlib.Path(sys.argv[1]), "KE")
officer = Officer(desk, random.Random(int(sys.argv[2])), lambda fact: print(json.dumps(fact), flush=True))
officer.step = 100
while True:
    officer.work(10)
    officer.change(officer.begin(), final=True)
    officer.send()
"""


def test_a_process_killed_in_the_middle_loses_nothing_it_told(office: tuple[Path, list[Fact]]) -> None:
    folder, facts = office
    chance = random.Random(SEED)
    for _ in range(3):
        with _start(WRITE, folder, chance.randrange(1000)) as process:
            assert process.stdout is not None
            told = [process.stdout.readline()]
            time.sleep(chance.uniform(0, 1))
            process.send_signal(signal.SIGKILL)
            told += process.stdout.read().splitlines(keepends=True)
        facts += [json.loads(line) for line in told if line.endswith("\n")]
        assert wrong(folder, facts) == [], f"seed {SEED}"
        desk = open_desk(folder, "KE")  # the lock went with the process
        desk.now = NOW
        desk.make()
        desk.database.close()
    noted = {path.name for path in (folder / "outgoing").iterdir()}
    assert not [name for name in noted if name.endswith(".part")], "the next export clears up"


ADD = """
import pathlib, sys
from habitat_desktop.records import database, repository, sqlite_file
path = pathlib.Path(sys.argv[1])
store = database.Database(database._engine(path, sqlite_file.connect), path, None, None)
print("ready", flush=True)
sys.stdin.readline()
for _ in range(25):
    with store.begin() as session:
        print(repository.new_label(session, "KE"), flush=True)
"""


def test_two_connections_that_write_at_once_take_turns(tmp_path: Path) -> None:
    """The lock keeps a second program out; should it fail, on a share, transactions still lose nothing."""
    path = tmp_path / "records.sqlite"
    Database.open(path).close()
    with _start(ADD, path) as one, _start(ADD, path) as two:
        for process in (one, two):
            assert process.stdout is not None and process.stdout.readline() == "ready\n"
        for process in (one, two):
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        labels = [line for process in (one, two) for line in process.communicate()[0].split()]
    assert sorted(label[-4:] for label in labels) == [f"{n:04}" for n in range(1, 51)]
    assert sqlite_file.check_file(path, sqlite_file.connect, None)

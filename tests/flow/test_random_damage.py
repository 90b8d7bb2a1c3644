"""Whatever happens to the bytes of the database, what was sent is there after the next start and restore.

HABITAT_DAMAGES=0-500 makes it a long run; the seed of each damage is its number.
"""

import os
import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from habitat_desktop.records import backup
from habitat_desktop.records.safekeeping import all_backups
from habitat_desktop.records.verify import check_backup
from habitat_desktop.sync.recovery import restore
from habitat_desktop.workspace import open_workspace
from tests.flow.conftest import Desk, _call, answers_file, demo_return

DAMAGES = range(*map(int, os.environ.get("HABITAT_DAMAGES", "0-8").split("-")))
PAGE = 4096


@pytest.fixture(scope="module")
def office(fresh_desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office with a backup, and records finalized, sent and drafted after it."""
    place = tmp_path_factory.mktemp("damage")
    folder = shutil.copytree(fresh_desk.office, place / "office")
    answers = answers_file(place, demo_return("housing_policy"))
    add = ("record", "add", "--form", "housing_policy", "--answers", answers)
    for steps in (
        [(*add, "--finalize"), ("backup",)],
        [(*add, "--finalize"), (*add, "--finalize"), ("package", "create")],
        [(*add, "--finalize"), add],
    ):
        assert [_call(folder, *step) for step in steps] == [0] * len(steps)
    for path in (folder / "backups").glob("*-package.sqlite"):
        path.unlink()
    return folder


def _damage(path: Path, chance: random.Random) -> str:
    content = bytearray(path.read_bytes())
    pages = len(content) // PAGE
    one, other = (chance.randrange(pages) * PAGE for _page in range(2))
    kind = chance.choice(("page", "zeros", "cut", "bytes", "swap", "grow"))
    if kind == "page":
        content[one : one + PAGE] = chance.randbytes(PAGE)
    elif kind == "zeros":
        content[one : one + PAGE] = bytes(PAGE)
    elif kind == "cut":
        del content[chance.randrange(len(content)) :]
    elif kind == "bytes":
        for _byte in range(chance.randint(1, 20)):
            content[chance.randrange(len(content))] = chance.randrange(256)
    elif kind == "swap":
        content[one : one + PAGE], content[other : other + PAGE] = (
            content[other : other + PAGE],
            content[one : one + PAGE],
        )
    else:
        content += chance.randbytes(PAGE * 3)
    path.write_bytes(content)
    return kind


def _revisions(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {row[0] for row in connection.execute("SELECT revision_id FROM revisions")}


@pytest.mark.parametrize("seed", DAMAGES)
def test_what_was_sent_survives_any_damage(office: Path, tmp_path: Path, seed: int) -> None:
    with closing(sqlite3.connect(office / "records.sqlite")) as connection:
        sent = {row[0] for row in connection.execute("SELECT revision_id FROM package_revisions")}
        in_backup = _revisions(next((office / "backups").glob("*-by-hand.sqlite")))
    assert len(sent) == 3 and len(in_backup) == 1
    folder = shutil.copytree(office, tmp_path / "office")
    path = folder / "records.sqlite"
    kind = _damage(path, random.Random(seed))
    workspace = open_workspace(folder)
    _ = workspace.database
    recovered = workspace.recovery is not None
    workspace.close()
    if check_backup(path):  # quick_check sees pages only; the checksums tell the rest
        newest = backup.newest_good(found.path for found in all_backups(workspace))
        assert newest is not None
        report = restore(workspace, newest, workspace.hand())
        assert report.is_damage, (kind, recovered)
    assert check_backup(path) == [], kind
    assert _revisions(path) >= sent | in_backup, (kind, recovered)

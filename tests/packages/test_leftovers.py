"""Parts of files that a crash left are removed a day later, and nothing else is."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from habitat_desktop.packages import quarantine
from habitat_desktop.packages.errors import PayloadDamagedError
from habitat_desktop.packages.leftovers import clear_up
from habitat_desktop.records.errors import DatabaseLocked
from habitat_desktop.settings import Settings
from habitat_desktop.workspace import Workspace, create_workspace, open_workspace

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
HASH = "0123456789abcdef" * 4
OURS = [
    f"packages/incoming/{HASH}.xlsx.4711-140211.part",
    f"attachments/{HASH}.4711-140211.part",
    f"attachments/{HASH}.part",
    "quarantine/0123456789ab-report.xlsx.4711-140211.part",
    "backups/2026-06-01T080000.000000Z-daily.part",
]
NOT_OURS = [
    f"packages/incoming/{HASH}.xlsx",
    f"attachments/{HASH}",
    "attachments/film.part",
    "packages/incoming/notes of mine.part",
    "quarantine/0123456789ab-report.part",
    "backups/2026-06-01T080000.000000Z-daily.sqlite",
    "keys/key.json.4711.part",
]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = create_workspace(tmp_path / "office", Settings("office", "KE", "Kenya office"))
    made.close()
    return made


def _write(workspace: Workspace, name: str, *, hours_ago: float, now: datetime = NOW) -> Path:
    path = workspace.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"half")
    when = (now - timedelta(hours=hours_ago)).timestamp()
    os.utime(path, (when, when))
    return path


def test_old_parts_of_ours_are_removed_and_all_else_stays(workspace: Workspace) -> None:
    old = [_write(workspace, name, hours_ago=25) for name in OURS]
    young = [
        _write(workspace, name.replace("part", "x.part").replace("4711", "815"), hours_ago=23)
        for name in OURS
    ]
    young += [_write(workspace, name.replace("4711", "4712"), hours_ago=23) for name in OURS[:2]]
    other = [_write(workspace, name, hours_ago=9999) for name in NOT_OURS]
    assert sorted(clear_up(workspace, at=NOW)) == sorted(old)
    assert not any(path.exists() for path in old)
    assert all(path.exists() for path in (*young, *other))
    assert clear_up(workspace, at=NOW - timedelta(days=9)) == [], "a clock that was put back removes nothing"


def test_a_file_that_came_with_such_a_name_stays_in_quarantine(workspace: Workspace, tmp_path: Path) -> None:
    came = tmp_path / "film.12-34.part"
    came.write_bytes(b"no package")
    assert quarantine.keep(workspace.quarantine, came, PayloadDamagedError(file=came.name), NOW)
    (kept,) = quarantine.kept_out(workspace.quarantine)
    os.utime(kept.stored, (0, 0))
    half = _write(workspace, "quarantine/0123456789ab-report.xlsx.4711-140211.part", hours_ago=25)
    assert clear_up(workspace, at=NOW) == [half]
    assert kept.stored.read_bytes() == b"no package"


def test_only_the_first_program_that_may_write_clears_up(workspace: Workspace) -> None:
    now = datetime.now(UTC)
    old = _write(workspace, OURS[0], hours_ago=25, now=now)
    young = _write(workspace, OURS[1], hours_ago=1, now=now)
    looking = open_workspace(workspace.folder, readonly=True)
    assert looking.database.installation
    looking.close()
    assert old.exists(), "looking removes nothing"
    body = (
        "import pathlib, sys\n"
        "from habitat_desktop.records.database import Database\n"
        "database = Database.open(pathlib.Path(sys.argv[1]))\n"
        "print('open', flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", body, str(workspace.database_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as other:
        assert other.stdout is not None and other.stdout.readline() == "open\n"
        second = open_workspace(workspace.folder)
        with pytest.raises(DatabaseLocked):
            _ = second.database
        assert old.exists(), "another program has the lock, and may be writing it"
        other.kill()
    first = open_workspace(workspace.folder)
    assert first.database.installation
    first.close()
    assert (old.exists(), young.exists()) == (False, True)

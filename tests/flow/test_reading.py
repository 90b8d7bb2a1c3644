"""Commands that only look change no byte: whatever stands there, whoever writes, on whatever medium."""

import gzip
import hashlib
import io
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from habitat_desktop.records import sqlite_file
from habitat_desktop.workspace import DATABASE_NAME
from tests.flow.conftest import Desk, Habitat, _call, answers_file, demo_return, enrol

ROOT = Path(__file__).parents[2]
Seen = dict[str, tuple[object, ...]]
NEEDS_NO_STORE = {
    "form list",
    "form show",
    "quarantine",
    "transport",
    "restore",
    "backup",
    "package inspect",
    "questionnaire inspect",
    "report list",
    "person list",
    "workbook list",
    "diagnostics",
}


EMPTY = {"region", "quarantine", "workbook"}  # what an office has nothing of


@dataclass
class Filled:
    """A laptop with a draft, finalized records, packages in and out, two heads of one record, a backup."""

    folder: Path
    record: str
    conflict: str
    package: Path
    expected: str
    questionnaire: Path
    act: str

    def commands(self) -> list[tuple[str, ...]]:
        """Return every command that only looks, as somebody types it."""
        return [
            ("verify", "--json"),
            ("status", "--json"),
            ("person", "list", "--json"),
            ("diagnostics", "--output", str(self.questionnaire.with_name("diagnostics.zip")), "--json"),
            ("record", "list", "--json"),
            ("record", "show", self.record, "--json"),
            ("record", "history", self.record, "--json"),
            ("record", "check", "--json"),
            ("merge", "list", "--json"),
            ("quarantine", "list", "--all", "--json"),
            ("merge", "show", self.conflict, "--json"),
            ("query", "list", "--json"),
            ("query", "show", f"{self.record}/Q1", "--json"),
            ("review", "list", "--json"),
            ("review", "show", self.record, "--json"),
            ("package", "inspect", str(self.package), "--json"),
            ("package", "take", str(self.package), "--dry-run", "--json"),
            ("expected", "list", "--json"),
            ("expected", "show", self.expected, "--json"),
            ("coverage", "--json"),
            ("report", "list", "--json"),
            ("report", "portfolio", "--period", "2026-H1", "--json"),  # all reports are made by one command
            ("keys", "show", "--json"),
            ("transport", "list", "--json"),
            ("release", "list", "--json"),
            ("form", "list", "--json"),
            ("form", "show", "housing_policy", "--json"),
            ("form", "compare", "housing_policy", "housing_policy", "--json"),
            ("backup", "--list", "--json"),
            ("restore", "--preview", "--json"),
            ("region", "list", "--json"),
            ("record", "diff", self.record, "1", "1", "--json"),
            ("record", "finalize-many", self.record, "--preview", "--json"),
            ("questionnaire", "inspect", str(self.questionnaire), "--json"),
            ("questionnaire", "import", str(self.questionnaire), "--preview", "--json"),
            ("workbook", "list", "--json"),
            ("journal", "list", "--json"),
            ("journal", "show", self.act, "--json"),
        ]

    def moved(self, folder: Path) -> "Filled":
        """Return a copy of it in `folder`."""
        shutil.copytree(self.folder, folder)
        return replace(self, folder=folder, package=folder / self.package.relative_to(self.folder))


@pytest.fixture(scope="module")
def made(fresh_desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Filled:
    place = tmp_path_factory.mktemp("filled")
    first, second, headquarters = place / "first", place / "second", place / "hq"
    shutil.copytree(fresh_desk.office, first)
    shutil.copytree(fresh_desk.headquarters, headquarters)
    new = ("--office", "KE", "--name", "Kenya office", "--person", "J. Otieno")
    _did(None, "init", second, *new)
    shutil.copytree(fresh_desk.office / "cache", second / "cache")
    enrol(second, headquarters, place)

    def add(laptop: Path, form: str, *options: str) -> str:
        answers = answers_file(place, demo_return(form))
        return str(_did(laptop, "record", "add", "--form", form, "--answers", answers, *options)["label"])

    def send(sender: Path, receiver: Path, *to: str) -> Path:
        path = Path(_did(sender, "package", "create", *to)["path"])
        _did(receiver, "import", path)
        return path

    wanted = ("--office", "KE", "--form", "housing_policy", "--period", "2026-H1", "--due", "2026-07-31")
    expected = _did(headquarters, "expected", "add", *wanted, "--person", "A. Reviewer")["label"]
    label = add(first, "housing_policy", "--finalize")
    send(first, headquarters)
    own = add(second, "project_status", "--finalize")
    released = place / "partners.csv"
    released.write_text("name,label\nundp,UNDP\n", encoding="utf-8")
    _did(headquarters, "release", "publish", released, "--reason", "New", "--person", "A. Odhiambo")
    package = send(second, headquarters)
    asked = ("--ref", "hdr/reporter_role", "--reason", "Is that right?", "--person", "W. Mwangi")
    _did(headquarters, "query", "add", own, *asked)
    send(headquarters, second, "--to", "KE")
    for number, laptop in enumerate((first, second)):
        change = answers_file(place, {"ctx": {"urban_pop": 16000000 + number}}, "change.json")
        _did(laptop, "record", "edit", label, "--answers", change, "--finalize")
        send(laptop, headquarters)
    send(headquarters, second, "--to", "KE")
    add(second, "slum_upgrading")
    _did(second, "transport", "add", "stick", place)
    questionnaire = place / "questionnaire.xlsx"
    _did(second, "questionnaire", "create", "--record", own, "--output", questionnaire)
    act = _did(second, "journal", "list")[-1]["act_id"]
    _did(second, "backup")
    return Filled(second, own, label, package, expected, questionnaire, act)


@pytest.fixture
def filled(made: Filled, tmp_path: Path) -> Filled:
    return made.moved(tmp_path / "laptop")


def _did(workspace: Path | None, *arguments: object) -> Any:
    said = io.StringIO()
    with redirect_stdout(said):
        code = _call(workspace, *arguments, "--json")
    assert code == 0, (arguments, said.getvalue())
    return json.loads(said.getvalue())


def _everything(folder: Path) -> Seen:
    """Return all that can be told of the files below `folder`: names, sizes, times, contents."""
    found: Seen = {}
    for path in [folder, *sorted(folder.rglob("*"))]:
        stat = path.lstat()
        content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        name = str(path.relative_to(folder))
        owner = (stat.st_mode, stat.st_uid, stat.st_gid)
        found[name] = (stat.st_ino, *owner, stat.st_size, stat.st_mtime_ns, content)
    return found


# keeps root from writing where nobody may: as owner it may do as little as any other owner
_AS_ANYBODY = """
import ctypes, os, sys
if os.geteuid() == 0:
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        assert ctypes.CDLL(None).prctl(24, capability, 0, 0, 0) == 0  # PR_CAPBSET_DROP
os.execv(sys.argv[1], sys.argv[1:])
"""


def _process(folder: Path, *arguments: str, anybody: bool = False) -> tuple[int, str, str]:
    """Run the program as a process of its own; `anybody`: without the rights of root."""
    command = [sys.executable, "-m", "habitat_desktop", "--workspace", str(folder), *arguments]
    if anybody:
        command = [sys.executable, "-c", _AS_ANYBODY, *command]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env=environment)
    return done.returncode, done.stdout, done.stderr


@contextmanager
def _unwritable(folder: Path) -> Iterator[None]:
    """Take the right to write from everything below `folder`."""
    paths = [folder, *folder.rglob("*")]
    modes = [(path, path.stat().st_mode) for path in paths]
    for path in paths:
        path.chmod(path.stat().st_mode & ~0o222)
    try:
        yield
    finally:
        for path, mode in modes:
            path.chmod(mode)


@contextmanager
def _other_program(folder: Path, body: str) -> Iterator[subprocess.Popen[str]]:
    """Let another program work in the workspace at `folder`, once it has said that it is ready."""
    with subprocess.Popen(
        [sys.executable, "-c", body, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as other:
        assert other.stdout is not None and other.stdout.readline() == "ready\n"
        try:
            yield other
        finally:
            other.kill()


# -- what is looked at stays as it is --------------------------------------------------------------------


def test_every_command_that_looks_changes_no_byte(habitat: Habitat, filled: Filled) -> None:
    before = _everything(filled.folder)
    for command in filled.commands():
        said = habitat(filled.folder, *command)
        assert (said.code, said.err) == (0, ""), (command, said.err)
        assert said.json not in ({}, []) or command[0] in EMPTY, command
        plain = habitat(filled.folder, *command[:-1])
        assert plain.code == 0, command
        assert plain.out.strip() or command[0] in EMPTY, command
        assert _everything(filled.folder) == before, command


def test_a_new_command_that_looks_is_among_them(filled: Filled) -> None:
    import click

    from habitat_desktop.cli.main import habitat

    looking = re.compile("list|show|history|status|verify|inspect|check")
    elsewhere = {"form check", "i18n check", "i18n status"}  # look at files that are no part of a workspace
    names = set()
    for name, command in habitat.commands.items():
        below = command.commands if isinstance(command, click.Group) else {"": command}
        names |= {f"{name} {part}".strip() for part in below}
    wanted = {name for name in names if looking.fullmatch(name.split()[-1])} - elsewhere
    tried = {" ".join(command[:2]) for command in filled.commands()} | {"verify", "status"}
    assert wanted <= tried, "use context.reading in it, and add it to the commands above"


def test_what_cannot_be_written_is_looked_at_all_the_same(habitat: Habitat, filled: Filled) -> None:
    expected = {command: habitat(filled.folder, *command).out for command in filled.commands()}
    with _unwritable(filled.folder):
        refused = "import pathlib, sys; pathlib.Path(sys.argv[1], 'x').touch()"
        probe = [sys.executable, "-c", _AS_ANYBODY, sys.executable, "-c", refused, str(filled.folder)]
        assert b"PermissionError" in subprocess.run(probe, capture_output=True, check=False).stderr
        before = _everything(filled.folder)
        for command in filled.commands():
            code, out, err = _process(filled.folder, *command, anybody=True)
            assert (code, err) == (0, ""), command
            assert out == expected[command], command
        code, _out, err = _process(filled.folder, "keys", "request", "request.xlsx", anybody=True)
        assert code == 1 and "records.sqlite" in err, "what writes does not work there"
        assert _everything(filled.folder) == before


def test_a_disk_that_can_only_be_read_is_read(habitat: Habitat, filled: Filled, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "tmpfs", disk], capture_output=True, check=False).returncode:
        pytest.skip("only an administrator can make a disk")
    try:
        copy = filled.moved(disk / "laptop")
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        before = _everything(disk)
        for command in copy.commands():
            said = habitat(copy.folder, *command)
            assert (said.code, said.err) == (0, ""), command
        assert habitat(copy.folder, "keys", "request", tmp_path / "request.xlsx").code == 1
        assert _everything(disk) == before
    finally:
        subprocess.run(["umount", disk], check=True)


def test_verify_finds_the_same_on_a_copy_that_cannot_be_written(filled: Filled) -> None:
    _sql(filled.folder, "UPDATE revisions SET document = replace(document, '2025', '2024') WHERE number = 1")
    filled.package.write_bytes(b"PK nothing")
    here = json.loads(_process(filled.folder, "verify", "--json")[1])
    assert {problem["code"] for problem in here["problems"]} >= {"HASH", "PACKAGE_DAMAGED"}
    copy = filled.moved(filled.folder.with_name("evidence"))
    with _unwritable(copy.folder):
        before = _everything(copy.folder)
        code, out, _err = _process(copy.folder, "verify", "--json", anybody=True)
        assert _everything(copy.folder) == before
    assert code == 1
    assert json.loads(out.replace(str(copy.folder), str(filled.folder))) == here


@pytest.mark.parametrize("command", [("verify",), ("status",), ("record", "list"), ("keys", "show")])
def test_without_the_forms_that_were_read_before_nothing_is_written_either(
    habitat: Habitat, filled: Filled, command: tuple[str, ...]
) -> None:
    shutil.rmtree(filled.folder / "cache")
    before = _everything(filled.folder)
    assert habitat(filled.folder, *command).code == 0
    assert _everything(filled.folder) == before


def test_forms_that_are_read_for_the_first_time_are_kept_in_the_cache_alone(
    habitat: Habitat, filled: Filled
) -> None:
    shutil.rmtree(filled.folder / "cache")
    before = _everything(filled.folder)
    assert habitat(filled.folder, "form", "list").code == 0
    after = _everything(filled.folder)
    assert {name for name in after.keys() - before.keys() if not name.startswith("cache")} == set()
    assert {name for name in before if name != "." and before[name] != after[name]} == set()
    assert (filled.folder / "cache" / "forms").is_dir()


def test_looking_makes_no_key(habitat: Habitat, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    assert habitat(None, "init", folder, "--office", "KE", "--name", "Kenya office").code == 0
    before = _everything(folder)
    shown = habitat(folder, "keys", "show", "--json")
    assert shown.code == 0 and (shown.json["fingerprint"], shown.json["key_id"]) == (None, None)
    assert "no key yet" in habitat(folder, "keys", "show").out
    assert habitat(folder, "verify").code == 0
    assert _everything(folder) == before
    assert habitat(folder, "keys", "request", tmp_path / "request.xlsx").code == 0
    assert re.fullmatch(r"\d{4}( \d{4}){5}", habitat(folder, "keys", "show", "--json").json["fingerprint"])


# -- beside somebody who writes --------------------------------------------------------------------------

_IN_THE_MIDDLE = """
import pathlib, sys
from sqlalchemy import text
from habitat_desktop.workspace import open_workspace
workspace = open_workspace(pathlib.Path(sys.argv[1]))
with workspace.begin() as session:
    session.execute(text("UPDATE records SET label = 'changed'"))
    print("ready", flush=True)
    sys.stdin.readline()
print("done", flush=True)
sys.stdin.readline()
"""


def test_beside_a_window_that_is_writing_the_state_before_is_seen(habitat: Habitat, filled: Filled) -> None:
    expected = {command: habitat(filled.folder, *command).out for command in filled.commands()}
    with _other_program(filled.folder, _IN_THE_MIDDLE) as window:
        journal = filled.folder / f"{DATABASE_NAME}-journal"
        assert journal.stat().st_size > 0, "it is in the middle of something"
        before = _everything(filled.folder)
        for command in filled.commands():
            said = habitat(filled.folder, *command)
            assert (said.code, said.err) == (0, ""), command
            assert said.out == expected[command], command
        assert _everything(filled.folder) == before
        assert habitat(filled.folder, "keys", "request", filled.folder / "x").code == 1, "one writes"
        assert window.stdin is not None and window.stdout is not None
        window.stdin.write("go on\n")
        window.stdin.flush()
        assert window.stdout.readline() == "done\n", "nobody kept it from finishing"
        assert {r["label"] for r in habitat(filled.folder, "record", "list", "--json").json} == {"changed"}


# -- what cannot be read without writing -----------------------------------------------------------------


def _sql(folder: Path, statement: str) -> None:
    connection = sqlite3.connect(folder / DATABASE_NAME)
    connection.execute(statement)
    connection.commit()
    connection.close()


def _crash(folder: Path) -> None:
    """Let a program die while it writes, when a part of it has come to the file already."""
    body = (
        "import os, pathlib, sys\n"
        "from habitat_desktop.records import sqlite_file\n"
        f"connection = sqlite_file.connect(pathlib.Path(sys.argv[1], {DATABASE_NAME!r}))\n"
        "connection.execute('PRAGMA cache_size = 1')\n"
        "connection.execute('BEGIN IMMEDIATE')\n"
        'connection.execute("UPDATE revisions SET document = document || hex(zeroblob(9000))")\n'
        "os._exit(9)\n"
    )
    subprocess.run([sys.executable, "-c", body, str(folder)], cwd=ROOT, check=False)
    assert (folder / f"{DATABASE_NAME}-journal").stat().st_size > 0


def _older(folder: Path) -> None:
    released = ROOT / "tests" / "records" / "released" / "0001.sqlite.gz"
    (folder / DATABASE_NAME).write_bytes(gzip.decompress(released.read_bytes()))


def _other_journal(folder: Path) -> None:
    """Let another program switch the file to a log, and end before the log is taken into it."""
    body = (
        "import os, pathlib, sqlite3, sys\n"
        f"connection = sqlite3.connect(pathlib.Path(sys.argv[1], {DATABASE_NAME!r}))\n"
        "connection.execute('PRAGMA journal_mode = WAL')\n"
        "connection.execute('UPDATE records SET updated_by = 1')\n"
        "connection.commit()\n"
        "os._exit(9)\n"
    )
    subprocess.run([sys.executable, "-c", body, str(folder)], check=False)
    assert (folder / f"{DATABASE_NAME}-wal").stat().st_size > 0


def _cut_in_half(folder: Path) -> None:
    path = folder / DATABASE_NAME
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _cut_to_nothing(folder: Path) -> None:
    (folder / DATABASE_NAME).write_bytes(b"")
    (folder / f"{DATABASE_NAME}-journal").write_bytes(b"left by a database that was here before")


def _index(folder: Path) -> None:
    """Damage one page of an index."""
    connection = sqlite3.connect(folder / DATABASE_NAME)
    found = "SELECT rootpage FROM sqlite_master WHERE name = 'ix_records_label'"
    ((page,), (size,)) = (connection.execute(q).fetchone() for q in (found, "PRAGMA page_size"))
    connection.close()
    with (folder / DATABASE_NAME).open("rb+") as file:
        file.seek((page - 1) * size)
        file.write(b"\xa5" * size)


def _gone(folder: Path) -> None:
    (folder / DATABASE_NAME).unlink()


BAD: dict[str, Callable[[Path], None]] = {
    "DATABASE_UNFINISHED": _crash,
    "DATABASE_TOO_OLD": _older,
    "DATABASE_OTHER_JOURNAL": _other_journal,
    "DATABASE_DAMAGED": _cut_in_half,
    "DATABASE_DAMAGED empty": _cut_to_nothing,
    "DATABASE_DAMAGED index": _index,
    "DATABASE_MISSING": _gone,
}  # fmt: skip


WORDS = {
    "DATABASE_DAMAGED": "it cannot be read as a database (",
    "DATABASE_DAMAGED index": "its pages do not fit together (",
    "DATABASE_DAMAGED empty": "the file is empty.",
}


@pytest.mark.parametrize("what", BAD)
def test_what_must_be_written_first_is_told_and_left_alone(
    habitat: Habitat, filled: Filled, what: str
) -> None:
    BAD[what](filled.folder)
    before = _everything(filled.folder)
    for command in filled.commands():
        said = habitat(filled.folder, *command[:-1])
        needs_store = not NEEDS_NO_STORE & {command[0], " ".join(command[:2])}
        if needs_store:
            assert said.code == 1 and DATABASE_NAME in said.err and said.err.count("\n") == 1, command
            assert "backup" in said.err and WORDS.get(what, "") in said.err, command
            assert said.out == ""
            told = habitat(filled.folder, *command)
            assert (told.code, told.err) == (1, said.err)
            first = told.json[0] if isinstance(told.json, list) else told.json
            assert first["ok"] is False and first["code"] == what.split()[0]
            assert first["message"] == said.err.strip()
        else:
            assert said.code == 0, (command, said.err)
        assert _everything(filled.folder) == before, command


def test_a_file_another_program_switched_to_a_log_is_read_without_one(
    habitat: Habitat, filled: Filled
) -> None:
    expected = {command: habitat(filled.folder, *command).out for command in filled.commands()}
    _sql(filled.folder, "PRAGMA journal_mode = WAL")
    before = _everything(filled.folder)
    for command in filled.commands():
        assert habitat(filled.folder, *command).out == expected[command], command
    assert _everything(filled.folder) == before


@pytest.mark.parametrize("what", ["DATABASE_UNFINISHED", "DATABASE_TOO_OLD", "DATABASE_OTHER_JOURNAL"])
def test_a_backup_opens_it_once_and_then_it_can_be_read(habitat: Habitat, filled: Filled, what: str) -> None:
    count = len(habitat(filled.folder, "record", "list", "--json").json)
    BAD[what](filled.folder)
    assert habitat(filled.folder, "record", "list").code == 1
    done = habitat(filled.folder, "backup")
    assert done.code == 0, done.err
    names = [path.name for path in (filled.folder / "backups").iterdir()]
    assert any("before-migration-of-0001" in name for name in names) == (what == "DATABASE_TOO_OLD")
    expected = 11 if what == "DATABASE_TOO_OLD" else count
    assert len(habitat(filled.folder, "record", "list", "--json").json) == expected
    assert sqlite_file.check_for_reading(filled.folder / DATABASE_NAME, None)

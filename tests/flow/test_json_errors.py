"""With --json a command that is not done says so on stdout too, once, in a shape of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from habitat_desktop.resources import data_dir
from tests.flow.conftest import Desk, Habitat, answers_file

FORM = data_dir("forms") / "housing_policy.xlsx"

REFUSED: list[tuple[str, int, tuple[str, ...]]] = [
    ("RECORD_NOT_FOUND", 1, ("record", "show", "KE-XXXX-9999")),
    ("UNKNOWN_FORM", 1, ("form", "show", "no_such_form")),
    ("TRANSPORT_UNKNOWN", 1, ("transport", "test", "none")),
    ("NO_TRANSPORT", 1, ("sync",)),
    ("BACKUP_UNKNOWN", 1, ("restore", "gone.sqlite", "--preview")),
    ("NO_SUCH_FOLDER", 1, ("backup", "--second-folder", "/gone/away")),
    ("FILE_UNREADABLE", 1, ("record", "add", "--form", "housing_policy", "--answers", "gone.json")),
    ("NOT_A_FORM", 1, ("form", "add", "gone.xlsx")),
    ("BAD_STEP", 2, ("form", "run", str(FORM), "--steps", "bad steps.json")),
    ("USAGE", 2, ("record", "show")),
    ("USAGE", 2, ("record", "list", "--state", "nonsense")),
    ("USAGE", 2, ("no such command",)),
]


@pytest.mark.parametrize(("code", "exit_code", "command"), REFUSED, ids=[" ".join(c) for _, _, c in REFUSED])
def test_what_is_refused_is_an_object_with_code_and_message(
    habitat: Habitat,
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
    code: str,
    exit_code: int,
    command: tuple[str],
) -> None:
    monkeypatch.chdir(desk.folder)
    answers_file(desk.folder, [{"op": "answer", "ref": "/data/nothing", "value": 1}], "bad steps.json")
    plain = habitat(desk.office, *command)
    assert (plain.code, plain.out) == (exit_code, ""), "without --json stdout stays empty"
    said = habitat(desk.office, *command, "--json")
    assert said.code == exit_code
    assert said.json.keys() == {"ok", "code", "message"}
    assert (said.json["ok"], said.json["code"]) == (False, code)
    assert said.json["message"] in said.err
    assert said.err == plain.err, "the sentence for people stays where it was"


def test_a_folder_that_is_no_workspace_is_told_to_machines_in_their_language(
    habitat: Habitat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HABITAT_LANGUAGE", "ar")
    said = habitat(tmp_path, "status", "--json")
    assert said.json["code"] == "NOT_A_WORKSPACE"
    assert any("\u0600" <= sign <= "\u06ff" for sign in said.json["message"])


def test_what_the_command_printed_itself_stays_the_only_thing(
    habitat: Habitat, desk: Desk, tmp_path: Path
) -> None:
    answers = answers_file(tmp_path, {"nothing": {"like": "it"}})
    said = habitat(desk.office, "record", "add", "--form", "housing_policy", "--answers", answers, "--json")
    assert said.code == 1 and said.json["problems"], "one object, or it could not be read"
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK nothing")
    assert habitat(desk.office, "package", "inspect", broken, "--json").json["ok"] is False
    after = habitat(desk.office, "record", "show", "none", "--json")
    assert after.json["code"] == "RECORD_NOT_FOUND", "the next run begins anew"


def test_a_fault_of_the_program_is_told_to_machines_too(desk: Desk) -> None:
    body = (
        "import sys\n"
        "from habitat_desktop.cli import run\n"
        "from habitat_desktop.records import repository\n"
        "repository.list_records = None\n"
        "sys.exit(run(sys.argv[1:], open_window=lambda f: 0, take_screenshots=lambda *p: []))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", body, "--workspace", str(desk.office), "record", "list", "--json"],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
        env=os.environ | {"HABITAT_LANGUAGE": "en"},
    )
    said = json.loads(done.stdout)
    assert (done.returncode, said["ok"], said["code"]) == (70, False, "PROGRAM_FAULT")
    assert said["message"] == done.stderr.strip()
    Path(said["message"].split("“")[1].split("”")[0]).unlink()

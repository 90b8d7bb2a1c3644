"""The program as a process: signals, pipes, encodings, full disks; never a traceback on the screen."""

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from habitat_desktop.cli import run
from habitat_desktop.resources import data_dir

PROGRAM = [sys.executable, "-m", "habitat_desktop"]
ROOT = Path(__file__).parents[2]


def environment(**changes: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "PYTHON"))}
    return kept | {"PYTHONPATH": str(ROOT)} | changes


def test_arabic_goes_to_a_place_that_knows_only_ascii(tmp_path: Path) -> None:
    narrow = environment(LANG="C", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0", HABITAT_LANGUAGE="ar")
    for arguments in (["form", "list"], ["form", "show", "housing_policy", "--json"], ["record", "list"]):
        done = subprocess.run(
            [*PROGRAM, "--workspace", str(tmp_path), *arguments], env=narrow, capture_output=True, check=False
        )
        assert done.returncode == 1  # no workspace there, which is said in Arabic
        assert any("\u0600" <= sign <= "\u06ff" for sign in done.stderr.decode("utf-8"))
    shown = subprocess.run([*PROGRAM, "form", "list"], env=narrow, capture_output=True, check=True)
    assert any("\u0600" <= sign <= "\u06ff" for sign in shown.stdout.decode("utf-8"))


def test_a_reader_that_stops_reading_gets_no_traceback() -> None:
    with subprocess.Popen(
        [*PROGRAM, "form", "show", "slum_upgrading", "--json"],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        process.wait(timeout=30)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_an_interrupt_ends_with_130(tmp_path: Path) -> None:
    fifo = tmp_path / "steps.json"
    os.mkfifo(fifo)  # the program waits here for steps that never come
    form = data_dir("forms") / "housing_policy.xlsx"
    # a shell that starts its tests in the background has them ignore interrupts, and children inherit that
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    program = [*PROGRAM, "form", "run", str(form), "--steps", str(fifo)]
    try:
        child = subprocess.Popen(program, env=environment(), stderr=subprocess.PIPE)
    finally:
        signal.signal(signal.SIGINT, before)
    with child as process:
        writer = _open_when_read(fifo)
        process.send_signal(signal.SIGINT)
        _out, said = process.communicate(timeout=30)
        os.close(writer)
    assert b"Traceback" not in said
    assert process.returncode == 130


def _open_when_read(fifo: Path) -> int:
    """Return the writing end of `fifo` as soon as somebody has the other one."""
    deadline = time.monotonic() + 30
    while True:
        try:
            return os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
        except OSError as error:
            if error.errno != errno.ENXIO or time.monotonic() > deadline:
                raise
            time.sleep(0.05)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_output_to_a_full_disk_is_one_sentence() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*PROGRAM, "form", "list", "--json"],
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 1
    assert len(done.stderr.decode().strip().splitlines()) == 1 and b"Traceback" not in done.stderr


def test_our_own_fault_is_told_in_a_file_and_not_on_the_screen(capfd: pytest.CaptureFixture[str]) -> None:
    answer = "41" * 2

    def broken_window(folder: Path | None) -> int:
        raise LookupError(answer)

    assert run([], open_window=broken_window, take_screenshots=lambda *parts: []) == 70
    said = capfd.readouterr().err
    log = Path(said.partition("“")[2].partition("”")[0])
    try:
        kept = log.read_text(encoding="utf-8")
    finally:
        log.unlink()
    assert "Traceback" not in said and answer not in said
    assert "broken_window" in kept and "LookupError" in kept and answer not in kept


def test_a_batch_file_that_is_not_there_is_named(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    command = ["form", "run", "--batch", str(tmp_path / "none.jsonl"), "--json"]
    assert run(command, open_window=lambda folder: 0, take_screenshots=lambda *parts: []) == 1
    assert "none.jsonl" in capfd.readouterr().err


def test_the_rows_of_a_form_tell_a_script_what_it_may_answer(capfd: pytest.CaptureFixture[str]) -> None:
    command = ["form", "show", "housing_policy", "--language", "fr", "--json"]
    assert run(command, open_window=lambda folder: 0, take_screenshots=lambda *parts: []) == 0
    shown = json.loads(capfd.readouterr().out)
    rows = {row["name"]: row for row in shown["rows"]}
    assert shown["questions"] == sum(row.get("asked", False) for row in shown["rows"])
    assert not rows["output_ratio"]["asked"] and rows["output_ratio"]["calculation"]
    assert rows["reporting_period"]["required"] == "true()"
    choices = rows["reporting_period"]["choices"]
    assert [choice["value"] for choice in choices] == ["h1", "h2", "annual", "biennium", "adhoc"]
    assert choices[0]["label"].startswith("Premier")
    assert {"hint", "relevant", "constraint", "choices"} <= rows["urban_pop"].keys()

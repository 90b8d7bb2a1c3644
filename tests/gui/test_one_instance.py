"""One window for each workspace, with real processes: the second start brings the first forward."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtNetwork import QLocalSocket

from habitat_desktop.gui import app as gui_app
from habitat_desktop.gui import jobs, one_instance
from habitat_desktop.workspace import Workspace

ROOT = Path(__file__).parents[2]
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start() -> Iterator[Start]:
    """Return a function that starts the program on a workspace; what still runs is ended after the test."""
    running = []

    def begin(folder: Path, *arguments: object) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-m", "habitat_desktop", *map(str, arguments)],
            cwd=ROOT,
            env=os.environ | {"HABITAT_WORKSPACE": str(folder), "QT_QPA_PLATFORM": "offscreen"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield begin
    for process in running:
        process.kill()
        process.communicate()


def answers(folder: Path, message: object = None) -> bool:
    """Say whether somebody listens for `folder` and understands `message`."""
    socket = QLocalSocket()
    socket.connectToServer(one_instance.address(folder))
    if not socket.waitForConnected(200):
        return False
    socket.write((json.dumps(message or {"files": []}) + "\n").encode())
    return socket.waitForReadyRead(10_000)


def wait_until_heard(folder: Path, patience_s: float = 60) -> None:
    end = time.monotonic() + patience_s
    while not answers(folder):
        assert time.monotonic() < end, "the first window does not listen"
        time.sleep(0.1)


def test_a_second_start_shows_the_first_window_and_hands_over_its_file(
    workspace: Workspace, start: Start, qtbot: Any, tmp_path: Path
) -> None:
    workspace.close()
    only = one_instance.claim(workspace.folder)
    window = gui_app.show_window(workspace, only)
    qtbot.waitUntil(lambda: window.database_is_open and jobs.is_idle(), timeout=20_000)
    window.showMinimized()
    package = tmp_path / "حزمة 1.xlsx"
    package.write_bytes(b"not a package")
    second = start(workspace.folder, package)
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=60_000)
    assert (second.returncode, *second.communicate()) == (0, "", "")
    qtbot.waitUntil(lambda: jobs.is_idle() and window.current_key == "exchange", timeout=20_000)
    assert not window.isMinimized()
    page: Any = window.page("exchange")
    qtbot.waitUntil(lambda: bool(page.receive_card.lines), timeout=20_000)
    assert [line.result.file.name for line in page.receive_card.lines] == [package.name]
    window.close()
    again = one_instance.claim(workspace.folder)  # free again
    assert again is not None
    again.release()


def test_a_crash_leaves_nothing_in_the_way(workspace: Workspace, start: Start, qtbot: Any) -> None:
    workspace.close()
    crashed = start(workspace.folder)
    wait_until_heard(workspace.folder)
    assert one_instance.claim(workspace.folder) is None
    crashed.kill()
    crashed.wait()
    start(workspace.folder)
    wait_until_heard(workspace.folder)
    third = start(workspace.folder)
    assert third.wait(60) == 0


def test_nonsense_on_the_socket_does_not_stop_the_first(office: Path, qtbot: Any) -> None:
    only = one_instance.claim(office)
    assert only is not None
    only.listen()
    heard: list[list[Path]] = []
    only.asked.connect(heard.append)
    for nonsense in (b"\xff\xfe\n", b"[]\n", b'{"files": 3}\n', b"{}\n"):
        socket = QLocalSocket()
        socket.connectToServer(one_instance.address(office))
        socket.write(nonsense)
        qtbot.waitUntil(lambda s=socket: s.state() == QLocalSocket.LocalSocketState.UnconnectedState)
    assert heard == []
    socket = QLocalSocket()
    socket.connectToServer(one_instance.address(office))
    socket.write(b'{"files": ["/a.xlsx"]}\n')
    qtbot.waitUntil(lambda: heard == [[Path("/a.xlsx")]], timeout=20_000)
    only.release()


def test_a_first_window_that_hangs_is_told(office: Path, qapp: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_instance, "_TRIES", 2)
    only = one_instance.claim(office)  # holds the lock and never listens
    assert only is not None
    with pytest.raises(one_instance.NoAnswerError):
        one_instance.call_first(office)
    only.release()

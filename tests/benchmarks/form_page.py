"""The form page: open it among many records, and answer a question of a form of a thousand.

`python -m tests.benchmarks page answering typing`
"""

import os
import statistics
import subprocess
import sys
from datetime import UTC, datetime

from habitat_desktop.records.entry import start_entry
from habitat_desktop.workspace import Workspace
from tests.benchmarks.bench_forms import thousand_questions

ANSWERS = 60
SYNC_DELAY_US = 30_000

_BEGIN = """
import sys, time
from pathlib import Path
from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from habitat_desktop.gui import app as gui, jobs
from habitat_desktop.workspace import open_workspace
application = gui.make_app()
window = gui.show_window(open_workspace(Path(sys.argv[1])))
loop = QEventLoop()
def wait_until(ready):
    timer = QTimer()
    timer.timeout.connect(lambda: ready() and loop.quit())
    timer.start(1)
    loop.exec()
wait_until(lambda: getattr(window, "database_is_open", False))
page = window.page("form")
def press(field, sign, key=0):
    QApplication.sendEvent(field, QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, sign))
"""

_OPEN = """
times = []
for record in sys.argv[2:]:
    start = time.perf_counter()
    window.show_page("form", record_id=record)
    wait_until(lambda: page.sitting is not None and page.sitting.entry.record_id == record)
    page.grab()
    times.append(time.perf_counter() - start)
print(*times, flush=True)
window.close()
"""

_ANSWER = """
window.show_page("form", record_id=sys.argv[2])
wait_until(lambda: page.sitting is not None and jobs.is_idle())
page.grab()
QApplication.processEvents()
rows = [row for row in page.ledger.rows.values() if row.view.state.relevant]
times = []
for number in range(int(sys.argv[3])):
    row = page.ledger.rows[f"/data/q_{number % 10:03d}"]
    row.focus_field()
    QApplication.processEvents()
    field = row.widget.field()
    field.selectAll()
    for sign in str(2 + number):
        press(field, sign)
    QApplication.processEvents()
    wait_until(jobs.is_idle)
    start, began = time.perf_counter(), time.thread_time()
    press(field, "", Qt.Key.Key_Return)
    QApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
    times += [time.perf_counter() - start, time.thread_time() - began]
    assert page.sitting.node(row.ref).value == str(2 + number), number
print(*times, flush=True)
wait_until(jobs.is_idle)
window.close()
"""

_TYPE = """
window.show_page("form", record_id=sys.argv[2])
wait_until(lambda: page.sitting is not None and jobs.is_idle())
row = next(row for row in page.ledger.rows.values() if row.view.state.relevant)
row.focus_field()
field = row.widget.field()
times, saved = [], []
page.sitting.autosave.saved.connect(lambda at: saved.append(time.perf_counter()))
begun = time.perf_counter()
def one():
    start = time.perf_counter()
    press(field, "7")
    QApplication.processEvents()
    times.append(time.perf_counter() - start)
    if time.perf_counter() - begun > 6:
        timer.stop()
        loop.quit()
timer = QTimer()
timer.timeout.connect(one)
timer.start(30)
loop.exec()
gaps = [later - sooner for sooner, later in zip([begun, *saved], saved)]
print(max(gaps) if gaps else 99, len(saved), *times, flush=True)
window.close()
"""


def open_pages(workspace: Workspace, records: list[str]) -> list[float]:
    """Return the milliseconds from the wish to the painted page, the first opening first."""
    return [1000 * float(text) for text in _run(_BEGIN + _OPEN, workspace, *records)]


def begin_long_form(workspace: Workspace) -> str:
    """Install the form of a thousand questions and begin a return; return its record id."""
    path = workspace.folder.parent / "bench1000.xml"
    path.write_text(thousand_questions(), encoding="utf-8")
    form = workspace.library.add(path)
    with workspace.begin() as session:
        entry = start_entry(
            session,
            workspace.library.form(form.form_id),
            workspace.settings,
            country="KEN",
            period="2026-H1",
            language="en",
            at=datetime.now(UTC),
        )
    return entry.record_id


def print_answering(workspace: Workspace) -> None:
    """Print how long Enter takes until its results are painted, on the form of a thousand questions."""
    record = begin_long_form(workspace)
    workspace.close()
    times = [1000 * float(text) for text in _run(_BEGIN + _ANSWER, workspace, record, str(ANSWERS))]
    waited, worked = times[::2], times[1::2]
    print(
        f"answer to painted result, 1,000 questions: {statistics.median(waited):.1f} ms (aim 16), "
        f"{statistics.median(worked):.1f} ms of them work of its thread, the longest {max(worked):.1f} ms"
    )


def print_typing(workspace: Workspace) -> None:
    """Print what a key costs while the draft is saved to a disk whose every sync takes 30 ms."""
    record = begin_long_form(workspace)
    workspace.close()
    for delay in (0, SYNC_DELAY_US):
        gap, saves, *keys = _run(_BEGIN + _TYPE, workspace, record, delay_us=delay)
        times = sorted(1000 * float(text) for text in keys)
        print(
            f"typing, syncs {delay // 1000} ms longer: a key {statistics.median(times):.1f} ms, "
            f"of a hundred the longest but one {times[-max(1, len(times) // 50)]:.1f} ms; "
            f"{saves} saves, at most {float(gap):.1f} s apart"
        )


def _run(script: str, workspace: Workspace, *arguments: str, delay_us: int = 0) -> list[str]:
    slow = [
        "strace", "-f", "-qq", "--seccomp-bpf", "-o", "/dev/null", "-e", "trace=fsync,fdatasync",
        "-e", f"inject=fsync,fdatasync:delay_exit={delay_us}",
    ]  # fmt: skip
    result = subprocess.run(
        [*(slow if delay_us else []), sys.executable, "-c", script, str(workspace.folder), *arguments],
        capture_output=True,
        env={"QT_QPA_PLATFORM": "offscreen", **os.environ},
        text=True,
        check=False,
    )
    if result.returncode:
        raise RuntimeError(result.stderr[-2000:])
    return result.stdout.split()

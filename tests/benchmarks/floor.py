"""The floors we are measured against: a bare window, bare sqlite3, a bare workbook writer."""

import os
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

BARE_WINDOW = """
import sys, time
start = float(sys.argv[1])
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
class Window(QWidget):
    def paintEvent(self, event):
        super().paintEvent(event)
        if not getattr(self, "painted", False):
            self.painted = True
            print(time.time() - start, flush=True)
            QTimer.singleShot(0, QApplication.quit)
app = QApplication([])
window = Window()
layout = QVBoxLayout(window)
for number in range(20):
    layout.addWidget(QLabel(f"line {number}"))
window.resize(1366, 768)
window.show()
app.exec()
"""


def median_ms(times_s: list[float]) -> float:
    return statistics.median(times_s) * 1000


def timed(work: Callable[[], object], repeats: int) -> list[float]:
    """Return the seconds of each of `repeats` runs, after one warm run."""
    work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return times


def first_paint_s(code: str, *arguments: str) -> float:
    """Return the seconds from starting Python to the first paint the code reports."""
    # an installed program has its modules compiled
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-c", code, str(time.time()), *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=True, env=env)
    return float(result.stdout.split()[0])


def bare_commits(path: Path, document: str, count: int) -> list[float]:
    """Return the seconds of each commit of one document in bare sqlite3 with our own pragmas."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=TRUNCATE", "synchronous=FULL", "fullfsync=1"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE draft (id TEXT PRIMARY KEY, content TEXT)")
    connection.execute("INSERT INTO draft VALUES ('a', '')")
    times = []
    for number in range(count):
        start = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE draft SET content = ? WHERE id = 'a'", (f"{document}{number}",))
        connection.execute("COMMIT")
        times.append(time.perf_counter() - start)
    connection.close()
    return times

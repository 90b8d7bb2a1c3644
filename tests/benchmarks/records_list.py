"""The list of records with 200,000 of them: until the first rows are painted, a step of scrolling, sorting.

`python -m tests.benchmarks.records_list`; part of `make bench`. The records are written straight into the
table of summaries, as a headquarters of many years has it.
"""

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from habitat_desktop.records.tables import RecordRow, insert_many
from habitat_desktop.settings import Settings
from habitat_desktop.workspace import Workspace, create_workspace

RECORDS = 200_000
STEPS = 120
_TEXT = """住房 政策 社会 تحسين الأحياء إسكان жильё реновация réhabilitation logement vivienda barrio housing
upgrading slum policy settlement water sanitation tenure land participation council survey"""
_WORDS = _TEXT.split()
_STATES = ("draft", "final", "package", "received", "received", "accepted", "accepted", "accepted", "query")
_FORMS = ("slum_upgrading", "housing_policy", "project_status", "urban_indicators")
_PERIODS = ("2024-H1", "2024-H2", "2025-H1", "2025-H2", "2026-H1", "2026")


def fill(workspace: Workspace, count: int = RECORDS) -> None:
    """Put `count` records into the store, by chance but always the same."""
    chance = random.Random(7)
    for start in range(0, count, 20_000):
        with workspace.begin() as session:
            insert_many(session, RecordRow, [_row(number, chance) for number in range(start, start + 20_000)])


def _row(number: int, chance: random.Random) -> dict[str, object]:
    state = chance.choice(_STATES)
    subject = " ".join(chance.choices(_WORDS, k=2))
    minute, day, month = number % 60, number % 28 + 1, number // 28 % 12 + 1
    return {
        "office": "KE",
        "record_id": f"{chance.getrandbits(128):032x}",
        "label": f"KE-7F3K-{number:06}",
        "form_id": chance.choice(_FORMS),
        "form_version": "2",
        "country": chance.choice(("KEN", "UGA", "TZA", "ETH")),
        "period": chance.choice(_PERIODS),
        "subject": subject,
        "state": state,
        "package_number": 12 if state == "package" else None,
        "heads": [] if state == "draft" else ["x"],
        "has_draft": state == "draft",
        "revisions": 0 if state == "draft" else 1,
        "answered": chance.randrange(120),
        "missing": chance.randrange(5),
        "problems": chance.randrange(3),
        "updated_at": f"2026-{month:02}-{day:02}T08:{minute:02}:{number % 59:02}.{number:06}Z",
        "updated_by": chance.choice(("M. Njeri", "J. Otieno")),
        "search": f"ke-7f3k-{number:06}\n{subject}\n" + " ".join(chance.choices(_WORDS, k=80)),
    }


def measure(workspace: Workspace) -> dict[str, float]:
    """Return milliseconds by what was done, in a window without a screen."""
    from PySide6.QtCore import QEventLoop, QTimer

    from habitat_desktop.gui import app, jobs, look
    from habitat_desktop.gui.main_window import MainWindow

    app.make_app()
    look.apply_settings(workspace.settings)
    window = MainWindow(workspace)
    window.database_is_open = True
    window.resize(1366, 688)
    window.show_page(window.first_key)
    window.show()

    def wait_until(ready: Callable[[], bool]) -> None:
        loop = QEventLoop()
        timer = QTimer()
        timer.timeout.connect(lambda: loop.quit() if ready() else None)
        timer.start(1)
        loop.exec()

    wait_until(jobs.is_idle)
    page = window.page("records")  # made once; what counts is opening it with all records
    found: dict[str, float] = {}

    def timed(name: str, does: Callable[[], object], ready: Callable[[], bool]) -> None:
        start = time.perf_counter()
        does()
        wait_until(ready)
        page.grab()
        found[name] = (time.perf_counter() - start) * 1000
        wait_until(jobs.is_idle)

    model, table = page.list, page.table  # type: ignore[attr-defined]
    timed("opened", lambda: window.show_page("records"), lambda: model.rowCount() > 0)
    count = [0]
    model.modelReset.connect(lambda: count.__setitem__(0, count[0] + 1))

    def again(name: str, does: Callable[[], object]) -> None:
        count[0] = 0
        timed(name, does, lambda: count[0] > 0)

    again("opened again", lambda: window.show_page("records"))
    again("sorted by record", lambda: page.sort_by("label"))  # type: ignore[attr-defined]
    again("sorted by to do", lambda: page.sort_by("to_do"))  # type: ignore[attr-defined]
    again("state", lambda: window.show_page("records", state="query"))
    again("search", lambda: window.show_page("records", text="жилье barrio"))
    again("all", page._clear)  # type: ignore[attr-defined]
    start = time.perf_counter()
    model.tick_all()
    wait_until(jobs.is_idle)
    found["200,000 ticked"] = (time.perf_counter() - start) * 1000
    model.clear_ticks()
    bar = table.verticalScrollBar()
    for name, step in (("scroll step, a row", 46), ("scroll step, a page", 460)):
        times = []
        bar.setValue(0)
        wait_until(jobs.is_idle)
        for number in range(STEPS):
            start = time.perf_counter()
            bar.setValue((number + 1) * step)
            app_events()
            times.append((time.perf_counter() - start) * 1000)
            if step * number % 9200 < step:
                wait_until(jobs.is_idle)
        found[name] = statistics.median(times)
        found[f"{name}, slowest of 20"] = sorted(times)[-STEPS // 20]
    window.close()
    return found


def app_events() -> None:
    """Let what was asked to be painted be painted."""
    from PySide6.QtWidgets import QApplication

    QApplication.processEvents()


def bench_records_list(folder: Path) -> None:
    """Print the figures, in ms."""
    workspace = create_workspace(
        folder / "office",
        Settings(role="office", office="KE", name="Kenya office", countries=("KEN",), person="M. Njeri"),
    )
    fill(workspace)
    workspace.library.forms()
    print(f"list of {RECORDS:,} records, in ms:")
    for name, took in measure(workspace).items():
        print(f"  {name}: {took:.1f}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        bench_records_list(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(temporary))

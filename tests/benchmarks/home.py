"""From the start of the program to a home that can be used, in an office with many records and queries."""

from dataclasses import replace
from datetime import UTC, datetime

from habitat_desktop.records import journal, repository
from habitat_desktop.records.entry import open_entry
from habitat_desktop.records.record import RecordState
from habitat_desktop.workspace import Workspace
from tests.benchmarks import floor

QUERIES, DRAFTS = 200, 20
AIM = 2.5  # times a bare window

# home is usable when it is painted with what is due, asked and unfinished, and the event loop runs; all is
# read when also the store is open and the questions have their names
HOME = """
import gc, sys, time
start = float(sys.argv[1])
gc.disable()  # as the program itself begins
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from habitat_desktop.gui import app as gui, jobs
from habitat_desktop.workspace import open_workspace
application = gui.make_app()
wait_for_all = sys.argv[3] == "all"
def done():
    print(time.time() - start, flush=True)
    window.close()
    QApplication.quit()
timer = QTimer()
timer.setInterval(5)
timer.timeout.connect(lambda: window.database_is_open and jobs.is_idle() and (timer.stop(), done()))
opened = gui.open_database
window = None
def usable(*arguments):
    if wait_for_all:
        opened(*arguments)
        timer.start()
    else:
        assert window.page("home")._seen.asks and "sqlalchemy" not in sys.modules
        QTimer.singleShot(0, done)
gui.open_database = usable
window = gui.show_window(open_workspace(Path(sys.argv[2])))
application.exec()
"""


def bench_home(workspace: Workspace, starts: int) -> None:
    """Print the medians of `starts` starts beside those of a bare window."""
    _fill(workspace)
    folder = str(workspace.folder)
    workspace.close()
    floor.first_paint_s(HOME, folder, "home")  # a warm cache for all
    floor.first_paint_s(floor.BARE_WINDOW)
    homes, alls, bare = [], [], []
    for _ in range(starts):
        homes.append(floor.first_paint_s(HOME, folder, "home"))
        bare.append(floor.first_paint_s(floor.BARE_WINDOW))
        alls.append(floor.first_paint_s(HOME, folder, "all"))
    ours, least, whole = (floor.median_ms(times) for times in (homes, bare, alls))
    print(
        f"start to usable home, 10,000 records, {QUERIES} queries, {DRAFTS} drafts: {ours:.1f} ms; "
        f"bare PySide6 window: {least:.1f} ms; ratio {ours / least:.2f} (aim {AIM}); "
        f"until the store is open and all is read: {whole:.1f} ms"
    )


def _fill(workspace: Workspace) -> None:
    """Let headquarters ask about the newest records, and change some of them."""
    hand = replace(workspace.hand("A. Reviewer", at=datetime.now(UTC)), role="headquarters", sender="HQ")
    with workspace.begin() as session:
        records = repository.list_records(session, state=RecordState.FINAL, limit=QUERIES)
        for number, record in enumerate(records):
            journal.write(
                session, hand, "query", office=record.office, record_id=record.record_id,
                revision_id=record.heads[0], ref="/data/ctx/urban_pop", reason="Which source gives this?",
                content={"number": 1, "value": "17400000"},
            )  # fmt: skip
            if number < DRAFTS:
                forms, settings = workspace.library.form, workspace.settings
                entry = open_entry(session, forms, settings, record.record_id, language="en")
                entry.answer("/data/ctx/urban_pop", "16100000")
                repository.save_draft(session, entry.draft(at=datetime.now(UTC)))

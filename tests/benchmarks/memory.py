"""How much memory the window takes in a day's work: home, the list, forms, the grid, a query, a report."""

import subprocess
import sys

from habitat_desktop.workspace import Workspace

AIM_MB = 400
FORMS_OPENED = 8

DAY = """
import resource, sys
from pathlib import Path
from habitat_desktop.gui import app as gui, jobs, screenshots
from habitat_desktop.workspace import open_workspace
application = gui.make_app()
window = gui.show_window(open_workspace(Path(sys.argv[1])))
screenshots.wait_for_jobs()
def used(what):
    with open("/proc/self/status") as status:
        now = next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
    print(f"{what} {now / 1024:.0f}", flush=True)
used("home")
for key in ("records", "queries", "exchange", "reports", "settings", "help"):
    if window.has_page(key):
        window.show_page(key)
        screenshots.wait_for_jobs()
        window.grab()
window.show_page("records")
table = window.page("records").table
for step in range(200):
    table.verticalScrollBar().setValue(step * 40)
    window.grab() if step % 20 == 0 else None
used("pages and list")
for record in sys.argv[2:]:
    window.show_page("form", record_id=record)
    screenshots.wait_for_jobs()
    window.grab()
used("forms")
print("peak", round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024), flush=True)
window.close()
"""


def bench_memory(workspace: Workspace, records: list[str]) -> None:
    """Print the memory of the window's process after each part of a day, with many records in the store."""
    workspace.close()
    done = subprocess.run(
        [sys.executable, "-c", DAY, str(workspace.folder), *records[:FORMS_OPENED]],
        check=True,
        capture_output=True,
        text=True,
    )
    said = {line.rpartition(" ")[0]: line.rpartition(" ")[2] for line in done.stdout.splitlines()}
    parts = ", ".join(f"{what} {size} MB" for what, size in said.items() if what != "peak")
    print(f"memory of the window, 10,000 records: {parts}; peak {said['peak']} MB (aim {AIM_MB})")

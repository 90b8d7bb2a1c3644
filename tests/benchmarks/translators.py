"""The page of translators with all texts: opened, walked through, searched, saved."""

import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from habitat_desktop.i18n.workshop import TARGETS
from habitat_desktop.resources import data_dir
from habitat_desktop.settings import HEADQUARTERS, Person, Settings
from habitat_desktop.workspace import create_workspace

_PAGE = """
import sys, time, resource
from pathlib import Path
from habitat_desktop.gui import app as gui, jobs, look
from habitat_desktop.gui.main_window import MainWindow
from habitat_desktop.workspace import open_workspace
application = gui.make_app()
workspace = open_workspace(Path(sys.argv[1]))
look.apply_settings(workspace.settings)
window = MainWindow(workspace)
window.show_page("settings")
window.show()

def wait(done=jobs.is_idle):
    while True:
        application.processEvents()
        if done():
            return

def timed(does, done=lambda: True):
    start = time.perf_counter()
    does()
    wait(done)
    application.processEvents()
    return (time.perf_counter() - start) * 1000

def memory():
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6

wait()
before = memory()
show = lambda: window.show_page("languages", language="ar", translations=Path(sys.argv[2]))
shown = timed(show, lambda: window.page("languages").list.model.rowCount() > 0)
page = window.page("languages")
checked = timed(lambda: None, jobs.is_idle)
print("texts", len(page.rows))
print("list is there", shown)
print("all is checked, after", checked)
print("MB more", memory() - before)
print("next text", *[timed(lambda: page.step(1)) for _ in range(40)])
of_form = [row.id for row in page.rows.values() if row.domain == "forms/slum_upgrading"]
page.list.go_to(of_form[0])
wait()
step = lambda: page.step(1)
print("next text of a form with its picture", *[timed(step, jobs.is_idle) for _ in range(20)])
words = ("household", "\u0645\u0633\u062a\u0648", "no such words")
print("search", *[timed(lambda w=w: page.list.narrow(words=w)) for w in words])
page.list.narrow()
print("saved and gone on", *[timed(lambda: page.save(True), jobs.is_idle) for _ in range(10)])
window.close()
"""


def bench_translators() -> None:
    """Print milliseconds and megabytes of the page with every text of the program."""
    with tempfile.TemporaryDirectory() as folder:
        person = Person("A. Reader")
        settings = Settings(
            "headquarters", HEADQUARTERS, "Headquarters", persons=(person,), person=person.name
        )
        workspace = create_workspace(Path(folder) / "workspace", settings)
        workspace.library.forms()
        workspace.close()
        catalogues = Path(folder) / "translations"
        for code in TARGETS:
            shutil.copytree(data_dir("translations") / code, catalogues / code)
        command = [sys.executable, "-c", _PAGE, str(workspace.folder), str(catalogues)]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    print("Page of translators (ms, median of several)")
    for line in said.splitlines():
        words = [word for word in line.split(" ") if not _is_number(word)]
        numbers = [float(word) for word in line.split(" ") if _is_number(word)]
        print(f"  {' '.join(words):45} {statistics.median(numbers):8.1f}  most {max(numbers):8.1f}")


def _is_number(word: str) -> bool:
    return word.replace(".", "", 1).replace("e-", "", 1).isdigit()


if __name__ == "__main__":
    bench_translators()

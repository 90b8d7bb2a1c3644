"""Print the figures of the main job beside their floors, all in one run: `make bench`.

Ratios count, not milliseconds: this machine is not the field laptop.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pyxform.xls2xform import convert

from habitat_desktop.packages.exporting import create_package
from habitat_desktop.packages.importing import import_files
from habitat_desktop.records import repository
from habitat_desktop.records.answers_file import fill
from habitat_desktop.records.entry import Entry, finalize, start_entry
from habitat_desktop.resources import data_dir
from habitat_desktop.settings import HEADQUARTERS, Settings
from habitat_desktop.workspace import Workspace, create_workspace
from habitat_desktop.xforms.xform import parse_xform
from tests.benchmarks import choosing, engine, floor, form_page, grid, home, import_curve, memory, translators
from tests.benchmarks.reader import bench_reader
from tests.packages.offices import enrol

RECORDS_IN_STORE = 10_000
RECORDS_IN_PACKAGE = 1_000
PACKAGES = 120  # of 50 records
ANSWERS = 200
STARTS = 9
FORM_OPENINGS = 6
LONG_FORM, FINALIZED = 150, 20  # questions, records

OUR_WINDOW = """
import gc, sys, time
start = float(sys.argv[1])
gc.disable()  # as the program itself begins
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from habitat_desktop.gui import app as gui
from habitat_desktop.workspace import open_workspace
application = gui.make_app()
def painted():
    print(time.time() - start, "sqlalchemy" in sys.modules, flush=True)
    QTimer.singleShot(0, lambda: (window.close(), QApplication.quit()))
window = None
gui.open_database = lambda *_: painted()
window = gui.show_window(open_workspace(Path(sys.argv[2])))
application.exec()
"""


def demo_answers(form_id: str) -> dict[str, object]:
    """Return the answers of one complete demonstration return."""
    for path in sorted(data_dir("demo").glob("*.json")):
        item = json.loads(path.read_text(encoding="utf-8"))
        if item["form"] == form_id and item["finalize"]:
            return dict(item["answers"])
    raise LookupError(form_id)


def office(folder: Path) -> Workspace:
    return create_workspace(
        folder,
        Settings(role="office", office="KE", name="Kenya office", countries=("KEN",), person="M. Njeri"),
    )


def filled(workspace: Workspace, form_id: str) -> Entry:
    """Return an entry with a complete return, saved as a draft."""
    form = workspace.library.form(form_id)
    with workspace.begin() as session:
        entry = start_entry(session, form, workspace.settings, country="KEN", period="2026-H1", language="en")
        fill(entry, demo_answers(form_id), attach=str, base=workspace.folder, whole=True)
        repository.save_draft(session, entry.draft(at=datetime.now(UTC)))
    return entry


def many_records(workspace: Workspace, count: int) -> None:
    """Finalize `count` records with the answers of one return; the engine is asked once."""
    entry = filled(workspace, "housing_policy")
    draft = entry.final_draft(at=datetime.now(UTC))
    with workspace.begin() as session:
        finalize(session, entry)
        for number in range(1, count):
            copy = replace(
                draft,
                record_id=f"{draft.record_id[:-12]}{number:012d}",
                label=repository.new_label(session, "KE"),
            )
            repository.create_draft(session, copy)
            repository.finalize(session, copy, author="M. Njeri", at=datetime.now(UTC))


def start_to_first_paint(folder: Path) -> None:
    workspace = office(folder / "start")
    many_records(workspace, RECORDS_IN_STORE)
    workspace.close()
    floor.first_paint_s(OUR_WINDOW, str(workspace.folder))  # a warm cache for both
    floor.first_paint_s(floor.BARE_WINDOW)
    ours, bare = [], []
    for _ in range(STARTS):
        ours.append(floor.first_paint_s(OUR_WINDOW, str(workspace.folder)))
        bare.append(floor.first_paint_s(floor.BARE_WINDOW))
    say(
        f"start to first paint, {RECORDS_IN_STORE:,} records",
        floor.median_ms(ours),
        "bare PySide6 window",
        floor.median_ms(bare),
    )


def form_page_open(folder: Path) -> None:
    workspace = office(folder / "page")
    many_records(workspace, RECORDS_IN_STORE)
    records = [filled(workspace, "slum_upgrading").record_id for _ in range(FORM_OPENINGS)]
    workspace.close()
    first, *later = form_page.open_pages(workspace, records)
    then = statistics.median(later)
    print(
        f"form page open, slum_upgrading filled, {RECORDS_IN_STORE:,} records in the store: "
        f"first {first:.0f} ms, then {then:.0f} ms (aim 100)"
    )


def answer_to_saved(folder: Path) -> None:
    workspace = office(folder / "answer")
    entry = filled(workspace, "slum_upgrading")
    ref = "/data/settlement[1]/st_pop_grp/st_pop_total"
    engine, saved = [], []
    for number in range(ANSWERS):
        start = time.perf_counter()
        entry.answer(ref, str(180_000 + number))
        answered = time.perf_counter()
        draft = entry.draft(at=datetime.now(UTC))
        with workspace.begin() as session:
            repository.save_draft(session, draft)
        saved.append(time.perf_counter() - answered)
        engine.append(answered - start)
    document = json.dumps(draft.answers)
    bare = floor.bare_commits(folder / "bare.sqlite", document, ANSWERS)
    print(f"one answer through the engine: {floor.median_ms(engine):.2f} ms")
    say(
        "answer saved (snapshot and commit)",
        floor.median_ms(saved),
        "bare sqlite3 commit",
        floor.median_ms(bare),
    )
    workspace.close()


def finalize_long(folder: Path) -> None:
    """Finalize a record of 150 answered questions, beside saving one answer of it."""
    workspace = office(folder / "finalize")
    rows = "\n".join(f"| | text | q{n} | Question {n} |" for n in range(LONG_FORM))
    head = "| survey | | | |\n| | type | name | label |"
    tail = "| settings | | |\n| | form_id | version |\n| | long | 1 |"
    form = parse_xform(convert(f"{head}\n{rows}\n{tail}").xform.encode(), path=folder / "long.xlsx")
    saved, finalized = [], []
    for number in range(FINALIZED):
        with workspace.begin() as session:
            entry = start_entry(
                session, form, workspace.settings, country="KEN", period="2026-H1", language="en"
            )
        for n in range(LONG_FORM):
            entry.answer(f"/data/q{n}", f"answer {n} of record {number}")
        for n in range(3):
            entry.answer("/data/q7", f"once more {n}")
            start = time.perf_counter()
            with workspace.begin() as session:
                repository.save_draft(session, entry.draft(at=datetime.now(UTC)))
            saved.append(time.perf_counter() - start)
        start = time.perf_counter()
        with workspace.begin() as session:
            finalize(session, entry)
        finalized.append(time.perf_counter() - start)
    more = floor.median_ms(finalized) - floor.median_ms(saved)
    print(f"finalize a record of {LONG_FORM} answers: {floor.median_ms(finalized):.1f} ms, ", end="")
    print(f"{more:.1f} ms more than saving one answer of it")
    workspace.close()


def package_there_and_in(folder: Path) -> None:
    workspace = office(folder / "office")
    many_records(workspace, RECORDS_IN_PACKAGE)
    start = time.perf_counter()
    made = create_package(
        workspace.database,
        workspace.settings,
        workspace.outgoing,
        workspace.library.form,
        to=HEADQUARTERS,
        attachments_dir=workspace.attachments,
        keyring=workspace.keyring,
        at=datetime.now(UTC),
    )
    print(
        f"package of {made.records:,} records written and read back: {time.perf_counter() - start:.2f} s, "
        f"{made.path.stat().st_size / 1e6:.1f} MB"
    )
    headquarters = create_workspace(
        folder / "hq", Settings(role="headquarters", office=HEADQUARTERS, name="Headquarters")
    )
    enrol(workspace, headquarters)
    headquarters.library.forms()  # the first use of a form converts it; that is not what is measured here
    start = time.perf_counter()
    (result,) = import_files(
        headquarters.database,
        headquarters.settings,
        (made.path,),
        store=headquarters.incoming,
        quarantine=headquarters.quarantine,
        attachments_dir=headquarters.attachments,
        keyring=headquarters.keyring,
        forms=headquarters.library.form,
        at=datetime.now(UTC),
    )
    print(
        f"the same taken in at headquarters: {time.perf_counter() - start:.2f} s, "
        f"{result.status}, {result.new_revisions:,} revisions, {len(result.findings)} findings"
    )
    workspace.close()
    headquarters.close()


def say(what: str, ours_ms: float, floor_name: str, floor_ms: float) -> None:
    print(f"{what}: {ours_ms:.1f} ms; {floor_name}: {floor_ms:.1f} ms; ratio {ours_ms / floor_ms:.2f}")


def usable_home(folder: Path) -> None:
    workspace = office(folder / "home")
    many_records(workspace, RECORDS_IN_STORE)
    home.bench_home(workspace, STARTS)


def memory_of_the_window(folder: Path) -> None:
    workspace = office(folder / "memory")
    many_records(workspace, RECORDS_IN_STORE)
    records = [filled(workspace, "slum_upgrading").record_id for _ in range(memory.FORMS_OPENED)]
    memory.bench_memory(workspace, records)


def in_a_process(module: str, folder: Path) -> None:
    """Run a benchmark that opens windows in a process of its own."""
    subprocess.run([sys.executable, "-m", module, str(folder)], check=True)


BENCHMARKS: dict[str, Callable[[Path], None]] = {
    "start": start_to_first_paint,
    "home": usable_home,
    "memory": memory_of_the_window,
    "page": form_page_open,
    "answering": lambda folder: form_page.print_answering(office(folder / "answering")),
    "typing": lambda folder: form_page.print_typing(office(folder / "typing")),
    "answer": answer_to_saved,
    "finalize": finalize_long,
    "package": package_there_and_in,
    "reader": bench_reader,
    "import": lambda folder: import_curve.curve(folder, PACKAGES, folder / "records.sqlite", steps=1),
    "choosing": lambda _folder: choosing.main(),
    "list": lambda folder: in_a_process("tests.benchmarks.records_list", folder),
    "translators": lambda _folder: translators.bench_translators(),
    "engine": lambda _folder: engine.print_engine(),
    "grid": lambda _folder: grid.print_grid(),
}


def main() -> int:
    """Run the benchmarks named on the command line, or all."""
    for name in sys.argv[1:] or BENCHMARKS:
        with tempfile.TemporaryDirectory() as temporary:
            BENCHMARKS[name](Path(temporary))
    return 0


if __name__ == "__main__":
    sys.exit(main())

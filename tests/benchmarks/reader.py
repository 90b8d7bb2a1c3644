"""What reading a package costs: the gate, the child and its pipe, beside the floor and another reader.

    python -m tests.benchmarks reader

The floor inflates the same parts and runs a bare XML parser over them, looking at nothing. Counted is time of
the processor, of this process and the child together: the clock says nothing on a busy machine.
"""

import gc
import io
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.parsers import expat

from habitat_desktop.incoming.container import open_archive
from habitat_desktop.incoming.workbook import open_workbook, read_all
from habitat_desktop.packages import payload
from habitat_desktop.packages.reader import Reader, ReaderPool, open_package
from tests.benchmarks.import_curve import ANSWERS, RECORDS, Offices

PACKAGES, ROUNDS = 20, 9


def bench_reader(folder: Path) -> None:
    """Print milliseconds a package."""
    gc.set_threshold(200_000, 20, 20)  # as in the child
    paths = Offices().files(folder, PACKAGES)
    contents = {path: path.read_bytes() for path in paths}
    reader = Reader()
    reader.read(paths[0])

    def show(label: str, work: Callable[[Path], Any]) -> float:
        best = min(_round(work, paths, reader) for _time in range(ROUNDS))
        print(f"  {label:58} {best:7.2f}")
        return best

    print(f"reading packages of {RECORDS} records x {ANSWERS} answers, processor ms a package:")
    floor = show("floor: inflate and parse the same parts", lambda path: _floor(contents[path]))
    show("container: every check", lambda path: open_archive(contents[path], path.name))
    show("payload only, checks included", lambda path: _payload(contents[path]))
    here = show(
        "everything, checks included, in this process", lambda path: read_all(contents[path], "a.xlsx")
    )
    if find_spec("python_calamine"):
        show("python-calamine, no checks", lambda path: _calamine(contents[path]))
    there = show("everything, through a warm child", reader.read)
    show("package: payload, then what people see", lambda path: open_package(path, reader))
    reader.close()
    print(f"  gate above the floor {here - floor:.2f}, child and pipe {there - here:.2f}")
    with ReaderPool() as pool:
        pool.warm()
        list(pool.each(paths, open_package))
        start = time.perf_counter()
        list(pool.each(paths * ROUNDS, open_package))
        each = (time.perf_counter() - start) / len(paths * ROUNDS)
    print(f"  {pool.size} children at once: {1 / each:.0f} packages a second by the clock")


def _round(work: Callable[[Path], Any], paths: list[Path], reader: Reader) -> float:
    start = time.process_time() + _child_s(reader)
    for path in paths:
        work(path)
    return 1000 * (time.process_time() + _child_s(reader) - start) / len(paths)


def _child_s(reader: Reader) -> float:
    """Return the seconds of the processor the child has used; 0 where the system does not tell."""
    process = reader._child._process
    status = Path(f"/proc/{process.pid}/schedstat") if process is not None else None
    return int(status.read_text().split()[0]) / 1e9 if status is not None and status.exists() else 0.0


def _floor(content: bytes) -> None:
    opened = open_workbook(content, "a.xlsx")
    for part in ("xl/sharedStrings.xml", *(entry.part for entry in opened.entries)):
        expat.ParserCreate().Parse(opened.archive.read(part), True)


def _payload(content: bytes) -> bytes:
    return payload.from_cells(open_workbook(content, "a.xlsx").rows(payload.SHEET), "a.xlsx").payload


def _calamine(content: bytes) -> None:
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python(skip_empty_area=False)

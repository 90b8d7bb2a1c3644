"""Reads workbooks from outside in a child process with limits of time and memory.

The child opens a workbook on request and keeps it until the next one: first the sheets that say who sent it,
then, when those are believed, the ones that people see.
"""

import gc
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

from habitat_desktop.incoming import errors
from habitat_desktop.incoming.children import PROCESSOR_S, receive, send
from habitat_desktop.incoming.container import MEGABYTE, read_file
from habitat_desktop.incoming.process_limits import limit_process
from habitat_desktop.incoming.workbook import OpenedWorkbook, open_workbook

CHILD_NAME = "read-workbook"
MEMORY_BYTES = 480 * MEGABYTE  # of address space, the interpreter included
_EXHAUSTED = 3  # exit code of a child that ran out of memory


def child_main(argv: Sequence[str]) -> int:
    """Answer requests from standard input until it ends; `argv` holds the memory limit in bytes."""
    limit_process(int(argv[0]) if argv else MEMORY_BYTES)
    # a sheet is many small lists and no cycles: a third of the time otherwise
    gc.set_threshold(200_000, 20, 20)
    # not sys.stdin: a windowed program has none, and nothing else may write between our messages
    with open(0, "rb", closefd=False) as requests, open(1, "wb", closefd=False) as answers:
        try:
            serve(requests, answers)
        except (MemoryError, RecursionError):
            return _EXHAUSTED
    return 0


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer request after request.

    `{"open": path, "sheets": [names]}` opens a workbook and reads those of its sheets, in any case;
    `{"without": [names]}` or `{"sheets": [names]}` then reads others of the same workbook.
    """
    opened: OpenedWorkbook | None = None
    while (request := receive(requests)) is not None:
        _limit_time()
        asked = json.loads(request)
        try:
            if "open" in asked:
                opened = None
                path = Path(asked["open"])
                opened = open_workbook(read_file(path), path.name)
            assert opened is not None
            answer = _sheets(opened, asked)
        except errors.IncomingError as error:
            answer = {"error": [error.code, errors.plain(error.context.items())]}
        send(answers, json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace"))


def _sheets(opened: OpenedWorkbook, asked: dict[str, Any]) -> dict[str, Any]:
    wanted = {name.casefold() for name in asked.get("sheets", ())}
    unwanted = {name.casefold() for name in asked["without"]} if "without" in asked else None
    names = [
        name
        for name in opened.names
        if name.casefold() in wanted or (unwanted is not None and name.casefold() not in unwanted)
    ]
    sheets = [[name, opened.rows(name)] for name in names]
    notices = [[one.code, one.sheet, one.cell, one.detail] for one in opened.context.notices]
    return {"names": opened.names, "sheets": sheets, "notices": notices}


def _limit_time() -> None:
    """Give this process `PROCESSOR_S` more of the processor; the clock says nothing on a busy machine."""
    if sys.platform == "win32":
        return  # the parent's clock stands behind it
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    most = resource.getrlimit(resource.RLIMIT_CPU)[1]
    soft = math.ceil(used.ru_utime + used.ru_stime) + PROCESSOR_S
    resource.setrlimit(resource.RLIMIT_CPU, (soft if most < 0 else min(soft, most), most))

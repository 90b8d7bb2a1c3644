"""Lets the n-th system call of a real process fail: strace answers in place of the system. Needs no root.

One process loads the program once, then makes a child for each trial; strace takes hold of the child before
it begins. Only the calls of its first thread fail.
"""

import ctypes
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from habitat_desktop.errors import HabitatError
from tests.durability.traced import ROOT

ERRORS = {
    "ENOSPC": ("write", "pwrite64", "sendfile", "mkdir"),
    "EIO": ("write", "pwrite64", "read", "pread64", "fsync", "fdatasync", "ftruncate", "rename", "unlink"),
}
_CALLS = ",".join(sorted({call for calls in ERRORS.values() for call in calls}))
_SET_PTRACER, _ANY = 0x59616D61, -1


@dataclass(frozen=True)
class Point:
    """The n-th call of a name that a process makes, and how it fails."""

    call: str
    number: int
    error: str


class Worker:
    """A process that has loaded the program and runs operations of a module, each in a child of its own."""

    def __init__(self, module: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.durability.failing_calls", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )

    def __enter__(self) -> "Worker":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=60)
        self._process.stdout.close()

    def run(self, operation: str, folder: Path, point: Point | None = None) -> str:
        """Run an operation, with one failing call; return "" or the code or name of its error."""
        child = self._ask(f"{operation} {folder}")
        with _traced(int(child), folder, point):
            return self._ask("go")

    def points(self, operation: str, folder: Path) -> list[Point]:
        """Run an operation; return every call it made on something in `folder`, with each way it can fail."""
        assert self.run(operation, folder) == ""
        found, seen = [], defaultdict(int)
        for line in _log(folder).read_text(encoding="utf-8", errors="replace").splitlines():
            match = re.match(r"(?:\d+ +)?(\w+)\((.*)", line)
            if match is None:
                continue
            seen[match[1]] += 1
            if f"{folder.resolve()}/" in match[2]:
                found += [
                    Point(match[1], seen[match[1]], e) for e, calls in ERRORS.items() if match[1] in calls
                ]
        return found

    def _ask(self, line: str) -> str:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()


def _log(folder: Path) -> Path:
    return folder.with_name(folder.name + ".strace")


@contextmanager
def _traced(child: int, folder: Path, point: Point | None) -> Iterator[None]:
    what = ["-e", f"trace={_CALLS}"]
    if point is not None:
        what += ["-e", f"inject={point.call}:error={point.error}:when={point.number}"]
    command = ["strace", "-y", "-s", "0", *what, "-o", str(_log(folder)), "-p", str(child)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
        assert tracer.stderr is not None
        assert "attached" in (said := tracer.stderr.readline()), said
        yield


def _serve(operations: dict[str, Callable[[Path], None]]) -> None:
    """Read `operation folder`, make a child that waits for `go`, and print what it ended with."""
    while line := sys.stdin.readline():
        name, _, folder = line.strip().partition(" ")
        go, went = os.pipe()
        told, tells = os.pipe()
        child = os.fork()
        if child == 0:
            ctypes.CDLL(None).prctl(_SET_PTRACER, _ANY, 0, 0, 0)  # some systems let only parents trace
            os.read(go, 1)
            ended = _ended(operations[name], Path(folder))
            os.write(tells, ended.encode())
            os._exit(0)
        print(child, flush=True)
        sys.stdin.readline()
        os.write(went, b"\n")
        os.close(tells)
        os.waitpid(child, 0)
        print(os.read(told, 1000).decode(errors="replace"), flush=True)
        for descriptor in (go, went, told):
            os.close(descriptor)


def _ended(operation: Callable[[Path], None], folder: Path) -> str:
    try:
        operation(folder)
    except HabitatError as error:
        return error.code
    except BaseException as error:
        return f"{type(error).__name__}: {error}".replace("\n", " ")
    return ""


if __name__ == "__main__":
    import importlib

    _serve(importlib.import_module(sys.argv[1]).OPERATIONS)

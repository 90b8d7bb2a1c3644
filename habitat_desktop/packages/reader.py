"""Reads an incoming workbook in a child process: gate first, then the library, with time and memory limits.

python-calamine ends its whole process on some hostile files of two kilobytes, so it never runs in ours. One
child serves many files; it is replaced after a crash or a timeout, and the file that caused it is blamed.
"""

import contextlib
import gc
import io
import json
import os
import struct
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from habitat_desktop.incoming.errors import plain
from habitat_desktop.packages import errors, gate, payload
from habitat_desktop.packages.package import Package
from habitat_desktop.xforms.process_limits import limit_process

TIMEOUT_S = 20.0
MEMORY_BYTES = (
    1536 * gate.MEGABYTE
)  # of address space; about 500 MB of it are the interpreter and its libraries
CHILD_NAME = "read-workbook"
_LENGTH = struct.Struct(">Q")
_ANSWER_LIMIT = 1024 * gate.MEGABYTE

# What a cell holds after reading: text, number, truth value, or a date as a list of one ISO text
Cell = str | int | float | bool | list[str]


@dataclass(frozen=True)
class SheetCells:
    """The cells of one sheet from A1 on; every row is equally long, an empty cell is ""."""

    name: str
    rows: list[list[Cell]]


@dataclass(frozen=True)
class Workbook:
    """The sheets of one incoming file, in their order."""

    file: str
    sheets: tuple[SheetCells, ...]

    def sheet(self, name: str) -> SheetCells | None:
        """Return the sheet called `name`; sheet names differ in more than case."""
        folded = name.casefold()
        return next((sheet for sheet in self.sheets if sheet.name.casefold() == folded), None)


class Reader:
    """A child process that reads one file after the other; use as a context manager."""

    def __init__(
        self,
        *,
        timeout_s: float = TIMEOUT_S,
        memory_bytes: int = MEMORY_BYTES,
        command: Sequence[str] | None = None,
    ) -> None:
        self._timeout_s = timeout_s
        self._command = [*(command or child_command(CHILD_NAME)), str(memory_bytes)]
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Reader":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child."""
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        for stream in (child.stdin, child.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):  # the child is gone and took the other end with it
                    stream.close()
        child.wait()

    def read(self, path: Path) -> Workbook:
        """Read the workbook at `path`.

        Raises:
            PackageError: the gate refused it, it cannot be read, or it broke the child.
        """
        answer = self._ask({"path": str(path.absolute())}, path.name)
        if "error" in answer:
            code, context = answer["error"]
            raise errors.again(code, context) or errors.ReadCrashError(file=path.name)
        return Workbook(path.name, tuple(SheetCells(name, rows) for name, rows in answer["sheets"]))

    def _ask(self, request: dict[str, str], file: str) -> dict[str, Any]:
        child = self._running_child()
        assert child.stdin is not None and child.stdout is not None
        timed_out = threading.Event()

        def give_up() -> None:
            timed_out.set()
            child.kill()

        timer = threading.Timer(self._timeout_s, give_up)
        timer.start()
        try:
            _send(child.stdin, json.dumps(request).encode())
            answer = _receive(child.stdout)
        except (OSError, ValueError):
            answer = None
        finally:
            timer.cancel()
        if answer is None:
            self.close()
            if timed_out.is_set():
                raise errors.ReadTimeoutError(file=file, seconds=round(self._timeout_s))
            raise errors.ReadCrashError(file=file)
        result: dict[str, Any] = json.loads(answer)
        return result

    def _running_child(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self.close()
            self._child = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_child_environment(),
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        return self._child


def read_workbook(path: Path) -> Workbook:
    """Read one workbook with a child of its own."""
    with Reader() as reader:
        return reader.read(path)


@dataclass(frozen=True)
class OpenedPackage:
    """A package whose payload is sound: what it says, its identity, its attached files and its sheets."""

    package: Package
    payload: bytes
    payload_sha256: str
    files: dict[str, bytes]  # by SHA-256
    workbook: Workbook


def open_package(path: Path, reader: Reader) -> OpenedPackage:
    """Read and verify the package at `path`, for whomever it is.

    Raises:
        PackageError: it cannot be opened, is no package, or is damaged.
    """
    workbook = reader.read(path)
    sheet = workbook.sheet(payload.SHEET)
    if sheet is None:
        raise errors.NoPackageSheetError(file=path.name)
    content = payload.from_cells(sheet.rows, path.name)
    package = payload.decode(content, path.name)
    files = _attached_files(package, workbook)
    return OpenedPackage(package, content, payload.sha256(content), files, workbook)


def read_package(path: Path, reader: Reader | None = None) -> Package:
    """Return the verified package at `path`; errors as `open_package`."""
    if reader is not None:
        return open_package(path, reader).package
    with Reader() as own:
        return open_package(path, own).package


def _attached_files(package: Package, workbook: Workbook) -> dict[str, bytes]:
    sheet = workbook.sheet(payload.FILES_SHEET)
    pieces: dict[str, dict[str, str]] = {}
    for row in sheet.rows if sheet is not None else ():
        if len(row) > 2:
            pieces.setdefault(str(row[0]), {})[str(row[1])] = str(row[2])
    files = {}
    for attachment in package.attachments:
        found = pieces.get(attachment.sha256, {})
        try:
            content = payload.from_chunks("".join(found[number] for number in sorted(found)))
        except ValueError:
            content = b""
        if payload.sha256(content) != attachment.sha256:
            raise errors.AttachmentDamagedError(file=workbook.file, name=attachment.name)
        files[attachment.sha256] = content
    return files


def child_command(name: str) -> list[str]:
    """Return the command that starts this program as the child called `name`; it works when frozen too."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--child", name]
    return [sys.executable, "-m", "habitat_desktop", "--child", name]


def _child_environment() -> dict[str, str]:
    """Let the child find this package when it runs from a checkout and another folder is the current one."""
    root = str(Path(__file__).resolve().parents[2])
    known = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": f"{root}{os.pathsep}{known}" if known else root}


# -- both ends of the pipe -------------------------------------------------------------------------------


def _send(stream: Any, message: bytes) -> None:
    stream.write(_LENGTH.pack(len(message)) + message)
    stream.flush()


def _receive(stream: Any) -> bytes | None:
    """Return the next message; None when the other end is gone."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > _ANSWER_LIMIT:
        return None
    message: bytes = stream.read(length)
    return message if len(message) == length else None


# -- in the child ----------------------------------------------------------------------------------------


def child_main(argv: Sequence[str]) -> int:
    """Answer requests from standard input until it ends; `argv` holds the memory limit in bytes."""
    if argv:
        limit_process(int(argv[0]))
    gc.set_threshold(
        200_000, 20, 20
    )  # a sheet is many small lists and no cycles: a third of the time otherwise
    # not sys.stdin: a windowed program has none, and nothing else may write between our messages
    with open(0, "rb", closefd=False) as requests, open(1, "wb", closefd=False) as answers:
        serve(requests, answers)
    return 0


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Read workbook after workbook."""
    while (request := _receive(requests)) is not None:
        path = Path(json.loads(request)["path"])
        try:
            answer = {"sheets": _read_sheets(path)}
        except errors.PackageError as error:
            answer = {"error": [error.code, plain(error.context.items())]}
        _send(answers, json.dumps(answer, ensure_ascii=False, default=_date_cell).encode("utf-8", "replace"))


def _read_sheets(path: Path) -> Any:
    from python_calamine import CalamineError, CalamineWorkbook

    data = gate.check(path)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return [
            [name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)] for name in book.sheet_names
        ]
    except (CalamineError, KeyError, ValueError, OSError) as error:
        problem = f"{type(error).__name__}: {error}"[:200]
        raise errors.WorkbookDamagedError(file=path.name, problem=problem) from error


def _date_cell(value: Any) -> list[str]:
    return [value.isoformat() if hasattr(value, "isoformat") else str(value)]

"""Opens packages: the workbook is read in a child process, the payload first, the visible sheets after it.

Nothing from outside is unpacked or parsed in this process but the payload, once its hash is right. One child
serves many files; a file that breaks it is blamed, and the next one gets a new child.
"""

import os
import queue
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from habitat_desktop.incoming.children import Child, child_command
from habitat_desktop.incoming.notices import Notice
from habitat_desktop.incoming.reading import CHILD_NAME, MEMORY_BYTES
from habitat_desktop.incoming.sheets import padded
from habitat_desktop.incoming.values import Cell
from habitat_desktop.packages import errors, payload
from habitat_desktop.packages.age import Decrypt
from habitat_desktop.packages.package import Package

__all__ = ["Cell", "OpenedPackage", "Reader", "ReaderPool", "SheetCells", "Workbook", "open_package"]

REQUEST_SHEET = "_request"
TIMEOUT_S = 30.0  # by the clock; the child itself stops after 5 s of the processor
_HIDDEN = (payload.SHEET, payload.FILES_SHEET)
_MOST_CHILDREN = 16

T = TypeVar("T")


@dataclass(frozen=True)
class SheetCells:
    """The cells of one sheet from A1 on; every row is equally long, an empty cell is ""."""

    name: str
    rows: list[list[Cell]]


@dataclass(frozen=True)
class Workbook:
    """The sheets of one incoming file, in their order, and what was noticed: macros, links, formulas."""

    file: str
    sheets: tuple[SheetCells, ...]
    notices: tuple[Notice, ...] = ()
    is_encrypted: bool = False  # nothing is shown in it that could be compared

    def sheet(self, name: str) -> SheetCells | None:
        """Return the sheet called `name`; sheet names differ in more than case."""
        folded = name.casefold()
        return next((sheet for sheet in self.sheets if sheet.name.casefold() == folded), None)


class Reader:
    """A child process that reads one file after the other; use as a context manager, from one thread."""

    def __init__(
        self,
        *,
        timeout_s: float = TIMEOUT_S,
        memory_bytes: int = MEMORY_BYTES,
        command: Sequence[str] | None = None,
    ) -> None:
        self._child = Child([*(command or child_command(CHILD_NAME)), str(memory_bytes)], timeout_s)

    def __enter__(self) -> "Reader":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child."""
        self._child.close()

    def warm(self) -> None:
        """Start the child now, so that the first file need not wait for it."""
        self._child.start()

    def read(self, path: Path) -> Workbook:
        """Read every sheet of the workbook at `path`.

        Raises:
            PackageError: it was refused, cannot be read, or broke the child.
        """
        return self._ask(path.name, open=str(path.absolute()), without=[])

    def open(self, path: Path, sheets: Sequence[str]) -> Workbook:
        """Open the workbook at `path` and read only those of its sheets; `rest` reads the others.

        Raises:
            PackageError: as `read`.
        """
        return self._ask(path.name, open=str(path.absolute()), sheets=list(sheets))

    def rest(self, file: str, without: Sequence[str]) -> Workbook:
        """Read the sheets of the workbook opened last that are not in `without`; errors as `read`."""
        return self._ask(file, without=list(without))

    def _ask(self, file: str, **request: Any) -> Workbook:
        answer = self._child.ask(request, file)
        if "error" in answer:
            code, context = answer["error"]
            raise errors.again(code, context) or errors.ReadCrashError(file=file)
        sheets = tuple(SheetCells(name, padded(rows)) for name, rows in answer["sheets"])
        return Workbook(file, sheets, tuple(Notice(*notice) for notice in answer["notices"]))


class ReaderPool:
    """As many children as the computer has cores, for many files; use as a context manager."""

    def __init__(self, size: int | None = None) -> None:
        self.size = min(max(size or os.cpu_count() or 1, 1), _MOST_CHILDREN)
        self._readers = [Reader() for _number in range(self.size)]
        self._free: queue.SimpleQueue[Reader] = queue.SimpleQueue()
        for reader in self._readers:
            self._free.put(reader)
        self._threads = ThreadPoolExecutor(self.size, thread_name_prefix="reader")

    def __enter__(self) -> "ReaderPool":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the children; what was asked for and not begun is dropped."""
        self._threads.shutdown(cancel_futures=True)
        for reader in self._readers:
            reader.close()

    def warm(self) -> None:
        """Start all children now."""
        for reader in self._readers:
            reader.warm()

    def each(
        self, paths: Iterable[Path], work: Callable[[Path, Reader], T]
    ) -> Iterator[tuple[Path, T | errors.PackageError]]:
        """Yield what `work` returns for each of `paths`, in their order, or the error that kept a file out.

        A few files more than there are children are begun ahead of the one that is yielded. `work` runs in
        a thread of its own, and so touches nothing but the file and the reader.
        """
        begun: deque[tuple[Path, Future[T]]] = deque()
        ahead = 2 * self.size
        for path in paths:
            begun.append((path, self._threads.submit(self._run, work, path)))
            if len(begun) > ahead:
                yield from _done(*begun.popleft())
        while begun:
            yield from _done(*begun.popleft())

    def _run(self, work: Callable[[Path, Reader], T], path: Path) -> T:
        reader = self._free.get()
        try:
            return work(path, reader)
        finally:
            self._free.put(reader)


def _done(path: Path, future: Future[T]) -> Iterator[tuple[Path, T | errors.PackageError]]:
    try:
        yield path, future.result()
    except errors.PackageError as error:
        yield path, error


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
    key: bytes  # the public key and the signature as they stand there; `trust` checks them
    signature: bytes
    files: dict[str, bytes]  # by SHA-256
    workbook: Workbook  # without cover and codebook; nothing but the hidden sheets until they are believed
    recipients: int = 0  # how many keys open it; 0 where it is not encrypted


def open_package(
    path: Path,
    reader: Reader,
    believe: Callable[[OpenedPackage], None] | None = None,
    decrypt: Decrypt | None = None,
) -> OpenedPackage:
    """Read and verify the package at `path`, for whomever it is.

    `believe` sees the payload before anything else of the file is read, and raises where it is not to be
    believed. `decrypt` opens an encrypted one, in this process: the child sees no key.

    Raises:
        PackageError: it cannot be opened, is no package, is damaged or is not believed.
    """
    hidden = reader.open(path, _HIDDEN)
    sheet = hidden.sheet(payload.SHEET)
    if sheet is None:
        # what hurts is named as such, not as a workbook without a package
        rest = reader.rest(path.name, _HIDDEN)
        if rest.sheet(REQUEST_SHEET) is not None:
            raise errors.RequestNotPackageError(file=path.name)
        raise errors.NoPackageSheetError(file=path.name)
    envelope = payload.from_cells(sheet.rows, path.name, decrypt)
    content, seal = envelope.payload, envelope.seal
    package = payload.decode(content, path.name)
    encrypted = envelope.recipients > 0
    files = (
        _checked_files(package, envelope.files, path.name) if encrypted else _attached_files(package, hidden)
    )
    sha256 = payload.sha256(content)
    opened = OpenedPackage(
        package, content, sha256, seal.key, seal.signature, files, hidden, envelope.recipients
    )
    if believe is not None:
        believe(opened)
    own = {name.casefold() for name in (*_HIDDEN, *package.explanations)}
    visible = reader.rest(path.name, sorted(own))
    notices = tuple(notice for notice in visible.notices if notice.sheet.casefold() not in own)
    shown = () if encrypted else visible.sheets
    return replace(opened, workbook=Workbook(path.name, shown, notices, encrypted))


def read_package(path: Path, reader: Reader | None = None) -> Package:
    """Return the verified package at `path`; errors as `open_package`."""
    if reader is not None:
        return open_package(path, reader).package
    with Reader() as own:
        return open_package(path, own).package


def _checked_files(package: Package, found: dict[str, bytes], file: str) -> dict[str, bytes]:
    for attachment in package.attachments:
        if payload.sha256(found.get(attachment.sha256, b"")) != attachment.sha256:
            raise errors.AttachmentDamagedError(file=file, name=attachment.name)
    return {attachment.sha256: found[attachment.sha256] for attachment in package.attachments}


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

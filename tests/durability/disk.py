"""A disk that can lose its power: what is on it for sure, and what was written but not yet synced.

A recording is a list of steps, each `(name of a method of Disk, arguments)`. Playing it up to any point and
asking for `after_cut` gives one of the trees the next start may find. The model is the strict one: a name is
on the disk only when its folder was synced, a sector of 512 bytes is written whole or not at all, and nothing
unsynced has an order, unless the disk happens to keep one. Disks that lie about a sync are outside it.
"""

import os
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Literal

SECTOR = 512
TORN = 0.3  # how often a write that survives is torn
Step = tuple[str, tuple[Any, ...]]
Mode = Literal["nothing", "first", "any", "all"]  # which of the unsynced steps reached the disk
MODES: tuple[Mode, ...] = ("nothing", "first", "first", "any", "any", "all")


@dataclass
class _File:
    """A file, whatever its names: as programs see it, as it is for sure, and the writes between the two."""

    seen: bytearray = field(default_factory=bytearray)
    sure: bytearray = field(default_factory=bytearray)
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)  # (offset, data) or (size, None)


@dataclass
class _Folder:
    seen: dict[str, "_File | _Folder"] = field(default_factory=dict)
    sure: dict[str, "_File | _Folder"] = field(default_factory=dict)


_NameChange = list[tuple[_Folder, str, "_File | _Folder | None"]]  # what several names become, at once


class Disk:
    """One folder tree; paths are relative to its root. What was there at the beginning is synced."""

    def __init__(self, tree: dict[str, bytes | None]) -> None:
        self._root = _Folder()
        self._names: list[_NameChange] = []  # not synced, oldest first
        for path, content in sorted(tree.items()):
            parent, name = self._place(path)
            made = _Folder() if content is None else _File(bytearray(content), bytearray(content))
            parent.seen[name] = parent.sure[name] = made

    # -- steps ---------------------------------------------------------------------------------------------

    def create(self, path: str) -> None:
        """Open a file for writing that may or may not be there."""
        parent, name = self._place(path)
        if name not in parent.seen:
            self._rename([(parent, name, _File())])

    def make_folder(self, path: str) -> None:
        parent, name = self._place(path)
        self._rename([(parent, name, _Folder())])

    def write(self, path: str, offset: int, data: bytes) -> None:
        self._change(path, (offset, data))

    def append(self, path: str, data: bytes) -> None:
        self._change(path, (len(self._file(path).seen), data))

    def truncate(self, path: str, size: int) -> None:
        self._change(path, (size, None))

    def copy(self, source: str, path: str, offset: int, length: int) -> None:
        """Copy bytes between files inside the system, at one offset in both."""
        self._change(path, (offset, bytes(self._file(source).seen[offset : offset + length])))

    def unlink(self, path: str) -> None:
        parent, name = self._place(path)
        self._rename([(parent, name, None)])

    def rename(self, path: str, target: str) -> None:
        parent, name = self._place(path)
        self._rename([(parent, name, None), (*self._place(target), parent.seen[name])])

    def sync(self, path: str) -> None:
        """Bring what is in a file, or the names in a folder, onto the disk."""
        found = self._find(path)
        if isinstance(found, _File):
            _apply(found.sure, found.pending)
            found.pending.clear()
            return
        for change in [c for c in self._names if any(folder is found for folder, _, _ in c)]:
            _keep(change)
            self._names.remove(change)

    def acknowledge(self, fact: object) -> None:
        """A point where the program told somebody that something is done; the disk does not mind."""

    # -- what is there -------------------------------------------------------------------------------------

    def play(self, steps: Iterable[Step]) -> None:
        for name, arguments in steps:
            getattr(self, name)(*arguments)

    def seen(self) -> dict[str, bytes | None]:
        """Return the tree as programs see it; None stands for a folder."""
        return dict(_walk(self._root.seen, lambda folder: folder.seen, lambda file: bytes(file.seen)))

    def after_cut(self, chance: random.Random, mode: Mode) -> dict[str, bytes | None]:
        """Return a tree the next start may find if the power goes now."""
        names: dict[int, dict[str, _File | _Folder]] = {}
        for change in _survivors(self._names, chance, mode):
            for folder, name, what in change:
                now = names.setdefault(id(folder), dict(folder.sure))
                if what is None:
                    now.pop(name, None)
                else:
                    now[name] = what

        def content(file: _File) -> bytes:
            found = bytearray(file.sure)
            survivors = _survivors(file.pending, chance, mode)
            for number, step in enumerate(survivors):
                may_tear = mode == "any" or (mode == "first" and number == len(survivors) - 1)
                torn = may_tear and chance.random() < TORN
                _apply(found, _sectors(step, chance) if torn else [step])
            return bytes(found)

        return dict(_walk(self._names_of(names, self._root), lambda f: self._names_of(names, f), content))

    @staticmethod
    def _names_of(changed: dict[int, dict[str, "_File | _Folder"]], folder: _Folder) -> Any:
        return changed.get(id(folder), folder.sure)

    def _change(self, path: str, step: tuple[int, bytes | None]) -> None:
        file = self._file(path)
        _apply(file.seen, [step])
        file.pending.append(step)

    def _rename(self, change: _NameChange) -> None:
        for folder, name, what in change:
            if what is None:
                del folder.seen[name]
            else:
                folder.seen[name] = what
        self._names.append(change)

    def _find(self, path: str) -> "_File | _Folder":
        found: _File | _Folder = self._root
        for name in PurePosixPath(path).parts:
            assert isinstance(found, _Folder)
            found = found.seen[name]
        return found

    def _file(self, path: str) -> _File:
        found = self._find(path)
        assert isinstance(found, _File)
        return found

    def _place(self, path: str) -> tuple[_Folder, str]:
        parts = PurePosixPath(path)
        parent = self._find(str(parts.parent))
        assert isinstance(parent, _Folder)
        return parent, parts.name


def _keep(change: _NameChange) -> None:
    for folder, name, what in change:
        if what is None:
            folder.sure.pop(name, None)
        else:
            folder.sure[name] = what


def _survivors(steps: list[Any], chance: random.Random, mode: Mode) -> list[Any]:
    if mode == "first":
        return steps[: chance.randint(0, len(steps))]
    if mode == "any":
        return [step for step in steps if chance.random() < 0.5]
    return list(steps) if mode == "all" else []


def _apply(content: bytearray, steps: Iterable[tuple[int, bytes | None]]) -> None:
    for offset, data in steps:
        if len(content) < offset:
            content.extend(bytes(offset - len(content)))
        if data is None:
            del content[offset:]
        else:
            content[offset : offset + len(data)] = data


def _sectors(step: tuple[int, bytes | None], chance: random.Random) -> Iterator[tuple[int, bytes | None]]:
    """Tear a write: each sector of the disk it touches has the new bytes or the old ones."""
    offset, data = step
    if data is None:
        yield step
        return
    start = 0
    while start < len(data):
        end = min(len(data), start + SECTOR - (offset + start) % SECTOR)
        if chance.random() < 0.5:
            yield offset + start, data[start:end]
        start = end


def _walk(names: dict[str, Any], names_of: Any, content: Any, above: str = "") -> Iterator[tuple[str, Any]]:
    for name, what in names.items():
        path = f"{above}{name}"
        if isinstance(what, _Folder):
            yield path, None
            yield from _walk(names_of(what), names_of, content, path + "/")
        else:
            yield path, content(what)


def read_tree(root: Path) -> dict[str, bytes | None]:
    """Return what is in a real folder, for the beginning of a recording."""
    found: dict[str, bytes | None] = {}
    for folder, folders, files in os.walk(root):
        here = Path(folder)
        for name in folders:
            found[(here / name).relative_to(root).as_posix()] = None
        for name in files:
            found[(here / name).relative_to(root).as_posix()] = (here / name).read_bytes()
    return found


def write_tree(root: Path, tree: dict[str, bytes | None]) -> None:
    """Put a tree into a real folder that is not there yet."""
    root.mkdir(parents=True)
    for path, content in sorted(tree.items()):
        if content is None:
            (root / path).mkdir()
        else:
            (root / path).write_bytes(content)

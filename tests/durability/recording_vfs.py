"""A file system below SQLite that writes down every step, and fails where it is told to."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import apsw

from tests.durability.disk import Step

_NAMED = apsw.SQLITE_OPEN_MAIN_JOURNAL | apsw.SQLITE_OPEN_SUPER_JOURNAL | apsw.SQLITE_OPEN_WAL


class RecordingVfs(apsw.VFS):
    """Passes everything on to the real files below `root` and appends it to `steps`.

    `before` is called with the name of each call before it is made and may raise an error of apsw; a write
    that fails has written half of its bytes, as a full disk does.
    """

    def __init__(self, name: str, root: Path, steps: list[Step]) -> None:
        super().__init__(name, "")
        self.name = name
        self._root = root
        self.steps = steps
        self.before: Callable[[str], None] = lambda call: None

    def note(self, step: str, path: str, *arguments: object) -> None:
        self.steps.append((step, (Path(path).relative_to(self._root).as_posix(), *arguments)))

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:
        if name is None:
            return apsw.VFSFile("", name, flags)
        return _RecordingFile(self, name, flags)

    def xDelete(self, name: str, sync_folder: bool) -> None:
        self.before("delete")
        there = Path(name).exists()
        super().xDelete(name, sync_folder)
        if there:
            self.note("unlink", name)
            if sync_folder:
                self.note("sync", str(Path(name).parent))


class _RecordingFile(apsw.VFSFile):
    def __init__(self, vfs: RecordingVfs, name: Any, flags: list[int]) -> None:
        self._vfs = vfs
        self._path = name if isinstance(name, str) else name.filename()
        vfs.before("open")
        is_new = not Path(self._path).exists()
        super().__init__("", name, flags)
        if is_new and Path(self._path).exists():
            vfs.note("create", self._path)
        # SQLite on Unix syncs the folder along with the first sync of a journal it made
        self._sync_folder = is_new and bool(flags[0] & _NAMED)

    def xRead(self, amount: int, offset: int) -> bytes:
        self._vfs.before("read")
        return super().xRead(amount, offset)

    def xWrite(self, data: bytes, offset: int) -> None:
        try:
            self._vfs.before("write")
        except apsw.Error:
            self._write(bytes(data[: len(data) // 2]), offset)
            raise
        self._write(bytes(data), offset)

    def _write(self, data: bytes, offset: int) -> None:
        super().xWrite(data, offset)
        self._vfs.note("write", self._path, offset, data)

    def xTruncate(self, size: int) -> None:
        self._vfs.before("truncate")
        super().xTruncate(size)
        self._vfs.note("truncate", self._path, size)

    def xSync(self, flags: int) -> None:
        self._vfs.before("sync")
        super().xSync(flags)
        self._vfs.note("sync", self._path)
        if self._sync_folder:
            self._vfs.note("sync", str(Path(self._path).parent))
            self._sync_folder = False

    def xFileSize(self) -> int:
        self._vfs.before("size")
        return int(super().xFileSize())

"""Packages travel in a folder: a USB stick, a network share, a folder some other program keeps in step."""

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from habitat_desktop.packages import files
from habitat_desktop.sync.transports.transport import NameTakenError, RemoteFile, TransportError


class FolderTransport:
    """A folder that exists already: a stick that is not plugged in must not be made up."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def list(self) -> list[RemoteFile]:
        with self._reached(), os.scandir(self._folder) as entries:
            found = [
                RemoteFile(entry.name, entry.stat().st_size)
                for entry in entries
                if entry.is_file() and not entry.name.endswith(files.PART) and not entry.name.startswith(".")
            ]
        return sorted(found, key=lambda file: file.name)

    def get(self, name: str, target: Path) -> str:
        with self._reached():
            content = (self._folder / name).read_bytes()
        try:
            files.write_new(target, content)
        except OSError as error:
            raise TransportError(address=target.parent, problem=files.problem(error)) from error
        return hashlib.sha256(content).hexdigest()

    def put_new(self, name: str, source: Path) -> bool:
        content = source.read_bytes()
        target = self._folder / name
        try:
            with self._reached():
                if target.exists() and target.read_bytes() == content:
                    return False
                files.write_new(target, content)
        except FileExistsError as error:
            raise NameTakenError(address=self._folder, name=name) from error
        return True

    @contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            if not self._folder.is_dir():
                raise FileNotFoundError(errno.ENOENT, "the folder is not there")
            yield
        except FileExistsError:
            raise
        except OSError as error:
            raise TransportError(address=self._folder, problem=files.problem(error)) from error

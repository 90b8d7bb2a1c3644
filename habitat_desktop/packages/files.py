"""Writes a file so that it is either wholly there under its name or not there at all."""

import errno
import os
import threading
from pathlib import Path

from habitat_desktop.disk import PART, remove, sync_folder
from habitat_desktop.errors import N_
from habitat_desktop.i18n.catalogues import _

_PROBLEMS = {
    errno.ENOSPC: N_("the disk is full"),
    getattr(errno, "EDQUOT", -1): N_("your share of the disk is used up"),
    errno.EFBIG: N_("the disk does not take a file of this size"),
    errno.EACCES: N_("you may not write there"),
    errno.EPERM: N_("you may not write there"),
    errno.EROFS: N_("it can only be read"),
    errno.ENOENT: N_("it is not there"),
    errno.ENOTDIR: N_("it is not a folder"),
    errno.EIO: N_("the disk reports an error"),
}


def problem(error: OSError) -> str:
    """Return what the disk says in the words of a person, in the language spoken now."""
    known = _PROBLEMS.get(error.errno or 0)
    return _(known) if known else error.strerror or str(error)


def part_of(path: Path) -> Path:
    """Return where `path` is while it is being written: beside it, so that renaming never copies."""
    return path.with_name(path.name + PART)


def write_part(path: Path, content: bytes) -> Path:
    """Write `content` beside `path` as a part, on the disk itself, and read it again to be sure.

    Raises OSError as the disk does; no part is left then.
    """
    return _written(part_of(path), content)


def _written(part: Path, content: bytes) -> Path:
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        sync_folder(part.parent)
        if part.read_bytes() != content:
            raise OSError(5, "the disk gives back other bytes than were written", str(part))
    except OSError:
        remove(part)
        raise
    return part


def place(part: Path, path: Path) -> None:
    """Give a part its name. A file already there is never replaced.

    Raises:
        FileExistsError: a file with other bytes has that name; the part is removed.
    """
    if path.exists():
        same = path.read_bytes() == part.read_bytes()
        remove(part)
        if not same:
            raise FileExistsError(17, "another file has this name", str(path))
        return
    part.rename(path)
    sync_folder(path.parent)


def write_new(path: Path, content: bytes) -> None:
    """Write a new file whole; OSError and FileExistsError as `write_part` and `place`.

    Several may write the same file at once, as workers that take in packages with one attachment do.
    """
    own = f"{path.name}.{os.getpid()}-{threading.get_ident()}{PART}"
    place(_written(path.with_name(own), content), path)


__all__ = ["PART", "part_of", "place", "problem", "remove", "sync_folder", "write_new", "write_part"]

"""A reserve for the day the disk is full: a file of real bytes beside the database, given back when needed.

Somebody in the middle of a return must be able to finish it. Standard library only.
"""

import os
import shutil
from pathlib import Path

from habitat_desktop.errors import N_, HabitatError

FILE_NAME = "reserve.bin"
SIZE = 20 << 20  # bytes
_PIECE = 1 << 20


class DiskAlmostFull(HabitatError):
    code = "DISK_ALMOST_FULL"
    message = N_(
        "There is too little room in “{folder}”: {needed} MB are needed and {free} MB are free. "
        "Nothing was begun and nothing was changed. Free some space and try again."
    )


def keep(folder: Path) -> bool:
    """Make the reserve in `folder` if it is not there and there is ample room; say whether it is there.

    The bytes are random, so that no file system can store them as less than they are.
    """
    path = folder / FILE_NAME
    part = path.with_suffix(".part")
    try:
        if path.is_file() and path.stat().st_size >= SIZE:
            return True
        if free_bytes(folder) < 3 * SIZE:  # never the one who fills the disk
            return False
        with part.open("wb") as file:
            for _piece in range(0, SIZE, _PIECE):
                file.write(os.urandom(min(_PIECE, SIZE)))
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        return False
    return True


def release(folder: Path) -> bool:
    """Give the reserve back to the disk; say whether there was one."""
    try:
        (folder / FILE_NAME).unlink()
    except OSError:
        return False
    return True


def free_bytes(folder: Path) -> int:
    """Return how much room there is where `folder` is, or will be made.

    Raises:
        OSError: the disk does not tell.
    """
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    usage = shutil.disk_usage(folder)
    if not usage.total:
        raise OSError(f"{folder} does not tell its size")
    return usage.free


def check_room(folder: Path, needed: int) -> None:
    """Refuse what would not fit, before it is begun; `needed` is in bytes.

    Raises:
        DiskAlmostFull: it would not fit.
    """
    try:
        free = free_bytes(folder)
    except OSError:  # then writing will tell
        return
    if free < needed:
        raise DiskAlmostFull(folder=folder, needed=-(-needed >> 20), free=free >> 20)

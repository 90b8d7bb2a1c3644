"""Brings files and their names onto the disk itself, where a power cut no longer touches them."""

import errno
import os
import shutil
from pathlib import Path

PART = ".part"  # the ending of files being written; readers pass them over

# what a system answers that cannot sync a folder: many shares and sticks; the files in it are synced
_CANNOT = {
    errno.EINVAL,
    errno.ENOSYS,
    errno.ENOTSUP,
    errno.EOPNOTSUPP,
    errno.EBADF,
    errno.EACCES,
    errno.EPERM,
}


def sync_folder(folder: Path) -> None:
    """Bring the names in `folder` onto the disk; Windows does that by itself.

    Raises OSError when the disk fails.
    """
    if os.name == "nt":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        if error.errno not in _CANNOT:
            raise


def sync_file(path: Path) -> None:
    """Bring what is in a file onto the disk; its name needs `sync_folder`."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def make_folder(folder: Path) -> None:
    """Make a folder and those above it that are missing, so that they last; it may be there already."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def move(part: Path, path: Path) -> None:
    """Put the synced file `part` at `path`, in place of a file that is there, so that it lasts."""
    part.replace(path)
    sync_folder(path.parent)


def write_whole(path: Path, content: bytes, *, private: bool = False) -> None:
    """Write a file so that after any crash it is wholly there, or what was there before.

    A private one is for the eyes of this user only.

    Raises OSError as the disk does; the file is then as it was, and no part is left.
    """
    part = path.with_name(path.name + PART)
    try:
        with part.open("wb") as file:
            if private:
                part.chmod(0o600)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        move(part, path)
    except OSError as error:
        remove(part)
        if error.filename == str(part):  # a person knows only the file that was asked for
            error.filename = str(path)
        raise


def copy_whole(source: Path, path: Path) -> None:
    """Copy a file so that the copy lasts; a crash can leave half of it."""
    shutil.copyfile(source, path)
    sync_file(path)
    sync_folder(path.parent)


def remove(path: Path) -> None:
    """Remove a file that is of no use; one that cannot be removed does no harm."""
    try:
        path.unlink()
    except OSError:
        return

"""Files on their way into an answer and out of it: chosen, pasted or dropped, checked, opened, copied."""

import atexit
import mimetypes
import re
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PySide6.QtCore import QMimeData, QSize
from PySide6.QtGui import QImage

from habitat_desktop.disk import copy_whole
from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.gui.question_files_pictures import (
    SUFFIXES,
    NoPictureError,
    read_picture,
    save,
    shrunk,
    size_of,
)
from habitat_desktop.records.attachments import FileGoneError, check_size

# what the system may open; anything else is saved first, where a person sees what it is
_OPENED = frozenset(
    (
        *(f".{suffix}" for suffix in SUFFIXES),
        *(".pdf", ".txt", ".csv", ".doc", ".docx", ".odt", ".rtf", ".xls", ".xlsx", ".ods", ".ppt", ".pptx"),
        *(".odp", ".mp3", ".wav", ".ogg", ".oga", ".opus", ".m4a", ".aac", ".flac", ".amr", ".mp4", ".m4v"),
        *(".mov", ".avi", ".mkv", ".webm", ".3gp", ".mpg", ".mpeg", ".kml", ".gpx", ".geojson"),
    )
)
_PROBE = QSize(256, 256)


class WrongKindError(HabitatError):
    code = "WRONG_KIND_OF_FILE"
    message = N_("“{file}” is a file of another kind than is asked for here. The answer is unchanged.")


class NotOpenedError(HabitatError):
    code = "FILE_NOT_OPENED"
    message = N_(
        "Files such as “{file}” are not opened from here, because they could run a program. Save a copy and "
        "look at it with care."
    )


class NothingToPasteError(HabitatError):
    code = "NOTHING_TO_PASTE"
    message = N_("There is no file and no picture to paste. Copy one, then paste it here.")


class OneFileError(HabitatError):
    code = "ONE_FILE_ONLY"
    message = N_("This question takes one file, and several came at once. The answer is unchanged.")


@dataclass(frozen=True)
class FileFacts:
    """What is said of an attached file: `size` in bytes, `points` of a picture."""

    size: int
    points: QSize | None


@cache
def scratch() -> Path:
    """Return a folder for this run of the program; nothing in it lasts."""
    folder = Path(tempfile.mkdtemp(prefix="habitat-files-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def prepare(path: Path, kind: str, most_points: int = 0) -> Path:
    """Return the file to attach for a question of type `kind`: itself, or a smaller picture made of it.

    Raises:
        FileGoneError, FileTooLargeError, WrongKindError: it is not taken.
        NoPictureError, PictureTooLargeError: it is not shown either.
        OSError: it cannot be read.
    """
    if not path.exists():
        raise FileGoneError(file=path.name)
    if path.is_dir():
        raise WrongKindError(file=path.name)
    if kind in ("audio", "video"):
        found = (mimetypes.guess_type(path.name)[0] or "").partition("/")[0]
        if found not in ("audio", "video"):
            raise WrongKindError(file=path.name)
    if kind == "image":
        read_picture(path, _PROBE)
        path = shrunk(path, most_points, Path(tempfile.mkdtemp(dir=scratch())))
    check_size(path)
    return path


def from_clipboard(data: QMimeData | None) -> Path | QImage:
    """Return the file or the picture that is pasted or dropped.

    Raises:
        NothingToPasteError, OneFileError: there is none, or more than one.
    """
    files = local_files(data)
    if len(files) > 1:
        raise OneFileError()
    if files:
        return files[0]
    if data is not None and data.hasImage():
        image = data.imageData()
        if isinstance(image, QImage) and not image.isNull():
            return image
    raise NothingToPasteError()


def local_files(data: QMimeData | None) -> list[Path]:
    """Return the files of this computer that are pasted or dropped."""
    if data is None:
        return []
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def keep_picture(image: QImage, name: str) -> Path:
    """Write a picture that came without a file as `name`.png.

    Raises:
        NoPictureError: it is larger than any that is taken.
        OSError: it cannot be written.
    """
    if image.width() * image.height() > 50_000_000:
        raise NoPictureError(file=name)
    return save(image, Path(tempfile.mkdtemp(dir=scratch())) / f"{name}.png")


def facts(path: Path, kind: str) -> FileFacts:
    """Return size and points of a file that is attached.

    Raises:
        OSError: it is not there.
    """
    size = path.stat().st_size
    points = size_of(path) if kind == "image" else None
    return FileFacts(size, points if points is not None and points.isValid() else None)


def to_open(stored: Path, name: str) -> Path:
    """Return a copy of an attached file under its own name, for the program that opens it.

    Raises:
        NotOpenedError: it could run a program.
        OSError: it cannot be copied.
    """
    safe = re.sub(r'[\x00-\x1f<>:"/\\|?*\u202a-\u202e\u2066-\u2069]', "_", name).strip(" .")[-120:] or "file"
    if Path(safe).suffix.lower() not in _OPENED:
        raise NotOpenedError(file=name)
    target = Path(tempfile.mkdtemp(dir=scratch())) / safe
    shutil.copyfile(stored, target)
    target.chmod(0o400)
    return target


def save_copy(stored: Path, target: Path) -> Path:
    """Copy an attached file to where a person wants it.

    Raises:
        OSError: it cannot be copied.
    """
    copy_whole(stored, target)
    return target

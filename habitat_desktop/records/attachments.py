"""Files attached to answers: their facts in the store, their bytes in a folder, named by their SHA-256."""

import hashlib
import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from habitat_desktop.disk import make_folder, write_whole
from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.records.record import answer_texts
from habitat_desktop.records.tables import AttachmentRow, upsert

LARGEST = 40 << 20  # bytes; a package can carry no more for one record
_VALUE = re.compile(r"([0-9a-f]{64})(?:\.[a-z0-9]{1,10})?")
_SUFFIX = re.compile(r"\.[a-z0-9]{1,10}")


class FileGoneError(HabitatError):
    code = "FILE_GONE"
    message = N_(
        "The file “{file}” is no longer there. The answer is unchanged. Look where it is now, perhaps on a "
        "USB stick that was taken out, and choose it again."
    )


class FileTooLargeError(HabitatError):
    code = "FILE_TOO_LARGE"
    message = N_(
        "The file “{file}” has {size_mb} MB; {limit_mb} MB can be sent. The answer is unchanged. Make a "
        "smaller one, such as a picture of lower resolution, and choose that."
    )


@dataclass(frozen=True)
class AttachedFile:
    """What is known of an attached file; `size` is in bytes, `name` the one it had where it came from."""

    sha256: str
    name: str
    media_type: str
    size: int


def attach(session: Session, folder: Path, office: str, source: Path) -> str:
    """Copy a file into `folder` and return the value its question keeps: the hash and the ending of its name.

    Raises:
        FileTooLargeError: no package could carry it.
        OSError: the file cannot be read or the copy not written.
    """
    check_size(source)
    content = source.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    keep_bytes(folder, sha256, content)
    media_type = mimetypes.guess_type(source.name)[0] or "application/octet-stream"
    add_attachment(session, office, sha256, source.name, media_type, len(content))
    suffix = source.suffix.lower()
    return sha256 + (suffix if _SUFFIX.fullmatch(suffix) else "")


def check_size(source: Path) -> int:
    """Return the size of a file in bytes.

    Raises:
        FileTooLargeError: no package could carry it.
        OSError: it is not there.
    """
    size = source.stat().st_size
    if size > LARGEST:
        raise FileTooLargeError(file=source.name, size_mb=-(-size >> 20), limit_mb=LARGEST >> 20)
    return size


def keep_bytes(folder: Path, sha256: str, content: bytes) -> None:
    """Write the bytes of an attachment once, durably and whole."""
    target = folder / sha256
    if target.exists():
        return
    make_folder(folder)
    write_whole(target, content)


def add_attachment(session: Session, office: str, sha256: str, name: str, media_type: str, size: int) -> None:
    """Note an attached file; a file noted before keeps its first name."""
    row = {"office": office, "sha256": sha256, "name": name, "media_type": media_type, "size": size}
    upsert(session, AttachmentRow, [row], keep=True)


def find_attachment(session: Session, office: str, value: str) -> AttachedFile | None:
    """Return the file that the value of a question stands for."""
    match = _VALUE.fullmatch(value)
    if match is None:
        return None
    row = session.execute(
        select(AttachmentRow.name, AttachmentRow.media_type, AttachmentRow.size).where(
            AttachmentRow.office == office, AttachmentRow.sha256 == match[1]
        )
    ).first()
    return None if row is None else AttachedFile(match[1], row.name, row.media_type, row.size)


def attached_files(session: Session, office: str, answers: object) -> list[AttachedFile]:
    """Return the files that `answers` hold, each once, in the order of the answers."""
    values = dict.fromkeys(text for text in answer_texts(answers) if _VALUE.fullmatch(text))
    found = (find_attachment(session, office, value) for value in values)
    return list({file.sha256: file for file in found if file is not None}.values())

"""What is noted beside a form that headquarters released, and whether the form is still that one."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from habitat_desktop.disk import write_whole

if TYPE_CHECKING:
    from habitat_desktop.xforms.definition import Form

_NOTE = ".release"


@dataclass(frozen=True, slots=True)
class FormRelease:
    """A released form: its id and version, the running number of the release, the SHA-256 of its file.

    `hash` is that of the definition at headquarters, "" while that is not known.
    """

    form_id: str
    version: str
    number: int
    sha256: str
    hash: str = ""

    def is_of(self, form: "Form") -> bool:
        """Whether it is a release of this version of a form."""
        return (self.form_id, self.version) == (form.form_id, form.version)


def write_note(folder: Path, release: FormRelease) -> None:
    """Write the note into the folder of a form that is being installed."""
    write_whole(folder / _NOTE, json.dumps(asdict(release)).encode())


def read_release(path: Path) -> FormRelease | None:
    """Return what the form at `path` was released as; None where it was not, or is not that file."""
    release = _read_note(path.parent)
    try:
        sound = release is not None and hashlib.sha256(path.read_bytes()).hexdigest() == release.sha256
    except OSError:
        return None
    return release if sound else None


def is_damaged(path: Path) -> bool:
    """Whether the form at `path` stands where one was released, and is not that one."""
    return (path.parent / _NOTE).exists() and read_release(path) is None


def damaged_notes(forms: Path, suffixes: Collection[str]) -> list[Path]:
    """Return the folders below `forms` where a form was released and is no more what it was."""
    return [
        folder
        for folder in released_folders(forms)
        if not any(read_release(path) for path in folder.iterdir() if path.suffix.lower() in suffixes)
    ]


def released_folders(forms: Path) -> list[Path]:
    """Return the folders below `forms` where forms were released to."""
    return [note.parent for note in sorted(forms.glob(f"*/{_NOTE}"))]


def noted_folder(forms: Path, form: "Form") -> Path | None:
    """Return the folder below `forms` where this version was released to; None where it was not."""
    found = ((folder, _read_note(folder)) for folder in released_folders(forms))
    return next((folder for folder, noted in found if noted is not None and noted.is_of(form)), None)


def _read_note(folder: Path) -> FormRelease | None:
    try:
        found = json.loads((folder / _NOTE).read_text(encoding="utf-8"))
        form_id, version, sha256 = (str(found[name]) for name in ("form_id", "version", "sha256"))
        return FormRelease(form_id, version, int(found["number"]), sha256)
    except (OSError, ValueError, TypeError, KeyError):
        return None

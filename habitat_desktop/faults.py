"""What went wrong in the program itself, kept for whoever mends it: kinds and places, never what was said.

A message of Python may hold an answer, a name or a path; so only the kind of the error, the places in our
own files and in libraries, the version and the instant are kept.
"""

import json
import traceback
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from habitat_desktop import __version__
from habitat_desktop.disk import write_whole

FILE_NAME = "faults.json"
CRASH_NAME = "crash.txt"  # what Python's fault handler writes when the process is ended from below
KEPT = 50
_FRAMES = 40


@dataclass(frozen=True)
class Fault:
    """One failure: its kind, the code of an error of ours, and the calls that led to it, outermost first."""

    kind: str
    code: str
    at: str  # ISO 8601 in UTC
    version: str
    frames: tuple[str, ...]


def of(error: BaseException, at: datetime) -> Fault:
    """Return what is kept of `error`."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    places = tuple(f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames)
    kind = type(error)
    code = str(getattr(error, "code", "")) if kind.__module__.startswith("habitat_desktop") else ""
    return Fault(f"{kind.__module__}.{kind.__qualname__}", code, at.isoformat(), __version__, places)


def note(folder: Path, error: BaseException, *, at: datetime | None = None) -> None:
    """Keep `error` in `folder`, the newest fifty; where that cannot be written nothing is said of it."""
    known = [*read(folder), of(error, at or datetime.now(UTC))][-KEPT:]
    text = json.dumps([asdict(fault) for fault in known], ensure_ascii=False, indent=1)
    try:
        write_whole(folder / FILE_NAME, text.encode("utf-8", "replace"))
    except OSError:
        return  # the person is told of the failure itself; a second one would not help


def read(folder: Path) -> list[Fault]:
    """Return the faults kept in `folder`, oldest first; [] where the file is missing or damaged."""
    try:
        data = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
        return [_fault(item) for item in data]
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return []


def _fault(item: dict[str, Any]) -> Fault:
    words = [str(item[name]) for name in ("kind", "code", "at", "version")]
    return Fault(words[0], words[1], words[2], words[3], tuple(map(str, item["frames"])))


def _short(file: str) -> str:
    """Return a place without the folders of this computer: from the package on, else the name alone."""
    parts = Path(file.replace("\\", "/")).parts
    for root in ("habitat_desktop", "site-packages"):
        if root in parts:
            start = len(parts) - parts[::-1].index(root) - 1
            return "/".join(parts[start + (root == "site-packages") :])
    return parts[-1] if parts else ""


def crash_line(line: str) -> str:
    """Return a line of Python's fault handler without the folders of this computer."""
    head, quote, rest = line.partition('"')
    path, end, tail = rest.partition('"')
    return f"{head}{quote}{_short(path)}{end}{tail}" if quote and end else line

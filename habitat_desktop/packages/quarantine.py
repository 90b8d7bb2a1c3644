"""Keeps the files that were not let in: untouched, named by their hash, with one line each in a journal."""

import hashlib
import json
import os
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal

from habitat_desktop.disk import make_folder, sync_folder
from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.incoming.container import FILE_LIMIT
from habitat_desktop.incoming.errors import again, plain
from habitat_desktop.packages import files
from habitat_desktop.records.record import utc_text, utc_time

if TYPE_CHECKING:
    from habitat_desktop.records.act import Actor
    from habitat_desktop.records.database import Database

JOURNAL = "journal.jsonl"
_NAME_BYTES = 160  # of the original name that are kept: with hash and ending no system finds it too long

Outcome = Literal["", "let_in", "removed"]
_ACTS = {"let_in": "let_in", "removed": "remove"}


class KeptOutError(HabitatError):
    """Said of a file whose journal comes from another version of the program."""

    code = "KEPT_OUT"
    message = N_(
        "“{file}” was not let in ({reason}). Nothing was taken in and the file is kept in quarantine."
    )


@dataclass(frozen=True)
class KeptOut:
    """One file in quarantine, as the journal tells it.

    `size_bytes` is None where the file itself is gone. `outcome` is empty until the file was let in at a
    later try or a person took it off the list with a `reason`; the file itself stays in any case.
    """

    sha256: str
    file_name: str
    stored: Path
    came_at: datetime
    problem: HabitatError
    outcome: Outcome = ""
    settled_at: datetime | None = None
    reason: str = ""
    person: str = ""
    size_bytes: int | None = None

    @property
    def is_open(self) -> bool:
        return not self.outcome


def keep(folder: Path, path: Path, error: HabitatError, at: datetime) -> bool:
    """Copy `path` into quarantine; False where it is no file, cannot be read or is too large to be worth it.

    A file that is there already is not copied again, and noted again only where there is news: another
    error, or it was settled before.
    """
    try:
        if not path.is_file() or path.stat().st_size > FILE_LIMIT:
            return False  # a device or a pipe has no end
        content = path.read_bytes()
    except OSError:
        return False
    sha256 = hashlib.sha256(content).hexdigest()
    known = _journal(folder).get(sha256)
    if known is not None and known.is_open:
        if known.problem.code != error.code:
            _note(folder, sha256, at, event="tried", **_told(error))
        return True
    name = path.name.encode("utf-8", "replace")  # names of files may be no text at all
    ending = name[-_NAME_BYTES:].decode("utf-8", "ignore")
    kept_as = f"{sha256[:12]}-{ending}" if known is None else known.stored.name
    make_folder(folder)
    files.write_new(folder / kept_as, content)
    _note(folder, sha256, at, file=name.decode(), **_told(error), kept_as=kept_as)
    return True


def settle(
    database: "Database",
    actor: "Actor",
    folder: Path,
    kept: KeptOut,
    outcome: Literal["let_in", "removed"],
    *,
    reason: str = "",
) -> None:
    """Note that a file in quarantine needs nobody any more; nothing is deleted.

    The act comes first: after a crash the file is on the list still, and is settled once more.

    Raises:
        NobodyActsError, KeyLockedError. WhyNeededError: it is removed without a reason.
    """
    from habitat_desktop.records import journal

    content = {"file": kept.file_name, "code": kept.problem.code}
    with database.begin() as session:
        kind = _ACTS[outcome]
        journal.write(session, actor, kind, ref=kept.sha256, reason=reason, content=content)
    _note(folder, kept.sha256, actor.at, event=outcome, reason=reason.strip(), person=actor.person)


def kept_out(folder: Path) -> tuple[KeptOut, ...]:
    """Return every file that was not let in, the newest first; also the settled ones."""
    found = [replace(kept, size_bytes=_size(kept.stored)) for kept in _journal(folder).values()]
    return tuple(sorted(found, key=lambda kept: kept.came_at, reverse=True))


def count_open(folder: Path) -> int:
    """Return how many files in quarantine wait for somebody."""
    return sum(1 for kept in _journal(folder).values() if kept.is_open)


def hashes(folder: Path) -> set[str]:
    """Return the SHA-256 of every file that ever came into quarantine."""
    return set(_journal(folder))


def _journal(folder: Path) -> dict[str, KeptOut]:
    """Return what the journal tells of each file, by SHA-256; later lines add to earlier ones."""
    try:
        text = (folder / JOURNAL).read_text(encoding="utf-8", errors="replace")  # a crash may cut a sign
    except OSError:
        return {}
    found: dict[str, KeptOut] = {}
    for line in text.split("\n"):
        try:
            said = json.loads(line)
            sha256, at = str(said["sha256"]), utc_time(said["at"])
            found[sha256] = _after(found.get(sha256), said, sha256, at, folder)
        except (ValueError, KeyError, TypeError):
            continue  # a line cut by a crash; its file is kept a second time at worst
    return found


def _after(before: KeptOut | None, said: dict[str, Any], sha256: str, at: datetime, folder: Path) -> KeptOut:
    event = said.get("event", "kept")
    if event == "kept":
        file, stored = str(said["file"]), folder / Path(str(said["kept_as"])).name
        return KeptOut(sha256, file, stored, at, _problem(said, file))
    if before is None:
        raise ValueError("an event of a file that was never kept")
    if event == "tried":
        return replace(before, problem=_problem(said, before.file_name))
    if event not in ("let_in", "removed"):
        return before  # of a newer program
    reason, person = str(said.get("reason", "")), str(said.get("person", ""))
    return replace(before, outcome=event, settled_at=at, reason=reason, person=person)


def _problem(said: dict[str, Any], file: str) -> HabitatError:
    """Return the error again that kept a file out, so that it can be said in any language."""
    code = str(said["code"])
    return again(code, said.get("context") or {"file": file}) or KeptOutError(file=file, reason=code)


def _told(error: HabitatError) -> dict[str, Any]:
    return {
        "code": error.code,
        "message": str(error),  # English: the journal is read by whoever looks into the case
        "context": plain(error.context.items()),  # the sentence can be said again in any language
    }


def _note(folder: Path, sha256: str, at: datetime, **said: object) -> None:
    line = {"at": utc_text(at), "sha256": sha256, **said}
    with (folder / JOURNAL).open("ab+") as journal:
        if _is_cut(journal):
            journal.write(b"\n")  # else this line would be lost along with the one a crash cut
        journal.write(json.dumps(line, ensure_ascii=False).encode("utf-8") + b"\n")
        journal.flush()
        os.fsync(journal.fileno())
    sync_folder(folder)


def _is_cut(journal: IO[bytes]) -> bool:
    """Say whether the last line has no end."""
    if journal.seek(0, os.SEEK_END) == 0:
        return False
    journal.seek(-1, os.SEEK_END)
    return journal.read(1) != b"\n"


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None

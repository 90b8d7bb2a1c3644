"""Checks a whole workspace: the store, and the packages that are kept as they were sent."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from habitat_desktop.packages import errors, trust
from habitat_desktop.packages.act_keys import ActKeys
from habitat_desktop.packages.age import decrypt_with
from habitat_desktop.packages.keys import Keyring
from habitat_desktop.packages.reader import OpenedPackage, Reader, open_package
from habitat_desktop.progress import Progress
from habitat_desktop.records import exchange_state, journal
from habitat_desktop.records.record import PackageEntry
from habitat_desktop.records.store_problem import StoreProblem

if TYPE_CHECKING:
    from habitat_desktop.records.database import Database


class Place(Protocol):
    """What a check needs of a workspace."""

    @property
    def database(self) -> "Database": ...
    @property
    def outgoing(self) -> Path: ...
    @property
    def incoming(self) -> Path: ...
    @property
    def attachments(self) -> Path: ...
    @property
    def keyring(self) -> Keyring: ...


@dataclass(frozen=True)
class Verification:
    """What a check found; `checked` counts what was looked at, by kind."""

    checked: dict[str, int]
    problems: tuple[StoreProblem, ...]


def verify_workspace(place: Place, progress: Progress | None = None) -> Verification:
    """Recompute every checksum of the store and of the stored packages. Nothing is changed.

    Raises:
        Cancelled: between two steps.
    """
    from habitat_desktop.records.verification import StoreCheck

    progress = progress or Progress()
    with place.database.aside() as database, database.read() as session:  # nobody who writes waits
        judge = ActKeys(session, place.keyring).judge
        check = StoreCheck(session, place.attachments, progress, judge)
        problems = list(check.problems())
        entries = [e for e in exchange_state.packages(session) if e.status != "quarantined"]
        acts = journal.act_ids(session)
    looked_at: list[PackageEntry] = []
    problems += _package_problems(place, entries, looked_at, acts, progress)
    return Verification(check.checked | {"packages": len(looked_at)}, tuple(problems))


def mend_workspace(place: Place) -> list[StoreProblem]:
    """Write the lists of records anew where they are wrong, and return what was wrong with them.

    Raises:
        NothingMendedError: what they are made from is damaged itself.
    """
    from habitat_desktop.records.mending import mend
    from habitat_desktop.records.verification import StoreCheck

    with place.database.begin() as session:
        check = StoreCheck(session, place.attachments, Progress(), ActKeys(session, place.keyring).judge)
        return mend(session, check, list(check.problems()))


def _package_problems(
    place: Place,
    entries: list[PackageEntry],
    looked_at: list[PackageEntry],
    acts: Collection[str],
    progress: Progress,
) -> Iterator[StoreProblem]:
    """Yield what is wrong with stored packages; one made into another folder is not ours to look after.

    `acts` are the ids of those that are here: whatever a package told of its sender must be among them.
    """
    told: set[str] = set()  # packages are cumulative: one act is in many
    with Reader() as reader:
        for done, entry in enumerate(entries):
            progress.step(done, len(entries))
            name = f"{entry.payload_sha256}.xlsx" if entry.direction == "in" else entry.file_name
            path = (place.incoming if entry.direction == "in" else place.outgoing) / name
            if entry.direction == "out" and not path.exists():
                continue
            looked_at.append(entry)
            found = _package_problem(path, entry, reader, place.keyring)
            if isinstance(found, StoreProblem):
                yield found
                continue
            for act in found.package.acts:
                is_senders = act.key_id == found.package.manifest.key_id
                if is_senders and act.act_id not in acts and act.act_id not in told:
                    told.add(act.act_id)
                    label = f"{act.office}/{act.installation}"
                    yield StoreProblem(
                        "ACT_LOST", label, act.number, file=str(path), detail=path.name, act_id=act.act_id
                    )
    progress.step(len(entries), len(entries))


def _package_problem(
    path: Path, entry: PackageEntry, reader: Reader, keyring: Keyring
) -> StoreProblem | OpenedPackage:
    """Return the package if it is what was noted, else what is wrong with it."""

    def found(code: str, detail: str = "") -> StoreProblem:
        return StoreProblem(code, entry.file_name, entry.number, file=str(path), detail=detail)

    if not path.exists():
        return found("PACKAGE_GONE", entry.file_name)
    try:
        opened = open_package(path, reader, decrypt=decrypt_with(keyring))
        trust.check_signature(path.name, opened)
    except (errors.ContentLockedError, errors.OtherRecipientError) as error:
        return found("PACKAGE_CLOSED", error.code)
    except errors.PackageError as error:
        return found("PACKAGE_DAMAGED", error.code)
    return opened if opened.payload_sha256 == entry.payload_sha256 else found("PACKAGE_CHANGED")

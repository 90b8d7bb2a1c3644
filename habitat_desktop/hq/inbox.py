"""What came to this workspace: packages taken in, and files that were not let in."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from habitat_desktop.errors import HabitatError
from habitat_desktop.packages.age import decrypt_with
from habitat_desktop.packages.comparing import Finding, compare
from habitat_desktop.packages.exporting import tolerant
from habitat_desktop.packages.keys import Keyring
from habitat_desktop.packages.quarantine import kept_out
from habitat_desktop.packages.reader import Reader, open_package
from habitat_desktop.records import exchange_state
from habitat_desktop.records.record import PackageEntry, Revision, utc_time
from habitat_desktop.xforms.definition import Form

if TYPE_CHECKING:
    from habitat_desktop.records.database import Session

Kind = Literal["imported", "waiting", "quarantined"]


@dataclass(frozen=True)
class Arrival:
    """One package or one file in the inbox.

    `entry` is None for a file in quarantine, which has `problem` instead. `came_at` is when it was taken in.
    `missing` are the numbers of earlier packages of the same installation that never came.
    """

    kind: Kind
    file_name: str
    came_at: datetime
    stored: Path
    entry: PackageEntry | None = None
    missing: tuple[int, ...] = ()
    problem: HabitatError | None = None


@dataclass(frozen=True)
class PackageDetail:
    """What is inside one package, read from the file as it came; `made_at` is ISO text in UTC."""

    made_at: str
    author: str
    sender_name: str
    heads: tuple[Revision, ...]
    findings: tuple[Finding, ...]


def inbox(session: "Session", store: Path, quarantine: Path) -> tuple[Arrival, ...]:
    """Return everything that came, the newest first."""
    entries = exchange_state.packages(session, direction="in")
    gaps = _missing(entries)
    arrivals = [_taken_in(entry, store, gaps[entry.installation]) for entry in entries]
    arrivals += _kept_out(quarantine)
    return tuple(sorted(arrivals, key=lambda arrival: arrival.came_at, reverse=True))


def package_detail(
    stored: Path, forms: Callable[..., Form | None], keyring: Keyring | None = None
) -> PackageDetail:
    """Read a package as it came, and compare its sheets with what was signed.

    Raises:
        PackageError: the stored file is gone or was damaged since.
    """
    with Reader() as reader:
        opened = open_package(stored, reader, decrypt=decrypt_with(keyring))
    manifest = opened.package.manifest
    findings = tuple(compare(opened.package, opened.workbook, tolerant(forms)))
    heads = opened.package.heads
    return PackageDetail(manifest.made_at, manifest.author, manifest.sender.name, heads, findings)


def _taken_in(entry: PackageEntry, store: Path, gaps: Iterable[int]) -> Arrival:
    stored = store / f"{entry.payload_sha256}.xlsx"
    kind: Kind = "waiting" if entry.status == "waiting" else "imported"
    missing = tuple(number for number in gaps if number < entry.number)
    return Arrival(kind, entry.file_name, utc_time(entry.made_at), stored, entry, missing)


def _missing(entries: Iterable[PackageEntry]) -> dict[str, list[int]]:
    numbers: dict[str, set[int]] = defaultdict(set)
    for entry in entries:
        numbers[entry.installation].add(entry.number)
    return {
        installation: [number for number in range(1, max(seen)) if number not in seen]
        for installation, seen in numbers.items()
    }


def _kept_out(quarantine: Path) -> list[Arrival]:
    return [
        Arrival("quarantined", kept.file_name, kept.came_at, kept.stored, problem=kept.problem)
        for kept in kept_out(quarantine)
        if kept.is_open
    ]

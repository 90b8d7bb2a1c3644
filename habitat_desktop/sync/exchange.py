"""One round of sending and receiving over one transport. Safe to repeat: without news it does nothing.

What is to be done is derived anew each time, from the database and from what lies at the destination, never
from a list of things to do. Sent is not received: a package stays among those that are put there until its
receipt has come.
"""

import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from habitat_desktop.errors import HabitatError
from habitat_desktop.packages import publishing, quarantine
from habitat_desktop.packages.errors import PackageError
from habitat_desktop.packages.exporting import address, create_packages, finish_packages, tolerant
from habitat_desktop.packages.forwarding import originals
from habitat_desktop.packages.importing import Importer, ImportResult
from habitat_desktop.packages.keys import Keyring
from habitat_desktop.packages.outgoing import EditedPackageNotice, NotAsMadeError, as_made
from habitat_desktop.packages.reader import Reader, read_package
from habitat_desktop.progress import Progress
from habitat_desktop.records import exchange_state
from habitat_desktop.records.outstanding import assigned, outstanding, peers
from habitat_desktop.records.record import PackageEntry
from habitat_desktop.settings import HEADQUARTERS, Settings
from habitat_desktop.sync.transports import Transport

if TYPE_CHECKING:
    from habitat_desktop.records.database import Database, Session
    from habitat_desktop.xforms.library import Library

# Somebody may have put words around the name ("Copy of ...", "... (1)"); its four parts are still found
_NAME = re.compile(r"(?P<sender>\w+)-(?P<recipient>\w+)-(?P<number>[0-9]+)-(?P<hash>[0-9a-f]{12})")


class Site(Protocol):
    """What an exchange needs of a workspace."""

    @property
    def settings(self) -> Settings: ...
    @property
    def database(self) -> "Database": ...
    @property
    def library(self) -> "Library": ...
    @property
    def translations(self) -> Path: ...
    @property
    def outgoing(self) -> Path: ...
    @property
    def incoming(self) -> Path: ...
    @property
    def quarantine(self) -> Path: ...
    @property
    def attachments(self) -> Path: ...
    @property
    def keyring(self) -> Keyring: ...


@dataclass(frozen=True)
class ExchangeReport:
    """What one round did: packages put at the destination, files taken from it, and what became of those.

    `told` is what a person should know of packages that lay ready: changed in Excel, damaged, replaced.
    """

    sent: tuple[Path, ...]
    received: tuple[str, ...]
    results: tuple[ImportResult, ...]
    told: tuple[HabitatError, ...] = ()


def exchange(
    site: Site, transport: Transport, *, at: datetime, progress: Progress | None = None
) -> ExchangeReport:
    """Take in what is there for us, then make and put what is to be sent.

    Receiving comes first, so that receipts go out, and stop packages from going out, in the same round.

    Raises:
        TransportError: the destination cannot be reached; packages made so far stay waiting.
    """
    progress = progress or Progress()
    names = [file.name for file in transport.list()]
    received, results = _receive(site, transport, names, at, progress)
    results = publishing.with_releases(site, results)
    _make(site, at, progress)
    sent, told = _put(site, transport, set(names), progress)
    return ExchangeReport(tuple(sent), tuple(received), tuple(results), tuple(told))


# -- receiving -------------------------------------------------------------------------------------------


def _receive(
    site: Site, transport: Transport, names: list[str], at: datetime, progress: Progress
) -> tuple[list[str], list[ImportResult]]:
    with site.database.read() as session:
        seen = {entry.payload_sha256[:12] for entry in exchange_state.packages(session, direction="in")}
        wanted = _Wanted(address(site.settings), _read_along(session, site.settings))
    news = [name for name in names if wanted(name) and _hash(name) not in seen]
    received: list[str] = []
    results: list[ImportResult] = []
    if not news:
        return received, results
    importer = Importer(
        site.database,
        site.settings,
        store=site.incoming,
        quarantine=site.quarantine,
        attachments_dir=site.attachments,
        keyring=site.keyring,
        forms=site.library.form,
        at=at,
    )
    with tempfile.TemporaryDirectory(prefix="habitat-") as folder, Reader() as reader:
        for done, name in enumerate(news):
            progress.step(done, len(news))
            copy = Path(folder) / name
            if transport.get(name, copy) in quarantine.hashes(site.quarantine):
                continue  # turned away before, and not replaced by a better copy since
            received.append(name)
            results.append(importer.take_in(copy, reader))
    return received, results


@dataclass(frozen=True)
class _Wanted:
    """Whether a file is for us: addressed to us, or a region's to read on its way to headquarters."""

    me: str
    offices: tuple[str, ...]

    def __call__(self, name: str) -> bool:
        found = _NAME.search(name)
        if found is None or not name.lower().endswith(".xlsx"):
            return False
        along = found["recipient"] == HEADQUARTERS and found["sender"] in self.offices
        return found["recipient"] == self.me or along


def _read_along(session: "Session", settings: Settings) -> tuple[str, ...]:
    return assigned(session, settings.office) if settings.role == "region" else ()


def _hash(name: str) -> str:
    found = _NAME.search(name)
    return found["hash"] if found else ""


# -- sending ---------------------------------------------------------------------------------------------


def _make(site: Site, at: datetime, progress: Progress) -> None:
    """Make a package for every peer that has not been sent all it should have."""
    finish_packages(site.database, site.settings, site.outgoing)
    for peer in _peers(site):
        if _has_news(site, peer):
            create_packages(
                site.database,
                site.settings,
                site.outgoing,
                site.library.form,
                to=peer,
                attachments_dir=site.attachments,
                keyring=site.keyring,
                at=at,
                progress=progress,
            )


def _peers(site: Site) -> list[str]:
    """Return whom this workspace sends to: an office headquarters, headquarters every office it knows."""
    if site.settings.role != "headquarters":
        return [HEADQUARTERS]
    with site.database.read() as session:
        return sorted(peers(session))


def _has_news(site: Site, peer: str) -> bool:
    with site.database.read() as session:
        found = outstanding(session, site.settings, peer)
        waiting = {revision.revision_id for revision in found.revisions} | {act.act_id for act in found.acts}
        due = exchange_state.receipts_due(session, peer) if site.settings.role == "headquarters" else []
        greets = exchange_state.greeting_due(session, peer)
        made = _unanswered(session, peer)
    return bool(due) or greets or not _is_carried(waiting, made, site.outgoing)


def _unanswered(session: "Session", peer: str | None = None) -> list[PackageEntry]:
    """Return the packages made here whose receipt has not come, the newest first."""
    return [e for e in exchange_state.packages(session, direction="out", peer=peer) if e.status == "made"]


def _is_carried(waiting: set[str], made: Iterable[PackageEntry], folder: Path) -> bool:
    """Whether the packages that lie ready carry all of `waiting`; what they carry is read from themselves."""
    if not waiting:
        return True
    with Reader() as reader:
        for entry in made:
            try:
                package = read_package(folder / entry.file_name, reader)
            except PackageError:
                continue  # gone or damaged: what it carried is packed again
            waiting = waiting - {revision.revision_id for revision in package.revisions}
            waiting -= {act.act_id for act in package.acts}
            if not waiting:
                return True
    return False


def _put(
    site: Site, transport: Transport, names: set[str], progress: Progress
) -> tuple[list[Path], list[HabitatError]]:
    """Put every package that lies here, has no receipt and is not there; return those that were put.

    One that somebody changed in Excel goes as it was made; that, and what is no package any more, is told.
    """
    with site.database.read() as session:
        made = _unanswered(session)
        passed_on = originals(session, site.settings, site.incoming)
    waiting = [entry for entry in reversed(made) if entry.file_name not in names]
    told: list[HabitatError] = []
    sent = [
        original.stored
        for original in passed_on
        if original.file_name not in names and transport.put_new(original.file_name, original.stored)
    ]
    if not waiting:
        return sent, told
    with tempfile.TemporaryDirectory(prefix="habitat-") as folder, Reader() as reader:
        for done, entry in enumerate(waiting):
            progress.step(done, len(waiting))
            path = site.outgoing / entry.file_name
            if not path.is_file():
                continue
            try:
                source, changes = as_made(
                    path,
                    entry.payload_sha256,
                    tolerant(site.library.form),
                    reader,
                    Path(folder),
                    site.keyring,
                )
            except (PackageError, NotAsMadeError) as error:
                told.append(error)
                continue
            if transport.put_new(path.name, source):
                sent.append(path)
                if changes:
                    told.append(EditedPackageNotice(file=path.name, count=len(changes)))
    return sent, told

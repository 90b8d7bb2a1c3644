"""What waits to be sent and why, derived from what the other side has confirmed; and handing files over."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.progress import Progress
from habitat_desktop.records import exchange_state, repository
from habitat_desktop.records.attachments import attached_files
from habitat_desktop.records.outstanding import outstanding, peers
from habitat_desktop.records.record import PackageEntry, RecordState, RecordSummary, Revision, utc_time
from habitat_desktop.settings import HEADQUARTERS, Settings

if TYPE_CHECKING:
    from habitat_desktop.records.database import Session

Reason = Literal["new", "revision", "again", "withdrawn", "conflict"]


class PackageFileMissingError(HabitatError):
    code = "PACKAGE_FILE_MISSING"
    message = N_(
        "The file of the package, “{file}”, is no longer in “{folder}”. Nothing was sent and your records "
        "are kept. Make the package again."
    )


@dataclass(frozen=True)
class Waiting:
    """One record that goes into the next package.

    `warnings` counts the warnings that were answered with a reason, `files` the attached files.
    """

    record: RecordSummary
    reason: Reason
    warnings: int
    files: int


@dataclass(frozen=True)
class PeerBox:
    """What waits for one peer.

    `number` is that of the next package; `latest` the newest one made and not yet receipted, and `is_made`
    says that it carries everything that waits; `since` is when the last receipt of the peer came. Revisions
    and packages made here are compared by the one clock of this computer.
    """

    peer: str
    number: int
    waiting: tuple[Waiting, ...]
    receipts: int
    latest: PackageEntry | None
    is_made: bool
    since: datetime | None
    sent: tuple[PackageEntry, ...]
    acts: int = 0  # questions, answers and decisions that wait

    @property
    def is_empty(self) -> bool:
        return not self.waiting and not self.receipts and not self.acts


def outbox(session: "Session", settings: Settings) -> tuple[PeerBox, ...]:
    """Return what waits: an office has one box; headquarters has one for each office it owes a package."""
    if settings.role != "headquarters":
        return (peer_box(session, settings, HEADQUARTERS),)
    boxes = (peer_box(session, settings, peer) for peer in sorted(peers(session)))
    return tuple(box for box in boxes if not box.is_empty)


def peer_box(session: "Session", settings: Settings, peer: str) -> PeerBox:
    """Return what waits for `peer`."""
    found = outstanding(session, settings, peer)
    revisions = found.revisions
    sent = tuple(exchange_state.packages(session, direction="out", peer=peer))
    due = exchange_state.receipts_due(session, peer) if settings.role == "headquarters" else ()
    latest = next((entry for entry in sent if entry.status == "made"), None)
    made = [*(revision.made_at for revision in revisions), *(act.made_at for act in found.acts)]
    newest = max(made, default="")
    is_made = latest is not None and "" < newest <= latest.made_at
    earlier = [entry for entry in sent if not (is_made and entry is latest)]
    last = max((entry.made_at for entry in earlier), default="")
    receipts = [entry.receipt_at for entry in sent if entry.receipt_at]
    return PeerBox(
        peer=peer,
        number=exchange_state.next_number(session, peer),
        waiting=tuple(_waiting(session, revisions, last)),
        receipts=len(due),
        latest=latest,
        is_made=is_made,
        since=utc_time(max(receipts)) if receipts else None,
        sent=sent,
        acts=len(found.acts),
    )


def deliver(files: Sequence[Path], folder: Path, progress: Progress) -> list[Path]:
    """Copy packages to a stick or a folder; read each back and compare it. Return the copies.

    A file that is there already with the same content counts as delivered.

    Raises:
        TransportError: the folder cannot be written; earlier copies stay, nothing is half written.
        NameTakenError: another file has that name there; it is not replaced.
        PackageFileMissingError: the package is no longer where it was made.
    """
    from habitat_desktop.sync.transports import open_transport

    transport = open_transport(str(folder))
    copies = []
    for number, file in enumerate(files):
        progress.step(number, len(files))
        if not file.is_file():
            raise PackageFileMissingError(file=file.name, folder=file.parent)
        transport.put_new(file.name, file)
        copies.append(folder / file.name)
    progress.step(len(files), len(files))
    return copies


def _waiting(session: "Session", revisions: Sequence[Revision], last: str) -> Iterable[Waiting]:
    """Return the records of `revisions`; what is older than `last`, an earlier package, goes again."""
    newest = {revision.record_id: revision for revision in revisions}  # parents come before children
    for record in repository.summaries(session, list(newest)):
        revision = newest[record.record_id]
        files = len(attached_files(session, revision.office, revision.answers))
        reason = "again" if revision.made_at <= last else _reason(record)
        yield Waiting(record, reason, len(revision.justifications), files)


def _reason(record: RecordSummary) -> Reason:
    if record.state is RecordState.WITHDRAWN:
        return "withdrawn"
    if len(record.heads) > 1:
        return "conflict"
    return "revision" if record.revisions > 1 else "new"

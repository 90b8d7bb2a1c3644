"""The story of one record: its draft, its revisions, the packages that carried them, what was said of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from habitat_desktop.records import journal
from habitat_desktop.records.aligning import leaves
from habitat_desktop.records.conversation import QUERY, RETURN, names
from habitat_desktop.records.drafts import find_draft
from habitat_desktop.records.listing import find_record
from habitat_desktop.records.record import Revision, utc_time
from habitat_desktop.records.revisions import history
from habitat_desktop.records.tables import PackageRevisionRow, PackageRow
from habitat_desktop.records.verdicts import ASKING
from habitat_desktop.xforms.entry_ids import with_ids

Said = Literal[
    "query", "proposal", "reply", "agree", "refuse", "close", "accept", "return", "comment", "clear"
]
EventKind = Literal["draft", "revision", "merge", "correction", "withdraw", "sent", "receipt", "came"] | Said
_SAID: tuple[Said, ...] = get_args(Said)
_KINDS: Mapping[str, EventKind] = {
    "edit": "revision",
    "merge": "merge",
    "correction": "correction",
    "withdraw": "withdraw",
}
_RANK = ("revision", "merge", "correction", "withdraw", *_SAID, "sent", "came", "receipt", "draft")


@dataclass(frozen=True)
class Event:
    """One thing that happened to a record.

    `number` is that of the revision in the record or of the package; `count` the answers a revision changed
    or the records in a package; `peer` the office at the other end of a package, or that of who spoke. `name`
    is what the query or the return is called that was written or answered, `reason` what was said.
    """

    kind: EventKind
    at: datetime
    number: int = 0
    person: str = ""
    peer: str = ""
    count: int = 0
    reason: str = ""
    name: str = ""


def record_story(session: Session, record_id: str) -> tuple[Event, ...]:
    """Return what happened to the record, the newest first.

    Packages carry everything again until a receipt comes: only the first one that carried a revision is told,
    and the first one with a receipt.
    """
    revisions = history(session, record_id)
    events = [
        *_revision_events(revisions),
        *_package_events(session, revisions),
        *_said_events(session, record_id),
    ]
    draft = find_draft(session, record_id)
    if draft is not None:
        events.append(Event("draft", draft.saved_at, person=draft.saved_by))
    return tuple(sorted(events, key=lambda event: (event.at, _RANK.index(event.kind)), reverse=True))


def _revision_events(revisions: list[Revision]) -> Iterator[Event]:
    by_id = {revision.revision_id: revision for revision in revisions}
    for number, revision in enumerate(revisions, start=1):
        parent = by_id.get(revision.parents[0]) if revision.parents else None
        yield Event(
            kind=_KINDS[revision.kind],
            at=utc_time(revision.made_at),
            number=number,
            person=revision.author,
            count=_changed(parent, revision) if parent else 0,
            reason=revision.reason,
        )


def _said_events(session: Session, record_id: str) -> Iterator[Event]:
    summary = find_record(session, record_id)
    if summary is None:
        return
    label = summary.label
    acts = journal.acts(session, office=summary.office, record_id=record_id, kinds=_SAID)
    called = names((act for act in acts if act.kind in ASKING), label, QUERY)
    called |= names((act for act in acts if act.kind == "return"), label, RETURN)
    for act in acts:
        yield Event(
            kind=_SAID[_SAID.index(act.kind)],
            at=utc_time(act.made_at),
            person=act.person,
            peer=act.sender,
            reason=act.reason,
            name=called.get(act.act_id) or called.get(act.about, ""),
        )


def _package_events(session: Session, revisions: list[Revision]) -> Iterator[Event]:
    told: dict[str, PackageRow] = {}
    receipted: dict[str, PackageRow] = {}
    for revision in revisions:
        carriers = session.scalars(
            select(PackageRow)
            .join(
                PackageRevisionRow,
                and_(PackageRevisionRow.payload_sha256 == PackageRow.payload_sha256),
            )
            .where(
                PackageRevisionRow.office == revision.office,
                PackageRevisionRow.revision_id == revision.revision_id,
            )
            .order_by(PackageRow.made_at, PackageRow.number)
        ).all()
        for row in carriers[:1]:
            told[row.payload_sha256] = row
        for row in [row for row in carriers if row.direction == "out" and row.receipt_at][:1]:
            told[row.payload_sha256] = receipted[row.payload_sha256] = row
    for row in told.values():
        kind: EventKind = "sent" if row.direction == "out" else "came"
        yield Event(kind, utc_time(row.made_at), row.number, peer=row.office, count=row.records)
    for row in receipted.values():
        yield Event("receipt", utc_time(row.receipt_at), row.number, peer=row.office)


def _changed(before: Revision, after: Revision) -> int:
    """Count the answers that differ; an added or removed entry of a repeat counts each of its answers."""
    old, new = (dict(leaves(with_ids(one.answers))) for one in (before, after))
    return sum(1 for ref in old.keys() | new.keys() if old.get(ref) != new.get(ref))

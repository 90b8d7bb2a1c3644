"""What each side has: packages made and taken in, receipts, and what therefore still waits to be sent.

Nothing is queued. What waits for headquarters is what it has not confirmed with a receipt to this very
installation; what waits for an office is what was not in the `have` it sent last. Sending twice is harmless.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, func, not_, or_, select, update
from sqlalchemy.orm import Session

from habitat_desktop.records.numbering import installation
from habitat_desktop.records.record import Direction, PackageEntry, Receipt, Revision, utc_text
from habitat_desktop.records.summaries import Key, chunks, read_revision, refresh_states
from habitat_desktop.records.tables import (
    PackageRevisionRow,
    PackageRow,
    PeerRow,
    RevisionRow,
    WaitingRow,
    table,
    upsert,
)
from habitat_desktop.settings import HEADQUARTERS

Have = Mapping[str, Sequence[Sequence[int]]]

_TAKEN = ("imported", "duplicate", "accepted")  # what a receipt says of a package whose content was taken in
_OWED = ("imported", "waiting")  # packages the sender is owed a receipt for


def have(session: Session, offices: Collection[str] | None = None) -> dict[str, list[list[int]]]:
    """Return the numbers of the revisions that are here, as ranges: {installation: [[1, 143], [145, 145]]}.

    Revisions that wait for a parent are not counted: they are sent again until they are really here.
    """
    rows = select(RevisionRow.installation, RevisionRow.number)
    if offices is not None:
        rows = rows.where(RevisionRow.office.in_(offices))
    # neighbours without a gap share the difference between their number and their rank
    rank = func.row_number().over(partition_by=RevisionRow.installation, order_by=RevisionRow.number)
    islands = rows.add_columns((RevisionRow.number - rank).label("island")).subquery()
    first = func.min(islands.c.number)
    statement = (
        select(islands.c.installation, first, func.max(islands.c.number))
        .group_by(islands.c.installation, islands.c.island)
        .order_by(islands.c.installation, first)
    )
    found: dict[str, list[list[int]]] = {}
    for installation_id, low, high in session.execute(statement):
        found.setdefault(installation_id, []).append([low, high])
    return found


def waiting_for(session: Session, peer: str, offices: str | Collection[str] | None = None) -> list[Revision]:
    """Return the revisions `peer` has not confirmed, parents before children.

    `offices` limits whose revisions these are: everybody's for headquarters, and an office's own for an
    office, unless said otherwise.
    """
    if offices is None and peer != HEADQUARTERS:
        offices = peer
    wanted = select(RevisionRow.document).where(_not_confirmed(session, peer))
    if offices is not None:
        wanted = wanted.where(
            RevisionRow.office.in_([offices] if isinstance(offices, str) else list(offices))
        )
    wanted = wanted.order_by(RevisionRow.generation, RevisionRow.installation, RevisionRow.number)
    return [read_revision(document) for document in session.scalars(wanted)]


def _not_confirmed(session: Session, peer: str) -> ColumnElement[bool]:
    if peer == HEADQUARTERS:
        return RevisionRow.received_at.is_(None)
    heard = session.scalar(
        select(PeerRow.have).where(PeerRow.office == peer).order_by(PeerRow.ordinal.desc()).limit(1)
    )
    return not_(_among(heard or {}))


def _among(ranges: Have) -> ColumnElement[bool]:
    """Return the condition that a revision is in `ranges`."""
    parts: list[ColumnElement[bool]] = [false()]
    for installation_id, spans in ranges.items():
        inside = [RevisionRow.number.between(low, high) for low, high in spans]
        if inside:
            parts.append(and_(RevisionRow.installation == installation_id, or_(*inside)))
    return or_(*parts)


# -- packages --------------------------------------------------------------------------------------------


def next_number(session: Session, peer: str) -> int:
    """Return the number of the next package of this installation to `peer`."""
    last = session.scalar(
        select(func.max(PackageRow.number)).where(
            PackageRow.office == peer,
            PackageRow.direction == "out",
            PackageRow.installation == installation(session),
        )
    )
    return (last or 0) + 1


def note_package(
    session: Session,
    entry: PackageEntry,
    revision_ids: Collection[str],
    *,
    receipts: Collection[Receipt] | None = None,
    received: bool = True,
) -> None:
    """Note a package made here or taken in, and what it carries; noting it again updates it.

    The revisions are to be in the store before. `receipts` are those a sent package carries: all that are
    due, unless said. `received` says that headquarters holds what a package taken in brought, as is so at
    headquarters and for whatever comes from there; a region says false.
    """
    values = vars(entry) | {"office": entry.peer}
    del values["peer"]
    upsert(session, PackageRow, [values])
    if entry.direction == "out":
        _note_carried(session, entry, receipts)
    if entry.status == "quarantined":
        return
    carried = _carried(session, revision_ids)
    links = [
        {"office": item.office, "revision_id": item.revision_id, "payload_sha256": entry.payload_sha256}
        for item in carried
    ]
    upsert(session, PackageRevisionRow, links, keep=True)
    if entry.direction == "out":
        unconfirmed = [item for item in carried if item.received_at is None]
        changed = _mark(session, unconfirmed, "package_number", entry.number)
    else:
        changed = []
        if entry.peer != HEADQUARTERS:
            new = [item for item in carried if item.package_number is None]
            changed += _mark(session, new, "package_number", entry.number)
        if received:
            new = [item for item in carried if item.received_at is None]
            changed += _mark(session, new, "received_at", utc_text(entry.made_at))
        _settle(session, entry.peer)
    refresh_states(session, {(item.office, item.record_id) for item in changed})


def _settle(session: Session, peer: str) -> None:
    """Call packages imported whose last waiting revision found its parent, and owe a receipt for it."""
    still = (
        select(PackageRevisionRow.revision_id)
        .join(
            WaitingRow,
            and_(
                WaitingRow.office == PackageRevisionRow.office,
                WaitingRow.revision_id == PackageRevisionRow.revision_id,
            ),
        )
        .where(PackageRevisionRow.payload_sha256 == PackageRow.payload_sha256)
    )
    session.execute(
        update(table(PackageRow))
        .where(
            PackageRow.office == peer,
            PackageRow.direction == "in",
            PackageRow.status == "waiting",
            not_(still.exists()),
        )
        .values(status="imported", receipt_at="")
    )


@dataclass(frozen=True)
class _Carried:
    """A revision of a package, here or in the waiting room, with what is known of it already."""

    row: type[RevisionRow] | type[WaitingRow]
    office: str
    record_id: str
    revision_id: str
    package_number: int | None
    received_at: str | None


def _carried(session: Session, revision_ids: Collection[str]) -> list[_Carried]:
    found = []
    for ids in chunks(revision_ids):
        for row in (RevisionRow, WaitingRow):
            statement = select(
                row.office, row.record_id, row.revision_id, row.package_number, row.received_at
            ).where(row.revision_id.in_(ids))
            found += [_Carried(row, *values) for values in session.execute(statement)]
    return found


def _mark(session: Session, items: list[_Carried], column: str, value: int | str) -> list[_Carried]:
    """Set a column of these revisions and return them."""
    for row in (RevisionRow, WaitingRow):
        of_row = [item.revision_id for item in items if item.row is row]
        for ids in chunks(of_row):
            session.execute(update(table(row)).where(row.revision_id.in_(ids)).values({column: value}))
    return items


def packages(
    session: Session,
    *,
    direction: Direction | None = None,
    peer: str | None = None,
    limit: int | None = None,
) -> list[PackageEntry]:
    """Return packages, the newest first."""
    statement = select(PackageRow).order_by(
        PackageRow.made_at.desc(), PackageRow.number.desc(), PackageRow.payload_sha256
    )
    if direction is not None:
        statement = statement.where(PackageRow.direction == direction)
    if peer is not None:
        statement = statement.where(PackageRow.office == peer)
    return [_entry(row) for row in session.scalars(statement.limit(limit))]


def find_package(
    session: Session, payload_sha256: str, direction: Direction | None = None
) -> PackageEntry | None:
    """Return the package with this payload, taken in or made here."""
    statement = select(PackageRow).where(PackageRow.payload_sha256 == payload_sha256)
    if direction is not None:
        statement = statement.where(PackageRow.direction == direction)
    row = session.scalars(statement.order_by(PackageRow.direction)).first()
    return None if row is None else _entry(row)


def find_other_content(
    session: Session, *, peer: str, installation_id: str, number: int, payload_sha256: str
) -> PackageEntry | None:
    """Return a package taken in before with the same sender and number but another payload: an alarm."""
    row = session.scalars(
        select(PackageRow).where(
            PackageRow.office == peer,
            PackageRow.direction == "in",
            PackageRow.installation == installation_id,
            PackageRow.number == number,
            PackageRow.payload_sha256 != payload_sha256,
            PackageRow.status != "quarantined",
        )
    ).first()
    return None if row is None else _entry(row)


def _entry(row: PackageRow) -> PackageEntry:
    values = {column.name: getattr(row, column.name) for column in table(PackageRow).columns}
    return PackageEntry(peer=values.pop("office"), **values)


# -- receipts --------------------------------------------------------------------------------------------


def receipts_due(session: Session, peer: str) -> list[Receipt]:
    """Return the receipts `peer` is owed: for packages taken in that no package to it has answered yet."""
    rows = session.scalars(
        select(PackageRow)
        .where(
            PackageRow.office == peer,
            PackageRow.direction == "in",
            PackageRow.receipt_at == "",
            PackageRow.status.in_(_OWED),
        )
        .order_by(PackageRow.installation, PackageRow.number, PackageRow.payload_sha256)
    )
    return [
        Receipt(
            payload_sha256=row.payload_sha256,
            number=row.number,
            installation=row.installation,
            status=row.status,
            at=row.made_at,
            revisions=_held(session, row.payload_sha256),
        )
        for row in rows
    ]


def _held(session: Session, payload_sha256: str) -> tuple[str, ...]:
    """Return the revisions a package brought that are here, without those that wait."""
    statement = (
        select(RevisionRow.revision_id)
        .join(
            PackageRevisionRow,
            and_(
                PackageRevisionRow.office == RevisionRow.office,
                PackageRevisionRow.revision_id == RevisionRow.revision_id,
            ),
        )
        .where(PackageRevisionRow.payload_sha256 == payload_sha256)
        .order_by(RevisionRow.revision_id)
    )
    return tuple(session.scalars(statement))


def _note_carried(session: Session, entry: PackageEntry, receipts: Collection[Receipt] | None) -> None:
    """Note when the receipts went out; one that is lost is owed again as soon as the sender sends again."""
    carried = receipts_due(session, entry.peer) if receipts is None else receipts
    for hashes in chunks([receipt.payload_sha256 for receipt in carried]):
        session.execute(
            update(table(PackageRow))
            .where(
                PackageRow.office == entry.peer,
                PackageRow.direction == "in",
                PackageRow.payload_sha256.in_(hashes),
            )
            .values(receipt_at=utc_text(entry.made_at))
        )


def note_receipt(
    session: Session,
    peer: str,
    peer_have: Have,
    receipts: Iterable[Receipt],
    at: datetime | str,
    *,
    peer_installation: str = "",
    number: int = 0,
) -> list[PackageEntry]:
    """Take in what a package from `peer` says it has and has got; return our packages it gave a receipt for.

    Only a receipt that names this installation and a package it made counts, and only one of headquarters
    makes records Received: a receipt for another installation, such as this database before it was restored
    from a backup, is passed over. `peer_installation` and `number` are those of the package that says so;
    with them an old message does not outweigh a newer one, and what headquarters lost by a restore is sent
    again.
    """
    answered = [entry for entry in (_answered(session, peer, receipt, at) for receipt in receipts) if entry]
    if peer == HEADQUARTERS and not answered:
        return []
    restored, stale = _note_peer(session, peer, peer_have, utc_text(at), peer_installation, number)
    if peer == HEADQUARTERS and not stale:
        _confirm(session, peer_have, utc_text(at), take_back=restored)
    return answered


def _answered(session: Session, peer: str, receipt: Receipt, at: datetime | str) -> PackageEntry | None:
    row = session.get(PackageRow, (peer, "out", receipt.installation, receipt.number, receipt.payload_sha256))
    if row is None or receipt.installation != installation(session):
        return None
    row.status = "receipted" if receipt.status in _TAKEN else receipt.status
    row.receipt_at = utc_text(at)
    session.flush()
    return _entry(row)


def _note_peer(
    session: Session, peer: str, peer_have: Have, noted_at: str, peer_installation: str, number: int
) -> tuple[bool, bool]:
    """Keep what a peer has; return whether it is a new life of it, and whether something newer is known."""
    statement = select(PeerRow.installation, PeerRow.ordinal, PeerRow.number).where(PeerRow.office == peer)
    lives = session.execute(statement).all()
    newest = max(lives, key=lambda life: life.ordinal, default=None)
    this = next((life for life in lives if life.installation == peer_installation), None)
    if this is not None and number < this.number:
        return False, True
    if this is not None and peer == HEADQUARTERS and this is not newest:
        return False, True  # headquarters has one database at a time: this is from before its restore
    values = {
        "office": peer,
        "installation": peer_installation,
        "ordinal": newest.ordinal + 1 if newest else 1,
        "number": number,
        "noted_at": noted_at,
        "have": {key: [list(span) for span in spans] for key, spans in peer_have.items()},
    }
    upsert(session, PeerRow, [values])
    return newest is not None and this is None, False


def _confirm(session: Session, ranges: Have, at: str, *, take_back: bool) -> None:
    """Mark what headquarters has as received; after its restore, take the mark from what it has no more."""
    keys: set[Key] = set()
    changes: list[tuple[ColumnElement[bool], str | None]]
    changes = [(and_(RevisionRow.received_at.is_(None), _among(ranges)), at)]
    if take_back:
        changes.append((and_(RevisionRow.received_at.is_not(None), not_(_among(ranges))), None))
    for condition, received_at in changes:
        rows = session.execute(select(RevisionRow.office, RevisionRow.record_id).where(condition)).all()
        keys |= {(office, record_id) for office, record_id in rows}
        session.execute(update(table(RevisionRow)).where(condition).values(received_at=received_at))
    refresh_states(session, keys)

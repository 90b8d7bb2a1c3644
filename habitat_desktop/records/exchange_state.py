"""What each side has: packages made and taken in, receipts, and what therefore still waits to be sent.

Nothing is queued. What waits for headquarters is what it has not confirmed with a receipt to this very
installation; what waits for an office is what was not in the `have` it sent last. Sending twice is harmless.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    Row,
    Text,
    and_,
    bindparam,
    func,
    insert,
    not_,
    select,
    update,
)
from sqlalchemy.orm import Session

from habitat_desktop.records.bulk import Numbers, among, values_of
from habitat_desktop.records.numbering import earlier_lives, installation
from habitat_desktop.records.peers import confirmed_by_all, is_over, note_grown, note_peer
from habitat_desktop.records.ranges import Have, Inside, joined, numbers, of_numbers, without
from habitat_desktop.records.record import Direction, PackageEntry, Receipt, Revision, utc_text
from habitat_desktop.records.summaries import Key, chunks, read_revision, refresh_states
from habitat_desktop.records.tables import (
    HeldRow,
    PackageRevisionRow,
    PackageRow,
    RevisionRow,
    WaitingRow,
    table,
    upsert,
)
from habitat_desktop.settings import HEADQUARTERS

_TAKEN = ("imported", "duplicate", "accepted")  # what a receipt says of a package whose content was taken in
_OWED = ("imported", "waiting")  # packages the sender is owed a receipt for

_REVISION, _PACKAGE = table(RevisionRow).c, table(PackageRow).c
_DOCUMENTS = select(_REVISION.generation, _REVISION.installation, _REVISION.number, _REVISION.document).where(
    _REVISION.office == bindparam("office"),
    _REVISION.installation == bindparam("installation"),
    among(_REVISION.number, "numbers", Numbers),
)


def have(session: Session, offices: Collection[str] | None = None) -> dict[str, list[list[int]]]:
    """Return the numbers of the revisions that are here, as ranges: {installation: [[1, 143], [145, 145]]}.

    Revisions that wait for a parent are not counted: they are sent again until they are really here.
    """
    statement = select(HeldRow.installation, HeldRow.ranges).order_by(HeldRow.installation)
    if offices is not None:
        statement = statement.where(HeldRow.office.in_(offices))
    found: dict[str, list[list[int]]] = {}
    for installation_id, spans in session.execute(statement):
        found[installation_id] = joined(found.get(installation_id, ()), spans)
    return found


def waiting_for(session: Session, peer: str, offices: str | Collection[str] | None = None) -> list[Revision]:
    """Return the revisions `peer` has not confirmed, parents before children.

    For headquarters that is what it gave no receipt for. For an office it is what any of its living
    installations lacks, also one that is trusted and was never heard of: a new laptop gets everything.
    `offices` limits whose revisions these are: everybody's for headquarters, and an office's own for an
    office, unless said otherwise.
    """
    if offices is None and peer != HEADQUARTERS:
        offices = peer
    wanted = [offices] if isinstance(offices, str) else offices
    if peer == HEADQUARTERS:
        return _unconfirmed(session, wanted)
    confirmed = confirmed_by_all(session, peer, "have")
    statement = select(HeldRow.office, HeldRow.installation, HeldRow.ranges)
    if wanted is not None:
        statement = statement.where(HeldRow.office.in_(wanted))
    found: list[Any] = []
    for office, installation_id, spans in session.execute(statement):
        lacking = list(numbers(without(spans, confirmed.get(installation_id, ()))))
        for some in chunks(lacking):
            asked = {"office": office, "installation": installation_id, "numbers": some}
            found += session.connection().execute(_DOCUMENTS, asked)
    found.sort(key=lambda row: row[:3])
    return [read_revision(row.document) for row in found]


def _unconfirmed(session: Session, offices: Collection[str] | None) -> list[Revision]:
    wanted = select(RevisionRow.document).where(RevisionRow.received_at.is_(None))
    if offices is not None:
        wanted = wanted.where(RevisionRow.office.in_(offices))
    wanted = wanted.order_by(RevisionRow.generation, RevisionRow.installation, RevisionRow.number)
    return [read_revision(document) for document in session.scalars(wanted)]


def greeting_due(session: Session, peer: str) -> bool:
    """Whether `peer` is to hear from this installation although there is nothing else to say.

    After a restore only that tells it what was lost here, so that it sends it again; and an office that got
    something from headquarters and never sent anything says once what it has.
    """
    if next_number(session, peer) > 1:
        return False
    return bool(earlier_lives(session)) or (
        peer == HEADQUARTERS and bool(packages(session, direction="in", peer=peer, limit=1))
    )


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
    fresh: Mapping[str, str] | None = None,
) -> None:
    """Note a package made here or taken in, and what it carries; noting it again updates it.

    The revisions are to be in the store before. `receipts` are those a sent package carries: all that are
    due, unless said. `received` says that headquarters holds what a package taken in brought, as is so at
    headquarters and for whatever comes from there; a region says false. `fresh` are the offices of revisions
    that `add_revisions` has just put into the store with the marks of this package, by id.
    """
    values = vars(entry) | {"office": entry.peer}
    del values["peer"]
    upsert(session, PackageRow, [values])
    if entry.direction == "out":
        _note_carried(session, entry, receipts)
    if entry.status == "quarantined":
        return
    offices = dict(fresh or {})
    carried = _carried(session, [key for key in revision_ids if key not in offices])
    offices |= {item.revision_id: item.office for item in carried}
    by_office: defaultdict[str, list[str]] = defaultdict(list)
    for key, office in offices.items():
        by_office[office].append(key)
    for office, ids in by_office.items():
        asked = {"office": office, "ids": ids, "payload_sha256": entry.payload_sha256}
        session.connection().execute(_LINK, asked)
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


_IDS = values_of("ids")
_LINKED = table(PackageRevisionRow).alias().c
_LINK = insert(table(PackageRevisionRow)).from_select(
    ["office", "revision_id", "payload_sha256"],
    select(bindparam("office", type_=Text), _IDS.c.value, bindparam("payload_sha256", type_=Text)).where(
        not_(
            select(_LINKED.office)
            .where(
                _LINKED.office == bindparam("office"),
                _LINKED.revision_id == _IDS.c.value,
                _LINKED.payload_sha256 == bindparam("payload_sha256"),
            )
            .exists()
        )
    ),
)
_WAITS = (
    select(_PACKAGE.payload_sha256)
    .where(_PACKAGE.office == bindparam("peer"), _PACKAGE.direction == "in", _PACKAGE.status == "waiting")
    .limit(1)
)


def _settle(session: Session, peer: str) -> None:
    """Call packages imported whose last waiting revision found its parent, and owe a receipt for it."""
    if session.connection().execute(_WAITS, {"peer": peer}).first() is None:
        return
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
    if not revision_ids:
        return []
    asked = {"ids": list(revision_ids)}
    return [
        _Carried(row, *values)
        for row, statement in _CARRIED
        for values in session.connection().execute(statement, asked)
    ]


def _carried_in(row: type[RevisionRow | WaitingRow]) -> Executable:
    columns = table(row).c
    return select(
        columns.office, columns.record_id, columns.revision_id, columns.package_number, columns.received_at
    ).where(among(columns.revision_id, "ids"))


_CARRIED = tuple((row, _carried_in(row)) for row in (RevisionRow, WaitingRow))


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


_BY_PAYLOAD = select(table(PackageRow)).where(_PACKAGE.payload_sha256 == bindparam("payload_sha256"))
_BY_NUMBER = select(table(PackageRow)).where(
    _PACKAGE.office == bindparam("peer"),
    _PACKAGE.direction == "in",
    _PACKAGE.installation == bindparam("installation"),
    _PACKAGE.number == bindparam("number"),
    _PACKAGE.payload_sha256 != bindparam("payload_sha256"),
    _PACKAGE.status != "quarantined",
)


def find_package(
    session: Session, payload_sha256: str, direction: Direction | None = None
) -> PackageEntry | None:
    """Return the package with this payload, taken in or made here."""
    session.flush()
    rows = session.connection().execute(_BY_PAYLOAD, {"payload_sha256": payload_sha256}).all()
    found = [row for row in rows if direction in (None, row.direction)]
    return _entry(min(found, key=lambda row: row.direction)) if found else None


def find_other_content(
    session: Session, *, peer: str, installation_id: str, number: int, payload_sha256: str
) -> PackageEntry | None:
    """Return a package taken in before with the same sender and number but another payload: an alarm."""
    session.flush()
    asked = {
        "peer": peer,
        "installation": installation_id,
        "number": number,
        "payload_sha256": payload_sha256,
    }
    row = session.connection().execute(_BY_NUMBER, asked).first()
    return None if row is None else _entry(row)


def _entry(row: PackageRow | Row[Any]) -> PackageEntry:
    values = {column.name: getattr(row, column.name) for column in table(PackageRow).columns}
    return PackageEntry(peer=values.pop("office"), **values)


def taken_in(session: Session, offices: Collection[str]) -> dict[str, list[list[int]]]:
    """Return the numbers of the packages of these offices that were taken in, by installation."""
    statement = select(PackageRow.installation, PackageRow.number).where(
        PackageRow.direction == "in", PackageRow.office.in_(offices), PackageRow.status.in_(_OWED)
    )
    found: defaultdict[str, list[int]] = defaultdict(list)
    for installation_id, number in session.execute(statement):
        found[installation_id].append(number)
    return {key: of_numbers(some) for key, some in sorted(found.items())}


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
    lives: Collection[str] = (),
    have_acts: Have | None = None,
    taken: Have | None = None,
) -> list[PackageEntry]:
    """Take in what a package from `peer` says it has and has got; return our packages it gave a receipt for.

    Only a receipt that names this installation and a package it made counts, and only one of headquarters
    makes records Received: a receipt for another installation, such as this database before it was restored
    from a backup, is passed over. `peer_installation` and `number` are those of the package that says so, and
    `lives` the installations its database was before it was restored: with them an old message does not
    outweigh a newer one, and what headquarters lost by a restore is sent again. `have_acts` and `taken` count
    in any case: whoever has an act of a chain keeps it.
    """
    if is_over(session, peer, peer_installation, lives):
        return []
    answered = [entry for entry in (_answered(session, peer, receipt, at) for receipt in receipts) if entry]
    if peer != HEADQUARTERS or answered or lives:
        _note_have(session, peer, peer_have, utc_text(at), peer_installation, number, bool(answered))
    note_grown(session, peer, peer_installation, utc_text(at), have_acts or {}, taken or {})
    return answered


def confirmed_at(session: Session, at: str, but: Collection[str] = ()) -> list[str]:
    """Return the records of which headquarters was learnt at the instant `at` (ISO text) to hold a revision,
    but for the revisions `but`."""
    query = select(RevisionRow.record_id, RevisionRow.revision_id).where(RevisionRow.received_at == at)
    rows = session.execute(query).all()
    return list(dict.fromkeys(row.record_id for row in rows if row.revision_id not in but))


def _note_have(
    session: Session, peer: str, peer_have: Have, at: str, peer_installation: str, number: int, answered: bool
) -> None:
    restored, stale = note_peer(session, peer, peer_have, at, peer_installation, number)
    if peer == HEADQUARTERS and not stale:
        _confirm(session, peer_have, at, confirm=answered, take_back=restored)


def _answered(session: Session, peer: str, receipt: Receipt, at: datetime | str) -> PackageEntry | None:
    row = session.get(PackageRow, (peer, "out", receipt.installation, receipt.number, receipt.payload_sha256))
    if row is None or receipt.installation != installation(session):
        return None
    row.status = "receipted" if receipt.status in _TAKEN else receipt.status
    row.receipt_at = utc_text(at)
    session.flush()
    return _entry(row)


def _confirm(session: Session, ranges: Have, at: str, *, confirm: bool, take_back: bool) -> None:
    """Mark what headquarters has as received; after its restore, take the mark from what it has no more."""
    inside, keys = Inside(ranges), set[Key]()
    columns = (
        RevisionRow.office,
        RevisionRow.record_id,
        RevisionRow.revision_id,
        RevisionRow.installation,
        RevisionRow.number,
    )
    changes: list[tuple[ColumnElement[bool], bool, str | None]] = []
    if confirm:
        changes.append((RevisionRow.received_at.is_(None), True, at))
    if take_back:
        changes.append((RevisionRow.received_at.is_not(None), False, None))
    for condition, wanted, received_at in changes:
        rows = session.execute(select(*columns).where(condition)).all()
        rows = [row for row in rows if inside(row.installation, row.number) is wanted]
        keys |= {(row.office, row.record_id) for row in rows}
        for ids in chunks([row.revision_id for row in rows]):
            marked = update(table(RevisionRow)).where(RevisionRow.revision_id.in_(ids))
            session.execute(marked.values(received_at=received_at))
    refresh_states(session, keys)

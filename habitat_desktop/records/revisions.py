"""Revisions: finalized here or come in from elsewhere; added, never changed, never deleted."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Executable, bindparam, delete, func, select
from sqlalchemy.orm import Session

from habitat_desktop.i18n.periods import previous_period
from habitat_desktop.records.bulk import Numbers, among
from habitat_desktop.records.drafts import delete_draft, find_draft
from habitat_desktop.records.errors import DraftGone, RevisionDamaged, RevisionNumberReused
from habitat_desktop.records.numbering import installation, next_revision_number
from habitat_desktop.records.ranges import joined, of_numbers
from habitat_desktop.records.record import Draft, Heading, Kind, Revision, utc_text, verify_revision
from habitat_desktop.records.summaries import (
    Facts,
    Standing,
    listed_among,
    load,
    load_said,
    office_of,
    read_revision,
    write,
)
from habitat_desktop.records.tables import (
    HeldRow,
    RecordRow,
    RevisionRow,
    WaitingRow,
    insert_many,
    table,
    upsert,
)

Outcome = Literal["added", "known", "waiting"]


def finalize(
    session: Session,
    draft: Draft,
    *,
    author: str,
    at: datetime,
    kind: Kind | None = None,
    reason: str = "",
    instance_id: str | None = None,
    keeps_draft: bool = False,
    is_received: bool = False,
) -> Revision:
    """Add `draft` as the next revision of this installation and drop the draft, in one transaction.

    A draft on two heads becomes a merge. `keeps_draft`: the revision was not made of the draft in the store,
    which stays as it is. `is_received`: headquarters makes it, so that headquarters has it. A record that got
    other revisions meanwhile has two heads then.

    Raises:
        DraftGone: the draft was finalized or discarded before, and the record went on.
    """
    parents = tuple(sorted(draft.parents))
    heads = tuple(sorted(_heads(session, draft.record_id)))
    if parents != heads and find_draft(session, draft.record_id) is None:
        raise DraftGone(label=draft.label)
    known = _parents(session, draft)
    here = installation(session)
    made = Revision(
        record_id=draft.record_id,
        office=draft.office,
        label=draft.label,
        installation=here,
        number=next_revision_number(session, here),
        parents=parents,
        heading=draft.heading,
        kind=kind or ("merge" if len(parents) > 1 else "edit"),
        reason=reason,
        author=author,
        language=draft.language,
        answers=draft.answers,
        authors=draft.authors,
        justifications=draft.justifications,
        made_at=utc_text(at),
        instance_id=instance_id or f"uuid:{uuid.uuid4()}",
        deprecated_id=known[0].instance_id if known else "",
    )
    if not keeps_draft:
        delete_draft(session, draft.office, draft.record_id)
    add_revisions(session, [made], received_at=made.made_at if is_received else None)
    return made


def _parents(session: Session, draft: Draft) -> list[Revision]:
    found = [revision(session, parent) for parent in sorted(draft.parents)]
    known = [parent for parent in found if parent is not None and parent.record_id == draft.record_id]
    if len(known) < len(draft.parents):
        raise ValueError(f"{draft.label} stands on revisions that are not here")
    return known


def withdraw(session: Session, record_id: str, *, author: str, at: datetime, reason: str) -> Revision:
    """Add a revision that takes the record back; its answers stay as they were, and a draft is dropped.

    Raises:
        ValueError: the record was never finalized; such a draft is discarded instead.
    """
    shown = current(session, record_id)
    if shown is None:
        raise ValueError(f"{record_id} was never finalized")
    draft = Draft(
        record_id=record_id,
        office=shown.office,
        label=shown.label,
        heading=shown.heading,
        parents=_heads(session, record_id),
        answers=shown.answers,
        authors=shown.authors,
        justifications=shown.justifications,
        language=shown.language,
        answered=0,
        missing=0,
        problems=0,
        saved_at=at.astimezone(UTC),
        saved_by=author,
    )
    return finalize(session, draft, author=author, at=at, kind="withdraw", reason=reason)


# -- taking in -------------------------------------------------------------------------------------------


def add_revision(session: Session, revision: Revision) -> Outcome:
    """Take one revision in; see `add_revisions`."""
    return add_revisions(session, [revision])[0]


def add_revisions(
    session: Session,
    revisions: Sequence[Revision],
    *,
    package_number: int | None = None,
    received_at: str | None = None,
) -> list[Outcome]:
    """Take revisions in, in any order, and say of each what became of it.

    A revision whose parents are not here waits, and is added by whatever brings them. Taking the same one in
    again changes nothing. `package_number` and `received_at` say at once what `note_package` would say of the
    new ones afterwards, which is cheaper for many.

    Raises:
        RevisionDamaged: an id is not the hash of its content.
        RevisionNumberReused: another revision here has the same installation and number.
    """
    for item in revisions:
        if not verify_revision(item):
            raise RevisionDamaged(number=item.number, label=item.label)
    known = _known(session, revisions)
    fresh: dict[str, Revision] = {}
    outcomes: dict[str, Outcome] = {}
    for item in revisions:
        if item.revision_id in known:
            outcomes[item.revision_id] = known[item.revision_id]
        else:
            fresh[item.revision_id] = item
    by_office: defaultdict[str, dict[str, Revision]] = defaultdict(dict)
    for item in fresh.values():
        by_office[item.office][item.revision_id] = item
    for office, batch in by_office.items():
        arrivals = {key: _Arrival(item, False, package_number, received_at) for key, item in batch.items()}
        outcomes |= _add_to_office(session, office, arrivals)
    return _first_time_only(revisions, fresh, outcomes)


def _first_time_only(
    revisions: Sequence[Revision], fresh: Mapping[str, Revision], outcomes: Mapping[str, Outcome]
) -> list[Outcome]:
    """Return the outcomes in order; a revision given twice was added once and then known."""
    seen: set[str] = set()
    result: list[Outcome] = []
    for item in revisions:
        again = item.revision_id in seen and outcomes[item.revision_id] == "added"
        result.append("known" if again else outcomes[item.revision_id])
        seen.add(item.revision_id)
    return result


_WAITING = table(WaitingRow).c


def _by_number(row: type[RevisionRow | WaitingRow]) -> Executable:
    columns = table(row).c
    return select(columns.number, columns.revision_id).where(
        columns.office == bindparam("office"),
        columns.installation == bindparam("installation"),
        among(columns.number, "numbers", Numbers),
    )


_BY_NUMBER: tuple[tuple[Executable, Outcome], ...] = (
    (_by_number(RevisionRow), "known"),
    (_by_number(WaitingRow), "waiting"),
)
_WAITING_OF = select(_WAITING.document, _WAITING.package_number, _WAITING.received_at).where(
    _WAITING.office == bindparam("office"), among(_WAITING.record_id, "ids")
)
_HELD = select(table(HeldRow).c.installation, table(HeldRow).c.ranges).where(
    table(HeldRow).c.office == bindparam("office"), among(table(HeldRow).c.installation, "ids")
)
_RELEASE = delete(table(WaitingRow)).where(
    _WAITING.office == bindparam("office"), among(_WAITING.revision_id, "ids")
)


def _known(session: Session, revisions: Iterable[Revision]) -> dict[str, Outcome]:
    """Return which of `revisions` are here already, found by office, installation and number."""
    asked: dict[tuple[str, str, int], Revision] = {}
    for item in revisions:
        other = asked.setdefault((item.office, item.installation, item.number), item)
        if other.revision_id != item.revision_id:
            raise RevisionNumberReused(number=item.number, label=item.label)
    numbers: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for office, installation_id, number in asked:
        numbers[office, installation_id].append(number)
    found: dict[str, Outcome] = {}
    connection = session.connection()
    for (office, installation_id), of_installation in numbers.items():
        values = {"office": office, "installation": installation_id, "numbers": of_installation}
        for statement, outcome in _BY_NUMBER:
            for number, revision_id in connection.execute(statement, values):
                item = asked[office, installation_id, number]
                if item.revision_id != revision_id:
                    raise RevisionNumberReused(number=number, label=item.label)
                found[revision_id] = outcome
    return found


@dataclass
class _Arrival:
    """A revision on its way in, from a package or from the waiting room."""

    revision: Revision
    waited: bool = False
    package_number: int | None = None
    received_at: str | None = None
    generation: int = field(default=0)


def _add_to_office(session: Session, office: str, batch: Mapping[str, _Arrival]) -> dict[str, Outcome]:
    session.flush()
    record_ids = sorted({item.revision.record_id for item in batch.values()})
    listed = listed_among(session, office, record_ids)
    facts = {record_id: Facts() for record_id in record_ids}
    if listed:
        facts |= load(session, office, listed)
    load_said(session, office, {key: some for key, some in facts.items() if key not in listed})
    generations = {
        (record_id, row.revision_id): row.generation
        for record_id, known in facts.items()
        for row in known.revisions
    }
    arrivals = {**_waiting_arrivals(session, office, facts), **batch}
    placed = _place(arrivals, generations)
    left = {revision_id: item for revision_id, item in arrivals.items() if revision_id not in placed}
    _store(session, office, placed, left, generations)
    for revision_id, item in placed.items():
        facts[item.revision.record_id].revisions.append(_standing(item))
        facts[item.revision.record_id].waiting.discard(revision_id)
    for revision_id, item in left.items():
        facts[item.revision.record_id].waiting.add(revision_id)
    write(session, office, facts, {key: item.revision for key, item in arrivals.items()}, listed)
    return {revision_id: "added" if revision_id in placed else "waiting" for revision_id in batch}


def _standing(arrival: _Arrival) -> Standing:
    item = arrival.revision
    return Standing(
        item.record_id,
        item.revision_id,
        item.parents,
        arrival.generation,
        item.kind,
        arrival.package_number,
        arrival.received_at,
    )


def _place(arrivals: Mapping[str, _Arrival], generations: dict[tuple[str, str], int]) -> dict[str, _Arrival]:
    """Return those whose parents are all here or placed, parents first; `generations` grows by them."""
    placed: dict[str, _Arrival] = {}
    while True:
        before = len(placed)
        for revision_id, arrival in arrivals.items():
            record_id, parents = arrival.revision.record_id, arrival.revision.parents
            if revision_id in placed or any((record_id, parent) not in generations for parent in parents):
                continue
            arrival.generation = 1 + max((generations[record_id, p] for p in parents), default=0)
            generations[record_id, revision_id] = arrival.generation
            placed[revision_id] = arrival
        if len(placed) == before:
            return placed


def _waiting_arrivals(session: Session, office: str, facts: Mapping[str, Facts]) -> dict[str, _Arrival]:
    """Return what waits of these records: what comes now may be what it waits for."""
    ids = [record_id for record_id, known in facts.items() if known.waiting]
    if not ids:
        return {}
    rows = session.connection().execute(_WAITING_OF, {"office": office, "ids": ids})
    arrivals = (_Arrival(read_revision(document), True, *rest) for document, *rest in rows)
    return {arrival.revision.revision_id: arrival for arrival in arrivals}


def _store(
    session: Session,
    office: str,
    placed: Mapping[str, _Arrival],
    left: Mapping[str, _Arrival],
    generations: Mapping[tuple[str, str], int],
) -> None:
    released = [revision_id for revision_id, item in placed.items() if item.waited]
    if released:
        session.connection().execute(_RELEASE, {"office": office, "ids": released})
    insert_many(session, RevisionRow, [_revision_columns(item) for item in placed.values()])
    _hold(session, office, [item.revision for item in placed.values()])
    fresh = [item for item in left.values() if not item.waited]
    insert_many(session, WaitingRow, [_waiting_columns(item, generations) for item in fresh])


def _hold(session: Session, office: str, revisions: Iterable[Revision]) -> None:
    """Add the numbers of revisions to those that are here."""
    new: defaultdict[str, list[int]] = defaultdict(list)
    for item in revisions:
        new[item.installation].append(item.number)
    asked = {"office": office, "ids": list(new)}
    held = {row.installation: row.ranges for row in session.connection().execute(_HELD, asked)}
    rows = [
        {
            "office": office,
            "installation": installation_id,
            "ranges": joined(held.get(installation_id, ()), of_numbers(some)),
        }
        for installation_id, some in new.items()
    ]
    upsert(session, HeldRow, rows)


def _revision_columns(arrival: _Arrival) -> dict[str, Any]:
    return _common_columns(arrival) | {
        "generation": arrival.generation,
        "parents": list(arrival.revision.parents),
        "kind": arrival.revision.kind,
    }


def _waiting_columns(arrival: _Arrival, generations: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    item = arrival.revision
    missing = [parent for parent in item.parents if (item.record_id, parent) not in generations]
    return _common_columns(arrival) | {"missing": missing}


def _common_columns(arrival: _Arrival) -> dict[str, Any]:
    item = arrival.revision
    return {
        "office": item.office,
        "revision_id": item.revision_id,
        "record_id": item.record_id,
        "installation": item.installation,
        "number": item.number,
        "package_number": arrival.package_number,
        "received_at": arrival.received_at,
        "document": item.content,
    }


# -- reading ---------------------------------------------------------------------------------------------


def revision(session: Session, revision_id: str) -> Revision | None:
    """Return the revision with this id; one that still waits is not here yet."""
    document = session.scalar(select(RevisionRow.document).where(RevisionRow.revision_id == revision_id))
    return None if document is None else read_revision(document)


def history(session: Session, record_id: str) -> list[Revision]:
    """Return the revisions of a record, parents before children; clocks have no say in the order."""
    statement = (
        select(RevisionRow.document)
        .where(RevisionRow.office == office_of(session, record_id), RevisionRow.record_id == record_id)
        .order_by(RevisionRow.generation, RevisionRow.installation, RevisionRow.number)
    )
    return [read_revision(document) for document in session.scalars(statement)]


def current(session: Session, record_id: str) -> Revision | None:
    """Return the revision a record shows: its head, or of two heads in conflict the first of `heads`."""
    heads = _heads(session, record_id)
    return revision(session, heads[0]) if heads else None


def _heads(session: Session, record_id: str) -> tuple[str, ...]:
    return tuple(session.scalar(select(RecordRow.heads).where(RecordRow.record_id == record_id)) or ())


def previous_of(session: Session, heading: Heading, office: str) -> Revision | None:
    """Return what the same office said on the same subject the period before, if it did."""
    if heading.previous_record:
        return current(session, heading.previous_record)
    before = previous_period(heading.period) if heading.period else None
    if before is None:
        return None
    record_id = session.scalar(
        select(RecordRow.record_id)
        .where(
            RecordRow.office == office,
            RecordRow.form_id == heading.form_id,
            RecordRow.country == heading.country,
            RecordRow.period == before,
            RecordRow.subject == heading.subject,
            RecordRow.state != "withdrawn",
            RecordRow.revisions > 0,
        )
        .order_by(RecordRow.label)
        .limit(1)
    )
    return None if record_id is None else current(session, record_id)


@dataclass(frozen=True)
class WaitingRevision:
    """A revision in the waiting room; `missing` are the ids of the parents that have not come."""

    revision: Revision
    missing: tuple[str, ...]


def waiting_room(session: Session, record_id: str | None = None) -> list[WaitingRevision]:
    """Return what waits, of one record or of all."""
    statement = select(WaitingRow.document, WaitingRow.missing)
    if record_id is not None:
        office = office_of(session, record_id)
        statement = statement.where(WaitingRow.office == office, WaitingRow.record_id == record_id)
    rows = session.execute(statement.order_by(WaitingRow.installation, WaitingRow.number))
    return [WaitingRevision(read_revision(document), tuple(missing)) for document, missing in rows]


def count_revisions(session: Session) -> int:
    """Return how many revisions there are, without those that wait."""
    return session.scalar(select(func.count()).select_from(RevisionRow)) or 0


def count_waiting(session: Session) -> int:
    """Return how many revisions wait for a parent."""
    return session.scalar(select(func.count()).select_from(WaitingRow)) or 0

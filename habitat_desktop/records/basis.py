"""Which revision of each record a report rests on: the newest one, one headquarters has, or has accepted."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from habitat_desktop.records.bulk import among
from habitat_desktop.records.record import Heading, RecordState, Revision
from habitat_desktop.records.summaries import Facts, chunks, load
from habitat_desktop.records.tables import RecordRow, RevisionRow, table
from habitat_desktop.records.verdicts import is_accepted

Basis = Literal["accepted", "received", "final"]
BASES: tuple[Basis, ...] = ("accepted", "received", "final")


@dataclass(frozen=True)
class Chosen:
    """The revision of a record that counts; `revision_id` "" where none does.

    `has_newer`: there is a later one that does not count, because it was not accepted or not received.
    `has_two_heads`: two are the newest, and nobody has merged them; that of the later generation counts.
    """

    office: str
    record_id: str
    label: str
    state: RecordState
    revision_id: str
    has_newer: bool = False
    has_two_heads: bool = False


def chosen(
    session: Session,
    form_id: str,
    basis: Basis,
    periods: Collection[str],
    offices: Collection[str] = (),
    countries: Collection[str] = (),
) -> Iterator[Chosen]:
    """Yield what counts of each record of a form; of all offices and countries unless some are named."""
    columns = RecordRow.__table__.c
    wanted = [columns.form_id == form_id, columns.period.in_(periods), columns.revisions > 0]
    if offices:
        wanted.append(columns.office.in_(offices))
    if countries:
        wanted.append(columns.country.in_(countries))
    session.flush()
    statement = select(columns.office, columns.record_id, columns.label, columns.state).where(*wanted)
    by_office: dict[str, dict[str, tuple[str, str]]] = {}
    for office, record_id, label, state in session.execute(statement):
        by_office.setdefault(office, {})[record_id] = (label, state)
    for office, found in sorted(by_office.items()):
        for part in chunks(sorted(found)):
            for record_id, facts in load(session, office, part).items():
                label, state = found[record_id]
                yield _chosen(office, record_id, label, RecordState(state), facts, basis)


def _chosen(
    office: str, record_id: str, label: str, state: RecordState, facts: Facts, basis: Basis
) -> Chosen:
    heads = facts.heads
    if heads[0].kind == "withdraw" and len(heads) == 1:
        return Chosen(office, record_id, label, RecordState.WITHDRAWN, "")
    fitting = [
        one
        for one in facts.revisions
        if one.kind != "withdraw" and _fits(one.received_at is not None, basis, facts, one.revision_id)
    ]
    if not fitting:
        return Chosen(office, record_id, label, state, "")
    newest = max(fitting, key=lambda one: (one.generation, one.revision_id))
    others = {one.revision_id for one in heads} - {newest.revision_id}
    return Chosen(
        office,
        record_id,
        label,
        RecordState.ACCEPTED if basis == "accepted" else state,
        newest.revision_id,
        has_newer=bool(others),
        has_two_heads=len(heads) > 1,
    )


def _fits(is_received: bool, basis: Basis, facts: Facts, revision_id: str) -> bool:
    """Whether a revision counts; "final" asks nothing of headquarters, for the reports of an office."""
    if basis == "final":
        return True
    return is_received and (basis == "received" or is_accepted(facts.said, revision_id))


_REVISION = table(RevisionRow).c
_DOCUMENTS = select(_REVISION.revision_id, _REVISION.document).where(
    _REVISION.office == bindparam("office"), among(_REVISION.revision_id, "ids")
)
_TOGETHER = 200  # documents, which may be large


def revisions_of(session: Session, office: str, revision_ids: Sequence[str]) -> Iterator[Revision]:
    """Yield these revisions of an office, in the order asked for.

    That each is what its id says was checked when it came in, and is checked by `habitat verify`: hashing
    all of them anew would take most of the time of a report.
    """
    for start in range(0, len(revision_ids), _TOGETHER):
        part = list(revision_ids[start : start + _TOGETHER])
        rows = session.connection().execute(_DOCUMENTS, {"office": office, "ids": part})
        found = {name: _read(name, document) for name, document in rows}
        yield from (found[name] for name in part if name in found)


def _read(revision_id: str, content: bytes) -> Revision:
    values = json.loads(content)
    parents = tuple(values.pop("parents"))
    heading = Heading(**values.pop("heading"))
    return Revision(revision_id=revision_id, parents=parents, heading=heading, **values)

"""The register of expected returns as this database knows it: acts and records, read and folded."""

import json
from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from habitat_desktop.records.act import Act
from habitat_desktop.records.expected import KINDS, ExpectedReturn, Register, Report, fold, matched
from habitat_desktop.records.record import RecordState
from habitat_desktop.records.summaries import chunks
from habitat_desktop.records.tables import ActRow, RecordRow, RevisionRow
from habitat_desktop.xforms.collection import uncollected

_STATES: dict[str, str] = {
    RecordState.DRAFT: "draft",
    RecordState.FINAL: "final",
    RecordState.PACKAGE: "sent",
    RecordState.WAITING: "sent",
    RecordState.RECEIVED: "received",
    RecordState.QUERY: "received",
    RecordState.ACCEPTED: "accepted",
}
_BELOW = (str(RecordState.DRAFT), str(RecordState.CONFLICT))  # their heads say how far the record has come


def register(session: Session, offices: Collection[str] | None = None) -> Register:
    """Return the register of these offices, of all if none are named, with the records that fit."""
    with uncollected():
        returns, astray = fold(_acts(session, offices))
        found, unexpected = matched(returns, _reports(session, offices))
    unexpected.sort(key=lambda report: (report.period, report.office, report.form_id, report.label))
    return Register(tuple(found), tuple(unexpected) if found else (), tuple(astray))


def expected_returns(session: Session, offices: Collection[str] | None = None) -> list[ExpectedReturn]:
    """Return the expected returns without their records: enough to know what is expected already."""
    return fold(_acts(session, offices))[0]


def _acts(session: Session, offices: Collection[str] | None) -> Iterable[Act]:
    statement = select(ActRow.act_id, ActRow.signature, ActRow.document).where(ActRow.kind.in_(KINDS))
    if offices is not None:
        statement = statement.where(ActRow.office.in_(offices))
    session.flush()
    for act_id, signature, document in session.execute(statement):
        values = json.loads(document)
        values["after"] = tuple(values["after"])
        act = Act(**values, signature=signature)
        # what came in was checked then, and the id stands beside it: hashing anew takes most of the time
        act.__dict__["act_id"] = act_id
        yield act


def _reports(session: Session, offices: Collection[str] | None) -> list[Report]:
    columns = RecordRow.__table__.c
    names = [name for name in Report._fields if name != "state"]
    wanted = [columns.state != str(RecordState.WITHDRAWN)]
    if offices is not None:
        wanted.append(columns.office.in_(offices))
    begun = select(columns.record_id, columns.heads).where(*wanted, columns.state.in_(_BELOW))
    heads = {name: found for name, found in session.execute(begun.where(columns.revisions > 0)) if found}
    below = _standing(session, [head for found in heads.values() for head in found])
    reports = []
    for *values, state in session.execute(select(*(columns[n] for n in names), columns.state).where(*wanted)):
        told = _STATES.get(state, "final")
        if values[0] in heads:
            told = max((below.get(head, "final") for head in heads[values[0]]), key=_reach)
        reports.append(Report._make((*values, told)))
    return reports


def _reach(state: str) -> int:
    return ("final", "sent", "received").index(state)


def _standing(session: Session, revision_ids: Collection[str]) -> dict[str, str]:
    """Return how far each of these revisions has come."""
    found = {}
    for part in chunks(revision_ids):
        statement = select(RevisionRow.revision_id, RevisionRow.received_at, RevisionRow.package_number)
        for name, received, number in session.execute(statement.where(RevisionRow.revision_id.in_(part))):
            found[name] = "received" if received is not None else "final" if number is None else "sent"
    return found

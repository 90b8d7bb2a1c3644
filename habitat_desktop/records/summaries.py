"""The summary of a record: what lists show, derived from its revisions, its draft and the waiting room."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, TypeVar

from sqlalchemy import Executable, Row, bindparam, delete, select, update
from sqlalchemy.orm import Session

from habitat_desktop.i18n.text import fold
from habitat_desktop.records.record import Draft, RecordState, Revision, answer_texts, utc_text
from habitat_desktop.records.tables import DraftRow, RecordRow, RevisionRow, WaitingRow, table, upsert

Id = TypeVar("Id", str, int)
Key = tuple[str, str]  # office, record_id

# the columns of a summary that a draft or a revision decides
DRAFT_CONTENT = (
    "label",
    "form_id",
    "form_version",
    "country",
    "period",
    "subject",
    "search",
    "answered",
    "missing",
    "problems",
    "updated_at",
    "updated_by",
)
_folded = lru_cache(maxsize=1 << 14)(fold)  # of a thousand answers one has changed since the last save
_CHUNK = 500  # ids in one IN list; SQLite takes 32,766 values in a statement


def chunks(ids: Collection[Id]) -> Iterator[list[Id]]:
    """Yield `ids` in lists that fit one statement."""
    ordered = list(ids)
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]


@dataclass
class _Facts:
    """What the summary of one record is derived from."""

    revisions: list[Row[Any]] = field(default_factory=list)
    waiting: list[Row[Any]] = field(default_factory=list)
    drafts: list[Row[Any]] = field(default_factory=list)

    @cached_property
    def heads(self) -> list[Row[Any]]:
        """The revisions no other one replaces, the one to show first.

        Of two heads the later generation is shown, then the higher id: alike on every computer.
        """
        replaced = {parent for row in self.revisions for parent in row.parents}
        heads = [row for row in self.revisions if row.revision_id not in replaced]
        return sorted(heads, key=lambda row: (row.generation, row.revision_id), reverse=True)

    @property
    def is_empty(self) -> bool:
        return not (self.revisions or self.waiting or self.drafts)

    @property
    def state(self) -> RecordState:
        heads = self.heads
        if len(heads) > 1:
            return RecordState.CONFLICT
        if self.drafts:
            return RecordState.DRAFT
        if self.waiting:
            return RecordState.WAITING
        if heads[0].kind == "withdraw":
            return RecordState.WITHDRAWN
        if heads[0].received_at is not None:
            return RecordState.RECEIVED
        return RecordState.FINAL if heads[0].package_number is None else RecordState.PACKAGE

    @property
    def package_number(self) -> int | None:
        heads = self.heads
        return heads[0].package_number if heads else None


def refresh(session: Session, keys: Iterable[Key], known: Mapping[str, Revision] | None = None) -> None:
    """Write the summaries of these records anew, in the transaction of what changed them.

    `known` holds revisions the caller has at hand, by id; the others are read.
    """
    known = known or {}
    for office, facts_by_record in _facts(session, keys):
        shown = _shown_revisions(session, office, facts_by_record, known)
        rows = []
        for record_id, facts in facts_by_record.items():
            if facts.is_empty:
                session.execute(
                    delete(RecordRow).where(RecordRow.office == office, RecordRow.record_id == record_id)
                )
                continue
            rows.append(_row_of(office, record_id, facts, shown))
        upsert(session, RecordRow, rows)


def derived(session: Session, keys: Iterable[Key]) -> Iterator[tuple[Key, dict[str, Any] | None]]:
    """Yield what the summary of each of these records ought to be; None where there should be no record."""
    for office, facts_by_record in _facts(session, keys):
        shown = _shown_revisions(session, office, facts_by_record, {})
        for record_id, facts in facts_by_record.items():
            row = None if facts.is_empty else _row_of(office, record_id, facts, shown)
            yield (office, record_id), row


def _row_of(office: str, record_id: str, facts: _Facts, shown: Mapping[str, Revision]) -> dict[str, Any]:
    return {"office": office, "record_id": record_id} | _content(facts, shown) | _standing(facts)


def refresh_states(session: Session, keys: Iterable[Key]) -> None:
    """Write only what packages and receipts change of the summaries: cheap for thousands of records."""
    statement = (
        update(table(RecordRow))
        .where(RecordRow.office == bindparam("of_office"), RecordRow.record_id == bindparam("of_record"))
        .values(state=bindparam("state"), package_number=bindparam("package_number"))
    )
    for office, facts_by_record in _facts(session, keys):
        rows = [
            {
                "of_office": office,
                "of_record": record_id,
                "state": str(facts.state),
                "package_number": facts.package_number,
            }
            for record_id, facts in facts_by_record.items()
            if facts.revisions or facts.waiting
        ]
        if rows:
            session.connection().execute(statement, rows)


def _facts(session: Session, keys: Iterable[Key]) -> Iterator[tuple[str, dict[str, _Facts]]]:
    by_office: defaultdict[str, set[str]] = defaultdict(set)
    for office, record_id in keys:
        by_office[office].add(record_id)
    for office, record_ids in by_office.items():
        for ids in chunks(sorted(record_ids)):
            facts = {record_id: _Facts() for record_id in ids}
            for row in _rows(
                session,
                select(
                    RevisionRow.record_id,
                    RevisionRow.revision_id,
                    RevisionRow.parents,
                    RevisionRow.generation,
                    RevisionRow.kind,
                    RevisionRow.package_number,
                    RevisionRow.received_at,
                ).where(RevisionRow.office == office, RevisionRow.record_id.in_(ids)),
            ):
                facts[row.record_id].revisions.append(row)
            for row in _rows(
                session,
                select(WaitingRow.record_id, WaitingRow.revision_id).where(
                    WaitingRow.office == office, WaitingRow.record_id.in_(ids)
                ),
            ):
                facts[row.record_id].waiting.append(row)
            for row in _rows(
                session,
                select(DraftRow.record_id, DraftRow.document).where(
                    DraftRow.office == office, DraftRow.record_id.in_(ids)
                ),
            ):
                facts[row.record_id].drafts.append(row)
            yield office, facts


def _rows(session: Session, statement: Executable) -> Iterable[Row[Any]]:
    return session.execute(statement)


def _shown_revisions(
    session: Session, office: str, facts_by_record: Mapping[str, _Facts], known: Mapping[str, Revision]
) -> dict[str, Revision]:
    """Return, by record id, the revision each summary shows: the first head, or the first that waits."""
    wanted: dict[str, str] = {}
    for record_id, facts in facts_by_record.items():
        if facts.heads:
            wanted[record_id] = facts.heads[0].revision_id
        elif facts.waiting:
            wanted[record_id] = min(row.revision_id for row in facts.waiting)
    found = {revision_id: known[revision_id] for revision_id in wanted.values() if revision_id in known}
    missing = [revision_id for revision_id in wanted.values() if revision_id not in found]
    for row in (RevisionRow, WaitingRow) if missing else ():
        statement = select(row.revision_id, row.document).where(
            row.office == office, row.revision_id.in_(missing)
        )
        for revision_id, document in session.execute(statement):
            found[revision_id] = read_revision(document)
    return {record_id: found[revision_id] for record_id, revision_id in wanted.items()}


def read_revision(content: bytes) -> Revision:
    """Return the revision whose stored content this is."""
    return Revision.from_document(json.loads(content))


def _content(facts: _Facts, shown: Mapping[str, Revision]) -> dict[str, Any]:
    if facts.drafts:
        return draft_content(Draft.from_document(facts.drafts[0].document))
    record_id = (facts.revisions or facts.waiting)[0].record_id
    return revision_content(shown[record_id])


def _standing(facts: _Facts) -> dict[str, Any]:
    return {
        "state": str(facts.state),
        "package_number": facts.package_number,
        "heads": [row.revision_id for row in facts.heads],
        "has_draft": bool(facts.drafts),
        "revisions": len(facts.revisions),
    }


def office_of(session: Session, record_id: str) -> str | None:
    """Return the office of a record: what the keys of all its other rows begin with."""
    return session.scalar(select(RecordRow.office).where(RecordRow.record_id == record_id))


def draft_content(draft: Draft) -> dict[str, Any]:
    """Return what a draft says in the columns `DRAFT_CONTENT`."""
    return {
        **_heading_columns(draft, answer_texts(draft.answers)),
        "answered": draft.answered,
        "missing": draft.missing,
        "problems": draft.problems,
        "updated_at": utc_text(draft.saved_at),
        "updated_by": draft.saved_by,
    }


def revision_content(revision: Revision) -> dict[str, Any]:
    """Return the columns of a summary that a revision decides; a finalized one has nothing missing."""
    texts = answer_texts(revision.answers)
    return {
        **_heading_columns(revision, texts),
        "answered": len(texts),
        "missing": 0,
        "problems": 0,
        "updated_at": utc_text(revision.made_at),
        "updated_by": revision.author,
    }


def _heading_columns(content: Draft | Revision, texts: Iterable[str]) -> dict[str, Any]:
    heading = content.heading
    return {
        "label": content.label,
        "form_id": heading.form_id,
        "form_version": heading.form_version,
        "country": heading.country,
        "period": heading.period,
        "subject": heading.subject,
        "search": "\n".join(map(_folded, (content.label, heading.subject, *texts))),
    }

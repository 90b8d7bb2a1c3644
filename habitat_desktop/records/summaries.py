"""The summary of a record: what lists show, derived from revisions, draft, waiting room and decisions."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from habitat_desktop.i18n.text import fold
from habitat_desktop.records import verdicts
from habitat_desktop.records.bulk import among
from habitat_desktop.records.record import Draft, RecordState, Revision, answer_texts, read_json, utc_text
from habitat_desktop.records.tables import (
    ActRow,
    Document,
    DraftRow,
    RecordRow,
    RevisionRow,
    WaitingRow,
    insert_many,
    table,
    upsert,
)

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


class Standing(NamedTuple):
    """A revision as far as the summary of its record asks for it."""

    record_id: str
    revision_id: str
    parents: Sequence[str]
    generation: int
    kind: str
    package_number: int | None
    received_at: str | None


@dataclass
class Facts:
    """What the summary of one record is derived from; `waiting` are ids of revisions."""

    revisions: list[Standing] = field(default_factory=list)
    waiting: set[str] = field(default_factory=set)
    drafts: list[Document] = field(default_factory=list)
    said: list[verdicts.Said] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.revisions or self.waiting or self.drafts)

    @cached_property
    def heads(self) -> list[Standing]:
        """The revisions no other one replaces, the one to show first.

        Of two heads the later generation is shown, then the higher id: alike on every computer.
        """
        replaced = {parent for row in self.revisions for parent in row.parents}
        heads = [row for row in self.revisions if row.revision_id not in replaced]
        return sorted(heads, key=lambda row: (row.generation, row.revision_id), reverse=True)

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
        if verdicts.is_asked(self.said, heads[0].revision_id):
            return RecordState.QUERY
        if heads[0].received_at is not None:
            accepted = verdicts.is_accepted(self.said, heads[0].revision_id)
            return RecordState.ACCEPTED if accepted else RecordState.RECEIVED
        return RecordState.FINAL if heads[0].package_number is None else RecordState.PACKAGE

    @property
    def package_number(self) -> int | None:
        heads = self.heads
        return heads[0].package_number if heads else None


def refresh(session: Session, keys: Iterable[Key], known: Mapping[str, Revision] | None = None) -> None:
    """Write the summaries of these records anew, in the transaction of what changed them.

    `known` holds revisions the caller has at hand, by id; the others are read.
    """
    for office, record_ids in _by_office(keys):
        write(session, office, load(session, office, record_ids), known or {})


def listed_among(session: Session, office: str, record_ids: Collection[str]) -> set[str]:
    """Return which of these records there are; of another one there is neither revision nor draft."""
    asked = {"office": office, "ids": list(record_ids)}
    return set(session.connection().execute(_LISTED, asked).scalars())


def write(
    session: Session,
    office: str,
    facts_by_record: Mapping[str, Facts],
    known: Mapping[str, Revision],
    listed: Collection[str] | None = None,
) -> None:
    """Write the summaries of an office's records, whose facts are these; `listed` are those it has so far."""
    connection = session.connection()
    if listed is None:
        listed = listed_among(session, office, facts_by_record)
    shown = _shown_revisions(session, office, facts_by_record, known)
    added: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    gone: list[str] = []
    for record_id, facts in facts_by_record.items():
        if not facts:
            gone.append(record_id)
            continue
        row = _row_of(office, record_id, facts, shown)
        (changed if record_id in listed else added).append(row)
    if gone:
        connection.execute(_DROP, {"office": office, "ids": gone})
    insert_many(session, RecordRow, added)
    upsert(session, RecordRow, changed)


def derived(session: Session, keys: Iterable[Key]) -> Iterator[tuple[Key, dict[str, Any] | None]]:
    """Yield what the summary of each of these records ought to be; None where there should be no record."""
    for office, record_ids in _by_office(keys):
        facts_by_record = load(session, office, record_ids)
        shown = _shown_revisions(session, office, facts_by_record, {})
        for record_id, facts in facts_by_record.items():
            yield (office, record_id), _row_of(office, record_id, facts, shown) if facts else None


def _row_of(office: str, record_id: str, facts: Facts, shown: Mapping[str, Revision]) -> dict[str, Any]:
    key = {"office": office, "record_id": record_id}
    return key | _content(record_id, facts, shown) | _standing(facts)


def refresh_states(session: Session, keys: Iterable[Key]) -> None:
    """Write only what packages and receipts change of the summaries: cheap for thousands of records."""
    for office, record_ids in _by_office(keys):
        rows = [
            {
                "of_office": office,
                "of_record": record_id,
                "state": str(facts.state),
                "package_number": facts.package_number,
            }
            for record_id, facts in load(session, office, record_ids).items()
            if facts.revisions or facts.waiting
        ]
        if rows:
            session.connection().execute(_SET_STATE, rows)


def _by_office(keys: Iterable[Key]) -> Iterator[tuple[str, set[str]]]:
    by_office: defaultdict[str, set[str]] = defaultdict(set)
    for office, record_id in keys:
        by_office[office].add(record_id)
    yield from by_office.items()


_REVISION, _WAITING = table(RevisionRow).c, table(WaitingRow).c
_DRAFT, _RECORD = table(DraftRow).c, table(RecordRow).c
_REVISIONS_OF = select(*(_REVISION[name] for name in Standing._fields)).where(
    _REVISION.office == bindparam("office"), among(_REVISION.record_id, "ids")
)
_WAITING_OF = select(_WAITING.record_id, _WAITING.revision_id).where(
    _WAITING.office == bindparam("office"), among(_WAITING.record_id, "ids")
)
_DRAFTS_OF = select(_DRAFT.record_id, _DRAFT.document).where(
    _DRAFT.office == bindparam("office"), among(_DRAFT.record_id, "ids")
)
_ACT = table(ActRow).c
_SAID_OF = select(_ACT.record_id, *(_ACT[name] for name in verdicts.Said._fields)).where(
    _ACT.office == bindparam("office"), among(_ACT.record_id, "ids"), _ACT.kind.in_(verdicts.KINDS)
)
_LISTED = select(_RECORD.record_id).where(
    _RECORD.office == bindparam("office"), among(_RECORD.record_id, "ids")
)
_DROP = delete(table(RecordRow)).where(_RECORD.office == bindparam("office"), among(_RECORD.record_id, "ids"))
_SET_STATE = (
    update(table(RecordRow))
    .where(_RECORD.office == bindparam("of_office"), _RECORD.record_id == bindparam("of_record"))
    .values(state=bindparam("state"), package_number=bindparam("package_number"))
)
_DOCUMENTS = {
    row: select(columns.revision_id, columns.document).where(
        columns.office == bindparam("office"), among(columns.revision_id, "ids")
    )
    for row, columns in ((RevisionRow, _REVISION), (WaitingRow, _WAITING))
}


def load(session: Session, office: str, record_ids: Collection[str]) -> dict[str, Facts]:
    """Return what is known of these records of an office, by record id."""
    session.flush()
    connection, asked = session.connection(), {"office": office, "ids": sorted(record_ids)}
    facts = {record_id: Facts() for record_id in asked["ids"]}
    for row in connection.execute(_REVISIONS_OF, asked):
        facts[row[0]].revisions.append(Standing(*row))
    for record_id, revision_id in connection.execute(_WAITING_OF, asked):
        facts[record_id].waiting.add(revision_id)
    for record_id, document in connection.execute(_DRAFTS_OF, asked):
        facts[record_id].drafts.append(document)
    load_said(session, office, facts)
    return facts


def load_said(session: Session, office: str, facts: Mapping[str, Facts]) -> None:
    """Add what was said about these records, by record id: acts may be here before what they are about."""
    if facts:
        asked = {"office": office, "ids": sorted(facts)}
        for record_id, *said in session.connection().execute(_SAID_OF, asked):
            facts[record_id].said.append(verdicts.Said(*said))


def _shown_revisions(
    session: Session, office: str, facts_by_record: Mapping[str, Facts], known: Mapping[str, Revision]
) -> dict[str, Revision]:
    """Return, by record id, the revision each summary shows: the first head, or the first that waits."""
    wanted: dict[str, str] = {}
    for record_id, facts in facts_by_record.items():
        if facts.drafts:
            continue
        if facts.heads:
            wanted[record_id] = facts.heads[0].revision_id
        elif facts.waiting:
            wanted[record_id] = min(facts.waiting)
    found = {revision_id: known[revision_id] for revision_id in wanted.values() if revision_id in known}
    missing = [revision_id for revision_id in wanted.values() if revision_id not in found]
    if missing:
        for statement in _DOCUMENTS.values():
            rows = session.connection().execute(statement, {"office": office, "ids": missing})
            found |= {revision_id: read_revision(document) for revision_id, document in rows}
    return {record_id: found[revision_id] for record_id, revision_id in wanted.items()}


def read_revision(content: bytes) -> Revision:
    """Return the revision whose stored content this is."""
    revision = Revision.from_document(read_json(content), from_json=True)
    if revision.content == content:
        return revision
    # JSONB has an order of its own: what is shown and searched has the one order of every computer
    return Revision.from_document(read_json(revision.content), from_json=True)


def _content(record_id: str, facts: Facts, shown: Mapping[str, Revision]) -> dict[str, Any]:
    if facts.drafts:
        return draft_content(Draft.from_document(facts.drafts[0]))
    return revision_content(shown[record_id])


def _standing(facts: Facts) -> dict[str, Any]:
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


_ELSEWHERE = (
    select(_RECORD.record_id, _RECORD.office)
    .where(among(_RECORD.record_id, "ids"), _RECORD.office != bindparam("office"))
    .limit(1)
)


def owner_elsewhere(session: Session, office: str, record_ids: Sequence[str]) -> tuple[str, str] | None:
    """Return a record of these that is known as one of another office, and that office."""
    asked = {"office": office, "ids": list(record_ids)}
    found = session.connection().execute(_ELSEWHERE, asked).first() if record_ids else None
    return None if found is None else (found[0], found[1])


def draft_content(draft: Draft) -> dict[str, Any]:
    """Return what a draft says in the columns `DRAFT_CONTENT`."""
    texts = answer_texts(draft.answers)
    return {
        **_heading_columns(draft, "\n".join(map(_folded, (draft.label, draft.heading.subject, *texts)))),
        "answered": draft.answered,
        "missing": draft.missing,
        "problems": draft.problems,
        "updated_at": utc_text(draft.saved_at),
        "updated_by": draft.saved_by,
    }


def revision_content(revision: Revision) -> dict[str, Any]:
    """Return the columns of a summary that a revision decides; a finalized one has nothing missing."""
    texts = answer_texts(revision.answers)
    lines = (revision.label, revision.heading.subject, *texts)
    return {
        **_heading_columns(revision, _folded_together(lines)),
        "answered": len(texts),
        "missing": 0,
        "problems": 0,
        "updated_at": utc_text(revision.made_at),
        "updated_by": revision.author,
    }


def _folded_together(texts: Sequence[str]) -> str:
    """Return the texts folded, a line each: many cost little more than one."""
    whole = "\0".join(texts)  # no text in the store holds a null character
    if "`" in whole:  # the one sign that is folded in other company only
        return "\n".join(map(fold, texts))
    folded = fold(whole)
    if " \0" in folded or "\0 " in folded:
        folded = folded.replace(" \0", "\0").replace("\0 ", "\0")
    return folded.replace("\0", "\n")


def _heading_columns(content: Draft | Revision, search: str) -> dict[str, Any]:
    heading = content.heading
    return {
        "label": content.label,
        "form_id": heading.form_id,
        "form_version": heading.form_version,
        "country": heading.country,
        "period": heading.period,
        "subject": heading.subject,
        "search": search,
    }

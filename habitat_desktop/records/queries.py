"""Queries and proposals of headquarters and what offices say to them, folded from acts.

A query asks about one question of one revision of a record; a proposal says which value would be right.
An answer in words changes nothing of the record; one with a value is a revision of the office. Headquarters
closes what needs no answer any more. Answers that crossed on the way are all kept and shown in order.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from habitat_desktop.records import journal
from habitat_desktop.records.act import Act
from habitat_desktop.records.conversation import (
    QUERY,
    Forms,
    RecordSeen,
    asked_once,
    matches,
    names,
    read_name,
)
from habitat_desktop.records.conversation_errors import (
    QueryNotFoundError,
    QueryUnclearError,
)
from habitat_desktop.records.entry_places import NotAPlaceError, place_of, value_at
from habitat_desktop.records.merging import plain
from habitat_desktop.records.repository import find_record
from habitat_desktop.records.summaries import office_of
from habitat_desktop.records.tables import ActRow
from habitat_desktop.records.verdicts import ANSWERS, ASKING
from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.entry_ids import without_ids

State = Literal["open", "answered", "closed"]
OPEN, ANSWERED, CLOSED = "open", "answered", "closed"
CLOSE = "close"
KINDS = (*ASKING, *ANSWERS, CLOSE)
PERSON, DEEP_CHECK, EXCEL = "person", "deep_check", "excel"


@dataclass(frozen=True)
class Answer:
    """What an office said to a query: `kind` is "reply", "agree" or "refuse".

    `value` is what it gave, where `has_value`; `revision_id` is then the revision that took it, otherwise
    what the record showed. `at` is ISO text in UTC.
    """

    act_id: str
    kind: str
    text: str
    has_value: bool
    value: Any
    revision_id: str
    sender: str
    person: str
    at: str


@dataclass(frozen=True)
class Closing:
    """Headquarters needs no answer any more, and why."""

    act_id: str
    text: str
    person: str
    at: str


@dataclass(frozen=True)
class Query:
    """One query or proposal.

    `name` is what people call it, "KE-7F3K-0042/Q3". `ref` is its place in the revision asked about, "" for
    the whole record; `ref_now` the place in what the record shows now, None where its entry was removed.
    Values are those of answers files: text, a list of choices, `{"$unavailable": {"reason", "remark"}}`, None
    for none. `value` was asked about, `value_now` is what the record says now, `proposed` what a proposal
    proposes. `changed_by` and `changed_at` tell who gave the value of now, where it is another one. `origin`
    is {"kind": "person"}, {"kind": "deep_check", "code"} or {"kind": "excel", "sheet", "cell", "old", "new"}.
    """

    act_id: str
    name: str
    kind: Literal["query", "proposal"]
    office: str
    record_id: str
    label: str
    revision_id: str
    ref: str
    ref_now: str | None
    question: str
    value: Any
    proposed: Any
    reason: str
    language: str
    origin: Mapping[str, str]
    person: str
    at: str
    state: State
    answers: tuple[Answer, ...]
    closing: Closing | None
    value_now: Any
    changed_by: str = ""
    changed_at: str = ""
    act: Act = field(repr=False, compare=False, kw_only=True)
    form: Form | None = field(repr=False, compare=False, kw_only=True)  # of what the record shows

    @property
    def is_proposal(self) -> bool:
        return self.kind == "proposal"

    @property
    def is_changed(self) -> bool:
        """Whether the record says something else now than what was asked about."""
        return self.ref_now is None or plain(self.value) != plain(self.value_now)


# -- reading ---------------------------------------------------------------------------------------------


def list_queries(
    session: Session,
    forms: Forms,
    *,
    language: str,
    office: str | None = None,
    record_id: str | None = None,
    state: State | None = None,
) -> list[Query]:
    """Return queries and proposals, those of one record in the order they were asked."""
    if record_id is not None and office is None:
        office = office_of(session, record_id)  # the acts about a record are found by both
    by_record: defaultdict[tuple[str, str], list[Act]] = defaultdict(list)
    for act in journal.acts(session, office=office, record_id=record_id, kinds=KINDS):
        if act.office and act.record_id:
            by_record[act.office, act.record_id].append(act)
    found, forms = [], asked_once(forms)
    for (of_office, record), acts in by_record.items():
        seen = RecordSeen(session, forms, record)
        if seen.office in (None, of_office):  # nobody asks one office about the record of another
            found += fold(acts, seen, language)
    chosen = [query for query in found if state is None or query.state == state]
    return sorted(chosen, key=lambda query: query.label)


def fold(acts: Iterable[Act], seen: RecordSeen, language: str) -> list[Query]:
    """Return the queries in the acts about one record, as `journal.acts` orders them."""
    acts = list(acts)
    asked = [act for act in acts if act.kind in ASKING]
    called = names(asked, seen.label, QUERY)
    about: defaultdict[str, list[Act]] = defaultdict(list)
    for act in acts:
        if act.kind not in ASKING:
            about[act.about].append(act)
    return [_query(act, about[act.act_id], called[act.act_id], seen, language) for act in asked]


def _query(act: Act, said: list[Act], name: str, seen: RecordSeen, language: str) -> Query:
    answers = tuple(read_answer(one) for one in said if one.kind in ANSWERS)
    closed = [one for one in said if one.kind == CLOSE]
    ref_now = seen.ref_now(act.ref, act.revision_id)
    value, now = act.content.get("value"), None
    if act.ref and ref_now is not None and seen.head is not None:
        now = without_ids(value_at(ref_now, seen.head.answers))
    since = _since(seen, ref_now, now) if ref_now and plain(now) != plain(value) else ("", "")
    return Query(
        act_id=act.act_id,
        name=name,
        kind="proposal" if act.kind == "proposal" else "query",
        office=act.office,
        record_id=act.record_id,
        label=seen.label,
        revision_id=act.revision_id,
        ref=act.ref,
        ref_now=ref_now,
        question=seen.label_of(act.ref, language) if act.ref else "",
        value=value,
        proposed=act.content.get("proposed"),
        reason=act.reason,
        language=act.language,
        origin=_origin(act),
        person=act.person,
        at=act.made_at,
        state="closed" if closed else "answered" if answers else "open",
        answers=answers,
        closing=Closing(closed[0].act_id, closed[0].reason, closed[0].person, closed[0].made_at)
        if closed
        else None,
        value_now=now,
        changed_by=since[0],
        changed_at=since[1],
        act=act,
        form=seen.form,
    )


def read_answer(act: Act) -> Answer:
    """Return the answer an act is."""
    return Answer(
        act.act_id,
        act.kind,
        act.reason,
        "value" in act.content,
        act.content.get("value"),
        act.revision_id,
        act.sender,
        act.person,
        act.made_at,
    )


def _origin(act: Act) -> Mapping[str, str]:
    found = act.content.get("origin")
    if not isinstance(found, Mapping):
        return {"kind": PERSON}
    return {"kind": PERSON} | {
        name: text for name, text in found.items() if isinstance(name, str) and isinstance(text, str)
    }


def _since(seen: RecordSeen, ref: str, value: Any) -> tuple[str, str]:
    """Return who gave the value the record has at `ref` now, and when."""
    if seen.head is None:
        return "", ""
    person, at = seen.head.author, seen.head.made_at
    for revision in reversed(seen.history):
        try:
            place = place_of(ref, seen.head.answers, revision.answers)
        except NotAPlaceError:
            break
        if plain(without_ids(value_at(place, revision.answers))) != plain(value):
            break
        person, at = revision.authors.get(place, revision.author), revision.made_at
    return person, at


def count_open(session: Session) -> int:
    """Return how many queries and proposals wait for an answer, of all records."""
    columns = (ActRow.kind, ActRow.office, ActRow.record_id, ActRow.act_id, ActRow.about)
    rows = session.execute(select(*columns).where(ActRow.kind.in_(KINDS))).all()
    settled = {(row.office, row.record_id, row.about) for row in rows if row.kind not in ASKING}
    asked = {(row.office, row.record_id, row.act_id) for row in rows if row.kind in ASKING and row.record_id}
    return len(asked - settled)


def find_query(session: Session, forms: Forms, typed: str, *, language: str) -> Query:
    """Return the query people call so: its name, or the beginning of its id (four signs or more).

    Raises:
        QueryNotFoundError: there is none. QueryUnclearError: there are several.
    """
    name = read_name(typed)
    if name is not None:
        summary = find_record(session, name["record"])
        record_ids = {summary.record_id} if summary is not None and name["letter"].upper() == QUERY else set()
    else:
        record_ids = {act.record_id for act in journal.find_acts(session, typed.strip().lower())}
    meant = [
        query
        for record_id in record_ids
        for query in list_queries(session, forms, language=language, record_id=record_id)
        if (matches(name, query.act) if name else query.act_id.startswith(typed.strip().lower()))
    ]
    if not meant:
        raise QueryNotFoundError(query=typed)
    if len(meant) > 1:
        raise QueryUnclearError(query=typed, names=", ".join(query.name for query in meant))
    return meant[0]


def folded(session: Session, seen: RecordSeen, act_id: str, language: str) -> Query:
    """Return one query of a record as it stands now."""
    acts = journal.acts(session, office=seen.office, record_id=seen.record_id, kinds=KINDS)
    return next(query for query in fold(acts, seen, language) if query.act_id == act_id)

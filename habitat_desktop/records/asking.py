"""Asking and answering: what headquarters and offices write into the conversation about one question."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from habitat_desktop.i18n.text import clean
from habitat_desktop.records import journal, roles
from habitat_desktop.records.act import Actor
from habitat_desktop.records.acts import NotOursError
from habitat_desktop.records.answering import fitting, instance_of, revise, state_of
from habitat_desktop.records.conversation import Forms, RecordSeen, full_ref, next_number, settled_record
from habitat_desktop.records.conversation_errors import (
    EntryGoneError,
    NotAProposalError,
    NotAskedNowError,
    NoWordsError,
    ProposalOpenError,
    QueryAnsweredError,
    QueryClosedError,
    RecordNotHereError,
    RecordWithdrawnError,
    SaysThatAlreadyError,
)
from habitat_desktop.records.entry_places import value_at
from habitat_desktop.records.merging import plain
from habitat_desktop.records.queries import ANSWERED, CLOSE, CLOSED, KINDS, Query, find_query, folded
from habitat_desktop.records.verdicts import ASKING
from habitat_desktop.settings import Settings
from habitat_desktop.xforms.entry_ids import without_ids

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


# -- headquarters asks -----------------------------------------------------------------------------------


def ask(
    session: "Session",
    forms: Forms,
    settings: Settings,
    actor: Actor,
    record: str,
    *,
    ref: str,
    reason: str,
    origin: Mapping[str, str] | None = None,
) -> Query:
    """Ask the office of a record about one question, or, `ref` being "", about the whole record.

    Raises:
        RoleError, NobodyActsError, WhyNeededError, RecordNotFoundError, RecordNotHereError,
        RecordWithdrawnError, ConflictError, QuestionUnknownError.
        FormError: its form is not installed here.
    """
    roles.require(actor.role, "query")
    seen = settled_record(session, forms, record)
    content: dict[str, Any] = {"origin": dict(origin)} if origin else {}
    if ref:
        state = state_of(instance_of(seen, forms, settings, actor.language), full_ref(ref), seen.label)
        ref = state.ref
    return _asked(session, actor, seen, "query", ref, reason, content)


def propose(
    session: "Session",
    forms: Forms,
    settings: Settings,
    actor: Actor,
    record: str,
    *,
    ref: str,
    value: Any,
    reason: str,
) -> Query:
    """Propose a value for one question; `value` as in answers files, “not available” too.

    Raises:
        As `ask`; NotAskedNowError, NoValueError, NotByValueError.
        ValueDoesNotFitError: the question does not take it. SaysThatAlreadyError.
    """
    roles.require(actor.role, "proposal")
    seen = settled_record(session, forms, record)
    instance = instance_of(seen, forms, settings, actor.language)
    state = state_of(instance, full_ref(ref), seen.label)
    if not state.relevant:
        raise NotAskedNowError(label=seen.label, question=state.label or state.ref)
    proposed = fitting(instance, state, value)
    assert seen.head is not None
    if plain(proposed) == plain(value_at(state.ref, seen.head.answers)):
        raise SaysThatAlreadyError(label=seen.label, question=state.label or state.ref)
    return _asked(session, actor, seen, "proposal", state.ref, reason, {"proposed": proposed})


def _asked(
    session: "Session",
    actor: Actor,
    seen: RecordSeen,
    kind: str,
    ref: str,
    reason: str,
    content: Mapping[str, Any],
) -> Query:
    assert seen.head is not None
    before = journal.acts(session, office=seen.head.office, record_id=seen.record_id, kinds=KINDS)
    number = next_number(act for act in before if act.kind in ASKING)
    value = without_ids(value_at(ref, seen.head.answers)) if ref else None
    act = journal.write(
        session,
        actor,
        kind,
        office=seen.head.office,
        record_id=seen.record_id,
        revision_id=seen.head.revision_id,
        ref=ref,
        reason=clean(reason),
        content={**content, "number": number, "value": value},
    )
    return folded(session, seen, act.act_id, actor.language)


def close(
    session: "Session", forms: Forms, actor: Actor, typed: str, *, text: str = "", language: str = ""
) -> Query:
    """Say that a query needs no answer any more.

    Raises:
        RoleError, NobodyActsError, QueryNotFoundError, QueryUnclearError, QueryClosedError.
    """
    roles.require(actor.role, CLOSE)
    query = find_query(session, forms, typed, language=language or actor.language)
    if query.state == CLOSED:
        raise QueryClosedError(query=query.name)
    return say(session, forms, actor, query, CLOSE, query.act.revision_id, text, {})


# -- an office answers -----------------------------------------------------------------------------------


def reply(
    session: "Session",
    forms: Forms,
    settings: Settings,
    actor: Actor,
    typed: str,
    *,
    text: str = "",
    value: Any = None,
) -> Query:
    """Answer a query in words, or by a `value`: that becomes a revision of the record, all or nothing.

    Raises:
        RoleError, NobodyActsError, QueryNotFoundError, QueryUnclearError, NotOursError.
        QueryClosedError, QueryAnsweredError, ProposalOpenError, NoWordsError.
        What `answering.revise` raises, EntryGoneError, RecordWithdrawnError: of a value.
    """
    query = to_answer(session, forms, settings, actor, typed, "reply")
    if value is None and not text.strip():
        raise NoWordsError
    if value is None and query.is_proposal:
        raise ProposalOpenError(query=query.name)
    if value is None:
        return say(session, forms, actor, query, "reply", _shown(session, forms, query), text, {})
    return _revised(session, forms, settings, actor, query, "reply", text, value)


def agree(
    session: "Session", forms: Forms, settings: Settings, actor: Actor, typed: str, *, text: str = ""
) -> Query:
    """Take the value a proposal proposes: it becomes a revision of the record.

    Raises:
        NotAProposalError; as `reply` with a value.
    """
    query = to_answer(session, forms, settings, actor, typed, "agree")
    if not query.is_proposal:
        raise NotAProposalError(query=query.name)
    return _revised(session, forms, settings, actor, query, "agree", text, query.proposed)


def refuse(
    session: "Session", forms: Forms, settings: Settings, actor: Actor, typed: str, *, reason: str
) -> Query:
    """Say why a proposal is not taken.

    Raises:
        NotAProposalError, WhyNeededError; as `reply` in words.
    """
    query = to_answer(session, forms, settings, actor, typed, "refuse")
    if not query.is_proposal:
        raise NotAProposalError(query=query.name)
    return say(session, forms, actor, query, "refuse", _shown(session, forms, query), reason, {})


def to_answer(
    session: "Session", forms: Forms, settings: Settings, actor: Actor, typed: str, kind: str
) -> Query:
    """Return the query that `typed` names, which this actor may answer now by an act of `kind`.

    Raises:
        RoleError, QueryNotFoundError, QueryUnclearError, NotOursError, QueryClosedError, QueryAnsweredError.
    """
    roles.require(actor.role, kind)
    query = find_query(session, forms, typed, language=actor.language)
    if query.office != settings.office:
        raise NotOursError(label=query.label, office=query.office)
    if query.state == CLOSED:
        raise QueryClosedError(query=query.name)
    if query.state == ANSWERED:
        raise QueryAnsweredError(query=query.name, person=query.answers[-1].person, label=query.label)
    return query


def _revised(
    session: "Session",
    forms: Forms,
    settings: Settings,
    actor: Actor,
    query: Query,
    kind: str,
    text: str,
    value: Any,
) -> Query:
    """Take a value into the record and say so, in the caller's transaction."""
    seen = RecordSeen(session, forms, query.record_id)
    if seen.head is None:
        raise RecordNotHereError(label=seen.label)
    if seen.head.kind == "withdraw":
        raise RecordWithdrawnError(label=seen.label, office=query.office)
    if not query.ref_now:
        raise EntryGoneError(query=query.name, label=query.label)
    revision_id, kept = revise(session, forms, settings, actor, seen, query.ref_now, value)
    return say(session, forms, actor, query, kind, revision_id, text, {"value": without_ids(kept)})


def _shown(session: "Session", forms: Forms, query: Query) -> str:
    head = RecordSeen(session, forms, query.record_id).head
    return head.revision_id if head is not None else ""


def say(
    session: "Session",
    forms: Forms,
    actor: Actor,
    query: Query,
    kind: str,
    revision_id: str,
    text: str,
    content: Mapping[str, Any],
) -> Query:
    """Write an act of `kind` about a query and return the query as it stands then."""
    journal.write(
        session,
        actor,
        kind,
        office=query.office,
        record_id=query.record_id,
        revision_id=revision_id,
        ref=query.ref,
        about=query.act_id,
        reason=clean(text),
        content=content,
    )
    return folded(session, RecordSeen(session, forms, query.record_id), query.act_id, actor.language)

"""Deciding: what headquarters and a region write into the conversation about a record as a whole."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from habitat_desktop.i18n.text import clean
from habitat_desktop.records import journal, roles
from habitat_desktop.records.act import Act, Actor
from habitat_desktop.records.acts import NotOursError
from habitat_desktop.records.answering import instance_of, state_of
from habitat_desktop.records.conversation import (
    RETURN,
    Forms,
    RecordSeen,
    full_ref,
    matches,
    next_number,
    read_name,
    settled_record,
)
from habitat_desktop.records.conversation_errors import (
    AcceptedAlreadyError,
    NoWordsError,
    QueryAnsweredError,
    QueryNotFoundError,
    QueryUnclearError,
)
from habitat_desktop.records.repository import find_record
from habitat_desktop.records.reviews import KINDS, Decision, Review, decisions_in, review_of
from habitat_desktop.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def accept(session: "Session", forms: Forms, actor: Actor, record: str, *, text: str = "") -> Review:
    """Accept what a record shows now.

    Raises:
        RoleError, NobodyActsError, RecordNotFoundError, RecordNotHereError, RecordWithdrawnError,
        ConflictError, AcceptedAlreadyError.
    """
    roles.require(actor.role, "accept")
    seen = settled_record(session, forms, record)
    standing = review_of(session, forms, seen.record_id, language=actor.language)
    if standing.status == "accepted":
        raise AcceptedAlreadyError(label=seen.label, person=standing.decisions[-1].person)
    return _decide(session, forms, actor, seen, standing, "accept", text, {})


def return_(
    session: "Session",
    forms: Forms,
    settings: Settings,
    actor: Actor,
    record: str,
    *,
    reason: str,
    refs: Sequence[str] = (),
) -> Review:
    """Return a record to its office with a reason, as a whole or because of some questions.

    Raises:
        RoleError, NobodyActsError, WhyNeededError, QuestionUnknownError; as `accept`.
    """
    roles.require(actor.role, "return")
    seen = settled_record(session, forms, record)
    standing = review_of(session, forms, seen.record_id, language=actor.language)
    acts = journal.acts(session, office=seen.office, record_id=seen.record_id, kinds=KINDS)
    content = {
        "refs": _checked(seen, forms, settings, actor, refs),
        "number": next_number(act for act in acts if act.kind == "return"),
    }
    return _decide(session, forms, actor, seen, standing, "return", reason, content)


def _decide(
    session: "Session",
    forms: Forms,
    actor: Actor,
    seen: RecordSeen,
    standing: Review,
    kind: str,
    text: str,
    content: dict[str, Any],
) -> Review:
    known = [one.act_id for one in standing.decisions]
    return _write(session, forms, actor, seen, kind, text, content, after=known)


def comment(
    session: "Session",
    forms: Forms,
    settings: Settings,
    actor: Actor,
    record: str,
    *,
    text: str,
    refs: Sequence[str] = (),
) -> Review:
    """Say something about a record, or some questions of it, for headquarters.

    Raises:
        As `return_`.
    """
    roles.require(actor.role, "comment")
    seen = settled_record(session, forms, record)
    content = {"refs": _checked(seen, forms, settings, actor, refs)}
    return _write(session, forms, actor, seen, "comment", text, content)


def clear(
    session: "Session",
    forms: Forms,
    settings: Settings,
    actor: Actor,
    record: str,
    *,
    refs: Sequence[str] = (),
    text: str = "",
) -> Review:
    """Say that a region has looked at a record, or some questions of it, and finds them right.

    Raises:
        As `return_`.
    """
    roles.require(actor.role, "clear")
    seen = settled_record(session, forms, record)
    content = {"refs": _checked(seen, forms, settings, actor, refs)}
    return _write(session, forms, actor, seen, "clear", text, content)


def _checked(
    seen: RecordSeen, forms: Forms, settings: Settings, actor: Actor, refs: Sequence[str]
) -> list[str]:
    if not refs:
        return []
    instance = instance_of(seen, forms, settings, actor.language)
    return list(dict.fromkeys(state_of(instance, full_ref(ref), seen.label).ref for ref in refs))


def _write(
    session: "Session",
    forms: Forms,
    actor: Actor,
    seen: RecordSeen,
    kind: str,
    text: str,
    content: dict[str, Any],
    after: Sequence[str] = (),
) -> Review:
    assert seen.head is not None
    journal.write(
        session,
        actor,
        kind,
        office=seen.head.office,
        record_id=seen.record_id,
        revision_id=seen.head.revision_id,
        after=after,
        reason=clean(text),
        content=content,
    )
    return review_of(session, forms, seen.record_id, language=actor.language)


def answer_return(
    session: "Session", forms: Forms, settings: Settings, actor: Actor, typed: str, *, text: str
) -> Decision:
    """Answer a return in words, where the record is right as it is; `typed` is its name or id.

    Raises:
        RoleError, NobodyActsError, NotOursError, NoWordsError, QueryNotFoundError, QueryUnclearError.
        QueryAnsweredError: it was answered before.
    """
    roles.require(actor.role, "reply")
    act, decision = _find_return(session, forms, typed)
    if act.office != settings.office:
        raise NotOursError(label=decision.name.partition("/")[0], office=act.office)
    if not text.strip():
        raise NoWordsError
    if decision.answers:
        label = decision.name.partition("/")[0]
        raise QueryAnsweredError(query=decision.name, person=decision.answers[-1].person, label=label)
    journal.write(
        session,
        actor,
        "reply",
        office=act.office,
        record_id=act.record_id,
        revision_id=act.revision_id,
        about=act.act_id,
        reason=clean(text),
    )
    return _find_return(session, forms, act.act_id)[1]


def _find_return(session: "Session", forms: Forms, typed: str) -> tuple[Act, Decision]:
    name = read_name(typed)
    if name is not None:
        summary = find_record(session, name["record"])
        record_ids = (
            {summary.record_id} if summary is not None and name["letter"].upper() == RETURN else set()
        )
    else:
        record_ids = {act.record_id for act in journal.find_acts(session, typed.strip().lower())}
    meant: list[tuple[Act, Decision]] = []
    for record_id in record_ids:
        seen = RecordSeen(session, forms, record_id)
        acts = journal.acts(session, office=seen.office, record_id=record_id, kinds=KINDS)
        by_id = {act.act_id: act for act in acts}
        for one in decisions_in(acts, seen):
            act = by_id[one.act_id]
            fits = matches(name, act) if name else one.act_id.startswith(typed.strip().lower())
            if one.kind == "return" and fits:
                meant.append((act, one))
    if not meant:
        raise QueryNotFoundError(query=typed)
    if len(meant) > 1:
        raise QueryUnclearError(query=typed, names=", ".join(one.name for _act, one in meant))
    return meant[0]

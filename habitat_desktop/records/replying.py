"""Answering a query beside a draft of its record: what the draft says at the question is the answer.

`asking` answers where there is no draft. In the window a person changes the field the query is about, and
that makes a draft: where nothing else was changed it becomes the revision of the answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from habitat_desktop.records import asking, repository
from habitat_desktop.records.act import Actor
from habitat_desktop.records.acts import DraftInTheWayError
from habitat_desktop.records.aligning import Refs, aligned, leaves
from habitat_desktop.records.answering import state_of
from habitat_desktop.records.conversation import Forms, RecordSeen
from habitat_desktop.records.conversation_errors import NoWordsError, RulesDoNotHoldError
from habitat_desktop.records.entry import NotFinalizableError, finalize, open_entry
from habitat_desktop.records.entry_places import NotAPlaceError, path_of, place_of, value_at
from habitat_desktop.records.merging import plain
from habitat_desktop.records.queries import Query
from habitat_desktop.records.record import Draft
from habitat_desktop.settings import Settings
from habitat_desktop.xforms.definition import Form, Question
from habitat_desktop.xforms.entry_ids import with_ids, without_ids

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Verdict = Literal["", "take", "keep"]


@dataclass(frozen=True)
class Correction:
    """What a draft says where a query asks.

    `ref` is the place in the draft, `value` what it says there, as in answers files. `is_new`: that is not
    what the record says now. `is_alone`: the draft changed nothing else, so that it can go with the answer.
    """

    ref: str
    value: Any
    is_new: bool
    is_alone: bool


def correction(session: "Session", seen: RecordSeen, query: Query) -> Correction | None:
    """Return what the draft of a record says at the question of a query; None without draft or question."""
    draft = repository.find_draft(session, query.record_id)
    if draft is None or seen.head is None or not query.ref_now:
        return None
    return compared(draft, seen, query.ref_now)


def compared(draft: Draft, seen: RecordSeen, ref_now: str) -> Correction | None:
    """Return what `draft` says at `ref_now` of what its record shows; None where its entry was removed."""
    assert seen.head is not None
    then = seen.head.answers
    try:
        ref = place_of(ref_now, then, draft.answers)
    except NotAPlaceError:
        return None
    is_on_top = draft.parents == (seen.head.revision_id,)
    return Correction(
        ref,
        without_ids(value_at(ref, draft.answers)),
        is_other_value(then, draft.answers, ref_now) is not None,
        is_on_top and not others_changed(seen.form, then, draft.answers, ref_now),
    )


def is_other_value(then: Mapping[str, Any], now: Mapping[str, Any], ref: str) -> Any:
    """Return what the answers `now` say where `then` had the place `ref`; None for nothing or the same."""
    try:
        value = without_ids(value_at(place_of(ref, then, now), now))
    except NotAPlaceError:
        return None
    return None if plain(value) == plain(without_ids(value_at(ref, then))) else value


def others_changed(form: Form | None, then: Mapping[str, Any], now: Mapping[str, Any], ref: str) -> bool:
    """Whether a person changed, added or removed something elsewhere than at the place `ref` of `then`."""
    before = with_ids(then)
    after = aligned(before, now)
    old, new = dict(leaves(before, "/data")), dict(leaves(after, "/data"))
    places = Refs(before)
    return any(
        (places.placed(one) if one in old or "[" not in one else "") != ref
        for one in old.keys() | new.keys()
        if plain(old.get(one)) != plain(new.get(one)) and _is_asked(form, one)
    )


def _is_asked(form: Form | None, ref: str) -> bool:
    """Whether a person answers here: what the form works out itself follows from the others."""
    if "@" in ref:
        return False
    element = form.elements.get(path_of(ref)) if form is not None else None
    return element is None or (isinstance(element, Question) and element.is_asked)


def answer(
    session: "Session",
    forms: Forms,
    settings: Settings,
    actor: Actor,
    typed: str,
    *,
    text: str = "",
    verdict: Verdict = "",
) -> Query:
    """Answer a query as it stands beside the draft of its record, if there is one.

    `verdict` takes or keeps ("keep" needs words) what a proposal is about. Otherwise the answer is `text`,
    and the value the draft has at the question where that is another one: where the draft changed nothing
    else it becomes the revision of the answer; where it changed more it stays, the words say which value
    comes, and the value goes with the next final revision.

    Raises:
        DraftInTheWayError: a value is to be taken and the draft changed something else too.
        RulesDoNotHoldError; what `asking.reply`, `asking.agree` and `asking.refuse` raise.
    """
    if verdict == "keep":
        return asking.refuse(session, forms, settings, actor, typed, reason=text)
    query = asking.to_answer(session, forms, settings, actor, typed, "agree" if verdict else "reply")
    seen = RecordSeen(session, forms, query.record_id)
    found = correction(session, seen, query)
    if verdict == "take":
        if found is not None and not found.is_alone:
            raise DraftInTheWayError(label=query.label)
        if found is not None:  # what stands in the field now is given up for the proposed value
            repository.discard_draft(session, query.office, query.record_id)
        return asking.agree(session, forms, settings, actor, typed, text=text)
    if found is None or not found.is_new:
        return asking.reply(session, forms, settings, actor, typed, text=text)
    if found.is_alone:
        return _with_draft(session, forms, settings, actor, query, seen, found, text)
    if query.is_proposal:
        raise DraftInTheWayError(label=query.label)
    if not text.strip():
        raise NoWordsError
    return asking.reply(session, forms, settings, actor, typed, text=text)


def _with_draft(
    session: "Session",
    forms: Forms,
    settings: Settings,
    actor: Actor,
    query: Query,
    seen: RecordSeen,
    found: Correction,
    text: str,
) -> Query:
    """Finalize the draft, which answers only this question, and say so."""
    entry = open_entry(session, forms, settings, query.record_id, language=actor.language, at=actor.at)
    entry.person = actor.person
    question = state_of(entry.instance, found.ref, seen.label)
    try:
        revision = finalize(session, entry, at=actor.at)
    except NotFinalizableError as error:
        raise RulesDoNotHoldError(
            label=seen.label,
            question=error.context.get("question") or question.label,
            problem=error.context.get("problem", ""),
        ) from error
    value = without_ids(value_at(found.ref, revision.answers))
    is_proposed = query.is_proposal and plain(value) == plain(query.proposed)
    kind = "agree" if is_proposed else "reply"
    return asking.say(session, forms, actor, query, kind, revision.revision_id, text, {"value": value})

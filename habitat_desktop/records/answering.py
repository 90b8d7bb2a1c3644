"""A value for one question of a record: whether it fits, and the revision that takes it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from habitat_desktop.records.act import Actor
from habitat_desktop.records.acts import DraftInTheWayError
from habitat_desktop.records.conversation import Forms, RecordSeen, unavailable
from habitat_desktop.records.conversation_errors import (
    NotAskedNowError,
    NotByValueError,
    NoValueError,
    QuestionUnknownError,
    RulesDoNotHoldError,
    ValueDoesNotFitError,
)
from habitat_desktop.records.entry import Entry, NotFinalizableError, finalize, open_entry
from habitat_desktop.records.entry_places import value_at
from habitat_desktop.records.environments import environment_of
from habitat_desktop.settings import Settings
from habitat_desktop.xforms.definition import Form, Question
from habitat_desktop.xforms.engine import FormInstance, NodeState, Opening
from habitat_desktop.xforms.problems import AnswerError, Reason, UnknownQuestionError
from habitat_desktop.xforms.question_types import ATTACHMENTS

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def question_state(seen: RecordSeen, forms: Forms, settings: Settings, ref: str, language: str) -> NodeState:
    """Return the question at `ref` of what the record shows.

    Raises:
        QuestionUnknownError: there is none. FormError: the form is not installed here.
    """
    instance = instance_of(seen, forms, settings, language)
    return state_of(instance, ref, seen.label)


def instance_of(seen: RecordSeen, forms: Forms, settings: Settings, language: str) -> FormInstance:
    """Return what the record shows, with its rules at work."""
    assert seen.head is not None
    heading = seen.head.heading
    form: Form = forms(heading.form_id, heading.form_version)
    environment = environment_of(settings, heading, seen.record_id, language)
    environment = replace(environment, record_rows=seen.record_rows(form))
    return FormInstance(form, environment, seen.head.answers, opening=Opening.RESUME)


def state_of(instance: FormInstance, ref: str, label: str) -> NodeState:
    """Return the question at `ref`; a group, a list, a note is none.

    Raises:
        QuestionUnknownError.
    """
    try:
        state = instance.state(ref)
    except UnknownQuestionError:
        raise QuestionUnknownError(label=label, ref=ref) from None
    if state.kind != "question" or not isinstance(instance.form.elements.get(state.path), Question):
        raise QuestionUnknownError(label=label, ref=ref)
    return state


def fitting(instance: FormInstance, state: NodeState, value: Any) -> Any:
    """Give a question a value and return it as it is kept.

    Raises:
        NoValueError, NotByValueError.
        ValueDoesNotFitError: its type, its choices or its rules do not allow it.
    """
    _put(instance, state, value)
    return value_at(state.ref, instance.answers(relevant_only=False))


def _put(target: FormInstance | Entry, state: NodeState, value: Any) -> None:
    named = state.label or state.ref
    if state.type in ATTACHMENTS:
        raise NotByValueError(question=named)
    why = unavailable(value)
    try:
        if why is not None:
            target.mark_unavailable(state.ref, *why)
        elif isinstance(value, Mapping) or not value:
            raise NoValueError
        else:
            target.answer(state.ref, [str(one) for one in value] if isinstance(value, list) else str(value))
    except AnswerError as error:
        raise ValueDoesNotFitError(question=named, problem=error) from error
    instance = target.instance if isinstance(target, Entry) else target
    after = instance.state(state.ref)
    if after.error is not None:
        raise ValueDoesNotFitError(question=named, problem=Reason("{text}", text=after.message))


def revise(
    session: "Session", forms: Forms, settings: Settings, actor: Actor, seen: RecordSeen, ref: str, value: Any
) -> tuple[str, Any]:
    """Answer one question of a record and finalize it; return the revision and the value as it is kept.

    Where the record says so already its current revision is returned.

    Raises:
        DraftInTheWayError, ConflictError, NotAskedNowError.
        ValueDoesNotFitError, RulesDoNotHoldError: nothing was changed.
    """
    assert seen.summary is not None and seen.head is not None
    if seen.summary.has_draft:
        raise DraftInTheWayError(label=seen.label)
    entry = open_entry(
        session,
        forms,
        replace(settings, person=actor.person),
        seen.record_id,
        language=actor.language,
        at=actor.at,
    )
    state = state_of(entry.instance, ref, seen.label)
    if not state.relevant:
        raise NotAskedNowError(label=seen.label, question=state.label or ref)
    before = value_at(ref, seen.head.answers)
    _put(entry, state, value)
    kept = value_at(ref, entry.instance.answers(relevant_only=False))
    if kept == before:
        return seen.head.revision_id, kept
    try:
        return finalize(session, entry, at=actor.at).revision_id, kept
    except NotFinalizableError as error:
        first = error.context["question"], error.context["problem"]
        raise RulesDoNotHoldError(label=seen.label, question=first[0], problem=first[1]) from error

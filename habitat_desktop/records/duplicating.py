"""A new draft with the answers of another record: for a return about something much alike."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from habitat_desktop.records import repository
from habitat_desktop.records.acts import NotOursError
from habitat_desktop.records.answers_file import AnswerProblem, fill
from habitat_desktop.records.entry import ConflictError, Entry, RecordNotFoundError, begin_entry
from habitat_desktop.records.environments import preloaded
from habitat_desktop.records.record import Draft, Heading, RecordSummary, Revision
from habitat_desktop.settings import Settings
from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.entry_ids import without_ids

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Duplicated:
    """The new draft; `left_out` is what could not be taken over."""

    entry: Entry
    source: RecordSummary
    left_out: tuple[AnswerProblem, ...]


def duplicate(
    session: "Session",
    forms: Callable[[str, str], Form],
    settings: Settings,
    record: str,
    *,
    period: str = "",
    language: str,
    at: datetime | None = None,
) -> Duplicated:
    """Begin a new record with the answers of `record`, its draft where there is one.

    It has an id and a label of its own, and so has every entry of its lists; the period is `period` or, when
    that is "", still to be said; who answered is whoever works now. What the program fills in is filled anew.

    Raises:
        RecordNotFoundError, NotOursError, ConflictError, FormError.
    """
    at = at or datetime.now(UTC)
    source = repository.find_record(session, record)
    if source is None:
        raise RecordNotFoundError(record=record)
    if source.office != settings.office:
        raise NotOursError(label=source.label, office=source.office)
    if len(source.heads) > 1:
        raise ConflictError(label=source.label)
    content = repository.find_draft(session, source.record_id) or repository.current(
        session, source.record_id
    )
    if content is None:
        raise RecordNotFoundError(record=record)
    form = forms(content.heading.form_id, content.heading.form_version)
    heading = Heading(form.form_id, form.version, form.hash, content.heading.country, period)
    entry = begin_entry(session, form, settings, heading, str(uuid.uuid4()), language=language, at=at)
    problems = fill(entry, _answers(form, content), attach=lambda path: path.name, base=Path(), whole=False)
    repository.create_draft(session, entry.draft(at=at))
    return Duplicated(entry, source, tuple(problems))


def _answers(form: Form, content: Draft | Revision) -> dict[str, Any]:
    """Return the answers that come along: not what the program fills in, no ids of entries."""
    own = set(preloaded(form).values())
    found: dict[str, Any] = _without(without_ids(content.answers), form.root.path, own)
    return {name: value for name, value in found.items() if not name.startswith("$")}


def _without(answers: Any, path: str, left_out: set[str]) -> Any:
    if isinstance(answers, Mapping) and "$unavailable" not in answers:
        return {
            name: _without(value, f"{path}/{name}", left_out)
            for name, value in answers.items()
            if f"{path}/{name}" not in left_out
        }
    if isinstance(answers, list) and any(isinstance(one, Mapping) for one in answers):
        return [_without(one, path, left_out) for one in answers]
    return answers

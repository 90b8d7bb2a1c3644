"""A record brought to another version of its form: first a preview, then a draft that can be discarded.

Records stay on their version until a person does this.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.records import repository
from habitat_desktop.records.acts import DraftInTheWayError, NotOursError
from habitat_desktop.records.aligning import Refs
from habitat_desktop.records.entry import ConflictError, Entry, RecordNotFoundError
from habitat_desktop.records.environments import environment_of
from habitat_desktop.records.links import with_links
from habitat_desktop.records.record import Draft, Revision
from habitat_desktop.records.versions import Change, moved, moved_refs
from habitat_desktop.settings import Settings
from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.engine import FormInstance, Opening, Problem

Forms = Callable[[str, str | None], Form]


class SameVersionError(HabitatError):
    code = "SAME_VERSION"
    message = N_("The record {label} is on version {version} of its form already. Nothing was changed.")


@dataclass(frozen=True)
class Upgrade:
    """What becomes of a record on another version of its form.

    `changes` are the answers that do not simply stay, `added` the paths of new questions, `problems` what
    keeps it from being finalized then.
    """

    record_id: str
    label: str
    old_version: str
    new_version: str
    changes: tuple[Change, ...]
    added: tuple[str, ...]
    problems: tuple[Problem, ...]


def preview(
    session: Session, forms: Forms, settings: Settings, record: str, version: str | None = None
) -> Upgrade:
    """Say what `upgrade` would do, and do nothing."""
    return _prepared(session, forms, settings, record, version)[1]


def upgrade(
    session: Session,
    forms: Forms,
    settings: Settings,
    record: str,
    version: str | None = None,
    *,
    at: datetime | None = None,
) -> tuple[Entry, Upgrade]:
    """Make a draft of the record on `version` of its form, the newest unless one is named.

    A record that is still a draft is brought over as it is. Discarding the draft undoes it.

    Raises:
        RecordNotFoundError, NotOursError, ConflictError, SameVersionError, FormError.
        DraftInTheWayError: a finalized record is being changed.
    """
    entry, told = _prepared(session, forms, settings, record, version)
    repository.save_draft(session, entry.draft(at=at or datetime.now(UTC)))
    return entry, told


def _prepared(
    session: Session, forms: Forms, settings: Settings, record: str, version: str | None
) -> tuple[Entry, Upgrade]:
    content = _content(session, settings, record)
    heading = content.heading
    new = forms(heading.form_id, version)
    if new.version == heading.form_version:
        raise SameVersionError(label=content.label, version=new.version)
    found = moved(forms(heading.form_id, heading.form_version), new, content.answers)
    draft = Draft(
        record_id=content.record_id,
        office=content.office,
        label=content.label,
        heading=replace(heading, form_version=new.version, form_hash=new.hash),
        parents=content.parents if isinstance(content, Draft) else (content.revision_id,),
        answers=found.answers,
        authors=moved_refs(content.authors, found.refs),
        justifications=moved_refs(content.justifications, found.refs),
        language=content.language,
        answered=0,
        missing=0,
        problems=0,
        saved_at=datetime.now(UTC),
        saved_by=settings.person,
        carried=_carried(content, found.refs),
        typed=moved_refs(content.typed, found.refs) if isinstance(content, Draft) else {},
    )
    environment = environment_of(settings, draft.heading, draft.record_id, settings.language)
    environment = with_links(session, new, environment, draft.office)
    instance = FormInstance(new, environment, found.answers, opening=Opening.RESUME)
    entry = Entry(new, instance, draft, person=settings.person)
    told = Upgrade(
        content.record_id,
        content.label,
        heading.form_version,
        new.version,
        (*found.changes, *_gone_choices(instance)),
        found.added,
        tuple(instance.problems()),
    )
    return entry, told


def _carried(content: Draft | Revision, refs: Mapping[str, str]) -> tuple[str, ...]:
    """Return what is to be confirmed, under the refs of the new version."""
    carried = content.carried if isinstance(content, Draft) else ()
    return tuple(sorted(moved_refs(dict.fromkeys(carried, ""), refs)))


def _content(session: Session, settings: Settings, record: str) -> Draft | Revision:
    summary = repository.find_record(session, record)
    if summary is None:
        raise RecordNotFoundError(record=record)
    if summary.office != settings.office:
        raise NotOursError(label=summary.label, office=summary.office)
    if len(summary.heads) > 1:
        raise ConflictError(label=summary.label)
    draft = repository.find_draft(session, summary.record_id)
    if draft is not None and summary.revisions:
        raise DraftInTheWayError(label=summary.label)
    content = draft or repository.current(session, summary.record_id)
    if content is None:
        raise RecordNotFoundError(record=record)
    return content


def _gone_choices(instance: FormInstance) -> list[Change]:
    """Return the answers that are no longer among the choices; they are kept."""
    refs = Refs(instance.answers(relevant_only=False, complete=True))
    gone = []
    for state in instance.states():
        if state.kind != "question" or not state.choices or not state.value:
            continue
        known = {choice.value for choice in state.choices}
        if any(one not in known for one in state.value.split()):
            ref = refs.named(state.ref)
            gone.append(Change("choice", "", ref, state.value, state.value))
    return gone

"""Merges in the store: begin, decide, take back, finish, open again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from habitat_desktop.records import journal, repository, roles
from habitat_desktop.records.act import HERE, Actor
from habitat_desktop.records.entry import RecordNotFoundError
from habitat_desktop.records.environments import environment_of
from habitat_desktop.records.links import Links
from habitat_desktop.records.merge_errors import (
    NothingToMergeError,
    NothingToUndoError,
    NotMergedError,
    PersonNeededError,
    ReasonNeededError,
    UnknownRowError,
    UnknownSideError,
)
from habitat_desktop.records.merges import (
    Forms,
    RecordMerge,
    Step,
    common_parent,
    decisions_that_fit,
    entry_of,
    instance_of,
    merged_of,
    problems_of,
    read_sides,
    step_of,
    steps_behind,
    typed,
)
from habitat_desktop.records.merging import BASE, Row, merge
from habitat_desktop.records.record import Kind, RecordState, RecordSummary, Revision, utc_text
from habitat_desktop.records.tables import MergeRow, table, upsert
from habitat_desktop.settings import Settings
from habitat_desktop.xforms.definition import Form


@dataclass(frozen=True)
class _Work:
    """What a merge is of, as it stands in the store."""

    summary: RecordSummary
    revisions: list[Revision]
    onto: tuple[str, ...]
    sides: tuple[Revision, ...]
    steps: tuple[Step, ...]
    links: Links


def list_merges(session: Session) -> list[RecordSummary]:
    """Return the records that wait for a merge, or whose merge was opened again."""
    reopened = set(session.scalars(select(MergeRow.record_id)))
    found = repository.list_records(session, state=RecordState.CONFLICT)
    known = {one.record_id for one in found}
    more = repository.summaries(session, sorted(reopened - known))
    return found + [one for one in more if _reopened(session, one)]


def open_merge(session: Session, forms: Forms, settings: Settings, record: str) -> RecordMerge:
    """Return the merge of a record as far as it is decided.

    Raises:
        RecordNotFoundError, FormError.
        NothingToMergeError: the record has one head, and no merge of it was opened again.
    """
    return _opened(_work(session, record), forms, settings)


def take(
    session: Session,
    forms: Forms,
    settings: Settings,
    record: str,
    ref: str,
    choice: str,
    *,
    value: Any = None,
    person: str = "",
    at: datetime | None = None,
) -> RecordMerge:
    """Decide one row: `choice` is the letter of a side, "base", or "value" for `value`, which a person types.

    `ref` is that of the row, or its path where only one row has it.

    Raises:
        UnknownRowError, UnknownSideError, PersonNeededError: nothing was decided.
    """
    work = _work(session, record)
    person = _person(work, person.strip() or settings.person)
    found = _opened(work, forms, settings)
    row = _row(found, ref)
    if choice not in (*found.letters, BASE, "value") or (
        choice == "value" and row.what not in ("answer", "justification")
    ):
        raise UnknownSideError(label=found.label, side=choice, sides=", ".join((*found.letters, BASE)))
    if choice == "value":
        value = typed(found.form, row, value)
    step = step_of(row, work.sides, choice, value, person, at or datetime.now(UTC))
    return _keep(session, forms, settings, work, (*work.steps, step))


def undo(
    session: Session, forms: Forms, settings: Settings, record: str, actor: Actor, *, whole: bool = False
) -> RecordMerge:
    """Take the last decision back, or every one; a finished merge is opened again with its decisions.

    Raises:
        NothingToUndoError. At headquarters, where a merge is opened again: as `journal.write`.
    """
    summary = _summary(session, record)
    if len(summary.heads) == 1 and not _reopened(session, summary):
        found = _reopen(session, forms, settings, summary)
        _note(session, actor, "unmerge", summary.record_id, summary.heads[0])
        return found
    work = _work(session, record)
    if not work.steps:
        raise NothingToUndoError(label=summary.label)
    return _keep(session, forms, settings, work, () if whole else work.steps[:-1])


def finish(
    session: Session,
    forms: Forms,
    settings: Settings,
    record: str,
    actor: Actor,
    *,
    reason: str = "",
) -> Revision:
    """Add the merge as a revision that replaces all heads, in the caller's transaction.

    A draft on one of the heads stays; finalizing it then asks for a merge again. A merge of headquarters is
    an act in the journal.

    Raises:
        RoleError: this is a region.
        NotMergedError: questions are open.
        NotFinalizableError: the rules of the form do not hold for what the sides come to together.
        ReasonNeededError: headquarters gave none. PersonNeededError.
        KeyLockedError: at headquarters, the key that signs needs a passphrase.
    """
    at = actor.at
    work = _work(session, record)
    if actor.role != roles.OFFICE:
        roles.require(actor.role, "merge")
    person = _person(work, actor.person)
    reason = reason.strip()
    if not reason and actor.role != roles.OFFICE:
        raise ReasonNeededError(label=work.summary.label)
    found = _opened(work, forms, settings)
    if found.merged.open_rows:
        first, count = found.merged.open_rows[0], len(found.merged.open_rows)
        raise NotMergedError(label=found.label, count=count, ref=first.ref, rows=found.merged.open_rows)
    instance = instance_of(found.form, found.merged, _environment(settings, work, found.form))
    entry = entry_of(found, instance, settings, person, at)
    if found.merged.withdrawn:
        draft = entry.draft(at=at)
    else:
        draft = entry.final_draft(at=at)
    _drop(session, work.summary)
    kind: Kind = "withdraw" if found.merged.withdrawn else "merge"
    made = repository.finalize(
        session,
        draft,
        author=person,
        at=at,
        kind=kind,
        reason=reason,
        keeps_draft=True,
        is_received=actor.role == roles.HEADQUARTERS,
    )
    _note(session, actor, "merge", made.record_id, made.revision_id, office=made.office, reason=reason)
    return made


def _note(
    session: Session,
    actor: Actor,
    kind: str,
    record_id: str,
    revision_id: str,
    *,
    office: str = HERE,
    reason: str = "",
) -> None:
    """Note in the journal what headquarters did; the merges of an office are told by their revisions."""
    if actor.role != roles.OFFICE:
        journal.write(
            session, actor, kind, office=office, record_id=record_id, revision_id=revision_id, reason=reason
        )


# -- the work as it is stored ----------------------------------------------------------------------------


def _summary(session: Session, record: str) -> RecordSummary:
    summary = repository.find_record(session, record)
    if summary is None:
        raise RecordNotFoundError(record=record)
    return summary


def _document(session: Session, summary: RecordSummary) -> Mapping[str, Any]:
    statement = select(MergeRow.document).where(
        MergeRow.office == summary.office, MergeRow.record_id == summary.record_id
    )
    return session.scalar(statement) or {}


def _reopened(session: Session, summary: RecordSummary) -> bool:
    """Whether the one head is a merge that was opened again."""
    return bool(list(summary.heads) == _document(session, summary).get("reopened", [None]))


def _work(session: Session, record: str) -> _Work:
    summary = _summary(session, record)
    document = _document(session, summary)
    revisions = repository.history(session, summary.record_id)
    known = {one.revision_id: one for one in revisions}
    sides = tuple(known[one] for one in summary.heads)
    if len(sides) == 1 and _reopened(session, summary):
        sides = merged_of(revisions, sides[0])
    if len(sides) < 2:
        raise NothingToMergeError(label=summary.label)
    steps = tuple(map(Step.from_document, document.get("steps", [])))
    return _Work(summary, revisions, tuple(summary.heads), sides, steps, Links(session))


def _opened(work: _Work, forms: Forms, settings: Settings) -> RecordMerge:
    base = common_parent(work.revisions, [one.revision_id for one in work.sides])
    read = read_sides(forms, base, work.sides)
    merged = merge(read.form, read.base, read.sides)
    if work.steps:
        rows = {row.ref: row for row in merged.rows}
        merged = merge(read.form, read.base, read.sides, decisions_that_fit(work.steps, rows, work.sides))
    summary = work.summary
    return RecordMerge(
        record_id=summary.record_id,
        label=summary.label,
        office=summary.office,
        form=read.form,
        base=base,
        sides=work.sides,
        onto=work.onto,
        merged=merged,
        problems=problems_of(instance_of(read.form, merged, _environment(settings, work, read.form))),
        steps=len(work.steps),
    )


def _environment(settings: Settings, work: _Work, form: Form) -> Any:
    first = work.sides[0]
    made = environment_of(settings, first.heading, first.record_id, settings.language)
    return replace(made, record_rows=work.links.rows(form, first.office))


def _row(found: RecordMerge, ref: str) -> Row:
    rows = [row for row in found.merged.rows if row.ref == ref]
    rows = rows or [row for row in found.merged.rows if row.path == ref]
    if len(rows) != 1:
        raise UnknownRowError(label=found.label, ref=ref)
    return rows[0]


def _person(work: _Work, person: str) -> str:
    if not person.strip():
        raise PersonNeededError(label=work.summary.label)
    return person.strip()


def _keep(
    session: Session, forms: Forms, settings: Settings, work: _Work, steps: Sequence[Step]
) -> RecordMerge:
    reopened = list(work.onto) if len(work.onto) == 1 else []
    _write(
        session, work.summary, {"reopened": reopened, "steps": [step.document() for step in steps]}, settings
    )
    return _opened(_work(session, work.summary.record_id), forms, settings)


def _write(session: Session, summary: RecordSummary, document: dict[str, Any], settings: Settings) -> None:
    row = {
        "office": summary.office,
        "record_id": summary.record_id,
        "changed_at": utc_text(datetime.now(UTC)),
        "changed_by": settings.person,
        "document": document,
    }
    upsert(session, MergeRow, [row])


def _drop(session: Session, summary: RecordSummary) -> None:
    session.execute(
        delete(table(MergeRow)).where(
            MergeRow.office == summary.office, MergeRow.record_id == summary.record_id
        )
    )


def _reopen(session: Session, forms: Forms, settings: Settings, summary: RecordSummary) -> RecordMerge:
    revisions = repository.history(session, summary.record_id)
    known = {one.revision_id: one for one in revisions}
    head = known.get(summary.heads[0])
    if head is None or len(head.parents) < 2:
        raise NothingToUndoError(label=summary.label)
    sides = merged_of(revisions, head)
    base = common_parent(revisions, head.parents)
    read = read_sides(forms, base, sides)
    steps = steps_behind(head, read, sides, merge(read.form, read.base, read.sides))
    _write(
        session, summary, {"reopened": [head.revision_id], "steps": [s.document() for s in steps]}, settings
    )
    return open_merge(session, forms, settings, summary.record_id)

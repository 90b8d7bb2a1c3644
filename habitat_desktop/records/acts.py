"""What somebody does to a finalized record beside changing it: withdraw it, correct it for its office.

Each has a person and a reason and is a revision of its own; the values before stay in the history.
"""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.records import journal, repository
from habitat_desktop.records.act import Actor
from habitat_desktop.records.entry import ConflictError, Entry, RecordNotFoundError
from habitat_desktop.records.merge_errors import PersonNeededError, ReasonNeededError
from habitat_desktop.records.record import RecordState, RecordSummary, Revision
from habitat_desktop.settings import Settings


class NotOursError(HabitatError):
    code = "NOT_OURS"
    message = N_(
        "The record {label} belongs to the office {office}; only that office changes its answers. "
        "Nothing was changed."
    )


class NotHeadquartersError(HabitatError):
    code = "NOT_HEADQUARTERS"
    message = N_(
        "The record {label} stays as it is: only headquarters corrects the return of another office. Ask the "
        "office {office} to change it."
    )


class NeverFinalizedError(HabitatError):
    code = "NEVER_FINALIZED"
    message = N_(
        "The record {label} was never finalized: there is nothing to withdraw. "
        "Discard the draft instead with: habitat record discard {label}"
    )


class DraftInTheWayError(HabitatError):
    code = "DRAFT_IN_THE_WAY"
    message = N_(
        "The record {label} has a draft with answers that were not finalized; nothing was changed. "
        "Finalize it or discard it first."
    )


class NoDraftError(HabitatError):
    code = "NO_DRAFT"
    message = N_("The record {label} has no draft. Nothing was changed.")


class WithdrawnAlreadyError(HabitatError):
    code = "WITHDRAWN_ALREADY"
    message = N_("The record {label} is withdrawn already. Nothing was changed.")


def withdraw_record(
    session: Session,
    settings: Settings,
    record: str,
    *,
    reason: str,
    person: str = "",
    at: datetime | None = None,
) -> Revision:
    """Take a record of this office back; a later edit brings it back again.

    Raises:
        RecordNotFoundError, NotOursError, NeverFinalizedError, WithdrawnAlreadyError.
        DraftInTheWayError: somebody is at work on it. ConflictError: two revisions stand side by side.
        ReasonNeededError, PersonNeededError.
    """
    summary = _found(session, record)
    if summary.office != settings.office:
        raise NotOursError(label=summary.label, office=summary.office)
    if not summary.revisions:
        raise NeverFinalizedError(label=summary.label)
    if len(summary.heads) > 1:
        raise ConflictError(label=summary.label)
    if summary.has_draft:
        raise DraftInTheWayError(label=summary.label)
    if summary.state == RecordState.WITHDRAWN:
        raise WithdrawnAlreadyError(label=summary.label)
    reason, person = _answerable(summary.label, reason, person.strip() or settings.person)
    return repository.withdraw(
        session, summary.record_id, author=person, at=at or datetime.now(UTC), reason=reason
    )


def correct(
    session: Session,
    actor: Actor,
    entry: Entry,
    *,
    reason: str,
) -> Revision:
    """Add what headquarters made of the return of an office as a correction, in the caller's transaction.

    The act in the journal tells the office that headquarters did so, and nobody else.

    Raises:
        NotHeadquartersError, ReasonNeededError, PersonNeededError.
        NotFinalizableError: the rules of the form do not hold.
        KeyLockedError: the key that signs needs a passphrase.
    """
    if actor.role != "headquarters":
        raise NotHeadquartersError(label=entry.label, office=entry.office)
    reason, person = _answerable(entry.label, reason, actor.person)
    draft = entry.final_draft(at=actor.at)
    made = repository.finalize(
        session, draft, author=person, at=actor.at, kind="correction", reason=reason, is_received=True
    )
    journal.write(
        session,
        actor,
        "correct",
        office=made.office,
        record_id=made.record_id,
        revision_id=made.revision_id,
        reason=reason,
    )
    return made


def discard(session: Session, settings: Settings, record: str) -> None:
    """Drop the draft of a record of this office.

    Raises:
        RecordNotFoundError, NotOursError, NoDraftError.
    """
    summary = _found(session, record)
    if summary.office != settings.office:
        raise NotOursError(label=summary.label, office=summary.office)
    if not summary.has_draft:
        raise NoDraftError(label=summary.label)
    repository.discard_draft(session, summary.office, summary.record_id)


def _found(session: Session, record: str) -> RecordSummary:
    summary = repository.find_record(session, record)
    if summary is None:
        raise RecordNotFoundError(record=record)
    return summary


def _answerable(label: str, reason: str, person: str) -> tuple[str, str]:
    """Return reason and person, both of which there must be."""
    if not reason.strip():
        raise ReasonNeededError(label=label)
    if not person.strip():
        raise PersonNeededError(label=label)
    return reason.strip(), person.strip()

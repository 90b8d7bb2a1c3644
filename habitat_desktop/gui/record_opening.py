"""Reads from the workspace what a record needs to be shown; runs on the worker."""

from dataclasses import replace
from datetime import datetime

from habitat_desktop.gui.sitting import Opened
from habitat_desktop.i18n.periods import previous_period
from habitat_desktop.records.previous import PreviousValues, previous_values
from habitat_desktop.records.record import Heading, RecordSummary, Revision
from habitat_desktop.workspace import Workspace
from habitat_desktop.xforms.definition import Form


def read_record(
    workspace: Workspace,
    record: str,
    *,
    language: str,
    at: datetime,
    readonly: bool | None = None,
    revision_id: str = "",
) -> Opened:
    """Open a record: for filling where this is its office and there is a draft, else for looking.

    `readonly` False begins a new draft on top of the current revision; `revision_id` shows an earlier one.

    Raises:
        RecordNotFoundError, FormError, DatabaseError.
    """
    from habitat_desktop.records import repository
    from habitat_desktop.records.attachments import attached_files
    from habitat_desktop.records.entry import RecordNotFoundError, open_entry, open_revision

    settings, library = workspace.settings, workspace.library
    with workspace.read() as session:
        summary = repository.find_record(session, record)
        if summary is None:
            raise RecordNotFoundError(record=record)
        revisions = tuple(repository.history(session, summary.record_id))
        is_ours = settings.role == "office" and summary.office == settings.office
        if readonly is None:
            readonly = not is_ours or not summary.has_draft or len(summary.heads) > 1
        shown = next((one for one in revisions if one.revision_id == revision_id), None)
        if shown is not None:
            entry = open_revision(shown, library.form, settings, language=language, at=at, session=session)
        else:
            entry = open_entry(
                session, library.form, settings, summary.record_id,
                language=language, readonly=readonly or not is_ours, at=at,
            )  # fmt: skip
        heading = entry.heading()
        before = repository.previous_of(session, heading, summary.office)
        files = {
            file.sha256: file.name
            for file in attached_files(session, summary.office, entry.instance.answers(relevant_only=False))
        }
        draft = None if entry.readonly else repository.find_draft(session, summary.record_id)
        looked_at = shown or (repository.current(session, summary.record_id) if entry.readonly else None)
    return Opened(
        entry=entry,
        state=summary.state,
        package_number=summary.package_number,
        previous=previous_values(entry.form, before, library, same_ids=bool(heading.previous_record))
        or _compared(workspace, entry.form, heading),
        previous_period=period_of(heading, before),
        saved_at=draft.saved_at if draft is not None else None,
        files=files,
        revisions=revisions,
        revision_id=looked_at.revision_id if looked_at is not None else "",
    )


def read_previous(
    workspace: Workspace, form: Form, heading: Heading, office: str
) -> tuple[PreviousValues, str]:
    """Return last period's answers for a record about `heading`, and the key of that period."""
    from habitat_desktop.records import repository

    with workspace.read() as session:
        before = repository.previous_of(session, heading, office)
    same_ids = bool(heading.previous_record)
    found = previous_values(form, before, workspace.library, same_ids=same_ids)
    return found or _compared(workspace, form, heading), period_of(heading, before)


def _compared(workspace: Workspace, form: Form, heading: Heading) -> PreviousValues:
    """Return what was loaded from elsewhere for the period before; nothing where nothing was."""
    from habitat_desktop.records import comparisons

    found = comparisons.before(workspace.folder, heading)
    return PreviousValues(form, found.answers if found is not None else {})


def read_twins(
    workspace: Workspace, form: Form, heading: Heading, office: str, record_id: str, key: tuple[str, ...]
) -> list[RecordSummary]:
    """Return the other records of the same form, country, period and key."""
    from habitat_desktop.records.keys import records_with_key

    with workspace.read() as session:
        found = records_with_key(session, form, office, heading.country, heading.period, key, heading.subject)
    return [one for one in found if one.record_id != record_id]


def period_of(heading: Heading, before: Revision | None) -> str:
    """Return the key of the period the column shows, also where there is no return for it."""
    if before is not None:
        return before.heading.period
    return (previous_period(heading.period) or "") if heading.period else ""


def is_about_the_same(one: Heading, other: Heading) -> bool:
    """Whether the same last period stands beside two headings."""
    return replace(one, form_version="", form_hash="") == replace(other, form_version="", form_hash="")


def attach_file(workspace: Workspace, office: str, path: str) -> tuple[str, str]:
    """Copy a file into the workspace; return the value to keep and the name of the file."""
    from pathlib import Path

    from habitat_desktop.records import repository

    source = Path(path)
    with workspace.begin() as session:
        return repository.attach(session, workspace.attachments, office, source), source.name

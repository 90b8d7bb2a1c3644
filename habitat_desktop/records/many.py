"""What is done to several records at once: finalize those that can be, drop drafts and put them back."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from habitat_desktop.errors import HabitatError
from habitat_desktop.progress import Progress
from habitat_desktop.records import repository
from habitat_desktop.records.acts import NoDraftError, NotOursError
from habitat_desktop.records.entry import ConflictError, Entry, RecordNotFoundError, finalize, open_entry
from habitat_desktop.records.record import Draft, RecordSummary, Revision
from habitat_desktop.settings import Settings
from habitat_desktop.xforms.definition import Form

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Forms = Callable[[str, str], Form]


@dataclass(frozen=True)
class Blocked:
    """A record that stays as it is, and why; `record` is None where there is none of this id."""

    record_id: str
    record: RecordSummary | None
    error: HabitatError

    @property
    def label(self) -> str:
        return self.record.label if self.record is not None else self.record_id


@dataclass(frozen=True)
class Checked:
    """Which of several drafts can be finalized now."""

    ready: tuple[RecordSummary, ...]
    blocked: tuple[Blocked, ...]


@dataclass(frozen=True)
class Finalized:
    """What became of several drafts: revisions, and those that stay."""

    made: tuple[Revision, ...]
    blocked: tuple[Blocked, ...]


def check_many(
    session: "Session",
    forms: Forms,
    settings: Settings,
    record_ids: Sequence[str],
    *,
    language: str,
    at: datetime | None = None,
    progress: Progress | None = None,
) -> Checked:
    """Say which of these records can be finalized, and of the others why not; nothing is changed."""
    ready, blocked = [], []
    for found in _opened(session, forms, settings, record_ids, language, at or datetime.now(UTC), progress):
        if isinstance(found, Blocked):
            blocked.append(found)
            continue
        record, entry = found
        try:
            entry.final_draft(at=at or datetime.now(UTC))
        except HabitatError as error:
            blocked.append(Blocked(record.record_id, record, error))
        else:
            ready.append(record)
    return Checked(tuple(ready), tuple(blocked))


def finalize_many(
    session: "Session",
    forms: Forms,
    settings: Settings,
    record_ids: Sequence[str],
    *,
    language: str,
    at: datetime | None = None,
    progress: Progress | None = None,
) -> Finalized:
    """Finalize the drafts that can be, in the caller's transaction; the others stay as they are.

    Raises:
        Cancelled: asked to stop; the caller's transaction ends without any of them.
    """
    at = at or datetime.now(UTC)
    made, blocked = [], []
    for found in _opened(session, forms, settings, record_ids, language, at, progress):
        if isinstance(found, Blocked):
            blocked.append(found)
            continue
        record, entry = found
        try:
            made.append(finalize(session, entry, at=at))
        except HabitatError as error:
            blocked.append(Blocked(record.record_id, record, error))
    return Finalized(tuple(made), tuple(blocked))


def _opened(
    session: "Session",
    forms: Forms,
    settings: Settings,
    record_ids: Sequence[str],
    language: str,
    at: datetime,
    progress: Progress | None,
) -> Iterator[Blocked | tuple[RecordSummary, Entry]]:
    """Yield each draft that can be opened, one after the other: no more than one is in memory."""
    for number, record_id in enumerate(record_ids):
        if progress is not None:
            progress.step(number, len(record_ids))
        record = repository.find_record(session, record_id)
        try:
            yield (
                _drafted(record, record_id, settings),
                open_entry(session, forms, settings, record_id, language=language, at=at),
            )
        except HabitatError as error:
            yield Blocked(record_id, record, error)


def _drafted(record: RecordSummary | None, record_id: str, settings: Settings) -> RecordSummary:
    if record is None:
        raise RecordNotFoundError(record=record_id)
    if record.office != settings.office:
        raise NotOursError(label=record.label, office=record.office)
    if len(record.heads) > 1:
        raise ConflictError(label=record.label)
    if not record.has_draft:
        raise NoDraftError(label=record.label)
    return record


@dataclass(frozen=True)
class Discarded:
    """Drafts that were dropped, as they were: `put_back` undoes it."""

    drafts: tuple[Draft, ...]
    blocked: tuple[Blocked, ...]


def discard_many(session: "Session", settings: Settings, record_ids: Sequence[str]) -> Discarded:
    """Drop the drafts of these records; finalized answers stay. Records without a draft are told."""
    drafts: list[Draft] = []
    blocked: list[Blocked] = []
    for record_id in record_ids:
        record = repository.find_record(session, record_id)
        draft = repository.find_draft(session, record.record_id) if record is not None else None
        if record is not None and record.office != settings.office:
            refused: HabitatError = NotOursError(label=record.label, office=record.office)
        elif record is None:
            refused = RecordNotFoundError(record=record_id)
        elif draft is None:
            refused = NoDraftError(label=record.label)
        else:
            repository.discard_draft(session, draft.office, draft.record_id)
            drafts.append(draft)
            continue
        blocked.append(Blocked(record_id, record, refused))
    return Discarded(tuple(drafts), tuple(blocked))


def put_back(session: "Session", drafts: Iterable[Draft]) -> int:
    """Put dropped drafts back as they were; return how many. Where a new draft was begun, that one stays."""
    count = 0
    for draft in drafts:
        if repository.find_draft(session, draft.record_id) is None:
            repository.save_draft(session, draft)
            count += 1
    return count

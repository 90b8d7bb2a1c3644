"""Beginning a whole period from the last one: which returns have no successor yet, and their drafts."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from habitat_desktop.errors import HabitatError
from habitat_desktop.i18n.periods import previous_period
from habitat_desktop.i18n.text import fold
from habitat_desktop.progress import Progress
from habitat_desktop.records import repository
from habitat_desktop.records.record import RecordState, RecordSummary
from habitat_desktop.records.rollover import NOT_FOLLOWED, PeriodLibrary, roll_over
from habitat_desktop.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Startable:
    """A return of last period, and the period its successor would be of."""

    record: RecordSummary
    period: str


@dataclass(frozen=True)
class Started:
    """What became of one: the id of the new draft, or why there is none."""

    source: RecordSummary
    record_id: str = ""
    error: HabitatError | None = None


def startable(session: "Session", settings: Settings, periods: Iterable[tuple[str, str]]) -> list[Startable]:
    """Return the finalized returns that have no successor; `periods` are form ids with the new period."""
    found = []
    for form_id, period in periods:
        before = previous_period(period)
        if before is None:
            continue
        mine = partial(repository.list_records, session, form_id=form_id, office=settings.office)
        begun = {_key(one) for one in mine(period=period) if one.state is not RecordState.WITHDRAWN}
        for one in mine(period=before, order="subject"):
            if one.heads and one.state not in NOT_FOLLOWED and _key(one) not in begun:
                found.append(Startable(one, period))
    return found


def start_all(
    begin: "Callable[[], AbstractContextManager[Session]]",
    library: PeriodLibrary,
    settings: Settings,
    chosen: Sequence[Startable],
    *,
    language: str,
    at: datetime | None = None,
    progress: Progress | None = None,
) -> list[Started]:
    """Begin the draft of each in a transaction of its own: one that cannot keeps no other out."""
    done = []
    for number, one in enumerate(chosen):
        if progress is not None:
            progress.step(number, len(chosen))
        try:
            with begin() as session:
                made = roll_over(
                    session, library, settings, one.record.record_id,
                    period=one.period, language=language, at=at,
                )  # fmt: skip
        except HabitatError as error:
            done.append(Started(one.record, error=error))
        else:
            done.append(Started(one.record, made.entry.record_id))
    return done


def _key(record: RecordSummary) -> tuple[str, str]:
    return record.country, fold(record.subject)

"""What headquarters has from each office, counted from records and packages; nothing is typed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from habitat_desktop.records import exchange_state, repository
from habitat_desktop.records.record import PackageEntry, RecordState, RecordSummary, utc_time

if TYPE_CHECKING:
    from habitat_desktop.records.database import Session

SILENT_AFTER = timedelta(days=30)
# the state that needs somebody most stands for a cell with several records
_URGENCY = (
    RecordState.CONFLICT,
    RecordState.QUERY,
    RecordState.WAITING,
    RecordState.DRAFT,
    RecordState.FINAL,
    RecordState.PACKAGE,
    RecordState.RECEIVED,
    RecordState.ACCEPTED,
)


@dataclass(frozen=True)
class FormCount:
    """The records of one form from one office in one period; `state` is that of the one that needs most."""

    count: int
    state: RecordState


@dataclass(frozen=True)
class OfficeCounts:
    """One office: its records of the period by form, all its records, its packages, what it is owed."""

    office: str
    forms: dict[str, FormCount]
    records: int
    packages: tuple[PackageEntry, ...]
    receipts_due: int

    @property
    def last_package(self) -> PackageEntry | None:
        """The package that came last."""
        return max(self.packages, key=lambda entry: (entry.made_at, entry.number), default=None)

    def is_silent(self, now: datetime) -> bool:
        """Say whether no package came from there for 30 days."""
        last = self.last_package
        return last is None or now - utc_time(last.made_at) > SILENT_AFTER


@dataclass(frozen=True)
class Board:
    """Offices by forms for one period; `periods` are all there are records of, the newest first."""

    period: str
    periods: tuple[str, ...]
    forms: tuple[str, ...]
    offices: tuple[OfficeCounts, ...] = field(default=())

    @property
    def received(self) -> int:
        """How many records of the period came."""
        return sum(cell.count for office in self.offices for cell in office.forms.values())


def board(session: "Session", period: str = "", forms: Iterable[str] = ()) -> Board:
    """Return the board of `period`, by default the newest one with records.

    `forms` are shown in any case; forms with records of the period are added to them. An office is known as
    soon as a package or a record of it came.
    """
    records = [
        record for record in repository.list_records(session) if record.state is not RecordState.WITHDRAWN
    ]
    packages: dict[str, list[PackageEntry]] = defaultdict(list)
    for entry in exchange_state.packages(session, direction="in"):
        packages[entry.peer].append(entry)
    periods = sorted({record.period for record in records if record.period}, reverse=True)
    period = period or (periods[0] if periods else "")
    by_office: dict[str, list[RecordSummary]] = defaultdict(list)
    for record in records:
        by_office[record.office].append(record)
    shown = dict.fromkeys([*forms, *sorted({r.form_id for r in records if r.period == period})])
    offices = tuple(
        OfficeCounts(
            office=office,
            forms=_form_counts([record for record in by_office[office] if record.period == period]),
            records=len(by_office[office]),
            packages=tuple(packages[office]),
            receipts_due=len(exchange_state.receipts_due(session, office)),
        )
        for office in sorted(set(by_office) | set(packages))
    )
    return Board(period, tuple(periods), tuple(shown), offices)


def _form_counts(records: Sequence[RecordSummary]) -> dict[str, FormCount]:
    by_form: dict[str, list[RecordState]] = defaultdict(list)
    for record in records:
        by_form[record.form_id].append(record.state)
    return {
        form_id: FormCount(len(states), min(states, key=_URGENCY.index))
        for form_id, states in by_form.items()
    }

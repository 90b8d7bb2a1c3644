"""What home says, worked out from a glance at the records and the list of forms. No Qt."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from habitat_desktop.i18n.periods import current_period, period_bounds, previous_period
from habitat_desktop.records.record import RecordState, RecordSummary

if TYPE_CHECKING:
    from habitat_desktop.xforms.library import FormInfo

DAYS_TO_REPORT = 30  # after the end of the period, until headquarters sends its own deadlines
MAIN_PERIODICITY = "half-year"
UNDATED = ("", "ad hoc")  # forms filled when something happens are never due

_ORDER = (
    RecordState.ACCEPTED,
    RecordState.RECEIVED,
    RecordState.PACKAGE,
    RecordState.FINAL,
    RecordState.QUERY,
    RecordState.CONFLICT,
    RecordState.WAITING,
    RecordState.DRAFT,
)
_DONE = (RecordState.ACCEPTED, RecordState.RECEIVED, RecordState.PACKAGE, RecordState.FINAL)


@dataclass(frozen=True)
class NextStep:
    """The one useful thing to do for a form."""

    kind: Literal["start", "continue", "query", "send", "nothing"]
    record_id: str = ""
    subject: str = ""
    count: int = 0


@dataclass(frozen=True)
class DueForm:
    """One form and how far its returns of this period are."""

    form_id: str
    title: str
    period: str
    parts: tuple[tuple[int, RecordState], ...]
    done: int
    total: int
    due: date
    step: NextStep


def main_period(today: date) -> str:
    """Return the half-year whose returns are due now."""
    return current_period(today, MAIN_PERIODICITY)


def due_date(period: str) -> date:
    """Return the day until which the returns of `period` are awaited."""
    return period_bounds(period)[1] + timedelta(days=DAYS_TO_REPORT)


def due_periods(forms: "Iterable[FormInfo]", today: date) -> set[str]:
    """Return the periods `due_forms` looks at: those due now and the ones before."""
    now = {current_period(today, form.periodicity) for form in forms if form.periodicity not in UNDATED}
    before = {previous_period(period) for period in now}
    return now | {period for period in before if period is not None}


def due_forms(
    forms: "Iterable[FormInfo]", records: Sequence[RecordSummary], today: date, language: str
) -> list[DueForm]:
    """Return the forms that are due, the earliest deadline first."""
    result = []
    for form in forms:
        if form.periodicity in UNDATED:
            continue
        period = current_period(today, form.periodicity)
        mine = [r for r in records if r.form_id == form.form_id and r.state != RecordState.WITHDRAWN]
        here = [record for record in mine if record.period == period]
        before = [record for record in mine if record.period == previous_period(period)]
        counts = Counter(record.state for record in here)
        result.append(
            DueForm(
                form_id=form.form_id,
                title=form.title(language),
                period=period,
                parts=tuple((counts[state], state) for state in _ORDER if counts[state]),
                done=sum(counts[state] for state in _DONE),
                total=max(len(here), len(before), 1),
                due=due_date(period),
                step=_next_step(here, max(len(before), 1)),
            )
        )
    return sorted(result, key=lambda form: (form.due, form.title))


def _next_step(records: Sequence[RecordSummary], expected: int) -> NextStep:
    queries = [record for record in records if record.state == RecordState.QUERY]
    drafts = [record for record in records if record.state == RecordState.DRAFT]
    if queries:
        return NextStep("query", _newest(queries).record_id, _newest(queries).subject, len(queries))
    if drafts:
        return NextStep("continue", _newest(drafts).record_id, _newest(drafts).subject, len(drafts))
    if len(records) < expected:
        return NextStep("start")
    ready = [record for record in records if record.state == RecordState.FINAL]
    return NextStep("send", count=len(ready)) if ready else NextStep("nothing")


def _newest(records: Sequence[RecordSummary]) -> RecordSummary:
    return max(records, key=lambda record: record.updated_at)

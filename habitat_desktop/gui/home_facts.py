"""What home says, worked out from a glance at the records and the list of forms. No Qt."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from habitat_desktop.i18n.periods import current_period, period_bounds, previous_period
from habitat_desktop.records.record import RecordState, RecordSummary

if TYPE_CHECKING:
    from habitat_desktop.records.expected import ExpectedReturn
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


@dataclass(frozen=True)
class Wanted:
    """What headquarters waits for of one form and period.

    `due` is the earliest date in force of those that are open, `count` how many are expected and not excused,
    `nil` for how many the office has said that there is nothing, `is_open` whether any is waited for.
    """

    form_id: str
    period: str
    due: date
    count: int
    nil: int
    is_open: bool


def wanted_of(returns: "Iterable[ExpectedReturn]") -> tuple[Wanted, ...]:
    """Return what is expected of an office, by form and period."""
    groups: defaultdict[tuple[str, str], list[ExpectedReturn]] = defaultdict(list)
    for one in returns:
        if one.state != "excused":
            groups[one.terms.form_id, one.terms.period].append(one)
    found = []
    for (form_id, period), several in sorted(groups.items()):
        open_ones = [one for one in several if one.is_open]
        days = [date.fromisoformat(one.due) for one in open_ones or several if one.due]
        try:
            due = min(days, default=None) or due_date(period)
        except ValueError:  # a period no calendar of ours knows
            continue
        nil = sum(one.state == "nil" for one in several)
        found.append(Wanted(form_id, period, due, len(several), nil, bool(open_ones)))
    return tuple(found)


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
    forms: "Iterable[FormInfo]",
    records: Sequence[RecordSummary],
    today: date,
    language: str,
    wanted: Sequence[Wanted] = (),
) -> list[DueForm]:
    """Return the forms that are due, the earliest deadline first.

    Where headquarters has said what it expects (`wanted`) its dates hold, what it waits for of an earlier
    period is due too, and a form it does not expect is shown only when it was begun.
    """
    result = []
    for form in forms:
        mine = [r for r in records if r.form_id == form.form_id and r.state != RecordState.WITHDRAWN]
        asked = {one.period: one for one in wanted if one.form_id == form.form_id}
        now = "" if form.periodicity in UNDATED else current_period(today, form.periodicity)
        periods = {period for period, one in asked.items() if one.is_open or period == now}
        if now and (not wanted or now in asked or any(record.period == now for record in mine)):
            periods.add(now)
        for period in sorted(periods):
            result.append(_due_form(form, period, mine, asked.get(period), language))
    return sorted(result, key=lambda form: (form.due, form.title, form.period))


def _due_form(
    form: "FormInfo", period: str, mine: Sequence[RecordSummary], wanted: Wanted | None, language: str
) -> DueForm:
    here = [record for record in mine if record.period == period]
    before = [record for record in mine if record.period == previous_period(period)]
    expected = wanted.count if wanted is not None else max(len(before), 1)
    nil = wanted.nil if wanted is not None else 0
    counts = Counter(record.state for record in here)
    return DueForm(
        form_id=form.form_id,
        title=form.title(language),
        period=period,
        parts=tuple((counts[state], state) for state in _ORDER if counts[state]),
        done=sum(counts[state] for state in _DONE) + nil,
        total=max(len(here) + nil, expected),
        due=wanted.due if wanted is not None else due_date(period),
        step=_next_step(here, expected - nil),
    )


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

"""What a report rests on: which records, on which basis, and which of the expected returns are missing.

Answers are read anew at each pass and never all at once: ten thousand returns need no more memory than their
headings. A record counts once, with the newest of its revisions on the basis, brought to the newest
version of its form.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any

from habitat_desktop.i18n.periods import PERIODICITIES, period_bounds
from habitat_desktop.i18n.text import fold
from habitat_desktop.progress import Progress
from habitat_desktop.records.basis import Basis, chosen, revisions_of
from habitat_desktop.records.columns import answers_in
from habitat_desktop.records.expected import ExpectedReturn
from habitat_desktop.records.expected_register import register
from habitat_desktop.records.record import RecordState, Revision
from habitat_desktop.reports.answers import Answers, Places
from habitat_desktop.reports.document import RecordLine
from habitat_desktop.reports.errors import ReportPeriodError
from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.problems import FormError

if TYPE_CHECKING:
    from habitat_desktop.records.database import Session
    from habitat_desktop.xforms.library import Library

_DEMONSTRATION = "Demonstration data"  # how the comments of every invented return begin


@dataclass(frozen=True)
class Scope:
    """What a report is asked to speak of; no offices or countries: all of them."""

    periods: tuple[str, ...]
    basis: Basis = "accepted"
    offices: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()


@dataclass(frozen=True)
class Origin:
    """Where a report is made: the name of the workspace, its database, the day."""

    name: str
    database: str
    made_on: date
    is_demonstration: bool = False


@dataclass(frozen=True)
class Duplicate:
    """A record that is left out because another one says the same of the same period; `kept` is that one."""

    left_out: RecordLine
    kept: RecordLine


@dataclass
class Found:
    """The records of one form: those that count, and why the others do not."""

    lines: list[RecordLine] = field(default_factory=list)
    duplicates: list[Duplicate] = field(default_factory=list)
    not_on_basis: list[str] = field(default_factory=list)  # labels: not received, or not accepted
    withdrawn: list[str] = field(default_factory=list)
    superseded: list[str] = field(default_factory=list)  # labels: a newer revision does not count yet
    unmerged: list[str] = field(default_factory=list)  # labels: two newest revisions
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)  # by record id


@dataclass(frozen=True)
class Coverage:
    """How many of the expected returns are in a report: `came` of `expected`, nil returns among them.

    `excused` are not waited for. `missing` are those not here, `undecided` those that came but do not count
    on this basis. `unexpected` counts records nobody waits for, which count all the same.
    """

    expected: int = 0
    came: int = 0
    nil: int = 0
    excused: int = 0
    missing: tuple[ExpectedReturn, ...] = ()
    undecided: tuple[ExpectedReturn, ...] = ()
    unexpected: int = 0

    @property
    def missing_offices(self) -> tuple[str, ...]:
        """The offices of which something is missing."""
        return tuple(sorted({one.terms.office for one in (*self.missing, *self.undecided)}))


class Evidence:
    """The records of a database that a report may use, read in one session: one state of the database."""

    def __init__(
        self,
        session: "Session",
        library: "Library",
        scope: Scope,
        origin: Origin,
        progress: Progress | None = None,
    ) -> None:
        self.scope = scope
        self.origin = origin
        self.library = library
        self._session = session
        self._progress = progress or Progress()
        self._read = 0
        self._found: dict[str, Found] = {}
        self._places: dict[str, Places] = {}

    # -- forms -------------------------------------------------------------------------------------------

    def form(self, form_id: str) -> Form:
        """Return the newest version of a form. Raises UnknownFormError."""
        return self.places(form_id).form

    def places(self, form_id: str) -> Places:
        """Return where the questions of a form stand."""
        if form_id not in self._places:
            self._places[form_id] = Places(self.library.form(form_id))
        return self._places[form_id]

    def periods(self, form_id: str) -> tuple[str, ...]:
        """Return the periods whose returns of this form count: those asked for, and all that overlap them.

        A form that is filled once a year is in a half-yearly report with the returns of that year.
        """
        wanted = dict.fromkeys(self.scope.periods)
        periodicity = self.form(form_id).periodicity
        for period in self.scope.periods:
            wanted |= dict.fromkeys(overlapping(period, periodicity))
        return tuple(wanted)

    # -- records -----------------------------------------------------------------------------------------

    def found(self, form_id: str) -> Found:
        """Return the records of a form, in the order of offices, countries and subjects, without answers."""
        if form_id not in self._found:
            self._found[form_id] = self._look(form_id)
        return self._found[form_id]

    def returns(self, form_id: str) -> Iterator[Answers]:
        """Yield the answers of every record that counts."""
        yield from self._answers(form_id, self.found(form_id).lines)

    def latest(self, form_id: str) -> Iterator[Answers]:
        """Yield the same, of each subject only the return of the newest period: a project counts once.

        A subject is what the key of the form says (a project code), in one country.
        """
        found = self.found(form_id)
        newest: dict[Any, RecordLine] = {}
        for line in found.lines:
            key = (_place(line), found.keys[line.record_id]) if line.record_id in found.keys else line
            if key not in newest or _period_end(line) > _period_end(newest[key]):
                newest[key] = line
        kept = {line.record_id for line in newest.values()}
        yield from self._answers(form_id, [line for line in found.lines if line.record_id in kept])

    def _answers(self, form_id: str, lines: Sequence[RecordLine]) -> Iterator[Answers]:
        places = self.places(form_id)
        for office, group in groupby(lines, key=lambda line: line.office):
            by_revision = {line.revision_id: line for line in group}
            for revision in revisions_of(self._session, office, list(by_revision)):
                self._step()
                line = by_revision[revision.revision_id]
                yield Answers(line, places, values=self._brought(places.form, revision))

    def _look(self, form_id: str) -> Found:
        form, found, scope = self.form(form_id), Found(), self.scope
        states: dict[str, RecordState] = {}
        wanted: defaultdict[str, list[str]] = defaultdict(list)
        periods = self.periods(form_id)
        for one in chosen(self._session, form_id, scope.basis, periods, scope.offices, scope.countries):
            if one.revision_id:
                wanted[one.office].append(one.revision_id)
                states[one.revision_id] = one.state
                if one.has_newer:
                    (found.unmerged if one.has_two_heads else found.superseded).append(one.label)
            elif one.state is RecordState.WITHDRAWN:
                found.withdrawn.append(one.label)
            else:
                found.not_on_basis.append(one.label)
        lines = []
        for office, revision_ids in wanted.items():
            for revision in revisions_of(self._session, office, revision_ids):
                self._step()
                line = _line(revision, states[revision.revision_id])
                lines.append(line)
                key = self._key(form, revision)
                if any(key):
                    found.keys[line.record_id] = key
        found.lines, found.duplicates = _each_once(lines, found.keys)
        found.lines.sort(key=lambda line: (line.office, line.country, fold(line.subject), line.label))
        return found

    def _key(self, form: Form, revision: Revision) -> tuple[str, ...]:
        """Return what the answers say of which subject this is: two alike are the same return."""
        paths = form.key or form.subject
        answers = self._brought(form, revision)
        parts = []
        for path in paths:
            node: Any = answers
            for name in path.removeprefix(form.root.path + "/").split("/"):
                node = node.get(name) if isinstance(node, Mapping) else None
            parts.append(fold(node) if isinstance(node, str) else "")
        return tuple(parts)

    def _brought(self, form: Form, revision: Revision) -> Mapping[str, Any]:
        """Return the answers under the paths of `form`; as they are where their own version is not known."""
        if revision.heading.form_hash == form.hash:
            return revision.answers
        try:
            return answers_in(form, revision, self.library)
        except FormError:
            return revision.answers

    def _step(self) -> None:
        self._read += 1
        if self._read % 50 == 0:
            known = sum(len(found.lines) for found in self._found.values())
            self._progress.step(self._read, max(self._read, 2 * known))

    # -- what is expected --------------------------------------------------------------------------------

    @cached_property
    def _register(self) -> Any:
        return register(self._session, self.scope.offices or None)

    def coverage(self, form_ids: Sequence[str]) -> Coverage:
        """Return how many of the expected returns of these forms are in the report."""
        wanted = {form_id: set(self.periods(form_id)) for form_id in form_ids}
        here = {
            line.record_id
            for form_id in form_ids
            for line in (
                *self.found(form_id).lines,
                *(one.left_out for one in self.found(form_id).duplicates),
            )
        }
        countries = set(self.scope.countries)
        waited = [
            one
            for one in self._register.returns
            if one.terms.period in wanted.get(one.terms.form_id, ())
            and (not countries or not one.terms.country or one.terms.country in countries)
        ]
        came, nil, excused = 0, 0, 0
        missing, undecided = [], []
        fitting: set[str] = set()
        for one in waited:
            records = {report.record_id for report in one.records}
            fitting |= records & here
            if records & here:
                came += 1
            elif one.state == "excused":
                excused += 1
            elif one.state == "nil":
                nil += 1
            elif one.state in ("received", "accepted"):
                undecided.append(one)
            else:
                missing.append(one)
        return Coverage(
            expected=len(waited) - excused,
            came=came + nil,
            nil=nil,
            excused=excused,
            missing=tuple(missing),
            undecided=tuple(undecided),
            unexpected=len(here - fitting),
        )

    @property
    def is_demonstration(self) -> bool:
        """Whether what was read so far, or the workspace itself, is invented for demonstrations."""
        return self.origin.is_demonstration or any(
            line.is_demonstration for found in self._found.values() for line in found.lines
        )


def check_periods(periods: Iterable[str]) -> None:
    """Raise ReportPeriodError for what is no period."""
    for period in periods:
        try:
            period_bounds(period)
        except ValueError as error:
            raise ReportPeriodError(period=period) from error


def overlapping(period: str, periodicity: str) -> list[str]:
    """Return the periods of this periodicity that share a day with `period`; an unknown one has none."""
    try:
        first, last = period_bounds(period)
    except ValueError:
        return []
    found = []
    for year in range(first.year - 1, last.year + 1):
        for key in _KEYS.get(periodicity, _KEYS["ad hoc"])(year):
            if share_a_day(period, key):
                found.append(key)
    return found


def share_a_day(one: str, other: str) -> bool:
    """Whether two periods overlap. Raises ValueError for what is no period."""
    (begins, ends), (first, last) = period_bounds(one), period_bounds(other)
    return begins <= last and ends >= first


_KEYS = {
    "half-year": lambda year: [f"{year}-H1", f"{year}-H2"],
    "year": lambda year: [str(year)],
    "biennium": lambda year: [f"{year}-{year + 1}"] if year % 2 == 0 else [],
    "ad hoc": lambda year: [f"{year}-adhoc"],
}
assert set(_KEYS) == set(PERIODICITIES)


def _place(line: RecordLine) -> str:
    """Return the country a subject is told from others by; units of headquarters have none."""
    return line.country or f"office {line.office}"


def _period_end(line: RecordLine) -> tuple[date, str]:
    try:
        return period_bounds(line.period)[1], line.made_at
    except ValueError:
        return date.min, line.made_at


def _line(revision: Revision, state: RecordState) -> RecordLine:
    heading = revision.heading
    return RecordLine(
        record_id=revision.record_id,
        label=revision.label,
        office=revision.office,
        country=heading.country,
        period=heading.period,
        subject=heading.subject,
        form_id=heading.form_id,
        form_version=heading.form_version,
        state=str(state),
        revision_id=revision.revision_id,
        author=revision.author,
        made_at=revision.made_at,
        language=revision.language,
        is_demonstration=_is_demonstration(revision.answers),
    )


def _is_demonstration(answers: Mapping[str, Any]) -> bool:
    footer = answers.get("ftr")
    comments = footer.get("comments") if isinstance(footer, Mapping) else None
    return isinstance(comments, str) and comments.startswith(_DEMONSTRATION)


def _each_once(
    lines: Sequence[RecordLine], keys: Mapping[str, tuple[str, ...]]
) -> tuple[list[RecordLine], list[Duplicate]]:
    """Return the records that count and those that say the same of the same period as one of them.

    The one last written counts; of two written at the same instant the one with the higher id.
    """
    same: defaultdict[Any, list[RecordLine]] = defaultdict(list)
    for line in lines:
        key = keys.get(line.record_id)
        same[line.record_id if key is None else (_place(line), line.period, key)].append(line)
    kept, duplicates = [], []
    for group in same.values():
        newest = max(group, key=lambda line: (line.made_at, line.record_id))
        kept.append(newest)
        duplicates += [Duplicate(line, newest) for line in group if line is not newest]
    return kept, duplicates

"""The return of the next period, begun from that of the last one.

Each question says what becomes of its answer (`bind::habitat:rollover`): "carry" and "confirm" come along and
wait to be confirmed, "clear" and nothing at all begin blank. What names the subject and the key of a record
comes along where the form says nothing else. What is calculated, filled in by the program or was declared not
available never does. Entries of repeats stay with their ids where something inside comes along.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n.periods import fits, next_period, period_bounds, previous_period
from habitat_desktop.records import repository
from habitat_desktop.records.acts import NotOursError
from habitat_desktop.records.answers_file import AnswerProblem, fill
from habitat_desktop.records.columns import Library, answers_in
from habitat_desktop.records.entry import ConflictError, Entry, RecordNotFoundError, begin_entry
from habitat_desktop.records.keys import Key, key_of, records_with_key
from habitat_desktop.records.record import Heading, RecordState, RecordSummary
from habitat_desktop.settings import Settings
from habitat_desktop.xforms.definition import Form, Group, Question, Repeat
from habitat_desktop.xforms.entry_ids import ENTRY_ID, with_ids

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

COMES_ALONG = ("carry", "confirm")


class PeriodLibrary(Library, Protocol):
    """Gives the version of a form that holds for a period."""

    def form_for(self, form_id: str, period: str) -> Form: ...


class NothingToRollOverError(HabitatError):
    code = "NOTHING_TO_ROLL_OVER"
    message = N_(
        "The record {label} was never finalized or is withdrawn: there is nothing to begin the next period "
        "from. Nothing was changed. Finalize it first, or begin an empty return."
    )


class NoNextPeriodError(HabitatError):
    code = "NO_NEXT_PERIOD"
    message = N_(
        "“{period}” cannot follow the return {label}: its form is filled by another kind of period, or that "
        "period is not after {before}. Nothing was changed. Name the period with --period."
    )


class ReturnThereError(HabitatError):
    code = "RETURN_THERE"
    message = N_(
        "There is a return about the same for {period} already: {label}. Nothing was changed. "
        "Open that one: habitat record show {label}"
    )


class DraftThereError(ReturnThereError):
    message = N_(
        "There is a draft about the same for {period} already: {label}. Nothing was changed. Go on with that "
        "one: habitat record edit {label} --answers FILE; or drop it: habitat record discard {label}"
    )


class NewerReturnError(HabitatError):
    code = "NEWER_RETURN"
    message = N_(
        "A newer return of the same subject is here: {label}, {period}. Nothing was changed. Begin from that "
        "one: habitat record rollover {label} --period {wanted}; or add --anyway to begin from {older}."
    )


@dataclass(frozen=True)
class RolledOver:
    """The new return: `carried` are the refs to confirm, `left_out` what no longer fits the form."""

    entry: Entry
    source: RecordSummary
    carried: tuple[str, ...]
    left_out: tuple[AnswerProblem, ...]


def roll_over(
    session: "Session",
    library: PeriodLibrary,
    settings: Settings,
    record: str,
    *,
    period: str | None = None,
    language: str,
    at: datetime | None = None,
    anyway: bool = False,
) -> RolledOver:
    """Begin the return of `period`, otherwise the one that follows, from what `record` says, as a draft.

    `anyway` passes over newer returns of the same subject.

    Raises:
        RecordNotFoundError, NotOursError, ConflictError, FormError, NothingToRollOverError.
        NoNextPeriodError: the period cannot follow. ReturnThereError: it was begun already.
        NewerReturnError: another return of the same stands between.
    """
    at = at or datetime.now(UTC)
    source = _source(session, settings, record)
    revision = repository.current(session, source.record_id)
    if revision is None or source.state == RecordState.WITHDRAWN:
        raise NothingToRollOverError(label=source.label)
    wanted = _period_after(library, source, period)
    form = library.form_for(source.form_id, wanted)
    answers = with_ids(answers_in(form, revision, library))
    if not wanted.endswith("-adhoc"):
        _refuse_known(session, form, source, wanted, key_of(form, answers), anyway)
    entry = _begun(session, form, settings, source, wanted, language, at)
    kept = _kept(form, form.root, answers)
    problems = fill(entry, kept, attach=lambda path: path.name, base=Path(), whole=False)
    entry.carry(_given(entry, form, kept))
    repository.create_draft(session, entry.draft(at=at))
    carried = tuple(state.ref for state in entry.unconfirmed())
    return RolledOver(entry, source, carried, tuple(problems))


def _refuse_known(
    session: "Session", form: Form, source: RecordSummary, wanted: str, key: Key, anyway: bool
) -> None:
    """Refuse where a return of the same is there for the period, or a newer one than `source` before it."""
    about = (session, form, source.office, source.country)
    twins = records_with_key(*about, wanted, key, source.subject)
    if twins:
        there = next((one for one in twins if one.heads), twins[0])
        refusal = ReturnThereError if there.heads else DraftThereError
        raise refusal(period=wanted, label=there.label)
    for period in () if anyway else _periods_between(session, source, wanted):
        for one in records_with_key(*about, period, key, source.subject):
            raise NewerReturnError(label=one.label, period=period, wanted=wanted, older=source.label)


def _periods_between(session: "Session", source: RecordSummary, wanted: str) -> list[str]:
    """Return the periods between that of `source` and `wanted` of which anything is here, newest first."""
    if not source.period:
        return []
    found = repository.list_records(session, form_id=source.form_id, office=source.office)
    first, last = _start(source.period), _start(wanted)
    between = {one.period for one in found if first < _start(one.period) < last}
    return sorted(between, key=_start, reverse=True)


def _start(period: str) -> date:
    """Return the first day of a period; the first of all where it is none."""
    try:
        return period_bounds(period)[0]
    except ValueError:
        return date.min


def last_return(
    session: "Session", form_id: str, office: str, country: str, period: str
) -> list[RecordSummary]:
    """Return the finalized returns of the period before, from which one for `period` may begin."""
    before = previous_period(period) if period else None
    if before is None:
        return []
    found = repository.list_records(
        session, form_id=form_id, office=office, period=before, order="subject", limit=200
    )
    return [
        one for one in found if one.country in ("", country) and one.heads and one.state not in NOT_FOLLOWED
    ]


NOT_FOLLOWED = (RecordState.WITHDRAWN, RecordState.CONFLICT)


def _source(session: "Session", settings: Settings, record: str) -> RecordSummary:
    summary = repository.find_record(session, record)
    if summary is None:
        raise RecordNotFoundError(record=record)
    if summary.office != settings.office:
        raise NotOursError(label=summary.label, office=summary.office)
    if len(summary.heads) > 1:
        raise ConflictError(label=summary.label)
    return summary


def _period_after(library: PeriodLibrary, source: RecordSummary, period: str | None) -> str:
    """Return the period of the new return, which follows that of `source`."""
    try:
        wanted = period or (next_period(source.period) if source.period else None) or source.period
        is_ad_hoc = wanted.endswith("-adhoc")
        form = library.form_for(source.form_id, wanted)
        after = is_ad_hoc or not source.period or period_bounds(wanted)[0] > period_bounds(source.period)[0]
        right = after and fits(wanted, form.periodicity)
    except ValueError:
        right = False
    if not right:
        raise NoNextPeriodError(period=period or wanted, label=source.label, before=source.period)
    return wanted


def _begun(
    session: "Session",
    form: Form,
    settings: Settings,
    source: RecordSummary,
    period: str,
    language: str,
    at: datetime,
) -> Entry:
    heading = Heading(
        form_id=form.form_id,
        form_version=form.version,
        form_hash=form.hash,
        country=source.country,
        period=period,
        subject=source.subject,
        previous_record=source.record_id,
    )
    return begin_entry(session, form, settings, heading, str(uuid.uuid4()), language=language, at=at)


def rule_of(form: Form, question: Question) -> str:
    """Return what becomes of the answer to `question` in the next period: carry, confirm or clear."""
    if question.bind.calculate or question.preload or question.type == "note" or not question.has_control:
        return "clear"
    if question.rollover:
        return question.rollover
    return "carry" if question.path in (*form.key, *form.subject) else "clear"


def _kept(form: Form, group: Group, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return what comes along of the answers of a group or an entry."""
    found: dict[str, Any] = {}
    for child in group.children:
        value = answers.get(child.name)
        if value in (None, "", []):
            continue
        if isinstance(child, Repeat):
            if _brings(form, child) and isinstance(value, list):
                entries = [one for one in value if isinstance(one, Mapping)]
                found[child.name] = [
                    {**_kept(form, child, one), ENTRY_ID: one.get(ENTRY_ID, "")} for one in entries
                ]
        elif isinstance(child, Group):
            inside = _kept(form, child, value) if isinstance(value, Mapping) else {}
            if inside:
                found[child.name] = inside
        elif isinstance(value, Mapping):
            continue  # said to be not available: asked anew
        elif isinstance(child, Question) and rule_of(form, child) in COMES_ALONG:
            found[child.name] = value
    return found


def _brings(form: Form, group: Group) -> bool:
    """Whether anything inside comes along."""
    return any(
        _brings(form, child)
        if isinstance(child, Group)
        else isinstance(child, Question) and rule_of(form, child) in COMES_ALONG
        for child in group.children
    )


def _given(entry: Entry, form: Form, kept: Mapping[str, Any]) -> list[str]:
    """Return the refs of what came along, as it stands in the new return."""
    rules = {
        element.path
        for element in form.walk()
        if isinstance(element, Question) and rule_of(form, element) in COMES_ALONG
    }
    named = _paths(form.root, kept)
    return [
        state.ref
        for state in entry.instance.states()
        if state.path in rules and state.path in named and state.value
    ]


def _paths(group: Group, kept: Mapping[str, Any]) -> set[str]:
    """Return the paths of the questions that have an answer among `kept`."""
    found: set[str] = set()
    for child in group.children:
        value = kept.get(child.name)
        if isinstance(child, Group):
            for one in value if isinstance(value, list) else [value] if value else []:
                found |= _paths(child, one)
        elif value is not None:
            found.add(child.path)
    return found

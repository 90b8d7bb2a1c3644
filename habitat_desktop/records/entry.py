"""One record being filled: the form's instance, its draft, who wrote what, undo, finalize.

Used alike by the window and the command line. An `Entry` lives in memory; `draft()` is what is to be saved.
"""

import random
import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n.catalogues import _, listed
from habitat_desktop.i18n.text import clean
from habitat_desktop.records import repository
from habitat_desktop.records.environments import environment_of, period_key, preloaded, with_records
from habitat_desktop.records.links import with_links
from habitat_desktop.records.record import Draft, Heading, Revision, utc_time
from habitat_desktop.settings import Settings
from habitat_desktop.xforms.collection import uncollected
from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.engine import Environment, FormInstance, NodeState, Opening
from habitat_desktop.xforms.journal import Change
from habitat_desktop.xforms.problems import UnknownQuestionError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_UNDO_DEPTH = 200
_POSITION = re.compile(r"\[(\d+)\]$")
_T = TypeVar("_T")


class RecordNotFoundError(HabitatError):
    code = "RECORD_NOT_FOUND"
    message = N_("No record is called “{record}” in this workspace. List them with: habitat record list")


class ConflictError(HabitatError):
    code = "CONFLICT"
    message = N_(
        "The record {label} was changed in two places. Both versions are kept and can be looked at, "
        "but until they are merged it can be neither edited nor finalized. Nothing was changed. "
        "Merge them: habitat merge show {label}"
    )


class NotFinalizableError(HabitatError):
    """`context["problems"]` holds the problems."""

    code = "NOT_FINALIZABLE"
    message = N_(
        "The record {label} stays a draft; problems: {count}. First: {question}: {problem} "
        "Nothing was lost; correct it and finalize again."
    )


class NotConfirmedError(HabitatError):
    """`context["refs"]` holds what has to be confirmed."""

    code = "NOT_CONFIRMED"
    message = N_(
        "The record {label} stays a draft: {count} of its answers came along from the last period and nobody "
        "has confirmed them yet: {sections}. Nothing was lost. Look at them, change what is no longer so and "
        "confirm the others: habitat record confirm {label}"
    )


class NotReadError(HabitatError):
    """`context["refs"]` holds where something was typed that is no answer yet."""

    code = "NOT_READ"
    message = N_(
        "The record {label} stays a draft: something was typed that is no answer yet: {questions}. "
        "Nothing was lost. Answer there once more and finalize again."
    )


@dataclass(frozen=True)
class _Step:
    """What one change of a person did; of authors and reasons what they were before, None for nobody.

    `carried` is what was to be confirmed before it.
    """

    changes: list[Change]
    authors: Mapping[str, str | None]
    reasons: Mapping[str, str | None]
    carried: frozenset[str] = frozenset()


class Trial:
    """Changes that are tried."""

    is_kept = False


def _before(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str | None]:
    """Return what `old` has where `new` has something else."""
    return {ref: old.get(ref) for ref in old.keys() | new.keys() if old.get(ref) != new.get(ref)}


def _put_all(by_ref: dict[str, str], values: Mapping[str, str | None]) -> None:
    for ref, value in values.items():
        if value is None:
            by_ref.pop(ref, None)
        else:
            by_ref[ref] = value


class Entry:
    """A record being filled, by one person, in one language."""

    def __init__(
        self, form: Form, instance: FormInstance, draft: Draft, *, person: str, readonly: bool = False
    ) -> None:
        self.form = form
        self.instance = instance
        self.person = person
        self.readonly = readonly
        self.language = instance.environment.language
        self._draft = draft
        self._authors = dict(draft.authors)
        self.justifications = dict(draft.justifications)
        self._carried = frozenset(draft.carried)
        self._preloaded = preloaded(form)
        self.typed = dict(draft.typed)  # texts that are no answers yet, by ref
        self._undo: list[_Step] = []
        self._redo: list[_Step] = []
        instance.step()

    @property
    def record_id(self) -> str:
        return self._draft.record_id

    @property
    def label(self) -> str:
        return self._draft.label

    @property
    def office(self) -> str:
        return self._draft.office

    def set_language(self, language: str) -> None:
        """Show labels, hints and messages in another language from now on, also after undo."""
        self.language = language
        self.instance.set_language(language)

    # -- changing ------------------------------------------------------------------------------------

    def answer(self, ref: str, value: str | list[str] | None) -> set[str]:
        """Answer one question; return the refs whose state changed.

        Raises:
            AnswerError: the value does not fit the question; nothing is changed.
        """
        if isinstance(value, str):
            value = clean(value)
        before = self.instance.state(ref).value if ref in self._carried else None
        with self._one_step({ref: self._authors.get(ref)}):
            changed = self.instance.answer(ref, value)
        self.wrote(ref, same=before is not None and before == self.instance.state(ref).value)
        return changed

    def wrote(self, ref: str, person: str = "", *, same: bool = False) -> None:
        """Note that `person`, otherwise the one of this sitting, gave the answer at `ref`.

        The `same` as was carried over from last period confirms nothing.
        """
        self._authors[ref] = person or self.person
        self.typed.pop(ref, None)
        if not same:
            self._carried -= {ref}

    def wrote_all(self, refs: Iterable[str]) -> None:
        """Note that the person of this sitting gave the answers at `refs`."""
        known = frozenset(refs)
        self._authors.update(dict.fromkeys(known, self.person))
        self._carried -= known
        for ref in known.intersection(self.typed):
            del self.typed[ref]

    def author(self, ref: str) -> str:
        """Return who gave the answer at `ref`, "" where nobody knows."""
        return self._authors.get(ref, "")

    def mark_unavailable(self, ref: str, reason: str, remark: str = "") -> set[str]:
        """Answer “not available” with a coded reason."""
        with self._one_step({ref: self._authors.get(ref)}):
            changed = self.instance.mark_unavailable(ref, reason, clean(remark))
        self.wrote(ref)
        return changed

    def confirm(self, refs: Iterable[str]) -> set[str]:
        """Say of answers that came along from last period that they still hold; return which did."""
        known = set(self._carried.intersection(refs))
        with self._one_step({ref: self._authors.get(ref) for ref in known}):
            for ref in known:
                self.wrote(ref)
        return known

    def is_carried(self, ref: str) -> bool:
        """Whether the answer at `ref` came along from last period and nobody has confirmed it yet."""
        if ref not in self._carried:
            return False
        try:
            state = self.instance.state(ref)
        except UnknownQuestionError:  # an entry that a count took away
            return False
        return state.relevant and bool(state.value or state.unavailable)

    def unconfirmed(self) -> list[NodeState]:
        """Return the answers that came along from last period and have to be confirmed, as in the form."""
        if not self._carried:
            return []
        return [state for state in self.instance.states() if self.is_carried(state.ref)]

    def carry(self, refs: Iterable[str]) -> None:
        """Note that the answers at `refs` came along from last period: nobody gave them yet."""
        self._carried |= frozenset(refs)
        for ref in self._carried:
            self._authors.pop(ref, None)

    def add(self, repeat: str) -> str:
        """Add an instance to a repeat and return its ref."""
        with self._one_step({}):
            return self.instance.add(repeat)

    def remove(self, ref: str) -> None:
        """Remove one instance of a repeat; the later ones move up."""
        authors, reasons = without_entry(self._authors, ref), without_entry(self.justifications, ref)
        with self._one_step(_before(self._authors, authors), _before(self.justifications, reasons)):
            self.instance.remove(ref)
        self._authors, self.justifications = authors, reasons
        self._carried = frozenset(without_entry(dict.fromkeys(self._carried, ""), ref))
        self.typed = without_entry(self.typed, ref)

    def justify(self, ref: str, text: str) -> None:
        """Say why the warning at `ref` is right; an empty text takes it back."""
        text = clean(text).strip()
        with self._one_step({}, {ref: self.justifications.get(ref)}):
            _put_all(self.justifications, {ref: text or None})

    @contextmanager
    def together(self) -> Iterator[None]:
        """Let all changes inside be one, which undo takes back whole; one that fails is taken back whole."""
        with self.trial() as trial:
            yield
            trial.is_kept = True

    @contextmanager
    def trial(self) -> Iterator["Trial"]:
        """Let changes be tried: unless they `is_kept`, everything is again as it was at the end of the block.

        What is kept is one change, which undo takes back whole.
        """
        self._gather()
        authors, reasons, carried = dict(self._authors), dict(self.justifications), self._carried
        typed = dict(self.typed)
        trial = Trial()
        try:
            with uncollected():
                yield trial
        except BaseException:
            self.instance.give_back()
            self._authors, self.justifications, self._carried = authors, reasons, carried
            self.typed = typed
            raise
        made = self.instance.step()
        if not trial.is_kept:
            self.instance.take_back(made)
            self.instance.step()
            self._authors, self.justifications, self._carried = authors, reasons, carried
            self.typed = typed
            return
        step = _Step(made, _before(authors, self._authors), _before(reasons, self.justifications), carried)
        if made or step.authors or step.reasons or carried != self._carried:
            self._undo.append(step)
            del self._undo[:-_UNDO_DEPTH]
            self._redo.clear()

    def renumber(self, repeat: str, places: Mapping[int, int]) -> None:
        """Let what is known of the entries of `repeat` follow them to their new positions, from 1.

        Of those that have no new one nothing is kept.
        """
        self.typed = renumbered(self.typed, repeat, places)
        self._authors = renumbered(self._authors, repeat, places)
        self.justifications = renumbered(self.justifications, repeat, places)
        self._carried = frozenset(renumbered(dict.fromkeys(self._carried, ""), repeat, places))

    @property
    def can_undo(self) -> bool:
        return bool(self._undo)

    @property
    def can_redo(self) -> bool:
        return bool(self._redo)

    def undo(self) -> None:
        """Take back the last change of this sitting; everything may have changed."""
        self._gather()
        self._redo.append(self._taken_back(self._undo.pop()))

    def redo(self) -> None:
        self._gather()
        self._undo.append(self._taken_back(self._redo.pop()))

    @contextmanager
    def _one_step(
        self, authors: Mapping[str, str | None], reasons: Mapping[str, str | None] | None = None
    ) -> Iterator[None]:
        """Keep what happens inside as one step; a change that fails leaves none."""
        self._gather()
        carried = self._carried
        try:
            yield
        except HabitatError:
            self.instance.step()  # it was taken back already
            raise
        self._undo.append(_Step(self.instance.step(), authors, reasons or {}, carried))
        del self._undo[:-_UNDO_DEPTH]
        self._redo.clear()

    def _gather(self) -> None:
        """Let what changed outside of any step, such as by another language, belong to the step before."""
        between = self.instance.step()
        if between:
            if self._undo:
                self._undo[-1].changes.extend(between)
            self._redo.clear()

    def _taken_back(self, step: "_Step") -> "_Step":
        back = _Step(
            self.instance.take_back(step.changes),
            {ref: self._authors.get(ref) for ref in step.authors},
            {ref: self.justifications.get(ref) for ref in step.reasons},
            self._carried,
        )
        self._carried = step.carried
        _put_all(self._authors, step.authors)
        _put_all(self.justifications, step.reasons)
        return back

    # -- reading -------------------------------------------------------------------------------------

    def heading(self) -> Heading:
        """Return what the record says of itself: form, country, period, subject."""
        paths = self._preloaded
        known = {path: self._value(path) for path in paths.values()}
        country = known.get(paths.get("country", ""), "") or self._draft.heading.country
        period = period_key(
            known.get(paths.get("reporting_year", ""), ""), known.get(paths.get("reporting_period", ""), "")
        )
        return replace(
            self._draft.heading,
            country=country,
            period=period or self._draft.heading.period,
            subject=" · ".join(filter(str.strip, (self._shown(path) for path in self.form.subject))),
        )

    def draft(self, *, at: datetime) -> Draft:
        """Return what is to be saved now."""
        answered, missing, problems = self._counts()
        return replace(
            self._draft,
            heading=self.heading(),
            answers=self.instance.answers(relevant_only=False, complete=True),
            authors=dict(self._authors),
            justifications=dict(self.justifications),
            carried=tuple(sorted(self._carried)),
            typed=dict(self.typed),
            language=self.language,
            answered=answered,
            missing=missing,
            problems=problems,
            saved_at=at.astimezone(UTC),
            saved_by=self.person,
        )

    def final_draft(self, *, at: datetime) -> Draft:
        """Return the draft as it will be finalized: relevant answers only.

        Raises:
            NotFinalizableError: required answers are missing or constraints do not hold.
            NotConfirmedError: answers came along from last period and nobody has confirmed them.
            NotReadError: something was typed that is no answer yet.
        """
        self.instance.revalidate()
        problems = self.instance.problems()
        if problems:
            first = problems[0]
            raise NotFinalizableError(
                label=self.label,
                count=len(problems),
                question=first.label,
                problem=first.message,
                problems=problems,
            )
        waiting = self.unconfirmed()
        if waiting:
            raise NotConfirmedError(
                label=self.label,
                count=len(waiting),
                sections=listed(section_counts(self, waiting)),
                refs=[state.ref for state in waiting],
            )
        relevant = {state.ref: state.label for state in self.instance.states() if state.relevant}
        unread = [ref for ref in self.typed if ref in relevant]
        if unread:
            shown = listed(relevant[ref] or ref for ref in unread)
            raise NotReadError(label=self.label, questions=shown, refs=unread)
        return replace(
            self.draft(at=at),
            carried=(),
            typed={},
            answers=self.instance.answers(relevant_only=True, complete=True),
            authors={ref: name for ref, name in self._authors.items() if ref in relevant},
            justifications={ref: text for ref, text in self.justifications.items() if ref in relevant},
        )

    def _value(self, path: str) -> str:
        return self.instance.state(path).value

    def section_label(self, path: str) -> str:
        """Return what the section or question at the top of the form is called."""
        return self.instance.state(path).label or path.rpartition("/")[2]

    def _shown(self, path: str) -> str:
        state = self.instance.state(path)
        for choice in state.choices:
            if choice.value == state.value:
                return choice.label
        return state.value

    def _counts(self) -> tuple[int, int, int]:
        return self.instance.counts()


def section_counts(entry: Entry, states: Iterable[NodeState]) -> list[str]:
    """Return how many of `states` stand in each section at the top of the form: "Population (3)"."""
    counts: dict[str, int] = {}
    for state in states:
        top = "/".join(state.path.split("/")[:3])
        counts[top] = counts.get(top, 0) + 1
    return [
        # Translators: a section of a form and how many of its answers are meant: "Population (3)".
        _("{section} ({count})").format(section=entry.section_label(path), count=count)
        for path, count in counts.items()
    ]


def is_answered(state: NodeState) -> bool:
    """Say whether a person has given this answer (or said why there is none)."""
    return (
        state.kind == "question"
        and state.relevant
        and not state.calculated
        and bool(state.value or state.unavailable)
    )


# -- opening -------------------------------------------------------------------------------------------


def start_entry(
    session: "Session",
    form: Form,
    settings: Settings,
    *,
    country: str,
    period: str,
    language: str,
    at: datetime | None = None,
) -> Entry:
    """Make a new record with its first draft in the store."""
    at = at or datetime.now(UTC)
    heading = Heading(
        form_id=form.form_id,
        form_version=form.version,
        form_hash=form.hash,
        country=country,
        period=period,
        subject="",
        previous_record="",
    )
    entry = begin_entry(session, form, settings, heading, str(uuid.uuid4()), language=language, at=at)
    repository.create_draft(session, entry.draft(at=at))
    return entry


def begin_entry(
    session: "Session",
    form: Form,
    settings: Settings,
    heading: Heading,
    record_id: str,
    *,
    language: str,
    at: datetime,
) -> Entry:
    """Return a new record that is not in the store yet; its label is taken."""
    environment = environment_of(settings, heading, record_id, language, repository.installation(session))
    environment = with_records(session, form, environment, settings.office, record_id)
    instance = FormInstance(form, environment)
    draft = Draft(
        record_id=record_id,
        office=settings.office,
        label=repository.new_label(session, settings.office),
        heading=heading,
        parents=(),
        answers={},
        authors={},
        justifications={},
        language=language,
        answered=0,
        missing=0,
        problems=0,
        saved_at=at,
        saved_by=settings.person,
    )
    return Entry(form, instance, draft, person=settings.person)


def open_entry(
    session: "Session",
    forms: Callable[[str, str], Form],
    settings: Settings,
    record: str,
    *,
    language: str,
    readonly: bool = False,
    at: datetime | None = None,
) -> Entry:
    """Open the draft of a record, or a new draft on top of its current revision.

    `record` is an id or a label. The new draft reaches the store with its first change. `readonly` opens
    the current revision itself, for looking.

    Raises:
        RecordNotFoundError, FormError.
        ConflictError: two revisions stand side by side; it can only be looked at.
    """
    at = at or datetime.now(UTC)
    summary = repository.find_record(session, record)
    if summary is None:
        raise RecordNotFoundError(record=record)
    if (
        not readonly and len(summary.heads) > 1
    ):  # a draft has the answers of one side, and would hide the other
        raise ConflictError(label=summary.label)
    draft = None if readonly else repository.find_draft(session, summary.record_id)
    shown_at = draft.saved_at if draft else at
    if draft is None:
        revision = repository.current(session, summary.record_id)
        if revision is None:
            draft = repository.find_draft(session, summary.record_id)
            if draft is None:
                raise RecordNotFoundError(record=record)
            shown_at = draft.saved_at
        else:
            draft, shown_at = _draft_on(revision, settings, at), utc_time(revision.made_at)
    form = forms(draft.heading.form_id, draft.heading.form_version)
    environment = environment_of(
        settings, draft.heading, draft.record_id, language, repository.installation(session)
    )
    environment = with_records(session, form, environment, draft.office, draft.record_id)
    if readonly:
        instance = look(form, environment, draft.answers, shown_at)
    else:
        instance = FormInstance(form, environment, draft.answers)
    return Entry(form, instance, draft, person=settings.person, readonly=readonly)


def open_revision(
    revision: Revision,
    forms: Callable[[str, str], Form],
    settings: Settings,
    *,
    language: str,
    at: datetime | None = None,
    session: "Session | None" = None,
) -> Entry:
    """Open one revision of a record, for looking; `session` is asked for lists made of records."""
    at = at or datetime.now(UTC)
    draft = _draft_on(revision, settings, at)
    form = forms(draft.heading.form_id, draft.heading.form_version)
    environment = environment_of(settings, draft.heading, draft.record_id, language)
    if session is not None:
        environment = with_links(session, form, environment, draft.office)
    instance = look(form, environment, draft.answers, utc_time(revision.made_at))
    return Entry(form, instance, draft, person=settings.person, readonly=True)


def look(form: Form, environment: Environment, answers: Mapping[str, Any], at: datetime) -> FormInstance:
    """Return an instance that shows `answers` as they were signed `at` that moment: no clock, no chance."""
    then = replace(environment, now=lambda: at, random=random.Random(0))
    return FormInstance(form, then, answers, opening=Opening.LOOK)


def finalize(session: "Session", entry: Entry, *, at: datetime | None = None) -> Revision:
    """Add the entry as a revision and drop its draft, in the caller's transaction.

    Raises:
        NotFinalizableError: see `Entry.final_draft`.
        ConflictError: another revision came in meanwhile beside the one this draft stands on.
    """
    at = at or datetime.now(UTC)
    summary = repository.find_record(session, entry.record_id)
    if summary is not None and len(summary.heads) > 1:
        raise ConflictError(label=entry.label)
    draft = entry.final_draft(at=at)
    return repository.finalize(session, draft, author=entry.person, at=at)


def _draft_on(revision: Revision, settings: Settings, at: datetime) -> Draft:
    return Draft(
        record_id=revision.record_id,
        office=revision.office,
        label=revision.label,
        heading=revision.heading,
        parents=(revision.revision_id,),
        answers=dict(revision.answers),
        authors=dict(revision.authors),
        justifications=dict(revision.justifications),
        language=revision.language,
        answered=0,
        missing=0,
        problems=0,
        saved_at=at,
        saved_by=settings.person,
    )


def renumbered(by_ref: Mapping[str, _T], repeat: str, places: Mapping[int, int]) -> dict[str, _T]:
    """Return what is kept by ref after the entries of `repeat` went to other places, or away."""
    here = re.compile(re.escape(repeat) + r"\[(\d+)\](.*)$")
    result = {}
    for ref, text in by_ref.items():
        found = here.match(ref) if ref.startswith(repeat) else None
        if found is None:
            result[ref] = text
        elif int(found[1]) in places:
            result[f"{repeat}[{places[int(found[1])]}]{found[2]}"] = text
    return result


def without_entry(by_ref: Mapping[str, _T], removed: str) -> dict[str, _T]:
    """Return what is kept by ref after the repeat instance `removed` has gone and the later ones moved up."""
    match = _POSITION.search(removed)
    assert match is not None
    stem, position = removed[: match.start()], int(match[1])
    result = {}
    for ref, text in by_ref.items():
        here = re.match(re.escape(stem) + r"\[(\d+)\](.*)$", ref)
        if here is None or int(here[1]) < position:
            result[ref] = text
        elif int(here[1]) > position:
            result[f"{stem}[{int(here[1]) - 1}]{here[2]}"] = text
    return result

"""What headquarters and offices say about expected returns, each as one signed act."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from habitat_desktop.i18n.names import country
from habitat_desktop.i18n.periods import period_bounds
from habitat_desktop.i18n.text import clean
from habitat_desktop.progress import Progress
from habitat_desktop.records import expected_errors as errors
from habitat_desktop.records import journal, roles
from habitat_desktop.records.act import Act, Actor
from habitat_desktop.records.expected import ExpectedReturn, Register, Terms, iso_date
from habitat_desktop.records.expected_register import expected_returns
from habitat_desktop.settings import Settings

SUBJECT_LENGTH, NOTE_LENGTH = 500, 2000
_NAMED = ("form_id", "country", "period", "subject")
_PARTS = ("form_id", "country", "period", "subject", "due", "note")


@dataclass(frozen=True)
class Known:
    """What headquarters knows: whether a form is installed, and the offices; None lets any office pass."""

    has_form: Callable[[str], bool]
    offices: Collection[str] | None = None


@dataclass(frozen=True)
class Expected:
    """What became of terms: those added, those whose date or note was corrected, those known already."""

    added: tuple[Act, ...] = ()
    corrected: tuple[Act, ...] = ()
    known: int = 0


@dataclass(frozen=True)
class Plan:
    """What is to be said: terms nobody expects yet, corrections of others, and how many change nothing."""

    new: tuple[Terms, ...]
    changed: tuple[tuple[ExpectedReturn, dict[str, str]], ...]
    known: int


def checked(terms: Terms, known: Known) -> Terms:
    """Return the terms as they are kept: cleaned, codes in capitals.

    Raises:
        ExpectedError: the first thing that is wrong; `column` says where.
    """
    *parts, note = (" ".join(clean(text).split()) for text in terms)
    office, form_id, land, period, subject, due = parts
    found = Terms(office.upper(), form_id, land.upper(), period, subject, due, note)
    if not (found.office.isascii() and found.office.isalnum() and 2 <= len(found.office) <= 8):
        raise errors.ExpectedCodeError(office=found.office)
    if known.offices is not None and found.office not in known.offices:
        raise errors.ExpectedOfficeError(office=found.office)
    if not known.has_form(form_id):
        raise errors.ExpectedFormError(form_id=form_id)
    if len(subject) > SUBJECT_LENGTH or len(note) > NOTE_LENGTH:
        raise errors.ExpectedLongError(subject=SUBJECT_LENGTH, note=NOTE_LENGTH)
    if found.country and country(found.country) is None:
        raise errors.ExpectedCountryError(country=found.country)
    try:
        first, _last = period_bounds(period)
    except ValueError as error:
        raise errors.ExpectedPeriodError(period=period) from error
    day = iso_date(due)
    if day is None:
        raise errors.ExpectedDateError(due=due)
    if day < first:
        raise errors.DueTooEarlyError(due=due, period=period)
    return found


def expect(session: Session, actor: Actor, terms: Terms, known: Known) -> Act:
    """Say that a return is expected.

    Raises:
        ExpectedError: the terms are wrong, or the return is expected already.
    """
    roles.require(actor.role, "expect")
    terms = checked(terms, known)
    for one in expected_returns(session, [terms.office]):
        if one.terms.key == terms.key:
            raise errors.AlreadyExpectedError(label=one.label)
    return _expect(session, actor, terms)


def expect_all(
    session: Session, actor: Actor, wanted: Iterable[Terms], progress: Progress | None = None
) -> Expected:
    """Say that returns are expected whose terms were checked; what is expected already is not said again.

    Terms with another due date or note than before are a correction; a date that was extended is not
    brought forward by it, and no note is no reason to drop one.

    Raises:
        Cancelled: the caller's transaction is to be rolled back.
    """
    roles.require(actor.role, "expect")
    plan = planned(session, wanted)
    steps, added, corrected = len(plan.new) + len(plan.changed), [], []
    for number, terms in enumerate(plan.new):
        if progress is not None and not number % 50:
            progress.step(number, steps)
        added.append(_expect(session, actor, terms))
    for number, (before, changes) in enumerate(plan.changed, len(added)):
        if progress is not None and not number % 50:
            progress.step(number, steps)
        corrected.append(_about(session, actor, "expect", before, content=changes))
    if progress is not None:
        progress.step(steps, steps)
    return Expected(tuple(added), tuple(corrected), plan.known)


def planned(session: Session, wanted: Iterable[Terms]) -> Plan:
    """Return what `expect_all` would say of these terms; nothing is written."""
    wanted = list(wanted)
    here = {one.terms.key: one for one in expected_returns(session, {terms.office for terms in wanted})}
    new: dict[tuple[str, ...], Terms] = {}
    changed: dict[tuple[str, ...], tuple[ExpectedReturn, dict[str, str]]] = {}
    for terms in wanted:
        before = here.get(terms.key)
        if before is None:
            new.setdefault(terms.key, terms)
        elif terms.key not in changed and (changes := _news(before, terms)):
            changed[terms.key] = (before, changes)
    known = len(wanted) - len(new) - len(changed)
    return Plan(tuple(new.values()), tuple(changed.values()), known)


def correct(
    session: Session,
    actor: Actor,
    found: ExpectedReturn,
    changes: Mapping[str, str],
    known: Known,
    reason: str = "",
) -> Act:
    """Correct some of form_id, country, period, subject, due and note.

    Raises:
        ExpectedError: what it then says is wrong, is the same, or is what another one says.
    """
    roles.require(actor.role, "expect")
    after = checked(found.terms._replace(**changes), known)
    changed = _changes(found.terms, {name: getattr(after, name) for name in _PARTS})
    if "due" in changes and after.due != found.due:
        changed["due"] = after.due  # also back to the first date, after an extension
    if not changed:
        raise errors.NothingCorrectedError(label=found.label)
    for one in expected_returns(session, [found.terms.office]):
        if one.terms.key == after.key and one.expected_id != found.expected_id:
            raise errors.AlreadyExpectedError(label=one.label)
    return _about(session, actor, "expect", found, reason=reason, content=changed)


def extend(session: Session, actor: Actor, found: ExpectedReturn, due: str, reason: str) -> Act:
    """Set a later date, on headquarters' own or as the answer to every open request.

    Raises:
        ExpectedError: it is excused, or the date is none or not later.
    """
    roles.require(actor.role, "extend")
    _refuse_excused(found)
    _check_later(found, due)
    content = {"due": due, "requests": [one.asked.act_id for one in found.requests if not one.answer]}
    return _about(session, actor, "extend", found, reason=reason, content=content)


def deny(session: Session, actor: Actor, found: ExpectedReturn, reason: str) -> Act:
    """Deny the open requests for an extension; where there are none, the nil return.

    Raises:
        NothingAskedError: there is neither.
    """
    roles.require(actor.role, "deny")
    return _about(session, actor, "deny", found, reason=reason, content=_asked(found))


def excuse(session: Session, actor: Actor, found: ExpectedReturn, reason: str) -> Act:
    """Close an expected return: nobody waits for it any longer.

    Raises:
        ExcusedError: it is closed already.
    """
    roles.require(actor.role, "excuse")
    _refuse_excused(found)
    return _about(session, actor, "excuse", found, reason=reason)


def reopen(session: Session, actor: Actor, found: ExpectedReturn, reason: str) -> Act:
    """Wait again for an expected return that was closed.

    Raises:
        NotExcusedError: it is not closed.
    """
    roles.require(actor.role, "reopen")
    if found.excused is None:
        raise errors.NotExcusedError(label=found.label)
    return _about(session, actor, "reopen", found, reason=reason)


def give_nil(session: Session, actor: Actor, found: ExpectedReturn, reason: str) -> Act:
    """Say that there is nothing to report; allowed beside a record, which then contradicts it.

    Raises:
        ExcusedError, NilAlreadyError.
    """
    roles.require(actor.role, "nil_return")
    _refuse_excused(found)
    if found.nil is not None:
        raise errors.NilAlreadyError(label=found.label, reason=found.nil.said.reason)
    return _about(session, actor, "nil_return", found, reason=reason)


def ask_extension(session: Session, actor: Actor, found: ExpectedReturn, due: str, reason: str) -> Act:
    """Ask headquarters for a later date.

    Raises:
        ExpectedError: it is excused or there already, or the date is none or not later.
    """
    roles.require(actor.role, "ask_extension")
    _refuse_excused(found)
    if found.state in ("received", "accepted"):
        raise errors.ReturnThereError(label=found.label)
    _check_later(found, due)
    return _about(session, actor, "ask_extension", found, reason=reason, content={"due": due})


def take_back(session: Session, actor: Actor, found: ExpectedReturn, reason: str) -> Act:
    """Take back the office's own open requests; where there are none, its nil return.

    Raises:
        NothingAskedError: there is neither.
    """
    roles.require(actor.role, "take_back")
    return _about(session, actor, "take_back", found, reason=reason, content=_asked(found))


def find(register: Register, name: str) -> ExpectedReturn:
    """Return the expected return with this id, short id, or beginning of the id (six signs or more).

    Raises:
        UnknownExpectedError, AmbiguousExpectedError.
    """
    typed = name.strip()
    for one in register.returns:
        if typed.upper() == one.label or typed == one.expected_id:
            return one
    begun = [one for one in register.returns if one.expected_id.startswith(typed)] if len(typed) > 5 else []
    if len(begun) > 1:
        raise errors.AmbiguousExpectedError(name=name)
    if not begun:
        raise errors.UnknownExpectedError(name=name)
    return begun[0]


def _expect(session: Session, actor: Actor, terms: Terms) -> Act:
    content = {name: getattr(terms, name) for name in _PARTS}
    return journal.write(session, actor, "expect", office=terms.office, content=content)


def _about(
    session: Session,
    actor: Actor,
    kind: str,
    found: ExpectedReturn,
    *,
    reason: str = "",
    content: Mapping[str, Any] | None = None,
) -> Act:
    # who opens the package in Excel or reads the journal sees which return it is
    of = {} if kind == "expect" else {name: getattr(found.terms, name) for name in _NAMED}
    return journal.write(
        session,
        actor,
        kind,
        office=found.terms.office,
        about=found.expected_id,
        after=found.newest,
        reason=clean(reason),
        content=of | dict(content or {}),
    )


def _news(before: ExpectedReturn, terms: Terms) -> dict[str, str]:
    changes = _changes(before.terms, {"due": terms.due, "note": terms.note})
    if before.extensions and terms.due <= before.due:
        changes.pop("due", None)
    if not terms.note:
        changes.pop("note", None)
    return changes


def _changes(before: Terms, wanted: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in wanted.items() if getattr(before, name) != text}


def _asked(found: ExpectedReturn) -> dict[str, list[str]]:
    requests = [one.asked.act_id for one in found.requests if not one.answer]
    if requests:
        return {"requests": requests}
    if found.nil is None:
        raise errors.NothingAskedError(label=found.label)
    return {"nils": [one.said.act_id for one in found.nils if one.undone is None]}


def _refuse_excused(found: ExpectedReturn) -> None:
    if found.excused is not None:
        raise errors.ExcusedError(label=found.label, reason=found.excused.reason)


def _check_later(found: ExpectedReturn, due: str) -> None:
    if iso_date(due) is None:
        raise errors.ExpectedDateError(due=due)
    if due <= found.due:
        raise errors.NotLaterError(label=found.label, due=found.due, asked=due)


def startable(settings: Settings, found: ExpectedReturn) -> None:
    """Check that a record of it may be begun in this workspace.

    Raises:
        RoleError: headquarters and regions fill in nothing. ExcusedError: nobody waits for it.
        BegunAlreadyError: a record answers it.
    """
    roles.require(settings.role, "nil_return")
    _refuse_excused(found)
    if found.records:
        raise errors.BegunAlreadyError(label=found.label, record=found.records[0].label)

"""Expected returns: what headquarters waits for, folded from acts; nothing of it is typed twice.

`fold` needs only the set of acts: in which order they came, or twice, makes no difference. What another
program wrote and this one cannot read is passed over, never an error.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from heapq import heapify, heappop, heappush
from itertools import pairwise
from typing import Literal, NamedTuple

from habitat_desktop.i18n.text import fold as fold_text
from habitat_desktop.records.act import Act
from habitat_desktop.records.numbering import installation_mark
from habitat_desktop.records.roles import may_write

State = Literal["expected", "draft", "final", "sent", "received", "accepted", "nil", "excused"]

ANSWERS = ("extend", "excuse", "reopen", "deny", "nil_return", "ask_extension", "take_back")
KINDS = ("expect", *ANSWERS)
STATES: tuple[State, ...] = (
    "expected",
    "draft",
    "final",
    "sent",
    "received",
    "accepted",
    "nil",
    "excused",
)
_BY_OFFICE = ("nil_return", "ask_extension", "take_back")
_RANKS = ("draft", "final", "sent", "received", "accepted")
_AT_HEADQUARTERS = ("received", "accepted")
_TEXTS = ("form_id", "country", "period", "subject", "due", "note")
folded = lru_cache(maxsize=1 << 14)(fold_text)
_mark = lru_cache(maxsize=1 << 8)(installation_mark)


class Terms(NamedTuple):
    """What is expected: `country` alpha-3, "" for any of the office; `subject` "" for any; `due` ISO."""

    office: str
    form_id: str
    country: str
    period: str
    subject: str
    due: str
    note: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """What two expected returns do not have in common."""
        return (self.office, self.form_id, self.country, self.period, folded(self.subject))


class Report(NamedTuple):
    """A record as far as the register asks for it; `state` is one of draft, final, sent, received, accepted.

    A draft on top of a revision has the state of that revision: headquarters has lost nothing by it.
    """

    record_id: str
    label: str
    office: str
    form_id: str
    country: str
    period: str
    subject: str
    state: str


@dataclass(frozen=True)
class Said:
    """Something a person said about an expected return: `due` is a date it names, or ""."""

    act_id: str
    person: str
    sender: str
    reason: str
    made_at: str
    due: str = ""


@dataclass(frozen=True)
class Request:
    """An office asks for another date; `answer` is "" while nobody has answered."""

    asked: Said
    answer: Literal["", "extended", "denied", "taken back"] = ""
    answered: Said | None = None


@dataclass(frozen=True)
class Nil:
    """An office says that there is nothing to report; `undone` says who denied it or took it back."""

    said: Said
    undone: Said | None = None


@dataclass(frozen=True)
class ExpectedReturn:
    """One return that headquarters waits for.

    `terms.due` is the date first set or corrected since, `due` the one in force. `story` is everything that
    was said, by kind of act or "correct", each behind what its writer knew; `newest` are the acts
    nothing follows. `same_as` are the short ids of others that expect the very same: a headquarters that was
    restored may have said it twice.
    """

    expected_id: str
    label: str
    terms: Terms
    said: Said
    due: str
    corrections: tuple[Said, ...] = ()
    extensions: tuple[Said, ...] = ()
    requests: tuple[Request, ...] = ()
    nils: tuple[Nil, ...] = ()
    excused: Said | None = None
    reopened: tuple[Said, ...] = ()
    story: tuple[tuple[str, Said], ...] = ()
    newest: tuple[str, ...] = ()
    records: tuple[Report, ...] = ()
    same_as: tuple[str, ...] = ()

    @property
    def nil(self) -> Nil | None:
        """The nil return in force."""
        return next((one for one in reversed(self.nils) if one.undone is None), None)

    @cached_property
    def state(self) -> State:
        """A record at headquarters counts most, then that it is excused, then what the office says."""
        best = max((record.state for record in self.records), key=_RANKS.index, default="")
        if best in _AT_HEADQUARTERS:
            return best  # type: ignore[return-value]
        if self.excused is not None:
            return "excused"
        if self.nil is not None and best in ("", "draft"):
            return "nil"
        return best or "expected"  # type: ignore[return-value]

    @property
    def is_open(self) -> bool:
        """Whether headquarters still waits for it, as far as is known here."""
        return self.state in ("expected", "draft", "final", "sent")

    @property
    def contradicts(self) -> bool:
        """Whether the office says that there is nothing, and there is a record all the same."""
        return self.nil is not None and bool(self.records)

    @property
    def open_requests(self) -> tuple[Request, ...]:
        """The requests nobody has answered, while the answer matters."""
        if not self.is_open:
            return ()
        return tuple(one for one in self.requests if not one.answer and one.asked.due > self.due)

    def days_left(self, on: date) -> int | None:
        """Return the days from `on` to the date in force, below 0 when it has passed; None without one."""
        day = iso_date(self.due)
        return None if day is None else (day - on).days

    def late(self, on: date) -> int:
        """Return by how many days it is late on that day; 0 for what is there, nil or excused."""
        left = self.days_left(on)
        return -left if self.is_open and left is not None and left < 0 else 0


@dataclass(frozen=True)
class Register:
    """All expected returns, the records that fit none, and the acts about one that has not come."""

    returns: tuple[ExpectedReturn, ...]
    unexpected: tuple[Report, ...] = ()
    astray: tuple[Act, ...] = ()


def iso_date(text: object) -> date | None:
    """Return the day of an ISO text, None where it is none: acts of other versions may hold anything."""
    if not isinstance(text, str) or len(text) != 10:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


# -- folding ---------------------------------------------------------------------------------------------


def fold(acts: Iterable[Act]) -> tuple[list[ExpectedReturn], list[Act]]:
    """Return the expected returns that these acts make, without records, and the acts about unknown ones."""
    roots: dict[str, Act] = {}
    about: defaultdict[str, list[Act]] = defaultdict(list)
    for act in acts:
        if act.kind not in KINDS or not _may(act):
            continue
        if act.kind == "expect" and not act.about:
            roots[act.act_id] = act
        else:
            about[act.about].append(act)
    returns = [_made(root, about.pop(name, ())) for name, root in roots.items()]
    astray = sorted(
        {act.act_id: act for some in about.values() for act in some}.values(),
        key=lambda act: (act.office, act.installation, act.number),
    )
    return sorted(returns, key=_order), astray


def _may(act: Act) -> bool:
    return may_write(act.role, act.kind) and (act.kind not in _BY_OFFICE or act.sender == act.office)


def _order(found: ExpectedReturn) -> tuple[str, ...]:
    terms = found.terms
    return (terms.period, terms.office, terms.form_id, terms.country, folded(terms.subject), found.label)


def _made(root: Act, others: Sequence[Act]) -> ExpectedReturn:
    content = {name: _text(root, name) for name in _TEXTS}
    terms = Terms(office=root.office, **content)
    said = _said(root)
    found = ExpectedReturn(
        expected_id=root.act_id,
        label=label_of(root),
        terms=terms,
        said=said,
        due=terms.due if iso_date(terms.due) else "",
        story=(("expect", said),),
        newest=(root.act_id,),
    )
    if not others:
        return found
    group = _in_order([act for act in others if act.office == root.office])
    for act in group:
        found = _STEPS[act.kind](found, act)
    known = {name for act in group for name in (act.about, *act.after)}
    newest = tuple(sorted(act.act_id for act in group if act.act_id not in known))
    told = (("correct" if act.kind == "expect" else act.kind, _said(act)) for act in group)
    story = (*found.story, *told)
    return replace(found, story=story, newest=newest or found.newest)


def label_of(root: Act) -> str:
    """Return the short id that can be read out, such as KE-7F3K-E12."""
    return f"{root.office}-{_mark(root.installation)}-E{root.number}"


def _in_order(acts: Iterable[Act]) -> list[Act]:
    """Return the acts about one expected return, each behind those its writer knew."""
    by_id = {act.act_id: act for act in acts}
    chained = sorted(by_id.values(), key=_place)
    before = {name: {one for one in act.after if one in by_id and one != name} for name, act in by_id.items()}
    for earlier, later in pairwise(chained):
        if earlier.installation == later.installation:
            before[later.act_id].add(earlier.act_id)
    behind: defaultdict[str, list[str]] = defaultdict(list)
    for name, known in before.items():
        for one in known:
            behind[one].append(name)
    ready = [(*_place(by_id[name]), name) for name, known in before.items() if not known]
    heapify(ready)
    done: dict[str, Act] = {}
    while ready:
        name = heappop(ready)[-1]
        done[name] = by_id[name]
        for one in behind[name]:
            before[one].discard(name)
            if not before[one]:
                heappush(ready, (*_place(by_id[one]), one))
    return [*done.values(), *(act for act in chained if act.act_id not in done)]  # forgers write circles


def _place(act: Act) -> tuple[str, int]:
    return (act.installation, act.number)


def _text(act: Act, name: str) -> str:
    value = act.content.get(name, "")
    return value if isinstance(value, str) else ""


def _names(act: Act, name: str) -> tuple[str, ...]:
    value = act.content.get(name, ())
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list | tuple) else ()


def _said(act: Act) -> Said:
    due = _text(act, "due")
    return Said(act.act_id, act.person, act.sender, act.reason, act.made_at, due if iso_date(due) else "")


def _correct(found: ExpectedReturn, act: Act) -> ExpectedReturn:
    changes = {name: _text(act, name) for name in _TEXTS if name in act.content}
    if not iso_date(changes.get("due", "")):
        changes.pop("due", None)
    return replace(
        found,
        terms=found.terms._replace(**changes),
        due=changes.get("due", found.due),
        corrections=(*found.corrections, _said(act)),
    )


def _extend(found: ExpectedReturn, act: Act) -> ExpectedReturn:
    said = _said(act)
    return replace(
        found,
        due=max(found.due, said.due),
        extensions=(*found.extensions, said),
        requests=_answered(found, act, "extended"),
    )


def _deny(found: ExpectedReturn, act: Act) -> ExpectedReturn:
    return replace(found, requests=_answered(found, act, "denied"), nils=_undone(found, act))


def _take_back(found: ExpectedReturn, act: Act) -> ExpectedReturn:
    return replace(found, requests=_answered(found, act, "taken back"), nils=_undone(found, act))


def _answered(
    found: ExpectedReturn, act: Act, answer: Literal["extended", "denied", "taken back"]
) -> tuple[Request, ...]:
    """Return the requests with this answer; of two that crossed on the way an extension counts."""
    named = _names(act, "requests")
    return tuple(
        Request(one.asked, answer, _said(act))
        if one.asked.act_id in named and (not one.answer or (answer == "extended" != one.answer))
        else one
        for one in found.requests
    )


def _undone(found: ExpectedReturn, act: Act) -> tuple[Nil, ...]:
    named = _names(act, "nils")
    return tuple(
        Nil(one.said, _said(act)) if one.said.act_id in named and one.undone is None else one
        for one in found.nils
    )


def _nil(found: ExpectedReturn, act: Act) -> ExpectedReturn:
    return replace(found, nils=(*found.nils, Nil(_said(act))))


def _ask(found: ExpectedReturn, act: Act) -> ExpectedReturn:
    return replace(found, requests=(*found.requests, Request(_said(act))))


def _excuse(found: ExpectedReturn, act: Act) -> ExpectedReturn:
    return replace(found, excused=_said(act))


def _reopen(found: ExpectedReturn, act: Act) -> ExpectedReturn:
    return replace(found, excused=None, reopened=(*found.reopened, _said(act)))


_STEPS = {
    "expect": _correct,
    "extend": _extend,
    "deny": _deny,
    "take_back": _take_back,
    "nil_return": _nil,
    "ask_extension": _ask,
    "excuse": _excuse,
    "reopen": _reopen,
}


# -- matching --------------------------------------------------------------------------------------------


def matched(
    returns: Iterable[ExpectedReturn], reports: Iterable[Report]
) -> tuple[list[ExpectedReturn], list[Report]]:
    """Return the expected returns with the records that fit them, and the records that fit none.

    A record belongs to the expected return that names it most closely: one for its very subject before one
    for any subject, one for its country before one for any. Where two say the same it belongs to both.
    """
    returns = list(returns)
    wanted: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for position, one in enumerate(returns):
        wanted[one.terms.key].append(position)
    for positions in wanted.values():
        labels = [returns[at].label for at in positions if returns[at].excused is None]
        for at in positions if len(labels) > 1 else ():
            others = tuple(label for label in labels if label != returns[at].label)
            returns[at] = replace(returns[at], same_as=others)
    found: defaultdict[int, list[Report]] = defaultdict(list)
    unexpected = []
    for report in reports:
        subject = folded(report.subject)
        head, country, period = (report.office, report.form_id), report.country, report.period
        keys = (
            (*head, country, period, subject),
            (*head, "", period, subject),
            (*head, country, period, ""),
            (*head, "", period, ""),
        )
        fitting = next((wanted[key] for key in keys if key in wanted), None)
        if fitting is None:
            unexpected.append(report)
            continue
        for position in fitting:
            found[position].append(report)
    for position, reports_of in found.items():
        in_order = tuple(sorted(reports_of, key=lambda report: (report.label, report.record_id)))
        returns[position] = replace(returns[position], records=in_order)
    return returns, unexpected

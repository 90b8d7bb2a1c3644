"""What headquarters wants to know of an office, and how far the answers are: queries and returned records.

What the pages of the window list; folded from acts at every reading, like `queries` and `reviews`.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from habitat_desktop.records import exchange_state, journal
from habitat_desktop.records.act import Act
from habitat_desktop.records.conversation import Forms, RecordSeen, asked_once
from habitat_desktop.records.merging import plain
from habitat_desktop.records.peers import confirmed_acts
from habitat_desktop.records.queries import CLOSED, OPEN, Answer, Closing, Query, fold
from habitat_desktop.records.ranges import Inside
from habitat_desktop.records.record import RecordState, RecordSummary
from habitat_desktop.records.replying import Correction, correction
from habitat_desktop.records.reviews import KINDS, Decision, decisions_in
from habitat_desktop.records.verdicts import ANSWERS, ASKING
from habitat_desktop.settings import HEADQUARTERS, Settings
from habitat_desktop.xforms.definition import Form

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Stage = Literal["open", "waiting", "sent", "received", "closed"]
STAGES: tuple[Stage, ...] = ("open", "waiting", "sent", "received", "closed")
_SENT = (RecordState.PACKAGE, RecordState.RECEIVED, RecordState.ACCEPTED)


@dataclass(frozen=True)
class Inquiry:
    """One thing headquarters wants to know: a query, a proposal, or a return of the whole record.

    `name` is what people call it; `asked_ref` is the place in the revision asked about, "" for the whole
    record, `ref` that in what the record shows now, None where its entry was removed, `refs` all places of a
    return. Texts, values and answers as in `queries.Query`. `stage`: "open" waits for an answer of the
    office; "waiting" is answered, and the answer goes with the next package; "sent" is in a package without
    receipt, "received" is at headquarters, "closed" needs no answer any more. `correction` is what the
    draft of the record says there now, read for one record only.
    """

    act_id: str
    name: str
    kind: Literal["query", "proposal", "return"]
    record: RecordSummary
    asked_ref: str
    ref: str | None
    refs: tuple[str, ...]
    question: str
    value: Any
    value_now: Any
    proposed: Any
    reason: str
    person: str
    at: str
    stage: Stage
    answers: tuple[Answer, ...]
    closing: Closing | None
    correction: Correction | None = None
    form: Form | None = field(default=None, repr=False, compare=False)

    @property
    def is_changed(self) -> bool:
        """Whether the record says something else now than what was asked about."""
        return plain(self.value) != plain(self.value_now)

    @property
    def is_open(self) -> bool:
        return self.stage == "open"


@dataclass(frozen=True)
class Thread:
    """Everything said about one record: what was asked, in order, and the decisions that count now."""

    inquiries: tuple[Inquiry, ...]
    decisions: tuple[Decision, ...] = ()


def list_inquiries(
    session: "Session", forms: Forms, settings: Settings, *, language: str, office: str | None = None
) -> list[Inquiry]:
    """Return everything asked: what is open first, then what waits to be sent, the newest of each first."""
    by_record: defaultdict[tuple[str, str], list[Act]] = defaultdict(list)
    for act in journal.acts(session, office=office, kinds=KINDS):
        if act.office and act.record_id:
            by_record[act.office, act.record_id].append(act)
    asking = {
        key: acts for key, acts in by_record.items() if any(a.kind in (*ASKING, "return") for a in acts)
    }
    carried, forms = _Carried(session, settings), asked_once(forms)
    found: list[Inquiry] = []
    for (of_office, record_id), acts in asking.items():
        seen = RecordSeen(session, forms, record_id)
        if seen.office == of_office:  # what is about a record that has not come yet has nothing to show
            found += _inquiries(acts, seen, carried, language)
    found.sort(key=lambda one: (one.at, one.name), reverse=True)
    return sorted(found, key=lambda one: STAGES.index(one.stage))


def thread(session: "Session", forms: Forms, settings: Settings, record_id: str, *, language: str) -> Thread:
    """Return what was said about one record, as asked; nothing where it is not here."""
    seen = RecordSeen(session, forms, record_id)
    if seen.summary is None:
        return Thread(())
    acts = journal.acts(session, office=seen.office, record_id=record_id, kinds=KINDS)
    if not acts:
        return Thread(())
    found = _inquiries(acts, seen, _Carried(session, settings), language, with_drafts=session)
    head = seen.head.revision_id if seen.head is not None else ""
    decisions = (one for one in decisions_in(acts, seen) if one.counts and one.revision_id == head)
    return Thread(tuple(sorted(found, key=lambda one: one.at)), tuple(decisions))


class _Carried:
    """Which acts of this office have gone: those of the last package and before, and those received."""

    def __init__(self, session: "Session", settings: Settings) -> None:
        self._is_office = settings.role == "office"
        sent = exchange_state.packages(session, direction="out")
        self._last = max((entry.made_at for entry in sent), default="")
        self._has = Inside(confirmed_acts(session, HEADQUARTERS))

    def stage(self, act: Act) -> Stage:
        if not self._is_office or self._has(f"{act.office}/{act.installation}", act.number):
            return "received"
        return "sent" if act.made_at <= self._last else "waiting"


def _inquiries(
    acts: Sequence[Act],
    seen: RecordSeen,
    carried: _Carried,
    language: str,
    with_drafts: "Session | None" = None,
) -> list[Inquiry]:
    by_id = {act.act_id: act for act in acts}
    asked = [act for act in acts if act.kind in (*ASKING, *ANSWERS, "close")]
    found = []
    for query in fold(asked, seen, language):
        there = correction(with_drafts, seen, query) if with_drafts is not None else None
        found.append(_of_query(query, seen, _stage(query, by_id, carried), there))
    decisions = decisions_in(acts, seen)
    accepted = {one.revision_id for one in decisions if one.kind == "accept" and one.counts}
    for decision in decisions:
        if decision.kind == "return":
            found.append(_of_return(decision, by_id, seen, carried, bool(accepted), language))
    return found


def _stage(query: Query, by_id: dict[str, Act], carried: _Carried) -> Stage:
    if query.state == CLOSED:
        return "closed"
    return "open" if query.state == OPEN else carried.stage(by_id[query.answers[-1].act_id])


def _of_query(query: Query, seen: RecordSeen, stage: Stage, there: Correction | None) -> Inquiry:
    assert seen.summary is not None
    return Inquiry(
        act_id=query.act_id,
        name=query.name,
        kind=query.kind,
        record=seen.summary,
        asked_ref=query.ref,
        ref=query.ref_now,
        refs=(query.ref_now,) if query.ref_now else (),
        question=query.question,
        value=query.value,
        value_now=query.value_now,
        proposed=query.proposed,
        reason=query.reason,
        person=query.person,
        at=query.at,
        stage=stage,
        answers=query.answers,
        closing=query.closing,
        correction=there,
        form=query.form,
    )


def _of_return(
    decision: Decision,
    by_id: dict[str, Act],
    seen: RecordSeen,
    carried: _Carried,
    is_accepted: bool,
    language: str,
) -> Inquiry:
    assert seen.summary is not None
    refs = tuple(
        place for ref in decision.refs if (place := seen.ref_now(ref, decision.revision_id)) is not None
    )
    return Inquiry(
        act_id=decision.act_id,
        name=decision.name,
        kind="return",
        record=seen.summary,
        asked_ref=decision.refs[0] if decision.refs else "",
        ref=refs[0] if refs else "",
        refs=refs,
        question=", ".join(seen.label_of(ref, language) for ref in refs),
        value=None,
        value_now=None,
        proposed=None,
        reason=decision.text,
        person=decision.person,
        at=decision.at,
        stage=_stage_of_return(decision, by_id, seen, carried, is_accepted),
        answers=decision.answers,
        closing=None,
        form=seen.form,
    )


def _stage_of_return(
    decision: Decision, by_id: dict[str, Act], seen: RecordSeen, carried: _Carried, is_accepted: bool
) -> Stage:
    """A return is answered in words, or by the next revision of the record."""
    assert seen.summary is not None
    if not decision.counts or (is_accepted and seen.summary.state is RecordState.ACCEPTED):
        return "closed"
    if decision.answers:
        return carried.stage(by_id[decision.answers[-1].act_id])
    head = seen.head
    if head is None or head.revision_id == decision.revision_id:
        return "open"
    if seen.summary.state not in _SENT:
        return "waiting"
    return "sent" if seen.summary.state is RecordState.PACKAGE else "received"

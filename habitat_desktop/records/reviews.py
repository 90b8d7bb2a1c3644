"""What headquarters and its region say of a record as a whole: accept, return, comment, clear.

A decision is about one revision; the next one is to be reviewed again, but only where it differs from the
one decided on last. Decisions that crossed on the way are all shown, and a return counts.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from habitat_desktop.records import journal, verdicts
from habitat_desktop.records.act import Act
from habitat_desktop.records.aligning import Refs, aligned, leaves
from habitat_desktop.records.conversation import (
    RETURN,
    Forms,
    RecordSeen,
    asked_once,
    names,
    texts_in,
)
from habitat_desktop.records.entry import RecordNotFoundError
from habitat_desktop.records.entry_places import path_of, value_at
from habitat_desktop.records.merging import plain
from habitat_desktop.records.queries import KINDS as ASKING_KINDS
from habitat_desktop.records.queries import OPEN, Answer, Query, fold, read_answer
from habitat_desktop.records.record import RecordState, RecordSummary, Revision
from habitat_desktop.records.repository import find_record
from habitat_desktop.xforms.definition import Form, Question
from habitat_desktop.xforms.entry_ids import with_ids, without_ids

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Status = Literal["new", "changed", "accepted", "returned", "conflict", "withdrawn", "waiting"]
STATUSES: tuple[Status, ...] = (
    "new", "changed", "accepted", "returned", "conflict", "withdrawn", "waiting",
)  # fmt: skip
REMARKS = ("comment", "clear")
KINDS = (*ASKING_KINDS, *verdicts.DECISIONS, *REMARKS)


@dataclass(frozen=True)
class Decision:
    """One decision of headquarters: `kind` is "accept" or "return".

    `number` is which revision of the record it is about, 0 where that is not here; `refs` are the questions a
    return is about, none for all. `counts`: no later decision on the same revision has replaced it. `name`
    ("KE-7F3K-0042/R1") is that of a return. `answers` are what the office said to it in words.
    """

    act_id: str
    name: str
    kind: str
    revision_id: str
    number: int
    refs: tuple[str, ...]
    text: str
    person: str
    at: str
    counts: bool
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Remark:
    """What a region said for headquarters: `kind` is "comment" or "clear"; no `refs` mean the whole record.

    `is_current`: what it is about has not changed since.
    """

    act_id: str
    kind: str
    revision_id: str
    number: int
    refs: tuple[str, ...]
    text: str
    person: str
    sender: str
    at: str
    is_current: bool


@dataclass(frozen=True)
class Change:
    """One answer that differs from the revision decided on last; `ref` is its place now, "" if it is gone.

    `ref_then` was its place then, "" for one that is new. `is_asked`: the return was about it.
    """

    ref: str
    ref_then: str
    question: str
    old: Any
    new: Any
    is_asked: bool


@dataclass(frozen=True)
class Review:
    """How a record stands with headquarters.

    `status`: "new" was never decided on, "changed" was changed since, "accepted", "returned", or a state in
    which nothing is decided ("conflict", "withdrawn", "waiting"). `decisions` are those that count for the
    revision `number` the record shows: two or more crossed on the way. `last` is the decision the `changes`
    count from, on an earlier revision, None where there was none: then everything is to be reviewed.
    `untouched` are the questions of that return that still say what they said. `earlier` are all other
    decisions.
    """

    summary: RecordSummary
    revision_id: str
    number: int
    status: Status
    decisions: tuple[Decision, ...]
    earlier: tuple[Decision, ...]
    last: Decision | None
    changes: tuple[Change, ...]
    untouched: tuple[tuple[str, str], ...]  # ref and question
    queries: tuple[Query, ...]
    remarks: tuple[Remark, ...]
    form: Form | None = field(default=None, repr=False, compare=False)  # of what it shows

    @property
    def has_crossed(self) -> bool:
        """Whether several decisions count that did not know of each other."""
        return len(self.decisions) > 1

    @property
    def open_queries(self) -> tuple[Query, ...]:
        return tuple(query for query in self.queries if query.state == OPEN)


# -- reading ---------------------------------------------------------------------------------------------


def review_of(session: "Session", forms: Forms, record: str, *, language: str) -> Review:
    """Return how a record stands, by its id or label.

    Raises:
        RecordNotFoundError.
    """
    summary = find_record(session, record)
    if summary is None:
        raise RecordNotFoundError(record=record)
    acts = journal.acts(session, office=summary.office, record_id=summary.record_id, kinds=KINDS)
    return review(RecordSeen(session, forms, summary.record_id, summary), summary, acts, language)


def review(seen: RecordSeen, summary: RecordSummary, acts: Sequence[Act], language: str) -> Review:
    """Return how a record stands by these acts about it."""
    decisions = decisions_in(acts, seen)
    head = seen.head
    here = tuple(one for one in decisions if head and one.revision_id == head.revision_id and one.counts)
    base, last = _decided_before(seen, decisions)
    changes = _changes(base, head, seen, last, language) if base and head and last and not here else ()
    return Review(
        summary=summary,
        revision_id=head.revision_id if head else "",
        number=seen.number(head.revision_id) if head else 0,
        status=_status(summary, head, here, last),
        decisions=here,
        earlier=tuple(one for one in decisions if one not in here),
        last=last,
        changes=changes,
        untouched=_untouched(last, changes, base, head, seen, language) if not here else (),
        queries=tuple(fold((act for act in acts if act.kind in ASKING_KINDS), seen, language)),
        remarks=tuple(_remark(act, seen) for act in acts if act.kind in REMARKS),
        form=seen.form,
    )


def _without_words(summary: RecordSummary) -> Review:
    """Return how a record stands that nobody has said anything about; nothing is read for it."""
    status: Status = "new"
    if len(summary.heads) > 1:
        status = "conflict"
    elif not summary.heads:
        status = "waiting"
    elif summary.state is RecordState.WITHDRAWN:
        status = "withdrawn"
    head = summary.heads[0] if summary.heads else ""
    return Review(summary, head, summary.revisions, status, (), (), None, (), (), (), ())


def _status(
    summary: RecordSummary, head: Revision | None, here: Sequence[Decision], last: Decision | None
) -> Status:
    if len(summary.heads) > 1:
        return "conflict"
    if head is None:
        return "waiting"
    if head.kind == "withdraw":
        return "withdrawn"
    if here:
        return "accepted" if all(one.kind == "accept" for one in here) else "returned"
    return "changed" if last else "new"


def decisions_in(acts: Sequence[Act], seen: RecordSeen) -> list[Decision]:
    """Return the decisions among the acts about a record, in order."""
    found = [act for act in acts if act.kind in verdicts.DECISIONS]
    called = names((act for act in found if act.kind == "return"), seen.label, RETURN)
    replaced = {before for act in found for before in act.after}
    replies: defaultdict[str, list[Act]] = defaultdict(list)
    for act in acts:
        if act.kind == "reply":
            replies[act.about].append(act)
    return [
        Decision(
            act_id=act.act_id,
            name=called.get(act.act_id, ""),
            kind=act.kind,
            revision_id=act.revision_id,
            number=seen.number(act.revision_id),
            refs=texts_in(act.content, "refs"),
            text=act.reason,
            person=act.person,
            at=act.made_at,
            counts=act.act_id not in replaced,
            answers=tuple(map(read_answer, replies[act.act_id])),
        )
        for act in found
    ]


def _decided_before(
    seen: RecordSeen, decisions: Sequence[Decision]
) -> tuple[Revision | None, Decision | None]:
    """Return the nearest revision before the one shown that was decided on, and what was decided."""
    if seen.head is None or not decisions:
        return None, None
    by_id = {one.revision_id: one for one in seen.history}
    before: set[str] = set()
    todo = list(seen.head.parents)
    while todo:
        one = todo.pop()
        if one in by_id and one not in before:
            before.add(one)
            todo += by_id[one].parents
    for revision in reversed(seen.history):
        mine = [one for one in decisions if one.revision_id == revision.revision_id and one.counts]
        if revision.revision_id in before and mine:
            returned = [one for one in mine if one.kind == "return"]
            return revision, (returned or mine)[-1]
    return None, None


def _changes(
    base: Revision, head: Revision, seen: RecordSeen, last: Decision, language: str
) -> tuple[Change, ...]:
    then = with_ids(base.answers)
    now = aligned(then, head.answers)
    old, new = dict(leaves(then, "/data")), dict(leaves(now, "/data"))
    refs_then, refs_now = Refs(then), Refs(now)
    found = []
    for ref in dict.fromkeys((*new, *old)):
        if plain(old.get(ref)) == plain(new.get(ref)) or not _is_reviewed(ref, seen):
            continue
        place = refs_now.placed(ref) if ref in new or "[" not in ref else ""
        place_then = refs_then.placed(ref) if ref in old or "[" not in ref else ""
        found.append(
            Change(
                ref=place,
                ref_then=place_then,
                question=seen.label_of(ref, language),
                old=without_ids(old.get(ref)),
                new=without_ids(new.get(ref)),
                is_asked=place_then in last.refs,
            )
        )
    return tuple(found)


def _is_reviewed(ref: str, seen: RecordSeen) -> bool:
    """Whether a person looks at this answer: what the form works out itself follows from the others."""
    if "/$" in ref or "@" in ref:
        return False
    element = seen.form.elements.get(path_of(ref)) if seen.form is not None else None
    return element is None or (isinstance(element, Question) and element.is_asked)


def _untouched(
    last: Decision | None,
    changes: Sequence[Change],
    base: Revision | None,
    head: Revision | None,
    seen: RecordSeen,
    language: str,
) -> tuple[tuple[str, str], ...]:
    """Return the questions a return was about that still say what they said."""
    if last is None or base is None or head is None:
        return ()
    changed = {change.ref_then for change in changes}
    found = []
    for ref in last.refs:
        now = seen.ref_now(ref, base.revision_id)
        if now is not None and ref not in changed:
            found.append((now, seen.label_of(now, language)))
    return tuple(found)


def _remark(act: Act, seen: RecordSeen) -> Remark:
    refs = texts_in(act.content, "refs")
    return Remark(
        act_id=act.act_id,
        kind=act.kind,
        revision_id=act.revision_id,
        number=seen.number(act.revision_id),
        refs=refs,
        text=act.reason,
        person=act.person,
        sender=act.sender,
        at=act.made_at,
        is_current=_is_current(act.revision_id, refs, seen),
    )


def _is_current(revision_id: str, refs: Iterable[str], seen: RecordSeen) -> bool:
    if seen.head is None or seen.head.revision_id == revision_id:
        return True
    then = seen.revision(revision_id)
    refs = list(refs)
    if then is None or not refs:
        return False
    for ref in refs:
        now = seen.ref_now(ref, revision_id)
        if now is None or plain(value_at(now, seen.head.answers)) != plain(value_at(ref, then.answers)):
            return False
    return True


def list_reviews(
    session: "Session",
    forms: Forms,
    *,
    language: str,
    office: str | None = None,
    form_id: str | None = None,
    period: str | None = None,
    status: Status | None = None,
) -> list[Review]:
    """Return how the records of offices stand, by label; drafts nobody has finalized are left out."""
    from habitat_desktop.records import repository

    summaries = repository.list_records(session, office=office, form_id=form_id, period=period, order="label")
    offices = {one.office for one in summaries}
    by_record: dict[tuple[str, str], list[Act]] = {}
    for act in journal.acts(session, office=offices, kinds=KINDS) if offices else ():
        by_record.setdefault((act.office, act.record_id), []).append(act)
    found, forms = [], asked_once(forms)
    for summary in summaries:
        if not summary.revisions and summary.state is not RecordState.WAITING:
            continue
        acts = by_record.get((summary.office, summary.record_id), [])
        if not acts and summary.state is not RecordState.DRAFT:  # a draft hides whether it is withdrawn
            found.append(_without_words(summary))
            continue
        seen = RecordSeen(session, forms, summary.record_id, summary)
        found.append(review(seen, summary, acts, language))
    return [one for one in found if status is None or one.status == status]

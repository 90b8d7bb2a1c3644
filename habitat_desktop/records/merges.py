"""Merges under way: what a person decides is kept until the merge is finished, and can be taken back.

A decision remembers what it was chosen from. When other revisions come in meanwhile, those that still fit
stay; where somebody has said something new, the question is open again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from habitat_desktop.records.aligning import Refs, aligned, answer_at, leaves
from habitat_desktop.records.merging import BASE, Decision, Merged, Row, Version, letters, plain
from habitat_desktop.records.record import Draft, Revision, utc_text, utc_time
from habitat_desktop.settings import Settings
from habitat_desktop.xforms.answers import canonical
from habitat_desktop.xforms.definition import Form, Question
from habitat_desktop.xforms.engine import FormInstance, Opening, Problem
from habitat_desktop.xforms.entry_ids import with_ids

if TYPE_CHECKING:
    from habitat_desktop.records.entry import Entry

Forms = Callable[[str, str], Form]
GROUPS = ("clash", "problem", "only", "same")


@dataclass(frozen=True)
class RecordMerge:
    """A record side by side, as a person merges it.

    `base` is the revision the sides began with, `sides` the revisions themselves, first the one called A.
    `problems` are what the rules of the form have against the answers as they are now, with refs by entry
    ids. `onto` are the revisions the merge will replace: the sides, or the finished merge that was opened
    again. `steps` counts the decisions that can be taken back.
    """

    record_id: str
    label: str
    office: str
    form: Form
    base: Revision | None
    sides: tuple[Revision, ...]
    onto: tuple[str, ...]
    merged: Merged
    problems: tuple[Problem, ...]
    steps: int

    @property
    def letters(self) -> tuple[str, ...]:
        return letters(len(self.sides))

    @property
    def is_reopened(self) -> bool:
        return len(self.onto) == 1

    @property
    def can_be_finished(self) -> bool:
        """Whether nothing is open and every rule of the form holds."""
        return not self.merged.open_rows and (self.merged.withdrawn or not self.problems)

    def group_of(self, row: Row) -> str:
        """Return where a screen shows `row`: one of `GROUPS`, or "unchanged"."""
        if row.kind in ("only", "same") and any(problem.ref == row.ref for problem in self.problems):
            return "problem"
        return row.kind

    def rows_in(self, group: str) -> tuple[Row, ...]:
        return tuple(row for row in self.merged.rows if self.group_of(row) == group)


def common_parent(revisions: Sequence[Revision], heads: Sequence[str]) -> Revision | None:
    """Return the revision all `heads` come from that lies nearest to them.

    `revisions` are parents before children. Of several that are equally near the one with the higher id:
    alike on every computer.
    """
    known = {one.revision_id: one for one in revisions}
    generation: dict[str, int] = {}
    for one in revisions:
        generation[one.revision_id] = 1 + max(
            (generation.get(parent, 0) for parent in one.parents), default=0
        )
    shared = set.intersection(*(_lineage(known, head) for head in heads))
    best = max(shared, key=lambda one: (generation.get(one, 0), one), default=None)
    return None if best is None else known[best]


def generations(revisions: Sequence[Revision]) -> dict[str, int]:
    """Return the generation of each of `revisions`, parents before children: 1 without parents."""
    found: dict[str, int] = {}
    for one in revisions:
        found[one.revision_id] = 1 + max((found.get(parent, 0) for parent in one.parents), default=0)
    return found


def merged_of(revisions: Sequence[Revision], merge: Revision) -> tuple[Revision, ...]:
    """Return what the finished `merge` was made of, in the order of the sides when it was made."""
    generation = generations(revisions)
    parents = [one for one in revisions if one.revision_id in merge.parents]
    return tuple(
        sorted(parents, key=lambda one: (generation[one.revision_id], one.revision_id), reverse=True)
    )


def _lineage(known: Mapping[str, Revision], head: str) -> set[str]:
    """Return the ids of `head` and of all it comes from."""
    found: set[str] = set()
    todo = [head]
    while todo:
        one = todo.pop()
        if one in known and one not in found:
            found.add(one)
            todo.extend(known[one].parents)
    return found


@dataclass(frozen=True)
class Sides:
    """What is merged: forms brought to one version."""

    form: Form
    base: Version | None
    sides: tuple[Version, ...]


def read_sides(forms: Forms, base: Revision | None, sides: Sequence[Revision]) -> Sides:
    """Return the versions to merge, all on the newest version of the form among them."""
    from habitat_desktop.records.versions import moved, moved_refs, newest

    headings = [one.heading for one in sides]
    form = forms(headings[0].form_id, newest([one.form_version for one in headings]))

    def version(revision: Revision) -> Version:
        withdrawn = revision.kind == "withdraw"
        if revision.heading.form_version == form.version:
            return Version(revision.answers, revision.authors, revision.justifications, withdrawn)
        found = moved(forms(form.form_id, revision.heading.form_version), form, revision.answers)
        authors = moved_refs(revision.authors, found.refs)
        return Version(found.answers, authors, moved_refs(revision.justifications, found.refs), withdrawn)

    return Sides(form, None if base is None else version(base), tuple(map(version, sides)))


# -- decisions -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """One decision: `side` is the id of a revision, "base" or "" for a typed value.

    `value` is what was chosen, `seen` everything it was chosen from, as text.
    """

    ref: str
    side: str
    value: Any
    seen: tuple[str, ...]
    person: str
    at: str

    def document(self) -> dict[str, Any]:
        return dict(vars(self)) | {"seen": list(self.seen)}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Step":
        return cls(**{**document, "seen": tuple(document["seen"])})


def step_of(row: Row, sides: Sequence[Revision], choice: str, value: Any, person: str, at: datetime) -> Step:
    """Return the decision for `row`: `choice` is a letter, "base" or "value"."""
    if choice == BASE:
        side, value = BASE, row.base
    elif choice == "value":
        side = ""
    else:
        index = letters(len(sides)).index(choice)
        side, value = sides[index].revision_id, row.sides[index]
    return Step(
        row.ref, side, value, tuple(sorted(set(map(plain, (row.base, *row.sides))))), person, utc_text(at)
    )


def typed(form: Form, row: Row, value: Any) -> Any:
    """Return what a person typed for `row` as an answers file has it."""
    element = form.elements.get(row.path)
    text = canonical(value)
    if isinstance(element, Question) and element.type in ("select_multiple", "rank"):
        return text.split()
    return text


def decisions_that_fit(
    steps: Sequence[Step], rows: Mapping[str, Row], sides: Sequence[Revision]
) -> dict[str, Decision]:
    """Return the decisions that still answer what is asked now, by ref."""
    found: dict[str, Decision] = {}
    here = dict(zip((one.revision_id for one in sides), letters(len(sides)), strict=True))
    for step in steps:
        row = rows.get(step.ref)
        found.pop(step.ref, None)
        if row is not None and not set(map(plain, row.sides)) <= set(step.seen):
            continue  # somebody has said something new meanwhile
        if step.side in ("", BASE):
            found[step.ref] = Decision(step.side, step.value, step.person)
            continue
        side = here.get(step.side, "")
        if row is not None and (not side or plain(row.sides[ord(side) - ord("A")]) != plain(step.value)):
            same = [
                one
                for one, value in zip(here.values(), row.sides, strict=True)
                if plain(value) == plain(step.value)
            ]
            side = same[0] if same else ""
        if side:
            found[step.ref] = Decision(side, step.value, step.person)
    return found


def steps_behind(revision: Revision, sides: Sides, revisions: Sequence[Revision], bare: Merged) -> list[Step]:
    """Return the decisions that lead from `sides` to `revision`, a finished merge of them."""
    base = with_ids(sides.base.answers) if sides.base else {}
    answers = aligned(base, revision.answers)
    refs = Refs(answers)
    reasons = {refs.named(ref): text for ref, text in revision.justifications.items()}
    found = []
    for row in bare.rows:
        if row.what == "withdrawal":
            value: Any = "withdrawn" if revision.kind == "withdraw" else "kept"
        elif row.what == "justification":
            value = reasons.get(row.ref)
        else:
            value = answer_at(row.ref, answers)
        if row.what == "order":
            value = [one["$id"] for one in value or [] if one["$id"] in (row.base or [])]
        if row.what == "entry":  # there or not; what is in it has rows of its own
            offered = [plain(one is not None) for one in row.sides]
            wanted = plain(value is not None)
        else:
            offered, wanted = [plain(one) for one in row.sides], plain(value)
        if not row.is_open and wanted == (
            plain(row.merged is not None) if row.what == "entry" else plain(row.merged)
        ):
            continue
        choice = letters(len(revisions))[offered.index(wanted)] if wanted in offered else "value"
        if choice == "value" and wanted == plain(row.base):
            choice = BASE
        at = utc_time(revision.made_at)
        found.append(step_of(row, revisions, choice, value, revision.author, at))
    return found


# -- the result ------------------------------------------------------------------------------------------


def instance_of(form: Form, merged: Merged, environment: Any) -> FormInstance:
    """Return the merged answers with everything the form works out worked out anew."""
    return FormInstance(form, environment, merged.answers, opening=Opening.RESUME)


def problems_of(instance: FormInstance) -> tuple[Problem, ...]:
    """Return what the rules have against the answers, with refs by entry ids."""
    refs = Refs(instance.answers(relevant_only=False, complete=True))
    return tuple(replace(one, ref=refs.named(one.ref)) for one in instance.problems())


def entry_of(
    found: RecordMerge, instance: FormInstance, settings: Settings, person: str, at: datetime
) -> "Entry":
    """Return the merged return as it will be finalized."""
    from habitat_desktop.records.entry import Entry

    first = found.sides[0]
    heading = replace(first.heading, form_version=found.form.version, form_hash=found.form.hash)
    draft = Draft(
        record_id=found.record_id,
        office=found.office,
        label=found.label,
        heading=heading,
        parents=found.onto,
        answers=found.merged.answers,
        authors=found.merged.authors,
        justifications=found.merged.justifications,
        language=settings.language,
        answered=0,
        missing=0,
        problems=0,
        saved_at=at,
        saved_by=person,
    )
    return Entry(found.form, instance, draft, person=person)


@dataclass(frozen=True)
class SetAside:
    """A value that a merge or correction did not keep; it stays in the revision named.

    `ref` is without the root.
    """

    ref: str
    value: Any
    revision_id: str


def set_aside(made: Revision, revisions: Sequence[Revision]) -> tuple[SetAside, ...]:
    """Return what `made`, a merge or correction, did not keep of what its parents said anew."""
    parents = [one for one in revisions if one.revision_id in made.parents]
    base = common_parent(revisions, made.parents) if len(parents) > 1 else None
    before = with_ids(base.answers) if base else {}
    old = dict(leaves(before))
    kept = dict(leaves(aligned(before or (with_ids(parents[0].answers) if parents else {}), made.answers)))
    found = []
    for parent in parents:
        for ref, value in leaves(aligned(before, parent.answers)):
            if plain(value) not in (plain(kept.get(ref)), plain(old.get(ref))):
                found.append(SetAside(ref.removeprefix("/"), value, parent.revision_id))
    return tuple(found)

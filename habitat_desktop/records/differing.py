"""Any two versions of one record, question by question: what changed, in words a person reads.

A version is a revision or the draft. Entries of repeats are known by their ids: moving changes nothing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n.answer_texts import unavailable_words, unit_name
from habitat_desktop.i18n.catalogues import _, language, listed
from habitat_desktop.i18n.dates import format_date
from habitat_desktop.i18n.numbers import edit_number, format_number
from habitat_desktop.i18n.text import ltr
from habitat_desktop.records import repository
from habitat_desktop.records.aligning import Refs, aligned, leaves
from habitat_desktop.records.entry import RecordNotFoundError, look
from habitat_desktop.records.environments import environment_of
from habitat_desktop.records.links import with_links
from habitat_desktop.records.record import Draft, Heading, Kind, Revision, utc_time
from habitat_desktop.settings import Settings
from habitat_desktop.xforms.definition import Form, Repeat
from habitat_desktop.xforms.engine import FormInstance, NodeState
from habitat_desktop.xforms.entry_ids import ENTRY_ID, is_group, is_list_of_entries, with_ids
from habitat_desktop.xforms.problems import FormError
from habitat_desktop.xforms.question_types import ATTACHMENTS

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Forms = Callable[[str, str], Form]
DifferenceKind = Literal["changed", "given", "removed", "entry_added", "entry_removed", "file"]
_FILES = ATTACHMENTS
_SHORTEST_ID = 4  # signs of a revision id that somebody types
_SAID_OF_ENTRY = 4  # answers that tell an entry that came or went


class VersionNotFoundError(HabitatError):
    code = "VERSION_NOT_FOUND"
    message = N_(
        "The record {label} has no version “{version}”. Name a revision by its number in the history (1 to "
        "{count}), by the beginning of its id, or say draft. Nothing was changed."
    )


class OneVersionError(HabitatError):
    code = "ONE_VERSION"
    message = N_("The record {label} has only one version: there is nothing to compare it with.")


@dataclass(frozen=True)
class Version:
    """One version of a record: `number` counts its revisions from 1, 0 is the draft; `at` is in UTC."""

    number: int
    content: Draft | Revision
    at: datetime
    person: str
    kind: Kind | Literal["draft"]

    @property
    def key(self) -> str:
        """What tells it from the others: the id of the revision, or "draft"."""
        return self.content.revision_id if isinstance(self.content, Revision) else "draft"

    @property
    def heading(self) -> Heading:
        return self.content.heading


@dataclass(frozen=True)
class Difference:
    """One question that two versions answer differently, or an entry that only one of them has.

    `old` and `new` are in words, "" where there is nothing; `ref` tells entries by their ids. `section` is
    the label of the section, `entry` of the entries around it ("Settlement 2"), "" where there is none.
    """

    kind: DifferenceKind
    ref: str
    section: str
    entry: str
    question: str
    old: str
    new: str
    calculated: bool = False


@dataclass(frozen=True)
class Comparison:
    """What changed from `old` to `new`, in the order of the form."""

    label: str
    old: Version
    new: Version
    differences: tuple[Difference, ...]

    def by_section(self) -> list[tuple[str, list[Difference]]]:
        """Return the differences with the section they stand in, sections in the order of the form."""
        found: dict[str, list[Difference]] = {}
        for one in self.differences:
            found.setdefault(one.section, []).append(one)
        return list(found.items())


def versions_of(session: "Session", record: str) -> list[Version]:
    """Return the versions of a record: revisions, parents before children, then the draft.

    Raises:
        RecordNotFoundError.
    """
    summary = repository.find_record(session, record)
    if summary is None:
        raise RecordNotFoundError(record=record)
    found = [
        Version(number, one, utc_time(one.made_at), one.author, one.kind)
        for number, one in enumerate(repository.history(session, summary.record_id), start=1)
    ]
    draft = repository.find_draft(session, summary.record_id)
    if draft is not None:
        found.append(Version(0, draft, draft.saved_at, draft.saved_by, "draft"))
    return found


def version_named(versions: Sequence[Version], name: str) -> Version:
    """Return the version somebody means by a number, the beginning of an id, or "draft".

    Raises:
        VersionNotFoundError: there is none, or more than one begins so.
    """
    typed = name.strip().lower()
    found = [one for one in versions if one.key == typed or (one.number and str(one.number) == typed)]
    if not found and len(typed) >= _SHORTEST_ID:
        found = [one for one in versions if one.number and one.key.startswith(typed)]
    if len(found) != 1:
        label = versions[0].content.label if versions else ""
        raise VersionNotFoundError(label=label, version=name, count=sum(1 for one in versions if one.number))
    return found[0]


def last_two(versions: Sequence[Version]) -> tuple[Version, Version]:
    """Return the newest version and the one it was made from.

    Raises:
        OneVersionError.
    """
    if len(versions) < 2:
        raise OneVersionError(label=versions[0].content.label if versions else "")
    new = versions[-1]
    parents = new.content.parents
    old = next((one for one in versions if one.key in parents[:1]), versions[-2])
    return old, new


def compare(session: "Session", forms: Forms, settings: Settings, old: Version, new: Version) -> Comparison:
    """Say what changed from `old` to `new`, in the language spoken now.

    Answers of an older version of the form are read as the newer one has them, where that form is here.
    """
    form, (then, now) = _on_one_form(forms, old, new)
    if _has_ids(now) and not _has_ids(then):
        now = with_ids(now)
        then = aligned(now, then)
    else:
        then = with_ids(then)
        now = aligned(then, now)
    sides = [_Side(session, form, settings, one, answers) for one, answers in ((old, then), (new, now))]
    found = sorted(_differences(*sides), key=lambda one: _place(form, sides, one.ref))
    return Comparison(new.content.label, old, new, tuple(found))


def _on_one_form(forms: Forms, old: Version, new: Version) -> tuple[Form, list[dict[str, Any]]]:
    from habitat_desktop.records.versions import moved, newest

    form_id = new.heading.form_id
    form = forms(form_id, newest([old.heading.form_version, new.heading.form_version]))
    found = []
    for version in (old, new):
        answers = version.content.answers
        if version.heading.form_version != form.version:
            with suppress(FormError):  # not here any more: what both have is compared all the same
                answers = moved(forms(form_id, version.heading.form_version), form, answers).answers
        found.append({name: value for name, value in answers.items() if not name.startswith("$")})
    return form, found


def _has_ids(answers: Mapping[str, Any]) -> bool:
    return any(ENTRY_ID in entry for _ref, entry in _entries(answers))


class _Side:
    """One version, opened for looking."""

    def __init__(
        self,
        session: "Session",
        form: Form,
        settings: Settings,
        version: Version,
        answers: dict[str, Any],
    ) -> None:
        self._session, self._settings = session, settings
        self.form, self.version, self.answers = form, version, answers
        self.root = form.root.path
        self.leaves = dict(leaves(answers))
        self.refs = Refs(answers)
        self.entries = {ref: entry for ref, entry in _entries(answers) if ENTRY_ID in entry}

    @cached_property
    def instance(self) -> FormInstance:
        content = self.version.content
        environment = environment_of(self._settings, content.heading, content.record_id, language())
        environment = with_links(self._session, self.form, environment, content.office)
        return look(self.form, environment, self.answers, self.version.at)

    def state(self, ref: str) -> NodeState | None:
        """Return what stands at `ref`, in which ids tell entries; None where there is nothing."""
        placed = self.refs.placed(f"{self.root}{ref}")
        try:
            return self.instance.state(placed) if placed else None
        except HabitatError:  # a question this version of the form does not have
            return None

    def words(self, ref: str) -> str:
        """Return the answer at `ref` in words; "" where there is none."""
        value = self.leaves.get(ref)
        if value in (None, "", [], {}):
            return ""
        state = self.state(ref)
        if isinstance(value, Mapping):
            why = value.get("$unavailable", {})
            return unavailable_words(str(why.get("reason", "")), str(why.get("remark", "")))
        if state is not None and state.type in _FILES:
            from habitat_desktop.records.attachments import find_attachment

            file = find_attachment(self._session, self.version.content.office, str(value))
            return file.name if file is not None else str(value)
        return _words(state, value)


def _words(state: NodeState | None, value: Any) -> str:
    labels = {one.value: one.label for one in state.choices} if state is not None else {}
    if isinstance(value, list):
        return listed(labels.get(str(one)) or str(one) for one in value)
    text = str(value)
    if state is None or labels.get(text):
        return labels.get(text) or text
    if state.type in ("integer", "decimal", "range") or (state.calculated and state.unit):
        shown = ltr(format_number(text, language()) if state.unit else edit_number(text, language()))
        return f"{shown} {unit_name(state.unit)}" if state.unit else shown
    return format_date(text, language()) if state.type in ("date", "today") and len(text) == 10 else text


def _differences(old: _Side, new: _Side) -> Iterator[Difference]:
    gone = _outermost(old.entries.keys() - new.entries.keys())
    come = _outermost(new.entries.keys() - old.entries.keys())
    for ref in gone:
        yield _entry(old, ref, "entry_removed")
    for ref in come:
        yield _entry(new, ref, "entry_added")
    for ref in old.leaves.keys() | new.leaves.keys():
        before, after = old.leaves.get(ref), new.leaves.get(ref)
        if before == after or _is_in(ref, gone) or _is_in(ref, come) or "/meta/" in ref:
            continue
        state = new.state(ref) or old.state(ref)
        side = new if new.state(ref) is not None else old
        label = " ".join(state.label.split()) if state is not None else ""
        calculated = state is not None and state.calculated
        if calculated and not label:
            continue  # a helper that nobody sees follows from what is told
        kind: DifferenceKind = "changed"
        if state is not None and state.type in _FILES:
            kind = "file"
        elif before in (None, "", [], {}):
            kind = "given"
        elif after in (None, "", [], {}):
            kind = "removed"
        name = label or ref.rpartition("/")[2]
        section, entry = _section(side, ref), _around(side, ref)
        yield Difference(kind, ref, section, entry, name, old.words(ref), new.words(ref), calculated)


def _entry(side: _Side, ref: str, kind: DifferenceKind) -> Difference:
    """Return the difference that an entry came or went, with the first of its answers."""
    said: list[str] = []
    inside = [one for one in side.leaves if one.startswith(f"{ref}/")]
    for one in sorted(inside, key=lambda one: _place(side.form, (side,), one)):
        state = side.state(one)
        if len(said) < _SAID_OF_ENTRY and state is not None and state.label and not state.calculated:
            said.append(side.words(one))
    words = " · ".join(filter(None, said)) or _("(empty)")
    *around, own = _trail(side, ref)
    old, new = (words, "") if kind == "entry_removed" else ("", words)
    return Difference(kind, ref, _section(side, ref), " · ".join(around), own, old, new)


def _section(side: _Side, ref: str) -> str:
    """Return what the group or list at the top of the form is called; "" for a question that stands alone."""
    top = ref.lstrip("/").split("/")[0].partition("[")[0]
    element = side.form.elements.get(f"{side.root}/{top}")
    if element is None or ("/" not in ref.lstrip("/") and not isinstance(element, Repeat)):
        return ""
    return " ".join(element.label(language()).split()) or top


def _around(side: _Side, ref: str) -> str:
    return " · ".join(_trail(side, ref))


def _trail(side: _Side, ref: str) -> list[str]:
    """Return the entries a ref lies in or is: "Settlement 2", by their place in this version."""
    found, path = [], side.root
    placed = side.refs.placed(f"{side.root}{ref}") or f"{side.root}{ref}"
    for step in placed.removeprefix(side.root).strip("/").split("/"):
        name, _bracket, position = step.partition("[")
        path += f"/{name}"
        if position:
            element = side.form.elements.get(path)
            label = " ".join(element.label(language()).split()) if element is not None else ""
            found.append(f"{label or name} {ltr(position.rstrip(']'))}")
    return found


def _entries(answers: Any, ref: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield every entry of a repeat with its ref by ids, outer ones first."""
    if is_group(answers):
        for name, inner in answers.items():
            yield from _entries(inner, f"{ref}/{name}")
    elif is_list_of_entries(answers):
        for entry in answers:
            here = f"{ref}[{entry.get(ENTRY_ID, '')}]"
            yield here, entry
            yield from _entries(entry, here)


def _outermost(refs: set[str]) -> list[str]:
    return [ref for ref in refs if not any(ref != one and ref.startswith(f"{one}/") for one in refs)]


def _is_in(ref: str, entries: Sequence[str]) -> bool:
    return any(ref.startswith(f"{one}/") for one in entries)


def _place(form: Form, sides: Sequence[_Side], ref: str) -> tuple[int, ...]:
    """Return what sorts a ref as the form has it: the place of each step and of the entry in it."""
    order: dict[str, int] = form.memory.setdefault(
        "differing order", {element.path: number for number, element in enumerate(form.walk())}
    )
    found = (side.refs.placed(f"{side.root}{ref}") for side in reversed(sides))
    placed = next(filter(None, found), ref)
    place: list[int] = []
    path = form.root.path
    for step in placed.removeprefix(form.root.path).strip("/").split("/"):
        name, _bracket, position = step.partition("[")
        path += f"/{name}"
        number = position.rstrip("]")
        place += [order.get(path, len(order)), int(number) if number.isdigit() else 0]
    return tuple(place)

"""Answers of one version of a form brought to another; nothing is deleted.

What the other version has no place for is kept beside the answers: `"$former": {version: {ref: value}}`,
with refs of that version, in which ids tell the entries of repeats.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from habitat_desktop.records.aligning import leaves
from habitat_desktop.records.merging import plain
from habitat_desktop.xforms.definition import Form, Question, Repeat
from habitat_desktop.xforms.entry_ids import ENTRY_ID, is_group, with_ids
from habitat_desktop.xforms.question_types import value_problem
from habitat_desktop.xforms.was import Source, repeat_around, sources

FORMER = "$former"
How = Literal["kept", "renamed", "split", "moved", "converted", "aside", "dropped", "worked_out", "choice"]


@dataclass(frozen=True)
class Change:
    """What became of one answer; refs tell entries by their ids, `new_ref` "" where it has no place any more.

    "converted": written anew, without loss. "aside": the new type cannot hold it. "dropped": its question
    is gone. "worked_out": the form now works it out. Those three are kept under "$former". "choice": kept,
    but no longer among the choices.
    """

    how: How
    old_ref: str
    new_ref: str
    value: Any
    new_value: Any = None


@dataclass(frozen=True)
class Moved:
    """Answers on another version; `changes` leaves out what stays as and where it is."""

    answers: dict[str, Any]
    changes: tuple[Change, ...]
    added: tuple[str, ...]  # paths of the questions that are new
    refs: Mapping[str, str]  # the new path of each old one


def newest(versions: Iterable[str]) -> str:
    """Return the newest of the versions of a form."""
    from habitat_desktop.xforms.library import version_key

    return max(versions, key=version_key)


def moved(old: Form, new: Form, answers: Mapping[str, Any]) -> Moved:
    """Bring `answers`, given to `old`, to `new`, and say what became of each."""
    return Mover(old, new).moved(answers)


def moved_refs(by_ref: Mapping[str, str], refs: Mapping[str, str]) -> dict[str, str]:
    """Return what is kept by ref with positions under the refs of the new version."""
    found = {}
    for ref, text in by_ref.items():
        first, *rest = ref.split("[")
        path = first + "".join(part.partition("]")[2] for part in rest)
        positions = [part.partition("]")[0] for part in rest]
        marked = refs.get(path)
        if marked is not None and marked.count("[]") == len(positions):
            for position in positions:
                marked = marked.replace("[]", f"[{position}]", 1)
            found[marked] = text
    return found


class Mover:
    """Brings answers from one version to another; `calculated`: with those a person never gave.

    `found` is where the answers of the new version stand in the old one, where it is known already.
    """

    def __init__(
        self,
        old: Form,
        new: Form,
        found: Mapping[str, Source] | None = None,
        *,
        calculated: bool = False,
    ) -> None:
        self._old, self._new = old, new
        self._sources = found if found is not None else sources(old, new)
        self._calculated = calculated
        self._changes: list[Change] = []
        self._used: set[str] = set()  # refs of the old version whose answer has a place

    def moved(self, answers: Mapping[str, Any]) -> Moved:
        """Return `answers` on the new version, and what became of each."""
        before = with_ids({name: value for name, value in answers.items() if not name.startswith("$")})
        root = self._old.root.path
        made = self._scope("", "", before, root, self._new.root.path)
        for ref, value in leaves(before, root):
            if ref not in self._used:
                self._drop("dropped", ref, value)
        former = dict(answers.get(FORMER) or {})
        aside = {one.old_ref: one.value for one in self._changes if not one.new_ref}
        if aside:
            former[self._old.version] = {**former.get(self._old.version, {}), **aside}
        if former:
            made[FORMER] = former
        added = tuple(
            element.path
            for element in self._new.walk()
            if isinstance(element, Question) and element.is_asked and element.path not in self._sources
        )
        return Moved(made, tuple(self._changes), added, self._marked_paths())

    def _scope(
        self, new_repeat: str, old_repeat: str, before: Mapping[str, Any], old_ref: str, new_ref: str
    ) -> Any:
        """Return the answers of the root or of one entry of a repeat."""
        made: dict[str, Any] = {}
        for element in self._new.walk():
            source = self._sources.get(element.path)
            if source is None or repeat_around(element) != new_repeat:
                continue
            inside = source.path[len(old_repeat or self._old.root.path) + 1 :]
            value = _get(before, inside)
            if value is None:
                continue
            place = element.path[len(new_repeat or self._new.root.path) + 1 :]
            here, there = f"{old_ref}/{inside}", f"{new_ref}/{place}"
            if isinstance(element, Repeat):
                entries = value if isinstance(value, list) else []
                found: Any = [
                    {
                        **self._scope(
                            element.path, source.path, one,
                            f"{here}[{one[ENTRY_ID]}]", f"{there}[{one[ENTRY_ID]}]",
                        ),
                        ENTRY_ID: one[ENTRY_ID],
                    }
                    for one in entries
                ]  # fmt: skip
            else:
                assert isinstance(element, Question)
                found = self._answer(element, source, value, here, there)
            if found not in (None, [], ""):
                _put(made, place, found)
        self._keep_attributes(made, before, new_repeat, old_repeat, old_ref)
        return made

    def _answer(self, question: Question, source: Source, value: Any, here: str, there: str) -> Any:
        old = self._old.element(source.path)
        assert isinstance(old, Question)
        self._used.add(here)
        if question.bind.calculate and not self._calculated:
            if not old.bind.calculate:
                self._drop("worked_out", here, value)
            return None
        fitting = converted(value, old, question)
        if fitting is None:
            self._drop("aside", here, value)
        elif plain(fitting) != plain(value):
            self._changes.append(Change("converted", here, there, value, fitting))
        elif source.how != "kept":
            self._changes.append(Change(source.how, here, there, value, fitting))  # type: ignore[arg-type]
        return fitting

    def _drop(self, how: How, ref: str, value: Any) -> None:
        path = "/".join(part.partition("[")[0] for part in ref.split("/"))
        element = self._old.elements.get(path)
        if how == "dropped" and isinstance(element, Question) and element.bind.calculate:
            return  # nobody gave it; the old version works it out again
        self._changes.append(Change(how, ref, "", value))

    def _keep_attributes(
        self, made: dict[str, Any], before: Mapping[str, Any], new_repeat: str, old_repeat: str, old_ref: str
    ) -> None:
        """Keep attributes of what stands in both versions at the same place."""
        for ref, value in leaves(before):
            inside = ref[1:]
            path = f"{new_repeat or self._new.root.path}/{inside}"
            if (
                "@" in inside
                and "[" not in inside
                and path in self._new.elements
                and new_repeat == old_repeat
            ):
                _put(made, inside, value)
                self._used.add(f"{old_ref}/{inside}")

    def _marked_paths(self) -> dict[str, str]:
        """Return the new path of each old one, "[]" where a position belongs."""
        found: dict[str, str] = {}
        for path, source in self._sources.items():
            marked = path
            around = repeat_around(self._new.element(path))
            while around:
                marked = f"{around}[]{marked[len(around) :]}"
                around = repeat_around(self._new.element(around))
            found.setdefault(source.path, marked)
        return found


def _get(answers: Any, inside: str) -> Any:
    for name in inside.split("/"):
        answers = answers.get(name) if isinstance(answers, Mapping) else None
    return answers


def _put(answers: dict[str, Any], place: str, value: Any) -> None:
    *groups, name = place.split("/")
    for group in groups:
        answers = answers.setdefault(group, {})
    answers[name] = value


def converted(value: Any, old: Question, new: Question) -> Any:
    """Return `value`, an answer to `old`, as an answer to `new`; None where something would be lost."""
    if isinstance(value, Mapping):
        return None if is_group(value) else value
    several = new.type in ("select_multiple", "rank")
    if isinstance(value, list):
        if several:
            return value
        if new.type == "select_one" and len(value) != 1:
            return None
        value = " ".join(map(str, value))
    text = str(value)
    if several:
        return [text] if old.type == "select_one" else text.split() if old.type == new.type else None
    if new.type == "select_one" and " " in text:
        return None
    if new.bind.data_type == "int" and value_problem(text, new.type, new.bind.data_type):
        text = _whole(text) or text
    return None if value_problem(text, new.type, new.bind.data_type) else text


def _whole(text: str) -> str:
    """Return a decimal that is a whole number as one, "" where it is none."""
    try:
        number = Decimal(text)
    except ArithmeticError:
        return ""
    return f"{number:f}".partition(".")[0] if number == number.to_integral_value() else ""

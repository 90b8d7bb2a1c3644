"""Merging: what several people made of one return, question by question, from the state they began with.

A plain function of answers. Entries of repeats are matched by their ids, never by position; refs here name
them so: "/data/person[k3fa2b9c]/name". What a form works out itself is not merged: it is worked out again.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from habitat_desktop.records.aligning import Refs, aligned
from habitat_desktop.records.entry_order import merged_order
from habitat_desktop.xforms.definition import Form, Group, Question, Repeat
from habitat_desktop.xforms.entry_ids import ENTRY_ID, is_group, is_list_of_entries, with_ids, without_ids

BASE = "base"
WITHDRAWN = "$withdrawn"
What = Literal["answer", "entry", "order", "justification", "withdrawal"]
Kind = Literal["unchanged", "only", "same", "clash"]


@dataclass(frozen=True)
class Version:
    """One state of a return: `authors` and `justifications` are keyed by ref, as in a revision."""

    answers: Mapping[str, Any]
    authors: Mapping[str, str] = field(default_factory=dict)
    justifications: Mapping[str, str] = field(default_factory=dict)
    withdrawn: bool = False


@dataclass(frozen=True)
class Decision:
    """What a person chose for one row: a `side` ("A", "B", ..., "base") or, that being "", a `value`."""

    side: str
    value: Any = None
    person: str = ""


@dataclass(frozen=True)
class Row:
    """One question, entry, order of entries or justification of a merge, side by side.

    `path` is the ref without entries. `base` and `sides` are the values, None where there is none: of an
    answer as in answers files, of an entry its answers, of an order the ids. `kind`: "only" where all sides
    that changed it agree but not all changed it, "same" where all did, "clash" where they made different
    things of it. `changed` are the letters of those sides. `choice` is what `merged` was taken from: a
    letter, "base", "value" for what a person typed, or "" while nobody has decided.
    """

    ref: str
    path: str
    what: What
    kind: Kind
    base: Any
    sides: tuple[Any, ...]
    authors: tuple[str, ...]
    changed: tuple[str, ...]
    merged: Any
    choice: str
    decided: bool = False

    @property
    def is_open(self) -> bool:
        """Whether a person has to decide."""
        return self.kind == "clash" and not self.decided

    @property
    def losers(self) -> tuple[Any, ...]:
        """The values of the sides that are not in the result."""
        kept = plain(self.merged)
        found = {plain(value): value for value in self.sides if value is not None}
        return tuple(value for text, value in found.items() if text != kept)


@dataclass(frozen=True)
class Merged:
    """The outcome: every row in the order of the form, and what they come to.

    Where rows are open, `answers` hold what everybody began with.
    """

    rows: tuple[Row, ...]
    answers: dict[str, Any]
    authors: dict[str, str]
    justifications: dict[str, str]
    withdrawn: bool

    @property
    def open_rows(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.is_open)

    @property
    def differences(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.kind != "unchanged")


def letters(count: int) -> tuple[str, ...]:
    """Return the names of so many sides."""
    return tuple(chr(ord("A") + index) if index < 26 else f"A{index}" for index in range(count))


def merge(
    form: Form,
    base: Version | None,
    sides: Sequence[Version],
    decisions: Mapping[str, Decision] | None = None,
) -> Merged:
    """Merge `sides`, two or more, that all began with `base`, None where they have nothing in common.

    `decisions` of a person, by ref, go before what would follow by itself.
    """
    return _Merger(form, base or Version({}), sides, decisions or {}).merged()


def plain(value: Any) -> str:
    """Return `value` as text that is the same for the same answer, "" for none."""
    if value is None or value in ("", [], {}):
        return ""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


class _Merger:
    def __init__(
        self, form: Form, base: Version, sides: Sequence[Version], decisions: Mapping[str, Decision]
    ) -> None:
        self._form = form
        self._decisions = decisions
        self._base = base
        self._sides = sides
        self._letters = letters(len(sides))
        self._base_answers = with_ids(base.answers)
        self._answers = [aligned(self._base_answers, side.answers) for side in sides]
        self._refs = [Refs(answers) for answers in (self._base_answers, *self._answers)]
        self._authors = [
            {refs.named(ref): name for ref, name in version.authors.items()}
            for version, refs in zip((base, *sides), self._refs, strict=True)
        ]
        self._rows: list[Row] = []

    def merged(self) -> Merged:
        withdrawn = self._withdrawal()
        root = self._form.root.path
        answers = self._group(root, root, self._base_answers, self._answers)
        justifications = self._justifications()
        return Merged(
            tuple(self._rows),
            answers,
            self._placed(self._merged_authors(), answers),
            self._placed(justifications, answers),
            withdrawn,
        )

    # -- rows ----------------------------------------------------------------------------------------

    def _row(
        self,
        ref: str,
        path: str,
        what: What,
        base: Any,
        sides: Sequence[Any],
        clashing: Sequence[bool] = (),
    ) -> Row:
        """Settle one row and note it; `clashing` says which sides cannot be had together."""
        if not clashing and ref not in self._decisions and all(side == base for side in sides):
            return self._unchanged(ref, path, what, base)
        plain_base, *plain = (self._same(path, what, value) for value in (base, *sides))
        differs = clashing or [text != plain_base for text in plain]
        changed = tuple(one for one, other in zip(self._letters, differs, strict=True) if other)
        ways = {text for text in plain if text != plain_base}
        kind: Kind = "unchanged"
        if ways:
            kind = "clash" if len(ways) > 1 or clashing else "same" if len(changed) == len(sides) else "only"
        choice = "" if kind == "clash" else changed[0] if changed else BASE
        merged = base if choice in ("", BASE) else sides[self._letters.index(choice)]
        if kind in ("same", "unchanged"):  # alike, but perhaps not written alike
            merged = _same_way(base, sides)
        decision = self._decision(ref, what)
        if decision is not None:
            choice = decision.side or "value"
            values = {BASE: base, "value": decision.value, **dict(zip(self._letters, sides, strict=True))}
            merged = values[choice]
        row = Row(
            ref, path, what, kind, _shown(base), tuple(map(_shown, sides)),
            tuple(names.get(ref, "") for names in self._authors[1:]), changed, _shown(merged), choice,
            decision is not None,
        )  # fmt: skip
        self._rows.append(row)
        return row

    def _unchanged(self, ref: str, path: str, what: What, base: Any) -> Row:
        """Note a row all agree on to the letter: by far the most."""
        value = _shown(base)
        authors = tuple(names.get(ref, "") for names in self._authors[1:])
        row = Row(ref, path, what, "unchanged", value, (value,) * len(self._sides), authors, (), value, BASE)
        self._rows.append(row)
        return row

    def _decision(self, ref: str, what: What) -> Decision | None:
        found = self._decisions.get(ref)
        if found is None or found.side not in (*self._letters, BASE, ""):
            return None
        return found if found.side or what in ("answer", "justification") else None

    def _same(self, path: str, what: What, value: Any) -> str:
        """Return what two equal answers have in common: the choices of a select_multiple have no order.

        An entry is there or not: what is in it has rows of its own.
        """
        if what == "entry":
            return "" if value is None else "there"
        if isinstance(value, list) and self._is(path, "select_multiple"):
            value = sorted(value)
        return plain(without_ids(value))

    def _is(self, path: str, kind: str) -> bool:
        element = self._form.elements.get(path)
        return isinstance(element, Question) and element.type == kind

    def _is_worked_out(self, path: str) -> bool:
        element = self._form.elements.get(path)
        if not isinstance(element, Question):
            return False
        return bool(element.bind.calculate) or not element.has_control

    # -- answers -------------------------------------------------------------------------------------

    def _group(self, ref: str, path: str, base: Any, sides: Sequence[Any]) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        for name in self._names(path, (base, *sides)):
            values = [_get(side, name) for side in sides]
            found = self._member(f"{ref}/{name}", f"{path}/{name}", _get(base, name), values)
            if found not in (None, {}, []):
                merged[name] = found
        return merged

    def _names(self, path: str, groups: Iterable[Any]) -> list[str]:
        """Return the names in `groups`, in the order of the form, then those it does not know."""
        there = {name for group in groups if isinstance(group, Mapping) for name in group} - {ENTRY_ID}
        element = self._form.root if path == self._form.root.path else self._form.elements.get(path)
        children = element.children if isinstance(element, Group) else ()
        ordered = [child.name for child in children if child.name in there]
        return ordered + sorted(there.difference(ordered))

    def _member(self, ref: str, path: str, base: Any, sides: Sequence[Any]) -> Any:
        values = [value for value in (base, *sides) if value is not None]
        element = self._form.elements.get(path)
        if all(
            is_list_of_entries(value) or (value == [] and isinstance(element, Repeat)) for value in values
        ):
            return self._entries(ref, path, base or [], [side or [] for side in sides])
        if all(is_group(value) for value in values):
            return self._group(ref, path, base, sides)
        if self._is_worked_out(path):
            return _worked_out(base, sides)
        row = self._row(ref, path, "answer", base, sides)
        return row.merged

    def _justifications(self) -> dict[str, str]:
        named = [
            {refs.named(ref): text for ref, text in version.justifications.items()}
            for version, refs in zip((self._base, *self._sides), self._refs, strict=True)
        ]
        found = {}
        for ref in sorted(set().union(*named)):
            base, *sides = (texts.get(ref) for texts in named)
            row = self._row(ref, _without_entries(ref), "justification", base, sides)
            if row.merged:
                found[ref] = str(row.merged)
        return found

    def _withdrawal(self) -> bool:
        if not any(side.withdrawn for side in self._sides):
            return False
        # whoever did not withdraw it went on with it: that is a change as well
        sides = ["withdrawn" if side.withdrawn else "kept" for side in self._sides]
        row = self._row(WITHDRAWN, WITHDRAWN, "withdrawal", None, sides)
        return bool(row.merged == "withdrawn")

    # -- entries of repeats --------------------------------------------------------------------------

    def _entries(self, ref: str, path: str, base: list[Any], sides: Sequence[list[Any]]) -> list[Any]:
        before = {entry[ENTRY_ID]: entry for entry in base}
        now = [{entry[ENTRY_ID]: entry for entry in side} for side in sides]
        kept = []
        for entry_id in dict.fromkeys(key for entries in (before, *now) for key in entries):
            if self._is_kept(
                f"{ref}[{entry_id}]", path, before.get(entry_id), [n.get(entry_id) for n in now]
            ):
                kept.append(entry_id)
        ids = self._ordered(ref, path, kept, list(before), [list(side) for side in now])
        return [
            {**self._entry(f"{ref}[{one}]", path, before.get(one), [n.get(one) for n in now]), ENTRY_ID: one}
            for one in ids
        ]

    def _entry(self, ref: str, path: str, base: Any, sides: Sequence[Any]) -> dict[str, Any]:
        """Merge one entry that stays; who has it no longer changed nothing in it."""
        there = [side for side in sides if side is not None]
        if base is None and len(there) == 1:
            return dict(there[0])
        decision = self._decision(ref, "entry")
        if decision is not None and decision.side == BASE and base is not None:
            sides = [base for _ in sides]
        return self._group(ref, path, base, [base if side is None else side for side in sides])

    def _is_kept(self, ref: str, path: str, base: Any, sides: Sequence[Any]) -> bool:
        """Settle whether an entry is in the result; what one removed and another changed is a clash."""
        if all(side is not None for side in sides) and (base is not None or not self._decision(ref, "entry")):
            return True
        clashing: Sequence[bool] = ()
        if base is not None:
            said = self._content(path, base)
            touched = [side is not None and self._content(path, side) != said for side in sides]
            if any(touched):
                clashing = [side is None or one for side, one in zip(sides, touched, strict=True)]
        row = self._row(ref, path, "entry", base, sides, clashing)
        return row.merged is not None or (row.is_open and base is not None)

    def _content(self, path: str, entry: Any) -> str:
        """Return what people said in an entry, without what the form works out."""
        return plain(dict(self._said(path, entry)))

    def _said(self, path: str, value: Any) -> Iterator[tuple[str, Any]]:
        for name, inner in value.items():
            here = f"{path}/{name}"
            if name == ENTRY_ID or self._is_worked_out(here):
                continue
            if is_list_of_entries(inner):
                yield name, [[one[ENTRY_ID], dict(self._said(here, one))] for one in inner]
            elif is_group(inner):
                yield name, dict(self._said(here, inner))
            else:
                yield name, self._same(here, "answer", inner)

    def _ordered(
        self, ref: str, path: str, kept: list[str], base: list[str], sides: Sequence[list[str]]
    ) -> list[str]:
        """Return the ids of the entries that stay in their order; it is a row of its own where moved."""
        common = [one for one in kept if all(one in side for side in sides)]
        before = [one for one in base if one in common]
        orders = [[one for one in side if one in before] for side in sides]
        skeleton = before
        if any(order != before for order in orders):
            row = self._row(ref, path, "order", before, orders)
            skeleton = list(row.merged or before)
        return merged_order(skeleton, set(kept), base, sides)

    # -- people --------------------------------------------------------------------------------------

    def _merged_authors(self) -> dict[str, str]:
        rows = {row.ref: row for row in self._rows if row.what == "answer"}
        found = {}
        for ref in set().union(*self._authors):
            base, *sides = (names.get(ref, "") for names in self._authors)
            row = rows.get(ref)
            if all(side == base for side in sides):
                name = base
            elif row is not None and row.choice in self._letters and row.kind != "same":
                name = sides[self._letters.index(row.choice)]
            elif row is not None and row.choice in (BASE, "") and row.kind != "unchanged":
                name = base
            else:
                name = str(_worked_out(base or None, [side or None for side in sides]) or "")
            found[ref] = name
        for row in rows.values():
            if row.choice == "value":
                found[row.ref] = self._decisions[row.ref].person
        return found

    def _placed(self, by_ref: Mapping[str, str], answers: Mapping[str, Any]) -> dict[str, str]:
        """Return what is kept by named ref by position; what has lost its entry goes with it."""
        refs = Refs(answers)
        placed = ((refs.placed(ref), text) for ref, text in sorted(by_ref.items()))
        return {ref: text for ref, text in placed if ref and text}


def _get(group: Any, name: str) -> Any:
    return group.get(name) if isinstance(group, Mapping) else None


def _shown(value: Any) -> Any:
    return None if value in ("", []) else value


def _same_way(base: Any, sides: Sequence[Any]) -> Any:
    """Return one of several values that mean the same: the one that differs from the base, the least."""
    different = [side for side in sides if plain(side) != plain(base)]
    return min(different, key=plain) if different else base


def _worked_out(base: Any, sides: Sequence[Any]) -> Any:
    """Return one of several values that nobody gave: a change goes before none, then the greatest."""
    different = [side for side in sides if plain(side) != plain(base)]
    return max(different, key=plain) if different else base


def _without_entries(ref: str) -> str:
    return "/".join(part.partition("[")[0] for part in ref.split("/"))

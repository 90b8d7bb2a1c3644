"""A form cut into sections for the screen, and how far each section is. No Qt.

A section is what the form page shows at once: a group, a repeat with its entries, or one entry. Big groups
and entries with several groups are branches: their groups are sections of their own. Questions that stand
loose after a group are shown at the end of that group.
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Literal

from habitat_desktop.gui.markup import plain
from habitat_desktop.i18n.catalogues import _, pgettext
from habitat_desktop.i18n.text import ltr
from habitat_desktop.records.entry import is_answered
from habitat_desktop.records.previous import naming_question
from habitat_desktop.xforms.definition import Element, Form, Group, Question, Repeat
from habitat_desktop.xforms.engine import FormInstance, NodeState

ItemKind = Literal["question", "note", "warning", "heading", "end", "entry", "link", "add", "labels"]
SectionKind = Literal["group", "repeat", "entry", "loose"]
Sign = Literal["done", "partly", "empty", "error"]

_BIG_GROUP = 25  # questions; a group with more and with groups inside becomes a branch
_SMALL_REPEAT = 9  # questions; the entries of smaller repeats are shown under each other in one section
_SHORT_RUN = 6  # loose questions that are still shown at the end of the group before them
_POSITION = re.compile(r"\[(\d+)\]$")


@dataclass(frozen=True)
class Item:
    """One line of a section. `warnings` are the soft checks shown under a question."""

    kind: ItemKind
    ref: str
    warnings: tuple[str, ...] = ()


@dataclass
class Section:
    """One page of the form. `key` stays the same while entries are neither added nor removed before it."""

    key: str
    kind: SectionKind
    ref: str
    depth: int
    parent: str
    items: list[Item] = field(default_factory=list)
    children: list["Section"] = field(default_factory=list)

    @property
    def is_page(self) -> bool:
        """Whether there is something to read or to do here; pure branches only hold other sections."""
        return bool(self.items)

    def refs(self) -> Iterator[str]:
        """Yield the refs of the questions and warnings shown here."""
        for item in self.items:
            if item.kind in ("question", "note", "warning"):
                yield item.ref
            yield from item.warnings

    def walk(self) -> Iterator["Section"]:
        """Yield this section and those below, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class Tally:
    """How far a section is, with everything below it. `warnings` counts those nobody has answered for."""

    answered: int = 0
    total: int = 0
    missing: int = 0
    errors: int = 0
    warnings: int = 0
    visible: bool = False
    queries: int = 0  # questions headquarters waits for an answer to

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.answered + other.answered,
            self.total + other.total,
            self.missing + other.missing,
            self.errors + other.errors,
            self.warnings + other.warnings,
            self.visible or other.visible,
            self.queries + other.queries,
        )

    @property
    def sign(self) -> Sign:
        if self.errors:
            return "error"
        if not self.missing and (self.answered or not self.total):
            return "done"
        return "partly" if self.answered else "empty"


def plain_path(ref: str) -> str:
    """Return `ref` without positions."""
    return re.sub(r"\[\d+\]", "", ref)


def position(ref: str) -> int:
    """Return the position of a repeat entry, from 1."""
    match = _POSITION.search(ref)
    return int(match[1]) if match else 1


def repeat_of(ref: str) -> str:
    """Return the repeat that the entry `ref` belongs to."""
    return _POSITION.sub("", ref)


def cut(form: Form, instance: FormInstance) -> list[Section]:
    """Return the sections of the form as it is filled now: one tree for each top-level row."""
    return _Cutter(form, instance).sections(form.root.path, form.root, "", 0)


def title(form: Form, instance: FormInstance, section: Section) -> str:
    """Return the heading of a section in the language of `instance`."""
    if section.kind == "entry":
        return entry_name(form, instance, section.ref)
    if section.kind == "loose":
        few = 0 < len(section.items) <= 2
        return plain(instance.state(section.items[0].ref).label) if few else pgettext("section", "Questions")
    return plain(instance.state(section.ref).label) or pgettext("section", "Questions")


def entry_name(form: Form, instance: FormInstance, ref: str) -> str:
    """Return what an entry is called: the answer to its naming question, else "Settlements 2"."""
    naming = naming_question(form, plain_path(ref))
    if naming is not None:
        state = instance.state(f"{ref}/{naming}")
        chosen = (choice for choice in state.choices if choice.value == state.value)
        shown = next((plain(choice.label) or choice.value for choice in chosen), state.value)
        if shown.strip():
            return shown
    name = plain(instance.state(repeat_of(ref)).label) or _element_name(form, ref)
    # Translators: an entry of a list that has no name yet: "Settlements 2".
    return _("{list} {number}").format(list=name, number=ltr(str(position(ref))))


def tally(
    instance: FormInstance,
    section: Section,
    is_shown: Callable[[NodeState], bool],
    justified: Callable[[str], bool],
) -> Tally:
    """Count one section alone; `is_shown` says whether an error is already shown to the person."""
    counted = [item_tally(instance, item, is_shown, justified) for item in section.items]
    return sum_of(instance, section, counted)


def sum_of(instance: FormInstance, section: Section, counted: Collection[Tally]) -> Tally:
    """Return the tally of a section from those of its items."""
    return Tally(
        sum(one.answered for one in counted),
        sum(one.total for one in counted),
        sum(one.missing for one in counted),
        sum(one.errors for one in counted),
        sum(one.warnings for one in counted),
        any(one.visible for one in counted)
        or (section.kind == "repeat" and instance.state(section.ref).relevant),
    )


def item_tally(
    instance: FormInstance,
    item: Item,
    is_shown: Callable[[NodeState], bool],
    justified: Callable[[str], bool],
) -> Tally:
    """Count one line of a section."""
    answered = total = missing = errors = warnings = 0
    visible = False
    if item.kind in ("link", "entry", "add", "heading", "end", "labels"):
        return Tally()
    for ref in (item.ref, *item.warnings):
        state = instance.state(ref)
        if not state.relevant:
            continue
        visible = True
        if ref in item.warnings or item.kind == "warning":
            warnings += not justified(ref)
        elif item.kind == "question" and not (state.calculated or state.readonly):
            total += 1
            answered += is_answered(state)
            missing += state.error == "required"
            errors += is_shown(state)
    return Tally(answered, total, missing, errors, warnings, visible)


def _element_name(form: Form, ref: str) -> str:
    return form.element(plain_path(ref)).name


class _Cutter:
    def __init__(self, form: Form, instance: FormInstance) -> None:
        self._form = form
        self._instance = instance

    def sections(self, ref: str, group: Group, parent: str, depth: int) -> list[Section]:
        """Return the sections of the rows directly below `ref`; its own loose rows come first."""
        found: list[Section] = []
        run: list[str] = []
        for child in self._children(ref):
            element = self._form.element(plain_path(child))
            if isinstance(element, Question):
                run.append(child)
                continue
            self._place_run(run, found, ref, parent, depth)
            run = []
            if isinstance(element, Repeat):
                found.append(self._repeat(child, element, parent, depth))
            elif isinstance(element, Group):
                if self._is_branch(element):
                    found.append(self._branch(child, element, parent, depth))
                else:
                    found.append(Section(child, "group", child, depth, parent, self._flat(child)))
        self._place_run(run, found, ref, parent, depth)
        return [section for section in found if section.is_page or section.children]

    def _children(self, ref: str) -> Iterator[str]:
        """Yield the rows below `ref` that are shown; groups without a heading give theirs instead."""
        for child in self._instance.children(ref):
            element = self._form.elements.get(plain_path(child))
            if isinstance(element, Question):
                if element.has_control or is_head(element):
                    yield child
            elif isinstance(element, Repeat):
                yield child
            elif isinstance(element, Group):
                if element.label_text or self._is_branch(element):
                    yield child
                else:
                    yield from self._children(child)

    def _place_run(self, run: list[str], found: list[Section], ref: str, parent: str, depth: int) -> None:
        items = self._items(run)
        if not items:
            return
        before = found[-1] if found else None
        if before is not None and self._belongs_to_group_before(run) and not _is_group_branch(before):
            before.items.extend(items)
        else:
            found.append(Section(f"{items[0].ref}#", "loose", ref, depth, parent, items))

    def _belongs_to_group_before(self, run: list[str]) -> bool:
        """Whether loose questions are read as the end of the group before: few, and not a narrative."""
        elements = [self._form.element(plain_path(ref)) for ref in run]
        return len(run) <= _SHORT_RUN and any(not _is_text(element) for element in elements)

    def _repeat(self, ref: str, element: Repeat, parent: str, depth: int) -> Section:
        section = Section(ref, "repeat", ref, depth, parent)
        if self._is_small(element):
            for entry in self._instance.instances(ref):
                section.items.append(Item("entry", entry))
                section.items.extend(self._flat(entry))
        else:
            for entry in self._instance.instances(ref):
                section.items.append(Item("link", entry))
                section.children.append(self._entry(entry, element, ref, depth + 1))
        section.items.append(Item("add", ref))
        return section

    def _entry(self, ref: str, element: Repeat, parent: str, depth: int) -> Section:
        section = Section(ref, "entry", ref, depth, parent)
        if not self._has_sections(element):
            section.items = self._flat(ref)
            return section
        return self._with_own_rows_first(section, self.sections(ref, element, ref, depth + 1))

    def _branch(self, ref: str, element: Group, parent: str, depth: int) -> Section:
        section = Section(ref, "group", ref, depth, parent)
        return self._with_own_rows_first(section, self.sections(ref, element, ref, depth + 1))

    @staticmethod
    def _with_own_rows_first(section: Section, below: list[Section]) -> Section:
        """Let the loose rows at the start of a branch be shown at the branch itself."""
        if below and below[0].kind == "loose" and below[0].ref == section.ref:
            section.items = below.pop(0).items
        section.children = below
        return section

    def _has_sections(self, group: Group) -> bool:
        """Whether the groups of an entry are worth sections of their own."""
        inner = [child for child in group.children if isinstance(child, Group) and child.label_text]
        return len(inner) > 1 or any(
            not self._is_small(child) for child in inner if isinstance(child, Repeat)
        )

    def _is_branch(self, group: Group) -> bool:
        return any(
            isinstance(child, Repeat) and not self._is_small(child) for child in _groups_below(group)
        ) or (_count(group) > _BIG_GROUP and self._has_sections(group))

    @staticmethod
    def _is_small(repeat: Repeat) -> bool:
        return _count(repeat) <= _SMALL_REPEAT and not any(isinstance(c, Group) for c in repeat.children)

    def _flat(self, ref: str) -> list[Item]:
        """Return everything below `ref` in one list, with headings for the groups inside."""
        items: list[Item] = []
        run: list[str] = []
        for child in self._children(ref):
            element = self._form.element(plain_path(child))
            if isinstance(element, Question):
                run.append(child)
                continue
            items.extend(self._items(run))
            run = []
            items.append(Item("heading", child))
            if isinstance(element, Repeat):
                for entry in self._instance.instances(child):
                    items.append(Item("entry", entry))
                    items.extend(self._flat(entry))
                items.append(Item("add", child))
            else:
                items.extend(self._flat(child))
            items.append(Item("end", child))
        items.extend(self._items(run))
        return items

    def _items(self, run: list[str]) -> list[Item]:
        items: list[Item] = []
        for ref in run:
            element = self._form.element(plain_path(ref))
            assert isinstance(element, Question)
            if is_head(element):
                items.append(Item("labels", ref))
            elif element.is_warning:
                if items and items[-1].kind == "question":
                    items[-1] = Item("question", items[-1].ref, (*items[-1].warnings, ref))
                else:
                    items.append(Item("warning", ref))
            else:
                items.append(Item("note" if element.type == "note" else "question", ref))
        return items


def is_head(question: Question) -> bool:
    """Whether this is the head of a grid: the labels of its choices, over the lines that are answered."""
    return question.is_select and not question.has_control


def _is_group_branch(section: Section) -> bool:
    return section.kind == "group" and bool(section.children)


def _is_text(element: Element) -> bool:
    return isinstance(element, Question) and element.type in ("text", "note")


def _groups_below(group: Group) -> Iterator[Group]:
    for child in group.children:
        if isinstance(child, Group):
            yield child
            yield from _groups_below(child)


def _count(group: Group) -> int:
    """Count the questions a person sees in a group."""
    return sum(
        _count(child)
        if isinstance(child, Group)
        else int(isinstance(child, Question) and child.has_control and child.type != "note")
        for child in group.children
    )

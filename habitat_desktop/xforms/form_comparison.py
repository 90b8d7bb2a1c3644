"""What changed between two versions of a form, and what becomes of the answers given to the first.

A change is "cosmetic" (texts, order, appearance), "additive" (every answer of before still stands, and more
can be said) or "breaking" (answers of before have no place, no longer fit, or no longer mean the same).
"""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from habitat_desktop.errors import N_
from habitat_desktop.xforms.choices import listed_choices
from habitat_desktop.xforms.definition import Element, Form, Group, Question, Repeat
from habitat_desktop.xforms.itext import Text
from habitat_desktop.xforms.problems import FormError
from habitat_desktop.xforms.record_lists import RECORDS
from habitat_desktop.xforms.was import Source, repeat_around, sources
from habitat_desktop.xforms.xlsform import question_rows, read_workbook
from habitat_desktop.xforms.xpath.lexer import normalized

Kind = Literal["cosmetic", "additive", "breaking"]
KINDS: tuple[Kind, ...] = ("breaking", "additive", "cosmetic")

_STAY = N_("Answers stay as they are.")
_ASIDE = N_("Answers are kept aside when a return is brought to the new version.")
_ASKED = N_("Answers stay; those that no longer fit are told before a return can be finalized again.")
_NEW = N_("Returns of before have no answer here.")

# code: kind, what changed, what becomes of existing answers
CODES: dict[str, tuple[Kind, str, str]] = {
    "removed": ("breaking", N_("The question is gone."), _ASIDE),
    "removed_calculated": (
        "breaking",
        N_("What was calculated here is gone."),
        N_("Nothing that a person gave is lost; reports find no figure here."),
    ),
    "removed_list": ("breaking", N_("The list of entries is gone."), _ASIDE),
    "renamed_undeclared": (
        "breaking",
        N_("The question is gone, and a new one may be the same: {new}. Its bind::habitat:was is empty."),
        N_("Answers are kept aside, unless the new question says what it was."),
    ),
    "repeat": ("breaking", N_("The question went into or out of a list of entries."), _ASIDE),
    "type": (
        "breaking",
        N_("The type was {old} and is {new}."),
        N_("Answers that can be written anew without loss come along; the others are kept aside."),
    ),
    "calculated": (
        "breaking",
        N_("The form works out what a person answered before."),
        N_("Answers are kept aside; the new figure takes their place."),
    ),
    "choice_removed": ("breaking", N_("The choice “{old}” is gone."), _ASKED),
    "filter": ("breaking", N_("The choices are filtered in another way."), _ASKED),
    "constraint": ("breaking", N_("The constraint is new or another one."), _ASKED),
    "required": (
        "breaking",
        N_("An answer is required now, or under other conditions."),
        N_("A return without an answer can be finalized again only with one."),
    ),
    "added_required": (
        "breaking",
        N_("The question is new and must be answered."),
        N_("Drafts and returns of before need an answer before they can be finalized again."),
    ),
    "relevant": (
        "breaking",
        N_("It is asked under other conditions."),
        N_("Answers to what is no longer asked are left out when the return is finalized again."),
    ),
    "readonly": ("breaking", N_("Who may change the answer is decided in another way."), _STAY),
    "calculation": (
        "breaking",
        N_("It is calculated in another way."),
        N_("Finalized figures stay; those of before and after do not compare."),
    ),
    "unit": (
        "breaking",
        N_("The unit was “{old}” and is “{new}”."),
        N_("Numbers stay as they were written and now count something else."),
    ),
    "strict": ("breaking", N_("“Not available” is no longer an answer."), _ASKED),
    "count": ("breaking", N_("The number of entries is decided in another way."), _ASKED),
    "records": ("breaking", N_("The choices are made of other records."), _STAY),
    "period": ("breaking", N_("The return is due in another rhythm: {old}, now {new}."), _STAY),
    "key": ("breaking", N_("Other questions tell one return from another."), _STAY),
    "same_version": (
        "breaking",
        N_("Both have the version “{old}” and are not the same: the new one needs a version of its own."),
        N_("A version is never used again: returns would be read with the wrong form."),
    ),
    "added": ("additive", N_("The question is new."), _NEW),
    "added_calculated": ("additive", N_("The figure is new."), _NEW),
    "added_list": ("additive", N_("The list of entries is new."), _NEW),
    "renamed": ("additive", N_("It was called {old}."), N_("Answers come along under the new name.")),
    "moved": ("additive", N_("It stands in another group; it was {old}."), N_("Answers come along.")),
    "split": ("additive", N_("It takes the answer of {old}, which was one question."), _STAY),
    "wider": ("additive", N_("The type was {old} and is {new}."), N_("Every answer still fits.")),
    "choice_added": ("additive", N_("The choice “{new}” is new."), _STAY),
    "loosened": ("additive", N_("What kept answers out has gone: {old}."), _STAY),
    "rollover": (
        "additive",
        N_("What happens to the answer in the next period was “{old}” and is “{new}”."),
        _STAY,
    ),
    "default": ("additive", N_("It begins with another answer."), _STAY),
    "from": (
        "additive",
        N_("It holds from {new} on."),
        N_("Earlier returns stay on the old one."),
    ),
    "text": ("cosmetic", N_("The words are others: {old}."), _STAY),
    "choice_text": ("cosmetic", N_("The words of the choice “{old}” are others."), _STAY),
    "order": ("cosmetic", N_("It stands in another place."), _STAY),
    "appearance": ("cosmetic", N_("It looks different."), _STAY),
    "subject": ("cosmetic", N_("Lists name the return by other questions."), _STAY),
}
_WIDER = {
    ("integer", "decimal"),
    ("select_one", "select_multiple"),
    *((kind, "text") for kind in ("integer", "decimal", "range", "date", "time", "dateTime", "select_one")),
}


@dataclass(frozen=True)
class FormChange:
    """One change: its place in the old and the new version, "" where it has none there.

    `sheet` and `row` are those of the new workbook, of the old one where it is gone; row 0 is not known.
    """

    code: str
    old_path: str = ""
    new_path: str = ""
    old: str = ""
    new: str = ""
    sheet: str = "survey"
    row: int = 0

    @property
    def kind(self) -> Kind:
        return CODES[self.code][0]

    @property
    def what(self) -> str:
        """The sentence for the change, with fields {old} and {new}."""
        return CODES[self.code][1]

    @property
    def answers(self) -> str:
        """The sentence for what becomes of the answers given before."""
        return CODES[self.code][2]


def compare_forms(old: Form, new: Form) -> list[FormChange]:
    """Return what changed, breaking changes first, each kind in the order of the form."""
    rows = {"old": rows_of(old.path), "new": rows_of(new.path)}
    found = [_placed(change, rows) for change in _Comparison(old, new).changes()]
    order = {path: number for number, path in enumerate([*new.elements, *old.elements])}
    return sorted(found, key=lambda one: (KINDS.index(one.kind), order.get(one.new_path or one.old_path, -1)))


def rows_of(path: Path) -> dict[str, int]:
    """Return the row of the sheet survey for each path, "list/name" for each choice; none where unknown."""
    if path.suffix.lower() not in (".xlsx", ".xls", ".md"):
        return {}
    try:
        workbook = read_workbook(path)
    except (FormError, OSError):
        return {}
    rows = question_rows(workbook.get("survey") or [])
    for number, row in enumerate(workbook.get("choices") or [], 2):
        name = str(row.get("list_name") or row.get("list name") or "").strip()
        rows[f"{name}/{str(row.get('name', '')).strip()}"] = number
    return rows


def _placed(change: FormChange, rows: dict[str, dict[str, int]]) -> FormChange:
    if change.sheet == "settings":
        return replace(change, row=2)
    if change.sheet == "choices":
        key = change.old if change.code in ("choice_removed", "choice_text") else change.new
        list_name, _, _path = change.new_path.rpartition("|")
        side = "old" if change.code == "choice_removed" else "new"
        return replace(change, new_path=_path, row=rows[side].get(f"{list_name}/{key}", 0))
    row = rows["new"].get(change.new_path) if change.new_path else rows["old"].get(change.old_path)
    return replace(change, row=row or 0)


class _Comparison:
    def __init__(self, old: Form, new: Form) -> None:
        self._old, self._new = old, new
        self._sources: dict[str, Source] = sources(old, new)
        self._lists: set[tuple[str, str]] = set()

    def changes(self) -> Iterator[FormChange]:
        yield from self._settings()
        yield from self._gone()
        for element in self._new.walk():
            source = self._sources.get(element.path)
            if isinstance(element, Question):
                yield from self._question(element, source)
            elif isinstance(element, Group):
                yield from self._group(element, source)
        yield from self._order()

    def _settings(self) -> Iterator[FormChange]:
        old, new = self._old, self._new
        if old.version == new.version and old.logic != new.logic:
            yield FormChange("same_version", old=old.version, sheet="settings")
        if old.periodicity != new.periodicity:
            yield FormChange("period", old=old.periodicity, new=new.periodicity, sheet="settings")
        if self._renamed(old.key) != new.key:
            yield FormChange("key", sheet="settings")
        if self._renamed(old.subject) != new.subject:
            yield FormChange("subject", sheet="settings")
        if old.from_period != new.from_period and new.from_period:
            yield FormChange("from", new=new.from_period, sheet="settings")
        if old.titles.get("") != new.titles.get(""):
            yield FormChange("text", old="title", sheet="settings")

    def _renamed(self, paths: tuple[str, ...]) -> tuple[str, ...]:
        now = {source.path: path for path, source in self._sources.items()}
        return tuple(now.get(path, path) for path in paths)

    def _gone(self) -> Iterator[FormChange]:
        kept = {source.path for source in self._sources.values()}
        new_names = {
            element.name: element
            for element in self._new.walk()
            if isinstance(element, Question) and element.path not in self._sources
        }
        for element in self._old.walk():
            if element.path in kept or _is_meta(element):
                continue
            if isinstance(element, Repeat):
                yield FormChange("removed_list", element.path)
            elif isinstance(element, Question) and element.type != "note":
                yield self._removed(element, new_names.get(element.name))

    def _removed(self, question: Question, same_name: Question | None) -> FormChange:
        if same_name is not None and repeat_around(same_name) != repeat_around(question):
            return FormChange("repeat", question.path, same_name.path)
        if question.bind.calculate:
            return FormChange("removed_calculated", question.path)
        alike = [
            element.path
            for element in self._new.walk()
            if isinstance(element, Question)
            and element.path not in self._sources
            and element.type == question.type
            and element.label("en")
            and element.label_text.static("en") == question.label_text.static("en")
        ]
        if alike:
            return FormChange("renamed_undeclared", question.path, new=alike[0])
        return FormChange("removed", question.path)

    def _group(self, group: Group, source: Source | None) -> Iterator[FormChange]:
        before = self._old.elements.get(source.path if source else group.path)
        if isinstance(group, Repeat) and source is None:
            yield FormChange("added_list", new_path=group.path)
        if not isinstance(before, Group):
            return
        if source is not None and source.how != "kept":
            yield FormChange(_how(source), before.path, group.path, before.path)
        yield from self._rules(before, group)
        yield from self._words(before, group)
        counts = [normalized(one.count) if isinstance(one, Repeat) else "" for one in (before, group)]
        if counts[0] != counts[1]:
            yield FormChange("count", before.path, group.path)

    def _question(self, question: Question, source: Source | None) -> Iterator[FormChange]:
        if _is_meta(question):
            return
        if source is None:
            yield from self._added(question)
            return
        before = self._old.element(source.path)
        assert isinstance(before, Question)
        if source.how != "kept":
            yield FormChange(_how(source), before.path, question.path, before.path)
        yield from self._types(before, question)
        yield from self._rules(before, question)
        yield from self._properties(before, question)
        yield from self._choices(before, question)
        yield from self._words(before, question)

    def _added(self, question: Question) -> Iterator[FormChange]:
        if question.type == "note":
            yield FormChange("text", new_path=question.path, old="note")
        elif question.bind.calculate:
            yield FormChange("added_calculated", new_path=question.path)
        elif _is_on(question.bind.required):
            yield FormChange("added_required", new_path=question.path)
        else:
            yield FormChange("added", new_path=question.path)

    def _types(self, before: Question, question: Question) -> Iterator[FormChange]:
        if question.bind.calculate and not before.bind.calculate:
            yield FormChange("calculated", before.path, question.path)
        elif before.type != question.type:
            code = "wider" if (before.type, question.type) in _WIDER else "type"
            yield FormChange(code, before.path, question.path, before.type, question.type)

    def _rules(self, before: Element, now: Element) -> Iterator[FormChange]:
        for name in ("constraint", "required", "relevant", "readonly"):
            old = self._expression(getattr(before.bind, name))
            new = normalized(getattr(now.bind, name))
            if name == "required":
                old, new = old if _is_on(old) else "", new if _is_on(new) else ""
            if old and not new:
                yield FormChange("loosened", before.path, now.path, name)
            elif old != new:
                yield FormChange(name, before.path, now.path)
        calculated = self._expression(before.bind.calculate)
        if calculated and now.bind.calculate and calculated != normalized(now.bind.calculate):
            yield FormChange("calculation", before.path, now.path)

    def _expression(self, text: str) -> str:
        """Return an expression of the old version with the paths of the new one."""
        text = normalized(text)
        if not text:
            return ""
        moves = {source.path: path for path, source in self._sources.items() if source.path != path}
        for old in sorted((path for path in moves if path in text), key=len, reverse=True):
            text = text.replace(old, moves[old])
        return text

    def _properties(self, before: Question, question: Question) -> Iterator[FormChange]:
        paths = (before.path, question.path)
        if before.unit != question.unit:
            yield FormChange("unit", *paths, before.unit, question.unit)
        if question.strict and not before.strict:
            yield FormChange("strict", *paths)
        elif before.strict and not question.strict:
            yield FormChange("loosened", *paths, "strict")
        if before.rollover != question.rollover:
            yield FormChange("rollover", *paths, before.rollover, question.rollover)
        if before.default != question.default:
            yield FormChange("default", *paths)
        if before.bind.attributes.get(RECORDS, "") != question.bind.attributes.get(RECORDS, ""):
            yield FormChange("records", *paths)

    def _choices(self, before: Question, question: Question) -> Iterator[FormChange]:
        if not (before.is_select and question.is_select):
            return
        filters = [one.itemset.nodeset if one.itemset else "" for one in (before, question)]
        marks = [text.partition("[")[2] for text in (self._expression(filters[0]), normalized(filters[1]))]
        if marks[0] and not marks[1]:
            yield FormChange("loosened", before.path, question.path, "choice_filter")
        elif marks[0] != marks[1]:
            yield FormChange("filter", before.path, question.path)
        lists = (before.list_name, question.list_name)
        if lists in self._lists and all(lists):
            return  # told at the first question that takes it
        self._lists.add(lists)
        old = {one.value: one.label for one in listed_choices(self._old, before, "en")}
        new = {one.value: one.label for one in listed_choices(self._new, question, "en")}
        place = f"{question.list_name}|{question.path}"
        for value in old:
            if value not in new:
                yield FormChange("choice_removed", before.path, place, value, sheet="choices")
            elif old[value] != new[value]:
                yield FormChange("choice_text", before.path, place, value, sheet="choices")
        for value in new:
            if value not in old:
                yield FormChange("choice_added", before.path, place, new=value, sheet="choices")

    def _words(self, before: Element, now: Element) -> Iterator[FormChange]:
        texts: tuple[tuple[str, Text, Text], ...] = (
            ("label", before.label_text, now.label_text),
            ("hint", before.hint_text, now.hint_text),
            ("guidance_hint", before.guidance_text, now.guidance_text),
            ("constraint_message", before.bind.constraint_message, now.bind.constraint_message),
            ("required_message", before.bind.required_message, now.bind.required_message),
        )
        changed = [name for name, old, new in texts if _written(old) != _written(new)]
        if changed:
            yield FormChange("text", before.path, now.path, ", ".join(changed))
        if before.appearance != now.appearance:
            yield FormChange("appearance", before.path, now.path)

    def _order(self) -> Iterator[FormChange]:
        now = [path for element in self._new.walk() if (path := element.path) in self._sources]
        place = {source.path: path for path, source in self._sources.items() if source.how == "kept"}
        before = [place[element.path] for element in self._old.walk() if element.path in place]
        kept = [path for path in now if path in set(before)]
        for how, begin, end, _other, _to in difflib.SequenceMatcher(
            None, before, kept, autojunk=False
        ).get_opcodes():
            for path in before[begin:end] if how in ("delete", "replace") else ():
                yield FormChange("order", self._sources[path].path, path)


def _how(source: Source) -> str:
    return source.how if source.how in CODES else "moved"


def _is_on(expression: str) -> bool:
    return expression.replace(" ", "") not in ("", "false()")


def _is_meta(element: Element) -> bool:
    around = element.parent
    while around is not None:
        if around.name.rpartition(":")[2] == "meta":
            return True
        around = around.parent
    return element.name.rpartition(":")[2] == "meta"


def _written(text: Text) -> str:
    return text.static("en")

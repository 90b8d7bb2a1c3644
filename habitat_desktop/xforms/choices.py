"""The choice list of a question, and what it shows in one language."""

from collections.abc import Callable, Iterable
from typing import Any

from habitat_desktop.xforms.binding import Place
from habitat_desktop.xforms.definition import Form, Question, StaticChoice
from habitat_desktop.xforms.dependencies import Dependency
from habitat_desktop.xforms.instance import AnswerNode
from habitat_desktop.xforms.itemsets import Choice
from habitat_desktop.xforms.itext import Text
from habitat_desktop.xforms.rules import compiled
from habitat_desktop.xforms.secondary import load_source
from habitat_desktop.xforms.xpath.code import Context, as_nodes, as_string
from habitat_desktop.xforms.xpath.compiler import Compiler
from habitat_desktop.xforms.xpath.nodes import Node

Render = Callable[[Text, Context], str]


class ChoiceList:
    """Gives the choices of one question. Lists that do not depend on answers are kept per language."""

    __slots__ = ("_itext", "_kept", "_label", "_nodes", "_static", "_value", "is_filtered")

    def __init__(
        self,
        static: tuple[StaticChoice, ...],
        nodes: Callable[[Context], list[Node]] | None,
        value: str,
        label: str,
        is_filtered: bool,
    ) -> None:
        self._static = static
        self._nodes = nodes
        self._value = _reader(value)
        inside = (
            label.strip().removeprefix("jr:itext(").removesuffix(")") if label.startswith("jr:itext(") else ""
        )
        self._itext = bool(inside)
        self._label = _reader(inside.strip() or label)
        self._kept: dict[tuple[Any, ...], tuple[Choice, ...]] = {}
        self.is_filtered = is_filtered

    def choices(self, c: Context, language: str, itext: Any, render: Render) -> tuple[Choice, ...]:
        """Return the choices now, for the question `c.current`."""
        nodes = self._nodes(c) if self._nodes is not None else []
        keep = not any(isinstance(node, AnswerNode) for node in nodes[:1])
        key = (language, *map(id, nodes))
        known = self._kept.get(key) if keep else None
        if known is not None:
            return known
        made = [Choice(one.value, render(one.label_text, c)) for one in self._static]
        inner = c.inner()
        for node in nodes:
            inner.node = node
            made.append(Choice(self._value(inner), self._label_of(inner, itext, render)))
        result = tuple(made)
        if keep and not self._has_outputs(nodes, itext, c):
            self._kept[key] = result
        return result

    def values(self, c: Context) -> Iterable[str]:
        """Return the values of the choices now."""
        if self._nodes is None:
            return [one.value for one in self._static]
        inner = c.inner()
        found = []
        for node in self._nodes(c):
            inner.node = node
            found.append(self._value(inner))
        return found

    def _label_of(self, inner: Context, itext: Any, render: Render) -> str:
        text = self._label(inner)
        if not self._itext:
            return text
        known = itext.get(text)
        return render(known, inner) if known is not None else ""

    def _has_outputs(self, nodes: list[Node], itext: Any, c: Context) -> bool:
        if any(one.label_text.expressions() for one in self._static):
            return True
        if not self._itext:
            return False
        inner = c.inner()
        for node in nodes:
            inner.node = node
            known = itext.get(self._label(inner))
            if known is not None and known.expressions():
                return True
        return False


def _reader(path: str) -> Callable[[Context], str]:
    """Return a closure giving the text at `path` inside an item."""
    if path.replace("_", "").replace("-", "").isalnum() and not path[:1].isdigit():

        def read(c: Context) -> str:
            found = c.node.named(path)
            return found[0].string_value() if found else ""

        return read
    return as_string(Compiler().compile_text(path))


def compile_choices(place: Place) -> tuple[ChoiceList, dict[Dependency, bool]]:
    """Return the choice list of the question at `place` and what it reads.

    Raises:
        FormExpressionError: the choice filter cannot be read.
    """
    question = place.element
    assert isinstance(question, Question)
    itemset = question.itemset
    if itemset is None:
        return ChoiceList(question.choices, None, "name", "label", False), {}
    code, reader = compiled(itemset.nodeset, place, "choice_filter")
    nodes = as_nodes(code, "a choice list")
    made = ChoiceList(question.choices, nodes, itemset.value, itemset.label, bool(reader.found))
    return made, reader.found


def listed_choices(form: Form, question: Question, language: str) -> tuple[Choice, ...]:
    """Return the whole choice list of `question`, whatever its filter; empty where answers make the list."""
    static = [Choice(one.value, one.label_text.static(language)) for one in question.choices]
    itemset = question.itemset
    source = form.sources.get(question.list_name)
    if itemset is None or source is None:
        return tuple(static)
    inside = itemset.label.strip().removeprefix("jr:itext(").removesuffix(")").strip()
    is_text_id = inside != itemset.label.strip()
    for item in load_source(source).items(("root", "item")):
        label = _cell(item, inside)
        if is_text_id:
            label = form.itext[label].static(language) if label in form.itext else ""
        static.append(Choice(_cell(item, itemset.value), label))
    return tuple(static)


def _cell(item: Node, column: str) -> str:
    found = item.named(column)
    return found[0].string_value() if found else ""

"""Compiled expressions: closures over a `Context`, and how one kind of value is turned into another."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from enum import Enum, auto
from random import Random
from typing import Any, Protocol

from habitat_desktop.errors import N_
from habitat_desktop.xforms.problems import Reason
from habitat_desktop.xforms.xpath.nodes import Node, in_document_order
from habitat_desktop.xforms.xpath.syntax import Expression
from habitat_desktop.xforms.xpath.values import (
    NAN,
    Value,
    number_of_node,
    number_of_text,
    number_text,
    to_boolean,
    to_number,
    to_string,
)


class XPathError(Reason):
    """An expression that is well formed but cannot be evaluated: wrong function, wrong arguments.

    `position` is the 0-based character of the call it is about.
    """

    def __init__(self, message: str, position: int = 0, **context: object) -> None:
        super().__init__(message, **context)
        self.position = position


class Kind(Enum):
    """What an expression is known to give before it runs."""

    NUMBER = auto()
    STRING = auto()
    BOOLEAN = auto()
    NODES = auto()
    MOMENT = auto()
    ANY = auto()


class Texts(Protocol):
    """Where expressions find translated texts."""

    def itext(self, text_id: str, context: "Context") -> str:
        """Return the text `text_id` in the current language, "" when there is none."""
        ...

    def choice_name(self, value: str, path: str, context: "Context") -> str:
        """Return the label of the choice `value` of the question at `path`."""
        ...


class _NoTexts:
    def itext(self, text_id: str, context: "Context") -> str:
        return ""

    def choice_name(self, value: str, path: str, context: "Context") -> str:
        return ""


@dataclass(slots=True)
class Session:
    """What expressions need to know besides the nodes: clock, chance, zone, other instances, texts."""

    root: Node
    timezone: tzinfo = UTC
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    uuid: Callable[[], str] = str
    random: Random = field(default_factory=Random)
    instance: Callable[[str], Node | None] = lambda _: None
    texts: Texts = field(default_factory=_NoTexts)
    properties: Mapping[str, str] = field(default_factory=dict)
    location: Callable[[], str | None] = lambda: None
    language: str = "en"
    work: int = 0  # nodes that predicates have looked at for the rule that runs; see `paths`


class Context:
    """Where an expression is evaluated: XPath's context plus the node its rule belongs to (`current`).

    `scope` is the repeat instance (or the root) `current` belongs to; bound paths start from it. `args` are
    the slots of the questions that the rule names, for code that several rules share.
    """

    __slots__ = ("args", "current", "node", "position", "scope", "session", "size")

    def __init__(self, session: Session, node: Node, scope: Any = None) -> None:
        self.session = session
        self.node = node
        self.current = node
        self.scope = scope
        self.args: tuple[int, ...] = ()
        self.position = 1
        self.size = 1

    def inner(self) -> "Context":
        """Return a context for predicates: the same rule, another node."""
        made = Context.__new__(Context)
        made.session = self.session
        made.node = self.node
        made.current = self.current
        made.scope = self.scope
        made.args = self.args
        made.position = 1
        made.size = 1
        return made


Run = Callable[[Context], Any]


@dataclass(slots=True)
class Code:
    """One compiled expression.

    `single`: gives the one node of a bound path without making a list. `constant`: `value` is the result.
    """

    kind: Kind
    run: Run
    single: Callable[[Context], Node] | None = None
    constant: bool = False
    value: Any = None
    source: Expression | None = None


def constant(kind: Kind, value: Value) -> Code:
    """Return code that always gives `value`."""
    return Code(kind, lambda c: value, constant=True, value=value)


def as_number(code: Code) -> Callable[[Context], float]:
    """Return a closure giving the result of `code` as a number."""
    run = code.run
    if code.kind is Kind.NUMBER:
        return run
    if code.constant and code.kind is Kind.BOOLEAN:
        number = 1.0 if code.value else 0.0
        return lambda c: number
    if code.single is not None:
        single = code.single

        def number_of_single(c: Context) -> float:
            node = single(c)
            number = node.number
            return number if number is not None else number_of_node(node, c.session.timezone)

        return number_of_single
    if code.kind is Kind.NODES:

        def number_of_first(c: Context) -> float:
            nodes = run(c)
            return number_of_node(nodes[0], c.session.timezone) if nodes else NAN

        return number_of_first
    if code.kind is Kind.STRING:
        return lambda c: number_of_text(run(c), c.session.timezone)
    return lambda c: to_number(run(c), c.session.timezone)


def as_string(code: Code) -> Callable[[Context], str]:
    """Return a closure giving the result of `code` as text."""
    run = code.run
    if code.kind is Kind.STRING:
        return run
    if code.single is not None:
        single = code.single
        return lambda c: single(c).string_value()
    if code.kind is Kind.NUMBER:
        return lambda c: number_text(run(c))
    return lambda c: to_string(run(c))


def as_boolean(code: Code) -> Callable[[Context], bool]:
    """Return a closure giving the result of `code` as a boolean."""
    run = code.run
    if code.kind is Kind.BOOLEAN:
        return run
    if code.single is not None:
        return lambda c: True
    if code.kind in (Kind.STRING, Kind.NODES):
        return lambda c: bool(run(c))
    return lambda c: to_boolean(run(c))


def as_nodes(code: Code, what: str = "…") -> Callable[[Context], list[Node]]:
    """Return a closure giving the result of `code` as nodes.

    Raises:
        XPathError: `code` can never give nodes.
    """
    run = code.run
    if code.kind is Kind.NODES:
        return run
    if code.kind is not Kind.ANY:
        raise XPathError(N_("{what} needs a path"), what=what)

    def nodes_or_fail(c: Context) -> list[Node]:
        found = run(c)
        if not isinstance(found, list):
            raise XPathError(N_("{what} needs a path"), what=what)
        return found

    return nodes_or_fail


def union(left: Code, right: Code) -> Code:
    """Return code for `left | right`."""
    first, second = as_nodes(left, "“|”"), as_nodes(right, "“|”")
    return Code(Kind.NODES, lambda c: in_document_order([*first(c), *second(c)]))

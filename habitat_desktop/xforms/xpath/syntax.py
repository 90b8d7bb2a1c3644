"""The syntax tree of an XPath expression."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from habitat_desktop.xforms.problems import Reason


class XPathSyntaxError(Reason):
    """The text is no expression; `position` is the 0-based character where reading stopped."""

    def __init__(self, message: str, position: int, **context: object) -> None:
        super().__init__(message, **context)
        self.problem = str(self)
        self.position = position


@dataclass(slots=True, eq=False)
class Number:
    value: float


@dataclass(slots=True, eq=False)
class String:
    value: str


@dataclass(slots=True, eq=False)
class Variable:
    name: str
    position: int


@dataclass(slots=True, eq=False)
class Negate:
    operand: "Expression"


@dataclass(slots=True, eq=False)
class Binary:
    """`operator` is one of: or and = != < <= > >= + - * div mod |"""

    operator: str
    left: "Expression"
    right: "Expression"


@dataclass(slots=True, eq=False)
class Call:
    name: str
    arguments: "list[Expression]"
    position: int


@dataclass(slots=True, eq=False)
class Step:
    """One location step.

    `test` is "name" (with `name`, "*" or "prefix:*" for any), "node", "text", "comment" or
    "processing-instruction" (with `name` as its target, "" for any).
    """

    axis: str
    test: str
    name: str
    predicates: "list[Expression]" = field(default_factory=list)

    def is_child(self) -> bool:
        """Tell whether the step goes to children of one exact name, all of them."""
        return self.axis == "child" and self.test == "name" and self.name[-1] != "*" and not self.predicates

    def is_simple(self) -> bool:
        """Tell whether the step is a plain name of a child or attribute, `..` or `.`."""
        if self.predicates:
            return False
        if self.axis in ("child", "attribute"):
            return self.test == "name" and self.name[-1] != "*"
        return self.axis in ("parent", "self") and self.test == "node"


@dataclass(slots=True, eq=False)
class Path:
    """`start` is "root", "context" or the expression the steps go on from."""

    start: "str | Expression"
    steps: list[Step]


@dataclass(slots=True, eq=False)
class Filter:
    base: "Expression"
    predicates: "list[Expression]"


Expression = Number | String | Variable | Negate | Binary | Call | Path | Filter


def parts(node: Expression) -> Iterator[Expression]:
    """Yield `node` and every expression inside it."""
    yield node
    inner: list[Expression] = []
    if isinstance(node, Negate):
        inner = [node.operand]
    elif isinstance(node, Binary):
        inner = [node.left, node.right]
    elif isinstance(node, Call):
        inner = node.arguments
    elif isinstance(node, Filter):
        inner = [node.base, *node.predicates]
    elif isinstance(node, Path):
        if not isinstance(node.start, str):
            inner = [node.start]
        inner = inner + [predicate for step in node.steps for predicate in step.predicates]
    for child in inner:
        yield from parts(child)

"""Syntax tree -> closure."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from habitat_desktop.errors import N_
from habitat_desktop.xforms.xpath.code import (
    Code,
    Context,
    Kind,
    Run,
    XPathError,
    as_nodes,
    as_number,
    constant,
    union,
)
from habitat_desktop.xforms.xpath.functions import FUNCTIONS
from habitat_desktop.xforms.xpath.functions.registry import check_count
from habitat_desktop.xforms.xpath.nodes import Node, root_of
from habitat_desktop.xforms.xpath.operators import arithmetic, equality, logical, relation
from habitat_desktop.xforms.xpath.parser import parse
from habitat_desktop.xforms.xpath.paths import Walk, compile_predicate, compile_step
from habitat_desktop.xforms.xpath.syntax import (
    Binary,
    Call,
    Expression,
    Filter,
    Negate,
    Number,
    Path,
    Step,
    String,
)

NAMESPACES = {
    "jr": "http://openrosa.org/javarosa",
    "orx": "http://openrosa.org/xforms",
    "odk": "http://www.opendatakit.org/xforms",
    "h": "http://www.w3.org/1999/xhtml",
    "xhtml": "http://www.w3.org/1999/xhtml",
    "mathml": "http://www.w3.org/1998/Math/MathML",
    "xml": "http://www.w3.org/XML/1998/namespace",
}


class Binder(Protocol):
    """Knows the nodes of one form and where the rule being compiled belongs."""

    def bind(self, path: Path, in_predicate: bool, unbound: bool) -> tuple[Code, list[Step]] | None:
        """Return code for as many first steps of `path` as can be bound, and the steps left over.

        None when not even the start can be bound, as for a relative path inside a predicate.
        """
        ...

    def lookup(self, path: Path, compiler: "Compiler") -> Code | None:
        """Return code that answers `path` through an index; None when it cannot."""
        ...

    def indexed(self, path: Path, wanted: Mapping[str, Callable[[Context], float]]) -> Code | None:
        """Return code for the node at `path` in the repeat instances `wanted` numbers, by path of the repeat.

        None when it must be searched for.
        """
        ...

    def question_path(self, path: Path) -> str:
        """Return the path without positions that `path` leads to from the rule's node."""
        ...


class Compiler:
    """Compiles the expressions of one place in a form, or, without a binder, of any document.

    `strict`: refuses faults also where they may never be reached.
    """

    def __init__(
        self,
        binder: Binder | None = None,
        namespaces: dict[str, str] | None = None,
        strict: bool = False,
    ) -> None:
        self._binder = binder
        self._strict = strict
        self._namespaces = {**NAMESPACES, **(namespaces or {})}
        self._predicates = 0
        self._unbound = 0

    def compile_text(self, text: str) -> Code:
        """Parse and compile `text`."""
        return self.compile(parse(text))

    def compile(self, expression: Expression) -> Code:
        """Return the code of `expression`.

        Raises:
            XPathError: a function that does not exist, or arguments it does not take.
        """
        method = _METHODS.get(type(expression))
        if method is None:
            raise XPathError(N_("variables are not part of XForms"))
        code = method(self, expression)
        code.source = expression
        return code

    def perhaps(self, expression: Expression) -> Code:
        """Compile what may never run, as a branch of if(): in ODK tools a fault there shows when it does."""
        try:
            return self.compile(expression)
        except XPathError as error:
            if self._strict:
                raise
            fault = error

        def fail(c: Context) -> Any:
            raise XPathError(fault.message, fault.position, **fault.context)

        return Code(Kind.ANY, fail)

    def unbound(self, expression: Expression) -> Code:
        """Compile a path so that a repeat in it means all its instances."""
        self._unbound += 1
        try:
            return self.compile(expression)
        finally:
            self._unbound -= 1

    def indexed(self, target: Expression, wanted: Mapping[str, Callable[[Context], float]]) -> Code | None:
        """Return code for the question `target` in the repeat instances `wanted` numbers; see `Binder`."""
        if self._binder is None or not isinstance(target, Path):
            return None
        return self._binder.indexed(target, wanted)

    def question_path(self, expression: Expression) -> str:
        """Return the path of the question that `expression`, a path or a path as text, names."""
        if isinstance(expression, String):
            expression = parse(expression.value)
        if not isinstance(expression, Path):
            raise XPathError(N_("a path to a question is needed here"))
        if self._binder is not None:
            return self._binder.question_path(expression)
        return "/" + "/".join(step.name for step in expression.steps)

    def predicate(self, expression: Expression) -> Code:
        """Compile `expression` as a predicate: relative paths start from the node filtered."""
        self._predicates += 1
        try:
            return self.compile(expression)
        finally:
            self._predicates -= 1

    def _number(self, node: Number) -> Code:
        return constant(Kind.NUMBER, node.value)

    def _string(self, node: String) -> Code:
        return constant(Kind.STRING, node.value)

    def _negate(self, node: Negate) -> Code:
        code = self.compile(node.operand)
        if code.constant and code.kind is Kind.NUMBER:
            return constant(Kind.NUMBER, -code.value)
        run = as_number(code)
        return Code(Kind.NUMBER, lambda c: -run(c))

    def _binary(self, node: Binary) -> Code:
        left, name = self.compile(node.left), node.operator
        if name in ("and", "or"):
            return logical(name, left, self.perhaps(node.right))
        right = self.compile(node.right)
        if name in ("=", "!="):
            return equality(name, left, right)
        if name in ("<", "<=", ">", ">="):
            return relation(name, left, right)
        if name == "|":
            return union(left, right)
        return arithmetic(name, left, right)

    def _call(self, node: Call) -> Code:
        try:
            function = FUNCTIONS.get(node.name)
            if function is None:
                raise XPathError(N_("unknown function “{name}()”"), name=node.name)
            check_count(node.name, function, len(node.arguments))
            return function.build(self, node)
        except XPathError as error:
            error.position = error.position or node.position
            raise

    def _filter(self, node: Filter) -> Code:
        base = as_nodes(self.compile(node.base), "[…]")
        keeps = [compile_predicate(self.predicate(predicate)) for predicate in node.predicates]

        def run(c: Context) -> list[Node]:
            found = base(c)
            for keep in keeps:
                found = keep(found, c)
            return found

        return Code(Kind.NODES, run)

    def _path(self, node: Path) -> Code:
        steps = node.steps
        start: Code | None = None
        if self._binder is not None:
            indexed = self._binder.lookup(node, self)
            if indexed is not None:
                return indexed
            bound = self._binder.bind(node, self._predicates > 0, self._unbound > 0)
            if bound is not None:
                start, steps = bound
                if not steps:
                    return start
        if start is not None:
            begin: Run = start.run
        elif node.start == "root":
            begin = _root
        elif node.start == "context":
            if len(steps) == 1 and steps[0].is_child() and ":" not in steps[0].name:
                name = steps[0].name
                return Code(Kind.NODES, lambda c: list(c.node.named(name)))
            begin = _self
        else:
            begin = as_nodes(self.compile(node.start), "…/…")  # type: ignore[arg-type]
        return Code(Kind.NODES, _walker(begin, [self.step(step) for step in steps]))

    def step(self, step: Step) -> Walk:
        """Compile one generic location step."""
        predicates = [self.predicate(predicate) for predicate in step.predicates]
        return compile_step(step, predicates, self._namespaces)


def _root(c: Context) -> list[Node]:
    return [root_of(c.session.root)]


def _self(c: Context) -> list[Node]:
    return [c.node]


def _walker(begin: Run, walks: list[Walk]) -> Run:
    if len(walks) == 1:
        only = walks[0]
        return lambda c: only(begin(c), c)

    def run(c: Context) -> list[Node]:
        nodes: list[Node] = begin(c)
        for walk in walks:
            nodes = walk(nodes, c)
        return nodes

    return run


_METHODS: dict[type, Callable[[Compiler, Any], Code]] = {
    Number: Compiler._number,
    String: Compiler._string,
    Negate: Compiler._negate,
    Binary: Compiler._binary,
    Call: Compiler._call,
    Filter: Compiler._filter,
    Path: Compiler._path,
}

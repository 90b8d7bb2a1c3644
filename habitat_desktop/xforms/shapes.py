"""Expressions that differ only in the questions they name are parsed and compiled once.

A form of a thousand questions has a thousand expressions but few shapes: `/data/a > 3` and `/data/b > 3`.
The code of a shape finds its questions through `Context.args`, the slots that each rule brings along.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from habitat_desktop.errors import N_
from habitat_desktop.xforms.binding import Layout, Place, outer_scope
from habitat_desktop.xforms.dependencies import KEEPERS, NOTHING_USED, READS_TEXTS, Dependency
from habitat_desktop.xforms.itemsets import indexed_path
from habitat_desktop.xforms.xpath.code import Code, Context, Kind, XPathError
from habitat_desktop.xforms.xpath.compiler import Compiler
from habitat_desktop.xforms.xpath.lexer import tokens
from habitat_desktop.xforms.xpath.nodes import Node
from habitat_desktop.xforms.xpath.parser import parse
from habitat_desktop.xforms.xpath.syntax import (
    Binary,
    Call,
    Expression,
    Filter,
    Negate,
    Path,
    Step,
    String,
    XPathSyntaxError,
)

_NAME = r"[^\W\d][\w\u00b7.\-]*(?::[^\W\d][\w\u00b7.\-]*)?"
# literals are taken whole, so that no path is seen inside them; a slash behind an operand goes on with it
_BEFORE, _AFTER = r"(?<![\w\u00b7.\-*)\]:@/])", r"(?!\s*[:/(\[])"
_NAMES = rf"(?>(?:{_NAME}/)*+{_NAME})"
_LITERAL = r"""("[^"]*"|'[^']*')"""
_OPERANDS = re.compile(rf"{_LITERAL}|{_BEFORE}((?:(?:\.\./)++|/){_NAMES}){_AFTER}")
# inside a predicate ".." leads from the item looked at, not from the rule
_ABSOLUTE = re.compile(rf"{_LITERAL}|{_BEFORE}(/{_NAMES}){_AFTER}")
_ARGUMENT = "/_{}"
# what these mean depends on where the rule stands, or on all instances of a repeat
_NOT_SHARED = frozenset(("indexed-repeat", "jr:choice-name", "position", "current", "pulldata", "once"))
_MOST_SHAPES = 5_000


@dataclass(slots=True)
class Shape:
    """The code of one shape. `uses` tells for each argument whether its value is read, and whether inside a
    predicate; `reads_home`: so is the value of the rule's own question."""

    code: Code
    uses: list[tuple[bool, bool]]
    keeps: bool
    reads_home: bool
    reads_language: bool
    converted: dict[Any, Callable[[Context], Any]] = field(default_factory=dict)


_shapes: dict[tuple[str, tuple[int, ...]], Shape | None] = {}


def shape_of(text: str, home: Place, layout: Layout) -> tuple[Shape, list[Place]] | None:
    """Return the shape of the expression `text` at `home` and the questions it names.

    None when its code cannot be shared; it is then compiled by itself, which also tells what is wrong.
    """
    pieces = (_ABSOLUTE if "[" in text else _OPERANDS).split(text)
    paths = [path for path in pieces[2::3] if path is not None]
    places = []
    ups = []
    for path in paths:
        place = layout.by_path.get(path) if path[0] == "/" else _relative(home, path)
        if place is None:
            return None
        up = 0 if place.scope is home.scope and place.kind == "question" else _hops(home, place)
        if up < 0:
            return None
        places.append(place)
        ups.append(up)
    skeleton = "".join(
        [piece if at % 3 != 2 else "/_" for at, piece in enumerate(pieces) if piece is not None]
    )
    key = (skeleton, tuple(ups))
    try:
        shape = _shapes[key]
    except KeyError:
        if len(_shapes) >= _MOST_SHAPES:
            _shapes.clear()
        shape = _shapes[key] = _made(pieces, len(paths), ups)
    return None if shape is None else (shape, places)


def _hops(home: Place, place: Place) -> int:
    """Return how many scopes outwards of `home` the question `place` lies; -1 when it does not."""
    if place.kind != "question":
        return -1
    scope, up = home.scope, 0
    while scope is not place.scope:
        if scope.range is None:
            return -1
        scope, up = outer_scope(scope), up + 1
    return up


def _relative(home: Place, path: str) -> Place | None:
    """Return the place that `path`, of the form `../../name`, leads to from `home`."""
    place: Place | None = home
    for name in path.split("/"):
        if place is None:
            return None
        place = place.parent if name == ".." else place.member(name)
        if place is not None and place.instance is not None:
            return None  # into a repeat: all its instances
    return place


def _made(pieces: list[str], count: int, ups: list[int]) -> Shape | None:
    try:
        numbers = iter(range(count))
        numbered = "".join(
            [
                piece if at % 3 != 2 else _ARGUMENT.format(next(numbers))
                for at, piece in enumerate(pieces)
                if piece is not None
            ]
        )
        seen = [token.text for token in tokens(numbered) if token.kind == "path"]
        if seen != [_ARGUMENT.format(number) for number in range(count)]:
            return None  # what looked like a path is something else here
        tree = parse(numbered)
        uses = _Uses(count)
        if not uses.visit(tree, True, False):
            return None
        code = Compiler(_ArgumentBinder(ups)).compile(tree)
    except (XPathSyntaxError, XPathError, RecursionError):
        return None
    keeps = isinstance(tree, Call) and tree.name in KEEPERS
    return Shape(code, uses.arguments, keeps, uses.home, uses.texts)


def dependencies_of(shape: Shape, places: list[Place], home: Place) -> dict[Dependency, bool]:
    """Return what an expression of `shape` reads, as `dependencies.Reader` finds it."""
    found: dict[Dependency, bool] = {}
    for place, (used, picked) in zip(places, shape.uses, strict=True):
        if used:
            soft = (picked and _stands_in(home, place)) or (shape.keeps and place is home)
            dependency = Dependency("value", place, place.scope)
            found[dependency] = found.get(dependency, True) and soft
    if shape.reads_home and home.kind == "question":
        dependency = Dependency("value", home, home.scope)
        found[dependency] = found.get(dependency, True) and shape.keeps
    return found


def _stands_in(home: Place, place: Place) -> bool:
    """Tell whether `place` lies in a repeat that `home` stands in too."""
    scope = home.scope
    while scope.range is not None:
        if place.scope.range is scope.range:
            return True
        scope = outer_scope(scope)
    return False


def _argument(path: Path) -> int:
    """Return the number of the argument that `path` stands for, -1 when it is any other path."""
    if path.start != "root" or len(path.steps) != 1:
        return -1
    step = path.steps[0]
    return int(step.name[1:]) if step.is_child() and step.name[:1] == "_" and step.name[1:].isdigit() else -1


class _Uses:
    """Finds out what the expression of a shape reads, and whether its code can be shared."""

    def __init__(self, count: int) -> None:
        self.arguments = [(False, False)] * count
        self.home = False
        self.texts = False

    def visit(self, node: Expression, used: bool, inside: bool) -> bool:
        """Note what `node` reads; tell whether it means the same wherever the rule stands.

        `inside`: in a predicate over a list, where relative paths start from its items.
        """
        if isinstance(node, Path):
            return self._path(node, used, inside)
        if isinstance(node, Call):
            if node.name in _NOT_SHARED or (not node.arguments and node.name in _OF_THE_CONTEXT):
                return False
            self.texts = self.texts or node.name in READS_TEXTS
            used = node.name not in NOTHING_USED
        return all(self.visit(part, used, inside) for part in _inner(node))

    def _path(self, node: Path, used: bool, inside: bool) -> bool:
        number = _argument(node)
        if number >= 0:
            was_used, was_inside = self.arguments[number]
            self.arguments[number] = (was_used or used, was_inside or inside)
            return True
        predicates = [predicate for step in node.steps for predicate in step.predicates]
        if node.start == "context":
            own = not inside and [(step.axis, step.test) for step in node.steps] == [("self", "node")]
            self.home = self.home or (own and used)
            return (own or inside) and all(self.visit(one, True, inside) for one in predicates)
        start = node.start
        of_list = (
            isinstance(start, Call) and start.name == "instance" and isinstance(start.arguments[0], String)
        )
        return of_list and all(self.visit(predicate, True, True) for predicate in predicates)


_OF_THE_CONTEXT = frozenset(("string", "number", "string-length", "normalize-space", "name", "local-name"))


def _inner(node: Expression) -> Iterator[Expression]:
    if isinstance(node, Negate):
        yield node.operand
    elif isinstance(node, Binary):
        yield node.left
        yield node.right
    elif isinstance(node, Call):
        yield from node.arguments
    elif isinstance(node, Filter):
        yield node.base
        yield from node.predicates


class _ArgumentBinder:
    """Binds the arguments of a shape to the slots in `Context.args`; see `xpath.compiler.Binder`."""

    def __init__(self, ups: list[int]) -> None:
        self._ups = ups

    def bind(self, path: Path, in_predicate: bool, unbound: bool) -> tuple[Code, list[Step]] | None:
        number = _argument(path)
        if number >= 0:
            single = _slot_getter(number, self._ups[number])
            return Code(Kind.NODES, lambda c: [single(c)], single=single), []
        if path.start == "context" and not in_predicate:
            return Code(Kind.NODES, lambda c: [c.current], single=lambda c: c.current), path.steps[1:]
        return None

    def lookup(self, path: Path, compiler: Compiler) -> Code | None:
        return indexed_path(path, compiler)

    def indexed(self, path: Path, wanted: Mapping[str, Callable[[Context], float]]) -> Code | None:
        return None

    def question_path(self, path: Path) -> str:
        raise XPathError(N_("there is no such question"))


def _slot_getter(number: int, up: int) -> Callable[[Context], Node]:
    if up == 0:
        return lambda c: c.scope.slots[c.args[number]]
    if up == 1:
        return lambda c: c.scope.outer.slots[c.args[number]]

    def get(c: Context) -> Node:
        scope = c.scope
        for _ in range(up):
            scope = scope.outer
        found: Node = scope.slots[c.args[number]]
        return found

    return get

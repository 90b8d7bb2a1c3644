"""The rules of a form: every expression compiled, what triggers it, and the order they run in."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import IntFlag
from typing import Any

from habitat_desktop.errors import N_
from habitat_desktop.xforms.binding import (
    Bound,
    Layout,
    Place,
    bind_path,
    bound_code,
    indexed_code,
    outer_scope,
)
from habitat_desktop.xforms.dependencies import Dependency, Reader
from habitat_desktop.xforms.instance import AnswerNode, ScopeNode, instances_at
from habitat_desktop.xforms.itemsets import indexed_path
from habitat_desktop.xforms.problems import FormCycleError, FormExpressionError, Reason, shortened
from habitat_desktop.xforms.shapes import dependencies_of, shape_of
from habitat_desktop.xforms.xpath.code import (
    Code,
    Context,
    Kind,
    XPathError,
    as_boolean,
    as_number,
    as_string,
)
from habitat_desktop.xforms.xpath.compiler import Compiler
from habitat_desktop.xforms.xpath.parser import parse
from habitat_desktop.xforms.xpath.syntax import Expression, Path, Step, XPathSyntaxError
from habitat_desktop.xforms.xpath.values import Value, to_string

_MOST_SHOWN = 12  # questions of a circle named in the message


class RuleKind(IntFlag):
    """What a rule decides; the value is its bit in `AnswerNode.queued`."""

    COUNT = 1
    RELEVANT = 2
    READONLY = 4
    REQUIRED = 8
    CONSTRAINT = 16
    CALCULATE = 32
    CHOICES = 64
    TEXT = 128


class Rule:
    """One expression at one place. `order` is its place in the topological order, `args` the slots its code
    finds its questions in where it shares that code with other rules."""

    __slots__ = ("args", "bit", "constant", "dependencies", "kind", "order", "place", "reads_language", "run")

    def __init__(
        self,
        kind: RuleKind,
        place: Place,
        run: Callable[[Context], Any],
        dependencies: dict[Dependency, bool],
    ) -> None:
        self.kind = kind
        self.bit = int(kind)
        self.place = place
        self.run = run
        self.dependencies = dependencies
        self.order = 0
        self.args: tuple[int, ...] = ()
        self.constant = False
        self.reads_language = False


@dataclass(slots=True)
class Trigger:
    """Leads from a changed node to the nodes whose rule reads it.

    Go `hops` scopes outwards, then through all instances of the ranges at the slots `descent`, to `slot`.
    """

    rule: Rule
    hops: int
    descent: tuple[int, ...]
    slot: int

    def targets(self, scope: ScopeNode) -> Iterable[AnswerNode]:
        """Return the nodes concerned by a change inside `scope`."""
        for _ in range(self.hops):
            scope = scope.outer
        if not self.descent:
            return (scope.slots[self.slot],)
        scopes = [scope]
        for slot in self.descent:
            scopes = [inner for outer in scopes for inner in instances_at(outer, slot)]
        return [inner.slots[self.slot] for inner in scopes]


class FormBinder:
    """Tells the compiler where paths lead, seen from one place."""

    def __init__(self, home: Place, bounds: dict[int, Bound | None]) -> None:
        self._home = home
        self._bounds = bounds

    def bind(self, path: Path, in_predicate: bool, unbound: bool) -> tuple[Code, list[Step]] | None:
        """See `xpath.compiler.Binder`."""
        if in_predicate and path.start == "context":
            return None
        known = None if unbound else self._bounds.get(id(path))
        bound = known if known is not None else bind_path(path, self._home, unbound)
        if bound is None:
            return None
        return bound_code(bound, self._home), bound.rest

    def lookup(self, path: Path, compiler: Compiler) -> Code | None:
        """See `xpath.compiler.Binder`."""
        return indexed_path(path, compiler)

    def indexed(self, path: Path, wanted: Mapping[str, Callable[[Context], float]]) -> Code | None:
        """See `xpath.compiler.Binder`."""
        bound = bind_path(path, self._home)
        return None if bound is None or bound.rest else indexed_code(bound.place, self._home, wanted)

    def question_path(self, path: Path) -> str:
        """See `xpath.compiler.Binder`."""
        bound = bind_path(path, self._home)
        if bound is None or bound.rest:
            raise XPathError(N_("there is no such question"))
        return bound.place.path


def calculation(code: Code) -> Callable[[Context], str]:
    """Return a closure giving a calculated value as it is stored: NaN, which is no answer, as blank."""
    if code.kind in (Kind.STRING, Kind.BOOLEAN, Kind.NODES):
        return as_string(code)
    run = code.run

    def text(c: Context) -> str:
        value: Value = run(c)
        return "" if isinstance(value, float) and value != value else to_string(value)

    return text


def parsed(text: str, place: Place, column: str) -> Expression:
    """Parse the expression `text` of `place`.

    Raises:
        FormExpressionError: it cannot be read.
    """
    try:
        return parse(text)
    except XPathSyntaxError as error:
        raise FormExpressionError(
            question=place.name,
            column=column,
            expression=shortened(text),
            position=error.position + 1,
            problem=error,
        ) from error
    except RecursionError as error:
        raise FormExpressionError(
            question=place.name,
            column=column,
            expression=shortened(text),
            position=1,
            problem=Reason(N_("nested too deeply")),
        ) from error


def compiled(text: str, place: Place, column: str, strict: bool = False) -> tuple[Code, Reader]:
    """Compile the expression `text` of `place` and find what it reads.

    `strict`: refuse faults also where they may never be reached.

    Raises:
        FormExpressionError: it cannot be read, or calls what does not exist.
    """
    tree = parsed(text, place, column)
    reader = Reader(place)
    try:
        reader.read(tree)
        return Compiler(FormBinder(place, reader.bounds), strict=strict).compile(tree), reader
    except XPathError as error:
        raise FormExpressionError(
            question=place.name,
            column=column,
            expression=shortened(text),
            position=error.position + 1,
            problem=error,
        ) from error


# a rule that decides the value its node has for the logic does not run again because of that value
_MAKES_ITSELF = (RuleKind.CALCULATE, RuleKind.RELEVANT, RuleKind.COUNT)

_CONVERSIONS: dict[RuleKind, Callable[[Code], Callable[[Context], Any]]] = {
    RuleKind.COUNT: as_number,
    RuleKind.RELEVANT: as_boolean,
    RuleKind.READONLY: as_boolean,
    RuleKind.REQUIRED: as_boolean,
    RuleKind.CONSTRAINT: as_boolean,
    RuleKind.CALCULATE: calculation,
}


def make_rule(kind: RuleKind, text: str, place: Place, column: str, layout: Layout) -> Rule:
    """Return the rule that gives `place` what `text` works out.

    Raises:
        FormExpressionError: `text` cannot be read, or calls what does not exist.
    """
    shared = shape_of(text, place, layout)
    if shared is None:
        code, reader = compiled(text, place, column)
        rule = Rule(kind, place, _CONVERSIONS[kind](code), reader.found)
        rule.reads_language = reader.reads_language
        rule.constant = code.constant
        return rule
    shape, places = shared
    run = shape.converted.get(kind)
    if run is None:
        run = shape.converted[kind] = _CONVERSIONS[kind](shape.code)
    rule = Rule(kind, place, run, dependencies_of(shape, places, place))
    rule.args = tuple([named.slot for named in places])
    rule.reads_language = shape.reads_language
    rule.constant = shape.code.constant
    return rule


def connect(rules: list[Rule]) -> list[Rule]:
    """Enter the triggers of `rules` at the places they read and return them in the order they run.

    Raises:
        FormCycleError: rules depend on each other in a circle.
    """
    for rule in rules:
        if rule.kind is RuleKind.CONSTRAINT:  # whether it is asked at all hangs on the answer
            rule.dependencies.setdefault(Dependency("value", rule.place, rule.place.scope), False)
        for dependency in rule.dependencies:
            _trigger(rule, dependency)
    ordered = _ordered(rules, soft=True) or _ordered(rules, soft=False)
    if ordered is None:
        cycle = _cycle(rules)
        shown = cycle if len(cycle) <= _MOST_SHOWN else [*cycle[: _MOST_SHOWN - 2], "…", cycle[-1]]
        raise FormCycleError(cycle=" → ".join(shown))
    for order, rule in enumerate(ordered):
        rule.order = order
    return ordered


def _trigger(rule: Rule, dependency: Dependency) -> None:
    place = rule.place
    descent: list[int] = []
    scope = place.scope
    while scope is not dependency.common and scope.range is not None:
        descent.insert(0, scope.range.slot)
        scope = outer_scope(scope)
    hops = dependency.place.scope.depth - dependency.common.depth
    trigger = Trigger(rule, hops, tuple(descent), place.slot)
    if dependency.what == "value":
        if dependency.place is not place or rule.kind not in _MAKES_ITSELF or descent:
            dependency.place.triggers.append(trigger)
    elif dependency.what == "members":
        dependency.place.member_triggers.append(trigger)
    else:
        dependency.place.position_triggers.append(trigger)


def _producers(dependency: Dependency) -> list[Rule]:
    """Return the rules that decide what `dependency` reads."""
    found: list[Rule] = []
    place: Place | None = dependency.place
    if dependency.what == "value":
        found = [rule for rule in dependency.place.rules if rule.kind is RuleKind.CALCULATE]
    while place is not None:
        for one in (place, place.range) if place.range is not None else (place,):
            for rule in one.rules:  # those of texts only tell, whatever they show
                if rule.kind is RuleKind.RELEVANT or rule.kind is RuleKind.COUNT:
                    found.append(rule)
        place = place.parent
    return found


def _edges(rules: list[Rule], soft: bool) -> dict[Rule, list[Rule]]:
    """Return for each rule the rules that must run before it."""
    known: dict[tuple[str, Place], list[Rule]] = {}
    edges: dict[Rule, list[Rule]] = {}
    for rule in rules:
        before: list[Rule] = []
        for dependency, is_soft in rule.dependencies.items():
            keeps = dependency.place is not rule.place or rule.kind is RuleKind.CALCULATE
            if is_soft and not soft and keeps:
                continue
            key = (dependency.what, dependency.place)
            found = known.get(key)
            if found is None:
                found = known[key] = _producers(dependency)
            # a count may read its own repeat: the number of instances settles round by round
            before += found if soft else [one for one in found if one.kind is not RuleKind.COUNT]
        if rule.kind is RuleKind.CHOICES:  # a hidden question keeps its answer
            before.extend(_producers(Dependency("members", rule.place, rule.place.scope)))
        edges[rule] = before
    return edges


def _ordered(rules: list[Rule], soft: bool) -> list[Rule] | None:
    """Return `rules` sorted so that each comes after what it reads; None when they form a circle."""
    edges = _edges(rules, soft)
    done: set[Rule] = set()
    ordered: list[Rule] = []
    for start in rules:
        if start in done:
            continue
        open_rules = {start}
        stack = [(start, iter(edges[start]))]
        while stack:
            rule, rest = stack[-1]
            for following in rest:
                if following not in done:
                    break
            else:
                stack.pop()
                open_rules.discard(rule)
                done.add(rule)
                ordered.append(rule)
                continue
            if following in open_rules:
                return None
            open_rules.add(following)
            stack.append((following, iter(edges[following])))
    return ordered


def _cycle(rules: list[Rule]) -> list[str]:
    """Return the paths of one circle, the first again at the end."""
    edges = _edges(rules, soft=False)
    done: set[Rule] = set()
    for start in rules:
        trail, on_trail = [start], {start}
        stack = [iter(edges[start])]
        while stack:
            following = next((other for other in stack[-1] if other not in done), None)
            if following is None:
                stack.pop()
                on_trail.discard(trail[-1])
                done.add(trail.pop())
            elif following in on_trail:
                circle = [*trail[trail.index(following) :], following]
                return [rule.place.path for rule in reversed(circle)]
            else:
                trail.append(following)
                on_trail.add(following)
                stack.append(iter(edges[following]))
    return []

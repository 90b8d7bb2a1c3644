"""Which places an expression reads, found by walking its steps over the layout instead of over nodes."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from habitat_desktop.xforms.binding import Bound, Place, bind_path, outer_scope
from habitat_desktop.xforms.xpath.syntax import (
    Binary,
    Call,
    Expression,
    Filter,
    Negate,
    Path,
    Step,
    String,
)

What = Literal["value", "members", "position"]


class Dependency(NamedTuple):
    """A rule reads the value of `place`, the number of its instances, or their positions.

    `common` is the scope in which rule and place meet: a change concerns the rules inside that one scope.
    """

    what: What
    place: Place
    common: Place


@dataclass(slots=True)
class _Seen:
    """The places a part of an expression may give, and the scope they meet the rule in."""

    places: list[Place]
    common: Place


NOTHING_USED = frozenset(("count", "name", "local-name", "namespace-uri"))
# calculations of these may read their own question: they keep an answer that is there
KEEPERS = frozenset(("coalesce", "if", "once"))
READS_TEXTS = frozenset(("jr:itext", "jr:choice-name", "format-date", "format-date-time"))
_DOWN = frozenset(("child", "descendant", "descendant-or-self", "self"))


class Reader:
    """Collects what one expression at `home` reads.

    `found` maps each dependency to whether it is soft: reached through a predicate that may pick another
    instance of a repeat the rule itself stands in, so that it makes no circle by itself.
    """

    def __init__(self, home: Place) -> None:
        self._home = home
        self._root = home.scope
        while self._root.range is not None:
            self._root = outer_scope(self._root)
        self._own = set()
        scope = home.scope
        while scope.range is not None:
            self._own.add(scope.range)
            scope = outer_scope(scope)
        self._unbound = False
        self._picked = False
        self._keeps = False
        self.found: dict[Dependency, bool] = {}
        self.unknown: list[str] = []
        self.instances: set[str] = set()
        self.reads_language = False
        self.bounds: dict[int, Bound | None] = {}  # what the compiler need not work out again

    def read(self, expression: Expression) -> None:
        """Note everything `expression` reads."""
        self._keeps = isinstance(expression, Call) and expression.name in KEEPERS
        self._use(self._visit(expression, _Seen([self._home], self._home.scope), False))

    def _note(self, what: What, place: Place, common: Place) -> None:
        dependency = Dependency(what, place, common)
        soft = self._picked and (place.scope.range in self._own or place in self._own)
        soft = soft or (self._keeps and place is self._home)
        self.found[dependency] = self.found.get(dependency, True) and soft

    def _use(self, seen: _Seen | None) -> None:
        """Note that the values of `seen` are read, those of all leaves where it is a group."""
        if seen is None:
            return
        for place in seen.places:
            if not (place.instance or place).members:
                self._note("value", place, seen.common)
                continue
            for inner in (place.instance or place).leaves():
                what: What = "members" if inner.kind == "repeat" else "value"
                if inner.kind != "group":
                    self._note(what, inner, seen.common)

    def _visit(self, node: Expression, context: _Seen | None, inside: bool) -> _Seen | None:
        if isinstance(node, Path):
            return self._path(node, context, inside)
        if isinstance(node, Call):
            return self._call(node, context, inside)
        if isinstance(node, Filter):
            base = self._visit(node.base, context, inside)
            for predicate in node.predicates:
                self._use(self._visit(predicate, base, True))
            return base
        if isinstance(node, Binary):
            left = self._visit(node.left, context, inside)
            right = self._visit(node.right, context, inside)
            if node.operator == "|" and left and right:
                common = left.common if left.common is right.common else self._root
                return _Seen(left.places + right.places, common)
            self._use(left)
            self._use(right)
        elif isinstance(node, Negate):
            self._use(self._visit(node.operand, context, inside))
        return None

    def _call(self, node: Call, context: _Seen | None, inside: bool) -> _Seen | None:
        name = node.name
        if name == "current":
            return _Seen([self._home], self._home.scope)
        if name in ("instance", "pulldata") and node.arguments and isinstance(node.arguments[0], String):
            self.instances.add(node.arguments[0].value)
        if name in READS_TEXTS:
            self.reads_language = True
        if name == "indexed-repeat":
            return self._indexed_repeat(node, context, inside)
        if not node.arguments and name in ("string", "number", "string-length", "normalize-space"):
            self._use(context)
        results = [self._visit(argument, context, inside) for argument in node.arguments]
        if name == "position" and results and results[0] is not None:
            self._positions(results[0])
        elif name == "randomize" and results:
            for result in results[1:]:
                self._use(result)
            return results[0]
        elif name not in NOTHING_USED:
            for result in results:
                self._use(result)
        return None

    def _positions(self, seen: _Seen) -> None:
        for place in seen.places:
            if place.range is not None:
                scope = seen.common
                common = outer_scope(scope) if scope is place else scope
                self._note("position", place.range, common)

    def _indexed_repeat(self, node: Call, context: _Seen | None, inside: bool) -> _Seen | None:
        for argument in node.arguments[2::2]:
            self._use(self._visit(argument, context, inside))
        before, self._unbound, picked, self._picked = self._unbound, True, self._picked, True
        seen = self._visit(node.arguments[0], context, inside) if node.arguments else None
        self._use(_Seen(seen.places, self._root) if seen is not None else None)
        self._unbound, self._picked = before, picked
        return None

    def _path(self, node: Path, context: _Seen | None, inside: bool) -> _Seen | None:
        picked = self._picked
        self._picked = picked or any(step.predicates for step in node.steps)
        try:
            return self._steps(node, context, inside)
        finally:
            self._picked = picked

    def _steps(self, node: Path, context: _Seen | None, inside: bool) -> _Seen | None:
        relative = node.start == "context"
        bound = None if relative and inside else bind_path(node, self._home, self._unbound)
        if not self._unbound:
            self.bounds[id(node)] = bound
        if bound is not None:
            seen: _Seen | None = self._bound(bound)
            steps = bound.rest
            self._check_known(bound, node)
        elif relative:
            seen, steps = context, node.steps
        elif node.start == "root":
            seen, steps = _Seen([self._root], self._root), node.steps[1:]
            self._missing(node)
        else:
            seen, steps = self._visit(node.start, context, inside), node.steps  # type: ignore[arg-type]
        for step in steps:
            seen = self._step(step, seen)
        return seen

    def _check_known(self, bound: Bound, node: Path) -> None:
        step = bound.rest[0] if bound.rest else None
        if step and step.is_child() and bound.place.member(step.name) is None:
            self._missing(node)

    def _missing(self, node: Path) -> None:
        if all(step.is_simple() or step.predicates for step in node.steps) and node.steps:
            start = "/" if node.start == "root" else ""
            self.unknown.append(start + "/".join(_step_text(step) for step in node.steps))

    def _bound(self, bound: Bound) -> _Seen:
        common = self._home.scope
        for _ in range(bound.up):
            common = outer_scope(common)
        for crossed in bound.chain:
            self._note("members", crossed, common)
        return _Seen([bound.place], common)

    def _step(self, step: Step, seen: _Seen | None) -> _Seen | None:
        if seen is None:
            for predicate in step.predicates:  # nodes of another instance; only bound paths count
                self._use(self._visit(predicate, None, True))
            return None
        if step.axis in _DOWN:
            result = _Seen(self._downwards(step, seen), seen.common)
        elif step.axis == "attribute":
            names = [one for place in seen.places for one in (place.instance or place).attributes]
            names = [one for one in names if step.name in ("*", one.name[1:])]
            result = _Seen(names, seen.common)
        else:
            result = _Seen(self._elsewhere(step, seen), self._root)
        for predicate in step.predicates:
            self._use(self._visit(predicate, result, True))
        return result

    def _downwards(self, step: Step, seen: _Seen) -> list[Place]:
        places: list[Place] = []
        for place in seen.places:
            inner = place.instance or place
            candidates = [] if step.axis == "child" else [inner] if step.axis.endswith("self") else []
            if step.axis == "child":
                candidates = inner.members
            elif step.axis.startswith("descendant"):
                candidates = candidates + inner.leaves()
            for candidate in candidates:
                if step.test == "name" and step.name not in ("*", candidate.name):
                    continue
                if candidate.instance is not None:
                    self._note("members", candidate, seen.common)
                    candidate = candidate.instance
                places.append(candidate)
        return places

    def _elsewhere(self, step: Step, seen: _Seen) -> list[Place]:
        if step.axis == "parent":
            return list(dict.fromkeys(place.parent for place in seen.places if place.parent is not None))
        places = [self._root, *self._root.leaves()]
        found = []
        for place in places:
            if place.instance is not None:
                self._note("members", place, self._root)
                place = place.instance
            if step.test != "name" or step.name in ("*", place.name):
                found.append(place)
        return found


def _step_text(step: Step) -> str:
    return {"parent": "..", "self": "."}.get(step.axis, step.name)

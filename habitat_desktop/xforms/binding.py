"""Places: where every element of a form stands, and how paths between them are bound once and for all.

A path that stays inside one scope, or goes to outer ones, is bound to a slot; a path into a repeat from
outside becomes a walk over its instances. An absolute path into a repeat that the rule itself stands in
means the same instance (as in JavaRosa and ODK Web Forms), unless the repeat is its last step.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Optional

from habitat_desktop.xforms.definition import Element, Form, Group, Repeat
from habitat_desktop.xforms.instance import AnswerNode, ScopeNode, instances_at
from habitat_desktop.xforms.xpath.code import Code, Context, Kind
from habitat_desktop.xforms.xpath.nodes import Node
from habitat_desktop.xforms.xpath.syntax import Call, Path, Step

if TYPE_CHECKING:
    from habitat_desktop.xforms.rules import Rule, Trigger


class Place:
    """One element in the layout of an instance. A repeat has two: the range and its instance.

    `scope` is the place of the root or repeat instance it belongs to, `slot` its index there.
    """

    __slots__ = (
        "actions",
        "attributes",
        "depth",
        "element",
        "holds_repeats",
        "inner_size",
        "instance",
        "kind",
        "local",
        "member_index",
        "member_triggers",
        "members",
        "name",
        "namespace",
        "parent",
        "path",
        "position_triggers",
        "range",
        "rules",
        "scope",
        "settings",
        "slot",
        "triggers",
    )

    def __init__(
        self, element: Element, kind: str, parent: Optional["Place"], scope: Optional["Place"], namespace: str
    ) -> None:
        self.element = element
        self.name = element.name
        self.local = element.name.rpartition(":")[2]
        self.path = element.path
        self.namespace = namespace
        self.kind = kind  # "question" (attributes are, too), "group", "repeat" (the range) or "instance"
        self.parent = parent  # as XPath sees it: the parent of an instance is the group, not the range
        self.scope: Place = scope if scope is not None else self
        self.slot = 0
        self.depth = 0
        self.inner_size = 0
        self.members: list[Place] = []
        self.member_index: dict[str, int] = {}
        self.attributes: list[Place] = []
        self.holds_repeats = False
        self.range: Place | None = None
        self.instance: Place | None = None
        self.rules: list[Rule] = []
        self.triggers: list[Trigger] = []
        self.member_triggers: list[Trigger] = []
        self.position_triggers: list[Trigger] = []
        self.actions: list[Any] = []
        self.settings: dict[str, Any] = {}

    def member(self, name: str) -> Optional["Place"]:
        """Return the member called `name`; for a repeat its range."""
        index = self.member_index.get(name)
        return None if index is None else self.members[index]

    def attribute(self, name: str) -> Optional["Place"]:
        """Return the attribute called `name`, without "@"."""
        return next((one for one in self.attributes if one.name[1:] == name), None)

    def leaves(self) -> "list[Place]":
        """Return every place below, ranges and groups included."""
        found: list[Place] = []
        for member in self.members:
            found.append(member)
            found.extend((member.instance or member).leaves())
        return found


@dataclass(slots=True)
class Layout:
    """All places of a form. `by_path` gives ranges for repeats; `scopes` the instances."""

    root: Place
    by_path: dict[str, Place] = field(default_factory=dict)


def lay_out(form: Form) -> Layout:
    """Return the places of `form`."""
    root = Place(form.root, "group", None, None, "")
    root.inner_size = 1
    layout = Layout(root, {form.root.path: root})
    _fill_attributes(root, root, form, layout)
    _fill(root, root, form, layout)
    return layout


def _fill(place: Place, scope: Place, form: Form, layout: Layout) -> None:
    group = place.element
    assert isinstance(group, Group)
    for element in group.children:
        prefix = element.name.rpartition(":")[0]
        namespace = form.namespaces.get(prefix, "") if prefix else ""
        kind = (
            "repeat" if isinstance(element, Repeat) else "group" if isinstance(element, Group) else "question"
        )
        member = Place(element, kind, place, scope, namespace)
        member.slot = scope.inner_size
        member.depth = scope.depth
        scope.inner_size += 1
        place.member_index[element.name] = len(place.members)
        place.members.append(member)
        layout.by_path[element.path] = member
        if kind == "repeat":
            place.holds_repeats = True
            instance = Place(element, "instance", place, None, namespace)
            instance.depth = scope.depth + 1
            instance.inner_size = 1
            instance.range = member
            member.instance = instance
            _fill_attributes(instance, instance, form, layout)
            _fill(instance, instance, form, layout)
            continue
        if element.attributes:
            _fill_attributes(member, scope, form, layout)
        if kind == "group":
            _fill(member, scope, form, layout)


def _fill_attributes(place: Place, scope: Place, form: Form, layout: Layout) -> None:
    for element in place.element.attributes:
        prefix = element.name[1:].rpartition(":")[0]
        made = Place(element, "question", place, scope, form.namespaces.get(prefix, "") if prefix else "")
        made.slot = scope.inner_size
        made.depth = scope.depth
        scope.inner_size += 1
        place.attributes.append(made)
        layout.by_path[element.path] = made


def outer_scope(scope: Place) -> Place:
    """Return the scope around the repeat instance `scope`; the root stays the root."""
    return scope.range.scope if scope.range is not None else scope


@dataclass(slots=True)
class Bound:
    """How to reach `place` from the rule: `up` scopes outwards, then through the ranges in `chain`.

    `rest` are the steps that were not bound.
    """

    up: int
    chain: tuple[Place, ...]
    place: Place
    rest: list[Step]


def bind_path(path: Path, home: Place, unbound: bool = False) -> Bound | None:
    """Bind as many steps of `path`, seen from `home`, as can be; None when its start cannot."""
    if path.start == "root":
        return _bind_absolute(path.steps, home, unbound)
    if path.start == "context" or (isinstance(path.start, Call) and path.start.name == "current"):
        return _bind_steps(path.steps, 0, home, _Trail(0, [], home))
    return None


class _Trail:
    __slots__ = ("chain", "place", "up")

    def __init__(self, up: int, chain: list[Place], place: Place) -> None:
        self.up = up
        self.chain = chain
        self.place = place


def _bind_steps(steps: list[Step], index: int, home: Place, trail: _Trail) -> Bound | None:
    while index < len(steps):
        step = steps[index]
        if not step.is_simple() or not _take(step, trail):
            break
        index += 1
    return Bound(trail.up, tuple(trail.chain), trail.place, steps[index:])


def _take(step: Step, trail: _Trail) -> bool:
    """Move `trail` one simple step; tell whether the step leads anywhere known."""
    if step.axis == "self":
        return True
    place = trail.place
    if step.axis == "parent":
        if place.parent is None:
            return False
        if place.kind == "instance":
            if trail.chain:
                trail.chain.pop()
            else:
                trail.up += 1
        trail.place = place.parent
        return True
    member = place.attribute(step.name) if step.axis == "attribute" else place.member(step.name)
    if member is None:
        return False
    if member.instance is not None:
        trail.chain.append(member)
        member = member.instance
    trail.place = member
    return True


def _bind_absolute(steps: list[Step], home: Place, unbound: bool) -> Bound | None:
    scope, root = home.scope, home.scope
    while root.range is not None:
        root = root.range.scope
    own: list[Place] = []  # the repeat instances the rule stands in, outermost first
    while scope.range is not None:
        own.insert(0, scope)
        scope = outer_scope(scope)
    if not steps or not steps[0].is_child() or steps[0].name != root.name:
        return None
    trail = _Trail(home.scope.depth, [], root)
    index = 1
    while index < len(steps) - 1 and own and not unbound and not trail.chain:
        # a step into a repeat the rule stands in: its own instance
        step = steps[index]
        member = trail.place.member(step.name) if step.is_child() else None
        if member is None or member.instance is not own[0]:
            if member is None or member.instance is not None or step.predicates:
                break
            trail.place = member
        else:
            trail.up -= 1
            trail.place = own.pop(0)
        index += 1
    return _bind_steps(steps, index, home, trail)


def scope_getter(up: int, depth: int) -> Callable[[Context], ScopeNode]:
    """Return a closure giving the scope `up` levels outwards of a rule at `depth`."""
    if up == 0:
        return lambda c: c.scope
    if up == 1:
        return lambda c: c.scope.outer
    if up == depth:
        return lambda c: c.session.root  # type: ignore[return-value]

    def get(c: Context) -> ScopeNode:
        scope: ScopeNode = c.scope
        for _ in range(up):
            scope = scope.outer
        return scope

    return get


def bound_code(bound: Bound, home: Place) -> Code:
    """Return the code that reaches `bound.place` from `home`."""
    depth, slot = home.scope.depth, bound.place.slot
    if not bound.chain:
        if bound.place is home and home.kind != "repeat":
            return Code(Kind.NODES, lambda c: [c.current], single=lambda c: c.current)
        single = _single(bound.up, slot, depth)
        return Code(Kind.NODES, lambda c: [single(c)], single=single)
    start = scope_getter(bound.up, depth)
    slots = [place.slot for place in bound.chain]
    if len(slots) == 1:
        only = slots[0]
        if slot == 0:
            return Code(Kind.NODES, lambda c: list(instances_at(start(c), only)))
        return Code(Kind.NODES, lambda c: [scope.slots[slot] for scope in instances_at(start(c), only)])

    def walk(c: Context) -> list[Node]:
        scopes = [start(c)]
        for range_slot in slots:
            scopes = [inner for scope in scopes for inner in instances_at(scope, range_slot)]
        return [scope.slots[slot] for scope in scopes]

    return Code(Kind.NODES, walk)


def indexed_code(place: Place, home: Place, wanted: Mapping[str, Callable[[Context], float]]) -> Code:
    """Return code for `place` in the repeat instances whose numbers `wanted` gives by the path of the repeat.

    Of other repeats it is the instance that `home` stands in, else any.
    """
    chain, own = _ranges(place), _ranges(home)
    shared = 0
    while chain[shared : shared + 1] == own[shared : shared + 1] != [] and chain[shared].path not in wanted:
        shared += 1
    start = scope_getter(home.scope.depth - shared, home.scope.depth)
    levels = [(level.slot, wanted.get(level.path)) for level in chain[shared:]]

    def walk(c: Context) -> list[Node]:
        scopes = [start(c)]
        for slot, number in levels:
            if number is None:
                scopes = [inner for scope in scopes for inner in instances_at(scope, slot)]
                continue
            at = number(c)
            if at != at or at < 1 or at != at // 1:
                return []
            scopes = [inner for scope in scopes for inner in instances_at(scope, slot)[int(at) - 1 : int(at)]]
        return [scope.slots[place.slot] for scope in scopes[:1]]

    return Code(Kind.NODES, walk)


def _ranges(place: Place) -> list[Place]:
    """Return the repeats `place` lies in, outermost first."""
    found: list[Place] = []
    scope = place.scope
    while scope.range is not None:
        found.insert(0, scope.range)
        scope = scope.range.scope
    return found


def _single(up: int, slot: int, depth: int) -> Callable[[Context], AnswerNode]:
    if up == 0:
        return lambda c: c.scope.slots[slot]
    if up == 1:
        return lambda c: c.scope.outer.slots[slot]
    start = scope_getter(up, depth)
    return lambda c: start(c).slots[slot]

"""Actions: what `setvalue` and `setgeopoint` do when the form is loaded, changes, grows or is finalized."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from habitat_desktop.xforms.binding import Layout, Place, outer_scope
from habitat_desktop.xforms.definition import Action, Form
from habitat_desktop.xforms.instance import AnswerNode, ScopeNode, instances_at
from habitat_desktop.xforms.rules import calculation, compiled
from habitat_desktop.xforms.xpath.code import Context, Session, as_nodes
from habitat_desktop.xforms.xpath.nodes import Node

FIRST_LOAD = frozenset(("odk-instance-first-load", "odk-instance-load", "xforms-ready"))
EVERY_LOAD = frozenset(("odk-instance-load",))
REVALIDATE = frozenset(("xforms-revalidate",))
NEW_REPEAT = "odk-new-repeat"
VALUE_CHANGED = "xforms-value-changed"


@dataclass(slots=True)
class CompiledAction:
    """`place` is where the action stands, `target` what it sets; `hops` and `descent` lead there."""

    events: frozenset[str]
    place: Place
    target: Place
    hops: int
    descent: tuple[int, ...]
    value: Callable[[Context], str]
    picked: Callable[[Context], list[Node]] | None = None

    def scopes(self, root: ScopeNode) -> list[ScopeNode]:
        """Return every scope the action stands in."""
        chain = [scope.range.slot for scope in _scopes(self.place) if scope.range is not None]
        return _below([root], chain)

    def targets(self, scope: ScopeNode, session: Session) -> Iterable[AnswerNode]:
        """Return the nodes to set when the event happens inside `scope`."""
        if self.picked is not None:
            context = Context(session, scope.slots[self.place.slot], scope)
            return [node for node in self.picked(context) if isinstance(node, AnswerNode)]
        for _ in range(self.hops):
            scope = scope.outer
        return [inner.slots[self.target.slot] for inner in _below([scope], self.descent)]


def _below(scopes: list[ScopeNode], chain: Iterable[int]) -> list[ScopeNode]:
    """Return the instances below `scopes` through the ranges at the slots `chain`."""
    for slot in chain:
        scopes = [inner for outer in scopes for inner in instances_at(outer, slot)]
    return scopes


def compile_actions(form: Form, layout: Layout) -> list[CompiledAction]:
    """Return the actions of `form`; those on changed values are also entered at their question's place.

    Raises:
        FormExpressionError: an expression cannot be read.
    """
    made = []
    for action in form.actions:
        target = layout.by_path.get(action.ref)
        place = layout.by_path.get(action.place, layout.root)
        if target is None or action.kind == "recordaudio":
            continue  # `form check` tells
        compiled_action = _compile(action, place.instance or place, target.instance or target)
        made.append(compiled_action)
        if VALUE_CHANGED in compiled_action.events:
            place.actions.append(compiled_action)
    return made


def _compile(action: Action, place: Place, target: Place) -> CompiledAction:
    mine, theirs = _scopes(place), _scopes(target)
    shared = 0
    while shared < min(len(mine), len(theirs)) and mine[shared] is theirs[shared]:
        shared += 1
    descent = tuple(scope.range.slot for scope in theirs[shared:] if scope.range is not None)
    if action.kind == "setgeopoint":
        value: Callable[[Context], str] = _location
    elif action.value:
        code, _ = compiled(
            action.value, target, "calculation" if VALUE_CHANGED in action.events else "default"
        )
        value = calculation(code)
    else:
        text = action.text
        value = lambda c: text  # noqa: E731 - the two ways to a value side by side
    picked = None
    if "[" in action.source:
        picked = as_nodes(compiled(action.source, place, "trigger")[0], "setvalue")
    return CompiledAction(frozenset(action.events), place, target, len(mine) - shared, descent, value, picked)


def _location(c: Context) -> str:
    """Return where the computer is; the answer stays as it is where that is not known."""
    assert isinstance(c.current, AnswerNode)
    return c.session.location() or c.current.value


def _scopes(place: Place) -> list[Place]:
    """Return the scopes around `place`, the root first."""
    found = [place.scope]
    while found[0].range is not None:
        found.insert(0, outer_scope(found[0]))
    return found

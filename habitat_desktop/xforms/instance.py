"""The node tree of one form being filled.

A *scope* is the root or one instance of a repeat. It holds the nodes below it, down to nested repeats, in
`slots`, so that an expression bound at load reaches a node with one index. A `RangeNode` stands for a
repeat as a whole and holds its instances.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Optional

from habitat_desktop.xforms.xpath.nodes import ATTRIBUTE, ELEMENT, Node

if TYPE_CHECKING:
    from habitat_desktop.xforms.binding import Place


class AnswerNode(Node):
    """A question, a group or a repeat instance.

    `value` is the answer as it was given; `text` is what the logic sees: blank while the node is not
    relevant or the answer was declared unavailable.
    """

    __slots__ = (
        "constraint_ok",
        "listed",
        "members",
        "own_readonly",
        "own_relevant",
        "place",
        "queued",
        "readonly",
        "relevant",
        "required",
        "scope",
        "unavailable",
        "value",
    )

    def __init__(self, place: "Place", parent: Optional["AnswerNode"], scope: Optional["ScopeNode"]) -> None:
        # as Node.__init__, without the call and what it works out: forms have thousands of these
        self.kind = ELEMENT
        self.name = place.name
        self.local = place.local
        self.namespace = place.namespace
        self.parent = parent
        self.text = ""
        self.number = None
        self.attributes = []
        self._children = None
        self._named = None
        self._text_node = None
        self.place = place
        self.scope: ScopeNode = scope if scope is not None else self  # type: ignore[assignment]
        self.members: list[AnswerNode] = []
        self.value = ""
        self.unavailable: tuple[str, str] | None = None
        self.relevant = True
        self.own_relevant = True
        self.required = False
        self.readonly = False
        self.own_readonly = False
        self.constraint_ok = True
        self.queued = 0
        self.listed: Any = None  # the choices of a select, until what its filter reads changes

    def elements(self) -> Sequence[Node]:
        """Return the child elements, the instances of a repeat in its place."""
        members = self.members
        if not members or not self.place.holds_repeats:
            return members
        found: list[Node] = []
        for member in members:
            if isinstance(member, RangeNode):
                found.extend(member.instances)
            else:
                found.append(member)
        return found

    def named(self, name: str) -> Sequence[Node]:
        """Return the child elements called `name`."""
        index = self.place.member_index.get(name)
        if index is None:
            return ()
        member = self.members[index]
        return member.instances if isinstance(member, RangeNode) else (member,)

    def string_value(self) -> str:
        """Return the text the logic sees."""
        if not self.members:
            return self.text
        return "".join(child.string_value() for child in self.elements())

    def refresh_text(self) -> bool:
        """Bring `text` up to date with value, relevance and availability; tell whether it changed."""
        text = self.value if self.relevant and self.unavailable is None else ""
        if text == self.text:
            return False
        self.text = text
        self.number = None
        return True

    def below(self) -> Iterator["AnswerNode"]:
        """Yield this node, its attributes and all below it in document order, ranges before instances."""
        waiting: list[AnswerNode] = [self]  # no generator in a generator: saving walks through all of them
        while waiting:
            node = waiting.pop()
            yield node
            if node.attributes:
                yield from node.attributes  # type: ignore[misc]
            parts = node.instances if isinstance(node, RangeNode) else node.members
            if parts:
                waiting.extend(parts[::-1])


class AttributeNode(AnswerNode):
    """An attribute of a node; its place is called "@id", it itself "id"."""

    __slots__ = ()

    def __init__(self, place: "Place", parent: AnswerNode, scope: "ScopeNode") -> None:
        super().__init__(place, parent, scope)
        self.kind = ATTRIBUTE
        self.name = place.name[1:]
        self.local = self.name.rpartition(":")[2]


class ScopeNode(AnswerNode):
    """The root, or one instance of a repeat; `position` is 1-based, 0 for the root.

    `entry_id` tells it from its neighbours for ever; "" until somebody asks, and for the root.
    """

    __slots__ = ("entry_id", "outer", "position", "range", "slots")

    def __init__(self, place: "Place", parent: AnswerNode | None, outer: Optional["ScopeNode"]) -> None:
        super().__init__(place, parent, None)
        self.outer: ScopeNode = outer if outer is not None else self
        self.slots: list[AnswerNode] = [self] * place.inner_size
        self.position = 0
        self.entry_id = ""
        self.range: RangeNode | None = None


class RangeNode(AnswerNode):
    """A repeat as a whole; `settled` once entries were added to it, or counted."""

    __slots__ = ("instances", "settled")

    def __init__(self, place: "Place", parent: AnswerNode, scope: ScopeNode) -> None:
        super().__init__(place, parent, scope)
        self.instances: list[ScopeNode] = []
        self.settled = False

    def renumber(self, start: int = 0) -> None:
        """Give the instances from index `start` on their positions."""
        for index in range(start, len(self.instances)):
            self.instances[index].position = index + 1


def ref_of(node: AnswerNode) -> str:
    """Return the ref of `node`: its path with the position of every repeat instance."""
    scope = node.scope
    if scope.range is None:
        return node.place.path
    relative = node.place.path[len(scope.place.path) :] if node is not scope else ""
    return f"{ref_of(scope.range)}[{scope.position}]{relative}"


def instances_at(scope: ScopeNode, slot: int) -> list[ScopeNode]:
    """Return the instances of the repeat at `slot` of `scope`."""
    found = scope.slots[slot]
    assert isinstance(found, RangeNode)
    return found.instances


class _Outside:
    relevant = True
    readonly = False


_ROOT_HOLDER: AnswerNode = _Outside()  # type: ignore[assignment]


def holder_of(node: AnswerNode) -> AnswerNode:
    """Return what `node` inherits from: the range of a repeat instance, else the parent."""
    if isinstance(node, ScopeNode):
        return node.range if node.range is not None else _ROOT_HOLDER
    assert isinstance(node.parent, AnswerNode)
    return node.parent


def parts_of(node: AnswerNode) -> Iterable[AnswerNode]:
    """Return what inherits from `node`."""
    if isinstance(node, RangeNode):
        return node.instances
    return [*node.members, *node.attributes] if node.attributes else node.members  # type: ignore[list-item]

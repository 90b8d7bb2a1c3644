"""Location paths over any tree: axes, node tests, predicates."""

from collections.abc import Callable, Iterable, Sequence

from habitat_desktop.errors import N_
from habitat_desktop.xforms.xpath.code import Code, Context, Kind, XPathError, as_boolean
from habitat_desktop.xforms.xpath.nodes import (
    ATTRIBUTE,
    COMMENT,
    ELEMENT,
    INSTRUCTION,
    TEXT,
    Node,
    descendants,
    in_document_order,
    is_bare_xhtml,
)
from habitat_desktop.xforms.xpath.syntax import Step

Axis = Callable[[Node], Iterable[Node]]
Walk = Callable[[list[Node], Context], list[Node]]

_MOST_WORK = 2_000_000  # nodes that the predicates of one rule look at: three seconds at the most
_REVERSE = frozenset(("ancestor", "ancestor-or-self", "preceding", "preceding-sibling"))


def _ancestors(node: Node) -> list[Node]:
    found = []
    while node.parent is not None:
        node = node.parent
        found.append(node)
    return found


def _siblings(node: Node, following: bool) -> Sequence[Node]:
    if node.parent is None or node.kind == ATTRIBUTE:
        return ()
    children = node.parent.child_nodes()
    index = next(i for i, child in enumerate(children) if child is node)
    return children[index + 1 :] if following else children[:index][::-1]


def _following(node: Node) -> list[Node]:
    found: list[Node] = []
    if node.kind == ATTRIBUTE and node.parent is not None:
        node = node.parent
        found.extend(descendants(node))
    for ancestor in [node, *_ancestors(node)]:
        for sibling in _siblings(ancestor, True):
            found.append(sibling)
            found.extend(descendants(sibling))
    return found


def _preceding(node: Node) -> list[Node]:
    if node.kind == ATTRIBUTE and node.parent is not None:
        node = node.parent
    found: list[Node] = []
    for ancestor in [node, *_ancestors(node)]:
        for sibling in _siblings(ancestor, False):
            found.extend(reversed([sibling, *descendants(sibling)]))
    return found


_AXES: dict[str, Axis] = {
    "child": lambda node: node.child_nodes(),
    "self": lambda node: (node,),
    "parent": lambda node: (node.parent,) if node.parent is not None else (),
    "attribute": lambda node: node.attributes,
    "namespace": lambda node: (),
    "descendant": descendants,
    "descendant-or-self": lambda node: [node, *descendants(node)],
    "ancestor": _ancestors,
    "ancestor-or-self": lambda node: [node, *_ancestors(node)],
    "following-sibling": lambda node: _siblings(node, True),
    "preceding-sibling": lambda node: _siblings(node, False),
    "following": _following,
    "preceding": _preceding,
}


def _node_test(step: Step, namespaces: dict[str, str]) -> Callable[[Node], bool]:
    principal = ATTRIBUTE if step.axis == "attribute" else ELEMENT
    name = step.name
    if step.test == "node":
        return lambda node: True
    if step.test == "text":
        return lambda node: node.kind == TEXT
    if step.test == "comment":
        return lambda node: node.kind == COMMENT
    if step.test == "processing-instruction":
        return lambda node: node.kind == INSTRUCTION and (not name or node.name == name)
    if name == "*":
        return lambda node: node.kind == principal
    prefix, colon, local = name.rpartition(":")
    if not colon:
        return lambda node: node.name == name and node.kind == principal and not is_bare_xhtml(node)
    namespace = namespaces.get(prefix, "")

    def named(node: Node) -> bool:
        if node.kind != principal or local not in ("*", node.local):
            return False
        return node.name.startswith(prefix + ":") or (bool(namespace) and node.namespace == namespace)

    return named


def compile_step(step: Step, predicates: list[Code], namespaces: dict[str, str]) -> Walk:
    """Return a closure that takes nodes one step further, in document order, each node once."""
    keeps = [compile_predicate(predicate) for predicate in predicates]
    if step.axis == "child" and step.test == "name" and step.name[-1] != "*" and ":" not in step.name:
        return _filtered_walk(step.name, keeps) if keeps else _child_walk(step.name)
    axis = _AXES.get(step.axis)
    if axis is None:
        raise XPathError(N_("unknown axis “{axis}”"), axis=step.axis)
    test = _node_test(step, namespaces)
    reverse = step.axis in _REVERSE
    simple = step.axis in ("child", "attribute", "self")

    def walk(nodes: list[Node], c: Context) -> list[Node]:
        found: list[Node] = []
        for node in nodes:
            near = [other for other in axis(node) if test(other)]
            for keep in keeps:
                near = keep(near, c)
            found.extend(near)
        if simple or (len(nodes) == 1 and not reverse):
            return found
        return in_document_order(found)

    return walk


def _filtered_walk(name: str, keeps: list[Walk]) -> Walk:
    def walk(nodes: list[Node], c: Context) -> list[Node]:
        found: list[Node] = []
        for node in nodes:
            near = list(node.named(name))
            for keep in keeps:
                near = keep(near, c)
            found.extend(near)
        return found

    return walk


def _child_walk(name: str) -> Walk:
    def walk(nodes: list[Node], c: Context) -> list[Node]:
        if len(nodes) == 1:
            return list(nodes[0].named(name))
        return [child for node in nodes for child in node.named(name)]

    return walk


def compile_predicate(code: Code) -> Walk:
    """Return a closure that keeps the nodes for which `code` holds; numbers are positions."""
    if code.constant and code.kind is Kind.NUMBER:
        wanted = code.value

        def at(nodes: list[Node], c: Context) -> list[Node]:
            index = int(wanted) - 1 if wanted == wanted and abs(wanted) < 1e15 else -1
            return [nodes[index]] if 0 <= index < len(nodes) and index + 1 == wanted else []

        return at
    run = code.run
    if code.kind in (Kind.NUMBER, Kind.ANY):

        def holds(c: Context) -> bool:
            value = run(c)
            if isinstance(value, float):
                return value == c.position
            return bool(value) and value == value

        test: Callable[[Context], bool] = holds
    else:
        test = as_boolean(code)

    def keep(nodes: list[Node], c: Context) -> list[Node]:
        inner = c.inner()
        inner.size = len(nodes)
        c.session.work += len(nodes)
        if c.session.work > _MOST_WORK:
            raise XPathError("it takes too long: predicates inside predicates look at too many nodes")
        kept = []
        for position, node in enumerate(nodes, 1):
            inner.node = node
            inner.position = position
            if test(inner):
                kept.append(node)
        return kept

    return keep

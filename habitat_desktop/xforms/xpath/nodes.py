"""The nodes expressions run over: what an XML document and a form being filled have in common."""

from collections.abc import Iterator, Sequence
from typing import Optional

DOCUMENT, ELEMENT, TEXT, ATTRIBUTE, COMMENT, INSTRUCTION = range(6)
XHTML = "http://www.w3.org/1999/xhtml"


class Node:
    """One node. An element without child nodes carries its text itself, in `text`.

    `number` caches the numeric value of `text`; None = not worked out. Whoever changes `text` resets it.
    """

    __slots__ = (
        "_children",
        "_named",
        "_text_node",
        "attributes",
        "kind",
        "local",
        "name",
        "namespace",
        "number",
        "parent",
        "text",
    )

    def __init__(
        self, kind: int, name: str, parent: Optional["Node"], text: str = "", namespace: str = ""
    ) -> None:
        self.kind = kind
        self.name = name
        self.local = name.rpartition(":")[2]
        self.namespace = namespace
        self.parent = parent
        self.text = text
        self.number: float | None = None
        self.attributes: list[Node] = []
        self._children: list[Node] | None = None
        self._named: dict[str, list[Node]] | None = None
        self._text_node: Node | None = None

    def append(self, child: "Node") -> None:
        """Add `child` as the last child node."""
        if self._children is None:
            self._children = []
        self._children.append(child)
        self._named = None

    def elements(self) -> Sequence["Node"]:
        """Return the child nodes that are kept as such: all but the text of a leaf."""
        return self._children or ()

    def named(self, name: str) -> Sequence["Node"]:
        """Return the child elements called `name`, with its prefix."""
        known = self._named
        if known is None:
            known = {}
            for child in self._children or ():
                if child.kind == ELEMENT and not is_bare_xhtml(child):
                    known.setdefault(child.name, []).append(child)
            self._named = known  # whole, for other threads read lists, too
        return known.get(name, ())

    def cell(self, name: str) -> str:
        """Return the text of the first child called `name`, "" where there is none."""
        found = self.named(name)
        return found[0].string_value() if found else ""

    def child_nodes(self) -> Sequence["Node"]:
        """Return all child nodes, the text of a leaf as a text node."""
        elements = self.elements()
        if elements or not self.text or self.kind not in (ELEMENT, DOCUMENT):
            return elements
        if self._text_node is None or self._text_node.text != self.text:
            self._text_node = Node(TEXT, "#text", self, self.text)
        return (self._text_node,)

    def string_value(self) -> str:
        """Return the text of the node and of everything below it."""
        children = self.elements()
        if not children:
            return self.text
        return "".join(
            child.string_value() for child in children if child.kind == ELEMENT or child.kind == TEXT
        )


def is_bare_xhtml(node: Node) -> bool:
    """Tell whether `node` is XHTML without a prefix: a name without one means the form's own elements."""
    return node.namespace == XHTML and node.local == node.name


def descendants(node: Node) -> Iterator[Node]:
    """Yield every node below `node` in document order, attributes left out."""
    for child in node.child_nodes():
        yield child
        if child.kind == ELEMENT:
            yield from descendants(child)


def root_of(node: Node) -> Node:
    """Return the topmost ancestor of `node`."""
    while node.parent is not None:
        node = node.parent
    return node


def _order_key(node: Node) -> tuple[int, ...]:
    key: list[int] = []
    while node.parent is not None:
        parent = node.parent
        if node.kind == ATTRIBUTE:
            key.append(-len(parent.attributes) + parent.attributes.index(node))
        else:
            key.append(next(i for i, sibling in enumerate(parent.child_nodes()) if sibling is node))
        node = parent
    key.append(id(node))  # nodes of different documents: any order, but always the same
    return tuple(reversed(key))


def in_document_order(found: Sequence[Node]) -> list[Node]:
    """Return `found` sorted, each node once."""
    if len(found) < 2:
        return list(found)
    return sorted(dict.fromkeys(found), key=_order_key)

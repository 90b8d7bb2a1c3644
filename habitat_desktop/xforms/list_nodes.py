"""The nodes of lists: made of XML elements or table rows when first looked at, for lists are long.

An item is found through the hash index of a column, which is read straight from the elements or rows.
"""

from collections.abc import Iterator, Sequence
from threading import RLock
from typing import Any

from habitat_desktop.xforms.collection import uncollected
from habitat_desktop.xforms.xpath.nodes import ATTRIBUTE, COMMENT, ELEMENT, INSTRUCTION, TEXT, Node

_XML_URI = "http://www.w3.org/XML/1998/namespace"

Index = dict[str, list[Any]]

_growing = RLock()  # forms are filled in the window while the worker opens others with the same lists


class InstanceNode(Node):
    """The element `instance` around a list; never changed once built, so indexes stay right."""

    __slots__ = ("_indexes", "missing")

    def __init__(self, name: str) -> None:
        super().__init__(ELEMENT, "instance", None)
        self.attributes.append(Node(ATTRIBUTE, "id", self, name))
        self.missing = False
        self._indexes: dict[tuple[tuple[str, ...], str], tuple[Node | None, Index]] = {}

    def items(self, path: tuple[str, ...]) -> list[Node]:
        """Return the nodes at `path` below the instance."""
        nodes: list[Node] = [self]
        for name in path:
            nodes = [child for node in nodes for child in node.named(name)]
        return nodes

    def items_where(self, path: tuple[str, ...], column: str, value: str) -> Sequence[Node]:
        """Return the nodes at `path` whose child `column` has the text `value`."""
        known = self._indexes.get((path, column))
        if known is None:
            with uncollected():
                known = self._indexes[(path, column)] = self._index(path, column)
        holder, index = known
        found = index.get(value, ())
        if found and not isinstance(found[0], Node):
            assert isinstance(holder, XmlNode | TableNode)
            found = index[value] = holder.found(path[-1], found)
        return found

    def _index(self, path: tuple[str, ...], column: str) -> tuple[Node | None, Index]:
        holders = self.items(path[:-1])
        if len(holders) == 1 and isinstance(holders[0], XmlNode | TableNode):
            quick = holders[0].index(path[-1], column)
            if quick is not None:
                return holders[0], quick
        index: Index = {}
        for item in self.items(path):
            for text in dict.fromkeys(cell.string_value() for cell in item.named(column)):
                index.setdefault(text, []).append(item)
        return None, index


class XmlNode(Node):
    """An element whose children become nodes when they are first asked for.

    `made` has the nodes of the children of elements with an index, so that each child gets one node only.
    """

    __slots__ = ("_element", "_made", "indexed")

    def __init__(self, element: Any, parent: Node, made: dict[Any, "XmlNode"]) -> None:
        namespace, _, local = element.tag.rpartition("}")
        prefix = element.prefix
        super().__init__(ELEMENT, f"{prefix}:{local}" if prefix else local, parent, "", namespace[1:])
        self._made = made
        self.indexed: Any = None  # the element, once an index over its children was made
        self._element: Any = None
        if len(element):
            self._element = element
        else:
            self.text = element.text or ""
        if element.keys():
            self.attributes = list(_attributes(element, self))

    def elements(self) -> Sequence[Node]:
        """Return the child nodes that are kept as such: all but the text of a leaf."""
        if self._element is not None:
            self._grow()
        return self._children or ()

    def named(self, name: str) -> Sequence[Node]:
        """Return the child elements called `name`, with its prefix; the others are not made for that."""
        known = self._named
        if known is not None and name in known:
            return known[name]
        with _growing:
            if ":" in name:
                self._grow()
            if self._element is None:
                return super().named(name)
            if self._named is None:
                self._named = {}
            children = self._element.iterchildren(f"{{*}}{name}")
            found = self._named[name] = [self.item(child) for child in children if child.prefix is None]
            return found

    def cell(self, name: str) -> str:
        """Return the text of the first child called `name`, "" where there is none."""
        element = self._element
        if element is None or ":" in name:
            return super().cell(name)
        for child in element.iterchildren(f"{{*}}{name}"):
            if child.prefix is None:
                return (child.text or "") if not len(child) else super().cell(name)
        return ""

    def index(self, name: str, column: str) -> Index | None:
        """Return the elements `column` by their text; None where only nodes can tell.

        Those that are no children of a child `name` are left out when looked up, so that the elements
        around all the others need not be touched.
        """
        with _growing:
            return self._index(name, column)

    def _index(self, name: str, column: str) -> Index | None:
        element = self._element
        if element is None or ":" in name or ":" in column:
            return None
        namespace = element.nsmap.get(None)
        self.indexed = element
        found: Index = {}
        for cell in element.iter(f"{{{namespace}}}{column}" if namespace else column):
            if len(cell):
                return None
            text = cell.text or ""
            if text in found:
                found[text].append(cell)
            else:
                found[text] = [cell]
        return found

    def found(self, name: str, cells: list[Any]) -> list[Node]:
        """Return the nodes of the children `name` around those of `cells`."""
        around = dict.fromkeys(cell.getparent() for cell in cells if cell.prefix is None)
        return [
            self.item(item)
            for item in around
            if item.tag.rpartition("}")[2] == name
            and item.prefix is None
            and item.getparent() is self.indexed
        ]

    def item(self, element: Any) -> Node:
        """Return the node of the child `element`."""
        known = self._made.get(element)
        if known is None:
            with _growing:
                known = self._made.get(element)
                if known is None:
                    known = self._made[element] = XmlNode(element, self, self._made)
        return known

    def _grow(self) -> None:
        with _growing:
            if self._element is not None:
                add_children(self._element, self, self._made)
                self._element = None


def add_children(element: Any, node: Node, made: dict[Any, XmlNode]) -> None:
    """Give `node` the children of `element`: elements, texts between them, comments and instructions."""
    if element.text:
        node.append(Node(TEXT, "#text", node, element.text))
    for child in element:
        node_of_xml(child, node, made)
        if child.tail:
            node.append(Node(TEXT, "#text", node, child.tail))


def node_of_xml(element: Any, parent: Node, made: dict[Any, XmlNode]) -> None:
    """Append the node of `element`, a comment or an instruction to `parent`."""
    from lxml import etree

    if isinstance(element.tag, str):
        node = made.get(element) or XmlNode(element, parent, made)
        if isinstance(parent, XmlNode) and parent.indexed is not None:
            made[element] = node
        parent.append(node)
    elif element.tag is etree.Comment:
        parent.append(Node(COMMENT, "#comment", parent, element.text or ""))
    elif element.tag is etree.ProcessingInstruction:
        parent.append(Node(INSTRUCTION, element.target, parent, element.text or ""))


def _attributes(element: Any, node: Node) -> Iterator[Node]:
    for key, value in element.items():
        namespace, _, local = key.rpartition("}")
        uri = namespace[1:]
        prefix = "xml" if uri == _XML_URI else ""
        if uri and not prefix:
            prefix = next((p for p, known in element.nsmap.items() if p and known == uri), "")
        yield Node(ATTRIBUTE, f"{prefix}:{local}" if prefix else local, node, value, uri)


class TableNode(Node):
    """The element `root` around the rows of a table; `rows` hold one text per column of `header`."""

    __slots__ = ("_header", "_items", "_rows")

    def __init__(self, parent: Node, header: Sequence[str], rows: list[Sequence[str]]) -> None:
        super().__init__(ELEMENT, "root", parent)
        self._header = {name: place for place, name in enumerate(header)}
        self._rows = rows
        self._items: dict[int, RowNode] = {}

    def elements(self) -> Sequence[Node]:
        """Return the items, one for each row."""
        if self._children is None:
            self._children = [self.item(place) for place in range(len(self._rows))]
        return self._children

    def named(self, name: str) -> Sequence[Node]:
        """Return the items where `name` is "item"."""
        return self.elements() if name == "item" else ()

    def index(self, name: str, column: str) -> Index | None:
        """Return the places of the rows by the text in `column`."""
        found: Index = {}
        place = self._header.get(column)
        if name == "item" and place is not None:
            for number, text in enumerate([row[place] for row in self._rows]):
                if text in found:
                    found[text].append(number)
                else:
                    found[text] = [number]
        return found

    def found(self, name: str, places: list[int]) -> list[Node]:
        """Return the nodes of the rows at `places`."""
        return [self.item(place) for place in places]

    def item(self, place: int) -> Node:
        """Return the node of the row at `place`."""
        known = self._items.get(place)
        if known is None:
            known = self._items.setdefault(place, RowNode(self, self._header, self._rows[place]))
        return known


class RowNode(Node):
    """The element `item` of one row; its cells become nodes when first asked for."""

    __slots__ = ("_header", "_row")

    def __init__(self, parent: Node, header: dict[str, int], row: Sequence[str]) -> None:
        super().__init__(ELEMENT, "item", parent)
        self._header = header
        self._row = row

    def elements(self) -> Sequence[Node]:
        """Return the cells."""
        if self._children is None:
            self._children = [Node(ELEMENT, name, self, self._row[at]) for name, at in self._header.items()]
        return self._children

    def named(self, name: str) -> Sequence[Node]:
        """Return the cell of the column `name`."""
        self.elements()
        return super().named(name)

    def cell(self, name: str) -> str:
        """Return the text in the column `name`, "" where there is none."""
        place = self._header.get(name)
        return "" if place is None else self._row[place]

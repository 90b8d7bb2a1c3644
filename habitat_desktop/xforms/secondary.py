"""Secondary instances: the lists inside a form and the files beside it, as nodes with hash indexes."""

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from habitat_desktop.xforms.definition import Source
from habitat_desktop.xforms.xpath.nodes import ATTRIBUTE, COMMENT, DOCUMENT, ELEMENT, INSTRUCTION, TEXT, Node

csv.field_size_limit(10_000_000)


class InstanceNode(Node):
    """The element `instance` around a list; never changed once built, so indexes stay right."""

    __slots__ = ("_indexes", "missing")

    def __init__(self, name: str) -> None:
        super().__init__(ELEMENT, "instance", None)
        attribute = Node(ATTRIBUTE, "id", self, name)
        self.attributes.append(attribute)
        self.missing = False
        self._indexes: dict[tuple[tuple[str, ...], str], dict[str, list[Node]]] = {}

    def items(self, path: tuple[str, ...]) -> list[Node]:
        """Return the nodes at `path` below the instance."""
        nodes: list[Node] = [self]
        for name in path:
            nodes = [child for node in nodes for child in node.named(name)]
        return nodes

    def items_where(self, path: tuple[str, ...], column: str, value: str) -> list[Node]:
        """Return the nodes at `path` whose child `column` has the text `value`."""
        index = self._indexes.get((path, column))
        if index is None:
            index = {}
            for item in self.items(path):
                for text in dict.fromkeys(cell.string_value() for cell in item.named(column)):
                    index.setdefault(text, []).append(item)
            self._indexes[(path, column)] = index
        return index.get(value, [])


def load_source(source: Source) -> InstanceNode:
    """Return the nodes of `source`; a file that is missing gives an empty list marked `missing`."""
    node = InstanceNode(source.name)
    if source.xml:
        from lxml import etree

        element = etree.fromstring(source.xml, xml_parser())
        for child in element:
            _add_xml(child, node)
        return node
    path = source.path
    if path is None or not path.is_file():
        node.missing = True
        return node
    if path.suffix.lower() == ".csv":
        _add_table(_csv_rows(path), node)
    elif path.suffix.lower() in (".geojson", ".json"):
        _add_table(_geojson_rows(path), node)
    else:
        from lxml import etree

        _add_xml(etree.fromstring(path.read_bytes(), xml_parser()), node)
    return node


def xml_parser() -> Any:
    """Return a parser that opens nothing outside the file and expands no entities."""
    from lxml import etree

    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=False
    )


def document(xml: bytes) -> Node:
    """Return the document node of any XML text, mixed content, comments and all."""
    from lxml import etree

    root = etree.fromstring(xml, xml_parser())
    made = Node(DOCUMENT, "#document", None)
    for sibling in reversed(list(root.itersiblings(preceding=True))):
        _add_xml(sibling, made)
    _add_xml(root, made)
    for sibling in root.itersiblings():
        _add_xml(sibling, made)
    return made


def _add_xml(element: Any, parent: Node) -> None:
    from lxml import etree

    if element.tag is etree.Comment:
        parent.append(Node(COMMENT, "#comment", parent, element.text or ""))
        return
    if element.tag is etree.ProcessingInstruction:
        parent.append(Node(INSTRUCTION, element.target, parent, element.text or ""))
        return
    if not isinstance(element.tag, str):
        return
    name = etree.QName(element)
    prefixed = f"{element.prefix}:{name.localname}" if element.prefix else name.localname
    node = Node(ELEMENT, prefixed, parent, "", name.namespace or "")
    for key, value in element.attrib.items():
        attribute = etree.QName(key)
        prefix = next((p for p, uri in element.nsmap.items() if p and uri == attribute.namespace), "")
        if attribute.namespace == "http://www.w3.org/XML/1998/namespace":
            prefix = "xml"
        shown = f"{prefix}:{attribute.localname}" if prefix else attribute.localname
        node.attributes.append(Node(ATTRIBUTE, shown, node, value, attribute.namespace or ""))
    if len(element) == 0:
        node.text = element.text or ""
    else:
        _add_mixed(element, node)
    parent.append(node)


def _add_mixed(element: Any, node: Node) -> None:
    if element.text:
        node.append(Node(TEXT, "#text", node, element.text))
    for child in element:
        _add_xml(child, node)
        if child.tail:
            node.append(Node(TEXT, "#text", node, child.tail))


def _add_table(rows: Iterable[dict[str, str]], instance: Node) -> None:
    root = Node(ELEMENT, "root", instance)
    instance.append(root)
    for row in rows:
        item = Node(ELEMENT, "item", root)
        root.append(item)
        for column, text in row.items():
            item.append(Node(ELEMENT, column, item, text))


def _csv_rows(path: Path) -> Iterable[dict[str, str]]:
    """Yield the rows of a CSV file; commas, semicolons and tabs are told apart by the header."""
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    for row in csv.DictReader(text.splitlines(keepends=True), delimiter=delimiter):
        yield {str(column).strip(): value or "" for column, value in row.items() if isinstance(column, str)}


def _geojson_rows(path: Path) -> Iterable[dict[str, str]]:
    """Yield the features of a GeoJSON file: their properties, id and geometry as ODK text."""
    try:
        features = json.loads(path.read_text(encoding="utf-8")).get("features", [])
    except (ValueError, AttributeError):
        return
    for feature in features:
        row = {str(key): _plain_text(value) for key, value in (feature.get("properties") or {}).items()}
        if "id" in feature:
            row["id"] = _plain_text(feature["id"])
        row["geometry"] = _geometry_text(feature.get("geometry") or {})
        yield row


def _plain_text(value: object) -> str:
    return "" if value is None else str(value)


def _geometry_text(geometry: dict[str, Any]) -> str:
    coordinates: Any = geometry.get("coordinates") or []
    kind = geometry.get("type")
    if kind == "Point":
        coordinates = [coordinates]
    elif kind == "Polygon":
        coordinates = coordinates[0] if coordinates else []
    return "; ".join(f"{point[1]} {point[0]} 0 0" for point in coordinates)

"""Secondary instances: the lists inside a form and the files beside it, as nodes with hash indexes."""

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from habitat_desktop.errors import N_
from habitat_desktop.xforms.definition import Source
from habitat_desktop.xforms.limits import LIST_CELLS_LIMIT, check_lists, xml_parser, xml_root
from habitat_desktop.xforms.list_nodes import InstanceNode, TableNode, XmlNode, node_of_xml
from habitat_desktop.xforms.problems import FormTooLargeError, NotAFormError, Reason
from habitat_desktop.xforms.xpath.nodes import DOCUMENT, Node

csv.field_size_limit(10_000_000)


def load_source(source: Source) -> InstanceNode:
    """Return the nodes of `source`; a file that is missing gives an empty list marked `missing`."""
    node = InstanceNode(source.name)
    path = source.file
    if source.tree is not None:
        _add_xml(source.tree, node)
    elif path is None or not path.is_file():
        node.missing = True
    elif path.suffix.lower() == ".csv":
        node.append(TableNode(node, *_csv_table(path)))
    elif path.suffix.lower() in (".geojson", ".json"):
        node.append(TableNode(node, *_geojson_table(path)))
    else:
        node_of_xml(xml_root(path.read_bytes(), path.name), node, {})
    return node


def submission_source(name: str, xml: str | None) -> InstanceNode:
    """Return the secondary instance `name` that holds the submission `xml`, an empty one for None."""
    from lxml import etree

    node = InstanceNode(name)
    try:
        if xml is not None:
            node_of_xml(etree.fromstring(xml.encode("utf-8"), xml_parser()), node, {})
    except etree.XMLSyntaxError:
        node.missing = True
    return node


def _add_xml(instance: Any, node: Node) -> None:
    made: dict[Any, XmlNode] = {}
    for child in instance:
        node_of_xml(child, node, made)


def read_lists(sources: Iterable[Source]) -> None:
    """Read every list beside a form once, to find out whether it can be read.

    Raises:
        NotAFormError: one cannot, and is named.
        FormTooLargeError: one is too large, and is named.
    """
    check_lists(sources)
    for source in sources:
        if source.file is not None:
            load_source(source)


def document(xml: bytes) -> Node:
    """Return the document node of any XML text, mixed content, comments and all."""
    from lxml import etree

    root = etree.fromstring(xml, xml_parser())
    made = Node(DOCUMENT, "#document", None)
    for sibling in (*reversed(list(root.itersiblings(preceding=True))), root, *root.itersiblings()):
        node_of_xml(sibling, made, {})
    return made


def _csv_table(path: Path) -> tuple[list[str], list[Sequence[str]]]:
    """Return header and rows of a CSV file; commas, semicolons and tabs are told apart by the header."""
    return read_table(path.read_text(encoding="utf-8-sig", errors="replace"))


def read_table(text: str, *, strict: bool = False) -> tuple[list[str], list[Sequence[str]]]:
    """Return header and rows of the text of a CSV file.

    Raises:
        csv.Error: quotes that are not closed or stand in a wrong place, where `strict`.
    """
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    lines = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=strict)
    header = [column.strip() for column in next(lines, [])]
    width = len(header)
    rows: list[Sequence[str]] = [row for row in lines if row]
    if not strict and min(map(len, rows), default=width) < width:
        rows = [[*row, *[""] * (width - len(row))] for row in rows]
    return header, rows


def _geojson_table(path: Path) -> tuple[list[str], list[Sequence[str]]]:
    """Return header and rows of a GeoJSON file, a row for each feature."""
    try:
        found = list(_geojson_rows(path))
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError) as error:
        raise NotAFormError(path=path.name, problem=Reason(N_("the list cannot be read"))) from error
    header = list(dict.fromkeys(name for row in found for name in row))
    if len(header) * len(found) > LIST_CELLS_LIMIT:
        raise FormTooLargeError(path=path.name)
    return header, [[row.get(name, "") for name in header] for row in found]


def _geojson_rows(path: Path) -> Iterable[dict[str, str]]:
    """Yield the features of a GeoJSON file: their properties, id and geometry as ODK text."""
    features = json.loads(path.read_text(encoding="utf-8-sig"))["features"]
    if not isinstance(features, list):
        raise TypeError
    for feature in map(_object, features):
        row = {str(key): _plain_text(value) for key, value in _object(feature.get("properties")).items()}
        if "id" in feature:
            row["id"] = _plain_text(feature["id"])
        row["geometry"] = _geometry_text(_object(feature.get("geometry")))
        yield row


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _plain_text(value: object) -> str:
    if isinstance(value, bool | dict | list):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else str(value)


def _geometry_text(geometry: dict[str, Any]) -> str:
    """Return a point, line or the outer ring of an area as "latitude longitude 0 0; ..."."""
    coordinates = _list(geometry.get("coordinates"))
    kind = geometry.get("type")
    if kind == "Point":
        coordinates = [coordinates]
    elif kind == "Polygon":
        coordinates = _list(coordinates[0]) if coordinates else []
    elif kind != "LineString":
        return ""
    points = (point for point in coordinates if isinstance(point, list) and len(point) >= 2)
    return "; ".join(f"{point[1]} {point[0]} 0 0" for point in points)

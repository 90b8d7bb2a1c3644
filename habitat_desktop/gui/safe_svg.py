"""Drawings from forms, made harmless before Qt sees them: nothing is loaded, run or repeated. No Qt."""

from pathlib import Path

from lxml import etree

_SVG = "http://www.w3.org/2000/svg"
_MOST_BYTES = 2_000_000
_MOST_ELEMENTS = 20_000
_DEEPEST = 64
_KEPT = frozenset(
    (
        "svg", "g", "a", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan",
        "title", "desc", "defs", "linearGradient", "radialGradient", "stop",
    )
)  # fmt: skip


def safe_svg(path: Path) -> tuple[bytes, frozenset[str]] | None:
    """Return the drawing in `path` without what could load, run or repeat, and the ids in it.

    None where it is no drawing, larger than 2 MB, of more than 20,000 elements or too deeply nested.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            return None
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        root = etree.fromstring(path.read_bytes(), parser)
    except (OSError, etree.XMLSyntaxError, ValueError):
        return None
    if root.tag != f"{{{_SVG}}}svg" or root.getroottree().docinfo.internalDTD is not None:
        return None
    ids: set[str] = set()
    if not _clean(root, ids):
        return None
    return etree.tostring(root), frozenset(ids)


def _clean(root: etree._Element, ids: set[str]) -> bool:
    """Take out what is not kept; False where there is too much of it."""
    count = 0
    waiting = [(root, 1)]
    while waiting:
        element, depth = waiting.pop()
        count += 1
        if count > _MOST_ELEMENTS or depth > _DEEPEST:
            return False
        _clean_attributes(element)
        if element.get("id"):
            ids.add(str(element.get("id")))
        for child in list(element):
            tag = child.tag if isinstance(child.tag, str) else ""
            name = tag.removeprefix(f"{{{_SVG}}}")
            if tag.startswith(f"{{{_SVG}}}") and name in _KEPT:
                waiting.append((child, depth + 1))
            else:
                element.remove(child)
    return True


def _clean_attributes(element: etree._Element) -> None:
    for name, value in list(element.attrib.items()):
        local = str(name).rpartition("}")[2].lower()
        text = str(value)
        outside = local == "href" and not text.startswith("#")
        loads = "url(" in text.lower().replace(" ", "") and "url(#" not in text.lower().replace(" ", "")
        if outside or loads or local.startswith("on") or len(text) > 500_000:
            del element.attrib[name]

"""Names of elements and attributes of an XForm, as paths have them and with the usual prefixes."""

from collections.abc import Iterable, Mapping
from typing import Any

XF = "{http://www.w3.org/2002/xforms}"
JR = "{http://openrosa.org/javarosa}"
HABITAT_URI = "urn:habitat-desktop:xforms"
ODK = "{http://www.opendatakit.org/xforms}"

_PREFIXES = {
    "http://openrosa.org/javarosa": "jr",
    "http://openrosa.org/xforms": "orx",
    "http://www.opendatakit.org/xforms": "odk",
    "http://www.opendatakit.org/xforms/entities": "entities",
    HABITAT_URI: "habitat",
}


def name_nameless(html: Any) -> None:
    """Put elements without namespace, outside of instances, into that of XForms, as JavaRosa reads them."""
    if not isinstance(html.tag, str):
        return
    for child in html:
        if child.tag == "instance":
            child.tag = f"{XF}instance"
        elif isinstance(child.tag, str) and child.tag != f"{XF}instance":
            if not child.tag.startswith("{"):
                child.tag = XF + child.tag
            name_nameless(child)


def name_of(element: Any) -> str:
    """Return the name of `element` with its prefix."""
    local: str = element.tag.rpartition("}")[2]
    return f"{element.prefix}:{local}" if element.prefix else local


def own_namespace(element: Any) -> list[tuple[str, str]]:
    """Return the attribute `xmlns` where `element` begins a namespace that is not that of XForms."""
    uri = element.tag.rpartition("}")[0][1:]
    if not uri or uri == XF[1:-1] or element.getparent().tag.startswith(f"{{{uri}}}") or element.prefix:
        return []
    return [("xmlns", uri)] if element.getparent().nsmap.get(None) != uri else []


def attribute_name(key: str, element: Any) -> str:
    """Return the name of an attribute with its prefix."""
    uri, _, local = key.rpartition("}")
    if not uri:
        return key
    prefix = next((prefix for prefix, known in element.nsmap.items() if prefix and known == uri[1:]), "xml")
    return f"{prefix}:{local}"


def named(attributes: Iterable[tuple[str, str]], element: Any) -> dict[str, str]:
    """Return `attributes` of `element` by their names with the usual prefixes, else the form's own."""
    found = {}
    for key, value in attributes:
        uri, _, local = key.rpartition("}")
        if uri:
            own = (prefix for prefix, known in element.nsmap.items() if prefix and known == uri[1:])
            key = f"{_PREFIXES.get(uri[1:]) or next(own, 'xml')}:{local}"
        found[key] = value
    return found


def subject_paths(primary: Any, root_path: str, elements: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the paths of what a record is about: those of `habitat:subject`, else the instance name."""
    wanted = primary.get(f"{{{HABITAT_URI}}}subject", "").split()
    found = _named_paths(wanted, elements)
    instance_name = primary.find("{*}meta/{*}instanceName")
    if not wanted and instance_name is not None:
        path = f"{root_path}/{name_of(instance_name.getparent())}/{name_of(instance_name)}"
        found = [path] if path in elements else []
    return tuple(found)


def key_paths(primary: Any, elements: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the paths of the questions that tell one record from another: those of `habitat:key`."""
    return tuple(_named_paths(primary.get(f"{{{HABITAT_URI}}}key", "").split(), elements))


def _named_paths(wanted: list[str], elements: Mapping[str, Any]) -> list[str]:
    if not wanted:
        return []
    by_name = {element.name: path for path, element in elements.items()}
    return [
        name if name in elements else by_name[name] for name in wanted if name in elements or name in by_name
    ]

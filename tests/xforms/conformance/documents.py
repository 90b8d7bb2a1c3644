"""The document a vector is evaluated over: plain XML as it is, an XForm opened by the engine itself."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from habitat_desktop.xforms.engine import Environment, FormInstance
from habitat_desktop.xforms.instance import AnswerNode
from habitat_desktop.xforms.rules import compiled
from habitat_desktop.xforms.secondary import InstanceNode, document
from habitat_desktop.xforms.xform import parse_xform
from habitat_desktop.xforms.xpath.code import Code, Context, Session
from habitat_desktop.xforms.xpath.compiler import Compiler
from habitat_desktop.xforms.xpath.nodes import ELEMENT, TEXT, Node

# the vectors were recorded on this day, and some hold it against today()
RECORDED_AT = datetime(2026, 11, 21, 9, 24, 57, 790_000, tzinfo=UTC)
_XFORM = "<h:html xmlns="


@dataclass
class Recorded:
    """The document of some vectors. `nodes` are found by the positional path the vectors name them by."""

    session: Session
    nodes: dict[str, Node]
    paths: dict[Node, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.paths = {node: path for path, node in self.nodes.items()}

    def evaluate(self, expression: str, at: str) -> tuple[Code, Context]:
        """Return the compiled `expression` and the context of the node at the path `at`."""
        node = self.nodes[at]
        if isinstance(node, AnswerNode):
            code, _ = compiled(expression, node.place, "calculation")
            return code, Context(self.session, node, node.scope)
        return Compiler().compile_text(expression), Context(self.session, node)


def recorded(xml: str | None, language: str | None, zone: str | None) -> Recorded:
    """Return what a vector's `context_xml` is evaluated over, with a fixed clock and seeded chance."""
    environment = Environment(
        now=lambda: RECORDED_AT,
        uuid=lambda: "00000000-0000-4000-8000-000000000001",
        random=random.Random(1),
        timezone=ZoneInfo(zone or "UTC"),
        language=language or "en",
    )
    if xml is not None and xml.lstrip().startswith(_XFORM) and "<model>" in xml:
        return _form(xml, environment)
    made = document((xml or "<empty/>").encode())
    session = Session(made, environment.timezone, environment.now, environment.uuid, environment.random)
    return Recorded(session, dict(_addresses(made, "")))


def _addresses(node: Node, path: str) -> Iterator[tuple[str, Node]]:
    """Yield every node below `node` with its positional path."""
    yield path or "/", node
    for attribute in node.attributes:
        yield f"{path}/@{attribute.name}", attribute
    elements = texts = 0
    for child in node.child_nodes():
        if child.kind == ELEMENT:
            elements += 1
            yield from _addresses(child, f"{path}/*[{elements}]")
        elif child.kind == TEXT:
            texts += 1
            yield f"{path}/text()[{texts}]", child


def _form(xml: str, environment: Environment) -> Recorded:
    """Open `xml` as the form it is; the nodes of its model are those of the engine."""
    form = parse_xform(xml.encode(), path=Path("form.xml"))
    instance = FormInstance(form, environment)
    session, root = instance._session, instance._root
    nodes: dict[str, Node] = {}
    for path, node in _addresses(document(xml.encode()), ""):
        if node.kind != ELEMENT or node.name != "instance":
            continue
        name = next((attribute.text for attribute in node.attributes if attribute.name == "id"), "")
        if name:
            source = session.instance(name)
            assert isinstance(source, InstanceNode)
            nodes.update(_addresses(source, path))
        else:  # the engine has no node around the primary instance
            nodes[path] = root
            nodes.update(_addresses(root, f"{path}/*[1]"))
    return Recorded(session, nodes)

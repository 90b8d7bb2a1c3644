"""Functions of nodes and their positions."""

import hashlib
import math
from collections.abc import Iterator

from habitat_desktop.errors import N_
from habitat_desktop.xforms.xpath.code import Code, Context, Kind, XPathError, as_nodes, as_number, as_string
from habitat_desktop.xforms.xpath.functions.registry import NODES, NUMBER, Builder, plain, special
from habitat_desktop.xforms.xpath.nodes import ATTRIBUTE, Node, descendants, root_of
from habitat_desktop.xforms.xpath.syntax import Call

_MODULUS = 2147483647


@special("last", 0, 0)
def _last(builder: Builder, call: Call) -> Code:
    return Code(Kind.NUMBER, lambda c: float(c.size))


@special("position", 0, 1)
def _position(builder: Builder, call: Call) -> Code:
    """Without an argument XPath's own; with one, the place of that node among its namesakes."""
    if not call.arguments:
        return Code(Kind.NUMBER, lambda c: float(c.position))
    nodes = as_nodes(builder.compile(call.arguments[0]), "position()")

    def place(c: Context) -> float:
        found = nodes(c)
        return float(place_of(found[0])) if found else math.nan

    return Code(Kind.NUMBER, place)


def place_of(node: Node) -> int:
    """Return the 1-based place of `node` among the children of its parent that have its name."""
    known = getattr(node, "position", 0)
    if known:
        return int(known)
    if node.parent is None:
        return 1
    namesakes = (other for other in node.parent.elements() if other.name == node.name)
    return 1 + next((i for i, other in enumerate(namesakes) if other is node), 0)


@special("count", 1, 1)
def _count(builder: Builder, call: Call) -> Code:
    nodes = as_nodes(builder.compile(call.arguments[0]), "count()")
    return Code(Kind.NUMBER, lambda c: float(len(nodes(c))))


@plain("count-non-empty", NODES, gives=NUMBER)
def _count_non_empty(nodes: list[Node]) -> float:
    return float(sum(1 for node in nodes if node.string_value() != ""))


@special("current", 0, 0)
def _current(builder: Builder, call: Call) -> Code:
    return Code(Kind.NODES, lambda c: [c.current])


@special("instance", 1, 1)
def _instance(builder: Builder, call: Call) -> Code:
    name = as_string(builder.compile(call.arguments[0]))

    def run(c: Context) -> list[Node]:
        found = c.session.instance(name(c))
        return [found] if found is not None else []

    return Code(Kind.NODES, run)


@special("id", 1, 1)
def _id(builder: Builder, call: Call) -> Code:
    argument = builder.compile(call.arguments[0])

    def run(c: Context) -> list[Node]:
        value = argument.run(c)
        texts = (
            [node.string_value() for node in value] if isinstance(value, list) else [as_string(argument)(c)]
        )
        wanted = {word for text in texts for word in text.split()}
        return [
            node
            for node in descendants(root_of(c.node))
            if any(a.name in ("id", "xml:id") and a.text in wanted for a in node.attributes)
        ]

    return Code(Kind.NODES, run)


@special("randomize", 1, 2)
def _randomize(builder: Builder, call: Call) -> Code:
    """Shuffle nodes; with a seed always alike (Park-Miller, Fisher-Yates from the front)."""
    nodes = as_nodes(builder.compile(call.arguments[0]), "randomize()")
    seed = builder.compile(call.arguments[1]) if len(call.arguments) > 1 else None
    seed_number = as_number(seed) if seed else None
    seed_text = as_string(seed) if seed else None

    def run(c: Context) -> list[Node]:
        found = list(nodes(c))
        if seed_number is None or seed_text is None:
            c.session.random.shuffle(found)
            return found
        return shuffled(found, _seed_of(seed_number(c), seed_text(c)))

    return Code(Kind.NODES, run)


def _seed_of(number: float, text: str) -> int:
    if math.isfinite(number):
        return int(number)
    if not text:
        return 0
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def shuffled(nodes: list[Node], seed: int) -> list[Node]:
    """Return `nodes` in the order that every ODK tool gives them for `seed`."""
    result: list[Node] = []
    for node, chance in zip(nodes, _park_miller(seed), strict=False):
        other = math.floor(chance * (len(result) + 1))
        result.append(node)
        result[other], result[-1] = node, result[other]
    return result


def _park_miller(seed: int) -> Iterator[float]:
    state = seed % _MODULUS if seed > 0 else -(-seed % _MODULUS)  # as Java and JavaScript do, and whole
    if state <= 0:
        state += _MODULUS - 1
    while True:
        state = state * 16807 % _MODULUS
        yield (state - 1) / (_MODULUS - 1)


@special("indexed-repeat", 3, None)
def _indexed_repeat(builder: Builder, call: Call) -> Code:
    """`indexed-repeat(question, repeat, number...)`: the question in those instances."""
    if len(call.arguments) % 2 == 0:
        raise XPathError(N_("indexed-repeat() takes a question and pairs of repeat and number"))
    names = [builder.question_path(argument) for argument in call.arguments[1::2]]
    places = [as_number(builder.compile(argument)) for argument in call.arguments[2::2]]
    indexed = builder.indexed(call.arguments[0], dict(zip(names, places, strict=True)))
    if indexed is not None:
        return indexed
    targets = as_nodes(builder.unbound(call.arguments[0]), "indexed-repeat()")

    def run(c: Context) -> list[Node]:
        wanted = dict(zip(names, (place(c) for place in places), strict=True))
        return [node for node in targets(c) if _stands_at(node, wanted)][:1]

    return Code(Kind.NODES, run)


def _stands_at(node: Node, wanted: dict[str, float]) -> bool:
    at: Node | None = node
    while at is not None and at.kind != ATTRIBUTE:
        path = path_of(at)
        if path in wanted and place_of(at) != wanted[path]:
            return False
        at = at.parent
    return True


def path_of(node: Node) -> str:
    """Return the path of `node` without positions."""
    names = []
    at: Node | None = node
    while at is not None and not at.name.startswith("#"):
        names.append(at.name)
        at = at.parent
    return "/" + "/".join(reversed(names))

"""Functions of text."""

import base64
import binascii
import hashlib
import re

from habitat_desktop.errors import N_
from habitat_desktop.xforms.xpath.code import Code, Context, Kind, XPathError, as_nodes, as_string
from habitat_desktop.xforms.xpath.functions.registry import (
    ANY,
    BOOLEAN,
    NUMBER,
    STRING,
    Builder,
    plain,
    special,
)
from habitat_desktop.xforms.xpath.nodes import Node
from habitat_desktop.xforms.xpath.syntax import Call
from habitat_desktop.xforms.xpath.values import Value, to_string

_MOST_CHARACTERS = 1_000_000  # in a text put together: no answer may be longer
_SPACE = " \t\r\n"


def _own_text(c: Context) -> str:
    return c.node.string_value()


@special("string", 0, 1)
def _string(builder: Builder, call: Call) -> Code:
    if not call.arguments:
        return Code(Kind.STRING, _own_text)
    return Code(Kind.STRING, as_string(builder.compile(call.arguments[0])))


@special("string-length", 0, 1)
def _string_length(builder: Builder, call: Call) -> Code:
    text = as_string(builder.compile(call.arguments[0])) if call.arguments else _own_text
    return Code(Kind.NUMBER, lambda c: float(len(text(c))))


@special("normalize-space", 0, 1)
def _normalize_space(builder: Builder, call: Call) -> Code:
    text = as_string(builder.compile(call.arguments[0])) if call.arguments else _own_text
    return Code(Kind.STRING, lambda c: " ".join(part for part in re.split(f"[{_SPACE}]+", text(c)) if part))


def texts_of(value: Value) -> list[str]:
    """Return the texts of all nodes of `value`, or the one text it is."""
    if isinstance(value, list):
        return [node.string_value() for node in value]
    return [to_string(value)]


@plain("concat", gives=STRING, rest=ANY)
def _concat(*values: Value) -> str:
    return _joined("", values)


@plain("join", STRING, gives=STRING, rest=ANY)
def _join(separator: str, *values: Value) -> str:
    return _joined(separator, values)


def _joined(separator: str, values: tuple[Value, ...]) -> str:
    texts = [text for value in values for text in texts_of(value)]
    if len(separator) * len(texts) + sum(map(len, texts)) > _MOST_CHARACTERS:
        raise XPathError("the text is too long")
    return separator.join(texts)


plain("starts-with", STRING, STRING, gives=BOOLEAN)(str.startswith)
plain("ends-with", STRING, STRING, gives=BOOLEAN)(str.endswith)
plain("contains", STRING, STRING, gives=BOOLEAN)(str.__contains__)


@plain("substring-before", STRING, STRING, gives=STRING)
def _substring_before(text: str, part: str) -> str:
    before, found, _ = text.partition(part) if part else ("", "", "")
    return before if found else ""


@plain("substring-after", STRING, STRING, gives=STRING)
def _substring_after(text: str, part: str) -> str:
    return text.partition(part)[2] if part else text


def _xpath_round(number: float) -> float:
    """Round as XPath 1.0's substring does: half towards positive infinity."""
    return float((number + 0.5) // 1) if abs(number) < 1e15 else number


@plain("substring", STRING, NUMBER, NUMBER, gives=STRING, optional=1)
def _substring(text: str, start: float, length: float = float("inf")) -> str:
    first = _xpath_round(start)
    last = first + _xpath_round(length)
    return "".join(sign for place, sign in enumerate(text, 1) if first <= place < last)


@plain("substr", STRING, NUMBER, NUMBER, gives=STRING, optional=1)
def _substr(text: str, start: float, end: float | None = None) -> str:
    """Return the part from `start` up to before `end`, both from 0, negative ones from the end."""
    size = len(text)

    def place(number: float) -> int:
        if number != number:
            return 0
        whole = int(max(-size - 1, min(size + 1, number)))
        return max(0, size + whole) if whole < 0 else min(size, whole)

    return text[place(start) : size if end is None else place(end)]


@plain("translate", STRING, STRING, STRING, gives=STRING)
def _translate(text: str, old: str, new: str) -> str:
    table: dict[int, str | None] = {}
    for place, sign in enumerate(old):
        table.setdefault(ord(sign), new[place] if place < len(new) else None)
    return text.translate(table)


_ALGORITHMS = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}


@plain("digest", STRING, STRING, STRING, gives=STRING, optional=1)
def _digest(text: str, algorithm: str, encoding: str = "base64") -> str:
    known = _ALGORITHMS.get(algorithm.upper())
    if known is None:
        raise XPathError(N_("digest() does not know the algorithm “{name}”"), name=algorithm)
    made = hashlib.new(known, text.encode("utf-8"), usedforsecurity=False)
    if encoding.lower() == "hex":
        return made.hexdigest()
    if encoding.lower() != "base64":
        raise XPathError(N_("digest() does not know the encoding “{name}”"), name=encoding)
    return base64.b64encode(made.digest()).decode("ascii")


@plain("base64-decode", STRING, gives=STRING)
def _base64_decode(text: str) -> str:
    try:
        return base64.b64decode(text).decode("utf-8", "replace")
    except binascii.Error:
        return ""


def _name_of(part: str) -> None:
    @special(part, 0, 1)
    def build(builder: Builder, call: Call) -> Code:
        argument = as_nodes(builder.compile(call.arguments[0]), part + "()") if call.arguments else None

        def run(c: Context) -> str:
            nodes = argument(c) if argument else [c.node]
            return _names(nodes[0])[part] if nodes else ""

        return Code(Kind.STRING, run)


def _names(node: Node) -> dict[str, str]:
    if node.name.startswith("#"):
        return {"name": "", "local-name": "", "namespace-uri": ""}
    return {"name": node.name, "local-name": node.local, "namespace-uri": node.namespace}


for _part in ("name", "local-name", "namespace-uri"):
    _name_of(_part)

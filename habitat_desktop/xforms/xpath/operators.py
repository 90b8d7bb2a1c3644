"""Comparison and arithmetic."""

import math
import operator
from collections.abc import Callable

from habitat_desktop.xforms.xpath.code import Code, Context, Kind, as_boolean, as_number, as_string
from habitat_desktop.xforms.xpath.nodes import Node
from habitat_desktop.xforms.xpath.values import (
    NAN,
    Moment,
    Value,
    number_of_node,
    to_boolean,
    to_number,
)

_RELATIONS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _divide(a: float, b: float) -> float:
    if b:
        return a / b
    if a != a or a == 0 or b != b:
        return NAN
    return math.copysign(math.inf, a) * math.copysign(1, b)


def _remainder(a: float, b: float) -> float:
    try:
        return math.fmod(a, b)
    except ValueError:
        return NAN


def logical(name: str, left: Code, right: Code) -> Code:
    """Return code for `and` and `or`; the right side runs only where it decides."""
    first, second = as_boolean(left), as_boolean(right)
    if name == "and":
        return Code(Kind.BOOLEAN, lambda c: first(c) and second(c))
    return Code(Kind.BOOLEAN, lambda c: first(c) or second(c))


def arithmetic(name: str, left: Code, right: Code) -> Code:
    """Return code for + - * div mod."""
    a, b = as_number(left), as_number(right)
    if name == "+":
        return Code(Kind.NUMBER, lambda c: a(c) + b(c))
    if name == "-":
        return Code(Kind.NUMBER, lambda c: a(c) - b(c))
    if name == "*":
        return Code(Kind.NUMBER, lambda c: a(c) * b(c))
    if name == "div":
        return Code(Kind.NUMBER, lambda c: _divide(a(c), b(c)))
    return Code(Kind.NUMBER, lambda c: _remainder(a(c), b(c)))


def _is_scalar(code: Code) -> bool:
    return code.kind in (Kind.NUMBER, Kind.STRING, Kind.BOOLEAN, Kind.MOMENT) or code.single is not None


def relation(name: str, left: Code, right: Code) -> Code:
    """Return code for < <= > >=: numbers on both sides, any pair of nodes."""
    if _is_scalar(left) and _is_scalar(right):
        return _scalar_relation(name, left, right)
    if _is_scalar(left):
        name, left, right = _MIRRORED[name], right, left
    test = _RELATIONS[name]
    if left.kind is Kind.NODES and _is_scalar(right):
        return _nodes_relation(test, left, right)
    a, b = left.run, right.run

    def compare(c: Context) -> bool:
        zone = c.session.timezone
        x, y = a(c), b(c)
        firsts = [number_of_node(n, zone) for n in x] if isinstance(x, list) else [to_number(x, zone)]
        seconds = [number_of_node(n, zone) for n in y] if isinstance(y, list) else [to_number(y, zone)]
        return any(test(p, q) for p in firsts for q in seconds)

    return Code(Kind.BOOLEAN, compare)


def _nodes_relation(test: Callable[[float, float], bool], left: Code, right: Code) -> Code:
    nodes, limit_of = left.run, as_number(right)

    def compare(c: Context) -> bool:
        found = nodes(c)
        if not found:
            return False
        limit = limit_of(c)
        for node in found:
            number = node.number
            if test(number if number is not None else number_of_node(node, c.session.timezone), limit):
                return True
        return False

    return Code(Kind.BOOLEAN, compare)


def _scalar_relation(name: str, left: Code, right: Code) -> Code:
    if left.constant and not right.constant:
        name, left, right = _MIRRORED[name], right, left
    a = as_number(left)
    if right.constant and right.kind is Kind.NUMBER:
        limit: float = right.value
        if name == "<":
            return Code(Kind.BOOLEAN, lambda c: a(c) < limit)
        if name == "<=":
            return Code(Kind.BOOLEAN, lambda c: a(c) <= limit)
        if name == ">":
            return Code(Kind.BOOLEAN, lambda c: a(c) > limit)
        return Code(Kind.BOOLEAN, lambda c: a(c) >= limit)
    b = as_number(right)
    test = _RELATIONS[name]
    return Code(Kind.BOOLEAN, lambda c: test(a(c), b(c)))


def equality(name: str, left: Code, right: Code) -> Code:
    """Return code for = and !=."""
    if left.constant and not right.constant:
        left, right = right, left
    negated = name == "!="
    if Kind.BOOLEAN in (left.kind, right.kind):
        first, second = as_boolean(left), as_boolean(right)
        return Code(Kind.BOOLEAN, lambda c: (first(c) == second(c)) is not negated)
    if _is_scalar(left) and _is_scalar(right):
        return _scalar_equality(negated, left, right)
    a, b = left.run, right.run
    if left.kind is Kind.NODES and right.constant and right.kind is Kind.STRING:
        return Code(Kind.BOOLEAN, lambda c: _any_reads(a(c), right.value, negated))
    return Code(Kind.BOOLEAN, lambda c: _equal(a(c), b(c), negated, c))


def _any_reads(nodes: list[Node], text: str, negated: bool) -> bool:
    return any((node.string_value() == text) is not negated for node in nodes)


def _scalar_equality(negated: bool, left: Code, right: Code) -> Code:
    numeric = (Kind.NUMBER, Kind.MOMENT)
    if left.kind in numeric or right.kind in numeric:
        x, y = as_number(left), as_number(right)
        return Code(Kind.BOOLEAN, lambda c: (x(c) == y(c)) is not negated)
    a = as_string(left)
    if right.constant and right.kind is Kind.STRING:
        wanted: str = right.value
        if negated:
            return Code(Kind.BOOLEAN, lambda c: a(c) != wanted)
        return Code(Kind.BOOLEAN, lambda c: a(c) == wanted)
    b = as_string(right)
    return Code(Kind.BOOLEAN, lambda c: (a(c) == b(c)) is not negated)


def _equal(a: Value, b: Value, negated: bool, c: Context) -> bool:
    if isinstance(b, list):
        a, b = b, a
    if isinstance(a, list):
        return _nodes_equal(a, b, negated, c)
    if isinstance(a, bool) or isinstance(b, bool):
        same = to_boolean(a) == to_boolean(b)
    elif isinstance(a, float | Moment) or isinstance(b, float | Moment):
        same = to_number(a, c.session.timezone) == to_number(b, c.session.timezone)
    else:
        same = a == b
    return same is not negated


def _nodes_equal(nodes: list[Node], other: Value, negated: bool, c: Context) -> bool:
    zone = c.session.timezone
    if isinstance(other, bool):
        return (bool(nodes) == other) is not negated
    if isinstance(other, list):
        texts = {node.string_value() for node in other}
        mine = [node.string_value() for node in nodes]
        if negated:
            return any(text != another for text in mine for another in texts)
        return any(text in texts for text in mine)
    if isinstance(other, str):
        return _any_reads(nodes, other, negated)
    number = to_number(other, zone)
    return any((number_of_node(node, zone) == number) is not negated for node in nodes)

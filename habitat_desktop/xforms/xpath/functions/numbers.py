"""Functions of numbers and booleans."""

import math
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from habitat_desktop.xforms.xpath.code import Code, Context, Kind, as_boolean, as_number, as_string
from habitat_desktop.xforms.xpath.functions.registry import (
    ANY,
    BOOLEAN,
    NUMBER,
    Builder,
    plain,
    special,
)
from habitat_desktop.xforms.xpath.nodes import Node
from habitat_desktop.xforms.xpath.syntax import Call
from habitat_desktop.xforms.xpath.values import (
    NAN,
    Value,
    number_of_node,
    to_boolean,
    to_number,
)


@special("number", 0, 1)
def _number(builder: Builder, call: Call) -> Code:
    if not call.arguments:
        return Code(Kind.NUMBER, lambda c: number_of_node(c.node, c.session.timezone))
    return Code(Kind.NUMBER, as_number(builder.compile(call.arguments[0])))


@plain("int", NUMBER, gives=NUMBER)
def _int(number: float) -> float:
    return number if not math.isfinite(number) else float(math.trunc(number))


@plain("round", NUMBER, NUMBER, gives=NUMBER, optional=1)
def _round(number: float, places: float = 0.0) -> float:
    """Round half away from zero, `places` behind the decimal point (before it when negative)."""
    if not math.isfinite(number) or places != places:
        return number if places == places else NAN
    if places == 0 and abs(number) < 2**52:
        return (
            math.copysign(math.floor(abs(number) + 0.5), number)
            if abs(number) != 0.49999999999999994
            else 0.0
        )
    exact = Decimal(repr(number))
    try:
        rounded = exact.quantize(Decimal(1).scaleb(-int(max(-400, min(400, places)))), rounding=ROUND_HALF_UP)
    except InvalidOperation:
        return number  # more places than a float has digits: nothing to round
    return float(rounded)


@plain("floor", NUMBER, gives=NUMBER)
def _floor(number: float) -> float:
    return float(math.floor(number)) if math.isfinite(number) else number


@plain("ceiling", NUMBER, gives=NUMBER)
def _ceiling(number: float) -> float:
    return float(math.ceil(number)) if math.isfinite(number) else number


@plain("pow", NUMBER, NUMBER, gives=NUMBER)
def _pow(base: float, exponent: float) -> float:
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return math.inf
    except ValueError:
        return math.inf if base == 0 else NAN


@plain("abs", NUMBER, gives=NUMBER)
def _abs(number: float) -> float:
    return abs(number)


def _analytic(name: str, function: Callable[..., float], arguments: int = 1) -> None:
    """Enter `function`; outside its domain it gives NaN, where it overflows infinity."""

    def safe(*numbers: float) -> float:
        try:
            return function(*numbers)
        except ValueError:
            return NAN
        except OverflowError:
            return math.inf

    plain(name, *[NUMBER] * arguments, gives=NUMBER)(safe)


def _logarithm(function: Callable[[float], float]) -> Callable[[float], float]:
    return lambda number: -math.inf if number == 0 else function(number)


for _name, _function in {
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "asin": math.asin,
    "acos": math.acos,
    "atan": math.atan,
    "sqrt": math.sqrt,
    "exp": math.exp,
    "exp10": lambda number: math.pow(10, number),
    "log": _logarithm(math.log),
    "log10": _logarithm(math.log10),
}.items():
    _analytic(_name, _function)
_analytic("atan2", math.atan2, 2)
plain("pi", gives=NUMBER)(lambda: math.pi)


@plain("random", gives=NUMBER, context=True)
def _random(c: Context) -> float:
    return c.session.random.random()


def numbers_of(values: tuple[Value, ...], c: Context) -> list[float]:
    """Return the numbers of all nodes and values."""
    zone = c.session.timezone
    found: list[float] = []
    for value in values:
        if isinstance(value, list):
            found.extend(number_of_node(node, zone) for node in value)
        else:
            found.append(to_number(value, zone))
    return found


@plain("sum", Kind.NODES, gives=NUMBER, context=True)
def _sum(c: Context, nodes: list[Node]) -> float:
    """Add up; one blank or wordy node makes the sum NaN, as in ODK Web Forms and Enketo."""
    zone = c.session.timezone
    total = 0.0
    for node in nodes:
        number = node.number
        total += number if number is not None else number_of_node(node, zone)
    return total


@plain("min", gives=NUMBER, rest=ANY, context=True)
def _min(c: Context, *values: Value) -> float:
    found = numbers_of(values, c)
    return NAN if not found or any(number != number for number in found) else min(found)


@plain("max", gives=NUMBER, rest=ANY, context=True)
def _max(c: Context, *values: Value) -> float:
    found = numbers_of(values, c)
    return NAN if not found or any(number != number for number in found) else max(found)


@special("true", 0, 0)
def _true(builder: Builder, call: Call) -> Code:
    return Code(Kind.BOOLEAN, lambda c: True, constant=True, value=True)


@special("false", 0, 0)
def _false(builder: Builder, call: Call) -> Code:
    return Code(Kind.BOOLEAN, lambda c: False, constant=True, value=False)


@special("boolean", 1, 1)
def _boolean(builder: Builder, call: Call) -> Code:
    return Code(Kind.BOOLEAN, as_boolean(builder.compile(call.arguments[0])))


@special("not", 1, 1)
def _not(builder: Builder, call: Call) -> Code:
    holds = as_boolean(builder.compile(call.arguments[0]))
    return Code(Kind.BOOLEAN, lambda c: not holds(c))


@special("boolean-from-string", 1, 1)
def _boolean_from_string(builder: Builder, call: Call) -> Code:
    text = as_string(builder.compile(call.arguments[0]))
    return Code(Kind.BOOLEAN, lambda c: text(c) in ("1", "true"))


@plain("checklist", NUMBER, NUMBER, gives=BOOLEAN, rest=ANY)
def _checklist(least: float, most: float, *values: Value) -> bool:
    checked = 0
    for value in values:
        nodes = value if isinstance(value, list) else [value]
        checked += sum(1 for one in nodes if _is_checked(one))
    return (least < 0 or checked >= least) and (most < 0 or checked <= most)


def _is_checked(value: Value | Node) -> bool:
    """Tell whether `value` is true, a node when it is not blank.

    The specification says "when it converts to a number > 0", which no ODK tool does.
    """
    return value.string_value() != "" if isinstance(value, Node) else to_boolean(value)


@plain("weighted-checklist", NUMBER, NUMBER, gives=BOOLEAN, rest=ANY, context=True)
def _weighted_checklist(c: Context, least: float, most: float, *pairs: Value) -> bool:
    zone = c.session.timezone
    checks = [one for value in pairs[::2] for one in (value if isinstance(value, list) else [value])]
    weights = [one for value in pairs[1::2] for one in (value if isinstance(value, list) else [value])]
    total = 0.0
    for check, weight in zip(checks, weights, strict=False):
        if _is_checked(check):
            total += number_of_node(weight, zone) if isinstance(weight, Node) else to_number(weight, zone)
    return (least < 0 or total >= least) and (most < 0 or total <= most)


@special("lang", 1, 1)
def _lang(builder: Builder, call: Call) -> Code:
    wanted = as_string(builder.compile(call.arguments[0]))

    def speaks(c: Context) -> bool:
        node: Node | None = c.node
        while node is not None:
            for attribute in node.attributes:
                if attribute.name == "xml:lang":
                    code, tag = wanted(c).lower(), attribute.text.lower()
                    return tag == code or tag.startswith(code + "-")
            node = node.parent
        return False

    return Code(Kind.BOOLEAN, speaks)

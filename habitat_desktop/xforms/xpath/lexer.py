"""Text of an expression -> tokens."""

import re
from typing import NamedTuple

from habitat_desktop.xforms.xpath.syntax import XPathSyntaxError

_NAME = r"[^\W\d][\w\u00b7.\-]*"
_TOKEN = re.compile(
    rf"""(?P<space>\s+)
    |(?P<number>\d+(?:\.\d*)?|\.\d+)
    |(?P<string>"[^"]*"|'[^']*')
    |(?P<name>{_NAME}(?::(?!:)(?:{_NAME}|\*))?)
    |(?P<symbol>::|//|\.\.|!=|<=|>=|[()\[\].@,/|+\-=<>*$])
    |(?P<bad>.)""",
    re.VERBOSE | re.DOTALL,
)
# after one of these an operand follows, so that "*" and "div" are no operators there
_BEFORE_OPERAND = frozenset(
    ("::", "@", "(", "[", ",", "/", "//", "|", "+", "-", "=", "!=", "<", "<=", ">", ">=", "$")
)
_WORDS = frozenset(("and", "or", "div", "mod"))
_OPERATOR_WORD = re.compile(r"(and|or|div|mod)(?=\d)")


class Token(NamedTuple):
    """`kind` is number, string, name, symbol, operator (and or div mod *) or end."""

    kind: str
    text: str
    position: int


def tokens(expression: str) -> list[Token]:
    """Split `expression` into tokens, the last of kind "end".

    Raises:
        XPathSyntaxError: a character that begins no token.
    """
    found: list[Token] = []
    operand_before = False
    position, length = 0, len(expression)
    match_at = _TOKEN.match
    while position < length:
        match = match_at(expression, position)
        assert match is not None  # the group "bad" takes any character
        kind = match.lastgroup
        text = match.group()
        start, position = position, match.end()
        if kind == "space":
            continue
        if kind == "bad":
            raise XPathSyntaxError(f"unexpected character {text!r}", start)
        if operand_before:
            if kind == "name":
                word = text if text in _WORDS else _operator_before_digit(text)
                if word:
                    kind, text, position = "operator", word, start + len(word)
            elif text == "*" and kind == "symbol":
                kind = "operator"
        found.append(Token(str(kind), text, start))
        operand_before = kind not in ("operator",) and not (kind == "symbol" and text in _BEFORE_OPERAND)
    found.append(Token("end", "", length))
    return found


def _operator_before_digit(text: str) -> str:
    """Return the operator that `text` begins with when a digit follows it, as in `1 div2`."""
    match = _OPERATOR_WORD.match(text)
    return match.group(1) if match else ""


def normalized(expression: str) -> str:
    """Return `expression` with one space between tokens, so that spacing does not change its hash."""
    try:
        return " ".join(token.text for token in tokens(expression)).strip()
    except XPathSyntaxError:
        return expression.strip()

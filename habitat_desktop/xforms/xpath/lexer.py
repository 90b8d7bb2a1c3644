"""Text of an expression -> tokens."""

import re
from typing import NamedTuple

from habitat_desktop.errors import N_
from habitat_desktop.xforms.xpath.syntax import XPathSyntaxError

_NAME = r"[^\W\d][\w\u00b7.\-]*"
_TOKEN = re.compile(
    rf"""\s*(?:(?P<number>\d+(?:\.\d*)?|\.\d+)
    |(?P<string>"[^"]*"|'[^']*')
    |(?P<name>{_NAME}(?::(?!:)(?:{_NAME}|\*))?)
    |(?P<symbol>::|//|\.\.|!=|<=|>=|[()\[\].@,/|+\-=<>*$])
    |(?P<end>\Z)
    |(?P<bad>.))""",
    re.VERBOSE | re.DOTALL,
)
# a whole absolute path of plain names, by far the most frequent operand; nothing that goes on may follow
_PATH = re.compile(rf"\s*(/(?>(?:{_NAME}/)*+{_NAME}))(?!\s*[:/(\[])")
# after one of these an operand follows, so that "*" and "div" are no operators there
_BEFORE_OPERAND = frozenset(
    ("::", "@", "(", "[", ",", "/", "//", "|", "+", "-", "=", "!=", "<", "<=", ">", ">=", "$")
)
_WORDS = frozenset(("and", "or", "div", "mod"))
_MOST_CHARACTERS = 100_000  # three times what an Excel cell holds; a tenth of a second to compile
_OPERATOR_WORD = re.compile(r"(and|or|div|mod)(?=\d)")


class Token(NamedTuple):
    """`kind` is number, string, name, symbol, path, operator (and or div mod *) or end."""

    kind: str
    text: str
    position: int


def tokens(expression: str) -> list[Token]:
    """Split `expression` into tokens, the last of kind "end".

    Raises:
        XPathSyntaxError: a character that begins no token, or too many of them.
    """
    if len(expression) > _MOST_CHARACTERS:
        raise XPathSyntaxError("the expression is too long", 0)
    found: list[Token] = []
    operand_before = False
    position = 0
    match_at, path_at = _TOKEN.match, _PATH.match
    while True:
        path = None if operand_before else path_at(expression, position)
        if path is not None:
            found.append(Token("path", path.group(1), path.start(1)))
            operand_before, position = True, path.end()
            continue
        match = match_at(expression, position)
        assert match is not None  # the group "bad" takes any character
        kind = match.lastgroup or ""
        text, start, position = match.group(kind), match.start(kind), match.end()
        if kind == "bad":
            raise XPathSyntaxError(N_("unexpected character “{text}”"), start, text=text)
        if operand_before:
            if kind == "name":
                word = text if text in _WORDS else _operator_before_digit(text)
                if word:
                    kind, text, position = "operator", word, start + len(word)
            elif text == "*" and kind == "symbol":
                kind = "operator"
        found.append(Token(kind, text, start))
        if kind == "end":
            return found
        operand_before = kind != "operator" and not (kind == "symbol" and text in _BEFORE_OPERAND)


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

"""Tokens -> syntax tree: a Pratt parser of XPath 1.0."""

from habitat_desktop.errors import N_
from habitat_desktop.xforms.xpath.lexer import Token, tokens
from habitat_desktop.xforms.xpath.syntax import (
    Binary,
    Call,
    Expression,
    Filter,
    Negate,
    Number,
    Path,
    Step,
    String,
    Variable,
    XPathSyntaxError,
)

_BINDING = {
    "or": 1,
    "and": 2,
    "=": 3,
    "!=": 3,
    "<": 4,
    "<=": 4,
    ">": 4,
    ">=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "div": 6,
    "mod": 6,
    "|": 8,
}
_NEGATION = 7  # binds tighter than "*" and looser than "|"
_AXES = frozenset(
    (
        "child",
        "parent",
        "self",
        "descendant",
        "descendant-or-self",
        "ancestor",
        "ancestor-or-self",
        "following-sibling",
        "preceding-sibling",
        "following",
        "preceding",
        "attribute",
        "namespace",
    )
)
_NODE_TYPES = frozenset(("node", "text", "comment", "processing-instruction"))
_MOST_NESTED = 120  # deeper than any form; keeps hostile input away from the recursion limit


def parse(expression: str) -> Expression:
    """Return the syntax tree of `expression`.

    Raises:
        XPathSyntaxError: it cannot be read.
    """
    return _Parser(tokens(expression)).whole()


class _Parser:
    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._next = 0
        self._depth = 0

    def whole(self) -> Expression:
        tree = self._expression(0)
        token = self._tokens[self._next]
        if token.kind != "end":
            raise XPathSyntaxError(N_("unexpected “{text}”"), token.position, text=token.text)
        return tree

    def _take(self) -> Token:
        token = self._tokens[self._next]
        self._next += 1
        return token

    def _at(self, symbol: str) -> bool:
        token = self._tokens[self._next]
        return token.text == symbol and token.kind == "symbol"

    def _expect(self, symbol: str) -> None:
        if not self._at(symbol):
            token = self._tokens[self._next]
            if not token.text:
                raise XPathSyntaxError(
                    N_("expected “{symbol}”, found the end"), token.position, symbol=symbol
                )
            raise XPathSyntaxError(
                N_("expected “{symbol}”, found “{text}”"), token.position, symbol=symbol, text=token.text
            )
        self._next += 1

    def _expression(self, binding: int) -> Expression:
        self._depth += 1
        if self._depth > _MOST_NESTED:
            raise XPathSyntaxError(N_("nested too deeply"), self._tokens[self._next].position)
        left: Expression
        if self._at("-"):
            self._next += 1
            left = Negate(self._expression(_NEGATION))
        else:
            left = self._path()
        while True:
            token = self._tokens[self._next]
            if token.kind not in ("symbol", "operator"):
                break
            strength = _BINDING.get(token.text, 0)
            if strength <= binding:
                break
            self._next += 1
            left = Binary(token.text, left, self._expression(strength))
        self._depth -= 1
        return left

    def _path(self) -> Expression:
        token = self._tokens[self._next]
        if token.kind == "path":
            self._next += 1
            return Path("root", [Step("child", "name", name) for name in token.text[1:].split("/")])
        if token.kind == "symbol" and token.text in ("/", "//"):
            self._next += 1
            steps = [_any_below()] if token.text == "//" else []
            if steps or self._step_begins():
                self._relative(steps)
            return Path("root", steps)
        if not self._primary_begins():
            steps = []
            self._relative(steps)
            return Path("context", steps)
        primary = self._primary()
        predicates = self._predicates()
        if predicates:
            primary = Filter(primary, predicates)
        token = self._tokens[self._next]
        if token.kind == "symbol" and token.text in ("/", "//"):
            self._next += 1
            steps = [_any_below()] if token.text == "//" else []
            self._relative(steps)
            return Path(primary, steps)
        return primary

    def _step_begins(self) -> bool:
        token = self._tokens[self._next]
        return token.kind == "name" or (token.kind == "symbol" and token.text in (".", "..", "@", "*"))

    def _primary_begins(self) -> bool:
        token = self._tokens[self._next]
        if token.kind in ("number", "string") or (token.kind == "symbol" and token.text in ("(", "$")):
            return True
        if token.kind != "name" or token.text in _NODE_TYPES:
            return False
        following = self._tokens[self._next + 1]
        return following.text == "(" and following.kind == "symbol"

    def _primary(self) -> Expression:
        token = self._take()
        if token.kind == "number":
            return Number(float(token.text))
        if token.kind == "string":
            return String(token.text[1:-1])
        if token.text == "(":
            inner = self._expression(0)
            self._expect(")")
            return inner
        if token.text == "$":
            return Variable(self._take().text, token.position)
        self._expect("(")
        arguments: list[Expression] = []
        if not self._at(")"):
            arguments.append(self._expression(0))
            while self._at(","):
                self._next += 1
                arguments.append(self._expression(0))
        self._expect(")")
        return Call(token.text, arguments, token.position)

    def _relative(self, steps: list[Step]) -> None:
        steps.append(self._step())
        while True:
            token = self._tokens[self._next]
            if token.kind != "symbol" or token.text not in ("/", "//"):
                return
            self._next += 1
            if token.text == "//":
                steps.append(_any_below())
            steps.append(self._step())

    def _step(self) -> Step:
        token = self._take()
        if token.kind == "symbol" and token.text == ".":
            return Step("self", "node", "", self._predicates())
        if token.kind == "symbol" and token.text == "..":
            return Step("parent", "node", "", self._predicates())
        axis = "child"
        if token.kind == "symbol" and token.text == "@":
            axis, token = "attribute", self._take()
        elif token.kind == "name" and self._at("::"):
            if token.text not in _AXES:
                raise XPathSyntaxError(N_("unknown axis “{axis}”"), token.position, axis=token.text)
            self._next += 1
            axis, token = token.text, self._take()
        return self._node_test(axis, token)

    def _node_test(self, axis: str, token: Token) -> Step:
        if token.kind == "symbol" and token.text == "*":
            return Step(axis, "name", "*", self._predicates())
        if token.kind != "name":
            if not token.text:
                raise XPathSyntaxError(N_("unexpected end of the expression"), token.position)
            raise XPathSyntaxError(N_("unexpected “{text}”"), token.position, text=token.text)
        if token.text in _NODE_TYPES and self._at("("):
            self._next += 1
            target = ""
            if self._tokens[self._next].kind == "string":
                target = self._take().text[1:-1]
            self._expect(")")
            return Step(axis, token.text, target, self._predicates())
        if self._at("("):
            raise XPathSyntaxError(N_("“{text}(” cannot stand in a path"), token.position, text=token.text)
        return Step(axis, "name", token.text, self._predicates())

    def _predicates(self) -> list[Expression]:
        found: list[Expression] = []
        while self._at("["):
            self._next += 1
            found.append(self._expression(0))
            self._expect("]")
        return found


def _any_below() -> Step:
    return Step("descendant-or-self", "node", "")

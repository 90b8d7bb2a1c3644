"""The table of functions, and how an ordinary Python function becomes one of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from habitat_desktop.errors import N_
from habitat_desktop.xforms.xpath.code import (
    Code,
    Context,
    Kind,
    XPathError,
    as_boolean,
    as_nodes,
    as_number,
    as_string,
)
from habitat_desktop.xforms.xpath.syntax import Call, Expression

NUMBER, STRING, BOOLEAN, NODES, MOMENT, ANY = (
    Kind.NUMBER,
    Kind.STRING,
    Kind.BOOLEAN,
    Kind.NODES,
    Kind.MOMENT,
    Kind.ANY,
)


class Builder(Protocol):
    """What a function that is more than a function of its values may ask of the compiler."""

    def compile(self, expression: Expression) -> Code: ...

    def perhaps(self, expression: Expression) -> Code:
        """Compile what may never run: a fault in it shows when it does."""
        ...

    def unbound(self, expression: Expression) -> Code:
        """Compile a path so that a repeat in it means all its instances."""
        ...

    def indexed(self, target: Expression, wanted: Mapping[str, Callable[[Context], float]]) -> Code | None:
        """Return code for the question `target` in the repeat instances `wanted` numbers, by their path."""
        ...

    def question_path(self, expression: Expression) -> str:
        """Return the path without positions of the question that `expression` names."""
        ...


Build = Callable[[Builder, Call], Code]


@dataclass(frozen=True, slots=True)
class Function:
    """`most` is None where any number of arguments is taken."""

    least: int
    most: int | None
    build: Build


FUNCTIONS: dict[str, Function] = {}


def special(name: str, least: int, most: int | None) -> Callable[[Build], Build]:
    """Enter the decorated builder as the function `name`."""

    def enter(build: Build) -> Build:
        FUNCTIONS[name] = Function(least, most, build)
        return build

    return enter


def plain(
    name: str, *takes: Kind, gives: Kind, optional: int = 0, rest: Kind | None = None, context: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Enter the decorated function as the function `name`.

    `takes` are the kinds its arguments are turned into, the last `optional` of which may be left out;
    `rest` is the kind of any further ones. With `context` it gets the `Context` first.
    """

    def enter(function: Callable[..., Any]) -> Callable[..., Any]:
        def build(builder: Builder, call: Call) -> Code:
            codes = [builder.compile(argument) for argument in call.arguments]
            kinds = list(takes) + [rest or ANY] * max(0, len(codes) - len(takes))
            runs = [converted(code, kind, name) for code, kind in zip(codes, kinds, strict=False)]
            return Code(gives, _caller(function, runs, context))

        most = None if rest is not None else len(takes)
        FUNCTIONS[name] = Function(len(takes) - optional, most, build)
        return function

    return enter


def converted(code: Code, kind: Kind, name: str) -> Callable[[Context], Any]:
    """Return a closure giving the result of `code` as `kind`, for the function `name`."""
    if kind is NUMBER:
        return as_number(code)
    if kind is STRING:
        return as_string(code)
    if kind is BOOLEAN:
        return as_boolean(code)
    if kind is NODES:
        return as_nodes(code, f"{name}()")
    return code.run


def _caller(function: Callable[..., Any], runs: Sequence[Callable[[Context], Any]], context: bool) -> Any:
    if context:
        if not runs:
            return function
        if len(runs) == 1:
            only = runs[0]
            return lambda c: function(c, only(c))
        return lambda c: function(c, *[run(c) for run in runs])
    if not runs:
        return lambda c: function()
    if len(runs) == 1:
        only = runs[0]
        return lambda c: function(only(c))
    if len(runs) == 2:
        first, second = runs
        return lambda c: function(first(c), second(c))
    return lambda c: function(*[run(c) for run in runs])


def check_count(name: str, function: Function, count: int) -> None:
    """Raise XPathError when `name` does not take `count` arguments."""
    if count < function.least or (function.most is not None and count > function.most):
        takes = N_("{name}() takes {least} arguments, not {count}")
        if function.most is None:
            takes = N_("{name}() takes {least} or more arguments, not {count}")
        elif function.most != function.least:
            takes = N_("{name}() takes {least} to {most} arguments, not {count}")
        raise XPathError(takes, name=name, least=function.least, most=function.most, count=count)

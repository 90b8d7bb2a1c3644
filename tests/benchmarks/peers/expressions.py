"""Random expressions over the functions all engines share, as trees that can be taken apart again."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

NUMBERS = ("0", "1", "2", "3", "7", "10", "-1", "0.5", "2.25", "100")
STRINGS = ("", "a", "b", "Hello World", " x  y ", "12", "2.50", "abc,def", "true", "é")
PATTERNS = ("[a-z]+", "[0-9]+", ".*", "^[A-Z].*", "[0-9]{2}")
FORMATS = ("%Y-%m-%d", "%d/%m/%y", "%b %e, %Y", "%n/%e/%Y", "%a")


@dataclass(frozen=True, slots=True)
class Expression:
    """One call or operator: `template` takes the texts of `parts`, `kind` is what it gives."""

    name: str
    template: str
    parts: tuple["Expression", ...] = ()
    kind: str = "s"

    def __str__(self) -> str:
        return self.template.format(*self.parts)

    def as_text(self) -> "Expression":
        """Return this with string() around what JavaRosa would store in a form of its own."""
        return Expression("string", "string({0})", (self,)) if self.kind in "bd" else self

    def below(self) -> Iterator["Expression"]:
        """Yield this expression and all inside it, outermost first."""
        yield self
        for part in self.parts:
            yield from part.below()


@dataclass(frozen=True, slots=True)
class Scope:
    """The refs an expression may name where it stands, by what they hold."""

    numbers: tuple[str, ...]
    strings: tuple[str, ...]
    dates: tuple[str, ...]
    one: tuple[str, ...]  # select_one
    many: tuple[str, ...]  # select_multiple
    rows: str = ""  # path of a repeat with a number x and a string y in each row
    in_row: bool = False


Make = Callable[["Writer", int], Expression]


def leaf(text: str) -> Expression:
    """Return a literal or a ref."""
    braces = text.replace("{", "{{").replace("}", "}}")
    return Expression("literal" if text[:1] in "'0123456789-" else "ref", braces)


def quoted(text: str) -> Expression:
    return leaf(f"'{text}'")


class Writer:
    """Writes expressions of one scope."""

    def __init__(self, chance: random.Random, scope: Scope) -> None:
        self._chance = chance
        self._scope = scope

    def of(self, kind: str, template: str, kinds: str, depth: int) -> Expression:
        """Return `template` with parts of `kinds`: number, string, boolean, date, rows, leaf number."""
        made = {
            "n": self.number,
            "s": self.string,
            "b": self.boolean,
            "d": self.date,
            "r": self.rows,
            "l": self.number_leaf,
        }
        parts = tuple(made[kind](depth - 1) for kind in kinds)
        name = (
            template.partition("(")[0] or template.strip("()").replace("{0}", "").replace("{1}", "").strip()
        )
        return Expression(name, template, parts, kind)

    def number(self, depth: int) -> Expression:
        """Return an expression that gives a number."""
        if depth <= 0 or self._chance.random() < 0.2:
            return self.number_leaf(depth)
        choices = [*NUMBER_CALLS, *(ROW_NUMBER_CALLS if self._scope.rows else ())]
        if self._scope.in_row:
            choices += IN_ROW_CALLS
        template, kinds = self._chance.choice(choices)
        return self._own("n", template, kinds, depth)

    def string(self, depth: int) -> Expression:
        """Return an expression that gives text."""
        if depth <= 0 or self._chance.random() < 0.2:
            refs = self._scope.strings + self._scope.one
            text = self._chance.choice(STRINGS)
            return quoted(text) if self._chance.random() < 0.4 else leaf(self._chance.choice(refs))
        template, kinds = self._chance.choice(
            [*STRING_CALLS, *(ROW_STRING_CALLS if self._scope.rows else ())]
        )
        return self._own("s", template, kinds, depth)

    def boolean(self, depth: int) -> Expression:
        """Return an expression that gives true or false."""
        if depth <= 0:
            return self.of("b", "({0} > {1})", "ln", 0)
        template, kinds = self._chance.choice(BOOLEAN_CALLS)
        return self._own("b", template, kinds, depth)

    def date(self, depth: int) -> Expression:
        """Return an expression that gives a date."""
        if self._chance.random() < 0.6:
            return Expression("ref", self._chance.choice(self._scope.dates), (), "d")
        return Expression("date", f"date('{self._chance.choice(DATES)}')", (), "d")

    def number_leaf(self, depth: int) -> Expression:
        if self._chance.random() < 0.4:
            return leaf(self._chance.choice(NUMBERS))
        return leaf(self._chance.choice(self._scope.numbers))

    def rows(self, depth: int) -> Expression:
        """Return the path to the x of rows, all or some."""
        rows = self._scope.rows
        filtered = self._chance.choice(("", "", "[x > 2]", "[position() < 3]", "[y != '']"))
        return Expression("rows" + filtered, f"{rows}{filtered}/x")

    def _own(self, kind: str, template: str, kinds: str, depth: int) -> Expression:
        pick = self._chance.choice
        template = (
            template.replace("ROWS", self._scope.rows)
            .replace("ONE", pick(self._scope.one))
            .replace("MANY", pick(self._scope.many))
            .replace("REF", pick(self._scope.numbers + self._scope.strings))
            .replace("PATTERN", pick(PATTERNS).replace("{", "{{").replace("}", "}}"))
            .replace("FORMAT", pick(FORMATS))
            .replace("CHOICE", pick(("a", "b", "c", "d")))
        )
        return self.of(kind, template, kinds, depth)


DATES = ("2020-01-01", "2024-02-29", "1969-12-31", "2026-11-21")

NUMBER_CALLS = [
    ("({0} + {1})", "nn"),
    ("({0} - {1})", "nn"),
    ("({0} * {1})", "nn"),
    ("({0} div {1})", "nn"),
    ("({0} mod {1})", "nn"),
    ("-({0})", "l"),
    ("number({0})", "s"),
    ("number({0})", "b"),
    ("int({0})", "n"),
    ("round({0})", "n"),
    ("round({0}, {1})", "nl"),
    ("abs({0})", "n"),
    ("pow({0}, 2)", "n"),
    ("sqrt({0})", "n"),
    ("exp({0})", "l"),
    ("log10({0})", "n"),
    ("min({0}, {1})", "nn"),
    ("max({0}, {1})", "nn"),
    ("string-length({0})", "s"),
    ("count-selected(MANY)", ""),
    ("if({0}, {1}, {2})", "bnn"),
    ("coalesce({0}, {1})", "ln"),
    ("decimal-date-time({0})", "d"),
    ("count-non-empty(REF)", ""),
]
ROW_NUMBER_CALLS = [
    ("sum({0})", "r"),
    ("sum({0})", "r"),
    ("min({0})", "r"),
    ("max({0})", "r"),
    ("count({0})", "r"),
    ("count(ROWS)", ""),
    ("count-non-empty({0})", "r"),
    ("indexed-repeat(/data/row/x, /data/row, {0})", "l"),
]
IN_ROW_CALLS = [
    ("position(..)", ""),
    ("(position(..) - 1)", ""),
    ("indexed-repeat(/data/row/x, /data/row, position(..) - 1)", ""),
    ("sum(../../row/x)", ""),
    ("count(ROWS[x = current()/../x])", ""),
    ("ROWS[position() = position(current()/..)]/x", ""),
]
STRING_CALLS = [
    ("concat({0}, {1})", "ss"),
    ("concat({0}, '-', {1})", "sn"),
    ("string({0})", "n"),
    ("string({0})", "b"),
    ("string({0})", "d"),
    ("substr({0}, {1})", "sl"),
    ("substr({0}, 0, 3)", "s"),
    ("substr({0}, -2)", "s"),
    ("substring-before({0}, {1})", "ss"),
    ("substring-after({0}, {1})", "ss"),
    ("translate({0}, 'abc', 'AB')", "s"),
    ("normalize-space({0})", "s"),
    ("if({0}, {1}, {2})", "bss"),
    ("coalesce({0}, {1})", "ss"),
    ("selected-at(MANY, 0)", ""),
    ("selected-at(MANY, 1)", ""),
    ("jr:choice-name(ONE, 'ONE')", ""),
    ("format-date({0}, 'FORMAT')", "d"),
    ("digest({0}, 'SHA-1', 'hex')", "s"),
    ("string({0} + 1)", "d"),
]
ROW_STRING_CALLS = [
    ("join(',', {0})", "r"),
    ("join('|', ROWS/y)", ""),
    ("indexed-repeat(/data/row/y, /data/row, 1)", ""),
]
BOOLEAN_CALLS = [
    ("({0} > {1})", "nn"),
    ("({0} <= {1})", "nn"),
    ("({0} = {1})", "nn"),
    ("({0} != {1})", "nn"),
    ("({0} = {1})", "ss"),
    ("({0} != {1})", "ss"),
    ("({0} = {1})", "sn"),
    ("({0} < {1})", "dd"),
    ("({0} >= today())", "d"),
    ("({0} and {1})", "bb"),
    ("({0} or {1})", "bb"),
    ("not({0})", "b"),
    ("selected(MANY, 'CHOICE')", ""),
    ("selected(ONE, 'CHOICE')", ""),
    ("contains({0}, {1})", "ss"),
    ("starts-with({0}, {1})", "ss"),
    ("ends-with({0}, {1})", "ss"),
    ("regex({0}, 'PATTERN')", "s"),
    ("boolean-from-string({0})", "s"),
    ("boolean({0})", "n"),
    ("boolean({0})", "s"),
    ("(REF = '')", ""),
    ("checklist(1, 2, {0}, {1})", "bb"),
    ("weighted-checklist(1, 3, {0}, 1, {1}, 2)", "bb"),
    ("true()", ""),
]

"""Expressions that can be read and yet do not mean what their author meant."""

from collections.abc import Collection, Iterable, Iterator

from habitat_desktop.xforms.checking.references import MARK, referred, with_references
from habitat_desktop.xforms.checking.sheets import Book, Column
from habitat_desktop.xforms.checking.structure import Item
from habitat_desktop.xforms.checking.values import Read
from habitat_desktop.xforms.xlsform_words import is_yes
from habitat_desktop.xforms.xpath.functions.patterns import is_pattern
from habitat_desktop.xforms.xpath.syntax import Binary, Call, Expression, Path, String, parts

_RELATIONS = ("<", "<=", ">", ">=")
_OF_REPEATS = ("sum", "min", "max")


def check_formulas(book: Book, items: Iterable[Item], read: Collection[Read]) -> None:
    """Note references in quotes, chains of comparisons, bad patterns, and sums that blanks make blank."""
    asked: dict[str, Item | None] = {}
    for item in items:
        asked[item.name] = None if item.name in asked else item
    for item, column, tree in read:
        number = item.row.number
        for text in _in_quotes(tree):
            book.add("TEXT_REFERENCE", "survey", number, column, text=with_references(text))
        for part in parts(tree):
            if isinstance(part, Binary) and part.operator in _RELATIONS and _is_relation(part.left):
                book.add("COMPARED_TWICE", "survey", number, column)
            elif isinstance(part, Call) and part.name == "regex":
                _check_pattern(book, item, column, part)
            elif isinstance(part, Call) and part.name in _OF_REPEATS:
                _check_blanks(book, item, column, part, asked)
        if column.name == "constraint" and not _reads_own(tree, item):
            book.add("CONSTRAINT_OTHER", "survey", number, column, name=item.name)


def _is_relation(tree: Expression) -> bool:
    return isinstance(tree, Binary) and tree.operator in _RELATIONS


def _in_quotes(tree: Expression) -> Iterator[str]:
    """Yield the texts with a reference in them; jr:choice-name() takes one."""
    named: set[int] = set()
    for part in parts(tree):
        if isinstance(part, Call) and part.name == "jr:choice-name":
            named.update(id(argument) for argument in part.arguments)
        elif isinstance(part, String) and MARK in part.value and id(part) not in named:
            yield part.value


def _check_pattern(book: Book, item: Item, column: Column, call: Call) -> None:
    pattern = call.arguments[1] if len(call.arguments) == 2 else None
    if isinstance(pattern, String) and MARK not in pattern.value and not is_pattern(pattern.value):
        book.add("REGEX_BAD", "survey", item.row.number, column, pattern=pattern.value[:80])


def _reads_own(tree: Expression, item: Item) -> bool:
    """Whether a constraint reads the answer it is about, in whatever way."""
    for part in parts(tree):
        if isinstance(part, Call) and part.name == "current":
            return True
        if isinstance(part, Path) and part.steps:
            first, last = part.steps[0], part.steps[-1]
            if first.axis == "self" or last.name.removeprefix(MARK) == item.name:
                return True
    return False


def _check_blanks(book: Book, item: Item, column: Column, call: Call, asked: dict[str, Item | None]) -> None:
    """Note that `call` goes over the entries of a repeat from outside, of which some may be blank."""
    for argument in call.arguments:
        name = referred(argument)
        entry = asked.get(name)
        if entry is None or entry.word == "calculate" or not entry.in_repeat:
            continue
        around = list(_around(entry))
        repeat = next(group for group in around if group.word == "repeat")
        if repeat is item or any(group is repeat for group in _around(item)):
            continue
        inside = around[: around.index(repeat)]
        may_be_blank = not is_yes(entry.row["required"].strip()) or any(
            one.row["relevant"] for one in (entry, *inside)
        )
        if may_be_blank:
            place = item.row.number
            tools = ("collect",)
            book.add("TRAVEL_BLANKS", "survey", place, column, tools=tools, function=call.name, name=name)


def _around(item: Item) -> Iterator[Item]:
    """Yield the groups and repeats around `item`, the innermost first."""
    outer = item.inside
    while outer is not None:
        yield outer
        outer = outer.inside

"""Values that no answer can have: in comparisons with questions that have a list, and in defaults."""

import math
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time
from types import MappingProxyType

from habitat_desktop.xforms.checking.lists import Lists
from habitat_desktop.xforms.checking.references import referred
from habitat_desktop.xforms.checking.sheets import Book, Column, straight
from habitat_desktop.xforms.checking.structure import Item
from habitat_desktop.xforms.xlsform_words import is_formula, select_kind
from habitat_desktop.xforms.xpath.syntax import Binary, Call, Expression, String, parts

Read = tuple[Item, Column, Expression]
_COMPARING = ("=", "!=", "<", "<=", ">", ">=")
_TRUE_CALLS = frozenset(
    (
        *("not", "true", "false", "boolean", "boolean-from-string", "selected", "regex", "contains"),
        *("checklist", "starts-with", "ends-with", "geofence", "intersects", "weighted-checklist"),
    )
)


class Values:
    """Checks the values that the expressions and defaults of a workbook name."""

    def __init__(self, book: Book, items: Iterable[Item], lists: Lists, read: Collection[Read]) -> None:
        self._book = book
        self._lists = lists
        self._read = read
        self._items = list(items)
        self._asked: dict[str, Item | None] = {}
        for item in self._items:
            self._asked[item.name] = None if item.name in self._asked else item
        self._true = {item.name for item, column, tree in read if _gives_true(column, tree)}

    def check(self) -> None:
        """Note comparisons that are never true, and defaults that are no answer."""
        for item, column, tree in self._read:
            own = item.name if column.name == "constraint" else ""
            for part in parts(tree):
                if isinstance(part, Binary) and part.operator in ("=", "!="):
                    for one, other in ((part.left, part.right), (part.right, part.left)):
                        self._compared(item, column, referred(one, own), other)
                elif isinstance(part, Call) and part.name == "selected" and len(part.arguments) == 2:
                    self._chosen(item, column, referred(part.arguments[0], own), part.arguments[1])
        for item in self._items:
            for column, text in item.row.texts("default"):
                if not item.is_group and "${" not in text and not is_formula(straight(text), item.word):
                    self._default(item, column, text.strip())

    def _compared(self, item: Item, column: Column, name: str, other: Expression) -> None:
        asked = self._asked.get(name)
        if asked is None or not isinstance(other, String) or not other.value:
            return
        value = other.value
        if name in self._true and value in ("true", "false"):
            self._book.add(
                "TRAVEL_TRUE", "survey", item.row.number, column, tools=("collect",), name=name, value=value
            )
        elif asked.type.kind == "select" and select_kind(asked.word) == "select_multiple":
            self._book.add("MULTIPLE_COMPARED", "survey", item.row.number, column, name=name, value=value)
        elif asked.type.kind != "select" or select_kind(asked.word) == "select_one":
            self._chosen(item, column, name, other)

    def _chosen(self, item: Item, column: Column, name: str, other: Expression) -> None:
        asked = self._asked.get(name)
        if asked is None or not isinstance(other, String) or not other.value:
            return
        known = self._choices(asked)
        if known and other.value not in known:
            self._strange(item, column, other.value, asked, known)

    def _strange(self, item: Item, column: Column, value: str, asked: Item, known: Mapping[str, str]) -> None:
        labelled = next((name for name, label in known.items() if label == value), "")
        book = self._book
        book.add(
            "CHOICE_UNKNOWN",
            "survey",
            item.row.number,
            column,
            nearest=labelled or book.near("CHOICE_UNKNOWN", value, known, 0.5),
            value=value,
            list=asked.type.list_name,
        )

    def _choices(self, asked: Item) -> Mapping[str, str]:
        """Return the names and labels `asked` may have; none where they are not known."""
        rows = self._lists.inside.get(asked.type.list_name, ())
        if asked.type.kind != "select" or not rows or "search(" in asked.row["appearance"]:
            return MappingProxyType({})
        known = {row["name"]: row["label"] for row in rows}
        return {**known, "other": ""} if asked.type.or_other else known

    def _default(self, item: Item, column: Column, value: str) -> None:
        known = self._choices(item)
        if known:
            several = select_kind(item.word) != "select_one"
            for chosen in value.split() if several else [value]:
                if chosen not in known:
                    self._strange(item, column, chosen, item, known)
        elif not _is_answer(value, item.word):
            self._book.add(
                "DEFAULT_BAD", "survey", item.row.number, column, value=value, type=item.row.word("type")
            )


def _gives_true(column: Column, tree: Expression) -> bool:
    """Whether `tree` is a calculation that gives true or false."""
    if column.name != "calculation":
        return False
    if isinstance(tree, Binary):
        return tree.operator in (*_COMPARING, "and", "or")
    return isinstance(tree, Call) and tree.name in _TRUE_CALLS


def _is_answer(value: str, word: str) -> bool:
    """Whether `value` can be read as an answer to a question of the type `word`."""
    try:
        if word in ("integer", "int"):
            return float(value).is_integer()
        if word in ("decimal", "range"):
            return math.isfinite(float(value))
        if word == "date":
            date.fromisoformat(value[:10])
        elif word == "dateTime":
            datetime.fromisoformat(value)
        elif word == "time":
            time.fromisoformat(value)
    except (ValueError, OverflowError):
        return False
    return True

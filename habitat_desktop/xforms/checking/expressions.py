"""The cells that hold expressions, and the ${references} in all cells."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from habitat_desktop.errors import N_
from habitat_desktop.xforms.checking.calls import bad_calls
from habitat_desktop.xforms.checking.findings import carried
from habitat_desktop.xforms.checking.lists import Lists
from habitat_desktop.xforms.checking.references import MARK, REFERENCE, referred, without_references
from habitat_desktop.xforms.checking.sheets import Book, Column, Row, straight
from habitat_desktop.xforms.checking.slips import slip, word_slip
from habitat_desktop.xforms.checking.structure import Item
from habitat_desktop.xforms.checking.travel import date_texts, features
from habitat_desktop.xforms.definition import list_beside
from habitat_desktop.xforms.dependencies import KEEPERS
from habitat_desktop.xforms.xlsform_words import is_formula, is_name, is_yes_or_no
from habitat_desktop.xforms.xpath.parser import parse
from habitat_desktop.xforms.xpath.syntax import (
    Binary,
    Call,
    Expression,
    Filter,
    Negate,
    Path,
    String,
    XPathSyntaxError,
    parts,
)

# the columns of the survey sheet that hold an expression
_COLUMNS = ("relevant", "constraint", "required", "readonly", "calculation", "repeat_count", "choice_filter")
_SHEET_COLUMNS = {
    "settings": ("instance_name",),
    "entities": ("create_if", "update_if", "entity_id", "label"),
}
_DIVIDED = re.compile(r"\$\{[^}]*\}\s*(/)\s*\$\{")
_NOT_OF_ITSELF = ("relevant", "calculation")
_YES_OR_NO = ("required", "readonly")
_LAST_SAVED = "last-saved#"
_GIVEN = ("instanceID",)  # what may be referred to without a row of its own
_NOT_REFERRING = {
    "survey": ("type", "name", "trigger"),
    "entities": ("list_name", "dataset", "repeat"),
    "settings": (),
}
_OF_ENTRIES = ("indexed-repeat", "position")
_TRANSLATED = ("label", "image", "big-image", "audio", "video")


class Expressions:
    """Checks every cell of one workbook for references and formulas."""

    def __init__(self, book: Book, items: Iterable[Item], lists: Lists) -> None:
        self._book = book
        self._items = list(items)
        self._lists = lists
        self._rows_of: dict[str, list[int]] = {name: [0] for name in _GIVEN}
        for item in self._items:
            if item.name:
                self._rows_of.setdefault(item.name, []).append(item.row.number)
        self.read: list[tuple[Item, Column, Expression]] = []

    def check(self) -> None:
        """Note what is wrong with references and expressions."""
        for sheet in ("settings", "survey", "entities", "choices"):
            for row in self._book.sheets[sheet].rows:
                self._references(sheet, row)
        for item in self._items:
            for column, text in _formulas(item):
                tree = self._formula("survey", item.row, column, text, item.name)
                if tree is None:
                    continue
                if column.name == "choice_filter":
                    self._filter(item, column, tree)
                self.read.append((item, column, tree))
        for sheet, names in _SHEET_COLUMNS.items():
            for row in self._book.sheets[sheet].rows:
                for name in names:
                    for column, text in row.texts(name):
                        self._formula(sheet, row, column, text, name)

    def check_unbuilt(self) -> None:
        """Note names that nothing has beside a question, and questions that read themselves.

        Where the workbook can be converted, this shows in what comes of it, and better.
        """
        for item, column, tree in self.read:
            number = item.row.number
            plain = column.name in _NOT_OF_ITSELF and not item.is_group
            if plain and self._rows_of.get(item.name) == [number] and _reads_itself(tree, item.name):
                self._book.add("FORM_SELF", "survey", number, column, question=item.name)
            for word in dict.fromkeys(_columns_read(tree)) if column.name != "choice_filter" else ():
                if any(member.name == word for member in item.members):
                    continue
                if column.name not in _YES_OR_NO or not is_yes_or_no(word):
                    context = {"question": item.name, "path": word, **word_slip(word, column.name)}
                    self._book.add("FORM_WORD", "survey", number, column, **context)

    def _references(self, sheet: str, row: Row) -> None:
        columns = self._book.sheets[sheet].columns
        for header, text in row.cells.items():
            if "${" not in text:
                continue
            column = columns[header]
            if sheet == "choices" and column.name not in _TRANSLATED:
                continue
            if column.name == "trigger" or column.name not in _NOT_REFERRING.get(sheet, ()):
                self._check_references(sheet, row, column, text)
            elif column.name == "type":
                self._check_references(sheet, row, column, text.partition(" ")[2])

    def _check_references(self, sheet: str, row: Row, column: Column, text: str) -> None:
        for match in REFERENCE.finditer(text):
            name = (match[1] or "").removeprefix(_LAST_SAVED)
            rows = self._rows_of.get(name)
            if match[1] is None or not is_name(name):
                self._book.add(
                    "REFERENCE_BAD", sheet, row.number, column, text=match[0], name=name.strip() or "…"
                )
            elif rows is None:
                similar = self._book.near("REFERENCE_UNKNOWN", name, self._rows_of)
                self._book.add("REFERENCE_UNKNOWN", sheet, row.number, column, nearest=similar, name=name)
            elif len(rows) > 1:
                listed = ", ".join(map(str, rows))
                self._book.add("REFERENCE_AMBIGUOUS", sheet, row.number, column, name=name, rows=listed)

    def _formula(self, sheet: str, row: Row, column: Column, text: str, question: str) -> Expression | None:
        """Check one expression and return its tree; None where it cannot be read."""
        plain = straight(text)
        try:
            _refuse_division(plain)
            tree = parse(without_references(plain))
        except XPathSyntaxError as error:
            problem, position = _problem(error, plain)
            self._book.add(
                "FORM_EXPRESSION",
                sheet,
                row.number,
                column,
                question=question,
                expression=text if len(text) <= 200 else f"{text[:200]}…",
                position=position,
                problem=problem,
                **slip(plain),
            )
            return None
        for code, similar, context in bad_calls(tree):
            self._book.add(code, sheet, row.number, column, nearest=similar, question=question, **context)
        for part in parts(tree):
            if isinstance(part, Call) and part.name == "pulldata":
                self._pulldata(sheet, row, column, part)
        for code, tools, context in features(tree):
            self._book.add(code, sheet, row.number, column, tools=tools, **context)
        for date in date_texts(tree):
            self._book.add("TRAVEL_DATES", sheet, row.number, column, tools=("collect", "kobo"), date=date)
        return tree

    def _pulldata(self, sheet: str, row: Row, column: Column, call: Call) -> None:
        named = call.arguments[0] if call.arguments else None
        if not isinstance(named, String) or MARK in named.value:
            return
        name = named.value
        plain = name.removesuffix(".csv")
        if not list_beside(self._book.path.parent, f"{name}.csv").is_file():
            slipped = {} if plain == name else {"wrong": name, "right": plain}
            self._book.add("FORM_FILE_MISSING", sheet, row.number, column, file=f"{name}.csv", **slipped)
        else:
            self._lists.check_columns(row, column, f"{name}.csv", call.arguments[1:3])

    def _filter(self, item: Item, column: Column, tree: Expression) -> None:
        name = item.type.list_name
        known = self._lists.columns(name)
        if known is None or "search(" in item.row["appearance"]:
            return
        for read in sorted(set(_columns_read(tree)) - known):
            self._book.add(
                "FILTER_COLUMN",
                "survey",
                item.row.number,
                column,
                nearest=self._book.near("FILTER_COLUMN", read, known),
                name=read,
                list=name,
            )


def _formulas(item: Item) -> Iterator[tuple[Column, str]]:
    for name in _COLUMNS:
        if name == "constraint" and item.is_group:
            continue
        yield from item.row.texts(name)
    for column, text in item.row.texts("default"):
        if is_formula(straight(text), item.word):
            yield column, text


def _refuse_division(text: str) -> None:
    """Refuse one ${reference} / another: what comes of it may be a path, but is never what was meant.

    Raises:
        XPathSyntaxError: there is one.
    """
    divided = _DIVIDED.search(text)
    if divided is not None:
        raise XPathSyntaxError(N_("unexpected “{text}”"), divided.start(1), text="/")


def _problem(error: XPathSyntaxError, text: str) -> tuple[dict[str, Any], int]:
    """Return what is wrong and the 1-based place; a reference is named instead of its stand-in."""
    problem = carried(error)
    at = next((m for m in REFERENCE.finditer(text) if m.start() <= error.position < m.end()), None)
    if at is None:
        return problem, error.position + 1
    named = problem["context"]
    problem["context"] = {name: at[0] if value.startswith(MARK) else value for name, value in named.items()}
    return problem, at.start() + 1


def _reads_itself(tree: Expression, name: str) -> bool:
    """Whether the rule `tree` of the question `name` reads it plainly: not in another entry of a repeat."""
    if isinstance(tree, Call) and tree.name in KEEPERS:
        return False
    found = list(parts(tree))
    for part in found:
        if isinstance(part, Filter) or (isinstance(part, Call) and part.name in _OF_ENTRIES):
            return False
        if isinstance(part, Path) and any(step.predicates for step in part.steps):
            return False
    return any(referred(part, name) == name for part in found)


def _columns_read(tree: Expression) -> Iterator[str]:
    """Yield the columns of the list that a choice filter reads."""
    if isinstance(tree, Path):
        step = tree.steps[0] if tree.steps else None
        if tree.start == "context" and step is not None and step.is_child() and len(tree.steps) == 1:
            if not step.name.startswith(MARK):
                yield step.name
        elif not isinstance(tree.start, str):
            yield from _columns_read(tree.start)
    elif isinstance(tree, Binary):
        yield from _columns_read(tree.left)
        yield from _columns_read(tree.right)
    elif isinstance(tree, Negate):
        yield from _columns_read(tree.operand)
    elif isinstance(tree, Call):
        for argument in tree.arguments:
            yield from _columns_read(argument)
    elif isinstance(tree, Filter):
        yield from _columns_read(tree.base)

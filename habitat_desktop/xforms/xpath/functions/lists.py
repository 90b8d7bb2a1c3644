"""`search()`: the rows of a list beside the form, as ODK Collect looks them up for choices."""

import re
from collections.abc import Callable, Sequence

from habitat_desktop.xforms.xpath.code import Code, Context, Kind, XPathError, as_string
from habitat_desktop.xforms.xpath.functions.registry import Builder, special
from habitat_desktop.xforms.xpath.nodes import Node
from habitat_desktop.xforms.xpath.syntax import Call

_ROWS = ("root", "item")
_SORT_COLUMN = "sortby"
_TESTS: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda text, wanted: wanted in text,
    "startswith": str.startswith,
    "endswith": str.endswith,
    "matches": str.__eq__,
}


def column_of(row: Node, name: str) -> str:
    """Return the column of `row` that `name` means: letter case and odd characters do not count."""
    columns = [cell.name for cell in row.elements()]
    if name in columns:
        return name
    wanted = _plain(name)
    return next((column for column in columns if _plain(column) == wanted), name)


def columns_named(text: str) -> list[str]:
    """Return the names in `text`, which are divided by commas or else by spaces."""
    return [name.strip() for name in (text.split(",") if "," in text else text.split()) if name.strip()]


def list_name(file: str) -> str:
    """Return the name of the list that search() calls `file`."""
    return file.strip().removesuffix(".csv")


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]", "_", name.strip()).lower()


@special("search", 1, 6)
def _search(builder: Builder, call: Call) -> Code:
    """`search(list, how, columns, text, filter column, filter value)`, or less of it."""
    if len(call.arguments) not in (1, 4, 6):
        raise XPathError(f"search() takes 1, 4 or 6 arguments, not {len(call.arguments)}")
    texts = [as_string(builder.compile(argument)) for argument in call.arguments]
    return Code(Kind.NODES, lambda c: _found(c, [text(c) for text in texts]))


def _found(c: Context, given: list[str]) -> list[Node]:
    source = c.session.instance(list_name(given[0]))
    rows: Sequence[Node] = source.items(_ROWS) if source is not None else ()  # type: ignore[attr-defined]
    if source is None or not rows:
        return []
    sort = column_of(rows[0], _SORT_COLUMN)
    first = rows[0]
    if len(given) == 6:
        rows = source.items_where(_ROWS, column_of(first, given[4]), given[5])  # type: ignore[attr-defined]
    if len(given) >= 4 and given[2].strip():
        test = _TESTS.get(given[1].strip().lower(), _TESTS["contains"])
        columns = [column_of(first, name) for name in columns_named(given[2])]
        wanted = given[3].casefold()
        rows = [row for row in rows if any(test(row.cell(column).casefold(), wanted) for column in columns)]
    if sort in (cell.name for cell in first.elements()):
        rows = sorted(rows, key=lambda row: _order(row.cell(sort)))
    return list(rows)


def _order(text: str) -> tuple[bool, float, str]:
    try:
        return (False, float(text), "")
    except ValueError:
        return (True, 0.0, text)

"""When two cells are the same for a person: what re-saving programs change is not a change.

Fifteen significant digits, dates as dates, text without its white space: this much every program leaves
intact that may have saved the workbook.
"""

import re
from datetime import date, timedelta

from habitat_desktop.i18n.text import clean
from habitat_desktop.packages.layout import Cell

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_FIRST_DAY = date(1899, 12, 30)  # serial 0 from March 1900 on
_LAST_SERIAL = 2_958_465  # 9999-12-31


def is_same(old: Cell, new: Cell) -> bool:
    """Whether `new` is `old` after a program that knows nothing of us has saved the workbook."""
    if isinstance(old, list):
        return day_of(new) == old[0]
    if isinstance(old, str):
        return text_of(old) == text_of(new)
    return _number(new) == format(old, ".15g")


def text_of(cell: Cell) -> str:
    """Return a cell as text, without what programs add or lose in white space and escapes."""
    if isinstance(cell, str):
        if cell.isascii() and cell.isprintable() and "_x" not in cell:
            return " ".join(cell.split()) if " " in cell else cell
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), cell)
        return " ".join(clean(text).split())
    return plain(cell)


def day_of(cell: Cell) -> str:
    """Return a cell as an ISO date: a date, a date with the time 0:00, its text, or its serial number."""
    if isinstance(cell, list):
        return cell[0].removesuffix("T00:00:00") if cell else ""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool) or cell != int(cell) or not 0 < cell <= _LAST_SERIAL:
        return ""
    return (_FIRST_DAY + timedelta(days=int(cell))).isoformat()


def plain(cell: Cell) -> str:
    """Return a cell as text for machines: ISO dates, numbers of at most 15 digits."""
    if isinstance(cell, list):
        return day_of(cell)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    return cell if isinstance(cell, str) else format(cell, ".15g")


def type_of(cell: Cell) -> str:
    """Return what a cell holds: "text", "number", "date" or "flag"."""
    if isinstance(cell, str | list):
        return "text" if isinstance(cell, str) else "date"
    return "flag" if isinstance(cell, bool) else "number"


def address(row: int, column: int) -> str:
    """Return the name of a cell, both counted from 0: (6, 2) is "C7"."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def _number(cell: Cell) -> str:
    """Return a cell as a number of 15 digits; some programs save numbers as text."""
    if isinstance(cell, list | bool):
        return ""
    if isinstance(cell, str) and _NUMBER.fullmatch(cell.strip()) is None:
        return ""
    return format(float(cell), ".15g")

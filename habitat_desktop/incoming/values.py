"""What one cell of a sheet says: text, number, truth value or date; nothing is rounded silently."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from habitat_desktop.incoming import errors, notices
from habitat_desktop.incoming.notices import Notice
from habitat_desktop.incoming.styles import date_cell

# What a cell holds after reading: text, number, truth value, or a date as a list of one ISO text
Cell = str | int | float | bool | list[str]

CELL_LENGTH = 32_767  # characters, Excel's own limit
CELLS_LIMIT = 2_000_000  # filled cells in all sheets
AREA_LIMIT = 8_000_000  # rows x columns in all sheets
NOTICES_LIMIT = 5_000
_DETAIL_LENGTH = 200

_NUMBER = re.compile(r"-?[0-9]*\.?[0-9]+(?:\.?[Ee][+-]?[0-9]{1,4})?|-?[0-9]+\.(?:[Ee][+-]?[0-9]{1,4})?")
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?Z?)?|\d\d:\d\d:\d\d(?:\.\d{1,9})?")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_EXACT_DIGITS = 15  # that any number of eight bytes keeps
_MOST_DIGITS = 17  # that are needed to tell two of them apart


@dataclass
class Context:
    """What the cells of one workbook need to be read, and what was noticed in them."""

    file: str
    strings: Mapping[str, str] = field(default_factory=dict)  # by number, written as in the cells
    date_styles: frozenset[str] = frozenset()
    is_1904: bool = False
    notices: list[Notice] = field(default_factory=list)
    cells_left: int = CELLS_LIMIT
    area_left: int = AREA_LIMIT
    sheet: str = ""
    part: str = ""

    def notice(self, code: str, cell: str = "", detail: str = "") -> None:
        """Note what was noticed in the sheet that is being read."""
        if len(self.notices) < NOTICES_LIMIT:
            self.notices.append(Notice(code, self.sheet, cell, detail[:_DETAIL_LENGTH]))


def value(context: Context, address: str, kind: str | None, style: str | None, text: str) -> Cell:
    """Return what the cell at `address` holds, written as `text` with the type `kind`.

    What is no value of its type is read as text and noticed, so that one bad cell spoils no other.

    Raises:
        CellValueError: its type or its text is unknown, so that programs would read different things.
    """
    if kind == "s":
        found = context.strings.get(text)
        if found is None:
            raise errors.CellValueError(file=context.file, cell=address, part=context.part)
        return found
    if kind in ("str", "inlineStr"):
        return decoded(text)
    if text == "":
        return ""
    if kind is None or kind == "n":
        return _number(context, address, style, text.strip(" \n\t"))
    if kind == "b" and text in ("0", "1", "true", "false"):
        return text in ("1", "true")
    if kind == "d" and _ISO.fullmatch(text):
        return [text.removesuffix("Z").removesuffix("T00:00:00")]
    if kind in ("b", "d"):
        context.notice(notices.NUMBER_BAD, address, text)
        return text
    if kind == "e":
        return text
    raise errors.CellValueError(file=context.file, cell=address, part=context.part)


def _number(context: Context, address: str, style: str | None, text: str) -> Cell:
    if not (_NUMBER.fullmatch(text) and text.isascii()):
        context.notice(notices.NUMBER_BAD, address, text)
        return text
    number = float(text)
    if number - number != 0:  # 1e999
        context.notice(notices.NUMBER_BAD, address, text)
        return text
    if len(text) > _EXACT_DIGITS and not _is_kept(text, number):
        context.notice(notices.NUMBER_LONG, address, text)
        return text
    if style in context.date_styles:
        return date_cell(number, context.is_1904) or number
    return number


def _is_kept(text: str, number: float) -> bool:
    """Whether the digits of `text` are those of `number`: a number of eight bytes keeps fifteen of them."""
    mantissa = text.lower().partition("e")[0].replace(".", "").lstrip("-0")
    digits = len(mantissa.rstrip("0"))
    if digits <= _EXACT_DIGITS:
        return True
    if digits > _MOST_DIGITS:
        return False
    return not text.lstrip("-").isdigit() or int(text) == int(number)


def decoded(text: str) -> str:
    """Return text with what Excel writes as _x000D_ read; signs no XML may hold stay written so."""
    if "_x" not in text:
        return text
    pairs = _ESCAPED.sub(_sign, text)
    return pairs.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if _has_half(pairs) else pairs


def _sign(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return match[0] if (code < 32 and code not in (9, 10, 13)) or code > 0xFFFD else chr(code)


def _has_half(text: str) -> bool:
    return any("\ud800" <= sign <= "\udfff" for sign in text)

"""The cells of one sheet, read and checked in one go: what programs would read differently is refused.

Rows as nearly every program writes them are split by a regular expression; what stands around them is parsed.
A sheet written in any other way is parsed cell by cell; both ways give the same for the same cells.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import pairwise

from habitat_desktop.incoming import errors, notices
from habitat_desktop.incoming.styles import date_cell
from habitat_desktop.incoming.values import CELL_LENGTH, NOTICES_LIMIT, Cell, Context, value
from habitat_desktop.incoming.xml_parts import Parser, local, text_of, unescape

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
MERGE_LIMIT = 100_000  # merged ranges or links of one sheet
_PIECE = 1 << 18  # characters that are split at a time

_CELL = re.compile(
    r'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"((?: s="[0-9]{1,5}")?(?: t="[A-Za-z]{1,9}")?)'
    r"(?:/>|><v>([^<]*)</v></c>)"
)
_HOW = re.compile(r'(?: s="([0-9]+)")?(?: t="([A-Za-z]+)")?')
_FULLER = re.compile(
    r'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"(?: s="([0-9]{1,5})")?(?: t="([A-Za-z]{1,9})")?'
    r"(?: ?/>|>\s*(?:<f( [^<>]*?)?(?: ?/>|>([^<]*)</f>)\s*)?"
    r'(?:<v ?/>|<v>([^<]*)</v>|<is><t(?: xml:space="preserve")?>([^<]*)</t></is>)?\s*</c>)'
)
_STRIDE, _FULLER_STRIDE = _CELL.groups + 1, _FULLER.groups + 1
_ROW = re.compile(r'\s*<row r="([1-9][0-9]{0,6})"((?: [A-Za-z0-9:]+="[^"<>&]*")*)>\s*')
_EMPTY_ROWS = re.compile(r'\s*<row r="([1-9][0-9]{0,6})"((?: [A-Za-z0-9:]+="[^"<>&]*")*)\s?/>')
_SIMPLE = re.compile(r"-?[0-9]{1,13}(?:\.[0-9]{1,13})?")
_DAY_LENGTH = 7
_SIMPLE_LENGTH = 16  # with point: fifteen digits, which every number keeps
_HIDDEN = re.compile(r' hidden="(?:1|true)"')
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})(?::\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6}))?")
_OPEN, _CLOSE = "<sheetData>", "</sheetData>"


class _Columns(dict[str, int]):
    """Column numbers by letters, from 1 on."""

    def __missing__(self, letters: str) -> int:
        number = 0
        for letter in letters:
            number = number * 26 + ord(letter) - 64
        self[letters] = number
        return number


_COLUMNS = _Columns()


def read_sheet(content: bytes, context: Context) -> list[list[Cell]]:
    """Return the rows of the sheet in `content` from A1 on, each as long as its last cell; see `padded`.

    Raises:
        IncomingError: it cannot be read, or would be read differently by other programs.
    """
    text = text_of(content, context.file, context.part)
    before = len(context.notices), context.cells_left, context.area_left
    try:
        rows = _Plain(context).rows(text)
    except errors.IncomingError:
        rows = None  # the parser has the last word: what looked wrong may stand in a comment
    if rows is None:
        del context.notices[before[0] :]
        _, context.cells_left, context.area_left = before
        rows = _Parsed(context).rows(text)
    width = max((len(row) for row in rows.lines), default=0)
    _take_area(context, len(rows.lines) * width, len(rows.lines))
    return rows.lines


def padded(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Make all rows equally long."""
    width = max(map(len, rows), default=0)
    for row in rows:
        if len(row) < width:
            row += [""] * (width - len(row))
    return rows


def _take_area(context: Context, area: int, row: int) -> None:
    if area > context.area_left:
        raise errors.CellReferenceError(file=context.file, part=context.part, cell=f"{row:,} rows")
    context.area_left -= area


class _Rows:
    """Collects the rows of a sheet in their order."""

    def __init__(self, context: Context) -> None:
        self.lines: list[list[Cell]] = []
        self._context = context
        self._last = 0
        self._hidden: list[int] = []

    def begin(self, number: int, is_hidden: bool) -> None:
        """Begin the row `number`."""
        context = self._context
        if number <= self._last or number > LAST_ROW:
            raise errors.RowOrderError(file=context.file, row=number, part=context.part)
        self._last = number
        if is_hidden:
            self._hidden.append(number)

    def add(self, columns: list[int], cells: Iterable[Cell]) -> None:
        """Add the cells of the row begun last; an empty row adds nothing."""
        context = self._context
        context.cells_left -= len(columns)
        if context.cells_left < 0:
            raise errors.TooManyTextsError(file=context.file, part=context.part)
        missing = self._last - 1 - len(self.lines)
        if missing:
            _take_area(context, missing, self._last)
            context.area_left += missing
            self.lines += [[] for _number in range(missing)]
        if columns[-1] == len(columns):
            self.lines.append(list(cells))
            return
        line: list[Cell] = [""] * columns[-1]
        for column, cell in zip(columns, cells, strict=True):
            line[column - 1] = cell
        self.lines.append(line)

    def end(self) -> "_Rows":
        """Note the hidden rows, runs of them as one."""
        for first, last in _runs(self._hidden):
            self._context.notice(
                notices.HIDDEN_ROWS, detail=f"{first}" if first == last else f"{first}–{last}"
            )
        return self


def _runs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    first = last = 0
    for number in numbers:
        if number == last + 1 and first:
            last = number
            continue
        if first:
            yield first, last
        first = last = number
    if first:
        yield first, last


def _check_order(context: Context, columns: list[int], row: str) -> None:
    """Refuse cells that do not stand from left to right, each once."""
    if columns[-1] > LAST_COLUMN:
        raise errors.CellReferenceError(file=context.file, part=context.part, cell=f"{columns[-1]}, {row}")
    for one, next_one in pairwise(columns):
        if one == next_one:
            raise errors.CellTwiceError(file=context.file, cell=f"{_letters(one)}{row}", part=context.part)
        if one > next_one:
            raise errors.RowOrderError(file=context.file, row=row, part=context.part)


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


# -- rows as nearly every program writes them ------------------------------------------------------------


class _Plain:
    """Splits rows by a regular expression; gives None for a sheet that is not written plainly."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._rows = _Rows(context)
        self._readers = _Readers(context)
        self._letters: list[str] = []  # of the row before: most rows fill the same columns
        self._columns: list[int] = []

    def rows(self, text: str) -> _Rows | None:
        """Return the rows, or None."""
        start = text.find(_OPEN) + len(_OPEN)
        end = text.rfind(_CLOSE)
        if start < len(_OPEN) or end < start or "]]>" in text:
            return None
        around = text[: start - 1] + "/>" + text[end + len(_CLOSE) :]
        if not _Around(self._context).is_plain(around):
            return None
        while start < end:
            stop = text.rfind("</row>", start, start + _PIECE) if end - start > _PIECE else end
            if stop < start:
                stop = text.find("</row>", start, end)
            stop = end if stop < start or stop == end else stop + len("</row>")
            if not self._take(text[start:stop]):
                return None
            start = stop
        return self._rows.end()

    def _take(self, piece: str) -> bool:
        """Take the rows of `piece`; False where they are not plain."""
        rows = piece.split("</row>")
        rest = rows.pop()
        for row in rows:
            head = _ROW.match(row) or _ROW.match(row, self._take_empty_rows(row))
            if head is None or head[2].endswith("/") or " r=" in head[2] or head[2].count(" hidden=") > 1:
                return False
            self._rows.begin(int(head[1]), _HIDDEN.search(head[2]) is not None)
            if not self._take_cells(head[1], row[head.end() :]):
                return False
        return not rest[self._take_empty_rows(rest) :].strip()

    def _take_empty_rows(self, row: str) -> int:
        """Pass over rows without cells; return where they end."""
        at = 0
        while found := _EMPTY_ROWS.match(row, at):
            if " r=" in found[2]:
                return at
            self._rows.begin(int(found[1]), _HIDDEN.search(found[2]) is not None)
            at = found.end()
        return at

    def _take_cells(self, row: str, cells: str) -> bool:
        """Take the cells of a row: a plain cell is its address, its attributes, a value and no formula."""
        parts = _CELL.split(cells)
        if any(parts[::_STRIDE]):
            return self._take_fuller_cells(row, cells)
        try:
            found = [
                self._readers[how](text)
                for how, text in zip(parts[3::_STRIDE], parts[4::_STRIDE], strict=True)
            ]
        except (_UnusualError, KeyError):
            return self._take_fuller_cells(row, cells)
        return self._add(row, parts[1::_STRIDE], parts[2::_STRIDE], found)

    def _take_fuller_cells(self, row: str, cells: str) -> bool:
        """Take a row with formulas, texts written in the cells, or values that need a word."""
        parts = _FULLER.split(cells)
        between = parts[::_FULLER_STRIDE]
        if any(between) and "".join(between).strip():
            return False
        columns = (parts[place::_FULLER_STRIDE] for place in range(1, _FULLER_STRIDE))
        found = [self._value(*cell) for cell in zip(*columns, strict=True)]
        return self._add(row, parts[1::_FULLER_STRIDE], parts[2::_FULLER_STRIDE], found)

    def _add(self, row: str, letters: list[str], rows: list[str], found: list[Cell]) -> bool:
        if not found:
            return True
        if rows.count(row) != len(rows):
            return False
        if letters != self._letters:
            columns = [_COLUMNS[one] for one in letters]
            if sorted(set(columns)) != columns or columns[-1] > LAST_COLUMN:
                return False
            self._letters, self._columns = letters, columns
        self._rows.add(self._columns, found)
        return True

    def _value(
        self,
        letters: str,
        row: str,
        style: str | None,
        kind: str | None,
        options: str | None,
        formula: str | None,
        text: str | None,
        inline: str | None,
    ) -> Cell:
        context, address = self._context, letters + row
        if formula is not None or options is not None:
            context.notice(notices.FORMULA, address, unescape(formula or "", context.file, context.part))
        if inline is not None and kind != "inlineStr":
            raise errors.CellValueError(file=context.file, cell=address, part=context.part)
        written = text or inline
        if not written:
            return ""
        plain = unescape(written, context.file, context.part)
        if len(plain) > CELL_LENGTH:
            raise errors.LongCellError(file=context.file, part=context.part)
        return value(context, address, kind, style, plain)


class _UnusualError(Exception):
    """A value that needs its address, because something is to be said about it."""


class _Numbers(dict[str | None, Cell]):
    """What a number of one style says, by its text."""

    def __init__(self, context: Context, style: str) -> None:
        super().__init__({None: "", "": ""})
        self._context, self._style = context, style

    def __missing__(self, text: str) -> Cell:
        is_date = self._style in self._context.date_styles
        if is_date and len(text) <= _DAY_LENGTH and text.isascii() and text.isdecimal():
            day = _day(int(text), self._context.is_1904)
            if day is not None:
                self[text] = day
                return day
        if is_date or len(text) > _SIMPLE_LENGTH or not _SIMPLE.fullmatch(text):
            before = len(self._context.notices)
            cell = value(self._context, "", None, self._style, text)
            if len(self._context.notices) > before or before == NOTICES_LIMIT:
                del self._context.notices[before:]
                raise _UnusualError
        else:
            cell = float(text) if "." in text else int(text)  # equal, and half the way through the pipe
        self[text] = cell
        return cell


@lru_cache(maxsize=1 << 15)  # the same days stand in many files
def _day(serial: int, is_1904: bool) -> Cell | None:
    return date_cell(serial, is_1904)


class _Readers(dict[str, Callable[[str | None], Cell]]):
    """What reads the value of a cell, by the attributes written in the cell."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context

    def __missing__(self, how: str) -> Callable[[str | None], Cell]:
        match = _HOW.fullmatch(how)
        style, kind = (match[1], match[2]) if match else (None, "")
        reader: Callable[[str | None], Cell]
        if kind == "s":
            reader = self._context.strings.__getitem__  # type: ignore[assignment]
        elif kind is None or kind == "n":
            reader = _Numbers(self._context, style or "").__getitem__
        else:
            reader = _refuse
        self[how] = reader
        return reader


def _refuse(text: str | None) -> Cell:
    if text:
        raise _UnusualError
    return ""


# -- what stands around the rows -------------------------------------------------------------------------


class _Around:
    """Follows the elements around the rows: hidden columns, merged cells, ranges of links."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._path: list[str] = []
        self._ranges = 0
        self._merged = 0
        self._data = 0
        self._is_unusual = False

    def is_plain(self, text: str) -> bool:
        """Parse what stands around the rows; whether it is written so that the rows may be split plainly."""
        parser = Parser(self._context.file, self._context.part)
        parser.expat.CommentHandler = parser.expat.StartCdataSectionHandler = self._mark
        parser.expat.ProcessingInstructionHandler = self._mark
        root = ""

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal root
            root = root or name
            self.start(name, attributes)

        parser.parse(text, start, self.end)
        return local(root) == "worksheet" and self._data == 1 and not self._is_unusual

    def _mark(self, *_ignored: object) -> None:
        self._is_unusual = True

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """See an element begin."""
        own = local(name)
        self._path.append(own)
        if own == "sheetData":
            self._data += 1
            if len(self._path) != 2 or self._data > 1:
                raise errors.XmlNamespaceError(file=self._context.file, part=self._context.part)
        elif own == "mergeCell":
            self._take_range(attributes.get("ref", ""), is_merged=True)
        elif own == "hyperlink":
            self._take_range(attributes.get("ref", ""), is_merged=False)
        elif own == "col" and attributes.get("hidden") in ("1", "true"):
            first, last = attributes.get("min", "")[:7], attributes.get("max", "")[:7]
            if first.isdecimal() and last.isdecimal():
                names = _letters(min(int(first), LAST_COLUMN)), _letters(min(int(last), LAST_COLUMN))
                self._context.notice(notices.HIDDEN_COLUMNS, detail="–".join(dict.fromkeys(names)))

    def end(self, _name: str) -> None:
        """See an element end."""
        self._path.pop()

    def _take_range(self, ref: str, *, is_merged: bool) -> None:
        context = self._context
        self._ranges += 1
        found = _RANGE.fullmatch(ref)
        area = 0
        if found and found[3]:
            area = (_COLUMNS[found[3]] - _COLUMNS[found[1]] + 1) * (int(found[4]) - int(found[2]) + 1)
            self._merged += max(area, 0)
        if (found is None and is_merged) or self._ranges > MERGE_LIMIT or self._merged > LAST_ROW * 8:
            raise errors.RangeError(file=context.file, range=ref[:40], part=context.part)
        if is_merged:
            context.notice(notices.MERGED, detail=ref)


# -- rows written in any other way -----------------------------------------------------------------------


class _Parsed:
    """Parses a sheet cell by cell: prefixes, comments, rich text, rows and cells without address."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._around = _Around(context)
        self._rows = _Rows(context)
        self._path: list[str] = []
        self._row = self._column = 0
        self._columns: list[int] = []
        self._cells: list[Cell] = []
        self._kind: str | None = None
        self._style: str | None = None
        self._text: list[str] | None = None
        self._formula: list[str] | None = None
        self._length = 0
        self._values = 0

    def rows(self, text: str) -> _Rows:
        """Return the rows."""
        parser = Parser(self._context.file, self._context.part)
        parser.expat.CharacterDataHandler = self._say
        parser.expat.CommentHandler = parser.expat.ProcessingInstructionHandler = self._refuse_inside_value
        parser.parse(text, self._start, self._end)
        return self._rows.end()

    def _refuse_inside_value(self, *_ignored: object) -> None:
        if self._path and self._path[-1] in ("v", "t", "f"):
            raise errors.XmlCommentError(file=self._context.file, part=self._context.part)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        own = local(name)
        inside = self._path[1:2] == ["sheetData"]
        self._around.start(name, attributes)
        self._path.append(own)
        place = self._path[2:]
        if not self._is_in_place(name.rpartition(" ")[2], own, place, inside):
            raise errors.XmlNamespaceError(file=self._context.file, part=self._context.part)
        if not inside:
            return
        if place == ["row"]:
            self._begin_row(attributes)
        elif place == ["row", "c"]:
            self._begin_cell(attributes)
        elif place == ["row", "c", "f"]:
            self._formula = []
        elif own in ("v", "t") and place in _VALUES:
            self._values += 1
            if place != ["row", "c", "is", "r", "t"] and self._values > 1:
                raise errors.CellTwiceError(
                    file=self._context.file, cell=self._address, part=self._context.part
                )
            if place[-1] == "t" and self._kind != "inlineStr":
                raise errors.CellValueError(
                    file=self._context.file, cell=self._address, part=self._context.part
                )
            self._text = self._text or []

    def _is_in_place(self, said: str, own: str, place: list[str], inside: bool) -> bool:
        """Whether an element stands where every reader looks for it, and in its own namespace."""
        if not inside:
            return self._path[0] == "worksheet" and (
                own == said or (said, len(self._path)) != ("sheetData", 2)
            )
        expected = _PLACES.get(said)
        return expected is None or (own == said and place == expected)

    def _say(self, text: str) -> None:
        place = self._path[2:]
        if self._text is not None and place in _VALUES:
            self._length += len(text)
            if self._length > CELL_LENGTH:
                raise errors.LongCellError(file=self._context.file, part=self._context.part)
            self._text.append(text)
        elif self._formula is not None and place == ["row", "c", "f"]:
            self._formula.append(text)

    def _end(self, name: str) -> None:
        self._around.end(name)
        place = self._path[2:]
        self._path.pop()
        if place == ["row", "c"] and self._path[1] == "sheetData":
            self._end_cell()
        elif place == ["row"] and self._path[1] == "sheetData" and self._columns:
            self._rows.add(self._columns, self._cells)

    def _begin_row(self, attributes: dict[str, str]) -> None:
        given = attributes.get("r")
        if given is None:
            self._row += 1
        elif given.isascii() and given.isdecimal() and len(given) < 8:
            self._row = int(given)
        else:
            raise errors.RowOrderError(file=self._context.file, row=given[:20], part=self._context.part)
        self._rows.begin(self._row, attributes.get("hidden") in ("1", "true"))
        self._column = 0
        self._columns, self._cells = [], []

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        context = self._context
        given = attributes.get("r")
        before = self._column
        if given is None:
            self._column += 1
        else:
            address = _ADDRESS.fullmatch(given)
            if address is None or int(address[2]) != self._row:
                raise errors.CellReferenceError(file=context.file, part=context.part, cell=given[:20])
            self._column = _COLUMNS[address[1]]
        if self._column <= before or self._column > LAST_COLUMN:
            _check_order(context, [before, self._column], str(self._row))
        self._kind, self._style = attributes.get("t"), attributes.get("s")
        self._text = self._formula = None
        self._length = self._values = 0

    @property
    def _address(self) -> str:
        return f"{_letters(self._column)}{self._row}"

    def _end_cell(self) -> None:
        if self._formula is not None:
            self._context.notice(notices.FORMULA, self._address, "".join(self._formula))
        text = "".join(self._text or ())
        cell = value(self._context, self._address, self._kind, self._style, text) if text else ""
        self._columns.append(self._column)
        self._cells.append(cell)
        self._text = None


_VALUES = (["row", "c", "v"], ["row", "c", "is", "t"], ["row", "c", "is", "r", "t"])
_PLACES = {"row": ["row"], "c": ["row", "c"], "v": ["row", "c", "v"], "is": ["row", "c", "is"]}

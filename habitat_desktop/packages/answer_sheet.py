"""A worksheet that writes its rows of answers itself: XlsxWriter needs ten times as long for a cell.

WORKAROUND: `_write_rows`, `str_table` and `_get_xf_index` are XlsxWriter's own;
`tests/packages/test_workbook.py` compares what is written with what XlsxWriter writes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from xlsxwriter.worksheet import Worksheet

from habitat_desktop.packages.cells import address
from habitat_desktop.packages.layout import Cell
from habitat_desktop.packages.texts import LINE, Formats, lines_of

_WRAPPED_LENGTH = 110  # characters
_DAY_0 = date(1899, 12, 30).toordinal()


@dataclass(frozen=True)
class ColumnStyle:
    """How a column shows its answers: its width in letters, and whether its numbers are grouped."""

    width: float
    is_grouped: bool


class AnswerSheet(Worksheet):  # type: ignore[misc]
    """A sheet with rows of headings, written as usual, and rows of answers below them."""

    dim_rowmax: Any

    def put_rows(
        self, first: int, rows: Sequence[Sequence[Cell]], formats: Formats, columns: Sequence[ColumnStyle]
    ) -> None:
        """Take the rows from row `first` on, counted from 0; nothing else is written there or below."""
        if not rows:
            return
        self._first = first
        self._check_dimensions(first + len(rows) - 1, len(columns) - 1)
        line, lines, number, day = map(
            _style, (formats.text, formats.several_lines, formats.number, formats.date)
        )
        grouped = [_style(style) for style in formats.grouped]
        index = self.str_table._get_shared_string_index
        about = [
            (address(0, place)[:-1], column.width, grouped if column.is_grouped else [])
            for place, column in enumerate(columns)
        ]
        self._lines = []
        for y, row in enumerate(rows, first + 1):
            parts = [""]
            height = 1
            for (letter, width, groups), cell in zip(about, row, strict=True):
                if isinstance(cell, str):
                    if cell:
                        style = line
                        if _is_wrapped(cell, width):
                            style, height = lines, max(height, lines_of(cell, width))
                        parts.append(f'<c r="{letter}{y}{style}" t="s"><v>{index(cell)}</v></c>')
                elif isinstance(cell, list):
                    parts.append(f'<c r="{letter}{y}{day}"><v>{_serial(cell)}</v></c>')
                else:
                    text = f"{cell:.16G}"
                    style = _grouped(text, groups) if groups else number
                    parts.append(f'<c r="{letter}{y}{style or number}"><v>{text}</v></c>')
            parts[0] = f'<row r="{y}">' if height == 1 else _high_row(y, height)
            parts.append("</row>")
            self._lines.append("".join(parts))

    def _write_rows(self) -> None:
        lines: list[str] = getattr(self, "_lines", [])
        last = self.dim_rowmax
        if lines:
            self.dim_rowmax = self._first - 1
        super()._write_rows()
        self.dim_rowmax = last
        for line in lines:
            self.fh.write(line)


def _style(style: Any) -> str:
    return f'" s="{style._get_xf_index()}'


def _high_row(y: int, lines: int) -> str:
    """Return the start of a row; not every program works out the height of wrapped text itself."""
    return f'<row r="{y}" ht="{LINE * lines}" customHeight="1">'


def _is_wrapped(text: str, width: float) -> bool:
    """Whether a text gets several lines: not one so long that its row would fill the screen."""
    return len(text) <= _WRAPPED_LENGTH and (len(text) > width or "\n" in text)


def _grouped(text: str, groups: Sequence[str]) -> str:
    """Return the style with as many decimals as a number has; "" for one too small or too exact."""
    decimals = len(text.partition(".")[2])
    return "" if "E" in text or decimals >= len(groups) else groups[decimals]


def _serial(cell: list[str]) -> int:
    return date.fromisoformat(cell[0]).toordinal() - _DAY_0

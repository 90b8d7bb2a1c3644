"""A worksheet that writes its rows of answers itself: XlsxWriter needs ten times as long for a cell.

WORKAROUND: `_write_rows`, `str_table` and `_get_xf_index` are XlsxWriter's own; `tests/packages/test_workbook.py`
compares what is written with what XlsxWriter writes.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from xlsxwriter.worksheet import Worksheet

from habitat_desktop.packages.cells import address
from habitat_desktop.packages.layout import Cell
from habitat_desktop.packages.texts import Formats

_DAY_0 = date(1899, 12, 30).toordinal()


class AnswerSheet(Worksheet):  # type: ignore[misc]
    """A sheet with rows of headings, written as usual, and rows of answers below them."""

    dim_rowmax: Any

    def put_rows(self, first: int, rows: Sequence[Sequence[Cell]], formats: Formats) -> None:
        """Take the rows from row `first` on, counted from 0; nothing else is written there or below."""
        if not rows:
            return
        self._first = first
        self._check_dimensions(first + len(rows) - 1, max(map(len, rows)) - 1)
        text, number, day = (
            f'" s="{style._get_xf_index()}' for style in (formats.text, formats.number, formats.date)
        )
        index = self.str_table._get_shared_string_index
        letters = [address(0, column)[:-1] for column in range(max(map(len, rows)))]
        self._lines = []
        for y, row in enumerate(rows, first + 1):
            parts = [f'<row r="{y}">']
            for letter, cell in zip(letters, row, strict=False):
                kind = type(cell)
                if kind is str:
                    if cell:
                        parts.append(f'<c r="{letter}{y}{text}" t="s"><v>{index(cell)}</v></c>')
                elif kind is list:
                    parts.append(f'<c r="{letter}{y}{day}"><v>{_serial(cell)}</v></c>')
                else:
                    parts.append(f'<c r="{letter}{y}{number}"><v>{cell:.16G}</v></c>')
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


def _serial(cell: Any) -> int:
    return date.fromisoformat(cell[0]).toordinal() - _DAY_0

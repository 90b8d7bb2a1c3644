"""Writes a report as an Excel workbook: a first page, a sheet for each table, sources and records.

Numbers are real numbers. A figure leads by its link to the records it was worked out from. No cell is ever a
formula: texts of records may look like one.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from habitat_desktop.i18n.catalogues import _, pgettext, speaking
from habitat_desktop.i18n.text import clean
from habitat_desktop.packages.layout import CELL_LENGTH, text_cell, unique_name
from habitat_desktop.packages.texts import LINE, lines_of, text_width
from habitat_desktop.reports.companions import with_companions
from habitat_desktop.reports.document import (
    Bullets,
    Cell,
    Column,
    Day,
    Document,
    Figure,
    Measure,
    Number,
    Paragraph,
    Quote,
    RecordName,
    Section,
    Table,
)
from habitat_desktop.reports.endings import records_table
from habitat_desktop.reports.errors import ReportTooLargeError
from habitat_desktop.reports.sources import Sources
from habitat_desktop.reports.wording import DASH, cell_words, column_title, filled, is_right_to_left

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_ROWS, _LINKS = 1_048_576, 65_530  # of an Excel sheet
_WIDTHS = (26, 90)  # of the first page
_NARROWEST, _WIDEST, _MEASURED = 8, 60, 200
_EXACT = 15  # digits Excel keeps
_FIRST_DAY = date(1900, 3, 1)
_BLUE, _GREY, _TINT = "#006994", "#5C6975", "#E1F1F9"


def as_workbook(document: Document) -> bytes:
    """Return the bytes of the workbook of a report.

    Raises:
        ReportTooLargeError: a table has more rows than a sheet.
    """
    from xlsxwriter import Workbook  # heavy, and not needed before the first report

    target = BytesIO()
    with speaking(document.language):
        workbook = Workbook(target, _OPTIONS)
        made = datetime.fromisoformat(document.made_on)
        workbook.set_properties({"title": document.title, "subject": document.subtitle, "created": made})
        workbook.set_size(1800, 1200)
        _Writer(workbook, document).write()
        workbook.close()
    return target.getvalue()


class _Formats:
    """The formats of the workbook, made when they are first used."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._known: dict[tuple[tuple[str, Any], ...], Any] = {}
        self._sided = {"reading_order": 2, "align": "right"} if is_right_to_left() else {}

    def text(self, **properties: Any) -> Any:
        """Return the format of a text in the language of the report."""
        return self._made({"num_format": "@", "text_wrap": True, **self._sided, **properties})

    def quote(self, **properties: Any) -> Any:
        """Return the format of a text that keeps the direction of its own letters."""
        return self._made({"num_format": "@", "text_wrap": True, **properties})

    def number(self, decimals: int, measure: Measure, **properties: Any) -> Any:
        """Return the format of a number: in groups of three, with its decimals and per cent sign."""
        shown = "#,##0" + ("." + "0" * decimals if decimals else "")
        if measure == "percent":
            pattern = pgettext("percentage", "{number}%")
            before, _field, behind = pattern.partition("{number}")
            shown = (f'"{before}"' if before else "") + shown + (f'"{behind}"' if behind else "")
        return self._made({"num_format": f"{shown}_)", "font_color": "black", "underline": 0, **properties})

    def day(self, **properties: Any) -> Any:
        """Return the format of a date."""
        return self._made({"num_format": "yyyy-mm-dd_)", **properties})

    def _made(self, properties: dict[str, Any]) -> Any:
        properties = {"valign": "top", **properties}
        key = tuple(sorted(properties.items()))
        if key not in self._known:
            self._known[key] = self._workbook.add_format(properties)
        return self._known[key]


class _Writer:
    def __init__(self, workbook: Any, document: Document) -> None:
        self._workbook = workbook
        self._document = document
        self._formats = _Formats(workbook)
        self._sources = Sources(document)
        self._taken: set[str] = set()
        # Translators: names of the sheets of a report; at most 31 characters
        self._front_name = unique_name(_("Report"), self._taken)
        self._sources_name = unique_name(_("Sources of figures"), self._taken)
        self._records_name = unique_name(_("Records"), self._taken)
        self._links = 0

    def write(self) -> None:
        front = self._sheet(self._front_name)
        sheets = self._write_front(front)
        for name, heading, table in sheets:
            self._write_table(self._sheet(name), heading, table)
        self._write_sources(self._sheet(self._sources_name))
        self._write_table(self._sheet(self._records_name), _("Records behind this report"),
                          records_table(self._document))  # fmt: skip
        front.activate()

    def _sheet(self, name: str) -> Any:
        sheet = self._workbook.add_worksheet(name)
        if is_right_to_left():
            sheet.right_to_left()
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        sheet.set_paper(9)  # A4
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C&P / &N")
        sheet.hide_gridlines(2)
        return sheet

    # -- the first page ----------------------------------------------------------------------------------

    def _write_front(self, sheet: Any) -> list[tuple[str, str, Table]]:
        """Write the first page and return the tables that need a sheet: name, heading, table."""
        formats, document = self._formats, self._document
        for position, width in enumerate(_WIDTHS):
            sheet.set_column(position, position, width)
        sheet.write_string(
            0, 0, document.title, formats.text(bold=True, font_size=18, font_color=_BLUE, text_wrap=False)
        )
        sheet.set_row(0, 30)
        sheet.write_string(
            1, 0, document.subtitle, formats.text(font_size=12, font_color=_GREY, text_wrap=False)
        )
        row = 3
        for fact in document.basis:
            sheet.write_string(row, 0, fact.title, formats.text(font_color=_GREY))
            row = self._write_lines(sheet, row, filled(fact.value), column=1)
        row += 1
        found: list[tuple[str, str, Table]] = []
        heading = document.title
        for depth, block in document.walk():
            if isinstance(block, Section):
                heading = block.title
                size = max(11, 16 - 2 * depth)
                sheet.write_string(
                    row,
                    0,
                    heading,
                    formats.text(bold=True, font_size=size, font_color=_BLUE, text_wrap=False),
                )
                sheet.set_row(row, size + 10)
                row += 1
            elif isinstance(block, Paragraph):
                row = self._write_lines(sheet, row, filled(block), is_note=block.is_note)
            elif isinstance(block, Bullets):
                for item in block.items:
                    row = self._write_lines(sheet, row, f"• {filled(item)}")
            elif isinstance(block, Table):
                row = self._write_pointer(sheet, row, block, heading, found)
        self._write_pointers(sheet, row + 1)
        return found

    def _write_lines(self, sheet: Any, row: int, text: str, *, column: int = 0, is_note: bool = False) -> int:
        """Write a paragraph over the width of the page and return the row below it."""
        style = self._formats.text(**({"font_color": _GREY, "italic": False} if is_note else {}))
        text = text_cell(clean(text))
        width = sum(_WIDTHS[column:])
        if column == 0:
            sheet.merge_range(row, 0, row, 1, "", style)
        sheet.write_string(row, column, text, style)
        sheet.set_row(row, min(LINE * lines_of(text, width) + 2, 409))
        return row + 1

    def _write_pointer(
        self, sheet: Any, row: int, table: Table, heading: str, found: list[tuple[str, str, Table]]
    ) -> int:
        title = table.title or heading
        if not table.rows:
            nothing = table.empty or _("Nothing to show.")
            return self._write_lines(sheet, row, f"{title}: {nothing}", is_note=True)
        name = unique_name(title, self._taken)
        found.append((name, title if table.title else heading, table))
        self._write_link(sheet, row, name, title)
        return row + 1

    def _write_pointers(self, sheet: Any, row: int) -> None:
        for number, name in enumerate((self._sources_name, self._records_name)):
            self._write_link(sheet, row + number, name, name)

    def _write_link(self, sheet: Any, row: int, name: str, text: str) -> None:
        style = self._formats.text(font_color=_BLUE, underline=1, text_wrap=False)
        sheet.write_url(row, 0, f"internal:'{name}'!A1", style, text_cell(text))

    # -- a table -----------------------------------------------------------------------------------------

    def _write_table(self, sheet: Any, heading: str, table: Table) -> None:
        table = with_companions(table, spread=True)
        formats = self._formats
        if len(table.rows) + 10 + len(table.notes) > _ROWS:
            raise ReportTooLargeError(rows=len(table.rows))
        sheet.write_string(
            0, 0, heading, formats.text(bold=True, font_size=14, font_color=_BLUE, text_wrap=False)
        )
        sheet.set_row(0, 24)
        head = formats.text(bold=True, bg_color=_TINT, bottom=1, bottom_color=_BLUE)
        head_of_numbers = formats.text(bold=True, bg_color=_TINT, bottom=1, bottom_color=_BLUE, align="right")
        height = 1
        for position, column in enumerate(table.columns):
            title = column_title(column)
            width = _width(column, title, [row[position] for row in table.rows[:_MEASURED]])
            sheet.set_column(position, position, width)
            sheet.write_string(2, position, title, head_of_numbers if column.kind == "number" else head)
            height = max(height, lines_of(title, width))
        sheet.set_row(2, LINE * min(height, 6) + 2)
        number = 3
        for row in table.rows:
            self._write_row(sheet, number, row)
            number += 1
        sheet.freeze_panes(3, 1)
        sheet.repeat_rows(2)
        if table.rows:
            sheet.autofilter(2, 0, number - 1, len(table.columns) - 1)
        if table.total:
            self._write_row(sheet, number, table.total, bold=True, top=1, top_color=_BLUE)
            number += 1
        for note in table.notes:
            number += 1
            sheet.write_string(
                number, 0, text_cell(filled(note)), formats.text(font_color=_GREY, text_wrap=False)
            )

    def _write_row(self, sheet: Any, number: int, row: Sequence[Cell], **style: Any) -> None:
        for position, cell in enumerate(row):
            self._write_cell(sheet, number, position, cell, style)

    def _write_cell(self, sheet: Any, row: int, column: int, cell: Cell, style: dict[str, Any]) -> None:
        formats = self._formats
        if isinstance(cell, Number | Figure) and cell.value is not None and _is_exact(cell.value):
            shown = formats.number(cell.decimals, cell.measure, **style)
            if self._can_link(cell):
                self._link_to_source(sheet, row, column, cell, shown)
            sheet.write_number(row, column, float(cell.value), shown)
        elif isinstance(cell, Number | Figure):
            shown = formats.text(align="right", **style)
            if self._can_link(cell):
                self._link_to_source(sheet, row, column, cell, shown)
            sheet.write_string(row, column, DASH if cell.value is None else cell_words(cell), shown)
        elif isinstance(cell, Day) and (day := _excel_day(cell.iso)) is not None:
            sheet.write_datetime(row, column, day, formats.day(**style))
        elif isinstance(cell, Quote):
            sheet.write_string(row, column, text_cell(cell.text), formats.quote(**style))
        elif isinstance(cell, RecordName):
            sheet.write_string(row, column, cell.label, formats.quote(text_wrap=False, **style))
        else:
            text = text_cell(cell_words(cell))
            sheet.write_string(row, column, text, formats.text(**style)) if text else sheet.write_blank(
                row, column, None, formats.text(**style)
            )

    def _can_link(self, cell: Cell) -> bool:
        return bool(self._sources.number(cell)) and self._links < _LINKS

    def _link_to_source(self, sheet: Any, row: int, column: int, cell: Cell, shown: Any) -> None:
        """Let the figure lead to the row with its records; the text of the link is replaced by the number."""
        self._links += 1
        number = self._sources.number(cell)
        count = len(self._sources.all[number - 1].record_ids)
        tip = _("Source {number}: records {count}").format(number=number, count=count)
        sheet.write_url(row, column, f"internal:'{self._sources_name}'!A{number + 3}", shown, "", tip)

    # -- sources -----------------------------------------------------------------------------------------

    def _write_sources(self, sheet: Any) -> None:
        """Write a row for each source; labels that fill a cell go on in the next one."""
        formats = self._formats
        heading = _("The records behind each figure: click on a figure to come here")
        sheet.write_string(
            0, 0, heading, formats.text(bold=True, font_size=14, font_color=_BLUE, text_wrap=False)
        )
        head = formats.text(bold=True, bg_color=_TINT, bottom=1, bottom_color=_BLUE)
        for position, title in enumerate((_("Source"), _("Records"), _("Labels of the records"))):
            sheet.write_string(2, position, title, head)
        sheet.set_column(0, 1, 12)
        sheet.set_column(2, 2, 120)
        for source in self._sources.all:
            row = source.number + 2
            sheet.write_number(row, 0, source.number, formats.number(0, "count"))
            sheet.write_number(row, 1, len(source.record_ids), formats.number(0, "count"))
            for position, part in enumerate(_parts(self._sources.labels(source.record_ids)), 2):
                sheet.write_string(row, position, part, formats.quote())
        sheet.freeze_panes(3, 0)


def _parts(labels: Sequence[str]) -> list[str]:
    """Return labels joined into as few texts as cells can hold."""
    parts: list[str] = []
    here: list[str] = []
    length = 0
    for label in labels:
        if length + len(label) + 2 > CELL_LENGTH and here:
            parts.append(", ".join(here))
            length, here = 0, []
        here.append(label)
        length += len(label) + 2
    return [*parts, ", ".join(here)]


def _is_exact(value: Decimal) -> bool:
    return len(value.as_tuple().digits) <= _EXACT and abs(value.adjusted()) < 300


def _excel_day(iso: str) -> date | None:
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return None
    return day if day >= _FIRST_DAY else None


def _width(column: Column, title: str, cells: Sequence[Cell]) -> float:
    if column.width:
        return float(max(column.width, _NARROWEST))
    longest = max((max(map(text_width, cell_words(cell).split("\n"))) for cell in cells), default=0)
    return float(min(max(longest + 3, text_width(title) / 3 + 4, _NARROWEST), _WIDEST))

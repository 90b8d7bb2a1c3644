"""Writes a report as one HTML page that needs nothing else: to read, to print, and to make a PDF of."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape

from habitat_desktop.i18n.catalogues import _, speaking
from habitat_desktop.i18n.languages import languages
from habitat_desktop.reports.companions import shares, with_companions
from habitat_desktop.reports.document import (
    Bullets,
    Cell,
    Code,
    Column,
    Document,
    Figure,
    Number,
    Paragraph,
    Quote,
    RecordName,
    Room,
    Section,
    Table,
)
from habitat_desktop.reports.endings import records_table, source_words
from habitat_desktop.reports.errors import ReportTooLongError
from habitat_desktop.reports.sources import Sources
from habitat_desktop.reports.wording import cell_words, column_title, is_right_to_left, pieces, quote_mark

Shorten = Callable[[Table], Table]
_NUMBERS = ("number", "date")
_MANY_COLUMNS = 6  # with more the letters are smaller
PRINTED_ROWS = 5_000
_PRINTED_TOGETHER = 60  # rows: for each page Qt goes through whole tables
_STYLE = """
body { font-family: "Segoe UI", "Noto Sans", "Noto Sans Arabic", "Noto Sans CJK SC", "Microsoft YaHei",
  "PingFang SC", "DejaVu Sans", Arial, sans-serif; font-size: 10pt; line-height: 1.4; color: #1d2730;
  margin: 2em auto; max-width: 75em; }
h1 { color: #006994; font-size: 20pt; margin: 0; } h2, h3, h4 { color: #006994; page-break-after: avoid; }
a { color: #006994; }
.subtitle { font-size: 13pt; color: #5c6975; margin: 0 0 1em; }
table { border-collapse: collapse; margin: 0.6em 0 1em; width: 100%; }
th, td { border: 1px solid #c9d3da; padding: 3px 6px; vertical-align: top; text-align: start; }
thead { display: table-header-group; } tr { page-break-inside: avoid; }
th { background: #e1f1f9; } .facts td { border: none; }
.facts td:first-child { color: #5c6975; width: 20%; } .total td { font-weight: bold; }
.number { text-align: end; font-variant-numeric: tabular-nums; } td.number { white-space: nowrap; }
.wide th, .wide td { font-size: 8pt; }
.note, sup { color: #5c6975; } .note { font-size: 9pt; } .room { min-width: 10em; background: #fffdf5; }
@page { size: A4 landscape; margin: 15mm; } @media print { body { margin: 0; max-width: none; } }
"""


def as_page(document: Document, *, for_print: bool = False, shorten: Shorten | None = None) -> str:
    """Return the page of a report; `for_print` as Qt prints it, which lays no table out from the right.

    `shorten` makes it the page of the window: tables cut by it, as Qt shows them, with records as links
    "record:ID" and sources as "source:N".

    Raises:
        ReportTooLongError: for print, and it has more rows than Qt lays out in a minute.
    """
    rows = len(document.records) + sum(len(one.rows) for _d, one in document.walk() if isinstance(one, Table))
    if for_print and rows > PRINTED_ROWS:
        raise ReportTooLongError(rows=rows, limit=PRINTED_ROWS)
    with speaking(document.language):
        writer = _Writer(document, for_print=for_print, shorten=shorten)
        return "\n".join(writer.lines()) + "\n"


class _Writer:
    def __init__(self, document: Document, *, for_print: bool, shorten: Shorten | None = None) -> None:
        self._document = document
        self._shorten = shorten
        is_by_qt = for_print or shorten is not None
        self._is_mirrored = is_by_qt and is_right_to_left()  # cells are written in the opposite order
        self._rows_together = _PRINTED_TOGETHER if for_print else 0
        self._sources = Sources(document)

    def lines(self) -> Iterator[str]:
        """Yield the page."""
        document = self._document
        direction = languages()[document.language].direction
        yield "<!DOCTYPE html>"
        yield f'<html lang="{document.language}" dir="{direction}">'
        yield f'<head><meta charset="utf-8"><title>{escape(document.title)}</title>'
        yield f"<style>{_STYLE}</style></head>"
        yield f'<body dir="{direction}"><h1>{escape(document.title)}</h1>'
        yield f'<p class="subtitle">{escape(document.subtitle)}</p>'
        yield '<table class="facts" border="0" width="100%">'
        for fact in document.basis:
            cells = [f'<td width="20%">{escape(fact.title)}</td>', f"<td>{self._words(fact.value)}</td>"]
            yield f"<tr>{self._ordered(cells)}</tr>"
        yield "</table>"
        for depth, block in document.walk():
            if isinstance(block, Section):
                level = min(depth + 1, 6)
                yield f"<h{level}>{escape(block.title)}</h{level}>"
            elif isinstance(block, Paragraph):
                yield self._paragraph(block)
            elif isinstance(block, Bullets):
                yield "<ul>" + "".join(f"<li>{self._words(item)}</li>" for item in block.items) + "</ul>"
            elif isinstance(block, Table):
                yield from self._table(block)
        yield from self._endings()
        yield "</body></html>"

    def _endings(self) -> Iterator[str]:
        if self._sources.all:
            yield _heading(_("The records behind each figure"))
            yield '<table border="1" width="100%"><tbody>'
            for source in self._sources.all:
                words = escape(source_words(self._document, self._sources, source))
                name, mark = f"source-{source.number}", f"[{source.number}]"
                cells = [f'<td class="number" width="6%">{mark}</td>', f"<td>{words}</td>"]
                yield f'<tr id="{name}">{self._ordered(cells)}</tr>'
            yield "</tbody></table>"
        yield _heading(_("Records behind this report"))
        yield from self._table(records_table(self._document))

    def _paragraph(self, paragraph: Paragraph) -> str:
        style = ' class="note"' if paragraph.is_note else ""
        return f"<p{style}>{self._words(paragraph)}</p>"

    def _words(self, paragraph: Paragraph) -> str:
        return "".join(escape(text) if cell is None else self._cell(cell) for text, cell in pieces(paragraph))

    def _table(self, table: Table) -> Iterator[str]:
        if table.title:
            yield f"<h4>{escape(table.title)}</h4>"
        if not table.rows:
            nothing = table.empty or _("Nothing to show.")
            yield f'<p class="note">{escape(nothing)}</p>'
            return
        table = with_companions(self._shorten(table) if self._shorten is not None else table, spread=False)
        wide = ' class="wide"' if len(table.columns) > _MANY_COLUMNS else ""
        widths = shares(table)
        titles = self._ordered(
            f'<th{_numeric(column)} width="{width}%">{escape(column_title(column))}</th>'
            for column, width in zip(table.columns, widths, strict=True)
        )
        head = f'<table border="1" width="100%"{wide}><thead><tr>{titles}</tr></thead><tbody>'
        yield head
        for number, row in enumerate(table.rows):
            if self._rows_together and number and number % self._rows_together == 0:
                yield f"</tbody></table>{head}"
            yield self._row(table.columns, row)
        if table.total:
            yield self._row(table.columns, table.total, style=' class="total"')
        yield "</tbody></table>"
        for note in table.notes:
            yield f'<p class="note">{self._words(note)}</p>'

    def _row(self, columns: Sequence[Column], row: Sequence[Cell], style: str = "") -> str:
        cells = []
        for column, cell in zip(columns, row, strict=True):
            if isinstance(cell, Room):
                cells.append('<td class="room">&nbsp;</td>')
            else:
                shown = self._cell(cell)
                shown = f"<b>{shown}</b>" if style else shown
                numeric = column if isinstance(cell, Number | Figure) or column.kind in _NUMBERS else None
                cells.append(f"<td{_numeric(numeric)}>{shown}</td>")
        return f"<tr{style}>{self._ordered(cells)}</tr>"

    def _ordered(self, cells: Iterable[str]) -> str:
        found = list(cells)
        return "".join(found[::-1] if self._is_mirrored else found)

    def _cell(self, cell: Cell) -> str:
        words = escape(cell_words(cell)).replace("\n", "<br>")
        if isinstance(cell, Quote):
            mark = quote_mark(cell)
            spoken = f' lang="{escape(cell.language)}"' if cell.language else ""
            quoted = f'<span dir="auto"{spoken}>{words}</span>'
            return f'{quoted} <span class="note">{escape(mark)}</span>' if mark else quoted
        if isinstance(cell, RecordName) and self._shorten is not None and cell.record_id:
            return f'<a href="record:{escape(cell.record_id)}">{words}</a>'
        if isinstance(cell, Code | RecordName):
            return f'<span dir="ltr">{words}</span>'
        number = self._sources.number(cell)
        if number:
            target = f"source:{number}" if self._shorten is not None else f"#source-{number}"
            return f'{words}<sup><a href="{target}">[{number}]</a></sup>'
        return words


def _heading(text: str) -> str:
    return f"<h2>{escape(text)}</h2>"


def _numeric(column: Column | None) -> str:
    is_number = column is not None and column.kind in _NUMBERS
    return ' class="number" align="right"' if is_number else ""

"""A report as the window shows it: the same page, with long tables cut and said to be cut."""

from collections.abc import Sequence
from dataclasses import replace

from habitat_desktop.i18n.catalogues import language, ngettext
from habitat_desktop.i18n.numbers import format_number
from habitat_desktop.reports.as_page import as_page
from habitat_desktop.reports.document import Document, Paragraph, Table
from habitat_desktop.reports.sources import Sources

SHOWN_ROWS = 100  # of one table: laying out a thousand rows takes Qt a second


def preview(document: Document) -> str:
    """Return the page of a report for the window; records are links "record:ID", sources "source:N"."""
    return as_page(document, shorten=_cut)


def records_of_source(document: Document, number: int) -> Sequence[tuple[str, str]]:
    """Return id and label of the records behind the figures that are marked `number`."""
    labels = {line.record_id: line.label for line in document.records}
    for source in Sources(document).all:
        if source.number == number:
            return [(one, labels.get(one, one)) for one in source.record_ids]
    return []


def _cut(table: Table) -> Table:
    count = len(table.rows) - SHOWN_ROWS
    if count <= 0:
        return table
    text = ngettext(
        "{count} more row is not shown here; it is in the file when the report is saved.",
        "{count} more rows are not shown here; they are in the file when the report is saved.",
        count,
    )
    note = Paragraph(text.format(count=format_number(str(count), language())), is_note=True)
    return replace(table, rows=table.rows[:SHOWN_ROWS], notes=[note, *table.notes])

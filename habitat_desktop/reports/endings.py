"""The end of every report: the records behind it and behind each of its figures, as tables."""

from collections.abc import Sequence

from habitat_desktop.i18n.catalogues import _, language, listed, ngettext, pgettext
from habitat_desktop.i18n.periods import period_name
from habitat_desktop.reports.document import Cell, Code, Column, Day, Document, Quote, RecordName, Table, Text
from habitat_desktop.reports.labels import country_label
from habitat_desktop.reports.sources import Source, Sources

NAMED = 200  # records of one figure in a printed list; the workbook names all


def records_table(document: Document) -> Table:
    """Return the list of all records a report was made from."""
    columns = (
        Column(_("Record"), "record", width=16),
        Column(_("Office"), width=8),
        Column(_("Country"), width=18),
        Column(_("Period"), width=16),
        Column(_("About"), "quote", width=28),
        Column(_("Form"), width=22),
        Column(_("Form version"), width=9),
        Column(_("State"), width=12),
        Column(_("Made by"), width=16),
        Column(_("Made on"), "date", width=12),
        Column(_("Revision id"), width=14),
    )
    rows: list[Sequence[Cell]] = [
        (
            RecordName(line.record_id, line.label),
            Code(line.office),
            Text(country_label(line.country)),
            Text(period_name(line.period, language())),
            Quote(line.subject),
            Text(document.form_titles.get(line.form_id, line.form_id)),
            Code(line.form_version),
            Text(state_words(line.state)),
            Quote(line.author),
            Day(line.made_at[:10]),
            Code(line.revision_id[:12]),
        )
        for line in document.records
    ]
    return Table(columns, rows, empty=_("There is no record."))


def state_words(state: str) -> str:
    """Return the state of a record in words, an unknown one as it is."""
    words = {
        "draft": pgettext("state of a record", "Draft"),
        "final": pgettext("state of a record", "Final"),
        "package": pgettext("state of a record", "In package"),
        "received": pgettext("state of a record", "Received"),
        "accepted": pgettext("state of a record", "Accepted"),
        "query": pgettext("state of a record", "Query"),
        "conflict": pgettext("state of a record", "Conflict"),
        "waiting": pgettext("state of a record", "Waiting"),
        "withdrawn": pgettext("state of a record", "Withdrawn"),
    }
    return words.get(state, state)


def source_words(document: Document, sources: Sources, source: Source) -> str:
    """Return the labels of the records behind a figure as one text; long ones are cut and say so."""
    count = len(source.record_ids)
    if count == len(document.records) and count > 1:
        return ngettext(
            "all {count} record of this report", "all {count} records of this report", count
        ).format(count=count)
    labels = sources.labels(source.record_ids)
    if count <= NAMED:
        return listed(labels)
    text = ngettext(
        "{labels} and {count} more: the Excel form of this report names them all",
        "{labels} and {count} more: the Excel form of this report names them all",
        count - NAMED,
    )
    return text.format(labels=listed(labels[:NAMED]), count=count - NAMED)

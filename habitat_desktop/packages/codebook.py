"""The codebook sheet: what each column asks, in which unit, and what the codes of its choices mean."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from habitat_desktop.errors import N_
from habitat_desktop.i18n.catalogues import _, language
from habitat_desktop.packages.choices import choice_labels
from habitat_desktop.packages.layout import CELL_LENGTH, FLAG, Sheet
from habitat_desktop.packages.texts import Formats, unit_name
from habitat_desktop.xforms.definition import Form, Question

# Translators: name of a sheet of the package workbook; at most 31 characters
NAME = N_("Codebook")

_TYPES = {
    "integer": N_("Whole number"),
    "decimal": N_("Decimal number"),
    "range": N_("Decimal number"),
    "text": N_("Text"),
    "date": N_("Date"),
    "today": N_("Date"),
    "time": N_("Time"),
    "dateTime": N_("Date and time"),
    "select_one": N_("One choice"),
    "select_multiple": N_("Several choices"),
    "calculate": N_("Calculated"),
    "hidden": N_("Calculated"),
    "geopoint": N_("Place on the map"),
    "image": N_("Attached file"),
    "file": N_("Attached file"),
}
_COLUMNS = (
    (N_("Sheet"), 18),
    (N_("Column"), 34),
    (N_("Question"), 60),
    (N_("Type"), 18),
    (N_("Unit"), 14),
    (N_("Code"), 20),
    (N_("Meaning"), 60),
)


def write_codebook(
    workbook: Any, sheets: Sequence[Sheet], forms: Mapping[tuple[str, str], Form], name: str
) -> None:
    """Write the codebook: a row for each question, followed by a row for each of its choices."""
    formats = Formats(workbook)
    sheet = workbook.add_worksheet(name)
    formats.prepare(sheet)
    for position, (heading, width) in enumerate(_COLUMNS):
        sheet.set_column(position, position, width)
        sheet.write_string(0, position, _(heading), formats.header)
    row = 0
    for each in sheets:
        form = forms.get((each.form.form_id, each.form.version))
        asked = [c.header for c in each.layout.columns if c.path and c.kind != FLAG] if form else []
        for cells in (cells for header in asked for cells in _rows(form, header)):
            row += 1
            for position, text in enumerate((each.layout.name, *cells)):
                if text:
                    style = formats.wrapped if position in (2, 6) else formats.text
                    sheet.write_string(row, position, text, style)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(row, 1), len(_COLUMNS) - 1)


def _rows(form: Form | None, header: str) -> Iterator[tuple[str, ...]]:
    """Yield what stands right of the sheet's name: the question, then its choices."""
    question = form.elements.get(f"/data/{header}") if form is not None else None
    if form is None or not isinstance(question, Question):
        return
    spoken = language()
    label = question.label(spoken)
    yield (
        header,
        label,
        _(_TYPES.get(question.type, N_("Text"))),
        unit_name(question.unit) if question.unit else "",
        "",
        "",
    )
    for value, meaning in choice_labels(form, question, spoken):
        yield header, label, "", "", value, meaning[:CELL_LENGTH]

"""The codebook sheet: what each column asks, in which unit, and what the codes of its choices mean."""

from collections.abc import Mapping, Sequence
from typing import Any

from habitat_desktop.errors import N_
from habitat_desktop.i18n.catalogues import _, language
from habitat_desktop.packages.choices import choice_labels
from habitat_desktop.packages.layout import CELL_LENGTH, FLAG, Sheet
from habitat_desktop.packages.texts import Formats
from habitat_desktop.xforms.definition import Form, Question

# Translators: name of a sheet of the package workbook; at most 31 characters
NAME = N_("Codebook")

_LISTED = 60  # choices; a longer list is named instead
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
_COLUMNS = ((N_("Sheet"), 18), (N_("Column"), 34), (N_("Question"), 60), (N_("Type"), 18), (N_("Unit"), 14),
            (N_("Choices"), 60))  # fmt: skip


def write_codebook(
    workbook: Any, sheets: Sequence[Sheet], forms: Mapping[tuple[str, str], Form], name: str
) -> None:
    """Write the codebook: one row for each question of each sheet."""
    formats = Formats(workbook)
    sheet = workbook.add_worksheet(name)
    formats.prepare(sheet)
    for position, (heading, width) in enumerate(_COLUMNS):
        sheet.set_column(position, position, width)
        sheet.write_string(0, position, _(heading), formats.header)
    row = 0
    for each in sheets:
        form = forms.get((each.form.form_id, each.form.version))
        if form is None:
            continue
        for column in each.layout.columns:
            if not column.path or column.kind == FLAG:
                continue
            row += 1
            cells = _question_cells(form, column.header)
            for position, text in enumerate((each.layout.name, column.header, *cells)):
                sheet.write_string(
                    row, position, text, formats.wrapped if position in (2, 5) else formats.text
                )
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(row, 1), len(_COLUMNS) - 1)


def _question_cells(form: Form, header: str) -> tuple[str, str, str, str]:
    question = form.elements.get(f"/data/{header}")
    if not isinstance(question, Question):
        return ("", "", "", "")
    spoken = language()
    choices = choice_labels(form, question, spoken)
    if len(choices) > _LISTED:
        shown = _("{count} choices of the list “{list}”").format(count=len(choices), list=question.list_name)
    else:
        shown = "\n".join(f"{value} = {label}" for value, label in choices)
    kind = _(_TYPES.get(question.type, N_("Text")))
    return question.label(spoken), kind, question.unit, shown[:CELL_LENGTH]

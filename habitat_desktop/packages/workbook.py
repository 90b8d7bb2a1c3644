"""Writes the workbook of a package: cover, one sheet per form and repeat, codebook, and the hidden payload.

Sheets of records have two header rows: technical names in row 1, where programs and Kobo macros look for
them, and the questions' labels in row 2, which carries the filter buttons. Both are frozen. Same content,
same bytes: nothing here reads a clock.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from habitat_desktop.errors import N_
from habitat_desktop.i18n.catalogues import _, language, speaking
from habitat_desktop.packages import codebook, conversation_sheet, cover, payload
from habitat_desktop.packages.choices import choice_labels
from habitat_desktop.packages.finding import FormFinder as FormFinder
from habitat_desktop.packages.layout import (
    FLAG,
    HEADER_ROWS,
    NUMBER,
    VALUE,
    Cell,
    Column,
    FormLayout,
    Sheet,
    form_layout,
    other_layout,
    sheets,
    unique_name,
)
from habitat_desktop.packages.package import Package
from habitat_desktop.packages.texts import HEADERS, LINE, Formats, lines_of, text_width, unit_name, words
from habitat_desktop.progress import Progress
from habitat_desktop.records.record import RecordSummary, Revision
from habitat_desktop.xforms.definition import Form, Question

_WIDEST, _NARROWEST = 42, 9  # characters
_HIDDEN_WIDTH = 24
_MEASURED_ROWS = 200
_LABEL_LINES = 7
_CONVERSATION = 2  # its place among the explanations; packages of earlier versions have none
_UNDATED = datetime(2000, 1, 1, tzinfo=UTC)
OPTIONS = {
    "in_memory": True,
    "strings_to_numbers": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
}
# Translators: name of the sheet for records whose form this program does not know; at most 31 characters
_OTHER = N_("Other records")


@dataclass(frozen=True)
class Plan:
    """How the visible sheets of a package will look: settled before the payload, which carries it."""

    layouts: tuple[FormLayout, ...]
    words: dict[str, str]
    explanations: tuple[str, ...]  # names of cover, codebook and conversation


def plan_sheets(revisions: Iterable[Revision], find_form: FormFinder, spoken: str) -> Plan:
    """Lay out the sheets for `revisions`, forms in the order of their ids; unknown forms share one sheet."""
    keys = sorted({(r.heading.form_id, r.heading.form_version) for r in revisions})
    with speaking(spoken):
        taken: set[str] = set()
        names = (cover.NAME, codebook.NAME, conversation_sheet.NAME)
        explanations = tuple(unique_name(_(name), taken) for name in names)
        found = [find_form(*key) for key in keys]
        layouts = [form_layout(form, _choice_values(form), taken) for form in found if form is not None]
        if None in found:
            layouts.append(other_layout(_(_OTHER), taken))
        return Plan(tuple(layouts), words(), explanations)


def build_workbook(
    package: Package,
    content: bytes,
    files: Mapping[str, bytes],
    find_form: FormFinder,
    progress: Progress,
    seal: payload.Seal = payload.UNSIGNED,
    records: Mapping[str, RecordSummary] | None = None,
) -> bytes:
    """Return the bytes of the workbook of `package`.

    `content` is its payload, `seal` who signed it, `files` are the attached files by SHA-256, `records` what
    is known of the records its acts are about, by id.
    """
    from xlsxwriter import Workbook  # heavy, and not needed before the first package

    target = BytesIO()
    with speaking(package.manifest.language):
        workbook = Workbook(target, OPTIONS)
        workbook.set_properties(_properties(package))
        workbook.set_size(1800, 1200)
        shown = sheets(package.heads, package.layouts, package.words)
        forms = _forms(package.layouts, find_form)
        titles = {form.form_id: form.title(language()) for form in forms.values()}
        cover.write_cover(workbook, package, shown, titles, package.explanations)
        if package.acts and len(package.explanations) > _CONVERSATION:
            name = package.explanations[_CONVERSATION]
            conversation_sheet.write_conversation(workbook, name, package.acts, records or {}, find_form)
        formats = Formats(workbook)
        for done, sheet in enumerate(shown):
            progress.step(done, len(shown) + 1)
            _write_sheet(workbook, formats, sheet, forms.get((sheet.form.form_id, sheet.form.version)))
        if shown or not package.acts:
            codebook.write_codebook(workbook, shown, forms, package.explanations[1])
        _write_hidden(workbook, payload.SHEET, [_notice(), *payload.to_cells(content, seal)])
        if files:
            _write_hidden(workbook, payload.FILES_SHEET, _file_rows(files))
        workbook.close()
    return target.getvalue()


def build_sheets(
    revisions: Sequence[Revision], find_form: FormFinder, spoken: str, progress: Progress
) -> bytes:
    """Return the bytes of a workbook with the sheets a package of `revisions` has, and the codebook.

    It is for people and their tools: nothing in it is signed, and it is no package.
    """
    from xlsxwriter import Workbook

    target = BytesIO()
    plan = plan_sheets(revisions, find_form, spoken)
    with speaking(spoken):
        workbook = Workbook(target, OPTIONS)
        shown = sheets(revisions, plan.layouts, plan.words)
        forms = _forms(plan.layouts, find_form)
        formats = Formats(workbook)
        for done, sheet in enumerate(shown):
            progress.step(done, len(shown) + 1)
            _write_sheet(workbook, formats, sheet, forms.get((sheet.form.form_id, sheet.form.version)))
        codebook.write_codebook(workbook, shown, forms, plan.explanations[1])
        workbook.close()
    return target.getvalue()


def build_encrypted(
    package: Package,
    content: bytes,
    files: Mapping[str, bytes],
    seal: payload.Seal,
    recipients: Sequence[str],
) -> bytes:
    """Return the bytes of a workbook in which `recipients` (of age) alone find more than a cover."""
    from xlsxwriter import Workbook

    target = BytesIO()
    manifest = package.manifest
    with speaking(manifest.language):
        workbook = Workbook(target, OPTIONS)
        workbook.set_properties(_properties(package) | {"author": "", "company": ""})
        workbook.set_size(1800, 1200)
        cover.write_sealed_cover(workbook, package, len(recipients))
        rows = payload.to_encrypted_cells(content, seal, files, recipients)
        _write_hidden(workbook, payload.SHEET, [_notice(), *rows])
        workbook.close()
    return target.getvalue()


def _properties(package: Package) -> dict[str, Any]:
    manifest = package.manifest
    try:
        created = datetime.fromisoformat(manifest.made_at)
    except ValueError:
        created = _UNDATED
    title = f"{manifest.sender.office}-{manifest.recipient}-{manifest.number}"
    return {"title": title, "author": manifest.author, "company": manifest.sender.name, "created": created}


def _forms(layouts: Iterable[FormLayout], find_form: FormFinder) -> dict[tuple[str, str], Form]:
    found = {
        (each.form_id, each.version): find_form(each.form_id, each.version)
        for each in layouts
        if each.form_id
    }
    return {key: form for key, form in found.items() if form is not None}


def _choice_values(form: Form) -> Callable[[Question], list[str]]:
    return lambda question: [value for value, _label in choice_labels(form, question, "en")]


# -- one visible sheet -----------------------------------------------------------------------------------


def _write_sheet(workbook: Any, formats: Formats, sheet: Sheet, form: Form | None) -> None:
    from habitat_desktop.packages.answer_sheet import AnswerSheet, ColumnStyle

    target = workbook.add_worksheet(sheet.layout.name, AnswerSheet)
    formats.prepare(target)
    styles = []
    height = 1
    for position, column in enumerate(sheet.layout.columns):
        label = _label(column, form)
        shown = (row.cells[position] for row in sheet.rows[:_MEASURED_ROWS])
        width = _width(column.header, label, shown)
        height = max(height, lines_of(label, width))
        styles.append(ColumnStyle(width, column.kind in (NUMBER, VALUE) and _has_unit(column, form)))
        target.set_column(position, position, width)
        target.write_string(0, position, column.header, formats.technical)
        target.write_string(1, position, label, formats.header)
    target.set_row(1, LINE * min(height, _LABEL_LINES) + 2)
    target.put_rows(HEADER_ROWS, [row.cells for row in sheet.rows], formats, styles)
    target.freeze_panes(HEADER_ROWS, 1)
    target.autofilter(1, 0, max(len(sheet.rows) + 1, HEADER_ROWS), len(sheet.layout.columns) - 1)
    target.repeat_rows(0, 1)


def _has_unit(column: Column, form: Form | None) -> bool:
    """Whether numbers of this column are quantities: they are grouped, a year is not."""
    question = form.elements.get(f"/data/{column.header}") if form is not None and column.path else None
    return isinstance(question, Question) and bool(question.unit)


def _label(column: Column, form: Form | None) -> str:
    if not column.path:
        return _(HEADERS[column.header])
    header = column.header.removesuffix(f"/{column.choice}") if column.kind == FLAG else column.header
    question = form.elements.get(f"/data/{header}") if form is not None else None
    if form is None or not isinstance(question, Question):
        return header
    label = question.label(language()) or question.name
    if column.kind == FLAG:
        choices = dict(choice_labels(form, question, language()))
        # Translators: a column of a select_multiple: the question, then one of its choices
        return _("{question}: {choice}").format(
            question=label, choice=choices.get(column.choice, column.choice)
        )
    if question.unit and column.kind == NUMBER:
        return _("{question} ({unit})").format(question=label, unit=unit_name(question.unit))
    return label


def _width(header: str, label: str, cells: Iterable[Cell]) -> float:
    """Return a width that shows most cells whole, the label in a few lines and the technical name."""
    longest = max((_length(cell) for cell in cells), default=0)
    wanted = max(longest + 2, text_width(label) / 3 + 4, len(header) * 0.75, _NARROWEST)
    return float(min(wanted, _WIDEST))


def _length(cell: Cell) -> int:
    if isinstance(cell, str):
        return max(map(text_width, cell.split("\n")))
    return len(cell[0]) if isinstance(cell, list) else len(f"{cell:,}")


# -- hidden sheets ---------------------------------------------------------------------------------------


def _notice() -> tuple[str, str]:
    return "", _("This sheet lets headquarters check and read the package. Do not change or delete it.")


def _file_rows(files: Mapping[str, bytes]) -> list[tuple[str, ...]]:
    return [
        (sha256, f"{number:06d}", chunk)
        for sha256, content in sorted(files.items())
        for number, chunk in enumerate(payload.to_chunks(content), 1)
    ]


def _write_hidden(workbook: Any, name: str, rows: Sequence[tuple[str, ...]]) -> None:
    """Write text cells only: nothing else survives every program that may save the workbook again."""
    sheet = workbook.add_worksheet(name)
    text = workbook.add_format({"num_format": "@"})
    for number, row in enumerate(rows):
        for position, cell in enumerate(row):
            if cell:
                sheet.write_string(number, position, cell, text)
    sheet.set_column(0, 2, _HIDDEN_WIDTH)
    sheet.hide()

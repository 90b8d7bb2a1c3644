"""The check of a workbook's cells, beside its conversion; that of a foreign one runs in the child."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from habitat_desktop.xforms import limits
from habitat_desktop.xforms.checking.circles import check_circles
from habitat_desktop.xforms.checking.expressions import Expressions
from habitat_desktop.xforms.checking.findings import Finding, Findings
from habitat_desktop.xforms.checking.former import check_former
from habitat_desktop.xforms.checking.formulas import check_formulas
from habitat_desktop.xforms.checking.headers import header_letters
from habitat_desktop.xforms.checking.languages import check_languages
from habitat_desktop.xforms.checking.lists import Lists
from habitat_desktop.xforms.checking.ours import check_ours
from habitat_desktop.xforms.checking.parameters import check_parameters
from habitat_desktop.xforms.checking.questions import check_questions
from habitat_desktop.xforms.checking.sheets import Book
from habitat_desktop.xforms.checking.structure import Item, read_survey
from habitat_desktop.xforms.checking.travel import check_travel
from habitat_desktop.xforms.checking.values import Values
from habitat_desktop.xforms.checking.whole import check_files, check_settings, check_sheets
from habitat_desktop.xforms.problems import FormError
from habitat_desktop.xforms.xlsform import Converted, convert_sheets, read_workbook

_ROW = re.compile(r"\[row\s*:\s*(\d+)\]\s*")
_SHEET = re.compile(r"[Oo]n the '([^']+)' sheet")
# what the converter remarks and the checks say better, with their own codes
_SAID_BETTER = (
    "Choices should have a label",
    "is missing the survey",
    "is missing the choices",
    "case-insensitive match",
    "machine-readable codes",
    "with similar names were found",
    "Repeat has no label",
    "Column headers must not be empty",
    "is being skipped",
    "max-pixels parameter",
)


@dataclass(slots=True)
class Checked:
    """What was found in the cells, and the conversion or why there is none.

    `columns` gives header and letter of the columns by what they mean, as "survey:label".
    """

    findings: list[Finding]
    columns: dict[str, tuple[str, str]] = field(default_factory=dict)
    converted: Converted | None = None
    error: FormError | None = None


def check_workbook(path: Path, *, translate: bool) -> Checked:
    """Check the workbook at `path` cell by cell and convert it."""
    try:
        if path.suffix.lower() not in (".md", ".xls"):
            limits.check_workbook(path)
        letters, twice = header_letters(path)
    except FormError as error:
        return Checked([], error=error)
    if twice:  # the converter gives up on such a workbook before reading it
        found = Findings()
        for sheet, header, letter in twice:
            place = {"row": 1, "column": header, "cell": f"{letter}1"}
            found.add(Finding("COLUMN_TWICE", sheet, context={"name": header}, **place))  # type: ignore[arg-type]
        return Checked(found.found)
    try:
        workbook = read_workbook(path)
    except FormError as error:
        return Checked([], error=error)
    book = Book(workbook, path, letters)
    if workbook.get("survey"):
        items, expressions = _check_cells(book)
    else:
        items, expressions = [], None
        check_sheets(book)
    columns = {
        f"{sheet.name}:{name}": (meant[0].header, meant[0].letter)
        for sheet in book.sheets.values()
        for name, meant in sheet.meaning.items()
    }
    checked = Checked(book.findings.found, columns)
    try:
        checked.converted = convert_sheets(workbook, path, translate=translate)
    except FormError as error:
        checked.error = error
        check_circles(book, items)
        if expressions is not None:
            expressions.check_unbuilt()
    else:
        for warning in checked.converted.warnings:
            _remark(book, warning)
    book.findings.tell_left_out()
    return checked


def _check_cells(book: Book) -> tuple[list[Item], Expressions]:
    check_sheets(book)
    check_settings(book)
    items = read_survey(book)
    lists = Lists(book, items)
    lists.check()
    check_questions(book, items)
    check_former(book, items)
    check_ours(book, items)
    check_parameters(book, items)
    expressions = Expressions(book, items, lists)
    expressions.check()
    lists.check_unused(items)
    Values(book, items, lists, expressions.read).check()
    check_formulas(book, items, expressions.read)
    check_languages(book)
    check_files(book, items, lists)
    check_travel(book, items)
    return items, expressions


def _remark(book: Book, warning: str) -> None:
    if any(text in warning for text in _SAID_BETTER):
        return
    row, sheet = _ROW.search(warning), _SHEET.search(warning)
    number = int(row[1]) if row else 0
    name = sheet[1] if sheet else "survey" if row else ""
    text = " ".join(_ROW.sub("", warning).split())
    book.findings.add(Finding("FORM_REMARK", name, number, context={"problem": text}))

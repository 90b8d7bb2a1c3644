"""`form check`: everything that is wrong with a form, by sheet, row and column, and what will not travel."""

import re
from dataclasses import replace
from pathlib import Path

from habitat_desktop.errors import N_
from habitat_desktop.i18n.catalogues import explain
from habitat_desktop.xforms.checking.codes import CODES
from habitat_desktop.xforms.checking.converter import reworded
from habitat_desktop.xforms.checking.findings import Finding, Findings, FormProblem, told
from habitat_desktop.xforms.checking.form import check_built
from habitat_desktop.xforms.checking.workbook import Checked, check_workbook
from habitat_desktop.xforms.checking.xform import check_xform, lines_of
from habitat_desktop.xforms.library import is_foreign
from habitat_desktop.xforms.limits import check_file
from habitat_desktop.xforms.problems import (
    FormCellError,
    FormError,
    FormTooLargeError,
    NotAFormError,
    Reason,
)
from habitat_desktop.xforms.secondary import read_lists
from habitat_desktop.xforms.xform import parse_xform

__all__ = ["CODES", "FormProblem", "check_form"]

_NESTING = ("BEGIN_WITHOUT_END", "END_WITHOUT_BEGIN", "END_MISMATCH")
_PATH = re.compile(r" (?:/|\.\./|current\(\)/)[\w./-]*?([\w.-]+) ")
_SHEET_ORDER = ("", "settings", "survey", "choices", "external_choices", "entities")


def check_form(path: Path, *, foreign: bool | None = None) -> list[FormProblem]:
    """Return all problems of the form at `path` in reading order; errors keep it from being used.

    A workbook that is `foreign`, as all are that do not come with the program, is opened in a child process.
    """
    foreign = is_foreign(path) if foreign is None else foreign
    try:
        if path.is_dir():
            raise NotAFormError(path=path.name, problem=Reason(N_("it is a folder")))
        if not path.is_file():
            raise NotAFormError(path=path.name, problem=Reason(N_("there is no such file")))
        check_file(path)
        found = _check_xml(path) if path.suffix.lower() == ".xml" else _check_workbook(path, foreign)
    except RecursionError:
        found = [_of_error(FormTooLargeError(path=path.name))]
    except FormError as error:
        found = [_of_error(error)]
    return sorted(found, key=_place)


def _place(problem: FormProblem) -> tuple[int, int, int, str]:
    known = problem.sheet in _SHEET_ORDER
    sheet = _SHEET_ORDER.index(problem.sheet) if known else len(_SHEET_ORDER)
    return sheet, problem.row, len(problem.cell), problem.cell


def _check_xml(path: Path) -> list[FormProblem]:
    xml = path.read_bytes()
    form = parse_xform(xml, path=path, source_language="" if is_foreign(path) else "en")
    read_lists(form.sources.values())
    lines = lines_of(xml, form.root.path)
    found = Findings()
    for finding in check_xform(form):
        found.add(finding)
    check_built(form, found.add, lambda path: lines.get(path, 0))
    return [told(replace(finding, row=lines.get(finding.path, 0))) for finding in found.found]


def _check_workbook(path: Path, foreign: bool) -> list[FormProblem]:
    if foreign:
        from habitat_desktop.xforms.child import check_in_child

        checked = check_in_child(path)
    else:
        checked = check_workbook(path, translate=True)
    problems = []
    if checked.converted is not None:
        try:
            _add_built(checked, path, "" if foreign else "en")
        except FormError as error:
            checked.error = error
    if checked.error is not None and not _is_said(checked.error, checked.findings):
        problems.append(_of_error(checked.error))
    return [*problems, *map(told, checked.findings)]


def _add_built(checked: Checked, path: Path, language: str) -> None:
    """Add to the findings of the cells those of the whole form, at the cells its paths come from."""
    assert checked.converted is not None
    rows = checked.converted.rows
    xml, titles = checked.converted.xml.encode("utf-8"), checked.converted.titles
    form = parse_xform(xml, path=path, titles=titles, source_language=language)
    read_lists(form.sources.values())
    errors = [finding for finding in checked.findings if finding.severity == "error"]
    taken = {(finding.row, finding.column) for finding in errors if finding.sheet == "survey"}
    files = {finding.context["file"] for finding in errors if finding.code == "FORM_FILE_MISSING"}
    desktop = {finding.row for finding in checked.findings if finding.code == "DESKTOP_FEATURE"}

    def row_of(path: str) -> int:
        return rows.get(path) or rows.get(path.removesuffix("_count"), 0)

    def add(finding: Finding) -> None:
        finding = _as_written(finding)
        row, sheet, meant = row_of(finding.path), "survey", finding.column
        if finding.path.endswith("/meta/instanceName"):
            row, sheet, meant = 2, "settings", "instance_name"
        elif meant and finding.path not in rows:  # pyxform makes a question of a repeat_count
            meant = "repeat_count"
        if row:
            header, letter = checked.columns.get(f"{sheet}:{meant}", (meant, ""))
            cell = f"{letter}{row}" if letter else ""
            finding = replace(finding, sheet=sheet, row=row, column=header, cell=cell)
        if (row and (row, finding.column) in taken) or finding.context.get("file") in files:
            return
        if finding.code == "DESKTOP_FEATURE" and (row in desktop or (desktop and not row)):
            return
        checked.findings.append(finding)

    check_built(form, add, row_of)


def _as_written(finding: Finding) -> Finding:
    """Return `finding` with ${references} in the place of the paths the converter made of them."""
    context = finding.context
    if finding.code != "FORM_EXPRESSION":
        return finding
    expression, position = str(context["expression"]), int(context["position"])
    changed = {
        "expression": _PATH.sub(r"${\1}", expression),
        "position": len(_PATH.sub(r"${\1}", expression[: position - 1])) + 1,
    }
    return replace(finding, context={**context, **changed})


def _is_said(error: FormError, findings: list[Finding]) -> bool:
    """Whether an error of the converter, which stops at its first, is among what the cells told."""
    errors = [f for f in findings if f.severity == "error" and f.code != "FORM_FILE_MISSING"]
    nesting = "Unmatched" in str(error.context.get("problem", ""))  # we may name another row, a better one
    if nesting and any(finding.code in _NESTING for finding in errors):
        return True
    if isinstance(error, FormCellError):
        place = (error.context["sheet"], error.context["row"])
        return any((finding.sheet, finding.row) == place for finding in errors)
    return bool(errors) and not isinstance(error, FormTooLargeError)


def _of_error(error: FormError) -> FormProblem:
    """Return the problem for an error that kept the form from being read."""
    context = error.context
    code = error.code if error.code in CODES else "FORM_CONVERTER"
    message = explain(error)
    if code == "FORM_CONVERTER" and "problem" in context:
        code, problem = reworded(context["problem"])
        message = explain(Reason(CODES[code].message, problem=problem))
    sheet, row = (
        (str(context["sheet"]), int(str(context["row"]))) if isinstance(error, FormCellError) else ("", 0)
    )
    column = str(context.get("column", ""))
    return FormProblem(code, "error", sheet, row, column, "", "", message, "")

"""`form check`: everything that is wrong with a form, by sheet, row and column, and what will not travel."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n.catalogues import explain
from habitat_desktop.xforms.actions import compile_actions
from habitat_desktop.xforms.binding import Layout, Place, lay_out
from habitat_desktop.xforms.definition import Form, Question, Repeat
from habitat_desktop.xforms.library import convert, is_foreign
from habitat_desktop.xforms.problems import (
    FormCellError,
    FormError,
    FormExpressionError,
    FormTooLargeError,
    NotAFormError,
    Reason,
)
from habitat_desktop.xforms.program import program_of
from habitat_desktop.xforms.rules import compiled
from habitat_desktop.xforms.xform import parse_xform
from habitat_desktop.xforms.xpath.parser import parse
from habitat_desktop.xforms.xpath.syntax import Call, XPathSyntaxError, parts
from habitat_desktop.xforms.xpath.syntax import Path as XPath

Severity = Literal["error", "warning"]

_NOT_IN_COLLECT = frozenset(("floor", "ceiling", "substring", "id", "lang"))
_AXES_OF_COLLECT = frozenset(("child", "parent", "self", "attribute"))
_ROW = re.compile(r"\[row\s*:\s*(\d+)\]")


@dataclass(frozen=True, slots=True)
class FormProblem:
    """One thing to mend. `row` is 1-based, 0 where it is not known; `message` is in the current language."""

    code: str
    severity: Severity
    sheet: str
    row: int
    column: str
    message: str


class UnknownPathError(FormError):
    code = "FORM_PATH"
    message = N_("Question “{question}”, column “{column}”: there is no “{path}” in the form.")


class MissingListError(FormError):
    code = "FORM_FILE_MISSING"
    message = N_("The form needs the list “{file}”. Put it beside the form.")


class NoActionTargetError(FormError):
    code = "FORM_PATH"
    message = N_("An action sets “{path}”, which is not in the form.")


class NotInCollectError(FormError):
    code = "NOT_IN_COLLECT"
    message = N_(
        "Question “{question}”, column “{column}”: {feature} works here and in ODK Web Forms, "
        "but not in ODK Collect."
    )


def check_form(path: Path) -> list[FormProblem]:
    """Return all problems of the form at `path`; errors keep it from being used, warnings do not."""
    foreign = is_foreign(path)
    rows: dict[str, int] = {}
    found: list[FormProblem] = []
    try:
        if not path.is_file():
            raise NotAFormError(path=path.name, problem=Reason(N_("there is no such file")))
        titles: dict[str, str] = {}
        if path.suffix.lower() == ".xml":
            xml = path.read_bytes()
        else:
            converted: Any = convert(path, foreign)
            xml, titles, rows = converted.xml.encode("utf-8"), converted.titles, converted.rows
            found.extend(_remark(warning) for warning in converted.warnings)
        form = parse_xform(xml, path=path, titles=titles, source_language="" if foreign else "en")
        errors = [*_Checker(form, rows).problems(), *_missing(form)]
        if not errors:
            program_of(form)
    except RecursionError:
        return [_problem(FormTooLargeError(path=path.name), rows)]
    except FormError as error:
        return [_problem(error, rows), *found]
    return [*errors, *found]


def _remark(warning: str) -> FormProblem:
    row = _ROW.search(warning)
    return FormProblem(
        "FORM_REMARK", "warning", "survey" if row else "", int(row.group(1)) if row else 0, "", warning
    )


def _problem(error: HabitatError, rows: dict[str, int], severity: Severity = "error") -> FormProblem:
    context = error.context
    if isinstance(error, FormCellError):
        sheet, row = str(context["sheet"]), int(str(context["row"]))
    else:
        row = rows.get(str(context.get("at", "")), 0)
        sheet = "survey" if row else ""
    return FormProblem(error.code, severity, sheet, row, str(context.get("column", "")), explain(error))


def _missing(form: Form) -> list[FormProblem]:
    return [_problem(MissingListError(file=name), {}) for name in form.missing_files]


class _Checker:
    """Compiles every expression by itself, so that one fault does not hide the next."""

    def __init__(self, form: Form, rows: dict[str, int]) -> None:
        self._form = form
        self._rows = rows
        self._found: list[FormProblem] = []

    def problems(self) -> list[FormProblem]:
        layout = lay_out(self._form)
        for place in layout.by_path.values():
            for column, expression in _expressions(place):
                self._check(place, column, expression)
        self._actions(layout)
        return self._found

    def _add(self, error: FormError, severity: Severity = "error") -> None:
        self._found.append(_problem(error, self._rows, severity))

    def _check(self, place: Place, column: str, expression: str) -> None:
        try:
            _code, reader = compiled(expression, place, column, strict=True)
        except FormExpressionError as error:
            self._add(FormExpressionError(**{**error.context, "at": place.path}))
            return
        for path in reader.unknown:
            self._add(UnknownPathError(question=place.name, column=column, path=path, at=place.path))
        self._travel(place, column, expression)

    def _travel(self, place: Place, column: str, expression: str) -> None:
        """Warn of what ODK Collect cannot do."""
        try:
            tree = parse(expression)
        except XPathSyntaxError:
            return
        features = set()
        for part in parts(tree):
            if isinstance(part, Call) and part.name in _NOT_IN_COLLECT:
                features.add(f"{part.name}()")
            elif isinstance(part, XPath):
                features.update(f"{step.axis}::" for step in part.steps if step.axis not in _AXES_OF_COLLECT)
        for feature in sorted(features):
            self._add(
                NotInCollectError(question=place.name, column=column, feature=feature, at=place.path),
                "warning",
            )

    def _actions(self, layout: Layout) -> None:
        for action in self._form.actions:
            if action.ref not in layout.by_path:
                self._add(NoActionTargetError(path=action.ref))
        try:
            compile_actions(self._form, layout)
        except FormExpressionError as error:
            self._add(error)


def _expressions(place: Place) -> list[tuple[str, str]]:
    element = place.element
    bind = element.bind
    found = [
        ("relevant", bind.relevant),
        ("constraint", bind.constraint),
        ("required", bind.required),
        ("readonly", bind.readonly),
        ("calculation", bind.calculate),
    ]
    if isinstance(element, Repeat):
        found.append(("repeat_count", element.count))
    if isinstance(element, Question) and element.itemset is not None:
        found.append(("choice_filter", element.itemset.nodeset))
    for column, text in (
        ("label", element.label_text),
        ("hint", element.hint_text),
        ("constraint_message", bind.constraint_message),
        ("required_message", bind.required_message),
    ):
        found.extend((column, expression) for expression in sorted(text.expressions()))
    return [(column, expression) for column, expression in found if expression]

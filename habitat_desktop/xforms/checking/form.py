"""The check of a converted form: what shows only when all of it is put together."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from habitat_desktop.xforms.actions import compile_actions
from habitat_desktop.xforms.binding import Layout, Place, lay_out
from habitat_desktop.xforms.checking.calls import bad_calls
from habitat_desktop.xforms.checking.findings import Finding, carried
from habitat_desktop.xforms.checking.slips import slip, word_slip
from habitat_desktop.xforms.definition import Form, Question, Repeat
from habitat_desktop.xforms.problems import FormCycleError, FormExpressionError, Reason
from habitat_desktop.xforms.program import program_of
from habitat_desktop.xforms.rules import compiled
from habitat_desktop.xforms.xpath.parser import parse
from habitat_desktop.xforms.xpath.syntax import XPathSyntaxError

_MOST_CIRCLES = 20
_NOT_READABLE = ("FORM_EXPRESSION", "FUNCTION_UNKNOWN", "ARGUMENT_COUNT")

# adds a finding at the question of a path, in one of its columns
Add = Callable[[Finding], None]


def check_built(form: Form, add: Add, row_of: Callable[[str], int]) -> None:
    """Note what is wrong with the parsed `form`; `row_of` gives the row or line of a path.

    `form` is good for nothing afterwards: rules are taken out of it to find the next fault.
    """
    layout = lay_out(form)
    bad: set[str] = set()
    for place in layout.by_path.values():
        for column, expression in expressions(place):
            for finding in _expression(place, column, expression):
                if finding.code in _NOT_READABLE:
                    bad.add(place.path)
                add(finding)
    for feature, path in form.beyond:
        add(Finding("DESKTOP_FEATURE", context={"feature": feature}, tools=("desktop",), path=path))
    for name in form.missing_files:
        add(Finding("FORM_FILE_MISSING", context={"file": name}))
    _actions(form, layout, add)
    for path in bad:
        _without_rules(form, path)  # so that the circles of the others show
    for cycle in _circles(form):
        if len(set(cycle)) == 1:
            add(_of_itself(form, cycle[0]))
            continue
        trail = [f"{path} ({row})" if (row := row_of(path)) else path for path in cycle]
        add(Finding("FORM_CYCLE", context={"cycle": " → ".join(trail)}, path=cycle[0]))


def expressions(place: Place) -> list[tuple[str, str]]:
    """Return the expressions of one place as (column, text)."""
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
        ("guidance_hint", element.guidance_text),
        ("constraint_message", bind.constraint_message),
        ("required_message", bind.required_message),
    ):
        found.extend((column, expression) for expression in sorted(text.expressions()))
    return [(column, expression) for column, expression in found if expression]


def _expression(place: Place, column: str, expression: str) -> Iterator[Finding]:
    try:
        tree = parse(expression)
    except XPathSyntaxError as error:
        shown = expression if len(expression) <= 200 else f"{expression[:200]}…"
        context: dict[str, Any] = {
            "expression": shown,
            "position": error.position + 1,
            "problem": carried(error),
            **slip(expression),
        }
        yield _finding("FORM_EXPRESSION", place, column, context)
        return
    wrong = False
    for code, nearest, context in bad_calls(tree):
        wrong = True
        yield _finding(code, place, column, context, nearest)
    if wrong:
        return
    try:
        _code, reader = compiled(expression, place, column, strict=True)
    except FormExpressionError as error:
        yield _finding("FORM_EXPRESSION", place, column, _said(error))
        return
    for path in dict.fromkeys(reader.unknown):
        if path.startswith("/"):
            yield _finding("FORM_PATH", place, column, {"path": path})
        else:
            yield _finding("FORM_WORD", place, column, {"path": path, **word_slip(path, column)})


def _said(error: FormExpressionError) -> dict[str, Any]:
    """Return what `error` says of its expression, as plain data."""
    context, problem = error.context, error.context["problem"]
    return {
        "expression": str(context["expression"]),
        "position": str(context["position"]),
        "problem": carried(problem) if isinstance(problem, Reason) else str(problem),
    }


def _finding(code: str, place: Place, column: str, context: dict[str, Any], nearest: str = "") -> Finding:
    return Finding(
        code, column=column, context={"question": place.name, **context}, nearest=nearest, path=place.path
    )


def _actions(form: Form, layout: Layout, add: Add) -> None:
    """Note actions that set what is not there, or by expressions that cannot be read."""
    for action in form.actions:
        if action.ref not in layout.by_path and "/@" not in action.ref:
            name = action.place.rpartition("/")[2] or form.root.name
            add(Finding("FORM_PATH", context={"question": name, "path": action.ref}, path=action.place))
    try:
        compile_actions(form, layout)
    except FormExpressionError as error:
        add(Finding("FORM_EXPRESSION", context={"question": str(error.context["question"]), **_said(error)}))


def _of_itself(form: Form, path: str) -> Finding:
    """Return the finding for a question whose own rule reads it, in the column of the likeliest rule."""
    bind, name = form.elements[path].bind, path.rpartition("/")[2]
    rules = {"calculation": bind.calculate, "relevant": bind.relevant, "readonly": bind.readonly}
    rules["required"] = bind.required
    own = re.compile(rf"/{re.escape(name)}(?![\w.-])|(?<![\w./])\.(?![\w./])")
    column = next((column for column, rule in rules.items() if own.search(rule)), "")
    return Finding("FORM_SELF", column=column, context={"question": name}, path=path)


def _circles(form: Form) -> Iterator[list[str]]:
    """Yield the circles of rules, each as the paths in it, the first again at the end.

    The rules of a circle are taken out of `form` before the next is looked for.
    """
    for _ in range(_MOST_CIRCLES):
        try:
            program_of(form)
        except FormCycleError as error:
            cycle = str(error.context["cycle"]).split(" → ")
            yield cycle
            for path in form.elements.keys() & set(cycle):  # of a long circle some are named, the rest is "…"
                _without_rules(form, path)
            continue
        except FormExpressionError:  # in a text or an action, and said
            return
        return


def _without_rules(form: Form, path: str) -> None:
    element = form.elements[path]
    bind = element.bind._replace(relevant="", calculate="", constraint="", required="", readonly="")
    object.__setattr__(element, "bind", bind)
    if isinstance(element, Repeat):
        object.__setattr__(element, "count", "")

"""`form run`: fill a form by a list of steps and return what it then looks like. No workspace, no window."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n.catalogues import explain
from habitat_desktop.xforms.answers import canonical
from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.engine import Environment, FormInstance
from habitat_desktop.xforms.library import is_foreign, load_form, load_text
from habitat_desktop.xforms.problems import (
    FormCellError,
    FormError,
    FormTooLargeError,
    Reason,
    WrongTypeError,
)
from habitat_desktop.xforms.states import NodeState

OPERATIONS = ("answer", "add", "remove", "language", "unavailable")
_FORMS_KEPT = 64  # forms of a batch held in memory


class StepError(HabitatError):
    """A step of `form run` that cannot be applied; the steps before it had been."""

    code = "BAD_STEP"
    exit_code = 2
    message = N_("Step {number} ({ref}) cannot be applied: {problem}")


class NoStepsError(StepError):
    message = N_("The steps must be a list, such as: {example}")


class CaseError(HabitatError):
    """A line of a batch that is no case."""

    code = "BAD_CASE"
    message = N_("The line is no case: {problem}")


def run_form(
    file: Path, steps: Any, *, now: datetime | None = None, language: str | None = None
) -> dict[str, Any]:
    """Load the form in `file`, apply `steps` and return the output of `form run`.

    Raises:
        FormError: the form cannot be used.
        StepError: a step cannot be applied.
    """
    form = load_form(file, foreign=is_foreign(file))
    return run_steps(form, steps, environment(now, language))


def environment(now: datetime | None, language: str | None) -> Environment:
    """Return this computer's environment with the clock and the language fixed."""
    made = Environment.system(language=language or "")
    if now is not None:
        made = replace(made, now=lambda: now)
    return made


def run_steps(form: Form, steps: Any, env: Environment) -> dict[str, Any]:
    """Apply `steps` to a new instance of `form` and return the output.

    Raises:
        StepError: a step cannot be applied.
    """
    instance = FormInstance(form, env)
    if not isinstance(steps, list):
        raise NoStepsError(example='[{"op": "answer", "ref": "/data/name", "value": "Amina"}]')
    for number, step in enumerate(steps, 1):
        _apply(instance, number, step)
    return output_of(instance)


def _apply(instance: FormInstance, number: int, step: Any) -> None:
    if not isinstance(step, dict):
        raise StepError(number=number, ref="", problem=Reason(N_("the step is no object")))
    ref = str(step.get("ref", ""))
    try:
        _carry_out(instance, step, ref)
    except HabitatError as error:
        raise StepError(number=number, ref=ref, problem=error) from error


def _unknown(operation: object) -> Reason:
    return Reason(
        N_("there is no operation “{operation}”, only {known}"),
        operation=operation or "",
        known=", ".join(OPERATIONS),
    )


def _carry_out(instance: FormInstance, step: dict[str, Any], ref: str) -> None:
    operation = step.get("op")
    if operation == "answer":
        value = step.get("value")
        if isinstance(value, dict):
            raise WrongTypeError(ref=ref, value=value, expected=Reason(N_("one value")))
        instance.answer(ref, canonical(value))
    elif operation == "add":
        instance.add(ref)
    elif operation == "remove":
        instance.remove(ref)
    elif operation == "language":
        instance.set_language(str(step.get("value", "")))
    elif operation == "unavailable":
        instance.mark_unavailable(ref, str(step.get("reason", "")), str(step.get("remark", "")))
    else:
        raise _unknown(operation)


def output_of(instance: FormInstance) -> dict[str, Any]:
    """Return what `form run` prints of `instance`."""
    form = instance.form
    return {
        "form_id": form.form_id,
        "version": form.version,
        "languages": list(form.languages),
        "xml": instance.submission_xml(),
        "nodes": [_node(state) for state in instance.states()],
        "problems": [
            {"ref": p.ref, "kind": p.kind, "message": p.message, "label": p.label}
            for p in instance.problems()
        ],
    }


def _node(state: NodeState) -> dict[str, Any]:
    unavailable = state.unavailable
    return {
        "ref": state.ref,
        "kind": state.kind,
        "type": state.type,
        "value": state.value,
        "relevant": state.relevant,
        "required": state.required,
        "readonly": state.readonly,
        "valid": state.valid,
        "error": state.error,
        "message": state.message or None,
        "label": state.label or None,
        "hint": state.hint or None,
        "choices": [{"value": choice.value, "label": choice.label} for choice in state.choices],
        "unavailable": {"reason": unavailable[0], "remark": unavailable[1]} if unavailable else None,
    }


def refusal(error: HabitatError) -> list[dict[str, Any]]:
    """Return the problems of a form that was refused, in the shape of `form check`."""
    where = error.context if isinstance(error, FormCellError) else {}
    return [
        {
            "code": error.code,
            "severity": "error",
            "sheet": where.get("sheet", ""),
            "row": where.get("row", 0),
            "column": where.get("column", error.context.get("column", "")),
            "cell": "",
            "path": "",
            "message": explain(error),
            "hint": "",
            "tools": [],
        }
    ]


def run_batch(lines: Iterable[str], *, base: Path) -> Iterator[dict[str, Any]]:
    """Yield one result per line of `lines`, each `{"id", "exit", "output", "message"}`.

    A line is `{"id", "form", "steps", "now", "tz", "language"}`; `form` is the text of an XForm or a path,
    relative ones seen from `base`.
    """
    forms: dict[str, Form] = {}
    for line in lines:
        if line.strip():
            yield _run_case(line, base, forms)


def _run_case(line: str, base: Path, forms: dict[str, Form]) -> dict[str, Any]:
    case: dict[str, Any] = {}
    try:
        case = _case(line)
        env = _environment_of(case)
        form = _form(case.get("form"), base, forms)
        output = run_steps(form, case.get("steps") or [], env)
    except FormError as error:
        return _failed(case, 1, error, {"problems": refusal(error)})
    except HabitatError as error:
        return _failed(case, error.exit_code, error)
    except RecursionError:
        return _failed(case, 1, FormTooLargeError(path=_form_name(case.get("form"))))
    return {"id": case.get("id"), "exit": 0, "output": output, "message": None}


def _failed(case: dict[str, Any], code: int, error: HabitatError, output: Any = None) -> dict[str, Any]:
    return {"id": case.get("id"), "exit": code, "output": output, "message": explain(error)}


def _case(line: str) -> dict[str, Any]:
    try:
        case = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise CaseError(problem=error) from error
    if not isinstance(case, dict):
        raise CaseError(problem=Reason(N_("not an object")))
    return case


def _environment_of(case: dict[str, Any]) -> Environment:
    """Return the environment a case asks for; a time without an offset is one of its time zone.

    Raises:
        CaseError: there is no such time or time zone.
    """
    env = environment(None, str(case.get("language") or ""))
    now, zone = case.get("now"), case.get("tz")
    if zone:
        try:
            env = replace(env, timezone=ZoneInfo(str(zone)))
        except (ValueError, KeyError, OSError) as error:
            raise CaseError(problem=Reason(N_("there is no time zone “{zone}”"), zone=zone)) from error
    if now:
        try:
            clock = datetime.fromisoformat(str(now))
        except ValueError as error:
            raise CaseError(problem=Reason(N_("“{now}” is not a date and time."), now=now)) from error
        fixed = clock if clock.tzinfo else clock.replace(tzinfo=env.timezone)
        env = replace(env, now=lambda: fixed)
    return env


def _form(given: object, base: Path, forms: dict[str, Form]) -> Form:
    """Return the form a case names, by its text or its path; the last ones are kept."""
    if not isinstance(given, str) or not given:
        raise CaseError(problem=Reason(N_("it names no form")))
    if given not in forms:
        if len(forms) >= _FORMS_KEPT:
            forms.clear()
        forms[given] = load_text(given, base) if is_text(given) else _load_path(given, base)
    return forms[given]


def _load_path(given: str, base: Path) -> Form:
    path = base / given
    try:
        foreign = is_foreign(path)
    except (ValueError, OSError) as error:  # no path at all: a NUL in it, or far too long
        raise CaseError(problem=Reason(N_("it names no form"))) from error
    return load_form(path, foreign=foreign)


def is_text(given: str) -> bool:
    """Whether `given` is the text of a form, not its path."""
    return given.lstrip("\ufeff \t\r\n").startswith("<")


def _form_name(given: object) -> str:
    return given if isinstance(given, str) and not is_text(given) else "form.xml"

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
from habitat_desktop.xforms.library import load_form
from habitat_desktop.xforms.problems import FormCellError, FormError, Reason
from habitat_desktop.xforms.states import NodeState


class StepError(HabitatError):
    """A step of `form run` that cannot be applied; the steps before it had been."""

    code = "BAD_STEP"
    exit_code = 2
    message = N_("Step {number} ({ref}) cannot be applied: {problem}")


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
    form = load_form(file, foreign=True)
    return run_steps(form, steps, environment(now, language))


def environment(now: datetime | None, language: str | None, zone: str | None = None) -> Environment:
    """Return this computer's environment with the clock, the language and the time zone fixed."""
    made = Environment.system(language=language or "")
    if now is not None:
        made = replace(made, now=lambda: now)
    if zone:
        made = replace(made, timezone=ZoneInfo(zone))
    return made


def run_steps(form: Form, steps: Any, env: Environment) -> dict[str, Any]:
    """Apply `steps` to a new instance of `form` and return the output.

    Raises:
        StepError: a step cannot be applied.
    """
    instance = FormInstance(form, env)
    if not isinstance(steps, list):
        raise StepError(number=0, ref="", problem=Reason(N_("the steps are no list")))
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
    except _UnknownStepError as error:
        raise StepError(number=number, ref=ref, problem=Reason(N_("there is no such operation"))) from error


class _UnknownStepError(Exception):
    pass


def _carry_out(instance: FormInstance, step: dict[str, Any], ref: str) -> None:
    operation = step.get("op")
    if operation == "answer":
        instance.answer(ref, canonical(step.get("value")))
    elif operation == "add":
        instance.add(ref)
    elif operation == "remove":
        instance.remove(ref)
    elif operation == "language":
        instance.set_language(str(step.get("value", "")))
    elif operation == "unavailable":
        instance.mark_unavailable(ref, str(step.get("reason", "")), str(step.get("remark", "")))
    else:
        raise _UnknownStepError


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
            "message": explain(error),
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
    case_id: Any = None
    try:
        case = _case(line)
        case_id = case.get("id")
        text = str(case.get("form", ""))
        if text not in forms:
            forms[text] = _form(text, base)
        now = datetime.fromisoformat(case["now"]) if case.get("now") else None
        env = environment(now, case.get("language"), case.get("tz"))
        output = run_steps(forms[text], case.get("steps") or [], env)
    except FormError as error:
        return {"id": case_id, "exit": 1, "output": {"problems": refusal(error)}, "message": explain(error)}
    except HabitatError as error:
        return {"id": case_id, "exit": error.exit_code, "output": None, "message": explain(error)}
    return {"id": case_id, "exit": 0, "output": output, "message": None}


def _case(line: str) -> dict[str, Any]:
    try:
        case = json.loads(line)
        if not isinstance(case, dict):
            raise CaseError(problem=Reason(N_("not an object")))
        if case.get("now"):
            datetime.fromisoformat(case["now"])
        if case.get("tz"):
            ZoneInfo(case["tz"])
    except (ValueError, RecursionError, KeyError, TypeError, OSError) as error:
        raise CaseError(problem=error) from error
    return case


def _form(text: str, base: Path) -> Form:
    if not text.lstrip().startswith("<"):
        return load_form(base / text, foreign=True)
    from habitat_desktop.xforms.program import program_of
    from habitat_desktop.xforms.xform import parse_xform

    form = parse_xform(text.encode("utf-8"), path=base / "form.xml")
    program_of(form)
    return form

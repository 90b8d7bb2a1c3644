"""List, show, check and run forms."""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from habitat_desktop.cli import output
from habitat_desktop.cli.context import Context, complain, json_option, print_json, print_table, refuse
from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n.catalogues import LANGUAGES, _, explain, listed, ngettext
from habitat_desktop.xforms.problems import (
    FormError,
    FormTooLargeError,
    NotAFormError,
    Reason,
    VersionTakenError,
)

_STEPS = """\
[{"op": "answer", "ref": "/data/person[1]/age", "value": 30},
 {"op": "add", "ref": "/data/person"},
 {"op": "remove", "ref": "/data/person[2]"},
 {"op": "unavailable", "ref": "/data/income", "reason": "refused"},
 {"op": "language", "value": "fr"}]"""
FormFile = click.Path(path_type=Path)


class JsonFileError(HabitatError):
    code = "JSON_BAD"
    message = N_("The file “{path}” cannot be read as JSON: {problem}. Nothing was changed.")


class UnreadableFileError(HabitatError):
    code = "FILE_UNREADABLE"
    message = N_("The file “{path}” cannot be read: {problem}. Nothing was changed.")


def read_json(path: Path) -> Any:
    """Read a JSON file from outside.

    Raises:
        UnreadableFileError: there is no such file, or it may not be read.
        JsonFileError: names the file and, where known, the line and column.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"), parse_constant=_refuse_constant)
    except OSError as error:
        raise UnreadableFileError(path=path, problem=error.strerror or error) from error
    except UnicodeDecodeError as error:
        raise JsonFileError(path=path, problem=Reason(N_("it is not written in UTF-8"))) from error
    except RecursionError as error:
        raise JsonFileError(path=path, problem=Reason(N_("it is too deeply nested"))) from error
    except json.JSONDecodeError as error:
        raise JsonFileError(path=path, problem=error) from error
    except ValueError as error:
        raise JsonFileError(path=path, problem=Reason(N_("a number in it is none, or too long"))) from error


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


@click.group(help=_("Forms: list, show, check, run."))
def form() -> None:
    pass


@form.command("list", help=_("List the forms of this workspace, or those of the program."))
@json_option
@click.pass_obj
def list_forms(context: Context, as_json: bool) -> None:
    library = _library(context)
    if as_json:
        print_json(
            [
                {
                    "form_id": info.form_id,
                    "version": info.version,
                    "title": info.title("en"),
                    "languages": list(info.languages),
                    "questions": info.questions,
                }
                for info in library.forms()
            ]
        )
        return
    from habitat_desktop.i18n.catalogues import language

    print_table(
        [_("Form"), _("Version"), _("Title"), _("Questions")],
        [(i.form_id, i.version, i.title(language()), i.questions) for i in library.forms()],
    )


def _library(context: Context) -> Any:
    """Return the library of the workspace, or the shipped forms where there is no workspace."""
    from habitat_desktop.resources import data_dir
    from habitat_desktop.workspace import NotAWorkspaceError
    from habitat_desktop.xforms.library import Library

    try:
        return context.reading.library
    except NotAWorkspaceError:
        if context.folder is not None:
            raise
        return Library([data_dir("forms")], None)


@form.command("check", help=_("Say what is wrong with a form, by sheet, row and column."))
@click.argument("file", type=FormFile)
@json_option
def check(file: Path, as_json: bool) -> int:
    from habitat_desktop.xforms.checking import check_form

    problems = check_form(file)
    errors = sum(problem.severity == "error" for problem in problems)
    if as_json:
        print_json({"ok": not errors, "problems": [asdict(problem) for problem in problems]})
        return 1 if errors else 0
    for problem in problems:
        complain(_told(problem))
    warnings = sum(problem.severity == "warning" for problem in problems)
    if not errors and not warnings:
        click.echo(_("{file}: the form is in order.").format(file=file.name))
        return 0
    counts = (
        ngettext("{count} error", "{count} errors", errors).format(count=errors),
        ngettext("{count} warning", "{count} warnings", warnings).format(count=warnings),
    )
    click.echo(_("{file}: {found}.").format(file=file.name, found=listed(counts)))
    return 1 if errors else 0


def _told(problem: Any) -> str:
    """Return one line: where, how bad, what, what to do, and the code."""
    severity = {"error": _("error"), "warning": _("warning"), "info": _("note")}[problem.severity]
    place = problem.cell or (str(problem.row) if problem.row else "")
    where = " ".join(part for part in (problem.sheet, place, problem.column) if part) or problem.path
    said = " ".join(part for part in (problem.message, problem.hint) if part)
    return (
        f"{where}: {severity}: {said} [{problem.code}]" if where else f"{severity}: {said} [{problem.code}]"
    )


@form.command("show", help=_("Show the questions of a form."))
@click.argument("form_id", metavar="FORM")
@click.option("--language", type=click.Choice(LANGUAGES), default=None)
@json_option
@click.pass_obj
def show(context: Context, form_id: str, language: str | None, as_json: bool) -> None:
    definition = _definition(context, form_id)
    language = language or _current_language()
    records = _record_rows(context, definition)
    rows = [_row(definition, element, language, records) for element in definition.walk()]
    if as_json:
        print_json(
            {
                "form_id": definition.form_id,
                "version": definition.version,
                "title": definition.title(language),
                "languages": list(definition.languages),
                "questions": definition.questions,
                "rows": rows,
            }
        )
        return
    names = ", ".join(filter(None, (definition.form_id, definition.version)))
    click.echo(f"{definition.title(language)} ({names})")
    print_table([_("Question"), _("Type"), _("Label")], [(r["ref"], r["type"], r["label"]) for r in rows])


def _definition(context: Context, form_id: str) -> Any:
    """Return the form of the library called `form_id`, or the form in the file of that name."""
    from habitat_desktop.xforms.library import SUFFIXES, is_foreign, load_form

    path = Path(form_id)
    if path.suffix.lower() in SUFFIXES:
        return load_form(path, foreign=is_foreign(path))
    return _library(context).form(form_id)


def _record_rows(context: Context, definition: Any) -> Any:
    """Return the rows of the lists made of the office's own records, by list.

    There are none outside of a workspace, nor where its records cannot be read: a form is shown without.
    """
    from habitat_desktop.records.links import Links

    if not definition.record_lists:
        return {}
    try:
        workspace = context.reading
        with workspace.read() as session:
            return Links(session).rows(definition, workspace.settings.office)
    except HabitatError:
        return {}


def _choices(definition: Any, question: Any, language: str, records: Any) -> list[dict[str, str]]:
    from habitat_desktop.xforms.choices import listed_choices

    found = {one.value: one.label for one in listed_choices(definition, question, language)}
    for value, label, *_more in records.get(question.list_name, ()):
        found.setdefault(value, label)
    return [{"value": value, "label": label} for value, label in found.items()]


def _row(definition: Any, element: Any, language: str, records: Any) -> dict[str, Any]:
    """Return what a script must know of one row to write an answers file."""
    from habitat_desktop.xforms.definition import Question, Repeat

    kind = "repeat" if isinstance(element, Repeat) else "group"
    row = {
        "ref": element.path,
        "name": element.name,
        "type": element.type if isinstance(element, Question) else kind,
        "label": element.label(language),
        "hint": element.hint(language),
        "relevant": element.bind.relevant,
    }
    if isinstance(element, Question):
        row |= {
            "required": element.bind.required,
            "constraint": element.bind.constraint,
            "constraint_message": element.bind.constraint_message.static(language),
            "calculation": element.bind.calculate,
            "readonly": element.bind.readonly,
            "list": element.list_name,
            "choices": _choices(definition, element, language, records) if element.is_select else [],
            "unit": element.unit,
            "asked": element.is_asked,
            "strict": element.strict,
            "appearance": element.appearance,
        }
    elif isinstance(element, Repeat):
        row["count"] = element.count
    return row


def _current_language() -> str:
    from habitat_desktop.i18n.catalogues import language

    return language()


@form.command(
    "run",
    help=_("Fill a form by a list of steps and print the result."),
    epilog=_("An example of a file with steps:") + "\n\n\b\n" + _STEPS,
)
@click.argument("file", type=FormFile, required=False)
@click.option("--steps", type=FormFile, help=_("A JSON file with the list of steps."))
@click.option("--language", default=None)
@click.option("--now", default=None, help=_("Fix the clock, as 2026-01-15T10:00:00+03:00."))
@click.option("--batch", type=FormFile, help=_("A file with one case a line (JSON)."))
@json_option
def run(
    file: Path | None,
    steps: Path | None,
    language: str | None,
    now: str | None,
    batch: Path | None,
    as_json: bool,
) -> int:
    from habitat_desktop.xforms import steps as running
    from habitat_desktop.xforms.checking import check_form

    if batch is not None:
        return _run_batch(batch)
    if file is None:
        raise click.UsageError(_("Name a form file, or --batch with cases."))
    clock = _clock(now)
    try:
        result = running.run_form(file, read_json(steps) if steps else [], now=clock, language=language)
    except running.StepError as error:
        refuse(error)
        return 2
    except FormError as error:
        # the first problem stopped it; the check finds them all, with sheet and row
        problems = [asdict(problem) for problem in check_form(file) if problem.severity == "error"]
        print_json({"form_id": None, "problems": problems or running.refusal(error)})
        complain(explain(error))
        return 1
    print_json(result)
    return 0


def _clock(now: str | None) -> datetime | None:
    if now is None:
        return None
    try:
        clock = datetime.fromisoformat(now)
    except ValueError as error:
        raise click.BadParameter(_("“{now}” is not a date and time.").format(now=now)) from error
    return clock if clock.tzinfo else clock.astimezone()


def _run_batch(path: Path) -> int:
    from habitat_desktop.xforms.steps import run_batch

    failed = 0
    try:
        lines = path.open(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise UnreadableFileError(path=path, problem=error.strerror or error) from error
    with lines:
        for result in run_batch(lines, base=path.parent):
            failed += result["exit"] != 0
            output.write(result, indent=None)
    if failed:
        complain(ngettext("{count} case failed.", "{count} cases failed.", failed).format(count=failed))
    return 1 if failed else 0


@form.command("add", help=_("Install a form (.xlsx or .xml) in this workspace."))
@click.argument("file", type=FormFile)
@json_option
@click.pass_obj
def add(context: Context, file: Path, as_json: bool) -> int:
    try:
        info = context.workspace.library.add(file)
    except (NotAFormError, FormTooLargeError, VersionTakenError):
        raise
    except FormError as error:
        refuse(error)
        complain(_("All that is wrong with it is told by: habitat form check {file}").format(file=file))
        return error.exit_code
    if as_json:
        print_json({"form_id": info.form_id, "version": info.version, "questions": info.questions})
    elif not info.version:
        click.echo(_("Installed {form}, without a version.").format(form=info.form_id))
    else:
        click.echo(_("Installed {form}, version {version}.").format(form=info.form_id, version=info.version))
    return 0

"""Expected returns: what headquarters expects: one, those of a file, one of each office, another period's."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from habitat_desktop.cli.context import Context, complain, json_option, print_json
from habitat_desktop.cli.expected import due_option, person_option, print_said, read_register
from habitat_desktop.cli.expected_office import expected
from habitat_desktop.i18n.catalogues import _, explain, listed, ngettext
from habitat_desktop.progress import Progress
from habitat_desktop.workspace import Workspace

if TYPE_CHECKING:
    from habitat_desktop.records.expected_acts import Known

__all__ = ["expected"]

_new_offices = click.option(
    "--new-offices", "let_new", is_flag=True, help=_("Also offices headquarters does not know yet.")
)


def _known(workspace: Workspace, session: Any, *, let_new: bool = False) -> "Known":
    from habitat_desktop.hq.known_offices import known_offices
    from habitat_desktop.records.expected_acts import Known

    forms = {info.form_id for info in workspace.library.forms()}
    return Known(forms.__contains__, None if let_new else set(known_offices(session)))


@expected.command("add", help=_("Headquarters: say that a return is expected from an office."))
@click.option("--office", required=True)
@click.option("--form", "form_id", required=True)
@click.option("--period", required=True, help=_("The period, such as 2026-H1."))
@due_option
@click.option("--country", default="", help=_("Its country (alpha-3); left out: any of the office."))
@click.option("--subject", default="", help=_("The city or project; left out: any."))
@click.option("--note", default="", help=_("A word to the office."))
@_new_offices
@person_option
@json_option
@click.pass_obj
def add(
    context: Context,
    office: str,
    form_id: str,
    period: str,
    due: str,
    country: str,
    subject: str,
    note: str,
    let_new: bool,
    person: str,
    as_json: bool,
) -> None:
    """Print what `show` prints."""
    from habitat_desktop.records.expected import Terms
    from habitat_desktop.records.expected_acts import expect, find

    workspace = context.workspace
    terms = Terms(office, form_id, country, period, subject, due, note)
    with workspace.begin() as session:
        act = expect(session, workspace.hand(person), terms, _known(workspace, session, let_new=let_new))
    print_said(find(read_register(workspace), act.act_id), as_json)


@expected.command("correct", help=_("Headquarters: correct what is expected: another date, a slip."))
@click.argument("name", metavar="ID")
@click.option("--due", default=None, metavar="DATE", help=_("The date, such as 2026-07-31."))
@click.option("--form", "form_id", default=None)
@click.option("--country", default=None)
@click.option("--period", default=None)
@click.option("--subject", default=None)
@click.option("--note", default=None)
@click.option("--reason", default="", help=_("Why: the other side reads it."))
@person_option
@json_option
@click.pass_obj
def correct(
    context: Context, /, name: str, reason: str, person: str, as_json: bool, **given: str | None
) -> None:
    """Print what `show` prints."""
    from habitat_desktop.records import expected_acts
    from habitat_desktop.records.expected_register import register

    workspace = context.workspace
    changes = {key: value for key, value in given.items() if value is not None}
    with workspace.begin() as session:
        found = expected_acts.find(register(session), name)
        known = _known(workspace, session, let_new=True)
        expected_acts.correct(session, workspace.hand(person), found, changes, known, reason)
    print_said(expected_acts.find(read_register(workspace), found.expected_id), as_json)


@expected.command("import", help=_("Headquarters: take expected returns from a table, CSV or Excel."))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--encoding", default="", help=_("Of a CSV file, such as windows-1256; else found out."))
@click.option("--dry-run", is_flag=True, help=_("Only say what would be taken."))
@_new_offices
@person_option
@json_option
@click.pass_obj
def import_table(
    context: Context, file: Path, encoding: str, dry_run: bool, let_new: bool, person: str, as_json: bool
) -> int:
    """Print `{file, encoding, added, corrected, known, ignored, problems: [{row, column, code, message}]}`.

    It has `dry_run`, too. `known` rows changed nothing; `ignored` are columns it does not know. The
    exit code is 1 where a row was not taken.
    """
    from habitat_desktop.hq.expected_file import ENCODINGS, read_expected
    from habitat_desktop.records.expected_acts import planned

    if encoding.lower() not in ("", *ENCODINGS):
        raise click.BadParameter(", ".join(ENCODINGS), param_hint="--encoding")
    workspace = context.reading if dry_run else context.workspace
    with workspace.read() as session:
        known = _known(workspace, session, let_new=let_new)
        found = read_expected(file, known, encoding.lower())
        plan = planned(session, found.terms)
    done = {"added": len(plan.new), "corrected": len(plan.changed), "known": plan.known}
    if not dry_run:
        done = _write(context, found.terms, person)
    problems = [
        {"row": one.row, "column": one.column, "code": one.error.code, "message": explain(one.error)}
        for one in found.problems
    ]
    if as_json:
        told = {"file": str(file), "encoding": found.encoding, "dry_run": dry_run, **done}
        told["ignored"] = list(found.ignored)
        print_json(told | {"problems": problems})
        return 1 if problems else 0
    _print_done(done)
    if dry_run:
        click.echo(_("Nothing was changed: this was a dry run."))
    if found.encoding == "windows-1252":
        text = _(
            "“{file}” is not UTF-8; it was read as Windows-1252. Look at names with accents; "
            "for another one use --encoding, and --dry-run to try it."
        )
        complain(text.format(file=file.name))
    if found.ignored:
        complain(_("Columns that were not read: {columns}").format(columns=listed(found.ignored)))
    for problem in problems:
        text = _("Row {row}, column {column}: {message}") if problem["column"] else _("Row {row}: {message}")
        complain(text.format(**problem))
    if problems:
        count = len(problems)
        text = ngettext(
            "{count} row was not taken; correct it and use the file again.",
            "{count} rows were not taken; correct them and use the file again.",
            count,
        )
        complain(text.format(count=count))
    return 1 if problems else 0


@expected.command("generate", help=_("Headquarters: expect one return of a form from every office."))
@click.option("--form", "form_id", required=True)
@click.option("--period", required=True)
@due_option
@click.option("--offices", default="", metavar="KE,GH", help=_("Only these; else all headquarters knows."))
@_new_offices
@person_option
@json_option
@click.pass_obj
def generate(
    context: Context,
    form_id: str,
    period: str,
    due: str,
    offices: str,
    let_new: bool,
    person: str,
    as_json: bool,
) -> None:
    """Print `{added, corrected, known}`."""
    from habitat_desktop.hq.expected_plans import one_for_each
    from habitat_desktop.hq.known_offices import known_offices

    workspace = context.workspace
    with workspace.read() as session:
        known = _known(workspace, session, let_new=let_new)
        named = [one.strip() for one in offices.split(",") if one.strip()]
        chosen = named or known_offices(session)
    _say_done(_write(context, one_for_each(chosen, form_id, period, due, known), person), as_json)


@expected.command("roll", help=_("Headquarters: expect of a period what was expected of another one."))
@click.argument("period")
@click.option("--from", "last", required=True, metavar="PERIOD", help=_("The period before."))
@due_option
@click.option("--form", "forms", multiple=True, help=_("Only this form; repeat it."))
@click.option("--by-record", is_flag=True, help=_("One for each subject that was reported then."))
@person_option
@json_option
@click.pass_obj
def roll(
    context: Context,
    period: str,
    last: str,
    due: str,
    forms: tuple[str, ...],
    by_record: bool,
    person: str,
    as_json: bool,
) -> None:
    """Print `{added, corrected, known}`."""
    from habitat_desktop.hq.expected_plans import rolled

    workspace = context.workspace
    before = read_register(workspace)
    with workspace.read() as session:
        known = _known(workspace, session, let_new=True)
    terms = rolled(before, period, due, known, last=last, forms=forms, by_record=by_record)
    _say_done(_write(context, terms, person), as_json)


def _write(context: Context, terms: Any, person: str) -> dict[str, int]:
    from habitat_desktop.records.expected_acts import expect_all

    workspace = context.workspace
    progress = Progress(_show) if sys.stderr.isatty() and len(terms) > 500 else None
    with workspace.begin() as session:  # broken off, it leaves nothing
        done = expect_all(session, workspace.hand(person), terms, progress)
    return {"added": len(done.added), "corrected": len(done.corrected), "known": done.known}


def _show(done: int, total: int) -> None:
    click.echo(f"\r{done}/{total}", nl=done == total, err=True)


def _say_done(done: dict[str, int], as_json: bool) -> None:
    if as_json:
        print_json(done)
    else:
        _print_done(done)


def _print_done(done: dict[str, int]) -> None:
    text = _("Expected returns: {added} added, {corrected} corrected, {known} known already.")
    click.echo(text.format(**done))

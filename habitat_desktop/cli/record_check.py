"""The command `record check`: the rules of the forms, asked of records that came."""

import sys
from collections import Counter
from dataclasses import asdict

import click

from habitat_desktop.cli.context import Context, json_option, print_json
from habitat_desktop.cli.conversation_lines import inside
from habitat_desktop.cli.record_rollover import record
from habitat_desktop.cli.records import find, still_waiting
from habitat_desktop.i18n.catalogues import _, language, ngettext
from habitat_desktop.progress import Progress

__all__ = ["record"]


@record.command("check", help=_("Ask of records whether their answers keep the rules of their form."))
@click.argument("record_ids", nargs=-1, metavar="[ID]...")
@json_option
@click.pass_obj
def check(context: Context, record_ids: tuple[str, ...], as_json: bool) -> int:
    from habitat_desktop.hq.deep_check import deep_check

    workspace = context.reading
    progress = Progress(_show) if sys.stderr.isatty() else None
    with workspace.database.aside() as database, database.read() as session:
        chosen = [find(context, session, typed).record_id for typed in record_ids]
        problems = list(
            deep_check(
                session,
                workspace.settings,
                workspace.library.form,
                records=chosen if record_ids else None,
                language=language(),
                progress=progress,
            )
        )
    if as_json:
        print_json({"ok": not problems, "problems": [asdict(problem) for problem in problems]})
        return 1 if problems else 0
    for problem in problems:
        where = f"{problem.label} {inside(problem.question)}".rstrip()
        click.echo(f"{where}: {problem.message}")
    count = len({problem.record_id for problem in problems})
    if not problems:
        click.echo(_("Every answer keeps the rules of its form."))
        return 0
    text = ngettext(
        "{count} record does not keep the rules of its form. Nothing was changed.",
        "{count} records do not keep the rules of their forms. Nothing was changed.",
        count,
    )
    click.echo(text.format(count=count))
    waiting = Counter(problem.label for problem in problems if problem.code == "unconfirmed")
    for label, count in waiting.items():
        click.echo(f"{label}: {still_waiting(label, count)}")
    return 1


def _show(done: int, total: int) -> None:
    click.echo(f"\r{done}/{total}", nl=done == total, err=True)

"""Check everything that is stored."""

import sys
from dataclasses import asdict

import click

from habitat_desktop.cli.context import Context, complain, json_option, print_json
from habitat_desktop.i18n.catalogues import _, ngettext
from habitat_desktop.progress import Progress


@click.command(help=_("Recompute every checksum and say what is wrong, and where."))
@click.option(
    "--mend", is_flag=True, help=_("First write the lists anew where they do not say what the records do.")
)
@json_option
@click.pass_obj
def verify(context: Context, mend: bool, as_json: bool) -> int:
    from habitat_desktop.packages import releases
    from habitat_desktop.packages.verification import mend_workspace, verify_workspace
    from habitat_desktop.records.store_problem import StoreProblem

    mended = mend_workspace(context.workspace) if mend else []
    for problem in mended if not as_json else ():
        click.echo(_("Mended: {problem}").format(problem=problem.sentence))
    result = verify_workspace(context.reading, Progress(_show) if sys.stderr.isatty() else None)
    problems = (
        *result.problems,
        *(
            StoreProblem("RELEASE_DAMAGED", file=str(path), detail=path.name)
            for path in releases.damaged(context.reading)
        ),
    )
    if as_json:
        print_json(
            {
                "ok": not problems,
                "checked": result.checked,
                "mended": [asdict(problem) | {"message": problem.sentence} for problem in mended],
                "problems": [asdict(problem) | {"message": problem.sentence} for problem in problems],
            }
        )
        return 1 if problems else 0
    for problem in problems:
        complain(problem.sentence)
    if problems:
        text = ngettext(
            "{count} thing is wrong. Nothing was changed; keep the files as they are.",
            "{count} things are wrong. Nothing was changed; keep the files as they are.",
            len(problems),
        )
        complain(text.format(count=len(problems)))
        return 1
    click.echo(
        _(
            "Everything is as it was written. "
            "Revisions: {revisions}; entries of the journal: {acts}; attached files: {attachments}; "
            "packages: {packages}."
        ).format(**result.checked)
    )
    return 0


def _show(done: int, total: int) -> None:
    click.echo(f"\r{done}/{total}", nl=done == total, err=True)

"""Prints records and blank forms to a PDF."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from habitat_desktop.cli.context import Context, json_option, print_json
from habitat_desktop.cli.form_compare import form
from habitat_desktop.cli.record_versions import record
from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n.catalogues import LANGUAGES, _, language, listed, ngettext

__all__ = ["form", "record"]


class PdfNameError(HabitatError):
    code = "PDF_NAME"
    message = N_("The name “{file}” does not end with .pdf. Nothing was printed; give the file such a name.")


class NoSectionError(HabitatError):
    code = "NO_SECTION"
    message = N_(
        "The form {form} has no section “{section}”. Nothing was printed. Its sections are: {sections}"
    )


def _options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what all printing takes."""
    for option in (
        json_option,
        click.option(
            "--paper", type=click.Choice(["A4", "Letter"]), default="A4", help=_("The size of the paper.")
        ),
        click.option("--section", "sections", multiple=True, help=_("Only this section; may be repeated.")),
        click.option(
            "--also", type=click.Choice(LANGUAGES), default=None, help=_("A second language below.")
        ),
        click.option(
            "--language", "spoken", type=click.Choice(LANGUAGES), default=None, help=_("Of the paper.")
        ),
        click.option(
            "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, metavar="F.pdf"
        ),
    ):
        command = option(command)
    return command


@record.command("print", help=_("Write records as one PDF: what was asked and answered, with room to sign."))
@click.argument("records", metavar="ID", nargs=-1, required=True)
@click.option("--queries", is_flag=True, help=_("With the open queries on each question."))
@click.option("--answered", is_flag=True, help=_("Only questions that have an answer."))
@_options
@click.pass_obj
def print_record(
    context: Context,
    records: Sequence[str],
    queries: bool,
    answered: bool,
    output: Path,
    spoken: str | None,
    also: str | None,
    sections: Sequence[str],
    paper: str,
    as_json: bool,
) -> None:
    """Print `{"file", "pages", "records"}`."""
    from habitat_desktop.paper.blank import Wanted
    from habitat_desktop.paper.record import record_papers
    from habitat_desktop.paper.tongues import Tongues
    from habitat_desktop.records import repository
    from habitat_desktop.records.entry import RecordNotFoundError

    _check(output)
    workspace = context.reading
    with workspace.database.aside() as database, database.read() as session:
        paths: set[str] = set()
        for one in records:
            found = repository.find_record(session, one)
            if found is None:
                raise RecordNotFoundError(record=one)
            paths |= _paths(workspace.library.form(found.form_id, found.form_version), sections)
        tongues = Tongues(spoken or language(), also or "")
        wanted = Wanted(tongues, frozenset(paths), unanswered=not answered, queries=queries)
        papers = record_papers(
            session, workspace.library.form, workspace.settings, records, wanted,
            attachments=workspace.attachments, at=datetime.now().astimezone(),
        )  # fmt: skip
    _write(context, papers, output, paper, {"records": [one.label for one in papers]}, as_json)


@form.command("print", help=_("Write a blank form as a PDF, to be filled in by hand."))
@click.argument("form_id", metavar="FORM")
@click.option(
    "--entries",
    type=click.IntRange(1, 50),
    default=1,
    help=_("How many blank entries of each list; else one."),
)
@_options
@click.pass_obj
def print_form(
    context: Context,
    form_id: str,
    entries: int,
    output: Path,
    spoken: str | None,
    also: str | None,
    sections: Sequence[str],
    paper: str,
    as_json: bool,
) -> None:
    """Print `{"file", "pages", "form", "version"}`."""
    from habitat_desktop.paper.blank import Wanted, blank_paper
    from habitat_desktop.paper.tongues import Tongues

    _check(output)
    made = context.reading.library.form(form_id)
    tongues = Tongues(spoken or language(), also or "")
    wanted = Wanted(tongues, frozenset(_paths(made, sections)), entries=entries)
    told = {"form": made.form_id, "version": made.version}
    _write(context, [blank_paper(made, wanted)], output, paper, told, as_json)


def _check(output: Path) -> None:
    from habitat_desktop.cli.safekeeping import NoSuchFolderError

    if output.suffix.lower() != ".pdf":
        raise PdfNameError(file=output.name)
    if not output.parent.is_dir():
        raise NoSuchFolderError(path=output.parent)


def _paths(made: Any, sections: Sequence[str]) -> set[str]:
    """Return the paths of sections that are given by name."""
    known = {one.name: one.path for one in made.root.children}
    for section in sections:
        if section not in known:
            raise NoSectionError(form=made.form_id, section=section, sections=listed(known))
    return {known[section] for section in sections}


def _write(
    context: Context, papers: list[Any], output: Path, paper: str, told: dict[str, Any], as_json: bool
) -> None:
    pages = context.write_papers(papers, output, paper)
    if as_json:
        print_json({"file": str(output), "pages": pages} | told)
        return
    text = ngettext("{file}: {count} page", "{file}: {count} pages", pages)
    click.echo(text.format(file=output, count=pages))

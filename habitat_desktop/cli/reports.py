"""Reports: list them, and make one as Excel, Word, HTML or PDF, in any of the six languages."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from habitat_desktop.cli.context import Context, complain, json_option, print_json, print_table
from habitat_desktop.i18n.catalogues import LANGUAGES, _, listed, ngettext
from habitat_desktop.reports.catalogue import REPORTS, Report


@click.group(help=_("Reports made from records, as Excel, Word, HTML or PDF, in any of the six languages."))
def report() -> None:
    pass


@report.command("list", help=_("List the reports there are, and the forms each reads."))
@json_option
def list_reports(as_json: bool) -> None:
    """Print `[{name, title, description, forms, seeds}]`."""
    if as_json:
        print_json(
            [
                {
                    "name": one.name,
                    "title": _(one.title),
                    "description": _(one.description),
                    "forms": list(one.forms),
                    "seeds": list(one.seeds),
                }
                for one in REPORTS
            ]
        )
        return
    rows = [(one.name, _(one.title), _(one.description), listed(one.forms)) for one in REPORTS]
    print_table([_("Name"), _("Report"), _("What it shows"), _("Forms")], rows)


def _command(one: Report) -> click.Command:
    @click.command(one.name, help=_(one.description))
    @click.option(
        "--period", "periods", multiple=True, required=True, help=_("Such as 2026-H1; may be repeated.")
    )
    @click.option(
        "--basis", type=click.Choice(["accepted", "received", "final"]), default="accepted",
        help=_("What headquarters has accepted, all it has received, or all that is final here."),
    )  # fmt: skip
    @click.option("--language", type=click.Choice(LANGUAGES), default=None, help=_("Of the report."))
    @click.option("--office", "offices", multiple=True, help=_("Only this office; may be repeated."))
    @click.option(
        "--country", "countries", multiple=True, help=_("Only this country, such as KEN; may be repeated.")
    )
    @click.option(
        "--output", type=click.Path(path_type=Path, dir_okay=False), default=None, metavar="FILE",
        help=_("Ends with .xlsx, .docx, .html or .pdf."),
    )  # fmt: skip
    @json_option
    @click.pass_obj
    def command(context: Context, /, as_json: bool, output: Path | None, **asked: Any) -> None:
        _make(context, one, as_json, output, asked)

    return command


for _report in REPORTS:
    report.add_command(_command(_report))


def _make(context: Context, one: Report, as_json: bool, output: Path | None, asked: dict[str, Any]) -> None:
    """Make a report; with --json print the whole tree, see `reports.as_json`."""
    from habitat_desktop.cli.safekeeping import NoSuchFolderError
    from habitat_desktop.i18n.catalogues import language
    from habitat_desktop.reports.as_json import as_json as tree
    from habitat_desktop.reports.errors import ReportFormatError
    from habitat_desktop.reports.writing import FORMATS

    if output is not None and output.suffix.lower() not in FORMATS:
        raise ReportFormatError(file=output.name)
    if output is not None and not output.parent.is_dir():
        raise NoSuchFolderError(path=output.parent)
    document = _document(context, one, asked, asked["language"] or language())
    if output is not None:
        write_report(context, document, output)
    if as_json:
        print_json(tree(document) | {"file": str(output) if output is not None else ""})
        return
    if output is None:
        _show(document)
    else:
        count = len(document.records)
        text = ngettext(
            "{file}: {title}, from {count} record", "{file}: {title}, from {count} records", count
        )
        click.echo(text.format(file=output, title=document.title, count=count))
    _tell_empty(document, asked["periods"])


def _tell_empty(document: Any, periods: Iterable[str]) -> None:
    """Say on stderr of which periods nothing is in the report: a wrong year looks like a right one."""
    from habitat_desktop.i18n.catalogues import language
    from habitat_desktop.i18n.periods import period_name
    from habitat_desktop.reports.evidence import share_a_day

    used = {line.period for line in document.records}
    for period in dict.fromkeys(periods):
        if not any(share_a_day(period, other) for other in used):
            text = _("{period}: no record of this period is in the report.")
            complain(text.format(period=period_name(period, language())))


def _show(document: Any) -> None:
    """Print the report for people, without the list of its records."""
    from habitat_desktop.cli.conversation_lines import plain
    from habitat_desktop.i18n.catalogues import speaking
    from habitat_desktop.reports.document import Bullets, Paragraph, Section, Table
    from habitat_desktop.reports.wording import cell_words, filled

    with speaking(document.language):
        click.echo(f"{document.title}\n{document.subtitle}\n")
        print_table(["", ""], [(fact.title, plain(filled(fact.value))) for fact in document.basis])
        for _depth, block in document.walk():
            if isinstance(block, Section):
                click.echo(f"\n{block.title}")
            elif isinstance(block, Paragraph | Bullets):
                for one in block.items if isinstance(block, Bullets) else [block]:
                    click.echo(plain(filled(one)))
            elif isinstance(block, Table):
                rows = [*block.rows, *([block.total] if block.total else [])]
                print_table(
                    [column.title for column in block.columns],
                    [[plain(cell_words(cell)) for cell in row] for row in rows],
                )
                for note in block.notes if block.rows else ():
                    click.echo(plain(filled(note)))


def _document(context: Context, one: Report, asked: dict[str, Any], language: str) -> Any:
    from habitat_desktop.reports.catalogue import make
    from habitat_desktop.reports.evidence import Evidence, Origin, Scope, check_periods

    workspace = context.reading
    check_periods(asked["periods"])
    scope = Scope(
        periods=tuple(dict.fromkeys(asked["periods"])),
        basis=asked["basis"],
        offices=tuple(office.upper() for office in asked["offices"]),
        countries=tuple(country.upper() for country in asked["countries"]),
    )
    settings = workspace.settings
    _check_countries(scope.countries)
    origin = Origin(
        name=settings.name or settings.office,
        database=workspace.database.installation[:8],
        made_on=datetime.now().astimezone().date(),
        is_demonstration=settings.demonstration,
    )
    with workspace.database.aside() as database, database.read() as session:
        _check_offices(session, scope.offices, settings.office)
        evidence = Evidence(session, workspace.library, scope, origin, _progress())
        document = make(one.name, evidence, language)
    return document


def _check_countries(asked: Iterable[str]) -> None:
    from habitat_desktop.cli.record_heading import BadCountryError
    from habitat_desktop.i18n.names import countries

    for country in asked:
        if country not in set(countries()):
            raise BadCountryError(country=country)


def _check_offices(session: Any, asked: Iterable[str], own: str) -> None:
    """Refuse an office of which nothing is known here: most likely its code was mistyped."""
    from habitat_desktop.hq.known_offices import known_offices
    from habitat_desktop.records.trusted_keys import trusted_keys
    from habitat_desktop.reports.errors import ReportOfficeError

    unknown = set(asked) - {own}
    if unknown:
        unknown -= {*known_offices(session), *(key.office for key in trusted_keys(session))}
    for office in sorted(unknown):
        raise ReportOfficeError(office=office)


def _progress() -> Any:
    """Tell on stderr how many records were read, where a person may be waiting."""
    import sys

    from habitat_desktop.progress import Progress

    if not sys.stderr.isatty():
        return None

    def told(done: int, total: int) -> None:
        if done % 1000 == 0:
            complain(_("{done} of {total} records read").format(done=done, total=total))

    return Progress(told)


def write_report(context: Context, document: Any, path: Path) -> None:
    """Write a report in the format that the ending of `path` names."""
    from habitat_desktop.reports.writing import write

    write(document, path, context.write_pdf)

"""The commands of `python -m habitat_desktop.i18n`; `habitat i18n` has them too, and those for workbooks."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from habitat_desktop.errors import HabitatError
from habitat_desktop.i18n.catalogues import _, explain, ngettext
from habitat_desktop.i18n.languages import LANGUAGES
from habitat_desktop.i18n.workshop import TARGETS, Workshop
from habitat_desktop.resources import data_dir

if TYPE_CHECKING:
    from habitat_desktop.i18n.status import Status

_LANGUAGE = click.Choice(TARGETS)
_FILE = click.Path(exists=True, dir_okay=False, allow_dash=True)


class _Group(click.Group):
    def invoke(self, context: click.Context) -> Any:
        """Run a command; a fault of the files ends with a sentence."""
        try:
            return super().invoke(context)
        except HabitatError as error:
            raise click.ClickException(explain(error)) from error


@click.group(cls=_Group, help=_("Texts and translations: collect, update, translate, check."))
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help=_("The checkout to work on; this one, if not given."),
)
@click.option(
    "--translations",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help=_("Another folder of catalogues than that of the checkout."),
)
@click.pass_context
def i18n(context: click.Context, root: Path | None, translations: Path | None) -> None:
    context.obj = Workshop((root or data_dir("translations").parent).resolve(), translations)


@i18n.command(help=_("Collect all texts into translations/pot/."))
@click.option("--check", is_flag=True, help=_("Change nothing; fail if the templates are not up to date."))
@click.pass_obj
def extract(workshop: Workshop, check: bool) -> None:
    from habitat_desktop.i18n.extract import stale_templates, write_templates

    changed = stale_templates(workshop.root) if check else write_templates(workshop.root)
    for path in changed:
        click.echo(path.relative_to(workshop.root).as_posix())
    if check and changed:
        raise click.ClickException(
            _("The templates are not up to date; run: python -m habitat_desktop.i18n extract")
        )


@i18n.command(
    help=_("Find texts in the sources that nobody could translate, and layouts that would not mirror.")
)
@click.pass_obj
def lint(workshop: Workshop) -> int:
    from habitat_desktop.i18n.extract import NotACheckoutError
    from habitat_desktop.i18n.lint import lint_tree

    package = workshop.root / "habitat_desktop"
    if not package.is_dir():
        raise NotACheckoutError(path=workshop.root)
    findings = lint_tree(package)
    for finding in findings:
        click.echo(str(finding))
    return _ended(1 if findings else 0)


@i18n.command(help=_("Bring the catalogues up to date with the templates, keeping what was translated."))
@click.argument("languages", nargs=-1, type=_LANGUAGE)
@click.pass_obj
def update(workshop: Workshop, languages: tuple[str, ...]) -> None:
    from habitat_desktop.i18n.update import SAME, update_language

    for language in languages or TARGETS:
        for domain, report in update_language(workshop, language).items():
            for why, count in report.items():
                if why != SAME:
                    click.echo(f"{language}/{domain}: {count} × {why}")


@i18n.command(help=_("Show what is translated and what a person has reviewed, as two numbers."))
@click.option("--json", "as_json", is_flag=True, help=_("Print JSON for machines."))
@click.pass_obj
def status(workshop: Workshop, as_json: bool) -> None:
    from habitat_desktop.i18n.status import all_status

    rows = all_status(workshop)
    if as_json:
        shares = ("translated_percent", "reviewed_percent")
        click.echo(
            json.dumps(
                [asdict(row) | {name: getattr(row, name) for name in shares} for row in rows], indent=1
            )
        )
        return
    _print_status(rows)


@i18n.command(
    help=_(
        "Check all catalogues: placeholders, plural forms, headers, direction marks, agreed terms and more."
    )
)
@click.option("--strict", is_flag=True, help=_("Also fail on untranslated and fuzzy texts."))
@click.option("--language", "languages", multiple=True, type=_LANGUAGE, help=_("Only these languages."))
@click.option("--json", "as_json", is_flag=True, help=_("Print JSON for machines."))
@click.option("--errors-only", is_flag=True, help=_("Leave out warnings."))
@click.pass_obj
def check(
    workshop: Workshop, strict: bool, languages: tuple[str, ...], as_json: bool, errors_only: bool
) -> int:
    from habitat_desktop.i18n.checks import check_language

    problems = [
        problem
        for language in languages or TARGETS
        for problem in check_language(workshop, language, strict=strict)
        if problem.severity == "error" or not errors_only
    ]
    errors = sum(problem.severity == "error" for problem in problems)
    if as_json:
        click.echo(json.dumps([asdict(problem) for problem in problems], ensure_ascii=False, indent=1))
    else:
        for problem in problems:
            click.echo(str(problem))
        text = _("Errors: {errors}, warnings: {warnings}")
        click.echo(text.format(errors=errors, warnings=len(problems) - errors), err=True)
    return _ended(1 if errors else 0)


@i18n.command(help=_("Write the compiled catalogues beside the others; they are never committed."))
@click.pass_obj
def compile(workshop: Workshop) -> None:
    from habitat_desktop.i18n.po import write_mo

    for language in TARGETS:
        for domain in workshop.domains():
            if entries := workshop.catalogue(language, domain):
                workshop.path(language, domain).with_suffix(".mo").write_bytes(write_mo(entries))


@i18n.command(
    help=_("Write the pseudo-languages en-XA (long, accented) and ar-XB (right to left), never committed.")
)
@click.pass_obj
def pseudo(workshop: Workshop) -> None:
    from habitat_desktop.i18n.pseudo import write_pseudo

    for path in write_pseudo(workshop):
        click.echo(path)


@i18n.command(help=_("List what is not translated yet, with notes and agreed terms."))
@click.argument("language", type=_LANGUAGE)
@click.option("--domain", default="", help=_("Only this domain, such as app or forms/housing_policy."))
@click.option("--limit", default=0, help=_("At most this many texts."))
@click.option("--offset", default=0, help=_("Leave out this many first."))
@click.option("--json", "as_json", is_flag=True, help=_("Print the batch that `fill` takes back."))
@click.pass_obj
def todo(workshop: Workshop, language: str, domain: str, limit: int, offset: int, as_json: bool) -> None:
    from habitat_desktop.i18n.batches import todo as todo_items

    if domain and domain not in workshop.domains():
        raise click.BadParameter(
            _("There are no such texts, only: {known}").format(known=", ".join(workshop.domains())),
            param_hint="--domain",
        )
    items = todo_items(workshop, language, domain)[offset:]
    items = items[: limit or None]
    if as_json:
        click.echo(json.dumps(items, ensure_ascii=False, indent=1))
        return
    for item in items:
        click.echo(f"{item['domain']} [{item['context']}]\n  {item['id']}")
        if "plural" in item:
            click.echo(f"  {item['plural']}  ({' | '.join(item['forms'])})")
        for note in item.get("notes", []):
            click.echo(f"  # {note}")
        for term, agreed in item.get("glossary", {}).items():
            click.echo(f"  = {term}: {agreed}")


@i18n.command(
    help=_("Write translated batches (JSON, see todo) into the catalogues; a dash reads standard input.")
)
@click.argument("language", type=_LANGUAGE)
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, allow_dash=True)
)
@click.option("--force", is_flag=True, help=_("Also replace translations that are there."))
@click.pass_obj
def fill(workshop: Workshop, language: str, files: tuple[str, ...], force: bool) -> int:
    from habitat_desktop.i18n.batches import fill as fill_items

    failed = False
    for name in files:
        report = fill_items(workshop, language, _read_batch(name), force=force)
        text = _(
            "{file}: filled {filled}, copied to the same question elsewhere {copied}, unchanged {unchanged}, "
            "kept {kept}, unknown {unknown}, refused {refused}"
        )
        counts = {"filled": report.filled, "copied": report.copied, "unchanged": report.unchanged}
        lists = {"kept": report.kept, "unknown": report.unknown, "refused": report.refused}
        click.echo(text.format(file=name, **counts, **{key: len(rows) for key, rows in lists.items()}))
        for title, lines in (("kept", report.kept), ("unknown", report.unknown), ("refused", report.refused)):
            for line in lines:
                click.echo(f"  {title}: {line}", err=True)
        failed = failed or bool(report.unknown or report.refused)
    return _ended(1 if failed else 0)


@i18n.command(
    help=_("Note that a person has reviewed translations; a later change of text or translation voids it.")
)
@click.argument("language", type=_LANGUAGE)
@click.argument("domain")
@click.option("--by", "name", required=True, help=_("Who has read the translations."))
@click.option("--date", required=True, help=_("When, such as 2026-11-21."))
@click.option("--context", "contexts", multiple=True, help=_("Only these contexts."))
@click.pass_obj
def review(
    workshop: Workshop, language: str, domain: str, name: str, date: str, contexts: tuple[str, ...]
) -> None:
    from habitat_desktop.i18n.workshop import mark_reviewed, note_review

    with workshop.working_on(language):
        entries = workshop.catalogue(language, domain)
        chosen = [
            e for e in entries if e.id and e.translated and (not contexts or (e.context or "") in contexts)
        ]
        if not chosen:
            raise click.ClickException(_("Nothing there is translated and chosen."))
        for entry in chosen:
            mark_reviewed(entry, name, date)
        note_review(entries)
        workshop.save(language, domain, entries)
    text = ngettext(
        "{count} translation is marked as reviewed by {name}.",
        "{count} translations are marked as reviewed by {name}.",
        len(chosen),
    )
    click.echo(text.format(count=len(chosen), name=name))


def _print_status(rows: "list[Status]") -> None:
    """Print the two numbers of each language and catalogue."""
    from rich.console import Console
    from rich.table import Table

    from habitat_desktop.i18n.status import total

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("", no_wrap=True)
    for title in (_("texts"), _("translated"), _("to be looked at"), _("reviewed by a person")):
        table.add_column(title, justify="right")
    for language in LANGUAGES:
        own = [row for row in rows if row.language == language]
        for row in [total(own), *own] if own else []:
            name = f"{language}  {row.domain}" if row.domain else language
            shares = f"{row.translated_percent}%", f"{row.reviewed_percent}%"
            style = None if row.domain else "bold"
            table.add_row(name, str(row.texts), shares[0], str(row.fuzzy), shares[1], style=style)
    Console(soft_wrap=False).print(table, markup=False)


def _ended(code: int) -> int:
    """End a command with an exit code, alone and below `habitat`."""
    if code:
        click.get_current_context().exit(code)
    return code


def _read_batch(name: str) -> list[Any]:
    text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8-sig")
    try:
        items = json.loads(text)
    except ValueError as error:
        raise click.ClickException(
            _("“{file}” is not JSON: {problem}. Nothing was changed.").format(file=name, problem=error)
        ) from error
    if not isinstance(items, list):
        raise click.ClickException(_("“{file}” must hold a list. Nothing was changed.").format(file=name))
    return items

"""Texts and translations: the tools of `python -m habitat_desktop.i18n`, and workbooks out and in."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from habitat_desktop.cli.context import complain, json_option, print_json
from habitat_desktop.disk import write_whole
from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n import own_copy
from habitat_desktop.i18n.catalogues import _, ngettext
from habitat_desktop.i18n.commands import i18n as tools
from habitat_desktop.i18n.workshop import TARGETS, Workshop
from habitat_desktop.resources import data_dir
from habitat_desktop.workspace import default_folder

# look only, or need sources anyway
_LOOKING = {"status", "check", "todo", "extract", "lint"}
_FOLDER = "habitat_desktop.translating"
_LANGUAGE = click.Choice(TARGETS)
_File = click.Path(path_type=Path, dir_okay=False)


class BadNameError(HabitatError):
    code = "NAME_NEEDED"
    message = N_(
        "“{name}” is no name of a person: it must be one line of at most 80 signs. Nothing was changed."
    )


class NoSuchDomainError(HabitatError):
    code = "NO_SUCH_DOMAIN"
    message = N_("There are no texts called “{name}”. There are: {known}. Nothing was written.")


@click.group(help=_("Texts and translations: what is open, workbooks for translators, checks."))
@click.option(
    "--translations",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=None,
    help=_("The folder of catalogues to work on; otherwise that of the sources, or a copy of your own."),
)
@click.pass_context
def i18n(context: click.Context, translations: Path | None) -> None:
    context.meta[_FOLDER] = context.obj.folder or default_folder()
    context.obj = own_copy.workshop_in(context.meta[_FOLDER], translations)
    if context.invoked_subcommand in tools.commands and context.invoked_subcommand not in _LOOKING:
        context.obj = _to_change(context.obj)


for _command in tools.commands.values():
    i18n.add_command(_command)


def _to_change(workshop: Workshop) -> Workshop:
    """Return what may be changed: of an installed program a copy in the folder of the workspace."""
    changed = own_copy.to_change(workshop, click.get_current_context().meta[_FOLDER])
    if changed.catalogues != workshop.catalogues:
        text = _("Your own copy of the translations was made in {folder}.")
        complain(text.format(folder=changed.catalogues))
    return changed


@i18n.command(
    "export-xlsx", help=_("Write a workbook for somebody to translate, or to read what is translated.")
)
@click.argument("language", type=_LANGUAGE)
@click.option("--domain", "domains", multiple=True, help=_("Only these texts: app, reference, forms/<form>."))
@click.option("--changed", "wanted", flag_value="changed", help=_("Only where the English was changed."))
@click.option("--all", "wanted", flag_value="all", help=_("Also what is translated already."))
@click.option("--review", "wanted", flag_value="review", help=_("What is translated and nobody has read."))
@click.option("--limit", default=0, metavar="N", help=_("At most this many texts."))
@click.option("--output", type=_File, default=None, help=_("The workbook to write (.xlsx)."))
@json_option
@click.pass_obj
def export_xlsx(
    workshop: Workshop,
    language: str,
    domains: tuple[str, ...],
    wanted: Any,
    limit: int,
    output: Path | None,
    as_json: bool,
) -> None:
    from habitat_desktop.i18n.parcel_book import parcel_bytes
    from habitat_desktop.i18n.parcels import make_parcel

    known = workshop.domains()
    for name in domains:
        if name not in known:
            raise NoSuchDomainError(name=name, known=", ".join(known))
    parcel = make_parcel(workshop, language, wanted or "waiting", domains, max(0, limit))
    path = None
    if parcel.lines:
        path = output or Path(f"{wanted or 'translate'}-{language}.xlsx")
        write_whole(path, parcel_bytes(parcel))
    if as_json:
        texts = {"texts": parcel.texts, "rows": len(parcel.lines), "left": parcel.left}
        print_json({"path": str(path) if path else None, "language": language, "kind": parcel.kind, **texts})
    elif path is None:
        click.echo(_("There is nothing of that kind to do; no file was written."))
    else:
        text = ngettext("{path}: {count} text.", "{path}: {count} texts.", parcel.texts)
        click.echo(text.format(path=path, count=parcel.texts))
        if parcel.left:
            text = ngettext("{count} more text is left.", "{count} more texts are left.", parcel.left)
            click.echo(text.format(count=parcel.left))
        click.echo(_("When it comes back: habitat i18n import-xlsx FILE --by NAME"))


@i18n.command(
    "import-xlsx", help=_("Say what a workbook that came back would change; with --apply change it.")
)
@click.argument("file", type=_File)
@click.option("--by", "name", required=True, help=_("Who wrote or read the translations."))
@click.option("--apply", "applies", is_flag=True, help=_("Do it; the files as they were are kept as a copy."))
@click.option("--force", is_flag=True, help=_("Also replace what was translated here meanwhile."))
@json_option
@click.pass_obj
def import_xlsx(workshop: Workshop, file: Path, name: str, applies: bool, force: bool, as_json: bool) -> int:
    from habitat_desktop.i18n.parcel_return import apply_plan, plan_import
    from habitat_desktop.i18n.parcel_rows import read_parcel

    name = _person(name)
    parcel = read_parcel(file.name, _sheets(file))
    now = datetime.now().astimezone()
    kept: list[Path] = []
    if applies:
        workshop = _to_change(workshop)
        with workshop.working_on(parcel.language):
            plan = plan_import(workshop, parcel, force=force)
            kept = apply_plan(workshop, plan, name, now.date().isoformat(), now.strftime("%Y%m%dT%H%M%S"))
    else:
        plan = plan_import(workshop, parcel, force=force)
    if as_json:
        print_json(_plan_json(plan, applies, kept))
    else:
        _print_plan(plan, applies, kept)
    return _ended(plan.is_clean)


@i18n.command("pack", help=_("Write all texts of a language as one file, to be tried, sent and published."))
@click.argument("language", type=_LANGUAGE)
@click.option("--output", type=_File, default=None, help=_("The file to write (.zip)."))
@json_option
@click.pass_obj
def pack(workshop: Workshop, language: str, output: Path | None, as_json: bool) -> None:
    from habitat_desktop.packages.language_packs import SUFFIX, build

    content = build(workshop, language)
    path = output or Path(f"habitat-language-{language}{SUFFIX}")
    write_whole(path, content)
    if as_json:
        print_json({"path": str(path), "language": language, "bytes": len(content)})
    else:
        click.echo(_("{path}: all texts of the language {language}.").format(path=path, language=language))


@i18n.command("export-xlsform", help=_("Write a form of the program with its texts in all languages."))
@click.argument("form_id")
@click.option("--output", type=_File, default=None, help=_("The workbook to write (.xlsx)."))
@json_option
@click.pass_obj
def export_xlsform(workshop: Workshop, form_id: str, output: Path | None, as_json: bool) -> None:
    from habitat_desktop.xforms.multilingual import export_form, write_lists

    made = export_form(workshop, form_id, data_dir("forms"))
    path = output or Path(f"{form_id}-languages.xlsx")
    write_whole(path, made.content)
    lists = [one.name for one in write_lists(made, path.parent)]
    if as_json:
        print_json({"path": str(path), "lists": lists, "missing": dict(made.missing)})
        return
    click.echo(_("{path}: the form in all languages.").format(path=path))
    for language, count in made.missing.items():
        if count:
            text = ngettext(
                "{language}: {count} text is not translated and stands there in English.",
                "{language}: {count} texts are not translated and stand there in English.",
                count,
            )
            click.echo(text.format(language=language, count=count))
    if lists:
        text = _("The lists it reads lie beside it: {files}")
        click.echo(text.format(files=", ".join(lists)))


@i18n.command(
    "import-xlsform",
    help=_("Say which texts of a form in several languages would be taken in; with --apply take them."),
)
@click.argument("file", type=_File)
@click.option("--by", "name", required=True, help=_("Who wrote or read the translations."))
@click.option("--apply", "applies", is_flag=True, help=_("Do it; the files as they were are kept as a copy."))
@click.option("--force", is_flag=True, help=_("Also replace what is translated already."))
@json_option
@click.pass_obj
def import_xlsform(
    workshop: Workshop, file: Path, name: str, applies: bool, force: bool, as_json: bool
) -> int:
    from contextlib import ExitStack

    from habitat_desktop.i18n.parcel_return import apply_plan
    from habitat_desktop.xforms.multilingual import plan_form_import

    name = _person(name)
    sheets = dict(_sheets(file))
    now = datetime.now().astimezone()
    kept: dict[str, list[Path]] = {}
    workshop = _to_change(workshop) if applies else workshop
    with ExitStack() as locks:
        for language in TARGETS if applies else ():
            locks.enter_context(workshop.working_on(language))
        plans = plan_form_import(workshop, file.name, sheets, force=force)
        for plan in plans if applies else ():
            stamp = now.strftime("%Y%m%dT%H%M%S")
            kept[plan.language] = apply_plan(workshop, plan, name, now.date().isoformat(), stamp)
    if as_json:
        print_json([_plan_json(plan, applies, kept.get(plan.language, [])) for plan in plans])
    else:
        for plan in plans:
            click.echo(f"-- {plan.language}")
            _print_plan(plan, applies, kept.get(plan.language, []))
    return _ended(all(plan.is_clean for plan in plans))


def _ended(is_clean: bool) -> int:
    """End with the exit code 1 where something was left out."""
    if not is_clean:
        click.get_current_context().exit(1)
    return 0


def _person(name: str) -> str:
    name = " ".join(name.split(" ")).strip()
    if not name or len(name) > 80 or not name.isprintable():
        raise BadNameError(name=name[:80])
    return name


def _sheets(file: Path) -> list[tuple[str, list[list[Any]]]]:
    """Read a workbook from outside, in a child process behind the gate of all such files."""
    from habitat_desktop.packages.reader import read_workbook

    return [(sheet.name, sheet.rows) for sheet in read_workbook(file).sheets]


def _plan_json(plan: Any, applied: bool, kept: list[Path]) -> dict[str, Any]:
    return {
        "file": plan.file,
        "language": plan.language,
        "kind": plan.kind,
        "applied": applied,
        "ok": plan.is_clean,
        "taken": len(plan.changes),
        "copied": plan.copied,
        "confirmed": len(plan.confirmed),
        "unchanged": plan.unchanged,
        "open": plan.open,
        "kept": [str(path) for path in kept],
        "changes": [
            {
                "domain": change.domain,
                "context": change.entry.context,
                "english": change.entry.id,
                "texts": list(change.strings),
            }
            for change in plan.changes
        ],
        "findings": [
            {
                "why": one.why,
                "sheet": one.sheet,
                "row": one.row,
                "english": one.english,
                "message": one.message,
            }
            for one in plan.findings
        ],
    }


def _print_plan(plan: Any, applied: bool, kept: list[Path]) -> None:
    for finding in plan.findings:
        if finding.kept_out:
            complain(str(finding))
        else:
            click.echo(str(finding))
    taken, confirmed = len(plan.changes), len(plan.confirmed)
    if applied:
        text = ngettext("{count} text was taken in.", "{count} texts were taken in.", taken)
    else:
        text = ngettext("{count} text would be taken in.", "{count} texts would be taken in.", taken)
    click.echo(text.format(count=taken))
    if plan.copied:
        text = ngettext(
            "{count} other place asks the same and takes it over.",
            "{count} other places ask the same and take them over.",
            plan.copied,
        )
        click.echo(text.format(count=plan.copied))
    if confirmed:
        text = ngettext("{count} text is confirmed.", "{count} texts are confirmed.", confirmed)
        click.echo(text.format(count=confirmed))
    left = plan.open + plan.unchanged
    if left:
        text = ngettext(
            "{count} text was left empty or is unchanged.",
            "{count} texts were left empty or are unchanged.",
            left,
        )
        click.echo(text.format(count=left))
    if kept:
        click.echo(_("The files as they were: {folder}").format(folder=_folder_of(kept[0])))
    elif not applied and (taken or confirmed):
        click.echo(_("Nothing was changed yet: the same command with --apply does it."))


def _folder_of(copy: Path) -> Path:
    return next(folder for folder in copy.parents if folder.parent.name == ".backup")

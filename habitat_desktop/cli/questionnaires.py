"""Questionnaires: workbooks for people who only have Excel, made, looked at, and taken into a draft."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from habitat_desktop.cli.context import Context, complain, json_option, print_json
from habitat_desktop.cli.record_heading import heading_of
from habitat_desktop.errors import HabitatError
from habitat_desktop.i18n.catalogues import LANGUAGES, _, explain, language, ngettext
from habitat_desktop.workspace import Workspace

_File = click.Path(path_type=Path)


@click.group(help=_("Questionnaires: workbooks for people who only have Excel, and their answers back."))
def questionnaire() -> None:
    pass


@questionnaire.command(
    "create", help=_("Write a questionnaire about one record; without --record a new draft is begun.")
)
@click.option("--form", "form_id", default="", help=_("The form whose questions are asked."))
@click.option("--record", default="", help=_("The record it is about: its id or label."))
@click.option("--sections", default="", help=_("Only these sections, divided by commas; otherwise all."))
@click.option("--language", "spoken", type=click.Choice(LANGUAGES), default=None, help=_("Its language."))
@click.option("--country", default=None, help=_("The country the return is about (alpha-3)."))
@click.option("--period", default=None, help=_("The period, such as 2026-H1; otherwise the one due now."))
@click.option("--to", "addressee", default="", help=_("Who shall fill it in, such as a ministry."))
@click.option("--output", type=_File, required=True, help=_("The workbook to write (.xlsx)."))
@json_option
@click.pass_obj
def create(
    context: Context,
    form_id: str,
    record: str,
    sections: str,
    spoken: str | None,
    country: str | None,
    period: str | None,
    addressee: str,
    output: Path,
    as_json: bool,
) -> None:
    from habitat_desktop.packages.questionnaires import making

    if not (form_id or record):
        raise click.UsageError(_("Say what it is about: --form for a new draft, or --record."))
    workspace = context.workspace
    form = None
    if not record:
        form = workspace.library.form(form_id)
        country, period = heading_of(workspace, form, {}, country=country, period=period)
        form = workspace.library.form_for(form_id, period)
    elif country or period:
        raise click.UsageError(
            _("The record says country and period itself: leave out --country and --period.")
        )
    wanted = making.Wanted(
        form=form,
        form_id=form_id,
        record=record,
        sections=tuple(name for name in map(str.strip, sections.split(",")) if name),
        language=spoken or "",
        country=country or "",
        period=period or "",
        to=addressee,
    )
    made = making.create(
        workspace.database,
        workspace.settings,
        workspace.library.form,
        wanted,
        output,
        workspace.questionnaires,
        _actor(workspace),
    )
    if as_json:
        print_json(_made_json(made))
        return
    manifest = made.manifest
    count = len(manifest.questions)
    text = ngettext(
        "{path}: {count} question about the record {label}.",
        "{path}: {count} questions about the record {label}.",
        count,
    )
    click.echo(text.format(path=made.path, count=count, label=manifest.label))
    if made.started:
        click.echo(_("The record {label} was begun as a draft for it.").format(label=manifest.label))
    text = _("When it comes back: habitat questionnaire import FILE")
    click.echo(text)


def _actor(workspace: Workspace) -> Any:
    """Return who acts, in the language of this command."""
    return replace(workspace.keeper(), language=language())


def _made_json(made: Any) -> dict[str, Any]:
    return {"path": str(made.path), "sha256": made.sha256, "started": made.started, **about(made.manifest)}


def about(manifest: Any) -> dict[str, Any]:
    """Return what a questionnaire says of itself, for machines."""
    return {
        "questionnaire_id": manifest.questionnaire_id,
        "form_id": manifest.form_id,
        "form_version": manifest.form_version,
        "record_id": manifest.record_id,
        "label": manifest.label,
        "country": manifest.country,
        "period": manifest.period,
        "language": manifest.language,
        "to": manifest.to,
        "sections": list(manifest.sections),
        "questions": len(manifest.questions),
        "sheets": [sheet.name for sheet in manifest.sheets],
        "made_at": manifest.made_at,
    }


@questionnaire.command(
    "inspect", help=_("Say what a questionnaire is and what was written; nothing is taken.")
)
@click.argument("file", type=_File)
@json_option
@click.pass_obj
def inspect(context: Context, file: Path, as_json: bool) -> int:
    from habitat_desktop.packages.questionnaires.inspecting import inspect_questionnaire

    report = inspect_questionnaire(file, context.reading.questionnaires)
    if as_json:
        print_json(report)
    if not report["ok"]:
        complain(report["message"])
        return 1
    if not as_json:
        _print_inspected(report)
    return 0


def _print_inspected(report: dict[str, Any]) -> None:
    by = report["filled_in_by"]
    click.echo(
        _("A questionnaire about the record {label} (form {form}, version {version}).").format(
            label=report["label"], form=report["form_id"], version=report["form_version"]
        )
    )
    who = " / ".join(filter(None, (by["organization"], by["name"])))
    click.echo(_("Filled in by: {who} {date}").format(who=who or "–", date=by["date"]).strip())
    text = ngettext(
        "{count} question was written in.", "{count} questions were written in.", report["written"]
    )
    click.echo(text.format(count=report["written"]))
    for remark in report["remarks"]:
        click.echo(remark["message"])


@questionnaire.command("import", help=_("Take filled questionnaires into the drafts of their records."))
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=_File)
@click.option("--record", default="", help=_("The record they must be about: its id or label."))
@click.option("--supplier", default="", help=_("Who supplied the answers: “Ministry / Name”."))
@click.option(
    "--overwrite", multiple=True, metavar="REF", help=_("Take this answer although the draft says another.")
)
@click.option("--preview", is_flag=True, help=_("Only say what would be taken."))
@json_option
@click.pass_obj
def import_(
    context: Context,
    files: tuple[Path, ...],
    record: str,
    supplier: str,
    overwrite: tuple[str, ...],
    preview: bool,
    as_json: bool,
) -> int:
    from habitat_desktop.packages.questionnaires.taking import Options

    options = Options(
        record=_label(context, record, preview), supplier=supplier, overwrite=overwrite, preview=preview
    )
    results = [_take_one(context, file, options) for file in files]
    if as_json:
        print_json([_taken_json(file, result) for file, result in zip(files, results, strict=True)])
    for result in results:
        if isinstance(result, HabitatError):
            complain(explain(result))
        elif not as_json:
            _print_taken(result)
        else:
            _complain_about(result)
    return 0 if all(_is_clean(result) for result in results) else 1


def _label(context: Context, record: str, preview: bool) -> str:
    if not record:
        return ""
    from habitat_desktop.cli.records import find

    workspace = context.reading if preview else context.workspace
    with workspace.read() as session:
        return str(find(context, session, record).label)


def _take_one(context: Context, file: Path, options: Any) -> Any:
    from habitat_desktop.packages.questionnaires.taking import take_questionnaire

    workspace = context.reading if options.preview else context.workspace
    try:
        return take_questionnaire(
            workspace.database,
            workspace.settings,
            file,
            workspace.library.form,
            workspace.questionnaires,
            options,
            _actor(workspace),
        )
    except HabitatError as error:
        return error


def _is_clean(result: Any) -> bool:
    return not isinstance(result, HabitatError) and not (result.of("left") or result.of("conflict"))


def _taken_json(file: Path, result: Any) -> dict[str, Any]:
    if isinstance(result, HabitatError):
        return {"file": str(file), "ok": False, "code": result.code, "message": explain(result), "cells": []}
    supplier = result.supplier
    return {
        "file": str(file),
        "ok": _is_clean(result),
        "code": None,
        "message": None,
        **about(result.manifest),
        "mapped_to": result.version if result.is_mapped else None,
        "supplier": supplier.author,
        "supplier_date": supplier.date,
        "preview": result.preview,
        **{outcome: len(result.of(outcome)) for outcome in ("taken", "already", "left", "conflict")},
        "cells": [cell.json() for cell in result.cells],
        "remarks": [remark.json() for remark in result.remarks],
    }


def _print_taken(result: Any) -> None:
    manifest = result.manifest
    if result.is_mapped:
        text = _(
            "{file} was made for version {old} of the form; the record is on version {new}. Its questions "
            "were taken over where the new version has them."
        )
        click.echo(text.format(file=result.file.name, old=manifest.form_version, new=result.version))
    for remark in result.remarks:
        click.echo(remark.sentence)
    taken = result.of("taken")
    for cell in taken:
        click.echo(cell.message)
    if not taken:
        click.echo(_("No draft was changed: there is no answer to take, or it was taken before."))
    elif result.preview:
        text = ngettext(
            "{count} answer would be taken into the draft of {label}.",
            "{count} answers would be taken into the draft of {label}.",
            len(taken),
        )
        click.echo(text.format(count=len(taken), label=manifest.label))
    else:
        text = ngettext(
            "{count} answer of {supplier} was taken into the draft of {label}. Look at it, then finalize.",
            "{count} answers of {supplier} were taken into the draft of {label}. Look at them, then "
            "finalize.",
            len(taken),
        )
        click.echo(text.format(count=len(taken), supplier=result.supplier.author, label=manifest.label))
    _complain_about(result)


def _complain_about(result: Any) -> None:
    for cell in (*result.of("conflict"), *result.of("left")):
        complain(cell.message)

"""Records: any two versions compared, duplicates, several at once: finalize, export."""

from pathlib import Path
from typing import Any

import click

from habitat_desktop.cli.context import Context, json_option, print_json
from habitat_desktop.cli.record_check import record
from habitat_desktop.i18n.catalogues import _, explain, language, ngettext

__all__ = ["record"]


@record.command("diff", help=_("Say what changed between two versions of a record."))
@click.argument("record_id", metavar="ID")
@click.argument("old", metavar="[A]", required=False)
@click.argument("new", metavar="[B]", required=False)
@json_option
@click.pass_obj
def diff(context: Context, record_id: str, old: str | None, new: str | None, as_json: bool) -> None:
    """A and B are the number of a revision, the beginning of its id, or “draft”; else the last change."""
    from habitat_desktop.records import differing
    from habitat_desktop.records.differing_text import comparison_lines

    workspace = context.reading
    with workspace.read() as session:
        versions = differing.versions_of(session, record_id)
        first, last = differing.last_two(versions) if not (old and new) else (None, None)
        one = differing.version_named(versions, old) if old else first
        other = differing.version_named(versions, new) if new else last
        assert one is not None and other is not None
        found = differing.compare(session, workspace.library.form, workspace.settings, one, other)
    if as_json:
        print_json(_comparison(found))
        return
    for line in comparison_lines(found, language()):
        click.echo(line)


def _comparison(found: Any) -> dict[str, Any]:
    from habitat_desktop.i18n.text import without_isolates

    return {
        "label": found.label,
        "from": _version(found.old),
        "to": _version(found.new),
        "differences": [
            {
                name: without_isolates(value) if isinstance(value, str) else value
                for name, value in row.items()
            }
            for row in (vars(one) for one in found.differences)
        ],
    }


def _version(version: Any) -> dict[str, Any]:
    return {
        "version": version.key,
        "number": version.number,
        "kind": version.kind,
        "person": version.person,
        "at": version.at.isoformat(),
        "form_version": version.heading.form_version,
    }


@record.command("duplicate", help=_("Begin a new draft with the answers of another record."))
@click.argument("record_id", metavar="ID")
@click.option("--period", default="", help=_("The period, such as 2026-H1; otherwise it is asked."))
@json_option
@click.pass_obj
def duplicate(context: Context, record_id: str, period: str, as_json: bool) -> None:
    from habitat_desktop.cli.record_heading import BadPeriodError
    from habitat_desktop.i18n.periods import period_bounds
    from habitat_desktop.records import duplicating

    try:
        period_bounds(period or "2026")
    except ValueError as error:
        raise BadPeriodError(period=period) from error
    workspace = context.workspace
    with workspace.begin() as session:
        made = duplicating.duplicate(
            session, workspace.library.form, workspace.settings, record_id, period=period, language=language()
        )
    left_out = [{"ref": one.ref, "message": explain(one.error)} for one in made.left_out]
    if as_json:
        found = {"record_id": made.entry.record_id, "label": made.entry.label, "from": made.source.label}
        print_json({**found, "state": "draft", "period": period, "left_out": left_out})
        return
    text = _("{label}: a draft with the answers of {source}.")
    click.echo(text.format(label=made.entry.label, source=made.source.label))
    for one in left_out:
        click.echo(_("Left out: {ref}: {problem}").format(ref=one["ref"], problem=one["message"]))


@record.command("export", help=_("Write records to a file: .xlsx as packages have them, .csv or .json."))
@click.argument("record_ids", metavar="[ID]...", nargs=-1)
@click.option("--all", "whole", is_flag=True, help=_("All records, or those that fit the options below."))
@click.option("--form", "form_id", default=None)
@click.option("--state", default=None)
@click.option("--period", default=None)
@click.option("--text", default=None, help=_("Search in labels, subjects and answers."))
@click.option("--output", type=click.Path(path_type=Path), required=True)
@json_option
@click.pass_obj
def export(
    context: Context,
    record_ids: tuple[str, ...],
    whole: bool,
    form_id: str | None,
    state: str | None,
    period: str | None,
    text: str | None,
    output: Path,
    as_json: bool,
) -> None:
    from habitat_desktop.cli.records import find
    from habitat_desktop.packages.record_export import export_records
    from habitat_desktop.records import repository
    from habitat_desktop.records.record import RecordState

    if bool(record_ids) == whole:
        raise click.UsageError(_("Name the records, or say --all."))
    if state is not None and state not in {str(one) for one in RecordState}:
        raise click.BadParameter(", ".join(str(one) for one in RecordState), param_hint="--state")
    workspace = context.reading
    with workspace.read() as session:
        if whole:
            wanted = RecordState(state) if state else None
            chosen = repository.list_ids(session, form_id=form_id, state=wanted, period=period, text=text)
        else:
            chosen = [find(context, session, one).record_id for one in record_ids]
        made = export_records(session, workspace.library.form, chosen, output, language=language())
    if as_json:
        paths = [str(path) for path in made.paths]
        print_json({"paths": paths, "records": made.records, "drafts": made.drafts})
        return
    words = ngettext("{path}: {count} record", "{path}: {count} records", made.records)
    click.echo(words.format(path=made.paths[0], count=made.records))
    for path in made.paths[1:]:
        click.echo(path)


@record.command("finalize-many", help=_("Finalize every draft that can be, and say why the others stay."))
@click.argument("record_ids", metavar="ID...", nargs=-1, required=True)
@click.option("--preview", is_flag=True, help=_("Only say which ones can be."))
@json_option
@click.pass_obj
def finalize_many(context: Context, record_ids: tuple[str, ...], preview: bool, as_json: bool) -> int:
    from habitat_desktop.records import many

    workspace = context.reading if preview else context.workspace
    library, settings = workspace.library, workspace.settings
    if preview:
        with workspace.read() as session:
            told = many.check_many(session, library.form, settings, record_ids, language=language())
        done, blocked = [one.label for one in told.ready], told.blocked
    else:
        with workspace.begin() as session:
            made = many.finalize_many(session, library.form, settings, record_ids, language=language())
        done, blocked = [one.label for one in made.made], made.blocked
    if as_json:
        stay = [
            {"label": one.label, "code": one.error.code, "message": explain(one.error)} for one in blocked
        ]
        print_json({"preview": preview, "final": done, "blocked": stay})
        return 1 if blocked and not preview else 0
    for label in done:
        text = _("{label} can be finalized.") if preview else _("{label} is final.")
        click.echo(text.format(label=label))
    for one in blocked:
        click.echo(explain(one.error))
    return 1 if blocked and not preview else 0

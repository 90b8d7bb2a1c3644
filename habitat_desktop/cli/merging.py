"""Merges: list, show, decide, take back, finish."""

from typing import Any

import click

from habitat_desktop.cli.context import Context, json_option, print_json, print_table
from habitat_desktop.cli.records import state_name
from habitat_desktop.i18n.catalogues import _, language, ngettext, pgettext

_person = click.option("--person", default="", help=_("Who answers for this; otherwise you."))


@click.group(help=_("Merges of records that were changed in two places."))
def merge() -> None:
    pass


@merge.command("list", help=_("List the records that wait for a merge."))
@json_option
@click.pass_obj
def list_merges(context: Context, as_json: bool) -> None:
    from habitat_desktop.records import merge_store

    with context.reading.read() as session:
        found = merge_store.list_merges(session)
    if as_json:
        keys = ("record_id", "label", "form_id", "office", "subject", "period")
        print_json([{key: getattr(one, key) for key in keys} | {"heads": list(one.heads)} for one in found])
        return
    print_table(
        [_("Record"), _("Form"), _("Subject"), _("Versions"), _("State")],
        [
            (one.label, one.form_id, one.subject or one.country, len(one.heads), state_name(one.state))
            for one in found
        ],
    )


@merge.command("show", help=_("Show a merge side by side: what is decided, what is open."))
@click.argument("record_id", metavar="ID")
@click.option("--all", "whole", is_flag=True, help=_("Also the questions nobody changed."))
@json_option
@click.pass_obj
def show(context: Context, record_id: str, whole: bool, as_json: bool) -> None:
    from habitat_desktop.records import merge_store

    workspace = context.reading
    workspace.library.forms()  # converted, where that is due, before anybody who writes waits for us
    with workspace.read() as session:
        found = merge_store.open_merge(session, workspace.library.form, workspace.settings, record_id)
    _print(found, as_json, whole=whole)


@merge.command("take", help=_("Decide one question: take a side, what was before, or a value of your own."))
@click.argument("record_id", metavar="ID")
@click.option("--ref", required=True, help=_("The row, as `merge show` names it."))
@click.option("--side", default="", help=_("A, B, ... or base."))
@click.option("--value", default=None, help=_("A value of your own instead of a side."))
@_person
@json_option
@click.pass_obj
def take(
    context: Context, record_id: str, ref: str, side: str, value: str | None, person: str, as_json: bool
) -> None:
    from habitat_desktop.records import merge_store

    if bool(side) == (value is not None):
        raise click.UsageError(_("Give either --side or --value."))
    choice = "value" if value is not None else "base" if side.lower() == "base" else side.upper()
    workspace = context.workspace
    with workspace.begin() as session:
        found = merge_store.take(
            session,
            workspace.library.form,
            workspace.settings,
            record_id,
            ref,
            choice,
            value=value,
            person=person,
        )
    _print(found, as_json)


@merge.command("undo", help=_("Take the last decision back; open a finished merge again."))
@click.argument("record_id", metavar="ID")
@click.option("--all", "whole", is_flag=True, help=_("Take every decision back."))
@_person
@json_option
@click.pass_obj
def undo(context: Context, record_id: str, whole: bool, person: str, as_json: bool) -> None:
    from habitat_desktop.records import merge_store

    workspace = context.workspace
    with workspace.begin() as session:
        found = merge_store.undo(
            session,
            workspace.library.form,
            workspace.settings,
            record_id,
            workspace.hand(person),
            whole=whole,
        )
    _print(found, as_json)


@merge.command("finish", help=_("Finish a merge: one version follows, all values stay in the history."))
@click.argument("record_id", metavar="ID")
@click.option("--reason", default="", help=_("Why it was decided so; headquarters must say."))
@_person
@json_option
@click.pass_obj
def finish(context: Context, record_id: str, reason: str, person: str, as_json: bool) -> None:
    from habitat_desktop.records import merge_store, repository

    workspace = context.workspace
    with workspace.begin() as session:
        made = merge_store.finish(
            session,
            workspace.library.form,
            workspace.settings,
            record_id,
            workspace.hand(person),
            reason=reason,
        )
        summary = repository.find_record(session, made.record_id)
    assert summary is not None
    if as_json:
        print_json(
            {
                "record_id": made.record_id,
                "label": made.label,
                "revision_id": made.revision_id,
                "parents": list(made.parents),
                "state": str(summary.state),
            }
        )
        return
    click.echo(_("{label}: {state}").format(label=made.label, state=state_name(summary.state)))


# -- printing --------------------------------------------------------------------------------------------


def _print(found: Any, as_json: bool, *, whole: bool = False) -> None:
    rows = [row for row in found.merged.rows if whole or row.kind != "unchanged" or row.decided]
    if as_json:
        print_json(_document(found, rows))
        return
    titles = [_("Question"), _("Before"), *found.letters, _("Merged")]
    click.echo(_heading(found))
    print_table(titles, [(row.ref, _text(row, row.base), *_sides(row), _merged(row)) for row in rows])
    for problem in found.problems:
        click.echo(f"{problem.ref}: {problem.message}")
    count = len(found.merged.open_rows)
    click.echo(ngettext("{count} open question", "{count} open questions", count).format(count=count))


def _heading(found: Any) -> str:
    lines = [found.label]
    for letter, side in zip(found.letters, found.sides, strict=True):
        lines.append(f"{letter}: {side.author}, {side.made_at}, {side.installation[:8]}")
    return "\n".join(lines)


def _sides(row: Any) -> list[str]:
    return [_text(row, value) for value in row.sides]


def _merged(row: Any) -> str:
    return _("please choose") if row.is_open else _text(row, row.merged)


def _text(row: Any, value: Any) -> str:
    """Return a value in one line."""
    if row.what == "entry":
        there, gone = pgettext("entry of a list", "there"), pgettext("entry of a list", "not there")
        return gone if value is None else there
    if isinstance(value, dict) and "$unavailable" in value:
        return _("not available: {reason}").format(reason=value["$unavailable"].get("reason", ""))
    if isinstance(value, list):
        return " ".join(map(str, value))
    return "" if value is None else str(value)


def _document(found: Any, rows: list[Any]) -> dict[str, Any]:
    return {
        "record_id": found.record_id,
        "label": found.label,
        "office": found.office,
        "form_id": found.form.form_id,
        "form_version": found.form.version,
        "base": None if found.base is None else found.base.revision_id,
        "sides": [
            {
                "side": letter,
                "revision_id": side.revision_id,
                "installation": side.installation,
                "author": side.author,
                "at": side.made_at,
                "kind": side.kind,
            }
            for letter, side in zip(found.letters, found.sides, strict=True)
        ],
        "open": len(found.merged.open_rows),
        "can_be_finished": found.can_be_finished,
        "steps": found.steps,
        "rows": [_row(found, row) for row in rows],
        "problems": [
            {"ref": one.ref, "kind": one.kind, "label": one.label, "message": one.message}
            for one in found.problems
        ],
    }


def _row(found: Any, row: Any) -> dict[str, Any]:
    element = found.form.elements.get(row.path)
    return {
        "ref": row.ref,
        "label": element.label(language()) if element is not None else "",
        "what": row.what,
        "group": found.group_of(row),
        "kind": row.kind,
        "base": row.base,
        "sides": dict(zip(found.letters, row.sides, strict=True)),
        "changed": list(row.changed),
        "merged": row.merged,
        "choice": row.choice,
        "open": row.is_open,
        "losers": list(row.losers),
    }

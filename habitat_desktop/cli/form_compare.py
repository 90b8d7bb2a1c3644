"""The command `form compare`: what a new version of a form changes, and what it touches here."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from habitat_desktop.cli.context import Context, json_option, print_json
from habitat_desktop.cli.forms import form
from habitat_desktop.i18n.catalogues import _, listed, ngettext
from habitat_desktop.workspace import NotAWorkspaceError

__all__ = ["form"]


@form.command("compare", help=_("Say what a new version of a form changes and what becomes of the answers."))
@click.argument("old")
@click.argument("new")
@json_option
@click.pass_obj
def compare(context: Context, old: str, new: str, as_json: bool) -> None:
    """OLD and NEW are files, or form_id@version."""
    from habitat_desktop.xforms.form_comparison import KINDS, compare_forms

    before, now = _form(context, old), _form(context, new)
    changes = compare_forms(before, now)
    whole, touched = _touched(context, before, changes)
    counts = {kind: sum(change.kind == kind for change in changes) for kind in KINDS}
    if as_json:
        found = [
            {
                "kind": change.kind,
                "code": change.code,
                "sheet": change.sheet,
                "row": change.row,
                "old_path": change.old_path,
                "new_path": change.new_path,
                "change": _filled(change.what, change),
                "answers": _filled(change.answers, change),
                "touches": asdict(touched[change]) if change in touched else None,
            }
            for change in changes
        ]
        told = {"form_id": now.form_id, "old": before.version, "new": now.version, "counts": counts}
        print_json({**told, "records": asdict(whole) if whole else None, "changes": found})
        return
    for change in changes:
        place = f"{change.sheet} {change.row}" if change.row else change.sheet
        name = change.new_path or change.old_path
        click.echo(f"{place} {name}".rstrip() + f": {_kind(change.kind)}: {_filled(change.what, change)}")
        click.echo(f"    {_filled(change.answers, change)} {_told(touched.get(change))}".rstrip())
    if whole is not None:
        text = _("On version {version} here: {records}")
        click.echo(text.format(version=before.version, records=_told(whole)))
    shown = [f"{_kind(kind)}: {count}" for kind, count in counts.items()]
    click.echo(_("Changes: {counts}").format(counts=listed(shown)))


def _form(context: Context, named: str) -> Any:
    from habitat_desktop.cli.forms import _library
    from habitat_desktop.xforms.library import SUFFIXES, is_foreign, load_form

    path = Path(named)
    if path.suffix.lower() in SUFFIXES:
        return load_form(path, foreign=is_foreign(path))
    form_id, _at, version = named.partition("@")
    return _library(context).form(form_id, version or None)


def _touched(context: Context, before: Any, changes: list[Any]) -> tuple[Any, dict[Any, Any]]:
    """Return what is touched in the workspace; nothing where there is none."""
    from habitat_desktop.records.form_impact import impact

    try:
        workspace = context.reading
    except NotAWorkspaceError:
        if context.folder is not None:
            raise
        return None, {}
    with workspace.database.aside() as database, database.read() as session:
        return impact(session, before, changes)


def _filled(text: str, change: Any) -> str:
    return _(text).format(old=change.old, new=change.new)


def _kind(kind: str) -> str:
    return {"breaking": _("breaking"), "additive": _("additive"), "cosmetic": _("cosmetic")}[kind]


def _told(touched: Any) -> str:
    if touched is None:
        return ""
    return listed(
        (
            ngettext("{count} draft", "{count} drafts", touched.drafts).format(count=touched.drafts),
            ngettext("{count} return", "{count} returns", touched.returns).format(count=touched.returns),
        )
    )

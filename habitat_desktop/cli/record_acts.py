"""Records: what somebody does to one beside changing it: withdraw, discard a draft, correct for an office."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from habitat_desktop.cli.context import Context, json_option, print_json, print_table
from habitat_desktop.cli.records import fill_from, find, finish, flat, record, refusals, state_name
from habitat_desktop.i18n.catalogues import _, language, pgettext
from habitat_desktop.workspace import Workspace

__all__ = ["record"]


def correct_record(
    workspace: Workspace, record_id: str, path: Path, given: Any, reason: str, person: str, as_json: bool
) -> int:
    """Change the return of an office at headquarters: a revision of its own, no draft."""
    from habitat_desktop.records.acts import correct
    from habitat_desktop.records.entry import open_entry

    settings = workspace.settings
    settings = replace(settings, person=person.strip() or settings.person)
    with refusals(as_json), workspace.begin() as session:
        entry = open_entry(session, workspace.library.form, settings, record_id, language=language())
        before = entry.instance.answers(relevant_only=False)
        fill_from(workspace, session, entry, path, given, whole=False)
        if entry.instance.answers(relevant_only=False) != before:
            correct(session, workspace.hand(person), entry, reason=reason)
    return finish(workspace, entry, False, as_json)


@record.command("withdraw", help=_("Take a finalized record back; a later edit brings it back again."))
@click.argument("record_id", metavar="ID")
@click.option("--reason", required=True, help=_("Why; it is kept in the history."))
@click.option("--person", default="", help=_("Who answers for it; otherwise you."))
@json_option
@click.pass_obj
def withdraw(context: Context, record_id: str, reason: str, person: str, as_json: bool) -> None:
    from habitat_desktop.records.acts import withdraw_record

    workspace = context.workspace
    with workspace.begin() as session:
        made = withdraw_record(session, workspace.settings, record_id, reason=reason, person=person)
    print_state(workspace, made.record_id, made.revision_id, as_json)


@record.command("discard", help=_("Drop the draft of a record; its finalized answers stay."))
@click.argument("record_id", metavar="ID")
@json_option
@click.pass_obj
def discard_draft(context: Context, record_id: str, as_json: bool) -> None:
    from habitat_desktop.records import repository
    from habitat_desktop.records.acts import discard

    workspace = context.workspace
    with workspace.begin() as session:
        summary = find(context, session, record_id)
        discard(session, workspace.settings, record_id)
        left = repository.find_record(session, summary.record_id)
    if left is not None:
        print_state(workspace, left.record_id, left.heads[0] if left.heads else None, as_json)
    elif as_json:
        print_json({"record_id": None, "label": summary.label, "revision_id": None, "state": None})
    else:
        click.echo(_("The draft {label} was dropped; nothing of it was final.").format(label=summary.label))


def print_state(workspace: Workspace, record_id: str, revision_id: str | None, as_json: bool) -> None:
    from habitat_desktop.records import repository

    with workspace.read() as session:
        summary = repository.find_record(session, record_id)
    assert summary is not None
    if as_json:
        print_json(
            {
                "record_id": summary.record_id,
                "label": summary.label,
                "revision_id": revision_id,
                "state": str(summary.state),
            }
        )
        return
    click.echo(_("{label}: {state}").format(label=summary.label, state=state_name(summary.state)))


@record.command("upgrade", help=_("Bring a record to a newer version of its form, as a draft."))
@click.argument("record_id", metavar="ID")
@click.option("--to", "version", default=None, help=_("The version; otherwise the newest one."))
@click.option("--preview", "only_preview", is_flag=True, help=_("Say what would become of it, do nothing."))
@json_option
@click.pass_obj
def upgrade_record(
    context: Context, record_id: str, version: str | None, only_preview: bool, as_json: bool
) -> None:
    from habitat_desktop.records import upgrading

    workspace = context.workspace
    library, settings = workspace.library, workspace.settings
    if only_preview:
        with workspace.read() as session:
            told = upgrading.preview(session, library.form, settings, record_id, version)
    else:
        with workspace.begin() as session:
            _entry, told = upgrading.upgrade(session, library.form, settings, record_id, version)
    if as_json:
        print_json(_upgrade(told))
        return
    click.echo(
        _("{label}: version {old} to version {new}").format(
            label=told.label, old=told.old_version, new=told.new_version
        )
    )
    rows = [(_how(one.how), one.old_ref, one.new_ref, shown(one.value)) for one in told.changes]
    print_table([_("What"), _("Before"), _("Now"), _("Answer")], rows)
    for path in told.added:
        click.echo(_("New question: {ref}").format(ref=path))


def shown(value: Any) -> str:
    """Return a value of an answers file in one line."""
    return next((str(text) for _ref, text in flat("", value)), "")


def _how(how: str) -> str:
    return {
        "renamed": pgettext("what became of an answer", "renamed"),
        "split": pgettext("what became of an answer", "split"),
        "moved": pgettext("what became of an answer", "moved"),
        "converted": pgettext("what became of an answer", "written in the new type"),
        "aside": pgettext("what became of an answer", "kept aside: the new type cannot hold it"),
        "dropped": pgettext("what became of an answer", "kept aside: the question is gone"),
        "worked_out": pgettext("what became of an answer", "kept aside: the form works it out now"),
        "choice": pgettext("what became of an answer", "kept, but no longer a choice"),
    }[how]


def _upgrade(told: Any) -> dict[str, Any]:
    return {
        "record_id": told.record_id,
        "label": told.label,
        "from": told.old_version,
        "to": told.new_version,
        "changes": [
            {
                "how": one.how,
                "old_ref": one.old_ref,
                "new_ref": one.new_ref,
                "value": one.value,
                "new_value": one.new_value,
            }
            for one in told.changes
        ],
        "added": list(told.added),
        "problems": [{"ref": p.ref, "kind": p.kind, "message": p.message} for p in told.problems],
    }

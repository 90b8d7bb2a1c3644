"""Quarantine: the files that were not let in, taken in once more or taken off the list."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from habitat_desktop.cli.context import Context, complain, json_option, print_json, print_table
from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n.catalogues import _, explain, language
from habitat_desktop.i18n.dates import format_datetime
from habitat_desktop.i18n.text import clean

if TYPE_CHECKING:
    from habitat_desktop.packages.quarantine import KeptOut
    from habitat_desktop.workspace import Workspace

_SHOWN = 12  # signs of a SHA-256
_person = click.option("--person", default="", help=_("Who answers for this; otherwise you."))


class NotInQuarantineError(HabitatError):
    code = "NOT_IN_QUARANTINE"
    message = N_(
        "No file in quarantine has the name “{file}”. Nothing was changed. List them: habitat quarantine list"
    )


class SeveralInQuarantineError(HabitatError):
    code = "SEVERAL_IN_QUARANTINE"
    message = N_(
        "Several files in quarantine have the name “{file}”. Nothing was changed. Give the first signs of "
        "its checksum instead: habitat quarantine list"
    )


@click.group(help=_("Quarantine: the files that were not let in."))
def quarantine() -> None:
    pass


@quarantine.command("list", help=_("List the files that wait for somebody, and what is wrong with each."))
@click.option("--all", "whole", is_flag=True, help=_("Also those that were let in or taken off the list."))
@json_option
@click.pass_obj
def list_files(context: Context, whole: bool, as_json: bool) -> None:
    from habitat_desktop.packages.quarantine import kept_out

    found = [kept for kept in kept_out(context.reading.quarantine) if whole or kept.is_open]
    if as_json:
        print_json([_document(kept) for kept in found])
        return
    rows = [
        (
            kept.sha256[:_SHOWN],
            kept.file_name,
            format_datetime(kept.came_at, language()),
            kept.problem.code,
            explain(kept.problem),
        )
        for kept in found
    ]
    print_table([_("Checksum"), _("File"), _("Came"), _("Code"), _("Why")], rows)


@quarantine.command("retry", help=_("Take a file in once more: the cause may be gone."))
@click.argument("file", metavar="FILE|CHECKSUM")
@_person
@json_option
@click.pass_obj
def retry(context: Context, file: str, person: str, as_json: bool) -> int:
    from habitat_desktop.cli.exchange import back_up, result_json
    from habitat_desktop.packages import publishing
    from habitat_desktop.packages.importing import Importer
    from habitat_desktop.packages.reader import Reader
    from habitat_desktop.packages.second_try import try_again

    workspace = context.workspace
    kept = _find(workspace, file)
    importer = Importer(
        workspace.database,
        workspace.settings,
        store=workspace.incoming,
        quarantine=workspace.quarantine,
        attachments_dir=workspace.attachments,
        keyring=workspace.keyring,
        forms=workspace.library.form,
        at=datetime.now(UTC),
    )
    with Reader() as reader:
        actor = workspace.hand(clean(person))
        result = try_again(workspace.database, importer, reader, workspace.quarantine, kept, actor)
    if result.status in ("imported", "waiting"):
        back_up(workspace)
    (result,) = publishing.with_releases(workspace, [result])
    refused = result.status in ("quarantined", "refused")
    if as_json:
        print_json(result_json(result))
    if refused:
        complain(f"{kept.file_name}: {result.message}")
    elif not as_json:
        click.echo(f"{kept.file_name}: {result.message}")
    return 1 if refused else 0


@quarantine.command("remove", help=_("Take a file off the list, for a reason; the file itself stays."))
@click.argument("file", metavar="FILE|CHECKSUM")
@click.option("--reason", required=True, help=_("Why; it is kept in the journal."))
@_person
@click.pass_obj
def remove(context: Context, file: str, reason: str, person: str) -> None:
    from habitat_desktop.packages.quarantine import settle

    workspace = context.workspace
    kept, actor = _find(workspace, file), workspace.hand(clean(person))
    settle(workspace.database, actor, workspace.quarantine, kept, "removed", reason=clean(reason))
    click.echo(
        _("“{file}” is off the list. It stays in {folder}.").format(
            file=kept.file_name, folder=workspace.quarantine
        )
    )


def _find(workspace: "Workspace", name: str) -> "KeptOut":
    """Return the one file that waits and has this name, or a checksum that begins so."""
    from habitat_desktop.packages.quarantine import kept_out

    waiting = [kept for kept in kept_out(workspace.quarantine) if kept.is_open]
    found = [kept for kept in waiting if name in (kept.file_name, kept.sha256)]
    if not found and len(name) >= 4:
        found = [kept for kept in waiting if kept.sha256.startswith(name.lower())]
    if not found:
        raise NotInQuarantineError(file=name)
    if len(found) > 1:
        raise SeveralInQuarantineError(file=name)
    return found[0]


def _document(kept: "KeptOut") -> dict[str, Any]:
    return {
        "sha256": kept.sha256,
        "file": kept.file_name,
        "path": str(kept.stored),
        "came_at": kept.came_at.isoformat(),
        "code": kept.problem.code,
        "message": explain(kept.problem),
        "outcome": kept.outcome,
        "reason": kept.reason,
        "person": kept.person,
        "size": kept.size_bytes,
    }

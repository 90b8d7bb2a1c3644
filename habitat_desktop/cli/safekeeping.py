"""Backups: make, list, look at what restoring would bring, restore."""

import sqlite3
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from habitat_desktop.cli.context import Context, complain, json_option, print_json, print_table
from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n.catalogues import _, explain, language, ngettext
from habitat_desktop.i18n.dates import format_datetime
from habitat_desktop.i18n.text import clean

if TYPE_CHECKING:
    from habitat_desktop.records.backup import Backup
    from habitat_desktop.records.contents import Contents, RecordChange, RestorePreview

_SHOWN = 20  # records named in a preview


class NoBackupError(HabitatError):
    code = "NO_BACKUP"
    message = N_(
        "There is no sound backup in “{folder}”. Nothing was changed. Look on sticks and other computers, "
        "and give the file: habitat restore FILE"
    )


class BackupUnknownError(HabitatError):
    code = "BACKUP_UNKNOWN"
    message = N_(
        "“{file}” is no backup that can be read. Nothing was changed. List them: habitat backup --list"
    )


class NoSuchFolderError(HabitatError):
    code = "NO_SUCH_FOLDER"
    message = N_("The folder “{path}” is not there. Nothing was changed.")


class NobodyAskedError(HabitatError):
    code = "NOBODY_ASKED"
    message = N_("Nobody can be asked here. Nothing was changed. Look at the preview and add --yes.")


@click.command(help=_("Make a backup now; also list them, and choose a second folder for them."))
@click.option(
    "--output", type=click.Path(path_type=Path), default=None, help=_("Save a copy in this folder instead.")
)
@click.option("--list", "listing", is_flag=True, help=_("List the backups instead."))
@click.option(
    "--second-folder",
    default=None,
    metavar="FOLDER",
    help=_("From now on copy every backup here too; “-”: no more."),
)
@json_option
@click.pass_obj
def backup(
    context: Context, output: Path | None, listing: bool, second_folder: str | None, as_json: bool
) -> None:
    from habitat_desktop.records import safekeeping

    looking = listing and second_folder is None
    workspace, now = context.reading if looking else context.workspace, datetime.now(UTC)
    if second_folder is not None:
        chosen = "" if second_folder in ("", "-") else str(Path(second_folder).resolve())
        if chosen and not Path(chosen).is_dir():
            raise NoSuchFolderError(path=chosen)
        workspace.update_settings(backup_folder=chosen)
    if listing:
        _list(safekeeping.all_backups(workspace), as_json)
        return
    _set_right(context)
    if output is not None:
        path = safekeeping.save_copy(workspace, output, "copy", at=now)
        made = safekeeping.BackupMade(path)
    else:
        made = safekeeping.back_up(workspace, "by-hand", at=now)
    if as_json:
        print_json(
            {
                "path": str(made.path),
                "second": str(made.second) if made.second else None,
                "problem": {"code": made.problem.code, "message": explain(made.problem)}
                if made.problem
                else None,
            }
        )
        return
    click.echo(_("Backup made and checked: {path}").format(path=made.path))
    if made.second is not None:
        click.echo(_("Copy in the second folder: {path}").format(path=made.second))
    if made.problem is not None:
        complain(explain(made.problem))


def _set_right(context: Context) -> None:
    """Open a database for writing that must be written before anything can be read of it."""
    from habitat_desktop.records.errors import (
        DatabaseError,
        DatabaseOtherJournal,
        DatabaseTooOld,
        DatabaseUnfinished,
    )

    if context.reading.settings.database:
        return
    try:
        _ = context.reading.database
    except (DatabaseOtherJournal, DatabaseTooOld, DatabaseUnfinished):
        _ = context.workspace.database
    except DatabaseError:
        return  # told by the backup itself


def _list(backups: "list[Backup]", as_json: bool) -> None:
    if as_json:
        print_json(
            [
                {
                    "path": str(found.path),
                    "made_at": found.made_at.isoformat() if found.made_at else None,
                    "reason": found.reason,
                    "size": found.path.stat().st_size,
                }
                for found in backups
            ]
        )
        return
    print_table(
        [_("Made"), _("Why"), _("File")],
        [(_when(found.made_at), _reason(found.reason), found.path) for found in backups],
    )


def _when(at: datetime | str | None) -> str:
    return format_datetime(at, language()) if at else "–"


def _reason(reason: str) -> str:
    known = {
        "daily": _("daily"),
        "package": _("after a package"),
        "by-hand": _("by hand"),
        "copy": _("copy"),
        "recovered": _("after restoring"),
    }
    return known.get(reason, reason)


@click.command(help=_("Put a backup in the place of the database; first say what that will bring."))
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--preview", is_flag=True, help=_("Only say what it will bring."))
@click.option("--yes", is_flag=True, help=_("Do not ask."))
@click.option("--person", default="", help=_("Who answers for this; otherwise you."))
@click.option("--reason", default="", help=_("Why; it is kept in the journal."))
@json_option
@click.pass_obj
def restore(
    context: Context, file: Path | None, preview: bool, yes: bool, person: str, reason: str, as_json: bool
) -> None:
    from habitat_desktop.records.contents import preview_restore
    from habitat_desktop.sync.recovery import restore as bring_back
    from habitat_desktop.sync.recovery import sentences

    workspace = context.reading if preview else context.workspace
    found = _choose(workspace, file)
    try:
        seen = preview_restore(found, workspace.database_path)
    except (sqlite3.Error, OSError, ValueError) as error:
        raise BackupUnknownError(file=found) from error
    if preview:
        print_json(preview_json(seen)) if as_json else _tell(seen)
        return
    if not yes:
        _tell(seen)
        if not sys.stdin.isatty():
            raise NobodyAskedError
        click.confirm(_("Restore this backup?"), abort=True)
    report = bring_back(workspace, found, workspace.keeper(clean(person)), reason=clean(reason))
    if as_json:
        print_json({"restored": str(found), "replaced": report.kept or None} | asdict(report))
        return
    for sentence in sentences(report):
        click.echo(sentence)


def _choose(workspace: Any, file: Path | None) -> Path:
    from habitat_desktop.records import backup as backups
    from habitat_desktop.records.safekeeping import all_backups

    known = [found.path for found in all_backups(workspace)]
    if file is None:
        newest = backups.newest_good(known)
        if newest is None:
            raise NoBackupError(folder=workspace.backups)
        return newest
    named = next((path for path in known if path.name == file.name), None)
    path = file if file.is_file() else named
    if path is None:
        raise BackupUnknownError(file=file)
    return path


def preview_json(seen: "RestorePreview") -> dict[str, Any]:
    """Return a preview for machines."""
    return {
        "backup": str(seen.backup),
        "harmless": seen.is_harmless,
        "then": asdict(seen.then),
        "now": asdict(seen.now) if seen.now else None,
        "revisions_lost": seen.revisions_lost,
        "revisions_back": seen.revisions_back,
        "records": [asdict(change) for change in seen.records],
        "packages_lost": [asdict(change) for change in seen.packages_lost],
        "packages_replayed": [asdict(change) for change in seen.packages_replayed],
        "packages_back": [asdict(change) for change in seen.packages_back],
    }


def _tell(seen: "RestorePreview") -> None:
    click.echo(_("Backup: {path}").format(path=seen.backup))
    rows = [(name, then, now) for name, then, now in _facts(seen.then, seen.now)]
    print_table(["", _("In the backup"), _("Now")], rows)
    if seen.now is None:
        click.echo(_("The database of now cannot be read; it will be kept beside the restored one."))
        return
    if seen.is_harmless:
        click.echo(_("Everything that is in the database now is in the backup or comes back from packages."))
    for change in seen.records[:_SHOWN]:
        click.echo(_sentence(change))
    more = len(seen.records) - _SHOWN
    if more > 0:
        click.echo(ngettext("and {count} more record", "and {count} more records", more).format(count=more))
    for package in seen.packages_lost:
        click.echo(
            _("The package {file} will no longer be noted; its file stays.").format(file=package.file_name)
        )
    click.echo(_("What is replaced is kept in a file beside the database, and nothing in it is deleted."))


def _facts(then: "Contents", now: "Contents | None") -> list[tuple[str, object, object]]:
    names = {
        "records": _("Records"),
        "revisions": _("Revisions"),
        "drafts": _("Drafts"),
        "packages": _("Packages"),
    }
    rows: list[tuple[str, object, object]] = [
        (shown, getattr(then, name), getattr(now, name) if now else "–") for name, shown in names.items()
    ]
    newest = (_("Newest change"), _when(then.changed_at), _when(now.changed_at) if now else "–")
    return [*rows, newest]


def _sentence(change: "RecordChange") -> str:
    """Return what becomes of one record, in a sentence."""
    # Translators: a record and what becomes of it: "KE-7F3K-0042 Nairobi: a draft comes back".
    return _("{record}: {changes}").format(
        record=f"{change.label} {change.subject}".strip(), changes=change.words()
    )

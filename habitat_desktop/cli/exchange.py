"""Packages out and in, transports, one round of exchange."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from habitat_desktop.cli.codes import check_office_code
from habitat_desktop.cli.context import Context, complain, json_option, print_json, print_table
from habitat_desktop.cli.keys import keyring_of, known_keys
from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n.catalogues import _, explain, language, listed, ngettext
from habitat_desktop.settings import HEADQUARTERS, TransportSetting


class TransportExistsError(HabitatError):
    code = "TRANSPORT_EXISTS"
    message = N_("A transport is already called “{name}”. Nothing was changed.")


class TransportUnknownError(HabitatError):
    code = "TRANSPORT_UNKNOWN"
    message = N_("No transport is called “{name}”. Nothing was changed.")


class NoTransportError(HabitatError):
    code = "NO_TRANSPORT"
    message = N_("No transport is set up. Add a folder first: habitat transport add NAME FOLDER")


class NoRecipientError(HabitatError):
    code = "NO_RECIPIENT"
    message = N_("Say for which office the package is: --to OFFICE. Nothing was made.")


@click.group(help=_("Packages: make, look into."))
def package() -> None:
    pass


@package.command("create", help=_("Make a package with everything the other side has not confirmed."))
@click.option("--output", type=click.Path(path_type=Path), default=None, help=_("The folder to write to."))
@click.option("--to", "recipient", default=None, help=_("The office it is for; headquarters if left out."))
@json_option
@click.pass_obj
def create(context: Context, output: Path | None, recipient: str | None, as_json: bool) -> None:
    from habitat_desktop.packages.errors import NothingToSendError
    from habitat_desktop.packages.exporting import create_packages
    from habitat_desktop.packages.forwarding import forward

    workspace = context.workspace
    settings = workspace.settings
    folder = output or workspace.outgoing
    if recipient is None and settings.role == "headquarters":
        raise NoRecipientError
    if recipient is not None:
        check_office_code(recipient)
    passed_on = forward(workspace.database, settings, workspace.incoming, folder)
    packages = []
    try:
        packages = create_packages(
            workspace.database,
            settings,
            folder,
            workspace.library.form,
            to=(recipient or HEADQUARTERS).upper(),
            attachments_dir=workspace.attachments,
            keyring=workspace.keyring,
            at=datetime.now(UTC),
            author=settings.person,
            language=settings.language,
        )
    except NothingToSendError:
        if not passed_on:
            raise
    back_up(workspace)
    if as_json:
        said = [*map(_made_json, packages), *({"path": str(path), "forwarded": True} for path in passed_on)]
        print_json(said if len(said) > 1 else said[0])
        return
    for path in passed_on:
        click.echo(_("Forwarded as it came: {path}").format(path=path))
    for made in packages:
        text = _("Package {number} for {office}: {path}")
        click.echo(text.format(number=made.number, office=made.to, path=made.path))
        click.echo(ngettext("{count} record", "{count} records", made.records).format(count=made.records))
        if made.acts:
            text = ngettext(
                "{count} question, answer or decision",
                "{count} questions, answers or decisions",
                made.acts,
            )
            click.echo(text.format(count=made.acts))


def _made_json(made: Any) -> dict[str, Any]:
    return {
        "path": str(made.path),
        "number": made.number,
        "records": made.records,
        "revisions": made.revisions,
        "acts": made.acts,
        "to": made.to,
    }


@package.command("inspect", help=_("Say what is in a package and what was changed in Excel."))
@click.argument("file", type=click.Path(path_type=Path))
@json_option
@click.pass_obj
def inspect(context: Context, file: Path, as_json: bool) -> int:
    from habitat_desktop.cli.forms import _library
    from habitat_desktop.packages.inspecting import inspect_package

    with known_keys(context) as session:
        report = inspect_package(file, _library(context).form, session, keyring_of(context))
    if as_json:
        print_json(report)
    elif report["ok"]:
        click.echo(
            _("Package {number} of {office}: the contents are whole.").format(
                number=report["number"], office=report["sender"]
            )
        )
        if report["recipients"]:
            text = ngettext(
                "It is encrypted; {count} key opens it, and this workspace has it.",
                "It is encrypted; {count} keys open it, and this workspace has one of them.",
                report["recipients"],
            )
            click.echo(text.format(count=report["recipients"]))
        for finding in (*report["findings"], *report["additions"], *report["notices"]):
            click.echo(finding["message"])
    if not report["ok"]:
        complain(report["message"])
    return 0 if report["ok"] else 1


@package.command("take", help=_("Take what was changed in Excel in your own package into drafts."))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--record", default="", help=_("Only this record: its id or label."))
@click.option("--dry-run", is_flag=True, help=_("Only say what would be taken."))
@json_option
@click.pass_obj
def take(context: Context, file: Path, record: str, dry_run: bool, as_json: bool) -> int:
    from habitat_desktop.packages.edits import take_edits

    workspace = context.reading if dry_run else context.workspace
    found = take_edits(
        workspace.database,
        workspace.settings,
        file,
        workspace.library.form,
        language=language(),
        at=datetime.now(UTC),
        record=record,
        dry_run=dry_run,
        keyring=workspace.keyring,
    )
    taken, left = found.of("taken"), found.of("left")
    if as_json:
        print_json(
            {
                "file": str(file),
                "number": found.number,
                "dry_run": dry_run,
                "taken": len(taken),
                "already": len(found.of("already")),
                "left": len(left),
                "records": [{"record_id": one, "label": label} for one, label in found.records],
                "edits": [edit.json() for edit in found.edits],
            }
        )
    else:
        _print_taken(taken, [label for _id, label in found.records], dry_run=dry_run)
    for edit in left:
        complain(edit.message)
    return 1 if left else 0


def _print_taken(taken: Sequence[Any], labels: Sequence[str], *, dry_run: bool) -> None:
    for edit in taken:
        click.echo(edit.message)
    count = len(taken)
    if not count:
        click.echo(_("No draft was changed: there is no change to take, or it was taken before."))
    elif dry_run:
        text = ngettext(
            "{count} change would be taken into drafts: {labels}",
            "{count} changes would be taken into drafts: {labels}",
            count,
        )
        click.echo(text.format(count=count, labels=listed(labels)))
    else:
        text = ngettext(
            "{count} change was taken into drafts: {labels}. "
            "Look at them, then finalize and make a new package.",
            "{count} changes were taken into drafts: {labels}. "
            "Look at them, then finalize and make a new package.",
            count,
        )
        click.echo(text.format(count=count, labels=listed(labels)))


@click.command("import", help=_("Take in packages; taking one in twice changes nothing."))
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@json_option
@click.pass_obj
def import_(context: Context, files: tuple[Path, ...], as_json: bool) -> int:
    results = import_all(context.workspace, files)
    if as_json:
        print_json([result_json(result) for result in results])
    bad = False
    for result in results:
        refused = result.status in ("quarantined", "refused")
        bad = bad or refused
        if refused:
            complain(f"{Path(result.file).name}: {result.message} ({result.code})")
        elif not as_json:
            click.echo(f"{Path(result.file).name}: {result.message}")
    if not as_json:
        _print_news(results)
    return 1 if bad else 0


def _print_news(results: Sequence[Any]) -> None:
    """Say what headquarters sent, each with the command that shows it."""
    from habitat_desktop.packages import news

    for line in news.lines(news.together(result.news for result in results)):
        click.echo(f"{line.text} {line.command}".rstrip())


def import_all(workspace: Any, files: tuple[Path, ...]) -> list[Any]:
    """Import `files` into the workspace, each in its own transaction."""
    from habitat_desktop.packages import publishing
    from habitat_desktop.packages.importing import import_files

    results = import_files(
        workspace.database,
        workspace.settings,
        files,
        store=workspace.incoming,
        quarantine=workspace.quarantine,
        attachments_dir=workspace.attachments,
        keyring=workspace.keyring,
        forms=workspace.library.form,
        at=datetime.now(UTC),
    )
    if any(result.status in ("imported", "waiting") for result in results):
        back_up(workspace)
    return publishing.with_releases(workspace, results)


def back_up(workspace: Any) -> None:
    """Make the backup that follows a package; one that fails is told and undoes nothing."""
    from habitat_desktop.records.safekeeping import back_up_after_package

    problem = back_up_after_package(workspace, at=datetime.now(UTC))
    if problem is not None:
        complain(explain(problem))


def result_json(result: Any) -> dict[str, Any]:
    return {
        "file": str(result.file),
        "status": result.status,
        "code": result.code,
        "message": result.message,
        "new_revisions": result.new_revisions,
        "new_acts": result.new_acts,
        "told": [{"code": one.code, "message": explain(one)} for one in result.told],
        "news": {kind: [one._asdict() for one in said] for kind, said in result.news.said.items()},
        "findings": [finding.json() for finding in result.findings],
    }


@click.group(help=_("Transports: how packages travel."))
def transport() -> None:
    pass


@transport.command("add", help=_("Add a way for packages to travel: a folder on a stick or a share."))
@click.argument("name")
@click.argument("url", metavar="FOLDER")
@json_option
@click.pass_obj
def add_transport(context: Context, name: str, url: str, as_json: bool) -> None:
    from habitat_desktop.sync.transports import open_transport

    workspace = context.workspace
    known = workspace.settings.transports
    if any(setting.name == name for setting in known):
        raise TransportExistsError(name=name)
    if "://" not in url:
        url = str(Path(url).resolve())
    open_transport(url).list()  # an address that cannot be reached is refused now, not at the first exchange
    workspace.update_settings(transports=(*known, TransportSetting(name, url)))
    if as_json:
        print_json({"name": name, "url": url})
    else:
        click.echo(_("Added {name}: {url}").format(name=name, url=url))


@transport.command("list", help=_("List the transports."))
@json_option
@click.pass_obj
def list_transports(context: Context, as_json: bool) -> None:
    known = context.reading.settings.transports
    if as_json:
        print_json([{"name": t.name, "url": t.url} for t in known])
    else:
        print_table([_("Name"), _("Address")], [(t.name, t.url) for t in known])


@transport.command("test", help=_("Try whether a transport can be reached."))
@click.argument("name")
@json_option
@click.pass_obj
def test_transport(context: Context, name: str, as_json: bool) -> None:
    from habitat_desktop.sync.transports import open_transport

    for setting in context.reading.settings.transports:
        if setting.name == name:
            count = len(open_transport(setting.url).list())
            if as_json:
                print_json({"name": name, "url": setting.url, "packages": count})
                return
            click.echo(ngettext("{count} package there", "{count} packages there", count).format(count=count))
            return
    raise TransportUnknownError(name=name)


@transport.command("remove", help=_("Forget a transport; files there stay."))
@click.argument("name")
@json_option
@click.pass_obj
def remove_transport(context: Context, name: str, as_json: bool) -> None:
    workspace = context.workspace
    known = workspace.settings.transports
    left = tuple(setting for setting in known if setting.name != name)
    if len(left) == len(known):
        raise TransportUnknownError(name=name)
    workspace.update_settings(transports=left)
    if as_json:
        print_json({"name": name})
    else:
        click.echo(_("Removed {name}.").format(name=name))


@click.command(help=_("One round of sending and receiving; safe to repeat."))
@json_option
@click.pass_obj
def sync(context: Context, as_json: bool) -> int:
    from habitat_desktop.sync.exchange import exchange
    from habitat_desktop.sync.transports import open_transport

    workspace = context.workspace
    if not workspace.settings.transports:
        raise NoTransportError
    reports = []
    failed = False
    for setting in workspace.settings.transports:
        try:
            report = exchange(workspace, open_transport(setting.url), at=datetime.now(UTC))
        except HabitatError as error:
            failed = True
            complain(f"{setting.name}: {explain(error)}")
            reports.append(_sync_report(setting.name, code=error.code, message=explain(error)))
            continue
        if report.sent or report.received:
            back_up(workspace)
        bad = [r for r in report.results if r.status in ("quarantined", "refused")]
        failed = failed or bool(bad)
        for result in bad:
            complain(f"{Path(result.file).name}: {result.message}")
        told = (*report.told, *(notice for result in report.results for notice in result.told))
        for notice in told:
            complain(explain(notice))
        reports.append(
            _sync_report(
                setting.name,
                sent=[path.name for path in report.sent],
                received=[result_json(result) for result in report.results],
                notices=[{"code": notice.code, "message": explain(notice)} for notice in told],
            )
        )
    if as_json:
        print_json(reports)
        return 1 if failed else 0
    for said in reports:
        if said["code"] is None:
            click.echo(
                _("{name}: {sent} sent, {received} received").format(
                    name=said["transport"], sent=len(said["sent"]), received=len(said["received"])
                )
            )
    return 1 if failed else 0


def _sync_report(
    name: str,
    *,
    sent: Sequence[str] = (),
    received: Sequence[dict[str, Any]] = (),
    notices: Sequence[dict[str, str]] = (),
    code: str | None = None,
    message: str | None = None,
) -> dict[str, Any]:
    """Return what one round over one transport did; `code` and `message` say why it could not."""
    return {
        "transport": name,
        "sent": list(sent),
        "received": list(received),
        "notices": list(notices),
        "code": code,
        "message": message,
    }

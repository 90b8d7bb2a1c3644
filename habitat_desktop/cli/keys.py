"""The key of this workspace, and whose keys it trusts."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from habitat_desktop.cli.context import Context, json_option, print_json, print_table
from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n.catalogues import _, explain, ngettext
from habitat_desktop.i18n.text import clean

STATES = {"trusted": N_("Trusted"), "replaced": N_("Replaced by a newer one"), "revoked": N_("Revoked")}


class NoFingerprintError(HabitatError):
    code = "NO_FINGERPRINT"
    message = N_(
        "Say the fingerprint you heard on the telephone: --fingerprint “0000 0000 0000 0000 0000 0000”. "
        "Nobody was trusted."
    )


class NoPassphraseError(HabitatError):
    code = "NO_PASSPHRASE"
    message = N_(
        "No new passphrase was given; set HABITAT_NEW_PASSPHRASE or use a terminal. Nothing was changed."
    )


_person = click.option("--person", default="", help=_("Who answers for this; otherwise you."))


@click.group(help=_("Keys: who signs here, and whose packages are taken in."))
def keys() -> None:
    pass


@keys.command("show", help=_("Show the fingerprint of this workspace and the keys it trusts."))
@json_option
@click.pass_obj
def show(context: Context, as_json: bool) -> None:
    from habitat_desktop.packages.key_errors import NoKeyYetError
    from habitat_desktop.packages.keys import fingerprint
    from habitat_desktop.records.trusted_keys import trusted_keys

    workspace = context.reading
    own = workspace.keyring.public if workspace.keyring.path.exists() else None  # looking makes none
    with workspace.read() as session:
        trusted = trusted_keys(session)
        request_due = own is not None and _is_request_due(session, workspace)
    if as_json:
        print_json(
            {
                "installation": workspace.database.installation,
                "office": workspace.settings.office,
                "role": workspace.settings.role,
                "fingerprint": own.fingerprint if own else None,
                "key_id": own.key_id if own else None,
                "has_passphrase": workspace.keyring.has_passphrase,
                "encrypt": workspace.settings.encrypt,
                "request_due": request_due,
                "trusted": [key_json(key) for key in trusted],
            }
        )
        return
    if own is None:
        click.echo(explain(NoKeyYetError(path=workspace.keyring.path)))
    else:
        click.echo(_("Fingerprint of this workspace: {fingerprint}").format(fingerprint=own.fingerprint))
    if request_due:
        click.echo(
            _(
                "This key is new, and no package was signed with it yet: write a new request with “habitat "
                "keys request FILE” and send it to the other side, unless you did so already."
            )
        )
    if workspace.settings.encrypt:
        click.echo(_("Packages are encrypted for their recipients."))
    if not trusted:
        click.echo(
            _("Nobody is trusted yet: take in the request of the other side with “habitat keys trust”.")
        )
        return
    titles = [_("Office"), _("Name"), _("Fingerprint"), _("State"), _("By")]
    rows = [(k.office, k.name, fingerprint(k.key_id), _(STATES[k.state]), k.changed_by) for k in trusted]
    print_table(titles, rows)


def key_json(key: Any) -> dict[str, Any]:
    from habitat_desktop.packages.keys import fingerprint

    return {
        "office": key.office,
        "name": key.name,
        "role": key.role,
        "installation": key.installation,
        "fingerprint": fingerprint(key.key_id),
        "key_id": key.key_id,
        "state": key.state,
        "changed_at": key.changed_at,
        "changed_by": key.changed_by,
        "reason": key.reason,
    }


@keys.command("request", help=_("Write the request to be trusted, for the other side."))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@json_option
@click.pass_obj
def request(context: Context, file: Path, as_json: bool) -> None:
    from habitat_desktop.packages.enrolment import write_request

    workspace = context.workspace
    now = datetime.now(UTC)
    made = write_request(file, workspace.keyring, workspace.settings, workspace.database.installation, now)
    if as_json:
        spoken = made.key.fingerprint
        print_json(
            {"path": str(file), "office": made.office, "fingerprint": spoken, "key_id": made.key.key_id}
        )
        return
    click.echo(_("Wrote the request to {path}. Send it to the other side.").format(path=file))
    click.echo(
        _("Then telephone, and read out this fingerprint: {fingerprint}").format(
            fingerprint=made.key.fingerprint
        )
    )


@keys.command("trust", help=_("Trust the key in a request whose fingerprint you heard on the telephone."))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--fingerprint", "typed", default="", help=_("The 24 digits you heard, in any grouping."))
@_person
@json_option
@click.pass_obj
def trust(context: Context, file: Path, typed: str, person: str, as_json: bool) -> None:
    from habitat_desktop.packages.enrolment import check_request, predecessor, read_request, trust_request
    from habitat_desktop.packages.key_lists import refresh
    from habitat_desktop.packages.reader import Reader

    workspace = context.workspace
    with Reader() as reader:
        request = read_request(file, reader)
    settings, own = workspace.settings, workspace.keyring.public
    refresh(workspace.database, settings, workspace.keyring, datetime.now(UTC))
    if not typed:
        with workspace.read() as session:
            check_request(session, settings, own, request)
            is_endorsed = predecessor(session, request) is not None
        typed = "" if is_endorsed else _ask_fingerprint(request)
    with workspace.begin() as session:
        key = trust_request(session, settings, own, request, typed, workspace.keeper(clean(person)))
    if as_json:
        print_json(key_json(key))
        return
    click.echo(
        _("The key of {name} ({office}) is trusted from now on.").format(name=key.name, office=key.office)
    )


@keys.command("revoke", help=_("At headquarters: take the trust in a key back, for a reason."))
@click.argument("which", metavar="FINGERPRINT|OFFICE")
@click.option("--reason", required=True, help=_("Why; others can read it."))
@click.option("--all", "every", is_flag=True, help=_("Every key of the office, not only one laptop."))
@_person
@json_option
@click.pass_obj
def revoke(context: Context, which: str, reason: str, every: bool, person: str, as_json: bool) -> None:
    from habitat_desktop.packages import key_lists, revoking

    workspace, now = context.workspace, datetime.now(UTC)
    settings = workspace.settings
    key_lists.refresh(workspace.database, settings, workspace.keyring, now)
    with workspace.begin() as session:
        actor = workspace.hand(clean(person), at=now)
        revoked = revoking.revoke(session, actor, which, reason=clean(reason), every=every)
    key_lists.current_list(workspace.database, settings, workspace.keyring, now)
    if as_json:
        print_json([key_json(key) for key in revoked])
        return
    text = ngettext(
        "{count} key of {office} is revoked.", "{count} keys of {office} are revoked.", len(revoked)
    )
    click.echo(text.format(count=len(revoked), office=revoked[0].office))
    click.echo(_("Its packages go to quarantine from now on; every office learns it with the next package."))


@keys.command("encrypt", help=_("Encrypt the packages made from now on for their recipients, or stop."))
@click.argument("switch", type=click.Choice(["on", "off"]))
@click.pass_obj
def encrypt(context: Context, switch: str) -> None:
    workspace = context.workspace
    workspace.update_settings(encrypt=switch == "on")
    if switch == "on":
        click.echo(
            _(
                "Packages are encrypted from now on: for the other side, this workspace and the sealed "
                "recovery key of headquarters."
            )
        )
    else:
        click.echo(_("Packages are not encrypted from now on; they are signed as before."))


@keys.command(
    "recovery", help=_("At headquarters: make the key that is printed, sealed and opens everything.")
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def recovery(context: Context, file: Path) -> None:
    from habitat_desktop.packages.recovery_key import make_recovery_key

    workspace = context.workspace
    make_recovery_key(file, workspace.database, workspace.settings, workspace.keyring, datetime.now(UTC))
    click.echo(_("Wrote the recovery key to {path}. Only its public half is kept here.").format(path=file))
    click.echo(_("Print it, seal it in an envelope, keep it in a safe, and delete the file."))
    click.echo(_("Every office learns its public half with the next package."))


@keys.command("open", help=_("Open an encrypted package with the sealed recovery key; needs no workspace."))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--identity", required=True, type=click.Path(path_type=Path), help=_("The file of that key."))
@click.option("--output", required=True, type=click.Path(path_type=Path), help=_("The workbook to write."))
@click.pass_obj
def open_package(context: Context, file: Path, identity: Path, output: Path) -> None:
    from habitat_desktop.cli.forms import _library
    from habitat_desktop.packages.exporting import tolerant
    from habitat_desktop.packages.recovery_key import open_with_recovery

    opened = open_with_recovery(file, identity, output, tolerant(_library(context).form))
    count = opened.package.records
    text = ngettext(
        "Wrote {count} record, readable by everybody, to {path}.",
        "Wrote {count} records, readable by everybody, to {path}.",
        count,
    )
    click.echo(text.format(count=count, path=output))


@keys.command("rotate", help=_("Make a new key for this workspace; the old one vouches for it."))
@click.option("--forgotten", is_flag=True, help=_("The passphrase is lost: begin anew, to be trusted anew."))
@_person
@json_option
@click.pass_obj
def rotate(context: Context, forgotten: bool, person: str, as_json: bool) -> None:
    from habitat_desktop.packages import rotating

    workspace = context.workspace
    keyring, actor = workspace.keyring, workspace.keeper(clean(person))
    passphrase = (keyring.ask() or "") if keyring.has_passphrase and not forgotten else ""
    if passphrase:
        keyring.unlock(passphrase)
    with workspace.begin() as session:  # takes the lock
        if forgotten:
            made = rotating.begin_anew(session, keyring, actor)
        else:  # the new key is locked as the old one was
            made = rotating.rotate(session, keyring, actor, passphrase)
    if as_json:
        print_json({"fingerprint": made.fingerprint, "key_id": made.key_id})
        return
    click.echo(_("The new fingerprint of this workspace: {fingerprint}").format(fingerprint=made.fingerprint))
    click.echo(_("Now write a request with “habitat keys request FILE” and send it to the other side."))


@keys.command("passphrase", help=_("Lock the key with a passphrase, change it, or take it away."))
@click.option("--remove", is_flag=True, help=_("Take the passphrase away."))
@click.pass_obj
def passphrase(context: Context, remove: bool) -> None:
    workspace = context.workspace
    _installation = workspace.database.installation  # takes the lock
    new = "" if remove else _new_passphrase()
    workspace.keyring.set_passphrase(new)
    if not new:
        click.echo(_("The key of this workspace needs no passphrase any more."))
        return
    click.echo(_("The key of this workspace is locked with the passphrase from now on."))
    click.echo(
        _(
            "Nobody can bring a lost passphrase back: then “habitat keys rotate --forgotten” makes a new "
            "key, which must be trusted anew."
        )
    )


def _new_passphrase() -> str:
    given = os.environ.get("HABITAT_NEW_PASSPHRASE", "")
    if given or not sys.stdin.isatty():
        if not given:
            raise NoPassphraseError
        return given
    text: str = click.prompt(_("New passphrase"), hide_input=True, confirmation_prompt=True)
    return text


def _ask_fingerprint(request: Any) -> str:
    if not sys.stdin.isatty():
        raise NoFingerprintError
    click.echo(_("A request of {name} ({office}).").format(name=request.name, office=request.office))
    typed: str = click.prompt(_("The fingerprint you heard on the telephone"))
    return typed


def _is_request_due(session: Any, workspace: Any) -> bool:
    """Whether this key followed another one and nothing was signed with it yet."""
    from habitat_desktop.records.exchange_state import packages

    if not workspace.keyring.follows_another:
        return False
    own = workspace.keyring.public.key_id
    return all(entry.key_id != own for entry in packages(session, direction="out"))


def keyring_of(context: Context) -> Any:
    """Return the keys of this workspace, or None where there is none; it makes no key."""
    from habitat_desktop.workspace import NotAWorkspaceError

    try:
        keyring = context.reading.keyring
    except NotAWorkspaceError:
        return None
    return keyring if keyring.path.exists() else None


@contextmanager
def known_keys(context: Context) -> Iterator[Any]:
    """Yield a session that knows the trusted keys, or None where there is no workspace; it takes no lock."""
    from habitat_desktop.records.errors import DatabaseError
    from habitat_desktop.workspace import NotAWorkspaceError

    try:
        database = context.reading.database
    except (NotAWorkspaceError, DatabaseError):
        yield None
        return
    with database.read() as session:
        yield session

"""The key of this workspace, and whose keys it trusts."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from habitat_desktop.cli.context import Context, json_option, print_json, print_table
from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n.catalogues import _

STATES = {"trusted": N_("Trusted"), "replaced": N_("Replaced by a newer one"), "revoked": N_("Revoked")}


class NoFingerprintError(HabitatError):
    code = "NO_FINGERPRINT"
    message = N_(
        "Say the fingerprint you heard on the telephone: --fingerprint “0000 0000 0000 0000 0000 0000”. "
        "Nobody was trusted."
    )


@click.group(help=_("Keys: who signs here, and whose packages are taken in."))
def keys() -> None:
    pass


@keys.command("show", help=_("Show the fingerprint of this workspace and the keys it trusts."))
@json_option
@click.pass_obj
def show(context: Context, as_json: bool) -> None:
    from habitat_desktop.packages.keys import fingerprint
    from habitat_desktop.records.trusted_keys import trusted_keys

    workspace = context.workspace
    with workspace.read() as session:  # takes the lock first: only one process makes the key
        trusted = trusted_keys(session)
    own = workspace.keyring.public
    if as_json:
        print_json(
            {
                "installation": workspace.database.installation,
                "office": workspace.settings.office,
                "role": workspace.settings.role,
                "fingerprint": own.fingerprint,
                "key_id": own.key_id,
                "has_passphrase": workspace.keyring.has_passphrase,
                "trusted": [key_json(key) for key in trusted],
            }
        )
        return
    click.echo(_("Fingerprint of this workspace: {fingerprint}").format(fingerprint=own.fingerprint))
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
@json_option
@click.pass_obj
def trust(context: Context, file: Path, typed: str, as_json: bool) -> None:
    from habitat_desktop.packages.enrolment import check_request, read_request, trust_request
    from habitat_desktop.packages.reader import Reader

    workspace = context.workspace
    with Reader() as reader:
        request = read_request(file, reader)
    settings, own = workspace.settings, workspace.keyring.public
    if not typed:
        with workspace.read() as session:
            check_request(session, settings, own, request)
        typed = _ask_fingerprint(request)
    with workspace.begin() as session:
        key = trust_request(
            session, settings, own, request, typed, person=settings.person, at=datetime.now(UTC)
        )
    if as_json:
        print_json(key_json(key))
        return
    click.echo(
        _("The key of {name} ({office}) is trusted from now on.").format(name=key.name, office=key.office)
    )


def _ask_fingerprint(request: Any) -> str:
    if not sys.stdin.isatty():
        raise NoFingerprintError
    click.echo(_("A request of {name} ({office}).").format(name=request.name, office=request.office))
    typed: str = click.prompt(_("The fingerprint you heard on the telephone"))
    return typed


@contextmanager
def known_keys(context: Context) -> Iterator[Any]:
    """Yield a session that knows the trusted keys, or None where there is no workspace; it takes no lock."""
    from habitat_desktop.records.database import Database, DatabaseError
    from habitat_desktop.workspace import NotAWorkspaceError

    try:
        database = Database.open(context.workspace.database_path, readonly=True)
    except (NotAWorkspaceError, DatabaseError):
        yield None
        return
    try:
        with database.read() as session:
            yield session
    finally:
        database.close()

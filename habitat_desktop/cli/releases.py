"""Releases: files that headquarters publishes to offices, and what became of them."""

from pathlib import Path
from typing import Any

import click

from habitat_desktop.cli.codes import check_office_code
from habitat_desktop.cli.context import Context, complain, json_option, print_json, print_table
from habitat_desktop.cli.forms import UnreadableFileError
from habitat_desktop.errors import HabitatError
from habitat_desktop.i18n.catalogues import _, explain, language, ngettext
from habitat_desktop.i18n.dates import format_datetime

_ALL = "all"
_ID_LENGTH = 12


@click.group(help=_("Releases: forms, translations and lists that headquarters publishes to offices."))
def release() -> None:
    pass


@release.command(
    "publish",
    help=_("Publish a form (.xlsx, .xml), a translation (.po), a language pack (.zip) or a list (.csv)."),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--what", type=click.Choice(("form", "language", "reference")), default=None)
@click.option("--domain", default="", help=_("What a .po file translates: app, reference or forms/FORM."))
@click.option("--to", "to", default=_ALL, help=_("The offices, as KE,UG; all that are trusted if left out."))
@click.option("--reason", required=True, help=_("Why; the offices read it."))
@click.option("--note", default="", help=_("A word to the people who use it."))
@click.option("--person", default="", help=_("Who answers for this; otherwise you."))
@json_option
@click.pass_obj
def publish(
    context: Context,
    file: Path,
    what: str | None,
    domain: str,
    to: str,
    reason: str,
    note: str,
    person: str,
    as_json: bool,
) -> None:
    from habitat_desktop.packages import publishing

    workspace = context.workspace
    if file.suffix.lower() == ".zip":
        from habitat_desktop.packages.language_packs import publish_pack, read_pack

        several = publish_pack(
            workspace,
            workspace.hand(person),
            file.name,
            read_pack(file),
            offices=_offices_named(to),
            reason=reason,
            note=note,
        )
        if as_json:
            print_json([_publication(one) for one in several])
        else:
            for one in several:
                _say(one)
        return
    made = publishing.publish(
        workspace,
        workspace.hand(person),
        file.name,
        _read(file),
        offices=_offices_named(to),
        reason=reason,
        note=note,
        what=what,
        domain=domain,
    )
    for warning in made.warnings:
        complain(warning)
    if as_json:
        print_json(_publication(made))
    else:
        _say(made)


@release.command("send", help=_("Publish to more offices what was published before; without ID all in use."))
@click.argument("name", metavar="ID", required=False, default="")
@click.option("--to", "to", default=_ALL, help=_("The offices, as KE,UG; all that are trusted if left out."))
@click.option("--reason", required=True, help=_("Why; the offices read it."))
@click.option("--person", default="", help=_("Who answers for this; otherwise you."))
@json_option
@click.pass_obj
def send(context: Context, name: str, to: str, reason: str, person: str, as_json: bool) -> None:
    from habitat_desktop.packages import publishing

    workspace = context.workspace
    made = publishing.send(workspace, workspace.hand(person), name, offices=_offices_named(to), reason=reason)
    if as_json:
        print_json([_publication(one) for one in made])
        return
    for one in made:
        _say(one)
    if not made:
        click.echo(_("Nothing was published before."))


def _publication(made: Any) -> dict[str, Any]:
    return {
        **_facts(made.release),
        "offices": list(made.offices),
        "already": list(made.already),
        "warnings": list(made.warnings),
    }


def _say(made: Any) -> None:
    """Tell whom a release goes to."""
    text = ngettext(
        "Published {name}, number {number}, to {count} office. It goes with its next package.",
        "Published {name}, number {number}, to {count} offices. It goes with their next packages.",
        len(made.offices),
    )
    click.echo(text.format(name=made.release.name, number=made.release.number, count=len(made.offices)))
    if made.already:
        click.echo(_("Published before to: {offices}").format(offices=", ".join(made.already)))


def _offices_named(to: str) -> tuple[str, ...]:
    """Return the codes of offices as typed; none for all of them."""
    return () if to.strip().lower() == _ALL else tuple(map(check_office_code, _words(to)))


def _words(text: str) -> list[str]:
    return [word for word in text.replace(",", " ").split() if word]


def _read(file: Path) -> bytes:
    """Return the bytes of a file, of a huge one only so many that it is refused for its size."""
    from habitat_desktop.packages.releases import SIZE_LIMIT

    try:
        with file.open("rb") as opened:
            return opened.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise UnreadableFileError(path=file, problem=error.strerror or error) from error


@release.command("list", help=_("List what was released, and whether it is installed."))
@json_option
@click.pass_obj
def list_releases(context: Context, as_json: bool) -> None:
    from habitat_desktop.packages import publishing

    workspace = context.reading
    at_headquarters = workspace.settings.role == "headquarters"
    with workspace.read() as session:
        found = publishing.published(session, None if at_headquarters else workspace.settings.office)
        offices = {office for one in found for office in one.acts} if at_headquarters else set()
        waiting = publishing.unconfirmed(session, sorted(offices))
    rows = []
    for one in found:
        state, problem = publishing.standing(workspace, one.release)
        rows.append(
            {
                **_facts(one.release),
                "reason": one.first.reason,
                "person": one.first.person,
                "published_at": one.first.made_at,
                "state": state,
                "message": explain(problem) if problem is not None else "",
                "warnings": publishing.warnings_of(workspace, one.release) if state == "installed" else [],
                **({"offices": _offices(one, waiting)} if at_headquarters else {}),
            }
        )
    if as_json:
        print_json(rows)
    else:
        _print(rows)


def _offices(one: Any, waiting: set[str]) -> list[dict[str, Any]]:
    return [
        {"office": office, "act_id": act.act_id, "confirmed": act.act_id not in waiting}
        for office, act in sorted(one.acts.items())
    ]


def _facts(found: Any) -> dict[str, Any]:
    return {"id": found.sha256[:_ID_LENGTH], **found.document()}


def _print(rows: list[dict[str, Any]]) -> None:
    states = {
        "installed": _("installed"),
        "superseded": _("a newer one is installed"),
        "waiting": _("not installed yet"),
        "refused": _("cannot be installed"),
        "missing": _("its file is gone"),
    }
    print_table(
        [_("Release"), _("Number"), _("Version"), _("Published"), _("State"), "ID"],
        [
            (
                row["name"],
                row["number"],
                row["version"],
                format_datetime(row["published_at"], language()),
                states[row["state"]],
                row["id"],
            )
            for row in rows
        ],
    )
    for row in rows:
        for text in (row["message"], *row["warnings"]):
            if text:
                complain(f"{row['id']}: {text}")
        waiting = [one["office"] for one in row.get("offices", ()) if not one["confirmed"]]
        if waiting:
            text = _("{id}: not confirmed yet by {offices}")
            click.echo(text.format(id=row["id"], offices=", ".join(waiting)))


@release.command(
    "install", help=_("Install a release that came, by its id or name; all of them without one.")
)
@click.argument("name", metavar="ID", required=False, default="")
@json_option
@click.pass_obj
def install(context: Context, name: str, as_json: bool) -> int:
    from habitat_desktop.packages import publishing

    workspace = context.workspace
    office = None if workspace.settings.role == "headquarters" else workspace.settings.office
    with workspace.read() as session:
        found = [publishing.find(session, name, office)] if name else publishing.published(session, office)
    said = []
    for one in sorted(found, key=publishing.order):
        try:
            state: str = publishing.install(workspace, one.release)
            error: HabitatError | None = None
        except HabitatError as problem:
            state, error = "refused", problem
            complain(f"{one.release.name}: {explain(problem)}")
        message = explain(error) if error is not None else ""
        code = error.code if error is not None else None
        said.append({**_facts(one.release), "state": state, "code": code, "message": message})
    failed = [one for one in said if one["state"] == "refused"]
    if as_json:
        print_json(said)
    elif not failed:
        click.echo(_("All of it is installed.") if said else _("Nothing was released to this workspace."))
    return 1 if failed else 0

"""The persons who share a laptop, and the diagnostics file for whoever helps them."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from habitat_desktop import pins
from habitat_desktop.cli.context import Context, complain, json_option, print_json, print_table
from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n.catalogues import _
from habitat_desktop.i18n.text import clean
from habitat_desktop.settings import Person


class NoSuchPersonError(HabitatError):
    code = "NO_SUCH_PERSON"
    message = N_("Nobody here is called “{name}”. Nothing was changed. List them: habitat person list")


class PersonKnownError(HabitatError):
    code = "PERSON_KNOWN"
    message = N_("“{name}” is on the list already. Nothing was changed.")


class PersonNameError(HabitatError):
    code = "PERSON_NAME"
    message = N_("A person needs a name. Nothing was changed.")


class PinError(HabitatError):
    code = "PIN_LENGTH"
    message = N_("A PIN has 4 to 64 signs. Nothing was changed.")


@click.group(help=_("Persons who share this laptop: who works now, and their PINs."))
def person() -> None:
    pass


@person.command("list", help=_("List the persons."))
@json_option
@click.pass_obj
def list_(context: Context, as_json: bool) -> None:
    settings = context.reading.settings
    rows = [
        {
            "name": one.name,
            "email": one.email,
            "function": one.function,
            "works_now": one.name == settings.person,
            "pin": bool(one.pin),
        }
        for one in settings.persons
    ]
    if as_json:
        print_json(rows)
        return
    print_table(
        [_("Name"), _("E-mail address"), _("Works now"), _("PIN")],
        [
            (r["name"], r["email"], _("yes") if r["works_now"] else "", _("yes") if r["pin"] else "")
            for r in rows
        ],
    )


@person.command(help=_("Put a person on the list."))
@click.argument("name")
@click.option("--email", default="")
@click.pass_obj
def add(context: Context, name: str, email: str) -> None:
    settings, name = context.workspace.settings, clean(name).strip()
    if not name:
        raise PersonNameError
    if settings.person_named(name) is not None:
        raise PersonKnownError(name=name)
    persons = (*settings.persons, Person(name, clean(email).strip()))
    context.workspace.update_settings(persons=persons, person=settings.person or name)
    click.echo(_("{person} is on the list.").format(person=name))


@person.command(help=_("Say who works now: what is written from now on carries that name."))
@click.argument("name")
@click.pass_obj
def use(context: Context, name: str) -> None:
    found = _named(context, name)
    context.workspace.update_settings(person=found.name)
    click.echo(_("{person} works now.").format(person=found.name))


@person.command(help=_("Set a PIN, which is asked for on the keyboard; --clear takes it away."))
@click.argument("name")
@click.option("--clear", is_flag=True, help=_("Ask this person for no PIN any more."))
@click.pass_obj
def pin(context: Context, name: str, clear: bool) -> None:
    found = _named(context, name)
    kept = ""
    if not clear:
        try:
            kept = pins.made_of(click.prompt(_("PIN"), hide_input=True, confirmation_prompt=True))
        except ValueError as error:
            raise PinError from error
    persons = context.workspace.settings.persons
    changed = tuple(replace(one, pin=kept) if one == found else one for one in persons)
    context.workspace.update_settings(persons=changed)
    text = _("{person} is asked for a PIN from now on.") if kept else _("{person} is asked for no PIN.")
    click.echo(text.format(person=found.name))


@click.command(
    help=_("Write a file for whoever looks for a fault: versions, counts and places of faults, no answers.")
)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), default=None)
@json_option
@click.pass_obj
def diagnostics(context: Context, output: Path | None, as_json: bool) -> None:
    from habitat_desktop.reports import diagnostics as made

    now = datetime.now(UTC)
    path = output or Path(file_name(context.reading.settings.office, now))
    try:
        made.write(context.reading, path, at=now)
    except OSError as error:
        raise DiagnosticsError(path=path, problem=error.strerror or error) from error
    if as_json:
        print_json({"path": str(path)})
        return
    click.echo(str(path))
    complain(_("It holds no answers, names or addresses. Look into it before you send it."))


class DiagnosticsError(HabitatError):
    code = "DIAGNOSTICS_NOT_WRITTEN"
    message = N_("The diagnostics could not be written to “{path}”: {problem}. Choose another place.")


def file_name(office: str, at: datetime) -> str:
    """Return the name proposed for a diagnostics file."""
    return f"diagnostics-{office}-{at:%Y-%m-%d}.zip"


def _named(context: Context, name: str) -> Person:
    found = context.workspace.settings.person_named(clean(name).strip())
    if found is None:
        raise NoSuchPersonError(name=name)
    return found

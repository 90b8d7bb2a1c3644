"""Make a workspace; say how it stands."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from habitat_desktop.cli.codes import check_office_code
from habitat_desktop.cli.context import Context, complain, json_option, print_json, print_table
from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n.catalogues import LANGUAGES, _, explain, language
from habitat_desktop.i18n.dates import format_datetime
from habitat_desktop.i18n.names import countries, country_of_iso2
from habitat_desktop.i18n.text import clean
from habitat_desktop.settings import HEADQUARTERS, Person, Settings
from habitat_desktop.workspace import create_workspace


class UnknownCountryError(HabitatError):
    code = "UNKNOWN_COUNTRY"
    message = N_("“{country}” is not an ISO 3166-1 alpha-3 country code. Nothing was made.")


class BackupFolderAwayError(HabitatError):
    code = "BACKUP_FOLDER_AWAY"
    message = N_(
        "The second backup folder “{path}” is not there; perhaps the stick is not plugged in. "
        "Backups are made in the workspace only."
    )


class NoNameError(HabitatError):
    code = "NO_NAME"
    message = N_("The office needs a name: --name “Kenya office”. Nothing was made.")


@click.command(help=_("Make a new workspace in DIR."))
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--office", required=True, help=_("The office code in labels and packages, such as KE."))
@click.option("--name", required=True, help=_("The name of the office, such as “Kenya office”."))
@click.option(
    "--role",
    type=click.Choice(["office", "region", "headquarters"]),
    default=None,
    help=_("What the workspace is; left out: headquarters for the code HQ, an office otherwise."),
)
@click.option("--language", type=click.Choice(LANGUAGES), default="en")
@click.option(
    "--country", "country_codes", multiple=True, help=_("A country of the office (alpha-3); repeat it.")
)
@click.option("--person", default="", help=_("Who works here first."))
@click.option(
    "--database",
    default="",
    metavar="URL",
    help=_("Keep the records on a PostgreSQL server: postgresql://USER:PASSWORD@HOST/DATABASE"),
)
@json_option
def init(
    folder: Path,
    office: str,
    name: str,
    role: Any,
    language: str,
    country_codes: tuple[str, ...],
    person: str,
    database: str,
    as_json: bool,
) -> None:
    office = check_office_code(office)
    role = role or ("headquarters" if office == HEADQUARTERS else "office")
    name, person = clean(name).strip(), clean(person).strip()
    if not name:
        raise NoNameError
    settings = Settings(
        role=role,
        office=office,
        name=name,
        countries=office_countries(office, role, country_codes),
        language=language,
        persons=(Person(person),) if person else (),
        person=person,
        database=database,
    )
    workspace = create_workspace(folder, settings)
    installation = workspace.database.installation
    workspace.close()
    if as_json:
        print_json({"folder": str(folder), "role": role, "office": office, "installation": installation})
    else:
        click.echo(_("Made the workspace of {name} in {folder}.").format(name=name, folder=folder))


def office_countries(office: str, role: str, codes: tuple[str, ...]) -> tuple[str, ...]:
    """Return the countries of an office: those given, else the one its code is the ISO code of."""
    known = set(countries())
    for code in codes:
        if code.upper() not in known:
            raise UnknownCountryError(country=code)
    if codes or role == "headquarters" or office == HEADQUARTERS:
        return tuple(code.upper() for code in codes)
    country = country_of_iso2(office) or (office if office in known else None)
    return (country,) if country else ()


@click.command(help=_("Say how the workspace stands."))
@json_option
@click.pass_obj
def status(context: Context, as_json: bool) -> None:
    figures = _figures(context)
    if as_json:
        print_json(figures)
        return
    names = {
        "role": _("Role"),
        "office": _("Office"),
        "installation": _("Installation"),
        "drafts": _("Drafts"),
        "final": _("Final, not sent"),
        "in_package": _("In a package, no receipt"),
        "received": _("Received"),
        "accepted": _("Accepted"),
        "queries": _("Queries"),
        "conflicts": _("Conflicts"),
        "waiting": _("Waiting for an earlier revision"),
        "quarantine": _("Files in quarantine"),
        "records": _("Records"),
        "revisions": _("Revisions"),
        "packages": _("Packages"),
        "offices": _("Offices"),
        "expected": _("Expected returns that are missing"),
        "late": _("Late returns"),
        "last_backup": _("Newest backup"),
        "backup_folder": _("Second backup folder"),
        "recovered_at": _("Brought back after damage"),
        "damaged_releases": _("Damaged files from headquarters"),
    }
    times = ("last_backup", "recovered_at")
    shown = {
        key: format_datetime(str(value), language()) if key in times and value else value
        for key, value in figures.items()
    }
    print_table(["", ""], [(names[key], "–" if value is None else value) for key, value in shown.items()])
    if figures["backup_folder"] and not Path(str(figures["backup_folder"])).is_dir():
        complain(explain(BackupFolderAwayError(path=figures["backup_folder"])))


def _figures(context: Context) -> dict[str, object]:
    from habitat_desktop.packages import quarantine
    from habitat_desktop.records import exchange_state, queries, repository
    from habitat_desktop.records.expected_register import register
    from habitat_desktop.records.record import RecordState

    workspace = context.reading
    with workspace.read() as session:
        states = repository.count_by_state(session)
        records = repository.list_records(session)
        packages = exchange_state.packages(session)
        waiting = repository.count_waiting(session)
        asked = queries.count_open(session)
        returns = register(session).returns
    today = datetime.now().astimezone().date()
    return {
        "role": workspace.settings.role,
        "office": workspace.settings.office,
        "installation": workspace.database.installation,
        "drafts": states.get(RecordState.DRAFT, 0),
        "final": states.get(RecordState.FINAL, 0),
        "in_package": states.get(RecordState.PACKAGE, 0),
        "received": states.get(RecordState.RECEIVED, 0),
        "accepted": states.get(RecordState.ACCEPTED, 0),
        "queries": asked,
        "conflicts": states.get(RecordState.CONFLICT, 0),
        "waiting": waiting,
        "quarantine": quarantine.count_open(workspace.quarantine),
        "records": len(records),
        "revisions": sum(record.revisions for record in records),
        "packages": len(packages),
        "offices": len(
            {record.office for record in records} | {p.peer for p in packages if p.direction == "in"}
        ),
        "expected": sum(1 for found in returns if found.is_open),
        "late": sum(1 for found in returns if found.late(today)),
        **_safety(context),
    }


def _safety(context: Context) -> dict[str, object]:
    """Return when the newest backup was made and the database last brought back; ISO text or None."""
    from habitat_desktop.packages import releases
    from habitat_desktop.records.safekeeping import all_backups
    from habitat_desktop.sync.recovery import last_report

    workspace = context.reading
    made = max((found.made_at for found in all_backups(workspace) if found.made_at), default=None)
    report = last_report(workspace.folder)
    return {
        "last_backup": made.isoformat() if made else None,
        "backup_folder": workspace.settings.backup_folder or None,
        "recovered_at": report.at if report is not None and report.is_damage else None,
        "damaged_releases": len(releases.damaged(workspace)),
    }

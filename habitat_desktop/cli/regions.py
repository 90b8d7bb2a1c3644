"""Regions: which offices a regional office reads, comments on and forwards."""

import click

from habitat_desktop.cli.codes import check_office_code
from habitat_desktop.cli.context import Context, json_option, print_json, print_table
from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n.catalogues import _, listed
from habitat_desktop.settings import HEADQUARTERS


class NotARegionError(HabitatError):
    code = "NOT_A_REGION"
    message = N_(
        "{code} is trusted here as something else than a regional office: it would read what other offices "
        "report. Nothing was changed."
    )


@click.group(help=_("Regions: which offices a regional office reads."))
def region() -> None:
    pass


@region.command("assign", help=_("Say which offices a region reads; what was said before is replaced."))
@click.argument("code", metavar="REGION")
@click.option("--offices", required=True, help=_("Their codes, with commas between; empty for none."))
@click.option("--person", default="", help=_("Who answers for it; otherwise you."))
@json_option
@click.pass_obj
def assign(context: Context, code: str, offices: str, person: str, as_json: bool) -> None:
    """Write the act; `--json`: {"region", "offices", "act_id"}."""
    from habitat_desktop.records import journal
    from habitat_desktop.records.trusted_keys import trusted_keys

    codes = sorted({part.strip().upper() for part in offices.split(",") if part.strip()})
    for each in (code, *codes):
        check_office_code(each)
    workspace = context.workspace
    with workspace.begin() as session:
        known = trusted_keys(session, code.upper())
        if code.upper() == HEADQUARTERS or (known and all(key.role != "region" for key in known)):
            raise NotARegionError(code=code.upper())
        made = journal.write(
            session, workspace.hand(person), "assign", office=code.upper(), content={"offices": codes}
        )
    if as_json:
        print_json({"region": made.office, "offices": codes, "act_id": made.act_id})
        return
    text = _("{region} now reads: {offices}. Its next package tells it.")
    click.echo(text.format(region=made.office, offices=listed(codes) or "–"))


@region.command("list", help=_("List the regions and their offices."))
@json_option
@click.pass_obj
def list_regions(context: Context, as_json: bool) -> None:
    """`--json`: a list of {"region", "offices"}."""
    from habitat_desktop.records import journal
    from habitat_desktop.records.outstanding import assigned

    with context.reading.read() as session:
        codes = sorted({act.office for act in journal.acts(session, kinds=("assign",))})
        found = [(code, assigned(session, code)) for code in codes]
    if as_json:
        print_json([{"region": code, "offices": list(offices)} for code, offices in found])
        return
    print_table((_("Region"), _("Offices")), [(code, listed(offices) or "–") for code, offices in found])

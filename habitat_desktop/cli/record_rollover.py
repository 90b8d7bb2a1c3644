"""Records: the next period's return begun from the last one, and what came along confirmed."""

from datetime import UTC, datetime
from typing import Any

import click

from habitat_desktop.cli.context import Context, json_option, print_json, print_table
from habitat_desktop.cli.record_acts import record
from habitat_desktop.cli.records import how_to_confirm, still_waiting
from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n.catalogues import _, explain, language, ngettext
from habitat_desktop.i18n.periods import period_bounds, period_name

__all__ = ["record"]


class NothingCarriedError(HabitatError):
    code = "NOTHING_CARRIED"
    message = N_("In the record {label} nothing at “{ref}” waits to be confirmed. Nothing was changed.")


@record.command("rollover", help=_("Begin the return of the next period from this one, as a draft."))
@click.argument("record_id", metavar="ID")
@click.option("--period", default=None, help=_("The period, such as 2026-H2; otherwise the next one."))
@click.option("--anyway", is_flag=True, help=_("Also where a newer return of the same subject is here."))
@json_option
@click.pass_obj
def rollover(context: Context, record_id: str, period: str | None, anyway: bool, as_json: bool) -> None:
    from habitat_desktop.cli.record_heading import BadPeriodError
    from habitat_desktop.records.rollover import roll_over

    workspace = context.workspace
    try:
        period_bounds(period or "2026")
    except ValueError as error:
        raise BadPeriodError(period=period) from error
    with workspace.begin() as session:
        made = roll_over(
            session,
            workspace.library,
            workspace.settings,
            record_id,
            period=period,
            language=language(),
            anyway=anyway,
        )
    entry = made.entry
    heading = entry.heading()
    left_out = [{"ref": one.ref, "message": explain(one.error)} for one in made.left_out]
    if as_json:
        found = {"record_id": entry.record_id, "label": entry.label, "from": made.source.label}
        found |= {"period": heading.period, "form_version": heading.form_version}
        print_json({**found, "state": "draft", "to_confirm": list(made.carried), "left_out": left_out})
        return
    text = ngettext(
        "{label}: {period}, begun from {source}. {count} answer came along and waits to be confirmed.",
        "{label}: {period}, begun from {source}. {count} answers came along and wait to be confirmed.",
        len(made.carried),
    )
    shown = {"label": entry.label, "period": period_name(heading.period, language())}
    click.echo(text.format(**shown, source=made.source.label, count=len(made.carried)))
    if made.carried:
        click.echo(how_to_confirm(entry.label))
    for one in left_out:
        click.echo(_("Left out: {ref}: {problem}").format(ref=one["ref"], problem=one["message"]))


@record.command("confirm", help=_("Say that answers which came along from last period still hold."))
@click.argument("record_id", metavar="ID")
@click.argument("refs", nargs=-1, metavar="[REF]...")
@click.option("--section", "sections", multiple=True, help=_("A whole group or list, by its name or ref."))
@click.option("--all", "whole", is_flag=True, help=_("Everything that came along."))
@json_option
@click.pass_obj
def confirm(
    context: Context,
    record_id: str,
    refs: tuple[str, ...],
    sections: tuple[str, ...],
    whole: bool,
    as_json: bool,
) -> None:
    """Without refs, sections or --all: list what waits to be confirmed."""
    from habitat_desktop.records import repository
    from habitat_desktop.records.acts import NoDraftError
    from habitat_desktop.records.entry import open_entry

    workspace = context.workspace
    with workspace.begin() as session:
        library, settings = workspace.library, workspace.settings
        entry = open_entry(session, library.form, settings, record_id, language=language())
        if repository.find_draft(session, entry.record_id) is None:
            raise NoDraftError(label=entry.label)
        wanted = _wanted(entry, refs, sections, whole)
        confirmed = sorted(entry.confirm(wanted))
        if confirmed:
            repository.save_draft(session, entry.draft(at=datetime.now(UTC)))
        left = entry.unconfirmed()
    if as_json:
        waiting = [{"ref": state.ref, "label": state.label, "value": state.value} for state in left]
        print_json({"label": entry.label, "confirmed": confirmed, "to_confirm": waiting})
        return
    print_table(
        [_("Question"), _("Label"), _("Answer")], [(state.ref, state.label, state.value) for state in left]
    )
    if left:
        click.echo(still_waiting(entry.label, len(left)))
        return
    text = ngettext("{count} answer waits to be confirmed.", "{count} answers wait to be confirmed.", 0)
    click.echo(text.format(count=0))


def _wanted(entry: Any, refs: tuple[str, ...], sections: tuple[str, ...], whole: bool) -> list[str]:
    waiting = [state.ref for state in entry.unconfirmed()]
    if whole:
        return waiting
    root = entry.form.root.path
    found: list[str] = []
    for typed in refs:
        ref = typed if typed.startswith("/") else f"{root}/{typed}"
        if ref not in waiting:
            raise NothingCarriedError(label=entry.label, ref=typed)
        found.append(ref)
    for typed in sections:
        inside = [ref for ref in waiting if _is_in(entry, ref, typed)]
        if not inside:
            raise NothingCarriedError(label=entry.label, ref=typed)
        found += inside
    return found


def _is_in(entry: Any, ref: str, section: str) -> bool:
    """Whether `ref` stands in the group, list or entry called `section`: a name, a path or a ref."""
    path = entry.instance.state(ref).path
    if section.startswith("/"):
        return any(one == section or one.startswith((f"{section}/", f"{section}[")) for one in (ref, path))
    return section.strip("/") in path.split("/")[2:-1]

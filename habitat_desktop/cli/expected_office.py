"""Expected returns: what an office does about them: begin one, report nil, ask for time, take that back."""

from typing import Any

import click

from habitat_desktop.cli.context import Context, complain, json_option, print_json
from habitat_desktop.cli.expected import (
    due_option,
    expected,
    person_option,
    print_said,
    read_register,
    reason_option,
    say,
)
from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n.catalogues import _, explain, language

__all__ = ["expected"]


class WhichNilError(HabitatError):
    code = "WHICH_NIL"
    message = N_("Say for which expected returns: their ids, or --all --period PERIOD. Nothing was changed.")


class NothingMissingError(HabitatError):
    code = "NOTHING_MISSING"
    message = N_("Every expected return has a record or an answer already. Nothing was changed.")


@expected.command("nil", help=_("Office: report that there is nothing to report, with the reason."))
@click.argument("names", metavar="[ID]...", nargs=-1)
@click.option("--all", "every", is_flag=True, help=_("For all of a --period that have no record."))
@click.option("--form", "form_id", default=None)
@click.option("--period", default=None)
@reason_option
@person_option
@json_option
@click.pass_obj
def nil(
    context: Context,
    names: tuple[str, ...],
    every: bool,
    form_id: str | None,
    period: str | None,
    reason: str,
    person: str,
    as_json: bool,
) -> None:
    """Print a list of what `show` prints, without the history."""
    from habitat_desktop.cli import expected_texts as texts
    from habitat_desktop.cli.expected import day_of
    from habitat_desktop.records import expected_acts
    from habitat_desktop.records.expected_register import register

    if bool(names) == every or (every and not period):  # never by chance for a period to come
        raise WhichNilError
    workspace = context.workspace
    with workspace.begin() as session:
        actor, before = workspace.hand(person), register(session)
        if every:
            chosen = [
                one
                for one in before.returns
                if one.state == "expected"
                and form_id in (None, one.terms.form_id)
                and period in (None, one.terms.period)
            ]
            if not chosen:
                raise NothingMissingError
        else:
            by_id = {one.expected_id: one for one in (expected_acts.find(before, name) for name in names)}
            chosen = list(by_id.values())
        for one in chosen:
            expected_acts.give_nil(session, actor, one, reason)
    after = read_register(workspace)
    found = [expected_acts.find(after, one.expected_id) for one in chosen]
    if as_json:
        print_json([texts.expected_json(one, day_of("")) for one in found])
    for one in found:
        if not as_json:
            print_said(one, as_json)
        if one.contradicts:
            complain(contradiction(one))


def contradiction(found: Any) -> str:
    """Return the sentence that tells of a nil return beside a record."""
    text = _(
        "{label}: there is a nil return, and there are records of it: {records}. Headquarters sees both."
    )
    return text.format(label=found.label, records=", ".join(record.label for record in found.records))


@expected.command("ask-extension", help=_("Office: ask headquarters for a later date, with the reason."))
@click.argument("name", metavar="ID")
@due_option
@reason_option
@person_option
@json_option
@click.pass_obj
def ask(context: Context, name: str, due: str, reason: str, person: str, as_json: bool) -> None:
    """Print what `show` prints."""
    from habitat_desktop.records import expected_acts

    say(context, name, person, as_json, expected_acts.ask_extension, due, reason)


@expected.command("take-back", help=_("Office: take back what you asked for, or else your nil return."))
@click.argument("name", metavar="ID")
@reason_option
@person_option
@json_option
@click.pass_obj
def take_back(context: Context, name: str, reason: str, person: str, as_json: bool) -> None:
    """Print what `show` prints."""
    from habitat_desktop.records import expected_acts

    say(context, name, person, as_json, expected_acts.take_back, reason)


@expected.command("start", help=_("Office: begin the record of an expected return."))
@click.argument("name", metavar="ID")
@json_option
@click.pass_obj
def start(context: Context, name: str, as_json: bool) -> int:
    """Print what `record add` prints."""
    from habitat_desktop.cli.record_heading import heading_of
    from habitat_desktop.cli.records import finish
    from habitat_desktop.records import repository
    from habitat_desktop.records.entry import start_entry
    from habitat_desktop.records.expected_acts import find, startable

    workspace = context.workspace
    found = find(read_register(workspace), name)
    startable(workspace.settings, found)
    form = workspace.library.form(found.terms.form_id)
    country, period = heading_of(
        workspace, form, {}, country=found.terms.country or None, period=found.terms.period
    )
    form = workspace.library.form_for(found.terms.form_id, period)
    refused = None
    with workspace.begin() as session:
        entry = start_entry(
            session, form, workspace.settings, country=country, period=period, language=language()
        )
        if found.terms.subject and len(form.subject) == 1:
            try:
                entry.answer(form.subject[0], found.terms.subject)
            except HabitatError as error:  # a list of choices, or a number: a person names it
                refused = error
            repository.save_draft(session, entry.draft(at=workspace.hand().at))
    if refused is not None:
        complain(explain(refused))
    return finish(workspace, entry, False, as_json)

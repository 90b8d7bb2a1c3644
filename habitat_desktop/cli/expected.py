"""Expected returns: list, show, and what headquarters and offices say about them, one command each."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import click

from habitat_desktop.cli.context import Context, complain, json_option, print_json, print_table
from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n.catalogues import _, language, ngettext

SHOWN = 500  # lines for people
STATES = ("expected", "draft", "final", "sent", "received", "accepted", "nil", "excused")
person_option = click.option("--person", default="", help=_("Who answers for this; otherwise you."))
reason_option = click.option("--reason", required=True, help=_("Why: the other side reads it."))
due_option = click.option("--due", required=True, metavar="DATE", help=_("The date, such as 2026-07-31."))


class NoSuchDayError(HabitatError):
    code = "NO_SUCH_DAY"
    message = N_("“{day}” is not a date of the calendar: write it as 2026-07-31.")


def day_of(text: str) -> date:
    """Return the day a person typed, today where it is ""."""
    if not text:
        return datetime.now().astimezone().date()
    from habitat_desktop.records.expected import iso_date

    found = iso_date(text)
    if found is None:
        raise NoSuchDayError(day=text)
    return found


def filters(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --office, --form, --period and --on."""
    for option in (
        click.option("--on", "on", default="", metavar="DATE", help=_("Late as of this day; else today.")),
        click.option("--period", default=None),
        click.option("--form", "form_id", default=None),
        click.option("--office", default=None),
    ):
        command = option(command)
    return command


def read_register(
    workspace: Any, office: str | None = None, form_id: str | None = None, period: str | None = None
) -> Any:
    """Return the register, of one office, form or period where they are named."""
    from habitat_desktop.records.expected import Register
    from habitat_desktop.records.expected_register import register

    with workspace.read() as session:
        found = register(session, [office.upper()] if office else None)

    def fits(about: Any) -> bool:
        return form_id in (None, about.form_id) and period in (None, about.period)

    return Register(
        tuple(one for one in found.returns if fits(one.terms)),
        tuple(one for one in found.unexpected if fits(one)),
        found.astray,
    )


@click.group(help=_("Expected returns: what headquarters waits for, until when, and what offices say to it."))
def expected() -> None:
    pass


@expected.command("list", help=_("List what is expected, what is due and what is late."))
@filters
@click.option("--state", type=click.Choice(STATES), default=None)
@click.option("--late", "only_late", is_flag=True, help=_("Only what is late."))
@click.option("--missing", is_flag=True, help=_("Only what headquarters does not have yet."))
@click.option("--asked", is_flag=True, help=_("Only where an extension is asked for."))
@click.option("--due-within", "days", type=click.IntRange(min=0), help=_("Only what is due in so many days."))
@json_option
@click.pass_obj
def list_expected(
    context: Context,
    office: str | None,
    form_id: str | None,
    period: str | None,
    on: str,
    state: str | None,
    only_late: bool,
    missing: bool,
    asked: bool,
    days: int | None,
    as_json: bool,
) -> None:
    """Print `{on, expected: [...], unexpected: [...], astray}`; see `expected_texts` for the items.

    `astray` counts what was said about expected returns that have not come.
    """
    from habitat_desktop.cli import expected_texts as texts

    day = day_of(on)
    found = read_register(context.reading, office, form_id, period)
    narrowed = bool(state or only_late or missing or asked or days is not None)

    def fits(one: Any) -> bool:
        left = one.days_left(day)
        return (
            state in (None, one.state)
            and (not only_late or one.late(day) > 0)
            and (not missing or one.is_open)
            and (not asked or bool(one.open_requests))
            and (days is None or (one.is_open and left is not None and 0 <= left <= days))
        )

    shown = [one for one in found.returns if fits(one)]
    unexpected = [] if narrowed else found.unexpected
    if as_json:
        print_json(
            {
                "on": day.isoformat(),
                "expected": [texts.expected_json(one, day) for one in shown],
                "unexpected": [texts.report_json(one) for one in unexpected],
                "astray": len(found.astray),
            }
        )
        return
    rows = [texts.row(one, day) for one in shown] + texts.unexpected_rows(unexpected)
    if rows:
        print_table(texts.titles(), rows[:SHOWN])
    if len(rows) > SHOWN:
        text = _("{shown} of {count} are shown: narrow it with --office, --form, --period, or use --json.")
        complain(text.format(shown=SHOWN, count=len(rows)))
    late = sum(1 for one in shown if one.late(day))
    count = len(shown)
    text = ngettext(
        "{count} expected return, {late} late", "{count} expected returns, {late} late", count
    ).format(count=count, late=late)
    click.echo(text)
    if found.astray:
        count = len(found.astray)
        text = ngettext(
            "{count} answer is kept whose expected return has not come yet.",
            "{count} answers are kept whose expected return has not come yet.",
            count,
        )
        complain(text.format(count=count))


@expected.command("show", help=_("Show one expected return and everything that was said about it."))
@click.argument("name", metavar="ID")
@click.option("--on", "on", default="", metavar="DATE", help=_("Late as of this day; else today."))
@json_option
@click.pass_obj
def show(context: Context, name: str, on: str, as_json: bool) -> None:
    """Print what `list` prints of one, and `history`: `[{kind, act_id, person, sender, reason, at, due}]`."""
    from habitat_desktop.records.expected_acts import find

    print_one(find(read_register(context.reading), name), day_of(on), as_json)


def print_one(found: Any, day: date, as_json: bool) -> None:
    """Print one expected return, whole."""
    from habitat_desktop.cli import expected_texts as texts
    from habitat_desktop.cli.records import state_name
    from habitat_desktop.i18n.dates import format_date

    if as_json:
        print_json(texts.expected_json(found, day) | {"history": texts.history_json(found)})
        return
    terms = found.terms
    click.echo(f"{found.label}  {terms.form_id}  {terms.period}  {texts.about(terms)}")
    due = _("Due {date}: {state}").format(
        date=format_date(found.due, language()), state=texts.standing(found, day)
    )
    click.echo(due)
    if terms.note:
        click.echo(terms.note)
    for record in found.records:
        click.echo(_("Record {label}: {state}").format(label=record.label, state=_state(record, state_name)))
    for kind, said in found.story:
        when = format_date(said.made_at, language())
        click.echo(f"{when}  {texts.said_in_words(kind, said)}")


def _state(record: Any, name: Callable[[str], str]) -> str:
    return name("package" if record.state == "sent" else record.state)


def say(context: Context, name: str, person: str, as_json: bool, act: Callable[..., Any], *more: Any) -> Any:
    """Write one act about the expected return `name`, print how it stands now, and return it."""
    from habitat_desktop.records.expected_acts import find
    from habitat_desktop.records.expected_register import register

    workspace = context.workspace
    with workspace.begin() as session:
        act(session, workspace.hand(person), find(register(session), name), *more)
    found = find(read_register(workspace), name)
    print_said(found, as_json)
    return found


def print_said(found: Any, as_json: bool) -> None:
    """Print how an expected return stands after something was said about it."""
    from habitat_desktop.cli import expected_texts as texts
    from habitat_desktop.i18n.dates import format_date

    day = day_of("")
    if as_json:
        print_one(found, day, as_json)
        return
    text = _("{label}: due {date}; {state}")
    date_text, state = format_date(found.due, language()), texts.standing(found, day)
    click.echo(text.format(label=found.label, date=date_text, state=state))


@expected.command("extend", help=_("Headquarters: set a later date, as an answer or on your own."))
@click.argument("name", metavar="ID")
@due_option
@reason_option
@person_option
@json_option
@click.pass_obj
def extend(context: Context, name: str, due: str, reason: str, person: str, as_json: bool) -> None:
    """Print what `show` prints."""
    from habitat_desktop.records import expected_acts

    say(context, name, person, as_json, expected_acts.extend, due, reason)


@expected.command("deny", help=_("Headquarters: deny the extension that is asked for, or a nil return."))
@click.argument("name", metavar="ID")
@reason_option
@person_option
@json_option
@click.pass_obj
def deny(context: Context, name: str, reason: str, person: str, as_json: bool) -> None:
    """Print what `show` prints."""
    from habitat_desktop.records import expected_acts

    say(context, name, person, as_json, expected_acts.deny, reason)


@expected.command("excuse", help=_("Headquarters: close it, such as when the project has ended."))
@click.argument("name", metavar="ID")
@reason_option
@person_option
@json_option
@click.pass_obj
def excuse(context: Context, name: str, reason: str, person: str, as_json: bool) -> None:
    """Print what `show` prints."""
    from habitat_desktop.records import expected_acts

    say(context, name, person, as_json, expected_acts.excuse, reason)


@expected.command("reopen", help=_("Headquarters: wait again for one that was closed."))
@click.argument("name", metavar="ID")
@reason_option
@person_option
@json_option
@click.pass_obj
def reopen(context: Context, name: str, reason: str, person: str, as_json: bool) -> None:
    """Print what `show` prints."""
    from habitat_desktop.records import expected_acts

    say(context, name, person, as_json, expected_acts.reopen, reason)

"""Queries: ask, propose, reply, agree, refuse, close, list, show, ask about what was found.

With --json every command prints the query, in the shape of `document`; `list` prints a list of them, and
`from-findings` `{"asked", "already", "left", "items": [{"outcome", "origin", "record_id", "label", "message",
"query", "act_id", "code", "why"}]}`.
"""

import json
from collections.abc import Callable
from typing import Any

import click

from habitat_desktop.cli.codes import check_office_code
from habitat_desktop.cli.context import Context, complain, json_option, print_json
from habitat_desktop.cli.conversation_lines import inside, named_question, said_by, under
from habitat_desktop.i18n.catalogues import _, explain, language, ngettext, pgettext

person_option = click.option("--person", default="", help=_("Who answers for this; otherwise you."))


@click.group(help=_("Queries and proposals of headquarters, and what offices answer."))
def query() -> None:
    pass


@query.command("add", help=_("Ask the office about one question of a record."))
@click.argument("record_id", metavar="ID")
@click.option("--ref", required=True, help=_("The question, as `record show` names it."))
@click.option("--reason", required=True, help=_("What is asked, in words."))
@person_option
@json_option
@click.pass_obj
def add(context: Context, record_id: str, ref: str, reason: str, person: str, as_json: bool) -> None:
    from habitat_desktop.records import asking

    workspace = context.workspace
    with workspace.begin() as session:
        actor, forms = workspace.hand(person), workspace.library.form
        made = asking.ask(session, forms, workspace.settings, actor, record_id, ref=ref, reason=reason)
    show_query(made, as_json)


@query.command("propose", help=_("Propose a value for one question of a record."))
@click.argument("record_id", metavar="ID")
@click.option("--ref", required=True, help=_("The question, as `record show` names it."))
@click.option("--value", required=True, help=_("The value; choices by their codes."))
@click.option("--reason", required=True, help=_("Why this value."))
@person_option
@json_option
@click.pass_obj
def propose(
    context: Context, record_id: str, ref: str, value: str, reason: str, person: str, as_json: bool
) -> None:
    from habitat_desktop.records import asking

    workspace = context.workspace
    with workspace.begin() as session:
        made = asking.propose(
            session,
            workspace.library.form,
            workspace.settings,
            workspace.hand(person),
            record_id,
            ref=ref,
            value=read_value(value),
            reason=reason,
        )
    show_query(made, as_json)


@query.command("reply", help=_("Answer a query, in words or with a value, which changes the record."))
@click.argument("name", metavar="QUERY")
@click.option("--text", default="", help=_("The answer in words."))
@click.option("--value", default=None, help=_("The right value; choices by their codes."))
@person_option
@json_option
@click.pass_obj
def reply(context: Context, name: str, text: str, value: str | None, person: str, as_json: bool) -> None:
    from habitat_desktop.records import asking, deciding
    from habitat_desktop.records.conversation_errors import QueryNotFoundError

    workspace = context.workspace
    given = None if value is None else read_value(value)
    forms, settings, actor = workspace.library.form, workspace.settings, workspace.hand(person)
    with workspace.begin() as session:
        try:
            made = asking.reply(session, forms, settings, actor, name, text=text, value=given)
        except QueryNotFoundError:
            if given is not None:
                raise
            decision = deciding.answer_return(session, forms, settings, actor, name, text=text)
            made = None
    if made is not None:
        show_query(made, as_json)
    elif as_json:
        from habitat_desktop.cli.review import decision_document

        print_json(decision_document(decision))
    else:
        click.echo(_("{query}: answered").format(query=decision.name))


@query.command("agree", help=_("Take the proposed value; the record changes."))
@click.argument("name", metavar="QUERY")
@click.option("--text", default="", help=_("What there is to add, in words."))
@person_option
@json_option
@click.pass_obj
def agree(context: Context, name: str, text: str, person: str, as_json: bool) -> None:
    from habitat_desktop.records import asking

    workspace = context.workspace
    with workspace.begin() as session:
        actor, forms = workspace.hand(person), workspace.library.form
        made = asking.agree(session, forms, workspace.settings, actor, name, text=text)
    show_query(made, as_json)


@query.command("refuse", help=_("Refuse a proposed value; the record stays as it is."))
@click.argument("name", metavar="QUERY")
@click.option("--reason", required=True, help=_("Why it is not taken."))
@person_option
@json_option
@click.pass_obj
def refuse(context: Context, name: str, reason: str, person: str, as_json: bool) -> None:
    from habitat_desktop.records import asking

    workspace = context.workspace
    with workspace.begin() as session:
        actor, forms = workspace.hand(person), workspace.library.form
        made = asking.refuse(session, forms, workspace.settings, actor, name, reason=reason)
    show_query(made, as_json)


@query.command("close", help=_("Say that a query needs no answer any more."))
@click.argument("name", metavar="QUERY")
@click.option("--text", default="", help=_("Why, in words."))
@person_option
@json_option
@click.pass_obj
def close(context: Context, name: str, text: str, person: str, as_json: bool) -> None:
    from habitat_desktop.records import asking

    workspace = context.workspace
    with workspace.begin() as session:
        made = asking.close(session, workspace.library.form, workspace.hand(person), name, text=text)
    show_query(made, as_json)


@query.command("list", help=_("List the queries that are not closed."))
@click.option("--open", "chosen", flag_value="open", help=_("Only those that wait for an answer."))
@click.option("--answered", "chosen", flag_value="answered", help=_("Only those that were answered."))
@click.option("--all", "chosen", flag_value="all", help=_("Also those that are closed."))
@click.option("--office", default=None, help=_("Only those to this office."))
@click.option("--record", "record_id", default=None, help=_("Only those about this record."))
@json_option
@click.pass_obj
def list_queries(
    context: Context, chosen: str | None, office: str | None, record_id: str | None, as_json: bool
) -> None:
    from habitat_desktop.cli.records import find
    from habitat_desktop.records import queries

    workspace = context.reading
    with workspace.read() as session:
        found = queries.list_queries(
            session,
            workspace.library.form,
            language=language(),
            office=check_office_code(office) if office else None,
            record_id=find(context, session, record_id).record_id if record_id else None,
        )
    states = (chosen,) if chosen in ("open", "answered") else ("open", "answered", "closed")
    found = [one for one in found if one.state in (states if chosen else states[:2])]
    if as_json:
        print_json([document(one) for one in found])
        return
    for one in found:
        print_query(one, whole=False)
    click.echo(ngettext("{count} query", "{count} queries", len(found)).format(count=len(found)))


@query.command("show", help=_("Show a query with its answers."))
@click.argument("name", metavar="QUERY")
@json_option
@click.pass_obj
def show(context: Context, name: str, as_json: bool) -> None:
    from habitat_desktop.records import queries

    workspace = context.reading
    with workspace.read() as session:
        found = queries.find_query(session, workspace.library.form, name, language=language())
    show_query(found, as_json)


@query.command("from-findings", help=_("Ask the offices about what was changed in Excel."))
@click.option("--package", "number", type=int, default=None, help=_("The package with this number."))
@click.option("--office", default=None, help=_("The office that made the package."))
@click.option("--record", "record_id", default=None, help=_("Only about this record."))
@click.option("--all", "everything", is_flag=True, help=_("About everything that was found."))
@click.option("--deep-check", "rules", is_flag=True, help=_("Also about answers that break rules of forms."))
@person_option
@json_option
@click.pass_obj
def from_findings(
    context: Context,
    number: int | None,
    office: str | None,
    record_id: str | None,
    everything: bool,
    rules: bool,
    person: str,
    as_json: bool,
) -> None:
    from habitat_desktop.cli.records import find
    from habitat_desktop.hq.from_findings import ask_about_findings

    if (number is not None) + (record_id is not None) + everything != 1:
        raise click.UsageError(_("Give one of --package, --record, --all."))
    workspace = context.workspace
    with workspace.begin() as session:
        chosen: dict[str, Any] = {}
        if record_id is not None:
            chosen["record_id"] = find(context, session, record_id).record_id
        if number is not None:
            chosen |= _package(session, number, office)
        made = ask_about_findings(
            session, workspace.settings, workspace.library.form, workspace.hand(person), rules=rules, **chosen
        )
    _print_asked(made, as_json)


def _package(session: Any, number: int, office: str | None) -> dict[str, Any]:
    """Return what is asked about: the contents of the packages with this number, and their records."""
    from habitat_desktop.records import exchange_state, findings

    office = check_office_code(office) if office else None
    fits = [
        entry
        for entry in exchange_state.packages(session)
        if entry.direction == "in" and entry.number == number and office in (None, entry.peer)
    ]
    if not fits:
        raise click.BadParameter(_("No such package was taken in here."), param_hint="--package")
    payloads = {entry.payload_sha256 for entry in fits}
    return {"payloads": payloads, "records": findings.records_in(session, payloads)}


def _print_asked(made: Any, as_json: bool) -> None:
    counts = {
        outcome: sum(1 for one in made if one.outcome == outcome) for outcome in ("asked", "already", "left")
    }
    if as_json:
        items = [
            {
                "outcome": one.outcome,
                "origin": one.origin,
                "record_id": one.record_id,
                "label": one.label,
                "message": one.message,
                "query": one.query.name if one.query else None,
                "act_id": one.query.act_id if one.query else None,
                "code": one.error.code if one.error else None,
                "why": explain(one.error) if one.error else None,
            }
            for one in made
        ]
        print_json({**counts, "items": items})
        return
    for one in made:
        if one.outcome == "left":
            complain(f"{one.message} {explain(one.error)}")
        elif one.outcome == "asked":
            click.echo(f"{one.query.name}: {one.message}")
    text = ngettext("{count} query was made.", "{count} queries were made.", counts["asked"])
    click.echo(text.format(count=counts["asked"]))


# -- values and printing ---------------------------------------------------------------------------------


def read_value(text: str) -> Any:
    """Return a value as typed: text, or the JSON object that says “not available”."""
    if text.lstrip().startswith("{") and "$unavailable" in text:
        try:
            found = json.loads(text)
        except ValueError:
            return text
        if isinstance(found, dict) and isinstance(found.get("$unavailable"), dict):
            return found
    return text


def show_query(one: Any, as_json: bool) -> None:
    """Print one query, for machines or for people."""
    if as_json:
        print_json(document(one))
    else:
        print_query(one, whole=True)


def words_for(one: Any) -> Callable[[Any], str]:
    """Return what says a value of the question a query is about in words."""
    from habitat_desktop.packages.answer_words import answer_words

    return lambda value: answer_words(one.form, one.ref, value)


def document(one: Any) -> dict[str, Any]:
    """Return a query for machines.

    `{"id" (its name), "act_id", "kind", "state", "record_id", "label", "office", "revision_id", "ref",
    "ref_now" (null: its entry was removed), "question", "value", "value_text", "value_now", "value_now_text",
    "changed", "changed_by", "changed_at", "proposed", "proposed_text", "reason", "language", "origin",
    "person", "at", "answers": [{"act_id", "kind", "text", "has_value", "value", "value_text", "revision_id",
    "sender", "person", "at"}], "closing": null or {"act_id", "text", "person", "at"}}`.
    """
    words = words_for(one)
    return {
        "id": one.name,
        "act_id": one.act_id,
        "kind": one.kind,
        "state": one.state,
        "record_id": one.record_id,
        "label": one.label,
        "office": one.office,
        "revision_id": one.revision_id,
        "ref": one.ref,
        "ref_now": one.ref_now,
        "question": one.question,
        "value": one.value,
        "value_text": words(one.value),
        "value_now": one.value_now,
        "value_now_text": words(one.value_now),
        "changed": one.is_changed,
        "changed_by": one.changed_by,
        "changed_at": one.changed_at,
        "proposed": one.proposed,
        "proposed_text": words(one.proposed) if one.is_proposal else None,
        "reason": one.reason,
        "language": one.language,
        "origin": dict(one.origin),
        "person": one.person,
        "at": one.at,
        "answers": [
            {
                "act_id": answer.act_id,
                "kind": answer.kind,
                "text": answer.text,
                "has_value": answer.has_value,
                "value": answer.value,
                "value_text": words(answer.value) if answer.has_value else None,
                "revision_id": answer.revision_id,
                "sender": answer.sender,
                "person": answer.person,
                "at": answer.at,
            }
            for answer in one.answers
        ],
        "closing": vars(one.closing) if one.closing else None,
    }


def state_words(state: str) -> str:
    """Return the word for the state of a query in the language spoken now."""
    return {
        "open": pgettext("state of a query", "open"),
        "answered": pgettext("state of a query", "answered"),
        "closed": pgettext("state of a query", "closed"),
    }[state]


def print_query(one: Any, *, whole: bool) -> None:
    """Print a query for people: its name and state, then what was asked and said, indented."""
    words = words_for(one)
    kind = (
        pgettext("kind of a query", "proposal") if one.is_proposal else pgettext("kind of a query", "query")
    )
    click.echo(f"{one.name}  {kind}, {state_words(one.state)}")
    about = one.question or _("the whole record")
    if one.ref:
        named = named_question(about, one.ref_now or one.ref)
        about = _("{question}: {value}").format(question=named, value=inside(words(one.value)))
    under(about)
    if one.is_proposal:
        under(_("proposed: {value}").format(value=inside(words(one.proposed))))
    under(said_by(one.person, one.at, one.reason))
    if one.ref and one.ref_now is None:
        under(_("The entry asked about was removed from the record."))
    elif one.ref and one.is_changed:
        under(_("The record says now: {value}").format(value=inside(words(one.value_now))))
    if whole:
        for answer in one.answers:
            under(said_by(answer.person, answer.at, _answer_words(answer, words)))
        if one.closing:
            closed = _("closed: {text}").format(text=one.closing.text) if one.closing.text else _("closed")
            under(said_by(one.closing.person, one.closing.at, closed))


def _answer_words(answer: Any, words: Callable[[Any], str]) -> str:
    parts = {
        "reply": [],
        "agree": [_("takes the proposed value")],
        "refuse": [_("does not take the proposed value")],
    }.get(answer.kind, [])
    if answer.has_value and answer.kind != "agree":
        parts.append(_("new value: {value}").format(value=inside(words(answer.value))))
    if answer.text:
        parts.append(answer.text)
    return " · ".join(parts)

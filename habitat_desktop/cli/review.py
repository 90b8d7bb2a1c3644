"""Review: accept and return records, comment and clear them for headquarters, see how they stand.

With --json every command prints the review, in the shape of `document`; `list` prints a list of them.
"""

from typing import Any

import click

from habitat_desktop.cli.codes import check_office_code
from habitat_desktop.cli.context import Context, json_option, print_json
from habitat_desktop.cli.conversation_lines import inside, named_question, said_by, under
from habitat_desktop.cli.queries import document as query_document
from habitat_desktop.cli.queries import person_option, state_words
from habitat_desktop.i18n.catalogues import _, language, listed, ngettext, pgettext

_refs = click.option("--ref", "refs", multiple=True, help=_("Only this question; repeat it."))


@click.group(help=_("Review: accept, return, comment, clear, see how records stand."))
def review() -> None:
    pass


@review.command("accept", help=_("Accept what a record shows now."))
@click.argument("record_id", metavar="ID")
@click.option("--text", default="", help=_("What there is to say, in words."))
@person_option
@json_option
@click.pass_obj
def accept(context: Context, record_id: str, text: str, person: str, as_json: bool) -> None:
    from habitat_desktop.records import deciding

    workspace = context.workspace
    with workspace.begin() as session:
        made = deciding.accept(session, workspace.library.form, workspace.hand(person), record_id, text=text)
    show_review(made, as_json)


@review.command("return", help=_("Return a record to its office with a reason."))
@click.argument("record_id", metavar="ID")
@click.option("--reason", required=True, help=_("What is to be corrected."))
@_refs
@person_option
@json_option
@click.pass_obj
def return_record(
    context: Context, record_id: str, reason: str, refs: tuple[str, ...], person: str, as_json: bool
) -> None:
    from habitat_desktop.records import deciding

    workspace = context.workspace
    with workspace.begin() as session:
        made = deciding.return_(
            session,
            workspace.library.form,
            workspace.settings,
            workspace.hand(person),
            record_id,
            reason=reason,
            refs=refs,
        )
    show_review(made, as_json)


@review.command("comment", help=_("Say something about a record for headquarters."))
@click.argument("record_id", metavar="ID")
@click.option("--text", required=True, help=_("The comment."))
@_refs
@person_option
@json_option
@click.pass_obj
def comment(
    context: Context, record_id: str, text: str, refs: tuple[str, ...], person: str, as_json: bool
) -> None:
    from habitat_desktop.records import deciding

    workspace = context.workspace
    with workspace.begin() as session:
        made = deciding.comment(
            session,
            workspace.library.form,
            workspace.settings,
            workspace.hand(person),
            record_id,
            text=text,
            refs=refs,
        )
    show_review(made, as_json)


@review.command("clear", help=_("Say that a record, or some of its questions, was looked at and is right."))
@click.argument("record_id", metavar="ID")
@_refs
@click.option("--text", default="", help=_("What there is to say, in words."))
@person_option
@json_option
@click.pass_obj
def clear(
    context: Context, record_id: str, refs: tuple[str, ...], text: str, person: str, as_json: bool
) -> None:
    from habitat_desktop.records import deciding

    workspace = context.workspace
    with workspace.begin() as session:
        made = deciding.clear(
            session,
            workspace.library.form,
            workspace.settings,
            workspace.hand(person),
            record_id,
            refs=refs,
            text=text,
        )
    show_review(made, as_json)


@review.command("list", help=_("List how the records stand with headquarters."))
@click.option("--office", default=None)
@click.option("--form", "form_id", default=None)
@click.option("--period", default=None)
@click.option("--state", default=None, help=_("new, changed, accepted, returned, conflict or withdrawn."))
@json_option
@click.pass_obj
def list_reviews(
    context: Context,
    office: str | None,
    form_id: str | None,
    period: str | None,
    state: str | None,
    as_json: bool,
) -> None:
    from habitat_desktop.records import reviews

    if state is not None and state not in reviews.STATUSES:
        raise click.BadParameter(", ".join(reviews.STATUSES), param_hint="--state")
    workspace = context.reading
    with workspace.read() as session:
        found = reviews.list_reviews(
            session,
            workspace.library.form,
            language=language(),
            office=check_office_code(office) if office else None,
            form_id=form_id,
            period=period,
            status=state,
        )
    if as_json:
        print_json([document(one) for one in found])
        return
    for one in found:
        click.echo(_line(one))
        about = (one.summary.form_id, one.summary.subject or one.summary.country, one.summary.period)
        under(" · ".join(filter(None, about)))
    click.echo(ngettext("{count} record", "{count} records", len(found)).format(count=len(found)))


@review.command("show", help=_("Show how a record stands: decisions, changes, queries, what was found."))
@click.argument("record_id", metavar="ID")
@json_option
@click.pass_obj
def show(context: Context, record_id: str, as_json: bool) -> None:
    from habitat_desktop.hq.from_findings import unasked
    from habitat_desktop.records import reviews

    workspace = context.reading
    with workspace.read() as session:
        found = reviews.review_of(session, workspace.library.form, record_id, language=language())
        findings, problems = unasked(
            session,
            workspace.settings,
            workspace.library.form,
            found.summary.record_id,
            language=language(),
        )
    if as_json:
        more = {
            "findings": [finding.json() for finding in findings],
            "problems": [
                {"code": one.code, "ref": one.ref, "question": one.question, "message": one.message}
                for one in problems
            ],
        }
        print_json(document(found) | more)
        return
    print_review(found)
    for finding in findings:
        under(_("Not asked about yet: {what}").format(what=finding.message))
    for one in problems:
        what = f"{inside(one.question)}: {one.message}" if one.question else one.message
        under(_("Not asked about yet: {what}").format(what=what))


# -- printing --------------------------------------------------------------------------------------------


def show_review(one: Any, as_json: bool) -> None:
    """Print one review, for machines or for people."""
    if as_json:
        print_json(document(one))
    else:
        print_review(one)


def document(one: Any) -> dict[str, Any]:
    """Return a review for machines.

    `{"record_id", "label", "office", "form_id", "period", "subject", "state" (of the record), "review" (how
    it stands), "revision_id", "number", "crossed", "decisions": [...], "earlier": [...], "since": null or a
    decision, "changes": [{"ref" (null: gone), "ref_then" (null: new), "question", "old", "old_text", "new",
    "new_text", "asked"}], "untouched": [{"ref", "question"}], "queries": [... open ones], "remarks":
    [{"act_id", "kind", "refs", "text", "person", "sender", "at", "revision_id", "number", "current"}]}`;
    decisions as in `decision_document`. `show` adds "findings" and "problems" nobody has asked about.
    """
    words = _words(one)
    return {
        "record_id": one.summary.record_id,
        "label": one.summary.label,
        "office": one.summary.office,
        "form_id": one.summary.form_id,
        "period": one.summary.period,
        "subject": one.summary.subject,
        "state": str(one.summary.state),
        "review": one.status,
        "revision_id": one.revision_id,
        "number": one.number,
        "crossed": one.has_crossed,
        "decisions": [decision_document(each) for each in one.decisions],
        "earlier": [decision_document(each) for each in one.earlier],
        "since": decision_document(one.last) if one.last else None,
        "changes": [
            {
                "ref": change.ref or None,
                "ref_then": change.ref_then or None,
                "question": change.question,
                "old": change.old,
                "old_text": words(change, change.old),
                "new": change.new,
                "new_text": words(change, change.new),
                "asked": change.is_asked,
            }
            for change in one.changes
        ],
        "untouched": [{"ref": ref, "question": question} for ref, question in one.untouched],
        "queries": [query_document(each) for each in one.open_queries],
        "remarks": [
            {
                "act_id": remark.act_id,
                "kind": remark.kind,
                "refs": list(remark.refs),
                "text": remark.text,
                "person": remark.person,
                "sender": remark.sender,
                "at": remark.at,
                "revision_id": remark.revision_id,
                "number": remark.number,
                "current": remark.is_current,
            }
            for remark in one.remarks
        ],
    }


def decision_document(one: Any) -> dict[str, Any]:
    """Return a decision for machines.

    `{"id" (the name of a return, else ""), "act_id", "kind": "accept|return", "revision_id", "number",
    "refs", "reason", "person", "at", "counts", "answers": [{"text", "person", "at"}]}`.
    """
    return {
        "id": one.name,
        "act_id": one.act_id,
        "kind": one.kind,
        "revision_id": one.revision_id,
        "number": one.number,
        "refs": list(one.refs),
        "reason": one.text,
        "person": one.person,
        "at": one.at,
        "counts": one.counts,
        "answers": [{"text": each.text, "person": each.person, "at": each.at} for each in one.answers],
    }


def _words(one: Any) -> Any:
    from habitat_desktop.packages.answer_words import answer_words

    return lambda change, value: answer_words(one.form, change.ref or change.ref_then, value)


def status_words(status: str) -> str:
    """Return how a record stands, in the language spoken now."""
    return {
        "new": pgettext("how a record stands", "not decided on yet"),
        "changed": pgettext("how a record stands", "changed since it was decided on"),
        "accepted": pgettext("how a record stands", "accepted"),
        "returned": pgettext("how a record stands", "returned"),
        "conflict": pgettext("how a record stands", "in conflict"),
        "withdrawn": pgettext("how a record stands", "withdrawn"),
        "waiting": pgettext("how a record stands", "waits for an earlier revision"),
    }[status]


def _line(one: Any) -> str:
    parts = [status_words(one.status)]
    if one.changes:
        count = len(one.changes)
        text = ngettext("{count} question to review again", "{count} questions to review again", count)
        parts.append(text.format(count=count))
    if one.open_queries:
        count = len(one.open_queries)
        text = ngettext("{count} open query", "{count} open queries", count)
        parts.append(text.format(count=count))
    return f"{one.summary.label}  {', '.join(parts)}"


def print_review(one: Any) -> None:
    """Print a review for people."""
    click.echo(_line(one))
    if one.has_crossed:
        under(_("These decisions crossed on the way; a return counts before an acceptance:"))
    for each in one.decisions:
        _print_decision(each)
    if one.last is not None and not one.decisions:
        _print_decision(one.last)
    words = _words(one)
    for change in one.changes:
        text = _("To review again: {question}: {old} became {new}")
        old, new = words(change, change.old), words(change, change.new)
        under(
            text.format(
                question=named_question(change.question, change.ref or change.ref_then),
                old=inside(old),
                new=inside(new),
            )
        )
    for ref, question in one.untouched:
        text = _("Was asked about and says the same as before: {question}")
        under(text.format(question=named_question(question, ref)))
    for each in one.open_queries:
        under(f"{each.name}: {state_words(each.state)}, {inside(each.question)}: {inside(each.reason)}")
    for remark in one.remarks:
        _print_remark(remark)


def _print_decision(one: Any) -> None:
    accepted = _("Revision {number} was accepted").format(number=one.number)
    returned = _("Revision {number} was returned, {name}").format(number=one.number, name=one.name)
    under(accepted if one.kind == "accept" else returned)
    under(said_by(one.person, one.at, one.text), 8)
    if one.refs:
        under(
            _("Questions: {refs}").format(refs=_refs_words(one.refs)),
            8,
        )
    for answer in one.answers:
        under(said_by(answer.person, answer.at, answer.text), 8)


def _refs_words(refs: tuple[str, ...]) -> str:
    return listed(inside(ref.removeprefix("/data/")) for ref in refs)


def _print_remark(one: Any) -> None:
    kind = {
        "comment": pgettext("what a region says", "Comment"),
        "clear": pgettext("what a region says", "Cleared"),
    }[one.kind]
    about = _refs_words(one.refs) if one.refs else _("the whole record")
    line = f"{kind} ({one.sender}): {about}"
    since = _("changed since")
    under(line if one.is_current else f"{line} ({since})")
    under(said_by(one.person, one.at, one.text), 8)

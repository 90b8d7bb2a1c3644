"""Records: add, edit, correct, finalize, withdraw, discard, list, show, history."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from habitat_desktop.cli.context import Context, complain, json_option, print_json, print_table
from habitat_desktop.cli.forms import FormFile, read_json
from habitat_desktop.cli.record_heading import heading_of
from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n.catalogues import _, explain, language, listed, ngettext, pgettext
from habitat_desktop.i18n.text import has_rtl, iso
from habitat_desktop.workspace import Workspace
from habitat_desktop.xforms.problems import Reason

_MOST_OFFERED = 12


class AnswersRefusedError(HabitatError):
    code = "ANSWERS_REFUSED"
    message = N_(
        "The answers in “{path}” do not fit the form (problems: {count}). Nothing was saved; "
        "correct them and use the file again."
    )


@click.group(help=_("Records: add, edit, finalize, list, show, history."))
def record() -> None:
    pass


@record.command("add", help=_("Make a record from an answers file."))
@click.option("--form", "form_id", required=True)
@click.option("--answers", type=FormFile, required=True, help=_("A JSON object that mirrors the form."))
@click.option("--finalize", "make_final", is_flag=True, help=_("Finalize it if the form's rules hold."))
@click.option("--country", default=None, help=_("The country the return is about (alpha-3)."))
@click.option("--period", default=None, help=_("The period, such as 2026-H1; otherwise the one due now."))
@json_option
@click.pass_obj
def add(
    context: Context,
    form_id: str,
    answers: Path,
    make_final: bool,
    country: str | None,
    period: str | None,
    as_json: bool,
) -> int:
    from habitat_desktop.records.entry import start_entry

    workspace = context.workspace
    given = read_json(answers)
    form = workspace.library.form(form_id)
    country, period = heading_of(workspace, form, given, country=country, period=period)
    form = workspace.library.form_for(form_id, period)
    with refusals(as_json), workspace.begin() as session:
        entry = start_entry(
            session, form, workspace.settings, country=country, period=period, language=language()
        )
        fill_from(workspace, session, entry, answers, given, whole=True)
        _save(session, entry)
    with workspace.read() as session:
        twins = _twins(session, entry)
    return finish(workspace, entry, make_final, as_json, twins)


@record.command("edit", help=_("Change a record by an answers file; it becomes a draft again."))
@click.argument("record_id", metavar="ID")
@click.option("--answers", type=FormFile, required=True)
@click.option("--finalize", "make_final", is_flag=True)
@click.option("--reason", default="", help=_("Why headquarters corrects the return of an office."))
@click.option("--person", default="", help=_("Who answers for the correction; otherwise you."))
@json_option
@click.pass_obj
def edit(
    context: Context,
    record_id: str,
    answers: Path,
    make_final: bool,
    reason: str,
    person: str,
    as_json: bool,
) -> int:
    from habitat_desktop.records import repository

    workspace = context.workspace
    given = read_json(answers)
    if reason:
        if not make_final:
            raise click.UsageError(_("A correction is finalized at once: add --finalize."))
        from habitat_desktop.cli.record_acts import correct_record

        return correct_record(workspace, record_id, answers, given, reason, person, as_json)
    with refusals(as_json), workspace.begin() as session:
        entry = _open(workspace, session, record_id)
        before = entry.instance.answers(relevant_only=False)
        fill_from(workspace, session, entry, answers, given, whole=False)
        is_draft = repository.find_draft(session, entry.record_id) is not None
        # the same answers again are no change: a record that was received stays received
        if is_draft or entry.instance.answers(relevant_only=False) != before:
            _save(session, entry)
            is_draft = True
    return finish(workspace, entry, make_final and is_draft, as_json)


@record.command("finalize", help=_("Finalize a draft."))
@click.argument("record_id", metavar="ID")
@json_option
@click.pass_obj
def finalize_record(context: Context, record_id: str, as_json: bool) -> int:
    from habitat_desktop.records import repository

    workspace = context.workspace
    with workspace.read() as session:
        entry = _open(workspace, session, record_id)
        drafted = repository.find_draft(session, entry.record_id) is not None
    # without a draft it is final already: once more changes nothing
    return finish(workspace, entry, drafted, as_json)


def _open(workspace: Workspace, session: Any, record_id: str) -> Any:
    from habitat_desktop.records.acts import NotOursError
    from habitat_desktop.records.entry import open_entry

    entry = open_entry(session, workspace.library.form, workspace.settings, record_id, language=language())
    if entry.office != workspace.settings.office:
        raise NotOursError(label=entry.label, office=entry.office)
    return entry


def fill_from(workspace: Workspace, session: Any, entry: Any, path: Path, given: Any, *, whole: bool) -> None:
    from habitat_desktop.records.answers_file import fill
    from habitat_desktop.records.attachments import attach, find_attachment

    folder, office = workspace.attachments, entry.office

    def attached(file: Path) -> str:
        # what `record show` gave of an attached file stands for the file that is here already
        known = None if file.exists() else find_attachment(session, office, file.name)
        if known is not None and (folder / known.sha256).is_file():
            return file.name
        return attach(session, folder, office, file)

    problems = fill(entry, given, attach=attached, base=path.resolve().parent, whole=whole)
    if problems:
        raise AnswersRefusedError(path=path, count=len(problems), problems=problems)


@contextmanager
def refusals(as_json: bool) -> Iterator[None]:
    """Tell every answer that was refused before the sentence about the whole file."""
    try:
        yield
    except AnswersRefusedError as refused:
        problems: Any = refused.context["problems"]
        if as_json:
            found = [
                {
                    "ref": problem.ref,
                    "kind": problem.error.code.lower(),
                    "severity": "error",
                    "label": problem.label,
                    "message": " ".join(filter(None, (explain(problem.error), _offered(problem)))),
                }
                for problem in problems
            ]
            nothing = {"record_id": None, "label": None, "revision_id": None, "state": None}
            print_json(nothing | {"problems": found})
        for problem in problems:
            complain(_refused(problem))
        raise


def _refused(problem: Any) -> str:
    """Return one sentence about an answer that was refused: its question by label and place, once each."""
    error = problem.error
    text = explain(error)
    if problem.label:
        ref = iso(problem.ref) if has_rtl(problem.label) else problem.ref
        place = _("{question} ({number})").format(question=problem.label, number=ref)
        fields = error.context.items()
        text = explain(
            Reason(
                error.message, **{name: place if value == problem.ref else value for name, value in fields}
            )
        )
    said = text if problem.ref in text else f"{problem.ref}: {text}"
    return " ".join(filter(None, (said, _offered(problem))))


def _offered(problem: Any) -> str:
    """Say which values the list of a question has; of a long list how many, and how to see them."""
    if not problem.offered:
        return ""
    if len(problem.offered) <= _MOST_OFFERED:
        # Translators: the values an answer may have: "Possible values: yes, no, unknown."
        return _("Possible values: {values}.").format(values=listed(problem.offered))
    text = ngettext(
        "There is {count} choice. Look at it with: habitat form show {form} --json",
        "There are {count} choices. Look at them with: habitat form show {form} --json",
        len(problem.offered),
    )
    return text.format(count=len(problem.offered), form=problem.form)


def _twins(session: Any, entry: Any) -> list[str]:
    """Return the labels of other records of the same key: form, country, period and what the form says."""
    from habitat_desktop.records.keys import key_of, records_with_key

    heading, form = entry.heading(), entry.form
    if form.subject and not heading.subject:
        return []
    key = key_of(form, entry.instance.answers(relevant_only=False))
    found = records_with_key(
        session, form, entry.office, heading.country, heading.period, key, heading.subject
    )
    return [one.label for one in found if one.record_id != entry.record_id]


def _save(session: Any, entry: Any) -> None:
    from habitat_desktop.records import repository

    repository.save_draft(session, entry.draft(at=datetime.now(UTC)))


def finish(
    workspace: Workspace, entry: Any, make_final: bool, as_json: bool, twins: Sequence[str] = ()
) -> int:
    """Finalize if asked, print the record, and return the exit code."""
    from habitat_desktop.records import repository
    from habitat_desktop.records.entry import NotFinalizableError, finalize

    problems = _problems(entry, twins)
    revision_id = None
    refused: NotFinalizableError | None = None
    if make_final:
        try:
            with workspace.begin() as session:
                revision_id = finalize(session, entry).revision_id
        except NotFinalizableError as error:
            refused = error
    with workspace.read() as session:
        summary = repository.find_record(session, entry.record_id)
    assert summary is not None
    if not summary.has_draft and revision_id is None:
        (revision_id,) = summary.heads
    if as_json:
        print_json(
            {
                "record_id": summary.record_id,
                "label": summary.label,
                "revision_id": revision_id,
                "state": str(summary.state),
                "problems": problems,
            }
        )
    elif refused is None:
        click.echo(_("{label}: {state}").format(label=summary.label, state=state_name(summary.state)))
    for problem in problems:
        if problem["severity"] == "warning":
            complain(problem["message"])
        elif refused is not None:
            complain(f"{problem['ref']}: {problem['label']}: {problem['message']}")
    if refused is not None:
        complain(explain(refused))
        return 1
    return 0


def _problems(entry: Any, twins: Sequence[str]) -> list[dict[str, str]]:
    found = [
        {"ref": p.ref, "kind": p.kind, "severity": "error", "label": p.label, "message": p.message}
        for p in entry.instance.problems()
    ]
    waiting = len(entry.unconfirmed())
    if waiting:
        message = still_waiting(entry.label, waiting)
        found.append(
            {"ref": "", "kind": "unconfirmed", "severity": "warning", "label": "", "message": message}
        )
    for label in twins:
        text = _(
            "{label} is about the same subject and period. Both records are kept; if they are one return, "
            "change that record instead: habitat record edit {label}"
        )
        message = text.format(label=label)
        found.append(
            {"ref": "", "kind": "same_subject", "severity": "warning", "label": label, "message": message}
        )
    return found


def still_waiting(label: str, count: int) -> str:
    """Say how many answers of a draft wait to be confirmed, and how to confirm them."""
    text = ngettext("{count} answer waits to be confirmed.", "{count} answers wait to be confirmed.", count)
    return f"{text.format(count=count)} {how_to_confirm(label)}"


def how_to_confirm(label: str) -> str:
    """Name the command that confirms all that came along."""
    text = _("Look at them, then say that they still hold: habitat record confirm {label} --all")
    return text.format(label=label)


def state_name(state: str) -> str:
    """Return the word for the state of a record in the language spoken now."""
    return {
        "draft": pgettext("state of a record", "Draft"),
        "final": pgettext("state of a record", "Final"),
        "package": pgettext("state of a record", "In package"),
        "received": pgettext("state of a record", "Received"),
        "accepted": pgettext("state of a record", "Accepted"),
        "query": pgettext("state of a record", "Query"),
        "conflict": pgettext("state of a record", "Conflict"),
        "waiting": pgettext("state of a record", "Waiting for an earlier revision"),
        "withdrawn": pgettext("state of a record", "Withdrawn"),
    }[str(state)]


@record.command("list", help=_("List the records."))
@click.option("--form", "form_id", default=None)
@click.option("--state", default=None)
@click.option("--period", default=None)
@click.option("--office", default=None)
@click.option("--country", default=None)
@click.option("--text", default=None, help=_("Search in labels, subjects and answers."))
@click.option(
    "--sort", default=None, help=_("The column to sort by, such as period; with - in front downwards.")
)
@click.option("--view", "view_name", default=None, help=_("A view saved in the window, by its name."))
@json_option
@click.pass_obj
def list_records(
    context: Context,
    form_id: str | None,
    state: str | None,
    period: str | None,
    office: str | None,
    country: str | None,
    text: str | None,
    sort: str | None,
    view_name: str | None,
    as_json: bool,
) -> None:
    from habitat_desktop.records import repository
    from habitat_desktop.records.list_views import COLUMNS, View, read_views
    from habitat_desktop.records.record import RecordState

    if state is not None and state not in {str(s) for s in RecordState}:
        raise click.BadParameter(", ".join(str(s) for s in RecordState), param_hint="--state")
    column = (sort or "").lstrip("-")
    if column and column not in COLUMNS:
        raise click.BadParameter(", ".join(COLUMNS), param_hint="--sort")
    workspace = context.reading
    views = read_views(workspace.folder)
    view = views.named(view_name) if view_name else View()
    if view is None:
        raise click.BadParameter(", ".join(one.name for one in views.saved) or "–", param_hint="--view")
    typed = {"form_id": form_id, "period": period, "office": office, "country": country, "text": text}
    wanted = view.filter.arguments() | {name: value for name, value in typed.items() if value is not None}
    order = {"order": COLUMNS[column], "descending": str(sort).startswith("-")} if column else view.order()
    if state:
        wanted["state"] = RecordState(state)
    with workspace.read() as session:
        found = repository.list_records(session, **wanted, **order)
    if as_json:
        print_json([_summary(item) for item in found])
        return
    print_table(
        [_("Record"), _("Form"), _("Subject"), _("Period"), _("State")],
        [(i.label, i.form_id, i.subject or i.country, i.period, state_name(i.state)) for i in found],
    )


def _summary(item: Any) -> dict[str, Any]:
    return {
        "record_id": item.record_id,
        "label": item.label,
        "form_id": item.form_id,
        "form_version": item.form_version,
        "office": item.office,
        "country": item.country,
        "period": item.period,
        "subject": item.subject,
        "state": str(item.state),
        "package": item.package_number,
        "heads": list(item.heads),
        "updated_at": item.updated_at if isinstance(item.updated_at, str) else item.updated_at.isoformat(),
        "updated_by": item.updated_by,
    }


def find(context: Context, session: Any, record_id: str) -> Any:
    from habitat_desktop.records import repository
    from habitat_desktop.records.entry import RecordNotFoundError

    summary = repository.find_record(session, record_id)
    if summary is None:
        raise RecordNotFoundError(record=record_id)
    return summary


@record.command("show", help=_("Show a record with its answers."))
@click.argument("record_id", metavar="ID")
@click.option("--ids", "with_ids", is_flag=True, help=_("With the lasting id of every entry of a repeat."))
@json_option
@click.pass_obj
def show(context: Context, record_id: str, with_ids: bool, as_json: bool) -> None:
    from habitat_desktop.hq.deep_check import unconfirmed
    from habitat_desktop.records import repository
    from habitat_desktop.xforms.entry_ids import without_ids

    workspace = context.reading
    with workspace.read() as session:
        summary = find(context, session, record_id)
        content = repository.find_draft(session, summary.record_id) or repository.current(
            session, summary.record_id
        )
        library, settings = workspace.library, workspace.settings
        waiting = [] if as_json else list(unconfirmed(session, settings, library.form, summary.record_id))
    answers = dict(content.answers) if content else {}
    if not with_ids:
        answers = without_ids(answers)
    if as_json:
        print_json(_summary(summary) | {"answers": answers})
        return
    click.echo(
        f"{summary.label} · {summary.form_id} · {summary.subject or summary.country} · "
        f"{state_name(summary.state)}"
    )
    print_table([_("Question"), _("Answer")], list(flat("", answers)))
    if waiting:
        click.echo(still_waiting(summary.label, len(waiting)))


def flat(ref: str, answers: Any) -> Any:
    """Yield (ref, text) for every answer below `ref`."""
    if isinstance(answers, dict) and "$unavailable" not in answers:
        for name, value in answers.items():
            yield from flat(f"{ref}/{name}" if ref else name, value)
    elif isinstance(answers, list) and answers and isinstance(answers[0], dict):
        for position, value in enumerate(answers, 1):
            yield from flat(f"{ref}[{position}]", value)
    elif isinstance(answers, dict):
        why = answers["$unavailable"]
        yield ref, _("not available: {reason}").format(reason=why.get("reason", ""))
    else:
        yield ref, " ".join(answers) if isinstance(answers, list) else answers


@record.command("history", help=_("Show every revision of a record."))
@click.argument("record_id", metavar="ID")
@json_option
@click.pass_obj
def history(context: Context, record_id: str, as_json: bool) -> None:
    from habitat_desktop.records import repository
    from habitat_desktop.records.merges import set_aside

    with context.reading.read() as session:
        revisions = repository.history(session, find(context, session, record_id).record_id)
    rows: list[dict[str, Any]] = [
        {
            "revision_id": r.revision_id,
            "number": r.number,
            "installation": r.installation,
            "parents": list(r.parents),
            "kind": r.kind,
            "author": r.author,
            "at": r.made_at,
            "reason": r.reason,
            "set_aside": [vars(one) for one in set_aside(r, revisions)]
            if r.kind in ("merge", "correction")
            else [],
        }
        for r in revisions
    ]
    if as_json:
        print_json(rows)
        return
    print_table(
        [_("Number"), _("Kind"), _("Author"), _("At"), _("Reason")],
        [(r["number"], r["kind"], r["author"], r["at"], r["reason"]) for r in rows],
    )
    for row in rows:
        for lost in row["set_aside"]:
            text = _("Not kept by revision {number}: {ref}: {value}")
            (value,) = (shown for _ref, shown in flat("", lost["value"]))
            click.echo(text.format(number=row["number"], ref=lost["ref"], value=value))
    click.echo(ngettext("{count} revision", "{count} revisions", len(rows)).format(count=len(rows)))

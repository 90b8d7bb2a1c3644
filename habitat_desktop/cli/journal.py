"""The journal of acts: who did what, when, about what and why."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from habitat_desktop.cli.context import Context, json_option, print_json, print_table
from habitat_desktop.i18n.catalogues import _, language, ngettext, pgettext
from habitat_desktop.i18n.dates import format_datetime
from habitat_desktop.i18n.text import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from habitat_desktop.packages.act_keys import ActKeys
    from habitat_desktop.records.act import Act

_SHOWN = 12  # signs of an id


@click.group(help=_("The journal: who did what, about which record, when and why."))
def journal() -> None:
    pass


@journal.command("list", help=_("List what was done, the oldest first."))
@click.option("--office", default=None, help=_("Only what concerns this office; “-”: this workspace alone."))
@click.option("--record", "record_id", default=None, metavar="ID", help=_("Only what concerns this record."))
@click.option("--kind", "kinds", multiple=True, help=_("Only this kind; may be given several times."))
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), default=None, help=_("Only from this day on."))
@json_option
@click.pass_obj
def list_acts(
    context: Context,
    office: str | None,
    record_id: str | None,
    kinds: tuple[str, ...],
    since: datetime | None,
    as_json: bool,
) -> None:
    from habitat_desktop.packages.act_keys import ActKeys
    from habitat_desktop.records import act_log, repository
    from habitat_desktop.records.entry import RecordNotFoundError

    workspace = context.reading
    with workspace.read() as session:
        if record_id is not None:
            found = repository.find_record(session, record_id)
            if found is None:
                raise RecordNotFoundError(record=record_id)
            record_id = found.record_id
        acts = act_log.log(
            session,
            office="" if office == "-" else office.upper() if office else None,
            record_id=record_id,
            kinds=kinds or None,
            since=f"{since:%Y-%m-%d}" if since else "",
        )
        labels = _labels(session, acts)
        known = ActKeys(session, workspace.keyring)
    if as_json:
        print_json([_document(act, labels, known) for act in acts])
        return
    rows = [
        (
            act.act_id[:_SHOWN],
            format_datetime(act.made_at, language()),
            f"{act.person} ({act.sender})",
            act_log.in_words(act),
            act_log.thing(act, labels),
            act.reason,
        )
        for act in acts
    ]
    print_table(
        [
            _("Entry"),
            _("When"),
            _("Who"),
            pgettext("what somebody did", "What"),
            pgettext("what something is about", "About"),
            _("Reason"),
        ],
        (tuple(map(harmless, row)) for row in rows),
    )


@journal.command("show", help=_("Show one entry whole, and whether its signature is right."))
@click.argument("act_id", metavar="ACT")
@json_option
@click.pass_obj
def show(context: Context, act_id: str, as_json: bool) -> None:
    from habitat_desktop.packages.act_keys import ActKeys
    from habitat_desktop.packages.keys import fingerprint
    from habitat_desktop.records import act_log

    workspace = context.reading
    with workspace.read() as session:
        act = act_log.find(session, act_id)
        labels = _labels(session, [act])
        known = ActKeys(session, workspace.keyring)
    if as_json:
        print_json(_document(act, labels, known))
        return
    facts = (
        (_("Entry"), act.act_id),
        (_("When"), format_datetime(act.made_at, language())),
        (_("Who"), f"{act.person} ({act.sender})"),
        (pgettext("what somebody did", "What"), act_log.in_words(act)),
        (pgettext("what something is about", "About"), act_log.thing(act, labels)),
        (_("Revision"), act.revision_id),
        (_("Answers the entry"), act.about),
        (_("Reason"), act.reason),
        (_("Place in the journal"), f"{act.office or '–'}/{act.installation} {act.number}"),
        (_("Signed by"), f"{fingerprint(act.key_id)} ({_signature(act, known)})"),
    )
    for name, value in facts:
        if value:
            click.echo(f"{name}: {harmless(value)}")
    for name, value in sorted(act.content.items()):
        click.echo(harmless(f"  {name}: {value}"))


def harmless(text: str) -> str:
    """Return what somebody wrote with marks for what would act on the terminal or turn a line round."""
    return "\n".join(map(visible, text.split("\n")))


@journal.command(
    "export", help=_("Write every entry with its signature, to be checked without this program.")
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--office", default=None, help=_("Only what concerns this office; “-”: this workspace alone."))
@json_option
@click.pass_obj
def export(context: Context, file: Path, office: str | None, as_json: bool) -> None:
    from habitat_desktop.packages import files
    from habitat_desktop.packages.act_keys import ActKeys
    from habitat_desktop.records import act_log

    workspace = context.reading
    with workspace.read() as session:
        acts = act_log.log(session, office="" if office == "-" else office.upper() if office else None)
        known = ActKeys(session, workspace.keyring)
    text = "".join(f"{line}\n" for line in act_log.lines(acts, known.public_keys))
    files.write_new(file, text.encode("utf-8"))
    if as_json:
        print_json({"path": str(file), "entries": len(acts)})
        return
    said = ngettext("Wrote {count} entry to {path}.", "Wrote {count} entries to {path}.", len(acts))
    click.echo(said.format(count=len(acts), path=file))


def _labels(session: Any, acts: "list[Act]") -> dict[str, str]:
    from habitat_desktop.records import repository

    ids = sorted({act.record_id for act in acts if act.record_id})
    return {found.record_id: found.label for found in repository.summaries(session, ids)}


def _document(act: "Act", labels: "Mapping[str, str]", known: "ActKeys") -> dict[str, Any]:
    from habitat_desktop.packages.keys import fingerprint
    from habitat_desktop.records import act_log

    return {
        "act_id": act.act_id,
        **act.document(),
        "what": act_log.in_words(act),
        "label": labels.get(act.record_id),
        "fingerprint": fingerprint(act.key_id),
        "signature": {True: "good", False: "bad", None: "unknown"}[known.judge(act)],
    }


def _signature(act: "Act", known: "ActKeys") -> str:
    return {
        True: _("the signature is right"),
        False: _("the signature is not right"),
        None: _("the key is not known here"),
    }[known.judge(act)]

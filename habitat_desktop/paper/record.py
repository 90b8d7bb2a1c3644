"""Reads a record from the store and makes its paper: the draft where there is one, else what is final."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from habitat_desktop.i18n.catalogues import _, pgettext
from habitat_desktop.i18n.dates import format_date, format_datetime
from habitat_desktop.i18n.names import country_name
from habitat_desktop.i18n.numbers import format_number
from habitat_desktop.i18n.periods import period_name
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.paper.blank import Wanted
from habitat_desktop.paper.document import Answer, Block, Column, Entries, Fact, Heading, Paper, Words
from habitat_desktop.paper.filled import Beside, filled_blocks
from habitat_desktop.paper.signing import signatures
from habitat_desktop.paper.tongues import Tongues
from habitat_desktop.progress import Progress
from habitat_desktop.records import repository
from habitat_desktop.records.attachments import AttachedFile, attached_files
from habitat_desktop.records.entry import Entry, RecordNotFoundError, open_entry
from habitat_desktop.records.queries import OPEN, list_queries
from habitat_desktop.records.record import RecordState, RecordSummary
from habitat_desktop.settings import Settings
from habitat_desktop.xforms.definition import Form

if TYPE_CHECKING:
    from habitat_desktop.records.database import Session

Forms = Callable[[str, str], Form]


def record_papers(
    session: "Session",
    forms: Forms,
    settings: Settings,
    records: Iterable[str],
    wanted: Wanted,
    *,
    attachments: Path,
    at: datetime,
    progress: Progress | None = None,
) -> list[Paper]:
    """Return the papers of records (ids or labels), in the order asked for; `attachments` holds their files.

    `at` is the instant of printing, in the zone of whoever reads it. A record with two versions side by side
    is printed as the one that is shown.

    Raises:
        RecordNotFoundError, FormError.
        Cancelled: through `progress`, which counts records, or the sections and entries of the only one.
    """
    asked = list(records)
    progress = progress or Progress()
    papers = []
    for number, record in enumerate(asked):
        progress.step(number, len(asked))
        inner = progress if len(asked) == 1 else Progress()
        papers.append(_paper(session, forms, settings, record, wanted, attachments, at, inner))
    return papers


def _paper(
    session: "Session",
    forms: Forms,
    settings: Settings,
    record: str,
    wanted: Wanted,
    attachments: Path,
    at: datetime,
    progress: Progress,
) -> Paper:
    summary = repository.find_record(session, record)
    if summary is None:
        raise RecordNotFoundError(record=record)
    is_draft = summary.has_draft and len(summary.heads) < 2 and summary.office == settings.office
    entry = open_entry(
        session, forms, settings, summary.record_id,
        language=wanted.tongues.language, readonly=not is_draft, at=at,
    )  # fmt: skip
    wanted = replace(wanted, sections=wanted.sections & set(entry.form.elements))
    files = attached_files(session, summary.office, entry.instance.answers(relevant_only=False))
    beside = Beside(
        folder=attachments,
        queries=_open_queries(session, forms, summary.record_id, wanted) if wanted.queries else {},
        files={one.sha256: one.name for one in files},
        is_draft=is_draft,
    )
    blocks = filled_blocks(entry, wanted, beside, progress)
    blocks += _attachments(files, wanted.tongues)
    if wanted.signing:
        blocks.append(signatures(wanted.tongues))
    return _headed(entry, summary, settings, wanted.tongues, at, is_draft, blocks)


def _headed(
    entry: Entry,
    summary: RecordSummary,
    settings: Settings,
    tongues: Tongues,
    at: datetime,
    is_draft: bool,
    blocks: list[Block],
) -> Paper:
    title = tongues.words(entry.form.title)
    mark = tongues.own(lambda: _mark(summary, settings, is_draft)).text
    printed = format_date(at.date().isoformat(), tongues.language)
    # Translators: at the foot of a printed page.
    foot = tongues.own(lambda: _("Printed on {date}")).text.format(date=iso(printed))
    return Paper(
        title,
        tongues.language,
        tongues.also if tongues.is_double else "",
        list(_facts(entry, summary, tongues, at, is_draft)),
        blocks,
        head=f"{ltr(summary.label)} · {iso(title.text)}",
        mark=mark,
        foot=foot,
        label=summary.label,
        code=summary.record_id,
    )


def _attachments(files: Sequence[AttachedFile], tongues: Tongues) -> list[Block]:
    """Return the list of attached files; pictures are shown at their questions."""
    if not files:
        return []
    columns = (
        Column(tongues.own(lambda: _("Name")), share=3.0),
        Column(tongues.own(lambda: _("Kind")), share=1.5),
        # Translators: the size of a file; KB is 1024 bytes.
        Column(tongues.own(lambda: _("Size (KB)")), is_number=True),
    )
    rows = [
        (
            Answer(one.name),
            Answer(one.media_type),
            Answer(format_number(str(max(1, round(one.size / 1024))), tongues.language), is_number=True),
        )
        for one in files
    ]
    return [Heading(tongues.own(lambda: _("Attached files"))), Entries(columns, rows)]


def _mark(summary: RecordSummary, settings: Settings, is_draft: bool) -> str:
    """Return what every page says of what it is worth, "" for a return that counts."""
    marks = []
    if settings.demonstration:
        marks.append(_("demonstration data"))
    if is_draft or summary.state == RecordState.DRAFT:
        marks.append(pgettext("state of a record", "Draft"))
    elif summary.state == RecordState.WITHDRAWN:
        marks.append(pgettext("state of a record", "Withdrawn"))
    elif summary.state == RecordState.CONFLICT:
        marks.append(pgettext("state of a record", "Conflict"))
    return " · ".join(marks)


def _facts(
    entry: Entry, summary: RecordSummary, tongues: Tongues, at: datetime, is_draft: bool
) -> Iterable[Fact]:
    language, heading = tongues.language, entry.heading()
    form = _("{form}, version {version}")
    version = form.format(form=iso(entry.form.form_id), version=ltr(entry.form.version))
    when = format_datetime(summary.updated_at, language, "medium", at.tzinfo)

    title = tongues.own
    made = (lambda: _("Saved on")) if is_draft else (lambda: _("Made on"))
    facts = [
        Fact(title(lambda: _("Record")), ltr(summary.label)),
        Fact(title(lambda: _("About")), heading.subject),
        Fact(title(lambda: _("Period")), period_name(heading.period, language) if heading.period else ""),
        Fact(title(lambda: _("Country")), country_name(heading.country, language) if heading.country else ""),
        Fact(title(lambda: _("Office")), ltr(summary.office)),
        Fact(title(lambda: _("Made by")), summary.updated_by),
        Fact(title(made), when),
        Fact(title(lambda: _("Form")), version),
        Fact(title(lambda: _("Record id")), ltr(summary.record_id)),
    ]
    return [fact for fact in facts if fact.text]


def _open_queries(session: "Session", forms: Forms, record_id: str, wanted: Wanted) -> dict[str, list[Words]]:
    found: defaultdict[str, list[Words]] = defaultdict(list)
    for query in list_queries(session, forms, language=wanted.tongues.language, record_id=record_id):
        if query.state != OPEN or not query.ref_now:
            continue

        def say(language: str, query=query) -> str:  # type: ignore[no-untyped-def]
            # Translators: a question of headquarters beside an answer on paper.
            text = _("Query {name}, {date}: {reason}")
            day = format_date(query.at[:10], language)
            return text.format(name=ltr(query.name), date=iso(day), reason=iso(query.reason))

        found[query.ref_now].append(wanted.tongues.words(say))
    return found

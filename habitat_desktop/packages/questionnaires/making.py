"""A record -> a questionnaire: the workbook, and the file it is written to."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from habitat_desktop.i18n.catalogues import _, language, speaking
from habitat_desktop.i18n.names import country_name
from habitat_desktop.i18n.periods import period_name, previous_period
from habitat_desktop.packages import files
from habitat_desktop.packages.questionnaires.asking import plan_sheets
from habitat_desktop.packages.questionnaires.cells import REASONS, yes_no
from habitat_desktop.packages.questionnaires.cover_sheet import CoverSheet
from habitat_desktop.packages.questionnaires.errors import (
    FileExistsAlreadyError,
    NotWrittenError,
    OtherFormOfRecordError,
)
from habitat_desktop.packages.questionnaires.lists_sheet import Lists
from habitat_desktop.packages.questionnaires.looks import Looks
from habitat_desktop.packages.questionnaires.manifest import (
    KEPT,
    SHEET,
    Answer,
    Manifest,
    cell_key,
    to_cells,
)
from habitat_desktop.packages.questionnaires.plan import Asked, Plan, Sheet
from habitat_desktop.packages.questionnaires.question_sheet import QuestionSheet, headings
from habitat_desktop.packages.questionnaires.table_sheet import TableSheet
from habitat_desktop.records import journal, repository
from habitat_desktop.records.act import Actor
from habitat_desktop.records.acts import NotOursError
from habitat_desktop.records.entry import Entry as Sitting
from habitat_desktop.records.entry import open_entry, start_entry
from habitat_desktop.records.record import Revision, utc_text
from habitat_desktop.settings import Settings
from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.entry_ids import made_of

if TYPE_CHECKING:
    from habitat_desktop.records.database import Database, Session

OPTIONS = {
    "in_memory": True,
    "strings_to_numbers": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
}


@dataclass(frozen=True)
class QuestionnaireMade:
    """A questionnaire that was written; `started` says that its record is a new draft."""

    path: Path
    manifest: Manifest
    sha256: str
    started: bool


@dataclass(frozen=True)
class Wanted:
    """What a questionnaire shall be: `record` an id or label, "" for a new draft of `form`."""

    form: Form | None = None
    form_id: str = ""
    record: str = ""
    sections: tuple[str, ...] = ()
    language: str = ""
    country: str = ""
    period: str = ""
    to: str = ""


def create(
    database: "Database",
    settings: Settings,
    forms: Callable[..., Form],
    wanted: Wanted,
    path: Path,
    kept: Path,
    actor: Actor,
) -> QuestionnaireMade:
    """Write a questionnaire about one record to `path`; without a record a new draft is begun.

    `kept` is the folder with a copy of what every questionnaire says of itself. The journal notes it. When
    the file cannot be written, no draft is begun.

    Raises:
        FileExistsAlreadyError, NotWrittenError: `path` cannot be written.
        UnknownSectionError, NothingToAskError, RecordNotFoundError, NotOursError, ConflictError, FormError.
        RoleError, NobodyActsError, KeyLockedError: see `journal.require`.
    """
    journal.require(actor, "questionnaire_made")
    if path.exists():
        raise FileExistsAlreadyError(path=path)
    spoken = wanted.language or actor.language
    with database.begin() as session:
        sitting = _sitting(session, settings, forms, wanted, actor.language, actor.at)
        previous = repository.previous_of(session, sitting.heading(), sitting.office)
        # what is shown is in the language of the questionnaire; the draft keeps its own
        sitting.instance.set_language(spoken)
        manifest, laid_out = plan_questionnaire(sitting, settings, wanted, spoken, previous, actor.at)
        content = build(manifest, laid_out, previous.heading.period if previous else "")
        made = QuestionnaireMade(path, manifest, hashlib.sha256(content).hexdigest(), not wanted.record)
        _note(session, actor, made)
        try:
            kept.mkdir(parents=True, exist_ok=True)
            files.write_new(kept / f"{manifest.questionnaire_id}{KEPT}", manifest.content)
            files.write_new(path, content)
        except OSError as error:
            raise NotWrittenError(path=path, problem=files.problem(error)) from error
    return made


def _note(session: "Session", actor: Actor, made: QuestionnaireMade) -> None:
    manifest = made.manifest
    content = {
        "questionnaire_id": manifest.questionnaire_id,
        "manifest_sha256": manifest.sha256,
        "file_sha256": made.sha256,
        "form_id": manifest.form_id,
        "form_version": manifest.form_version,
        "sections": list(manifest.sections),
        "questions": len(manifest.questions),
        "language": manifest.language,
        "to": manifest.to,
    }
    journal.write(session, actor, "questionnaire_made", record_id=manifest.record_id, content=content)


def _sitting(
    session: "Session",
    settings: Settings,
    forms: Callable[..., Form],
    wanted: Wanted,
    language: str,
    at: datetime,
) -> Sitting:
    if wanted.record:
        sitting = open_entry(session, forms, settings, wanted.record, language=language, at=at)
        if sitting.office != settings.office:
            raise NotOursError(label=sitting.label, office=sitting.office)
        if wanted.form_id not in ("", sitting.form.form_id):
            raise OtherFormOfRecordError(label=sitting.label, form=sitting.form.form_id)
        return sitting
    assert wanted.form is not None
    return start_entry(
        session, wanted.form, settings, country=wanted.country, period=wanted.period, language=language, at=at
    )


def plan_questionnaire(
    sitting: Sitting, settings: Settings, wanted: Wanted, spoken: str, previous: Revision | None, at: datetime
) -> tuple[Manifest, Plan]:
    """Lay out a questionnaire and return what it says of itself."""
    questionnaire_id = str(uuid4())
    before: Mapping[str, Any] = previous.answers if previous is not None else {}
    with speaking(spoken):
        laid_out = plan_sheets(
            sitting, wanted.sections, before, lambda key: made_of(f"{questionnaire_id}/{key}")
        )
    heading = sitting.heading()
    manifest = Manifest(
        questionnaire_id=questionnaire_id,
        made_at=utc_text(at),
        office=settings.office,
        office_name=settings.name,
        to=wanted.to.strip(),
        form_id=sitting.form.form_id,
        form_version=sitting.form.version,
        form_hash=sitting.form.hash,
        title=sitting.form.title(spoken),
        record_id=sitting.record_id,
        label=sitting.label,
        subject=heading.subject,
        country=heading.country,
        period=heading.period,
        language=spoken,
        sections=laid_out.sections,
        questions=tuple(laid_out.items),
        entries=tuple(laid_out.entries),
        sheets=(laid_out.cover, *(sheet.shown for sheet in laid_out.sheets)),
        lists=laid_out.lists,
        prefilled=dict(_prefilled(laid_out.sheets)),
    )
    return manifest, laid_out


def _prefilled(sheets: Sequence[Sheet]) -> list[tuple[str, Answer]]:
    found: list[tuple[str, Answer]] = []
    for sheet in sheets:
        for row in sheet.rows:
            if isinstance(row, Asked) and row.answer:
                found.append((cell_key(row.item, sheet.entry), row.answer))
        found += [(f"{item}@{entry}", answer) for (item, entry), answer in sheet.answers.items()]
    return found


# -- the workbook ----------------------------------------------------------------------------------------


def build(manifest: Manifest, laid_out: Plan, before: str = "") -> bytes:
    """Return the bytes of the workbook; `before` is the key of the period that is shown in grey."""
    from xlsxwriter import Workbook

    target = BytesIO()
    with speaking(manifest.language):
        workbook = Workbook(target, OPTIONS)
        workbook.set_properties(
            {
                "title": manifest.title,
                "company": manifest.office_name,
                "created": datetime.fromisoformat(manifest.made_at).astimezone(UTC),
            }
        )
        workbook.set_size(1800, 1200)
        looks, lists = Looks(workbook), Lists()
        subtitle = _subtitle(manifest)
        period = before or (previous_period(manifest.period) or "" if manifest.period else "")
        last = period_name(period, language()) if period else ""
        why = headings("")["why"]
        example = REASONS["no_survey"]
        reason = _(example)
        CoverSheet(workbook, looks, manifest).write(laid_out, why, yes_no(language())[0], reason)
        questions = QuestionSheet(workbook, looks, lists, manifest)
        tables = TableSheet(workbook, looks, lists, manifest)
        for sheet in laid_out.sheets:
            writer = tables if sheet.shown.kind == "table" else questions
            writer.write(sheet, subtitle, last)
        lists.write(workbook)
        _write_hidden(workbook, manifest)
        workbook.close()
    return target.getvalue()


def _subtitle(manifest: Manifest) -> str:
    spoken = manifest.language
    parts = (
        manifest.label,
        country_name(manifest.country, spoken) if manifest.country else "",
        period_name(manifest.period, spoken) if manifest.period else "",
        manifest.subject,
    )
    return " · ".join(filter(None, parts))


def _write_hidden(workbook: Any, manifest: Manifest) -> None:
    sheet = workbook.add_worksheet(SHEET)
    text = workbook.add_format({"num_format": "@"})
    notice = _(
        "This sheet tells our program which answer belongs to which question. Do not change or delete it."
    )
    for number, row in enumerate([("", notice), *to_cells(manifest)]):
        for position, cell in enumerate(row):
            if cell:
                sheet.write_string(number, position, cell, text)
    sheet.set_column(0, 1, 24)
    sheet.hide()

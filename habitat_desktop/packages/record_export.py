"""Records as files for other programs: an Excel workbook as packages have it, CSV, or JSON."""

import csv
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from habitat_desktop.disk import write_whole
from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.packages import files
from habitat_desktop.packages.exporting import tolerant
from habitat_desktop.packages.layout import Cell, sheets
from habitat_desktop.packages.workbook import FormFinder, build_sheets, plan_sheets
from habitat_desktop.progress import Progress
from habitat_desktop.records import repository
from habitat_desktop.records.record import Draft, RecordSummary, Revision, utc_text
from habitat_desktop.xforms.definition import Form

if TYPE_CHECKING:
    from habitat_desktop.records.database import Session

As = Literal["xlsx", "csv", "json"]
KINDS: tuple[As, ...] = get_args(As)
MOST = 20_000  # records in one file: more would not fit into memory on the field laptop
_BOM = b"\xef\xbb\xbf"  # without it Excel reads CSV in the code page of the computer
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class NothingToExportError(HabitatError):
    code = "NOTHING_TO_EXPORT"
    message = N_("None of these records is here any more. No file was written.")


class TooManyToExportError(HabitatError):
    code = "TOO_MANY_TO_EXPORT"
    message = N_("{count} records are too many for one file: {most} fit. No file was written. Choose fewer.")


class ExportKindError(HabitatError):
    code = "EXPORT_KIND"
    message = N_("“{path}” must end with .xlsx, .csv or .json. No file was written.")


class ExportNotWrittenError(HabitatError):
    code = "EXPORT_NOT_WRITTEN"
    message = N_(
        "“{path}” could not be written: {problem}. The records are as they were. Choose another folder or "
        "make room, and try again."
    )


@dataclass(frozen=True)
class Exported:
    """The files written and how many records are in them; `drafts` of them are not final."""

    paths: tuple[Path, ...]
    records: int
    drafts: int


def export_records(
    session: "Session",
    forms: Callable[..., Form],
    record_ids: Sequence[str],
    path: Path,
    *,
    language: str,
    progress: Progress | None = None,
) -> Exported:
    """Write records to `path`, whose ending says as what; a file that is there is replaced.

    A draft is exported as it stands. CSV knows no sheets: more than one become files beside `path`.

    Raises:
        ExportKindError, NothingToExportError, TooManyToExportError.
        ExportNotWrittenError: the disk refused. Cancelled: asked to stop; nothing is written.
    """
    progress = progress or Progress()
    kind = path.suffix.lower().removeprefix(".")
    if kind not in KINDS:
        raise ExportKindError(path=path)
    if len(record_ids) > MOST:
        raise TooManyToExportError(count=len(record_ids), most=MOST)
    found = list(_contents(session, record_ids, progress))
    if not found:
        raise NothingToExportError()
    finder = tolerant(forms)
    if kind == "json":
        written = {path: _as_json(found)}
    elif kind == "csv":
        written = _as_csv(path, [content for _record, content in found], finder, language)
    else:
        written = {path: build_sheets([content for _, content in found], finder, language, progress)}
    try:
        for place, content in written.items():
            write_whole(place, content)
    except OSError as error:
        raise ExportNotWrittenError(path=path, problem=files.problem(error)) from error
    drafts = sum(1 for record, _content in found if record.has_draft)
    return Exported(tuple(written), len(found), drafts)


def _contents(
    session: "Session", record_ids: Sequence[str], progress: Progress
) -> Iterable[tuple[RecordSummary, Revision]]:
    known = {one.record_id: one for one in repository.summaries(session, record_ids)}
    for number, record_id in enumerate(record_ids):
        progress.step(number, len(record_ids) + 1)
        record = known.get(record_id)
        if record is None:
            continue
        draft = repository.find_draft(session, record_id) if record.has_draft else None
        content = _as_revision(draft) if draft is not None else repository.current(session, record_id)
        if content is not None:
            yield record, content


def _as_revision(draft: Draft) -> Revision:
    """Return a draft in the shape of what is written; it has no id and was signed by nobody."""
    return Revision(
        record_id=draft.record_id,
        office=draft.office,
        label=draft.label,
        installation="",
        number=0,
        parents=draft.parents,
        heading=draft.heading,
        kind="edit",
        reason="",
        author=draft.saved_by,
        language=draft.language,
        answers=draft.answers,
        authors=draft.authors,
        justifications=draft.justifications,
        made_at=utc_text(draft.saved_at),
        instance_id="",
        deprecated_id="",
        revision_id="draft",
    )


def _as_json(found: Sequence[tuple[RecordSummary, Revision]]) -> bytes:
    rows = [
        {
            "record_id": record.record_id,
            "label": record.label,
            "office": record.office,
            "state": str(record.state),
            "form_id": content.heading.form_id,
            "form_version": content.heading.form_version,
            "country": content.heading.country,
            "period": content.heading.period,
            "subject": content.heading.subject,
            "author": content.author,
            "made_at": content.made_at,
            "revision_id": "" if content.revision_id == "draft" else content.revision_id,
            "answers": content.answers,
        }
        for record, content in found
    ]
    return json.dumps(rows, ensure_ascii=False, indent=1).encode("utf-8")


def _as_csv(path: Path, contents: Sequence[Revision], finder: FormFinder, language: str) -> dict[Path, bytes]:
    plan = plan_sheets(contents, finder, language)
    written: dict[Path, bytes] = {}
    shown = [one for one in sheets(contents, plan.layouts, plan.words) if one.rows]
    for number, sheet in enumerate(shown):
        out = StringIO(newline="")
        writer = csv.writer(out)
        writer.writerow([column.header for column in sheet.layout.columns])
        writer.writerows([_plain(cell) for cell in row.cells] for row in sheet.rows)
        place = path if number == 0 else path.with_name(f"{path.stem}-{sheet.layout.name}{path.suffix}")
        written[place] = _BOM + out.getvalue().encode("utf-8")
    return written


def _plain(cell: Cell) -> str | int | float | bool:
    """Return a cell of a CSV file; a text that a spreadsheet would run as a formula becomes plain text."""
    if isinstance(cell, list):
        return cell[0] if cell else ""
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return f"'{cell}"
    return cell

"""Makes drafts of the rows of a sheet, all or none, or keeps them as a past period to compare with."""

import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n.catalogues import _, explain
from habitat_desktop.packages.cells import address
from habitat_desktop.packages.own_workbooks.mapping import Mapping
from habitat_desktop.packages.own_workbooks.reading import Row, Sheet, Trouble, nested
from habitat_desktop.progress import Progress
from habitat_desktop.records import comparisons, repository
from habitat_desktop.records.answers_file import fill
from habitat_desktop.records.entry import Entry, begin_entry
from habitat_desktop.records.keys import key_of, records_with_key
from habitat_desktop.records.record import Heading

if TYPE_CHECKING:
    from habitat_desktop.records.database import Session
    from habitat_desktop.settings import Settings
    from habitat_desktop.xforms.definition import Form
    from habitat_desktop.xforms.library import Library


class NothingToLoadError(HabitatError):
    code = "NOTHING_TO_LOAD"
    message = N_(
        "No row of the sheet “{sheet}” holds an answer. Nothing was changed. Choose another header row, or "
        "map columns to questions."
    )


class NoPeriodError(HabitatError):
    code = "NO_PERIOD_TO_LOAD"
    message = N_(
        "Row {row} does not say its country or its period. Nothing was changed. Choose them for all rows, or "
        "map a column to them."
    )


class Place(Protocol):
    """What loading needs of a workspace."""

    @property
    def folder(self) -> Path: ...
    @property
    def settings(self) -> "Settings": ...
    @property
    def library(self) -> "Library": ...
    def begin(self) -> "AbstractContextManager[Session]": ...


@dataclass(frozen=True)
class Loaded:
    """One record a row became, or the one that was there already (then nothing was made)."""

    row: int
    record_id: str
    label: str
    subject: str
    is_there: bool = False


@dataclass(frozen=True)
class Outcome:
    """What loading did or would do; `troubles` are cells left out, and answers a rule is against."""

    records: tuple[Loaded, ...]
    troubles: tuple[Trouble, ...]
    answers: int = 0

    @property
    def made(self) -> int:
        return sum(not one.is_there for one in self.records)


class _Preview(Exception):
    """Ends a trial: everything is rolled back."""


def preview(workspace: Place, sheet: Sheet, mapping: Mapping, progress: Progress) -> Outcome:
    """Return what `load_drafts` would do; errors as there. Nothing is kept."""
    found: list[Outcome] = []
    try:
        with workspace.begin() as session:
            found.append(_load(session, workspace, sheet, mapping, progress))
            raise _Preview
    except _Preview:
        return found[0]


def load_drafts(workspace: Place, sheet: Sheet, mapping: Mapping, progress: Progress) -> Outcome:
    """Make a draft of each row, or one draft with an entry of each row; all of them or none.

    A row about the same as a record that is there makes none. What does not fit is left blank and told.

    Raises:
        NothingToLoadError, NoPeriodError. Cancelled: nothing was kept.
    """
    with workspace.begin() as session:
        return _load(session, workspace, sheet, mapping, progress)


def load_comparison(
    workspace: Place, sheet: Sheet, mapping: Mapping, source: str, progress: Progress
) -> Outcome:
    """Keep the rows as past periods to compare with; they are no records and are never sent.

    Raises:
        NothingToLoadError, NoPeriodError, OSError. Cancelled: nothing was kept.
    """
    kept: dict[tuple[str, str], list[comparisons.Compared]] = {}
    records: list[Loaded] = []
    troubles = list(sheet.troubles)
    answers = 0
    try:
        with workspace.begin() as session:
            for entry, rows in _entries(session, workspace, sheet, mapping, progress):
                found = _fill(entry, rows, mapping)
                troubles += found
                heading = entry.heading()
                compared = comparisons.Compared(heading.subject, entry.instance.answers(relevant_only=False))
                kept.setdefault((heading.country, heading.period), []).append(compared)
                answers += sum(len(row.answers) for row in rows)
                records.append(Loaded(rows[0].number, "", "", heading.subject))
            raise _Preview
    except _Preview:
        for (country, period), returns in kept.items():
            comparisons.keep(workspace.folder, mapping.form_id, country, period, returns, source)
    return Outcome(tuple(records), tuple(troubles), answers)


def _load(
    session: "Session", workspace: Place, sheet: Sheet, mapping: Mapping, progress: Progress
) -> Outcome:
    records: list[Loaded] = []
    troubles = list(sheet.troubles)
    answers = 0
    for entry, rows in _entries(session, workspace, sheet, mapping, progress):
        found = _fill(entry, rows, mapping)
        heading = entry.heading()
        values = entry.instance.answers(relevant_only=False)
        key = key_of(entry.form, values)
        there = records_with_key(
            session, entry.form, entry.office, heading.country, heading.period, key, heading.subject
        )
        if there and (key or heading.subject):
            known = there[0]
            records.append(Loaded(rows[0].number, known.record_id, known.label, heading.subject, True))
            continue
        troubles += found
        answers += sum(len(row.answers) for row in rows)
        draft = repository.create_draft(session, entry.draft(at=datetime.now(UTC)))
        records.append(Loaded(rows[0].number, draft.record_id, draft.label, heading.subject))
    return Outcome(tuple(records), tuple(troubles), answers)


def _entries(
    session: "Session", workspace: Place, sheet: Sheet, mapping: Mapping, progress: Progress
) -> Iterator[tuple[Entry, list[Row]]]:
    """Yield an empty return for each row, or one for all rows where they are entries of a repeat."""
    if not sheet.rows:
        raise NothingToLoadError(sheet=mapping.sheet)
    forms: dict[str, Form] = {}
    groups = [list(sheet.rows)] if mapping.repeat else [[row] for row in sheet.rows]
    for number, rows in enumerate(groups):
        progress.step(number, len(groups))
        first = rows[0]
        if not (first.country and first.period):
            raise NoPeriodError(row=first.number)
        form = forms.get(first.period) or workspace.library.form_for(mapping.form_id, first.period)
        forms[first.period] = form
        heading = Heading(form.form_id, form.version, form.hash, first.country, first.period)
        yield (
            begin_entry(
                session,
                form,
                workspace.settings,
                heading,
                str(uuid.uuid4()),
                language=mapping.language,
                at=datetime.now(UTC),
            ),
            rows,
        )


def _fill(entry: Entry, rows: list[Row], mapping: Mapping) -> list[Trouble]:
    """Answer the questions and return what did not fit, and what a rule of the form is against."""
    root = entry.form.root.path
    if mapping.repeat:
        inner = [nested(row.answers, mapping.repeat) for row in rows]
        whole: dict[str, Any] = nested({}, root)
        place = whole
        *groups, name = mapping.repeat.removeprefix(root).strip("/").split("/")
        for group in groups:
            place = place.setdefault(group, {})
        place[name] = inner
    else:
        whole = nested(rows[0].answers, root)
    problems = fill(entry, whole, attach=str, base=Path(), whole=False)
    told = _Telling(rows, mapping)
    found = [told.trouble(problem.ref, explain(problem.error)) for problem in problems]
    refused = {problem.ref for problem in problems}
    for rule in entry.instance.problems():
        if rule.kind != "required" and rule.ref not in refused and told.is_mapped(rule.ref):
            why = rule.message or _("A rule of the form is against this answer.")
            found.append(told.trouble(rule.ref, why))
    return found


class _Telling:
    """Finds the cell an answer came from."""

    def __init__(self, rows: list[Row], mapping: Mapping) -> None:
        self._rows, self._mapping = rows, mapping
        self._columns = {column.path: column.index for column in mapping.columns}

    def is_mapped(self, ref: str) -> bool:
        row, path = self._place(ref)
        return path in self._columns and path in row.texts

    def trouble(self, ref: str, why: str) -> Trouble:
        row, path = self._place(ref)
        index = self._columns.get(path)
        cell = address(row.number - 1, index) if index is not None else ""
        return Trouble(cell, row.number, path, row.texts.get(path, ""), why)

    def _place(self, ref: str) -> tuple[Row, str]:
        """Return the row and the path without positions: "/data/settlement[3]/st_name" is row 3's."""
        position, repeat = 1, self._mapping.repeat
        if repeat and ref.startswith(f"{repeat}["):
            position = int(ref[len(repeat) + 1 :].partition("]")[0])
        path = "".join(part.partition("]")[2] if n else part for n, part in enumerate(ref.split("[")))
        return self._rows[min(position, len(self._rows)) - 1], path

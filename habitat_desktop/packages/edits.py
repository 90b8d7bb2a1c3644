"""Takes what somebody changed in Excel in this office's own package into drafts: nothing is finalized.

Each edited cell becomes an answer in the draft on top of the revision the package shows, under the rules and
types of the form. What cannot be taken is told with its cell and the reason. Taking twice changes nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n.catalogues import explain
from habitat_desktop.packages import errors
from habitat_desktop.packages.age import decrypt_with
from habitat_desktop.packages.comparing import compare
from habitat_desktop.packages.edited_answers import answer_of, current, is_said
from habitat_desktop.packages.exporting import tolerant
from habitat_desktop.packages.finding import EDITED, Finding
from habitat_desktop.packages.keys import Keyring
from habitat_desktop.packages.package import Package
from habitat_desktop.packages.reader import Reader, open_package
from habitat_desktop.records import repository
from habitat_desktop.records.entry import Entry, open_entry
from habitat_desktop.records.entry_places import NotAPlaceError, place_of
from habitat_desktop.records.record import RecordState, RecordSummary, Revision
from habitat_desktop.settings import Settings
from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.problems import NotInListError, ReadOnlyError

if TYPE_CHECKING:
    from habitat_desktop.records.database import Database, Session

Outcome = Literal["taken", "already", "left"]


class NotOwnPackageError(errors.ExportError):
    code = "NOT_OWN_PACKAGE"
    message = N_(
        "“{file}” was made by {sender}. Only the office that made a package takes changes from it into its "
        "drafts. Nothing was changed."
    )


class NotAnAnswerError(HabitatError):
    code = "NOT_AN_ANSWER"
    message = N_("This column is no answer; the program fills it in. Change it in the program.")


class NotACellError(HabitatError):
    code = "NOT_A_CELL"
    message = N_("Rows, columns and sheets are not taken over. Add or remove entries in the form.")


class RecordGoneError(HabitatError):
    code = "RECORD_UNKNOWN"
    message = N_("The record {label} is not in this workspace.")


class RecordChangedError(HabitatError):
    code = "RECORD_CHANGED"
    message = N_(
        "The record {label} was changed after this package was made. Make the change in the record itself."
    )


class DraftChangedError(HabitatError):
    code = "DRAFT_CHANGED"
    message = N_("The draft of {label} already says something else here. Decide in the draft.")


class WithdrawnError(HabitatError):
    code = "RECORD_WITHDRAWN"
    message = N_("The record {label} was withdrawn.")


class NotAskedError(HabitatError):
    code = "NOT_ASKED"
    message = N_("With the other answers of this record the form does not ask this question.")


@dataclass(frozen=True)
class Edit:
    """What became of one finding; `error` says why it was left."""

    finding: Finding
    outcome: Outcome
    error: HabitatError | None = None

    @property
    def message(self) -> str:
        """The change, and why it was left, in the language spoken now."""
        if self.error is None:
            return self.finding.message
        return f"{self.finding.message} {explain(self.error)}"

    def json(self) -> dict[str, Any]:
        """Return the finding with what became of it."""
        code, text = (self.error.code, explain(self.error)) if self.error is not None else (None, None)
        return {**self.finding.json(), "outcome": self.outcome, "reason": code, "reason_text": text}


@dataclass(frozen=True)
class EditsTaken:
    """What became of the changes in one file. `records` are ids and labels of the drafts that changed."""

    file: Path
    number: int
    edits: tuple[Edit, ...]
    records: tuple[tuple[str, str], ...]

    def of(self, outcome: Outcome) -> list[Edit]:
        """Return the edits that were taken, were there already, or were left."""
        return [edit for edit in self.edits if edit.outcome == outcome]


def take_edits(
    database: "Database",
    settings: Settings,
    path: Path,
    forms: Callable[..., Form],
    *,
    language: str,
    at: datetime,
    record: str = "",
    dry_run: bool = False,
    keyring: Keyring | None = None,
) -> EditsTaken:
    """Take the edited cells of the package at `path` into drafts, in one transaction.

    `record` limits it to one record, by id or label; `dry_run` only says what would be taken.

    Raises:
        PackageError: the file is no sound package.
        NotOwnPackageError: another office or headquarters made it.
    """
    with Reader() as reader:
        opened = open_package(path, reader, decrypt=decrypt_with(keyring))
    package = opened.package
    sender = package.manifest.sender
    if sender.role == "headquarters" or sender.office != settings.office:
        raise NotOwnPackageError(file=path.name, sender=sender.name or sender.office)
    findings = compare(package, opened.workbook, tolerant(forms))
    if record:
        findings = [f for f in findings if record in (f.record_id, f.label)]
    with database.read() if dry_run else database.begin() as session:
        taker = _Taker(session, settings, package, forms, language, at)
        for record_id in dict.fromkeys(finding.record_id for finding in findings):
            taker.take([f for f in findings if f.record_id == record_id], save=not dry_run)
    done = {id(edit.finding): edit for edit in taker.edits}
    edits = tuple(done[id(finding)] for finding in findings)
    return EditsTaken(path, package.manifest.number, edits, tuple(taker.changed))


class _Taker:
    """Takes the edits of one package, record by record."""

    def __init__(
        self,
        session: "Session",
        settings: Settings,
        package: Package,
        forms: Callable[..., Form],
        language: str,
        at: datetime,
    ) -> None:
        self._session = session
        self._settings = settings
        self._words = package.words
        self._revisions = {revision.revision_id: revision for revision in package.revisions}
        self._forms = forms
        self._language = language
        self._at = at
        self.edits: list[Edit] = []
        self.changed: list[tuple[str, str]] = []

    def take(self, findings: list[Finding], *, save: bool) -> None:
        """Take the findings about one record, or about none."""
        cells = [finding for finding in findings if finding.code == EDITED and finding.ref]
        for finding in findings:
            if finding.code != EDITED:
                self._leave([finding], NotACellError())
            elif not finding.ref:
                self._leave([finding], NotAnAnswerError())
        if not cells:
            return
        try:
            summary = self._summary(cells[0])
            entry = open_entry(
                self._session,
                self._forms,
                self._settings,
                summary.record_id,
                language=self._language,
                at=self._at,
            )
        except HabitatError as error:
            self._leave(cells, error)
            return
        revision = self._revisions[cells[0].revision_id]
        before = len(self.edits)
        self._answer(entry, revision, cells, is_current=summary.heads == (revision.revision_id,))
        if any(edit.outcome == "taken" for edit in self.edits[before:]):
            self.changed.append((entry.record_id, entry.label))
            if save:
                repository.save_draft(self._session, entry.draft(at=self._at))

    def _summary(self, finding: Finding) -> RecordSummary:
        summary = repository.find_record(self._session, finding.record_id)
        if summary is None:
            raise RecordGoneError(label=finding.label)
        if summary.state is RecordState.WITHDRAWN:
            raise WithdrawnError(label=summary.label)
        return summary

    def _leave(self, findings: Iterable[Finding], error: HabitatError) -> None:
        self.edits += [Edit(finding, "left", error) for finding in findings]

    def _answer(self, entry: Entry, revision: Revision, cells: list[Finding], *, is_current: bool) -> None:
        """Answer what the form asks; an answer may let it ask more, or offer other choices, so try again."""
        waiting = cells
        problems: dict[int, HabitatError] = {}
        while waiting:
            left = []
            for finding in waiting:
                try:
                    outcome = self._take_one(entry, revision, finding, is_current)
                    self.edits.append(Edit(finding, outcome))
                except (NotAskedError, NotInListError) as error:
                    problems[id(finding)] = error
                    left.append(finding)
                except HabitatError as error:
                    self._leave([finding], error)
            if len(left) == len(waiting):
                break
            waiting = left
        for finding in waiting:
            self._leave([finding], problems[id(finding)])

    def _take_one(self, entry: Entry, revision: Revision, finding: Finding, is_current: bool) -> Outcome:
        answers = entry.instance.answers(relevant_only=False)
        try:
            ref = place_of(finding.ref, revision.answers, answers)
        except NotAPlaceError as error:
            raise RecordChangedError(label=entry.label) from error
        says = current(finding, ref, answers, self._words)
        state = entry.instance.state(ref)
        if state.readonly:
            raise ReadOnlyError(ref=state.label or ref)
        answer = answer_of(finding, state, self._words, self._language)
        if says == finding.new or is_said(state, answer):
            return "already"
        if not is_current:
            raise RecordChangedError(label=entry.label)
        if says != finding.old:
            raise DraftChangedError(label=entry.label)
        if not state.relevant:
            if not finding.new:
                return "already"
            raise NotAskedError
        if isinstance(answer, Mapping):
            entry.mark_unavailable(ref, answer["reason"], answer["remark"])
        else:
            entry.answer(ref, answer)
        return "taken"

"""Checks the whole store: revisions, acts, lists, drafts, the waiting room and attached files."""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from habitat_desktop.progress import Progress
from habitat_desktop.records import numbering
from habitat_desktop.records.act_checks import QUERY as ACT_QUERY
from habitat_desktop.records.act_checks import SQLITE_QUERY, ActCheck, Judge
from habitat_desktop.records.ranges import of_numbers
from habitat_desktop.records.record import Draft
from habitat_desktop.records.sqlite_file import detail_of
from habitat_desktop.records.store_problem import StoreProblem
from habitat_desktop.records.summaries import chunks, derived
from habitat_desktop.records.tables import (
    ActRow,
    AttachmentRow,
    DraftRow,
    HeldRow,
    PeerRow,
    RecordRow,
    RevisionRow,
    WaitingRow,
    table,
)
from habitat_desktop.records.verify import COUNTERS, LIFE, QUERY, chain_problems, content_problem

_STEP = 250
_ATTACHED = re.compile(r'"([0-9a-f]{64})(?:\.[a-z0-9]{1,10})?"')
_COUNTED = {
    "revisions": RevisionRow,
    "waiting": WaitingRow,
    "drafts": DraftRow,
    "records": RecordRow,
    "attachments": AttachmentRow,
    "acts": ActRow,
}


class StoreCheck:
    """One check of one store; `checked` counts what was looked at."""

    def __init__(
        self, session: Session, attachments: Path, progress: Progress, judge: Judge | None = None
    ) -> None:
        self._session = session
        self._judge = judge
        self._attachments = attachments
        self._progress = progress
        self._done = 0
        self.checked = {
            name: session.scalar(select(func.count()).select_from(row)) or 0 for name, row in _COUNTED.items()
        }
        self._total = sum(self.checked.values())
        self._revisions: set[tuple[str, str]] = set()
        self._numbers: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        self._attached: dict[tuple[str, str], str] = {}  # office, hash -> a label that shows it
        self.wrong_records: set[tuple[str, str]] = set()  # office, record id: their summaries are wrong
        self.wrong_held: dict[tuple[str, str], list[list[int]]] = {}  # office, installation: what is here

    def problems(self) -> Iterator[StoreProblem]:
        """Yield what does not hold; raises `Cancelled` when asked to stop."""
        life = self._session.scalar(text(LIFE)) or ""
        for part in (
            chain_problems(self._rows(), self._counters(), life),
            self._act_problems(life),
            self._held_problems(),
            self._waiting_problems(),
            self._draft_problems(),
            self._list_problems(),
            self._attachment_problems(),
        ):
            try:
                yield from part
            except (ValueError, TypeError, KeyError, AttributeError, DBAPIError) as error:
                yield StoreProblem(
                    "TABLES", detail=detail_of(error)
                )  # damaged beyond reading; the rest is checked

    def _step(self) -> None:
        self._done += 1
        if self._done % _STEP == 0 or self._done == self._total:
            self._progress.step(min(self._done, self._total), self._total)

    def _counters(self) -> dict[str, int]:
        return {row[0]: row[1] for row in self._session.execute(text(COUNTERS))}

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        for row in self._session.execute(text(QUERY).execution_options(yield_per=_STEP)):
            self._step()
            self._revisions.add((row.office, row.revision_id))
            self._numbers[row.office, row.installation].append(row.number)
            self._note_attached(row.office, row.document)
            yield tuple(row)

    def _note_attached(self, office: str, document: object) -> None:
        """Note the attached files that a revision or draft shows."""
        try:
            said: Any = json.loads(document) if isinstance(document, str) else document
            answers, label = json.dumps(said["answers"]), str(said["label"])
        except (ValueError, KeyError, TypeError):  # told where the revision itself is checked
            return
        for match in _ATTACHED.finditer(answers):
            self._attached.setdefault((office, match[1]), label)

    def _act_problems(self, life: str) -> Iterator[StoreProblem]:
        is_sqlite = self._session.get_bind().dialect.name == "sqlite"
        statement = text(SQLITE_QUERY if is_sqlite else ACT_QUERY).execution_options(yield_per=_STEP)
        check = ActCheck(self._judge, life)
        yield from check.problems(self._stepping(self._session.execute(statement)))
        self.checked["acts_of_unknown_keys"] = check.unchecked
        confirmed = self._session.scalars(select(PeerRow.have_acts))
        yield from check.tails(numbering.lives(self._session), confirmed)

    def _stepping(self, rows: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
        for row in rows:
            self._step()
            yield tuple(row)

    def _held_problems(self) -> Iterator[StoreProblem]:
        """Compare what others are told is here with the revisions that are."""
        statement = select(HeldRow.office, HeldRow.installation, HeldRow.ranges)
        noted = {(row[0], row[1]): row[2] for row in self._session.execute(statement)}
        for key in sorted(noted.keys() | self._numbers.keys()):
            here = of_numbers(self._numbers.get(key, ()))
            if noted.get(key, []) != here:
                self.wrong_held[key] = here
                yield StoreProblem("HELD", detail=key[1])

    def _waiting_problems(self) -> Iterator[StoreProblem]:
        columns = "office, revision_id, record_id, installation, number, 0 AS generation, missing, document"
        for row in self._session.execute(text(f"SELECT {columns} FROM waiting_revisions")):
            self._step()
            said = json.loads(row.document) if isinstance(row.document, str) else row.document
            parents = list(said.get("parents", ()))
            whole = (*tuple(row)[:6], parents, said.get("kind"), row.document)
            label, found = content_problem(whole, parents)
            if found is not None:
                yield found
            missing = [parent for parent in parents if (row.office, parent) not in self._revisions]
            if not missing or (row.office, row.revision_id) in self._revisions:
                yield StoreProblem("WAITING", label, row.number, row.revision_id, detail=row.revision_id)

    def _draft_problems(self) -> Iterator[StoreProblem]:
        statement = select(DraftRow.office, DraftRow.record_id, DraftRow.document)
        for office, record_id, document in self._session.execute(statement):
            self._step()
            try:
                draft = Draft.from_document(document)
            except (ValueError, TypeError, KeyError, AttributeError):
                yield StoreProblem("DRAFT", record_id)
                continue
            self._note_attached(office, document)
            for parent in draft.parents:
                if (office, parent) not in self._revisions:
                    yield StoreProblem("DRAFT_PARENT", draft.label, detail=parent)

    def _list_problems(self) -> Iterator[StoreProblem]:
        """Compare every row of the list with what revisions, drafts and waiting room make of it."""
        keys = {
            (row[0], row[1]) for row in self._session.execute(select(RecordRow.office, RecordRow.record_id))
        }
        for source in (RevisionRow, WaitingRow, DraftRow):
            rows = self._session.execute(select(source.office, source.record_id).distinct())
            keys |= {(row[0], row[1]) for row in rows}
        ordered = sorted(keys)
        for start in range(0, len(ordered), _STEP):
            part = ordered[start : start + _STEP]
            shown = self._shown(part)
            expected = self._expected(part)
            for key in part:
                self._step()
                for problem in _row_problems(shown.get(key), expected[key]) if key in expected else ():
                    self.wrong_records.add(key)
                    yield problem

    def _expected(self, keys: list[tuple[str, str]]) -> dict[tuple[str, str], dict[str, Any] | None]:
        """Return what the rows ought to be, without those of revisions that cannot be read: told above."""
        try:
            return dict(derived(self._session, keys))
        except (ValueError, TypeError, KeyError):
            if len(keys) == 1:
                return {}
        found: dict[tuple[str, str], dict[str, Any] | None] = {}
        for key in keys:
            found |= self._expected([key])
        return found

    def _shown(self, keys: list[tuple[str, str]]) -> dict[tuple[str, str], dict[str, Any]]:
        found = {}
        for ids in chunks([record_id for _office, record_id in keys]):
            for row in self._session.execute(select(table(RecordRow)).where(RecordRow.record_id.in_(ids))):
                found[row.office, row.record_id] = dict(row._mapping)
        return found

    def _attachment_problems(self) -> Iterator[StoreProblem]:
        noted = set()
        for row in self._session.execute(select(table(AttachmentRow))):
            self._step()
            noted.add((row.office, row.sha256))
            label = self._attached.get((row.office, row.sha256), "–")
            path = self._attachments / row.sha256
            try:
                with path.open("rb") as file:
                    sound = hashlib.file_digest(file, "sha256").hexdigest() == row.sha256
            except OSError:
                yield StoreProblem("ATTACHMENT_GONE", label, file=str(path), detail=row.name)
                continue
            if not sound:
                yield StoreProblem("ATTACHMENT_CHANGED", label, file=str(path), detail=row.name)
        for office, sha256 in sorted(self._attached.keys() - noted):
            if (self._attachments / sha256).exists():  # else it is a text that only looks like a hash
                yield StoreProblem("ATTACHMENT_UNKNOWN", self._attached[office, sha256], detail=sha256)


def _row_problems(shown: dict[str, Any] | None, expected: dict[str, Any] | None) -> Iterator[StoreProblem]:
    if shown is None:
        if expected is not None:
            yield StoreProblem("SUMMARY_GONE", expected["label"], expected["revisions"])
        return
    if expected is None:
        yield StoreProblem("SUMMARY_LEFT", shown["label"])
        return
    for row in (shown, expected):  # a draft in memory has its answers in another order than one that is read
        row["search"] = sorted(row["search"].split("\n"))
    for name, value in expected.items():
        if shown[name] != value:
            yield StoreProblem("SUMMARY", expected["label"], detail=name)

"""Lists made of an office's own records: the projects, settlements and cities it has told of before.

A row is what the newest answers of a record say, those of its draft where it has one; withdrawn records give
none, an entry of a repeat gives its own. Of one value in several periods the newest is shown.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, select

from habitat_desktop.i18n.text import fold
from habitat_desktop.records.bulk import among
from habitat_desktop.records.record import RecordState
from habitat_desktop.records.tables import DraftRow, RecordRow, RevisionRow, WaitingRow, table
from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.entry_ids import is_group
from habitat_desktop.xforms.environment import Environment
from habitat_desktop.xforms.record_lists import RecordList

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

UNAVAILABLE = "$unavailable"

Row = tuple[str, str, str, str, str]  # as `record_lists.COLUMNS`
Rows = Mapping[str, list[Row]]  # by the name of the list

_RECORD, _DRAFT = table(RecordRow).c, table(DraftRow).c
_LISTED = (
    select(_RECORD.record_id, _RECORD.country, _RECORD.period, _RECORD.has_draft, _RECORD.heads)
    .where(
        _RECORD.office == bindparam("office"),
        _RECORD.form_id == bindparam("form_id"),
        _RECORD.state != str(RecordState.WITHDRAWN),
    )
    .order_by(_RECORD.period.desc(), _RECORD.updated_at.desc(), _RECORD.record_id)
)
_DRAFTS = select(_DRAFT.record_id, _DRAFT.document).where(
    _DRAFT.office == bindparam("office"), among(_DRAFT.record_id, "ids")
)
_REVISIONS = [
    select(columns.revision_id, columns.document).where(
        columns.office == bindparam("office"), among(columns.revision_id, "ids")
    )
    for columns in (table(RevisionRow).c, table(WaitingRow).c)
]


class Listed(NamedTuple):
    """One record that may give rows, with its newest answers."""

    record_id: str
    country: str
    period: str
    answers: Mapping[str, Any]


class Links:
    """The rows of such lists, read once for each office and form; forms without one ask nothing."""

    def __init__(self, session: "Session") -> None:
        self._session = session
        self._records: dict[tuple[str, str], list[Listed]] = {}
        self._rows: dict[tuple[str, RecordList], list[Row]] = {}

    def rows(self, form: Form, office: str) -> Rows:
        """Return the rows of the lists of `form` for a record of `office`."""
        return {name: self._of(office, wanted) for name, wanted in form.record_lists.items()}

    def _of(self, office: str, wanted: RecordList) -> list[Row]:
        key = (office, wanted)
        if key not in self._rows:
            self._rows[key] = rows_of(self._listed(office, wanted.form_id), wanted)
        return self._rows[key]

    def _listed(self, office: str, form_id: str) -> list[Listed]:
        key = (office, form_id)
        if key not in self._records:
            self._records[key] = list(_read(self._session, office, form_id))
        return self._records[key]


def with_links(session: "Session", form: Form, environment: Environment, office: str) -> Environment:
    """Return `environment` with the rows of the lists of `form` that are made of records of `office`."""
    if not form.record_lists:
        return environment
    return replace(environment, record_rows=Links(session).rows(form, office))


def rows_of(records: list[Listed], wanted: RecordList) -> list[Row]:
    """Return the rows that `records` give, the newest first, in the order of their labels."""
    found: dict[tuple[str, str], Row] = {}
    value, label = wanted.value.strip("/").split("/"), wanted.label.strip("/").split("/")
    for record in records:
        for name, shown in _pairs(record.answers, value, label):
            row = (name, shown or name, record.record_id, record.country, record.period)
            found.setdefault((name, record.country), row)
    return sorted(found.values(), key=lambda row: (fold(row[1]), row[0], row[3]))


def _read(session: "Session", office: str, form_id: str) -> Iterator[Listed]:
    connection = session.connection()
    rows = connection.execute(_LISTED, {"office": office, "form_id": form_id}).all()
    drafted = [row.record_id for row in rows if row.has_draft]
    asked = {"office": office, "ids": drafted}
    answers = (
        {of: document["answers"] for of, document in connection.execute(_DRAFTS, asked)} if drafted else {}
    )
    heads = {row.heads[0]: row.record_id for row in rows if row.heads and row.record_id not in answers}
    for statement in _REVISIONS if heads else ():
        for revision_id, content in connection.execute(statement, {"office": office, "ids": list(heads)}):
            answers[heads[revision_id]] = json.loads(content)["answers"]
    for row in rows:
        if row.record_id in answers:
            yield Listed(row.record_id, row.country, row.period, answers[row.record_id])


def _pairs(answers: Mapping[str, Any], value: list[str], label: list[str]) -> Iterator[tuple[str, str]]:
    """Yield value and label of the record, or of each entry; the label may stand outside of the entry."""
    for scopes in _scopes(answers, value, []):
        name = _text(scopes[-1], value)
        if name:
            yield name, next((text for scope in reversed(scopes) if (text := _text(scope, label))), "")


def _scopes(scope: Mapping[str, Any], value: list[str], around: list[Any]) -> Iterator[list[Any]]:
    """Yield the record, or each entry of a repeat, in which the question `value` is answered.

    A question stands in one place of a form: where it is found nothing inside is looked at.
    """
    here = [*around, scope]
    if _text(scope, value):
        yield here
        return
    for entries in _repeats(scope):
        for entry in entries:
            yield from _scopes(entry, value, here)


def _repeats(scope: Mapping[str, Any]) -> Iterator[list[Mapping[str, Any]]]:
    for name, member in scope.items():
        if name.startswith("$"):
            continue
        if isinstance(member, list) and member and isinstance(member[0], Mapping):
            yield member
        elif isinstance(member, Mapping) and is_group(member):
            yield from _repeats(member)


def _text(scope: Mapping[str, Any], path: list[str]) -> str:
    """Return the answer at the end of `path` in this scope, in whichever group it stands."""
    found: Any = scope
    for step in path:
        found = found.get(step) if type(found) is dict else None
    if type(found) is str:
        return found
    for name, inside in scope.items():
        if type(inside) is dict and name[:1] != "$" and UNAVAILABLE not in inside:
            text = _text(inside, path)
            if text:
                return text
    return ""

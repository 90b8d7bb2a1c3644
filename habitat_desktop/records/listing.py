"""Lists of records: found, filtered, sorted and counted by the database."""

import re
from collections.abc import Collection, Sequence
from typing import Any, Literal

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from habitat_desktop.i18n.text import clean, fold
from habitat_desktop.records.record import RecordState, RecordSummary, utc_time
from habitat_desktop.records.summaries import chunks
from habitat_desktop.records.tables import RecordRow

Order = Literal[
    "updated_at",
    "label",
    "form_id",
    "country",
    "period",
    "subject",
    "state",
    "office",
    "updated_by",
    "answered",
    "form_version",
    "revisions",
    "to_do",
]
_WORDS, _WORD_LENGTH = 50, 1000  # of a search; SQLite takes patterns of 50,000 bytes
_GROUPED = re.compile(r"[0-9]{1,3}(?:[,.'٬][0-9]{3})+")
_SHOWN = tuple(column for column in RecordRow.__table__.columns if column.name != "search")


def find_record(session: Session, id_or_label: str) -> RecordSummary | None:
    """Return the record with this id, or with this label however it is typed."""
    typed = id_or_label.strip()
    statement = (
        select(*_SHOWN)
        .where(or_(RecordRow.record_id == typed, RecordRow.label == typed.upper()))
        .order_by(RecordRow.record_id)
        .limit(1)
    )
    row = session.execute(statement).first()
    return None if row is None else summary_of(row._asdict())


def list_records(
    session: Session,
    *,
    form_id: str | None = None,
    state: RecordState | Collection[RecordState] | None = None,
    period: str | None = None,
    office: str | None = None,
    country: str | None = None,
    text: str | None = None,
    order: Order = "updated_at",
    descending: bool | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> list[RecordSummary]:
    """Return records that fit every filter given; `text` is looked for in labels, subjects and answers.

    The newest come first; other orders are ascending unless `descending`.
    """
    statement = (
        select(*_SHOWN)
        .where(*_filters(form_id, state, period, office, country, text))
        .order_by(*_order(order, descending))
        .limit(limit)
        .offset(offset)
    )
    return [summary_of(row._asdict()) for row in session.execute(statement)]


def list_ids(
    session: Session,
    *,
    form_id: str | None = None,
    state: RecordState | Collection[RecordState] | None = None,
    period: str | None = None,
    office: str | None = None,
    country: str | None = None,
    text: str | None = None,
    order: Order = "updated_at",
    descending: bool | None = None,
    limit: int | None = None,
) -> list[str]:
    """Return the ids of what `list_records` would: a long table holds these and fetches its pages."""
    statement = (
        select(RecordRow.record_id)
        .where(*_filters(form_id, state, period, office, country, text))
        .order_by(*_order(order, descending))
        .limit(limit)
    )
    return list(session.scalars(statement))


def ids_with_states(
    session: Session,
    *,
    form_id: str | None = None,
    period: str | None = None,
    office: str | None = None,
    country: str | None = None,
    text: str | None = None,
    order: Order = "updated_at",
    descending: bool | None = None,
) -> list[tuple[str, RecordState]]:
    """Return ids as `list_ids`, each with its state: what is searched and counted in one reading of all."""
    filters = _filters(form_id, None, period, office, country, text)
    statement = (
        select(RecordRow.record_id, RecordRow.state).where(*filters).order_by(*_order(order, descending))
    )
    return [(row[0], RecordState(row[1])) for row in session.execute(statement)]


def summaries(session: Session, record_ids: Sequence[str]) -> list[RecordSummary]:
    """Return these records in the order asked; an id that is gone is left out."""
    found: dict[str, RecordSummary] = {}
    for ids in chunks(record_ids):
        for row in session.execute(select(*_SHOWN).where(RecordRow.record_id.in_(ids))):
            found[row.record_id] = summary_of(row._asdict())
    return [found[record_id] for record_id in record_ids if record_id in found]


def count_by_state(
    session: Session,
    *,
    form_id: str | None = None,
    period: str | None = None,
    office: str | None = None,
    country: str | None = None,
    text: str | None = None,
) -> dict[RecordState, int]:
    """Return how many records are in each state, also in those where there are none.

    Of those that fit every filter given, as `list_records` has them.
    """
    filters = _filters(form_id, None, period, office, country, text)
    statement = select(RecordRow.state, func.count()).where(*filters).group_by(RecordRow.state)
    found: dict[str, int] = {row[0]: row[1] for row in session.execute(statement)}
    return {state: found.get(str(state), 0) for state in RecordState}


def known_values(session: Session, column: Literal["period", "office", "country"]) -> list[str]:
    """Return what stands in a column of any record, sorted, without "": what a filter can offer."""
    wanted = RecordRow.__table__.columns[column]
    found = session.scalars(select(wanted).where(wanted != "").distinct())
    return sorted(str(value) for value in found)


def summary_of(values: dict[str, Any]) -> RecordSummary:
    """Return the summary in a row of the table `records`."""
    return RecordSummary(
        **values
        | {
            "state": RecordState(values["state"]),
            "heads": tuple(values["heads"]),
            "has_draft": bool(values["has_draft"]),
            "updated_at": utc_time(values["updated_at"]),
        }
    )


def _filters(
    form_id: str | None,
    state: RecordState | Collection[RecordState] | None,
    period: str | None,
    office: str | None,
    country: str | None,
    text: str | None,
) -> list[ColumnElement[bool]]:
    columns = (
        (RecordRow.form_id, form_id),
        (RecordRow.period, period),
        (RecordRow.office, office),
        (RecordRow.country, country),
    )
    filters: list[ColumnElement[bool]] = [column == value for column, value in columns if value is not None]
    if isinstance(state, RecordState):
        filters.append(RecordRow.state == str(state))
    elif state is not None:
        filters.append(RecordRow.state.in_([str(one) for one in state]))
    filters += [_holds(word) for word in search_words(text or "")]
    return filters


def search_words(text: str) -> list[str]:
    """Return the words a record must hold to be found, folded as what is stored is.

    Of a whole page that somebody pasted the longest words are taken, and of each as much as a database
    compares.
    """
    words = sorted(set(fold(clean(text)).split()), key=lambda word: (-len(word), word))
    return [word[:_WORD_LENGTH] for word in words[:_WORDS]]


def _holds(word: str) -> ColumnElement[bool]:
    """Return the condition that `word` is in the record; a number also as it is stored, without grouping."""
    holds: ColumnElement[bool] = RecordRow.search.contains(word, autoescape=True)
    if not _GROUPED.fullmatch(word):
        return holds
    plain = re.sub("[^0-9]", "", word)
    return or_(holds, RecordRow.search.contains(plain, autoescape=True))


def _order(order: Order, descending: bool | None) -> tuple[ColumnElement[Any], ...]:
    column: ColumnElement[Any]
    if order == "to_do":  # what a person has to do comes first when the highest does: queries, then drafts
        asked = RecordRow.state.in_([str(RecordState.QUERY), str(RecordState.CONFLICT)])
        much = RecordRow.missing + RecordRow.problems
        column = case((asked, 1 << 30), (RecordRow.has_draft, much + 1), else_=0)
    else:
        column = RecordRow.__table__.columns[order]
    down = descending if descending is not None else order == "updated_at"
    return (column.desc() if down else column.asc(), RecordRow.record_id.asc())

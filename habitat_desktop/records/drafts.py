"""Drafts: a record being filled, saved at every answer."""

from sqlalchemy import bindparam, case, delete, select, update
from sqlalchemy.orm import Session

from habitat_desktop.records.record import Draft, RecordState
from habitat_desktop.records.summaries import DRAFT_CONTENT, draft_content, office_of, refresh
from habitat_desktop.records.tables import DraftRow, RecordRow, table, upsert

# Built once: putting these statements together at every answer would cost more than the rest of saving it.
_SAVE_DOCUMENT = (
    update(table(DraftRow))
    .where(DraftRow.office == bindparam("of_office"), DraftRow.record_id == bindparam("of_record"))
    .values({name: bindparam(name) for name in ("saved_at", "saved_by", "document")})
)
_SAVE_SUMMARY = (
    update(table(RecordRow))
    .where(RecordRow.office == bindparam("of_office"), RecordRow.record_id == bindparam("of_record"))
    .values(
        **{name: bindparam(name) for name in DRAFT_CONTENT},
        has_draft=True,
        state=case(
            (RecordRow.state == str(RecordState.CONFLICT), RecordRow.state), else_=str(RecordState.DRAFT)
        ),
    )
)


def create_draft(session: Session, draft: Draft) -> Draft:
    """Put the first draft of a new record into the store."""
    save_draft(session, draft)
    return draft


def save_draft(session: Session, draft: Draft) -> None:
    """Save `draft` as it is now: one UPDATE of its document, one of its summary; nothing is read.

    A draft that is not in the store yet is put there, also on top of a finalized record. Revisions that came
    in meanwhile are no obstacle: finalizing will then show a conflict, and nobody's answers are lost.
    """
    document = draft.document()
    values = {"saved_at": document["saved_at"], "saved_by": draft.saved_by, "document": document}
    key = {"of_office": draft.office, "of_record": draft.record_id}
    connection = session.connection()
    if connection.execute(_SAVE_DOCUMENT, key | values).rowcount == 0:
        upsert(session, DraftRow, [{"office": draft.office, "record_id": draft.record_id, **values}])
    if connection.execute(_SAVE_SUMMARY, key | draft_content(draft)).rowcount == 0:
        refresh(session, [(draft.office, draft.record_id)])


def discard_draft(session: Session, office: str, record_id: str) -> None:
    """Drop a draft; its record goes back to the last revision, or away if there never was one."""
    delete_draft(session, office, record_id)
    refresh(session, [(office, record_id)])


def delete_draft(session: Session, office: str, record_id: str) -> None:
    """Drop a draft whose summary the caller refreshes."""
    session.execute(delete(table(DraftRow)).where(DraftRow.office == office, DraftRow.record_id == record_id))


def find_draft(session: Session, record_id: str) -> Draft | None:
    """Return the draft of a record, if it has one."""
    of_draft = (DraftRow.office == office_of(session, record_id), DraftRow.record_id == record_id)
    document = session.scalar(select(DraftRow.document).where(*of_draft))
    return None if document is None else Draft.from_document(document)

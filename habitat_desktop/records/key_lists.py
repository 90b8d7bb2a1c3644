"""The key lists of headquarters that are known here; their numbers only go up."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from habitat_desktop.records.tables import KeyListRow, upsert
from habitat_desktop.settings import HEADQUARTERS


def newest_list(session: Session) -> dict[str, Any] | None:
    """Return the newest list as its columns: number, sha256, signed_by, signature, made_at, document."""
    newest = select(KeyListRow).where(KeyListRow.office == HEADQUARTERS).order_by(KeyListRow.number.desc())
    row = session.scalars(newest.limit(1)).first()
    return None if row is None else _columns(row)


def find_list(session: Session, number: int) -> dict[str, Any] | None:
    """Return the list with this number."""
    row = session.get(KeyListRow, (HEADQUARTERS, number))
    return None if row is None else _columns(row)


def save_list(session: Session, **columns: Any) -> None:
    """Keep a list."""
    upsert(session, KeyListRow, [{"office": HEADQUARTERS, **columns}])


def _columns(row: KeyListRow) -> dict[str, Any]:
    names = ("number", "sha256", "signed_by", "signature", "made_at", "document")
    return {name: getattr(row, name) for name in names}

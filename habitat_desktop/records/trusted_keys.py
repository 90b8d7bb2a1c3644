"""The public keys of others: whose they are and what is thought of them."""

from dataclasses import dataclass, field, replace
from typing import Any, Literal

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from habitat_desktop.records.tables import TrustedKeyRow, table, upsert

State = Literal["trusted", "replaced", "revoked"]


@dataclass(frozen=True)
class TrustedKey:
    """A key of another installation.

    `public_key` is base64 of 32 bytes, `recipient` an age recipient or "". `installation` is the one that
    asked to be trusted; the key vouches for every installation of its office. `changed_at` is ISO text in
    UTC; `list_number` is that of the key list that said so, 0 for a person here. `covered` says for each
    installation up to which package number its packages had come when the key was revoked.
    """

    office: str
    key_id: str
    public_key: str
    recipient: str
    role: str
    installation: str
    name: str
    state: State
    changed_at: str
    changed_by: str
    reason: str = ""
    list_number: int = 0
    covered: dict[str, Any] = field(default_factory=dict)


def save_key(session: Session, key: TrustedKey) -> None:
    """Keep `key`, new or changed."""
    upsert(session, TrustedKeyRow, [dict(vars(key))])


_BY_ID = select(table(TrustedKeyRow)).where(table(TrustedKeyRow).c.key_id == bindparam("key_id"))


def find_key(session: Session, key_id: str, office: str = "") -> TrustedKey | None:
    """Return the key with this id: that of `office` if it has it, else whosever it is."""
    session.flush()
    rows = session.connection().execute(_BY_ID, {"key_id": key_id}).all()
    found = min(rows, key=lambda row: (row.office != office, row.office), default=None)
    return None if found is None else _key(found)


def trusted_keys(session: Session, office: str | None = None) -> list[TrustedKey]:
    """Return every key, of one office or of all, in the order of office and time."""
    query = select(TrustedKeyRow).order_by(
        TrustedKeyRow.office, TrustedKeyRow.changed_at, TrustedKeyRow.key_id
    )
    if office is not None:
        query = query.where(TrustedKeyRow.office == office)
    return [_key(row) for row in session.scalars(query)]


def change_state(
    session: Session, key: TrustedKey, state: State, *, at: str, by: str, reason: str, **changes: Any
) -> TrustedKey:
    """Say what is thought of `key` from now on, and return it."""
    changed = replace(key, state=state, changed_at=at, changed_by=by, reason=reason, **changes)
    save_key(session, changed)
    return changed


def _key(row: TrustedKeyRow | Row[Any]) -> TrustedKey:
    return TrustedKey(**{name: getattr(row, name) for name in TrustedKey.__dataclass_fields__})

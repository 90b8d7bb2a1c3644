"""What this installation numbers: itself, its revisions, and the labels of its records."""

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from habitat_desktop.records.tables import HERE, CounterRow, InstallationRow, table, upsert

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: read out over the phone


def installation(session: Session) -> str:
    """Return the id of this installation: the newest life of the database."""
    session.flush()
    found: str = session.connection().execute(_NEWEST).scalar_one()
    return found


_LIFE = table(InstallationRow).c
_NEWEST = select(_LIFE.installation).order_by(_LIFE.ordinal.desc()).limit(1)


def lives(session: Session) -> list[str]:
    """Return the ids of all lives of this database, oldest first."""
    return list(session.scalars(select(InstallationRow.installation).order_by(InstallationRow.ordinal)))


def earlier_lives(session: Session) -> tuple[str, ...]:
    """Return the installations this database was before it was restored from backups, the oldest first."""
    return tuple(lives(session)[:-1])


def new_label(session: Session, office: str) -> str:
    """Return a label an officer can read out and that no other installation gives, such as KE-7F3K-0042."""
    mark = installation_mark(installation(session))
    return f"{office}-{mark}-{_next(session, office, f'label-{mark}'):04}"


def installation_mark(installation_id: str) -> str:
    """Return the four characters that tell the labels of one installation from those of another."""
    bits = int.from_bytes(hashlib.sha256(installation_id.encode("utf-8")).digest()[:4], "big")
    return "".join(_CROCKFORD[bits >> shift & 31] for shift in (15, 10, 5, 0))


def next_revision_number(session: Session, installation_id: str) -> int:
    """Return 1, 2, 3... for the revisions of this installation, over all offices, without holes."""
    return _next(session, HERE, f"revision-{installation_id}")


def _next(session: Session, office: str, name: str) -> int:
    upsert(session, CounterRow, [{"office": office, "name": name, "value": 0}], keep=True)
    # the row is locked by the update on either database, so two writers never get the same number
    row = session.get(CounterRow, (office, name), with_for_update=True)
    assert row is not None
    row.value += 1
    session.flush()
    return row.value

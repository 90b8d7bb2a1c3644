"""What somebody changed in Excel, kept for every file that was taken in until somebody has handled it.

The same payload may come in several files, each with changes of its own; the same file brings the same
findings again and changes nothing.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select, update
from sqlalchemy.orm import Session

from habitat_desktop.records.record import utc_text
from habitat_desktop.records.tables import (
    FindingRow,
    PackageRevisionRow,
    PackageRow,
    RevisionRow,
    table,
    upsert,
)


@dataclass(frozen=True)
class KeptFinding:
    """One finding as it is stored.

    `office` is the office of the records, `ordinal` counts within the file from 1, `noted_at` is ISO text in
    UTC, `handled` what was done about it, or "". `document` is what `packages.comparing` knows of it.
    """

    office: str
    file_sha256: str
    ordinal: int
    payload_sha256: str
    record_id: str
    code: str
    noted_at: str
    handled: str
    document: Mapping[str, Any]


def note_findings(
    session: Session,
    office: str,
    documents: Sequence[Mapping[str, Any]],
    *,
    file_sha256: str,
    payload_sha256: str,
    at: datetime,
) -> None:
    """Store the findings of one file taken in, and count them with its package.

    `documents` come from `Finding.document()`. The package is to be noted before.
    """
    rows = [
        {
            "office": office,
            "file_sha256": file_sha256,
            "ordinal": ordinal,
            "payload_sha256": payload_sha256,
            "record_id": str(document.get("record_id", "")),
            "code": str(document.get("code", "")),
            "noted_at": utc_text(at),
            "handled": "",
            "document": dict(document),
        }
        for ordinal, document in enumerate(documents, 1)
    ]
    if not rows:
        return
    upsert(session, FindingRow, rows, keep=True)
    count = (
        select(func.count()).select_from(FindingRow).where(FindingRow.payload_sha256 == payload_sha256)
    ).scalar_subquery()
    session.execute(
        update(table(PackageRow))
        .where(PackageRow.direction == "in", PackageRow.payload_sha256 == payload_sha256)
        .values(findings=count)
    )


def findings(
    session: Session,
    *,
    payload_sha256: str | None = None,
    office: str | None = None,
    record_id: str | None = None,
    open_only: bool = False,
) -> list[KeptFinding]:
    """Return findings, those noted last first and those of one file in the order of its sheets."""
    statement = select(FindingRow).order_by(
        FindingRow.noted_at.desc(), FindingRow.file_sha256, FindingRow.ordinal
    )
    if payload_sha256 is not None:
        statement = statement.where(FindingRow.payload_sha256 == payload_sha256)
    if office is not None:
        statement = statement.where(FindingRow.office == office)
    if record_id is not None:
        statement = statement.where(FindingRow.record_id == record_id)
    if open_only:
        statement = statement.where(FindingRow.handled == "")
    names = [column.name for column in table(FindingRow).columns]
    return [KeptFinding(**{name: getattr(row, name) for name in names}) for row in session.scalars(statement)]


def mark_handled(session: Session, office: str, file_sha256: str, ordinal: int, handled: str) -> None:
    """Say what was done about a finding; an empty text opens it again."""
    session.execute(
        update(table(FindingRow))
        .where(
            FindingRow.office == office,
            FindingRow.file_sha256 == file_sha256,
            FindingRow.ordinal == ordinal,
        )
        .values(handled=handled)
    )


def records_in(session: Session, payloads: Collection[str]) -> list[str]:
    """Return the ids of the records that travelled in these packages."""
    statement = (
        select(RevisionRow.record_id)
        .join(
            PackageRevisionRow,
            and_(
                PackageRevisionRow.office == RevisionRow.office,
                PackageRevisionRow.revision_id == RevisionRow.revision_id,
            ),
        )
        .where(PackageRevisionRow.payload_sha256.in_(payloads))
        .distinct()
    )
    return sorted(session.scalars(statement))

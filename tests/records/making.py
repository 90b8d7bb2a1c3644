"""Drafts and revisions for the tests, with everything that does not matter filled in."""

import hashlib
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from habitat_desktop.records.act import DOMAIN, Actor
from habitat_desktop.records.record import Draft, Heading, Kind, PackageEntry, Revision, utc_text

_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


class PaperSigner:
    """Signs acts with a key that lies nowhere."""

    key_id = hashlib.sha256(_KEY.public_key().public_bytes_raw()).hexdigest()

    def sign(self, content: bytes) -> bytes:
        return _KEY.sign(DOMAIN + content)


NOW = datetime(2026, 1, 15, 9, 41, 7, 123456, tzinfo=UTC)


def hand(role: str = "office", sender: str = "KE", person: str = "Amina") -> Actor:
    """Who acts."""
    return Actor(role, sender, person, "en", PaperSigner(), NOW)


def heading(subject: str = "Nairobi", period: str = "2026-H1", country: str = "KEN") -> Heading:
    return Heading("settlement", "3", "f" * 64, country, period, subject)


def draft(record_id: str = "r1", answers: dict[str, Any] | None = None, **changes: Any) -> Draft:
    values: dict[str, Any] = {
        "record_id": record_id,
        "office": "KE",
        "label": f"KE-TEST-{record_id}",
        "heading": heading(),
        "parents": (),
        "answers": {"place": "Kibera"} if answers is None else answers,
        "authors": {"/data/place": "Wanjiru"},
        "justifications": {},
        "language": "en",
        "answered": 1,
        "missing": 2,
        "problems": 0,
        "saved_at": NOW,
        "saved_by": "Wanjiru",
    }
    return Draft(**values | changes)


def revision(
    number: int,
    parents: tuple[str, ...] = (),
    *,
    record_id: str = "r1",
    installation: str = "laptop",
    office: str = "KE",
    answers: dict[str, Any] | None = None,
    subject: str = "Nairobi",
    period: str = "2026-H1",
    kind: Kind = "edit",
) -> Revision:
    return Revision(
        record_id=record_id,
        office=office,
        label=f"{office}-TEST-{record_id}",
        installation=installation,
        number=number,
        parents=tuple(sorted(parents)),
        heading=heading(subject, period),
        kind=kind,
        reason="",
        author="Wanjiru",
        language="en",
        answers={"place": f"answer {number}"} if answers is None else answers,
        authors={"/data/place": "Wanjiru"},
        justifications={},
        made_at=utc_text(NOW),
        instance_id=f"uuid:{installation}-{number}",
        deprecated_id="",
    )


def package(direction: str, peer: str, installation: str, number: int = 1, **changes: Any) -> PackageEntry:
    values: dict[str, Any] = {
        "direction": direction,
        "peer": peer,
        "installation": installation,
        "number": number,
        "payload_sha256": f"payload {installation} {peer} {number}",
        "file_name": f"{installation}-{peer}-{number}.xlsx",
        "made_at": utc_text(NOW),
        "records": 1,
        "revisions": 1,
        "status": "made" if direction == "out" else "imported",
    }
    return PackageEntry(**values | changes)


def dump(path: Path) -> list[str]:
    """Return everything in a database as SQL."""
    connection = sqlite3.connect(path)
    try:
        return list(connection.iterdump())
    finally:
        connection.close()

"""Reads what can still be read out of a damaged database file, and never changes it."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from habitat_desktop.records import sqlite_file
from habitat_desktop.records.act import Act
from habitat_desktop.records.record import Draft, Revision

_ERRORS = (ValueError, TypeError, KeyError, AttributeError, RecursionError)


def revisions_in(path: Path) -> list[Revision]:
    """Return the revisions that are still what their own checksum says; whatever else there is stays out."""
    found: dict[str, Revision] = {}
    for name in ("revisions", "waiting_revisions"):
        for revision_id, document in _rows(path, f"SELECT revision_id, document FROM {name}"):
            try:
                revision = Revision.from_document(json.loads(document))
            except _ERRORS:
                continue
            if revision.revision_id == revision_id:
                found[revision.revision_id] = revision
    return list(found.values())


def acts_in(path: Path) -> list[Act]:
    """Return the acts that are still what their own checksum says, in the order of their chains."""
    found: dict[str, Act] = {}
    for act_id, document, signature in _rows(path, "SELECT act_id, document, signature FROM acts"):
        try:
            act = Act.from_document(json.loads(document), signature)
            is_whole = act.act_id == act_id
        except _ERRORS:
            continue
        if is_whole:
            found[act_id] = act
    return sorted(found.values(), key=lambda act: (act.office, act.installation, act.number))


def drafts_in(path: Path) -> list[Draft]:
    """Return the drafts that can be read. Drafts bear no checksum: a person should look them over."""
    found = {}
    for record_id, document in _rows(path, "SELECT record_id, document FROM drafts"):
        try:
            draft = Draft.from_document(json.loads(document))
            json.dumps(draft.document(), ensure_ascii=False).encode()
        except _ERRORS:
            continue
        if draft.record_id == record_id:
            found[draft.record_id] = draft
    return list(found.values())


def lives_in(path: Path) -> list[str]:
    """Return the installation ids of the file, oldest first."""
    return [str(row[0]) for row in _rows(path, "SELECT installation, ordinal FROM installation")]


def _rows(path: Path, statement: str) -> Iterator[tuple[str, ...]]:
    """Yield rows from the front until the damage, then from the end until the damage.

    The first column tells them apart.
    """
    seen: set[str] = set()
    for order in ("ASC", "DESC"):
        try:
            with closing(sqlite_file.connect_readonly(path)) as connection:
                connection.text_factory = _text
                for row in connection.execute(f"{statement} ORDER BY rowid {order}"):
                    if isinstance(row[0], str) and row[0] not in seen:
                        seen.add(row[0])
                        yield row
        except (sqlite3.Error, UnicodeDecodeError):
            continue


def _text(content: bytes) -> str:
    """Read damaged text too, so that the rows behind it are reached; it fails by its checksum later."""
    return content.decode("utf-8", "surrogateescape")

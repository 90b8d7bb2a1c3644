"""What was changed in Excel stays known until somebody has handled it."""

from habitat_desktop.records import exchange_state
from habitat_desktop.records.database import Database
from habitat_desktop.records.findings import findings, mark_handled, note_findings
from tests.records.making import NOW, package

EDIT = {"code": "CELL_EDITED", "sheet": "homes", "cell": "C5", "record_id": "r1", "old": "1", "new": "2"}
ROW = {"code": "ROW_ADDED", "sheet": "homes", "cell": "A9"}


def _note(database: Database, file: str, *documents: dict[str, str]) -> None:
    with database.begin() as session:
        note_findings(session, "KE", documents, file_sha256=file, payload_sha256="p" * 64, at=NOW)


def _count(database: Database) -> int:
    with database.read() as session:
        entry = exchange_state.find_package(session, "p" * 64, "in")
        assert entry is not None
        return entry.findings


def test_findings_are_kept_for_each_file_once_and_counted_with_the_package(database: Database) -> None:
    with database.begin() as session:
        exchange_state.note_package(session, package("in", "KE", "laptop", payload_sha256="p" * 64), [])
    _note(database, "a" * 64, EDIT, ROW)
    _note(database, "a" * 64, EDIT, ROW)  # the same file again
    assert _count(database) == 2
    _note(database, "b" * 64, EDIT)  # the same payload in a file that was saved once more
    assert _count(database) == 3
    with database.read() as session:
        assert [one.document for one in findings(session, payload_sha256="p" * 64)] == [EDIT, ROW, EDIT]
        assert [one.code for one in findings(session, record_id="r1")] == ["CELL_EDITED", "CELL_EDITED"]
        assert findings(session, office="SO") == []


def test_a_handled_finding_stays_handled_when_the_file_comes_again(database: Database) -> None:
    _note(database, "a" * 64, EDIT, ROW)
    with database.begin() as session:
        mark_handled(session, "KE", "a" * 64, 1, "query")
    _note(database, "a" * 64, EDIT, ROW)
    with database.read() as session:
        assert [one.code for one in findings(session, open_only=True)] == ["ROW_ADDED"]
        assert [one.handled for one in findings(session)] == ["query", ""]

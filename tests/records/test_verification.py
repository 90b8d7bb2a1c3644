"""The check of the whole store holds on either database."""

from pathlib import Path

from sqlalchemy import text

from habitat_desktop.progress import Progress
from habitat_desktop.records import journal, repository
from habitat_desktop.records.database import Database
from habitat_desktop.records.store_problem import StoreProblem
from habitat_desktop.records.verification import StoreCheck
from tests.records.making import NOW, draft, hand, revision


def _problems(database: Database, folder: Path) -> list[StoreProblem]:
    with database.read() as session:
        return list(StoreCheck(session, folder, Progress()).problems())


def test_every_kind_of_row_is_checked_on_either_database(place: Path | str, tmp_path: Path) -> None:
    database = Database.open(place)
    first = revision(1)
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"picture")
    with database.begin() as session:
        value = repository.attach(session, tmp_path / "attachments", "KE", picture)
        repository.add_revisions(session, [first, revision(2, (first.revision_id,)), revision(3, ("gone",))])
        repository.finalize(session, draft("mine", {"photo": value}), author="A", at=NOW)
        repository.create_draft(session, draft("draft"))
        for number in range(3):
            said = {"office": "KE", "record_id": "mine", "content": {"z": number, "a": ["é", None, True]}}
            journal.write(session, hand(), "nil_return", reason="drought", after=["b", "a"], **said)
    assert [problem.text for problem in _problems(database, tmp_path / "attachments")] == []
    with database.begin() as session:
        session.execute(text("UPDATE revisions SET generation = 9 WHERE number = 2"))
        session.execute(text("UPDATE records SET subject = 'Mombasa' WHERE record_id = 'mine'"))
        session.execute(text("UPDATE counters SET value = 3 WHERE name LIKE 'revision-%'"))
        session.execute(text("DELETE FROM held"))
        session.execute(text("UPDATE acts SET act_id = 'x' WHERE number = 1"))
        session.execute(text("UPDATE acts SET after = '[\"c\"]', signature = 'x' WHERE number = 2"))
    found = {problem.code for problem in _problems(database, tmp_path)}
    acts = {"ACT_HASH", "ACT_LINK", "ACT_COLUMNS"}
    assert found == {"GENERATION", "SUMMARY", "NUMBER", "HELD", "ATTACHMENT_GONE"} | acts
    database.close()

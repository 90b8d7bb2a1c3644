"""`habitat verify` finds each thing that was changed behind the program's back, and says where it is."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from habitat_desktop.packages.verification import verify_workspace
from habitat_desktop.progress import Cancelled, Progress
from habitat_desktop.records import repository
from habitat_desktop.records.database import Database
from habitat_desktop.settings import Settings
from tests.flow.conftest import Desk as Workspaces
from tests.flow.conftest import Habitat
from tests.packages.offices import Desk, close, full_answers, open_desk
from tests.records.making import draft, revision

Damage = Callable[[Desk], object]


def _sql(statement: str) -> Damage:
    def run(desk: Desk) -> None:
        connection = sqlite3.connect(desk.folder / "records.sqlite")
        connection.execute("PRAGMA foreign_keys = OFF")
        assert connection.execute(statement).rowcount > 0, statement
        connection.commit()
        connection.close()

    return run


def _file(pattern: str, content: bytes | None) -> Damage:
    def run(desk: Desk) -> None:
        (path,) = desk.folder.glob(pattern)
        path.unlink() if content is None else path.write_bytes(content)

    return run


def _another_package(desk: Desk) -> None:
    (first,) = desk.outgoing.glob("*.xlsx")
    desk.counter = 100  # the desk was opened anew
    desk.finalize()
    first.write_bytes(desk.make().path.read_bytes())


DAMAGES: list[tuple[str, Damage]] = [
    ("HASH", _sql("UPDATE revisions SET document = replace(document, 'Kibera', 'Kibira') WHERE number = 1")),
    ("UNREADABLE", _sql("UPDATE revisions SET document = substr(document, 1, 99) WHERE number = 3")),
    ("COLUMNS", _sql("UPDATE revisions SET installation = 'other' WHERE number = 3")),
    ("COLUMNS", _sql("UPDATE revisions SET kind = 'correction' WHERE number = 3")),
    ("PARENT", _sql("DELETE FROM revisions WHERE number = 1")),
    ("GENERATION", _sql("UPDATE revisions SET generation = 7 WHERE number = 2")),
    ("NUMBER", _sql("DELETE FROM revisions WHERE number = 3")),
    ("COUNTER", _sql("UPDATE counters SET value = 2 WHERE name LIKE 'revision-%'")),
    ("SUMMARY", _sql("UPDATE records SET heads = '[]' WHERE revisions = 2")),
    ("SUMMARY", _sql("UPDATE records SET state = 'received' WHERE revisions = 2")),
    ("SUMMARY", _sql("UPDATE records SET search = 'x' WHERE has_draft")),
    ("SUMMARY_GONE", _sql("DELETE FROM records WHERE revisions = 2")),
    ("SUMMARY_LEFT", _sql("DELETE FROM drafts")),
    ("DRAFT", _sql("UPDATE drafts SET document = '{}'")),
    ("WAITING", _sql("UPDATE waiting_revisions SET document = json_set(document, '$.parents', json('[]'))")),
    ("ATTACHMENT_GONE", _file("attachments/*", None)),
    ("ATTACHMENT_CHANGED", _file("attachments/*", b"another picture")),
    ("ATTACHMENT_UNKNOWN", _sql("DELETE FROM attachments")),
    ("PACKAGE_CHANGED", _another_package),
    ("PACKAGE_DAMAGED", _file("outgoing/*.xlsx", b"PK nothing")),
]  # fmt: skip


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office with two revisions of one record, an attached file, a draft, one that waits, a package."""
    folder = tmp_path_factory.mktemp("filled") / "office"
    desk = open_desk(folder, "KE")
    first = desk.finalize(full_answers("Kibera"))
    desk.finalize(full_answers("Mathare"), record=first)
    desk.finalize({**full_answers(), "city": desk.attach("map.png", b"picture")})
    with desk.database.begin() as session:
        repository.create_draft(session, draft("draft"))
        repository.add_revisions(session, [revision(9, ("gone",), record_id="waits")])
    desk.make()
    close([desk])
    return folder


@pytest.fixture
def desk(filled: Path, tmp_path: Path) -> Iterator[Desk]:
    folder = shutil.copytree(filled, tmp_path / "office")
    settings = Settings("office", "KE", "Office KE", person="Amina")
    desk = Desk(folder, settings, Database.open(folder / "records.sqlite"))
    yield desk
    close([desk])


def test_what_was_only_written_by_the_program_is_sound(desk: Desk) -> None:
    seen: list[tuple[int, int]] = []
    result = verify_workspace(desk, Progress(lambda done, total: seen.append((done, total))))
    assert [problem.text for problem in result.problems] == []
    assert result.checked == {
        "revisions": 3, "waiting": 1, "drafts": 1, "records": 4, "attachments": 1, "packages": 1,
    }  # fmt: skip
    assert seen[-1][0] == seen[-1][1] > 0


@pytest.mark.parametrize(("code", "damage"), DAMAGES, ids=[f"{n}-{d[0]}" for n, d in enumerate(DAMAGES)])
def test_every_damage_is_found_and_placed(desk: Desk, code: str, damage: Damage) -> None:
    damage(desk)
    result = verify_workspace(desk)
    found = [problem for problem in result.problems if problem.code == code]
    assert found, [problem.text for problem in result.problems]
    assert found[0].sentence == found[0].text
    assert found[0].label or found[0].number


def test_a_check_can_be_stopped(desk: Desk) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        verify_workspace(desk, progress)


def test_the_command_tells_and_ends_with_one(habitat: Habitat, workspaces: Path) -> None:
    assert habitat(workspaces, "verify").code == 0
    connection = sqlite3.connect(workspaces / "records.sqlite")
    connection.execute("INSERT INTO counters VALUES ('', 'revision-other laptop', 1)")
    connection.commit()
    connection.close()
    said = habitat(workspaces, "verify", "--json")
    assert (said.code, said.json["ok"]) == (1, False)
    (problem,) = said.json["problems"]
    assert (problem["code"], problem["number"]) == ("NUMBER", 1) and "other laptop" in problem["message"]
    assert "other laptop" in habitat(workspaces, "verify").err


@pytest.fixture
def workspaces(fresh_desk: Workspaces, tmp_path: Path) -> Path:
    return shutil.copytree(fresh_desk.office, tmp_path / "workspace")

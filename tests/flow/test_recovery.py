"""A damaged database at the start: what was sent comes back, and no number is given twice."""

import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from habitat_desktop.progress import Cancelled, Progress
from habitat_desktop.records import journal
from habitat_desktop.records.errors import DatabaseDamaged
from habitat_desktop.sync.recovery import last_report, recover, sentences
from habitat_desktop.workspace import open_workspace
from tests.flow.conftest import Desk, Habitat, Said, answers_file, demo_return

Damage = Callable[[Path], None]


def _cut_to_nothing(path: Path) -> None:
    path.write_bytes(b"")


def _overwrite(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[100 : len(content)] = b"\xff" * (len(content) - 100)
    path.write_bytes(content)


def _cut_in_half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _one_page(path: Path) -> None:
    """Damage an index: the rows themselves can still be read."""
    connection = sqlite3.connect(path)
    (page,) = connection.execute(
        "SELECT rootpage FROM sqlite_master WHERE name = 'ix_records_label'"
    ).fetchone()
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    connection.close()
    content = bytearray(path.read_bytes())
    content[(page - 1) * size : page * size] = b"\xa5" * size
    path.write_bytes(content)


def open_to_write(habitat: Habitat, desk: Desk) -> Said:
    """Run a command that opens the database to write."""
    said = habitat(desk.office, "keys", "request", desk.folder / "request.xlsx")
    assert said.code == 0, said.err
    return said


@pytest.fixture
def add(habitat: Habitat, desk: Desk, tmp_path: Path) -> Callable[..., str]:
    """Add a record and return its label."""

    def run(*options: str) -> str:
        answers = answers_file(tmp_path, demo_return("housing_policy"))
        added = habitat(
            desk.office, "record", "add", "--form", "housing_policy", "--answers", answers, *options, "--json"
        )
        assert added.code == 0, added.err
        return str(added.json["label"])

    return run


@pytest.mark.parametrize("damage", [_cut_to_nothing, _overwrite, _cut_in_half, _one_page])
def test_what_was_sent_is_back_after_the_database_was_damaged(
    habitat: Habitat, desk: Desk, add: Callable[..., str], damage: Damage
) -> None:
    in_backup = add("--finalize")
    finalized_later = add()
    assert habitat(desk.office, "backup").code == 0
    assert habitat(desk.office, "record", "finalize", finalized_later).code == 0
    sent = add("--finalize")
    package = habitat(desk.office, "package", "create", "--json").json
    for backup in (desk.office / "backups").glob("*-package.sqlite"):
        backup.unlink()  # only the older one is left
    assert habitat(desk.headquarters, "import", package["path"]).code == 0
    reply = habitat(desk.headquarters, "package", "create", "--to", "KE", "--json").json["path"]
    assert habitat(desk.office, "import", reply).code == 0
    for backup in (desk.office / "backups").glob("*-package.sqlite"):
        backup.unlink()
    unsent, draft = add("--finalize"), add()
    before = habitat(desk.office, "status", "--json").json["installation"]
    damage(desk.office / "records.sqlite")
    damaged = (desk.office / "records.sqlite").read_bytes()

    assert habitat(desk.office, "record", "list").code == 1, "looking brings nothing back"
    assert (desk.office / "records.sqlite").read_bytes() == damaged
    said = open_to_write(habitat, desk)
    records = {record["label"]: record for record in habitat(desk.office, "record", "list", "--json").json}
    assert {in_backup, finalized_later, sent} <= set(records)
    assert records[finalized_later]["heads"] != [], "its draft of the backup was finalized since"
    assert records[finalized_later]["state"] != "draft"
    report = last_report(desk.office)
    assert report is not None and report.is_damage and report.packages == 2
    assert Path(report.kept).read_bytes() == damaged
    assert report.kept in said.err and "may be missing" in said.err
    if damage is _one_page:
        assert {unsent, draft} <= set(records)
        assert (report.revisions_from_file, report.drafts_from_file) == (1, (draft,))

    status = habitat(desk.office, "status", "--json")
    assert status.err == "", "it is told once"
    assert status.json["installation"] not in (before, "")
    assert habitat(desk.office, "verify").code == 0
    add("--finalize")
    again = habitat(desk.office, "package", "create", "--json").json
    taken = habitat(desk.headquarters, "import", again["path"], "--json")
    assert taken.code == 0, taken.err
    assert taken.json[0]["new_revisions"] == 1 + (damage is _one_page)
    numbers = [
        (revision["installation"], revision["number"])
        for label in habitat(desk.headquarters, "record", "list", "--json").json
        for revision in habitat(desk.headquarters, "record", "history", label["record_id"], "--json").json
    ]
    assert len(numbers) == len(set(numbers)) == 4 + (damage is _one_page)
    assert habitat(desk.headquarters, "verify").code == 0


def _write(folder: Path, kind: str, reason: str) -> None:
    """Write an act about Kenya."""
    workspace = open_workspace(folder)
    with workspace.begin() as session:
        journal.write(session, workspace.hand("M. Njeri"), kind, office="KE", reason=reason)
    workspace.close()


def _said(folder: Path) -> set[str]:
    """What was said about Kenya, as far as it is here; of what concerns this workspace alone the kinds."""
    workspace = open_workspace(folder, readonly=True)
    with workspace.read() as session:
        found = {act.reason if act.office else act.kind for act in journal.acts(session)}
    workspace.close()
    return found


def _exchange(habitat: Habitat, desk: Desk) -> None:
    made = habitat(desk.office, "package", "create", "--json").json
    assert habitat(desk.headquarters, "import", made["path"]).code == 0
    reply = habitat(desk.headquarters, "package", "create", "--to", "KE", "--json").json
    assert habitat(desk.office, "import", reply["path"]).code == 0


@pytest.mark.parametrize("damage", [_cut_to_nothing, _overwrite, _cut_in_half, _one_page])
@pytest.mark.parametrize("backed_up", [False, True])
def test_no_act_that_was_sent_is_lost_with_a_database(
    habitat: Habitat, desk: Desk, damage: Damage, backed_up: bool
) -> None:
    _write(desk.office, "nil_return", "no programme")
    _write(desk.headquarters, "query", "why none?")
    if backed_up:
        assert habitat(desk.office, "backup").code == 0
    _exchange(habitat, desk)
    _write(desk.office, "nil_return", "never sent")
    for backup in (desk.office / "backups").glob("*-package.sqlite"):
        backup.unlink()
    damage(desk.office / "records.sqlite")
    open_to_write(habitat, desk)
    said = _said(desk.office)
    assert {"no programme", "why none?"} <= said
    assert ("trust" in said) or not backed_up  # it never travels: only a backup or the file itself has it
    assert ("never sent" in said) == (damage is _one_page) or damage is _cut_in_half
    result = habitat(desk.office, "verify")
    assert result.code == 0, result.err


def test_acts_come_back_from_the_other_side_where_no_package_is_left(habitat: Habitat, desk: Desk) -> None:
    _write(desk.office, "nil_return", "no programme")
    _write(desk.headquarters, "query", "why none?")
    assert habitat(desk.office, "backup").code == 0
    backup = max((desk.office / "backups").glob("*-by-hand.sqlite"))
    connection = sqlite3.connect(backup)  # older than all of it
    connection.execute("DELETE FROM acts WHERE office != ''")
    connection.commit()
    connection.close()
    _exchange(habitat, desk)
    for path in (desk.office / "packages").rglob("*.xlsx"):
        path.unlink()
    for path in (desk.office / "backups").glob("*-package.sqlite"):
        path.unlink()
    _cut_to_nothing(desk.office / "records.sqlite")
    open_to_write(habitat, desk)
    assert _said(desk.office) == {"trust"}
    hello = habitat(desk.office, "package", "create", "--json").json  # says what is here: nothing
    assert habitat(desk.headquarters, "import", hello["path"]).code == 0
    reply = habitat(desk.headquarters, "package", "create", "--to", "KE", "--json").json
    assert habitat(desk.office, "import", reply["path"]).code == 0
    assert _said(desk.office) == {"trust", "no programme", "why none?"}
    assert habitat(desk.office, "verify").code == 0


def test_without_a_backup_packages_alone_bring_back_what_was_sent(
    habitat: Habitat, desk: Desk, add: Callable[..., str]
) -> None:
    sent = add("--finalize")
    assert habitat(desk.office, "package", "create").code == 0
    for backup in (desk.office / "backups").glob("*.sqlite"):
        backup.unlink()
    _cut_to_nothing(desk.office / "records.sqlite")
    open_to_write(habitat, desk)
    records = habitat(desk.office, "record", "list", "--json").json
    assert [(record["label"], record["state"]) for record in records] == [(sent, "package")]
    report = last_report(desk.office)
    assert report is not None and (report.backup, report.since) == ("", "")
    assert any("no sound backup" in sentence for sentence in sentences(report))


def test_with_nothing_to_bring_back_the_file_stays_as_it_is(habitat: Habitat, desk: Desk) -> None:
    path = desk.office / "records.sqlite"
    path.write_bytes(b"broken")
    said = habitat(desk.office, "record", "list")
    assert said.code == 1 and "damaged" in said.err
    assert path.read_bytes() == b"broken"
    assert last_report(desk.office) is None
    assert list(desk.office.glob("records-replaced*")) == []


def test_a_damaged_backup_is_passed_over_for_an_older_sound_one(
    habitat: Habitat, desk: Desk, add: Callable[..., str]
) -> None:
    old = add("--finalize")
    first = Path(habitat(desk.office, "backup", "--json").json["path"])
    add("--finalize")
    second = Path(habitat(desk.office, "backup", "--json").json["path"])
    second.write_bytes(second.read_bytes()[:9000])
    _overwrite(desk.office / "records.sqlite")
    workspace = open_workspace(desk.office)
    assert workspace.database.installation and workspace.recovery is not None
    assert workspace.recovery.backup == str(first)
    workspace.close()
    assert [r["label"] for r in habitat(desk.office, "record", "list", "--json").json] == [old]


def test_what_is_interrupted_leaves_the_damaged_file_and_is_done_again(
    habitat: Habitat, desk: Desk, add: Callable[..., str]
) -> None:
    assert habitat(desk.office, "backup").code == 0
    sent = add("--finalize")
    assert habitat(desk.office, "package", "create").code == 0
    for backup in (desk.office / "backups").glob("*-package.sqlite"):
        backup.unlink()
    path = desk.office / "records.sqlite"
    _cut_in_half(path)
    before = path.read_bytes()
    names = {item.name for item in desk.office.iterdir()}
    stopped = Progress()
    stopped.cancel()
    error = DatabaseDamaged(path=path, problem="test.", backups=desk.office / "backups")
    with pytest.raises(Cancelled):
        recover(open_workspace(desk.office), error, at=datetime.now(UTC), progress=stopped)
    assert path.read_bytes() == before
    assert {item.name for item in desk.office.iterdir()} == names
    assert last_report(desk.office) is None
    open_to_write(habitat, desk)
    assert [r["label"] for r in habitat(desk.office, "record", "list", "--json").json] == [sent]


def test_a_report_that_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    folder = tmp_path / "recoveries"
    folder.mkdir()
    (folder / "2026.json").write_text(json.dumps({"at": "x"}), encoding="utf-8")
    assert last_report(tmp_path) is None

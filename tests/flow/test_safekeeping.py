"""Backup and restore as a person types them."""

from pathlib import Path

from tests.flow.conftest import Desk, Habitat, answers_file, demo_return


def _add(habitat: Habitat, desk: Desk, folder: Path) -> str:
    answers = answers_file(folder, demo_return("housing_policy"))
    added = habitat(
        desk.office, "record", "add", "--form", "housing_policy", "--answers", answers, "--finalize", "--json"
    )
    assert added.code == 0, added.err
    return str(added.json["label"])


def test_a_restore_says_first_what_it_brings_and_keeps_what_it_replaces(
    habitat: Habitat, desk: Desk, tmp_path: Path
) -> None:
    _add(habitat, desk, tmp_path)
    made = habitat(desk.office, "backup", "--json")
    assert made.code == 0 and Path(made.json["path"]).is_file()
    label = _add(habitat, desk, tmp_path)
    before = habitat(desk.office, "status", "--json").json

    seen = habitat(desk.office, "restore", "--preview", "--json").json
    assert (seen["backup"], seen["harmless"], seen["revisions_lost"]) == (made.json["path"], False, 1)
    assert [change["label"] for change in seen["records"]] == [label]
    spoken = habitat(desk.office, "restore", "--preview")
    assert spoken.code == 0 and label in spoken.out
    assert habitat(desk.office, "restore").code != 0, "nobody answered"
    assert habitat(desk.office, "status", "--json").json == before

    done = habitat(desk.office, "restore", "--yes", "--json")
    assert done.code == 0, done.err
    after = habitat(desk.office, "status", "--json").json
    assert (after["records"], before["records"]) == (1, 2)
    assert after["installation"] != before["installation"]
    back = habitat(desk.office, "restore", done.json["replaced"], "--preview", "--json").json
    assert back["revisions_back"] == 1


def test_what_was_sent_is_said_to_come_back_and_does(habitat: Habitat, desk: Desk, tmp_path: Path) -> None:
    made = habitat(desk.office, "backup", "--json").json["path"]
    label = _add(habitat, desk, tmp_path)
    assert habitat(desk.office, "package", "create").code == 0
    seen = habitat(desk.office, "restore", made, "--preview", "--json").json
    assert (seen["harmless"], seen["revisions_lost"], seen["packages_lost"]) == (True, 0, [])
    assert [change["revisions_replayed"] for change in seen["records"]] == [1]
    assert [change["number"] for change in seen["packages_replayed"]] == [1]
    done = habitat(desk.office, "restore", made, "--yes", "--json").json
    assert (done["revisions_from_packages"], done["packages"]) == (1, 1)
    (record,) = habitat(desk.office, "record", "list", "--json").json
    assert (record["label"], record["state"]) == (label, "package")


def test_packages_are_followed_by_backups_and_a_missing_stick_is_told(
    habitat: Habitat, desk: Desk, tmp_path: Path
) -> None:
    _add(habitat, desk, tmp_path)
    stick = tmp_path / "backup stick"
    assert habitat(desk.office, "backup", "--second-folder", stick).code == 1, "there is no such folder"
    stick.mkdir()
    assert habitat(desk.office, "backup", "--second-folder", stick).code == 0
    assert len(list(stick.rglob("*.sqlite"))) == 1
    stick.rename(tmp_path / "pulled out")
    made = habitat(desk.office, "package", "create", "--json")
    assert made.code == 0 and str(stick) in made.err
    status = habitat(desk.office, "status")
    assert status.code == 0 and str(stick) in status.err
    assert habitat(desk.office, "status", "--json").json["last_backup"] is not None
    reasons = [found["reason"] for found in habitat(desk.office, "backup", "--list", "--json").json]
    assert reasons == ["package", "by-hand"]


def test_restore_without_a_backup_says_where_it_looked(habitat: Habitat, desk: Desk, tmp_path: Path) -> None:
    said = habitat(desk.office, "restore", "--yes")
    assert said.code == 1 and "backups" in said.err
    (tmp_path / "x.sqlite").write_text("nothing")
    assert habitat(desk.office, "restore", tmp_path / "x.sqlite", "--yes").code == 1

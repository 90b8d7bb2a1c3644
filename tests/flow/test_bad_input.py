"""Bad input gets one sentence with its place, an exit code, and leaves nothing half written."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from habitat_desktop.workspace import open_workspace
from tests.flow.conftest import Desk, Habitat, answers_file, demo_return


def test_a_workbook_that_is_no_form_is_named(habitat: Habitat, tmp_path: Path) -> None:
    path = tmp_path / "budget.xlsx"
    book = openpyxl.Workbook()
    book.active["A1"] = "just numbers"
    book.save(path)
    checked = habitat(None, "form", "check", path, "--json")
    assert checked.code == 1
    assert checked.json["ok"] is False and checked.json["problems"][0]["code"] == "NOT_A_FORM"
    run = habitat(None, "form", "run", path)
    assert run.code == 1 and "budget.xlsx" in run.err


@pytest.mark.parametrize(
    ("relevant", "calculation", "code"),
    [("${rooms} >> 3", "", "FORM_EXPRESSION"), ("", "${windows} + 1", "FORM_CYCLE")],
)
def test_a_broken_rule_is_named_with_its_question(
    relevant: str, calculation: str, code: str, habitat: Habitat, tmp_path: Path
) -> None:
    path = tmp_path / "broken.xlsx"
    book = openpyxl.Workbook()
    survey = book.active
    survey.title = "survey"
    survey.append(["type", "name", "label", "relevant", "calculation"])
    survey.append(["integer", "rooms", "Rooms", "", calculation])
    survey.append(["integer", "windows", "Windows", relevant, "${rooms} + 1" if calculation else ""])
    settings = book.create_sheet("settings")
    settings.append(["form_title", "form_id", "version"])
    settings.append(["Broken", "broken", "1"])
    book.save(path)
    checked = habitat(None, "form", "check", path, "--json")
    assert checked.code == 1
    (problem,) = [p for p in checked.json["problems"] if p["severity"] == "error"]
    assert problem["code"] == code
    assert "windows" in problem["message"]


def test_unknown_questions_and_wrong_types_are_all_named_and_nothing_is_saved(
    habitat: Habitat, desk: Desk, tmp_path: Path
) -> None:
    answers = demo_return("housing_policy")
    answers["ctx"] |= {"urban_pop": "many", "favourite_colour": "blue"}
    answers["instrument"] = {"in_title": "not a list"}
    path = answers_file(tmp_path, answers)
    said = habitat(desk.office, "record", "add", "--form", "housing_policy", "--answers", path, "--json")
    assert said.code == 1
    for place in ("/data/ctx/urban_pop", "/data/ctx/favourite_colour", "/data/instrument"):
        assert place in said.err
    assert habitat(desk.office, "record", "list", "--json").json == []


def test_an_incomplete_return_stays_a_draft_and_says_what_is_missing(
    habitat: Habitat, desk: Desk, tmp_path: Path
) -> None:
    path = answers_file(tmp_path, {"ctx": {"urban_pop": 15000000}})
    said = habitat(
        desk.office, "record", "add", "--form", "housing_policy", "--answers", path, "--finalize", "--json"
    )
    assert said.code == 1
    assert said.json["state"] == "draft" and said.json["revision_id"] is None and said.json["problems"]
    (record,) = habitat(desk.office, "record", "list", "--json").json
    assert record["state"] == "draft"


def test_answers_that_are_no_json_are_named(habitat: Habitat, desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "answers.json"
    path.write_text('{"ctx": ')
    said = habitat(desk.office, "record", "add", "--form", "housing_policy", "--answers", path)
    assert said.code == 1 and "answers.json" in said.err


@pytest.fixture
def package(habitat: Habitat, desk: Desk, tmp_path: Path) -> Path:
    answers = answers_file(tmp_path, demo_return("housing_policy"))
    habitat(desk.office, "record", "add", "--form", "housing_policy", "--answers", answers, "--finalize")
    return Path(habitat(desk.office, "package", "create", "--output", desk.folder, "--json").json["path"])


def test_a_package_cut_in_half_goes_to_quarantine(habitat: Habitat, desk: Desk, package: Path) -> None:
    content = package.read_bytes()
    package.write_bytes(content[: len(content) // 2])
    said = habitat(desk.headquarters, "import", package, "--json")
    assert said.code == 1
    assert said.json[0]["status"] == "quarantined" and said.json[0]["code"] == "ZIP_BAD"
    assert package.name in said.err
    figures = habitat(desk.headquarters, "status", "--json").json
    assert (figures["records"], figures["revisions"], figures["quarantine"]) == (0, 0, 1)
    kept = list((desk.headquarters / "quarantine").rglob("*.xlsx"))
    assert [path.read_bytes() for path in kept] == [package.read_bytes()]


def test_a_package_for_another_recipient_is_refused(
    habitat: Habitat, desk: Desk, package: Path, tmp_path: Path
) -> None:
    other = tmp_path / "uganda"
    habitat(None, "init", other, "--office", "UG", "--name", "Uganda office")
    said = habitat(other, "import", package, "--json")
    assert said.code == 1
    assert said.json[0]["status"] == "refused" and said.json[0]["code"] == "WRONG_RECIPIENT"
    assert habitat(other, "status", "--json").json["revisions"] == 0


def test_an_export_folder_that_is_none_is_named_and_nothing_counts_as_sent(
    habitat: Habitat, desk: Desk, package: Path, tmp_path: Path
) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("in the way")
    said = habitat(desk.office, "package", "create", "--output", blocked, "--json")
    assert said.code == 1 and "a file" in said.err
    assert habitat(desk.office, "status", "--json").json["packages"] == 1  # only the first one


def test_a_command_without_a_workspace_says_how_to_make_one(habitat: Habitat, tmp_path: Path) -> None:
    said = habitat(tmp_path / "nowhere", "status", "--json")
    assert said.code == 1 and "habitat init" in said.err


def test_a_workspace_is_never_made_over_another(habitat: Habitat, desk: Desk) -> None:
    before = (desk.office / "settings.json").read_bytes()
    said = habitat(None, "init", desk.office, "--office", "UG", "--name", "Uganda office")
    assert said.code == 1
    assert (desk.office / "settings.json").read_bytes() == before


def test_a_workspace_whose_making_was_cut_off_is_finished(habitat: Habitat, tmp_path: Path) -> None:
    folder = tmp_path / "kenya"
    make = ("init", folder, "--office", "KE", "--name", "Kenya")
    assert habitat(None, *make).code == 0
    (folder / "settings.json").unlink()  # what a power cut between database and settings leaves
    assert habitat(None, *make).code == 0
    assert habitat(folder, "status").code == 0


def test_records_without_settings_are_never_taken_for_a_new_workspace(habitat: Habitat, desk: Desk) -> None:
    answers = desk.office.parent / "answers.json"
    answers.write_text("{}", encoding="utf-8")
    added = habitat(desk.office, "record", "add", "--form", "slum_upgrading", "--answers", answers)
    assert added.code == 0, added.err
    (desk.office / "settings.json").unlink()
    assert habitat(None, "init", desk.office, "--office", "KE", "--name", "Kenya").code == 1


def test_settings_that_were_damaged_are_named(habitat: Habitat, desk: Desk) -> None:
    (desk.office / "settings.json").write_text("{", encoding="utf-8")
    said = habitat(desk.office, "status")
    assert said.code == 1 and "settings.json" in said.err


def test_a_step_that_cannot_be_applied_is_named(habitat: Habitat, forms_folder: Path, tmp_path: Path) -> None:
    steps = tmp_path / "steps.json"
    steps.write_text(json.dumps([{"op": "answer", "ref": "/data/nowhere", "value": "1"}]))
    said = habitat(None, "form", "run", forms_folder / "housing_policy.xlsx", "--steps", steps)
    assert said.code == 2 and "1" in said.err and "/data/nowhere" in said.err


@pytest.mark.parametrize(
    "settings",
    [
        "[]",
        "null",
        '{"role": "office"}',
        '{"role": "boss", "office": "KE", "name": "Kenya"}',
        '{"role": "office", "office": 5, "name": "Kenya"}',
        '{"role": "office", "office": "KE", "name": "Kenya", "language": "xx"}',
        '{"role": "office", "office": "KE", "name": "Kenya", "countries": 5}',
        '{"role": "office", "office": "KE", "name": "Kenya", "countries": [5]}',
        '{"role": "office", "office": "KE", "name": "Kenya", "persons": [{}]}',
        '{"role": "office", "office": "KE", "name": "Kenya", "transports": {"a": "b"}}',
        '{"role": "office", "office": "KE", "name": "Kenya", "text_percent": "big"}',
    ],
)
def test_settings_with_a_wrong_value_are_refused(settings: str, habitat: Habitat, tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text(settings, encoding="utf-8")
    said = habitat(tmp_path, "status", "--json")
    assert (said.code, said.json["ok"]) == (1, False)
    assert "settings.json" in said.err and "Traceback" not in said.err
    assert [path.name for path in tmp_path.iterdir()] == ["settings.json"]


def test_a_database_that_is_gone_is_not_replaced_by_an_empty_one(habitat: Habitat, desk: Desk) -> None:
    database = desk.office / "records.sqlite"
    database.unlink()
    said = habitat(desk.office, "record", "list", "--json")
    assert said.code == 1 and "records.sqlite" in said.err and "backup" in said.err
    assert not database.exists()


@pytest.mark.parametrize("content", [b"", b"no database at all" * 300, None])
def test_a_damaged_database_is_named_and_left_as_it_is(
    content: bytes | None, habitat: Habitat, desk: Desk
) -> None:
    database = desk.office / "records.sqlite"
    damaged = database.read_bytes()[:5000] if content is None else content
    database.write_bytes(damaged)
    said = habitat(desk.office, "record", "list", "--json")
    assert (said.code, said.json["ok"]) == (1, False)
    assert "records.sqlite" in said.err and "backup" in said.err
    assert database.read_bytes() == damaged


def test_two_commands_that_write_do_not_meet_in_one_workspace(habitat: Habitat, desk: Desk) -> None:
    workspace = open_workspace(desk.office)
    assert workspace.database.installation  # opens it, and holds the lock
    request = ("keys", "request", desk.folder / "request.xlsx")
    try:
        said = habitat(desk.office, *request)
        looked = habitat(desk.office, "record", "list", "--json")
    finally:
        workspace.close()
    assert said.code == 1 and "another window or command" in said.err
    assert (looked.code, looked.json) == (0, [])
    assert habitat(desk.office, *request).code == 0


@pytest.fixture(params=["full", "read-only"])
def bad_disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A disk of its own without room, or one that cannot be written to."""
    disk = tmp_path / "disk"
    disk.mkdir()
    options = "size=64k" if request.param == "full" else "size=64k,ro"
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", disk], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("only an administrator can make a disk")
    try:
        if request.param == "full":
            (disk / "others.bin").write_bytes(bytes(60 << 10))
        yield disk
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_bad_disk_is_named_and_nothing_half_made_stays_there(
    habitat: Habitat, desk: Desk, package: Path, bad_disk: Path
) -> None:
    before = sorted(path.name for path in bad_disk.iterdir())
    made = habitat(desk.office, "package", "create", "--output", bad_disk, "--json")
    assert (made.code, made.json["ok"]) == (1, False) and str(bad_disk) in made.err
    new = habitat(None, "init", bad_disk / "ws", "--office", "UG", "--name", "Uganda office")
    assert new.code == 1 and str(bad_disk) in new.err
    assert habitat(desk.office, "transport", "add", "stick", bad_disk).code == 0
    synced = habitat(desk.office, "sync", "--json")
    assert synced.code == 1 and str(bad_disk) in synced.err
    assert [(one["sent"], one["code"]) for one in synced.json] == [([], "TRANSPORT_UNREACHABLE")]
    assert sorted(path.name for path in bad_disk.iterdir()) == before


def test_files_that_are_none_are_named_one_by_one(habitat: Habitat, desk: Desk, tmp_path: Path) -> None:
    folder, empty, noise = tmp_path / "a folder", tmp_path / "empty.xlsx", tmp_path / "ضوضاء.xlsx"
    folder.mkdir()
    empty.touch()
    noise.write_bytes(bytes(range(256)) * 20)
    files = [tmp_path / "none.xlsx", folder, empty, noise]
    said = habitat(desk.headquarters, "import", *files, "--json")
    assert said.code == 1
    assert [result["status"] in ("refused", "quarantined") for result in said.json] == [True] * 4
    assert all(path.name in said.err for path in files)
    for file in files:
        assert habitat(None, "form", "check", file, "--json").json["ok"] is False
        assert habitat(None, "form", "run", file).code == 1
        assert habitat(desk.office, "form", "add", file).code == 1
        read = habitat(desk.office, "record", "add", "--form", "housing_policy", "--answers", file)
        assert read.code == 1 and str(file) in read.err and len(read.err.strip().splitlines()) == 1


def test_codes_and_names_that_cannot_be_are_refused(habitat: Habitat, desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    for office, name in (("K E", "Kenya"), ("../KE", "Kenya"), ("KE", " \u202e ")):
        assert habitat(None, "init", folder, "--office", office, "--name", name).code == 1
        assert not folder.exists()
    assert habitat(desk.headquarters, "package", "create", "--to", "../etc").code == 1
    assert "housing" in habitat(desk.office, "form", "show", "housing").err

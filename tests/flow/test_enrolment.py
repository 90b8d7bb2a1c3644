"""From a request to a trusted key and back, as persons at the command line do it, with real workbooks."""

import json
import shutil
from pathlib import Path

import openpyxl
import pytest

from habitat_desktop.i18n.catalogues import set_language
from tests.flow.conftest import Demonstration, Desk, Habitat, answers_file, demo_return


def _ask(habitat: Habitat, asking: Path, file: Path) -> str:
    said = habitat(asking, "keys", "request", file, "--json")
    assert said.code == 0
    return str(said.json["fingerprint"])


@pytest.fixture
def stranger(habitat: Habitat, tmp_path: Path) -> Path:
    """A new laptop nobody trusts."""
    folder = tmp_path / "new laptop"
    assert habitat(None, "init", folder, "--office", "KE", "--name", "Kenya", "--person", "A. B.").code == 0
    return folder


def test_a_wrong_fingerprint_trusts_nobody(
    habitat: Habitat, desk: Desk, stranger: Path, tmp_path: Path
) -> None:
    file = tmp_path / "ke.xlsx"
    spoken = _ask(habitat, stranger, file)
    wrong = spoken[:-1] + str((int(spoken[-1]) + 1) % 10)
    before = habitat(desk.headquarters, "keys", "show", "--json").json["trusted"]
    for typed in (wrong, spoken[:-5], "x"):
        said = habitat(desk.headquarters, "keys", "trust", file, "--fingerprint", typed)
        assert said.code == 1 and "Nobody was trusted" in said.err
    assert habitat(desk.headquarters, "keys", "show", "--json").json["trusted"] == before
    said = habitat(desk.headquarters, "keys", "trust", file, "--fingerprint", spoken, "--json")
    assert (said.code, said.json["state"], said.json["fingerprint"]) == (0, "trusted", spoken)


def test_requests_that_nobody_should_trust(
    habitat: Habitat, desk: Desk, stranger: Path, tmp_path: Path
) -> None:
    file, hq = tmp_path / "ke.xlsx", tmp_path / "hq.xlsx"
    spoken, hq_spoken = _ask(habitat, stranger, file), _ask(habitat, desk.headquarters, hq)
    book = openpyxl.load_workbook(file)
    for row in book["_request"].iter_rows():
        if row[0].value == "document":
            row[1].value = row[1].value[:40] + ("A" if row[1].value[40] != "A" else "B") + row[1].value[41:]
    book.save(tmp_path / "damaged.xlsx")
    openpyxl.Workbook().save(tmp_path / "other.xlsx")
    for workspace, path, typed in (
        (desk.headquarters, tmp_path / "damaged.xlsx", spoken),
        (desk.headquarters, tmp_path / "other.xlsx", spoken),
        (stranger, file, spoken),  # its own
        (desk.office, file, spoken),  # an office trusts no office
        (desk.headquarters, hq, hq_spoken),
    ):
        said = habitat(workspace, "keys", "trust", path, "--fingerprint", typed)
        assert said.code == 1 and path.name in said.err and "Traceback" not in said.err


def test_a_request_says_in_arabic_how_it_is_compared(
    habitat: Habitat, stranger: Path, tmp_path: Path
) -> None:
    from dataclasses import replace

    from habitat_desktop.settings import read_settings, write_settings

    write_settings(stranger, replace(read_settings(stranger), language="ar"))
    spoken = _ask(habitat, stranger, tmp_path / "ke.xlsx")
    set_language("en")
    book = openpyxl.load_workbook(tmp_path / "ke.xlsx")
    sheet = book.worksheets[0]
    assert sheet.sheet_view.rightToLeft and book["_request"].sheet_state == "hidden"
    assert [cell.value for cell in sheet[8]][1:7] == spoken.split(" ")


@pytest.mark.xdist_group("demonstration")
def test_no_private_key_is_in_anything_the_demonstration_writes(
    habitat: Habitat, demonstration: Demonstration, tmp_path: Path
) -> None:
    folder = tmp_path / "demo"
    shutil.copytree(demonstration.folder, folder)
    assert habitat(folder / "kenya", "backup").code == 0
    private = []
    for key in folder.glob("*/keys/key.json"):
        private += [secret.encode() for secret in json.loads(key.read_text())["secret"].values()]
    assert len(private) == 4
    for path in folder.rglob("*"):
        if path.is_file() and path.name != "key.json":
            content = path.read_bytes()
            assert not [secret for secret in private if secret in content], path


def test_a_request_given_to_import_is_named_as_one(
    habitat: Habitat, desk: Desk, stranger: Path, tmp_path: Path
) -> None:
    file = tmp_path / "ke.xlsx"
    _ask(habitat, stranger, file)
    said = habitat(desk.headquarters, "import", file)
    assert said.code == 1 and "keys trust" in said.err
    assert habitat(desk.headquarters, "import", file, "--json").json[0]["code"] == "REQUEST_NOT_PACKAGE"


def test_a_new_laptop_is_told_to_trust_headquarters_first(
    habitat: Habitat, desk: Desk, stranger: Path, tmp_path: Path
) -> None:
    answers = answers_file(tmp_path, demo_return("housing_policy"))
    add = ("record", "add", "--form", "housing_policy", "--answers", answers, "--period", "2026-H1")
    assert habitat(desk.office, *add, "--finalize").code == 0
    sent = habitat(desk.office, "package", "create", "--output", desk.folder, "--json").json["path"]
    assert habitat(desk.headquarters, "import", sent).code == 0
    made = habitat(desk.headquarters, "package", "create", "--to", "KE", "--output", tmp_path, "--json")
    assert habitat(stranger, "import", made.json["path"], "--json").json[0]["code"] == "UNKNOWN_KEY"

"""Headquarters publishes forms, translations and lists; offices get them with a package, and use them."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from habitat_desktop.i18n.po import Entry, write_po
from habitat_desktop.i18n.workshop import new_header
from habitat_desktop.packages import publishing
from habitat_desktop.records import journal
from habitat_desktop.resources import data_dir
from habitat_desktop.workspace import open_workspace
from tests.flow.conftest import Desk, Habitat, Said, answers_file, demo_return, enrol
from tests.flow.telling import Story, tell

__all__ = ["tell"]  # a fixture

FORM = "housing_policy"
CONTEXT = f"{FORM}|hdr/reporting_year|label"
PARTNERS = "name,label\nundp,UNDP\nwb,World Bank\n"


def next_form(folder: Path, version: str, *more: tuple[str, str, str]) -> Path:
    """The shipped form as a designer at headquarters changes it: a new version, and questions at its end."""
    book = openpyxl.load_workbook(data_dir("forms") / f"{FORM}.xlsx")
    settings = book["settings"]
    settings.cell(2, [cell.value for cell in settings[1]].index("version") + 1).value = version
    for row in more:
        book["survey"].append(row)
    path = folder / f"version-{version}" / f"{FORM}.xlsx"
    path.parent.mkdir(parents=True)
    book.save(path)
    return path


def partner() -> tuple[str, str, str]:
    return ("select_one_from_file partners.csv", "partner", "Main partner")


def partners(folder: Path, text: str = PARTNERS) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "partners.csv"
    path.write_text(text, encoding="utf-8")
    return path


def french(folder: Path, text: str, label: str) -> Path:
    path = folder / f"{FORM}.po"
    entries = [new_header("fr", f"forms/{FORM}"), Entry(text, context=CONTEXT, strings=[label])]
    path.write_text(write_po(entries), encoding="utf-8")
    return path


@pytest.fixture
def publish(habitat: Habitat, desk: Desk) -> Callable[..., Said]:
    def call(file: Path, *options: object, reason: str = "From the statistics unit") -> Said:
        return habitat(
            desk.headquarters, "release", "publish", file, "--reason", reason,
            "--person", "A. Odhiambo", "--json", *options,
        )  # fmt: skip

    return call


@pytest.fixture
def sync(habitat: Habitat, desk: Desk) -> Callable[[], list[Said]]:
    """One exchange of each side over a folder: headquarters, the office, headquarters."""
    for place in (desk.office, desk.headquarters):
        assert habitat(place, "transport", "add", "stick", desk.folder).code == 0

    def call() -> list[Said]:
        said = [
            habitat(place, "sync", "--json") for place in (desk.headquarters, desk.office, desk.headquarters)
        ]
        assert [one.code for one in said] == [0, 0, 0], [one.err for one in said]
        return said

    return call


def states(habitat: Habitat, place: Path) -> dict[tuple[str, int], str]:
    return {
        (one["name"], one["number"]): one["state"] for one in habitat(place, "release", "list", "--json").json
    }


def question(habitat: Habitat, place: Path, name: str, language: str = "en") -> dict[str, Any]:
    shown = habitat(place, "form", "show", FORM, "--language", language, "--json").json
    return next(row for row in shown["rows"] if row["name"] == name)


def finalize(habitat: Habitat, desk: Desk, folder: Path, partner: str, year: int) -> dict[str, Any]:
    answers = demo_return(FORM)
    answers["hdr"] = {**answers["hdr"], "reporting_year": year}
    file = answers_file(folder, {**answers, "partner": partner}, f"{partner}.json")
    made = habitat(desk.office, "record", "add", "--form", FORM, "--answers", file, "--finalize", "--json")
    assert made.code == 0, made.err
    return dict(made.json)


def test_a_form_a_mended_translation_and_a_longer_list_reach_an_office_and_are_used(
    habitat: Habitat,
    desk: Desk,
    publish: Callable[..., Said],
    sync: Callable[[], list[Said]],
    tell: Story,
    tmp_path: Path,
) -> None:
    shipped = question(habitat, desk.office, "reporting_year", "fr")["label"]
    english = question(habitat, desk.office, "reporting_year")["label"]

    tell("Headquarters publishes a list of partners, and a form that asks for one of them.")
    assert publish(partners(tmp_path / "first")).json["offices"] == ["KE"]
    made = publish(next_form(tmp_path, "2026.2", partner()))
    assert made.code == 0, made.err
    assert (made.json["name"], made.json["version"], made.json["number"]) == (FORM, "2026.2", 1)
    assert states(habitat, desk.headquarters) == {("partners.csv", 1): "installed", (FORM, 1): "installed"}
    (first, _second) = habitat(desk.headquarters, "release", "list", "--json").json
    assert [(one["office"], one["confirmed"]) for one in first["offices"]] == [("KE", False)]

    tell("Kenya synchronizes: both came with the package, and are installed.")
    told = sync()[1].json[0]["notices"]
    assert [one["code"] for one in told] == ["RELEASE_INSTALLED", "RELEASE_INSTALLED"]
    assert states(habitat, desk.office) == {("partners.csv", 1): "installed", (FORM, 1): "installed"}
    sync()
    (first, _second) = habitat(desk.headquarters, "release", "list", "--json").json
    assert [(one["office"], one["confirmed"]) for one in first["offices"]] == [("KE", True)]
    one = finalize(habitat, desk, tmp_path, "wb", 2025)
    assert question(habitat, desk.office, "reporting_year", "fr")["label"] == shipped

    tell("Headquarters publishes the next version, a better French label, and one partner more.")
    publish(partners(tmp_path / "second", PARTNERS + "eu,European Union\n"))
    publish(next_form(tmp_path, "2026.3", partner(), ("text", "partner_note", "About the partner")))
    mended = publish(french(tmp_path, english, "Année sur laquelle porte le rapport"))
    assert (mended.json["what"], mended.json["name"]) == ("language", f"fr/forms/{FORM}")
    sync()
    assert states(habitat, desk.office) == {
        ("partners.csv", 1): "superseded",
        ("partners.csv", 2): "installed",
        (FORM, 1): "installed",
        (FORM, 2): "installed",
        (f"fr/forms/{FORM}", 1): "installed",
    }

    tell("Kenya makes a return on the new version, with the new partner; its French label is the mended one.")
    new = finalize(habitat, desk, tmp_path, "eu", 2026)
    assert question(habitat, desk.office, "partner_note")["label"] == "About the partner"
    assert question(habitat, desk.office, "reporting_year", "fr")["label"] == (
        "Année sur laquelle porte le rapport"
    )
    assert question(habitat, desk.office, "reporting_year", "es")["label"] != english

    tell("Both returns reach headquarters, each on its version, and everything is as it was written.")
    sync()
    there = {
        record["record_id"]: habitat(desk.headquarters, "record", "show", record["record_id"], "--json").json
        for record in habitat(desk.headquarters, "record", "list", "--json").json
    }
    assert there[one["record_id"]]["answers"]["partner"] == "wb"
    assert there[new["record_id"]]["answers"]["partner"] == "eu"
    for place in (desk.office, desk.headquarters):
        said = habitat(place, "verify", "--json")
        assert said.code == 0, said.out
    checked = habitat(desk.headquarters, "record", "check", "--json")
    assert checked.code == 0, checked.out

    tell("A list without a partner that a return names is published, but not without a word.")
    warned = publish(partners(tmp_path / "third", PARTNERS.replace("wb,World Bank\n", "") + "eu,EU\n"))
    assert warned.code == 0
    assert len(warned.json["warnings"]) == 1
    assert "wb" in warned.json["warnings"][0] and one["label"] in warned.json["warnings"][0]
    sync()
    (row,) = [r for r in habitat(desk.office, "release", "list", "--json").json if r["number"] == 3]
    assert row["state"] == "installed" and "wb" in row["warnings"][0]
    kept = habitat(desk.office, "record", "show", one["record_id"], "--json").json
    assert kept["answers"]["partner"] == "wb"


def test_only_headquarters_publishes_and_says_why(
    habitat: Habitat, desk: Desk, publish: Callable[..., Said], tmp_path: Path
) -> None:
    file = partners(tmp_path)
    refused = habitat(desk.office, "release", "publish", file, "--reason", "I may", "--person", "M")
    assert refused.code == 1 and "Nothing was changed" in refused.err
    assert habitat(desk.headquarters, "release", "publish", file).code == 2  # no reason
    assert publish(file, reason=" ").code == 1
    assert publish(file, "--to", "UG").code == 1
    assert publish(tmp_path / "none.csv").code == 1
    for place in (desk.office, desk.headquarters):
        assert habitat(place, "release", "list", "--json").json == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("partners.csv", b"\xff\xfe"),
        ("partners.exe", b"MZ"),
        ("fr.po", b'msgid "a"\nmsgstr "b"\n'),
        ("form.xlsx", b"PK\x03\x04"),
        ("form.xml", b"<html/>"),
        ("huge.csv", b"a" * (17 << 20)),
    ],
)
def test_what_cannot_be_installed_is_not_published(
    name: str, content: bytes, habitat: Habitat, desk: Desk, publish: Callable[..., Said], tmp_path: Path
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    refused = publish(file)
    assert refused.code == 1 and refused.err.strip().endswith(".")
    assert habitat(desk.headquarters, "release", "list", "--json").json == []
    assert not list((desk.headquarters / "attachments").iterdir())


def test_the_same_file_once_more_goes_to_nobody_twice(
    habitat: Habitat, desk: Desk, publish: Callable[..., Said], tmp_path: Path
) -> None:
    first, again = publish(partners(tmp_path)).json, publish(partners(tmp_path)).json
    assert (first["number"], first["offices"], first["already"]) == (1, ["KE"], [])
    assert (again["number"], again["offices"], again["already"]) == (1, [], ["KE"])
    assert len(habitat(desk.headquarters, "release", "list", "--json").json) == 1


def test_packages_out_of_order_end_with_the_newest(
    habitat: Habitat, desk: Desk, publish: Callable[..., Said], tmp_path: Path
) -> None:
    made = []
    for number in (1, 2):
        publish(partners(tmp_path, PARTNERS + f"p{number},Partner {number}\n"))
        made.append(
            habitat(
                desk.headquarters, "package", "create", "--to", "KE", "--output", desk.folder, "--json"
            ).json["path"]
        )
    assert habitat(desk.office, "import", made[1], made[0], "--json").code == 0
    assert states(habitat, desk.office) == {
        ("partners.csv", 1): "superseded",
        ("partners.csv", 2): "installed",
    }


def test_files_too_large_for_one_package_come_in_several(
    habitat: Habitat,
    desk: Desk,
    publish: Callable[..., Said],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(publishing, "FILES_LIMIT", 100)
    for number in (1, 2, 3):
        (file := tmp_path / f"list{number}.csv").write_text(PARTNERS + f"p{number},{'x' * 50}\n", "utf-8")
        assert publish(file).code == 0
    made = habitat(desk.headquarters, "package", "create", "--to", "KE", "--output", desk.folder, "--json")
    paths = [one["path"] for one in made.json]
    assert len(paths) == 3
    assert habitat(desk.office, "import", *reversed(paths), "--json").code == 0
    assert states(habitat, desk.office) == {(f"list{number}.csv", 1): "installed" for number in (1, 2, 3)}


def test_what_is_no_release_of_this_program_is_passed_over(
    habitat: Habitat, desk: Desk, publish: Callable[..., Said], tmp_path: Path
) -> None:
    workspace = open_workspace(desk.headquarters)
    with workspace.begin() as session:
        for content in ({}, {"what": "program", "name": "../../x"}, {"sha256": 1}):
            journal.write(
                session, workspace.hand("A. Odhiambo"), "release", office="KE", reason="r", content=content
            )
    workspace.close()
    publish(partners(tmp_path))
    made = habitat(desk.headquarters, "package", "create", "--to", "KE", "--output", desk.folder, "--json")
    assert made.code == 0, made.err
    assert habitat(desk.office, "import", made.json["path"], "--json").code == 0
    for place in (desk.office, desk.headquarters):
        assert states(habitat, place) == {("partners.csv", 1): "installed"}


def test_a_second_laptop_gets_everything_that_was_released(
    habitat: Habitat,
    desk: Desk,
    second_laptop: Path,
    publish: Callable[..., Said],
    sync: Callable[[], list[Said]],
    tmp_path: Path,
) -> None:
    publish(partners(tmp_path))
    sync()
    assert habitat(second_laptop, "transport", "add", "stick", desk.folder).code == 0
    assert habitat(second_laptop, "sync").code == 0
    sync()
    assert habitat(second_laptop, "sync").code == 0
    assert states(habitat, second_laptop) == {("partners.csv", 1): "installed"}


def test_an_office_that_came_later_gets_what_is_in_use(
    habitat: Habitat, desk: Desk, publish: Callable[..., Said], tmp_path: Path
) -> None:
    publish(partners(tmp_path / "a"))
    publish(partners(tmp_path / "b", PARTNERS + "eu,European Union\n"))
    uganda = tmp_path / "uganda"
    assert habitat(None, "init", uganda, "--office", "UG", "--name", "Uganda", "--person", "S").code == 0
    enrol(uganda, desk.headquarters, tmp_path)
    asked = ("release", "send", "--to", "UG", "--person", "A. Odhiambo")
    assert habitat(desk.headquarters, *asked, "--reason", " ").code == 1
    assert habitat(desk.headquarters, *asked, "nothing", "--reason", "New").code == 1
    assert habitat(uganda, *asked, "--reason", "New").code == 1
    (sent,) = habitat(desk.headquarters, *asked, "--reason", "New office", "--json").json
    assert (sent["number"], sent["offices"], sent["already"]) == (2, ["UG"], [])
    (again,) = habitat(desk.headquarters, *asked, "partners.csv", "--reason", "New office", "--json").json
    assert (again["offices"], again["already"]) == ([], ["UG"])
    made = habitat(desk.headquarters, "package", "create", "--to", "UG", "--output", desk.folder, "--json")
    assert habitat(uganda, "import", made.json["path"]).code == 0
    assert states(habitat, uganda) == {("partners.csv", 2): "installed"}


def test_encrypted_packages_bring_releases_as_well(
    habitat: Habitat, desk: Desk, publish: Callable[..., Said], tmp_path: Path
) -> None:
    assert habitat(desk.headquarters, "keys", "recovery", tmp_path / "recovery.txt").code == 0
    assert habitat(desk.headquarters, "keys", "encrypt", "on").code == 0
    publish(partners(tmp_path))
    made = habitat(desk.headquarters, "package", "create", "--to", "KE", "--output", desk.folder, "--json")
    assert made.code == 0, made.err
    assert habitat(desk.office, "import", made.json["path"]).code == 0
    assert states(habitat, desk.office) == {("partners.csv", 1): "installed"}


def test_what_cannot_be_installed_stops_no_package_and_is_told(
    habitat: Habitat, desk: Desk, publish: Callable[..., Said], sync: Callable[[], list[Said]], tmp_path: Path
) -> None:
    publish(partners(tmp_path / "a"))
    publish(next_form(tmp_path, "2026.2", partner()))
    blocked = desk.office / "forms"
    blocked.write_text("a file where the folder should be", encoding="utf-8")
    told = sync()[1]
    assert {one["code"] for one in told.json[0]["notices"]} == {"RELEASE_NOT_INSTALLED"}
    assert [one["status"] for one in told.json[0]["received"]] == ["imported"]
    failed = habitat(desk.office, "release", "install", "partners.csv", "--json")
    assert failed.code == 1 and failed.json[0]["state"] == "refused"
    assert set(states(habitat, desk.office).values()) == {"waiting", "refused"}
    blocked.unlink()
    assert habitat(desk.office, "release", "install").code == 0
    assert set(states(habitat, desk.office).values()) == {"installed"}


def test_a_file_that_went_is_told_on_both_sides_and_comes_back(
    habitat: Habitat, desk: Desk, publish: Callable[..., Said], sync: Callable[[], list[Said]], tmp_path: Path
) -> None:
    file = partners(tmp_path)
    publish(file)
    shutil.rmtree(desk.headquarters / "attachments")
    refused = habitat(desk.headquarters, "package", "create", "--to", "KE", "--output", desk.folder)
    assert refused.code == 1 and "partners.csv" in refused.err
    publish(file)
    sync()
    assert states(habitat, desk.office) == {("partners.csv", 1): "installed"}
    (installed,) = desk.office.glob("forms/.lists/partners/*.csv")
    installed.write_text("name,label\n", encoding="utf-8")
    checked = habitat(desk.office, "verify", "--json")
    assert [one["code"] for one in checked.json["problems"]] == ["RELEASE_DAMAGED"]
    assert habitat(desk.office, "status", "--json").json["damaged_releases"] == 1
    assert habitat(desk.office, "release", "install").code == 0
    assert habitat(desk.office, "verify").code == 0
    shutil.rmtree(desk.office / "forms")
    shutil.rmtree(desk.office / "attachments")
    assert states(habitat, desk.office) == {("partners.csv", 1): "missing"}
    gone = habitat(desk.office, "release", "install")
    assert gone.code == 1 and "Ask headquarters" in gone.err

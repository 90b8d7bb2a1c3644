"""Persons who share a laptop, by command."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from habitat_desktop import pins
from habitat_desktop.cli.context import Context
from habitat_desktop.cli.main import habitat
from habitat_desktop.errors import HabitatError
from habitat_desktop.settings import Person, Settings, read_settings
from habitat_desktop.workspace import create_workspace


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    settings = Settings("office", "KE", "Kenya office", persons=(Person("M. Njeri"),), person="M. Njeri")
    create_workspace(tmp_path / "ke", settings).close()
    return tmp_path / "ke"


def run(folder: Path, *words: str, typed: str = "") -> Result:
    context = Context(open_window=lambda *_: 0, take_screenshots=lambda *_: [])
    return CliRunner().invoke(habitat, ["--workspace", str(folder), *words], obj=context, input=typed)


def test_a_person_is_added_works_and_has_a_pin(folder: Path) -> None:
    assert run(folder, "person", "add", " J. Otieno ").exit_code == 0
    assert read_settings(folder).person == "M. Njeri"
    assert run(folder, "person", "use", "J. Otieno").exit_code == 0
    assert run(folder, "person", "pin", "J. Otieno", typed="4711\n4711\n").exit_code == 0
    kept = read_settings(folder)
    assert kept.person == "J. Otieno"
    assert pins.fits(kept.current_person().pin, "4711")
    rows = json.loads(run(folder, "person", "list", "--json").stdout)
    assert [(row["name"], row["works_now"], row["pin"]) for row in rows] == [
        ("M. Njeri", False, False),
        ("J. Otieno", True, True),
    ]
    assert run(folder, "person", "pin", "J. Otieno", "--clear").exit_code == 0
    assert not read_settings(folder).current_person().pin


@pytest.mark.parametrize(
    ("words", "typed", "code"),
    [
        (("person", "add", "M. Njeri"), "", "PERSON_KNOWN"),
        (("person", "add", "  "), "", "PERSON_NAME"),
        (("person", "use", "Nobody"), "", "NO_SUCH_PERSON"),
        (("person", "pin", "M. Njeri"), "12\n12\n", "PIN_LENGTH"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(
    folder: Path, words: tuple[str, ...], typed: str, code: str
) -> None:
    before = read_settings(folder)
    error = run(folder, *words, typed=typed).exception
    assert isinstance(error, HabitatError)
    assert error.code == code
    assert read_settings(folder) == before

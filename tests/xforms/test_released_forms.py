"""`forms/released.csv`: a version of a form is never used again for other content."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from habitat_desktop.xforms.released_forms import Difference, differences, main, read_released, update
from tests.xforms.test_bad_forms import workbook

_TODAY = date(2026, 11, 22)


def test_every_form_is_what_its_line_says(forms_folder: Path) -> None:
    found = differences(forms_folder)
    assert not found, "run: .venv/bin/python -m habitat_desktop.xforms.released_forms (see forms/README.md)"
    lines = read_released(forms_folder)
    assert [line.key for line in lines] == sorted(line.key for line in lines)
    assert all(date.fromisoformat(line.date) and len(line.definition_hash) == 64 for line in lines)


def test_every_version_that_went_out_is_still_shipped(forms_folder: Path) -> None:
    """Records stay on their version until a person moves them: without it they could not be opened."""
    earlier = {path.stem for path in (forms_folder / "earlier").glob("*.xlsx")}
    newest = {line.form_id: line.version for line in read_released(forms_folder)}
    gone_out = {f"{line.form_id}-{line.version}" for line in read_released(forms_folder)}
    assert gone_out - earlier == {f"{form_id}-{version}" for form_id, version in newest.items()}


def _form(
    folder: Path, version: str = "1", constraint: str = "", label: str = "People", begins: str = ""
) -> None:
    workbook(
        folder / "town.xlsx",
        [
            ["type", "name", "label", "constraint"],
            ["integer", "people", label, constraint],
            ["select_one_from_file kinds.csv", "kind", "Kind", ""],
        ],
        settings=[["form_id", "version", "habitat_from"], ["town", version, begins]],
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "kinds.csv").write_text("name,label\na,A\n", encoding="utf-8")
    _form(tmp_path)
    assert differences(tmp_path) == [Difference("town", "1", "new")]
    assert update(tmp_path, _TODAY) == []
    return tmp_path


def test_texts_and_lists_may_change(folder: Path) -> None:
    _form(folder, label="Inhabitants")
    (folder / "kinds.csv").write_text("name,label\na,A\nb,B\n", encoding="utf-8")
    assert differences(folder) == []


def test_other_content_needs_a_new_version(folder: Path) -> None:
    _form(folder, constraint=". > 0")
    changed = [Difference("town", "1", "changed")]
    before = (folder / "released.csv").read_bytes()
    assert update(folder, _TODAY) == changed == differences(folder)
    assert (folder / "released.csv").read_bytes() == before
    assert main(["--folder", str(folder)]) == 1
    _form(folder, "2", ". > 0", begins="2027-H1")
    assert update(folder, _TODAY) == []
    assert [(line.version, line.from_period) for line in read_released(folder)] == [
        ("1", ""),
        ("2", "2027-H1"),
    ]


def test_the_first_period_belongs_to_the_version(folder: Path) -> None:
    _form(folder, begins="2027-H1")
    assert differences(folder) == [Difference("town", "1", "changed")]


def test_what_has_not_gone_out_may_be_written_anew(folder: Path) -> None:
    _form(folder, constraint=". > 0")
    assert main(["--folder", str(folder), "--again", "town"]) == 0
    assert differences(folder) == []


def test_a_line_stands_there_once(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("twice")
    shutil.copytree(folder, other, dirs_exist_ok=True)
    with (other / "released.csv").open("a", encoding="utf-8") as file:
        file.write("town,1,,0,2026-01-01\n")
    assert Difference("town", "1", "twice") in differences(other)

# ruff: noqa: E501 - forms are written as tables
"""The library of forms and its cache."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from habitat_desktop.i18n import catalogues
from habitat_desktop.i18n.catalogues import LANGUAGES
from habitat_desktop.resources import data_dir
from habitat_desktop.xforms.library import Library, load_form, version_key
from habitat_desktop.xforms.problems import NotAFormError, UnknownFormError, VersionTakenError
from tests.xforms.test_bad_forms import workbook


def small(path: Path, form_id: str = "mine", version: str = "1", label: str = "A") -> Path:
    return workbook(
        path,
        [["type", "name", "label"], ["text", "a", label], ["note", "n", "N"], ["calculate", "c", ""]][:3],
        settings=[["form_id", "version", "form_title"], [form_id, version, f"Form {version}"]],
    )


def test_forms_are_listed_by_id_and_version(tmp_path: Path) -> None:
    for version in ("10", "9", "2"):
        small(tmp_path / f"v{version}.xlsx", version=version)
    small(tmp_path / "other.xlsx", "another")
    library = Library([tmp_path])
    assert [(i.form_id, i.version, i.questions) for i in library.forms()] == [
        ("another", "1", 1),
        ("mine", "2", 1),
        ("mine", "9", 1),
        ("mine", "10", 1),
    ]
    assert library.form("mine").version == "10"
    assert library.form("mine", "9").title("fr") == "Form 9"
    with pytest.raises(UnknownFormError):
        library.form("mine", "3")


def test_only_rows_a_person_answers_count_as_questions(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "counted.xlsx",
        [
            ["type", "name", "label", "calculation", "readonly"],
            ["integer", "asked", "Asked", "", ""],
            ["integer", "shown", "Shown", "${asked} * 2", "yes"],
            ["text", "suggested", "Suggested", "${asked}", ""],
            ["note", "told", "Told", "", ""],
            ["calculate", "hidden", "", "${asked} + 1", ""],
        ],
    )
    assert load_form(path, foreign=False).questions == 2


def test_versions_sort_as_people_read_them() -> None:
    assert sorted(["2", "10", "1.10", "1.9", "2026-01"], key=version_key)[:3] == ["1.9", "1.10", "2"]


def test_a_broken_form_does_not_hide_the_others(tmp_path: Path) -> None:
    small(tmp_path / "good.xlsx")
    (tmp_path / "bad.xlsx").write_bytes(b"x")
    assert [info.form_id for info in Library([tmp_path]).forms()] == ["mine"]


def test_a_warm_cache_needs_neither_pyxform_nor_a_child(tmp_path: Path) -> None:
    path, cache = small(tmp_path / "mine.xlsx"), tmp_path / "cache"
    cold = load_form(path, foreign=True, cache=cache)
    script = (
        "import sys; from pathlib import Path; from habitat_desktop.xforms.library import Library, load_form\n"
        f"path, cache = Path({str(path)!r}), Path({str(cache)!r})\n"
        "form = load_form(path, foreign=True, cache=cache)\n"
        "Library([path.parent], cache).forms()\n"
        "print(form.hash, 'pyxform' in sys.modules, 'openpyxl' in sys.modules, 'subprocess' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.split() == [cold.hash, "False", "False", "False"]


def test_a_damaged_cache_is_made_anew(tmp_path: Path) -> None:
    path, cache = small(tmp_path / "mine.xlsx"), tmp_path / "cache"
    first = load_form(path, foreign=False, cache=cache)
    for damage in ("", "{", json.dumps({"xml": "<data/>", "titles": {}})):
        for kept in (cache / "forms").glob("*.json"):
            kept.write_text(damage, encoding="utf-8")
        assert load_form(path, foreign=False, cache=cache).hash == first.hash


def test_a_changed_workbook_is_read_anew(tmp_path: Path) -> None:
    path, cache = small(tmp_path / "mine.xlsx"), tmp_path / "cache"
    assert load_form(path, foreign=False, cache=cache).element("/data/a").label("en") == "A"
    small(path, label="B")
    assert load_form(path, foreign=False, cache=cache).element("/data/a").label("en") == "B"


def test_a_cache_that_cannot_be_written_only_costs_time(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be", encoding="utf-8")
    assert load_form(small(tmp_path / "m.xlsx"), foreign=False, cache=tmp_path / "cache").questions == 1


def test_adding_installs_the_form_with_its_lists(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "towns.csv").write_text("name,label\nnbo,Nairobi\n", encoding="utf-8")
    path = workbook(
        source / "town.xlsx",
        [["type", "name", "label"], ["select_one_from_file towns.csv", "a", "A"]],
        settings=[["form_id", "version"], ["town", "1"]],
    )
    installed = tmp_path / "installed"
    library = Library([installed])
    assert library.add(path).form_id == "town"
    shutil.rmtree(source)
    assert Library([installed]).form("town").missing_files == ()


def test_adding_without_its_lists_installs_nothing(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "town.xlsx", [["type", "name", "label"], ["select_one_from_file towns.csv", "a", "A"]]
    )
    with pytest.raises(NotAFormError):
        Library([tmp_path / "installed"]).add(path)
    assert not (tmp_path / "installed").exists()


def test_ready_xforms_are_forms_too(tmp_path: Path) -> None:
    from habitat_desktop.xforms.xlsform import convert_workbook

    made = convert_workbook(small(tmp_path / "m.xlsx", "ready"), translate=False)
    (tmp_path / "m.xlsx").unlink()
    (tmp_path / "ready.xml").write_text(made.xml, encoding="utf-8")
    assert [info.form_id for info in Library([tmp_path]).forms()] == ["ready"]


def asking(path: Path, name: str, label: str = "A", **settings: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return workbook(
        path,
        [["type", "name", "label"], ["text", name, label]],
        settings=[list(settings), list(settings.values())],
    )


@pytest.mark.parametrize(("version", "advice"), [("1", "another version"), ("", "a version in its settings")])
def test_a_version_that_is_here_is_not_replaced_by_other_questions(
    tmp_path: Path, version: str, advice: str
) -> None:
    settings = {"form_id": "visits", "version": version} if version else {"form_id": "visits"}
    library = Library([tmp_path / "installed"])
    library.add(asking(tmp_path / "first.xlsx", "a", **settings))
    with pytest.raises(VersionTakenError, match=advice):
        library.add(asking(tmp_path / "second.xlsx", "b", **settings))
    assert "/data/a" in library.form("visits", version).elements
    library.add(asking(tmp_path / "second.xlsx", "b", form_id="visits", version="2"))
    assert "/data/a" in library.form("visits", version).elements
    assert "/data/b" in library.form("visits").elements


def test_a_version_is_replaced_where_only_its_texts_changed(tmp_path: Path) -> None:
    library = Library([tmp_path / "installed"])
    library.add(asking(tmp_path / "first.xlsx", "a", "Naem", form_id="visits", version="1"))
    library.add(asking(tmp_path / "again.xlsx", "a", "Name", form_id="visits", version="1"))
    assert [info.path.name for info in library.forms()] == ["again.xlsx"]
    assert library.form("visits").element("/data/a").label("en") == "Name"


def test_a_form_that_cannot_be_used_any_more_is_replaced(tmp_path: Path) -> None:
    library = Library([tmp_path / "installed"])
    broken = library.add(asking(tmp_path / "visits.xlsx", "a", form_id="visits", version="1")).path
    broken.write_bytes(b"no workbook")
    library.add(asking(tmp_path / "visits.xlsx", "b", form_id="visits", version="1"))
    assert [info.path for info in library.forms()] == [broken]
    assert "/data/b" in library.form("visits").elements


def test_a_form_whose_list_went_is_replaced(tmp_path: Path) -> None:
    library = Library([tmp_path / "installed"])
    (tmp_path / "towns.csv").write_text("name,label\nnbo,Nairobi\n", encoding="utf-8")
    rows = [["type", "name", "label"], ["select_one_from_file towns.csv", "a", "A"]]
    path = workbook(tmp_path / "town.xlsx", rows, settings=[["form_id", "version"], ["town", "1"]])
    (library.add(path).path.parent / "towns.csv").unlink()
    library.add(path)
    assert Library([tmp_path / "installed"]).form("town").missing_files == ()


def test_a_shipped_form_is_not_shadowed_by_other_questions(tmp_path: Path) -> None:
    shipped = asking(tmp_path / "shipped" / "visits.xlsx", "a", form_id="visits", version="1")
    library = Library([shipped.parent, tmp_path / "installed"])
    with pytest.raises(VersionTakenError):
        library.add(asking(tmp_path / "mine.xlsx", "b", form_id="visits", version="1"))
    assert not (tmp_path / "installed").exists()


def test_ids_and_versions_that_look_alike_together_keep_their_own_folders(tmp_path: Path) -> None:
    library = Library([tmp_path / "installed"])
    for form_id, version in (("a", "1-2"), ("a-1", "2"), ("A", "1-2"), ("a b", "1"), ("a_b", "1")):
        for label in ("A", "B"):
            library.add(asking(tmp_path / f"{form_id}.xlsx", "a", label, form_id=form_id, version=version))
    found = library.forms()
    assert {(info.form_id, info.version) for info in found} == {
        ("a", "1-2"), ("a-1", "2"), ("A", "1-2"), ("a b", "1"), ("a_b", "1"),
    }  # fmt: skip
    assert len({info.path.parent.name.casefold() for info in found}) == 5


def test_a_form_that_was_refused_is_not_converted_again_at_every_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "forms"
    home.mkdir()
    (home / "broken.xml").write_text("<h/>", encoding="utf-8")
    assert Library([home], tmp_path / "cache").forms() == []
    tried: list[Path] = []
    monkeypatch.setattr(Library, "_load", lambda self, path: tried.append(path))
    assert Library([home], tmp_path / "cache").forms() == []
    assert tried == []
    (home / "broken.xml").write_text("<other/>", encoding="utf-8")
    with pytest.raises(AttributeError):
        Library([home], tmp_path / "cache").forms()
    assert tried == [home / "broken.xml"], "another file is another try"


def test_a_form_speaks_the_catalogues_read_now(tmp_path: Path) -> None:
    """What was converted with others in the same process is not taken for it: translators look at theirs."""
    other = tmp_path / "translations"
    (other / "fr").mkdir(parents=True)
    before = Library([data_dir("forms")], None).form("event_return")
    catalogues.read_from(other)
    try:
        assert Library([data_dir("forms")], None).form("event_return").languages == ("en",)
    finally:
        catalogues.read_from(None)
    after = Library([data_dir("forms")], None).form("event_return")
    assert set(before.languages) == set(after.languages) == set(LANGUAGES)

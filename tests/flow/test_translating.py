"""A translator at the command line, in a checkout and beside an installed program."""

import shutil
from pathlib import Path

import openpyxl
import pytest

from habitat_desktop.i18n import own_copy
from habitat_desktop.resources import data_dir
from tests.flow.conftest import Habitat


@pytest.fixture
def catalogues(tmp_path: Path) -> Path:
    """A folder of the French catalogues with one text open."""
    folder = tmp_path / "catalogues"
    shutil.copytree(data_dir("translations") / "fr", folder / "fr")
    path = folder / "fr" / "reference.po"
    text = path.read_text(encoding="utf-8")
    start = text.index("msgstr", text.index("msgctxt"))
    path.write_text(f'{text[:start]}msgstr ""{text[text.index(chr(10), start) :]}', encoding="utf-8")
    return folder


def test_a_parcel_goes_out_and_comes_back(habitat: Habitat, catalogues: Path, tmp_path: Path) -> None:
    here = ("i18n", "--translations", catalogues)
    book = tmp_path / "fr.xlsx"
    wanted = ("export-xlsx", "fr", "--domain", "reference", "--limit", "1", "--output", book)
    out = habitat(None, *here, *wanted, "--json").json
    assert (out["texts"], out["kind"]) == (1, "translate")
    opened = openpyxl.load_workbook(book)
    sheet = opened.worksheets[1]
    column = next(cell.column for cell in sheet[1] if cell.value == "text")
    sheet.cell(3, column).value = "Un texte"
    opened.save(book)
    back = (*here, "import-xlsx", book, "--by", "A. Person")
    before = (catalogues / "fr" / "reference.po").read_bytes()
    seen = habitat(None, *back, "--json").json
    assert (seen["taken"], seen["applied"], seen["kept"]) == (1, False, [])
    assert (catalogues / "fr" / "reference.po").read_bytes() == before
    done = habitat(None, *back, "--apply", "--json").json
    assert (done["taken"], done["ok"]) == (1, True)
    assert Path(done["kept"][0]).read_bytes() == before
    assert "Un texte" in (catalogues / "fr" / "reference.po").read_text(encoding="utf-8")
    assert "A. Person" in (catalogues / "fr" / "reference.po").read_text(encoding="utf-8")
    (tmp_path / "empty").mkdir()
    nothing = habitat(None, "i18n", "--translations", tmp_path / "empty", *wanted)
    assert (nothing.code, "nothing" in nothing.out) == (0, True)


def test_what_is_wrong_is_said_in_a_sentence(habitat: Habitat, catalogues: Path, tmp_path: Path) -> None:
    here = ("i18n", "--translations", catalogues)
    assert (
        habitat(None, *here, "export-xlsx", "fr", "--domain", "nowhere", "--json").json["code"]
        == "NO_SUCH_DOMAIN"
    )
    book = tmp_path / "x.xlsx"
    openpyxl.Workbook().save(book)
    assert habitat(None, *here, "import-xlsx", book, "--by", "A", "--json").json["code"] == "NO_PARCEL"
    assert habitat(None, *here, "import-xlsx", book, "--by", "A\nB", "--json").json["code"] == "NAME_NEEDED"
    assert habitat(None, *here, "import-xlsx", tmp_path / "none.xlsx", "--by", "A", "--json").code == 1


def test_an_installed_program_works_on_a_copy_and_says_what_needs_sources(
    habitat: Habitat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = tmp_path / "_data"
    shutil.copytree(data_dir("translations"), installed / "translations")
    monkeypatch.setattr(own_copy, "data_dir", lambda name: installed / name)
    place = tmp_path / "workspace"
    refused = habitat(place, "i18n", "extract")
    assert (refused.code, "no program sources" in refused.err) == (1, True)
    assert habitat(place, "i18n", "status", "--json").code == 0
    assert not place.exists(), "looking makes no copy"
    batch = tmp_path / "batch.json"
    batch.write_text("[]", encoding="utf-8")
    shipped = (installed / "translations" / "fr" / "app.po").read_bytes()
    said = habitat(place, "i18n", "fill", "fr", batch)
    assert (said.code, str(place / "translating") in said.err) == (0, True)
    assert (place / "translating" / "fr" / "app.po").read_bytes() == shipped
    assert habitat(place, "i18n", "todo", "fr").err == ""


def test_a_form_goes_out_in_all_languages_and_one_text_comes_back(
    habitat: Habitat, catalogues: Path, tmp_path: Path
) -> None:
    shutil.rmtree(catalogues)
    shutil.copytree(data_dir("translations"), catalogues)
    here = ("i18n", "--translations", catalogues)
    path = tmp_path / "form.xlsx"
    assert habitat(None, *here, "export-xlsform", "nothing", "--json").json["code"] == "NO_SUCH_FORM_TEXTS"
    out = habitat(None, *here, "export-xlsform", "housing_policy", "--output", path, "--json").json
    assert "countries.csv" in out["lists"] and (tmp_path / "countries.csv").is_file()
    assert habitat(None, "form", "check", path).code == 0
    book = openpyxl.load_workbook(path)
    survey = book["survey"]
    column = next(cell.column for cell in survey[1] if cell.value == "label::Español (es)")
    row = next(row for row in range(2, 50) if survey.cell(row, column).value)
    survey.cell(row, column).value = "Otra cosa"
    book.save(path)
    kept = habitat(None, *here, "import-xlsform", path, "--by", "A. Person", "--json")
    assert kept.code == 1
    [finding] = [one for plan in kept.json for one in plan["findings"] if one["why"] == "kept"]
    assert (finding["sheet"], finding["row"]) == ("survey", row)
    done = habitat(None, *here, "import-xlsform", path, "--by", "A. Person", "--force", "--apply")
    assert done.code == 0, done.err
    assert "Otra cosa" in (catalogues / "es" / "forms" / "housing_policy.po").read_text(encoding="utf-8")

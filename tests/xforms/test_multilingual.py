"""Forms in all languages: out as any XLSForm tool reads them, and back into the catalogues."""

import shutil
from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from habitat_desktop.i18n.languages import languages
from habitat_desktop.i18n.parcel_return import Plan, apply_plan
from habitat_desktop.i18n.po import Entry
from habitat_desktop.i18n.workshop import TARGETS, Workshop
from habitat_desktop.resources import data_dir
from habitat_desktop.xforms.multilingual import (
    FormNotShippedError,
    NoLanguagesError,
    export_form,
    language_of,
    plan_form_import,
    write_lists,
)

FORM = "housing_policy"


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    """The catalogues of one form, to be changed."""
    for language in TARGETS:
        for name in ("reference", f"forms/{FORM}"):
            copy = tmp_path / "translations" / language / f"{name}.po"
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(data_dir("translations") / language / f"{name}.po", copy)
    return Workshop(data_dir("translations").parent, tmp_path / "translations")


def sheets_of(path: Path) -> dict[str, list[list[object]]]:
    book = openpyxl.load_workbook(path)
    return {
        sheet.title: [["" if cell is None else cell for cell in row] for row in sheet.values]
        for sheet in book
    }


@pytest.fixture
def exported(workshop: Workshop, tmp_path: Path) -> Path:
    path = tmp_path / "all.xlsx"
    path.write_bytes(export_form(workshop, FORM, data_dir("forms")).content)
    return path


def test_other_tools_read_every_language_without_a_warning(exported: Path) -> None:
    from pyxform.xls2xform import convert

    made = convert(str(exported), validate=False)
    assert made.warnings == []
    for row in languages().values():
        assert f'lang="{row.endonym} ({row.code})"' in made.xform
    assert 'default="true()"' in made.xform.split(f'lang="{languages()["en"].endonym} (en)"')[1][:30]
    assert made.xform.count("<translation ") == 6


_FORMS = [
    domain.partition("/")[2]
    for domain in Workshop(data_dir("translations").parent).domains()
    if domain.startswith("forms/")
]


@pytest.mark.parametrize("form_id", _FORMS)
def test_every_form_goes_out_as_other_tools_want_it(form_id: str, tmp_path: Path) -> None:
    from pyxform.xls2xform import convert

    made = export_form(Workshop(data_dir("translations").parent), form_id, data_dir("forms"))
    path = tmp_path / f"{form_id}.xlsx"
    path.write_bytes(made.content)
    converted = convert(str(path), validate=False)
    assert (converted.warnings, converted.xform.count("<translation ")) == ([], 6)
    assert {copy.name for copy in write_lists(made, tmp_path)} == {one.name for one in made.lists}


def test_every_text_column_names_its_language(exported: Path) -> None:
    heads = Counter(str(head).partition("::")[0] for head in sheets_of(exported)["survey"][0])
    assert {name: heads[name] for name in ("label", "hint", "guidance_hint", "constraint_message")} == {
        "label": 6, "hint": 6, "guidance_hint": 6, "constraint_message": 6,
    }  # fmt: skip
    assert "label::English (en)" in sheets_of(exported)["choices"][0]


def entries(workshop: Workshop, language: str) -> list[Entry]:
    found = []
    for domain in (f"forms/{FORM}", "reference"):
        found += [entry for entry in workshop.catalogue(language, domain) if entry.id and not entry.obsolete]
    return found


def plans(workshop: Workshop, path: Path, **options: bool) -> dict[str, Plan]:
    made = plan_form_import(workshop, path.name, sheets_of(path), **options)
    return {plan.language: plan for plan in made}


def test_what_went_out_comes_back_into_empty_catalogues(workshop: Workshop, exported: Path) -> None:
    assert all(not (plan.changes or plan.findings) for plan in plans(workshop, exported).values())
    before = {language: {e.key: e.strings for e in entries(workshop, language)} for language in TARGETS}
    for language in TARGETS:
        for domain in (f"forms/{FORM}", "reference"):
            emptied = workshop.catalogue(language, domain)
            for entry in emptied[1:]:
                entry.strings = [] if not entry.obsolete else entry.strings
            workshop.save(language, domain, emptied)
    for language, plan in plans(workshop, exported).items():
        assert not [finding for finding in plan.findings if finding.kept_out]
        apply_plan(workshop, plan, "A. Person", "2026-11-22", "now")
        after = {entry.key: entry.strings for entry in entries(workshop, language) if any(entry.strings)}
        assert after == {key: before[language][key] for key in after}
        own = [entry for entry in workshop.catalogue(language, f"forms/{FORM}")[1:] if not entry.obsolete]
        same = {key for key, said in before[language].items() if said in ([], [key[1]])}
        assert all(any(entry.strings) for entry in own if entry.key not in same)


def test_only_what_agrees_is_taken_and_the_rest_is_told_by_row(workshop: Workshop, exported: Path) -> None:
    book = openpyxl.load_workbook(exported)
    survey = book["survey"]
    heads = {cell.value: cell.column for cell in survey[1]}
    french, english = heads["label::Français (fr)"], heads["label::English (en)"]
    rows = [row for row in range(2, survey.max_row + 1) if survey.cell(row, english).value][:4]
    for row, said in zip(rows, ("Autrement", "Autre chose", "Encore", "Avec {rien}"), strict=True):
        survey.cell(row, french).value = said
    survey.cell(rows[1], english).value = "Another question"
    survey.cell(rows[2], heads["name"]).value = "nobody_knows"
    book.save(exported)
    found = {(one.why, one.sheet, one.row) for one in plans(workshop, exported)["fr"].findings}
    assert {("kept", "survey", rows[0]), ("changed", "survey", rows[1])} <= found
    assert ("unknown", "survey", rows[2]) in found
    assert ("refused", "survey", rows[3]) in {
        (one.why, one.sheet, one.row) for one in plans(workshop, exported, force=True)["fr"].findings
    }
    forced = plans(workshop, exported, force=True)["fr"]
    assert [change.strings for change in forced.changes if change.strings == ("Autrement",)]


def test_what_has_no_translations_is_refused(workshop: Workshop, tmp_path: Path) -> None:
    with pytest.raises(FormNotShippedError):
        export_form(workshop, "../etc", data_dir("forms"))
    with pytest.raises(NoLanguagesError):
        plan_form_import(workshop, "x", sheets_of(data_dir("forms") / f"{FORM}.xlsx"))
    with pytest.raises(NoLanguagesError):
        plan_form_import(workshop, "x", {"survey": [["type", "name", "label::fr"], ["text", "a", "b"]]})
    settings = [["form_id"], ["unknown"]]
    with pytest.raises(FormNotShippedError):
        survey = [["type", "name", "label", "label::fr"], ["text", "a", "b", "c"]]
        plan_form_import(workshop, "x", {"survey": survey, "settings": settings})


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Français (fr)", "fr"), ("fr", "fr"), ("French", "fr"), ("French (fr)", "fr"),
        ("العربية (ar)", "ar"),
        ("中文 (zh)", "zh"), ("Chinese", "zh"), ("English (en)", "en"), ("Kiswahili (sw)", ""), ("xx", ""),
        ("Русский", "ru"), ("Spanish (es-MX)", "es"), ("", ""),
    ],
)  # fmt: skip
def test_languages_are_known_by_the_names_people_give_them(name: str, code: str) -> None:
    assert language_of(name) == code

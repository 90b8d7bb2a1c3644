import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n import catalogues
from habitat_desktop.i18n.catalogues import (
    LANGUAGES,
    _,
    explain,
    language,
    ngettext,
    pgettext,
    set_language,
    speaking,
    translate,
)
from habitat_desktop.i18n.languages import language_for, languages
from habitat_desktop.i18n.po import read_po, write_mo

PO = """
msgid ""
msgstr "Language: {code}\\n"

msgid "Save"
msgstr "Save in {code}"

msgctxt "state"
msgid "Open"
msgstr "Open (state) in {code}"

msgid "Open"
msgstr "Open (verb) in {code}"

#, fuzzy
msgid "Close"
msgstr "nobody has looked at this"

msgid "Empty"
msgstr ""

msgid "“{{path}}” is damaged."
msgstr "{code}: “{{path}}”"

msgid "Wrong field {{path}}."
msgstr "{code}: {{paht}}"

msgid "{{count}} record"
msgid_plural "{{count}} records"
{forms}

#~ msgid "Gone"
#~ msgstr "gone"
"""

PLURALS = {  # which form serves 0 1 2 3 11 21 100 1000000, by Unicode CLDR
    "ar": [0, 1, 2, 3, 4, 4, 5, 5],
    "es": [1, 0, 1, 1, 1, 1, 1, 1],
    "fr": [0, 0, 1, 1, 1, 1, 1, 1],
    "ru": [2, 0, 1, 1, 2, 0, 2, 2],
    "zh": [0, 0, 0, 0, 0, 0, 0, 0],
}
NUMBERS = (0, 1, 2, 3, 11, 21, 100, 1_000_000)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path):
    """Catalogues whose translations say what language they are in."""
    for code in PLURALS:
        forms = "\n".join(
            f'msgstr[{index}] "form {index}: {{count}}"' for index in range(languages()[code].plural_count)
        )
        (tmp_path / code / "forms").mkdir(parents=True)
        (tmp_path / code / "app.po").write_text(PO.format(code=code, forms=forms), encoding="utf-8")
    catalogues.read_from(tmp_path)
    yield tmp_path
    catalogues.read_from(None)


class Damaged(HabitatError):
    code = "DAMAGED"
    message = N_("“{path}” is damaged.")


class WrongField(HabitatError):
    message = N_("Wrong field {path}.")


@pytest.mark.parametrize("code", PLURALS)
def test_each_number_gets_its_plural_form(code):
    set_language(code)
    said = [ngettext("{count} record", "{count} records", number) for number in NUMBERS]
    assert said == [f"form {index}: {{count}}" for index in PLURALS[code]]


def test_english_has_two_forms_and_reads_no_file(folder):
    shutil.rmtree(folder)
    said = [ngettext("{count} record", "{count} records", number) for number in NUMBERS]
    assert said == ["{count} record" if number == 1 else "{count} records" for number in NUMBERS]
    assert _("Save") == "Save"


def test_the_language_is_switched_at_run_time():
    said = []
    for code in ("fr", "ar", "en", "zh"):
        set_language(code)
        said.append((language(), _("Save")))
    assert said == [("fr", "Save in fr"), ("ar", "Save in ar"), ("en", "Save"), ("zh", "Save in zh")]


def test_an_unknown_language_is_refused_and_the_old_one_stays():
    set_language("ru")
    with pytest.raises(ValueError, match="de"):
        set_language("de")
    assert language() == "ru"


def test_context_tells_equal_texts_apart():
    set_language("es")
    assert pgettext("state", "Open") == "Open (state) in es"
    assert _("Open") == "Open (verb) in es"


@pytest.mark.parametrize("text", ["Close", "Empty", "Gone", "never heard of", ""])
def test_what_is_not_translated_shows_the_english(text):
    set_language("fr")
    assert _(text) == text


def test_translate_says_when_there_is_no_translation(folder):
    (folder / "fr" / "forms" / "housing.po").write_text('msgctxt "housing|a|label"\nmsgid "A"\nmsgstr "Ah"\n')
    assert translate("forms/housing", "fr", "housing|a|label", "A") == "Ah"
    assert translate("forms/housing", "fr", "housing|a|label", "B") is None
    assert translate("forms/housing", "ru", "housing|a|label", "A") is None
    assert translate("forms/housing", "en", "housing|a|label", "A") is None
    assert translate("forms/nothing", "fr", "housing|a|label", "A") is None


def test_the_id_of_a_foreign_form_is_never_a_path(folder):
    (folder / "secret.po").write_text('msgid "A"\nmsgstr "read"\n')
    for domain in ("forms/../../secret", "../secret", "forms//x", "/etc/passwd", "forms/..", ""):
        assert translate(domain, "fr", "", "A") is None


def test_country_lists_of_forms_take_the_tested_names():
    assert translate("reference", "fr", "lists/country|CIV", "Côte d’Ivoire") == "Côte d’Ivoire"
    assert translate("reference", "zh", "lists/countries|KEN", "Kenya") == "肯尼亚"
    assert translate("reference", "zh", "lists/country|XYZ", "Nowhere") is None


def test_a_job_may_speak_another_language_than_the_window():
    set_language("ar")
    heard = {}

    def job():
        with speaking("zh"):
            heard["job"] = _("Save")

    with speaking("ru"):
        thread = threading.Thread(target=job)
        thread.start()
        thread.join()
        heard["block"] = _("Save")
    heard["window"] = _("Save")
    assert heard == {"job": "Save in zh", "block": "Save in ru", "window": "Save in ar"}


def test_a_newer_po_file_wins_over_the_compiled_one(folder):
    import os

    po = folder / "fr" / "app.po"
    compiled = po.with_suffix(".mo")
    compiled.write_bytes(write_mo(read_po(po.read_text(encoding="utf-8"))))
    po.write_text(po.read_text(encoding="utf-8").replace("Save in fr", "Enregistrer"), encoding="utf-8")
    os.utime(compiled, (1, 1))
    set_language("fr")
    assert _("Save") == "Enregistrer"


def test_a_compiled_catalogue_serves_without_its_source(folder):
    po = folder / "ar" / "app.po"
    po.with_suffix(".mo").write_bytes(write_mo(read_po(po.read_text(encoding="utf-8"))))
    po.unlink()
    set_language("ar")
    assert _("Save") == "Save in ar"
    assert pgettext("state", "Open") == "Open (state) in ar"
    assert ngettext("{count} record", "{count} records", 11) == "form 4: {count}"
    assert _("Close") == "Close"


def test_an_error_is_explained_in_the_language_of_the_reader():
    error = Damaged(path="report.xlsx")
    assert explain(error) == "“report.xlsx” is damaged."
    set_language("fr")
    assert explain(error) == "fr: “report.xlsx”"


def test_values_in_an_error_cannot_reorder_an_arabic_sentence():
    set_language("ar")
    assert explain(Damaged(path="report.xlsx")) == "ar: “\u2068report.xlsx\u2069”"


def test_arabic_values_are_isolated_in_every_language():
    assert explain(Damaged(path="تقرير 1")) == "“\u2068تقرير 1\u2069” is damaged."


def test_a_wrong_field_in_a_translation_does_not_hide_the_error():
    set_language("fr")
    assert explain(WrongField(path="x")) == "Wrong field x."


def test_an_error_inside_an_error_is_explained_too():
    set_language("es")
    assert explain(Damaged(path=Damaged(path="inner"))) == "es: “es: “inner””"


def test_a_pseudo_language_takes_the_place_of_its_real_one(folder):
    (folder / "en-XA").mkdir()
    (folder / "en-XA" / "app.po").write_text('msgid "Save"\nmsgstr "[Šåvé]"\n', encoding="utf-8")
    set_language("en-XA")
    assert (language(), _("Save")) == ("en", "[Šåvé]")
    set_language("en")
    assert _("Save") == "Save"


def test_languages_are_the_six_with_their_directions():
    assert tuple(languages()) == LANGUAGES == ("ar", "en", "es", "fr", "ru", "zh")
    assert [row.code for row in languages().values() if row.direction == "rtl"] == ["ar"]


@pytest.mark.parametrize(
    ("locale", "code"),
    [("fr_SN.UTF-8", "fr"), ("zh-Hans-CN", "zh"), ("AR", "ar"), ("pt_BR", "en"), ("C", "en"), ("", "en")],
)
def test_a_system_locale_finds_its_language(locale, code):
    assert language_for(locale) == code


def test_the_first_window_loads_no_heavy_library():
    code = (
        "import sys\n"
        "from habitat_desktop.i18n import catalogues, numbers, periods, names, text, lists\n"
        "catalogues.set_language('ar'); catalogues._('Save'); catalogues.ngettext('a', 'b', 2)\n"
        "numbers.format_number('1234.5', 'ar'); numbers.format_date('2026-07-31', 'ar')\n"
        "names.country_name('KEN', 'ar'); periods.period_name('2026-H1', 'ar')\n"
        "heavy = {'babel', 'openpyxl', 'click', 'lxml', 'sqlalchemy', 'PySide6'} & set(sys.modules)\n"
        "print(*heavy)\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout.strip(), run.stderr) == (0, "", "")

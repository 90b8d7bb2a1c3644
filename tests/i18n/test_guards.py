"""Conventions that fail loudly: texts are collected, catalogues are sound, sources can be translated."""

import re
from pathlib import Path

import pytest

from habitat_desktop.i18n.checks import check_language
from habitat_desktop.i18n.extract import stale_templates
from habitat_desktop.i18n.languages import languages
from habitat_desktop.i18n.lint import lint_tree
from habitat_desktop.i18n.status import status
from habitat_desktop.i18n.workshop import TARGETS, Workshop, is_reviewed
from habitat_desktop.resources import data_dir

ROOT = Path(__file__).parents[2]


def test_every_text_of_sources_and_forms_is_in_the_templates():
    stale = [path.name for path in stale_templates(ROOT)]
    assert stale == [], "run: python -m habitat_desktop.i18n extract && python -m habitat_desktop.i18n update"


@pytest.mark.parametrize("language", TARGETS)
def test_no_translation_breaks_the_program(language):
    errors = [str(p) for p in check_language(Workshop(ROOT), language) if p.severity == "error"]
    assert errors == []


def test_sources_can_be_translated_and_mirrored():
    assert [str(finding) for finding in lint_tree(ROOT / "habitat_desktop")] == []


def test_every_form_has_a_template():
    forms = {path.stem for path in (ROOT / "forms").glob("*.xlsx")}
    assert {f"forms/{form}" for form in forms} <= set(Workshop(ROOT).domains())


def test_no_catalogue_claims_a_review_without_saying_by_whom():
    workshop = Workshop(ROOT)
    for language in TARGETS:
        for domain in workshop.domains():
            entries = workshop.catalogue(language, domain)
            if not any(map(is_reviewed, entries)):
                assert "not yet reviewed by a person" in entries[0].comments
                assert status(workshop, language, domain).reviewed == 0


def test_compiled_catalogues_are_not_committed():
    assert "*.mo" in (ROOT / "translations" / ".gitignore").read_text(encoding="utf-8").split()


def test_qt_speaks_the_languages_qt_has():
    from PySide6.QtCore import QLibraryInfo, QLocale

    folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    for row in languages().values():
        assert not row.qtbase or (folder / row.qtbase).is_file(), row.code
        locale = QLocale(row.qt_locale)
        assert locale.zeroDigit() == "0", row.code
        assert (locale.textDirection().name == "RightToLeft") == (row.direction == "rtl")


def test_babel_knows_the_pinned_locales():
    from babel import Locale

    for row in languages().values():
        assert (
            Locale.parse(row.babel_locale).character_order
            == {"rtl": "right-to-left", "ltr": "left-to-right"}[row.direction]
        )


def test_every_language_has_all_its_months():
    for row in languages().values():
        for months in (row.months, row.months_in_date, row.months_short):
            assert len(set(months)) == 12, row.code
        fields = set(
            re.findall(r"\{(\w+)\}", row.date_short + row.date_medium + row.date_long + row.day_month)
        )
        assert fields <= {"d", "dd", "m", "mm", "y", "month", "mon"}


def test_every_language_has_a_page_on_how_to_write():
    page = (ROOT / "translations" / "README.md").read_text(encoding="utf-8")
    for language in TARGETS:
        guide = (ROOT / "translations" / "style" / f"{language}.md").read_text(encoding="utf-8")
        assert all(f"**{part}" in guide for part in ("Numerals", "Punctuation", "Quotation marks")), language
        assert f"(style/{language}.md)" in page


def test_the_glossary_has_every_language():
    for language in TARGETS:
        assert len(Workshop(data_dir("translations").parent).glossary(language)) > 190

"""The same report as Excel, Word and HTML: real numbers, real headings, both directions, no formulas."""

from io import BytesIO
from typing import Any

import pytest
from docx import Document as read_word
from lxml import html
from openpyxl import load_workbook

from habitat_desktop.i18n.catalogues import gettext_in
from habitat_desktop.reports.as_page import as_page
from habitat_desktop.reports.as_word import as_word
from habitat_desktop.reports.as_workbook import as_workbook
from habitat_desktop.reports.document import Document
from tests.reports.making import Headquarters

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
EVIL = '=HYPERLINK("http://example.org","x")'


@pytest.fixture
def filled(headquarters: Headquarters) -> Headquarters:
    def take(code: str, title: str, language: str = "en", **answers: Any) -> None:
        known = {"project_code": code, "title_en": title, "activity_status": "2", "project_type": "both"}
        headquarters.take("project_status", known | answers, language=language)

    take("K1", EVIL, budget_usd="1234567.89", planned_start="2026-02-03")
    take("K2", "<b>Kibera</b> & Mathare", "fr")
    return headquarters


@pytest.fixture(params=["en", "ar", "zh", "fr"])
def document(filled: Headquarters, request: pytest.FixtureRequest) -> Document:
    filled.expect("UG", "project_status")
    return filled.report("portfolio", language=request.param)


def test_a_workbook_holds_numbers_texts_and_links_to_sources(document: Document) -> None:
    workbook = load_workbook(BytesIO(as_workbook(document)))
    assert all(cell.data_type != "f" for sheet in workbook for cells in sheet.iter_rows() for cell in cells)
    assert all(bool(sheet.sheet_view.rightToLeft) == (document.language == "ar") for sheet in workbook)
    values = {cell.value for sheet in workbook for cells in sheet.iter_rows() for cell in cells}
    assert 1234567.89 in values and EVIL in values
    records = workbook.worksheets[-1]
    assert {row[0].value for row in records.iter_rows(min_row=4)} == {"KE-TEST-0001", "KE-TEST-0002"}
    sources = workbook.worksheets[-2]
    figures = [
        cell
        for sheet in workbook.worksheets[1:-2]
        for cells in sheet.iter_rows(min_row=4)
        for cell in cells
        if cell.hyperlink is not None
    ]
    assert any(cell.data_type == "n" and cell.value == 2 for cell in figures)
    for cell in figures:
        sheet, _mark, place = cell.hyperlink.location.replace("'", "").partition("!")
        assert sheet == sources.title
        named = sources[place.replace("A", "C")].value
        assert len(named.split(", ")) == sources[place.replace("A", "B")].value


def test_word_has_headings_repeated_heads_and_the_direction_of_the_language(document: Document) -> None:
    found = read_word(BytesIO(as_word(document)))
    styles = [paragraph.style.name for paragraph in found.paragraphs]
    assert styles[0] == "Title" and "Heading 1" in styles
    body = found.element.body
    assert body.findall(f".//{W}tblHeader")
    is_rtl = document.language == "ar"
    assert all((p.find(f"{W}pPr/{W}bidi") is not None) == is_rtl for p in body.iter(f"{W}p"))
    assert all((t.find(f"{W}tblPr/{W}bidiVisual") is not None) == is_rtl for t in body.iter(f"{W}tbl"))
    assert EVIL in "".join(body.itertext())
    assert found.core_properties.language.startswith(document.language)
    assert "PAGE" in {
        field.get(f"{W}instr") for field in found.sections[0].footer._element.iter(f"{W}fldSimple")
    }


def test_a_page_needs_nothing_else_and_quotes_what_others_wrote(document: Document) -> None:
    page = as_page(document)
    root = html.fromstring(page)
    assert root.get("lang") == document.language
    assert root.get("dir") == ("rtl" if document.language == "ar" else "ltr")
    assert not root.xpath("//@src | //link | //script")
    assert "<b>Kibera</b>" not in page and "&lt;b&gt;Kibera&lt;/b&gt; &amp; Mathare" in page
    for address in root.xpath("//sup/a/@href"):
        assert root.get_element_by_id(address.removeprefix("#")) is not None


def test_a_text_in_another_language_has_room_for_its_translation(filled: Headquarters) -> None:
    document = filled.report("portfolio", language="fr")
    workbook = load_workbook(BytesIO(as_workbook(document)))
    heads = [[cell.value for cell in sheet[3]] for sheet in workbook.worksheets[1:-2]]
    room, told = gettext_in("fr", "Translation by headquarters"), gettext_in("fr", "Language of the text")
    register = next(one for one in heads if room in one)
    assert register.index(room) > register.index(told)

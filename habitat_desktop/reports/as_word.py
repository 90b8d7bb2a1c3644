"""Writes a report as a Word document: real headings, tables whose heads repeat, both directions of writing.

Tables are written as XML at once: python-docx takes minutes for the cells of ten thousand records.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from habitat_desktop.i18n.catalogues import _, speaking
from habitat_desktop.i18n.languages import languages
from habitat_desktop.i18n.text import clean, has_rtl
from habitat_desktop.reports.companions import shares, with_companions
from habitat_desktop.reports.document import (
    Bullets,
    Cell,
    Code,
    Column,
    Document,
    Figure,
    Number,
    Paragraph,
    Quote,
    RecordName,
    Section,
    Table,
    Text,
)
from habitat_desktop.reports.endings import records_table, source_words
from habitat_desktop.reports.sources import Sources
from habitat_desktop.reports.wording import cell_words, column_title, pieces, quote_mark

_TAGS = {"ar": "ar-SA", "en": "en-GB", "es": "es-ES", "fr": "fr-FR", "ru": "ru-RU", "zh": "zh-CN"}
_LATIN, _ARABIC, _CHINESE = "Calibri", "Arial", "Microsoft YaHei"
_BLUE, _GREY, _TINT, _LINE, _ROOM = "006994", "5C6975", "E1F1F9", "C9D3DA", "FFFDF5"
_TWIPS = 20  # in a point
_PAGE, _MARGIN = (11906, 16838), 1020  # A4 in twips, and 18 mm
_NUMBERS = ("number", "date")
_MANY_COLUMNS = 6  # with more the page lies on its side, and letters are smaller
_SMALL = "16"  # half points
_KEPT_TOGETHER = 12  # rows of a table that stands on one page


def as_word(document: Document) -> bytes:
    """Return the bytes of the .docx of a report."""
    from docx import Document as new_file  # heavy, and not needed before the first report

    target = BytesIO()
    with speaking(document.language):
        file = new_file()
        _Writer(file, document).write()
        file.save(target)
    return target.getvalue()


class _Writer:
    def __init__(self, file: Any, document: Document) -> None:
        self._file = file
        self._document = document
        self._sources = Sources(document)
        self._is_rtl = languages()[document.language].direction == "rtl"
        self._body = file.element.body
        self._end = self._body.sectPr  # what is written stands before it
        self._size = ""  # of the letters, in half points, where it is not that of the style

    def write(self) -> None:
        document = self._document
        self._prepare()
        self._heading(document.title, "Title")
        self._heading(document.subtitle, "Subtitle")
        self._facts()
        for depth, block in document.walk():
            if isinstance(block, Section):
                self._heading(block.title, f"Heading{min(depth, 9)}")
            elif isinstance(block, Paragraph):
                self._paragraph(block)
            elif isinstance(block, Bullets):
                for item in block.items:
                    self._paragraph(item, style="ListBullet")
            elif isinstance(block, Table):
                self._table(block)
        self._endings()

    # -- the whole file ----------------------------------------------------------------------------------

    def _prepare(self) -> None:
        """Set languages, fonts, direction, paper and the numbers of the pages."""
        file, document = self._file, self._document
        made = datetime.fromisoformat(document.made_on)
        core = file.core_properties
        core.title, core.subject, core.language = document.title, document.subtitle, _TAGS[document.language]
        core.author = core.comments = ""
        core.created = core.modified = made
        for style in file.styles:
            if style.type is not None and style.element.find(_q("w:name")) is not None:
                self._prepare_style(style)
        self._page(file.sections[0])

    def _prepare_style(self, style: Any) -> None:
        element = style.element
        if element.get(_q("w:type")) != "paragraph":
            return
        run = element.get_or_add_rPr()
        _drop(run, "w:rFonts", "w:lang")
        fonts = _new("w:rFonts", ascii=_LATIN, hAnsi=_LATIN, cs=_ARABIC, eastAsia=_CHINESE)
        run.insert(0, fonts)
        if element.get(_q("w:default")) == "1":
            tag = _TAGS[self._document.language]
            run.append(
                _new(
                    "w:lang",
                    val=tag if self._document.language not in ("ar", "zh") else "en-GB",
                    eastAsia="zh-CN",
                    bidi="ar-SA",
                )
            )
            _drop(run, "w:sz", "w:szCs")
            run.append(_new("w:sz", val="20"))
            run.append(_new("w:szCs", val="20"))
        _in_order(run)

    def _page(self, section: Any) -> None:
        wide = any(
            isinstance(block, Table) and len(block.columns) > _MANY_COLUMNS
            for _d, block in self._document.walk()
        )
        width, height = _PAGE if not wide else _PAGE[::-1]
        properties = section._sectPr
        size = properties.find(_q("w:pgSz"))
        size.set(_q("w:w"), str(width))
        size.set(_q("w:h"), str(height))
        if wide:
            size.set(_q("w:orient"), "landscape")
        margins = properties.find(_q("w:pgMar"))
        for side in ("top", "bottom", "left", "right"):
            margins.set(_q(f"w:{side}"), str(_MARGIN))
        self._width = width - 2 * _MARGIN
        if self._is_rtl:
            grid = properties.find(_q("w:docGrid"))
            bidi = _new("w:bidi")
            properties.append(bidi) if grid is None else grid.addprevious(bidi)
        footer = section.footer.paragraphs[0]._p
        _drop(footer, "w:pPr")
        footer.append(self._properties("Footer", "center"))
        self._run(footer, f"{self._document.title} · ", colour=_GREY)
        for field in ("PAGE", "NUMPAGES"):
            self._field(footer, field)
            if field == "PAGE":
                self._run(footer, " / ", colour=_GREY)

    def _field(self, paragraph: Any, name: str) -> None:
        field = _new("w:fldSimple", instr=name)
        run = _new("w:r")
        text = _new("w:t")
        text.text = "1"
        run.append(text)
        field.append(run)
        paragraph.append(field)

    # -- paragraphs --------------------------------------------------------------------------------------

    def _heading(self, text: str, style: str) -> None:
        paragraph = _new("w:p")
        paragraph.append(self._properties(style))
        self._run(paragraph, text)
        self._end.addprevious(paragraph)

    def _paragraph(self, paragraph: Paragraph, style: str = "", *, into: Any = None) -> None:
        element = _new("w:p")
        element.append(self._properties(style))
        colour = _GREY if paragraph.is_note else ""
        for text, cell in pieces(paragraph):
            if cell is None:
                self._run(element, text, colour=colour)
            else:
                self._cell_runs(element, cell, colour=colour)
        self._end.addprevious(element) if into is None else into.append(element)

    def _properties(self, style: str = "", align: str = "") -> Any:
        properties = _new("w:pPr")
        if style:
            properties.append(_new("w:pStyle", val=style))
        if self._is_rtl:
            properties.append(_new("w:bidi"))
        if align:
            properties.append(_new("w:jc", val=align))
        return properties

    def _run(
        self, paragraph: Any, text: str, *, rtl: bool | None = None, bold: bool = False, colour: str = "",
        raised: bool = False, tag: str = "",
    ) -> None:  # fmt: skip
        """Add a run; `rtl` is worked out from the report where it is not given."""
        if not text:
            return
        run, properties = _new("w:r"), _new("w:rPr")
        if bold:
            properties.append(_new("w:b"))
            properties.append(_new("w:bCs"))
        if colour:
            properties.append(_new("w:color", val=colour))
        for name in ("w:sz", "w:szCs") if self._size else ():
            properties.append(_new(name, val=self._size))
        if raised:
            properties.append(_new("w:vertAlign", val="superscript"))
        if self._is_rtl if rtl is None else rtl:
            properties.append(_new("w:rtl"))
        if tag in _TAGS:
            kind = "bidi" if tag == "ar" else "eastAsia" if tag == "zh" else "val"
            properties.append(_new("w:lang", **{kind: _TAGS[tag]}))
        if len(properties):
            run.append(properties)
        for number, line in enumerate(clean(text).split("\n")):
            if number:
                run.append(_new("w:br"))
            part = _new("w:t")
            part.text = line
            part.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            run.append(part)
        paragraph.append(run)

    def _cell_runs(self, paragraph: Any, cell: Cell, *, bold: bool = False, colour: str = "") -> None:
        words = cell_words(cell)
        if isinstance(cell, Quote):
            self._run(paragraph, words, rtl=has_rtl(words), bold=bold, colour=colour, tag=cell.language)
            mark = quote_mark(cell)
            if mark:
                self._run(paragraph, f" {mark}", colour=_GREY)
        elif isinstance(cell, Code | RecordName):
            label = cell.text if isinstance(cell, Code) else cell.label
            self._run(paragraph, label, rtl=False, bold=bold, colour=colour)
        else:
            self._run(paragraph, words, bold=bold, colour=colour)
        number = self._sources.number(cell)
        if number:
            self._run(paragraph, f"[{number}]", raised=True, colour=_GREY)

    # -- tables ------------------------------------------------------------------------------------------

    def _facts(self) -> None:
        columns = (Column("", width=22), Column("", width=78))
        table = self._new_table(Table(columns, []), bordered=False)
        for fact in self._document.basis:
            row = _new("w:tr")
            left = self._cell(Text(fact.title), columns[0], colour=_GREY)
            right = _new("w:tc")
            self._paragraph(fact.value, into=right)
            row.append(left)
            row.append(right)
            table.append(row)
        self._put(table)

    def _table(self, table: Table) -> None:
        if table.title:
            self._paragraph(Paragraph(table.title), style="Caption")
        if not table.rows:
            self._paragraph(Paragraph(table.empty or _("Nothing to show."), is_note=True))
            return
        table = with_companions(table, spread=False)
        self._size = _SMALL if len(table.columns) > _MANY_COLUMNS else ""
        element = self._new_table(table)
        element.append(self._head(table.columns))
        for row in table.rows:
            element.append(self._row(table.columns, row))
        if table.total:
            element.append(self._row(table.columns, table.total, bold=True))
        if len(table.rows) <= _KEPT_TOGETHER:
            _keep_together(element)
        self._size = ""
        self._put(element)
        for note in table.notes:
            self._paragraph(note)

    def _put(self, table: Any) -> None:
        self._end.addprevious(table)
        after = _new("w:p")
        after.append(self._properties())
        self._end.addprevious(after)

    def _new_table(self, shape: Table, *, bordered: bool = True) -> Any:
        table, properties = _new("w:tbl"), _new("w:tblPr")
        if self._is_rtl:
            properties.append(_new("w:bidiVisual"))
        properties.append(_new("w:tblW", w=str(self._width), type="dxa"))
        if bordered:
            borders = _new("w:tblBorders")
            for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
                borders.append(_new(f"w:{side}", val="single", sz="4", space="0", color=_LINE))
            properties.append(borders)
        properties.append(_new("w:tblLayout", type="fixed"))
        margins = _new("w:tblCellMar")
        for side in ("left", "right"):
            margins.append(_new(f"w:{side}", w="70", type="dxa"))
        properties.append(margins)
        table.append(properties)
        grid = _new("w:tblGrid")
        for width in shares(shape, self._width):
            grid.append(_new("w:gridCol", w=str(width)))
        table.append(grid)
        return table

    def _head(self, columns: Sequence[Column]) -> Any:
        row, properties = _new("w:tr"), _new("w:trPr")
        properties.append(_new("w:cantSplit"))
        properties.append(_new("w:tblHeader"))
        row.append(properties)
        for column in columns:
            row.append(self._cell(Text(column_title(column)), column, bold=True, fill=_TINT))
        return row

    def _row(self, columns: Sequence[Column], cells: Iterable[Cell], *, bold: bool = False) -> Any:
        row, properties = _new("w:tr"), _new("w:trPr")
        properties.append(_new("w:cantSplit"))
        row.append(properties)
        for column, cell in zip(columns, cells, strict=True):
            fill = _ROOM if column.kind == "translation" else ""
            row.append(self._cell(cell, column, bold=bold, fill=fill))
        return row

    def _cell(
        self, cell: Cell, column: Column, *, bold: bool = False, colour: str = "", fill: str = ""
    ) -> Any:
        element = _new("w:tc")
        if fill:
            properties = _new("w:tcPr")
            properties.append(_new("w:shd", val="clear", color="auto", fill=fill))
            element.append(properties)
        is_number = isinstance(cell, Number | Figure) or column.kind in _NUMBERS
        paragraph = _new("w:p")
        paragraph.append(self._tight(self._properties(align="end" if is_number else "")))
        self._cell_runs(paragraph, cell, bold=bold, colour=colour)
        element.append(paragraph)
        return element

    def _tight(self, properties: Any) -> Any:
        spacing = _new("w:spacing", before="20", after="20")
        place = properties.find(_q("w:jc"))
        properties.append(spacing) if place is None else place.addprevious(spacing)
        return properties

    # -- the end -----------------------------------------------------------------------------------------

    def _endings(self) -> None:
        if self._sources.all:
            self._heading(_("The records behind each figure"), "Heading1")
            for source in self._sources.all:
                words = source_words(self._document, self._sources, source)
                paragraph = _new("w:p")
                paragraph.append(self._tight(self._properties()))
                self._run(paragraph, f"[{source.number}] ", colour=_GREY)
                self._run(paragraph, words)
                self._end.addprevious(paragraph)
        self._heading(_("Records behind this report"), "Heading1")
        self._table(records_table(self._document))


def _q(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(name))


def _new(name: str, **attributes: str) -> Any:
    from docx.oxml.parser import OxmlElement

    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(_q(f"w:{key}"), value)
    return element


def _keep_together(table: Any) -> None:
    for row in table.findall(_q("w:tr"))[:-1]:
        for properties in row.iter(_q("w:pPr")):
            properties.insert(0, _new("w:keepNext"))


def _drop(element: Any, *names: str) -> None:
    for name in names:
        for found in element.findall(_q(name)):
            element.remove(found)


_RUN_ORDER = (
    "rStyle", "rFonts", "b", "bCs", "i", "iCs", "caps", "smallCaps", "strike", "dstrike", "outline",
    "shadow", "emboss", "imprint", "noProof", "snapToGrid", "vanish", "webHidden", "color",
    "spacing", "w", "kern", "position", "sz", "szCs", "highlight", "u", "effect", "bdr", "shd",
    "fitText", "vertAlign", "rtl", "cs", "em", "lang",
)  # fmt: skip


def _in_order(properties: Any) -> None:
    """Put the children of run properties in the order the schema asks for."""
    order = {_q(f"w:{name}"): number for number, name in enumerate(_RUN_ORDER)}
    properties[:] = sorted(properties, key=lambda child: order.get(child.tag, len(order)))

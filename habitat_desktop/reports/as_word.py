"""Writes a report as a Word document: real headings, tables whose heads repeat, both directions of writing.

Paragraphs and tables are put together as the text of their XML: python-docx takes minutes and a gigabyte for
the cells of ten thousand records.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

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

_BODY, _EARLIEST = "word/document.xml", (1980, 1, 1, 0, 0, 0)  # the same report has the same bytes
_TAGS = {"ar": "ar-SA", "en": "en-GB", "es": "es-ES", "fr": "fr-FR", "ru": "ru-RU", "zh": "zh-CN"}
_LATIN, _ARABIC, _CHINESE = "Calibri", "Arial", "Microsoft YaHei"
_BLUE, _GREY, _TINT, _LINE, _ROOM = "006994", "5C6975", "E1F1F9", "C9D3DA", "FFFDF5"
_NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_PAGE, _MARGIN = (11906, 16838), 1020  # A4 in twips, and 18 mm
_NUMBERS = ("number", "date")
_MANY_COLUMNS = 6  # with more the page lies on its side, and letters are smaller
# the styles of the paragraphs in cells, by whether they are small and whether they hold a number
_CELLS = {
    (False, False): "Cell",
    (False, True): "CellNumber",
    (True, False): "CellSmall",
    (True, True): "CellSmallNumber",
}
_SIZES = {False: 20, True: 16}  # of their letters, in half points
_KEPT_TOGETHER = 12  # rows of a table that stands on one page


def as_word(document: Document) -> bytes:
    """Return the bytes of the .docx of a report."""
    from docx import Document as new_file  # heavy, and not needed before the first report

    target = BytesIO()
    with speaking(document.language):
        writer = _Writer(new_file(), document)
        writer.write()
        writer.save(target)
    return target.getvalue()


class _Writer:
    def __init__(self, file: Any, document: Document) -> None:
        self._file = file
        self._document = document
        self._sources = Sources(document)
        self._is_rtl = languages()[document.language].direction == "rtl"
        self._parts: list[str] = []  # of the body
        self._is_small = False  # the table that is written has many columns

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
                self._parts.append(self._paragraph(block))
            elif isinstance(block, Bullets):
                for item in block.items:
                    self._parts.append(self._paragraph(item, style="ListBullet"))
            elif isinstance(block, Table):
                self._table(block)
        self._endings()

    def save(self, target: BytesIO) -> None:
        """Write the file: the package as python-docx makes it, the body as it was put together."""
        from lxml import etree

        frame = BytesIO()
        self._file.save(frame)
        page = etree.tostring(self._file.element.body.sectPr, encoding="unicode")
        with ZipFile(frame) as made, ZipFile(target, "w", ZIP_DEFLATED) as package:
            for entry in made.infolist():
                if entry.filename != _BODY:
                    package.writestr(entry, made.read(entry), ZIP_DEFLATED)
            entry = ZipInfo(_BODY, _EARLIEST)
            entry.compress_type = ZIP_DEFLATED
            with package.open(entry, "w") as body:
                body.write(
                    f'<?xml version="1.0" encoding="UTF-8"?><w:document {_NAMESPACE}><w:body>'.encode()
                )
                body.writelines(part.encode() for part in self._parts)
                body.write(f"{page}</w:body></w:document>".encode())

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
        for (is_small, is_number), name in _CELLS.items():
            file.styles.element.append(_cell_style(name, _SIZES[is_small], is_number=is_number))
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
        self._number_pages(section.footer.paragraphs[0]._p)

    def _number_pages(self, footer: Any) -> None:
        from docx.oxml.parser import parse_xml

        field = '<w:fldSimple w:instr="{}"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
        title = self._run(f"{self._document.title} · ", colour=_GREY)
        properties = self._properties("Footer", "center")
        pages = field.format("PAGE") + self._run(" / ", colour=_GREY) + field.format("NUMPAGES")
        made = parse_xml(f"<w:p {_NAMESPACE}>{properties}{title}{pages}</w:p>")
        footer.getparent().replace(footer, made)

    # -- paragraphs --------------------------------------------------------------------------------------

    def _heading(self, text: str, style: str) -> None:
        self._parts.append(f"<w:p>{self._properties(style)}{self._run(text)}</w:p>")

    def _paragraph(self, paragraph: Paragraph, style: str = "") -> str:
        colour = _GREY if paragraph.is_note else ""
        runs = [
            self._run(text, colour=colour) if cell is None else self._cell_runs(cell, colour=colour)
            for text, cell in pieces(paragraph)
        ]
        return f"<w:p>{self._properties(style)}{''.join(runs)}</w:p>"

    def _properties(self, style: str = "", align: str = "", *, keep: bool = False) -> str:
        """Return the properties of a paragraph, in the order of the schema."""
        parts = [
            f'<w:pStyle w:val="{style}"/>' if style else "",
            "<w:keepNext/>" if keep else "",
            "<w:bidi/>" if self._is_rtl else "",
            f'<w:jc w:val="{align}"/>' if align else "",
        ]
        found = "".join(parts)
        return f"<w:pPr>{found}</w:pPr>" if found else ""

    def _run(
        self, text: str, *, rtl: bool | None = None, bold: bool = False, colour: str = "",
        raised: bool = False, tag: str = "",
    ) -> str:  # fmt: skip
        """Return a run; `rtl` is worked out from the report where it is not given."""
        if not text:
            return ""
        kind = {"ar": "bidi", "zh": "eastAsia"}.get(tag, "val")
        parts = [
            "<w:b/><w:bCs/>" if bold else "",
            f'<w:color w:val="{colour}"/>' if colour else "",
            '<w:vertAlign w:val="superscript"/>' if raised else "",
            "<w:rtl/>" if (self._is_rtl if rtl is None else rtl) else "",
            f'<w:lang w:{kind}="{_TAGS[tag]}"/>' if tag in _TAGS else "",
        ]
        lines = [f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in clean(text).split("\n")]
        found = "".join(parts)
        properties = f"<w:rPr>{found}</w:rPr>" if found else ""
        return f"<w:r>{properties}{'<w:br/>'.join(lines)}</w:r>"

    def _cell_runs(self, cell: Cell, *, bold: bool = False, colour: str = "") -> str:
        words = cell_words(cell)
        if isinstance(cell, Quote):
            quoted = self._run(words, rtl=has_rtl(words), bold=bold, colour=colour, tag=cell.language)
            mark = quote_mark(cell)
            return quoted + (self._run(f" {mark}", colour=_GREY) if mark else "")
        if isinstance(cell, Code | RecordName):
            label = cell.text if isinstance(cell, Code) else cell.label
            return self._run(label, rtl=False, bold=bold, colour=colour)
        number = self._sources.number(cell)
        mark = self._run(f"[{number}]", raised=True, colour=_GREY) if number else ""
        return self._run(words, bold=bold, colour=colour) + mark

    # -- tables ------------------------------------------------------------------------------------------

    def _facts(self) -> None:
        columns = (Column("", width=22), Column("", width=78))
        rows = [
            f"<w:tr>{self._cell(Text(fact.title), columns[0], colour=_GREY)}"
            f"<w:tc>{self._paragraph(fact.value)}</w:tc></w:tr>"
            for fact in self._document.basis
        ]
        self._put_table(Table(columns, []), rows, bordered=False)

    def _table(self, table: Table) -> None:
        if table.title:
            self._parts.append(self._paragraph(Paragraph(table.title), style="Caption"))
        if not table.rows:
            nothing = table.empty or _("Nothing to show.")
            self._parts.append(self._paragraph(Paragraph(nothing, is_note=True)))
            return
        table = with_companions(table, spread=False)
        self._is_small = len(table.columns) > _MANY_COLUMNS
        keep = len(table.rows) <= _KEPT_TOGETHER
        rows = [self._head(table.columns, keep=keep)]
        last = len(table.rows) - (0 if table.total else 1)
        for number, row in enumerate(table.rows):
            rows.append(self._row(table.columns, row, keep=keep and number < last))
        if table.total:
            rows.append(self._row(table.columns, table.total, bold=True))
        self._put_table(table, rows)
        self._is_small = False
        for note in table.notes:
            self._parts.append(self._paragraph(note))

    def _put_table(self, shape: Table, rows: Sequence[str], *, bordered: bool = True) -> None:
        sides = ("top", "left", "bottom", "right", "insideH", "insideV") if bordered else ()
        borders = "".join(
            f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{_LINE}"/>' for side in sides
        )
        margins = "".join(f'<w:{side} w:w="70" w:type="dxa"/>' for side in ("left", "right"))
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in shares(shape, self._width))
        self._parts.append(
            f"<w:tbl><w:tblPr>{'<w:bidiVisual/>' if self._is_rtl else ''}"
            f'<w:tblW w:w="{self._width}" w:type="dxa"/>'
            f"{f'<w:tblBorders>{borders}</w:tblBorders>' if borders else ''}"
            f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>'
            f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
        )
        self._parts.append(f"<w:p>{self._properties()}</w:p>")

    def _head(self, columns: Sequence[Column], *, keep: bool) -> str:
        cells = [
            self._cell(Text(column_title(column)), column, bold=True, fill=_TINT, keep=keep)
            for column in columns
        ]
        return f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{''.join(cells)}</w:tr>"

    def _row(
        self, columns: Sequence[Column], cells: Iterable[Cell], *, bold: bool = False, keep: bool = False
    ) -> str:
        found = []
        for column, cell in zip(columns, cells, strict=True):
            fill = _ROOM if column.kind == "translation" else ""
            found.append(self._cell(cell, column, bold=bold, fill=fill, keep=keep))
        return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(found)}</w:tr>"

    def _cell(
        self, cell: Cell, column: Column, *, bold: bool = False, colour: str = "", fill: str = "",
        keep: bool = False,
    ) -> str:  # fmt: skip
        shade = f'<w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="{fill}"/></w:tcPr>' if fill else ""
        is_number = isinstance(cell, Number | Figure) or column.kind in _NUMBERS
        properties = self._properties(_CELLS[self._is_small, is_number], keep=keep)
        runs = self._cell_runs(cell, bold=bold, colour=colour)
        return f"<w:tc>{shade}<w:p>{properties}{runs}</w:p></w:tc>"

    # -- the end -----------------------------------------------------------------------------------------

    def _endings(self) -> None:
        if self._sources.all:
            self._heading(_("The records behind each figure"), "Heading1")
            for source in self._sources.all:
                words = source_words(self._document, self._sources, source)
                runs = self._run(f"[{source.number}] ", colour=_GREY) + self._run(words)
                self._parts.append(f"<w:p>{self._properties(_CELLS[False, False])}{runs}</w:p>")
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


def _cell_style(name: str, size: int, *, is_number: bool) -> Any:
    from docx.oxml.parser import parse_xml

    align = '<w:jc w:val="end"/>' if is_number else ""
    return parse_xml(
        f'<w:style {_NAMESPACE} w:type="paragraph" w:customStyle="1" w:styleId="{name}">'
        f'<w:name w:val="{name}"/>'
        f'<w:basedOn w:val="Normal"/><w:pPr><w:spacing w:before="20" w:after="20"/>{align}</w:pPr>'
        f'<w:rPr><w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr></w:style>'
    )


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

"""Workbooks made to hurt or to mislead whoever reads them, each small, each with what must become of it.

`CASES` maps a name to the code of the refusal, or to `READ`, and to what builds the file's bytes. A case that
is read also says which notices it must give and what its first sheet holds.
"""

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from habitat_desktop.incoming import notices

READ = "read"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SHEET, _BOOK, _STRINGS = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TABLE = '<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c><c r="B1"><v>1</v></c></row>'
_ROWS_OF_TABLE: list[list[object]] = [["name", 1.0]]
Parts = dict[str, str | bytes]


@dataclass(frozen=True)
class Case:
    """One workbook; `code` is what it is refused with, or READ."""

    code: str
    build: Callable[[], bytes]
    notices: frozenset[str] = frozenset()
    rows: list[list[Any]] | None = None  # of the first sheet
    big: bool = False  # its bytes are many


# -- building blocks -------------------------------------------------------------------------------------


def sheet(rows: str = _TABLE, *, before: str = "", after: str = "", head: str = _HEAD) -> str:
    """Return the XML of a worksheet."""
    names = f'xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}"'
    return f"{head}<worksheet {names}>{before}<sheetData>{rows}</sheetData>{after}</worksheet>"


def row(number: int, *cells: str, options: str = "") -> str:
    """Return a row whose cells stand from A on."""
    return f'<row r="{number}"{options}>{"".join(cells)}</row>'


def text(address: str, value: str) -> str:
    """Return a cell with a text."""
    return f'<c r="{address}" t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>'


def number(address: str, value: str, options: str = "") -> str:
    """Return a cell with a value that is written as it is."""
    return f'<c r="{address}"{options}><v>{value}</v></c>'


def relation(one: str, kind: str, target: str, options: str = "") -> str:
    """Return one relationship."""
    return f'<Relationship Id="{one}" Type="{_DOCUMENT}/{kind}" Target="{target}"{options}/>'


def _relations(*each: str) -> str:
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{"".join(each)}</Relationships>'


def parts(
    first: str | bytes | None = None,
    *,
    names: Iterable[tuple[str, str]] = (("data", "sheet1"),),
    strings: str | None = None,
    book: str = "",
    relations: str = "",
    styles: str | None = None,
    extra: Parts | None = None,
) -> Parts:
    """Return the parts of a workbook whose sheets are `names`: (name, part without folder and ending)."""
    listed = list(names)
    used = list(dict.fromkeys(part for _name, part in listed))
    sheets = "".join(
        f'<sheet name="{name}" sheetId="{place}" r:id="{part}"/>'
        for place, (name, part) in enumerate(listed, 1)
    )
    found: Parts = {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": _relations(relation("rId1", "officeDocument", _BOOK)),
        _BOOK: f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}">{book}'
        f"<sheets>{sheets}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relations(
            *(relation(part, "worksheet", f"worksheets/{part}.xml") for part in used),
            relation("strings", "sharedStrings", "sharedStrings.xml") if strings is not None else "",
            relation("styles", "styles", "styles.xml") if styles is not None else "",
            relations,
        ),
    }
    found |= {f"xl/worksheets/{part}.xml": sheet() for part in used}
    if first is not None:
        found[_SHEET] = first
    if strings is not None:
        found[_STRINGS] = f'{_HEAD}<sst xmlns="{_MAIN}">{strings}</sst>'
    if styles is not None:
        found["xl/styles.xml"] = f'{_HEAD}<styleSheet xmlns="{_MAIN}">{styles}</styleSheet>'
    return found | (extra or {})


def packed(content: Parts, twice: Parts | None = None, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip archive of `content`; the parts of `twice` follow, whatever they are called."""
    target = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(target, "w", method) as archive:
        warnings.simplefilter("ignore", UserWarning)  # a name twice
        for name, data in (*content.items(), *(twice or {}).items()):
            archive.writestr(name, data)
    return target.getvalue()


def _repeated(
    part: str, head: str, piece: bytes, times: int, tail: str, **options: Any
) -> Callable[[], bytes]:
    """Build a workbook with a part in which one piece stands many times, without holding it in memory."""

    def build() -> bytes:
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in parts(**options).items():
                if name != part:
                    archive.writestr(name, data)
            with archive.open(part, "w", force_zip64=True) as stream:
                stream.write(head.encode())
                for _time in range(times):
                    stream.write(piece)
                stream.write(tail.encode())
        return target.getvalue()

    return build


def _book(*arguments: Any, **options: Any) -> Callable[[], bytes]:
    return lambda: packed(parts(*arguments, **options))


def _with(**changes: str | bytes) -> Callable[[], bytes]:
    """Replace whole parts: `root`, `book`, `rels`, `types`."""
    names = {
        "root": "_rels/.rels",
        "book": _BOOK,
        "rels": "xl/_rels/workbook.xml.rels",
        "types": "[Content_Types].xml",
    }
    return lambda: packed(parts() | {names[key]: value for key, value in changes.items()})


# -- damage to the bytes ---------------------------------------------------------------------------------


def _whole() -> bytes:
    rows = "".join(
        row(n, text(f"A{n}", f"settlement {n * 7919}"), number(f"B{n}", str(n))) for n in range(1, 900)
    )
    return packed(parts(sheet(rows)))


def _directory(data: bytes) -> list[int]:
    """Return where the entries of the directory of an archive stand."""
    places, at = [], data.find(b"PK\1\2")
    while at >= 0:
        places.append(at)
        at = data.find(b"PK\1\2", at + 4)
    return places


def _changed(place: int, value: bytes, entry: int = -1) -> Callable[[], bytes]:
    """Overwrite bytes of one entry of the directory."""

    def build() -> bytes:
        data = bytearray(_whole())
        start = _directory(bytes(data))[entry] + place
        data[start : start + len(value)] = value
        return bytes(data)

    return build


def _flipped() -> bytes:
    data = bytearray(_whole())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        start = archive.getinfo(_SHEET).header_offset + 200
    for place in range(start, start + 900, 31):
        data[place] ^= 16
    return bytes(data)


def _other_name_inside() -> bytes:
    """Call the sheet by another name where it stands than in the directory."""
    data = _whole()
    place = data.find(_SHEET.encode())
    return data[:place] + b"xl/worksheets/sheet9.xml" + data[place + len(_SHEET) :]


def _overlapping(count: int = 1500) -> bytes:
    """List one part many times under other names."""
    data = packed(parts())
    end = data.rfind(b"PK\5\6")
    start = struct.unpack("<I", data[end + 16 : end + 20])[0]
    last = data[_directory(data)[-1] : end]
    name_length = struct.unpack("<H", last[28:30])[0]
    copies = b"".join(last[:46] + b"%0*d" % (name_length, n) + last[46 + name_length :] for n in range(count))
    total = len(_directory(data)) + count
    size = end - start + len(copies)
    return data[:end] + copies + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, total, total, size, start, 0)


def _bomb_in_bomb() -> bytes:
    inner = packed({"zeros": zlib.compress(b"\0" * (8 << 20))})
    return packed(parts(extra={"xl/embeddings/a.zip": packed({f"{n}.zip": inner for n in range(50)})}))


def _compound(stream: str) -> Callable[[], bytes]:
    return lambda: _OLE + b"\0" * 1024 + stream.encode("utf-16-le") + b"\0" * 1024


# -- the cases -------------------------------------------------------------------------------------------

_ENTITY = '<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
_LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
_MERGE_ALL = '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
_DATES = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
_DAY = ' s="1"'

FILES = {
    "nothing": Case("EMPTY", lambda: b""),
    "text": Case("NOT_XLSX", lambda: b"this is no workbook\n" * 100),
    "web page": Case("NOT_XLSX", lambda: b"<html><table><tr><td>type</td></tr></table></html>"),
    "table of commas": Case("NOT_XLSX", lambda: b"type,name\ntext,q1\n"),
    "another archive": Case("NOT_XLSX", lambda: packed({"a.txt": "x"})),
    "a text document": Case(
        "NOT_XLSX", lambda: packed({"[Content_Types].xml": "<Types/>", "word/document.xml": "<document/>"})
    ),
    "old Excel": Case("OLD_EXCEL", _compound("Workbook")),
    "binary Excel": Case(
        "OLD_EXCEL",
        lambda: packed(
            parts(extra={"xl/workbook.bin": b"\x83\1"})
            | {"_rels/.rels": _relations(relation("rId1", "officeDocument", "xl/workbook.bin"))}
        ),
    ),
    "password": Case("PASSWORD", _compound("EncryptedPackage")),
    "old Word": Case("NOT_XLSX", _compound("WordDocument")),
}
CONTAINERS = {
    "half": Case("ZIP_BAD", lambda: _whole()[: len(_whole()) // 2]),
    "without its end": Case("ZIP_BAD", lambda: _whole()[:-10]),
    "bytes put in": Case("ZIP_BAD", lambda: _whole()[:5000] + b"more" + _whole()[5000:]),
    "wrong checksum": Case("ZIP_BAD", _changed(16, b"\1\2\3\4")),
    "flipped bits": Case("ZIP_BAD", _flipped),
    "two names of one part": Case("ZIP_BAD", _other_name_inside),
    "part longer than told": Case("ZIP_BAD", _changed(24, b"\x10\0\0\0")),
    "white space of 600 MB": Case(
        "ZIP_BOMB", _repeated(_SHEET, sheet()[:-20], b" " * (1 << 20), 600, sheet()[-20:]), big=True
    ),
    "one text of 300 MB": Case(
        "ZIP_BOMB",
        _repeated(
            _STRINGS, f'<sst xmlns="{_MAIN}"><si><t>', b"A" * (1 << 20), 300, "</t></si></sst>", strings=""
        ),
        big=True,
    ),
    "20 million texts": Case(
        "ZIP_BOMB",
        _repeated(_STRINGS, f'<sst xmlns="{_MAIN}">', b"<si/>" * 200_000, 100, "</sst>", strings=""),
        big=True,
    ),
    "10 million rows": Case(
        "ZIP_BOMB",
        _repeated(
            _SHEET,
            f'<worksheet xmlns="{_MAIN}"><sheetData>',
            b"<row/>" * 100_000,
            100,
            "</sheetData></worksheet>",
        ),
        big=True,
    ),
    "archives in archives": Case(READ, _bomb_in_bomb, frozenset({notices.EMBEDDED}), _ROWS_OF_TABLE),
    "parts over each other": Case("ZIP_OVERLAP", _overlapping),
    "60,000 parts": Case(
        "ZIP_ENTRIES", lambda: packed(parts() | {f"x/{n}": "" for n in range(60_000)}), big=True
    ),
    "a part twice": Case("ZIP_DUP", lambda: packed(parts(), {_SHEET: sheet(row(1, text("A1", "other")))})),
    "a part twice but for case": Case(
        "ZIP_DUP", lambda: packed(parts(), {"XL/Worksheets/Sheet1.XML": sheet()})
    ),
    "a part twice but for slashes": Case(
        "ZIP_DUP", lambda: packed(parts(), {"xl\\worksheets\\sheet1.xml": sheet()})
    ),
    "a name that climbs out": Case("ZIP_NAME", lambda: packed(parts(extra={"../../../outside/x": "x"}))),
    "a name from the root": Case("ZIP_NAME", lambda: packed(parts(extra={"/abs/x": "x"}))),
    "a name on a drive": Case("ZIP_NAME", lambda: packed(parts(extra={"C:/x": "x"}))),
    "a name with a control sign": Case("ZIP_NAME", lambda: packed(parts(extra={"a\x01b": "x"}))),
    "packed with a password": Case("ZIP_CRYPT", _changed(8, b"\1\0")),
    "another compression": Case("ZIP_METHOD", lambda: packed(parts(), method=zipfile.ZIP_BZIP2)),
    "a program in front": Case("ZIP_PREFIX", lambda: b"MZ" + b"\0" * 512 + _whole()),
    "words in front": Case("ZIP_PREFIX", lambda: b"#!/bin/sh\n" + _whole()),
    "something behind": Case("ZIP_TAIL", lambda: _whole() + b"junk" * 100),
}
PARTS = {
    "macros": Case(
        READ,
        _book(
            relations=relation("rIdV", "vbaProject", "vbaProject.bin"),
            extra={"xl/vbaProject.bin": _OLE + b"\0" * 2000},
        ),
        frozenset({notices.MACROS}),
        _ROWS_OF_TABLE,
    ),
    "link to another file": Case(
        READ,
        _book(
            sheet(row(1, '<c r="A1"><f>[1]S!A1</f><v>7</v></c>')),
            relations=relation("rIdX", "externalLink", "externalLinks/externalLink1.xml"),
            extra={"xl/externalLinks/externalLink1.xml": "<!DOCTYPE never-read>"},
        ),
        frozenset({notices.EXTERNAL_LINK, notices.FORMULA}),
        [[7.0]],
    ),
    "something unknown": Case(
        READ, _book(extra={"payload/run.exe": b"MZ"}), frozenset({notices.UNKNOWN_PART}), _ROWS_OF_TABLE
    ),
    "a sheet that is missing": Case(
        "PART_MISSING", _with(rels=_relations(relation("sheet1", "worksheet", "no.xml")))
    ),
    "a sheet without relation": Case("PART_MISSING", _with(rels=_relations())),
    "a sheet outside": Case(
        "REL_TARGET", _with(rels=_relations(relation("sheet1", "worksheet", "../../../../etc/hostname")))
    ),
    "a sheet in the network": Case(
        "REL_TARGET",
        _with(
            rels=_relations(
                relation("sheet1", "worksheet", "http://127.0.0.1:9/x.xml", ' TargetMode="External"')
            )
        ),
    ),
    "a sheet of unknown kind": Case(
        "XML_NS", _with(rels=_relations(relation("sheet1", "workshet", "worksheets/sheet1.xml")))
    ),
    "a relation twice": Case(
        "REL_TARGET",
        _with(
            rels=_relations(
                *(relation("sheet1", "worksheet", f"worksheets/{n}.xml") for n in ("sheet1", "b"))
            )
        ),
    ),
}
XML = {
    "outside entity": Case("XML_DTD", _book(sheet(head=_ENTITY))),
    "document type in the network": Case(
        "XML_DTD", _book(sheet(head='<!DOCTYPE worksheet SYSTEM "http://127.0.0.1:9/evil.dtd">'))
    ),
    "a billion laughs": Case(
        "XML_DTD",
        lambda: packed(
            parts(sheet(row(1, number("A1", "0", ' t="s"'))), strings="")
            | {
                _STRINGS: f'<!DOCTYPE sst [<!ENTITY a0 "ha">{_LAUGHS}]>'
                f'<sst xmlns="{_MAIN}"><si><t>&a9;</t></si></sst>'
            }
        ),
    ),
    "document type at the root": Case(
        "XML_DTD", _with(root=_relations(relation("rId1", "officeDocument", _BOOK)).replace(_HEAD, _ENTITY))
    ),
    "UTF-16": Case("XML_ENC", _book(sheet().replace("UTF-8", "UTF-16").encode("utf-16"))),
    "UTF-16 without mark": Case("XML_ENC", _book(sheet().replace("UTF-8", "UTF-16").encode("utf-16-le"))),
    "Latin-1": Case(
        "XML_ENC", _book(sheet(row(1, text("A1", "é"))).replace("UTF-8", "ISO-8859-1").encode("latin-1"))
    ),
    "nested deeply": Case(
        "XML_DEPTH", _book(sheet(after=f"<extLst>{'<x>' * 20_000}{'</x>' * 20_000}</extLst>"))
    ),
    "broken": Case("XML_BAD", _book(sheet(after="<a></b>"))),
    "bad UTF-8": Case(
        "XML_BAD", _book(sheet(row(1, text("A1", "@@"))).encode().replace(b"@@", b"\xff\xc0\x80"))
    ),
    "halves of signs in UTF-8": Case(
        "XML_BAD", _book(sheet(row(1, text("A1", "@@"))).encode().replace(b"@@", b"\xed\xa0\xbc\xed\xbf\xa0"))
    ),
    "half of a sign by number": Case("XML_BAD", _book(sheet(row(1, text("A1", "&#xD800;"))))),
    "unknown entity": Case("XML_BAD", _book(sheet(row(1, text("A1", "&eacute;"))))),
    "control sign": Case("XML_BAD", _book(sheet(row(1, text("A1", "a\x08b"))))),
    "comment inside a number": Case("XML_COMMENT", _book(sheet(row(1, number("A1", "1<!-- -->2"))))),
    "instruction inside a text": Case("XML_COMMENT", _book(sheet(row(1, text("A1", "ab<?x y?>cd"))))),
    "comment inside a shared text": Case(
        "XML_COMMENT",
        _book(sheet(row(1, number("A1", "0", ' t="s"'))), strings="<si><t>a<!-- -->b</t></si>"),
    ),
    "comments between cells": Case(
        READ, _book(sheet(f"<!-- {_TABLE} -->{_TABLE}<!-- </sheetData> -->")), rows=_ROWS_OF_TABLE
    ),
    "character data": Case(READ, _book(sheet(row(1, text("A1", "ab<![CDATA[<cd>]]>")))), rows=[["ab<cd>"]]),
    "rows of another namespace": Case("XML_NS", _book(sheet('<x:row xmlns:x="urn:x" r="1"/>'))),
    "cells behind an alternative": Case(
        "XML_NS", _book(sheet(f'<m:AlternateContent xmlns:m="urn:m">{_TABLE}</m:AlternateContent>'))
    ),
    "with prefixes": Case(
        READ,
        _book(
            f'{_HEAD}<x:worksheet xmlns:x="{_MAIN}"><x:sheetData><x:row r="1"><x:c r="B1" t="inlineStr">'
            "<x:is><x:r><x:t>ri</x:t></x:r><x:r><x:t>ch</x:t></x:r><x:rPh sb='0' eb='1'><x:t>n</x:t></x:rPh>"
            "</x:is></x:c></x:row></x:sheetData></x:worksheet>"
        ),
        rows=[["", "rich"]],
    ),
}
SHEETS = {
    "far cell": Case("CELL_REF", _book(sheet(_TABLE + row(1048576, text("XFD1048576", "far"))))),
    "column past the last": Case("CELL_REF", _book(sheet(row(1, text("XFE1", "far"))))),
    "column of seven letters": Case("CELL_REF", _book(sheet(row(1, text("ZZZZZZZ1", "far"))))),
    "small letters": Case("CELL_REF", _book(sheet(row(1, text("a1", "x"))))),
    "address of another row": Case("CELL_REF", _book(sheet(row(1, text("A2", "x"))))),
    "address that is none": Case("CELL_REF", _book(sheet(row(1, text("here", "x"))))),
    "20,000 x 20,000 without addresses": Case(
        "CELL_REF", _book(sheet(f"<row r='1'>{'<c/>' * 16_000}</row><row r='20000'><c/></row>"))
    ),
    "row past the last": Case("ROW_ORDER", _book(sheet(row(4294967297, text("A4294967297", "far"))))),
    "rows out of order": Case(
        "ROW_ORDER", _book(sheet(row(5, text("A5", "five")) + _TABLE + row(2, text("A2", "two"))))
    ),
    "a row twice": Case("ROW_ORDER", _book(sheet(_TABLE + _TABLE))),
    "cells out of order": Case("ROW_ORDER", _book(sheet(row(1, text("B1", "b"), text("A1", "a"))))),
    "a cell twice": Case("CELL_DUP", _book(sheet(row(1, text("A1", "one"), text("A1", "two"))))),
    "two values in a cell": Case("CELL_DUP", _book(sheet(row(1, '<c r="A1"><v>1</v><v>2</v></c>')))),
    "a text of one million signs": Case("CELL_LONG", _book(sheet(row(1, text("A1", "x" * 1_000_000))))),
    "a shared text too long": Case("CELL_LONG", _book(strings=f"<si><t>{'x' * 40_000}</t></si>")),
    "a shared text that is missing": Case(
        "CELL_VALUE", _book(sheet(row(1, number("A1", "99", ' t="s"'))), strings="<si><t>a</t></si>")
    ),
    "a shared text below the first": Case(
        "CELL_VALUE", _book(sheet(row(1, number("A1", "-1", ' t="s"'))), strings="<si><t>a</t></si>")
    ),
    "a type that is none": Case("CELL_VALUE", _book(sheet(row(1, number("A1", "x", ' t="zz"'))))),
    "everything merged": Case("RANGE", _book(sheet(after=_MERGE_ALL))),
    "everything a link": Case("RANGE", _book(sheet(after=_MERGE_ALL.replace("mergeCell", "hyperlink")))),
    "200,000 merged ranges": Case(
        "RANGE",
        _book(
            sheet(
                after="<mergeCells>"
                + "".join(f'<mergeCell ref="A{n}:C{n}"/>' for n in range(9, 200_009))
                + "</mergeCells>"
            )
        ),
    ),
    "10,000 sheets": Case("SHEETS", _book(names=[(f"s{n}", "sheet1") for n in range(10_000)])),
    "two sheets of one name": Case("SHEET_DUP", _book(names=[("data", "sheet1"), ("data", "sheet2")])),
    "two sheets but for case": Case("SHEET_DUP", _book(names=[("data", "sheet1"), ("DATA", "sheet2")])),
    "two sheets of one part": Case("SHEET_DUP", _book(names=[("data", "sheet1"), ("more", "sheet1")])),
    "a sheet with a path for a name": Case("SHEET_NAME", _book(names=[("../../x", "sheet1")])),
    "a sheet without name": Case("SHEET_NAME", _book(names=[("", "sheet1")])),
    "a sheet with a long name": Case("SHEET_NAME", _book(names=[("x" * 200, "sheet1")])),
    "no addresses": Case(
        READ,
        _book(sheet("<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>")),
        rows=[[1.0, 2.0], [3.0, ""]],
    ),
    "dimensions that lie": Case(
        READ, _book(sheet(before='<dimension ref="A1:XFD1048576"/>')), rows=_ROWS_OF_TABLE
    ),
    "a text like an address": Case(
        READ, _book(sheet(row(1, text("A1", '&lt;c r="XFD1048576"/&gt;')))), rows=[['<c r="XFD1048576"/>']]
    ),
}
NOTICED = {
    "hidden row": Case(
        READ,
        _book(sheet(_TABLE + row(2, text("A2", "hid"), options=' hidden="1"'))),
        frozenset({notices.HIDDEN_ROWS}),
        [["name", 1.0], ["hid", ""]],
    ),
    "hidden column": Case(
        READ,
        _book(sheet(before='<cols><col min="2" max="2" hidden="1"/></cols>')),
        frozenset({notices.HIDDEN_COLUMNS}),
        _ROWS_OF_TABLE,
    ),
    "hidden sheet": Case(
        READ,
        lambda: packed(
            parts() | {_BOOK: str(parts()[_BOOK]).replace('sheetId="1"', 'sheetId="1" state="veryHidden"')}
        ),
        frozenset({notices.HIDDEN_SHEET}),
        _ROWS_OF_TABLE,
    ),
    "merged over a value": Case(
        READ,
        _book(sheet(after='<mergeCells><mergeCell ref="A1:B1"/></mergeCells>')),
        frozenset({notices.MERGED}),
        _ROWS_OF_TABLE,
    ),
    "formula": Case(
        READ, _book(sheet(row(1, '<c r="A1"><f>1+1</f><v>2</v></c>'))), frozenset({notices.FORMULA}), [[2.0]]
    ),
    "formula without value": Case(
        READ, _book(sheet(row(1, '<c r="A1"><f>1+1</f></c>'))), frozenset({notices.FORMULA}), [[""]]
    ),
    "formula that calls a program": Case(
        READ,
        _book(sheet(row(1, '<c r="A1" t="str"><f>cmd|\' /C calc\'!A0</f><v>x</v></c>'))),
        frozenset({notices.FORMULA}),
        [["x"]],
    ),
    "numbers that are none": Case(
        READ,
        _book(
            sheet(
                row(
                    1,
                    *(
                        number(f"{letter}1", value)
                        for letter, value in zip(
                            "ABCDEFGHI",
                            (
                                "NaN",
                                "INF",
                                "-inf",
                                "1e999",
                                "0x10",
                                "1_000",
                                "\u0665",
                                "1,5",
                                "abc",
                            ),
                            strict=True,
                        )
                    ),
                )
            )
        ),
        frozenset({notices.NUMBER_BAD}),
        [["NaN", "INF", "-inf", "1e999", "0x10", "1_000", "\u0665", "1,5", "abc"]],
    ),
    "numbers with too many digits": Case(
        READ,
        _book(
            sheet(
                row(
                    1,
                    number("A1", "9007199254740993"),
                    number("B1", "123456789012345678901234567890"),
                    number("C1", "0.1000000000000000055511151231257827"),
                    number("D1", "0.30000000000000004"),
                )
            )
        ),
        frozenset({notices.NUMBER_LONG}),
        [
            [
                "9007199254740993",
                "123456789012345678901234567890",
                "0.1000000000000000055511151231257827",
                0.30000000000000004,
            ]
        ],
    ),
    "days at the ends of time": Case(
        READ,
        _book(
            sheet(
                row(
                    1,
                    *(
                        number(f"{letter}1", value, _DAY)
                        for letter, value in zip(
                            "ABCDEFGH",
                            ("1", "59", "60", "61", "-1", "2958465", "2958466", "45351.5"),
                            strict=True,
                        )
                    ),
                )
            ),
            styles=_DATES,
        ),
        rows=[
            [
                ["1900-01-01"],
                ["1900-02-28"],
                60.0,
                ["1900-03-01"],
                -1.0,
                ["9999-12-31"],
                2958466.0,
                ["2024-02-29T12:00:00"],
            ]
        ],
    ),
    "days from 1904": Case(
        READ,
        _book(
            sheet(row(1, number("A1", "0", _DAY), number("B1", "60", _DAY))),
            styles=_DATES,
            book='<workbookPr date1904="1"/>',
        ),
        rows=[[["1904-01-01"], ["1904-03-01"]]],
    ),
    "texts that are like numbers": Case(
        READ,
        _book(
            sheet(
                row(
                    1,
                    *(text(f"{a}1", v) for a, v in zip("ABCD", ("007", "1E5", "=1+1", "TRUE"), strict=True)),
                )
            )
        ),
        rows=[["007", "1E5", "=1+1", "TRUE"]],
    ),
    "escaped signs": Case(
        READ,
        _book(
            sheet(
                row(
                    1,
                    text("A1", "a_x000D_b"),
                    text("B1", "_x005F_x0041_"),
                    text("C1", "_xD83C__xDFE0_"),
                    text("D1", "_x0000_"),
                )
            )
        ),
        rows=[["a\rb", "_x0041_", "\U0001f3e0", "_x0000_"]],
    ),
    "truth, errors and days as text": Case(
        READ,
        _book(
            sheet(
                row(
                    1,
                    number("A1", "1", ' t="b"'),
                    number("B1", "#N/A", ' t="e"'),
                    number("C1", "2024-02-29", ' t="d"'),
                )
            )
        ),
        rows=[[True, "#N/A", ["2024-02-29"]]],
    ),
}
CASES: dict[str, Case] = FILES | CONTAINERS | PARTS | XML | SHEETS | NOTICED

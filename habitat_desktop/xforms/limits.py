"""How large a form from elsewhere may be, and the checks that keep to it.

Every limit is several times what the largest known form needs (ten thousand choices in six languages: 80,000
cells, 4 MB of XForm XML) and small enough that the answer comes within 5 seconds and 500 MB.
"""

import zipfile
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from habitat_desktop.errors import N_
from habitat_desktop.incoming import errors as incoming
from habitat_desktop.incoming.container import read_file
from habitat_desktop.incoming.errors import IncomingError
from habitat_desktop.xforms.definition import Source
from habitat_desktop.xforms.problems import FormTooLargeError, NotAFormError, Reason, UnreadableWorkbookError

MEGABYTE = 1 << 20
FILE_LIMIT = 32 * MEGABYTE  # of a form as it comes, pictures in the workbook included
XML_LIMIT = 16 * MEGABYTE  # of XForm XML: reading it takes twenty times as much memory
XML_MARKS_LIMIT = 1_000_000  # tags and, twice, attributes: objects of 150 and 350 bytes
NODES_LIMIT = 20_000  # questions, groups and repeats: a thousand load in a tenth of a second
NESTED_LIMIT = 64  # groups inside each other; reading, filling and showing them recurses
EXPRESSIONS_LIMIT = 2_000_000  # characters in all expressions: about two seconds to compile
LIST_LIMIT = 32 * MEGABYTE  # of a list beside the form
LIST_CELLS_LIMIT = 1_000_000  # of a list beside the form: each is a node of some 200 bytes

PARTS_LIMIT = 64 * MEGABYTE  # XML of a workbook, unpacked
TAGS_LIMIT = 2_000_000  # in the XML of a workbook: some three seconds to read
AREA_LIMIT = 20_000_000  # cells of the first row times rows: pyxform looks at each, empty or not
ENTRIES_LIMIT = 2_000  # files in the zip archive of a workbook
CELL_LIMIT = 32_767  # characters in a cell: Excel's own limit
CELLS_LIMIT = 200_000  # filled cells: pyxform takes about 0.1 ms for each
REFERENCES_LIMIT = 50_000  # `${name}` in all cells: pyxform copies the path for each

# while a form is being filled
REPEAT_LIMIT = 10_000  # entries of one repeat
FILLED_NODES_LIMIT = 300_000  # nodes in all entries of all repeats: 150 MB and three seconds
ANSWER_LIMIT = (
    1_000_000  # characters of one answer or calculated text: a trace of ten thousand points is half
)
LONG_TEXT = 10_000  # characters from which on a text is counted
TEXTS_LIMIT = 20_000_000  # characters of all counted texts of one instance

_TOO_LARGE = (
    incoming.TooBigError,
    incoming.ZipBombError,
    incoming.ZipEntriesError,
    incoming.XmlDepthError,
    incoming.TooManyTextsError,
    incoming.TooManySheetsError,
)
_DOCTYPES = tuple("<!DOCTYPE".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
_EXPRESSIONS = (
    "//*[local-name()='bind' or local-name()='setvalue' or local-name()='output' or local-name()='itemset']"
    "/@*[name()!='id' and name()!='type']"
)


def check_file(path: Path) -> None:
    """Refuse a form that is too large to be read at all.

    Raises:
        FormTooLargeError: it is.
        OSError: it cannot be read.
    """
    if path.stat().st_size > FILE_LIMIT:
        raise FormTooLargeError(path=path.name)


def xml_parser() -> Any:
    """Return a parser that opens nothing outside the file and expands no entities."""
    from lxml import etree

    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=False
    )


def xml_root(xml: bytes, name: str) -> Any:
    """Return the root element of `xml`, the content of the file `name`.

    Raises:
        FormTooLargeError: there is too much of it.
        NotAFormError: it is no well-formed XML, or declares a document type: a form needs none, a bomb does.
    """
    from lxml import etree

    if len(xml) > XML_LIMIT or xml.count(b"<") + 2 * xml.count(b"=") > XML_MARKS_LIMIT:
        raise FormTooLargeError(path=name)
    try:
        root = etree.fromstring(xml, xml_parser())
    except etree.XMLSyntaxError as error:
        if getattr(error, "code", 0) in (etree.ErrorTypes.ERR_NO_MEMORY, etree.ErrorTypes.ERR_RESOURCE_LIMIT):
            raise FormTooLargeError(path=name) from error
        raise NotAFormError(
            path=name, problem=Reason(N_("it is no well-formed XML ({detail})"), detail=error.msg)
        ) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise NotAFormError(path=name, problem=Reason(N_("it declares a document type")))
    return root


def check_model(html: Any, primary: Any, size: int, name: str) -> None:
    """Refuse an XForm of `size` bytes with too many nodes, too deep ones, or too much to compile.

    Raises:
        FormTooLargeError: it is one.
    """
    too_deep = f"boolean({'*/' * NESTED_LIMIT}*)"
    if primary.xpath("count(.//*)") > NODES_LIMIT or primary.xpath(too_deep):
        raise FormTooLargeError(path=name)
    if size > EXPRESSIONS_LIMIT and sum(map(len, html.xpath(_EXPRESSIONS))) > EXPRESSIONS_LIMIT:
        raise FormTooLargeError(path=name)


def check_lists(sources: Iterable[Source]) -> None:
    """Refuse lists beside a form that are too large to be held in memory.

    Raises:
        FormTooLargeError: one is, and names it.
    """
    for source in sources:
        if source.file is not None and source.file.is_file():
            check_list(source.file)


def check_list(path: Path) -> None:
    """Refuse the list at `path` if it is too large.

    Raises:
        FormTooLargeError: it is.
    """
    size = path.stat().st_size
    if size > LIST_LIMIT:
        raise FormTooLargeError(path=path.name)
    if size > LIST_CELLS_LIMIT and _cells(path.read_bytes()) > LIST_CELLS_LIMIT:
        raise FormTooLargeError(path=path.name)


def _cells(data: bytes) -> int:
    """Return how many cells, values or elements there are in a list at the most."""
    columns = max(data.partition(b"\n")[0].count(sign) for sign in (b",", b";", b"\t")) + 1
    marks = sum(data.count(sign) for sign in (b",", b";", b"\t", b"\n"))
    return max(data.count(b"\n") * columns, marks, data.count(b"<"), data.count(b"{") + data.count(b"["))


def check_workbook(path: Path) -> None:
    """Refuse the .xlsx at `path` if its archive or the XML in it is hostile; nothing is unpacked to disk.

    pyxform reads parts of a workbook that a package does not need: those are looked through first, then the
    gate for all files from outside reads every sheet.

    Raises:
        NotAFormError: no archive, damaged, or holding what no workbook needs.
        FormTooLargeError: there is too much in it.
    """
    from habitat_desktop.incoming import workbook

    try:
        opened = workbook.open_workbook(read_file(path, FILE_LIMIT), path.name)
        _check_parts(path)
        for sheet in opened.names:
            opened.rows(sheet)
    except IncomingError as error:
        if isinstance(error, _TOO_LARGE):
            raise FormTooLargeError(path=path.name) from error
        raise UnreadableWorkbookError(
            path=path.name, problem=Reason(error.meaning), advice=Reason(error.to_do)
        ) from error


def _check_parts(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            _check_archive(archive, path.name)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
        raise NotAFormError(
            path=path.name, problem=Reason(N_("the file is no Excel workbook, or not whole"))
        ) from error


def _check_archive(archive: zipfile.ZipFile, name: str) -> None:
    entries = archive.infolist()
    parts = [one for one in entries if one.filename.lower().endswith((".xml", ".rels"))]
    if len(entries) > ENTRIES_LIMIT or sum(one.file_size for one in parts) > PARTS_LIMIT:
        raise FormTooLargeError(path=name)
    if len({one.filename.lower() for one in entries}) < len(entries):
        raise NotAFormError(path=name, problem=Reason(N_("two parts of the workbook have the same name")))
    tags = 0
    for part in parts:
        data = archive.read(part)
        tags += data.count(b"<")
        area = data.partition(b"</row>")[0].count(b"<c") * data.count(b"</row>")
        if tags > TAGS_LIMIT or area > AREA_LIMIT:
            raise FormTooLargeError(path=name)
        if any(mark in data for mark in _DOCTYPES):
            raise NotAFormError(path=name, problem=Reason(N_("it declares a document type")))


def check_table(data: bytes, name: str) -> None:
    """Refuse a Markdown table with more cells than a workbook may have.

    Raises:
        FormTooLargeError: it has.
    """
    if data.count(b"|") > 2 * CELLS_LIMIT:
        raise FormTooLargeError(path=name)


def check_sheets(workbook: Mapping[str, Any], name: str) -> None:
    """Refuse sheets that pyxform could not convert in reasonable time.

    Raises:
        FormTooLargeError: too many or too long cells, or groups nested too deeply.
    """
    cells = references = 0
    for rows in workbook.values():
        found = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else ()
        for text in (text for row in found for text in row.values() if isinstance(text, str)):
            cells += 1
            references += text.count("${")
            if cells > CELLS_LIMIT or references > REFERENCES_LIMIT or len(text) > CELL_LIMIT:
                raise FormTooLargeError(path=name)
    depth = 0
    for row in workbook.get("survey") or ():
        kind = str(row.get("type", "")).strip().lower()
        depth += kind.startswith("begin") - kind.startswith("end")
        if depth > NESTED_LIMIT:
            raise FormTooLargeError(path=name)

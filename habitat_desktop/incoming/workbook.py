"""One workbook from outside, opened: container, parts and cells are checked while they are read.

Nothing is read but what the sheets need, and no link is followed. Macros, links, hidden and merged cells
are no reason to refuse a workbook; they are noticed.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from posixpath import basename, dirname, join, normpath
from typing import Generic, TypeVar

from habitat_desktop.incoming import errors, notices
from habitat_desktop.incoming.container import Archive, open_archive
from habitat_desktop.incoming.notices import Notice
from habitat_desktop.incoming.sheets import padded, read_sheet
from habitat_desktop.incoming.strings import read_strings
from habitat_desktop.incoming.styles import is_date_format
from habitat_desktop.incoming.values import Cell, Context
from habitat_desktop.incoming.xml_parts import End, Parser, Start, local, text_of

T = TypeVar("T")
SHEETS_LIMIT = 500
_NAME_LENGTH = 31  # of a sheet name, Excel's limit
_BAD_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_TYPES, _ROOT = "[Content_Types].xml", "_rels/.rels"
_USUAL_WORKBOOK = "xl/workbook.xml"
_KNOWN_PARTS = re.compile(
    r"(?:xl|docprops|_rels|customxml|\[trash\]|docmetadata|metadata)/|\[content_types\]\.xml"
)
_EMBEDDED = re.compile(r"xl/(?:embeddings|activex|ctrlprops)/.+")
_MACRO_SHEETS = ("xlMacrosheet", "xlIntlMacrosheet")
_WITHOUT_CELLS = ("chartsheet", "dialogsheet", *_MACRO_SHEETS)


@dataclass(frozen=True)
class _Relation:
    kind: str  # last word of its type
    target: str
    is_external: bool


@dataclass(frozen=True)
class _SheetEntry:
    name: str
    part: str  # "" for a sheet without cells: a chart, a dialogue
    is_hidden: bool


class _Memory(Generic[T]):
    """What small parts say, by their text: those of one program's workbooks are mostly the same."""

    _SIZE, _LENGTH = 32, 50_000

    def __init__(self) -> None:
        self._known: dict[str, T] = {}

    def get(self, text: str, read: Callable[[], T]) -> T:
        """Return what `read` gives for `text`, now or the last time."""
        if text in self._known:
            return self._known[text]
        found = read()
        if len(text) <= self._LENGTH:
            if len(self._known) >= self._SIZE:
                self._known.clear()
            self._known[text] = found
        return found


_RELATIONS: _Memory[dict[str, _Relation]] = _Memory()
_STYLES: _Memory[frozenset[str]] = _Memory()
_TYPES_READ: _Memory[None] = _Memory()


@dataclass
class OpenedWorkbook:
    """A workbook whose container and list of sheets are sound; its sheets are read when asked for."""

    archive: Archive
    context: Context
    entries: tuple[_SheetEntry, ...]
    _texts: str = ""
    _styles: str = ""
    _is_ready: bool = False

    @property
    def names(self) -> list[str]:
        """The names of the sheets in their order."""
        return [entry.name for entry in self.entries]

    def rows(self, name: str) -> list[list[Cell]]:
        """Read one sheet; each row is as long as its last cell.

        Raises:
            IncomingError: it cannot be read, or would be read differently by other programs.
        """
        entry = next(entry for entry in self.entries if entry.name == name)
        if not entry.part:
            return []
        if not self._is_ready:
            self._make_ready()
        context = self.context
        context.sheet, context.part = entry.name, entry.part
        return read_sheet(self.archive.read(entry.part), context)

    def _make_ready(self) -> None:
        file = self.context.file
        if self._texts:
            self.context.strings = read_strings(self.archive.read(self._texts), file, self._texts)
        if self._styles:
            text = text_of(self.archive.read(self._styles), file, self._styles)
            found = _STYLES.get(text, lambda: _date_styles(text, file, self._styles))
            self.context.date_styles = found
        self._is_ready = True


def open_workbook(data: bytes, file: str) -> OpenedWorkbook:
    """Open the workbook in `data`, the content of the file `file`; its sheets are not read yet.

    Raises:
        IncomingError: it is no workbook, or one that would hurt whoever reads it.
    """
    archive = open_archive(data, file)
    if _TYPES not in archive:
        raise errors.NotXlsxError(file=file)
    part = _workbook_part(archive)
    sheets, is_1904 = _listed_sheets(archive, part)
    relations = _relations(archive, part)
    context = Context(file, is_1904=is_1904)
    entries = tuple(_entry(archive, part, relations, *sheet) for sheet in sheets)
    _check_sheets(file, entries)
    _notice_parts(archive, context, relations, entries)
    opened = OpenedWorkbook(archive, context, entries)
    for relation in relations.values():
        if relation.kind == "sharedStrings":
            opened._texts = _target(archive, part, relation)
        elif relation.kind == "styles":
            opened._styles = _target(archive, part, relation)
    return opened


def _workbook_part(archive: Archive) -> str:
    types = text_of(archive.read(_TYPES), archive.file, _TYPES)
    _TYPES_READ.get(types, lambda: Parser(archive.file, _TYPES).parse(types, lambda _name, _attributes: None))
    part = _USUAL_WORKBOOK
    if _ROOT in archive:
        found = [one for one in _relations(archive, "").values() if one.kind == "officeDocument"]
        if found:
            part = _target(archive, "", found[0])
    if part.endswith(".bin"):
        raise errors.OldExcelError(file=archive.file)
    if part not in archive:
        raise errors.NotXlsxError(file=archive.file)
    return part


def _listed_sheets(archive: Archive, part: str) -> tuple[list[tuple[str, str, bool]], bool]:
    """Return name, relation and whether it is hidden of each sheet, and whether days count from 1904."""
    sheets: list[tuple[str, str, bool]] = []
    path: list[str] = []
    is_1904 = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal is_1904
        path.append(local(name))
        if path == ["workbook", "workbookPr"]:
            is_1904 = attributes.get("date1904") in ("1", "true")
        elif path == ["workbook", "sheets", "sheet"]:
            relation = next((value for key, value in attributes.items() if key.endswith(" id")), "")
            sheets.append(
                (attributes.get("name", ""), relation, attributes.get("state", "visible") != "visible")
            )
        elif path[0] != "workbook":
            raise errors.NotXlsxError(file=archive.file)

    _elements(archive, part, start, lambda _name: path.pop())
    if not sheets:
        raise errors.NotXlsxError(file=archive.file)
    if len(sheets) > SHEETS_LIMIT:
        raise errors.TooManySheetsError(file=archive.file, count=len(sheets), limit=SHEETS_LIMIT)
    return sheets, is_1904


def _relations(archive: Archive, part: str) -> dict[str, _Relation]:
    """Return what a part points to, by the id it uses; the container itself is the part ""."""
    name = join(dirname(part), "_rels", f"{basename(part)}.rels")
    found: dict[str, _Relation] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag.endswith(" Relationship"):
            one = attributes.get("Id", "")
            if one in found:
                raise errors.RelationTargetError(file=archive.file, target=attributes.get("Target", "")[:100])
            kind = attributes.get("Type", "").rpartition("/")[2]
            external = attributes.get("TargetMode", "").casefold() == "external"
            found[one] = _Relation(kind, attributes.get("Target", ""), external)

    if name in archive:
        text = text_of(archive.read(name), archive.file, name)

        def read() -> dict[str, _Relation]:
            Parser(archive.file, name).parse(text, start)
            return found

        return _RELATIONS.get(text, read)
    return found


def _target(archive: Archive, part: str, relation: _Relation) -> str:
    """Return the part a relation points to.

    Raises:
        RelationTargetError: it points outside the file.
        PartMissingError: the part is not there.
    """
    target = relation.target.replace("\\", "/")
    inside = normpath(target.lstrip("/") if target.startswith("/") else join(dirname(part), target))
    if relation.is_external or inside.startswith("..") or "://" in target:
        raise errors.RelationTargetError(file=archive.file, target=relation.target[:100])
    if inside not in archive:
        raise errors.PartMissingError(file=archive.file, part=inside[:100])
    return inside


def _entry(
    archive: Archive, part: str, relations: dict[str, _Relation], name: str, relation_id: str, is_hidden: bool
) -> _SheetEntry:
    relation = relations.get(relation_id)
    if relation is None:
        raise errors.PartMissingError(file=archive.file, part=name[:100])
    target = _target(archive, part, relation)
    if relation.kind != "worksheet" and relation.kind not in _WITHOUT_CELLS:
        raise errors.XmlNamespaceError(file=archive.file, part=target)  # some read it, some do not
    return _SheetEntry(name, target if relation.kind == "worksheet" else "", is_hidden)


def _check_sheets(file: str, entries: tuple[_SheetEntry, ...]) -> None:
    names: set[str] = set()
    parts: set[str] = set()
    for entry in entries:
        if not entry.name or len(entry.name) > _NAME_LENGTH or _BAD_NAME.search(entry.name):
            raise errors.SheetNameError(file=file, sheet=entry.name[:60])
        name, part = entry.name.casefold(), entry.part.casefold()
        if name in names or (part and part in parts):
            raise errors.SheetTwiceError(file=file, sheet=entry.name)
        names.add(name)
        parts.add(part)


def _notice_parts(
    archive: Archive, context: Context, relations: dict[str, _Relation], entries: tuple[_SheetEntry, ...]
) -> None:
    """Name what is not read: macros, links to other files, embedded files, parts of no workbook."""
    names = [entry.filename.replace("\\", "/") for entry in archive.entries]
    folded = [name.casefold() for name in names]
    kinds = {relation.kind for relation in relations.values()}
    if any(name.endswith("vbaproject.bin") for name in folded) or kinds.intersection(_MACRO_SHEETS):
        context.notices.append(Notice(notices.MACROS))
    for relation in relations.values():
        if relation.kind == "externalLink":
            context.notices.append(Notice(notices.EXTERNAL_LINK, detail=relation.target[:200]))
    for name, low in zip(names, folded, strict=True):
        if _EMBEDDED.fullmatch(low) and not low.endswith(".rels"):
            context.notices.append(Notice(notices.EMBEDDED, detail=name[:200]))
        elif not _KNOWN_PARTS.match(low):
            context.notices.append(Notice(notices.UNKNOWN_PART, detail=name[:200]))
    for entry in entries:
        if entry.is_hidden:
            context.notices.append(Notice(notices.HIDDEN_SHEET, entry.name))


def _elements(archive: Archive, part: str, start: Start, end: End | None = None) -> None:
    """Parse a small part."""
    Parser(archive.file, part).parse(text_of(archive.read(part), archive.file, part), start, end)


def _date_styles(text: str, file: str, part: str) -> frozenset[str]:
    """Return the numbers of the cell styles that show dates, written as the cells write them."""
    formats: dict[str, str] = {}
    styles: list[str] = []
    path: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        path.append(local(name))
        if path == ["styleSheet", "numFmts", "numFmt"]:
            formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif path == ["styleSheet", "cellXfs", "xf"]:
            styles.append(attributes.get("numFmtId", "0"))

    Parser(file, part).parse(text, start, lambda _name: path.pop())
    shows_date = {
        one: one.isascii() and one.isdecimal() and is_date_format(int(one[:6]), formats.get(one))
        for one in set(styles)
    }
    return frozenset(str(number) for number, one in enumerate(styles) if shows_date[one])


def read_all(data: bytes, file: str) -> tuple[list[tuple[str, list[list[Cell]]]], list[Notice]]:
    """Return every sheet of a workbook, and what was noticed; errors as `open_workbook`."""
    opened = open_workbook(data, file)
    return [(name, padded(opened.rows(name))) for name in opened.names], opened.context.notices

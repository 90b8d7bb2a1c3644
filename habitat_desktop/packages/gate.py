"""What may be opened at all: a streaming check of an incoming workbook, before any library reads it.

The gate asks what can hurt the reading of the parts the reader needs (container, sizes, encoding, document
types, cell addresses, duplicates) and ignores everything else: Excel, LibreOffice and others put many
more parts into a workbook, and none of them is read. A check is one function in `CONTAINER_CHECKS`,
a method of `_Scan`, or a handler of the parser.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from posixpath import normpath
from xml.parsers import expat

from habitat_desktop.incoming import errors

MEGABYTE = 1 << 20
FILE_LIMIT = 64 * MEGABYTE
ENTRY_LIMIT = 2000
PART_LIMIT = 128 * MEGABYTE
TOTAL_LIMIT = 256 * MEGABYTE
RATIO_LIMIT = 300  # times; asked only of parts above one megabyte
AREA_LIMIT = 8_000_000  # rows x columns of one sheet: the reader holds the whole rectangle in memory
TEXT_LIMIT = 2_000_000  # shared strings
_CHUNK = 256 * 1024

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_TEXTS = "xl/sharedstrings.xml"
_NEEDED = ("[Content_Types].xml", _WORKBOOK, _RELATIONS)
_CELL = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?c[\s/>]")
_REFERENCE = re.compile(rb"\sr\s*=\s*[\"']([A-Z]{1,3})([1-9][0-9]{0,6})[\"']")
_ADDRESS = re.compile(r"([A-Za-z]{1,7})([0-9]{1,20})")
_TEXT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?si[\s/>]")


@dataclass(frozen=True)
class Archive:
    """An incoming workbook in memory, as a zip archive nobody has unpacked yet."""

    file: str  # its name, for the messages
    data: bytes
    zip: zipfile.ZipFile
    entries: tuple[zipfile.ZipInfo, ...]

    def entry(self, name: str) -> zipfile.ZipInfo | None:
        """Return the entry called `name`, in any case: readers differ in whether case counts."""
        folded = name.casefold()
        return next((entry for entry in self.entries if entry.filename.casefold() == folded), None)

    def chunks(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        """Unpack one part piece by piece, never more than it declares; compare its checksum at the end."""
        size = 0
        try:
            with self.zip.open(entry) as stream:
                while chunk := stream.read(_CHUNK):
                    size += len(chunk)
                    if size > entry.file_size:
                        raise errors.ZipBombError(file=self.file, part=entry.filename)
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as error:
            raise errors.ZipDamagedError(file=self.file) from error


def check(path: Path) -> bytes:
    """Return the bytes of `path` once every check has passed; the reader reads these, not the file again.

    Raises:
        PackageError: the first check that failed.
    """
    archive = _open(path)
    with archive.zip:
        for container_check in CONTAINER_CHECKS:
            container_check(archive)
        targets = _sheet_parts(archive)
        for entry in archive.entries:
            name = entry.filename.casefold()
            if name in _READ_BY_NAME or name in targets:
                _check_part(archive, entry, is_sheet=name in targets and name != _TEXTS)
    return archive.data


def _open(path: Path) -> Archive:
    name = path.name
    try:
        size = path.stat().st_size
        if size == 0:
            raise errors.EmptyFileError(file=name)
        if size > FILE_LIMIT:
            raise errors.TooBigError(file=name, limit_mb=FILE_LIMIT // MEGABYTE)
        data = path.read_bytes()
    except OSError as error:
        raise errors.FileNotReadableError(file=name, problem=error.strerror or str(error)) from error
    if data.startswith(_OLE):
        raise _old_or_locked(data)(file=name)
    if not data.startswith(b"PK\3\4"):
        raise errors.NotXlsxError(file=name)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError) as error:
        raise errors.ZipDamagedError(file=name) from error
    return Archive(name, data, archive, tuple(archive.infolist()))


def _old_or_locked(data: bytes) -> type[errors.IncomingError]:
    """Return what a compound file of Microsoft's is: Excel packs a workbook with a password into one, too."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return errors.PasswordError
    streams = ("Workbook", "Book")
    return (
        errors.OldExcelError if any(s.encode("utf-16-le") in data for s in streams) else errors.NotXlsxError
    )


# -- the container ---------------------------------------------------------------------------------------


def _check_entries(archive: Archive) -> None:
    if len(archive.entries) > ENTRY_LIMIT:
        raise errors.ZipEntriesError(file=archive.file, count=len(archive.entries), limit=ENTRY_LIMIT)


def _check_duplicates(archive: Archive) -> None:
    seen: set[str] = set()
    for entry in archive.entries:
        name = entry.filename.replace("\\", "/").casefold()
        if name in seen:
            raise errors.ZipDuplicateError(file=archive.file, part=entry.filename)
        seen.add(name)


def _check_packing(archive: Archive) -> None:
    for entry in archive.entries:
        if entry.flag_bits & 1:
            raise errors.ZipEncryptedError(file=archive.file)
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise errors.ZipMethodError(file=archive.file)


def _check_expansion(archive: Archive) -> None:
    total = 0
    for entry in archive.entries:
        total += entry.file_size
        dense = entry.file_size > MEGABYTE and entry.file_size > RATIO_LIMIT * max(1, entry.compress_size)
        if dense or entry.file_size > PART_LIMIT or total > TOTAL_LIMIT:
            raise errors.ZipBombError(file=archive.file, part=entry.filename)


def _check_overlap(archive: Archive) -> None:
    """Refuse parts that share bytes: one compressed block counted many times is the densest bomb."""
    end = 0
    for entry in sorted(archive.entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise errors.ZipOverlapError(file=archive.file)
        end = entry.header_offset + 30 + entry.compress_size


def _check_is_workbook(archive: Archive) -> None:
    if any(archive.entry(name) is None for name in _NEEDED):
        raise errors.NotXlsxError(file=archive.file)


CONTAINER_CHECKS: tuple[Callable[[Archive], None], ...] = (
    _check_entries,
    _check_duplicates,
    _check_packing,
    _check_expansion,
    _check_overlap,
    _check_is_workbook,
)


# -- one part --------------------------------------------------------------------------------------------

_READ_BY_NAME = {*(name.casefold() for name in _NEEDED), _TEXTS, "xl/styles.xml"}


def _sheet_parts(archive: Archive) -> set[str]:
    """Return the parts the workbook names as its sheets, case folded, whatever they are called."""
    used = {
        value
        for sheet in _elements(archive, _WORKBOOK, "sheet")
        for key, value in sheet.items()
        if key.endswith(":id")  # writers differ in the prefix
    }
    targets: set[str] = set()
    for relation in _elements(archive, _RELATIONS, "Relationship"):
        target = relation.get("Target", "")
        if relation.get("Id") in used and target:
            targets.add(normpath(target.lstrip("/") if target.startswith("/") else f"xl/{target}").casefold())
    return targets


def _elements(archive: Archive, part: str, name: str) -> list[dict[str, str]]:
    """Return the attributes of every element called `name` in a small part."""
    entry = archive.entry(part)
    assert entry is not None  # _check_is_workbook has passed
    found: list[dict[str, str]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == name:
            found.append(attributes)

    parser = _parser(archive.file, entry.filename)
    parser.StartElementHandler = start
    _parse(parser, archive, entry)
    return found


def _check_part(archive: Archive, entry: zipfile.ZipInfo, *, is_sheet: bool) -> None:
    parser = _parser(archive.file, entry.filename)
    unusual = False

    def mark_unusual(*_ignored: object) -> None:
        nonlocal unusual
        unusual = True

    parser.CommentHandler = parser.StartCdataSectionHandler = parser.ProcessingInstructionHandler = (
        mark_unusual
    )
    scan = _Scan(archive.file, entry.filename)
    watch = scan.cells if is_sheet else scan.texts if entry.filename.casefold() == _TEXTS else None
    _parse(parser, archive, entry, watch)
    if is_sheet and (unusual or scan.unplain):
        _check_cells_one_by_one(archive, entry)


class _Scan:
    """Looks through the bytes of one part for what would make the reader reserve too much memory.

    Every plain sheet passes here at the speed of a regular expression; a sheet where cells and addresses do
    not come in plain pairs, or seem to stand too far out (`unplain`), is parsed cell by cell afterwards.
    """

    def __init__(self, file: str, part: str) -> None:
        self._file = file
        self._part = part
        self._rest = b""
        self._row = self._column = self._count = 0
        self.unplain = False

    def cells(self, chunk: bytes, *, last: bool) -> None:
        piece = self._piece(chunk, last)
        addresses = _REFERENCE.findall(piece)
        self.unplain |= len(addresses) != len(_CELL.findall(piece))
        for column in {column for column, _ in addresses}:
            self._column = max(self._column, _column_number(column.decode()))
        self._row = max(self._row, max((int(row) for _, row in addresses), default=0))
        self.unplain |= self._row * self._column > AREA_LIMIT  # or a text that looks like an address

    def texts(self, chunk: bytes, *, last: bool) -> None:
        self._count += len(_TEXT.findall(self._piece(chunk, last)))
        if self._count > TEXT_LIMIT:
            raise errors.TooManyTextsError(file=self._file, part=self._part)

    def _piece(self, chunk: bytes, last: bool) -> bytes:
        """Return bytes that end between two tags, and keep the rest for the next time."""
        joined = self._rest + chunk
        cut = len(joined) if last else max(joined.rfind(b"<"), 0)
        self._rest = joined[cut:]
        return joined[:cut]


def _check_cells_one_by_one(archive: Archive, entry: zipfile.ZipInfo) -> None:
    """Follow each cell as the reader does: a cell without an address stands right of the one before."""
    row = column = last_row = last_column = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, last_row, last_column
        name = tag.rpartition(":")[2]
        if name == "row":
            given = attributes.get("r", "")
            row, column = (int(given[:20]) if given.isascii() and given.isdigit() else row + 1), 0
        elif name == "c":
            address = _ADDRESS.fullmatch(attributes.get("r", ""))
            if address:
                column, row = _column_number(address[1].upper()), int(address[2])
            elif "r" in attributes:
                raise errors.CellReferenceError(
                    file=archive.file, part=entry.filename, cell=attributes["r"][:20]
                )
            else:
                column += 1
            last_row, last_column = max(last_row, row), max(last_column, column)
            if last_row * last_column > AREA_LIMIT:
                cell = attributes.get("r", f"{column} x {row}")
                raise errors.CellReferenceError(file=archive.file, part=entry.filename, cell=cell[:20])

    parser = _parser(archive.file, entry.filename)
    parser.StartElementHandler = start
    _parse(parser, archive, entry)


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


# -- XML -------------------------------------------------------------------------------------------------


def _parser(file: str, part: str) -> expat.XMLParserType:
    parser = expat.ParserCreate("UTF-8")
    parser.buffer_text = True

    def refuse_doctype(*_ignored: object) -> None:
        raise errors.XmlDoctypeError(file=file, part=part)

    def check_declaration(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and encoding.upper() not in ("UTF-8", "UTF8"):
            raise errors.XmlEncodingError(file=file, part=part)

    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.EntityDeclHandler = refuse_doctype
    parser.XmlDeclHandler = check_declaration
    return parser


def _parse(
    parser: expat.XMLParserType,
    archive: Archive,
    entry: zipfile.ZipInfo,
    watch: Callable[..., None] | None = None,
) -> None:
    first = True
    try:
        for chunk in archive.chunks(entry):
            if first and (chunk.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in chunk[:64]):
                raise errors.XmlEncodingError(file=archive.file, part=entry.filename)
            first = False
            parser.Parse(chunk, False)
            if watch is not None:
                watch(chunk, last=False)
        parser.Parse(b"", True)
        if watch is not None:
            watch(b"", last=True)
    except expat.ExpatError as error:
        raise errors.XmlDamagedError(file=archive.file, part=entry.filename) from error

"""The container of a file from outside: what a zip archive may be, before anything in it is unpacked.

A check is one function in `CHECKS`. Unpacking compares the two places where an archive tells the name, size
and checksum of a part, so that no other program can read another part under the same name.
"""

import errno
import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from habitat_desktop.incoming import errors

MEGABYTE = 1 << 20
FILE_LIMIT = 64 * MEGABYTE
ENTRY_LIMIT = 2000
PART_LIMIT = 64 * MEGABYTE  # of a part that is read
EXPANDED_LIMIT = 1024 * MEGABYTE  # of all parts together, read or not
READ_LIMIT = 160 * MEGABYTE  # of all parts that are read
RATIO_LIMIT = 300  # times; asked only of parts above one megabyte

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCAL = struct.Struct("<4s5H3I2H")
_END = struct.Struct("<4s4H2IH")
_STREAMED = 8  # flag: size and checksum stand behind the part
_BAD_NAME = re.compile(r"[\x00-\x1f]|^/|^[A-Za-z]:|(?:^|/)\.\.(?:/|$)")


@dataclass
class Archive:
    """A file from outside in memory, as a zip archive nobody has unpacked yet."""

    file: str  # its name, for the messages
    data: bytes
    entries: tuple[zipfile.ZipInfo, ...]
    _by_name: dict[str, zipfile.ZipInfo] = field(default_factory=dict)
    _left: int = READ_LIMIT

    def __post_init__(self) -> None:
        self._by_name = {_folded(entry.filename): entry for entry in self.entries}

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._by_name

    def read(self, name: str) -> bytes:
        """Unpack the part `name`, in any case.

        Raises:
            IncomingError: it is not there, too large, or not what the archive says of it.
        """
        entry = self._by_name.get(name.casefold())
        if entry is None:
            raise errors.PartMissingError(file=self.file, part=name)
        self._left -= entry.file_size
        if entry.file_size > PART_LIMIT or self._left < 0:
            raise errors.ZipBombError(file=self.file, part=entry.filename)
        packed = self._packed(entry)
        if entry.compress_type == zipfile.ZIP_STORED:
            content = packed
        else:
            content = self._inflated(packed, entry)
        if len(content) != entry.file_size or zlib.crc32(content) != entry.CRC:
            raise errors.ZipDamagedError(file=self.file)
        return content

    def _packed(self, entry: zipfile.ZipInfo) -> bytes:
        start = entry.header_offset
        try:
            sign, _, flags, method, _, _, crc, packed, size, name_length, extra = _LOCAL.unpack_from(
                self.data, start
            )
        except struct.error as error:
            raise errors.ZipDamagedError(file=self.file) from error
        start += _LOCAL.size
        name = self.data[start : start + name_length]
        told = (entry.CRC, entry.compress_size, entry.file_size)
        alike = flags & _STREAMED or packed == 0xFFFFFFFF or (crc, packed, size) == told
        encoding = "utf-8" if entry.flag_bits & 0x800 else "cp437"
        same_name = name == entry.orig_filename.encode(encoding, "replace")
        if sign != b"PK\3\4" or method != entry.compress_type or not same_name or not alike:
            raise errors.ZipDamagedError(file=self.file)
        start += name_length + extra
        return self.data[start : start + entry.compress_size]

    def _inflated(self, packed: bytes, entry: zipfile.ZipInfo) -> bytes:
        unpacker = zlib.decompressobj(-15)
        try:
            content = unpacker.decompress(packed, entry.file_size + 1)
        except zlib.error as error:
            raise errors.ZipDamagedError(file=self.file) from error
        if len(content) > entry.file_size:
            raise errors.ZipBombError(file=self.file, part=entry.filename)
        return content


def read_file(path: Path, limit: int = FILE_LIMIT) -> bytes:
    """Return the bytes of the file at `path`.

    Raises:
        IncomingError: it cannot be read, is empty or larger than `limit` bytes.
    """
    name = path.name
    try:
        about = path.stat()
        if not (stat.S_ISREG(about.st_mode) or stat.S_ISDIR(about.st_mode)):
            raise OSError(errno.EINVAL, "it is not a file")  # a device or a pipe has no end
        size = about.st_size
        if size == 0 and not stat.S_ISDIR(about.st_mode):
            raise errors.EmptyFileError(file=name)
        if size > limit:
            raise errors.TooBigError(file=name, limit_mb=limit // MEGABYTE)
        return path.read_bytes()
    except OSError as error:
        raise errors.FileNotReadableError(file=name, problem=error.strerror or str(error)) from error


def open_archive(data: bytes, name: str) -> Archive:
    """Return the archive in `data`, the content of the file `name`, once every check has passed.

    Raises:
        IncomingError: the first check that failed.
    """
    if data.startswith(_OLE):
        raise _old_or_locked(data)(file=name)
    if not data.startswith(b"PK\3\4"):
        inside = zipfile.is_zipfile(io.BytesIO(data))
        raise errors.ZipPrefixError(file=name) if inside else errors.NotXlsxError(file=name)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            archive = Archive(name, data, tuple(opened.infolist()))
            comment = opened.comment
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError) as error:
        raise errors.ZipDamagedError(file=name) from error
    _check_end(archive, comment)
    for check in CHECKS:
        check(archive)
    return archive


def _old_or_locked(data: bytes) -> type[errors.IncomingError]:
    """Return what a compound file of Microsoft's is: Excel packs a workbook with a password into one, too."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return errors.PasswordError
    streams = ("Workbook", "Book")
    return (
        errors.OldExcelError if any(s.encode("utf-16-le") in data for s in streams) else errors.NotXlsxError
    )


def _folded(name: str) -> str:
    return name.replace("\\", "/").casefold()


def _check_end(archive: Archive, comment: bytes) -> None:
    end = len(archive.data) - _END.size - len(comment)
    if end < 0 or archive.data[end : end + 4] != b"PK\5\6":
        raise errors.ZipTailError(file=archive.file)


def _check_entries(archive: Archive) -> None:
    if len(archive.entries) > ENTRY_LIMIT:
        raise errors.ZipEntriesError(file=archive.file, count=len(archive.entries), limit=ENTRY_LIMIT)


def _check_names(archive: Archive) -> None:
    seen: set[str] = set()
    for entry in archive.entries:
        name = entry.orig_filename.replace("\\", "/")
        if _BAD_NAME.search(name):
            raise errors.ZipNameError(file=archive.file, part=name[:100])
        folded = name.casefold()
        if folded in seen:
            raise errors.ZipDuplicateError(file=archive.file, part=name[:100])
        seen.add(folded)


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
        if dense or total > EXPANDED_LIMIT:
            raise errors.ZipBombError(file=archive.file, part=entry.filename[:100])


def _check_overlap(archive: Archive) -> None:
    """Refuse parts that share bytes: one compressed block counted many times is the densest bomb."""
    places = sorted((entry.header_offset, entry.compress_size) for entry in archive.entries)
    if places and places[0][0] != 0:  # bytes were put in or lost, so that every place is wrong
        raise errors.ZipDamagedError(file=archive.file)
    end = 0
    for start, size in places:
        if start < end:
            raise errors.ZipOverlapError(file=archive.file)
        end = start + _LOCAL.size + size


CHECKS: tuple[Callable[[Archive], None], ...] = (
    _check_entries,
    _check_names,
    _check_packing,
    _check_expansion,
    _check_overlap,
)

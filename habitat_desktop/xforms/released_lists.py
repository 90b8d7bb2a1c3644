"""Lists beside forms that headquarters released: CSV files that take the place of those a form came with.

They lie in the workspace's folder of forms, in `.lists/<name>/<number>-<checksum>.csv`. The newest number
whose checksum holds is used; an older release that comes late changes nothing, a damaged one is passed over.
"""

import csv
import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from habitat_desktop.disk import make_folder, remove, write_whole
from habitat_desktop.errors import N_
from habitat_desktop.resources import data_dir
from habitat_desktop.xforms.problems import FormError, Reason

if TYPE_CHECKING:
    from habitat_desktop.xforms.definition import Form, Source

FOLDER = ".lists"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}\.csv")
SIZE_LIMIT = 8 << 20  # bytes of a released list: it has to fit into a package beside the answers
COLUMNS_LIMIT = 200
_FILE = re.compile(r"(\d{1,9})-([0-9a-f]{64})\.csv")
_NO_TEXT = frozenset(("Cc", "Cs", "Zl", "Zp"))


class ListRefused(FormError):
    code = "LIST_REFUSED"
    message = N_(
        "“{file}” cannot be used as a list beside forms: {problem}. Nothing was installed and the list stays "
        "as it was. Mend the file and publish it again."
    )


@dataclass(frozen=True)
class ReleasedList:
    """An installed release of the list `name`."""

    name: str
    number: int
    sha256: str
    path: Path


@dataclass(frozen=True)
class Table:
    """Header and rows of a list; every row is as long as the header."""

    header: tuple[str, ...]
    rows: tuple[Sequence[str], ...]

    def column(self, name: str) -> frozenset[str]:
        """Return the values of a column, none where there is no such column."""
        if name not in self.header:
            return frozenset()
        place = self.header.index(name)
        return frozenset(row[place] for row in self.rows)


def check_list(content: bytes, name: str) -> Table:
    """Return what a list that is to be released holds.

    Raises:
        ListRefused: its name, size, encoding, header or a row is not in order.
    """

    from habitat_desktop.xforms.limits import LIST_CELLS_LIMIT
    from habitat_desktop.xforms.secondary import read_table

    def refused(problem: str, **context: object) -> ListRefused:
        return ListRefused(file=name, problem=Reason(problem, **context))

    if not NAME.fullmatch(name):
        raise refused(N_("its name must be of plain letters, digits, “-” and “_”, and end with “.csv”"))
    if len(content) > SIZE_LIMIT:
        raise refused(N_("it is too large"))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refused(N_("it is not written in UTF-8")) from error
    plain = re.sub(r"[\t\r\n]", "", text)
    if not plain.isascii() or not plain.isprintable():
        found = next((sign for sign in plain if unicodedata.category(sign) in _NO_TEXT), None)
        if found is not None:
            raise refused(N_("there are signs in it that are no text ({sign})"), sign=f"U+{ord(found):04X}")
    try:
        header, rows = read_table(text, strict=True)
    except csv.Error as error:
        raise refused(N_("the quotation marks in it are not in order")) from error
    if not header or not all(header) or len(header) > COLUMNS_LIMIT:
        raise refused(N_("the first row must name every column"))
    twice = next((column for column in header if header.count(column) > 1), None)
    if twice is not None:
        raise refused(N_("the column “{column}” stands there twice"), column=twice[:60])
    if not rows or len(header) * len(rows) > LIST_CELLS_LIMIT:
        raise refused(N_("there are no rows in it, or too many"))
    for number, row in enumerate(rows, 2):
        if len(row) != len(header):
            problem = N_("row {row} has {found} cells, and the first row names {expected}")
            raise refused(problem, row=number, found=len(row), expected=len(header))
    return Table(tuple(header), tuple(rows))


def read_list(path: Path) -> Table:
    """Return the list at `path` as forms read it; rows are filled up with blanks."""
    from habitat_desktop.xforms.secondary import read_table

    header, rows = read_table(path.read_text(encoding="utf-8-sig", errors="replace"))
    return Table(tuple(header), tuple(rows))


def install_list(forms: Path, name: str, number: int, content: bytes) -> Path:
    """Write a checked list below the folder `forms`, then remove the older releases of it.

    Raises OSError when the disk fails; the list then is as it was.
    """
    folder = forms / FOLDER / name.removesuffix(".csv")
    make_folder(folder)
    path = folder / f"{number}-{hashlib.sha256(content).hexdigest()}.csv"
    write_whole(path, content)
    for other in _releases(folder):
        if other.number < number:
            remove(other.path)
    return path


class ReleasedLists:
    """The released lists below a folder of forms; checksums are worked out once for each file."""

    def __init__(self, forms: Path) -> None:
        self._folder = forms / FOLDER
        self._sound: dict[tuple[Path, int, int], bool] = {}

    def newest(self) -> dict[str, ReleasedList]:
        """Return the release in use by the name of the list."""
        found = {}
        for folder in self._folders():
            best = next(filter(self._is_sound, _releases(folder)), None)
            if best is not None:
                found[best.name] = best
        return found

    def damaged(self) -> list[Path]:
        """Return the files that are passed over because they are not what their checksum says."""
        return [
            one.path for folder in self._folders() for one in _releases(folder) if not self._is_sound(one)
        ]

    def _folders(self) -> list[Path]:
        return sorted(self._folder.iterdir()) if self._folder.is_dir() else []

    def _is_sound(self, one: ReleasedList) -> bool:
        try:
            stat = one.path.stat()
            key = (one.path, stat.st_mtime_ns, stat.st_size)
            if key not in self._sound:
                content = one.path.read_bytes() if stat.st_size <= SIZE_LIMIT else b""
                self._sound[key] = hashlib.sha256(content).hexdigest() == one.sha256
        except OSError:
            return False
        return self._sound[key]


def with_lists(form: "Form", released: dict[str, ReleasedList]) -> "Form":
    """Return `form` with the released lists in place of its own.

    A list that is neither beside the form nor released is taken from those shipped with the program.
    """
    sources = {name: _with_newer(source, released) for name, source in form.sources.items()}
    if all(source.newer is None for source in sources.values()):
        return form
    return _with_sources(form, sources)


def with_files_of(form: "Form", folder: Path) -> "Form":
    """Return `form` as it would be with the lists in `folder` beside it."""
    from habitat_desktop.xforms.definition import list_beside

    sources = {
        name: replace(source, path=list_beside(folder, source.path.name))
        if source.path is not None and list_beside(folder, source.path.name).is_file()
        else source
        for name, source in form.sources.items()
    }
    return _with_sources(form, sources)


def _with_sources(form: "Form", sources: "dict[str, Source]") -> "Form":
    missing = tuple(s.path.name for s in sources.values() if s.path and s.file and not s.file.is_file())
    changes: dict[str, Any] = {"sources": sources, "missing_files": missing, "memory": {}}
    return replace(form, **changes)


def _with_newer(source: "Source", released: dict[str, ReleasedList]) -> "Source":
    from habitat_desktop.xforms.definition import list_beside

    if source.path is None:
        return source
    name = source.path.name
    if name in released:
        return replace(source, newer=released[name].path)
    if not source.path.is_file() and NAME.fullmatch(name):
        shipped = list_beside(data_dir("forms"), name)
        if shipped.is_file():
            return replace(source, newer=shipped)
    return source


def _releases(folder: Path) -> Iterator[ReleasedList]:
    """Yield the releases in the folder of one list, the newest first."""
    found = []
    for path in folder.iterdir() if folder.is_dir() else ():
        if match := _FILE.fullmatch(path.name):
            found.append(ReleasedList(f"{folder.name}.csv", int(match[1]), match[2], path))
    return iter(sorted(found, key=lambda one: (one.number, one.sha256), reverse=True))

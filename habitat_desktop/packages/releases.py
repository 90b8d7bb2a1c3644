"""Files that headquarters publishes and offices find installed: forms, translations, lists beside forms.

Every file is checked as if a stranger had sent it, and installed whole or not at all. Which release is
installed is told by what is installed: each kind keeps the running number and the checksum with its file, so
nothing can say otherwise. Releases of the same thing are numbered; an older one never replaces a newer one.
"""

import hashlib
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, get_args

from habitat_desktop.disk import make_folder, write_whole
from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n import catalogues, overlay
from habitat_desktop.packages import files
from habitat_desktop.records.record import NUMBER_LIMIT
from habitat_desktop.xforms import released_lists
from habitat_desktop.xforms.problems import Reason

if TYPE_CHECKING:
    from habitat_desktop.xforms.definition import Form
    from habitat_desktop.xforms.form_release import FormRelease
    from habitat_desktop.xforms.library import Library

What = Literal["form", "language", "reference"]
State = Literal["installed", "superseded", "open"]

_SUFFIXES: Mapping[str, What] = {".xlsx": "form", ".xml": "form", ".po": "language", ".csv": "reference"}
SIZE_LIMIT = 16 << 20  # bytes of one file: it travels in one package
_NAME_LIMIT = 200  # characters of what a release is of
_NOTE_LIMIT = 2_000
# as every system takes it: no folder in it, nothing hidden, nothing that turns its ending round
_FILE_NAME = re.compile(r"[^\W_][\w .()+-]{0,110}\.(?:xlsx|xml|po|csv)")
_DEVICES = frozenset(
    ("con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)))
)


class ReleaseRefused(HabitatError):
    code = "RELEASE_REFUSED"
    message = N_("“{file}” cannot be installed: {problem}. Nothing was installed and all is as it was.")


class ReleaseDamaged(HabitatError):
    code = "RELEASE_DAMAGED"
    message = N_(
        "The file “{file}” is not the one that headquarters signed. Nothing was installed and all is as it "
        "was. Ask headquarters to publish it again."
    )


class Place(Protocol):
    """What installing needs of a workspace."""

    @property
    def library(self) -> "Library": ...
    @property
    def translations(self) -> Path: ...


@dataclass(frozen=True)
class Release:
    """One published file. `number` counts the releases of this `what` and `name`, 1 being the first.

    `name` is a form id, a catalogue ("fr/forms/project_status") or the file name of a list; `version` is that
    of a form, else "". `sha256` and `size` (bytes) are those of the file, `hash` that of the definition of a
    form as headquarters has it: records name it.
    """

    what: What
    name: str
    number: int
    version: str
    sha256: str
    size: int
    file_name: str
    note: str = ""
    hash: str = ""

    def document(self) -> dict[str, Any]:
        """Return it as JSON can carry it."""
        return asdict(self)

    @classmethod
    def from_document(cls, data: Mapping[str, Any]) -> "Release":
        """Return the release that `data` says.

        Raises:
            ValueError: it says none; this may come from outside.
        """
        try:
            found = cls(**{field.name: data[field.name] for field in fields(cls)})
        except (KeyError, TypeError) as error:
            raise ValueError("not a release") from error
        texts = (
            *(found.what, found.name, found.version, found.sha256, found.file_name, found.note, found.hash),
        )
        numbers = (found.number, found.size)
        sound = (
            all(isinstance(text, str) for text in texts)
            and all(type(number) is int and 0 <= number <= NUMBER_LIMIT for number in numbers)
            and found.what in get_args(What)
            and found.size <= SIZE_LIMIT
            and 0 < len(found.name) <= _NAME_LIMIT
            and len(found.version) <= _NAME_LIMIT
            and max(len(found.note), len(found.hash)) <= _NOTE_LIMIT
            and re.fullmatch(r"[0-9a-f]{64}", found.sha256)
        )
        if not sound:
            raise ValueError("not a release")
        return found

    @property
    def order(self) -> tuple[int, str]:
        """What decides between two releases of one thing: the number, then the checksum."""
        return self.number, self.sha256


def sha256_of(content: bytes) -> str:
    """Return what a file is known by."""
    return hashlib.sha256(content).hexdigest()


def check_file_name(name: str, what: str | None = None) -> What:
    """Return what a file of that name holds.

    Raises:
        ReleaseRefused: no system should be given a file of this name, or it is of another kind than `what`.
    """
    if not _FILE_NAME.fullmatch(name) or name.partition(".")[0].strip().casefold() in _DEVICES:
        raise _refused(name[:120], N_("its name is not one that every computer takes"))
    found = _SUFFIXES[Path(name).suffix]
    if what is not None and what != found:
        raise _refused(name, N_("a file of this kind is no release of that sort"))
    return found


def describe(
    place: Place, file_name: str, content: bytes, *, what: str | None = None, domain: str = ""
) -> tuple[Release, bytes]:
    """Return the release a file would be, with number 0, and the bytes that travel; nothing is written.

    Of a catalogue only the texts travel that the program does not say that way already.

    Raises: as `check_release`.
    """
    kind = check_file_name(file_name, what)
    if len(content) > SIZE_LIMIT:
        raise _refused(file_name, N_("it is too large"))
    name, version, definition = file_name, "", ""
    if kind == "form":
        form = _form(place, file_name, content)
        name, version, definition = form.form_id, form.version, form.hash
    elif kind == "language":
        catalogue = overlay.check(content, file_name, domain)
        name = catalogue.name
        content = overlay.prepared(catalogue, catalogues.shipped(catalogue.domain, catalogue.language))
        if not content:
            raise _refused(file_name, N_("the program says all of it that way already"))
    sha256 = sha256_of(content)
    return Release(kind, name, 0, version, sha256, len(content), file_name, hash=definition), content


def check_release(place: Place, release: Release, content: bytes) -> None:
    """Check a released file as it came in; nothing is written.

    Raises:
        ReleaseDamaged: it is not the file that was signed.
        ReleaseRefused: its name is none, or it is something else than the release says.
        FormError, CatalogueRefused, PoSyntaxError: it cannot be used; the class says why.
    """
    if (len(content), sha256_of(content)) != (release.size, release.sha256):
        raise ReleaseDamaged(file=release.file_name[:120])
    check_file_name(release.file_name, release.what)
    if release.what == "form":
        with _as_file(release.file_name, content) as path:
            form = place.library.check_release(path, _form_release(release))
            _require(release, form.form_id, form.version)
    elif release.what == "language":
        domain = release.name.partition("/")[2]
        _require(release, overlay.check(content, release.file_name, domain or "-").name)
    else:
        _require(release, release.file_name)
        _check_columns(place, release, released_lists.check_list(content, release.file_name))


def install_release(place: Place, release: Release, content: bytes) -> State:
    """Install a released file; "superseded" where a newer one is here, and nothing is changed then.

    The texts of a language are used from the next start of the program on, by this process at once.

    Raises: as `check_release`; ReleaseRefused where the disk fails, and all is as it was then.
    """
    state = state_of(place, release)
    if state != "open":
        return state
    try:
        check_release(place, release, content)
        _put(place, release, content)
    except OSError as error:
        raise ReleaseRefused(file=release.file_name, problem=files.problem(error)) from error
    return "installed"


def state_of(place: Place, release: Release) -> State:
    """Return whether a release is installed, a newer one is, or neither."""
    here = _installed(place, release)
    if here is None or here < release.order:
        return "open"
    return "installed" if here == release.order else "superseded"


def damaged(place: Place) -> list[Path]:
    """Return what was released and installed here and is passed over because it was changed since."""
    return [*place.library.damaged_releases(), *overlay.damaged(place.translations)]


# -- parts -----------------------------------------------------------------------------------------------


def _put(place: Place, release: Release, content: bytes) -> None:
    if release.what == "form":
        with _as_file(release.file_name, content) as path:
            place.library.install_release(path, _form_release(release))
    elif release.what == "language":
        path = overlay.path_in(place.translations, release.name)
        make_folder(path.parent)
        write_whole(path, overlay.sealed(content, release.number))
        catalogues.reload()
    else:
        place.library.install_list(release.file_name, release.number, content)


def _installed(place: Place, release: Release) -> tuple[int, str] | None:
    """Return number and checksum of what is installed of the thing that `release` is of."""
    if release.what == "form":
        known = (one for one in place.library.forms() if one.form_id == release.name)
        noted = [place.library.release_of(one) for one in known if one.version == release.version]
        return max(((one.number, one.sha256) for one in noted if one is not None), default=None)
    if release.what == "reference":
        found = place.library.released_lists.newest().get(release.name)
        return None if found is None else (found.number, found.sha256)
    language, _, domain = release.name.partition("/")
    if language not in catalogues.LANGUAGES or not overlay.DOMAIN.fullmatch(domain):
        return None
    try:
        number, content = overlay.read_sealed(overlay.path_in(place.translations, release.name))
    except overlay.CatalogueDamaged:
        return None
    return number, sha256_of(content)


def _form_release(release: Release) -> "FormRelease":
    from habitat_desktop.xforms.form_release import FormRelease

    return FormRelease(release.name, release.version, release.number, release.sha256, release.hash)


def _form(place: Place, file_name: str, content: bytes) -> "Form":
    """Return a form that is to be published, of whatever id, as it would be installed."""
    from habitat_desktop.xforms.form_release import FormRelease
    from habitat_desktop.xforms.library import load_form

    with _as_file(file_name, content) as path:
        found = load_form(path, foreign=True, lists=place.library.released_lists.newest())
        note = FormRelease(found.form_id, found.version, 0, sha256_of(content))
        return place.library.check_release(path, note)


@contextmanager
def _as_file(name: str, content: bytes) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="habitat-release-") as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        yield path


def _check_columns(place: Place, release: Release, table: released_lists.Table) -> None:
    """Raise ListRefused where forms may look for a column that the new list no longer has."""
    for name in place.library.released_lists.newest():
        if name != release.name and name.casefold() == release.name.casefold():  # one file on many systems
            raise _refused(release.file_name, N_("a list of this name in other letters is here already"))
    for path in place.library.lists_named(release.name):
        gone = [column for column in released_lists.read_list(path).header if column not in table.header]
        if gone:
            problem = Reason(
                N_("the column “{column}” is no longer there, and forms may use it"), column=gone[0]
            )
            raise released_lists.ListRefused(file=release.file_name, problem=problem)


def _require(release: Release, name: str, version: str = "") -> None:
    if (name, version) != (release.name, release.version):
        raise _refused(release.file_name, N_("it holds something else than was announced"))


def _refused(file: str, problem: str) -> ReleaseRefused:
    return ReleaseRefused(file=file, problem=Reason(problem))

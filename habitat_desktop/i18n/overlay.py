"""Catalogues that headquarters released: texts of a workspace that win over the shipped ones.

A file `<language>/<domain>.po` is one line with the number of the release and the checksum of what follows,
then the PO file as it was released. It was checked before it was installed; a file that is not what its
checksum says is passed over, so that a damaged one never stops the program (`damaged` tells of it).

The released text is shown, with one exception: where the program is newer than the one the release was made
with, and says something else than that one did (`# was:` beside the text), the newer program knows better.
"""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from habitat_desktop import __version__
from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n import po

Texts = dict[tuple[str | None, str], list[str]]

SIZE_LIMIT = 4 << 20  # bytes: the largest shipped catalogue has 0.4 MB
TEXTS_LIMIT = 50_000
TEXT_LIMIT = 20_000  # characters of one text
DOMAIN = re.compile(r"app|reference|forms/\w[\w.-]{0,79}")

_HEAD = re.compile(rb"# habitat-desktop release (\d{1,9}) sha256 ([0-9a-f]{64})\n")
_WAS = "was: "
_PROGRAM = "X-Habitat-Program"
_OF_FORM = re.compile(r"(\w[\w.-]{0,79})\|")


class CatalogueRefused(HabitatError):
    """A PO file that may not be installed; `problem` says where and what, in the words of translators."""

    code = "CATALOGUE_REFUSED"
    message = N_(
        "“{file}” cannot be used as a translation: {problem}. Nothing was installed and the texts stay as "
        "they were. Mend the file and publish it again."
    )


class CatalogueDamaged(HabitatError):
    code = "CATALOGUE_DAMAGED"
    message = N_(
        "The translation “{file}” that headquarters released is damaged and is passed over; the texts of the "
        "program are shown instead. Install it again with “habitat release install”."
    )


@dataclass(frozen=True)
class Catalogue:
    """A PO file that passed the checks."""

    language: str
    domain: str
    entries: tuple[po.Entry, ...]  # what is shown: without the header, fuzzy, empty and obsolete texts

    @property
    def name(self) -> str:
        """What a release of it is called: "fr/forms/project_status"."""
        return f"{self.language}/{self.domain}"


# -- installed -------------------------------------------------------------------------------------------


def path_in(folder: Path, name: str) -> Path:
    """Return where the catalogue `name` ("fr/app") is kept in the folder of a workspace."""
    return folder / f"{name}.po"


def sealed(content: bytes, number: int) -> bytes:
    """Return what is written: the number and checksum of a release, then its `content`."""
    return f"# habitat-desktop release {number} sha256 {_sha256(content)}\n".encode() + content


def read_sealed(path: Path) -> tuple[int, bytes]:
    """Return number and content of an installed release.

    Raises:
        CatalogueDamaged: it is not what its checksum says, or cannot be read.
    """
    try:
        data = path.read_bytes() if path.stat().st_size <= SIZE_LIMIT + 200 else b""
    except OSError as error:
        raise CatalogueDamaged(file=path.name) from error
    head = _HEAD.match(data)
    content = data[head.end() :] if head else b""
    if head is None or head[2].decode() != _sha256(content):
        raise CatalogueDamaged(file=path.name)
    return int(head[1]), content


def shown(path: Path, shipped: Texts) -> Texts:
    """Return the texts of the release at `path` that win over the `shipped` ones; none of a damaged one."""
    if not path.is_file():
        return {}
    try:
        _number, content = read_sealed(path)
        entries = list(po.read_po(content.decode("utf-8"), path.name))
    except (HabitatError, ValueError):
        return {}
    is_older = _version(_field(entries, _PROGRAM)) < _version(__version__)
    return {
        entry.key: entry.strings
        for entry in _live(entries)
        if len(entry.strings) == len(shipped.get(entry.key, entry.strings))
        and not (is_older and _was(entry) not in ("", fingerprint(shipped.get(entry.key))))
    }


def damaged(folder: Path) -> list[Path]:
    """Return the installed releases below `folder` that are passed over."""
    found = []
    for path in sorted(folder.rglob("*.po")) if folder.is_dir() else ():
        try:
            read_sealed(path)
        except CatalogueDamaged:
            found.append(path)
    return found


# -- coming in -------------------------------------------------------------------------------------------


def check(content: bytes, file: str, domain: str = "") -> Catalogue:
    """Check a PO file of one catalogue; `domain` is worked out from its texts where it is not named.

    Raises:
        CatalogueRefused: it is too large, not UTF-8, of no language of the program, or a text would break a
            sentence or the program.
        PoSyntaxError: a line is not PO.
    """
    from habitat_desktop.i18n.checks import header_faults
    from habitat_desktop.i18n.languages import LANGUAGES, SOURCE, languages

    def refused(problem: object) -> CatalogueRefused:
        return CatalogueRefused(file=file, problem=problem)

    if len(content) > SIZE_LIMIT:
        raise refused(_Problem(N_("it is larger than any catalogue")))
    try:
        entries = list(po.read_po(content.decode("utf-8-sig"), file))
    except UnicodeDecodeError as error:
        raise refused(_Problem(N_("it is not written in UTF-8"))) from error
    language = _field(entries, "Language")
    if language not in LANGUAGES or language == SOURCE:
        raise refused(_Problem(N_("its header names no language that is translated into")))
    row = languages()[language]
    faults = list(header_faults(entries[0], row))
    if faults:
        raise refused(faults[0])
    live = list(_live(entries))
    if not live or len(live) > TEXTS_LIMIT:
        raise refused(_Problem(N_("it holds no translation, or too many")))
    domain = domain or domain_of(live)
    if not DOMAIN.fullmatch(domain):
        raise refused(_Problem(N_("it is not known what it translates")))
    fault = next(_faults(live, language), None)
    if fault is not None:
        raise refused(fault)
    return Catalogue(language, domain, tuple(live))


def domain_of(entries: list[po.Entry]) -> str:
    """Return the catalogue that texts belong to, by their contexts: "app", "reference" or "forms/<id>"."""
    contexts = [entry.context or "" for entry in entries]
    if all(context.startswith(("lists/", "unit|")) for context in contexts):
        return "reference"
    forms = {found[1] if (found := _OF_FORM.match(context)) else "" for context in contexts}
    if "" not in forms:
        return f"forms/{forms.pop()}" if len(forms) == 1 else ""
    return "app"


def prepared(catalogue: Catalogue, shipped: Texts) -> bytes:
    """Return the PO file that travels: the texts that are not shipped that way, and what was in their place.

    b"" where the program says all of it already.
    """
    from habitat_desktop.i18n.workshop import new_header

    changed = []
    for entry in catalogue.entries:
        was = shipped.get(entry.key)
        if was != entry.strings:
            note = f"{_WAS}{fingerprint(was)}"
            changed.append(
                po.Entry(entry.id, entry.plural, entry.context, list(entry.strings), comments=[note])
            )
    if not changed:
        return b""
    head = new_header(catalogue.language, catalogue.domain)
    head.strings = [f"{head.strings[0]}{_PROGRAM}: {__version__}\n"]
    return po.write_po([head, *changed]).encode("utf-8")


def fingerprint(strings: list[str] | None) -> str:
    """Return what tells the translation that is shipped from any other; "-" where there is none."""
    return _sha256("\0".join(strings).encode("utf-8"))[:12] if strings and any(strings) else "-"


class _Problem(HabitatError):
    """A part of the sentence of CatalogueRefused."""

    code = "CATALOGUE_PROBLEM"

    def __init__(self, message: str) -> None:
        self.message = message  # type: ignore[misc]
        super().__init__()


def _live(entries: list[po.Entry]) -> Iterator[po.Entry]:
    return (entry for entry in entries if entry.id and entry.translated and not entry.obsolete)


def _faults(entries: list[po.Entry], language: str) -> Iterator[str]:
    """Yield what would break a sentence or the program, with the text it is in."""
    from habitat_desktop.i18n.checks import entry_errors
    from habitat_desktop.i18n.languages import languages

    counted = Counter(entry.key for entry in entries)
    for entry in entries:
        where = f"[{entry.context or ''}] “{entry.id[:60]}”"
        if counted[entry.key] > 1:
            yield f"{where} stands there more than once"
        for text in (*entry.strings, entry.id, entry.context or "", entry.plural or ""):
            if len(text) > TEXT_LIMIT:
                yield f"{where}: too long"
            if any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\t" for sign in text):
                yield f"{where}: control characters"
        for name, message in entry_errors(entry, languages()[language]):
            yield f"{where}: {name}: {message}"


def _field(entries: list[po.Entry], name: str) -> str:
    head = entries[0] if entries and not entries[0].id else po.Entry("")
    fields: Mapping[str, str] = dict(line.partition(":")[::2] for line in "".join(head.strings).splitlines())
    return fields.get(name, "").strip()


def _was(entry: po.Entry) -> str:
    return next((note[len(_WAS) :].strip() for note in entry.comments if note.startswith(_WAS)), "")


def _version(text: str) -> tuple[int, ...]:
    """Return a version as numbers; one that is not known counts as this program's."""
    found = re.match(r"\d{1,6}(?:\.\d{1,6}){0,5}", text)
    return tuple(map(int, found[0].split("."))) if found else _version(__version__)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()

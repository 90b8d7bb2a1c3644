"""A language pack: all texts of one language in one file, to be tried, sent, and published by headquarters.

It is a zip archive with `<language>/<domain>.po` for each catalogue. Nothing in it runs, and each catalogue
passes the checks of a release before it is used.
"""

import io
import shutil
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from habitat_desktop.disk import make_folder, write_whole
from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n import overlay
from habitat_desktop.i18n.workshop import TARGETS, Workshop
from habitat_desktop.incoming.container import open_archive, read_file
from habitat_desktop.packages import publishing
from habitat_desktop.packages.releases import ReleaseRefused
from habitat_desktop.records.act import Actor

SUFFIX = ".zip"
_FILE_LIMIT = 16 << 20  # bytes; all texts of a language packed are 0.4 MB
_LONG_AGO = (2000, 1, 1, 0, 0, 0)  # the same texts give the same bytes
_TRIAL = ("cache", "trial", "translations")


class NoLanguagePackError(HabitatError):
    code = "NO_LANGUAGE_PACK"
    message = N_(
        "“{file}” is no language pack: it holds no translation of this program. Nothing was changed. Ask the "
        "sender for a file that was made with “Make a language pack”."
    )


class NothingNewError(HabitatError):
    code = "NOTHING_NEW"
    message = N_(
        "“{file}” says nothing that the program does not say that way already. Nothing was published."
    )


@dataclass(frozen=True)
class LanguagePack:
    """What a pack holds: PO files by domain, each checked."""

    language: str
    catalogues: Mapping[str, bytes]
    texts: int


def build(workshop: Workshop, language: str) -> bytes:
    """Return the pack of a language: every catalogue that has a translation.

    Raises:
        CatalogueRefused, PoSyntaxError: a text would break a sentence or the program, or a file is damaged.
        NoLanguagePackError: there is no translation yet.
    """
    packed = io.BytesIO()
    count = 0
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for domain in workshop.domains():
            path = workshop.path(language, domain)
            if not path.is_file():
                continue
            content = path.read_bytes()
            if not any(entry.translated for entry in workshop.catalogue(language, domain) if entry.id):
                continue
            overlay.check(content, f"{language}/{domain}.po", domain)
            about = zipfile.ZipInfo(f"{language}/{domain}.po", _LONG_AGO)
            about.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(about, content)
            count += 1
    if not count:
        raise NoLanguagePackError(file=language)
    return packed.getvalue()


def read_pack(path: Path) -> LanguagePack:
    """Read a pack from outside; every catalogue is checked.

    Raises:
        IncomingError: it is no archive, or one that is made to hurt.
        NoLanguagePackError: it holds something else.
        CatalogueRefused, PoSyntaxError: a text in it would break a sentence or the program.
    """
    archive = open_archive(read_file(path, _FILE_LIMIT), path.name)
    found: dict[str, bytes] = {}
    languages: set[str] = set()
    texts = 0
    for entry in archive.entries:
        language, _slash, rest = entry.filename.partition("/")
        domain = rest.removesuffix(".po")
        named = language in TARGETS and rest.endswith(".po") and overlay.DOMAIN.fullmatch(domain)
        if not named or entry.file_size > overlay.SIZE_LIMIT:
            raise NoLanguagePackError(file=path.name)
        content = archive.read(entry.filename)
        checked = overlay.check(content, entry.filename, domain)
        if checked.language != language:
            raise NoLanguagePackError(file=path.name)
        languages.add(language)
        texts += len(checked.entries)
        found[domain] = content
    if len(languages) != 1:
        raise NoLanguagePackError(file=path.name)
    return LanguagePack(languages.pop(), found, texts)


def copied_for_trial(workshop: Workshop, folder: Path, pack: LanguagePack | None = None) -> Path:
    """Copy the catalogues into the workspace at `folder`, with those of `pack`, and return the copy.

    The window can then speak from it while the files are worked on.
    """
    copy = folder.joinpath(*_TRIAL)
    shutil.rmtree(copy, ignore_errors=True)
    for language in TARGETS:
        source = workshop.folder / language
        if source.is_dir():
            shutil.copytree(source, copy / language, ignore=shutil.ignore_patterns("*.mo", ".lock", "*.part"))
    for domain, content in (pack.catalogues if pack is not None else {}).items():
        path = copy / pack.language / f"{domain}.po" if pack is not None else copy
        make_folder(path.parent)
        write_whole(path, content)
    return copy


def publish_pack(
    place: publishing.Place,
    actor: Actor,
    file: str,
    pack: LanguagePack,
    *,
    offices: Collection[str] = (),
    reason: str = "",
    note: str = "",
) -> list[publishing.Publication]:
    """Publish the catalogues of a pack that say something new; each is a release of its own.

    Raises: as `publishing.publish`; NothingNewError: all of it is said that way already.
    """
    made = []
    for domain, content in pack.catalogues.items():
        name = f"{pack.language}-{domain.replace('/', '-')}.po"
        try:
            made.append(
                publishing.publish(
                    place, actor, name, content, offices=offices, reason=reason, note=note, domain=domain
                )
            )
        except ReleaseRefused:
            continue  # the program says all of it that way already; everything else was checked before
    if not made:
        raise NothingNewError(file=file)
    return made

"""Releases as acts: headquarters publishes a file to offices, each of which gets it with its next package.

One act of kind `release` for each office says what the file is; the bytes lie among the attached files of
both sides, and travel for as long as the office has not confirmed the act.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from habitat_desktop.disk import make_folder, write_whole
from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n import catalogues, overlay
from habitat_desktop.i18n.catalogues import explain, ngettext
from habitat_desktop.packages import files, releases
from habitat_desktop.packages.errors import ExportError
from habitat_desktop.packages.list_values import gone_values
from habitat_desktop.packages.package import Attachment
from habitat_desktop.packages.releases import Release, ReleaseDamaged, sha256_of
from habitat_desktop.records import attachments, journal, roles
from habitat_desktop.records.act import Act, Actor
from habitat_desktop.records.peers import confirmed_acts
from habitat_desktop.records.trusted_keys import trusted_keys
from habitat_desktop.settings import HEADQUARTERS, Settings
from habitat_desktop.xforms.released_lists import check_list

if TYPE_CHECKING:
    from habitat_desktop.packages.importing import ImportResult
    from habitat_desktop.records.database import Database, Session

KIND = "release"
FILES_LIMIT = 16 << 20  # bytes of released files in one package, beside those attached to answers
_INSTALLED_FIRST = ("reference", "language", "form")  # a form needs its lists
_MEDIA_TYPE = "application/octet-stream"

Standing = Literal["installed", "superseded", "waiting", "refused", "missing"]


class UnknownOfficeError(HabitatError):
    code = "UNKNOWN_OFFICE"
    message = N_(
        "No key of “{office}” is trusted here, so nothing can be published to it. Nothing was published."
    )


class NoOfficeError(HabitatError):
    code = "NO_OFFICE"
    message = N_(
        "No key of any office is trusted here yet, so there is nobody to publish to. Nothing was published."
    )


class ReleaseGone(HabitatError):
    code = "RELEASE_GONE"
    message = N_(
        "The file “{file}” that headquarters released is not here. Nothing was installed. "
        "Ask headquarters to publish it again."
    )


class ReleasedFileMissing(ExportError):
    code = "RELEASED_FILE_MISSING"
    message = N_(
        "The file “{name}”, which was released to {office}, is no longer in this workspace or was changed. "
        "No package was made and nothing is lost. Publish the file again with “habitat release publish”, "
        "then try again."
    )


class UnknownReleaseError(HabitatError):
    code = "UNKNOWN_RELEASE"
    message = N_("There is no release “{name}” here. List them with: habitat release list")


class ReleaseInstalled(HabitatError):
    """Told after a package was taken in."""

    code = "RELEASE_INSTALLED"
    message = N_("Headquarters released “{file}” (number {number}): it is installed. {note}")


class ReleaseNotInstalled(HabitatError):
    """Told after a package was taken in; the package itself is taken in all the same."""

    code = "RELEASE_NOT_INSTALLED"
    message = N_("Headquarters released “{file}” (number {number}), and it is not installed. {problem}")


class ReleaseWarning(HabitatError):
    code = "RELEASE_WARNING"
    message = N_("{words}")


class Place(releases.Place, Protocol):
    """What publishing and installing need of a workspace."""

    @property
    def settings(self) -> Settings: ...
    @property
    def database(self) -> "Database": ...
    @property
    def attachments(self) -> Path: ...


@dataclass(frozen=True)
class Published:
    """One release and the acts that say so, by office."""

    release: Release
    acts: Mapping[str, Act] = field(default_factory=dict)

    @property
    def first(self) -> Act:
        """The act that says who published it, when and why."""
        return next(iter(self.acts.values()))


# -- at headquarters -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Publication:
    """What `publish` did: to whom the release is new, who had it published before, what to look at."""

    release: Release
    offices: tuple[str, ...]
    already: tuple[str, ...]
    warnings: tuple[str, ...]


def publish(
    place: Place,
    actor: Actor,
    file_name: str,
    content: bytes,
    *,
    offices: Collection[str] = (),
    reason: str = "",
    note: str = "",
    what: str | None = None,
    domain: str = "",
) -> Publication:
    """Check a file, install it here, and write the acts that bring it to `offices`, or to all trusted ones.

    The same file once more goes, under its number, to those that it was not published to before.

    Raises:
        RoleError, NobodyActsError, WhyNeededError, UnknownOfficeError, NoOfficeError.
        ReleaseRefused, FormError, CatalogueRefused, PoSyntaxError: the file cannot be used.
    """
    _require(actor, reason)
    with place.database.read() as session:
        to = _recipients(session, offices)
        known = published(session)
    made, content = releases.describe(place, file_name, content, what=what, domain=domain)
    release = replace(_numbered(made, known), note=note.strip())
    releases.check_release(place, release, content)
    warnings = tuple(_warnings(place, release, content))
    try:
        _keep(place, release, content)
    except OSError as error:
        raise releases.ReleaseRefused(file=file_name, problem=files.problem(error)) from error
    with place.database.begin() as session:
        fresh, already = _announce(session, actor, release, to, reason)
    releases.install_release(place, release, content)
    return Publication(release, fresh, already, warnings)


def send(
    place: Place, actor: Actor, name: str = "", *, offices: Collection[str] = (), reason: str = ""
) -> list[Publication]:
    """Publish to more offices what was published before: one release, or all that are in use here.

    Raises:
        RoleError, NobodyActsError, WhyNeededError, UnknownOfficeError, NoOfficeError, UnknownReleaseError.
        ReleaseGone, ReleaseDamaged: a file is no longer here; nothing is published then.
    """
    _require(actor, reason)
    with place.database.read() as session:
        to = _recipients(session, offices)
        found = [find(session, name)] if name else published(session)
    chosen = [one.release for one in found if name or releases.state_of(place, one.release) == "installed"]
    for release in chosen:
        bytes_of(place, release)
    with place.database.begin() as session:
        return [
            Publication(release, *_announce(session, actor, release, to, reason), ()) for release in chosen
        ]


def _require(actor: Actor, reason: str) -> None:
    """Ask at once what would be asked after the file was checked."""
    roles.require(actor.role, KIND)
    if not reason.strip():
        raise journal.WhyNeededError
    if not actor.person.strip():
        raise journal.NobodyActsError


def _announce(
    session: "Session", actor: Actor, release: Release, to: Sequence[str], reason: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Write an act for each office that has none of this release; return those, and the others."""
    had = next((one.acts for one in published(session) if _same(one.release, release)), {})
    fresh = tuple(office for office in to if office not in had)
    for office in fresh:
        attachments.add_attachment(
            session, office, release.sha256, release.file_name, _MEDIA_TYPE, release.size
        )
        journal.write(session, actor, KIND, office=office, reason=reason, content=release.document())
    return fresh, tuple(office for office in to if office in had)


def _keep(place: Place, release: Release, content: bytes) -> None:
    """Keep the file among the attached ones; one that was damaged there is whole again then."""
    try:
        bytes_of(place, release)
    except (ReleaseGone, ReleaseDamaged):
        make_folder(place.attachments)
        write_whole(place.attachments / release.sha256, content)


def _recipients(session: "Session", offices: Collection[str]) -> list[str]:
    trusted = {key.office for key in trusted_keys(session) if key.role == "office" and key.state != "revoked"}
    for office in offices:
        if office not in trusted:
            raise UnknownOfficeError(office=office)
    if not trusted:
        raise NoOfficeError
    return sorted(set(offices) or trusted)


def _numbered(made: Release, known: Iterable[Published]) -> Release:
    """Return the release with its number: that of the newest one if it is the same file, else the next."""
    before = [one.release for one in known if (one.release.what, one.release.name) == (made.what, made.name)]
    newest = max(before, key=lambda one: one.order, default=None)
    if newest is None:
        return replace(made, number=1)
    same = newest.sha256 == made.sha256
    return replace(made, number=newest.number if same else newest.number + 1)


def _same(one: Release, other: Release) -> bool:
    return (one.what, one.name, one.order) == (other.what, other.name, other.order)


def _warnings(place: Place, release: Release, content: bytes) -> Iterator[str]:
    """Yield what a person should know before the release goes out; nothing of it stops it."""
    if release.what == "reference":
        table = check_list(content, release.file_name)
        gone = gone_values(place.database, place.library, release.name, table)
        yield from (one.sentence for one in gone)
    elif release.what == "language":
        dropped = len(_dropped(place, release, content))
        if dropped:
            yield ngettext(
                "{count} text of the release before is not in this one and will be that of the program "
                "again.",
                "{count} texts of the release before are not in this one and will be those of the program "
                "again.",
                dropped,
            ).format(count=dropped)


def _dropped(place: Place, release: Release, content: bytes) -> set[tuple[str | None, str]]:
    """Return the texts that the installed release changes and the new one does not."""
    language, _, domain = release.name.partition("/")
    path = overlay.path_in(place.translations, release.name)
    before = overlay.shown(path, catalogues.shipped(domain, language))
    after = {entry.key for entry in overlay.check(content, release.file_name, domain).entries}
    return before.keys() - after


# -- on both sides ---------------------------------------------------------------------------------------


def published(session: "Session", office: str | None = None) -> list[Published]:
    """Return every release in the order of writing, to one office or to all."""
    found: dict[tuple[Any, ...], Published] = {}
    for act in journal.acts(session, office=office, kinds=(KIND,)):
        release = _of(act)
        if release is None:
            continue
        key = (release.what, release.name, release.order)
        known = found.get(key, Published(release))
        found[key] = replace(known, acts={**known.acts, act.office: act})
    return list(found.values())


def _of(act: Act) -> Release | None:
    """Return the release an act says; None where it says none that this program knows."""
    try:
        return Release.from_document(act.content) if act.kind == KIND else None
    except ValueError:
        return None


def unconfirmed(session: "Session", offices: Iterable[str]) -> set[str]:
    """Return the ids of the acts that these offices did not yet say they have."""
    return {
        act.act_id
        for office in offices
        for act in journal.acts_beyond(session, confirmed_acts(session, office), [office])
    }


def find(session: "Session", name: str, office: str | None = None) -> Published:
    """Return the newest release whose checksum begins with `name`, or of the thing of that name.

    Raises:
        UnknownReleaseError: there is none.
    """
    for one in reversed(published(session, office)):
        if one.release.name == name or (len(name) >= 4 and one.release.sha256.startswith(name)):
            return one
    raise UnknownReleaseError(name=name)


def bytes_of(place: Place, release: Release) -> bytes:
    """Return the file of a release as it came.

    Raises:
        ReleaseGone, ReleaseDamaged.
    """
    try:
        content = (place.attachments / release.sha256).read_bytes()
    except OSError as error:
        raise ReleaseGone(file=release.file_name) from error
    if sha256_of(content) != release.sha256:
        raise ReleaseDamaged(file=release.file_name)
    return content


def standing(place: Place, release: Release) -> tuple[Standing, HabitatError | None]:
    """Return how a release stands here, and why it is not installed; worked out anew each time."""
    state = releases.state_of(place, release)
    if state != "open":
        return state, None
    try:
        releases.check_release(place, release, bytes_of(place, release))
    except ReleaseGone as error:
        return "missing", error
    except HabitatError as error:
        return "refused", error
    return "waiting", None


def install(place: Place, release: Release) -> releases.State:
    """Install a release that came.

    Raises: ReleaseGone, and as `releases.install_release`.
    """
    state = releases.state_of(place, release)
    return state if state != "open" else releases.install_release(place, release, bytes_of(place, release))


def install_waiting(place: Place) -> list[HabitatError]:
    """Install what was released to this office and is not installed; return what is to be told of it.

    One that cannot be installed never keeps the others out.
    """
    with place.database.read() as session:
        found = published(session, place.settings.office)
    told: list[HabitatError] = []
    for one in sorted(found, key=order):
        release = one.release
        try:
            if releases.state_of(place, release) != "open":
                continue
            install(place, release)
        except (HabitatError, OSError) as error:
            problem = explain(error) if isinstance(error, HabitatError) else f"{files.problem(error)}."
            told.append(
                ReleaseNotInstalled(file=release.file_name[:120], number=release.number, problem=problem)
            )
            continue
        told.append(ReleaseInstalled(file=release.file_name, number=release.number, note=release.note))
        told += [ReleaseWarning(words=words) for words in warnings_of(place, release)]
    return told


def order(one: Published) -> tuple[int, str, tuple[int, str]]:
    """Lists before forms, and the newest first: what is older then is passed over."""
    number, sha256 = one.release.order
    return _INSTALLED_FIRST.index(one.release.what), one.release.name, (-number, sha256)


def with_releases(place: Place, results: "Sequence[ImportResult]") -> "list[ImportResult]":
    """Install what the packages of headquarters brought, and return the results with what is to be told."""
    taken = [r for r in results if r.sender == HEADQUARTERS and r.status in ("imported", "waiting")]
    told = install_waiting(place) if taken else []
    if not told:
        return list(results)
    last = taken[-1]
    said = replace(last, message=" ".join((last.message, *map(explain, told))), told=(*last.told, *told))
    return [said if one is last else one for one in results]


def warnings_of(place: Place, release: Release) -> list[str]:
    """Return what a person should know of an installed release: values in use that its list lacks."""
    if release.what != "reference":
        return []
    return [one.sentence for one in gone_values(place.database, place.library, release.name)]


# -- in packages -----------------------------------------------------------------------------------------


def attached(acts: Iterable[Act], office: str) -> list[Attachment]:
    """Return the files that the acts of a package to `office` bring, each once."""
    found = {}
    for act in acts:
        release = _of(act)
        if release is not None and act.office == office:
            found[release.sha256] = Attachment(release.sha256, release.file_name, _MEDIA_TYPE, release.size)
    return list(found.values())


def read_attached(folder: Path, acts: Iterable[Act], office: str) -> dict[str, bytes]:
    """Return the bytes of the files that acts bring, by SHA-256.

    Raises:
        ReleasedFileMissing: one is gone from `folder`, or was changed.
    """
    found = {}
    for one in attached(acts, office):
        try:
            content = (folder / one.sha256).read_bytes()
        except OSError as error:
            raise ReleasedFileMissing(name=one.name, office=office) from error
        if sha256_of(content) != one.sha256:
            raise ReleasedFileMissing(name=one.name, office=office)
        found[one.sha256] = content
    return found


def shares(acts: Sequence[Act], office: str) -> list[tuple[Act, ...]]:
    """Share acts out over packages, in their order, so that their files fit; one share at the least."""
    parts: list[list[Act]] = [[]]
    sizes: dict[str, int] = {}
    for act in acts:
        more = {one.sha256: one.size for one in attached([act], office)}
        if parts[-1] and sum((sizes | more).values()) > FILES_LIMIT:
            parts.append([])
            sizes = {}
        sizes |= more
        parts[-1].append(act)
    return [tuple(part) for part in parts]


__all__ = [
    "KIND",
    "Publication",
    "Published",
    "ReleaseGone",
    "ReleaseInstalled",
    "ReleaseNotInstalled",
    "ReleasedFileMissing",
    "Standing",
    "attached",
    "bytes_of",
    "find",
    "install",
    "install_waiting",
    "order",
    "publish",
    "published",
    "read_attached",
    "send",
    "shares",
    "standing",
    "unconfirmed",
    "warnings_of",
    "with_releases",
]

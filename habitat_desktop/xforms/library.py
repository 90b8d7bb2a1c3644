"""The forms shipped or installed, by form_id and version."""

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from habitat_desktop import __version__
from habitat_desktop.disk import copy_whole, make_folder, sync_folder
from habitat_desktop.errors import N_
from habitat_desktop.i18n.catalogues import LANGUAGES, released_folder, shipped_path
from habitat_desktop.i18n.periods import holds_for, period_bounds
from habitat_desktop.resources import data_dir
from habitat_desktop.xforms.form_release import (
    FormRelease,
    damaged_notes,
    is_damaged,
    noted_folder,
    read_release,
    released_folders,
    write_note,
)
from habitat_desktop.xforms.problems import (
    FormError,
    FormTooLargeError,
    NotAFormError,
    Reason,
    UnknownFormError,
    UnknownVersionError,
    VersionTakenError,
    VersionWantedError,
)
from habitat_desktop.xforms.released_lists import (
    ReleasedList,
    ReleasedLists,
    install_list,
    with_files_of,
    with_lists,
)

if TYPE_CHECKING:  # home asks for the list of forms before the first paint, and no form
    from habitat_desktop.xforms.definition import Form

_XML_DECLARATION = re.compile(r"\A\ufeff?\s*<\?xml\b[^>]*\?>")
_CACHE_FORMAT = 5  # another number whenever what is kept of a form changes its meaning
_REFUSED = ".refused"
_ours: dict[str, dict[str, Any]] = {}  # conversions of shipped forms in this process, by cache key
_our_infos: dict[str, "FormInfo"] = {}
SUFFIXES = (".xlsx", ".xls", ".xml", ".md")


@dataclass(frozen=True, slots=True)
class FormInfo:
    """What a list of forms shows. `titles` are by language code, "" being the form's own."""

    form_id: str
    version: str
    titles: Mapping[str, str]
    languages: tuple[str, ...]
    periodicity: str
    questions: int
    path: Path = field(compare=False)
    from_period: str = ""

    def title(self, language: str) -> str:
        """Return the title in `language`, else in the form's own."""
        return self.titles.get(language) or self.titles.get("", self.form_id)


def load_form(
    path: Path,
    *,
    foreign: bool,
    cache: Path | None = None,
    release: FormRelease | None = None,
    lists: Mapping[str, ReleasedList] | None = None,
) -> "Form":
    """Read the form at `path` and make it ready to run.

    A workbook that is `foreign` is converted in a child process with limits and keeps its own languages;
    our own, and those of a `release`, get theirs from the catalogues. `lists` stand in for those beside it.

    Raises:
        FormError: it cannot be used; the class says why.
    """
    from habitat_desktop.xforms.limits import check_lists
    from habitat_desktop.xforms.program import program_of

    try:
        form = with_lists(_parse(path, foreign, cache, release), dict(lists or {}))
        check_lists(form.sources.values())
        program_of(form)
    except RecursionError as error:
        raise FormTooLargeError(path=path.name) from error
    except OSError as error:
        raise NotAFormError(
            path=path.name, problem=Reason(N_("it cannot be read ({detail})"), detail=error.strerror or error)
        ) from error
    return form


def load_text(text: str, folder: Path) -> "Form":
    """Read the XForm `text` and make it ready to run; lists it needs are looked for in `folder`.

    Raises:
        FormError: it cannot be used; the class says why.
    """
    from habitat_desktop.xforms.program import program_of
    from habitat_desktop.xforms.xform import parse_xform

    text = _XML_DECLARATION.sub("", text, count=1)  # it names the encoding of a file, and this is none
    path = folder / "form.xml"
    try:
        form = parse_xform(text.encode("utf-8", "replace"), path=path)
        program_of(form)
    except RecursionError as error:
        raise FormTooLargeError(path=path.name) from error
    return form


def is_foreign(path: Path) -> bool:
    """Whether the form at `path` is not one of those shipped with the program."""
    return _resolved(data_dir("forms")) not in path.resolve().parents


@lru_cache(maxsize=16)
def _resolved(shipped: Path) -> Path:
    return shipped.resolve()


def _parse(path: Path, foreign: bool, cache: Path | None, release: FormRelease | None) -> "Form":
    from habitat_desktop.xforms.limits import check_file
    from habitat_desktop.xforms.xform import parse_xform

    if not path.is_file():
        raise NotAFormError(path=path.name, problem=Reason(N_("there is no such file")))
    check_file(path)
    source_language = "" if foreign and release is None else "en"
    if path.suffix.lower() == ".xml":
        return parse_xform(path.read_bytes(), path=path, source_language=source_language)
    converted = _converted(path, foreign, cache, release)
    return parse_xform(
        converted["xml"].encode("utf-8"),
        path=path,
        titles=converted["titles"],
        source_language=source_language,
    )


def _converted(path: Path, foreign: bool, cache: Path | None, release: FormRelease | None) -> dict[str, Any]:
    """Return XML and titles of a workbook, from a cache where one has them."""
    key = _cache_key(path, foreign, release)
    files = list(_cache_files(key, foreign, cache))
    made = _ours.get(key) or next(filter(None, map(_read_cache, files)), None)
    if made is None:
        made = asdict(convert(path, foreign, translate=release is not None))
    if not foreign:
        _ours[key] = made
    if cache is not None and not any(file.is_file() for file in files):
        _write_cache(files[0], {**made, "sha256": _sum(made["xml"])})
    return made


def convert(path: Path, foreign: bool, *, translate: bool = False) -> Any:
    """Convert the workbook at `path`, in a child process where it is `foreign`.

    Our own forms are translated from the catalogues, foreign ones where `translate` says so.
    """
    if foreign:
        from habitat_desktop.xforms.child import convert_in_child

        return convert_in_child(path, translate=translate)
    from habitat_desktop.xforms.xlsform import convert_workbook

    return convert_workbook(path, translate=True)


def convert_shipped(folder: Path) -> None:
    """Convert every shipped form into `folder`, for a program that brings its forms ready to use."""
    library = Library([data_dir("forms"), folder], folder)
    for info in library.forms():
        library.form(info.form_id, info.version)


def _cache_key(path: Path, foreign: bool, release: FormRelease | None = None) -> str:
    """Return the name under which the conversion of `path` is kept, made of everything it depends on."""
    key = hashlib.sha256(f"{__version__}\0{_CACHE_FORMAT}\0{foreign}\0{path.stem}\0".encode())
    key.update(_digest(path))
    if not foreign or release is not None:
        for catalogue in _catalogues(path.stem.partition("-")[0] if release is None else release.form_id):
            key.update(f"\0{'/'.join(catalogue.parts[-3:])}\0".encode())
            key.update(_digest(catalogue))
    return key.hexdigest()


def _digest(path: Path) -> bytes:
    """Return the checksum of a file, worked out once for what it is now."""
    stat = path.stat()
    return _digest_of(path, stat.st_mtime_ns, stat.st_size, stat.st_ino)


@lru_cache(maxsize=1024)
def _digest_of(path: Path, *_changed: int) -> bytes:
    return hashlib.sha256(path.read_bytes()).digest()


def _cache_file(key: str, cache: Path) -> Path:
    return cache / "forms" / f"{key}.json"


def _cache_files(key: str, foreign: bool, cache: Path | None) -> Iterator[Path]:
    """Yield where a conversion may be kept: in the workspace, and for our own forms beside them."""
    for folder in (cache, None if foreign else data_dir("converted")):
        if folder is not None:
            yield _cache_file(key, folder)


def _catalogues(form_id: str) -> Iterator[Path]:
    """Yield the catalogues with the texts of a form in whatever version, shipped and released."""
    released = released_folder()
    for domain in (f"forms/{form_id}", "reference"):
        for code in LANGUAGES:
            files = [shipped_path(domain, code)]
            files += [released / code / f"{domain}.po"] if released is not None else []
            yield from (path for path in files if path.is_file())


def _read_cache(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    whole = (
        isinstance(found, dict)
        and isinstance(found.get("xml"), str)
        and isinstance(found.get("titles"), dict)
    )
    return found if whole and found.get("sha256") == _sum(found["xml"]) else None


def _sum(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _write_cache(path: Path, content: dict[str, Any]) -> None:
    """Write `content` whole or not at all; a cache that cannot be written only costs time."""
    part = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=path.parent, suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False)
        Path(part).replace(path)
    except OSError:
        if part is not None:  # on a full disk it would take the room that records need
            Path(part).unlink(missing_ok=True)


def info_of(form: "Form", path: Path) -> FormInfo:
    """Return what a list shows of `form`."""
    return FormInfo(
        form.form_id, form.version, dict(form.titles), form.languages, form.periodicity, form.questions, path,
        form.from_period,
    )  # fmt: skip


class Library:
    """Forms in folders: the shipped one is our own, all others hold forms from elsewhere.

    In the last folder lie as well the forms and lists that headquarters released.
    """

    def __init__(self, folders: list[Path], cache: Path | None = None) -> None:
        self._folders = folders
        self._cache = cache
        self._forms: dict[tuple[Any, ...], Form] = {}
        self._lists = ReleasedLists(folders[-1])

    def forms(self) -> list[FormInfo]:
        """Return all forms that can be used, by form_id and version; broken ones are left out."""
        found = [info for info in (self._info(path) for path in self._paths()) if info is not None]
        return sorted(found, key=lambda info: (info.form_id, version_key(info.version)))

    def newest(self) -> list[FormInfo]:
        """Return the forms a new record may be begun with: the newest version of each, by form_id."""
        return list({info.form_id: info for info in self.forms()}.values())

    def form(self, form_id: str, version: str | None = None) -> "Form":
        """Return one form, the newest version unless one is named.

        Raises:
            UnknownFormError: there is none.
            FormError: it cannot be used.
        """
        known = [info for info in self.forms() if info.form_id == form_id]
        if not known:
            raise UnknownFormError(form_id=form_id)
        if version is not None:
            known = [info for info in known if info.version == version]
            if not known:
                raise UnknownVersionError(form_id=form_id, version=version)
        return self._load(known[-1].path)

    def form_for(self, form_id: str, period: str) -> "Form":
        """Return the newest version of a form that holds for `period`, else the one that holds first.

        Raises: as `form`.
        """
        known = [info for info in self.forms() if info.form_id == form_id]
        if not known:
            raise UnknownFormError(form_id=form_id)
        holding = [info for info in known if holds_for(period, info.from_period)]
        first = min(known, key=lambda info: _begin_of(info.from_period))
        return self._load((holding[-1] if holding else first).path)

    def add(self, path: Path) -> FormInfo:
        """Install the form at `path`, with the lists it needs, into the last folder.

        It takes the place of the same version only where nothing but texts differs: records are read with it.

        Raises:
            VersionTakenError: that version is here with another definition.
            FormError: it cannot be used; nothing was installed.
        """
        form, files = self._prepared(path, None)
        return self._placed(form, files, None)

    def check_release(self, path: Path, release: FormRelease) -> "Form":
        """Return a form that headquarters released as it would be installed; nothing is.

        Raises: as `add`; NotAFormError where it is another form than the release says.
        """
        return self._prepared(path, release)[0]

    def install_release(self, path: Path, release: FormRelease) -> FormInfo:
        """Install a form that headquarters released; its lists are those released or shipped.

        Raises: as `check_release`.
        """
        form, files = self._prepared(path, release)
        return self._placed(form, files, release)

    def release_of(self, info: FormInfo) -> FormRelease | None:
        """Return what a form was released as; None for one that was not."""
        return read_release(info.path)

    def lists_named(self, name: str) -> list[Path]:
        """Return the files that forms of headquarters use as the list `name`, the released one first."""
        from habitat_desktop.xforms.definition import list_beside

        found = [one.path] if (one := self._lists.newest().get(name)) else []
        folders = [*self._folders[:-1], *released_folders(self._folders[-1])]
        return [*found, *(path for folder in folders if (path := list_beside(folder, name)).is_file())]

    def is_ours(self, path: Path) -> bool:
        """Whether the form at `path` is shipped or released: it takes its lists from releases."""
        return self._is_shipped(path) or read_release(path) is not None

    def _is_shipped(self, path: Path) -> bool:
        return any(folder in path.parents for folder in self._folders[:-1])

    def install_list(self, name: str, number: int, content: bytes) -> Path:
        """Install a checked list that headquarters released; raises OSError as the disk does."""
        return install_list(self._folders[-1], name, number, content)

    @property
    def released_lists(self) -> ReleasedLists:
        """The lists that headquarters released."""
        return self._lists

    def damaged_releases(self) -> list[Path]:
        """Return the released forms and lists that are not what their checksum says."""
        return [*self._lists.damaged(), *damaged_notes(self._folders[-1], SUFFIXES)]

    def _prepared(self, path: Path, release: FormRelease | None) -> "tuple[Form, list[Path]]":
        """Return the form at `path`, which may be installed, and the files it needs; errors as `add`."""
        from habitat_desktop.xforms.secondary import read_lists

        lists = self._lists.newest() if release is not None else None
        form = load_form(path, foreign=True, cache=self._cache, release=release, lists=lists)
        if release is not None and not (form.version and release.is_of(form)):
            problem = Reason(
                N_("it is the form “{form_id}”, version “{version}”, and not the one announced"),
                form_id=form.form_id,
                version=form.version,
            )
            raise NotAFormError(path=path.name, problem=problem)
        if release is not None:
            form = self._as_known(form, release)
        if form.missing_files:
            raise NotAFormError(
                path=path.name,
                problem=Reason(N_("the list “{file}” is not beside it"), file=form.missing_files[0]),
            )
        read_lists(form.sources.values())
        self._check_version(form, self.forms(), release)
        own = (source.path for source in form.sources.values() if source.path is not None)
        files = [path, *(file for file in own if file.is_file())]
        files.extend(file for name in sorted(form.media_files) if (file := form.beside(name)) is not None)
        return form, files

    def _as_known(self, form: "Form", release: FormRelease) -> "Form":
        """Return a released form with the lists that the same version has here: its hash stays what it was.

        Where headquarters has it without them, or with others, it is taken without.
        """
        if release.hash == form.hash:
            return form
        same = (info for info in self.forms() if (info.form_id, info.version) == (form.form_id, form.version))
        noted = noted_folder(self._folders[-1], form)
        for folder in (*(info.path.parent for info in same), *filter(None, [noted])):
            known = with_files_of(form, folder)
            if release.hash in ("", known.hash):
                return known
        return form

    def _placed(self, form: "Form", files: list[Path], release: FormRelease | None) -> FormInfo:
        try:
            folder = noted_folder(self._folders[-1], form) or self._folder(form, self.forms())
            self._install(files, folder, release)
        except OSError as error:
            raise NotAFormError(
                path=files[0].name,
                problem=Reason(N_("it cannot be installed ({detail})"), detail=error.strerror or error),
            ) from error
        return info_of(form, folder / files[0].name)

    def _check_version(self, form: "Form", known: list[FormInfo], release: FormRelease | None) -> None:
        """Raise VersionTakenError where `form` would stand in for another definition of its version."""
        same = (info for info in known if (info.form_id, info.version) == (form.form_id, form.version))
        if any(self._is_other(info.path, form, release) for info in same):
            taken = VersionTakenError if form.version else VersionWantedError
            raise taken(form_id=form.form_id, version=form.version)

    def _is_other(self, path: Path, form: "Form", release: FormRelease | None) -> bool:
        """Whether the form at `path` can be used and differs from `form` in more than its texts."""
        try:
            here = self._load(path)
        except FormError:
            return False
        if release is not None:  # a later program may ship it together with the lists
            return here.logic != form.logic
        return not here.missing_files and here.hash != form.hash

    def _folder(self, form: "Form", known: list[FormInfo]) -> Path:
        """Return the folder of `form`: the one it has, else one that every system takes and no form has."""
        home = self._folders[-1]
        folders = {info.path.parent: info for info in known if info.path.parent.parent == home}
        for folder, info in folders.items():
            if (info.form_id, info.version) == (form.form_id, form.version):
                return folder
        wanted = f"{form.form_id}-{form.version}" if form.version else form.form_id
        name = re.sub(r"[^\w.-]", "_", wanted).strip(".")[:80]
        # "a" of version "1-2" and "a-1" of version "2" want the same, and so do "A" and "a" on some systems
        taken = any(folder.name.casefold() == name.casefold() for folder in folders)
        unlike = f"{form.form_id}\0{form.version}"
        return home / (name if name == wanted and not taken else f"{name}-{_sum(unlike)[:8]}")

    def _install(self, files: list[Path], folder: Path, release: FormRelease | None) -> None:
        """Copy `files` into `folder`, in place of what is there: all of them or none."""
        home = folder.parent
        make_folder(home)
        with tempfile.TemporaryDirectory(dir=home, prefix=".") as made:
            whole = Path(made) / "new"
            whole.mkdir()
            for file in files:
                copy_whole(file, whole / file.name)
            if release is not None:
                write_note(whole, release)
            sync_folder(whole)
            if folder.is_dir():
                folder.rename(Path(made) / "old")
            whole.rename(folder)
            sync_folder(home)

    def _paths(self) -> list[Path]:
        found: list[Path] = []
        for folder in self._folders:
            for pattern in ("*", "*/*"):
                found.extend(
                    path
                    for path in sorted(folder.glob(pattern))
                    # a table in Markdown is a form where it was installed; beside others it is for readers
                    if path.suffix.lower() in (SUFFIXES[:3] if path.parent == folder else SUFFIXES)
                    and not path.name.startswith(("~", "."))
                    and (path.parent == folder or not path.parent.name.startswith("."))
                    and not is_damaged(path)
                )
        return found

    def _load(self, path: Path) -> "Form":
        stat = path.stat()
        release = read_release(path)
        lists = self._lists.newest() if release is not None or self._is_shipped(path) else {}
        key = (
            path,
            stat.st_mtime_ns,
            stat.st_size,
            *sorted((one.name, one.sha256) for one in lists.values()),
        )
        form = self._forms.get(key)
        if form is None:
            form = self._forms[key] = load_form(
                path,
                foreign=is_foreign(path),
                cache=self._cache,
                release=release,
                lists=lists,
            )
        return form

    def _info(self, path: Path) -> FormInfo | None:
        """Return what a list shows of the form at `path`, without converting or parsing it twice.

        One that was refused is not tried again either: the start of the program would pay for it each time.
        """
        foreign, key = is_foreign(path), ""
        try:
            key = _cache_key(path, foreign, read_release(path))
            known = self._known_info(key, foreign, path)
            if known is not None:
                self._keep_info(known, key, foreign)
                return known
            if self._cache is not None and self._refused(key).is_file():
                return None
            info = info_of(self._load(path), path)
        except FormError as error:
            if self._cache is not None and not isinstance(
                error, FormTooLargeError
            ):  # that may be a busy machine
                _write_cache(self._refused(key), {"code": error.code})
            return None
        except OSError:  # a folder of that name, a link to nothing, no right to read
            return None
        self._keep_info(info, key, foreign)
        return info

    def _keep_info(self, info: FormInfo, key: str, foreign: bool) -> None:
        if not foreign:
            _our_infos[key] = info
        files = [file.with_suffix(".info") for file in _cache_files(key, foreign, self._cache)]
        if self._cache is not None and not any(file.is_file() for file in files):
            _write_cache(files[0], {**asdict(info), "path": ""})

    def _known_info(self, key: str, foreign: bool, path: Path) -> FormInfo | None:
        if not foreign and key in _our_infos:
            return replace(_our_infos[key], path=path)
        kept = (file.with_suffix(".info") for file in _cache_files(key, foreign, self._cache))
        return next(filter(None, (_read_info(file, path) for file in kept)), None)

    def _refused(self, key: str) -> Path:
        assert self._cache is not None
        return _cache_file(key, self._cache).with_suffix(_REFUSED)


def _begin_of(period: str) -> str:
    try:
        return str(period_bounds(period)[0]) if period else ""
    except ValueError:
        return ""


def version_key(version: str) -> list[tuple[int, str]]:
    """Return a key that sorts versions as people read them: 2 before 10."""
    return [(int(part) if part.isdigit() else -1, part) for part in re.split(r"(\d+)", version) if part]


def _read_info(kept: Path, path: Path) -> FormInfo | None:
    try:
        found = json.loads(kept.read_text(encoding="utf-8"))
        return FormInfo(**{**found, "languages": tuple(found["languages"]), "path": path})
    except (OSError, ValueError, TypeError, KeyError):
        return None

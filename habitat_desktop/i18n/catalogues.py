"""Translations at the moment of showing: the current language, and any other on request.

Catalogues are read when first asked for, from the compiled .mo beside the .po if it is up to date,
else from the .po itself, so a checkout and a translator's edit work without a build step. English
reads nothing. What headquarters released since (`overlay`) wins over what is shipped.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

from habitat_desktop.errors import HabitatError
from habitat_desktop.i18n import overlay, po
from habitat_desktop.i18n.languages import LANGUAGES, PSEUDO, SOURCE, languages
from habitat_desktop.i18n.text import has_rtl, iso, visible
from habitat_desktop.resources import data_dir

__all__ = [
    "LANGUAGES",
    "_",
    "explain",
    "gettext_in",
    "language",
    "ngettext",
    "ngettext_in",
    "pgettext",
    "pgettext_in",
    "read_also",
    "read_from",
    "released_folder",
    "reload",
    "set_language",
    "shipped",
    "shipped_path",
    "speaking",
    "translate",
]

_FROM_OUTSIDE = ("file", "part", "sheet", "target")  # names in a message that somebody else gave
_DOMAIN = re.compile(r"(?:forms/)?\w[\w.-]*")
_COUNTRY_LISTS = ("lists/country|", "lists/countries|")

_Catalogue = dict[tuple[str | None, str], list[str]]

_current = SOURCE  # of the window
_shown_as: dict[str, str] = {}  # a language whose catalogues a pseudo-language replaces
_spoken: ContextVar[str | None] = ContextVar("spoken language", default=None)  # of one job, see speaking()
_catalogues: dict[tuple[str, str], _Catalogue] = {}
_folder: Path | None = None  # in place of the shipped translations, see read_from()
_released: Path | None = None  # of the workspace, over the shipped ones, see read_also()
_plural_rules: dict[str, Callable[[int], int]] = {}


def set_language(code: str) -> None:
    """Speak `code` from now on, in the whole process. Called from the window's thread or at start.

    A pseudo-language ("en-XA", "ar-XB") speaks its real language with the catalogues that
    `python -m habitat_desktop.i18n pseudo` wrote.

    Raises:
        ValueError: `code` is not one of LANGUAGES.
    """
    global _current
    real = PSEUDO.get(code, code)
    _current = _known(real)
    pseudo = {real: code} if code in PSEUDO else {}
    if pseudo != _shown_as:
        _shown_as.clear()
        _shown_as.update(pseudo)
        reload()


def language() -> str:
    """Return the language spoken now."""
    return _spoken.get() or _current


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak `code` inside the block only, in this thread: for a package or report in another language."""
    token = _spoken.set(_known(code))
    try:
        yield
    finally:
        _spoken.reset(token)


def _(text: str) -> str:
    """Return `text` in the language spoken now, or as it is."""
    return gettext_in(language(), text)


def pgettext(context: str, text: str) -> str:
    """Return `text` as it is said in `context`."""
    return pgettext_in(language(), context, text)


def ngettext(one: str, many: str, n: int) -> str:
    """Return the plural form for `n`; fill its fields with .format()."""
    return ngettext_in(language(), one, many, n)


def gettext_in(language: str, text: str) -> str:
    """Return `text` in `language`, or as it is."""
    return translate("app", language, "", text) or text


def pgettext_in(language: str, context: str, text: str) -> str:
    """Return `text` as it is said in `context`, in `language`."""
    return translate("app", language, context, text) or text


def ngettext_in(language: str, one: str, many: str, n: int) -> str:
    """Return the plural form for `n` in `language`."""
    if language != SOURCE or _shown_as:
        forms = _catalogue("app", language).get((None, one))
        if forms:
            index = _plural_rule(language)(abs(n))
            if index < len(forms) and forms[index]:
                return forms[index]
    return one if n in (1, -1) else many


def listed(parts: Iterable[str]) -> str:
    """Return the items of a list as one text of the current language."""
    return pgettext("between the items of a list", ", ").join(parts)


def translate(domain: str, language: str, context: str, text: str) -> str | None:
    """Return the translation of a text of "app", "reference" or "forms/<form_id>"; None if there is none.

    Country names in form lists come from the tested names, not from the catalogues.
    """
    if (language == SOURCE and not _shown_as) or not text:
        return None
    if domain == "reference" and context.startswith(_COUNTRY_LISTS):
        from habitat_desktop.i18n.names import country_name

        name = country_name(context.partition("|")[2], language)
        if name != context.partition("|")[2]:
            return name
    forms = _catalogue(domain, language).get((context or None, text))
    return forms[0] if forms and forms[0] else None


def explain(error: HabitatError) -> str:
    """Return what an error says in the language spoken now.

    Values are isolated where direction matters, that is in Arabic or when a value is written from right
    to left; elsewhere the sentence stays plain, for terminals that cannot show the control signs.
    """
    rtl = languages()[language()].direction == "rtl"
    fields: dict[str, object] = {}
    for name, value in error.context.items():
        text = explain(value) if isinstance(value, HabitatError) else str(value)
        text = visible(text) if name in _FROM_OUTSIDE else text
        fields[name] = iso(text) if rtl or has_rtl(text) else text
    try:
        return _(error.message).format(**fields)
    except (KeyError, IndexError, ValueError):  # a translation with a wrong field must not hide the error
        return error.message.format(**fields)


def read_from(folder: Path | None) -> None:
    """Read the catalogues of another folder than the shipped one; None goes back to it."""
    global _folder
    _folder = folder
    reload()


def read_also(folder: Path | None) -> None:
    """Let the catalogues that headquarters released, below `folder`, win over the shipped ones; None: none.

    What they lack stays as it is shipped, and a damaged one is passed over, see `overlay`.
    """
    global _released
    if folder != _released:
        _released = folder
        reload()


def released_folder() -> Path | None:
    """Return what `read_also` was given."""
    return _released


def reload() -> None:
    """Forget what was read, so that the next text comes from the files: for translators' previews."""
    _catalogues.clear()


def _known(code: str) -> str:
    if code not in LANGUAGES:
        raise ValueError(f"not a language of the program: {code!r}")
    return code


def _catalogue(domain: str, language: str) -> _Catalogue:
    key = domain, language
    found = _catalogues.get(key)
    if found is None:
        found = _catalogues[key] = _read(domain, language)
    return found


def _read(domain: str, language: str) -> _Catalogue:
    found = shipped(domain, language)
    if _released is not None and language in LANGUAGES and overlay.DOMAIN.fullmatch(domain):
        found |= overlay.shown(overlay.path_in(_released, f"{language}/{domain}"), found)
    return found


def shipped_path(domain: str, language: str) -> Path:
    """Return the file of a catalogue that speaks for `language` now, see `read_from`; it may be missing."""
    return _po_file(_folder or data_dir("translations"), _shown_as.get(language, language), domain)


@lru_cache(maxsize=1024)  # every list of forms asks for some hundred
def _po_file(folder: Path, language: str, domain: str) -> Path:
    return folder / language / f"{domain}.po"


def shipped(domain: str, language: str) -> _Catalogue:
    """Return the texts of a catalogue as they are shipped, whatever was released since."""
    if language not in LANGUAGES or not _DOMAIN.fullmatch(domain):
        return {}  # form ids of foreign forms may be anything, also a path
    path = shipped_path(domain, language)
    entries = _compiled(path) or _source(path)
    shown = (entry for entry in entries if entry.id and not entry.obsolete and not entry.fuzzy)
    return {entry.key: entry.strings for entry in shown}


def _compiled(path: Path) -> Iterator[po.Entry] | None:
    compiled = path.with_suffix(".mo")
    try:
        made = compiled.stat().st_mtime
        if path.exists() and path.stat().st_mtime > made:
            return None
    except FileNotFoundError:
        return None
    return po.read_mo(compiled)


def _source(path: Path) -> Iterator[po.Entry]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return iter(())
    return po.read_po(text, str(path))


def _plural_rule(language: str) -> Callable[[int], int]:
    rule = _plural_rules.get(language)
    if rule is None:
        from gettext import c2py

        rule = _plural_rules[language] = c2py(languages()[language].plural_rule)
    return rule

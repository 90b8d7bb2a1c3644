"""Which texts are the program's: those of sources, forms and lists, and pseudo-languages of them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from habitat_desktop.i18n import catalogues, pseudo
from habitat_desktop.i18n.extract import extract, header
from habitat_desktop.i18n.languages import languages
from habitat_desktop.i18n.po import Entry, write_po
from tests.fit.findings import plain

ROOT = Path(__file__).parents[2]
# a pseudo-language is spoken in place of a real one, so that forms are translated into it too
SPOKEN = {pseudo.ACCENTED: "fr", pseudo.MIRRORED: "ar"}
_CHANGE = {pseudo.ACCENTED: pseudo.accented, pseudo.MIRRORED: pseudo.mirrored}
_ACCENTED = re.compile(r"\[[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*~\]")
_FIELD = re.compile(r"\$?\{[^}]*\}")
_WORD = re.compile(r"[A-Za-z]{3,}")
_CODE = re.compile(
    r"[A-Z][A-Z0-9_]+"
)  # what a fault is called for the help desk is the same in every language
_KEYS = frozenset(
    ["ctrl", "shift", "alt", "tab", "enter", "esc", "pgup", "pgdn", "pgdown", "del", "ins", "home", "end"]
)


@dataclass(frozen=True)
class Source:
    """One text of the program."""

    domain: str
    context: str
    text: str


@cache
def sources() -> tuple[tuple[str, tuple[Entry, ...]], ...]:
    """Return the texts of sources and forms as they are now, by domain."""
    return tuple((domain, tuple(entries)) for domain, entries in extract(ROOT).items())


def write_pseudo(folder: Path) -> None:
    """Write both pseudo-languages to `folder`, each in place of the language of `SPOKEN`."""
    for code, spoken in SPOKEN.items():
        row = languages()[spoken]
        for domain, entries in sources():
            path = folder / spoken / f"{domain}.po"
            path.parent.mkdir(parents=True, exist_ok=True)
            changed = [
                pseudo.changed(entry, _CHANGE[code], row.plural_count) for entry in entries if entry.id
            ]
            path.write_text(write_po([header(spoken, row.plural_forms), *changed]), encoding="utf-8")


@cache
def english_left_by(language: str) -> dict[str, str]:
    """Return the English texts that have another text in `language`, with that text.

    A word that is also the name a language gives itself is none: "English" among languages.
    """
    found: dict[str, str] = {}
    same: set[str] = {row.endonym for row in languages().values()}
    for domain, entries in sources():
        for entry in entries:
            said = catalogues.translate(domain, language, entry.context or "", entry.id)
            if said and not _FIELD.search(entry.id):
                if said == entry.id:
                    same.add(plain(entry.id))
                else:
                    found[plain(entry.id)] = said
    return {text: said for text, said in found.items() if text not in same}


def english(
    shown: Iterable[str], language: str, written: frozenset[str] = frozenset()
) -> Iterator[tuple[str, str]]:
    """Yield (text, why) for each text that stayed English in `language`; what people wrote may be English."""
    known = english_left_by(language)
    long = [text for text in known if text.count(" ") >= 3 and text not in written]
    for text in shown:
        if text in known:
            yield text, f"is in this language {known[text]!r}"
        elif text.isascii() or _WORD.search(text):
            part = next((one for one in long if one in text), None)
            if part is not None:
                yield text, f"holds {part!r}"


def unmarked(shown: Iterable[str], data: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield (text, why) for each text with words that went through no catalogue and are no data.

    For the accented pseudo-language: what is translated stands in brackets, what is not does not.
    """
    for text in shown:
        rest = text
        while _ACCENTED.search(rest):
            rest = _ACCENTED.sub(" ", rest)
        strange = [word for word in _WORD.findall(rest) if word.casefold() not in data | _KEYS]
        if _CODE.fullmatch(text):
            continue
        if strange:
            yield text, f"has words that are not marked for translation: {', '.join(strange[:5])}"


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """Return the words of data, such as answers and names of files."""
    return frozenset(word.casefold() for text in texts for word in _WORD.findall(text))

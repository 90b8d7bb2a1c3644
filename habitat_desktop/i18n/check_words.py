"""What the checks of a translation find, said to a translator in the language of the window."""

import re
from dataclasses import dataclass, replace
from typing import Literal

from habitat_desktop.errors import N_
from habitat_desktop.i18n.catalogues import _
from habitat_desktop.i18n.checks import (
    entry_errors,
    entry_warnings,
    is_allowed,
    placeholder_difference,
)
from habitat_desktop.i18n.languages import Language
from habitat_desktop.i18n.po import Entry
from habitat_desktop.i18n.text import iso, ltr

TEXT_LIMIT = 20_000  # characters of one translation, as in parcels and released catalogues
_SHORT = 40  # characters: a longer English is a sentence, which has room to wrap
_LONGER = 1.6  # times the longest of the other languages

Severity = Literal["error", "warning"]

_QUOTED = re.compile("“(.*?)”", re.DOTALL)
_WORDS = {
    "forms": N_("Every plural form needs a text"),
    "markup": N_("Marks such as ** or <b> differ from the English"),
    "bidi": N_("A sign that forces the direction of writing is in it; take it out"),
    "unseen": N_("A character that cannot be seen is in it; type the text again"),
    "not-NFC": N_("Letters and their marks are not composed"),
    "space": N_("It begins or ends with another space or line end than the English"),
    "too-long": N_("It is too long for any place of the program"),
    "longer": N_("It is much longer than in the other languages; see whether it fits"),
    "end-punctuation": N_("It ends with another sign than the English"),
    "french-space": N_("A no-break space is missing at {part}"),
    "spanish-marks": N_("The opening mark ¿ or ¡ is missing"),
    "same-as-source": N_("It is the English text"),
    "double-word": N_("A word stands twice: {part}"),
    "kashida": N_("Letters are stretched"),
    "mnemonic": N_("The & before the letter of the keyboard differs from the English"),
    "glossary": N_("The term {part} differs from the agreed one"),
    "inner-punctuation": N_("A Latin sign stands within the sentence: {part}"),
    "foreign-letter": N_("A letter of another language is in it: {part}"),
    "lines": N_("It has more or fewer lines than the English"),
}


@dataclass(frozen=True)
class Remark:
    """One finding in words; an error keeps the translation from being saved."""

    severity: Severity
    name: str
    text: str


def remarks(
    entry: Entry, strings: list[str], row: Language, glossary: dict[str, str], longest: int = 0
) -> tuple[Remark, ...]:
    """Return what is wrong with `strings` as the translation of `entry`, errors first, each once.

    Nothing is said of an empty translation. `longest` is the length of the longest translation into the
    other languages, in characters, 0 where it is not known.
    """
    if not any(strings):
        return ()
    if max(map(len, strings)) > TEXT_LIMIT:
        words = _WORDS["too-long"]
        return (Remark("error", "too-long", _(words)),)
    typed = replace(entry, strings=strings)
    found: list[tuple[Severity, str, str]] = [("error", *one) for one in entry_errors(typed, row)]
    found += [("warning", *one) for one in entry_warnings(typed, row, glossary)]
    longer = max(longest, len(entry.id)) * _LONGER
    if len(entry.id) <= _SHORT and max(map(len, strings)) > longer + 10:
        found.append(("warning", "longer", ""))
    said = {
        _said(typed, name, message): (severity, name)
        for severity, name, message in found
        if severity == "error" or not is_allowed(entry, name)
    }
    return tuple(Remark(severity, name, text) for text, (severity, name) in said.items())


def _said(entry: Entry, name: str, message: str) -> str:
    if name == "placeholder":
        return _placeholders(entry)
    if name not in _WORDS:
        return message
    part = _QUOTED.search(message)
    return _(_WORDS[name]).format(part=iso(f"“{part[1]}”") if part else "")


def _placeholders(entry: Entry) -> str:
    for index in range(len(entry.strings)):
        missing, added = placeholder_difference(entry, index)
        if added:
            text = _("{names} is not in the English and would stay as it is")
            return text.format(names=_names(added))
        if missing:
            return _("{names} is missing: copy it as it stands in the English").format(names=_names(missing))
    return _("A brace stands alone; placeholders are written as in the English")


def _names(placeholders: list[str]) -> str:
    return " ".join(ltr(name) for name in placeholders[:5])

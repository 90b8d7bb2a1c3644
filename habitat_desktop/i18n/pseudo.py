"""Pseudo-languages that show what real ones will do: en-XA is long and accented, ar-XB runs right to left.

Placeholders and markup stay, so that the program works in them.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from habitat_desktop.i18n.extract import header
from habitat_desktop.i18n.languages import PSEUDO, languages
from habitat_desktop.i18n.po import Entry
from habitat_desktop.i18n.workshop import Workshop

ACCENTED, MIRRORED = "en-XA", "ar-XB"

_KEPT = re.compile(r"(\$\{[^}]+\}|\{\w+\}|%\(\w+\)[sdf]|%[sd](?!\w)|</?[a-zA-Z][^>]*>|\*\*|&(?=\w))")
_ACCENTS = str.maketrans(
    "aceginorstuyzACEGINORSTUYZ",
    "åçéĝîñöŕšţûýžÅÇÉĜÎÑÖŔŠŢÛÝŽ",
)
_ARABIC = str.maketrans(
    "abcdefghijklmnopqrstuvwxyz",
    "ابثدهفغحيجكلمنوبقرستعفوخيز",
)


def accented(text: str) -> str:
    """Return `text` in brackets, accented and about 40 % longer, so that clipping and unmarked texts show."""
    longer = "~" * max(1, len(text) * 2 // 5)
    return f"[{_outside(text, lambda part: part.translate(_ACCENTS))} {longer}]"


def mirrored(text: str) -> str:
    """Return `text` in Arabic letters, so that direction shows without knowing Arabic."""
    return _outside(text, lambda part: part.lower().translate(_ARABIC))


def write_pseudo(workshop: Workshop) -> list[str]:
    """Write the catalogues of both pseudo-languages, never committed; return the files."""
    written = []
    for code, change in ((ACCENTED, accented), (MIRRORED, mirrored)):
        row = languages()[PSEUDO[code]]
        for domain in workshop.domains():
            entries = [changed(entry, change, row.plural_count) for entry in workshop.template(domain)]
            workshop.save(code, domain, [header(code, row.plural_forms), *entries])
            written.append(workshop.path(code, domain).relative_to(workshop.folder.parent).as_posix())
    return written


def changed(entry: Entry, change: Callable[[str], str], forms: int) -> Entry:
    """Return `entry` with `change` of its text as the translation, in as many plural forms as there are."""
    texts = [entry.id] if entry.plural is None else [entry.id, *[entry.plural] * (forms - 1)]
    return replace(entry, strings=[change(text) for text in texts])


def _outside(text: str, change: Callable[[str], str]) -> str:
    """Change what stands between the placeholders."""
    return "".join(part if _KEPT.fullmatch(part) else change(part) for part in _KEPT.split(text))

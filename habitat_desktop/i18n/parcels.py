"""Parcels for translators who only have a spreadsheet: which texts, and what stands in their rows.

A row is one text, or one plural form of it. Its key is hidden: what the text is, which form, which
translation it had when the parcel was made, and a checksum, so that a row that was torn apart is noticed.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from habitat_desktop.i18n.batches import numbers_served, same_question
from habitat_desktop.i18n.places import Places
from habitat_desktop.i18n.po import Entry, unescape
from habitat_desktop.i18n.workshop import Workshop, glossary_hits, is_reviewed

Kind = Literal["translate", "review"]
Wanted = Literal["waiting", "changed", "all", "review"]

_KEY = re.compile(r"([0-9a-f]{16})\.(\d)\.([0-9a-f]{8})\.([0-9a-f]{6})")
_PREVIOUS = re.compile(r'msgid(?:_plural)? "(.*)"')


@dataclass(frozen=True)
class Key:
    """What the hidden cell of a row says."""

    text: str  # see `text_mark`
    form: int
    was: str  # see `translation_mark`

    def written(self, language: str) -> str:
        """Return the cell."""
        said = f"{self.text}.{self.form}.{self.was}"
        return f"{said}.{_sha(language, said)[:6]}"


@dataclass(frozen=True)
class Line:
    """One row of a parcel."""

    key: str
    where: str  # domain and context, hidden
    number: int  # the order in which the texts stand in the form or program
    place: str
    numbers: str  # that a plural form serves
    english: str
    english_before: str
    so_far: str
    terms: str
    notes: str


@dataclass(frozen=True)
class Parcel:
    """The rows that go out, and how many texts they are."""

    language: str
    kind: Kind
    lines: tuple[Line, ...]
    texts: int
    left: int  # texts that would have been chosen too, but for the limit


def make_parcel(
    workshop: Workshop, language: str, wanted: Wanted, domains: tuple[str, ...] = (), limit: int = 0
) -> Parcel:
    """Choose texts in their order.

    "waiting": without a valid translation, the same question of several forms once; "changed": of those
    the ones whose English changed; "all": every text; "review": translated, and read by no person yet.
    """
    chosen = list(_chosen(workshop, language, wanted, domains))
    taken = chosen[: limit or None]
    glossary = workshop.glossary(language)
    places = Places(workshop)
    numbers = numbers_served(language)
    lines: list[Line] = []
    for domain, entry in taken:
        for form in range(len(numbers) if entry.plural is not None else 1):
            lines.append(_line(domain, entry, form, len(lines) + 1, language, glossary, places, numbers))
    kind: Kind = "review" if wanted == "review" else "translate"
    return Parcel(language, kind, tuple(lines), len(taken), len(chosen) - len(taken))


def _chosen(
    workshop: Workshop, language: str, wanted: Wanted, domains: tuple[str, ...]
) -> Iterator[tuple[str, Entry]]:
    seen: set[tuple[str, str, str]] = set()
    for domain in domains or workshop.domains():
        for entry in workshop.catalogue(language, domain):
            if not entry.id or entry.obsolete:
                continue
            if wanted == "all" or (wanted == "review" and entry.translated and not is_reviewed(entry)):
                yield domain, entry
            if wanted in ("all", "review") or entry.translated:
                continue
            question = same_question(domain, entry)
            if question not in seen and (wanted == "waiting" or _was_edited(entry)):
                seen.add(question)
                yield domain, entry


def _line(
    domain: str,
    entry: Entry,
    form: int,
    number: int,
    language: str,
    glossary: dict[str, str],
    places: Places,
    numbers: list[str],
) -> Line:
    before = previous_english(entry)
    where = where_of(domain, entry)
    english = english_of(entry)
    return Line(
        key=Key(text_mark(where, english), form, translation_mark(entry)).written(language),
        where=where,
        number=number,
        place=places.of(domain, entry),
        numbers=numbers[form] if entry.plural is not None else "",
        english=english,
        english_before=before if before != english else "",
        so_far=entry.strings[form] if form < len(entry.strings) else "",
        terms="\n".join(f"{term} = {agreed}" for term, agreed in glossary_hits(entry.id, glossary).items()),
        notes="\n".join(entry.notes),
    )


def where_of(domain: str, entry: Entry) -> str:
    """Return domain and context of a text as one."""
    return f"{domain} {entry.context or ''}"


def english_of(entry: Entry) -> str:
    """Return the English of a text as a row shows it: singular and plural below each other."""
    return entry.id if entry.plural is None else f"{entry.id}\n{entry.plural}"


def previous_english(entry: Entry) -> str:
    """Return the English that a fuzzy translation was made for; "" where it is not known."""
    found = [match for line in entry.previous if (match := _PREVIOUS.fullmatch(line))]
    return "\n".join(unescape(match[1]) for match in found)


def _was_edited(entry: Entry) -> bool:
    """Whether the English changed since the translation was made; one that only moved was not edited."""
    return previous_english(entry) not in ("", english_of(entry))


def text_mark(where: str, english: str) -> str:
    """Return what tells a text from all others: its place in the catalogues and its English."""
    return _sha(where, " ".join(english.split()))[:16]


def translation_mark(entry: Entry) -> str:
    """Return what tells the translation a text has now from any other."""
    return _sha("fuzzy" if entry.fuzzy else "", *entry.strings)[:8] if any(entry.strings) else "00000000"


def read_key(cell: str, language: str) -> Key | None:
    """Return what a hidden cell says; None if it is damaged or of another language's parcel."""
    match = _KEY.fullmatch(cell.strip())
    if match is None:
        return None
    key = Key(match[1], int(match[2]), match[3])
    return key if key.written(language) == match[0] else None


def _sha(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()

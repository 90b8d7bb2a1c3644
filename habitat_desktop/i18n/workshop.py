"""The folder translations/ as translators' tools see it: domains, catalogues, glossary, plural rules."""

import csv
import hashlib
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from gettext import c2py
from pathlib import Path

from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n.extract import header, read_catalogue
from habitat_desktop.i18n.languages import LANGUAGES, SOURCE, Language, languages
from habitat_desktop.i18n.po import Entry, write_po

TARGETS = tuple(code for code in LANGUAGES if code != SOURCE)
EXAMPLE_NUMBERS = (*range(200), 1000, 1_000_000)
NOT_REVIEWED = "not yet reviewed by a person"

_WORD = re.compile(r"\w+")
_START = 3  # letters
_LOCK_TRIES, _LOCK_WAIT_S = 300, 0.1
_REVIEWED = re.compile(r"reviewed: .* (\d{4}-\d{2}-\d{2}) ([0-9a-f]{8})")


class BusyError(HabitatError):
    code = "CATALOGUES_BUSY"
    message = N_(
        "Another tool is changing these catalogues. Nothing was changed. Try again; if no tool is running, "
        "remove the file “{path}”."
    )


@dataclass(frozen=True)
class Workshop:
    """A checkout's texts and translations; `root` holds translations/, forms/ and habitat_desktop/.

    `catalogues` is another folder of catalogues to work on; templates and agreed terms it lacks are those
    of `root`.
    """

    root: Path
    catalogues: Path | None = None

    @property
    def folder(self) -> Path:
        """Return translations/."""
        return self.catalogues or self.root / "translations"

    def found(self, name: str) -> Path:
        """Return the folder or file `name` of translations/, that of the program where there is no other."""
        own = self.folder / name
        return own if own.exists() else self.root / "translations" / name

    def domains(self) -> list[str]:
        """Return the domains that have a template: app and reference first, then the forms."""
        pot = self.found("pot")
        found = [path.relative_to(pot).with_suffix("").as_posix() for path in pot.rglob("*.pot")]
        return sorted(found, key=lambda domain: (domain.startswith("forms/"), domain))

    def template(self, domain: str) -> list[Entry]:
        """Return the texts of a domain, without the header."""
        return [entry for entry in read_catalogue(self.found("pot") / f"{domain}.pot") if entry.id]

    def path(self, language: str, domain: str) -> Path:
        """Return where the catalogue of a domain stands."""
        return self.folder / language / f"{domain}.po"

    def catalogue(self, language: str, domain: str) -> list[Entry]:
        """Return the entries of a catalogue, header first; [] if it was never made."""
        return read_catalogue(self.path(language, domain))

    def save(self, language: str, domain: str, entries: list[Entry]) -> bool:
        """Write a catalogue whole; return whether it changed."""
        path = self.path(language, domain)
        text = write_po(entries)
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(path)
        return True

    @contextmanager
    def working_on(self, language: str, tries: int = _LOCK_TRIES) -> Iterator[None]:
        """Keep other tools off the catalogues of `language` for the block; `tries` are tenths of a second.

        Raises:
            BusyError: another tool has been at work for half a minute, or for all `tries`.
        """
        lock = self.folder / language / ".lock"
        lock.parent.mkdir(parents=True, exist_ok=True)
        for _try in range(tries):
            try:
                os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
                break
            except FileExistsError:
                time.sleep(_LOCK_WAIT_S)
        else:
            raise BusyError(path=lock)
        try:
            yield
        finally:
            lock.unlink(missing_ok=True)

    def glossary(self, language: str) -> dict[str, str]:
        """Return the agreed terms: English to `language`; variants stand apart by "/" or "|"."""
        with self.found("glossary.csv").open(encoding="utf-8", newline="") as file:
            return {row["en"]: row[language] for row in csv.DictReader(file) if row["en"] and row[language]}


def new_header(language: str, domain: str) -> Entry:
    """Return the header of a catalogue nobody has reviewed."""
    entry = header(language, languages()[language].plural_forms)
    entry.comments = [f"{languages()[language].endonym} – {domain}", NOT_REVIEWED]
    return entry


@cache
def plural_examples(language: Language) -> tuple[tuple[int, ...], ...]:
    """Return for each plural form the numbers it serves, computed from the rule itself."""
    rule: Callable[[int], int] = c2py(language.plural_rule)
    forms: list[list[int]] = [[] for _form in range(language.plural_count)]
    for number in EXAMPLE_NUMBERS:
        forms[rule(number)].append(number)
    return tuple(tuple(numbers) for numbers in forms)


def variants(term: str) -> list[str]:
    """Return the accepted forms of a glossary cell, also without their abbreviation in brackets."""
    found = []
    for part in re.split(r"\s*[|/;；]\s*", term):
        found += [part, *re.findall(r"[(（]([^)）]+)[)）]", part), re.sub(r"\s*[(（][^)）]*[)）]", "", part)]
    return [part for part in dict.fromkeys(found) if part]


@cache
def _term_pattern(term: str) -> re.Pattern[str]:
    forms = [form for form in variants(term) if len(form) > 2]
    plain = "|".join(rf"{re.escape(form)}(?:e?s)?" for form in forms) or r"(?!)"
    return re.compile(rf"(?<!\w)(?:{plain})(?!\w)", re.IGNORECASE)


@cache
def _term_starts(term: str) -> frozenset[str]:
    """Return how a word of a text may begin where the term stands: a look before the pattern is tried."""
    found: set[str] = set()
    for form in variants(term):
        first = next(iter(_WORD.findall(form.lower())), "")
        found |= {(first + ending)[:_START] for ending in ("", "s", "e")}
    return frozenset(found)


def glossary_hits(text: str, glossary: dict[str, str]) -> dict[str, str]:
    """Return the agreed terms that occur in an English text, without those that are part of a longer one."""
    spans: dict[str, list[tuple[int, int]]] = {}
    starts = {word[:_START] for word in _WORD.findall(text.lower())}
    for term in glossary:
        if starts.isdisjoint(_term_starts(term)):
            continue
        if found := [match.span() for match in _term_pattern(term).finditer(text)]:
            spans[term] = found
    every = [span for found in spans.values() for span in found]

    def alone(span: tuple[int, int]) -> bool:
        return not any(a <= span[0] and span[1] <= b and (a, b) != span for a, b in every)

    return {term: glossary[term] for term, found in spans.items() if any(alone(span) for span in found)}


def fingerprint(entry: Entry) -> str:
    """Return what a review is valid for: this text with this translation."""
    said = "\0".join([entry.context or "", entry.id, entry.plural or "", *entry.strings])
    return hashlib.sha256(said.encode()).hexdigest()[:8]


def is_reviewed(entry: Entry) -> bool:
    """Whether a person has looked at this translation since text or translation last changed."""
    marks = [_REVIEWED.fullmatch(comment) for comment in entry.comments]
    return entry.translated and any(mark is not None and mark[2] == fingerprint(entry) for mark in marks)


def mark_reviewed(entry: Entry, name: str, date: str) -> None:
    """Note that `name` has looked at the translation on `date` (ISO)."""
    entry.comments = [comment for comment in entry.comments if not _REVIEWED.fullmatch(comment)]
    entry.comments.append(f"reviewed: {name} {date} {fingerprint(entry)}")


def note_review(entries: list[Entry]) -> None:
    """Take the note from a catalogue that nobody has reviewed it."""
    entries[0].comments = [comment for comment in entries[0].comments if comment != NOT_REVIEWED]

"""All texts of one language as a translator goes through them: found by words, place and what is open."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Literal

from habitat_desktop.i18n.check_words import Remark, remarks
from habitat_desktop.i18n.languages import Language, languages
from habitat_desktop.i18n.places import ROOMS
from habitat_desktop.i18n.po import Entry
from habitat_desktop.i18n.po_patch import Key, entries_in
from habitat_desktop.i18n.text import fold
from habitat_desktop.i18n.workshop import TARGETS, Workshop, is_reviewed
from habitat_desktop.progress import Progress

State = Literal["missing", "changed", "translated", "reviewed"]
Filter = Literal["all", "missing", "check", "changed", "unreviewed"]
FILTERS: tuple[Filter, ...] = ("all", "missing", "check", "changed", "unreviewed")
LISTS = "lists"  # the room of answer lists and units
_OTHERS = ("cli",)  # rooms of texts that no window shows
Texts = Mapping[tuple[str, Key], "tuple[str, ...]"]  # by domain and key
Id = tuple[str, str | None, str]


@dataclass(frozen=True, slots=True)
class TextRow:
    """One text. `entry` is as it was read and is never changed; `room` are the places it is found by."""

    domain: str
    entry: Entry
    state: State
    rooms: tuple[str, ...]
    searched: str
    remarks: tuple[Remark, ...] = ()

    @property
    def id(self) -> Id:
        """What tells this text from all others of its language."""
        return (self.domain, *self.entry.key)

    @property
    def translation(self) -> str:
        """The translation in one line; of plural forms the last, which serves most numbers."""
        return self.entry.strings[-1] if self.entry.strings else ""

    def fits(self, filter_: Filter) -> bool:
        """Whether the row is shown under a filter."""
        if filter_ == "missing":
            return self.state == "missing"
        if filter_ == "check":
            return bool(self.remarks)
        if filter_ == "changed":
            return self.state == "changed"
        return filter_ == "all" or self.state == "translated"


@dataclass(frozen=True)
class Totals:
    """How far a language is: texts, those shown in it, and those a person has read."""

    texts: int
    translated: int
    reviewed: int


@dataclass(frozen=True)
class TextBook:
    """Everything the page of a language shows; `problems` are files that cannot be read."""

    language: str
    rows: tuple[TextRow, ...]
    totals: Mapping[str, Totals]  # of every language
    others: Mapping[str, Texts]  # translations into the other languages
    glossary: Mapping[str, str]
    problems: tuple[Exception, ...] = ()

    def with_changes(self, before: Sequence[TextRow], after: Sequence[TextRow]) -> "TextBook":
        """Return the book with the numbers of its language after texts were written; its rows stay."""
        total = self.totals[self.language]
        for rows, sign in ((before, -1), (after, 1)):
            translated = sum(row.entry.translated for row in rows)
            reviewed = sum(row.state == "reviewed" for row in rows)
            total = Totals(
                total.texts, total.translated + sign * translated, total.reviewed + sign * reviewed
            )
        return replace(self, totals={**self.totals, self.language: total})

    def longest(self, row: TextRow) -> int:
        """Return how many characters the longest translation into another language has."""
        found = (texts.get((row.domain, row.entry.key), ()) for texts in self.others.values())
        return max((len(text) for forms in found for text in forms), default=0)


def row_of(domain: str, entry: Entry) -> TextRow:
    """Return the row of an entry, not checked yet."""
    state: State = "translated"
    if is_reviewed(entry):
        state = "reviewed"
    elif not any(entry.strings):
        state = "missing"
    elif not entry.translated:
        state = "changed"
    searched = fold("\n".join([entry.id, entry.plural or "", *entry.strings, entry.context or ""]))
    return TextRow(domain, entry, state, _rooms(domain, entry), searched)


def _rooms(domain: str, entry: Entry) -> tuple[str, ...]:
    if domain == "reference":
        return (LISTS,)
    if domain != "app":
        return (domain,)
    parts = (PurePosixPath(place).parts[1:] for place in entry.places)
    return tuple(dict.fromkeys(part[0] for part in parts if part and part[0] in ROOMS))


def read_book(workshop: Workshop, language: str, progress: Progress | None = None) -> TextBook:
    """Read the texts of `language` and, beside them, those of the others; they are not checked yet.

    A file that cannot be read is told in `problems`, and its texts are left out.
    """
    rows: list[TextRow] = []
    totals: dict[str, Totals] = {}
    others: dict[str, Texts] = {}
    problems: list[Exception] = []
    codes = [language, *(code for code in TARGETS if code != language)]
    for number, code in enumerate(codes):
        if progress is not None:
            progress.step(number, len(codes))
        entries = list(_live(workshop, code, problems if code == language else []))
        totals[code] = _totals(entries)
        if code == language:
            rows = [row_of(domain, entry) for domain, entry in entries]
        else:
            others[code] = {
                (domain, entry.key): tuple(entry.strings) for domain, entry in entries if entry.translated
            }
    ordered = {code: totals[code] for code in TARGETS}
    return TextBook(language, tuple(rows), ordered, others, workshop.glossary(language), tuple(problems))


def _live(workshop: Workshop, language: str, problems: list[Exception]) -> Iterator[tuple[str, Entry]]:
    for domain in workshop.domains():
        path = workshop.path(language, domain)
        try:
            entries = entries_in(path.read_bytes(), str(path)) if path.is_file() else []
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one file, the others are shown
            problems.append(error)
            continue
        yield from ((domain, entry) for entry in entries if entry.id and not entry.obsolete)


def _totals(entries: Sequence[tuple[str, Entry]]) -> Totals:
    translated = [entry for _domain, entry in entries if entry.translated]
    return Totals(len(entries), len(translated), sum(map(is_reviewed, translated)))


def with_remarks(book: TextBook, rows: Iterable[TextRow], progress: Progress | None = None) -> list[TextRow]:
    """Return `rows` with what the checks find in each."""
    language, glossary = languages()[book.language], dict(book.glossary)
    found = []
    for number, row in enumerate(rows):
        if progress is not None and number % 100 == 0:
            progress.step(number, len(book.rows))
        found.append(checked(book, row, language, glossary))
    return found


def checked(book: TextBook, row: TextRow, language: Language, glossary: dict[str, str]) -> TextRow:
    """Return `row` with what the checks find in it."""
    said = remarks(row.entry, row.entry.strings, language, glossary, book.longest(row))
    return replace(row, remarks=said) if said != row.remarks else row


def rooms_of(rows: Iterable[TextRow]) -> list[str]:
    """Return the places there are: parts of the program first, lists, then forms."""
    found = {room for row in rows for room in row.rooms}
    order = [room for room in ROOMS if room not in _OTHERS]
    return [room for room in (*order, LISTS, *_OTHERS) if room in found] + sorted(
        room for room in found if room.startswith("forms/")
    )


def chosen(
    rows: Sequence[TextRow], filter_: Filter = "all", room: str = "", words: str = ""
) -> list[TextRow]:
    """Return the rows that fit a filter, stand in `room` ("" for all) and have all `words` in them."""
    parts = fold(words).split()
    found = (row for row in rows if row.fits(filter_) and (not room or room in row.rooms))
    return [row for row in found if all(part in row.searched for part in parts)]


def counts(rows: Sequence[TextRow], room: str = "") -> dict[Filter, int]:
    """Return how many rows each filter shows in `room`."""
    here = [row for row in rows if not room or room in row.rooms]
    return {filter_: sum(row.fits(filter_) for row in here) for filter_ in FILTERS}

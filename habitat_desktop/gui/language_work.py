"""What the page of languages reads and writes, on the worker; no widgets."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from habitat_desktop.errors import HabitatError
from habitat_desktop.gui import kit
from habitat_desktop.i18n import own_copy
from habitat_desktop.i18n.batches import same_question
from habitat_desktop.i18n.catalogues import _, explain, ngettext, pgettext
from habitat_desktop.i18n.languages import languages
from habitat_desktop.i18n.places import ROOMS
from habitat_desktop.i18n.text import ltr
from habitat_desktop.i18n.text_rows import (
    LISTS,
    Filter,
    State,
    TextBook,
    TextRow,
    Totals,
    read_book,
    with_remarks,
)
from habitat_desktop.i18n.text_writing import Edit, Written, take_back, write_text
from habitat_desktop.i18n.workshop import Workshop
from habitat_desktop.progress import Progress

if TYPE_CHECKING:
    from habitat_desktop.xforms.library import Library
    from habitat_desktop.xforms.translated_view import Translate, TranslatedView

_REFERENCE = re.compile(r"\$\{[^{}]+\}")  # an answer shown inside a text
Stamps = Mapping[Path, tuple[int, int]]  # when each file was changed, and its size
_SHOWN = 240  # characters of a text in the list


@dataclass(frozen=True)
class Typed:
    """What was typed for a text and is not saved; `base` is the text as it was when typing began."""

    base: TextRow
    strings: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Place:
    """Where the catalogues lie: the workspace, and another folder if one was named."""

    folder: Path
    translations: Path | None = None

    def workshop(self) -> Workshop:
        return own_copy.workshop_in(self.folder, self.translations)

    def to_change(self) -> Workshop:
        return own_copy.to_change(self.workshop(), self.folder)


def read(place: Place, language: str, progress: Progress) -> tuple[TextBook, dict[str, str], Stamps]:
    """Read the texts of a language, the names of the forms, and how old the files are."""
    workshop = place.workshop()
    stamps = stamps_of(workshop, language)
    book = read_book(workshop, language, progress)
    titles = {
        row.domain: row.entry.id
        for row in book.rows
        if row.domain.startswith("forms/") and (row.entry.context or "").endswith("|settings|form_title")
    }
    return book, titles, stamps


def check(book: TextBook, rows: Sequence[TextRow], progress: Progress) -> list[TextRow]:
    """Return those of `rows` in which the checks find something."""
    return [row for row in with_remarks(book, rows, progress) if row.remarks]


def write(
    place: Place, language: str, row: TextRow, edit: Edit, rows: Sequence[TextRow], progress: Progress
) -> tuple[Written, Stamps]:
    workshop = place.to_change()
    return write_text(workshop, language, row, edit, rows), stamps_of(workshop, language)


def undo(place: Place, language: str, written: Written, progress: Progress) -> tuple[Written, Stamps]:
    workshop = place.to_change()
    return take_back(workshop, language, written), stamps_of(workshop, language)


def stamps_of(workshop: Workshop, language: str) -> Stamps:
    """Return when each catalogue of a language was changed; those that are missing are left out."""
    found = {}
    for path in (workshop.folder / language).rglob("*.po"):
        try:
            stat = path.stat()
        except OSError:
            continue
        found[path] = (stat.st_mtime_ns, stat.st_size)
    return found


def today(now: datetime) -> str:
    return now.date().isoformat()


def problem_text(error: Exception) -> str:
    """Return what a failure says."""
    if isinstance(error, HabitatError):
        return explain(error)
    return str(error.strerror or error) if isinstance(error, OSError) else str(error)


def room_name(room: str, titles: Mapping[str, str]) -> str:
    """Return the name of a place: of a part of the program, of the lists, or of a form."""
    if room == LISTS:
        return _("Lists and units")
    return _(ROOMS[room]) if room in ROOMS else titles.get(room, room)


def view_of(
    library: "Library", row: TextRow, language: str, texts: "Translate", progress: Progress
) -> "TranslatedView | None":
    """Return what the form page shows around a text of a form."""
    from habitat_desktop.xforms.translated_view import translated_view

    return translated_view(library, row.entry.context or "", language, texts)


def texts_of(rows: Iterable[TextRow], row: TextRow, strings: Sequence[str]) -> "Translate":
    """Return what gives the texts of a form as they are now, that of `row` as it is typed."""
    wanted = (row.domain, "reference")
    known = {
        (one.domain, one.entry.context or ""): _shown(one.entry.strings, one.entry.id)
        for one in rows
        if one.domain in wanted
    }
    known[row.domain, row.entry.context or ""] = _shown(strings, row.entry.id)
    return lambda domain, context: known.get((domain, context), "")


def _shown(strings: Sequence[str], english: str) -> str:
    text = strings[0] if strings and strings[0] else english
    return _REFERENCE.sub("…", text)


def same_elsewhere(rows: Iterable[TextRow], row: TextRow) -> list[str]:
    """Return the other forms that ask the same question."""
    question = same_question(row.domain, row.entry)
    found = (
        one.domain
        for one in rows
        if one.id != row.id
        and one.entry.id == row.entry.id
        and same_question(one.domain, one.entry) == question
    )
    return list(dict.fromkeys(found))


def others_of(book: TextBook, row: TextRow) -> list[tuple[str, str]]:
    """Return how the other languages say a text; of plural forms the last."""
    found = ((code, texts.get((row.domain, row.entry.key))) for code, texts in book.others.items())
    return [(code, forms[-1]) for code, forms in sorted(found) if forms]


def filter_word(filter_: Filter) -> str:
    return {
        "all": pgettext("filter of texts", "All"),
        "missing": pgettext("filter of texts", "Not translated"),
        "check": pgettext("filter of texts", "To check"),
        "changed": pgettext("filter of texts", "English changed"),
        "unreviewed": pgettext("filter of texts", "Not reviewed"),
    }[filter_]


def state_word(state: State) -> str:
    return {
        "missing": pgettext("state of a text", "Not translated"),
        "changed": pgettext("state of a text", "The English was changed"),
        "translated": pgettext("state of a text", "Translated, not reviewed"),
        "reviewed": pgettext("state of a text", "Reviewed by a person"),
    }[state]


_SIGNS = {
    "missing": ("hourglass", "text_muted", False),
    "changed": ("arrow_sync", "warning", False),
    "translated": ("circle", "text_faint", False),
    "reviewed": ("checkmark_circle", "ok", True),
}


def list_cell(row: TextRow, typed: Typed | None) -> kit.Cell:
    """Return what the list shows of a text."""
    icon, tone, filled = _SIGNS[row.state]
    word = state_word(row.state)
    if typed is not None:
        icon, tone, filled, word = "edit", "accent", False, _("Not saved yet")
    elif row.remarks:
        is_error = any(one.severity == "error" for one in row.remarks)
        icon, tone = ("error_circle", "error") if is_error else ("warning", "warning_mark")
        filled, word = True, row.remarks[0].text
    translation = typed.strings[-1] if typed is not None else row.translation
    return kit.Cell(
        one_line(row.entry.id),
        one_line(translation) or "—",
        icon=icon,
        icon_tone=tone,
        filled=filled,
        tip=word,
    )


def one_line(text: str) -> str:
    """Return a text as a list shows it."""
    return " ".join(text[: 2 * _SHOWN].split())[:_SHOWN]


def language_name(code: str) -> str:
    return languages()[code].endonym


def numbers_of(total: Totals) -> str:
    """Return how far a language is: two numbers that are never added up, rounded down."""
    # Translators: of a language: "100 %, reviewed 3 %".
    return _("{translated}, reviewed {reviewed}").format(
        translated=_share(total.translated, total.texts), reviewed=_share(total.reviewed, total.texts)
    )


def _share(part: int, whole: int) -> str:
    return ltr(_("{percent} %").format(percent=part * 100 // whole))


def extent_of(rows: Iterable[TextRow]) -> str:
    """Return what there is to translate."""
    domains = {row.domain for row in rows}
    forms = sum(domain.startswith("forms/") for domain in domains)
    text = ngettext("Interface, lists and {count} form", "Interface, lists and {count} forms", forms)
    return text.format(count=ltr(str(forms))) if domains else ""

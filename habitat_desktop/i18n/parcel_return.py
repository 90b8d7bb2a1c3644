"""Takes a parcel that came back into the catalogues: first what would happen, then, if wanted, does it.

Nothing is guessed: a row whose key and English do not belong together is looked up by what a person sees;
what fits nowhere, would break the program, or was changed here meanwhile is told by its row and left out.
"""

import re
import shutil
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from habitat_desktop.i18n.batches import numbers_served, same_question, write_translation
from habitat_desktop.i18n.catalogues import _
from habitat_desktop.i18n.checks import entry_errors, entry_warnings
from habitat_desktop.i18n.languages import languages
from habitat_desktop.i18n.parcel_rows import TEXT_LIMIT, ReturnedParcel, Row
from habitat_desktop.i18n.parcels import (
    Kind,
    english_of,
    read_key,
    text_mark,
    translation_mark,
    where_of,
)
from habitat_desktop.i18n.places import Places
from habitat_desktop.i18n.po import Entry
from habitat_desktop.i18n.text import visible
from habitat_desktop.i18n.workshop import Workshop, mark_reviewed, note_review

_OK = {
    "ok", "okay", "o.k.", "yes", "x", "✓", "✔", "oui", "d'accord", "d’accord", "sí", "si", "vale", "да",
    "хорошо", "ок", "نعم", "موافق", "حسنا", "حسناً", "是", "好", "可以", "对",
}  # fmt: skip

Why = Literal["refused", "meanwhile", "kept", "changed", "unknown", "doubt", "look", "remark"]


@dataclass(frozen=True)
class Finding:
    """Something a person should know about a row; all but "look" and "remark" kept the row out."""

    why: Why
    sheet: str
    row: int
    english: str
    message: str

    def __str__(self) -> str:
        english, message = (visible(" ".join(text.split())) for text in (self.english, self.message))
        shown = english if len(english) <= 60 else english[:59] + "…"
        return _("Sheet “{sheet}”, row {row}, “{english}”: {message}").format(
            sheet=visible(self.sheet), row=self.row, english=shown, message=message
        )

    @property
    def kept_out(self) -> bool:
        """Whether what was written in the row was not taken."""
        return self.why not in ("look", "remark")


@dataclass(frozen=True)
class Change:
    """One translation that is taken, and the other places that take it over."""

    domain: str
    entry: Entry
    strings: tuple[str, ...]
    copies: tuple[tuple[str, Entry], ...] = ()


@dataclass
class Plan:
    """What a file that came back would do to the catalogues of one language."""

    file: str
    language: str
    kind: Kind = "translate"
    changes: list[Change] = field(default_factory=list)
    confirmed: list[tuple[str, Entry]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    unchanged: int = 0
    open: int = 0  # texts nobody wrote anything for
    catalogues: dict[str, list[Entry]] = field(default_factory=dict)

    @property
    def copied(self) -> int:
        """How many other places take a translation over."""
        return sum(len(change.copies) for change in self.changes)

    @property
    def is_clean(self) -> bool:
        """Whether nothing that was written is left out."""
        return not any(finding.kept_out for finding in self.findings)


_Place = tuple[str, Entry]
_Filled = dict[int, Row]  # by plural form


def plan_import(workshop: Workshop, parcel: ReturnedParcel, *, force: bool = False) -> Plan:
    """Say what `parcel` would change; `force` also replaces what was translated here meanwhile."""
    return _Judge(workshop, parcel, force).judged()


def apply_plan(workshop: Workshop, plan: Plan, name: str, date: str, stamp: str) -> list[Path]:
    """Write a plan made of the same catalogues; return the copies of the files as they were before.

    Call it inside `workshop.working_on`, as `plan_import` before it. `stamp` names the folder of the copies.
    """
    touched: set[str] = set()
    copied = [(place, change.strings) for change in plan.changes for place in change.copies]
    written = [((change.domain, change.entry), change.strings) for change in plan.changes]
    for (domain, entry), strings in (*copied, *written):  # what has a row of its own says the last word
        write_translation(entry, list(strings))
        note_writer(entry, name, date)
        touched.add(domain)
    for domain, entry in plan.confirmed:
        mark_reviewed(entry, name, date)
        note_review(plan.catalogues[domain])
        touched.add(domain)
    language = plan.language
    kept = []
    for domain in sorted(touched):
        copy = workshop.folder / ".backup" / f"{stamp}-{language}" / f"{domain}.po"
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(workshop.path(language, domain), copy)
        kept.append(copy)
        workshop.save(language, domain, plan.catalogues[domain])
    return kept


def note_writer(entry: Entry, name: str, date: str) -> None:
    """Say in the catalogue who translated a text, and when (ISO)."""
    entry.comments = [comment for comment in entry.comments if not comment.startswith("translated: ")]
    entry.comments.append(f"translated: {name} {date}")


class _Judge:
    def __init__(self, workshop: Workshop, parcel: ReturnedParcel, force: bool) -> None:
        self._parcel = parcel
        self._force = force
        self._language = languages()[parcel.language]
        self._numbers = numbers_served(parcel.language)
        self._places = Places(workshop)
        self._glossary = workshop.glossary(parcel.language)
        domains = workshop.domains()
        catalogues = {one: workshop.catalogue(parcel.language, one) for one in domains}
        self._plan = Plan(parcel.file, parcel.language, parcel.kind, catalogues=catalogues)
        self._by_mark: dict[str, _Place] = {}
        self._by_where: dict[str, list[_Place]] = {}
        self._questions: dict[tuple[str, str, str], list[_Place]] = {}
        for domain, entry in self._live():
            where = where_of(domain, entry)
            self._by_mark[text_mark(where, english_of(entry))] = domain, entry
            self._by_where.setdefault(where, []).append((domain, entry))
            self._questions.setdefault(same_question(domain, entry), []).append((domain, entry))
        self._by_sight: dict[tuple[str, str], list[_Place]] | None = None

    def judged(self) -> Plan:
        found: dict[tuple[str, str | None, str], tuple[_Place, _Filled, set[str]]] = {}
        for row in self._parcel.rows:
            if row.remark:
                self._tell("remark", row, row.remark)
            known = self._place_of(row)
            if known is None:
                continue
            (domain, entry), form, was = known
            key = (domain, *entry.key)
            _place, filled, marks = found.setdefault(key, ((domain, entry), {}, set()))
            marks.add(was)
            other = filled.get(form)
            if other is None or other.is_blank:
                filled[form] = row
            elif not row.is_blank and (row.text, row.verdict) != (other.text, other.verdict):
                text = _("row {row} says something else for the same text; neither was taken")
                self._tell("refused", row, text.format(row=other.number))
                filled[form] = replace(other, text="", verdict="")
        for place, filled, marks in found.values():
            self._judge(place, filled, marks)
        return self._plan

    # -- which text a row is ---------------------------------------------------------------------------------

    def _place_of(self, row: Row) -> tuple[_Place, int, str] | None:
        """Return the text a row is about, which form, and the mark of the translation it was made with."""
        key = read_key(row.key, self._parcel.language)
        whole = key is not None and text_mark(row.where, row.english) == key.text
        if key is not None and whole:
            if key.text in self._by_mark:
                return self._by_mark[key.text], self._form(row, key.form), key.was
            if not row.is_blank:
                self._tell_of_change(row)
            return None
        seen = self._seen(row)
        if len(seen) == 1:
            return seen[0], self._form(row, 0), ""
        if not row.is_blank:
            text = _(
                "the hidden cells of this row belong to another text, and its English stands in {count} "
                "places; copy the translation into a new file"
            )
            self._tell("unknown", row, text.format(count=len(seen)))
        return None

    def _form(self, row: Row, known: int) -> int:
        """Return the plural form a row is for: by the numbers that are seen, else by its key."""
        return self._numbers.index(row.numbers) if row.numbers in self._numbers else known

    def _tell_of_change(self, row: Row) -> None:
        now = self._by_where.get(row.where, [])
        if len(now) == 1 and now[0][1].context:
            text = _("the English was changed since the file was made; now it says: “{text}”")
            self._tell("changed", row, text.format(text=english_of(now[0][1])))
        else:
            self._tell("changed", row, _("the text was changed or taken out of the program since"))

    def _seen(self, row: Row) -> list[_Place]:
        """Return the texts that a person sees in a row: same English, same place."""
        if self._by_sight is None:
            self._by_sight = {}
            for domain, entry in self._live():
                sight = _spaced(english_of(entry)), _spaced(self._places.of(domain, entry))
                self._by_sight.setdefault(sight, []).append((domain, entry))
        found = self._by_sight.get((_spaced(row.english), _spaced(row.place)), [])
        return [(domain, entry) for domain, entry in found if entry.plural is None or row.numbers]

    def _live(self) -> Iterator[_Place]:
        for domain, entries in self._plan.catalogues.items():
            yield from ((domain, entry) for entry in entries if entry.id and not entry.obsolete)

    # -- what is done with it --------------------------------------------------------------------------------

    def _judge(self, place: _Place, filled: _Filled, marks: set[str]) -> None:
        entry = place[1]
        rows = [row for row in filled.values() if not row.is_blank]
        if not rows:
            self._plan.open += 1
            return
        count = len(self._numbers) if entry.plural is not None else 1
        first = rows[0]
        for row in rows:
            if row.is_date or len(row.text) > TEXT_LIMIT:
                self._tell("refused", row, _("the spreadsheet made a date of it, or it is too long"))
                return
        if any(form >= count for form in filled):
            self._tell("unknown", first, _("the text has no such plural form any more"))
            return
        if not any(row.text for row in rows):
            self._confirm(place, filled, marks, count)
            return
        strings = list(entry.strings) if len(entry.strings) == count else [""] * count
        for form, row in filled.items():
            if row.text:
                strings[form] = fitted(row.text, entry.id)
        self._take(place, strings, rows, marks)

    def _take(self, place: _Place, strings: list[str], rows: list[Row], marks: set[str]) -> None:
        entry = place[1]
        if self._may_stand(entry, strings, rows, marks):
            others = self._questions[same_question(*place)]
            copies = [one for one in others if one[1] is not entry and not one[1].translated]
            self._plan.changes.append(Change(place[0], entry, tuple(strings), tuple(copies)))

    def _may_stand(self, entry: Entry, strings: list[str], rows: list[Row], marks: set[str]) -> bool:
        first = rows[0]
        if entry.translated and entry.strings == strings:
            self._plan.unchanged += 1
            return False
        if not self._force and _is_stale(entry, marks):
            text = _("it was translated here meanwhile: “{text}”; that stays (--force takes this one)")
            self._tell("meanwhile", first, text.format(text="\n".join(entry.strings)))
            return False
        written = replace(entry, strings=strings)
        faults = [message for _name, message in entry_errors(written, self._language)]
        if faults:
            self._tell("refused", first, "; ".join(dict.fromkeys(faults)))
            return False
        for _name, message in entry_warnings(written, self._language, self._glossary):
            self._tell("look", first, message)
        return True

    def _confirm(self, place: _Place, filled: _Filled, marks: set[str], count: int) -> None:
        """Note that a person has read a translation and lets it stay."""
        domain, entry = place
        rows = list(filled.values())
        asked = next((row for row in rows if row.verdict and not _is_ok(row.verdict)), None)
        if asked is not None:
            text = _("“{word}” is neither “ok” nor a better text; it counts as not read")
            self._tell("doubt", asked, text.format(word=asked.verdict))
        elif len([row for row in rows if row.verdict]) < count:
            self._tell("doubt", rows[0], _("not all of its rows say “ok”; it counts as not read"))
        elif marks == {translation_mark(entry)} and entry.fuzzy:
            self._take(place, list(entry.strings), rows, marks)
        elif marks != {translation_mark(entry)} or not entry.translated:
            text = _("the translation was changed here since; “ok” was said of the one before")
            self._tell("meanwhile", rows[0], text)
        else:
            self._plan.confirmed.append((domain, entry))

    def _tell(self, why: Why, row: Row, message: str) -> None:
        self._plan.findings.append(Finding(why, row.sheet, row.number, row.english, message))


def _is_stale(entry: Entry, marks: set[str]) -> bool:
    """Whether a translation is not the one its rows were made with; "" is a row whose key is lost."""
    now = translation_mark(entry)
    return any(mark != now for mark in marks if mark) or ("" in marks and entry.translated)


def _is_ok(verdict: str) -> bool:
    return verdict.casefold().strip(" .!") in _OK


def _spaced(text: str) -> str:
    return " ".join(text.split())


def fitted(text: str, source: str) -> str:
    """Return what was typed as it is stored: composed, between the spaces and line ends of the source."""
    text = unicodedata.normalize("NFC", text).strip()
    text = re.sub("[\u200b\ufeff]", "", text)  # what web pages and messengers leave behind
    return source[: len(source) - len(source.lstrip())] + text + source[len(source.rstrip()) :]

"""Writes single translations into the PO files they stand in, and takes them back.

What somebody else changed in a file meanwhile stays; where it is the very text that is to be written, nothing
is written and the person is asked.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from habitat_desktop.disk import write_whole
from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n.batches import same_question, write_translation
from habitat_desktop.i18n.check_words import remarks
from habitat_desktop.i18n.languages import languages
from habitat_desktop.i18n.parcel_return import fitted, note_writer
from habitat_desktop.i18n.po import Entry
from habitat_desktop.i18n.po_patch import Change, Key, entries_in, patched
from habitat_desktop.i18n.text_rows import TextRow, row_of
from habitat_desktop.i18n.workshop import Workshop, mark_reviewed, note_review

_LOCK_TRIES = 20  # two seconds: a person waits
_HEADER: Key = (None, "")
_Changes = list[tuple[TextRow, Change]]
_MARKS = ("translated: ", "reviewed: ", "check-ok:")  # comments that say something else than a note


class TranslationRefused(HabitatError):
    code = "TRANSLATION_REFUSED"
    message = N_("The translation was not saved: {problem}. The one that was there stays.")


class TextChangedMeanwhile(HabitatError):
    """Somebody changed the same text in the file; `theirs` is how it stands there now."""

    code = "TEXT_CHANGED_MEANWHILE"
    message = N_(
        "Another program changed this text in “{file}” meanwhile. Nothing was overwritten. Choose which of "
        "the two stays."
    )

    def __init__(self, theirs: TextRow, file: str) -> None:
        super().__init__(file=file)
        self.theirs = theirs


class TextGone(HabitatError):
    code = "TEXT_GONE"
    message = N_(
        "The text is no longer in “{file}”: the file was changed or removed meanwhile. Nothing was written. "
        "Copy your translation and read the files again (F5)."
    )


class ReviewerNeeded(HabitatError):
    code = "REVIEWER_NEEDED"
    message = N_(
        "Who has read the translation is not known, so it does not count as reviewed. Nothing was changed. "
        "Enter yourself in the settings, under “People on this laptop”."
    )


@dataclass(frozen=True)
class Edit:
    """What a person wrote; `date` is ISO. Without a name nothing can be reviewed."""

    strings: tuple[str, ...]
    note: str
    by: str
    date: str
    reviewed: bool = False


@dataclass(frozen=True)
class Written:
    """Texts as they were and as they are now, the edited one first; the others took it over."""

    before: tuple[TextRow, ...]
    after: tuple[TextRow, ...]


def note_of(entry: Entry) -> str:
    """Return what people wrote to the next reader."""
    return "\n".join(text for text in entry.comments if not text.startswith(_MARKS))


def write_text(
    workshop: Workshop, language: str, row: TextRow, edit: Edit, rows: Iterable[TextRow] = ()
) -> Written:
    """Write the translation of one text; the same question of other forms takes it over where it has none.

    `rows` are all texts of the language. An empty translation takes the one that was there away.

    Raises:
        TranslationRefused: it would break a sentence or the program.
        ReviewerNeeded: it is to be reviewed by nobody.
        TextChangedMeanwhile: the file says something else by now than `row`.
        TextGone, PoSyntaxError, BusyError: the file is gone, damaged, or in use.
        OSError: as the disk does; the file is as it was.
    """
    strings = [fitted(text, row.entry.id) if text.strip() else "" for text in edit.strings]
    strings = strings if any(strings) else []
    _require(row, strings, edit, language)
    with workshop.working_on(language, _LOCK_TRIES):
        changes: _Changes = [(row, lambda entry: _change(entry, strings, edit))]
        if strings:
            question = same_question(row.domain, row.entry)
            copy = replace(edit, reviewed=False)
            for other in rows:
                is_open = other.state in ("missing", "changed") and other.id != row.id
                if is_open and same_question(other.domain, other.entry) == question:
                    changes.append((other, lambda entry: _change(entry, strings, copy, keeps_note=True)))
        return _write(workshop, language, changes, is_read=edit.reviewed)


def take_back(workshop: Workshop, language: str, written: Written) -> Written:
    """Put back how the texts of `written` were, where nobody changed them since.

    Raises: as `write_text`.
    """
    with workshop.working_on(language, _LOCK_TRIES):
        pairs = zip(written.before, written.after, strict=True)
        changes = [(after, _restoring(before.entry)) for before, after in pairs]
        return _write(workshop, language, changes)


def _require(row: TextRow, strings: list[str], edit: Edit, language: str) -> None:
    if edit.reviewed and not edit.by.strip():
        raise ReviewerNeeded
    found = remarks(row.entry, strings, languages()[language], {})
    wrong = [one.text for one in found if one.severity == "error"]
    if wrong:
        raise TranslationRefused(problem="; ".join(wrong))


def _change(entry: Entry, strings: list[str], edit: Edit, *, keeps_note: bool = False) -> None:
    is_new = entry.strings != strings or entry.fuzzy
    if strings:
        write_translation(entry, strings)
    else:
        entry.strings = [""] * max(1, len(entry.strings))
        entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
        entry.previous = []
    if not keeps_note:
        marks = [text for text in entry.comments if text.startswith(_MARKS)]
        entry.comments = [*(line for line in edit.note.splitlines() if line.strip()), *marks]
    if is_new:
        entry.comments = [text for text in entry.comments if not text.startswith("reviewed: ")]
        if edit.by:
            note_writer(entry, edit.by, edit.date)
    if edit.reviewed and strings:
        mark_reviewed(entry, edit.by, edit.date)


def _note_reader(header: Entry) -> None:
    note_review([header])


def _restoring(before: Entry) -> Change:
    def restore(entry: Entry) -> None:
        entry.strings = list(before.strings)
        entry.flags = list(before.flags)
        entry.comments = list(before.comments)
        entry.previous = list(before.previous)

    return restore


def _write(workshop: Workshop, language: str, changes: _Changes, *, is_read: bool = False) -> Written:
    """Change texts in their files; all files are read and compared before the first is written.

    `is_read`: a person has read the first of them, so its catalogue is no longer one nobody has read.
    """
    first = changes[0][0]
    files: dict[Path, bytes] = {}
    before: list[TextRow] = []
    after: list[TextRow] = []
    for domain in dict.fromkeys(row.domain for row, _change_of in changes):
        path = workshop.path(language, domain)
        content = _read(path)
        now = {entry.key: entry for entry in entries_in(content, str(path)) if not entry.obsolete}
        wanted: dict[Key, Change] = {}
        for row, change in [one for one in changes if one[0].domain == domain]:
            entry = now.get(row.entry.key)
            if entry is not None and _same(entry, row.entry):
                wanted[entry.key] = change
                before.append(row)
            elif row is first:
                if entry is None:
                    raise TextGone(file=path.name)
                raise TextChangedMeanwhile(row_of(domain, entry), path.name)
        if not wanted:
            continue
        heading = {_HEADER: _note_reader} if is_read and domain == first.domain else {}
        made = patched(content, {**heading, **wanted}, str(path))
        there = {entry.key: entry for entry in entries_in(made, str(path)) if not entry.obsolete}
        after += [row_of(domain, there[key]) for key in wanted]
        if made != content:
            files[path] = made
    for path, made in files.items():
        write_whole(path, made)
    return Written(tuple(before), tuple(after))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise TextGone(file=path.name) from error


def _same(now: Entry, known: Entry) -> bool:
    return (now.strings, now.flags, now.comments, now.previous, now.plural) == (
        known.strings,
        known.flags,
        known.comments,
        known.previous,
        known.plural,
    )

"""The text that is translated now: its English, its fields, what the checks say, terms, and a note."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from habitat_desktop.gui import kit, theme
from habitat_desktop.gui.language_work import Typed, language_name, state_word
from habitat_desktop.gui.translation_field import TranslationField
from habitat_desktop.gui.written_text import written
from habitat_desktop.i18n.batches import numbers_served
from habitat_desktop.i18n.catalogues import _, ngettext, pgettext
from habitat_desktop.i18n.check_words import TEXT_LIMIT, Remark, remarks
from habitat_desktop.i18n.checks import is_allowed, terms_in
from habitat_desktop.i18n.languages import languages
from habitat_desktop.i18n.parcels import previous_english
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.i18n.text_rows import TextBook, TextRow
from habitat_desktop.i18n.text_writing import note_of

_PAUSE_MS = 150
_SIGNS: dict[str, tuple[str, kit.labels.Tone, bool]] = {
    "ok": ("checkmark_circle", "ok", True),
    "error": ("error_circle", "error", True),
    "warning": ("warning", "warning", True),
    "info": ("info", "muted", False),
}


class TranslationPanel(QFrame):
    """Shows one `TextRow` and what is typed for it; tells when something is typed and what is wanted."""

    typed = Signal()  # at once
    judged = Signal()  # after a pause in typing: checks and preview are due
    save_wanted = Signal(bool)  # reviewed
    next_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "canvas")
        self._book: TextBook | None = None
        self._base: TextRow | None = None  # as it was when typing began
        self.row: TextRow | None = None
        self.fields: list[TranslationField] = []
        self.remarks: tuple[Remark, ...] = ()
        self._by = ""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._judge)
        self._body = QVBoxLayout()
        self._body.setContentsMargins(16, 12, 16, 12)
        self._body.setSpacing(8)
        content = QWidget()
        content.setLayout(self._body)
        self.area = kit.scrolling(content)
        self.translated = kit.Button("", icon="checkmark", does=lambda: self.save_wanted.emit(False))
        self.reviewed = kit.PrimaryButton("", "checkmark_circle", lambda: self.save_wanted.emit(True))
        self.keys = kit.ElidedLabel("", "caption", "muted")
        foot = kit.frame(
            "footbar",
            kit.row(self.translated, self.reviewed, (self.keys, 1), space=8, margins=(16, 8, 16, 8)),
        )
        self.setLayout(kit.column((self.area, 1), foot, space=0))

    # showing

    def show_row(self, book: TextBook, row: TextRow | None, typed: Typed | None, by: str) -> None:
        """Show a text, with what was typed for it before; `by` is the person who works now, "" for nobody."""
        self._pause.stop()
        self._book, self.row, self._by = book, row, by
        self._base = typed.base if typed is not None else row
        self._build(typed)
        self._judge()

    def show_nothing(self, icon: str, title: str, sentence: str, *actions: QWidget) -> None:
        """Say why there is no text to show."""
        self._pause.stop()
        self.row, self._base, self.fields = None, None, []
        kit.clear(self._body)
        self._body.addWidget(kit.EmptyState(icon, title, sentence, *actions))
        self._show_buttons()

    def settle(self, row: TextRow, saved: Sequence[str] | None = None) -> None:
        """Show the text as it is now; where something else than `saved` was typed meanwhile, that stays."""
        self.row = self._base = row
        if saved is not None and self.strings() != list(saved):
            self._judge()
            return
        for field, text in zip(self.fields, _forms(row, self._count), strict=False):
            field.show_text(text)
        self.note.setText(one_note(row))
        self._judge()

    def now(self) -> Typed | None:
        """Return what is typed and not saved; None where the fields are as the text is."""
        if self._base is None or not self.fields:
            return None
        strings = tuple(written(field) for field in self.fields)
        note = self.note.text()
        if strings == _forms(self._base, self._count) and note == one_note(self._base):
            return None
        return Typed(self._base, strings, note)

    def strings(self) -> list[str]:
        """Return what stands in the fields now."""
        return [written(field) for field in self.fields]

    def copy_source(self) -> None:
        """Put the English into the field with the focus, or into all that are empty."""
        if self.row is None:
            return
        entry = self.row.entry
        focused = [field for field in self.fields if field.hasFocus()]
        for field in focused or [field for field in self.fields if not written(field)] or self.fields[:1]:
            field.put(entry.plural if entry.plural and self.fields.index(field) else entry.id)

    def focus_field(self) -> None:
        if self.fields:
            self.fields[0].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_conflict(self, theirs: TextRow, mine: Typed) -> None:
        """Ask which of two translations stays: that of another program, or the one typed here."""
        kit.clear(self._conflict)
        text = _("In the file it is now: {text}").format(text=iso(theirs.translation or "—"))
        banner = kit.Banner(
            "warning",
            _("Another program changed this text meanwhile"),
            text,
            (_("Keep mine"), lambda: self._decide(theirs, mine)),
            (_("Take that one"), lambda: self._decide(theirs, None)),
        )
        self._conflict.addWidget(banner)
        self.area.ensureWidgetVisible(banner)
        button = banner.findChild(kit.Button)
        if button is not None:
            button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _decide(self, theirs: TextRow, mine: Typed | None) -> None:
        kit.clear(self._conflict)
        self.row = self._base = theirs
        if mine is None:
            self.settle(theirs)
        self.typed.emit()
        self._judge()
        self.focus_field()

    # building

    @property
    def _count(self) -> int:
        if self._book is None or self.row is None or self.row.entry.plural is None:
            return 1
        return languages()[self._book.language].plural_count

    def _build(self, typed: Typed | None) -> None:
        kit.clear(self._body)
        self.fields = []
        if self.row is None or self._book is None:
            self._show_buttons()
            return
        row, entry = self.row, self.row.entry
        self._conflict = kit.column(space=0)
        self._body.addLayout(self._conflict)
        copy = kit.LinkButton(_("Copy the English"), self.copy_source)
        copy.setToolTip(f"{copy.text()} ({ltr('Ctrl+B')})")
        self._body.addLayout(kit.row(kit.Label(_("English"), "caption", "muted", strong=True), None, copy))
        self._body.addWidget(self._source(row))
        self._state = kit.Label("", "caption", "muted", wrap=True)
        language = self._book.language
        strings = typed.strings if typed is not None else _forms(row, self._count)
        if entry.plural is None:
            self._length = kit.Label("", "caption", "muted")
            name = kit.Label(language_name(language), "caption", "muted", strong=True)
            self._body.addLayout(kit.row(name, None, self._length))
            self._add_field(language, language_name(language), strings[0], 3)
        else:
            self._length = kit.Label("", "caption", "muted")
            name = kit.Label(language_name(language), "caption", "muted", strong=True)
            self._body.addLayout(kit.row(name, None, self._length))
            served = numbers_served(language)
            for number, text in zip(served, strings, strict=True):
                # Translators: which numbers a plural form serves: "For 3, 4, 5, 6, 7, 8 …".
                words = _("For {numbers}").format(numbers=ltr(number))
                self._body.addWidget(kit.Label(words, "caption", "muted"))
                self._add_field(language, f"{language_name(language)}, {words}", text, 1)
        self._checks = kit.column(space=4)
        self._body.addLayout(self._checks)
        self._body.addWidget(self._state)
        self._terms = kit.column(space=4)
        self._body.addLayout(self._terms)
        self.note = QLineEdit(typed.note if typed is not None else one_note(row))
        self.note.setMaxLength(500)
        self.note.textEdited.connect(lambda _text: self.typed.emit())
        label = kit.Label(_("Comment for the next reader"), "caption", "muted", strong=True)
        label.setBuddy(self.note)
        self.note.setAccessibleName(_("Comment for the next reader"))
        self._body.addWidget(label)
        self._body.addWidget(self.note)
        self._body.addStretch(1)
        self._say_state(row)
        self._show_buttons()

    def _source(self, row: TextRow) -> QFrame:
        entry = row.entry
        parts = [_english(entry.id, strong=True)]
        if entry.plural is not None:
            parts.append(_english(entry.plural, strong=True))
        before = previous_english(entry)
        if before and before != entry.id:
            # Translators: the English text as it was before somebody changed it.
            parts.append(_english(_("Before it was changed: {text}").format(text=iso(before)), muted=True))
        if entry.context:
            context = kit.Label(
                ltr(entry.context.replace("|", " › ").replace("/", " › ")), "caption", "muted"
            )
            context.setProperty("mono", True)
            context.setWordWrap(True)
            parts.append(context)
        for note in entry.notes:
            parts.append(_english(note, muted=True))
        return kit.frame("card", kit.column(*parts, space=4, margins=(12, 8, 12, 8)))

    def _add_field(self, language: str, name: str, text: str, lines: int) -> None:
        field = TranslationField(language, lines)
        field.show_text(text)
        field.setAccessibleName(name)
        field.typed.connect(self._typed)
        field.wanted_next.connect(lambda: self.save_wanted.emit(True))
        field.refused.connect(self._refuse)
        self.fields.append(field)
        self._body.addWidget(field)

    def _typed(self) -> None:
        self.typed.emit()
        self._pause.start()

    # judging

    def _judge(self) -> None:
        """Say what the checks find in what is typed, and which agreed terms are used."""
        if self.row is None or self._book is None or not self.fields:
            return
        book, row, strings = self._book, self.row, self.strings()
        language, glossary = languages()[book.language], dict(book.glossary)
        self.remarks = remarks(row.entry, strings, language, glossary, book.longest(row))
        lines: list[tuple[str, str]] = [(one.severity, one.text) for one in self.remarks]
        if not lines and any(strings):
            lines = [("ok", _("Placeholders, marks and direction are right"))]
        self._show_lines(lines)
        self._show_terms(list(terms_in(replace(row.entry, strings=strings), language, glossary)))
        longest = max(len(row.entry.id), book.longest(row))
        count = max(map(len, strings))
        text = ngettext(
            "{count} character, longest in the other languages {longest}",
            "{count} characters, longest in the other languages {longest}",
            count,
        )
        self._length.setText(text.format(count=ltr(str(count)), longest=ltr(str(longest))))
        is_wrong = any(one.severity == "error" for one in self.remarks)
        for field in self.fields:
            theme.set_property(field, "state", "error" if is_wrong else None)
            field.setAccessibleDescription(" ".join(text for _severity, text in lines))
        self._show_buttons()
        self.judged.emit()

    def _show_lines(self, lines: Sequence[tuple[str, str]]) -> None:
        kit.clear(self._checks)
        for severity, text in lines:
            icon, tone, filled = _SIGNS[severity]
            box = QWidget()
            label = kit.Label(text, tone="text" if severity == "ok" else tone, wrap=True)
            sign = _sign(icon, tone, filled)
            box.setLayout(kit.row(sign, (label, 1), space=8))
            self._checks.addWidget(box)

    def _show_terms(self, terms: Sequence[tuple[str, str, bool]]) -> None:
        kit.clear(self._terms)
        if not terms or self.row is None:
            return
        self._terms.addWidget(kit.Label(_("Agreed terms"), "caption", "muted", strong=True))
        body = kit.column(space=0, margins=(1, 1, 1, 1))
        for number, (term, agreed, is_used) in enumerate(terms):
            is_said_well = not is_used and is_allowed(self.row.entry, "glossary")
            word = _("used") if is_used else _("not used")
            word = _("said otherwise on purpose") if is_said_well else word
            icon, tone, filled = _SIGNS["ok" if is_used else "info" if is_said_well else "warning"]
            parts = kit.row(
                (kit.Label(term, strong=True, wrap=True), 2),
                (kit.Label(agreed, wrap=True, select=True), 3),
                _sign(icon, tone, filled),
                kit.Label(word, "caption", "muted"),
                space=8,
                margins=(12, 4, 12, 4),
            )
            body.addWidget(kit.frame("surface" if number == len(terms) - 1 else "row", parts))
        self._terms.addWidget(kit.frame("card", body))

    def _refuse(self, count: int) -> None:
        text = ngettext(
            "What you pasted has {count} character; no text may have more than {most}. Nothing was pasted.",
            "What you pasted has {count} characters; no text may have more than {most}. Nothing was pasted.",
            count,
        )
        self._show_lines([("error", text.format(count=ltr(str(count)), most=ltr(str(TEXT_LIMIT))))])

    def _say_state(self, row: TextRow) -> None:
        who = [text for text in row.entry.comments if text.startswith(("translated: ", "reviewed: "))]
        parts = [state_word(row.state)]
        for mark in who:
            kind, _colon, rest = mark.partition(": ")
            words = rest.split(" ")
            name = " ".join(words[:-1] if kind == "translated" else words[:-2])
            date = words[-1] if kind == "translated" else words[-2] if len(words) > 1 else ""
            text = _("translated by {name}, {date}") if kind == "translated" else _("read by {name}, {date}")
            parts.append(text.format(name=iso(name), date=ltr(date)))
        self._state.setText(" · ".join(parts))

    def _show_buttons(self) -> None:
        self.translated.setText(pgettext("button", "Translated"))
        self.translated.setToolTip(f"{self.translated.text()} ({ltr('Ctrl+S')})")
        self.reviewed.setText(_("Reviewed, next"))
        following = _("next text")
        self.keys.setText(f"{ltr('Ctrl+Enter')} · {ltr('Alt+↓')} {following}")
        has_text = self.row is not None and bool(self.fields)
        is_wrong = any(one.severity == "error" for one in self.remarks)
        self.translated.setEnabled(has_text)
        self.reviewed.setEnabled(has_text)
        why = _("Enter yourself in the settings: a review carries a name.") if not self._by else ""
        why = _("First correct what is marked red.") if has_text and is_wrong else why
        self.reviewed.setToolTip(why or f"{self.reviewed.text()} ({ltr('Ctrl+Enter')})")


def _forms(row: TextRow, count: int) -> tuple[str, ...]:
    """Return the translation in as many forms as the language has."""
    found = list(row.entry.strings[:count])
    return tuple(found + [""] * (count - len(found)))


def one_note(row: TextRow) -> str:
    """Return the comments of people as one line."""
    return " ".join(note_of(row.entry).split())


def _sign(icon: str, tone: str, filled: bool) -> kit.IconLabel:
    return kit.IconLabel(icon, "text_muted" if tone == "muted" else tone, 16, filled=filled)


def _english(text: str, *, strong: bool = False, muted: bool = False) -> kit.Label:
    """Return a label that is read from the left in every language of the window."""
    label = kit.Label(
        text,
        "caption" if muted else "body",
        "muted" if muted else "text",
        strong=strong,
        wrap=True,
        select=True,
    )
    label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute)
    return label

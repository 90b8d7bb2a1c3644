"""The translators' page: the texts of a language, the one that is translated, and how the office sees it."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAction, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QComboBox, QSizePolicy, QWidget

from habitat_desktop.errors import HabitatError
from habitat_desktop.gui import jobs, kit, theme
from habitat_desktop.gui import language_work as work
from habitat_desktop.gui.language_commands import actions_of
from habitat_desktop.gui.language_files import LanguageFiles
from habitat_desktop.gui.language_list import TextList
from habitat_desktop.gui.language_work import Place, Typed
from habitat_desktop.gui.page import Page
from habitat_desktop.gui.translation_panel import TranslationPanel, one_note
from habitat_desktop.gui.translation_preview import TranslationPreview
from habitat_desktop.i18n.catalogues import _, language, ngettext, pgettext
from habitat_desktop.i18n.check_words import remarks
from habitat_desktop.i18n.languages import languages
from habitat_desktop.i18n.places import Places
from habitat_desktop.i18n.text import ltr
from habitat_desktop.i18n.text_rows import Id, TextBook, TextRow
from habitat_desktop.i18n.text_writing import Edit, ReviewerNeeded, TextChangedMeanwhile, Written
from habitat_desktop.i18n.workshop import TARGETS
from habitat_desktop.progress import Progress

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow
    from habitat_desktop.xforms.translated_view import TranslatedView

_LOOK_EVERY_MS = 2000  # whether another program changed the files
_CHECKED_AT_ONCE = 400  # texts in one job, so that nothing else waits long
_LIST, _LIST_LEAST = 356, 220  # px at 100 %
_PREVIEW_FROM = 1000  # px at 100 %: below it there is no room for the preview
_CHIPS_FROM = 860  # px at 100 %: of the width, and as 2 to 3 of the height
_TABS_FROM = 1180  # px at 100 %: below it the languages are a list to choose from
_MOST_UNDOS = 200
_MOST_SHOWN = 5_000  # characters of a text in the preview


class LanguagesPage(Page):
    """One language at a time; what is typed and cannot be saved yet is kept until it can."""

    narrow_navigation = True

    def __init__(self, frame: "MainWindow") -> None:
        super().__init__(frame)
        self.place = Place(self.workspace.folder)
        self.code = language() if language() in TARGETS else TARGETS[0]
        self.book: TextBook | None = None
        self.rows: dict[Id, TextRow] = {}
        self.typed: dict[Id, Typed] = {}
        self.titles: dict[str, str] = {}
        self._stamps: work.Stamps = {}
        self._written: list[Written] = []  # what can be undone, the newest last
        self._wanted: Id | None = None
        self._reading: jobs.Job | None = None
        self._checking: jobs.Job | None = None
        self._told: Id | None = None  # of which text the places are shown
        self._places = Places(self.place.workshop())
        self._is_told = False  # that something typed cannot be saved
        self.head = kit.PageHead("")
        self._tabs = QButtonGroup(self)
        self.tabs: dict[str, kit.Button] = {}
        for code in TARGETS:
            button = kit.Button("", "tab", does=partial(self.show_language, code))
            button.setProperty("big", True)
            self._tabs.addButton(button)
            self.tabs[code] = button
        self.codes = QComboBox()  # in place of the tabs where there is no room
        self.codes.activated.connect(lambda _i: self.show_language(self.codes.currentData()))
        self.codes.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.codes.setMinimumWidth(120)
        self.codes.hide()
        self.list = TextList(self.typed.get)
        self.list.chosen.connect(self._chosen)
        self.panel = TranslationPanel()
        self.list.opened.connect(self.panel.focus_field)
        self.panel.typed.connect(self._note_typed)
        self.panel.save_wanted.connect(self.save)
        self.panel.judged.connect(self.show_preview)
        self.preview = TranslationPreview()
        self.preview.wanted = self.show_preview
        self._looking: jobs.Job | None = None
        self._watch = QTimer(self)
        self._watch.setInterval(_LOOK_EVERY_MS)
        self._watch.timeout.connect(self.look_at_files)
        self.files = LanguageFiles(self)
        self._actions = actions_of(self)
        self._lay_out()
        self.retranslate()

    # Page

    def enter(self, **context: Any) -> None:
        """`language`, `filter`, `room`, `words`: what is shown; `translations`: another folder of it."""
        if "translations" in context:
            self.place = Place(self.workspace.folder, Path(context["translations"]))
        code = context.get("language", self.code)
        if self.book is None or code != self.code or "translations" in context:
            self.show_language(code)
        else:
            self.look_at_files()
        if {"filter", "room", "words"} & context.keys():
            self.list.narrow(context.get("filter", "all"), context.get("room", ""), context.get("words", ""))

    def leave(self) -> bool:
        """Save what is sound; what is not keeps the page once, and stays typed in any case."""
        self.keep_typed()
        for typed in list(self.typed.values()):
            self._save(typed, reviewed=False, goes_on=False, is_quiet=True)
        broken = [id_ for id_ in self.typed if self._is_broken(id_)]
        if not broken or self._is_told:
            self._is_told = False
            return True
        self._is_told = True
        self.list.go_to(broken[0])
        title = ngettext(
            "{count} text is not saved: it would break the program",
            "{count} texts are not saved: they would break the program",
            len(broken),
        ).format(count=ltr(str(len(broken))))
        text = _("Correct what is marked red, or leave once more: the text that was there stays.")
        self.frame.notify("warning", title, text)
        return False

    def refresh(self) -> None:
        self.keep_typed()
        self._read()

    def retranslate(self) -> None:
        self._say_head()
        for action, words in self._actions:
            action.setText(words())
        self.files.retranslate()
        self.preview.retranslate()
        self.list.retranslate()
        self._fit()

    def regions(self) -> Sequence[QWidget]:
        first = self.codes if self._tab_row.isHidden() else self.tabs[self.code]
        return (first, self.list.search, self.list.table, self.panel.area, self.preview.kinds)

    def menu_actions(self) -> Sequence[QAction | None]:
        return [action for action, _words in self._actions]

    def search(self, text: str) -> bool:
        self.list.search.setText(text)
        self.list.show_chosen()
        return True

    # languages

    def show_language(self, code: str) -> None:
        """Show the texts of another language; what would break the program, if saved, keeps this one once."""
        self.keep_typed()
        if code != self.code:
            if not self.leave():
                self._say_head()
                return
            self.typed.clear()
            self._written.clear()
        self.code, self.book = code, None
        self.tabs[code].setChecked(True)
        self._read()

    def _read(self) -> None:
        for job in (self._reading, self._checking):
            if job is not None:
                job.forget()
        now = self.list.current()
        self._wanted = self._wanted or (now.id if now is not None else None)
        self._reading = jobs.run(
            partial(work.read, self.place, self.code), self, done=self._loaded, failed=self._failed
        )

    def _loaded(self, found: "tuple[TextBook, dict[str, str], work.Stamps]") -> None:
        self.book, self.titles, self._stamps = found
        known = self.rows
        self.rows = {}
        for row in self.book.rows:
            before = known.get(row.id)
            self.rows[row.id] = before if before is not None and before.entry == row.entry else row
        self._say_head()
        self.list.show_rows(list(self.rows.values()), self.titles)
        if self._wanted is not None and self._wanted in self.rows:
            self.list.go_to(self._wanted)
        self._wanted = None
        for problem in self.book.problems:
            self.frame.notify("error", _("A file cannot be read"), work.problem_text(problem))
        if not self.rows:
            self._show_empty()
        self._check(list(self.rows.values()))

    def _check(self, rows: list[TextRow]) -> None:
        """Look for what is wrong in all texts, some at a time."""
        if not rows or self.book is None:
            self.list.show_counts()
            return
        now, later = rows[:_CHECKED_AT_ONCE], rows[_CHECKED_AT_ONCE:]

        def done(found: list[TextRow]) -> None:
            for row in found:
                if self.rows.get(row.id) is not None and self.rows[row.id].entry is row.entry:
                    self._replace(row)
            self._check(later)

        self._checking = jobs.run(partial(work.check, self.book, now), self, done=done, failed=self._failed)

    def look_at_files(self) -> None:
        """Read again what another program changed; what is typed here stays."""
        if self.book is None or not jobs.is_idle():
            return
        if work.stamps_of(self.place.workshop(), self.code) != self._stamps:
            self.refresh()

    # one text

    def _chosen(self, row: TextRow | None) -> None:
        self.keep_typed()
        if self.book is None:
            return
        if row is None:
            self._show_empty()
            return
        if self.panel.row is not None and self.panel.row.id != row.id:
            self._save_left(self.panel.row.id)
        self._told = None
        self.panel.show_row(self.book, row, self.typed.get(row.id), self.workspace.settings.person)

    def _save_left(self, id_: Id) -> None:
        """Save what was typed for the text that was left, if it may be saved."""
        typed = self.typed.get(id_)
        if typed is not None and not self._is_broken(id_):
            self._save(typed, reviewed=False, goes_on=False, is_quiet=True)

    def _show_empty(self) -> None:
        if not self.rows:
            self.panel.show_nothing(
                "local_language", _("There are no texts here"), _("The folder of translations has none.")
            )
            return
        show = kit.Button(_("Show all"), does=self.list.narrow)
        self.panel.show_nothing(
            "search", _("No text fits"), _("Search for other words or take a filter away."), show
        )

    def keep_typed(self) -> None:
        """Remember what stands in the fields of the text shown."""
        row = self.panel.row
        if row is None:
            return
        now = self.panel.now()
        if now is None:
            self.typed.pop(row.id, None)
        else:
            self.typed[row.id] = now
        self.list.model.touch(row.id)

    def _note_typed(self) -> None:
        row = self.panel.row
        was = row is not None and row.id in self.typed
        if row is not None and (self.panel.now() is not None) != was:
            self.keep_typed()

    def _is_broken(self, id_: Id) -> bool:
        typed = self.typed[id_]
        found = remarks(typed.base.entry, list(typed.strings), languages()[self.code], {})
        return any(one.severity == "error" for one in found)

    # preview

    def show_preview(self) -> None:
        """Show how the office sees what is typed now."""
        row, book = self.panel.row, self.book
        if row is None or book is None:
            return
        if self._looking is not None:
            self._looking.forget()
            self._looking = None
        strings = [text if len(text) < _MOST_SHOWN else "" for text in self.panel.strings()]
        self._show_facts(row, book)
        if not row.domain.startswith("forms/"):
            self.preview.show_texts(row.entry, strings, self.code)
            return
        texts = work.texts_of(self.rows.values(), row, strings)
        self._looking = jobs.run(
            partial(work.view_of, self.workspace.library, row, self.code, texts),
            self,
            done=partial(self._show_view, row, strings),
            failed=lambda _error: self._show_view(row, strings, None),
        )

    def _show_view(self, row: TextRow, strings: list[str], view: "TranslatedView | None") -> None:
        if self.panel.row is None or self.panel.row.id != row.id:
            return
        if view is None:  # a form that cannot be opened here: the text alone
            self.preview.show_texts(row.entry, strings, self.code)
        else:
            self.preview.show_form(view, self.code)

    def _show_facts(self, row: TextRow, book: TextBook) -> None:
        if self._told == row.id:
            return
        self._told = row.id
        places = self._places.of(row.domain, row.entry).split("\n")
        places += [work.room_name(room, self.titles) for room in work.same_elsewhere(book.rows, row)]
        self.preview.show_facts(places, work.others_of(book, row))

    # saving

    def save(self, reviewed: bool) -> None:
        """Save the text shown, as reviewed by the person who works now or only as translated, and go on."""
        row = self.panel.row
        if row is None or self.book is None:
            return
        self.keep_typed()
        typed = self.typed.get(row.id) or Typed(row, tuple(self.panel.strings()), one_note(row))
        if not any(typed.strings) and (reviewed or not row.entry.strings):
            self.step(1)  # nothing to review
            return
        self._save(typed, reviewed=reviewed, goes_on=True)

    def _save(self, typed: Typed, *, reviewed: bool, goes_on: bool, is_quiet: bool = False) -> None:
        person = self.workspace.settings.person
        edit = Edit(typed.strings, typed.note, person, work.today(self.frame.now()), reviewed)
        rows = list(self.rows.values())
        jobs.run(
            partial(work.write, self.place, self.code, typed.base, edit, rows),
            self,
            done=partial(self._saved, self.code, typed, goes_on),
            failed=partial(self._not_saved, self.code, typed, is_quiet),
        )

    def _saved(self, code: str, typed: Typed, goes_on: bool, found: "tuple[Written, work.Stamps]") -> None:
        written, stamps = found
        if code != self.code or self.book is None:
            return
        self._written = [*self._written[-_MOST_UNDOS:], written]
        self.typed.pop(written.after[0].id, None)
        self._take_in(written, stamps)
        shown = self.panel.row
        if shown is not None and shown.id == written.after[0].id and not goes_on:
            self.panel.settle(self.rows[shown.id], typed.strings)
        others = len(written.after) - 1
        if others > 0:
            self.frame.clear_news()
            text = ngettext(
                "{count} other place asks the same and takes it over.",
                "{count} other places ask the same and take them over.",
                others,
            )
            self.frame.notify("ok", text.format(count=ltr(str(others))))
        if goes_on and shown is not None and shown.id == written.after[0].id:
            self.panel.settle(self.rows[shown.id], typed.strings)
            if not self.step(1):
                self.list.show_chosen(keeps=True)
            self.panel.focus_field()

    def _take_in(self, written: Written, stamps: "work.Stamps") -> None:
        assert self.book is not None
        self._stamps = stamps
        changed = work.check(self.book, written.after, Progress())
        remarked = {row.id: row for row in changed}
        for row in written.after:
            self._replace(remarked.get(row.id, row))
        self.book = self.book.with_changes(written.before, written.after)
        self._say_head()
        self.list.show_counts()

    def _replace(self, row: TextRow) -> None:
        self.rows[row.id] = row
        self.list.replace(row)
        if self.panel.row is not None and self.panel.row.id == row.id:
            self.panel.row = row

    def _not_saved(self, code: str, typed: Typed, is_quiet: bool, error: Exception) -> None:
        if code != self.code:  # another language is shown by now
            self._failed(error)
            return
        if isinstance(error, TextChangedMeanwhile):
            theirs = error.theirs
            self._replace(theirs)
            self.typed[theirs.id] = typed
            if not is_quiet or (self.panel.row is not None and self.panel.row.id == theirs.id):
                self.list.go_to(theirs.id)
                self.panel.show_conflict(theirs, typed)
            return
        self.typed[typed.base.id] = typed
        self.list.model.touch(typed.base.id)
        if not is_quiet:
            self._failed(error)

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, HabitatError | OSError):
            jobs.report_failure(error)
            return
        self.frame.clear_news()
        actions: list[tuple[str, Callable[[], object]]] = []
        if isinstance(error, ReviewerNeeded) and self.frame.has_page("settings"):
            actions = [(_("Open the settings"), lambda: self.frame.show_page("settings", topic="persons"))]
        self.frame.notify("warning", _("Not saved"), work.problem_text(error), *actions)

    def undo(self) -> None:
        """Take back what was saved last."""
        if not self._written:
            return
        last = self._written.pop()

        def done(found: "tuple[Written, work.Stamps]") -> None:
            written, stamps = found
            self._take_in(written, stamps)
            id_ = written.after[0].id
            self.list.go_to(id_)
            if self.book is not None and self.panel.row is not None and self.panel.row.id == id_:
                self.typed.pop(id_, None)
                self.panel.show_row(self.book, self.rows[id_], None, self.workspace.settings.person)
            self.panel.focus_field()

        def failed(error: Exception) -> None:
            if isinstance(error, TextChangedMeanwhile):
                self._replace(error.theirs)
            self._failed(error)

        jobs.run(partial(work.undo, self.place, self.code, last), self, done=done, failed=failed)

    def step(self, way: int) -> bool:
        """Show the next or the previous text, with the focus in its translation."""
        moved = self.list.step(way)
        self.panel.focus_field()
        return moved

    # looks

    def _lay_out(self) -> None:
        buttons = kit.row(self.files.button, self.files.try_button)
        self._tab_row = QWidget()
        self._tab_row.setLayout(kit.row(*self.tabs.values(), space=4))
        parts = kit.row(
            (self.head, 1), self._tab_row, (self.codes, 2), buttons, space=12, margins=(16, 4, 16, 4)
        )
        head = kit.frame("headbar", parts)
        self._middle = kit.row(self.list, (self.panel, 1), self.preview, space=0)
        self.setLayout(kit.column(head, (self._middle, 1), space=0))

    def _say_head(self) -> None:
        self.head.set_texts(pgettext("page", "Languages"), work.extent_of(self.rows.values()))
        self.head.subtitle.setVisible(
            not self._tab_row.isHidden() and bool(work.extent_of(self.rows.values()))
        )
        self.codes.clear()
        self.codes.setAccessibleName(_("Language"))
        totals = self.book.totals if self.book is not None else {}
        for code, button in self.tabs.items():
            name = work.language_name(code)
            total = totals.get(code)
            numbers = work.numbers_of(total) if total is not None and total.texts else ""
            text = f"{name}\n{numbers}" if numbers else name
            button.setText(text)
            button.setChecked(code == self.code)
            self.codes.addItem(text.replace("\n", " · "), code)
        self.codes.setCurrentIndex(self.codes.findData(self.code))
        self.codes.setToolTip(self.codes.currentText())
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        scale = theme.current().scale
        room = self.width() * 27 // 100
        self.list.setFixedWidth(max(round(_LIST_LEAST * scale), min(round(_LIST * scale), room)))
        wide = sum(tab.sizeHint().width() for tab in self.tabs.values())
        has_tabs = self.width() >= _TABS_FROM * scale and wide * 2 <= self.width()
        self._tab_row.setVisible(has_tabs)
        self.codes.setVisible(not has_tabs)
        self.head.subtitle.setVisible(has_tabs and bool(self.head.subtitle.text()))
        self.list.set_compact(min(self.width(), self.height() * 3 // 2) < _CHIPS_FROM * scale)
        self.preview.setFixedWidth(theme.current().size("side_panel") + 16)
        self.preview.setVisible(self.width() >= _PREVIEW_FROM * scale)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._watch.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._watch.stop()

"""The form page: head, sections, the ledger of the section shown. Every answer is saved when it is given."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QWidget

from habitat_desktop.errors import HabitatError
from habitat_desktop.gui import form_attaching, jobs, kit, theme
from habitat_desktop.gui.form_actions import FormActions
from habitat_desktop.gui.form_body import FormBody
from habitat_desktop.gui.form_entries import EntryChanges
from habitat_desktop.gui.form_find import FindBar
from habitat_desktop.gui.form_header import FormHeader
from habitat_desktop.gui.form_languages import TwoLanguages
from habitat_desktop.gui.form_lookups import Lookups
from habitat_desktop.gui.form_parts import Mode
from habitat_desktop.gui.form_queries import FormQueries
from habitat_desktop.gui.form_saving import SavingSign, TypedText
from habitat_desktop.gui.form_table import TablePlace
from habitat_desktop.gui.form_texts import head_view
from habitat_desktop.gui.form_tree import FormTree
from habitat_desktop.gui.markup import plain
from habitat_desktop.gui.page import Page
from habitat_desktop.gui.record_opening import read_record
from habitat_desktop.gui.sitting import Opened, Sitting
from habitat_desktop.i18n.catalogues import _, explain, language
from habitat_desktop.i18n.periods import period_name
from habitat_desktop.progress import Progress

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow

MEDIUM_BELOW, NARROW_BELOW = 1000, 700  # logical px of the window


class FormPage(Page):
    """`enter(record_id=…, ref=…, readonly=…)` opens a record; `ref` goes straight to a question."""

    narrow_navigation = True

    def __init__(self, frame: "MainWindow") -> None:
        super().__init__(frame)
        self.sitting: Sitting | None = None
        self.tree: FormTree | None = None
        self.key = ""  # of the section shown
        self._wanted_ref = ""
        self._request: tuple[str, bool | None, str] = ("", None, "")
        self._opening: jobs.Job | None = None
        self._mode: Mode = "wide"
        self.header = FormHeader()
        self.body = FormBody()
        self.rail, self.picker, self.ledger = self.body.rail, self.body.picker, self.body.ledger
        self.news, self.bar = self.body.news, self.body.bar
        self.before, self.after = self.body.before, self.body.after
        self.entries = EntryChanges(self)
        self.saving = SavingSign(self)
        self.typed_text = TypedText(self)
        self.lookups = Lookups(self)
        self.table = TablePlace(self)
        self.queries = FormQueries(self)
        self.two_languages = TwoLanguages(self)
        self.find_bar = FindBar(self)
        self.body.place_find(self.find_bar)
        self.setLayout(kit.column(self.header, (self.body, 1), space=0))
        self._connect()
        self._actions = FormActions(self)
        self.retranslate()

    # pages of the window

    def enter(self, **context: Any) -> None:
        """Open the record `record_id`, or go on with the one that is open.

        Context: `record_id`; `ref` of a question to go to; `readonly` (None: decided by office and draft);
        `revision_id` to look at; `query`, the id of an act, opens the panel with that query; `table` shows
        the first repeat as a table, False the pages.
        """
        record_id = str(context.get("record_id") or (self.sitting.entry.record_id if self.sitting else ""))
        self._wanted_ref = str(context.get("ref") or "")
        self.table.is_wanted = bool(context.get("table"))
        if context.get("table") is False:
            self.table.close()
        self.queries.wanted = str(context.get("query") or "")
        request = (record_id, context.get("readonly"), str(context.get("revision_id") or ""))
        same = self.sitting is not None and self.sitting.entry.record_id == record_id
        if same and not self.sitting_is_stale() and request[1] is None and not request[2]:
            self._show_all()
            self._go_to_wanted()
            self.queries.follow(self.sitting)
            self.table.show_again()
            return
        self._open(request)

    def leave(self) -> bool:
        if self.sitting is None or self.sitting.readonly:
            return True
        self.table.commit()
        self.ledger.commit()
        if self.sitting.autosave.wait():
            return True
        error = self.sitting.autosave.error
        if error is not None:
            self.saving.show_failure(error)
        return False

    def refresh(self) -> None:
        """Read the record again, unless it is being filled here."""
        if self.sitting is not None and self.sitting.readonly:
            self._open(self._request)

    def change_person(self, name: str) -> None:
        if self.sitting is not None and not self.sitting.readonly:
            self.table.commit()
            self.ledger.commit()
            self.sitting.entry.person = name

    def retranslate(self) -> None:
        self.header.retranslate()
        self.body.retranslate()
        self.find_bar.retranslate()
        self._actions.retranslate()
        self.two_languages.retranslate()
        if self.sitting is not None:
            self.table.commit()
            self.typed_text.note()
            self.sitting.set_language(language())
            self.two_languages.follow(self.sitting)
            self._fit(force=True)
            self.show_again()
            self.saving.show_again()
            self.table.retranslate()
            self.queries.follow(self.sitting)

    def show_again(self) -> None:
        """Make the rows anew; what stands half typed, the focus and the place shown are kept."""
        self.typed_text.note()
        typed, row = self.ledger.half_typed(), self.ledger.focused_row()
        top = self.ledger.area.verticalScrollBar().value()
        self._show_all(typed)
        if row is not None and row.ref in self.ledger.rows:
            self.ledger.focus_row(row.ref)
            self.ledger.type_again(typed)
        else:
            self.ledger.area.verticalScrollBar().setValue(top)

    def regions(self) -> Sequence[QWidget]:
        panel = (self.body.panel,) if self.body.panel is not None else ()
        if self.table.is_open:
            return (self.header, *self.table.regions(), *panel)
        return (self.header, self.rail if self.rail.isVisible() else self.picker, self.ledger, *panel)

    def edit_actions(self) -> Sequence[QAction]:
        return self._actions.of_menu("edit")

    def menu_actions(self) -> Sequence[QAction | None]:
        return [*self._actions.of_menu("record"), self.two_languages.menu.menuAction()]

    def sitting_is_stale(self) -> bool:
        """Whether what is shown may differ from the store: only looking never knows."""
        return self.sitting is None or self.sitting.readonly or self.sitting.is_over

    def print(self) -> None:
        """Print what is saved, so that paper and record say the same."""
        from habitat_desktop.gui.print_dialog import print_records

        if self.sitting is not None and self.leave():
            print_records(self.frame, [self.sitting.entry.record_id])

    def show_history(self) -> None:
        """Show what happened to this record, and compare its versions; what was typed is kept first."""
        if self.sitting is not None and self.leave():
            self.frame.show_page("history", record_id=self.sitting.entry.record_id)

    # opening

    def _open(self, request: tuple[str, bool | None, str]) -> None:
        self._request = request
        record_id, readonly, revision_id = request
        workspace, spoken, at = self.workspace, language(), self.frame.now()
        if self._opening is not None:
            self._opening.forget()

        def work(progress: Progress) -> Opened:
            return read_record(
                workspace, record_id, language=spoken, at=at, readonly=readonly, revision_id=revision_id
            )

        self._opening = jobs.run(work, self, done=self.show_opened, failed=self._could_not_open)

    def show_opened(self, opened: Opened) -> None:
        """Show a record that was read."""
        self._opening = None
        if self.sitting is not None:
            self.table.close()
            self.sitting.deleteLater()
        sitting = Sitting(self.workspace, opened, self)
        sitting.clock = self.frame.now
        self.sitting = sitting
        sitting.set_language(language())
        self.two_languages.follow(sitting)
        self.lookups.follow(sitting)
        sitting.answered.connect(self._answered)
        sitting.reshaped.connect(self._reshaped)
        sitting.removed.connect(self.entries.tell_removed)
        self.saving.follow(sitting)
        self.news.clear()
        self.tree = None
        self.key = ""
        self._fit(force=True)
        self._show_all()
        self.saving.show()
        self._go_to_wanted()
        self.queries.follow(sitting)

    def open_again(self, *, ref: str = "", readonly: bool | None = None) -> None:
        """Read the record again and go to the question `ref`: the store was changed from this page."""
        self._wanted_ref = ref
        self._open((self._request[0], readonly, ""))

    def _could_not_open(self, error: Exception) -> None:
        self._opening = None
        if not isinstance(error, HabitatError):
            jobs.report_failure(error)
            return
        self.frame.notify("error", _("The record cannot be opened"), explain(error))

    # showing

    def _show_all(self, typed: dict[str, str] | None = None) -> None:
        """Cut the form again and show head, sections and rows."""
        sitting = self.sitting
        if sitting is None:
            return
        self.tree = FormTree(sitting)
        self.header.show_view(head_view(sitting, self.frame.now()))
        if self.tree.section(self.key) is None or not self.tree.is_shown(self.key):
            self.key = self.tree.nearest(self.key)
        self._show_rail()
        self._show_section()
        self.ledger.type_again(typed or {})

    def show_pages(self) -> None:
        """Show the pages as the draft is now, after a table stood in their place."""
        self._show_all()
        self._show_head()

    def show_section(self, key: str, *, focus: bool = True) -> None:
        """Show the section `key` and, with `focus`, go to its first answer."""
        if self.tree is None or self.tree.section(key) is None or self.sitting is None:
            return
        self.ledger.commit()
        if self.tree.section(key) is None:  # what was taken just now removed it
            return
        self.key = key
        self._show_section()
        self.rail.set_current(key)
        self._show_add()
        if focus:
            self.ledger.focus_first()

    def step(self, by: int) -> None:
        """Show the next or the previous section."""
        if self.tree is not None:
            key = self.tree.beside(self.key, by)
            if key:
                self.show_section(key)

    def go_to(self, ref: str) -> bool:
        """Show the section of the question `ref`, scroll to it, give it the focus."""
        if self.tree is None:
            return False
        if self.table.go_to(ref):
            return True
        if self.table.is_open:
            self.table.close()
            self.show_pages()
        key = self.tree.section_of(ref)
        if key is None:
            return False
        if key != self.key:
            self.show_section(key, focus=False)
        return self.ledger.focus_row(ref)

    def show_question(self, ref: str) -> bool:
        """Show the section of `ref` and scroll to it; the focus stays where it is."""
        key = self.tree.section_of(ref) if self.tree is not None else None
        if key is None:
            return False
        if key != self.key:
            self.show_section(key, focus=False)
        return self.ledger.show_row(ref)

    def go_to_problem(self, by: int = 1) -> None:
        """Go to the next (1) or previous (-1) problem; without problems, to warnings nobody answered for."""
        sitting = self.sitting
        if sitting is None or self.tree is None or sitting.readonly:
            return
        self.table.commit()
        self.ledger.commit()
        refs = [trouble.ref for trouble in sitting.problems()]
        refs = refs or [one.ref for one in sitting.warnings() if not sitting.justification(one.ref)]
        refs = [ref for ref in refs if self.table.is_open or self.tree.section_of(ref) is not None]
        if not refs:
            self.news.tell("ok", _("There is no problem in this form."))
            return
        if self.table.is_open:
            ref = self.table.next_problem(refs, by)
        else:
            row = self.ledger.focused_row()
            ref = self.tree.next_of(refs, row.ref if row is not None else "", self.key, by)
        sitting.leave_blank(ref)
        self.go_to(ref)

    def _show_rail(self) -> None:
        assert self.tree is not None
        entries = self.tree.entries()
        self.rail.show_entries(entries)
        self.rail.set_current(self.key)
        if self._mode != "wide":
            self.picker.show_entries(entries, self.tree.trails(), self.key)
        self._show_add()

    def _show_add(self) -> None:
        assert self.tree is not None and self.sitting is not None
        repeat = self.tree.repeat_around(self.key)
        self.rail.show_add(repeat, plain(self.sitting.node(repeat).label) if repeat else "")
        entry = self.rail.entry(self.key)
        self.bar.show_remove(entry is not None and entry.may_remove)

    def _show_section(self) -> None:
        assert self.tree is not None and self.sitting is not None
        section = self.tree.section(self.key)
        if section is None:
            return
        period = self.sitting.opened.previous_period
        name = period_name(period, language()) if period else ""
        self.ledger.show_section(self.sitting, section, name)
        self._show_counts()
        self.before.setEnabled(bool(self.tree.beside(self.key, -1)))
        self.after.setEnabled(bool(self.tree.beside(self.key, 1)))
        if self._mode != "wide":
            index = self.picker.combo.findData(self.key)
            self.picker.combo.setCurrentIndex(max(0, index))
        self._chain_tabs()

    def _show_counts(self) -> None:
        assert self.tree is not None
        self.bar.show_section(self.tree.trail(self.key), self.tree.tally(self.key))

    def _go_to_wanted(self) -> None:
        ref, self._wanted_ref = self._wanted_ref, ""
        if self.table.is_wanted:
            self.table.open_first()
        elif not (ref and self.go_to(ref)):
            self.ledger.focus_first()

    def _chain_tabs(self) -> None:
        """Let Tab go from the sections through the rows to the buttons below, in reading order."""
        last: QWidget = self.bar.remove
        for row in self.ledger.rows.values():
            for widget in [row, *row.findChildren(QWidget)]:
                # the list of a combo box is a window of its own
                if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.window() is self.window():
                    QWidget.setTabOrder(last, widget)
                    last = widget
        QWidget.setTabOrder(last, self.before)
        QWidget.setTabOrder(self.before, self.after)

    # what the person did

    def _answered(self, refs: set[str]) -> None:
        if self.tree is None or self.sitting is None:
            return
        if self.table.is_open:
            self.table.follow(refs)
            self._follow_head(refs)
            return
        if self.tree.is_outdated(refs):
            self.sitting.forget_gone()
            typed = self.ledger.half_typed()
            self._reshaped({ref: text for ref, text in typed.items() if ref not in refs})
            return
        self.ledger.refresh(refs)
        for entry in self.tree.refresh(refs):
            self.rail.show_entry(entry)
        if self.tree.shape_changed:
            self._show_rail()
        self._show_counts()
        self._follow_head(refs)

    def _follow_head(self, refs: set[str]) -> None:
        assert self.sitting is not None
        self.header.show_history(self.sitting.entry.can_undo, self.sitting.entry.can_redo)
        if refs & self.lookups.head_refs or self.header.state != self.sitting.state:
            self._show_head()

    def _reshaped(self, typed: dict[str, str] | None = None) -> None:
        if self.table.is_open:
            self.table.reload()
            self._show_head()
            return
        row = self.ledger.focused_row()
        ref, at = (row.ref if row else ""), self.ledger.area.verticalScrollBar().value()
        self._show_all(typed)
        if ref in self.ledger.rows:
            self.ledger.rows[ref].focus_field()
        self.ledger.area.verticalScrollBar().setValue(at)
        self._show_head()

    def _show_head(self) -> None:
        assert self.sitting is not None
        self.header.show_history(self.sitting.entry.can_undo, self.sitting.entry.can_redo)
        self.header.show_view(head_view(self.sitting, self.frame.now()))
        self.lookups.look(self.sitting)

    def _check(self) -> None:
        if self.sitting is None:
            return
        self.table.commit()
        self.ledger.commit()
        self.sitting.check()
        self.frame.show_page("finalize", sitting=self.sitting)

    def _edit(self) -> None:
        self._open((self._request[0], False, ""))

    # the panel beside the ledger

    def show_panel(self, panel: QWidget) -> None:
        """Show `panel` beside the ledger, or under it where the window is narrow; Esc closes it.

        The page takes it over and deletes it when it is closed (`body.panel_closed`) or another is shown.
        """
        self.body.show_panel(panel)

    def close_panel(self) -> None:
        self.body.close_panel()

    # parts

    def _connect(self) -> None:
        self.header.back_wanted.connect(self.frame.go_back)
        self.header.undo_wanted.connect(self.entries.undo)
        self.header.redo_wanted.connect(self.entries.redo)
        self.header.find_wanted.connect(self.find_bar.open)
        self.header.print_wanted.connect(self.print)
        self.header.history_wanted.connect(self.show_history)
        self.header.next_problem_wanted.connect(self.go_to_problem)
        self.header.check_wanted.connect(self._check)
        self.header.edit_wanted.connect(self._edit)
        self.header.revision_chosen.connect(lambda one: self._open((self._request[0], True, one)))
        self.rail.chosen.connect(self.show_section)
        self.rail.add_wanted.connect(self.entries.add)
        self.rail.remove_wanted.connect(self.entries.remove)
        self.rail.table_wanted.connect(self.table.open)
        self.ledger.table_wanted.connect(self.table.open)
        self.picker.chosen.connect(self.show_section)
        self.picker.stepped.connect(self.step)
        self.body.stepped.connect(self.step)
        self.bar.remove_wanted.connect(self.entries.remove_shown)
        self.ledger.opened.connect(
            lambda ref: self.show_section(self.tree.first_page_of(ref) if self.tree else "")
        )
        self.ledger.add_wanted.connect(self.entries.add)
        self.ledger.remove_wanted.connect(self.entries.remove)
        self.ledger.file_chosen.connect(lambda ref, path: form_attaching.attach(self, ref, path))
        self.ledger.refused.connect(lambda why: self.news.tell("error", why))
        self.ledger.entered_last.connect(self.after.setFocus)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self, *, force: bool = False) -> None:
        """Follow the width of the window: rail or picker, last period beside or under the question."""
        width = self.window().width() / theme.current().scale
        mode: Mode = "narrow" if width < NARROW_BELOW else "medium" if width < MEDIUM_BELOW else "wide"
        if mode == self._mode and not force:
            self.body.fit(mode, width)
            return
        changed = mode != self._mode
        self._mode = self.ledger.mode = mode
        self.header.set_mode(mode)
        self.body.fit(mode, width)
        if changed and self.sitting is not None and self.tree is not None:
            typed = self.ledger.half_typed()
            self._show_all(typed)

"""The form page: head, sections, the ledger of the section shown. Every answer is saved when it is given."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QWidget

from habitat_desktop.errors import HabitatError
from habitat_desktop.gui import form_sections, jobs, kit, theme
from habitat_desktop.gui.form_bar import SectionBar
from habitat_desktop.gui.form_header import FormHeader
from habitat_desktop.gui.form_ledger import Ledger
from habitat_desktop.gui.form_news import FormNews
from habitat_desktop.gui.form_parts import Mode
from habitat_desktop.gui.form_rail import FormRail, SectionPicker
from habitat_desktop.gui.form_texts import head_view, saved_words
from habitat_desktop.gui.form_tree import FormTree
from habitat_desktop.gui.markup import plain
from habitat_desktop.gui.page import Page
from habitat_desktop.gui.record_opening import (
    attach_file,
    is_about_the_same,
    read_previous,
    read_record,
    read_twins,
)
from habitat_desktop.gui.sitting import Opened, Sitting
from habitat_desktop.i18n.catalogues import _, explain, language, pgettext
from habitat_desktop.i18n.periods import period_name
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.progress import Progress
from habitat_desktop.records.environments import preloaded
from habitat_desktop.records.record import RecordSummary

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
        self._key = ""
        self._wanted_ref = ""
        self._request: tuple[str, bool | None, str] = ("", None, "")
        self._opening: jobs.Job | None = None
        self._heading: Any = None
        self._head_refs: set[str] = set()
        self._record_key: tuple[str, ...] = ()
        self._mode: Mode = "wide"
        self.header = FormHeader()
        self.rail = FormRail()
        self.picker = SectionPicker()
        self.ledger = Ledger()
        self.news = FormNews()
        self.bar = SectionBar()
        self.before = kit.QuietButton("", "chevron_left", lambda: self.step(-1))
        self.after = kit.ForwardButton("", does=lambda: self.step(1))
        self.keys = kit.Label("Ctrl+PgUp / Ctrl+PgDn", "caption", "faint")
        self._lay_out()
        self._connect()
        self._actions = self._make_actions()
        self.retranslate()

    # pages of the window

    def enter(self, **context: Any) -> None:
        """Open the record `record_id`, or go on with the one that is open.

        Context: `record_id`; `ref` of a question to go to; `readonly` (None: decided by office and draft);
        `revision_id` to look at.
        """
        record_id = str(context.get("record_id") or (self.sitting.entry.record_id if self.sitting else ""))
        self._wanted_ref = str(context.get("ref") or "")
        request = (record_id, context.get("readonly"), str(context.get("revision_id") or ""))
        same = self.sitting is not None and self.sitting.entry.record_id == record_id
        if same and not self.sitting_is_stale() and request[1] is None and not request[2]:
            self._show_all()
            self._go_to_wanted()
            return
        self._open(request)

    def leave(self) -> bool:
        if self.sitting is None or self.sitting.readonly:
            return True
        self.ledger.commit()
        if self.sitting.autosave.wait():
            return True
        error = self.sitting.autosave.error
        if error is not None:
            self._show_failure(error)
        return False

    def refresh(self) -> None:
        """Read the record again, unless it is being filled here."""
        if self.sitting is not None and self.sitting.readonly:
            self._open(self._request)

    def retranslate(self) -> None:
        self.header.retranslate()
        self.rail.retranslate()
        self.bar.retranslate()
        self.before.setText(_("Previous section"))
        self.after.setText(_("Next section"))
        for action, text in self._actions:
            action.setText(text())
        if self.sitting is not None:
            typed, row = self.ledger.half_typed(), self.ledger.focused_row()
            ref = row.ref if row is not None else ""
            self.sitting.set_language(language())
            self._fit(force=True)
            self._show_all(typed)
            if ref:
                self.ledger.rows[ref].focus_field()
                self.ledger.type_again(typed)
            self._show_saving()
            if self.sitting.autosave.error is not None:
                self._show_failure(self.sitting.autosave.error)

    def regions(self) -> Sequence[QWidget]:
        return (self.header, self.rail if self.rail.isVisible() else self.picker, self.ledger)

    def menu_actions(self) -> Sequence[QAction | None]:
        return [action for action, _text in self._actions]

    def sitting_is_stale(self) -> bool:
        """Whether what is shown may differ from the store: only looking never knows."""
        return self.sitting is None or self.sitting.readonly or self.sitting.is_over

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
            self.sitting.deleteLater()
        sitting = Sitting(self.workspace, opened, self)
        sitting.clock = self.frame.now
        self.sitting = sitting
        sitting.set_language(language())
        self._heading = sitting.entry.heading()
        form = sitting.entry.form
        self._head_refs = {*form.subject, *form.key, *preloaded(form).values()}
        self._record_key = sitting.record_key
        sitting.answered.connect(self._answered)
        sitting.reshaped.connect(self._reshaped)
        sitting.removed.connect(self._removed)
        sitting.autosave.saving.connect(self._show_saving)
        sitting.autosave.saved.connect(lambda _at: self._saved())
        sitting.autosave.failed.connect(self._show_failure)
        self.news.clear()
        self.tree = None
        self._key = ""
        self._fit(force=True)
        self._show_all()
        self._show_saving()
        self._go_to_wanted()

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
        if self.tree.section(self._key) is None or not self.tree.is_shown(self._key):
            self._key = self.tree.nearest(self._key)
        self._show_rail()
        self._show_section()
        self.ledger.type_again(typed or {})

    def show_section(self, key: str, *, focus: bool = True) -> None:
        """Show the section `key` and, with `focus`, go to its first answer."""
        if self.tree is None or self.tree.section(key) is None or self.sitting is None:
            return
        self.ledger.commit()
        if self.tree.section(key) is None:  # what was taken just now removed it
            return
        self._key = key
        self._show_section()
        self.rail.set_current(key)
        self._show_add()
        if focus:
            self.ledger.focus_first()

    def step(self, by: int) -> None:
        """Show the next or the previous section."""
        if self.tree is not None:
            key = self.tree.beside(self._key, by)
            if key:
                self.show_section(key)

    def go_to(self, ref: str) -> bool:
        """Show the section of the question `ref`, scroll to it, give it the focus."""
        if self.tree is None:
            return False
        key = self.tree.section_of(ref)
        if key is None:
            return False
        if key != self._key:
            self.show_section(key, focus=False)
        return self.ledger.focus_row(ref)

    def go_to_problem(self, by: int = 1) -> None:
        """Go to the next (1) or previous (-1) problem; without problems, to warnings nobody answered for."""
        sitting = self.sitting
        if sitting is None or self.tree is None or sitting.readonly:
            return
        self.ledger.commit()
        refs = [trouble.ref for trouble in sitting.problems()]
        refs = refs or [one.ref for one in sitting.warnings() if not sitting.justification(one.ref)]
        refs = [ref for ref in refs if self.tree.section_of(ref) is not None]
        if not refs:
            self.news.tell("ok", _("There is no problem in this form."))
            return
        row = self.ledger.focused_row()
        ref = self.tree.next_of(refs, row.ref if row is not None else "", self._key, by)
        sitting.leave_blank(ref)
        self.go_to(ref)

    def _show_rail(self) -> None:
        assert self.tree is not None
        entries = self.tree.entries()
        self.rail.show_entries(entries)
        self.rail.set_current(self._key)
        if self._mode != "wide":
            self.picker.show_entries(entries, self.tree.trails(), self._key)
        self._show_add()

    def _show_add(self) -> None:
        assert self.tree is not None and self.sitting is not None
        repeat = self.tree.repeat_around(self._key)
        self.rail.show_add(repeat, plain(self.sitting.node(repeat).label) if repeat else "")
        entry = self.rail.entry(self._key)
        self.bar.show_remove(entry is not None and entry.may_remove)

    def _show_section(self) -> None:
        assert self.tree is not None and self.sitting is not None
        section = self.tree.section(self._key)
        if section is None:
            return
        period = self.sitting.opened.previous_period
        name = period_name(period, language()) if period else ""
        self.ledger.show_section(self.sitting, section, name)
        self._show_counts()
        self.before.setEnabled(bool(self.tree.beside(self._key, -1)))
        self.after.setEnabled(bool(self.tree.beside(self._key, 1)))
        if self._mode != "wide":
            index = self.picker.combo.findData(self._key)
            self.picker.combo.setCurrentIndex(max(0, index))
        self._chain_tabs()

    def _show_counts(self) -> None:
        assert self.tree is not None
        self.bar.show_section(self.tree.trail(self._key), self.tree.tally(self._key))

    def _go_to_wanted(self) -> None:
        ref, self._wanted_ref = self._wanted_ref, ""
        if not (ref and self.go_to(ref)):
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
        self.header.show_history(self.sitting.entry.can_undo, self.sitting.entry.can_redo)
        if refs & self._head_refs or self.header.state != self.sitting.state:
            self._show_head()

    def _reshaped(self, typed: dict[str, str] | None = None) -> None:
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
        heading, key = self.sitting.entry.heading(), self.sitting.record_key
        is_other = not is_about_the_same(heading, self._heading)
        if is_other or key != self._record_key:
            self._heading, self._record_key = heading, key
            self._look_up_twins()
        if is_other:
            self._look_up_previous()

    def _look_up_twins(self) -> None:
        """Ask whether there is a return of the same key already, now that this one has a key."""
        sitting = self.sitting
        assert sitting is not None
        workspace, entry, heading, key = self.workspace, sitting.entry, self._heading, self._record_key
        if sitting.readonly or not key:
            return

        def work(progress: Progress) -> list[RecordSummary]:
            return read_twins(workspace, entry.form, heading, entry.office, entry.record_id, key)

        jobs.run(work, sitting, done=lambda found: self._tell_twins(sitting, found))

    def _tell_twins(self, sitting: Sitting, twins: list[RecordSummary]) -> None:
        if sitting is not self.sitting or not twins:
            return
        newest = twins[0]
        text = _(
            "There is a return about the same for this period already: {record}. "
            "Open that one, unless this one is about something else."
        ).format(record=ltr(newest.label))
        go = (pgettext("button", "Open"), lambda: self.frame.show_page("form", record_id=newest.record_id))
        self.news.tell("info", text, go)

    def _look_up_previous(self) -> None:
        sitting = self.sitting
        assert sitting is not None
        workspace, form, heading = self.workspace, sitting.entry.form, self._heading

        def work(progress: Progress) -> Any:
            return read_previous(workspace, form, heading, sitting.entry.office)

        jobs.run(work, sitting, done=lambda found: self._previous_found(sitting, *found))

    def _previous_found(self, sitting: Sitting, previous: Any, period: str) -> None:
        if sitting is self.sitting:
            sitting.look_back(previous, period)
            self.ledger.head.period = period_name(period, language()) if period else ""
            self.ledger.head.update()

    def _add(self, repeat: str) -> None:
        if self.sitting is None or self.tree is None or self.sitting.readonly:
            return
        self.ledger.commit()
        ref = self.sitting.add(repeat)
        key = self.tree.first_page_of(ref)
        if key and key != self._key:
            self.show_section(key)
        else:
            first = next((row for row in self.ledger.rows if row.startswith(f"{ref}/")), "")
            if first:
                self.ledger.focus_row(first)

    def _remove(self, ref: str) -> None:
        if self.sitting is None or self.sitting.readonly:
            return
        self.ledger.commit()
        if self._key == ref or self._key.startswith(f"{ref}/"):
            self._key = form_sections.repeat_of(ref)
        self.sitting.remove(ref)

    def _remove_shown(self) -> None:
        if self.tree is not None:
            section = self.tree.section(self._key)
            if section is not None and section.kind == "entry":
                self._remove(section.ref)

    def _removed(self, name: str) -> None:
        self.news.tell(
            "info",
            _("“{entry}” was removed.").format(entry=iso(name)),
            (pgettext("button", "Undo"), self._undo),
        )

    def _undo(self) -> None:
        if self.sitting is not None:
            self.news.clear_told()
            self.sitting.undo()

    def _redo(self) -> None:
        if self.sitting is not None:
            self.sitting.redo()

    def _attach(self, ref: str, path: str) -> None:
        sitting = self.sitting
        if sitting is None:
            return
        workspace, office = self.workspace, sitting.entry.office

        def work(progress: Progress) -> tuple[str, str]:
            return attach_file(workspace, office, path)

        def done(kept: tuple[str, str]) -> None:
            value, name = kept
            sitting.note_file(value.partition(".")[0], name)
            sitting.answer(ref, value)

        jobs.run(work, sitting, done=done, failed=lambda error: self._could_not_attach(error, path))

    def _could_not_attach(self, error: Exception, path: str) -> None:
        if not isinstance(error, OSError | HabitatError):
            jobs.report_failure(error)
            return
        why = explain(error) if isinstance(error, HabitatError) else (error.strerror or str(error))
        text = _(
            "The file “{path}” could not be copied into the workspace: {problem}. The answer is unchanged."
        )
        self.news.tell("error", text.format(path=ltr(path), problem=iso(why)))

    def _check(self) -> None:
        if self.sitting is None:
            return
        self.ledger.commit()
        self.sitting.check()
        self.frame.show_page("finalize", sitting=self.sitting)

    def _edit(self) -> None:
        self._open((self._request[0], False, ""))

    # saving

    def _saved(self) -> None:
        self.news.clear_failure()
        self._show_saving()

    def _show_saving(self) -> None:
        sitting = self.sitting
        if sitting is None:
            return
        self.header.show_history(sitting.entry.can_undo, sitting.entry.can_redo)
        if sitting.autosave.error is not None:
            self.header.show_saving("failed")
        elif not sitting.autosave.is_idle:
            self.header.show_saving("saving")
        elif sitting.saved_at is not None:
            self.header.show_saving("saved", saved_words(sitting.saved_at, self.frame.now()))
        else:
            self.header.show_saving("")

    def _show_failure(self, error: Exception) -> None:
        self.news.show_failure(error, self._try_again)
        self._show_saving()

    def _try_again(self) -> None:
        if self.sitting is not None:
            self.sitting.save()

    # parts

    def _lay_out(self) -> None:
        foot = kit.row(self.before, None, self.keys, None, self.after)
        work = QWidget()
        work.setLayout(
            kit.column(
                self.news,
                kit.row((self.picker, 1), (self.bar, 0), space=12),
                (self.ledger, 1),
                foot,
                space=8,
                margins=(20, 12, 20, 8),
            )
        )
        body = kit.row(self.rail, (work, 1), space=0)
        self.setLayout(kit.column(self.header, (body, 1), space=0))

    def _connect(self) -> None:
        self.header.back_wanted.connect(self.frame.go_back)
        self.header.undo_wanted.connect(self._undo)
        self.header.redo_wanted.connect(self._redo)
        self.header.next_problem_wanted.connect(self.go_to_problem)
        self.header.check_wanted.connect(self._check)
        self.header.edit_wanted.connect(self._edit)
        self.header.revision_chosen.connect(lambda one: self._open((self._request[0], True, one)))
        self.rail.chosen.connect(self.show_section)
        self.rail.add_wanted.connect(self._add)
        self.rail.remove_wanted.connect(self._remove)
        self.picker.chosen.connect(self.show_section)
        self.picker.stepped.connect(self.step)
        self.bar.remove_wanted.connect(self._remove_shown)
        self.ledger.opened.connect(
            lambda ref: self.show_section(self.tree.first_page_of(ref) if self.tree else "")
        )
        self.ledger.add_wanted.connect(self._add)
        self.ledger.remove_wanted.connect(self._remove)
        self.ledger.file_chosen.connect(self._attach)
        self.ledger.entered_last.connect(self.after.setFocus)

    def _make_actions(self) -> list[tuple[QAction, Callable[[], str]]]:
        """Make the commands with a shortcut; the window shows them in its menu "Record"."""
        rows: tuple[tuple[str, Callable[[], str], Callable[[], object]], ...] = (
            ("Ctrl+PgDown", lambda: _("Next section"), lambda: self.step(1)),
            ("Ctrl+PgUp", lambda: _("Previous section"), lambda: self.step(-1)),
            ("F8", lambda: pgettext("button", "Next problem"), lambda: self.go_to_problem(1)),
            ("Shift+F8", lambda: _("Previous problem"), lambda: self.go_to_problem(-1)),
            ("Ctrl+Z", lambda: _("Undo"), self._undo),
            ("Ctrl+Y", lambda: _("Redo"), self._redo),
        )
        made = []
        for keys, text, does in rows:
            action = QAction(text(), self)
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(_calling(does))
            self.addAction(action)
            made.append((action, text))
        again = QShortcut(QKeySequence("Ctrl+Shift+Z"), self)
        again.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        again.activated.connect(self._redo)
        return made

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self, *, force: bool = False) -> None:
        """Follow the width of the window: rail or picker, last period beside or under the question."""
        width = self.window().width() / theme.current().scale
        mode: Mode = "narrow" if width < NARROW_BELOW else "medium" if width < MEDIUM_BELOW else "wide"
        if mode == self._mode and not force:
            return
        changed = mode != self._mode
        self._mode = self.ledger.mode = mode
        self.header.set_mode(mode)
        self.rail.setVisible(mode == "wide")
        self.picker.setVisible(mode != "wide")
        self.bar.set_titled(mode == "wide")
        self.keys.setVisible(mode == "wide")
        if changed and self.sitting is not None and self.tree is not None:
            typed = self.ledger.half_typed()
            self._show_all(typed)


def _calling(does: Callable[[], object]) -> Callable[..., None]:
    def call(*_checked: object) -> None:
        does()

    return call

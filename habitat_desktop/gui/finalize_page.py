"""Check and finalize: what must be corrected, what needs a word of explanation, and what finalizing does."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QWidget

from habitat_desktop.errors import HabitatError
from habitat_desktop.gui import jobs, kit, theme
from habitat_desktop.gui.finalize_lists import CarriedCard, ProblemCard, WarningCard
from habitat_desktop.gui.finalize_panel import FinalizePanel
from habitat_desktop.gui.form_texts import record_line, record_title
from habitat_desktop.gui.form_tree import FormTree
from habitat_desktop.gui.page import Page
from habitat_desktop.gui.sitting import Sitting
from habitat_desktop.i18n.catalogues import _, explain, language
from habitat_desktop.i18n.text import ltr
from habitat_desktop.progress import Progress
from habitat_desktop.records.entry import finalize
from habitat_desktop.records.record import RecordState, Revision

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow

PANEL_BELOW = 900  # logical px of the page; narrower, the panel stands under the lists


class FinalizePage(Page):
    """`enter(sitting=…)` checks the record that is open on the form page."""

    narrow_navigation = True

    def __init__(self, frame: "MainWindow") -> None:
        super().__init__(frame)
        self.sitting: Sitting | None = None
        self._tree: FormTree | None = None
        self._job: jobs.Job | None = None
        self.back = kit.IconButton("arrow_left", "", self.go_back)
        self.title = kit.Label("", "title", strong=True)
        self.pill = kit.Pill("draft")
        self.label = kit.Label("", "caption", "muted", mono=True)
        self.subtitle = kit.ElidedLabel("", tone="muted")
        self.again = kit.QuietButton("", "arrow_sync", self.refresh)
        self.problems, self.carried, self.warnings = ProblemCard(), CarriedCard(), WarningCard()
        self.news = kit.column(space=8)
        self.panel = FinalizePanel()
        self._lay_out()
        self.problems.wanted.connect(self._go_to)
        self.carried.wanted.connect(self._go_to)
        self.warnings.wanted.connect(self._go_to)
        self.warnings.justified.connect(self._justify)
        self.panel.first_wanted.connect(self._go_to_first)
        self.panel.finalize_wanted.connect(self.finalize)
        self.retranslate()

    # pages of the window

    def enter(self, **context: Any) -> None:
        sitting = context.get("sitting") or self.sitting
        if self.sitting is not None and self.sitting is not sitting:
            self._disconnect(self.sitting)
        if sitting is not self.sitting and sitting is not None:
            sitting.autosave.saved.connect(self._saved)
            sitting.autosave.failed.connect(self._not_saved)
            sitting.destroyed.connect(self._forget)
        self.sitting = sitting
        kit.clear(self.news)
        self.panel.set_busy(sitting is None or sitting.is_over)
        self.refresh()

    def leave(self) -> bool:
        if self.sitting is None or self.sitting.is_over:
            return True
        if self._job is not None:
            return False  # a moment: the revision is being written
        self.warnings.commit()
        if self.sitting.autosave.wait():
            return True
        if self.sitting.autosave.error is not None:
            self._not_saved(self.sitting.autosave.error)
        return False

    def refresh(self) -> None:
        """Check again."""
        sitting = self.sitting
        if sitting is None:
            return
        self.warnings.commit()
        self._tree = FormTree(sitting)
        self.title.setText(_("Check and finalize"))
        self.pill.show_state(str(sitting.state), sitting.package_number)
        self.label.setText(ltr(sitting.entry.label))
        self.subtitle.setText(f"{record_title(sitting)} · {record_line(sitting, label=False)}".rstrip(" ·"))
        self.problems.show_problems([(one, self._where(one.ref)) for one in sitting.problems()])
        self.carried.show_carried([(one, self._where(one.ref)) for one in sitting.waiting()])
        self.warnings.show_warnings(
            [(one, self._where(one.ref), sitting.justification(one.ref)) for one in sitting.warnings()]
        )
        self._show_panel()

    def retranslate(self) -> None:
        self.back.name(_("Back to the form"))
        self.again.setText(_("Check again"))
        self.panel.retranslate()
        if self.sitting is not None:
            self.sitting.set_language(language())
            self.refresh()

    def regions(self) -> Sequence[QWidget]:
        return (self.problems, self.carried, self.warnings, self.panel)

    def go_back(self) -> None:
        if self.sitting is not None and not self.sitting.is_over:
            self.frame.go_back()
        else:
            self.frame.show_page("records")

    # acting

    def finalize(self) -> None:
        """Add the revision; the worker writes it after the last save."""
        sitting = self.sitting
        if sitting is None or sitting.is_over or self._job is not None:
            return
        self.warnings.commit()
        if sitting.problems() or sitting.waiting():
            self.refresh()
            return
        if not sitting.autosave.wait():
            self._not_saved(sitting.autosave.error or TimeoutError())
            return
        workspace, at = self.workspace, self.frame.now()

        def work(progress: Progress) -> Revision:
            with workspace.begin() as session:
                return finalize(session, sitting.entry, at=at)

        self.panel.set_busy(True)
        self.warnings.setEnabled(False)  # the entry belongs to the worker until it is written
        self._job = jobs.run(work, self, done=self._finalized, failed=self._not_finalized)

    def _finalized(self, revision: Revision) -> None:
        self._job = None
        self.warnings.setEnabled(True)
        sitting = self.sitting
        assert sitting is not None
        sitting.is_over = True
        sitting.state = RecordState.FINAL
        self.panel.set_busy(False)
        self.frame.show_page("records")
        title = _("{label} is final. Nothing is sent until you make a package.").format(
            label=ltr(revision.label)
        )
        go = (_("Go to “Send and receive”"), lambda: self.frame.show_page("exchange"))
        actions = (go,) if self.frame.has_page("exchange") else ()
        self.frame.notify("ok", title, "", *actions)

    def _not_finalized(self, error: Exception) -> None:
        self._job = None
        self.warnings.setEnabled(True)
        self.panel.set_busy(False)
        if isinstance(error, HabitatError):
            self._tell(_("The record could not be finalized"), explain(error))
        else:
            jobs.report_failure(error)

    def _justify(self, ref: str, text: str) -> None:
        if self.sitting is not None:
            self.sitting.justify(ref, text)
            self._show_panel()

    def _go_to(self, ref: str) -> None:
        if self.sitting is not None:
            self.frame.show_page("form", record_id=self.sitting.entry.record_id, ref=ref)

    def _go_to_first(self) -> None:
        if self.sitting is not None:
            found = self.sitting.problems() or self.sitting.waiting()
            if found:
                self._go_to(found[0].ref)

    # showing

    def _show_panel(self) -> None:
        sitting = self.sitting
        assert sitting is not None
        problems, warnings = sitting.problems(), sitting.warnings()
        unexplained = sum(1 for one in warnings if not sitting.justification(one.ref))
        answered, total = sitting.counts()
        self.problems.setVisible(bool(problems))
        waiting = len(sitting.waiting())
        self.carried.setVisible(bool(waiting))
        self.warnings.setVisible(bool(warnings))
        self._show_nothing(not problems and not warnings and not waiting)
        self.panel.show_counts(answered, total, len(problems), len(warnings), unexplained, waiting)

    def _show_nothing(self, on: bool) -> None:
        self._all_well.setVisible(on)
        if on:
            kit.clear(self._all_well_place)
            text = _("Every required question is answered and nothing looks unusual.")
            self._all_well_place.addWidget(kit.EmptyState("checkmark_circle", _("Nothing to correct"), text))

    def _where(self, ref: str) -> str:
        assert self._tree is not None
        key = self._tree.section_of(ref)
        return self._tree.trail(key) if key is not None else ""

    def _saved(self, _at: object) -> None:
        kit.clear(self.news)

    def _not_saved(self, error: Exception) -> None:
        why = explain(error) if isinstance(error, HabitatError) else str(error)
        text = _("{problem} They are still here in the window. Keep it open and try again.")
        self._tell(_("The last answers are not saved"), text.format(problem=why), self._try_again)

    def _try_again(self) -> None:
        if self.sitting is not None:
            self.sitting.save()

    def _tell(self, title: str, text: str, again: Any = None) -> None:
        kit.clear(self.news)
        actions = ((_("Try again"), again),) if again is not None else ()
        self.news.addWidget(kit.Banner("error", title, text, *actions, closable=again is None))

    def _disconnect(self, sitting: Sitting) -> None:
        sitting.autosave.saved.disconnect(self._saved)
        sitting.autosave.failed.disconnect(self._not_saved)
        sitting.destroyed.disconnect(self._forget)

    def _forget(self) -> None:
        self.sitting = None

    # parts

    def _lay_out(self) -> None:
        names = kit.flowing(self.title, self.pill, self.label, space=10)
        words = kit.column(names, self.subtitle, space=0)
        head = kit.row(self.back, (words, 1), self.again, space=8)
        self._all_well_place = kit.column()
        self._all_well = QFrame()
        self._all_well.setProperty("part", "card")
        self._all_well.setLayout(self._all_well_place)
        lists = QWidget()
        cards = (self.problems, self.carried, self.warnings, self._all_well)
        lists.setLayout(kit.column(*cards, None, space=12))
        self._beside, self._below = kit.row(space=0), kit.column(space=0, margins=(0, 12, 0, 0))
        content = QWidget()
        content.setLayout(kit.column(lists, self._below, space=0))
        work = kit.row((kit.scrolling(content), 1), self._beside, space=14)
        self._beside.addWidget(self.panel)
        self.setLayout(kit.column(self.news, head, (work, 1), space=12, margins=(20, 12, 20, 16)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        below = self.width() / theme.current().scale < PANEL_BELOW
        place = self._below if below else self._beside
        if place.indexOf(self.panel) < 0:  # below, it scrolls with the lists
            place.addWidget(self.panel)
        self.panel.set_below(below)

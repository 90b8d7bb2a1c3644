"""The queries of the record that is open: marks on rows and rail, the panel, the reply."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from habitat_desktop.errors import HabitatError
from habitat_desktop.gui import jobs
from habitat_desktop.gui.outbox_texts import when
from habitat_desktop.gui.query_panel import PanelView, QueryPanel
from habitat_desktop.gui.query_texts import words_of
from habitat_desktop.gui.sitting import Sitting
from habitat_desktop.i18n.catalogues import _, explain, language
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.progress import Progress
from habitat_desktop.records.inquiries import Inquiry, Thread
from habitat_desktop.records.replying import Verdict, is_other_value, others_changed

if TYPE_CHECKING:
    from habitat_desktop.gui.form_page import FormPage

_LOOK_AFTER_MS = 200  # an answer was given: what does the panel say of it


class FormQueries(QObject):
    """What headquarters asks about the record of a form page.

    `wanted` is the id of the query to open the panel with, "" for the first open one.
    """

    def __init__(self, page: "FormPage") -> None:
        super().__init__(page)
        self._page = page
        self.wanted = ""
        self.inquiries: tuple[Inquiry, ...] = ()
        self.panel: QueryPanel | None = None
        self._record_id = ""
        self._typed: dict[str, str] = {}  # replies begun and not saved, by the id of the query
        self._job: jobs.Job | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_LOOK_AFTER_MS)
        self._pause.timeout.connect(self._show_change)
        page.body.panel_closed.connect(self._panel_closed)

    def follow(self, sitting: Sitting | None) -> None:
        """Read what is asked about the record of `sitting` and show it."""
        if self._job is not None:
            self._job.forget()
            self._job = None
        if sitting is None:
            return
        record_id, workspace, spoken = sitting.entry.record_id, self._page.workspace, language()
        if record_id != self._record_id:
            self._close()
            self._record_id, self.inquiries = record_id, ()

        def work(progress: Progress) -> Thread:
            from habitat_desktop.records.inquiries import thread

            with workspace.read() as session:
                return thread(session, workspace.library.form, workspace.settings, record_id, language=spoken)

        self._job = jobs.run(work, sitting, done=lambda found: self._take(sitting, found))

    def reply_here(self) -> None:
        """Open the panel with the query at the question that has the focus, else with the first open one."""
        row = self._page.ledger.focused_row()
        here = [one for one in self.inquiries if row is not None and row.ref in _places(one)]
        found = next(iter([one for one in here if one.is_open] or here or self._open_ones()), None)
        if found is None:
            self._page.news.tell("info", _("Headquarters asks nothing about this return."))
            return
        self._show(found)
        if self.panel is not None:
            self.panel.focus_reply()

    def step(self, by: int) -> None:
        """Show the next or the previous query of this record, and its question."""
        now = self._now()
        if now is None or not self.inquiries:
            return
        place = (self.inquiries.index(now) + by) % len(self.inquiries)
        self._show(self.inquiries[place])
        self._go_to(self.inquiries[place])

    # showing

    def _take(self, sitting: Sitting, found: Thread) -> None:
        self._job = None
        if sitting is not self._page.sitting:
            return
        self.inquiries = found.inquiries
        open_ones = self._open_ones()
        sitting.mark_asked({ref for one in open_ones for ref in _places(one)})
        sitting.answered.connect(lambda _refs: self._pause.start())
        self._tell_accepted(found)
        wanted, self.wanted = self.wanted, ""
        chosen = next((one for one in self.inquiries if one.act_id == wanted), None) or self._now()
        if chosen is None and self._may_answer_here and open_ones and self._page.body.panel is None:
            chosen = open_ones[0]
        if chosen is not None:
            self._show(chosen)
            if wanted and not self._go_to(chosen) and self.panel is not None:
                self.panel.focus_reply()

    def _tell_accepted(self, found: Thread) -> None:
        accepted = [one for one in found.decisions if one.kind == "accept"]
        if not accepted or len(accepted) < len(found.decisions):
            return
        one = accepted[-1]
        text = _("Accepted by {person}, {when}.").format(
            person=iso(one.person), when=iso(when(one.at, self._page.frame.now()))
        )
        self._page.news.tell("ok", f"{text} {one.text}".strip())

    def _show(self, one: Inquiry) -> None:
        if self.panel is None:
            panel = QueryPanel()
            panel.saved.connect(self._save)
            panel.left.connect(self._page.close_panel)
            panel.stepped.connect(self.step)
            panel.typed.connect(self._keep_typed)
            self._page.show_panel(panel)
            self.panel = panel
        may = self._may_answer_here and one.is_open
        new_value, alone = self._changed(one)
        self.panel.show_view(
            PanelView(
                inquiry=one,
                position=self.inquiries.index(one) + 1,
                count=len(self.inquiries),
                may_answer=may,
                now=self._page.frame.now(),
                new_value=new_value,
                goes_alone=alone,
                typed=self._typed.get(one.act_id, ""),
            )
        )

    def _show_change(self) -> None:
        one = self._now()
        if one is not None and self.panel is not None and self.panel.view is not None:
            self.panel.show_change(*self._changed(one))

    def _changed(self, one: Inquiry) -> tuple[str, bool]:
        """Return what the field of a query says now in words, where it was changed, and if alone."""
        sitting = self._page.sitting
        if sitting is None or sitting.readonly or one.kind == "return" or not one.is_open or not one.ref:
            return "", True
        head = next((rev for rev in sitting.opened.revisions if rev.revision_id in one.record.heads), None)
        if head is None:
            return "", True
        answers = sitting.entry.instance.answers(relevant_only=False, complete=True)
        value = is_other_value(head.answers, answers, one.ref)
        if value is None:
            return "", True
        return words_of(one, value), not others_changed(sitting.entry.form, head.answers, answers, one.ref)

    def _go_to(self, one: Inquiry) -> bool:
        places = _places(one)
        return any(self._page.go_to(ref) for ref in places)

    def _open_ones(self) -> list[Inquiry]:
        return [one for one in self.inquiries if one.is_open]

    def _now(self) -> Inquiry | None:
        """Return the inquiry the panel shows, as it was read last."""
        view = self.panel.view if self.panel is not None else None
        if view is None:
            return None
        return next((one for one in self.inquiries if one.act_id == view.inquiry.act_id), None)

    @property
    def _may_answer_here(self) -> bool:
        settings, sitting = self._page.workspace.settings, self._page.sitting
        return settings.role == "office" and sitting is not None and sitting.entry.office == settings.office

    # what the person did

    def _keep_typed(self) -> None:
        if self.panel is not None and self.panel.view is not None:
            self._typed[self.panel.view.inquiry.act_id] = self.panel.text

    def _panel_closed(self) -> None:
        self.panel = None

    def _close(self) -> None:
        if self.panel is not None:
            self._page.close_panel()

    def _save(self) -> None:
        panel, sitting = self.panel, self._page.sitting
        if panel is None or panel.view is None or sitting is None:
            return
        one = panel.view.inquiry
        if not sitting.readonly:
            self._page.ledger.commit()
            if not sitting.autosave.wait():
                panel.show_problem(_("The last answers are not saved"))
                return
        self._page.setEnabled(False)  # what is typed now would come after the draft that goes with the reply
        work = _answering(self._page, one, panel.text, panel.verdict)
        jobs.run(work, self, done=lambda _nothing: self._answered(one), failed=self._refused)

    def _answered(self, one: Inquiry) -> None:
        self._typed.pop(one.act_id, None)
        self._page.setEnabled(True)
        left = [other for other in self._open_ones() if other.act_id != one.act_id]
        following = left[0] if left else one
        self.wanted = following.act_id
        self._page.open_again(ref=following.ref or "", readonly=False if left else None)
        self._page.frame.records_changed()
        text = _("The reply to {query} goes with the next package.").format(query=ltr(one.name))
        self._page.news.tell("ok", text)

    def _refused(self, error: Exception) -> None:
        self._page.setEnabled(True)
        if not isinstance(error, HabitatError):
            jobs.report_failure(error)
        elif self.panel is not None:
            self.panel.show_problem(explain(error))
            self.panel.box.setFocus()


def _answering(page: "FormPage", one: Inquiry, text: str, verdict: Verdict) -> Callable[[Progress], Any]:
    workspace = page.workspace

    def work(progress: Progress) -> None:
        from habitat_desktop.records import deciding, replying

        forms, settings, actor = workspace.library.form, workspace.settings, workspace.hand()
        with workspace.begin() as session:
            if one.kind == "return":
                deciding.answer_return(session, forms, settings, actor, one.act_id, text=text)
            else:
                replying.answer(session, forms, settings, actor, one.act_id, text=text, verdict=verdict)

    return work


def _places(one: Inquiry) -> tuple[str, ...]:
    """Return where the questions of an inquiry stand in the record as it is open."""
    if one.correction is not None:
        return (one.correction.ref,)
    return one.refs

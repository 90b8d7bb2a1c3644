"""Home of an office: what is due, has it arrived, what is asked, what is unfinished."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QWidget

from habitat_desktop.gui import commands, jobs, kit, theme
from habitat_desktop.gui.enrolment_card import enrolment_card
from habitat_desktop.gui.form_names import form_icon
from habitat_desktop.gui.home_asks import SHOWN, answer_in_form, asks_card
from habitat_desktop.gui.home_facts import DueForm, due_date, due_forms, main_period
from habitat_desktop.gui.home_laptop import laptop_facts, laptop_line
from habitat_desktop.gui.home_more import More, read_more
from habitat_desktop.gui.home_texts import draft_line, ready_sentence, step_words, way_steps
from habitat_desktop.gui.page import Page
from habitat_desktop.i18n.catalogues import _, language, listed, ngettext, pgettext
from habitat_desktop.i18n.dates import format_date, relative_time
from habitat_desktop.i18n.periods import period_bounds, period_name
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.progress import Progress
from habitat_desktop.records.glance import Ask, Glance, enrolment
from habitat_desktop.records.record import PackageEntry, RecordState, RecordSummary

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow

_SEEN = 400  # newest records looked at before the store is loaded
_DRAFTS_SHOWN = 5
_SIDE_BY_SIDE_FROM = 960  # logical px of the page


class HomePage(Page):
    """Painted from a glance at the records, before the store itself is loaded."""

    def __init__(self, frame: "MainWindow") -> None:
        super().__init__(frame)
        self._steps: list[DueForm] = []
        self._seen = Glance()
        self._records: Sequence[RecordSummary] = ()
        self._more = More()
        self._job: jobs.Job | None = None
        self._columns: QBoxLayout | None = None
        self._area = kit.scrolling(QWidget())
        self.setLayout(kit.column(self._area))

    def enter(self, **context: Any) -> None:
        self.refresh()

    def retranslate(self) -> None:
        self.refresh()

    def refresh(self) -> None:
        """Look at the records again and say everything anew."""
        self._seen = self.workspace.glance(limit=_SEEN)
        if self._more.records is None or self._seen.records <= len(self._seen.recent):
            self._records = self._seen.recent
        self._show()
        if self.frame.database_is_open:
            self._read_more()

    def _show(self) -> None:
        self._now = self.frame.now()
        self._language = language()
        self._forms = self.workspace.library.newest()  # asked once: each time costs a tenth of the start
        self._titles = {info.form_id: info.title(self._language) for info in self._forms}
        focused = self._focused()
        old = self._area.takeWidget()
        name = focused.accessibleName() if focused is not None else ""
        self._area.setWidget(self._content(self._seen))
        self._fit()
        if focused is not None:
            self._focus_again(type(focused), name)
        if old is not None:
            old.deleteLater()  # not now: this may run in the click of one of its buttons

    def _focused(self) -> QWidget | None:
        """Return what has the focus, if that is on this page."""
        now = self.window().focusWidget()
        return now if now is not None and self.isAncestorOf(now) else None

    def _focus_again(self, kind: type[QWidget], name: str) -> None:
        """Give the focus to what stands now where it was; to the first thing if that is gone."""
        parts = [part for part in self._area.findChildren(kind) if part.accessibleName() == name]
        target = parts[0] if parts else self._new
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _read_more(self) -> None:
        """Read what a glance leaves out: all records of the periods shown, what is expected, questions."""
        workspace, today, seen = self.workspace, self.frame.now().date(), self._seen
        if self._job is not None:
            self._job.forget()

        def work(progress: Progress) -> More:
            return read_more(workspace, seen, today)

        self._job = jobs.run(work, self, done=self._take_more)

    def _take_more(self, more: More) -> None:
        self._job = None
        if more.records is not None:
            self._records = more.records
        if more != self._more:
            self._more = more
            self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self._columns is not None:
            narrow = self.width() < _SIDE_BY_SIDE_FROM * theme.current().scale
            way = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
            self._columns.setDirection(way)

    def _content(self, seen: Glance) -> QWidget:
        content = QWidget()
        work = kit.column((self._due_card(), 1), self._way_card(seen), space=12)
        aside = kit.column(
            (asks_card(self.frame, seen, self._more.questions, self._titles, self._now), 0),
            (self._drafts_card(seen), 1),
            space=12,
        )
        enrolled = enrolment(self.workspace.database_path)
        if not enrolled.is_complete:
            aside.insertWidget(0, enrolment_card(self.frame, enrolled))
        self._columns = kit.row((work, 18), (aside, 10), space=12)
        content.setLayout(kit.column(self._head(), (self._columns, 1), space=12, margins=kit.PAGE_MARGINS))
        return content

    def _head(self) -> QWidget:
        period = main_period(self._now.date())
        first, last = period_bounds(period)
        wanted = [one.due for one in self._more.wanted if one.period == period]
        due = min(wanted, default=None) or due_date(period)
        # Translators: the first and the last month of a reporting period: "January–June".
        months = _("{first}–{last}").format(first=self._month(first.month), last=self._month(last.month))
        if due < self._now.date():
            text = _("{months} · returns were due {date}, {in_days}")
        else:
            text = _("{months} · returns are due {date}, {in_days}")
        text = text.format(
            months=months,
            date=iso(format_date(due.isoformat(), self._language, "long")),
            in_days=self._in_days(due),
        )
        again = kit.Button(_("Start from last period"), icon="arrow_sync", does=self._start_from_last)
        self._new = kit.PrimaryButton(_("New return"), "add", lambda: commands.new_return(self.frame))
        return kit.PageHead(period_name(period, self._language), text, again, self._new)

    def _start_from_last(self) -> None:
        from habitat_desktop.gui.next_period import NextPeriodDialog

        periods = [(form.form_id, form.period) for form in self._steps]
        NextPeriodDialog(self.frame, periods).open()

    def _month(self, month: int) -> str:
        from habitat_desktop.i18n.languages import languages

        return languages()[self._language].months[month - 1]

    def _in_days(self, due: date) -> str:
        days = (due - self._now.date()).days
        if days == 0:
            return pgettext("deadline", "today")
        if days > 0:
            return ngettext("in {count} day", "in {count} days", days).format(count=days)
        return ngettext("{count} day late", "{count} days late", -days).format(count=-days)

    # what is due

    def _due_card(self) -> QWidget:
        self._steps = due_forms(
            self._forms, self._records, self._now.date(), self._language, self._more.wanted
        )
        card = kit.Card(_("Due this period"), None, *(_legend(state) for state in _LEGEND), flush=True)
        if not self._steps:
            card.body.addWidget(
                kit.EmptyState("document", _("Nothing is due"), _("No installed form is due by a date."))
            )
            return card
        table = kit.Table(_("Due this period"), two_lines=True)
        model = kit.CellTable(table)
        heads = (_("Form"), _("Progress"), pgettext("column", "Due"), _("Next step"))
        model.show_rows(heads, [self._due_row(form) for form in self._steps])
        table.setModel(model)
        table.set_columns(0, 136, 128, 184)
        table.opened.connect(self._go)
        kit.select_row(table, 0)
        table.clearSelection()
        rows = min(len(self._steps), 4)
        head = table.horizontalHeader().height()
        table.setMinimumHeight(head + rows * table.verticalHeader().defaultSectionSize())
        card.body.addWidget(table, 1)
        return card

    def _due_row(self, form: DueForm) -> tuple[kit.Cell, ...]:
        returns = ngettext("{count} return", "{count} returns", form.total).format(count=form.total)
        progress = _("{done} of {total}").format(done=form.done, total=form.total)
        late = form.due < self._now.date() and form.done < form.total
        parts = tuple((count, f"state.{state}") for count, state in form.parts)
        spoken = listed(f"{kit.state_word(state)} {count}" for count, state in form.parts)
        words = step_words(form)
        return (
            kit.Cell(form.title, returns, strong=True, icon=form_icon(form.form_id), wrap=True),
            kit.Cell(progress, kind="bar", parts=parts, total=form.total, tip=f"{progress}. {spoken}"),
            kit.Cell(
                self._day(form.due),
                self._in_days(form.due) if form.done < form.total else "",
                tone="error" if late else "text",
            ),
            kit.Cell(words, tone="text_muted")
            if form.step.kind == "nothing"
            else kit.Cell(words, kind="link"),
        )

    def _day(self, day: date) -> str:
        """Return day and month, as short as the language allows."""
        at = datetime.combine(day, time(12), self._now.tzinfo)
        if abs((day - self._now.date()).days) < 2:
            return format_date(day.isoformat(), self._language, "medium")  # not "today 12:00"
        return relative_time(at, self._now, self._language)

    def _go(self, row: int) -> None:
        form = self._steps[row]
        step = form.step
        if step.kind == "start":
            commands.new_return(self.frame, form_id=form.form_id, period=form.period)
        elif step.kind == "send" and self.frame.has_page("exchange"):
            self.frame.show_page("exchange", start="make")
        elif step.kind == "query" and (ask := self._ask_about(step.record_id)) is not None:
            answer_in_form(self.frame, ask.record, ask.act_id, ask.ref)
        elif step.record_id and self.frame.has_page("form"):
            self.frame.show_page("form", record_id=step.record_id)
        else:
            self.frame.show_page("records", form_id=form.form_id, period=form.period)

    def _ask_about(self, record_id: str) -> Ask | None:
        return next((one for one in self._seen.asks if one.record.record_id == record_id), None)

    # on the way

    def _way_card(self, seen: Glance) -> QWidget:
        card = kit.Card(_("On the way to headquarters"))
        sent = _last_sent(seen)
        steps = kit.row(space=4)
        in_package = seen.counts.get(RecordState.PACKAGE, 0)
        for position, (state, icon, word) in enumerate(way_steps(sent if in_package else None)):
            if position:
                steps.addWidget(kit.IconLabel("chevron_right", "text_faint", 16))
            steps.addLayout(self._way_step(seen.counts.get(state, 0), state, icon, word), 1)
        card.body.addLayout(steps)
        ready = seen.counts.get(RecordState.FINAL, 0)
        texts = kit.column(kit.Label(ready_sentence(ready), strong=True, wrap=True), space=0)
        texts.addWidget(kit.Label(self._sent_sentence(sent), "caption", "muted", wrap=True))
        last = kit.row((texts, 1), space=12)
        if self.frame.has_page("exchange"):
            send = kit.Button(_("Check and send"), icon="send", does=self._send)
            last.addWidget(send)
        card.body.addLayout(last)
        card.body.addWidget(kit.line())
        versions = {info.form_id: info.version for info in self._forms}
        facts = laptop_facts(self.workspace, seen, self._now, versions)
        card.body.addWidget(laptop_line(facts))
        return card

    def _way_step(self, count: int, state: RecordState, icon: str, word: str) -> QBoxLayout:
        figure = kit.Label(ltr(str(count)), "figure", strong=True)
        show = kit.Button(word, "quiet", icon, self._showing(state), small=True)
        show.setAccessibleName(f"{word}: {count}")
        show.setProperty("flush", True)
        return kit.column(figure, kit.row(show, None), space=0)

    def _showing(self, state: RecordState) -> Callable[[], object]:
        return lambda: self.frame.show_page("records", state=str(state))

    def _send(self) -> None:
        self.frame.show_page("exchange", start="make")

    def _sent_sentence(self, sent: PackageEntry | None) -> str:
        if sent is None:
            return _("No package has been made yet.")
        made = format_date(sent.made_at[:10], self._language, "medium")
        if sent.receipt_at:
            return _("Package {number} made {date} · receipt came {receipt}").format(
                number=ltr(str(sent.number)),
                date=iso(made),
                receipt=iso(format_date(sent.receipt_at[:10], self._language, "medium")),
            )
        return _("Package {number} made {date} · no receipt yet").format(
            number=ltr(str(sent.number)), date=iso(made)
        )

    # what is asked, what is unfinished

    def _drafts_card(self, seen: Glance) -> QWidget:
        drafts = seen.drafts
        card = kit.Card(_("Drafts to finish"))
        if not drafts:
            start = kit.LinkButton(_("New return"), lambda: commands.new_return(self.frame))
            card.body.addWidget(
                kit.EmptyState(
                    "edit",
                    _("No unfinished drafts"),
                    _("A return you begin is kept here until it is final."),
                    start,
                )
            )
            return card
        shown = _DRAFTS_SHOWN - min(len(seen.asks), SHOWN)
        for record in drafts[:shown]:
            card.body.addWidget(self._draft_row(record))
        rest = len(drafts) - shown
        if rest > 0:
            text = ngettext("{count} more draft", "{count} more drafts", rest).format(count=rest)
            more = kit.LinkButton(text, self._showing(RecordState.DRAFT))
            card.body.addLayout(kit.row(more, None))
        card.body.addStretch(1)
        return card

    def _draft_row(self, record: RecordSummary) -> QFrame:
        title = self._titles.get(record.form_id, record.form_id)
        name = f"{record.subject or ltr(record.label)} · {title}"
        saved = relative_time(record.updated_at, self._now, self._language)
        first = kit.row((kit.ElidedLabel(record.subject or title, strong=True), 1), space=8)
        if self.frame.has_page("form"):
            resume = kit.LinkButton(_("Continue"), self._continuing(record))
            resume.setAccessibleName(_("Continue {record}").format(record=name))
            first.addWidget(resume)
        words = kit.column(
            first,
            kit.ElidedLabel(title if record.subject else ltr(record.label), "caption"),
            kit.ElidedLabel(draft_line(record, iso(saved)), "caption", "muted"),
            space=0,
        )
        result = QFrame()
        layout = kit.row(space=12)
        layout.addWidget(kit.IconLabel("edit"), 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        result.setLayout(layout)
        return result

    def _continuing(self, record: RecordSummary) -> Callable[[], object]:
        return lambda: self.frame.show_page("form", record_id=record.record_id)


_LEGEND = (
    RecordState.DRAFT,
    RecordState.FINAL,
    RecordState.PACKAGE,
    RecordState.RECEIVED,
    RecordState.ACCEPTED,
)


def _legend(state: RecordState) -> QWidget:
    box = QWidget()
    sign = kit.IconLabel(kit.state_icon(state), f"state.{state}", 16)
    box.setLayout(kit.row(sign, kit.Label(kit.state_word(state), "caption", "muted"), space=4))
    return box


def _last_sent(seen: Glance) -> PackageEntry | None:
    sent = [entry for entry in seen.packages if entry.direction == "out"]
    return max(sent, key=lambda entry: entry.made_at) if sent else None

"""All queries: what is open, what was answered and waits for a package, what is settled."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from habitat_desktop.gui import jobs, kit, theme
from habitat_desktop.gui.home_asks import answer_in_form
from habitat_desktop.gui.markup import plain
from habitat_desktop.gui.outbox_texts import office_title, record_title, when
from habitat_desktop.gui.page import Page
from habitat_desktop.gui.query_texts import (
    SIGNS,
    question_of,
    record_of,
    spoken_row,
    stage_word,
    state_words,
    words_of,
)
from habitat_desktop.gui.query_thread import QueryThread
from habitat_desktop.gui.top_bar import SearchField
from habitat_desktop.i18n.catalogues import _, language, ngettext, pgettext
from habitat_desktop.i18n.text import fold, iso, ltr
from habitat_desktop.progress import Progress
from habitat_desktop.records.inquiries import STAGES, Inquiry

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow

_PANEL_FROM = 880  # logical px of the page; narrower pages show the list only
_ALWAYS = {"office": ("open", "waiting")}  # the other filters appear when there are any


class QueriesPage(Page):
    """The list of queries and the words of the chosen one. Enter goes to the question in the form."""

    def __init__(self, frame: "MainWindow") -> None:
        super().__init__(frame)
        self._is_office = self.workspace.settings.role == "office"
        self._all: list[Inquiry] = []
        self._shown: list[Inquiry] = []
        self._stage, self._text = "", ""
        self._wanted = ""
        self._is_read = False
        self._job: jobs.Job | None = None
        self._head = kit.PageHead("")
        self._search = SearchField()
        self._search.setMinimumWidth(220)
        self._search.searched.connect(self._search_for)
        self._search.entered.connect(self._search_for)
        self._chips = kit.StateChips()
        self._chips.chosen.connect(self._narrow)
        self.table = kit.Table("", two_lines=True)
        self.model = kit.CellTable(self.table)
        self.table.setModel(self.model)
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._choose())
        self.table.opened.connect(lambda _row: self.answer())
        self.talk = QueryThread()
        self.answer_button = kit.PrimaryButton("", does=self.answer)
        self._status = kit.Label("", "caption", "muted")
        self._lay_out()
        self.retranslate()

    def enter(self, **context: Any) -> None:
        """Show the queries; `context` may hold `stage`, `text`, and `query`, the id of one to choose."""
        if context:
            self._stage, self._text = str(context.get("stage", "")), str(context.get("text", ""))
            self._wanted = str(context.get("query", ""))
            self._search.setText(self._text)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self.refresh()

    def refresh(self) -> None:
        workspace, spoken = self.workspace, language()
        if self._job is not None:
            self._job.forget()

        def work(progress: Progress) -> list[Inquiry]:
            from habitat_desktop.records.inquiries import list_inquiries

            office = workspace.settings.office if workspace.settings.role == "office" else None
            with workspace.read() as session:
                return list_inquiries(
                    session, workspace.library.form, workspace.settings, language=spoken, office=office
                )

        self._job = jobs.run(work, self, done=self._take)

    def retranslate(self) -> None:
        self._head.set_texts(pgettext("page", "Queries"))
        self._search.name(_("Search queries and replies"))
        self.table.setAccessibleName(pgettext("page", "Queries"))
        if self._is_read:
            self.refresh()  # the questions come in the language they are read in
        self._show_all()

    def regions(self) -> Sequence[QWidget]:
        return (self._search, self.table, self.panel)

    def search(self, text: str) -> bool:
        self._search.setText(text)
        self._search_for(text)
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.panel.setVisible(self.width() >= _PANEL_FROM * theme.current().scale and bool(self._shown))
        self._fit_columns()

    def answer(self) -> None:
        """Go to the question in the form, with the panel open."""
        one = self.chosen()
        if one is not None:
            open_question(self.frame, one)

    def chosen(self) -> Inquiry | None:
        row = self.table.currentIndex().row()
        return self._shown[row] if 0 <= row < len(self._shown) else None

    # parts

    def _lay_out(self) -> None:
        self._stack = QStackedWidget()
        self._stack.addWidget(kit.frame("card", kit.column((self.table, 1), margins=(1, 1, 1, 1))))
        content = QWidget()
        content.setLayout(kit.column(self.talk, None, margins=(16, 12, 16, 12)))
        foot = kit.column(kit.line(), kit.row(self.answer_button, None, margins=(16, 8, 16, 12)), space=0)
        self.panel = kit.frame("card", kit.column((kit.scrolling(content), 1), foot, margins=(1, 1, 1, 1)))
        self._split = split = QSplitter(Qt.Orientation.Horizontal)
        split.setHandleWidth(12)
        split.setChildrenCollapsible(False)
        split.addWidget(self._stack)
        split.addWidget(self.panel)
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 0)
        side = theme.current().size("side_panel")
        split.setSizes([800, side])
        self.panel.setMinimumWidth(min(side, 260))
        tools = kit.flowing(self._search, self._status)
        self.setLayout(
            kit.column(self._head, tools, self._chips, (split, 1), space=12, margins=kit.PAGE_MARGINS)
        )

    def _fit_columns(self) -> None:
        office = () if self._is_office else (104,)
        self.table.set_columns(0, *office, 152, 96, 160, 80)

    # rows

    def _take(self, found: list[Inquiry]) -> None:
        self._job = None
        self._wanted = self._wanted or self._chosen_id()
        self._all, self._is_read = found, True
        if self._is_office:
            self.frame.set_badge("queries", sum(one.is_open for one in found))
        self._show_all()

    def _narrow(self, stage: str) -> None:
        self._stage = stage
        self._show_all()

    def _search_for(self, text: str) -> None:
        if text != self._text:
            self._text = text
            self._show_all()

    def _clear(self) -> None:
        self._stage = self._text = ""
        self._search.clear()
        self._show_all()

    def _show_all(self) -> None:
        wanted = self._wanted or self._chosen_id()
        words = fold(self._text).split()
        matching = [one for one in self._all if all(word in fold(spoken_row(one)) for word in words)]
        self._show_chips(matching)
        self._shown = [one for one in matching if self._stage in ("", one.stage)]
        office = () if self._is_office else (pgettext("column", "Office"),)
        heads = (
            pgettext("column", "Question"), *office, pgettext("column", "Return"),
            pgettext("column", "Asked"), pgettext("column", "State"), _("Next step"),
        )  # fmt: skip
        self.model.show_rows(heads, [self._row(one) for one in self._shown])
        self._fit_columns()
        kit.drop_pages(self._stack, 1)
        if not self._shown and self._is_read:
            self._stack.addWidget(kit.frame("card", kit.column(self._nothing())))
        self._stack.setCurrentIndex(self._stack.count() - 1)
        ids = [one.act_id for one in self._shown]
        kit.select_row(self.table, ids.index(wanted) if wanted in ids else 0)
        if self._is_read:
            self._wanted = ""
        self._choose()
        count = len(self._shown)
        text = ngettext("{count} query", "{count} queries", count).format(count=ltr(str(count)))
        self._status.setText(text if count else "")

    def _show_chips(self, matching: Sequence[Inquiry]) -> None:
        counts = Counter(one.stage for one in matching)
        chips = [kit.Chip("", pgettext("filter", "All"), len(matching))]
        always = _ALWAYS.get(self.workspace.settings.role, ("open",))
        for stage in STAGES:
            if counts[stage] or stage in always or stage == self._stage:
                icon = kit.state_icon(SIGNS[stage])
                chips.append(kit.Chip(stage, stage_word(stage), counts[stage], icon))
        self._chips.show_chips(chips, self._stage)

    def _row(self, one: Inquiry) -> tuple[kit.Cell, ...]:
        reason = " ".join(one.reason.split())[:300]
        if one.kind == "proposal":
            proposed = _("Proposed value: {value}").format(value=iso(words_of(one, one.proposed)))
            reason = f"{proposed} · {reason}"
        tone = "warning" if one.is_open else "text_muted"
        office = () if self._is_office else (kit.Cell(office_title(one.record.office)),)
        step = pgettext("button", "Answer") if self._may_answer(one) else pgettext("button", "Show")
        return (
            kit.Cell(plain(question_of(one)), reason, strong=one.is_open, icon="chat_help", icon_tone=tone),
            *office,
            kit.Cell(record_title(one.record), one.record.label),
            kit.Cell(one.person, when(one.at, self.frame.now()), tone="text_muted"),
            kit.Cell(state_words(one), kind="pill", state=SIGNS[one.stage]),
            kit.Cell(step, kind="link", tip=f"{step}: {one.question} · {record_of(one)}"),
        )

    def _may_answer(self, one: Inquiry) -> bool:
        return self._is_office and one.is_open

    def _nothing(self) -> QWidget:
        if self._stage not in ("", "open") or self._text:
            clear = kit.Button(_("Clear filters"), does=self._clear)
            title = _("Nothing found")
            if self._text:
                title = _("Nothing found for “{text}”").format(text=iso(self._text))
            return kit.EmptyState("search", title, "", clear)
        if not self._is_office:
            return kit.EmptyState(
                "chat_help", _("No queries yet"), _("What headquarters asks about a return stands here.")
            )
        sentence = _("Headquarters has no question for you.")
        settled = [one for one in self._all if one.stage in ("received", "closed")]
        last = max((_settled_at(one) for one in settled), default="")
        if last:
            sentence += " " + _("The last reply was of {date}.").format(
                date=iso(when(last, self.frame.now()))
            )
        return kit.EmptyState("chat_help", _("No open questions"), sentence)

    def _choose(self) -> None:
        one = self.chosen()
        self.talk.show_inquiry(one, self.frame.now(), with_record=True)
        fits = self.width() >= _PANEL_FROM * theme.current().scale
        self.panel.setVisible(one is not None and fits)
        may = one is not None and self._may_answer(one)
        self.answer_button.setText(_("Answer in the form") if may else _("Show in the form"))

    def _chosen_id(self) -> str:
        one = self.chosen()
        return one.act_id if one is not None else ""


def _settled_at(one: Inquiry) -> str:
    return one.answers[-1].at if one.answers else one.closing.at if one.closing else one.at


def open_question(frame: "MainWindow", one: Inquiry) -> bool:
    """Show the question of an inquiry in the form, with the panel open; to answer where that is due."""
    may = one.is_open and frame.workspace.settings.role == "office"
    return answer_in_form(frame, one.record, one.act_id, one.ref or "", may=may)

"""All records: chips that filter and count, search, the list, and what is known about the chosen one."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QSplitter, QStackedWidget, QWidget

from habitat_desktop.gui import commands, jobs, kit, theme
from habitat_desktop.gui.collation import in_order
from habitat_desktop.gui.page import Page
from habitat_desktop.gui.record_list import Filter, RecordList
from habitat_desktop.gui.record_panel import RecordPanel
from habitat_desktop.gui.top_bar import SearchField
from habitat_desktop.i18n.catalogues import _, language, ngettext, pgettext
from habitat_desktop.i18n.numbers import format_number
from habitat_desktop.i18n.periods import current_period, period_name, previous_period
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.progress import Progress
from habitat_desktop.records.record import RecordState, RecordSummary

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow

_PANEL_FROM = 880  # logical px of the page; narrower pages show the list only
_CHIPS = ("draft", "final", "package", "received", "accepted", "query", "conflict", "waiting", "withdrawn")
_ALWAYS = {  # the others appear when there are any
    "office": ("draft", "final", "package", "received", "accepted"),
    "region": ("received", "accepted"),
    "headquarters": ("received", "accepted"),
}


class RecordsPage(Page):
    """The list of records and the panel about the chosen one."""

    def __init__(self, frame: "MainWindow") -> None:
        super().__init__(frame)
        self._is_office = self.workspace.settings.role == "office"
        self._filter = Filter()
        self._wanted = ""  # the record to choose when the rows have come
        self._counts: dict[RecordState, int] = {}
        self._new = kit.PrimaryButton("", "add", lambda: commands.new_return(frame))
        self._new.setVisible(self._is_office)
        self._head = kit.PageHead("", "", self._new)
        self._search = SearchField()
        self._search.setMinimumWidth(220)
        self._search.searched.connect(self._search_for)
        self._search.entered.connect(self._search_for)
        self._forms, self._periods = QComboBox(), QComboBox()
        self._chips = kit.StateChips()
        self._chips.chosen.connect(lambda key: self._narrow(state=key))
        self.list = RecordList(self.workspace, frame.now, not self._is_office, self)
        self.list.loaded.connect(self._show_rows)
        self.panel = RecordPanel(frame)
        self.table = kit.Table("", two_lines=True)
        self.table.setModel(self.list)
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._choose())
        self.table.opened.connect(lambda _row: self.panel.act())
        self._status = kit.Label("", "caption", "muted")
        self._lay_out()
        self._forms.activated.connect(lambda _i: self._narrow(form_id=self._forms.currentData()))
        self._periods.activated.connect(lambda _i: self._narrow(period=self._periods.currentData()))
        self.retranslate()

    def enter(self, **context: Any) -> None:
        """Show the records; `context` may hold state, form_id, period, office, text and record_id."""
        self._wanted = context.pop("record_id", "")
        if context or self._wanted:
            self._filter = Filter(**context)
        self._search.setText(self._filter.text)
        self._fill_combos()
        self.refresh()

    def refresh(self) -> None:
        self._wanted = self._wanted or self._chosen_id()
        self._count()
        self.list.show_filter(self._filter)

    def retranslate(self) -> None:
        self._head.set_texts(_("Records"))
        self._new.setText(_("New return"))
        self._search.name(_("Search all answers, any language"))
        self._forms.setAccessibleName(_("Form"))
        self._periods.setAccessibleName(_("Period"))
        self.table.setAccessibleName(_("Records"))
        self._fill_combos()
        self._show_chips()
        wanted = self._chosen_id()
        self.list.forget_texts()
        self._fit_columns()
        kit.select_row(self.table, self.list.row_of(wanted))
        self.panel.retranslate()
        self._say()

    def regions(self) -> Sequence[QWidget]:
        return (self._search, self.table, self.panel)

    def search(self, text: str) -> bool:
        self._search.setText(text)
        self._search_for(text)
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.panel.setVisible(self.width() >= _PANEL_FROM * theme.current().scale)
        self._fit_columns()

    def _lay_out(self) -> None:
        self._empty = QStackedWidget()
        card = kit.frame("card", kit.column((self.table, 1), margins=(1, 1, 1, 1)))
        self._empty.addWidget(card)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setHandleWidth(12)
        split.setChildrenCollapsible(False)
        split.addWidget(self._empty)
        split.addWidget(self.panel)
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 0)
        side = theme.current().size("side_panel")
        split.setSizes([800, side])
        self.panel.setMinimumWidth(min(side, 260))
        tools = kit.flowing(self._search, self._forms, self._periods, self._status)
        self.setLayout(
            kit.column(self._head, tools, self._chips, (split, 1), space=12, margins=kit.PAGE_MARGINS)
        )

    def _fit_columns(self) -> None:
        office = () if self._is_office else (64,)
        self.table.set_columns(0, *office, 128, 160, 104, 120)

    # filters

    def _narrow(self, **changes: str) -> None:
        self._filter = replace(self._filter, **changes)
        self._show_chips()
        self.list.show_filter(self._filter)

    def _search_for(self, text: str) -> None:
        if text != self._filter.text:
            self._narrow(text=text)

    def _clear(self) -> None:
        self._filter = Filter()
        self._search.clear()
        self._fill_combos()
        self.refresh()

    def _fill_combos(self) -> None:
        titles = [(info.title(language()), info.form_id) for info in self.workspace.library.newest()]
        forms = in_order(titles, lambda row: row[0])
        _fill(self._forms, [(_("All forms"), ""), *forms], self._filter.form_id)
        today = self.frame.now().date()
        keys: list[str] = []
        for periodicity in ("half-year", "year", "biennium"):
            key: str | None = current_period(today, periodicity)
            for _step in range(3):
                if key is not None:
                    keys.append(key)
                    key = previous_period(key)
        if self._filter.period and self._filter.period not in keys:
            keys.insert(0, self._filter.period)
        periods = [(period_name(key, language()), key) for key in keys]
        _fill(self._periods, [(_("All periods"), ""), *periods], self._filter.period)

    def _count(self) -> None:
        workspace = self.workspace

        def work(progress: Progress) -> dict[RecordState, int]:
            from habitat_desktop.records import repository

            with workspace.read() as session:
                return repository.count_by_state(session)

        jobs.run(work, self, done=self._take_counts)

    def _take_counts(self, counts: dict[RecordState, int]) -> None:
        self._counts = counts
        self._show_chips()

    def _show_chips(self) -> None:
        chips = [kit.Chip("", pgettext("filter", "All"), sum(self._counts.values()))]
        for state in _CHIPS:
            count = self._counts.get(RecordState(state), 0)
            if count or state in _ALWAYS[self.workspace.settings.role] or state == self._filter.state:
                chips.append(kit.Chip(state, kit.state_word(state), count, kit.state_icon(state)))
        self._chips.show_chips(chips, self._filter.state)

    # rows

    def _show_rows(self) -> None:
        has_rows = self.list.rowCount() > 0
        kit.drop_pages(self._empty, 1)
        if not has_rows:
            self._empty.addWidget(self._nothing())
        self._empty.setCurrentIndex(0 if has_rows else 1)
        if has_rows and not self.table.currentIndex().isValid():
            kit.select_row(self.table, max(self.list.row_of(self._wanted), 0))
        self._wanted = ""
        self._choose()
        self._say()

    def _nothing(self) -> QWidget:
        if self._filter.is_open:
            actions = []
            if self._is_office:
                actions.append(
                    kit.PrimaryButton(_("New return"), "add", lambda: commands.new_return(self.frame))
                )
            title, text = _("No records yet"), _("Every return you begin is kept here, with its history.")
            state = kit.EmptyState("document_table", title, text, *actions)
        else:
            clear = kit.Button(_("Clear filters"), does=self._clear)
            total = sum(self._counts.values())
            text = ngettext("Searched {count} record.", "Searched {count} records.", total).format(
                count=total
            )
            title = _("Nothing found")
            if self._filter.text:
                title = _("Nothing found for “{text}”").format(text=iso(self._filter.text))
            state = kit.EmptyState("search", title, text, clear)
        return kit.frame("card", kit.column(state))

    def _choose(self) -> None:
        self.panel.show_record(self._chosen())

    def _chosen(self) -> RecordSummary | None:
        row = self.table.currentIndex().row()
        return self.list.record(row) if 0 <= row < self.list.rowCount() else None

    def _chosen_id(self) -> str:
        chosen = self._chosen()
        return chosen.record_id if chosen is not None else ""

    def _say(self) -> None:
        count = self.list.rowCount()
        shown = format_number(str(count), language())
        text = ngettext("{count} record", "{count} records", count).format(count=ltr(shown))
        self._status.setText(text if count else "")


def _fill(combo: QComboBox, items: Sequence[tuple[str, str]], chosen: str) -> None:
    combo.blockSignals(True)
    combo.clear()
    for text, value in items:
        combo.addItem(text, value)
    combo.setCurrentIndex(max(combo.findData(chosen), 0))
    combo.blockSignals(False)

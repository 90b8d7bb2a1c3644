"""All records: filters, the list with ticks, what can be done with those ticked, and the panel about one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QMenu, QSplitter, QStackedWidget, QWidget

from habitat_desktop.gui import commands, jobs, kit, theme
from habitat_desktop.gui.page import Page
from habitat_desktop.gui.record_actions import RecordActions
from habitat_desktop.gui.record_bulk import BulkBar
from habitat_desktop.gui.record_filters import RecordFilters
from habitat_desktop.gui.record_list import RecordList
from habitat_desktop.gui.record_panel import RecordPanel
from habitat_desktop.gui.record_table import RecordTable
from habitat_desktop.i18n.catalogues import _, ngettext
from habitat_desktop.i18n.text import iso
from habitat_desktop.records.list_views import (
    DOWNWARDS,
    USUAL,
    USUAL_OF_MANY,
    Filter,
    View,
    Views,
    columns_of,
    read_views,
    write_views,
)
from habitat_desktop.records.record import RecordSummary

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow

_PANEL_FROM = 880  # logical px of the page; narrower pages show the list only


class RecordsPage(Page):
    """The list of records and the panel about the chosen one."""

    def __init__(self, frame: "MainWindow") -> None:
        super().__init__(frame)
        self._is_office = self.workspace.settings.role == "office"
        self._view = View(columns=USUAL if self._is_office else USUAL_OF_MANY)
        self._wanted = ""  # the record to choose when the rows have come
        self._was_entered = False
        self._new = kit.PrimaryButton("", "add", lambda: commands.new_return(frame))
        self._new.setVisible(self._is_office)
        self._own = kit.Button("", icon="document_table", does=lambda: frame.show_page("workbook"))
        self._own.setVisible(self._is_office)
        self._head = kit.PageHead("", "", self._own, self._new)
        self.filters = RecordFilters(frame)
        self.filters.know_view(lambda: replace(self._view, name=""))
        self.list = RecordList(self.workspace, frame.now, self)
        self.table = RecordTable(self.list)
        self.bulk = BulkBar(frame)
        self.actions_of = RecordActions(frame, self, self._export_one)
        self.panel = RecordPanel(frame, self.actions_of)
        self._connect()
        self._lay_out()
        self._read_views()
        self.retranslate()

    def _connect(self) -> None:
        self.filters.changed.connect(self._filter_changed)
        self.filters.columns_chosen.connect(self._choose_columns)
        self.filters.view_chosen.connect(self._show_saved)
        self.filters.views_changed.connect(self._keep_views)
        self.list.loaded.connect(self._show_rows)
        self.list.ids_came.connect(self._choose_wanted)
        self.list.ticks_changed.connect(self._show_ticks)
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._choose())
        self.table.opened.connect(lambda _row: self.actions_of.open())
        self.table.sort_wanted.connect(self.sort_by)
        self.table.menu_wanted.connect(self._show_menu)
        self.bulk.clear_wanted.connect(self.list.clear_ticks)
        self.bulk.done.connect(self.list.keep_ticked)
        for keys, does in (
            ("Ctrl+F", self._find),
            ("Ctrl+P", self._print),
            ("Alt+Up", lambda: self._walk(-1)),
            ("Alt+Down", lambda: self._walk(1)),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(does)

    def _print(self) -> None:
        """Print what is ticked, else the chosen record."""
        if self.list.ticked:
            self.bulk.print()
        else:
            self.actions_of.print()

    # the page

    def enter(self, **context: Any) -> None:
        """Show the records; `context` may hold state, form_id, period, office, text and record_id."""
        self._wanted = context.pop("record_id", "")
        if context or self._wanted:
            self._view = replace(self._view, filter=Filter(**context))
        elif not self._was_entered:
            default = self.filters.views.named(self.filters.views.default)
            if default is not None:
                self._take_view(default)
        self._was_entered = True
        self.filters.show_filter(self._view.filter)
        self.refresh()

    def refresh(self) -> None:
        self._wanted = self._wanted or self._chosen_id()
        self.list.show_view(self._view)
        jobs.run(lambda _p: _known(self.workspace), self, done=self.filters.show_known)

    def retranslate(self) -> None:
        self._head.set_texts(_("Records"))
        self._new.setText(_("New return"))
        self._own.setText(_("Your own Excel workbook…"))
        self.table.setAccessibleName(_("Records"))
        self.filters.retranslate()
        self.bulk.retranslate()
        wanted = self._chosen_id()
        self.list.forget_texts()
        self.table.fit()
        kit.select_row(self.table, self.list.row_of(wanted))
        self.panel.retranslate()

    def regions(self) -> Sequence[QWidget]:
        return (self.filters, self.bulk, self.table, self.panel)

    def menu_actions(self) -> Sequence[QAction | None]:
        return self.actions_of.actions()

    def search(self, text: str) -> bool:
        self._view = replace(self._view, filter=replace(self._view.filter, text=text))
        self.filters.show_filter(self._view.filter)
        self.list.show_view(self._view)
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.panel.setVisible(self.width() >= _PANEL_FROM * theme.current().scale)
        self.table.fit()

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
        parts = (self._head, self.filters, self.bulk, self.bulk.progress, (split, 1))
        self.setLayout(kit.column(*parts, space=8, margins=kit.PAGE_MARGINS))

    def _find(self) -> None:
        self.filters.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filters.search.selectAll()

    def _walk(self, step: int) -> None:
        """Go to the record above or below, wherever the focus is."""
        row = self.table.currentIndex().row() + step
        kit.select_row(self.table, min(max(row, 0), self.list.rowCount() - 1))

    # what is shown

    def _filter_changed(self) -> None:
        self._view = replace(self._view, filter=self.filters.filter)
        self.list.show_view(self._view)

    def sort_by(self, column: str) -> None:
        """Sort by a column; once more turns the order round."""
        if column == self._view.sort:
            descending = not self._view.descending
        else:
            descending = column in DOWNWARDS
        self._view = replace(self._view, sort=column, descending=descending)
        self._show_order()
        self._wanted = self._chosen_id()
        self.list.show_view(self._view)

    def _show_order(self) -> None:
        self.table.show_sort(self._view.sort, self._view.descending)

    def _choose_columns(self, columns: tuple[str, ...]) -> None:
        self._view = replace(self._view, columns=columns)
        self._show_columns()
        self._keep_views(replace(self.filters.views, columns=columns))

    def _show_columns(self) -> None:
        wanted = self._chosen_id()
        self.list.show_columns(self._view.columns)
        self.table.fit()
        self._show_order()
        kit.select_row(self.table, self.list.row_of(wanted))

    def _show_saved(self, view: View | None) -> None:
        """Show a saved view, or all records as they are shown usually."""
        self._take_view(view or replace(self._view, filter=Filter()))
        self.filters.show_filter(self._view.filter)
        self.refresh()

    def _take_view(self, view: View) -> None:
        self._view = replace(view, name="", columns=columns_of(view.columns))
        self.filters.show_columns(self._view.columns)
        self._show_columns()

    def _read_views(self) -> None:
        views = read_views(self.workspace.folder)
        self.filters.views = views
        self._take_view(replace(self._view, columns=views.columns or self._view.columns))

    def _keep_views(self, views: Views) -> None:
        self.filters.views = views
        folder = self.workspace.folder
        jobs.run(lambda _p: write_views(folder, views), self, failed=self._not_kept)

    def _not_kept(self, error: Exception) -> None:
        if not isinstance(error, OSError):
            jobs.report_failure(error)
            return
        text = _("They hold until the program is closed. {problem}").format(problem=error.strerror or "")
        self.frame.notify("warning", _("Columns and views could not be kept"), text)

    def _clear(self) -> None:
        self._view = replace(self._view, filter=Filter())
        self.filters.show_filter(self._view.filter)
        self.refresh()

    # rows

    def _show_rows(self) -> None:
        self.filters.show_counts(self.list.counts)
        has_rows = self.list.rowCount() > 0
        kit.drop_pages(self._empty, 1)
        if not has_rows:
            self._empty.addWidget(self._nothing())
        self._empty.setCurrentIndex(0 if has_rows else 1)
        row = self.list.row_of(self._wanted)
        if has_rows and not self.table.currentIndex().isValid():
            kit.select_row(self.table, max(row, 0))
        if self._wanted and row < 0 and not self.list.knows_all:
            self.list.fetch_ids()
        else:
            self._wanted = ""
        self._choose()

    def _choose_wanted(self) -> None:
        """Choose the record that was asked for, once its row is known."""
        if self._wanted:
            kit.select_row(self.table, self.list.row_of(self._wanted))
            self._wanted = ""

    def _nothing(self) -> QWidget:
        if self._view.filter.is_open:
            actions = []
            if self._is_office:
                actions.append(
                    kit.PrimaryButton(_("New return"), "add", lambda: commands.new_return(self.frame))
                )
            title, text = _("No records yet"), _("Every return you begin is kept here, with its history.")
            state = kit.EmptyState("document_table", title, text, *actions)
        else:
            clear = kit.Button(_("Clear filters"), does=self._clear)
            total = sum(self.list.counts.values())
            text = ngettext("Searched {count} record.", "Searched {count} records.", total).format(
                count=total
            )
            title = _("Nothing found")
            if self._view.filter.text:
                title = _("Nothing found for “{text}”").format(text=iso(self._view.filter.text))
                text = _("Fewer words, or a part of one, find more.")
            state = kit.EmptyState("search", title, text, clear)
        return kit.frame("card", kit.column(state))

    def _choose(self) -> None:
        record = self._chosen()
        self.actions_of.show(record)
        self.panel.show_record(record)
        if self.frame.current_key == "records":
            self.frame.menus.show_page_actions(self)

    def _chosen(self) -> RecordSummary | None:
        row = self.table.currentIndex().row()
        return self.list.record(row) if 0 <= row < self.list.rowCount() else None

    def _chosen_id(self) -> str:
        chosen = self._chosen()
        return chosen.record_id if chosen is not None else ""

    def _show_ticks(self) -> None:
        self.bulk.show_ticked(tuple(self.list.ticked))

    def _show_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        self.actions_of.fill(menu)
        menu.popup(place)

    def _export_one(self, record_id: str) -> None:
        self.bulk.export_records((record_id,))


def _known(workspace: Any) -> Mapping[str, Sequence[str]]:
    """Return what the boxes can offer; runs on the worker."""
    from habitat_desktop.records import repository

    with workspace.read() as session:
        return {
            "period": repository.known_values(session, "period"),
            "office": repository.known_values(session, "office"),
            "country": repository.known_values(session, "country"),
        }

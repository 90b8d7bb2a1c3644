"""A repeat as a table, with the manners of a spreadsheet; every change is one of the draft."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QWidget

from habitat_desktop.errors import HabitatError
from habitat_desktop.gui import kit, theme
from habitat_desktop.gui.form_news import FormNews
from habitat_desktop.gui.markup import plain
from habitat_desktop.gui.repeat_grid_changes import GridChanges, spread_over
from habitat_desktop.gui.repeat_grid_menus import GridMenus
from habitat_desktop.gui.repeat_grid_model import GridModel
from habitat_desktop.gui.repeat_grid_paste import PasteSheet
from habitat_desktop.gui.repeat_grid_status import GridStatus
from habitat_desktop.gui.repeat_grid_view import GridView
from habitat_desktop.gui.sitting import Sitting
from habitat_desktop.i18n.catalogues import _, explain, ngettext, pgettext
from habitat_desktop.i18n.text import ltr
from habitat_desktop.records.entry_blocks import BlockOutcome
from habitat_desktop.records.repeat_columns import RepeatColumn

_WORDS_FROM = 900  # px of this widget at 100 %; below it the tools are signs


class RepeatGrid(QWidget):
    """The table of one repeat of the sitting, its tools, its status line, and the sheet for pasting.

    Sorting changes what is shown; the draft's order only by "Keep this order": headquarters compares
    entries by their ids, and an order nobody meant would show as a change of every one.
    """

    page_wanted = Signal(str)  # the ref of the entry to be shown as a page, or of the repeat

    def __init__(self, news: FormNews | None = None) -> None:
        super().__init__()
        self.sitting: Sitting | None = None
        self.repeat = ""
        self.model: GridModel | None = None
        self.changes: GridChanges | None = None
        self.news = news or FormNews()
        self._hidden: dict[str, set[str]] = {}  # paths of columns that are not shown, by repeat
        self.title = kit.ElidedLabel("", "subtitle", strong=True)
        self.hint = kit.ElidedLabel("", "caption", "muted")
        self.fill_button = kit.QuietButton("", "arrow_download", self.fill_down)
        self.sort_button = kit.QuietButton("", "arrow_sort", lambda: self.menus.open_sort())
        self.columns_button = kit.QuietButton("", "column_triple", lambda: self.menus.open_columns())
        self.copy_button = kit.QuietButton("", "copy", self.copy)
        self.paste_button = kit.Button("", icon="clipboard_paste", does=self.paste)
        self.pages_button = kit.Button("", icon="document", does=self.go_to_page)
        self.view = GridView()
        self.status = GridStatus()
        self.sheet = PasteSheet()
        self.sheet.hide()
        self.menus = GridMenus(self)
        self._lay_out(own_news=news is None)
        self._connect()
        self._sums = QTimer(self)
        self._sums.setSingleShot(True)
        self._sums.timeout.connect(self._show_sums)
        self.retranslate()

    # showing

    def show_repeat(self, sitting: Sitting, repeat: str, ref: str = "") -> None:
        """Show the entries of `repeat`; go to the cell of `ref`, else to the first."""
        self.sitting, self.repeat = sitting, repeat
        self.model = GridModel(sitting, repeat, self)
        self.changes = GridChanges(self.model)
        hidden = self._hidden.get(repeat, set())
        if hidden:
            self.model.show_columns([one for one in self.model.all_columns if one.path not in hidden])
        self.view.show_model(self.model)
        self.view.looked_at.connect(self._looked_at, Qt.ConnectionType.UniqueConnection)
        self._end_paste()
        self.retranslate()
        if not (ref and self.focus_cell(ref)):
            self.view.go(0, 0)
        self._looked_at()

    def retranslate(self) -> None:
        """Say everything in the language of now; a text that is being typed is taken first."""
        self._name_tools()
        self.view.set_name(_("Table of entries"))
        self.status.retranslate()
        if self.sitting is None or self.model is None:
            return
        node = self.sitting.node(self.repeat)
        self.title.setText(plain(node.label) or node.path.rpartition("/")[2])
        self.hint.setText(plain(node.hint))
        self.hint.setVisible(bool(node.hint))
        self.view.set_name(self.title.text())
        self.reload()
        if self.sheet.isVisible():
            self.sheet.retranslate()

    def reload(self) -> None:
        """Show everything again: entries came or went, or the language is another."""
        if self.model is None:
            return
        rows, columns = self.view.chosen()
        across, down = self.view.horizontalScrollBar().value(), self.view.verticalScrollBar().value()
        self.model.reload()
        self.view.horizontalScrollBar().setValue(across)
        self.view.verticalScrollBar().setValue(down)
        if rows and columns:
            last = self.model.rowCount() - 1
            self.view.choose(range(min(rows[0], last), min(rows[-1], last) + 1), columns)
        self._show_tools()
        self._looked_at()

    def refresh(self, refs: set[str]) -> None:
        """Show the cells of `refs` again."""
        if self.model is not None:
            self.model.refresh(refs)
            self._looked_at()

    def focus_cell(self, ref: str) -> bool:
        """Go to the cell of the question, or of the soft check, at `ref`; to the row of an entry."""
        if self.model is None:
            return False
        place = self.model.place_of(ref)
        if place is None and ref.startswith(f"{self.repeat}["):
            row = self.model.row_of(ref)
            if row is not None and row in self.model.order:
                place = (self.model.order.index(row), 0)
        if place is None:
            return False
        self.view.go(*place)
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def current_ref(self) -> str:
        """Return the ref of the question at the current cell, "" in the row for a new entry."""
        index = self.view.currentIndex()
        if self.model is None or not index.isValid() or self.model.is_new(index.row()):
            return ""
        return self.model.ref(index.row(), index.column())

    def current_entry(self) -> str:
        """Return the ref of the entry of the current row, "" in the row for a new one."""
        index = self.view.currentIndex()
        if self.model is None or not index.isValid() or self.model.is_new(index.row()):
            return ""
        return self.model.ref(index.row())

    def commit(self) -> None:
        """Take what is typed in an open editor."""
        self.view.commit()

    # what a person does

    def take(self, index: QPersistentModelIndex, text: str) -> None:
        """Take the text of an editor; where it can be read in several ways, ask which is meant."""
        if self.changes is None or not index.isValid():
            return
        row, column = index.row(), index.column()
        self._try(lambda: self.changes.take(row, column, text) if self.changes else None)
        offers = self.changes.offers(row, column)
        if offers:
            QTimer.singleShot(0, partial(self.menus.ask, row, column, offers))

    def copy(self) -> None:
        """Put the chosen cells into the clipboard."""
        if self.changes is not None:
            cells = self.view.chosen()
            if cells[0] and cells[1]:
                self.changes.copy(cells)

    def cut(self) -> None:
        """Copy the chosen cells and clear them."""
        self.copy()
        self.clear()

    def clear(self) -> None:
        """Clear the chosen cells that a person may answer."""
        if self._may_change() and self.changes is not None:
            cells, changes = self.view.chosen(), self.changes
            self._try(lambda: changes.clear(cells))

    def paste(self) -> None:
        """Paste what is in the clipboard from the first chosen cell on; what does not fit is shown first."""
        if not self._may_change() or self.changes is None:
            return
        changes, cells = self.changes, self.view.chosen()
        if not cells[0] or not cells[1]:
            return

        def plan() -> None:
            block = spread_over(changes.copied_block(), cells)
            if not block:
                self.news.tell("info", _("There is no text in the clipboard to paste. Copy cells first."))
                return
            made = changes.plan(changes.target(cells), block)
            if made.outcome is not None:
                self._end_paste()
                self._pasted(made.outcome, made.size)
                return
            self.sheet.show_plan(made)
            self.sheet.show()
            self.sheet.paste_all.setFocus(Qt.FocusReason.OtherFocusReason)

        self._try(plan)

    def fill_down(self) -> None:
        """Fill the first chosen row, or the row above, down over the others."""
        if self._may_change() and self.changes is not None:
            cells, changes = self.view.chosen(), self.changes
            self._try(lambda: self._tell_refused(changes.fill_down(cells)))

    def add_row(self) -> None:
        """Add an entry and go to its first cell."""
        if self.model is None or self.sitting is None or not self.model.may_add:
            return
        self.commit()
        sitting = self.sitting
        if self._try(lambda: sitting.add(self.repeat)):
            self.view.go(self.model.entries - 1, 0)
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def remove_rows(self) -> None:
        """Remove the entries of the chosen rows; a banner offers to take that back."""
        if not self._may_change() or self.changes is None or self.sitting is None:
            return
        rows, changes, sitting = self.view.chosen()[0], self.changes, self.sitting
        count = 0

        def remove() -> None:
            nonlocal count
            count = changes.remove(rows)

        if self._try(remove) and count:
            text = ngettext("{count} row was removed.", "{count} rows were removed.", count)
            undo = (pgettext("button", "Undo"), sitting.undo)
            self.news.tell("info", text.format(count=ltr(str(count))), undo)

    def sort(self, column: int, *, descending: bool = False) -> None:
        """Show the rows by a column, -1 as they stand in the form."""
        if self.model is None:
            return
        self.commit()
        way = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self.model.sort(column, way)
        for part in (self.view, self.view.frozen):
            part.head.sorted = (column, descending) if column >= 0 else None
            part.head.viewport().update()
        self._looked_at()

    def keep_order(self) -> None:
        """Let the draft have its entries in the order shown."""
        if self._may_change() and self.changes is not None and self._try(self.changes.keep_order):
            self.sort(-1)

    def show_column(self, column: RepeatColumn, on: bool) -> None:
        """Show or hide a column; the first one stays."""
        model = self.model
        if model is None or column is model.all_columns[0]:
            return
        self.commit()
        hidden = self._hidden.setdefault(self.repeat, set())
        (hidden.discard if on else hidden.add)(column.path)
        current = self.view.currentIndex().row()
        model.show_columns([one for one in model.all_columns if one.path not in hidden])
        self.view.go(max(0, current), 0)

    def show_all_columns(self) -> None:
        if self.model is not None:
            self._hidden.pop(self.repeat, None)
            self.model.show_columns(self.model.all_columns)
            self.view.go(0, 0)

    # inside

    def _may_change(self) -> bool:
        self.commit()
        return self.sitting is not None and not self.sitting.readonly

    def _try(self, does: Callable[[], object]) -> bool:
        """Do something to the draft; say why where it cannot be."""
        try:
            does()
        except HabitatError as error:
            self.news.tell("error", explain(error))
            return False
        return True

    def _carry_out(self, chosen: object) -> None:
        """Paste as the sheet says."""
        plan, changes = self.sheet.plan, self.changes
        if plan is None or changes is None:
            return
        assert isinstance(chosen, tuple)

        def paste() -> None:
            outcome = changes.paste(plan, chosen)
            self._end_paste()
            self._pasted(outcome, plan.size)

        self._try(paste)

    def _pasted(self, outcome: BlockOutcome, size: tuple[int, int]) -> None:
        rows, columns = self.view.chosen()
        if rows and columns and self.model is not None:
            last_row = min(rows[0] + size[0], self.model.entries)
            last_column = min(columns[0] + size[1], self.model.columnCount())
            self.view.choose(range(rows[0], max(last_row, rows[0] + 1)), range(columns[0], last_column))
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)
        self._tell_refused(outcome)

    def _tell_refused(self, outcome: BlockOutcome) -> None:
        if outcome.refused:
            count = len(outcome.refused)
            text = ngettext(
                "{count} cell does not take this value and was left as it is.",
                "{count} cells do not take this value and were left as they are.",
                count,
            )
            self.news.tell("warning", text.format(count=ltr(str(count))))

    def _end_paste(self) -> None:
        self.sheet.hide()
        self.sheet.plan = None
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _look_at_misfit(self, row: int, column: int) -> None:
        """Show the cell a misfit would go to."""
        model = self.model
        if model is None or self.sheet.plan is None or row not in model.order:
            return
        first = self.view.chosen()[1]
        wanted = (first[0] if first else 0) + column
        if wanted < model.columnCount():
            self.view.show_cell(model.index(model.order.index(row), wanted))

    def choose_reading(self, ref: str, value: str, _checked: bool = False) -> None:
        """Take what an unread text in the cell of `ref` stands for."""
        if self.sitting is not None:
            self.sitting.answer(ref, value)

    def go_to_page(self) -> None:
        """Show the entry of the current row as a page."""
        self.commit()
        self.page_wanted.emit(self.current_ref() or self.repeat)

    def _open_page(self, row: int) -> None:
        if self.model is not None:
            self.page_wanted.emit(self.model.ref(row))

    def _looked_at(self) -> None:
        self._sums.start(0)

    def _show_sums(self) -> None:
        if self.model is not None:
            self.status.show_range(self.model, self.view)

    def _show_tools(self) -> None:
        can = self.sitting is not None and not self.sitting.readonly
        self.fill_button.setVisible(can)
        self.paste_button.setVisible(can)

    def _name_tools(self) -> None:
        words = self.width() >= _WORDS_FROM * theme.current().scale
        for button, text, keys in (
            (self.fill_button, _("Fill down"), "Ctrl+D"),
            (self.sort_button, pgettext("button", "Sort"), ""),
            (self.columns_button, pgettext("button", "Columns"), ""),
            (self.copy_button, pgettext("button", "Copy"), "Ctrl+C"),
            (self.paste_button, _("Paste from Excel"), "Ctrl+V"),
            (self.pages_button, _("As pages"), "Ctrl+Shift+G"),
        ):
            button.setText(text if words else "")
            button.setAccessibleName(text)
            command = _("{command} ({keys})").format(command=text, keys=ltr(keys)) if keys else text
            button.setToolTip(command)

    def _sort_clicked(self, column: int) -> None:
        """Sort by a clicked head: once, the other way round, then as in the form."""
        now = self.view.head.sorted
        if now is None or now[0] != column:
            self.sort(column)
        elif not now[1]:
            self.sort(column, descending=True)
        else:
            self.sort(-1)

    # parts

    def _lay_out(self, *, own_news: bool) -> None:
        names = QWidget()
        names.setLayout(kit.column(self.title, self.hint, space=0))
        tools = kit.row(
            (names, 1),
            self.fill_button,
            self.sort_button,
            self.columns_button,
            self.copy_button,
            self.paste_button,
            self.pages_button,
            space=4,
        )
        card = kit.frame("card", kit.column(self.view, space=0, margins=(1, 1, 1, 1)))
        layout = kit.column(space=8)
        if own_news:
            layout.addWidget(self.news)
        layout.addLayout(tools)
        layout.addWidget(card, 1)
        layout.addWidget(self.status)
        layout.addWidget(self.sheet)
        self.setLayout(layout)

    def _connect(self) -> None:
        view = self.view
        view.ended.connect(self.take)
        view.cleared.connect(self.clear)
        view.page_wanted.connect(self._open_page)
        view.filled.connect(self._filled)
        view.sort_wanted.connect(self._sort_clicked)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(lambda _place: self.menus.open_cell())
        view.frozen.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.frozen.customContextMenuRequested.connect(lambda _place: self.menus.open_cell())
        self.sheet.wanted.connect(self._carry_out)
        self.sheet.given_up.connect(self._end_paste)
        self.sheet.cell_wanted.connect(self._look_at_misfit)
        for keys, does in (
            ("Ctrl+C", self.copy),
            ("Ctrl+X", self.cut),
            ("Ctrl+V", self.paste),
            ("Ctrl+D", self.fill_down),
            ("Ctrl+Return", self.add_row),
            ("Ctrl+Enter", self.add_row),
            ("Ctrl+-", self.remove_rows),
        ):
            shortcut = QShortcut(QKeySequence(keys), view)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(does)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self.sheet)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self._end_paste)

    def _filled(self, cells: object, source: object) -> None:
        changes = self.changes
        if changes is not None and isinstance(cells, tuple) and isinstance(source, tuple):
            self._try(lambda: self._tell_refused(changes.fill(cells, source)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._name_tools()
        self.status.set_narrow(self.width() < _WORDS_FROM * theme.current().scale)

"""The sheet under a table: what of a block from the clipboard does not fit, and what to do about each."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QFrame, QMenu

from habitat_desktop.gui import kit, theme
from habitat_desktop.gui.markup import plain
from habitat_desktop.i18n.catalogues import _, ngettext, pgettext
from habitat_desktop.i18n.text import ltr
from habitat_desktop.records.pasting import PastePlan, Remedy, rows_text, same_for_all, summary

_MOST_LINES = 5
_TEXT = 60  # signs of a cell that are shown
Index = QModelIndex | QPersistentModelIndex


class PasteSheet(QFrame):
    """Shows a plan; nothing is pasted before a button is pressed."""

    wanted = Signal(object)  # what is to be done about each misfit; () leaves them all
    given_up = Signal()
    cell_wanted = Signal(int, int)  # a row of the table and a column of the block to be looked at

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "card")
        self.plan: PastePlan | None = None
        self.chosen: list[Remedy] = []
        self.title = kit.Label("", strong=True)
        self.counts = kit.Label("", tone="muted")
        self.cancel = kit.QuietButton("", "", self.given_up.emit)
        self.paste_fitting = kit.Button("", does=lambda: self.wanted.emit(()))
        self.paste_all = kit.PrimaryButton("", does=lambda: self.wanted.emit(tuple(self.chosen)))
        self.table = kit.Table("")
        self.lines = _Lines(self)
        self.table.setModel(self.lines)
        self.table.opened.connect(self.open_menu)
        self.table.selectionModel().currentChanged.connect(lambda now, _old: self._look_at(now.row()))
        head = kit.row(
            kit.IconLabel("clipboard_paste", "accent"),
            self.title,
            (self.counts, 1),
            self.cancel,
            self.paste_fitting,
            self.paste_all,
            space=8,
            margins=(16, 8, 16, 8),
        )
        self.setLayout(kit.column(head, kit.line(), self.table, space=0, margins=(1, 1, 1, 1)))

    def show_plan(self, plan: PastePlan) -> None:
        """Show what does not fit, with the likeliest remedy for each."""
        self.plan = plan
        self.chosen = [misfit.remedies[0] for misfit in plan.misfits]
        self.retranslate()

    def retranslate(self) -> None:
        self.cancel.setText(pgettext("button", "Cancel"))
        self.paste_all.setText(_("Paste all as shown"))
        self.table.setAccessibleName(_("Cells that do not fit"))
        if self.plan is None:
            return
        rows, columns = self.plan.size
        title = _("Paste: {rows} × {columns}")
        row_words = ngettext("{count} row", "{count} rows", rows).format(count=ltr(str(rows)))
        column_words = ngettext("{count} column", "{count} columns", columns).format(count=ltr(str(columns)))
        self.title.setText(title.format(rows=row_words, columns=column_words))
        told = summary(self.plan)
        if self.plan.heading:
            left_out = _("The first row has the names of the columns and is left out.")
            told = f"{told} {left_out}"
        self.counts.setText(told)
        fitting = self.plan.fitting
        words = ngettext("Paste {count} cell", "Paste {count} cells", fitting)
        self.paste_fitting.setText(words.format(count=ltr(str(fitting))))
        self.paste_fitting.setEnabled(fitting > 0)
        self._fit()

    def remedies(self, line: int) -> tuple[Remedy, ...]:
        assert self.plan is not None
        return self.plan.misfits[line].remedies

    def choose(self, line: int, remedy: Remedy, *, for_all: bool = False) -> None:
        """Decide what is to be done about one misfit, or about all of its kind."""
        assert self.plan is not None
        self.chosen[line] = remedy
        if for_all:
            self.chosen = same_for_all(self.plan, self.chosen, line)
        self.lines.show_again()

    def open_menu(self, line: int) -> None:
        """Open the menu of what can be done about a misfit."""
        if self.plan is None or not 0 <= line < len(self.plan.misfits):
            return
        menu = self.menu_of(line)
        index = self.lines.index(line, self.lines.columnCount() - 1)
        rect = self.table.visualRect(index)
        corner = rect.bottomRight() if theme.current().rtl else rect.bottomLeft()
        menu.popup(self.table.viewport().mapToGlobal(corner))

    def menu_of(self, line: int) -> QMenu:
        """Return the menu of a misfit; where others are of its kind it can be settled for all of them."""
        assert self.plan is not None
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        kind = self.plan.misfits[line].kind
        same = sum(1 for misfit in self.plan.misfits if misfit.kind == kind)
        for for_all in (False, True) if same > 1 else (False,):
            if for_all:
                menu.addSection(_("For all {count} of this kind").format(count=ltr(str(same))))
            for remedy in self.remedies(line):
                action = QAction(shown_remedy(remedy), menu)
                action.setCheckable(True)
                action.setChecked(not for_all and remedy == self.chosen[line])
                action.triggered.connect(
                    lambda _on=False, one=remedy, all_=for_all: self.choose(line, one, for_all=all_)
                )
                menu.addAction(action)
        return menu

    def keyPressEvent(self, event: QKeyEvent) -> None:
        button = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(button, kit.Button):
            button.click()
            return
        super().keyPressEvent(event)

    def _look_at(self, line: int) -> None:
        if self.plan is not None and 0 <= line < len(self.plan.misfits):
            misfit = self.plan.misfits[line]
            self.cell_wanted.emit(misfit.rows[0], misfit.column)

    def _fit(self) -> None:
        assert self.plan is not None
        self.lines.show_again(reset=True)
        self.table.set_row_height()
        self.table.set_columns(150, 190, 150, 0, 250)
        shown = min(max(len(self.plan.misfits), 1), _MOST_LINES)
        high = self.table.verticalHeader().defaultSectionSize()
        self.table.setFixedHeight(self.table.horizontalHeader().height() + shown * high + 2)
        kit.select_row(self.table, 0)


def shown_remedy(remedy: Remedy) -> str:
    """Return what a remedy is called."""
    return plain(remedy.shown)


class _Lines(QAbstractTableModel):
    """One line for each misfit, made when it is shown."""

    def __init__(self, sheet: PasteSheet) -> None:
        super().__init__(sheet)
        self._sheet = sheet

    def show_again(self, *, reset: bool = False) -> None:
        if reset:
            self.beginResetModel()
            self.endResetModel()
        elif self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, 4))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        plan = self._sheet.plan
        return 0 if parent.isValid() or plan is None else len(plan.misfits)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 5

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        plan = self._sheet.plan
        if not index.isValid() or plan is None or index.row() >= len(plan.misfits):
            return None
        return kit.cell_data(self._cell(index.row(), index.column()), role)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (
            pgettext("of a table", "Cell"),
            pgettext("column of the form", "Question"),
            _("In the clipboard"),
            _("Why it does not fit"),
            _("What to do"),
        )[section]

    def _cell(self, line: int, column: int) -> kit.Cell:
        plan = self._sheet.plan
        assert plan is not None
        misfit = plan.misfits[line]
        if column == 0:
            place = _("{row}, column {column}")
            text = place.format(row=rows_text(misfit.rows), column=ltr(str(misfit.place)))
            return kit.Cell(text, strong=True)
        if column == 1:
            return kit.Cell(plain(misfit.question), tip=plain(misfit.question))
        if column == 2:
            text = " ".join(misfit.text.split())
            short = text if len(text) <= _TEXT else f"{text[: _TEXT - 1]}…"
            return kit.Cell(short, mono=short.isascii(), tip=text[:1000])
        if column == 3:
            return kit.Cell(plain(misfit.why), tip=plain(misfit.why))
        return kit.Cell(
            shown_remedy(self._sheet.chosen[line]), kind="link", icon="chevron_down", icon_tone="accent"
        )

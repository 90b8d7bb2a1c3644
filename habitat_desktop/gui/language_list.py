"""The list of the texts of a language: search, filters, place, and the rows."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QSizePolicy

from habitat_desktop.gui import kit
from habitat_desktop.gui.language_work import Typed, filter_word, list_cell, room_name
from habitat_desktop.gui.top_bar import SearchField
from habitat_desktop.i18n.catalogues import _, ngettext
from habitat_desktop.i18n.text import ltr
from habitat_desktop.i18n.text_rows import FILTERS, Filter, Id, TextRow, chosen, counts, rooms_of

Index = QModelIndex | QPersistentModelIndex


class TextModel(QAbstractTableModel):
    """The rows that are shown; a cell is made when it is looked at."""

    def __init__(self, typed: Callable[[Id], Typed | None], parent: QFrame) -> None:
        super().__init__(parent)
        self._typed = typed
        self.rows: list[TextRow] = []
        self._places: dict[Id, int] = {}
        self._cells: dict[int, kit.Cell] = {}

    def show_rows(self, rows: Sequence[TextRow]) -> None:
        self.beginResetModel()
        self.rows = list(rows)
        self._places = {row.id: number for number, row in enumerate(self.rows)}
        self._cells.clear()
        self.endResetModel()

    def place_of(self, id_: Id) -> int:
        return self._places.get(id_, -1)

    def replace(self, row: TextRow) -> None:
        """Show a text as it is now, in the place where it stands."""
        place = self.place_of(row.id)
        if place >= 0:
            self.rows[place] = row
            self.touch(row.id)

    def touch(self, id_: Id) -> None:
        """Say the cell of a text anew."""
        place = self.place_of(id_)
        if place >= 0:
            self._cells.pop(place, None)
            self.dataChanged.emit(self.index(place, 0), self.index(place, 0))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 1

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        number = index.row()
        if not 0 <= number < len(self.rows):
            return None
        cell = self._cells.get(number)
        if cell is None:
            row = self.rows[number]
            cell = self._cells[number] = list_cell(row, self._typed(row.id))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{cell.spoken}, {cell.tip}"
        return kit.cell_data(cell, role)


class TextList(QFrame):
    """Search, chips, place, list and the line below it."""

    chosen = Signal(object)  # the TextRow that became the current one
    opened = Signal()  # Enter: into the translation

    def __init__(self, typed: Callable[[Id], Typed | None]) -> None:
        super().__init__()
        self.setProperty("part", "rail")
        self._all: list[TextRow] = []
        self._index: dict[Id, int] = {}
        self._titles: Mapping[str, str] = {}
        self.filter: Filter = "all"
        self.room = ""
        self._is_quiet = False
        self.search = SearchField()
        self.search.searched.connect(lambda _text: self.show_chosen())
        self.search.entered.connect(lambda _text: self._into_list())
        self.rooms = QComboBox()
        self.rooms.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.rooms.setMinimumWidth(120)
        self.rooms.activated.connect(lambda _i: self._narrow(self.rooms.currentData()))
        self.chips = kit.StateChips()
        self.chips.chosen.connect(self._filter_by)
        self.filters = QComboBox()  # in place of the chips where they would take the room of the list
        self.filters.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.filters.setMinimumWidth(120)
        self.filters.activated.connect(lambda _i: self._filter_by(self.filters.currentData()))
        self.filters.hide()
        self.table = kit.Table("", two_lines=True)
        self.table.horizontalHeader().hide()
        self.model = TextModel(typed, self)
        self.table.setModel(self.model)
        self.table.setMinimumHeight(92)
        self.table.selectionModel().currentRowChanged.connect(lambda now, _was: self._tell(now.row()))
        self.table.opened.connect(lambda _row: self.opened.emit())
        self.found = kit.Label("", "caption", "muted")
        self.setLayout(
            kit.column(
                kit.row(
                    (kit.column(self.search, self.rooms, self.filters, self.chips, space=8), 1),
                    margins=(12, 12, 12, 8),
                ),
                kit.line(),
                (self.table, 1),
                kit.line(),
                kit.row(self.found, None, margins=(12, 4, 12, 4)),
                space=0,
            )
        )

    def set_compact(self, compact: bool) -> None:
        """Show the filters as a list to choose from, which takes one line."""
        self.filters.setVisible(compact)
        self.chips.setVisible(not compact)

    def retranslate(self) -> None:
        self.search.name(_("Search source or translation"))
        self.rooms.setAccessibleName(_("Where the text stands"))
        self.filters.setAccessibleName(_("Which texts"))
        self.table.setAccessibleName(_("Texts"))
        self.show_rows(self._all, self._titles)

    def show_rows(self, rows: Sequence[TextRow], titles: Mapping[str, str]) -> None:
        """Show other texts; filter, place and words stay, and the text that is the current one."""
        self._all, self._titles = list(rows), titles
        self._index = {row.id: place for place, row in enumerate(self._all)}
        self._fill_rooms()
        self.show_counts()
        self.show_chosen(keeps=True)
        self.table.set_columns(0)

    def replace(self, row: TextRow) -> None:
        """Show a text as it is now; it stays in its place also where the filter no longer fits."""
        place = self._index.get(row.id)
        if place is not None:
            self._all[place] = row
        self.model.replace(row)

    def show_counts(self) -> None:
        found = counts(self._all, self.room)
        chips = [kit.Chip(key, filter_word(key), found[key]) for key in FILTERS]
        self.chips.show_chips(chips, self.filter)
        self.filters.clear()
        for chip in chips:
            self.filters.addItem(f"{chip.text}  {ltr(str(chip.count))}", chip.key)
        self.filters.setCurrentIndex(self.filters.findData(self.filter))

    def show_chosen(self, *, keeps: bool = False) -> None:
        """Show the rows that fit; the current one stays where it fits, and with `keeps` in any case."""
        now = self.current()
        rows = chosen(self._all, self.filter, self.room, self.search.text())
        if keeps and now is not None and all(row.id != now.id for row in rows):
            known = {row.id: row for row in self._all}
            rows = [known[now.id], *rows] if now.id in known else rows
        self._is_quiet = True
        self.model.show_rows(rows)
        place = self.model.place_of(now.id) if now is not None else -1
        kit.select_row(self.table, max(place, 0))
        self._is_quiet = False
        text = ngettext("{count} text found", "{count} texts found", len(rows))
        self.found.setText(text.format(count=ltr(str(len(rows)))))
        self.chosen.emit(self.current())

    def current(self) -> TextRow | None:
        row = self.table.currentIndex().row()
        return self.model.rows[row] if 0 <= row < len(self.model.rows) else None

    def step(self, way: int) -> bool:
        """Make the next (1) or the previous (-1) text the current one; False at the end."""
        row = self.table.currentIndex().row() + way
        if not 0 <= row < len(self.model.rows):
            return False
        kit.select_row(self.table, row)
        return True

    def go_to(self, id_: Id) -> bool:
        """Make a text the current one, if need be without filter."""
        if self.model.place_of(id_) < 0:
            self.filter, self.room = "all", ""
            self.search.clear()
            self._fill_rooms()
            self.show_counts()
            self.show_chosen()
        place = self.model.place_of(id_)
        kit.select_row(self.table, place)
        return place >= 0

    def narrow(self, filter_: Filter = "all", room: str = "", words: str = "") -> None:
        """Show the texts of a filter, a place, with words."""
        self.filter, self.room = filter_, room
        self.search.setText(words)
        self._fill_rooms()
        self.show_counts()
        self.show_chosen()

    def _filter_by(self, key: Filter) -> None:
        self.filter = key
        self.show_counts()
        self.show_chosen()

    def _narrow(self, room: str) -> None:
        self.room = room
        self.show_counts()
        self.show_chosen()

    def _fill_rooms(self) -> None:
        self.rooms.clear()
        self.rooms.addItem(_("Everywhere"), "")
        for room in rooms_of(self._all):
            self.rooms.addItem(room_name(room, self._titles), room)
        self.rooms.setCurrentIndex(max(self.rooms.findData(self.room), 0))
        self.room = self.rooms.currentData()

    def _into_list(self) -> None:
        self.show_chosen()
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _tell(self, row: int) -> None:
        if not self._is_quiet and 0 <= row < len(self.model.rows):
            self.chosen.emit(self.model.rows[row])

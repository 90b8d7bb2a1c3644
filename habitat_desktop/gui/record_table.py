"""The table of records: sorted by its headings, ticked by Space and Ctrl+A, with a menu for each row."""

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHeaderView

from habitat_desktop.gui import kit, theme
from habitat_desktop.gui.record_columns import COLUMNS, TICK
from habitat_desktop.gui.record_list import RecordList

_SHIFT, _CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


class RecordTable(kit.Table):
    """Shows a `RecordList`. Enter opens; Space ticks; the Menu key and a right click ask for the menu."""

    sort_wanted = Signal(str)  # the name of a column
    menu_wanted = Signal(QPoint)  # where, on the screen; the row is the current one

    def __init__(self, model: RecordList) -> None:
        super().__init__("", two_lines=True)
        self.list = model
        self._ticked_last = -1
        # an opaque viewport is scrolled by moving what is painted: only the new strip is painted again
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setModel(model)
        head = self.horizontalHeader()
        head.setSectionsClickable(True)
        head.setSortIndicatorShown(True)
        head.sectionClicked.connect(self._sort)
        model.modelReset.connect(self.fit)

    def fit(self) -> None:
        """Give every column its width."""
        self.set_columns(TICK, *(COLUMNS[name].width for name in self.list.columns))
        if self.horizontalHeader().count():
            self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)

    def show_sort(self, column: str, descending: bool) -> None:
        """Mark the heading the list is sorted by."""
        # Fusion points upwards for descending; people know the arrow that points down from Excel
        order = Qt.SortOrder.AscendingOrder if descending else Qt.SortOrder.DescendingOrder
        section = self.list.columns.index(column) + 1 if column in self.list.columns else -1
        self.horizontalHeader().setSortIndicator(section, order)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), theme.current().colour("surface"))
        painter.end()
        super().paintEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.currentIndex().row()
        if event.key() == Qt.Key.Key_Space and row >= 0:
            if event.modifiers() & _SHIFT and self._ticked_last >= 0:
                self.list.tick_range(self._ticked_last, row)
            else:
                self.list.tick(row)
            self._ticked_last = row
        elif event.key() == Qt.Key.Key_A and event.modifiers() & _CONTROL:
            self.list.tick_all()
        elif event.key() == Qt.Key.Key_Menu and row >= 0:
            self._ask_for_menu()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid() and index.column() == 0:
            if event.modifiers() & _SHIFT and self._ticked_last >= 0:
                self.list.tick_range(self._ticked_last, index.row())
            else:
                self.list.tick(index.row())
            self._ticked_last = index.row()
            return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and index.column() == 0:
            self.list.tick(index.row())  # the second click of two quick ones
            return
        super().mouseDoubleClickEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            index = self.indexAt(event.pos())
            if not index.isValid():
                return
            kit.select_row(self, index.row())
            self.menu_wanted.emit(event.globalPos())
        elif self.currentIndex().isValid():
            self._ask_for_menu()

    def _ask_for_menu(self) -> None:
        place: QModelIndex = self.model().index(self.currentIndex().row(), 1)
        self.menu_wanted.emit(self.viewport().mapToGlobal(self.visualRect(place).center()))

    def _sort(self, section: int) -> None:
        if section > 0:
            self.sort_wanted.emit(self.list.columns[section - 1])
        else:
            self.list.tick_all()

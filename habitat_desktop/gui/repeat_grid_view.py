"""The view of a table of entries: keys and mouse as in Excel, the first column always in sight."""

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from habitat_desktop.gui import theme
from habitat_desktop.gui.repeat_grid_cells import PADDING, GridCells
from habitat_desktop.gui.repeat_grid_head import GridHead
from habitat_desktop.gui.repeat_grid_model import GridModel

_HANDLE = 7  # px of the square that is drawn down to fill
_WIDTHS = {"text": 190, "select_one": 180, "select_multiple": 200, "date": 110, "geopoint": 150}
_NUMBER_WIDTH, _FIRST_WIDTH, _OTHER_WIDTH = 104, 196, 130
_SHIFT, _CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
_ARROWS = {
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
}


class _Part(QTableView):
    """What both views of the table have in common; mouse events go to the whole."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAutoScroll(False)
        self.cells = GridCells(self)
        self.setItemDelegate(self.cells)
        self.head = GridHead(self)
        self.setHorizontalHeader(self.head)

    def whole(self) -> "GridView":
        raise NotImplementedError

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.whole().mouse_pressed(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.whole().mouse_moved(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.whole().mouse_released(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.whole().mouse_double_clicked(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        whole = self.whole()
        current = whole.currentIndex()
        if not current.isValid():
            return
        look = theme.current()
        painter = QPainter(self.viewport())
        rect = self.visualRect(current)
        is_mine = (current.column() == 0) == (self is whole.frozen) or not whole.frozen.isVisible()
        if is_mine and rect.isValid():
            token = "accent" if whole.has_keys() else "border_strong"
            painter.setPen(QPen(look.colour(token), 2))
            painter.drawRect(rect.adjusted(1, 1, -2, -2))
        corner = whole.handle_in(self)
        if corner.isValid():
            painter.fillRect(corner, look.colour("surface"))
            painter.fillRect(corner.adjusted(1, 1, -1, -1), look.colour("accent"))


class _Frozen(_Part):
    """The first column, over the table that scrolls below it."""

    def __init__(self, whole: "GridView") -> None:
        super().__init__(whole)
        self._whole = whole
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.verticalHeader().hide()
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def whole(self) -> "GridView":
        return self._whole


class GridView(_Part):
    """The table. The current cell is where a range began; the range reaches to `extent`."""

    ended = Signal(object, str)  # an index and the text that was given for it
    cleared = Signal()  # Delete
    page_wanted = Signal(int)  # the row whose entry is to be opened as a page
    filled = Signal(object, object)  # the range that is filled, and the range it is filled from
    looked_at = Signal()  # another cell or range is chosen
    sort_wanted = Signal(int)

    def __init__(self) -> None:
        self.frozen: _Frozen = None  # type: ignore[assignment]
        super().__init__()
        self._extent = (-1, -1)  # where the range ends
        self._drags: str = ""  # "range" or "fill" while a button is down
        self._home = 0  # the column a row of Tabs began in
        self.frozen = _Frozen(self)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
        self.setMouseTracking(True)
        down = self.verticalHeader()
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setHighlightSections(False)
        down.setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)
        self.verticalScrollBar().valueChanged.connect(self.frozen.verticalScrollBar().setValue)
        self.frozen.verticalScrollBar().valueChanged.connect(self.verticalScrollBar().setValue)
        self.head.sectionResized.connect(self._resized)
        self.frozen.head.sectionResized.connect(lambda section, _old, new: self.setColumnWidth(section, new))
        down.sectionPressed.connect(lambda row: self._whole_row(row, extend=False))
        down.sectionEntered.connect(lambda row: self._whole_row(row, extend=True))
        for part in (self, self.frozen):
            part.head.sectionClicked.connect(self.sort_wanted)
            part.cells.taken.connect(self.ended)
            part.cells.left.connect(self._left_editor)

    def whole(self) -> "GridView":
        return self

    def show_model(self, model: GridModel) -> None:
        """Show the cells of `model`; both parts share what is chosen."""
        self.setModel(model)
        self.frozen.setModel(model)
        self.frozen.setSelectionModel(self.selectionModel())
        self.selectionModel().selectionChanged.connect(lambda *_: self._selection_changed())
        self.selectionModel().currentChanged.connect(lambda *_: self._selection_changed())
        model.modelReset.connect(self.fit)
        self.fit()

    @property
    def grid(self) -> GridModel:
        model = self.model()
        assert isinstance(model, GridModel)
        return model

    def set_name(self, name: str) -> None:
        """Tell screen readers what this table is."""
        for part in (self, self.frozen, *self.findChildren(QAbstractButton)):
            part.setAccessibleName(name)

    def fit(self) -> None:
        """Give rows and columns their sizes in the look of now."""
        look, model = theme.current(), self.grid
        high = max(look.size("grid_row"), look.metrics("body").height() + 8)
        self.verticalHeader().setDefaultSectionSize(high)
        self.frozen.verticalHeader().setDefaultSectionSize(high)
        digits = look.metrics("caption").horizontalAdvance("0" * max(2, len(str(model.rowCount()))))
        self.verticalHeader().setFixedWidth(digits + 2 * PADDING)
        for number in range(model.columnCount()):
            self.setColumnWidth(number, self._width_of(number))
        for number in range(1, model.columnCount()):
            self.frozen.setColumnHidden(number, True)
        self.frozen.setColumnHidden(0, False)
        self.head.fit(model)
        self.frozen.head.setFixedHeight(self.head.height())
        self._place_frozen()

    def _width_of(self, number: int) -> int:
        column = self.grid.columns[number]
        kind = column.question.type if column.question is not None else ""
        width = _NUMBER_WIDTH if column.is_number else _WIDTHS.get(kind, _OTHER_WIDTH)
        return round((_FIRST_WIDTH if number == 0 else width) * theme.current().scale)

    # where the keyboard is

    def has_keys(self) -> bool:
        return self.hasFocus() or self.editor_open()

    def editor_open(self) -> bool:
        return self.cells.editor is not None or self.frozen.cells.editor is not None

    def commit(self) -> None:
        """Take what is typed in an open editor."""
        self.cells.commit()
        self.frozen.cells.commit()

    def chosen(self) -> tuple[range, range]:
        """Return the rows and the columns of the range; empty ones where nothing is chosen."""
        current = self.currentIndex()
        if not current.isValid():
            return range(0), range(0)
        row, column = self._extent
        rows = sorted((current.row(), row if row >= 0 else current.row()))
        columns = sorted((current.column(), column if column >= 0 else current.column()))
        return range(rows[0], rows[1] + 1), range(columns[0], columns[1] + 1)

    def go(self, row: int, column: int, *, extend: bool = False, keep_home: bool = False) -> None:
        """Go to a cell and show it, or let the range reach to it."""
        model = self.grid
        if not model.rowCount() or not model.columnCount():
            return
        row = min(max(row, 0), model.rowCount() - 1)
        column = min(max(column, 0), model.columnCount() - 1)
        index = model.index(row, column)
        if extend and self.currentIndex().isValid():
            self._extent = (row, column)
            self._select(self.currentIndex(), index)
        else:
            self._extent = (row, column)
            if not keep_home:
                self._home = column
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.show_cell(index)
        self._update()

    def choose(self, rows: range, columns: range) -> None:
        """Choose a range that begins at its first cell."""
        if rows and columns:
            self.go(rows[0], columns[0])
            self.go(rows[-1], columns[-1], extend=True)

    def show_cell(self, index: QModelIndex) -> None:
        """Scroll so that the cell is not under the first column."""
        if index.column() == 0:
            bar = self.verticalScrollBar()
            rect = self.visualRect(index)
            if rect.top() < 0:
                bar.setValue(bar.value() + rect.top())
            elif rect.bottom() > self.viewport().height():
                bar.setValue(bar.value() + rect.bottom() - self.viewport().height() + 1)
            return
        self.scrollTo(index)
        rect, cover = self.visualRect(index), self.frozen.width()
        hidden = (
            rect.right() - (self.viewport().width() - cover) + 1
            if self.isRightToLeft()
            else cover - rect.left()
        )
        if hidden > 0:
            bar = self.horizontalScrollBar()
            bar.setValue(bar.value() - hidden)

    def edit_cell(self, typed: str | None = None) -> bool:
        """Open the editor of the current cell, with `typed` in place of its text; False where it has none."""
        index = self.currentIndex()
        if not index.isValid() or not self.grid.may_edit(index):
            return False
        self.go(index.row(), index.column(), keep_home=True)
        part: _Part = self.frozen if index.column() == 0 else self
        part.cells.type_over(typed)
        part.edit(index)
        part.cells.begin(index)
        return True

    def handle_in(self, part: _Part) -> QRect:
        """Return the square at the end of the range, where it lies in `part`."""
        rows, columns = self.chosen()
        model = self.model()
        if not rows or not columns or model is None or self.grid.sitting.readonly or self.editor_open():
            return QRect()
        if (columns[-1] == 0) != (part is self.frozen):
            return QRect()
        rect = self.visualRect(self.grid.index(rows[-1], columns[-1]))
        if part is self.frozen:
            rect = self.frozen.visualRect(self.grid.index(rows[-1], columns[-1]))
        x = rect.left() if self.isRightToLeft() else rect.right() - _HANDLE + 1
        return QRect(x, rect.bottom() - _HANDLE + 1, _HANDLE, _HANDLE)

    # keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = event.modifiers()
        shift, control = bool(keys & _SHIFT), bool(keys & _CONTROL)
        if not self.currentIndex().isValid() and self.grid.rowCount():
            self.go(0, 0)
        if keys & Qt.KeyboardModifier.AltModifier and not control:
            event.ignore()
        elif self._moves(Qt.Key(event.key()), shift=shift, control=control) or self._acts(event):
            event.accept()
        else:
            event.ignore()

    def _moves(self, key: Qt.Key, *, shift: bool, control: bool) -> bool:
        """Go where `key` leads, or let the range reach there; False where it leads nowhere."""
        here = self._from()
        last = max(0, self.grid.entries - 1)
        if key in _ARROWS:
            self._arrow(key, shift=shift, control=control)
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            return self._tab(-1 if shift or key == Qt.Key.Key_Backtab else 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not control:
            self._enter(-1 if shift else 1)
        elif key == Qt.Key.Key_Home:
            self.go(0 if control else here[0], 0, extend=shift)
            self.horizontalScrollBar().setValue(0)
        elif key == Qt.Key.Key_End:
            self.go(last if control else here[0], self.grid.columnCount() - 1, extend=shift)
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown) and not control:
            page = max(1, self.viewport().height() // self.verticalHeader().defaultSectionSize() - 1)
            step = page if key == Qt.Key.Key_PageDown else -page
            self.go(here[0] + step, here[1], extend=shift)
        elif key == Qt.Key.Key_A and control:
            self.choose(range(self.grid.entries), range(self.grid.columnCount()))
        elif key == Qt.Key.Key_Space and control:
            self.choose(range(self.grid.entries), self.chosen()[1])
        elif key == Qt.Key.Key_Space and shift:
            self.choose(self.chosen()[0], range(self.grid.columnCount()))
        else:
            return False
        return True

    def _acts(self, event: QKeyEvent) -> bool:
        """Change the current cell; False where the key does not."""
        key, control = event.key(), bool(event.modifiers() & _CONTROL)
        if key == Qt.Key.Key_F2:
            self._open_current()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and not control:
            self.cleared.emit()
        elif event.text() and event.text().isprintable() and not control:
            return self.edit_cell(event.text())
        else:
            return False
        return True

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Let what an input method makes begin an answer, as a typed letter does."""
        text = event.commitString()
        if text or event.preeditString():
            self.edit_cell(text)
        event.accept()

    def _from(self) -> tuple[int, int]:
        """Return the end of the range that a key moves."""
        index = self.currentIndex()
        return self._extent if self._extent[0] >= 0 else (index.row(), index.column())

    def _arrow(self, key: Qt.Key, *, shift: bool, control: bool) -> None:
        down, across = _ARROWS[key]
        if self.isRightToLeft():  # to the left of the screen is the next column
            across = -across
        index = self.currentIndex()
        row, column = self._from() if shift else (index.row(), index.column())
        if control:
            row, column = self._edge(row, column, down, across)
        else:
            row, column = row + down, column + across
        self.go(row, column, extend=shift)

    def _edge(self, row: int, column: int, down: int, across: int) -> tuple[int, int]:
        """Return the last cell that way before a blank one, or the next that is not blank, as in Excel."""
        rows, columns = max(1, self.grid.entries), self.grid.columnCount()

        def inside(r: int, c: int) -> bool:
            return 0 <= r < rows and 0 <= c < columns

        def full(r: int, c: int) -> bool:
            return bool(self.grid.value(r, c))

        r, c = row + down, column + across
        if not inside(r, c):
            return row, column
        stops_at_blank = full(row, column) and full(r, c)
        while inside(r + down, c + across):
            ahead = full(r + down, c + across)
            if (stops_at_blank and not ahead) or (not stops_at_blank and full(r, c)):
                break
            r, c = r + down, c + across
        return r, c

    def _tab(self, by: int) -> bool:
        """Go to the next cell; past the last one of a row to the next row, past the table nowhere."""
        index, width = self.currentIndex(), self.grid.columnCount()
        place = index.row() * width + index.column() + by
        if not 0 <= place < self.grid.rowCount() * width:
            return False
        self.go(place // width, place % width, keep_home=True)
        return True

    def _enter(self, by: int) -> None:
        index = self.currentIndex()
        column = self.grid.columns[index.column()]
        if column.question is None and not self.grid.is_new(index.row()):
            self.page_wanted.emit(index.row())
            return
        self.go(index.row() + by, self._home)

    def _open_current(self) -> None:
        index = self.currentIndex()
        if not self.edit_cell() and index.isValid() and not self.grid.is_new(index.row()):
            question = self.grid.columns[index.column()].question
            if question is None:
                self.page_wanted.emit(index.row())

    def _left_editor(self, rows: int, columns: int) -> None:
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        index = self.currentIndex()
        if columns:
            self._tab(columns)
        elif rows:
            self.go(index.row() + rows, self._home)
        self._update()

    # mouse

    def mouse_pressed(self, event: QMouseEvent) -> None:
        self.commit()
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        place = event.globalPosition().toPoint()
        if event.button() == Qt.MouseButton.LeftButton and self._on_handle(place):
            self._drags = "fill"
            self._filled_from = self.chosen()
            return
        index = self._index_at(place)
        if not index.isValid():
            return
        if event.button() == Qt.MouseButton.RightButton:
            rows, columns = self.chosen()
            if index.row() in rows and index.column() in columns:
                return
        self._drags = "range" if event.button() == Qt.MouseButton.LeftButton else ""
        self.go(index.row(), index.column(), extend=bool(event.modifiers() & _SHIFT))

    def mouse_moved(self, event: QMouseEvent) -> None:
        place = event.globalPosition().toPoint()
        if not event.buttons() & Qt.MouseButton.LeftButton:
            over = self._on_handle(place)
            shape = Qt.CursorShape.CrossCursor if over else Qt.CursorShape.ArrowCursor
            self.viewport().setCursor(shape)
            self.frozen.viewport().setCursor(shape)
            return
        index = self._index_at(place)
        if not index.isValid():
            return
        if self._drags == "range":
            self.go(index.row(), index.column(), extend=True)
        elif self._drags == "fill":
            rows, columns = self._filled_from
            self.choose(range(rows[0], max(rows[-1], index.row()) + 1), columns)

    def mouse_released(self, event: QMouseEvent) -> None:
        if self._drags == "fill" and self.chosen() != self._filled_from:
            self.filled.emit(self.chosen(), self._filled_from)
        self._drags = ""

    def mouse_double_clicked(self, event: QMouseEvent) -> None:
        index = self._index_at(event.globalPosition().toPoint())
        if index.isValid() and event.button() == Qt.MouseButton.LeftButton:
            self.go(index.row(), index.column())
            self._open_current()

    def _index_at(self, place: QPoint) -> QModelIndex:
        at = self.frozen.viewport().mapFromGlobal(place)
        if self.frozen.viewport().rect().contains(at):
            return self.frozen.indexAt(at)
        return self.indexAt(self.viewport().mapFromGlobal(place))

    def _on_handle(self, place: QPoint) -> bool:
        for part in (self.frozen, self):
            corner = self.handle_in(part).adjusted(-3, -3, 3, 3)
            if corner.isValid() and corner.contains(part.viewport().mapFromGlobal(place)):
                return True
        return False

    # parts

    def _select(self, one: QModelIndex, other: QModelIndex) -> None:
        model = self.grid
        top, bottom = sorted((one.row(), other.row()))
        first, last = sorted((one.column(), other.column()))
        block = QItemSelection(model.index(top, first), model.index(bottom, last))
        self.selectionModel().select(block, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _selection_changed(self) -> None:
        self.looked_at.emit()
        self._update()

    def _whole_row(self, row: int, *, extend: bool) -> None:
        """Choose a row by its number, or the rows up to it."""
        self.commit()
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if self.grid.is_new(row):
            self.go(row, 0)
            return
        first = self.currentIndex().row() if extend and self.currentIndex().isValid() else row
        self.go(first, 0)
        self.go(row, self.grid.columnCount() - 1, extend=True)
        self.horizontalScrollBar().setValue(0)

    def _update(self) -> None:
        self.viewport().update()
        self.frozen.viewport().update()

    def _resized(self, section: int, _old: int, new: int) -> None:
        if section == 0:
            self.frozen.setColumnWidth(0, new)
            self._place_frozen()
        self.head.viewport().update()

    def _place_frozen(self) -> None:
        wide = self.columnWidth(0)
        high = self.viewport().height() + self.head.height()
        numbers = self.verticalHeader().width()
        x = self.width() - numbers - wide - self.frameWidth() if self.isRightToLeft() else numbers
        self.frozen.setGeometry(x + self.frameWidth(), self.frameWidth(), wide, high)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.frozen is not None and self.model() is not None:
            self._place_frozen()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        turned = event.type() in (QEvent.Type.StyleChange, QEvent.Type.LayoutDirectionChange)
        if turned and self.frozen is not None and self.model() is not None:
            self.fit()

"""Paints the cells of a table of entries, and opens their editors."""

from PySide6.QtCore import QEvent, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from habitat_desktop.gui import icons, theme
from habitat_desktop.gui.repeat_grid_editors import CellEditor, EditorKeys, make_editor
from habitat_desktop.gui.repeat_grid_model import GRID_ROLE, GridCell, GridModel, Index
from habitat_desktop.i18n.text import has_rtl, ltr

PADDING = 10
_SIGN = 16
_SIGNS = {"error": ("error_circle", "error"), "warning": ("warning", "warning")}
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute | _MIDDLE


class GridCells(QStyledItemDelegate):
    """One painter for a view of a `GridModel`."""

    taken = Signal(object, str)  # the index, and the text that was given for it
    left = Signal(int, int)  # the editor is done: go so many rows and columns; (0, 0) stays

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.editor: CellEditor | None = None
        self._typed: str | None = None

    # painting

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, GridModel):
            return
        cell = model.cell(index.row(), index.column())
        look = theme.current()
        box = option.rect
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(box, look.colour("selection" if is_chosen else self._ground(cell)))
        x, y, width, high = box.x(), box.y(), box.width(), box.height()
        border = look.colour("border")
        painter.fillRect(x, y + high - 1, width, 1, border)
        painter.fillRect(x if look.rtl else x + width - 1, y, 1, high, border)
        if not cell.text and not cell.sign:
            return
        painter.save()
        if cell.sign == "error":
            painter.setPen(QPen(look.colour("error"), 2))
            painter.drawRect(box.adjusted(1, 1, -2, -2))
        room = box.adjusted(PADDING, 0, -PADDING, -1)
        if cell.sign:
            name, tone = _SIGNS[cell.sign]
            place = QRect(room.x() - 2, room.center().y() - _SIGN // 2 + 1, _SIGN, _SIGN)
            place = QStyle.visualRect(look.direction, room, place)
            painter.drawPixmap(place.topLeft(), icons.pixmap(name, tone, _SIGN, True))
            rest = QRect(room.x() + _SIGN + 2, room.y(), room.width() - _SIGN - 2, room.height())
            room = QStyle.visualRect(look.direction, room, rest)
        if cell.text:
            self._text(painter, room, cell, index.column() == 0 and not cell.hint, look)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        cell = index.data(GRID_ROLE)
        look = theme.current()
        if not isinstance(cell, GridCell):
            return QSize(0, look.size("grid_row"))
        wide = look.metrics("body", index.column() == 0).horizontalAdvance(cell.text)
        return QSize(wide + 2 * PADDING + (_SIGN + 2 if cell.sign else 0), look.size("grid_row"))

    @staticmethod
    def _ground(cell: GridCell) -> str:
        if not cell.asked:
            return "sunken"
        return "surface_alt" if cell.calculated else "surface"

    @staticmethod
    def _text(painter: QPainter, box: QRect, cell: GridCell, strong: bool, look: theme.Theme) -> None:
        painter.setFont(look.font("body", strong))
        painter.setPen(look.colour("text_faint" if cell.hint else "text_muted" if cell.muted else "text"))
        text = cell.text.replace("\n", " ")
        align = _RIGHT
        if cell.number:
            text = ltr(text)
        else:
            align = QStyle.visualAlignment(look.direction, Qt.AlignmentFlag.AlignLeft | _MIDDLE)
        way = Qt.LayoutDirection.RightToLeft if look.rtl else Qt.LayoutDirection.LayoutDirectionAuto
        painter.setLayoutDirection(way if has_rtl(text) else Qt.LayoutDirection.LeftToRight)
        text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, int(align), text)

    # editing

    def type_over(self, typed: str | None) -> None:
        """Let the next editor begin with `typed` in place of what stands there."""
        self._typed = typed

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        model = index.model()
        assert isinstance(model, GridModel)
        column = model.columns[index.column()]
        row = index.row()
        name = model.column_name(column)
        editor = make_editor(
            column, parent, model.choices(row, column), model.value(row, index.column()), name
        )
        keys = EditorKeys(editor, typed_over=self._typed is not None)
        keys.ended.connect(self._end)
        keys.given_up.connect(lambda: self._close(0, 0))
        self.editor = editor
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Leave the editor alone: `begin` fills it, and what is typed stays when the model changes."""

    def begin(self, index: Index) -> None:
        """Fill the editor just opened; the view has chosen all of its text before."""
        typed, self._typed = self._typed, None
        model = index.model()
        if self.editor is not None and isinstance(model, GridModel):
            self.editor.begin(model.edit_text(index.row(), index.column()), typed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leave the keys to `EditorKeys`; an editor that loses the focus is done."""
        if event.type() in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride):
            return False
        return super().eventFilter(watched, event)

    def setModelData(self, editor: QWidget, model: object, index: Index) -> None:
        assert self.editor is not None
        if not isinstance(model, GridModel):
            return
        text = self.editor.given()
        row, column = index.row(), index.column()
        question = model.columns[column].question
        same = text == model.edit_text(row, column)
        if question is not None and question.is_select and not same:
            same = text == model.value(row, column)
        if not same:
            self.taken.emit(QPersistentModelIndex(index), text)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        box = QRect(option.rect)
        lines = getattr(editor, "lines_wanted", None)
        if lines is not None:
            look = theme.current()
            box.setHeight(round((look.metrics("body").height() + 6) * lines()) + 8)
            wide = max(box.width(), round(260 * look.scale))
            if look.rtl:
                box.setLeft(box.right() - wide + 1)
            else:
                box.setWidth(wide)
            parent = editor.parentWidget()
            if parent is not None and box.bottom() > parent.height():
                box.moveBottom(max(parent.height() - 1, box.height()))
        editor.setGeometry(box)

    def commit(self) -> None:
        """Take what is typed in the open editor, if any."""
        if self.editor is not None:
            self._end(0, 0)

    def destroyEditor(self, editor: QWidget, index: Index) -> None:
        if editor is self.editor:
            self.editor = None
        super().destroyEditor(editor, index)

    def _end(self, rows: int, columns: int) -> None:
        editor = self.editor
        if editor is None or editor.property("ended"):
            return
        editor.setProperty("ended", True)
        self.commitData.emit(editor)
        self._close(rows, columns)

    def _close(self, rows: int, columns: int) -> None:
        editor = self.editor
        if editor is not None:
            self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.NoHint)
        self.left.emit(rows, columns)

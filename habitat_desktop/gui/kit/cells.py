"""One painter for every list and table: text, two lines, number, pill, bar, link, icon.

A model gives a `Cell` under CELL_ROLE; screen readers get the same words under the display role.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from habitat_desktop.gui import icons, theme
from habitat_desktop.gui.kit.states import draw_bar, draw_pill, pill_width
from habitat_desktop.i18n.text import has_rtl, ltr

_REST = 140  # px at 100 %: less is no room for a column that takes the rest
CELL_ROLE = int(Qt.ItemDataRole.UserRole) + 1
Index = QModelIndex | QPersistentModelIndex
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute | _MIDDLE


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell shows. `tone` and `icon_tone` are colour tokens; `parts` are those of a SegmentBar."""

    text: str = ""
    sub: str = ""
    kind: Literal["text", "number", "pill", "bar", "link", "check"] = "text"
    tone: str = "text"
    strong: bool = False
    mono: bool = False
    icon: str = ""
    icon_tone: str = "text_muted"
    filled: bool = False
    state: str = ""
    parts: tuple[tuple[int, str], ...] = ()
    total: int = 0
    chosen: bool = False
    wrap: bool = False  # a text too long for one line takes the place of `sub` too
    edge: str = ""  # colour token of a mark at the start of the row
    tip: str = ""

    @property
    def spoken(self) -> str:
        return f"{self.text}, {self.sub}" if self.sub else self.text or self.tip


class Cells(QStyledItemDelegate):
    """Paints `Cell`s; the row has a line under it, a tint when chosen, a frame when it has the focus."""

    padding = 10

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell = index.data(CELL_ROLE)
        if not isinstance(cell, Cell):
            super().paint(painter, option, index)
            return
        look = theme.current()
        painter.save()
        self._ground(painter, option, index, cell, look)
        box = option.rect.adjusted(self.padding, 0, -self.padding, -1)
        box = self._sign(painter, box, cell, look)
        if cell.kind == "pill":
            width = min(pill_width(cell.text), box.width())
            high = look.size("pill_height")
            place = QRect(box.x(), box.center().y() - high // 2 + 1, width, high)
            draw_pill(painter, QStyle.visualRect(look.direction, box, place), cell.state, cell.text)
        elif cell.kind == "bar":
            self._bar(painter, box, cell, look)
        elif cell.kind == "check":
            self._check(painter, box, cell, look)
        else:
            self._words(painter, box, cell, look)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        look = theme.current()
        cell = index.data(CELL_ROLE)
        if not isinstance(cell, Cell):
            return super().sizeHint(option, index)
        wide = look.metrics("body", cell.strong or cell.kind == "link", cell.mono).horizontalAdvance(
            cell.text
        )
        if cell.kind == "pill":
            wide = pill_width(cell.text)
        if cell.kind == "bar":
            wide = 72 + look.metrics("caption").horizontalAdvance(cell.text)
        wide = max(wide, look.metrics("caption").horizontalAdvance(cell.sub))
        return QSize(wide + 2 * self.padding + (24 if cell.icon else 0), look.size("row_height"))

    def helpEvent(
        self, event: Any, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        cell = index.data(CELL_ROLE)
        is_plain = isinstance(cell, Cell) and not cell.tip and event.type() == QEvent.Type.ToolTip
        if is_plain and self.sizeHint(option, index).width() <= option.rect.width():
            return False  # all of it can be read already
        return super().helpEvent(event, view, option, index)

    def _ground(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: Index,
        cell: Cell,
        look: theme.Theme,
    ) -> None:
        box = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, look.colour("selection"))
        painter.setPen(look.colour("border"))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        if cell.edge:
            mark = QRect(box.x(), box.y(), 3, box.height())
            painter.fillRect(QStyle.visualRect(look.direction, box, mark), look.colour(cell.edge))
        view = option.widget
        if (
            isinstance(view, QAbstractItemView)
            and view.hasFocus()
            and view.currentIndex().row() == index.row()
        ):
            self._focus(painter, box, index, look)

    def _focus(self, painter: QPainter, box: QRect, index: Index, look: theme.Theme) -> None:
        painter.setPen(QPen(look.colour("accent"), 2))
        painter.drawLine(box.left(), box.top() + 1, box.right(), box.top() + 1)
        painter.drawLine(box.left(), box.bottom(), box.right(), box.bottom())
        ends = {0, index.model().columnCount() - 1}
        if index.column() in ends:
            at_left = (index.column() == 0) != look.rtl
            x = box.left() + 1 if at_left else box.right()
            painter.drawLine(x, box.top(), x, box.bottom())
            if len(ends) == 1:
                painter.drawLine(box.right(), box.top(), box.right(), box.bottom())

    def _sign(self, painter: QPainter, box: QRect, cell: Cell, look: theme.Theme) -> QRect:
        if not cell.icon:
            return box
        size = 20 if cell.sub else 16
        place = QRect(box.x(), box.center().y() - size // 2 + 1, size, size)
        image = icons.pixmap(cell.icon, cell.icon_tone, size, cell.filled)
        painter.drawPixmap(QStyle.visualRect(look.direction, box, place).topLeft(), image)
        rest = QRect(box.x() + size + 6, box.y(), box.width() - size - 6, box.height())
        return QStyle.visualRect(look.direction, box, rest)

    def _bar(self, painter: QPainter, box: QRect, cell: Cell, look: theme.Theme) -> None:
        words = QRect(box.x(), box.y(), min(64, box.width()), box.height())
        bar = QRect(box.x(), box.center().y() - 3, max(words.width() - 2, 8), 8)
        draw_bar(painter, QStyle.visualRect(look.direction, box, bar), cell.parts, cell.total)
        rest = QRect(box.x() + 72, box.y(), box.width() - 72, box.height())
        painter.setFont(look.font("caption"))
        painter.setPen(look.colour("text_muted"))
        align = QStyle.visualAlignment(look.direction, Qt.AlignmentFlag.AlignLeft | _MIDDLE)
        painter.drawText(QStyle.visualRect(look.direction, box, rest), int(align), cell.text)

    def _check(self, painter: QPainter, box: QRect, cell: Cell, look: theme.Theme) -> None:
        place = QStyle.visualRect(look.direction, box, QRect(box.x(), box.center().y() - 7, 16, 16))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(look.colour("accent" if cell.chosen else "border_strong"))
        painter.setBrush(look.colour("accent" if cell.chosen else "surface"))
        painter.drawRoundedRect(place, 3, 3)
        if cell.chosen:
            painter.drawPixmap(place.topLeft() + QPoint(2, 2), icons.pixmap("checkmark", "on_accent", 12))

    def _words(self, painter: QPainter, box: QRect, cell: Cell, look: theme.Theme) -> None:
        font = look.font("body", cell.strong or cell.kind == "link", cell.mono)
        tone = "accent" if cell.kind == "link" and cell.tone == "text" else cell.tone
        align: Qt.AlignmentFlag = _RIGHT
        text = ltr(cell.text) if cell.kind == "number" or cell.mono else cell.text
        if cell.kind != "number":
            align = QStyle.visualAlignment(look.direction, Qt.AlignmentFlag.AlignLeft | _MIDDLE)
        if cell.wrap and QFontMetrics(font).horizontalAdvance(text) > box.width():
            self._two_lines(painter, box, text, font, tone, align)
            return
        if not cell.sub:
            self._line(painter, box, text, font, tone, align)
            return
        below = look.font("caption")
        first, second = QFontMetrics(font).height(), QFontMetrics(below).height()
        top = box.y() + max((box.height() - first - second) // 2, 0)
        self._line(painter, QRect(box.x(), top, box.width(), first), text, font, tone, align)
        under = QRect(box.x(), top + first, box.width(), second)
        self._line(painter, under, cell.sub, below, "text_muted", align)

    def _two_lines(
        self, painter: QPainter, box: QRect, text: str, font: QFont, tone: str, align: Qt.AlignmentFlag
    ) -> None:
        """Break `text` once, at a space; the second line ends with an ellipsis if it must."""
        metrics, words, first = QFontMetrics(font), text.split(" "), ""
        while words and metrics.horizontalAdvance(f"{first} {words[0]}") <= box.width():
            first = f"{first} {words.pop(0)}".strip()
        if not first:  # one long word, or a script without spaces
            cut = len(metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())) - 1
            first, words = text[:cut], [text[cut:]]
        top = box.center().y() - metrics.height()
        upper = QRect(box.x(), top, box.width(), metrics.height())
        self._line(painter, upper, first, font, tone, align)
        self._line(painter, upper.translated(0, metrics.height()), " ".join(words), font, tone, align)

    def _line(
        self, painter: QPainter, box: QRect, text: str, font: QFont, tone: str, align: Qt.AlignmentFlag
    ) -> None:
        painter.setFont(font)
        look = theme.current()
        painter.setPen(look.colour(tone))
        # a line in the other script keeps its own order of words, at the side of the reading
        way = Qt.LayoutDirection.RightToLeft if look.rtl else Qt.LayoutDirection.LayoutDirectionAuto
        painter.setLayoutDirection(way if has_rtl(text) else Qt.LayoutDirection.LeftToRight)
        text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, int(align) | int(Qt.TextFlag.TextDontClip), text)


class CellTable(QAbstractTableModel):
    """A short list as a table: replaced whole. Past 1,000 rows write a model that fetches pages."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._heads: tuple[str, ...] = ()
        self._rows: list[Sequence[Cell]] = []

    def show_rows(self, heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
        self.beginResetModel()
        self._heads, self._rows = tuple(heads), list(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._heads)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid():
            return None
        return cell_data(self._rows[index.row()][index.column()], role)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._heads[section]
        if role == Qt.ItemDataRole.TextAlignmentRole and self._rows:
            is_number = self._rows[0][section].kind == "number"
            return int(_RIGHT) if is_number else int(Qt.AlignmentFlag.AlignLeading | _MIDDLE)
        return None


def cell_data(cell: Cell, role: int) -> Any:
    """Return what a model answers for `cell` under `role`."""
    if role == CELL_ROLE:
        return cell
    if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
        return cell.spoken
    if role == Qt.ItemDataRole.ToolTipRole:
        return cell.tip or cell.spoken
    return None


class Table(QTableView):
    """A table of `Cell`s: whole rows, fixed row height, Enter and double click open a row."""

    opened = Signal(int)  # row: Enter, double click, or a click on a link cell

    def __init__(self, name: str, *, two_lines: bool = False) -> None:
        super().__init__()
        self._two_lines = two_lines
        self._widths: tuple[int, ...] = ()
        self.setAccessibleName(name)
        self.setItemDelegate(Cells(self))
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionsClickable(False)
        head.setMinimumSectionSize(24)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | _MIDDLE)
        self.set_row_height()

    def set_row_height(self) -> None:
        look = theme.current()
        high = look.size("row_two_lines" if self._two_lines else "row_height")
        words = look.metrics("body").height()
        if self._two_lines:
            words += look.metrics("caption").height()
        self.verticalHeader().setDefaultSectionSize(max(high, words + 6))
        self.horizontalHeader().setFixedHeight(look.size("control_height"))

    def set_columns(self, *widths: int) -> None:
        """Set the widths at 100 % text size; 0 takes the rest. None is narrower than its heading."""
        self._widths = widths
        self._fit_columns()

    def _fit_columns(self) -> None:
        """Give the columns their widths; where nothing is left for the rest, the table scrolls sideways."""
        scale = theme.current().scale
        head = self.horizontalHeader()
        if head.count() < len(self._widths):
            return
        rest = round(_REST * scale)
        needed = [
            max(round(width * scale) or rest, self._heading_width(section))
            for section, width in enumerate(self._widths)
        ]
        is_tight = 0 < self.viewport().width() < sum(needed)
        for section, (wide, width) in enumerate(zip(needed, self._widths, strict=True)):
            if width or is_tight:
                head.setSectionResizeMode(section, QHeaderView.ResizeMode.Interactive)
                self.setColumnWidth(section, wide)
            else:
                head.setSectionResizeMode(section, QHeaderView.ResizeMode.Stretch)

    def _heading_width(self, section: int) -> int:
        """Return what the heading needs: all of it in one line or, where it wraps, its longest word."""
        head = self.horizontalHeader()
        across = Qt.Orientation.Horizontal
        align = self.model().headerData(section, across, Qt.ItemDataRole.TextAlignmentRole)
        if not int(align or 0) & int(Qt.TextFlag.TextWordWrap):
            return head.sectionSizeHint(section)
        words = str(self.model().headerData(section, across) or "").split()
        metrics = theme.current().metrics("caption", strong=True)
        return max((metrics.horizontalAdvance(word) for word in words), default=0) + 2 * Cells.padding

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.set_row_height()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex().row())
            return
        super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and not self._is_link(index):
            self.opened.emit(index.row())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid() and self._is_link(index):
            self.opened.emit(index.row())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        is_link = self._is_link(self.indexAt(event.position().toPoint()))
        shape = Qt.CursorShape.PointingHandCursor if is_link else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)

    @staticmethod
    def _is_link(index: QModelIndex) -> bool:
        cell = index.data(CELL_ROLE) if index.isValid() else None
        return isinstance(cell, Cell) and cell.kind == "link"


def select_row(view: QTableView, row: int) -> None:
    """Make `row` the current one, if there is such a row."""
    if 0 <= row < view.model().rowCount():
        # not selectRow: from right to left it looks for a column past the last one and gives up
        view.setCurrentIndex(view.model().index(row, 0))


def is_inside(widget: QWidget, part: QWidget) -> bool:
    """Say whether `part` is `widget` or inside it."""
    return part is widget or widget.isAncestorOf(part)

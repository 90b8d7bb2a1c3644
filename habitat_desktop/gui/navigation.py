"""The navigation at the leading side: pages with icon, word and badge; icons only when narrow."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from habitat_desktop.gui import icons, kit, theme
from habitat_desktop.i18n.catalogues import _
from habitat_desktop.i18n.text import ltr

_ITEM_ROLE = int(Qt.ItemDataRole.UserRole) + 1
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class NavItem:
    """One page in the navigation; `state` gives the badge its colour."""

    key: str
    text: str
    icon: str
    count: int = 0
    state: str = "query"
    keys: str = ""  # its shortcut, shown in the tooltip


class Navigation(QFrame):
    """Pages above, settings below, the office at the foot."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "nav")
        self.page_list, self.foot_list = PageList(self), PageList(self)
        self.lists = (self.page_list, self.foot_list)
        for view in self.lists:
            view.picked.connect(self.chosen)
        self._office = kit.ElidedLabel("", "caption", strong=True)
        self._below = kit.ElidedLabel("", "caption", "faint")
        self._office_icon = kit.IconLabel("building", size=16)
        self._foot = QWidget()
        self._foot.setLayout(
            kit.column(
                kit.line(),
                kit.row(self._office_icon, (self._office, 1), space=8, margins=(8, 4, 8, 0)),
                kit.row((self._below, 1), margins=(8, 0, 8, 4)),
                space=4,
            )
        )
        self._layout = kit.column(
            (self.page_list, 1), self.foot_list, self._foot, space=4, margins=(8, 8, 8, 4)
        )
        self.setLayout(self._layout)
        self.is_narrow = False
        self.set_narrow(False)

    def show_items(self, upper: Sequence[NavItem], lower: Sequence[NavItem]) -> None:
        self.page_list.items_model.show_items(upper)
        self.foot_list.items_model.show_items(lower)
        self.foot_list.setFixedHeight(self.foot_list.height_of_all())
        self.page_list.setAccessibleName(_("Pages"))
        self.foot_list.setAccessibleName(_("Settings and help"))

    def show_office(self, name: str, line: str, icon: str) -> None:
        """Show whose workspace this is, and one line about it."""
        self._office.setText(name)
        self._below.setText(line)
        self._below.setVisible(bool(line))
        self._office_icon.show_icon(icon)

    def set_current(self, key: str) -> None:
        for view in self.lists:
            view.choose(key)

    def set_narrow(self, narrow: bool) -> None:
        self.is_narrow = narrow
        self._foot.setVisible(not narrow)
        side = 4 if narrow else 8
        self._layout.setContentsMargins(side, 8, side, 4)
        self.setFixedWidth(theme.current().size("nav_narrow" if narrow else "nav_wide"))
        for view in self.lists:
            view.narrow = narrow
            view.viewport().update()
        self.foot_list.setFixedHeight(self.foot_list.height_of_all())


class _NavModel(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.items: list[NavItem] = []
        self.current = ""

    def show_items(self, items: Sequence[NavItem]) -> None:
        if [item.key for item in items] == [item.key for item in self.items]:
            self.items = list(items)
            self.dataChanged.emit(self.index(0), self.index(len(items) - 1))
            return
        self.beginResetModel()
        self.items = list(items)
        self.endResetModel()

    def set_current(self, key: str) -> None:
        self.current = key
        if self.items:
            self.dataChanged.emit(self.index(0), self.index(len(self.items) - 1))

    def row_of(self, key: str) -> int:
        return next((row for row, item in enumerate(self.items) if item.key == key), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.items)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        item = self.items[index.row()]
        if role == _ITEM_ROLE:
            return item
        if role == Qt.ItemDataRole.DisplayRole:
            return item.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{item.text}, {ltr(str(item.count))}" if item.count else item.text
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{item.text} ({ltr(item.keys)})" if item.keys else item.text
        return None


class PageList(QListView):
    """A list of pages or topics; the chosen one and the focus are two things: arrows move, Enter goes."""

    picked = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.narrow = False
        self.items_model = _NavModel(self)
        self.setModel(self.items_model)
        self.setItemDelegate(_NavPainter(self))
        self.setProperty("part", "navlist")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.clicked.connect(self._pick)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._pick(self.currentIndex())
            return
        super().keyPressEvent(event)

    def choose(self, key: str) -> None:
        """Mark `key` as the page shown and let the keyboard start there."""
        self.items_model.set_current(key)
        row = self.items_model.row_of(key)
        if row >= 0:
            self.setCurrentIndex(self.items_model.index(row, 0))

    def height_of_all(self) -> int:
        return self.items_model.rowCount() * _item_height()

    def _pick(self, index: QModelIndex) -> None:
        if index.isValid():
            self.picked.emit(self.items_model.items[index.row()].key)


def _item_height() -> int:
    look = theme.current()
    return max(round(38 * look.scale), look.metrics("body").height() + 12)


class _NavPainter(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(40, _item_height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view = option.widget
        item = index.data(_ITEM_ROLE)
        if not isinstance(view, PageList) or not isinstance(item, NavItem):
            return
        look = theme.current()
        on = view.items_model.current == item.key
        box = option.rect.adjusted(0, 1, 0, -1)
        painter.save()
        kit.paint_choice(
            painter,
            box,
            on=on,
            hovered=bool(option.state & QStyle.StateFlag.State_MouseOver),
            focused=view.hasFocus() and view.currentIndex() == index,
        )
        self._content(painter, box, item, on, view.narrow, look)
        painter.restore()

    def _content(
        self, painter: QPainter, box: QRect, item: NavItem, on: bool, narrow: bool, look: theme.Theme
    ) -> None:
        middle = box.center().y() - 9
        sign = QRect(box.x() + (12 if not narrow else (box.width() - 20) // 2), middle, 20, 20)
        image = icons.pixmap(item.icon, "accent" if on else "text_muted", 20, on)
        painter.drawPixmap(QStyle.visualRect(look.direction, box, sign).topLeft(), image)
        count = str(item.count) if item.count < 1000 else "999+"
        if narrow:
            if item.count:
                dot = QRect(box.right() - 12, box.y() + 4, 8, 8)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(look.colour(f"state.{item.state}"))
                painter.drawEllipse(QStyle.visualRect(look.direction, box, dot))
            return
        room = box.width() - 40 - 6
        if item.count:
            wide = max(20, look.metrics("caption", strong=True).horizontalAdvance(count) + 12)
            badge = QRect(box.right() - wide - 6, box.center().y() - 8, wide, 18)
            kit.draw_badge(painter, QStyle.visualRect(look.direction, box, badge), item.state, ltr(count))
            room -= wide + 4
        painter.setFont(look.font("body", strong=on))
        painter.setPen(look.colour("accent" if on else "text"))
        words = QStyle.visualRect(look.direction, box, QRect(box.x() + 40, box.y(), room, box.height()))
        text = painter.fontMetrics().elidedText(item.text, Qt.TextElideMode.ElideRight, room)
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(words, int(QStyle.visualAlignment(look.direction, align)), text)

"""Rows, columns and a wrapping row; distances are names of the spacing scale."""

from typing import TypeAlias, TypeVar

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLayout,
    QLayoutItem,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QStyle,
    QVBoxLayout,
    QWidget,
)

Item: TypeAlias = "QWidget | QLayout | int | tuple[QWidget | QLayout, int] | None"
L = TypeVar("L", bound=QBoxLayout)
NO_MARGINS = (0, 0, 0, 0)
PAGE_MARGINS = (20, 12, 20, 12)


def row(*items: Item, space: int = 8, margins: tuple[int, int, int, int] = NO_MARGINS) -> QHBoxLayout:
    """Return a row: widgets, layouts, `(item, stretch)`, an int for a gap, None for a stretch."""
    return _fill(QHBoxLayout(), items, space, margins)


def column(*items: Item, space: int = 8, margins: tuple[int, int, int, int] = NO_MARGINS) -> QVBoxLayout:
    """Return a column, as `row`."""
    return _fill(QVBoxLayout(), items, space, margins)


def frame(part: str, layout: QLayout | None = None) -> QFrame:
    """Return a frame the style sheet knows as `part`: card, surface, canvas, rail, side, headbar ..."""
    result = QFrame()
    result.setProperty("part", part)
    if layout is not None:
        result.setLayout(layout)
    return result


def line() -> QFrame:
    result = frame("line")
    result.setFixedHeight(1)
    return result


def scrolling(content: QWidget) -> QScrollArea:
    """Return `content` in an area that scrolls up and down; sideways only where a word has no room."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(content)
    # both plain widgets would be filled with the window colour over a card
    area.viewport().setAutoFillBackground(False)
    content.setAutoFillBackground(False)
    return area


def reading(content: QWidget, name: str) -> QScrollArea:
    """Return `content`, in which nothing is pressed, in an area that takes the focus: arrow keys scroll it.

    `name` is what a screen reader calls it. A frame shows the focus.
    """
    area = scrolling(content)
    area.setProperty("part", "reader")
    area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    area.setAccessibleName(name)
    return area


def clear(layout: QLayout) -> None:
    """Empty `layout`; its widgets are hidden now and deleted when the events at hand are done."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear(inner)
            inner.deleteLater()


def drop_pages(stack: QStackedWidget, keep: int = 0) -> None:
    """Take every page but the first `keep` out of `stack`; they are deleted when the events are done."""
    while stack.count() > keep:
        page = stack.widget(keep)
        if page is None:
            return
        stack.removeWidget(page)
        page.deleteLater()


class FlowLayout(QLayout):
    """A row that wraps, in the direction of reading."""

    def __init__(self, space: int = 8) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self.setSpacing(space)
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    # Qt asks for None past the end, the stubs do not say so
    def itemAt(self, index: int) -> QLayoutItem:
        return self._items[index] if 0 <= index < len(self._items) else None  # type: ignore[return-value]

    def takeAt(self, index: int) -> QLayoutItem:
        return self._items.pop(index) if 0 <= index < len(self._items) else None  # type: ignore[return-value]

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, move=True)

    def sizeHint(self) -> QSize:
        hints = [item.sizeHint() for item in self._items if not item.isEmpty()]
        width = sum(hint.width() + self.spacing() for hint in hints)
        return QSize(width, max((hint.height() for hint in hints), default=0))

    def minimumSize(self) -> QSize:
        hints = [item.minimumSize() for item in self._items if not item.isEmpty()]
        return QSize(max((h.width() for h in hints), default=0), max((h.height() for h in hints), default=0))

    def _place(self, rect: QRect, *, move: bool) -> int:
        parent = self.parentWidget()
        direction = parent.layoutDirection() if parent is not None else Qt.LayoutDirection.LeftToRight
        y = rect.y()
        for line in self._lines(rect.width()):
            x, high = rect.x(), max(item.sizeHint().height() for item in line)
            for item in line:
                hint = item.sizeHint()
                if move:
                    corner = QPoint(x, y + (high - hint.height()) // 2)
                    item.setGeometry(QStyle.visualRect(direction, rect, QRect(corner, hint)))
                x += hint.width() + self.spacing()
            y += high + self.spacing()
        return max(0, y - self.spacing() - rect.y())

    def _lines(self, width: int) -> list[list[QLayoutItem]]:
        """Return the items of each line in a room of `width`."""
        lines: list[list[QLayoutItem]] = []
        left = 0
        for item in self._items:
            if item.isEmpty():
                continue
            wide = item.sizeHint().width()
            if not lines or wide > left:
                lines.append([])
                left = width
            lines[-1].append(item)
            left -= wide + self.spacing()
        return lines


def flowing(*widgets: QWidget, space: int = 8) -> QWidget:
    """Return `widgets` in a row that wraps where the room is narrow."""
    box, flow = QWidget(), FlowLayout(space)
    for widget in widgets:
        flow.addWidget(widget)
    box.setLayout(flow)
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    box.setSizePolicy(policy)
    return box


def expand(widget: QWidget, horizontal: bool = True, vertical: bool = True) -> None:
    """Let `widget` take the room there is."""
    grow, keep = QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred
    widget.setSizePolicy(grow if horizontal else keep, grow if vertical else keep)


def _fill(layout: L, items: tuple[Item, ...], space: int, margins: tuple[int, int, int, int]) -> L:
    layout.setSpacing(space)
    layout.setContentsMargins(*margins)
    for item in items:
        stretch = 0
        if isinstance(item, tuple):
            item, stretch = item
        if item is None:
            layout.addStretch(1)
        elif isinstance(item, int):
            layout.addSpacing(item)
        elif isinstance(item, QLayout):
            layout.addLayout(item, stretch)
        else:
            layout.addWidget(item, stretch)
    return layout

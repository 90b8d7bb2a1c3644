"""Our own house mark: three dwellings under one roof line. The emblem of UN-Habitat needs a permission."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPaintEvent, QPixmap, QPolygonF
from PySide6.QtWidgets import QWidget

from habitat_desktop.gui import theme

_ROOFS = ((3, 12.5), (3, 8.2), (5.7, 5.6), (8.2, 8), (8.2, 6.2), (10.8, 3.6), (13.2, 6), (13.2, 12.5))
_DOORS = (QRectF(5, 9.6, 1.6, 2.9), QRectF(9.9, 8.4, 1.8, 4.1))
_GRID = 16


class Mark(QWidget):
    """The mark as a picture; the words beside it are its name."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.setFixedSize(size, size)

    def paintEvent(self, event: QPaintEvent) -> None:
        _draw(QPainter(self), self.width())


def window_icon() -> QIcon:
    """Return the icon of the window and the task bar."""
    result = QIcon()
    for size in (16, 24, 32, 48, 64, 128):
        image = QPixmap(size, size)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        _draw(painter, size)
        painter.end()
        result.addPixmap(image)
    return result


def _draw(painter: QPainter, size: int) -> None:
    look = theme.current()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(size / _GRID, size / _GRID)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.colour("accent"))
    painter.drawRoundedRect(QRectF(0, 0, _GRID, _GRID), 3.5, 3.5)
    painter.setBrush(look.colour("on_accent"))
    painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in _ROOFS]))
    painter.setBrush(look.colour("accent"))
    for door in _DOORS:
        painter.drawRect(door)

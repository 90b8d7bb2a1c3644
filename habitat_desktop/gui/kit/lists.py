"""A short list that shows where the focus is, whether a line is chosen or not."""

from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QListWidget

from habitat_desktop.gui import theme


class List(QListWidget):
    """Lines of text with a frame inside the edge while the list has the focus; it takes no room."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self.viewport())
            painter.setPen(QPen(theme.current().colour("accent"), 2))
            painter.drawRect(self.viewport().rect().adjusted(1, 1, -1, -1))
            painter.end()

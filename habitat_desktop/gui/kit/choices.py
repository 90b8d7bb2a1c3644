"""How one entry of a list to go to is painted: chosen, under the mouse, with the keyboard on it."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyle

from habitat_desktop.gui import theme


def paint_choice(painter: QPainter, box: QRect, *, on: bool, hovered: bool, focused: bool) -> None:
    """Paint the ground, the mark and the focus ring of an entry in `box`; what it says comes on top."""
    look = theme.current()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    if on or hovered:
        painter.setBrush(look.colour("accent_soft" if on else "sunken"))
        painter.drawRoundedRect(box, 6, 6)
    if on:
        mark = QRect(box.x(), box.center().y() - 8, 3, 18)
        painter.setBrush(look.colour("accent_mark"))
        painter.drawRoundedRect(QStyle.visualRect(look.direction, box, mark), 1, 1)
    if focused:
        painter.setPen(QPen(look.colour("accent"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 6, 6)

"""Work and a panel beside it; where there is no room the panel goes below the work."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from habitat_desktop.gui import kit, theme

_ANY_WIDTH = 16_777_215  # Qt's own "no maximum"


class SideBySide(QWidget):
    """Gives `panel` a fixed `width` at the trailing side, and all the width below `stacked_below`.

    Both are in px at 100 % text size. `low` is the least height of the panel when it is below.
    """

    def __init__(
        self, work: QWidget, panel: QWidget, *, width: int, stacked_below: int = 860, low: int = 280
    ) -> None:
        super().__init__()
        self._panel, self._width, self._stacked_below, self._low = panel, width, stacked_below, low
        self._layout = kit.row((work, 1), panel, space=12)
        self.setLayout(self._layout)
        self._arrange(stacked=False)

    @property
    def is_stacked(self) -> bool:
        return self._layout.direction() == QBoxLayout.Direction.TopToBottom

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        stacked = self.width() < self._stacked_below * theme.current().scale
        if stacked != self.is_stacked:
            self._arrange(stacked=stacked)

    def _arrange(self, *, stacked: bool) -> None:
        way = QBoxLayout.Direction.TopToBottom if stacked else QBoxLayout.Direction.LeftToRight
        self._layout.setDirection(way)
        scale = theme.current().scale
        if stacked:
            self._panel.setMinimumWidth(0)
            self._panel.setMaximumWidth(_ANY_WIDTH)
            self._panel.setMinimumHeight(round(self._low * scale))
        else:
            self._panel.setFixedWidth(round(self._width * scale))
            self._panel.setMinimumHeight(0)

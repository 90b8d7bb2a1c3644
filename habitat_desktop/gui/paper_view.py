"""Shows pages as they will be printed, one below the other, as wide as there is room."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from habitat_desktop.gui import theme
from habitat_desktop.gui.printed_ink import colour
from habitat_desktop.gui.printed_pages import SIZES, Pages
from habitat_desktop.i18n.catalogues import language, ngettext
from habitat_desktop.i18n.numbers import format_number

_GAP = 16
_LARGEST = 1.6  # px for a point: larger than the paper itself helps nobody


class PaperView(QAbstractScrollArea):
    """Pages to look at; only those in view are painted."""

    turned = Signal(int)  # the page in the middle, from 0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._pages: list[tuple[Pages, int]] = []
        self.verticalScrollBar().valueChanged.connect(lambda _value: self.turned.emit(self.current()))

    def show_pages(self, papers: Sequence[Pages]) -> None:
        """Show the pages of papers; the place that was looked at stays where it can."""
        self._pages = [(one, index) for one in papers for index in range(len(one.pages))]
        count = len(self._pages)
        said = ngettext("Preview: {count} page", "Preview: {count} pages", count)
        self.setAccessibleName(said.format(count=format_number(str(count), language())))
        self._fit()
        self.viewport().update()
        self.turned.emit(self.current())

    @property
    def count(self) -> int:
        """How many pages there are."""
        return len(self._pages)

    def current(self) -> int:
        """Return the index of the page in the middle of the view."""
        if not self._pages:
            return 0
        middle = self.verticalScrollBar().value() + self.viewport().height() / 2
        return min(int(middle // self._step()), len(self._pages) - 1)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), theme.current().colour("sunken"))
        offset, step, scale = self.verticalScrollBar().value(), self._step(), self._scale()
        first = max(int(offset // step), 0)
        for number in range(first, len(self._pages)):
            top = number * step - offset + _GAP
            if top > self.viewport().height():
                break
            pages, index = self._pages[number]
            width, height = SIZES[pages.size]
            left = (self.viewport().width() - width * scale) / 2
            painter.save()
            painter.translate(QPointF(left, top))
            painter.scale(scale, scale)
            painter.setPen(QPen(colour("border_strong"), 0.5))
            painter.setBrush(colour("surface"))
            painter.drawRect(QRectF(0, 0, width, height))
            pages.paint(painter, index)
            painter.restore()
        if self.hasFocus():
            painter.setPen(QPen(theme.current().colour("accent"), 2))
            painter.drawRect(self.viewport().rect().adjusted(1, 1, -1, -1))
        painter.end()

    def _scale(self) -> float:
        width = SIZES[self._pages[0][0].size][0] if self._pages else SIZES["A4"][0]
        return min(max((self.viewport().width() - 2 * _GAP) / width, 0.2), _LARGEST)

    def _step(self) -> float:
        height = SIZES[self._pages[0][0].size][1] if self._pages else SIZES["A4"][1]
        return height * self._scale() + _GAP

    def _fit(self) -> None:
        whole = round(len(self._pages) * self._step() + _GAP)
        bar = self.verticalScrollBar()
        bar.setRange(0, max(whole - self.viewport().height(), 0))
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(round(self._step() / 12))

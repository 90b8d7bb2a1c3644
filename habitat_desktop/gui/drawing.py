"""Paper to draw on with mouse or pen: strokes over white or over a picture, saved as one picture."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from habitat_desktop.gui import theme
from habitat_desktop.i18n.catalogues import _
from habitat_desktop.i18n.text import reads_from_right

Strokes = tuple["Stroke", ...]
_MOST_POINTS = 200_000  # of one drawing
_NAME_HEIGHT = 0.34  # of the paper: the letters of a typed name


@dataclass(frozen=True)
class Stroke:
    """One line without lifting the pen; points and width in px of the paper."""

    points: tuple[QPointF, ...]
    width: float
    colour: str


def inks() -> dict[str, str]:
    """Return the colours of the pens by token: those of the light theme, because paper is white."""
    light = theme.make("light", "en", "comfortable", 1.0, rtl=False)
    return {token: light.hex(token) for token in ("text", "accent", "error", "ok", "warning_mark")}


class Paper(QWidget):
    """Shows the paper as large as there is room, and draws on it."""

    changed = Signal()

    def __init__(self, size: QSize, ground: QImage | None = None) -> None:
        super().__init__()
        self.size_px = ground.size() if ground is not None else size
        self.ground = ground
        self.strokes: Strokes = ()
        self.name = ""  # typed in place of a signature
        self.width_px = 3.0
        self.colour = inks()["text"]
        self._before: list[Strokes] = []
        self._now: list[QPointF] = []
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 120)
        self.setAccessibleName(_("Paper to draw on"))

    def sizeHint(self) -> QSize:
        return self.size_px.scaled(QSize(820, 420), Qt.AspectRatioMode.KeepAspectRatio)

    @property
    def is_blank(self) -> bool:
        return not self.strokes and not self.name.strip()

    @property
    def can_undo(self) -> bool:
        return bool(self._before)

    def undo(self) -> None:
        """Take back the last stroke, or the clearing."""
        if self._before:
            self.strokes = self._before.pop()
            self._redraw()

    def clear(self) -> None:
        if self.strokes:
            self._before.append(self.strokes)
            self.strokes = ()
            self._redraw()

    def type_name(self, name: str) -> None:
        """Write a name where a signature stands; "" takes it away."""
        self.name = name[:80]
        self._redraw()

    def image(self) -> QImage:
        """Return the paper with all that is on it."""
        result = QImage(self.size_px, QImage.Format.Format_RGB32)
        result.fill(Qt.GlobalColor.white)
        painter = QPainter(result)
        self._draw(painter)
        painter.end()
        return result

    # mouse and pen

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._now = [self._on_paper(event.position())]
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._now and len(self._now) < _MOST_POINTS:
            self._now.append(self._on_paper(event.position()))
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._now:
            self._before.append(self.strokes)
            self.strokes = (*self.strokes, Stroke(tuple(self._now), self.width_px, self.colour))
            self._now = []
            self._redraw()

    def _on_paper(self, point: QPointF) -> QPointF:
        box = self._box()
        share = self.size_px.width() / box.width()
        return QPointF((point.x() - box.x()) * share, (point.y() - box.y()) * share)

    def _box(self) -> QRectF:
        """Return where the paper lies in the widget."""
        size = self.size_px.scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1))
        left, top = (self.width() - size.width()) / 2, (self.height() - size.height()) / 2
        return QRectF(left, top, size.width(), size.height())

    def _redraw(self) -> None:
        self.update()
        self.changed.emit()

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        look, box = theme.current(), self._box()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(box, Qt.GlobalColor.white)
        painter.save()
        painter.translate(box.topLeft())
        painter.scale(box.width() / self.size_px.width(), box.width() / self.size_px.width())
        painter.setClipRect(QRectF(0, 0, self.size_px.width(), self.size_px.height()))
        self._draw(painter)
        painter.restore()
        painter.setPen(QPen(look.colour("border_strong"), 1))
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()

    def _draw(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.ground is not None:
            painter.drawImage(0, 0, self.ground)
        if self.name.strip():
            self._draw_name(painter)
        now = (Stroke(tuple(self._now), self.width_px, self.colour),) if self._now else ()
        for stroke in (*self.strokes, *now):
            ends = (Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
            painter.setPen(QPen(QColor(stroke.colour), stroke.width, *ends))
            if len(stroke.points) == 1:
                painter.drawPoint(stroke.points[0])
            else:
                painter.drawPolyline(stroke.points)

    def _draw_name(self, painter: QPainter) -> None:
        """Write the typed name over the paper, as large as it fits."""
        wide, high = self.size_px.width(), self.size_px.height()
        font = QFont(theme.current().font("figure"))
        font.setItalic(True)
        font.setPixelSize(max(8, round(high * _NAME_HEIGHT)))
        needed = QFontMetricsF(font).horizontalAdvance(self.name)
        if needed > wide * 0.9:
            font.setPixelSize(max(8, round(font.pixelSize() * wide * 0.9 / needed)))
        from_right = reads_from_right(self.name)
        way = Qt.LayoutDirection.RightToLeft if from_right else Qt.LayoutDirection.LeftToRight
        painter.setLayoutDirection(way)
        painter.setFont(font)
        painter.setPen(QColor(inks()["text"]))
        painter.drawText(QRectF(0, 0, wide, high), Qt.AlignmentFlag.AlignCenter, self.name)

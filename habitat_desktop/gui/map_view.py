"""A map of the land without boundaries, or of an office's own picture: moved, enlarged, and points set on it.

It is never mirrored: east is right in every language.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from habitat_desktop.gui import theme
from habitat_desktop.gui.map_land import land
from habitat_desktop.gui.question_base import now_language
from habitat_desktop.i18n.catalogues import _
from habitat_desktop.i18n.coordinates import Place, place_at, said_length

_KM_A_DEGREE = 111.32
_LOWEST, _HIGHEST = 0.5, 400_000.0  # px a degree of latitude
_FINE_FROM = 6.0  # px a degree: from here on the finer outline is drawn
_STEP = 1.5  # of one press of + or -
_DRAG = 4  # px; less is a click
_GRID = (30, 15, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001)  # degrees
_GRID_PX = 90  # two lines are at least so far apart
_STEPS: dict[int, tuple[int, int]] = {  # east, north
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
_LENGTHS_M = [step * 10**power for power in range(7) for step in (1, 2, 5)]


@dataclass(frozen=True)
class Sight:
    """What the map shows: the place in its middle, and px for each degree of latitude."""

    latitude: float = 15.0
    longitude: float = 15.0
    scale: float = 3.0


class MapView(QWidget):
    """Shows points; a click, or Space for the middle, says where the next one is wanted."""

    clicked = Signal(object)  # a `Place`
    moved = Signal()
    removed = Signal()  # Backspace: the last point is not wanted

    def __init__(self) -> None:
        super().__init__()
        self.sight = Sight()
        self.places: Sequence[Place] = ()
        self.is_line = self.is_area = False
        self.chosen = -1
        self.picture: QImage | None = None
        self._picture_box = QRectF()
        self._pressed: QPoint | None = None
        self._pressed_sight = self.sight
        self._is_dragged = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(_("Map"))
        self.setAccessibleDescription(
            _("Arrow keys move the map, plus and minus change its scale, Space sets a point in the middle.")
        )

    def sizeHint(self) -> QSize:
        return QSize(820, 420)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 160)

    # what is shown

    def show_places(self, places: Sequence[Place], *, line: bool = False, area: bool = False) -> None:
        self.places, self.is_line, self.is_area = tuple(places), line, area
        self.update()

    def show_picture(self, image: QImage | None, north_west: Place | None, south_east: Place | None) -> None:
        """Lay a picture over the land, with its corners at two places."""
        self.picture = image
        if image is not None and north_west is not None and south_east is not None:
            (top, left), (bottom, right) = north_west.pair, south_east.pair
            self._picture_box = QRectF(QPointF(left, -top), QPointF(right, -bottom))
            self.fit(self._picture_box)
        self.update()

    def fit(self, box: QRectF | None = None) -> None:
        """Show the box (x = longitude, y = minus latitude), by default all points, else the whole world."""
        if box is None and self.places:
            pairs = [place.pair for place in self.places]
            top, bottom = max(pair[0] for pair in pairs), min(pair[0] for pair in pairs)
            left, right = min(pair[1] for pair in pairs), max(pair[1] for pair in pairs)
            box = QRectF(QPointF(left, -top), QPointF(right, -bottom))
        box = box if box is not None else QRectF(-180, -84, 360, 144)
        middle = box.center()
        narrow = math.cos(math.radians(min(80.0, abs(middle.y()))))
        wide, high = max(box.width() * narrow, 0.02), max(box.height(), 0.02)
        scale = min(self.width() / wide, self.height() / high) * 0.9
        if box.width() >= 300:
            scale = min(self.width() / box.width(), self.height() / box.height())
        self._look(Sight(-middle.y(), middle.x(), scale))

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Change the scale; the place at `at` stays where it is."""
        before = self.place_of(at) if at is not None else None
        scale = min(_HIGHEST, max(_LOWEST, self.sight.scale * factor))
        self._look(Sight(self.sight.latitude, self.sight.longitude, scale))
        if before is not None and at is not None:
            after = self.place_of(at)
            self._look(
                Sight(
                    self.sight.latitude + before[0] - after[0],
                    self.sight.longitude + before[1] - after[1],
                    scale,
                )
            )

    def middle(self) -> Place:
        return place_at(self.sight.latitude, self.sight.longitude, self._decimals())

    def _look(self, sight: Sight) -> None:
        latitude = max(-90.0, min(90.0, sight.latitude))
        longitude = max(-180.0, min(180.0, sight.longitude))
        self.sight = Sight(latitude, longitude, min(_HIGHEST, max(_LOWEST, sight.scale)))
        self.moved.emit()
        self.update()

    def _decimals(self) -> int:
        """Return how many decimals of a degree a point set at this scale deserves: no finer than a px."""
        return max(1, min(7, math.ceil(math.log10(self.sight.scale)) + 1))

    # degrees and px

    def _across(self) -> float:
        """Return px for each degree of longitude: as on the ground when near, as on a world map when far."""
        shown = self.height() / self.sight.scale
        share = max(0.0, min(1.0, (70 - shown) / 40))
        narrow = math.cos(math.radians(min(85.0, abs(self.sight.latitude))))
        return self.sight.scale * (1 + (narrow - 1) * share)

    def point_of(self, latitude: float, longitude: float) -> QPointF:
        x = self.width() / 2 + (longitude - self.sight.longitude) * self._across()
        return QPointF(x, self.height() / 2 - (latitude - self.sight.latitude) * self.sight.scale)

    def place_of(self, point: QPointF) -> tuple[float, float]:
        longitude = self.sight.longitude + (point.x() - self.width() / 2) / self._across()
        return self.sight.latitude - (point.y() - self.height() / 2) / self.sight.scale, longitude

    # mouse and keys

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom(1.0015 ** event.angleDelta().y(), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._pressed_sight = event.position().toPoint(), self.sight
            self._is_dragged = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        step = event.position().toPoint() - self._pressed
        if self._is_dragged or step.manhattanLength() > _DRAG:
            self._is_dragged = True
            start = self._pressed_sight
            latitude = start.latitude + step.y() / start.scale
            self._look(Sight(latitude, start.longitude - step.x() / self._across(), start.scale))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None and not self._is_dragged:
            latitude, longitude = self.place_of(event.position())
            if abs(latitude) <= 90 and abs(longitude) <= 180:
                self.clicked.emit(place_at(latitude, longitude, self._decimals()))
        self._pressed = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        far = 0.02 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0.15
        if key in _STEPS:
            east, north = _STEPS[key]
            latitude = self.sight.latitude + north * far * self.height() / self.sight.scale
            longitude = self.sight.longitude + east * far * self.width() / self._across()
            self._look(Sight(latitude, longitude, self.sight.scale))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(_STEP)
        elif key in (Qt.Key.Key_Minus, Qt.Key.Key_Underscore):
            self.zoom(1 / _STEP)
        elif key == Qt.Key.Key_Home:
            self.fit()
        elif key == Qt.Key.Key_Space:
            self.clicked.emit(self.middle())
        elif key == Qt.Key.Key_Backspace:
            self.removed.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), look.colour("surface"))
        self._paint_land(painter)
        if self.picture is not None:
            box = self._picture_box
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            top_left = self.point_of(-box.top(), box.left())
            painter.drawImage(QRectF(top_left, self.point_of(-box.bottom(), box.right())), self.picture)
        self._paint_grid(painter)
        self._paint_places(painter)
        self._paint_middle(painter)
        self._paint_scale(painter)
        edge = look.colour("accent" if self.hasFocus() else "border_strong")
        painter.setPen(QPen(edge, 2 if self.hasFocus() else 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()

    def _paint_land(self, painter: QPainter) -> None:
        look = theme.current()
        top, left = self.place_of(QPointF(0, 0))
        bottom, right = self.place_of(QPointF(self.width(), self.height()))
        shown = QRectF(QPointF(left, -top), QPointF(right, -bottom))
        path = QPainterPath()
        for box, polygon in land("fine" if self.sight.scale >= _FINE_FROM else "coarse"):
            if box.intersects(shown):
                path.addPolygon(polygon)
        origin = self.point_of(0, 0)
        move = QTransform.fromTranslate(origin.x(), origin.y()).scale(self._across(), self.sight.scale)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("sunken" if look.name == "light" else "border"))
        painter.save()
        painter.setTransform(move, True)
        painter.drawPath(path)
        painter.restore()

    def _paint_grid(self, painter: QPainter) -> None:
        look = theme.current()
        step = min((one for one in _GRID if one * self.sight.scale >= _GRID_PX), default=_GRID[0])
        top, left = self.place_of(QPointF(0, 0))
        bottom, right = self.place_of(QPointF(self.width(), self.height()))
        painter.setFont(look.font("caption"))
        line = QPen(look.colour("border_strong"), 1, Qt.PenStyle.DotLine)
        text = look.colour("text_faint")
        for number in range(math.ceil(max(-90.0, bottom) / step), math.floor(min(90.0, top) / step) + 1):
            y = self.point_of(number * step, 0).y()
            painter.setPen(line)
            painter.drawLine(QPointF(0, y), QPointF(self.width(), y))
            painter.setPen(text)
            painter.drawText(QPointF(6, y - 3), _degrees(number * step, "N", "S"))
        for number in range(math.ceil(max(-180.0, left) / step), math.floor(min(180.0, right) / step) + 1):
            x = self.point_of(0, number * step).x()
            painter.setPen(line)
            painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))
            painter.setPen(text)
            painter.drawText(QPointF(x + 4, 14), _degrees(number * step, "E", "W"))

    def _paint_places(self, painter: QPainter) -> None:
        look = theme.current()
        points = [self.point_of(*place.pair) for place in self.places]
        painter.setPen(QPen(look.colour("accent"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.is_area and len(points) > 2:
            tint = look.colour("accent")
            tint.setAlphaF(0.18)
            painter.setBrush(tint)
            painter.drawPolygon(points)
        elif self.is_line or self.is_area:
            painter.drawPolyline(points)
        painter.setFont(look.font("caption", strong=True))
        for number, point in enumerate(points, 1):
            is_many = self.is_line or self.is_area
            size = 9 if is_many and len(points) <= 99 else 6
            painter.setPen(QPen(look.colour("surface"), 2))
            painter.setBrush(look.colour("accent"))
            painter.drawEllipse(point, size, size)
            if size == 9:
                painter.setPen(look.colour("on_accent"))
                box = QRectF(point.x() - 12, point.y() - 9, 24, 18)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(number))

    def _paint_middle(self, painter: QPainter) -> None:
        """Show where Space would set a point, while the map has the keyboard."""
        if not self.hasFocus():
            return
        middle = QPointF(self.width() / 2, self.height() / 2)
        painter.setPen(QPen(theme.current().colour("text"), 1.5))
        for way in (QPointF(1, 0), QPointF(-1, 0), QPointF(0, 1), QPointF(0, -1)):
            painter.drawLine(middle + way * 4, middle + way * 14)

    def _paint_scale(self, painter: QPainter) -> None:
        """Draw a bar of a round length, and write the length on it."""
        look = theme.current()
        narrow = math.cos(math.radians(min(85.0, abs(self.sight.latitude))))
        metres_a_px = _KM_A_DEGREE * 1000 * narrow / self._across()
        length = max((one for one in _LENGTHS_M if one / metres_a_px <= 140), default=1)
        wide, y = length / metres_a_px, self.height() - 12
        x = self.width() - wide - 14
        words = "".join(sign for sign in said_length(length, now_language()) if sign not in "\u2066\u2069")
        painter.setPen(QPen(look.colour("text"), 2))
        ends = (QPointF(x, y - 5), QPointF(x, y), QPointF(x + wide, y), QPointF(x + wide, y - 5))
        painter.drawPolyline(ends)
        painter.setFont(look.font("caption"))
        middle = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom
        painter.drawText(QRectF(x - 60, y - 24, wide + 120, 18), middle, words)


def _degrees(number: float, plus: str, minus: str) -> str:
    text = f"{abs(number):.3f}".rstrip("0").rstrip(".")
    return f"{text}°{plus if number > 0 else minus if number < 0 else ''}"

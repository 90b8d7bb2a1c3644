"""Choices as regions of a drawing, with a list of the same choices for keys and screen readers."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from habitat_desktop.gui import icons, kit, theme
from habitat_desktop.gui.choice_boxes import Boxes
from habitat_desktop.gui.choice_control import ChoiceControl
from habitat_desktop.gui.form_media import Offer
from habitat_desktop.gui.safe_svg import safe_svg

_ROOM = QSize(620, 380)  # px, the most a drawing takes
_TINT = 0.45


class Drawing:
    """A harmless drawing and the shapes in it that stand for choices."""

    def __init__(self, data: bytes, ids: frozenset[str], values: Sequence[str]) -> None:
        self._renderer = QSvgRenderer(data)
        self._renderer.setAspectRatioMode(Qt.AspectRatioMode.KeepAspectRatio)
        self.is_valid = self._renderer.isValid() and not self._renderer.viewBoxF().isEmpty()
        self.values = [value for value in values if value in ids] if self.is_valid else []
        self.size = (
            self._renderer.viewBoxF().size().scaled(_ROOM, Qt.AspectRatioMode.KeepAspectRatio).toSize()
        )
        self._places = {value: self._place(value) for value in self.values}
        self._masks: dict[str, QImage] = {}

    def render(self, painter: QPainter) -> None:
        self._renderer.render(painter, QRectF(0, 0, self.size.width(), self.size.height()))

    def place(self, value: str) -> QRectF:
        """Return where the region is, in px of the picture."""
        return self._places[value]

    def mask(self, value: str) -> QImage:
        """Return the region alone, as large as its place."""
        if value not in self._masks:
            size = self._places[value].size().toSize().expandedTo(QSize(1, 1)).boundedTo(_ROOM)
            image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
            image.fill(Qt.GlobalColor.transparent)
            painter = QPainter(image)
            self._renderer.render(painter, value, QRectF(0, 0, size.width(), size.height()))
            painter.end()
            self._masks[value] = image
        return self._masks[value]

    def value_at(self, at: QPoint) -> str:
        """Return the choice whose region is at `at`, "" for none; what is drawn last lies on top."""
        for value in reversed(self.values):
            place = self._places[value]
            if place.contains(at):
                mask = self.mask(value)
                x, y = int(at.x() - place.x()), int(at.y() - place.y())
                if mask.valid(x, y) and mask.pixelColor(x, y).alpha() > 0:
                    return value
        return ""

    def _place(self, value: str) -> QRectF:
        renderer = self._renderer
        box = renderer.transformForElement(value).mapRect(renderer.boundsOnElement(value))
        view = renderer.viewBoxF()
        scale = self.size.width() / view.width()
        return QRectF((box.x() - view.x()) * scale, (box.y() - view.y()) * scale, box.width() * scale,
                      box.height() * scale)  # fmt: skip


class _Picture(QWidget):
    """The drawing; regions chosen are tinted and ticked."""

    pressed = Signal(str)

    def __init__(self, drawing: Drawing, names: dict[str, str]) -> None:
        super().__init__()
        self._drawing, self._names = drawing, names
        self.chosen: Sequence[str] = ()
        self._over = ""
        self.setFixedSize(drawing.size)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look = theme.current()
        painter.fillRect(self.rect(), look.colour("surface"))
        self._drawing.render(painter)
        for value in self._drawing.values:
            if value in self.chosen or value == self._over:
                self._paint_region(painter, value, look.colour("accent"))

    def _paint_region(self, painter: QPainter, value: str, ink: QColor) -> None:
        place = self._drawing.place(value)
        tint = self._drawing.mask(value).copy()
        over = QPainter(tint)
        over.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
        over.fillRect(tint.rect(), ink)
        over.end()
        painter.setOpacity(_TINT if value in self.chosen else _TINT / 2)
        painter.drawImage(place, tint)
        painter.setOpacity(1)
        if value in self.chosen:
            centre = place.center().toPoint()
            sign = icons.pixmap("checkmark_circle", "accent", 20, filled=True)
            painter.setBrush(theme.current().colour("surface"))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(centre, 11, 11)
            painter.drawPixmap(centre - QPoint(10, 10), sign)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self._drawing.value_at(event.position().toPoint()) if self.isEnabled() else ""
        if over != self._over:
            self._over = over
            self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._over = ""
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        value = self._drawing.value_at(event.position().toPoint())
        if value and event.button() == Qt.MouseButton.LeftButton:
            self.pressed.emit(value)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            value = self._drawing.value_at(event.pos())
            QToolTip.showText(event.globalPos(), self._names.get(value, ""), self)
            return True
        return super().event(event)


class ImageMap(ChoiceControl):
    """The drawing and under it all choices as a list: what can be pressed can be reached by keys."""

    def __init__(self, drawing: Drawing, choices: Sequence[Offer], *, several: bool) -> None:
        super().__init__()
        self.several = several
        self._values: list[str] = []
        self.picture = _Picture(drawing, {choice.value: choice.name for choice in choices})
        self.list = Boxes(choices, several=several, layout="pack")
        self.picture.pressed.connect(self._toggle)
        self.list.chosen.connect(self.chosen)
        self.list.left_blank.connect(self.left_blank)
        self.list.entered.connect(self.entered)
        self.setLayout(kit.column(kit.row(self.picture, None), self.list))

    @property
    def boxes(self) -> list[QWidget]:
        return list(self.list.boxes)

    def field(self) -> QWidget:
        return self.list.field()

    def set_name(self, name: str, description: str) -> None:
        self.picture.setAccessibleName(name)
        self.list.set_name(name, description)

    def set_fixed(self, on: bool) -> None:
        self.is_fixed = on
        self.list.set_fixed(on)
        self.picture.setEnabled(not on)

    def show_values(self, values: Sequence[str]) -> None:
        self._values = list(values)
        self.picture.chosen = self._values
        self.picture.update()
        self.list.show_values(values)

    def _toggle(self, value: str) -> None:
        inside = value in self._values
        others = [one for one in self._values if one != value] if self.several else []
        self.chosen.emit(others if inside else [*others, value])
        self.list.field().setFocus(Qt.FocusReason.MouseFocusReason)


def drawing_of(path: Path, values: Sequence[str]) -> Drawing | None:
    """Return the drawing with the regions of these choices; None where it shows none of them."""
    found = safe_svg(path)
    if found is None:
        return None
    drawing = Drawing(*found, values)
    return drawing if drawing.values else None

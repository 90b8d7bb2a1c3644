"""What a printed page is drawn with: lines of text, rules, boxes, pictures. Lengths are points.

Places are counted from the side where reading begins; they are turned round when they are painted, but for
what is inside a text, a picture or a QR code: those are never mirrored.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QTextLayout, QTextLine

from habitat_desktop.gui import theme

TENTHS = 10.0  # texts are laid out in tenths of a point: sizes of fonts in px are whole numbers


@cache
def colour(token: str) -> QColor:
    """Return a colour of the light look, whatever the window has: paper is white."""
    return theme.make("light", "en", "comfortable", 1.0, rtl=False).colour(token)


@dataclass(frozen=True)
class TextLine:
    """One line of a text, in a column `width` wide; `layout` keeps what the line belongs to alive."""

    x: float
    top: float
    width: float
    height: float
    line: QTextLine
    layout: QTextLayout
    token: str = "text"

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def paint(self, painter: QPainter, side: "Side") -> None:
        painter.save()
        painter.setPen(colour(self.token))
        painter.translate(side.left(self.x, self.width), self.top)
        painter.scale(1 / TENTHS, 1 / TENTHS)
        self.line.draw(painter, QPointF(0, -self.line.y()))
        painter.restore()


@dataclass(frozen=True)
class Rule:
    """A line from one end to the other, along the page or down it; one that goes down may be cut."""

    x: float
    top: float
    width: float = 0.0
    height: float = 0.0
    token: str = "border"
    thickness: float = 0.5

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def paint(self, painter: QPainter, side: "Side") -> None:
        painter.setPen(QPen(colour(self.token), self.thickness))
        left = side.left(self.x, self.width)
        painter.drawLine(QPointF(left, self.top), QPointF(left + self.width, self.bottom))


@dataclass(frozen=True)
class Frame:
    """A box: to write in, to tick, or a ground of one colour."""

    x: float
    top: float
    width: float
    height: float
    edge: str = "border_strong"
    ground: str = ""
    is_round: bool = False
    is_ticked: bool = False

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def paint(self, painter: QPainter, side: "Side") -> None:
        box = QRectF(side.left(self.x, self.width), self.top, self.width, self.height)
        painter.setPen(QPen(colour(self.edge), 0.7) if self.edge else Qt.PenStyle.NoPen)
        painter.setBrush(colour(self.ground) if self.ground else Qt.BrushStyle.NoBrush)
        if self.is_round:
            painter.drawEllipse(box)
        else:
            painter.drawRect(box)
        if self.is_ticked:
            painter.setPen(QPen(colour("text"), 1.3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            low = QPointF(box.left() + box.width() * 0.42, box.bottom() - box.height() * 0.2)
            painter.drawLine(QPointF(box.left() + box.width() * 0.18, box.center().y()), low)
            painter.drawLine(low, QPointF(box.right() - box.width() * 0.12, box.top() + box.height() * 0.2))


@dataclass(frozen=True)
class Photo:
    """A picture, as large as its place."""

    x: float
    top: float
    width: float
    height: float
    image: QImage

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def paint(self, painter: QPainter, side: "Side") -> None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(
            QRectF(side.left(self.x, self.width), self.top, self.width, self.height), self.image
        )


@dataclass(frozen=True)
class Squares:
    """A QR code: black squares with four empty ones around, the same in every direction of reading."""

    x: float
    top: float
    width: float
    rows: Sequence[bytes]

    @property
    def height(self) -> float:
        return self.width

    @property
    def bottom(self) -> float:
        return self.top + self.width

    def paint(self, painter: QPainter, side: "Side") -> None:
        left, size = side.left(self.x, self.width), self.width / len(self.rows)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(Qt.GlobalColor.black))
        for number, row in enumerate(self.rows):
            begin = None
            for place, module in enumerate((*row, 0)):
                if module and begin is None:
                    begin = place
                elif not module and begin is not None:
                    painter.drawRect(
                        QRectF(left + begin * size, self.top + number * size, (place - begin) * size, size)
                    )
                    begin = None
        painter.restore()


Ink = TextLine | Rule | Frame | Photo | Squares


@dataclass(frozen=True)
class Side:
    """How a column `width` wide is turned: what is counted from the start stands so far from the left."""

    width: float
    right_to_left: bool

    def left(self, x: float, width: float) -> float:
        return self.width - x - width if self.right_to_left else x


@dataclass
class Box:
    """A strip of the page, as high as `height`, with what is drawn in it, counted from its top.

    `keeps_next`: the next strip must stand on the same page. `head` is drawn again above it where it begins
    a page: the head of a table.
    """

    height: float
    inks: list[Ink] = field(default_factory=list)
    keeps_next: bool = False
    head: "Box | None" = None

    def shifted(self, ink: Ink, x: float = 0.0, y: float = 0.0) -> None:
        """Add `ink` at another place."""
        self.inks.append(moved(ink, x, y))

    def split(self, height: float) -> "tuple[Box, Box] | None":
        """Cut this strip so that the upper part is at most `height` high and no line is cut; None: not so."""
        solid = [one for one in self.inks if not _may_be_cut(one)]
        at = 0.0
        for bottom in sorted({one.bottom for one in solid}):
            if bottom > height:
                break
            if all(one.bottom <= bottom or one.top >= bottom - 0.01 for one in solid):
                at = bottom
        if at <= 0 or at >= self.height:
            return None
        upper, lower = Box(at), Box(self.height - at, keeps_next=self.keeps_next, head=self.head)
        for ink in self.inks:
            if _may_be_cut(ink) and ink.top < at < ink.bottom:
                assert isinstance(ink, Rule | Frame)
                upper.inks.append(replace(ink, height=at - ink.top))
                lower.inks.append(replace(ink, top=0.0, height=ink.bottom - at))
            elif ink.bottom <= at:
                upper.inks.append(ink)
            else:
                lower.inks.append(moved(ink, 0, -at))
        return upper, lower


def moved(ink: Ink, x: float, y: float) -> Ink:
    """Return `ink` at another place."""
    return replace(ink, x=ink.x + x, top=ink.top + y)


def _may_be_cut(ink: Ink) -> bool:
    if isinstance(ink, Rule):
        return ink.height > 0
    return isinstance(ink, Frame) and bool(ink.ground) and not ink.edge

"""Signs of state: always an icon and a word, never colour alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QLabel, QSizePolicy, QStyle, QWidget

from habitat_desktop.gui import icons, theme
from habitat_desktop.gui.kit.buttons import Button
from habitat_desktop.gui.kit.layouts import FlowLayout, clear
from habitat_desktop.i18n.catalogues import _, pgettext
from habitat_desktop.i18n.text import ltr

STATES = (
    "draft",
    "final",
    "package",
    "received",
    "accepted",
    "query",
    "conflict",
    "quarantine",
    "waiting",
    "late",
    "none",
    "withdrawn",
)


def state_word(state: str, package: int | None = None) -> str:
    """Return the word of a state in the language now; `package` is the number of the package it is in."""
    if state == "package" and package is not None:
        return _("In package {number}").format(number=ltr(str(package)))
    words = {
        "draft": pgettext("state of a record", "Draft"),
        "final": pgettext("state of a record", "Final"),
        "package": pgettext("state of a record", "In package"),
        "received": pgettext("state of a record", "Received"),
        "accepted": pgettext("state of a record", "Accepted"),
        "query": pgettext("state of a record", "Query"),
        "conflict": pgettext("state of a record", "Conflict"),
        "quarantine": pgettext("state of a file", "Quarantine"),
        "waiting": pgettext("state of a record", "Waiting for an earlier revision"),
        "late": pgettext("state of a return", "Late"),
        "none": pgettext("state of a return", "Not started"),
        "withdrawn": pgettext("state of a record", "Withdrawn"),
    }
    return words[state]


def state_icon(state: str) -> str:
    """Return the icon name of a state."""
    return str(theme.tokens()["state_sign"][state])


class Pill(QLabel):
    """The state of one thing: icon and word on its own tint."""

    def __init__(self, state: str, package: int | None = None, *, text: str = "") -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_state(state, package, text=text)

    def show_state(self, state: str, package: int | None = None, *, text: str = "") -> None:
        """Show `state`; `text` replaces its usual word."""
        self.state = state
        self.setText(text or state_word(state, package))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(pill_width(self.text()), theme.current().size("pill_height"))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        draw_pill(QPainter(self), self.rect(), self.state, self.text())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self.updateGeometry()


def pill_width(text: str) -> int:
    return theme.current().metrics("caption", strong=True).horizontalAdvance(text) + 40


def draw_pill(painter: QPainter, box: QRect, state: str, text: str) -> None:
    """Paint a pill into `box`, in the direction of the look."""
    look = theme.current()
    ink, radius = f"state.{state}", look.size("radius_pill")
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.colour(f"{ink}.tint"))
    painter.drawRoundedRect(box, radius, radius)
    sign = QRect(box.x() + 8, box.y() + (box.height() - 16) // 2, 16, 16)
    place = QStyle.visualRect(look.direction, box, sign).topLeft()
    painter.drawPixmap(place, icons.pixmap(state_icon(state), ink, 16))
    painter.setPen(look.colour(ink))
    painter.setFont(look.font("caption", strong=True))
    room = QRect(box.x() + 28, box.y(), box.width() - 36, box.height())
    text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width() + 4)
    align = QStyle.visualAlignment(look.direction, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    flags = int(align) | int(Qt.TextFlag.TextDontClip)
    painter.drawText(QStyle.visualRect(look.direction, box, room), flags, text)
    painter.restore()


class SegmentBar(QWidget):
    """Progress by state: coloured parts of a whole. Its numbers stand beside it or in its name."""

    def __init__(self, parts: Sequence[tuple[int, str]] = (), total: int = 0, *, spoken: str = "") -> None:
        super().__init__()
        self.setFixedHeight(8)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_parts(parts, total, spoken=spoken)

    def show_parts(self, parts: Sequence[tuple[int, str]], total: int, *, spoken: str) -> None:
        """Show `parts` (count, colour token or "state.<name>") of `total`; `spoken` says it in words."""
        self._parts, self._total = tuple(parts), total
        self.setAccessibleName(spoken)
        self.setToolTip(spoken)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(64, 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        draw_bar(QPainter(self), self.rect(), self._parts, self._total)


def draw_bar(painter: QPainter, box: QRect, parts: Sequence[tuple[int, str]], total: int) -> None:
    """Paint a segmented bar into `box`, from the start of reading."""
    look = theme.current()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    outline = QPainterPath()
    outline.addRoundedRect(QRectF(box), box.height() / 2, box.height() / 2)
    painter.fillPath(outline, look.colour("sunken"))
    painter.setPen(look.colour("border"))
    painter.setClipPath(outline)
    done = 0.0
    for count, token in parts:
        width = box.width() * count / max(total, 1)
        left = box.x() + done if not look.rtl else box.x() + box.width() - done - width
        painter.fillRect(QRectF(left, box.y(), width, box.height()), look.colour(token))
        gap = left + width - 1 if not look.rtl else left
        painter.fillRect(QRectF(gap, box.y(), 1.5, box.height()), look.colour("surface"))
        done += width
    painter.restore()


class CountBadge(QLabel):
    """A number in a round tint: how many wait here."""

    def __init__(self, count: int = 0, state: str = "query", *, spoken: str = "") -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_count(count, state, spoken=spoken)

    def show_count(self, count: int, state: str = "query", *, spoken: str = "") -> None:
        """Show `count`; nothing is seen at zero. `spoken` is for screen readers."""
        self.state = state
        self.setText(ltr(str(count)))
        self.setAccessibleName(spoken)
        if count == 0 or self.parentWidget() is not None:  # without a parent it would be a window
            self.setVisible(count > 0)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        width = theme.current().metrics("caption", strong=True).horizontalAdvance(self.text())
        return QSize(max(20, width + 12), 18)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        draw_badge(QPainter(self), self.rect(), self.state, self.text())


def draw_badge(painter: QPainter, box: QRect, state: str, text: str) -> None:
    look = theme.current()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.colour(f"state.{state}.tint"))
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
    painter.setPen(look.colour(f"state.{state}"))
    painter.setFont(look.font("caption", strong=True))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


@dataclass(frozen=True)
class Chip:
    """One filter: its key, its word, how many, and its icon."""

    key: str
    text: str
    count: int
    icon: str = ""


class StateChips(QWidget):
    """Chips with counts that are the filter; one is always chosen. They wrap when the room is narrow."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self._chips: tuple[Chip, ...] = ()
        self._buttons: list[Button] = []
        self._flow = FlowLayout(8)
        self.setLayout(self._flow)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_chips(self, chips: Sequence[Chip], chosen: str) -> None:
        """Show `chips`; keeps the buttons, and with them the focus, when only numbers changed."""
        shape = [(chip.key, chip.icon) for chip in chips]
        if shape != [(chip.key, chip.icon) for chip in self._chips]:
            clear(self._flow)
            self._buttons = []
            for chip in chips:
                button = Button(chip.text, "chip", chip.icon, self._telling(chip.key))
                self._group.addButton(button)
                self._flow.addWidget(button)
                self._buttons.append(button)
        self._chips = tuple(chips)
        for chip, button in zip(chips, self._buttons, strict=True):
            button.setText(f"{chip.text}  {ltr(str(chip.count))}")
            button.setChecked(chip.key == chosen)

    def _telling(self, key: str) -> Callable[[], None]:
        return lambda: self.chosen.emit(key)

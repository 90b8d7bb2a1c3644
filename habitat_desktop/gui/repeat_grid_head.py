"""The heads of the columns of a table of entries: group, label and unit, wrapped."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter
from PySide6.QtWidgets import QHeaderView, QStyle, QWidget

from habitat_desktop.gui import icons, theme
from habitat_desktop.gui.markup import plain
from habitat_desktop.gui.repeat_grid_cells import PADDING
from habitat_desktop.gui.repeat_grid_model import GridModel

_MOST_LINES = 3
_GAP = 5


class GridHead(QHeaderView):
    """Names the columns; the group of questions stands above the first of its columns."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.setMinimumSectionSize(round(44 * theme.current().scale))
        self.sorted: tuple[int, bool] | None = None  # the column, and whether the last come first

    def fit(self, model: GridModel) -> None:
        """Take the height the longest head needs."""
        look = theme.current()
        line = look.metrics("caption", strong=True).height()
        most = 1
        for section in range(model.columnCount()):
            most = max(most, len(self._lines(model, section)) + bool(model.unit(model.columns[section])))
        groups = any(column.group is not None for column in model.columns)
        self.setFixedHeight((most + groups) * line + 2 * _GAP + 2)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.height())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.ignore()

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        model = self.model()
        if not isinstance(model, GridModel) or not rect.isValid():
            return
        look = theme.current()
        painter.save()
        painter.fillRect(rect, look.colour("surface_alt"))
        painter.setPen(look.colour("border"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        side = rect.left() if look.rtl else rect.right()
        self._group(painter, rect, section, model, look)
        column = model.columns[section]
        lines = self._lines(model, section)
        unit = model.unit(column)
        metrics = look.metrics("caption", strong=True)
        high = metrics.height()
        grouped = any(one.group is not None for one in model.columns)
        top = rect.top() + _GAP + (high if grouped else 0)
        painter.setPen(look.colour("border"))
        painter.drawLine(
            side, top - 2 if grouped and self._continues(section, model) else rect.top(), side, rect.bottom()
        )
        room = QRect(rect.x() + PADDING, top, rect.width() - 2 * PADDING, rect.bottom() - top - _GAP + 1)
        if self.sorted is not None and self.sorted[0] == section:
            sign = icons.pixmap("chevron_down" if self.sorted[1] else "chevron_up", "accent", 16)
            place = QRect(rect.right() - 17, room.bottom() - 15, 16, 16)
            painter.drawPixmap(QStyle.visualRect(look.direction, rect, place).topLeft(), sign)
        lines_high = high * (len(lines) + bool(unit))
        y = room.bottom() - lines_high + 1
        align = _side(column.is_number, look)
        painter.setFont(look.font("caption", strong=True))
        painter.setPen(look.colour("text_muted"))
        for text in lines:
            painter.drawText(QRect(room.x(), y, room.width(), high), int(align), text)
            y += high
        if unit:
            painter.setFont(look.font("caption"))
            painter.setPen(look.colour("text_faint"))
            text = painter.fontMetrics().elidedText(unit, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(QRect(room.x(), y, room.width(), high), int(align), text)
        painter.restore()

    def _continues(self, section: int, model: GridModel) -> bool:
        """Whether the next column belongs to the same group."""
        if section + 1 >= model.columnCount():
            return False
        group = model.columns[section].group
        return group is not None and model.columns[section + 1].group is group

    def _group(
        self, painter: QPainter, rect: QRect, section: int, model: GridModel, look: theme.Theme
    ) -> None:
        """Paint the part of the group's name that lies over this section."""
        group = model.columns[section].group
        if group is None:
            return
        first = last = section
        while first and model.columns[first - 1].group is group:
            first -= 1
        while self._continues(last, model):
            last += 1
        start = self.sectionViewportPosition(first)
        width = sum(self.sectionSize(one) for one in range(first, last + 1))
        if look.rtl:  # positions run from the left: the last section of a group stands leftmost
            start = self.sectionViewportPosition(last)
        seen = QRect(start, rect.top(), width, rect.height()).intersected(self.viewport().rect())
        metrics = look.metrics("caption")
        box = seen.adjusted(PADDING, 3, -PADDING, 0)
        box.setHeight(metrics.height())
        painter.save()
        painter.setClipRect(rect)
        painter.setFont(look.font("caption"))
        painter.setPen(look.colour("text_faint"))
        name = plain(model.columns[section].group_label(model.language))
        text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, max(box.width(), 10))
        painter.drawText(box, int(_side(False, look)), text)
        painter.restore()

    def _lines(self, model: GridModel, section: int) -> list[str]:
        """Break the label of a column; what is past the last line ends with an ellipsis."""
        metrics = theme.current().metrics("caption", strong=True)
        room = self.sectionSize(section) - 2 * PADDING
        return wrapped(plain(model.columns[section].label(model.language)), room, metrics)


def wrapped(text: str, room: int, metrics: QFontMetrics) -> list[str]:
    """Return `text` in at most three lines of `room` px."""
    words = text.split()
    if len(words) == 1 and metrics.horizontalAdvance(text) > room:
        words = list(text)  # a script without spaces, or one long word
        return _joined(words, "", room, metrics)
    return _joined(words, " ", room, metrics)


def _joined(words: list[str], space: str, room: int, metrics: QFontMetrics) -> list[str]:
    lines = [""]
    for number, word in enumerate(words):
        longer = f"{lines[-1]}{space}{word}" if lines[-1] else word
        if not lines[-1] or metrics.horizontalAdvance(longer) <= room:
            lines[-1] = longer
        elif len(lines) < _MOST_LINES:
            lines.append(word)
        else:
            rest = f"{lines[-1]}{space}{space.join(words[number:])}"
            lines[-1] = metrics.elidedText(rest, Qt.TextElideMode.ElideRight, room)
            break
    return [metrics.elidedText(line, Qt.TextElideMode.ElideRight, max(room, 10)) for line in lines]


def _side(is_number: bool, look: theme.Theme) -> Qt.AlignmentFlag:
    middle = Qt.AlignmentFlag.AlignVCenter
    if is_number:
        return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute | middle
    return QStyle.visualAlignment(look.direction, Qt.AlignmentFlag.AlignLeft | middle)

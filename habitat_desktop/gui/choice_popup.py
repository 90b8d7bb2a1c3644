"""The list that opens under a field: any number of choices, of which only the lines in sight are drawn."""

from collections.abc import Callable, Collection, Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QIcon,
    QKeyEvent,
    QMouseEvent,
    QPainter,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QHeaderView,
    QScrollArea,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from habitat_desktop.gui import icons, kit, theme
from habitat_desktop.gui.choice_finder import Finder
from habitat_desktop.i18n.catalogues import _, language
from habitat_desktop.i18n.numbers import format_number
from habitat_desktop.i18n.text import iso, ltr

_LINES = 10  # in sight
_EDGE = 10  # px before and after the words of a line
_TICK = 24  # px for the tick of what is chosen
Index = QModelIndex | QPersistentModelIndex
_STEPS = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: _LINES - 1,
    Qt.Key.Key_PageUp: 1 - _LINES,
}


class ChoiceLines(QAbstractListModel):
    """The choices found, by their places in a list of any length."""

    def __init__(self, finder: Finder, icon_of: Callable[[str], QIcon]) -> None:
        super().__init__()
        self.finder = finder
        self.places: Sequence[int] = range(len(finder.choices))
        self.chosen: Collection[str] = ()
        self._icon_of = icon_of

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.places)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        place = self.places[index.row()]
        value = self.finder.choices[place].value
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.finder.words(place)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            words = self.finder.words(place)
            return _("{choice}, chosen").format(choice=words) if value in self.chosen else words
        if role == Qt.ItemDataRole.DecorationRole:
            return self._icon_of(value)
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Checked if value in self.chosen else Qt.CheckState.Unchecked
        return None

    def show_places(self, places: Sequence[int]) -> None:
        self.beginResetModel()
        self.places = places
        self.endResetModel()


class _LinePainter(QStyledItemDelegate):
    """One line: a tick where it is chosen, its picture, its words."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(80, theme.current().size("grid_row"))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look = theme.current()
        whole: QRect = option.rect
        state: QStyle.StateFlag = option.state
        kit.paint_choice(
            painter,
            whole.adjusted(2, 1, -2, -1),
            on=bool(state & QStyle.StateFlag.State_Selected),
            hovered=bool(state & QStyle.StateFlag.State_MouseOver),
            focused=False,
        )

        def placed(x: int, width: int) -> QRect:
            return QStyle.visualRect(
                look.direction, whole, QRect(whole.x() + x, whole.y(), width, whole.height())
            )

        at = _EDGE
        if index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked:
            box = placed(at, 16)
            painter.drawPixmap(
                box.x(), box.center().y() - 8, icons.pixmap("checkmark", "accent", 16, filled=True)
            )
        at += _TICK
        icon = index.data(Qt.ItemDataRole.DecorationRole)
        if isinstance(icon, QIcon) and not icon.isNull():
            icon.paint(painter, placed(at, 36).adjusted(0, 2, 0, -2))
            at += 44
        painter.setPen(look.colour("text"))
        painter.setFont(look.font())
        box = placed(at, whole.width() - at - _EDGE)
        text = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, box.width())
        start = QStyle.visualAlignment(look.direction, Qt.AlignmentFlag.AlignLeft)
        painter.drawText(box, start | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter, text)


class ChoicePopup(QFrame):
    """Lies over the page under `field`, which keeps the keyboard; closes when the field is left.

    It is a part of the window and no window of its own: those lose the keyboard on remote desktops.
    """

    picked = Signal(str)  # the value of a choice
    closed = Signal()

    def __init__(
        self, field: QWidget, finder: Finder, icon_of: Callable[[str], QIcon], chosen: Collection[str]
    ) -> None:
        super().__init__(field.window())
        self.setProperty("part", "card")
        self._field = field
        self.lines = ChoiceLines(finder, icon_of)
        self.lines.chosen = chosen
        self.view = _lines_view()
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setMouseTracking(True)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.view.setItemDelegate(_LinePainter(self.view))
        self.view.setModel(self.lines)
        self.view.setAccessibleName(field.accessibleName())
        self.view.clicked.connect(lambda index: self._pick(index.row()))
        self.count = kit.Label("", "caption", "muted")
        foot = kit.row(self.count, margins=(_EDGE, 2, _EDGE, 4))
        self.setLayout(kit.column((self.view, 1), foot, space=0, margins=(1, 1, 1, 1)))
        app = QApplication.instance()
        assert app is not None
        app.installEventFilter(self)
        self._area = _area_of(field)
        if self._area is not None:
            self._area.verticalScrollBar().valueChanged.connect(self.shut)
        self.show_found("")

    def show_found(self, typed: str) -> None:
        """Show what holds the words typed; the first line found stands ready to be taken."""
        finder = self.lines.finder
        places = finder.find(typed)
        self.lines.show_places(places)
        total = format_number(str(len(finder.choices)), language())
        if not places:
            text = _("Nothing in this list holds “{text}”.").format(text=iso(typed.strip()[:40]))
        elif len(places) == len(finder.choices):
            text = ltr(total)
        else:
            shown = format_number(str(len(places)), language())
            # Translators: how many lines of a list hold what was typed: "12 of 5,000".
            text = _("{count} of {total}").format(count=ltr(shown), total=ltr(total))
        self.count.setText(text)
        if typed.strip() and places:
            self._select(0)
        self._place()

    def show_chosen(self, chosen: Collection[str]) -> None:
        self.lines.chosen = chosen
        self.view.viewport().update()

    def go_to(self, value: str) -> None:
        """Stand at the choice `value`, without taking it."""
        place = self.lines.finder.place_of(value)
        if place >= 0 and len(self.lines.places) == len(self.lines.finder.choices):
            self._select(place)

    def current(self) -> str:
        """Return the value of the line the keyboard stands at, "" for none."""
        row = self.view.currentIndex().row()
        return self.lines.finder.choices[self.lines.places[row]].value if row >= 0 else ""

    def press(self, event: QKeyEvent) -> bool:
        """Move through the lines with the keys of a list; say whether the key was one."""
        step = _STEPS.get(Qt.Key(event.key()))
        with_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        last = len(self.lines.places) - 1
        if step is None and not (with_control and event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End)):
            return False
        if with_control and step is not None:
            return False  # pages of the form
        row = self.view.currentIndex().row()
        if step is None:
            row = 0 if event.key() == Qt.Key.Key_Home else last
        else:
            row = 0 if row < 0 else max(0, min(last, row + step))
        if last >= 0:
            self._select(row)
        return True

    def shut(self) -> None:
        """Close for good."""
        if self.isHidden():
            return
        self.hide()
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        if self._area is not None:
            self._area.verticalScrollBar().valueChanged.disconnect(self.shut)
        self.closed.emit()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.MouseButtonPress
            and isinstance(watched, QWidget)
            and isinstance(event, QMouseEvent)
            and watched is not self._field
            and not self._field.isAncestorOf(watched)
            and watched is not self
            and not self.isAncestorOf(watched)
        ):
            QTimer.singleShot(0, self, self.shut)
        if event.type() == QEvent.Type.Resize and watched is self.parentWidget():
            QTimer.singleShot(0, self, self.shut)
        return False

    def _select(self, row: int) -> None:
        index = self.lines.index(row, 0)
        self.view.setCurrentIndex(index)
        self.view.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)
        words = str(self.lines.data(index, Qt.ItemDataRole.AccessibleTextRole))
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._field, words))

    def _pick(self, row: int) -> None:
        self.picked.emit(self.lines.finder.choices[self.lines.places[row]].value)

    def _place(self) -> None:
        """Lie under the field, or above it where there is more room."""
        window = self._field.window()
        row = theme.current().size("grid_row")
        lines = max(1, min(_LINES, len(self.lines.places)))
        foot = self.count.sizeHint().height() + 8
        high = lines * row + foot + 4
        at = self._field.mapTo(window, QPoint(0, 0))
        below = window.height() - at.y() - self._field.height() - 6
        above = at.y() - 6
        if high > below and above > below:
            high = min(high, above)
            y = at.y() - high - 2
        else:
            high = max(row + foot, min(high, below))
            y = at.y() + self._field.height() + 2
        wide = max(self._field.width(), min(round(420 * theme.current().scale), window.width() - 8))
        x = at.x() + (self._field.width() - wide if theme.current().rtl else 0)
        x = max(4, min(x, window.width() - wide - 4))
        self.setGeometry(x, y, wide, high)


def _lines_view() -> QTableView:
    """Return a view that asks for no line out of sight; a QListView asks the model for every one of them."""
    view = QTableView()
    view.horizontalHeader().hide()
    view.horizontalHeader().setStretchLastSection(True)
    rows = view.verticalHeader()
    rows.hide()
    rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    rows.setMinimumSectionSize(1)
    rows.setDefaultSectionSize(theme.current().size("grid_row"))
    view.setShowGrid(False)
    view.setFrameShape(QFrame.Shape.NoFrame)
    view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    view.setTabKeyNavigation(False)
    return view


def _area_of(widget: QWidget) -> QScrollArea | None:
    above = widget.parentWidget()
    while above is not None and not isinstance(above, QScrollArea):
        above = above.parentWidget()
    return above

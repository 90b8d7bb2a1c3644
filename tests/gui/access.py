"""What a person without mouse or screen meets in a window: names, cells, stops of Tab, focus."""

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import QAbstractListModel, QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QMenuBar,
    QRadioButton,
    QScrollBar,
    QSplitterHandle,
    QTextBrowser,
    QWidget,
)

from habitat_desktop.gui import kit
from habitat_desktop.i18n.text import without_isolates

_MOST_ROWS = 25  # of a long list; the others are made by the same code
_MOST_STOPS = 400
_SAME_LINE = 10  # px by which the middles of two controls of one line may differ


def controls(window: QWidget) -> Iterator[QWidget]:
    """Yield everything in `window` that takes the focus or can be pressed, inner parts of Qt left out."""
    for widget in window.findChildren(QWidget):
        parent = widget.parentWidget()
        if not widget.isVisible() or widget.window() is not window:
            continue
        if isinstance(widget, QHeaderView | QScrollBar | QSplitterHandle | QMenuBar):
            continue
        if isinstance(parent, QComboBox | QAbstractSpinBox | QLineEdit) or _is_viewport(widget):
            continue
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus or isinstance(widget, QAbstractButton):
            yield widget


def nameless(window: QWidget) -> list[str]:
    """Return the controls that the accessibility tree gives no name."""
    return [_said(widget) for widget in controls(window) if not name_of(widget)]


def name_of(widget: QWidget) -> str:
    """Return what a screen reader calls `widget`."""
    found = QAccessible.queryAccessibleInterface(widget)
    return plain(found.text(QAccessible.Text.Name)) if found is not None else ""


def description_of(widget: QWidget) -> str:
    """Return what a screen reader adds to the name."""
    found = QAccessible.queryAccessibleInterface(widget)
    return plain(found.text(QAccessible.Text.Description)) if found is not None else ""


def silent_cells(view: QAbstractItemView) -> list[str]:
    """Return the cells of a list or table that show something and say nothing of it, or not its state."""
    model = view.model()
    if model is None or isinstance(view, QHeaderView):
        return []
    found = []
    for row in range(min(model.rowCount(), _MOST_ROWS)):
        for column in range(1 if isinstance(model, QAbstractListModel) else model.columnCount()):
            index = model.index(row, column)
            spoken = plain(str(index.data(Qt.ItemDataRole.AccessibleTextRole) or index.data() or ""))
            cell = index.data(kit.CELL_ROLE)
            if isinstance(cell, kit.Cell):
                is_seen = cell.text or cell.sub or cell.icon or cell.kind in ("bar", "check")
                lacking = [one for one in (cell.text, cell.sub) if plain(one) not in spoken]
                if (is_seen and not spoken) or lacking:
                    found.append(f"{_said(view)} {row}, {column}: {cell} says {spoken!r}")
            elif index.data(Qt.ItemDataRole.DecorationRole) is not None and not spoken:
                found.append(f"{_said(view)} {row}, {column} has a sign and no words")
    return found


def small(window: QWidget, least: int = 24) -> list[str]:
    """Return the buttons that are hard to hit."""
    return [
        f"{_said(widget)} is {widget.width()} x {widget.height()}"
        for widget in controls(window)
        if isinstance(widget, QAbstractButton | QComboBox)
        and min(widget.width(), widget.height()) < least
        and not isinstance(widget, QRadioButton)
    ]


def stops(window: QWidget, first: QWidget) -> tuple[list[QWidget], list[str]]:
    """Press Tab from `first` until it comes round; return the stops, and those that show no focus."""
    found: list[QWidget] = []
    unseen: list[str] = []
    first.setFocus(Qt.FocusReason.TabFocusReason)
    for _stop in range(_MOST_STOPS):
        widget = QApplication.focusWidget()
        if widget is None or widget in found:
            break
        found.append(widget)
        with_focus = _picture(widget)
        _tab(widget)
        if QApplication.focusWidget() is widget:
            if len(list(controls(window))) > 1:
                unseen.append(f"{_said(widget)} keeps the focus")
            break
        if with_focus == _picture(widget):
            unseen.append(_said(widget))
    return found, unseen


def _tab(widget: QWidget) -> None:
    """Press Tab; in a text with links it goes from one to the next before it goes on."""
    for _link in range(_MOST_STOPS if isinstance(widget, QTextBrowser) else 1):
        QTest.keyClick(widget, Qt.Key.Key_Tab)
        if QApplication.focusWidget() is not widget:
            return


def never_reached(window: QWidget, reached: list[QWidget]) -> list[str]:
    """Return the controls Tab never comes to; one of several buttons of a group is enough."""
    groups = [one.group() for one in reached if isinstance(one, QAbstractButton) and one.group() is not None]
    found = []
    for widget in controls(window):
        if widget in reached or not widget.isEnabled() or widget.focusProxy() in reached:
            continue
        if any(one in reached for one in widget.findChildren(QWidget)):
            continue
        beside_field = widget.focusPolicy() == Qt.FocusPolicy.NoFocus and any(
            isinstance(one, QLineEdit) and widget.parentWidget().isAncestorOf(one) for one in reached
        )
        if beside_field:
            continue  # what it does is done by the arrow keys in the field
        if isinstance(widget, QAbstractButton) and widget.group() is not None and widget.group() in groups:
            continue
        if isinstance(widget, QAbstractButton) and widget.isCheckable():
            beside = widget.parentWidget().findChildren(QAbstractButton)
            if any(one in reached and one.isCheckable() for one in beside):
                continue  # one stop for all choices of a question, the arrow keys go between them
        found.append(_said(widget))
    return found


def out_of_order(reached: list[QWidget], *, rtl: bool) -> list[str]:
    """Return neighbours in the order of Tab that stand in another order on the page."""
    found = []
    for one, other in pairwise(reached):
        if one.parentWidget() is not other.parentWidget() or one.window() is not other.window():
            continue
        before, after = _box(one), _box(other)
        same_line = abs(before.center().y() - after.center().y()) <= _SAME_LINE
        ahead = before.center().x() < after.center().x()
        above = not same_line and after.bottom() < before.top()
        if (same_line and ahead == rtl) or (above and ahead == rtl):  # ticks in columns go down, then ahead
            found.append(f"{_said(other)} comes after {_said(one)}")
    return found


def top_of(widget: QWidget) -> tuple[int, int]:
    """Return where a control stands in its window, for finding the first."""
    box = _box(widget)
    rtl = widget.window().layoutDirection() == Qt.LayoutDirection.RightToLeft
    return box.center().y() // _SAME_LINE, -box.right() if rtl else box.left()


def plain(text: str) -> str:
    return " ".join(without_isolates(text).replace("\u200f", "").replace("\u200e", "").split())


def _box(widget: QWidget) -> QRect:
    return QRect(widget.mapTo(widget.window(), QPoint(0, 0)), widget.size())


def _picture(widget: QWidget) -> bytes:
    """Return the pixels of `widget` and a little around it, where a frame may stand."""
    window = widget.window()
    box = _box(widget).adjusted(-4, -4, 4, 4).intersected(window.rect())
    image = window.grab(box).toImage()  # held: its bytes are not a copy
    return b"" if image.isNull() else bytes(image.constBits())


def _is_viewport(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    return isinstance(parent, QAbstractScrollArea) and parent.viewport() is widget


def _said(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    parents = []
    parent = widget.parentWidget()
    while parent is not None and len(parents) < 3:
        parents.append(type(parent).__name__)
        parent = parent.parentWidget()
    return f"{type(widget).__name__} {text or widget.accessibleName()!r} in {' < '.join(parents)}"

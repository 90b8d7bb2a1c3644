"""What is wrong with a window as it is laid out now; each finding names the widget and its text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from PySide6.QtCore import QAbstractListModel, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QTextDocument, QTextLayout
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenuBar,
    QPlainTextEdit,
    QRadioButton,
    QStyle,
    QStyleOptionComboBox,
    QTabBar,
    QToolButton,
    QWidget,
)

from habitat_desktop.gui import kit
from habitat_desktop.gui.repeat_grid_model import GridModel
from habitat_desktop.i18n.text import has_rtl, ltr

SLACK = 1  # px that rounding may take
_CONTROLS = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\n\t]")
_TAGS = re.compile(r"<[^>]+>")
_ISOLATE = re.compile("[\u2066-\u2068][^\u2066-\u2069]*\u2069")
_SIGNED = re.compile(r"(?<![\w.,])[-+−±]\d[\d.,]*")
# labels of records, codes with their number, names of files, paths, phones
_OPEN = re.compile(
    r"\b[A-Z]{2}-[0-9A-Z]{4}-\d{4}\b|\b[\w.-]+\.(?:xlsx|csv|sqlite|json|po)\b|\+\d[\d ]{6,}|(?<!\w)/\w+/\w+"
)
_FIXED_LTR = re.compile(r"@|https?://|^[A-Z]{2}-[0-9A-Z]{4}|^[A-Z]:\\|^/\w")


@dataclass(frozen=True)
class Finding:
    """One fault of one widget; `place` is where it is in its window."""

    kind: str
    widget: str
    text: str
    why: str
    place: QRect

    def __str__(self) -> str:
        return f"{self.kind}: {self.widget} {self.text!r} {self.why}".rstrip()


def faults(window: QWidget, *, rtl: bool) -> list[Finding]:
    """Return all faults of layout of what can be seen in `window`, without those of its texts."""
    found = [*clipped(window), *cut_off(window), *overlapping(window), *glyphless(window)]
    return found + ([*misdirected(window), *mixed_up(window)] if rtl else [])


def shown(window: QWidget) -> Iterator[QWidget]:
    """Yield what can be seen in `window`, parts of Qt's own widgets left out."""
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or widget.window() is not window:
            continue
        parent = widget.parentWidget()
        if isinstance(parent, QLineEdit | QAbstractSpinBox | QMenuBar | QComboBox):
            continue
        yield widget


def texts(window: QWidget) -> Iterator[tuple[QWidget, str]]:
    """Yield every text that can be seen in `window`, as plain text without signs of direction."""
    for widget in shown(window):
        for text in _texts_of(widget):
            if cleaned := plain(text):
                yield widget, cleaned


def plain(text: str) -> str:
    return " ".join(_CONTROLS.sub("", _TAGS.sub("", text).replace("&nbsp;", " ")).split())


def _texts_of(widget: QWidget) -> Iterator[str]:
    if isinstance(widget, QLabel | QAbstractButton):
        yield widget.text()
    elif isinstance(widget, QLineEdit):
        yield widget.placeholderText()
    elif isinstance(widget, QComboBox):
        yield widget.currentText()
    elif isinstance(widget, QTabBar):
        yield from (widget.tabText(index) for index in range(widget.count()))
    elif isinstance(widget, QMenuBar):
        yield from (action.text().replace("&", "") for action in widget.actions())
    elif isinstance(widget, QHeaderView):
        if widget.orientation() == Qt.Orientation.Horizontal and widget.model() is not None:
            yield from (text for _section, text in _heads(widget))
    elif isinstance(widget, QAbstractItemView) and widget.model() is not None:
        yield from _items(widget)
    if not isinstance(widget, QLabel | QLineEdit) and widget.toolTip():
        yield widget.toolTip()


def _items(view: QAbstractItemView) -> Iterator[str]:
    model = view.model()
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount()
    for row in range(min(model.rowCount(), 40)):
        for column in range(columns):
            cell = model.index(row, column).data(kit.CELL_ROLE)
            if isinstance(cell, kit.Cell):
                is_fixed = cell.kind == "number" or cell.mono  # painted from the left
                yield from (ltr(cell.text) if is_fixed else cell.text, cell.sub)
            else:
                text = str(model.index(row, column).data() or "")
                is_fixed = isinstance(model, GridModel) and not has_rtl(text)  # painted from the left too
                yield ltr(text) if is_fixed else text


def _heads(head: QHeaderView) -> Iterator[tuple[int, str]]:
    for section in range(head.count()):
        if not head.isSectionHidden(section):
            text = head.model().headerData(section, head.orientation())
            if text:
                yield section, str(text)


# cut off


def clipped(window: QWidget) -> Iterator[Finding]:
    """Yield widgets too small for their text, unless a tooltip has all of it."""
    for widget in shown(window):
        for text, why in _too_small(widget):
            if plain(text) not in plain(widget.toolTip()):
                yield finding("clipped", window, widget, text, why)


def _too_small(widget: QWidget) -> Iterator[tuple[str, str]]:
    if isinstance(widget, QLabel):
        yield from _label(widget)
    elif isinstance(widget, QComboBox):
        yield from _box(widget)
    elif isinstance(widget, QLineEdit):
        text = widget.placeholderText()
        room = widget.width() - 2 * 8 - (24 if widget.actions() else 0)
        if text and not widget.text() and not widget.toolTip():
            yield from _lacking(text, widget.fontMetrics().horizontalAdvance(text), room)
    elif isinstance(widget, QTabBar):
        for index in range(widget.count()):
            needed = widget.fontMetrics().horizontalAdvance(widget.tabText(index))
            yield from _lacking(widget.tabText(index), needed, widget.tabRect(index).width())
    elif isinstance(widget, QHeaderView):
        yield from _header(widget)
    elif isinstance(widget, QMenuBar):
        for action in widget.actions():
            if action.isVisible() and widget.actionGeometry(action).isEmpty():
                yield action.text(), "is folded away"
    elif isinstance(widget, QAbstractButton) and widget.text():
        yield from _button(widget)


def _label(label: QLabel) -> Iterator[tuple[str, str]]:
    text = label.text()
    if not text:
        return
    room = label.contentsRect()
    if isinstance(label, kit.ElidedLabel):
        if label.fontMetrics().horizontalAdvance(text) > room.width() + SLACK and not label.toolTip():
            yield text, "is elided without a tooltip"
        return
    if not label.wordWrap():
        yield from _lacking(text, label.sizeHint().width(), label.width())
        if label.sizeHint().height() > label.height() + 2:
            yield text, f"needs {label.sizeHint().height()} px of height, has {label.height()}"
        return
    high = label.heightForWidth(label.width())
    if high > label.height() + 2:
        yield text, f"needs {high} px of height, has {label.height()}"
    yield from _lacking(text, _widest_word(label), room.width())


def _widest_word(label: QLabel) -> int:
    """Return the width below which words would be cut, also where they carry markup."""
    document = QTextDocument()
    document.setDefaultFont(label.font())
    document.setDocumentMargin(0)
    if label.textFormat() != Qt.TextFormat.PlainText and _TAGS.search(label.text()):
        document.setHtml(label.text())
    else:
        document.setPlainText(label.text())
    document.setTextWidth(1)
    return int(document.idealWidth())


def _box(box: QComboBox) -> Iterator[tuple[str, str]]:
    option = QStyleOptionComboBox()
    box.initStyleOption(option)
    room = box.style().subControlRect(
        QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, box
    )
    text = box.currentText()
    if text and not box.isEditable():
        yield from _lacking(text, box.fontMetrics().horizontalAdvance(text), room.width())


def _header(head: QHeaderView) -> Iterator[tuple[str, str]]:
    if head.orientation() != Qt.Orientation.Horizontal or head.model() is None:
        return
    for section, text in _heads(head):
        tip = head.model().headerData(section, head.orientation(), Qt.ItemDataRole.ToolTipRole)
        if plain(text) not in plain(str(tip or "")):
            needed = head.sectionSizeFromContents(section).width() - 4
            align = head.model().headerData(section, head.orientation(), Qt.ItemDataRole.TextAlignmentRole)
            if int(align or 0) & int(Qt.TextFlag.TextWordWrap):
                needed = max(head.fontMetrics().horizontalAdvance(word) for word in text.split())
            yield from _lacking(text, needed, head.sectionSize(section))


def _button(button: QAbstractButton) -> Iterator[tuple[str, str]]:
    if isinstance(button, QToolButton) and button.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly:
        return
    hint: QSize = button.minimumSizeHint()
    if isinstance(button, QCheckBox | QRadioButton | QToolButton):
        hint = button.sizeHint()
    yield from _lacking(button.text(), hint.width(), button.width())
    metrics = button.fontMetrics()
    if metrics.height() > button.height() + SLACK:
        yield button.text(), f"needs {metrics.height()} px of height, has {button.height()}"


def _lacking(text: str, needed: float, room: float) -> Iterator[tuple[str, str]]:
    if needed > room + SLACK:
        yield text, f"needs {round(needed)} px, has {round(room)}"


def cut_off(window: QWidget) -> Iterator[Finding]:
    """Yield widgets with a text that stand partly outside what holds them, where nothing scrolls to them."""
    for widget in shown(window):
        if not any(map(plain, _texts_of(widget))) or isinstance(widget, QAbstractItemView | QHeaderView):
            continue
        why = _outside(widget)
        if why:
            yield finding("cut off", window, widget, next(filter(None, _texts_of(widget)), ""), why)


def _outside(widget: QWidget) -> str:
    box, part = widget.rect(), widget
    while not part.isWindow():
        holder = part.parentWidget()
        box = QRect(part.mapTo(holder, box.topLeft()), box.size())
        area = holder.parentWidget()
        if isinstance(area, QAbstractScrollArea) and area.viewport() is holder:
            ahead = area.horizontalScrollBar().maximum() > 0
            off = area.horizontalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAlwaysOff
            if (off or not ahead) and not _within(box, holder.rect(), high=False):
                return f"stands {_beyond(box, holder.rect())} px outside the part that scrolls"
            return ""
        if not _within(box, holder.rect(), high=True):
            return f"stands {_beyond(box, holder.rect())} px outside {_name(holder)}"
        part = holder
    return ""


def _within(box: QRect, room: QRect, *, high: bool) -> bool:
    wide = box.left() >= room.left() - SLACK and box.right() <= room.right() + SLACK
    tall = box.top() >= room.top() - SLACK and box.bottom() <= room.bottom() + SLACK
    return wide and (tall or not high)


def _beyond(box: QRect, room: QRect) -> int:
    return max(
        room.left() - box.left(),
        box.right() - room.right(),
        room.top() - box.top(),
        box.bottom() - room.bottom(),
    )


def overlapping(window: QWidget) -> Iterator[Finding]:
    """Yield widgets that lie over another part of the same place."""
    for holder in (window, *shown(window)):
        if holder.layout() is None:
            continue
        parts = [
            child
            for child in holder.children()
            if isinstance(child, QWidget) and child.isVisible() and not child.isWindow() and child.width() > 0
        ]
        laid = [part for part in parts if holder.layout().indexOf(part) >= 0 or _is_deeper(holder, part)]
        for one, other in combinations(laid, 2):
            common = one.geometry().intersected(other.geometry())
            if common.width() > SLACK and common.height() > SLACK:
                text = next((plain(t) for t in _texts_of(one) if t), "")
                why = f"lies over {_name(other)} {next((plain(t) for t in _texts_of(other) if t), '')!r}"
                yield finding("overlap", window, one, text, why)


def _is_deeper(holder: QWidget, part: QWidget) -> bool:
    """Whether a layout inside the layout of `holder` holds `part`."""
    todo = [holder.layout()]
    while todo:
        layout = todo.pop()
        for index in range(layout.count()):
            item = layout.itemAt(index)
            if item.widget() is part:
                return True
            if item.layout() is not None:
                todo.append(item.layout())
    return False


# signs


def glyphless(window: QWidget) -> Iterator[Finding]:
    """Yield texts with a sign for which none of the fonts at hand has a glyph."""
    for widget, text in texts(window):
        lacking = missing_glyphs(text, widget.font())
        if lacking:
            yield finding("no glyph", window, widget, text, f"lacks {lacking!r}")


def missing_glyphs(text: str, font: QFont) -> str:
    """Return the signs of `text` that would be shown as a box in `font` and the fonts Qt falls back on."""
    layout = QTextLayout(text, font)
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    if all(0 not in run.glyphIndexes() for run in layout.glyphRuns()):
        return ""
    metrics = QFontMetrics(font)
    return "".join(sorted({sign for sign in text if not metrics.inFontUcs4(ord(sign))})) or "some sign"


# direction


def misdirected(window: QWidget) -> Iterator[Finding]:
    """Yield what does not run as it must in a window that is read from right to left."""
    for widget in (window, *shown(window)):
        if _runs_left(widget) and not _may_run_left(widget):
            yield finding("direction", window, widget, _first(widget), "runs from left to right")
        if isinstance(widget, QLineEdit) and _must_run_left(widget) and not _runs_left(widget):
            yield finding("direction", window, widget, widget.text(), "runs from right to left")


def mixed_up(window: QWidget) -> Iterator[Finding]:
    """Yield texts in which a code, file or number with a sign may change its place."""
    for widget in shown(window):
        if isinstance(widget, QLineEdit) or _runs_left(widget):
            continue
        for text in _texts_of(widget):
            for value in open_values(text):
                yield finding("not isolated", window, widget, text, f"{value!r} changes its place")


def open_values(text: str) -> list[str]:
    """Return what a reader from the right would see in another order: the values outside any isolate."""
    outside = _TAGS.sub("", text).replace("\u202f", " ").replace("\u00a0", " ")
    while (shorter := _ISOLATE.sub("|", outside)) != outside:
        outside = shorter
    found = _SIGNED.findall(outside)
    return found + (_OPEN.findall(outside) if has_rtl(outside) else [])


def _must_run_left(line: QLineEdit) -> bool:
    return _FIXED_LTR.search(line.text()) is not None


def _runs_left(widget: QWidget) -> bool:
    return widget.layoutDirection() == Qt.LayoutDirection.LeftToRight


def _may_run_left(widget: QWidget) -> bool:
    # numbers, codes, paths, times; a button with its arrow behind the words turns its layout round
    fields = QLineEdit | QPlainTextEdit | QAbstractSpinBox
    return isinstance(widget, fields | kit.ForwardButton) or isinstance(widget.parentWidget(), fields)


def _first(widget: QWidget) -> str:
    return next((plain(text) for text in _texts_of(widget) if text), "")


def finding(kind: str, window: QWidget, widget: QWidget, text: str, why: str) -> Finding:
    place = (
        QRect(widget.mapTo(window, QPoint(0, 0)), widget.size()) if widget is not window else window.rect()
    )
    return Finding(kind, _name(widget), plain(text), why, place)


def _name(widget: QWidget) -> str:
    name = widget.objectName() or str(widget.property("part") or "")
    return f"{type(widget).__name__}({name})" if name else type(widget).__name__


def settle() -> None:
    """Let layouts come to rest."""
    for _round in range(4):
        QApplication.sendPostedEvents()
        QApplication.processEvents()

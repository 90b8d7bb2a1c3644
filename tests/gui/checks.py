"""What every page must hold, whoever wrote it: nothing clipped, everything named."""

from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from habitat_desktop.gui import kit


def clipped(window: QWidget) -> list[str]:
    """Return the labels and buttons that are smaller than their text."""
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible():
            continue
        if isinstance(widget, QLabel) and widget.text() and not isinstance(widget, kit.ElidedLabel):
            if widget.wordWrap():
                if widget.heightForWidth(widget.width()) > widget.height() + 2:
                    found.append(f"{widget.text()!r} is {widget.size().toTuple()}")
            elif widget.sizeHint().width() > widget.width() + 1:
                found.append(f"{widget.text()!r} needs {widget.sizeHint().width()}, has {widget.width()}")
        elif isinstance(widget, QAbstractButton) and widget.text():
            needed = widget.minimumSizeHint().width()
            if needed > widget.width() + 1:
                found.append(f"button {widget.text()!r} needs {needed}, has {widget.width()}")
    return found


def nameless(window: QWidget) -> list[str]:
    """Return the controls a screen reader could not name."""
    found = []
    kinds = (QAbstractButton, QAbstractItemView, QComboBox, QLineEdit, QPlainTextEdit, QAbstractSlider)
    for widget in window.findChildren(QWidget):
        if not isinstance(widget, kinds) or isinstance(widget, QHeaderView) or not widget.isVisible():
            continue
        if isinstance(widget, QAbstractSlider) or isinstance(
            widget.parentWidget(), QComboBox | QAbstractItemView | QLineEdit
        ):
            continue  # scroll bars and the inner parts of Qt's own widgets
        text = widget.text() if isinstance(widget, QAbstractButton) else ""
        if not (widget.accessibleName() or text):
            found.append(f"{type(widget).__name__} {widget.objectName()!r}")
    return found

"""Shortcuts under keyboards that do not write Latin letters: the key counts, not the letter on it.

Qt finds most shortcuts itself. What it leaves over arrives at the window as a key no widget wanted.
"""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

_LAYOUTS = (
    ("QWERTYUIOPASDFGHJKLZXCVBNM", "ЙЦУКЕНГШЩЗФЫВАПРОЛДЯЧСМИТЬ"),  # Russian
    ("QWERTYUIOPASDFGHJKLZXCVBNM", "ضصثقفغعهخحشسيبلاتنمئءؤر ىة"),  # Arabic 101; B writes two letters
)
_LETTERS = {
    ord(foreign): latin
    for latins, foreigns in _LAYOUTS
    for latin, foreign in zip(latins, foreigns, strict=True)
    if foreign != " "
} | {ord("ﻻ"): "B", ord("ﻼ"): "B", ord("ـ"): "J", ord("آ"): "N", ord("أ"): "H", ord("إ"): "Y"}
_SCAN_CODES = {  # of the first set: those of Windows, and of Linux less 8
    code: letter
    for first, row in ((16, "QWERTYUIOP"), (30, "ASDFGHJKL"), (44, "ZXCVBNM"))
    for code, letter in enumerate(row, first)
}
_EDITING = (
    QKeySequence.StandardKey.Copy,
    QKeySequence.StandardKey.Cut,
    QKeySequence.StandardKey.Paste,
    QKeySequence.StandardKey.SelectAll,
    QKeySequence.StandardKey.Undo,
    QKeySequence.StandardKey.Redo,
)
_FIELDS = (QLineEdit, QPlainTextEdit, QTextEdit)


def latin_letter(event: QKeyEvent) -> str:
    """Return the Latin letter of the key pressed, "" where the event has one itself or none is known."""
    code = int(event.key())
    if code < 0x80 or code >= 0x01000000:
        return ""
    virtual, scan = event.nativeVirtualKey(), event.nativeScanCode()
    platform = QGuiApplication.platformName()
    if platform == "windows" and 0x41 <= virtual <= 0x5A:
        return chr(virtual)
    if scan:
        scan = scan if platform == "windows" else scan - 8
        if scan in _SCAN_CODES:
            return _SCAN_CODES[scan]
    return _LETTERS.get(code, "")


def act(window: QWidget, event: QKeyEvent) -> bool:
    """Do in `window` what the shortcut of `event` stands for; False where it is none."""
    if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
        return False
    letter = latin_letter(event)
    if not letter:
        return False
    latin = QKeyEvent(QEvent.Type.KeyPress, ord(letter), event.modifiers())
    field = QApplication.focusWidget()
    if isinstance(field, _FIELDS) and any(latin.matches(key) for key in _EDITING):
        override = QKeyEvent(QEvent.Type.ShortcutOverride, ord(letter), event.modifiers())
        override.ignore()
        QApplication.sendEvent(field, override)
        if override.isAccepted():  # it has something of its own to undo, or can take what is pasted
            return QApplication.sendEvent(field, latin)
    wanted = QKeySequence(latin.keyCombination())
    for action in window.findChildren(QAction):
        owners = action.associatedObjects()
        if wanted in action.shortcuts() and _is_meant(action, action.shortcutContext(), owners, field):
            action.trigger()
            return True
    for shortcut in window.findChildren(QShortcut):
        owner = shortcut.parent()
        keys = shortcut.keys()
        if wanted in keys and _is_meant(shortcut, shortcut.context(), [owner], field):
            shortcut.activated.emit()
            return True
    return False


def _is_meant(
    action: QAction | QShortcut,
    context: Qt.ShortcutContext,
    owners: Sequence[QObject | None],
    field: QWidget | None,
) -> bool:
    """Whether `action` can be called where the focus is now."""
    if not action.isEnabled():
        return False
    if context in (Qt.ShortcutContext.WindowShortcut, Qt.ShortcutContext.ApplicationShortcut):
        return True
    return any(
        isinstance(owner, QWidget) and field is not None and (owner is field or owner.isAncestorOf(field))
        for owner in owners
    )

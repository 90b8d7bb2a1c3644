"""Workbooks dropped anywhere on a window: a hint while they hover, their paths when they land."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QWidget

from habitat_desktop.gui import kit
from habitat_desktop.i18n.catalogues import ngettext

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow

WORKBOOK_SUFFIX = ".xlsx"


def take_in_drops(frame: "MainWindow") -> "FileDrop":
    """Let `frame` take in workbooks dropped anywhere on it. Safe to repeat."""
    found = frame.findChild(FileDrop)
    if isinstance(found, FileDrop):
        return found
    taker = FileDrop(frame)
    taker.dropped.connect(frame.take_in)
    return taker


class FileDrop(QObject):
    """Takes .xlsx files dropped on `window` or anything in it; other things are left to others."""

    dropped = Signal(object)  # list[Path], in the order of the drop

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._hint: _DropHint | None = None
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if isinstance(event, QDropEvent) and kind in (QEvent.Type.DragEnter, QEvent.Type.DragMove):
            paths = workbooks(event.mimeData())
            if not paths:
                return False
            if isinstance(event, QDragEnterEvent):
                self._show_hint(len(paths))
            event.setDropAction(Qt.DropAction.CopyAction)  # never a move: the file stays where it is
            event.accept()
            return True
        if kind == QEvent.Type.DragLeave:
            self._hide_hint()
        elif kind == QEvent.Type.Drop and isinstance(event, QDropEvent):
            self._hide_hint()
            paths = workbooks(event.mimeData())
            if paths:
                event.setDropAction(Qt.DropAction.CopyAction)
                event.accept()
                self.dropped.emit(paths)
                return True
        return False

    def _show_hint(self, count: int) -> None:
        if self._hint is None:
            self._hint = _DropHint(self._window)
        self._hint.show_count(count)

    def _hide_hint(self) -> None:
        if self._hint is not None:
            self._hint.hide()


def workbooks(data: QMimeData) -> list[Path]:
    """Return the local .xlsx files of a drag, each once; folders are looked into, one level deep."""
    found: dict[Path, None] = {}
    for url in data.urls():
        if not url.isLocalFile():
            continue
        path = Path(url.toLocalFile())
        inside = sorted(path.glob(f"*{WORKBOOK_SUFFIX}")) if path.is_dir() else [path]
        for file in inside:
            # "~$name.xlsx" is the lock Excel leaves beside an open workbook
            if file.suffix.lower() == WORKBOOK_SUFFIX and not file.name.startswith("~$"):
                found[file] = None
    return list(found)


class _DropHint(QFrame):
    """Lies over the middle of the window while files hover; the drop goes through it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setProperty("part", "banner")
        self.setProperty("tone", "info")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._words = kit.Label("", "subtitle", "accent", strong=True)
        sign = kit.IconLabel("arrow_download", "accent")
        self.setLayout(kit.row(sign, self._words, space=12, margins=(24, 16, 24, 16)))

    def show_count(self, count: int) -> None:
        self._words.setText(
            ngettext("Drop {count} file to take it in", "Drop {count} files to take them in", count).format(
                count=count
            )
        )
        self.adjustSize()
        room = self._window.rect()
        self.move((room.width() - self.width()) // 2, (room.height() - self.height()) // 2)
        self.raise_()
        self.show()

"""Slow work in one line: what, how far, how long still, and Cancel."""

import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QProgressBar, QVBoxLayout, QWidget

from habitat_desktop.gui import kit
from habitat_desktop.i18n.catalogues import _, ngettext

SHOWN_AFTER_MS = 500  # what is done sooner needs no progress line


class ProgressCard(QFrame):
    """A card with a progress line while something is done; hidden otherwise."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "card")
        self._body = QVBoxLayout()
        self._body.setContentsMargins(16, 4, 16, 4)
        self.setLayout(self._body)
        self.line: ProgressLine | None = None
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(SHOWN_AFTER_MS)
        self._delay.timeout.connect(self.show)
        self.hide()

    def begin(self, title: str, cancel: Callable[[], Any], kept: str = "") -> None:
        """Show `title` from half a second on."""
        self.end()
        self.line = ProgressLine(title, cancel, kept)
        self._body.addWidget(self.line)
        self._delay.start()

    def show_progress(self, done: int, total: int) -> None:
        if self.line is not None:
            self.line.show_progress(done, total)

    def end(self) -> None:
        self._delay.stop()
        self.line = None
        kit.clear(self._body)
        self.hide()


class ProgressLine(QWidget):
    """What is being done, how far, how long still, and Cancel; `kept` says what cancelling leaves."""

    def __init__(self, title: str, cancel: Callable[[], Any], kept: str = "") -> None:
        super().__init__()
        self._started = time.monotonic()
        self._rest = kit.Label("", "caption", "muted")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(title)
        words = kit.column(
            kit.row((kit.Label(title, strong=True), 1), self._rest), self._bar, space=4, margins=(0, 4, 0, 4)
        )
        self.cancel_button = kit.QuietButton(_("Cancel"), does=cancel)
        self.cancel_button.setToolTip(kept)
        layout = kit.row(kit.IconLabel("arrow_sync", "accent"), (words, 1), self.cancel_button, space=12)
        self.setLayout(layout)

    def show_progress(self, done: int, total: int) -> None:
        self._bar.setMaximum(max(total, 1))
        self._bar.setValue(done)
        said = _("{done} of {total}").format(done=done, total=total)
        passed = time.monotonic() - self._started
        if done and passed > 2:
            said = _("{progress} · {left}").format(progress=said, left=_left(passed / done * (total - done)))
        self._rest.setText(said)


def _left(seconds: float) -> str:
    if seconds < 90:
        count = max(5, round(seconds / 5) * 5)
        return ngettext("about {count} second left", "about {count} seconds left", count).format(count=count)
    count = round(seconds / 60)
    return ngettext("about {count} minute left", "about {count} minutes left", count).format(count=count)

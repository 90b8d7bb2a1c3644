"""Tells a person of a failure: a sentence to mend it by, or, for our own fault, what to copy and send."""

import logging
import sys
import traceback
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QPlainTextEdit, QWidget

from habitat_desktop import __version__
from habitat_desktop.errors import HabitatError
from habitat_desktop.gui import diagnostics, jobs, kit
from habitat_desktop.i18n.catalogues import _, explain

_log = logging.getLogger(__name__)


class ErrorDialog(QDialog):
    """One failure: what happened, its code, and for our own faults the details to copy."""

    def __init__(self, error: BaseException, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        is_ours = not isinstance(error, HabitatError)
        if isinstance(error, HabitatError):
            title, text, code = _("This did not work"), explain(error), error.code
        else:
            title = _("A fault in the program")
            text = _(
                "Something in the program went wrong. Your saved answers are safe. Copy the details and send "
                "them to headquarters; then close the program and open it again."
            )
            code = type(error).__name__
        self.details = _details(error)
        self.setWindowTitle(title)
        close = kit.PrimaryButton(_("Close"), does=self.accept)
        close.setDefault(True)
        buttons = kit.row(None, space=8)
        if is_ours:
            buttons.addWidget(kit.Button(_("Copy details"), icon="copy", does=self._copy))
        buttons.addWidget(close)
        words = kit.column(
            kit.Label(title, "subtitle", strong=True),
            kit.Label(text, wrap=True, select=True),
            kit.Label(_("Code: {code}").format(code=code), "caption", "muted", select=True),
        )
        layout = kit.column(
            kit.row(_top(kit.IconLabel("error_circle", "error", 20)), (words, 1), space=12),
            space=16,
            margins=(24, 20, 24, 16),
        )
        if is_ours:
            layout.addWidget(_text_box(self.details))
        layout.addLayout(buttons)
        self.setLayout(layout)
        self.setMinimumWidth(480)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.details)


def show_error(error: BaseException, parent: QWidget | None = None) -> ErrorDialog:
    """Show `error` without stopping the event loop."""
    if not isinstance(error, HabitatError):
        _log.error("shown to the user", exc_info=error)
        diagnostics.note(error)
    dialog = ErrorDialog(error, parent or QApplication.activeWindow())
    dialog.open()
    return dialog


def install() -> None:
    """Show every failure that nothing else handles, of jobs and of the window."""
    jobs.on_unhandled_failure(show_error)
    sys.excepthook = _hook(sys.excepthook)


def _hook(
    before: Callable[[type[BaseException], BaseException, TracebackType | None], object],
) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        before(kind, error, trace)
        if isinstance(error, Exception) and QApplication.instance() is not None:
            show_error(error)

    return hook


def _details(error: BaseException) -> str:
    trace = "".join(traceback.format_exception(error))
    return f"Habitat Desktop {__version__}, Python {sys.version.split()[0]}, {sys.platform}\n{trace}"


def _top(widget: QWidget) -> QWidget:
    box = QWidget()
    box.setLayout(kit.column(widget, None))
    return box


def _text_box(text: str) -> QPlainTextEdit:
    box = QPlainTextEdit(text)
    box.setReadOnly(True)
    box.setProperty("mono", True)
    box.setAccessibleName(_("Details of the fault"))
    box.setTabChangesFocus(True)
    box.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    return box

"""What the menus do, beyond showing a page."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from habitat_desktop.errors import HabitatError
from habitat_desktop.i18n.catalogues import _, explain, pgettext

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow

THEMES: tuple[tuple[object, Callable[[], str]], ...] = (
    ("system", lambda: pgettext("theme", "As the system")),
    ("light", lambda: pgettext("theme", "Light")),
    ("dark", lambda: pgettext("theme", "Dark")),
)
DENSITIES: tuple[tuple[object, Callable[[], str]], ...] = (
    ("comfortable", lambda: pgettext("density of rows", "Comfortable")),
    ("compact", lambda: pgettext("density of rows", "Compact")),
)


def new_return(frame: "MainWindow", form_id: str = "", period: str = "", previous: str = "") -> None:
    """Ask for form, country and period and open the draft; an existing record of the same is offered."""
    from habitat_desktop.gui.new_return import NewReturnDialog

    NewReturnDialog(frame, form_id=form_id, period=period).open()


def open_other_workspace(frame: "MainWindow") -> None:
    """Ask for the folder of another workspace and open it in this window's place."""
    from habitat_desktop.workspace import open_workspace

    chosen = QFileDialog.getExistingDirectory(frame, _("Open workspace"), str(frame.workspace.folder.parent))
    if not chosen:
        return
    try:
        frame.replace_workspace(open_workspace(Path(chosen)))
    except HabitatError as error:
        frame.notify("error", _("This workspace was not opened"), explain(error))


def open_package_folder(frame: "MainWindow") -> None:
    _open_folder(frame.workspace.outgoing)


def open_workspace_folder(frame: "MainWindow") -> None:
    _open_folder(frame.workspace.folder)


def show_help(frame: "MainWindow") -> None:
    """Open the help at what is said of the page shown."""
    from habitat_desktop.gui.help_texts import topic_of

    if frame.current_key != "help":
        frame.show_page("help", topic=topic_of(frame.current_key, frame.workspace.settings.role))


def save_diagnostics(frame: "MainWindow") -> None:
    """Ask where to and write the diagnostics file off the window's thread."""
    from habitat_desktop.gui.diagnostics import ask_and_save

    ask_and_save(frame)


def show_about(frame: "MainWindow") -> None:
    from habitat_desktop.gui.about import AboutDialog

    AboutDialog(frame).open()


def show_shortcuts(frame: "MainWindow") -> None:
    """Open the help at the table of keys."""
    frame.show_page("help", topic="keys")


def _open_folder(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

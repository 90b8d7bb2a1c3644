"""Starts the window: the look first, the window next, the database after the first paint."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QLocale, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from habitat_desktop import __version__
from habitat_desktop.errors import HabitatError
from habitat_desktop.gui import diagnostics, error_dialog, jobs, look, one_instance, person_button
from habitat_desktop.gui.main_window import MainWindow
from habitat_desktop.gui.mark import window_icon
from habitat_desktop.i18n.catalogues import _, explain, read_also
from habitat_desktop.i18n.languages import language_for
from habitat_desktop.progress import Progress
from habitat_desktop.settings import NotAWorkspaceError
from habitat_desktop.workspace import Workspace, default_folder, open_workspace

_BACKUP_AFTER_MS = 30_000  # the first half minute belongs to the person
_LISTEN_AFTER_MS = 50  # the first paint needs no network
_COLLECT_AFTER_MS = 1_000
_windows: list[MainWindow] = []


def open_window(folder: Path | None = None, files: Sequence[Path] = ()) -> int:
    """Open the window on the workspace in `folder`, or the first-start page where there is none yet.

    `files` are taken in. A window that shows this workspace already comes forward instead, with the files.
    """
    app = make_app()
    error_dialog.install()
    folder = folder or default_folder()
    try:
        workspace = open_workspace(folder)
        only = one_instance.claim(folder)
        if only is None:
            one_instance.call_first(folder, files)
            return 0
        diagnostics.watch(folder)
        show_window(workspace, only, files)
    except NotAWorkspaceError:
        show_wizard(folder, files)
    except HabitatError as error:
        look.apply(system_language())
        error_dialog.show_error(error)
    QTimer.singleShot(_COLLECT_AFTER_MS, jobs.collect_again)
    return app.exec()


def make_app() -> QApplication:
    """Return the application, made if there is none yet."""
    found = QApplication.instance()
    if isinstance(found, QApplication):
        return found
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    app = QApplication(sys.argv[:1])
    app.setApplicationName("Habitat Desktop")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("habitat-desktop")
    return app


def show_window(
    workspace: Workspace, only: one_instance.OnlyWindow | None = None, files: Sequence[Path] = ()
) -> MainWindow:
    """Show the window of `workspace`; its database is opened after the first paint, then `files` come in.

    `only` is what `one_instance.claim` gave for this workspace.
    """
    read_also(workspace.translations)
    look.apply_settings(workspace.settings)
    window = MainWindow(workspace)
    window.setWindowIcon(window_icon())
    _windows.append(window)
    window.closed.connect(_forgetting(window))
    _be_the_only_one(window, only or one_instance.claim(workspace.folder))
    _follow_system(window)
    window.show_page(window.first_key)
    window.first_painted.connect(lambda: open_database(window, files))
    window.show()
    return window


def show_wizard(folder: Path, files: Sequence[Path] = ()) -> None:
    """Show the first start, which makes a workspace in `folder` and then opens its window."""
    from habitat_desktop.gui.setup_wizard import SetupWizard

    look.apply(system_language())
    wizard = SetupWizard(folder)
    wizard.made.connect(lambda workspace: show_window(workspace, files=files))
    wizard.show()


def open_database(window: MainWindow, files: Sequence[Path] = ()) -> None:
    """Open the database off the window's thread and take in `files`; say so if it cannot be opened."""
    workspace = window.workspace

    def work(progress: Progress) -> object:
        return workspace.database

    def failed(error: Exception) -> None:
        if not isinstance(error, HabitatError):
            jobs.report_failure(error)
            return
        title = _("The records cannot be opened")
        window.notify("error", title, explain(error), (_("Try again"), lambda: open_database(window, files)))

    def opened(_database: object) -> None:
        window.database_is_open = True
        person_button.ask_who(window)
        window.records_changed()
        if workspace.recovery is not None:
            window.show_page("recovery", report=workspace.recovery)
        if files:
            window.take_in(files)
        QTimer.singleShot(_BACKUP_AFTER_MS, window, lambda: back_up_daily(window))

    jobs.run(work, window, done=opened, failed=failed)


def back_up_daily(window: MainWindow) -> None:
    """Copy and check the database once a day, while somebody is working anyway."""
    workspace, now = window.workspace, window.now()

    def work(progress: Progress) -> None:
        from habitat_desktop.records.safekeeping import back_up_daily

        made = back_up_daily(workspace, at=now)
        if made is not None and made.problem is not None:
            raise made.problem  # the stick is missing, and the backup in the workspace is made

    def failed(error: Exception) -> None:
        if not isinstance(error, HabitatError):
            jobs.report_failure(error)
            return
        window.notify("warning", _("Today’s backup was not made"), explain(error))

    jobs.run(work, window, failed=failed)


def system_language() -> str:
    """Return the language of the six that serves this system."""
    return language_for(QLocale.system().name())


def _be_the_only_one(window: MainWindow, only: one_instance.OnlyWindow | None) -> None:
    """Let `window` come forward whenever somebody starts the program again for its workspace."""
    if only is None:  # somebody was faster since; opening the database will say so
        return

    def come_forward(files: list[Path]) -> None:
        one_instance.bring_forward(window)
        if files:
            window.take_in(files)

    only.setParent(window)
    only.asked.connect(come_forward)
    window.first_painted.connect(lambda: QTimer.singleShot(_LISTEN_AFTER_MS, only, only.listen))
    window.closed.connect(only.release)


def _follow_system(window: MainWindow) -> None:
    """Change between light and dark with the system, if the settings say so."""

    def follow() -> None:
        if window.workspace.settings.theme == "system":
            look.apply_settings(window.workspace.settings)
            window.refresh()

    hints = QGuiApplication.styleHints()
    hints.colorSchemeChanged.connect(follow)
    window.closed.connect(lambda: hints.colorSchemeChanged.disconnect(follow))


def _forgetting(window: MainWindow) -> Callable[[], None]:
    return lambda: _windows.remove(window)

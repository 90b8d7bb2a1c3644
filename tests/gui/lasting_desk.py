"""One window for all tests of a module; each opens a record of its own in it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtWidgets import QApplication

from habitat_desktop.gui import jobs, look
from habitat_desktop.gui.main_window import MainWindow
from habitat_desktop.gui.screenshots import wait_for_jobs
from habitat_desktop.workspace import open_workspace
from tests.gui.conftest import NOW, forget_deleted


def lasting_window(
    made: Path, folder: Path, table: str, name: str, app: QApplication
) -> Iterator[MainWindow]:
    """Yield the window of a copy of the workspace `made` that has the form of `table`, called `name`."""
    shutil.copytree(made, folder / "workspace")
    (folder / f"{name}.md").write_text(table.strip() + "\n", encoding="utf-8")
    workspace = open_workspace(folder / "workspace")
    workspace.library.add(folder / f"{name}.md")
    look.apply_settings(workspace.settings)
    window = MainWindow(workspace, lambda: NOW)
    window.database_is_open = True
    window.resize(1366, 688)
    window.show_page(window.first_key)
    window.show()
    wait_for_jobs()
    yield window
    window.close()
    window.deleteLater()
    wait_for_jobs()
    forget_deleted()
    jobs.shut_down(workspace.close)

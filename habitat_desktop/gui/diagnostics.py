"""Keeps what failed in the program, and saves the diagnostics file for whoever helps."""

import faulthandler
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from habitat_desktop import faults
from habitat_desktop.gui import jobs
from habitat_desktop.i18n.catalogues import _
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.progress import Progress

if TYPE_CHECKING:
    from habitat_desktop.gui.main_window import MainWindow

_folder: Path | None = None


def watch(folder: Path) -> None:
    """Keep faults in `folder` from now on, also how the process ended where it was ended from below."""
    global _folder  # one program works in one workspace at a time
    _folder = folder
    try:
        crash = (folder / faults.CRASH_NAME).open("w", encoding="utf-8")  # held open for the fault handler
    except OSError:
        return
    faulthandler.enable(crash)


def note(error: BaseException) -> None:
    """Keep what is told of a failure; without a workspace there is no place for it."""
    if _folder is not None:
        faults.note(_folder, error)


def ask_and_save(frame: "MainWindow") -> None:
    """Ask where to, write the file and say where it is."""
    at = datetime.now(UTC)
    name = f"diagnostics-{frame.workspace.settings.office}-{at:%Y-%m-%d}.zip"
    proposed = str(Path.home() / name)
    title, kinds = _("Save a diagnostics file"), _("ZIP archives (*.zip)")
    chosen, _kind = QFileDialog.getSaveFileName(frame, title, proposed, kinds)
    if chosen:
        save(frame, Path(chosen), at)


def save(frame: "MainWindow", path: Path, at: datetime) -> None:
    """Write the diagnostics to `path` off the window's thread."""
    workspace = frame.workspace

    def work(progress: Progress) -> Path:
        from habitat_desktop.reports import diagnostics

        return diagnostics.write(workspace, path, at=at)

    def done(made: Path) -> None:
        title = _("The diagnostics were saved to {path}").format(path=ltr(str(made)))
        frame.notify(
            "ok", title, _("It holds no answers, names or addresses. Look into it before you send it.")
        )

    def failed(error: Exception) -> None:
        if not isinstance(error, OSError):
            jobs.report_failure(error)
            return
        text = _("The diagnostics could not be written to “{path}”: {problem}. Choose another place.")
        why = error.strerror or str(error)
        frame.notify("error", text.format(path=ltr(str(path)), problem=iso(why)))

    jobs.run(work, frame, done=done, failed=failed)

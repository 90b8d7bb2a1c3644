"""Pictures of the main screens, for the demonstration, the manual and reviewers."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop, QTimer

from habitat_desktop.gui import app as gui_app
from habitat_desktop.gui import jobs, look
from habitat_desktop.gui.form_page import FormPage
from habitat_desktop.gui.inbox_page import InboxPage
from habitat_desktop.gui.main_window import MainWindow
from habitat_desktop.records.record import RecordState
from habitat_desktop.workspace import open_workspace

WIDTH, HEIGHT = 1366, 720  # a field laptop, less its task bar
_LOOK_EVERY_MS = 40
_GIVE_UP_MS = 60_000
# pictures of a place inside a page: name -> page and what it is shown with
PLACES: dict[str, tuple[str, dict[str, Any]]] = {
    "codes": ("quarantine", {"codes": True}),
    "recovery": ("recovery", {}),
    "keys": ("settings", {"topic": "keys"}),
    "backups": ("settings", {"topic": "backups"}),
}
_PAGES_OF = {"query": "form", "table": "form"}  # pictures whose context depends on what there is


def take_screenshots(
    workspace: Path, folder: Path, languages: Sequence[str], pages: Sequence[str] = ()
) -> list[Path]:
    """Save a picture of each page in each language to `folder` and return the files.

    Without `pages` it is every page of the navigation, and what is reached from them: the newest draft, if
    there is one, at its first problem and as it is checked, and the places named in `PLACES`. The
    settings of the workspace are not changed. Runs without a screen
    when QT_QPA_PLATFORM is "offscreen".
    """
    gui_app.make_app()
    opened = open_workspace(workspace)
    folder.mkdir(parents=True, exist_ok=True)
    settings = opened.settings
    look.apply_settings(settings)
    window = MainWindow(opened)
    window.resize(WIDTH, HEIGHT)
    window.show_page(window.first_key)
    window.show()
    gui_app.open_database(window)
    files = []
    try:
        for language in languages:
            opened.settings = replace(settings, language=language)
            look.apply_settings(opened.settings)
            window.retranslate()
            for key in pages or main_pages(window):
                page, context = shown_with(window, key)
                window.show_page(page, **context)
                wait_for_jobs()
                go_on(window, key)
                path = folder / f"{settings.role}-{key}-{language}.png"
                window.grab().save(str(path))
                files.append(path)
    finally:
        opened.settings = settings
        window.close()
    return files


def shown_with(window: MainWindow, key: str) -> tuple[str, dict[str, Any]]:
    """Return the page a picture is of, and what it is shown with."""
    return PLACES.get(key) or (_PAGES_OF.get(key, key), context_of(window, key))


def wait_for_jobs() -> None:
    """Let the window work until nothing is left to do, also what a finished job began."""
    loop = QEventLoop()
    timer = QTimer()
    quiet = 0

    def look_again() -> None:
        nonlocal quiet
        quiet = quiet + 1 if jobs.is_idle() else 0
        if quiet > 2:
            loop.quit()

    timer.timeout.connect(look_again)
    timer.start(_LOOK_EVERY_MS)
    QTimer.singleShot(_GIVE_UP_MS, loop, loop.quit)
    loop.exec()
    timer.stop()


def main_pages(window: MainWindow) -> Iterator[str]:
    """Yield the pages one by one: what the inbox has read decides what comes after it."""
    yield from [spec.key for spec in window.navigation_pages()]
    if window.workspace.settings.role == "office" and window.workspace.glance().drafts:
        yield from ("form", "table", "finalize")
    if window.workspace.settings.role == "office" and window.workspace.glance().asks:
        yield "query"
    if context_of(window, "history"):
        yield "history"
    if _conflict(window):
        yield "merge"
    if window.has_page("inbox") and context_of(window, "edits"):
        yield "edits"
    if window.has_page("workbook"):
        yield "workbook"
    yield from ("quarantine", *PLACES)


def _conflict(window: MainWindow) -> str:
    """Return the id of a record that waits for a merge, or ""."""
    recent = window.workspace.glance().recent
    return next((record.record_id for record in recent if record.state == RecordState.CONFLICT), "")


def go_on(window: MainWindow, key: str) -> None:
    """Show the form where something is wrong: that is what a reader of the picture wants to see."""
    page = window.page(key) if key == "form" else None
    if isinstance(page, FormPage):
        page.go_to_problem(1)
        wait_for_jobs()


def context_of(window: MainWindow, key: str) -> dict[str, Any]:
    """Return what a page is shown with."""
    if key == "finalize":
        page = window.page("form")
        return {"sitting": page.sitting} if isinstance(page, FormPage) else {}
    if key == "history":
        recent = window.workspace.glance().recent
        changed = sorted(recent, key=lambda record: record.revisions, reverse=True)
        return {"record_id": changed[0].record_id} if changed else {}
    if key == "merge":
        return {"record_id": _conflict(window)}
    if key == "edits":
        inbox = window.page("inbox")
        arrival = inbox.edited() if isinstance(inbox, InboxPage) else None
        return {"entry": arrival.entry, "stored": arrival.stored} if arrival is not None else {}
    if key == "query":
        ask = window.workspace.glance().asks[0]
        return {"record_id": ask.record.record_id, "ref": ask.ref, "query": ask.act_id, "readonly": False}
    if key not in ("form", "table"):
        return {}
    drafts = window.workspace.glance().drafts
    if not drafts:
        return {}
    return {"record_id": drafts[0].record_id, "table": key == "table"}

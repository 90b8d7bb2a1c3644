"""The windows to look at: every page, topic of the settings, section of a form, and dialog."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QDialog, QWidget

from habitat_desktop.gui import look, screenshots
from habitat_desktop.gui.form_page import FormPage
from habitat_desktop.gui.main_window import MainWindow
from habitat_desktop.gui.screenshots import wait_for_jobs
from habitat_desktop.gui.settings_page import TOPICS
from habitat_desktop.i18n.coordinates import read_stored
from habitat_desktop.records import repository
from habitat_desktop.records.answers_file import fill
from habitat_desktop.records.entry import start_entry
from habitat_desktop.resources import data_dir
from habitat_desktop.workspace import Workspace, open_workspace
from tests.fit.findings import settle

AT = datetime(2026, 7, 19, 14, 45, tzinfo=UTC)
SMALLEST = (683, 384)  # half of a field laptop, which is what is left of it at 200 %
PERIOD = "2026-H1"
PLACES = read_stored("-1.28 36.81 1700 5; -1.285 36.815 0 0; -1.29 36.8 0 0")


@dataclass(frozen=True)
class Scene:
    """One picture: its name and the window."""

    name: str
    window: QWidget


@contextmanager
def window_of(folder: Path, language: str, size: tuple[int, int]) -> Iterator[MainWindow]:
    """Open the window of the workspace in `folder`, in `language` and of a size; nothing is kept of it."""
    workspace = open_workspace(folder)
    workspace.settings = replace(
        workspace.settings, language=language, theme="light", density="comfortable", text_percent=100
    )
    look.apply_settings(workspace.settings)
    window = MainWindow(workspace, lambda: AT)
    window.database_is_open = True
    window.resize(*size)
    window.show_page(window.first_key)
    window.show()
    wait_for_jobs()
    try:
        yield window
    finally:
        window.close()
        window.deleteLater()
        settle()


def pages(window: MainWindow, only: tuple[str, ...] = ()) -> Iterator[Scene]:
    """Show every page that can be reached in `window`, one after the other."""
    role = window.workspace.settings.role
    for key in only or screenshots.main_pages(window):
        page, context = screenshots.shown_with(window, key)
        window.show_page(page, **context)
        wait_for_jobs()
        screenshots.go_on(window, key)
        settle()
        yield Scene(f"{role}-{key}", window)
    for topic in () if only else TOPICS:
        window.show_page("settings", topic=topic.key)
        wait_for_jobs()
        settle()
        yield Scene(f"{role}-settings-{topic.key}", window)


def forms(window: MainWindow, only: tuple[str, ...] = ()) -> Iterator[Scene]:
    """Show every section of every form, also questions that are not asked with these answers."""
    workspace = window.workspace
    for form_id in only or sorted(form.form_id for form in workspace.library.forms()):
        window.show_page("form", record_id=_draft(workspace, form_id))
        wait_for_jobs()
        page = window.page("form")
        assert isinstance(page, FormPage) and page.tree is not None
        for number, key in enumerate([entry.key for entry in page.tree.entries()]):
            section = page.tree.section(key)
            if section is None or not section.is_page:
                continue
            page.show_section(key, focus=False)
            _ask_everything(page)
            settle()
            yield Scene(f"form-{form_id}-{number:02}-{key.rpartition('/')[2]}", window)


def _ask_everything(page: FormPage) -> None:
    for row in page.ledger.rows.values():
        if not row.view.state.relevant:
            row.show_view(replace(row.view, state=replace(row.view.state, relevant=True)))


def _draft(workspace: Workspace, form_id: str) -> str:
    """Begin a return with the answers of the demonstration, as far as there are any."""
    answers: dict[str, Any] = {}
    for path in sorted(data_dir("demo").glob("*.json")):
        found = json.loads(path.read_text(encoding="utf-8"))
        if found["form"] == form_id:
            answers = found["answers"]
    with workspace.begin() as session:
        entry = start_entry(
            session, workspace.library.form(form_id), workspace.settings,
            country="KEN", period=PERIOD, language=workspace.settings.language, at=AT,
        )  # fmt: skip
        with suppress(ValueError):
            fill(entry, answers, attach=str, base=Path(), whole=True)
        repository.save_draft(session, entry.draft(at=AT))
    return entry.record_id


def dialogs(window: MainWindow) -> Iterator[Scene]:
    """Open every dialog that needs no file."""
    for name, make in _dialogs(window).items():
        dialog = make()
        dialog.open() if isinstance(dialog, QDialog) else dialog.show()
        wait_for_jobs()
        settle()
        yield Scene(f"{window.workspace.settings.role}-dialog-{name}", dialog)
        dialog.reject() if isinstance(dialog, QDialog) else dialog.close()
        dialog.deleteLater()
        settle()


def _dialogs(window: MainWindow) -> dict[str, Callable[[], QWidget]]:
    from habitat_desktop.gui.about import AboutDialog
    from habitat_desktop.gui.country_picker import CountriesDialog
    from habitat_desktop.gui.drawing_dialog import DrawingDialog
    from habitat_desktop.gui.error_dialog import ErrorDialog
    from habitat_desktop.gui.map_dialog import CornersDialog, MapDialog
    from habitat_desktop.gui.new_return import NewReturnDialog
    from habitat_desktop.gui.passphrase_dialogs import PassphraseDialog
    from habitat_desktop.gui.person_button import PinDialog
    from habitat_desktop.gui.persons_card import PersonDialog
    from habitat_desktop.gui.print_dialog import PrintDialog
    from habitat_desktop.settings import SettingsError

    version = window.workspace.library.form("event_return").version
    found: dict[str, Callable[[], QWidget]] = {
        "about": lambda: AboutDialog(window),
        "pin": lambda: PinDialog(window, window.workspace.settings.persons[0]),
        "error": lambda: ErrorDialog(SettingsError(path="settings.json", problem="x"), window),
        "crash": lambda: ErrorDialog(ZeroDivisionError("x"), window),
        "map": lambda: MapDialog(window, PLACES, kind="geoshape", maps=window.workspace.maps),
        "corners": lambda: CornersDialog(window, "Nairobi.png", None, ""),
        "sign": lambda: DrawingDialog(window, "signature"),
        "mark": lambda: DrawingDialog(window, "annotate"),
        "countries": lambda: CountriesDialog(window, ("KEN", "UGA")),
        "person": lambda: PersonDialog(window, window.workspace.settings.persons[0]),
        "passphrase": lambda: PassphraseDialog(window, has_one=True),
    }
    if window.workspace.settings.role == "office":
        found["new-return"] = lambda: NewReturnDialog(window)
        found["print"] = lambda: PrintDialog(window, form=("event_return", version))
    return found


def wizard(folder: Path, language: str, size: tuple[int, int]) -> Iterator[Scene]:
    """Show the first start: its first step."""
    from habitat_desktop.gui.setup_wizard import SetupWizard

    look.apply(language, "light")
    page = SetupWizard(folder)
    page.resize(*size)
    page.show()
    wait_for_jobs()
    settle()
    yield Scene("first-start", page)
    page.close()
    page.deleteLater()
    settle()


def copied(folder: Path, target: Path, cache: Path | None = None) -> Path:
    """Copy a workspace, so that what is opened leaves no trace; `cache` replaces its converted forms."""
    shutil.copytree(folder, target, ignore=shutil.ignore_patterns("cache") if cache is not None else None)
    if cache is not None:
        shutil.copytree(cache, target / "cache")
    return target

"""Workspaces, windows and packages for the tests of pages that send and receive: all real, no screen."""

import atexit
import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QHeaderView,
    QLineEdit,
)

from habitat_desktop.gui import kit
from habitat_desktop.gui.main_window import MainWindow
from habitat_desktop.records import repository
from habitat_desktop.records.record import Draft, Heading, RecordState
from habitat_desktop.resources import data_dir
from habitat_desktop.settings import Person, Settings
from habitat_desktop.workspace import create_workspace, open_workspace
from habitat_desktop.xforms.library import Library
from tests.packages.offices import enrol

Shown = Callable[[Path], MainWindow]
Settled = Callable[[], None]


def make_workspace(folder: Path, role: Any, office: str, **settings: Any) -> Path:
    person = Person("M. Njeri")
    workspace = create_workspace(
        folder,
        Settings(
            role=role,
            office=office,
            name=f"{office} workspace",
            persons=(person,),
            person=person.name,
            **settings,
        ),
    )
    workspace.close()
    shutil.copytree(_converted_forms(), folder / "cache", dirs_exist_ok=True)
    return folder


def enrol_folders(*folders: Path) -> None:
    """Let the workspaces in `folders` trust each other."""
    workspaces = [open_workspace(folder) for folder in folders]
    enrol(*workspaces)
    for workspace in workspaces:
        workspace.close()


@cache
def _converted_forms() -> Path:
    """Convert the shipped forms once for all workspaces; each conversion takes seconds."""
    folder = Path(tempfile.mkdtemp(prefix="habitat-forms-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    Library([data_dir("forms")], folder).forms()
    return folder


def add_final_record(folder: Path, subject: str = "Nairobi", record_id: str = "r-1") -> None:
    """Finalize one record of the slum-upgrading form, as the entry of a record does at its end."""
    at = datetime(2026, 7, 1, 8, 0, tzinfo=UTC)
    workspace = open_workspace(folder)
    office = workspace.settings.office
    with workspace.begin() as session:
        draft = Draft(
            record_id=f"{office}-{record_id}",
            office=office,
            label=repository.new_label(session, office),
            heading=Heading("slum_upgrading", "1", "0" * 64, "KEN", "2026-H1", subject),
            parents=(),
            answers={"prog": {"city": subject}},
            authors={},
            justifications={},
            language="en",
            answered=1,
            missing=0,
            problems=0,
            saved_at=at,
            saved_by="M. Njeri",
        )
        repository.create_draft(session, draft)
        repository.finalize(session, draft, author="M. Njeri", at=at)
    workspace.close()


def exchange_page(window: MainWindow, settled: Settled) -> Any:
    window.show_page("exchange")
    settled()
    return window.page("exchange")


def packages_in(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.xlsx"))


def states(folder: Path) -> dict[RecordState, int]:
    workspace = open_workspace(folder)
    with workspace.read() as session:
        found = repository.count_by_state(session)
    workspace.close()
    return {state: count for state, count in found.items() if count}


def banners(window: MainWindow) -> list[str]:
    found = window.findChildren(kit.Banner)
    return [f"{banner.kind}: {banner.accessibleName()}" for banner in found if banner.isVisible()]


def send_to(folder: Path, page: Any, settled: Settled) -> Path:
    """Use the button "USB stick or folder" with a folder and return the package that lies there."""
    page.choose_folder = lambda: folder
    page.panel.buttons["folder"].click()
    settled()
    (package,) = packages_in(folder)
    return package


def drop(window: MainWindow, paths: list[Path]) -> bool:
    """Drag files over the window and let them go; return whether the window took them."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    copy = Qt.DropAction.CopyAction
    over = QDragEnterEvent(QPoint(600, 300), copy, data, buttons, keys)
    over.setAccepted(False)
    QApplication.sendEvent(window, over)
    if not over.isAccepted():
        return False
    QApplication.sendEvent(window, QDropEvent(QPointF(600, 300), copy, data, buttons, keys))
    return True


def drop_and_settle(window: MainWindow, package: Path, settled: Settled) -> list[str]:
    key = "inbox" if window.has_page("inbox") else "exchange"
    window.show_page(key)
    settled()
    assert drop(window, [package])
    settled()
    page: Any = window.page(key)
    return [line.result.status for line in page.receive_card.lines]


def nameless(page: Any) -> list[str]:
    """Return the controls a screen reader could not name."""
    found = []
    for kind in (QAbstractButton, QAbstractItemView, QComboBox, QLineEdit):
        for widget in page.findChildren(kind):
            text = widget.text() if isinstance(widget, QAbstractButton) else ""
            if isinstance(widget, QHeaderView):
                continue
            if widget.isVisible() and not (widget.accessibleName() or text):
                found.append(f"{type(widget).__name__} {widget.objectName()}")
    return found

"""Backups in the settings and the way back: real databases, real folders."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QAbstractButton

from habitat_desktop.gui import app as gui_app
from habitat_desktop.gui import jobs, kit
from habitat_desktop.gui.backups_card import BackupsCard
from habitat_desktop.gui.main_window import MainWindow
from habitat_desktop.gui.restore_dialog import RestoreDialog
from habitat_desktop.records import repository, safekeeping
from habitat_desktop.workspace import Workspace, open_workspace
from tests.gui.checks import clipped, nameless
from tests.gui.conftest import NOW, draft

Opener = Callable[..., MainWindow]


def card_of(window: MainWindow, qtbot: Any) -> BackupsCard:
    window.show_page("settings", topic="backups")
    qtbot.waitUntil(jobs.is_idle, timeout=20_000)
    (card,) = [c for c in window.page("settings").findChildren(BackupsCard) if c.isVisible()]
    return card


def said(widget: Any) -> str:
    return "\n".join(label.text() for label in widget.findChildren(kit.Label) if label.isVisible())


def banners(widget: Any) -> list[str]:
    return [banner.accessibleName() for banner in widget.findChildren(kit.Banner) if banner.isVisible()]


def shown_dialog(window: MainWindow, qtbot: Any) -> RestoreDialog:
    dialog = window.findChildren(RestoreDialog)[-1]
    # what a job adds is shown at the next turn of the event loop
    qtbot.waitUntil(lambda: jobs.is_idle() and bool(banners(dialog)), timeout=20_000)
    assert isinstance(dialog, RestoreDialog)
    return dialog


def work_on(workspace: Workspace) -> None:
    """Finalize one draft and begin another, after the backup."""
    with workspace.begin() as session:
        repository.finalize(session, draft(1), author="M. Njeri", at=NOW)
        repository.create_draft(session, draft(9))


def test_a_backup_is_made_copied_to_the_second_folder_and_listed(
    open_window: Opener, workspace: Workspace, qtbot: Any, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    window = open_window(workspace)
    card = card_of(window, qtbot)
    assert card.model.rowCount() == 0
    card.choose_folder = lambda: stick
    card.choose_second()
    card = card_of(window, qtbot)
    assert workspace.settings.backup_folder == str(stick)
    assert str(stick) in said(card)
    card.now_button.click()
    qtbot.waitUntil(lambda: jobs.is_idle() and card.model.rowCount() == 2, timeout=20_000)
    places = {card.model.index(row, 2).data() for row in range(2)}
    assert places == {"second folder", "this computer"}
    card.choose_folder = lambda: tmp_path
    card.copy_button.click()
    qtbot.waitUntil(lambda: any(tmp_path.glob("habitat-KE-*/*.sqlite")), timeout=20_000)


def test_restoring_shows_now_and_the_backup_and_what_would_be_missing(
    open_window: Opener, workspace: Workspace, qtbot: Any
) -> None:
    made = safekeeping.back_up(workspace, "by-hand", at=datetime.now(UTC))
    work_on(workspace)
    window = open_window(workspace)
    card_of(window, qtbot).restore_button.click()
    dialog = shown_dialog(window, qtbot)
    assert nameless(dialog) == []
    assert "Some of what is here now is not in the backup" in said(dialog)
    assert len(dialog.lines) == 2 and "KE-7F3K-0001" in dialog.lines[0]
    assert workspace.glance().records == 6  # nothing was changed by looking
    before = workspace.database.installation
    dialog.restore_button.click()
    qtbot.waitUntil(lambda: jobs.is_idle() and window.current_key == "recovery", timeout=20_000)
    assert workspace.glance().records == 5
    assert workspace.database.installation != before
    (aside,) = workspace.folder.glob("records-replaced-*.sqlite")
    page: Any = window.page("recovery")
    assert any(str(aside) in line for line in page.lines)
    assert page.head.title.text() == "The backup was restored"
    assert made.path.is_file()


def test_a_harmless_backup_is_told_as_such(open_window: Opener, workspace: Workspace, qtbot: Any) -> None:
    safekeeping.back_up(workspace, "by-hand", at=datetime.now(UTC))
    window = open_window(workspace)
    card_of(window, qtbot).restore_button.click()
    dialog = shown_dialog(window, qtbot)
    assert "Nothing would be missing" in said(dialog) and dialog.lines == []
    dialog.reject()


def test_a_file_that_is_no_backup_changes_nothing(
    open_window: Opener, workspace: Workspace, qtbot: Any, tmp_path: Path
) -> None:
    nonsense = tmp_path / "holiday.sqlite"
    nonsense.write_bytes(b"not a database" * 100)
    window = open_window(workspace)
    card = card_of(window, qtbot)
    card.choose_file = lambda: nonsense
    card.restore_file()
    dialog = shown_dialog(window, qtbot)
    assert "This is no backup that can be read" in said(dialog)
    assert not dialog.restore_button.isVisible()
    dialog.reject()
    assert workspace.glance().records == 5


@pytest.mark.parametrize("language", ["en", "ar", "zh", "ru"])
def test_the_card_and_the_dialog_show_whole(
    open_window: Opener, workspace: Workspace, qtbot: Any, language: str
) -> None:
    safekeeping.back_up(workspace, "by-hand", at=datetime.now(UTC))
    work_on(workspace)
    window = open_window(workspace, language=language, theme="dark")
    card_of(window, qtbot).restore_button.click()
    dialog = shown_dialog(window, qtbot)
    for part in (window, dialog):
        qtbot.waitUntil(lambda part=part: clipped(part) == [], timeout=20_000)
        assert nameless(part) == []
    assert [b for b in dialog.findChildren(QAbstractButton) if b.isVisible()]
    dialog.reject()


def test_a_damaged_database_is_brought_back_at_the_start_and_told_on_one_page(
    workspace: Workspace, qtbot: Any
) -> None:
    safekeeping.back_up(workspace, "by-hand", at=datetime.now(UTC))
    workspace.close()
    whole = workspace.database_path.read_bytes()
    workspace.database_path.write_bytes(whole[: len(whole) // 2])
    opened = open_workspace(workspace.folder)
    window = gui_app.show_window(opened)
    qtbot.waitUntil(lambda: jobs.is_idle() and window.current_key == "recovery", timeout=20_000)
    page: Any = window.page("recovery")
    said_there = " ".join(page.lines)
    for part in ("What happened", "What took its place", "came back", "What may be missing", "-replaced-"):
        assert part in said_there
    assert opened.glance().records == 5
    page.records_button.click()
    qtbot.waitUntil(lambda: jobs.is_idle() and window.current_key == "records", timeout=20_000)
    window.show_page("settings", topic="backups")
    window.show_page("recovery")
    for code in ("ar", "zh", "en"):
        window.update_settings(language=code)
        qtbot.waitUntil(lambda: jobs.is_idle() and clipped(window) == [], timeout=20_000)
        assert nameless(window) == []
    window.close()

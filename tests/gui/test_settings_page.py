"""Settings: what is changed is kept, shown at once, and can be undone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit

from habitat_desktop.gui import theme
from habitat_desktop.gui.main_window import MainWindow
from habitat_desktop.gui.persons_card import PersonDialog
from habitat_desktop.gui.settings_page import TOPICS, SettingsPage
from habitat_desktop.i18n.languages import LANGUAGES
from habitat_desktop.settings import read_settings
from habitat_desktop.workspace import Workspace
from tests.gui.checks import clipped, nameless

Opener = Callable[..., MainWindow]


def settings(open_window: Opener, workspace: Workspace, topic: str) -> SettingsPage:
    window = open_window(workspace, "settings")
    window.show_page("settings", topic=topic)
    page = window.page("settings")
    assert isinstance(page, SettingsPage)
    return page


def choose(page: SettingsPage, key: str, value: object) -> None:
    box = page.findChild(QComboBox, key)
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())


def button(page: MainWindow | SettingsPage, text: str) -> QAbstractButton:
    return next(b for b in page.findChildren(QAbstractButton) if b.isVisible() and b.text() == text)


def test_language_theme_density_and_text_size_take_effect_at_once(
    open_window: Opener, workspace: Workspace
) -> None:
    page = settings(open_window, workspace, "look")
    choose(page, "theme", "dark")
    assert theme.current().name == "dark"
    choose(page, "density", "compact")
    assert theme.current().density == "compact"
    choose(page, "text_percent", 150)
    assert QApplication.font().pointSizeF() == 15.0
    choose(page, "language", "ar")
    assert QApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft
    kept = read_settings(workspace.folder)
    assert (kept.theme, kept.density, kept.text_percent, kept.language) == ("dark", "compact", 150, "ar")


def test_a_change_can_be_undone(open_window: Opener, workspace: Workspace, qtbot: Any) -> None:
    page = settings(open_window, workspace, "look")
    choose(page, "theme", "dark")
    qtbot.mouseClick(button(page.frame, "Undo"), Qt.MouseButton.LeftButton)
    assert read_settings(workspace.folder).theme == "light"
    assert theme.current().name == "light"


def test_the_name_of_the_office_is_kept_but_never_emptied(
    open_window: Opener, workspace: Workspace, qtbot: Any
) -> None:
    page = settings(open_window, workspace, "office")
    field = page.findChild(QLineEdit, "name")
    field.setText("  Office in Kenya ")
    field.editingFinished.emit()
    assert read_settings(workspace.folder).name == "Office in Kenya"
    assert "Office in Kenya" in page.frame.windowTitle()
    field = page.findChild(QLineEdit, "name")
    field.clear()
    field.editingFinished.emit()
    assert read_settings(workspace.folder).name == "Office in Kenya"


def test_the_person_who_works_now_is_chosen(open_window: Opener, workspace: Workspace, qtbot: Any) -> None:
    page = settings(open_window, workspace, "persons")
    qtbot.mouseClick(button(page, "Work as this person"), Qt.MouseButton.LeftButton)
    assert read_settings(workspace.folder).person == "J. Otieno"


def test_a_person_is_added(open_window: Opener, workspace: Workspace, qtbot: Any) -> None:
    page = settings(open_window, workspace, "persons")
    qtbot.mouseClick(button(page, "Add a person"), Qt.MouseButton.LeftButton)
    dialog = page.findChild(PersonDialog)
    assert not dialog.keep.isEnabled()  # a nameless person cannot be told apart
    qtbot.keyClicks(dialog.name, "A. Mwangi")
    qtbot.mouseClick(dialog.keep, Qt.MouseButton.LeftButton)
    assert [person.name for person in read_settings(workspace.folder).persons][-1] == "A. Mwangi"


def test_the_exchange_folder_becomes_a_transport(
    open_window: Opener, workspace: Workspace, tmp_path: Path
) -> None:
    page = settings(open_window, workspace, "exchange")
    fields = [field for field in page.findChildren(QLineEdit) if field.accessibleName() == "Exchange folder"]
    (field,) = fields
    field.setText(str(tmp_path / "shared"))
    field.editingFinished.emit()
    (transport,) = read_settings(workspace.folder).transports
    assert (transport.name, transport.url) == ("exchange", str(tmp_path / "shared"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("topic", [topic.key for topic in TOPICS])
def test_every_topic_shows_whole_and_named_in_every_language(
    open_window: Opener, workspace: Workspace, qtbot: Any, topic: str, language: str
) -> None:
    page = settings(open_window, workspace, topic)
    page.frame.update_settings(language=language)
    qtbot.waitUntil(lambda: clipped(page.frame) == [])
    assert nameless(page.frame) == []


def test_the_menu_ticks_what_the_settings_say(open_window: Opener, workspace: Workspace) -> None:
    page = settings(open_window, workspace, "look")
    choose(page, "theme", "dark")
    group = page.frame.menus._groups["theme"]
    assert [action.data() for action in group.actions() if action.isChecked()] == ["dark"]

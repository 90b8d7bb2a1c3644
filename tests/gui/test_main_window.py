"""The frame: pages in every language and direction, navigation, keys, search, news, closing."""

import sys
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLabel

from habitat_desktop.gui import jobs, theme
from habitat_desktop.gui.main_window import MainWindow
from habitat_desktop.gui.page import Page
from habitat_desktop.gui.pages import PAGES, PageSpec
from habitat_desktop.i18n.languages import LANGUAGES
from habitat_desktop.workspace import Workspace
from tests.gui.checks import clipped, nameless

Opener = Callable[..., MainWindow]
OFFICE_PAGES = [spec.key for spec in PAGES if "office" in spec.roles and spec.place != "hidden"]
HQ_PAGES = [spec.key for spec in PAGES if "headquarters" in spec.roles and spec.place != "hidden"]


def settle(qtbot: Any) -> None:
    qtbot.waitUntil(jobs.is_idle, timeout=20_000)
    QApplication.sendPostedEvents()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", OFFICE_PAGES)
def test_every_page_of_an_office_opens_in_every_language(
    open_window: Opener, workspace: Workspace, qtbot: Any, key: str, language: str
) -> None:
    window = open_window(workspace, key, language=language)
    settle(qtbot)
    assert window.current_key == key
    assert (window.layoutDirection() == Qt.LayoutDirection.RightToLeft) is (language == "ar")
    assert clipped(window) == []
    assert nameless(window) == []


@pytest.mark.parametrize("language", ["en", "ar", "zh"])
@pytest.mark.parametrize("key", HQ_PAGES)
def test_every_page_of_headquarters_opens(
    open_window: Opener, hq_workspace: Workspace, qtbot: Any, key: str, language: str
) -> None:
    window = open_window(hq_workspace, key, language=language, theme="dark")
    settle(qtbot)
    assert window.current_key == key
    assert clipped(window) == []
    assert nameless(window) == []


@pytest.mark.parametrize("key", OFFICE_PAGES)
def test_every_page_stands_a_small_window_and_large_text(
    open_window: Opener, workspace: Workspace, qtbot: Any, key: str
) -> None:
    window = open_window(workspace, key, width=911, height=459, text_percent=150)
    settle(qtbot)
    assert window.width() == 911
    assert window.navigation.is_narrow


def test_the_language_changes_at_once_in_every_page_and_back(
    open_window: Opener, workspace: Workspace, qtbot: Any
) -> None:
    window = open_window(workspace)
    for key in OFFICE_PAGES:
        window.show_page(key)
    settle(qtbot)
    for language in ("ar", "zh", "en"):
        window.update_settings(language=language)
        settle(qtbot)
        assert (QApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft) is (language == "ar")
        button = window.top_bar.language_button
        assert window.top_bar.search.width() == 300
        assert button.text() in ("العربية", "中文", "English")
    assert workspace.settings.language == "en"


def test_a_chosen_language_is_kept_for_the_next_start(open_window: Opener, workspace: Workspace) -> None:
    from habitat_desktop.settings import read_settings

    window = open_window(workspace)
    arabic = next(a for a in window.top_bar.language_menu.actions() if a.data() == "ar")
    arabic.trigger()
    assert read_settings(workspace.folder).language == "ar"
    assert QApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft


def test_qts_own_words_are_translated(open_window: Opener, workspace: Workspace) -> None:
    open_window(workspace, language="fr")
    assert QApplication.translate("QPlatformTheme", "Cancel") == "Annuler"
    open_window(workspace, language="en")
    assert QApplication.translate("QPlatformTheme", "Cancel") == "Cancel"


def test_control_and_a_number_shows_a_page(open_window: Opener, workspace: Workspace, qtbot: Any) -> None:
    window = open_window(workspace)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    for number, spec in enumerate(window.navigation_pages(), start=1):
        qtbot.keyClick(window, str(number), Qt.KeyboardModifier.ControlModifier)
        assert window.current_key == spec.key
    settle(qtbot)


def test_the_navigation_is_walked_by_arrows_and_entered_by_enter(
    open_window: Opener, workspace: Workspace, qtbot: Any
) -> None:
    window = open_window(workspace)
    pages = window.navigation.page_list
    pages.setFocus()
    qtbot.keyClick(pages, Qt.Key.Key_Down)
    assert window.current_key == "home"  # walking does not go
    qtbot.keyClick(pages, Qt.Key.Key_Return)
    assert window.current_key == "records"
    settle(qtbot)


def test_f6_walks_through_the_parts_and_comes_round(
    open_window: Opener, workspace: Workspace, qtbot: Any
) -> None:
    window = open_window(workspace, "records")
    settle(qtbot)
    window.activateWindow()
    window.navigation.page_list.setFocus()
    seen = []
    for _step in range(6):
        window.focus_next_region()
        seen.append(QApplication.focusWidget())
    assert window.top_bar.search in seen
    assert window.navigation.page_list in seen
    assert window.page("records").table in seen  # type: ignore[attr-defined]


def test_every_shortcut_stands_in_a_menu_and_no_two_are_alike(
    open_window: Opener, workspace: Workspace
) -> None:
    window = open_window(workspace)
    keys = [
        action.shortcut().toString()
        for menu in window.top_bar.menu_bar.actions()
        for action in menu.menu().actions()
        if not action.shortcut().isEmpty()
    ]
    assert {"Ctrl+K", "Ctrl+N", "Ctrl+Shift+L", "F5", "F6", "Ctrl+1"} <= set(keys)
    assert len(keys) == len(set(keys))


def test_search_in_the_bar_leads_to_the_records(
    open_window: Opener, workspace: Workspace, qtbot: Any
) -> None:
    window = open_window(workspace)
    window.focus_search()
    qtbot.keyClicks(window.top_bar.search, "mombasa")
    qtbot.keyClick(window.top_bar.search, Qt.Key.Key_Return)
    settle(qtbot)
    assert window.current_key == "records"
    assert window.page("records").list.rowCount() == 1  # type: ignore[attr-defined]


@pytest.mark.parametrize(("width", "narrow"), [(1366, False), (1199, True), (1200, False)])
def test_the_navigation_is_narrow_in_a_narrow_window(
    open_window: Opener, workspace: Workspace, width: int, narrow: bool
) -> None:
    window = open_window(workspace, width=width)
    assert window.navigation.is_narrow is narrow
    expected = theme.current().size("nav_narrow" if narrow else "nav_wide")
    assert window.navigation.width() == expected


def test_a_page_that_does_not_let_go_stays(open_window: Opener, workspace: Workspace, qtbot: Any) -> None:
    class Stubborn(Page):
        lets_go = False

        def leave(self) -> bool:
            return self.lets_go

    window = open_window(workspace)
    window.register_page(PageSpec("stubborn", lambda: "Stubborn", "home", Stubborn, place="hidden"))
    assert window.show_page("stubborn")
    assert not window.show_page("records")
    assert not window.close()
    assert window.current_key == "stubborn"
    Stubborn.lets_go = True
    assert window.go_back()
    assert window.current_key == "home"


def test_news_stay_until_they_are_closed_or_the_page_is_left(
    open_window: Opener, workspace: Workspace, qtbot: Any
) -> None:
    window = open_window(workspace)
    done = window.notify("ok", "Package 3 is made")
    failed = window.notify("error", "The disk is full", "Nothing was lost.")
    assert done.isVisible() and failed.isVisible()
    window.show_page("records")
    settle(qtbot)
    assert failed.isVisible()  # an error is not swept away
    window.clear_news()
    assert failed.isVisible()


def test_badges_are_seen_and_spoken(open_window: Opener, workspace: Workspace) -> None:
    window = open_window(workspace)
    window.set_badge("records", 3, "draft")
    model = window.navigation.page_list.model()
    spoken = [
        model.data(model.index(row, 0), Qt.ItemDataRole.AccessibleTextRole) for row in range(model.rowCount())
    ]
    assert any("3" in text for text in spoken)


def test_setting_texts_does_not_eat_references_to_none(qapp: QApplication, qtbot: Any) -> None:
    # PySide6 6.12.0 drops one at each call and the program aborts after some thousands
    label, box = QLabel(), QComboBox()
    qtbot.addWidget(label)
    qtbot.addWidget(box)
    before = sys.getrefcount(None)
    for number in range(2000):
        label.setText(str(number))
        box.addItem(str(number))
    assert abs(sys.getrefcount(None) - before) < 200

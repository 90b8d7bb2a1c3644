"""Help at F1: offline, at the page shown, found by search, in every language; and the diagnostics file."""

import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from habitat_desktop import faults
from habitat_desktop.gui import diagnostics, error_dialog, jobs, kit
from habitat_desktop.gui.help_page import HelpPage
from habitat_desktop.gui.help_texts import KEYS, TOPICS, topic_of, topics
from habitat_desktop.gui.main_window import MainWindow
from habitat_desktop.gui.pages import PAGES
from habitat_desktop.i18n.languages import LANGUAGES
from habitat_desktop.workspace import Workspace
from tests.gui.checks import clipped, nameless

Opener = Callable[..., MainWindow]


def help_page(window: MainWindow) -> HelpPage:
    page = window.page("help")
    assert isinstance(page, HelpPage)
    return page


def shown(page: HelpPage) -> str:
    return "\n".join(label.text() for label in page.findChildren(kit.Label) if label.isVisible())


@pytest.mark.parametrize(
    ("page", "topic"), [("home", "start"), ("records", "records"), ("settings", "safety")]
)
def test_f1_opens_what_is_said_of_the_page_shown(
    open_window: Opener, workspace: Workspace, qtbot: Any, page: str, topic: str
) -> None:
    window = open_window(workspace, page)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_F1)
    assert window.current_key == "help"
    assert help_page(window).topic == topic


def test_search_finds_topics_in_any_language(open_window: Opener, workspace: Workspace, qtbot: Any) -> None:
    window = open_window(workspace, "help")
    page = help_page(window)
    page.search_field.setText("CTRL+D fill")
    qtbot.keyClick(page.search_field, Qt.Key.Key_Return)
    assert page.topic in ("grid", KEYS)
    page.search("no such word anywhere")
    assert page.nothing.isVisible()
    page.search("")
    assert not page.nothing.isVisible()


def test_the_keys_are_a_topic(open_window: Opener, workspace: Workspace, qtbot: Any) -> None:
    window = open_window(workspace)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_F1, Qt.KeyboardModifier.ShiftModifier)
    page = help_page(window)
    assert page.topic == KEYS
    assert "Undo or redo" in shown(page)


def test_every_page_of_the_window_has_its_help() -> None:
    known = {page for topic in TOPICS for page in topic.pages}
    missing = {spec.key for spec in PAGES} - known - {"help", "forms"}
    assert not missing, "name the page at a topic in help_texts.py"
    for role in ("office", "headquarters", "region"):
        for spec in PAGES:
            assert topic_of(spec.key, role) in {topic.key for topic in topics(role)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_topic_shows_whole_and_named(
    open_window: Opener, workspace: Workspace, qtbot: Any, language: str
) -> None:
    window = open_window(workspace, "help", language=language)
    page = help_page(window)
    for topic in topics("office"):
        page.show_topic(topic.key)
        qtbot.waitUntil(lambda: clipped(page) == [])
    assert nameless(page) == []


def test_a_fault_is_kept_and_the_diagnostics_are_saved(
    open_window: Opener, workspace: Workspace, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window(workspace)
    monkeypatch.setattr(diagnostics, "_folder", workspace.folder)
    qtbot.addWidget(error_dialog.show_error(ZeroDivisionError("Kibera"), window))
    assert [fault.kind for fault in faults.read(workspace.folder)] == ["builtins.ZeroDivisionError"]
    path = tmp_path / "diagnostics.zip"
    diagnostics.save(window, path, datetime(2026, 7, 1, tzinfo=UTC))
    qtbot.waitUntil(jobs.is_idle, timeout=20_000)
    with zipfile.ZipFile(path) as archive:
        assert "ZeroDivisionError" in archive.read("faults.json").decode()
    assert any(path.name in label.text() for label in window.findChildren(kit.Label))
    diagnostics.save(window, tmp_path / "no such folder" / "x.zip", datetime(2026, 7, 1, tzinfo=UTC))
    qtbot.waitUntil(jobs.is_idle, timeout=20_000)
    said = " ".join(label.text() for label in window.findChildren(kit.Label))
    assert "could not be written" in said

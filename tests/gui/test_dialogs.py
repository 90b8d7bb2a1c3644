"""Dialogs: beginning a return, telling of failures, about, keys."""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from habitat_desktop import __version__
from habitat_desktop.gui import jobs, kit, look
from habitat_desktop.gui.about import AboutDialog
from habitat_desktop.gui.error_dialog import ErrorDialog
from habitat_desktop.gui.main_window import MainWindow
from habitat_desktop.gui.new_return import NewReturnDialog
from habitat_desktop.i18n.languages import LANGUAGES
from habitat_desktop.settings import SettingsError
from habitat_desktop.workspace import Workspace
from tests.gui.checks import clipped, nameless

Opener = Callable[..., MainWindow]


def said(dialog: Any) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(kit.Label) if label.isVisible())


def begin(window: MainWindow, qtbot: Any, **chosen: str) -> NewReturnDialog:
    dialog = NewReturnDialog(window, **chosen)
    dialog.open()
    qtbot.waitUntil(jobs.is_idle, timeout=20_000)
    return dialog


def test_a_return_is_begun_as_a_draft(open_window: Opener, workspace: Workspace, qtbot: Any) -> None:
    from habitat_desktop.records import repository

    window = open_window(workspace)
    dialog = begin(window, qtbot, form_id="housing_policy")
    assert dialog.period_box.currentData() == "2026-H1"  # what is due now
    qtbot.mouseClick(dialog.begin, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(jobs.is_idle, timeout=60_000)
    with workspace.read() as session:
        (record,) = repository.list_records(session, form_id="housing_policy")
    assert (record.state, record.period, record.country) == ("draft", "2026-H1", "KEN")
    assert window.current_key in ("form", "records")
    window.go_back()


def test_an_existing_return_of_the_period_is_pointed_out(
    open_window: Opener, workspace: Workspace, qtbot: Any
) -> None:
    dialog = begin(open_window(workspace), qtbot, form_id="slum_upgrading")
    words = "There are 5 returns of this form for this period already"
    qtbot.waitUntil(lambda: words in said(dialog))
    dialog.reject()


def test_another_period_has_none_yet(open_window: Opener, workspace: Workspace, qtbot: Any) -> None:
    dialog = begin(open_window(workspace), qtbot, form_id="slum_upgrading")
    dialog.period_box.setCurrentIndex(dialog.period_box.findData("2025-H2"))
    qtbot.waitUntil(jobs.is_idle, timeout=20_000)
    assert "already" not in said(dialog)
    dialog.reject()


def test_the_country_is_asked_only_where_there_are_several(
    open_window: Opener, workspace: Workspace, qtbot: Any
) -> None:
    one = begin(open_window(workspace), qtbot)
    assert not one.country_box.isVisible()
    one.reject()
    several = begin(open_window(workspace, countries=("KEN", "UGA")), qtbot)
    assert several.country_box.isVisible()
    several.reject()


@pytest.mark.parametrize("language", LANGUAGES)
def test_dialogs_show_whole_and_named(
    open_window: Opener, workspace: Workspace, qtbot: Any, language: str
) -> None:
    window = open_window(workspace, language=language)
    for dialog in (
        NewReturnDialog(window),
        AboutDialog(window),
        ErrorDialog(SettingsError(path="settings.json", problem="x"), window),
        ErrorDialog(ZeroDivisionError("x"), window),
    ):
        dialog.open()
        qtbot.waitUntil(jobs.is_idle, timeout=20_000)
        qtbot.waitUntil(lambda dialog=dialog: clipped(dialog) == [])
        assert nameless(dialog) == []
        dialog.reject()


def test_a_failure_of_files_is_a_sentence_with_its_code(qtbot: Any) -> None:
    dialog = ErrorDialog(SettingsError(path="settings.json", problem="it is empty"))
    qtbot.addWidget(dialog)
    dialog.open()
    assert "settings.json" in said(dialog)
    assert "SETTINGS_BAD" in said(dialog)
    assert "Traceback" not in said(dialog)


def test_a_fault_of_ours_can_be_copied(qtbot: Any) -> None:
    try:
        raise RuntimeError("the pump is dry")
    except RuntimeError as error:
        dialog = ErrorDialog(error)
    qtbot.addWidget(dialog)
    dialog.open()
    copy = next(b for b in dialog.findChildren(kit.Button) if b.text() == "Copy details")
    qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert "the pump is dry" in QGuiApplication.clipboard().text()


def test_about_claims_no_review(qtbot: Any) -> None:
    look.apply("en", "light")
    dialog = AboutDialog()
    qtbot.addWidget(dialog)
    dialog.open()
    assert "none has been reviewed by a native speaker" in said(dialog)


def test_about_shows_translated_and_reviewed_as_two_numbers(qtbot: Any) -> None:
    look.apply("en", "light")
    dialog = AboutDialog()
    qtbot.addWidget(dialog)
    dialog.open()
    qtbot.waitUntil(lambda: "العربية" in said(dialog), timeout=20_000)
    assert "Translated" in said(dialog)
    assert "Reviewed by a person" in said(dialog)
    qtbot.mouseClick(
        next(b for b in dialog.findChildren(kit.Button) if b.text() == "Copy the versions"),
        Qt.MouseButton.LeftButton,
    )
    copied = QGuiApplication.clipboard().text()
    assert f"Habitat Desktop {__version__}" in copied
    assert "\nar " in copied

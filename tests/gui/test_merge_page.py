"""The merge page: both versions side by side, decided by buttons, keys and clicks, taken back, finished."""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton

from habitat_desktop.gui import jobs, kit
from habitat_desktop.gui.main_window import MainWindow
from habitat_desktop.gui.passphrase_dialogs import UnlockDialog
from habitat_desktop.gui.reason_dialog import ReasonDialog
from habitat_desktop.records import journal, repository
from habitat_desktop.records.record import RecordState
from habitat_desktop.workspace import Workspace
from tests.gui.checks import clipped, nameless
from tests.records.making import revision
from tests.records.test_merges import _XML, BASE

Opener = Callable[..., MainWindow]


def conflict(workspace: Workspace) -> None:
    """Install the small form of the model's tests and put a record with two heads into the store."""
    forms = workspace.folder / "forms"
    forms.mkdir(exist_ok=True)
    (forms / "settlement.xml").write_text(_XML, encoding="utf-8")
    root = revision(1, answers=BASE)
    parents = (root.revision_id,)
    mine = revision(2, parents, answers=BASE | {"town": "Nakuru", "homes": "90", "share": "0.4"})
    yours = revision(1, parents, installation="other", answers=BASE | {"town": "Thika"})
    with workspace.begin() as session:
        repository.add_revisions(session, [root, mine, yours])


def merge_page(window: MainWindow, qtbot: Any) -> Any:
    window.show_page("merge", record_id="r1")
    page: Any = window.page("merge")
    qtbot.waitUntil(lambda: jobs.is_idle() and page._found is not None, timeout=20_000)
    return page


def column(page: Any, number: int) -> list[str]:
    return [page.model.index(row, number).data() for row in range(page.model.rowCount())]


def button(page: Any, text: str) -> QAbstractButton:
    return next(b for b in page.findChildren(QAbstractButton) if b.text() == text and not b.isHidden())


def settle(qtbot: Any) -> None:
    qtbot.waitUntil(jobs.is_idle, timeout=20_000)


def test_clashes_come_first_and_the_rest_is_merged_by_itself(
    open_window: Opener, workspace: Workspace, qtbot: Any
) -> None:
    conflict(workspace)
    window = open_window(workspace, "records")
    window.show_page("records", record_id="r1")
    settle(qtbot)
    button(window.page("records"), "Merge").click()
    settle(qtbot)
    page: Any = window.page("merge")
    qtbot.waitUntil(lambda: page._found is not None, timeout=20_000)
    assert column(page, page.model.columnCount() - 1)[1] == "Please choose"
    assert "needs you" in column(page, 0)[0]
    assert any("merged by itself" in text for text in column(page, 0))
    assert page.next_button.isVisible() and not page.finish_button.isVisible()


def test_a_clash_is_decided_taken_back_and_the_merge_finished(
    open_window: Opener, workspace: Workspace, qtbot: Any
) -> None:
    conflict(workspace)
    window = open_window(workspace)
    page = merge_page(window, qtbot)
    last = page.model.columnCount() - 1
    page.next_open()
    qtbot.keyClick(page.table, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: jobs.is_idle() and page.finish_button.isVisible(), timeout=20_000)
    first = column(page, last)[1]
    page.undo_button.click()
    qtbot.waitUntil(lambda: jobs.is_idle() and not page.finish_button.isVisible(), timeout=20_000)
    page._clicked(page.model.index(1, 3))
    qtbot.waitUntil(lambda: jobs.is_idle() and page.finish_button.isVisible(), timeout=20_000)
    second = column(page, last)[1]
    assert {first.strip("\u2068\u2069"), second.strip("\u2068\u2069")} == {"Nakuru", "Thika"}
    page.finish_button.click()
    qtbot.waitUntil(lambda: jobs.is_idle() and window.current_key == "records", timeout=20_000)
    with workspace.read() as session:
        record = repository.find_record(session, "r1")
    assert record is not None and len(record.heads) == 1 and record.state is not RecordState.CONFLICT


def test_headquarters_says_why(open_window: Opener, hq_workspace: Workspace, qtbot: Any) -> None:
    conflict(hq_workspace)
    hq_workspace.update_settings(person="A. Diallo")
    hq_workspace.keyring.set_passphrase("seven geese")
    hq_workspace.keyring.lock()
    window = open_window(hq_workspace)
    page = merge_page(window, qtbot)
    page.take("A")
    qtbot.waitUntil(lambda: jobs.is_idle() and page.finish_button.isVisible(), timeout=20_000)
    page.finish_button.click()
    dialog = page.findChild(ReasonDialog)
    dialog.field.setText("the survey of July counts")
    dialog.done_button.click()
    qtbot.waitUntil(lambda: jobs.is_idle() and bool(window.findChildren(UnlockDialog)), timeout=60_000)
    with hq_workspace.read() as session:  # what cannot be signed is not done
        assert len(repository.history(session, "r1")) == 3 and not journal.count_acts(session)
    unlock = window.findChildren(UnlockDialog)[-1]
    unlock.field.setText("seven geese")
    unlock.done_button.click()
    qtbot.waitUntil(lambda: jobs.is_idle() and window.current_key == "records", timeout=60_000)
    with hq_workspace.read() as session:
        made = repository.history(session, "r1")[-1]
        (act,) = journal.acts(session)
    assert made.reason == act.reason == "the survey of July counts"
    assert (act.kind, act.revision_id, act.person) == ("merge", made.revision_id, "A. Diallo")


@pytest.mark.parametrize("language", ["en", "ar", "zh", "ru"])
def test_the_page_shows_whole_and_named(
    open_window: Opener, workspace: Workspace, qtbot: Any, language: str
) -> None:
    conflict(workspace)
    window = open_window(workspace, language=language, theme="dark")
    page = merge_page(window, qtbot)
    page._choose_filter("all")
    qtbot.waitUntil(lambda: clipped(window) == [], timeout=20_000)
    assert nameless(window) == []
    assert page.findChildren(kit.SegmentBar)

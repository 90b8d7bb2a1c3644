"""What is being typed is not lost: it is in the draft before the field is left, and back after a crash."""

import shutil
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer

from habitat_desktop.gui import jobs
from habitat_desktop.gui.main_window import MainWindow
from habitat_desktop.records import repository
from habitat_desktop.records.entry import NotReadError, open_entry
from habitat_desktop.workspace import Workspace, open_workspace
from tests.gui.form_desk import POP, FormDesk

TOTAL = f"{POP}/st_pop_total"


@pytest.fixture
def desk(nairobi: FormDesk) -> FormDesk:
    return nairobi


def text_field(desk: FormDesk) -> str:
    """Return the ref of a text question on one page with a form."""
    sitting = desk.page.sitting
    assert sitting is not None and desk.page.tree is not None
    return next(
        state.ref
        for state in sitting.entry.instance.states()
        if state.kind == "question"
        and state.type == "text"
        and state.relevant
        and not state.calculated
        and not state.readonly
        and desk.page.tree.section_of(state.ref)
    )


def typed_in_store(desk: FormDesk, ref: str) -> str | None:
    return desk.stored().typed.get(ref)


def test_half_typed_text_is_in_the_draft_within_two_seconds_and_is_no_answer(desk: FormDesk) -> None:
    before = desk.value(TOTAL)
    desk.type(TOTAL, "12 300", leave=None)
    desk.qtbot.waitUntil(lambda: typed_in_store(desk, TOTAL) == "12 300", timeout=2000)
    assert desk.value(TOTAL) == before  # nothing was worked out while typing went on
    desk.press(desk.focused(), Qt.Key.Key_Tab)
    assert desk.value(TOTAL) == "12300"
    assert typed_in_store(desk, TOTAL) is None


def test_typing_without_a_pause_is_saved_all_the_same(desk: FormDesk) -> None:
    ref = text_field(desk)
    field = desk.field(ref)
    field.setFocus()
    timer = QTimer()
    timer.timeout.connect(lambda: desk.press(field, Qt.Key.Key_A))
    timer.start(100)
    desk.qtbot.waitUntil(lambda: bool(desk.page.sitting and desk.page.sitting.entry.typed), timeout=2000)
    timer.stop()
    assert (typed_in_store(desk, ref) or "").count("a") > 5


def total_in_store(desk: FormDesk) -> object:
    with desk.window.workspace.read() as session:
        draft = repository.find_draft(session, desk.record_id)
    assert draft is not None
    return draft.answers["settlement"][0]["st_pop_grp"]["st_pop_total"]


def test_an_answer_is_on_the_disk_within_two_seconds_while_a_long_job_runs(desk: FormDesk) -> None:
    ended = threading.Event()
    jobs.run(lambda progress: ended.wait(60))
    try:
        desk.type(TOTAL, "12300")
        desk.qtbot.waitUntil(lambda: total_in_store(desk) == "12300", timeout=2000)
        assert not jobs.is_idle()
        desk.type(TOTAL, "12400")
        assert desk.window.page("form").leave()  # waits for its answers and for nothing else
        assert total_in_store(desk) == "12400"
    finally:
        ended.set()
    desk.settle()


def test_the_draft_is_put_together_once_for_answers_in_a_row_and_all_are_kept(desk: FormDesk) -> None:
    sitting = desk.page.sitting
    assert sitting is not None
    desk.settle()
    saved: list[datetime] = []
    sitting.autosave.saved.connect(saved.append)
    for number in range(12300, 12310):
        sitting.answer(TOTAL, str(number))
    assert sitting.autosave.is_pending
    assert not sitting.autosave.is_idle
    assert not jobs.is_idle()
    desk.settle()
    assert total_in_store(desk) == "12309"
    assert len(saved) == 1


def test_closing_the_window_keeps_an_answer_just_given(desk: FormDesk) -> None:
    workspace = desk.window.workspace
    desk.type(TOTAL, "12345")
    desk.window.close()
    later = open_workspace(workspace.folder)
    with later.read() as session:
        draft = repository.find_draft(session, desk.record_id)
    later.close()
    assert draft is not None
    assert draft.answers["settlement"][0]["st_pop_grp"]["st_pop_total"] == "12345"


def crashed(desk: FormDesk, open_window: Callable[..., MainWindow], language: str = "en") -> FormDesk:
    """Return the form in a second program over a copy of the files, as they are in the middle of typing."""
    folder = desk.window.workspace.folder
    desk.settle()
    copy = folder.parent / "after"
    shutil.copytree(folder, copy)
    found = FormDesk(open_window(open_workspace(copy), language=language), desk.qtbot, desk.record_id)
    found.open()
    return found


def test_after_a_crash_what_was_typed_stands_in_its_field_and_is_told(
    desk: FormDesk, open_window: Callable[..., MainWindow]
) -> None:
    before = desk.value(TOTAL)
    desk.type(TOTAL, "185 400", leave=None)
    desk.qtbot.waitUntil(lambda: typed_in_store(desk, TOTAL) is not None, timeout=2000)
    after = crashed(desk, open_window)
    field: Any = after.field(TOTAL)
    assert field.text() == "185 400"
    assert after.value(TOTAL) == before
    assert "when the program ended" in after.messages(TOTAL)[0]
    assert TOTAL in [trouble.ref for trouble in after.page.sitting.problems()]  # type: ignore[union-attr]
    field.setFocus()
    after.press(field, Qt.Key.Key_Return)
    assert after.value(TOTAL) == "185400"
    assert not after.messages(TOTAL)[:1] or "ended" not in after.messages(TOTAL)[0]
    assert after.stored().typed == {}
    assert after.page.leave()


def test_a_number_that_cannot_be_read_is_remembered_and_stands_against_finalizing(
    desk: FormDesk, open_window: Callable[..., MainWindow], workspace: Workspace
) -> None:
    desk.type(TOTAL, "many")
    assert typed_in_store(desk, TOTAL) == "many"
    with workspace.read() as session:
        entry = open_entry(session, workspace.library.form, workspace.settings, desk.record_id, language="en")
    entry.instance.problems = list  # type: ignore[method-assign]
    entry.confirm([state.ref for state in entry.unconfirmed()])
    with pytest.raises(NotReadError, match="no answer yet: Total"):
        entry.final_draft(at=datetime.now(UTC))


def test_the_reason_for_a_warning_is_remembered_while_it_is_typed(desk: FormDesk) -> None:
    warning = "/data/settlement[1]/warn_hh_size"
    line = desk.row("/data/settlement[1]/st_hh_size").why_line(warning)
    line.setFocus()
    desk.press(line, Qt.Key.Key_C)
    desk.qtbot.waitUntil(lambda: "c" in desk.stored().typed.values(), timeout=2000)
    desk.press(line, Qt.Key.Key_Tab)
    assert "c" not in desk.stored().typed.values()
    assert "c" in desk.stored().justifications.values()

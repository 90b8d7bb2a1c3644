"""A return begun from last period's: what came along is marked, confirmed, and keeps Finalize shut."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt

from habitat_desktop.gui import jobs, kit
from habitat_desktop.gui.finalize_page import FinalizePage
from habitat_desktop.gui.form_rows import change_line, change_text
from habitat_desktop.gui.main_window import MainWindow
from habitat_desktop.gui.new_return import NewReturnDialog
from habitat_desktop.i18n.catalogues import ngettext
from habitat_desktop.i18n.text import ltr
from habitat_desktop.records import repository
from habitat_desktop.records.rollover import roll_over
from habitat_desktop.workspace import Workspace
from tests.gui.checks import nameless
from tests.gui.form_desk import BEFORE, FormDesk, begin, demo_answers, finish

both_directions = pytest.mark.parametrize("language", ["en", "ar"], indirect=True)


@pytest.fixture
def language(request: pytest.FixtureRequest) -> str:
    return str(getattr(request, "param", "en"))


def _last_period(workspace: Workspace) -> str:
    record_id = begin(workspace, demo_answers("01_slum_upgrading_nairobi_2025_h2.json"), period="2025-H2")
    finish(workspace, record_id)
    return record_id


@pytest.fixture
def desk(
    workspace: Workspace, open_window: Callable[..., MainWindow], qtbot: Any, language: str
) -> Iterator[FormDesk]:
    """The draft of this period, begun from the return about Nairobi of the last one."""
    before = _last_period(workspace)
    with workspace.begin() as session:
        made = roll_over(
            session, workspace.library, workspace.settings, before,
            period="2026-H1", language="en", at=BEFORE,
        )  # fmt: skip
    found = FormDesk(open_window(workspace, language=language), qtbot, made.entry.record_id)
    found.open()
    found.window.activateWindow()
    qtbot.waitUntil(found.window.isActiveWindow)
    yield found
    assert found.page.leave()


def _waiting(desk: FormDesk) -> list[str]:
    assert desk.page.sitting is not None
    return [one.ref for one in desk.page.sitting.waiting()]


@both_directions
def test_a_row_is_marked_until_its_answer_is_confirmed(desk: FormDesk, qtbot: Any) -> None:
    first = _waiting(desk)[0]
    row = desk.row(first)
    assert row.confirm is not None and row.confirm.isVisible()
    qtbot.mouseClick(row.confirm, Qt.MouseButton.LeftButton)
    assert not desk.row(first).view.is_carried
    assert not row.confirm.isVisible()
    assert first not in _waiting(desk)
    assert desk.page.sitting is not None
    desk.page.sitting.undo()
    assert first in _waiting(desk) and desk.row(first).view.is_carried


@both_directions
def test_a_whole_section_is_confirmed_at_once(desk: FormDesk, qtbot: Any) -> None:
    before = _waiting(desk)
    desk.row(before[0])
    ledger = desk.page.ledger
    here = [ref for ref in before if ref in ledger.rows]
    assert ledger.confirm_all.isVisible()
    words = ngettext("Confirm the {count} in this section", "Confirm all {count} in this section", len(here))
    assert ledger.confirm_all.text() == words.format(count=ltr(str(len(here))))
    assert nameless(desk.page) == []
    qtbot.mouseClick(ledger.confirm_all, Qt.MouseButton.LeftButton)
    assert _waiting(desk) == [ref for ref in before if ref not in here]
    assert not ledger.confirm_all.isVisible()


def test_finalize_lists_what_waits_and_leads_there(desk: FormDesk, qtbot: Any) -> None:
    desk.page.header.check.click()
    desk.settle()
    page = desk.window.page("finalize")
    assert isinstance(page, FinalizePage)
    assert page.carried.isVisible() and not page.panel.finalize.isEnabled()
    waiting = _waiting(desk)
    page.carried.wanted.emit(waiting[0])
    desk.settle()
    assert desk.window.current_key == "form" and waiting[0] in desk.page.ledger.rows
    assert desk.page.sitting is not None
    desk.page.sitting.confirm(waiting)
    desk.page.header.check.click()
    desk.settle()
    assert not page.carried.isVisible()


def test_what_waits_is_there_when_the_record_is_opened_again(desk: FormDesk) -> None:
    before = _waiting(desk)
    assert desk.page.sitting is not None
    desk.page.sitting.confirm(before[:1])
    desk.settle()
    with desk.window.workspace.read() as session:
        draft = repository.find_draft(session, desk.record_id)
    assert draft is not None and before[0] not in draft.carried and before[1] in draft.carried


def test_a_new_return_starts_from_the_last_one(
    workspace: Workspace, open_window: Callable[..., MainWindow], qtbot: Any
) -> None:
    answers = demo_answers("01_slum_upgrading_nairobi_2025_h2.json")
    answers["hdr"] = answers.get("hdr", {}) | {"reporting_year": 2026, "reporting_period": "h2"}
    before = begin(workspace, answers, period="2026-H2")
    finish(workspace, before)
    window = open_window(workspace)
    dialog = NewReturnDialog(window, form_id="slum_upgrading", period="2027-H1")
    dialog.open()
    qtbot.waitUntil(jobs.is_idle, timeout=20_000)
    assert dialog.start_box.isVisible()
    assert dialog.start_box.currentData() == before  # offered without being asked for
    assert "2026" in dialog.start_box.currentText() and "Nairobi" in dialog.start_box.currentText()
    assert dialog.start_box.itemData(dialog.start_box.count() - 1) == ""
    qtbot.mouseClick(dialog.begin, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(jobs.is_idle, timeout=60_000)
    with workspace.read() as session:
        (record,) = repository.list_records(session, form_id="slum_upgrading", period="2027-H1")
        draft = repository.find_draft(session, record.record_id)
    assert draft is not None and draft.heading.previous_record == before and draft.carried
    again = NewReturnDialog(window, form_id="slum_upgrading", period="2027-H1")
    again.open()
    qtbot.waitUntil(jobs.is_idle, timeout=20_000)
    assert again.start_box.findData(before) < 0  # it is begun already
    again.reject()
    window.go_back()


def test_a_return_of_the_same_key_is_told_as_soon_as_the_key_is_given(
    workspace: Workspace, open_window: Callable[..., MainWindow], qtbot: Any
) -> None:
    first = begin(workspace, demo_answers("01_slum_upgrading_nairobi_2025_h2.json"), period="2031-H1")
    second = begin(workspace, {}, period="2031-H1")
    with workspace.begin() as session:
        given = repository.find_draft(session, first)
    assert given is not None
    desk = FormDesk(open_window(workspace), qtbot, second)
    desk.open()
    sitting = desk.page.sitting
    assert sitting is not None and sitting.record_key == ()
    form = sitting.entry.form
    for ref in form.key:
        place: Any = given.answers
        for name in ref.split("/")[2:]:
            place = place[name]
        desk.page.sitting.answer(ref, place)
    desk.settle()
    told = desk.page.news.told
    assert told is not None and told.isVisible()
    texts = " ".join(label.text() for label in told.findChildren(kit.Label))
    assert given.label in texts
    assert desk.page.leave()


@pytest.mark.parametrize(
    ("now", "before", "unit", "shown"),
    [
        ("120", "100", "people", "+20|+20.0 %"),
        ("1000", "1200.5", "US$", "−200.5|−16.7 %"),
        ("100", "100", "people", "±0|±0 %"),
        ("5", "0", "people", "+5|—"),
        ("0", "0", "people", "±0|±0 %"),
        ("", "100", "people", "—"),
        ("100", "", "people", "—"),
        ("", "", "people", ""),
        ("60", "55.5", "%", "+4.5 points"),
    ],
)
def test_the_change_is_told_as_an_amount_and_in_per_cent(
    now: str, before: str, unit: str, shown: str
) -> None:
    text = change_text(now, before, unit, "en")[0]
    assert text.replace("\u2066", "").replace("\u2069", "").replace("\n", "|") == shown
    assert "\n" not in change_line(text)

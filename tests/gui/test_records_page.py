"""Records: chips, search and boxes filter; rows come by the page; the panel tells what to do next."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton

from habitat_desktop.gui import jobs, kit, record_history, record_list
from habitat_desktop.gui.main_window import MainWindow
from habitat_desktop.gui.records_page import RecordsPage
from habitat_desktop.records.story import Event, EventKind
from habitat_desktop.workspace import Workspace
from tests.gui.conftest import draft

Opener = Callable[..., MainWindow]


def records(window: MainWindow, qtbot: Any) -> RecordsPage:
    qtbot.waitUntil(jobs.is_idle, timeout=20_000)
    page = window.page("records")
    assert isinstance(page, RecordsPage)
    return page


def subjects(page: RecordsPage) -> list[str]:
    model = page.list
    return [model.index(row, 1).data(kit.CELL_ROLE).text for row in range(model.rowCount())]


def chip(page: RecordsPage, word: str) -> QAbstractButton:
    chips = page.findChild(kit.StateChips)
    return next(b for b in chips.findChildren(QAbstractButton) if b.isVisible() and b.text().startswith(word))


def test_all_records_are_listed_with_their_states(
    open_window: Opener, workspace: Workspace, qtbot: Any
) -> None:
    page = records(open_window(workspace, "records"), qtbot)
    assert set(subjects(page)) == {"Nairobi", "Mombasa", "Kisumu", "Nakuru", "القاهرة"}
    states = [page.list.index(row, 3).data(kit.CELL_ROLE).state for row in range(5)]
    assert sorted(states) == ["draft", "draft", "draft", "final", "final"]


def test_a_chip_filters_and_counts(open_window: Opener, workspace: Workspace, qtbot: Any) -> None:
    page = records(open_window(workspace, "records"), qtbot)
    final = chip(page, "Final")
    assert "2" in final.text()
    qtbot.mouseClick(final, Qt.MouseButton.LeftButton)
    records(page.frame, qtbot)
    assert set(subjects(page)) == {"Nakuru", "القاهرة"}
    assert chip(page, "Final").isChecked()


@pytest.mark.parametrize(
    ("typed", "found"), [("kisu", ["Kisumu"]), ("القاهره", ["القاهرة"]), ("MOMBASA", ["Mombasa"])]
)
def test_search_finds_answers_in_any_script(
    open_window: Opener, workspace: Workspace, qtbot: Any, typed: str, found: list[str]
) -> None:
    page = records(open_window(workspace, "records"), qtbot)
    assert page.search(typed)
    records(page.frame, qtbot)
    assert subjects(page) == found


def test_nothing_found_offers_to_clear(open_window: Opener, workspace: Workspace, qtbot: Any) -> None:
    page = records(open_window(workspace, "records"), qtbot)
    page.search("Kawangwara")
    records(page.frame, qtbot)
    said = [label.text() for label in page.findChildren(kit.Label) if label.isVisible()]
    assert any("Kawangwara" in text for text in said)
    clear = next(
        b for b in page.findChildren(QAbstractButton) if b.isVisible() and b.text() == "Clear filters"
    )
    qtbot.mouseClick(clear, Qt.MouseButton.LeftButton)
    records(page.frame, qtbot)
    assert page.list.rowCount() == 5


def test_a_record_is_found_again_after_a_change_of_language(
    open_window: Opener, workspace: Workspace, qtbot: Any
) -> None:
    page = records(open_window(workspace, "records"), qtbot)
    kit.select_row(page.table, 2)
    chosen = page._chosen_id()
    page.frame.update_settings(language="ar")
    records(page.frame, qtbot)
    assert page._chosen_id() == chosen


def test_the_panel_tells_state_facts_and_history(
    open_window: Opener, workspace: Workspace, qtbot: Any
) -> None:
    page = records(open_window(workspace, "records"), qtbot)
    kit.select_row(page.table, subjects(page).index("Nakuru"))
    records(page.frame, qtbot)

    def said() -> str:
        labels = page.panel.findChildren(kit.Label)
        return "\n".join(label.text() for label in labels if label.isVisible())

    qtbot.waitUntil(lambda: "Revision" in said(), timeout=20_000)  # the history comes in a job of its own
    assert "Nakuru" in said()
    assert "Kenya" in said()
    assert "First half 2026" in said()


def test_rows_come_by_the_page(
    open_window: Opener, workspace: Workspace, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from habitat_desktop.records import repository

    with workspace.begin() as session:
        for number in range(10, 40):
            repository.create_draft(session, draft(number))
    monkeypatch.setattr(record_list, "PAGE_ROWS", 10)
    page = records(open_window(workspace, "records"), qtbot)
    assert page.list.rowCount() == 35
    assert len(page.list._pages) < 4  # only what was looked at
    page.table.scrollToBottom()
    page.table.viewport().repaint()
    records(page.frame, qtbot)
    assert page.list.record(34) is not None


def test_the_list_passes_the_checks_for_models(
    open_window: Opener, workspace: Workspace, qtbot: Any, qtmodeltester: Any
) -> None:
    page = records(open_window(workspace, "records"), qtbot)
    qtmodeltester.check(page.list)


def test_headquarters_sees_whose_records_they_are(
    open_window: Opener, hq_workspace: Workspace, qtbot: Any
) -> None:
    page = records(open_window(hq_workspace, "records"), qtbot)
    heads = [page.list.headerData(i, Qt.Orientation.Horizontal) for i in range(page.list.columnCount())]
    assert "Office" in heads
    assert not page._new.isVisible()


def test_every_kind_of_event_has_words_and_a_sign() -> None:
    at = datetime(2026, 11, 21, tzinfo=UTC)
    for kind in [kind for kinds in get_args(EventKind) for kind in get_args(kinds)]:
        peer = "" if kind in ("draft", "revision", "merge", "correction", "withdraw") else "HQ"
        event = Event(kind, at, 1, "M. Njeri", peer, 1, "words", "KE-7F3K-0001/Q2")
        assert record_history.event_title(event) and "words" in record_history.event_text(event)
        assert kind in record_history._SIGNS
    asked = Event("query", at, person="W. Mwangi", peer="HQ", name="KE-7F3K-0001/Q2")
    assert record_history.event_title(asked) == "\u2068W. Mwangi\u2069 asks: \u2066Q2\u2069"

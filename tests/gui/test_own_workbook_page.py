"""An office's own workbook in the window: open, map, look, load; nothing is kept before a person says so."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from PySide6.QtCore import Qt

from habitat_desktop.gui import jobs
from habitat_desktop.gui.main_window import MainWindow
from habitat_desktop.gui.own_workbook_page import OwnWorkbookPage
from habitat_desktop.packages.own_workbooks import mapping
from habitat_desktop.records import comparisons, repository
from habitat_desktop.workspace import Workspace
from tests.gui.checks import clipped, nameless

Opener = Callable[..., MainWindow]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "projects.xlsx"
    rows = [
        ["Project code", "Project title (English)", "Nature", "Money"],
        ["A-1", "Kibera", "something of ours", 1200],
        ["A-2", "Mathare", "something of ours", "a lot"],
    ]
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Projects")
        for row, cells in enumerate(rows):
            sheet.write_row(row, 0, cells)
    return path


def opened(
    open_window: Opener, workspace: Workspace, qtbot: Any, file: Path, **options: Any
) -> OwnWorkbookPage:
    window = open_window(workspace, "workbook", **options)
    page = window.page("workbook")
    assert isinstance(page, OwnWorkbookPage)
    page.open_file(file, "project_status")
    settle(qtbot)
    page.change(repeat="")
    settle(qtbot)
    return page


def settle(qtbot: Any) -> None:
    qtbot.waitUntil(jobs.is_idle, timeout=30_000)


def count(workspace: Workspace) -> int:
    with workspace.read() as session:
        return len(repository.list_records(session, form_id="project_status"))


def choose(page: OwnWorkbookPage, qtbot: Any, column: int, question: str) -> None:
    """Type a question into the box of a column and press Enter."""
    box: Any = page.columns.boxes[column]
    box.lineEdit().selectAll()
    qtbot.keyClicks(box.lineEdit(), question)
    box.completer().popup().hide()
    qtbot.keyClick(box.lineEdit(), Qt.Key.Key_Return)
    settle(qtbot)


def test_columns_are_mapped_looked_at_and_become_drafts(
    open_window: Opener, workspace: Workspace, qtbot: Any, file: Path
) -> None:
    before = count(workspace)
    page = opened(open_window, workspace, qtbot, file)
    assert page.opened is not None
    assert page.opened.mapping.column(0) is not None
    assert not page.load_button.isEnabled()  # the period is not said yet
    page.change(period="2026-H1")
    settle(qtbot)
    assert page.outcome is not None and page.outcome.made == 2
    choose(page, qtbot, 3, "Approved budget")
    assert [trouble.cell for trouble in page._troubles()] == ["D3"]
    assert "Nature" in page.left_out.text()
    assert count(workspace) == before
    page.name.setText("Our projects")
    qtbot.mouseClick(page.load_button, Qt.MouseButton.LeftButton)
    settle(qtbot)
    assert count(workspace) == before + 2
    assert page.frame.current_key == "records"
    (kept,) = mapping.saved(workspace.mappings)
    assert kept.name == "Our projects"


def test_a_word_of_the_sheet_is_taken_for_a_choice(
    open_window: Opener, workspace: Workspace, qtbot: Any, file: Path
) -> None:
    page = opened(open_window, workspace, qtbot, file)
    page.change(period="2026-H1")
    settle(qtbot)
    assert page.opened is not None
    question = next(p for p in page.columns.boxes[2].model().match(
        page.columns.boxes[2].model().index(0, 0), int(Qt.ItemDataRole.UserRole), "project_type", 1,
        Qt.MatchFlag.MatchContains,
    ))  # fmt: skip
    page.map_column(2, "Nature", str(question.data(int(Qt.ItemDataRole.UserRole))))
    settle(qtbot)
    assert [trouble.cell for trouble in page._troubles()] == ["C2", "C3"]


def test_a_past_period_is_kept_to_compare_with_and_no_record_is_made(
    open_window: Opener, workspace: Workspace, qtbot: Any, file: Path
) -> None:
    before = count(workspace)
    page = opened(open_window, workspace, qtbot, file)
    page.change(period="2025-H2")
    settle(qtbot)
    page.as_comparison.setChecked(True)
    qtbot.mouseClick(page.load_button, Qt.MouseButton.LeftButton)
    settle(qtbot)
    assert count(workspace) == before
    assert len(comparisons.read(workspace.folder, "project_status", "KEN", "2025-H2")) == 2


def test_what_is_no_workbook_is_told(
    open_window: Opener, workspace: Workspace, qtbot: Any, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(b"no workbook")
    window = open_window(workspace, "workbook")
    page = window.page("workbook")
    assert isinstance(page, OwnWorkbookPage)
    page.open_file(bad, "project_status")
    settle(qtbot)
    assert page.opened is None
    assert window._news_box.isVisible()
    page.open_file(tmp_path / "gone.xlsx", "project_status")
    settle(qtbot)
    assert page.opened is None


@pytest.mark.parametrize("language", ["en", "ar", "ru"])
def test_the_page_shows_whole_and_named(
    open_window: Opener, workspace: Workspace, qtbot: Any, file: Path, language: str
) -> None:
    page = opened(open_window, workspace, qtbot, file, language=language)
    page.change(period="2026-H1")
    settle(qtbot)
    assert nameless(page) == []
    qtbot.waitUntil(lambda: clipped(page) == [])

"""Changes made in Excel: at headquarters looked at, in the office taken over into drafts."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from habitat_desktop.gui import jobs
from habitat_desktop.gui.main_window import MainWindow
from habitat_desktop.records import repository
from habitat_desktop.workspace import open_workspace
from tests.gui.checks import clipped, nameless
from tests.gui.desk import Settled, Shown, drop
from tests.gui.test_headquarters_pages import edited_in_excel, inbox_of, package_of, rows, take_in


@pytest.fixture
def edited(office: Path, headquarters: Path, tmp_path: Path) -> Path:
    """Headquarters with a package of Kenya in which one cell was changed in Excel."""
    assert take_in(headquarters, edited_in_excel(package_of(office), tmp_path)) == ["imported"]
    return headquarters


def answer_edited(package: Path, folder: Path) -> Path:
    """Change the answer itself, not the column that says what the record is about."""
    book = openpyxl.load_workbook(package)
    cells = [cell for row in book["slum_upgrading"].iter_rows() for cell in row if cell.value == "Nairobi"]
    cells[-1].value = "Mombasa"
    path = folder / "edited.xlsx"
    book.save(path)
    return path


def edits_of(window: MainWindow, settled: Settled) -> Any:
    settled()
    settled()
    assert window.current_key == "edits"
    return window.page("edits")


def test_headquarters_sees_each_cell_with_both_values(
    edited: Path, shown: Shown, settled: Settled, qtbot: Any
) -> None:
    inbox = inbox_of(edited, shown, settled)
    qtbot.waitUntil(lambda: hasattr(inbox.panel, "edits_button"), timeout=20_000)
    inbox.panel.edits_button.click()
    page = edits_of(inbox.frame, settled)
    ((question, cell, signed, now),) = rows(page)
    assert "KE-" in question and "Nairobi" in signed and "Mombasa" in now
    assert cell.strip("\u2066\u2069")[-1].isdigit()
    assert not page.take_button.isVisible()
    page.table.opened.emit(0)
    settled()
    assert inbox.frame.current_key == "records"


def test_an_office_takes_the_edits_of_its_own_package_into_a_draft(
    office: Path, shown: Shown, settled: Settled, tmp_path: Path, qtbot: Any
) -> None:
    package = answer_edited(package_of(office), tmp_path)
    window = shown(office)
    window.show_page("exchange")
    settled()
    assert drop(window, [package])
    exchange: Any = window.page("exchange")
    qtbot.waitUntil(lambda: jobs.is_idle() and bool(exchange.receive_card.lines), timeout=20_000)
    exchange.receive_card.lines[0].edits_button.click()
    page = edits_of(window, settled)
    assert "goes into the draft" in rows(page)[0][3]
    page.take_button.click()
    settled()
    settled()
    with page.workspace.read() as session:
        (record,) = repository.list_records(session)
        draft = repository.find_draft(session, record.record_id)
    assert draft is not None and draft.answers["prog"]["city"] == "Mombasa"
    assert not page.take_button.isVisible()  # all of it stands in the draft now
    assert "already" in rows(page)[0][3]


@pytest.mark.parametrize("code", ["en", "ar", "zh", "fr"])
def test_the_page_shows_whole(code: str, edited: Path, shown: Shown, settled: Settled, qtbot: Any) -> None:
    workspace = open_workspace(edited)
    workspace.update_settings(language=code, theme="dark")
    inbox = inbox_of(edited, shown, settled)
    qtbot.waitUntil(lambda: hasattr(inbox.panel, "edits_button"), timeout=20_000)
    inbox.panel.edits_button.click()
    edits_of(inbox.frame, settled)
    inbox.frame.resize(1366, 688)
    qtbot.waitUntil(lambda: clipped(inbox.frame) == [], timeout=20_000)
    assert nameless(inbox.frame) == []


def test_changes_in_a_second_copy_of_a_package_are_seen_too(
    office: Path, headquarters: Path, shown: Shown, settled: Settled, tmp_path: Path, qtbot: Any
) -> None:
    package = package_of(office)
    assert take_in(headquarters, package) == ["imported"]
    assert take_in(headquarters, edited_in_excel(package, tmp_path)) == ["duplicate"]
    inbox = inbox_of(headquarters, shown, settled)
    assert "1 cell changed in Excel" in rows(inbox)[0][2]
    qtbot.waitUntil(lambda: hasattr(inbox.panel, "edits_button"), timeout=20_000)
    inbox.panel.edits_button.click()
    assert len(rows(edits_of(inbox.frame, settled))) == 1

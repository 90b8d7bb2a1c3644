"""The page of reports: chosen, looked at, followed to a record, saved in every format."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QUrl

from habitat_desktop.gui import jobs, kit
from habitat_desktop.gui.reports_page import ReportsPage
from habitat_desktop.reports.catalogue import REPORTS
from habitat_desktop.workspace import Workspace
from tests.gui.checks import nameless
from tests.gui.form_desk import begin, demo_answers, finish


@pytest.fixture
def page(workspace: Workspace, open_window: Any, qtbot: Any) -> ReportsPage:
    """The page in the window of an office with a final return about Kisumu, which nobody has received."""
    finish(workspace, begin(workspace, demo_answers("05_slum_upgrading_kisumu.json")))
    window = open_window(workspace)
    window.show_page("reports", report="slums")
    shown = window.page("reports")
    qtbot.waitUntil(lambda: jobs.is_idle() and shown.made is not None, timeout=20_000)
    return shown


def test_every_report_is_listed_and_the_chosen_one_shown(page: ReportsPage) -> None:
    assert page.table.model().rowCount() == len(REPORTS)
    text = page.view.toPlainText()
    assert "Slum upgrading" in text and "Kisumu" in text and "First half 2026" in text
    assert page.save_button.isEnabled()
    assert not nameless(page.window())


def test_what_nobody_received_is_in_no_report_of_what_was_received(page: ReportsPage, qtbot: Any) -> None:
    page.basis.setCurrentIndex(page.basis.findData("received"))
    page.basis.activated.emit(page.basis.currentIndex())
    qtbot.waitUntil(lambda: jobs.is_idle() and page.made.asked.basis == "received", timeout=20_000)
    said = [one.text() for one in page.findChildren(kit.Label) if one.isVisible()]
    assert any("First half 2026" in one for one in said) and not page.view.isVisible()
    assert not page.save_button.isEnabled()


def test_a_figure_leads_to_its_records_and_a_record_to_its_form(page: ReportsPage, qtbot: Any) -> None:
    line = page.made.document.records[0]
    menu = page.records_menu(1)
    assert line.label in menu.actions()[0].text()
    assert f'href="record:{line.record_id}"' in page.made.page
    page.view.anchorClicked.emit(QUrl(f"record:{line.record_id}"))
    qtbot.waitUntil(jobs.is_idle, timeout=20_000)
    form = page.frame.page("form")
    assert form.isVisible() and form.sitting.entry.record_id == line.record_id


@pytest.mark.parametrize("ending", ["xlsx", "docx", "html", "pdf", "json"])
def test_it_is_saved_in_every_format(page: ReportsPage, qtbot: Any, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"report.{ending}"
    page.save_to(path)
    qtbot.waitUntil(jobs.is_idle, timeout=20_000)
    assert path.stat().st_size > 1000

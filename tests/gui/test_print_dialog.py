"""Printing as a person does it: Ctrl+P, a look at the pages, another language, saved as a PDF."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from habitat_desktop.gui import jobs
from habitat_desktop.gui.print_dialog import PrintDialog, print_blank
from habitat_desktop.workspace import Workspace
from tests.gui.form_desk import begin, demo_answers
from tests.gui.test_printing import pages_of


@pytest.fixture
def made(qtbot: Any) -> Any:
    """Return a function that waits until a dialog has made what is asked for now."""

    def wait(dialog: PrintDialog) -> None:
        qtbot.waitUntil(
            lambda: jobs.is_idle() and dialog.made is not None and dialog._asked == dialog.asked(),
            timeout=10_000,
        )

    return wait


def test_a_record_is_printed_from_its_page_by_key(
    workspace: Workspace, open_window: Any, qtbot: Any, made: Any, tmp_path: Path
) -> None:
    record = begin(workspace, demo_answers("11_slum_upgrading_nairobi_draft.json"))
    window = open_window(workspace)
    window.show_page("form", record_id=record)
    qtbot.waitUntil(jobs.is_idle, timeout=10_000)
    page = window.page("form")
    assert page.header.print_button.isVisible()
    QTest.keyClick(page.ledger, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    dialog = window.findChild(PrintDialog)
    assert dialog is not None
    made(dialog)
    whole = dialog.view.count
    assert whole > 10 and dialog.place.text().endswith(f"of \u2066{whole}\u2069")

    dialog.spoken.setCurrentIndex(dialog.spoken.findData("ar"))
    for path, box in dialog.sections.items():
        box.setChecked(path == "/data/hdr")
    made(dialog)
    assert 0 < dialog.view.count < whole
    dialog.save_to(tmp_path / "record")
    qtbot.waitUntil(jobs.is_idle, timeout=10_000)
    text = "".join(pages_of(tmp_path / "record.pdf"))
    assert "السنة المشمولة بالتقرير" in text and "Nairobi" not in text.split("السنة المشمولة")[1]
    assert window.findChild(PrintDialog) is None or not dialog.isVisible()


def test_a_blank_form_and_a_place_that_cannot_be_written(
    workspace: Workspace, open_window: Any, qtbot: Any, made: Any, tmp_path: Path
) -> None:
    window = open_window(workspace)
    dialog = print_blank(window, "housing_policy", workspace.library.form("housing_policy").version)
    made(dialog)
    assert dialog.hints.isChecked() and not dialog.unanswered.isVisible() and dialog.entries.isVisible()
    one = dialog.view.count
    dialog.entries.setValue(3)
    made(dialog)
    assert dialog.view.count > one
    dialog.save_to(tmp_path / "missing" / "form.pdf")
    qtbot.waitUntil(lambda: jobs.is_idle() and dialog.problem.isVisible(), timeout=10_000)
    assert dialog.isVisible() and dialog.save_button.isEnabled()
    dialog.reject()


def test_records_ticked_in_the_list_are_printed_together(
    workspace: Workspace, open_window: Any, qtbot: Any, made: Any
) -> None:
    records = [begin(workspace, demo_answers("11_slum_upgrading_nairobi_draft.json")) for _one in range(2)]
    window = open_window(workspace, "records")
    page = window.page("records")
    page.list.keep_ticked(tuple(records))
    page.bulk.show_ticked(records)
    assert page.bulk.print_button.isVisible()
    page.bulk.print_button.click()
    dialog = window.findChild(PrintDialog)
    assert dialog is not None and dialog.what.count() == 1
    made(dialog)
    labels = {one.paper.label for one in dialog.made.pages}
    assert len(dialog.made.pages) == 2 and len(labels) == 2
    dialog.reject()

"""The place beside the ledger, and the buttons others connect."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from tests.gui.form_desk import POP, FormDesk


@pytest.fixture
def desk(nairobi: FormDesk) -> FormDesk:
    return nairobi


def test_a_panel_stands_beside_the_ledger_or_under_it_and_escape_closes_it(desk: FormDesk) -> None:
    page = desk.page
    desk.field(f"{POP}/st_pop_total").setFocus()
    panel = QLineEdit()
    page.show_panel(panel)
    panel.setFocus()
    QApplication.processEvents()
    place = panel.mapTo(page, panel.rect().topLeft())
    assert place.x() >= page.ledger.mapTo(page, page.ledger.rect().topRight()).x()
    assert panel in page.regions()
    desk.window.resize(1100, 720)
    QApplication.processEvents()
    place = panel.mapTo(page, panel.rect().topLeft())
    assert place.y() >= page.ledger.mapTo(page, page.ledger.rect().bottomLeft()).y()
    desk.press(panel, Qt.Key.Key_Escape)
    assert page.body.panel is None
    assert desk.focused() is desk.field(f"{POP}/st_pop_total")


def test_the_history_button_leads_to_what_happened(desk: FormDesk) -> None:
    assert desk.page.header.history_button.isVisible()
    desk.page.header.history_button.click()
    desk.settle()
    assert desk.window.current_key == "history"
    assert desk.window.go_back()

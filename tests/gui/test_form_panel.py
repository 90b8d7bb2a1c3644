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


def test_buttons_show_when_somebody_listens(desk: FormDesk) -> None:
    page, heard = desk.page, []
    assert not page.header.history_button.isVisible()
    page.header.history_wanted.connect(lambda: heard.append("history"))
    page.header.print_wanted.connect(lambda: heard.append("print"))
    page.rail.table_wanted.connect(heard.append)
    page.go_to(f"{POP}/st_pop_total")
    page.header.set_mode("wide")
    for button in (page.header.history_button, page.header.print_button, page.rail.table_button):
        assert button.isVisible()
        desk.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert heard == ["history", "print", "/data/settlement"]

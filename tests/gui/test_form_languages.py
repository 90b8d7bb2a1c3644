"""Two languages of a form side by side, and the form said in another language while something is typed."""

import pytest
from PySide6.QtCore import Qt

from tests.gui.form_desk import POP, FormDesk

TOTAL = f"{POP}/st_pop_total"
KEYS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def desk(nairobi: FormDesk) -> FormDesk:
    return nairobi


def test_the_second_language_stands_under_the_first_in_its_own_direction(desk: FormDesk) -> None:
    page = desk.page
    desk.type(TOTAL, "185 4", leave=None)
    desk.press(desk.focused(), Qt.Key.Key_D, KEYS)
    assert "only one" not in str(page.news.told)
    second = desk.row(TOTAL)._second
    assert second is not None and second.isVisible()
    assert second.text() not in ("", desk.row(TOTAL).label.text())
    assert desk.field(TOTAL).text() == "185 4"  # type: ignore[attr-defined]
    assert desk.page.ledger.focused_row() is desk.row(TOTAL)
    page.two_languages.choose("ar")
    second = desk.row(TOTAL)._second
    assert second is not None
    assert second.layoutDirection() == Qt.LayoutDirection.RightToLeft
    assert desk.window.workspace.settings.second_language == "ar"
    assert desk.field(TOTAL).text() == "185 4"  # type: ignore[attr-defined]
    desk.press(desk.focused(), Qt.Key.Key_D, KEYS)
    assert desk.row(TOTAL)._second is None
    desk.press(desk.focused(), Qt.Key.Key_D, KEYS)
    second = desk.row(TOTAL)._second  # the choice is remembered
    assert second is not None and second.layoutDirection() == Qt.LayoutDirection.RightToLeft


def test_nothing_is_lost_when_the_language_changes_while_typing(desk: FormDesk) -> None:
    desk.type(TOTAL, "no number", leave=None)
    for code in ("ar", "zh", "fr", "en"):
        desk.window.update_settings(language=code)
        assert desk.field(TOTAL).text() == "no number"  # type: ignore[attr-defined]
        assert desk.page.ledger.half_typed() == {TOTAL: "no number"}
    assert desk.stored().typed == {TOTAL: "no number"}
    desk.press(desk.focused(), Qt.Key.Key_Tab)
    assert desk.messages(TOTAL)

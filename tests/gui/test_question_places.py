"""Places in the form: one point, a line, an area; by keyboard, by pasting and by mouse."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from habitat_desktop.gui import look
from habitat_desktop.gui.main_window import MainWindow
from habitat_desktop.gui.map_dialog import MapDialog
from habitat_desktop.gui.question_places_texts import shown_places
from tests.gui.checks import clipped, nameless
from tests.gui.form_desk import FormDesk, begin
from tests.gui.lasting_desk import lasting_window

TABLE = """
| survey   |          |         |                         |
|          | type     | name    | label                   |
|          | geopoint | place   | Where is it?            |
|          | geotrace | road    | Which way is the road?  |
|          | geoshape | area    | What is the area?       |
|          | text     | after   | And then?               |
|          | hidden   | unseen  |                         |
|          | audit    | audit   |                         |
| settings |          |         |                         |
|          | form_id  | version | form_title              |
|          | places   | 1       | Places                  |
"""
PLACE, ROAD, AREA = "/data/place", "/data/road", "/data/area"


@pytest.fixture(scope="module")
def window(
    made_workspaces: dict[str, Path], tmp_path_factory: pytest.TempPathFactory, qapp: QApplication
) -> Iterator[MainWindow]:
    folder = tmp_path_factory.mktemp("places")
    yield from lasting_window(made_workspaces["office"], folder, TABLE, "places", qapp)


@pytest.fixture
def desk(window: MainWindow, qtbot: Any) -> FormDesk:
    found = FormDesk(window, qtbot, begin(window.workspace, {}, form="places"))
    found.open()
    return found


def widget_of(desk: FormDesk, ref: str) -> Any:
    return desk.row(ref).widget


def test_a_typed_place_is_said_and_kept_as_numbers(desk: FormDesk) -> None:
    desk.type(PLACE, "1°17′10″ ю.ш. 36°49′30″ в.д.", leave=None)
    assert "1.2861111" in widget_of(desk, PLACE).echo.text(), "it is said while it is typed"
    desk.press(desk.focused(), Qt.Key.Key_Return)
    assert desk.value(PLACE) == "-1.2861111 36.825 0 0"
    assert widget_of(desk, PLACE).line.text() == "-1.2861111, 36.825"
    assert desk.stored().answers["place"] == "-1.2861111 36.825 0 0"
    assert desk.focused() is widget_of(desk, ROAD).line


def test_what_is_no_place_leaves_the_answer_that_was_there(desk: FormDesk) -> None:
    desk.type(PLACE, "-1.286, 36.817")
    desk.type(PLACE, "near the market")
    assert desk.value(PLACE) == "-1.286 36.817 0 0"
    assert len(desk.messages(PLACE)) == 1
    assert widget_of(desk, PLACE).line.text() == "near the market"


def test_two_readings_are_asked_and_one_is_chosen_with_the_keyboard(desk: FormDesk) -> None:
    desk.type(PLACE, "12 30 5 15", leave=Qt.Key.Key_Return)
    widget = widget_of(desk, PLACE)
    assert desk.value(PLACE) == "" and len(widget.readings.buttons) == 2
    desk.press(widget.line, Qt.Key.Key_Tab)
    second = widget.readings.buttons[1]
    second.setFocus(Qt.FocusReason.TabFocusReason)
    desk.press(second, Qt.Key.Key_Space)
    assert desk.value(PLACE) == "12.5 5.25 0 0"
    assert not widget.readings.isVisible() and desk.messages(PLACE) == []


def test_altitude_and_accuracy_may_be_said(desk: FormDesk) -> None:
    desk.type(PLACE, "-1.286, 36.817", leave=Qt.Key.Key_Return)
    widget = widget_of(desk, PLACE)
    widget.more.click()
    assert desk.focused() is widget.altitude
    desk.qtbot.keyClicks(widget.altitude, "1700")
    desk.press(widget.altitude, Qt.Key.Key_Return)
    assert desk.value(PLACE) == "-1.286 36.817 1700 0"
    widget.accuracy.setFocus()
    desk.qtbot.keyClicks(widget.accuracy, "very")
    desk.press(widget.accuracy, Qt.Key.Key_Return)
    assert desk.value(PLACE) == "-1.286 36.817 1700 0" and "very" in widget.echo.text()


def test_a_line_is_typed_point_by_point(desk: FormDesk) -> None:
    widget = widget_of(desk, ROAD)
    desk.type(ROAD, "-1.28, 36.81", leave=Qt.Key.Key_Return)
    assert desk.value(ROAD) == "" and len(desk.messages(ROAD)) == 1, "one point is no line yet"
    assert widget.list.count() == 1
    desk.type(ROAD, "-1.29, 36.82", leave=Qt.Key.Key_Return)
    assert desk.value(ROAD) == "-1.28 36.81 0 0; -1.29 36.82 0 0" and desk.messages(ROAD) == []
    assert "1.57" in widget.summary.text(), "kilometres"
    desk.press(widget.line, Qt.Key.Key_Return)
    assert desk.focused() is widget_of(desk, AREA).line, "Enter in the blank line goes on"


def test_points_are_moved_changed_and_removed_with_keys(desk: FormDesk) -> None:
    widget = widget_of(desk, ROAD)
    for text in ("1, 1.5", "2, 2.5", "3, 3.5"):
        desk.type(ROAD, text, leave=Qt.Key.Key_Return)
    widget.list.setFocus()
    widget.list.setCurrentRow(2)
    desk.press(widget.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert desk.value(ROAD).startswith("1 1.5 0 0; 3 3.5 0 0;") and widget.list.currentRow() == 1
    desk.press(widget.list, Qt.Key.Key_F2)
    assert widget.line.hasFocus() and widget.line.text() == "3, 3.5"
    desk.type(ROAD, "4, 4.5", leave=Qt.Key.Key_Return)
    assert desk.value(ROAD).startswith("1 1.5 0 0; 4 4.5 0 0;") and widget.list.count() == 3
    widget.list.setFocus()
    desk.press(widget.list, Qt.Key.Key_Delete)
    assert desk.value(ROAD) == "1 1.5 0 0; 2 2.5 0 0"
    assert desk.page.sitting is not None
    desk.page.sitting.undo()
    assert widget_of(desk, ROAD).list.count() == 3


def test_an_area_is_pasted_closed_and_measured(desk: FormDesk) -> None:
    widget = widget_of(desk, AREA)
    QGuiApplication.clipboard().setText("lat\tlon\n0\t0.5\nnowhere 5\n0\t0.51\n0,01; 0,51\n")
    widget.line.setFocus()
    QTest.keySequence(widget.line, QKeySequence(QKeySequence.StandardKey.Paste))
    assert desk.value(AREA) == "0 0.5 0 0; 0 0.51 0 0; 0.01 0.51 0 0; 0 0.5 0 0"
    assert widget.list.count() == 3, "the point that closes it is not shown twice"
    assert "62" in widget.summary.text() and "nowhere 5" in widget.problem.text()
    widget._remove()
    assert desk.value(AREA).count(";") == 3, "two points are no area: the answer stays"
    assert len(desk.messages(AREA)) == 1


def test_rubbish_pasted_into_the_list_changes_nothing(desk: FormDesk) -> None:
    widget = widget_of(desk, AREA)
    for rubbish in ("", "words only", "7 x\n" * 50_000, "\x00\ufffd9"):
        QGuiApplication.clipboard().setText(rubbish)
        widget.paste.click()
        assert desk.value(AREA) == "" and widget.list.count() == 0 and widget.problem.isVisible()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_everything_is_named_and_nothing_is_cut_off(desk: FormDesk, language: str) -> None:
    desk.type(PLACE, "-1.286, 36.817 1700 5", leave=Qt.Key.Key_Return)
    desk.type(ROAD, "1 1.5", leave=Qt.Key.Key_Return)
    look.apply(language, "light")
    desk.window.retranslate()
    desk.settle()
    for ref in (PLACE, ROAD, AREA):
        assert nameless(desk.row(ref)) == []
        assert clipped(desk.row(ref)) == []


def test_last_period_is_said_as_a_person_reads_it(desk: FormDesk) -> None:
    assert shown_places("-1.286 36.817 1700 0", "geopoint").startswith("\u20661.286°\u2069 S")
    assert shown_places("0 0.5; 0 0.51", "geotrace").startswith("\u20662\u2069 points")
    closed = shown_places("0 0.5; 0 0.51; 0.01 0.51; 0 0.5", "geoshape")
    assert closed.startswith("\u20663\u2069 points") and "ha" in closed
    assert shown_places("no place", "geopoint") == "no place"


def test_what_nobody_is_asked_has_no_row(desk: FormDesk) -> None:
    assert desk.row("/data/after")
    assert not [ref for ref in desk.page.ledger.rows if "unseen" in ref or "audit" in ref]


def test_five_megabytes_pasted_into_the_line_leave_the_answer_that_was_there(desk: FormDesk) -> None:
    desk.type(PLACE, "-1.286, 36.817", leave=Qt.Key.Key_Return)
    widget = widget_of(desk, PLACE)
    QGuiApplication.clipboard().setText("1, 2; " * 900_000)
    widget.line.setFocus()
    widget.line.selectAll()
    QTest.keySequence(widget.line, QKeySequence(QKeySequence.StandardKey.Paste))
    desk.press(widget.line, Qt.Key.Key_Return)
    assert desk.value(PLACE) == "-1.286 36.817 0 0" and len(desk.messages(PLACE)[0]) < 300
    QGuiApplication.clipboard().clear()


def test_a_place_is_set_on_the_map_and_stays_when_that_is_left(desk: FormDesk) -> None:
    desk.type(PLACE, "-1.286, 36.817", leave=Qt.Key.Key_Return)
    widget = widget_of(desk, PLACE)
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_Return):
        desk.press(widget.map, Qt.Key.Key_Space)
        desk.settle()
        dialog = next(one for one in widget.findChildren(MapDialog) if one.isVisible())
        for press in (Qt.Key.Key_Minus, Qt.Key.Key_Right, Qt.Key.Key_Space, key):
            desk.press(dialog.view, press)
        moved = desk.value(PLACE) != "-1.286 36.817 0 0"
        assert moved == (key == Qt.Key.Key_Return)
    widget = widget_of(desk, AREA)
    desk.press(widget.map, Qt.Key.Key_Space)
    desk.settle()
    view = next(one for one in widget.findChildren(MapDialog) if one.isVisible()).view
    space, right, up = Qt.Key.Key_Space, Qt.Key.Key_Right, Qt.Key.Key_Up
    for key in (space, right, space, up, space):
        desk.press(view, key)
    desk.press(view, Qt.Key.Key_Return)
    assert widget_of(desk, AREA).list.count() == 3
    assert desk.value(AREA).count(";") == 3, "and closed"


def test_a_place_that_is_only_looked_at_can_be_seen_on_the_map_and_not_changed(desk: FormDesk) -> None:
    desk.type(PLACE, "-1.286, 36.817", leave=Qt.Key.Key_Return)
    for text in ("1, 1.5", "2, 2.5"):
        desk.type(ROAD, text, leave=Qt.Key.Key_Return)
    desk.stored()
    desk.open(readonly=True)
    widget = widget_of(desk, PLACE)
    assert widget.line.isReadOnly() and not widget.more.isVisible()
    widget.map.click()
    desk.settle()
    dialog = next(one for one in widget.findChildren(MapDialog) if one.isVisible())
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Backspace, Qt.Key.Key_Return):
        desk.press(dialog.view, key)
    assert desk.value(PLACE) == "-1.286 36.817 0 0"
    road = widget_of(desk, ROAD)
    assert road.list.count() == 2 and not road.line.isVisible()
    road.list.setFocus()
    desk.press(road.list, Qt.Key.Key_Delete)
    assert road.list.count() == 2
    shown = [button.text() for button in road.findChildren(QPushButton) if button.isVisible()]
    assert shown == [road.map.text()], "the map is all there is to press"

"""The settlements of a return as a table, by keys, mouse and clipboard, as in a spreadsheet."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from habitat_desktop.gui.repeat_grid import RepeatGrid
from habitat_desktop.gui.repeat_grid_changes import MIME
from habitat_desktop.gui.repeat_grid_editors import ChoiceEditor, SeveralEditor
from habitat_desktop.gui.repeat_grid_model import GridCell
from tests.gui.desk import nameless
from tests.gui.form_desk import FormDesk

REPEAT = "/data/settlement"
NAME, CODE, POINT, AREA, TYPE, OWNER, HAZARDS, TOTAL, WOMEN, MEN = range(10)
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
Key = Qt.Key


class Sheet:
    """A person at the table."""

    def __init__(self, desk: FormDesk) -> None:
        self.desk = desk
        assert desk.page.table.open(REPEAT)
        desk.settle()
        grid = desk.page.table.grid
        assert grid is not None
        self.grid: RepeatGrid = grid

    def press(self, *keys: Qt.Key, mod: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        for key in keys:
            widget = QApplication.focusWidget()
            assert widget is not None
            QTest.keyClick(widget, key, mod)

    def type(self, text: str) -> None:
        for sign in text:
            event = QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, sign)
            widget = QApplication.focusWidget()
            assert widget is not None
            QApplication.sendEvent(widget, event)

    def at(self, row: int, column: int) -> "Sheet":
        self.grid.view.go(row, column)
        return self

    @property
    def place(self) -> tuple[int, int]:
        index = self.grid.view.currentIndex()
        return index.row(), index.column()

    def text(self, row: int, column: int) -> str:
        return self.cell(row, column).text

    def cell(self, row: int, column: int) -> GridCell:
        assert self.grid.model is not None
        return self.grid.model.cell(row, column)

    @property
    def entries(self) -> int:
        assert self.grid.model is not None
        return self.grid.model.entries

    def undo(self) -> None:
        self.press(Key.Key_Z, mod=CONTROL)

    def copied(self) -> str:
        return QGuiApplication.clipboard().text()

    def put_in_clipboard(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)

    def column(self, column: int) -> list[str]:
        return [self.text(row, column) for row in range(self.entries)]


@pytest.fixture
def sheet(nairobi: FormDesk) -> Iterator[Sheet]:
    yield Sheet(nairobi)


def test_typing_goes_over_the_cell_and_keys_move_as_in_excel(sheet: Sheet) -> None:
    sheet.at(1, TOTAL)
    sheet.type("71500")
    sheet.press(Key.Key_Return)
    assert sheet.text(1, TOTAL) == "71,500"
    assert sheet.place == (2, TOTAL)
    sheet.press(Key.Key_F2)
    sheet.type("1")  # F2 selects what stands there
    sheet.press(Key.Key_Escape)
    assert sheet.text(2, TOTAL) == "96,800"
    sheet.type("9")
    sheet.press(Key.Key_Tab)
    sheet.type("8")
    sheet.press(Key.Key_Return)
    assert sheet.place == (3, TOTAL)  # back where the row of Tabs began
    assert sheet.text(2, WOMEN) == "8"
    assert sheet.desk.stored().answers["settlement"][2]["st_pop_grp"]["st_pop_total"] == "9"
    sheet.at(0, NAME).type("Kibra")
    sheet.press(Key.Key_Down)  # typing over, an arrow ends the answer
    assert (sheet.text(0, NAME), sheet.place) == ("Kibra", (1, NAME))
    sheet.press(Key.Key_Delete)
    assert sheet.text(1, NAME) == ""
    sheet.undo()
    assert sheet.text(1, NAME) == "Mathare"
    sheet.press(Key.Key_Home, mod=CONTROL)
    assert sheet.place == (0, 0)
    sheet.at(0, TOTAL).press(Key.Key_Down, mod=CONTROL)
    assert sheet.place == (2, TOTAL)  # the last one that is filled


def test_what_cannot_be_read_stays_in_the_cell_and_says_why(sheet: Sheet) -> None:
    sheet.at(1, AREA).type("1.234")
    sheet.press(Key.Key_Return)
    cell = sheet.cell(1, AREA)
    assert (cell.text, cell.sign) == ("1.234", "error")
    QApplication.processEvents()
    menu = sheet.grid.menus.opened
    assert menu is not None
    readings = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert readings == ["1.234", "1,234"]
    menu.actions()[-1].trigger()
    menu.close()
    assert sheet.text(1, AREA) == "1,234"
    sheet.at(2, TOTAL).type("many")
    sheet.press(Key.Key_Return)
    sheet.at(2, TOTAL)
    QApplication.processEvents()
    assert "is not a number" in sheet.grid.status.message.text()
    sheet.at(0, WOMEN).type("999999")
    sheet.press(Key.Key_Return)
    assert sheet.cell(0, WOMEN).sign == "error"
    assert sheet.grid.model is not None
    assert sheet.cell(0, WOMEN).message in sheet.grid.model.tip(0, WOMEN)
    sheet.at(0, 0).press(Key.Key_F8)
    assert sheet.cell(*sheet.place).sign == "error"


def test_choices_are_found_by_typing(sheet: Sheet) -> None:
    sheet.at(0, TYPE).type("tene")
    assert isinstance(sheet.grid.view.cells.editor, ChoiceEditor)
    sheet.press(Key.Key_Return)
    assert "tenement" in sheet.text(0, TYPE)
    before = sheet.text(1, HAZARDS)
    sheet.at(1, HAZARDS).press(Key.Key_F2)
    editor = sheet.grid.view.cells.editor
    assert isinstance(editor, SeveralEditor)
    sheet.press(Key.Key_Space, Key.Key_Return)
    assert sheet.text(1, HAZARDS) != before
    sheet.undo()
    assert sheet.text(1, HAZARDS) == before


def test_a_letter_in_the_last_row_begins_an_entry(sheet: Sheet) -> None:
    assert sheet.text(4, NAME) == "Type to add a row"
    sheet.at(4, NAME).type("Kangemi")
    sheet.press(Key.Key_Return)
    assert sheet.column(NAME)[-1] == "Kangemi"
    assert sheet.place == (5, NAME)
    sheet.press(Key.Key_Return, mod=CONTROL)
    assert (sheet.entries, sheet.place) == (6, (5, NAME))
    sheet.press(Key.Key_Space, mod=SHIFT)
    sheet.press(Key.Key_Minus, mod=CONTROL)
    assert sheet.entries == 5
    told = sheet.desk.page.news.told
    assert told is not None
    told.findChildren(QPushButton)[0].click()
    assert sheet.entries == 6


def test_blocks_are_filled_copied_cut_and_pasted(sheet: Sheet) -> None:
    before = sheet.desk.stored().answers
    sheet.at(0, TOTAL).press(Key.Key_Down, Key.Key_Down, Key.Key_Right, mod=SHIFT)
    QApplication.processEvents()
    assert "Sum" in sheet.grid.status.chosen.text()
    sheet.press(Key.Key_C, mod=CONTROL)
    assert sheet.copied() == "185000\t94100\n70200\t35400\n96800\t47300\n"
    sheet.at(0, TOTAL).press(Key.Key_Down, mod=SHIFT)
    sheet.press(Key.Key_D, mod=CONTROL)
    assert sheet.column(TOTAL)[:2] == ["185,000", "185,000"]
    sheet.undo()
    assert sheet.column(TOTAL)[1] == "70,200"
    sheet.press(Key.Key_X, mod=CONTROL)
    assert sheet.column(TOTAL)[:2] == ["", ""]
    sheet.press(Key.Key_V, mod=CONTROL)
    assert not sheet.grid.sheet.isVisible()
    assert sheet.column(TOTAL)[:2] == ["185,000", "70,200"]
    sheet.undo()
    sheet.undo()
    assert sheet.desk.stored().answers == before
    sheet.at(0, AREA).press(Key.Key_C, mod=CONTROL)
    data = QGuiApplication.clipboard().mimeData()
    assert data is not None and data.hasFormat(MIME)


def test_only_what_does_not_fit_is_shown_before_it_is_pasted(sheet: Sheet) -> None:
    before = sheet.desk.stored().answers
    sheet.put_in_clipboard("Kibera\tKIB\nMathare\t!\nLindi\tLIN\nA\tAA\nB\tBB\n")
    sheet.at(0, NAME).press(Key.Key_V, mod=CONTROL)
    paste = sheet.grid.sheet
    assert paste.isVisible()
    assert paste.lines.rowCount() == 1
    assert sheet.desk.stored().answers == before
    assert "9" in paste.paste_fitting.text()
    menu = paste.menu_of(0)
    assert [one.text() for one in menu.actions()] == ["Paste and mark as a problem", "Leave as it is"]
    sheet.press(Key.Key_Return)  # the button "Paste all as shown" has the focus
    assert not paste.isVisible()
    assert sheet.column(NAME) == ["Kibera", "Mathare", "Lindi", "A", "B"]
    assert (sheet.text(1, CODE), sheet.cell(1, CODE).sign) == ("!", "error")
    sheet.undo()
    assert sheet.entries == 4
    sheet.press(Key.Key_V, mod=CONTROL)
    sheet.press(Key.Key_Escape)
    assert not paste.isVisible()
    assert sheet.column(NAME)[2] != "Lindi"


@pytest.mark.parametrize("language", ["ar"], indirect=True)
def test_arrows_follow_the_screen_from_right_to_left(sheet: Sheet) -> None:
    sheet.at(0, CODE).press(Key.Key_Left)
    assert sheet.place == (0, POINT)
    sheet.press(Key.Key_Right, Key.Key_Right)
    assert sheet.place == (0, NAME)
    view = sheet.grid.view
    assert view.frozen.x() > view.width() // 2  # the first column stands at the right
    sheet.at(0, TOTAL).type("١٨٦٠٠٠")
    sheet.press(Key.Key_Return)
    assert sheet.desk.stored().answers["settlement"][0]["st_pop_grp"]["st_pop_total"] == "186000"
    assert nameless(sheet.grid) == []


def test_rows_are_sorted_for_the_eye_and_in_the_draft_when_asked(sheet: Sheet) -> None:
    sheet.grid.sort(NAME, descending=True)
    assert sheet.column(NAME)[0] == "Mukuru kwa Njenga"
    assert sheet.desk.page.sitting is not None
    assert sheet.desk.value(f"{REPEAT}[1]/st_name") == "Kibera"
    sheet.at(0, NAME).type("Zzz")
    sheet.press(Key.Key_Return)
    assert sheet.desk.value(f"{REPEAT}[3]/st_name") == "Zzz"
    sheet.grid.keep_order()
    assert sheet.desk.value(f"{REPEAT}[1]/st_name") == "Zzz"
    sheet.undo()
    assert sheet.desk.value(f"{REPEAT}[1]/st_name") == "Kibera"
    column = sheet.grid.model.columns[CODE] if sheet.grid.model is not None else None
    assert column is not None
    sheet.grid.show_column(column, False)
    assert sheet.text(0, CODE) != "KIB"


def test_the_table_and_the_pages_lead_to_each_other(sheet: Sheet) -> None:
    page = sheet.desk.page
    sheet.at(2, TOTAL)
    sheet.press(Key.Key_G, mod=CONTROL | SHIFT)
    assert not page.table.is_open
    row = page.ledger.focused_row()
    assert row is not None and row.ref == f"{REPEAT}[3]/st_pop_grp/st_pop_total"
    sheet.press(Key.Key_G, mod=CONTROL | SHIFT)
    assert page.table.is_open
    assert sheet.place == (2, TOTAL)
    sheet.desk.window.workspace.settings  # noqa: B018 - the window is alive
    sheet.at(0, AREA).type("12")
    page.retranslate()  # takes what is typed
    assert sheet.text(0, AREA) == "12"
    sheet.grid.pages_button.click()
    assert page.rail.isVisible()
    page.go_to_problem(1)
    assert page.ledger.isVisible()


def test_the_square_at_the_corner_fills_down(sheet: Sheet) -> None:
    view = sheet.grid.view
    sheet.at(0, TOTAL)
    corner = view.handle_in(view)
    assert corner.isValid()
    assert view.grid is not None
    below = view.visualRect(view.grid.index(1, TOTAL)).center()
    where: QWidget = view.viewport()
    QTest.mousePress(where, Qt.MouseButton.LeftButton, pos=corner.center())
    move = QPoint(below)
    view.choose(range(2), range(TOTAL, TOTAL + 1))
    QTest.mouseRelease(where, Qt.MouseButton.LeftButton, pos=move)
    assert sheet.column(TOTAL)[1] == "185,000"


def test_a_record_that_is_only_looked_at_can_be_copied(nairobi: FormDesk) -> None:
    nairobi.open(readonly=True)
    sheet = Sheet(nairobi)
    assert sheet.entries == sheet.grid.view.grid.rowCount() == 4  # no row to add one
    before = sheet.column(NAME)
    sheet.at(0, NAME).type("x")
    sheet.press(Key.Key_Delete)
    sheet.put_in_clipboard("y")
    sheet.press(Key.Key_V, mod=CONTROL)
    sheet.press(Key.Key_Return, mod=CONTROL)
    assert sheet.column(NAME) == before
    sheet.at(0, NAME).press(Key.Key_C, mod=CONTROL)
    assert sheet.copied() == "Kibera\n"
    assert not sheet.grid.paste_button.isVisible()

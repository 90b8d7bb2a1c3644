"""Shortcuts under Cyrillic and Arabic keyboards: the key counts, not the letter on it."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from habitat_desktop.gui.latin_keys import latin_letter
from tests.gui.form_desk import POP, FormDesk

CTRL = Qt.KeyboardModifier.ControlModifier
TOTAL, WOMEN = f"{POP}/st_pop_total", f"{POP}/st_pop_female"


@pytest.fixture
def desk(nairobi: FormDesk) -> FormDesk:
    return nairobi


def press(desk: FormDesk, sign: str, modifiers: Qt.KeyboardModifier = CTRL) -> None:
    """Press a key as a keyboard sends it that writes `sign`."""
    event = QKeyEvent(QEvent.Type.KeyPress, ord(sign), modifiers, "")
    QApplication.sendEvent(desk.focused(), event)


@pytest.mark.parametrize(("undo", "redo"), [("Я", "Н"), ("ئ", "غ")], ids=["Russian", "Arabic"])
def test_undo_and_redo_of_the_draft(desk: FormDesk, undo: str, redo: str) -> None:
    before = desk.value(TOTAL)
    desk.type(TOTAL, "190000")
    press(desk, undo)
    assert desk.value(TOTAL) == before
    press(desk, redo)
    assert desk.value(TOTAL) == "190000"


@pytest.mark.parametrize(("all_of_it", "copy", "paste"), [("Ф", "С", "М"), ("ش", "ؤ", "ر")])
def test_copy_and_paste_in_a_field(desk: FormDesk, all_of_it: str, copy: str, paste: str) -> None:
    desk.field(TOTAL).setFocus()
    shown = desk.field(TOTAL).text()  # type: ignore[attr-defined]
    press(desk, all_of_it)
    press(desk, copy)
    assert QApplication.clipboard().text() == shown
    desk.type(WOMEN, "", leave=None)
    press(desk, paste)
    assert desk.field(WOMEN).text() == shown  # type: ignore[attr-defined]


def test_what_is_typed_now_is_taken_back_first(desk: FormDesk) -> None:
    before = desk.value(TOTAL)
    desk.type(TOTAL, "7", leave=None)
    press(desk, "Я")
    press(desk, "Я")
    assert desk.value(TOTAL) == before
    assert desk.field(TOTAL).text() != "7"  # type: ignore[attr-defined]


def test_menus_answer_too(desk: FormDesk) -> None:
    press(desk, "Л")  # Ctrl+K: search
    assert desk.focused() is desk.window.top_bar.search


def test_the_code_of_the_key_is_believed_before_its_letter() -> None:
    """A French keyboard with Arabic letters has its keys elsewhere: the code says where the key is."""
    kind = QEvent.Type.KeyPress
    event = QKeyEvent(kind, ord("س"), CTRL, 44 + 8, 0x5D3, 0, "")
    assert latin_letter(event) == "Z"
    assert latin_letter(QKeyEvent(kind, ord("س"), CTRL, "")) == "S"
    assert latin_letter(QKeyEvent(kind, Qt.Key.Key_Z, CTRL, "")) == ""
    assert latin_letter(QKeyEvent(kind, Qt.Key.Key_F8, CTRL, "")) == ""

"""Texts of every kind: long, hidden, addresses, digits; pasted far too long; read from both sides."""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QTextBlock
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit
from pyxform.xls2xform import convert

from habitat_desktop.gui import look
from habitat_desktop.gui.question_base import Unread
from habitat_desktop.gui.question_texts import (
    LONGEST_TEXT,
    AddressQuestion,
    DigitsQuestion,
    MaskedQuestion,
    MultilineQuestion,
    TextQuestion,
)
from habitat_desktop.gui.question_widgets import QuestionWidget, make_widget
from habitat_desktop.gui.written_text import written
from habitat_desktop.xforms.definition import Form, Question
from habitat_desktop.xforms.engine import Environment, FormInstance
from habitat_desktop.xforms.xform import parse_xform

SURVEY = """
| survey   |         |       |       |            |
|          | type    | name  | label | appearance |
|        | text | name  | Name  |            |
|        | text | story | Story | multiline  |
|        | text | pin   | Pin   | masked     |
|        | text | site  | Site  | url        |
|        | text | phone | Phone | numbers    |
| settings |         |       |
|          | form_id | version |
|          | texts   | 1 |
"""
Made = Callable[[str], Any]


@pytest.fixture(scope="module")
def form() -> Form:
    return parse_xform(convert(SURVEY).xform.encode(), path=Path("texts.xlsx"))


def begun(form: Form) -> FormInstance:
    now = datetime(2026, 7, 1, tzinfo=UTC)
    return FormInstance(
        form,
        Environment(
            now=lambda: now,
            uuid=lambda: "u",
            random=random.Random(1),
            timezone=UTC,
            properties={},
            language="en",
        ),
    )


@pytest.fixture
def made(form: Form, qtbot: Any) -> Made:
    """Return a function that shows the widget of a question, which answers an engine."""

    def make(name: str) -> QuestionWidget:
        instance = begun(form)
        ref = f"/data/{name}"
        element = form.element(ref)
        assert isinstance(element, Question)
        widget = make_widget(element, instance.state(ref))
        widget.show_state(instance.state(ref), None)

        def take(value: Any) -> None:
            instance.answer(ref, value)
            widget.show_state(instance.state(ref), None)

        widget.answered.connect(take)
        widget.value = lambda: instance.state(ref).value  # type: ignore[attr-defined]
        widget.told = []  # type: ignore[attr-defined]
        widget.refused.connect(widget.told.append)  # type: ignore[attr-defined]
        qtbot.addWidget(widget)
        widget.show()
        return widget

    return make


def test_each_appearance_has_its_widget(made: Made) -> None:
    kinds = {"name": TextQuestion, "story": MultilineQuestion, "pin": MaskedQuestion}
    kinds |= {"site": AddressQuestion, "phone": DigitsQuestion}
    for name, kind in kinds.items():
        assert type(made(name)) is kind


@pytest.mark.parametrize("name", ["name", "story", "pin", "site", "phone"])
def test_five_megabytes_pasted_leave_the_answer_that_was_there(made: Made, qtbot: Any, name: str) -> None:
    widget = made(name)
    before = "020 123" if name == "phone" else "before"
    widget.answered.emit(before)
    field = widget.field()
    field.setFocus()
    field.selectAll()
    QApplication.clipboard().setText("1" * 5_000_000)
    field.paste()
    qtbot.waitUntil(lambda: bool(widget.told))
    QApplication.processEvents()
    widget.commit()
    assert widget.value() == before
    assert "Nothing was changed" in widget.told[0]
    QApplication.clipboard().clear()


def test_a_hidden_text_is_shown_when_asked_for(made: Made, qtbot: Any) -> None:
    widget = made("pin")
    widget.answered.emit("secret")
    assert widget.line.echoMode() == QLineEdit.EchoMode.Password
    qtbot.mouseClick(widget.show_button, Qt.MouseButton.LeftButton)
    assert widget.line.echoMode() == QLineEdit.EchoMode.Normal
    qtbot.mouseClick(widget.show_button, Qt.MouseButton.LeftButton)
    assert widget.line.displayText() != "secret"


@pytest.mark.parametrize(
    ("text", "is_opened"),
    [
        ("https://unhabitat.org/کتاب?q=1", True),
        ("http://example.org", True),
        ("file:///etc/passwd", False),
        ("javascript:alert(1)", False),
        ("unhabitat.org", False),
        ("https://", False),
        ("\\\\server\\share", False),
    ],
)
def test_only_addresses_of_the_web_are_opened(
    made: Made, qtbot: Any, monkeypatch: pytest.MonkeyPatch, text: str, is_opened: bool
) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    widget = made("site")
    widget.answered.emit(text)
    assert widget.open_button.isEnabled() is is_opened
    qtbot.mouseClick(widget.open_button, Qt.MouseButton.LeftButton)
    assert len(opened) == is_opened


def test_digits_of_every_script_become_ours_and_letters_are_not_taken(made: Made) -> None:
    widget = made("phone")
    unread: list[Unread] = []
    widget.unread.connect(unread.append)
    widget.line.setText("٠٢٠ ١٢٣")
    widget.commit()
    assert widget.value() == "020 123"
    widget.line.setText("call me")
    widget.commit()
    assert widget.value() == "020 123"
    assert "call me" in unread[0].problem


def sides(page: QPlainTextEdit) -> list[str]:
    block: QTextBlock = page.document().firstBlock()
    found = []
    while block.isValid():
        found.append("right" if block.textDirection() == Qt.LayoutDirection.RightToLeft else "left")
        block = block.next()
    return found


@pytest.mark.parametrize("language", ["en", "ar"])
def test_each_paragraph_is_read_from_the_side_of_its_first_letter(made: Made, language: str) -> None:
    look.apply(language, "light")
    widget = made("story")
    widget.page.setPlainText("Nairobi\nالقاهرة 2026\nМосква (القاهرة)\n12 القاهرة")
    assert sides(widget.page) == ["left", "right", "left", "right"]


def test_the_side_of_a_paragraph_can_be_turned_and_stays_with_the_text(made: Made) -> None:
    widget = made("story")
    page = widget.page
    page.setPlainText("UN-Habitat القاهرة\nسطر")
    page.turn_side()
    assert sides(page) == ["right", "right"]
    widget.commit()
    again = made("story")
    again.answered.emit(widget.value())
    assert sides(again.page) == ["right", "right"]
    page.turn_side()
    assert page.toPlainText() == "UN-Habitat القاهرة\nسطر"
    assert sides(page) == ["left", "right"]


def test_a_line_can_be_turned_and_a_mark_alone_is_no_answer(made: Made) -> None:
    widget = made("name")
    widget.line.turn_side()
    assert widget.line.layoutDirection() == Qt.LayoutDirection.RightToLeft
    widget.commit()
    assert widget.value() == ""
    widget.line.setText("Kibera كيبيرا")
    widget.line.turn_side()
    assert widget.line.layoutDirection() == Qt.LayoutDirection.RightToLeft
    widget.line.turn_side()
    assert widget.line.text() == "Kibera كيبيرا"


def test_a_long_text_in_the_store_is_shown_whole(form: Form, qtbot: Any) -> None:
    instance = begun(form)
    instance.answer("/data/name", "x" * (LONGEST_TEXT + 5))
    element = form.element("/data/name")
    assert isinstance(element, Question)
    widget = make_widget(element, instance.state("/data/name"))
    qtbot.addWidget(widget)
    widget.show_state(instance.state("/data/name"), None)
    assert widget.half_typed() is None
    assert len(widget.page.toPlainText()) == LONGEST_TEXT + 5  # type: ignore[attr-defined]


def test_every_sign_of_a_text_stays_also_spaces_that_do_not_break(qtbot: Any) -> None:
    text = "«\u00a0Kibera\u00a0»\u202f: oui\u00a0!\nقال\u2028x"
    field = QPlainTextEdit()
    qtbot.addWidget(field)
    field.setPlainText(text)
    assert written(field) == text.replace("\u2028", "\n")

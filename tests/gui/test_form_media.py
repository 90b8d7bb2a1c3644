"""Pictures, sounds and videos beside the words of a question: real files, a real form, a real window."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QColor, QDesktopServices, QImage
from PySide6.QtWidgets import QCheckBox, QComboBox, QListWidget, QPushButton

from habitat_desktop.gui import kit
from habitat_desktop.gui.form_media import PICTURE
from habitat_desktop.gui.main_window import MainWindow
from habitat_desktop.workspace import Workspace
from tests.gui.checks import nameless
from tests.gui.form_desk import FormDesk, begin

TABLE = """
| survey   |         |         |                      |          |           |          |
|          | type    | name    | label                | image    | big-image | audio    |
|          | text    | roof    | What is the roof of? | roof.png | roof.png  | roof.mp3 |
|          | text    | wall    | And the walls?       | gone.png |           |          |
|          | text    | door    | And the door?        | door.png |           | door.exe |
| settings |         |         |                      |          |           |          |
|          | form_id | version | form_title           |          |           |          |
|          | media   | 1       | Pictures             |          |           |          |
"""


@pytest.fixture
def desk(
    workspace: Workspace, open_window: Callable[..., MainWindow], qtbot: Any, tmp_path: Path
) -> FormDesk:
    form = tmp_path / "media.md"
    form.write_text(TABLE.strip() + "\n", encoding="utf-8")
    image = QImage(1200, 800, QImage.Format.Format_RGB32)
    image.fill(QColor("#a0522d"))
    image.save(str(tmp_path / "roof.png"))
    (tmp_path / "roof.mp3").write_bytes(b"ID3")
    (tmp_path / "door.exe").write_bytes(b"MZ")
    (tmp_path / "door.png").write_bytes(b"this is no picture")
    workspace.library.add(form)
    record_id = begin(workspace, {}, form="media")
    found = FormDesk(open_window(workspace), qtbot, record_id)
    found.open()
    return found


def _media(desk: FormDesk, name: str) -> list[QPushButton]:
    return [
        b
        for b in desk.row(f"/data/{name}").findChildren(QPushButton)
        if b.property("kind") in ("picture", "link")
    ]


def test_a_picture_stands_under_its_question_no_larger_than_it_may_be(desk: FormDesk) -> None:
    [shown, _sound] = _media(desk, "roof")
    size = shown.iconSize()
    assert not shown.icon().isNull()
    assert size.width() <= PICTURE.width() and size.height() <= PICTURE.height()
    assert size.width() * 2 == size.height() * 3
    assert nameless(desk.row("/data/roof")) == []


def test_a_press_opens_the_file_itself(desk: FormDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url) or True)
    for button in _media(desk, "roof"):
        button.click()
    assert [Path(url.toLocalFile()).name for url in opened] == ["roof.png", "roof.mp3"]


def test_a_file_that_is_not_there_or_is_no_picture_leaves_the_question_as_it_is(desk: FormDesk) -> None:
    assert _media(desk, "wall") == []
    assert _media(desk, "door") == []  # nor is a program offered as a sound


CHOICES = """
| survey   |                    |         |              |            |
|          | type               | name    | label        | image      |
|          | note               | look    | Look at this | roof.png   |
|          | select_one few     | few     | Which?       |            |
|          | select_one many    | many    | Which one?   |            |
|          | select_multiple few | some   | Which ones?  |            |
|          | rank few           | order   | In order?    |            |
| choices  |                    |         |              |            |
|          | list_name          | name    | label        | image      |
|          | few                | a       |              | roof.png   |
|          | few                | b       | Tin          | roof.png   |
|          | few                | c       |              | gone.png   |
|          | many               | a       |              | roof.png   |
|          | many               | b       | A long label that never fits into buttons | |
|          | many               | c       |              | door.png   |
|          | many               | d       | Straw        | roof.png   |
| settings |                    |         |              |            |
|          | form_id            | version | form_title   |            |
|          | media              | 1       | Pictures     |            |
"""


@pytest.fixture
def choices(
    workspace: Workspace, open_window: Callable[..., MainWindow], qtbot: Any, tmp_path: Path
) -> FormDesk:
    form = tmp_path / "media.md"
    form.write_text(CHOICES.strip() + "\n", encoding="utf-8")
    image = QImage(1200, 800, QImage.Format.Format_RGB32)
    image.fill(QColor("#a0522d"))
    image.save(str(tmp_path / "roof.png"))
    (tmp_path / "door.png").write_bytes(b"this is no picture")
    workspace.library.add(form)
    found = FormDesk(open_window(workspace), qtbot, begin(workspace, {}, form="media"))
    found.open()
    return found


def test_buttons_show_the_pictures_of_their_choices_and_a_value_where_there_is_nothing_else(
    choices: FormDesk,
) -> None:
    buttons = choices.row("/data/few").widget.findChildren(kit.Button)
    assert [button.text().strip() for button in buttons] == ["", "Tin", "c"]
    assert [button.icon().isNull() for button in buttons] == [False, False, True]
    buttons[0].click()
    assert choices.value("/data/few") == "a"
    assert nameless(choices.page) == []
    assert not buttons[0].icon().isNull()


def test_a_list_shows_the_pictures_of_its_lines(choices: FormDesk) -> None:
    box = choices.row("/data/many").widget.findChild(QComboBox)
    assert isinstance(box, QComboBox)
    assert [box.itemText(i) for i in range(1, 5)] == [
        "", "A long label that never fits into buttons", "c", "Straw"
    ]  # fmt: skip
    assert [box.itemIcon(i).isNull() for i in range(1, 5)] == [False, True, True, False]


def test_ticks_and_orders_show_pictures_too(choices: FormDesk) -> None:
    boxes = choices.row("/data/some").widget.findChildren(QCheckBox)
    assert [(box.text(), box.icon().isNull()) for box in boxes] == [("", False), ("Tin", False), ("c", True)]
    order = choices.row("/data/order").widget.findChild(QListWidget)
    assert isinstance(order, QListWidget)
    assert [order.item(i).icon().isNull() for i in range(3)] == [False, False, True]


def test_a_note_shows_its_picture(choices: FormDesk) -> None:
    choices.row("/data/few")
    shown = [b for b in choices.page.ledger.findChildren(QPushButton) if b.property("kind") == "picture"]
    assert len(shown) == 1


TEXTS = """
| survey   |             |         |                       |           |         |          |
|          | type        | name    | label                 | read_only | default | required |
|          | begin_group | g       | **Home** <b>one</b>   |           |         |          |
|          | note        | look    | **Look** at 1 < 2     |           |         |          |
|          | text        | fixed   | Your code             | yes       | AB-12   |          |
|          | text        | name    | *Your* name           |           |         | yes      |
|          | text        | place   | Where? R&D <x>        |           |         |          |
|          | end_group   |         |                       |           |         |          |
| settings |             |         |                       |           |         |          |
|          | form_id     | version | form_title            |           |         |          |
|          | media       | 1       | Texts                 |           |         |          |
"""


@pytest.fixture
def texts(
    workspace: Workspace, open_window: Callable[..., MainWindow], qtbot: Any, tmp_path: Path
) -> FormDesk:
    form = tmp_path / "media.md"
    form.write_text(TEXTS.strip() + "\n", encoding="utf-8")
    workspace.library.add(form)
    found = FormDesk(open_window(workspace), qtbot, begin(workspace, {}, form="media"))
    found.open()
    return found


def test_markup_is_shown_in_questions_and_left_out_of_titles_and_names(texts: FormDesk) -> None:
    assert texts.rail_titles() == ["Home one"]
    row = texts.row("/data/g/name")
    assert row.label.text().startswith("<i>Your</i> name&nbsp;")
    assert row.widget.field().accessibleName() == "Your name, required"
    assert texts.row("/data/g/place").label.text() == "Where? R&D <x>"
    assert texts.row("/data/g/place").label.textFormat() == Qt.TextFormat.PlainText


def test_a_note_shows_its_markup_and_a_text_to_be_read_its_value(texts: FormDesk) -> None:
    texts.row("/data/g/name")
    shown = [label.text() for label in texts.page.ledger.findChildren(kit.Label) if label.isVisible()]
    assert "<b>Look</b> at 1 &lt; 2" in shown
    assert "AB-12" in shown

"""Entries that come and go because an answer says how many there are, in the window, while it is typed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from habitat_desktop.gui.main_window import MainWindow
from habitat_desktop.workspace import Workspace
from tests.gui.form_desk import FormDesk, begin

TOP = """
| survey   |              |         |                   |              |
|          | type         | name    | label             | repeat_count |
|          | integer      | n       | How many?         |              |
|          | begin_repeat | r       | People            | ${n}         |
|          | text         | t       | Who?              |              |
|          | end_repeat   |         |                   |              |
| settings |              |         |                   |              |
|          | form_id      | version | form_title        |              |
|          | counted      | 1       | Counted           |              |
"""
IN_GROUP = """
| survey   |              |         |            |              |
|          | type         | name    | label      | repeat_count |
|          | begin_group  | g       | Home       |              |
|          | integer      | n       | How many?  |              |
|          | begin_repeat | r       | People     | ${n}         |
|          | text         | t       | Who?       |              |
|          | end_repeat   |         |            |              |
|          | end_group    |         |            |              |
| settings |              |         |            |              |
|          | form_id      | version | form_title |              |
|          | counted      | 1       | Counted    |              |
"""
NESTED = IN_GROUP.replace("begin_group ", "begin_repeat").replace("end_group ", "end_repeat")
BY_ANOTHER = """
| survey   |              |         |           |              |
|          | type         | name    | label     | repeat_count |
|          | begin_group  | g       | Home      |              |
|          | integer      | n       | How many? |              |
|          | begin_repeat | h       | Homes     | ${n}         |
|          | text         | t       | Which?    |              |
|          | begin_repeat | r       | People    | ${n}         |
|          | text         | who     | Who?      |              |
|          | end_repeat   |         |           |              |
|          | end_repeat   |         |           |              |
|          | end_group    |         |           |              |
| settings |              |         |           |              |
|          | form_id      | version | form_title |             |
|          | counted      | 1       | Counted   |              |
"""
Open = Callable[..., FormDesk]


@pytest.fixture
def opened(workspace: Workspace, open_window: Callable[..., MainWindow], qtbot: Any, tmp_path: Path) -> Open:
    """Return a function that opens a record of the form in a table."""

    def show(table: str, answers: dict[str, Any]) -> FormDesk:
        form = tmp_path / "counted.md"
        form.write_text(table.strip() + "\n", encoding="utf-8")
        workspace.library.add(form)
        desk = FormDesk(open_window(workspace), qtbot, begin(workspace, answers, form="counted"))
        desk.open()
        return desk

    return show


def _two(*names: str) -> list[dict[str, Any]]:
    return [{"t": name} for name in names]


@pytest.mark.parametrize(
    ("table", "answers", "inside"),
    [
        (TOP, {"n": "2", "r": _two("A", "B")}, "/data"),
        (IN_GROUP, {"g": {"n": "2", "r": _two("A", "B")}}, "/data/g"),
        (NESTED, {"g": [{"n": "2", "r": _two("A", "B")}, {"n": "1", "r": _two("C")}]}, "/data/g[1]"),
    ],
    ids=["top", "in a group", "in an entry"],
)
def test_a_smaller_and_a_larger_number_take_and_bring_entries(
    opened: Open, table: str, answers: dict[str, Any], inside: str
) -> None:
    desk = opened(table, answers)
    number, second, third = f"{inside}/n", f"{inside}/r[2]/t", f"{inside}/r[3]/t"
    assert desk.row(second).widget.isVisible()
    desk.type(number, "1")
    assert not desk.page.go_to(second)
    assert second not in desk.page.ledger.rows
    desk.type(number, "3")
    assert desk.value(f"{inside}/r[1]/t") == "A"
    desk.type(third, "New")
    assert desk.value(third) == "New"
    desk.page.entries.undo()
    desk.page.entries.undo()
    assert desk.page.go_to(f"{inside}/r[1]/t")
    assert not desk.page.go_to(third)


def test_a_number_that_counts_entries_of_entries_shows_all_of_them(opened: Open) -> None:
    desk = opened(BY_ANOTHER, {"g": {"n": "1"}})
    desk.type("/data/g/n", "3")
    desk.type("/data/g/h[3]/r[3]/who", "Amina")
    desk.type("/data/g/n", "2")
    assert not desk.page.go_to("/data/g/h[3]/t")
    assert not desk.page.go_to("/data/g/h[1]/r[3]/who")
    assert desk.page.go_to("/data/g/h[2]/r[2]/who")


def test_the_focus_goes_on_to_the_first_entry_that_a_number_brings(opened: Open) -> None:
    desk = opened(IN_GROUP, {"g": {"n": "1", "r": _two("A")}})
    desk.window.activateWindow()
    desk.qtbot.waitUntil(desk.window.isActiveWindow)
    desk.type("/data/g/n", "2")
    assert desk.row("/data/g/r[1]/t").isAncestorOf(desk.focused())


def test_a_text_that_was_no_answer_does_not_come_back_in_a_new_entry(opened: Open) -> None:
    table = IN_GROUP.replace("| text         | t ", "| integer      | t ")
    desk = opened(table, {"g": {"n": "2", "r": _two("1", "2")}})
    desk.type("/data/g/r[2]/t", "many")
    assert desk.messages("/data/g/r[2]/t")
    desk.type("/data/g/n", "1")
    desk.type("/data/g/n", "2")
    assert desk.messages("/data/g/r[2]/t") == []


def test_going_to_another_section_takes_the_number_that_was_typed(opened: Open) -> None:
    desk = opened(TOP, {"n": "2", "r": _two("A", "B")})
    desk.type("/data/n", "1", leave=None)
    desk.page.step(1)
    assert "/data/r[2]/t" not in desk.page.ledger.rows
    desk.type("/data/n", "0", leave=Qt.Key.Key_Return)
    assert not desk.page.go_to("/data/r[1]/t")

"""What goes wrong while somebody works: the answer that was there stays, and the message says why."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from habitat_desktop.gui.kit import Label
from habitat_desktop.gui.main_window import MainWindow
from habitat_desktop.records import repository
from habitat_desktop.workspace import Workspace
from habitat_desktop.xforms.library import Library
from tests.gui.form_desk import FormDesk, begin

TABLE = """
| survey   |         |         |           |
|          | type    | name    | label     |
|          | text    | roof    | The roof? |
|          | date    | built   | Built?    |
| settings |         |         |           |
|          | form_id | version | form_title |
|          | away    | 1       | Away      |
"""


@pytest.fixture
def desk(
    workspace: Workspace, open_window: Callable[..., MainWindow], qtbot: Any, tmp_path: Path
) -> FormDesk:
    form = tmp_path / "away.md"
    form.write_text(TABLE.strip() + "\n", encoding="utf-8")
    workspace.library.add(form)
    found = FormDesk(open_window(workspace), qtbot, begin(workspace, {"roof": "tin"}, form="away"))
    found.open()
    return found


def said(window: MainWindow) -> str:
    return "\n".join(label.text() for label in window.findChildren(Label) if label.isVisible())


def test_a_form_removed_while_its_draft_is_open_takes_no_answer_with_it(desk: FormDesk) -> None:
    workspace = desk.window.workspace
    shutil.rmtree(workspace.folder / "forms")
    shutil.rmtree(workspace.cache)
    workspace.__dict__["library"] = Library([workspace.folder / "forms"], workspace.cache)
    desk.type("/data/roof", "iron")
    desk.settle()
    with workspace.read() as session:
        draft = repository.find_draft(session, desk.record_id)
    assert draft is not None and draft.answers["roof"] == "iron"
    desk.window.start_afresh()
    desk.window.show_page("form", record_id=desk.record_id)
    desk.settle()
    assert "away" in said(desk.window)  # which form is missing, in a sentence
    with workspace.read() as session:
        assert repository.find_draft(session, desk.record_id) == draft


@pytest.mark.parametrize(
    "text", ["31/02/2026", "0000-00-00", "yesterday \u202e\x00", "99999-12-31", "9" * 400]
)
def test_a_date_outside_the_calendar_leaves_the_one_that_was_there(desk: FormDesk, text: str) -> None:
    desk.type("/data/built", "2020-05-17")
    desk.settle()
    assert desk.stored().answers["built"] == "2020-05-17"
    desk.type("/data/built", text)
    desk.settle()
    assert desk.stored().answers["built"] == "2020-05-17"
    assert desk.page.sitting is not None
    assert desk.page.sitting.problems()


def test_a_record_that_vanished_is_told(desk: FormDesk) -> None:
    desk.window.show_page("form", record_id="no-such-record")
    desk.settle()
    assert "no-such-record" in said(desk.window)

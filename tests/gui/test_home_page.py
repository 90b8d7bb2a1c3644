"""Home: what is due, what waits; painted without the weight of the store."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton

from habitat_desktop.gui import home_facts, jobs, kit
from habitat_desktop.gui.home_page import HomePage
from habitat_desktop.gui.main_window import MainWindow
from habitat_desktop.records import journal, repository
from habitat_desktop.records.glance import glance
from habitat_desktop.records.record import RecordState
from habitat_desktop.workspace import Workspace

Opener = Callable[..., MainWindow]
TODAY = date(2026, 7, 19)


def home(window: MainWindow) -> HomePage:
    page = window.page("home")
    assert isinstance(page, HomePage)
    return page


def texts(page: HomePage) -> str:
    labels = [label.text() for label in page.findChildren(kit.Label) if label.isVisible()]
    buttons = [button.text() for button in page.findChildren(QAbstractButton) if button.isVisible()]
    return "\n".join(labels + buttons)


def test_a_return_is_due_thirty_days_after_its_period() -> None:
    assert home_facts.main_period(TODAY) == "2026-H1"
    assert home_facts.due_date("2026-H1") == date(2026, 7, 30)


def test_each_form_tells_how_far_it_is_and_its_one_next_step(workspace: Workspace) -> None:
    records = glance(workspace.database_path).recent
    forms = home_facts.due_forms(workspace.library.forms(), records, TODAY, "en")
    slum = next(form for form in forms if form.form_id == "slum_upgrading")
    assert slum.total == 5
    assert slum.done == 2
    assert slum.parts == ((2, RecordState.FINAL), (3, RecordState.DRAFT))
    assert slum.step.kind == "continue"
    assert slum.step.subject == "Nairobi"  # the draft touched last
    housing = next(form for form in forms if form.form_id == "housing_policy")
    assert (housing.done, housing.total, housing.step.kind) == (0, 1, "start")


def test_when_all_is_final_the_next_step_is_to_send(workspace: Workspace) -> None:
    records = [r for r in glance(workspace.database_path).recent if r.state == RecordState.FINAL]
    forms = home_facts.due_forms(workspace.library.forms(), records, TODAY, "en")
    slum = next(form for form in forms if form.form_id == "slum_upgrading")
    assert (slum.step.kind, slum.step.count) == ("send", 2)


def test_home_says_period_deadline_pipeline_and_drafts(open_window: Opener, workspace: Workspace) -> None:
    said = texts(home(open_window(workspace)))
    assert "First half 2026" in said
    assert "30 July 2026" in said
    assert "in 11 days" in said
    assert "2 records are ready and not yet sent" in said
    assert "Headquarters has no question for you." in said
    assert "Nairobi" in said and "Mombasa" in said


def test_the_numbers_of_the_pipeline_lead_to_their_records(
    open_window: Opener, workspace: Workspace, qtbot: Any
) -> None:
    window = open_window(workspace)
    ready = next(b for b in home(window).findChildren(QAbstractButton) if b.accessibleName() == "Ready: 2")
    qtbot.mouseClick(ready, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(jobs.is_idle, timeout=20_000)
    assert window.current_key == "records"
    assert window.page("records").list.rowCount() == 2  # type: ignore[attr-defined]


def test_the_next_step_of_a_form_is_taken_by_enter(
    open_window: Opener, workspace: Workspace, qtbot: Any
) -> None:
    window = open_window(workspace)
    table = home(window).findChild(kit.Table)
    rows = [table.model().index(row, 0).data() for row in range(table.model().rowCount())]
    housing = next(row for row, text in enumerate(rows) if "Housing" in text)
    kit.select_row(table, housing)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    from habitat_desktop.gui.new_return import NewReturnDialog

    dialog = window.findChild(NewReturnDialog)
    assert dialog is not None
    assert dialog.form_box.currentData() == "housing_policy"
    qtbot.waitUntil(jobs.is_idle, timeout=20_000)
    dialog.reject()


@pytest.mark.parametrize(("width", "height"), [(1366, 688), (1024, 600), (683, 384)])
def test_home_fits_or_scrolls(
    open_window: Opener, workspace: Workspace, qtbot: Any, width: int, height: int
) -> None:
    window = open_window(workspace, width=width, height=height)
    area = home(window)._area
    content = area.widget()
    qtbot.waitUntil(lambda: content.width() <= area.viewport().width())
    if width == 1366:
        qtbot.waitUntil(lambda: content.height() <= area.viewport().height())


def test_home_is_painted_before_the_store_is_imported(made_workspaces: dict[str, Path]) -> None:
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from habitat_desktop.gui import app\n"
        "from habitat_desktop.workspace import open_workspace\n"
        "application = app.make_app()\n"
        "app.open_database = lambda *_: application.quit()\n"
        "window = app.show_window(open_workspace(Path(sys.argv[1])))\n"
        "window.first_painted.connect(application.quit)\n"
        "application.exec()\n"
        "heavy = 'sqlalchemy alembic pyxform openpyxl xlsxwriter babel lxml click rich'.split()\n"
        "print([name for name in heavy if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(made_workspaces["office"])],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=Path(__file__).parents[2],
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_a_question_about_a_return_that_is_being_changed_is_not_forgotten(
    open_window: Opener, workspace: Workspace
) -> None:
    with workspace.read() as session:
        record = repository.list_records(session, state=RecordState.DRAFT)[0]
    hand = replace(workspace.hand("A. Reviewer"), role="headquarters", sender="HQ")

    def say(kind: str, about: str = "") -> str:
        with workspace.begin() as session:
            about_it = {"office": record.office, "record_id": record.record_id, "about": about}
            return journal.write(session, hand, kind, reason="Why?", **about_it).act_id  # type: ignore[arg-type]

    asked = say("query")
    assert workspace.glance().asked == 1
    assert "“\u2068Why?\u2069”" in texts(home(open_window(workspace)))
    say("close", asked)
    assert workspace.glance().asked == 0

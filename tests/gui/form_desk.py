"""A person at the form page: types into fields, presses keys, reads what is shown. Everything is real."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from habitat_desktop.gui import jobs
from habitat_desktop.gui.form_page import FormPage
from habitat_desktop.gui.form_parts import Message
from habitat_desktop.gui.form_row import QuestionRow
from habitat_desktop.gui.main_window import MainWindow
from habitat_desktop.records import repository
from habitat_desktop.records.answers_file import fill
from habitat_desktop.records.entry import start_entry
from habitat_desktop.records.record import Draft
from habitat_desktop.resources import data_dir
from habitat_desktop.workspace import Workspace

BEFORE = datetime(2026, 1, 20, 9, 0, tzinfo=UTC)
POP = "/data/settlement[1]/st_pop_grp"


def demo_answers(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((data_dir("demo") / name).read_text(encoding="utf-8"))["answers"]
    return found


def begin(
    workspace: Workspace, answers: dict[str, Any], *, form: str = "slum_upgrading", period: str = "2026-H1"
) -> str:
    """Put a draft with `answers` into the store and return its record id."""
    with workspace.begin() as session:
        entry = start_entry(
            session, workspace.library.form(form), workspace.settings,
            country="KEN", period=period, language="en", at=BEFORE,
        )  # fmt: skip
        problems = fill(entry, answers, attach=str, base=Path(), whole=True)
        assert problems == []
        repository.save_draft(session, entry.draft(at=BEFORE))
    return entry.record_id


def finish(workspace: Workspace, record_id: str) -> None:
    with workspace.begin() as session:
        draft = repository.find_draft(session, record_id)
        assert draft is not None
        repository.finalize(session, draft, author="M. Njeri", at=BEFORE)


@dataclass
class FormDesk:
    """The window with one record open."""

    window: MainWindow
    qtbot: Any
    record_id: str

    @property
    def page(self) -> FormPage:
        page = self.window.page("form")
        assert isinstance(page, FormPage)
        return page

    def settle(self) -> None:
        self.qtbot.waitUntil(jobs.is_idle, timeout=20_000)

    def open(self, **context: Any) -> None:
        self.window.show_page("form", record_id=self.record_id, **context)
        self.settle()
        self.window.activateWindow()  # another window of the same run may be in front
        self.qtbot.waitUntil(self.window.isActiveWindow)

    def row(self, ref: str) -> QuestionRow:
        """Return the row of a question, going to its section first."""
        if ref not in self.page.ledger.rows:
            assert self.page.go_to(ref), ref
        QApplication.processEvents()  # new lines are shown by the layout when events are handled
        return self.page.ledger.rows[ref]

    def field(self, ref: str) -> QWidget:
        return self.row(ref).widget.field()

    def type(self, ref: str, text: str, *, leave: Qt.Key | None = Qt.Key.Key_Tab) -> None:
        """Type over what stands in a field and leave it with a key, or stay."""
        field: Any = self.field(ref)
        field.setFocus(Qt.FocusReason.TabFocusReason)
        field.selectAll()
        self.press(field, Qt.Key.Key_Delete)
        for sign in text:  # an event each: QTest itself only knows the keys of a Latin keyboard
            event = QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, sign)
            QApplication.sendEvent(field, event)
        if leave is not None:
            self.press(field, leave)

    def press(
        self,
        widget: QWidget,
        key: Qt.Key,
        modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        self.qtbot.keyClick(widget, key, modifier)

    def focused(self) -> QWidget:
        widget = QApplication.focusWidget()
        assert widget is not None
        return widget

    def value(self, ref: str) -> str:
        assert self.page.sitting is not None
        return self.page.sitting.node(ref).value

    def stored(self) -> Draft:
        """Return the draft as the database has it."""
        self.settle()
        with self.window.workspace.read() as session:
            draft = repository.find_draft(session, self.record_id)
        assert draft is not None
        return draft

    def messages(self, ref: str) -> list[str]:
        """Return what is said under a row."""
        found = self.row(ref).findChildren(Message)
        return [message.label.text() for message in found if not message.isHidden()]

    def rail_errors(self, key: str) -> int:
        entry = self.page.rail.entry(key)
        assert entry is not None
        return entry.tally.errors

    def rail_titles(self) -> list[str]:
        assert self.page.tree is not None
        return [entry.title for entry in self.page.tree.entries()]

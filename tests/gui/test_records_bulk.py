"""Records, several and one: ticks, sorting, columns, views, finalize, export, drafts deleted and back."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QPushButton

from habitat_desktop.gui import jobs, kit
from habitat_desktop.gui.history_page import HistoryPage
from habitat_desktop.gui.main_window import MainWindow
from habitat_desktop.gui.questionnaire_making import MakeQuestionnaireDialog
from habitat_desktop.gui.questionnaire_taking import TakeQuestionnaireDialog, choose_and_preview
from habitat_desktop.gui.reason_dialog import ReasonDialog
from habitat_desktop.gui.record_bulk import FinalizeManyDialog
from habitat_desktop.gui.records_page import RecordsPage
from habitat_desktop.gui.upgrade_dialog import UpgradeDialog
from habitat_desktop.i18n.text import without_isolates
from habitat_desktop.records import repository
from habitat_desktop.records.list_views import read_views
from habitat_desktop.records.record import RecordState
from habitat_desktop.workspace import Workspace
from tests.gui.conftest import NOW
from tests.gui.desk import banners, nameless
from tests.gui.form_desk import begin, demo_answers, finish

Opener = Callable[..., MainWindow]
T = TypeVar("T", bound=QDialog)


class Desk:
    """A person at the list of records."""

    def __init__(self, window: MainWindow, qtbot: Any) -> None:
        self.window, self.qtbot = window, qtbot
        self.settle()

    @property
    def page(self) -> RecordsPage:
        page = self.window.page("records")
        assert isinstance(page, RecordsPage)
        return page

    def settle(self) -> None:
        self.qtbot.waitUntil(jobs.is_idle, timeout=20_000)

    def subjects(self) -> list[str]:
        model = self.page.list
        return [model.index(row, 1).data(kit.CELL_ROLE).text for row in range(model.rowCount())]

    def choose(self, subject: str) -> None:
        kit.select_row(self.page.table, self.subjects().index(subject))
        self.settle()

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.qtbot.keyClick(self.page.table, key, modifier)

    def dialog(self, kind: type[T]) -> T:
        self.settle()
        found = [one for one in self.window.findChildren(kind) if one.isVisible()]
        assert len(found) == 1, found
        return found[0]

    def words(self) -> list[str]:
        return [entry[0] for entry in self.page.actions_of.entries() if entry is not None]

    def do(self, words: str) -> None:
        entry = next(one for one in self.page.actions_of.entries() if one is not None and one[0] == words)
        entry[1]()
        self.settle()

    def states(self) -> dict[str, int]:
        with self.window.workspace.read() as session:
            counts = repository.count_by_state(session)
        return {str(state): count for state, count in counts.items() if count}

    def undo(self) -> None:
        button = next(
            one
            for banner in self.window.findChildren(kit.Banner)
            for one in banner.findChildren(QPushButton)
            if one.text() == "Undo" and one.isVisible()
        )
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        self.settle()


@pytest.fixture
def desk(open_window: Opener, workspace: Workspace, qtbot: Any) -> Desk:
    return Desk(open_window(workspace, "records"), qtbot)


def test_space_and_control_a_tick_and_the_bar_counts(desk: Desk) -> None:
    page = desk.page
    assert not page.bulk.isVisible()
    kit.select_row(page.table, 1)
    desk.key(Qt.Key.Key_Space)
    assert page.bulk.isVisible() and "1 record chosen" in without_isolates(page.bulk.words.text())
    kit.select_row(page.table, 3)
    desk.key(Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    assert len(page.list.ticked) == 3
    assert page.list.index(2, 0).data(kit.CELL_ROLE).chosen
    desk.key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(page.list.ticked) == 5
    page.filters.chips.chosen.emit("final")
    desk.settle()
    assert len(page.list.ticked) == 5  # what was ticked stays, whatever is shown
    page.bulk.clear_button.click()
    assert not page.list.ticked and not page.bulk.isVisible()


def test_a_click_on_the_box_ticks_and_the_row_stays_chosen(desk: Desk) -> None:
    table = desk.page.table
    desk.choose("Mombasa")
    row = desk.subjects().index("Nakuru")
    place = table.visualRect(table.model().index(row, 0)).center()
    desk.qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert len(desk.page.list.ticked) == 1
    chosen = desk.page._chosen()
    assert chosen is not None and chosen.subject == "Mombasa"


def test_headings_sort_by_the_database_and_turn_round(desk: Desk) -> None:
    page = desk.page
    page.sort_by("return")
    desk.settle()
    up = desk.subjects()
    assert up[:4] == ["Kisumu", "Mombasa", "Nairobi", "Nakuru"]
    section = page.list.columns.index("return") + 1
    head = page.table.horizontalHeader()
    x = head.sectionViewportPosition(section) + 30
    desk.qtbot.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(x, 10))
    desk.settle()
    assert desk.subjects() == up[::-1]


def test_columns_and_views_are_kept_for_the_next_window(
    desk: Desk, open_window: Opener, workspace: Workspace
) -> None:
    page = desk.page
    period = next(one for one in page.filters.columns_menu.actions() if one.text() == "Period")
    period.setChecked(True)
    page.filters.chips.chosen.emit("draft")
    desk.settle()
    page.filters.ask_for_name()
    dialog = next(one for one in desk.window.findChildren(QDialog) if one.isVisible())
    dialog.field.setText("My drafts")  # type: ignore[attr-defined]
    dialog.save_button.click()  # type: ignore[attr-defined]
    desk.settle()
    page.filters._fill_views()
    opens = next(one for one in page.filters.views_menu.actions() if one.text().startswith("Open the list"))
    opens.setChecked(True)
    desk.settle()
    kept = read_views(workspace.folder)
    assert kept.default == "My drafts" and "period" in kept.columns
    again = Desk(open_window(workspace, "records"), desk.qtbot)
    assert "period" in again.page.list.columns
    assert set(again.subjects()) == {"Nairobi", "Mombasa", "Kisumu"}


def test_drafts_are_deleted_at_once_and_come_back(desk: Desk) -> None:
    desk.key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    desk.page.bulk.delete_button.click()
    desk.settle()
    assert desk.states() == {"final": 2}
    assert any("3 drafts deleted" in without_isolates(text) for text in banners(desk.window))
    desk.undo()
    assert desk.states() == {"draft": 3, "final": 2}
    assert len(desk.subjects()) == 5


def test_chosen_records_are_exported(desk: Desk, tmp_path: Path) -> None:
    desk.key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    desk.page.bulk.choose_file = lambda _name: str(tmp_path / "mine.json")
    desk.page.bulk.export_button.click()
    desk.settle()
    rows = json.loads((tmp_path / "mine.json").read_text(encoding="utf-8"))
    assert {row["subject"] for row in rows} == set(desk.subjects())
    desk.page.bulk.choose_file = lambda _name: str(tmp_path / "nowhere" / "mine.xlsx")
    desk.page.bulk.export_button.click()
    desk.settle()
    assert any("could not be written" in text for text in banners(desk.window))


@pytest.fixture
def filled(workspace: Workspace) -> str:
    """The id of a draft with the answers of a whole return, which can be finalized."""
    return begin(workspace, demo_answers("05_slum_upgrading_kisumu.json"))


def test_those_that_can_be_are_finalized_and_the_others_say_why(
    workspace: Workspace, filled: str, open_window: Opener, qtbot: Any
) -> None:
    with workspace.begin() as session:
        for number in range(3):  # what the other drafts hold is no form's
            found = repository.find_draft(session, f"00000000-0000-4000-8000-{number:012}")
            assert found is not None
            repository.discard_draft(session, found.office, found.record_id)
    empty = begin(workspace, {})
    desk = Desk(open_window(workspace, "records"), qtbot)
    desk.key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    desk.page.bulk.finalize_button.click()
    dialog = desk.dialog(FinalizeManyDialog)
    assert [one.record_id for one in dialog._found.ready] == [filled]
    assert [one.record_id for one in dialog._stay] == [empty]
    assert "1 record" in without_isolates(dialog.done_button.text())
    dialog.done_button.click()
    desk.settle()
    assert desk.states() == {"draft": 1, "final": 3}
    assert filled not in desk.page.list.ticked and empty in desk.page.list.ticked


def test_one_record_is_duplicated_withdrawn_and_its_draft_deleted(
    workspace: Workspace, filled: str, open_window: Opener, qtbot: Any
) -> None:
    finish(workspace, filled)
    desk = Desk(open_window(workspace, "records"), qtbot)
    desk.window.show_page("records", record_id=filled)
    desk.settle()
    assert {"Duplicate", "Withdraw the record…", "Change the answers"} <= set(desk.words())
    assert "Delete the draft" not in desk.words()
    desk.do("Duplicate")
    assert desk.window.current_key == "form"
    copy = desk.window.page("form").sitting.entry  # type: ignore[attr-defined]
    assert copy.record_id != filled and copy.heading().period == ""
    desk.window.show_page("records", record_id=copy.record_id)
    desk.settle()
    desk.do("Delete the draft")
    assert desk.page._chosen_id() != copy.record_id
    desk.window.show_page("records", record_id=filled)
    desk.settle()
    desk.do("Withdraw the record…")
    dialog = desk.dialog(ReasonDialog)
    assert dialog.done_button.text() == "Withdraw the record"
    dialog.done_button.click()
    assert dialog.problem.isVisible()
    dialog.field.setText("Counted twice")
    dialog.done_button.click()
    desk.settle()
    with workspace.read() as session:
        found = repository.find_record(session, filled)
    assert found is not None and found.state == RecordState.WITHDRAWN


def test_the_menu_key_opens_the_menu_of_the_row(desk: Desk) -> None:
    desk.choose("Nairobi")
    desk.key(Qt.Key.Key_Menu)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    texts = [action.text() for action in menu.actions()]
    menu.close()
    assert texts[0] == "Continue" and "Delete the draft" in texts
    assert {"Duplicate"} <= {one.text() for one in desk.page.menu_actions() if one is not None}
    desk.do("Copy the record number")
    assert QApplication.clipboard().text().startswith("KE-")


def test_alt_arrows_walk_and_control_f_searches(desk: Desk) -> None:
    page = desk.page
    desk.window.activateWindow()
    kit.select_row(page.table, 0)
    page.table.setFocus()
    desk.key(Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert page.table.currentIndex().row() == 1
    desk.key(Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert page.table.currentIndex().row() == 0
    desk.key(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.focusWidget() is page.filters.search
    page.list.tick(0)
    assert nameless(page) == []


def test_history_compares_any_two_versions(
    workspace: Workspace, filled: str, open_window: Opener, qtbot: Any
) -> None:
    from habitat_desktop.records.entry import open_entry

    finish(workspace, filled)
    with workspace.begin() as session:
        entry = open_entry(session, workspace.library.form, workspace.settings, filled, language="en")
        entry.answer("/data/prog/city_population", "400000")
        repository.save_draft(session, entry.draft(at=NOW))
    desk = Desk(open_window(workspace, "records"), qtbot)
    desk.window.show_page("records", record_id=filled)
    desk.settle()
    desk.do("History and differences")
    page = desk.window.page("history")
    assert isinstance(page, HistoryPage) and page.comparison is not None
    said = [one.question for one in page.comparison.differences]
    assert "Population of the city" in said
    page.copy()
    text = QApplication.clipboard().text()
    assert "400,000" in text and "\u2068" not in text
    page.new_box.setCurrentIndex(page.new_box.count() - 1)
    page.new_box.activated.emit(page.new_box.currentIndex())
    desk.settle()
    assert page.comparison is None
    assert nameless(page) == []
    desk.window.update_settings(language="ar")
    desk.settle()
    assert page.comparison is None


def test_a_draft_goes_to_the_newest_version_of_its_form_after_a_look(
    workspace: Workspace, open_window: Opener, qtbot: Any
) -> None:
    from habitat_desktop.records.entry import start_entry

    form = workspace.library.form("housing_policy", "1")
    with workspace.begin() as session:
        entry = start_entry(
            session, form, workspace.settings, country="KEN", period="2026-H1", language="en", at=NOW
        )
        entry.answer("/data/ctx/urban_pop", "16000000")
        repository.save_draft(session, entry.draft(at=NOW))
    desk = Desk(open_window(workspace, "records"), qtbot)
    desk.window.show_page("records", record_id=entry.record_id)
    desk.settle()
    desk.do("Bring to the newest version of the form…")
    dialog = desk.dialog(UpgradeDialog)
    assert (dialog.told.old_version, dialog.told.new_version) == ("1", "2")
    with workspace.read() as session:
        before = repository.find_draft(session, entry.record_id)
    assert before is not None and before.heading.form_version == "1"  # only looked at so far
    dialog.done_button.click()
    desk.settle()
    with workspace.read() as session:
        after = repository.find_draft(session, entry.record_id)
    assert after is not None and after.heading.form_version == "2"
    assert after.answers["ctx"]["urban_pop"] == "16000000"


def test_a_questionnaire_is_made_and_comes_back_into_the_draft(
    workspace: Workspace, filled: str, open_window: Opener, qtbot: Any, tmp_path: Path
) -> None:
    from openpyxl import load_workbook

    desk = Desk(open_window(workspace, "records"), qtbot)
    desk.window.show_page("records", record_id=filled)
    desk.settle()
    desk.do("Make a questionnaire…")
    making = desk.dialog(MakeQuestionnaireDialog)
    making._tick(False)
    assert not making.make_button.isEnabled()
    making.boxes["prog"].setChecked(True)
    making.to.setText("Ministry of Housing")
    file = tmp_path / "ministry.xlsx"
    making.choose_file = lambda _name: str(file)
    making.make_button.click()
    desk.settle()
    assert file.is_file()
    book = load_workbook(file)
    sheet = next(one for one in book.worksheets if _cell_of(one, "Population of the city") is not None)
    place = _cell_of(sheet, "Population of the city")
    assert place is not None
    answer = next(cell for cell in sheet[place.row] if cell.value == 397957 or cell.value == 465000)
    answer.value = 412345
    book.save(file)
    record = desk.page._chosen()
    assert record is not None
    choose_and_preview(desk.window, record, lambda: str(file))
    taking = desk.dialog(TakeQuestionnaireDialog)
    taken = taking.taken.of("taken") + taking.taken.of("conflict")
    assert any("412" in cell.new for cell in taken)
    taking.overwrite.setChecked(True)
    taking.supplier.setText("Ministry of Housing / A. Person")
    taking.take_button.click()
    desk.settle()
    with workspace.read() as session:
        draft = repository.find_draft(session, filled)
    assert draft is not None and draft.answers["prog"]["city_population"] == "412345"
    choose_and_preview(desk.window, record, lambda: str(tmp_path / "none.xlsx"))
    desk.settle()
    assert any("Nothing was changed" in text for text in banners(desk.window))


def _cell_of(sheet: Any, text: str) -> Any:
    return next((cell for row in sheet.iter_rows() for cell in row if text in str(cell.value)), None)

"""The form page: filled by typing as a person would, with a real form, engine and database."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QMenu, QPushButton

from habitat_desktop.gui import kit
from habitat_desktop.gui.form_sections import cut, title
from habitat_desktop.gui.main_window import MainWindow
from habitat_desktop.i18n.text import iso
from habitat_desktop.records import repository
from habitat_desktop.records.record import RecordState
from habitat_desktop.workspace import Workspace, open_workspace
from tests.gui.checks import nameless
from tests.gui.form_desk import POP, FormDesk, begin, demo_answers, finish

HOUSEHOLDS = "/data/settlement[1]/st_households"
SIZE_WARNING = "/data/settlement[1]/warn_hh_size"
AREA = "/data/settlement[1]/st_area_ha"
CTRL = Qt.KeyboardModifier.ControlModifier

both_directions = pytest.mark.parametrize("language", ["en", "ar"], indirect=True)


@pytest.fixture
def desk(nairobi: FormDesk) -> FormDesk:
    return nairobi


# filling


@both_directions
def test_typed_answers_reach_the_instance_and_the_database(desk: FormDesk) -> None:
    desk.type(f"{POP}/st_pop_total", "185400")
    assert desk.value(f"{POP}/st_pop_total") == "185400"
    assert desk.stored().answers["settlement"][0]["st_pop_grp"]["st_pop_total"] == "185400"
    desk.type("/data/prog/city_code", "KE-NBO-2")
    assert desk.stored().answers["prog"]["city_code"] == "KE-NBO-2"


def test_a_number_is_echoed_as_it_was_read_and_edited_without_groups(desk: FormDesk) -> None:
    ref = f"{POP}/st_pop_total"
    field: Any = desk.field(ref)
    desk.type(ref, "185000")
    assert field.text() == "185,000"
    field.setFocus()
    assert field.text() == "185000"


def test_arabic_indic_digits_are_a_number(desk: FormDesk) -> None:
    desk.type(f"{POP}/st_pop_total", "١٨٥٬٠٠٠")
    assert desk.value(f"{POP}/st_pop_total") == "185000"


@both_directions
def test_an_ambiguous_number_is_asked_back_with_two_buttons(desk: FormDesk) -> None:
    desk.type(AREA, "1,234")
    assert desk.value(AREA) == "256", "nothing is guessed"
    buttons = [b for b in desk.row(AREA).findChildren(QPushButton) if b.isVisible()]
    assert len(buttons) == 2
    assert desk.page.sitting is not None
    assert AREA in [one.ref for one in desk.page.sitting.problems()]
    buttons[1].click()
    assert desk.value(AREA) == "1.234"
    assert AREA not in [one.ref for one in desk.page.sitting.problems()]


def test_a_whole_number_has_one_reading(desk: FormDesk) -> None:
    desk.type(f"{POP}/st_pop_pwd", "7,400")
    assert desk.value(f"{POP}/st_pop_pwd") == "7400"


def test_what_is_no_number_stays_in_the_field_with_a_message(desk: FormDesk) -> None:
    ref = f"{POP}/st_pop_pwd"
    desk.type(ref, "some 7000")
    field: Any = desk.field(ref)
    assert field.text() == "some 7000"
    assert desk.messages(ref)
    desk.page.step(1)
    desk.page.step(-1)
    field = desk.field(ref)
    assert field.text() == "some 7000", "another section and back"
    desk.type(ref, "7000")
    assert desk.messages(ref) == []


@both_directions
def test_an_error_stands_under_its_row_and_in_the_rail(desk: FormDesk) -> None:
    ref = f"{POP}/st_pop_sexns"
    assert len(desk.messages(ref)) == 1
    assert desk.rail_errors(POP) == 1
    assert desk.rail_errors("/data/settlement") == 1
    desk.type(ref, "400")
    assert desk.messages(ref) == []
    assert desk.rail_errors(POP) == 0
    assert desk.rail_errors("/data/settlement") == 0
    desk.type(ref, "7")
    assert len(desk.messages(ref)) == 1
    assert desk.rail_errors(POP) == 1


def test_a_required_question_is_an_error_only_after_it_was_left_blank(desk: FormDesk) -> None:
    desk.page.entries.add("/data/settlement")
    code = "/data/settlement[5]/st_code"
    assert desk.messages(code) == []
    field: Any = desk.field(code)
    field.setFocus()
    desk.press(field, Qt.Key.Key_Tab)
    assert len(desk.messages(code)) == 1


def test_a_row_that_does_not_apply_is_hidden_and_shown_without_building_anew(desk: FormDesk) -> None:
    desk.row(f"{POP}/st_pop_total")
    age = desk.page.ledger.rows[f"{POP}/st_pop_age_0_14"]
    assert age.isHidden()
    widget: Any = desk.row(f"{POP}/st_pop_age_known").widget
    yes, _no = widget.findChildren(kit.Button)
    yes.click()
    assert desk.page.ledger.rows[f"{POP}/st_pop_age_0_14"] is age
    assert not age.isHidden()


def test_last_period_and_the_change_stand_beside_the_answer(desk: FormDesk) -> None:
    row = desk.row(f"{POP}/st_pop_total")
    assert row.view.previous == "178,300"
    assert "+3.8" in row.view.change
    assert not row.view.is_big_change
    assert desk.row(HOUSEHOLDS).view.is_big_change


def test_a_warning_takes_a_justification_that_is_saved(desk: FormDesk) -> None:
    desk.row("/data/settlement[1]/st_hh_size")
    assert desk.page.go_to(SIZE_WARNING)
    row = desk.row("/data/settlement[1]/st_hh_size")
    line = row.why_line(SIZE_WARNING)
    line.setFocus()
    desk.qtbot.keyClicks(line, "Counted with tenants")
    desk.press(line, Qt.Key.Key_Return)
    assert desk.stored().justifications == {SIZE_WARNING: "Counted with tenants"}
    assert desk.page.tree is not None
    assert desk.page.tree.tally(POP).warnings == 0


def test_not_available_says_so_in_words_and_can_be_taken_back(desk: FormDesk) -> None:
    ref = "/data/settlement[1]/depr/dep_any"
    row = desk.row(ref)
    row.focus_field()
    desk.press(desk.focused(), Qt.Key.Key_N, Qt.KeyboardModifier.AltModifier)
    menu = row.findChildren(QMenu)[-1]
    next(action for action in menu.actions() if action.isEnabled()).trigger()
    menu.close()
    stored = desk.stored().answers["settlement"][0]["depr"]["dep_any"]
    assert stored == {"$unavailable": {"reason": "no_survey", "remark": ""}}
    shown = [line.text() for line in row.findChildren(QLineEdit) if line.isVisible() and line.isReadOnly()]
    assert any("No survey" in text for text in shown)
    row.findChildren(kit.IconButton)[-1].click()
    assert desk.value(ref) == ""
    assert row.widget.isVisible()


def test_not_available_is_not_offered_where_an_answer_is_strict_or_free(desk: FormDesk) -> None:
    assert not desk.row("/data/prog/city").view.may_be_unavailable, "strict"
    assert not desk.row("/data/prog/city_code").view.may_be_unavailable, "not required"
    assert desk.row("/data/prog/city_population").view.may_be_unavailable


def test_the_reason_may_have_a_remark(desk: FormDesk) -> None:
    ref = "/data/prog/city_population"
    row = desk.row(ref)
    assert desk.page.sitting is not None
    desk.page.sitting.mark_unavailable(ref, "coming_later")
    row = desk.row(ref)
    line = next(one for one in row.findChildren(QLineEdit) if one.isVisible() and not one.isReadOnly())
    line.setFocus()
    desk.qtbot.keyClicks(line, "Census in August")
    desk.press(line, Qt.Key.Key_Return)
    assert desk.stored().answers["prog"]["city_population"]["$unavailable"]["remark"] == "Census in August"


def test_a_file_is_copied_into_the_workspace_and_shown_by_its_name(desk: FormDesk, tmp_path: Path) -> None:
    ref = "/data/ftr/supporting_document"
    paper = tmp_path / "Plan of Kibera.pdf"
    paper.write_bytes(b"%PDF-1.4 plan")
    widget: Any = desk.row(ref).widget
    widget.file_chosen.emit(str(paper))
    desk.settle()
    value = desk.stored().answers["ftr"]["supporting_document"]
    copy = desk.window.workspace.attachments / value.partition(".")[0]
    assert copy.read_bytes() == paper.read_bytes()
    assert widget.name.text() == "Plan of Kibera.pdf"
    widget.remove.click()
    assert "supporting_document" not in desk.stored().answers.get("ftr", {})


def test_a_file_that_cannot_be_read_is_told_and_changes_nothing(desk: FormDesk, tmp_path: Path) -> None:
    ref = "/data/ftr/supporting_document"
    widget: Any = desk.row(ref).widget
    widget.file_chosen.emit(str(tmp_path / "gone.pdf"))
    desk.settle()
    assert desk.page.news.told is not None
    assert desk.value(ref) == ""


# entries


@both_directions
def test_entries_are_added_named_and_removed(desk: FormDesk) -> None:
    desk.page.entries.add("/data/settlement")
    assert desk.page.key == "/data/settlement[5]"
    assert "5" in desk.page.bar.title.text()
    desk.type("/data/settlement[5]/st_name", "Huruma")
    assert "Huruma" in desk.rail_titles()
    assert desk.stored().answers["settlement"][4]["st_name"] == "Huruma"
    desk.page.entries.remove("/data/settlement[2]")
    names = [entry["st_name"] for entry in desk.stored().answers["settlement"]]
    assert names == ["Kibera", "Mukuru kwa Njenga", "Korogocho", "Huruma"]
    assert "Mathare" not in desk.rail_titles()


def test_a_removed_entry_comes_back_with_the_button_of_its_banner(desk: FormDesk) -> None:
    desk.page.entries.remove("/data/settlement[2]")
    banner = desk.page.news.told
    assert banner is not None
    assert iso("Mathare") in banner.accessibleName()
    banner.findChildren(QPushButton)[0].click()
    assert "Mathare" in desk.rail_titles()
    assert len(desk.stored().answers["settlement"]) == 4
    assert desk.page.news.told is None


def test_entries_inside_entries_are_filled_in_one_section(desk: FormDesk) -> None:
    repeat = "/data/settlement[1]/st_funding"
    desk.row(f"{repeat}[1]/sf_usd")
    desk.page.entries.add(repeat)
    assert desk.page.key == repeat
    desk.type(f"{repeat}[3]/sf_source", "Residents")
    desk.type(f"{repeat}[3]/sf_usd", "25000")
    stored = desk.stored().answers["settlement"][0]
    assert stored["st_funding"][2]["sf_usd"] == "25000"
    total = desk.page.ledger.rows["/data/settlement[1]/sf_total"]
    assert total.view.state.value == "2035000"
    desk.page.entries.remove(f"{repeat}[1]")
    assert [one["sf_source"] for one in desk.stored().answers["settlement"][0]["st_funding"]][
        -1
    ] == "Residents"


def test_removing_an_entry_moves_what_was_typed_wrong_in_the_later_ones(desk: FormDesk) -> None:
    desk.type("/data/settlement[3]/st_area_ha", "big")
    desk.page.entries.remove("/data/settlement[2]")
    field: Any = desk.field("/data/settlement[2]/st_area_ha")
    assert field.text() == "big"


def test_sections_follow_the_groups_of_the_form(desk: FormDesk) -> None:
    sitting = desk.page.sitting
    assert sitting is not None
    instance = sitting.entry.instance
    (kibera,) = [
        section
        for root in cut(sitting.entry.form, instance)
        for section in root.walk()
        if section.key == "/data/settlement[1]"
    ]
    titles = [title(sitting.entry.form, instance, section) for section in kibera.walk()]
    assert titles[:3] == ["Kibera", "Population of the settlement", "Household deprivations"]
    assert titles[-1] == "Funding for this settlement"


# undo


@both_directions
def test_undo_and_redo_go_over_the_whole_draft(desk: FormDesk) -> None:
    desk.type(f"{POP}/st_pop_total", "190000")
    desk.type("/data/prog/city_code", "X-1")
    desk.press(desk.focused(), Qt.Key.Key_Z, CTRL)
    assert desk.value("/data/prog/city_code") == "KE-NBO"
    desk.press(desk.focused(), Qt.Key.Key_Z, CTRL)
    assert desk.value(f"{POP}/st_pop_total") == "185000"
    assert desk.stored().answers["settlement"][0]["st_pop_grp"]["st_pop_total"] == "185000"
    desk.press(desk.focused(), Qt.Key.Key_Y, CTRL)
    assert desk.value(f"{POP}/st_pop_total") == "190000"


def test_undo_in_a_field_that_is_being_typed_in_belongs_to_the_field(desk: FormDesk) -> None:
    ref = "/data/prog/city_code"
    desk.type(ref, "X-1")
    desk.type(ref, "X-12", leave=None)
    field: Any = desk.field(ref)
    desk.press(field, Qt.Key.Key_Z, CTRL)
    assert desk.value(ref) == "X-1", "the answer of before is not taken back"
    assert field.text() != "X-12"


# moving


def test_enter_goes_to_the_next_answer_and_tab_follows_reading_order(desk: FormDesk) -> None:
    first: Any = desk.field(f"{POP}/st_pop_total")
    first.setFocus()
    desk.press(first, Qt.Key.Key_Return)
    assert desk.focused() is desk.field(f"{POP}/st_pop_female")
    desk.press(desk.focused(), Qt.Key.Key_Tab)
    assert desk.focused() is desk.field(f"{POP}/st_pop_male")


def test_the_next_problem_is_found_from_anywhere(desk: FormDesk) -> None:
    desk.row("/data/prog/city").focus_field()
    desk.press(desk.focused(), Qt.Key.Key_F8)
    assert desk.page.key == POP
    assert desk.focused() is desk.field(f"{POP}/st_pop_sexns")
    desk.type(f"{POP}/st_pop_sexns", "400")
    desk.press(desk.focused(), Qt.Key.Key_F8)
    row = desk.page.ledger.focused_row()
    assert row is not None
    assert row.ref != f"{POP}/st_pop_sexns"


def test_page_keys_go_through_the_sections(desk: FormDesk) -> None:
    desk.row("/data/prog/city").focus_field()
    desk.press(desk.focused(), Qt.Key.Key_PageUp, CTRL)
    assert desk.page.key == "/data/hdr"
    desk.press(desk.focused(), Qt.Key.Key_PageDown, CTRL)
    assert desk.page.key == "/data/prog"


def test_escape_never_leaves(desk: FormDesk) -> None:
    desk.row("/data/prog/city").focus_field()
    desk.press(desk.focused(), Qt.Key.Key_Escape)
    assert desk.window.current_key == "form"


# saving


def test_every_answer_is_in_the_database_when_it_was_given(desk: FormDesk) -> None:
    for number, ref in enumerate((f"{POP}/st_pop_total", f"{POP}/st_pop_female", HOUSEHOLDS), 90_001):
        desk.type(ref, str(number))
        sitting = desk.page.sitting
        assert sitting is not None
        assert desk.stored().answers == sitting.entry.instance.answers(relevant_only=False, complete=True)
    assert desk.page.header.saved.text().endswith("14:45⁩")


def test_closing_the_window_waits_for_the_last_answer(desk: FormDesk) -> None:
    ref = f"{POP}/st_pop_total"
    desk.type(ref, "185777", leave=None)
    folder = desk.window.workspace.folder
    desk.window.close()
    again = open_workspace(folder)
    with again.read() as session:
        draft = repository.find_draft(session, desk.record_id)
    again.close()
    assert draft is not None
    assert draft.answers["settlement"][0]["st_pop_grp"]["st_pop_total"] == "185777"


def test_a_failed_save_stays_on_the_screen_until_it_succeeds(desk: FormDesk) -> None:
    desk.settle()
    with drafts_cannot_be_written(desk.window.workspace.database_path):
        desk.type("/data/prog/city_code", "X-2")
        desk.qtbot.waitUntil(lambda: desk.page.news.failure is not None, timeout=20_000)
        assert not desk.page.leave()
        assert not desk.window.show_page("records")
        desk.type("/data/prog/city_code", "X-3")
        desk.settle()
        assert desk.page.news.failure is not None
    banner = desk.page.news.failure
    banner.findChildren(QPushButton)[0].click()
    desk.settle()
    assert desk.page.news.failure is None
    assert desk.stored().answers["prog"]["city_code"] == "X-3"


# language


@pytest.mark.parametrize("to", ["ar", "zh"])
def test_a_change_of_language_keeps_a_half_typed_answer(desk: FormDesk, to: str) -> None:
    ref = f"{POP}/st_pop_total"
    desk.type(ref, "18", leave=None)
    before = desk.row(ref).label.text()
    desk.window.update_settings(language=to)
    field: Any = desk.field(ref)
    assert field.text() == "18"
    assert field.hasFocus()
    assert desk.value(ref) == "185000", "not an answer yet"
    assert desk.row(ref).label.text() != before
    desk.qtbot.keyClicks(field, "6000")
    desk.press(field, Qt.Key.Key_Tab)
    assert desk.value(ref) == "186000"
    desk.window.update_settings(language="en")
    assert desk.row(ref).label.text() == before


# looking


def test_a_final_record_is_shown_without_editing_until_a_new_draft_is_begun(
    workspace: Workspace, open_window: Callable[..., MainWindow], qtbot: Any
) -> None:
    record_id = begin(workspace, demo_answers("01_slum_upgrading_nairobi_2025_h2.json"), period="2025-H2")
    finish(workspace, record_id)
    desk = FormDesk(open_window(workspace), qtbot, record_id)
    desk.open()
    field: Any = desk.field(f"{POP}/st_pop_total")
    assert field.isReadOnly()
    assert not desk.page.header.check.isVisible()
    desk.page.header.edit.click()
    desk.settle()
    desk.type(f"{POP}/st_pop_total", "178301")
    assert desk.stored().answers["settlement"][0]["st_pop_grp"]["st_pop_total"] == "178301"
    with workspace.read() as session:
        summary = repository.find_record(session, record_id)
    assert summary is not None
    assert (summary.state, summary.revisions) == (RecordState.DRAFT, 1)


def test_an_earlier_revision_can_be_looked_at(
    workspace: Workspace, open_window: Callable[..., MainWindow], qtbot: Any
) -> None:
    record_id = begin(workspace, demo_answers("01_slum_upgrading_nairobi_2025_h2.json"), period="2025-H2")
    finish(workspace, record_id)
    desk = FormDesk(open_window(workspace), qtbot, record_id)
    desk.open(readonly=False)
    desk.type(f"{POP}/st_pop_total", "178301")
    desk.settle()
    finish(workspace, record_id)
    desk.open(readonly=True)
    assert desk.value(f"{POP}/st_pop_total") == "178301"
    picker = desk.page.header.revisions
    assert picker.isVisible()
    assert picker.count() == 2
    picker.setCurrentIndex(1)
    picker.activated.emit(1)
    desk.settle()
    assert desk.value(f"{POP}/st_pop_total") == "178300"


# the whole page


@both_directions
def test_every_control_of_every_section_has_a_name(desk: FormDesk) -> None:
    assert desk.page.tree is not None
    for key in desk.page.tree.pages():
        desk.page.show_section(key)
        assert nameless(desk.page) == [], key


@pytest.mark.parametrize(("width", "height"), [(1366, 688), (1100, 600), (911, 512), (683, 384)])
def test_the_page_fits_at_every_width(desk: FormDesk, width: int, height: int) -> None:
    desk.window.resize(width, height)
    desk.row(f"{POP}/st_pop_sexns")
    desk.qtbot.waitUntil(lambda: desk.window.width() == width)
    assert desk.window.minimumSizeHint().height() <= height
    viewport = desk.page.ledger.area.viewport()
    row = desk.row(f"{POP}/st_pop_total")
    assert row.width() <= viewport.width()
    assert desk.page.rail.isVisible() == (width >= 1000)
    assert desk.page.picker.isVisible() == (width < 1000)


@contextmanager
def drafts_cannot_be_written(database: Path) -> Iterator[None]:
    """Let the database refuse drafts, as a full disk would."""
    connection = sqlite3.connect(database, isolation_level=None)
    for event in ("INSERT", "UPDATE"):
        connection.execute(
            f"CREATE TRIGGER refuse_{event} BEFORE {event} ON drafts BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
    try:
        yield
    finally:
        for event in ("INSERT", "UPDATE"):
            connection.execute(f"DROP TRIGGER refuse_{event}")
        connection.close()

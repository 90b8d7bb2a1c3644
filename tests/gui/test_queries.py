"""Queries in the window: an officer reads what headquarters asks and answers it; real packages both ways."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtWidgets import QApplication

from habitat_desktop.gui import jobs, kit
from habitat_desktop.gui.form_page import FormPage
from habitat_desktop.gui.main_window import MainWindow
from habitat_desktop.gui.queries_page import QueriesPage
from habitat_desktop.gui.query_panel import LONGEST_REPLY, QueryPanel
from habitat_desktop.records import asking, replying, repository
from habitat_desktop.records.acts import DraftInTheWayError
from habitat_desktop.records.conversation_errors import NoWordsError
from habitat_desktop.records.entry import open_entry
from habitat_desktop.records.glance import glance
from habitat_desktop.records.inquiries import Inquiry, list_inquiries
from tests.gui.desk import nameless
from tests.gui.form_desk import FormDesk
from tests.gui.talk_desk import NEED, POPULATION, TalkDesk

Opener = Callable[..., MainWindow]


def inquiries(talk: TalkDesk, at: str = "office") -> list[Inquiry]:
    place = getattr(talk, at)
    with place.read() as session:
        return list_inquiries(session, place.library.form, place.settings, language="en")


def change_in_draft(talk: TalkDesk, **answers: str) -> None:
    """Change answers of the record as the form page does: in a draft."""
    office = talk.office
    with office.begin() as session:
        entry = open_entry(session, office.library.form, office.settings, talk.record_id, language="en")
        for ref, value in answers.items():
            entry.answer(f"/data/ctx/{ref}", value)
        repository.save_draft(session, entry.draft(at=datetime.now(UTC)))


def has_draft(talk: TalkDesk) -> bool:
    with talk.office.read() as session:
        return repository.find_draft(session, talk.record_id) is not None


def reply(talk: TalkDesk, name: str, **what: Any) -> Any:
    office = talk.office
    with office.begin() as session:
        return replying.answer(session, office.library.form, office.settings, office.hand(), name, **what)


# below the window


def test_a_value_changed_in_a_draft_goes_with_the_reply_where_nothing_else_was_changed(
    talk: TalkDesk,
) -> None:
    name = talk.ask()
    talk.send_back()
    change_in_draft(talk, urban_pop="16100000")
    answered = reply(talk, name)
    assert (answered.state, answered.answers[0].value) == ("answered", "16100000")
    assert not has_draft(talk)
    assert [one.stage for one in inquiries(talk)] == ["waiting"]
    talk.send()
    assert [one.stage for one in inquiries(talk)] == ["sent"]
    assert talk.answers(at="headquarters")["ctx"]["urban_pop"] == "16100000"
    assert talk.query(name, at="headquarters").answers[0].has_value
    talk.send_back()
    assert [one.stage for one in inquiries(talk)] == ["received"]


def test_a_draft_with_other_changes_stays_and_only_words_go(talk: TalkDesk) -> None:
    name = talk.ask()
    talk.send_back()
    change_in_draft(talk, urban_pop="16100000", annual_need="260000")
    with pytest.raises(NoWordsError):
        reply(talk, name)
    answered = reply(talk, name, text="16,100,000; it comes with the next revision")
    assert answered.state == "answered" and not answered.answers[0].has_value
    assert has_draft(talk)
    assert talk.answers()["ctx"]["urban_pop"] == "17400000"


def test_a_proposal_is_not_taken_over_other_changes_of_a_draft(talk: TalkDesk) -> None:
    name = talk.propose()
    talk.send_back()
    change_in_draft(talk, annual_need="260000")
    with pytest.raises(DraftInTheWayError):
        reply(talk, name, verdict="take")
    assert has_draft(talk) and talk.query(name).state == "open"
    assert reply(talk, name, verdict="keep", text="The bureau counted").answers[0].kind == "refuse"


def test_the_proposed_value_typed_into_the_field_is_taken(talk: TalkDesk) -> None:
    name = talk.propose()
    talk.send_back()
    change_in_draft(talk, urban_pop="16100000")
    answered = reply(talk, name)
    assert answered.answers[0].kind == "agree"


def test_a_return_is_open_until_it_is_answered_or_a_new_revision_goes(talk: TalkDesk) -> None:
    talk.give_back()
    talk.send_back()
    (one,) = inquiries(talk)
    assert (one.kind, one.stage, one.refs) == ("return", "open", (NEED,))
    seen = glance(talk.office.database_path)
    assert [(ask.kind, ask.reason, ask.ref) for ask in seen.asks] == [
        ("return", "Both figures need a source", NEED)
    ]
    change_in_draft(talk, annual_need="260000")
    with talk.office.begin() as session:
        draft = repository.find_draft(session, talk.record_id)
        assert draft is not None
        repository.finalize(session, draft, author="M. Njeri", at=draft.saved_at)
    assert [one.stage for one in inquiries(talk)] == ["waiting"]
    assert glance(talk.office.database_path).asks == ()
    talk.send()
    talk.accept()
    talk.send_back()
    assert [one.stage for one in inquiries(talk)] == ["closed"]


# in the window


@pytest.fixture
def asked(talk: TalkDesk) -> TalkDesk:
    """Headquarters has asked a question, proposed a value for another, and the office has both."""
    talk.ask()
    talk.propose("260000", NEED, "The ministry's own count")
    talk.send_back()
    return talk


def queries_page(window: MainWindow, qtbot: Any) -> QueriesPage:
    window.show_page("queries")
    qtbot.waitUntil(jobs.is_idle, timeout=20_000)
    page = window.page("queries")
    assert isinstance(page, QueriesPage)
    return page


def words(page: Any) -> str:
    QApplication.processEvents()  # new labels are shown by their layout
    found = "\n".join(label.text() for label in page.findChildren(kit.Label) if label.isVisible())
    return re.sub("[\u2066-\u2069]", "", found)


def settle(qtbot: Any) -> None:
    """Wait for jobs and for what they begin."""
    for _step in range(3):
        qtbot.waitUntil(jobs.is_idle, timeout=20_000)
        QApplication.processEvents()


def form_with_panel(asked: TalkDesk, window: MainWindow, qtbot: Any) -> tuple[FormDesk, QueryPanel]:
    settle(qtbot)
    desk = FormDesk(window, qtbot, asked.record_id)
    panel = desk.page.queries.panel
    assert isinstance(panel, QueryPanel)
    return desk, panel


def go_to(page: QueriesPage, qtbot: Any, kind: str) -> None:
    """Choose a query and press Enter, as a person at the keyboard does."""
    row = next(row for row, one in enumerate(page._shown) if one.kind == kind)
    kit.select_row(page.table, row)
    qtbot.keyClick(page.table, Qt.Key.Key_Return)


def type_into(panel: QueryPanel, text: str) -> None:
    panel.box.setFocus()
    data = QMimeData()
    data.setText(text)
    panel.box.insertFromMimeData(data)


def test_the_list_leads_to_the_question_and_the_reply_goes_with_the_next_package(
    asked: TalkDesk, open_window: Opener, qtbot: Any
) -> None:
    window = open_window(asked.office)
    page = queries_page(window, qtbot)
    assert window._badges["queries"] == (2, "query")
    assert "2 queries" in words(page) and nameless(page) == []
    go_to(page, qtbot, "query")
    desk, panel = form_with_panel(asked, window, qtbot)
    assert desk.page.ledger.focused_row() is desk.row(POPULATION)
    assert desk.row(POPULATION).property("state") == "query"
    assert "headquarters asks" in desk.field(POPULATION).accessibleDescription().lower()
    section = desk.page.tree.section_of(POPULATION)  # type: ignore[union-attr]
    assert desk.page.rail.entry(section).tally.queries == 2  # type: ignore[union-attr,arg-type]
    assert "Does this count the whole county?" in words(panel)
    qtbot.keyClick(panel.box, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert "Write an answer" in panel.problem.text()
    type_into(panel, "Yes, it does.")
    qtbot.keyClick(panel.box, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot)
    assert window._badges["queries"] == (1, "query")
    name = f"{asked.label}/Q1"
    assert asked.query(name).answers[0].text == "Yes, it does."
    now = desk.page.queries.panel
    assert now is not None and now.view is not None and now.view.inquiry.kind == "proposal"
    page = queries_page(window, qtbot)
    assert "Reply not sent  " in "".join(b.text() for b in page._chips._buttons)
    asked.send()
    assert asked.query(name, at="headquarters").answers[0].text == "Yes, it does."


def test_a_corrected_value_is_the_field_itself(asked: TalkDesk, open_window: Opener, qtbot: Any) -> None:
    window = open_window(asked.office)
    go_to(queries_page(window, qtbot), qtbot, "query")
    desk, panel = form_with_panel(asked, window, qtbot)
    desk.type(POPULATION, "16100000")
    settle(qtbot)
    qtbot.waitUntil(lambda: "16,100,000" in panel.change.text(), timeout=2000)
    assert "17,400,000" in panel.change.text()
    qtbot.mouseClick(panel.save_button, Qt.MouseButton.LeftButton)
    settle(qtbot)
    answer = asked.query(f"{asked.label}/Q1").answers[0]
    assert (answer.kind, answer.value) == ("reply", "16100000")
    assert not has_draft(asked)
    assert asked.answers()["ctx"]["urban_pop"] == "16100000"


def test_a_proposal_is_taken_with_one_choice_or_kept_with_a_reason(
    asked: TalkDesk, open_window: Opener, qtbot: Any
) -> None:
    window = open_window(asked.office)
    go_to(queries_page(window, qtbot), qtbot, "proposal")
    _desk, panel = form_with_panel(asked, window, qtbot)
    qtbot.mouseClick(panel.save_button, Qt.MouseButton.LeftButton)
    assert "Take the proposed value or keep yours" in panel.problem.text()
    qtbot.keyClick(panel.offer.keep, Qt.Key.Key_Space)
    qtbot.mouseClick(panel.save_button, Qt.MouseButton.LeftButton)
    assert "why the value stays" in panel.problem.text()
    qtbot.keyClick(panel.offer.take, Qt.Key.Key_Space)
    assert not panel.offer.keep.isChecked()
    qtbot.mouseClick(panel.save_button, Qt.MouseButton.LeftButton)
    settle(qtbot)
    answer = asked.query(f"{asked.label}/Q2").answers[0]
    assert (answer.kind, answer.value) == ("agree", "260000")
    assert asked.answers()["ctx"]["annual_need"] == "260000"


def test_what_was_typed_waits_while_another_query_is_read(
    asked: TalkDesk, open_window: Opener, qtbot: Any
) -> None:
    window = open_window(asked.office)
    window.show_page("form", record_id=asked.record_id, readonly=False)
    desk, panel = form_with_panel(asked, window, qtbot)
    assert "1 of 2" in words(panel)
    type_into(panel, "half a senten")
    qtbot.mouseClick(panel.after, Qt.MouseButton.LeftButton)
    assert panel.text == "" and desk.page.ledger.focused_row() is desk.row(NEED)
    qtbot.mouseClick(panel.before, Qt.MouseButton.LeftButton)
    assert panel.text == "half a senten"
    qtbot.mouseClick(panel.later_button, Qt.MouseButton.LeftButton)
    assert desk.page.queries.panel is None
    desk.page.go_to(POPULATION)
    qtbot.keyClick(desk.focused(), Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    again = desk.page.queries.panel
    assert again is not None and again.text == "half a senten"
    assert QApplication.focusWidget() is again.box
    assert nameless(again) == []


def test_pages_of_pasted_text_are_cut_and_a_closed_query_says_so(
    asked: TalkDesk, open_window: Opener, qtbot: Any
) -> None:
    window = open_window(asked.office)
    go_to(queries_page(window, qtbot), qtbot, "query")
    desk, panel = form_with_panel(asked, window, qtbot)
    type_into(panel, "x" * 5_000_000)
    assert len(panel.text) == LONGEST_REPLY and "the rest was left out" in panel.problem.text()
    with asked.headquarters.begin() as session:
        place = asked.headquarters
        asking.close(
            session, place.library.form, place.hand("W. Mwangi"), f"{asked.label}/Q1", text="Found it"
        )
    asked.send_back()  # while the reply is written
    qtbot.mouseClick(panel.save_button, Qt.MouseButton.LeftButton)
    settle(qtbot)
    assert "has closed" in panel.problem.text() and len(panel.text) == LONGEST_REPLY
    assert desk.page.isEnabled()


def test_a_returned_record_says_so_beside_its_form_and_an_accepted_one_at_its_head(
    talk: TalkDesk, open_window: Opener, qtbot: Any
) -> None:
    talk.give_back()
    talk.send_back()
    window = open_window(talk.office)
    window.show_page("form", record_id=talk.record_id)
    _desk, panel = form_with_panel(talk, window, qtbot)
    assert "Both figures need a source" in words(panel)
    type_into(panel, "The source is the census.")
    qtbot.mouseClick(panel.save_button, Qt.MouseButton.LeftButton)
    settle(qtbot)
    assert [one.stage for one in inquiries(talk)] == ["waiting"]
    talk.send()
    talk.accept()
    talk.send_back()
    window.show_page("records")
    window.show_page("form", record_id=talk.record_id)
    settle(qtbot)
    page = window.page("form")
    assert isinstance(page, FormPage) and page.news.told is not None
    assert "Accepted by" in page.news.told.accessibleName()
    assert "W. Mwangi" in page.news.told.accessibleName()


def test_headquarters_reads_the_whole_conversation(asked: TalkDesk, open_window: Opener, qtbot: Any) -> None:
    reply(asked, f"{asked.label}/Q1", text="Yes, it does.")
    asked.send()
    window = open_window(asked.headquarters)
    page = queries_page(window, qtbot)
    kit.select_row(page.table, next(i for i, one in enumerate(page._shown) if one.kind == "query"))
    assert "Yes, it does." in words(page.panel)
    page.answer()
    settle(qtbot)
    panel = FormDesk(window, qtbot, asked.record_id).page.queries.panel
    assert panel is not None and "Yes, it does." in words(panel)
    assert not panel.save_button.isVisible()


def test_filters_search_and_the_empty_page_say_what_there_is(
    asked: TalkDesk, open_window: Opener, qtbot: Any
) -> None:
    window = open_window(asked.office)
    page = queries_page(window, qtbot)
    page.search("ministry")
    assert [one.kind for one in page._shown] == ["proposal"]
    page.search("nowhere")
    assert "Nothing found for" in words(page)
    page.search("")
    page._chips.chosen.emit("waiting")
    assert "Nothing found" in words(page)
    reply(asked, f"{asked.label}/Q1", text="Yes")
    reply(asked, f"{asked.label}/Q2", text="No", verdict="keep")
    window.refresh()
    settle(qtbot)
    page._chips.chosen.emit("open")
    assert "Headquarters has no question for you." in words(page)

"""Check and finalize: blocked by problems, opened by corrections, and what is in the database afterwards."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt

from habitat_desktop.gui import kit
from habitat_desktop.gui.finalize_page import FinalizePage
from habitat_desktop.gui.main_window import MainWindow
from habitat_desktop.records import repository
from habitat_desktop.records.record import RecordState
from habitat_desktop.workspace import Workspace
from tests.gui.checks import clipped, nameless
from tests.gui.form_desk import POP, FormDesk, begin, demo_answers

SEXNS = f"{POP}/st_pop_sexns"
SIZE_WARNING = "/data/settlement[1]/warn_hh_size"


@pytest.fixture
def language(request: pytest.FixtureRequest) -> str:
    return str(getattr(request, "param", "en"))


both_directions = pytest.mark.parametrize("language", ["en", "ar"], indirect=True)


@pytest.fixture
def desk(
    workspace: Workspace, open_window: Callable[..., MainWindow], qtbot: Any, language: str
) -> Iterator[FormDesk]:
    """A draft with one error and one warning, everything else answered."""
    answers = demo_answers("01_slum_upgrading_nairobi_2025_h2.json")
    kibera = answers["settlement"][0]
    kibera["st_pop_grp"]["st_pop_sexns"] = 400
    kibera["st_households"], kibera["st_fem_hh"] = 14650, 5420
    kibera["tenure_grp"]["ten_none"] = 7900
    record_id = begin(workspace, answers)
    window = open_window(workspace, language=language)
    found = FormDesk(window, qtbot, record_id)
    found.open()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield found


@pytest.fixture
def page(desk: FormDesk) -> FinalizePage:
    """The page, as the button of the form page opens it."""
    desk.page.header.check.click()
    desk.settle()
    page = desk.window.page("finalize")
    assert isinstance(page, FinalizePage)
    assert desk.window.current_key == "finalize"
    return page


def refs(page: FinalizePage) -> list[str]:
    assert page.sitting is not None
    return [one.ref for one in page.sitting.problems()]


@both_directions
def test_a_problem_blocks_finalizing_and_leads_to_its_question(desk: FormDesk, page: FinalizePage) -> None:
    assert refs(page) == [SEXNS]
    assert not page.panel.finalize.isEnabled()
    assert page.panel.reason.isVisible()
    page.panel.first.click()
    desk.settle()
    assert desk.window.current_key == "form"
    assert desk.focused() is desk.field(SEXNS)


@both_directions
def test_what_is_corrected_is_finalized(desk: FormDesk, page: FinalizePage) -> None:
    page.panel.first.click()
    desk.settle()
    desk.type(SEXNS, "0")
    desk.page.header.check.click()
    desk.settle()
    assert refs(page) == []
    assert not page.panel.first.isVisible()
    page.panel.finalize.click()
    desk.settle()
    with desk.window.workspace.read() as session:
        summary = repository.find_record(session, desk.record_id)
        revision = repository.current(session, desk.record_id)
        draft = repository.find_draft(session, desk.record_id)
    assert summary is not None
    assert summary.state is RecordState.FINAL
    assert draft is None
    assert revision is not None
    assert revision.answers["settlement"][0]["st_pop_grp"]["st_pop_sexns"] == "0"
    banners = [b.accessibleName() for b in desk.window.findChildren(kit.Banner) if b.isVisible()]
    assert any(summary.label in text for text in banners)
    assert desk.window.current_key == "records"


def test_a_finalized_record_opens_for_looking(desk: FormDesk, page: FinalizePage) -> None:
    assert page.sitting is not None
    page.sitting.answer(SEXNS, "0")
    page.refresh()
    page.finalize()
    desk.settle()
    desk.open()
    field: Any = desk.field(SEXNS)
    assert field.isReadOnly()
    assert desk.page.header.state == "final"


@both_directions
def test_a_justification_is_written_here_and_travels_with_the_record(
    desk: FormDesk, page: FinalizePage
) -> None:
    line = page.warnings.editors[SIZE_WARNING].line
    line.setFocus()
    desk.qtbot.keyClicks(line, "Counted with tenants")
    desk.press(line, Qt.Key.Key_Return)
    assert desk.stored().justifications == {SIZE_WARNING: "Counted with tenants"}
    assert page.sitting is not None
    page.sitting.answer(SEXNS, "0")
    page.refresh()
    page.panel.finalize.click()
    desk.settle()
    with desk.window.workspace.read() as session:
        revision = repository.current(session, desk.record_id)
    assert revision is not None
    assert revision.justifications == {SIZE_WARNING: "Counted with tenants"}


def test_a_half_written_justification_is_saved_when_the_page_is_left(
    desk: FormDesk, page: FinalizePage
) -> None:
    line = page.warnings.editors[SIZE_WARNING].line
    line.setFocus()
    desk.qtbot.keyClicks(line, "Counted")
    page.back.click()
    assert desk.window.current_key == "form"
    assert desk.stored().justifications == {SIZE_WARNING: "Counted"}


def test_a_text_that_could_not_be_read_blocks_too(desk: FormDesk) -> None:
    desk.type(SEXNS, "0")
    desk.type(f"{POP}/st_pop_pwd", "about 7000")
    desk.page.header.check.click()
    desk.settle()
    page = desk.window.page("finalize")
    assert isinstance(page, FinalizePage)
    assert refs(page) == [f"{POP}/st_pop_pwd"]
    assert not page.panel.finalize.isEnabled()


def test_required_answers_are_shown_as_missing_after_the_check(desk: FormDesk) -> None:
    desk.type("/data/prog/city", "")
    desk.page.header.check.click()
    desk.settle()
    desk.open(ref="/data/prog/city")
    assert len(desk.messages("/data/prog/city")) == 1


def test_the_page_says_everything_again_in_another_language(desk: FormDesk, page: FinalizePage) -> None:
    title = page.subtitle.text()
    page.frame.update_settings(language="ar")
    assert page.subtitle.text() != title
    assert page.problems.lines.count() == 1


@both_directions
def test_nothing_is_cut_and_everything_is_named(desk: FormDesk, page: FinalizePage) -> None:
    desk.qtbot.waitUntil(lambda: page.problems.lines.itemAt(0).widget().isVisible())
    assert nameless(page) == []
    assert clipped(page) == []

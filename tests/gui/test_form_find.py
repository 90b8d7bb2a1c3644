"""Find in the form: words of questions, hints, choices and answers, in any script, over all sections."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction

from habitat_desktop.gui.markup import plain
from tests.gui.form_desk import POP, FormDesk

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def desk(nairobi: FormDesk) -> FormDesk:
    return nairobi


def search(desk: FormDesk, text: str) -> list[str]:
    """Search as a person does and return the hits."""
    bar = desk.page.find_bar
    desk.press(desk.focused(), Qt.Key.Key_F, CTRL)
    assert desk.focused() is bar.field
    bar.field.setText(text)
    bar.field.textEdited.emit(text)
    desk.press(bar.field, Qt.Key.Key_Return)
    return bar.hits


def test_hits_are_counted_and_enter_leads_from_one_to_the_next_over_sections(desk: FormDesk) -> None:
    page, bar = desk.page, desk.page.find_bar
    hits = search(desk, "WOMEN")
    assert len(hits) > 4
    assert bar.count.text().replace("\u2066", "").replace("\u2069", "") == f"1 of {len(hits)}"
    first = page.key
    seen = [first]
    for _hit in hits[1:]:
        desk.press(bar.field, Qt.Key.Key_F3)
        seen.append(page.key)
        assert bar.current in page.ledger.rows or bar.current in page.ledger._notes
    assert len(set(seen)) > 1
    assert bar.current == hits[-1]
    desk.press(bar.field, Qt.Key.Key_Return)
    assert bar.current == hits[0]
    desk.press(bar.field, Qt.Key.Key_Return, SHIFT)
    assert bar.current == hits[-1]
    desk.press(bar.field, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    assert page.ledger.focused_row() is not None
    assert page.ledger.focused_row().ref == hits[-1]  # type: ignore[union-attr]


def test_answers_and_choices_are_found_and_answers_as_they_are_read(desk: FormDesk) -> None:
    assert f"{POP}/st_pop_total" in search(desk, "185000")
    assert f"{POP}/st_pop_total" in search(desk, "185,000")
    sitting = desk.page.sitting
    assert sitting is not None and desk.page.tree is not None
    state = next(
        state
        for state in sitting.entry.instance.states()
        if state.choices and state.relevant and desk.page.tree.section_of(state.ref)
    )
    assert state.ref in search(desk, plain(state.choices[-1].label))


@pytest.mark.parametrize("language", ["ar", "ru"], indirect=True)
def test_spelling_does_not_matter_in_any_script(desk: FormDesk, language: str) -> None:
    words = {"ar": ("سكان", "السُّكّان"), "ru": ("население", "НАСЕЛЕНИЕ")}[language]
    one = search(desk, words[0])
    assert one
    assert search(desk, words[1])


def test_nothing_found_is_said(desk: FormDesk) -> None:
    assert search(desk, "qqqqq") == []
    assert "qqqqq" in desk.page.find_bar.count.text()
    assert not desk.page.find_bar.after.isEnabled()


def test_the_menu_edit_has_undo_cut_and_find(desk: FormDesk) -> None:
    desk.type(f"{POP}/st_pop_total", "7", leave=None)
    texts = [action.text() for action in desk.window.menus._menus["edit"].actions() if action.text()]
    assert [text.partition("\t")[0] for text in texts][:3] == ["Undo", "Redo", "Find in this form"]
    paste = next(a for a in desk.window.menus._menus["edit"].actions() if a.text().startswith("Select all"))
    assert isinstance(paste, QAction)
    paste.trigger()
    assert desk.field(f"{POP}/st_pop_total").selectedText() == "7"  # type: ignore[attr-defined]
    desk.window.show_page("records")
    texts = [action.text() for action in desk.window.menus._menus["edit"].actions()]
    assert "Undo" not in texts

"""Choosing as a person does it: by keys and by mouse, in short lists and in long ones."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox

from habitat_desktop.gui import look
from habitat_desktop.gui.choice_buttons import ChoiceList
from habitat_desktop.gui.choice_finder import Finder, finder
from habitat_desktop.gui.choice_popup import ChoicePopup
from habitat_desktop.gui.choice_search import SearchLine
from habitat_desktop.gui.main_window import MainWindow
from habitat_desktop.workspace import Workspace
from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.itemsets import Choice
from habitat_desktop.xforms.library import load_form
from tests.gui.checks import nameless
from tests.gui.choice_bench import Bench
from tests.gui.choice_forms import APPEARANCES, MANY, write_form
from tests.gui.form_desk import FormDesk, begin

REFS = {name: f"/data/g{number // 7}/{name}" for number, (_type, name, _looks) in enumerate(APPEARANCES)}


@pytest.fixture(scope="session")
def every_choice(tmp_path_factory: pytest.TempPathFactory) -> Form:
    """The form of every appearance."""
    return load_form(write_form(tmp_path_factory.mktemp("choices")), foreign=False)


@pytest.fixture
def desk(every_choice: Form, qtbot: Any) -> Bench:
    return Bench(every_choice, qtbot)


def control(desk: Bench, name: str, *more: str) -> Any:
    """Show a question, and more below it, and return its control."""
    return desk.show(*(REFS[one] for one in (name, *more))).control


def searched(desk: Bench, name: str = "many_one") -> SearchLine:
    """Show a question with a long list and go to its line as Tab does."""
    line = control(desk, name, "plain_one").line
    assert isinstance(line, SearchLine)
    line.setFocus(Qt.FocusReason.TabFocusReason)
    return line


def popup(desk: Bench) -> ChoicePopup:
    (found,) = [one for one in desk.window.findChildren(ChoicePopup) if one.isVisible()]
    return found


def open_popups(desk: Bench) -> int:
    return len([one for one in desk.window.findChildren(ChoicePopup) if one.isVisible()])


def bare(text: str) -> str:
    return "".join(sign for sign in text if sign not in "\u2066\u2068\u2069")


# long lists


def test_one_of_many_is_found_by_typing_and_taken_with_enter(desk: Bench) -> None:
    line = searched(desk)
    assert open_popups(desk) == 0, "reaching the field opens nothing"
    desk.write(line, "settl 27")
    found = popup(desk)
    assert found.lines.rowCount() == 13, "27, 127, 227 and 270 to 279"
    assert bare(found.count.text()) == f"13 of {MANY}"
    desk.press(line, Qt.Key.Key_Down)
    desk.press(line, Qt.Key.Key_Return)
    assert (desk.value(REFS["many_one"]), open_popups(desk)) == ("m127", 0)
    assert line.text() == "Settlement 127"


def test_a_code_finds_its_choice_and_leaving_the_field_takes_it(desk: Bench) -> None:
    line = searched(desk)
    desk.write(line, "M41")
    desk.press(line, Qt.Key.Key_Tab)
    assert desk.value(REFS["many_one"]) == "m41"


def test_what_is_in_no_line_keeps_the_old_answer_and_says_so(desk: Bench) -> None:
    line = searched(desk)
    desk.write(line, "m41")
    desk.press(line, Qt.Key.Key_Return)
    line.selectAll()
    desk.write(line, "nowhere")
    assert popup(desk).lines.rowCount() == 0
    assert "nowhere" in popup(desk).count.text()
    desk.press(line, Qt.Key.Key_Tab)
    assert desk.value(REFS["many_one"]) == "m41"
    assert "is not in the list" in desk.unread[REFS["many_one"]].problem


def test_escape_closes_the_list_and_brings_the_answer_back_into_sight(desk: Bench) -> None:
    line = searched(desk)
    desk.write(line, "m41")
    desk.press(line, Qt.Key.Key_Return)
    line.selectAll()
    desk.write(line, "9")
    desk.press(line, Qt.Key.Key_Escape)
    assert (line.text(), open_popups(desk), desk.value(REFS["many_one"])) == ("Settlement 41", 0, "m41")


def test_the_list_opens_by_key_at_the_answer_and_by_mouse(desk: Bench) -> None:
    line = searched(desk)
    desk.write(line, "m200")
    desk.press(line, Qt.Key.Key_Return)
    desk.press(line, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert popup(desk).current() == "m200"
    desk.press(line, Qt.Key.Key_F4)
    assert open_popups(desk) == 0
    desk.qtbot.mouseClick(line, Qt.MouseButton.LeftButton)
    view = popup(desk).view
    index = view.model().index(view.currentIndex().row() + 1, 0)
    view.scrollTo(index)
    desk.qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(index).center())
    assert (desk.value(REFS["many_one"]), open_popups(desk)) == ("m201", 0)


def test_a_press_beside_the_list_closes_it(desk: Bench) -> None:
    line = searched(desk)
    desk.qtbot.mouseClick(line, Qt.MouseButton.LeftButton)
    assert open_popups(desk) == 1
    corner = QPoint(5, desk.window.height() - 5)
    desk.qtbot.mouseClick(desk.window, Qt.MouseButton.LeftButton, pos=corner)
    desk.qtbot.waitUntil(lambda: open_popups(desk) == 0)


def test_an_answer_is_taken_back_by_key_and_by_mouse(desk: Bench) -> None:
    line = searched(desk)
    for rub in ("key", "mouse"):
        line.setFocus(Qt.FocusReason.TabFocusReason)
        line.selectAll()
        desk.write(line, "m41")
        desk.press(line, Qt.Key.Key_Return)
        assert desk.value(REFS["many_one"]) == "m41"
        if rub == "key":
            line.selectAll()
            desk.press(line, Qt.Key.Key_Delete)
            desk.press(line, Qt.Key.Key_Tab)
        else:
            desk.widgets[REFS["many_one"]].control.rubber.click()
        assert desk.value(REFS["many_one"]) == ""


def test_rubbish_of_five_megabytes_leaves_the_answer(desk: Bench) -> None:
    line = searched(desk)
    desk.write(line, "m41")
    desk.press(line, Qt.Key.Key_Return)
    QApplication.clipboard().setText("\x00‮ <b>x</b>\n" * 500_000)
    line.selectAll()
    desk.press(line, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    desk.press(line, Qt.Key.Key_Tab)
    assert desk.value(REFS["many_one"]) == "m41"
    assert REFS["many_one"] in desk.unread


def test_several_of_many_stand_as_chips_with_their_number(desk: Bench) -> None:
    ref, line = REFS["many_some"], searched(desk, "many_some")
    shown = desk.widgets[ref].control
    for code in ("m3", "m118", "m7"):
        desk.write(line, code)
        desk.press(line, Qt.Key.Key_Return)
    assert desk.value(ref).split() == ["m3", "m7", "m118"]
    assert "3 chosen" in bare(shown.count.text())
    assert line.hasFocus(), "ready for the next one"
    chips = [chip.toolTip() for chip in shown.chips]
    assert chips == ["Settlement 3", "Settlement 7", "Settlement 118"]
    shown.chips[1].click()
    assert desk.value(ref).split() == ["m3", "m118"]
    desk.press(line, Qt.Key.Key_Escape)
    desk.press(line, Qt.Key.Key_Backspace)
    assert desk.value(ref) == "m3"
    shown.rubber.click()
    assert desk.value(ref) == ""


def test_a_chosen_line_is_ticked_and_taking_it_again_takes_it_out(desk: Bench) -> None:
    line = searched(desk, "many_some")
    desk.write(line, "m3")
    desk.press(line, Qt.Key.Key_Return)
    desk.write(line, "m3")
    index = popup(desk).lines.index(0, 0)
    assert index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "Settlement 3, chosen"
    desk.press(line, Qt.Key.Key_Return)
    assert desk.value(REFS["many_some"]) == ""


@pytest.mark.parametrize(
    ("label", "typed"),
    [
        ("Réhabilitation du quartier", "rehabil QUART"),
        ("Rehabilitación", "rehabilitacion"),
        ("Жилищный фонд", "жилищныи"),
        ("إسكان الأحياء", "اسكان الاحياء"),
        ("住房政策", "政策"),
        ("Ｗａｔｅｒ ２", "water 2"),
    ],
)
def test_searching_folds_every_language(label: str, typed: str) -> None:
    found = Finder((Choice("a", "Something else"), Choice("b", label), Choice("c", f"**{label}** again")))
    assert list(found.find(typed)) == [1, 2]
    assert found.exactly(label) == 1
    assert found.exactly("B") == 1
    assert found.exactly("nothing") == -1


def test_what_begins_with_the_text_stands_first_and_the_same_list_is_folded_once() -> None:
    choices = tuple(Choice(f"c{n}", label) for n, label in enumerate(("New Accra", "Accra", "Accra North")))
    found = finder(choices)
    assert [found.words(place) for place in found.find("accra")] == ["Accra", "Accra North", "New Accra"]
    assert [found.words(place) for place in found.find("accra n")] == ["Accra North", "New Accra"]
    assert finder(choices) is found


# short lists, all in sight


def test_a_list_to_open_is_cleared_by_key(desk: Bench) -> None:
    box = control(desk, "list_one").field()
    assert isinstance(box, QComboBox)
    box.setFocus(Qt.FocusReason.TabFocusReason)
    desk.press(box, Qt.Key.Key_Down)
    assert desk.value(REFS["list_one"]) == "five1"
    desk.press(box, Qt.Key.Key_Delete)
    assert desk.value(REFS["list_one"]) == ""


@pytest.mark.parametrize("name", ["columns_one", "pack_one", "two_columns_one", "row_one", "bare_one"])
def test_arrows_go_through_choices_in_sight_and_space_chooses(desk: Bench, name: str) -> None:
    boxes = control(desk, name).boxes
    first = boxes[0]
    first.setFocus(Qt.FocusReason.TabFocusReason)
    desk.press(first, Qt.Key.Key_Right)
    second = desk.focused()
    assert second is not first and second in boxes
    desk.press(second, Qt.Key.Key_Space)
    assert desk.value(REFS[name]) == second.value
    desk.press(second, Qt.Key.Key_Delete)
    assert desk.value(REFS[name]) == ""


@pytest.mark.parametrize(("language", "key"), [("en", Qt.Key.Key_Right), ("ar", Qt.Key.Key_Left)])
def test_tab_stops_once_at_round_buttons_and_at_the_chosen_one(
    desk: Bench, language: str, key: Qt.Key
) -> None:
    look.apply(language, "light")
    boxes = control(desk, "pack_one").boxes
    boxes[2].click()
    stops = [box for box in boxes if box.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert stops == [boxes[2]]
    boxes[2].setFocus(Qt.FocusReason.TabFocusReason)
    desk.press(boxes[2], key)
    assert desk.focused() is boxes[3]


def test_a_form_gets_the_columns_it_asks_for(desk: Bench) -> None:
    control(desk, "two_columns_one", "bare_one")
    for name, columns in (("two_columns_one", 2), ("bare_one", 3)):
        boxes = desk.widgets[REFS[name]].control.boxes
        assert len({box.x() for box in boxes}) == columns
        assert boxes[0].y() == boxes[1].y(), "counted along the row"


def test_a_quick_answer_moves_on(desk: Bench) -> None:
    boxes = control(desk, "quick_one").boxes
    boxes[0].setFocus(Qt.FocusReason.TabFocusReason)
    desk.press(boxes[0], Qt.Key.Key_Space)
    assert desk.value(REFS["quick_one"]) == "five1"
    assert desk.entered == [REFS["quick_one"]]


def test_a_scale_is_answered_by_a_press_on_its_words(desk: Bench) -> None:
    scale = control(desk, "likert_one")
    words = next(label for label, box in scale._words.items() if box.value == "five4")
    desk.qtbot.mouseClick(words, Qt.MouseButton.LeftButton)
    assert desk.value(REFS["likert_one"]) == "five4"
    assert desk.focused().accessibleName() == "select_one five likert: Good"


def test_or_other_asks_what_it_is(desk: Bench) -> None:
    boxes = control(desk, "other_one").boxes
    other = f"{REFS['other_one']}_other"
    assert not desk.instance.state(other).relevant
    assert [box.words for box in boxes][-1] == "Other"
    boxes[-1].click()
    assert desk.value(REFS["other_one"]) == "other"
    assert desk.instance.state(other).relevant


def test_an_unknown_appearance_leaves_the_plain_control(desk: Bench) -> None:
    assert type(control(desk, "unknown_one")) is ChoiceList


def test_every_control_of_every_section_has_a_name(
    workspace: Workspace, open_window: Callable[..., MainWindow], qtbot: Any, tmp_path: Path
) -> None:
    workspace.library.add(write_form(tmp_path))
    desk = FormDesk(open_window(workspace), qtbot, begin(workspace, {}, form="choices"))
    desk.open()
    assert desk.page.tree is not None
    for entry in desk.page.tree.entries():
        if desk.page.tree.section(entry.key) is not None:
            desk.page.show_section(entry.key)
            assert nameless(desk.page) == []
            for row in desk.page.ledger.rows.values():
                for button in row.findChildren(QAbstractButton):
                    assert button.accessibleName() or button.text(), row.ref


def test_a_choice_that_left_the_list_stays_in_sight_and_is_told(desk: Bench) -> None:
    for name in ("list_one", "columns_one", "likert_one", "many_one", "some", "many_some"):
        shown = control(desk, name)
        shown.show_values(["gone7"])
        if isinstance(shown, ChoiceList):
            words = [shown.box.currentText()]
        elif hasattr(shown, "chips"):
            words = [chip.toolTip() for chip in shown.chips]
        elif hasattr(shown, "boxes"):
            words = [box.name for box in shown.boxes if box.isChecked()]
        else:
            words = [shown.line.text()]
        assert [bare(word) for word in words] == ["gone7 (no longer in the list)"], name
        assert desk.value(REFS[name]) == "", "looking at it answers nothing"

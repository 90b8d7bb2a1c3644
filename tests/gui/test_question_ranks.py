"""Orders, ranges, ratings, counters, maps of regions and grids, used by keys and by mouse."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from habitat_desktop.gui import look
from habitat_desktop.gui.choice_map import ImageMap, drawing_of
from habitat_desktop.gui.form_grid_head import GridHead
from habitat_desktop.gui.form_media import PICTURE as PICTURE_SIZE
from habitat_desktop.gui.form_media import picture
from habitat_desktop.gui.main_window import MainWindow
from habitat_desktop.gui.ranges import RangeQuestion, steps_of
from habitat_desktop.gui.safe_svg import safe_svg
from habitat_desktop.workspace import Workspace
from habitat_desktop.xforms.definition import Form, Question
from habitat_desktop.xforms.library import load_form
from tests.gui.choice_bench import Bench
from tests.gui.choice_forms import APPEARANCES, PICTURE, write_form
from tests.gui.form_desk import FormDesk, begin

REFS = {name: f"/data/g{number // 7}/{name}" for number, (_type, name, _looks) in enumerate(APPEARANCES)}
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture(scope="session")
def choice_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ranks")
    write_form(folder)
    return folder


@pytest.fixture(scope="session")
def every_choice(choice_folder: Path) -> Form:
    return load_form(choice_folder / "choices.md", foreign=False)


@pytest.fixture
def bench(every_choice: Form, qtbot: Any) -> Bench:
    return Bench(every_choice, qtbot)


# orders


def test_a_line_is_moved_by_keys_and_the_order_is_the_answer(bench: Bench) -> None:
    widget = bench.show(REFS["ranked"])
    assert bench.value(REFS["ranked"]) == ""
    widget.list.setFocus(Qt.FocusReason.TabFocusReason)
    bench.press(widget.list, Qt.Key.Key_Down, ALT)
    assert bench.value(REFS["ranked"]) == "five2 five1 five3 five4 five5"
    assert widget.list.currentRow() == 1, "the keyboard goes along with the line"
    bench.press(widget.list, Qt.Key.Key_End, ALT)
    assert bench.value(REFS["ranked"]).split()[-1] == "five1"
    bench.press(widget.list, Qt.Key.Key_Up, ALT)
    assert bench.value(REFS["ranked"]) == "five2 five3 five4 five1 five5"
    bench.press(widget.list, Qt.Key.Key_Delete)
    assert bench.value(REFS["ranked"]) == ""


def test_a_line_is_dragged_with_the_mouse(bench: Bench) -> None:
    widget = bench.show(REFS["ranked"])
    view = widget.list.viewport()
    middle = [widget.list.visualItemRect(widget.list.item(row)).center() for row in range(5)]
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mousePress(view, left, none, middle[4])
    for row in (3, 2, 1):
        bench.drag(view, middle[row])
    QTest.mouseRelease(view, left, none, middle[1])
    assert bench.value(REFS["ranked"]) == "five1 five5 five2 five3 five4"


def test_the_order_as_it_stands_is_an_answer_only_when_it_is_kept(bench: Bench) -> None:
    widget = bench.show(REFS["ranked"])
    assert widget.told.isVisible()
    widget.keep.click()
    assert bench.value(REFS["ranked"]) == "five1 five2 five3 five4 five5"
    assert not widget.told.isVisible()
    widget.clear.click()
    assert bench.value(REFS["ranked"]) == ""


# ranges


@pytest.mark.parametrize(("language", "key"), [("en", Qt.Key.Key_Right), ("ar", Qt.Key.Key_Left)])
def test_a_slider_goes_by_keys_in_the_direction_of_reading(
    every_choice: Form, qtbot: Any, language: str, key: Qt.Key
) -> None:
    look.apply(language, "light")
    bench, ref = Bench(every_choice, qtbot), REFS["slid"]
    widget = bench.show(ref)
    assert widget.slider.is_blank and widget.field() is widget.slider
    widget.slider.setFocus(Qt.FocusReason.TabFocusReason)
    bench.press(widget.slider, key)
    assert bench.value(ref) == "0", "the first key takes the handle up where it stands"
    bench.press(widget.slider, key)
    assert bench.value(ref) == "5"
    bench.press(widget.slider, Qt.Key.Key_End)
    assert bench.value(ref) == "100"
    bench.press(widget.slider, Qt.Key.Key_Delete)
    assert (bench.value(ref), widget.slider.is_blank) == ("", True)


def test_a_press_on_the_slider_and_a_number_in_its_field_are_the_same(bench: Bench) -> None:
    ref = REFS["slid"]
    widget = bench.show(ref)
    at = QPoint(round(widget.slider._point(10).x()), widget.slider.height() // 2)
    bench.qtbot.mouseClick(widget.slider, Qt.MouseButton.LeftButton, pos=at)
    assert (bench.value(ref), widget.line.text()) == ("50", "50")
    widget.line.setFocus()
    widget.line.selectAll()
    bench.write(widget.line, "٧٥")
    bench.press(widget.line, Qt.Key.Key_Return)
    assert (bench.value(ref), widget.slider.value()) == ("75", 15)


def test_an_upright_slider_and_one_without_marks(bench: Bench) -> None:
    upright = bench.show(REFS["upright"], REFS["unmarked"]).slider
    assert upright.orientation() == Qt.Orientation.Vertical
    upright.setFocus(Qt.FocusReason.TabFocusReason)
    bench.press(upright, Qt.Key.Key_Up)
    bench.press(upright, Qt.Key.Key_Up)
    assert bench.value(REFS["upright"]) == "5"


def test_stars_are_pressed_and_gone_along(bench: Bench) -> None:
    ref = REFS["rated"]
    stars = bench.show(ref).control.stars
    assert [star.accessibleName() for star in stars][2] == "range rating: 3 of 5"
    stars[2].click()
    assert [star.isChecked() for star in stars] == [True, True, True, False, False]
    stars[2].setFocus(Qt.FocusReason.TabFocusReason)
    bench.press(stars[2], Qt.Key.Key_Right)
    bench.press(stars[3], Qt.Key.Key_Space)
    assert bench.value(ref) == "4"
    stars[3].click()
    assert bench.value(ref) == "", "a press on the last one takes the answer back"


def test_a_step_is_picked_from_a_list(bench: Bench) -> None:
    box = bench.show(REFS["picked"]).control.box
    assert [box.itemText(i) for i in range(box.count())] == ["", "1", "2", "3", "4", "5"]
    box.setFocus(Qt.FocusReason.TabFocusReason)
    bench.press(box, Qt.Key.Key_Down)
    assert bench.value(REFS["picked"]) == "1"


def test_a_counter_counts_by_keys_and_buttons(bench: Bench) -> None:
    ref = REFS["counted"]
    widget = bench.show(ref)
    widget.more.click()
    widget.more.click()
    assert bench.value(ref) == "2"
    widget.line.setFocus()
    bench.press(widget.line, Qt.Key.Key_Down)
    assert bench.value(ref) == "1"
    widget.line.selectAll()
    bench.write(widget.line, "no number")
    widget.more.click()
    assert bench.value(ref) == "1"
    assert ref in bench.unread


@pytest.mark.parametrize("ends", [{}, {"start": "a", "end": "9"}, {"start": "0", "end": "1e9"},
                                  {"start": "0", "end": "5", "step": "0"}])  # fmt: skip
def test_a_range_without_sensible_ends_is_typed(every_choice: Form, qtbot: Any, ends: dict[str, str]) -> None:
    from dataclasses import replace

    known = every_choice.element(REFS["slid"])
    assert isinstance(known, Question)
    question = replace(known, parameters=ends)
    assert steps_of(question) is None
    widget = RangeQuestion(question)
    qtbot.addWidget(widget)
    assert widget.slider is None and widget.field() is widget.line


# maps of regions


def test_a_region_is_pressed_and_the_list_says_the_same(bench: Bench, choice_folder: Path) -> None:
    ref = REFS["region"]
    widget = bench.show(ref, media=(("image", choice_folder / "map.svg"),))
    shown = widget.control
    assert isinstance(shown, ImageMap)
    assert widget.takes_media
    scale = shown.picture.width() / 300
    press = bench.qtbot.mouseClick
    press(shown.picture, Qt.MouseButton.LeftButton, pos=QPoint(round(235 * scale), round(145 * scale)))
    assert bench.value(ref) == "regions3"
    assert [box.isChecked() for box in shown.list.boxes] == [False, False, True]
    press(shown.picture, Qt.MouseButton.LeftButton, pos=QPoint(round(195 * scale), round(105 * scale)))
    assert bench.value(ref) == "regions3", "the corner of its box is no part of the circle"
    box = shown.list.boxes[0]
    box.setFocus(Qt.FocusReason.TabFocusReason)
    bench.press(box, Qt.Key.Key_Space)
    assert bench.value(ref) == "regions1"
    assert list(shown.picture.chosen) == ["regions1"]


HOSTILE = {
    "external picture": PICTURE.replace(
        "<circle", '<image href="file:///etc/hostname" width="9" height="9"/><circle'
    ),
    "script": PICTURE.replace("<circle", "<script>alert(1)</script><circle onclick='x()'"),
    "style": PICTURE.replace("<circle", "<style>@import url(http://x/y.css);</style><circle"),
    "filling from elsewhere": PICTURE.replace('fill="#a8cbe0"', 'fill="url(file:///tmp/x.svg#a)"'),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_would_load_or_run_is_taken_out_of_a_drawing(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "map.svg"
    path.write_text(HOSTILE[kind], encoding="utf-8")
    found = safe_svg(path)
    assert found is not None
    data, ids = found
    assert {"regions1", "regions2", "regions3"} <= ids
    for sign in (b"file:", b"script", b"import", b"onclick", b"<image"):
        assert sign not in data
    drawing = drawing_of(path, ["regions1", "regions3"])
    assert drawing is not None and drawing.values == ["regions1", "regions3"]


@pytest.mark.parametrize("name", ["bomb.svg", "bomb.png"])
def test_a_drawing_beside_a_question_is_made_harmless_too(
    choice_folder: Path, tmp_path: Path, qapp: Any, name: str
) -> None:
    shown = picture(choice_folder / "map.svg", PICTURE_SIZE, 1)
    assert shown is not None and not shown.isNull()
    path = tmp_path / name
    path.write_text(BOMB, encoding="utf-8")
    assert picture(path, PICTURE_SIZE, 1) is None


BOMB = '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + PICTURE
NO_DRAWING = {
    "entities": BOMB,
    "deep": PICTURE.replace("<circle", "<g>" * 200 + "</g>" * 200 + "<circle"),
    "broken": PICTURE[:120],
    "another thing": "<html/>",
    "many": PICTURE.replace("<circle", "<path/>" * 20_001 + "<circle"),
    "large": PICTURE + " " * 2_000_001,
    "nothing": "",
}


def test_a_drawing_that_hurts_leaves_the_plain_list(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "map.svg"
    for kind, text in NO_DRAWING.items():
        path.write_text(text, encoding="utf-8")
        assert drawing_of(path, ["regions1"]) is None, kind
    widget = bench.show(REFS["region"], media=(("image", path),))
    assert not isinstance(widget.control, ImageMap)
    widget.control.boxes[1].click()
    assert bench.value(REFS["region"]) == "regions2"


# grids


def test_a_grid_has_its_labels_once_and_arrows_go_through_it_and_moves_are_undone(
    workspace: Workspace, open_window: Callable[..., MainWindow], qtbot: Any, tmp_path: Path
) -> None:
    workspace.library.add(write_form(tmp_path))
    desk = FormDesk(open_window(workspace), qtbot, begin(workspace, {}, form="choices"))
    desk.open()
    water = desk.row("/data/grid/water")
    heads = [head for head in desk.page.ledger.findChildren(GridHead) if head.isVisible()]
    assert len(heads) == 1
    head = heads[0].head
    assert head is not None
    line: Any = water.widget
    first = line.control.boxes[0]
    label = head.layout().itemAt(0).widget()
    middles = [one.mapTo(desk.window, one.rect().center()).x() for one in (label, first)]
    assert abs(middles[0] - middles[1]) <= 2, "labels stand over their signs"
    first.setFocus(Qt.FocusReason.TabFocusReason)
    desk.press(first, Qt.Key.Key_Right)
    desk.press(desk.focused(), Qt.Key.Key_Down)
    desk.press(desk.focused(), Qt.Key.Key_Space)
    assert desk.value("/data/grid/roads") == "five2"
    assert desk.focused().accessibleName() == "Roads and paths: Bad"
    desk.press(desk.focused(), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert desk.value("/data/grid/roads") == ""
    ranked: Any = desk.row(REFS["ranked"]).widget.field()
    ranked.setFocus(Qt.FocusReason.TabFocusReason)
    desk.press(ranked, Qt.Key.Key_Down, ALT)
    desk.press(ranked, Qt.Key.Key_Down, ALT)
    assert desk.value(REFS["ranked"]) == "five2 five3 five1 five4 five5"
    desk.press(ranked, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert desk.value(REFS["ranked"]) == "five2 five1 five3 five4 five5", "each move is undone by itself"
    early: Any = desk.row("/data/grid2/early").widget
    early.control.boxes[0].click()
    early.control.boxes[3].click()
    assert desk.value("/data/grid2/early") == "five1 five4"
    assert desk.page.tree is not None
    assert desk.page.tree.tally("/data/grid2").total == 2, "the head is no question"

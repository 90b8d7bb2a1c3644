"""The map: moved and enlarged by mouse and keys, points set on it, an office's own picture laid over it."""

import json
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from habitat_desktop.gui import jobs, look
from habitat_desktop.gui.map_dialog import CornersDialog, MapDialog
from habitat_desktop.gui.map_view import Sight
from habitat_desktop.i18n.coordinates import Place, parse_place, written
from habitat_desktop.resources import data_dir
from tests.gui.checks import clipped, nameless


@pytest.fixture
def room(qtbot: Any) -> QWidget:
    room = QWidget()
    room.resize(1000, 680)
    qtbot.addWidget(room)
    return room


def shown(qtbot: Any, room: QWidget, *places: Place, **options: Any) -> MapDialog:
    dialog = MapDialog(room, places, **options)
    dialog.open()
    dialog.activateWindow()
    qtbot.waitUntil(lambda: jobs.is_idle() and dialog.view.hasFocus())
    return dialog


def test_a_place_is_set_with_the_keyboard_alone(qtbot: Any, room: QWidget) -> None:
    dialog = shown(qtbot, room, parse_place("-1.286, 36.817"))
    view = dialog.view
    for key in (Qt.Key.Key_Minus, Qt.Key.Key_Minus, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Plus):
        qtbot.keyClick(view, key)
    east_of, north_of = view.sight.longitude, view.sight.latitude
    assert east_of > 36.817 and north_of > -1.286
    qtbot.keyClick(view, Qt.Key.Key_Space)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert dialog.result() == MapDialog.DialogCode.Accepted
    [place] = dialog.places
    assert abs(float(place.longitude) - east_of) < 0.001 and abs(float(place.latitude) - north_of) < 0.001
    assert len(str(place.longitude).partition(".")[2]) <= 7


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_click_sets_a_point_where_it_is_and_east_is_right_in_every_language(
    qtbot: Any, room: QWidget, language: str
) -> None:
    look.apply(language, "dark")
    dialog = shown(qtbot, room, kind="geotrace")
    view = dialog.view
    view._look(Sight(0, 30, 20))
    middle = view.rect().center()
    for step in (QPoint(0, 0), QPoint(100, 0), QPoint(0, -100)):
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle + step)
    first, east, north = dialog.places
    assert east.longitude > first.longitude and abs(east.latitude - first.latitude) < 1
    assert north.latitude > first.latitude
    assert abs(float(first.longitude) - 30) < 0.2 and abs(float(north.latitude) - 5) < 0.2
    qtbot.keyClick(view, Qt.Key.Key_Backspace)
    assert dialog.places == [first, east]
    assert nameless(dialog) == [] and clipped(dialog) == []


def test_dragging_moves_and_the_wheel_enlarges_around_the_pointer(qtbot: Any, room: QWidget) -> None:
    dialog = shown(qtbot, room)
    view = dialog.view
    view._look(Sight(0, 30, 20))
    middle = view.rect().center()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseMove(view, middle + QPoint(60, 40))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=middle + QPoint(60, 40))
    assert dialog.places == [], "a drag is no click"
    assert view.sight.longitude < 30 and view.sight.latitude == pytest.approx(2)
    at = QPointF(middle + QPoint(120, -80))
    before = view.place_of(at)
    wheel = QWheelEvent(
        at, at, QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, wheel)
    assert view.sight.scale > 25
    assert view.place_of(at) == pytest.approx(before, abs=0.05)


def test_nobody_sets_a_point_where_the_answer_is_only_shown(qtbot: Any, room: QWidget) -> None:
    place = parse_place("-1.286, 36.817")
    dialog = shown(qtbot, room, place, readonly=True)
    qtbot.keyClick(dialog.view, Qt.Key.Key_Space)
    qtbot.keyClick(dialog.view, Qt.Key.Key_Backspace)
    assert dialog.places == [place]


def test_a_map_picture_is_kept_with_its_corners_for_the_next_time(
    qtbot: Any, room: QWidget, tmp_path: Path
) -> None:
    image = QImage(200, 100, QImage.Format.Format_RGB32)
    image.fill(QColor("#1B6B34"))
    picture = tmp_path / "Nairobi.png"
    image.save(str(picture))
    dialog = shown(qtbot, room, maps=tmp_path / "maps")
    dialog.take_picture(picture)
    qtbot.waitUntil(lambda: dialog.findChild(CornersDialog) is not None)
    corners: Any = dialog.findChild(CornersDialog)
    corners.top_left.setText("-1.2, 36.6")
    corners.bottom_right.setText("somewhere")
    qtbot.keyClick(corners.bottom_right, Qt.Key.Key_Return)
    assert corners.isVisible() and "somewhere" in corners.problem.text()
    corners.bottom_right.setText("1°24'S 37°E")
    qtbot.keyClick(corners.bottom_right, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.view.picture is not None)
    view = dialog.view
    assert dialog.chooser.currentText() == "Nairobi"
    colour = view.grab().toImage().pixelColor(view.point_of(-1.33, 36.7).toPoint())
    assert colour.green() > colour.red() + 30, "the picture lies where its corners say"
    again = shown(qtbot, room, maps=tmp_path / "maps")
    assert [again.chooser.itemText(number) for number in (0, 1)][1] == "Nairobi"


def test_a_world_file_gives_the_corners_and_a_bad_one_is_told(
    qtbot: Any, room: QWidget, tmp_path: Path
) -> None:
    image = QImage(100, 50, QImage.Format.Format_RGB32)
    image.fill(QColor("#1B6B34"))
    dialog = shown(qtbot, room, maps=tmp_path / "maps")
    for world, expected in (("0.1\n0\n0\n-0.1\n30.05\n9.95\n", "10, 30"), ("10 0 0 -10 257000 9857000", "")):
        image.save(str(tmp_path / "map.jpg"))
        (tmp_path / "map.jgw").write_text(world)
        dialog.take_picture(tmp_path / "map.jpg")
        qtbot.waitUntil(lambda: dialog.findChild(CornersDialog) is not None)
        corners: Any = dialog.findChild(CornersDialog)
        assert corners.top_left.text() == expected
        assert bool(corners.problem.text()) == (not expected)
        corners.reject()
        corners.setParent(None)
    (tmp_path / "bad.png").write_bytes(b"no picture")
    dialog.take_picture(tmp_path / "bad.png")
    qtbot.waitUntil(lambda: "bad.png" in dialog.problem.text())
    assert dialog.view.picture is None


def test_the_land_is_whole_and_says_where_it_is_from(qtbot: Any, room: QWidget) -> None:
    folder = data_dir("map")
    assert "public domain" in json.loads((folder / "land.json").read_text(encoding="utf-8"))["note"]
    assert (folder / "LICENSE").is_file()
    dialog = shown(qtbot, room)
    view = dialog.view
    land = {"0, 25", "-25, 135", "60, 100", "-15, -55", "40, -100", "-80, 0", "-80, 170"}
    for latitude, longitude, scale, at_sea in ((0, 0, 2.4, -30), (10, 20, 6.5, -15), (-70, 0, 2.4, -55)):
        view._look(Sight(latitude, longitude, scale))
        image = view.grab().toImage()
        sea = image.pixelColor(view.point_of(at_sea, -20).toPoint())
        for text in land:
            place = parse_place(text)
            point = view.point_of(*place.pair).toPoint() + QPoint(7, 7)
            if view.rect().adjusted(60, 30, -160, -40).contains(point):
                assert image.pixelColor(point) != sea, (written(place), scale)

"""Icons: every one used is there, stands in one mirror list, and is mirrored only where it should be."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QPushButton

import habitat_desktop.gui
from habitat_desktop.gui import icons, look, theme
from habitat_desktop.resources import data_dir

GUI = Path(habitat_desktop.gui.__file__).parent
LISTS = theme.tokens()["icons"]
LISTED = [name for names in LISTS.values() for name in names]
# where the name of an icon stands in the call of each function that takes one
PLACES = {
    "icon": 0,
    "pixmap": 0,
    "set_icon": 1,
    "IconLabel": 0,
    "IconButton": 0,
    "show_icon": 0,
    "EmptyState": 0,
    "PrimaryButton": 1,
    "QuietButton": 1,
    "Button": 2,
    "Chip": 3,
    "PageSpec": 2,
    "NavItem": 2,
}


def named_in(tree: ast.AST) -> Iterator[str]:
    """Yield the icon names written in calls."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        called = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        places = [node.args[PLACES[called]]] if called in PLACES and len(node.args) > PLACES[called] else []
        places += [keyword.value for keyword in node.keywords if keyword.arg == "icon"]
        for place in places:
            for part in ast.walk(place):
                if (
                    isinstance(part, ast.Constant)
                    and isinstance(part.value, str)
                    and part.value.isidentifier()
                ):
                    yield part.value


def used() -> set[str]:
    names = set(theme.tokens()["state_sign"].values())
    for path in GUI.rglob("*.py"):
        names |= set(named_in(ast.parse(path.read_text(encoding="utf-8"))))
    return {name for name in names if name in LISTED or icons.file_of(name, 20, False).exists()} | {
        name for name in names if "_" in name
    }


def difference(one: QImage, other: QImage) -> int:
    """Return how much the ink of two pictures differs; their edges are smoothed a little differently."""
    places = [(x, y) for x in range(one.width()) for y in range(one.height())]
    return sum(abs(one.pixelColor(*p).alpha() - other.pixelColor(*p).alpha()) for p in places)


def words_in_code() -> set[str]:
    """Every text in the code that could be a name."""
    words = set(theme.tokens()["state_sign"].values())
    for path in GUI.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                words.add(node.value)
    return words


@pytest.mark.parametrize("name", sorted(used()))
def test_an_icon_in_use_is_vendored_and_stands_in_one_mirror_list(name: str) -> None:
    assert icons.file_of(name, 20, False).is_file()
    assert icons.file_of(name, 20, True).is_file()
    assert LISTED.count(name) == 1


def test_only_icons_in_use_are_vendored_with_their_licence() -> None:
    vendored = {path.stem.rsplit("_", 2)[0] for path in data_dir("icons").glob("*.svg")}
    assert vendored <= set(LISTED)
    assert vendored <= words_in_code()
    assert "MIT License" in (data_dir("icons") / "LICENSE").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sorted(data_dir("icons").glob("*.svg")), ids=lambda path: path.stem)
def test_every_drawing_takes_our_colour(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "<path " in text
    assert not any(sign in text for sign in ("fill=", "stroke=", "<circle", "<rect", "<style"))


@pytest.mark.parametrize(("name", "mirrored"), [("chevron_right", True), ("send", True), ("settings", False)])
def test_icons_that_carry_direction_are_mirrored_from_the_right(
    qapp: QApplication, name: str, mirrored: bool
) -> None:
    look.apply("en", "light")
    from_left = icons.pixmap(name, "text", 20).toImage()
    look.apply("ar", "light")
    from_right = icons.pixmap(name, "text", 20).toImage()
    assert (from_left != from_right) is mirrored
    if mirrored:
        flipped = from_left.flipped(Qt.Orientation.Horizontal)
        assert difference(flipped, from_right) < difference(from_left, from_right) / 4


def test_an_icon_follows_the_theme(qapp: QApplication, qtbot: object) -> None:
    button = QPushButton("Send")
    icons.set_icon(button, "send")
    light = button.icon().pixmap(20, 16).toImage()
    look.apply("en", "dark")
    assert button.icon().pixmap(20, 16).toImage() != light


def test_the_same_icon_is_drawn_once(qapp: QApplication) -> None:
    assert icons.pixmap("home", "accent", 20) is icons.pixmap("home", "accent", 20)

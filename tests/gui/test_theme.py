"""The look: contrast of every pair, one place for colours, mirrored and scaled style sheets."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QLabel

import habitat_desktop.gui
from habitat_desktop.gui import theme

GUI = Path(habitat_desktop.gui.__file__).parent
THEMES = ("light", "dark")
SCALE = {0, 4, 8, 12, 16, 20, 24, 32}


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, relative luminance."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


GROUNDS = (
    "canvas",
    "surface",
    "surface_alt",
    "sunken",
    "selection",
    "accent_soft",
    "warning_soft",
    "error_soft",
)
TEXT_PAIRS = (
    *((ink, ground) for ink in ("text", "text_muted", "text_faint") for ground in GROUNDS),
    *(("accent", ground) for ground in ("canvas", "surface", "surface_alt", "accent_soft", "selection")),
    *(("error", ground) for ground in ("surface", "error_soft", "canvas")),
    *(("warning", ground) for ground in ("surface", "warning_soft", "canvas", "selection")),
    *(("ok", ground) for ground in ("surface", "ok_soft", "canvas", "selection", "surface_alt")),
    *(("on_accent", ground) for ground in ("accent", "accent_hover", "accent_pressed")),
)
MARK_PAIRS = (
    *(
        (ink, ground)
        for ink in ("border_strong", "accent")
        for ground in ("surface", "canvas", "surface_alt")
    ),
    ("warning_mark", "surface"),
    ("error", "surface"),
    ("accent_mark", "surface"),
)


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize(("ink", "ground"), TEXT_PAIRS)
def test_every_text_can_be_read_on_its_ground(name: str, ink: str, ground: str) -> None:
    colours = theme.tokens()[name]
    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize(("ink", "ground"), MARK_PAIRS)
def test_borders_focus_and_marks_can_be_seen(name: str, ink: str, ground: str) -> None:
    colours = theme.tokens()[name]
    assert contrast(colours[ink], colours[ground]) >= 3.0


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("state", theme.tokens()["light"]["state"])
def test_every_state_can_be_read_on_its_tint_and_on_a_card(name: str, state: str) -> None:
    ink, tint = theme.tokens()[name]["state"][state]
    assert contrast(ink, tint) >= 4.5
    assert contrast(ink, theme.tokens()[name]["surface"]) >= 4.5


def test_both_themes_have_the_same_tokens() -> None:
    light, dark = theme.tokens()["light"], theme.tokens()["dark"]
    assert set(light) == set(dark)
    assert set(light["state"]) == set(dark["state"]) == set(theme.tokens()["state_sign"])


@pytest.mark.parametrize("path", sorted(GUI.rglob("*.py")), ids=lambda path: path.name)
def test_colours_and_distances_come_from_the_tokens(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if path.name != "theme.py":
        assert "setStyleSheet" not in text
    assert not re.search(r'QColor\(\s*["\']#', text)
    assert not re.search(r'["\']#[0-9a-fA-F]{6}["\']', text)
    for numbers in re.findall(r"setContentsMargins\(([\d, ]+)\)", text):
        assert {int(number) for number in numbers.split(",")} <= SCALE
    for numbers in re.findall(r"margins=\(([\d, ]+)\)", text):
        assert {int(number) for number in numbers.split(",")} <= SCALE | {1}  # 1: the border of a card


@pytest.mark.parametrize("path", sorted(GUI.rglob("*.py")), ids=lambda path: path.name)
def test_the_window_never_pumps_events_nor_kills_threads(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "processEvents" not in text
    assert ".terminate(" not in text


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("rtl", [False, True])
def test_the_style_sheet_is_filled_and_mirrored(qapp: QApplication, name: str, rtl: bool) -> None:
    sheet = theme.style_sheet(theme.make(name, "ar" if rtl else "en", "comfortable", 1.0, rtl))  # type: ignore[arg-type]
    assert "$" not in sheet
    nav = re.search(r'QFrame\[part="nav"\] \{[^}]*\}', sheet)
    assert nav is not None
    assert ("border-left" in nav[0]) is rtl


def test_the_text_size_scales_type_and_controls_but_no_distances() -> None:
    normal = theme.make("light", "en", "comfortable", 1.0, rtl=False)
    large = theme.make("light", "en", "comfortable", 2.0, rtl=False)
    assert large.type["body"] == 2 * normal.type["body"]
    assert large.size("control_height") == 2 * normal.size("control_height")
    assert large.space == normal.space


def test_compact_rows_are_lower() -> None:
    normal = theme.make("light", "en", "comfortable", 1.0, rtl=False)
    compact = theme.make("light", "en", "compact", 1.0, rtl=False)
    assert compact.size("row_height") < normal.size("row_height")
    assert compact.size("control_height") < normal.size("control_height")


def test_applying_sets_font_direction_and_palette_at_once(qapp: QApplication) -> None:
    label = QLabel("x")
    theme.apply(qapp, "dark", "ar", rtl=True)
    assert qapp.layoutDirection() == Qt.LayoutDirection.RightToLeft
    assert label.layoutDirection() == Qt.LayoutDirection.RightToLeft
    window = qapp.palette().color(QPalette.ColorRole.Window).name().upper()
    assert window == theme.tokens()["dark"]["canvas"]
    assert qapp.font().families() == theme.tokens()["fonts"]["arabic"]
    theme.apply(qapp, "light", "en", rtl=False)
    assert qapp.layoutDirection() == Qt.LayoutDirection.LeftToRight

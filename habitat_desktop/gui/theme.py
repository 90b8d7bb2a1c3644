"""The look of the program in one place: tokens -> font, direction, palette and one style sheet.

Everything that paints reads `current()`. Nothing else sets a style sheet or names a colour.
"""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from string import Template
from typing import Any, Literal

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from habitat_desktop.resources import data_dir

ThemeName = Literal["system", "light", "dark"]
Density = Literal["comfortable", "compact"]

_SCALED_SIZES = (
    "control_height",
    "row_height",
    "row_two_lines",
    "ledger_row",
    "grid_row",
    "pill_height",
    "answer_column",
    "previous_column",
    "nav_wide",
    "section_rail",
    "side_panel",
)
_PALETTE = (
    (QPalette.ColorRole.Window, "canvas"),
    (QPalette.ColorRole.WindowText, "text"),
    (QPalette.ColorRole.Base, "surface"),
    (QPalette.ColorRole.AlternateBase, "surface_alt"),
    (QPalette.ColorRole.Text, "text"),
    (QPalette.ColorRole.Button, "surface"),
    (QPalette.ColorRole.ButtonText, "text"),
    (QPalette.ColorRole.BrightText, "error"),
    (QPalette.ColorRole.Highlight, "selection"),
    (QPalette.ColorRole.HighlightedText, "text"),
    (QPalette.ColorRole.PlaceholderText, "text_faint"),
    (QPalette.ColorRole.Link, "accent"),
    (QPalette.ColorRole.LinkVisited, "accent"),
    (QPalette.ColorRole.Accent, "accent"),
    (QPalette.ColorRole.ToolTipBase, "surface"),
    (QPalette.ColorRole.ToolTipText, "text"),
    (QPalette.ColorRole.Light, "surface"),
    (QPalette.ColorRole.Midlight, "border"),
    (QPalette.ColorRole.Mid, "border"),
    (QPalette.ColorRole.Dark, "border_strong"),
    (QPalette.ColorRole.Shadow, "border_strong"),
)


@cache
def tokens() -> dict[str, Any]:
    """Return tokens.toml as it is written."""
    with (data_dir("theme") / "tokens.toml").open("rb") as file:
        return tomllib.load(file)


@dataclass(frozen=True)
class Theme:
    """The look now: colours by token name, sizes in device-independent px, type in points.

    `sizes` are scaled by the text size and set by the density; `space` is never scaled.
    """

    name: Literal["light", "dark"]
    language: str
    density: Density
    scale: float
    rtl: bool
    colours: dict[str, str]
    states: dict[str, tuple[str, str]]
    chart: tuple[str, ...]
    sizes: dict[str, int]
    space: dict[str, int]
    type: dict[str, float]

    def colour(self, token: str) -> QColor:
        """Return the colour of `token`: "accent", "text_muted" ..., or the ink of a state: "state.draft"."""
        return QColor(self.hex(token))

    def hex(self, token: str) -> str:
        """Return "#rrggbb" of `token`; "state.draft" is its ink, "state.draft.tint" its ground."""
        if token.startswith("state."):
            _, state, *rest = token.split(".")
            return self.states[state][1 if rest else 0]
        return self.colours[token]

    def size(self, token: str) -> int:
        """Return a size, scaled where the text size scales it."""
        return self.sizes[token]

    def font(self, kind: str = "body", strong: bool = False, mono: bool = False) -> QFont:
        """Return the font of a type role: caption, body, subtitle, title, figure. For painters."""
        return QFont(_font(self.type[kind], strong, mono)[0])  # the caller may change his own

    def metrics(self, kind: str = "body", strong: bool = False, mono: bool = False) -> QFontMetrics:
        return _font(self.type[kind], strong, mono)[1]

    @property
    def direction(self) -> Qt.LayoutDirection:
        return Qt.LayoutDirection.RightToLeft if self.rtl else Qt.LayoutDirection.LeftToRight


@cache
def _font(points: float, strong: bool, mono: bool) -> tuple[QFont, QFontMetrics]:
    """Return a font made of the program's own and its measures; every cell painted asks for one."""
    font = QFont(QApplication.font())
    if mono:
        font.setFamilies(tokens()["fonts"]["mono"])
    font.setPointSizeF(points)
    font.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
    return font, QFontMetrics(font)


_current: Theme | None = None


def current() -> Theme:
    """Return the look now; the light English one before `apply` was called."""
    return _current if _current is not None else make("light", "en", "comfortable", 1.0, rtl=False)


@contextmanager
def lent(look: Theme) -> Iterator[None]:
    """Let what is built and drawn inside the block see `look`: for pictures in another language."""
    global _current
    before = _current
    _current = look
    try:
        yield
    finally:
        _current = before


def make(name: Literal["light", "dark"], language: str, density: Density, scale: float, rtl: bool) -> Theme:
    """Return the look for these choices without applying it. Print and PDF use the light one."""
    data = tokens()
    colours = {key: value for key, value in data[name].items() if isinstance(value, str)}
    sizes = dict(data["size"])
    if density == "compact":
        for key in ("control_height", "row_height", "row_two_lines"):
            sizes[key] = sizes[f"{key}_compact"]
    for key in _SCALED_SIZES:
        sizes[key] = round(sizes[key] * scale)
    return Theme(
        name=name,
        language=language,
        density=density,
        scale=scale,
        rtl=rtl,
        colours=colours,
        states={state: (pair[0], pair[1]) for state, pair in data[name]["state"].items()},
        chart=tuple(data[name]["chart"]),
        sizes=sizes,
        space=dict(data["space"]),
        type={key: value * scale for key, value in data["type"].items() if isinstance(value, float)},
    )


def apply(
    app: QApplication,
    theme: ThemeName = "system",
    language: str = "en",
    density: Density = "comfortable",
    scale: float = 1.0,
    *,
    rtl: bool | None = None,
) -> Theme:
    """Give the whole program this look; may be called again at any time.

    `rtl` is by default the direction of `language`. With the high-contrast mode of the system on, the
    palette is the system's and there is no style sheet.
    """
    global _current
    from habitat_desktop.gui import icons

    name = resolve(theme)
    if rtl is None:
        rtl = QLocale(language).textDirection() == Qt.LayoutDirection.RightToLeft
    look = make(name, language, density, scale, rtl)
    changed = look != _current
    _current = look
    if app.style().objectName().lower() != "fusion" and not app.styleSheet():
        app.setStyle("Fusion")
    font = QFont()
    font.setFamilies(families(language))
    font.setPointSizeF(look.type["body"])
    app.setFont(font)
    _font.cache_clear()
    app.setLayoutDirection(look.direction)
    if is_high_contrast():
        app.setStyleSheet("")
    else:
        app.setPalette(palette(look))
        sheet = style_sheet(look)
        if sheet != app.styleSheet():
            app.setStyleSheet(sheet)
    if changed:
        icons.refresh(app)
    return look


def resolve(theme: ThemeName) -> Literal["light", "dark"]:
    """Return "light" or "dark"; "system" asks the system."""
    if theme != "system":
        return theme
    dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return "dark" if dark else "light"


def is_high_contrast() -> bool:
    """Say whether the system asks for high contrast; then its own colours are used, not ours."""
    hints = QGuiApplication.styleHints()  # held: its parts die with this Python object
    return hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast


def families(language: str) -> list[str]:
    """Return the font families for `language`, best first."""
    script = {"ar": "arabic", "zh": "chinese"}.get(language, "latin_cyrillic")
    return list(tokens()["fonts"][script])


def palette(look: Theme) -> QPalette:
    result = QPalette()
    for role, token in _PALETTE:
        result.setColor(role, look.colour(token))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
        result.setColor(QPalette.ColorGroup.Disabled, role, look.colour("text_faint"))
    return result


def style_sheet(look: Theme) -> str:
    """Fill app.qss; `start` and `end` are physical sides, because Qt mirrors no border or padding."""
    from habitat_desktop.gui import icons

    values: dict[str, object] = dict(look.colours)
    values.update({f"z_{key}": value for key, value in look.sizes.items()})
    values.update({f"t_{key}": f"{value:g}" for key, value in look.type.items()})
    for state, (ink, tint) in look.states.items():
        values[f"ink_{state}"], values[f"tint_{state}"] = ink, tint
    light = tokens()["light"]  # what shows paper is light in a dark window too
    values["paper"], values["ink"] = light["surface"], light["text"]
    values["start"], values["end"] = ("right", "left") if look.rtl else ("left", "right")
    inner = look.sizes["control_height"] - 2
    values["control"], values["control_focus"] = inner, inner - 2
    values["small"] = max(look.sizes["hit_min"], round(26 * look.scale)) - 2
    values["mono"] = ", ".join(f'"{family}"' for family in tokens()["fonts"]["mono"])
    for name, token in (
        ("chevron_down", "text_muted"),
        ("chevron_up", "text_muted"),
        ("checkmark", "on_accent"),
        ("subtract", "on_accent"),
    ):
        values[f"image_{name}"] = icons.image_file(name, look.hex(token)).as_posix()
    return Template((data_dir("theme") / "app.qss").read_text(encoding="utf-8")).substitute(values)


def repolish(widget: QWidget) -> None:
    """Let the style sheet see a changed property of `widget`."""
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()


def set_property(widget: QWidget, name: str, value: object) -> None:
    """Set a property the style sheet selects by, and repolish only if it changed."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        repolish(widget)

"""Icons from the vendored Fluent System Icons, coloured from tokens, mirrored where they carry direction."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton

from habitat_desktop.gui import theme
from habitat_desktop.resources import data_dir

_pixmaps: dict[tuple[str, str, int, bool, bool, float, int], QPixmap] = {}


def icon(
    name: str, token: str = "text_muted", size: int = 20, filled: bool = False, chosen: str | None = None
) -> QIcon:
    """Return the icon `name` in the colour of `token`.

    `chosen` is the colour of the filled twin shown while a checkable button is on.
    """
    result = QIcon(pixmap(name, token, size, filled))
    if chosen is not None:
        result.addPixmap(pixmap(name, chosen, size, True), QIcon.Mode.Normal, QIcon.State.On)
    return result


def pixmap(name: str, token: str, size: int = 20, filled: bool = False, air: int = 0) -> QPixmap:
    """Return the icon as a pixmap for painters; `air` px of space on the text side for buttons."""
    look = theme.current()
    ratio = QGuiApplication.primaryScreen().devicePixelRatio()
    colour = look.hex(token)
    mirrored = is_mirrored(name, look.rtl)
    side_at_left = look.rtl
    key = (name, colour, size, filled, mirrored, ratio, -air if side_at_left else air)
    found = _pixmaps.get(key)
    if found is None:
        found = _pixmaps[key] = _draw(name, colour, size, filled, mirrored, ratio, key[-1])
    return found


def set_icon(
    target: QAbstractButton | QAction,
    name: str,
    token: str = "text_muted",
    size: int = 16,
    filled: bool = False,
    chosen: str | None = None,
) -> None:
    """Give a button or an action an icon that follows theme and direction from now on.

    Push buttons get 4 px of air between icon and text, because style sheets know no such distance.
    """
    target.setProperty("habitat_icon", [name, token, size, filled, chosen or ""])
    _show(target)


def refresh(app: QApplication) -> None:
    """Draw every icon set by `set_icon` again in the look now."""
    for widget in app.allWidgets():
        if isinstance(widget, QAbstractButton) and widget.property("habitat_icon"):
            _show(widget)
        for action in widget.actions():
            if action.property("habitat_icon"):
                _show(action)


def is_mirrored(name: str, rtl: bool) -> bool:
    """Say whether `name` is flipped; only Arabic is written from the right here."""
    lists = theme.tokens()["icons"]
    return rtl and any(name in lists[key] for key in ("mirror_vendor", "mirror_own", "own_glyph_ar"))


def file_of(name: str, size: int, filled: bool) -> Path:
    """Return the vendored file: the 16 px drawing for small sizes where there is one."""
    kind = "filled" if filled else "regular"
    small = _folder() / f"{name}_16_{kind}.svg"
    if size <= 16 and small.is_file():
        return small
    return _folder() / f"{name}_20_{kind}.svg"


def image_file(name: str, colour: str) -> Path:
    """Return a recoloured SVG file for the style sheet, which can only take images from files."""
    path = _image_folder() / f"{name}-{colour.lstrip('#')}.svg"
    if not path.is_file():
        path.write_text(_coloured(file_of(name, 16, False), colour), encoding="utf-8")
    return path


def _show(target: QAbstractButton | QAction) -> None:
    name, token, size, filled, chosen = target.property("habitat_icon")
    if not isinstance(target, QPushButton):
        target.setIcon(icon(name, token, size, filled, chosen or None))
        if isinstance(target, QAbstractButton):
            target.setIconSize(QSize(size, size))
        return
    result = QIcon(pixmap(name, token, size, filled, air=4))
    result.addPixmap(pixmap(name, "text_faint", size, filled, air=4), QIcon.Mode.Disabled)
    if chosen:
        result.addPixmap(pixmap(name, chosen, size, True, air=4), QIcon.Mode.Normal, QIcon.State.On)
    target.setIcon(result)
    target.setIconSize(QSize(size + 4, size))


def _draw(name: str, colour: str, size: int, filled: bool, mirrored: bool, ratio: float, air: int) -> QPixmap:
    # before there is a painter: one that is still active when its pixmap goes crashes Qt
    drawing = QSvgRenderer(QByteArray(_coloured(file_of(name, size, filled), colour).encode()))
    result = QPixmap(QSize(round((size + abs(air)) * ratio), round(size * ratio)))
    result.fill(Qt.GlobalColor.transparent)
    result.setDevicePixelRatio(ratio)
    painter = QPainter(result)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if air < 0:
        painter.translate(-air, 0)
    if mirrored:
        painter.translate(size, 0)
        painter.scale(-1, 1)
    drawing.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return result


@cache
def _coloured(path: Path, colour: str) -> str:
    # every drawing of the set is made of paths without a colour of their own; a test holds this
    return path.read_text(encoding="utf-8").replace("<path ", f'<path fill="{colour}" ')


@cache
def _folder() -> Path:
    return data_dir("icons")


@cache
def _image_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="habitat-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder

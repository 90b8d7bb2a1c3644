"""Pictures, sounds and videos that a form shows with its questions; the files lie beside the form."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QBuffer, QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QIcon, QImageReader, QPixmap
from PySide6.QtWidgets import QWidget

from habitat_desktop.gui import kit
from habitat_desktop.gui.markup import plain
from habitat_desktop.gui.question_base import QuestionWidget, Shown
from habitat_desktop.gui.safe_svg import safe_svg
from habitat_desktop.i18n.catalogues import _
from habitat_desktop.xforms.itemsets import Choice

PICTURE = QSize(320, 200)  # px, the most a picture takes
PICTURE_OF_CHOICE = QSize(56, 44)  # as high as a big button
_MOST_PIXELS = 60_000_000  # a picture that is larger is none that belongs to a form


def picture(path: Path, most: QSize, ratio: float) -> QPixmap | None:
    """Return the picture in the file, no larger than `most`; None when it cannot be read."""
    reader = QImageReader(str(path))
    if path.suffix.lower() == ".svg" or reader.format().data() in (b"svg", b"svgz"):  # whatever it is called
        found = safe_svg(path)
        if found is None:
            return None
        drawing = QBuffer()
        drawing.setData(found[0])
        drawing.open(QBuffer.OpenModeFlag.ReadOnly)
        reader = QImageReader(drawing, b"svg")
    reader.setAutoTransform(True)
    size = reader.size()
    if not size.isValid() or size.width() * size.height() > _MOST_PIXELS:
        return None
    room = most * ratio
    if size.width() > room.width() or size.height() > room.height():
        reader.setScaledSize(size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        return None
    made = QPixmap.fromImage(image)
    made.setDevicePixelRatio(ratio)
    return made


_NO_ICON, _NO_SIZE = QIcon(), QSize(0, 0)


class Offer(NamedTuple):
    """A choice as it is drawn: a picture, words or both. `name` is what screen readers say."""

    value: str
    words: str
    name: str
    icon: QIcon = _NO_ICON
    size: QSize = _NO_SIZE


def offers(choices: Iterable[Choice], widget: QuestionWidget, most: QSize) -> list[Offer]:
    """Return what is drawn of `choices`; one with neither label nor picture is called by its value."""
    made = []
    for choice in choices:
        path = widget.pictures.get(choice.value)
        shown = picture(path, most, widget.devicePixelRatioF()) if path is not None else None
        words = plain(choice.label)
        name = words or choice.value
        if shown is None:
            made.append(Offer(choice.value, name, name))
        else:
            size = shown.deviceIndependentSize().toSize()
            made.append(Offer(choice.value, words, name, QIcon(shown), size))
    return made


class MediaShown(QWidget):
    """What goes with the words of one question. A press opens the file in the program meant for it."""

    def __init__(self, media: Shown) -> None:
        super().__init__()
        self.buttons: list[kit.Button] = []
        large = next((path for kind, path in media if kind == "big-image"), None)
        for kind, path in media:
            if kind == "image":
                self._add_picture(path, large or path)
            elif kind != "big-image":
                words = _("Play the sound") if kind == "audio" else _("Play the video")
                self._add(kit.Button(words, "link"), path)
        self.setLayout(kit.column(*(kit.row(button, None) for button in self.buttons), space=4))

    def _add_picture(self, path: Path, opened: Path) -> None:
        made = picture(path, PICTURE, self.devicePixelRatioF())
        if made is None:
            return
        button = kit.Button("", "picture")
        button.setIcon(QIcon(made))
        button.setIconSize(made.deviceIndependentSize().toSize())
        button.setFixedSize(button.iconSize() + QSize(8, 8))
        button.setAccessibleName(_("Picture of this question, open it"))
        button.setToolTip(_("Open the picture"))
        self._add(button, opened)

    def _add(self, button: kit.Button, path: Path) -> None:
        button.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))))
        self.buttons.append(button)

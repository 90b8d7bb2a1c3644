"""The line that takes a place, the words of a place, and the question which place was meant."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from habitat_desktop.gui import kit, theme
from habitat_desktop.gui.question_base import (
    PHYSICAL_LEFT,
    PHYSICAL_RIGHT,
    Line,
)
from habitat_desktop.gui.question_places_texts import (
    place_words,
)
from habitat_desktop.i18n.coordinates import (
    Place,
)

if TYPE_CHECKING:
    from habitat_desktop.gui.map_dialog import MapDialog


class PlaceLine(Line):
    """A line of coordinates: always from the left; several lines pasted at once are handed on."""

    lines_pasted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setAlignment(PHYSICAL_RIGHT if theme.current().rtl else PHYSICAL_LEFT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste) and not self.isReadOnly():
            text = QGuiApplication.clipboard().text()
            if "\n" in text.strip():
                self.lines_pasted.emit(text)
                return
        super().keyPressEvent(event)


class ReadingButtons(QWidget):
    """Asks which of several places was meant."""

    picked = Signal(object)  # a `Place`

    def __init__(self) -> None:
        super().__init__()
        self._layout = kit.column(space=4)
        self.setLayout(self._layout)
        self.places: tuple[Place, ...] = ()
        self.buttons: list[kit.Button] = []
        self.hide()

    def offer(self, places: tuple[Place, ...]) -> None:
        """Show one button for each place; none hides them all."""
        if places != self.places:
            self.places = places
            kit.clear(self._layout)
            self.buttons = [self._button(place) for place in places]
            if places:
                self._layout.addWidget(kit.flowing(*self.buttons))
        self.setVisible(bool(places))

    def _button(self, place: Place) -> kit.Button:
        words = place_words(place)
        return kit.Button(words, small=True, does=lambda: self.picked.emit(place))


def open_map(widget: QWidget, places: Sequence[Place], *, kind: str, readonly: bool) -> "MapDialog":
    """Open the map over the window; the pictures of maps come from its workspace."""
    from habitat_desktop.gui.map_dialog import MapDialog

    workspace = getattr(widget.window(), "workspace", None)
    maps = workspace.maps if workspace is not None else None
    dialog = MapDialog(widget, places, kind=kind, maps=maps, readonly=readonly)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog

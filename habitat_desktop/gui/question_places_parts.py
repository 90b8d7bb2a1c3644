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
    now_language,
)
from habitat_desktop.i18n.catalogues import _
from habitat_desktop.i18n.coordinates import (
    AmbiguousPlace,
    Place,
    parse_place,
    plain_number,
    said,
)
from habitat_desktop.i18n.numbers import edit_number
from habitat_desktop.i18n.text import iso, ltr

if TYPE_CHECKING:
    from habitat_desktop.gui.map_dialog import MapDialog


def no_place(text: str) -> str:
    """Say that `text` is no place."""
    problem = _(
        "“{text}” is no place. Write latitude and longitude, such as {example}, "
        "or degrees, minutes and seconds."
    )
    return problem.format(text=iso(text[:60]), example=ltr("-1.286, 36.817"))


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


def place_words(place: Place) -> str:
    """Return a place with its altitude and accuracy, as people read it."""
    spoken = now_language()
    text = said(place, spoken)
    if place.altitude:
        height = edit_number(plain_number(place.altitude), spoken)
        # Translators: {place} is such as "1.286° S, 36.817° E"; {number} of metres above the sea.
        text = _("{place}, altitude {number} m").format(place=text, number=ltr(height))
    if place.accuracy:
        around = edit_number(plain_number(place.accuracy), spoken)
        # Translators: {place} is such as "1.286° S, 36.817° E"; it is right to {number} metres.
        text = _("{place}, accurate to {number} m").format(place=text, number=ltr(around))
    return text


def readings_of(text: str) -> tuple[Place, ...]:
    """Return the places an ambiguous text can be; () for any other."""
    try:
        parse_place(text)
    except AmbiguousPlace as asked:
        return asked.readings
    except ValueError:
        pass
    return ()


def which_place(text: str) -> str:
    """Ask which place was meant."""
    return _("“{text}” can be read in more than one way. Choose the place that is meant.").format(
        text=iso(text)
    )

"""One place: typed, pasted or set on a map."""

from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from habitat_desktop.gui import kit, theme
from habitat_desktop.gui.question_base import (
    PHYSICAL_RIGHT,
    Line,
    QuestionWidget,
    Span,
    Unread,
    now_language,
    set_shown,
)
from habitat_desktop.gui.question_places_parts import PlaceLine, ReadingButtons, open_map
from habitat_desktop.gui.question_places_texts import (
    no_place,
    place_words,
    readings_of,
    which_place,
)
from habitat_desktop.i18n.catalogues import _, pgettext
from habitat_desktop.i18n.coordinates import (
    AmbiguousPlace,
    Place,
    parse_place,
    plain_number,
    read_stored,
    written,
)
from habitat_desktop.i18n.numbers import AmbiguousNumber, edit_number, parse_number
from habitat_desktop.i18n.text import iso
from habitat_desktop.xforms.definition import Question
from habitat_desktop.xforms.engine import NodeState

_HIGHEST = Decimal(100_000)  # metres


class GeopointQuestion(QuestionWidget):
    """One place in one line, with what was read below it; stored as "lat lon altitude accuracy"."""

    span: Span = "both"

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.line = PlaceLine()
        self.line.setPlaceholderText(_("Latitude, longitude"))
        self.echo = kit.Label("", "caption", "muted", wrap=True)
        self.readings = ReadingButtons()
        self.more = kit.LinkButton(_("Altitude and accuracy"), self._show_heights)
        self.altitude, self.accuracy = Line(), Line()
        self._words = (pgettext("field", "Altitude (m)"), pgettext("field", "Accuracy (m)"))
        self.heights = QWidget()
        self.heights.setLayout(self._heights_row())
        self.heights.hide()
        self.map = kit.IconButton("map", _("Show on the map"), self._open_map)
        self._top = kit.row((self.line, 1), self.map, space=4)
        self._below = QWidget()
        self._below.setLayout(kit.row((self.echo, 1), self.more, space=4))
        self.setLayout(
            kit.column(
                self._top,
                self.readings,
                self._below,
                self.heights,
                space=4,
            )
        )
        self._place: Place | None = None
        self._is_unread = False
        self._is_fixed = False
        self._connect()

    def _heights_row(self) -> QHBoxLayout:
        parts: list[QWidget | int | None] = []
        for line, word in zip((self.altitude, self.accuracy), self._words, strict=True):
            line.setAlignment(PHYSICAL_RIGHT)
            line.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
            line.setFixedWidth(round(80 * theme.current().scale))
            label = kit.Label(word, "caption", "muted")
            label.setBuddy(line)
            parts += [label, line, 8]
        return kit.row(*parts, None, space=4)

    def _connect(self) -> None:
        self.line.textEdited.connect(self._say_typed)
        self.line.lines_pasted.connect(self.line.insert)
        self.readings.picked.connect(self._pick)
        for line in self._lines():
            line.editingFinished.connect(self.commit)
            line.returnPressed.connect(self._enter)
            line.focused.connect(self._focus_changed)

    def field(self) -> QWidget:
        return self.line

    def set_name(self, name: str, description: str) -> None:
        self.line.setAccessibleName(name)
        self.line.setAccessibleDescription(f"{self.echo.text()} {description}".strip())
        self.map.setAccessibleName(_("{question}, {field}").format(question=name, field=_("Show on the map")))
        for line, word in zip((self.altitude, self.accuracy), self._words, strict=True):
            line.setAccessibleName(_("{question}, {field}").format(question=name, field=word))

    def show_state(self, state: NodeState, unread: Unread | None) -> None:
        places = read_stored(state.value)
        self._place = places[0] if places else None
        self._is_unread = unread is not None
        self._is_fixed = state.readonly or state.calculated
        for line in self._lines():
            line.setReadOnly(self._is_fixed)
        theme.set_property(self.line, "calculated", "true" if self.is_dashed(state) else None)
        if not (self.line.hasFocus() and self.line.is_dirty):
            shown = written(self._place) if self._place is not None else state.value
            self.line.show_text(unread.text if unread is not None else shown)
        self.readings.offer(readings_of(unread.text) if unread is not None else ())
        self._say(None if unread is not None else self._place)
        self._fill_heights()

    def _fill_heights(self) -> None:
        place = self._place
        for line, number in (
            (self.altitude, place.altitude if place else Decimal(0)),
            (self.accuracy, place.accuracy if place else Decimal(0)),
        ):
            if not (line.hasFocus() and line.is_dirty):
                line.show_text(edit_number(plain_number(number), now_language()) if number else "")
        set_shown(self.more, place is not None and not self._is_fixed and self.heights.isHidden())

    def _show_heights(self) -> None:
        self.heights.show()
        self.more.hide()
        self.altitude.setFocus(Qt.FocusReason.TabFocusReason)

    def _say_typed(self, text: str) -> None:
        """Say while it is typed where that would be."""
        try:
            self._say(parse_place(text))
        except ValueError:
            self._say(None)

    def _say(self, place: Place | None) -> None:
        self._tell(place_words(place) if place is not None else "")

    def _tell(self, text: str) -> None:
        self.echo.setText(text)
        set_shown(self._below, bool(text))

    def commit(self) -> None:
        if self._is_fixed:
            return
        if self.line.is_dirty:
            self._take(self.line.text())
        elif any(line.is_dirty for line in (self.altitude, self.accuracy)) and self._place is not None:
            self._take_heights(self._place)

    def _take(self, text: str) -> None:
        self.line.shown = text
        if not text.strip():
            self.answered.emit(None)
            return
        try:
            self._answer(parse_place(text))
        except AmbiguousPlace:
            self.unread.emit(Unread(text, which_place(text)))
        except ValueError:
            self.unread.emit(Unread(text, no_place(text)))

    def _take_heights(self, place: Place) -> None:
        """Read altitude and accuracy; what is no number is said, and the number before comes back."""
        texts = [line.text().strip() for line in (self.altitude, self.accuracy)]
        numbers = []
        for line, text in zip((self.altitude, self.accuracy), texts, strict=True):
            line.shown = line.text()
            try:
                number = parse_number(text, now_language()) if text else Decimal(0)
            except AmbiguousNumber as two:
                number = two.readings[0]  # thousands of metres: nobody measures a millimetre
            except ValueError:
                number = _HIGHEST * 2
            numbers.append(number)
        if any(abs(number) > _HIGHEST for number in numbers) or numbers[1] < 0:
            problem = _("“{text}” is no number of metres. The place is kept as it was.")
            self._fill_heights()
            self._tell(problem.format(text=iso(", ".join(text for text in texts if text)[:60])))
            return
        self.answered.emit(Place(place.latitude, place.longitude, numbers[0], numbers[1]).stored)

    def _answer(self, place: Place) -> None:
        """Take a place; one without altitude keeps none of the place before."""
        self.answered.emit(place.stored)

    def _pick(self, place: Place) -> None:
        self.line.shown = self.line.text()
        self._answer(place)
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _open_map(self) -> None:
        """Let the place be set on a map; there it keeps the altitude it had only where it stays."""
        self.commit()
        before = () if self._place is None else (self._place,)
        dialog = open_map(self, before, kind="geopoint", readonly=self._is_fixed)
        dialog.accepted.connect(lambda: self._set_on_map(dialog.places))

    def _set_on_map(self, places: list[Place]) -> None:
        if not self._is_fixed and places != ([self._place] if self._place else []):
            self.answered.emit(places[0].stored if places else None)

    def _enter(self) -> None:
        self.commit()
        if not self._is_unread:
            self.entered.emit()

    def _focus_changed(self, is_in: bool) -> None:
        if is_in or self._is_fixed:
            return
        self.commit()
        if not self.line.text().strip() and not any(line.hasFocus() for line in self._lines()):
            self.left_blank.emit()

    def half_typed(self) -> str | None:
        return self.line.text() if self.line.is_dirty else None

    def type_again(self, text: str) -> None:
        self.line.setText(text)

    def _lines(self) -> tuple[Line, Line, Line]:
        return self.line, self.altitude, self.accuracy

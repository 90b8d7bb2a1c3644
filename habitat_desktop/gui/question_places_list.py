"""The points of a line or of an area, in a list: typed, pasted or set on a map."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from habitat_desktop.gui import kit, theme
from habitat_desktop.gui.question_base import (
    QuestionWidget,
    Span,
    Unread,
    set_shown,
)
from habitat_desktop.gui.question_places_parts import PlaceLine, ReadingButtons, open_map
from habitat_desktop.gui.question_places_texts import (
    FEWEST,
    corners,
    no_place,
    place_words,
    points_text,
    which_place,
)
from habitat_desktop.i18n.catalogues import _, ngettext, pgettext
from habitat_desktop.i18n.coordinates import (
    MOST_POINTS,
    AmbiguousPlace,
    Place,
    parse_place,
    parse_places,
    written,
)
from habitat_desktop.i18n.text import iso, ltr
from habitat_desktop.xforms.definition import Question
from habitat_desktop.xforms.engine import NodeState

_LONGEST_LIST = 6  # lines that show; more are scrolled


class PointList(kit.List):
    """The points in their order: Delete removes, Alt+Up and Alt+Down move, F2 changes."""

    delete_wanted = Signal()
    move_wanted = Signal(int)
    change_wanted = Signal()
    lines_pasted = Signal(str)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, alt = event.key(), event.modifiers() == Qt.KeyboardModifier.AltModifier
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete_wanted.emit()
        elif alt and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.move_wanted.emit(-1 if key == Qt.Key.Key_Up else 1)
        elif key in (Qt.Key.Key_F2, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.change_wanted.emit()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.lines_pasted.emit(QGuiApplication.clipboard().text())
        else:
            super().keyPressEvent(event)


class PlacesQuestion(QuestionWidget):
    """The points of a line (geotrace) or of an area (geoshape), in their order.

    An area is stored closed: its first point once more at the end.
    """

    span: Span = "below"

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.is_area = question.type == "geoshape"
        self.fewest = FEWEST[question.type]
        self._places: tuple[Place, ...] = ()
        self._changing = -1  # the point whose text stands in the line
        self._is_fixed = False
        self.list = PointList()
        self.line = PlaceLine()
        self.readings = ReadingButtons()
        self.problem = kit.Label("", tone="error", wrap=True)
        self.problem.hide()
        self.summary = kit.Label("", "caption", "muted", wrap=True)
        self.add = kit.Button("", icon="add", does=self._take)
        self.remove = self._button(_("Remove"), "delete", self._remove)
        self.up = self._button(_("Move up"), "chevron_up", lambda: self._move(-1))
        self.down = self._button(_("Move down"), "chevron_down", lambda: self._move(1))
        self.paste = self._button(_("Paste points"), "copy", self._paste)
        self.map = self._button(_("Map…"), "map", self._open_map)
        self._tools = kit.flowing(self.remove, self.up, self.down, self.paste, self.map)
        self._entry = QWidget()
        self._entry.setLayout(kit.row((self.line, 1), self.add, space=4))
        self.setLayout(
            kit.column(
                self.list, self._entry, self.readings, self.problem, self._tools, self.summary, space=4
            )
        )
        self._connect()

    def _button(self, text: str, icon: str, does: Callable[[], None]) -> kit.Button:
        return kit.Button(text, icon=icon, small=True, does=does)

    def _connect(self) -> None:
        self.list.delete_wanted.connect(self._remove)
        self.list.move_wanted.connect(self._move)
        self.list.change_wanted.connect(self._change)
        self.list.itemDoubleClicked.connect(lambda *_: self._change())
        self.list.currentRowChanged.connect(lambda *_: self._enable())
        self.list.lines_pasted.connect(self._add_lines)
        self.line.lines_pasted.connect(self._add_lines)
        self.line.returnPressed.connect(self._enter)
        self.line.focused.connect(self._focus_changed)
        self.readings.picked.connect(self._put)

    def field(self) -> QWidget:
        return self.list if self._is_fixed else self.line

    def set_name(self, name: str, description: str) -> None:
        self.line.setAccessibleName(_("{question}, {field}").format(question=name, field=_("Next point")))
        self.line.setAccessibleDescription(f"{self.summary.text()} {description}".strip())
        self.list.setAccessibleName(_("{question}, {field}").format(question=name, field=_("Points")))

    def set_error(self, on: bool) -> None:
        theme.set_property(self.line, "state", "error" if on else None)

    # showing

    def show_state(self, state: NodeState, unread: Unread | None) -> None:
        places = corners(unread.text if unread is not None else state.value, self.question.type)
        self._is_fixed = state.readonly or state.calculated
        set_shown(self._entry, not self._is_fixed)
        if places != self._places or self.list.count() != len(places):
            self._places = places
            self._fill()
        self._enable()
        self.summary.setText(points_text(self._places, self.question.type))

    def _fill(self) -> None:
        row = self.list.currentRow()
        self.list.blockSignals(True)
        self.list.clear()
        for number, place in enumerate(self._places, 1):
            # Translators: one point of a list: its number and its place.
            words = _("{number}. {place}").format(number=ltr(str(number)), place=ltr(written(place)))
            self.list.addItem(words)
            self.list.item(number - 1).setToolTip(place_words(place))
        self.list.setCurrentRow(min(max(row, 0), len(self._places) - 1))
        self.list.blockSignals(False)
        line = max(self.list.sizeHintForRow(0), 18)
        self.list.setFixedHeight(min(max(1, len(self._places)), _LONGEST_LIST) * line + 8)
        self.list.setVisible(bool(self._places))

    def _enable(self) -> None:
        row, count = self.list.currentRow(), len(self._places)
        self.remove.setEnabled(row >= 0)
        self.up.setEnabled(row > 0)
        self.down.setEnabled(0 <= row < count - 1)
        for button in (self.remove, self.up, self.down):
            set_shown(button, count > 0 and not self._is_fixed)
        set_shown(self.paste, not self._is_fixed)
        set_shown(self.map, count > 0 or not self._is_fixed)
        # Translators: put the point that was typed into the list.
        self.add.setText(
            pgettext("button", "Add point") if self._changing < 0 else pgettext("button", "Keep point")
        )
        self.line.setPlaceholderText(_("Latitude, longitude"))

    # changing

    def _take(self) -> bool:
        """Put what was typed into the list; False where it could not be read."""
        text = self.line.text().strip()
        if not text:
            self._tell("")
            return True
        try:
            place = parse_place(text)
        except AmbiguousPlace as asked:
            self.readings.offer(asked.readings)
            self._tell(which_place(text))
            return False
        except ValueError:
            self.readings.offer(())
            self._tell(no_place(text))
            return False
        self._put(place)
        return True

    def _put(self, place: Place) -> None:
        """Add a place, or set it where one is being changed."""
        self.line.clear()
        self.line.shown = ""
        self.readings.offer(())
        places, at = list(self._places), self._changing
        self._changing = -1
        if 0 <= at < len(places):
            places[at] = place
        else:
            at = len(places)
            places.append(place)
        self._set(places, at)
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _set(self, places: list[Place], row: int) -> None:
        """Answer with these points; too few of them are kept and said, but are no answer yet."""
        if len(places) > MOST_POINTS:
            text = _("There are {count} points already: no more can be kept.")
            self._tell(text.format(count=ltr(str(MOST_POINTS))))
            return
        self._tell("")
        stored = "; ".join(place.stored for place in places)
        if not places:
            self.answered.emit(None)
        elif len(places) < self.fewest:
            self.unread.emit(Unread(stored, self._too_few()))
        else:
            self.answered.emit(f"{stored}; {places[0].stored}" if self.is_area else stored)
        self.list.setCurrentRow(min(row, self.list.count() - 1))
        self._enable()

    def _too_few(self) -> str:
        if self.is_area:
            return _("An area needs at least three points.")
        return _("A line needs at least two points.")

    def _remove(self) -> None:
        row = self.list.currentRow()
        if 0 <= row < len(self._places) and not self._is_fixed:
            self._changing = -1
            places = list(self._places)
            del places[row]
            self._set(places, row)

    def _move(self, step: int) -> None:
        row = self.list.currentRow()
        if row < 0 or not 0 <= row + step < len(self._places) or self._is_fixed:
            return
        self._changing = -1
        places = list(self._places)
        places.insert(row + step, places.pop(row))
        self._set(places, row + step)

    def _change(self) -> None:
        """Bring the chosen point into the line, where it is typed over."""
        row = self.list.currentRow()
        if 0 <= row < len(self._places) and not self._is_fixed:
            self._changing = row
            self.line.show_text(written(self._places[row]))
            self._enable()
            self.line.setFocus(Qt.FocusReason.OtherFocusReason)
            self.line.selectAll()

    def _paste(self) -> None:
        self._add_lines(QGuiApplication.clipboard().text())

    def _open_map(self) -> None:
        dialog = open_map(self, self._places, kind=self.question.type, readonly=self._is_fixed)
        dialog.accepted.connect(lambda: self._set_on_map(dialog.places))

    def _set_on_map(self, places: list[Place]) -> None:
        if not self._is_fixed and tuple(places) != self._places:
            self._changing = -1
            self._set(places, len(places) - 1)

    def _add_lines(self, text: str) -> None:
        """Add the points of a text of many lines; say which lines are none."""
        if self._is_fixed:
            return
        read = parse_places(text)
        room = MOST_POINTS - len(self._places)
        if read.places:
            self._set([*self._places, *read.places[:room]], len(self._places) + len(read.places) - 1)
        if not read.places and not read.problems:
            self._tell(_("There are no coordinates to paste."))
        elif read.problems:
            number, line = read.problems[0]
            many = len(read.problems)
            problem = ngettext(
                "{count} line was left out. Line {number}, “{line}”, is no place.",
                "{count} lines were left out. Line {number}, “{line}”, is no place.",
                many,
            )
            self._tell(problem.format(count=ltr(str(many)), number=ltr(str(number)), line=iso(line[:60])))

    def _tell(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    def _enter(self) -> None:
        if not self.line.text().strip():
            self.entered.emit()
        else:
            self._take()

    def _focus_changed(self, is_in: bool) -> None:
        if not is_in and not self._places and not self.line.text().strip():
            self.left_blank.emit()

    def commit(self) -> None:
        if not self._is_fixed and self.line.text().strip() and self._changing < 0:
            self._take()

    def half_typed(self) -> str | None:
        return self.line.text() if self.line.is_dirty else None

    def type_again(self, text: str) -> None:
        self.line.setText(text)

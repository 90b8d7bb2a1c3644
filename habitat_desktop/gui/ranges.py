"""Numbers between two ends: a slider with a field, a list of the steps, stars; and a number to count with."""

import math
from decimal import Decimal, InvalidOperation

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QBoxLayout, QSlider, QToolButton, QWidget

from habitat_desktop.gui import kit, theme
from habitat_desktop.gui.appearances import words_of
from habitat_desktop.gui.choice_buttons import SEARCH_FROM, ChoiceList
from habitat_desktop.gui.choice_control import ChoiceControl, is_enter, is_rubber, spoken
from habitat_desktop.gui.choice_search import SearchOne
from habitat_desktop.gui.form_media import Offer
from habitat_desktop.gui.question_base import (
    NO_PICTURES,
    QuestionWidget,
    Span,
    Unread,
    now_language,
    set_shown,
)
from habitat_desktop.gui.question_lines import IntegerQuestion, NumberQuestion
from habitat_desktop.i18n.catalogues import _
from habitat_desktop.i18n.numbers import edit_number
from habitat_desktop.i18n.text import ltr
from habitat_desktop.xforms.definition import Question
from habitat_desktop.xforms.engine import NodeState
from habitat_desktop.xforms.itemsets import Choice

_MOST_STEPS = 10_000  # of a slider or a list; beyond, the number is typed
_MOST_STARS = 10
_MOST_TICKS = 21
_UPRIGHT = 160  # px
_MOVES = frozenset(
    (
        Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp,
        Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Space,
    )
)  # fmt: skip


class Steps:
    """The numbers of a range in order: `count` of them, `at(0)` is the start."""

    def __init__(self, start: Decimal, end: Decimal, step: Decimal) -> None:
        self.start, self.step = start, abs(step) if end >= start else -abs(step)
        self.count = int((end - start) / self.step) + 1

    def at(self, place: int) -> str:
        """Return the number at `place` as it is stored."""
        number = self.start + self.step * place
        return f"{number:f}"

    def place_of(self, value: str) -> int:
        """Return where the stored number stands, -1 where it is none of the steps."""
        try:
            place = (Decimal(value) - self.start) / self.step
        except InvalidOperation:
            return -1
        return int(place) if place == place.to_integral_value() and 0 <= place < self.count else -1


def steps_of(question: Question) -> Steps | None:
    """Return the steps of a range, None where its ends are no numbers or the steps are too many to show."""
    found = question.parameters
    try:
        start, end, step = (Decimal(found.get(name) or "1") for name in ("start", "end", "step"))
        if not (found.get("start") and found.get("end")) or not step or not start.is_finite():
            return None
        steps = Steps(start, end, step)
    except (InvalidOperation, ValueError, OverflowError):
        return None
    return steps if 1 < steps.count <= _MOST_STEPS else None


class RangeSlider(QSlider):
    """A line with a handle, hollow while there is no answer. Keys move it, a press puts it there."""

    picked = Signal(int)
    rubbed = Signal()
    entered = Signal()
    left = Signal()

    def __init__(self, count: int, *, upright: bool, ticks: bool) -> None:
        super().__init__(Qt.Orientation.Vertical if upright else Qt.Orientation.Horizontal)
        self.is_blank = True
        self.is_fixed = False
        self._ticks = ticks and count <= _MOST_TICKS
        self.setRange(0, count - 1)
        self.setPageStep(max(1, (count - 1) // 10))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        side = round(28 * theme.current().scale)
        if upright:
            self.setFixedSize(QSize(side + 16, round(_UPRIGHT * theme.current().scale)))
        else:
            self.setFixedHeight(side)

    def show_place(self, place: int) -> None:
        """Show the handle at `place`; -1 is no answer."""
        self.is_blank = place < 0
        self.blockSignals(True)
        self.setValue(max(0, place))
        self.blockSignals(False)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if is_enter(event):
            self.entered.emit()
        elif is_rubber(event) and not self.is_fixed:
            self.rubbed.emit()
        elif event.key() in _MOVES and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if self.is_fixed:
                return
            if not self.is_blank:
                super().keyPressEvent(event)
            elif event.key() == Qt.Key.Key_End:
                self.setValue(self.maximum())
            self.picked.emit(self.value())
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self.is_fixed:
            self._follow(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and not self.is_fixed:
            self._follow(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self.is_fixed:
            self.picked.emit(self.value())

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the page scrolls; an answer is never changed by passing over it

    def focusOutEvent(self, event: object) -> None:
        super().focusOutEvent(event)  # type: ignore[arg-type]
        self.left.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        first, now, last = self._point(0), self._point(self.value()), self._point(self.maximum())
        painter.setPen(QPen(look.colour("border_strong"), 2))
        painter.drawLine(first, last)
        if self._ticks:
            self._paint_ticks(painter)
        if not self.is_blank:
            painter.setPen(QPen(look.colour("accent"), 4))
            painter.drawLine(first, now)
        ink = "border_strong" if self.is_blank or self.is_fixed else "accent"
        painter.setPen(QPen(look.colour(ink), 2))
        painter.setBrush(look.colour("surface" if self.is_blank else ink))
        painter.drawEllipse(now, 7, 7)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.colour("accent"), 2))
            painter.drawEllipse(now, 11, 11)

    def _paint_ticks(self, painter: QPainter) -> None:
        upright = self.orientation() == Qt.Orientation.Vertical
        painter.setPen(QPen(theme.current().colour("border_strong"), 1))
        for place in range(self.maximum() + 1):
            at = self._point(place)
            aside = QPointF(5, 0) if upright else QPointF(0, 5)
            painter.drawLine(at - aside, at + aside)

    def _point(self, place: int) -> QPointF:
        room = 13
        part = place / max(1, self.maximum())
        if self.orientation() == Qt.Orientation.Vertical:
            high = self.height() - 2 * room
            return QPointF(self.width() / 2, self.height() - room - part * high)
        wide = self.width() - 2 * room
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            part = 1 - part
        return QPointF(room + part * wide, self.height() / 2)

    def _follow(self, event: QMouseEvent) -> None:
        start, end = self._point(0), self._point(self.maximum())
        at = event.position()
        upright = self.orientation() == Qt.Orientation.Vertical
        along = (
            (at.y() - start.y()) / (end.y() - start.y())
            if upright
            else (at.x() - start.x()) / (end.x() - start.x())
        )
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.is_blank = False
        self.setValue(round(max(0.0, min(1.0, along)) * self.maximum()))
        self.update()


class RangeQuestion(NumberQuestion):
    """A number between two ends: a slider, and a field to type it. Without ends only the field."""

    span: Span = "both"

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.whole = question.bind.data_type == "int"
        self.steps = steps_of(question)
        ends = [question.parameters.get(name, "") for name in ("start", "end")]
        if all(ends):
            self.line.setPlaceholderText("–".join(edit_number(end, now_language()) for end in ends))
        self.line.setFixedWidth(round(80 * theme.current().scale))
        self.slider: RangeSlider | None = None
        if self.steps is not None:
            self._add_slider(self.steps, words_of(question.appearance))
        else:
            layout = self.layout()
            assert isinstance(layout, QBoxLayout)
            layout.setStretch(0, 0)
            layout.addStretch(1)

    def _add_slider(self, steps: Steps, words: tuple[str, ...]) -> None:
        upright = "vertical" in words or "distress" in words
        slider = RangeSlider(steps.count, upright=upright, ticks="no-ticks" not in words)
        self.slider = slider
        slider.valueChanged.connect(self._show_moved)
        slider.picked.connect(lambda place: self.answered.emit(steps.at(place)))
        slider.rubbed.connect(lambda: self.answered.emit(None))
        slider.entered.connect(self.entered)
        slider.left.connect(self._slider_left)
        first, last = (edit_number(steps.at(place), now_language()) for place in (0, steps.count - 1))
        ends = [kit.Label(ltr(end), "caption", "muted") for end in (first, last)]
        layout = self.layout()
        assert isinstance(layout, QBoxLayout)
        if upright:
            beside = kit.column(ends[1], None, ends[0], space=0)
            layout.insertLayout(0, kit.row(slider, beside, space=2))
            layout.setStretch(1, 0)
            layout.addStretch(1)
        else:
            below = kit.row(ends[0], None, ends[1], margins=(8, 0, 8, 0))
            layout.insertLayout(0, kit.column(slider, below, space=0), 1)
            layout.setStretch(1, 0)
        slider.lower()  # first among the parts: the page lets Tab go through them in that order

    def set_name(self, name: str, description: str) -> None:
        super().set_name(name, description)
        if self.slider is not None:
            self.line.setAccessibleName(name)
            self.line.setAccessibleDescription(description)
            value = self._state.value if self._state is not None else ""
            told = edit_number(value, now_language()) if value else _("No answer yet")
            self.slider.setAccessibleDescription(". ".join(part for part in (told, description) if part))

    def show_state(self, state: NodeState, unread: Unread | None) -> None:
        super().show_state(state, unread)
        if self.slider is None or self.steps is None:
            return
        fixed = state.readonly or state.calculated
        self.slider.is_fixed = fixed
        self.slider.setFocusPolicy(Qt.FocusPolicy.NoFocus if fixed else Qt.FocusPolicy.StrongFocus)
        self.slider.show_place(self.steps.place_of(state.value) if state.value else -1)

    def field(self) -> QWidget:
        return self.slider if self.slider is not None else self.line

    def set_error(self, on: bool) -> None:
        theme.set_property(self.line, "state", "error" if on else None)

    def _show_moved(self, place: int) -> None:
        if self.steps is not None:
            self.line.show_text(edit_number(self.steps.at(place), now_language()))

    def _slider_left(self) -> None:
        if self._state is not None and not self._state.value and not self.line.hasFocus():
            self.left_blank.emit()


class _Star(QToolButton):
    """One star of a rating."""

    def __init__(self) -> None:
        super().__init__()
        self.setCheckable(True)
        side = round(32 * theme.current().scale)
        self.setFixedSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, radius = QPointF(self.rect().center()) + QPointF(0.5, 1.5), self.width() * 0.34
        points = QPolygonF()
        for number in range(10):
            far = radius if number % 2 == 0 else radius * 0.42
            angle = math.pi / 5 * number - math.pi / 2
            points.append(middle + QPointF(math.cos(angle) * far, math.sin(angle) * far))
        on = self.isChecked()
        painter.setPen(QPen(look.colour("accent" if on and self.isEnabled() else "border_strong"), 1.5))
        painter.setBrush(look.colour("accent_mark" if on else "surface"))
        painter.drawPolygon(points)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.colour("accent"), 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 4, 4)


class Stars(ChoiceControl):
    """As many stars as there are numbers; the number chosen stands beside them. Arrows go along them."""

    def __init__(self, values: list[str]) -> None:
        super().__init__()
        self.values = values
        self.stars = [_Star() for _value in values]
        self.told = kit.Label("", "caption", "muted")
        for place, star in enumerate(self.stars):
            star.clicked.connect(lambda _on=False, place=place: self._press(place))
            star.installEventFilter(self)
        self._now = -1
        self.setLayout(kit.row(*self.stars, self.told, None, space=2))

    def field(self) -> QWidget:
        return self.stars[max(0, self._now)]

    def set_name(self, name: str, description: str) -> None:
        total = edit_number(self.values[-1], now_language())
        for star, value in zip(self.stars, self.values, strict=True):
            shown = _("{number} of {total}").format(number=edit_number(value, now_language()), total=total)
            star.setAccessibleName(spoken(name, shown))
            star.setAccessibleDescription(description)
            star.setToolTip(shown)

    def show_values(self, values: list[str]) -> None:  # type: ignore[override]
        value = values[0] if values else ""
        focused = any(star.hasFocus() for star in self.stars)
        self._now = self.values.index(value) if value in self.values else -1
        for place, star in enumerate(self.stars):
            star.setChecked(place <= self._now)
            star.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.field().setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        total = edit_number(self.values[-1], now_language())
        number = edit_number(value, now_language())
        text = _("{number} of {total}").format(number=ltr(number), total=ltr(total))
        self.told.setText(text if value else "")
        if focused and self._now >= 0:
            self.field().setFocus()

    def eventFilter(self, watched: object, event: object) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QKeyEvent.Type.KeyPress:
            here = next((place for place, star in enumerate(self.stars) if star is watched), -1)
            if here >= 0 and self._key(here, event):
                return True
        if getattr(event, "type", lambda: None)() == QKeyEvent.Type.FocusOut and self._now < 0:
            self.left_blank.emit()
        return super().eventFilter(watched, event)  # type: ignore[arg-type]

    def _key(self, here: int, event: QKeyEvent) -> bool:
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        steps = {Qt.Key.Key_Right: -1 if rtl else 1, Qt.Key.Key_Left: 1 if rtl else -1}
        if event.key() in steps:
            to = max(0, min(len(self.stars) - 1, here + steps[Qt.Key(event.key())]))
            self.stars[to].setFocus(Qt.FocusReason.TabFocusReason)
        elif is_enter(event):
            self.entered.emit()
        elif is_rubber(event):
            self.chosen.emit([])
        else:
            return False
        return True

    def _press(self, place: int) -> None:
        self.chosen.emit([] if place == self._now else [self.values[place]])


class RangeChoice(QuestionWidget):
    """A range as a list of its steps ("picker") or as stars ("rating")."""

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        steps = steps_of(question)
        assert steps is not None
        values = [steps.at(place) for place in range(steps.count)]
        choices = tuple(Choice(value, edit_number(value, now_language())) for value in values)
        self.control: ChoiceControl
        if "rating" in words_of(question.appearance):
            self.span = "both"
            self.control = Stars(values)
        elif len(values) > SEARCH_FROM:
            self.control = SearchOne(choices, NO_PICTURES)
        else:
            self.control = ChoiceList([Offer(one.value, one.label, one.label) for one in choices])
        self._steps = steps
        self.control.chosen.connect(lambda values: self.answered.emit(values[0] if values else None))
        self.control.unread.connect(self.unread)
        self.control.left_blank.connect(self.left_blank)
        self.control.entered.connect(self.entered)
        self.setLayout(kit.row((self.control, 1)))

    def field(self) -> QWidget:
        return self.control.field()

    def set_name(self, name: str, description: str) -> None:
        self.control.set_name(name, description)

    def set_error(self, on: bool) -> None:
        self.control.set_error(on)

    def show_state(self, state: NodeState, unread: Unread | None) -> None:
        self.control.set_fixed(state.readonly or state.calculated)
        place = self._steps.place_of(state.value) if state.value else -1
        value = self._steps.at(place) if place >= 0 else state.value
        self.control.show_values([value] if value else [])

    def commit(self) -> None:
        self.control.commit()

    def half_typed(self) -> str | None:
        return self.control.half_typed()

    def type_again(self, text: str) -> None:
        self.control.type_again(text)


def range_widget(question: Question) -> QuestionWidget:
    """Return the widget for a range as its appearance asks for it."""
    words, steps = words_of(question.appearance), steps_of(question)
    if steps is not None and "picker" in words:
        return RangeChoice(question)
    if steps is not None and "rating" in words and steps.count <= _MOST_STARS:
        return RangeChoice(question)
    return RangeQuestion(question)


class CounterQuestion(IntegerQuestion):
    """A whole number with buttons for one less and one more; Up and Down do the same."""

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.less = kit.IconButton("subtract", _("One less"), lambda: self._add(-1), keys="↓")
        self.more = kit.IconButton("add", _("One more"), lambda: self._add(1), keys="↑")
        layout = self.layout()
        assert isinstance(layout, QBoxLayout)
        for place, button in ((0, self.less), (2, self.more)):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            layout.insertWidget(place, button)
        layout.setSpacing(4)
        self.line.setFixedWidth(round(84 * theme.current().scale))
        self.line.installEventFilter(self)

    def show_state(self, state: NodeState, unread: Unread | None) -> None:
        super().show_state(state, unread)
        for button in (self.less, self.more):
            set_shown(button, not (state.readonly or state.calculated))

    def set_name(self, name: str, description: str) -> None:
        super().set_name(name, description)
        for button, words in ((self.less, _("One less")), (self.more, _("One more"))):
            button.setAccessibleName(f"{name}. {words}")

    def eventFilter(self, watched: object, event: object) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QKeyEvent.Type.KeyPress:
            step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()), 0)
            if step and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
                self._add(step)
                return True
        return super().eventFilter(watched, event)  # type: ignore[arg-type]

    def _add(self, step: int) -> None:
        self.commit()
        if self._state is None or self.line.isReadOnly() or self._is_unread:
            return
        now = Decimal(self._state.value or "0")
        self.line.show_text(f"{now + step:f}")
        self.answered.emit(f"{now + step:f}")

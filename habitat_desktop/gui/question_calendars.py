"""A date by its parts, in the calendar a form asks for; what is stored is an ISO date."""

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QWidget

from habitat_desktop.gui import kit, theme
from habitat_desktop.gui.question_base import (
    NOT_LEFT,
    PHYSICAL_RIGHT,
    Line,
    QuestionWidget,
    Span,
    Unread,
    now_language,
    set_shown,
)
from habitat_desktop.i18n.calendars import (
    GREGORIAN,
    calendar_name,
    from_calendar,
    month_names,
    months_of,
    to_calendar,
)
from habitat_desktop.i18n.catalogues import _, pgettext
from habitat_desktop.i18n.languages import languages
from habitat_desktop.i18n.numbers import format_date
from habitat_desktop.i18n.text import iso, latin_digits
from habitat_desktop.xforms.definition import Question
from habitat_desktop.xforms.engine import NodeState
from habitat_desktop.xforms.question_types import date_appearance

_DAY_WIDTH, _MONTH_WIDTH, _YEAR_WIDTH = 52, 148, 60  # px at scale 1

Parts = tuple[str, int, str]  # day, number of the month (0: none), year: as typed
_BLANK: Parts = ("", 0, "")


class MonthList(QComboBox):
    """The months of a year by name; its first line is empty."""

    entered = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMaxVisibleItems(17)
        self.setPlaceholderText(pgettext("part of a date", "month"))
        self.currentIndexChanged.connect(self._mark_blank)
        self.activated.connect(self._chosen)
        self._mark_blank(-1)

    @property
    def number(self) -> int:
        return self.currentData() or 0

    def offer(self, months: list[tuple[int, str]]) -> None:
        """Offer these months, by number and name; the chosen one stays if it is among them."""
        if months == [(self.itemData(i), self.itemText(i)) for i in range(1, self.count())]:
            return
        chosen = self.number
        self.clear()
        self.addItem("", 0)
        for number, name in months:
            self.addItem(name, number)
        self.choose(chosen)

    def choose(self, number: int) -> None:
        self.setCurrentIndex(self.findData(number) if number else -1)

    def _chosen(self, place: int) -> None:
        if place == 0:
            self.choose(0)  # shows again what belongs here

    def _mark_blank(self, place: int) -> None:
        theme.set_property(self, "blank", "true" if place < 1 else None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the page scrolls; an answer is never changed by passing over it

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in NOT_LEFT:
            self.left.emit()


class DateInParts(QuestionWidget):
    """Day, month and year in fields of their own, or only those the form asks for.

    The first day of the month or year stands for it, as in ODK Collect.
    """

    span: Span = "both"

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.calendar, self._precision = date_appearance(question.appearance)
        self._state: NodeState | None = None
        self._shown = _BLANK
        self.day, self.month, self.year = Line(), MonthList(), Line()
        self._fields = self._ask()
        self.caption = kit.Label("", "caption", "muted")
        self.caption.setMinimumHeight(self.year.sizeHint().height())
        fields = QWidget()
        fields.setLayout(kit.row(*self._fields.values(), space=4))
        both = kit.FlowLayout()
        both.addWidget(fields)
        both.addWidget(self.caption)
        self.setLayout(both)
        self._offer_months()

    def field(self) -> QWidget:
        return next(iter(self._fields.values()))

    def set_name(self, name: str, description: str) -> None:
        described = " ".join((description, self.caption.text().replace("\n", " "))).strip()
        words = {
            "day": pgettext("part of a date", "day"),
            "month": pgettext("part of a date", "month"),
            "year": pgettext("part of a date", "year"),
        }
        for part, field in self._fields.items():
            field.setAccessibleName(_("{question}, {field}").format(question=name, field=words[part]))
            field.setAccessibleDescription(described)

    def set_error(self, on: bool) -> None:
        for field in self._fields.values():
            theme.set_property(field, "state", "error" if on else None)

    def show_state(self, state: NodeState, unread: Unread | None) -> None:
        fixed = state.readonly or state.calculated
        self._state = state
        for line in (self.day, self.year):
            line.setReadOnly(fixed)
            line.setFocusPolicy(Qt.FocusPolicy.ClickFocus if fixed else Qt.FocusPolicy.StrongFocus)
            theme.set_property(line, "calculated", "true" if self.is_dashed(state) else None)
        self.month.setEnabled(not fixed)
        if unread is not None:
            if self._typed() == _BLANK:
                self.type_again(unread.text)
        elif not (self._is_inside() and self._typed() != self._shown):
            self._show_parts(self._parts_of(state.value))
        self._show_caption()

    def commit(self) -> None:
        """Take the date when it is whole; say what is wrong with it once the fields are left."""
        typed = self._typed()
        if self._state is None or self.year.isReadOnly() or typed == self._shown:
            return
        if typed == _BLANK:
            self._shown = typed
            self.answered.emit(None)
        elif day := self._read():
            self._shown = typed
            self.answered.emit(day.isoformat())
        elif not self._is_inside():
            self.unread.emit(Unread(self._as_text(), self._problem()))

    def half_typed(self) -> str | None:
        return self._as_text() if self._typed() != self._shown else None

    def type_again(self, text: str) -> None:
        day, month, year = text.split("\n")
        self._set_parts((day, int(month), year))

    # building

    def _ask(self) -> dict[str, Line | MonthList]:
        """Return the fields the form asks for, in the order of the language."""
        widths = ((self.day, _DAY_WIDTH), (self.month, _MONTH_WIDTH), (self.year, _YEAR_WIDTH))
        for field, width in widths:
            field.setFixedWidth(round(width * theme.current().scale))
        # Translators: in the empty fields of a date.
        self.day.setPlaceholderText(pgettext("part of a date", "day"))
        self.year.setPlaceholderText(pgettext("part of a date", "year"))
        for line in (self.day, self.year):
            line.setAlignment(PHYSICAL_RIGHT)
            line.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
            line.textEdited.connect(self._changed)
            line.focused.connect(self._focus_changed)
            line.returnPressed.connect(self._enter)
        self.month.activated.connect(self._chosen)
        self.month.left.connect(lambda: self._focus_changed(False))
        self.month.entered.connect(self._enter)
        fields: dict[str, Line | MonthList] = {"day": self.day, "month": self.month, "year": self.year}
        if self._precision == "year":
            return {"year": self.year}
        if self._precision == "month":
            del fields["day"]
        pattern = languages()[now_language()].date_long
        if pattern.find("{y}") < pattern.find("{d"):
            fields = dict(reversed(fields.items()))
        return fields

    # reading

    def _typed(self) -> Parts:
        return self.day.text().strip(), self.month.number, self.year.text().strip()

    def _as_text(self) -> str:
        return "\n".join(map(str, self._typed()))

    def _year(self) -> int:
        """Return the year typed; 0 when it is none."""
        year = latin_digits(self.year.text().strip())
        return int(year) if year.isdecimal() and len(year) <= 5 else 0

    def _read(self) -> date | None:
        """Return the day the fields say, None if they say none."""
        months = months_of(self.calendar, self._year())
        if not months:
            return None
        if self._precision == "year":
            return months[0].begins
        chosen = next((month for month in months if month.number == self.month.number), None)
        if chosen is None:
            return None
        if self._precision == "month":
            return chosen.begins
        day = latin_digits(self.day.text().strip())
        try:
            return from_calendar(self._year(), months.index(chosen) + 1, int(day), self.calendar)
        except ValueError:
            return None

    def _problem(self) -> str:
        day, month, year = self._typed()
        if self._precision == "day" and not (day and month and year):
            return _("Day, month and year are all needed.")
        if self._precision == "month" and not (month and year):
            return _("Both the month and the year are needed.")
        return _("There is no such date in this calendar.")

    # showing

    def _parts_of(self, value: str) -> Parts:
        """Return a stored date as it stands in the fields; blank where this calendar does not know it."""
        try:
            year, place, day = to_calendar(date.fromisoformat(value[:10]), self.calendar)
        except ValueError:
            return _BLANK
        number = months_of(self.calendar, year)[place - 1].number
        return (
            str(day) if self._precision == "day" else "",
            number if self._precision != "year" else 0,
            str(year),
        )

    def _show_parts(self, parts: Parts) -> None:
        if parts != self._typed():
            self._set_parts(parts)
        self._shown = parts
        self.day.shown, self.year.shown = parts[0], parts[2]

    def _set_parts(self, parts: Parts) -> None:
        day, number, year = parts
        self.day.setText(day)
        self.year.setText(year)
        self._offer_months()
        self.month.choose(number)

    def _offer_months(self) -> None:
        """Offer the months of the year typed; a Myanmar year has a second Waso or none."""
        names = month_names(self.calendar, now_language())
        months = months_of(self.calendar, self._year())
        numbers = [month.number for month in months] or range(1, len(names) + 1)
        self.month.offer([(number, names[number - 1]) for number in numbers])

    def _show_caption(self) -> None:
        """Say which calendar it is, and the same day in ours."""
        lines = [calendar_name(self.calendar, now_language())] if self.calendar != GREGORIAN else []
        day = self._read()
        stored = self._state.value[:10] if self._state is not None and self._typed() == self._shown else ""
        now = stored or (day.isoformat() if day else "")
        if lines and now:
            shown = format_date(now, now_language(), "medium")
            # Translators: the same day in the Gregorian calendar; {date} is such as "11 Sep 2025".
            lines.append(_("Gregorian: {date}").format(date=iso(shown)))
        self.caption.setText("\n".join(lines))
        set_shown(self.caption, bool(lines))

    # what the person does

    def _changed(self) -> None:
        self._offer_months()
        self._show_caption()

    def _chosen(self) -> None:
        self._show_caption()
        self.commit()

    def _is_inside(self) -> bool:
        return any(field.hasFocus() for field in self._fields.values())

    def _focus_changed(self, is_in: bool) -> None:
        if is_in or self._is_inside():
            return
        self.commit()
        if self._typed() == _BLANK:
            self.left_blank.emit()

    def _enter(self) -> None:
        """Go to the next field, from the last one to the next question."""
        fields = list(self._fields.values())
        here = next((place for place, field in enumerate(fields) if field.hasFocus()), len(fields) - 1)
        if here + 1 < len(fields):
            fields[here + 1].setFocus(Qt.FocusReason.TabFocusReason)
            return
        self.commit()
        if self._typed() == self._shown:
            self.entered.emit()
        else:
            self.unread.emit(Unread(self._as_text(), self._problem()))


def is_in_parts(question: Question) -> bool:
    """Whether a date is asked for by its parts: in another calendar, or a month or a year only."""
    return date_appearance(question.appearance) != (GREGORIAN, "day")

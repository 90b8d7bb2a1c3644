"""Dates: a line that reads dates as people write them, and a calendar beside it."""

import shiboken6
from PySide6.QtCore import QDate, QLocale, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCharFormat
from PySide6.QtWidgets import QBoxLayout, QCalendarWidget, QFrame, QToolButton, QWidget

from habitat_desktop.gui import icons, kit, theme
from habitat_desktop.gui.form_rows import directed
from habitat_desktop.gui.question_base import LineQuestion, QuestionWidget, Unread, now_language, set_shown
from habitat_desktop.gui.question_calendars import DateInParts, is_in_parts
from habitat_desktop.gui.question_lines import read_time
from habitat_desktop.i18n.catalogues import _, pgettext
from habitat_desktop.i18n.languages import languages
from habitat_desktop.i18n.numbers import format_date, parse_date
from habitat_desktop.i18n.text import iso
from habitat_desktop.xforms.definition import Question
from habitat_desktop.xforms.engine import NodeState


class DateEcho(QFrame):
    """Lies over the page under a date while it is typed, and says how it is read."""

    def __init__(self, field: QWidget, text: str) -> None:
        super().__init__(field.window())
        self.setProperty("part", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.label = kit.Label("", "caption", "muted")
        self.setLayout(kit.row(self.label, margins=(8, 4, 8, 4)))
        self._field = field
        self.say(text)

    def say(self, text: str) -> None:
        """Show `text` under the field."""
        self.label.setText(text)
        self.adjustSize()
        corner = self._field.mapTo(self._field.window(), QPoint(0, self._field.height() + 2))
        if theme.current().rtl:
            corner.setX(corner.x() + self._field.width() - self.width())
        self.move(corner)
        self.show()
        self.raise_()


class DateQuestion(LineQuestion):
    """A date; Alt+Down opens the calendar. While it is typed, what was read stands under it."""

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        # Translators: shown in an empty field for a date, as the way to write it.
        self.line.setPlaceholderText(pgettext("empty date field", "day/month/year"))
        self.line.setToolTip(self.line.placeholderText())
        self.button = kit.IconButton("calendar", _("Calendar"), self.open_calendar, keys="Alt+↓")
        self.button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._has_calendar = "no-calendar" not in question.appearance.split()
        layout = self.layout()
        assert isinstance(layout, QBoxLayout)
        layout.removeWidget(self.unit)
        self.unit.hide()
        layout.insertWidget(1, self.button)
        layout.setSpacing(4)
        self.echo: DateEcho | None = None
        self.line.textEdited.connect(self._echo)
        self.line.focused.connect(lambda on: None if on else self._end_echo())
        self.destroyed.connect(self._end_echo)

    def show_state(self, state: NodeState, unread: Unread | None) -> None:
        super().show_state(state, unread)
        set_shown(self.button, self._has_calendar and not self.line.isReadOnly())

    def _show_unit(self, state: NodeState) -> None:
        super()._show_unit(state)
        layout = self.layout()
        if state.calculated and isinstance(layout, QBoxLayout) and self.unit.isHidden():
            layout.insertWidget(2, self.unit)
            self.unit.show()

    def show_value(self, value: str) -> str:
        return format_date(value, now_language(), "medium") if value else ""

    def _echo(self, text: str) -> None:
        """Say while it is typed which day is read; nothing while it is none."""
        try:
            read = (
                format_date(parse_date(text, now_language()), now_language(), "long") if text.strip() else ""
            )
        except ValueError:
            read = ""
        if not read:
            self._end_echo()
        elif self.echo is None:
            self.echo = DateEcho(self.line, f"{directed('=')} {iso(read)}")
        else:
            self.echo.say(f"{directed('=')} {iso(read)}")

    def _end_echo(self) -> None:
        echo, self.echo = self.echo, None
        if echo is not None and shiboken6.isValid(echo):
            echo.hide()
            echo.deleteLater()

    def take(self, text: str) -> None:
        try:
            self.answered.emit(parse_date(text, now_language()))
        except ValueError:
            problem = _("“{text}” is not a date. Write day, month and year, such as {example}.")
            example = format_date("2026-06-30", now_language(), "short")
            self.unread.emit(Unread(text, problem.format(text=iso(text.strip()), example=iso(example))))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.open_calendar()
            return
        super().keyPressEvent(event)

    def open_calendar(self) -> None:
        """Open the calendar on the date that stands in the field."""
        if not self._has_calendar:
            return
        value = self._state.value if self._state is not None else ""
        popup = CalendarPopup(self, QDate.fromString(value[:10], Qt.DateFormat.ISODate))
        popup.chosen.connect(self._take_date)
        corner = self.line.mapToGlobal(QPoint(0, self.line.height() + 2))
        if theme.current().rtl:
            corner.setX(corner.x() + self.line.width() - popup.sizeHint().width())
        popup.move(corner)
        popup.show()

    def _take_date(self, day: str) -> None:
        self.line.show_text(self.show_value(day))
        self.line.setFocus()
        self.answered.emit(day)


class CalendarPopup(QFrame):
    """A month to choose a day from; Esc closes it."""

    chosen = Signal(str)  # ISO text

    def __init__(self, parent: QWidget, day: QDate) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("part", "card")
        self.calendar = QCalendarWidget()
        locale = QLocale(languages()[now_language()].qt_locale)
        self.calendar.setLocale(locale)
        self.calendar.setFirstDayOfWeek(locale.firstDayOfWeek())
        self.calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.calendar.setAccessibleName(_("Calendar"))
        self._colour()
        if day.isValid():
            self.calendar.setSelectedDate(day)
        self.calendar.activated.connect(self._choose)
        self.calendar.clicked.connect(self._choose)
        self.setLayout(kit.column(self.calendar, margins=(4, 4, 4, 4)))
        self.setFocusProxy(self.calendar)

    def _colour(self) -> None:
        """Give all days one colour, and the arrows ours: Qt paints weekends red and arrows black."""
        look = theme.current()
        plain, head = QTextCharFormat(), QTextCharFormat()
        plain.setForeground(look.colour("text"))
        head.setForeground(look.colour("text_muted"))
        head.setBackground(look.colour("surface_alt"))
        for day in Qt.DayOfWeek:
            self.calendar.setWeekdayTextFormat(day, plain)
        self.calendar.setHeaderTextFormat(head)
        for name, icon in (
            ("qt_calendar_prevmonth", "chevron_left"),
            ("qt_calendar_nextmonth", "chevron_right"),
        ):
            arrow = self.calendar.findChild(QToolButton, name)
            if isinstance(arrow, QToolButton):
                icons.set_icon(arrow, icon, "text", 16)

    def _choose(self, day: QDate) -> None:
        if self.isVisible():
            self.close()
            self.chosen.emit(day.toString(Qt.DateFormat.ISODate))


def date_widget(question: Question) -> DateQuestion | DateInParts:
    """Return the widget for a date as the form wants it asked."""
    return DateInParts(question) if is_in_parts(question) else DateQuestion(question)


class DateTimeQuestion(QuestionWidget):
    """A date and a time of day, stored in the time zone of the computer."""

    span = "both"

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.date = date_widget(question)
        self.time = _TimeOfDay(question)
        in_parts = isinstance(self.date, DateInParts)
        self.setLayout(kit.column(self.date, self.time) if in_parts else kit.row(self.date, self.time, None))
        self._day = self._time = ""
        self.date.answered.connect(self._take_day)
        self.time.answered.connect(self._take_time)
        for part in (self.date, self.time):
            part.unread.connect(self.unread)
            part.left_blank.connect(self.left_blank)
        self.date.entered.connect(self.time.field().setFocus)
        self.time.entered.connect(self.entered)

    def field(self) -> QWidget:
        return self.date.field()

    def set_name(self, name: str, description: str) -> None:
        for part, word in ((self.date, _("date")), (self.time, _("time"))):
            # Translators: a question and one of its fields: "Start, time".
            part.set_name(_("{question}, {field}").format(question=name, field=word), description)

    def set_error(self, on: bool) -> None:
        self.date.set_error(on)
        self.time.set_error(on)

    def show_state(self, state: NodeState, unread: Unread | None) -> None:
        from dataclasses import replace

        if state.value:
            self._day, _mark, self._time = state.value.partition("T")
        self.date.show_state(replace(state, value=self._day), None)
        self.time.show_state(replace(state, value=self._time), None)

    def commit(self) -> None:
        self.date.commit()
        self.time.commit()

    def _take_day(self, day: str | None) -> None:
        self._day = day or ""
        self._answer()

    def _take_time(self, time: str | None) -> None:
        self._time = time or ""
        self._answer()

    def _answer(self) -> None:
        if self._day and self._time:
            self.answered.emit(f"{self._day}T{self._time}")
        elif not (self._day or self._time):
            self.answered.emit(None)
        else:
            self.unread.emit(Unread(self._day or self._time, _("Both the date and the time are needed.")))


class _TimeOfDay(LineQuestion):
    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.line.setFixedWidth(round(72 * theme.current().scale))
        self.line.setPlaceholderText("00:00")
        self.line.setLayoutDirection(Qt.LayoutDirection.LeftToRight)

    def show_value(self, value: str) -> str:
        return value[:5]

    def take(self, text: str) -> None:
        time = read_time(text)
        if time:
            from datetime import datetime

            offset = datetime.now().astimezone().strftime("%z")
            self.answered.emit(f"{time}{offset[:3]}:{offset[3:]}")
        else:
            self.unread.emit(
                Unread(text, _("This is no time of day. Write it as {example}.").format(example="14:30"))
            )

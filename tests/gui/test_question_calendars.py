"""Dates asked by their parts: typed, chosen and read in real fields, with a real engine behind them."""

from dataclasses import replace
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from habitat_desktop.gui import look
from habitat_desktop.gui.form_rows import shown_value
from habitat_desktop.gui.question_base import Unread
from habitat_desktop.gui.question_calendars import DateInParts
from habitat_desktop.gui.question_dates import DateQuestion, DateTimeQuestion
from habitat_desktop.gui.question_widgets import make_widget
from habitat_desktop.i18n.languages import LANGUAGES
from habitat_desktop.xforms.definition import Form, Question
from habitat_desktop.xforms.engine import Environment, FormInstance
from habitat_desktop.xforms.xform import parse_xform
from habitat_desktop.xforms.xlsform import convert_workbook
from tests.gui.checks import clipped, nameless

TABLE = """
| survey |          |           |           |                       |
|        | type     | name      | label     | appearance            |
|        | date     | ethiopian | Ethiopian | ethiopian             |
|        | date     | coptic    | Coptic    | coptic                |
|        | date     | islamic   | Islamic   | islamic               |
|        | date     | persian   | Persian   | persian               |
|        | date     | bikram    | Nepali    | bikram-sambat         |
|        | date     | myanmar   | Myanmar   | myanmar               |
|        | date     | buddhist  | Buddhist  | buddhist              |
|        | date     | month     | Month     | month-year            |
|        | date     | year      | Year      | year                  |
|        | date     | emonth    | E. month  | Ethiopian month-year  |
|        | date     | eyear     | E. year   | year ethiopian        |
|        | date     | mmonth    | M. month  | myanmar month-year    |
|        | date     | plain     | Plain     | no-calendar           |
|        | dateTime | moment    | Moment    | ethiopian             |
"""


@pytest.fixture(scope="session")
def form(tmp_path_factory: pytest.TempPathFactory) -> Form:
    path = tmp_path_factory.mktemp("calendars") / "calendars.md"
    path.write_text(TABLE.strip() + "\n", encoding="utf-8")
    return parse_xform(convert_workbook(path, translate=False).xml.encode("utf-8"), path=path)


class Bench:
    """One question on the screen; its answers go into the engine and its state comes back."""

    def __init__(self, form: Form, qtbot: Any) -> None:
        self._form, self._qtbot = form, qtbot
        environment = Environment(
            now=lambda: datetime(2026, 7, 1, tzinfo=UTC), uuid=lambda: "u", random=Random(1), timezone=UTC,
            properties={}, language="en",
        )  # fmt: skip
        self.instance = FormInstance(form, environment)
        self.unread: list[Unread] = []
        self.blanks = self.entered = 0

    def show(self, name: str, value: str = "") -> Any:
        self._ref = f"/data/{name}"
        if value:
            self.instance.answer(self._ref, value)
        question = self._form.element(self._ref)
        assert isinstance(question, Question)
        widget = make_widget(question, self.state)
        self._widget = widget
        widget.answered.connect(self._answer)
        widget.unread.connect(self.unread.append)
        widget.left_blank.connect(self._left_blank)
        widget.entered.connect(self._entered)
        self._qtbot.addWidget(widget)
        widget.show_state(self.state, None)
        widget.set_name("When", "Hint")
        widget.resize(428, 90)
        widget.show()
        widget.activateWindow()
        self._qtbot.waitUntil(widget.isActiveWindow)
        return widget

    @property
    def state(self) -> Any:
        return self.instance.state(self._ref)

    def type(self, text: str) -> None:
        """Type into the field that has the keyboard, as a person at any keyboard does."""
        for sign in text:  # an event each: QTest itself only knows the keys of a Latin keyboard
            event = QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, sign)
            QApplication.sendEvent(QApplication.focusWidget(), event)

    def press(self, key: Qt.Key) -> None:
        self._qtbot.keyClick(QApplication.focusWidget(), key)

    def leave(self) -> None:
        """Go to another place of the window."""
        focused = QApplication.focusWidget()
        assert focused is not None
        focused.clearFocus()

    def _answer(self, value: Any) -> None:
        self.instance.answer(self._ref, value)
        self._widget.show_state(self.state, None)

    def _left_blank(self) -> None:
        self.blanks += 1

    def _entered(self) -> None:
        self.entered += 1


@pytest.fixture
def bench(form: Form, qtbot: Any) -> Bench:
    return Bench(form, qtbot)


def parts(widget: DateInParts) -> tuple[str, str, str]:
    return widget.day.text(), widget.month.currentText(), widget.year.text()


@pytest.mark.parametrize(
    ("name", "shown", "calendar"),
    [
        ("ethiopian", ("1", "Meskerem", "2018"), "Ethiopian calendar"),
        ("coptic", ("1", "Tout", "1742"), "Coptic calendar"),
        ("islamic", ("18", "Rabiʻ I", "1447"), "Islamic calendar"),
        ("persian", ("20", "Shahrivar", "1404"), "Persian calendar"),
        ("bikram", ("26", "Bhadra", "2082"), "Bikram Sambat calendar"),
        ("myanmar", ("20", "Tawthalin", "1387"), "Myanmar calendar"),
        ("buddhist", ("11", "September", "2568"), "Buddhist calendar"),
        ("emonth", ("", "Meskerem", "2018"), "Ethiopian calendar"),
        ("eyear", ("", "", "2018"), "Ethiopian calendar"),
    ],
)
def test_a_stored_date_is_shown_in_the_calendar_of_the_form(
    bench: Bench, name: str, shown: tuple[str, str, str], calendar: str
) -> None:
    widget = bench.show(name, "2025-09-11")
    assert parts(widget) == shown
    said = widget.caption.text().replace("\u2068", "").replace("\u2069", "")
    assert said == f"{calendar}\nGregorian: 11 Sep 2025"
    assert bench.state.value == "2025-09-11"


def test_a_date_is_typed_by_its_parts_with_the_keyboard_alone(bench: Bench) -> None:
    widget = bench.show("ethiopian")
    widget.field().setFocus()
    bench.type("23")
    bench.press(Qt.Key.Key_Tab)
    bench.type("Yek")  # the list goes to the month that begins so
    bench.press(Qt.Key.Key_Tab)
    bench.type("1888")
    assert bench.state.value == "", "nothing is answered while the fields are being filled"
    bench.leave()
    assert bench.state.value == "1896-03-01"
    assert parts(widget) == ("23", "Yekatit", "1888")
    assert "1 Mar 1896" in widget.caption.text()
    assert bench.unread == []


def test_enter_goes_from_part_to_part_and_then_on(bench: Bench) -> None:
    widget = bench.show("persian")
    widget.field().setFocus()
    bench.type("1")
    bench.press(Qt.Key.Key_Return)
    assert widget.month.hasFocus()
    bench.type("Far")
    bench.press(Qt.Key.Key_Return)
    assert widget.year.hasFocus()
    bench.type("١٤٠٤")
    assert bench.entered == 0
    bench.press(Qt.Key.Key_Return)
    assert bench.state.value == "2025-03-21"
    assert bench.entered == 1


def test_enter_on_half_a_date_stays_and_says_what_is_missing(bench: Bench) -> None:
    widget = bench.show("islamic")
    widget.year.setFocus()
    bench.type("1447")
    bench.press(Qt.Key.Key_Return)
    assert (bench.state.value, bench.entered) == ("", 0)
    assert [unread.problem for unread in bench.unread] == ["Day, month and year are all needed."]


def test_a_month_from_the_list_is_taken_at_once(bench: Bench) -> None:
    widget = bench.show("ethiopian", "2025-09-11")
    widget.month.setFocus()
    widget.month.setCurrentIndex(2)
    widget.month.activated.emit(2)
    assert bench.state.value == "2025-10-11"


def test_the_first_line_of_the_months_takes_the_month_back(bench: Bench) -> None:
    widget = bench.show("ethiopian", "2025-09-11")
    widget.month.setFocus()
    widget.month.setCurrentIndex(0)
    widget.month.activated.emit(0)
    assert (widget.month.number, widget.month.property("blank")) == (0, "true")
    assert bench.state.value == "2025-09-11", "until the fields are left"
    bench.leave()
    assert [unread.problem for unread in bench.unread] == ["Day, month and year are all needed."]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_stands_in_empty_fields_fits(bench: Bench, language: str) -> None:
    look.apply(language, "light")
    widget = bench.show("ethiopian")
    for line in (widget.day, widget.year):
        assert line.fontMetrics().horizontalAdvance(line.placeholderText()) <= line.width() - 20


@pytest.mark.parametrize(
    ("name", "month", "value"),
    [
        ("month", "September", "2025-09-01"),
        ("emonth", "Meskerem", "2025-09-11"),
        ("mmonth", "Tagu", "2025-04-17"),
    ],
)
def test_a_month_stands_for_its_first_day(bench: Bench, name: str, month: str, value: str) -> None:
    widget = bench.show(name)
    assert widget.day.parent() is None, "no day is asked"
    widget.field().setFocus()
    widget.year.setText({"month": "2025", "emonth": "2018", "mmonth": "1387"}[name])
    bench.type(month[:3])
    bench.leave()
    assert bench.state.value == value
    assert parts(widget)[1] == month


@pytest.mark.parametrize(
    ("name", "year", "value"), [("year", "2025", "2025-01-01"), ("eyear", "2018", "2025-09-11")]
)
def test_a_year_stands_for_its_first_day(bench: Bench, name: str, year: str, value: str) -> None:
    widget = bench.show(name)
    assert widget.field() is widget.year
    widget.year.setFocus()
    bench.type(year)
    bench.leave()
    assert bench.state.value == value


def test_a_date_of_ours_by_month_or_year_needs_no_other_beside_it(bench: Bench) -> None:
    assert bench.show("month", "2025-09-20").caption.isHidden()


def test_what_is_stored_more_precisely_stays_as_it_is(bench: Bench) -> None:
    widget = bench.show("month", "2025-09-20")
    widget.field().setFocus()
    bench.leave()
    assert bench.state.value == "2025-09-20"


@pytest.mark.parametrize(
    ("name", "typed"),
    [("ethiopian", ("6", 13, "2018")), ("bikram", ("1", 1, "1950")), ("persian", ("0", 1, "1404"))],
)
def test_what_is_no_date_is_not_taken(bench: Bench, name: str, typed: tuple[str, int, str]) -> None:
    widget = bench.show(name)
    widget.field().setFocus()
    widget.type_again("\n".join(map(str, typed)))
    assert bench.unread == []
    bench.leave()
    assert bench.state.value == ""
    assert [unread.problem for unread in bench.unread] == ["There is no such date in this calendar."]


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("coptic", "Day, month and year are all needed."),
        ("emonth", "Both the month and the year are needed."),
    ],
)
def test_half_a_date_is_asked_for_only_when_the_fields_are_left(
    bench: Bench, name: str, problem: str
) -> None:
    widget = bench.show(name)
    widget.year.setFocus()
    bench.type("1742")
    widget.month.setFocus()
    widget.commit()
    assert bench.unread == []
    bench.leave()
    assert [unread.problem for unread in bench.unread] == [problem]


def test_half_a_date_stands_again_when_its_row_is_made_anew(bench: Bench) -> None:
    widget = bench.show("coptic")
    widget.year.setFocus()
    bench.type("1742")
    assert widget.half_typed() == "\n0\n1742"
    bench.leave()
    again = bench.show("coptic")
    again.show_state(bench.state, bench.unread[0])
    assert parts(again) == ("", "", "1742")


def test_a_date_is_taken_back_by_emptying_its_fields(bench: Bench) -> None:
    widget = bench.show("ethiopian", "2025-09-11")
    widget.field().setFocus()
    widget.type_again("\n0\n")
    bench.leave()
    assert bench.state.value == ""
    assert bench.blanks == 1
    assert widget.caption.text() == "Ethiopian calendar"


def test_a_date_being_typed_is_not_overwritten(bench: Bench) -> None:
    widget = bench.show("ethiopian", "2025-09-11")
    widget.year.setFocus()
    widget.year.selectAll()
    bench.type("2017")
    widget.show_state(bench.state, None)
    assert parts(widget) == ("1", "Meskerem", "2017")
    assert "11 Sep 2024" in widget.caption.text(), "the day in our calendar follows the typing"


def test_the_months_offered_follow_the_myanmar_year(bench: Bench) -> None:
    widget = bench.show("myanmar", "2023-08-01")
    months = [widget.month.itemText(i) for i in range(widget.month.count())]
    assert months[:6] == ["", "Tagu", "Kason", "Nayon", "First Waso", "Second Waso"]
    widget.year.setFocus()
    widget.year.selectAll()
    bench.type("1386")
    months = [widget.month.itemText(i) for i in range(widget.month.count())]
    assert months[:6] == ["", "Tagu", "Kason", "Nayon", "Waso", "Wagaung"]
    assert widget.month.currentText() == "", "which Waso it was has to be said again"


def test_a_date_its_calendar_does_not_know_is_shown_in_ours(bench: Bench) -> None:
    widget = bench.show("bikram", "1900-01-01")
    assert parts(widget) == ("", "", "")
    assert "1 Jan 1900" in widget.caption.text()
    widget.field().setFocus()
    bench.leave()
    assert bench.state.value == "1900-01-01"


def test_nobody_changes_a_date_that_is_fixed(bench: Bench) -> None:
    widget = bench.show("ethiopian", "2025-09-11")
    widget.show_state(replace(bench.state, readonly=True), None)
    assert widget.day.isReadOnly() and widget.year.isReadOnly() and not widget.month.isEnabled()
    widget.day.setText("2")
    widget.commit()
    assert bench.state.value == "2025-09-11"


def test_the_wheel_never_changes_a_month(bench: Bench) -> None:
    widget = bench.show("ethiopian", "2025-09-11")
    place = QPointF(5, 5)
    event = QWheelEvent(
        place, widget.month.mapToGlobal(place), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget.month, event)
    assert widget.month.currentText() == "Meskerem"


def test_screen_readers_hear_the_question_the_part_and_the_calendar(bench: Bench) -> None:
    widget = bench.show("ethiopian", "2025-09-11")
    assert widget.month.accessibleName() == "When, month"
    assert widget.day.accessibleDescription().startswith("Hint Ethiopian calendar Gregorian: ")
    assert nameless(widget) == []


def test_a_moment_has_its_day_in_the_calendar_of_the_form(bench: Bench) -> None:
    widget = bench.show("moment")
    assert isinstance(widget, DateTimeQuestion)
    widget.field().setFocus()
    bench.type("1")
    bench.press(Qt.Key.Key_Tab)
    bench.type("Mesk")
    bench.press(Qt.Key.Key_Tab)
    bench.type("2018")
    bench.press(Qt.Key.Key_Return)
    assert widget.time.line.hasFocus()
    bench.type("14:30")
    bench.press(Qt.Key.Key_Return)
    assert bench.state.value.startswith("2025-09-11T14:30:00.000")


def test_without_a_calendar_to_open_a_date_is_typed(bench: Bench, qtbot: Any) -> None:
    widget = bench.show("plain")
    assert isinstance(widget, DateQuestion)
    assert widget.button.isHidden()
    qtbot.keyClick(widget.line, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert QApplication.activePopupWidget() is None
    widget.line.setFocus()
    bench.type("30/06/2026")
    bench.press(Qt.Key.Key_Return)
    assert bench.state.value == "2026-06-30"


@pytest.mark.parametrize("language", ["en", "ar", "zh", "fr"])
def test_the_fields_stand_in_the_order_of_the_language(bench: Bench, language: str) -> None:
    look.apply(language, "light")
    widget = bench.show("ethiopian", "2025-09-11")
    fields: list[QWidget] = [widget.day, widget.month, widget.year]
    if language == "zh":
        fields.reverse()
    lefts = [field.mapTo(widget, QPoint(0, 0)).x() for field in fields]
    assert lefts == sorted(lefts, reverse=language == "ar")
    assert widget.field() is fields[0]
    fields[0].setFocus()
    for field in fields[1:]:
        bench.press(Qt.Key.Key_Tab)
        assert field.hasFocus()
    assert (widget.day.text(), widget.year.text()) == ("1", "2018"), "digits are the same in all languages"
    assert clipped(widget) == []


@pytest.mark.parametrize("name", ["ethiopian", "islamic", "myanmar", "month"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_name_of_every_month_fits(bench: Bench, name: str, language: str) -> None:
    look.apply(language, "light")
    widget = bench.show(name)
    room = widget.month.width() - 36  # frame and arrow
    wide = [
        widget.month.itemText(i)
        for i in range(widget.month.count())
        if widget.month.fontMetrics().horizontalAdvance(widget.month.itemText(i)) > room
    ]
    assert wide == []


def test_last_period_is_shown_in_both_calendars(bench: Bench) -> None:
    bench.show("ethiopian")
    text = shown_value(bench.state, "2025-09-11", "en")
    assert text.replace("\u2068", "").replace("\u2069", "") == "1 Meskerem 2018 (11 Sep 2025)"
    bench.show("bikram")
    assert shown_value(bench.state, "1900-01-01", "en") == "1 Jan 1900"

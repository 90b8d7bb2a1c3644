"""Dates typed in the habits of an office, chosen in the calendar by keys, refused where there is none."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QDate, Qt

from habitat_desktop.gui import look, theme
from habitat_desktop.gui.question_dates import CalendarPopup, DateEcho
from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.library import load_form
from tests.gui.choice_bench import Bench
from tests.gui.choice_forms import APPEARANCES, write_form

REFS = {name: f"/data/g{number // 7}/{name}" for number, (_type, name, _looks) in enumerate(APPEARANCES)}
DAY = REFS["day"]


@pytest.fixture(scope="module")
def every_choice(tmp_path_factory: pytest.TempPathFactory) -> Form:
    folder: Path = tmp_path_factory.mktemp("dates")
    return load_form(write_form(folder), foreign=False)


@pytest.fixture
def bench(every_choice: Form, qtbot: Any) -> Bench:
    return Bench(every_choice, qtbot)


def echoed(bench: Bench) -> str:
    found = [echo for echo in bench.window.findChildren(DateEcho) if echo.isVisible()]
    text = found[0].label.text() if found else ""
    return "".join(sign for sign in text if sign not in "\u200e\u200f\u2066\u2068\u2069")


@pytest.mark.parametrize(
    ("language", "typed", "read"),
    [
        ("en", "3/4/2026", "= 3 April 2026"),
        ("fr", "3 avr 2026", "= 3 avril 2026"),
        ("ar", "٣/٤/٢٠٢٦", "= 3 نيسان/أبريل 2026"),
        ("zh", "2026年4月3日", "= 2026年4月3日"),
    ],
)
def test_a_date_says_how_it_is_read_while_it_is_typed(
    every_choice: Form, qtbot: Any, language: str, typed: str, read: str
) -> None:
    look.apply(language, "light")
    bench = Bench(every_choice, qtbot)
    line = bench.show(DAY, REFS["month"]).line
    line.setFocus(Qt.FocusReason.TabFocusReason)
    bench.write(line, typed)
    assert echoed(bench) == read
    bench.write(line, "/9999")
    assert echoed(bench) == "", "what is no date is not echoed"
    line.setText("")
    bench.write(line, typed)
    bench.press(line, Qt.Key.Key_Tab)
    assert (bench.value(DAY), echoed(bench)) == ("2026-04-03", "")


NO_DAYS = ("31/02/2026", "30/13/2026", "2026-00-10", "0/0/0", "99999999999", "x" * 32_000)


def test_a_day_outside_the_calendar_is_told_and_keeps_the_old_answer(bench: Bench) -> None:
    line = bench.show(DAY).line
    line.setFocus()
    bench.write(line, "1/2/2026")
    bench.press(line, Qt.Key.Key_Return)
    for typed in NO_DAYS:
        bench.unread.clear()
        line.selectAll()
        line.insert(typed)
        bench.press(line, Qt.Key.Key_Return)
        assert bench.value(DAY) == "2026-02-01"
        assert bench.unread[DAY].problem, typed[:20]


def test_the_calendar_opens_goes_and_answers_by_keys_alone(bench: Bench) -> None:
    widget = bench.show(DAY)
    widget.line.setFocus()
    bench.write(widget.line, "15/6/2026")
    bench.press(widget.line, Qt.Key.Key_Return)
    bench.press(widget.line, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    (popup,) = widget.findChildren(CalendarPopup)
    days = popup.calendar.findChild(object, "qt_calendar_calendarview")
    bench.press(days, Qt.Key.Key_Down)
    assert popup.calendar.selectedDate() == QDate(2026, 6, 22)
    bench.press(days, Qt.Key.Key_Return)
    assert bench.value(DAY) == "2026-06-22"
    assert widget.line.text() == "22 Jun 2026"


def test_a_form_may_ask_without_a_calendar(bench: Bench) -> None:
    widget = bench.show(REFS["day_alone"])
    assert not widget.button.isVisible()
    widget.open_calendar()
    assert widget.findChildren(CalendarPopup) == []


@pytest.mark.parametrize("name", ["light", "dark"])
def test_no_day_of_the_calendar_has_a_colour_of_its_own(bench: Bench, name: Any) -> None:
    look.apply("en", name)
    widget = bench.show(DAY)
    widget.open_calendar()
    (popup,) = widget.findChildren(CalendarPopup)
    colours = {popup.calendar.weekdayTextFormat(day).foreground().color().name() for day in Qt.DayOfWeek}
    assert colours == {theme.current().hex("text").lower()}
    popup.close()

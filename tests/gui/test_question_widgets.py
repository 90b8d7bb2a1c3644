"""One widget for each type of question, shown and used alone, with a real engine behind it."""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from openpyxl import Workbook
from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QApplication, QPushButton

from habitat_desktop.gui import kit, look
from habitat_desktop.gui.choice_boxes import wrapped
from habitat_desktop.gui.choice_search import SearchLine
from habitat_desktop.gui.question_base import Unread
from habitat_desktop.gui.question_dates import CalendarPopup
from habitat_desktop.gui.question_lines import read_time
from habitat_desktop.gui.question_widgets import QUESTION_WIDGETS, QuestionWidget, make_widget
from habitat_desktop.i18n.numbers import format_date, format_number
from habitat_desktop.xforms.definition import Form, Question
from habitat_desktop.xforms.engine import Environment, FormInstance
from habitat_desktop.xforms.library import load_form
from habitat_desktop.xforms.question_types import TYPES

SURVEY = (
    ("type", "name", "label", "required", "appearance"),
    ("text", "name", "Name", "", ""),
    ("text", "story", "Story", "", "multiline"),
    ("integer", "people", "People", "yes", ""),
    ("decimal", "area", "Area", "", ""),
    ("range", "share", "Share", "", ""),
    ("date", "start", "Start", "", ""),
    ("time", "hour", "Hour", "", ""),
    ("dateTime", "moment", "Moment", "", ""),
    ("select_one yn", "known", "Known?", "", ""),
    ("select_one many", "place", "Place", "", ""),
    ("select_multiple many", "places", "Places", "", ""),
    ("rank yn", "order", "Order", "", ""),
    ("acknowledge", "read", "Read this", "", ""),
    ("geopoint", "point", "Point", "", ""),
    ("geotrace", "trace", "Trace", "", ""),
    ("barcode", "code", "Code", "", ""),
    ("file", "paper", "Paper", "", ""),
)


@pytest.fixture(scope="session")
def form(tmp_path_factory: pytest.TempPathFactory) -> Form:
    """One form with a question of every type a person answers."""
    path = tmp_path_factory.mktemp("form") / "every_type.xlsx"
    book = Workbook()
    survey = book.active
    assert survey is not None
    survey.title = "survey"
    for row in SURVEY:
        survey.append(row)
    choices = book.create_sheet("choices")
    choices.append(("list_name", "name", "label"))
    for value, label in (("yes", "Yes"), ("no", "No")):
        choices.append(("yn", value, label))
    for number in range(15):
        choices.append(("many", f"p{number}", f"Place number {number}"))
    settings = book.create_sheet("settings")
    settings.append(("form_title", "form_id"))
    settings.append(("Every type", "every_type"))
    book.save(path)
    return load_form(path, foreign=False)


class Bench:
    """One widget on the screen; its answers go into the engine and its state comes back."""

    def __init__(self, form: Form, qtbot: Any) -> None:
        self._form, self._qtbot = form, qtbot
        environment = Environment(
            now=lambda: datetime(2026, 7, 1, tzinfo=UTC),
            uuid=lambda: "u",
            random=random.Random(1),
            timezone=UTC,
            properties={},
            language="en",
        )
        self.instance = FormInstance(form, environment)
        self.unread: list[Unread] = []
        self.blanks = 0

    def show(self, name: str) -> QuestionWidget:
        ref = f"/data/{name}"
        question = self._form.element(ref)
        assert isinstance(question, Question)
        self._ref = ref
        widget = make_widget(question, self.instance.state(ref))
        self._widget = widget
        widget.answered.connect(self._answer)
        widget.unread.connect(self.unread.append)
        widget.left_blank.connect(self._left_blank)
        self._qtbot.addWidget(widget)
        widget.show_state(self.instance.state(ref), None)
        widget.set_name("Name, required", "Hint")
        widget.resize(600, 80)
        widget.show()
        widget.activateWindow()
        self._qtbot.waitUntil(widget.isActiveWindow)
        return widget

    @property
    def value(self) -> str:
        return self.instance.state(self._ref).value

    def _answer(self, value: Any) -> None:
        self.instance.answer(self._ref, value)
        self._widget.show_state(self.instance.state(self._ref), None)

    def _left_blank(self) -> None:
        self.blanks += 1


@pytest.fixture
def bench(form: Form, qtbot: Any) -> Bench:
    return Bench(form, qtbot)


@pytest.fixture
def enter(qtbot: Any) -> Callable[[Any, str], None]:
    """Type a text into a line and press Enter."""

    def do(line: Any, text: str) -> None:
        line.setFocus()
        line.selectAll()
        line.insert(text)
        qtbot.keyClick(line, Qt.Key.Key_Return)

    return do


def test_every_type_of_question_has_a_widget() -> None:
    without = {"note", "calculate", "hidden"}
    assert TYPES - without == set(QUESTION_WIDGETS)


@pytest.mark.parametrize("name", [row[1] for row in SURVEY[1:]])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_widget_can_be_looked_at_without_answering(bench: Bench, name: str, language: str) -> None:
    look.apply(language, "light")
    widget = bench.show(name)
    widget.set_error(True)
    widget.commit()
    widget.set_error(False)
    assert bench.value == ""
    assert widget.half_typed() is None


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1250", "1250"),
        ("1,250", "1250"),
        ("1.250", "1250"),
        ("١٢٥٠", "1250"),
        ("1 250", "1250"),
        ("-3", "-3"),
    ],
)
def test_a_whole_number_is_read_as_people_write_it(
    bench: Bench, enter: Callable[[Any, str], None], typed: str, value: str
) -> None:
    widget: Any = bench.show("people")
    enter(widget.line, typed)
    assert bench.value == value


@pytest.mark.parametrize("typed", ["12.5", "a dozen", "1,2,3"])
def test_what_is_no_whole_number_is_not_taken(
    bench: Bench, enter: Callable[[Any, str], None], typed: str
) -> None:
    widget: Any = bench.show("people")
    enter(widget.line, typed)
    assert bench.value == ""
    assert [one.text for one in bench.unread] == [typed]


def test_a_decimal_with_two_readings_offers_both(bench: Bench, enter: Callable[[Any, str], None]) -> None:
    widget: Any = bench.show("area")
    enter(widget.line, "1,234")
    assert [str(reading) for reading in bench.unread[0].readings] == ["1234", "1.234"]
    enter(widget.line, "12,5")
    assert bench.value == "12.5"


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_what_is_typed_is_echoed_beside_the_field(bench: Bench, language: str) -> None:
    look.apply(language, "light")
    widget: Any = bench.show("area")

    def typed(text: str) -> str:
        widget.line.setFocus()
        widget.line.setText(text)
        widget.line.textEdited.emit(text)
        return "".join(sign for sign in widget.unit.text() if sign not in "\u200e\u200f\u2066\u2069")

    assert typed("1234") == ""
    assert typed("1234.5") == f"= {format_number('1234.5', language)}"
    assert typed("١٬٢٣٤") == f"= {format_number('1234', language)}"
    assert typed("1,234") == typed("1,2,3") == "= ?"
    assert typed("-1.234,5") == f"= {format_number('-1234.5', language)}"
    bench.unread.clear()
    widget.commit()
    assert (bench.value, bench.unread) == ("-1234.5", [])
    assert typed("") == ""


def test_a_text_is_read_from_the_side_of_its_letters(bench: Bench) -> None:
    look.apply("ar", "light")
    line = cast(Any, bench.show("name")).line
    assert line.layoutDirection() == Qt.LayoutDirection.RightToLeft
    line.setText("KE-7F3K (a)")
    assert line.layoutDirection() == Qt.LayoutDirection.LeftToRight
    assert line.alignment() & Qt.AlignmentFlag.AlignRight  # and stays where reading begins
    line.setText("كيبيرا (KE)")
    assert line.layoutDirection() == Qt.LayoutDirection.RightToLeft
    code = cast(Any, bench.show("code")).line
    assert code.layoutDirection() == Qt.LayoutDirection.LeftToRight


@pytest.mark.parametrize(
    "text",
    [
        "2026-06-30",
        "٣٠/٠٦/٢٠٢٦",
        "۲۰۲۶-۰۶-۳۰",
        "30 حزيران/يونيه 2026",
        "\u200f30/6/2026",
        "３０／６／２０２６",
    ],
)
def test_a_date_is_pasted_in_the_arabic_window(bench: Bench, qtbot: Any, text: str) -> None:
    look.apply("ar", "light")
    widget: Any = bench.show("start")
    QApplication.clipboard().setText(text)
    widget.line.setFocus()
    qtbot.keyClick(widget.line, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(widget.line, Qt.Key.Key_Return)
    assert bench.value == "2026-06-30"
    widget.line.clearFocus()
    assert widget.line.text() == format_date("2026-06-30", "ar", "medium")


@pytest.mark.parametrize("typed", ["30/06/2026", "2026-06-30", "30 June 2026", "30 juin 2026", "٣٠/٠٦/٢٠٢٦"])
def test_a_date_is_read_as_people_write_it(
    bench: Bench, enter: Callable[[Any, str], None], typed: str
) -> None:
    widget: Any = bench.show("start")
    enter(widget.line, typed)
    assert bench.value == "2026-06-30"


def test_what_is_no_date_is_not_taken(bench: Bench, enter: Callable[[Any, str], None]) -> None:
    widget: Any = bench.show("start")
    enter(widget.line, "31/02/2026")
    assert bench.value == ""
    assert len(bench.unread) == 1


def test_a_day_is_chosen_in_the_calendar(bench: Bench, qtbot: Any) -> None:
    widget: Any = bench.show("start")
    qtbot.keyClick(widget.line, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    (popup,) = widget.findChildren(CalendarPopup)
    popup.calendar.activated.emit(QDate(2026, 6, 30))
    assert bench.value == "2026-06-30"
    assert widget.line.text() == "30 Jun 2026"


def test_a_time_of_day(bench: Bench, enter: Callable[[Any, str], None]) -> None:
    widget: Any = bench.show("hour")
    enter(widget.line, "9:30")
    assert bench.value.startswith("09:30")
    enter(widget.line, "25:00")
    assert len(bench.unread) == 1
    assert read_time("٠٩:٣٠") == "09:30:00.000"


def test_a_moment_needs_its_date_and_its_time(bench: Bench, enter: Callable[[Any, str], None]) -> None:
    widget: Any = bench.show("moment")
    enter(widget.date.line, "2026-06-30")
    assert bench.value == ""
    enter(widget.time.line, "14:30")
    assert bench.value.startswith("2026-06-30T14:30:00.000")


def test_few_choices_are_buttons_and_pressing_again_takes_back(bench: Bench) -> None:
    widget = bench.show("known")
    yes, no = widget.findChildren(QPushButton)
    no.click()
    assert bench.value == "no"
    assert [yes.isChecked(), no.isChecked()] == [False, True]
    no.click()
    assert bench.value == ""


@pytest.mark.parametrize(("language", "key"), [("en", Qt.Key.Key_Right), ("ar", Qt.Key.Key_Left)])
def test_arrows_move_between_the_buttons_as_they_stand(
    bench: Bench, qtbot: Any, language: str, key: Qt.Key
) -> None:
    look.apply(language, "light")
    widget = bench.show("known")
    yes, no = widget.findChildren(QPushButton)
    yes.setFocus()
    qtbot.keyClick(yes, key)
    assert no.hasFocus()
    qtbot.keyClick(no, Qt.Key.Key_Space)
    assert bench.value == "no"


def test_many_choices_are_searched_by_typing(bench: Bench, enter: Callable[[Any, str], None]) -> None:
    widget = bench.show("place")
    (line,) = widget.findChildren(SearchLine)
    enter(line, "place NUMBER 11")
    assert bench.value == "p11"
    enter(line, "nowhere")
    assert bench.value == "p11"
    assert len(bench.unread) == 1


def test_a_long_label_is_shown_from_its_beginning(bench: Bench) -> None:
    bench.instance.answer("/data/place", "p11")
    (line,) = bench.show("place").findChildren(SearchLine)
    assert line.text() == "Place number 11"
    assert line.cursorPosition() == 0


def test_the_wheel_never_changes_an_answer(bench: Bench, qtbot: Any) -> None:
    from PySide6.QtCore import QPoint, QPointF
    from PySide6.QtGui import QWheelEvent
    from PySide6.QtWidgets import QApplication

    widget = bench.show("place")
    (combo,) = widget.findChildren(SearchLine)
    place = QPointF(5, 5)
    event = QWheelEvent(
        place, combo.mapToGlobal(place), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(combo, event)
    assert bench.value == ""


def test_several_choices_are_ticked(bench: Bench) -> None:
    widget: Any = cast(Any, bench.show("places")).control
    widget.boxes[2].click()
    widget.boxes[0].click()
    assert bench.value == "p0 p2"
    widget.boxes[2].click()
    assert bench.value == "p0"


def test_an_order_is_made_with_buttons(bench: Bench) -> None:
    widget: Any = bench.show("order")
    up, down, *_others = widget.findChildren(QPushButton)
    widget.list.setCurrentRow(0)
    down.click()
    assert bench.value == "no yes"
    up.click()
    assert bench.value == "yes no"


def test_a_tick_is_stored_as_ok(bench: Bench) -> None:
    widget: Any = bench.show("read")
    widget.box.click()
    assert bench.value == "OK"
    widget.box.click()
    assert bench.value == ""


def test_a_long_text_grows_and_is_taken_when_it_is_left(bench: Bench, qtbot: Any) -> None:
    widget: Any = bench.show("story")
    widget.page.setFocus()
    qtbot.keyClicks(widget.page, "First line")
    qtbot.keyClick(widget.page, Qt.Key.Key_Return)
    qtbot.keyClicks(widget.page, "second")
    assert widget.half_typed() == "First line\nsecond"
    widget.commit()
    assert bench.value == "First line\nsecond"
    qtbot.keyClicks(widget.page, " x")
    assert bench.value == "First line\nsecond"  # the draft remembers it meanwhile, the engine rests
    widget.leave()
    assert bench.value == "First line\nsecond x"
    height = widget.page.height()
    for _number in range(4):
        qtbot.keyClick(widget.page, Qt.Key.Key_Return)
    assert widget.page.height() > height


def test_a_file_is_named_and_removed(bench: Bench) -> None:
    widget: Any = bench.show("paper")
    bench.instance.answer("/data/paper", "0" * 64 + ".pdf")
    widget.show_state(bench.instance.state("/data/paper"), None)
    widget.show_file("plan.pdf")
    assert widget.name.text() == "plan.pdf"
    widget.remove.click()
    assert bench.value == ""


def test_leaving_an_empty_field_says_so(bench: Bench, qtbot: Any) -> None:
    widget: Any = bench.show("people")
    widget.line.setFocus()
    widget.line.clearFocus()
    assert bench.blanks == 1


def test_numbers_stand_at_the_physical_right_in_both_directions(bench: Bench) -> None:
    look.apply("ar", "light")
    widget: Any = bench.show("people")
    assert widget.line.alignment() & Qt.AlignmentFlag.AlignAbsolute
    assert widget.line.alignment() & Qt.AlignmentFlag.AlignRight


def test_long_labels_of_check_boxes_are_broken_into_lines(bench: Bench) -> None:
    widget: Any = bench.show("places")
    metrics = widget.fontMetrics()
    text = "Support for women, children, older persons and persons with disabilities"
    lines = wrapped(text, metrics, 200).split("\n")
    assert len(lines) > 1
    assert " ".join(lines) == text
    assert all(metrics.horizontalAdvance(line) <= 200 for line in lines)
    chinese = wrapped("支持妇女儿童老年人和残疾人的措施以及独立监测机制", metrics, 80)
    assert all(metrics.horizontalAdvance(line) <= 80 for line in chinese.split("\n"))


@pytest.mark.parametrize("name", ["people", "start", "story", "point"])
def test_a_half_typed_text_is_put_back_after_a_change_of_language(bench: Bench, name: str) -> None:
    widget = bench.show(name)
    widget.type_again("12")
    assert (widget.half_typed() or "").startswith("12")
    widget.blockSignals(True)


def test_no_icon_button_is_left_without_a_name(bench: Bench) -> None:
    for row in SURVEY[1:]:
        widget = bench.show(str(row[1]))
        assert all(button.accessibleName() for button in widget.findChildren(kit.IconButton))


def test_shipped_forms_only_use_types_with_a_widget(forms_folder: Path) -> None:
    for path in sorted(forms_folder.glob("*.xlsx")):
        for element in load_form(path, foreign=False).walk():
            if isinstance(element, Question) and element.has_control and element.type != "note":
                assert element.type in QUESTION_WIDGETS

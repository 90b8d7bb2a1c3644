"""Answers that are written as numbers or times."""

import re
from decimal import Decimal

from PySide6.QtCore import Qt

from habitat_desktop.gui.form_rows import directed, quantity_text
from habitat_desktop.gui.question_base import (
    LineQuestion,
    Unread,
    now_language,
    set_shown,
)
from habitat_desktop.i18n.catalogues import _
from habitat_desktop.i18n.numbers import AmbiguousNumber, edit_number, format_number, parse_number
from habitat_desktop.i18n.text import iso, latin_digits, ltr
from habitat_desktop.xforms.definition import Question

_SIGNS = ".,'’ \u00a0\u202f\u066b\u066c،，．"  # what may stand between the digits of a number
_TIME = re.compile(r"(\d{1,2})[:.h ](\d{2})")


class NumberQuestion(LineQuestion):
    """A number in any digits with either separator; it is echoed as it was read."""

    numeric = True
    whole = False

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.line.textEdited.connect(self._echo)

    def _echo(self, text: str) -> None:
        """Show beside a number with signs in it how it is read, in groups, while it is typed."""
        if self._state is None:
            return
        if not any(sign in text for sign in _SIGNS):
            self._show_unit(self._state)
            return
        try:
            read = format_number(parse_number(text, now_language()), now_language())
        except AmbiguousNumber as two:
            read = "?" if not self.whole else format_number(two.readings[0], now_language())
        except ValueError:
            read = "?"
        self.unit.setText(f"{directed('=')} {ltr(read)}")
        set_shown(self.unit, True)

    def show_value(self, value: str) -> str:
        return quantity_text(value, self.question.unit, self.question.appearance, now_language())

    def edit_value(self, value: str) -> str:
        return edit_number(value, now_language())

    def take(self, text: str) -> None:
        try:
            number = parse_number(text, now_language())
        except AmbiguousNumber as two:
            if not self.whole:
                problem = _("This number can be read in two ways. Which one is meant?")
                self.unread.emit(Unread(text, problem, two.readings))
                return
            number = two.readings[0]  # a whole number has no decimals: only one reading is left
        except ValueError:
            problem = _("“{text}” is not a number. Write digits, such as {example}.")
            example = (
                format_number("1250", now_language()) if self.whole else edit_number("12.5", now_language())
            )
            self.unread.emit(Unread(text, problem.format(text=iso(text.strip()), example=iso(example))))
            return
        self.take_number(text, number)

    def take_number(self, text: str, number: Decimal) -> None:
        """Answer with `number`, which stands in the field as `text`."""
        if self.whole and number != number.to_integral_value():
            problem = _("A whole number is asked here: {number} has decimals.")
            shown = format_number(number, now_language())
            self.unread.emit(Unread(text, problem.format(number=iso(shown))))
            return
        self.answered.emit(f"{number.to_integral_value():f}" if self.whole else f"{number:f}")


class IntegerQuestion(NumberQuestion):
    """A whole number."""

    whole = True


class TimeQuestion(LineQuestion):
    """A time of day, 24 hours."""

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.line.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.line.setPlaceholderText("00:00")

    def show_value(self, value: str) -> str:
        return value[:5]

    def take(self, text: str) -> None:
        time = read_time(text)
        if time:
            self.answered.emit(time)
        else:
            self.unread.emit(
                Unread(text, _("This is no time of day. Write it as {example}.").format(example="14:30"))
            )


def read_time(text: str) -> str:
    """Return a typed time as "14:30:00.000", "" if it is none."""
    found = _TIME.fullmatch(latin_digits(text.strip()))
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        return ""
    return f"{int(found[1]):02}:{found[2]}:00.000"

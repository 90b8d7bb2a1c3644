"""Functions of dates and times."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from habitat_desktop.xforms.xpath.code import Code, Context, Kind, as_string
from habitat_desktop.xforms.xpath.functions.registry import (
    ANY,
    MOMENT,
    NUMBER,
    STRING,
    Builder,
    plain,
    special,
)
from habitat_desktop.xforms.xpath.syntax import Call
from habitat_desktop.xforms.xpath.values import (
    EPOCH,
    NAN,
    Moment,
    Value,
    datetime_text,
    day_fraction,
    is_number,
    moment_of_text,
    to_string,
)

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def moment_of(value: Value, c: Context) -> Moment | None:
    """Return `value` as a date or date and time; numbers are days since 1970, None = no date."""
    zone = c.session.timezone
    if isinstance(value, Moment):
        return value
    if isinstance(value, bool):
        return None
    if not isinstance(value, float):
        text = to_string(value)
        if not is_number(text):
            return moment_of_text(text, zone)
        value = float(text)
    if value != value:
        return None
    try:
        return Moment((EPOCH + timedelta(days=value)).astimezone(zone), value != int(value))
    except (OverflowError, ValueError):
        return None


@plain("date", ANY, gives=ANY, context=True)
def _date(c: Context, value: Value) -> Value:
    moment = moment_of(value, c)
    return Moment(moment.at, False) if moment else ""


@plain("date-time", ANY, gives=ANY, context=True)
def _date_time(c: Context, value: Value) -> Value:
    moment = moment_of(value, c)
    return Moment(moment.at, True) if moment else ""


@plain("today", gives=MOMENT, context=True)
def _today(c: Context) -> Moment:
    now = c.session.now().astimezone(c.session.timezone)
    return Moment(now.replace(hour=0, minute=0, second=0, microsecond=0), False)


@special("now", 0, 0)
def _now(builder: Builder, call: Call) -> Code:
    return Code(Kind.MOMENT, lambda c: Moment(c.session.now().astimezone(c.session.timezone), True))


@plain("decimal-date-time", ANY, gives=NUMBER, context=True)
def _decimal_date_time(c: Context, value: Value) -> float:
    moment = moment_of(value, c)
    return moment.days() if moment else NAN


@special("decimal-time", 1, 1)
def _decimal_time(builder: Builder, call: Call) -> Code:
    text = as_string(builder.compile(call.arguments[0]))
    return Code(Kind.NUMBER, lambda c: day_fraction(text(c)))


_FIELDS: dict[str, Callable[[datetime], str]] = {
    "Y": lambda at: f"{at.year:04d}",
    "y": lambda at: f"{at.year % 100:02d}",
    "m": lambda at: f"{at.month:02d}",
    "n": lambda at: str(at.month),
    "b": lambda at: _MONTHS[at.month - 1],
    "d": lambda at: f"{at.day:02d}",
    "e": lambda at: str(at.day),
    "a": lambda at: _DAYS[at.weekday()],
    "W": lambda at: f"{at.isocalendar().week:02d}",
    "H": lambda at: f"{at.hour:02d}",
    "h": lambda at: str(at.hour),
    "M": lambda at: f"{at.minute:02d}",
    "S": lambda at: f"{at.second:02d}",
    "3": lambda at: f"{at.microsecond // 1000:03d}",
    "Z": lambda at: datetime_text(at)[23:],
    "%": lambda at: "%",
}


def _formatted(c: Context, value: Value, pattern: str) -> str:
    moment = moment_of(value, c)
    if moment is None:
        return ""
    at = moment.at.astimezone(c.session.timezone)
    return re.sub(r"%(.)", lambda m: _FIELDS[m[1]](at) if m[1] in _FIELDS else m[0], pattern)


plain("format-date", ANY, STRING, gives=STRING, context=True)(_formatted)
plain("format-date-time", ANY, STRING, gives=STRING, context=True)(_formatted)

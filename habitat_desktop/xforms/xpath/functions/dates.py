"""Functions of dates and times."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from habitat_desktop.i18n.dates import short_names
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
    fraction_of,
    is_number,
    moment_of_text,
    to_string,
)


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
    """Return the moment; its text has no time at midnight, as in ODK Web Forms and Enketo."""
    moment = moment_of(value, c)
    return Moment(moment.at, fraction_of(moment.at) != 0) if moment else ""


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
    """Return the time of day of a time, or of a date and time as in ODK Collect."""
    text = as_string(builder.compile(call.arguments[0]))

    def run(c: Context) -> float:
        zone = c.session.timezone
        moment = moment_of_text(text(c), zone)
        if moment is not None:
            return fraction_of(moment.at) if moment.timed else NAN
        return day_fraction(text(c), zone, c.session.now().astimezone(zone).date())

    return Code(Kind.NUMBER, run)


_FIELDS: dict[str, Callable[[datetime, str], str]] = {
    "Y": lambda at, _: f"{at.year:04d}",
    "y": lambda at, _: f"{at.year % 100:02d}",
    "m": lambda at, _: f"{at.month:02d}",
    "n": lambda at, _: str(at.month),
    "b": lambda at, language: short_names(language).months[at.month - 1],
    "d": lambda at, _: f"{at.day:02d}",
    "e": lambda at, _: str(at.day),
    "a": lambda at, language: short_names(language).days[at.weekday()],
    "W": lambda at, _: f"{at.isocalendar().week:02d}",
    "H": lambda at, _: f"{at.hour:02d}",
    "h": lambda at, _: str(at.hour),
    "M": lambda at, _: f"{at.minute:02d}",
    "S": lambda at, _: f"{at.second:02d}",
    "3": lambda at, _: f"{at.microsecond // 1000:03d}",
    "Z": lambda at, _: datetime_text(at)[23:],
    "%": lambda at, _: "%",
}


def _formatted(c: Context, value: Value, pattern: str) -> str:
    moment = moment_of(value, c)
    if moment is None:
        return ""
    at = moment.at.astimezone(c.session.timezone)
    language = c.session.language
    return re.sub(r"%(.)", lambda m: _FIELDS[m[1]](at, language) if m[1] in _FIELDS else m[0], pattern)


plain("format-date", ANY, STRING, gives=STRING, context=True)(_formatted)
plain("format-date-time", ANY, STRING, gives=STRING, context=True)(_formatted)

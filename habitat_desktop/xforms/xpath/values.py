"""The values expressions work with and how they turn into each other.

A value is a number (float), a string, a boolean, a list of nodes, or a `Moment` (date or date and time).
Dates count in fractional days since 1970-01-01T00:00Z, a date alone being midnight in the session's time
zone; text that looks like a date counts the same where a number is wanted (ODK XForms, "XPath data types").
"""

import math
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

from habitat_desktop.xforms.xpath.nodes import Node

NAN = math.nan
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_NUMBER = re.compile(r"[ \t\r\n]*-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[ \t\r\n]*\Z")
_DATE = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)"
    r"(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?[ ]?(Z|[+-]\d\d(?::?\d\d)?)?)?\Z",
    re.ASCII,
)
_TIME = re.compile(r"(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?[ ]?(Z|[+-]\d\d(?::?\d\d)?)?\Z", re.ASCII)
_LONGEST_DATE = 64


@dataclass(frozen=True, slots=True)
class Moment:
    """A date, or a date with its time when `timed`; `at` is aware."""

    at: datetime
    timed: bool

    def days(self) -> float:
        """Return the fractional days since 1970-01-01T00:00Z."""
        return days_of(self.at)

    def text(self) -> str:
        """Return the ISO form, in the zone of `at`."""
        return datetime_text(self.at) if self.timed else date_text(self.at)


Value = float | str | bool | list[Node] | Moment


def days_of(at: datetime) -> float:
    """Return the fractional days from 1970-01-01T00:00Z to `at`."""
    return (at - EPOCH) / timedelta(days=1)


def date_text(at: datetime) -> str:
    """Return `at` as yyyy-mm-dd."""
    return f"{at.year:04d}-{at.month:02d}-{at.day:02d}"


def datetime_text(at: datetime) -> str:
    """Return `at` as yyyy-mm-ddThh:mm:ss.mmm+hh:mm, the form ODK tools write."""
    offset = at.utcoffset() or timedelta()
    minutes = int(offset.total_seconds() // 60)
    sign = "-" if minutes < 0 else "+"
    hours, minutes = divmod(abs(minutes), 60)
    clock = f"{at.hour:02d}:{at.minute:02d}:{at.second:02d}.{at.microsecond // 1000:03d}"
    return f"{date_text(at)}T{clock}{sign}{hours:02d}:{minutes:02d}"


def moment_of_text(text: str, zone: tzinfo) -> Moment | None:
    """Read an ISO date or date and time; None when `text` is neither or names no day."""
    return _moment(text, zone) if len(text) <= _LONGEST_DATE else None


@lru_cache(maxsize=4096)
def _moment(text: str, zone: tzinfo) -> Moment | None:
    match = _DATE.match(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    try:
        if hour is None:
            return Moment(datetime(int(year), int(month), int(day), tzinfo=zone), False)
        at = datetime(
            int(year),
            int(month),
            int(day),
            int(hour),
            int(minute),
            int(second or 0),
            int(((fraction or "") + "000000")[:6]),
            tzinfo=_zone_of(offset, zone),
        )
        return Moment(at.astimezone(zone), True)
    except (ValueError, OverflowError):
        return None


def _zone_of(offset: str | None, zone: tzinfo) -> tzinfo:
    if offset is None:
        return zone
    if offset == "Z":
        return UTC
    digits = offset[1:].replace(":", "")
    hours, minutes = int(digits[:2]), int(digits[2:] or 0)
    if minutes > 59:
        raise ValueError(offset)
    distance = timedelta(hours=hours, minutes=minutes)
    return timezone(-distance if offset[0] == "-" else distance)


def day_fraction(text: str, zone: tzinfo, today: date) -> float:
    """Return the time of day in `text` as a fraction of the day in `zone`; NaN when it is none.

    A time with an offset is that of `today`: what the clock in `zone` shows then.
    """
    match = _TIME.match(text)
    if match is None:
        return NAN
    hour, minute, second, fraction, offset = match.groups()
    try:
        at = datetime(
            today.year,
            today.month,
            today.day,
            int(hour),
            int(minute),
            int(second or 0),
            int(((fraction or "") + "000000")[:6]),
            tzinfo=_zone_of(offset, zone),
        ).astimezone(zone)
    except (ValueError, OverflowError):
        return NAN
    return fraction_of(at)


def fraction_of(at: datetime) -> float:
    """Return the time of day of `at` as a fraction of the day."""
    return (at.hour * 3600 + at.minute * 60 + at.second + at.microsecond / 1e6) / 86400


def is_number(text: str) -> bool:
    """Tell whether `text` is a number as XPath writes one: no exponent, no plus, no separators."""
    return _NUMBER.match(text) is not None


def number_of_text(text: str, zone: tzinfo) -> float:
    """Return `text` as a number, dates as days; NaN when it is neither."""
    if _NUMBER.match(text):
        return float(text)
    if len(text) >= 8 and text[4] == "-":
        moment = moment_of_text(text, zone)
        if moment is not None:
            return moment.days()
    return NAN


def number_of_node(node: Node, zone: tzinfo) -> float:
    """Return the numeric value of `node`, kept on the node unless it depends on the time zone."""
    cached = node.number
    if cached is not None:
        return cached
    text = node.string_value()
    if _NUMBER.match(text):
        number = float(text)
    elif len(text) >= 8 and text[4] == "-":
        return number_of_text(text, zone)
    else:
        number = NAN
    if not node.elements():
        node.number = number
    return number


def to_number(value: Value, zone: tzinfo) -> float:
    """Return `value` as a number."""
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    if isinstance(value, float):
        return value
    if isinstance(value, str):
        return number_of_text(value, zone)
    if isinstance(value, Moment):
        return value.days()
    return number_of_node(value[0], zone) if value else NAN


def to_string(value: Value) -> str:
    """Return `value` as text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, Moment):
        return value.text()
    return value[0].string_value() if value else ""


def to_boolean(value: Value) -> bool:
    """Return `value` as a boolean."""
    if isinstance(value, bool):
        return value
    if isinstance(value, float):
        return value != 0 and value == value
    if isinstance(value, Moment):
        return True
    return bool(value)


def number_text(number: float) -> str:
    """Return `number` as XPath writes it: no exponent, no trailing ".0"."""
    if number != number:
        return "NaN"
    if number in (math.inf, -math.inf):
        return "Infinity" if number > 0 else "-Infinity"
    if number == int(number) and abs(number) < 1e17:
        return str(int(number))
    text = repr(number)
    if "e" not in text:
        return text[:-2] if text.endswith(".0") else text
    digits, _, exponent = text.partition("e")
    return _without_exponent(digits, int(exponent))


def _without_exponent(digits: str, exponent: int) -> str:
    sign = "-" if digits.startswith("-") else ""
    whole, _, fraction = digits.lstrip("-").partition(".")
    if exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{whole}{fraction if fraction != '0' else ''}"
    fraction = "" if fraction == "0" else fraction
    return f"{sign}{whole}{fraction.ljust(exponent, '0')}"

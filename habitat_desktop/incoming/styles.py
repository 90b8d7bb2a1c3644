"""Dates in cells: which number formats show one, and what a serial number says."""

import re
from datetime import date, datetime, timedelta
from itertools import groupby

_BUILT_IN = {*range(14, 23), *range(27, 37), *range(50, 59)}  # 45 to 47 are lengths of time
_NOT_SAID = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE)
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_LAST_SERIAL = 2_958_466  # 1 January 10000
_LEAP_BUG = 60  # serial of 29 February 1900, which never was
_SHIFT_1904 = 1462


def is_date_format(number: int, code: str | None) -> bool:
    """Whether the number format shows a date or a time of day; `code` is None for a built-in format."""
    if code is None:
        return number in _BUILT_IN
    said = _NOT_SAID.sub("", code.split(";")[0])
    if _ELAPSED.search(said) or said.strip().casefold() in ("general", "standard"):
        return False
    return any(sign in "ymdhs" for sign, _run in groupby(said.casefold()))


def date_cell(serial: float, is_1904: bool) -> list[str] | None:
    """Return the date, moment or time of day of a serial number as a list of one ISO text.

    None where it is none: negative, past the year 9999, or the day Excel invented.
    """
    if is_1904 and serial >= 0:
        serial += _SHIFT_1904
    days, rest = divmod(round(serial * 86_400_000), 86_400_000)  # milliseconds of a day
    if serial < 0 or days >= _LAST_SERIAL or days == _LEAP_BUG:
        return None
    clock = timedelta(milliseconds=rest)
    if days == 0:
        return [(datetime(2000, 1, 1) + clock).time().isoformat()]  # noqa: DTZ001
    day = date(1899, 12, 30 if days > _LEAP_BUG else 31) + timedelta(days=days)
    if not rest:
        return [day.isoformat()]
    return [(datetime(day.year, day.month, day.day) + clock).isoformat()]  # noqa: DTZ001

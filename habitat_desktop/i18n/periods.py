"""Reporting periods: their keys, names, bounds and order.

Keys: "2026-H1" and "2026-H2" (half-years), "2026" (year), "2026-2027" (biennium), "2026-adhoc".
"""

import re
from datetime import date

from habitat_desktop.i18n.catalogues import pgettext_in

PERIODICITIES = ("half-year", "year", "biennium", "ad hoc")

_KEY = re.compile(r"(\d{4})(?:-(H[12]|adhoc|\d{4}))?")


def period_name(key: str, language: str) -> str:
    """Return "First half 2026" and the like in `language`; an unknown key as it is."""
    try:
        year, part = _split(key)
    except ValueError:
        return key
    if part == "H1":
        return pgettext_in(language, "period", "First half {year}").format(year=year)
    if part == "H2":
        return pgettext_in(language, "period", "Second half {year}").format(year=year)
    if part == "adhoc":
        # Translators: returns of a year that are made when something happens, not at fixed times.
        return pgettext_in(language, "period", "{year}, as needed").format(year=year)
    if part:
        # Translators: two years that are reported together.
        return pgettext_in(language, "period", "Biennium {first}–{last}").format(first=year, last=part)
    # Translators: a calendar year that is reported on.
    return pgettext_in(language, "period", "Year {year}").format(year=year)


def period_bounds(key: str) -> tuple[date, date]:
    """Return the first and the last day.

    Raises:
        ValueError: `key` is no period.
    """
    year, part = _split(key)
    if part == "H1":
        return date(year, 1, 1), date(year, 6, 30)
    if part == "H2":
        return date(year, 7, 1), date(year, 12, 31)
    return date(year, 1, 1), date(int(part) if part.isdigit() else year, 12, 31)


def previous_period(key: str) -> str | None:
    """Return the period before; None for ad hoc returns, which follow no order.

    Raises:
        ValueError: `key` is no period.
    """
    year, part = _split(key)
    if part == "H1":
        return f"{year - 1}-H2"
    if part == "H2":
        return f"{year}-H1"
    if part == "adhoc":
        return None
    return f"{year - 2}-{year - 1}" if part else str(year - 1)


def next_period(key: str) -> str | None:
    """Return the period after; None for ad hoc returns, which follow no order.

    Raises:
        ValueError: `key` is no period.
    """
    year, part = _split(key)
    if part == "H1":
        return f"{year}-H2"
    if part == "H2":
        return f"{year + 1}-H1"
    if part == "adhoc":
        return None
    return f"{year + 2}-{year + 3}" if part else str(year + 1)


def fits(key: str, periodicity: str) -> bool:
    """Whether `key` is a period of this periodicity; a form that names none is filled as needed.

    Raises:
        ValueError: `key` is no period.
    """
    part = _split(key)[1]
    kinds = {"H1": "half-year", "H2": "half-year", "adhoc": "ad hoc", "": "year"}
    return kinds.get(part, "biennium") == (periodicity or "ad hoc")


def holds_for(period: str, begins: str) -> bool:
    """Whether `period` is not before the period `begins`; what names none holds always."""
    try:
        return not (period and begins) or period_bounds(begins)[0] <= period_bounds(period)[0]
    except ValueError:
        return True


def current_period(today: date, periodicity: str) -> str:
    """Return the period whose return is due now: the last one that has ended; for ad hoc returns this year.

    A form that names no periodicity is filled as needed.

    Raises:
        ValueError: unknown periodicity.
    """
    year = today.year
    if periodicity == "half-year":
        return f"{year}-H1" if today.month > 6 else f"{year - 1}-H2"
    if periodicity == "year":
        return str(year - 1)
    if periodicity == "biennium":  # United Nations bienniums begin in even years
        first = year - year % 2 - 2
        return f"{first}-{first + 1}"
    if periodicity in ("ad hoc", ""):
        return f"{year}-adhoc"
    raise ValueError(f"unknown periodicity: {periodicity!r}")


def _split(key: str) -> tuple[int, str]:
    found = _KEY.fullmatch(key)
    if found is None:
        raise ValueError(f"no period: {key!r}")
    year, part = int(found[1]), found[2] or ""
    if year == 0 or (part.isdigit() and int(part) != year + 1):
        raise ValueError(f"no period: {key!r}")
    return year, part

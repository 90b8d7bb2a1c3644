"""The months of the Myanmar calendar, by the arithmetic that Yan Naing Aye published.

No library that is kept up has it. Valid from year 1220 (1858) on: the rules before were others.

Source: Algorithm, Program and Calculation of Myanmar Calendar, cool-emerald.blogspot.com, June 2013
"""

from datetime import date
from math import ceil, floor

FIRST_YEAR, LAST_YEAR = 1220, 1500

_SOLAR_YEAR = 1577917828 / 4320000  # days
_LUNAR_MONTH = 1577917828 / 53433336
_YEAR_ZERO = 1954168.050623  # Julian date
_GAIN = _SOLAR_YEAR / 12 - _LUNAR_MONTH  # days the sun gains on the moon in a month
_INDEPENDENCE = 1312  # the year from which other constants are in use
_FULL_MOONS_MOVED = {1234: 1, 1261: -1, 1377: 1}  # days; as they were proclaimed
_LEAP_YEARS_SWAPPED = frozenset((1263, 1264, 1344, 1345))
_JULIAN_DAY_OF_ORDINAL_0 = 1721425

_TAGU, _NAYON, _FIRST_WASO, _WASO, _SECOND_WASO = 1, 3, 4, 5, 6
_AFTER_WASO = range(7, 17)  # Wagaung to Late Kason


def months(year: int) -> list[tuple[int, date, int, int]]:
    """Return number, first date, days, and number of the first day of each month of `year`.

    The year follows the sun and its months the moon, so the first and the last month are cut: the year
    begins within Tagu or Kason and ends within Late Tagu or Late Kason. Numbers: 4 First Waso and 6 Second
    Waso in years of thirteen months, 5 Waso in others, 15 Late Tagu, 16 Late Kason.
    """
    begins, ends = _new_year(year), _new_year(year + 1)
    found = []
    day = _first_of_tagu(year)
    for number, length in _moons(year):
        first, last = max(day, begins), min(day + length, ends)
        if first < last:
            in_our_calendar = date.fromordinal(first - _JULIAN_DAY_OF_ORDINAL_0)
            found.append((number, in_our_calendar, last - first, first - day + 1))
        day += length
    return found


def _moons(year: int) -> list[tuple[int, int]]:
    """Return number and length of the moons from Tagu of `year` until after its end."""
    is_leap, full_moon = _waso(year)
    is_big = is_leap and (full_moon - _waso(_leap_year_before(year))[1]) % 354 == 31
    found = [(_TAGU, 29), (2, 30), (_NAYON, 30 if is_big else 29)]
    found += [(_FIRST_WASO, 30), (_SECOND_WASO, 30)] if is_leap else [(_WASO, 30)]
    return found + [(number, 29 if number % 2 else 30) for number in _AFTER_WASO]


def _new_year(year: int) -> int:
    """Return the Julian day number of the first day of `year`."""
    return ceil(_SOLAR_YEAR * year + _YEAR_ZERO + 0.5)


def _first_of_tagu(year: int) -> int:
    leap_year = _leap_year_before(year)
    return _waso(leap_year)[1] + 354 * (year - leap_year) - 102


def _leap_year_before(year: int) -> int:
    return next((y for y in (year - 1, year - 2) if _waso(y)[0]), year - 3)


def _waso(year: int) -> tuple[bool, int]:
    """Return whether `year` has a second Waso, and the Julian day number of its full moon (if it has)."""
    months_counted, shift = (8, -0.5) if year >= _INDEPENDENCE else (4, -1.0)
    excess = _SOLAR_YEAR * (year + 3739) % _LUNAR_MONTH
    if excess < _GAIN * (12 - months_counted):
        excess += _LUNAR_MONTH
    is_leap = excess >= _LUNAR_MONTH - _GAIN * months_counted
    shift += _FULL_MOONS_MOVED.get(year, 0)
    full_moon = floor(_SOLAR_YEAR * year + _YEAR_ZERO - excess + 4.5 * _LUNAR_MONTH + shift + 0.5)
    return is_leap != (year in _LEAP_YEARS_SWAPPED), full_moon

"""Functions of places: "latitude longitude altitude accuracy" points, lists of them joined by ";"."""

import math
from collections.abc import Sequence
from itertools import pairwise

from habitat_desktop.xforms.xpath.functions.registry import ANY, BOOLEAN, NUMBER, STRING, plain
from habitat_desktop.xforms.xpath.values import NAN, Value, to_string

_EARTH_M = 6378100  # radius ODK tools reckon with
_Point = tuple[float, float]


def points_of(*values: Value) -> list[_Point] | None:
    """Return the points in `values` as (latitude, longitude) in degrees; None when one is no point."""
    texts: list[str] = []
    for value in values:
        if isinstance(value, list) and len(value) > 1:
            texts.extend(node.string_value() for node in value)
        else:
            texts.extend(to_string(value).split(";"))
    points = []
    for text in texts:
        parts = text.split()
        if not parts:
            continue
        try:
            latitude, longitude = float(parts[0]), float(parts[1])
        except (IndexError, ValueError):
            return None
        if not (abs(latitude) <= 90 and abs(longitude) <= 180):
            return None
        points.append((latitude, longitude))
    return points


@plain("distance", ANY, gives=NUMBER, rest=ANY)
def _distance(*values: Value) -> float:
    """Return the length along the points in metres, to the centimetre."""
    points = points_of(*values)
    return length_m(points) if points else NAN


def length_m(points: Sequence[_Point]) -> float:
    """Return the length along (latitude, longitude) points in metres, to the centimetre."""
    return round(sum(_between(a, b) for a, b in pairwise(points)) * 100) / 100


def _between(a: _Point, b: _Point) -> float:
    first, second = math.radians(a[0]), math.radians(b[0])
    turn = math.radians(b[1] - a[1])
    cosine = math.sin(first) * math.sin(second) + math.cos(first) * math.cos(second) * math.cos(turn)
    return math.acos(max(-1.0, min(1.0, cosine))) * _EARTH_M


@plain("enclosed-area", ANY, gives=NUMBER)
@plain("area", ANY, gives=NUMBER)
def _area(value: Value) -> float:
    """Return the area inside the points in square metres; 0 where they are none, as in ODK Web Forms."""
    return area_m2(points_of(value) or ())


def area_m2(points: Sequence[_Point]) -> float:
    """Return the area inside (latitude, longitude) points in square metres; 0 for a line."""
    if len(points) < 3:
        return 0.0
    total = 0.0
    for a, b in pairwise([*points, points[0]]):
        total += math.radians(b[1] - a[1]) * (2 + math.sin(math.radians(a[0])) + math.sin(math.radians(b[0])))
    return round(abs(total * _EARTH_M * _EARTH_M / 2) * 100) / 100


@plain("geofence", STRING, STRING, gives=BOOLEAN)
def _geofence(point: str, shape: str) -> bool:
    """Tell whether `point` lies inside `shape`, which must be closed (ray casting, the border undecided)."""
    where, corners = points_of(point), points_of(shape)
    if not where or not corners or corners[0] != corners[-1]:
        return False
    latitude, longitude = where[0]
    inside = False
    for (lat1, lon1), (lat2, lon2) in pairwise(corners):
        crosses = (lat1 > latitude) != (lat2 > latitude)
        if crosses and longitude < (lon2 - lon1) * (latitude - lat1) / (lat2 - lat1) + lon1:
            inside = not inside
    return inside


@plain("intersects", STRING, gives=BOOLEAN)
def _intersects(trace: str) -> bool:
    """Tell whether a line crosses or touches itself; only its two ends may meet. From ODK Collect."""
    points = points_of(trace)
    if points is None:
        return False
    lines = [(a, b) for a, b in pairwise(points) if a != b]
    closed = len(lines) > 2 and lines[0][0] == lines[-1][1]
    for at, (a, b) in enumerate(lines):
        for other, (c, d) in enumerate(lines[at + 1 :], at + 1):
            if other == at + 1:
                met = _on(a, c, d) or _on(d, a, b)  # turns back on the line before it
            elif closed and at == 0 and other == len(lines) - 1:
                met = _on(b, c, d) or _on(c, a, b)
            else:
                met = _crossed(a, b, c, d)
            if met:
                return True
    return False


def _side(a: _Point, b: _Point, c: _Point) -> float:
    """Return which side of the line from `a` to `b` the point `c` lies on; 0 when on it."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])


def _on(point: _Point, a: _Point, b: _Point) -> bool:
    within = all(min(a[i], b[i]) <= point[i] <= max(a[i], b[i]) for i in (0, 1))
    return within and _side(a, b, point) == 0


def _crossed(a: _Point, b: _Point, c: _Point, d: _Point) -> bool:
    if _on(a, c, d) or _on(b, c, d) or _on(c, a, b) or _on(d, a, b):
        return True
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0

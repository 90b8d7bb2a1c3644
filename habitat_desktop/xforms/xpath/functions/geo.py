"""Functions of places: "latitude longitude altitude accuracy" points, lists of them joined by ";"."""

import math
from itertools import pairwise

from habitat_desktop.xforms.xpath.code import Context
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
    if points is None or len(points) < 2:
        return NAN if points is None or not points else 0.0
    return round(sum(_between(a, b) for a, b in pairwise(points)) * 100) / 100


def _between(a: _Point, b: _Point) -> float:
    first, second = math.radians(a[0]), math.radians(b[0])
    turn = math.radians(b[1] - a[1])
    cosine = math.sin(first) * math.sin(second) + math.cos(first) * math.cos(second) * math.cos(turn)
    return math.acos(max(-1.0, min(1.0, cosine))) * _EARTH_M


@plain("area", ANY, gives=NUMBER)
def _area(value: Value) -> float:
    """Return the area inside the points in square metres."""
    points = points_of(value)
    if points is None:
        return NAN
    if len(points) < 3:
        return 0.0
    if points[0] != points[-1]:
        points.append(points[0])
    total = 0.0
    for a, b in pairwise(points):
        total += math.radians(b[1] - a[1]) * (2 + math.sin(math.radians(a[0])) + math.sin(math.radians(b[0])))
    return round(abs(total * _EARTH_M * _EARTH_M / 2) * 100) / 100


@plain("geofence", STRING, STRING, gives=BOOLEAN, context=True)
def _geofence(c: Context, point: str, shape: str) -> bool:
    """Tell whether `point` lies inside `shape` (ray casting, the border undecided)."""
    where, corners = points_of(point), points_of(shape)
    if not where or not corners or len(corners) < 3:
        return False
    latitude, longitude = where[0]
    if corners[0] != corners[-1]:
        corners.append(corners[0])
    inside = False
    for (lat1, lon1), (lat2, lon2) in pairwise(corners):
        crosses = (lat1 > latitude) != (lat2 > latitude)
        if crosses and longitude < (lon2 - lon1) * (latitude - lat1) / (lat2 - lat1) + lon1:
            inside = not inside
    return inside

"""The outline of the land without any boundary, as polygons in degrees: x = longitude, y = minus latitude."""

import json
from functools import cache
from typing import Literal

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPolygonF

from habitat_desktop.resources import data_dir

Level = Literal["coarse", "fine"]


@cache
def _read() -> dict[str, list[list[int]]]:
    found: dict[str, list[list[int]]] = json.loads(
        (data_dir("map") / "land.json").read_text(encoding="utf-8")
    )
    return found


@cache
def land(level: Level) -> list[tuple[QRectF, QPolygonF]]:
    """Return each outline with the box around it."""
    found = []
    for steps in _read()[level]:
        x = y = 0
        points = []
        for at in range(0, len(steps), 2):
            x, y = x + steps[at], y + steps[at + 1]
            points.append(QPointF(x / 100, -y / 100))
        polygon = QPolygonF(points)
        found.append((polygon.boundingRect(), polygon))
    return found

"""Make the outline of the land for the map from the TopoJSON files of the npm package world-atlas.

Usage: land.py FOLDER_WITH_land-110m.json_AND_land-50m.json TARGET.json

Coordinates are in hundredths of a degree, each after the first as the step from the one before it.
"""

import json
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

NOTE = (
    "Land of Natural Earth 4.1.0 (naturalearthdata.com), public domain, from the npm package world-atlas "
    "2.0.2 (files land-110m.json and land-50m.json; Copyright 2013-2019 Michael Bostock, ISC licence). It "
    "has no boundary of any country. Made by packaging/land.py."
)


def rings(topology: dict[str, Any]) -> list[list[int]]:
    """Return each ring as steps: longitude, latitude, longitude, latitude ..."""
    x_scale, y_scale = topology["transform"]["scale"]
    x_first, y_first = topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for x_step, y_step in arc:
            x, y = x + x_step, y + y_step
            points.append((round((x * x_scale + x_first) * 100), round((y * y_scale + y_first) * 100)))
        arcs.append(points)
    found = []
    for geometry in topology["objects"]["land"]["geometries"]:
        for polygon in geometry["arcs"]:
            for ring in polygon:
                points = []
                for number in ring:
                    part = arcs[number] if number >= 0 else arcs[~number][::-1]
                    points += part[1:] if points else part
                found += [_steps(one) for one in _unrolled(points)]
    return found


def _unrolled(points: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Return a ring as it is drawn on a flat map: one that crosses the date line twice, once at each edge."""
    turn = 36_000
    shift, found = 0, [points[0]]
    for before, after in pairwise(points):
        if abs(after[0] - before[0]) > turn // 2:
            shift += turn if after[0] < before[0] else -turn
        found.append((after[0] + shift, after[1]))
    if shift:  # it goes round the pole
        found += [(found[-1][0], -9_000), (found[0][0], -9_000)]
    copies = [found]
    if not shift and max(x for x, _y in found) > turn // 2:
        copies.append([(x - turn, y) for x, y in found])
    if not shift and min(x for x, _y in found) < -turn // 2:
        copies.append([(x + turn, y) for x, y in found])
    return copies


def _steps(points: list[tuple[int, int]]) -> list[int]:
    steps = list(points[0])
    for before, after in pairwise(points):
        if before != after:
            steps += [after[0] - before[0], after[1] - before[1]]
    return steps


def main() -> None:
    folder, target = Path(sys.argv[1]), Path(sys.argv[2])
    levels = {
        name: rings(json.loads((folder / f"land-{scale}.json").read_text(encoding="utf-8")))
        for name, scale in (("coarse", "110m"), ("fine", "50m"))
    }
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps({"note": NOTE, **levels}, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""Map pictures an office brings itself, kept in the workspace with the places of their corners."""

import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from habitat_desktop.disk import make_folder, write_whole
from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n.coordinates import Place, read_stored
from habitat_desktop.records.attachments import check_size

_ENDINGS = (".pgw", ".jgw", ".tfw", ".gfw", ".bpw", ".wld", ".pngw", ".jpgw", ".jpegw", ".tifw")
_LONGEST = 2_000  # bytes of a world file
_MOST_MAPS = 200


class CornersError(HabitatError):
    code = "MAP_CORNERS"
    message = N_(
        "These corners enclose no map: the first is the top left one, north-west, the second the bottom "
        "right one, south-east. Nothing was kept."
    )


class WorldFileError(HabitatError):
    code = "WORLD_FILE"
    message = N_(
        "The file “{file}” does not give the corners in degrees, or the map is turned. Read the coordinates "
        "of two corners from the map and type them."
    )


@dataclass(frozen=True)
class MapPicture:
    """A picture whose top left corner is at `north_west` and whose bottom right one at `south_east`."""

    name: str
    path: Path
    north_west: Place
    south_east: Place


def world_file_beside(picture: Path) -> Path | None:
    """Return the world file that belongs to a picture, None where there is none."""
    names = [picture.with_suffix(ending) for ending in _ENDINGS] + [Path(f"{picture}w")]
    return next((path for path in names if path.is_file()), None)


def corners_in(world_file: Path, width: int, height: int) -> tuple[Place, Place]:
    """Return the corners of a picture of `width` x `height` points, as its world file gives them.

    The six lines are: degrees for each point to the right, two turns, degrees for each point down,
    longitude and latitude of the middle of the first point.

    Raises:
        WorldFileError: it says something else.
        OSError: it cannot be read.
    """
    with world_file.open("rb") as file:
        words = file.read(_LONGEST).decode("ascii", "replace").replace(",", ".").split()
    try:
        right, turn, other_turn, down, west, north = (Decimal(word) for word in words[:6])
    except (ArithmeticError, ValueError) as error:
        raise WorldFileError(file=world_file.name) from error
    numbers = (right, turn, other_turn, down, west, north)
    if not all(number.is_finite() and abs(number) < 1000 for number in numbers) or turn or other_turn:
        raise WorldFileError(file=world_file.name)
    left, top = west - right / 2, north - down / 2
    try:
        return checked(Place(top, left), Place(top + down * height, left + right * width))
    except CornersError as error:
        raise WorldFileError(file=world_file.name) from error


def checked(north_west: Place, south_east: Place) -> tuple[Place, Place]:
    """Return two corners that enclose a map on earth.

    Raises:
        CornersError: they do not.
    """
    edge = Decimal("0.01")  # half a point over the edge of the world is rounding
    is_map = north_west.latitude > south_east.latitude and north_west.longitude < south_east.longitude
    corners = (north_west, south_east)
    if not is_map or any(abs(one.latitude) > 90 + edge or abs(one.longitude) > 180 + edge for one in corners):
        raise CornersError()
    return tuple(_on_earth(corner) for corner in corners)  # type: ignore[return-value]


def _on_earth(place: Place) -> Place:
    digits = Decimal("0.0000001")
    latitude = max(Decimal(-90), min(Decimal(90), place.latitude)).quantize(digits)
    longitude = max(Decimal(-180), min(Decimal(180), place.longitude)).quantize(digits)
    return Place(latitude, longitude)


def keep_map(folder: Path, source: Path, north_west: Place, south_east: Place) -> MapPicture:
    """Copy a picture into `folder` with its corners; the same picture again takes the new corners.

    Raises:
        CornersError: the corners enclose no map.
        FileTooLargeError: the picture is too large.
        OSError: it cannot be read or written.
    """
    north_west, south_east = checked(north_west, south_east)
    check_size(source)
    content = source.read_bytes()
    key = hashlib.sha256(content).hexdigest()[:16]
    make_folder(folder)
    target = folder / f"{key}{source.suffix.lower()[:8]}"
    write_whole(target, content)
    facts = {"name": source.stem, "file": target.name, "corners": f"{north_west.stored}; {south_east.stored}"}
    write_whole(folder / f"{key}.json", json.dumps(facts, ensure_ascii=False).encode())
    return MapPicture(source.stem, target, north_west, south_east)


def kept_maps(folder: Path) -> list[MapPicture]:
    """Return the maps in `folder` by name; what cannot be read is passed over."""
    found = []
    for path in sorted(folder.glob("*.json"))[:_MOST_MAPS]:
        try:
            facts = json.loads(path.read_bytes()[:4096])
            north_west, south_east = checked(*read_stored(str(facts["corners"])))
            picture = folder / Path(str(facts["file"])).name
        except (OSError, ValueError, KeyError, TypeError, RecursionError, HabitatError):
            continue
        if picture.is_file():
            found.append(MapPicture(str(facts["name"])[:80], picture, north_west, south_east))
    return sorted(found, key=lambda one: one.name.casefold())

"""Map pictures of an office: corners typed or from a world file, kept for the next time."""

from pathlib import Path

import pytest

from habitat_desktop.i18n.coordinates import parse_place, written
from habitat_desktop.records.map_pictures import (
    CornersError,
    WorldFileError,
    corners_in,
    keep_map,
    kept_maps,
    world_file_beside,
)

NORTH_WEST, SOUTH_EAST = parse_place("1.0, 36.0"), parse_place("-1.0, 38.0")


def test_a_map_is_kept_under_its_name_with_its_corners(tmp_path: Path) -> None:
    source = tmp_path / "Nairobi and around.PNG"
    source.write_bytes(b"picture")
    keep_map(tmp_path / "maps", source, NORTH_WEST, SOUTH_EAST)
    keep_map(tmp_path / "maps", source, parse_place("2, 36.0"), SOUTH_EAST)
    [kept] = kept_maps(tmp_path / "maps")
    assert kept.name == "Nairobi and around" and kept.path.read_bytes() == b"picture"
    assert written(kept.north_west) == "2, 36" and written(kept.south_east) == "-1, 38"


@pytest.mark.parametrize("corners", [("-1, 36", "1, 38"), ("1, 38", "-1, 36"), ("1, 36", "1, 38")])
def test_corners_that_enclose_nothing_are_refused(tmp_path: Path, corners: tuple[str, str]) -> None:
    source = tmp_path / "a.png"
    source.write_bytes(b"picture")
    with pytest.raises(CornersError):
        keep_map(tmp_path / "maps", source, *(parse_place(corner) for corner in corners))
    assert kept_maps(tmp_path / "maps") == []


def test_a_world_file_gives_the_outer_corners(tmp_path: Path) -> None:
    world = tmp_path / "map.pgw"
    world.write_text("0.1\n0\n0\n-0.1\n30.05\n9.95\n")
    assert world_file_beside(tmp_path / "map.png") == world
    assert corners_in(world, 100, 50) == (parse_place("10, 30"), parse_place("5, 40"))


@pytest.mark.parametrize(
    "text",
    ["", "words", "0.1 0 0 -0.1 30", "10 0 0 -10 257000 9857000", "0.1 0.02 0 -0.1 30 10",
     "0.1 0 0 0.1 30 10", "NaN 0 0 -1 2 3", "0.1 0 0 -0.1 30 10 " * 100_000],
)  # fmt: skip
def test_a_world_file_that_says_something_else_is_told(tmp_path: Path, text: str) -> None:
    world = tmp_path / "map.jgw"
    world.write_text(text)
    if len(text) > 1000:  # more lines than belong there are not read
        assert corners_in(world, 10, 10)
        return
    with pytest.raises(WorldFileError):
        corners_in(world, 100, 100)


def test_what_lies_about_in_the_folder_of_maps_is_passed_over(tmp_path: Path) -> None:
    for number, text in enumerate(("", "[]", "{}", '{"corners": "1 2", "file": "x"}', "[" * 5000)):
        (tmp_path / f"{number}.json").write_text(text)
    assert kept_maps(tmp_path) == [] == kept_maps(tmp_path / "nowhere")

"""The model of a disk loses exactly what was not synced; what is written with care stands any cut."""

import random
from pathlib import Path

import pytest

from habitat_desktop import disk
from habitat_desktop.errors import HabitatError
from habitat_desktop.packages import quarantine
from tests.durability.disk import MODES, SECTOR, Disk, Step
from tests.packages.offices import NOON

WHOLE = b"n" * 3 * SECTOR
CAREFUL: list[Step] = [  # what disk.write_whole does
    ("create", ("a.part",)),
    ("write", ("a.part", 0, WHOLE)),
    ("sync", ("a.part",)),
    ("rename", ("a.part", "a")),
    ("sync", ("",)),
]


def _after(steps: list[Step]) -> set[bytes | None]:
    found = set()
    for seed in range(300):
        model = Disk({"a": b"old"})
        model.play(steps)
        chance = random.Random(seed)
        found.add(model.after_cut(chance, chance.choice(MODES)).get("a"))
    return found


def test_a_file_written_with_care_is_the_old_one_or_the_new_one() -> None:
    assert [_after(CAREFUL[:n]) for n in range(6)] == [{b"old"}] * 4 + [{b"old", WHOLE}, {WHOLE}]


@pytest.mark.parametrize("left_out", [2, 4], ids=["file not synced", "folder not synced"])
def test_each_sync_that_is_left_out_shows(left_out: int) -> None:
    found = _after(CAREFUL[:left_out] + CAREFUL[left_out + 1 :])
    assert found != {WHOLE}
    assert (left_out == 2) == bool(found - {b"old", WHOLE}), "only an unsynced file is found torn"


def test_sectors_tear_at_the_boundaries_of_the_disk() -> None:
    model = Disk({"a": b"o" * 4 * SECTOR})
    model.write("a", SECTOR // 2, WHOLE)
    for seed in range(100):
        found = model.after_cut(random.Random(seed), "any")["a"]
        assert found is not None and len(found) == 4 * SECTOR
        inner = [found[n * SECTOR : (n + 1) * SECTOR] for n in (1, 2)]
        assert all(len(set(sector)) == 1 for sector in inner), "a sector is written whole or not at all"


def test_a_disk_that_cannot_write_leaves_the_old_file_and_no_part(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()  # a file cannot be put in the place of a folder
    with pytest.raises(OSError):
        disk.write_whole(tmp_path / "a", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["a"] and (tmp_path / "a").is_dir()


def test_a_line_of_the_journal_cut_by_a_crash_spoils_no_other(tmp_path: Path) -> None:
    for number, name in enumerate(("one", "دليل")):
        path = tmp_path / f"{name}.xlsx"
        path.write_bytes(name.encode())
        assert quarantine.keep(tmp_path / "kept", path, HabitatError(), NOON)
        if number == 0:
            journal = tmp_path / "kept" / quarantine.JOURNAL
            journal.write_bytes(journal.read_bytes() + '{"file": "د'.encode()[:-1])
    found = {kept.file_name for kept in quarantine.kept_out(tmp_path / "kept")}
    assert found == {"one.xlsx", "دليل.xlsx"}

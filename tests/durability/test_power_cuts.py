"""The power goes at any moment: whatever was acknowledged is there at the next start."""

import random
from pathlib import Path

import pytest

from tests.durability.power_cuts import Recording, Tally, try_cuts
from tests.durability.recordings import check_database, record_day, record_migration, record_process
from tests.durability.traced import can_trace
from tests.durability.workspaces import checker

SEED = random.randrange(1 << 32)


def _tell(tally: Tally, what: str, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print(f"\n{what}: seed {SEED}, {tally.cuts} cuts in {tally.steps} steps, {len(tally.wrong)} wrong")


def test_no_acknowledged_answer_is_lost_in_a_day(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(SEED)
    recording = record_day(tmp_path / "day", chance, 10)
    tally = try_cuts(recording, check_database, chance, 150, tmp_path)
    _tell(tally, "a day", capsys)
    assert tally.wrong == []
    assert tally.facts > tally.cuts, "nothing was acknowledged before the cuts: they showed nothing"


def test_a_migration_happens_or_does_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(SEED)
    tally = try_cuts(record_migration(tmp_path / "old"), check_database, chance, 60, tmp_path)
    _tell(tally, "a migration", capsys)
    assert tally.wrong == []


@pytest.mark.skipif(not can_trace(), reason="strace is not there or may not look at processes")
def test_what_a_real_process_printed_is_done_stays_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recording, whole = record_process(tmp_path, SEED)
    tally = try_cuts(recording, checker(whole), random.Random(SEED), 100, tmp_path)
    _tell(tally, "a real process", capsys)
    assert tally.wrong == []
    # the same without the syncs of packages/files.py, then without those of every other file but the database
    for left_out, said in (("packages/outgoing", "package"), ("", "")):
        careless = [
            step
            for step in recording.steps
            if step[0] != "sync" or left_out not in step[1][0] or "records.sqlite" in step[1][0]
        ]
        careless = Recording(recording.before, careless)
        tally = try_cuts(careless, checker(whole), random.Random(3), 25, tmp_path)
        assert any(said in wrong for wrong in tally.wrong), (
            f"nobody misses the syncs of {left_out or 'files'}"
        )


@pytest.mark.parametrize(
    "pragmas",
    [
        {"synchronous": "OFF"},
        {"locking_mode": "EXCLUSIVE", "journal_mode": "WAL", "synchronous": "NORMAL"},
    ],
    ids=["synchronous=OFF", "WAL and NORMAL"],
)
def test_the_simulator_sees_what_weaker_settings_lose(tmp_path: Path, pragmas: dict[str, str]) -> None:
    chance = random.Random(3)
    recording = record_day(tmp_path / "day", chance, 5, **pragmas)
    tally = try_cuts(recording, check_database, chance, 40, tmp_path)
    assert any("lost" in wrong for wrong in tally.wrong), tally.wrong

"""`make powercut`: thousands of power cuts and every fault of the disk; prints counts, fails on a loss.

python -m tests.durability [--cuts N] [--seed N] [--no-faults]
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.durability.failing_calls import Worker
from tests.durability.faults import try_faults
from tests.durability.file_work import OPERATIONS, prepare
from tests.durability.office import Fact
from tests.durability.power_cuts import Tally, try_cuts
from tests.durability.recordings import check_database, record_day, record_migration, record_process
from tests.durability.test_failing_calls import try_points
from tests.durability.test_faults import Prepared, migrate, old_database
from tests.durability.traced import can_trace
from tests.durability.workspaces import checker

ROUND = 250  # cuts of one recording
KINDS = ("a day", "a real process", "a migration")
SHARES = (0.6, 0.35, 0.05)


def cut(kind: str, seed: int, count: int) -> tuple[str, Tally]:
    """Make one recording of a kind and cut it `count` times."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if kind == "a day":
            return kind, try_cuts(
                record_day(folder / "day", chance, 12), check_database, chance, count, folder
            )
        if kind == "a migration":
            return kind, try_cuts(record_migration(folder / "old"), check_database, chance, count, folder)
        recording, whole = record_process(folder, seed)
        return kind, try_cuts(recording, checker(whole), chance, count, folder)


def fail(name: str, full: bool) -> tuple[str, int, list[str]]:
    """Try every fault of one kind on one operation."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        made = (
            old_database(folder / "old")
            if name == "migrate"
            else (prepared := Prepared(folder / "made")).folder
        )
        operation = migrate if name == "migrate" else getattr(prepared, name)
        calls, outcomes = try_faults(
            made, operation, folder, full=full, most=sys.maxsize, chance=random.Random(0)
        )
    return f"{name}, {'full' if full else 'failing'}", calls, [str(o) for o in outcomes if o.wrong]


def fail_calls(operation: str) -> tuple[str, int, list[str]]:
    """Let every system call of a real process fail that touches the workspace while it does `operation`."""
    with tempfile.TemporaryDirectory() as place, Worker("tests.durability.file_work") as worker:
        facts: list[Fact] = []
        prepare(Path(place) / "made", facts.append)
        office = (Path(place) / "made", facts)
        chance = random.Random(0)
        tried = try_points(operation, worker, office, Path(place) / "tried", chance, sys.maxsize)
    return operation, len(tried), [f"{operation}: {point}: {found}" for point, found in tried if found]


def _rounds(cuts: int, chance: random.Random) -> Iterator[tuple[str, int, int]]:
    for kind, share in zip(KINDS, SHARES, strict=True):
        left = round(cuts * share)
        while left > 0:
            yield kind, chance.randrange(1 << 32), min(ROUND, left)
            left -= ROUND


def main() -> int:
    parser = argparse.ArgumentParser(prog="make powercut")
    parser.add_argument("--cuts", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    parser.add_argument("--no-faults", action="store_true")
    given = parser.parse_args()
    if not can_trace():
        print("strace is not there or may not look at processes: see packaging/system_packages_test.txt")
        return 1
    began = time.monotonic()
    print(f"seed {given.seed}, {given.cuts} cuts", flush=True)
    wrong: list[str] = []
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        tallies = {kind: Tally() for kind in KINDS}
        for kind, tally in pool.map(cut, *zip(*_rounds(given.cuts, random.Random(given.seed)), strict=True)):
            tallies[kind].add(tally)
        for kind, tally in tallies.items():
            print(
                f"{kind:16} {tally.cuts:6} cuts, {tally.facts:8} acknowledged facts, {len(tally.wrong)} wrong"
            )
            wrong += tally.wrong
        names = [] if given.no_faults else ["save", "finalize", "export", "take_in", "migrate"]
        for what, calls, found in pool.map(
            fail, [n for n in names for _ in "ab"], [True, False] * len(names)
        ):
            print(f"{what:20} fault at each of {calls} calls: {len(found)} wrong", flush=True)
            wrong += found
        calls_of = [] if given.no_faults else list(OPERATIONS)
        for what, calls, found in pool.map(fail_calls, calls_of):
            print(f"{what:20} {calls} failing system calls: {len(found)} wrong", flush=True)
            wrong += found
    for line in wrong[:50]:
        print(f"  {line}")
    print(f"{time.monotonic() - began:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

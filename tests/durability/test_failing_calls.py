"""The disk fails at the n-th call of a real process: a sentence, nothing half, done when tried again."""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.durability.failing_calls import Point, Worker
from tests.durability.file_work import OPERATIONS, PLAIN, prepare, wrong
from tests.durability.office import Fact
from tests.durability.traced import can_trace

SEED = random.randrange(1 << 32)
MOST = 5  # failing calls of each operation in a usual run; `make powercut` tries every one

pytestmark = pytest.mark.skipif(not can_trace(), reason="strace is not there or may not look at processes")


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker("tests.durability.file_work") as worker:
        yield worker


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Fact]]:
    folder, facts = tmp_path_factory.mktemp("office"), []
    prepare(folder, facts.append)
    return folder, facts


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_call_fails(
    operation: str, worker: Worker, office: tuple[Path, list[Fact]], tmp_path: Path
) -> None:
    points = try_points(operation, worker, office, tmp_path, random.Random(SEED), MOST)
    assert [(point, found) for point, found in points if found] == [], f"seed {SEED}"


def try_points(
    operation: str,
    worker: Worker,
    office: tuple[Path, list[Fact]],
    place: Path,
    chance: random.Random,
    most: int,
) -> list[tuple[Point, str]]:
    """Let calls of an operation fail, each in a fresh copy of the office; return what was wrong each time."""
    prepared, facts = office
    points = worker.points(operation, _copy(prepared, place / "whole"))
    chosen = chance.sample(points, most) if len(points) > most else points
    result = []
    for number, point in enumerate(chosen):
        folder = _copy(prepared, place / str(number))
        result.append((point, _try(operation, worker, folder, facts, point)))
        shutil.rmtree(folder.parent)
    return result


def _try(operation: str, worker: Worker, folder: Path, facts: list[Fact], point: Point) -> str:
    ended = worker.run(operation, folder, point)
    if ":" in ended and not (operation in PLAIN and ended.startswith(("OSError", "PermissionError"))):
        return ended
    if operation != "restore":
        found = wrong(folder, facts)
        if found:
            return f"{ended}: {found}"
    again = worker.run(operation, folder)
    if again:
        return f"after {ended} trying again ended with {again}"
    return "; ".join(wrong(folder, [] if operation == "restore" else facts))


def _copy(prepared: Path, place: Path) -> Path:
    shutil.copytree(prepared, place)
    return place / "KE"

"""Cuts the power at random points of a recording and counts what was lost. See `make powercut`."""

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.durability.disk import MODES, Disk, Mode, Step, write_tree
from tests.durability.office import Fact

Tree = dict[str, bytes | None]
Check = Callable[[Path, list[Fact]], list[str]]  # a tree after a cut, what was acknowledged -> what is wrong


@dataclass
class Tally:
    """What came of some cuts; `wrong` says of each bad one where it was and what was wrong."""

    cuts: int = 0
    steps: int = 0
    facts: int = 0  # acknowledged before a cut, summed over all cuts
    wrong: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        self.cuts += other.cuts
        self.steps += other.steps
        self.facts += other.facts
        self.wrong += other.wrong


@dataclass
class Recording:
    """The tree at the beginning and every step after it."""

    before: Tree
    steps: list[Step]

    def cuts(self, chance: random.Random, count: int) -> Iterator[tuple[int, Mode, Tree, list[Fact]]]:
        """Yield trees after cuts at random points; a third of the cuts right after an acknowledgement."""
        told = [n + 1 for n, (name, _) in enumerate(self.steps) if name == "acknowledge"]
        points = [
            chance.choice(told) if told and chance.random() < 1 / 3 else chance.randint(0, len(self.steps))
            for _ in range(count)
        ]
        disk, facts, done = Disk(self.before), [], 0
        for point in sorted(points):
            disk.play(self.steps[done:point])
            facts += [arguments[0] for name, arguments in self.steps[done:point] if name == "acknowledge"]
            done = point
            mode = chance.choice(MODES)
            yield point, mode, disk.after_cut(chance, mode), list(facts)


def try_cuts(recording: Recording, check: Check, chance: random.Random, count: int, place: Path) -> Tally:
    """Cut `count` times and check what is left, each time in a fresh folder."""
    tally = Tally(steps=len(recording.steps))
    for point, mode, tree, facts in recording.cuts(chance, count):
        tally.cuts += 1
        tally.facts += len(facts)
        with _folder(place / "after", tree) as folder:
            tally.wrong += [f"cut at {point} ({mode}): {wrong}" for wrong in check(folder, facts)]
    return tally


@contextmanager
def _folder(folder: Path, tree: Tree) -> Iterator[Path]:
    write_tree(folder, tree)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)

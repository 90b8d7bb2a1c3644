"""Every rule, broken on purpose, is found: a test that cannot fail shows nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.model.faults import FAULTS, Fault
from tests.model.stories import STORIES
from tests.model.world import World


@contextmanager
def _world(folder: Path, templates: Path) -> Iterator[World]:
    world = World(folder, templates)
    try:
        yield world
    finally:
        world.close()


def _tell(world: World, story: Callable[[World], None], templates: Path) -> None:
    story(world)
    world.check()
    world.converge()
    world.check_order_is_free(list(range(len(world.taken)))[::-1], templates)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_the_stories_end_well(story: Callable[[World], None], tmp_path: Path, templates: Path) -> None:
    with _world(tmp_path / "world", templates) as world:
        _tell(world, story, templates)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.invariant}: {fault.name}")
def test_a_broken_rule_is_found(
    fault: Fault, tmp_path: Path, templates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _world(tmp_path / "world", templates) as world:
        fault.break_it(monkeypatch)
        with pytest.raises((AssertionError, KeyError, UnicodeError, ValueError)) as found:
            _tell(world, fault.story, templates)
        monkeypatch.undo()
    print(f"invariant {fault.invariant}, {fault.name}: {str(found.value).splitlines()[0]}")

"""Every rule, broken on purpose, is found: a test that cannot fail shows nothing."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.model.faults import FAULTS, Fault
from tests.model.stories import STORIES
from tests.model.talk_faults import TALK_FAULTS
from tests.model.talk_stories import TALKS
from tests.model.world import World

# `make model` tells and breaks everything, every other run a small dose of the conversation
IS_LONG = "HABITAT_STORIES" in os.environ
TALKS_NOW = TALKS if IS_LONG else TALKS[:4]
TALK_FAULTS_NOW = TALK_FAULTS if IS_LONG else tuple({one.invariant: one for one in TALK_FAULTS}.values())


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
    world.end(templates)


@pytest.mark.parametrize("story", (*STORIES, *TALKS_NOW), ids=lambda story: story.__name__)
def test_the_stories_end_well(story: Callable[[World], None], tmp_path: Path, templates: Path) -> None:
    with _world(tmp_path / "world", templates) as world:
        _tell(world, story, templates)


@pytest.mark.parametrize(
    "fault", (*FAULTS, *TALK_FAULTS_NOW), ids=lambda fault: f"{fault.invariant}: {fault.name}"
)
def test_a_broken_rule_is_found(
    fault: Fault, tmp_path: Path, templates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _world(tmp_path / "world", templates) as world:
        fault.break_it(monkeypatch)
        with pytest.raises((AssertionError, KeyError, UnicodeError, ValueError)) as found:
            _tell(world, fault.story, templates)
        monkeypatch.undo()
    if fault.invariant > 20:  # the older ones are found by what comes first
        assert re.search(rf"\[(\d+, )*{fault.invariant}[],]", str(found.value))
    print(f"invariant {fault.invariant}, {fault.name}: {str(found.value).splitlines()[0]}")

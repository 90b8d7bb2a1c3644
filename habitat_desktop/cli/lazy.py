"""A group of commands that is imported when it is needed: every command pays for what is imported first."""

from collections.abc import Callable, MutableMapping
from functools import cached_property
from typing import Any

import click


class LazyGroup(click.Group):
    """Stands for the group that `load` returns."""

    def __init__(self, name: str, load: Callable[[], click.Group], help: str) -> None:
        self._load = load
        super().__init__(name, help=help)

    @cached_property
    def _group(self) -> click.Group:
        return self._load()

    @property
    def commands(self) -> MutableMapping[str, click.Command]:
        """The commands of the group."""
        return self._group.commands

    @commands.setter
    def commands(self, commands: MutableMapping[str, click.Command]) -> None:
        pass  # the base class sets its own, which are none

    def make_context(self, *arguments: Any, **options: Any) -> click.Context:
        """Let the group itself run."""
        return self._group.make_context(*arguments, **options)

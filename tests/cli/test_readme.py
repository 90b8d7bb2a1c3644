"""README names every command, and every command it names exists."""

import re
from pathlib import Path

import click

from habitat_desktop.cli.main import habitat

README = Path(__file__).parents[2] / "README.md"


def commands(group: click.Group, words: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    """Return every command below `group` as its words."""
    found: set[tuple[str, ...]] = set()
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            found |= commands(command, (*words, name))
        else:
            found.add((*words, name))
    return found


def documented() -> set[tuple[str, ...]]:
    """Return the commands in README's table: `habitat form list | check FILE` names two."""
    found = set()
    for line in README.read_text(encoding="utf-8").splitlines():
        match = re.match(r"    habitat ([a-z0-9]+)(.*)", line)
        if not match:
            continue
        group, rest = match[1], match[2].split("   ")[0]
        if isinstance(habitat.commands.get(group), click.Group):
            found |= {(group, re.split(r"\s+", part.strip())[0]) for part in rest.split("|")}
        else:
            found.add((group,))
    return found


def test_readme_names_every_command_and_no_other() -> None:
    assert documented() == commands(habitat)


def test_every_command_explains_itself() -> None:
    def walk(group: click.Group) -> None:
        for command in group.commands.values():
            assert command.help
            if isinstance(command, click.Group):
                walk(command)

    walk(habitat)


def test_the_page_for_translators_names_commands_that_exist() -> None:
    page = (README.parent / "translations" / "README.md").read_text(encoding="utf-8")
    lines = [line for line in page.splitlines() if line.startswith("    habitat i18n ")]
    named = {word for line in lines for word in re.findall(r"(?:i18n|\|) ([a-z-]+)", line.split("   ")[1])}
    group = habitat.commands["i18n"]
    assert isinstance(group, click.Group)
    assert named == set(group.commands)

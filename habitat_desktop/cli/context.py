"""What every command is given: the workspace, and how to print."""

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import click

from habitat_desktop.cli import (
    OpenWindow,
    TakeScreenshots,
    WritePapers,
    WritePdf,
    no_papers,
    no_pdf,
    output,
)
from habitat_desktop.errors import HabitatError
from habitat_desktop.i18n.catalogues import _, explain, set_language
from habitat_desktop.workspace import Workspace, default_folder, open_workspace

PASSPHRASE = "HABITAT_PASSPHRASE"


class Context:
    """The state of one run of the command line."""

    def __init__(
        self,
        *,
        open_window: OpenWindow,
        take_screenshots: TakeScreenshots,
        write_pdf: WritePdf = no_pdf,
        write_papers: WritePapers = no_papers,
    ) -> None:
        self.open_window = open_window
        self.take_screenshots = take_screenshots
        self.write_pdf = write_pdf
        self.write_papers = write_papers
        self.folder: Path | None = None

    @cached_property
    def workspace(self) -> Workspace:
        """The workspace of --workspace or HABITAT_WORKSPACE, opened at first use."""
        return self._opened(readonly=False)

    @cached_property
    def reading(self) -> Workspace:
        """The same workspace for commands that only look: they change nothing and keep nobody out."""
        return self._opened(readonly=True)

    def _opened(self, *, readonly: bool) -> Workspace:
        workspace = open_workspace(self.folder or default_folder(), readonly=readonly)
        set_language(workspace.settings.language)
        workspace.keyring.ask = ask_passphrase
        return workspace

    def close(self) -> None:
        for name in ("reading", "workspace"):
            workspace = self.__dict__.pop(name, None)
            if workspace is None:
                continue
            workspace.close()
            if workspace.recovery is not None:
                from habitat_desktop.sync.recovery import sentences

                for sentence in sentences(workspace.recovery):
                    complain(sentence)


def ask_passphrase() -> str | None:
    """Return HABITAT_PASSPHRASE, else ask the person at the terminal; None where nobody is."""
    given = os.environ.get(PASSPHRASE)
    if given or not sys.stdin.isatty():
        return given or None
    answer: str = click.prompt(_("Passphrase of the key"), hide_input=True, default="", show_default=False)
    return answer or None


def print_json(data: object) -> None:
    """Print `data` for machines."""
    output.write(data)


def print_table(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows for people."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in titles:
        table.add_column(title, overflow="fold")
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    Console(soft_wrap=False).print(table, markup=False)


def complain(text: str) -> None:
    """Say on stderr what is wrong."""
    click.echo(text, err=True)


def refuse(error: HabitatError) -> None:
    """Say on stderr why the command was not done, and with --json on stdout too."""
    complain(explain(error))
    output.refuse(error.code, explain(error))


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --json to a command."""
    from habitat_desktop.i18n.catalogues import _

    option = click.option("--json", "as_json", is_flag=True, help=_("Print JSON for machines."))
    return option(command)

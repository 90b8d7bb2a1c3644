"""The same operations without a window."""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from habitat_desktop.errors import HabitatError

OpenWindow = Callable[[Path | None], int]
TakeScreenshots = Callable[..., list[Path]]


def run(arguments: Sequence[str], *, open_window: OpenWindow, take_screenshots: TakeScreenshots) -> int:
    """Run one command and return its exit code: 0 only on success.

    The commands are imported after the language is known, so that their help is in that language too.
    """
    from habitat_desktop.i18n.catalogues import explain, set_language

    set_language(_language(arguments))
    import click

    from habitat_desktop.cli.context import Context
    from habitat_desktop.cli.main import habitat

    context = Context(open_window=open_window, take_screenshots=take_screenshots)
    try:
        result = habitat.main(list(arguments), prog_name="habitat", standalone_mode=False, obj=context)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.Abort:
        return 130
    except click.ClickException as error:
        error.show()
        return 2
    except HabitatError as error:
        print(explain(error), file=sys.stderr)
        return error.exit_code
    finally:
        context.close()
    return result if isinstance(result, int) else 0


def _language(arguments: Sequence[str]) -> str:
    """Return the language of the workspace the command is for, English where there is none."""
    from habitat_desktop.i18n.catalogues import LANGUAGES
    from habitat_desktop.settings import read_settings
    from habitat_desktop.workspace import default_folder

    asked = os.environ.get("HABITAT_LANGUAGE", "")
    if asked in LANGUAGES:
        return asked
    folder = default_folder()
    if "--workspace" in arguments[:-1]:
        folder = Path(arguments[arguments.index("--workspace") + 1])
    try:
        return read_settings(folder).language
    except HabitatError:
        return "en"

"""Opens the window, or runs a command; the only place that knows both."""

import sys
from pathlib import Path


def _open_window(folder: Path | None = None) -> int:
    from habitat_desktop.gui.app import open_window

    return open_window(folder)


def _take_screenshots(*args: object, **kwargs: object) -> list[Path]:
    from habitat_desktop.gui.screenshots import take_screenshots

    return take_screenshots(*args, **kwargs)  # type: ignore[arg-type]


def _child(name: str, arguments: list[str]) -> int:
    """Run one of the limited child processes; foreign files are opened only there."""
    if name == "read-workbook":
        from habitat_desktop.packages.reader import child_main as read_workbook

        return read_workbook(arguments)
    from habitat_desktop.xforms.child import child_main as convert_form

    return convert_form(arguments)


def main() -> int:
    """Run the program and return its exit code."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["--child"]:
        return _child(arguments[1], arguments[2:])
    if not arguments:
        return _open_window()
    from habitat_desktop.cli import run

    return run(arguments, open_window=_open_window, take_screenshots=_take_screenshots)


if __name__ == "__main__":
    sys.exit(main())

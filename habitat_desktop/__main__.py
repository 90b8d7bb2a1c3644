"""Opens the window, or runs a command; the only place that knows both."""

import gc
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def _open_window(folder: Path | None = None, files: Sequence[Path] = ()) -> int:
    gc.disable()  # looking for garbage took a seventh of the start; `open_window` lets it begin later
    from habitat_desktop.gui.app import open_window

    return open_window(folder, files)


def _take_screenshots(workspace: Path, folder: Path, languages: Sequence[str]) -> list[Path]:
    """Take pictures in a process of its own: this one may open a window on the person's screen afterwards."""
    program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "habitat_desktop"]
    subprocess.run(
        [*program, "--child", "screenshots", str(workspace), str(folder), *languages],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "QT_LOGGING_RULES": "default.warning=false"},
        check=True,
    )
    return sorted(folder.rglob("*.png"))


def _write_pdf(page: str, path: Path, title: str, right_to_left: bool) -> None:
    from habitat_desktop.gui.print_child import write_pdf

    write_pdf(page, path, title, right_to_left)


def _write_papers(papers: Sequence[Any], path: Path, size: str) -> int:
    import pickle
    import tempfile

    from habitat_desktop.gui.print_child import run

    with tempfile.TemporaryDirectory(prefix="habitat-print-") as folder:
        tree, told = Path(folder) / "papers", Path(folder) / "pages"
        tree.write_bytes(pickle.dumps(list(papers)))  # read by our own child, from a folder of our own
        run("print-papers", tree, path.absolute(), size, told)
        return int(told.read_text(encoding="ascii"))


def _child(name: str, arguments: list[str]) -> int:
    """Run one of the limited child processes; foreign files are opened only there."""
    if name == "screenshots":
        from habitat_desktop.gui.screenshots import take_screenshots

        take_screenshots(Path(arguments[0]), Path(arguments[1]), arguments[2:])
        return 0
    if name == "print":
        from habitat_desktop.gui.printing import write_pdf

        page, path, title, direction = arguments
        html = Path(page).read_text(encoding="utf-8")
        write_pdf(html, Path(path), title=title, right_to_left=direction == "rtl")
        return 0
    if name == "print-papers":
        import pickle

        from habitat_desktop.gui.printing import write_papers

        tree, path, size, told = arguments
        papers = pickle.loads(Path(tree).read_bytes())
        count = write_papers(papers, Path(path), "Letter" if size == "Letter" else "A4")
        Path(told).write_text(str(count), encoding="ascii")
        return 0
    if name == "read-workbook":
        from habitat_desktop.incoming.reading import child_main as read_workbook

        return read_workbook(arguments)
    from habitat_desktop.xforms.child import child_main as convert_form

    return convert_form(arguments)


def main() -> int:
    """Run the program and return its exit code."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["--child"]:
        return _child(arguments[1], arguments[2:])
    if all(argument.lower().endswith(".xlsx") for argument in arguments):  # a double click on a package
        return _open_window(files=[Path(argument) for argument in arguments])
    from habitat_desktop.cli import run

    return run(
        arguments,
        open_window=_open_window,
        take_screenshots=_take_screenshots,
        write_pdf=_write_pdf,
        write_papers=_write_papers,
    )


if __name__ == "__main__":
    sys.exit(main())

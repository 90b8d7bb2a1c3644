"""Makes the PDF of a report in a process of its own: Qt lays a page out only where its events are handled.

It imports no Qt: commands use it where there is no screen, the window off its own thread.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from habitat_desktop.disk import write_whole
from habitat_desktop.incoming.children import child_command, child_environment


def write_pdf(page: str, path: Path, title: str, right_to_left: bool) -> None:
    """Write `page` (HTML) to `path` as PDF, whole or not at all.

    Raises:
        OSError: it cannot be written. subprocess.CalledProcessError: the child failed.
    """
    with tempfile.TemporaryDirectory(prefix="habitat-print-") as folder:
        html, made = Path(folder) / "page.html", Path(folder) / "page.pdf"
        html.write_text(page, encoding="utf-8")
        direction = "rtl" if right_to_left else "ltr"
        run("print", html, made, title, direction)
        write_whole(path, made.read_bytes())


def run(*arguments: object) -> None:
    """Run this program as the child named first, quietly, also where there is no screen.

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    name, *given = map(str, arguments)
    no_screen = sys.platform.startswith("linux") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )
    quiet = {"QT_LOGGING_RULES": "default.warning=false"}
    offscreen = {"QT_QPA_PLATFORM": "offscreen"} if no_screen else {}
    environment = child_environment() | quiet | offscreen
    subprocess.run([*child_command(name), *given], env=environment, check=True)

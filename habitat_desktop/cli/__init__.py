"""The same operations without a window."""

import json
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from habitat_desktop import __version__
from habitat_desktop.errors import N_, HabitatError

OpenWindow = Callable[[Path | None], int]
TakeScreenshots = Callable[..., list[Path]]
WritePdf = Callable[
    [str, Path, str, bool], None
]  # a page of HTML, the file, its title, whether it runs from the right

WritePapers = Callable[[Sequence[Any], Path, str], int]  # papers, the file, the size; returns how many pages

_INTERRUPTED = 130


class Output:
    """What this run owes to machines: with --json always something, on stdout."""

    def __init__(self) -> None:
        self.begin(as_json=False)

    def begin(self, *, as_json: bool) -> None:
        """Begin a run; nothing is printed yet."""
        self._is_owed = as_json

    def write(self, data: object, *, indent: int | None = 1) -> None:
        """Print `data`; one without `indent` is one line."""
        self._is_owed = False
        print(json.dumps(data, ensure_ascii=False, indent=indent), flush=True)

    def refuse(self, code: str, message: str) -> None:
        """Say why the command was not done, unless it has printed something itself."""
        if self._is_owed:
            self.write({"ok": False, "code": code, "message": message})


output = Output()


class FileFailedError(HabitatError):
    code = "FILE_FAILED"
    message = N_(
        "“{path}” cannot be used: {problem}. This step was not done; everything saved before is kept. "
        "Check the file, its folder and the disk, and try again."
    )


class SystemFailedError(HabitatError):
    code = "SYSTEM_FAILED"
    message = N_(
        "The system refused: {problem}. This step was not finished; everything saved before is kept. "
        "Check the disk and try again."
    )


class ProgramFaultError(HabitatError):
    """Our own fault."""

    code = "PROGRAM_FAULT"
    exit_code = 70
    message = N_(
        "The program made a mistake of its own and stopped. Everything saved before is kept. "
        "What happened is written in “{log}”; send that file to headquarters."
    )


class NoPrintingError(HabitatError):
    code = "NO_PRINTING"
    message = N_("Here no PDF can be made. Nothing was written. Ask for .html and print it.")


def no_pdf(page: str, path: Path, title: str, right_to_left: bool) -> None:
    """Stand in where there is nothing to print with."""
    raise NoPrintingError


def no_papers(papers: Sequence[Any], path: Path, size: str) -> int:
    """Stand in where there is nothing to print with."""
    raise NoPrintingError


def run(
    arguments: Sequence[str],
    *,
    open_window: OpenWindow,
    take_screenshots: TakeScreenshots,
    write_pdf: WritePdf = no_pdf,
    write_papers: WritePapers = no_papers,
) -> int:
    """Run one command and return its exit code: 0 only on success.

    Whatever goes wrong is one sentence on stderr, and with --json an object on stdout, unless the command
    has printed its own; what is our own fault is told in a log file.
    """
    _speak_utf8()
    output.begin(as_json="--json" in arguments)
    try:
        return _run(arguments, open_window, take_screenshots, write_pdf, write_papers)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        _hush()
        return 1
    except OSError as error:
        if (
            error.filename is None
        ):  # most likely the output itself: what is left of it must not fail once more
            _hush()
        return _complain(_system_error(error))
    except Exception as error:  # noqa: BLE001 - at the very top: a person sees a sentence, the log the rest
        return _complain(ProgramFaultError(log=_write_log(error)))


def _run(
    arguments: Sequence[str],
    open_window: OpenWindow,
    take_screenshots: TakeScreenshots,
    write_pdf: WritePdf,
    write_papers: WritePapers,
) -> int:
    """Run one command; the commands are imported after the language is known, so that their help is in it."""
    from habitat_desktop.i18n.catalogues import read_also, set_language

    folder = _folder(arguments)
    read_also(folder / "translations")  # those that headquarters released to this workspace
    set_language(_language(folder))
    import click

    from habitat_desktop.cli.context import Context
    from habitat_desktop.cli.main import habitat

    context = Context(
        open_window=open_window,
        take_screenshots=take_screenshots,
        write_pdf=write_pdf,
        write_papers=write_papers,
    )
    try:
        result = habitat.main(list(arguments), prog_name="habitat", standalone_mode=False, obj=context)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.Abort:
        return _INTERRUPTED
    except click.ClickException as error:
        error.show()
        output.refuse("USAGE", error.format_message())
        return 2
    except HabitatError as error:
        return _complain(error)
    finally:
        context.close()
    return result if isinstance(result, int) else 0


def _speak_utf8() -> None:
    """Write UTF-8 except on a screen that knows another encoding: machines read it, in six languages."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            narrow = not stream.isatty() or stream.encoding.lower() in ("ascii", "us-ascii", "ansi_x3.4-1968")
            stream.reconfigure(encoding="utf-8" if narrow else stream.encoding, errors="replace")


def _complain(error: HabitatError) -> int:
    from habitat_desktop.i18n.catalogues import explain

    message = explain(error)
    print(message, file=sys.stderr)
    output.refuse(error.code, message)
    return error.exit_code


def _system_error(error: OSError) -> HabitatError:
    problem = error.strerror or type(error).__name__
    if error.filename is None:
        return SystemFailedError(problem=problem)
    return FileFailedError(path=error.filename, problem=problem)


def _write_log(error: BaseException | None) -> str:
    """Write where `error` came from to a file and return its path; its words may be answers and stay out."""
    lines = [f"habitat {__version__}, Python {sys.version}\n"]
    while error is not None:
        lines += [*traceback.format_tb(error.__traceback__), f"{type(error).__name__}\n"]
        error = error.__cause__ or error.__context__
    try:
        handle, path = tempfile.mkstemp(prefix="habitat-fault-", suffix=".log")
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
            file.writelines(lines)
    except OSError:
        return "-"
    return path


def _hush() -> None:
    """Say no more to a reader that has gone or a disk that is full, not even at the end of the process."""
    if isinstance(sys.stdout, TextIOWrapper):
        devnull = os.open(os.devnull, os.O_WRONLY)
        os.dup2(devnull, sys.stdout.fileno())
        os.close(devnull)


def _folder(arguments: Sequence[str]) -> Path:
    """Return the folder of the workspace that a command is for, if it is for one."""
    from habitat_desktop.workspace import default_folder

    folder = default_folder()
    for position, argument in enumerate(arguments):
        if argument == "--workspace" and position + 1 < len(arguments):
            folder = Path(arguments[position + 1])
        elif argument.startswith("--workspace="):
            folder = Path(argument.partition("=")[2])
    return folder


def _language(folder: Path) -> str:
    """Return the language of the workspace in `folder`, English where there is none."""
    from habitat_desktop.i18n.catalogues import LANGUAGES
    from habitat_desktop.settings import read_settings

    asked = os.environ.get("HABITAT_LANGUAGE", "")
    if asked in LANGUAGES:
        return asked
    try:
        return read_settings(folder).language
    except HabitatError:
        return "en"

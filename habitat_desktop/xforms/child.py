"""Conversion of forms from elsewhere in a child process, with a limit on time and memory.

The child is this program with a hidden option, so that it works when frozen; from sources it is this module.
"""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from habitat_desktop.xforms import problems
from habitat_desktop.xforms.problems import FormError, FormTooLargeError
from habitat_desktop.xforms.xlsform import Converted, convert_workbook

TIME_LIMIT_S = 20
MEMORY_LIMIT_BYTES = 1_000_000_000
_TOO_LARGE = 3  # exit code of a child that ran out of memory or depth


def convert_in_child(path: Path, time_limit_s: float = TIME_LIMIT_S) -> Converted:
    """Convert the workbook at `path` where it can do no harm.

    Raises:
        FormError: as `convert_workbook`; FormTooLargeError when it took too long or too much.
    """
    try:
        done = subprocess.run(
            [*_command(), str(path)],
            capture_output=True,
            timeout=time_limit_s,
            check=False,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONIOENCODING": "utf-8"},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except subprocess.TimeoutExpired as error:
        raise FormTooLargeError(path=path.name) from error
    try:
        answer = json.loads(done.stdout)
    except ValueError as error:
        raise FormTooLargeError(path=path.name) from error
    if "error" in answer:
        raise _error(answer["error"], answer["context"])
    return Converted(**answer)


def _command() -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, "--child", "convert-form"]
    return [sys.executable, "-m", "habitat_desktop.xforms.child"]


def _error(name: str, context: dict[str, object]) -> FormError:
    found = getattr(problems, name, FormError)
    assert issubclass(found, FormError)
    return found(**{key: _restored(value) for key, value in context.items()})


def _restored(value: object) -> object:
    if isinstance(value, dict):
        return problems.Reason(value["reason"], **value["context"])
    return value


def child_main(args: list[str]) -> int:
    """Convert the workbook named in `args` and write the result as JSON to standard output."""
    _limit_memory()
    path = Path(args[0])
    try:
        answer = asdict(convert_workbook(path, translate=False))
    except FormError as error:
        answer = {"error": type(error).__name__, "context": {k: _plain(v) for k, v in error.context.items()}}
    except (MemoryError, RecursionError):
        return _TOO_LARGE
    sys.stdout.write(json.dumps(answer))
    sys.stdout.flush()
    return 0


def _plain(value: object) -> object:
    """Return `value` as JSON can carry it; a reason keeps its words, to be translated in the parent."""
    if isinstance(value, problems.Reason):
        return {"reason": value.message, "context": {k: str(v) for k, v in value.context.items()}}
    return value if isinstance(value, str | int) else str(value)


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows: the time limit alone holds
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT_BYTES, MEMORY_LIMIT_BYTES))


if __name__ == "__main__":
    sys.exit(child_main(sys.argv[1:]))

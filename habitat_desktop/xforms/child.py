"""Conversion of forms from elsewhere in a child process, with a limit on time and memory.

The child is this program with a hidden option, so that it works when frozen; from sources it is this module.
"""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from habitat_desktop.errors import N_
from habitat_desktop.i18n.catalogues import read_also, released_folder
from habitat_desktop.incoming.process_limits import limit_process
from habitat_desktop.xforms import limits, problems
from habitat_desktop.xforms.problems import FormError, FormTooLargeError, NotAFormError, Reason
from habitat_desktop.xforms.xlsform import Converted, convert_workbook

if TYPE_CHECKING:
    from habitat_desktop.xforms.checking.workbook import Checked

# A form of usual size takes half a second, one of 60,000 cells (0.3 MB) five: a small file may take little,
# so that a hostile one ends soon, a large one in proportion. Counted as time of the processor, because a
# busy machine makes nothing hostile; `TIME_LIMIT_S` by the clock stands behind it.
LEAST_TIME_S = 4
TIME_PER_MEGABYTE_S = 50
TIME_LIMIT_S = 30.0
MEMORY_LIMIT_BYTES = 400_000_000  # the largest known forms need 180 MB
_CHECK = "check"
_TRANSLATE = "translate"  # the folder of released translations, or "", comes after it
_TOO_LARGE = 3  # exit code of a child that ran out of memory or depth


def convert_in_child(path: Path, time_limit_s: float = TIME_LIMIT_S, *, translate: bool = False) -> Converted:
    """Convert the workbook at `path` where it can do no harm; with `translate` as one of our own forms.

    Raises:
        FormError: as `convert_workbook`; FormTooLargeError when it took too long or too much.
    """
    arguments = [str(path)]
    if translate:
        arguments += [_TRANSLATE, str(released_folder() or "")]
    answer = _ask(arguments, path, time_limit_s)
    if "error" in answer:
        raise _error(answer["error"], answer["context"])
    return Converted(**answer)


def check_in_child(path: Path, time_limit_s: float = TIME_LIMIT_S) -> "Checked":
    """Check the cells of the workbook at `path` and convert it, where it can do no harm.

    Raises:
        FormTooLargeError: it took too long or too much.
    """
    from habitat_desktop.xforms.checking.findings import Finding
    from habitat_desktop.xforms.checking.workbook import Checked

    answer = _ask([str(path), _CHECK], path, time_limit_s)
    checked = Checked([Finding(**finding) for finding in answer["findings"]], answer["columns"])
    if "error" in answer:
        checked.error = _error(answer["error"], answer["context"])
    elif "converted" in answer:
        checked.converted = Converted(**answer["converted"])
    return checked


def _ask(arguments: list[str], path: Path, time_limit_s: float) -> dict[str, Any]:
    """Return what the child says of the workbook at `path`."""
    processor_s = LEAST_TIME_S + TIME_PER_MEGABYTE_S * path.stat().st_size // limits.MEGABYTE
    try:
        done = subprocess.run(
            [*_command(), *arguments, str(min(processor_s, int(TIME_LIMIT_S)))],
            capture_output=True,
            timeout=time_limit_s,
            check=False,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONIOENCODING": "utf-8"},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except subprocess.TimeoutExpired as error:
        raise FormTooLargeError(path=path.name) from error
    if done.returncode:
        raise _broken(done, path)
    try:
        answer = json.loads(done.stdout)
    except ValueError as error:
        raise FormTooLargeError(path=path.name) from error
    assert isinstance(answer, dict)
    return answer


def _broken(done: subprocess.CompletedProcess[bytes], path: Path) -> FormError:
    """Return the error for a child that gave no answer: out of memory, killed, or at odds with the file."""
    last = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
    if done.returncode != 1 or "MemoryError" in last:
        return FormTooLargeError(path=path.name)
    return NotAFormError(
        path=path.name, problem=Reason(N_("the workbook is damaged ({detail})"), detail=last[:200])
    )


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
    """Convert the workbook named in `args` within its seconds and write the result to the output as JSON."""
    limit_process(MEMORY_LIMIT_BYTES, int(args[-1]) if args[-1].isdigit() else LEAST_TIME_S)
    path = Path(args[0])
    answer: dict[str, Any]
    try:
        if args[1:2] == [_CHECK]:
            answer = _checked(path)
        else:
            translate = args[1:2] == [_TRANSLATE]
            if translate and args[2]:
                read_also(Path(args[2]))
            answer = asdict(convert_workbook(path, translate=translate))
    except FormError as error:
        answer = _refusal(error)
    except (MemoryError, RecursionError):
        return _TOO_LARGE
    if len(answer.get("converted", answer).get("xml", "")) > limits.XML_LIMIT:
        return _TOO_LARGE
    sys.stdout.write(json.dumps(answer))
    sys.stdout.flush()
    return 0


def _checked(path: Path) -> dict[str, Any]:
    """Return the check of the workbook at `path` as JSON can carry it."""
    from habitat_desktop.xforms.checking.workbook import check_workbook

    checked = check_workbook(path, translate=False)
    answer: dict[str, Any] = {"findings": list(map(asdict, checked.findings)), "columns": checked.columns}
    if checked.error is not None:
        answer |= _refusal(checked.error)
    elif checked.converted is not None:
        answer["converted"] = asdict(checked.converted)
    return answer


def _refusal(error: FormError) -> dict[str, Any]:
    return {"error": type(error).__name__, "context": {k: _plain(v) for k, v in error.context.items()}}


def _plain(value: object) -> object:
    """Return `value` as JSON can carry it; a reason keeps its words, to be translated in the parent."""
    if isinstance(value, problems.Reason):
        return {"reason": value.message, "context": {k: str(v)[:500] for k, v in value.context.items()}}
    return value if isinstance(value, int) else str(value)[:2000]


if __name__ == "__main__":
    sys.exit(child_main(sys.argv[1:]))

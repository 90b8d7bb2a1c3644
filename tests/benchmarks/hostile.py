"""Open, check and install every hostile form in a process of its own; print what it took: `make hostile`.

Seconds are those of the processor, for the process and its child together: what the clock shows on a quiet
machine. Exits with 1 when one took more than it may, was accepted, or ended in anything but a sentence.
"""

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.xforms.hostile import CASES, HARMLESS

MOST_SECONDS = 5.0
MOST_MEGABYTES = 500
WAYS = ("load", "check", "add")


def _attempt(way: str, path: Path, folder: Path) -> list[str]:
    """Try the form at `path` and return the codes of what is wrong with it."""
    from habitat_desktop.errors import HabitatError
    from habitat_desktop.xforms.checking import check_form
    from habitat_desktop.xforms.engine import Environment, FormInstance
    from habitat_desktop.xforms.library import Library, load_form

    try:
        if way == "check":
            return [problem.code for problem in check_form(path) if problem.severity == "error"]
        if way == "add":
            Library([folder / "installed"]).add(path)
        else:
            instance = FormInstance(load_form(path, foreign=True), Environment.system())
            list(instance.states())
    except HabitatError as error:
        return [error.code]
    return []


def _worker(name: str, way: str) -> None:
    """Write the file of one case, try it, and print as JSON what that took."""
    with tempfile.TemporaryDirectory() as made:
        # a process inherits the peak of the one that starts it: writing and trying are apart
        write = (
            "from pathlib import Path; from tests.xforms.hostile import CASES; "
            f"print(CASES[{name!r}](Path({made!r})))"
        )
        path = subprocess.run(
            [sys.executable, "-c", write], capture_output=True, text=True, check=True
        ).stdout.strip()
        script = f"from tests.benchmarks.hostile import measure; measure({way!r}, {path!r}, {made!r})"
        try:
            done = subprocess.run(
                [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
            )
        except subprocess.TimeoutExpired:
            print(json.dumps({"codes": ["HANGS"], "seconds": 60.0, "own": 0, "child": 0, "left": []}))
            return
        if done.returncode:
            last = (done.stderr.strip() or f"ended with {done.returncode}").splitlines()[-1]
            print(
                json.dumps({"codes": [f"CRASH {last[:90]}"], "seconds": 0, "own": 0, "child": 0, "left": []})
            )
            return
        print(done.stdout.strip().splitlines()[-1])


def measure(way: str, path: str, folder: str) -> None:
    """Print what trying the form at `path` took: seconds, megabytes of this process and of its child.

    The megabytes are added up afterwards, though the two peaks may not fall together.
    """
    before = resource.getrusage(resource.RUSAGE_SELF)
    codes = _attempt(way, Path(path), Path(folder))
    after, of_child = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    seconds += of_child.ru_utime + of_child.ru_stime
    own, child = after.ru_maxrss // 1024, of_child.ru_maxrss // 1024
    left = [str(one) for one in (Path(folder) / "installed").rglob("*")]
    print(json.dumps({"codes": codes, "seconds": seconds, "own": own, "child": child, "left": left}))


def _run(name: str, ways: list[str]) -> bool:
    good = True
    for way in ways:
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.hostile", "--one", name, way],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        found = json.loads(done.stdout)
        megabytes = found["own"] + found["child"]
        codes = found["codes"]
        held = (
            found["seconds"] <= MOST_SECONDS
            and megabytes <= MOST_MEGABYTES
            and (bool(codes) or name in HARMLESS)
            and not any(code.startswith(("CRASH", "HANGS")) for code in codes)
            and not (found["left"] and codes)
        )
        good &= held
        print(
            f"{'' if held else '!!':2} {name:42} {way:6} {found['seconds']:6.2f} s "
            f"{found['own']:5} + {found['child']:4} MB  {codes[0] if codes else 'accepted'}",
            flush=True,
        )
    return good


def main(arguments: list[str]) -> int:
    """Run the cases named in `arguments`, all without any."""
    if arguments[:1] == ["--one"]:
        _worker(arguments[1], arguments[2])
        return 0
    ways = [one for one in arguments if one in WAYS] or list(WAYS)
    names = [one for one in arguments if one in CASES] or list(CASES)
    results = [_run(name, ways) for name in names]
    print(f"{sum(results)} of {len(results)} hostile forms ended with a sentence within {MOST_SECONDS:.0f} s "
          f"and {MOST_MEGABYTES} MB")  # fmt: skip
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

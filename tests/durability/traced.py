"""What a real process wrote, renamed, removed and synced below a folder, read from its system calls."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.durability.disk import Step

ROOT = Path(__file__).parents[2]
ACKNOWLEDGED = b"ACKNOWLEDGED "  # begins a line of the traced program that tells a fact

_CALLS = (
    "open,openat,creat,write,pwrite64,lseek,ftruncate,truncate,fsync,fdatasync,rename,renameat,renameat2,"
    "unlink,unlinkat,rmdir,mkdir,mkdirat,link,linkat,symlink,writev,pwritev,sendfile,copy_file_range,fallocate"
)
_LINE = re.compile(r"(?:\d+ +)?(\w+)\((.*)\) += (-?\d+)(?:<(.*)>)?")
_UNFINISHED = re.compile(r"(\d+) +(.*) <unfinished \.\.\.>$")
_RESUMED = re.compile(r"(\d+) +<\.\.\. \w+ resumed>(.*)$")


def can_trace() -> bool:
    """Say whether this system lets strace look at a process; in CI it is there, or that is a failure."""
    if shutil.which("strace") is None:
        assert not os.environ.get("CI"), "strace is not installed; see packaging/system_packages_test.txt"
        return False
    return (
        subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, check=False).returncode == 0
    )


def trace(module: str, root: Path, *arguments: str) -> list[Step]:
    """Run a module of Python and return what it did below `root`.

    The lines it prints that begin with `ACKNOWLEDGED` are facts; each counts from the moment the program
    printed something before, which is when a person could read that it was done.
    """
    log = root.with_name(root.name + ".strace")
    command = [
        "strace",
        "-f",
        "-y",
        "-xx",
        "-qq",
        "--seccomp-bpf",
        "-s",
        "100000000",
        "-e",
        f"trace={_CALLS}",
    ]
    done = subprocess.run(
        [*command, "-o", str(log), sys.executable, "-m", module, str(root), *arguments],
        check=False,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    reader = _Reader(root.resolve())
    with log.open(encoding="ascii") as lines:
        for line in lines:
            reader.read(line.rstrip("\n"))
    return reader.steps


class _Reader:
    """Turns lines of strace into steps, in the order in which the calls came back."""

    def __init__(self, root: Path) -> None:
        self.steps: list[Step] = []
        self._root = root
        self._begun: dict[str, str] = {}  # by process: a call that another one interrupted
        self._positions: dict[tuple[str, str], int | None] = {}  # by descriptor and path; None: at the end
        self._said = 0  # how many steps there were when the program last printed something
        self._output = b""

    def read(self, line: str) -> None:
        if match := _UNFINISHED.match(line):
            self._begun[match[1]] = match[2]
            return
        if match := _RESUMED.match(line):
            line = f"{match[1]} {self._begun.pop(match[1])}{match[2]}"
        match = _LINE.match(line)
        if match is None or int(match[3]) < 0:
            return  # a signal, the end of a process, or a call that failed and changed nothing
        name, arguments = match[1], match[2].split(", ")
        self._call(name, arguments, int(match[3]), _bytes(match[4] or "").decode())

    def _call(self, name: str, arguments: list[str], result: int, opened: str) -> None:
        if name in ("open", "openat", "creat"):
            self._open(opened, result, arguments)
        elif name in ("write", "lseek", "pwrite64", "ftruncate", "fsync", "fdatasync"):
            self._on_descriptor(name, arguments, result)
        elif name == "sendfile":
            source, target = _descriptor(arguments[1])[1], _descriptor(arguments[0])[1]
            offset = int(arguments[2].strip("[]").split("]")[0])
            if result and self._inside(target) and self._inside(source):
                self._note("copy", self._path(source), self._path(target), offset, result)
            elif result and self._inside(target):  # what lies beside the disk does not change
                copied = Path(source).read_bytes()[offset : offset + result]
                self._note("write", self._path(target), offset, copied)
        else:
            self._on_names(name, arguments)

    def _open(self, path: str, descriptor: int, arguments: list[str]) -> None:
        if not self._inside(path):
            return
        flags = next(a for a in arguments if a.startswith("O_")).split("|")
        if "O_CREAT" in flags:
            self._note("create", self._path(path))
        if "O_TRUNC" in flags:
            self._note("truncate", self._path(path), 0)
        self._positions[str(descriptor), path] = None if "O_APPEND" in flags else 0

    def _on_descriptor(self, name: str, arguments: list[str], result: int) -> None:
        descriptor, path = _descriptor(arguments[0])
        if name == "write" and (descriptor, path) == ("1", os.devnull):
            self._print(_bytes(arguments[1]))
        if not self._inside(path) or path.endswith(" (deleted)"):
            return
        inside, key = self._path(path), (descriptor, path)
        if name == "lseek":
            if self._positions.get(key, 0) is not None:
                self._positions[key] = result
        elif name == "pwrite64":
            self._note("write", inside, int(arguments[3]), _bytes(arguments[1])[:result])
        elif name == "ftruncate":
            self._note("truncate", inside, int(arguments[1]))
        elif name in ("fsync", "fdatasync"):
            self._note("sync", inside)
        elif (position := self._positions[key]) is None:
            self._note("append", inside, _bytes(arguments[1])[:result])
        else:
            self._note("write", inside, position, _bytes(arguments[1])[:result])
            self._positions[key] = position + result

    def _on_names(self, name: str, arguments: list[str]) -> None:
        paths = [_bytes(a).decode() for a in arguments if a.startswith('"')]
        folders = [
            _descriptor(a)[1] for a in arguments if a.startswith("AT_FDCWD<") or (a[0].isdigit() and "<" in a)
        ]
        if folders:
            paths = [str(Path(folders[min(n, len(folders) - 1)]) / path) for n, path in enumerate(paths)]
        if not any(map(self._inside, paths)):
            return
        inside = [self._path(path) for path in paths]
        if name in ("unlink", "unlinkat", "rmdir"):
            self._note("unlink", *inside)
        elif name in ("mkdir", "mkdirat"):
            self._note("make_folder", *inside)
        elif name in ("rename", "renameat", "renameat2"):
            self._note("rename", *inside)
        elif name == "truncate":
            self._note("truncate", inside[0], int(arguments[1]))
        else:
            raise NotImplementedError(f"the recording does not know what {name} does to {paths}")

    def _print(self, text: bytes) -> None:
        """Take the facts out of what is printed; anything else printed before is what a person reads."""
        *lines, self._output = (self._output + text).split(b"\n")
        facts = [line for line in lines if line.startswith(ACKNOWLEDGED)]
        for line in facts:
            fact = json.loads(line.removeprefix(ACKNOWLEDGED))
            self.steps.insert(self._said, ("acknowledge", (fact,)))
        if facts or not self._output.startswith(ACKNOWLEDGED):
            self._said = len(self.steps)

    def _note(self, step: str, *arguments: object) -> None:
        self.steps.append((step, arguments))

    def _inside(self, path: str) -> bool:
        return path == str(self._root) or path.startswith(f"{self._root}/")

    def _path(self, path: str) -> str:
        return Path(path).relative_to(self._root).as_posix()


def _descriptor(argument: str) -> tuple[str, str]:
    """Return the number of a descriptor and the path it stands for."""
    number, _, path = argument.partition("<")
    return number, _bytes(path.rpartition(">")[0]).decode()


def _bytes(text: str) -> bytes:
    """Return what strace wrote as hexadecimal bytes."""
    return bytes.fromhex(text.strip('"').replace("\\x", ""))

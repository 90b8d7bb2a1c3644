"""The peers: found or set up in a scratch folder, then one long-living process each."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
WEB_FORMS = {
    "name": "peers",
    "private": True,
    "type": "module",
    "overrides": {"@getodk/common": "file:./common"},  # not published; the engine has it bundled
    "dependencies": {"@getodk/xforms-engine": "0.22.0", "jsdom": "^29.1.1"},
}
RXEVAL = "rxeval==0.1.1"


class PeerMissingError(Exception):
    """A peer cannot run here; the text says why."""


class Peer:
    """One engine in a process of its own, asked with lines of JSON."""

    def __init__(self, name: str, command: list[str], folder: Path) -> None:
        self.name = name
        self._command = command
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None

    def ask(self, **request: Any) -> dict[str, Any]:
        """Return the answer to one request; {"error": ...} where the engine refuses the form or dies."""
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                self._command,
                cwd=self._folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
                env={**os.environ, "TZ": "UTC"},
            )
        assert self._process.stdin is not None and self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            return {"error": "the process ended"}
        line = self._process.stdout.readline()
        return json.loads(line) if line else {"error": "the process ended"}

    def memory_mb(self) -> tuple[float, float]:
        """Return what the process holds and the most it has held, zeros where the system does not tell."""
        if self._process is None:
            return 0.0, 0.0
        try:
            status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii", errors="replace")
        except OSError:
            return 0.0, 0.0
        kept = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
        return tuple(int(kept[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))  # type: ignore[return-value]

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            assert self._process.stdin is not None and self._process.stdout is not None
            self._process.stdin.close()
            self._process.wait(timeout=30)
            self._process.stdout.close()
            self._process = None


def ourselves(scratch: Path) -> Peer:
    """Return our own engine in a process like the others."""
    return Peer("ours", [sys.executable, "-m", "tests.benchmarks.peers.ours"], Path.cwd())


def java_rosa(scratch: Path) -> Peer:
    """Return JavaRosa, out of the validator that pyxform carries."""
    import pyxform

    need("java", "javac")
    jar = Path(pyxform.__file__).parent / "validators" / "odk_validate" / "bin" / "ODK_Validate.jar"
    if not jar.is_file():
        raise PeerMissingError("the installed pyxform has no validator")
    classes = scratch / "java"
    source = HERE / "JavaRosaPeer.java"
    made = classes / "JavaRosaPeer.class"
    if not made.is_file() or made.stat().st_mtime < source.stat().st_mtime:
        run(["javac", "-cp", str(jar), "-d", str(classes), str(source)], scratch)
    return Peer(
        "javarosa", ["java", "-Duser.timezone=UTC", "-cp", f"{jar}:{classes}", "JavaRosaPeer"], scratch
    )


def web_forms(scratch: Path) -> Peer:
    """Return the engine of ODK Web Forms on node, with jsdom in place of a browser."""
    need("node", "npm")
    folder = scratch / "node"
    if not (folder / "node_modules" / "@getodk" / "xforms-engine").is_dir():
        (folder / "common").mkdir(parents=True, exist_ok=True)
        common = {"name": "@getodk/common", "version": "0.15.0"}
        (folder / "common" / "package.json").write_text(json.dumps(common), encoding="utf-8")
        (folder / "package.json").write_text(json.dumps(WEB_FORMS), encoding="utf-8")
        run(["npm", "install", "--no-audit", "--no-fund"], folder)
    return Peer("web", ["node", str(HERE / "web_forms_peer.mjs")], folder)


def rxeval(scratch: Path) -> Peer:
    """Return rxeval, in an environment of its own."""
    folder = scratch / "rxeval"
    python = folder / "bin" / "python"
    if not python.is_file():
        run([sys.executable, "-m", "venv", str(folder)], scratch)
        run([str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", RXEVAL], scratch)
    return Peer("rxeval", [str(python), str(HERE / "rxeval_peer.py")], scratch)


def need(*programs: str) -> None:
    """Check that `programs` are installed."""
    for program in programs:
        if shutil.which(program) is None:
            raise PeerMissingError(f"there is no {program} here")


def run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PeerMissingError(f"{command[0]} failed: {done.stderr.strip()[-300:]}")


def peers(scratch: Path) -> list[Peer]:
    """Return the peers that run here; those that do not are said to be NOT RUN, with the reason."""
    scratch = scratch.resolve()
    scratch.mkdir(parents=True, exist_ok=True)
    found = []
    for name, make in (("JavaRosa", java_rosa), ("Web Forms", web_forms), ("rxeval", rxeval)):
        try:
            found.append(make(scratch))
        except PeerMissingError as error:
            print(f"NOT RUN: {name}: {error}")
    return found

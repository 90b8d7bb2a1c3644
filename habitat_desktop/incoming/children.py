"""A child process that answers one request after the other, and this process's side of the pipe to it.

A child that dies or takes too long is ended, and the file of that request is blamed; the next request gets a
new one. Messages are JSON behind their length: nothing that comes back is ever run.
"""

import contextlib
import json
import os
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from habitat_desktop.incoming import errors
from habitat_desktop.incoming.container import MEGABYTE

ANSWER_LIMIT = 512 * MEGABYTE
PROCESSOR_S = 5  # that a child may take for one request
_LENGTH = struct.Struct(">Q")


def child_command(name: str) -> list[str]:
    """Return the command that starts this program as the child called `name`; it works when frozen too."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--child", name]
    return [sys.executable, "-m", "habitat_desktop", "--child", name]


def child_environment() -> dict[str, str]:
    """Let the child find this package when it runs from a checkout and another folder is the current one."""
    root = str(Path(__file__).resolve().parents[2])
    known = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": f"{root}{os.pathsep}{known}" if known else root}


def send(stream: Any, message: bytes) -> None:
    """Write one message."""
    stream.write(_LENGTH.pack(len(message)) + message)
    stream.flush()


def receive(stream: Any) -> bytes | None:
    """Return the next message; None when the other end is gone."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > ANSWER_LIMIT:
        return None
    message: bytes = stream.read(length)
    return message if len(message) == length else None


class Child:
    """One child process, started when it is first needed; `ask` may be called from any thread."""

    def __init__(self, command: Sequence[str], timeout_s: float) -> None:
        self._command = list(command)
        self._timeout_s = timeout_s
        self._process: subprocess.Popen[bytes] | None = None
        self._turn = threading.Lock()
        self._watch = _Watch()

    def start(self) -> None:
        """Start the process, so that the first request need not wait for it."""
        with self._turn:
            self._running()

    def close(self) -> None:
        """End the process."""
        self._watch.close()
        self._end()

    def ask(self, request: dict[str, Any], file: str) -> dict[str, Any]:
        """Return the answer to `request`, which is about the file called `file`.

        Raises:
            IncomingError: ReadTimeoutError or ReadCrashError; the process is gone and the next one is new.
        """
        with self._turn:
            process = self._running()
            assert process.stdin is not None and process.stdout is not None
            self._watch.begin(process, self._timeout_s)
            try:
                send(process.stdin, json.dumps(request).encode())
                answer = receive(process.stdout)
            except (OSError, ValueError):
                answer = None
            is_late = self._watch.end()
            if answer is None:
                raise self._broken(process, file, is_late)
        result: dict[str, Any] = json.loads(answer)
        return result

    def _broken(self, process: subprocess.Popen[bytes], file: str, is_late: bool) -> errors.IncomingError:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(1)
        code = process.returncode
        self._end()
        if is_late:
            return errors.ReadTimeoutError(file=file, seconds=round(self._timeout_s))
        if code == -getattr(signal, "SIGXCPU", 0):
            return errors.ReadTimeoutError(file=file, seconds=PROCESSOR_S)
        return errors.ReadCrashError(file=file)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=child_environment(),
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):  # the child is gone and took the other end with it
                    stream.close()
        process.wait()


class _Watch:
    """Ends a process that is late: one thread for all requests, for starting one takes long."""

    def __init__(self) -> None:
        self._change = threading.Condition()
        self._process: subprocess.Popen[bytes] | None = None
        self._deadline = 0.0
        self._is_late = self._is_closed = False
        self._thread: threading.Thread | None = None

    def begin(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        """Give `process` this long from now."""
        with self._change:
            self._process, self._is_late = process, False
            self._deadline = time.monotonic() + seconds
            if self._thread is None:
                self._is_closed = False
                self._thread = threading.Thread(target=self._run, daemon=True, name="reader watch")
                self._thread.start()
            self._change.notify()

    def end(self) -> bool:
        """Tell whether the process was ended for being late."""
        with self._change:
            self._process = None
            return self._is_late

    def close(self) -> None:
        """End the thread."""
        with self._change:
            thread, self._thread, self._is_closed = self._thread, None, True
            self._change.notify()
        if thread is not None:
            thread.join()

    def _run(self) -> None:
        with self._change:
            while not self._is_closed:
                left = self._deadline - time.monotonic()
                if self._process is not None and left <= 0:
                    self._is_late = True
                    self._process.kill()
                    self._process = None
                # asleep until the deadline even where the answer came: the next request moves it on
                self._change.wait(left if left > 0 else None)

"""Progress of slow work, and the way to stop it. No Qt."""

import threading
from collections.abc import Callable


class Cancelled(Exception):
    """The person asked to stop; the work left either the old state or the new one."""


class Progress:
    """Told by the work how far it is; asked by the work whether to go on."""

    def __init__(self, report: Callable[[int, int], None] | None = None) -> None:
        self._report = report
        self._cancelled = threading.Event()

    def step(self, done: int, total: int) -> None:
        """Report `done` of `total` items; raise `Cancelled` if asked to stop."""
        if self._cancelled.is_set():
            raise Cancelled
        if self._report is not None:
            self._report(done, total)

    def cancel(self) -> None:
        """Ask the work to stop at its next step; safe from any thread."""
        self._cancelled.set()

"""Slow work off the window's thread: the only module that knows about threads.

One worker does all work with the database, so there is one writer and no lock errors; what is urgent (an
answer on its way to the disk) has a lane of its own and never waits behind a long report. Both begin their
transactions with BEGIN IMMEDIATE, so there is still one writer at a time. The work is a plain function of
`Progress`; every signal of a job arrives on the window's thread.

While there is a worker, garbage is collected on the window's thread only: Python collects in whichever thread
allocates, and a widget that dies in a cycle would be destroyed on the worker, which crashes Qt.
"""

import gc
import logging
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from habitat_desktop.progress import Cancelled, Progress

_log = logging.getLogger(__name__)
_COLLECT_EVERY_MS = 1000
_REPORT_EVERY_S = 0.1  # a bar needs no more; a signal for every row would fill the event loop

_lanes: dict[bool, ThreadPoolExecutor] = {}  # by whether what runs there is urgent
_mailbox: "_Mailbox | None" = None
_running: set["Job"] = set()
_unhandled: Callable[[Exception], object] | None = None


class Job(QObject):
    """One piece of slow work. Give it a parent that outlives it, or none."""

    progressed = Signal(int, int)
    succeeded = Signal(object)
    failed = Signal(object)  # the exception
    cancelled = Signal()
    finished = Signal()  # after any of the three above

    def __init__(
        self, work: Callable[[Progress], Any], parent: QObject | None = None, *, urgent: bool = False
    ) -> None:
        super().__init__(parent)
        self._work = work
        self._urgent = urgent
        self._is_begun = False
        self._progress = Progress(self._report)
        self._reported_at = 0.0
        self._has_failure_slot = False
        self._wanted = True

    @property
    def is_awaited(self) -> bool:
        """Whether it will conclude: it was started, or whoever announced it is still there."""
        return self._is_begun or shiboken6.isValid(self)

    def announce(self) -> None:
        """Count as running from now on: `start` or `withdraw` comes in a moment."""
        _running.add(self)

    def withdraw(self) -> None:
        """Take back what was announced and has not been started."""
        if not self._is_begun:
            _running.discard(self)

    def start(self) -> "Job":
        """Put the work into the queue of the worker."""
        self._is_begun = True
        _running.add(self)
        _post_box()
        _executor(self._urgent).submit(self._work, self._progress).add_done_callback(self._finish)
        return self

    def cancel(self) -> None:
        """Ask the work to stop at its next step."""
        self._progress.cancel()

    def forget(self) -> None:
        """Ask the work to stop and deliver nothing any more: the page that asked has gone."""
        self._wanted = False
        self.cancel()

    def handles_failure(self) -> None:
        self._has_failure_slot = True

    def _report(self, done: int, total: int) -> None:  # on the worker
        now = time.monotonic()
        if done >= total or now - self._reported_at >= _REPORT_EVERY_S:
            self._reported_at = now
            _post_box().arrived.emit(lambda: self._deliver("progressed", done, total))

    def _finish(self, future: "Future[Any]") -> None:  # on the worker
        try:
            result = future.result()
        except (Cancelled, CancelledError):
            outcome: tuple[Any, ...] = ("cancelled",)
        except Exception as error:  # noqa: BLE001 - every failure must reach the window
            outcome = ("failed", error)
        else:
            outcome = ("succeeded", result)
        _post_box().arrived.emit(lambda: self._conclude(*outcome))

    def _conclude(self, outcome: str, *values: Any) -> None:
        _running.discard(self)
        self._deliver(outcome, *values)
        self._deliver("finished")
        if outcome == "failed" and not self._has_failure_slot and self._wanted:
            report_failure(values[0])

    def _deliver(self, signal: str, *values: Any) -> None:
        if self._wanted and shiboken6.isValid(self):
            getattr(self, signal).emit(*values)


def run(
    work: Callable[[Progress], Any],
    parent: QObject | None = None,
    *,
    done: Callable[[Any], object] | None = None,
    failed: Callable[[Exception], object] | None = None,
    progressed: Callable[[int, int], object] | None = None,
) -> Job:
    """Start `work` and call `done` with its result on the window's thread.

    Without `failed` an error goes to the error dialog.
    """
    job = Job(work, parent)
    if done is not None:
        job.succeeded.connect(done)
    if failed is not None:
        job.handles_failure()
        job.failed.connect(failed)
    if progressed is not None:
        job.progressed.connect(progressed)
    return job.start()


def is_idle() -> bool:
    return not any(job.is_awaited for job in _running)


def cancel_all() -> None:
    """Ask everything to stop."""
    for job in list(_running):
        job.cancel()


def shut_down(last: Callable[[], object] | None = None) -> None:
    """Cancel everything, wait for the worker, run `last` on it (close the database), and let it go.

    Called when the window closes. Afterwards a new job starts a new worker.
    """
    cancel_all()
    for job in list(_running):
        job.withdraw()
    urgent, worker = _lanes.pop(True, None), _lanes.pop(False, None)
    if urgent is not None:
        urgent.shutdown(wait=True)
    if worker is None:
        if last is not None:
            last()
        gc.enable()
        return
    closing = worker.submit(last) if last is not None else None
    worker.shutdown(wait=True)
    gc.enable()
    if closing is not None:
        closing.result()


def collect_again() -> None:
    """Let Python look for garbage by itself, as it may while there is no worker."""
    if not _lanes:
        gc.enable()


def on_unhandled_failure(handler: Callable[[Exception], object] | None) -> None:
    """Say who shows the failures that no page handles: the error dialog."""
    global _unhandled
    _unhandled = handler


def report_failure(error: Exception) -> None:
    """Hand `error` to the error dialog."""
    if _unhandled is not None:
        _unhandled(error)
    else:
        _log.error("a job failed and nobody showed it", exc_info=error)


class _Mailbox(QObject):
    """Lives on the window's thread as long as the program; what is posted here runs there."""

    arrived = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.arrived.connect(self._open, Qt.ConnectionType.QueuedConnection)
        self._broom = QTimer(self)
        self._broom.setInterval(_COLLECT_EVERY_MS)
        self._broom.timeout.connect(self._collect)
        self._broom.start()

    @Slot(object)
    def _open(self, letter: Callable[[], None]) -> None:
        letter()

    @Slot()
    def _collect(self) -> None:
        """Collect as Python itself would: the generations that are past their thresholds."""
        if gc.isenabled():
            return
        due = [
            n
            for n, (count, limit) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True))
            if count > limit
        ]
        if due:
            gc.collect(max(due))


def _post_box() -> _Mailbox:
    global _mailbox
    if _mailbox is None or not shiboken6.isValid(_mailbox):
        _mailbox = _Mailbox()
    return _mailbox


def _executor(urgent: bool) -> ThreadPoolExecutor:
    if urgent not in _lanes:
        gc.disable()
        name = "habitat-saving" if urgent else "habitat-database"
        _lanes[urgent] = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
    return _lanes[urgent]

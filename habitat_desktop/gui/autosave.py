"""The saving of every answer: a draft is put together when answers pause, and written beside other work."""

import threading
import time
from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal

from habitat_desktop.gui import jobs
from habitat_desktop.progress import Progress
from habitat_desktop.records.record import Draft
from habitat_desktop.workspace import Workspace

_WAIT_FOR_SAVE_S = 30
_BUSY_TRIES = 6  # each waits ten seconds for whoever writes just now
PAUSE_MS, LONGEST_MS = 150, 600  # what is typed is noted after 1,200 more: a crash loses 2 s at most


class Autosave(QObject):
    """Writes the newest draft on the urgent lane; those overtaken meanwhile are skipped.

    The draft is put together when answers pause for a moment: that goes through the whole form.
    """

    saving = Signal()
    saved = Signal(object)  # the instant
    failed = Signal(object)  # the exception

    def __init__(self, workspace: Workspace, make: Callable[[], Draft | None], parent: QObject) -> None:
        """`make` returns the draft as it is now, None where it must not be written any more."""
        super().__init__(parent)
        self._workspace = workspace
        self._make = make
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self.flush)
        self._noted: jobs.Job | None = None  # announced with the first change that is not yet in a draft
        self._noted_at = 0.0
        self._lock = threading.Lock()
        self._waiting: Draft | None = None
        self._idle = threading.Event()
        self._idle.set()
        self.error: Exception | None = None  # of the last try; None when everything is on the disk

    def note(self) -> None:
        """Put the draft together and write it when changes pause, after `LONGEST_MS` at the latest."""
        now = time.monotonic()
        if self._noted is None:
            self._noted, self._noted_at = self._job(), now
            self._noted.announce()
        left = LONGEST_MS - round(1000 * (now - self._noted_at))
        self._pause.start(max(min(PAUSE_MS, left), 0))
        self.saving.emit()

    def flush(self) -> None:
        """Put together now what was noted, and write it soon."""
        self._pause.stop()
        noted, self._noted = self._noted, None
        if noted is None:
            return
        noted.withdraw()
        noted.deleteLater()
        draft = self._make()
        if draft is not None:
            self.save(draft)

    def save(self, draft: Draft) -> None:
        """Write `draft` soon."""
        with self._lock:
            self._waiting = draft
            running = not self._idle.is_set()
            self._idle.clear()
        self.saving.emit()
        if not running:
            self._job().start()

    def wait(self) -> bool:
        """Wait until everything is written; False if it could not be."""
        self.flush()
        return self._idle.wait(_WAIT_FOR_SAVE_S) and self.error is None

    @property
    def is_pending(self) -> bool:
        """Whether something changed that is in no draft yet."""
        return self._noted is not None

    @property
    def is_idle(self) -> bool:
        return self._idle.is_set() and not self.is_pending

    def _job(self) -> jobs.Job:
        job = jobs.Job(self._write, self, urgent=True)
        job.succeeded.connect(self._done)
        job.handles_failure()
        job.failed.connect(self._failed)
        job.finished.connect(job.deleteLater)
        return job

    def _write(self, progress: Progress) -> datetime | None:  # on its lane; never cancelled half-way
        written: datetime | None = None
        while True:
            with self._lock:
                draft, self._waiting = self._waiting, None
                if draft is None:
                    self.error = None
                    self._idle.set()
                    return written
            try:
                _save_draft(self._workspace, draft)
            except Exception as error:
                with self._lock:
                    self.error = error
                    self._idle.set()
                raise
            written = draft.saved_at

    def _done(self, written: datetime | None) -> None:
        if written is not None and self.is_idle:
            self.saved.emit(written)

    def _failed(self, error: Exception) -> None:
        self.failed.emit(error)


def _save_draft(workspace: Workspace, draft: Draft) -> None:
    """Write `draft`, and wait for a long transaction of the other lane to end."""
    from habitat_desktop.records import repository
    from habitat_desktop.records.errors import DatabaseBusy

    for left in reversed(range(_BUSY_TRIES)):
        try:
            with workspace.begin() as session:
                repository.save_draft(session, draft)
            return
        except DatabaseBusy:
            if not left:
                raise

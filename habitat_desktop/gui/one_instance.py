"""One window for each workspace: who starts the program a second time sees the window that is open.

The lock of the system says who is first; it is gone with the process, however that ends. The socket only
carries the message, so one that a crash left behind is simply made anew by whoever holds the lock.
"""

import getpass
import hashlib
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.records.errors import DatabaseLocked, DatabaseUnavailable
from habitat_desktop.records.lock import InstanceLock

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer, QLocalSocket
    from PySide6.QtWidgets import QWidget

_TRIES, _TRY_MS = 50, 100  # the first one listens only after its first paint
_ANSWER_MS = 3_000
_MESSAGE_LIMIT = 1_000_000  # bytes
_UNDERSTOOD = b"shown\n"


class NoAnswerError(HabitatError):
    code = "WINDOW_NO_ANSWER"
    message = N_(
        "The workspace “{path}” is open in another window, but that window does not answer. Nothing was "
        "changed. Close it, or restart the computer if you cannot find it."
    )


class OnlyWindow(QObject):
    """Held by the one window of a workspace; tells when somebody starts the program again."""

    asked = Signal(list)  # list[Path]: files the second start was given

    def __init__(self, folder: Path, lock: InstanceLock | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._lock = lock
        self._server: QLocalServer | None = None

    def listen(self) -> None:
        """Begin to hear second starts; call it after the first paint."""
        from PySide6.QtNetwork import QLocalServer

        if self._lock is None or self._server is not None:
            return
        name = address(self._folder)
        QLocalServer.removeServer(name)  # what a crash left; nobody else can be alive: we hold the lock
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._hear)
        self._server.listen(name)

    def release(self) -> None:
        """Let another process open a window for this workspace."""
        if self._server is not None:
            self._server.close()
            self._server = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _hear(self) -> None:
        assert self._server is not None
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(lambda socket=socket: self._read(socket))
            socket.disconnected.connect(socket.deleteLater)
            self._read(socket)

    def _read(self, socket: "QLocalSocket") -> None:
        if socket.bytesAvailable() > _MESSAGE_LIMIT:
            socket.abort()
            return
        if not socket.canReadLine():
            return
        try:
            said = json.loads(bytes(socket.readLine().data()))
            files = [Path(str(path)) for path in said["files"]]
        except (ValueError, KeyError, TypeError):
            socket.abort()
            return
        socket.write(_UNDERSTOOD)
        socket.flush()
        socket.disconnectFromServer()
        self.asked.emit(files)


def claim(folder: Path) -> OnlyWindow | None:
    """Return what the only window of `folder` holds, or None: another process shows one already.

    A folder that cannot be written has no lock; opening the database says what is wrong there.
    """
    try:
        lock = InstanceLock(folder / "window")
    except DatabaseLocked:
        return None
    except DatabaseUnavailable:
        return OnlyWindow(folder, None)
    return OnlyWindow(folder, lock)


def call_first(folder: Path, files: Sequence[Path] = ()) -> None:
    """Ask the window that shows `folder` to come forward and take in `files`.

    Raises:
        NoAnswerError: it does not answer within some seconds.
    """
    from PySide6.QtCore import QThread
    from PySide6.QtNetwork import QLocalSocket

    _allow_others_to_come_forward()
    message = json.dumps({"files": [str(path.absolute()) for path in files]}) + "\n"
    for _try in range(_TRIES):
        socket = QLocalSocket()
        socket.connectToServer(address(folder))
        if socket.waitForConnected(_TRY_MS):
            socket.write(message.encode())
            if socket.waitForBytesWritten(_ANSWER_MS) and socket.waitForReadyRead(_ANSWER_MS):
                return
            break
        QThread.msleep(_TRY_MS)
    raise NoAnswerError(path=folder)


def address(folder: Path) -> str:
    """Return the name of the socket: one for each workspace and system account."""
    place = os.path.normcase(folder.resolve())
    said = f"{place}\0{getpass.getuser()}".encode("utf-8", "surrogatepass")
    return f"habitat-desktop-{hashlib.sha256(said).hexdigest()[:32]}"


def bring_forward(window: "QWidget") -> None:
    """Show `window` before all others."""
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()


def _allow_others_to_come_forward() -> None:
    """Hand on the right to come forward: Windows gives it only to the process the person just started."""
    if sys.platform == "win32":
        import ctypes

        any_process = -1
        ctypes.windll.user32.AllowSetForegroundWindow(any_process)

"""One instance of the program writes to a database: a file beside it, locked by the system."""

import os
import sys
from pathlib import Path
from typing import IO

from habitat_desktop.records.errors import DatabaseLocked, DatabaseUnavailable

if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        # flock, not lockf: lockf would let the same process lock twice, and lose the lock at any close
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


class InstanceLock:
    """Held until `release` or the end of the process, however it ends; the file itself stays."""

    def __init__(self, database: Path) -> None:
        """Take the lock of `database`.

        Raises:
            DatabaseLocked: somebody else holds it.
            DatabaseUnavailable: the folder cannot be written.
        """
        try:
            self._file = database.with_name(database.name + ".lock").open("ab")
        except OSError as error:
            raise DatabaseUnavailable(path=database, problem=os.strerror(error.errno or 0) + ".") from error
        try:
            _lock(self._file)
        except OSError as error:
            self._file.close()
            raise DatabaseLocked(path=database) from error

    def release(self) -> None:
        """Let others in; closing the file gives the lock back on every system."""
        self._file.close()

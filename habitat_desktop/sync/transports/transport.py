"""What every transport does, and how each of them fails."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from habitat_desktop.errors import N_, HabitatError


class TransportError(HabitatError):
    """The destination cannot be reached; what was to be sent stays waiting."""

    code = "TRANSPORT_UNREACHABLE"
    message = N_(
        "“{address}” cannot be reached: {problem}. Nothing was lost: your packages are kept and go out at "
        "the next exchange. Check the stick, the drive or the network and try again."
    )


class NameTakenError(HabitatError):
    """Packages are never overwritten, wherever they lie."""

    code = "TRANSPORT_NAME_TAKEN"
    message = N_(
        "“{address}” already holds another file called “{name}”. It was not replaced, and your package is "
        "kept. Look at that file, move it away and exchange again."
    )


@dataclass(frozen=True)
class RemoteFile:
    """A file at the destination: its name and its size in bytes."""

    name: str
    size: int


class Transport(Protocol):
    """A place packages are left at and taken from: it lists, gives and takes whole files, nothing else."""

    def list(self) -> list[RemoteFile]:
        """Return the files there, by name; those being written are left out.

        Raises:
            TransportError: the place cannot be reached.
        """

    def get(self, name: str, target: Path) -> str:
        """Copy one file to `target` whole and return its SHA-256.

        Raises:
            TransportError: as `list`, or the file is gone; nothing is left at `target` then.
        """

    def put_new(self, name: str, source: Path) -> bool:
        """Bring `source` there under `name`, seen by others only when it is whole and was read again.

        Returns False if the same file was there already.

        Raises:
            TransportError: as `list`; nothing is seen there then.
            NameTakenError: another file has that name; it is never replaced.
        """

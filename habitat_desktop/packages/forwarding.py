"""What a region passes on to headquarters: the packages of its offices, byte for byte as they came."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from habitat_desktop.packages import files
from habitat_desktop.packages.errors import ExportFolderError
from habitat_desktop.records import exchange_state
from habitat_desktop.records.outstanding import assigned
from habitat_desktop.records.peers import taken_packages
from habitat_desktop.records.ranges import Inside
from habitat_desktop.settings import HEADQUARTERS, Settings

if TYPE_CHECKING:
    from habitat_desktop.records.database import Database, Session


@dataclass(frozen=True)
class Original:
    """A package of an office as it came here: who made it, its number, its hash, where it lies."""

    sender: str
    number: int
    payload_sha256: str
    stored: Path

    @property
    def file_name(self) -> str:
        """The name its sender gave it, whatever it was called when it came."""
        return f"{self.sender}-{HEADQUARTERS}-{self.number}-{self.payload_sha256[:12]}.xlsx"


def originals(session: "Session", settings: Settings, store: Path) -> list[Original]:
    """Return the packages that came to this region and that headquarters has not said it has.

    Only those of offices that are still assigned to it; nothing where this is no region.
    """
    if settings.role != "region":
        return []
    has, mine = Inside(taken_packages(session)), assigned(session, settings.office)
    return [
        Original(entry.peer, entry.number, entry.payload_sha256, store / f"{entry.payload_sha256}.xlsx")
        for entry in reversed(exchange_state.packages(session, direction="in"))
        if entry.peer in mine and not has(entry.installation, entry.number)
    ]


def forward(database: "Database", settings: Settings, store: Path, folder: Path) -> list[Path]:
    """Copy those packages into `folder` and return the copies; one that lies there already is not touched.

    Raises:
        ExportFolderError: the folder cannot be written, or a stored package is gone.
    """
    with database.read() as session:
        found = originals(session, settings, store)
    copies = []
    for original in found:
        copy = folder / original.file_name
        try:
            if not copy.exists():
                files.write_new(copy, original.stored.read_bytes())
        except OSError as error:
            raise ExportFolderError(folder=folder, problem=files.problem(error)) from error
        copies.append(copy)
    return copies

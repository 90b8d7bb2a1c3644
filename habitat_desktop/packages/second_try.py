"""Takes a file in quarantine in once more: the cause may be gone, as when its key is trusted now."""

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from habitat_desktop.packages import quarantine
from habitat_desktop.packages.importing import Importer, ImportResult
from habitat_desktop.packages.quarantine import KeptOut
from habitat_desktop.packages.reader import Reader

if TYPE_CHECKING:
    from habitat_desktop.records.act import Actor
    from habitat_desktop.records.database import Database


def try_again(
    database: "Database", importer: Importer, reader: Reader, folder: Path, kept: KeptOut, actor: "Actor"
) -> ImportResult:
    """Import `kept` under the name it came with; what is let in leaves the list of `folder`.

    A file that is refused again stays where it is, with the reason of this time.

    Raises:
        NobodyActsError, KeyLockedError: nothing was tried.
    """
    from habitat_desktop.records import journal

    journal.require(actor, "let_in")
    with tempfile.TemporaryDirectory(prefix="habitat-again-") as temporary:
        path = Path(temporary) / Path(kept.file_name).name
        try:
            shutil.copyfile(kept.stored, path)
        except OSError:
            path.unlink(missing_ok=True)  # the importer says that it cannot be read
        result = importer.take_in(path, reader)
    if result.status not in ("quarantined", "refused"):
        quarantine.settle(database, actor, folder, kept, "let_in")
    return result

"""What an office does with files, one operation at a time, and what must hold after any failure."""

import hashlib
import random
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from habitat_desktop.records import attachments, backup, restoring, verify
from habitat_desktop.records.database import Database
from habitat_desktop.settings import read_settings, write_settings
from tests.durability.office import Fact, Officer, losses
from tests.packages.offices import Desk, enrol, open_desk

NOW = datetime(2026, 7, 20, tzinfo=UTC)
DATABASE = "records.sqlite"


def prepare(folder: Path, tell: Callable[[Fact], None]) -> None:
    """Make an office with records, a backup, and a package of headquarters to take in."""
    office = folder / "KE"
    desk, headquarters = open_desk(office, "KE"), open_desk(folder / "HQ", "HQ")
    enrol(desk, headquarters)
    officer = Officer(desk, random.Random(1), tell)
    officer.change(officer.begin(), final=True)
    headquarters.take(officer.send())
    officer.change(officer.begin(), final=True)
    (folder / "receipt.xlsx").write_bytes(headquarters.make(to="KE").path.read_bytes())
    (folder / "map.pdf").write_bytes(random.Random(1).randbytes(9000))
    desk.database.close()
    headquarters.database.close()
    write_settings(office, desk.settings)
    backup.make_backup(office / DATABASE, office / "backups", "by-hand", at=NOW)


def _desk(folder: Path) -> Desk:
    desk = open_desk(folder, "KE")
    desk.now = NOW
    return desk


def export(folder: Path) -> None:
    _desk(folder).make()


def take_in(folder: Path) -> None:
    (result,) = _desk(folder).take(folder.with_name("receipt.xlsx"))
    if result.error is not None:
        raise result.error


def back_up(folder: Path) -> None:
    backup.make_backup(folder / DATABASE, folder / "backups", "again", at=NOW)


def restore(folder: Path) -> None:
    restoring.restore_backup(backup.list_backups(folder / "backups")[-1], folder / DATABASE, at=NOW)


def settings(folder: Path) -> None:
    write_settings(folder, read_settings(folder))


def attach(folder: Path) -> None:
    desk = _desk(folder)
    with desk.database.begin() as session:
        attachments.attach(session, desk.attachments, "KE", folder.with_name("map.pdf"))


OPERATIONS = {f.__name__: f for f in (export, take_in, back_up, restore, settings, attach)}
# the command line and the window turn what the disk says while these are done into a sentence themselves
PLAIN = {"settings", "attach"}


def wrong(folder: Path, facts: list[Fact]) -> list[str]:
    """Return what does not hold in the folder of the office."""
    Database.open(folder / DATABASE).close()  # as the next start does: what was not finished is rolled back
    found = losses(folder / DATABASE, facts)
    read_settings(folder)
    for path in [*folder.glob("outgoing/*.xlsx"), *folder.glob("incoming/*.xlsx")]:
        if not zipfile.is_zipfile(path) or zipfile.ZipFile(path).testzip():
            found.append(f"half a package: {path.name}")
    found += [f"half a backup: {p.name}" for p in folder.glob("backups/*.sqlite") if verify.check_backup(p)]
    for path in folder.glob("attachments/*"):
        if path.suffix != ".part" and hashlib.sha256(path.read_bytes()).hexdigest() != path.name:
            found.append(f"half an attached file: {path.name}")
    return found

"""What is recorded: days of an office over the recording file system or of a traced process."""

import gzip
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from habitat_desktop.errors import HabitatError
from habitat_desktop.records.database import Database
from habitat_desktop.settings import Settings
from tests.durability.apsw_connection import connector
from tests.durability.disk import Disk, read_tree
from tests.durability.office import Fact, Officer, losses
from tests.durability.power_cuts import Recording, Tree
from tests.durability.recording_vfs import RecordingVfs
from tests.durability.traced import trace
from tests.durability.traced_office import RELEASED, prepare
from tests.packages.offices import Desk, enrol, open_desk

DATABASE = "records.sqlite"


@contextmanager
def recorded(folder: Path) -> Iterator[tuple[RecordingVfs, Recording]]:
    """Record what SQLite does in `folder` from now on."""
    recording = Recording({p: c for p, c in read_tree(folder).items() if p.startswith(DATABASE)}, [])
    vfs = RecordingVfs(f"recording-{folder}", folder, recording.steps)
    try:
        yield vfs, recording
    finally:
        vfs.unregister()


def record_day(folder: Path, chance: random.Random, actions: int, **pragmas: str) -> Recording:
    """Record one day: save and finalize, export, take in the receipt, and save on."""
    office = folder / "KE"
    open_desk(office, "KE").database.close()
    with recorded(office) as (vfs, recording):
        desk = open_desk(office, "KE", connector(vfs.name, **pragmas))
        headquarters = open_desk(folder / "HQ", "HQ")
        enrol(desk, headquarters)
        try:
            officer = Officer(desk, chance, lambda fact: recording.steps.append(("acknowledge", (fact,))))
            officer.work(actions)
            officer.change(officer.begin(), final=True)
            headquarters.take(officer.send())
            officer.receive(headquarters.make(to="KE").path)
            officer.work(actions)
        finally:
            desk.database.close()
            headquarters.database.close()
    return recording


def record_migration(folder: Path, **pragmas: str) -> Recording:
    """Record how an old database is brought up to date."""
    folder.mkdir(parents=True)
    (folder / DATABASE).write_bytes(gzip.decompress((RELEASED / "0001.sqlite.gz").read_bytes()))
    with recorded(folder) as (vfs, recording):
        database = Database.open(folder / DATABASE, creator=connector(vfs.name, **pragmas))
        recording.steps.append(("acknowledge", ({"records": 11},)))
        database.close()
    return recording


def record_process(folder: Path, seed: int) -> tuple[Recording, Tree]:
    """Record a real process; return with it the whole tree it left, which the steps must account for."""
    root = folder / "disk"
    prepare(root)
    before = read_tree(root)
    recording = Recording(before, trace("tests.durability.traced_office", root, str(seed)))
    disk = Disk(before)
    disk.play(recording.steps)
    assert disk.seen() == read_tree(root), "a call was missed: the recording does not lead to what is there"
    return recording, disk.seen()


def check_database(folder: Path, facts: list[Fact]) -> list[str]:
    """Open what a cut left, as the next start does, work on now and then, and look for every fact."""
    path = folder / DATABASE
    try:
        database = Database.open(path, backups=folder / "backups")
    except HabitatError as error:
        return [f"unopenable: {error.code} {error}"]
    try:
        if len(facts) % 8 == 0:
            desk = Desk(folder, Settings("office", "KE", "Kenya office", person="Amina"), database)
            Officer(desk, random.Random(0), lambda fact: None).begin()
    except HabitatError as error:
        return [f"unusable: {error.code} {error}"]
    finally:
        database.close()
    return losses(path, facts)

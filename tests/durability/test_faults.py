"""A full disk and a failing one below the database: done or not done, said so, and done when tried again."""

import gzip
import random
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from habitat_desktop.records import entry
from habitat_desktop.records.database import Database
from habitat_desktop.records.sqlite_file import Connect
from tests.durability.faults import DATABASE, Operation, try_faults
from tests.durability.office import Officer
from tests.durability.traced_office import RELEASED
from tests.packages.offices import Desk, enrol, open_desk

SEED = random.randrange(1 << 32)
MOST = 25  # faults of each kind in a usual run; `make powercut` tries every one


class Prepared:
    """A folder with a record, a draft and a package from headquarters that has not been taken in yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "KE"
        with _desk(self.folder) as desk, _desk(folder / "HQ") as headquarters:
            enrol(desk, headquarters)
            officer = Officer(desk, random.Random(1), lambda fact: None)
            self.record = officer.begin()
            officer.change(officer.begin(), final=True)
            officer.change(self.record)
            headquarters.take(officer.send())
            self.receipt = headquarters.make(to="KE").path
            officer.change(officer.begin(), final=True)

    def save(self, folder: Path, connect: Connect) -> None:
        with _desk(folder, connect) as desk:
            officer = Officer(desk, random.Random(2), lambda fact: None)
            officer.step = 1000
            officer.change(self.record)

    def finalize(self, folder: Path, connect: Connect) -> None:
        with _desk(folder, connect) as desk:
            with desk.database.read() as session:
                opened = entry.open_entry(session, desk.form, desk.settings, self.record, language="en")
            with desk.database.begin() as session:
                entry.finalize(session, opened, at=desk.tick())

    def export(self, folder: Path, connect: Connect) -> None:
        with _desk(folder, connect) as desk:
            desk.make()

    def take_in(self, folder: Path, connect: Connect) -> None:
        with _desk(folder, connect) as desk:
            (result,) = desk.take(self.receipt)
            if result.error is not None:
                raise result.error


class _desk(closing[Desk]):
    """A desk that is closed again."""

    def __init__(self, folder: Path, connect: Connect | None = None) -> None:
        self._desk = open_desk(folder, "HQ" if folder.name == "HQ" else "KE", connect)
        self._desk.now += timedelta(days=1)

    def __enter__(self) -> Desk:
        return self._desk

    def __exit__(self, *exception: object) -> None:
        self._desk.database.close()


def old_database(folder: Path) -> Path:
    """Make a folder with a database of the first version."""
    folder.mkdir()
    (folder / DATABASE).write_bytes(gzip.decompress((RELEASED / "0001.sqlite.gz").read_bytes()))
    return folder


def migrate(folder: Path, connect: Connect) -> None:
    """Open a database of the first version."""
    Database.open(folder / DATABASE, creator=connect, backups=folder / "backups").close()


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return Prepared(tmp_path_factory.mktemp("prepared"))


@pytest.mark.parametrize("full", [True, False], ids=["full", "failing"])
@pytest.mark.parametrize("name", ["save", "finalize", "export", "take_in"])
def test_the_disk_fails_while_the_office_works(
    prepared: Prepared, name: str, full: bool, tmp_path: Path
) -> None:
    operation: Operation = getattr(prepared, name)
    most = MOST if name in ("save", "finalize") else MOST // 5  # others start a process each time
    _, outcomes = try_faults(
        prepared.folder, operation, tmp_path, full=full, most=most, chance=random.Random(SEED)
    )
    assert [outcome for outcome in outcomes if outcome.wrong] == [], f"seed {SEED}"
    assert "DATABASE_FULL" in {outcome.code for outcome in outcomes} or not full


@pytest.mark.parametrize("full", [True, False], ids=["full", "failing"])
def test_the_disk_fails_while_an_old_database_is_brought_up_to_date(full: bool, tmp_path: Path) -> None:
    old = old_database(tmp_path / "old")
    _, outcomes = try_faults(old, migrate, tmp_path, full=full, most=MOST // 2, chance=random.Random(SEED))
    assert [outcome for outcome in outcomes if outcome.wrong] == [], f"seed {SEED}"

"""Import: once, in any order, whatever the clock says, on a file and a server; receipts that never lie."""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, select, text

from habitat_desktop.packages import importing
from habitat_desktop.packages.package import Package
from habitat_desktop.packages.reader import Reader
from habitat_desktop.progress import Cancelled, Progress
from habitat_desktop.records import backup, exchange_state, repository, restoring
from habitat_desktop.records.database import Database
from habitat_desktop.records.record import Revision, verify_revision
from habitat_desktop.records.trusted_keys import save_key
from tests.packages.offices import Desk, full_answers, open_desk, package_of, paper_key, revision_of, write
from tests.postgres import Server

Open = Callable[[str], Desk]
# what tells when and how something came here, not what came
_ARRIVAL = {
    "packages": {"made_at"},
    "revisions": {"package_number", "received_at"},
    "records": {"package_number"},
    "peers": {"noted_at", "ordinal"},
    "findings": {"noted_at"},
    "waiting_revisions": {"package_number", "received_at"},
    "installation": {"installation", "made_at"},
}


def _dump(database: Database, arrival: bool = True) -> dict[str, list[str]]:
    """Everything in a database, table by table; without what tells of the arrival if so asked."""
    with database.read() as session:
        metadata = MetaData()
        metadata.reflect(session.connection())
        return {
            table.name: sorted(
                repr(
                    [
                        row[c.name]
                        for c in table.columns
                        if arrival or c.name not in _ARRIVAL.get(table.name, ())
                    ]
                )
                for row in session.execute(select(table)).mappings()
            )
            for table in metadata.sorted_tables
        }


def _take(desk: Desk, reader: Reader, *paths: Path) -> list[importing.ImportResult]:
    importer = importing.Importer(
        desk.database,
        desk.settings,
        store=desk.incoming,
        quarantine=desk.quarantine,
        attachments_dir=desk.attachments,
        keyring=desk.keyring,
        forms=desk.form,
        at=desk.tick(),
    )
    return [importer.take_in(path, reader) for path in paths]


def _history(folder: Path) -> list[Path]:
    """Four packages that do not repeat each other: an edit, two at once, their merge, a withdrawal."""
    root = revision_of(1)
    record = {"record_id": root.record_id, "label": root.label}
    left = revision_of(2, full_answers("Left"), parents=(root.revision_id,), **record)
    right = revision_of(3, full_answers("Right"), parents=(root.revision_id,), **record)
    both = tuple(sorted((left.revision_id, right.revision_id)))
    merged = revision_of(4, parents=both, kind="merge", **record)
    other = revision_of(5)
    gone = revision_of(
        6, parents=(other.revision_id,), kind="withdraw", record_id=other.record_id, label=other.label
    )
    parts: list[list[Revision]] = [[root, gone], [left, right], [merged], [other]]
    return [write(folder / f"{n}.xlsx", package_of(part, number=n)) for n, part in enumerate(parts, 1)]


@pytest.fixture
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Path | str]]:
    """A new place for a database at every call: files, or databases of one server."""
    kind, opened, count = request.param, [], [0]

    def new() -> Path | str:
        count[0] += 1
        if kind == "sqlite":
            return tmp_path / f"{count[0]}.sqlite"
        server: Server = request.getfixturevalue("postgres_server")
        context = server.database()
        opened.append(context)
        return server.address(context.__enter__())

    yield new
    for context in opened:
        context.__exit__(None, None, None)


on_both = pytest.mark.parametrize("places", ["sqlite", "postgresql"], indirect=True)


@contextmanager
def _headquarters(folder: Path, place: Path | str) -> Iterator[Desk]:
    desk = open_desk(folder, "HQ", place=place)
    try:
        yield desk
    finally:
        desk.database.close()


@on_both
def test_every_order_gives_the_same_database_and_the_waiting_room_empties(
    places: Callable[[], Path | str], tmp_path: Path, reader: Reader
) -> None:
    paths, seen = _history(tmp_path), []
    orders = list(permutations(paths))
    place = places()
    chosen = random.Random(7).sample(orders, 12 if isinstance(place, Path) else 5)
    for number, order in enumerate(chosen):
        with _headquarters(tmp_path / f"hq-{number}", place) as desk:
            before: set[str] = set()
            for path in order:
                (result,) = _take(desk, reader, path)
                assert result.status in ("imported", "waiting")
                with desk.database.read() as session:
                    here = {r for (r,) in session.execute(text("SELECT revision_id FROM revisions"))}
                    # what is said to be here is here, and nothing is ever lost again
                    held = exchange_state.have(session)
                    assert sum(high - low + 1 for spans in held.values() for low, high in spans) == len(here)
                assert before <= here
                before = here
            with desk.database.read() as session:
                assert repository.count_waiting(session) == 0
                assert all(
                    verify_revision(revision)
                    for record in repository.list_records(session)
                    for revision in repository.history(session, record.record_id)
                )
                assert exchange_state.have(session) == {"laptop-1": [[1, 6]]}
                receipts = exchange_state.receipts_due(session, "KE")
                assert [(receipt.number, receipt.status) for receipt in receipts] == [
                    (n, "imported") for n in (1, 2, 3, 4)
                ]
            seen.append(_dump(desk.database, arrival=False))
        place = places()
    for dump in seen:
        assert dump == seen[0]


@on_both
def test_the_same_file_twice_leaves_every_byte_as_it_was(
    places: Callable[[], Path | str], tmp_path: Path, reader: Reader
) -> None:
    paths = _history(tmp_path)
    with _headquarters(tmp_path / "hq", places()) as desk:
        for path in paths:
            _take(desk, reader, path)
            before = _dump(desk.database)
            assert [result.status for result in _take(desk, reader, path, path)] == ["duplicate", "duplicate"]
            assert _dump(desk.database) == before


@on_both
def test_alarms_leave_nothing_behind(
    places: Callable[[], Path | str], tmp_path: Path, reader: Reader
) -> None:
    first = write(tmp_path / "first.xlsx", package_of([revision_of(1)]))
    same_number = write(tmp_path / "same.xlsx", package_of([revision_of(2)]))
    reused = revision_of(1, full_answers("Another"), record_id="another")
    twice = write(tmp_path / "twice.xlsx", package_of([revision_of(3), reused], number=2))
    huge = write(tmp_path / "huge.xlsx", package_of([revision_of(1 << 31)], number=3))
    null = write(tmp_path / "null.xlsx", package_of([revision_of(4, {"city": "a\0b"})], number=4))
    with _headquarters(tmp_path / "hq", places()) as desk:
        _take(desk, reader, first)
        before = _dump(desk.database)
        results = _take(desk, reader, same_number, twice, huge, null)
        assert [(r.status, r.code) for r in results] == [
            ("quarantined", "NUMBER_TWICE"),
            ("quarantined", "REVISION_TWICE"),
            ("quarantined", "PAYLOAD_DAMAGED"),
            ("quarantined", "PAYLOAD_DAMAGED"),
        ]
        assert _dump(desk.database) == before


@pytest.mark.parametrize("year", [1970, 2100])
def test_the_clock_changes_no_outcome(year: int, tmp_path: Path, reader: Reader) -> None:
    paths, seen = _history(tmp_path), []
    for now in (datetime(2026, 7, 9, 12, tzinfo=UTC), datetime(year, 1, 1, tzinfo=UTC)):
        with _headquarters(tmp_path / f"hq-{now.year}", tmp_path / f"{now.year}.sqlite") as desk:
            for path in paths:
                desk.now = now if path is not paths[1] else datetime(2026, 1, 1, tzinfo=UTC)
                _take(desk, reader, path)
            seen.append(_dump(desk.database, arrival=False))
    assert seen[0] == seen[1]


def test_cancelling_keeps_what_was_done_and_begins_nothing_more(desk: Open, tmp_path: Path) -> None:
    headquarters, paths = desk("HQ"), _history(tmp_path)

    class TwoOnly(Progress):
        def step(self, done: int, total: int) -> None:
            if done == 2:
                raise Cancelled

    with pytest.raises(Cancelled):
        importing.import_files(
            headquarters.database,
            headquarters.settings,
            paths,
            store=headquarters.incoming,
            quarantine=headquarters.quarantine,
            attachments_dir=headquarters.attachments,
            keyring=headquarters.keyring,
            forms=headquarters.form,
            at=headquarters.tick(),
            progress=TwoOnly(),
        )
    with headquarters.database.read() as session:
        assert {entry.number for entry in exchange_state.packages(session)} == {1, 2}
    assert [r.status for r in headquarters.take(*paths)] == ["duplicate", "duplicate", "imported", "imported"]


def test_several_workers_share_a_folder_on_a_server(postgres: str, tmp_path: Path) -> None:
    paths = []
    for n in range(1, 9):
        package = package_of([revision_of(n)], number=n)
        paths.append(write(tmp_path / f"{n}.xlsx", package))
    results: list[importing.ImportResult] = []
    failed: list[BaseException] = []

    def work(name: str) -> None:
        try:
            with _headquarters(tmp_path / name, postgres) as desk, Reader() as reader:
                desk.now = datetime(2026, 7, 9, 12, tzinfo=UTC)
                results.extend(_take(desk, reader, *paths))
        except BaseException as error:
            failed.append(error)

    workers = [threading.Thread(target=work, args=(f"worker-{n}",)) for n in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert not failed
    taken = [result for result in results if result.status == "imported"]
    assert sorted(result.number for result in taken) == list(range(1, 9))
    assert {result.status for result in results} == {"imported", "duplicate"}


# -- receipts ------------------------------------------------------------------------------------------------


def _copied(desk: Desk, folder: Path) -> Path:
    return backup.make_backup(desk.folder / "records.sqlite", folder, "test", at=desk.tick())


def _restored(desk: Desk, copy: Path) -> None:
    desk.database.close()
    restoring.restore_backup(copy, desk.folder / "records.sqlite", at=desk.tick())
    desk.database = Database.open(desk.folder / "records.sqlite")


def _numbers(desk: Desk) -> set[tuple[str, int]]:
    with desk.database.read() as session:
        rows = session.execute(text("SELECT installation, number FROM revisions")).all()
    return {(row[0], row[1]) for row in rows}


def _received(desk: Desk) -> set[tuple[str, int]]:
    with desk.database.read() as session:
        query = "SELECT installation, number FROM revisions WHERE received_at IS NOT NULL"
        return {(row[0], row[1]) for row in session.execute(text(query))}


def test_what_a_restored_headquarters_lost_is_asked_for_and_comes_again(desk: Open, tmp_path: Path) -> None:
    kenya, headquarters = desk("KE"), desk("HQ")
    kenya.finalize()
    headquarters.take(kenya.make().path)
    kenya.take(headquarters.make("KE").path)
    copy = _copied(headquarters, tmp_path / "copies")
    kenya.finalize()
    headquarters.take(kenya.make().path)
    kenya.take(headquarters.make("KE").path)
    third = kenya.finalize()
    headquarters.take(kenya.make().path)
    late = headquarters.make("KE").path  # says that all three are there, and arrives after the restore
    _restored(headquarters, copy)
    assert _received(kenya) > _numbers(headquarters)
    greeting = headquarters.make("KE").path  # nothing is owed, and still there is something to say
    (result,) = kenya.take(greeting)
    assert result.status == "imported"
    assert _received(kenya) == _numbers(headquarters)
    kenya.take(late)
    assert _received(kenya) == _numbers(headquarters)
    assert kenya.state(third.record_id) == "package"
    headquarters.take(kenya.make().path)
    kenya.take(headquarters.make("KE").path)
    assert _received(kenya) == _numbers(headquarters) == _numbers(kenya)
    assert kenya.waiting() == 0


def test_a_receipt_for_the_life_before_a_restore_is_not_believed(desk: Open, tmp_path: Path) -> None:
    kenya, headquarters = desk("KE"), desk("HQ")
    kenya.finalize()
    copy = _copied(kenya, tmp_path / "copies")
    kenya.finalize()
    headquarters.take(kenya.make().path)
    receipt = headquarters.make("KE").path
    _restored(kenya, copy)
    kenya.take(receipt)
    assert _received(kenya) <= _numbers(headquarters)
    assert kenya.waiting() == 0 or not _received(kenya)
    new = kenya.finalize()
    headquarters.take(kenya.make().path)
    kenya.take(headquarters.make("KE").path)
    assert _numbers(kenya) == _numbers(headquarters)  # what was lost by the restore came back
    assert kenya.state(new.record_id) == "received"


def test_what_one_office_says_it_has_confirms_nothing_of_another(desk: Open, tmp_path: Path) -> None:
    kenya, second, uganda, headquarters = desk("KE"), desk("KE"), desk("UG"), desk("HQ")
    kenya.finalize()
    headquarters.take(kenya.make().path)
    second.finalize()
    headquarters.take(second.make().path)
    everything = {kenya.database.installation: [[1, 99]], second.database.installation: [[1, 99]]}
    uganda.finalize()
    with uganda.database.read() as session:
        mine = exchange_state.waiting_for(session, "HQ")
    with headquarters.database.begin() as session:
        save_key(session, paper_key("UG"))
    forged: Package = package_of(mine)
    sender = replace(forged.manifest.sender, office="UG", installation=uganda.database.installation)
    forged = replace(forged, manifest=replace(forged.manifest, sender=sender), have=everything)
    with headquarters.database.begin() as session:
        save_key(session, paper_key("UG"))
    (result,) = headquarters.take(write(tmp_path / "forged.xlsx", forged))
    assert result.status == "imported"
    assert headquarters.waiting("KE") == 2  # each of the two laptops still lacks what the other made
    assert _received(kenya) == set()


def test_every_laptop_of_an_office_gets_what_it_lacks(desk: Open) -> None:
    kenya, second, headquarters = desk("KE"), desk("KE"), desk("HQ")
    for laptop in (kenya, second):
        laptop.finalize()
        headquarters.take(laptop.make().path)
    both = headquarters.make("KE").path
    for laptop in (kenya, second):
        laptop.take(both)
        assert _numbers(laptop) == _numbers(headquarters)
    kenya.finalize()
    headquarters.take(kenya.make().path)
    assert headquarters.waiting("KE") > 0  # the second one has not said yet that it has anything


def test_only_what_is_durably_here_is_receipted(desk: Open, tmp_path: Path) -> None:
    headquarters, paths = desk("HQ"), _history(tmp_path)
    headquarters.take(paths[2])

    def due() -> list[tuple[int, str, int]]:
        with headquarters.database.read() as session:
            found: list[Any] = exchange_state.receipts_due(session, "KE")
            return [(r.number, r.status, len(r.revisions)) for r in found]

    assert due() == [(3, "waiting", 0)]
    headquarters.take(paths[0], paths[1])
    assert due() == [(1, "waiting", 1), (2, "imported", 2), (3, "imported", 1)]

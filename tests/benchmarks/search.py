"""Search in 10,000 records beside a bare look through the same text: `python -m tests.benchmarks.search`."""

import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from habitat_desktop.records import repository
from habitat_desktop.records.backup import make_backup
from habitat_desktop.records.contents import preview_restore
from habitat_desktop.records.database import Database
from tests.records.making import NOW, revision

RECORDS, ANSWERS, ROUNDS = 10_000, 30, 7
TEXT = """住房 政策 社会 保障 تحسين الأحياء الفقيرة إسكان жильё реновация район réhabilitation forêt
logement vivienda mejoramiento barrio housing upgrading slum policy"""
WORDS = TEXT.split()
SEARCHES = (
    "住",
    "الاحياء",
    "жилье район",
    "rehabilitation",
    "housing slum policy",
    "nothing holds this",
    "4397",
)


def _median_ms(work: Callable[[], object]) -> float:
    times = []
    for _round in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def _fill(database: Database) -> None:
    chance = random.Random(4)
    for start in range(0, RECORDS, 1000):
        with database.begin() as session:
            repository.add_revisions(
                session,
                [
                    revision(
                        number,
                        record_id=f"r{number}",
                        answers={
                            f"q{n}": " ".join(chance.choices(WORDS, k=5))
                            if n % 3
                            else str(chance.randrange(10**7))
                            for n in range(ANSWERS)
                        },
                    )
                    for number in range(start + 1, start + 1001)
                ],
            )


def main() -> None:
    """Print milliseconds and ratios."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "records.sqlite"
        database = Database.open(path)
        _fill(database)
        size = path.stat().st_size / 1e6
        print(f"{RECORDS} records of {ANSWERS} answers, {size:.0f} MB, median of {ROUNDS}")
        with closing(sqlite3.connect(path)) as bare, database.read() as session:
            bare.execute("PRAGMA query_only = 1")
            for typed in SEARCHES:
                word = max(typed.split(), key=len)
                floor = _median_ms(
                    lambda word=word: bare.execute(
                        "SELECT count(*) FROM records WHERE instr(search, ?)", (word,)
                    ).fetchall()
                )
                ids = _median_ms(lambda typed=typed: repository.list_ids(session, text=typed))
                page = _median_ms(lambda typed=typed: repository.list_records(session, text=typed, limit=50))
                print(f"{typed:22} ids {ids:6.1f} ms ({ids / floor:.1f} x floor), page of 50 {page:6.1f} ms")
        start = time.perf_counter()
        backup = make_backup(path, Path(folder) / "backups", "daily", at=NOW)
        print(f"backup made and verified {time.perf_counter() - start:.2f} s")
        start = time.perf_counter()
        preview_restore(backup, path)
        print(f"preview of a restore {time.perf_counter() - start:.2f} s")
        database.close()


if __name__ == "__main__":
    main()

"""How fast headquarters takes packages in, and whether that stays so as the store grows.

    python -m tests.benchmarks.import_curve [--packages N] [--database sqlite|postgresql|both]

Packages of 50 records with 30 answers from 39 offices, every one unlike all others, are made outside the
measured time. Printed are packages a second and core, and the share of each step.
"""

import argparse
import cProfile
import random
import resource
import sys
import tempfile
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from pyxform.xls2xform import convert

from habitat_desktop.hq.deep_check import deep_check
from habitat_desktop.packages import importing, payload, trust
from habitat_desktop.packages.keys import Keyring
from habitat_desktop.packages.package import Manifest, Package, Sender
from habitat_desktop.packages.workbook import build_workbook, plan_sheets
from habitat_desktop.progress import Progress
from habitat_desktop.records import repository
from habitat_desktop.records.database import Database
from habitat_desktop.records.record import Heading, Revision
from habitat_desktop.records.trusted_keys import save_key
from habitat_desktop.settings import Settings
from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.xform import parse_xform
from tests.packages.offices import PAPER_KEY_ID, paper_key, paper_seal

OFFICES = 39
RECORDS, ANSWERS = 50, 30
CHECKED = 1000  # records
BATCH = 250  # packages made, then taken in
WORDS = [
    "water",
    "street",
    "roof",
    "land",
    "tenure",
    "market",
    "school",
    "river",
    "مياه",
    "улица",
    "水",
    "vivienda",
    "logement",
    "district",
]


@cache
def form() -> Form:
    """A form of 30 questions: texts, whole numbers, decimals, dates and choices."""
    kinds = ("text", "integer", "decimal", "date", "select_one yn")
    rows = [f"| | {kinds[n % 5]} | q{n:02} | Question {n} |" for n in range(ANSWERS)]
    head = ("| survey | | | |", "| | type | name | label |")
    tail = (
        "| choices | | | |",
        "| | list_name | name | label |",
        "| | yn | yes | Yes |",
        "| | yn | no | No |",
        "| settings | | | |",
        "| | form_title | form_id | version |",
        "| | Curve | curve | 1 |",
    )
    text = "\n".join((*head, *rows, *tail))
    return parse_xform(convert(text).xform.encode(), path=Path("curve.xlsx"))


def find_form(form_id: str, version: str | None = None, /) -> Form:
    """Know this one form."""
    if form_id != "curve":
        raise KeyError(form_id)
    return form()


def _answers(chance: random.Random) -> dict[str, Any]:
    makers: tuple[Callable[[], str], ...] = (
        lambda: " ".join(chance.choices(WORDS, k=5)),
        lambda: str(chance.randrange(1_000_000)),
        lambda: f"{chance.randrange(100)}.{chance.randrange(1, 9)}",
        lambda: f"20{chance.randrange(10, 27)}-0{chance.randrange(1, 9)}-1{chance.randrange(9)}",
        lambda: chance.choice(("yes", "no")),
    )
    return {f"q{n:02}": makers[n % 5]() for n in range(ANSWERS)}


@dataclass
class Offices:
    """Offices that send one package after the other, in turn."""

    seed: int = 1
    sent: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)
        self._turn = 0

    def package(self) -> Package:
        """Return the next package; its revisions are all new."""
        which = self._turn % OFFICES
        self._turn += 1
        self.sent[which] += 1
        number = self.sent[which]
        office, life = f"O{which:02}", str(uuid.UUID(int=which + 1))
        revisions = [self._revision(office, life, (number - 1) * RECORDS + n + 1) for n in range(RECORDS)]
        plan = plan_sheets(revisions, find_form, "en")
        sender = Sender(office, life, f"Office {office}", "office")
        at = "2026-07-09T12:00:00.000000Z"
        return Package(
            Manifest(sender, "HQ", number, at, "Amina", "en", "0", PAPER_KEY_ID),
            {life: [[1, number * RECORDS]]},
            (),
            tuple(revisions),
            (),
            plan.layouts,
            plan.words,
            plan.explanations,
        )

    def _revision(self, office: str, life: str, number: int) -> Revision:
        record = str(uuid.UUID(int=self._chance.getrandbits(128)))
        return Revision(
            record_id=record,
            office=office,
            label=f"{office}-7F3K-{number:04}",
            installation=life,
            number=number,
            parents=(),
            heading=Heading("curve", "1", form().hash, "KEN", "2026-H1", f"City {number}"),
            kind="edit",
            reason="",
            author="Amina",
            language="en",
            answers=_answers(self._chance),
            authors={f"/data/q{n:02}": "Amina" for n in range(ANSWERS)},
            justifications={},
            made_at="2026-07-08T10:00:00.000000Z",
            instance_id=f"uuid:{record}",
            deprecated_id="",
        )

    def files(self, folder: Path, count: int) -> list[Path]:
        """Write the next `count` packages."""
        paths = []
        for _ in range(count):
            package = self.package()
            manifest = package.manifest
            path = folder / f"{manifest.sender.office}-HQ-{manifest.number}.xlsx"
            content = payload.encode(package)
            seal = paper_seal(content)
            path.write_bytes(build_workbook(package, content, {}, find_form, Progress(), seal))
            paths.append(path)
        return paths


# -- what takes how long -----------------------------------------------------------------------------------


class Shares:
    """Seconds spent in each step; what is inside another step counts only once."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._inside: list[str] = []

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Measure the steps of taking packages in while the block lasts."""
        steps: tuple[tuple[Any, str, str], ...] = (
            (payload, "from_cells", "payload: unpack, verify"),
            (payload, "decode", "payload: decode"),
            (trust, "check_signature", "check the signature"),
            (importing, "compare", "compare with the sheets"),
            (importing.Importer, "_keep_bytes", "keep the file"),
            (importing.Importer, "_add", "store"),
        )
        kept = [(owner, name, getattr(owner, name)) for owner, name, _ in steps]
        for owner, name, label in steps:
            setattr(owner, name, self._timed(getattr(owner, name), label))
        try:
            yield
        finally:
            for owner, name, work in kept:
                setattr(owner, name, work)

    def _timed(self, work: Callable[..., Any], label: str) -> Callable[..., Any]:
        def timed(*args: Any, **named: Any) -> Any:
            start = time.thread_time()
            try:
                return work(*args, **named)
            finally:
                self.seconds[label] += time.thread_time() - start

        return timed


def _children_s() -> float:
    """Return the processor time of children that have ended: those of an import end with it."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def curve(folder: Path, packages: int, database: Path | str, steps: int = 10) -> None:
    """Take packages in and print one line for each tenth of them, then the shares."""
    hq = Database.open(database)
    settings = Settings("headquarters", "HQ", "Headquarters", person="Amina")
    with hq.begin() as session:
        for which in range(OFFICES):
            save_key(session, paper_key(f"O{which:02}"))
    offices, shares = Offices(), Shares()
    with hq.begin() as session:
        for which in range(OFFICES):
            save_key(session, paper_key(f"O{which:02}"))
    for name in ("in", "store", "quarantine", "attachments"):
        (folder / name).mkdir(parents=True)
    done, wall_s, cpu_s, line_at = 0, 0.0, 0.0, max(packages // steps, 1)
    line, children_s = [0, 0.0, 0.0], 0.0
    print(f"{'packages':>9} {'a second':>9} {'CPU ms':>8}  ({RECORDS} records x {ANSWERS} answers)")
    while done < packages:
        paths = offices.files(folder / "in", min(BATCH, packages - done))
        start, start_cpu, start_children = time.perf_counter(), time.process_time(), _children_s()
        with shares.measured():
            results = importing.import_files(
                hq,
                settings,
                paths,
                store=folder / "store",
                quarantine=folder / "quarantine",
                attachments_dir=folder / "attachments",
                keyring=Keyring(folder / "keys"),
                forms=find_form,
                at=datetime.now(UTC),
            )
        taken, own = time.perf_counter() - start, time.process_time() - start_cpu
        children_s += _children_s() - start_children
        taken_cpu = own + _children_s() - start_children
        assert all(r.status == "imported" and r.new_revisions == RECORDS for r in results), results[0]
        for path in (*paths, *(folder / "store").iterdir()):
            path.unlink()
        done, wall_s, cpu_s = done + len(paths), wall_s + taken, cpu_s + taken_cpu
        line = [line[0] + len(paths), line[1] + taken, line[2] + taken_cpu]
        if line[0] >= line_at:
            print(f"{done:9,} {line[0] / line[1]:9.1f} {line[2] / line[0] * 1000:8.2f}", flush=True)
            line = [0, 0.0, 0.0]
    _print_deep_check(hq, settings)
    hq.close()
    print(f"all: {done / cpu_s:.0f} packages a second of one core's time, {done / wall_s:.0f} by the clock")
    rest = cpu_s - sum(shares.seconds.values())
    named = shares.seconds.items()
    reading = ("gate and reading, in children", children_s)
    for label, seconds in [reading, *named, ("commit, syncs and the rest", rest - children_s)]:
        print(f"  {label:36} {seconds / done * 1000:7.2f} ms {seconds / cpu_s:5.0%}")


def _print_deep_check(hq: Database, settings: Settings) -> None:
    """Ask the rules of the form of some of the records, apart from taking them in."""
    with hq.read() as session:
        ids = repository.list_ids(session, order="label")[:CHECKED]
        start = time.process_time()
        problems = list(deep_check(session, settings, find_form, records=ids))
        used = time.process_time() - start
    assert not problems, problems[0]
    print(f"deep check against the form: {len(ids) / used:.0f} records a second of one core's time")


def main(argv: list[str] | None = None) -> int:
    """Run the curve on SQLite, or on a throw-away PostgreSQL, or on both."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--packages", type=int, default=1000)
    options.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    options.add_argument("--profile", type=Path)
    chosen = options.parse_args(argv)
    profiler = cProfile.Profile() if chosen.profile else None
    if profiler:
        profiler.enable()
    if chosen.database in ("sqlite", "both"):
        print("SQLite")
        with tempfile.TemporaryDirectory() as folder:
            curve(Path(folder), chosen.packages, Path(folder) / "records.sqlite")
    if chosen.database in ("postgresql", "both"):
        from tests import postgres

        print("PostgreSQL")
        with (
            tempfile.TemporaryDirectory() as folder,
            postgres.running() as server,
            server.database() as name,
        ):
            curve(Path(folder), chosen.packages, server.address(name))
    if profiler:
        profiler.disable()
        profiler.dump_stats(chosen.profile)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Figures of the form engine alone: a thousand questions, long lists, repeats that grow, the cache.

Every time is given twice: on the clock and of this process alone, which is the one to trust on a
machine that others use.
"""

import gc
import math
import os
import random
import statistics
import tempfile
import time
import tracemalloc
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from habitat_desktop.errors import HabitatError
from habitat_desktop.resources import data_dir
from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.engine import Environment, FormInstance
from habitat_desktop.xforms.library import load_form, load_text
from tests.benchmarks import bench_forms

GROWTH = (10, 30, 100, 300, 1000, 3000)
LOADS = 11
CHANGES = 300


def environment() -> Environment:
    """Return an environment that gives the same on every run."""
    return Environment(
        now=lambda: datetime(2026, 1, 15, 10, 0, tzinfo=UTC),
        uuid=lambda: str(uuid.UUID(int=1)),
        random=random.Random(1),
        timezone=UTC,
    )


class Figures:
    """Times of one piece of work, in milliseconds: on the clock and of this process alone."""

    def __init__(self) -> None:
        self.wall: list[float] = []
        self.cpu: list[float] = []

    def run(self, work: Callable[[], object], inner: int = 1) -> None:
        """Do `work` `inner` times and note what one of them took."""
        cpu, wall = time.process_time(), time.perf_counter()
        for _ in range(inner):
            work()
        self.wall.append((time.perf_counter() - wall) * 1000 / inner)
        self.cpu.append((time.process_time() - cpu) * 1000 / inner)

    @property
    def cpu_ms(self) -> float:
        """The median of this process alone."""
        return statistics.median(self.cpu)

    @property
    def wall_ms(self) -> float:
        """The median on the clock."""
        return statistics.median(self.wall)

    def __str__(self) -> str:
        return f"{self.cpu_ms:9.3f} ms CPU {self.wall_ms:9.3f} ms wall (worst {max(self.wall):.3f})"


def measured(work: Callable[[], object], times: int, inner: int = 1) -> Figures:
    """Return the figures of `times` runs of `work`, garbage collected before and not between."""
    figures = Figures()
    gc.collect()
    for _ in range(times):
        figures.run(work, inner)
    return figures


def opened(text: str, folder: Path = Path()) -> FormInstance:
    """Return a form started from its XForm text."""
    return FormInstance(load_text(text, folder), environment())


def thousand_questions() -> dict[str, Figures]:
    """Return the figures of the thousand-question form, by what was done."""
    text = bench_forms.thousand_questions()
    opened(text)
    found = {"load, text to ready": measured(lambda: opened(text), LOADS)}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        path = folder / "bench.xml"
        path.write_text(text, encoding="utf-8")
        load_form(path, foreign=True, cache=folder / "cache")
        found["second opening, cached"] = measured(
            lambda: FormInstance(load_form(path, foreign=True, cache=folder / "cache"), environment()), LOADS
        )
    form = load_text(text, Path())
    found["another record of it"] = measured(lambda: FormInstance(form, environment()), LOADS)
    instance = FormInstance(form, environment())
    found.update(answering(instance))
    fill(instance)
    found["serialise"] = measured(instance.submission_xml, LOADS)
    found["state of all nodes"] = measured(lambda: list(instance.states()), LOADS)
    return found


def answering(instance: FormInstance) -> dict[str, Figures]:
    """Return the figures of ordinary answers and of the one that everything depends on."""
    instance.answer("/data/q_000", "1")
    found = {}
    for name in ("q_005", "q_490"):
        values = (str(2 + number % 7) for number in range(CHANGES + 1))
        found[f"answer {name}"] = measured(
            lambda name=name, values=values: instance.answer(f"/data/{name}", next(values)), CHANGES
        )
    fill(instance)
    toggle = (str(number % 2) for number in range(101))
    found["answer q_000"] = measured(lambda: instance.answer("/data/q_000", next(toggle)), 100)
    return found


def fill(instance: FormInstance) -> None:
    """Answer every question, so that the first one takes all others with it, and all calculates."""
    instance.answer("/data/q_000", "1")
    for number in range(1, 500):
        instance.answer(f"/data/q_{number:03d}", str(number))


def memory_mb() -> float:
    """Return what Python holds for the loaded thousand-question form, in MB."""
    text = bench_forms.thousand_questions()
    opened(text)
    tracemalloc.start()
    kept = opened(text)
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return held / 1e6 if kept else 0.0


def print_thousand_questions() -> None:
    """Print the figures of the thousand-question form."""
    print("form of 1,000 questions")
    for name, figures in thousand_questions().items():
        print(f"  {name:26}{figures}")
    instance = opened(bench_forms.thousand_questions())
    fill(instance)
    before = instance.rules_run
    instance.answer("/data/q_000", "0")
    print(f"  the answer to q_000 runs {instance.rules_run - before} rules again")
    print(f"  {'memory of one':26}{memory_mb():9.1f} MB")


def first_lists(form: Callable[[], Form]) -> tuple[Figures, Figures]:
    """Return the figures of the first list shown and of each change of the answer it depends on."""
    first, change = Figures(), Figures()
    gc.collect()
    for _ in range(7):
        instance = FormInstance(form(), environment())
        instance.answer("/data/district", "d001")
        first.run(lambda instance=instance: instance.state("/data/village").choices)
    for number in range(100):

        def show(number: int = number) -> None:
            instance.answer("/data/district", f"d{number:03d}")
            shown = instance.state("/data/village").choices
            if len(shown) != 100:
                raise AssertionError(shown)

        change.run(show)
    return first, change


def print_lists() -> None:
    """Print the figures of a list of 10,000 rows, inside the form and as a file beside it."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "villages.csv").write_text(bench_forms.list_csv(), encoding="utf-8")
        for inline in (True, False):
            text = bench_forms.long_list(inline)
            load = measured(lambda text=text: opened(text, folder), 5)
            first, change = first_lists(lambda text=text: load_text(text, folder))
            print(f"choice list of 10,000, {'inside the form' if inline else 'CSV beside it'}")
            print(f"  {'load':26}{load}\n  {'first list':26}{first}\n  {'each change':26}{change}")


def repeat_growth(count: int) -> dict[str, Figures]:
    """Return the figures of a repeat that has `count` instances."""
    form = load_text(bench_forms.growing_repeat(), Path())
    instance = FormInstance(form, environment())
    row = "/data/row"
    while len(instance.instances(row)) < count:
        instance.add(row)
    for number in range(1, count + 1):
        instance.answer(f"{row}[{number}]/n_00", str(number))
    answers = instance.answers(relevant_only=False)
    values = (str(number) for number in range(10_000))
    found = {}
    middle = f"{row}[{max(1, count // 2)}]/n_01"
    found["answer inside"] = measured(lambda: instance.answer(middle, next(values)), 30)
    found["add"] = measured(lambda: instance.add(row), 10)
    found["remove the last"] = measured(lambda: instance.remove(f"{row}[{len(instance.instances(row))}]"), 10)
    removals = min(5, count // 2)
    found["remove the first"] = measured(lambda: instance.remove(f"{row}[1]"), removals)
    few = 3 if count >= 1000 else 7
    found["load with answers"] = measured(lambda: FormInstance(form, environment(), answers), few)
    found["state of all nodes"] = measured(lambda: list(instance.states()), few)
    found["serialise"] = measured(instance.submission_xml, few)
    return found


def exponent(sizes: tuple[int, ...], times: list[float]) -> float:
    """Return the power of the size that the times grow with: the slope of a line through the logarithms."""
    logs = [(math.log(size), math.log(max(took, 1e-6))) for size, took in zip(sizes, times, strict=True)]
    mean_x = statistics.fmean(x for x, _ in logs)
    mean_y = statistics.fmean(y for _, y in logs)
    return sum((x - mean_x) * (y - mean_y) for x, y in logs) / sum((x - mean_x) ** 2 for x, _ in logs)


def print_repeats() -> None:
    """Print how the cost of a repeat of twenty questions grows with its instances, and the power of it."""
    print("repeat of 20 questions with a sum over it, ms CPU by number of instances")
    curves = {count: repeat_growth(count) for count in GROWTH}
    print(f"  {'':20}" + "".join(f"{count:>10,}" for count in GROWTH) + "   grows with n to the")
    for name in curves[GROWTH[0]]:
        times = [curves[count][name].cpu_ms for count in GROWTH]
        line = "".join(f"{took:10.3f}" for took in times)
        tail = exponent(GROWTH[2:], times[2:])
        print(f"  {name:20}{line}   {exponent(GROWTH, times):.2f} (from 100 on {tail:.2f})")


def workbooks() -> list[tuple[Path, bool]]:
    """Return every XLSForm there is: the shipped ones and, where the folder is, the conformance ones."""
    found = [(path, False) for path in sorted(data_dir("forms").glob("*.xlsx"))]
    shared = os.environ.get("HABITAT_SHARED")
    if shared:
        forms = Path(shared) / "conformance" / "forms"
        found += [(path, True) for path in sorted(forms.rglob("*.xls*")) if path.suffix in (".xls", ".xlsx")]
    return found


def print_second_openings() -> None:
    """Print how long the second opening of every XLSForm takes, the slowest ones by name."""
    times, refused = [], 0
    with tempfile.TemporaryDirectory() as temporary:
        cache = Path(temporary)
        for path, foreign in workbooks():
            try:
                load_form(path, foreign=foreign, cache=cache)
            except HabitatError:
                refused += 1
                continue
            figures = measured(
                lambda path=path, foreign=foreign: load_form(path, foreign=foreign, cache=cache), 3
            )
            times.append((figures.cpu_ms, figures.wall_ms, path.name))
    times.sort(reverse=True)
    print(f"second opening of {len(times)} XLSForms ({refused} refused), from the cache")
    for cpu, wall, name in times[:5]:
        print(f"  {name:40}{cpu:9.2f} ms CPU {wall:9.2f} ms wall")
    print(f"  {'median':40}{statistics.median(row[0] for row in times):9.2f} ms CPU")


def print_engine() -> None:
    """Print all figures of the engine."""
    print_thousand_questions()
    print_lists()
    print_repeats()
    print_second_openings()

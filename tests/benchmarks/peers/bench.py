"""One table: our engine and the peers on the same forms, in one run, each in a process of its own."""

import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.benchmarks import bench_forms
from tests.benchmarks.peers.processes import Peer

# how often each engine does what: the slow ones less, the one that compiles while it runs more
LOADS = {"ours": 15, "javarosa": 60, "web": 4, "rxeval": 15}
ANSWERS = {"ours": 420, "javarosa": 2100, "web": 28, "rxeval": 42}  # times seven: all end with the same
TURNS = 6
SIZES = {"ours": (10, 100, 300, 1000), "javarosa": (10, 100, 300, 1000), "web": (10, 100), "rxeval": ()}
TITLES = {
    "ours": "ours",
    "javarosa": "JavaRosa",
    "web": "Web Forms (jsdom, not a browser)",
    "rxeval": "rxeval",
}
# what the chains add up to in the end: questions 5 and 490 have got an 8 by then
TOTAL = 1 + sum(range(1, 500)) - 5 - 490 + 8 + 8

Measure = Callable[[Peer], dict[str, tuple[float, float]]]


def warm(times: list[list[float]]) -> tuple[float, float]:
    """Return the medians (CPU, clock) of the second half of `times`."""
    later = times[len(times) // 2 :]
    return statistics.median(row[0] for row in later), statistics.median(row[1] for row in later)


def asked(peer: Peer, **request: Any) -> dict[str, Any]:
    """Return the answer of a bench request; what an engine cannot do is said and gives no figures."""
    found = peer.ask(do="bench", **request)
    if "error" in found:
        print(f"NOT RUN: {TITLES[peer.name]}: {found['error'][:300]}")
        return {}
    return found


def thousand_questions(peer: Peer) -> dict[str, tuple[float, float]]:
    """Return the figures of the thousand-question form."""
    times = ANSWERS[peer.name]
    answers = [["set", "/data/q_000", "1"]]
    answers += [["set", f"/data/q_{number:03d}", str(number)] for number in range(1, 500)]
    few = [str(2 + number % 7) for number in range(7)]
    found = asked(
        peer,
        xml=bench_forms.thousand_questions(),
        loads=LOADS[peer.name],
        before=answers,
        work=[
            {"name": "answer q_005", "what": "set", "ref": "/data/q_005", "values": few, "times": times},
            {"name": "answer q_490", "what": "set", "ref": "/data/q_490", "values": few, "times": times},
            {
                "name": "answer q_000, 999 rules",
                "what": "set",
                "ref": "/data/q_000",
                "values": ["0", "1"],
                "times": max(6, times // 10) // 2 * 2,
            },
            {"name": "serialise", "what": "serialise", "times": max(10, times // 10)},
        ],
    )
    if not found:
        return {}
    if found["total"] is None or float(found["total"][0] or 0) != TOTAL:
        print(f"WRONG: {TITLES[peer.name]}: the total is {found['total']}, not {TOTAL}")
    return {
        "load, the first": tuple(found["load"][0]),
        "load, warm": warm(found["load"]),
        **{name: warm(found[name]) for name in found if name.startswith(("answer", "serialise"))},
    }


def long_list(inline: bool, scratch: Path) -> Measure:
    """Return what measures a list of 10,000, inside the form or beside it."""
    scratch.mkdir(parents=True, exist_ok=True)
    (scratch / "villages.csv").write_text(bench_forms.list_csv(), encoding="utf-8")

    def measure(peer: Peer) -> dict[str, tuple[float, float]]:
        if peer.name == "rxeval" and not inline:
            return {}
        found = asked(
            peer,
            xml=bench_forms.long_list(inline),
            folder=str(scratch.resolve()),
            loads=6,
            before=[],
            work=[
                {
                    "name": "list",
                    "what": "list",
                    "ref": "/data/district",
                    "shown": "/data/village",
                    "values": [f"d{number:03d}" for number in range(100)],
                    "times": 100 if peer.name != "web" else 30,
                }
            ],
        )
        where = "inline" if inline else "CSV"
        if not found:
            return {}
        return {
            f"10,000 choices {where}: load": warm(found["load"]),
            f"10,000 choices {where}: first list": tuple(found["list"][0]),
            f"10,000 choices {where}: each change": warm(found["list"]),
        }

    return measure


def repeats(peer: Peer) -> dict[str, tuple[float, float]]:
    """Return the figures of adding and answering in a repeat that has many instances."""
    found = {}
    for size in SIZES[peer.name]:
        answered = asked(
            peer,
            xml=bench_forms.growing_repeat(),
            loads=1,
            before=[["add", "/data/row"]] * (size - 1),
            work=[
                {"name": "add", "what": "add", "ref": "/data/row", "times": 10},
                {
                    "name": "answer",
                    "what": "set",
                    "ref": f"/data/row[{size // 2}]/n_00",
                    "values": ["1", "2", "3"],
                    "times": 30,
                },
            ],
        )
        if answered:
            found[f"repeat of {size:,}: add"] = warm(answered["add"])
            found[f"repeat of {size:,}: answer"] = warm(answered["answer"])
    return found


def memory(peer: Peer) -> tuple[float, float, float]:
    """Return what the loaded thousand-question form adds to a process that has run a small form, the whole
    process then, and the most it held, in MB."""
    peer.close()
    peer.ask(do="play", xml=bench_forms.growing_repeat(2), steps=[])
    before, _ = peer.memory_mb()
    peer.ask(do="play", xml=bench_forms.thousand_questions(), steps=[])
    after, most = peer.memory_mb()
    peer.close()
    return after - before, after, most


def table(engines: list[Peer], measures: list[Measure]) -> dict[str, dict[str, tuple[float, float]]]:
    """Return the figures by what was done and engine."""
    rows: dict[str, dict[str, tuple[float, float]]] = {}
    for measure in measures:
        for peer in engines:
            for name, figures in measure(peer).items():
                rows.setdefault(name, {})[peer.name] = figures
                print(f"{TITLES[peer.name]}: {name}: {figures[0]:.3f} ms CPU", file=sys.stderr)
            peer.close()
    return rows


def loads_in_turns(engines: list[Peer]) -> dict[str, tuple[float, float]]:
    """Return CPU and clock of loading the thousand-question form, the engines taking turns.

    A shared machine has slow minutes: engines measured one after the other may each have met another.
    """
    xml = bench_forms.thousand_questions()
    for peer in engines:
        asked(peer, xml=xml, loads=LOADS[peer.name], before=[], work=[])  # the compilers warm up
    times: dict[str, list[list[float]]] = {peer.name: [] for peer in engines}
    for _ in range(TURNS):
        for peer in engines:
            few = min(6, LOADS[peer.name])
            times[peer.name] += asked(peer, xml=xml, loads=few, before=[], work=[]).get("load", [])
    for peer in engines:
        peer.close()
    return {
        name: (statistics.median(row[0] for row in rows), statistics.median(row[1] for row in rows))
        for name, rows in times.items()
        if rows
    }


def print_table(rows: dict[str, dict[str, tuple[float, float]]], engines: list[Peer]) -> None:
    """Print CPU and clock of every engine and how many times our CPU time it takes."""
    print(f"{'ms CPU / ms on the clock (x ours)':38}" + "".join(f"{TITLES[one.name]:>34}" for one in engines))
    for name, figures in rows.items():
        ours = figures.get("ours", (0.0, 0.0))
        cells = []
        for peer in engines:
            known = figures.get(peer.name)
            if known is None:
                cells.append(f"{'not run':>34}")
                continue
            ratio = f" ({known[0] / ours[0]:.1f} x)" if peer.name != "ours" and ours[0] else ""
            cells.append(f"{f'{known[0]:.3f} / {known[1]:.3f}{ratio}':>34}")
        print(f"{name:38}" + "".join(cells))


def run(engines: list[Peer], scratch: Path) -> None:
    """Measure and print everything."""
    measures = [thousand_questions, long_list(True, scratch), long_list(False, scratch), repeats]
    rows = {"load, warm, in turns": loads_in_turns(engines)}
    print_table(rows | table(engines, measures), engines)
    print("memory in MB: the form of 1,000 questions adds / the process then / the most it held")
    for peer in engines:
        added, whole, most = memory(peer)
        print(f"  {TITLES[peer.name]:34}{added:8.1f} {whole:8.1f} {most:8.1f}")

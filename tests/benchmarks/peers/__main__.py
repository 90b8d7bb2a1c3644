"""Run our engine beside the peers: `make peers`, or `python -m tests.benchmarks.peers --help`."""

import argparse
import json
import sys
import time
from pathlib import Path

from tests.benchmarks.peers import bench, differential, real_forms
from tests.benchmarks.peers.processes import ourselves, peers


def arguments() -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.peers", description=__doc__)
    parser.add_argument("what", nargs="*", metavar="bench|differential", help="default: both")
    parser.add_argument("--scratch", type=Path, default=Path("build/peers"), help="where peers are set up")
    parser.add_argument("--seed", type=int, default=1, help="number of the first generated form")
    parser.add_argument("--forms", type=int, default=300, help="how many forms to generate")
    parser.add_argument("--real", type=int, default=2, help="how often to answer each real form")
    parser.add_argument("--minutes", type=float, default=60, help="start no further form after this time")
    parser.add_argument("--examples", type=int, default=2, help="how many of each kind to print")
    parser.add_argument("--json", type=Path, help="write every disagreement to this file")
    return parser.parse_args()


def compare(asked: argparse.Namespace) -> None:
    """Print where the engines disagree."""
    engines = peers(asked.scratch)
    work = differential.Differential(engines, asked.scratch)
    end = time.monotonic() + asked.minutes * 60
    for seed in range(asked.seed, asked.seed + asked.forms):
        if time.monotonic() < end:
            work.generated(seed)
    for name, xml, folder in real_forms.forms() if asked.real else ():
        for round_ in range(asked.real):
            if time.monotonic() < end:
                work.real(name, xml, folder, asked.seed + round_, 25)
    print("\n".join(differential.report(work.tally, asked.examples)))
    if asked.json is not None:
        text = json.dumps(differential.as_json(work.tally), indent=1, ensure_ascii=False)
        asked.json.write_text(text, encoding="utf-8")
    for engine in engines:
        engine.close()


def main() -> int:
    """Do what was asked."""
    asked = arguments()
    if "bench" in asked.what or not asked.what:
        bench.run([ourselves(asked.scratch), *peers(asked.scratch)], asked.scratch)
    if "differential" in asked.what or not asked.what:
        compare(asked)
    return 0


if __name__ == "__main__":
    sys.exit(main())

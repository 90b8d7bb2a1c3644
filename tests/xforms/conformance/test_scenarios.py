"""Every recorded scenario, replayed: what its test read and, as a second opinion, all it saw of a node."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.xforms.conformance.material import case_id, folder, judge, packed
from tests.xforms.conformance.scenario import Finding, Replay, needs_what_is_not_given

_POSITION = re.compile(r"\[\d+\]")


def test_recorded_scenarios_read_the_same_on_our_engine() -> None:
    traces = packed("scenarios", "scenario_traces.json.gz")
    failed: dict[str, str] = {}
    cases: set[str] = set()
    counts: Counter[str] = Counter()
    for trace, finding in _findings(traces, counts):
        what = _POSITION.sub("", finding.what)
        case = case_id(trace["test"], trace["id"], finding.kind, what)
        cases.add(case)
        counts["reads" if finding.kind == "read" else "seen"] += 1
        if not finding.agrees:
            counts["reads that differ" if finding.kind == "read" else "seen that differ"] += 1
            told = (
                f"{finding.kind} of {what} after {finding.when}: {finding.expected!r} became {finding.got!r}"
            )
            failed.setdefault(case, f"{trace['test']} | {told}"[:600])
    print(
        f"{counts['run']} of {len(traces)} scenarios run, "
        f"{counts['not given']} need a list that is not given; "
        f"{counts['reads']} reads, {counts['reads that differ']} differ; "
        f"{counts['seen']} properties seen, {counts['seen that differ']} differ"
    )
    judge("scenarios", failed, cases - failed.keys())


def _findings(traces: list[dict[str, Any]], counts: Counter[str]) -> Iterator[tuple[dict[str, Any], Finding]]:
    forms = {path.name: path.parent for path in (folder("scenarios") / "forms").rglob("*")}
    before: Replay | None = None
    for trace in traces:
        if needs_what_is_not_given(trace):
            counts["not given"] += 1
            continue
        if before is not None and before.trace["test"] != trace["test"]:
            before = None
        before = Replay(trace, forms, before)
        counts["run"] += 1
        for finding in before.findings():
            yield trace, finding

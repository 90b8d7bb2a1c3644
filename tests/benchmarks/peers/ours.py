"""Our own engine, played and measured the way the peers are; as a program it is one more process to ask."""

import json
import random
import sys
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from habitat_desktop.errors import HabitatError
from habitat_desktop.xforms.engine import Environment, FormInstance
from habitat_desktop.xforms.library import load_text

Step = Sequence[str]


def environment() -> Environment:
    """Return the environment of all comparisons: UTC, and the clock of this computer as the peers have it."""
    return Environment(
        now=lambda: datetime.now(UTC),
        uuid=lambda: str(uuid.uuid4()),
        random=random.Random(1),
        timezone=UTC,
    )


def play(xml: str, steps: Sequence[Step], folder: Path) -> dict[str, Any]:
    """Return the state of all leaves at the start and after each step; {"!": ...} where one is refused."""
    try:
        instance = FormInstance(load_text(xml, folder), environment())
    except HabitatError as error:
        return {"error": str(error)}
    dumps = [dump(instance)]
    for step in steps:
        try:
            take(instance, step)
        except HabitatError as error:
            dumps.append({"!": str(error)})
        else:
            dumps.append(dump(instance))
    return {"dumps": dumps}


def take(instance: FormInstance, step: Step) -> None:
    """Carry out one step."""
    what, ref = step[0], step[1]
    if what == "set":
        instance.answer(ref, step[2])
    elif what == "add":
        instance.add(ref)
    else:
        instance.remove(ref)


def dump(instance: FormInstance) -> dict[str, list[Any]]:
    """Return [value, relevant, required, readonly, valid, choices] of every leaf by its ref."""
    found = {}
    for state in instance.states():
        if state.kind not in ("question", "note") or "meta/" in state.path:
            continue
        choices = [choice.value for choice in state.choices] if state.choices else None
        found[state.ref] = [
            state.value,
            state.relevant,
            state.required,
            state.readonly,
            state.valid,
            choices,
        ]
    return found


def timed(work: Callable[[], object]) -> list[float]:
    """Return the milliseconds of `work`, of this process alone and on the clock."""
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    wall = time.perf_counter() - wall
    return [(time.process_time() - cpu) * 1000, wall * 1000]


def bench(request: dict[str, Any]) -> dict[str, Any]:
    """Return the times of loading and of the work asked for."""
    folder = Path(request.get("folder", "."))
    found: dict[str, Any] = {
        "load": [
            timed(lambda: FormInstance(load_text(request["xml"], folder), environment()))
            for _ in range(request["loads"])
        ]
    }
    instance = FormInstance(load_text(request["xml"], folder), environment())
    for step in request["before"]:
        take(instance, step)
    for work in request["work"]:
        values = work.get("values", [""])
        found[work["name"]] = times = []
        for number in range(work["times"]):
            value = values[number % len(values)]
            times.append(timed(lambda work=work, value=value: one(instance, work, value)))
    found["total"] = dump(instance).get("/data/total")
    return found


def one(instance: FormInstance, work: dict[str, Any], value: str) -> None:
    """Do one piece of work."""
    what = work["what"]
    if what == "serialise":
        instance.submission_xml()
    elif what == "add":
        instance.add(work["ref"])
    else:
        instance.answer(work["ref"], value)
        if what == "list" and not instance.state(work["shown"]).choices:
            raise AssertionError("no choices")


def main() -> None:
    """Answer requests, one line each."""
    for line in sys.stdin:
        request = json.loads(line)
        if request["do"] == "play":
            found = play(request["xml"], request["steps"], Path(request.get("folder", ".")))
        else:
            found = bench(request)
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

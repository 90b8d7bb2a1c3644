"""Our own engine, played the way the peers are."""

import random
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from habitat_desktop.errors import HabitatError
from habitat_desktop.xforms.definition import Form
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


def parsed(xml: str, folder: Path) -> Form:
    """Return the form, to draw answers for it."""
    return load_text(xml, folder)

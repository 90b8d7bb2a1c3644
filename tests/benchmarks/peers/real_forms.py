"""Real forms and random answers to them: the shipped ones and, where the folder is, the conformance ones."""

import os
import random
import re
from collections.abc import Iterator
from pathlib import Path

from habitat_desktop.errors import HabitatError
from habitat_desktop.resources import data_dir
from habitat_desktop.xforms.definition import Question
from habitat_desktop.xforms.engine import FormInstance
from habitat_desktop.xforms.library import load_text
from habitat_desktop.xforms.states import NodeState
from habitat_desktop.xforms.xlsform import convert_workbook
from tests.benchmarks.peers.ours import Step, environment, take

VALUES = {
    "integer": ("0", "1", "2", "5", "12", "-3", ""),
    "decimal": ("0", "0.5", "2.25", "-1.5", "1000", ""),
    "text": ("a", "Hello World", "12", "x y", "é", ""),
    "date": ("2020-01-01", "2024-02-29", "2026-11-21", ""),
    "geopoint": ("1.5 36.75 0 0", ""),
}
LARGEST = 400_000  # characters of XForm


def forms() -> Iterator[tuple[str, str, Path]]:
    """Yield name, XForm text and folder of every form that our own engine can start."""
    for path in paths():
        try:
            xml = text_of(path)
        except (HabitatError, UnicodeDecodeError):
            continue
        if len(xml) <= LARGEST and "<h:html" in xml:
            yield path.name, xml, path.parent


def paths() -> list[Path]:
    """Return the workbooks and XForms there are."""
    found = sorted(data_dir("forms").glob("*.xlsx"))
    shared = os.environ.get("HABITAT_SHARED")
    if shared:
        forms = Path(shared) / "conformance" / "forms"
        found += [path for path in sorted(forms.rglob("*")) if path.suffix in (".xml", ".xls", ".xlsx")]
    return found


def text_of(path: Path) -> str:
    """Return the XForm at `path`, converted where it is a workbook."""
    if path.suffix == ".xml":
        return path.read_text(encoding="utf-8")
    return convert_workbook(path, translate=False).xml


def random_steps(xml: str, folder: Path, chance: random.Random, count: int) -> list[Step]:
    """Return steps that our engine can carry out, drawn from what it shows at each moment."""
    instance = FormInstance(load_text(xml, folder), environment())
    steps: list[Step] = []
    while len(steps) < count:
        step = next_step(instance, chance)
        if step is None:
            break
        try:
            take(instance, step)
        except HabitatError:
            continue
        steps.append(step)
    return steps


def next_step(instance: FormInstance, chance: random.Random) -> Step | None:
    """Return an answer to a question that shows, or now and then a new row of a repeat."""
    states = [one for one in instance.states() if one.relevant and not one.readonly]
    repeats = [one for one in states if one.kind == "repeat" and len(instance.instances(one.ref)) < 4]
    if repeats and chance.random() < 0.1:
        return ("add", chance.choice(repeats).ref)
    asked = [one for one in states if is_asked(instance, one)]
    if not asked:
        return None
    state = chance.choice(asked)
    return ("set", state.ref, random_value(state, chance))


def is_asked(instance: FormInstance, state: NodeState) -> bool:
    """Tell whether a person answers `state` with a value we can make up."""
    element = instance.form.element(state.path) if state.kind == "question" else None
    return (
        isinstance(element, Question)
        and element.is_asked
        and (state.type in VALUES or state.type in ("select_one", "select_multiple"))
    )


def random_value(state: NodeState, chance: random.Random) -> str:
    if state.type in VALUES:
        return chance.choice(VALUES[state.type])
    known = [choice.value for choice in state.choices]
    if state.type == "select_one":
        return chance.choice(["", *known])
    return " ".join(chance.sample(known, min(len(known), chance.randint(0, 3))))


def logic(xml: str) -> dict[str, str]:
    """Return the attributes of every bind by its path, as text."""
    found: dict[str, str] = {}
    for bind in re.findall(r"<(?:\w+:)?bind\b[^>]*>", xml):
        nodeset = re.search(r"nodeset\s*=\s*[\"']([^\"']+)", bind)
        if nodeset:
            rules = re.findall(
                r"\b(calculate|relevant|constraint|required|readonly)=(\"[^\"]*\"|'[^']*')", bind
            )
            found[nodeset[1]] = " ".join(f"{name}={text}" for name, text in rules)
    return found

"""The same random answers through all engines, each disagreement down to its smallest expression."""

import random
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from habitat_desktop.errors import HabitatError
from tests.benchmarks.peers import ours, real_forms
from tests.benchmarks.peers.expressions import Expression
from tests.benchmarks.peers.generator import Field, GeneratedForm, generated
from tests.benchmarks.peers.processes import HERE, Peer

ASPECTS = ("value", "relevant", "required", "readonly", "valid", "choices")
_NUMBER = re.compile(r"-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\Z")


@dataclass
class Disagreement:
    """Engines that show different things of one node after one step; `values` by engine."""

    form: str
    step: int
    node: str
    aspect: str
    values: dict[str, Any]
    expression: str = ""
    operation: str = ""
    steps: Sequence[Sequence[str]] = ()
    third: Any = None

    @property
    def sides(self) -> str:
        """Who is alone: "ours", "javarosa", "web" or "all" three apart."""
        texts = {name: repr(value) for name, value in self.values.items()}
        for name in texts:
            others = {text for other, text in texts.items() if other != name}
            if len(others) == 1 and texts[name] not in others and len(texts) > 2:
                return f"{name} alone"
        return "all apart" if len(texts) > 2 else " against ".join(texts)

    @property
    def kind(self) -> str:
        """What disagreements are grouped by."""
        return f"{self.aspect}: {self.operation} ({self.sides})"


@dataclass
class Tally:
    """What was compared."""

    forms: int = 0
    steps: int = 0
    reads: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    found: list[Disagreement] = field(default_factory=list)

    def refuse(self, name: str, problem: str) -> None:
        key = f"{name}: {problem[:160]}"
        self.refused[key] = self.refused.get(key, 0) + 1


def same(left: Any, right: Any) -> bool:
    """Tell whether two values are the same, numbers up to the last digits of a double."""
    if left == right:
        return True
    if isinstance(left, str) and isinstance(right, str) and _NUMBER.match(left) and _NUMBER.match(right):
        one, other = float(left), float(right)
        return abs(one - other) <= 1e-9 * max(abs(one), abs(other), 1e-3)
    return False


def compare(dumps: dict[str, dict[str, list[Any]]], asked: set[str]) -> Iterator[tuple[str, str, dict]]:
    """Yield (ref, aspect, values by engine) of what differs after one step.

    Of a node that is not relevant only that is compared: engines differ in what they keep. Whether it can
    be changed counts only for nodes in `asked`, the paths somebody answers.
    """
    for ref in sorted(set().union(*dumps.values())):
        rows = {name: dump.get(ref) for name, dump in dumps.items()}
        if any(row is None for row in rows.values()):
            yield ref, "exists", {name: row is not None for name, row in rows.items()}
            continue
        for number, aspect in enumerate(ASPECTS):
            values = {
                name: row[number] for name, row in rows.items() if row is not None and len(row) > number
            }
            if aspect != "relevant" and not all(row[1] for row in rows.values() if row is not None):
                continue
            if aspect == "readonly" and re.sub(r"\[\d+\]", "", ref) not in asked:
                continue
            if aspect == "choices":
                values = {name: row or [] for name, row in values.items()}
            first = next(iter(values.values()))
            if not all(same(first, value) for value in values.values()):
                yield ref, aspect, values


def permuted(values: dict[str, Any]) -> bool:
    """Tell whether the values are the same words, or choices, in another order."""
    return (
        len(
            {
                tuple(sorted(v.split() if isinstance(v, str) else map(str, v)))
                for v in values.values()
                if isinstance(v, str | list)
            }
        )
        == 1
    )


def play_all(
    xml: str,
    steps: Sequence[Sequence[str]],
    engines: Sequence[Peer],
    folder: Path,
    tally: Tally | None,
    form: str = "",
) -> dict[str, list[dict[str, Any]]]:
    """Return the dumps of every engine that takes the form; the refusals are noted."""
    played = {"ours": ours.play(xml, steps, folder)}
    for peer in engines:
        played[peer.name] = peer.ask(
            do="play", xml=xml, steps=list(map(list, steps)), folder=str(folder.resolve())
        )
    good = {}
    for name, answer in played.items():
        if "error" in answer:
            if tally is not None:
                tally.refuse(name, f"{form} {answer['error']}".strip())
        else:
            good[name] = answer["dumps"]
    return good


def first_differences(
    played: dict[str, list[dict[str, Any]]], asked: set[str]
) -> Iterator[tuple[int, str, str, dict[str, Any]]]:
    """Yield (step, ref, aspect, values), each node and aspect once; ends where an engine refuses a step."""
    seen = set()
    for step, dumps in enumerate(zip(*played.values(), strict=True)):
        by_engine = dict(zip(played, dumps, strict=True))
        refusing = {name: dump["!"] for name, dump in by_engine.items() if "!" in dump}
        if refusing:
            if len(refusing) < len(by_engine):
                yield step, "", "refused", {name: refusing.get(name, "taken") for name in by_engine}
            return
        for ref, aspect, values in compare(by_engine, asked):
            if (ref, aspect) not in seen:
                seen.add((ref, aspect))
                yield step, ref, aspect, values


class Differential:
    """Compares forms on all engines that run here."""

    def __init__(self, engines: Sequence[Peer], folder: Path) -> None:
        self.engines = [peer for peer in engines if peer.name != "rxeval"]
        self.third = next((peer for peer in engines if peer.name == "rxeval"), None)
        self.folder = folder
        self.tally = Tally()

    def generated(self, seed: int) -> None:
        """Compare the generated form of `seed`."""
        form = generated(seed)
        played = play_all(form.xml(), form.steps, self.engines, self.folder, self.tally)
        self._count(played)
        if len(played) < 2:
            return
        by_path = {one.path: one for one in form.fields}
        asked = {one.path for one in form.fields if one.control}
        reported = set()
        for step, ref, aspect, values in first_differences(played, asked):
            one = by_path.get(re.sub(r"\[\d+\]", "", ref))
            found = Disagreement(form.name, step, ref, aspect, values, steps=form.steps[:step])
            for expression in logic_of(form, one, aspect) if one is not None else ():
                if self._shrink(found, form, expression, one.row):
                    break
            key = (found.kind, found.expression or ref)
            if key not in reported:
                reported.add(key)
                self.tally.found.append(found)

    def real(self, name: str, xml: str, folder: Path, seed: int, count: int) -> None:
        """Compare a form somebody wrote; a node whose logic names a node that differs is not told again."""
        try:
            steps = real_forms.random_steps(xml, folder, random.Random(seed), count)
        except HabitatError as error:
            self.tally.refuse("ours", f"{name}: {error}")
            return
        played = play_all(xml, steps, self.engines, folder, self.tally, name)
        self._count(played)
        if len(played) < 2:
            return
        rules, differing = real_forms.logic(xml), set[str]()
        for step, ref, aspect, values in first_differences(played, set()):
            path = re.sub(r"\[\d+\]", "", ref)
            text = rules.get(path, "")
            above = any(path.startswith(f"{other}/") for other in differing)
            followed = above or any(
                re.search(rf"(?<![\w-]){re.escape(other.rpartition('/')[2])}(?![\w-])", text)
                for other in differing
                if other != path
            )
            if not followed and path not in differing:
                found = Disagreement(name, step, ref, aspect, values, text, steps=steps[:step])
                if permuted(values):
                    found.operation = "order"
                else:
                    found.operation = ",".join(sorted(set(re.findall(r"([\w:-]+)\(", text))))
                self.tally.found.append(found)
            differing.add(path)

    def _count(self, played: dict[str, list[dict[str, Any]]]) -> None:
        self.tally.forms += 1
        dumps = played.get("ours", [])
        self.tally.steps += max(0, len(dumps) - 1)
        self.tally.reads += sum(len(dump) * len(ASPECTS) for dump in dumps)

    def _shrink(self, found: Disagreement, form: GeneratedForm, whole: Expression, row: bool) -> bool:
        """Name the smallest part of `whole` the engines differ on after the same steps, if there is one."""
        found.expression, found.operation = str(whole), f"whole {whole.name}"
        parts = sorted(set(whole.below()), key=lambda part: len(str(part)))
        parts = [part for part in parts if part.name not in ("literal",) and not part.name.startswith("rows")]
        for part in parts:
            small = form.only([part], row)
            played = play_all(small.xml(), found.steps, self.engines, self.folder, None)
            if len(played) <= len(self.engines):
                continue
            for step, ref, aspect, values in first_differences(played, set()):
                if "/e_" in ref and aspect in ("value", "exists"):
                    found.expression, found.operation = str(part), part.name
                    found.aspect, found.values, found.step, found.node = aspect, values, step, ref
                    found.third = self._third(small, found.steps[:step], ref)
                    return True
        return False

    def _third(self, form: GeneratedForm, steps: Sequence[Sequence[str]], ref: str) -> Any:
        """Return what rxeval has at `ref` after `steps`."""
        if self.third is None:
            return None
        answer = self.third.ask(do="play", xml=form.xml(), steps=list(map(list, steps)))
        if "error" in answer:
            return "cannot"
        last = answer["dumps"][-1]
        return (last.get(ref) or last.get(re.sub(r"\[1\]", "", ref)) or ["cannot"])[0]


def logic_of(form: GeneratedForm, one: Field, aspect: str) -> list[Expression]:
    """Return the expressions that decide `aspect` of a node, the nearest first."""
    around = form.group_relevant if one.group else form.row_relevant if one.row else None
    return [
        expression
        for expression in {
            "value": (one.calculate, one.relevant, around),
            "relevant": (one.relevant, around),
            "valid": (one.constraint, one.required),
            "required": (one.required,),
        }.get(aspect, ())
        if expression is not None
    ]


def accepted() -> list[dict[str, str]]:
    """Return the kinds known to differ, each with the reason and the side we took."""
    return tomllib.loads((HERE / "accepted.toml").read_text(encoding="utf-8"))["kind"]


def reason_for(found: Disagreement, known: list[dict[str, str]]) -> str:
    """Return why `found` is known, "" where it is new."""
    for row in known:
        if all(
            re.search(row[name], text)
            for name, text in (
                ("kind", found.kind),
                ("expression", found.expression),
                ("values", repr(found.values)),
                ("form", found.form),
                ("node", found.node),
            )
            if name in row
        ) and not ("not_values" in row and re.search(row["not_values"], repr(found.values))):
            return row["reason"]
    return ""


def report(tally: Tally, examples: int) -> list[str]:
    """Return the lines of the report: counts, what is known by reason, what is new by kind."""
    known = accepted()
    new: dict[str, list[Disagreement]] = {}
    old: dict[str, int] = {}
    for found in tally.found:
        reason = reason_for(found, known)
        if reason:
            old[reason] = old.get(reason, 0) + 1
        else:
            new.setdefault(found.kind, []).append(found)
    lines = [
        f"{tally.forms:,} forms, {tally.steps:,} steps, {tally.reads:,} values compared; "
        f"{sum(old.values())} known disagreements, {sum(map(len, new.values()))} new",
        "",
        "refused forms:",
        *(f"  {count:5} {name}" for name, count in sorted(tally.refused.items(), key=lambda row: -row[1])),
        "known:",
        *(f"  {count:5} {reason}" for reason, count in sorted(old.items(), key=lambda row: -row[1])),
        "new:",
    ]
    for kind, items in sorted(new.items(), key=lambda row: -len(row[1])):
        lines.append(f"  {len(items):5} {kind}")
        for found in sorted(items, key=lambda one: len(one.expression) + len(one.steps))[:examples]:
            lines.append(f"        {found.form} step {found.step} {found.node}: {found.expression}")
            values = ", ".join(f"{name} {value!r}" for name, value in found.values.items())
            third = f", rxeval {found.third!r}" if found.third is not None else ""
            lines.append(f"          {values}{third}")
    return lines


def as_json(tally: Tally) -> dict[str, Any]:
    """Return everything, for a program to read."""
    known = accepted()
    return {
        "forms": tally.forms,
        "steps": tally.steps,
        "reads": tally.reads,
        "refused": tally.refused,
        "disagreements": [
            {**asdict(found), "kind": found.kind, "reason": reason_for(found, known)} for found in tally.found
        ],
    }

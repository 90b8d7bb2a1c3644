"""A recorded scenario, replayed on our engine.

What the recording read is a `Finding` of kind "read", its whole snapshots are one per node and property.
Ids and times differ between any two runs: the first of each is taken for the recorded one, from then on it
must stay the same.
"""

import itertools
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from lxml import etree

from habitat_desktop.errors import HabitatError
from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.engine import Environment, FormInstance, NodeState
from habitat_desktop.xforms.program import program_of
from habitat_desktop.xforms.xform import parse_xform

PHOENIX = ZoneInfo("America/Phoenix")
_RECORDED_ON = "2026-11-21"
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_NOW = re.compile(r"2026-11-21T[0-9:.]+-07:00")
_LISTS = re.compile(r'src="jr://[^"]*?([^/"]+)"')
_ID = re.compile(r"<((?:orx:)?(instanceID|deprecatedID))>([^<]*)<")
_DEPRECATED = re.compile(r"<((?:orx:)?deprecatedID)>[^<]*</\1>")
_OWN_IDS = ("instanceID", "deprecatedID")  # judged where a test read the whole instance
_RESTORES = "proposed_serializeAndRestoreInstanceState"
_REFUSED = "refused"
_PROPERTIES = {
    "deviceid": "123456",
    "email": "my@email",
    "username": "mukesh",
    "phonenumber": "+15551234",
}


@dataclass(frozen=True)
class Finding:
    """One thing the recording knows after the step `when`.

    `kind` is "read" for what a test asserted, `what` being the step; else the property of the node `what`.
    """

    kind: str
    when: str
    what: str
    expected: Any
    got: Any

    @property
    def agrees(self) -> bool:
        return bool(self.expected == self.got)


class Replay:
    """One recorded scenario on our engine.

    `before` is the replay of the one recorded before it in the same test. A scenario that starts from a saved
    instance which was not recorded starts from what the recording held right after loading.
    """

    def __init__(self, trace: dict[str, Any], forms: dict[str, Path], before: "Replay | None" = None) -> None:
        self.trace = trace
        self._before = before
        self._same: dict[str, str] = before._same if before is not None else {}
        self._own_id, self._deprecated_id = _ids(trace["init"]["xml"])
        self._form = _form(trace["form"], _folder(trace["form"], forms))
        xml = self._saved(before)
        known = _PROPERTIES if _PROPERTIES["deviceid"] in trace["init"]["xml"] else {}
        language = self._form.languages[0] if self._form.languages else ""
        environment = _environment(self._clock(), known, language)
        if xml:
            self.instance = FormInstance.from_submission(self._form, environment, xml)
        else:
            self.instance = FormInstance(self._form, environment)

    def _saved(self, before: "Replay | None") -> str:
        """Return the saved instance the scenario starts from, "" for a new one."""
        if self.trace["edit"]:
            return str(self.trace["edit"])
        if before is not None and before.trace["steps"] and before.trace["steps"][-1]["op"] == _RESTORES:
            return before.xml()
        if before is not None and _UUID.search(self._deprecated_id):
            while before is not None and before._own_id != self._deprecated_id:
                before = before._before
            if before is not None:
                return before.xml()
        if self._deprecated_id or (before is not None and _restores_unrecorded(self.trace)):
            return str(self.trace["init"]["xml"])
        return ""

    def xml(self) -> str:
        """Return the submission; one that replaces another gets the ids that were recorded."""
        if not self._deprecated_id:
            return self.instance.submission_xml()
        ours = _UUID.sub(lambda match: self._same.get(match.group(), match.group()), self._deprecated_id)
        return self.instance.submission_xml(self._own_id, ours)

    def _clock(self) -> datetime:
        found = _NOW.search(str(self.trace["init"]) + str(self.trace["steps"]))
        return datetime.fromisoformat(found.group()) if found else datetime(2026, 11, 21, 2, tzinfo=PHOENIX)

    def findings(self) -> Iterator[Finding]:
        """Replay every step and yield what was found."""
        yield from self._judged("load", self.trace["init"])
        for number, step in enumerate(self.trace["steps"]):
            refusal = self._perform(step)
            where = f"{number} {step['op']} {step['args']}"
            if "threw" in step:
                yield Finding("read", where, str(number), _REFUSED, refusal)
            elif "result" in step:
                got = self._read(step)
                yield Finding("read", where, str(number), *self._comparable(step["result"], got))
            elif refusal:
                yield Finding("read", where, str(number), step.get("value", ""), refusal)
            if step.get("after"):
                yield from self._judged(where, step["after"])

    def _judged(self, where: str, snapshot: dict[str, Any]) -> Iterator[Finding]:
        """Yield what a snapshot says of each node, and of the whole where it says something more."""
        findings = list(self._snapshot(where, snapshot))
        yield from findings
        if all(finding.agrees for finding in findings):
            yield self._whole(where, snapshot["xml"])

    def _perform(self, step: dict[str, Any]) -> str:
        """Do what `step` does; return why it was refused."""
        try:
            if step["op"] == "answer":
                self._answer(step)
            elif step["op"] == "createNewRepeat":
                target = step["args"][0]
                self.instance.add(
                    target if isinstance(target, str) else target["j"]["assertCurrentReference"]
                )
            elif step["op"] == "removeRepeat":
                self.instance.remove(step["args"][0])
            elif step["op"] == "setLanguage":
                self.instance.set_language(step["args"][0])
        except HabitatError:
            return _REFUSED
        return ""

    def _answer(self, step: dict[str, Any]) -> None:
        args = step["args"]
        ref = step.get("ref") or args[0]
        given = [str(one) for one in args[1:]] if len(args) > 2 else step.get("value", str(args[-1]))
        self.instance.answer(ref, given)

    def _read(self, step: dict[str, Any]) -> Any:
        operation, ref = step["op"], (step["args"] or [""])[0]
        try:
            if operation == "answerOf":
                state = self.instance.state(ref)
                return state.value if state.relevant else ""
            if operation == "choicesOf":
                return [choice.value for choice in self.instance.state(ref).choices]
            if operation == "countRepeatInstancesOf":
                return len(self.instance.instances(ref))
            if operation == "proposed_serializeInstance":
                return self.xml()
            if operation == "getValidationOutcome":
                return self._outcome()
        except HabitatError as error:
            return f"{type(error).__name__}: {error}"
        raise AssertionError(f"unknown operation {operation}")

    def _outcome(self) -> dict[str, Any]:
        problems = self.instance.problems()
        if not problems:
            return {"outcome": "ANSWER_OK", "ref": None}
        kinds = {"required": "ANSWER_REQUIRED_BUT_EMPTY", "constraint": "ANSWER_CONSTRAINT_VIOLATED"}
        return {"outcome": kinds[problems[0].kind], "ref": problems[0].ref}

    def _comparable(self, expected: Any, got: Any) -> tuple[Any, Any]:
        """Return both sides with ids and times of day that only differ by the run made equal."""
        if not isinstance(expected, str) or not isinstance(got, str):
            return expected, got
        if expected.startswith("<"):
            expected, got = _canonical(expected), _canonical(got)
        return self._with_our_ids(expected, got), got

    def _with_our_ids(self, expected: str, got: str) -> str:
        theirs, ours = _UUID.findall(expected), _UUID.findall(got)
        if len(theirs) == len(ours):
            for one, other in zip(theirs, ours, strict=True):
                self._same.setdefault(one, other)
        if expected.count(_RECORDED_ON) and got.count(_RECORDED_ON):
            times = iter(_NOW.findall(got))
            expected = _NOW.sub(lambda match: next(times, match.group()), expected)
        return _UUID.sub(lambda match: self._same.get(match.group(), match.group()), expected)

    def _snapshot(self, where: str, snapshot: dict[str, Any]) -> Iterator[Finding]:
        states = {state.ref: state for state in self.instance.states()}
        root = self._form.root.path
        for node in snapshot["nodes"]:
            ref = node["ref"]
            if ref == root or ref.endswith(_OWN_IDS):
                continue
            state = states.pop(ref, None)
            if state is None:
                yield Finding("node", where, ref, node["t"], "none")
                continue
            for kind, expected, got in _properties(node, state):
                yield Finding(kind, where, ref, *self._comparable(expected, got))
        for ref in states:
            if not ref.endswith((*_OWN_IDS, "meta")):
                yield Finding("node", where, ref, "none", states[ref].kind)

    def _whole(self, where: str, xml: str) -> Finding:
        expected, got = self._comparable(_without_ids(xml), _without_ids(self.instance.submission_xml()))
        return Finding("xml", where, "whole", expected, got)


def _properties(node: dict[str, Any], state: NodeState) -> Iterator[tuple[str, Any, Any]]:
    yield "relevant", node["rel"], state.relevant
    if "v" in node:
        yield "value", node["v"], state.value if state.relevant else ""
        yield "required", node["req"], state.required
        if node["t"] != "model-value":  # what has no control, nobody can change
            yield "readonly", node["ro"], state.readonly
        if state.relevant:
            yield "violation", node["viol"], state.error
    if "label" in node:
        yield "label", " ".join(node["label"].split()), " ".join(state.label.split())
    if "opts" in node:
        yield "choices", node["opts"], [[choice.value, choice.label] for choice in state.choices]


def _folder(form: str, forms: dict[str, Path]) -> Path:
    """Return where the list that the text of a form names lies."""
    found = [forms[name] for name in _LISTS.findall(form) if name in forms]
    return found[0] if found else Path()


@lru_cache(maxsize=4)  # scenarios of one form follow each other
def _form(text: str, folder: Path) -> Form:
    form = parse_xform(text.encode("utf-8"), path=folder / "form.xml")
    program_of(form)
    return form


def _environment(now: datetime, properties: dict[str, str], language: str) -> Environment:
    numbers = itertools.count(1)
    return Environment(
        now=lambda: now,
        uuid=lambda: f"00000000-0000-4000-8000-{next(numbers):012d}",
        random=random.Random(1),
        timezone=PHOENIX,
        properties=properties,
        language=language,
    )


def _ids(xml: str) -> tuple[str, str]:
    """Return the instanceID and the deprecatedID in `xml`."""
    found = {name: value for _, name, value in _ID.findall(xml)}
    return found.get("instanceID", ""), found.get("deprecatedID", "")


def _without_ids(xml: str) -> str:
    return _ID.sub(r"<\1><", _DEPRECATED.sub("", xml))


def needs_what_is_not_given(trace: dict[str, Any]) -> bool:
    """Tell whether the scenario reads a list that the test wrote itself and the recording does not hold."""
    return bool(trace["resources"] == ["jr://file/csv-attachment.csv"])


def _restores_unrecorded(trace: dict[str, Any]) -> bool:
    return trace["file"].endswith("instance-input.test.ts")


def _canonical(xml: str) -> str:
    try:
        return etree.tostring(etree.fromstring(xml), method="c14n2", strip_text=True).decode()
    except etree.XMLSyntaxError:
        return xml

"""The body of an XForm: which control asks for which node, with what texts and choices."""

import re
from dataclasses import dataclass, field
from typing import Any

from habitat_desktop.xforms.definition import NO_TEXT, Action, Itemset, StaticChoice
from habitat_desktop.xforms.itext import Output, Parts, Text
from habitat_desktop.xforms.xform_names import JR, ODK, XF, named

ACTIONS = {
    f"{XF}setvalue": "setvalue",
    f"{ODK}setgeopoint": "setgeopoint",
    f"{ODK}recordaudio": "recordaudio",
}
_LABEL, _HINT, _ITEM, _ITEMSET = f"{XF}label", f"{XF}hint", f"{XF}item", f"{XF}itemset"
_SEARCH = re.compile(r"\bsearch\(.+\)", re.DOTALL)
_WHOLE = re.compile(r"[+-]?[0-9]+\Z")
_QUERY = re.compile(r"""\s*instance\(\s*("[^"]+"|'[^']+')\s*\)/root/item""")
_CONTROLS = {
    f"{XF}input": "input",
    f"{XF}secret": "input",
    f"{XF}select": "select",
    f"{XF}select1": "select1",
    f"{XF}upload": "upload",
    f"{XF}trigger": "trigger",
    f"{XF}range": "range",
    f"{ODK}rank": "rank",
    f"{ODK[:-1]}/}}rank": "rank",  # older forms write the namespace with a slash at its end
}


@dataclass(slots=True)
class Control:
    """What the body says about the node at one path."""

    tag: str
    label: Text = NO_TEXT
    hint: Text = NO_TEXT
    guidance: Text = NO_TEXT
    appearance: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    choices: tuple[StaticChoice, ...] = ()
    itemset: Itemset | None = None
    searched: StaticChoice | None = None


@dataclass(slots=True)
class RepeatControl:
    count: str = ""
    fixed: bool = False


class Body:
    """Everything the body holds, by path."""

    def __init__(self, itext: dict[str, Text], bind_paths: dict[str, str]) -> None:
        self._itext = itext
        self._bind_paths = bind_paths
        self.controls: dict[str, Control] = {}
        self.groups: dict[str, Control] = {}
        self.repeats: dict[str, RepeatControl] = {}
        self.actions: list[Action] = []
        self.searches: list[str] = []

    def read(self, body: Any, root: str) -> None:
        """Read the element `body` of a form whose root node is at the path `root`."""
        self._children(body, root, root)

    def _children(self, parent: Any, context: str, place: str) -> None:
        for element in parent:
            if not isinstance(element.tag, str):
                continue
            if element.tag == f"{XF}group":
                self._group(element, context, place)
            elif element.tag == f"{XF}repeat":
                self._repeat(element, context)
            elif element.tag in _CONTROLS:
                self._control(element, context)
            elif element.tag in ACTIONS:
                self.action(element, context, place)

    def _path(self, element: Any, context: str) -> str:
        ref = (
            element.get("ref") or element.get("nodeset") or self._bind_paths.get(element.get("bind", ""), "")
        )
        return absolute(ref, context) if ref else context

    def _group(self, element: Any, context: str, place: str) -> None:
        path = self._path(element, context)
        repeat = element.find(f"{XF}repeat")
        target = self._path(repeat, path) if repeat is not None else path
        if path != context or repeat is not None:
            self.groups.setdefault(target, Control("group")).label = self.text(element.find(f"{XF}label"))
            self.groups[target].appearance = element.get("appearance", "")
            self.groups[target].attributes = named(element.items(), element)
        self._children(element, path, place)

    def _repeat(self, element: Any, context: str) -> None:
        path = self._path(element, context)
        self.repeats[path] = RepeatControl(
            element.get(f"{JR}count", ""), element.get(f"{JR}noAddRemove", "").strip() == "true()"
        )
        label = element.find(f"{XF}label")
        if path not in self.groups:
            self.groups[path] = Control("group", label=self.text(label))
        group = self.groups[path]
        group.appearance = group.appearance or element.get("appearance", "")
        group.attributes = group.attributes | named(element.items(), element)
        self._children(element, path, path)

    def _control(self, element: Any, context: str) -> None:
        path = self._path(element, context)
        masked = " masked" if element.tag == f"{XF}secret" else ""  # how XLSForm calls it
        control = Control(
            _CONTROLS[element.tag], appearance=f"{element.get('appearance', '')}{masked}".strip()
        )
        control.attributes = named(element.items(), element)
        choices = []
        for child in element:
            tag = child.tag
            if tag == _LABEL:
                control.label = self.text(child)
            elif tag == _HINT:
                control.hint = self.text(child)
                control.guidance = control.hint.forms.get("guidance", NO_TEXT)
            elif tag == _ITEM:
                value = (child.findtext(f"{XF}value") or "").strip()
                choices.append(StaticChoice(value, self.text(child.find(_LABEL))))
            elif tag == _ITEMSET:
                control.itemset = _itemset(child)
            elif tag in ACTIONS:
                self.action(child, path, path)
        control.choices = tuple(choices)
        if choices and "search(" in control.appearance:
            _search(control)
            self.searches += [control.itemset.nodeset] if control.itemset is not None else []
        if "query" in control.attributes and _QUERY.match(control.attributes["query"]):
            _look_up(control)
            self.searches += [control.itemset.nodeset] if control.itemset is not None else []
        self.controls[path] = control

    def action(self, element: Any, context: str, place: str) -> None:
        """Note the action that stands at `place`."""
        events = element.get("event", "") or element.get("{http://www.w3.org/2001/xml-events}event", "")
        self.actions.append(
            Action(
                tuple(events.split()),
                self._path(element, context),
                element.get("value", ""),
                element.text or "",
                place,
                element.get("ref", ""),
                ACTIONS[element.tag],
                named([pair for pair in element.items() if pair[0].startswith(ODK)], element),
            )
        )

    def text(self, element: Any) -> Text:
        """Return the text of a label or hint: its own, or the one in itext it refers to."""
        if element is None:
            return NO_TEXT
        ref = element.get("ref", "")
        known = itext_id(ref)
        if known:
            return self._itext.get(known, NO_TEXT)
        if ref:
            # an id worked out from answers, or the value of a node
            return Text({}, reference=ref) if "jr:itext" in ref else Text({"": (Output(ref),)})
        parts = text_parts(element)
        return Text({"": parts}) if parts else NO_TEXT


def _search(control: Control) -> None:
    """Turn the choices of `control` into an itemset where its appearance looks them up with search().

    The choice whose value is no whole number names the columns; the others stay choices.
    """
    call = _SEARCH.search(control.appearance)
    naming = next((one for one in control.choices if not _WHOLE.match(one.value)), None)
    if call is not None and naming is not None:
        control.searched = naming
        control.itemset = Itemset(call[0], naming.value, "")
        control.choices = tuple(one for one in control.choices if _WHOLE.match(one.value))


def _itemset(element: Any) -> Itemset:
    value, label = element.find(f"{XF}value"), element.find(f"{XF}label")
    return Itemset(
        element.get("nodeset", ""),
        value.get("ref", "name") if value is not None else "name",
        label.get("ref", "label") if label is not None else "label",
    )


def _look_up(control: Control) -> None:
    """Take the choices of `control` from itemsets.csv, where pyxform puts external choices."""
    control.tag = "select1"
    nodeset = _QUERY.sub(r"instance('itemsets')/root/item[list_name=\1]", control.attributes["query"])
    control.itemset = Itemset(nodeset, "name", "label")


def itext_id(ref: str) -> str:
    """Return the id in `jr:itext('id')`, "" when `ref` is anything else."""
    ref = ref.strip()
    if not ref.startswith("jr:itext("):
        return ""
    inside = ref[len("jr:itext(") :].rstrip().removesuffix(")").strip()
    quote = inside[:1]
    if quote in ("'", '"') and inside.endswith(quote) and inside.count(quote) == 2:
        return inside[1:-1]
    return ""


def text_parts(element: Any) -> Parts:
    """Return the text inside `element` and the outputs in it."""
    if not len(element):
        text = (element.text or "").strip()
        return (text,) if text else ()
    parts: list[str | Output] = []

    def add(text: str | None) -> None:
        if text:
            if parts and isinstance(parts[-1], str):
                parts[-1] += text
            else:
                parts.append(text)

    add(element.text)
    for child in element:
        if child.tag == f"{XF}output":
            parts.append(Output(child.get("value") or child.get("ref") or ""))
        elif isinstance(child.tag, str):
            add("".join(child.itertext()))
        add(child.tail)
    if parts and isinstance(parts[0], str):
        parts[0] = parts[0].lstrip()
    if parts and isinstance(parts[-1], str):
        parts[-1] = parts[-1].rstrip()
    return tuple(part for part in parts if part != "")


def absolute(ref: str, context: str) -> str:
    """Return the path without positions that `ref` names, seen from the path `context`."""
    ref = ref.strip()
    if ref.startswith("current()/"):
        ref = ref[len("current()/") :]
    if ref.startswith("/"):
        return _without_predicates(ref)
    names = context.strip("/").split("/")
    for step in _without_predicates(ref).split("/"):
        if step == "..":
            names = names[:-1]
        elif step not in (".", ""):
            names.append(step)
    return "/" + "/".join(names)


def _without_predicates(ref: str) -> str:
    if "[" not in ref:
        return "".join(ref.split())
    depth = 0
    kept = []
    for sign in ref:
        if sign == "[":
            depth += 1
        if depth == 0 and not sign.isspace():
            kept.append(sign)
        if sign == "]":
            depth -= 1
    return "".join(kept)

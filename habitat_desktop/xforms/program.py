"""A form made ready to run: layout, rules, actions, choices, plans. All its instances share it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from habitat_desktop.xforms.actions import CompiledAction, compile_actions
from habitat_desktop.xforms.binding import Layout, Place, lay_out
from habitat_desktop.xforms.choices import ChoiceList, compile_choices
from habitat_desktop.xforms.collection import uncollected
from habitat_desktop.xforms.definition import NO_TEXT, Form, Itemset, Question, Repeat, Seed
from habitat_desktop.xforms.dependencies import Dependency
from habitat_desktop.xforms.instance import AnswerNode, AttributeNode, RangeNode, ScopeNode
from habitat_desktop.xforms.list_nodes import InstanceNode
from habitat_desktop.xforms.question_types import cast
from habitat_desktop.xforms.rules import Rule, RuleKind, calculation, compiled, connect, make_rule
from habitat_desktop.xforms.secondary import load_source
from habitat_desktop.xforms.xpath.code import Context


@dataclass(slots=True)
class Plan:
    """How to grow one node: its place, its first text, and the plans of what is below it."""

    place: Place
    text: str
    members: "list[Plan | list[Plan]]" = field(default_factory=list)
    attributes: list[tuple[Place, str]] = field(default_factory=list)

    def grow(self, parent: AnswerNode | None, scope: ScopeNode | None) -> AnswerNode:
        """Return a new node for the plan, with everything below it."""
        place = self.place
        if place.kind == "instance" or scope is None:
            node: AnswerNode = ScopeNode(place, parent, scope)
            inner = node.scope
        else:
            node = AnswerNode(place, parent, scope)
            inner = scope
            inner.slots[place.slot] = node
        node.value = node.text = self.text
        node.required = place.settings.get("required", False)
        for attribute, text in self.attributes:
            made = inner.slots[attribute.slot] = AttributeNode(attribute, node, inner)
            made.value = made.text = text
            node.attributes.append(made)
        for plan, member in zip(self.members, place.members, strict=True):
            if isinstance(plan, Plan):
                node.members.append(plan.grow(node, inner))
                continue
            repeat = RangeNode(member, node, inner)
            inner.slots[member.slot] = repeat
            node.members.append(repeat)
            for one in plan:
                instance = one.grow(node, inner)
                assert isinstance(instance, ScopeNode)
                instance.range = repeat
                repeat.instances.append(instance)
            repeat.renumber()
        return node


@dataclass(slots=True)
class Program:
    """`rules` are in the order they run. `templates` are the plans of new repeat instances."""

    form: Form
    layout: Layout
    rules: list[Rule]
    root: Plan
    templates: dict[Place, Plan]
    seeds: dict[Place, list[Plan]]
    actions: list[CompiledAction]
    sources: dict[str, InstanceNode] = field(default_factory=dict)

    def source(self, name: str) -> InstanceNode | None:
        """Return the secondary instance `name`, read on first use."""
        found = self.sources.get(name)
        if found is None and name in self.form.sources:
            with uncollected():
                found = self.sources.setdefault(name, load_source(self.form.sources[name]))
        return found


def program_of(form: Form) -> Program:
    """Return the program of `form`, made once.

    Raises:
        FormExpressionError: an expression cannot be read.
        FormCycleError: rules depend on each other in a circle.
    """
    known: Program | None = form.memory.get("program")
    if known is None:
        with uncollected():
            known = form.memory.setdefault("program", _build(form))
    return known


def _build(form: Form) -> Program:
    layout = lay_out(form)
    rules: list[Rule] = []
    whole: dict[Itemset, ChoiceList] = {}
    for place in list(layout.by_path.values()):
        _bind_rules(place, rules, layout)
        if place.instance is not None:
            _texts(place.instance, rules)
        if isinstance(place.element, Question) and place.element.is_select:
            _choices(form, place, rules, whole)
        _texts(place, rules)
    ordered = connect(rules)
    templates: dict[Place, Plan] = {}
    root = _plan(form.seed, layout.root)
    repeats = [place for place in layout.by_path.values() if place.instance is not None]
    begun = _begun(form.seed, form.root.path) if repeats else set()
    for place in repeats:
        element = place.element
        if place.instance is not None and isinstance(element, Repeat) and element.template is not None:
            templates[place] = _plan(element.template, place.instance, begun)
    seeds: dict[Place, list[Plan]] = {}
    _note_seeds(root, seeds)
    return Program(form, layout, ordered, root, templates, seeds, compile_actions(form, layout))


def _bind_rules(place: Place, rules: list[Rule], layout: Layout) -> None:
    bind = place.element.bind
    inner = place.instance
    if bind.relevant:
        rule = make_rule(RuleKind.RELEVANT, bind.relevant, place, "relevant", layout)
        if inner is not None:
            inside = make_rule(RuleKind.RELEVANT, bind.relevant, inner, "relevant", layout)
            rule = inside if _reads_own_instance(inside) else rule
        _add(rule, rules)
    if bind.readonly:
        _flag(RuleKind.READONLY, bind.readonly, place, "readonly", rules, layout)
    if isinstance(place.element, Repeat) and place.element.count:
        _add(make_rule(RuleKind.COUNT, place.element.count, place, "repeat_count", layout), rules)
    if place.kind != "question":
        return
    if bind.required:
        _flag(RuleKind.REQUIRED, bind.required, place, "required", rules, layout)
    if bind.constraint:
        _add(make_rule(RuleKind.CONSTRAINT, bind.constraint, place, "constraint", layout), rules)
    if bind.calculate:
        _add(make_rule(RuleKind.CALCULATE, bind.calculate, place, "calculation", layout), rules)


def _reads_own_instance(rule: Rule) -> bool:
    """Tell whether the rule of a repeat instance reads anything inside that instance, or its position."""
    own = rule.place
    return any(
        dependency.place is own or dependency.common is own or dependency.place is own.range
        for dependency in rule.dependencies
    )


def _add(rule: Rule, rules: list[Rule]) -> None:
    rule.place.rules.append(rule)
    rules.append(rule)


def _flag(kind: RuleKind, text: str, place: Place, column: str, rules: list[Rule], layout: Layout) -> None:
    """Add a rule for a yes-or-no property, or note the answer where it never changes."""
    rule = make_rule(kind, text, place, column, layout)
    if rule.constant:
        place.settings[column] = rule.run(None)  # type: ignore[arg-type]
        return
    _add(rule, rules)


def _choices(form: Form, place: Place, rules: list[Rule], whole: dict[Itemset, ChoiceList]) -> None:
    made, dependencies = compile_choices(form, place, whole)
    place.settings["choices"] = made
    assert isinstance(place.element, Question)
    if dependencies or place.element.default:
        _add(Rule(RuleKind.CHOICES, place, _nothing, dependencies), rules)


def _texts(place: Place, rules: list[Rule]) -> None:
    """Compile what is shown inside the texts of `place`; the rule only tells that they changed."""
    element = place.element
    bind = element.bind
    texts = (
        ("label", element.label_text),
        ("hint", element.hint_text),
        ("guidance_hint", element.guidance_text),
        ("constraint_message", bind.constraint_message),
        ("required_message", bind.required_message),
    )
    outputs: dict[str, Callable[[Context], str]] = {}
    dependencies: dict[Dependency, bool] = {}
    for column, text in texts:
        for expression in text.expressions() if text is not NO_TEXT else ():
            code, reader = compiled(expression, place, column)
            outputs[expression] = calculation(code)
            dependencies.update(reader.found)
    if outputs:
        place.settings["outputs"] = outputs
        if dependencies:
            _add(Rule(RuleKind.TEXT, place, _nothing, dependencies), rules)


def _nothing(c: Context) -> None:
    return None


def _note_seeds(plan: Plan, seeds: dict[Place, list[Plan]]) -> None:
    """Note the instances the form itself brings for each repeat outside other repeats."""
    for one, member in zip(plan.members, plan.place.members, strict=True):
        if not isinstance(one, Plan):
            seeds[member] = one
        elif one.members:
            _note_seeds(one, seeds)


def _begun(seed: Seed, path: str) -> set[str]:
    """Return the paths of all nodes the form itself brings."""
    found = {path}
    for child in seed.children:
        found |= _begun(child, f"{path}/{child.name}")
    return found


def _first_text(attribute: Place, given: dict[str, str]) -> str:
    """Return what the form has at `attribute`; `given` are those of a seed, by name with namespace."""
    element = attribute.element
    assert isinstance(element, Question)
    local = attribute.name[1:].rpartition(":")[2]
    return given.get(f"{{{attribute.namespace}}}{local}" if attribute.namespace else local, element.default)


def first_value(text: str, place: Place) -> str:
    """Return the `text` the form itself has at `place` as a value of the question's type."""
    element = place.element
    if isinstance(element, Question) and element.type in ("select_multiple", "rank"):
        return " ".join(text.split())
    return cast(text, element.bind.data_type)


def _plan(seed: Seed, place: Place, begun: Collection[str] = ()) -> Plan:
    """Return the plan of `seed`; repeats it lacks start with one instance where their path is in `begun`."""
    text = "" if place.members else seed.text.strip()
    plan = Plan(place, first_value(text, place) if text else "")
    if place.attributes:
        given = dict(seed.attributes)
        plan.attributes = [(one, _first_text(one, given)) for one in place.attributes]
    if not place.members:
        return plan
    by_name: dict[str, list[Seed]] = {}
    for child in seed.children:
        by_name.setdefault(child.name, []).append(child)
    for member in place.members:
        seeds = by_name.get(member.name, [])
        if member.instance is not None:
            element = member.element
            if not seeds and member.path in begun and isinstance(element, Repeat):
                # pyxform leaves a nested repeat out of the template; its first entry is only in the model
                seeds = [element.template] if element.template is not None else []
            plan.members.append([_plan(one, member.instance, begun) for one in seeds])
        else:
            plan.members.append(_plan(seeds[0] if seeds else Seed(member.name), member, begun))
    return plan

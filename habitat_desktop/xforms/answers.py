"""Answers as a nested dict: groups are dicts, repeats lists of dicts, select_multiple a list.

An answer declared unavailable is `{"$unavailable": {"reason": ..., "remark": ...}}`. An attribute is kept as
"@name" in its group, that of a question as "question/@name", where it is not as the form has it. Blank
answers are left out, and of the form's `meta` group what every submission makes anew: its ids, its name,
what is calculated outside of an entity. Names that begin with "$" belong to the program: see `entry_ids`.
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from habitat_desktop.errors import N_
from habitat_desktop.i18n.text import clean
from habitat_desktop.xforms.definition import Form, Group, Question, Repeat
from habitat_desktop.xforms.entry_ids import ENTRY_ID, at_position, ids_of, made_of
from habitat_desktop.xforms.instance import AnswerNode, RangeNode, ScopeNode, ref_of
from habitat_desktop.xforms.limits import ANSWER_LIMIT, REPEAT_LIMIT
from habitat_desktop.xforms.problems import (
    AnswerTooLongError,
    Reason,
    TooManyEntriesError,
    UnknownQuestionError,
    WrongTypeError,
)
from habitat_desktop.xforms.question_types import value_problem
from habitat_desktop.xforms.xpath.nodes import ATTRIBUTE

UNAVAILABLE = "$unavailable"
_MADE_ANEW = ("instanceID", "deprecatedID", "instanceName")
REASONS = ("no_survey", "not_applicable", "refused", "coming_later")

Grow = Callable[[RangeNode], ScopeNode]


def is_remade(node: AnswerNode) -> bool:
    """Tell whether `node` is part of the form's `meta` group and made anew for every submission."""
    group = node.parent
    if not isinstance(group, AnswerNode) or group.local != "meta" or group.parent is not node.scope:
        return False
    if node.scope.range is not None or node.members:
        return False
    return node.local in _MADE_ANEW or bool(node.place.element.bind.calculate)


def _attributes(node: AnswerNode, before: str, relevant_only: bool) -> dict[str, Any]:
    """Return the attributes of `node` that are no longer what the form itself has there."""
    return {
        f"{before}{one.place.name}": one.value
        for one in node.attributes
        if isinstance(one, AnswerNode)
        and (one.relevant or not relevant_only)
        and one.value != one.place.element.default  # type: ignore[attr-defined]
    }


def clear(root: AnswerNode) -> None:
    """Blank every answer and take out every repeat instance."""
    for node in list(root.below()):
        if node.kind == ATTRIBUTE:
            continue  # what the form itself says of a node
        node.value = ""
        if isinstance(node, RangeNode):
            node.instances.clear()
        node.refresh_text()


def put(node: AnswerNode, answers: Mapping[str, Any], grow: Grow) -> None:
    """Fill `node`, a group, and what is below it.

    Raises:
        UnknownQuestionError: a key that is no name in the form.
        WrongTypeError: a value of the wrong type or shape.
    """
    for name, value in answers.items():
        if name.startswith("$"):
            continue
        if "@" in name:
            _put_attribute(node, name, value)
            continue
        index = node.place.member_index.get(name)
        if index is None:
            raise UnknownQuestionError(ref=f"{ref_of(node)}/{name}")
        member = node.members[index]
        if isinstance(member, RangeNode):
            _put_instances(member, value, grow)
        elif isinstance(member.place.element, Group):
            put(member, _mapping(value, ref_of(member)), grow)
        else:
            _put_value(member, value)


def _put_attribute(node: AnswerNode, name: str, value: Any) -> None:
    owner, _, local = name.rpartition("@")
    index = node.place.member_index.get(owner.rstrip("/"))
    holder = node if not owner else node.members[index] if index is not None else None
    for attribute in holder.attributes if holder is not None else ():
        if isinstance(attribute, AnswerNode) and attribute.name == local:
            attribute.value = canonical(value)
            return
    raise UnknownQuestionError(ref=f"{ref_of(node)}/{name}")


def _mapping(value: Any, ref: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise WrongTypeError(
            ref=ref, value=value, expected=Reason(N_("an object with the answers of the group"))
        )
    return value


def _put_instances(node: RangeNode, value: Any, grow: Grow) -> None:
    if not isinstance(value, list):
        raise WrongTypeError(
            ref=ref_of(node), value=value, expected=Reason(N_("a list with one object per entry"))
        )
    if len(value) > REPEAT_LIMIT:
        raise TooManyEntriesError(repeat=ref_of(node), limit=REPEAT_LIMIT)
    scope = node.scope
    path = _path_inside(node)
    for answers, entry_id in zip(value, ids_of(value, scope.entry_id, path), strict=True):
        instance = grow(node)
        instance.entry_id = entry_id
        clear(instance)
        put(instance, _mapping(answers, ref_of(instance)), grow)


def _path_inside(node: RangeNode) -> str:
    """Return what leads to the repeat from the entry around it, or from the root."""
    return node.place.path[len(node.scope.place.path) + 1 :]


def name_entries(node: RangeNode, uuid: Callable[[], str]) -> None:
    """Give the entries of a repeat that have no id yet theirs; see `entry_ids`."""
    taken = {instance.entry_id for instance in node.instances}
    counted = isinstance(node.place.element, Repeat) and bool(node.place.element.count)
    for instance in node.instances:
        if instance.entry_id:
            continue
        made = ""
        if counted:
            made = at_position(node.scope.entry_id, _path_inside(node), instance.position)
        while not made or made in taken:
            made = made_of(uuid())
        instance.entry_id = made
        taken.add(made)


def _put_value(node: AnswerNode, value: Any) -> None:
    question = node.place.element
    assert isinstance(question, Question)
    if isinstance(value, Mapping):
        mark = value.get(UNAVAILABLE)
        if not isinstance(mark, Mapping):
            raise WrongTypeError(ref=ref_of(node), value=value, expected=Reason(N_("one value")))
        reason = str(mark.get("reason", ""))
        if reason not in REASONS:
            raise WrongTypeError(
                ref=ref_of(node),
                value=reason,
                expected=Reason(N_("one of: {values}"), values=", ".join(REASONS)),
            )
        node.unavailable = (reason, clean(str(mark.get("remark", ""))))
        return
    text = canonical(value)
    check_length(node.name, text)
    if text and not question.bind.calculate:
        expected = value_problem(text, question.type, question.bind.data_type)
        if expected:
            raise WrongTypeError(ref=ref_of(node), value=text, expected=Reason(expected))
    node.value = text


def check_length(ref: str, text: str) -> None:
    """Refuse `text`, an answer or remark, that is too long.

    Raises:
        AnswerTooLongError: it is.
    """
    if len(text) > ANSWER_LIMIT:
        raise AnswerTooLongError(ref=ref, limit=ANSWER_LIMIT)


def canonical(value: Any) -> str:
    """Return a value of an answers file as the text an instance holds."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        text = f"{Decimal(repr(value)):f}"
        return text.removesuffix(".0")
    if isinstance(value, list):
        return " ".join(clean(str(one)) for one in value)
    return clean(str(value))


def take(node: AnswerNode, relevant_only: bool, uuid: Callable[[], str] | None = None) -> dict[str, Any]:
    """Return the answers below `node`, a group; with the ids of entries where `uuid` gives new ones."""
    found: dict[str, Any] = _attributes(node, "", relevant_only)
    for member in node.members:
        if (relevant_only and not member.relevant) or is_remade(member):
            continue
        if member.attributes and not member.members:
            found.update(_attributes(member, f"{member.name}/", relevant_only))
        if isinstance(member, RangeNode):
            entries = _taken_entries(member, relevant_only, uuid)
            if entries:
                found[member.name] = entries
        elif member.place.kind == "group":
            inner = take(member, relevant_only, uuid)
            if inner:
                found[member.name] = inner
        elif member.unavailable is not None:
            reason, remark = member.unavailable
            found[member.name] = {UNAVAILABLE: {"reason": reason, "remark": remark}}
        elif member.value:
            found[member.name] = _taken(member)
    return found


def _taken_entries(
    node: RangeNode, relevant_only: bool, uuid: Callable[[], str] | None
) -> list[dict[str, Any]]:
    shown = [instance for instance in node.instances if instance.relevant or not relevant_only]
    if uuid is None:
        return [take(instance, relevant_only) for instance in shown]
    if any(not instance.entry_id for instance in shown):
        name_entries(node, uuid)
    entries = []
    for instance in shown:
        entry = take(instance, relevant_only, uuid)
        entry[ENTRY_ID] = instance.entry_id
        entries.append(entry)
    return entries


def _taken(node: AnswerNode) -> str | list[str]:
    question = node.place.element
    assert isinstance(question, Question)
    return node.value.split() if question.type in ("select_multiple", "rank") else node.value


def known_answers(form: Form, answers: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return the part of `answers` that the questions of `form` can hold, and the paths of all else.

    For answers that come from another version of the form.
    """
    dropped: list[str] = []
    return _known(form.root, answers, dropped), dropped


def _attributes_in(group: Group) -> Iterator[Question]:
    yield from group.attributes
    for child in group.children:
        if isinstance(child, Question):
            yield from child.attributes


def _known(group: Group, answers: Mapping[str, Any], dropped: list[str]) -> dict[str, Any]:
    children = {child.name: child for child in group.children}
    attributes = {one.path.removeprefix(f"{group.path}/") for one in _attributes_in(group)}
    kept: dict[str, Any] = {}
    for name, value in answers.items():
        if name in attributes or name.startswith("$"):
            kept[name] = value
            continue
        child = children.get(name)
        if isinstance(child, Repeat) and isinstance(value, list):
            kept[name] = [_known(child, one, dropped) for one in value if isinstance(one, Mapping)]
        elif isinstance(child, Group) and not isinstance(child, Repeat) and isinstance(value, Mapping):
            kept[name] = _known(child, value, dropped)
        elif isinstance(child, Question) and _can_hold(child, value):
            kept[name] = value
        else:
            dropped.append(f"{group.path}/{name}")
    return kept


def _can_hold(question: Question, value: Any) -> bool:
    if isinstance(value, Mapping):
        mark = value.get(UNAVAILABLE)
        return isinstance(mark, Mapping) and mark.get("reason") in REASONS
    text = canonical(value)
    return bool(question.bind.calculate) or not value_problem(text, question.type, question.bind.data_type)

"""From a ref, a path with the position of every repeat instance, to the node it names."""

import re

from habitat_desktop.xforms.binding import Layout
from habitat_desktop.xforms.instance import AnswerNode, RangeNode, ScopeNode
from habitat_desktop.xforms.problems import UnknownQuestionError

_STEP = re.compile(r"([^\[\]/]+)(?:\[(\d+)\])?\Z")


def node_at(root: ScopeNode, layout: Layout, ref: str) -> AnswerNode:
    """Return the node at `ref`.

    Raises:
        UnknownQuestionError: there is none.
    """
    place = layout.by_path.get(ref)
    if place is not None and place.depth == 0:
        return root.slots[place.slot]
    node: AnswerNode = root
    steps = ref.split("/")
    if len(steps) < 2 or steps[0] or steps[1] != root.name:
        raise UnknownQuestionError(ref=ref)
    for step in steps[2:]:
        node = _step(node, step, ref)
    return node


def _step(node: AnswerNode, step: str, ref: str) -> AnswerNode:
    if step.startswith("@"):
        for attribute in node.attributes:
            if isinstance(attribute, AnswerNode) and attribute.place.name == step:
                return attribute
    match = _STEP.match(step)
    index = node.place.member_index.get(match.group(1)) if match else None
    if match is None or index is None or isinstance(node, RangeNode):
        raise UnknownQuestionError(ref=ref)
    member = node.members[index]
    position = match.group(2)
    if isinstance(member, RangeNode):
        if position is None:
            return member
        if not 1 <= int(position) <= len(member.instances):
            raise UnknownQuestionError(ref=ref)
        return member.instances[int(position) - 1]
    if position not in (None, "1"):
        raise UnknownQuestionError(ref=ref)
    return member

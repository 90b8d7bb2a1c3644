"""An instance as submission XML, the way ODK tools write it."""

from habitat_desktop.xforms.definition import Form, Question
from habitat_desktop.xforms.environment import Environment
from habitat_desktop.xforms.instance import AnswerNode, RangeNode
from habitat_desktop.xforms.xpath.values import datetime_text

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"})


def escaped(text: str) -> str:
    """Return `text` for XML content or an attribute."""
    return text.translate(_ESCAPES)


def submission_xml(
    root: AnswerNode, form: Form, environment: Environment, instance_id: str, deprecated_id: str
) -> str:
    """Return the submission of `root`.

    Irrelevant nodes are left out, blank ones kept. `instance_id` takes the place of the one made at load;
    `deprecated_id` names the submission this one replaces.
    """
    writer = _Writer(environment, instance_id, deprecated_id)
    writer.members(root)
    body = "".join(writer.parts)
    attributes = {"id": form.form_id}
    if form.version:
        attributes["version"] = form.version
    for attribute in root.attributes:
        attributes.setdefault(attribute.name, attribute.text)
    names = " ".join(attributes)
    for prefix, uri in form.namespaces.items():
        if f"{prefix}:" in names or f"<{prefix}:" in body or f" {prefix}:" in body:
            attributes[f"xmlns:{prefix}"] = uri
    shown = "".join(f' {name}="{escaped(value)}"' for name, value in attributes.items())
    return f"<{root.name}{shown}>{body}</{root.name}>"


class _Writer:
    def __init__(self, environment: Environment, instance_id: str, deprecated_id: str) -> None:
        self._environment = environment
        self._instance_id = instance_id
        self._deprecated_id = deprecated_id
        self.parts: list[str] = []

    def members(self, node: AnswerNode) -> None:
        """Write what is below `node`."""
        for member in node.members:
            if isinstance(member, RangeNode):
                for instance in member.instances:
                    self._element(instance)
            else:
                self._element(member)

    def _element(self, node: AnswerNode) -> None:
        if not node.relevant:
            return
        opening = f"{node.name}{self._attributes(node)}" if node.attributes else node.name
        if node.members:
            self.parts.append(f"<{opening}>")
            self.members(node)
            self.parts.append(f"</{node.name}>")
            return
        text = self._text(node)
        self.parts.append(f"<{opening}>{escaped(text)}</{node.name}>" if text else f"<{opening}/>")
        if node.local == "instanceID" and self._deprecated_id:
            name = node.name.removesuffix("instanceID") + "deprecatedID"
            self.parts.append(f"<{name}>{escaped(self._deprecated_id)}</{name}>")

    def _attributes(self, node: AnswerNode) -> str:
        """Return the attributes of `node` as they are written; irrelevant ones are left out, too."""
        return "".join(
            f' {one.name}="{escaped(one.text)}"'
            for one in node.attributes
            if isinstance(one, AnswerNode) and one.relevant
        )

    def _text(self, node: AnswerNode) -> str:
        element = node.place.element
        if isinstance(element, Question) and element.bind.preload == ("timestamp", "end"):
            return datetime_text(self._environment.now().astimezone(self._environment.timezone))
        if node.local == "instanceID" and self._instance_id:
            return self._instance_id
        return node.text

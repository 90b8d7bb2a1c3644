"""An instance as submission XML, the way ODK tools write it, and such XML as answers."""

from typing import Any

from habitat_desktop.errors import N_
from habitat_desktop.xforms.answers import UNAVAILABLE
from habitat_desktop.xforms.definition import Element, Form, Group, Question, Repeat
from habitat_desktop.xforms.environment import Environment
from habitat_desktop.xforms.instance import AnswerNode, RangeNode
from habitat_desktop.xforms.limits import xml_parser
from habitat_desktop.xforms.problems import NotASubmissionError, Reason
from habitat_desktop.xforms.xform_names import HABITAT_URI, JR, attribute_name, name_of
from habitat_desktop.xforms.xpath.values import datetime_text

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"})


def escaped(text: str) -> str:
    """Return `text` for XML content or an attribute."""
    return text.translate(_ESCAPES)


def _in_attribute(text: str) -> str:
    return escaped(text).replace("\n", "&#10;").replace("\t", "&#9;")


def submission_xml(
    root: AnswerNode, form: Form, environment: Environment, instance_id: str, deprecated_id: str
) -> str:
    """Return the submission of `root`.

    Irrelevant nodes are left out, blank ones kept; one declared unavailable says why in the attributes
    `unavailable` and `remark` of our namespace. `instance_id` takes the place of the one made at load;
    `deprecated_id` names the submission this one replaces.
    """
    writer = _Writer(environment, instance_id, deprecated_id, _ours(form))
    writer.members(root)
    body = "".join(writer.parts)
    attributes = {"id": form.form_id}
    for attribute in root.attributes:
        attributes.setdefault(attribute.name, attribute.text)
    names = " ".join(attributes)
    for prefix, uri in {**form.namespaces, _ours(form): HABITAT_URI}.items():
        if f"{prefix}:" in names or f"<{prefix}:" in body or f" {prefix}:" in body:
            attributes[f"xmlns:{prefix}"] = uri
    shown = "".join(f' {name}="{_in_attribute(value)}"' for name, value in attributes.items())
    return f"<{root.name}{shown}>{body}</{root.name}>"


def _ours(form: Form) -> str:
    """Return the prefix of our namespace in the submissions of `form`."""
    return next((prefix for prefix, uri in form.namespaces.items() if uri == HABITAT_URI), "habitat")


class _Writer:
    def __init__(self, environment: Environment, instance_id: str, deprecated_id: str, prefix: str) -> None:
        self._environment = environment
        self._prefix = prefix
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
        opening = node.name
        if node.attributes or node.unavailable is not None:
            opening += self._attributes(node)
        if node.members:
            self.parts.append(f"<{opening}>")
            self.members(node)
            self.parts.append(f"</{node.name}>")
            return
        text = self._text(node)
        self.parts.append(f"<{opening}>{escaped(text)}</{node.name}>" if text else f"<{opening}/>")
        if node.local == "instanceID" and self._deprecated_id and not _has_deprecated_id(node):
            name = node.name.removesuffix("instanceID") + "deprecatedID"
            self.parts.append(f"<{name}>{escaped(self._deprecated_id)}</{name}>")

    def _attributes(self, node: AnswerNode) -> str:
        """Return the attributes of `node` as they are written; irrelevant ones are left out, too."""
        shown = [
            (one.name, one.text) for one in node.attributes if isinstance(one, AnswerNode) and one.relevant
        ]
        if node.unavailable is not None:
            reason, remark = node.unavailable
            shown += [(f"{self._prefix}:unavailable", reason)]
            shown += [(f"{self._prefix}:remark", remark)] if remark else []
        return "".join(f' {name}="{_in_attribute(text)}"' for name, text in shown)

    def _text(self, node: AnswerNode) -> str:
        element = node.place.element
        if isinstance(element, Question) and element.bind.preload == ("timestamp", "end"):
            return node.text or datetime_text(self._environment.now().astimezone(self._environment.timezone))
        if node.local == "instanceID" and self._instance_id:
            return self._instance_id
        if node.local == "deprecatedID" and self._deprecated_id:
            return self._deprecated_id
        return node.text


def _has_deprecated_id(instance_id: AnswerNode) -> bool:
    """Tell whether the form has an element of its own for the id that is replaced."""
    meta = instance_id.parent
    return isinstance(meta, AnswerNode) and any(node.local == "deprecatedID" for node in meta.members)


def read_submission(form: Form, xml: str | bytes) -> tuple[dict[str, Any], list[str]]:
    """Return the answers in the submission `xml` of `form`, and the paths of nodes the form has not.

    Raises:
        NotASubmissionError: it is no XML, or belongs to another form.
    """
    from lxml import etree

    try:
        root = etree.fromstring(xml.encode("utf-8") if isinstance(xml, str) else xml, xml_parser())
    except etree.XMLSyntaxError as error:
        raise NotASubmissionError(
            form_id=form.form_id, problem=Reason(N_("it is no well-formed XML ({detail})"), detail=error.msg)
        ) from error
    form_id = root.get("id") or root.nsmap.get(None, "")
    if form_id != form.form_id or _local(name_of(root)) != _local(form.root.name):
        raise NotASubmissionError(
            form_id=form.form_id, problem=Reason(N_("it is of the form “{other}”"), other=form_id or root.tag)
        )
    reader = _Reader()
    return reader.group(form.root, root, form.root.path), reader.unknown


def _local(name: str) -> str:
    return name.rpartition(":")[2]


class _Reader:
    """Turns a submission into answers; `unknown` are the nodes and attributes the form has not."""

    def __init__(self) -> None:
        self.unknown: list[str] = []

    def group(self, group: Group, node: Any, ref: str) -> dict[str, Any]:
        """Return the answers in `node`, which stands for `group`."""
        names = {_local(child.name): child for child in group.children}
        names |= {child.name: child for child in group.children}
        found = self._attributes(group, node, "", ref)
        self._stray_text(node, ref)
        for child in node:
            if not isinstance(child.tag, str) or child.get(f"{JR}template") is not None:
                continue
            name = name_of(child)
            element = names.get(name) or names.get(_local(name))
            if isinstance(element, Repeat):
                entries = found.setdefault(element.name, [])
                entries.append(self.group(element, child, f"{ref}/{element.name}[{len(entries) + 1}]"))
            elif element is None or element.name in found:
                if _local(name) != "deprecatedID":
                    self.unknown.append(f"{ref}/{name}")
            else:
                self._member(element, child, found, f"{ref}/{element.name}")
        return found

    def _member(self, element: Element, node: Any, found: dict[str, Any], ref: str) -> None:
        if isinstance(element, Group):
            found[element.name] = self.group(element, node, ref)
            return
        found.update(self._attributes(element, node, f"{element.name}/", ref))
        reason = node.get(f"{{{HABITAT_URI}}}unavailable")
        if reason is not None:
            remark = node.get(f"{{{HABITAT_URI}}}remark", "")
            found[element.name] = {UNAVAILABLE: {"reason": reason, "remark": remark}}
        else:
            found[element.name] = node.text or ""
        for child in node:
            if isinstance(child.tag, str):
                self.unknown.append(f"{ref}/{name_of(child)}")

    def _attributes(self, element: Element, node: Any, before: str, ref: str) -> dict[str, Any]:
        known = {attribute.name: attribute.default for attribute in element.attributes}
        found = {}
        for key, value in node.items():
            if key.startswith((f"{{{HABITAT_URI}}}", JR)):
                continue
            name = f"@{attribute_name(key, node)}"
            if name not in known:
                if name not in ("@id", "@version") or element.parent is not None:
                    self.unknown.append(f"{ref}/{name}")
            elif value != known[name] and not (name == "@version" and element.parent is None):
                found[f"{before}{name}"] = value
        return found

    def _stray_text(self, node: Any, ref: str) -> None:
        texts = [node.text, *(child.tail for child in node)]
        if any(text and text.strip() for text in texts):
            self.unknown.append(f"{ref}/text()")

"""jr:preload: what the program fills in by itself."""

from habitat_desktop.xforms.definition import Question
from habitat_desktop.xforms.environment import Environment
from habitat_desktop.xforms.instance import AnswerNode
from habitat_desktop.xforms.xpath.values import date_text, datetime_text


def preload(node: AnswerNode, environment: Environment, new: bool) -> None:
    """Fill `node` in as its jr:preload says; an instance that is opened again only gets a missing uid."""
    element = node.place.element
    if not isinstance(element, Question) or element.bind.preload is None:
        return
    kind, parameter = element.bind.preload
    if kind == "uid":
        if new or not node.value:
            node.value = f"uuid:{environment.uuid()}"
    elif new:
        node.value = _preloaded(kind, parameter, environment) or node.value
    node.refresh_text()


def _preloaded(kind: str, parameter: str, environment: Environment) -> str:
    now = environment.now().astimezone(environment.timezone)
    if kind == "timestamp" and parameter == "start":
        return datetime_text(now)
    if kind == "date" and parameter == "today":
        return date_text(now)
    if kind == "property":
        return environment.properties.get(parameter, "")
    return ""

"""jr:preload: what the program fills in by itself."""

from habitat_desktop.xforms.definition import Question
from habitat_desktop.xforms.instance import AnswerNode
from habitat_desktop.xforms.xpath.code import Session
from habitat_desktop.xforms.xpath.values import date_text, datetime_text

_SCHEMES = {"email": "mailto:", "phonenumber": "tel:", "username": "username:"}  # as ODK Collect writes them


def preload(node: AnswerNode, session: Session, new: bool) -> None:
    """Fill `node` in as its jr:preload says; an instance that is opened again only gets a missing uid."""
    element = node.place.element
    if not isinstance(element, Question) or element.bind.preload is None:
        return
    kind, parameter = element.bind.preload
    if kind == "uid":
        if new or not node.value:
            node.value = f"uuid:{session.uuid()}"
    elif new:
        node.value = _preloaded(kind, parameter, session) or node.value
    node.refresh_text()


def end_time(node: AnswerNode, session: Session) -> str:
    """Return the time now where `node` takes the time at which filling ends, else ""."""
    element = node.place.element
    if not isinstance(element, Question) or element.bind.preload != ("timestamp", "end"):
        return ""
    return datetime_text(session.now().astimezone(session.timezone))


def _preloaded(kind: str, parameter: str, session: Session) -> str:
    now = session.now().astimezone(session.timezone)
    if kind == "timestamp" and parameter == "start":
        return datetime_text(now)
    if kind == "date" and parameter == "today":
        return date_text(now)
    if kind == "property":  # the specification writes "phone number", everybody else "phonenumber"
        asked = parameter.removeprefix("uri:")
        found = session.properties.get(asked) or session.properties.get(asked.replace(" ", ""), "")
        return f"{_SCHEMES.get(asked, '')}{found}" if found and asked != parameter else found
    return ""

"""The answers of one return, or of one entry of a repeat, asked by the name of the question.

What was not answered, or is “not available”, is None or "": never zero. `reason` tells one from the other.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from habitat_desktop.reports.document import RecordLine
from habitat_desktop.xforms.definition import Element, Form, Question, Repeat
from habitat_desktop.xforms.was import repeat_around

ROOT = ""  # the place of the questions outside of all repeats


class Places:
    """Where the questions and repeats of a form stand in its answers, by name or by path from the root."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self._found: dict[str, dict[str, Element | None]] = {}
        root = form.root.path
        for element in form.walk():
            around = repeat_around(element)
            here = self._found.setdefault(around, {})
            inside = element.path[len(around or root) + 1 :]
            here[element.name] = None if element.name in here and inside != element.name else element
            here[inside] = element

    def element(self, around: str, name: str) -> Element:
        """Return the question or repeat `name` of the root, or of the repeat at the path `around`.

        Raises:
            KeyError: the form has no such name there, or two of them: write the path.
        """
        found = self._found.get(around, {}).get(name)
        if found is None:
            raise KeyError(f"{name!r} in {self.form.form_id} {self.form.version}")
        return found

    def question(self, name: str) -> Question:
        """Return the one question of that name, wherever it stands.

        Raises:
            KeyError: there is none, or several.
        """
        found = {
            one.path: one for here in self._found.values() if isinstance(one := here.get(name), Question)
        }
        if len(found) != 1:
            raise KeyError(f"{name!r} in {self.form.form_id} {self.form.version}")
        return next(iter(found.values()))


@dataclass(frozen=True)
class Answers:
    """The answers of a return or of an entry; `position` is 1-based, 0 for the return itself."""

    line: RecordLine
    places: Places = field(repr=False)
    around: str = ROOT
    values: Mapping[str, Any] = field(default_factory=dict, repr=False)
    position: int = 0

    @property
    def record_id(self) -> str:
        """The record these answers stand in."""
        return self.line.record_id

    @property
    def key(self) -> tuple[str, str, int]:
        """What tells this entry from all others of the report."""
        return (self.line.record_id, self.around, self.position)

    def value(self, name: str) -> Any:
        """Return the answer as it is stored; None where there is none. KeyError: no such question here."""
        element = self.places.element(self.around, name)
        start = self.around or self.places.form.root.path
        node: Any = self.values
        for part in element.path[len(start) + 1 :].split("/"):
            node = node.get(part) if isinstance(node, Mapping) else None
        return node

    def text(self, name: str) -> str:
        """Return the answer as text, "" where there is none."""
        value = self.value(name)
        if value is None or isinstance(value, Mapping):
            return ""
        return " ".join(map(str, value)) if isinstance(value, list) else str(value)

    def number(self, name: str) -> Decimal | None:
        """Return a number exactly as it was given; None where there is none."""
        text = self.text(name)
        try:
            number = Decimal(text) if text else None
        except InvalidOperation:
            return None
        return number if number is not None and number.is_finite() else None

    def choice(self, name: str) -> str:
        """Return the code that was chosen, "" where none was."""
        return self.text(name)

    def chosen(self, name: str) -> tuple[str, ...]:
        """Return the codes that were chosen of several."""
        value = self.value(name)
        if isinstance(value, list):
            return tuple(map(str, value))
        return tuple(self.text(name).split())

    def is_yes(self, name: str) -> bool | None:
        """Return whether the answer is yes; None where it is neither yes nor no."""
        return {"yes": True, "no": False}.get(self.text(name))

    def day(self, name: str) -> str:
        """Return a date as ISO text, "" where there is none."""
        return self.text(name)[:10]

    def reason(self, name: str) -> str:
        """Return the code of the reason why the answer is not available, "" where none is given."""
        value = self.value(name)
        why = value.get("$unavailable") if isinstance(value, Mapping) else None
        return str(why.get("reason", "")) if isinstance(why, Mapping) else ""

    def entries(self, repeat: str) -> Iterator["Answers"]:
        """Yield the entries of a repeat that stands here."""
        element = self.places.element(self.around, repeat)
        if not isinstance(element, Repeat):
            raise KeyError(f"{repeat!r} is no repeat of {self.places.form.form_id}")
        found = self.value(repeat)
        for position, entry in enumerate(found if isinstance(found, list) else (), 1):
            if isinstance(entry, Mapping):
                yield Answers(self.line, self.places, element.path, entry, position)

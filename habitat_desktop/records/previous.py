"""Last period's answers, beside this period's questions."""

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from habitat_desktop.records.columns import Library, answers_in
from habitat_desktop.records.record import Revision
from habitat_desktop.xforms.definition import Form, Group, Question
from habitat_desktop.xforms.engine import FormInstance
from habitat_desktop.xforms.entry_ids import ENTRY_ID
from habitat_desktop.xforms.problems import FormError

_POSITION = re.compile(r"\[(\d+)\]$")


def previous_values(
    form: Form, revision: Revision | None, library: Library | None = None, *, same_ids: bool = False
) -> "PreviousValues":
    """Return a lookup of last period's answers; `library` brings those of an older version to this one.

    `same_ids`: entries have the ids they had last period.
    """
    if revision is None:
        return PreviousValues(form, {})
    if library is not None and revision.heading.form_version != form.version:
        with suppress(FormError):
            return PreviousValues(form, answers_in(form, revision, library), same_ids)
    return PreviousValues(form, revision.answers, same_ids)


class PreviousValues:
    """Last period's answers, also inside repeats: entries are matched by their naming question.

    Those of a return that was begun from last period's are matched by their id as well: they have the same.
    """

    def __init__(self, form: Form, answers: Mapping[str, Any], same_ids: bool = False) -> None:
        self._form = form
        self._same_ids = same_ids
        self._answers = answers

    def __bool__(self) -> bool:
        return bool(self._answers)

    def value(self, instance: FormInstance, ref: str) -> str:
        """Return last period's value of the question at `ref`, "" if there is none."""
        place: Any = self._answers
        walked = ""
        for step in ref.split("/")[2:]:
            match = _POSITION.search(step)
            name = step[: match.start()] if match else step
            walked += f"/{step}"
            if not isinstance(place, Mapping) or name not in place:
                return ""
            place = place[name]
            if match:
                place = self._same_instance(instance, f"/data{walked}", place)
        if isinstance(place, list):
            return " ".join(str(item) for item in place)
        return place if isinstance(place, str) else ""

    def _same_instance(self, instance: FormInstance, ref: str, before: object) -> object:
        naming = naming_question(self._form, _without_positions(ref))
        if not isinstance(before, list):
            return None
        now = instance.state(f"{ref}/{naming}").value if naming is not None else ""
        same = next((item for item in before if now and item.get(naming) == now), None)
        if same is None and self._same_ids:
            entry_id = instance.entry_id(ref)
            same = next((item for item in before if item.get(ENTRY_ID) == entry_id), None)
        return same


def naming_question(form: Form, repeat_path: str) -> str | None:
    """Return the name of the question that names an instance of a repeat: its first one a person answers."""
    repeat = form.element(repeat_path)
    if not isinstance(repeat, Group):
        return None
    for child in repeat.children:
        if isinstance(child, Question) and child.has_control:
            return child.name
    return None


def _without_positions(ref: str) -> str:
    return re.sub(r"\[\d+\]", "", ref)

"""What an upgrade to another version of a form does, answer by answer, in words a person reads."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from habitat_desktop.errors import N_
from habitat_desktop.i18n.answer_texts import unavailable_words
from habitat_desktop.i18n.catalogues import _
from habitat_desktop.i18n.text import iso
from habitat_desktop.records import upgrading
from habitat_desktop.settings import Settings
from habitat_desktop.xforms.definition import Form

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_ENTRY = re.compile(r"\[[^\]]*\]")
_STAYS = ("renamed", "split", "moved", "converted")
_BECOMES = {
    "renamed": N_("stays, under another name: {question}"),
    "split": N_("stays, now in: {question}"),
    "moved": N_("stays, now at: {question}"),
    "converted": N_("written in the new type"),
    "aside": N_("kept aside: the new type cannot hold it"),
    "dropped": N_("kept aside: the question is gone"),
    "worked_out": N_("kept aside: the form works it out now"),
    "choice": N_("kept, but no longer a choice"),
}


@dataclass(frozen=True)
class UpgradeLine:
    """One answer that does not simply stay; `stays` says that it still answers a question."""

    question: str
    value: str
    becomes: str
    stays: bool


@dataclass(frozen=True)
class UpgradeTold:
    """What an upgrade would do: lines, and how many questions are new and how many rules do not hold then."""

    old_version: str
    new_version: str
    lines: tuple[UpgradeLine, ...]
    added: int
    problems: int


def upgrade_told(
    session: "Session", forms: Callable[..., Form], settings: Settings, record: str, spoken: str
) -> UpgradeTold:
    """Say what bringing `record` to the newest version of its form would do; nothing is changed.

    Raises:
        As `upgrading.preview`.
    """
    told = upgrading.preview(session, forms, settings, record)
    from habitat_desktop.records import repository

    found = repository.find_record(session, told.record_id)
    form_id = found.form_id if found is not None else ""
    old, new = forms(form_id, told.old_version), forms(form_id, told.new_version)
    lines = []
    for one in told.changes:
        before = _label(old, one.old_ref, spoken) or _label(new, one.new_ref, spoken)
        becomes = _(_BECOMES[one.how]).format(question=iso(_label(new, one.new_ref, spoken)))
        lines.append(UpgradeLine(before, _value(one.value), becomes, one.how in _STAYS))
    labelled = [path for path in told.added if _label(new, path, spoken, named=False)]
    return UpgradeTold(told.old_version, told.new_version, tuple(lines), len(labelled), len(told.problems))


def _label(form: Form, ref: str, spoken: str, *, named: bool = True) -> str:
    """Return what a question is called; its name where it has no label, unless `named` is off."""
    path = _ENTRY.sub("", ref)
    if path and not path.startswith(form.root.path):
        path = f"{form.root.path}/{path.lstrip('/')}"
    element = form.elements.get(path)
    label = " ".join(element.label(spoken).split()) if element is not None else ""
    return label or (path.rpartition("/")[2] if named else "")


def _value(value: Any) -> str:
    if isinstance(value, dict):
        why = value.get("$unavailable", {})
        return unavailable_words(str(why.get("reason", "")), str(why.get("remark", "")))
    return " · ".join(map(str, value)) if isinstance(value, list) else str(value or "")

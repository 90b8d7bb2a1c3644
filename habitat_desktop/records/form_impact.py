"""How many drafts and returns of this workspace a new version of their form would touch."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from habitat_desktop.records import repository
from habitat_desktop.records.aligning import leaves
from habitat_desktop.records.record import RecordState
from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.form_comparison import FormChange

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_WITHOUT_ANSWER = ("required", "added_required")
_NO_ANSWERS = ("added", "added_calculated", "added_list", "choice_added", "from", "subject", "key", "period")


@dataclass(frozen=True)
class Touched:
    """How many drafts and finalized returns a change touches."""

    drafts: int = 0
    returns: int = 0


def impact(
    session: "Session", form: Form, changes: Sequence[FormChange]
) -> tuple[Touched, dict[FormChange, Touched]]:
    """Return how many records are on the version `form`, and how many of them each change touches."""
    found = list(_records(session, form))
    whole = _count([(is_draft, True) for is_draft, _answers in found])
    each = {
        change: _count([(is_draft, _touches(change, answers)) for is_draft, answers in found])
        for change in changes
    }
    return whole, each


def _records(session: "Session", form: Form) -> Iterator[tuple[bool, dict[str, list[str]]]]:
    """Yield whether it is a draft, and its answers by path."""
    for summary in repository.list_records(session, form_id=form.form_id):
        if summary.form_version != form.version or summary.state == RecordState.WITHDRAWN:
            continue
        draft = repository.find_draft(session, summary.record_id) if summary.has_draft else None
        content = draft or repository.current(session, summary.record_id)
        if content is not None:
            yield draft is not None, _by_path(form, content.answers)


def _by_path(form: Form, answers: Mapping[str, Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for ref, value in leaves({k: v for k, v in answers.items() if not k.startswith("$")}, form.root.path):
        path = "/".join(step.partition("[")[0] for step in ref.split("/"))
        texts = [str(one) for one in value] if isinstance(value, list) else [str(value)]
        found.setdefault(path, []).extend(texts)
    return found


def _touches(change: FormChange, answers: Mapping[str, list[str]]) -> bool:
    if change.code in _NO_ANSWERS or change.kind == "cosmetic":
        return False
    if change.code in _WITHOUT_ANSWER:
        return change.old_path not in answers
    if change.code == "choice_removed":
        return any(change.old in text.split() for text in answers.get(change.old_path, ()))
    inside = f"{change.old_path}/"
    return change.old_path in answers or any(path.startswith(inside) for path in answers)


def _count(found: Sequence[tuple[bool, bool]]) -> Touched:
    return Touched(
        sum(is_draft and touched for is_draft, touched in found),
        sum(not is_draft and touched for is_draft, touched in found),
    )

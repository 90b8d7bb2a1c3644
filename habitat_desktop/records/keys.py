"""What tells one return from another: form, country, period, and the key the form declares."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from habitat_desktop.records import repository
from habitat_desktop.records.record import RecordState, RecordSummary
from habitat_desktop.xforms.definition import Form

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Key = tuple[str, ...]


def key_of(form: Form, answers: Mapping[str, Any]) -> Key:
    """Return the answers that make the key of a return, folded; () while one of them is not given."""
    found = tuple(_answer_at(answers, path) for path in form.key)
    return found if all(found) else ()


def records_with_key(
    session: "Session", form: Form, office: str, country: str, period: str, key: Key, subject: str = ""
) -> list[RecordSummary]:
    """Return the returns of an office for `period` that have this key, withdrawn ones left out.

    A form that declares none, or a key of the subject alone, is told by what is shown of the subject.
    """
    found = [
        one
        for one in repository.list_records(session, form_id=form.form_id, period=period, office=office)
        if one.country in ("", country) and one.state != RecordState.WITHDRAWN
    ]
    if not form.key:
        return [one for one in found if one.subject == subject]
    if not key:  # a subject that is shown and not answered, such as the name of an instance
        return [one for one in found if subject and one.subject == subject and form.key == form.subject]
    return [one for one in found if key_of(form, _answers_of(session, one.record_id)) == key]


def _answers_of(session: "Session", record_id: str) -> Mapping[str, Any]:
    content = repository.find_draft(session, record_id) or repository.current(session, record_id)
    return content.answers if content is not None else {}


def _answer_at(answers: Mapping[str, Any], path: str) -> str:
    from habitat_desktop.i18n.text import fold

    found: Any = answers
    for name in path.split("/")[2:]:
        found = found.get(name) if isinstance(found, Mapping) else None
    return " ".join(fold(found).split()) if isinstance(found, str) else ""

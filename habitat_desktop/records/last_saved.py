"""The newest record of a form as its submission, for forms that ask what was answered last time."""

from typing import TYPE_CHECKING

from habitat_desktop.errors import HabitatError
from habitat_desktop.records import repository
from habitat_desktop.xforms.answers import known_answers
from habitat_desktop.xforms.definition import Form
from habitat_desktop.xforms.engine import FormInstance
from habitat_desktop.xforms.environment import Environment, Opening

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def last_saved_xml(
    session: "Session", form: Form, environment: Environment, office: str, record_id: str
) -> str | None:
    """Return the submission of the record of `form` that was saved last in `office`, but for `record_id`.

    Its answers are read as those of this version of the form; None also where it cannot work with them.
    """
    newest = repository.list_records(session, form_id=form.form_id, office=office, limit=2)
    other = next((summary.record_id for summary in newest if summary.record_id != record_id), None)
    if other is None:
        return None
    found = repository.find_draft(session, other) or repository.current(session, other)
    if found is None:
        return None
    answers, _ = known_answers(form, found.answers)
    try:
        return FormInstance(form, environment, answers, opening=Opening.RESUME).submission_xml()
    except HabitatError:
        return None  # a new record begins without them

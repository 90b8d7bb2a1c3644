"""What a form learns from the program while a record is filled: the office, the person, the period, other
records."""

from dataclasses import replace
from typing import TYPE_CHECKING

from habitat_desktop.i18n.names import country_name
from habitat_desktop.i18n.periods import period_bounds
from habitat_desktop.records.links import with_links
from habitat_desktop.records.record import Heading
from habitat_desktop.settings import Settings
from habitat_desktop.xforms.definition import Form, Question, Repeat
from habitat_desktop.xforms.engine import Environment

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_PERIOD_CODES = {"H1": "h1", "H2": "h2", "adhoc": "adhoc"}


def environment_of(
    settings: Settings, heading: Heading, record_id: str, language: str, device: str = ""
) -> Environment:
    """Return what a form learns from the program; `device` is this installation."""
    person = settings.current_person()
    year, code = period_answers(heading.period)
    start, end = period_bounds(heading.period) if heading.period else ("", "")
    properties = {
        "record_id": record_id,
        "previous_record": heading.previous_record,
        "office": settings.office,
        "country": heading.country,
        "country_name": country_name(heading.country, "en") if heading.country else "",
        "person": person.name,
        "username": person.name,
        "deviceid": f"habitat_desktop:{device}" if device else "",
        "email": person.email,
        "person_function": person.function,
        "reporting_year": year,
        "reporting_period": code,
        "period_start": str(start),
        "period_end": str(end),
    }
    return Environment.system(properties=properties, language=language)


def with_records(
    session: "Session", form: Form, environment: Environment, office: str, record_id: str
) -> Environment:
    """Return `environment`, with what `form` asks of other records: its newest one, lists made of records."""
    environment = with_links(session, form, environment, office)
    if not form.last_saved:
        return environment
    from habitat_desktop.records.last_saved import last_saved_xml

    xml = last_saved_xml(session, form, environment, office, record_id)
    return replace(environment, last_saved=lambda: xml)


def preloaded(form: Form) -> dict[str, str]:
    """Return the paths of the questions that read what the program knows, by the name of what they read.

    Those inside a repeat have no one answer and are left out.
    """
    return {
        element.preload[1]: element.path
        for element in form.walk()
        if isinstance(element, Question)
        and element.preload
        and element.preload[0] == "property"
        and not _is_repeated(element)
    }


def _is_repeated(element: Question) -> bool:
    around = element.parent
    while around is not None and not isinstance(around, Repeat):
        around = around.parent
    return around is not None


def period_key(year: str, code: str) -> str:
    """Return the key of a period: "2026-H1", "2026", "2026-2027", "2026-adhoc"; "" if it is not known."""
    if not (year.isdigit() and code):
        return ""
    return {
        "h1": f"{year}-H1",
        "h2": f"{year}-H2",
        "annual": year,
        "biennium": f"{year}-{int(year) + 1}",
    }.get(code, f"{year}-adhoc")


def period_answers(key: str) -> tuple[str, str]:
    """Return the year and the period code that `period_key` makes into `key`."""
    year, _, part = key.partition("-")
    if not part:
        return year, "annual" if year else ""
    return year, _PERIOD_CODES.get(part, "biennium")

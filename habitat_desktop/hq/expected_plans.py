"""Expected returns by the dozen: one for every office, and those of the next period from the last one's."""

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from habitat_desktop.hq.known_offices import country_of_office
from habitat_desktop.records.expected import Register, Terms
from habitat_desktop.records.expected_acts import Known, checked

if TYPE_CHECKING:
    from habitat_desktop.records.expected import ExpectedReturn


def one_for_each(offices: Iterable[str], form_id: str, period: str, due: str, known: Known) -> list[Terms]:
    """Return the terms of one return of any subject from each of these offices.

    Raises:
        ExpectedError: form, period, date or the code of an office is wrong.
    """
    offices = dict.fromkeys(office.upper() for office in offices)
    return [
        checked(Terms(office, form_id, country_of_office(office), period, "", due), known)
        for office in offices
    ]


def rolled(
    register: Register,
    period: str,
    due: str,
    known: Known,
    *,
    last: str,
    forms: Collection[str] = (),
    by_record: bool = False,
) -> list[Terms]:
    """Return what is expected of `period` as of the period `last`, without what was excused then.

    `by_record` expects one return for each subject that was reported then, instead of one for any.

    Raises:
        ExpectedError: period or date is wrong, or a form is no longer there.
    """
    wanted: dict[tuple[str, ...], Terms] = {}
    for found in register.returns:
        if found.terms.period != last or found.state == "excused":
            continue
        if forms and found.terms.form_id not in forms:
            continue
        for terms in _subjects(found) if by_record else (found.terms,):
            made = checked(terms._replace(period=period, due=due, note=found.terms.note), known)
            wanted.setdefault(made.key, made)
    return list(wanted.values())


def _subjects(found: "ExpectedReturn") -> Iterator[Terms]:
    named = [record for record in found.records if record.subject]
    if found.terms.subject or not named:
        yield found.terms
        return
    for record in named:
        yield found.terms._replace(subject=record.subject, country=record.country)

"""What a new record is about, before it is made: said by the command, by its answers file, or as usual."""

from datetime import datetime
from typing import Any

from habitat_desktop.errors import N_, HabitatError
from habitat_desktop.i18n.names import countries
from habitat_desktop.workspace import Workspace


class NoCountryError(HabitatError):
    code = "NO_COUNTRY"
    message = N_("The office has several countries: say which one with --country. Known here: {countries}")


class BadPeriodError(HabitatError):
    code = "BAD_PERIOD"
    message = N_(
        "“{period}” is not a period: write 2026-H1, 2026-H2, 2026, 2026-2027 or 2026-adhoc. "
        "Nothing was saved."
    )


class BadCountryError(HabitatError):
    code = "UNKNOWN_COUNTRY"
    message = N_("“{country}” is not an ISO 3166-1 alpha-3 country code, such as KEN. Nothing was saved.")


class HeadingDisagreesError(HabitatError):
    code = "HEADING_DISAGREES"
    message = N_(
        "The command says “{said}”, the answers file says “{given}”. Nothing was saved. "
        "Leave one of them out, or make them the same."
    )


def heading_of(
    workspace: Workspace, form: Any, given: object, *, country: str | None, period: str | None
) -> tuple[str, str]:
    """Return the country and the period of a new record: as the command says, else the answers, else usual.

    Raises:
        BadCountryError, BadPeriodError: there is no such one.
        HeadingDisagreesError: the command and the answers say different things.
        NoCountryError: nothing says which of the office's countries it is.
    """
    from habitat_desktop.i18n.periods import current_period, period_bounds
    from habitat_desktop.records.environments import period_key, preloaded

    paths = preloaded(form)
    told = {name: _answer_at(given, path) for name, path in paths.items()}
    told_period = period_key(told.get("reporting_year", ""), told.get("reporting_period", ""))
    country = _agreed(country.upper() if country else "", told.get("country", "").upper())
    period = _agreed(period or "", told_period)
    if country and country not in set(countries()):
        raise BadCountryError(country=country)
    try:
        if period:
            period_bounds(period)
    except ValueError as error:
        raise BadPeriodError(period=period) from error
    today = datetime.now().astimezone().date()
    return country or _only_country(workspace), period or current_period(today, form.periodicity)


def _agreed(said: str, given: str) -> str:
    if said and given and said != given:
        raise HeadingDisagreesError(said=said, given=given)
    return said or given


def _answer_at(given: object, path: str) -> str:
    """Return the text an answers file gives at `path`, "" where it gives none."""
    for name in path.split("/")[2:]:
        given = given.get(name) if isinstance(given, dict) else None
    return str(given) if isinstance(given, str | int) and not isinstance(given, bool) else ""


def _only_country(workspace: Workspace) -> str:
    known = workspace.settings.countries
    if len(known) > 1:
        raise NoCountryError(countries=", ".join(known))
    return known[0] if known else ""

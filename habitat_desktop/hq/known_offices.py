"""The offices headquarters knows: those it trusts, those it heard of, and those it expects something of."""

from typing import TYPE_CHECKING

from habitat_desktop.i18n.names import country, country_of_iso2
from habitat_desktop.records import exchange_state, repository
from habitat_desktop.records.expected_register import expected_returns
from habitat_desktop.records.trusted_keys import trusted_keys

if TYPE_CHECKING:
    from habitat_desktop.records.database import Session


def known_offices(session: "Session") -> list[str]:
    """Return the codes of all country offices known here, in order."""
    keys = [key.office for key in trusted_keys(session) if key.role == "office" and key.state != "revoked"]
    packages = [entry.peer for entry in exchange_state.packages(session, direction="in")]
    records = [record.office for record in repository.list_records(session)]
    expected = [one.terms.office for one in expected_returns(session)]
    others = {key.office for key in trusted_keys(session)} - set(keys)  # regions send packages too
    return sorted({*keys, *expected, *records, *(set(packages) - others)})


def country_of_office(office: str) -> str:
    """Return the country whose ISO code the office code is, "" where it is none."""
    found = country_of_iso2(office) if len(office) == 2 else office
    return found if found and country(found) is not None else ""

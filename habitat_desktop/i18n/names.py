"""Names of countries and areas as the United Nations writes them, from translations/names/un_names.csv.

Never from CLDR, whose names differ in dozens of cases. translations/names/decisions.md lists what was
settled.
"""

import csv
from dataclasses import dataclass
from functools import cache

from habitat_desktop.i18n.languages import LANGUAGES
from habitat_desktop.i18n.text import fold
from habitat_desktop.resources import data_dir


@dataclass(frozen=True, slots=True)
class Country:
    """A country or area."""

    alpha3: str  # ISO 3166-1
    iso2: str
    m49: str  # three digits
    names: dict[str, str]  # by language
    source: str


def country_name(alpha3: str, language: str) -> str:
    """Return the name in `language`; an unknown code as it is."""
    country = _countries().get(alpha3)
    return country.names[language] if country else alpha3


def country(alpha3: str) -> Country | None:
    """Return all that is known about a country or area."""
    return _countries().get(alpha3)


def countries() -> list[str]:
    """Return the alpha-3 codes of all countries and areas, in the order of the codes."""
    return list(_countries())


def country_of_iso2(iso2: str) -> str | None:
    """Return the alpha-3 code for an alpha-2 code, such as an office code begins with."""
    return _by_iso2().get(iso2.upper())


def search_countries(text: str, language: str) -> list[str]:
    """Return the codes of the countries `text` may mean: by code, by the beginning of the name, by any part.

    Names are looked through in all six languages, those in `language` first.
    """
    wanted = fold(text)
    if not wanted:
        return countries()
    found = []
    for code, row in _countries().items():
        own = fold(row.names[language])
        if wanted in (code.lower(), row.iso2.lower()):
            rank = 0
        elif own.startswith(wanted):
            rank = 1
        elif wanted in own:
            rank = 2
        elif any(wanted in fold(row.names[other]) for other in LANGUAGES):
            rank = 3
        else:
            continue
        found.append((rank, own, code))
    return [code for _rank, _name, code in sorted(found)]


@cache
def _countries() -> dict[str, Country]:
    path = data_dir("translations") / "names" / "un_names.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["alpha3"]: Country(
                row["alpha3"], row["iso2"], row["m49"], {code: row[code] for code in LANGUAGES}, row["source"]
            )
            for row in csv.DictReader(file)
        }


@cache
def _by_iso2() -> dict[str, str]:
    return {row.iso2: code for code, row in _countries().items()}

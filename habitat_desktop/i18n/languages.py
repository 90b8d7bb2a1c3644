"""The six languages and what is pinned for each, from translations/languages.toml."""

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from habitat_desktop.resources import data_dir

LANGUAGES: tuple[str, ...] = ("ar", "en", "es", "fr", "ru", "zh")
SOURCE = "en"  # the language texts are written in
PSEUDO = {"en-XA": "en", "ar-XB": "ar"}  # for tests of layouts: shown in place of the real language


@dataclass(frozen=True)
class Language:
    """One language of the program; the fields are explained in translations/languages.toml."""

    code: str
    endonym: str
    direction: Literal["ltr", "rtl"]
    plural_forms: str
    babel_locale: str
    qt_locale: str
    qtbase: str  # Qt's own texts, "" where Qt needs none
    decimal: str
    group: str
    minimum_grouping: int
    months: tuple[str, ...]
    months_in_date: tuple[str, ...]
    months_short: tuple[str, ...]
    date_short: str
    date_medium: str
    date_long: str
    day_month: str
    first_day: str

    @property
    def plural_count(self) -> int:
        """How many plural forms a translation has."""
        return int(self.plural_forms.split(";")[0].partition("=")[2])

    @property
    def plural_rule(self) -> str:
        """The C expression that picks the form for n."""
        return self.plural_forms.split(";")[1].partition("=")[2].strip()


@cache
def languages() -> dict[str, Language]:
    """Return the languages by code, in the order of the codes."""
    import tomllib

    with (data_dir("translations") / "languages.toml").open("rb") as file:
        rows = tomllib.load(file)
    return {code: _language(code, rows[code]) for code in LANGUAGES}


def language_for(locale: str) -> str:
    """Return the language that serves a system locale such as "fr_SN.UTF-8" or "zh-Hans-CN"; else English."""
    code = locale.replace("-", "_").partition("_")[0].lower()
    return code if code in LANGUAGES else SOURCE


def _language(code: str, row: dict[str, Any]) -> Language:
    months = tuple(row["months"])
    in_date = tuple(row.get("months_in_date", months))
    return Language(
        code=code,
        endonym=row["endonym"],
        direction=row["direction"],
        plural_forms=row["plural_forms"],
        babel_locale=row["babel_locale"],
        qt_locale=row["qt_locale"],
        qtbase=row["qtbase"],
        decimal=row["decimal"],
        group=row["group"],
        minimum_grouping=row["minimum_grouping"],
        months=months,
        months_in_date=in_date,
        months_short=tuple(row.get("months_short", in_date)),
        date_short=row["date_short"],
        date_medium=row["date_medium"],
        date_long=row["date_long"],
        day_month=row["day_month"],
        first_day=row.get("first_day", "1"),
    )

"""Labels of questions and choices, names of countries and regions, in the language of the report."""

import csv
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from habitat_desktop.i18n.catalogues import _, language, listed, translate
from habitat_desktop.i18n.names import country_name
from habitat_desktop.packages.choices import choice_labels
from habitat_desktop.packages.texts import UNAVAILABLE, unit_name
from habitat_desktop.reports.answers import Answers, Places
from habitat_desktop.reports.document import Cell, Code, Day, Missing, Number, Quote, Text
from habitat_desktop.resources import data_dir
from habitat_desktop.xforms.choices import listed_choices
from habitat_desktop.xforms.definition import Question

if TYPE_CHECKING:
    from habitat_desktop.xforms.library import Library

_NUMBERS = ("integer", "decimal", "range")
_MONEY = ("US$", "USD")


class Labels:
    """The labels of one form, in the language spoken when they are asked for."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._choices: dict[tuple[str, str], dict[str, str]] = {}

    def title(self) -> str:
        """Return the title of the form."""
        return self._places.form.title(language())

    def question(self, name: str) -> str:
        """Return the label of a question."""
        return self._places.question(name).label(language()) or name

    def unit(self, name: str) -> str:
        """Return the name of the unit of a question, "" where it has none."""
        unit = self._places.question(name).unit
        return unit_name(unit) if unit else ""

    def choices(self, name: str) -> dict[str, str]:
        """Return the labels of all choices of a question by code, in the order of the form."""
        return self._labels(self._places.question(name))

    def choice(self, name: str, code: str) -> str:
        """Return the label of a choice; an unknown code as it is, and for "" that it is not stated."""
        if not code:
            return _("Not stated")
        return self.choices(name).get(code, code)

    def cell(self, answers: Answers, name: str) -> Cell:
        """Return the answer to a question as a cell: choices in words, free text as a quote, numbers as such.

        One that is missing is a dash, with the reason where one was given.
        """
        question = answers.places.element(answers.around, name)
        assert isinstance(question, Question)
        text = answers.text(name)
        if not text:
            return Missing(reason_words(answers.reason(name)))
        if question.is_select:
            labels = self._labels(question)
            return Text(listed(labels.get(code, code) for code in answers.chosen(name)))
        if question.type in _NUMBERS or question.bind.data_type in ("int", "decimal"):
            value = answers.number(name)
            if value is not None:
                measure = (
                    "money" if question.unit in _MONEY else "percent" if question.unit == "%" else "number"
                )
                return Number(value, _decimals(text), measure)  # type: ignore[arg-type]
        if question.type in ("date", "today"):
            return Day(answers.day(name))
        return Quote(text, answers.line.language) if question.is_asked else Code(text)

    def _labels(self, question: Question) -> dict[str, str]:
        key = (question.path, language())
        if key not in self._choices:
            form = self._places.form
            found = choice_labels(form, question, language())
            if not found:
                found = [(one.value, one.label) for one in listed_choices(form, question, language())]
            self._choices[key] = dict(found)
        return self._choices[key]


def _decimals(text: str) -> int:
    return min(len(text.partition(".")[2]), 6)


def reason_words(reason: str) -> str:
    """Return in words why an answer is not available; "" where no reason was given."""
    return _(UNAVAILABLE[reason]) if reason in UNAVAILABLE else reason


class Geography:
    """Regions and groups of countries, from the list that headquarters keeps."""

    def __init__(self, library: "Library") -> None:
        self._library = library

    def region(self, country: str) -> str:
        """Return the code of the regional office of a country, "" where none is known."""
        return self._countries.get(country, {}).get("regional_office", "")

    def is_ldc(self, country: str) -> bool | None:
        """Whether a country is one of the least developed; None where it is not known."""
        return {"yes": True, "no": False}.get(self._countries.get(country, {}).get("ldc", ""))

    def flag(self, country: str, name: str) -> bool | None:
        """Return another flag of the list of countries: "lldc", "sids", "acp79"."""
        return {"yes": True, "no": False}.get(self._countries.get(country, {}).get(name, ""))

    @property
    def regions(self) -> Sequence[str]:
        """The codes of the regional offices that countries are assigned to, in the order of their list."""
        used = {row.get("regional_office", "") for row in self._countries.values()} - {""}
        return [code for code in self._region_rows if code in used] + sorted(used - self._region_rows.keys())

    def region_name(self, code: str) -> str:
        """Return the name of a regional office in the language spoken now."""
        if not code:
            return _("Region not known")
        label = self._region_rows.get(code, code)
        return translate("reference", language(), f"lists/regional_office|{code}", label) or label

    @cached_property
    def _countries(self) -> dict[str, dict[str, str]]:
        rows = list_rows(self._library, "countries.csv")
        return {row.get("code") or row.get("name", ""): row for row in rows}

    @cached_property
    def _region_rows(self) -> Mapping[str, str]:
        rows = list_rows(self._library, "regional_office.csv")
        return {row.get("name") or row.get("code", ""): row.get("label", "") for row in rows}


def list_rows(library: "Library", name: str) -> list[dict[str, str]]:
    """Return the rows of a list, the one released last; none where there is no such list."""
    shipped = data_dir("forms")
    places = [
        *library.lists_named(name), shipped / "lists" / name, shipped / name,
        data_dir("translations") / "lists" / name,
    ]  # fmt: skip
    path = next((place for place in places if place.is_file()), Path())
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def country_label(code: str) -> str:
    """Return the name of a country in the language spoken now; for "" that it is of no one country."""
    return country_name(code, language()) if code else _("Several countries or none")

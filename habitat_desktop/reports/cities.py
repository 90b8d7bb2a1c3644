"""Indicators of cities: the national sample with its weights, Goal 11, prosperity, observatories."""

from dataclasses import dataclass, field
from decimal import Decimal

from habitat_desktop.errors import N_
from habitat_desktop.i18n.catalogues import _
from habitat_desktop.i18n.text import fold
from habitat_desktop.reports import slum_surveys
from habitat_desktop.reports.answers import Answers
from habitat_desktop.reports.counting import Count, Tally, rounded
from habitat_desktop.reports.document import (
    Block,
    Cell,
    Column,
    Figure,
    Paragraph,
    RecordName,
    Section,
    Table,
    Text,
)
from habitat_desktop.reports.evidence import Evidence
from habitat_desktop.reports.front import by_country
from habitat_desktop.reports.labels import Labels, country_label
from habitat_desktop.reports.pairs import Pair, choice_table, name_cell, weighted_mean, year_cell

FORM = "urban_indicators"
# of the sample: question, decimals; the first table is on people, the second on land and services
_PEOPLE = (("a_sish_pct", 1), ("a_ihh_pct", 1), ("a_any_pct", 1), ("c_access_pct", 1), ("b_access_pct", 1))
_LAND = (("b_coll_pct", 1), ("b_ctrl_pct", 1), ("b_kg_cap", 2), ("c_share", 1), ("d_ratio", 2))
_NAMES = {
    "a_sish_pct": N_("People in slums and informal settlements (11.1.1)"),
    "a_ihh_pct": N_("People in inadequate housing (11.1.1)"),
    "a_any_pct": N_("People in slums, informal settlements or inadequate housing (11.1.1)"),
    "b_access_pct": N_("People with basic waste collection (11.6.1)"),
    "b_coll_pct": N_("Waste collected (11.6.1)"),
    "b_ctrl_pct": N_("Waste in controlled facilities (11.6.1)"),
    "b_kg_cap": N_("Waste per person and day in kilograms (11.6.1)"),
    "c_access_pct": N_("People with access to open public space (11.7.1)"),
    "c_share": N_("Open public space and streets in the built-up area (11.7.1)"),
    "d_ratio": N_("Land consumption rate divided by population growth rate (11.3.1)"),
    "cpi_mean": N_("City prosperity, mean of the six dimensions"),
}
_RATIOS = ("b_kg_cap", "d_ratio", "cpi_mean")  # all others are percentages
_PARTS = (
    ("a_sish_pct", "a_sish", "ui_pop_total"),
    ("a_ihh_pct", "a_ihh", "ui_pop_total"),
    ("c_access_pct", "c_access_total", "ui_pop_total"),
    ("b_coll_pct", "b_collected", "b_generated"),
    ("b_ctrl_pct", "b_controlled", "b_generated"),
)
_DIMENSIONS = ("cpi_p", "cpi_id", "cpi_qol", "cpi_esi", "cpi_es", "cpi_gul")


@dataclass
class Sample:
    """The cities of the national sample of one country."""

    cities: list[Answers] = field(default_factory=list)

    @property
    def sizes(self) -> list[int]:
        """How many cities the sample has, as the returns say; several where they disagree."""
        found = {one.number("ui_sample_size") for one in self.cities}
        return sorted(int(size) for size in found if size is not None)

    @property
    def size(self) -> int:
        """How many cities the sample has; never less than have reported."""
        return max([len(self.cities), *self.sizes])

    def mean(self, question: str, decimals: int) -> Figure:
        """Return the weighted mean of an indicator: n cities with a value and a weight of N in the sample."""
        known = []
        for one in self.cities:
            value, weight = one.number(question), one.number("ui_weight")
            if value is not None and weight is not None and weight > 0:
                known.append((value, weight))
        mean = weighted_mean(known)
        records = tuple(one.record_id for one in self.cities)
        value = None if mean is None else rounded(mean, decimals)
        measure = "number" if question in _RATIOS else "percent"
        return Figure(value, records, len(known), self.size, decimals, measure)  # type: ignore[arg-type]


class _Cities:
    """The returns, gone through once; of each city the newest data."""

    def __init__(self, evidence: Evidence) -> None:
        self.labels = labels = Labels(evidence.places(FORM))
        self.all = newest_of_each_city(evidence)
        self.samples: dict[str, Sample] = {}
        self.others: list[Answers] = []
        self.quality: Tally[str] = Tally(labels.choices("ui_quality"))
        for one in self.all:
            if one.is_yes("ui_in_sample"):
                self.samples.setdefault(one.line.country, Sample()).cities.append(one)
            else:
                self.others.append(one)
            self.quality.add(one.choice("ui_quality"), one.record_id)


def newest_of_each_city(evidence: Evidence) -> list[Answers]:
    """Return the returns of the cities, of each city only the one with the newest data."""
    newest: dict[tuple[str, str], Answers] = {}
    for one in evidence.latest(FORM):
        city = one.text("ui_city_code") or one.text("ui_city")
        key = (one.line.country, fold(city) or one.record_id)
        if key not in newest or _age(one) > _age(newest[key]):
            newest[key] = one
    return list(newest.values())


def _age(one: Answers) -> tuple[Decimal, str]:
    return one.number("ui_data_year") or Decimal(0), one.line.made_at


def blocks(evidence: Evidence) -> list[Block]:
    """Return the report."""
    found = _Cities(evidence)
    order = by_country(list(found.samples))
    samples: list[Block] = [_sample(found, country) for country in order]
    return [
        Section(_("Summary"), _summary(found)),
        Section(_("National samples of cities"), [_national(found, order), *_rules()]),
        Section(
            _("Cities of each sample"), samples or [Paragraph(_("No city of a national sample is reported."))]
        ),
        Section(_("Cities outside the samples"), _outside(found)),
        Section(_("Goal 11 over all cities"), [_goal(found)]),
        slum_surveys.section(evidence, _("Slums by enumeration of households (11.1.1)")),
        Section(_("City prosperity"), [_prosperity(found)]),
        Section(_("Urban observatories"), _observatories(found)),
        Section(_("Public spaces and quality of the data"), _quality(found)),
    ]


def _summary(found: _Cities) -> list[Block]:
    cities, countries, inside = Count(), Count(), Count()
    for one in found.all:
        cities.add(one.record_id)
        countries.add(one.record_id, one.line.country)
        inside.put(one.is_yes("ui_in_sample"), one.record_id)
    text = _("Cities: {cities}, in {countries} countries. In a national sample: {inside}.")
    return [
        Paragraph(
            text,
            {"cities": cities.figure(), "countries": countries.figure(), "inside": inside.figure()},
        )
    ]


def _rules() -> list[Block]:
    """Return how a national value is worked out, and where that comes from."""
    text = _(
        "The national value is the weighted mean of the cities of the sample: each value times the weight "
        "of its city, "
        "added up and divided by the sum of these weights. The weight of a city is the number of cities "
        "of the country "
        "that it stands for; its population does not count. A city without a value or without a weight is "
        "left out, "
        "and the weights are re-scaled over the others: n of N says how many cities of the sample are in "
        "the value. "
        "The representative sample comes from A/72/311, paragraphs 12, 13 and 56; weighting in this way "
        "is a choice "
        "of this programme."
    )
    return [Paragraph(text, is_note=True)]


def _indicator_columns(indicators: tuple[tuple[str, int], ...]) -> list[Column]:
    return [Column(_(_NAMES[name]), "number", width=14) for name, _decimals in indicators]


def _national(found: _Cities, order: list[str]) -> Table:
    columns = (
        Column(_("Country"), width=20),
        Column(_("Indicator"), width=70),
        Column(_("National value"), "number", width=20),
    )
    rows: list[list[Cell]] = []
    for country in order:
        sample = found.samples[country]
        for name, decimals in (*_PEOPLE, *_LAND, ("cpi_mean", 1)):
            rows.append([Text(country_label(country)), Text(_(_NAMES[name])), sample.mean(name, decimals)])
    return Table(
        columns, rows, notes=_sizes(found, order), empty=_("No city of a national sample is reported.")
    )


def _sizes(found: _Cities, order: list[str]) -> list[Paragraph]:
    """Return which countries disagree on, or do not say, how many cities their sample has."""
    notes = []
    for country in order:
        sample = found.samples[country]
        name = Text(country_label(country))
        if len(sample.sizes) > 1:
            text = _(
                "{country}: the returns disagree on the number of cities in the sample; the highest is used."
            )
            notes.append(Paragraph(text, {"country": name}))
        elif not sample.sizes:
            text = _(
                "{country}: no return says how many cities the sample has; N is the cities that reported."
            )
            notes.append(Paragraph(text, {"country": name}))
    return notes


def _sample(found: _Cities, country: str) -> Section:
    cities = found.samples[country].cities
    people = _values(found, country, _PEOPLE, _("People"))
    land = _values(found, country, _LAND, _("Waste, public space and land"))
    strata: Tally[str] = Tally(found.labels.choices("ui_stratum"))
    for one in cities:
        strata.add(one.choice("ui_stratum"), one.record_id)
    by_stratum = choice_table(found.labels, "ui_stratum", strata, _("Cities"))
    return Section(country_label(country), [people, land, by_stratum])


def _values(found: _Cities, country: str, indicators: tuple[tuple[str, int], ...], title: str) -> Table:
    labels, sample = found.labels, found.samples[country]
    names = ("ui_city", "ui_stratum", "ui_weight", "ui_data_year")
    columns = (
        Column(_("Record"), "record", width=14),
        Column(labels.question("ui_city"), width=16),
        Column(labels.question("ui_stratum"), width=16),
        Column(labels.question("ui_weight"), "number", width=9),
        Column(labels.question("ui_data_year"), width=8),
        *_indicator_columns(indicators),
    )
    rows = []
    for one in sorted(sample.cities, key=lambda one: fold(one.text("ui_city"))):
        cells = [_cell(labels, one, name) for name in (*names, *(name for name, _decimals in indicators))]
        rows.append([RecordName(one.record_id, one.line.label), *cells])
    means: list[Cell] = [sample.mean(name, decimals) for name, decimals in indicators]
    total: list[Cell] = [Text(_("National value")), Text(""), Text(""), Text(""), Text(""), *means]
    return Table(columns, rows, total, title=title)


def _cell(labels: Labels, one: Answers, name: str) -> Cell:
    if name == "ui_city":
        return name_cell(one, name)
    return year_cell(labels, one, name) if name == "ui_data_year" else labels.cell(one, name)


def _outside(found: _Cities) -> list[Block]:
    labels = found.labels
    tables: list[Block] = []
    for indicators, title in ((_PEOPLE, _("People")), (_LAND, _("Waste, public space and land"))):
        columns = (
            Column(_("Record"), "record", width=14),
            Column(_("Country"), width=16),
            Column(labels.question("ui_city"), width=16),
            Column(labels.question("ui_data_year"), width=8),
            *_indicator_columns(indicators),
        )
        rows: list[list[Cell]] = []
        for one in found.others:
            names = ("ui_city", "ui_data_year", *(name for name, _decimals in indicators))
            here: list[Cell] = [
                RecordName(one.record_id, one.line.label),
                Text(country_label(one.line.country)),
            ]
            rows.append([*here, *(_cell(labels, one, name) for name in names)])
        tables.append(Table(columns, rows, title=title, empty=_("There is no such city.")))
    return tables if found.others else [Paragraph(_("There is no such city."))]


def _goal(found: _Cities) -> Table:
    columns = (
        Column(_("Indicator"), width=50),
        Column(_("Part"), "number", width=16),
        Column(_("Whole"), "number", width=16),
        Column(_("Share"), "number", width=12),
    )
    rows: list[list[Cell]] = []
    for label, part, whole in _PARTS:
        pair = Pair()
        for one in found.all:
            pair.add(one.number(part), one.number(whole), one.record_id)
        rows.append([Text(_(_NAMES[label])), pair.part.figure(), pair.whole.figure(), pair.share()])
    note = _(
        "Over all cities that gave both numbers, in the sample or not; a large city weighs more here. "
        "People for the "
        "first three rows, tonnes of waste a day for the others. Formulas: United Nations SDG indicator "
        "metadata, "
        "11.1.1, 11.6.1 and 11.7.1."
    )
    return Table(columns, rows, notes=[Paragraph(note)])


def _prosperity(found: _Cities) -> Table:
    labels = found.labels
    names = (*_DIMENSIONS, "cpi_mean", "cpi_reported")
    columns = (
        Column(_("Record"), "record", width=14),
        Column(_("Country"), width=16),
        Column(labels.question("ui_city"), width=16),
        *(Column(labels.question(name), "number", width=13) for name in names),
    )
    rows: list[list[Cell]] = []
    for one in found.all:
        if one.is_yes("cpi_done"):
            here: list[Cell] = [
                RecordName(one.record_id, one.line.label),
                Text(country_label(one.line.country)),
            ]
            rows.append([*here, name_cell(one, "ui_city"), *(_cell(labels, one, name) for name in names)])
    note = Paragraph(
        _("The mean is only there where all six dimensions are; the published index may weigh them.")
    )
    return Table(columns, rows, notes=[note], empty=_("No city reported a prosperity index."))


def _observatories(found: _Cities) -> list[Block]:
    labels = found.labels
    there, evidence, countries = Count(), Count(), Count()
    guidelines: Tally[str] = Tally(labels.choices("ui_guidelines"))
    rows: list[list[Cell]] = []
    for one in found.all:
        has = one.is_yes("ui_observatory")
        there.put(has, one.record_id)
        if not has:
            continue
        countries.add(one.record_id, one.line.country)
        evidence.put(one.is_yes("ui_obs_evidence"), one.record_id)
        guidelines.add(one.choice("ui_guidelines"), one.record_id)
        here: list[Cell] = [RecordName(one.record_id, one.line.label), Text(country_label(one.line.country))]
        names = ("ui_city", "ui_guidelines", "ui_obs_evidence", "ui_obs_policy")
        rows.append([*here, *(_cell(labels, one, name) for name in names)])
    text = _(
        "Local urban observatories: {there}, in {countries} countries. The data of {evidence} of them "
        "supported a "
        "policy, plan or budget in the period."
    )
    columns = (
        Column(_("Record"), "record", width=14),
        Column(_("Country"), width=16),
        Column(labels.question("ui_city"), width=16),
        Column(labels.question("ui_guidelines"), width=20),
        Column(labels.question("ui_obs_evidence"), width=14),
        Column(labels.question("ui_obs_policy"), "quote", width=40),
    )
    figures = {"there": there.figure(), "countries": countries.figure(), "evidence": evidence.figure()}
    return [
        Paragraph(text, figures),
        choice_table(labels, "ui_guidelines", guidelines, _("Observatories")),
        Table(columns, rows, title=_("Observatories by city"), empty=_("No observatory is reported.")),
    ]


def _quality(found: _Cities) -> list[Block]:
    labels = found.labels
    columns = (
        Column(_("Record"), "record", width=14),
        Column(_("Country"), width=16),
        Column(labels.question("ui_city"), width=16),
        Column(labels.question("ui_definition"), width=20),
        Column(labels.question("c_sites"), "number", width=12),
        Column(labels.question("ui_quality"), width=20),
        Column(labels.question("ui_method_note"), "quote", width=40),
    )
    names = ("ui_city", "ui_definition", "c_sites", "ui_quality", "ui_method_note")
    rows: list[list[Cell]] = []
    for one in found.all:
        here: list[Cell] = [RecordName(one.record_id, one.line.label), Text(country_label(one.line.country))]
        rows.append([*here, *(_cell(labels, one, name) for name in names)])
    by_city = Table(columns, rows, title=_("By city"), empty=_("There is no such city."))
    return [choice_table(labels, "ui_quality", found.quality, _("Cities")), by_city]

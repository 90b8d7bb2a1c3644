"""Slum upgrading: who lives in slums (SDG 11.1.1), who was reached, plans of cities, evictions, surveys.

What lasts (population, stages, plans) is taken from the newest return of each city, what happened (persons
reached, evictions) from all returns of the periods asked for.
"""

from decimal import Decimal

from habitat_desktop.i18n.catalogues import _, pgettext
from habitat_desktop.reports import slum_evictions, slum_surveys
from habitat_desktop.reports.answers import Answers
from habitat_desktop.reports.counting import Count, Sum, Tally, rounded
from habitat_desktop.reports.document import (
    Block,
    Cell,
    Column,
    Figure,
    Missing,
    Paragraph,
    RecordName,
    Section,
    Table,
    Text,
)
from habitat_desktop.reports.evidence import Evidence
from habitat_desktop.reports.front import by_country
from habitat_desktop.reports.labels import Labels, country_label, reason_words
from habitat_desktop.reports.pairs import Pair, choice_table, name_cell, share_of, year_cell

FORM = "slum_upgrading"
_DEPRIVATIONS = ("dep_water", "dep_sanitation", "dep_space", "dep_durability", "dep_tenure")
WORKS = ("4", "5", "6")  # of upgrade_stage: under way or completed
_SERVED = ("up_hh_water", "up_hh_sanitation", "up_hh_housing", "up_hh_tenure")
_DOCUMENTS = ("ten_docs_period", "ten_docs_women")


class _Settlements:
    """The settlements, as the newest return of their city has them."""

    def __init__(self, labels: Labels) -> None:
        self.labels = labels
        self.all = Count()
        self.population = Sum()
        self.households: dict[str, Pair] = {name: Pair() for name in _DEPRIVATIONS}
        self.severity = {name: Pair() for name in ("dep_any", "dep_one", "two", "dep_three")}
        self.counted, self.estimated, self.unknown = Sum(), Sum(), Count()
        self.persons = Pair()
        self.stages: Tally[str] = Tally(labels.choices("up_stage"))
        self.without: list[list[Cell]] = []
        self.climate: list[list[Cell]] = []
        self.register: list[list[Cell]] = []

    def add(self, city: Answers, one: Answers) -> None:
        """Take in a settlement."""
        record_id, people = one.record_id, one.number("st_pop_total")
        self.all.add(record_id, one.key)
        self.population.add(people, record_id)
        self.stages.add(one.choice("up_stage"), record_id, one.key)
        self._add_deprivations(one)
        self._add_persons(one, people)
        here = _place(self.labels, city, one)
        if slum_share(one) is None:
            reason = one.reason("dep_n") or one.reason("dep_any")
            said = Text(reason_words(reason)) if reason else Missing()
            self.without.append([*here, self.labels.cell(one, "st_pop_total"), said])
        if "climate" in one.chosen("up_components"):
            self.climate.append([*here, self.labels.cell(one, "up_climate_actions")])
        names = ("st_pop_total", "st_households", "up_stage", "up_components", "cm_plan")
        share = share_of(one.number("dep_any"), one.number("dep_n"), record_id)
        cells = [self.labels.cell(one, name) for name in names]
        self.register.append([*here, *cells[:2], share, *cells[2:]])

    def _add_deprivations(self, one: Answers) -> None:
        asked = one.number("dep_n")
        for name, pair in self.households.items():
            pair.add(one.number(name), asked, one.record_id)
        found = {name: one.number(name) for name in ("dep_any", "dep_one", "dep_three")}
        some, single, three = found.values()
        if some is not None and single is not None and three is not None:
            found["two"] = some - single - three
        for name, pair in self.severity.items():
            pair.add(found.get(name), asked, one.record_id)

    def _add_persons(self, one: Answers, people: Decimal | None) -> None:
        share, other = slum_share(one), one.number("dep_slum_pop_est")
        dwellers = rounded(share * people, 0) if share is not None and people is not None else None
        if dwellers is not None:
            self.counted.add(dwellers, one.record_id)
        elif other is not None:
            self.estimated.add(other, one.record_id)
        else:
            self.unknown.add(one.record_id, one.key)
        self.persons.add(dwellers if dwellers is not None else other, people, one.record_id)


class _Reached:
    """Whom works reached in the periods, in one country or in all."""

    def __init__(self) -> None:
        self.works = Count()
        self.persons, self.estimated = Sum(), Sum()
        self.households, self.women, self.men, self.other = Sum(), Sum(), Sum(), Sum()

    def add(self, one: Answers) -> None:
        """Take in a settlement of one period."""
        if one.choice("up_stage") not in WORKS:
            return
        record_id = one.record_id
        self.works.add(record_id, one.key)
        persons, households = persons_reached(one), one.number("re_households")
        if persons is not None and one.number("re_total") is None:
            self.estimated.add(persons, record_id)
        self.persons.add(persons, record_id)
        self.households.add(households, record_id)
        for total, name in ((self.women, "re_female"), (self.men, "re_male"), (self.other, "re_sexns")):
            total.add(one.number(name), record_id)

    def cells(self) -> list[Cell]:
        """Return settlements with works, households, persons, women, men, not stated."""
        sums = (self.households, self.persons, self.women, self.men, self.other)
        return [self.works.figure(), *(one.figure() for one in sums)]


class _Slums:
    """All that the returns say, gone through once."""

    def __init__(self, evidence: Evidence) -> None:
        self.labels = labels = Labels(evidence.places(FORM))
        self.settlements = _Settlements(labels)
        self.cities = Count()
        self.residents = Pair()
        self.population, self.slum_population = Sum(), Sum()
        self.phases: Tally[str] = Tally(labels.choices("psup_phase"))
        self.strategies: Tally[str] = Tally(labels.choices("citywide_strategy"))
        self.asked, self.committee, self.team = Count(), Count(), Count()
        self.shares: list[list[Cell]] = []
        self.programmes: list[list[Cell]] = []
        for answers in evidence.latest(FORM):
            self._add_city(answers)
        self.reached, self.everywhere = dict[str, _Reached](), _Reached()
        self.served = {name: Sum() for name in (*_SERVED, *_DOCUMENTS)}
        self.evictions = slum_evictions.Evictions(labels)
        for answers in evidence.returns(FORM):
            for one in answers.entries("settlement"):
                self._add_happened(answers, one)

    def _add_city(self, answers: Answers) -> None:
        labels, record_id = self.labels, answers.record_id
        self.cities.add(record_id)
        slum, people = answers.number("urban_slum_pop"), answers.number("city_population")
        self.residents.add(slum, people, record_id)
        self.population.add(people, record_id)
        self.slum_population.add(slum, record_id)
        share = share_of(slum, people, record_id)
        here: list[Cell] = [
            RecordName(record_id, answers.line.label),
            Text(country_label(answers.line.country)),
        ]
        figures = ("city_population", "urban_slum_pop")
        sources = [labels.cell(answers, "slum_pop_source"), year_cell(labels, answers, "slum_pop_year")]
        self.shares.append(
            [
                *here,
                name_cell(answers, "city"),
                *(labels.cell(answers, name) for name in figures),
                share,
                *sources,
            ]
        )
        self.phases.add(answers.choice("psup_phase"), record_id)
        self.strategies.add(answers.choice("citywide_strategy"), record_id)
        bodies = ("technical_support_requested", "steering_committee", "country_team")
        for count, name in zip((self.asked, self.committee, self.team), bodies, strict=True):
            count.put(answers.is_yes(name), record_id)
        names = ("psup_phase", "citywide_strategy", "national_policy_stage", "resolution_22_action")
        self.programmes.append(
            [*here, name_cell(answers, "city"), *(labels.cell(answers, name) for name in names)]
        )
        for one in answers.entries("settlement"):
            self.settlements.add(answers, one)

    def _add_happened(self, answers: Answers, one: Answers) -> None:
        self.everywhere.add(one)
        self.reached.setdefault(answers.line.country, _Reached()).add(one)
        for name, total in self.served.items():
            value = one.number(name)
            if value is not None or (name in _SERVED and _is_component(one, name)):
                total.add(value, one.record_id)
        self.evictions.add(_place(self.labels, answers, one), one)


def _is_component(one: Answers, name: str) -> bool:
    return name.removeprefix("up_hh_") in one.chosen("up_components")


def _place(labels: Labels, city: Answers, one: Answers) -> list[Cell]:
    """Return record, country, city and name of a settlement."""
    line = city.line
    here: list[Cell] = [RecordName(line.record_id, line.label), Text(country_label(line.country))]
    return [*here, name_cell(city, "city"), name_cell(one, "st_name")]


def place_columns(labels: Labels) -> tuple[Column, ...]:
    """Return the columns of what `_place` says."""
    return (
        Column(_("Record"), "record", width=15),
        Column(_("Country"), width=14),
        Column(labels.question("city"), width=14),
        Column(labels.question("st_name"), width=18),
    )


def persons_reached(one: Answers) -> Decimal | None:
    """Return the persons reached in a settlement: as counted, else households times their mean size."""
    counted, households = one.number("re_total"), one.number("re_households")
    people, homes = one.number("st_pop_total"), one.number("st_households")
    if counted is not None or households is None or people is None or not homes:
        return counted
    return rounded(households * people / homes, 0)


def slum_share(one: Answers) -> Decimal | None:
    """Return the part of the households counted in a settlement that are slum households; 1 is all."""
    some, asked = one.number("dep_any"), one.number("dep_n")
    return some / asked if some is not None and asked else None


def blocks(evidence: Evidence) -> list[Block]:
    """Return the report."""
    found = _Slums(evidence)
    place = place_columns(found.labels)
    return [
        Section(_("Summary"), _summary(found)),
        Section(_("People living in slums (SDG 11.1.1)"), [_cities(found), *_persons(found.settlements)]),
        Section(_("Households by deprivation"), [_deprivations(found), _severity(found)]),
        Section(_("Settlements without a survey"), [_without(found, place)]),
        Section(_("People reached"), [_reached(found), _served(found)]),
        Section(_("Stage of upgrading"), [_stages(found)]),
        Section(_("Participatory slum upgrading"), [_phases(found), *_programmes(found)]),
        Section(_("City-wide strategies and climate resilience"), _strategies(found, place)),
        Section(_("Evictions and relocation"), found.evictions.blocks(place)),
        slum_surveys.section(evidence, _("Enumerations of households")),
        Section(_("Register of settlements"), [_register(found, place)]),
    ]


def _summary(found: _Slums) -> list[Block]:
    settlements, reached = found.settlements, found.everywhere
    persons = _(
        "In the settlements with both figures, {slum} of {all} persons are estimated to live in slum "
        "households, that is {share}. Counted households: {deprived} of {counted} are slum households, that "
        "is {part}."
    )
    some = settlements.severity["dep_any"]
    works = _("Works reached {persons} persons, of whom {women} are women and girls, in {works} settlements.")
    return [
        Paragraph(
            _("Cities: {cities}. Settlements: {settlements}, with a known population of {people}."),
            {
                "cities": found.cities.figure(),
                "settlements": settlements.all.figure(),
                "people": settlements.population.figure(),
            },
        ),
        _slum_residents(found),
        Paragraph(
            persons,
            _of(settlements.persons)
            | {"deprived": some.both[0], "counted": some.both[1], "part": some.share()},
        ),
        Paragraph(
            works,
            {
                "persons": reached.persons.figure(),
                "women": reached.women.figure(),
                "works": reached.works.figure(),
            },
        ),
        Paragraph(
            _(
                "A household is a slum household if it lacks one or more of five things: improved water, "
                "improved sanitation, sufficient living area, durable housing, security of tenure (United "
                "Nations SDG indicator metadata, 11.1.1). A settlement without a survey is missing in these "
                "shares; it does not count as zero."
            ),
            is_note=True,
        ),
    ]


def _slum_residents(found: _Slums) -> Paragraph:
    text = _(
        "In the cities that gave both figures, {slum} of {all} residents live in slums and informal "
        "settlements, that is {share}."
    )
    return Paragraph(text, _of(found.residents))


def _of(pair: Pair) -> dict[str, Cell]:
    return {"slum": pair.both[0], "all": pair.both[1], "share": pair.share()}


def _cities(found: _Slums) -> Table:
    labels = found.labels
    columns = (
        Column(_("Record"), "record", width=15),
        Column(_("Country"), width=14),
        Column(labels.question("city"), width=16),
        Column(labels.question("city_population"), "number", width=14),
        Column(labels.question("urban_slum_pop"), "number", width=14),
        Column(labels.question("slum_share"), "number", width=14),
        Column(labels.question("slum_pop_source"), width=18),
        Column(labels.question("slum_pop_year"), width=10),
    )
    figures = (found.population.figure(), found.slum_population.figure(), found.residents.share())
    total: list[Cell] = [Text(_("All")), Text(""), Text(""), *figures, Text(""), Text("")]
    notes = [_slum_residents(found)]
    return Table(columns, found.shares, total, notes=notes, empty=_("There is no city."))


def _persons(settlements: _Settlements) -> list[Block]:
    columns = (
        Column(_("How the slum dwellers of a settlement are known"), width=50),
        Column(_("Settlements"), "number", width=14),
        Column(_("Slum dwellers"), "number", width=16),
    )

    def line(title: str, total: Sum) -> list[Cell]:
        figure = total.figure()
        count = Figure(Decimal(total.known), figure.records, total.known, total.known)
        return [Text(title), count, figure]

    rows: list[list[Cell]] = [
        line(_("Share of slum households among those counted, times the population"), settlements.counted),
        line(_("Other estimate of the office"), settlements.estimated),
        [Text(_("Not known")), settlements.unknown.figure(), Missing()],
    ]
    total: list[Cell] = [Text(_("All")), settlements.all.figure(), _all_dwellers(settlements)]
    return [Table(columns, rows, total, title=_("Persons in slum households"))]


def _all_dwellers(settlements: _Settlements) -> Figure:
    counted, other, unknown = (
        settlements.counted.figure(), settlements.estimated.figure(), settlements.unknown.figure(),
    )  # fmt: skip
    known = counted.known + other.known
    value = settlements.counted.value + settlements.estimated.value if known else None
    records = tuple(dict.fromkeys((*counted.records, *other.records, *unknown.records)))
    return Figure(value, records, known, known + unknown.known, 0, "number")


def _shares(title: str, lines: list[tuple[str, Pair]], heading: str) -> Table:
    columns = (
        Column(title, width=46),
        Column(_("Households"), "number", width=14),
        Column(_("Of households counted"), "number", width=16),
        Column(_("Share"), "number", width=12),
    )
    rows: list[list[Cell]] = [
        [Text(name), pair.part.figure(), pair.whole.figure(), pair.share()] for name, pair in lines
    ]
    return Table(columns, rows, title=heading)


def _deprivations(found: _Slums) -> Table:
    lines = [(found.labels.question(name), pair) for name, pair in found.settlements.households.items()]
    return _shares(_("Deprivation"), lines, _("Five deprivations"))


def _severity(found: _Slums) -> Table:
    names = {
        "dep_any": found.labels.question("dep_any"),
        "dep_one": found.labels.question("dep_one"),
        "two": _("With exactly two deprivations"),
        "dep_three": found.labels.question("dep_three"),
    }
    lines = [(names[name], pair) for name, pair in found.settlements.severity.items()]
    return _shares(_("Severity"), lines, _("How severe"))


def _without(found: _Slums, place: tuple[Column, ...]) -> Table:
    columns = (
        *place,
        Column(_("Population"), "number", width=14),
        Column(_("Reason"), width=24),
    )
    rule = _("These settlements are missing in all shares above: they count neither as slums nor as zero.")
    return Table(
        columns, found.settlements.without, notes=[Paragraph(rule)], empty=_("Every settlement has a survey.")
    )


def _reached(found: _Slums) -> Table:
    labels = found.labels
    columns = (
        Column(_("Country"), width=26),
        Column(_("Settlements with works"), "number", width=14),
        Column(labels.question("re_households"), "number", width=14),
        Column(labels.question("re_total"), "number", width=14),
        Column(labels.question("re_female"), "number", width=14),
        Column(labels.question("re_male"), "number", width=14),
        Column(labels.question("re_sexns"), "number", width=14),
    )
    rows: list[list[Cell]] = [
        [Text(country_label(country)), *found.reached[country].cells()]
        for country in by_country([key for key, one in found.reached.items() if len(one.works)])
    ]
    estimate = _(
        "Where persons were not counted, they are households reached times the mean household size of the "
        "settlement. With several periods, a person reached in two of them is in both."
    )
    notes = [Paragraph(estimate)]
    estimated = found.everywhere.estimated.figure()
    if estimated.value is not None:
        text = _("Of the persons reached, {estimated} are estimated in this way.")
        notes.append(Paragraph(text, {"estimated": estimated}))
    return Table(
        columns,
        rows,
        [Text(_("All")), *found.everywhere.cells()],
        notes=notes,
        empty=_("No works are under way or completed."),
    )


def _served(found: _Slums) -> Table:
    columns = (
        Column(_("In the period"), width=50),
        Column(pgettext("how many", "Number"), "number", width=16),
    )
    rows: list[list[Cell]] = [
        [Text(found.labels.question(name)), total.figure()] for name, total in found.served.items()
    ]
    return Table(columns, rows, title=_("Services, housing and tenure"))


def _stages(found: _Slums) -> Table:
    return choice_table(found.labels, "up_stage", found.settlements.stages, _("Settlements"))


def _phases(found: _Slums) -> Table:
    return choice_table(found.labels, "psup_phase", found.phases, _("Cities"))


def _programmes(found: _Slums) -> list[Block]:
    labels = found.labels
    text = _(
        "Governments have asked for technical support in {asked} cities. A steering committee exists in "
        "{committee} cities, a country team in {team}."
    )
    figures = {
        "asked": found.asked.figure(),
        "committee": found.committee.figure(),
        "team": found.team.figure(),
    }
    columns = (
        Column(_("Record"), "record", width=15),
        Column(_("Country"), width=14),
        Column(labels.question("city"), width=14),
        Column(labels.question("psup_phase"), width=20),
        Column(labels.question("citywide_strategy"), width=14),
        Column(labels.question("national_policy_stage"), width=20),
        Column(labels.question("resolution_22_action"), "quote", width=34),
    )
    return [
        Paragraph(text, figures),
        Table(columns, found.programmes, title=_("Cities and policies"), empty=_("There is no city.")),
    ]


def _strategies(found: _Slums, place: tuple[Column, ...]) -> list[Block]:
    labels = found.labels
    columns = (*place, Column(labels.question("up_climate_actions"), "quote", width=50))
    return [
        choice_table(labels, "citywide_strategy", found.strategies, _("Cities")),
        Table(
            columns,
            found.settlements.climate,
            title=_("Settlements where upgrading includes climate resilience"),
            empty=_("No settlement has climate resilience among the components of its upgrading."),
        ),
    ]


def _register(found: _Slums, place: tuple[Column, ...]) -> Table:
    labels = found.labels
    columns = (
        *place,
        Column(_("Population"), "number", width=12),
        Column(labels.question("st_households"), "number", width=12),
        Column(labels.question("dep_share"), "number", width=12),
        Column(labels.question("up_stage"), width=20),
        Column(labels.question("up_components"), width=24),
        Column(labels.question("cm_plan"), width=14),
    )
    return Table(columns, found.settlements.register, empty=_("There is no settlement."))

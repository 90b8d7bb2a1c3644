"""Housing policy by country, instrument and stage, in the manner of A/72/311, paragraph 42."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from habitat_desktop.errors import N_
from habitat_desktop.i18n.catalogues import _, listed, pgettext
from habitat_desktop.reports.answers import Answers
from habitat_desktop.reports.counting import Count, Sum, Tally, ratio
from habitat_desktop.reports.document import (
    Block,
    Cell,
    Column,
    Day,
    Paragraph,
    Quote,
    RecordName,
    Section,
    Table,
    Text,
)
from habitat_desktop.reports.evidence import Evidence
from habitat_desktop.reports.front import by_country
from habitat_desktop.reports.labels import Labels, country_label
from habitat_desktop.reports.pairs import Pair, choice_table, share_of
from habitat_desktop.reports.wording import in_a_row

FORM, SLUMS = "housing_policy", "slum_upgrading"
DRAFTED, IMPLEMENTED = 4, 8  # of policy_stage: from then on there is a text, money
_STAGES = {
    "": N_("The stage of {title} ({kind}) is not stated."),
    "0": N_("Work on {title} ({kind}) has not begun."),
    "1": N_("There is a commitment of the government to {title} ({kind}), or a request to UN-Habitat."),
    "2": N_("The diagnosis for {title} ({kind}) is under way."),
    "3": N_("The diagnosis for {title} ({kind}) is completed."),
    "4": N_("{title} ({kind}) is being drafted and discussed with those concerned."),
    "5": N_("{title} ({kind}) has been submitted for approval."),
    "6": N_("{title} ({kind}) has been approved."),
    "7": N_("{title} ({kind}) has been approved, with a strategy or action plan to implement it."),
    "8": N_("{title} ({kind}) is being implemented, with funds."),
    "9": N_("{title} ({kind}) is being monitored, evaluated or revised."),
}
_EXTENTS = ("in_rights_based", "in_gender", "in_extent_principles", "in_sdg_nua")
_YES = ("in_evictions", "in_risk_measures", "in_me")
_DELIVERED = (
    "in_meetings", "in_part_total", "in_part_women", "in_units", "in_households", "in_hh_women",
)  # fmt: skip
_CONTEXT = ("urban_pop", "slum_pct", "deficit_quant", "deficit_qual", "annual_need", "annual_output")
_SLUM_KINDS = ("slum_policy",)
_LAND_KINDS = (
    "policy", "strategy", "impl_strategy", "programme", "urban_housing_policy", "land_policy", "law",
)  # fmt: skip


def stage_of(entry: Answers) -> int | None:
    """Return the stage of an instrument; None where it is not stated."""
    value = entry.number("in_stage")
    return None if value is None else int(value)


def highest(stages: Iterable[int | None]) -> int | None:
    """Return the highest of the stages that are known."""
    return max((stage for stage in stages if stage is not None), default=None)


@dataclass
class _Country:
    """The returns of a country and their instruments."""

    returns: list[Answers] = field(default_factory=list)
    instruments: list[Answers] = field(default_factory=list)


class _Housing:
    """The returns, gone through once."""

    def __init__(self, evidence: Evidence) -> None:
        self.labels = labels = Labels(evidence.places(FORM))
        self.countries: dict[str, _Country] = {}
        self.stages: Tally[str] = Tally(labels.choices("in_stage"))
        self.kinds: dict[str, Tally[str]] = {}
        self.highest: Tally[str] = Tally(labels.choices("in_stage"))
        self.adequacy: Tally[str] = Tally(labels.choices("in_adequacy"))
        self.adequacy_known, self.drafted = Count(), Count()
        self.extents = {name: Tally[str](labels.choices(name)) for name in _EXTENTS}
        self.yes = {name: Count() for name in _YES}
        self.support: Tally[str] = Tally(labels.choices("in_unh_support"))
        self.followup = Count()
        self.delivered = {name: Sum() for name in _DELIVERED}
        self.money = Pair()
        for answers in evidence.latest(FORM):
            country = self.countries.setdefault(answers.line.country, _Country())
            country.returns.append(answers)
            for entry in answers.entries("instrument"):
                country.instruments.append(entry)
                self._add(entry)
        for code, country in self.countries.items():
            stage = highest(map(stage_of, country.instruments))
            self.highest.add("" if stage is None else str(stage), country.returns[0].record_id, code)
        self.slum_stages = slum_policy_stages(evidence)

    def _add(self, entry: Answers) -> None:
        record_id, key, stage = entry.record_id, entry.key, entry.choice("in_stage")
        self.stages.add(stage, record_id, key)
        kinds = self.kinds.setdefault(entry.choice("in_type"), Tally(self.labels.choices("in_stage")))
        kinds.add(stage, record_id, key)
        for support in entry.chosen("in_unh_support") or ("",):
            self.support.add(support, record_id, key)
        self.followup.put(entry.is_yes("in_followup"), record_id, key)
        for name, total in self.delivered.items():
            if entry.number(name) is not None:
                total.add(entry.number(name), record_id)
        if (stage_of(entry) or 0) >= IMPLEMENTED or entry.number("in_budget_nat") is not None:
            self.money.add(entry.number("in_spent_nat"), entry.number("in_budget_nat"), record_id)
        if (stage_of(entry) or 0) < DRAFTED:
            return
        self.drafted.add(record_id, key)
        if entry.chosen("in_adequacy"):
            self.adequacy_known.add(record_id, key)
        for criterion in entry.chosen("in_adequacy"):
            self.adequacy.add(criterion, record_id, key)
        for name, tally in self.extents.items():
            tally.add(entry.choice(name), record_id, key)
        for name, count in self.yes.items():
            count.put(entry.is_yes(name), record_id, key)


def slum_policy_stages(evidence: Evidence) -> dict[str, tuple[int | None, tuple[str, ...]]]:
    """Return by country the stage of its policy on slums, with the records that say so.

    It is the highest of the instruments on slums in housing_policy and of the stage in slum_upgrading.
    """
    stages: dict[str, list[int | None]] = {}
    records: dict[str, dict[str, None]] = {}
    for answers in evidence.latest(FORM):
        entries = [one for one in answers.entries("instrument") if one.choice("in_type") in _SLUM_KINDS]
        if entries:
            stages.setdefault(answers.line.country, []).extend(map(stage_of, entries))
            records.setdefault(answers.line.country, {})[answers.record_id] = None
    for answers in evidence.latest(SLUMS):
        value = answers.number("national_policy_stage")
        stages.setdefault(answers.line.country, []).append(None if value is None else int(value))
        records.setdefault(answers.line.country, {})[answers.record_id] = None
    return {country: (highest(found), tuple(records[country])) for country, found in stages.items()}


def land_policy_stages(evidence: Evidence) -> dict[str, tuple[int | None, tuple[str, ...]]]:
    """Return by country the highest stage of its instruments on land, housing and property."""
    found: dict[str, tuple[int | None, tuple[str, ...]]] = {}
    for answers in evidence.latest(FORM):
        entries = [one for one in answers.entries("instrument") if one.choice("in_type") in _LAND_KINDS]
        if entries:
            before, records = found.get(answers.line.country, (None, ()))
            stage = highest([before, *map(stage_of, entries)])
            found[answers.line.country] = (stage, (*records, answers.record_id))
    return found


def blocks(evidence: Evidence) -> list[Block]:
    """Return the report."""
    found = _Housing(evidence)
    order = by_country(list(found.countries))
    return [
        Section(_("Summary"), [_summary(found), _highest(found)]),
        Section(_("Countries"), [_narrative(found, code) for code in order] or [_none()]),
        Section(_("Instruments by country and stage"), [_register(found, order)]),
        Section(_("Instruments by kind and stage"), [_matrix(found)]),
        Section(_("Criteria of adequate housing"), [_adequacy(found)]),
        Section(_("Rights, gender and global agendas"), [_extents(found), _yes(found)]),
        Section(_("Support of UN-Habitat"), _support(found)),
        Section(_("Slum upgrading and prevention policies"), [_slum_policies(found)]),
        Section(_("Housing conditions and need"), [_context(found, order)]),
        Section(_("Consultation, delivery and public money"), [_delivered(found)]),
    ]


def _none() -> Paragraph:
    return Paragraph(_("There is no return on housing policy."))


def _summary(found: _Housing) -> Paragraph:
    implementing = Count()
    for code, country in found.countries.items():
        stage = highest(map(stage_of, country.instruments))
        record_id = country.returns[0].record_id
        implementing.put(None if stage is None else stage >= IMPLEMENTED, record_id, code)
    text = _(
        "Countries that reported: {countries}, with {instruments} instruments of policy. In "
        "{implementing} of these "
        "countries an instrument is under implementation with funds, or beyond. Governments asked "
        "UN-Habitat to "
        "continue its support to {followup} instruments."
    )
    return Paragraph(
        text,
        {
            "countries": found.highest.total(),
            "instruments": found.stages.total(),
            "implementing": implementing.figure(),
            "followup": found.followup.figure(),
        },
    )


def _highest(found: _Housing) -> Table:
    table = choice_table(found.labels, "in_stage", found.highest, _("Countries"))
    return Table(
        (Column(_("Highest stage reached by an instrument of the country"), width=50), *table.columns[1:]),
        table.rows,
        table.total,
        empty=table.empty,
    )


def _narrative(found: _Housing, code: str) -> Section:
    country = found.countries[code]
    below: list[Block] = [_instrument(found.labels, entry) for entry in country.instruments]
    if not below:
        below.append(Paragraph(_("No instrument is reported.")))
    written: list[list[Cell]] = []
    for answers in country.returns:
        for name in ("narrative", "housing_finance"):
            if answers.text(name):
                cell = found.labels.cell(answers, name)
                record = RecordName(answers.record_id, answers.line.label)
                written.append([Text(found.labels.question(name)), cell, record])
    if written:
        columns = (
            Column(_("Question"), width=26),
            Column(_("In the words of the office"), "quote", width=80),
            Column(_("Record"), "record", width=16),
        )
        below.append(Table(columns, written))
    return Section(country_label(code), below)


def _instrument(labels: Labels, entry: Answers) -> Paragraph:
    """Return what happened to an instrument, sentence by sentence."""
    line = entry.line
    title = entry.text("in_title")
    values: dict[str, Cell] = {
        "title": Quote(title, line.language) if title else Text(_("An instrument without a title")),
        "kind": Text(labels.choice("in_type", entry.choice("in_type"))),
        "record": RecordName(line.record_id, line.label),
    }
    sentences = [_(_STAGES.get(entry.choice("in_stage"), _STAGES[""]))]
    if entry.is_yes("in_first"):
        sentences.append(_("It is the first of its kind in the country."))
    sentences += _dates(entry, values)
    before, now = entry.number("in_stage_prev"), entry.number("in_stage")
    if before is not None and now is not None and before != now:
        values["before"] = Text(labels.choice("in_stage_prev", entry.choice("in_stage_prev")))
        sentences.append(_("Stage in the last return: {before}."))
    support = [code for code in entry.chosen("in_unh_support") if code != "none"]
    if support:
        values["support"] = Text(listed(labels.choice("in_unh_support", code) for code in support))
        sentences.append(_("Support by UN-Habitat: {support}."))
    elif entry.chosen("in_unh_support"):
        sentences.append(_("UN-Habitat gave no support."))
    if entry.is_yes("in_followup"):
        sentences.append(_("The government has asked UN-Habitat to continue its support."))
    if entry.text("in_next"):
        values["next"] = Quote(entry.text("in_next"), line.language)
        sentences.append(_("Next step: {next}"))
    return Paragraph(in_a_row([*sentences, "({record})"]), values)


def _dates(entry: Answers, values: dict[str, Cell]) -> list[str]:
    submitted, adopted = entry.day("in_submitted"), entry.day("in_adopted")
    values |= {"submitted": Day(submitted), "adopted": Day(adopted)}
    body = entry.text("in_approver")
    values["body"] = Quote(body, entry.line.language)
    if adopted and body:
        return [_("It was approved on {adopted} by: {body}.")]
    if adopted:
        return [_("It was approved on {adopted}.")]
    return [_("It was submitted on {submitted}.")] if submitted else []


def _register(found: _Housing, order: list[str]) -> Table:
    labels = found.labels
    columns = (
        Column(_("Country"), width=16),
        Column(labels.question("in_title"), "quote", width=28),
        Column(labels.question("in_type"), width=20),
        Column(labels.question("in_stage"), width=24),
        Column(labels.question("in_stage_prev"), width=24),
        Column(labels.question("in_adopted"), "date", width=12),
        Column(labels.question("in_unh_support"), width=22),
        Column(labels.question("in_adequacy_score"), "number", width=10),
        Column(_("Record"), "record", width=14),
    )
    names = ("in_title", "in_type", "in_stage", "in_stage_prev", "in_adopted", "in_unh_support")
    rows: list[list[Cell]] = []
    for code in order:
        for entry in found.countries[code].instruments:
            cells = [labels.cell(entry, name) for name in (*names, "in_adequacy_score")]
            record = RecordName(entry.record_id, entry.line.label)
            rows.append([Text(country_label(code)), *cells, record])
    return Table(columns, rows, empty=_("No instrument is reported."))


def _matrix(found: _Housing) -> Table:
    labels = found.labels
    stages = found.stages.listed(empty=False)
    columns = (
        Column(labels.question("in_type"), width=34),
        *(Column(labels.choice("in_stage", stage), "number", width=12) for stage in stages),
        Column(_("All"), "number", width=10),
    )
    order = [code for code in labels.choices("in_type") if code in found.kinds]
    order += [code for code in found.kinds if code not in order]
    rows: list[list[Cell]] = []
    for code in order:
        tally = found.kinds[code]
        numbers: list[Cell] = [tally.figure(stage) for stage in stages]
        rows.append([Text(labels.choice("in_type", code)), *numbers, tally.total()])
    total: list[Cell] = [
        Text(_("All")),
        *(found.stages.figure(stage) for stage in stages),
        found.stages.total(),
    ]
    return Table(columns, rows, total, empty=_("No instrument is reported."))


def _adequacy(found: _Housing) -> Table:
    known, drafted = found.adequacy_known.figure(), found.drafted.figure()
    columns = (
        Column(found.labels.question("in_adequacy"), width=50),
        Column(_("Instruments"), "number", width=14),
        Column(_("Share"), "number", width=14),
    )
    rows: list[list[Cell]] = []
    for code in found.adequacy.listed():
        figure = found.adequacy.figure(code)
        rows.append([Text(found.labels.choice("in_adequacy", code)), figure, ratio(figure, known)])
    text = _(
        "Criteria of adequate housing after general comment No. 4 of the Committee on Economic, Social "
        "and Cultural "
        "Rights. Asked of instruments that are being drafted or are beyond that stage ({drafted}); the "
        "share is of "
        "those with an answer ({known})."
    )
    note = Paragraph(text, {"drafted": drafted, "known": known})
    empty = _("No instrument is being drafted or is beyond that stage.")
    return Table(columns, rows if len(found.drafted) else [], notes=[note], empty=empty)


def _extents(found: _Housing) -> Table:
    labels = found.labels
    codes = [*labels.choices(_EXTENTS[0]), ""]
    columns = (
        Column(_("Instruments from drafting on"), width=50),
        *(Column(labels.choice(_EXTENTS[0], code), "number", width=14) for code in codes),
    )
    rows: list[list[Cell]] = [
        [Text(labels.question(name)), *(found.extents[name].figure(code) for code in codes)]
        for name in _EXTENTS
    ]
    return Table(columns, rows)


def _yes(found: _Housing) -> Table:
    columns = (Column(_("Instruments from drafting on"), width=50), Column(_("Yes"), "number", width=14))
    return Table(
        columns, [[Text(found.labels.question(name)), count.figure()] for name, count in found.yes.items()]
    )


def _support(found: _Housing) -> list[Block]:
    labels = found.labels
    total = found.stages.total()
    columns = (
        Column(labels.question("in_unh_support"), width=50),
        Column(_("Instruments"), "number", width=14),
        Column(_("Share"), "number", width=14),
    )
    rows: list[list[Cell]] = []
    for code in found.support.listed():
        figure = found.support.figure(code)
        rows.append([Text(labels.choice("in_unh_support", code)), figure, ratio(figure, total)])
    note = Paragraph(_("An instrument can have support of several kinds."))
    return [Table(columns, rows if total.value else [], notes=[note], empty=_("No instrument is reported."))]


def _slum_policies(found: _Housing) -> Table:
    labels = found.labels
    tally: Tally[str] = Tally(labels.choices("in_stage"))
    for country, (stage, records) in found.slum_stages.items():
        tally.add("" if stage is None else str(stage), records[0], country)
    table = choice_table(
        labels, "in_stage", tally, _("Countries"), empty=_("No country reported such a policy.")
    )
    note = _(
        "Each country stands at the highest stage of its instruments of the kind “{kind}” and of the "
        "stage in its "
        "slum-upgrading returns."
    )
    kind = Text(labels.choice("in_type", "slum_policy"))
    return Table(
        (Column(_("Stage"), width=50), *table.columns[1:]),
        table.rows,
        table.total,
        notes=[Paragraph(note, {"kind": kind})],
        empty=table.empty,
    )


def _context(found: _Housing, order: list[str]) -> Table:
    labels = found.labels
    columns = (
        Column(_("Country"), width=18),
        *(Column(labels.question(name), "number", labels.unit(name), width=14) for name in _CONTEXT),
        Column(labels.question("output_ratio"), "number", width=12),
        Column(labels.question("right_constitution"), width=14),
    )
    rows: list[list[Cell]] = []
    output = Pair()
    for code in order:
        for answers in found.countries[code].returns:
            built, need = answers.number("annual_output"), answers.number("annual_need")
            output.add(built, need, answers.record_id)
            share = share_of(built, need, answers.record_id, 0)
            cells = [labels.cell(answers, name) for name in _CONTEXT]
            right = labels.cell(answers, "right_constitution")
            rows.append([Text(country_label(code)), *cells, share, right])
    blank: list[Cell] = [Text("")] * 4
    total: list[Cell] = [
        Text(_("All")),
        *blank,
        output.whole.figure(),
        output.part.figure(),
        output.share(0),
        Text(""),
    ]
    note = Paragraph(
        _("The last row adds up only countries that gave both the need and the output of dwellings.")
    )
    return Table(columns, rows, total, notes=[note], empty=_("No country is in this report."))


def _delivered(found: _Housing) -> Table:
    labels = found.labels
    rows: list[list[Cell]] = [
        [Text(labels.question(name)), total.figure()] for name, total in found.delivered.items()
    ]
    budget, spent = found.money.whole.money(), found.money.part.money()
    rows += [
        [Text(_("Public money budgeted for implementation (US$)")), budget],
        [Text(_("Public money spent on implementation (US$)")), spent],
        [Text(_("Share of the budget that is spent")), found.money.share(0)],
    ]
    columns = (
        Column(_("All instruments"), width=60),
        Column(pgettext("how many", "Number"), "number", width=18),
    )
    note = Paragraph(_("The money is of instruments whose budget and spending are both known."))
    return Table(columns, rows, notes=[note])

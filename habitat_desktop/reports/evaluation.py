"""The joint evaluation by committees, governments and partners, and the evidence base it rests on."""

from collections.abc import Callable
from dataclasses import replace

from habitat_desktop.i18n.catalogues import _
from habitat_desktop.reports.answers import Answers
from habitat_desktop.reports.counting import Count, Sum, Tally, ratio
from habitat_desktop.reports.document import (
    Block,
    Cell,
    Column,
    Paragraph,
    RecordName,
    Section,
    Table,
    Text,
)
from habitat_desktop.reports.evidence import Evidence
from habitat_desktop.reports.information import SCALE, Opinion
from habitat_desktop.reports.labels import Labels, country_label
from habitat_desktop.reports.pairs import choice_table, within

COMMITTEES, PARTNERS, EVENTS = "national_habitat_committee", "data_quality_return", "event_return"
CITIES, SLUMS, HOUSING = "urban_indicators", "slum_upgrading", "housing_policy"
SURVEYS, EXCHANGE = "slum_household_survey", "information_exchange"


def blocks(evidence: Evidence) -> list[Block]:
    """Return the sections on the joint evaluation and on the evidence base."""
    return [
        Section(
            _("Joint evaluation by committees, governments and partners"),
            [
                Section(_("What the national Habitat committees say"), _committees(evidence)),
                Section(_("What governments and partners say"), _partners(evidence)),
                Section(_("What participants in events say"), [_participants(evidence)]),
            ],
        ),
        Section(_("Evidence base on conditions and trends"), [_base(evidence)]),
    ]


def _committees(evidence: Evidence) -> list[Block]:
    labels = Labels(evidence.places(COMMITTEES))
    extent: Tally[str] = Tally(labels.choices("na_extent"))
    held_back: Tally[str] = Tally(labels.choices("na_constraints"))
    reports, progress, countries = Count(), Sum(), Count()
    rows: list[list[Cell]] = []
    for answers in evidence.latest(COMMITTEES):
        extent.add(answers.choice("na_extent"), answers.record_id)
        reports.put(answers.is_yes("na_report"), answers.record_id)
        for constraint in answers.chosen("na_constraints"):
            held_back.add(constraint, answers.record_id)
        if answers.choice("na_plan") in ("ongoing", "completed", "suspended"):
            carried_out = answers.number("na_plan_progress")
            progress.add(carried_out, answers.record_id)
            countries.put(None if carried_out is None else True, answers.record_id)
        if answers.text("na_local_text"):
            rows.append(_row(labels, answers, "na_local_text"))
    sentence = Paragraph(
        _(
            "Countries that prepared a national report: {reports}. Mean share of the national action "
            "plans that is carried out: {progress}."
        ),
        {
            "reports": reports.figure(),
            "progress": _percent(progress, countries),
        },
    )
    return [
        sentence,
        choice_table(labels, "na_extent", extent, _("Countries")),
        choice_table(labels, "na_constraints", held_back, _("Countries")),
        _quotes(labels, "na_local_text", rows, _("No committee has written about local action plans.")),
    ]


def _percent(total: Sum, counted: Count) -> Cell:
    """Return the mean of percentages as a percentage."""
    return replace(ratio(total.figure(), counted.figure(), percent=False), measure="percent")


def _partners(evidence: Evidence) -> list[Block]:
    labels = Labels(evidence.places(PARTNERS))
    groups: dict[str, tuple[Count, Opinion]] = {}
    whole, opinion = Count(), Opinion()
    declared: Tally[str] = Tally(labels.choices("dc_level"))
    rows: list[list[Cell]] = []
    for answers in evidence.latest(PARTNERS):
        group = groups.setdefault(answers.choice("dq_partner"), (Count(), Opinion()))
        for count, score in (group, (whole, opinion)):
            count.add(answers.record_id)
            score.add(answers, "fl_effective")
        if answers.is_yes("dc_done"):
            declared.add(answers.choice("dc_level"), answers.record_id)
        if answers.text("dq_recommend"):
            rows.append(_row(labels, answers, "dq_recommend"))
    columns = (
        Column(labels.question("dq_partner"), width=40),
        Column(_("Respondents"), "number", width=14),
        Column(labels.question("fl_effective"), "number", width=18),
    )
    keys = [key for key in (*labels.choices("dq_partner"), "") if key in groups]
    scores: list[list[Cell]] = [
        [Text(labels.choice("dq_partner", key)), groups[key][0].figure(), groups[key][1].figure()]
        for key in keys
    ]
    nobody = _("No government or partner has answered.")
    note = Paragraph(_(SCALE), is_note=True)
    return [
        Table(
            columns, scores, [Text(_("All")), whole.figure(), opinion.figure()], notes=[note], empty=nobody
        ),
        choice_table(labels, "dc_level", declared, _("Respondents"), empty=nobody),
        _quotes(labels, "dq_recommend", rows, nobody),
    ]


def _participants(evidence: Evidence) -> Table:
    labels = Labels(evidence.places(EVENTS))
    rows = [
        _row(labels, answers, "ev_feedback")
        for answers in evidence.latest(EVENTS)
        if answers.text("ev_feedback") and within(evidence, answers, "ev_start", "ev_end")
    ]
    return _quotes(labels, "ev_feedback", rows, _("No feedback is reported."))


def _row(labels: Labels, answers: Answers, question: str) -> list[Cell]:
    return [
        RecordName(answers.record_id, answers.line.label),
        Text(country_label(answers.line.country)),
        labels.cell(answers, question),
    ]


def _quotes(labels: Labels, question: str, rows: list[list[Cell]], empty: str) -> Table:
    columns = (
        Column(_("Record"), "record", width=16),
        Column(_("Country"), width=16),
        Column(labels.question(question), "quote", width=56),
    )
    return Table(columns, rows, empty=empty)


class _Base:
    """What there is of one kind of evidence, how much of it with a figure, and how much of that by sex."""

    def __init__(self) -> None:
        self.all, self.with_figure, self.by_sex = Count(), Count(), Count()

    def add(self, entry: Answers, has_figure: bool, has_sex: bool) -> None:
        key = entry.key
        self.all.add(entry.record_id, key)
        self.with_figure.put(has_figure, entry.record_id, key)
        self.by_sex.put(has_sex, entry.record_id, key)

    def cells(self) -> list[Cell]:
        return [self.all.figure(), self.with_figure.figure(), self.by_sex.figure()]


def _base(evidence: Evidence) -> Table:
    """Return what the returns of the period know of conditions, and for how many of them by sex."""

    def has(*names: str) -> Callable[[Answers], bool]:
        return lambda entry: any(entry.number(name) is not None for name in names)

    def cells(
        form_id: str, repeat: str, figure: Callable[[Answers], bool], sex: Callable[[Answers], bool]
    ) -> list[Cell]:
        base = _Base()
        for answers in evidence.latest(form_id):
            for entry in answers.entries(repeat) if repeat else [answers]:
                base.add(entry, figure(entry), sex(entry))
        return base.cells()

    def nothing(_entry: Answers) -> bool:
        return False

    rows: list[list[Cell]] = [
        [
            Text(_("Cities: people in slums and informal settlements")),
            *cells(CITIES, "", has("a_sish"), has("a_sish_female")),
        ],
        [Text(_("Cities: solid waste")), *cells(CITIES, "", has("b_generated"), nothing)],
        [
            Text(_("Cities: access to public space")),
            *cells(CITIES, "", has("c_access_total"), has("c_access_female")),
        ],
        [
            Text(_("Settlements: population")),
            *cells(SLUMS, "settlement", has("st_pop_total"), has("st_pop_female")),
        ],
        [Text(_("Settlements: water")), *cells(SLUMS, "settlement", has("dep_water"), nothing)],
        [Text(_("Settlements: sanitation")), *cells(SLUMS, "settlement", has("dep_sanitation"), nothing)],
        [Text(_("Settlements: tenure")), *cells(SLUMS, "settlement", has("dep_tenure"), nothing)],
        [Text(_("Household surveys: households")), *cells(SURVEYS, "hh", has("hh_size"), has("hh_women"))],
        [Text(_("Countries: housing deficit")), *cells(HOUSING, "", has("deficit_quant"), nothing)],
        [
            Text(_("Policies: households that benefited")),
            *cells(HOUSING, "instrument", has("in_households"), has("in_hh_women")),
        ],
        [Text(_("Best practices and data exchanged: items")), *_practices(evidence)],
    ]
    columns = (
        Column(_("Evidence"), width=44),
        Column(_("Reported on"), "number", width=14),
        Column(_("With a figure"), "number", width=14),
        Column(_("With a figure by sex"), "number", width=14),
    )
    note = Paragraph(_("Where a return has no figure, it is missing and not zero."), is_note=True)
    return Table(columns, rows, notes=[note])


def _practices(evidence: Evidence) -> list[Cell]:
    base = _Base()
    for answers in evidence.latest(EXCHANGE):
        for item in answers.entries("ix"):
            if item.choice("ix_item") in ("best_practice", "dataset", "flagship") and not item.is_yes(
                "ix_request"
            ):
                base.add(item, item.number("ix_copies") is not None, False)
    return base.cells()

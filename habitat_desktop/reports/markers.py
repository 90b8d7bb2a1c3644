"""The four project markers and the safeguards: scores, what is not screened, risks, gender money."""

from decimal import Decimal

from habitat_desktop.i18n.catalogues import _, listed
from habitat_desktop.reports.answers import Answers
from habitat_desktop.reports.counting import Count, Sum, Tally
from habitat_desktop.reports.document import (
    Block,
    Cell,
    Code,
    Column,
    Paragraph,
    Quote,
    RecordName,
    Section,
    Table,
    Text,
)
from habitat_desktop.reports.evidence import Evidence
from habitat_desktop.reports.front import by_country
from habitat_desktop.reports.labels import Geography, Labels, country_label
from habitat_desktop.reports.pairs import Pair, choice_table

FORM = "project_status"
MARKERS = ("mk_gender", "mk_climate", "mk_youth", "mk_human_rights")
PIPELINE, CANCELLED = "1", "5"  # of activity_status


class _Group:
    """Gender analysis and gender money of the projects of one country or region."""

    def __init__(self) -> None:
        self.projects, self.analysed = Count(), Count()
        self.gender, self.spent, self._both = Sum(), Sum(), Pair()

    def add(self, answers: Answers) -> None:
        record_id = answers.record_id
        self.projects.add(record_id)
        self.analysed.put(answers.is_yes("gender_analysis"), record_id)
        if answers.choice("activity_status") != PIPELINE:  # nothing is spent before
            gender, spent = answers.number("exp_gender_usd"), answers.number("exp_cum_usd")
            self.gender.add(gender, record_id)
            self.spent.add(spent, record_id)
            self._both.add(gender, spent, record_id)

    def cells(self) -> list[Cell]:
        """Return projects, with a gender analysis, gender money, all money, share."""
        return [
            self.projects.figure(),
            self.analysed.figure(),
            self.gender.money(),
            self.spent.money(),
            self._both.share(),
        ]


class _Marked:
    """The projects, gone through once."""

    def __init__(self, evidence: Evidence) -> None:
        self.labels = Labels(evidence.places(FORM))
        self.geography = Geography(evidence.library)
        self.scores: dict[str, Tally[str]] = {name: Tally(self.labels.choices(name)) for name in MARKERS}
        self.screened: Tally[str] = Tally(("yes", "no"))
        self.risks: Tally[str] = Tally(self.labels.choices("ess_risk"))
        self.triggers: Tally[str] = Tally(self.labels.choices("ess_triggers"))
        self.plans: dict[str, Count] = {}
        self.displaced, self.complaints = Sum(), Pair()
        self.received, self.resolved = Sum(), Sum()
        self.countries: dict[str, _Group] = {}
        self.regions: dict[str, _Group] = {}
        self.whole = _Group()
        self.undone: list[list[Cell]] = []
        self.low: list[list[Cell]] = []
        for answers in evidence.latest(FORM):
            if answers.choice("activity_status") != CANCELLED:
                self._take(answers)

    def _take(self, answers: Answers) -> None:
        record_id, country = answers.record_id, answers.line.country
        for name, tally in self.scores.items():
            tally.add(answers.choice(name), record_id)
        self.screened.add(answers.choice("ess_screened"), record_id)
        if answers.is_yes("ess_screened"):
            self._take_screening(answers)
        for group in (
            self.whole,
            self.countries.setdefault(country, _Group()),
            self.regions.setdefault(self.geography.region(country), _Group()),
        ):
            group.add(answers)
        undone = self._undone(answers)
        if undone:
            self.undone.append([*self._names(answers), Text(listed(undone))])
        low = [name for name in MARKERS if answers.choice(name) in ("0", "1")]
        if low:
            markers = listed(self.labels.question(name) for name in low)
            self.low.append([*self._names(answers), Text(markers), self.labels.cell(answers, "mk_actions")])

    def _take_screening(self, answers: Answers) -> None:
        record_id, risk = answers.record_id, answers.choice("ess_risk")
        self.risks.add(risk, record_id)
        for trigger in answers.chosen("ess_triggers") or ("",):
            self.triggers.add(trigger, record_id)
        if risk in ("moderate", "substantial", "high"):  # a plan is not asked of the others
            self.plans.setdefault(risk, Count()).put(answers.is_yes("ess_plan"), record_id)
        if "resettlement" in answers.chosen("ess_triggers"):
            self.displaced.add(answers.number("ess_displaced_hh"), record_id)
        received = answers.number("griev_received")
        resolved = Decimal(0) if received == 0 else answers.number("griev_resolved")
        self.received.add(received, record_id)
        self.resolved.add(resolved, record_id)
        self.complaints.add(resolved, received, record_id)

    def _undone(self, answers: Answers) -> list[str]:
        """Return in words what is not scored or screened."""
        found = []
        missing = [self.labels.question(name) for name in MARKERS if not answers.choice(name)]
        if missing:
            found.append(_("not scored: {markers}").format(markers=listed(missing)))
        screened = answers.is_yes("ess_screened")
        if screened is not True:
            found.append(_("not screened") if screened is False else _("screening not stated"))
        return found

    def _names(self, answers: Answers) -> list[Cell]:
        return [
            RecordName(answers.record_id, answers.line.label),
            Text(country_label(answers.line.country)),
            Code(answers.text("project_code")),
            Quote(answers.text("title_en"), "en"),
        ]


def blocks(evidence: Evidence) -> list[Block]:
    """Return the report."""
    found = _Marked(evidence)
    none = _("There is no project.")
    return [
        Section(_("Scores of the four markers"), [_scores(found)]),
        Section(_("Low scores and what is planned"), [_low(found)]),
        Section(_("Not scored or not screened"), [_undone(found)]),
        Section(
            _("Environmental and social safeguards"),
            [
                choice_table(found.labels, "ess_screened", found.screened, _("Projects"), empty=none),
                _risks(found),
                choice_table(
                    found.labels,
                    "ess_triggers",
                    found.triggers,
                    _("Projects"),
                    empty=_("No project has been screened."),
                ),
                _complaints(found),
            ],
        ),
        Section(
            _("Gender analysis and money for gender equality by region"),
            [_groups(found, _("Regional office"), found.regions, is_region=True)],
        ),
        Section(
            _("Gender analysis and money for gender equality by country"),
            [_groups(found, _("Country"), found.countries, is_region=False)],
        ),
    ]


def _scores(found: _Marked) -> Table:
    labels = found.labels
    scores = labels.choices("mk_gender")
    columns = (
        Column(_("Marker"), width=30),
        *(Column(label, "number", width=14) for label in scores.values()),
        Column(_("Not scored"), "number", width=12),
        Column(_("Projects"), "number", width=12),
    )
    rows: list[list[Cell]] = [
        [
            Text(labels.question(name)),
            *(tally.figure(score) for score in scores),
            tally.figure(""),
            tally.total(),
        ]
        for name, tally in found.scores.items()
    ]
    note = Paragraph(_("Cancelled projects are left out."), is_note=True)
    has_projects = bool(found.whole.projects.figure().value)
    return Table(columns, rows if has_projects else [], notes=[note], empty=_("There is no project."))


def _name_columns(labels: Labels) -> tuple[Column, ...]:
    return (
        Column(_("Record"), "record", width=16),
        Column(_("Country"), width=18),
        Column(labels.question("project_code"), width=14),
        Column(_("Title"), "quote", width=34),
    )


def _low(found: _Marked) -> Table:
    columns = (
        *_name_columns(found.labels),
        Column(_("Markers scored 0 or 1"), width=30),
        Column(found.labels.question("mk_actions"), "quote", width=36),
    )
    return Table(columns, found.low, empty=_("No project has a low score."))


def _undone(found: _Marked) -> Table:
    columns = (*_name_columns(found.labels), Column(_("Still to be done"), width=40))
    return Table(columns, found.undone, empty=_("Every project has been scored and screened."))


def _risks(found: _Marked) -> Table:
    labels = found.labels
    columns = (
        Column(labels.question("ess_risk"), width=36),
        Column(_("Projects"), "number", width=14),
        Column(labels.question("ess_plan"), "number", width=18),
    )
    rows: list[list[Cell]] = [
        [
            Text(labels.choice("ess_risk", key)),
            found.risks.figure(key),
            found.plans[key].figure() if key in found.plans else Text(""),
        ]
        for key in found.risks.listed()
    ]
    total = found.risks.total()
    note = Paragraph(_("A management plan is asked of projects of moderate risk and more."), is_note=True)
    return Table(columns, rows if total.value else [], notes=[note], empty=_("No project has been screened."))


def _complaints(found: _Marked) -> Paragraph:
    return Paragraph(
        _(
            "Complaints received: {received}; resolved: {resolved}, that is {share}. Households to be "
            "displaced, physically or economically: {displaced}."
        ),
        {
            "received": found.received.figure(measure="count"),
            "resolved": found.resolved.figure(measure="count"),
            "share": found.complaints.share(0),
            "displaced": found.displaced.figure(measure="count"),
        },
    )


def _groups(found: _Marked, head: str, groups: dict[str, _Group], *, is_region: bool) -> Table:
    labels = found.labels
    columns = (
        Column(head, width=34),
        Column(_("Projects"), "number", width=12),
        Column(_("Gender analysis done"), "number", width=16),
        Column(labels.question("exp_gender_usd"), "number", "US$", width=18),
        Column(labels.question("exp_cum_usd"), "number", "US$", width=18),
        Column(_("Share for gender equality"), "number", width=14),
    )
    keys = [*found.geography.regions, ""] if is_region else by_country(list(groups))
    name = found.geography.region_name if is_region else country_label
    rows = [[Text(name(key)), *groups[key].cells()] for key in keys if key in groups]
    note = Paragraph(
        _("The share is of the projects of which both amounts are known; the pipeline spends nothing yet."),
        is_note=True,
    )
    return Table(
        columns, rows, [Text(_("All")), *found.whole.cells()], notes=[note], empty=_("There is no project.")
    )

"""The portfolio of projects: by status, stage, region, country and kind of work, and the register of all."""

from collections.abc import Callable

from habitat_desktop.i18n.catalogues import _, ngettext
from habitat_desktop.reports.answers import Answers
from habitat_desktop.reports.counting import UNKNOWN, Count, Sum, Tally, ratio
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

FORM = "project_status"
PIPELINE, ACTIVE = "1", ("2", "3")  # of activity_status, as IATI numbers it: implementation, finalization


class _Group:
    """What is counted of the projects of one region, country or kind."""

    def __init__(self) -> None:
        self.active, self.pipeline, self.all, self.budget = Count(), Count(), Count(), Sum()

    def add(self, answers: Answers) -> None:
        status = answers.choice("activity_status")
        self.all.add(answers.record_id)
        for count, statuses in ((self.active, ACTIVE), (self.pipeline, (PIPELINE,))):
            if status in statuses:
                count.add(answers.record_id)
        self.budget.add(answers.number("budget_usd"), answers.record_id)

    def cells(self, whole: "_Group") -> list[Cell]:
        """Return projects, active, in the pipeline, budget, share of the budget of all."""
        budget = self.budget.money()
        return [
            self.all.figure(),
            self.active.figure(),
            self.pipeline.figure(),
            budget,
            ratio(budget, whole.budget.money()),
        ]


class _Portfolio:
    """The projects, gone through once."""

    def __init__(self, evidence: Evidence) -> None:
        self.labels = Labels(evidence.places(FORM))
        self.geography = Geography(evidence.library)
        self.status: Tally[str] = Tally(self.labels.choices("activity_status"))
        self.stage: Tally[str] = Tally(self.labels.choices("pipeline_stage"))
        self.whole = _Group()
        self.regions: dict[str, _Group] = {}
        self.countries: dict[str, _Group] = {}
        self.kinds: dict[str, _Group] = {}
        self.development: dict[str, _Group] = {}
        self.register: list[list[Cell]] = []
        for answers in evidence.latest(FORM):
            self._take(answers)

    def _take(self, answers: Answers) -> None:
        country = answers.line.country
        ldc = {True: "ldc", False: "other", None: UNKNOWN}[self.geography.is_ldc(country)]
        for groups, key in (
            (self.regions, self.geography.region(country)),
            (self.countries, country),
            (self.kinds, answers.choice("project_type")),
            (self.development, ldc),
        ):
            groups.setdefault(key, _Group()).add(answers)
        self.whole.add(answers)
        status = answers.choice("activity_status")
        self.status.add(status, answers.record_id)
        if status == PIPELINE:
            self.stage.add(answers.choice("pipeline_stage"), answers.record_id)
        self.register.append(self._register_row(answers))

    def _register_row(self, answers: Answers) -> list[Cell]:
        cell, line = self.labels.cell, answers.line
        return [
            RecordName(line.record_id, line.label),
            Text(country_label(line.country)),
            Code(answers.text("project_code")),
            Quote(answers.text("title_en"), "en"),
            cell(answers, "activity_status"),
            cell(answers, "pipeline_stage"),
            cell(answers, "project_type"),
            cell(answers, "planned_start"),
            cell(answers, "planned_end"),
            cell(answers, "budget_usd"),
            cell(answers, "exp_cum_usd"),
        ]


def blocks(evidence: Evidence) -> list[Block]:
    """Return the report."""
    found = _Portfolio(evidence)
    return [
        Section(_("Summary"), [_sentence(found), _tally(found, "activity_status", found.status)]),
        Section(_("Stages of the pipeline"), [_tally(found, "pipeline_stage", found.stage)]),
        Section(_("Regional balance"), [_regions(found)]),
        Section(_("Projects by country"), [_countries(found)]),
        Section(_("Least developed countries"), [_development(found)]),
        Section(_("Normative and operational work"), [_kinds(found)]),
        Section(_("Register of projects"), [_register(found)]),
    ]


def _sentence(found: _Portfolio) -> Paragraph:
    countries: Count = Count()
    for country, group in found.countries.items():
        for record_id in group.all.figure().records if country else ():
            countries.add(record_id, country)
    number = len(countries)
    text = ngettext(
        "{projects} projects in {countries} country: {active} active, {pipeline} in the pipeline. Of the "
        "projects, {ldc} are in the least developed countries, that is {share}.",
        "{projects} projects in {countries} countries: {active} active, {pipeline} in the pipeline. Of the "
        "projects, {ldc} are in the least developed countries, that is {share}.",
        number,
    )
    ldc = found.development.get("ldc", _Group()).all.figure()
    return Paragraph(
        text,
        {
            "projects": found.whole.all.figure(),
            "countries": countries.figure(),
            "active": found.whole.active.figure(),
            "pipeline": found.whole.pipeline.figure(),
            "ldc": ldc,
            "share": ratio(ldc, found.whole.all.figure()),
        },
    )


def _tally(found: _Portfolio, question: str, tally: Tally[str]) -> Table:
    total = tally.total()
    rows: list[list[Cell]] = [
        [Text(found.labels.choice(question, key)), tally.figure(key), ratio(tally.figure(key), total)]
        for key in tally.listed()
    ]
    columns = (
        Column(found.labels.question(question), width=44),
        Column(_("Projects"), "number", width=14),
        Column(_("Share"), "number", width=14),
    )
    return Table(columns, rows if total.value else [], [Text(_("All")), total, ratio(total, total)],
                 empty=_("There is no such project."))  # fmt: skip


def _groups(
    found: _Portfolio, head: str, groups: dict[str, _Group], keys: list[str], name: Callable[[str], str]
) -> Table:
    columns = (
        Column(head, width=40),
        Column(_("Projects"), "number", width=12),
        Column(_("Active"), "number", width=12),
        Column(_("In the pipeline"), "number", width=12),
        Column(_("Approved budget"), "number", "US$", width=20),
        Column(_("Share of the budget"), "number", width=14),
    )
    rows = [[Text(name(key)), *groups[key].cells(found.whole)] for key in keys if key in groups]
    return Table(columns, rows, [Text(_("All")), *found.whole.cells(found.whole)])


def _regions(found: _Portfolio) -> Table:
    keys = [*found.geography.regions, UNKNOWN]
    for key in keys[:-1]:
        found.regions.setdefault(key, _Group())  # a region without a project is an answer, too
    return _groups(found, _("Regional office"), found.regions, keys, found.geography.region_name)


def _countries(found: _Portfolio) -> Table:
    return _groups(found, _("Country"), found.countries, by_country(list(found.countries)), country_label)


def _development(found: _Portfolio) -> Table:
    names = {"ldc": _("Least developed countries"), "other": _("Other countries"), UNKNOWN: _("Not known")}
    return _groups(found, _("Countries"), found.development, list(names), names.__getitem__)


def _kinds(found: _Portfolio) -> Table:
    labels = found.labels
    keys = [*labels.choices("project_type"), *(found.kinds.keys() - labels.choices("project_type").keys())]
    head = labels.question("project_type")
    return _groups(found, head, found.kinds, keys, lambda code: labels.choice("project_type", code))


def _register(found: _Portfolio) -> Table:
    labels = found.labels
    columns = (
        Column(_("Record"), "record", width=16),
        Column(_("Country"), width=16),
        Column(labels.question("project_code"), width=14),
        Column(_("Title"), "quote", width=34),
        Column(labels.question("activity_status"), width=16),
        Column(labels.question("pipeline_stage"), width=16),
        Column(labels.question("project_type"), width=16),
        Column(labels.question("planned_start"), "date", width=12),
        Column(labels.question("planned_end"), "date", width=12),
        Column(labels.question("budget_usd"), "number", "US$", width=15),
        Column(labels.question("exp_cum_usd"), "number", "US$", width=15),
    )
    return Table(columns, found.register, empty=_("There is no project."))

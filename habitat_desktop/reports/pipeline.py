"""Project reviews and the pipeline: stages, expected money, what was reviewed, scored and screened."""

from habitat_desktop.i18n.catalogues import _, listed
from habitat_desktop.reports.answers import Answers
from habitat_desktop.reports.counting import Count, Sum, Tally
from habitat_desktop.reports.document import (
    Block,
    Cell,
    Code,
    Column,
    Day,
    Missing,
    Paragraph,
    Quote,
    RecordName,
    Section,
    Table,
    Text,
)
from habitat_desktop.reports.evidence import Evidence
from habitat_desktop.reports.labels import Labels, country_label

FORM = "project_status"
PIPELINE = "1"  # of activity_status
OVER = ("4", "5")  # closed and cancelled: nobody reviews them any more
MARKERS = ("mk_gender", "mk_climate", "mk_youth", "mk_human_rights")


class _Checked:
    """How many projects went through each check; one that nothing is said of did not."""

    def __init__(self) -> None:
        self.projects, self.reviewed, self.scored = Count(), Count(), Count()
        self.screened, self.analysed = Count(), Count()

    def add(self, answers: Answers) -> None:
        """Take one project in."""
        record_id = answers.record_id
        self.projects.add(record_id)
        for count, is_done in (
            (self.reviewed, _is_reviewed(answers)),
            (self.scored, all(answers.choice(name) for name in MARKERS)),
            (self.screened, answers.is_yes("ess_screened")),
            (self.analysed, answers.is_yes("gender_analysis")),
        ):
            count.put(is_done, record_id)

    def cells(self) -> list[Cell]:
        """Return projects, and how many of them were reviewed, scored, screened, analysed."""
        return [
            self.projects.figure(),
            self.reviewed.figure(),
            self.scored.figure(),
            self.screened.figure(),
            self.analysed.figure(),
        ]


class _Pipeline:
    """The projects, gone through once."""

    def __init__(self, evidence: Evidence) -> None:
        self.labels = Labels(evidence.places(FORM))
        self.stages: Tally[str] = Tally(self.labels.choices("pipeline_stage"))
        self.budgets: dict[str, Sum] = {}
        self.likely: dict[str, Sum] = {}
        self.budget, self.all_likely = Sum(), Sum()
        self.checked: dict[str, _Checked] = {}
        self.all_checked = _Checked()
        self.register: list[list[Cell]] = []
        self.undone: list[list[Cell]] = []
        for answers in evidence.latest(FORM):
            self._take(answers)

    def _take(self, answers: Answers) -> None:
        status = answers.choice("activity_status")
        if status == PIPELINE:
            self._take_in_pipeline(answers)
        if status not in OVER:
            self.checked.setdefault(status, _Checked()).add(answers)
            self.all_checked.add(answers)
            undone = self._undone(answers)
            if undone:
                self.undone.append([*self._names(answers), Text(listed(undone))])

    def _take_in_pipeline(self, answers: Answers) -> None:
        stage, record_id = answers.choice("pipeline_stage"), answers.record_id
        budget, likelihood = answers.number("budget_usd"), answers.number("likelihood")
        likely = None if budget is None or likelihood is None else budget * likelihood / 100
        self.stages.add(stage, record_id)
        for sums, whole, value in (
            (self.budgets, self.budget, budget),
            (self.likely, self.all_likely, likely),
        ):
            sums.setdefault(stage, Sum()).add(value, record_id)
            whole.add(value, record_id)
        cell = self.labels.cell
        self.register.append(
            [
                *self._names(answers),
                cell(answers, "pipeline_stage"),
                cell(answers, "budget_usd"),
                cell(answers, "likelihood"),
                cell(answers, "planned_start"),
                _day(answers.day("mk_review_date")),
                cell(answers, "mk_review_outcome"),
            ]
        )

    def _names(self, answers: Answers) -> list[Cell]:
        return [
            RecordName(answers.record_id, answers.line.label),
            Text(country_label(answers.line.country)),
            Code(answers.text("project_code")),
            Quote(answers.text("title_en"), "en"),
        ]

    def _undone(self, answers: Answers) -> list[str]:
        """Return in words what a project has not been through."""
        found = []
        if not _is_reviewed(answers):
            found.append(_("no joint review"))
        missing = [self.labels.question(name) for name in MARKERS if not answers.choice(name)]
        if missing:
            found.append(_("not scored: {markers}").format(markers=listed(missing)))
        screened = answers.is_yes("ess_screened")
        if screened is not True:
            found.append(_("not screened") if screened is False else _("screening not stated"))
        return found


def _day(iso: str) -> Cell:
    return Day(iso) if iso else Missing()


def blocks(evidence: Evidence) -> list[Block]:
    """Return the report."""
    found = _Pipeline(evidence)
    return [
        Section(_("Stages of the pipeline"), [_stages(found)]),
        Section(_("Projects in the pipeline"), [_register(found)]),
        Section(_("Reviews, markers and safeguards"), [_checks(found)]),
        Section(_("What is still to be reviewed"), [_to_do(found)]),
    ]


def _stages(found: _Pipeline) -> Table:
    labels = found.labels
    columns = (
        Column(labels.question("pipeline_stage"), width=36),
        Column(_("Projects"), "number", width=12),
        Column(labels.question("budget_usd"), "number", "US$", width=20),
        Column(_("Budget weighted by likelihood"), "number", "US$", width=20),
    )
    rows: list[list[Cell]] = [
        [
            Text(labels.choice("pipeline_stage", key)),
            found.stages.figure(key),
            found.budgets.get(key, Sum()).money(),
            found.likely.get(key, Sum()).money(),
        ]
        for key in found.stages.listed()
    ]
    total: list[Cell] = [
        Text(_("All")),
        found.stages.total(),
        found.budget.money(),
        found.all_likely.money(),
    ]
    note = Paragraph(
        _("The weighted budget is the budget times the likelihood of funding, where both are known."),
        is_note=True,
    )
    return Table(
        columns,
        rows if found.register else [],
        total,
        notes=[note],
        empty=_("No project is in the pipeline."),
    )


def _is_reviewed(answers: Answers) -> bool:
    """Whether the joint review was held: by its outcome, or by its date where no outcome is stated."""
    outcome = answers.choice("mk_review_outcome")
    return outcome != "not_held" if outcome else bool(answers.day("mk_review_date"))


def _register(found: _Pipeline) -> Table:
    labels = found.labels
    columns = (
        *_name_columns(labels),
        Column(labels.question("pipeline_stage"), width=20),
        Column(labels.question("budget_usd"), "number", "US$", width=16),
        Column(labels.question("likelihood"), "number", width=12),
        Column(labels.question("planned_start"), "date", width=12),
        Column(labels.question("mk_review_date"), "date", width=12),
        Column(labels.question("mk_review_outcome"), width=20),
    )
    return Table(columns, found.register, empty=_("No project is in the pipeline."))


def _name_columns(labels: Labels) -> tuple[Column, ...]:
    return (
        Column(_("Record"), "record", width=16),
        Column(_("Country"), width=18),
        Column(labels.question("project_code"), width=14),
        Column(_("Title"), "quote", width=34),
    )


def _checks(found: _Pipeline) -> Table:
    labels = found.labels
    columns = (
        Column(labels.question("activity_status"), width=30),
        Column(_("Projects"), "number", width=12),
        Column(_("With a joint review"), "number", width=16),
        Column(_("All four markers scored"), "number", width=16),
        Column(_("Screened for safeguards"), "number", width=16),
        Column(_("Gender analysis done"), "number", width=16),
    )
    order = [*labels.choices("activity_status"), ""]
    rows = [
        [Text(labels.choice("activity_status", key)), *found.checked[key].cells()]
        for key in order
        if key in found.checked
    ]
    note = Paragraph(_("Closed and cancelled projects are left out."), is_note=True)
    total = [Text(_("All")), *found.all_checked.cells()]
    return Table(columns, rows, total, notes=[note], empty=_("There is no project to review."))


def _to_do(found: _Pipeline) -> Table:
    columns = (*_name_columns(found.labels), Column(_("Still to be done"), width=40))
    return Table(columns, found.undone, empty=_("Every project has been reviewed, scored and screened."))

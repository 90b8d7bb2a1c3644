"""The projects and works of a period for the progress report: money, persons, texts, by element."""

from decimal import Decimal

from habitat_desktop.reports.answers import Answers
from habitat_desktop.reports.counting import Count, Sum, Tally
from habitat_desktop.reports.document import Cell, Code, RecordName, Text
from habitat_desktop.reports.evidence import Evidence
from habitat_desktop.reports.labels import Labels, country_label
from habitat_desktop.reports.pairs import Pair

PROJECTS, UPGRADING, PROGRAMMES = "project_status", "slum_upgrading", "country_programme"
ACTIVE = ("2", "3")  # of activity_status: implementation, finalization
PLANS = {  # question of a project on its place in a plan: the same question of a priority of a programme
    "sp2026_elements": "pr_sp2026",
    "domain_2020": "pr_domain2020",
    "subprogramme_2014": "pr_sp2014",
    "subprogramme_2012": "",
}
TEXTS = ("achievements", "problems", "lessons", "support_needed")


class Persons:
    """Persons, and the share of women of those returns that give both."""

    def __init__(self) -> None:
        self.total, self._women = Sum(), Pair()

    def add(self, total: Decimal | None, women: Decimal | None, record_id: str) -> None:
        """Take in the persons of one return or entry."""
        self.total.add(total, record_id)
        self._women.add(women, total, record_id)

    def cells(self) -> list[Cell]:
        """Return all, women, share of women."""
        women = self._women.part.figure(measure="count")
        return [self.total.figure(measure="count"), women, self._women.share()]


class _Element:
    """What is done under one element of a plan."""

    def __init__(self) -> None:
        self.projects, self.priorities = Count(), Count()
        self.budget, self.spent, self.persons = Sum(), Sum(), Sum()

    def add(self, answers: Answers) -> None:
        record_id = answers.record_id
        self.projects.add(record_id)
        self.budget.add(answers.number("budget_usd"), record_id)
        self.spent.add(spent_by(answers), record_id)
        self.persons.add(answers.number("benef_total"), record_id)

    def cells(self) -> list[Cell]:
        """Return projects, budget, spent, beneficiaries, priorities of programmes."""
        return [
            self.projects.figure(),
            self.budget.money(),
            self.spent.money(),
            self.persons.figure(measure="count"),
            self.priorities.figure(),
        ]


def spent_by(answers: Answers) -> Decimal | None:
    """Return what a project spent in the period; one in the pipeline spends nothing."""
    if answers.choice("activity_status") == "1":
        return Decimal(0)
    return answers.number("exp_period_usd")


class Work:
    """The projects, upgrading works and priorities, gone through once."""

    def __init__(self, evidence: Evidence) -> None:
        self.labels = Labels(evidence.places(PROJECTS))
        self.projects, self.active = Count(), Count()
        self.budget, self.spent, self.gender = Sum(), Sum(), Sum()
        self.helped, self.reached = Persons(), Persons()
        self.constraints: Tally[str] = Tally(self.labels.choices("constraints_sel"))
        self.plans: dict[str, dict[str, _Element]] = {question: {} for question in PLANS}
        self.texts: dict[str, list[list[Cell]]] = {name: [] for name in TEXTS}
        for answers in evidence.latest(PROJECTS):
            self._take(answers)
        for answers in evidence.latest(UPGRADING):
            for entry in answers.entries("settlement"):
                if entry.choice("up_stage") in ("4", "5", "6"):  # nobody is asked before works are under way
                    women = entry.number("re_female")
                    self.reached.add(entry.number("re_persons"), women, entry.record_id)
        for answers in evidence.latest(PROGRAMMES):
            for entry in answers.entries("priority"):
                self._take_priority(entry)

    def _take(self, answers: Answers) -> None:
        record_id, status = answers.record_id, answers.choice("activity_status")
        self.projects.add(record_id)
        self.active.put(status in ACTIVE if status else None, record_id)
        self.budget.add(answers.number("budget_usd"), record_id)
        self.spent.add(spent_by(answers), record_id)
        if status != "1":
            self.gender.add(answers.number("exp_gender_usd"), record_id)
            self.helped.add(answers.number("benef_total"), answers.number("benef_female"), record_id)
        for constraint in answers.chosen("constraints_sel"):
            self.constraints.add(constraint, record_id)
        places: list[str] = []
        for question in PLANS:
            for code in answers.chosen(question):
                self.plans[question].setdefault(code, _Element()).add(answers)
                places.append(code)
        for name, rows in self.texts.items():
            if answers.text(name):
                rows.append(
                    [
                        RecordName(record_id, answers.line.label),
                        Text(country_label(answers.line.country)),
                        Code(", ".join(places)),
                        self.labels.cell(answers, name),
                    ]
                )

    def _take_priority(self, entry: Answers) -> None:
        for question, name in PLANS.items():
            for code in entry.chosen(name) if name else ():
                element = self.plans[question].setdefault(code, _Element())
                element.priorities.add(entry.record_id, entry.key)

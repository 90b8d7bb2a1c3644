"""Country programmes: documents, priorities with amounts and gaps, plans, presence and its cost by source.

Committees, forums and requests for assistance follow, from `committees` and `assistance`.
"""

from collections.abc import Iterable

from habitat_desktop.i18n.catalogues import _
from habitat_desktop.reports import assistance, committees
from habitat_desktop.reports.answers import Answers
from habitat_desktop.reports.counting import Count, Sum, Tally, difference, ratio
from habitat_desktop.reports.document import (
    Block,
    Cell,
    Code,
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
from habitat_desktop.reports.labels import Geography, Labels, country_label
from habitat_desktop.reports.pairs import Pair, choice_table

FORM = "country_programme"
PAYERS = ("of_pay_projects_usd", "of_pay_host_usd", "of_pay_kind_usd", "of_pay_unh_usd")
HOST = ("of_pay_host_usd", "of_pay_kind_usd")


class _Amounts:
    """What priorities need and have; the gap of those of which both are known."""

    def __init__(self) -> None:
        self.needed, self.mobilized, self._both = Sum(), Sum(), Pair()

    def add(self, priority: Answers) -> None:
        needed, mobilized = priority.number("pr_budget_usd"), priority.number("pr_mobilized_usd")
        self.needed.add(needed, priority.record_id)
        self.mobilized.add(mobilized, priority.record_id)
        self._both.add(mobilized, needed, priority.record_id)

    def cells(self) -> list[Cell]:
        """Return needed, mobilized, gap, gap in per cent of the need."""
        whole = self._both.whole.money()
        gap = difference(whole, self._both.part.money())
        return [self.needed.money(), self.mobilized.money(), gap, ratio(gap, whole)]


class _Office:
    """Staff and cost of the offices of one region, or of all."""

    def __init__(self) -> None:
        self.programmes, self.managers = Count(), Count()
        self.staff, self.women, self.cost = Sum(), Pair(), Sum()
        self.paid = {name: Sum() for name in PAYERS}
        self.host = Pair()

    def add(self, answers: Answers) -> None:
        record_id = answers.record_id
        self.programmes.add(record_id)
        self.managers.put(answers.is_yes("of_hpm"), record_id)
        staff, cost = answers.number("of_staff"), answers.number("of_cost_usd")
        self.staff.add(staff, record_id)
        self.women.add(answers.number("of_staff_women"), staff, record_id)
        self.cost.add(cost, record_id)
        for name, paid in self.paid.items():
            paid.add(answers.number(name), record_id)
        host = [answers.number(name) for name in HOST]
        known = [amount for amount in host if amount is not None]
        self.host.add(sum(known) if len(known) == len(host) else None, cost, record_id)  # type: ignore[arg-type]

    def presence(self) -> list[Cell]:
        """Return offices that report, posts of managers, other staff, share of women."""
        return [
            self.programmes.figure(),
            self.managers.figure(),
            self.staff.figure(measure="count"),
            self.women.share(0),
        ]

    def money(self) -> list[Cell]:
        """Return cost, what each payer gives, share carried by the host."""
        return [self.cost.money(), *(paid.money() for paid in self.paid.values()), self.host.share(0)]


class _Programmes:
    """The returns on country programmes, gone through once."""

    def __init__(self, evidence: Evidence) -> None:
        self.labels = Labels(evidence.places(FORM))
        self.geography = Geography(evidence.library)
        self.status: Tally[str] = Tally(self.labels.choices("cp_status"))
        self.one, self.team, self.committee = Count(), Count(), Count()
        self.consulted = Pair()
        self.whole = _Amounts()
        self.plans: dict[str, Tally[str]] = {}
        self.all_plans: Tally[str] = Tally(("none", "partial", "full"))
        self.regions: dict[str, _Office] = {}
        self.office = _Office()
        self.documents: list[list[Cell]] = []
        self.priorities: list[list[Cell]] = []
        self.plan_register: list[list[Cell]] = []
        self.costs: list[list[Cell]] = []
        self.texts: list[list[Cell]] = []
        for answers in evidence.latest(FORM):
            self._take(answers)

    def _take(self, answers: Answers) -> None:
        labels, record_id = self.labels, answers.record_id
        status = answers.choice("cp_status")
        self.status.add(status, record_id)
        self.one.put(answers.is_yes("cp_dao"), record_id)
        if status not in ("", "none", "concept"):  # before that nobody has been asked
            self.team.put(answers.is_yes("cp_unct"), record_id)
            self.committee.put(answers.is_yes("cp_nhc_role"), record_id)
            women, total = answers.number("cp_consult_women"), answers.number("cp_consult_total")
            self.consulted.add(women, total, record_id)
        for office in (self.office, self.regions.setdefault(self._region(answers), _Office())):
            office.add(answers)
        names = ("cp_title", "cp_status", "cp_approved_on", "cp_dao")
        years = [_year(answers, name) for name in ("cp_start", "cp_end")]
        self.documents.append([*_row(labels, answers, names), *years])
        self.costs.append(_row(labels, answers, ("of_hpm", "of_staff", "of_cost_usd", *PAYERS)))
        self.texts.append(_row(labels, answers, ("cp_progress", "cp_next", "cp_support")))
        for plan in answers.entries("planlink"):
            self._take_plan(plan)
        for priority in answers.entries("priority"):
            self.whole.add(priority)
            alone = _Amounts()
            alone.add(priority)
            self.priorities.append([*_row(labels, priority, ("pr_title", "pr_rag")), *alone.cells()[:3]])

    def _take_plan(self, plan: Answers) -> None:
        extent = plan.choice("pl_urban")
        for tally in (
            self.all_plans,
            self.plans.setdefault(plan.choice("pl_type"), Tally(("none", "partial", "full"))),
        ):
            tally.add(extent, plan.record_id, plan.key)
        names = ("pl_name", "pl_type", "pl_urban", "pl_unh_contrib")
        self.plan_register.append(_row(self.labels, plan, names))

    def _region(self, answers: Answers) -> str:
        return self.geography.region(answers.line.country)


def _row(labels: Labels, answers: Answers, names: Iterable[str]) -> list[Cell]:
    line = answers.line
    return [
        RecordName(line.record_id, line.label),
        Text(country_label(line.country)),
        *(labels.cell(answers, name) for name in names),
    ]


def _year(answers: Answers, name: str) -> Cell:
    year = answers.text(name)
    return Code(year) if year else Missing()


def blocks(evidence: Evidence) -> list[Block]:
    """Return the report."""
    found = _Programmes(evidence)
    return [
        Section(_("Country programme documents"), _documents(found)),
        Section(_("Priorities and resources"), [_priorities(found)]),
        Section(_("National and United Nations plans"), [_plans(found), _plan_register(found)]),
        Section(_("Presence by region"), [_presence(found)]),
        Section(_("Cost of the offices and who pays it"), [_costs(found)]),
        Section(_("Progress and next steps"), [_texts(found)]),
        *committees.blocks(evidence),
        *assistance.blocks(evidence),
    ]


def _who() -> tuple[Column, ...]:
    return (Column(_("Record"), "record", width=16), Column(_("Country"), width=18))


def _documents(found: _Programmes) -> list[Block]:
    labels = found.labels
    sentence = Paragraph(
        _(
            "Countries that deliver as one: {one}. Documents in which the United Nations country team took "
            "part: {team}; the national Habitat committee: {committee}. Women among the participants in "
            "consultations: {women}."
        ),
        {
            "one": found.one.figure(),
            "team": found.team.figure(),
            "committee": found.committee.figure(),
            "women": found.consulted.share(0),
        },
    )
    columns = (
        *_who(),
        Column(labels.question("cp_title"), "quote", width=36),
        Column(labels.question("cp_status"), width=18),
        Column(labels.question("cp_approved_on"), "date", width=12),
        Column(labels.question("cp_dao"), width=12),
        Column(labels.question("cp_start"), width=10),
        Column(labels.question("cp_end"), width=10),
    )
    return [
        sentence,
        choice_table(labels, "cp_status", found.status, _("Countries")),
        Table(columns, found.documents, empty=_("No country programme is reported.")),
    ]


def _money_columns() -> tuple[Column, ...]:
    return (
        Column(_("Needed"), "number", "US$", width=16),
        Column(_("Mobilized"), "number", "US$", width=16),
        Column(_("Gap"), "number", "US$", width=16),
    )


def _priorities(found: _Programmes) -> Table:
    labels = found.labels
    columns = (
        *_who(),
        Column(labels.question("pr_title"), "quote", width=34),
        Column(labels.question("pr_rag"), width=16),
        *_money_columns(),
    )
    cells = found.whole.cells()
    notes = [
        Paragraph(_("The gap counts the priorities of which both amounts are known."), is_note=True),
        Paragraph(_("The gap is {share} of what these priorities need."), {"share": cells[3]}),
    ]
    total: list[Cell] = [Text(_("All")), Text(""), Text(""), Text(""), *cells[:3]]
    return Table(columns, found.priorities, total, notes=notes, empty=_("No programme has a priority yet."))


def _plans(found: _Programmes) -> Table:
    labels = found.labels
    columns = (
        Column(labels.question("pl_type"), width=40),
        Column(_("Plans"), "number", width=12),
        *(Column(labels.choice("pl_urban", key), "number", width=14) for key in ("none", "partial", "full")),
        Column(_("Include sustainable urbanization"), "number", width=18),
    )
    kinds = [key for key in (*labels.choices("pl_type"), "") if key in found.plans]
    rows = [[Text(labels.choice("pl_type", key)), *_extents(found.plans[key])] for key in kinds]
    total = [Text(_("All")), *_extents(found.all_plans)]
    return Table(columns, rows, total, empty=_("No plan is reported."))


def _extents(tally: Tally[str]) -> list[Cell]:
    """Return all, none, partial, full, and the share of partial and full in those that are known."""
    none, partial, full = (tally.figure(key) for key in ("none", "partial", "full"))
    included = _together(partial, full)
    return [tally.total(), none, partial, full, ratio(included, _together(none, included))]


def _together(left: Figure, right: Figure) -> Figure:
    value = None if left.value is None or right.value is None else left.value + right.value
    records = tuple(dict.fromkeys((*left.records, *right.records)))
    return Figure(value, records, left.known + right.known, left.total + right.total)


def _plan_register(found: _Programmes) -> Table:
    labels = found.labels
    columns = (
        *_who(),
        Column(labels.question("pl_name"), "quote", width=34),
        Column(labels.question("pl_type"), width=22),
        Column(labels.question("pl_urban"), width=14),
        Column(labels.question("pl_unh_contrib"), "quote", width=34),
    )
    return Table(columns, found.plan_register, empty=_("No plan is reported."))


def _presence(found: _Programmes) -> Table:
    columns = (
        Column(_("Regional office"), width=40),
        Column(_("Countries"), "number", width=12),
        Column(_("Habitat Programme Managers in post"), "number", width=18),
        Column(_("Other staff"), "number", width=12),
        Column(_("Women among the other staff"), "number", width=16),
    )
    keys = [*found.geography.regions, ""]
    rows = [
        [Text(found.geography.region_name(key)), *found.regions[key].presence()]
        for key in keys
        if key in found.regions
    ]
    return Table(
        columns,
        rows,
        [Text(_("All")), *found.office.presence()],
        empty=_("No country programme is reported."),
    )


def _costs(found: _Programmes) -> Table:
    labels = found.labels
    columns = (
        *_who(),
        Column(labels.question("of_hpm"), width=12),
        Column(labels.question("of_staff"), "number", width=12),
        Column(labels.question("of_cost_usd"), "number", "US$", width=16),
        *(Column(labels.question(name), "number", "US$", width=16) for name in PAYERS),
    )
    staff = found.office.staff.figure(measure="count")
    *amounts, host = found.office.money()
    total = [Text(_("All")), Text(""), Text(""), staff, *amounts]
    note = Paragraph(
        _("Host countries and cities carry {share} of the cost, where all these amounts are known."),
        {"share": host},
    )
    return Table(columns, found.costs, total, notes=[note], empty=_("No country programme is reported."))


def _texts(found: _Programmes) -> Table:
    labels = found.labels
    columns = (
        *_who(),
        *(
            Column(labels.question(name), "quote", width=34)
            for name in ("cp_progress", "cp_next", "cp_support")
        ),
    )
    return Table(columns, found.texts, empty=_("No country programme is reported."))

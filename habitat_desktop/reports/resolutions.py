"""Resolutions of the UN-Habitat Assembly: status, requirement, funds mobilized, gap, links to the plan.

A requirement is stated once, by the unit that leads; what units mobilized adds up.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from habitat_desktop.errors import N_
from habitat_desktop.i18n.catalogues import _, listed
from habitat_desktop.i18n.text import fold
from habitat_desktop.reports.answers import Answers
from habitat_desktop.reports.counting import Count, Sum, Tally, ratio
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
from habitat_desktop.reports.labels import Labels, list_rows
from habitat_desktop.reports.pairs import choice_table, name_cell

FORM = "resolution_implementation"
_AMOUNTS = ("rf_core", "rf_earmarked", "rf_window")
_SUPPORT = {"direct": N_("Direct"), "further": N_("Further")}


@dataclass
class Tracked:
    """One resolution: the newest return of each unit."""

    code: str
    units: list[Answers] = field(default_factory=list)

    @property
    def leads(self) -> list[Answers]:
        """The units that say they lead, the one that signed last first."""
        found = [one for one in self.units if one.is_yes("res_lead")]
        return sorted(found, key=lambda one: (one.line.made_at, one.record_id), reverse=True)

    @property
    def lead(self) -> Answers | None:
        """The unit whose word counts for the whole resolution; None where no unit leads."""
        return self.leads[0] if self.leads else None

    @property
    def requirement(self) -> Figure:
        """What the resolution requires, once; unknown without a return of the lead or without its amount."""
        stated = [one for one in self.leads if one.number("rf_required") is not None]
        records = tuple(one.record_id for one in (stated[:1] or self.leads[:1] or self.units))
        value = stated[0].number("rf_required") if stated else None
        return Figure(value, records, len(stated[:1]), len(stated[:1]), 0, "money")

    @property
    def disagrees(self) -> bool:
        """Whether two units say different things of what the whole resolution requires."""
        stated = {one.number("rf_required") for one in self.leads}
        return len(stated - {None}) > 1

    def sum(self, *names: str) -> Figure:
        """Return what all units mobilized, of how many amounts asked for."""
        total = Sum()
        for one in self.units:
            for name in names:
                total.add(one.number(name), one.record_id)
        return total.money()

    @property
    def gap(self) -> Figure:
        """Requirement less funds, never below 0; unknown until the requirement and every amount are known."""
        required, mobilized = self.requirement, self.sum(*_AMOUNTS)
        records = tuple(dict.fromkeys((*required.records, *mobilized.records)))
        if required.value is None or mobilized.value is None or mobilized.is_partial:
            return Figure(None, records, 0, 0, 0, "money")
        return Figure(max(required.value - mobilized.value, Decimal(0)), records, 1, 1, 0, "money")

    def status(self, question: str) -> tuple[str, Answers | None]:
        """Return what the lead says, else what the only unit says; "" where units without a lead differ."""
        if self.lead is not None:
            return self.lead.choice(question), self.lead
        said = {one.choice(question) for one in self.units} - {""}
        return (said.pop(), self.units[0]) if len(said) == 1 else ("", None)

    @property
    def funding_class(self) -> str:
        """The class the lead chose, else the one the form suggests."""
        lead = self.lead
        return (lead.choice("rf_class_final") or lead.choice("rf_class")) if lead else ""


class _Tracker:
    """All resolutions in the order of their list, those without a return too."""

    def __init__(self, evidence: Evidence) -> None:
        self.labels = Labels(evidence.places(FORM))
        self.elements = self.labels.choices("res_outcomes")
        rows = list_rows(evidence.library, "resolution_outcome_map.csv")
        self.links = [(row["resolution"], row["element"], row["support"]) for row in rows]
        self.all = {code: Tracked(code) for code in self.labels.choices("resolution")}
        for answers in evidence.latest(FORM):
            code = answers.choice("resolution")
            self.all.setdefault(code, Tracked(code)).units.append(answers)

    @property
    def reported(self) -> list[Tracked]:
        """The resolutions of which there is a return."""
        return [one for one in self.all.values() if one.units]

    def name(self, code: str) -> Text:
        """Return the name of a resolution."""
        return Text(self.labels.choice("resolution", code))


def blocks(evidence: Evidence) -> list[Block]:
    """Return the report."""
    found = _Tracker(evidence)
    return [
        Section(_("Summary"), _summary(found)),
        Section(_("Resolutions: status and funding"), _tracker(found)),
        Section(_("Funds mobilized by source"), [_sources(found)]),
        Section(_("Programmatic status"), [_statuses(found)]),
        Section(_("Funding class"), _classes(found)),
        Section(_("Elements of the strategic plan"), [_elements(found), _map(found)]),
        Section(_("Operative paragraphs"), _paragraphs(found)),
        Section(_("Units that reported"), [_units(found)]),
    ]


class _Totals:
    """Sums over some resolutions, each once."""

    def __init__(self, some: list[Tracked]) -> None:
        self.required, self.mobilized, self.gaps = Sum(), Sum(), Sum()
        self.covered = Sum()  # the requirement of those whose gap is known
        for one in some:
            required, gap = one.requirement, one.gap
            _add(self.required, required.value, required)
            _add(self.gaps, gap.value, gap)
            _add(self.covered, required.value if gap.value is not None else None, required)
            for unit in one.units:
                for name in _AMOUNTS:
                    self.mobilized.add(unit.number(name), unit.record_id)

    def cells(self) -> list[Cell]:
        """Return requirement, mobilized, gap, gap in per cent."""
        gap = self.gaps.money()
        return [self.required.money(), self.mobilized.money(), gap, ratio(gap, self.covered.money())]


def _add(total: Sum, value: Decimal | None, figure: Figure) -> None:
    """Add one number that may stand on several records."""
    for record_id in figure.records[1:]:
        total.note(record_id)
    total.add(value, figure.records[0])


def _summary(found: _Tracker) -> list[Block]:
    count, units = Count(), Count()
    for one in found.reported:
        for unit in one.units:
            count.add(unit.record_id, one.code)
            units.add(unit.record_id)
    required, mobilized, gap, share = _Totals(found.reported).cells()
    text = _(
        "Resolutions with a return: {count} of {all}, from {units} units. Required: US$ {required}. "
        "Mobilized: "
        "US$ {mobilized}. Gap where everything is known: US$ {gap}, that is {share} of what these require."
    )
    values: dict[str, Cell] = {"required": required, "mobilized": mobilized, "gap": gap, "share": share}
    every = Text(str(len(found.all)))
    values |= {"count": count.figure(), "all": every, "units": units.figure()}
    rule = _(
        "The requirement of a resolution is the one its lead unit states; it counts once however many "
        "units report. "
        "What units mobilized from core resources, earmarked contributions and the city action funding "
        "window adds "
        "up; contributions in kind stand apart. A gap is never below zero, and is not given while an "
        "amount is "
        "missing."
    )
    return [Paragraph(text, values), Paragraph(rule, is_note=True)]


def _tracker(found: _Tracker) -> list[Block]:
    labels = found.labels
    columns = (
        Column(_("Resolution"), width=40),
        Column(labels.question("res_prog_status"), width=16),
        Column(_("Requirement"), "number", "US$", width=15),
        Column(_("Mobilized"), "number", "US$", width=15),
        Column(_("Gap"), "number", "US$", width=15),
        Column(_("Gap"), "number", "%", width=8),
        Column(_("Funding class"), width=24),
        Column(_("Units"), "number", width=8),
    )
    rows: list[list[Cell]] = []
    for one in found.all.values():
        if one.units:
            gap = one.gap
            share = ratio(gap, one.requirement)
            status = _status(found, one)
            units = Count()
            for unit in one.units:
                units.add(unit.record_id)
            money: list[Cell] = [one.requirement, one.sum(*_AMOUNTS), gap, share]
            rows.append([found.name(one.code), status, *money, _class(found, one), units.figure()])
        else:
            blank: list[Cell] = [Missing()] * 4
            rows.append([found.name(one.code), Missing(_("no return")), *blank, Missing(), Text("")])
    total: list[Cell] = [Text(_("All")), Text(""), *_Totals(found.reported).cells(), Text(""), Text("")]
    return [Table(columns, rows, total), *_contradictions(found)]


def _status(found: _Tracker, one: Tracked) -> Cell:
    code, _unit = one.status("res_prog_status")
    if code:
        return Text(found.labels.choice("res_prog_status", code))
    said = dict.fromkeys(unit.choice("res_prog_status") for unit in one.units)
    words = [found.labels.choice("res_prog_status", code) for code in said if code]
    return Text(_("Units differ: {statuses}").format(statuses=listed(words))) if words else Missing()


def _class(found: _Tracker, one: Tracked) -> Cell:
    code = one.funding_class
    return Text(found.labels.choice("rf_class_final", code)) if code else Missing()


def _contradictions(found: _Tracker) -> list[Block]:
    """Return what does not fit together: two requirements, none because nobody leads, units that differ."""
    told: list[Block] = []
    for one in found.reported:
        values: dict[str, Cell] = {"resolution": found.name(one.code)}
        if one.disagrees:
            text = _(
                "{resolution}: several units say they lead and state different requirements. The one "
                "signed last "
                "counts ({record})."
            )
            stated = [unit for unit in one.leads if unit.number("rf_required") is not None]
            record = RecordName(stated[0].record_id, stated[0].line.label)
            told.append(Paragraph(text, values | {"record": record}, is_note=True))
        elif not one.leads:
            text = _("{resolution}: no unit that leads has reported, so what it requires is not known.")
            told.append(Paragraph(text, values, is_note=True))
        statuses = {unit.choice("res_prog_status") for unit in one.units} - {""}
        if one.lead is not None and len(statuses) > 1:
            text = _("{resolution}: units give different statuses; that of the lead unit counts.")
            told.append(Paragraph(text, values, is_note=True))
    return told


def _sources(found: _Tracker) -> Table:
    labels = found.labels
    names = (*_AMOUNTS, "rf_inkind")
    columns = (
        Column(_("Resolution"), width=46),
        *(Column(labels.question(name), "number", "US$", width=16) for name in names),
    )
    rows: list[list[Cell]] = [
        [found.name(one.code), *(one.sum(name) for name in names)] for one in found.reported
    ]
    totals: list[Cell] = []
    for name in names:
        total = Sum()
        for one in found.reported:
            for unit in one.units:
                total.add(unit.number(name), unit.record_id)
        totals.append(total.money())
    return Table(columns, rows, [Text(_("All")), *totals], empty=_("There is no return on a resolution."))


def _statuses(found: _Tracker) -> Table:
    tally: Tally[str] = Tally(found.labels.choices("res_prog_status"))
    for one in found.reported:
        code, unit = one.status("res_prog_status")
        tally.add(code, (unit or one.units[0]).record_id, one.code)
    return choice_table(found.labels, "res_prog_status", tally, _("Resolutions"))


def _classes(found: _Tracker) -> list[Block]:
    tally: Tally[str] = Tally(found.labels.choices("rf_class_final"))
    suggested = []
    for one in found.reported:
        tally.add(one.funding_class, (one.lead or one.units[0]).record_id, one.code)
        if one.lead is not None and one.funding_class and not one.lead.choice("rf_class_final"):
            suggested.append(found.labels.choice("resolution", one.code))
    told: list[Block] = [choice_table(found.labels, "rf_class_final", tally, _("Resolutions"))]
    if suggested:
        text = _("Suggested by the form, not yet chosen by the lead unit: {resolutions}")
        told.append(Paragraph(text, {"resolutions": Text(listed(suggested))}, is_note=True))
    return told


def _elements(found: _Tracker) -> Table:
    columns = (
        Column(_("Element of the strategic plan 2026–2029"), width=46),
        Column(_("Direct support"), "number", width=10),
        Column(_("Further support"), "number", width=10),
        Column(_("Requirement"), "number", "US$", width=15),
        Column(_("Mobilized"), "number", "US$", width=15),
        Column(_("Gap"), "number", "US$", width=15),
        Column(_("Gap"), "number", "%", width=8),
    )
    rows: list[list[Cell]] = []
    every: dict[str, None] = {}
    for element in _used(found):
        codes = {code: support for code, linked, support in found.links if linked == element}
        every |= dict.fromkeys(codes)
        some = [found.all[code] for code in codes if code in found.all and found.all[code].units]
        counts: list[Cell] = [_links(codes, "direct", some), _links(codes, "further", some)]
        rows.append([Text(found.elements.get(element, element)), *counts, *_Totals(some).cells()])
    some = [found.all[code] for code in every if code in found.all and found.all[code].units]
    pairs = {f"{code} {element}": support for code, element, support in found.links}
    counts = [_links(pairs, "direct", some), _links(pairs, "further", some)]
    note = _(
        "A resolution supports several elements and stands at each of them with all its money, so the "
        "rows add up to "
        "more than the last row, where the money of each resolution counts once. Support is counted in "
        "links, and the last row adds up all of them. Links: HSP/OECPR.2025/4, sections II–VII."
    )
    return Table(columns, rows, [Text(_("All")), *counts, *_Totals(some).cells()], notes=[Paragraph(note)])


def _used(found: _Tracker) -> list[str]:
    linked = dict.fromkeys(element for _code, element, _support in found.links)
    return [code for code in found.elements if code in linked] + [
        code for code in linked if code not in found.elements
    ]


def _links(links: dict[str, str], support: str, some: list[Tracked]) -> Figure:
    """Return how many links there are; they come from the list, not from records."""
    number = sum(one == support for one in links.values())
    records = tuple(unit.record_id for one in some for unit in one.units)
    return Figure(Decimal(number), records, number, number)


def _map(found: _Tracker) -> Table:
    elements = _used(found)
    support = {(code, element): kind for code, element, kind in found.links}
    columns = (Column(_("Resolution"), width=46), *(Column(element, width=12) for element in elements))
    rows: list[list[Cell]] = []
    for code in found.all:
        cells: list[Cell] = []
        for element in elements:
            kind = support.get((code, element), "")
            cells.append(Text(_(_SUPPORT[kind]) if kind in _SUPPORT else kind))
        rows.append([found.name(code), *cells])
    names = listed(f"{code} = {found.elements.get(code, code)}" for code in elements)
    note = Paragraph("{names}", {"names": Text(names)})
    return Table(columns, rows, title=_("Resolutions and elements of the plan"), notes=[note])


def _paragraphs(found: _Tracker) -> list[Block]:
    labels = found.labels
    columns = (
        Column(labels.question("op_no"), width=10),
        Column(labels.question("op_addressee"), width=18),
        Column(labels.question("op_status"), width=16),
        Column(labels.question("op_pct"), "number", width=10),
        Column(labels.question("op_action"), "quote", width=46),
        Column(labels.question("res_unit"), width=20),
        Column(_("Record"), "record", width=14),
    )
    sections: list[Block] = []
    for one in found.reported:
        entries = [(unit, entry) for unit in one.units for entry in unit.entries("op")]
        entries.sort(key=lambda both: _paragraph_order(both[1].text("op_no")))
        rows: list[list[Cell]] = []
        progress = Sum()
        for unit, entry in entries:
            progress.add(entry.number("op_pct"), entry.record_id)
            names = ("op_addressee", "op_status", "op_pct", "op_action")
            cells = [labels.cell(entry, name) for name in names]
            place = [name_cell(unit, "res_unit"), RecordName(unit.record_id, unit.line.label)]
            rows.append([Code(entry.text("op_no")), *cells, *place])
        if rows:
            blank: list[Cell] = [Text("")] * 3
            mean = _mean(progress)
            total: list[Cell] = [Text(_("Mean")), Text(""), Text(""), mean, *blank]
            title = labels.choice("resolution", one.code)
            sections.append(Section(title, [Table(columns, rows, total)]))
    return sections or [Paragraph(_("No operative paragraph is reported."))]


def _paragraph_order(number: str) -> tuple[int, str]:
    digits = "".join(one for one in number.partition(" ")[0] if one.isdigit())
    return (int(digits) if digits else 0, fold(number))


def _mean(progress: Sum) -> Figure:
    total = progress.figure(0, "percent")
    if total.value is None:
        return total
    count = Figure(Decimal(total.known), total.records, total.known, total.total)
    mean = ratio(total, count, percent=False)
    return Figure(mean.value, total.records, total.known, total.total, 0, "percent")


def _units(found: _Tracker) -> Table:
    labels = found.labels
    names = ("res_lead", "res_prog_status", "res_activities_n", "res_summary", "res_next")
    columns = (
        Column(_("Record"), "record", width=14),
        Column(_("Resolution"), width=10),
        Column(labels.question("res_unit"), width=18),
        Column(_("Lead"), width=7),
        Column(labels.question("res_prog_status"), width=15),
        Column(labels.question("res_activities_n"), "number", width=10),
        Column(labels.question("res_summary"), "quote", width=40),
        Column(labels.question("res_next"), "quote", width=26),
    )
    rows: list[list[Cell]] = []
    for one in found.reported:
        for unit in one.units:
            cells = [labels.cell(unit, name) for name in names]
            rows.append(
                [
                    RecordName(unit.record_id, unit.line.label),
                    Code(one.code),
                    name_cell(unit, "res_unit"),
                    *cells,
                ]
            )
    return Table(columns, rows, empty=_("There is no return on a resolution."))

"""What enumerations of households found in settlements: totals of each return, never single households."""

from habitat_desktop.i18n.catalogues import _
from habitat_desktop.reports.answers import Answers
from habitat_desktop.reports.counting import Sum, ratio
from habitat_desktop.reports.document import Cell, Column, Paragraph, RecordName, Section, Table, Text
from habitat_desktop.reports.evidence import Evidence
from habitat_desktop.reports.labels import Labels, country_label
from habitat_desktop.reports.pairs import Pair, name_cell, share_of, within

FORM = "slum_household_survey"
_SOUND = ("all", "random")  # of hs_method: households from which a share may be drawn
_DEPRIVATIONS = ("water", "sanitation", "space", "durability", "tenure")


def found_in(evidence: Evidence) -> list[Answers]:
    """Return the enumerations of the periods asked for, the newest of each part of a settlement."""
    return [one for one in evidence.latest(FORM) if within(evidence, one, "period_start", "period_end")]


def section(evidence: Evidence, title: str) -> Section:
    """Return what they found: persons in slum households (SDG 11.1.1), and the deprivations one by one."""
    labels, surveys = Labels(evidence.places(FORM)), found_in(evidence)
    if not surveys:
        return Section(title, [Paragraph(_("No enumeration of households is in this report."))])
    note = _(
        "A household is a slum household if it lacks one or more of five things: improved water, improved "
        "sanitation, sufficient living area, durable housing, security of tenure (United Nations SDG "
        "indicator "
        "metadata, 11.1.1). Only households judged on all five are in the shares. The last row leaves out "
        "settlements whose households were neither all visited nor chosen at random. No answers of single "
        "households are shown."
    )
    return Section(
        title, [_persons(labels, surveys), _one_by_one(labels, surveys), Paragraph(note, is_note=True)]
    )


def _persons(labels: Labels, surveys: list[Answers]) -> Table:
    columns = (
        Column(_("Record"), "record", width=14),
        Column(_("Country"), width=14),
        Column(labels.question("hs_city"), width=14),
        Column(labels.question("hs_settlement_name"), width=18),
        Column(labels.question("hs_method"), width=20),
        Column(labels.question("hs_agreed"), "number", width=12),
        Column(labels.question("hs_slum_hh"), "number", width=12),
        Column(labels.question("hs_three"), "number", width=12),
        Column(labels.question("hs_judged_persons"), "number", width=12),
        Column(labels.question("hs_slum_persons"), "number", width=12),
        Column(labels.question("hs_rate"), "number", width=12),
    )
    rows: list[list[Cell]] = []
    agreed, slum, three, persons = Sum(), Sum(), Sum(), Pair()
    for one in surveys:
        rate = share_of(one.number("hs_slum_persons"), one.number("hs_judged_persons"), one.record_id)
        cells = [name_cell(one, "hs_city"), name_cell(one, "hs_settlement_name")]
        cells += [labels.cell(one, name) for name in ("hs_method", "hs_agreed")]
        cells += [labels.cell(one, name) for name in ("hs_slum_hh", "hs_three")]
        cells += [labels.cell(one, name) for name in ("hs_judged_persons", "hs_slum_persons")]
        place: list[Cell] = [RecordName(one.record_id, one.line.label), Text(country_label(one.line.country))]
        rows.append([*place, *cells, rate])
        if one.choice("hs_method") in _SOUND:
            for total_of, name in ((agreed, "hs_agreed"), (slum, "hs_slum_hh"), (three, "hs_three")):
                total_of.add(one.number(name), one.record_id)
            persons.add(one.number("hs_slum_persons"), one.number("hs_judged_persons"), one.record_id)
    sums: list[Cell] = [agreed.figure(), slum.figure(), three.figure()]
    total: list[Cell] = [Text(_("All visited or at random")), Text(""), Text(""), Text(""), Text(""), *sums]
    return Table(columns, rows, [*total, persons.whole.figure(), persons.part.figure(), persons.share()])


def _one_by_one(labels: Labels, surveys: list[Answers]) -> Table:
    columns = (
        Column(_("Deprivation"), width=40),
        Column(_("Households judged"), "number", width=16),
        Column(_("Households deprived"), "number", width=16),
        Column(_("Share"), "number", width=12),
    )
    rows: list[list[Cell]] = []
    for name in _DEPRIVATIONS:
        pair = Pair()
        for one in surveys:
            if one.choice("hs_method") in _SOUND:
                deprived, judged = one.number(f"hs_dep_{name}"), one.number(f"hs_dep_{name}_n")
                pair.add(deprived, judged, one.record_id)
        cells: list[Cell] = [pair.whole.figure(), pair.part.figure(), pair.share()]
        rows.append([Text(labels.question(f"hs_dep_{name}")), *cells])
    cost, costs = Sum(), Sum()
    for one in surveys:
        if one.choice("hs_method") in _SOUND:
            known = one.number("hs_cost_n")
            costs.add(known, one.record_id)
            cost.add(one.number("hs_unaffordable") if known else None, one.record_id)
    part, whole = cost.figure(), costs.figure()
    rows.append([Text(labels.question("hs_unaffordable")), whole, part, ratio(part, whole, 1)])
    return Table(columns, rows, title=_("Deprivations one by one"))

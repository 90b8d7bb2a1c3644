"""The results framework: 17 accomplishments with 34 indicators, derived from records where they can be.

What cannot be derived comes from the returns on results indicators. What is in neither has no data, which
is not zero.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from habitat_desktop.errors import N_
from habitat_desktop.i18n.catalogues import _, listed, pgettext
from habitat_desktop.reports.answers import Answers
from habitat_desktop.reports.counting import Count, Sum, Tally, ratio
from habitat_desktop.reports.document import (
    Block,
    Cell,
    Code,
    Column,
    Figure,
    Measure,
    Missing,
    Paragraph,
    Quote,
    RecordName,
    Section,
    Table,
    Text,
)
from habitat_desktop.reports.evidence import Evidence
from habitat_desktop.reports.labels import Labels, country_label, list_rows
from habitat_desktop.reports.pairs import choice_table
from habitat_desktop.reports.results_derived import DERIVED, Derived

FORM, FRAMEWORK = "results_indicators", "wp2012"
_MEASURES: dict[str, Measure] = {"percent": "percent", "amount": "money"}
_BREAKDOWN = (
    "ri_women", "ri_men", "ri_youth", "ri_pct_women", "ri_pct_men", "ri_loans", "ri_subsidies", "ri_grants",
    "ri_connections", "ri_products", "ri_developers",
)  # fmt: skip
_ASKED = {
    "count": N_("Sum of the returns."),
    "extent": N_("Sum of the returns."),
    "amount": N_("Sum of the returns."),
    "percent": N_("Mean of the returns, each return weighing the same."),
    "country": N_("Countries that say they do so partially or fully."),
}


@dataclass
class Indicator:
    """An indicator of achievement with all that the returns say of it."""

    code: str
    accomplishment: str
    unit: str
    measure: str
    entries: list[Answers] = field(default_factory=list)
    derived: Derived = field(default_factory=dict)

    @property
    def is_derived(self) -> bool:
        """Whether it is worked out from records of other forms."""
        return self.code in DERIVED

    @property
    def value(self) -> Figure | None:
        """What is reached now; None where there is no data at all."""
        if self.is_derived:
            figure = self.derived[""]
        elif not self.entries:
            return None
        else:
            figure = self._countries() if self.measure == "country" else self._of("ri_actual")
        return figure if figure.total and figure.value is not None else None

    def _countries(self) -> Figure:
        count = Count()
        for entry in self.entries:
            extent = entry.choice("ri_extent")
            does = extent in ("partial", "full") if extent else None
            count.put(does, entry.record_id, entry.line.country or entry.record_id)
        return count.figure()

    def _of(self, name: str) -> Figure:
        """Return the sum of a number of all returns, or its mean where it is a percentage."""
        total = Sum()
        for entry in self.entries:
            total.add(entry.number(name), entry.record_id)
        measure = _MEASURES.get(self.measure, "number")
        figure = total.figure(0, measure)
        if self.measure != "percent" or figure.value is None:
            return figure
        count = Figure(Decimal(figure.known), figure.records, figure.known, figure.total)
        mean = ratio(figure, count, 1, percent=False)
        return Figure(mean.value, figure.records, figure.known, figure.total, 1, "percent")

    def number(self, name: str) -> Cell:
        """Return baseline or target over all returns; a dash where none is asked."""
        if self.is_derived or self.measure == "country" or not self.entries:
            return Missing()
        return self._of(name)

    @property
    def progress(self) -> Cell:
        """From baseline to target in per cent, over the returns that gave baseline, target and value."""
        if self.is_derived or self.measure == "country" or not self.entries:
            return Missing()
        done, way = Sum(), Sum()
        for entry in self.entries:
            base, target = entry.number("ri_base"), entry.number("ri_target")
            actual = entry.number("ri_actual")
            if base is None or target is None or actual is None:
                done.add(None, entry.record_id)
                way.add(None, entry.record_id)
            else:
                done.add(actual - base, entry.record_id)
                way.add(target - base, entry.record_id)
        return ratio(done.figure(), way.figure())


class _Results:
    """The framework and the returns, gone through once."""

    def __init__(self, evidence: Evidence) -> None:
        self.labels = Labels(evidence.places(FORM))
        self.names = self.labels.choices("ri_ind")
        self.accomplishments = self.labels.choices("ri_ea")
        rows = list_rows(evidence.library, "results_indicator.csv")
        self.indicators = {
            row["name"]: Indicator(row["name"], row["accomplishment"], row["unit"], row["measure"])
            for row in rows
            if row["framework"] == FRAMEWORK
        }
        kinds = list_rows(evidence.library, "results_accomplishment.csv")
        self.subprogrammes: dict[str, list[str]] = {}
        for row in kinds:
            if row["framework"] == FRAMEWORK:
                self.subprogrammes.setdefault(row["subprogramme"], []).append(row["name"])
        self.own: list[Answers] = []
        self.texts: list[Answers] = []
        for answers in evidence.latest(FORM):
            self.own += list(answers.entries("ro"))
            for entry in answers.entries("ri"):
                found = self.indicators.get(entry.choice("ri_ind"))
                if found is not None:
                    found.entries.append(entry)
            if answers.text("ri_narrative") or answers.text("ri_lessons"):
                self.texts.append(answers)
        for code, (_forms, _how, work_out) in DERIVED.items():
            if code in self.indicators:
                self.indicators[code].derived = work_out(evidence)
        self.form_titles = {
            form_id: Labels(evidence.places(form_id)).title()
            for forms, _how, _work_out in DERIVED.values()
            for form_id in forms
        }
        self.stages = Labels(evidence.places("housing_policy"))
        self.slums = Labels(evidence.places("slum_upgrading"))
        self.plans = Labels(evidence.places("country_programme"))

    def name(self, code: str) -> Text:
        """Return the name of an indicator."""
        return Text(self.names.get(code, code))

    def source(self, indicator: Indicator) -> Text:
        """Return from what an indicator is worked out."""
        if indicator.is_derived:
            forms, how, _work_out = DERIVED[indicator.code]
            titles = listed(self.form_titles[form_id] for form_id in forms)
            return Text(_("{how} From: {forms}.").format(how=_(how), forms=titles))
        how = _(_ASKED.get(indicator.measure, _ASKED["count"]))
        return Text(_("{how} From: {forms}.").format(how=how, forms=self.labels.title()))


def blocks(evidence: Evidence) -> list[Block]:
    """Return the report."""
    found = _Results(evidence)
    return [
        Section(_("Summary"), _summary(found)),
        Section(_("Accomplishments and indicators"), [_framework(found, one) for one in found.subprogrammes]),
        Section(_("Indicators by extent, stage and kind"), [_parts(found)]),
        Section(_("Where the values come from"), [_sources(found)]),
        Section(_("Breakdown of reported values"), [_breakdown(found)]),
        Section(_("Targets that cannot be measured yet"), [_unmeasured(found)]),
        Section(_("SMART check of own indicators"), _smart(found)),
        Section(_("Progress and lessons in the words of the offices"), [_texts(found)]),
    ]


def _summary(found: _Results) -> list[Block]:
    derived = [one for one in found.indicators.values() if one.is_derived and one.value is not None]
    asked = [one for one in found.indicators.values() if not one.is_derived and one.value is not None]
    columns = (Column(_("Indicators"), width=60), Column(pgettext("how many", "Number"), "number", width=12))
    without = len(found.indicators) - len(derived) - len(asked)
    rows: list[list[Cell]] = [
        [Text(_("Worked out from records")), _number(derived)],
        [Text(_("Reported in returns on results indicators")), _number(asked)],
        [Text(_("No data")), Figure(Decimal(without), (), without, without)],
    ]
    all_of = len(found.indicators)
    total: list[Cell] = [Text(_("All")), Figure(Decimal(all_of), (), all_of, all_of)]
    text = _(
        "Strategic framework 2012–2013, A/65/6 (Prog. 12): {accomplishments} expected accomplishments. An "
        "indicator "
        "without data stands as “no data”, never as zero."
    )
    number = Text(str(sum(map(len, found.subprogrammes.values()))))
    return [Paragraph(text, {"accomplishments": number}), Table(columns, rows, total)]


def _number(indicators: list[Indicator]) -> Figure:
    records: dict[str, None] = {}
    for one in indicators:
        if one.value is not None:
            records |= dict.fromkeys(one.value.records)
    size = len(indicators)
    return Figure(Decimal(size), tuple(records), size, size)


def _framework(found: _Results, subprogramme: str) -> Section:
    columns = (
        Column(_("Code"), width=6),
        Column(_("Expected accomplishment and its indicators"), width=60),
        Column(_("Unit"), width=14),
        Column(_("Baseline"), "number", width=12),
        Column(_("Target"), "number", width=12),
        Column(_("Value now"), "number", width=13),
        Column(_("Progress"), "number", width=11),
        Column(_("Source"), width=14),
    )
    rows: list[list[Cell]] = []
    for accomplishment in found.subprogrammes[subprogramme]:
        title = found.accomplishments.get(accomplishment, accomplishment)
        blank: list[Cell] = [Text("")] * (len(columns) - 2)
        rows.append([Code(accomplishment), Text(title), *blank])
        some = [one for one in found.indicators.values() if one.accomplishment == accomplishment]
        rows += [_indicator(found, one) for one in some]
    title = _("Subprogramme {number}").format(number=subprogramme.removeprefix("S"))
    return Section(title, [Table(columns, rows)])


def _indicator(found: _Results, one: Indicator) -> list[Cell]:
    value = one.value
    source = _("records") if one.is_derived else _("returns")
    return [
        Code(one.code),
        found.name(one.code),
        Text(found.labels.choice("ri_unit", one.unit)),
        one.number("ri_base"),
        one.number("ri_target"),
        value if value is not None else Missing(_("no data")),
        one.progress,
        Text(source if value is not None else ""),
    ]


def _parts(found: _Results) -> Table:
    columns = (
        Column(_("Code"), width=6),
        Column(_("Indicator of achievement"), width=46),
        Column(_("Extent, stage or kind"), width=40),
        Column(pgettext("how many", "Number"), "number", width=12),
    )
    rows: list[list[Cell]] = []
    for one in found.indicators.values():
        for part, figure in _parts_of(one).items():
            rows.append([Code(one.code), found.name(one.code), Text(_part_words(found, part)), figure])
    return Table(columns, rows, empty=_("No value has parts."))


def _parts_of(one: Indicator) -> dict[str, Figure]:
    """Return the parts of a value: of records by extent, stage or kind, of returns by extent."""
    if one.is_derived:
        return {part: figure for part, figure in one.derived.items() if part and figure.records}
    parts: dict[str, Figure] = {}
    if one.measure == "extent" and one.entries:
        partial, full = Sum(), Sum()
        for entry in one.entries:
            some, actual = entry.number("ri_partial"), entry.number("ri_actual")
            partial.add(some, entry.record_id)
            full.add(None if some is None or actual is None else actual - some, entry.record_id)
        parts = {"partial": partial.figure(), "full": full.figure()}
    if one.measure == "country":
        for extent in ("partial", "full"):
            count = Count()
            for entry in one.entries:
                said = entry.choice("ri_extent")
                key = entry.line.country or entry.record_id
                count.put(said == extent if said else None, entry.record_id, key)
            if one.entries:
                parts[extent] = count.figure()
    return parts


def _part_words(found: _Results, part: str) -> str:
    kind, _colon, code = part.partition(":")
    if kind == "stage":
        return found.stages.choice("in_stage", code)
    if kind == "reached":
        return found.slums.question(code)
    if kind == "plan":
        return found.plans.choice("pl_type", code)
    return found.labels.choice("ri_extent", part)


def _sources(found: _Results) -> Table:
    columns = (
        Column(_("Code"), width=6),
        Column(_("Indicator of achievement"), width=50),
        Column(_("How the value is worked out"), width=70),
    )
    rows: list[list[Cell]] = [
        [Code(one.code), found.name(one.code), found.source(one)] for one in found.indicators.values()
    ]
    note = Paragraph(
        _(
            "Progress is what is reached from the baseline on, as a share of the way from baseline to "
            "target, over the "
            "returns that gave all three. Values worked out from records have no target in the returns."
        )
    )
    return Table(columns, rows, notes=[note])


def _breakdown(found: _Results) -> Table:
    labels = found.labels
    columns = (
        Column(_("Code"), width=6),
        Column(_("Indicator of achievement"), width=50),
        Column(_("Part"), width=30),
        Column(pgettext("how many", "Number"), "number", width=14),
    )
    rows: list[list[Cell]] = []
    for one in found.indicators.values():
        for name in _BREAKDOWN:
            total = Sum()
            for entry in one.entries:
                if entry.number(name) is not None or entry.reason(name):
                    total.add(entry.number(name), entry.record_id)
            if total.total:
                figure = total.figure()
                if name in ("ri_pct_women", "ri_pct_men"):
                    size = Figure(Decimal(figure.known), figure.records, figure.known, figure.total)
                    mean = ratio(figure, size, 1, percent=False)
                    figure = Figure(mean.value, figure.records, figure.known, figure.total, 1, "percent")
                rows.append([Code(one.code), found.name(one.code), Text(labels.question(name)), figure])
    return Table(columns, rows, empty=_("No return breaks a value down."))


def _unmeasured(found: _Results) -> Table:
    columns = (
        Column(_("Record"), "record", width=14),
        Column(_("Country"), width=16),
        Column(_("Code"), width=6),
        Column(_("Indicator of achievement"), width=44),
        Column(_("What is missing or wrong"), width=44),
    )
    rows: list[list[Cell]] = []
    for one in found.indicators.values():
        if one.is_derived or one.measure == "country":
            continue
        for entry in one.entries:
            faults = _faults(entry, "ri")
            if faults:
                line = entry.line
                place: list[Cell] = [
                    RecordName(line.record_id, line.label),
                    Text(country_label(line.country)),
                ]
                rows.append([*place, Code(one.code), found.name(one.code), Text(listed(faults))])
    note = Paragraph(
        _(
            "A target must be measurable and have a baseline (SMART criteria: A/65/6 (Prog. 12), "
            "paragraph 12.2; "
            "E/2009/80, paragraph 5(a))."
        )
    )
    return Table(columns, rows, notes=[note], empty=_("Each indicator has a baseline, a target and a value."))


def _faults(entry: Answers, prefix: str) -> list[str]:
    base, target, actual = (entry.number(f"{prefix}_{name}") for name in ("base", "target", "actual"))
    faults = []
    for value, words in ((base, _("no baseline")), (target, _("no target")), (actual, _("no value"))):
        if value is None:
            faults.append(words)
    if base is not None and base == target:
        faults.append(_("the target is the same as the baseline"))
    return faults


def _smart(found: _Results) -> list[Block]:
    labels = found.labels
    criteria = labels.choices("ri_smart")
    met: Tally[str] = Tally(criteria)
    columns = (
        Column(_("Record"), "record", width=14),
        Column(_("Country"), width=14),
        Column(labels.question("ri_ind_text"), "quote", width=28),
        Column(labels.question("ri_level"), width=12),
        Column(_("Criteria met"), "number", width=10),
        Column(_("Criteria not met"), width=30),
        Column(_("Baseline"), "number", width=10),
        Column(_("Target"), "number", width=10),
        Column(_("Value now"), "number", width=10),
        Column(_("Progress"), "number", width=10),
    )
    rows: list[list[Cell]] = []
    for entry in found.own:
        chosen = entry.chosen("ri_smart")
        for code in chosen:
            met.add(code, entry.record_id, entry.key)
        line = entry.line
        missing = [label for code, label in criteria.items() if code not in chosen]
        smart: list[Cell] = [Missing(), Missing()]
        if chosen:
            size = sum(code in criteria for code in chosen)
            smart = [Figure(Decimal(size), (line.record_id,), size, size), Text(listed(missing))]
        numbers = [labels.cell(entry, name) for name in ("ro_base", "ro_target", "ro_actual")]
        rows.append(
            [
                RecordName(line.record_id, line.label),
                Text(country_label(line.country)),
                Quote(entry.text("ri_ind_text"), line.language),
                labels.cell(entry, "ri_level"),
                *smart,
                *numbers,
                _own_progress(entry),
            ]
        )
    table = choice_table(labels, "ri_smart", met, _("Indicators"))
    asked = [entry for entry in found.own if entry.chosen("ri_smart")]
    records = tuple(dict.fromkeys(entry.record_id for entry in asked))
    of = Figure(Decimal(len(asked)), records, len(asked), len(asked))
    shares: list[list[Cell]] = [
        [Text(labels.choice("ri_smart", code)), met.figure(code), ratio(met.figure(code), of)]
        for code in criteria
    ]
    none = _("No office reported indicators of its own.")
    total: list[Cell] = [Text(_("Indicators with an answer")), of, ratio(of, of)]
    return [
        Table(table.columns, shares if asked else [], total, empty=none),
        Table(columns, rows, title=_("Own indicators"), empty=none),
    ]


def _own_progress(entry: Answers) -> Cell:
    base, target, actual = (entry.number(f"ro_{name}") for name in ("base", "target", "actual"))
    if base is None or target is None or actual is None:
        return Missing()
    done, way = Sum(), Sum()
    done.add(actual - base, entry.record_id)
    way.add(target - base, entry.record_id)
    return ratio(done.figure(), way.figure())


def _texts(found: _Results) -> Table:
    labels = found.labels
    columns = (
        Column(_("Record"), "record", width=14),
        Column(_("Country"), width=16),
        Column(labels.question("ri_narrative"), "quote", width=50),
        Column(labels.question("ri_lessons"), "quote", width=50),
    )
    rows: list[list[Cell]] = []
    for answers in found.texts:
        line = answers.line
        place: list[Cell] = [RecordName(line.record_id, line.label), Text(country_label(line.country))]
        rows.append([*place, *(labels.cell(answers, name) for name in ("ri_narrative", "ri_lessons"))])
    return Table(columns, rows, empty=_("No office wrote on progress or lessons."))

"""The half-yearly progress report for member States: figures of all forms, and what offices write.

Texts stay as they were written; the renderers mark their language and leave room for a translation.
"""

from habitat_desktop.i18n.catalogues import _
from habitat_desktop.reports import evaluation
from habitat_desktop.reports.committees import Attended, meetings
from habitat_desktop.reports.counting import Count
from habitat_desktop.reports.document import (
    Block,
    Bullets,
    Cell,
    Column,
    Paragraph,
    RecordName,
    Section,
    Table,
    Text,
)
from habitat_desktop.reports.evidence import Evidence
from habitat_desktop.reports.labels import Geography, Labels, country_label
from habitat_desktop.reports.pairs import choice_table
from habitat_desktop.reports.work import PROJECTS, Persons, Work

HOUSING, SURVEYED = "housing_policy", "slum_upgrading"
RESOLUTIONS, PROGRAMMES = "resolution_implementation", "country_programme"
ADOPTED = 6  # of policy_stage: approved or adopted


def blocks(evidence: Evidence) -> list[Block]:
    """Return the report."""
    work = Work(evidence)
    return [
        Section(_("Key figures"), [_key_figures(evidence, work)]),
        Section(_("Coverage by region"), [_coverage(evidence)]),
        Section(_("Persons, by sex"), [_persons(evidence, work)]),
        *_plans(work),
        Section(_("Main results"), [_texts(work, "achievements", _("No result is reported."))]),
        Section(
            _("Constraints and problems"),
            [
                choice_table(work.labels, "constraints_sel", work.constraints, _("Projects")),
                _texts(work, "problems", _("No problem is reported.")),
            ],
        ),
        Section(_("Lessons and good practices"), [_texts(work, "lessons", _("No lesson is reported."))]),
        Section(_("Housing policies, in the words of the countries"), [_narratives(evidence)]),
        Section(_("Resolutions of the UN-Habitat Assembly"), [_resolutions(evidence)]),
        Section(_("Support asked for"), [_texts(work, "support_needed", _("No support is asked for."))]),
        *evaluation.blocks(evidence),
    ]


def _key_figures(evidence: Evidence, work: Work) -> Bullets:
    adopted, all_instruments = Count(), Count()
    for answers in evidence.latest(HOUSING):
        for entry in answers.entries("instrument"):
            stage = entry.number("in_stage")
            all_instruments.add(entry.record_id, entry.key)
            adopted.put(None if stage is None else stage >= ADOPTED, entry.record_id, entry.key)
    attended = Attended()
    for meeting in meetings(evidence):
        attended.add(meeting)
    events, visitors, _women, women_share = attended.cells()
    resolutions = Count()
    for answers in evidence.latest(RESOLUTIONS):  # each once, however many units report on it
        if answers.choice("resolution"):
            resolutions.add(answers.record_id, answers.choice("resolution"))
    reached = work.reached.total.figure(measure="count")
    items = [
        Paragraph(
            _("Projects: {projects}; active: {active}; approved budget: {budget}."),
            {
                "projects": work.projects.figure(),
                "active": work.active.figure(),
                "budget": work.budget.figure(0, "money", "US$"),
            },
        ),
        Paragraph(
            _("Spent in the period: {spent}; for gender equality since the start: {gender}."),
            {
                "spent": work.spent.figure(0, "money", "US$"),
                "gender": work.gender.figure(0, "money", "US$"),
            },
        ),
        Paragraph(
            _("Persons reached by slum upgrading: {reached}; direct beneficiaries of projects: {helped}."),
            {"reached": reached, "helped": work.helped.total.figure(measure="count")},
        ),
        Paragraph(
            _("Policy instruments on housing and cities: {all}; approved or further: {adopted}."),
            {"all": all_instruments.figure(), "adopted": adopted.figure()},
        ),
        Paragraph(
            _("Forums and events: {events}; participants: {persons}; share of women: {women}."),
            {"events": events, "persons": visitors, "women": women_share},
        ),
        Paragraph(
            _("Resolutions of the UN-Habitat Assembly with work reported: {resolutions}."),
            {"resolutions": resolutions.figure()},
        ),
    ]
    return Bullets(items)


def _coverage(evidence: Evidence) -> Table:
    """Return how many countries and returns each region has in this report."""
    geography = Geography(evidence.library)
    forms = (PROJECTS, SURVEYED, HOUSING, PROGRAMMES)
    countries: dict[str, Count] = {}
    returns: dict[tuple[str, str], Count] = {}
    whole, totals = Count(), {form_id: Count() for form_id in forms}
    for form_id in forms:
        for answers in evidence.latest(form_id):
            country = answers.line.country
            region = geography.region(country)
            if country:
                countries.setdefault(region, Count()).add(answers.record_id, country)
                whole.add(answers.record_id, country)
            returns.setdefault((region, form_id), Count()).add(answers.record_id)
            totals[form_id].add(answers.record_id)
    regions = [*geography.regions, *([""] if any(not region for region, _form in returns) else [])]
    rows: list[list[Cell]] = [
        [
            Text(geography.region_name(region)),
            countries.get(region, Count()).figure(),
            *(returns.get((region, form_id), Count()).figure() for form_id in forms),
        ]
        for region in regions
    ]
    columns = (
        Column(_("Regional office"), width=36),
        Column(_("Countries"), "number", width=12),
        *(Column(Labels(evidence.places(form_id)).title(), "number", width=16) for form_id in forms),
    )
    total: list[Cell] = [Text(_("All")), whole.figure(), *(totals[form_id].figure() for form_id in forms)]
    note = Paragraph(_("A country counts once, however many returns it sent."), is_note=True)
    return Table(columns, rows, total, notes=[note])


def _persons(evidence: Evidence, work: Work) -> Table:
    attended = Persons()
    for meeting in meetings(evidence):
        answers = meeting.answers
        attended.add(answers.number(meeting.total), answers.number(meeting.women), answers.record_id)
    columns = (
        Column(_("Persons"), width=36),
        Column(_("Total"), "number", width=14),
        Column(_("Women and girls"), "number", width=14),
        Column(_("Share of women and girls"), "number", width=14),
    )
    rows = [
        [Text(_("Direct beneficiaries of projects so far")), *work.helped.cells()],
        [Text(_("Persons reached by slum upgrading in the period")), *work.reached.cells()],
        [Text(_("Participants in forums and events")), *attended.cells()],
    ]
    notes = [
        Paragraph(_("The share is of the returns that give both numbers."), is_note=True),
        Paragraph(
            _("One person may be counted in several rows, so the rows are not added up."), is_note=True
        ),
    ]
    return Table(columns, rows, notes=notes)


def _plans(work: Work) -> list[Block]:
    """Return the work under each element of the strategic plans that projects report to."""
    found: list[Block] = []
    for question, title in (
        ("sp2026_elements", _("Strategic plan 2026–2029, by element")),
        ("domain_2020", _("Strategic plan 2020–2025, by domain of change")),
        ("subprogramme_2014", _("Strategic plan 2014–2019, by subprogramme")),
        ("subprogramme_2012", _("Strategic framework 2012–2013, by subprogramme")),
    ):
        groups = work.plans[question]
        if not groups:
            continue
        labels = work.labels
        columns = (
            Column(labels.question(question), width=44),
            Column(_("Projects"), "number", width=12),
            Column(_("Approved budget"), "number", "US$", width=18),
            Column(_("Spent in the period"), "number", "US$", width=18),
            Column(_("Beneficiaries"), "number", width=14),
            Column(_("Priorities of country programmes"), "number", width=16),
        )
        keys = [key for key in (*labels.choices(question), "") if key in groups]
        rows = [[Text(f"{key}  {labels.choice(question, key)}"), *groups[key].cells()] for key in keys]
        note = Paragraph(
            _("A project under several elements stands in each row, so the rows are not added up."),
            is_note=True,
        )
        several = question == "sp2026_elements"
        found.append(Section(title, [Table(columns, rows, notes=[note] if several else [])]))
    return found


def _texts(work: Work, question: str, empty: str) -> Table:
    """Return one text of every project, with its place in the plan it reports to."""
    columns = (
        Column(_("Record"), "record", width=16),
        Column(_("Country"), width=16),
        Column(_("Element of the plan"), width=16),
        Column(work.labels.question(question), "quote", width=44),
    )
    return Table(columns, work.texts[question], empty=empty)


def _narratives(evidence: Evidence) -> Table:
    labels = Labels(evidence.places(HOUSING))
    rows: list[list[Cell]] = []
    for answers in evidence.latest(HOUSING):
        if answers.text("narrative"):
            rows.append(
                [
                    RecordName(answers.record_id, answers.line.label),
                    Text(country_label(answers.line.country)),
                    labels.cell(answers, "narrative"),
                ]
            )
    columns = (
        Column(_("Record"), "record", width=16),
        Column(_("Country"), width=16),
        Column(labels.question("narrative"), "quote", width=60),
    )
    return Table(columns, rows, empty=_("No country has written a paragraph."))


def _resolutions(evidence: Evidence) -> Table:
    labels = Labels(evidence.places(RESOLUTIONS))
    rows: list[list[Cell]] = []
    names = ("resolution", "res_prog_status", "res_summary", "res_next")
    for answers in evidence.latest(RESOLUTIONS):
        head = RecordName(answers.record_id, answers.line.label)
        rows.append([head, *(labels.cell(answers, name) for name in names)])
    columns = (
        Column(_("Record"), "record", width=16),
        Column(labels.question("resolution"), width=26),
        Column(labels.question("res_prog_status"), width=16),
        Column(labels.question("res_summary"), "quote", width=40),
        Column(labels.question("res_next"), "quote", width=30),
    )
    return Table(columns, rows, empty=_("No work on resolutions is reported."))

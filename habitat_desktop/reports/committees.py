"""National Habitat committees: status, tasks, members, share of women; forums and events, each once."""

from dataclasses import dataclass

from habitat_desktop.i18n.catalogues import _
from habitat_desktop.i18n.text import fold
from habitat_desktop.reports.answers import Answers
from habitat_desktop.reports.counting import Count, Sum, Tally
from habitat_desktop.reports.document import (
    Block,
    Cell,
    Column,
    Day,
    Paragraph,
    Quote,
    RecordName,
    Section,
    Table,
    Text,
)
from habitat_desktop.reports.evidence import Evidence
from habitat_desktop.reports.labels import Labels, country_label
from habitat_desktop.reports.pairs import Pair, choice_table, within

FORM, EVENTS = "national_habitat_committee", "event_return"


@dataclass(frozen=True)
class Meeting:
    """A forum, dialogue or event, from the event return on it or else from the committee's return."""

    answers: Answers
    kind: str
    title: str
    first: str
    last: str
    total: str
    women: str

    @property
    def is_reported_twice(self) -> bool:
        """Whether the committee says that there is an event return, too."""
        return self.answers.places.form.form_id == FORM and self.answers.is_yes("nf_reported") is True

    def is_the_same(self, other: "Meeting") -> bool:
        """Whether this is the event of another return: of the same country, and of that title or day."""
        if self.answers.line.country != other.answers.line.country:
            return False
        return fold(self.title) == fold(other.title) or (
            bool(self.first) and other.first <= self.first <= other.last
        )


def meetings(evidence: Evidence) -> list[Meeting]:
    """Return every event of the period once: one that its committee reports as well is the event return's."""
    events = [
        Meeting(
            answers,
            answers.choice("ev_type"),
            answers.text("ev_title"),
            answers.day("ev_start"),
            answers.day("ev_end") or answers.day("ev_start"),
            "ev_part_total",
            "ev_part_female",
        )
        for answers in evidence.latest(EVENTS)
        if within(evidence, answers, "ev_start", "ev_end")
    ]
    forums = [
        Meeting(
            entry,
            entry.choice("nf_type"),
            entry.text("nf_title"),
            entry.day("nf_date"),
            entry.day("nf_date"),
            "nf_total",
            "nf_women",
        )
        for answers in evidence.latest(FORM)
        for entry in answers.entries("nf")
        if within(evidence, entry, "nf_date")
    ]
    alone = [
        forum
        for forum in forums
        if not (forum.is_reported_twice and any(forum.is_the_same(event) for event in events))
    ]
    return [*events, *alone]


class Attended:
    """How many meetings there were and who came."""

    def __init__(self) -> None:
        self.count, self.persons, self.women = Count(), Sum(), Pair()

    def add(self, meeting: Meeting) -> None:
        """Take one in."""
        answers = meeting.answers
        total, women = answers.number(meeting.total), answers.number(meeting.women)
        self.count.add(answers.record_id, answers.key)
        self.persons.add(total, answers.record_id)
        self.women.add(women, total, answers.record_id)

    def cells(self) -> list[Cell]:
        """Return events, participants, women, share of women where both are known."""
        women = self.women.part.figure(measure="count")
        return [self.count.figure(), self.persons.figure(measure="count"), women, self.women.share(0)]


class _Committees:
    """The returns of committees, gone through once."""

    def __init__(self, evidence: Evidence) -> None:
        self.labels = Labels(evidence.places(FORM))
        self.status: Tally[str] = Tally(self.labels.choices("nc_status"))
        self.tasks: Tally[str] = Tally(self.labels.choices("nc_functions"))
        self.members: dict[str, tuple[Sum, Pair]] = {}
        self.all_members, self.all_women = Sum(), Pair()
        self.legal, self.secretariat, self.report = Count(), Count(), Count()
        self.extent: Tally[str] = Tally(self.labels.choices("na_extent"))
        self.register: list[list[Cell]] = []
        for answers in evidence.latest(FORM):
            self._take(answers)

    def _take(self, answers: Answers) -> None:
        labels, line = self.labels, answers.line
        status = answers.choice("nc_status")
        self.status.add(status, line.record_id)
        self.extent.add(answers.choice("na_extent"), line.record_id)
        self.report.put(answers.is_yes("na_report"), line.record_id)
        if status not in ("", "none"):
            self.legal.put(answers.is_yes("nc_legal"), line.record_id)
            self.secretariat.put(answers.is_yes("nc_secretariat"), line.record_id)
            for task in answers.chosen("nc_functions") or ("",):
                self.tasks.add(task, line.record_id)
        members, women = Sum(), Pair()
        for entry in answers.entries("nm"):
            kind = self.members.setdefault(entry.choice("nm_type"), (Sum(), Pair()))
            count, of_them = entry.number("nm_count"), entry.number("nm_women")
            for total in (members, kind[0], self.all_members):
                total.add(count, line.record_id)
            for pair in (women, kind[1], self.all_women):
                pair.add(of_them, count, line.record_id)
        self.register.append(
            [
                RecordName(line.record_id, line.label),
                Text(country_label(line.country)),
                labels.cell(answers, "nc_name"),
                labels.cell(answers, "nc_status"),
                labels.cell(answers, "na_meetings"),
                members.figure(measure="count"),
                women.share(0),
                labels.cell(answers, "na_plan"),
                labels.cell(answers, "na_plan_progress"),
            ]
        )


def blocks(evidence: Evidence) -> list[Block]:
    """Return the sections on committees and on forums and events."""
    found = _Committees(evidence)
    return [
        Section(
            _("National Habitat committees"),
            [
                _sentence(found),
                choice_table(found.labels, "nc_status", found.status, _("Countries")),
                _register(found),
                choice_table(found.labels, "nc_functions", found.tasks, _("Committees")),
                _members(found),
                choice_table(found.labels, "na_extent", found.extent, _("Countries")),
            ],
        ),
        Section(_("Forums and events"), _events(evidence)),
    ]


def _sentence(found: _Committees) -> Paragraph:
    text = _(
        "Committees with a legal instrument: {legal}; with a permanent secretariat: {secretariat}. Countries "
        "that prepared a national report: {report}. Women among the members: {women}."
    )
    values = {
        "legal": found.legal.figure(),
        "secretariat": found.secretariat.figure(),
        "report": found.report.figure(),
        "women": found.all_women.share(0),
    }
    return Paragraph(text, values)


def _register(found: _Committees) -> Table:
    labels = found.labels
    columns = (
        Column(_("Record"), "record", width=16),
        Column(_("Country"), width=16),
        Column(labels.question("nc_name"), "quote", width=28),
        Column(labels.question("nc_status"), width=18),
        Column(labels.question("na_meetings"), "number", width=12),
        Column(_("Members"), "number", width=12),
        Column(_("Women among the members"), "number", width=14),
        Column(labels.question("na_plan"), width=16),
        Column(labels.question("na_plan_progress"), "number", labels.unit("na_plan_progress"), width=14),
    )
    return Table(columns, found.register, empty=_("No return on a committee is here."))


def _members(found: _Committees) -> Table:
    labels = found.labels
    columns = (
        Column(labels.question("nm_type"), width=40),
        Column(_("Members"), "number", width=14),
        Column(_("Women among the members"), "number", width=16),
    )
    rows: list[list[Cell]] = []
    for key in (*labels.choices("nm_type"), ""):
        if key in found.members:
            members, women = found.members[key]
            rows.append(
                [Text(labels.choice("nm_type", key)), members.figure(measure="count"), women.share(0)]
            )
    total: list[Cell] = [Text(_("All")), found.all_members.figure(measure="count"), found.all_women.share(0)]
    return Table(columns, rows, total, empty=_("No members are reported."))


def _events(evidence: Evidence) -> list[Block]:
    labels = Labels(evidence.places(EVENTS))
    kinds: dict[str, Attended] = {}
    whole = Attended()
    rows: list[list[Cell]] = []
    for meeting in meetings(evidence):
        for group in (whole, kinds.setdefault(meeting.kind, Attended())):
            group.add(meeting)
        rows.append(_event_row(labels, meeting))
    counted = (
        Column(labels.question("ev_type"), width=36),
        Column(_("Events"), "number", width=12),
        Column(_("Participants"), "number", width=14),
        Column(_("Women"), "number", width=14),
        Column(_("Share of women"), "number", width=14),
    )
    keys = [key for key in (*labels.choices("ev_type"), "") if key in kinds]
    notes = [
        Paragraph(_("A forum that the committee and an event return report is counted once."), is_note=True),
        Paragraph(_("The share of women is of the events of which both numbers are known."), is_note=True),
    ]
    empty = _("No event is reported.")
    return [
        Table(
            counted,
            [[Text(labels.choice("ev_type", key)), *kinds[key].cells()] for key in keys],
            [Text(_("All")), *whole.cells()],
            notes=notes,
            empty=empty,
        ),
        Table(
            (
                Column(_("Record"), "record", width=16),
                Column(_("Country"), width=16),
                Column(_("Title"), "quote", width=34),
                Column(labels.question("ev_type"), width=20),
                Column(labels.question("ev_start"), "date", width=12),
                Column(_("Participants"), "number", width=12),
                Column(_("Women"), "number", width=12),
            ),
            rows,
            empty=empty,
        ),
    ]


def _event_row(labels: Labels, meeting: Meeting) -> list[Cell]:
    line = meeting.answers.line
    total, women = Sum(), Sum()
    total.add(meeting.answers.number(meeting.total), line.record_id)
    women.add(meeting.answers.number(meeting.women), line.record_id)
    return [
        RecordName(line.record_id, line.label),
        Text(country_label(line.country)),
        Quote(meeting.title, line.language),
        Text(labels.choice("ev_type", meeting.kind)),
        Day(meeting.first),
        total.figure(measure="count"),
        women.figure(measure="count"),
    ]

"""Information between UN-Habitat and countries, both ways, and how adequate and useful the data are."""

from collections.abc import Iterable

from habitat_desktop.errors import N_
from habitat_desktop.i18n.catalogues import _
from habitat_desktop.reports.answers import Answers
from habitat_desktop.reports.counting import Count, Sum, Tally, ratio
from habitat_desktop.reports.document import (
    Block,
    Cell,
    Column,
    Figure,
    Paragraph,
    RecordName,
    Section,
    Table,
    Text,
)
from habitat_desktop.reports.evidence import Evidence
from habitat_desktop.reports.labels import Labels, country_label
from habitat_desktop.reports.pairs import Pair, choice_table, within

FLOW, QUALITY, EVENTS = "information_exchange", "data_quality_return", "event_return"
TO_COUNTRY = ("hq_to_country", "ro_to_country")  # of ix_direction; all others come from there
SCORES = ("ds_adequate", "ds_useful", "ds_accuracy", "ds_timely", "ds_comparable", "ds_access")
SCALE = N_("Mean scores from 1, the lowest, to 5; a score not given is left out.")
BREAKDOWNS = ("ds_sexdis", "ds_agedis", "ds_disdis", "ds_slumdis")


class _Both:
    """What went to countries and what came from them; copies handed out."""

    def __init__(self) -> None:
        self.there, self.back, self.not_said = Count(), Count(), Count()
        self.copies = Sum()

    def add(self, item: Answers) -> None:
        direction = item.choice("ix_direction")
        count = self.there if direction in TO_COUNTRY else self.back if direction else self.not_said
        count.add(item.record_id, item.key)
        if item.is_yes("ix_request") is False:
            self.copies.add(item.number("ix_copies"), item.record_id)

    def cells(self) -> list[Cell]:
        """Return items to the country, from it, from it for each to it, copies."""
        there, back = self.there.figure(), self.back.figure()
        return [there, back, ratio(back, there, 1, percent=False), self.copies.figure(measure="count")]


class _Flow:
    """The items that were exchanged, gone through once."""

    def __init__(self, evidence: Evidence) -> None:
        self.labels = Labels(evidence.places(FLOW))
        self.items: dict[str, _Both] = {}
        self.channels: dict[str, _Both] = {}
        self.whole = _Both()
        self.uses: Tally[str] = Tally(self.labels.choices("ix_used"))
        self.requests, self.answered = Count(), Count()
        self.feedback: list[list[Cell]] = []
        for answers in evidence.latest(FLOW):
            for item in answers.entries("ix"):
                if within(evidence, item, "ix_date", "ix_answered"):
                    self._take(item)

    def _take(self, item: Answers) -> None:
        for both in (
            self.whole,
            self.items.setdefault(item.choice("ix_item"), _Both()),
            self.channels.setdefault(item.choice("ix_channel"), _Both()),
        ):
            both.add(item)
        if item.is_yes("ix_request"):
            self.requests.add(item.record_id, item.key)
            self.answered.put(bool(item.day("ix_answered")), item.record_id, item.key)
        else:
            for use in item.chosen("ix_used") or ("",):
                self.uses.add(use, item.record_id, item.key)
        if item.text("ix_feedback"):
            names = ("ix_title", "ix_item", "ix_feedback")
            self.feedback.append(_row(self.labels, item, names))


class Opinion:
    """The mean of a score, and of how many data sets."""

    def __init__(self) -> None:
        self._sum = Sum()
        self._count = Count()

    def add(self, entry: Answers, name: str) -> None:
        """Take in the score of a data set or of a respondent."""
        value = entry.number(name)
        self._sum.add(value, entry.record_id)
        self._count.put(None if value is None else True, entry.record_id, entry.key)

    def figure(self) -> Figure:
        """Return the mean, of those that have a score."""
        return ratio(self._sum.figure(), self._count.figure(), 1, percent=False)


class _Domain:
    """What is said of the data on one subject."""

    def __init__(self) -> None:
        self.sets = Count()
        self.scores = {name: Opinion() for name in SCORES}

    def add(self, entry: Answers) -> None:
        self.sets.add(entry.record_id, entry.key)
        for name, opinion in self.scores.items():
            opinion.add(entry, name)

    def cells(self) -> list[Cell]:
        """Return the data sets and the mean of each score."""
        return [self.sets.figure(), *(opinion.figure() for opinion in self.scores.values())]


class _Quality:
    """What governments and partners say of the data, gone through once."""

    def __init__(self, evidence: Evidence) -> None:
        self.labels = Labels(evidence.places(QUALITY))
        self.domains: dict[str, _Domain] = {}
        self.whole = _Domain()
        self.uses: Tally[str] = Tally(self.labels.choices("ds_uses"))
        self.breakdowns = {name: Count() for name in BREAKDOWNS}
        self.channels: Tally[str] = Tally(self.labels.choices("fl_channels"))
        self.best: Tally[str] = Tally(self.labels.choices("fl_best"))
        self.received, self.sent, self.answers = Sum(), Sum(), Pair()
        self.effective = Opinion()
        self.declared: Tally[str] = Tally(self.labels.choices("dc_done"))
        self.level: Tally[str] = Tally(self.labels.choices("dc_level"))
        self.meetings = Sum()
        self.gaps: list[list[Cell]] = []
        self.wishes: list[list[Cell]] = []
        for answers in evidence.latest(QUALITY):
            self._take(answers)
            for entry in answers.entries("ds"):
                self._take_set(entry)

    def _take(self, answers: Answers) -> None:
        record_id = answers.record_id
        self.received.add(answers.number("fl_received"), record_id)
        self.sent.add(answers.number("fl_sent"), record_id)
        self.answers.add(answers.number("fl_answered"), answers.number("fl_requests"), record_id)
        self.effective.add(answers, "fl_effective")
        for channel in answers.chosen("fl_channels") or ("",):
            self.channels.add(channel, record_id)
        self.best.add(answers.choice("fl_best"), record_id)
        self.declared.add(answers.choice("dc_done"), record_id)
        if answers.is_yes("dc_done"):
            self.level.add(answers.choice("dc_level"), record_id)
            self.meetings.add(answers.number("dc_meetings"), record_id)
        self.wishes.append(_row(self.labels, answers, ("dq_org", "dq_partner", "fl_lang", "dq_recommend")))

    def _take_set(self, entry: Answers) -> None:
        self.whole.add(entry)
        self.domains.setdefault(entry.choice("ds_domain"), _Domain()).add(entry)
        for use in entry.chosen("ds_uses") or ("",):
            self.uses.add(use, entry.record_id, entry.key)
        for name, count in self.breakdowns.items():
            count.put(entry.is_yes(name), entry.record_id, entry.key)
        if entry.text("ds_gaps"):
            self.gaps.append(_row(self.labels, entry, ("ds_name", "ds_domain", "ds_gaps")))


def _row(labels: Labels, answers: Answers, names: Iterable[str]) -> list[Cell]:
    line = answers.line
    return [
        RecordName(line.record_id, line.label),
        Text(country_label(line.country)),
        *(labels.cell(answers, name) for name in names),
    ]


def _columns(labels: Labels, names: Iterable[str], quotes: Iterable[str]) -> tuple[Column, ...]:
    return (
        Column(_("Record"), "record", width=16),
        Column(_("Country"), width=16),
        *(Column(labels.question(name), "quote" if name in quotes else "text", width=26) for name in names),
    )


def blocks(evidence: Evidence) -> list[Block]:
    """Return the report."""
    flow, quality = _Flow(evidence), _Quality(evidence)
    return [
        Section(
            _("What went to countries and what came back"),
            [
                _requests(flow),
                _both(flow, "ix_item", flow.items),
                _both(flow, "ix_channel", flow.channels),
                choice_table(flow.labels, "ix_used", flow.uses, _("Items")),
            ],
        ),
        Section(_("What users said"), [_feedback(flow)]),
        Section(_("What governments and partners say of the flow"), _opinions(quality)),
        Section(_("Adequacy and usefulness of the data"), _adequacy(quality)),
        Section(_("What should change"), [_wishes(quality)]),
        Section(_("Dissemination of the Declaration and of documents"), _dissemination(evidence, quality)),
    ]


def _requests(flow: _Flow) -> Paragraph:
    asked, answered = flow.requests.figure(), flow.answered.figure()
    text = _("Requests for data or information: {asked}; answered: {answered}, that is {share}.")
    return Paragraph(text, {"asked": asked, "answered": answered, "share": ratio(answered, asked)})


def _both(flow: _Flow, question: str, groups: dict[str, _Both]) -> Table:
    labels = flow.labels
    columns = (
        Column(labels.question(question), width=36),
        Column(_("To the country"), "number", width=14),
        Column(_("From the country"), "number", width=14),
        Column(_("From it for each to it"), "number", width=14),
        Column(_("Copies handed out"), "number", width=14),
    )
    keys = [key for key in (*labels.choices(question), "") if key in groups]
    rows = [[Text(labels.choice(question, key)), *groups[key].cells()] for key in keys]
    total = [Text(_("All")), *flow.whole.cells()]
    return Table(columns, rows, total, empty=_("No item was exchanged."))


def _feedback(flow: _Flow) -> Table:
    names = ("ix_title", "ix_item", "ix_feedback")
    columns = _columns(flow.labels, names, ("ix_title", "ix_feedback"))
    return Table(columns, flow.feedback, empty=_("No feedback is reported."))


def _opinions(quality: _Quality) -> list[Block]:
    sentence = Paragraph(
        _(
            "By their own count, items received from UN-Habitat: {received}; items sent: {sent}; requests "
            "for data answered: {share}. How well sharing works, mean score from 1 to 5: {score}."
        ),
        {
            "received": quality.received.figure(measure="count"),
            "sent": quality.sent.figure(measure="count"),
            "share": quality.answers.share(0),
            "score": quality.effective.figure(),
        },
    )
    labels, counted = quality.labels, _("Respondents")
    return [
        sentence,
        choice_table(labels, "fl_channels", quality.channels, counted),
        choice_table(labels, "fl_best", quality.best, counted),
    ]


def _adequacy(quality: _Quality) -> list[Block]:
    labels = quality.labels
    columns = (
        Column(labels.question("ds_domain"), width=30),
        Column(_("Data sets"), "number", width=10),
        *(Column(labels.question(name), "number", width=12) for name in SCORES),
    )
    keys = [key for key in (*labels.choices("ds_domain"), "") if key in quality.domains]
    rows = [[Text(labels.choice("ds_domain", key)), *quality.domains[key].cells()] for key in keys]
    note = Paragraph(_(SCALE), is_note=True)
    empty = _("No data set was assessed.")
    names = ("ds_name", "ds_domain", "ds_gaps")
    return [
        Table(columns, rows, [Text(_("All")), *quality.whole.cells()], notes=[note], empty=empty),
        Table(
            (Column(_("Breakdown"), width=36), Column(_("Data sets"), "number", width=14)),
            [[Text(labels.question(name)), count.figure()] for name, count in quality.breakdowns.items()]
            if rows
            else [],
            empty=empty,
        ),
        choice_table(labels, "ds_uses", quality.uses, _("Data sets"), empty=empty),
        Table(_columns(labels, names, ("ds_name", "ds_gaps")), quality.gaps, empty=_("No gap is named.")),
    ]


def _wishes(quality: _Quality) -> Table:
    names = ("dq_org", "dq_partner", "fl_lang", "dq_recommend")
    columns = _columns(quality.labels, names, ("dq_org", "fl_lang", "dq_recommend"))
    return Table(columns, quality.wishes, empty=_("No government or partner has answered."))


def _dissemination(evidence: Evidence, quality: _Quality) -> list[Block]:
    labels = quality.labels
    meetings = Paragraph(
        _("Meetings held about the Declaration: {meetings}."),
        {"meetings": quality.meetings.figure(measure="count")},
    )
    events = Labels(evidence.places(EVENTS))
    documents: Tally[str] = Tally(events.choices("ev_dissem"))
    for answers in evidence.latest(EVENTS):
        if within(evidence, answers, "ev_start", "ev_end"):
            for document in answers.chosen("ev_dissem") or ("",):
                documents.add(document, answers.record_id)
    return [
        choice_table(labels, "dc_done", quality.declared, _("Respondents")),
        choice_table(labels, "dc_level", quality.level, _("Respondents")),
        meetings,
        choice_table(events, "ev_dissem", documents, _("Events"), empty=_("No event is reported.")),
    ]

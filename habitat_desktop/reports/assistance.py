"""Requests for assistance: by subject and status, and how long an answer took."""

from datetime import date
from decimal import Decimal

from habitat_desktop.i18n.catalogues import _
from habitat_desktop.reports.answers import Answers
from habitat_desktop.reports.counting import Count, Sum, Tally, ratio
from habitat_desktop.reports.document import Block, Cell, Column, Paragraph, RecordName, Section, Table, Text
from habitat_desktop.reports.evidence import Evidence
from habitat_desktop.reports.labels import Labels, country_label
from habitat_desktop.reports.pairs import choice_table, within

FORM = "assistance_request"
OPEN = ("received", "review")  # of request_status: nobody has decided yet


def days_to_answer(answers: Answers) -> Decimal | None:
    """Return the days from a request to its answer; None where one of the dates is not known."""
    asked, answered = answers.day("rq_date"), answers.day("rq_answered")
    try:
        return Decimal((date.fromisoformat(answered) - date.fromisoformat(asked)).days)
    except ValueError:
        return None


def blocks(evidence: Evidence) -> list[Block]:
    """Return the section on requests for assistance."""
    labels = Labels(evidence.places(FORM))
    status: Tally[str] = Tally(labels.choices("rq_status"))
    subjects: Tally[str] = Tally(labels.choices("rq_type"))
    waiting, answered, days = Count(), Count(), Sum()
    rows: list[list[Cell]] = []
    for answers in evidence.latest(FORM):
        is_open = (
            answers.choice("rq_status") in OPEN
        )  # one of an earlier period that still waits is told, too
        if not is_open and not within(evidence, answers, "rq_date", "rq_answered"):
            continue
        record_id = answers.record_id
        status.add(answers.choice("rq_status"), record_id)
        subjects.add(answers.choice("rq_type"), record_id)
        waiting.put(is_open, record_id)
        took = days_to_answer(answers)
        if not is_open:
            days.add(took, record_id)
            answered.put(None if took is None else True, record_id)
        rows.append(_row(labels, answers, took))
    mean = ratio(days.figure(), answered.figure(), 1, percent=False)
    sentence = Paragraph(
        _("Requests that wait for a decision: {waiting}. Mean number of days to the answer: {mean}."),
        {"waiting": waiting.figure(), "mean": mean},
    )
    return [
        Section(
            _("Requests for assistance"),
            [
                sentence,
                choice_table(labels, "rq_status", status, _("Requests")),
                choice_table(labels, "rq_type", subjects, _("Requests")),
                Table(_columns(labels), rows, empty=_("No request was made.")),
            ],
        )
    ]


def _row(labels: Labels, answers: Answers, took: Decimal | None) -> list[Cell]:
    days = Sum()
    days.add(took, answers.record_id)
    names = ("rq_title", "rq_from_name", "rq_type", "rq_status", "rq_date")
    return [
        RecordName(answers.record_id, answers.line.label),
        Text(country_label(answers.line.country)),
        *(labels.cell(answers, name) for name in names),
        days.figure(measure="count"),
    ]


def _columns(labels: Labels) -> tuple[Column, ...]:
    return (
        Column(_("Record"), "record", width=16),
        Column(_("Country"), width=16),
        Column(labels.question("rq_title"), "quote", width=30),
        Column(labels.question("rq_from_name"), "quote", width=26),
        Column(labels.question("rq_type"), width=18),
        Column(labels.question("rq_status"), width=18),
        Column(labels.question("rq_date"), "date", width=12),
        Column(_("Days to the answer"), "number", width=12),
    )

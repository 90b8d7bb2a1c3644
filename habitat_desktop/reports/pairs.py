"""What several reports do with answers that only mean something together, and tables of choices."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from habitat_desktop.i18n.catalogues import _
from habitat_desktop.i18n.periods import period_bounds
from habitat_desktop.reports.answers import Answers
from habitat_desktop.reports.counting import Sum, Tally, ratio
from habitat_desktop.reports.document import Cell, Column, Figure, Missing, Quote, Table, Text
from habitat_desktop.reports.evidence import Evidence
from habitat_desktop.reports.labels import Labels, reason_words


@dataclass
class Pair:
    """A part and its whole, added up only where both are known, so that their ratio is of the same places."""

    part: Sum = field(default_factory=Sum)
    whole: Sum = field(default_factory=Sum)

    def add(self, part: Decimal | None, whole: Decimal | None, record_id: str) -> None:
        """Take in one of each; where one is missing, neither counts."""
        both = part is not None and whole is not None
        self.part.add(part if both else None, record_id)
        self.whole.add(whole if both else None, record_id)

    @property
    def both(self) -> tuple[Figure, Figure]:
        """Part and whole for a sentence that says itself that only places with both are in it."""
        part, whole = self.part.figure(), self.whole.figure()
        return replace(part, total=part.known), replace(whole, total=whole.known)

    def share(self, decimals: int = 1) -> Figure:
        """Return the part of the whole in per cent."""
        return ratio(self.part.figure(), self.whole.figure(), decimals)


def share_of(part: Decimal | None, whole: Decimal | None, record_id: str, decimals: int = 1) -> Figure:
    """Return a share within one record; where it is not known, just that, and not 0 of 1."""
    pair = Pair()
    pair.add(part, whole, record_id)
    found = pair.share(decimals)
    return found if found.value is not None else replace(found, known=0, total=0)


def choice_table(labels: Labels, question: str, tally: Tally[str], counted: str, *, empty: str = "") -> Table:
    """Return how many were counted under each choice of a question, with their shares."""
    total = tally.total()
    rows: list[list[Cell]] = [
        [Text(labels.choice(question, key)), tally.figure(key), ratio(tally.figure(key), total)]
        for key in tally.listed()
    ]
    columns = (
        Column(labels.question(question), width=50),
        Column(counted, "number", width=14),
        Column(_("Share"), "number", width=14),
    )
    total_row: list[Cell] = [Text(_("All")), total, ratio(total, total)]
    return Table(columns, rows if total.value else [], total_row, empty=empty or _("There is none."))


def year_cell(labels: Labels, answers: Answers, name: str) -> Cell:
    """Return a year: a number without a separator of thousands."""
    year = answers.number(name)
    return labels.cell(answers, name) if year is None else Text(str(int(year)))


def name_cell(answers: Answers, name: str) -> Cell:
    """Return the name of a city, a settlement or a unit: as it was written, with nothing to translate."""
    text = answers.text(name)
    return Quote(text) if text else Missing(reason_words(answers.reason(name)))


def within(evidence: Evidence, answers: Answers, *days: str) -> bool:
    """Whether a return that has its dates inside is of the periods asked for; one without dates is."""
    known = [day for day in (answers.day(name) for name in days) if day]
    if not known:
        return True
    first, last = min(known), max(known)
    return any(
        begins.isoformat() <= last and ends.isoformat() >= first
        for begins, ends in map(period_bounds, evidence.scope.periods)
    )


def weighted_mean(values: Iterable[tuple[Decimal, Decimal]]) -> Decimal | None:
    """Return the mean of (value, weight), weights re-scaled to these alone; None without any weight."""
    total, weights = Decimal(0), Decimal(0)
    for value, weight in values:
        total += value * weight
        weights += weight
    return total / weights if weights > 0 else None

"""Evictions and relocation in settlements, and which safeguards were applied."""

from decimal import Decimal

from habitat_desktop.i18n.catalogues import _
from habitat_desktop.reports.answers import Answers
from habitat_desktop.reports.counting import Count, Sum, Tally, ratio
from habitat_desktop.reports.document import Block, Cell, Column, Paragraph, Table, Text
from habitat_desktop.reports.labels import Labels

_MOVED = ("forced", "relocation", "both")  # of eviction_event: people had to move
_FORCED = ("forced", "both")
_NUMBERS = ("ev_hh", "ev_persons", "ev_persons_female", "ev_women_headed", "ev_resettled_hh")


class Evictions:
    """What happened, settlement by settlement."""

    def __init__(self, labels: Labels) -> None:
        self.labels = labels
        self.events: Tally[str] = Tally(labels.choices("ev_event"))
        self.forced = Sum()
        self.unassessed = Count()
        self._sums: dict[str, dict[str, Sum]] = {}
        self._safeguards: Tally[str] = Tally(labels.choices("ev_safeguards"))
        self._answered = Count()
        self._register: list[list[Cell]] = []

    def add(self, place: list[Cell], one: Answers) -> None:
        """Take in a settlement of one period; `place` says which."""
        event, record_id = one.choice("ev_event"), one.record_id
        self.events.add(event, record_id, one.key)
        self.forced.add(_forced_households(one), record_id)
        if event not in _MOVED:
            return
        sums = self._sums.setdefault(event, {name: Sum() for name in _NUMBERS})
        for name in _NUMBERS:
            sums[name].add(one.number(name), record_id)
        applied = one.chosen("ev_safeguards")
        if applied:
            self._answered.add(record_id, one.key)
        else:
            self._answered.miss(record_id, one.key)
        for safeguard in applied:
            self._safeguards.add(safeguard, record_id, one.key)
        if event in _FORCED and "eia" not in applied:
            (self.unassessed.add if applied else self.unassessed.miss)(record_id, one.key)
        names = ("ev_event", "ev_hh", "ev_persons", "ev_resettled_hh", "ev_authority", "ev_safeguards")
        self._register.append([*place, *(self.labels.cell(one, name) for name in names)])

    def blocks(self, place: tuple[Column, ...]) -> list[Block]:
        """Return what the report says of them."""
        text = _(
            "Households evicted by force: {households}. Settlements with a forced eviction whose impact "
            "was not "
            "assessed: {unassessed}."
        )
        figures = {"households": self.forced.figure(), "unassessed": self.unassessed.figure()}
        return [Paragraph(text, figures), self._events(), self._applied(), self._listed(place)]

    def _events(self) -> Table:
        labels = self.labels
        columns = (
            Column(labels.question("ev_event"), width=32),
            Column(_("Settlements"), "number", width=12),
            *(Column(labels.question(name), "number", width=14) for name in _NUMBERS),
        )
        rows: list[list[Cell]] = []
        for event in self.events.listed():
            sums = self._sums.get(event, {})
            numbers: list[Cell] = [sums[name].figure() if sums else Text("") for name in _NUMBERS]
            rows.append([Text(labels.choice("ev_event", event)), self.events.figure(event), *numbers])
        return Table(columns, rows)

    def _applied(self) -> Table:
        answered = self._answered.figure()
        columns = (
            Column(self.labels.question("ev_safeguards"), width=50),
            Column(_("Settlements"), "number", width=14),
            Column(_("Share"), "number", width=14),
        )
        rows: list[list[Cell]] = []
        for safeguard in self._safeguards.listed():
            figure = self._safeguards.figure(safeguard)
            rows.append(
                [Text(self.labels.choice("ev_safeguards", safeguard)), figure, ratio(figure, answered)]
            )
        note = Paragraph(
            _(
                "Share of the settlements with an eviction or relocation that said which safeguards were "
                "applied: {n}."
            ),
            {"n": answered},
        )
        return Table(
            columns,
            rows if answered.total else [],
            title=_("Safeguards applied"),
            notes=[note] if answered.total else (),
            empty=_("No eviction or relocation is reported."),
        )

    def _listed(self, place: tuple[Column, ...]) -> Table:
        labels = self.labels
        columns = (
            *place,
            Column(labels.question("ev_event"), width=16),
            Column(labels.question("ev_hh"), "number", width=12),
            Column(labels.question("ev_persons"), "number", width=12),
            Column(labels.question("ev_resettled_hh"), "number", width=12),
            Column(labels.question("ev_authority"), "quote", width=18),
            Column(labels.question("ev_safeguards"), width=26),
        )
        title = _("Settlements with an eviction or relocation")
        return Table(columns, self._register, title=title, empty=_("There is none."))


def _forced_households(one: Answers) -> Decimal | None:
    """Return how many households were evicted by force: 0 where none was, None where it is not known."""
    event = one.choice("ev_event")
    if not event:
        return None
    return {"forced": one.number("ev_hh"), "both": one.number("ev_hh_forced")}.get(event, Decimal(0))

"""Income: core and earmarked, agreed and received; cost recovery, unspent balances, gender money."""

from collections.abc import Callable, Iterable
from decimal import Decimal

from habitat_desktop.i18n.catalogues import _
from habitat_desktop.i18n.text import fold
from habitat_desktop.reports.answers import Answers
from habitat_desktop.reports.counting import Count, Sum, Tally, ratio
from habitat_desktop.reports.document import (
    Block,
    Cell,
    Code,
    Column,
    Figure,
    Paragraph,
    Quote,
    RecordName,
    Section,
    Table,
    Text,
)
from habitat_desktop.reports.evidence import Evidence
from habitat_desktop.reports.front import by_country
from habitat_desktop.reports.labels import Geography, Labels, country_label

AGREED, YEAR = ("fs_amount_usd", "fs_received_usd"), ("fs_forecast_usd", "fs_received_year_usd")
FORM, RESOLUTIONS = "project_status", "resolution_implementation"
CORE, EARMARKED, WINDOW = "core", "earmarked", "unspent"  # of income_type
ENDING = ("3", "4")  # of activity_status: finalization and closed


class _Money:
    """What was agreed and what of it was received; the share of those sources of which both are known.

    Of the year (`YEAR`) it is what was expected and what has come in.
    """

    def __init__(self, names: tuple[str, str] = AGREED) -> None:
        self._names = names
        self.agreed, self.received = Sum(), Sum()
        self._both_agreed, self._both_received = Sum(), Sum()
        self.projects = Count()

    def add(self, source: Answers) -> None:
        """Take a source of funding in."""
        agreed, received = (source.number(name) for name in self._names)
        self.agreed.add(agreed, source.record_id)
        self.received.add(received, source.record_id)
        is_known = agreed is not None and received is not None
        self._both_agreed.add(agreed if is_known else None, source.record_id)
        self._both_received.add(received if is_known else None, source.record_id)
        self.projects.add(source.record_id)

    @property
    def share(self) -> Figure:
        """What was received, in per cent of what was agreed."""
        return ratio(self._both_received.money(), self._both_agreed.money())

    def cells(self) -> list[Cell]:
        """Return agreed, received, received in per cent."""
        return [self.agreed.money(), self.received.money(), self.share]


class _Part:
    """A sum and the whole it is part of, each as far as known; the share where both are."""

    def __init__(self) -> None:
        self.part, self.whole, self._both_part, self._both_whole = Sum(), Sum(), Sum(), Sum()

    def add(self, part: Decimal | None, whole: Decimal | None, record_id: str) -> None:
        """Take one project in."""
        is_known = part is not None and whole is not None
        self.part.add(part, record_id)
        self.whole.add(whole, record_id)
        self._both_part.add(part if is_known else None, record_id)
        self._both_whole.add(whole if is_known else None, record_id)

    def cells(self) -> list[Cell]:
        """Return part, whole and share."""
        share = ratio(self._both_part.money(), self._both_whole.money(), 1)
        return [self.part.money(), self.whole.money(), share]


class _Income:
    """The projects, gone through once."""

    def __init__(self, evidence: Evidence) -> None:
        self.labels = Labels(evidence.places(FORM))
        self.geography = Geography(evidence.library)
        self.kinds: dict[str, _Money] = {}
        self.regions: dict[str, _Money] = {}
        self.funders: dict[str, _Money] = {}
        self.funder_names: dict[str, Quote] = {}
        self.whole, self.whole_year = _Money(), _Money(YEAR)
        self.year: dict[str, _Money] = {}
        self.recovery: Tally[str] = Tally(("yes", "no"))
        self.budgets: dict[str, Sum] = {}
        self.rates: Tally[Decimal | str] = Tally()
        self.gender: dict[str, _Part] = {}
        self.all_gender = _Part()
        self.ending: list[list[Cell]] = []
        self.balance, self.release = Sum(), Sum()
        self.resolutions: dict[str, Sum] = {}
        self.window = Sum()
        for answers in evidence.latest(FORM):
            self._take(answers)
        for answers in evidence.latest(RESOLUTIONS):  # each unit says what it received itself
            received = answers.number("rf_window")
            for one in (self.resolutions.setdefault(answers.choice("resolution"), Sum()), self.window):
                one.add(received, answers.record_id)
        self.resolution_labels = Labels(evidence.places(RESOLUTIONS))

    def _take(self, answers: Answers) -> None:
        for source in answers.entries("funding"):
            self._take_source(source)
        record_id, country = answers.record_id, answers.line.country
        recovery = answers.choice("full_cost_recovery")
        self.recovery.add(recovery, record_id)
        self.budgets.setdefault(recovery, Sum()).add(answers.number("budget_usd"), record_id)
        rate = answers.number("psc_pct")
        self.rates.add("" if rate is None else rate.normalize(), record_id)
        if answers.choice("activity_status") != "1":
            gender, spent = answers.number("exp_gender_usd"), answers.number("exp_cum_usd")
            for part in (self.gender.setdefault(country, _Part()), self.all_gender):
                part.add(gender, spent, record_id)
        if answers.choice("activity_status") in ENDING:
            self._take_ending(answers)

    def _take_source(self, source: Answers) -> None:
        region = self.geography.region(source.line.country)
        funder = fold(source.text("donor"))
        self.funder_names.setdefault(funder, Quote(source.text("donor"), source.line.language))
        for groups, key in (
            (self.kinds, source.choice("income_type")),
            (self.regions, region),
            (self.funders, funder),
        ):
            groups.setdefault(key, _Money()).add(source)
        self.whole.add(source)
        self.year.setdefault(source.choice("income_type"), _Money(YEAR)).add(source)
        self.whole_year.add(source)

    def _take_ending(self, answers: Answers) -> None:
        received, spent = received_by(answers), answers.number("exp_cum_usd")
        balance = None if received is None or spent is None else received - spent
        self.balance.add(balance, answers.record_id)
        may = answers.choice("unspent_release")
        released = Decimal(0) if may == "no" else answers.number("unspent_release_usd")
        self.release.add(released, answers.record_id)
        self.ending.append(
            [
                RecordName(answers.record_id, answers.line.label),
                Text(country_label(answers.line.country)),
                Code(answers.text("project_code")),
                self.labels.cell(answers, "activity_status"),
                _alone(received, answers),
                self.labels.cell(answers, "exp_cum_usd"),
                _alone(balance, answers),
                self.labels.cell(answers, "unspent_release"),
                _alone(released, answers),
            ]
        )


def received_by(answers: Answers) -> Decimal | None:
    """Return what a project received from all its sources; None where one amount, or all, is not known."""
    amounts = [source.number("fs_received_usd") for source in answers.entries("funding")]
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if amounts and len(known) == len(amounts) else None


def _alone(value: Decimal | None, answers: Answers) -> Figure:
    """Return a figure of one project."""
    return Figure(value, (answers.record_id,), int(value is not None), int(value is not None), 0, "money")


def blocks(evidence: Evidence) -> list[Block]:
    """Return the report."""
    found = _Income(evidence)
    names = found.labels.choices("income_type")
    kinds = [*names, *(found.kinds.keys() - names.keys() - {""}), ""]
    return [
        Section(
            _("Core and earmarked income"),
            [
                *_sentences(found),
                _money_table(
                    found,
                    found.labels.question("income_type"),
                    (
                        (Text(found.labels.choice("income_type", key)), found.kinds[key])
                        for key in kinds
                        if key in found.kinds
                    ),
                ),
            ],
        ),
        Section(found.labels.question(YEAR[1]), [_year(found, kinds)]),
        Section(_("Income by region"), [_regions(found)]),
        Section(_("Income by funder"), [_funders(found)]),
        Section(_("Full cost recovery"), [_recovery(found), _rates(found)]),
        Section(_("Unspent balances of projects that end"), [_window(found), _ending(found)]),
        Section(_("City action funding window by resolution"), [_resolutions(found)]),
        Section(_("Money for gender equality"), [_gender(found)]),
    ]


def _both_known() -> Paragraph:
    text = _("The percentages are worked out from the sources of funding of which both amounts are known.")
    return Paragraph(text, is_note=True)


def _sentences(found: _Income) -> list[Block]:
    """Return a sentence for core and one for earmarked income, as reports to governing bodies have them."""
    texts = {
        CORE: _("Core income: US$ {received} received of US$ {agreed} agreed, that is {share}."),
        EARMARKED: _("Earmarked income: US$ {received} received of US$ {agreed} agreed, that is {share}."),
    }
    sentences: list[Block] = []
    for kind, text in texts.items():
        money = found.kinds.get(kind)
        if money is not None:
            values = {
                "received": money.received.money(),
                "agreed": money.agreed.money(),
                "share": money.share,
            }
            sentences.append(Paragraph(text, values))
    return sentences


def _money_table(
    found: _Income, head: str, groups: Iterable[tuple[Cell, _Money]], kind: str = "text"
) -> Table:
    columns = (
        Column(head, "quote" if kind == "quote" else "text", width=40),
        Column(_("Agreed"), "number", "US$", width=20),
        Column(_("Received"), "number", "US$", width=20),
        Column(_("Received, share"), "number", width=14),
    )
    rows = [[name, *money.cells()] for name, money in groups]
    total = [Text(_("All")), *found.whole.cells()]
    return Table(columns, rows, total, notes=[_both_known()], empty=_("There is no source of funding."))


def _year(found: _Income, kinds: Iterable[str]) -> Table:
    """Return what was expected for the year and what came in by the cut-off, as A/72/311, para. 8, has it."""
    labels = found.labels
    expected, received = (labels.question(name) for name in YEAR)
    columns = (
        Column(labels.question("income_type"), width=40),
        Column(expected, "number", "US$", width=20),
        Column(received, "number", "US$", width=20),
        Column(_("Received, share"), "number", width=14),
    )
    rows: list[list[Cell]] = [
        [Text(labels.choice("income_type", key)), *found.year[key].cells()]
        for key in kinds
        if key in found.year
    ]
    total = [Text(_("All")), *found.whole_year.cells()]
    return Table(columns, rows, total, notes=[_both_known()], empty=_("There is no source of funding."))


def _regions(found: _Income) -> Table:
    keys = [key for key in (*found.geography.regions, "") if key in found.regions]
    groups: list[tuple[Cell, _Money]] = [
        (Text(found.geography.region_name(key)), found.regions[key]) for key in keys
    ]
    return _money_table(found, _("Regional office"), groups)


def _funders(found: _Income) -> Table:
    order: Callable[[str], tuple[Decimal, str]] = lambda key: (-found.funders[key].agreed.value, key)  # noqa: E731
    groups: list[tuple[Cell, _Money]] = [
        (found.funder_names[key] if key else Text(_("Not stated")), found.funders[key])
        for key in sorted(found.funders, key=order)
    ]
    return _money_table(found, found.labels.question("donor"), groups, "quote")


def _recovery(found: _Income) -> Table:
    labels = found.labels
    columns = (
        Column(labels.question("full_cost_recovery"), width=40),
        Column(_("Projects"), "number", width=14),
        Column(labels.question("budget_usd"), "number", "US$", width=20),
    )
    rows: list[list[Cell]] = [
        [
            Text(labels.choice("full_cost_recovery", key)),
            found.recovery.figure(key),
            found.budgets.get(key, Sum()).money(),
        ]
        for key in found.recovery.listed()
    ]
    return Table(columns, rows)


def _rates(found: _Income) -> Table:
    columns = (
        Column(found.labels.question("psc_pct"), "number", width=40),
        Column(_("Projects"), "number", width=14),
    )
    known: list[Decimal] = sorted(key for key in found.rates.listed() if isinstance(key, Decimal))
    rows: list[list[Cell]] = [[_rate(key, found.rates.figure(key)), found.rates.figure(key)] for key in known]
    if found.rates.figure("").value:
        rows.append([Text(_("Not stated")), found.rates.figure("")])
    return Table(columns, rows, title=_("Projects by rate of support costs"))


def _rate(rate: Decimal, figure: Figure) -> Figure:
    places = max(0, -int(rate.as_tuple().exponent))
    return Figure(rate, figure.records, figure.known, figure.total, places, "percent")


def _window(found: _Income) -> Paragraph:
    window = found.kinds.get(WINDOW, _Money())
    text = _(
        "Projects that end: unspent balance US$ {balance}, of which US$ {release} may be released to the "
        "city action funding window. Received from that window by projects: US$ {window}."
    )
    return Paragraph(
        text,
        {
            "balance": found.balance.money(),
            "release": found.release.money(),
            "window": window.received.money(),
        },
    )


def _ending(found: _Income) -> Table:
    labels = found.labels
    columns = (
        Column(_("Record"), "record", width=16),
        Column(_("Country"), width=18),
        Column(labels.question("project_code"), width=14),
        Column(labels.question("activity_status"), width=16),
        Column(_("Received"), "number", "US$", width=16),
        Column(labels.question("exp_cum_usd"), "number", "US$", width=16),
        Column(labels.question("balance_usd"), "number", "US$", width=16),
        Column(labels.question("unspent_release"), width=22),
        Column(labels.question("unspent_release_usd"), "number", "US$", width=16),
    )
    note = Paragraph(
        _(
            "A balance is worked out only where both the money received from every source and what was "
            "spent are known."
        ),
        is_note=True,
    )
    total: list[Cell] = [
        Text(_("All")),
        *[Text("")] * 5,
        found.balance.money(),
        Text(""),
        found.release.money(),
    ]
    return Table(
        columns, found.ending, total, notes=[note], empty=_("No project is in its last stage or closed.")
    )


def _resolutions(found: _Income) -> Table:
    labels = found.resolution_labels
    columns = (
        Column(labels.question("resolution"), width=60),
        Column(labels.question("rf_window"), "number", "US$", width=22),
    )
    order = [*labels.choices("resolution"), *found.resolutions]
    rows: list[list[Cell]] = [
        [Text(labels.choice("resolution", key)), found.resolutions[key].money()]
        for key in dict.fromkeys(order)
        if key in found.resolutions
    ]
    total: list[Cell] = [Text(_("All")), found.window.money()]
    return Table(columns, rows, total, empty=_("No office reports on a resolution."))


def _gender(found: _Income) -> Table:
    columns = (
        Column(_("Country"), width=40),
        Column(found.labels.question("exp_gender_usd"), "number", "US$", width=22),
        Column(found.labels.question("exp_cum_usd"), "number", "US$", width=20),
        Column(_("Share"), "number", width=14),
    )
    rows = [
        [Text(country_label(code)), *found.gender[code].cells()] for code in by_country(list(found.gender))
    ]
    note = Paragraph(
        _("Projects in the pipeline are left out. Shares are worked out where both amounts are known."),
        is_note=True,
    )
    total = [Text(_("All")), *found.all_gender.cells()]
    return Table(columns, rows, total, notes=[note], empty=_("There is no project that has begun."))

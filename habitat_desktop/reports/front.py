"""The first page of every report: what it rests on, n of N, what is missing and how that counts."""

from collections.abc import Sequence
from decimal import Decimal

from habitat_desktop.i18n.catalogues import _, language, listed, ngettext, pgettext
from habitat_desktop.i18n.dates import format_date
from habitat_desktop.i18n.periods import period_name
from habitat_desktop.i18n.text import fold, iso
from habitat_desktop.records.expected import ExpectedReturn
from habitat_desktop.reports.document import (
    Block,
    Code,
    Column,
    Document,
    Fact,
    Number,
    Paragraph,
    RecordName,
    Section,
    Table,
    Text,
)
from habitat_desktop.reports.evidence import Coverage, Evidence
from habitat_desktop.reports.labels import Labels, country_label
from habitat_desktop.reports.wording import code_words, in_a_row

_OFFICES_NAMED = 60  # on the first page; the table behind names all


def document(
    evidence: Evidence, name: str, title: str, forms: Sequence[str], blocks: Sequence[Block]
) -> Document:
    """Return the report `name`: `blocks` behind a first page on what it rests on, the records at the end."""
    coverage = evidence.coverage(forms)
    lines = [line for form_id in forms for line in evidence.found(form_id).lines]
    periods = listed(period_name(period, language()) for period in evidence.scope.periods)
    return Document(
        name=name,
        title=title,
        subtitle=periods,
        language=language(),
        made_on=evidence.origin.made_on.isoformat(),
        basis=_facts(evidence, forms, coverage),
        blocks=[*blocks, *_gaps(evidence, forms, coverage)],
        records=lines,
        form_titles={form_id: Labels(evidence.places(form_id)).title() for form_id in forms},
        is_demonstration=evidence.is_demonstration,
    )


def _count(number: int) -> Number:
    return Number(Decimal(number), 0, "count")


def _facts(evidence: Evidence, forms: Sequence[str], coverage: Coverage) -> list[Fact]:
    facts = [
        Fact(_("Basis"), Paragraph(_basis_words(evidence))),
        Fact(_("Periods"), Paragraph(_period_words(evidence, forms))),
    ]
    if evidence.scope.offices or evidence.scope.countries:
        places = [*evidence.scope.offices, *(country_label(one) for one in evidence.scope.countries)]
        facts.append(Fact(_("Only"), Paragraph(listed(iso(one) for one in places))))
    facts.append(Fact(_("Records"), _record_words(evidence, forms)))
    facts.append(Fact(_("Expected returns"), _coverage_words(coverage)))
    if coverage.missing_offices:
        facts.append(Fact(_("Offices with missing returns"), _missing_words(coverage)))
    facts.append(Fact(_("What is missing"), Paragraph(_missing_rule())))
    left_out = _left_out(evidence, forms)
    if left_out:
        facts.append(Fact(_("Left out"), Paragraph(in_a_row(left_out))))
    made = _("{date}, from the database {database} of {name}").format(
        date=format_date(evidence.origin.made_on.isoformat(), language(), "long"),
        database=code_words(evidence.origin.database),
        name=iso(evidence.origin.name),
    )
    facts.append(Fact(_("Made on"), Paragraph(made)))
    if evidence.is_demonstration:
        text = _("Demonstration data: these records are invented. Do not quote any figure of this report.")
        facts.insert(0, Fact(_("Attention"), Paragraph(text)))
    return facts


def _missing_rule() -> str:
    return _(
        "Offices that have not reported, and answers that are blank or not available, are left out and never "
        "counted as zero. A dash means that nothing is known. “(3 of 5)” behind a figure means that 3 of 5 "
        "gave it."
    )


def _basis_words(evidence: Evidence) -> str:
    if evidence.scope.basis == "accepted":
        return _("Accepted returns: of each record the newest version that headquarters has accepted.")
    if evidence.scope.basis == "final":
        return _(
            "Final returns: of each record the newest final version here, whether headquarters has received "
            "it or not."
        )
    return _(
        "Received returns: of each record the newest version that headquarters has, whether it was accepted "
        "or not."
    )


def _period_words(evidence: Evidence, forms: Sequence[str]) -> str:
    asked = evidence.scope.periods
    others = dict.fromkeys(
        period for form_id in forms for period in evidence.periods(form_id) if period not in asked
    )
    words = listed(period_name(period, language()) for period in asked)
    used = {line.period for form_id in forms for line in evidence.found(form_id).lines}
    behind = [period_name(period, language()) for period in others if period in used]
    if not behind:
        return words
    text = _("{periods}; of forms that are filled for other periods: {others}")
    return text.format(periods=words, others=listed(behind))


def _record_words(evidence: Evidence, forms: Sequence[str]) -> Paragraph:
    lines = [line for form_id in forms for line in evidence.found(form_id).lines]
    return Paragraph(
        _("Records: {records}; offices: {offices}; countries: {countries}."),
        {
            "records": _count(len(lines)),
            "offices": _count(len({line.office for line in lines})),
            "countries": _count(len({line.country for line in lines} - {""})),
        },
    )


def _coverage_words(coverage: Coverage) -> Paragraph:
    unexpected = coverage.unexpected
    if not coverage.expected:
        text = _(
            "No expected returns are entered for these periods and forms: how complete it is, is not known."
        )
        return Paragraph(text)
    parts = [_("{came} of {expected} expected returns are in this report.")]
    parts += [
        text
        for count, text in (
            (coverage.nil, _("Nil returns among them: {nil}.")),
            (len(coverage.missing), _("Not come: {missing}.")),
            (len(coverage.undecided), _("Come, but not accepted yet and not in it: {undecided}.")),
            (coverage.excused, _("Excused: {excused}.")),
            (unexpected, _("Records in it that nobody expected: {unexpected}.")),
        )
        if count
    ]
    values = {
        "came": coverage.came,
        "expected": coverage.expected,
        "nil": coverage.nil,
        "undecided": len(coverage.undecided),
        "missing": len(coverage.missing),
        "excused": coverage.excused,
        "unexpected": unexpected,
    }
    return Paragraph(in_a_row(parts), {name: _count(value) for name, value in values.items()})


def _missing_words(coverage: Coverage) -> Paragraph:
    named = [code_words(office) for office in coverage.missing_offices]
    if len(named) <= _OFFICES_NAMED:
        return Paragraph(listed(named))
    text = _("{offices} and {count} more; all stand in the section “Returns that are missing”.")
    return Paragraph(
        text.replace("{offices}", listed(named[:_OFFICES_NAMED])),
        {"count": _count(len(named) - _OFFICES_NAMED)},
    )


def _left_out(evidence: Evidence, forms: Sequence[str]) -> list[str]:
    founds = [evidence.found(form_id) for form_id in forms]
    withdrawn = [label for found in founds for label in found.withdrawn]
    superseded = [label for found in founds for label in found.superseded]
    unmerged = [label for found in founds for label in found.unmerged]
    doubles = [one for found in founds for one in found.duplicates]
    undecided = sum(len(found.not_on_basis) for found in founds)
    texts = []
    if withdrawn:
        count = len(withdrawn)
        text = ngettext("{count} record is withdrawn.", "{count} records are withdrawn.", count)
        texts.append(text.format(count=count))
    if undecided:
        text = ngettext(
            "{count} record here has no version that counts on this basis.",
            "{count} records here have no version that counts on this basis.",
            undecided,
        )
        texts.append(text.format(count=undecided))
    if superseded:
        text = ngettext(
            "Of {count} record a newer version does not count yet; the version before is used.",
            "Of {count} records a newer version does not count yet; the version before is used.",
            len(superseded),
        )
        texts.append(text.format(count=len(superseded)))
    if unmerged:
        text = ngettext(
            "{count} record has two newest versions that nobody has merged; one of them is used.",
            "{count} records have two newest versions that nobody has merged; one of each is used.",
            len(unmerged),
        )
        texts.append(text.format(count=len(unmerged)))
    if doubles:
        text = ngettext(
            "{count} record says the same of the same period as a later one, and is not counted twice.",
            "{count} records say the same of the same period as later ones, and are not counted twice.",
            len(doubles),
        )
        texts.append(text.format(count=len(doubles)))
    return texts


def _gaps(evidence: Evidence, forms: Sequence[str], coverage: Coverage) -> list[Block]:
    """Return the sections on what is missing and what is not counted twice."""
    blocks: list[Block] = []
    rows = [_missing_row(evidence, one, came=False) for one in coverage.missing]
    rows += [_missing_row(evidence, one, came=True) for one in coverage.undecided]
    if rows:
        columns = (
            Column(_("Office"), width=10),
            Column(_("Form"), width=26),
            Column(_("Country"), width=20),
            Column(_("Period"), width=16),
            Column(_("About"), width=22),
            Column(_("Why it is missing"), width=24),
        )
        blocks.append(Section(_("Returns that are missing"), [Table(columns, rows)]))
    doubles = [one for form_id in forms for one in evidence.found(form_id).duplicates]
    if doubles:
        table = Table(
            (
                Column(_("Not counted"), "record", width=18),
                Column(_("Counted instead"), "record", width=18),
                Column(_("Country"), width=20),
                Column(_("Period"), width=16),
                Column(_("About"), width=30),
            ),
            [
                (
                    RecordName(one.left_out.record_id, one.left_out.label),
                    RecordName(one.kept.record_id, one.kept.label),
                    Text(country_label(one.kept.country)),
                    Text(period_name(one.kept.period, language())),
                    Text(one.kept.subject),
                )
                for one in doubles
            ],
        )
        blocks.append(Section(_("Records that are not counted twice"), [table]))
    return blocks


def _missing_row(
    evidence: Evidence, one: ExpectedReturn, *, came: bool
) -> tuple[Code, Text, Text, Text, Text, Text]:
    terms = one.terms
    if came:
        why = pgettext("return", "Not accepted yet")
    elif one.state in ("draft", "final", "sent"):
        why = pgettext("return", "In work")
    else:
        why = pgettext("return", "Has not come")
    return (
        Code(terms.office),
        Text(Labels(evidence.places(terms.form_id)).title()),
        Text(country_label(terms.country) if terms.country else ""),
        Text(period_name(terms.period, language())),
        Text(terms.subject),
        Text(why),
    )


def by_country(codes: Sequence[str]) -> list[str]:
    """Return country codes in the order of their names, "" last."""
    return sorted(codes, key=lambda code: (not code, fold(country_label(code))))

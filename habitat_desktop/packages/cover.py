"""The cover sheet: what this package is, for the person who opens it in Excel."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from habitat_desktop.errors import N_
from habitat_desktop.i18n.catalogues import _, ngettext
from habitat_desktop.i18n.dates import format_date
from habitat_desktop.packages.layout import Sheet
from habitat_desktop.packages.package import Package
from habitat_desktop.packages.texts import LINE, Formats, lines_of

# Translators: name of the first sheet of a package workbook; at most 31 characters
NAME = N_("Cover")

_WIDTHS = (26, 52, 14, 14)  # of the columns, in letters
_SEND_AS_IT_IS = N_(
    "Send this file as it is. The checked contents travel inside it, so saving it in Excel does no harm."
)
_CONVERSATION = N_(
    "Questions, answers and decisions stand on the sheet “{conversation}”. Answer them in the program: what "
    "is written there is not read."
)
_HOW_TO_READ = (
    N_(
        "Each form has its own sheet, with one row for each record. The first row holds the names "
        "programs use, the second the questions; filter and sort from there."
    ),
    N_(
        "Parts of a form that repeat, such as settlements, have their own sheets. “_parent_index” "
        "there is the “_index” of the row they belong to."
    ),
    N_(
        "Numbers and dates can be summed and sorted. Codes of choices are explained on the sheet "
        "“{codebook}”."
    ),
    N_("Where an answer is not available, the reason stands in its place. It is not zero."),
    _SEND_AS_IT_IS,
    N_(
        "Changes made in Excel are noticed, cell by cell, but never taken over unseen: headquarters sees "
        "them as questions, and the office that made the package can take them into drafts."
    ),
)


def write_cover(
    workbook: Any, package: Package, sheets: Sequence[Sheet], titles: dict[str, str], names: Sequence[str]
) -> None:
    """Write the cover as the first sheet; `titles` by form_id, `names` of this sheet and of the codebook."""
    formats, sheet = _titled(workbook, package, names[0])
    row = _write_facts(sheet, 2, package, formats)
    row = _write_contents(sheet, row + 1, package, sheets, titles, formats)
    sheet.write_string(row + 1, 0, _("How to read this workbook"), formats.heading)
    sheet.set_row(row + 1, 22)
    _write_paragraphs(sheet, row + 2, _how_to_read(package, bool(sheets), names), formats)


def _how_to_read(package: Package, has_records: bool, names: Sequence[str]) -> list[str]:
    texts: list[str] = []
    if package.acts and len(names) > 2:
        texts.append(_(_CONVERSATION).format(conversation=names[2]))
    if has_records or not package.acts:
        texts += [_(text).format(codebook=names[1]) for text in _HOW_TO_READ]
    else:
        texts.append(_(_SEND_AS_IT_IS))
    return texts


def write_sealed_cover(workbook: Any, package: Package, recipients: int) -> None:
    """Write the cover of an encrypted package: from whom, to whom, and that the rest is closed."""
    formats, sheet = _titled(workbook, package, package.explanations[0])
    row = _write_rows(sheet, 2, _envelope(package), formats)
    opens = ngettext(
        "The contents are encrypted; {count} key opens them:",
        "The contents are encrypted; {count} keys open them:",
        recipients,
    )
    whose = _("those of {recipient}, that of the sender, and the sealed recovery key of headquarters.")
    texts = (
        f"{opens.format(count=recipients)} {whose.format(recipient=package.manifest.recipient)}",
        _("Send this file as it is. Only the program of the recipient can show what is in it."),
    )
    _write_paragraphs(sheet, row + 1, texts, formats)


def _titled(workbook: Any, package: Package, name: str) -> tuple[Formats, Any]:
    formats = Formats(workbook)
    sheet = workbook.add_worksheet(name)
    formats.prepare(sheet)
    sheet.hide_gridlines(2)
    for position, width in enumerate(_WIDTHS):
        sheet.set_column(position, position, width)
    manifest = package.manifest
    title = _("Package {number} from {sender} to {recipient}")
    sender = manifest.sender.name or manifest.sender.office
    title = title.format(number=manifest.number, sender=sender, recipient=manifest.recipient)
    sheet.set_row(0, 30)
    sheet.merge_range(0, 0, 0, 3, "", formats.title)
    sheet.write_string(0, 0, title, formats.title)
    return formats, sheet


def _write_paragraphs(sheet: Any, row: int, texts: Sequence[str], formats: Formats) -> None:
    for number, paragraph in enumerate(texts, row):
        sheet.merge_range(number, 0, number, 3, "", formats.paragraph)
        sheet.write_string(number, 0, paragraph, formats.paragraph)
        sheet.set_row(number, LINE * lines_of(paragraph, sum(_WIDTHS)) + 4)
    sheet.set_portrait()
    sheet.fit_to_pages(1, 0)


def _envelope(package: Package) -> tuple[tuple[str, str], ...]:
    manifest = package.manifest
    sender = manifest.sender
    return (
        (N_("From"), f"{sender.name} ({sender.office})" if sender.name else sender.office),
        (N_("To"), manifest.recipient),
        (N_("Package number"), str(manifest.number)),
        (N_("Made on"), format_date(manifest.made_at[:10], manifest.language, "long")),
    )


def _write_facts(sheet: Any, row: int, package: Package, formats: Formats) -> int:
    facts = (
        *_envelope(package),
        (N_("Made by"), package.manifest.author),
        (N_("Records"), str(package.records)),
        (N_("Revisions"), str(len(package.revisions))),
        (N_("Receipts"), str(len(package.receipts))),
        (N_("Attached files"), str(len(package.attachments))),
    )
    if package.acts:
        facts += ((N_("Questions, answers, decisions"), str(len(package.acts))),)
    return _write_rows(sheet, row, facts, formats)


def _write_rows(sheet: Any, row: int, facts: Sequence[tuple[str, str]], formats: Formats) -> int:
    for label, value in facts:
        sheet.write_string(row, 0, _(label), formats.fact)
        sheet.write_string(row, 1, value, formats.fact_text)
        row += 1
    return row


def _write_contents(
    sheet: Any, row: int, package: Package, sheets: Sequence[Sheet], titles: dict[str, str], formats: Formats
) -> int:
    counts: Counter[tuple[str, str, str]] = Counter()
    for each in sheets:
        if not each.layout.parent:
            counts[(each.form.form_id, each.form.version, each.layout.name)] += len(each.rows)
    if not any(counts.values()):
        return row
    headings = (N_("Sheet"), N_("Form"), N_("Version"), N_("Records"))
    for column, heading in enumerate(headings):
        sheet.write_string(row, column, _(heading), formats.header)
    for (form_id, version, name), count in counts.items():
        row += 1
        sheet.write_string(row, 0, name, formats.fact_text)
        sheet.write_string(row, 1, titles.get(form_id, form_id or name), formats.fact_text)
        sheet.write_string(row, 2, version, formats.fact_text)
        sheet.write_number(row, 3, count, formats.number)
    return row + 1

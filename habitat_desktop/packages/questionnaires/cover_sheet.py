"""The first sheet of a questionnaire: what it is, how to fill it in, and who did."""

from collections.abc import Sequence
from typing import Any

from habitat_desktop.errors import N_
from habitat_desktop.i18n.catalogues import _, language, ngettext, pgettext
from habitat_desktop.i18n.dates import format_date
from habitat_desktop.i18n.names import country_name
from habitat_desktop.i18n.periods import period_name
from habitat_desktop.packages.questionnaires.looks import Looks
from habitat_desktop.packages.questionnaires.manifest import Manifest
from habitat_desktop.packages.questionnaires.plan import Asked, Plan, Sheet
from habitat_desktop.packages.questionnaires.question_sheet import prepare, write_link, write_title
from habitat_desktop.packages.texts import LINE, lines_of

_LABELS, _TEXTS = 27, 74  # widths of the two columns, in letters
_ROW_HEIGHT = 20
_ROWS_OF_A_PAGE = 60
FILLED_IN_BY = ("name", "organization", "date")
_FILLED_IN_BY = (N_("Name and function"), N_("Organization"), N_("Date"))
_HOW = (
    N_("Write into the yellow cells only. Everything else is there to help."),
    N_(
        "Where a cell has an arrow, choose from its list. Of questions with a line for each choice, write "
        "“{yes}” beside all that apply."
    ),
    N_(
        "Leave a cell empty where you have nothing to say. If a figure is not available, do not write zero "
        "and do not guess: say why in the column “{why}”, and a remark beside it. In tables, write the "
        "reason into the cell itself, such as “{reason}”."
    ),
    N_(
        "What stands in the yellow cells already is what we know: correct it, or leave it. What was said "
        "last time stands in grey, to compare."
    ),
    N_("Questions with * have to be answered, unless what stands below them (“Only if …”) does not hold."),
    N_("Numbers may be written with any digits and separators, dates as day, month, year."),
    N_(
        "You may save this file in Excel, LibreOffice or any other program that keeps it an Excel workbook "
        "(.xlsx). Do not delete sheets: they tell our program which answer belongs to which question."
    ),
)
_MORE_ENTRIES = N_(
    "Is there no room for one more entry? In a table, write into the next empty row. Where every entry has a "
    "sheet of its own, copy an empty one of these sheets."
)


class CoverSheet:
    """Writes the first sheet."""

    def __init__(self, workbook: Any, looks: Looks, manifest: Manifest) -> None:
        self._workbook = workbook
        self._looks = looks
        self._manifest = manifest
        self._row = 3

    def write(self, plan: Plan, why: str, yes: str, reason: str) -> None:
        """Write it; `why` is the heading of the column of reasons, `yes` and `reason` words of the lists."""
        sheet = self._sheet = self._workbook.add_worksheet(plan.cover.name)
        looks, manifest = self._looks, self._manifest
        prepare(sheet, manifest, landscape=False)
        sheet.write_string(0, 0, manifest.mark(plan.cover.key), looks.id)
        sheet.write_string(0, 1, "label", looks.id)
        sheet.write_string(0, 2, "answer", looks.id)
        sheet.set_column(1, 1, _LABELS)
        sheet.set_column(2, 2, _TEXTS)
        sender = manifest.office_name or manifest.office
        write_title(sheet, looks, manifest.title, _("Questionnaire from {sender}").format(sender=sender))
        self._facts(sender)
        self._filled_in_by()
        self._how(plan, why, yes, reason)
        self._contents(plan.sheets)
        if plan.files:
            self._files(plan.files)
        sheet.print_area(1, 1, self._row, 2)
        if self._row <= _ROWS_OF_A_PAGE:
            sheet.fit_to_pages(1, 1)
        sheet.protect(
            "", {"format_columns": True, "format_rows": True, "format_cells": True, "objects": True}
        )

    def _facts(self, sender: str) -> None:
        manifest, spoken = self._manifest, language()
        facts = (
            (_("For"), manifest.to),
            (pgettext("what something is about", "About"), manifest.subject),
            (_("Country"), country_name(manifest.country, spoken) if manifest.country else ""),
            (_("Period"), period_name(manifest.period, spoken) if manifest.period else ""),
            (_("Record"), manifest.label),
            (_("Made on"), format_date(manifest.made_at[:10], spoken, "long")),
            (_("Send it back to"), sender),
        )
        for label, text in facts:
            if text:
                self._line(label, text)

    def _line(self, label: str, text: str) -> None:
        sheet, looks = self._sheet, self._looks
        sheet.write_string(self._row, 0, "-", looks.id)
        sheet.write_string(self._row, 1, label, looks.fact)
        sheet.write_string(self._row, 2, text, looks.fact_text)
        sheet.set_row(self._row, LINE * lines_of(text, _TEXTS) + 3)
        self._row += 1

    def _heading(self, text: str) -> None:
        self._row += 1
        self._sheet.write_string(self._row, 0, "-", self._looks.id)
        self._sheet.write_string(self._row, 1, text, self._looks.section)
        self._sheet.set_row(self._row, 24)
        self._row += 1

    def _filled_in_by(self) -> None:
        self._heading(_("Filled in by"))
        for key, label in zip(FILLED_IN_BY, _FILLED_IN_BY, strict=True):
            kind = "date" if key == "date" else "text"
            self._sheet.write_string(self._row, 0, key, self._looks.id)
            self._sheet.write_string(self._row, 1, _(label), self._looks.fact)
            style = self._looks.answer("text")
            if kind == "date":
                style = self._looks.answer_date_at_start()
            self._sheet.write_blank(self._row, 2, None, style)
            self._sheet.set_row(self._row, _ROW_HEIGHT)
            self._row += 1

    def _how(self, plan: Plan, why: str, yes: str, reason: str) -> None:
        self._heading(_("How to fill it in"))
        texts = [_(text).format(why=why, yes=yes, reason=reason) for text in _HOW]
        if any(entry.is_new for entry in plan.entries):
            texts.append(_(_MORE_ENTRIES))
        for number, text in enumerate(texts, 1):
            self._paragraph(f"{number}.", text)

    def _paragraph(self, mark: str, text: str) -> None:
        sheet, looks = self._sheet, self._looks
        sheet.write_string(self._row, 0, "-", looks.id)
        sheet.write_string(self._row, 1, mark, looks.mark)
        sheet.write_string(self._row, 2, text, looks.paragraph)
        sheet.set_row(self._row, LINE * lines_of(text, _TEXTS * 1.2) + 4)
        self._row += 1

    def _contents(self, sheets: Sequence[Sheet]) -> None:
        self._heading(_("Sheets"))
        for one in sheets:
            count = len(one.columns) or sum(1 for row in one.rows if isinstance(row, Asked))
            text = ngettext("{count} question", "{count} questions", count).format(count=count)
            if one.entry is not None and one.entry.name:
                text = f"{one.entry.name} · {text}"
            elif one.entry is not None and one.entry.is_new:
                text = _("room for one more") + f" · {text}"
            sheet, looks = self._sheet, self._looks
            sheet.write_string(self._row, 0, "-", looks.id)
            write_link(sheet, self._row, 1, one.shown.name, one.shown.name, looks)
            sheet.write_string(self._row, 2, text, looks.fact_text)
            self._row += 1

    def _files(self, labels: Sequence[str]) -> None:
        self._heading(_("Files to send along"))
        text = _("Files cannot be put into this workbook. Send these beside it, if you have them:")
        self._paragraph("", text)
        for label in dict.fromkeys(labels):
            self._paragraph("–", label)

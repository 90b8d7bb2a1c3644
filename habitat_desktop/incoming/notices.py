"""What a reader noticed in a workbook that is no reason to refuse it, but that a person should know."""

from dataclasses import dataclass

from habitat_desktop.errors import N_
from habitat_desktop.i18n.catalogues import _
from habitat_desktop.i18n.text import visible

MACROS, EXTERNAL_LINK, EMBEDDED, UNKNOWN_PART = "MACROS", "EXTERNAL_LINK", "EMBEDDED", "UNKNOWN_PART"
HIDDEN_SHEET, HIDDEN_ROWS, HIDDEN_COLUMNS = "HIDDEN_SHEET", "HIDDEN_ROWS", "HIDDEN_COLUMNS"
MERGED, FORMULA, NUMBER_BAD, NUMBER_LONG = "MERGED", "FORMULA", "NUMBER_BAD", "NUMBER_LONG"

SENTENCES = {
    MACROS: N_("The workbook holds macros. They were not run."),
    EXTERNAL_LINK: N_("The workbook links to another file (“{detail}”). The link was not followed."),
    EMBEDDED: N_("The workbook holds an embedded file (“{detail}”). It was not opened."),
    UNKNOWN_PART: N_(
        "The workbook holds something that is no part of a workbook (“{detail}”). It was ignored."
    ),
    HIDDEN_SHEET: N_("The sheet “{sheet}” is hidden. It was read all the same."),
    HIDDEN_ROWS: N_("Sheet “{sheet}”: the rows {detail} are hidden. They were read all the same."),
    HIDDEN_COLUMNS: N_("Sheet “{sheet}”: the columns {detail} are hidden. They were read all the same."),
    MERGED: N_("Sheet “{sheet}”: the cells {detail} are merged. Every one of them was read."),
    FORMULA: N_(
        "Sheet “{sheet}”, cell {cell}: a formula stands there. The value it last gave is only a proposal."
    ),
    NUMBER_BAD: N_("Sheet “{sheet}”, cell {cell}: “{detail}” is no number. It was not taken as one."),
    NUMBER_LONG: N_(
        "Sheet “{sheet}”, cell {cell}: “{detail}” has more digits than a number keeps. It was read as text."
    ),
}


@dataclass(frozen=True)
class Notice:
    """One thing noticed; `cell` is "C7" or empty, `detail` what it is about: a range, a part, a formula."""

    code: str
    sheet: str = ""
    cell: str = ""
    detail: str = ""

    def json(self) -> dict[str, str]:
        """Return the notice in the shape of `package inspect --json`."""
        return {**vars(self), "message": self.message}

    @property
    def message(self) -> str:
        """The notice as a sentence in the language spoken now."""
        return _(SENTENCES[self.code]).format(
            sheet=visible(self.sheet), cell=self.cell, detail=visible(self.detail)
        )

"""Texts and cell formats shared by the sheets of a package workbook."""

from math import ceil
from typing import Any
from unicodedata import east_asian_width

from habitat_desktop.errors import N_
from habitat_desktop.i18n.answer_texts import UNAVAILABLE as UNAVAILABLE
from habitat_desktop.i18n.answer_texts import unit_name as unit_name
from habitat_desktop.i18n.catalogues import _, language
from habitat_desktop.i18n.languages import languages

LINE = 15  # height of a line of text, in points
_MOST_DECIMALS = 6

# Row 2 of the columns that are about the record
HEADERS = {
    "_label": N_("Record"),
    "_subject": N_("About"),
    "_country": N_("Country"),
    "_period": N_("Period"),
    "_form": N_("Form"),
    "_submitted_by": N_("Made by"),
    "_submission_time": N_("Made on"),
    "_kind": N_("Kind"),
    "__version__": N_("Form version"),
    "_uuid": N_("Record id"),
    "_submission__uuid": N_("Record id"),
    "_revision": N_("Revision id"),
    "_index": N_("Row number"),
    "_parent_table_name": N_("Belongs to sheet"),
    "_parent_index": N_("Belongs to row number"),
}


def words() -> dict[str, str]:
    """Return what stands in the cells of unavailable answers, in the language spoken now."""
    return {reason: _(word) for reason, word in UNAVAILABLE.items()}


def text_width(text: str) -> int:
    """Return how wide a text is, in Latin letters."""
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def lines_of(text: str, width: float) -> int:
    """Return how many lines a text needs in a cell `width` letters wide, words kept whole."""
    return sum(max(1, ceil(text_width(line) * 1.15 / max(width - 1, 1))) for line in text.split("\n"))


def _is_right_to_left() -> bool:
    return languages()[language()].direction == "rtl"


class Formats:
    """The formats of one workbook."""

    def __init__(self, workbook: Any) -> None:
        # explanations follow the direction of the sheet; answers keep that of their own letters
        sided = {"reading_order": 2, "align": "right"} if _is_right_to_left() else {}

        def add(**properties: Any) -> Any:
            return workbook.add_format({"valign": "top", **properties})

        blue, grey, tint = "#006994", "#5C6975", "#E1F1F9"
        self.title = add(**sided, bold=True, font_size=16, font_color=blue, valign="vcenter")
        self.heading = add(**sided, bold=True, font_size=12, font_color=blue)
        self.fact_text = add(**sided, num_format="@")
        self.paragraph = add(**sided, text_wrap=True, num_format="@")
        self.fact = add(**sided, font_color=grey)
        self.header = add(
            **sided, bold=True, bg_color=tint, bottom=1, bottom_color=blue, text_wrap=True, num_format="@"
        )
        self.technical = add(font_size=8, font_color=grey, num_format="@")
        self.text = add(num_format="@")
        self.wrapped = add(**sided, num_format="@", text_wrap=True)
        # a little room at the end, so that a figure never touches the text beside it
        self.number = add(num_format="General_)")
        self.date = add(num_format="yyyy-mm-dd_)")
        self.several_lines = add(num_format="@", text_wrap=True)
        # quantities in groups of three, by the number of their decimals
        self.grouped = [
            add(num_format=f"#,##0{'.' if places else ''}{'0' * places}_)")
            for places in range(_MOST_DECIMALS + 1)
        ]

    @staticmethod
    def prepare(sheet: Any) -> None:
        """Set what every visible sheet has: its direction, and no green corners at codes kept as text."""
        if _is_right_to_left():
            sheet.right_to_left()
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        sheet.set_paper(9)  # A4
        sheet.set_landscape()

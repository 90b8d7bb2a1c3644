"""Writes a parcel as a workbook: what is to be filled in is yellow and open, everything else is locked.

The first row and the first two columns are hidden: they say what the columns and rows are, so that the way
back survives sorting, deleted rows and moved columns.
"""

import re
import unicodedata
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from habitat_desktop.errors import N_
from habitat_desktop.i18n.catalogues import _, ngettext, speaking
from habitat_desktop.i18n.languages import languages
from habitat_desktop.i18n.parcels import Line, Parcel
from habitat_desktop.i18n.text import has_rtl

HEAD = "habitat-parcel 1"  # cell of the hidden row above the keys, before language and kind
TITLES = "titles"  # key of the row of titles, which says beside it what they are
WHERE, NUMBER, PLACE, NUMBERS, ENGLISH = "where", "number", "place", "numbers", "english"
BEFORE, SO_FAR, TEXT, VERDICT, REMARK = "english_before", "so_far", "text", "verdict", "remark"
TERMS, NOTES = "terms", "notes"
OK = "ok"

_PLACEHOLDER = re.compile(r"(\$\{[^{}]+\}|\{\w+\}|%\(\w+\)[sdf])")
_BLUE, _INK, _GREY, _EDGE, _TINT = "#006994", "#1F2A33", "#5C6975", "#B9C4CC", "#E1F1F9"
_OPEN, _OPEN_EDGE, _DONE = "#FFF7D6", "#D9C67E", "#E8F5E4"
_SHEET_LENGTH = 31
_PAGE = 80  # width of the column that explains, so that a page holds it
_LINE, _HIGHEST = 15.5, 400.0  # points


@dataclass(frozen=True)
class _Column:
    name: str
    title: str
    width: int
    side: str  # "english", "own" or "sheet": whose direction it is written in
    is_open: bool = False


_COLUMNS = {
    NUMBER: _Column(NUMBER, N_("No."), 6, "english"),
    PLACE: _Column(PLACE, N_("Where it stands"), 30, "english"),
    NUMBERS: _Column(NUMBERS, N_("For these numbers"), 14, "english"),
    ENGLISH: _Column(ENGLISH, N_("English"), 44, "english"),
    BEFORE: _Column(BEFORE, N_("English before the change"), 34, "english"),
    SO_FAR: _Column(SO_FAR, N_("Translation so far"), 40, "own"),
    VERDICT: _Column(VERDICT, N_("“ok” if it may stay"), 12, "own", True),
    TEXT: _Column(TEXT, N_("Translation"), 44, "own", True),
    TERMS: _Column(TERMS, N_("Agreed terms"), 30, "own"),
    NOTES: _Column(NOTES, N_("Notes"), 30, "english"),
    REMARK: _Column(REMARK, N_("Your remark"), 24, "own", True),
}


def parcel_bytes(parcel: Parcel) -> bytes:
    """Return the workbook of a parcel, its explanations in the language it translates into."""
    import xlsxwriter

    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with speaking(parcel.language), xlsxwriter.Workbook(out, options) as book:
        writer = _Writer(book, parcel)
        writer.write_explanation()
        writer.write_texts()
    return out.getvalue()


class _Writer:
    def __init__(self, book: Any, parcel: Parcel) -> None:
        self._book = book
        self._parcel = parcel
        self._rtl = languages()[parcel.language].direction == "rtl"
        self._formats: dict[tuple[str, str], Any] = {}
        self._name = book.add_format({"bold": True, "font_color": _BLUE})

    # -- the sheet that explains ---------------------------------------------------------------------------

    def write_explanation(self) -> None:
        sheet = self._sheet(_("How to"))
        sheet.set_column(0, 0, _PAGE)
        sentences = [f"{number}. {text}" for number, text in enumerate(self._sentences(), 1)]
        is_translated = has_rtl(sentences[0])
        side = self._side("own" if is_translated or not self._rtl else "english")
        title = self._book.add_format({**side, "bold": True, "font_size": 16, "font_color": _BLUE})
        plain = self._book.add_format({**side, "text_wrap": True, "font_size": 12, "valign": "top"})
        endonym = languages()[self._parcel.language].endonym
        count = self._parcel.texts
        text = ngettext("{count} text is in this file.", "{count} texts are in this file.", count)
        sheet.write_string(0, 0, endonym, title)
        sheet.write_string(1, 0, text.format(count=count), plain)
        for row, sentence in enumerate(sentences, 3):
            sheet.write_string(row, 0, sentence, plain)
            sheet.set_row(row, 17 * _lines(sentence, _PAGE - 10) + 6)
        sheet.set_paper(9)
        sheet.protect()

    def _sentences(self) -> list[str]:
        if self._parcel.kind == "review":
            first = [
                _("Read each translation beside its English, on the second sheet."),
                _(
                    "Write “ok” where it may stay, or a better text in the column beside it. Leave both "
                    "empty where you have not looked or are not sure: that counts as not read."
                ),
            ]
        else:
            first = [
                _("Write into the yellow cells of the second sheet only."),
                _("Leave a cell empty where you are not sure: nothing is lost, and somebody else will look."),
            ]
            if any(line.so_far for line in self._parcel.lines):
                text = _(
                    "Where the translation so far is right for the English of now, write “ok” beside it."
                )
                first.append(text)
        return [
            *first,
            _(
                "What stands in braces, such as {name} or ${name}, is filled in by the program. Copy it "
                "exactly as it is; it may move within the sentence."
            ),
            _(
                "Where a text has several rows, each is for other numbers, named in their own column. Fill "
                "all of them, and write the number in braces in each."
            ),
            _("Use the agreed terms beside the text. Their endings may change as the sentence needs it."),
            _("You may filter, sort and delete rows and hide columns. Do not change the English."),
            _("Save the file as it is (.xlsx) and send it back to whoever sent it to you."),
        ]

    # -- the texts -----------------------------------------------------------------------------------------

    def write_texts(self) -> None:
        sheet = self._sheet(_("Texts"))
        columns = self._columns()
        lines = self._parcel.lines
        head = f"{HEAD} {self._parcel.language} {self._parcel.kind}"
        for place, name in enumerate([head, WHERE, *(column.name for column in columns)]):
            sheet.write_string(0, place, name)
        for place, column in enumerate(columns, 2):
            sheet.set_column(place, place, column.width)
            title = self._title(column)
            sheet.write_string(1, place, title, self._format(column.side, "head"))
        shown = {column.name: self._title(column) for column in columns}
        sheet.write_string(1, 0, TITLES)
        sheet.write_string(1, 1, f"{shown[ENGLISH]}\n{shown[TEXT]}")
        sheet.set_row(0, None, None, {"hidden": True})
        sheet.set_row(1, 32)
        sheet.set_column(0, 1, 8, None, {"hidden": True})
        for row, line in enumerate(lines, 2):
            sheet.set_row(row, _height(line, columns))
            sheet.write_string(row, 0, line.key)
            sheet.write_string(row, 1, line.where)
            for place, column in enumerate(columns, 2):
                self._write_cell(sheet, row, place, column, line)
        self._finish(sheet, columns, len(lines) + 1)

    def _title(self, column: _Column) -> str:
        if column.name == TEXT and self._parcel.kind == "review":
            return _("A better text")
        return _(column.title)

    def _columns(self) -> list[_Column]:
        lines = self._parcel.lines
        names = [NUMBER, PLACE]
        names += [NUMBERS] if any(line.numbers for line in lines) else []
        names += [ENGLISH]
        names += [BEFORE] if any(line.english_before for line in lines) else []
        names += [SO_FAR, VERDICT] if any(line.so_far for line in lines) else []
        return [_COLUMNS[name] for name in (*names, TEXT, TERMS, NOTES, REMARK)]

    def _write_cell(self, sheet: Any, row: int, place: int, column: _Column, line: Line) -> None:
        look = self._format(column.side, "open" if column.is_open else "plain")
        if column.name == NUMBER:
            sheet.write_number(row, place, line.number, look)
            return
        text = "" if column.is_open else _text(line, column.name)
        if not text:
            sheet.write_blank(row, place, None, look)
            return
        parts = [part for part in _PLACEHOLDER.split(text) if part]
        if column.name in (ENGLISH, BEFORE) and len(parts) > 1:
            rich = [piece for part in parts for piece in ((self._name, part) if _named(part) else (part,))]
            sheet.write_rich_string(row, place, *rich, look)
        else:
            sheet.write_string(row, place, text, look)

    def _finish(self, sheet: Any, columns: list[_Column], last: int) -> None:
        names = [column.name for column in columns]
        text = names.index(TEXT) + 2
        done = self._book.add_format({"bg_color": _DONE})
        for place, column in enumerate(columns, 2):
            if column.is_open:
                rule = {"type": "no_blanks", "format": done}
                sheet.conditional_format(2, place, last, place, rule)
        if VERDICT in names:
            place = names.index(VERDICT) + 2
            choice = {"validate": "list", "source": [OK], "error_type": "warning", "ignore_blank": True}
            sheet.data_validation(2, place, last, place, choice)
        sheet.freeze_panes(2, 2 + names.index(ENGLISH) if len(columns) < 9 else 2)
        sheet.autofilter(1, 2, last, len(columns) + 1)
        sheet.set_selection(2, text, 2, text)
        allowed = ("format_cells", "format_columns", "format_rows", "sort", "autofilter", "delete_rows")
        sheet.protect("", dict.fromkeys(allowed, True))
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(1)
        sheet.print_area(1, 2, last, len(columns) + 1)
        sheet.set_footer("&C&P / &N")

    def _sheet(self, name: str) -> Any:
        name = re.sub(r"[\[\]:*?/\\']", " ", name).strip()[:_SHEET_LENGTH]
        taken = {sheet.get_name().casefold() for sheet in self._book.worksheets()}
        sheet = self._book.add_worksheet(name if name and name.casefold() not in taken else None)
        if self._rtl:
            sheet.right_to_left()
        sheet.hide_gridlines(2)
        return sheet

    def _side(self, side: str) -> dict[str, Any]:
        if self._rtl and side == "own":
            return {"reading_order": 2, "align": "right"}
        return {"reading_order": 1, "align": "left"}

    def _format(self, side: str, look: str) -> Any:
        if (side, look) not in self._formats:
            made = {**self._side(side), "text_wrap": True, "valign": "top", "border": 1, "indent": 1}
            if look == "head":
                made |= {"bold": True, "bg_color": _TINT, "font_color": _INK, "border_color": _EDGE}
                made |= self._side("own")
            elif look == "open":
                made |= {"bg_color": _OPEN, "border_color": _OPEN_EDGE, "locked": False, "font_size": 12}
                made["num_format"] = "@"  # what is typed stays text, also "=1" and "1/2"
            else:
                made |= {"border_color": _EDGE, "font_color": _INK}
            self._formats[side, look] = self._book.add_format(made)
        return self._formats[side, look]


def _height(line: Line, columns: list[_Column]) -> float:
    """Return how high a row must be to show all its texts, and a translation as long as the English."""
    most = 1
    for column in columns:
        if column.name == TEXT:
            text = (line.so_far or line.english) + " " * (len(line.english) // 5)
        elif column.name == NUMBER or column.is_open:
            continue
        else:
            text = _text(line, column.name)
        most = max(most, sum(_lines(part, column.width) for part in text.split("\n")))
    return min(_LINE * most + 5, _HIGHEST)


def _lines(text: str, width: int) -> int:
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)
    return 1 + (len(text) + wide) // width


def _named(part: str) -> bool:
    return _PLACEHOLDER.fullmatch(part) is not None


def _text(line: Line, column: str) -> str:
    text: str = {
        PLACE: line.place,
        NUMBERS: line.numbers,
        ENGLISH: line.english,
        BEFORE: line.english_before,
        SO_FAR: line.so_far,
        TERMS: line.terms,
        NOTES: line.notes,
    }[column]
    return text
